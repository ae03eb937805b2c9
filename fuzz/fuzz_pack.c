/* SPDX-License-Identifier: Apache-2.0 */
/* A whole pack: the input is cut at bytes 0xFF into pack.yaml, rules.yaml, zones.geojson, lists.yaml, violations.yaml.
 * Loading fails exactly when an error was noted; a pack that loads loads again with the same digests; compiling and
 * linting it does not crash. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "xie/file/file.h"
#include "xie/pack/pack.h"
#include "xie/rule/rule.h"

static char dir[] = "/tmp/xie_fuzz_pack_XXXXXX";
static const char *const names[] = { "pack.yaml", "rules.yaml", "zones.geojson", "lists.yaml", "violations.yaml" };
enum { FILES = sizeof names / sizeof names[0] };
static xie_arena mem;

static const char *path(size_t i)
{
	static char p[sizeof dir + 32];
	(void)snprintf(p, sizeof p, "%s/%s", dir, names[i]);
	return p;
}

static void clean(void)
{
	for (size_t i = 0; i < FILES; i++)
		(void)unlink(path(i));
	(void)rmdir(dir);
}

static void start(void)
{
	if (mem.base != NULL)
		return;
	if (mkdtemp(dir) == NULL || xie_big_arena_init(&mem, (size_t)1 << 28) != XIE_OK || atexit(clean) != 0)
		abort();
}

/* An absent piece is an absent file. */
static void put(size_t i, const uint8_t *p, size_t n, bool there)
{
	(void)unlink(path(i));
	int fd = there ? open(path(i), O_WRONLY | O_CREAT | O_TRUNC, 0600) : -1;
	if (fd >= 0 && (write(fd, p, n) != (ssize_t)n || close(fd) != 0))
		abort();
}

static xie_status load(struct xie_packs *packs, struct xie_pack_notes *notes)
{
	static struct xie_pack_note list[8];
	const char *d = dir;
	mem.used = 0;
	*notes = (struct xie_pack_notes){ .list = list, .cap = 8 };
	xie_status st = xie_packs_load(&mem, &d, 1, packs, notes);
	if ((st == XIE_OK) != (notes->errors == 0))
		abort();
	for (uint32_t i = 0; i < notes->n && i < notes->cap; i++)
		if (list[i].err.what[0] == '\0')
			abort();
	return st;
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	start();
	const uint8_t *end = n != 0 ? p + n : p;
	bool there = n != 0;
	for (size_t i = 0; i < FILES; i++) {
		const uint8_t *cut = there && p != end ? memchr(p, 0xFF, (size_t)(end - p)) : NULL;
		put(i, p, (size_t)((cut != NULL ? cut : end) - p), there);
		p = cut != NULL ? cut + 1 : end;
		there = cut != NULL;
	}
	struct xie_packs packs;
	struct xie_pack_notes notes;
	const struct xie_rules *rules = NULL;
	if (load(&packs, &notes) != XIE_OK)
		return 0;
	uint8_t digest[32];
	memcpy(digest, packs.packs[0].digest, 32);
	if (load(&packs, &notes) != XIE_OK || memcmp(digest, packs.packs[0].digest, 32) != 0)
		abort();
	xie_packs_lint(&packs, &notes);
	if (notes.errors != 0)
		abort();
	if ((xie_packs_compile(&mem, &packs, &rules, &notes) == XIE_OK) != (notes.errors == 0))
		abort();
	return 0;
}

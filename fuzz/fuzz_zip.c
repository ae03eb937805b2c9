/* SPDX-License-Identifier: Apache-2.0 */
/* The ZIP reader: no crash, no name that climbs out of its folder, nothing larger than its limits; what the reader
 * calls plain is byte for byte what the writer makes of the same entries. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "xie/seal/zip.h"

static uint8_t mem_bytes[1 << 22];
enum { ENTRY_MAX = 1 << 18 };

/* The archive again from its entries. */
static void same_when_written(const struct xie_zip *z, xie_arena *mem, const uint8_t *p, size_t n)
{
	char *text = NULL;
	size_t text_n = 0;
	FILE *f = open_memstream(&text, &text_n);
	struct xie_zip_out *out = NULL;
	if (f == NULL || xie_zip_begin(f, &out) != XIE_OK)
		abort();
	for (uint32_t i = 0; i < z->count; i++) {
		char name[512];
		xie_str bytes;
		if (z->entries[i].name.n >= sizeof name || xie_zip_read(z, i, mem, &bytes, NULL) != XIE_OK) {
			/* A plain archive may still hold an entry whose check value is wrong: then it is not read. */
			if (xie_zip_end(out) != XIE_OK)
				abort();
			(void)fclose(f);
			free(text);
			return;
		}
		memcpy(name, z->entries[i].name.p, z->entries[i].name.n);
		name[z->entries[i].name.n] = '\0';
		if (xie_zip_add(out, name, bytes.p, bytes.n) != XIE_OK)
			abort();
	}
	if (xie_zip_end(out) != XIE_OK || fclose(f) != 0 || text_n != n || memcmp(text, p, n) != 0)
		abort();
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	xie_arena mem = xie_arena_of(mem_bytes, sizeof mem_bytes);
	struct xie_zip_limits lim = { .entries = 64, .entry_size = ENTRY_MAX, .total_size = 4 * ENTRY_MAX };
	struct xie_zip z;
	struct xie_err err = { 0 };
	if (xie_zip_open(&mem, p, n, lim, &z, &err) != XIE_OK) {
		if (err.what[0] == '\0')
			abort();
		return 0;
	}
	if (z.count > lim.entries)
		abort();
	uint64_t total = 0;
	for (uint32_t i = 0; i < z.count; i++) {
		size_t mark = xie_arena_mark(&mem);
		xie_str bytes;
		if (!xie_zip_name_ok(z.entries[i].name) || z.entries[i].size > lim.entry_size)
			abort();
		total += z.entries[i].size;
		if (xie_zip_read(&z, i, &mem, &bytes, &err) == XIE_OK && bytes.n != z.entries[i].size)
			abort();
		xie_arena_rewind(&mem, mark);
	}
	if (total > lim.total_size)
		abort();
	if (xie_zip_is_plain(&z))
		same_when_written(&z, &mem, p, n);
	return 0;
}

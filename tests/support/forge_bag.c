/* SPDX-License-Identifier: Apache-2.0 */
/* A forger with keys of his own: changes a file of a bag, makes every manifest and signature fit again.
 *
 * usage: forge_bag BAG.zip OUT.zip zone|swap|time|fact|expired|revoked|honest
 * The last three change nothing: a certificate out of its time, one that the authority has revoked, and a bag that holds. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "xie/base/time.h"
#include "xie/file/file.h"
#include "xie/os/os.h"
#include "xie/seal/crypto.h"
#include "xie/seal/zip.h"

#define DAY INT64_C(86400000)

struct part {
	char name[520];
	xie_str bytes;
};
static struct part parts[4096];
static size_t n_parts;
static xie_arena mem;

static void must(bool ok, const char *what)
{
	if (ok)
		return;
	(void)fprintf(stderr, "forge_bag: %s\n", what);
	exit(3);
}

static xie_str *part(const char *name)
{
	for (size_t i = 0; i < n_parts; i++)
		if (strcmp(parts[i].name, name) == 0)
			return &parts[i].bytes;
	return NULL;
}

static xie_str *part_ending(const char *end)
{
	for (size_t i = 0; i < n_parts; i++)
		if (strlen(parts[i].name) > strlen(end) && strcmp(parts[i].name + strlen(parts[i].name) - strlen(end), end) == 0)
			return &parts[i].bytes;
	return NULL;
}

static void set(const char *name, xie_str bytes)
{
	xie_str *p = part(name);
	if (p == NULL) {
		(void)snprintf(parts[n_parts].name, sizeof parts[0].name, "%s", name);
		p = &parts[n_parts++].bytes;
	}
	*p = bytes;
}

static char *writable(xie_str *s)
{
	char *c = xie_str_dup(&mem, *s);
	must(c != NULL, "memory");
	s->p = c;
	return c;
}

/* One digit of the first number behind the text, which stands behind `after` (NULL: anywhere). */
static void bump_digit(xie_str *s, const char *after, const char *behind, size_t skip)
{
	char *c = writable(s), *from = after != NULL ? strstr(c, after) : c, *at = from != NULL ? strstr(from, behind) : NULL;
	must(at != NULL, behind);
	for (at += strlen(behind) + skip; *at < '0' || *at > '9'; at++)
		must(*at != '\0', "no digit");
	*at = (char)(*at == '9' ? '8' : *at + 1);
}

/* The sentences of two frames change places, their proofs stay. */
static void swap_frames(xie_str *s)
{
	char *c = writable(s), *a = strstr(c, "\"text\":\""), *b = a != NULL ? strstr(a + 1, "\"text\":\"") : NULL;
	for (; b != NULL; b = strstr(b + 1, "\"text\":\"")) {
		size_t na = strcspn(a + 8, "\""), nb = strcspn(b + 8, "\"");
		if (na != nb || memcmp(a + 8, b + 8, na) == 0)
			continue;
		for (size_t i = 8; i < 8 + na; i++) {
			char t = a[i];
			a[i] = b[i];
			b[i] = t;
		}
		return;
	}
	must(false, "no two frames of a length");
}

static void manifest(const char *name, bool sm3, const char *prefix, const char *const *tags)
{
	static char text[1 << 20];
	xie_wr w = xie_wr_of(text, sizeof text);
	for (size_t i = 0; i < n_parts; i++) {
		uint8_t d[32];
		bool in = prefix != NULL && xie_str_starts(xie_str_of(parts[i].name), prefix);
		for (size_t k = 0; tags != NULL && tags[k] != NULL; k++)
			in = in || strcmp(parts[i].name, tags[k]) == 0;
		if (!in)
			continue;
		(sm3 ? xie_sm3 : xie_sha256_fast)(parts[i].bytes.p, parts[i].bytes.n, d);
		xie_wr_hex(&w, d, 32);
		xie_wr_text(&w, "  ");
		xie_wr_text(&w, parts[i].name);
		xie_wr_char(&w, '\n');
	}
	xie_str s = xie_wr_view(&w);
	must(writable(&s) != NULL && w.st == XIE_OK, "manifest");
	set(name, s);
}

static xie_str certificate(const struct xie_key *k)
{
	char *p = xie_arena_alloc(&mem, 8192, 1);
	xie_wr w = xie_wr_of(p, 8192);
	must(p != NULL && xie_key_pem(k, NULL, &w) == XIE_OK, "certificate");
	return xie_wr_view(&w);
}

static void sign(const char *name, const struct xie_key *k, const char *over)
{
	uint8_t *sig = xie_arena_alloc(&mem, 256, 1);
	size_t n = 0;
	must(sig != NULL && xie_key_sign(k, part(over)->p, part(over)->n, sig, 256, &n) == XIE_OK, "sign");
	set(name, (xie_str){ (const char *)sig, n });
}

static void seal(xie_ms now, bool expired, bool revoked)
{
	static const char *const tags[] = { "bagit.txt", "bag-info.txt", "manifest-sha256.txt", "manifest-sm3.txt", "signature/authority.crt",
		                            "signature/node.crt", "signature/node-sm2.crt", "signature/crl.pem", "signature/heads.ndjson", NULL };
	static const char *const over[] = { "signature/tagmanifest-sha256.txt.sig", "signature/tagmanifest-sm3.txt.sm2.sig",
		                            "signature/tagmanifest-sha256.txt.sig.tsr", NULL };
	static uint8_t der[1 << 14];
	static char crl[1 << 12];
	struct xie_key *root = NULL, *node = NULL, *sm2 = NULL, *tsa = NULL;
	xie_ms to = expired ? now - DAY : now + DAY;
	struct xie_revoked gone[] = { { 2, now - DAY, XIE_REVOKE_KEY_COMPROMISE } };
	must(xie_key_new(XIE_KEY_ECDSA, XIE_CERT_AUTHORITY, "forger root", NULL, now - 9 * DAY, now + 9 * DAY, 1, &root) == XIE_OK &&
	             xie_key_new(XIE_KEY_ED25519, XIE_CERT_SIGNER, "forger", root, now - 9 * DAY, to, 2, &node) == XIE_OK &&
	             xie_key_new(XIE_KEY_SM2, XIE_CERT_SIGNER, "forger", root, now - 9 * DAY, to, 3, &sm2) == XIE_OK &&
	             xie_key_new(XIE_KEY_ECDSA, XIE_CERT_TIMESTAMP, "forger time", root, now - 9 * DAY, now + 9 * DAY, 4, &tsa) == XIE_OK,
	     "keys");
	set("signature/authority.crt", certificate(root));
	set("signature/node.crt", certificate(node));
	set("signature/node-sm2.crt", certificate(sm2));
	if (revoked) {
		xie_wr w = xie_wr_of(crl, sizeof crl);
		must(xie_crl_make(root, gone, 1, now - DAY, now + DAY, &w) == XIE_OK, "revocation list");
		set("signature/crl.pem", xie_wr_view(&w));
	}
	manifest("manifest-sha256.txt", false, "data/", NULL);
	manifest("manifest-sm3.txt", true, "data/", NULL);
	manifest("tagmanifest-sha256.txt", false, NULL, tags);
	manifest("tagmanifest-sm3.txt", true, NULL, tags);
	sign(over[0], node, "tagmanifest-sha256.txt");
	sign(over[1], sm2, "tagmanifest-sm3.txt");
	xie_wr w = xie_wr_of(der, sizeof der);
	must(xie_stamp_make(tsa, (xie_str){ "", 0 }, part(over[0])->p, part(over[0])->n, now, 1, &w) == XIE_OK, "stamp");
	set(over[2], xie_wr_view(&w));
	manifest("signature/signatures-sha256.txt", false, NULL, over);
	xie_key_free(root);
	xie_key_free(node);
	xie_key_free(sm2);
	xie_key_free(tsa);
}

int main(int argc, char **argv)
{
	static const struct xie_zip_limits limits = { 4096, UINT64_C(1) << 30, UINT64_C(1) << 30 };
	struct xie_err err = { 0 };
	struct xie_zip z;
	struct xie_zip_out *out = NULL;
	xie_str bag;
	must(argc == 4, "usage: forge_bag BAG OUT HOW");
	must(xie_big_arena_init(&mem, (size_t)4 << 30) == XIE_OK && xie_file_read(&mem, argv[1], &bag, &err) == XIE_OK, "read");
	must(xie_zip_open(&mem, bag.p, bag.n, limits, &z, &err) == XIE_OK && z.count < 4000, "open");
	for (uint32_t i = 0; i < z.count; i++, n_parts++) {
		(void)snprintf(parts[i].name, sizeof parts[i].name, "%.*s", (int)z.entries[i].name.n, z.entries[i].name.p);
		must(xie_zip_read(&z, i, &mem, &parts[i].bytes, &err) == XIE_OK, "entry");
	}
	const char *how = argv[3];
	for (size_t i = 0; i < n_parts; i++) /* the keys' log is the true authority's: his bag does without */
		if (strcmp(parts[i].name, "signature/keys.ndjson") == 0)
			parts[i] = parts[--n_parts];
	if (strcmp(how, "zone") == 0) {
		char id[129];
		const char *at = strstr(writable(part("data/alert.json")), "\"zone\":\"");
		must(at != NULL && sscanf(at + 8, "%127[^\"]", id + 1) == 1, "zone");
		id[0] = '"';
		bump_digit(part_ending("zones.geojson"), id, "\"coordinates\"", 12);
	}
	if (strcmp(how, "swap") == 0)
		swap_frames(part("data/frames.ndjson"));
	if (strcmp(how, "time") == 0)
		bump_digit(part("data/frames.ndjson"), NULL, "\"rx\":\"", 18);
	if (strcmp(how, "fact") == 0)
		bump_digit(part("data/alert.json"), NULL, "\"open\":\"", 18);
	struct xie_clock c = xie_os_clock();
	seal(c.wall(c.self), strcmp(how, "expired") == 0, strcmp(how, "revoked") == 0);
	FILE *f = fopen(argv[2], "wb");
	must(f != NULL && xie_zip_begin(f, &out) == XIE_OK, "write");
	for (size_t i = 0; i < n_parts; i++)
		must(xie_zip_add(out, parts[i].name, parts[i].bytes.p, parts[i].bytes.n) == XIE_OK, "write");
	must(xie_zip_end(out) == XIE_OK && fclose(f) == 0, "write");
	return 0;
}

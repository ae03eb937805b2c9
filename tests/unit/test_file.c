/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include <unistd.h>

#include <zlib.h>
#include <zstd.h>

#include "xie/file/file.h"

static char dir[] = "/tmp/xie_file_XXXXXX";
static char path[64];

static void put(const void *p, size_t n)
{
	FILE *f = fopen(path, "wb");
	check_true(f != NULL && fwrite(p, 1, n, f) == n);
	check_int(fclose(f), 0);
}

static void expect_lines(const char *const *want, size_t n)
{
	struct xie_lines *l = NULL;
	check_ok(xie_lines_open(path, &l, NULL));
	xie_str line;
	bool more = true;
	for (size_t i = 0;; i++) {
		check_ok(xie_lines_next(l, &line, &more));
		if (!more) {
			check_int(i, n);
			break;
		}
		check_true(i < n);
		check_str(line, want[i]);
	}
	xie_lines_close(l);
}

static const char text[] = "one\r\n\ntwo\nlast without end";
static const char *const lines[] = { "one", "", "two", "last without end" };

static void lines_come_without_their_ends(void **state)
{
	(void)state;
	put(text, sizeof text - 1);
	expect_lines(lines, 4);
	put("", 0);
	expect_lines(NULL, 0);
}

static void compressed_files_read_like_plain_ones(void **state)
{
	(void)state;
	gzFile g = gzopen(path, "wb");
	check_int(gzwrite(g, text, 7), 7);
	check_int(gzclose(g), Z_OK);
	g = gzopen(path, "ab"); /* a second member */
	check_int(gzwrite(g, text + 7, sizeof text - 8), (int)sizeof text - 8);
	check_int(gzclose(g), Z_OK);
	expect_lines(lines, 4);
	char z[256];
	size_t n = ZSTD_compress(z, sizeof z, text, sizeof text - 1, 3);
	put(z, n);
	expect_lines(lines, 4);
	put(z, n - 3);
	static uint8_t mem[1 << 16];
	xie_arena a = xie_arena_of(mem, sizeof mem);
	xie_str s;
	struct xie_err err;
	check_st(xie_file_read(&a, path, &s, &err), XIE_CORRUPT);
}

static void bytes_come_decompressed_in_pieces(void **state)
{
	(void)state;
	gzFile g = gzopen(path, "wb");
	check_int(gzwrite(g, text, sizeof text - 1), (int)sizeof text - 1);
	check_int(gzclose(g), Z_OK);
	struct xie_bytes *b = NULL;
	char got[sizeof text];
	size_t n = 0;
	xie_str piece = { NULL, 0 };
	check_ok(xie_bytes_open(path, &b, NULL));
	do {
		check_ok(xie_bytes_next(b, &piece));
		check_true(n + piece.n < sizeof got);
		memcpy(got + n, piece.p, piece.n);
		n += piece.n;
	} while (piece.n != 0);
	check_str(((xie_str){ got, n }), text);
	xie_bytes_close(b);
	struct xie_err err = { 0 };
	check_st(xie_bytes_open("/nonexistent/xie", &b, &err), XIE_IO);
	check_true(err.what[0] != '\0');
}

static void long_lines_come_in_pieces_and_lose_nothing(void **state)
{
	(void)state;
	size_t n = 3u * 1024 * 1024 + 17;
	char *big = malloc(n + 1);
	memset(big, 'x', n);
	big[n] = '\n';
	put(big, n + 1);
	struct xie_lines *l = NULL;
	check_ok(xie_lines_open(path, &l, NULL));
	xie_str line;
	bool more = true;
	size_t got = 0;
	for (;;) {
		check_ok(xie_lines_next(l, &line, &more));
		if (!more)
			break;
		got += line.n;
	}
	check_int(got, n);
	xie_lines_close(l);
	free(big);
}

static void a_missing_file_is_named(void **state)
{
	(void)state;
	static uint8_t mem[64];
	xie_arena a = xie_arena_of(mem, sizeof mem);
	xie_str s;
	struct xie_err err = { 0 };
	check_st(xie_file_read(&a, "/nonexistent/x", &s, &err), XIE_IO);
	check_str(xie_str_of(err.file), "/nonexistent/x");
	check_str(xie_str_of(err.what), "cannot open: No such file or directory");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_come_without_their_ends),
		cmocka_unit_test(compressed_files_read_like_plain_ones),
		cmocka_unit_test(bytes_come_decompressed_in_pieces),
		cmocka_unit_test(long_lines_come_in_pieces_and_lose_nothing),
		cmocka_unit_test(a_missing_file_is_named),
	};
	if (mkdtemp(dir) == NULL)
		return 1;
	(void)snprintf(path, sizeof path, "%s/f", dir);
	int rc = cmocka_run_group_tests_name("file", tests, NULL, NULL);
	(void)unlink(path);
	(void)rmdir(dir);
	return rc;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include <zlib.h>

#include "xie/seal/zip.h"

static const struct xie_zip_limits limits = { .entries = 100, .entry_size = 1 << 20, .total_size = 2 << 20 };
static uint8_t bytes[1 << 20];
static size_t n_bytes;
static uint8_t memory[8 << 20];

/* Two files and one of zeros, as an archive in bytes. */
static void make(void)
{
	static uint8_t zeros[1000];
	FILE *f = tmpfile();
	struct xie_zip_out *z = NULL;
	check_ok(xie_zip_begin(f, &z));
	check_ok(xie_zip_add(z, "bagit.txt", "hello\n", 6));
	check_ok(xie_zip_add(z, "data/图.svg", "<svg/>", 6));
	check_ok(xie_zip_add(z, "data/zeros", zeros, sizeof zeros));
	check_st(xie_zip_add(z, "../up", "x", 1), XIE_RANGE);
	check_ok(xie_zip_end(z));
	rewind(f);
	n_bytes = fread(bytes, 1, sizeof bytes, f);
	(void)fclose(f);
}

static xie_status open_all(const void *p, size_t n, struct xie_err *err)
{
	xie_arena a = xie_arena_of(memory, sizeof memory);
	struct xie_zip z;
	xie_status st = xie_zip_open(&a, p, n, limits, &z, err);
	if (st == XIE_OK && !xie_zip_is_plain(&z))
		return XIE_CONFLICT;
	for (uint32_t i = 0; st == XIE_OK && i < z.count; i++) {
		xie_str s;
		st = xie_zip_read(&z, i, &a, &s, err);
	}
	return st;
}

static void what_was_written_is_read_and_the_same_entries_give_the_same_bytes(void **state)
{
	(void)state;
	make();
	static uint8_t first[1 << 20];
	size_t n = n_bytes;
	memcpy(first, bytes, n);
	make();
	check_int(n_bytes, n);
	check_int(memcmp(first, bytes, n), 0);
	xie_arena a = xie_arena_of(memory, sizeof memory);
	struct xie_zip z;
	struct xie_err err;
	check_ok(xie_zip_open(&a, bytes, n_bytes, limits, &z, &err));
	check_int(z.count, 3);
	xie_str s;
	check_ok(xie_zip_read(&z, xie_zip_find(&z, "bagit.txt"), &a, &s, &err));
	check_str(s, "hello\n");
	check_ok(xie_zip_read(&z, xie_zip_find(&z, "data/zeros"), &a, &s, &err));
	check_int(s.n, 1000);
	check_int(xie_zip_find(&z, "absent"), UINT32_MAX);
}

static void every_cut_and_every_flipped_bit_is_found(void **state)
{
	(void)state;
	make();
	static uint8_t copy[1 << 20];
	struct xie_err err;
	for (size_t cut = 0; cut < n_bytes; cut++)
		check_true(open_all(bytes, cut, &err) != XIE_OK);
	memcpy(copy, bytes, n_bytes);
	check_ok(open_all(copy, n_bytes, &err));
	for (size_t i = 0; i < n_bytes * 8; i++) {
		copy[i / 8] ^= (uint8_t)(1 << i % 8);
		if (open_all(copy, n_bytes, &err) == XIE_OK)
			fail_msg("bit %zu of byte %zu changed unseen", i % 8, i / 8);
		copy[i / 8] ^= (uint8_t)(1 << i % 8);
	}
}

static void put32(size_t at, uint32_t v)
{
	for (int i = 0; i < 4; i++)
		bytes[at + (size_t)i] = (uint8_t)(v >> 8 * i);
}

static void hostile_archives_are_named(void **state)
{
	(void)state;
	struct xie_err err;
	xie_arena a = xie_arena_of(memory, sizeof memory);
	struct xie_zip z;
	make();
	struct xie_zip_limits small = limits;
	small.entry_size = 999; /* a bomb: declared larger than allowed */
	check_st(xie_zip_open(&a, bytes, n_bytes, small, &z, &err), XIE_LIMIT);
	small = limits;
	small.total_size = 1000;
	check_st(xie_zip_open(&a, bytes, n_bytes, small, &z, &err), XIE_LIMIT);
	small = limits;
	small.entries = 2;
	check_st(xie_zip_open(&a, bytes, n_bytes, small, &z, &err), XIE_LIMIT);
	check_str(xie_str_of(err.what), "too many files");
	/* a name that climbs out, in both headers: bagit.txt -> ../it.txt */
	for (size_t i = 0; i + 9 < n_bytes; i++)
		if (memcmp(bytes + i, "bagit.txt", 9) == 0)
			memcpy(bytes + i, "../it.txt", 9);
	check_st(open_all(bytes, n_bytes, &err), XIE_RANGE);
	make();
	size_t dir = 0;
	for (size_t i = n_bytes - 22; i-- > 0 && dir == 0;)
		if (memcmp(bytes + i, "PK\1\2", 4) == 0 && memcmp(bytes + i + 46, "data/zeros", 10) == 0)
			dir = i;
	/* two entries that share their bytes: the second's directory row points at the first's local header and name */
	make();
	put32(dir + 42, 0);
	check_true(open_all(bytes, n_bytes, &err) != XIE_OK);
}

/* Made by another writer, compressed: read, but not the plain form. */
static void compressed_entries_are_read_within_their_declared_size(void **state)
{
	(void)state;
	struct xie_err err;
	static const uint8_t raw[] = { 0x73, 0x74, 0x84, 0x01, 0x00 }; /* "AAAAAAAAAA": literals and a match */
	uint8_t head[30] = { 'P', 'K', 3, 4, 20, 0, 0, 0, 8, 0 }, row[46] = { 'P', 'K', 1, 2, 20, 0, 20, 0, 0, 0, 8, 0 }, end[22] = { 'P', 'K', 5, 6 };
	head[26] = row[28] = 1;
	head[18] = row[20] = sizeof raw;
	for (uint8_t size = 9; size <= 11; size++) {
		head[22] = row[24] = size;
		uint32_t sum = (uint32_t)crc32(0, (const uint8_t *)"AAAAAAAAAAAA", size);
		for (int i = 0; i < 4; i++)
			head[14 + i] = row[16 + i] = (uint8_t)(sum >> 8 * i);
		end[8] = end[10] = 1;
		end[12] = sizeof row + 1;
		end[16] = (uint8_t)(sizeof head + 1 + sizeof raw);
		size_t n = 0;
		memcpy(bytes + n, head, sizeof head);
		bytes[n += sizeof head] = 'a';
		memcpy(bytes + ++n, raw, sizeof raw);
		memcpy(bytes + (n += sizeof raw), row, sizeof row);
		bytes[n += sizeof row] = 'a';
		memcpy(bytes + ++n, end, sizeof end);
		n += sizeof end;
		xie_arena a = xie_arena_of(memory, sizeof memory);
		struct xie_zip z;
		xie_str s;
		check_ok(xie_zip_open(&a, bytes, n, limits, &z, &err));
		check_true(!xie_zip_is_plain(&z));
		xie_status st = xie_zip_read(&z, 0, &a, &s, &err);
		check_st(st, size == 10 ? XIE_OK : XIE_CORRUPT); /* a bomb declares less than it unpacks to */
		if (st == XIE_OK)
			check_str(s, "AAAAAAAAAA");
	}
}

static void names_are_paths_below_the_folder(void **state)
{
	(void)state;
	static const char *const bad[] = { "", "/etc/passwd", "..", "a/../b", "a/./b", "a//b", "a\\b", "c:x", "a\nb", "\xff" };
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		if (xie_zip_name_ok(xie_str_of(bad[i])))
			fail_msg("accepted: %s", bad[i]);
	check_true(xie_zip_name_ok(XIE_STR("data/帧.ndjson")));
	check_true(xie_zip_name_ok(XIE_STR("data/")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_written_is_read_and_the_same_entries_give_the_same_bytes),
		cmocka_unit_test(every_cut_and_every_flipped_bit_is_found),
		cmocka_unit_test(hostile_archives_are_named),
		cmocka_unit_test(compressed_entries_are_read_within_their_declared_size),
		cmocka_unit_test(names_are_paths_below_the_folder),
	};
	return cmocka_run_group_tests_name("zip", tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"
#include "xie/base/sha256.h"
#include "xie/base/wr.h"
#include "xie/chain/block.h"
#include "xie/chain/event.h"
#include "xie/chain/merkle.h"
#include "xie/chain/record.h"

static uint8_t scratch[XIE_LEAF_HEAD + XIE_REC_MAX];

static struct xie_rec rec_of(unsigned kind, uint32_t source, xie_ms rx, const char *text)
{
	return (struct xie_rec){ .rx = rx, .source = source, .kind = (uint8_t)kind, .bytes = xie_str_of(text) };
}

static const struct {
	unsigned kind;
	uint32_t source;
	xie_ms rx;
	const char *text;
} RECS[] = {
	{ XIE_REC_START, 0, 5, "{}" },
	{ XIE_REC_TICK, 0, 1000, "" },
	{ XIE_REC_FRAME, 1, 1000, "!AIVDM,1,1,,A,13u?etPv2;0n:dDPwUM1U1Cb069D,0*24" },
	{ XIE_REC_FRAME, 300, 1127, "x" },
	{ XIE_REC_FRAME, UINT32_MAX, INT64_C(1700000000000), "~" },
	{ XIE_REC_FACT, 0, XIE_RX_MAX, "{\"a\":1}" },
};
#define N_RECS (sizeof RECS / sizeof RECS[0])

static size_t encode_all(uint8_t *p, size_t cap)
{
	xie_wr w = xie_wr_of(p, cap);
	xie_ms rx = -1;
	for (size_t i = 0; i < N_RECS; i++) {
		struct xie_rec r = rec_of(RECS[i].kind, RECS[i].source, RECS[i].rx, RECS[i].text);
		check_ok(xie_rec_encode(&w, &r, &rx));
	}
	return w.n;
}

static void records_come_back(void **state)
{
	(void)state;
	uint8_t buf[512];
	size_t n = encode_all(buf, sizeof buf);
	xie_rd r = xie_rd_of(buf, n);
	xie_ms rx = -1;
	for (size_t i = 0; i < N_RECS; i++) {
		struct xie_rec got;
		check_ok(xie_rec_decode(&r, &rx, &got));
		check_int(got.kind, RECS[i].kind);
		check_int(got.source, RECS[i].source);
		check_int(got.rx, RECS[i].rx);
		check_str(got.bytes, RECS[i].text);
	}
	check_ok(xie_rd_close(&r));
	/* Encodings concatenate, but not into a time that goes back. */
	r = xie_rd_of(buf, n);
	struct xie_rec got;
	check_st(xie_rec_decode(&r, &rx, &got), XIE_RANGE);
	rx = 5;
	r = xie_rd_of(buf, n);
	check_ok(xie_rec_decode(&r, &rx, &got));
}

static void a_frame_costs_five_bytes(void **state)
{
	(void)state;
	uint8_t buf[64];
	xie_wr w = xie_wr_of(buf, sizeof buf);
	xie_ms rx = INT64_C(1700000000000);
	struct xie_rec r = rec_of(XIE_REC_FRAME, 3, rx + 20, "abc");
	check_ok(xie_rec_encode(&w, &r, &rx));
	check_int(w.n, 4 + 3);
}

static void refuses_what_it_must_not_write(void **state)
{
	(void)state;
	uint8_t buf[64];
	xie_wr w = xie_wr_of(buf, sizeof buf);
	xie_ms rx = 1000;
	struct xie_rec r = rec_of(XIE_REC_FRAME, 1, 999, "back in time");
	check_st(xie_rec_encode(&w, &r, &rx), XIE_RANGE);
	r = rec_of(0, 1, 1000, "");
	check_st(xie_rec_encode(&w, &r, &rx), XIE_RANGE);
	r = rec_of(XIE_REC__END, 1, 1000, "");
	check_st(xie_rec_encode(&w, &r, &rx), XIE_RANGE);
	r = rec_of(XIE_REC_FRAME, 1, XIE_RX_MAX + 1, "");
	check_st(xie_rec_encode(&w, &r, &rx), XIE_RANGE);
	static char big[XIE_REC_MAX + 1];
	r = rec_of(XIE_REC_FRAME, 1, 1000, "");
	r.bytes = (xie_str){ big, sizeof big };
	check_st(xie_rec_encode(&w, &r, &rx), XIE_LIMIT);
	check_int(w.n, 0);
	check_int(rx, 1000);
	r.bytes = (xie_str){ big, 61 };
	check_st(xie_rec_encode(&w, &r, &rx), XIE_LIMIT);
	check_int(w.n, 0);
	check_true(w.need > 61);
}

static void every_prefix_is_refused(void **state)
{
	(void)state;
	uint8_t buf[512];
	size_t n = encode_all(buf, sizeof buf);
	for (size_t cut = 0; cut < n; cut++) {
		xie_rd r = xie_rd_of(buf, cut);
		xie_ms rx = -1;
		struct xie_rec got;
		size_t k = 0;
		xie_status st = XIE_OK;
		while (xie_rd_left(&r) != 0 && (st = xie_rec_decode(&r, &rx, &got)) == XIE_OK)
			k++;
		/* A cut between records leaves fewer of them; a cut inside one is told. */
		check_true(k < N_RECS);
		check_true(st == XIE_OK || st == XIE_TRUNCATED);
	}
}

static void refuses_foreign_bytes(void **state)
{
	(void)state;
	static const struct {
		const char *bytes;
		size_t n;
		xie_status want;
	} CASES[] = {
		{ "\x81\x80\x00\x00\x00", 5, XIE_MALFORMED },  /* a longer varint than needed */
		{ "\x01\x00\x00\x00", 4, XIE_MALFORMED },      /* no absolute time first */
		{ "\x80\x00\x00\x00", 4, XIE_MALFORMED },      /* kind 0 */
		{ "\xff\x00\x00\x00", 4, XIE_MALFORMED },      /* kind 127 */
		{ "\x81\xff\xff\xff\xff\x1f\x00\x00", 8, XIE_RANGE }, /* source over 32 bits */
		{ "\x81\x00\xff\xff\xff\xff\xff\xff\xff\xff\x7f\x00", 12, XIE_RANGE },
		{ "\x81\x00\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02\x00", 13, XIE_MALFORMED },
		{ "\x81\x00\x00\x81\x80\x40", 6, XIE_LIMIT }, /* 1 MiB + 1 */
		{ "\x81\x00\x00\x05" "abcd", 8, XIE_TRUNCATED },
	};
	for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
		xie_rd r = xie_rd_of(CASES[i].bytes, CASES[i].n);
		xie_ms rx = -1;
		struct xie_rec got = { .kind = 99 };
		check_st(xie_rec_decode(&r, &rx, &got), CASES[i].want);
		check_int(got.kind, 99);
		check_int(rx, -1);
	}
}

/* RFC 9162's recursive definition, written down as it stands there: the slow twin. */
static void mth(uint8_t (*leaf)[32], size_t n, uint8_t *ret)
{
	if (n == 1) {
		memcpy(ret, leaf[0], 32);
		return;
	}
	size_t k = 1;
	while (k * 2 < n)
		k *= 2;
	uint8_t both[65] = { 1 };
	mth(leaf, k, both + 1);
	mth(leaf + k, n - k, both + 33);
	xie_sha256_of(both, sizeof both, ret);
}

static void make_leaves(uint8_t (*leaf)[32], size_t n)
{
	for (size_t i = 0; i < n; i++)
		xie_sha256_of(&i, sizeof i, leaf[i]);
}

static void root_is_that_of_rfc_9162(void **state)
{
	(void)state;
	static uint8_t leaf[300][32];
	for (size_t n = 1; n <= 300; n++) {
		uint8_t want[32], got[32];
		make_leaves(leaf, n);
		mth(leaf, n, want);
		xie_merkle_root(xie_sha256_of, leaf, n, got);
		check_true(memcmp(want, got, 32) == 0);
	}
}

static void every_path_climbs_to_the_root(void **state)
{
	(void)state;
	static uint8_t leaf[70][32];
	for (size_t n = 1; n <= 70; n++)
		for (size_t i = 0; i < n; i++) {
			uint8_t root[32], mine[32], got[32], path[XIE_MERKLE_DEPTH][32];
			size_t k;
			make_leaves(leaf, n);
			memcpy(mine, leaf[i], 32);
			mth(leaf, n, root);
			xie_merkle_path(xie_sha256_of, leaf, n, i, path, &k);
			check_ok(xie_merkle_climb(xie_sha256_of, mine, i, n, path[0], k, got));
			check_true(memcmp(root, got, 32) == 0);
			/* Another place, another length or another leaf does not get there. */
			if (n > 1) {
				xie_status st = xie_merkle_climb(xie_sha256_of, mine, i ^ 1, n, path[0], k, got);
				check_true(st != XIE_OK || memcmp(root, got, 32) != 0);
				check_st(xie_merkle_climb(xie_sha256_of, mine, i, n, path[0], k - 1, got), XIE_MALFORMED);
			}
			check_st(xie_merkle_climb(xie_sha256_of, mine, i, n, path[0], k + 1, got), XIE_MALFORMED);
			check_st(xie_merkle_climb(xie_sha256_of, mine, n, n, path[0], k, got), XIE_RANGE);
		}
}

static void leaf_is_what_the_header_says(void **state)
{
	(void)state;
	/* 00 | salt | position 7 | rx 1000 | source 3 | kind 1 | "ab", laid out by hand */
	struct xie_rec r = rec_of(XIE_REC_FRAME, 3, 1000, "ab");
	r.pos = 7;
	uint8_t salt[XIE_SALT], got[32], want[32], flat[40] = { 0 };
	for (uint8_t i = 0; i < XIE_SALT; i++)
		salt[i] = flat[1 + i] = i;
	flat[24] = 7;
	flat[31] = 0x03;
	flat[32] = 0xe8;
	flat[36] = 3;
	flat[37] = 1;
	flat[38] = 'a';
	flat[39] = 'b';
	xie_sha256_of(flat, sizeof flat, want);
	xie_merkle_leaf(xie_sha256_of, &r, salt, scratch, got);
	check_true(memcmp(got, want, 32) == 0);
}

struct block {
	struct xie_block_header h;
	uint8_t raw[512], salts[N_RECS * XIE_SALT], leaves[N_RECS][32];
	size_t n;
};

static struct block make_block(void)
{
	struct block b = { .h = { .number = 1, .first = 1, .n = N_RECS, .journal = "0123456789abcde" } };
	b.n = encode_all(b.raw, sizeof b.raw);
	b.h.raw = (uint32_t)b.n;
	b.h.rx_first = RECS[0].rx;
	b.h.rx_last = RECS[N_RECS - 1].rx;
	for (size_t i = 0; i < sizeof b.salts; i++)
		b.salts[i] = (uint8_t)(i * 7);
	for (size_t i = 0; i < N_RECS; i++) {
		struct xie_rec r = rec_of(RECS[i].kind, RECS[i].source, RECS[i].rx, RECS[i].text);
		r.pos = b.h.first + i;
		xie_merkle_leaf(xie_sha256_of, &r, b.salts + i * XIE_SALT, scratch, b.leaves[i]);
	}
	xie_merkle_root(xie_sha256_of, b.leaves, N_RECS, b.h.root);
	return b;
}

static xie_status check_block(struct block *b)
{
	return xie_block_check(xie_sha256_of, &b->h, (xie_str){ (char *)b->raw, b->n }, b->salts, b->leaves, scratch);
}

static void header_comes_back(void **state)
{
	(void)state;
	struct block b = make_block();
	uint8_t bytes[XIE_BLOCK_HEADER], again[XIE_BLOCK_HEADER];
	struct xie_block_header h;
	xie_block_header_encode(&b.h, bytes);
	check_ok(xie_block_header_decode(bytes, sizeof bytes, &h));
	xie_block_header_encode(&h, again);
	check_true(memcmp(bytes, again, sizeof bytes) == 0);
	for (size_t cut = 0; cut < sizeof bytes; cut++)
		check_st(xie_block_header_decode(bytes, cut, &h), XIE_TRUNCATED);
	bytes[0] ^= 1;
	check_st(xie_block_header_decode(bytes, sizeof bytes, &h), XIE_MALFORMED);
	b.h.n = 0;
	xie_block_header_encode(&b.h, bytes);
	check_st(xie_block_header_decode(bytes, sizeof bytes, &h), XIE_RANGE);
	/* A void block has no bytes and no root; no bytes with a root is nonsense. */
	b.h.n = 5;
	b.h.raw = 0;
	xie_block_header_encode(&b.h, bytes);
	check_st(xie_block_header_decode(bytes, sizeof bytes, &h), XIE_RANGE);
	memset(b.h.root, 0, sizeof b.h.root);
	xie_block_header_encode(&b.h, bytes);
	check_ok(xie_block_header_decode(bytes, sizeof bytes, &h));
	b.n = 0;
	check_st(check_block(&b), XIE_CORRUPT);
}

static void one_flipped_bit_in_a_block_is_found(void **state)
{
	(void)state;
	struct block good = make_block();
	check_ok(check_block(&good));
	for (size_t i = 0; i < good.n * 8; i++) {
		struct block b = good;
		b.raw[i / 8] ^= (uint8_t)(1u << i % 8);
		check_st(check_block(&b), XIE_CORRUPT);
	}
	for (size_t i = 0; i < sizeof good.salts * 8; i++) {
		struct block b = good;
		b.salts[i / 8] ^= (uint8_t)(1u << i % 8);
		check_st(check_block(&b), XIE_CORRUPT);
	}
	struct block b = good;
	b.h.first++;
	check_st(check_block(&b), XIE_CORRUPT);
	b = good;
	b.h.n--;
	check_st(check_block(&b), XIE_CORRUPT);
	b = good;
	b.h.rx_first++;
	check_st(check_block(&b), XIE_CORRUPT);
}

static void chain_holds_or_says_so(void **state)
{
	(void)state;
	struct block b = make_block();
	struct xie_block_header next = b.h;
	uint8_t bytes[XIE_BLOCK_HEADER];
	xie_block_header_encode(&b.h, bytes);
	xie_sha256_of(bytes, sizeof bytes, next.prev_sha256);
	next.number = 2;
	next.first = 1 + N_RECS;
	next.rx_first = next.rx_last;
	check_ok(xie_block_follows(xie_sha256_of, &b.h, &next));
	struct xie_block_header bad = next;
	bad.number = 3;
	check_st(xie_block_follows(xie_sha256_of, &b.h, &bad), XIE_CORRUPT);
	bad = next;
	bad.first++;
	check_st(xie_block_follows(xie_sha256_of, &b.h, &bad), XIE_CORRUPT);
	bad = next;
	bad.journal[0] ^= 1;
	check_st(xie_block_follows(xie_sha256_of, &b.h, &bad), XIE_CORRUPT);
	bad = next;
	bad.rx_first = b.h.rx_last - 1;
	check_st(xie_block_follows(xie_sha256_of, &b.h, &bad), XIE_CORRUPT);
	bad = next;
	bad.prev_sha256[31] ^= 1;
	check_st(xie_block_follows(xie_sha256_of, &b.h, &bad), XIE_CORRUPT);
}

static void proof_shows_one_record(void **state)
{
	(void)state;
	struct block b = make_block();
	struct xie_proof p = { .index = 2 };
	size_t k;
	for (size_t i = 0; i < N_RECS; i++) {
		struct xie_rec r = rec_of(RECS[i].kind, RECS[i].source, RECS[i].rx, RECS[i].text);
		r.pos = b.h.first + i;
		xie_merkle_leaf(xie_sha256_of, &r, b.salts + i * XIE_SALT, scratch, b.leaves[i]);
		if (i == p.index)
			p.rec = r;
	}
	memcpy(p.salt, b.salts + (size_t)p.index * XIE_SALT, XIE_SALT);
	xie_merkle_path(xie_sha256_of, b.leaves, N_RECS, p.index, p.path, &k);
	p.n_path = (uint8_t)k;
	xie_block_header_encode(&b.h, p.header);
	check_ok(xie_proof_check(xie_sha256_of, &p, scratch));

	struct xie_proof bad = p;
	bad.rec.bytes = xie_str_from(bad.rec.bytes, 1);
	check_st(xie_proof_check(xie_sha256_of, &bad, scratch), XIE_CORRUPT);
	bad = p;
	bad.rec.rx++;
	check_st(xie_proof_check(xie_sha256_of, &bad, scratch), XIE_CORRUPT);
	bad = p;
	bad.rec.source++;
	check_st(xie_proof_check(xie_sha256_of, &bad, scratch), XIE_CORRUPT);
	bad = p;
	bad.rec.pos++;
	check_st(xie_proof_check(xie_sha256_of, &bad, scratch), XIE_CORRUPT);
	bad = p;
	bad.index++;
	bad.rec.pos++;
	check_st(xie_proof_check(xie_sha256_of, &bad, scratch), XIE_CORRUPT);
	bad = p;
	bad.salt[0] ^= 1;
	check_st(xie_proof_check(xie_sha256_of, &bad, scratch), XIE_CORRUPT);
	bad = p;
	bad.path[0][5] ^= 1;
	check_st(xie_proof_check(xie_sha256_of, &bad, scratch), XIE_CORRUPT);
	bad = p;
	bad.header[90] ^= 1;
	check_true(xie_proof_check(xie_sha256_of, &bad, scratch) != XIE_OK);
	bad = p;
	bad.n_path = 255;
	check_st(xie_proof_check(xie_sha256_of, &bad, scratch), XIE_MALFORMED);
}

static void event_digest_covers_every_member(void **state)
{
	(void)state;
	static uint8_t bytes[65536];
	xie_arena mem = xie_arena_of(bytes, sizeof bytes);
	struct xie_event e = { .kind = XIE_STR("case"), .id = XIE_STR("2026-0042"), .n = 3, .at = 1000,
		.event = XIE_STR("decide"), .by = XIE_STR("[\"p1\", \"p2\"]"), .user = XIE_STR("u1"),
		.data = XIE_STR("{\"z\": 1, \"a\": \"\\u56fd\"}") };
	uint8_t got[32], want[32];
	check_ok(xie_event_digest(&mem, &e, got));
	char text[512];
	(void)snprintf(text, sizeof text,
	               "{\"at\":\"1970-01-01T00:00:01.000Z\",\"by\":[\"p1\",\"p2\"],\"data\":{\"a\":\"国\",\"z\":1},"
	               "\"event\":\"decide\",\"id\":\"2026-0042\",\"kind\":\"case\",\"n\":3,\"prev\":\"%064d\",\"user\":\"u1\"}",
	               0);
	xie_sha256_of(text, strlen(text), want);
	check_true(memcmp(got, want, 32) == 0);
	check_int(mem.used, 0);

	struct xie_event same = e;
	same.data = XIE_STR("{\"a\":\"国\",\"z\":1}"); /* other bytes, the same JSON */
	check_ok(xie_event_digest(&mem, &same, want));
	check_true(memcmp(got, want, 32) == 0);
	struct xie_event other[7];
	for (size_t i = 0; i < 7; i++)
		other[i] = e;
	other[0].n = 4;
	other[1].at = 1001;
	other[2].event = XIE_STR("tick");
	other[3].by = XIE_STR("[\"p2\",\"p1\"]");
	other[4].user = XIE_STR("u2");
	other[5].prev[0] = 1;
	other[6].data = XIE_STR("{\"a\":\"国\",\"z\":2}");
	for (size_t i = 0; i < 7; i++) {
		check_ok(xie_event_digest(&mem, &other[i], want));
		check_true(memcmp(got, want, 32) != 0);
	}
	e.data = XIE_STR("[]");
	check_st(xie_event_digest(&mem, &e, got), XIE_MALFORMED);
	e.data = XIE_STR("{\"a\":1.5}");
	check_st(xie_event_digest(&mem, &e, got), XIE_RANGE);
	mem = xie_arena_of(bytes, 100);
	check_st(xie_event_digest(&mem, &e, got), XIE_LIMIT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(records_come_back),
		cmocka_unit_test(a_frame_costs_five_bytes),
		cmocka_unit_test(refuses_what_it_must_not_write),
		cmocka_unit_test(every_prefix_is_refused),
		cmocka_unit_test(refuses_foreign_bytes),
		cmocka_unit_test(root_is_that_of_rfc_9162),
		cmocka_unit_test(every_path_climbs_to_the_root),
		cmocka_unit_test(leaf_is_what_the_header_says),
		cmocka_unit_test(header_comes_back),
		cmocka_unit_test(one_flipped_bit_in_a_block_is_found),
		cmocka_unit_test(chain_holds_or_says_so),
		cmocka_unit_test(proof_shows_one_record),
		cmocka_unit_test(event_digest_covers_every_member),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

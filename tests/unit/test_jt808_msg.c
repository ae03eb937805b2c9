/* SPDX-License-Identifier: Apache-2.0 */
/* Every message of JT/T 808, by golden bodies: tests/golden/jt808/bodies.txt has one a line, as
 * id edition hex TAB json.  The bodies were laid out from the standard's tables, not by this code; the JSON was read
 * by a person.  XIE_GOLDEN_WRITE=FILE writes what the code makes of them now. */
#include "check.h"

#include "xie/jt808/msg.h"
#include "xie/jt808/parts.h"

struct row {
	uint16_t id, edition;
	uint8_t body[1100];
	size_t n;
	const char *json;
};

static char *golden;
static struct row rows[300];
static size_t n_rows;
static uint8_t memory[1 << 16];

static int load(void **state)
{
	(void)state;
	char path[512];
	const char *top = getenv("XIE_TOP");
	(void)snprintf(path, sizeof path, "%s/tests/golden/jt808/bodies.txt", top != NULL ? top : ".");
	FILE *f = fopen(path, "rb");
	if (f == NULL)
		return -1;
	golden = calloc(1, 1 << 20);
	size_t got = fread(golden, 1, (1 << 20) - 1, f);
	(void)fclose(f);
	xie_str rest = { golden, got }, line, part;
	while (xie_str_split(&rest, '\n', &line)) {
		if (line.n == 0 || line.p[0] == '#')
			continue;
		struct row *r = &rows[n_rows++];
		char *end = NULL;
		r->id = (uint16_t)strtoul(line.p, &end, 16);
		r->edition = (uint16_t)strtoul(end, &end, 10);
		line = xie_str_from(line, (size_t)(end + 1 - line.p));
		(void)xie_str_split(&line, '\t', &part);
		for (size_t i = 0; part.p[0] != '-' && i + 1 < part.n; i += 2) {
			char two[3] = { part.p[i], part.p[i + 1], '\0' };
			r->body[r->n++] = (uint8_t)strtoul(two, NULL, 16);
		}
		if (line.p != NULL)
			((char *)(uintptr_t)line.p)[line.n] = '\0';
		r->json = line.p != NULL ? line.p : "";
	}
	return n_rows > 100 ? 0 : -1;
}

static int unload(void **state)
{
	(void)state;
	free(golden);
	return 0;
}

static xie_str json_of(const struct xie_jt808_msg *m, char *out, size_t cap)
{
	uint32_t odd = m->odd;
	xie_wr w = xie_wr_of(out, cap);
	xie_wr_char(&w, '{');
	xie_jt808_msg_json(&w, m, &odd);
	if (odd != 0) {
		xie_wr_key(&w, "odd");
		xie_jt808_odd_json(&w, odd);
	}
	if (m->edition == XIE_JT808_2011)
		xie_wr_kv_i64(&w, "edition", 2011);
	xie_wr_char(&w, '}');
	check_ok(w.st);
	return xie_wr_view(&w);
}

static xie_status read_row(const struct row *r, size_t n, struct xie_jt808_msg *m)
{
	xie_arena mem = xie_arena_of(memory, sizeof memory);
	uint8_t *exact = malloc(n != 0 ? n : 1); /* so that a read past the end is seen */
	static uint8_t *held;
	free(held); /* the message borrows it until the next */
	held = exact;
	memcpy(exact, r->body, n);
	return xie_jt808_msg_read(r->id, r->edition, exact, n, &mem, m);
}

static void bodies_read_as_the_standard_says(void **state)
{
	(void)state;
	static char out[1 << 16];
	const char *write = getenv("XIE_GOLDEN_WRITE");
	FILE *f = write != NULL ? fopen(write, "wb") : NULL;
	for (size_t i = 0; i < n_rows; i++) {
		struct xie_jt808_msg m;
		const struct row *r = &rows[i];
		xie_status st = read_row(r, r->n, &m);
		if (st != XIE_OK)
			fail_msg("row %zu, 0x%04x: %s", i, r->id, xie_status_code(st));
		xie_str got = json_of(&m, out, sizeof out);
		if (f != NULL) {
			(void)fprintf(f, "%04x %u ", r->id, r->edition);
			for (size_t k = 0; k < r->n; k++)
				(void)fprintf(f, "%02x", r->body[k]);
			(void)fprintf(f, "%s\t%.*s\n", r->n == 0 ? "-" : "", (int)got.n, got.p);
		} else if (!xie_str_is(got, r->json)) {
			fail_msg("0x%04x: got %.*s, want %s", r->id, (int)got.n, got.p, r->json);
		}
	}
	if (f != NULL)
		(void)fclose(f);
}

static void what_is_read_is_written_byte_for_byte(void **state)
{
	(void)state;
	for (size_t i = 0; i < n_rows; i++) {
		struct xie_jt808_msg m;
		const struct row *r = &rows[i];
		uint8_t out[1200];
		check_ok(read_row(r, r->n, &m));
		xie_wr w = xie_wr_of(out, sizeof out);
		check_ok(xie_jt808_msg_write(&w, &m));
		if (w.n != r->n || memcmp(out, r->body, r->n) != 0)
			fail_msg("row %zu, 0x%04x: %zu bytes of %zu", i, r->id, w.n, r->n);
		for (size_t cap = 0; cap < r->n; cap++) { /* no room is said, at every byte */
			w = xie_wr_of(out, cap);
			check_st(xie_jt808_msg_write(&w, &m), XIE_LIMIT);
		}
	}
}

/* Cut anywhere, a body is refused, or what is odd about it is said, or it is a shorter message that is written as
 * the same bytes. */
static void prefixes_are_refused_or_explained(void **state)
{
	(void)state;
	for (size_t i = 0; i < n_rows; i++) {
		const struct row *r = &rows[i];
		for (size_t k = 0; k < r->n; k++) {
			struct xie_jt808_msg m, was;
			uint8_t out[1200];
			memset(&m, 0x5a, sizeof m);
			memcpy(&was, &m, sizeof m);
			if (read_row(r, k, &m) != XIE_OK) {
				check_true(memcmp(&m, &was, sizeof m) == 0);
				continue;
			}
			uint32_t odd = m.odd;
			static char text[1 << 16];
			(void)json_of(&m, text, sizeof text);
			xie_wr tw = xie_wr_of(text, sizeof text);
			xie_jt808_msg_json(&tw, &m, &odd); /* some oddities show only when text or items are read */
			if (odd != 0)
				continue;
			xie_wr w = xie_wr_of(out, sizeof out);
			check_ok(xie_jt808_msg_write(&w, &m));
			while (w.n < k && r->body[w.n] == 0) /* padding of a text that ends the message */
				out[w.n++] = 0;
			if (w.n != k || memcmp(out, r->body, k) != 0)
				fail_msg("row %zu, 0x%04x cut at %zu of %zu: written as %zu bytes", i, r->id, k, r->n, w.n);
		}
	}
}

static void memory_that_runs_out_is_a_limit(void **state)
{
	(void)state;
	size_t limits = 0;
	for (size_t i = 0; i < n_rows; i++) {
		const struct row *r = &rows[i];
		for (size_t cap = 0; cap < 4096; cap += 64) {
			struct xie_jt808_msg m, was;
			xie_arena mem = xie_arena_of(memory, cap);
			memset(&m, 0x5a, sizeof m);
			memcpy(&was, &m, sizeof m);
			xie_status st = xie_jt808_msg_read(r->id, r->edition, r->body, r->n, &mem, &m);
			if (st == XIE_OK)
				break;
			check_st(st, XIE_LIMIT);
			check_true(memcmp(&m, &was, sizeof m) == 0);
			limits++;
		}
	}
	check_true(limits > 20);
}

static void every_message_of_the_list_has_a_golden_body(void **state)
{
	(void)state;
	for (unsigned id = 0; id <= 0xffff; id++) {
		bool here = false;
		if (xie_jt808_msg_name((uint16_t)id) == NULL)
			continue;
		for (size_t i = 0; i < n_rows; i++)
			here = here || rows[i].id == id;
		if (!here)
			fail_msg("0x%04x has no golden body", id);
	}
}

static void lists_too_long_for_their_count_are_not_written(void **state)
{
	(void)state;
	uint32_t ids[300] = { 0 };
	uint8_t out[4096];
	xie_wr w = xie_wr_of(out, sizeof out);
	struct xie_jt808_msg m = { .id = 0x8601, .edition = 2013, .known = true, .u.area_ids = { .n = 256, .ids = ids } };
	check_st(xie_jt808_msg_write(&w, &m), XIE_RANGE);
	char text[300];
	memset(text, 'x', sizeof text);
	m = (struct xie_jt808_msg){ .id = 0x1211, .edition = 2013, .known = true, .u.file_info = { .name = { text, 256 } } };
	xie_wr_clear(&w);
	check_st(xie_jt808_msg_write(&w, &m), XIE_RANGE);
}

static void counts_that_lie_are_said(void **state)
{
	(void)state;
	xie_arena mem = xie_arena_of(memory, sizeof memory);
	struct xie_jt808_msg m;
	/* five parameters announced, one there */
	static const uint8_t b[] = { 5, 0, 0, 0, 1, 4, 0, 0, 0, 60 };
	check_ok(xie_jt808_msg_read(0x8103, 2013, b, sizeof b, &mem, &m));
	check_int(m.u.params.n, 1);
	check_int(m.u.params.count, 5);
	check_int(m.odd, XIE_JT808_ODD(COUNT));
	/* two announced, the second cut: its bytes are kept */
	static const uint8_t c[] = { 2, 0, 0, 0, 1, 4, 0, 0, 0, 60, 0, 0, 0, 2, 9, 1 };
	check_ok(xie_jt808_msg_read(0x8103, 2013, c, sizeof c, &mem, &m));
	check_int(m.u.params.n, 1);
	check_int(m.rest.n, 6);
	check_int(m.odd, XIE_JT808_ODD(COUNT) | XIE_JT808_ODD(REST));
	/* a count of four bytes that no memory could hold */
	static const uint8_t d[] = { 1, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 7 };
	check_ok(xie_jt808_msg_read(0x8608, 2019, d, sizeof d, &mem, &m));
	check_int(m.u.area_ids.n, 1);
	check_int(m.odd, XIE_JT808_ODD(COUNT));
}

static void safety_items_of_every_province(void **state)
{
	(void)state;
	static const uint8_t sizes[] = { 16, 38, 39, 40 };
	for (uint8_t item = 0x64; item <= 0x67; item++)
		for (size_t i = 0; i < 4; i++) {
			struct xie_jt808_safety s = { .item = item, .id = 9, .flag = 1, .speed_kmh = 50, .lat = 1, .lon = 2 };
			struct xie_jt808_safety got, was;
			uint8_t out[256];
			s.label = (struct xie_jt808_label){ .n = sizes[i], .terminal = XIE_STR("T1"), .serial = 1, .files = 2 };
			s.type = item == 0x66 ? 0 : 2;
			s.level = item < 0x66 ? 1 : 0;
			s.tyres_n = item == 0x66 ? 3 : 0;
			s.tyres[2].pressure_kpa = item == 0x66 ? 800 : 0;
			xie_wr w = xie_wr_of(out, sizeof out);
			check_ok(xie_jt808_safety_write(&w, &s));
			memset(&got, 0, sizeof got);
			check_ok(xie_jt808_safety_read(item, out, w.n, &got));
			check_int(got.label.n, sizes[i]);
			check_str(got.label.terminal, "T1");
			check_int(got.tyres_n, s.tyres_n);
			check_int(got.tyres[2].pressure_kpa, s.tyres[2].pressure_kpa);
			check_int(got.lon, 2);
			memset(&got, 0x5a, sizeof got);
			memcpy(&was, &got, sizeof got);
			for (size_t k = 0; k < w.n; k++) {
				struct xie_jt808_safety other;
				memcpy(&other, &got, sizeof got);
				/* a prefix is refused, or is as long as another province's item */
				if (xie_jt808_safety_read(item, out, k, &other) != XIE_OK)
					check_true(memcmp(&other, &was, sizeof was) == 0);
				else
					check_true(other.label.n != sizes[i] || other.tyres_n != s.tyres_n);
			}
		}
	struct xie_jt808_safety s;
	check_st(xie_jt808_safety_read(0x63, "", 0, &s), XIE_UNKNOWN);
}

/* A message of n bytes in parts of 100, each a frame. */
struct sent {
	struct xie_jt808_frame f[20];
	uint8_t body[2000];
};
static void cut(struct sent *s, uint16_t parts, uint8_t seed, const char *phone)
{
	for (size_t i = 0; i < sizeof s->body; i++)
		s->body[i] = (uint8_t)(i * 7 + seed);
	for (uint16_t i = 0; i < parts; i++) {
		s->f[i] = (struct xie_jt808_frame){ .head = { .id = 0x0801, .edition = 2013, .total = parts,
							      .part = (uint16_t)(i + 1), .serial = (uint16_t)(40 + i),
							      .body_n = 100 }, .body = s->body + 100 * i };
		check_ok(xie_jt808_phone_set(&s->f[i].head, xie_str_of(phone)));
	}
}

static void parts_join_in_any_order(void **state)
{
	(void)state;
	static uint8_t mem[1 << 16];
	static struct sent a, b;
	struct xie_jt808_parts p;
	xie_arena arena = xie_arena_of(mem, sizeof mem);
	check_ok(xie_jt808_parts_init(&p, &arena, 2, 20, 2000));
	cut(&a, 5, 1, "1");
	cut(&b, 5, 9, "2");
	static const int order[] = { 3, 0, 4, 2 };
	const uint8_t *body = NULL;
	uint32_t n = 0;
	for (size_t i = 0; i < 4; i++) {
		check_int(xie_jt808_parts_add(&p, &a.f[order[i]], (xie_ms)i, &body, &n), XIE_JT808_PART_KEPT);
		check_int(xie_jt808_parts_add(&p, &b.f[order[i]], (xie_ms)i, &body, &n), XIE_JT808_PART_KEPT);
	}
	check_int(xie_jt808_parts_add(&p, &a.f[2], 5, &body, &n), XIE_JT808_PART_AGAIN);
	struct xie_jt808_series *s = xie_jt808_parts_stale(&p, &a.f[0].head, 100, 90);
	check_true(s != NULL);
	uint16_t missing[4];
	check_int(xie_jt808_parts_missing(s, missing, 4), 1);
	check_int(missing[0], 2);
	check_int(s->serial, 40);
	check_true(xie_jt808_parts_stale(&p, &a.f[0].head, 100, 96) == NULL);
	check_int(xie_jt808_parts_add(&p, &a.f[1], 101, &body, &n), XIE_JT808_PART_COMPLETE);
	check_int(n, 500);
	check_true(memcmp(body, a.body, 500) == 0);
	check_int(xie_jt808_parts_add(&p, &b.f[1], 101, &body, &n), XIE_JT808_PART_COMPLETE);
	check_true(memcmp(body, b.body, 500) == 0);
	check_int(p.dropped, 0);
}

static void parts_keep_their_bounds(void **state)
{
	(void)state;
	static uint8_t mem[1 << 16];
	static struct sent a, b, c;
	struct xie_jt808_parts p;
	xie_arena arena = xie_arena_of(mem, sizeof mem);
	check_st(xie_jt808_parts_init(&p, &arena, 200, 20, 2000), XIE_LIMIT);
	arena = xie_arena_of(mem, sizeof mem);
	check_ok(xie_jt808_parts_init(&p, &arena, 2, 6, 450));
	const uint8_t *body = NULL;
	uint32_t n = 0;
	cut(&a, 7, 1, "1"); /* too many parts */
	check_int(xie_jt808_parts_add(&p, &a.f[0], 0, &body, &n), XIE_JT808_PART_TOO_MUCH);
	cut(&a, 5, 1, "1"); /* too many bytes */
	for (int i = 0; i < 4; i++)
		check_int(xie_jt808_parts_add(&p, &a.f[i], 0, &body, &n), XIE_JT808_PART_KEPT);
	check_int(xie_jt808_parts_add(&p, &a.f[4], 0, &body, &n), XIE_JT808_PART_TOO_MUCH);
	/* the third series takes the place of the one touched longest ago */
	cut(&a, 2, 1, "1");
	cut(&b, 2, 2, "2");
	cut(&c, 2, 3, "3");
	check_int(xie_jt808_parts_add(&p, &a.f[0], 10, &body, &n), XIE_JT808_PART_KEPT);
	check_int(xie_jt808_parts_add(&p, &b.f[0], 11, &body, &n), XIE_JT808_PART_KEPT);
	check_int(xie_jt808_parts_add(&p, &a.f[0], 12, &body, &n), XIE_JT808_PART_AGAIN);
	check_int(xie_jt808_parts_add(&p, &c.f[0], 13, &body, &n), XIE_JT808_PART_KEPT);
	check_int(p.dropped, 1);
	check_int(xie_jt808_parts_add(&p, &a.f[1], 14, &body, &n), XIE_JT808_PART_COMPLETE);
	/* other bytes under the same number: the message begins anew */
	check_int(xie_jt808_parts_add(&p, &b.f[0], 15, &body, &n), XIE_JT808_PART_KEPT);
	cut(&b, 2, 77, "2");
	check_int(xie_jt808_parts_add(&p, &b.f[0], 16, &body, &n), XIE_JT808_PART_KEPT);
	check_int(xie_jt808_parts_add(&p, &b.f[1], 17, &body, &n), XIE_JT808_PART_COMPLETE);
	check_true(memcmp(body, b.body, 200) == 0);
	check_int(xie_jt808_parts_add(&p, &b.f[0], 18, &body, &n), XIE_JT808_PART_KEPT);
	xie_jt808_parts_drop_terminal(&p, &b.f[0].head);
	check_true(xie_jt808_parts_stale(&p, &b.f[0].head, 1000, 0) == NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bodies_read_as_the_standard_says),
		cmocka_unit_test(what_is_read_is_written_byte_for_byte),
		cmocka_unit_test(prefixes_are_refused_or_explained),
		cmocka_unit_test(memory_that_runs_out_is_a_limit),
		cmocka_unit_test(every_message_of_the_list_has_a_golden_body),
		cmocka_unit_test(lists_too_long_for_their_count_are_not_written),
		cmocka_unit_test(counts_that_lie_are_said),
		cmocka_unit_test(safety_items_of_every_province),
		cmocka_unit_test(parts_join_in_any_order),
		cmocka_unit_test(parts_keep_their_bounds),
	};
	return cmocka_run_group_tests(tests, load, unload);
}

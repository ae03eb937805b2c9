/* SPDX-License-Identifier: Apache-2.0 */
/* Terminals against the platform's state machine, with a clock and a journal made by hand. */
#include "check.h"

#include "xie/jt808/session.h"

/* ---- a small world: one hub, its effects, and what they did ---- */

static uint8_t memory[32 << 20];

struct world {
	struct xie_jt808_settings set;
	struct xie_jt808_hub *hub;
	struct xie_jt808_effects fx;
	struct xie_jt808_fx list[64];
	uint8_t bytes[64 * 1024];
	uint64_t ticket;
	xie_ms now;
};
static struct world w;

static int begin(void **state)
{
	(void)state;
	xie_arena mem = xie_arena_of(memory, sizeof memory);
	memset(&w, 0, sizeof w);
	w.set = xie_jt808_settings_for(8);
	w.set.sessions_max = 4;
	w.set.orders_max = 4;
	w.set.series_max = 4;
	w.set.parts_max = 64;
	w.set.joined_max = 65536;
	memcpy(w.set.secret, "a secret of the installation", 28);
	w.now = INT64_C(1773754878000);
	w.fx = (struct xie_jt808_effects){ .fx = w.list, .cap = 64, .bytes = w.bytes, .bytes_cap = sizeof w.bytes };
	check_ok(xie_jt808_hub_new(&mem, &w.set, &w.hub));
	return 0;
}

static uint32_t open_one(void)
{
	uint32_t conn = 99;
	check_ok(xie_jt808_opened(w.hub, w.now, &conn));
	return conn;
}

static const struct xie_jt808_fx *effect(enum xie_jt808_fx_kind kind, uint32_t nth)
{
	for (uint32_t i = 0; i < w.fx.n; i++)
		if (w.list[i].kind == kind && nth-- == 0)
			return &w.list[i];
	return NULL;
}

/* What a SEND says, read back as the terminal reads it. */
static struct xie_jt808_msg sent(uint32_t nth, uint16_t id)
{
	static uint8_t room[XIE_JT808_FRAME_MAX], list[4096];
	struct xie_jt808_frame f;
	struct xie_jt808_msg m = { 0 };
	const struct xie_jt808_fx *x = effect(XIE_JT808_FX_SEND, nth);
	xie_arena mem = xie_arena_of(list, sizeof list);
	if (x == NULL)
		fail_msg("nothing was sent where 0x%04x was due", id);
	check_int(xie_jt808_frame_read(x->bytes + 1, x->n - 2, room, &f), XIE_JT808_BAD_NONE);
	check_int(f.head.id, id);
	check_ok(xie_jt808_msg_read(f.head.id, f.head.edition, f.body, f.head.body_n, &mem, &m));
	return m;
}

static bool give(uint32_t conn, const char *phone, uint16_t id, uint16_t serial, const void *body, size_t n)
{
	struct xie_jt808_frame f = { .head = { .id = id, .edition = 2013, .serial = serial, .body_n = (uint32_t)n }, .body = body };
	bool journal = false;
	check_ok(xie_jt808_phone_set(&f.head, xie_str_of(phone)));
	xie_jt808_effects_clear(&w.fx);
	xie_jt808_frame(w.hub, conn, &f, w.ticket + 1, w.now, &journal, &w.fx);
	w.ticket += journal;
	return journal;
}

static void commit(void)
{
	xie_jt808_effects_clear(&w.fx);
	check_true(!xie_jt808_committed(w.hub, w.ticket, w.now, &w.fx));
}

static bool tick(xie_ms later)
{
	w.now += later;
	xie_jt808_effects_clear(&w.fx);
	return xie_jt808_tick(w.hub, w.now, &w.fx);
}

static uint8_t *position(xie_ms t)
{
	static uint8_t b[28];
	struct xie_jt808_position p = { .status = 3, .lat = 23021548, .lon = 113121654 };
	xie_wr out = xie_wr_of(b, sizeof b);
	check_ok(xie_jt808_time_of(t, &p.time));
	xie_jt808_position_write(&out, &p);
	return b;
}

/* A terminal that registers, gets its token, and logs in. */
static void log_in(uint32_t conn, const char *phone)
{
	char token[25];
	xie_jt808_token(&w.set, xie_str_of(phone), token);
	check_true(give(conn, phone, 0x0102, 1, token, 24));
	const struct xie_jt808_fx *x = effect(XIE_JT808_FX_ASK, 0);
	check_true(x != NULL && x->registration == NULL && x->token_ok);
	check_str(xie_str_of(x->identity), phone);
	xie_jt808_admit(w.hub, conn, x->ask, 0, w.now, &w.fx);
	check_true(effect(XIE_JT808_FX_LOGIN, 0) != NULL);
	check_true(effect(XIE_JT808_FX_SEND, 0) == NULL); /* not before the journal has it */
	commit();
	check_int(sent(0, 0x8001).u.answer.result, 0);
}

/* ---- the tests ---- */

static void registration_gives_the_token_that_logs_in(void **state)
{
	(void)state;
	uint32_t conn = open_one();
	struct xie_jt808_register r = { .edition = 2013, .plate_color = 2, .plate = XIE_STR("\xd4\xc1" "E12345") };
	uint8_t body[64];
	xie_wr b = xie_wr_of(body, sizeof body);
	check_ok(xie_jt808_register_write(&b, &r));
	check_true(give(conn, "13912345678", 0x0100, 7, body, b.n));
	const struct xie_jt808_fx *x = effect(XIE_JT808_FX_ASK, 0);
	check_true(x != NULL && x->registration != NULL);
	check_str(x->registration->plate, "\xd4\xc1" "E12345");
	commit(); /* in the journal, but nobody has decided yet */
	check_int(w.fx.n, 0);
	xie_jt808_admit(w.hub, conn, 1, XIE_JT808_REG_OK, w.now, &w.fx);
	struct xie_jt808_msg m = sent(0, 0x8100);
	check_int(m.u.registered.serial, 7);
	check_int(m.u.registered.result, 0);
	char token[25];
	xie_jt808_token(&w.set, XIE_STR("13912345678"), token);
	check_str(m.u.registered.token, token);
	log_in(conn, "13912345678");
	check_int(xie_jt808_hub_counts(w.hub).logged_in, 1);
	uint32_t serving = 99;
	check_true(xie_jt808_serving(w.hub, XIE_STR("013912345678"), &serving));
	check_int(serving, conn);
}

static void a_refused_registration_says_why(void **state)
{
	(void)state;
	uint32_t conn = open_one();
	uint8_t body[37] = { 0 };
	check_true(give(conn, "1", 0x0100, 7, body, sizeof body));
	xie_jt808_admit(w.hub, conn, effect(XIE_JT808_FX_ASK, 0)->ask, XIE_JT808_REG_NO_VEHICLE, w.now, &w.fx);
	commit();
	struct xie_jt808_msg m = sent(0, 0x8100);
	check_int(m.u.registered.result, XIE_JT808_REG_NO_VEHICLE);
	check_int(m.u.registered.token.n, 0);
	check_true(!give(conn, "1", 0x0100, 8, body, 10)); /* too short to be one */
	check_int(sent(0, 0x8001).u.answer.result, 2);
}

static void nothing_counts_before_authentication(void **state)
{
	(void)state;
	uint32_t conn = open_one();
	check_true(!give(conn, "1", 0x0200, 5, position(w.now), 28));
	check_int(effect(XIE_JT808_FX_REFUSED, 0)->why, XIE_JT808_WHY_NOT_LOGGED_IN);
	check_int(sent(0, 0x8001).u.answer.result, 1);
	check_true(!give(conn, "1", 0x0704, 6, "\0\0\0", 3));
	/* a wrong token: refused, and after five of them the connection ends */
	for (int i = 0; i < 5; i++) {
		check_true(give(conn, "1", 0x0102, 9, "wrong", 5));
		check_true(!effect(XIE_JT808_FX_ASK, 0)->token_ok);
		xie_jt808_admit(w.hub, conn, effect(XIE_JT808_FX_ASK, 0)->ask, 1, w.now, &w.fx);
		if (i == 4)
			check_int(effect(XIE_JT808_FX_CLOSE, 0)->why, XIE_JT808_WHY_BAD_TOKENS);
		commit();
		if (i < 4)
			check_int(sent(0, 0x8001).u.answer.result, 1);
	}
	check_true(!give(conn, "1", 0x0102, 9, "wrong", 5)); /* closing: deaf */
	check_int(w.fx.n, 0);
	check_int(xie_jt808_hub_counts(w.hub).waiting, 0);
}

static void answers_wait_for_the_journal(void **state)
{
	(void)state;
	uint32_t a = open_one(), b = open_one();
	log_in(a, "1");
	log_in(b, "2");
	check_true(give(a, "1", 0x0200, 10, position(w.now), 28));
	check_int(w.fx.n, 0);
	check_true(give(b, "2", 0x0200, 20, position(w.now), 28));
	check_true(give(a, "1", 0x0200, 11, position(w.now), 28));
	uint64_t all = w.ticket;
	w.ticket = all - 1; /* the first two only */
	commit();
	check_int(w.fx.n, 2);
	struct xie_jt808_msg m = sent(0, 0x8001);
	check_int(m.u.answer.serial, 10);
	check_int(m.u.answer.id, 0x0200);
	check_int(sent(1, 0x8001).u.answer.serial, 20);
	w.ticket = all;
	commit();
	check_int(sent(0, 0x8001).u.answer.serial, 11);
	/* a connection that went away is not answered */
	check_true(give(a, "1", 0x0200, 12, position(w.now), 28));
	xie_jt808_effects_clear(&w.fx);
	xie_jt808_closed(w.hub, a, w.now, &w.fx);
	check_true(effect(XIE_JT808_FX_LOGOUT, 0) != NULL);
	commit();
	check_int(w.fx.n, 0);
	check_int(xie_jt808_hub_counts(w.hub).waiting, 0);
}

static void too_many_waiting_frames_pause_the_connection(void **state)
{
	(void)state;
	uint32_t conn = open_one();
	log_in(conn, "1");
	uint16_t n = 0;
	do {
		check_true(give(conn, "1", 0x0200, n++, position(w.now), 28));
	} while (effect(XIE_JT808_FX_PAUSE, 0) == NULL);
	check_int(n, 16);
	check_true(!give(conn, "1", 0x0200, 99, position(w.now), 28)); /* not kept, not answered, not lost: it comes again */
	check_int(effect(XIE_JT808_FX_REFUSED, 0)->why, XIE_JT808_WHY_PAUSED);
	check_true(effect(XIE_JT808_FX_SEND, 0) == NULL);
	commit();
	check_int(sent(15, 0x8001).u.answer.serial, 15);
	check_true(effect(XIE_JT808_FX_RESUME, 0) != NULL);
	check_true(give(conn, "1", 0x0200, 100, position(w.now), 28));
}

static void little_room_for_effects_loses_none(void **state)
{
	(void)state;
	uint32_t conn = open_one();
	log_in(conn, "1");
	for (uint16_t i = 0; i < 10; i++)
		check_true(give(conn, "1", 0x0200, i, position(w.now), 28));
	w.fx.cap = 5;
	uint32_t answers = 0, rounds = 0;
	bool more = true;
	while (more) {
		xie_jt808_effects_clear(&w.fx);
		more = xie_jt808_committed(w.hub, w.ticket, w.now, &w.fx);
		answers += w.fx.n;
		rounds++;
	}
	check_int(answers, 10);
	check_true(rounds > 2);
}

static void a_second_login_ends_the_first(void **state)
{
	(void)state;
	uint32_t a = open_one(), b = open_one();
	char token[25];
	log_in(a, "13912345678");
	xie_jt808_token(&w.set, XIE_STR("13912345678"), token);
	check_true(give(b, "13912345678", 0x0102, 1, token, 24));
	xie_jt808_admit(w.hub, b, effect(XIE_JT808_FX_ASK, 0)->ask, 0, w.now, &w.fx);
	const struct xie_jt808_fx *close = effect(XIE_JT808_FX_CLOSE, 0);
	check_true(close != NULL);
	check_int(close->conn, a);
	check_int(close->why, XIE_JT808_WHY_REPLACED);
	check_int(effect(XIE_JT808_FX_LOGOUT, 0)->conn, a);
	check_int(effect(XIE_JT808_FX_LOGIN, 0)->conn, b);
	check_int(xie_jt808_hub_counts(w.hub).logged_in, 1);
	check_true(!give(a, "13912345678", 0x0200, 2, position(w.now), 28));
	xie_jt808_closed(w.hub, a, w.now, &w.fx); /* which must not log the second one out */
	uint32_t serving = 99;
	check_true(xie_jt808_serving(w.hub, XIE_STR("13912345678"), &serving));
	check_int(serving, b);
}

static void one_identity_under_both_headers(void **state)
{
	(void)state;
	uint32_t a = open_one(), b = open_one();
	log_in(a, "13912345678");
	struct xie_jt808_auth auth = { .edition = 2019, .token = XIE_STR("x") };
	uint8_t body[64];
	xie_wr out = xie_wr_of(body, sizeof body);
	check_ok(xie_jt808_auth_write(&out, &auth));
	struct xie_jt808_frame f = { .head = { .id = 0x0102, .edition = 2019, .version = 1, .body_n = (uint32_t)out.n }, .body = body };
	check_ok(xie_jt808_phone_set(&f.head, XIE_STR("13912345678")));
	bool journal = false;
	xie_jt808_effects_clear(&w.fx);
	xie_jt808_frame(w.hub, b, &f, ++w.ticket, w.now, &journal, &w.fx);
	xie_jt808_admit(w.hub, b, effect(XIE_JT808_FX_ASK, 0)->ask, 0, w.now, &w.fx);
	check_int(effect(XIE_JT808_FX_CLOSE, 0)->conn, a);
	commit(); /* answered under the header it uses */
	const struct xie_jt808_fx *x = effect(XIE_JT808_FX_SEND, 0);
	check_int(x->bytes[3] & 0x40, 0x40);
}

static void another_terminal_on_the_same_connection_is_refused(void **state)
{
	(void)state;
	uint32_t conn = open_one();
	log_in(conn, "1");
	check_true(!give(conn, "2", 0x0200, 5, position(w.now), 28));
	check_int(effect(XIE_JT808_FX_REFUSED, 0)->why, XIE_JT808_WHY_OTHER_IDENTITY);
	check_true(give(conn, "1", 0x0200, 5, position(w.now), 28)); /* and kills nothing */
}

static void silence_and_no_login_end_a_connection(void **state)
{
	(void)state;
	uint32_t a = open_one(), b = open_one();
	log_in(a, "1");
	check_true(!tick(29999));
	check_int(w.fx.n, 0);
	check_true(!tick(1));
	check_int(effect(XIE_JT808_FX_CLOSE, 0)->conn, b);
	check_int(effect(XIE_JT808_FX_CLOSE, 0)->why, XIE_JT808_WHY_NO_LOGIN);
	check_true(!tick(100000));
	check_true(!give(a, "1", 0x0002, 9, "", 0)); /* a heartbeat is answered at once and not kept */
	check_int(sent(0, 0x8001).u.answer.id, 0x0002);
	check_true(!tick(179999));
	check_int(w.fx.n, 0);
	check_true(!tick(1));
	check_int(effect(XIE_JT808_FX_CLOSE, 0)->why, XIE_JT808_WHY_IDLE);
	check_true(effect(XIE_JT808_FX_LOGOUT, 0) != NULL);
	check_true(!tick(1)); /* once */
	check_int(w.fx.n, 0);
}

static void garbage_is_borne_and_then_not(void **state)
{
	(void)state;
	uint32_t conn = open_one();
	log_in(conn, "1");
	xie_jt808_effects_clear(&w.fx);
	for (int i = 0; i < 99; i++)
		xie_jt808_bad(w.hub, conn, XIE_JT808_BAD_CHECKSUM, w.now, &w.fx);
	check_int(w.fx.n, 0);
	check_true(give(conn, "1", 0x0200, 5, position(w.now), 28)); /* a good frame pays for all */
	for (int i = 0; i < 99; i++)
		xie_jt808_bad(w.hub, conn, XIE_JT808_BAD_CHECKSUM, w.now, &w.fx);
	check_int(w.fx.n, 0);
	xie_jt808_bad(w.hub, conn, XIE_JT808_BAD_CHECKSUM, w.now, &w.fx);
	check_int(effect(XIE_JT808_FX_CLOSE, 0)->why, XIE_JT808_WHY_BAD_FRAMES);
	check_int(xie_jt808_hub_counts(w.hub).bad, 199);
}

static void log_off_and_time(void **state)
{
	(void)state;
	uint32_t conn = open_one();
	log_in(conn, "1");
	check_true(!give(conn, "1", 0x0004, 5, "", 0));
	xie_ms t = 0;
	struct xie_jt808_time clock = sent(0, 0x8004).u.clock.t;
	check_ok(xie_jt808_time_ms(&clock, &t));
	check_int(t + INT64_C(8) * 3600000, w.now - w.now % 1000); /* this one is UTC */
	w.now += 100000;
	check_true(give(conn, "1", 0x0003, 6, "", 0));
	check_true(effect(XIE_JT808_FX_LOGOUT, 0) != NULL);
	commit();
	check_int(sent(0, 0x8001).u.answer.id, 0x0003);
	check_true(!give(conn, "1", 0x0200, 7, position(w.now), 28));
	check_true(!tick(1000)); /* it may log in again: the time for that began anew */
	check_true(effect(XIE_JT808_FX_CLOSE, 0) == NULL);
}

static void unknown_and_bad_messages_get_their_results(void **state)
{
	(void)state;
	uint32_t conn = open_one();
	log_in(conn, "1");
	check_true(give(conn, "1", 0x0f01, 5, "x", 1)); /* kept, not understood */
	commit();
	check_int(sent(0, 0x8001).u.answer.result, 3);
	check_true(!give(conn, "1", 0x0200, 6, "x", 1));
	check_int(effect(XIE_JT808_FX_REFUSED, 0)->why, XIE_JT808_WHY_BAD_BODY);
	check_int(sent(0, 0x8001).u.answer.result, 2);
	struct xie_jt808_frame f = { .head = { .id = 0x0200, .edition = 2013, .odd = XIE_JT808_ODD(CIPHER), .attr = 0x0400 } };
	check_ok(xie_jt808_phone_set(&f.head, XIE_STR("1")));
	bool journal = true;
	xie_jt808_effects_clear(&w.fx);
	xie_jt808_frame(w.hub, conn, &f, 99, w.now, &journal, &w.fx);
	check_true(!journal);
	check_int(effect(XIE_JT808_FX_REFUSED, 0)->why, XIE_JT808_WHY_CIPHER);
}

static void terminals_that_never_register_log_in_by_phone(void **state)
{
	(void)state;
	xie_arena mem = xie_arena_of(memory, sizeof memory);
	w.set.login_by_phone = true;
	check_ok(xie_jt808_hub_new(&mem, &w.set, &w.hub));
	uint32_t conn = open_one();
	check_true(!give(conn, "7", 0x0200, 5, position(w.now), 28));
	const struct xie_jt808_fx *x = effect(XIE_JT808_FX_ASK, 0);
	check_true(x != NULL && x->again && !x->token_ok);
	xie_jt808_admit(w.hub, conn, x->ask, 0, w.now, &w.fx);
	check_true(effect(XIE_JT808_FX_LOGIN, 0) != NULL);
	check_true(give(conn, "7", 0x0200, 5, position(w.now), 28));
	uint32_t other = open_one();
	check_true(!give(other, "8", 0x0200, 5, position(w.now), 28));
	uint32_t ask = effect(XIE_JT808_FX_ASK, 0)->ask;
	check_true(!give(other, "8", 0x0200, 6, position(w.now), 28)); /* still being decided: no answer */
	check_true(effect(XIE_JT808_FX_SEND, 0) == NULL);
	xie_jt808_admit(w.hub, other, ask, 1, w.now, &w.fx);
	check_int(effect(XIE_JT808_FX_CLOSE, 0)->why, XIE_JT808_WHY_UNKNOWN_TERMINAL);
}

static bool give_part(uint32_t conn, uint16_t id, uint16_t part, uint16_t total, const void *body, size_t n)
{
	struct xie_jt808_frame f = { .head = { .id = id, .edition = 2013, .serial = (uint16_t)(200 + part), .total = total,
					       .part = part, .body_n = (uint32_t)n }, .body = body };
	bool journal = false;
	check_ok(xie_jt808_phone_set(&f.head, XIE_STR("1")));
	xie_jt808_effects_clear(&w.fx);
	xie_jt808_frame(w.hub, conn, &f, w.ticket + 1, w.now, &journal, &w.fx);
	w.ticket += journal;
	return journal;
}

static void a_picture_in_parts_is_joined_and_what_lacks_is_asked_for(void **state)
{
	(void)state;
	uint32_t conn = open_one();
	log_in(conn, "1");
	uint8_t picture[36 + 300] = { 0, 0, 0, 77, 0, 0, 0, 2 };
	memcpy(picture + 8, position(w.now), 28);
	for (size_t i = 36; i < sizeof picture; i++)
		picture[i] = (uint8_t)i;
	check_true(give_part(conn, 0x0801, 1, 3, picture, 112));
	check_true(give_part(conn, 0x0801, 3, 3, picture + 224, 112));
	commit(); /* parts are answered one by one */
	check_int(sent(1, 0x8001).u.answer.serial, 203);
	check_true(!tick(5000));
	struct xie_jt808_msg m = sent(0, 0x8800);
	check_int(m.u.media_answer.id, 77);
	check_int(m.u.media_answer.n, 1);
	check_int(m.u.media_answer.missing[0], 2);
	check_true(!tick(1000)); /* patience */
	check_int(w.fx.n, 0);
	check_true(give_part(conn, 0x0801, 2, 3, picture + 112, 112));
	const struct xie_jt808_fx *x = effect(XIE_JT808_FX_MEDIA, 0);
	check_true(x != NULL);
	check_int(x->media.id, 77);
	check_int(x->media.channel, 2);
	check_int(x->position.lat, 23021548);
	check_int(x->n, 300);
	check_true(memcmp(x->bytes, picture + 36, 300) == 0);
	commit();
	check_int(sent(0, 0x8800).u.media_answer.id, 77);
	check_true(!sent(0, 0x8800).u.media_answer.has_missing);
	check_int(xie_jt808_hub_counts(w.hub).media, 1);
}

static void parts_of_other_messages_are_asked_for_with_8003(void **state)
{
	(void)state;
	uint32_t conn = open_one();
	log_in(conn, "1");
	check_true(give_part(conn, 0x0704, 2, 4, "\1\2", 2));
	for (int i = 0; i < 3; i++) {
		check_true(!tick(5000));
		struct xie_jt808_msg m = sent(0, 0x8003);
		check_int(m.u.resend.serial, 201);
		check_int(m.u.resend.n, 3);
		check_int(m.u.resend.parts[1], 3);
	}
	check_true(!tick(5000)); /* asked three times: given up */
	check_int(w.fx.n, 0);
	check_int(xie_jt808_hub_counts(w.hub).parts_dropped, 1);
	/* too many parts: refused, and said */
	check_true(!give_part(conn, 0x0704, 1, 65, "\1\2", 2));
	check_int(effect(XIE_JT808_FX_REFUSED, 0)->why, XIE_JT808_WHY_TOO_MUCH);
}

/* ---- orders ---- */

static void receipt(uint32_t conn, const char *phone, uint16_t serial, uint16_t id, uint8_t result)
{
	uint8_t b[5] = { (uint8_t)(serial >> 8), (uint8_t)serial, (uint8_t)(id >> 8), (uint8_t)id, result };
	check_true(give(conn, phone, 0x0001, 50, b, 5));
	check_true(effect(XIE_JT808_FX_SEND, 0) == NULL); /* an answer is not answered */
}

static uint16_t sent_serial(uint32_t nth)
{
	static uint8_t room[XIE_JT808_FRAME_MAX];
	struct xie_jt808_frame f;
	const struct xie_jt808_fx *x = effect(XIE_JT808_FX_SEND, nth);
	check_true(x != NULL);
	check_int(xie_jt808_frame_read(x->bytes + 1, x->n - 2, room, &f), XIE_JT808_BAD_NONE);
	return f.head.serial;
}

static xie_status order(uint64_t id, const char *phone, const struct xie_jt808_msg *m)
{
	xie_jt808_effects_clear(&w.fx);
	return xie_jt808_order(w.hub, id, xie_str_of(phone), m, w.now, w.now + 60000, &w.fx);
}

static const struct xie_jt808_msg text = { .id = 0x8300, .edition = 2013,
					   .u.speech = { .flags = 0x0d, .text = { "\xd4\xc1", 2 } } };

static void text_is_sent_received_and_done(void **state)
{
	(void)state;
	uint32_t conn = open_one();
	log_in(conn, "1");
	check_ok(order(42, "1", &text));
	check_int(effect(XIE_JT808_FX_ORDER, 0)->state, XIE_JT808_ORDER_QUEUED);
	check_int(effect(XIE_JT808_FX_ORDER, 1)->state, XIE_JT808_ORDER_SENT);
	check_int(sent(0, 0x8300).u.speech.flags, 0x0d);
	receipt(conn, "1", (uint16_t)(sent_serial(0) + 1), 0x8300, 0); /* of something else */
	check_true(effect(XIE_JT808_FX_ORDER, 0) == NULL);
	check_ok(order(43, "1", &text));
	uint16_t serial = sent_serial(0);
	receipt(conn, "1", serial, 0x8300, 0);
	check_int(effect(XIE_JT808_FX_ORDER, 0)->order, 43);
	check_int(effect(XIE_JT808_FX_ORDER, 0)->state, XIE_JT808_ORDER_RECEIVED);
	check_int(effect(XIE_JT808_FX_ORDER, 1)->state, XIE_JT808_ORDER_DONE);
	check_int(xie_jt808_hub_counts(w.hub).orders, 1);
}

static void orders_are_sent_again_at_growing_intervals(void **state)
{
	(void)state;
	uint32_t conn = open_one();
	log_in(conn, "1");
	check_ok(order(42, "1", &text));
	uint16_t serial = sent_serial(0);
	check_true(!tick(9999));
	check_int(w.fx.n, 0);
	check_true(!tick(1)); /* T1 = 10 s */
	check_int(sent_serial(0), serial); /* the same message again */
	check_true(!tick(19999));
	check_int(w.fx.n, 0);
	check_true(!tick(1)); /* T2 = 20 s */
	check_int(sent_serial(0), serial);
	check_true(!tick(59999)); /* T3 = 60 s */
	check_int(w.fx.n, 0);
	check_true(!tick(1));
	check_int(effect(XIE_JT808_FX_ORDER, 0)->state, XIE_JT808_ORDER_UNANSWERED);
	check_int(effect(XIE_JT808_FX_ORDER, 0)->tries, 3);
	check_int(xie_jt808_hub_counts(w.hub).orders, 0);
}

static void orders_wait_for_their_terminal(void **state)
{
	(void)state;
	check_ok(order(42, "1", &text));
	check_int(effect(XIE_JT808_FX_ORDER, 0)->state, XIE_JT808_ORDER_QUEUED);
	check_true(effect(XIE_JT808_FX_SEND, 0) == NULL);
	uint32_t conn = open_one();
	log_in(conn, "1");
	check_true(!tick(1000));
	(void)sent(0, 0x8300);
	xie_jt808_closed(w.hub, conn, w.now, &w.fx); /* lost before the receipt: sent anew after the next login */
	conn = open_one();
	log_in(conn, "1");
	check_true(!tick(1000));
	receipt(conn, "1", sent_serial(0), 0x8300, 1);
	check_int(effect(XIE_JT808_FX_ORDER, 0)->state, XIE_JT808_ORDER_REFUSED);
	check_int(effect(XIE_JT808_FX_ORDER, 0)->result, 1);
	check_ok(order(43, "2", &text)); /* never comes */
	check_true(!tick(59999));
	check_int(effect(XIE_JT808_FX_ORDER, 0) == NULL, 1);
	check_true(!tick(1));
	check_int(effect(XIE_JT808_FX_ORDER, 0)->state, XIE_JT808_ORDER_EXPIRED);
}

static void tracking_shows_in_the_pace_of_positions(void **state)
{
	(void)state;
	uint32_t conn = open_one();
	log_in(conn, "1");
	struct xie_jt808_msg m = { .id = 0x8202, .u.track = { .interval_s = 5, .has_validity = true, .validity_s = 600 } };
	check_ok(order(42, "1", &m));
	receipt(conn, "1", sent_serial(0), 0x8202, 0);
	check_int(effect(XIE_JT808_FX_ORDER, 0)->state, XIE_JT808_ORDER_RECEIVED);
	check_true(effect(XIE_JT808_FX_ORDER, 1) == NULL);
	check_true(give(conn, "1", 0x0200, 60, position(w.now), 28));
	check_true(give(conn, "1", 0x0200, 61, position(w.now + 30000), 28)); /* the old pace */
	check_true(effect(XIE_JT808_FX_ORDER, 0) == NULL);
	check_true(give(conn, "1", 0x0200, 62, position(w.now + 35000), 28));
	check_int(effect(XIE_JT808_FX_ORDER, 0)->state, XIE_JT808_ORDER_EFFECT);
	/* and when it does not show */
	check_ok(order(43, "1", &m));
	receipt(conn, "1", sent_serial(0), 0x8202, 0);
	check_true(!tick(90000));
	check_int(effect(XIE_JT808_FX_ORDER, 0)->state, XIE_JT808_ORDER_NO_EFFECT);
}

static void a_photo_is_answered_and_arrives(void **state)
{
	(void)state;
	uint32_t conn = open_one();
	log_in(conn, "1");
	struct xie_jt808_msg m = { .id = 0x8801, .u.shoot = { .channel = 1, .command = 1, .size = 1, .quality = 3 } };
	check_ok(order(42, "1", &m));
	uint16_t serial = sent_serial(0);
	receipt(conn, "1", serial, 0x8801, 0);
	uint8_t answer[9] = { (uint8_t)(serial >> 8), (uint8_t)serial, 0, 0, 1, 0, 0, 0, 77 };
	check_true(give(conn, "1", 0x0805, 70, answer, 9));
	check_int(effect(XIE_JT808_FX_ORDER, 0)->state, XIE_JT808_ORDER_ANSWERED);
	uint8_t picture[40] = { 0, 0, 0, 77 };
	memcpy(picture + 8, position(w.now), 28);
	check_true(give(conn, "1", 0x0801, 71, picture, sizeof picture));
	check_true(effect(XIE_JT808_FX_MEDIA, 0) != NULL);
	check_int(effect(XIE_JT808_FX_ORDER, 0)->state, XIE_JT808_ORDER_EFFECT);
	check_ok(order(43, "1", &m)); /* no such channel */
	serial = sent_serial(0);
	answer[0] = (uint8_t)(serial >> 8);
	answer[1] = (uint8_t)serial;
	answer[2] = 2;
	check_true(give(conn, "1", 0x0805, 72, answer, 3));
	check_int(effect(XIE_JT808_FX_ORDER, 0)->state, XIE_JT808_ORDER_REFUSED);
	check_int(effect(XIE_JT808_FX_ORDER, 0)->result, 2);
}

static void questions_end_with_their_own_answers(void **state)
{
	(void)state;
	uint32_t conn = open_one();
	log_in(conn, "1");
	struct xie_jt808_msg ask = { .id = 0x8201 }, params = { .id = 0x8104 };
	check_ok(order(42, "1", &ask));
	uint16_t serial = sent_serial(0);
	uint8_t answer[30] = { (uint8_t)(serial >> 8), (uint8_t)serial };
	memcpy(answer + 2, position(w.now), 28);
	check_true(give(conn, "1", 0x0201, 80, answer, sizeof answer));
	check_int(effect(XIE_JT808_FX_ORDER, 0)->state, XIE_JT808_ORDER_ANSWERED);
	check_int(effect(XIE_JT808_FX_ORDER, 1)->state, XIE_JT808_ORDER_DONE);
	check_ok(order(43, "1", &params));
	serial = sent_serial(0);
	receipt(conn, "1", serial, 0x8104, 0);
	check_int(effect(XIE_JT808_FX_ORDER, 0)->state, XIE_JT808_ORDER_RECEIVED);
	uint8_t none[3] = { (uint8_t)(serial >> 8), (uint8_t)serial, 0 };
	check_true(give(conn, "1", 0x0104, 81, none, 3));
	check_int(effect(XIE_JT808_FX_ORDER, 1)->state, XIE_JT808_ORDER_DONE);
	check_ok(order(44, "1", &params)); /* received, and then nothing */
	receipt(conn, "1", sent_serial(0), 0x8104, 0);
	check_true(!tick(90000));
	check_int(effect(XIE_JT808_FX_ORDER, 0)->state, XIE_JT808_ORDER_UNANSWERED);
}

static void orders_have_bounds(void **state)
{
	(void)state;
	for (uint64_t i = 0; i < 4; i++)
		check_ok(order(i, "9", &text));
	check_st(order(5, "9", &text), XIE_LIMIT);
	check_st(order(6, "12x", &text), XIE_MALFORMED);
	(void)begin(NULL);
	static char long_text[1100];
	struct xie_jt808_msg m = text;
	m.u.speech.text = (xie_str){ long_text, sizeof long_text };
	check_st(order(7, "9", &m), XIE_LIMIT);
	check_int(xie_jt808_hub_counts(w.hub).orders, 0);
	/* and so have connections */
	for (int i = 0; i < 4; i++)
		(void)open_one();
	uint32_t conn = 0;
	check_st(xie_jt808_opened(w.hub, w.now, &conn), XIE_LIMIT);
	xie_arena mem = xie_arena_of(memory, 4096);
	struct xie_jt808_hub *hub = NULL;
	check_st(xie_jt808_hub_new(&mem, &w.set, &hub), XIE_LIMIT);
}

static void tokens_differ_by_identity_and_secret(void **state)
{
	(void)state;
	char a[25], b[25];
	struct xie_jt808_settings other = w.set;
	xie_jt808_token(&w.set, XIE_STR("1"), a);
	xie_jt808_token(&w.set, XIE_STR("2"), b);
	check_int(strlen(a), 24);
	check_true(strcmp(a, b) != 0);
	other.secret[31] ^= 1;
	xie_jt808_token(&other, XIE_STR("1"), b);
	check_true(strcmp(a, b) != 0);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup(f, begin)
	const struct CMUnitTest tests[] = {
		T(registration_gives_the_token_that_logs_in),
		T(a_refused_registration_says_why),
		T(nothing_counts_before_authentication),
		T(answers_wait_for_the_journal),
		T(too_many_waiting_frames_pause_the_connection),
		T(little_room_for_effects_loses_none),
		T(a_second_login_ends_the_first),
		T(one_identity_under_both_headers),
		T(another_terminal_on_the_same_connection_is_refused),
		T(silence_and_no_login_end_a_connection),
		T(garbage_is_borne_and_then_not),
		T(log_off_and_time),
		T(unknown_and_bad_messages_get_their_results),
		T(terminals_that_never_register_log_in_by_phone),
		T(a_picture_in_parts_is_joined_and_what_lacks_is_asked_for),
		T(parts_of_other_messages_are_asked_for_with_8003),
		T(text_is_sent_received_and_done),
		T(orders_are_sent_again_at_growing_intervals),
		T(orders_wait_for_their_terminal),
		T(tracking_shows_in_the_pace_of_positions),
		T(a_photo_is_answered_and_arrives),
		T(questions_end_with_their_own_answers),
		T(orders_have_bounds),
		T(tokens_differ_by_identity_and_secret),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

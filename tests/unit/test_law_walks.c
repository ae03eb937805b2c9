/* SPDX-License-Identifier: Apache-2.0 */
/* The ten invariants of a case, over random walks through the law that is shipped.  What is checked is tracked here, from
 * the events themselves, and not read from the engine's own guards. */
#include "check.h"

#include "xie/base/time.h"
#include "xie/file/file.h"
#include "xie/law/law.h"
#include "xie/pack/law.h"

/* A few seconds in the normal run; XIE_WALKS=100000 is the whole proof. */
enum { WALKS = 10000, STEPS = 40, REPLAY_EVERY = 16 };

static xie_arena mem;
static const struct xie_law *law;
static uint64_t seed;

static uint32_t below(uint32_t n)
{
	seed ^= seed << 13; /* xorshift64: the same walks on every machine */
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (uint32_t)(seed >> 33) % n;
}

/* o1, o2 certified; o3's certificate ends on 2021-09-30; x1 an auxiliary; r2 investigated or not, as the walk has it. */
#define PEOPLE                                                                                                          \
	"\"people\":{\"o1\":{\"role\":\"OFFICER\",\"also\":[\"LEGAL_REVIEWER\",\"HEARING_HOST\"],\"cert\":{\"no\":\"1\",\"from\":\"2019-01-01\",\"to\":\"2026-12-31\"}},"  \
	"\"o2\":{\"role\":\"OFFICER\",\"cert\":{\"no\":\"2\",\"from\":\"2019-01-01\",\"to\":\"2026-12-31\"}},"                            \
	"\"o3\":{\"role\":\"OFFICER\",\"cert\":{\"no\":\"3\",\"from\":\"2019-01-01\",\"to\":\"2021-09-30\"}},\"x1\":{\"role\":\"AUX\"},"                            \
	"\"uh\":{\"role\":\"UNIT_HEAD\"},\"l1\":{\"role\":\"LEADER\",\"rank\":\"principal\"},\"l2\":{\"role\":\"LEADER\"},\"l3\":{\"role\":\"LEADER\"},"            \
	"\"r1\":{\"role\":\"LEGAL_REVIEWER\"},\"h1\":{\"role\":\"HEARING_HOST\"},\"a1\":{\"role\":\"ARCHIVIST\"},\"p1\":{\"role\":\"PARTY\"}}"

#define CASE(more)                                                                                                      \
	"{\"case\":{\"id\":\"W\",\"proc\":\"ORDINARY\",\"agency\":\"A\",\"agency_kind\":\"transport\",\"item\":\"I\","                   \
	"\"party\":{\"kind\":\"legal\",\"name\":\"P\"},\"act\":{\"start\":\"2021-08-01\",\"end\":\"2021-08-01\"},\"act_key\":\"K\"," more "}," PEOPLE "}"

static const char *const headers[] = {
	CASE("\"hearing_right\":true,\"penalty_range_fen\":[0,5000000]"),
	CASE("\"hearing_right\":false,\"penalty_range_fen\":[0,5000000]"),
	CASE("\"hearing_right\":true,\"complex\":true"),
	CASE("\"hearing_right\":false,\"prior_decisions\":[{\"agency\":\"B\",\"act_key\":\"K\",\"kind\":\"FINE\",\"fine_fen\":100,\"decided_at\":\"2021-08-10\"}]"),
};
enum { HEADERS = sizeof headers / sizeof headers[0], FINED_BEFORE = 3 };

/* in: where the event belongs, so that a walk gets somewhere */
static const struct template {
	const char *in, *event, *by, *data;
	int64_t fen;
} templates[] = {
	{ "S00", "accept_lead", "[\"o1\"]", "{\"source\":\"report\"}", 0 },
	{ "S05", "propose", "[\"o1\"]", "{\"facts\":\"f\",\"basis\":\"b\"}", 0 },
	{ "S10", "approve_filing", "[\"l1\"]", "{\"officers\":[\"o1\",\"o2\"],\"signed\":[\"uh\",\"l1\"]}", 0 },
	{ "S10", "approve_filing", "[\"l1\"]", "{\"officers\":[\"o2\",\"o3\"],\"signed\":[\"uh\",\"l1\"]}", 0 },
	{ "S20", "collect", "[\"o1\",\"o2\"]", "{\"certificates_shown\":true,\"docs\":[\"D02\",\"D04\"],\"evidence\":[\"a\",\"b\"]}", 0 },
	{ "S20", "collect", "[\"o2\",\"o3\"]", "{\"certificates_shown\":true,\"docs\":[\"D04\"],\"evidence\":[\"c\"]}", 0 },
	{ "S20", "collect", "[\"o2\",\"x1\"]", "{\"certificates_shown\":true,\"docs\":[\"D04\"]}", 0 },
	{ "S20", "preserve", "[\"o1\",\"o2\"]", "{\"reason\":\"r\",\"items\":[\"i\"],\"approved_by\":\"l1\"}", 0 },
	{ "S20", "preserve_dispose", "[\"o1\"]", "{\"disposition\":\"released\"}", 0 },
	{ "S20", "coercive", "[\"o1\",\"o2\"]",
	  "{\"measure\":\"seizure\",\"power_basis\":\"RTR 62\",\"power_rank\":\"regulation\",\"certificates_shown\":true,\"party_called\":true,"
	  "\"told\":true,\"heard\":true,\"site_record\":\"D04\",\"leader_approved\":\"l1\",\"doc\":\"D08\",\"handed_over\":true}", 0 },
	{ "S20", "seize_test", "[\"o1\"]", "{\"test_days\":7,\"told_in_writing\":true,\"cost_by\":\"agency\"}", 0 },
	{ "S20", "seize_extend", "[\"l1\"]", "{\"days\":30,\"reasons\":\"r\",\"told_in_writing\":true}", 0 },
	{ "S20", "seize_release", "[\"o1\"]", "{\"receipt\":true}", 0 },
	{ "S20", "finish", "[\"o1\",\"o2\"]", "{\"report\":\"D28\",\"elements_complete\":true}", 0 },
	{ "S20", "finish", "[\"o2\",\"o3\"]", "{\"report\":\"D28\",\"elements_complete\":true,\"new_facts\":true}", 0 },
	{ "S30", "pass", "[\"uh\"]", "{}", 0 },
	{ "S35", "intend_penalty", "[\"l1\"]", "{\"kinds\":[\"FINE\"],\"fine_fen\":1000000,\"discretion\":\"d\"}", 1000000 },
	{ "S35", "intend_penalty", "[\"l1\"]", "{\"kinds\":[\"FINE\"],\"fine_fen\":2000000,\"discretion\":\"d\"}", 2000000 },
	{ "S35", "no_penalty", "[\"l1\"]", "{\"reason\":\"no_facts\"}", 0 },
	{ "S40", "served(D11)", "[\"o1\",\"o2\"]",
	  "{\"receipt\":\"D23\",\"told\":{\"content\":true,\"facts\":true,\"reasons\":true,\"basis\":true,\"statement_defence\":true,\"hearing\":true}}", 0 },
	{ "S41", "defend", "[\"p1\"]", "{\"points\":[\"p\"]}", 0 },
	{ "S42", "recheck_done", "[\"uh\"]", "{\"answers\":[{\"point\":1,\"accepted\":false,\"reason\":\"r\"},{\"point\":2,\"accepted\":true}]}", 0 },
	{ "S42", "recheck_done", "[\"uh\"]", "{\"answers\":[{\"point\":1,\"accepted\":true},{\"point\":2,\"accepted\":true}],\"facts_changed\":true}", 0 },
	{ "S41", "request_hearing", "[\"p1\"]", "{}", 0 },
	{ "S45", "hearing_schedule", "[\"uh\"]", "{\"host\":\"h1\",\"to\":[\"p1\"],\"hearing_at\":\"2022-06-01T09:00:00+08:00\"}", 0 },
	{ "S45", "hearing_closed", "[\"h1\"]", "{\"waived\":true,\"reason\":\"absent\"}", 0 },
	{ "S45", "hearing_closed", "[\"o1\"]", "{\"waived\":true,\"reason\":\"absent\"}", 0 },
	{ "S41", "window_over", "[]", "{}", 0 },
	{ "S41", "window_over_plain", "[]", "{}", 0 },
	{ "S41", "window_over_plain", "[]", "{\"waived\":true,\"waiver_signed_by\":\"p1\",\"waiver_doc\":true}", 0 },
	{ "S50", "review_pass", "[\"r1\"]", "{\"checklist\":\"8/8\"}", 0 },
	{ "S50", "review_pass", "[\"o1\"]", "{\"checklist\":\"8/8\"}", 0 },
	{ "S50", "review_fail", "[\"r1\"]", "{\"reasons\":\"r\"}", 0 },
	{ "S55", "panel_done", "[\"l1\",\"l2\",\"l3\"]", "{\"minutes\":true,\"opinions\":3,\"votes\":3}", 0 },
	{ "S60", "decide", "[\"l1\"]", "{\"kinds\":[\"FINE\"],\"fine_fen\":1000000,\"doc\":\"D15\",\"seal\":true,\"remedies\":true,\"surcharge_notice\":true}", 1000000 },
	{ "S60", "decide", "[\"l1\"]", "{\"kinds\":[\"FINE\"],\"fine_fen\":2000000,\"doc\":\"D15\",\"seal\":true,\"remedies\":true,\"surcharge_notice\":true}", 2000000 },
	{ "S60", "decide", "[\"l1\"]", "{\"kinds\":[\"FINE\"],\"fine_fen\":1000000,\"doc\":\"D15\",\"seal\":false,\"remedies\":true}", 1000000 },
	{ "S65", "served(D15)", "[\"o1\",\"o2\"]", "{\"receipt\":\"D23\"}", 0 },
	{ "S65", "public_announcement", "[\"o1\"]", "{\"whereabouts_unknown\":true}", 0 },
	{ "S70", "pay", "[\"p1\"]", "{\"fen\":400000}", 400000 },
	{ "S70", "tick", "[]", "{}", 0 },
	{ "S70", "pay", "[\"p1\"]", "{\"fen\":1000000}", 1000000 },
	{ "S70", "instal", "[\"l1\"]", "{\"applied_by_party\":true,\"hardship\":true,\"plan\":[{\"due\":\"2022-03-01\",\"fen\":500000},{\"due\":\"2022-06-01\",\"fen\":500000}]}", 0 },
	{ "S70", "overdue", "[]", "{}", 0 },
	{ "S71", "overdue", "[]", "{}", 0 },
	{ "S75", "pay", "[\"p1\"]", "{\"fen\":300000}", 300000 },
	{ "S75", "demand", "[\"o1\",\"l1\"]", "{\"served\":true,\"sum_fen\":1}", 0 },
	{ "S75", "sued", "[\"p1\"]", "{}", 0 },
	{ "S75", "reconsid_filed", "[\"p1\"]", "{\"accepted_at\":\"2021-12-01\"}", 0 },
	{ "S75", "reconsid_decided", "[]", "{\"result\":\"upheld\"}", 0 },
	{ "S80", "judged", "[]", "{\"result\":\"upheld\"}", 0 },
	{ "S80", "apply_court", "[\"l1\"]", "{\"acl55_items\":5,\"signed_by\":\"l1\",\"seal\":true}", 0 },
	{ "S80", "tick", "[]", "{}", 0 },
	{ "S80", "apply_court", "[\"l1\"]", "{\"acl55_items\":5,\"signed_by\":\"l1\",\"seal\":true}", 0 },
	{ "S85", "overturned", "[]", "{\"result\":\"revoke\"}", 0 },
	{ "S85", "terminate", "[\"l1\"]", "{\"reason\":\"death\"}", 0 },
	{ "S70", "performed", "[\"o1\"]", "{}", 0 },
	{ "S75", "performed", "[\"o1\"]", "{}", 0 },
	{ "X02", "performed", "[\"o1\"]", "{}", 0 },
	{ "S90", "approve_close", "[\"l1\"]", "{}", 0 },
	{ "S95", "archive", "[\"a1\"]", "{}", 0 },
	{ "S20", "transfer_report", "[\"o1\",\"o2\"]", "{\"written\":true}", 0 },
	{ "S35", "criminal", "[\"l1\"]", "{\"approved\":true,\"seized_items_moved\":true,\"party_told_in_writing\":true}", 0 },
	{ "X05", "police_declined", "[]", "{\"reason\":\"r\"}", 0 },
	{ "", "tick", "[]", "{}", 0 },
};
enum { TEMPLATES = sizeof templates / sizeof templates[0] };

static const struct xie_val *header_vals[HEADERS], *template_vals[TEMPLATES];

static const struct xie_val *parse(const char *json)
{
	const struct xie_val *v = NULL;
	struct xie_err err = { 0 };
	if (xie_json_read(&mem, xie_str_of(json), (struct xie_val_limits){ .depth = 12 }, &v, &err) != XIE_OK)
		fail_msg("%s: %s", json, err.what);
	return v;
}

static int set_up(void **state)
{
	(void)state;
	static char dir[512];
	const char *top = getenv("XIE_TOP"), *dirs[] = { dir };
	struct xie_err err = { 0 };
	(void)snprintf(dir, sizeof dir, "%s/packs/cn-core", top != NULL ? top : ".");
	check_ok(xie_big_arena_init(&mem, 256u << 20));
	if (xie_pack_law(&mem, dirs, 1, &law, &err) != XIE_OK) {
		xie_err_print(stderr, &err);
		return -1;
	}
	for (int i = 0; i < HEADERS; i++)
		header_vals[i] = parse(headers[i]);
	for (int i = 0; i < TEMPLATES; i++) {
		char *json = xie_arena_alloc(&mem, 2048, 1);
		(void)snprintf(json, 2048, "{\"at\":\"-\",\"event\":\"%s\",\"by\":%s,\"data\":%s}", templates[i].event, templates[i].by,
		               templates[i].data);
		template_vals[i] = parse(json);
	}
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	xie_big_arena_done(&mem);
	return 0;
}

/* What the walk itself knows. */
struct walk {
	const struct xie_law_case *c;
	int header;
	xie_ms at, decided_at; /* served; 0 before */
	const struct xie_val *accepted[STEPS];
	int n;
	bool served11, remedy, court, o1_in, o2_in, o3_in;
	int64_t intended, noticed;
	int64_t test_days;
};

static bool names(const struct xie_val *event, const char *id)
{
	XIE_VAL_EACH(p, xie_val_get(event, "by"))
	{
		if (xie_val_is(p, id))
			return true;
	}
	return false;
}

static bool is(const struct template *t, const char *event)
{
	return strcmp(t->event, event) == 0;
}

static const struct xie_law_clock *find(const char *code, const struct xie_law_clock *list, uint32_t n)
{
	for (uint32_t i = n; i-- > 0;)
		if (xie_str_is(list[i].code, code))
			return &list[i];
	return NULL;
}

static void officers_are_two_and_certified(const struct walk *w, const struct template *t, const struct xie_val *event)
{
	static const char *const acts[] = { "collect", "finish", "served(D11)", "served(D15)", "coercive", "preserve" };
	bool act = false;
	for (size_t i = 0; i < sizeof acts / sizeof acts[0]; i++)
		act = act || is(t, acts[i]);
	if (!act)
		return;
	bool o3_valid = w->at < xie_days_from_civil(2021, 10, 1) * INT64_C(86400000) - 8 * 3600000;
	check_true(names(event, "o1") + names(event, "o2") + (names(event, "o3") && o3_valid) >= 2); /* I3 */
	check_true(!names(event, "x1"));
}

static void terms_hold(const struct walk *w, const struct template *t)
{
	const struct xie_law_clock *list = NULL;
	uint32_t n = 0;
	check_ok(xie_law_clocks(w->c, &mem, w->at, &list, &n));
	int64_t today = xie_floor_div(w->at + 8 * 3600000, 86400000);
	const struct xie_law_clock *s = find("SEIZE30", list, n);
	if (s != NULL)
		check_true(s->due - s->base - w->test_days <= 60); /* I6 */
	const struct xie_law_clock *r = find("RECONSID60", list, n), *six = find("SUIT6M", list, n);
	if (is(t, "apply_court") && !w->remedy)
		check_true(r != NULL && six != NULL && today > r->due_rolled && today > six->due_rolled); /* I7 */
	xie_str state = xie_law_state(w->c);
	if (!xie_law_terminal(w->c) || xie_str_is(state, "X05") || xie_str_is(state, "X02"))
		return;
	for (uint32_t i = 0; i < n; i++) /* a remedy after the closing starts clocks of its own: the right outlives the file */
		if (list[i].state == XIE_LAW_RUNNING && !xie_str_is(list[i].code, "RETAIN") && !w->remedy && !is(t, "overturned"))
			fail_msg("%.*s runs in %.*s", (int)list[i].code.n, list[i].code.p, (int)state.n, state.p); /* I9 */
}

static void money_holds(const struct walk *w)
{
	const struct xie_law_amount *list = NULL;
	uint32_t n = 0;
	int64_t fine = -1, surcharge = 0;
	check_ok(xie_law_amounts(w->c, &mem, w->at, &list, &n));
	for (uint32_t i = 0; i < n; i++) {
		if (xie_str_is(list[i].name, "fine_fen"))
			fine = list[i].fen;
		if (xie_str_is(list[i].name, "surcharge_fen"))
			surcharge = list[i].fen;
		check_true(list[i].fen >= 0);
	}
	if (fine >= 0)
		check_true(surcharge <= fine); /* I5 */
}

static void remember(struct walk *w, const struct template *t, const struct xie_val *event)
{
	if (is(t, "approve_filing")) {
		bool first = xie_val_is(xie_val_at(xie_val_get(xie_val_get(event, "data"), "officers"), 0), "o1");
		w->o1_in = w->o1_in || first;
		w->o2_in = true;
	}
	if (is(t, "collect") || is(t, "finish") || is(t, "preserve") || is(t, "coercive")) {
		w->o1_in = w->o1_in || names(event, "o1");
		w->o2_in = w->o2_in || names(event, "o2");
	}
	if (is(t, "intend_penalty"))
		w->intended = t->fen;
	if (is(t, "served(D11)")) {
		w->served11 = true;
		w->noticed = w->intended;
	}
	w->court = w->court || is(t, "apply_court");
	if (is(t, "served(D15)"))
		w->decided_at = w->at;
	if (is(t, "sued") || is(t, "reconsid_filed"))
		w->remedy = true;
	if (is(t, "seize_test"))
		w->test_days += 7;
	if (is(t, "coercive"))
		w->test_days = 0;
	if (is(t, "overturned"))
		w->served11 = false;
}

static void invariants(struct walk *w, const struct template *t, const struct xie_val *event)
{
	if (is(t, "decide")) {
		check_true(w->served11);              /* I1 */
		check_true(t->fen <= w->noticed);     /* I2 */
		check_true(w->header != FINED_BEFORE); /* I8 */
	}
	if (is(t, "review_pass") || is(t, "review_fail") || is(t, "hearing_closed"))
		check_true(!(names(event, "o1") && w->o1_in) && !(names(event, "o2") && w->o2_in)); /* I4 */
	officers_are_two_and_certified(w, t, event);
	remember(w, t, event);
	terms_hold(w, t);
	money_holds(w);
}

/* The template with the walk's time: four nodes are new, the data is shared. */
static const struct xie_val *event_at(int i, xie_ms at)
{
	struct xie_val *root = xie_arena_new(&mem, struct xie_val, 1), *time = xie_arena_new(&mem, struct xie_val, 1);
	char *text = xie_arena_alloc(&mem, 32, 1);
	xie_wr w = xie_wr_of(text, 32);
	xie_wr_time_at(&w, at, 8 * 3600000);
	*root = *template_vals[i];
	*time = *template_vals[i]->first;
	time->s = xie_wr_view(&w);
	root->first = time;
	return root;
}

static int choose(const struct walk *w)
{
	xie_str state = xie_law_state(w->c);
	if (below(10) != 0)
		for (int tries = 0; tries < 200; tries++) {
			int i = (int)below(TEMPLATES);
			if (xie_str_is(state, templates[i].in))
				return i;
		}
	return (int)below(TEMPLATES);
}

static void replay_gives_the_same(const struct walk *w)
{
	uint8_t a[32], b[32];
	const struct xie_law_case *c = NULL;
	struct xie_law_outcome o;
	check_ok(xie_law_case_hash(w->c, &mem, a));
	check_ok(xie_law_open(law, &mem, header_vals[w->header], &c, NULL));
	for (int i = 0; i < w->n; i++) {
		check_ok(xie_law_step(law, &mem, c, w->accepted[i], &c, &o, NULL));
		check_true(o.ok);
	}
	check_ok(xie_law_case_hash(c, &mem, b));
	check_true(memcmp(a, b, 32) == 0); /* I10 */
	xie_law_case_head(w->c, a);
	xie_law_case_head(c, b);
	check_true(memcmp(a, b, 32) == 0);
}

static void one_walk(int number, uint32_t *reached)
{
	static const int days[] = { 0, 0, 0, 1, 1, 2, 3, 7, 16, 40, 95, 200 };
	struct walk w = { .header = number % HEADERS };
	struct xie_err err = { 0 };
	w.at = INT64_C(1630458000000) + (int64_t)below(200) * 3600000; /* from 2021-09-01 */
	check_ok(xie_law_open(law, &mem, header_vals[w.header], &w.c, &err));
	for (int k = 0; k < STEPS && !xie_str_is(xie_law_state(w.c), "S96"); k++) {
		int i = choose(&w);
		w.at += (int64_t)days[below(12)] * 86400000 + (int64_t)below(600) * 60000;
		/* the three months for the court are a narrow gate: half of those who stand before it wait for it */
		xie_ms gate = w.decided_at + (INT64_C(186) + below(80)) * 86400000;
		if (w.decided_at != 0 && xie_str_is(xie_law_state(w.c), "S80") && gate > w.at && below(2) == 0)
			w.at = gate;
		if (w.at > INT64_C(1765000000000)) /* the calendars end with 2026 */
			break;
		const struct xie_val *event = event_at(i, w.at);
		const struct xie_law_case *before = w.c;
		struct xie_law_outcome o;
		if (xie_law_step(law, &mem, w.c, event, &w.c, &o, &err) != XIE_OK)
			fail_msg("walk %d, %s: %s", number, templates[i].event, err.what);
		if (!o.ok) {
			check_true(w.c == before && o.n_unmet != 0);
			continue;
		}
		w.accepted[w.n++] = event;
		invariants(&w, &templates[i], event);
	}
	if (number % REPLAY_EVERY == 0)
		replay_gives_the_same(&w);
	reached[w.served11]++;
	reached[2] += xie_str_is(xie_law_state(w.c), "S96");
	reached[3] += w.court;
}

static void the_ten_invariants_hold_on_every_walk(void **state)
{
	(void)state;
	uint32_t reached[4] = { 0 };
	size_t mark = xie_arena_mark(&mem);
	const char *wanted = getenv("XIE_WALKS");
	uint64_t n = WALKS;
	if (wanted != NULL)
		check_ok(xie_str_u64(xie_str_of(wanted), &n));
	seed = UINT64_C(0x9E3779B97F4A7C15);
	for (int i = 0; i < (int)n; i++) {
		one_walk(i, reached);
		xie_arena_rewind(&mem, mark);
	}
	/* walks that get nowhere would prove nothing */
	print_message("notice served in %u, archived %u, in court %u\n", reached[1], reached[2], reached[3]);
	check_true(n < 1000 || (reached[1] > n / 10 && reached[2] > n / 200 && (n < 5000 || reached[3] > 0)));
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(the_ten_invariants_hold_on_every_walk) };
	return cmocka_run_group_tests(tests, set_up, tear_down);
}

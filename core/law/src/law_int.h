/* SPDX-License-Identifier: Apache-2.0 */
/* What a loaded law and a case are inside.  Nothing here knows a statute: rows, terms and sentences come from packs. */
#ifndef XIE_LAW_INT_H
#define XIE_LAW_INT_H

#include "xie/law/calendar.h"
#include "xie/law/clock.h"
#include "xie/law/law.h"

#include "expr.h"

#define LAW_MAX_STATES 64
#define LAW_MAX_ACTS 48

struct law_what {
	xie_str zh, en;
};

struct law_basis {
	const xie_str *list;
	uint32_t n;
};

struct law_state {
	xie_str code, kind; /* start, normal, wait, terminal */
	struct law_what name;
	xie_str stage;      /* the column of the page it stands in */
};

struct law_proc {
	xie_str code;
	uint16_t start;
	struct law_what name;
};

/* Shapes that a value may have: one bit each. */
enum {
	TY_NULL = 1, TY_BOOL = 2, TY_INT = 4, TY_TEXT = 8, TY_DATE = 16, TY_TIME = 32, TY_TEXTS = 64, TY_OBJECTS = 128,
	TY_OBJECT = 256, TY_ANY = 512, TY_EMPTY = 1024, TY_INTS = 2048
};

struct law_key {
	xie_str name, type; /* type as written */
	uint32_t mask;
	xie_str members;    /* "a, b" of an object, or "..." for an open one */
	struct law_what what;
};

struct law_event {
	xie_str name, step;
	const struct law_key *keys;
	uint32_t n_keys;
	struct law_what what;
	bool listed; /* in docs/procedure-format.md's first table; else in its second */
};

struct law_clock {
	xie_str code;
	struct law_what name;
	enum xie_clock_unit unit;
	const struct ex *n;     /* its length */
	bool roll;              /* the last day moves to a working day */
	bool binds_unrolled;    /* its end is the unrolled day; else the rolled one */
	bool flag;              /* expiry is a red flag */
	bool pause_inclusive;   /* the day a pause begins and the day it ends count neither */
	bool many;              /* several may run at once */
	bool silent;            /* kept for its arithmetic, not listed */
	xie_str late_flag, overdue_flag; /* "late:CODE", "overdue:CODE" */
	struct law_basis basis;
};

struct law_doc {
	xie_str code;
	struct law_what name;
};

struct law_words {
	xie_str name;
	const struct xie_val *list;
};

struct law_table {
	xie_str name;
	const struct xie_val *rows; /* array of arrays: keys ("any" fits all), then the value */
};

struct law_kind {
	xie_str code;
	const struct xie_val *also, *flags;
	xie_str family;
	int64_t rank;
};

/* How many of the event's people must be what. */
struct law_actor {
	xie_str code, says; /* says: the code of its refusal */
	struct law_what what;
	struct law_basis basis;
	uint16_t roles[4];
	uint32_t n_roles;
	const struct ex *min; /* NULL: 1 */
	bool cert;            /* each of them must hold a valid certificate and not be withdrawn */
	xie_str rank;         /* or empty */
};

struct law_need {
	const struct ex *when; /* NULL: always */
	const struct ex *is;   /* the condition, or the list of people when actor is set */
	const struct law_actor *actor;
	bool asks;             /* reads the event's data */
	xie_str code;
	struct law_what what;
	struct law_basis basis;
};

enum law_act_kind {
	ACT_DOC, ACT_DOCS, ACT_SERVED, ACT_START, ACT_STOP, ACT_PAUSE, ACT_RESUME, ACT_EXTEND, ACT_REBASE, ACT_SET, ACT_ADD,
	ACT_REMOVE, ACT_FLAG, ACT_UNFLAG, ACT_SUB, ACT_STOP_ALL, ACT_EACH
};

struct law_act {
	enum law_act_kind kind;
	const struct ex *when;
	uint16_t id;              /* document, clock, fact, set, sub-machine */
	const struct ex *e, *e2;  /* at, n, by, value ...: see act.c */
	xie_str text;             /* flag, field */
	uint16_t role;            /* ADD: only people with it; UINT16_MAX: all */
	uint64_t except;          /* STOP_ALL: clocks that stay, by number (first 64) */
};

struct law_target {
	const struct ex *when;
	uint16_t state; /* UINT16_MAX: stays */
	const struct ex *expr; /* a state named by text, or NULL */
};

struct law_row {
	xie_str id;
	uint16_t event;      /* UINT16_MAX: automatic */
	uint64_t from;       /* states */
	uint32_t procs;      /* procedures, by bit */
	const struct ex *when; /* chooses among the rows of one event */
	struct law_what what;
	const struct law_actor *const *by; /* any one of them; NULL: anybody */
	uint32_t n_by;
	struct law_names let_names;
	const struct ex *lets[24];
	const struct law_need *const *needs;
	uint32_t n_needs;
	const struct law_act *acts;
	uint32_t n_acts;
	const struct law_target *to;
	uint32_t n_to;
	struct law_basis basis;
	const struct xie_val *unless; /* automatic: events before which it waits */
	const struct law_row *as;     /* automatic: acts and target of that row */
};

struct law_define {
	xie_str name;
	const struct ex *e;
	const struct xie_val *at;
	bool busy; /* while it is parsed: a definition may not lead to itself */
};

struct law_guard {
	xie_str name;
	const struct law_need *const *needs;
	uint32_t n;
};

struct law_amount {
	xie_str name;
	struct law_what what;
	const struct ex *when, *e;
};

/* One benchmark: what it asks, what it computes, its lines with tiers, its modifiers, what follows. */
struct law_tier {
	struct law_what name;
	const struct ex *when, *low, *high, *fix;
};

struct law_line {
	xie_str kind, subject;
	struct law_what what;
	const struct ex *when, *min, *max, *fix;
	const struct law_tier *tiers;
	uint32_t n_tiers;
	struct law_basis basis;
};

enum law_effect { EFFECT_NONE, EFFECT_BELOW_MIN, EFFECT_LOW, EFFECT_HIGH };

struct law_modifier {
	xie_str code;
	struct law_what what;
	enum law_effect effect; /* NONE: no penalty */
	const struct ex *when;
	struct law_basis basis;
};

struct law_follow {
	xie_str code;
	const struct ex *when;
};

struct law_item {
	xie_str code;
	struct law_what what;
	const struct law_key *inputs;
	uint32_t n_inputs;
	const struct xie_val *need; /* names of inputs that must be there */
	struct law_names names;     /* factors */
	const struct ex *factors[24];
	const struct law_line *lines;
	uint32_t n_lines;
	const struct law_modifier *modifiers;
	uint32_t n_modifiers;
	const struct law_follow *follow;
	uint32_t n_follow;
	const struct ex *cap;
	struct law_basis basis;
};

struct law_statute {
	xie_str code, rank;
	struct law_what name;
};

/* A growing table of interned names (facts, sets, flags are not declared, they are met). */
struct law_intern {
	xie_str *names;
	bool *written, *read;
	const struct xie_val **at;
	uint32_t n, cap;
};

#define LAW_TABLE(T, name) \
	T *name;           \
	uint32_t n_##name

struct xie_law {
	xie_arena *mem;
	const struct xie_calendar *cal;
	xie_ms offset;
	LAW_TABLE(struct law_state, states);
	LAW_TABLE(struct law_proc, procs);
	LAW_TABLE(struct law_event, events);
	LAW_TABLE(struct law_key, header);
	LAW_TABLE(struct law_key, person);
	LAW_TABLE(struct law_key, members);
	LAW_TABLE(struct law_clock, clocks);
	LAW_TABLE(struct law_doc, docs);
	LAW_TABLE(struct law_words, words);
	LAW_TABLE(struct law_table, tables);
	LAW_TABLE(struct law_kind, kinds);
	LAW_TABLE(struct law_actor, actors);
	LAW_TABLE(struct law_define, defines);
	LAW_TABLE(struct law_guard, guards);
	LAW_TABLE(struct law_row, rows);
	LAW_TABLE(struct law_row, autos);
	LAW_TABLE(struct law_amount, amounts);
	LAW_TABLE(struct law_statute, statutes);
	LAW_TABLE(struct xie_val, settings); /* key and value */
	struct law_intern facts, sets, subs, roles;
	/* what the machine itself says about people: recused, uncertified, auxiliary, unknown; the set that holds the
	 * withdrawn */
	struct law_need people[4];
	uint16_t recused, helper_role, system_role;
	const struct law_need *state_need; /* words of "not in this state" */
	LAW_TABLE(struct law_item, items);
};

enum { PEOPLE_RECUSED, PEOPLE_CERT, PEOPLE_AUX, PEOPLE_UNKNOWN };

/* --- a case --- */
struct law_run {
	uint16_t def;
	uint16_t seq;
	uint8_t state; /* enum xie_law_clock_state without EXPIRED */
	bool late;     /* stopped after it had bound */
	int64_t base;  /* day; milliseconds for HOUR */
	int64_t due;   /* unrolled; milliseconds for HOUR */
	int64_t paused_at, paused; /* day of the pause; days (or ms) of pauses that ended */
	int64_t stopped;
};

struct law_have {
	uint16_t doc;
	bool served;
	int64_t day;
};

struct law_set {
	xie_str *items;
	uint32_t n;
};

struct xie_law_case {
	const struct xie_law *law;
	const struct xie_val *header, *people; /* "case" and "people" of the header */
	uint16_t proc, state;
	uint32_t n_events;
	xie_ms at; /* of the last event */
	struct lv *facts;
	struct law_set *sets;
	xie_str *subs;
	struct law_run *runs;
	uint32_t n_runs;
	struct law_have *have;
	uint32_t n_have;
	struct law_set flags;
	uint8_t chain[32];
};

/* One evaluation: a case, an event, its time.  st and year are sticky. */
struct law_ctx {
	const struct xie_law *law;
	const struct xie_law_case *c;
	xie_arena *mem;
	const struct xie_val *by, *data;
	xie_ms at;
	int64_t today;
	const struct law_row *row; /* whose lets are in let */
	struct lv let[24];
	struct lv it;
	const struct xie_val *it_node; /* it, when it came from a list */
	uint32_t depth;
	xie_status st;
	int32_t year;
};

struct lv law__eval(struct law_ctx *x, const struct ex *e);
static inline bool law__holds(struct law_ctx *x, const struct ex *e)
{
	return e == NULL || lv_true(law__eval(x, e));
}
/* The legal day of text that is a date or a time; false for other text. */
bool law__day_of(const struct xie_law *law, xie_str s, int64_t *ret_day);
int64_t law__legal_day(const struct xie_law *law, xie_ms t);

/* clocks of a case (run.c) */
const struct law_run *law__run(const struct xie_law_case *c, uint16_t def); /* the latest of that code, or NULL */
/* Last day after rolling where the row rolls; MISSING with the year. */
xie_status law__rolled(const struct xie_law *law, const struct law_run *r, int64_t *ret_due, int32_t *reterr_year);
/* Has its binding end passed at that moment? */
xie_status law__passed(const struct xie_law *law, const struct law_run *r, xie_ms at, bool *ret, int32_t *reterr_year);
int64_t law__elapsed(const struct law_run *r, const struct law_clock *d, int64_t today);

/* people (people.c) */
const struct xie_val *law__person(const struct xie_law_case *c, xie_str id);
bool law__has_role(struct law_ctx *x, xie_str who, uint16_t role);
bool law__certified(struct law_ctx *x, xie_str who);
bool law__recused(const struct xie_law_case *c, xie_str who);
bool law__set_has(const struct law_set *s, xie_str item);
/* How many of list satisfy the rule; and whether that is enough. */
uint32_t law__count_actors(struct law_ctx *x, const struct law_actor *a, const struct xie_val *list, int64_t *ret_min);
bool law__alike(xie_str a, xie_str b); /* letters' case apart, a blank or hyphen for an underline */
bool law__word_in(xie_str text, const struct xie_val *list);

/* acts (act.c): c is ours to change; false when mem is full or x->st is set */
bool law__apply(struct law_ctx *x, struct xie_law_case *c, const struct law_row *row);
struct xie_law_case *law__copy(xie_arena *mem, const struct xie_law_case *c);
bool law__set_add(xie_arena *mem, struct law_set *s, xie_str item);

/* schema (schema.c): values against their declared shapes */
xie_status law__check_members(const struct xie_law *law, const struct law_key *keys, uint32_t n,
                              const struct xie_val *obj, const char *what, struct xie_err *err);
uint32_t law__type_mask(xie_str text, xie_str *ret_members);

/* loading (load_*.c) */
struct law_load {
	struct xie_law *law;
	xie_arena *mem;
	const struct xie_val *const *docs;
	const char *const *files;
	size_t n;
	size_t at; /* document being read */
	struct xie_err *err;
};
xie_status law__fail(struct law_load *l, xie_status st, const struct xie_val *at, const char *what, const char *hint);
xie_status law__fail_name(struct law_load *l, xie_status st, const struct xie_val *at, const char *what, xie_str name,
                          const char *hint);
xie_status law__only(struct law_load *l, const struct xie_val *obj, const char *keys);
xie_status law__basis(struct law_load *l, const struct xie_val *v, struct law_basis *ret);
struct law_what law__what(const struct xie_val *v);
xie_status law__load_names(struct law_load *l);  /* first pass: everything that has a name */
xie_status law__load_items(struct law_load *l);  /* discretion benchmarks */
xie_status law__load_rows(struct law_load *l);   /* second pass: everything that uses names */
xie_status law__load_needs(struct law_load *l, const struct xie_val *list, const struct law_names *lets,
                           const struct law_need ***ret, uint32_t *ret_n);
xie_status law__load_acts(struct law_load *l, const struct xie_val *list, struct law_row *row);
xie_status law__expr(struct law_load *l, const struct xie_val *v, const struct law_names *lets, const struct ex **ret);
uint16_t law__intern(struct xie_law *law, struct law_intern *t, xie_str name);
int32_t law__find_state(const struct xie_law *law, xie_str code);
int32_t law__find_clock(const struct xie_law *law, xie_str code);
int32_t law__find_doc(const struct xie_law *law, xie_str code);
int32_t law__find_event(const struct xie_law *law, xie_str name);
int32_t law__find_define(const struct xie_law *law, xie_str name);
const struct law_actor *law__find_actor(const struct xie_law *law, xie_str code);
const struct law_kind *law__find_kind(const struct xie_law *law, xie_str code);
const struct xie_val *law__setting(const struct xie_law *law, xie_str name);

#endif

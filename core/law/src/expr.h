/* SPDX-License-Identifier: Apache-2.0 */
/* The language of guards: what a pack may ask about a case, an event and the people in it.
 *
 *   expr    = and {"or" and};  and = not {"and" not};  not = ["not"] compare
 *   compare = sum [("=" | "!=" | "<" | "<=" | ">" | ">=" | "in") sum]
 *   sum     = term {("+" | "-") term};  term = factor {("*" | "/") factor};  factor = ["-"] primary {"." name}
 *   primary = number | 'text' | true | false | null | name | name "(" args ")" | "(" expr ")" | "[" exprs "]"
 *
 * Three roots have members: case. (header), data. (event), fact. (what earlier events left), and let., setting.; `it` is
 * the element inside some(), every() and sum().  Other names are the pack's own definitions or today, hour, state,
 * proc, by.  What is absent is null: null equals only null, is never less or greater, and is not true.  Arithmetic is
 * integer; a sum that leaves int64 stops the step with XIE_RANGE. */
#ifndef XIE_LAW_EXPR_H
#define XIE_LAW_EXPR_H

#include "xie/base/arena.h"
#include "xie/base/units.h"
#include "xie/base/val.h"

enum lv_kind { LV_NULL, LV_BOOL, LV_INT, LV_TEXT, LV_NODE };

struct lv {
	enum lv_kind k;
	union {
		int64_t i; /* INT, and BOOL as 0 or 1 */
		xie_str s; /* TEXT */
		const struct xie_val *v; /* NODE: an array or object of a header or event */
	};
};

#define LV_NONE ((struct lv){ .k = LV_NULL })

static inline struct lv lv_bool(bool b)
{
	return (struct lv){ .k = LV_BOOL, .i = b };
}
static inline struct lv lv_int(int64_t i)
{
	return (struct lv){ .k = LV_INT, .i = i };
}
static inline struct lv lv_text(xie_str s)
{
	return (struct lv){ .k = LV_TEXT, .s = s };
}
static inline bool lv_true(struct lv v)
{
	return v.k == LV_BOOL && v.i != 0;
}
struct lv lv_of(const struct xie_val *v); /* NULL and JSON null give LV_NULL; a fraction too */
bool lv_same(struct lv a, struct lv b);

/* What the arguments of a function are: the first letter speaks for the first argument.
 * e expression, l expression evaluated for each element (it), c clock, d document, r role, s set, w word list, t table,
 * u sub-machine, a actor rule, k flag of a penalty kind, * any more expressions */
#define LAW_FUNCTIONS(X)                                                                     \
	X(has, "e")      /* neither null nor empty text, list or object */                   \
	X(empty, "e")    /* given, but empty text or list */                                 \
	X(coalesce, "e*") /* the first that is not null */                                   \
	X(if, "eee")                                                                         \
	X(min, "ee")                                                                         \
	X(max, "ee")                                                                         \
	X(accrued, "eeeee") /* base, days, num, den, cap */                                  \
	X(day, "e")      /* the legal day of a date or time */                               \
	X(date, "e")     /* the day of a literal */                                          \
	X(years, "ee")   /* a day n years later */                                           \
	X(months, "ee")                                                                      \
	X(addwd, "ee")   /* the n-th working day after */                                    \
	X(workday, "e")  /* is that day a working day */                                     \
	X(between, "ee") /* working days strictly between */                                 \
	X(rolled_day, "e")                                                                   \
	X(started, "c")                                                                      \
	X(running, "c")  /* neither stopped nor paused, expired or not */                    \
	X(open, "c")     /* started, not stopped, its end not passed */                      \
	X(expired, "c")  /* its end passed before it was stopped */                          \
	X(paused, "c")                                                                       \
	X(due, "c")      /* last day, unrolled */                                            \
	X(rolled, "c")   /* last day, moved to a working day where the row says so */        \
	X(elapsed, "c")  /* days counted so far, without pauses */                           \
	X(doc, "d")                                                                          \
	X(served, "d")                                                                       \
	X(sub, "u")                                                                          \
	X(in_set, "es")                                                                      \
	X(size, "s")                                                                         \
	X(actor, "a")    /* do the people of this event satisfy the actor rule */            \
	X(by_has, "r")                                                                       \
	X(is_role, "er") /* a person, by id or name, has the role */                         \
	X(certified, "e") /* may this person act as an officer today */                      \
	X(person, "e")   /* the person's record, for its members */                          \
	X(count, "e")                                                                        \
	X(some, "el")                                                                        \
	X(every, "el")                                                                       \
	X(sum, "el")                                                                         \
	X(largest, "el") /* the greatest integer, or null */                                 \
	X(pick, "el")    /* the first element for which it holds */                          \
	X(item, "ee")    /* the n-th element of a list, from 0 */                            \
	X(starts, "ee")  /* text begins with text */                                         \
	X(word, "ew")    /* one of a list of words, letters' case apart */                   \
	X(mentions, "ew") /* contains one of a list of words */                              \
	X(lookup, "te*")                                                                     \
	X(kind, "ek")    /* the penalty kind has this flag */                                \
	X(heavier, "eeee") /* kinds, fine heavier than kinds, fine */                        \
	X(plan_due, "ee") /* day of the first instalment not covered by what was paid */     \
	X(plan_end, "e")  /* last day of the plan */                                         \
	X(plan_total, "e")

enum law_fn {
#define X(name, args) FN_##name,
	LAW_FUNCTIONS(X)
#undef X
	FN_COUNT
};

enum ex_op {
	EX_LIT, EX_LIST, EX_NOT, EX_AND, EX_OR, EX_EQ, EX_NE, EX_LT, EX_LE, EX_GT, EX_GE, EX_IN,
	EX_ADD, EX_SUB, EX_MUL, EX_DIV, EX_NEG, EX_CASE, EX_DATA, EX_FACT, EX_LET, EX_DEF, EX_IT, EX_MEMBER, EX_FN,
	EX_TODAY, EX_HOUR, EX_STATE, EX_PROC, EX_BY
};

struct ex {
	enum ex_op op;
	uint16_t id;       /* function, fact, let or definition number; a member's own key is in name */
	uint16_t arg;      /* number of the clock, document, set ... that a function names */
	bool data, other;  /* reads the event's data; reads anything else */
	xie_str name;
	struct lv lit;
	const struct ex *kid, *next; /* first child, next sibling */
	uint32_t line, column;
};

struct xie_law;
struct law_names;

/* text: borrowed for good.  Names are resolved in law; lets: names of the row's let. entries.  UNKNOWN names, MALFORMED
 * text; reterr at the place of at plus the column inside. */
xie_status law__expr_parse(xie_arena *mem, struct xie_law *law, const struct law_names *lets, const struct xie_val *at,
                           const struct ex **ret_e, struct xie_err *reterr) XIE_MUST_USE;

/* Names of let. entries of one row, in order; NULL for none. */
struct law_names {
	xie_str names[24];
	bool data[24];
	uint32_t n;
};

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* Internal to rule: what the compiler of conditions (expr_compile.c) and their runner (expr_run.c) share. */
#ifndef XIE_RULE_SRC_EXPR_H
#define XIE_RULE_SRC_EXPR_H

#include "xie/rule/expr.h"

enum opcode {
	OP_NUM, OP_TEXT, OP_BOOL, OP_ATTR, /* push */
	OP_NOT, OP_NEG, OP_IS_NULL,        /* one operand */
	OP_AND, OP_OR, OP_EQ, OP_NE, OP_LT, OP_LE, OP_GT, OP_GE, OP_ADD, OP_SUB, OP_MUL, OP_LIKE, /* two */
	OP_BETWEEN, /* three */
	OP_IN,      /* i values and the one looked for */
	OP_LISTED,  /* one text, list */
	OP_BIT,     /* one number: bit i of it */
};

struct op {
	enum opcode code;
	int64_t i;
	xie_str s;
	const struct xie_rule_list *list;
};

#define MAX_OPS 256

struct xie_expr {
	const struct op *ops;
	uint32_t n;
	xie_ms utc_offset_ms;
};

/* ---- attributes ---- */

#define ATTR_MAP(X)                                  \
	X(KIND, "kind", TEXT, NONE)                  \
	X(MMSI, "mmsi", TEXT, NONE)                  \
	X(PHONE, "phone", TEXT, NONE)                \
	X(SOG, "sog", NUM, SPEED)                    \
	X(COG, "cog", NUM, ANGLE)                    \
	X(HEADING, "heading", NUM, ANGLE)            \
	X(NAV_STATUS, "nav_status", NUM, NONE)       \
	X(ACCURATE, "accurate", BOOL, NONE)          \
	X(ALARM, "alarm", NUM, NONE)                 \
	X(STATUS, "status", NUM, NONE)               \
	X(MILEAGE, "mileage", NUM, LENGTH)           \
	X(NAME, "name", TEXT, NONE)                  \
	X(CALLSIGN, "callsign", TEXT, NONE)          \
	X(DESTINATION, "destination", TEXT, NONE)    \
	X(IMO, "imo", NUM, NONE)                     \
	X(ENI, "eni", TEXT, NONE)                    \
	X(SHIP_TYPE, "ship_type", NUM, NONE)         \
	X(ERI_TYPE, "eri_type", NUM, NONE)           \
	X(LENGTH, "length", NUM, LENGTH)             \
	X(BEAM, "beam", NUM, LENGTH)                 \
	X(DRAUGHT, "draught", NUM, LENGTH)           \
	X(PERSONS, "persons", NUM, NONE)             \
	X(CONES, "cones", NUM, NONE)                 \
	X(PLATE, "plate", TEXT, NONE)                \
	X(PLATE_COLOR, "plate_color", NUM, NONE)     \
	X(MINUTE_OF_DAY, "minute_of_day", NUM, NONE) \
	X(WEEKDAY, "weekday", NUM, NONE)

enum attr {
#define X(sym, name, type, dim) ATTR_##sym,
	ATTR_MAP(X)
#undef X
	ATTR__COUNT
};

struct expr_attr {
	const char *name;
	enum xie_type type;
	enum xie_dim dim;
};
extern const struct expr_attr expr__attrs[ATTR__COUNT];


#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* Conditions at work: attributes of what was seen, and the postfix program on a small stack. */
#include "expr.h"

#include "xie/base/time.h"

const struct expr_attr expr__attrs[ATTR__COUNT] = {
#define X(sym, name, type, dim) { name, XIE_TYPE_##type, XIE_DIM_##dim },
	ATTR_MAP(X)
#undef X
};

const char *xie_expr_attribute(size_t i)
{
	return i < ATTR__COUNT ? expr__attrs[i].name : NULL;
}

static struct xie_value num(bool known, int64_t i)
{
	return (struct xie_value){ .type = XIE_TYPE_NUM, .known = known, .i = i };
}
static struct xie_value boolean(bool known, bool b)
{
	return (struct xie_value){ .type = XIE_TYPE_BOOL, .known = known, .i = b };
}
static struct xie_value text(xie_str s)
{
	return (struct xie_value){ .type = XIE_TYPE_TEXT, .known = s.n != 0, .s = s };
}

static struct xie_value static_attr(enum attr a, const struct xie_static *s)
{
	switch (a) {
	case ATTR_NAME: return text(xie_str_of(s->name));
	case ATTR_CALLSIGN: return text(xie_str_of(s->callsign));
	case ATTR_DESTINATION: return text(xie_str_of(s->destination));
	case ATTR_IMO: return num(s->imo != 0, s->imo);
	case ATTR_ENI: return text(xie_str_of(s->eni));
	case ATTR_SHIP_TYPE: return num(s->ship_type != 0, s->ship_type);
	case ATTR_ERI_TYPE: return num(s->eri_type != 0, s->eri_type);
	case ATTR_LENGTH: return num(s->bow_mm + s->stern_mm != 0, (int64_t)s->bow_mm + s->stern_mm);
	case ATTR_BEAM: return num(s->port_mm + s->starboard_mm != 0, (int64_t)s->port_mm + s->starboard_mm);
	case ATTR_DRAUGHT: return num(s->draught_mm != 0, s->draught_mm);
	case ATTR_PERSONS: return num(s->has_persons, s->persons);
	case ATTR_CONES: return num(s->cones != 0, (int64_t)s->cones - 1);
	case ATTR_PLATE: return text(xie_str_of(s->plate));
	case ATTR_PLATE_COLOR: return num(s->plate_color != 0, s->plate_color);
	default: return num(false, 0);
	}
}

static struct xie_value local_time(enum attr a, xie_ms t, xie_ms utc_offset_ms)
{
	int64_t minute = xie_floor_div(t + utc_offset_ms, 60000);
	int64_t day = xie_floor_div(minute, 1440);
	return num(true, a == ATTR_WEEKDAY ? (int64_t)xie_weekday(day) + 1 : minute - day * 1440);
}

static struct xie_value attribute(enum attr a, const struct xie_seen *seen, xie_ms utc_offset_ms)
{
	static const struct xie_static nothing = { 0 };
	const struct xie_fix *f = seen->fix;
	switch (a) {
	case ATTR_KIND: return text(xie_str_of(xie_target_kind_name(seen->kind)));
	case ATTR_MMSI: return text(seen->key->scheme == XIE_SCHEME_MMSI ? xie_key_text(seen->key) : (xie_str){ "", 0 });
	case ATTR_PHONE: return text(seen->key->scheme == XIE_SCHEME_PHONE ? xie_key_text(seen->key) : (xie_str){ "", 0 });
	case ATTR_SOG: return num((f->has & XIE_FIX_SOG) != 0, f->sog_dmph);
	case ATTR_COG: return num((f->has & XIE_FIX_COG) != 0, f->cog_cdeg);
	case ATTR_HEADING: return num((f->has & XIE_FIX_HEADING) != 0, f->heading_cdeg);
	case ATTR_NAV_STATUS: return num((f->has & XIE_FIX_NAV_STATUS) != 0, f->nav_status);
	case ATTR_ACCURATE: return boolean(true, (f->has & XIE_FIX_ACCURATE) != 0);
	case ATTR_ALARM: return num((f->has & XIE_FIX_ALARM) != 0, f->alarm);
	case ATTR_STATUS: return num((f->has & XIE_FIX_ALARM) != 0, f->status);
	case ATTR_MILEAGE: return num((f->has & XIE_FIX_MILEAGE) != 0, (int64_t)f->mileage_hm * 100000);
	case ATTR_MINUTE_OF_DAY:
	case ATTR_WEEKDAY: return local_time(a, f->t, utc_offset_ms);
	default: return static_attr(a, seen->stat != NULL ? seen->stat : &nothing);
	}
}

/* ---- running ---- */

static bool like(xie_str s, xie_str p)
{
	/* greedy with one remembered star: linear for one %, at worst n * m */
	size_t i = 0, j = 0, star = SIZE_MAX, from = 0;
	while (i < s.n) {
		if (j < p.n && p.p[j] == '%') {
			star = j++;
			from = i;
		} else if (j < p.n && (p.p[j] == '_' || p.p[j] == s.p[i])) {
			/* '_' is one character: the rest of a UTF-8 sequence belongs to it */
			bool any = p.p[j++] == '_';
			i++;
			while (any && i < s.n && ((unsigned char)s.p[i] & 0xC0) == 0x80)
				i++;
		} else if (star != SIZE_MAX) {
			j = star + 1;
			i = ++from;
		} else {
			return false;
		}
	}
	while (j < p.n && p.p[j] == '%')
		j++;
	return j == p.n;
}

static int compare(struct xie_value a, struct xie_value b)
{
	return a.type == XIE_TYPE_TEXT ? xie_str_cmp(a.s, b.s) : (a.i > b.i) - (a.i < b.i);
}

static int64_t saturate(xie_i128 v)
{
	return v > INT64_MAX ? INT64_MAX : v < INT64_MIN ? INT64_MIN : (int64_t)v;
}

static struct xie_value binary(enum opcode code, struct xie_value a, struct xie_value b)
{
	bool known = a.known && b.known;
	if (code == OP_AND || code == OP_OR) {
		bool decides = code == OP_OR; /* true decides OR, false decides AND */
		if ((a.known && (a.i != 0) == decides) || (b.known && (b.i != 0) == decides))
			return boolean(true, decides);
		return boolean(known, !decides);
	}
	if (code == OP_ADD)
		return num(known, saturate((xie_i128)a.i + b.i));
	if (code == OP_SUB)
		return num(known, saturate((xie_i128)a.i - b.i));
	if (code == OP_MUL)
		return num(known, saturate((xie_i128)a.i * b.i));
	if (code == OP_LIKE)
		return boolean(known, known && like(a.s, b.s));
	int c = known ? compare(a, b) : 0;
	bool r = code == OP_EQ   ? c == 0
	         : code == OP_NE ? c != 0
	         : code == OP_LT ? c < 0
	         : code == OP_LE ? c <= 0
	         : code == OP_GT ? c > 0
	                         : c >= 0;
	return boolean(known, r);
}

static bool in_list(const struct xie_rule_list *l, xie_str s)
{
	for (size_t i = 0; i < l->n; i++)
		if (xie_str_eq(l->values[i], s))
			return true;
	return false;
}

static struct xie_value one_of(const struct xie_value *v, int64_t n)
{
	bool unknown = !v[0].known;
	for (int64_t i = 1; i <= n && v[0].known; i++) {
		if (v[i].known && compare(v[0], v[i]) == 0)
			return boolean(true, true);
		unknown = unknown || !v[i].known;
	}
	return boolean(!unknown, false);
}

/* Runs one operator on the stack; returns the new height. */
static uint32_t run(const struct op *o, struct xie_value *st, uint32_t n)
{
	struct xie_value *top = n != 0 ? &st[n - 1] : st;
	switch (o->code) {
	case OP_NOT:
		*top = boolean(top->known, top->i == 0);
		return n;
	case OP_NEG:
		*top = num(top->known, saturate(-(xie_i128)top->i));
		return n;
	case OP_IS_NULL:
		*top = boolean(true, !top->known);
		return n;
	case OP_LISTED:
		*top = boolean(top->known, top->known && in_list(o->list, top->s));
		return n;
	case OP_BIT:
		*top = boolean(top->known, top->known && ((uint64_t)top->i >> o->i & 1) != 0);
		return n;
	case OP_BETWEEN:
		st[n - 3] = binary(OP_AND, binary(OP_GE, st[n - 3], st[n - 2]), binary(OP_LE, st[n - 3], st[n - 1]));
		return n - 2;
	case OP_IN:
		st[n - 1 - (uint32_t)o->i] = one_of(&st[n - 1 - (uint32_t)o->i], o->i);
		return n - (uint32_t)o->i;
	default:
		st[n - 2] = binary(o->code, st[n - 2], st[n - 1]);
		return n - 1;
	}
}

struct xie_value xie_expr_eval(const struct xie_expr *e, const struct xie_seen *seen)
{
	struct xie_value st[MAX_OPS];
	uint32_t n = 0;
	for (uint32_t i = 0; i < e->n; i++) {
		const struct op *o = &e->ops[i];
		if (o->code == OP_NUM)
			st[n++] = num(true, o->i);
		else if (o->code == OP_TEXT)
			st[n++] = (struct xie_value){ .type = XIE_TYPE_TEXT, .known = true, .s = o->s };
		else if (o->code == OP_BOOL)
			st[n++] = boolean(true, o->i != 0);
		else if (o->code == OP_ATTR)
			st[n++] = attribute((enum attr)o->i, seen, e->utc_offset_ms);
		else
			n = run(o, st, n);
	}
	return st[0];
}

bool xie_expr_holds(const struct xie_expr *e, const struct xie_seen *seen)
{
	if (e == NULL)
		return true;
	struct xie_value v = xie_expr_eval(e, seen);
	return v.known && v.i != 0;
}

xie_status xie_expr_constant(const struct xie_expr *e, int64_t *ret_v)
{
	for (uint32_t i = 0; i < e->n; i++)
		if (e->ops[i].code == OP_ATTR)
			return XIE_MISSING;
	struct xie_value v = xie_expr_eval(e, NULL);
	if (!v.known)
		return XIE_MISSING;
	*ret_v = v.i;
	return XIE_OK;
}

void xie_expr_write(const struct xie_expr *e, xie_wr *w)
{
	if (e == NULL)
		return;
	for (uint32_t i = 0; i < e->n; i++) {
		const struct op *o = &e->ops[i];
		xie_wr_u64(w, (uint64_t)o->code);
		xie_wr_char(w, ':');
		if (o->code == OP_TEXT || o->code == OP_LISTED)
			xie_wr_json_str(w, o->s);
		else if (o->code == OP_ATTR)
			xie_wr_text(w, expr__attrs[o->i].name);
		else
			xie_wr_i64(w, o->i);
		xie_wr_char(w, ' ');
	}
	xie_wr_i64(w, e->utc_offset_ms);
}

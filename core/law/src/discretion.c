/* SPDX-License-Identifier: Apache-2.0 */
/* In the order of law: grounds of no penalty, lines of the law by subject, tier by factors, modifiers, the law's own
 * limits, the cap, and the sentence that says how. */
#include "xie/law/discretion.h"

#include "law_int.h"

#define EXPLAIN 4096

struct judge {
	struct law_ctx x;
	const struct law_item *it;
	struct xie_discretion *r;
	struct xie_discretion_line *lines;
	xie_wr w;
	bool low, high, below;
};

static const struct law_item *find(const struct xie_law *law, xie_str code)
{
	for (uint32_t i = law->n_items; i-- > 0;) /* a later pack's benchmark stands for an earlier one's */
		if (xie_str_eq(law->items[i].code, code))
			return &law->items[i];
	return NULL;
}

static bool amount_of(struct judge *j, const struct ex *e, int64_t *ret)
{
	struct lv v = e != NULL ? law__eval(&j->x, e) : LV_NONE;
	if (v.k == LV_INT)
		*ret = v.i;
	return v.k == LV_INT;
}

static void say_money(xie_wr *w, int64_t fen)
{
	xie_wr_fixed(w, fen, 2);
	xie_wr_text(w, "元");
}

static void say_basis(xie_wr *w, struct law_basis b)
{
	xie_wr_text(w, "（");
	for (uint32_t i = 0; i < b.n; i++) {
		if (i != 0)
			xie_wr_text(w, "、");
		xie_wr_str(w, b.list[i]);
	}
	xie_wr_text(w, "）");
}

static void say_factors(struct judge *j)
{
	xie_wr_str(&j->w, j->it->code);
	xie_wr_char(&j->w, ' ');
	xie_wr_str(&j->w, j->it->what.zh);
	for (uint32_t i = 0; i < j->it->names.n; i++) {
		if (j->x.let[i].k != LV_INT)
			continue;
		xie_wr_text(&j->w, i == 0 ? "：" : "，");
		xie_wr_str(&j->w, j->it->names.names[i]);
		xie_wr_char(&j->w, '=');
		xie_wr_i64(&j->w, j->x.let[i].i);
	}
}

/* True when a ground of no penalty applies; the others are kept for the lines. */
static bool modifiers(struct judge *j)
{
	for (uint32_t i = 0; i < j->it->n_modifiers; i++) {
		const struct law_modifier *m = &j->it->modifiers[i];
		if (!law__holds(&j->x, m->when))
			continue;
		xie_wr_text(&j->w, "；");
		xie_wr_str(&j->w, m->what.zh);
		say_basis(&j->w, m->basis);
		if (m->effect == EFFECT_NONE)
			return true;
		j->below = j->below || m->effect == EFFECT_BELOW_MIN;
		j->low = j->low || m->effect == EFFECT_LOW;
		j->high = j->high || m->effect == EFFECT_HIGH;
	}
	return false;
}

/* The halves of the tier's range; below the minimum: from nothing to the tier's lower end.  A ground for each side leaves
 * the whole range. */
static void shift(const struct judge *j, struct xie_discretion_line *k)
{
	int64_t mid = k->low + (k->high - k->low) / 2;
	if (j->below && !j->high) {
		k->high = k->low;
		k->low = 0;
	} else if (j->low && !j->high) {
		k->high = mid;
	} else if (j->high && !j->low && !j->below) {
		k->low = mid;
	}
}

static void clamp(struct judge *j, const struct law_line *line, struct xie_discretion_line *k)
{
	int64_t min = 0, max = 0;
	bool mitigated = j->below && !j->high;
	if (amount_of(j, line->max, &max)) {
		k->high = k->high > max ? max : k->high;
		k->low = k->low > max ? max : k->low;
	}
	if (amount_of(j, line->min, &min) && !mitigated) {
		k->low = k->low < min ? min : k->low;
		k->high = k->high < min ? min : k->high;
	}
	j->r->mitigated = j->r->mitigated || (mitigated && k->low < min);
}

static void range_of(struct judge *j, const struct law_line *line, struct xie_discretion_line *k)
{
	bool exact = amount_of(j, line->fix, &k->low);
	k->high = k->low;
	if (!exact) {
		(void)amount_of(j, line->min, &k->low);
		(void)amount_of(j, line->max, &k->high);
	}
	for (uint32_t i = 0; i < line->n_tiers; i++) {
		const struct law_tier *t = &line->tiers[i];
		if (!law__holds(&j->x, t->when))
			continue;
		k->tier_zh = t->name.zh;
		exact = amount_of(j, t->fix, &k->low);
		k->high = k->low;
		if (!exact) {
			(void)amount_of(j, t->low, &k->low);
			(void)amount_of(j, t->high, &k->high);
		}
		break;
	}
	if (!exact)
		shift(j, k);
	clamp(j, line, k);
	k->amount = k->low + (k->high - k->low) / 2;
}

static void one_line(struct judge *j, const struct law_line *line)
{
	if (!law__holds(&j->x, line->when))
		return;
	struct xie_discretion_line *k = &j->lines[j->r->n_lines++];
	*k = (struct xie_discretion_line){ .kind = line->kind, .subject = line->subject, .zh = line->what.zh,
		                           .basis = line->basis.list, .n_basis = line->basis.n };
	range_of(j, line, k);
	xie_wr_text(&j->w, "；");
	xie_wr_str(&j->w, line->what.zh);
	if (k->tier_zh.n != 0) {
		xie_wr_text(&j->w, "，");
		xie_wr_str(&j->w, k->tier_zh);
	}
	if (xie_str_is(line->kind, "FINE")) {
		xie_wr_text(&j->w, "：");
		if (k->low != k->high) {
			say_money(&j->w, k->low);
			xie_wr_text(&j->w, "至");
			say_money(&j->w, k->high);
			xie_wr_text(&j->w, "，建议");
		}
		say_money(&j->w, k->amount);
		if (__builtin_add_overflow(j->r->fine_fen, k->amount, &j->r->fine_fen))
			j->x.st = XIE_RANGE;
	}
	say_basis(&j->w, line->basis);
}

static void cap(struct judge *j)
{
	int64_t most = 0;
	if (!amount_of(j, j->it->cap, &most) || j->r->fine_fen <= most)
		return;
	j->r->fine_fen = most;
	xie_wr_text(&j->w, "；合计以");
	say_money(&j->w, most);
	xie_wr_text(&j->w, "为限");
	say_basis(&j->w, j->it->basis);
}

static bool follow(struct judge *j)
{
	xie_str *list = xie_arena_new(j->x.mem, xie_str, j->it->n_follow + 1);
	if (list == NULL)
		return false;
	for (uint32_t i = 0; i < j->it->n_follow; i++)
		if (law__holds(&j->x, j->it->follow[i].when))
			list[j->r->n_follow++] = j->it->follow[i].code;
	j->r->follow = list;
	return true;
}

static xie_status check(const struct law_item *it, const struct xie_law *law, const struct xie_val *facts, struct xie_err *err)
{
	if (facts == NULL || facts->kind != XIE_VAL_OBJECT)
		return xie_err_set(err, XIE_MALFORMED, 0, 0, "the facts of an act must be a mapping", NULL);
	xie_status st = law__check_members(law, it->inputs, it->n_inputs, facts, "unknown input of this benchmark: ", err);
	if (st != XIE_OK)
		return st;
	XIE_VAL_EACH(n, it->need)
	{
		bool found = false;
		XIE_VAL_EACH(f, facts)
			found = found || (xie_str_eq(f->key, n->s) && f->kind != XIE_VAL_NULL);
		if (!found) {
			(void)xie_err_set(err, XIE_MISSING, facts->line, facts->column, "the benchmark needs the input ", NULL);
			xie_err_add(err, n->s.p, n->s.n);
			return XIE_MISSING;
		}
	}
	return XIE_OK;
}

xie_status xie_discretion_of(const struct xie_law *law, xie_arena *mem, xie_str item, const struct xie_val *facts,
                             int64_t today, struct xie_discretion *ret, struct xie_err *reterr)
{
	struct xie_discretion r = { 0 };
	const struct law_item *it = find(law, item);
	if (it == NULL) {
		(void)xie_err_set(reterr, XIE_UNKNOWN, 0, 0, "no benchmark for the item ", NULL);
		xie_err_add(reterr, item.p, item.n);
		return XIE_UNKNOWN;
	}
	xie_status st = check(it, law, facts, reterr);
	if (st != XIE_OK)
		return st;
	struct judge j = { .x = { .law = law, .mem = mem, .data = facts, .today = today }, .it = it, .r = &r };
	char *text = xie_arena_alloc(mem, EXPLAIN, 1);
	j.lines = xie_arena_new(mem, struct xie_discretion_line, it->n_lines + 1);
	j.w = xie_wr_of(text, text != NULL ? EXPLAIN : 0);
	for (uint32_t i = 0; i < it->names.n; i++)
		j.x.let[i] = law__eval(&j.x, it->factors[i]);
	say_factors(&j);
	if (!modifiers(&j)) {
		for (uint32_t i = 0; i < it->n_lines && j.lines != NULL; i++)
			one_line(&j, &it->lines[i]);
		cap(&j);
	}
	bool room = j.lines != NULL && text != NULL && follow(&j) && j.w.st == XIE_OK;
	if (j.x.st != XIE_OK || !room)
		return xie_err_set(reterr, j.x.st != XIE_OK ? j.x.st : XIE_LIMIT, 0, 0, "the benchmark could not be worked out", NULL);
	r.punish = r.n_lines != 0;
	r.lines = j.lines;
	r.explain = xie_wr_view(&j.w);
	*ret = r;
	return XIE_OK;
}

int64_t xie_discretion_deviation(int64_t suggested_fen, int64_t decided_fen)
{
	if (suggested_fen <= 0)
		return decided_fen == suggested_fen ? 0 : INT64_MAX;
	xie_i128 d = (xie_i128)decided_fen - suggested_fen;
	d = (d < 0 ? -d : d) * 10000;
	d = (2 * d + suggested_fen) / (2 * (xie_i128)suggested_fen);
	return d > INT64_MAX ? INT64_MAX : (int64_t)d;
}

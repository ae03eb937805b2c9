/* SPDX-License-Identifier: Apache-2.0 */
/* Text with holes: "罚款人民币{event.data.fine_fen|cn_money}".  {{ and }} are braces. */
#include "form.h"

/* By what name the hole is asked for when nothing is in it: of its alternatives the first that has one.  *ret_free when it
 * can do without. */
static const struct px *asked(const struct px *e, bool *ret_free)
{
	const struct px *last = e, *ask = NULL;
	while (last->op == PX_ELSE)
		last = last->b;
	*ret_free = last->op != PX_PATH;
	if (last->op == PX_PATH && last->name != NULL)
		ask = last;
	for (; e->op == PX_ELSE; e = e->a) /* the chain leans to the left: the first alternative comes last */
		if (e->b->op == PX_PATH && e->b->name != NULL)
			ask = e->b;
	return e->op == PX_PATH && e->name != NULL ? e : ask;
}

static xie_status hole(struct fm_load *l, const struct xie_val *at, xie_str s, struct fm_piece *ret)
{
	xie_str part, rest = s;
	bool unasked = false;
	(void)xie_str_split(&rest, '|', &part);
	xie_status st = form__expr(l, at, xie_str_trim(part), &ret->e);
	if (st != XIE_OK)
		return st;
	const struct px *ask = asked(ret->e, &unasked);
	if (!unasked && ask == NULL)
		return form__fail(l, XIE_MISSING, at, "no words to ask for this value when it is missing: ", part,
		                  "add it to `names`, or say what stands there without it: {field.note ?? '无'}");
	while (rest.p != NULL && xie_str_split(&rest, '|', &part)) {
		if (ret->n_filters == FM_FILTERS)
			return form__fail(l, XIE_LIMIT, at, "more than four filters: ", s, NULL);
		st = form__filter(l, at, xie_str_trim(part), &ret->filters[ret->n_filters++]);
		if (st != XIE_OK)
			return st;
	}
	return XIE_OK;
}

static xie_status cut(struct fm_load *l, const struct xie_val *at, xie_str s, struct fm_piece *pieces, uint32_t *ret_n)
{
	uint32_t n = 0;
	size_t from = 0;
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] != '{' && s.p[i] != '}')
			continue;
		if (i + 1 < s.n && s.p[i + 1] == s.p[i]) { /* a doubled brace: keep one */
			pieces[n++] = (struct fm_piece){ .lit = { s.p + from, i + 1 - from } };
			from = ++i + 1;
			continue;
		}
		xie_str rest = xie_str_from(s, i + 1);
		size_t end = xie_str_find(rest, '}');
		if (s.p[i] == '}' || end == rest.n)
			return form__fail(l, XIE_MALFORMED, at, "a brace without its partner: ", xie_str_from(s, i), "{{ and }} are braces");
		if (i != from)
			pieces[n++] = (struct fm_piece){ .lit = { s.p + from, i - from } };
		xie_status st = hole(l, at, (xie_str){ rest.p, end }, &pieces[n++]);
		if (st != XIE_OK)
			return st;
		i += end + 1;
		from = i + 1;
	}
	if (from < s.n)
		pieces[n++] = (struct fm_piece){ .lit = xie_str_from(s, from) };
	*ret_n = n;
	return XIE_OK;
}

xie_status form__text(struct fm_load *l, const struct xie_val *v, struct fm_text *ret)
{
	if (v == NULL || v->kind != XIE_VAL_STRING)
		return form__fail(l, XIE_MALFORMED, v, "text is expected", (xie_str){ "", 0 }, NULL);
	size_t most = 1;
	for (size_t i = 0; i < v->s.n; i++)
		most += v->s.p[i] == '{' || v->s.p[i] == '}' ? 2 : 0;
	struct fm_piece *pieces = xie_arena_new(l->mem, struct fm_piece, most);
	if (pieces == NULL)
		return form__fail(l, XIE_LIMIT, v, "templates take more memory than was given", (xie_str){ "", 0 }, NULL);
	ret->pieces = pieces;
	return cut(l, v, v->s, pieces, &ret->n);
}

static void write_value(struct fill *x, const struct xie_val *v, xie_wr *w)
{
	bool first = true;
	switch (v->kind) {
	case XIE_VAL_ARRAY:
		XIE_VAL_EACH(one, v)
		{
			if (!first)
				xie_wr_text(w, "、");
			first = false;
			if (one->kind == XIE_VAL_ARRAY || one->kind == XIE_VAL_OBJECT)
				fill__bad(x, XIE_MALFORMED, "a list of lists is no text", one->key);
			else
				write_value(x, one, w);
		}
		break;
	case XIE_VAL_OBJECT:
		fill__bad(x, XIE_MALFORMED, "text is expected, not a group of values: ", v->key);
		break;
	case XIE_VAL_BOOL:
		xie_wr_text(w, v->b ? "是" : "否");
		break;
	default:
		xie_wr_str(w, xie_val_str(v));
	}
}

static void write_piece(struct fill *x, const struct fm_piece *p, xie_wr *w)
{
	bool unasked = false;
	if (p->e == NULL) {
		xie_wr_str(w, p->lit);
		return;
	}
	uint32_t before = x->n_missing;
	const struct xie_val *v = fill__eval(x, p->e);
	const struct px *ask = asked(p->e, &unasked);
	bool blank = v == NULL || (v->kind == XIE_VAL_STRING && v->s.n == 0 && !unasked) ||
	             ((v->kind == XIE_VAL_ARRAY || v->kind == XIE_VAL_OBJECT) && v->count == 0);
	if (blank && !unasked && ask != NULL && x->n_missing == before) {
		char code[160];
		xie_wr c = xie_wr_of(code, sizeof code);
		xie_wr_text(&c, "fact:");
		xie_wr_str(&c, ask->s);
		fill__miss(x, fill__kept(x, &c), ask->name->zh, ask->name->en, NULL, 0);
	}
	for (uint8_t i = 0; i < p->n_filters && v != NULL && x->st == XIE_OK; i++)
		v = fill__filter(x, &p->filters[i], v);
	if (v != NULL && x->st == XIE_OK)
		write_value(x, v, w);
}

void scratch_begin(struct fill *x, struct scratch *s)
{
	size_t room = (x->mem->cap - x->mem->used) / 2;
	s->w = xie_wr_of(x->mem->base + x->mem->cap - room, room);
	s->lower = *x->mem;
	s->lower.cap -= room;
	s->whole = x->mem;
	x->mem = &s->lower;
}

xie_str scratch_end(struct fill *x, struct scratch *s)
{
	xie_str text = fill__kept(x, &s->w); /* still within the lower half: what is copied is not written over */
	s->whole->used = s->lower.used;
	x->mem = s->whole;
	return text;
}

xie_str fill__text(struct fill *x, const struct fm_text *t)
{
	struct scratch s;
	if (t->n == 0)
		return (xie_str){ "", 0 };
	if (t->n == 1 && t->pieces[0].e == NULL)
		return t->pieces[0].lit; /* lives as long as the templates */
	scratch_begin(x, &s);
	for (uint32_t i = 0; i < t->n && x->st == XIE_OK; i++)
		write_piece(x, &t->pieces[i], &s.w);
	return scratch_end(x, &s);
}

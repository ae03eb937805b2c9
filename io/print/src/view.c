/* SPDX-License-Identifier: Apache-2.0 */
/* What templates read, as one tree: the case as it stood when the document was made, and what was written into it.
 *
 *   case, people     the header              party            the party's record, then the header's
 *   event            the event that made the document
 *   last.NAME        the latest event of a name               all.NAME   all of that name ("served(D11)": served_D11)
 *   fact, set, sub   what events left        clock.CODE       {due, end, state, zh}, dates
 *   docs.CODE        {day, served, served_day, count, zh}     amount.NAME   fen
 *   doc              {code, zh, number, id, day}              field, authority, state */
#include "form.h"

#include "xie/base/time.h"

struct build {
	xie_arena *mem;
	struct xie_val *root, *tail;
	xie_status st;
	struct xie_err *err;
};

/* A node under another name, behind the parent's last; its children are shared, they are never changed. */
static struct xie_val *graft(struct build *b, struct xie_val *parent, struct xie_val **tail, xie_str key, const struct xie_val *v)
{
	struct xie_val *n = xie_val_add(b->mem, parent, tail, v->kind, key);
	if (n == NULL) {
		b->st = XIE_LIMIT;
		return NULL;
	}
	struct xie_val *next = n->next;
	*n = *v;
	n->key = key;
	n->next = next;
	return n;
}

static void root(struct build *b, const char *key, const struct xie_val *v)
{
	if (v != NULL && b->st == XIE_OK)
		(void)graft(b, b->root, &b->tail, xie_str_of(key), v);
}

/* JSON written into what is left of the arena and read where it stands. */
static xie_wr begin(struct build *b)
{
	b->mem->used = (b->mem->used + 15) & ~(size_t)15;
	return b->mem->used > b->mem->cap ? xie_wr_of(b->mem->base, 0) : xie_wr_of(b->mem->base + b->mem->used, (b->mem->cap - b->mem->used) / 4);
}

static const struct xie_val *end(struct build *b, const xie_wr *w)
{
	const struct xie_val *v = NULL;
	if (w->st != XIE_OK || b->st != XIE_OK) {
		b->st = b->st != XIE_OK ? b->st : w->st;
		return NULL;
	}
	b->mem->used += w->n;
	b->st = xie_json_read(b->mem, xie_wr_view(w), (struct xie_val_limits){ .depth = 32 }, &v, b->err);
	return v;
}

static void add_state(struct build *b, const struct xie_law_case *c)
{
	xie_wr w = begin(b);
	if (b->st == XIE_OK)
		b->st = xie_law_write_state(c, &w);
	const struct xie_val *v = end(b, &w);
	root(b, "fact", xie_val_get(v, "facts"));
	root(b, "set", xie_val_get(v, "sets"));
	root(b, "sub", xie_val_get(v, "sub"));
	root(b, "state", xie_val_get(v, "state"));
}

static void kv_date(xie_wr *w, const char *key, int64_t day)
{
	xie_wr_key(w, key);
	xie_wr_char(w, '"');
	xie_wr_date(w, day);
	xie_wr_char(w, '"');
}

static void add_clocks(struct build *b, const struct xie_print_case *pc, xie_ms now)
{
	const struct xie_law_clock *list = NULL;
	uint32_t n = 0;
	if (b->st == XIE_OK)
		b->st = xie_law_clocks(pc->c, b->mem, now, &list, &n);
	xie_wr w = begin(b);
	xie_ms offset = xie_law_offset(pc->law);
	xie_wr_char(&w, '{');
	for (uint32_t i = 0; i < n && b->st == XIE_OK; i++) {
		const struct xie_law_clock *k = &list[i];
		bool later = false;
		for (uint32_t j = i + 1; j < n; j++)
			later = later || xie_str_eq(list[j].code, k->code);
		if (later)
			continue;
		int64_t due = k->hours ? xie_floor_div(k->due + offset, 86400000) : k->due;
		int64_t rolled = !k->has_rolled ? due : k->hours ? xie_floor_div(k->due_rolled + offset, 86400000) : k->due_rolled;
		xie_wr_sep(&w);
		xie_wr_json_str(&w, k->code);
		xie_wr_text(&w, ":{");
		kv_date(&w, "due", due);
		kv_date(&w, "end", k->binds_unrolled ? due : rolled);
		xie_wr_kv_str(&w, "state", xie_str_of(xie_law_clock_state_name(k->state)));
		xie_wr_kv_bool(&w, "late", k->late);
		xie_wr_kv_str(&w, "zh", k->zh);
		xie_wr_char(&w, '}');
	}
	xie_wr_char(&w, '}');
	root(b, "clock", end(b, &w));
}

static void add_papers(struct build *b, const struct xie_law_case *c)
{
	const struct xie_law_doc *list = NULL;
	uint32_t n = 0;
	if (b->st == XIE_OK)
		b->st = xie_law_papers(c, b->mem, &list, &n);
	xie_wr w = begin(b);
	xie_wr_char(&w, '{');
	for (uint32_t i = 0; i < n; i++) {
		bool before = false, served = false;
		int64_t count = 0, day = list[i].day, served_day = 0;
		for (uint32_t j = 0; j < i; j++)
			before = before || xie_str_eq(list[j].code, list[i].code);
		if (before)
			continue;
		for (uint32_t j = i; j < n; j++) {
			if (!xie_str_eq(list[j].code, list[i].code))
				continue;
			if (list[j].served)
				served_day = list[j].day;
			else
				day = list[j].day;
			served = served || list[j].served;
			count += !list[j].served;
		}
		xie_wr_sep(&w);
		xie_wr_json_str(&w, list[i].code);
		xie_wr_text(&w, ":{");
		xie_wr_kv_i64(&w, "day", day);
		xie_wr_kv_i64(&w, "count", count != 0 ? count : 1);
		xie_wr_kv_bool(&w, "served", served);
		if (served)
			xie_wr_kv_i64(&w, "served_day", served_day);
		xie_wr_kv_str(&w, "zh", list[i].zh);
		xie_wr_char(&w, '}');
	}
	xie_wr_char(&w, '}');
	root(b, "docs", end(b, &w));
}

static void add_amounts(struct build *b, const struct xie_law_case *c, xie_ms now)
{
	const struct xie_law_amount *list = NULL;
	uint32_t n = 0;
	if (b->st == XIE_OK)
		b->st = xie_law_amounts(c, b->mem, now, &list, &n);
	xie_wr w = begin(b);
	xie_wr_char(&w, '{');
	for (uint32_t i = 0; i < n && b->st == XIE_OK; i++) {
		xie_wr_sep(&w);
		xie_wr_json_str(&w, list[i].name);
		xie_wr_char(&w, ':');
		xie_wr_i64(&w, list[i].fen);
	}
	xie_wr_char(&w, '}');
	root(b, "amount", end(b, &w));
}

/* "served(D11)" is served_D11 in a path. */
static xie_str event_key(struct build *b, const struct xie_val *event)
{
	xie_str name = xie_val_get_str(event, "event");
	char *p = xie_str_dup(b->mem, name);
	size_t n = 0;
	if (p == NULL) {
		b->st = XIE_LIMIT;
		return (xie_str){ "", 0 };
	}
	for (size_t i = 0; i < name.n; i++)
		if (name.p[i] != ')')
			p[n++] = name.p[i] == '(' ? '_' : name.p[i];
	return (xie_str){ p, n };
}

static void add_events(struct build *b, const struct xie_print_case *pc)
{
	struct xie_val *last = xie_val_add(b->mem, b->root, &b->tail, XIE_VAL_OBJECT, XIE_STR("last")), *last_tail = NULL;
	struct xie_val *all = xie_val_add(b->mem, b->root, &b->tail, XIE_VAL_OBJECT, XIE_STR("all")), *all_tail = NULL;
	xie_str *keys = xie_arena_new(b->mem, xie_str, pc->n_events + 1);
	if (last == NULL || all == NULL || keys == NULL) {
		b->st = XIE_LIMIT;
		return;
	}
	for (uint32_t i = 0; i < pc->n_events; i++)
		keys[i] = event_key(b, pc->events[i]);
	for (uint32_t i = 0; i < pc->n_events && b->st == XIE_OK; i++) {
		bool before = false;
		for (uint32_t j = 0; j < i && !before; j++)
			before = xie_str_eq(keys[j], keys[i]);
		if (before)
			continue;
		struct xie_val *list = xie_val_add(b->mem, all, &all_tail, XIE_VAL_ARRAY, keys[i]), *tail = NULL;
		uint32_t latest = i;
		for (uint32_t j = i; j < pc->n_events && list != NULL && b->st == XIE_OK; j++)
			if (xie_str_eq(keys[j], keys[i])) {
				(void)graft(b, list, &tail, (xie_str){ "", 0 }, pc->events[j]);
				latest = j;
			}
		(void)graft(b, last, &last_tail, keys[i], pc->events[latest]);
	}
	if (pc->n_events != 0)
		root(b, "event", pc->events[pc->n_events - 1]);
}

static void add_doc(struct build *b, const struct xie_print_doc *d, const struct form *form, int64_t day)
{
	xie_wr w = begin(b);
	xie_wr_char(&w, '{');
	xie_wr_kv_str(&w, "code", d->code);
	xie_wr_kv_str(&w, "zh", d->zh.n != 0 ? d->zh : form->pub.zh);
	if (d->number.n != 0)
		xie_wr_kv_str(&w, "number", d->number);
	if (d->id.n != 0)
		xie_wr_kv_str(&w, "id", d->id);
	xie_wr_kv_i64(&w, "day", day);
	xie_wr_char(&w, '}');
	root(b, "doc", end(b, &w));
}

/* The members of both; where both have one, the first's. */
static void add_merged(struct build *b, const char *key, const struct xie_val *first, const struct xie_val *second)
{
	struct xie_val *merged = xie_val_add(b->mem, b->root, &b->tail, XIE_VAL_OBJECT, xie_str_of(key)), *tail = NULL;
	const struct xie_val *from[] = { first, second };
	for (size_t i = 0; i < 2 && merged != NULL; i++) {
		XIE_VAL_EACH(v, from[i])
		{
			bool there = false;
			XIE_VAL_EACH(had, merged)
			{
				there = there || xie_str_eq(had->key, v->key);
			}
			if (!there && v->kind != XIE_VAL_NULL)
				(void)graft(b, merged, &tail, v->key, v);
		}
	}
	if (merged == NULL)
		b->st = XIE_LIMIT;
}

xie_status view__make(xie_arena *mem, const struct xie_print_case *c, const struct xie_print_doc *d, const struct form *form,
                      const struct xie_val *authority, const struct xie_val *file, const struct xie_val **ret_root, int64_t *ret_day, struct xie_err *err)
{
	struct build b = { .mem = mem, .err = err };
	const struct xie_val *event = c->n_events != 0 ? c->events[c->n_events - 1] : NULL;
	xie_ms at = 0, offset = xie_law_offset(c->law);
	if (event == NULL || xie_time_parse(xie_val_get_str(event, "at"), offset, &at) != XIE_OK)
		return xie_err_set(err, XIE_MISSING, 0, 0, "no event made this document", NULL);
	*ret_day = xie_floor_div(at + offset, 86400000);
	b.root = xie_val_add(mem, NULL, &b.tail, XIE_VAL_OBJECT, (xie_str){ "", 0 });
	b.tail = NULL;
	if (b.root == NULL)
		return xie_err_set(err, XIE_LIMIT, 0, 0, "the case takes more memory than was given", NULL);
	root(&b, "case", xie_val_get(c->header, "case"));
	root(&b, "people", xie_val_get(c->header, "people"));
	add_merged(&b, "party", c->party, xie_val_get(xie_val_get(c->header, "case"), "party"));
	add_merged(&b, "field", d->fields, c->common);
	root(&b, "authority", authority);
	root(&b, "file", file);
	add_events(&b, c);
	add_state(&b, c->c);
	add_clocks(&b, c, at);
	add_papers(&b, c->c);
	add_amounts(&b, c->c, at);
	add_doc(&b, d, form, *ret_day);
	*ret_root = b.root;
	return b.st == XIE_OK ? XIE_OK : xie_err_set(err, b.st, 0, 0, "the case takes more memory than was given", NULL);
}

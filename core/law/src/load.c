/* SPDX-License-Identifier: Apache-2.0 */
/* A pack's law files into struct xie_law: names first, then everything that uses them, then what can only be seen at
 * the end (a fact that is read and never set). */
#include "load.h"

#include "xie/base/time.h"

xie_status law__fail(struct law_load *l, xie_status st, const struct xie_val *at, const char *what, const char *hint)
{
	if (l->err != NULL && l->files != NULL && l->at < l->n)
		l->err->file = l->files[l->at];
	return xie_err_set(l->err, st, at != NULL ? at->line : 0, at != NULL ? at->column : 0, what, hint);
}

xie_status law__fail_name(struct law_load *l, xie_status st, const struct xie_val *at, const char *what, xie_str name,
                          const char *hint)
{
	(void)law__fail(l, st, at, what, hint);
	xie_err_add(l->err, name.p, name.n);
	return st;
}

/* Only these members: names parted by blanks. */
xie_status law__only(struct law_load *l, const struct xie_val *obj, const char *keys)
{
	if (obj == NULL || obj->kind != XIE_VAL_OBJECT)
		return law__fail(l, XIE_MALFORMED, obj, "a mapping was expected here", keys);
	XIE_VAL_EACH(c, obj)
	{
		xie_str rest = xie_str_of(keys), piece;
		bool ok = false;
		while (!ok && xie_str_split(&rest, ' ', &piece))
			ok = xie_str_eq(piece, c->key);
		if (!ok)
			return law__fail_name(l, XIE_UNKNOWN, c, "unknown key: ", c->key, keys);
	}
	return XIE_OK;
}

struct law_what law__what(const struct xie_val *v)
{
	return (struct law_what){ xie_val_get_str(v, "zh"), xie_val_get_str(v, "en") };
}

static bool statute_known(const struct xie_law *law, xie_str article)
{
	xie_str code = { article.p, xie_str_find(article, ' ') };
	for (uint32_t i = 0; i < law->n_statutes; i++)
		if (xie_str_eq(law->statutes[i].code, code))
			return true;
	return false;
}

xie_status law__basis(struct law_load *l, const struct xie_val *v, struct law_basis *ret)
{
	if (v == NULL)
		return XIE_OK;
	if (v->kind != XIE_VAL_ARRAY)
		return law__fail(l, XIE_MALFORMED, v, "basis must be a list of articles", "[APL 44, APL 62]");
	xie_str *list = xie_arena_new(l->mem, xie_str, v->count + 1);
	uint32_t n = 0;
	if (list == NULL)
		return law__fail(l, XIE_LIMIT, v, "the law does not fit into its memory", NULL);
	XIE_VAL_EACH(b, v)
	{
		xie_str s = xie_val_str(b);
		if (!statute_known(l->law, s))
			return law__fail_name(l, XIE_UNKNOWN, b, "an article of no known statute: ", s, "statutes: lists their codes");
		list[n++] = s;
	}
	*ret = (struct law_basis){ list, n };
	return XIE_OK;
}

xie_status law__expr(struct law_load *l, const struct xie_val *v, const struct law_names *lets, const struct ex **ret)
{
	if (v == NULL)
		return XIE_OK;
	xie_status st = law__expr_parse(l->mem, l->law, lets, v, ret, l->err);
	if (st != XIE_OK && l->err != NULL && l->files != NULL && l->at < l->n)
		l->err->file = l->files[l->at];
	return st;
}

uint16_t law__intern(struct xie_law *law, struct law_intern *t, xie_str name)
{
	for (uint32_t i = 0; i < t->n; i++)
		if (xie_str_eq(t->names[i], name))
			return (uint16_t)i;
	if (t->n == t->cap) {
		uint32_t cap = t->cap == 0 ? 64 : t->cap * 2;
		xie_str *names = xie_arena_new(law->mem, xie_str, cap);
		bool *written = xie_arena_new(law->mem, bool, cap), *read = xie_arena_new(law->mem, bool, cap);
		const struct xie_val **at = xie_arena_new(law->mem, const struct xie_val *, cap);
		if (cap > 4096 || names == NULL || written == NULL || read == NULL || at == NULL)
			return UINT16_MAX;
		if (t->n != 0) {
			memcpy(names, t->names, t->n * sizeof *names);
			memcpy(written, t->written, t->n * sizeof *written);
			memcpy(read, t->read, t->n * sizeof *read);
			memcpy(at, t->at, t->n * sizeof *at);
		}
		*t = (struct law_intern){ names, written, read, at, t->n, cap };
	}
	t->names[t->n] = name;
	return (uint16_t)t->n++;
}

int32_t law__find_state(const struct xie_law *law, xie_str code)
{
	for (uint32_t i = 0; i < law->n_states; i++)
		if (xie_str_eq(law->states[i].code, code))
			return (int32_t)i;
	return -1;
}

int32_t law__find_clock(const struct xie_law *law, xie_str code)
{
	for (uint32_t i = 0; i < law->n_clocks; i++)
		if (xie_str_eq(law->clocks[i].code, code))
			return (int32_t)i;
	return -1;
}

int32_t law__find_doc(const struct xie_law *law, xie_str code)
{
	for (uint32_t i = 0; i < law->n_docs; i++)
		if (xie_str_eq(law->docs[i].code, code))
			return (int32_t)i;
	return -1;
}

int32_t law__find_event(const struct xie_law *law, xie_str name)
{
	for (uint32_t i = 0; i < law->n_events; i++)
		if (xie_str_eq(law->events[i].name, name))
			return (int32_t)i;
	return -1;
}

int32_t law__find_define(const struct xie_law *law, xie_str name)
{
	for (uint32_t i = 0; i < law->n_defines; i++)
		if (xie_str_eq(law->defines[i].name, name))
			return (int32_t)i;
	return -1;
}

const struct law_actor *law__find_actor(const struct xie_law *law, xie_str code)
{
	for (uint32_t i = 0; i < law->n_actors; i++)
		if (xie_str_eq(law->actors[i].code, code))
			return &law->actors[i];
	return NULL;
}

/* The last file that sets it: a pack that extends another may set it anew. */
const struct xie_val *law__setting(const struct xie_law *law, xie_str name)
{
	for (uint32_t i = law->n_settings; i-- > 0;)
		if (xie_str_eq(law->settings[i].key, name))
			return &law->settings[i];
	return NULL;
}

static xie_status check_interned(struct law_load *l, const struct law_intern *t, const char *what)
{
	for (uint32_t i = 0; i < t->n; i++)
		if (t->read[i] && !t->written[i]) {
			l->at = l->n; /* the place is the expression's own */
			return law__fail_name(l, XIE_UNKNOWN, t->at[i], what, t->names[i], "an act of some row must set it");
		}
	return XIE_OK;
}

static xie_status zone(struct law_load *l)
{
	const struct xie_val *v = law__setting(l->law, XIE_STR("utc_offset"));
	if (v == NULL || xie_offset_parse(xie_val_str(v), &l->law->offset) != XIE_OK)
		return law__fail(l, XIE_MISSING, v, "the law's time zone is not set", "settings: {utc_offset: \"+08:00\"}");
	return XIE_OK;
}

xie_status xie_law_load(xie_arena *mem, const struct xie_val *const *docs, const char *const *files, size_t n,
                        const struct xie_calendar *cal, const struct xie_law **ret_law, struct xie_err *reterr)
{
	struct law_load l = { .mem = mem, .docs = docs, .files = files, .n = n, .err = reterr };
	l.law = xie_arena_new(mem, struct xie_law, 1);
	if (l.law == NULL)
		return law__fail(&l, XIE_LIMIT, NULL, "the law does not fit into its memory", NULL);
	l.law->mem = mem;
	l.law->cal = cal;
	xie_status st = law__load_names(&l);
	if (st == XIE_OK)
		st = zone(&l);
	if (st == XIE_OK)
		st = law__load_rows(&l);
	if (st == XIE_OK)
		st = check_interned(&l, &l.law->facts, "a fact that is read and never set: ");
	if (st == XIE_OK)
		st = check_interned(&l, &l.law->sets, "a set that is asked and never filled: ");
	if (st == XIE_OK)
		*ret_law = l.law;
	return st;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* The keys of headers, people and events, with their types and labels. */
#include "load.h"

static struct law_what label(struct law_load *l, xie_str key)
{
	size_t at = l->at;
	struct law_what w = { key, key };
	LAW_EACH_DOC(l, "labels", m)
		XIE_VAL_EACH(v, m)
		{
			if (xie_str_eq(v->key, key))
				w = law__what(v);
		}
	l->at = at;
	return w;
}

/* {name: type, ...} */
xie_status law__keys_of(struct law_load *l, const struct xie_val *m, const struct law_key **ret, uint32_t *ret_n)
{
	if (m == NULL || m->count == 0)
		return XIE_OK;
	if (m->kind != XIE_VAL_OBJECT)
		return law__fail(l, XIE_MALFORMED, m, "keys must be a mapping of name to type", "{doc: text, seal: bool}");
	struct law_key *list = xie_arena_new(l->mem, struct law_key, m->count);
	uint32_t n = 0;
	if (list == NULL)
		return law__full(l);
	XIE_VAL_EACH(v, m)
	{
		struct law_key k = { .name = v->key, .type = xie_val_str(v), .what = label(l, v->key) };
		k.mask = law__type_mask(k.type, &k.members);
		if (k.mask == 0)
			return law__fail_name(l, XIE_UNKNOWN, v, "a type that does not exist: ", k.type,
			                      "text bool int date time any null [text] [] {a, b} [{a, b}], parted by / or \" or \"");
		list[n++] = k;
	}
	*ret = list;
	*ret_n = n;
	return XIE_OK;
}

static xie_status one_map(struct law_load *l, const char *key, struct law_key **ret, uint32_t *ret_n)
{
	LAW_EACH_DOC(l, key, m)
	{
		const struct law_key *list = NULL;
		uint32_t n = 0;
		if (*ret_n != 0)
			return law__fail_name(l, XIE_DUPLICATE, m, "given in two files: ", xie_str_of(key), NULL);
		xie_status st = law__keys_of(l, m, &list, &n);
		if (st != XIE_OK)
			return st;
		*ret = (struct law_key *)(uintptr_t)list;
		*ret_n = n;
	}
	return XIE_OK;
}

static xie_status load_event(struct law_load *l, const struct xie_val *v)
{
	struct xie_law *law = l->law;
	struct law_event e = { .name = xie_val_get_str(v, "event"), .step = xie_val_get_str(v, "step"),
		               .what = law__what(v), .listed = !xie_val_true(xie_val_get(v, "extra")) };
	xie_status st = law__only(l, v, "event step keys zh en extra");
	if (st == XIE_OK)
		st = law__keys_of(l, xie_val_get(v, "keys"), &e.keys, &e.n_keys);
	if (st != XIE_OK)
		return st;
	if (e.name.n == 0 || law__find_event(law, e.name) >= 0)
		return law__fail_name(l, XIE_DUPLICATE, v, "an event without a name of its own: ", e.name, NULL);
	law->events[law->n_events++] = e;
	return XIE_OK;
}

xie_status law__load_schema(struct law_load *l)
{
	struct xie_law *law = l->law;
	uint32_t n = 0;
	LAW_EACH_DOC(l, "events", list)
		n += list->count;
	law->events = xie_arena_new(l->mem, struct law_event, n + 1);
	if (law->events == NULL)
		return law__full(l);
	xie_status st = one_map(l, "header", &law->header, &law->n_header);
	if (st == XIE_OK)
		st = one_map(l, "person", &law->person, &law->n_person);
	if (st == XIE_OK)
		st = one_map(l, "members", &law->members, &law->n_members);
	if (st != XIE_OK)
		return st;
	LAW_EACH_DOC(l, "events", list)
		XIE_VAL_EACH(v, list)
		{
			st = load_event(l, v);
			if (st != XIE_OK)
				return st;
		}
	return XIE_OK;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Who stands in a case's file.  The law sees officers, not users: what is known of a user today is written into the file
 * with the first act he has a part in, and again when it has changed. */
#include "case.h"

bool web_case_is_officer(const struct xie_who *who)
{
	return (who->roles & (XIE_ROLE_BIT(OFFICER) | XIE_ROLE_BIT(UNIT_HEAD) | XIE_ROLE_BIT(LEADER) | XIE_ROLE_BIT(REVIEWER) |
	                      XIE_ROLE_BIT(HEARING_HOST) | XIE_ROLE_BIT(ARCHIVIST))) != 0;
}

static void kv_cert(xie_wr *w, const struct xie_val *o)
{
	xie_str no = xie_val_get_str(o, "cert_no");
	if (no.n == 0)
		return;
	xie_wr_key(w, "cert");
	xie_wr_char(w, '{');
	xie_wr_kv_str(w, "no", no);
	web_kv_text(w, "from", xie_val_get_str(o, "cert_from"));
	web_kv_text(w, "to", xie_val_get_str(o, "cert_to"));
	web_kv_text(w, "scope", xie_val_get_str(o, "scope"));
	xie_wr_char(w, '}');
}

/* False when no role of his has a part in cases. */
static bool person_json(xie_wr *w, xie_arena *mem, const struct xie_user *u)
{
	const struct xie_val *v = NULL;
	xie_str rest = u->roles.n != 0 ? u->roles : (xie_str){ NULL, 0 }, one;
	unsigned n = 0;
	xie_wr_char(w, '{');
	while (xie_str_split(&rest, ',', &one)) {
		const char *role = xie_case_law_role(one);
		if (role == NULL)
			continue;
		if (n++ == 0) {
			xie_wr_kv_str(w, "role", xie_str_of(role));
			continue;
		}
		if (n == 2) {
			xie_wr_key(w, "also");
			xie_wr_char(w, '[');
		}
		xie_wr_sep(w);
		xie_wr_json_str(w, xie_str_of(role));
	}
	if (n > 1)
		xie_wr_char(w, ']');
	xie_wr_kv_str(w, "name", u->name);
	if (u->json.n != 0 && xie_json_read(mem, u->json, (struct xie_val_limits){ .depth = 16 }, &v, NULL) == XIE_OK) {
		const struct xie_val *o = xie_val_get(v, "officer");
		kv_cert(w, o);
		web_kv_text(w, "rank", xie_val_get_str(o, "rank"));
		if (xie_val_get(o, "legal_qualification") != NULL)
			xie_wr_kv_bool(w, "legal_qualification", xie_val_true(xie_val_get(o, "legal_qualification")));
	}
	xie_wr_char(w, '}');
	return n != 0;
}

static bool same(const struct xie_val *a, const struct xie_val *b)
{
	uint8_t x[4096], y[4096];
	xie_wr p = xie_wr_of(x, sizeof x), q = xie_wr_of(y, sizeof y);
	return a != NULL && b != NULL && xie_val_canonical(a, &p) == XIE_OK && xie_val_canonical(b, &q) == XIE_OK &&
	       xie_str_eq(xie_wr_view(&p), xie_wr_view(&q));
}

/* Who cannot see the case has no part in it. */
static bool sees(struct web_req *r, const struct web_case *k, xie_str id)
{
	struct xie_store *s = r->w->conf.store;
	struct xie_scope who = { .as = XIE_SCOPE_USER, .user = id };
	return s->scope_has(s->self, &who, k->row.org, k->row.region) == XIE_OK;
}

static bool one_person(struct web_req *r, const struct web_case *k, xie_str id, const struct xie_val **people)
{
	enum { MAX = 4096 };
	const struct xie_val *known = xie_val_get(k->f.header, "people");
	struct xie_scope system = { .as = XIE_SCOPE_SYSTEM };
	struct xie_user u;
	xie_arena *mem = &r->scratch->mem;
	const struct xie_val *v = NULL;
	xie_status st = web_user_get(r, &system, "id", id, &u);
	char *buf = xie_arena_alloc(mem, MAX, 1);
	if (st == XIE_MISSING || (st == XIE_OK && (u.off || !sees(r, k, id)))) {
		web_fail_field(r, "with", web_say(r, "没有这个人员，或其账号已停用", "no such person, or the account is off"), NULL);
		return false;
	}
	xie_wr w = xie_wr_of(buf, buf != NULL ? MAX : 0);
	if (st == XIE_OK && !person_json(&w, mem, &u)) {
		web_fail_field(r, "with", web_say(r, "此人没有办案身份", "this person has no part in cases"), NULL);
		return false;
	}
	if (st == XIE_OK)
		st = w.st == XIE_OK ? xie_json_read(mem, xie_wr_view(&w), (struct xie_val_limits){ .depth = 8 }, &v, NULL) : w.st;
	char name[80];
	if (st == XIE_OK && id.n < sizeof name) {
		memcpy(name, id.p, id.n);
		name[id.n] = '\0';
		if (same(xie_val_get(known, name), v))
			return true;
		char *kept = xie_str_dup(mem, id);
		*people = kept != NULL ? xie_tree_with(mem, *people, kept, v) : NULL;
		st = *people != NULL ? XIE_OK : XIE_LIMIT;
	}
	if (st != XIE_OK)
		web_fail_status(r, st, "reading a person for a case");
	return st == XIE_OK;
}

bool web_case_people(struct web_req *r, const struct web_case *k, const xie_str *ids, size_t n,
                     const struct xie_val **ret_people)
{
	const struct xie_val *people = NULL;
	for (size_t i = 0; i < n; i++)
		if (!one_person(r, k, ids[i], &people))
			return false;
	*ret_people = people;
	return true;
}

static bool add_id(struct web_req *r, xie_str id, xie_str *ids, size_t cap, size_t *n)
{
	static const char *const others[] = { "party", "agent", "system" };
	for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
		if (xie_str_is(id, others[i]))
			return true;
	for (size_t i = 0; i < *n; i++)
		if (xie_str_eq(ids[i], id))
			return true;
	if (*n == cap || id.n == 0 || id.n > 64) {
		web_fail_field(r, "data", web_say(r, "人员过多，或人员编号不对", "too many people, or one that is no id"), NULL);
		return false;
	}
	ids[(*n)++] = id;
	return true;
}

bool web_case_named(struct web_req *r, const struct xie_law *law, const struct xie_val *data, xie_str *ids, size_t cap,
                    size_t *n)
{
	XIE_VAL_EACH(v, data)
	{
		if (!xie_law_word(law, "person_keys", v->key))
			continue;
		if (v->kind == XIE_VAL_STRING && v->s.n != 0 && !add_id(r, v->s, ids, cap, n))
			return false;
		XIE_VAL_EACH(e, v->kind == XIE_VAL_ARRAY ? v : NULL)
		{
			if (e->kind == XIE_VAL_STRING && !add_id(r, e->s, ids, cap, n))
				return false;
		}
	}
	return true;
}

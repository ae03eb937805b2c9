/* SPDX-License-Identifier: Apache-2.0 */
/* What a party is on record: identifiers are kept as they were given, with what their check digits say beside them
 * (law.md 5.1: warn, never refuse). */
#include "party.h"

#include "xie/base/time.h"
#include "xie/party/id.h"

static xie_str get(const struct xie_val *o, const char *key)
{
	return xie_val_get_str(o, key);
}

/* "91440600MA4W1234XX" -> "914406********34XX" */
static void kv_masked(xie_wr *w, const char *key, xie_str s)
{
	char buf[64];
	size_t head = s.n > 10 ? 6 : 2, tail = s.n > 10 ? 4 : 2;
	if (s.n == 0)
		return;
	if (s.n >= sizeof buf || s.n <= head + tail) {
		xie_wr_kv_str(w, key, XIE_STR("****"));
		return;
	}
	memset(buf, '*', s.n);
	memcpy(buf, s.p, head);
	memcpy(buf + s.n - tail, s.p + s.n - tail, tail);
	xie_wr_kv_str(w, key, (xie_str){ buf, s.n });
}

void web_party_json(xie_arena *mem, xie_wr *w, const struct xie_subject *s, bool masked)
{
	size_t mark = xie_arena_mark(mem);
	const struct xie_val *v = NULL;
	if (xie_json_read(mem, s->json, (struct xie_val_limits){ .depth = 16 }, &v, NULL) != XIE_OK)
		v = NULL;
	xie_wr_char(w, '{');
	xie_wr_kv_str(w, "id", s->id);
	xie_wr_kv_i64(w, "version", (int64_t)s->version);
	XIE_VAL_EACH(m, v)
	{
		bool secret = xie_str_is(m->key, "id_no") || xie_str_is(m->key, "phone");
		if (masked && (xie_str_is(m->key, "address") || xie_str_is(m->key, "birth")))
			continue;
		if (masked && secret) {
			kv_masked(w, xie_str_is(m->key, "phone") ? "phone" : "id_no", xie_val_str(m));
			continue;
		}
		xie_wr_sep(w);
		xie_wr_json_str(w, m->key);
		xie_wr_char(w, ':');
		xie_val_write(m, w);
	}
	if (xie_val_get(v, "things") == NULL)
		xie_wr_text(w, ",\"things\":[]");
	xie_wr_char(w, '}');
	xie_arena_rewind(mem, mark);
}

/* ---- reading what was sent ---- */

static bool one_of(struct web_req *r, const char *field, xie_str v, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (xie_str_is(v, list[i]))
			return true;
	web_fail_field(r, field, web_say(r, "没有这个取值", "there is no such value"), NULL);
	return false;
}

static void kv_id(xie_wr *w, xie_str kind, xie_str no)
{
	int64_t day;
	bool male;
	if (no.n == 0)
		return;
	xie_wr_kv_str(w, "id_kind", kind);
	xie_wr_kv_str(w, "id_no", no);
	if (xie_str_is(kind, "uscc"))
		xie_wr_kv_str(w, "id_check", xie_str_of(xie_id_check_name(xie_id_uscc(no))));
	if (!xie_str_is(kind, "resident"))
		return;
	xie_wr_kv_str(w, "id_check", xie_str_of(xie_id_check_name(xie_id_resident(no))));
	if (xie_id_resident_birth(no, &day, &male)) {
		xie_wr_key(w, "birth");
		xie_wr_char(w, '"');
		xie_wr_date(w, day);
		xie_wr_char(w, '"');
	}
}

struct keys {
	struct xie_subject_key *k;
	size_t n, cap;
};

static void key(struct keys *k, const char *name, xie_str value)
{
	if (value.n != 0 && k->n < k->cap)
		k->k[k->n++] = (struct xie_subject_key){ xie_str_of(name), value };
}

static bool thing(struct web_req *r, xie_wr *w, xie_wr *words, struct keys *k, const struct xie_val *t)
{
	static const char *const names[] = { "kind", "key",      "name", "imo", "imo_check", "plate", "plate_color", "plate_kind",
		                             "relation", "from", "to",  NULL };
	static const char *const kinds[] = { "vessel", "vehicle" };
	static const char *const relations[] = { "owner", "operator", "manager", "master", "driver" };
	struct xie_key target;
	xie_str none = { "", 0 }, kind = none, id = none, name = none, imo = none, plate = none, color = none, relation = none,
		from = none, to = none;
	if (t->kind != XIE_VAL_OBJECT) {
		web_fail_field(r, "things", web_say(r, "应为对象的列表", "must be a list of objects"), NULL);
		return false;
	}
	if (!web_only(r, t, names) || !web_take_str(r, t, "kind", 1, 10, true, &kind) || !one_of(r, "kind", kind, kinds, 2) ||
	    !web_take_str(r, t, "key", 0, 64, false, &id) || !web_take_str(r, t, "name", 0, 80, false, &name) ||
	    !web_take_str(r, t, "imo", 0, 16, false, &imo) || !web_take_str(r, t, "plate", 0, 16, false, &plate) ||
	    !web_take_str(r, t, "plate_color", 0, 16, false, &color) ||
	    !web_take_str(r, t, "relation", 1, 10, true, &relation) || !one_of(r, "relation", relation, relations, 5) ||
	    !web_take_str(r, t, "from", 0, 10, false, &from) || !web_take_str(r, t, "to", 0, 10, false, &to))
		return false;
	if (id.n != 0 && web_key_parse(id, &target) != XIE_OK) {
		web_fail_field(r, "key", web_say(r, "应形如 vessel.413790216", "must look like vessel.413790216"), NULL);
		return false;
	}
	xie_wr_sep(w);
	xie_wr_char(w, '{');
	xie_wr_kv_str(w, "kind", kind);
	web_kv_text(w, "key", id);
	web_kv_text(w, "name", name);
	web_kv_text(w, "imo", imo);
	if (imo.n != 0)
		xie_wr_kv_str(w, "imo_check", xie_str_of(xie_id_check_name(xie_id_imo(imo))));
	web_kv_text(w, "plate", plate);
	web_kv_text(w, "plate_color", color);
	if (plate.n != 0)
		xie_wr_kv_str(w, "plate_kind", xie_str_of(xie_plate_kind_name(xie_id_plate(plate))));
	xie_wr_kv_str(w, "relation", relation);
	web_kv_text(w, "from", from);
	web_kv_text(w, "to", to);
	xie_wr_char(w, '}');
	key(k, "target", id);
	const xie_str found[] = { name, imo, plate, id };
	for (size_t i = 0; i < 4; i++) {
		xie_wr_char(words, ' ');
		xie_wr_str(words, found[i]);
	}
	return true;
}

static xie_str either(xie_str sent, const struct xie_val *o, const struct xie_val *before, const char *name)
{
	return xie_val_get(o, name) != NULL ? sent : get(before, name);
}

bool web_party_read(struct web_req *r, const struct xie_val *o, const struct xie_val *before, xie_wr *w, xie_wr *words,
                    struct xie_subject_key *keys, size_t cap, size_t *ret_n, xie_str *ret_name)
{
	static const char *const names[] = { "version", "kind", "name", "id_kind", "id_no", "phone", "address", "representative",
		                             "things", NULL };
	static const char *const kinds[] = { "natural", "legal", "other" };
	static const char *const id_kinds[] = { "uscc", "resident", "passport", "other" };
	xie_str none = { "", 0 }, kind = none, name = none, id_kind = none, id_no = none, phone = none, address = none, rep = none;
	struct keys k = { keys, 0, cap };
	bool fresh = before == NULL;
	if (!web_only(r, o, names) || !web_take_str(r, o, "kind", 1, 10, fresh, &kind) ||
	    !web_take_str(r, o, "name", 1, 200, fresh, &name) || !web_take_str(r, o, "id_kind", 0, 10, false, &id_kind) ||
	    !web_take_str(r, o, "id_no", 0, 40, false, &id_no) || !web_take_str(r, o, "phone", 0, 40, false, &phone) ||
	    !web_take_str(r, o, "address", 0, 200, false, &address) ||
	    !web_take_str(r, o, "representative", 0, 80, false, &rep))
		return false;
	kind = either(kind, o, before, "kind");
	name = either(name, o, before, "name");
	id_kind = either(id_kind, o, before, "id_kind");
	id_no = either(id_no, o, before, "id_no");
	id_kind = id_kind.n != 0 ? id_kind : XIE_STR("other");
	if (!one_of(r, "kind", kind, kinds, 3) || !one_of(r, "id_kind", id_kind, id_kinds, 4))
		return false;
	xie_wr_char(w, '{');
	xie_wr_kv_str(w, "kind", kind);
	xie_wr_kv_str(w, "name", name);
	kv_id(w, id_kind, id_no);
	web_kv_text(w, "phone", either(phone, o, before, "phone"));
	web_kv_text(w, "address", either(address, o, before, "address"));
	web_kv_text(w, "representative", either(rep, o, before, "representative"));
	xie_wr_str(words, name);
	xie_wr_char(words, ' ');
	xie_wr_str(words, id_no);
	const struct xie_val *things = xie_val_get(o, "things") != NULL ? xie_val_get(o, "things") : xie_val_get(before, "things");
	xie_wr_key(w, "things");
	xie_wr_char(w, '[');
	if (things != NULL && (things->kind != XIE_VAL_ARRAY || things->count > 64)) {
		web_fail_field(r, "things", web_say(r, "至多 64 项的列表", "a list of at most 64"), NULL);
		return false;
	}
	XIE_VAL_EACH(t, things)
	{
		if (!thing(r, w, words, &k, t))
			return false;
	}
	xie_wr_text(w, "]}");
	key(&k, "id_no", id_no);
	*ret_n = k.n;
	*ret_name = name;
	return true;
}

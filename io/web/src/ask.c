/* SPDX-License-Identifier: Apache-2.0 */
/* What handlers ask of a request's body and query.  Every helper that says no has made the answer. */
#include "web_int.h"

#include <inttypes.h>
#include <stdio.h>

#include "xie/base/time.h"

const struct xie_val *web_body(struct web_req *r)
{
	const struct xie_val *v = NULL;
	struct xie_err err = { .st = XIE_OK };
	xie_str text = { (const char *)r->body, r->body_n };
	xie_status st =
	    xie_json_read(&r->scratch->mem, text, (struct xie_val_limits){ .depth = 32, .nodes = 20000 }, &v, &err);
	char where[320];
	if (st != XIE_OK) {
		(void)snprintf(where, sizeof where, "%" PRIu32 ":%" PRIu32 ": %s", err.line, err.column, err.what);
		web_fail(r, XIE_WEB_E_bad_request, where, err.hint);
		return NULL;
	}
	if (v->kind != XIE_VAL_OBJECT) {
		web_fail(r, XIE_WEB_E_bad_request, web_say(r, "正文不是 JSON 对象", "the body is not a JSON object"),
		         NULL);
		return NULL;
	}
	return v;
}

static bool bad(struct web_req *r, const char *field, const char *zh, const char *en)
{
	web_fail_field(r, field, web_say(r, zh, en), NULL);
	return false;
}

static bool bad_range(struct web_req *r, const char *field, int64_t min, int64_t max)
{
	char detail[160];
	(void)snprintf(detail, sizeof detail,
	               web_say(r, "应在 %" PRId64 " 与 %" PRId64 " 之间", "must lie between %" PRId64 " and %" PRId64),
	               min, max);
	web_fail_field(r, field, detail, NULL);
	return false;
}

static size_t chars(xie_str s)
{
	size_t n = 0;
	for (size_t i = 0; i < s.n; i++)
		n += ((unsigned char)s.p[i] & 0xc0) != 0x80;
	return n;
}

bool web_take_str(struct web_req *r, const struct xie_val *o, const char *key, size_t min, size_t max, bool needed,
                  xie_str *ret_s)
{
	const struct xie_val *v = xie_val_get(o, key);
	if (v == NULL)
		return !needed || bad(r, key, "缺少此项", "is missing");
	if (v->kind != XIE_VAL_STRING)
		return bad(r, key, "应为文字", "must be text");
	size_t n = chars(v->s);
	if (n < min || n > max)
		return bad_range(r, key, (int64_t)min, (int64_t)max);
	for (size_t i = 0; i < v->s.n; i++)
		if ((unsigned char)v->s.p[i] < 0x20 && v->s.p[i] != '\n' && v->s.p[i] != '\t' && v->s.p[i] != '\r')
			return bad(r, key, "含有控制字符", "holds a control character");
	*ret_s = v->s;
	return true;
}

bool web_take_int(struct web_req *r, const struct xie_val *o, const char *key, int64_t min, int64_t max, bool needed,
                  int64_t *ret_v)
{
	const struct xie_val *v = xie_val_get(o, key);
	int64_t i;
	if (v == NULL)
		return !needed || bad(r, key, "缺少此项", "is missing");
	if (xie_val_i64(v, &i) != XIE_OK)
		return bad(r, key, "应为整数", "must be a whole number");
	if (i < min || i > max)
		return bad_range(r, key, min, max);
	*ret_v = i;
	return true;
}

bool web_take_bool(struct web_req *r, const struct xie_val *o, const char *key, bool needed, bool *ret_has, bool *ret_v)
{
	const struct xie_val *v = xie_val_get(o, key);
	*ret_has = false;
	if (v == NULL)
		return !needed || bad(r, key, "缺少此项", "is missing");
	if (v->kind != XIE_VAL_BOOL)
		return bad(r, key, "应为 true 或 false", "must be true or false");
	*ret_has = true;
	*ret_v = v->b;
	return true;
}

static bool in_list(const char *const *list, xie_str s)
{
	for (size_t i = 0; list[i] != NULL; i++)
		if (xie_str_is(s, list[i]))
			return true;
	return false;
}

bool web_only(struct web_req *r, const struct xie_val *o, const char *const *keys)
{
	char name[65];
	XIE_VAL_EACH(v, o)
	{
		if (in_list(keys, v->key))
			continue;
		(void)snprintf(name, sizeof name, "%.*s", (int)(v->key.n < 64 ? v->key.n : 64), v->key.p);
		return bad(r, name, "没有这一项", "there is no such member");
	}
	return true;
}

bool web_query_only(struct web_req *r, const char *const *names)
{
	char name[65];
	for (size_t i = 0; i < r->target.n_q; i++) {
		xie_str s = r->target.q[i].name;
		if (in_list(names, s))
			continue;
		(void)snprintf(name, sizeof name, "%.*s", (int)(s.n < 64 ? s.n : 64), s.p);
		return bad(r, name, "没有这个参数", "there is no such parameter");
	}
	return true;
}

bool web_query_int(struct web_req *r, const char *name, int64_t min, int64_t max, int64_t *ret_v)
{
	xie_str s = xie_web_query(&r->target, name);
	int64_t v;
	if (s.p == NULL)
		return true;
	if (xie_str_i64(s, &v) != XIE_OK)
		return bad(r, name, "应为整数", "must be a whole number");
	if (v < min || v > max)
		return bad_range(r, name, min, max);
	*ret_v = v;
	return true;
}

bool web_query_time(struct web_req *r, const char *name, xie_ms *ret_t)
{
	xie_str s = xie_web_query(&r->target, name);
	if (s.p == NULL)
		return true;
	if (xie_time_parse(s, 0, ret_t) != XIE_OK)
		return bad(r, name, "应为 ISO 8601 时间，例如 2026-03-17T13:41:18Z",
		           "must be an ISO 8601 time, for example 2026-03-17T13:41:18Z");
	return true;
}

bool web_query_box(struct web_req *r, struct xie_web_bbox *ret_b, bool *ret_has)
{
	xie_str s = xie_web_query(&r->target, "bbox");
	*ret_has = s.p != NULL;
	if (s.p == NULL)
		return true;
	if (xie_web_bbox_parse(s, ret_b) != XIE_OK)
		return bad(r, "bbox", "应为 西,南,东,北（度）", "must be west,south,east,north in degrees");
	return true;
}

bool web_query_bool(struct web_req *r, const char *name, bool *ret_v)
{
	xie_str s = xie_web_query(&r->target, name);
	if (s.p == NULL)
		return true;
	if (!xie_str_is(s, "true") && !xie_str_is(s, "false"))
		return bad(r, name, "应为 true 或 false", "must be true or false");
	*ret_v = xie_str_is(s, "true");
	return true;
}

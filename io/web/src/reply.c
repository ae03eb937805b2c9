/* SPDX-License-Identifier: Apache-2.0 */
/* Answers: bodies into MHD responses, refusals into the Error of the contract. */
#include "web_int.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "xie/base/time.h"

void web_log(const struct xie_web *w, enum xie_web_level level, const char *fmt, ...)
{
	char text[1024];
	va_list ap;
	if (w->conf.log == NULL)
		return;
	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	w->conf.log(w->conf.log_self, level, text);
}

void web_ok(struct web_req *r, int status)
{
	r->status = status;
	if (web_out(r)->st != XIE_OK)
		web_fail(r, XIE_WEB_E_too_large, web_say(r, "答复太大，请缩小范围", "the answer is too large"),
		         web_say(r, "缩小地图范围或时间段", "ask for a smaller box, span or limit"));
}

/* The members that every error has; the object is left open. */
static xie_wr *error_head(struct web_req *r, enum xie_web_error code, const char *detail, const char *hint)
{
	const struct xie_web_error_text *t = &xie_web_error_texts[code];
	xie_wr *w = web_out(r);
	xie_wr_clear(w);
	r->status = t->status;
	r->content_type = NULL;
	(void)atomic_fetch_add(&r->w->n_errors, 1);
	xie_wr_char(w, '{');
	xie_wr_kv_str(w, "code", xie_str_of(t->code));
	xie_wr_kv_str(w, "message", xie_str_of(r->english ? t->en : t->zh));
	if (detail != NULL && detail[0] != '\0')
		xie_wr_kv_str(w, "detail", xie_str_of(detail));
	if (hint != NULL && hint[0] != '\0')
		xie_wr_kv_str(w, "hint", xie_str_of(hint));
	if (r->retry_after_s != 0)
		xie_wr_kv_i64(w, "retry_after_s", r->retry_after_s);
	return w;
}

void web_fail(struct web_req *r, enum xie_web_error code, const char *detail, const char *hint)
{
	xie_wr_char(error_head(r, code, detail, hint), '}');
}

void web_fail_field(struct web_req *r, const char *field, const char *detail, const char *hint)
{
	xie_wr *w = error_head(r, XIE_WEB_E_bad_field, detail, hint);
	xie_wr_kv_str(w, "field", xie_str_of(field));
	xie_wr_char(w, '}');
}

void web_fail_unmet(struct web_req *r, enum xie_web_error code, const char *unmet_code, const char *kind,
                    const char *zh, const char *en)
{
	xie_wr *w = error_head(r, code, web_say(r, zh, en), NULL);
	xie_wr_key(w, "unmet");
	xie_wr_text(w, "[{");
	xie_wr_kv_str(w, "code", xie_str_of(unmet_code));
	xie_wr_kv_str(w, "kind", xie_str_of(kind));
	xie_wr_kv_str(w, "what", xie_str_of(zh));
	xie_wr_kv_str(w, "what_en", xie_str_of(en));
	xie_wr_key(w, "basis");
	xie_wr_text(w, "[]}]}");
}

void web_fail_status(struct web_req *r, xie_status st, const char *doing)
{
	uint32_t number = 0;
	char ref[9];
	switch (st) {
	case XIE_MISSING:
	case XIE_UNKNOWN:
		web_fail(r, XIE_WEB_E_not_found, NULL, NULL);
		return;
	case XIE_REFUSED:
		web_fail(r, XIE_WEB_E_forbidden, NULL, NULL);
		return;
	case XIE_CONFLICT:
		web_fail(r, XIE_WEB_E_conflict, NULL, NULL);
		return;
	default:
		break;
	}
	(void)!xie_random(&number, sizeof number);
	(void)snprintf(ref, sizeof ref, "%08" PRIX32, number);
	web_log(r->w, XIE_WEB_FAULT, "%s: %s: %s (%s)", ref, r->route != NULL ? r->route->operation : "?", doing,
	        xie_status_text(st));
	xie_wr *w = error_head(r, st == XIE_LIMIT ? XIE_WEB_E_full : XIE_WEB_E_internal, NULL, NULL);
	xie_wr_kv_str(w, "ref", xie_str_of(ref));
	xie_wr_char(w, '}');
}

static void add(struct MHD_Response *resp, const char *name, const char *value)
{
	(void)MHD_add_response_header(resp, name, value);
}

void web_add_headers(const struct xie_web *w, struct MHD_Response *resp, bool page)
{
	add(resp, "X-Content-Type-Options", "nosniff");
	add(resp, "Referrer-Policy", "same-origin");
	if (w->conf.cert_file != NULL)
		add(resp, "Strict-Transport-Security", "max-age=31536000");
	if (!page) {
		/* An answer of the API is no page, whatever a browser makes of it. */
		add(resp, "Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
		return;
	}
	char csp[768];
	char tiles[256] = "";
	/* The operator's own base map: scheme and host of its template. */
	if (w->conf.tiles_url != NULL) {
		xie_str u = xie_str_of(w->conf.tiles_url);
		const char *host = strstr(w->conf.tiles_url, "://");
		size_t n = host != NULL ? (size_t)(host + 3 - u.p) : u.n;
		while (n < u.n && u.p[n] != '/')
			n++;
		if (host != NULL && memchr(u.p, ';', n) == NULL && memchr(u.p, ' ', n) == NULL)
			(void)snprintf(tiles, sizeof tiles, " %.*s", (int)n, u.p);
	}
	/* Styles may be inline (MapLibre and Element Plus set them), scripts never. */
	(void)snprintf(
	    csp, sizeof csp,
	    "default-src 'self'; script-src 'self'; worker-src 'self' blob:; style-src 'self' 'unsafe-inline'; "
	    "img-src 'self' data: blob:%s; connect-src 'self'%s; font-src 'self' data:; object-src 'none'; "
	    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
	    tiles, tiles);
	add(resp, "Content-Security-Policy", csp);
	add(resp, "X-Frame-Options", "DENY");
	add(resp, "Cross-Origin-Opener-Policy", "same-origin");
	add(resp, "Cross-Origin-Resource-Policy", "same-origin");
	add(resp, "Permissions-Policy", "camera=(self), geolocation=(self), microphone=(self), payment=()");
}

/* What the handler wrote, as a response of its own memory. */
static struct MHD_Response *response_of(struct web_req *r)
{
	const xie_wr *w = web_out(r);
	void *copy = malloc(w->n != 0 ? w->n : 1);
	if (copy == NULL)
		return NULL;
	memcpy(copy, w->p, w->n);
	struct MHD_Response *resp = MHD_create_response_from_buffer(w->n, copy, MHD_RESPMEM_MUST_FREE);
	if (resp == NULL) {
		free(copy);
		return NULL;
	}
	if (w->n != 0)
		add(resp, "Content-Type", r->content_type != NULL ? r->content_type : "application/json");
	add(resp, "Cache-Control", "no-store");
	web_add_headers(r->w, resp, false);
	if (r->cookie[0] != '\0')
		add(resp, "Set-Cookie", r->cookie);
	if (r->retry_after_s != 0) {
		char s[16];
		(void)snprintf(s, sizeof s, "%" PRIu32, r->retry_after_s);
		add(resp, "Retry-After", s);
	}
	return resp;
}

void web_req_finish(struct web_req *r)
{
	if (r->response == NULL)
		r->response = response_of(r);
	web_scratch_reset(r->scratch);
	r->scratch = NULL;
}

/* ---- small JSON ---- */

void web_kv_time(xie_wr *w, const char *key, xie_ms t)
{
	xie_wr_key(w, key);
	xie_wr_char(w, '"');
	xie_wr_time(w, t);
	xie_wr_char(w, '"');
}

void web_kv_text(xie_wr *w, const char *key, xie_str s)
{
	if (s.n != 0)
		xie_wr_kv_str(w, key, s);
}

void web_kv_deg(xie_wr *w, const char *key, int32_t v)
{
	xie_wr_key(w, key);
	xie_wr_ratio(w, v, XIE_DEG, 7);
}

void web_roles_json(xie_wr *w, uint32_t roles)
{
	xie_wr_char(w, '[');
	for (unsigned i = 0; i < XIE_ROLE__COUNT; i++)
		if ((roles >> i & 1) != 0) {
			xie_wr_sep(w);
			xie_wr_json_str(w, xie_str_of(xie_role_code((enum xie_role)i)));
		}
	xie_wr_char(w, ']');
}

xie_status web_key_parse(xie_str s, struct xie_key *ret_k)
{
	size_t dot = xie_str_find(s, '.');
	xie_str digits = xie_str_from(s, dot + 1);
	if (dot == s.n)
		return XIE_MALFORMED;
	xie_str kind = { s.p, dot };
	if (xie_str_is(kind, "vehicle") || xie_str_is(kind, "phone"))
		return xie_key_phone(digits, ret_k);
	uint64_t mmsi;
	xie_status st = xie_str_u64(digits, &mmsi);
	if (st != XIE_OK)
		return st;
	if (digits.n != 9 || mmsi > 999999999)
		return XIE_RANGE;
	*ret_k = xie_key_mmsi((uint32_t)mmsi);
	return XIE_OK;
}

void web_key_write(xie_wr *w, enum xie_target_kind kind, const struct xie_key *k)
{
	xie_wr_char(w, '"');
	xie_wr_text(w, k->scheme == XIE_SCHEME_PHONE ? "vehicle" : xie_target_kind_name(kind));
	xie_wr_char(w, '.');
	xie_wr_str(w, xie_key_text(k));
	xie_wr_char(w, '"');
}

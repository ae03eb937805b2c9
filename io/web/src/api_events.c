/* SPDX-License-Identifier: Apache-2.0 */
/* The event stream over HTTP: MHD's reader asks the hub, sleeps as a suspended connection, and is resumed. */
#include "api.h"

#include <stdlib.h>

struct stream {
	struct xie_web *w;
	struct MHD_Connection *con;
	struct xie_hub_client *c;
};

static void sleep_now(void *self)
{
	struct stream *s = self;
	MHD_suspend_connection(s->con);
}

static void wake_now(void *self)
{
	struct stream *s = self;
	MHD_resume_connection(s->con);
}

static ssize_t read_some(void *cls, uint64_t pos, char *buf, size_t max)
{
	struct stream *s = cls;
	(void)pos;
	ssize_t n = xie_hub_read(s->c, buf, max, web_now(s->w));
	return n < 0 ? MHD_CONTENT_READER_END_OF_STREAM : n;
}

static void left(void *cls)
{
	struct stream *s = cls;
	xie_hub_leave(s->c);
	free(s);
}

/* The number to resume from: what the browser sends when it returns by itself goes before the query. */
static bool since_of(struct web_req *r, uint64_t *ret_since)
{
	xie_str last = xie_str_of(MHD_lookup_connection_value(r->con, MHD_HEADER_KIND, "Last-Event-ID"));
	xie_str query = xie_web_query(&r->target, "since");
	xie_str s = last.n != 0 ? last : query;
	*ret_since = 0;
	if (s.p == NULL || s.n == 0)
		return true;
	if (xie_str_u64(s, ret_since) == XIE_OK)
		return true;
	web_fail_field(r, last.n != 0 ? "Last-Event-ID" : "since", web_say(r, "应为整数", "must be a whole number"),
	               NULL);
	return false;
}

void api_events(struct web_req *r)
{
	static const char *const names[] = { "since", "bbox", NULL };
	struct xie_hub_reader reader = { .who = r->who, .sleep = sleep_now, .wake = wake_now };
	struct xie_web_bbox box;
	bool has_box;
	uint64_t since;
	if (!web_query_only(r, names) || !web_query_box(r, &box, &has_box) || !since_of(r, &since))
		return;
	struct stream *s = calloc(1, sizeof *s);
	if (s == NULL) {
		web_fail_status(r, XIE_UNAVAILABLE, "opening a stream");
		return;
	}
	s->w = r->w;
	s->con = r->con;
	reader.self = s;
	xie_status st = xie_hub_join(r->w->hub, &reader, since, r->now, &s->c);
	if (st != XIE_OK) {
		free(s);
		r->retry_after_s = 10;
		web_fail(r, XIE_WEB_E_rate, web_say(r, "打开的实时连接太多", "too many open streams"), NULL);
		return;
	}
	if (has_box)
		(void)!xie_hub_view(r->w->hub, xie_hub_client_id(s->c), r->who.number, &box);
	struct MHD_Response *resp = MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, 16384, read_some, s, left);
	if (resp == NULL) {
		left(s);
		web_fail_status(r, XIE_UNAVAILABLE, "opening a stream");
		return;
	}
	(void)MHD_add_response_header(resp, "Content-Type", "text/event-stream");
	(void)MHD_add_response_header(resp, "Cache-Control", "no-store");
	(void)MHD_add_response_header(resp, "X-Accel-Buffering", "no"); /* or a proxy would hold events back */
	web_add_headers(r->w, resp, false);
	(void)MHD_queue_response(r->con, 200, resp); /* if it fails, MHD closes and `left` tidies up */
	MHD_destroy_response(resp);
}

void api_events_view(struct web_req *r)
{
	static const char *const keys[] = { "bbox", NULL };
	const struct xie_val *o = web_body(r);
	uint64_t id;
	xie_str text = { "", 0 };
	struct xie_web_bbox box;
	if (o == NULL || !web_only(r, o, keys) || !web_take_str(r, o, "bbox", 0, 120, false, &text))
		return;
	if (text.n != 0 && xie_web_bbox_parse(text, &box) != XIE_OK) {
		web_fail_field(r, "bbox",
		               web_say(r, "应为 西,南,东,北（度）", "must be west,south,east,north in degrees"), NULL);
		return;
	}
	if (xie_str_u64(r->param[0], &id) != XIE_OK ||
	    xie_hub_view(r->w->hub, id, r->who.number, text.n != 0 ? &box : NULL) != XIE_OK)
		web_fail(r, XIE_WEB_E_not_found, NULL, NULL);
	else
		web_ok(r, 204);
}

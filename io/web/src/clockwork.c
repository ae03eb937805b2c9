/* SPDX-License-Identifier: Apache-2.0 */
/* The thread that moves things along: news of the store to the streams at once; once a second positions, the audit
 * queue and changed sources; now and then sessions, forgotten targets and snoozes that are over. */
#include "web_int.h"

#include <stdlib.h>
#include <time.h>

enum { GONE_MAX = 1 << 16 };

static void store_has_news(void *user, uint64_t seq)
{
	struct xie_web *w = user;
	(void)seq;
	(void)pthread_mutex_lock(&w->news_lock);
	w->news_due = true;
	(void)pthread_cond_signal(&w->news);
	(void)pthread_mutex_unlock(&w->news_lock);
}

void web_news_init(struct xie_web *w)
{
	struct xie_store *s = w->conf.store;
	if (s->seq(s->self, &w->posted_seq) != XIE_OK)
		w->posted_seq = 0;
	w->case_seq = w->posted_seq;
	if (s->watch(s->self, store_has_news, w) != XIE_OK)
		web_log(w, XIE_WEB_WARN, "the store does not tell of changes; alerts are looked for once a second");
}

void web_news_done(struct xie_web *w)
{
	(void)w->conf.store->watch(w->conf.store->self, NULL, w);
}

struct push {
	struct xie_web *w;
	struct web_scratch *s;
	uint64_t *seq;
	unsigned n;
	bool stale, again; /* a unit was not known; the units were read anew for it */
};

/* Whose readers may see it.  A unit that is not known ends the listing: the units are read anew, and if it stays
 * unknown nobody is told. */
static bool path_of(struct push *p, xie_str org, char path[static 112])
{
	if (web_org_path(p->w, org, path, 112))
		return true;
	p->stale = !p->again;
	memcpy(path, "?", 2);
	return p->again;
}

static xie_status push_alert(void *ctx, const struct xie_alert_row *a)
{
	struct push *p = ctx;
	char path[112];
	if (!path_of(p, a->org, path))
		return XIE_UNAVAILABLE;
	xie_wr_clear(&p->s->out);
	web_alerted_add(p->w, a->target);
	web_alert_json(p->w, &p->s->out, a, web_now(p->w));
	if (p->s->out.st == XIE_OK)
		(void)xie_hub_post(p->w->hub, "alert", xie_str_of(path), a->region, xie_wr_view(&p->s->out));
	*p->seq = a->seq;
	p->n++;
	return XIE_OK;
}

static xie_status push_case(void *ctx, const struct xie_subject *c)
{
	struct push *p = ctx;
	xie_wr *w = &p->s->out;
	char path[112];
	if (!path_of(p, c->org, path))
		return XIE_UNAVAILABLE;
	xie_wr_clear(w);
	xie_wr_char(w, '{');
	xie_wr_kv_str(w, "no", c->no);
	xie_wr_kv_i64(w, "version", (int64_t)c->version);
	xie_wr_kv_str(w, "stage", c->stage);
	xie_wr_char(w, '}');
	if (w->st == XIE_OK)
		(void)xie_hub_post(p->w->hub, "case", xie_str_of(path), c->region, xie_wr_view(w));
	*p->seq = c->seq;
	p->n++;
	return XIE_OK;
}

/* Another page?  A failure is told by the store's own log, and tried again with the next news. */
static bool read_again(struct push *p, xie_status rc, unsigned page)
{
	if (atomic_load(&p->w->stopping))
		return false;
	if (p->stale) {
		p->stale = false;
		p->again = true;
		web_names_update(p->w);
		return true;
	}
	return rc == XIE_OK && p->n == page;
}

static void push_news(struct xie_web *w, struct web_scratch *s)
{
	enum { AT_ONCE = 200 };
	struct xie_scope system = { .as = XIE_SCOPE_SYSTEM };
	struct xie_store *st = w->conf.store;
	struct push alerts = { .w = w, .s = s, .seq = &w->posted_seq }, cases = { .w = w, .s = s, .seq = &w->case_seq };
	xie_status rc;
	do {
		alerts.n = 0;
		rc = st->alert_since(st->self, &system, w->posted_seq, AT_ONCE, push_alert, &alerts);
	} while (read_again(&alerts, rc, AT_ONCE));
	do {
		cases.n = 0;
		rc = st->subject_since(st->self, &system, XIE_STR("case"), w->case_seq, AT_ONCE, push_case, &cases);
	} while (read_again(&cases, rc, AT_ONCE));
	web_scratch_reset(s);
}

static xie_status push_source(void *ctx, const struct xie_world_source *src)
{
	struct push *p = ctx;
	xie_wr_clear(&p->s->out);
	web_source_json(&p->s->out, src);
	if (p->s->out.st == XIE_OK)
		(void)xie_hub_post(p->w->hub, "source", xie_str_of(""), xie_str_of(""), xie_wr_view(&p->s->out));
	return XIE_OK;
}

static void push_sources(struct xie_web *w, struct web_scratch *s)
{
	uint32_t due[WEB_SOURCES / 32];
	struct push p = { .w = w, .s = s };
	bool any = false;
	(void)pthread_mutex_lock(&w->news_lock);
	memcpy(due, w->source_changed, sizeof due);
	memset(w->source_changed, 0, sizeof due);
	(void)pthread_mutex_unlock(&w->news_lock);
	for (uint32_t i = 0; i < WEB_SOURCES && w->conf.world->source != NULL; i++) {
		if ((due[i / 32] >> (i % 32) & 1) == 0)
			continue;
		any = true;
		(void)w->conf.world->source(w->conf.world->self, xie_str_of(""), i, push_source, NULL, &p);
	}
	if (any)
		web_scratch_reset(s);
}

void xie_web_source_changed(struct xie_web *w, uint32_t source)
{
	if (source >= WEB_SOURCES)
		return; /* the page reads the list anew when it is looked at */
	(void)pthread_mutex_lock(&w->news_lock);
	w->source_changed[source / 32] |= UINT32_C(1) << (source % 32);
	(void)pthread_mutex_unlock(&w->news_lock);
}

void xie_web_watermark(struct xie_web *w, xie_ms t)
{
	atomic_store(&w->watermark, t);
}

struct gone {
	xie_wr w;
};

static void note_gone(void *self, const struct xie_live_target *t)
{
	struct gone *g = self;
	xie_wr_sep(&g->w);
	web_key_write(&g->w, t->kind, &t->key);
}

static void tick(struct xie_web *w, struct web_scratch *s, bool forget)
{
	char *buf = forget ? malloc(GONE_MAX) : NULL;
	struct gone g = { .w = xie_wr_of(buf, buf != NULL ? GONE_MAX - 64 : 0) };
	xie_ms now = web_now(w);
	if (buf != NULL) {
		xie_wr_char(&g.w, '[');
		(void)xie_live_forget(w->conf.live, now - w->conf.forget, note_gone, &g);
	}
	/* More than fit: the page drops them itself by their age. */
	xie_str gone = g.w.st == XIE_OK && g.w.n > 1 ? xie_str_from(xie_wr_view(&g.w), 1) : (xie_str){ "", 0 };
	xie_hub_tick(w->hub, now, atomic_load(&w->watermark), gone);
	free(buf);
	push_sources(w, s);
	web_audit_log_flush(w);
}

/* Until `due` on the monotonic clock, or until there is news. */
static void wait_news(struct xie_web *w, const struct timespec *due)
{
	(void)pthread_mutex_lock(&w->news_lock);
	int rc = 0;
	while (!w->news_due && rc == 0)
		rc = pthread_cond_timedwait(&w->news, &w->news_lock, due);
	w->news_due = false;
	(void)pthread_mutex_unlock(&w->news_lock);
}

static bool is_before(const struct timespec *a, const struct timespec *b)
{
	return a->tv_sec != b->tv_sec ? a->tv_sec < b->tv_sec : a->tv_nsec < b->tv_nsec;
}

void *web_clockwork(void *arg)
{
	struct xie_web *w = arg;
	struct web_scratch s;
	struct timespec due, now;
	if (web_scratch_init(&s) != XIE_OK) {
		web_log(w, XIE_WEB_FAULT, "no memory for the server's clock: nothing will be pushed");
		return NULL;
	}
	(void)clock_gettime(CLOCK_MONOTONIC, &due);
	for (uint64_t n = 0; !atomic_load(&w->stopping);) {
		wait_news(w, &due);
		if (atomic_load(&w->stopping))
			break;
		push_news(w, &s);
		(void)clock_gettime(CLOCK_MONOTONIC, &now);
		if (is_before(&now, &due))
			continue;
		tick(w, &s, n % 60 == 59);
		if (n % 2 == 1)
			web_snoozes_end(w, &s);
		if (n % 30 == 0) {
			web_learn_sources(w);
			web_names_update(w);
			web_figures_update(w);
		}
		if (n % 20 == 19)
			xie_sessions_sweep(w->sessions, web_now(w));
		n++;
		due.tv_sec++;
		if (now.tv_sec > due.tv_sec + 2) /* after a long halt there is no point in catching up */
			due = now;
	}
	web_scratch_done(&s);
	return NULL;
}

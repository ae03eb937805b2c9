/* SPDX-License-Identifier: Apache-2.0 */
#include "memstore_int.h"

#include "xie/base/sha256.h"

/* ---- alerts ---- */

static const struct subject *subject_at(const struct memstore *m, xie_str kind, xie_str id)
{
	for (size_t i = 0; i < m->n_subjects; i++)
		if (xie_str_eq(m->subjects[i].s.kind, kind) && xie_str_eq(m->subjects[i].s.id, id))
			return &m->subjects[i];
	return NULL;
}

static struct xie_alert_row alert_view(const struct memstore *m, const struct alert *k)
{
	struct xie_alert_row a = k->a;
	const struct subject *s = subject_at(m, XIE_STR("alert"), a.id);
	a.org = a.org.n != 0 || m->n_orgs == 0 ? a.org : m->orgs[0].id;
	a.state = s != NULL ? s->s.state : XIE_STR("new");
	a.handler = s != NULL && s->n_e != 0 ? s->e[s->n_e - 1].user : XIE_STR("");
	a.handled_at = s != NULL ? s->s.updated : XIE_NO_TIME;
	a.snooze_to = s != NULL ? s->s.snooze_to : XIE_NO_TIME;
	a.subject_json = s != NULL ? s->s.json : XIE_STR("");
	a.version = s != NULL ? s->s.version : 0;
	a.seq = s != NULL && s->s.seq > k->seq ? s->s.seq : k->seq;
	return a;
}

static void tell(struct memstore *m)
{
	void (*fn)(void *, uint64_t) = m->watcher;
	void *user = m->watch_user;
	uint64_t seq = m->seq;
	(void)pthread_mutex_unlock(&m->lock);
	if (fn != NULL)
		fn(user, seq);
}

static xie_status alert_put(void *self, const struct xie_alert_row *a, size_t n, xie_str consumer, uint64_t position)
{
	(void)consumer, (void)position;
	ENTER();
	for (size_t i = 0; i < n; i++) {
		size_t k = 0;
		while (k < m->n_alerts && !xie_str_eq(m->alerts[k].a.id, a[i].id))
			k++;
		if (k < m->n_alerts && m->alerts[k].a.rev >= a[i].rev)
			continue;
		m->n_alerts += k == m->n_alerts;
		struct xie_alert_row *t = &m->alerts[k].a;
		*t = a[i];
		KEEP(t->id), KEEP(t->rule), KEEP(t->mode), KEEP(t->kind), KEEP(t->target), KEEP(t->other),
		    KEEP(t->zone), KEEP(t->direction), KEEP(t->end), KEEP(t->violation), KEEP(t->pack), KEEP(t->org),
		    KEEP(t->region), KEEP(t->text), KEEP(t->json);
		m->alerts[k].seq = ++m->seq;
	}
	tell(m);
	return XIE_OK;
}

static xie_status alert_get(void *self, const struct xie_scope *who, xie_str id, xie_alert_fn *fn, void *ctx)
{
	ENTER();
	for (size_t i = 0; i < m->n_alerts; i++)
		if (xie_str_eq(m->alerts[i].a.id, id) &&
		    memstore_sees(m, who, m->alerts[i].a.org, m->alerts[i].a.region)) {
			struct xie_alert_row a = alert_view(m, &m->alerts[i]);
			return memstore_leave(m, fn(ctx, &a));
		}
	return memstore_leave(m, XIE_MISSING);
}

static bool listed(xie_str list, xie_str word)
{
	xie_str rest = list, one;
	if (list.n == 0)
		return true;
	while (xie_str_split(&rest, ',', &one))
		if (xie_str_eq(one, word))
			return true;
	return false;
}

static bool is_or_empty(xie_str want, xie_str got)
{
	return want.n == 0 || xie_str_eq(want, got);
}

static bool contains(xie_str hay, xie_str needle)
{
	if (needle.n == 0)
		return true;
	for (size_t i = 0; i + needle.n <= hay.n; i++)
		if (memcmp(hay.p + i, needle.p, needle.n) == 0)
			return true;
	return false;
}

static bool alert_matches(const struct xie_alert_query *q, const struct xie_alert_row *a)
{
	char level = (char)('0' + a->level);
	return listed(q->states, a->state) && listed(q->levels, (xie_str){ &level, 1 }) &&
	       is_or_empty(q->mode, a->mode) && is_or_empty(q->kind, a->kind) && is_or_empty(q->rule, a->rule) &&
	       is_or_empty(q->zone, a->zone) && is_or_empty(q->target, a->target) &&
	       is_or_empty(q->handler, a->handler) && contains(a->text, q->text) &&
	       (q->from == 0 || a->open >= q->from) && (q->to == 0 || a->open < q->to) &&
	       (q->withdrawn_too || !a->withdrawn);
}

static int by_queue(const void *x, const void *y)
{
	const struct xie_alert_row *a = x, *b = y;
	bool an = xie_str_is(a->state, "new"), bn = xie_str_is(b->state, "new");
	if (a->level != b->level)
		return a->level < b->level ? -1 : 1;
	if (an != bn)
		return an ? -1 : 1;
	if (a->open != b->open)
		return a->open > b->open ? -1 : 1;
	return xie_str_cmp(a->id, b->id);
}

static int by_age(const void *x, const void *y)
{
	const struct xie_alert_row *a = x, *b = y;
	if (a->open != b->open)
		return a->open > b->open ? -1 : 1;
	return xie_str_cmp(a->id, b->id);
}

static xie_status alert_list(void *self, const struct xie_scope *who, const struct xie_alert_query *q, xie_alert_fn *fn,
                             void *ctx, uint64_t *ret_total, uint64_t *ret_seq)
{
	xie_status st = XIE_OK;
	ENTER();
	struct xie_alert_row *v = calloc(m->n_alerts + 1, sizeof *v);
	size_t n = 0, at = 0;
	for (size_t i = 0; i < m->n_alerts; i++) {
		struct xie_alert_row a = alert_view(m, &m->alerts[i]);
		if (memstore_sees(m, who, m->alerts[i].a.org, a.region) && alert_matches(q, &a))
			v[n++] = a;
	}
	qsort(v, n, sizeof *v, q->by_age ? by_age : by_queue);
	if (q->after.n != 0) {
		while (at < n && !xie_str_eq(v[at].id, q->after))
			at++;
		at++;
	}
	size_t limit = q->limit != 0 ? q->limit : 50;
	for (size_t i = at; i < n && i < at + limit && st == XIE_OK; i++)
		st = fn(ctx, &v[i]);
	if (ret_total != NULL)
		*ret_total = n;
	if (ret_seq != NULL)
		*ret_seq = m->seq;
	free(v);
	return memstore_leave(m, st);
}

static int by_seq(const void *x, const void *y)
{
	const struct xie_alert_row *a = x, *b = y;
	return a->seq < b->seq ? -1 : a->seq > b->seq;
}

static xie_status alert_since(void *self, const struct xie_scope *who, uint64_t seq, unsigned limit, xie_alert_fn *fn,
                              void *ctx)
{
	xie_status st = XIE_OK;
	ENTER();
	struct xie_alert_row *v = calloc(m->n_alerts + 1, sizeof *v);
	size_t n = 0;
	for (size_t i = 0; i < m->n_alerts; i++) {
		struct xie_alert_row a = alert_view(m, &m->alerts[i]);
		if (a.seq > seq && memstore_sees(m, who, m->alerts[i].a.org, a.region))
			v[n++] = a;
	}
	qsort(v, n, sizeof *v, by_seq);
	for (size_t i = 0; i < n && i < limit && st == XIE_OK; i++)
		st = fn(ctx, &v[i]);
	free(v);
	return memstore_leave(m, st);
}

/* ---- subjects ---- */

static bool digest_of(const struct xie_event *e, uint8_t *ret)
{
	enum { ROOM = 4 << 20 };
	uint8_t *room = malloc(ROOM);
	xie_arena mem = xie_arena_of(room, room != NULL ? ROOM : 0);
	bool ok = xie_event_digest(&mem, e, ret) == XIE_OK;
	free(room);
	return ok;
}

static void event_take(struct memstore *m, struct subject *s, struct xie_event *e)
{
	e->kind = s->s.kind;
	e->id = s->s.id;
	e->n = ++s->s.version;
	s->e = realloc(s->e, (s->n_e + 1) * sizeof *s->e);
	memcpy(e->prev, s->s.head, sizeof e->prev);
	if (!digest_of(e, e->digest))
		abort();
	memcpy(s->s.head, e->digest, sizeof s->s.head);
	struct xie_event *k = &s->e[s->n_e++];
	*k = *e;
	KEEP(k->event), KEEP(k->by), KEEP(k->data), KEEP(k->user);
	k->kind = s->s.kind;
	k->id = s->s.id;
}

static void keys_take(struct memstore *m, struct subject *s, const struct xie_subject_change *c)
{
	s->keys = realloc(s->keys, (c->n_keys + 1) * sizeof *s->keys);
	s->n_keys = c->n_keys;
	for (size_t i = 0; i < c->n_keys; i++) {
		s->keys[i] = c->keys[i];
		KEEP(s->keys[i].name), KEEP(s->keys[i].value);
	}
}

bool memstore_tamper(struct memstore *m, xie_str kind, xie_str no, uint64_t n)
{
	for (size_t i = 0; i < m->n_subjects; i++) {
		struct subject *s = &m->subjects[i];
		if (!xie_str_eq(s->s.kind, kind) || !xie_str_eq(s->s.no, no) || n == 0 || n > s->n_e)
			continue;
		s->e[n - 1].user = XIE_STR("somebody-else");
		return true;
	}
	return false;
}

static void audit_take(struct memstore *m, struct xie_audit *a)
{
	struct xie_sha256 h;
	struct xie_audit *k = &m->audits[m->n_audits];
	a->seq = ++m->n_audits;
	*k = *a;
	KEEP(k->user), KEEP(k->login), KEEP(k->roles), KEEP(k->ip), KEEP(k->device), KEEP(k->action), KEEP(k->object),
	    KEEP(k->json);
	xie_sha256_init(&h);
	if (a->seq > 1)
		xie_sha256_add(&h, m->audits[a->seq - 2].digest, 32);
	xie_sha256_add(&h, k->action.p, k->action.n);
	xie_sha256_end(&h, k->digest);
}

static uint64_t *number_at(struct memstore *m, xie_str series)
{
	size_t i = 0;
	while (i < m->n_numbers && !xie_str_is(series, m->numbers[i].series))
		i++;
	if (i == m->n_numbers)
		memcpy(m->numbers[m->n_numbers++].series, series.p, series.n);
	return &m->numbers[i].n;
}

static xie_status subject_append(void *self, const struct xie_scope *who, struct xie_subject_change *c, size_t n,
                                 struct xie_audit *audit, const struct xie_once *once)
{
	ENTER();
	for (size_t i = 0; once != NULL && i < m->n_kept; i++)
		if (xie_str_eq(m->kept[i].o.user, once->user) && xie_str_eq(m->kept[i].o.key, once->key))
			return memstore_leave(m, XIE_DUPLICATE);
	for (size_t i = 0; i < n; i++) {
		const struct subject *s = subject_at(m, c[i].row.kind, c[i].row.id);
		if (!memstore_sees(m, who, c[i].row.org, c[i].row.region))
			return memstore_leave(m, XIE_MISSING);
		if ((s != NULL ? s->s.version : 0) != c[i].version)
			return memstore_leave(m, XIE_CONFLICT);
		for (size_t k = 0; k < c[i].n_numbers; k++)
			if (*number_at(m, c[i].numbers[k].series) + 1 != c[i].numbers[k].number)
				return memstore_leave(m, XIE_CONFLICT);
	}
	for (size_t i = 0; i < n; i++) {
		struct subject *s = (struct subject *)subject_at(m, c[i].row.kind, c[i].row.id);
		if (s == NULL)
			s = &m->subjects[m->n_subjects++];
		uint64_t version = s->s.version;
		uint8_t head[32];
		memcpy(head, s->s.head, sizeof head);
		xie_ms created = s->s.created != 0 ? s->s.created : c[i].n_events != 0 ? c[i].events[0].at : m->clock.wall(m->clock.self);
		s->s = c[i].row;
		memcpy(s->s.head, head, sizeof head);
		keys_take(m, s, &c[i]);
		KEEP(s->s.kind), KEEP(s->s.id), KEEP(s->s.no), KEEP(s->s.org), KEEP(s->s.region), KEEP(s->s.state),
		    KEEP(s->s.stage), KEEP(s->s.title), KEEP(s->s.clock), KEEP(s->s.waiting_for), KEEP(s->s.text),
		    KEEP(s->s.json);
		s->s.version = version;
		s->s.created = created;
		s->s.updated = m->clock.wall(m->clock.self);
		s->s.seq = ++m->seq;
		for (size_t k = 0; k < c[i].n_numbers; k++)
			(*number_at(m, c[i].numbers[k].series))++;
		for (size_t k = 0; k < c[i].n_events; k++)
			event_take(m, s, &c[i].events[k]);
	}
	if (audit != NULL)
		audit_take(m, audit);
	if (once != NULL) {
		struct xie_once *o = &m->kept[m->n_kept++].o;
		*o = *once;
		KEEP(o->user), KEEP(o->key), KEEP(o->answer);
	}
	tell(m);
	return XIE_OK;
}

static xie_status subject_get(void *self, const struct xie_scope *who, xie_str kind, xie_str id, xie_subject_fn *fn,
                              void *ctx)
{
	ENTER();
	const struct subject *s = subject_at(m, kind, id);
	bool there = s != NULL && memstore_sees(m, who, s->s.org, s->s.region);
	return memstore_leave(m, there ? fn(ctx, &s->s) : XIE_MISSING);
}

static xie_status subject_by_no(void *self, const struct xie_scope *who, xie_str kind, xie_str no, xie_subject_fn *fn,
                                void *ctx)
{
	ENTER();
	for (size_t i = 0; i < m->n_subjects; i++) {
		const struct xie_subject *s = &m->subjects[i].s;
		if (xie_str_eq(s->kind, kind) && xie_str_eq(s->no, no) && memstore_sees(m, who, s->org, s->region))
			return memstore_leave(m, fn(ctx, s));
	}
	return memstore_leave(m, XIE_MISSING);
}

static bool has_key(const struct subject *s, const struct xie_subject_key *k)
{
	for (size_t i = 0; i < s->n_keys; i++)
		if (xie_str_eq(s->keys[i].name, k->name) && xie_str_eq(s->keys[i].value, k->value))
			return true;
	return k->name.n == 0;
}

static xie_status subject_list(void *self, const struct xie_scope *who, const struct xie_subject_query *q,
                               xie_subject_fn *fn, void *ctx, uint64_t *ret_total, uint64_t *ret_seq)
{
	xie_status st = XIE_OK;
	uint64_t n = 0;
	bool skip = q->after.n != 0;
	ENTER();
	for (size_t i = 0; i < m->n_subjects && st == XIE_OK; i++) {
		const struct xie_subject *s = &m->subjects[i].s;
		if (!xie_str_eq(s->kind, q->kind) || !memstore_sees(m, who, s->org, s->region) ||
		    !is_or_empty(q->state, s->state) || !is_or_empty(q->stage, s->stage) || !contains(s->text, q->text) ||
		    !is_or_empty(q->clock, s->clock) || (q->waiting_for.n != 0 && !listed(s->waiting_for, q->waiting_for)) ||
		    !has_key(&m->subjects[i], &q->key) || (q->due_before != 0 && (s->due == XIE_NO_TIME || s->due >= q->due_before)))
			continue;
		if (skip) { /* up to the last row of the page before */
			skip = !xie_str_eq(s->id, q->after);
			continue;
		}
		if (n++ < (q->limit != 0 ? q->limit : 50))
			st = fn(ctx, s);
	}
	if (ret_total != NULL)
		*ret_total = n;
	if (ret_seq != NULL)
		*ret_seq = m->seq;
	return memstore_leave(m, st);
}

static xie_status subject_since(void *self, const struct xie_scope *who, xie_str kind, uint64_t seq, unsigned limit,
                                xie_subject_fn *fn, void *ctx)
{
	xie_status st = XIE_OK;
	ENTER();
	for (size_t i = 0; i < m->n_subjects && limit != 0 && st == XIE_OK; i++) {
		const struct xie_subject *s = &m->subjects[i].s;
		if (s->seq <= seq || !xie_str_eq(s->kind, kind) || !memstore_sees(m, who, s->org, s->region))
			continue;
		st = fn(ctx, s);
		limit--;
	}
	return memstore_leave(m, st);
}

static xie_status event_list(void *self, const struct xie_scope *who, xie_str kind, xie_str id, xie_event_fn *fn,
                             void *ctx)
{
	xie_status st = XIE_OK;
	ENTER();
	const struct subject *s = subject_at(m, kind, id);
	if (s == NULL || !memstore_sees(m, who, s->s.org, s->s.region))
		return memstore_leave(m, XIE_MISSING);
	for (size_t i = 0; i < s->n_e && st == XIE_OK; i++) {
		uint8_t d[32];
		bool same = digest_of(&s->e[i], d) && memcmp(d, s->e[i].digest, sizeof d) == 0;
		st = same ? fn(ctx, &s->e[i]) : XIE_CORRUPT;
	}
	return memstore_leave(m, st);
}

static xie_status number_peek(void *self, xie_str series, uint64_t *ret_n)
{
	ENTER();
	*ret_n = *number_at(m, series) + 1;
	return memstore_leave(m, XIE_OK);
}

static xie_status once_get(void *self, xie_str user, xie_str key, xie_once_fn *fn, void *ctx)
{
	ENTER();
	for (size_t i = 0; i < m->n_kept; i++)
		if (xie_str_eq(m->kept[i].o.user, user) && xie_str_eq(m->kept[i].o.key, key))
			return memstore_leave(m, fn(ctx, &m->kept[i].o));
	return memstore_leave(m, XIE_MISSING);
}

static struct xie_draft *draft_at(struct memstore *m, xie_str user, xie_str kind, xie_str subject, xie_str event)
{
	for (size_t i = 0; i < m->n_drafts; i++) {
		struct xie_draft *d = &m->drafts[i];
		if (xie_str_eq(d->user, user) && xie_str_eq(d->subject_kind, kind) && xie_str_eq(d->subject, subject) &&
		    xie_str_eq(d->event, event))
			return d;
	}
	return NULL;
}

static xie_status draft_put(void *self, const struct xie_draft *d)
{
	ENTER();
	struct xie_draft *k = draft_at(m, d->user, d->subject_kind, d->subject, d->event);
	if (d->json.n == 0) {
		if (k != NULL)
			*k = m->drafts[--m->n_drafts];
		return memstore_leave(m, XIE_OK);
	}
	k = k != NULL ? k : &m->drafts[m->n_drafts++];
	*k = *d;
	KEEP(k->user), KEEP(k->subject_kind), KEEP(k->subject), KEEP(k->event), KEEP(k->json);
	return memstore_leave(m, XIE_OK);
}

static xie_status draft_get(void *self, xie_str user, xie_str kind, xie_str subject, xie_str event, xie_draft_fn *fn,
                            void *ctx)
{
	ENTER();
	const struct xie_draft *d = draft_at(m, user, kind, subject, event);
	return memstore_leave(m, d != NULL ? fn(ctx, d) : XIE_MISSING);
}

static xie_status audit_put(void *self, struct xie_audit *a)
{
	ENTER();
	audit_take(m, a);
	return memstore_leave(m, XIE_OK);
}

static xie_status audit_list(void *self, const struct xie_audit_query *q, xie_audit_fn *fn, void *ctx)
{
	xie_status st = XIE_OK;
	unsigned n = 0;
	ENTER();
	for (size_t i = m->n_audits; i-- > 0 && st == XIE_OK && n < (q->limit != 0 ? q->limit : 50);) {
		const struct xie_audit *a = &m->audits[i];
		if ((q->before != 0 && a->seq >= q->before) || !is_or_empty(q->login, a->login) ||
		    !is_or_empty(q->action, a->action) || (q->from != 0 && a->at < q->from) ||
		    (q->to != 0 && a->at >= q->to))
			continue;
		st = fn(ctx, a);
		n++;
	}
	return memstore_leave(m, st);
}

static xie_status source_state(void *self, uint32_t source, xie_str name, bool up, xie_ms at, uint64_t position)
{
	(void)self, (void)source, (void)name, (void)up, (void)at, (void)position;
	return XIE_OK;
}

static xie_status source_spans(void *self, xie_ms from, xie_ms to, xie_source_span_fn *fn, void *ctx)
{
	(void)fn, (void)ctx, (void)from, (void)to;
	ENTER();
	return memstore_leave(m, XIE_OK);
}

static xie_status position(void *self, xie_str consumer, uint64_t *ret_position)
{
	(void)self, (void)consumer;
	*ret_position = 0;
	return XIE_OK;
}

static xie_status seq_now(void *self, uint64_t *ret_seq)
{
	ENTER();
	*ret_seq = m->seq;
	return memstore_leave(m, XIE_OK);
}

static xie_status watch(void *self, void (*fn)(void *, uint64_t), void *user)
{
	ENTER();
	m->watcher = fn;
	m->watch_user = user;
	return memstore_leave(m, XIE_OK);
}

struct memstore *memstore_new(struct xie_clock clock)
{
	struct memstore *m = calloc(1, sizeof *m);
	if (m == NULL)
		abort();
	m->clock = clock;
	m->alerts = calloc(MAX, sizeof *m->alerts);
	m->subjects = calloc(MAX, sizeof *m->subjects);
	m->kept = calloc(MAX, sizeof *m->kept);
	m->audits = calloc(MAX, sizeof *m->audits);
	(void)pthread_mutex_init(&m->lock, NULL);
	m->port = (struct xie_store){
		.self = m,
		.alert_put = alert_put,
		.alert_get = alert_get,
		.alert_revs = alert_get,
		.alert_list = alert_list,
		.alert_since = alert_since,
		.subject_append = subject_append,
		.subject_get = subject_get,
		.subject_by_no = subject_by_no,
		.subject_list = subject_list,
		.subject_since = subject_since,
		.event_list = event_list,
		.number_peek = number_peek,
		.once_get = once_get,
		.draft_put = draft_put,
		.draft_get = draft_get,
		.audit_put = audit_put,
		.audit_list = audit_list,
		.source_state = source_state,
		.source_spans = source_spans,
		.position = position,
		.seq = seq_now,
		.watch = watch,
	};
	memstore_people(&m->port);
	return m;
}

void memstore_free(struct memstore *m)
{
	if (m == NULL)
		return;
	for (size_t i = 0; i < m->n_garbage; i++)
		free(m->garbage[i]);
	for (size_t i = 0; i < m->n_subjects; i++)
		free(m->subjects[i].e), free(m->subjects[i].keys);
	free(m->garbage);
	free(m->alerts);
	free(m->subjects);
	free(m->kept);
	free(m->audits);
	(void)pthread_mutex_destroy(&m->lock);
	free(m);
}

struct xie_store *memstore_port(struct memstore *m)
{
	return &m->port;
}

void memstore_fail(struct memstore *m, unsigned nth)
{
	(void)pthread_mutex_lock(&m->lock);
	m->fail_in = nth;
	(void)pthread_mutex_unlock(&m->lock);
}

size_t memstore_audits(struct memstore *m, char *action, size_t cap)
{
	(void)pthread_mutex_lock(&m->lock);
	size_t n = m->n_audits;
	if (cap != 0) {
		size_t len = n != 0 && m->audits[n - 1].action.n < cap ? m->audits[n - 1].action.n : 0;
		if (len != 0)
			memcpy(action, m->audits[n - 1].action.p, len);
		action[len] = '\0';
	}
	(void)pthread_mutex_unlock(&m->lock);
	return n;
}

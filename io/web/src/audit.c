/* SPDX-License-Identifier: Apache-2.0 */
/* What was read and done goes into the store's audit chain: acts with their own transaction, log-ins at once,
 * readings by a queue that the clockwork writes out each second.  A reading that cannot be queued is refused: nobody
 * reads personal data unseen. */
#include "web_int.h"

#include <stdio.h>
#include <stdlib.h>

struct entry {
	xie_ms at;
	char user[65], login[65], roles[160], ip[46], action[40], object[160], json[320];
};

struct web_audit_log {
	pthread_mutex_t lock, flushing;
	struct entry *queue;
	size_t first, n;
};

xie_status web_audit_log_new(struct web_audit_log **ret_l)
{
	struct web_audit_log *l = calloc(1, sizeof *l);
	if (l == NULL || (l->queue = calloc(WEB_AUDIT_QUEUE, sizeof *l->queue)) == NULL) {
		free(l);
		return XIE_UNAVAILABLE;
	}
	(void)pthread_mutex_init(&l->lock, NULL);
	(void)pthread_mutex_init(&l->flushing, NULL);
	*ret_l = l;
	return XIE_OK;
}

void web_audit_log_free(struct web_audit_log *l)
{
	if (l == NULL)
		return;
	(void)pthread_mutex_destroy(&l->lock);
	(void)pthread_mutex_destroy(&l->flushing);
	free(l->queue);
	free(l);
}

static void fill(struct entry *e, struct web_req *r, const char *action, xie_str object, const char *json)
{
	e->at = r->now;
	(void)snprintf(e->user, sizeof e->user, "%s", r->has_who ? r->who.user : "");
	(void)snprintf(e->login, sizeof e->login, "%s", r->has_who ? r->who.login : "");
	xie_roles_write(r->has_who ? r->who.roles : 0, e->roles, sizeof e->roles);
	(void)snprintf(e->ip, sizeof e->ip, "%s", r->addr);
	(void)snprintf(e->action, sizeof e->action, "%s", action);
	(void)snprintf(e->object, sizeof e->object, "%.*s", (int)object.n, object.p);
	(void)snprintf(e->json, sizeof e->json, "%s", json != NULL ? json : "{}");
}

static struct xie_audit row_of(const struct entry *e)
{
	return (struct xie_audit){
		.at = e->at,
		.user = xie_str_of(e->user),
		.login = xie_str_of(e->login),
		.roles = xie_str_of(e->roles),
		.ip = xie_str_of(e->ip),
		.device = xie_str_of(""),
		.action = xie_str_of(e->action),
		.object = xie_str_of(e->object),
		.json = xie_str_of(e->json),
	};
}

bool web_audit_read(struct web_req *r, const char *action, xie_str object, const char *json)
{
	struct web_audit_log *l = r->w->audit;
	(void)pthread_mutex_lock(&l->lock);
	bool room = l->n < WEB_AUDIT_QUEUE;
	if (room)
		fill(&l->queue[(l->first + l->n++) % WEB_AUDIT_QUEUE], r, action, object, json);
	(void)pthread_mutex_unlock(&l->lock);
	if (!room) {
		r->retry_after_s = 2;
		web_fail(r, XIE_WEB_E_full,
		         web_say(r, "审计记录写不及，暂不能读取", "the audit record cannot keep up; not read"), NULL);
	}
	return room;
}

void web_audit_log_flush(struct xie_web *w)
{
	struct web_audit_log *l = w->audit;
	struct entry e;
	(void)pthread_mutex_lock(&l->flushing);
	for (;;) {
		(void)pthread_mutex_lock(&l->lock);
		bool some = l->n != 0;
		if (some)
			e = l->queue[l->first];
		(void)pthread_mutex_unlock(&l->lock);
		if (!some)
			break;
		struct xie_audit a = row_of(&e);
		xie_status st = w->conf.store->audit_put(w->conf.store->self, &a);
		if (st != XIE_OK) { /* stays in the queue, which fills and then stops the reading */
			web_log(w, XIE_WEB_FAULT, "the audit record cannot be written: %s", xie_status_text(st));
			break;
		}
		(void)pthread_mutex_lock(&l->lock);
		l->first = (l->first + 1) % WEB_AUDIT_QUEUE;
		l->n--;
		(void)pthread_mutex_unlock(&l->lock);
	}
	(void)pthread_mutex_unlock(&l->flushing);
}

xie_status web_audit_write(struct web_req *r, const char *action, xie_str object, const char *json)
{
	struct entry e;
	fill(&e, r, action, object, json);
	struct xie_audit a = row_of(&e);
	return r->w->conf.store->audit_put(r->w->conf.store->self, &a);
}

struct xie_audit web_audit_row(struct web_req *r, const char *action, xie_str object, const char *json)
{
	struct entry *e = xie_arena_new(&r->scratch->mem, struct entry, 1);
	static const struct entry none;
	if (e == NULL)
		return row_of(&none); /* the store refuses a row without an action */
	fill(e, r, action, object, json);
	return row_of(e);
}

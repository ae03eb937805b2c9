/* SPDX-License-Identifier: Apache-2.0 */
/* What the server counts over many records so that no request has to: verdicts by rule of the last 90 days, which
 * targets have alerts at all, names of users.  The clockwork's thread fills it; readers see whole results. */
#include "web_int.h"

#include <stdlib.h>

#include "xie/port/handling.h"

enum { RULES_MAX = 4096, NAMES_MAX = 20000, PAGE = 500, PAGES_MAX = 2000 };

struct rule_row {
	char id[96];
	struct web_rule_count c;
};

struct name_row {
	char id[40], name[128];
};

struct web_figures {
	pthread_mutex_t lock;
	struct rule_row *rule; /* [RULES_MAX] */
	size_t n_rules;
	uint64_t counted_seq; /* the store's number when the rules were counted */
	uint64_t *alerted;    /* hashes of targets; open addressing, 0 = free */
	size_t alerted_n, alerted_cap;
	bool alerted_whole;    /* every alert of the last year is in it */
	struct name_row *name; /* users, sorted by id */
	size_t n_names;
	struct name_row *org; /* units: paths by id, sorted */
	size_t n_orgs;
};

xie_status web_figures_new(struct web_figures **ret_f)
{
	struct web_figures *f = calloc(1, sizeof *f);
	if (f == NULL || (f->rule = calloc(RULES_MAX, sizeof *f->rule)) == NULL) {
		free(f);
		return XIE_UNAVAILABLE;
	}
	(void)pthread_mutex_init(&f->lock, NULL);
	*ret_f = f;
	return XIE_OK;
}

void web_figures_free(struct web_figures *f)
{
	if (f == NULL)
		return;
	(void)pthread_mutex_destroy(&f->lock);
	free(f->rule);
	free(f->alerted);
	free(f->name);
	free(f->org);
	free(f);
}

struct web_rule_count web_rule_counts(struct xie_web *w, xie_str rule)
{
	struct web_figures *f = w->figures;
	struct web_rule_count c = { 0, 0, 0 };
	(void)pthread_mutex_lock(&f->lock);
	for (size_t i = 0; i < f->n_rules; i++)
		if (xie_str_is(rule, f->rule[i].id)) {
			c = f->rule[i].c;
			break;
		}
	(void)pthread_mutex_unlock(&f->lock);
	return c;
}

/* ---- targets that have alerts ---- */

static uint64_t hash(xie_str s)
{
	uint64_t h = UINT64_C(0xcbf29ce484222325);
	for (size_t i = 0; i < s.n; i++)
		h = (h ^ (uint8_t)s.p[i]) * UINT64_C(0x100000001b3);
	h ^= h >> 29;
	return h != 0 ? h : 1;
}

static bool set_has(const struct web_figures *f, uint64_t h)
{
	for (size_t i = h & (f->alerted_cap - 1); f->alerted_cap != 0 && f->alerted[i] != 0;
	     i = (i + 1) & (f->alerted_cap - 1))
		if (f->alerted[i] == h)
			return true;
	return false;
}

static bool set_add(struct web_figures *f, uint64_t h)
{
	if (f->alerted_n * 2 >= f->alerted_cap) {
		size_t cap = f->alerted_cap != 0 ? f->alerted_cap * 2 : 1024;
		uint64_t *more = calloc(cap, sizeof *more);
		if (more == NULL)
			return false;
		for (size_t i = 0; i < f->alerted_cap; i++)
			for (size_t k = f->alerted[i] & (cap - 1); f->alerted[i] != 0;) {
				if (more[k] == 0) {
					more[k] = f->alerted[i];
					break;
				}
				k = (k + 1) & (cap - 1);
			}
		free(f->alerted);
		f->alerted = more;
		f->alerted_cap = cap;
	}
	size_t i = h & (f->alerted_cap - 1);
	while (f->alerted[i] != 0 && f->alerted[i] != h)
		i = (i + 1) & (f->alerted_cap - 1);
	f->alerted_n += f->alerted[i] == 0;
	f->alerted[i] = h;
	return true;
}

void web_alerted_add(struct xie_web *w, xie_str target)
{
	struct web_figures *f = w->figures;
	(void)pthread_mutex_lock(&f->lock);
	if (!set_add(f, hash(target)))
		f->alerted_whole = false;
	(void)pthread_mutex_unlock(&f->lock);
}

bool web_alerted_maybe(struct xie_web *w, xie_str target)
{
	struct web_figures *f = w->figures;
	(void)pthread_mutex_lock(&f->lock);
	bool maybe = !f->alerted_whole || set_has(f, hash(target));
	(void)pthread_mutex_unlock(&f->lock);
	return maybe;
}

/* ---- one pass over the alerts ---- */

struct pass {
	struct xie_web *w;
	struct rule_row *rule;
	size_t n_rules;
	char after[65];
	unsigned n;
	xie_ms rules_from;
};

static xie_status pass_one(void *ctx, const struct xie_alert_row *a)
{
	struct pass *p = ctx;
	enum xie_handling_state s = XIE_HANDLING_NEW;
	p->n++;
	size_t n = a->id.n < sizeof p->after ? a->id.n : 0;
	memcpy(p->after, a->id.p, n);
	p->after[n] = '\0';
	web_alerted_add(p->w, a->target);
	if (a->open < p->rules_from || a->rule.n >= sizeof p->rule[0].id)
		return XIE_OK;
	size_t i = 0;
	while (i < p->n_rules && !xie_str_is(a->rule, p->rule[i].id))
		i++;
	if (i == RULES_MAX)
		return XIE_OK;
	if (i == p->n_rules) {
		memset(&p->rule[i], 0, sizeof p->rule[i]);
		memcpy(p->rule[i].id, a->rule.p, a->rule.n);
		p->n_rules++;
	}
	(void)!xie_handling_parse(a->state, &s);
	p->rule[i].c.alerts++;
	p->rule[i].c.found_true += s == XIE_HANDLING_VERIFIED || s == XIE_HANDLING_LEAD;
	p->rule[i].c.found_false += s == XIE_HANDLING_DISMISSED;
	return XIE_OK;
}

void web_figures_update(struct xie_web *w)
{
	struct web_figures *f = w->figures;
	struct xie_scope system = { .as = XIE_SCOPE_SYSTEM };
	struct xie_store *s = w->conf.store;
	xie_ms now = web_now(w);
	uint64_t seq = 0;
	struct pass p = { .w = w, .rules_from = now - (xie_ms)90 * 86400000 };
	if (s->seq(s->self, &seq) != XIE_OK || (f->alerted_whole && seq == f->counted_seq))
		return;
	p.rule = calloc(RULES_MAX, sizeof *p.rule);
	if (p.rule == NULL)
		return;
	xie_ms from = now - (xie_ms)(f->alerted_whole ? 90 : 366) * 86400000;
	bool whole = false;
	for (unsigned page = 0; page < PAGES_MAX && !atomic_load(&w->stopping); page++) {
		struct xie_alert_query q = {
			.by_age = true, .withdrawn_too = true, .from = from, .limit = PAGE, .after = xie_str_of(p.after)
		};
		p.n = 0;
		if (s->alert_list(s->self, &system, &q, pass_one, &p, NULL, NULL) != XIE_OK)
			break;
		whole = p.n < PAGE;
		if (whole)
			break;
	}
	(void)pthread_mutex_lock(&f->lock);
	if (whole) {
		struct rule_row *was = f->rule;
		f->rule = p.rule;
		f->n_rules = p.n_rules;
		f->counted_seq = seq;
		f->alerted_whole = true;
		p.rule = was;
	}
	(void)pthread_mutex_unlock(&f->lock);
	free(p.rule);
}

/* ---- names ---- */

struct names {
	struct name_row *row;
	size_t n, cap;
};

static void copy(char *to, size_t cap, xie_str from)
{
	size_t n = from.n < cap ? from.n : cap - 1;
	while (n < from.n && n != 0 && ((unsigned char)from.p[n] & 0xc0) == 0x80)
		n--;
	if (n != 0)
		memcpy(to, from.p, n);
	to[n] = '\0';
}

static xie_status add_name(struct names *k, xie_str id, xie_str name)
{
	if (k->n == k->cap) {
		size_t cap = k->cap != 0 ? k->cap * 2 : 64;
		struct name_row *more = cap <= NAMES_MAX * 2 ? realloc(k->row, cap * sizeof *more) : NULL;
		if (more == NULL)
			return XIE_LIMIT;
		k->row = more;
		k->cap = cap;
	}
	copy(k->row[k->n].id, sizeof k->row[k->n].id, id);
	copy(k->row[k->n].name, sizeof k->row[k->n].name, name);
	k->n++;
	return XIE_OK;
}

static xie_status take_name(void *ctx, const struct xie_user *u)
{
	return add_name(ctx, u->id, u->name);
}

static xie_status take_path(void *ctx, const struct xie_org *o)
{
	/* A path that does not fit whole would grant too much to too many. */
	return o->path.n < sizeof((struct name_row *)NULL)->name ? add_name(ctx, o->id, o->path) : XIE_OK;
}

static int by_id(const void *a, const void *b)
{
	return strcmp(((const struct name_row *)a)->id, ((const struct name_row *)b)->id);
}

void web_names_update(struct xie_web *w)
{
	struct web_figures *f = w->figures;
	struct xie_scope system = { .as = XIE_SCOPE_SYSTEM };
	struct xie_store *s = w->conf.store;
	struct names users = { .n = 0 }, orgs = { .n = 0 };
	if (s->user_list(s->self, &system, take_name, &users) == XIE_OK &&
	    s->org_list(s->self, &system, take_path, &orgs) == XIE_OK) {
		if (users.n != 0)
			qsort(users.row, users.n, sizeof *users.row, by_id);
		if (orgs.n != 0)
			qsort(orgs.row, orgs.n, sizeof *orgs.row, by_id);
		(void)pthread_mutex_lock(&f->lock);
		struct name_row *was_name = f->name, *was_org = f->org;
		f->name = users.row;
		f->n_names = users.n;
		f->org = orgs.row;
		f->n_orgs = orgs.n;
		(void)pthread_mutex_unlock(&f->lock);
		users.row = was_name;
		orgs.row = was_org;
	}
	free(users.row);
	free(orgs.row);
}

static bool lookup(const struct name_row *rows, size_t n, xie_str id, char *buf, size_t cap)
{
	struct name_row key;
	copy(key.id, sizeof key.id, id);
	const struct name_row *r = n != 0 ? bsearch(&key, rows, n, sizeof key, by_id) : NULL;
	if (r != NULL)
		copy(buf, cap, xie_str_of(r->name));
	return r != NULL;
}

void web_user_name(struct xie_web *w, xie_str id, char *buf, size_t cap)
{
	struct web_figures *f = w->figures;
	copy(buf, cap, id); /* a user who is gone is shown by his id */
	(void)pthread_mutex_lock(&f->lock);
	(void)lookup(f->name, f->n_names, id, buf, cap);
	(void)pthread_mutex_unlock(&f->lock);
}

bool web_org_path(struct xie_web *w, xie_str id, char *buf, size_t cap)
{
	struct web_figures *f = w->figures;
	if (id.n != 0 && id.p[0] == '/') {
		copy(buf, cap, id);
		return true;
	}
	(void)pthread_mutex_lock(&f->lock);
	bool found = lookup(f->org, f->n_orgs, id, buf, cap);
	(void)pthread_mutex_unlock(&f->lock);
	return found;
}

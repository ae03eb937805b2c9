/* SPDX-License-Identifier: Apache-2.0 */
/* What the step panel is told, held against what a step does: at each moment of each golden script, each event of that
 * script is tried by one person.  What is called possible steps; everything else is refused with the items that were named. */
#include "check.h"

#include <dirent.h>
#include <stdlib.h>

#include "xie/base/time.h"
#include "xie/file/file.h"
#include "xie/law/law.h"
#include "xie/pack/law.h"
#include "xie/pack/yaml.h"

enum { ROOM = 256 << 20, SCRATCH = 64 << 20, EVENTS = 200 };

static xie_arena mem, scratch;
static const struct xie_law *law;
static unsigned possible, refused, elsewhere;

static const char *top(const char *rest)
{
	static char path[600];
	(void)snprintf(path, sizeof path, "%s/%s", getenv("XIE_TOP") != NULL ? getenv("XIE_TOP") : ".", rest);
	return path;
}

static int begin(void **state)
{
	(void)state;
	static char dir[600];
	const char *dirs[] = { dir };
	struct xie_err err = { .st = XIE_OK };
	mem = xie_arena_of(malloc(ROOM), ROOM);
	scratch = xie_arena_of(malloc(SCRATCH), SCRATCH);
	check_true(mem.base != NULL && scratch.base != NULL);
	(void)snprintf(dir, sizeof dir, "%s", top("packs/cn-core"));
	if (xie_pack_law(&mem, dirs, 1, &law, &err) != XIE_OK)
		fail_msg("%s:%u: %s", err.file != NULL ? err.file : dir, (unsigned)err.line, err.what);
	return 0;
}

static int end(void **state)
{
	(void)state;
	free(mem.base);
	free(scratch.base);
	return 0;
}

static bool has(const struct xie_law_unmet *list, uint32_t n, xie_str code)
{
	for (uint32_t i = 0; i < n; i++)
		if (xie_str_eq(list[i].code, code))
			return true;
	return false;
}

/* The same codes on both sides. */
static bool agrees(const struct xie_law_possible *p, const struct xie_law_outcome *o)
{
	for (uint32_t i = 0; i < o->n_unmet; i++)
		if (!has(p->unmet, p->n_unmet, o->unmet[i].code) && !has(p->demands, p->n_demands, o->unmet[i].code))
			return false;
	for (uint32_t i = 0; i < p->n_unmet + p->n_demands; i++)
		if (!has(o->unmet, o->n_unmet, i < p->n_unmet ? p->unmet[i].code : p->demands[i - p->n_unmet].code))
			return false;
	return true;
}

static const struct xie_val *tried(xie_str event, xie_str at, xie_str who, const struct xie_val *data)
{
	struct xie_val *tail = NULL, *inner = NULL, *e = xie_val_add(&scratch, NULL, NULL, XIE_VAL_OBJECT, (xie_str){ NULL, 0 });
	struct xie_val *a = xie_val_add(&scratch, e, &tail, XIE_VAL_STRING, XIE_STR("at"));
	struct xie_val *n = xie_val_add(&scratch, e, &tail, XIE_VAL_STRING, XIE_STR("event"));
	struct xie_val *by = xie_val_add(&scratch, e, &tail, XIE_VAL_ARRAY, XIE_STR("by"));
	struct xie_val *p = who.n != 0 ? xie_val_add(&scratch, by, &inner, XIE_VAL_STRING, (xie_str){ NULL, 0 }) : NULL;
	struct xie_val *d = data != NULL ? xie_val_add(&scratch, e, &tail, XIE_VAL_OBJECT, XIE_STR("data")) : NULL;
	check_true(a != NULL && n != NULL && by != NULL);
	a->s = at;
	n->s = event;
	if (p != NULL)
		p->s = who;
	if (d != NULL) {
		d->count = data->count;
		d->first = data->first;
	}
	return e;
}

static void hold(const struct xie_law_case *c, const struct xie_val *now, const struct xie_val *f, const char *script)
{
	xie_str event = xie_val_get_str(f, "event"), at = xie_val_get_str(now, "at");
	xie_str who = xie_val_str(xie_val_at(xie_val_get(f, "by"), 0));
	const struct xie_val *data = xie_val_get(f, "data");
	const struct xie_law_possible *list = NULL;
	const struct xie_law_case *next = NULL;
	struct xie_law_outcome o = { .ok = false };
	struct xie_err err = { .st = XIE_OK };
	uint32_t n = 0, rows = 0;
	xie_ms t;
	size_t mark = xie_arena_mark(&scratch);
	check_ok(xie_time_parse(at, INT64_C(8) * 3600000, &t));
	const struct xie_val *e = tried(event, at, who, data);
	if (xie_law_step(law, &scratch, c, e, &next, &o, &err) == XIE_OK) {
		bool found = false;
		check_ok(xie_law_possible(law, &scratch, c, who, t, data, &list, &n, &err));
		for (uint32_t i = 0; i < n; i++) {
			if (!xie_str_eq(list[i].event, event))
				continue;
			rows++;
			found = found || (o.ok ? list[i].ready && list[i].n_demands == 0 : agrees(&list[i], &o));
		}
		bool far = rows == 0 && !o.ok && o.n_unmet != 0;
		for (uint32_t i = 0, k = 0; far && i < o.n_unmet; i++) {
			k += xie_str_starts(o.unmet[i].code, "state:");
			far = i + 1 < o.n_unmet || k != 0;
		}
		if (!found && !far)
			fail_msg("%s: %.*s by %.*s at %.*s in %.*s: the panel and the step differ (%s, first %.*s)", script, (int)event.n,
			         event.p, (int)who.n, who.p, (int)at.n, at.p, (int)xie_law_state(c).n, xie_law_state(c).p,
			         o.ok ? "steps" : "refused", o.ok ? 0 : (int)o.unmet[0].code.n, o.ok ? "" : o.unmet[0].code.p);
		possible += o.ok;
		refused += !o.ok && rows != 0;
		elsewhere += far;
	}
	xie_arena_rewind(&scratch, mark);
}

static void play(const char *name)
{
	char path[300];
	xie_str text, line;
	const struct xie_val *v = NULL, *events[EVENTS];
	const struct xie_law_case *c = NULL;
	struct xie_law_outcome o;
	struct xie_err err = { .st = XIE_OK };
	size_t n = 0, mark = xie_arena_mark(&mem);
	(void)snprintf(path, sizeof path, "tests/golden/procedure/%s", name);
	check_ok(xie_file_read(&mem, top(path), &text, &err));
	while (xie_str_split(&text, '\n', &line)) {
		line = xie_str_trim(line);
		if (line.n == 0 || line.p[0] == '#')
			continue;
		check_ok(xie_json_read(&mem, line, (struct xie_val_limits){ .depth = 32 }, &v, &err));
		if (c == NULL)
			check_ok(xie_law_open(law, &mem, v, &c, &err));
		else if (n < EVENTS)
			events[n++] = v;
	}
	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; k < n; k++)
			hold(c, events[i], events[k], name);
		check_ok(xie_law_step(law, &mem, c, events[i], &c, &o, &err));
	}
	xie_arena_rewind(&mem, mark);
}

static void what_is_called_possible_steps_and_nothing_else(void **state)
{
	(void)state;
	struct dirent **list = NULL;
	int n = scandir(top("tests/golden/procedure"), &list, NULL, alphasort);
	check_true(n > 10);
	for (int i = 0; i < n; i++) {
		const char *dot = strstr(list[i]->d_name, ".ndjson");
		if (dot != NULL)
			play(list[i]->d_name);
		free(list[i]);
	}
	free(list);
	/* All three happen, and often. */
	if (possible < 300 || refused < 300 || elsewhere < 300)
		fail_msg("too few: %u possible, %u refused here, %u refused elsewhere", possible, refused, elsewhere);
}

static const struct xie_val *yaml(const char *path)
{
	xie_str text;
	const struct xie_val *v = NULL;
	struct xie_err err = { .st = XIE_OK };
	check_ok(xie_file_read(&mem, top(path), &text, &err));
	check_ok(xie_yaml_read(&mem, text, (struct xie_val_limits){ .depth = 32 }, &v, &err));
	return v;
}

static void every_key_of_an_event_has_words(void **state)
{
	(void)state;
	const struct xie_val *labels = xie_val_get(yaml("packs/cn-core/law/labels.yaml"), "labels");
	unsigned n = 0;
	XIE_VAL_EACH(e, xie_val_get(yaml("packs/cn-core/law/events.yaml"), "events"))
	XIE_VAL_EACH(k, xie_val_get(e, "keys"))
	{
		char name[80];
		(void)snprintf(name, sizeof name, "%.*s", (int)k->key.n, k->key.p);
		const struct xie_val *l = xie_val_get(labels, name);
		if (xie_val_get_str(l, "zh").n == 0 || xie_val_get_str(l, "en").n == 0)
			fail_msg("packs/cn-core/law/labels.yaml has no words for %s in both languages", name);
		n++;
	}
	check_true(n > 200);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_called_possible_steps_and_nothing_else),
		cmocka_unit_test(every_key_of_an_event_has_words),
	};
	return cmocka_run_group_tests(tests, begin, end);
}

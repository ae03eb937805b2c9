/* SPDX-License-Identifier: Apache-2.0 */
/* xiezhi-sim: traffic with its truth, as lines for a file or as real terminals over TCP. */
#include <stdlib.h>
#include <string.h>

#include "sim.h"

#include "xie/base/time.h"

static const struct sim_actor *const actors[] = { &sim_trucks };
enum { ACTORS = sizeof actors / sizeof actors[0] };

static void usage(FILE *f)
{
	(void)fputs("usage: xiezhi-sim ACTOR [OPTION...]\n\n", f);
	for (size_t i = 0; i < ACTORS; i++)
		(void)fprintf(f, "  %-10s %s\n", actors[i]->name, actors[i]->summary);
	(void)fputs("\n"
	            "  --seed N           the same seed gives the same bytes (default 1)\n"
	            "  --start TIME       of the traffic, ISO 8601 (default 2026-03-17T08:40:00+08:00, a Tuesday)\n"
	            "  --every S          seconds between reports (default 5)\n"
	            "  --truth FILE       what was planted, one JSON object a line\n"
	            "  --to HOST:PORT     real terminals over TCP; without it hexadecimal frames on standard output\n"
	            "  --speed N          with --to: seconds of traffic in a second (default 1)\n"
	            "  --duplicate N, --garbage N, --late N   one frame in N is doubled, is garbage, comes late in a batch\n"
	            "  --lose S           with --to: every terminal loses its link once, for S seconds of traffic\n"
	            "\n"
	            "The geography is a sketch near Foshan. Exit code: 0 done, 2 usage, 3 the environment failed.\n",
	            f);
}

static bool number(const char *text, uint32_t *ret)
{
	uint64_t v = 0;
	if (xie_str_u64(xie_str_of(text), &v) != XIE_OK || v > UINT32_MAX)
		return false;
	*ret = (uint32_t)v;
	return true;
}

static bool option(struct sim_options *o, const char *name, const char *value)
{
	if (strcmp(name, "--seed") == 0)
		return xie_str_u64(xie_str_of(value), &o->seed) == XIE_OK;
	if (strcmp(name, "--start") == 0)
		return xie_time_parse(xie_str_of(value), INT64_C(8) * 3600000, &o->start) == XIE_OK;
	if (strcmp(name, "--every") == 0)
		return number(value, &o->every_s) && o->every_s != 0;
	if (strcmp(name, "--speed") == 0)
		return number(value, &o->speed) && o->speed != 0;
	if (strcmp(name, "--duplicate") == 0)
		return number(value, &o->duplicate);
	if (strcmp(name, "--garbage") == 0)
		return number(value, &o->garbage);
	if (strcmp(name, "--late") == 0)
		return number(value, &o->late);
	if (strcmp(name, "--lose") == 0)
		return number(value, &o->lose_s);
	if (strcmp(name, "--to") == 0) {
		o->to = value;
		return true;
	}
	if (strcmp(name, "--truth") == 0) {
		o->truth = fopen(value, "w");
		if (o->truth == NULL)
			perror(value);
		return o->truth != NULL;
	}
	return false;
}

int main(int argc, char **argv)
{
	struct sim_options o = { .seed = 1, .every_s = 5, .speed = 1, .start = INT64_C(1773708000000), .out = stdout };
	const struct sim_actor *actor = NULL;
	if (argc == 2 && strcmp(argv[1], "--help") == 0) {
		usage(stdout);
		return 0;
	}
	for (size_t i = 0; argc > 1 && i < ACTORS; i++)
		if (strcmp(argv[1], actors[i]->name) == 0)
			actor = actors[i];
	for (int i = 2; actor != NULL && i < argc; i += 2)
		if (i + 1 == argc || !option(&o, argv[i], argv[i + 1])) {
			(void)fprintf(stderr, "xiezhi-sim: %s: no such option, or not its value\n", argv[i]);
			return 2;
		}
	if (actor == NULL) {
		usage(stderr);
		return 2;
	}
	int rc = actor->run(&o);
	if (o.truth != NULL && fclose(o.truth) != 0)
		rc = 3;
	return rc;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "command.h"
#include "xie/os/os.h"
#include "xie/store/records.h"

static void hear(void *ctx, const char *text)
{
	(void)ctx;
	(void)fprintf(stderr, "%s\n", text);
}

static int run(int argc, char **argv)
{
	const char *data = "data";
	char path[600];
	unsigned has = 0, wants = 0;
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--data") == 0 && i + 1 < argc)
			data = argv[++i];
		else {
			(void)fprintf(stderr, "xiezhi migrate: what is '%s'? xiezhi migrate [--data DIR]\n", argv[i]);
			return EXIT_USAGE;
		}
	}
	(void)snprintf(path, sizeof path, "%s/records.db", data);
	struct xie_err err;
	xie_status st = xie_records_version(path, &has, &wants, &err);
	const struct xie_records_options o = { .clock = xie_os_clock(), .migrate = true, .log = hear };
	struct xie_records *r = NULL;
	if (st == XIE_OK)
		st = xie_records_open(path, &o, &r, &err);
	if (st != XIE_OK) {
		(void)fprintf(stderr, "xiezhi migrate: %s\n", err.what);
		return st == XIE_IO || st == XIE_LIMIT ? EXIT_ENV : EXIT_BAD;
	}
	xie_records_close(r);
	(void)printf("{\"file\":\"records.db\",\"from\":%u,\"to\":%u}\n", has, wants);
	return EXIT_DONE;
}

const struct command cmd_migrate = {
	.name = "migrate",
	.summary = "brings the records to this program's version, after a backup",
	.help = "usage: xiezhi migrate [--data DIR]\n\n"
	        "Forward only. An older records.db is first copied beside itself (records.db.vN-TIME.bak); each step is a\n"
	        "transaction. The journal, tracks and snapshots need none. Stop the server before.\n\n"
	        "  --data DIR   the data folder (default: data)\n\n"
	        "Exit code: 0 done or nothing to do, 1 the file is damaged or newer, 2 usage, 3 the environment failed.\n",
	.run = run,
};

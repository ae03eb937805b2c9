/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "command.h"
#include "xie/os/os.h"
#include "xie/store/backup.h"

static int run(int argc, char **argv)
{
	const char *data = "data", *out = NULL;
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--data") == 0 && i + 1 < argc)
			data = argv[++i];
		else if (argv[i][0] != '-' && out == NULL)
			out = argv[i];
		else {
			(void)fprintf(stderr, "xiezhi backup: what is '%s'? xiezhi backup [--data DIR] OUT-DIR\n", argv[i]);
			return EXIT_USAGE;
		}
	}
	if (out == NULL) {
		(void)fputs("xiezhi backup: where to? xiezhi backup [--data DIR] OUT-DIR\n", stderr);
		return EXIT_USAGE;
	}
	struct xie_clock clock = xie_os_clock();
	struct xie_err err;
	xie_status st = xie_backup_make(data, out, clock.wall(clock.self), &err);
	if (st != XIE_OK) {
		(void)fprintf(stderr, "xiezhi backup: %s\n", err.what);
		return st == XIE_IO || st == XIE_LIMIT ? EXIT_ENV : EXIT_BAD;
	}
	(void)fprintf(stderr, "xiezhi backup: %s is in %s, listed in backup.json\n", data, out);
	return EXIT_DONE;
}

const struct command cmd_backup = {
	.name = "backup",
	.summary = "copies the data folder while the server runs",
	.help = "usage: xiezhi backup [--data DIR] OUT-DIR\n\n"
	        "Copies records, snapshots, tracks and journal, each database as of one moment, in an order that makes the whole\n"
	        "consistent. OUT-DIR must be empty or not there. backup.json in it lists every file with its SHA-256.\n\n"
	        "  --data DIR   the data folder (default: data)\n\n"
	        "Exit code: 0 done, 1 nothing to back up or OUT-DIR in use, 2 usage, 3 the environment failed.\n",
	.run = run,
};

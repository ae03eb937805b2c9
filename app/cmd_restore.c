/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "command.h"
#include "xie/store/backup.h"

static int run(int argc, char **argv)
{
	const char *data = "data", *from = NULL;
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--data") == 0 && i + 1 < argc)
			data = argv[++i];
		else if (argv[i][0] != '-' && from == NULL)
			from = argv[i];
		else {
			(void)fprintf(stderr, "xiezhi restore: what is '%s'? xiezhi restore [--data DIR] BACKUP-DIR\n", argv[i]);
			return EXIT_USAGE;
		}
	}
	if (from == NULL) {
		(void)fputs("xiezhi restore: from where? xiezhi restore [--data DIR] BACKUP-DIR\n", stderr);
		return EXIT_USAGE;
	}
	struct xie_err err;
	xie_status st = xie_backup_restore(from, data, &err);
	if (st != XIE_OK) {
		(void)fprintf(stderr, "xiezhi restore: %s\n", err.what);
		return st == XIE_IO || st == XIE_LIMIT ? EXIT_ENV : EXIT_BAD;
	}
	(void)fprintf(stderr, "xiezhi restore: %s is as it was backed up; xiezhi doctor --data %s checks it\n", data, data);
	return EXIT_DONE;
}

const struct command cmd_restore = {
	.name = "restore",
	.summary = "makes a data folder of a backup",
	.help = "usage: xiezhi restore [--data DIR] BACKUP-DIR\n\n"
	        "Checks every file of the backup against backup.json before it writes anything. The data folder must be empty\n"
	        "or not there: nothing is ever written over.\n\n"
	        "  --data DIR   the data folder to make (default: data)\n\n"
	        "Exit code: 0 done, 1 the backup is damaged or the folder in use, 2 usage, 3 the environment failed.\n",
	.run = run,
};

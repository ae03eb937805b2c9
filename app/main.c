/* SPDX-License-Identifier: Apache-2.0 */
/* The program's face: finds the command and lets it run. */
#include <stdio.h>
#include <string.h>

#include "command.h"
#include "commands.h"

static const struct command *const commands[] = {
#define X(name) &cmd_##name,
	XIE_COMMANDS(X)
#undef X
};
static const size_t n_commands = sizeof commands / sizeof commands[0];

static void usage(FILE *f)
{
	(void)fputs("xiezhi (獬豸): from the wire to the verdict, exact, recorded, repeatable\n\n"
	            "usage: xiezhi COMMAND [OPTION...] [FILE...]\n\n",
	            f);
	for (size_t i = 0; i < n_commands; i++)
		(void)fprintf(f, "  %-10s %s\n", commands[i]->name, commands[i]->summary);
	(void)fputs("\nxiezhi COMMAND --help tells the options of one command.\n", f);
}

int main(int argc, char **argv)
{
	if (argc < 2) {
		usage(stderr);
		return EXIT_USAGE;
	}
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 || strcmp(argv[1], "help") == 0) {
		usage(stdout);
		return EXIT_DONE;
	}
	if (strcmp(argv[1], "--version") == 0) {
		(void)puts("xiezhi " XIE_VERSION);
		return EXIT_DONE;
	}
	for (size_t i = 0; i < n_commands; i++) {
		if (strcmp(commands[i]->name, argv[1]) != 0)
			continue;
		for (int a = 2; a < argc && strcmp(argv[a], "--") != 0; a++)
			if (strcmp(argv[a], "--help") == 0) {
				(void)fputs(commands[i]->help, stdout);
				return EXIT_DONE;
			}
		return commands[i]->run(argc - 1, argv + 1);
	}
	(void)fprintf(stderr, "xiezhi: no command '%s'; xiezhi --help lists them\n", argv[1]);
	return EXIT_USAGE;
}

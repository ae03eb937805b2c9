/* SPDX-License-Identifier: Apache-2.0 */
/* app/command.h — one command of the program: a name, its help, and what it does.
 *
 * Exit codes (DESIGN, section 8): 0 done; 1 the input is bad or a check failed; 2 usage; 3 the environment
 * failed.  Results go to standard output, one JSON object a line; words for people to standard error. */
#ifndef XIE_APP_COMMAND_H
#define XIE_APP_COMMAND_H

enum { EXIT_DONE = 0, EXIT_BAD = 1, EXIT_USAGE = 2, EXIT_ENV = 3 };

struct command {
	const char *name;
	const char *summary; /* one line for the list */
	const char *help;    /* usage and options, printed by --help */
	int (*run)(int argc, char **argv); /* argv[0] is the command's name */
};

#endif

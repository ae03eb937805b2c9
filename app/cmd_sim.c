/* SPDX-License-Identifier: Apache-2.0 */
/* xiezhi sim: the simulator, a program of its own (it drives this one from outside and shares no code with it). */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "commands.h"

/* Beside this program, or in sim/ beside its folder as the build lays them. */
static int run(int argc, char **argv)
{
	static const char *const places[] = { "/xiezhi-sim", "/../sim/xiezhi-sim" };
	char self[4096], path[4160];
	ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
	(void)argc;
	if (n > 0) {
		self[n] = '\0';
		char *slash = strrchr(self, '/');
		if (slash != NULL)
			*slash = '\0';
		for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
			(void)snprintf(path, sizeof path, "%s%s", self, places[i]);
			(void)execv(path, argv); /* returns only when it is not there */
		}
	}
	(void)fprintf(stderr, "xiezhi sim: xiezhi-sim is not beside this program: %s\n", strerror(errno));
	return EXIT_ENV;
}

const struct command cmd_sim = {
	.name = "sim",
	.summary = "simulated traffic that knows what it planted",
	.help = "usage: xiezhi sim ACTOR [OPTION...]\n"
	        "\n"
	        "  trucks    construction-waste trucks with JT/T 808 terminals (sketch of Foshan)\n"
	        "  vessels   vessels and ferries with AIS transponders (sketch of Foshan and Zhongshan)\n"
	        "\n"
	        "Runs xiezhi-sim; `xiezhi-sim --help` tells the options.\n",
	.run = run,
};

/* SPDX-License-Identifier: Apache-2.0 */
/* xiezhi decode: what the bytes of a protocol say, message by message, judged by nothing. */
#include <stdio.h>
#include <string.h>

#include "command.h"
#include "commands.h"
#include "decode.h"

#include "xie/base/time.h"

static const struct {
	const char *name;
	bool takes_raw, takes_offset;
	int (*run)(const struct decode_options *);
} decoders[] = {
	{ "nmea", false, true, decode_nmea },
	{ "jt808", true, false, decode_jt808 },
};

static int usage(const char *what, const char *arg)
{
	(void)fprintf(stderr, "xiezhi decode: %s%s%s; xiezhi decode --help tells more\n", what, arg != NULL ? " " : "",
	              arg != NULL ? arg : "");
	return EXIT_USAGE;
}

/* "--name=value" or "--name value"; NULL when argv[*i] is another option. */
static const char *value_of(const char *name, int argc, char **argv, int *i)
{
	size_t n = strlen(name);
	if (strncmp(argv[*i], name, n) != 0)
		return NULL;
	if (argv[*i][n] == '=')
		return argv[*i] + n + 1;
	if (argv[*i][n] != '\0')
		return NULL;
	return *i + 1 < argc ? argv[++*i] : "";
}

static int run(int argc, char **argv)
{
	struct decode_options o = { .path = NULL };
	const char *from = NULL, *offset = NULL, *v = NULL;
	bool options = true;
	for (int i = 1; i < argc; i++) {
		if (options && strcmp(argv[i], "--") == 0)
			options = false;
		else if (options && (v = value_of("--from", argc, argv, &i)) != NULL)
			from = v;
		else if (options && (v = value_of("--utc-offset", argc, argv, &i)) != NULL)
			offset = v;
		else if (options && strcmp(argv[i], "--raw") == 0)
			o.raw = true;
		else if (options && argv[i][0] == '-' && argv[i][1] != '\0')
			return usage("unknown option", argv[i]);
		else if (o.path != NULL)
			return usage("one file at a time, not also", argv[i]);
		else
			o.path = argv[i];
	}
	if (from == NULL)
		return usage("--from says which protocol it is", NULL);
	if (offset != NULL && xie_offset_parse(xie_str_of(offset), &o.utc_offset) != XIE_OK)
		return usage("--utc-offset is +HH:MM or -HH:MM, not", offset);
	o.path = o.path != NULL ? o.path : "-";
	for (size_t i = 0; i < sizeof decoders / sizeof decoders[0]; i++) {
		if (strcmp(from, decoders[i].name) != 0)
			continue;
		if (o.raw && !decoders[i].takes_raw)
			return usage("--raw means nothing for", from);
		if (offset != NULL && !decoders[i].takes_offset)
			return usage("--utc-offset means nothing for", from);
		return decoders[i].run(&o);
	}
	return usage("no decoder for", from);
}

const struct command cmd_decode = {
	.name = "decode",
	.summary = "print what the messages of a protocol say",
	.help = "usage: xiezhi decode --from nmea [--utc-offset +HH:MM] [FILE|-]\n"
	        "       xiezhi decode --from jt808 [--raw] [FILE|-]\n"
	        "\n"
	        "Reads FILE (gzip and zstd are seen through; - or nothing: standard input) and prints one JSON object a\n"
	        "line for each message, in the order in which they are complete.\n"
	        "\n"
	        "  --from nmea        AIS in NMEA 0183 sentences (!..VDM, !..VDO): gpsd's published AIS vocabulary with raw\n"
	        "                     values, as `gpsdecode --json --unscaled --split24` prints it; \"rxtime\" and \"source\"\n"
	        "                     from tag blocks, $PGHP lines, and time before or behind the sentence\n"
	        "  --from jt808       JT/T 808-2011, -2013 and -2019 frames, hexadecimal, one a line, with or without their\n"
	        "                     flags 7e; lines that begin with # are skipped.  \"odd\" lists what the terminal did that\n"
	        "                     the standard does not say\n"
	        "  --raw              the bytes of the stream instead; a REJECT then has \"offset\" in place of \"line\"\n"
	        "  --utc-offset +HH:MM  what date and time before a sentence are east of UTC (default +00:00)\n"
	        "\n"
	        "What cannot be decoded yields {\"class\":\"REJECT\",\"line\":N,\"reason\":CODE,\"detail\":...,\"text\":...}.\n"
	        "Exit code: 0 done (rejects included), 1 the file is broken, 2 usage, 3 it cannot be read.\n",
	.run = run,
};

/* SPDX-License-Identifier: Apache-2.0 */
/* xiezhi keys: what signs evidence, from its making to its end. */
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "keys.h"

#include "xie/base/time.h"
#include "xie/os/os.h"

static const char help[] =
        "usage: xiezhi keys new    --keys DIR [--org NAME] [--role ROLE [--token URI [--ecdsa]] [--days N]]\n"
        "       xiezhi keys rotate --keys DIR --role ROLE --reason TEXT [--token URI [--ecdsa]] [--days N] [--org NAME]\n"
        "       xiezhi keys retire --keys DIR --role ROLE --reason TEXT\n"
        "       xiezhi keys revoke --keys DIR --serial HEX --reason TEXT [--why WHY] [--since TIME]\n"
        "       xiezhi keys list   --keys DIR\n\n"
        "The keys that sign evidence.  Every act is a signed line of DIR/keys.ndjson, which goes into every bag made from\n"
        "then on; all but list need the authority's private key in DIR.\n\n"
        "  ROLE         node (Ed25519), node-sm2 (SM2), tsa (time stamps); without --role, new makes all that is missing\n"
        "  --token URI  the node's key is in a PKCS#11 token, or is made there:\n"
        "               pkcs11:token=NAME;object=LABEL?module-path=FILE&pin-source=file:FILE\n"
        "               the PIN is read from that file, or from XIEZHI_PIN; never given as an argument\n"
        "  --ecdsa      P-256 instead of Ed25519, for a token that has no Ed25519\n"
        "  --days N     how long a new certificate holds; node 730, tsa 1825\n"
        "  --why WHY    keyCompromise, affiliationChanged, superseded, cessationOfOperation or unspecified (default)\n"
        "  --since TIME what was signed from then on does not count; default now.  Older signatures with a stamp stand\n\n"
        "rotate, retire: the old private key is destroyed, its certificate kept in DIR/old; a key in a token stays there.\n"
        "list prints one JSON line a certificate and warns 30 days before one ends.\n\n"
        "Exit: 0 done, 1 refused or the log is broken, 2 usage, 3 the environment failed.\n";

struct options {
	const char *verb, *role, *serial, *why, *since, *days;
	struct keys_act act;
};

static int usage(const char *what, const char *value)
{
	(void)fprintf(stderr, "xiezhi keys: %s %s; xiezhi keys --help tells more\n", what, value);
	return EXIT_USAGE;
}

static int parse(int argc, char **argv, struct options *o)
{
	const struct {
		const char *name;
		const char **to;
	} texts[] = { { "--keys", &o->act.dir }, { "--org", &o->act.name },   { "--role", &o->role },     { "--token", &o->act.uri },
		      { "--days", &o->days },    { "--reason", &o->act.reason }, { "--serial", &o->serial }, { "--why", &o->why },
		      { "--since", &o->since } };
	o->verb = argc > 1 ? argv[1] : "";
	for (int i = 2; i < argc; i++) {
		size_t k = 0, n = sizeof texts / sizeof texts[0];
		if (strcmp(argv[i], "--ecdsa") == 0) {
			o->act.ecdsa = true;
			continue;
		}
		while (k < n && strcmp(texts[k].name, argv[i]) != 0)
			k++;
		if (k == n || i + 1 == argc)
			return usage(k == n ? "no option" : "value missing after", argv[i]);
		*texts[k].to = argv[++i];
	}
	int64_t days = 0;
	if (o->act.dir == NULL)
		return usage("needed is", "--keys DIR");
	if (o->role != NULL && (!keys_role_of(o->role, &o->act.role) || o->act.role == KEYS_AUTHORITY))
		return usage("--role takes node, node-sm2 or tsa, not", o->role);
	if (o->days != NULL && (xie_str_i64(xie_str_of(o->days), &days) != XIE_OK || days < 1 || days > 36500))
		return usage("--days takes a number of days, not", o->days);
	if (o->act.uri != NULL && o->role == NULL)
		return usage("--token needs", "--role node");
	o->act.days = (int)days;
	return EXIT_DONE;
}

static int make_new(struct options *o)
{
	if (o->role != NULL) {
		/* the authority first: it vouches for the rest */
		struct keys_act root = o->act;
		root.role = KEYS_AUTHORITY;
		root.uri = NULL;
		root.days = 0;
		return (keys_there(o->act.dir, "authority", ".crt") || keys_new(&root)) && keys_new(&o->act) ? EXIT_DONE : EXIT_BAD;
	}
	return keys_make(o->act.dir, o->act.name, o->act.now) ? EXIT_DONE : EXIT_BAD;
}

static int revoke_one(struct options *o)
{
	enum xie_revoke_reason why = XIE_REVOKE_UNSPECIFIED;
	xie_ms since = o->act.now;
	if (o->serial == NULL || o->act.reason == NULL)
		return usage("needed are", "--serial and --reason");
	if (o->why != NULL && !keys_reason_of(o->why, &why))
		return usage("--why does not take", o->why);
	if (o->since != NULL && (xie_time_parse(xie_str_of(o->since), 0, &since) != XIE_OK || since > o->act.now))
		return usage("--since takes a time that has been, as 2026-11-25T08:00:00Z, not", o->since);
	return keys_revoke(&o->act, o->serial, why, since) ? EXIT_DONE : EXIT_BAD;
}

static int run(int argc, char **argv)
{
	static struct options o;
	struct xie_clock wall = xie_os_clock();
	const struct passwd *me = getpwuid(geteuid());
	int rc = parse(argc, argv, &o);
	if (rc != EXIT_DONE)
		return rc;
	o.act.now = wall.wall(wall.self);
	o.act.who = me != NULL ? me->pw_name : "";
	if (strcmp(o.verb, "list") == 0)
		return keys_list(o.act.dir, o.act.now, stdout) ? EXIT_DONE : EXIT_BAD;
	if (strcmp(o.verb, "new") == 0)
		return make_new(&o);
	if (strcmp(o.verb, "revoke") == 0)
		return revoke_one(&o);
	bool rotate = strcmp(o.verb, "rotate") == 0;
	if (!rotate && strcmp(o.verb, "retire") != 0)
		return usage("no such act:", o.verb);
	if (o.role == NULL || o.act.reason == NULL)
		return usage("needed are", "--role and --reason");
	return (rotate ? keys_rotate(&o.act) : keys_retire(&o.act)) ? EXIT_DONE : EXIT_BAD;
}

const struct command cmd_keys = {
	.name = "keys",
	.summary = "keys that sign evidence: new, rotate, retire, revoke, list",
	.help = help,
	.run = run,
};

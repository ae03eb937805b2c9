/* SPDX-License-Identifier: Apache-2.0 */
/* The list of commands, once: each row has its file cmd_<name>.c that defines cmd_<name>. */
#ifndef XIE_APP_COMMANDS_H
#define XIE_APP_COMMANDS_H

#include "command.h"

#ifdef XIE_VERIFY_ONLY /* the static program for a stranger's machine */
#define XIE_COMMANDS(X) \
	X(decode) \
	X(replay) \
	X(verify)
#else
#define XIE_COMMANDS(X) \
	X(backup) \
	X(decode) \
	X(doctor) \
	X(evidence) \
	X(export) \
	X(keys) \
	X(lint) \
	X(migrate) \
	X(print) \
	X(procedure) \
	X(replay) \
	X(restore) \
	X(serve) \
	X(sim) \
	X(user) \
	X(verify)
#endif

#define X(name) extern const struct command cmd_##name;
XIE_COMMANDS(X)
#undef X

#endif

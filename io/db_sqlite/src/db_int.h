/* SPDX-License-Identifier: Apache-2.0 */
#ifndef XIE_DB_SQLITE_DB_INT_H
#define XIE_DB_SQLITE_DB_INT_H

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "xie/db_sqlite/db.h"

struct xie_stmt {
	struct xie_db *db;
	const char *sql;
	sqlite3_stmt *h;
	xie_status st;  /* of binding; told by the next step */
	uint64_t bound; /* bit i - 1: parameter i has a value */
	bool running;   /* stepped since the last reset */
};

struct xie_db {
	sqlite3 *h;
	char *path;
	char message[200];
	bool full;
	struct xie_stmt *stmts; /* the array never moves: pointers into it are handed out */
	size_t n_stmts;
	struct xie_stmt bad;    /* stands for one that could not be prepared */
};

/* The status of a result code; keeps SQLite's words in the handle. */
xie_status db__status(struct xie_db *db, int rc);

#endif

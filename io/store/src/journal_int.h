/* SPDX-License-Identifier: Apache-2.0 */
/* What the journal's files share.
 *
 * A record's way:  append -> queue (a batch being filled) -> committer: tail.db -> recent (committed, unsealed)
 *                  -> sealer: a block in the day's part -> rows of the tail are deleted with the next commit.
 * Batches are the unit: one row of the tail each, whole in one block, all of one day, each starting with absolute
 * time so that their bytes concatenate.  Positions of batches are contiguous from sealed + 1 on.
 *
 * lock guards everything below it in the struct but what says otherwise.  Order: read_lock, watch_lock before lock. */
#ifndef XIE_STORE_JOURNAL_INT_H
#define XIE_STORE_JOURNAL_INT_H

#include <pthread.h>
#include <stdlib.h>

#include "rxclock.h"
#include "xie/base/str.h"
#include "xie/base/wr.h"
#include "xie/chain/block.h"
#include "xie/db_sqlite/db.h"
#include "xie/store/journal.h"

enum {
	PIECE_MAX = 4 << 20, /* bytes of one append */
	WATCHERS_MAX = 16,
	DAY_MS = 86400000,
	PATH_ROOM = 512,
};

struct batch {
	struct batch *next;
	unsigned refs; /* the list it is in, and cursors reading it */
	uint64_t first;
	uint32_t n;
	xie_ms rx_first, rx_last;
	int64_t day;
	size_t len, cap;
	uint8_t *bytes;
};
struct batches {
	struct batch *head, *tail;
	size_t bytes;
};

/* One file of blocks. */
struct part {
	int64_t day;
	unsigned number;   /* 1, 2 ... of the day */
	bool damaged;      /* could not be opened or read when it was last tried */
	uint64_t first, last;             /* positions; first 0: no block */
	uint64_t block_first, block_last; /* numbers */
	xie_ms rx_first, rx_last;
};

/* An open part, for reading; one thread. */
struct reader {
	char dir[PATH_ROOM];
	const char *vfs;
	struct xie_db *db;
	int64_t day;
	unsigned number;
};

/* A block in memory. */
struct block_buf {
	struct xie_block_header h;
	uint8_t header[XIE_BLOCK_HEADER];
	uint8_t seed[32];
	uint8_t *raw;
	size_t cap;
};

/* Where the chain stands. */
struct block_head {
	struct xie_block_header h; /* number 0: no block yet */
	uint64_t last;             /* its last position */
	uint8_t bytes[XIE_BLOCK_HEADER];
	uint8_t sha256[32], sm3[32]; /* of the bytes */
};

struct sealer_job; /* of seal.c */
struct tree;       /* of prove.c */

struct xie_journal_store {
	/* set once */
	char dir[PATH_ROOM];
	struct xie_journal_options opt;
	uint8_t id[16];
	int lock_fd;
	pthread_t committer, sealer;
	bool committer_runs, sealer_runs;

	/* the committer's own */
	struct xie_db *tail;
	uint64_t tail_deleted; /* rows up to here are gone from the tail */
	bool tail_whole;       /* it holds all that is committed and unsealed */

	/* the sealer's own */
	struct xie_db *day_db;
	int64_t day_open;
	unsigned day_number;
	struct sealer_job *job;
	void *keys_state;

	pthread_mutex_t read_lock; /* find, prove, headers, holds: reader and kept */
	struct reader reader;
	struct tree *tree; /* digests of the block that was proven from last */
	struct xie_db *kept;

	pthread_mutex_t watch_lock;
	struct {
		void (*fn)(void *user, uint64_t committed);
		void *user;
	} watchers[WATCHERS_MAX];

	pthread_mutex_t lock;
	pthread_cond_t work;    /* the committer has something to do */
	pthread_cond_t seal_work;
	pthread_cond_t done;    /* committed or sealed moved, or state changed */
	struct rxclock clock;
	xie_ms last_tick;       /* rx of the last TICK */
	xie_ms queued_since;    /* when the oldest queued record came */
	struct batches queue;   /* not committed; the last one is being filled */
	struct batches writing; /* what the committer has in hand */
	struct batches recent;  /* committed, not sealed */
	xie_ms recent_since;    /* when the oldest unsealed one was committed */
	uint64_t last;          /* last position given out */
	uint64_t committed, sealed;
	uint64_t seal_to;       /* somebody waits for a block up to here */
	struct block_head head;
	struct part *parts;     /* by (day, number) */
	size_t n_parts, cap_parts;
	bool stop;
	enum xie_journal_state state;
	char message[200];
	uint64_t commits, bytes, commit_us_max, commit_us_sum, failures;
};

/* journal.c */
void journal__log(struct xie_journal_store *j, const char *format, ...) __attribute__((format(printf, 2, 3)));
void journal__failed(struct xie_journal_store *j, const struct xie_db *db, const char *doing); /* takes lock */
xie_ms journal__mono(const struct xie_journal_store *j);
/* Waits on c until mono time `until` (of CLOCK_MONOTONIC) or a signal. */
void journal__wait_until(pthread_cond_t *c, pthread_mutex_t *m, uint64_t until_ns);
/* Of CLOCK_MONOTONIC, for waiting; the port's clock only stamps records. */
uint64_t journal__now_ns(void);
xie_ms journal__now_ms(void);
void batches__push(struct batches *l, struct batch *b);
void batches__append(struct batches *l, struct batches *more);
struct batch *batch__new(size_t cap);
void batch__unref(struct batch *b); /* under lock */
/* Queues one record under lock without any check of room; for the journal's own records. */
xie_status journal__own(struct xie_journal_store *j, unsigned kind, const char *json);

/* commit.c */
xie_status tail__open_file(struct xie_journal_store *j, struct xie_err *reterr);
xie_status tail__set_aside(struct xie_journal_store *j);
xie_status tail__fill(struct xie_journal_store *j);
xie_status tail__meta(struct xie_db *db, const char *name, void *p, size_t n);
xie_status tail__put_meta(struct xie_db *db, const char *name, const void *p, size_t n);
void *committer__run(void *j);

/* recover.c */
xie_status recover__tail(struct xie_journal_store *j, struct xie_err *reterr);
xie_status head__set(struct block_head *head, const struct xie_block_header *h);

/* seal.c */
void *sealer__run(void *j);
struct sealer_job *sealer__job_new(const struct xie_journal_options *opt);
void sealer__job_free(struct sealer_job *job);

/* part.c */
void part__path(const char *dir, int64_t day, unsigned number, char *ret, size_t cap);
xie_status part__scan(struct xie_journal_store *j); /* fills parts and, from them, the head */
xie_status part__list(const char *dir, struct part **ret_parts, size_t *ret_n); /* names only, sorted */
xie_status part__open_write(struct xie_journal_store *j, int64_t day, unsigned number, struct xie_db **ret_db,
                            struct xie_err *reterr);
bool part__is_blank(struct xie_db *db); /* made a moment ago: it has no tables yet */
xie_status part__extent(struct xie_db *db, struct part *p);
struct part *part__add(struct xie_journal_store *j, int64_t day, unsigned number); /* under lock; NULL: no memory */
void reader__init(struct reader *r, const char *dir, const char *vfs);
void reader__done(struct reader *r);
xie_status reader__open(struct reader *r, int64_t day, unsigned number, struct xie_err *reterr);
/* The block that holds position pos.  MISSING when there is none; CORRUPT with *ret_first, *ret_last the positions
 * it should hold. */
xie_status reader__block_at(struct reader *r, uint64_t pos, struct block_buf *b, uint64_t *ret_first,
                            uint64_t *ret_last);
xie_status reader__block(struct reader *r, uint64_t number, struct block_buf *b);
void block__free(struct block_buf *b);

/* digest.c: OpenSSL's, several times faster than base's where the machine has instructions for it */
void digest__sha256(const void *p, size_t n, uint8_t ret[static 32]);
xie_status digest__sm3(const void *p, size_t n, uint8_t ret[static 32]);
/* n salts out of a block's seed: the key stream of AES-256 in counter mode. */
xie_status digest__salts(const uint8_t seed[static 32], uint8_t *ret_salts, size_t n);

/* cursor.c */
xie_status cursor__open(void *self, uint64_t from, struct xie_journal_cursor **ret_c);
xie_status cursor__next(void *self, struct xie_journal_cursor *c, struct xie_rec *ret_recs, size_t cap, size_t *ret_n);
void cursor__gap(void *self, const struct xie_journal_cursor *c, uint64_t *ret_first, uint64_t *ret_last);
xie_status cursor__leap(void *self, struct xie_journal_cursor *c);
void cursor__close(void *self, struct xie_journal_cursor *c);
/* The part that holds pos under lock; *ret_after: the first position of the part after (0: none). */
bool journal__part_of(struct xie_journal_store *j, uint64_t pos, struct part *ret_part, uint64_t *ret_after);

/* prove.c */
xie_status prove__find(void *self, const struct xie_key *target, xie_ms from, xie_ms to, uint64_t *ret_pos, size_t cap,
                       size_t *ret_n);
xie_status prove__record(void *self, uint64_t pos, xie_arena *mem, struct xie_proof *ret_proof);
xie_status prove__headers(void *self, uint64_t first, uint64_t last, uint8_t *ret_bytes, size_t cap, size_t *ret_n);
/* The record at pos of a part with its path; bytes point into the tree.  Under read_lock. */
xie_status prove__sealed(struct xie_journal_store *j, const struct part *p, uint64_t pos, struct xie_proof *ret_proof);
struct tree *tree__new(void);
void tree__free(struct tree *t);

/* keep.c */
xie_status keep__open(struct xie_journal_store *j, struct xie_err *reterr);
xie_status keep__hold(void *self, xie_str holder, const struct xie_key *target, xie_ms from, xie_ms to);
xie_status keep__release(void *self, xie_str holder);
xie_status keep__proof(struct xie_journal_store *j, uint64_t pos, xie_arena *mem, struct xie_proof *ret_proof);
xie_status keep__record(struct xie_journal_store *j, xie_str holder, xie_str target, const struct xie_proof *p,
                        uint64_t block);
void keep__unlink(struct xie_journal_store *j, int64_t day, unsigned number);
/* Headers of purged blocks from number first on, at most cap; under read_lock. */
xie_status keep__headers(struct xie_journal_store *j, uint64_t first, uint64_t last, uint8_t *ret_bytes, size_t cap,
                         size_t *ret_n);
bool keep__purged(struct xie_journal_store *j, uint64_t pos); /* takes read_lock */

#endif

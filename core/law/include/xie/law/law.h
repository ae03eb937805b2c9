/* SPDX-License-Identifier: Apache-2.0 */
/* xie/law/law.h — procedure as data: (case, event, now) -> (case, effects), or every reason why not.
 *
 * The law is loaded from value trees (the files of packs/cn-core/law and of packs that extend it) and never changes
 * after that: share it between threads.  A case is opened from a header and advanced by events in order of time; a step
 * makes a new case and leaves the old one as it was, so the caller may try a step and throw it away.  State is what the
 * events give: replaying them gives the same case and the same hash, for ever.
 *
 * Pure: no clock but the event's own time.  Memory comes from the caller's arenas.  A case points into its header and
 * into the data of its events: both must live as long as the case does (kept).
 *
 * Statutes: docs/law.md says which file holds which article; docs/procedure-format.md lists events and their keys. */
#ifndef XIE_LAW_LAW_H
#define XIE_LAW_LAW_H

#include <stdbool.h>
#include <stdint.h>

#include "xie/base/arena.h"
#include "xie/base/status.h"
#include "xie/base/str.h"
#include "xie/base/units.h"
#include "xie/base/val.h"
#include "xie/base/wr.h"
#include "xie/law/calendar.h"

struct xie_law;
struct xie_law_case;

/* docs[i]: one file of a pack's law folder; files[i] its name for messages (files may be NULL).  cal: kept.
 * mem: kept.  What is wrong in the data (an unknown name, an expression that does not parse, a fact that is read and
 * never set, an article of no known statute) is refused here, at its line, and not found out in the middle of a case. */
xie_status xie_law_load(xie_arena *mem, const struct xie_val *const *docs, const char *const *files, size_t n,
                        const struct xie_calendar *cal, const struct xie_law **ret_law,
                        struct xie_err *reterr) XIE_MUST_USE;

/* Opens a case from {"case": {...}, "people": {...}}.  header: kept.  MISSING, MALFORMED, UNKNOWN with line and column. */
xie_status xie_law_open(const struct xie_law *law, xie_arena *mem, const struct xie_val *header,
                        const struct xie_law_case **ret_case, struct xie_err *reterr) XIE_MUST_USE;

/* The same case under a header that was written on or corrected since (a person who joined, a fact that was established):
 * state, clocks and documents stay, what is judged from now on reads the new header.  header: kept.  REFUSED when id or
 * proc differ; else as xie_law_open.  The chain goes on over the header. */
xie_status xie_law_amend(const struct xie_law *law, xie_arena *mem, const struct xie_law_case *c,
                         const struct xie_val *header, const struct xie_law_case **ret_next,
                         struct xie_err *reterr) XIE_MUST_USE;

/* One thing that is not yet so.  code: "doc:D11", "clock:HEARING_REQ5", "role:LEADER", "fact:seal", ...; basis: the
 * articles that ask for it ("APL 44"; "D" is a rule of this program's own). */
struct xie_law_unmet {
	xie_str code;
	xie_str zh, en;
	const xie_str *basis;
	uint32_t n_basis;
};

struct xie_law_outcome {
	bool ok;
	xie_str event, zh, en;
	const struct xie_law_unmet *unmet; /* all of them, when not ok */
	uint32_t n_unmet;
};

/* Tries one event {"at", "event", "by", "data"}; event: kept.  Whatever the law brings about by itself up to that time
 * happens first.  XIE_OK: out->ok says whether it was allowed; if so *ret_next is the new case (in mem), else *ret_next
 * is c itself.  Everything else is an error of the event's text, not a refusal, and *ret_next is not set: UNKNOWN (event
 * or key), MALFORMED (type), RANGE (order of time, overflow), MISSING (a calendar year: the error names it), LIMIT. */
xie_status xie_law_step(const struct xie_law *law, xie_arena *mem, const struct xie_law_case *c,
                        const struct xie_val *event, const struct xie_law_case **ret_next,
                        struct xie_law_outcome *ret_out, struct xie_err *reterr) XIE_MUST_USE;

/* A value that a step asks for: a key of the event's data, and what is demanded of it. */
struct xie_law_ask {
	xie_str key, type;
	xie_str zh, en; /* of the key */
};

/* What could be done now, for the step panel: every event that leaves the present state. */
struct xie_law_possible {
	xie_str event, row;
	xie_str zh, en;
	xie_str to;       /* the state it leads to; empty when that depends on the data */
	bool for_person;  /* the person has a role that may do it (others may have to join) */
	bool ready;       /* nothing is unmet but what the event's own data will say */
	const struct xie_law_unmet *unmet; /* what is missing now, whatever the data says */
	uint32_t n_unmet;
	const struct xie_law_ask *asks;    /* the keys of its data */
	uint32_t n_asks;
	const struct xie_law_unmet *demands; /* what the data will be tested for (data NULL) or fails at (data given) */
	uint32_t n_demands;
	const xie_str *basis;
	uint32_t n_basis;
	const struct xie_law_unmet *met; /* demands that do not wait for the data and hold: the same shape, the other way round */
	uint32_t n_met;
	const xie_str *roles;   /* whoever has one of these may do it; empty: anybody */
	uint32_t n_roles;
	const xie_str *writes;  /* codes of documents it makes, those that depend on the data too */
	uint32_t n_writes;
	const xie_str *starts;  /* codes of clocks */
	uint32_t n_starts;
};

/* person: an id of the case's people, or empty for "anybody".  now: the moment that is asked about.  data: what the form
 * holds so far, or NULL.  The list is in the order of the law's own table.  Limits and errors as in xie_law_step. */
xie_status xie_law_possible(const struct xie_law *law, xie_arena *mem, const struct xie_law_case *c, xie_str person,
                            xie_ms now, const struct xie_val *data, const struct xie_law_possible **ret_list,
                            uint32_t *ret_n, struct xie_err *reterr) XIE_MUST_USE;

enum xie_law_clock_state {
	XIE_LAW_RUNNING, XIE_LAW_PAUSED, XIE_LAW_STOPPED, XIE_LAW_EXPIRED
};
const char *xie_law_clock_state_name(enum xie_law_clock_state s);

struct xie_law_clock {
	xie_str code, zh, en;
	xie_str unit;
	enum xie_law_clock_state state;
	bool late;         /* stopped after its end */
	bool hours;        /* base, due and due_rolled are UTC milliseconds; else days since 1970 in the law's zone */
	int64_t base, due;
	bool has_rolled;   /* false while the notice for that year is not out */
	int64_t due_rolled;
	bool binds_unrolled; /* its end is due; else due_rolled */
	bool duty;           /* of the authority: being late puts a red flag on the file */
	bool counted;        /* the next three are known: not for MON and YEAR, nor in a year without its calendar */
	int64_t length, used, left; /* in its unit, up to now; left < 0: over by so many */
	const xie_str *basis;
	uint32_t n_basis;
};

/* All clocks that were ever started, in order of their start, with their state at now. */
xie_status xie_law_clocks(const struct xie_law_case *c, xie_arena *mem, xie_ms now, const struct xie_law_clock **ret_list,
                          uint32_t *ret_n) XIE_MUST_USE;

struct xie_law_doc {
	xie_str code, zh, en;
	bool served;
	int64_t day;
};
/* Documents in order of their making, each code once (its latest). */
xie_status xie_law_docs(const struct xie_law_case *c, xie_arena *mem, const struct xie_law_doc **ret_list,
                        uint32_t *ret_n) XIE_MUST_USE;
/* Every making and serving, in order, repeats too: what one step made is what this list has more behind it than before.
 * served: this entry says that the document was served (one that is handed over when it is made has no other). */
xie_status xie_law_papers(const struct xie_law_case *c, xie_arena *mem, const struct xie_law_doc **ret_list,
                          uint32_t *ret_n) XIE_MUST_USE;

struct xie_law_amount {
	xie_str name, zh, en;
	int64_t fen;
};
/* What is owed, paid and growing at now ("fine_fen", "surcharge_fen", ...). */
xie_status xie_law_amounts(const struct xie_law_case *c, xie_arena *mem, xie_ms now, const struct xie_law_amount **ret_list,
                           uint32_t *ret_n) XIE_MUST_USE;

/* Flags that acts have put on the file, borrowed; what is overdue at a moment is said by the clocks. */
const xie_str *xie_law_flags(const struct xie_law_case *c, uint32_t *ret_n);

/* The law's own zone, in which legal days are counted: milliseconds east. */
xie_ms xie_law_offset(const struct xie_law *law);
xie_str xie_law_state(const struct xie_law_case *c);        /* "S20" */
void xie_law_state_names(const struct xie_law_case *c, xie_str *ret_zh, xie_str *ret_en);
xie_str xie_law_proc(const struct xie_law_case *c);
/* The column of the page that its state stands in ("investigation"): the pack says which. */
xie_str xie_law_stage(const struct xie_law_case *c);
xie_ms xie_law_at(const struct xie_law_case *c); /* of the last event; INT64_MIN: none yet */
/* What the days of this law are counted by; borrowed. */
const struct xie_calendar *xie_law_calendar(const struct xie_law *law);
/* The legal day of a moment, and the moment a legal day begins. */
int64_t xie_law_day(const struct xie_law *law, xie_ms t);
xie_ms xie_law_day_begin(const struct xie_law *law, int64_t day);
/* Is item in a set that events fill ("investigators", "recused", "record_reviewers")? */
bool xie_law_set_has(const struct xie_law_case *c, const char *set, xie_str item);
/* Is text one of a list of words of the pack, letter by letter? */
bool xie_law_word(const struct xie_law *law, const char *words, xie_str text);
/* Of a list of words "key=value", the value of key; empty when there is none. */
xie_str xie_law_word_of(const struct xie_law *law, const char *words, xie_str key);
/* The words of a key of headers, people or events, and of a document; left as they are when there are none. */
void xie_law_key_names(const struct xie_law *law, xie_str key, xie_str *ret_zh, xie_str *ret_en);
void xie_law_doc_names(const struct xie_law *law, xie_str code, xie_str *ret_zh, xie_str *ret_en);
/* UNKNOWN: no such event. */
xie_status xie_law_event_names(const struct xie_law *law, xie_str event, xie_str *ret_zh, xie_str *ret_en) XIE_MUST_USE;
struct xie_law_state_row {
	xie_str code, stage, zh, en;
	bool terminal;
};
/* The states in the law's order; MISSING behind the last. */
xie_status xie_law_state_at(const struct xie_law *law, uint32_t i, struct xie_law_state_row *ret_s) XIE_MUST_USE;
bool xie_law_terminal(const struct xie_law_case *c);
/* A fact that events left ("fine_fen"): false when it is not set or no integer. */
bool xie_law_fact_i64(const struct xie_law_case *c, const char *name, int64_t *ret_v);

/* The members "state","sub","clocks","documents","flags","amounts" of one output line (docs/procedure-format.md), at
 * now; and a refusal's "state","unmet".  w stands inside an object.  mem: scratch. */
xie_status xie_law_write_case(const struct xie_law_case *c, xie_arena *mem, xie_ms now, xie_wr *w) XIE_MUST_USE;
void xie_law_write_unmet(const struct xie_law_unmet *list, uint32_t n, xie_wr *w);

/* --- the chain of a case's events, and the digest of its state --- */
/* next = SHA-256(prev || canonical JSON of event); for the header prev is NULL. */
xie_status xie_law_chain_next(const uint8_t *prev, const struct xie_val *event, xie_arena *mem,
                              uint8_t ret_digest[static 32]) XIE_MUST_USE;
/* The chain's head: header and every accepted event so far. */
void xie_law_case_head(const struct xie_law_case *c, uint8_t ret_digest[static 32]);
/* SHA-256 over the canonical JSON of the state: state, sub-states, facts, sets, clocks, documents, flags. */
xie_status xie_law_case_hash(const struct xie_law_case *c, xie_arena *mem, uint8_t ret_digest[static 32]) XIE_MUST_USE;

/* That JSON: {"proc","state","sub","facts","sets","clocks","documents","flags"}; days are days since 1970. */
xie_status xie_law_write_state(const struct xie_law_case *c, xie_wr *w) XIE_MUST_USE;

/* The tables of docs/procedure-format.md, made from what is loaded. */
xie_status xie_law_write_format(const struct xie_law *law, xie_wr *w) XIE_MUST_USE;

#endif

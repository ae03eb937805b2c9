/* SPDX-License-Identifier: Apache-2.0 */
/* app/keys.h — the node's keys in a folder: who signs evidence, who stamps time, who vouches for both.
 *
 *   authority.pem authority.crt   root of this installation (ECDSA): keep it apart from the node where you can
 *   node.pem node.crt             signs evidence (Ed25519)
 *   node-sm2.pem node-sm2.crt     signs it a second time (SM2)
 *   tsa.pem tsa.crt               RFC 3161 time stamps (ECDSA)
 *   node.uri                      in place of node.pem: the key is in a token, this is its PKCS#11 URI
 *   keys.ndjson                   what became of each key and why, signed by the authority: xie/chain/eventlog.h
 *   crl.pem                       what the authority has revoked, when it has
 *   old/                          certificates that are no longer in force: they verify what they signed
 *
 * The PIN of a token is read from the URI's pin-source or from XIEZHI_PIN, never from an argument. */
#ifndef XIE_APP_KEYS_H
#define XIE_APP_KEYS_H

#include <stdio.h>

#include "xie/base/arena.h"
#include "xie/seal/crypto.h"

enum keys_role { KEYS_AUTHORITY, KEYS_NODE, KEYS_SM2, KEYS_TSA, KEYS__ROLES };
const char *keys_role_name(enum keys_role r); /* "authority", "node", "node-sm2", "tsa": the files' stems */
bool keys_role_of(const char *name, enum keys_role *ret_r);

struct xie_token;
struct keys {
	struct xie_key *authority, *node, *sm2, *tsa; /* authority NULL when its private key is not here */
	xie_str authority_crt, node_crt, sm2_crt, tsa_crt, crl, log; /* PEM; crl and log may be empty */
	struct xie_token *token; /* of node, or NULL */
};

/* Makes what is missing in dir (private keys 0600, the folder 0700).  now: from when they hold. */
bool keys_make(const char *dir, const char *name, xie_ms now);
/* mem: kept.  Says on standard error what is wrong. */
bool keys_load(const char *dir, xie_arena *mem, struct keys *ret_k);
void keys_done(struct keys *k);
/* Do the certificates that sign hold at that time?  REFUSED, and reterr says which does not. */
xie_status keys_hold(const struct keys *k, xie_ms at, struct xie_err *reterr) XIE_MUST_USE;

/* One act on one key: keys_act.c.  All say on standard error what is wrong. */
struct keys_act {
	const char *dir;
	enum keys_role role;
	const char *name;   /* the organisation, of new certificates */
	const char *uri;    /* PKCS#11: the new key is there, or is made there; NULL: a file */
	bool ecdsa;         /* in a token P-256 in place of Ed25519 */
	int days;           /* a new certificate's life; 0 = the role's own */
	const char *reason; /* may be "" for new */
	const char *who;    /* logged in */
	xie_ms now;
};
bool keys_new(const struct keys_act *a);    /* refused when one is in force */
bool keys_rotate(const struct keys_act *a); /* the old key signs no more, its file is destroyed */
bool keys_retire(const struct keys_act *a); /* the same without a new one */
/* serial: of any certificate in the log.  since: what was signed from then on does not count. */
bool keys_revoke(const struct keys_act *a, const char *serial, enum xie_revoke_reason why, xie_ms since);
/* One JSON line a certificate.  False when the log is broken, or says otherwise than the folder. */
bool keys_list(const char *dir, xie_ms now, FILE *out);

/* ---- the log: keys_log.c ---- */
enum keys_state { KEYS_UNKNOWN, KEYS_IN_FORCE, KEYS_ROTATED, KEYS_RETIRED, KEYS_REVOKED };
const char *keys_state_name(enum keys_state s);
enum { KEYS_LOG_MAX = 512 };
struct keys_known {
	char serial[48], role[16], subject[128], algorithm[24], place[8], reason[160];
	uint64_t serial_u64;
	xie_ms from, to, since;     /* since: from when it is no longer in force */
	enum keys_state state;
	enum xie_revoke_reason why; /* of REVOKED */
};
struct keys_log {
	struct keys_known known[KEYS_LOG_MAX];
	size_t n;
};
/* The log's text, walked with its signatures.  Used by the verifier as well. */
xie_status keys_log_read(xie_str text, xie_str authority_crt, xie_arena *mem, struct keys_log *ret_l, struct xie_err *reterr) XIE_MUST_USE;
struct keys_known *keys_log_find(struct keys_log *l, const char *serial); /* or NULL */
/* keyCompromise and its kin, as RFC 5280 spells them. */
bool keys_reason_of(const char *name, enum xie_revoke_reason *ret_why);
const char *keys_reason_name(enum xie_revoke_reason why);

/* ---- for keys.c and keys_act.c ---- */
bool keys_path(char to[static 512], const char *dir, const char *stem, const char *ending);
bool keys_there(const char *dir, const char *stem, const char *ending);
/* The key of a role with its certificate; ret_token is filled when it is in a token. */
struct xie_key *keys_load_one(const char *dir, const char *stem, xie_arena *mem, xie_str *ret_crt, struct xie_token **ret_token);
/* A session with the token that a URI names.  NULL, after saying why. */
struct xie_token *keys_open_token(const char *uri);

#endif

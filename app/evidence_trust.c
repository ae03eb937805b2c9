/* SPDX-License-Identifier: Apache-2.0 */
/* Who says so: signatures, stamps, the life of keys. */
#include "evidence_int.h"

#include "keys.h"

#include "xie/base/time.h"

/* ---- signatures ---- */

static const xie_str none = { "", 0 };

static void check_signature(struct checking *c, const char *check, const char *zh, const char *en, const char *over, const char *sig,
                            const char *cert, xie_ms at)
{
	xie_str body = evidence__entry(c, over), s = evidence__entry(c, sig), crt = evidence__entry(c, cert);
	struct xie_cert_info info = { 0 };
	struct xie_err err = { 0 };
	struct evidence_finding *f = evidence__find(c, check, zh, en, EVIDENCE_SELF);
	xie_status st = s.n == 0 || crt.n == 0 ? XIE_MISSING : xie_cert_read(crt, &info);
	if (st == XIE_OK)
		st = xie_cert_verify(crt, body.p, body.n, s.p, s.n);
	if (st != XIE_OK) {
		f->grade = EVIDENCE_FAILED;
		c->rep->ok = false;
		evidence__detail(f, st == XIE_MISSING ? "missing: " : "the signature is not over these bytes, or not by this certificate: ", xie_str_of(sig));
		return;
	}
	(void)snprintf(c->rep->signer, sizeof c->rep->signer, "%s", info.subject);
	/* The bag brings its authority along: to hold together is the least; to be known is what the reader's anchors say. */
	st = xie_cert_trust(crt, none, evidence__entry(c, "signature/authority.crt"), evidence__entry(c, "signature/crl.pem"), at, &err);
	if (st != XIE_OK) {
		f->grade = EVIDENCE_FAILED;
		c->rep->ok = false;
		evidence__detail(f, "the certificate does not hold: ", xie_str_of(err.what));
		return;
	}
	if (c->anchors.n == 0) {
		evidence__detail(f, "signed by ", xie_str_of(info.subject));
		return;
	}
	st = xie_cert_trust(crt, none, c->anchors, evidence__entry(c, "signature/crl.pem"), at, &err);
	if (st == XIE_OK && c->reader->crl.n != 0)
		st = xie_cert_trust(crt, none, c->anchors, c->reader->crl, at, &err);
	f->grade = st == XIE_OK ? EVIDENCE_ATTESTED : EVIDENCE_FAILED;
	c->rep->ok = c->rep->ok && st == XIE_OK;
	evidence__detail(f, st == XIE_OK ? "signed by " : "leads to none of the given anchors: ", xie_str_of(st == XIE_OK ? info.subject : err.what));
}

void evidence__signatures(struct checking *c)
{
	xie_str tsr = evidence__entry(c, "signature/tagmanifest-sha256.txt.sig.tsr"), sig = evidence__entry(c, "signature/tagmanifest-sha256.txt.sig");
	struct xie_err err = { 0 };
	struct evidence_finding *f = evidence__find(c, "time", "时间戳(RFC 3161)在签名之上", "a time stamp (RFC 3161) stands over the signature", EVIDENCE_SELF);
	xie_str anchor = c->anchors.n != 0 ? c->anchors : evidence__entry(c, "signature/authority.crt");
	xie_status st = tsr.n == 0 ? XIE_MISSING : xie_stamp_read(tsr.p, tsr.n, sig.p, sig.n, anchor, &c->rep->stamped, &err);
	if (st != XIE_OK) {
		f->grade = EVIDENCE_FAILED;
		c->rep->ok = false;
		evidence__detail(f, st == XIE_MISSING ? "missing" : err.what, none);
		return;
	}
	f->grade = c->anchors.n != 0 ? EVIDENCE_ATTESTED : EVIDENCE_SELF;
	char at[40];
	xie_wr w = xie_wr_of(at, sizeof at);
	xie_wr_time(&w, c->rep->stamped);
	evidence__detail(f, "", xie_wr_view(&w));
	check_signature(c, "signature", "签名(Ed25519 或 ECDSA)与证书", "signature (Ed25519 or ECDSA) and certificate", "tagmanifest-sha256.txt",
	                "signature/tagmanifest-sha256.txt.sig", "signature/node.crt", c->rep->stamped);
	check_signature(c, "signature-sm2", "签名(SM2)与证书", "signature (SM2) and certificate", "tagmanifest-sm3.txt",
	                "signature/tagmanifest-sm3.txt.sm2.sig", "signature/node-sm2.crt", c->rep->stamped);
}


/* ---- the keys' log ---- */

/* The certificate as the log knows it, at the time of the stamp. */
static bool key_held(struct checking *c, struct keys_log *log, const char *cert, struct evidence_finding *f)
{
	struct xie_cert_info i;
	char when[40];
	if (xie_cert_read(evidence__entry(c, cert), &i) != XIE_OK) {
		evidence__fail(c, f, "not a certificate: ", xie_str_of(cert));
		return false;
	}
	const struct keys_known *k = keys_log_find(log, i.serial);
	if (k == NULL || k->from > c->rep->stamped) {
		evidence__fail(c, f, "the log does not know the key that signed: ", xie_str_of(cert));
		return false;
	}
	if (k->state == KEYS_IN_FORCE)
		return true;
	xie_wr w = xie_wr_of(when, sizeof when - 1);
	xie_wr_time(&w, k->since);
	when[w.n] = '\0';
	bool held = c->rep->stamped < k->since;
	if (!held)
		evidence__fail(c, f, "", none);
	(void)snprintf(f->detail, sizeof f->detail, "%s %s %s: %s (%.80s)", cert, held ? "was later" : "signed after it was", keys_state_name(k->state), when,
	               k->reason);
	return held;
}

void evidence__keys(struct checking *c)
{
	static const char zh[] = "密钥的启用、轮换、停用与吊销记录", en[] = "the keys' log: made, rotated, retired, revoked";
	xie_str text = evidence__entry(c, "signature/keys.ndjson"), root = evidence__entry(c, "signature/authority.crt");
	struct evidence_finding *f = evidence__find(c, "keys", zh, en, text.n != 0 ? EVIDENCE_SELF : EVIDENCE_ABSENT);
	struct keys_log *log = xie_arena_new(c->mem, struct keys_log, 1);
	struct xie_err err = { 0 };
	if (text.n == 0)
		return;
	if (log == NULL || keys_log_read(text, root, c->mem, log, &err) != XIE_OK) {
		evidence__fail(c, f, "", none);
		(void)snprintf(f->detail, sizeof f->detail, "line %u: %s", (unsigned)err.line, log != NULL ? err.what : "out of memory");
		return;
	}
	(void)snprintf(f->detail, sizeof f->detail, "%zu keys, none of the signing ones ended before the stamp", log->n);
	if (!key_held(c, log, "signature/node.crt", f) || !key_held(c, log, "signature/node-sm2.crt", f))
		return;
	if (c->anchors.n != 0 && xie_cert_trust(root, none, c->anchors, none, c->rep->stamped, &err) == XIE_OK)
		f->grade = EVIDENCE_ATTESTED;
}

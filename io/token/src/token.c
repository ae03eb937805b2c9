/* SPDX-License-Identifier: Apache-2.0 */
/* One session of Cryptoki.  The ABI is that of PKCS#11 2.40 (OASIS, 2015); the mechanisms of Edwards curves are 3.0's. */
#include "xie/token/token.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

#include <p11-kit/pkcs11.h>

#include "xie/base/sha256.h"

#ifndef CKM_EDDSA
#define CKM_EDDSA (0x1057UL)
#define CKM_EC_EDWARDS_KEY_PAIR_GEN (0x1055UL)
#define CKK_EC_EDWARDS (0x40UL)
#endif

enum { MAX_SLOTS = 64 };

struct xie_token {
	void *lib;
	CK_FUNCTION_LIST_PTR f;
	bool ours;    /* C_Initialize was ours, so C_Finalize is */
	bool session_open;
	CK_SLOT_ID slot;
	CK_SESSION_HANDLE session;
	CK_OBJECT_HANDLE private_key, public_key;
	struct xie_token_uri uri;
	enum xie_token_kind kind;
	char name[200];
	uint8_t point[65];
	size_t n_point;
};

/* OIDs as CKA_EC_PARAMS carries them */
static const uint8_t P256[] = { 0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07 };
static const uint8_t ED25519[] = { 0x06, 0x03, 0x2B, 0x65, 0x70 };
/* 3.0 also allows the curve's name, and some tokens take nothing else */
static const uint8_t ED25519_NAME[] = { 0x13, 0x0C, 'e', 'd', 'w', 'a', 'r', 'd', 's', '2', '5', '5', '1', '9' };

static xie_status fail(struct xie_err *err, xie_status st, const char *what, const char *name)
{
	(void)xie_err_set(err, st, 0, 0, what, NULL);
	if (err != NULL)
		xie_err_add(err, name, strlen(name));
	return st;
}

/* ---- module, slot, session ---- */

static xie_status load(struct xie_token *t, struct xie_err *err)
{
	CK_C_GetFunctionList list;
	CK_C_INITIALIZE_ARGS args = { .flags = CKF_OS_LOCKING_OK };
	t->lib = dlopen(t->uri.module, RTLD_NOW | RTLD_LOCAL);
	void *symbol = t->lib != NULL ? dlsym(t->lib, "C_GetFunctionList") : NULL;
	if (symbol == NULL)
		return fail(err, XIE_UNAVAILABLE, "no PKCS#11 module: ", t->uri.module);
	memcpy(&list, &symbol, sizeof list); /* ISO C has no cast from an object's address to a function's */
	if (list(&t->f) != CKR_OK || t->f == NULL)
		return fail(err, XIE_UNAVAILABLE, "the PKCS#11 module has no function list: ", t->uri.module);
	CK_RV rv = t->f->C_Initialize(&args);
	t->ours = rv == CKR_OK;
	return rv == CKR_OK || rv == CKR_CRYPTOKI_ALREADY_INITIALIZED ? XIE_OK
	                                                              : fail(err, XIE_UNAVAILABLE, "the PKCS#11 module does not start: ", t->uri.module);
}

/* Fields of Cryptoki are padded with blanks. */
static bool padded_is(const unsigned char *field, size_t n, const char *want)
{
	size_t len = n;
	while (len > 0 && field[len - 1] == ' ')
		len--;
	return want[0] == '\0' || (strlen(want) == len && memcmp(field, want, len) == 0);
}

static xie_status pick_slot(struct xie_token *t, struct xie_err *err)
{
	CK_SLOT_ID slots[MAX_SLOTS];
	CK_ULONG n = MAX_SLOTS;
	int fits = 0;
	if (t->f->C_GetSlotList(CK_TRUE, slots, &n) != CKR_OK)
		return fail(err, XIE_UNAVAILABLE, "the token's slots cannot be listed: ", t->uri.module);
	for (CK_ULONG i = 0; i < n; i++) {
		CK_TOKEN_INFO info;
		if (t->f->C_GetTokenInfo(slots[i], &info) != CKR_OK || (info.flags & CKF_TOKEN_INITIALIZED) == 0 ||
		    !padded_is(info.label, sizeof info.label, t->uri.token) || !padded_is(info.serialNumber, sizeof info.serialNumber, t->uri.serial))
			continue;
		t->slot = slots[i];
		fits++;
	}
	return fits == 1 ? XIE_OK : fail(err, fits == 0 ? XIE_UNAVAILABLE : XIE_CONFLICT, fits == 0 ? "no such token: " : "several tokens are called ", t->uri.token);
}

static xie_status login(struct xie_token *t, xie_str pin, struct xie_err *err)
{
	if (t->f->C_OpenSession(t->slot, CKF_SERIAL_SESSION | CKF_RW_SESSION, NULL, NULL, &t->session) != CKR_OK)
		return fail(err, XIE_UNAVAILABLE, "no session with the token ", t->uri.token);
	t->session_open = true;
	/* the module takes its PIN as bytes it does not change */
	CK_RV rv = t->f->C_Login(t->session, CKU_USER, (CK_UTF8CHAR_PTR)(uintptr_t)pin.p, pin.n);
	return rv == CKR_OK || rv == CKR_USER_ALREADY_LOGGED_IN ? XIE_OK
	       : rv == CKR_PIN_LOCKED                           ? fail(err, XIE_REFUSED, "the PIN is locked: ", t->uri.token)
	                                                        : fail(err, XIE_REFUSED, "the token refuses this PIN: ", t->uri.token);
}

xie_status xie_token_open(const struct xie_token_uri *u, xie_str pin, struct xie_token **ret_t, struct xie_err *reterr)
{
	struct xie_token *t = calloc(1, sizeof *t);
	if (t == NULL)
		return fail(reterr, XIE_LIMIT, "out of memory", "");
	t->uri = *u;
	memcpy(t->name, u->object, sizeof u->object);
	xie_status st = load(t, reterr);
	if (st == XIE_OK)
		st = pick_slot(t, reterr);
	if (st == XIE_OK)
		st = login(t, pin, reterr);
	if (st != XIE_OK) {
		xie_token_close(t);
		return st;
	}
	*ret_t = t;
	return XIE_OK;
}

void xie_token_close(struct xie_token *t)
{
	if (t == NULL)
		return;
	if (t->session_open)
		(void)t->f->C_CloseSession(t->session);
	if (t->ours)
		(void)t->f->C_Finalize(NULL);
	if (t->lib != NULL)
		(void)dlclose(t->lib);
	free(t);
}

/* ---- the key ---- */

static xie_status find_class(struct xie_token *t, CK_OBJECT_CLASS class, CK_OBJECT_HANDLE *ret_h, struct xie_err *err)
{
	CK_ATTRIBUTE match[3] = { { CKA_CLASS, &class, sizeof class } };
	CK_ULONG n = 1, found = 0;
	CK_OBJECT_HANDLE h[2];
	if (t->uri.object[0] != '\0')
		match[n++] = (CK_ATTRIBUTE){ CKA_LABEL, t->uri.object, strlen(t->uri.object) };
	if (t->uri.n_id != 0)
		match[n++] = (CK_ATTRIBUTE){ CKA_ID, t->uri.id, t->uri.n_id };
	if (t->f->C_FindObjectsInit(t->session, match, n) != CKR_OK)
		return fail(err, XIE_UNAVAILABLE, "the token cannot be searched: ", t->uri.token);
	CK_RV rv = t->f->C_FindObjects(t->session, h, 2, &found);
	(void)t->f->C_FindObjectsFinal(t->session);
	if (rv != CKR_OK || found == 0)
		return fail(err, XIE_MISSING, "the token has no such key: ", t->uri.object);
	*ret_h = h[0];
	return found == 1 ? XIE_OK : fail(err, XIE_CONFLICT, "the token has several keys called ", t->uri.object);
}

/* The kind and the point of the public key, which the token wraps into an OCTET STRING. */
static xie_status look(struct xie_token *t, struct xie_err *err)
{
	CK_KEY_TYPE type = 0;
	uint8_t point[80], params[32];
	CK_ATTRIBUTE a[] = { { CKA_KEY_TYPE, &type, sizeof type }, { CKA_EC_POINT, point, sizeof point }, { CKA_EC_PARAMS, params, sizeof params } };
	if (t->f->C_GetAttributeValue(t->session, t->public_key, a, 3) != CKR_OK)
		return fail(err, XIE_UNKNOWN, "neither an Ed25519 nor a P-256 key: ", t->uri.object);
	t->kind = type == CKK_EC ? XIE_TOKEN_ECDSA : XIE_TOKEN_ED25519;
	t->n_point = t->kind == XIE_TOKEN_ECDSA ? 65 : 32;
	bool p256 = a[2].ulValueLen == sizeof P256 && memcmp(params, P256, sizeof P256) == 0;
	bool wrapped = a[1].ulValueLen == t->n_point + 2 && point[0] == 0x04 && point[1] == t->n_point;
	if ((type != CKK_EC && type != CKK_EC_EDWARDS) || (type == CKK_EC && !p256) || (!wrapped && a[1].ulValueLen != t->n_point))
		return fail(err, XIE_UNKNOWN, "neither an Ed25519 nor a P-256 key: ", t->uri.object);
	memcpy(t->point, point + (wrapped ? 2 : 0), t->n_point);
	return XIE_OK;
}

xie_status xie_token_find(struct xie_token *t, struct xie_err *reterr)
{
	xie_status st = find_class(t, CKO_PRIVATE_KEY, &t->private_key, reterr);
	if (st == XIE_OK)
		st = find_class(t, CKO_PUBLIC_KEY, &t->public_key, reterr);
	return st != XIE_OK ? st : look(t, reterr);
}

static CK_RV generate(struct xie_token *t, CK_MECHANISM_TYPE type, const uint8_t *curve, size_t n_curve)
{
	CK_BBOOL yes = CK_TRUE, no = CK_FALSE;
	CK_MECHANISM how = { type, NULL, 0 };
	uint8_t params[16];
	memcpy(params, curve, n_curve);
	CK_ATTRIBUTE pub[] = { { CKA_EC_PARAMS, params, n_curve }, { CKA_TOKEN, &yes, sizeof yes }, { CKA_VERIFY, &yes, sizeof yes },
		               { CKA_LABEL, t->uri.object, strlen(t->uri.object) }, { CKA_ID, t->uri.id, t->uri.n_id } };
	CK_ATTRIBUTE priv[] = { { CKA_TOKEN, &yes, sizeof yes }, { CKA_PRIVATE, &yes, sizeof yes }, { CKA_SENSITIVE, &yes, sizeof yes },
		                { CKA_EXTRACTABLE, &no, sizeof no }, { CKA_SIGN, &yes, sizeof yes },
		                { CKA_LABEL, t->uri.object, strlen(t->uri.object) }, { CKA_ID, t->uri.id, t->uri.n_id } };
	CK_ULONG leave_id = t->uri.n_id == 0 ? 1 : 0;
	return t->f->C_GenerateKeyPair(t->session, &how, pub, sizeof pub / sizeof pub[0] - leave_id, priv, sizeof priv / sizeof priv[0] - leave_id,
	                               &t->public_key, &t->private_key);
}

xie_status xie_token_generate(struct xie_token *t, enum xie_token_kind kind, struct xie_err *reterr)
{
	CK_OBJECT_HANDLE there;
	if (t->uri.object[0] == '\0')
		return fail(reterr, XIE_MISSING, "a new key needs a label: object=...", "");
	if (find_class(t, CKO_PRIVATE_KEY, &there, NULL) != XIE_MISSING)
		return fail(reterr, XIE_DUPLICATE, "the token has a key of this name: ", t->uri.object);
	CK_RV rv = kind == XIE_TOKEN_ECDSA ? generate(t, CKM_EC_KEY_PAIR_GEN, P256, sizeof P256)
	                                   : generate(t, CKM_EC_EDWARDS_KEY_PAIR_GEN, ED25519, sizeof ED25519);
	if (rv != CKR_OK && kind == XIE_TOKEN_ED25519)
		rv = generate(t, CKM_EC_EDWARDS_KEY_PAIR_GEN, ED25519_NAME, sizeof ED25519_NAME);
	if (rv != CKR_OK)
		return fail(reterr, rv == CKR_MECHANISM_INVALID ? XIE_UNKNOWN : XIE_UNAVAILABLE,
		            kind == XIE_TOKEN_ECDSA ? "the token makes no P-256 key: " : "the token makes no Ed25519 key (try ecdsa): ", t->uri.token);
	return look(t, reterr);
}

xie_status xie_token_destroy(struct xie_token *t)
{
	CK_RV a = t->f->C_DestroyObject(t->session, t->private_key), b = t->f->C_DestroyObject(t->session, t->public_key);
	return a == CKR_OK && b == CKR_OK ? XIE_OK : XIE_UNAVAILABLE;
}

enum xie_token_kind xie_token_kind_of(const struct xie_token *t)
{
	return t->kind;
}

/* RFC 5480, 2 and RFC 8410, 4: algorithm and point as fixed heads. */
xie_status xie_token_public(const struct xie_token *t, xie_wr *der)
{
	static const uint8_t ed[] = { 0x30, 0x2A, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x03, 0x21, 0x00 };
	static const uint8_t ec[] = { 0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01, 0x06,
		                      0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00 };
	if (t->n_point == 0)
		return XIE_MISSING;
	if (t->kind == XIE_TOKEN_ECDSA)
		xie_wr_bytes(der, ec, sizeof ec);
	else
		xie_wr_bytes(der, ed, sizeof ed);
	xie_wr_bytes(der, t->point, t->n_point);
	return der->st;
}

/* ---- signing ---- */

/* An INTEGER of DER: no leading zeros but one where the first bit is set. */
static void integer(xie_wr *w, const uint8_t *p, size_t n)
{
	while (n > 1 && p[0] == 0) {
		p++;
		n--;
	}
	bool pad = p[0] >= 0x80;
	xie_wr_u8(w, 0x02);
	xie_wr_u8(w, (uint8_t)(n + (pad ? 1 : 0)));
	if (pad)
		xie_wr_u8(w, 0);
	xie_wr_bytes(w, p, n);
}

static xie_status ecdsa_der(const uint8_t raw[static 64], uint8_t *to, size_t cap, size_t *ret_n)
{
	uint8_t body[72];
	xie_wr b = xie_wr_of(body, sizeof body), w = xie_wr_of(to, cap);
	integer(&b, raw, 32);
	integer(&b, raw + 32, 32);
	xie_wr_u8(&w, 0x30);
	xie_wr_u8(&w, (uint8_t)b.n);
	xie_wr_bytes(&w, body, b.n);
	if (b.st != XIE_OK || w.st != XIE_OK)
		return XIE_LIMIT;
	*ret_n = w.n;
	return XIE_OK;
}

static xie_status sign(void *self, const void *p, size_t n, uint8_t *ret_sig, size_t cap, size_t *ret_n)
{
	struct xie_token *t = self;
	CK_MECHANISM how = { t->kind == XIE_TOKEN_ECDSA ? CKM_ECDSA : CKM_EDDSA, NULL, 0 };
	uint8_t digest[32], raw[XIE_SIG_MAX];
	CK_ULONG len = sizeof raw;
	if (cap < 72)
		return XIE_LIMIT;
	if (t->kind == XIE_TOKEN_ECDSA) {
		xie_sha256_of(p, n, digest);
		p = digest;
		n = sizeof digest;
	}
	if (t->f->C_SignInit(t->session, &how, t->private_key) != CKR_OK ||
	    t->f->C_Sign(t->session, (CK_BYTE_PTR)(uintptr_t)p, n, raw, &len) != CKR_OK || len != 64)
		return XIE_UNAVAILABLE;
	if (t->kind == XIE_TOKEN_ECDSA)
		return ecdsa_der(raw, ret_sig, cap, ret_n);
	memcpy(ret_sig, raw, 64);
	*ret_n = 64;
	return XIE_OK;
}

struct xie_signer xie_token_signer(struct xie_token *t)
{
	return (struct xie_signer){ .self = t, .algorithm = t->kind == XIE_TOKEN_ECDSA ? "ecdsa-p256-sha256" : "ed25519", .key_id = t->name, .sign = sign };
}

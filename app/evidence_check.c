/* SPDX-License-Identifier: Apache-2.0 */
/* A bag held against itself, against signatures, and judged again. */
#include "evidence_int.h"

#include <fcntl.h>
#include <ftw.h>
#include <sys/stat.h>
#include <unistd.h>

#include "alert_json.h"
#include "load.h"
#include "records.h"

#include "xie/base/time.h"
#include "xie/file/file.h"
#include "xie/run/run.h"
#include "xie/seal/zip.h"

static const struct xie_zip_limits limits = { .entries = 4096, .entry_size = UINT64_C(1) << 31, .total_size = UINT64_C(3) << 30 };

const char *evidence_grade_name(enum evidence_grade g)
{
	static const char *const names[] = { "proven", "attested", "self-asserted", "absent", "failed" };
	return (unsigned)g < sizeof names / sizeof names[0] ? names[g] : "?";
}

const char *evidence_grade_zh(enum evidence_grade g)
{
	static const char *const names[] = { "已证明", "有签名证明", "仅自述", "没有", "不通过" };
	return (unsigned)g < sizeof names / sizeof names[0] ? names[g] : "?";
}

struct evidence_finding *evidence__find(struct checking *c, const char *check, const char *zh, const char *en, enum evidence_grade g)
{
	static struct evidence_finding spill;
	struct evidence_finding *f = c->rep->n < EVIDENCE_FINDINGS ? &c->rep->found[c->rep->n++] : &spill;
	*f = (struct evidence_finding){ .check = check, .zh = zh, .en = en, .grade = g };
	if (g == EVIDENCE_FAILED)
		c->rep->ok = false;
	return f;
}

void evidence__detail(struct evidence_finding *f, const char *what, xie_str name)
{
	(void)snprintf(f->detail, sizeof f->detail, "%s%.*s", what, (int)(name.n < 120 ? name.n : 120), name.p);
}

static const xie_str none = { "", 0 };

void evidence__fail(struct checking *c, struct evidence_finding *f, const char *what, xie_str name)
{
	f->grade = EVIDENCE_FAILED;
	c->rep->ok = false;
	evidence__detail(f, what, name);
}

xie_str evidence__entry(const struct checking *c, const char *name)
{
	uint32_t i = xie_zip_find(&c->zip, name);
	return i != UINT32_MAX ? c->bytes[i] : none;
}

/* ---- archive and manifests ---- */

static bool check_archive(struct checking *c, const void *p, size_t n)
{
	struct xie_err err = { 0 };
	static const char zh[] = "档案完整,没有多余的字节", en[] = "the archive is whole and hides nothing";
	xie_status st = xie_zip_open(c->mem, p, n, limits, &c->zip, &err);
	c->bytes = st == XIE_OK ? xie_arena_new(c->mem, xie_str, c->zip.count + 1u) : NULL;
	for (uint32_t i = 0; st == XIE_OK && i < c->zip.count; i++)
		st = c->bytes != NULL ? xie_zip_read(&c->zip, i, c->mem, &c->bytes[i], &err) : XIE_LIMIT;
	if (st != XIE_OK) {
		evidence__detail(evidence__find(c, "archive", zh, en, EVIDENCE_FAILED), err.what[0] != '\0' ? err.what : xie_status_text(st), none);
		return false;
	}
	if (!xie_zip_is_plain(&c->zip)) {
		evidence__detail(evidence__find(c, "archive", zh, en, EVIDENCE_FAILED), "bytes of the archive differ from what its writer makes", none);
		return false;
	}
	(void)evidence__find(c, "archive", zh, en, EVIDENCE_PROVEN);
	return true;
}

bool evidence__unhex(xie_str s, uint8_t *to, size_t n)
{
	if (s.n != 2 * n)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		char ch = s.p[i];
		int d = ch >= '0' && ch <= '9' ? ch - '0' : ch >= 'a' && ch <= 'f' ? ch - 'a' + 10 : -1;
		if (d < 0)
			return false;
		to[i / 2] = (uint8_t)(i % 2 == 0 ? d << 4 : to[i / 2] | d);
	}
	return true;
}

static bool has_prefix(xie_str s, bool payload)
{
	return xie_str_starts(s, "data/") == payload;
}

/* Each line names a file and its digest; each file of the kind stands in one line. */
static bool check_manifest(struct checking *c, const char *name, bool sm3, bool payload, struct evidence_finding *f)
{
	xie_str rest = evidence__entry(c, name), line;
	size_t listed = 0, there = 0;
	if (rest.n == 0 || rest.p[rest.n - 1] != '\n') {
		evidence__detail(f, "missing or cut short: ", xie_str_of(name));
		return false;
	}
	while (xie_str_split(&rest, '\n', &line)) {
		uint8_t want[32], got[32];
		char file[520];
		if (line.n == 0 && rest.p == NULL)
			break;
		if (line.n < 67 || line.n - 66 >= sizeof file || line.p[64] != ' ' || line.p[65] != ' ' || !evidence__unhex((xie_str){ line.p, 64 }, want, 32)) {
			evidence__detail(f, "not a manifest line: ", line);
			return false;
		}
		memcpy(file, line.p + 66, line.n - 66);
		file[line.n - 66] = '\0';
		uint32_t i = xie_zip_find(&c->zip, file);
		if (i == UINT32_MAX || has_prefix(xie_str_of(file), true) != payload) {
			evidence__detail(f, "a listed file is not there: ", xie_str_of(file));
			return false;
		}
		if (sm3)
			xie_sm3(c->bytes[i].p, c->bytes[i].n, got);
		else
			xie_sha256_fast(c->bytes[i].p, c->bytes[i].n, got);
		if (memcmp(got, want, 32) != 0) {
			evidence__detail(f, "changed: ", xie_str_of(file));
			return false;
		}
		listed++;
	}
	for (uint32_t i = 0; i < c->zip.count && payload; i++)
		there += has_prefix(c->zip.entries[i].name, true) ? 1 : 0;
	if (payload && there != listed) {
		evidence__detail(f, "a file that no manifest lists, or one listed twice", none);
		return false;
	}
	return true;
}

/* Tag files are those of the tag manifests, the tag manifests, and what stands over them. */
static bool only_known_tags(struct checking *c, struct evidence_finding *f)
{
	static const char *const known[] = { "bagit.txt", "bag-info.txt", "manifest-sha256.txt", "manifest-sm3.txt", "tagmanifest-sha256.txt",
		                             "tagmanifest-sm3.txt", "signature/authority.crt", "signature/node.crt", "signature/node-sm2.crt",
		                             "signature/crl.pem", "signature/keys.ndjson", "signature/heads.ndjson", "signature/tagmanifest-sha256.txt.sig", "signature/tagmanifest-sm3.txt.sm2.sig",
		                             "signature/tagmanifest-sha256.txt.sig.tsr", "signature/signatures-sha256.txt" };
	for (uint32_t i = 0; i < c->zip.count; i++) {
		bool ok = has_prefix(c->zip.entries[i].name, true);
		for (size_t k = 0; k < sizeof known / sizeof known[0]; k++)
			ok = ok || xie_str_is(c->zip.entries[i].name, known[k]);
		if (!ok) {
			evidence__detail(f, "a file that does not belong into a bag: ", c->zip.entries[i].name);
			return false;
		}
	}
	return true;
}

/* Every tag file but the two lists of them stands in one: a list that somebody added to the bag would else speak unsigned. */
static bool tags_are_listed(struct checking *c, struct evidence_finding *f)
{
	xie_str lists[] = { evidence__entry(c, "tagmanifest-sha256.txt"), evidence__entry(c, "signature/signatures-sha256.txt") };
	for (uint32_t i = 0; i < c->zip.count; i++) {
		xie_str name = c->zip.entries[i].name, line;
		bool listed = has_prefix(name, true) || xie_str_starts(name, "tagmanifest-") || xie_str_is(name, "signature/signatures-sha256.txt");
		for (size_t k = 0; k < 2 && !listed; k++)
			for (xie_str rest = lists[k]; !listed && xie_str_split(&rest, '\n', &line);)
				listed = line.n > 66 && xie_str_eq(xie_str_from(line, 66), name);
		if (!listed) {
			evidence__detail(f, "a file that no manifest lists: ", name);
			return false;
		}
	}
	return true;
}

static bool check_bag(struct checking *c)
{
	struct evidence_finding *f = evidence__find(c, "manifest", "每个文件与清单一致(SHA-256 与 SM3)", "every file matches its manifests (SHA-256 and SM3)", EVIDENCE_PROVEN);
	bool ok = xie_str_starts(evidence__entry(c, "bagit.txt"), "BagIt-Version: 1.0\n");
	if (!ok)
		evidence__detail(f, "bagit.txt is missing or of another version", none);
	ok = ok && only_known_tags(c, f) && tags_are_listed(c, f) && check_manifest(c, "tagmanifest-sha256.txt", false, false, f) &&
	     check_manifest(c, "tagmanifest-sm3.txt", true, false, f) && check_manifest(c, "manifest-sha256.txt", false, true, f) &&
	     check_manifest(c, "manifest-sm3.txt", true, true, f) && check_manifest(c, "signature/signatures-sha256.txt", false, false, f);
	if (!ok) {
		f->grade = EVIDENCE_FAILED;
		c->rep->ok = false;
	}
	return ok;
}

/* ---- the chain ---- */

const struct xie_val *evidence__json(struct checking *c, xie_str text)
{
	const struct xie_val *v = NULL;
	return xie_json_read(c->mem, text, (struct xie_val_limits){ .depth = 16 }, &v, NULL) == XIE_OK ? v : NULL;
}

static size_t count_lines(xie_str s)
{
	size_t n = 0;
	for (size_t i = 0; i < s.n; i++)
		n += s.p[i] == '\n';
	return n;
}

static bool check_blocks(struct checking *c)
{
	struct evidence_finding *f = evidence__find(c, "chain", "区块首尾相接(SHA-256 与 SM3)", "the blocks follow each other (SHA-256 and SM3)", EVIDENCE_PROVEN);
	xie_str rest = evidence__entry(c, "data/blocks.ndjson"), line;
	c->headers = xie_arena_alloc(c->mem, count_lines(rest) + 1, XIE_BLOCK_HEADER);
	bool ok = rest.n != 0 && c->headers != NULL;
	struct xie_block_header before, h;
	while (ok && xie_str_split(&rest, '\n', &line) && line.n != 0) {
		const struct xie_val *v = evidence__json(c, line);
		uint8_t *bytes = c->headers[c->n_blocks], sm3[32];
		ok = v != NULL && evidence__unhex(xie_val_get_str(v, "header"), bytes, XIE_BLOCK_HEADER) &&
		     xie_block_header_decode(bytes, XIE_BLOCK_HEADER, &h) == XIE_OK && xie_val_get_i64(v, "number", -1) == (int64_t)h.number;
		if (ok && c->n_blocks == 0)
			c->first_block = h.number;
		if (ok && c->n_blocks != 0) {
			xie_sm3(c->headers[c->n_blocks - 1], XIE_BLOCK_HEADER, sm3);
			ok = xie_block_follows(xie_sha256_fast, &before, &h) == XIE_OK && memcmp(sm3, h.prev_sm3, 32) == 0;
		}
		before = h;
		c->n_blocks++;
	}
	if (!ok || c->n_blocks == 0) {
		f->grade = EVIDENCE_FAILED;
		c->rep->ok = false;
		(void)snprintf(f->detail, sizeof f->detail, "block header number %zu of the bag does not follow the one before", c->n_blocks);
	}
	return f->grade == EVIDENCE_PROVEN;
}

static bool kind_of(const struct xie_val *v, uint8_t *ret_kind)
{
	for (unsigned k = 1; k < XIE_REC__END; k++)
		if (xie_rec_kind_name(k) != NULL && xie_val_is(v, xie_rec_kind_name(k))) {
			*ret_kind = (uint8_t)k;
			return true;
		}
	return false;
}

static bool frame_of(struct checking *c, xie_str line, struct xie_proof *p, uint64_t *ret_block)
{
	const struct xie_val *v = evidence__json(c, line);
	xie_str hex = xie_val_get_str(v, "hex"), path = xie_val_get_str(v, "path");
	*p = (struct xie_proof){ .rec = { .kind = XIE_REC_FRAME, .pos = (uint64_t)xie_val_get_i64(v, "pos", 0),
		                          .source = (uint32_t)xie_val_get_i64(v, "source", 0), .bytes = xie_val_get_str(v, "text") },
		                 .index = (uint32_t)xie_val_get_i64(v, "index", -1), .n_path = (uint8_t)(path.n / 64) };
	*ret_block = (uint64_t)xie_val_get_i64(v, "block", 0);
	if (v == NULL || !kind_of(xie_val_get(v, "kind"), &p->rec.kind) || path.n > XIE_MERKLE_DEPTH * 64 ||
	    !evidence__unhex(path, &p->path[0][0], path.n / 2) || !evidence__unhex(xie_val_get_str(v, "salt"), p->salt, XIE_SALT) ||
	    xie_time_parse(xie_val_get_str(v, "rx"), 0, &p->rec.rx) != XIE_OK)
		return false;
	if (hex.n != 0) {
		uint8_t *b = xie_arena_alloc(c->mem, hex.n / 2 + 1, 1);
		if (b == NULL || !evidence__unhex(hex, b, hex.n / 2))
			return false;
		p->rec.bytes = (xie_str){ (const char *)b, hex.n / 2 };
	}
	return *ret_block >= c->first_block && *ret_block - c->first_block < c->n_blocks;
}

static bool check_frames(struct checking *c)
{
	struct evidence_finding *f = evidence__find(c, "frames", "每一原始帧都在区块链上,次序不变", "every raw frame is in the chain, in its order", EVIDENCE_PROVEN);
	xie_str rest = evidence__entry(c, "data/frames.ndjson"), line;
	uint8_t *scratch = xie_arena_alloc(c->mem, XIE_LEAF_HEAD + XIE_REC_MAX, 1);
	c->recs = xie_arena_new(c->mem, struct xie_rec, count_lines(rest) + 1);
	bool ok = rest.n != 0 && scratch != NULL && c->recs != NULL;
	while (ok && xie_str_split(&rest, '\n', &line) && line.n != 0) {
		struct xie_proof p;
		uint64_t block = 0;
		ok = frame_of(c, line, &p, &block);
		if (ok) {
			memcpy(p.header, c->headers[block - c->first_block], XIE_BLOCK_HEADER);
			ok = xie_proof_check(xie_sha256_fast, &p, scratch) == XIE_OK && (c->n_recs == 0 || c->recs[c->n_recs - 1].pos < p.rec.pos);
		}
		c->recs[c->n_recs] = p.rec;
		c->n_recs += ok ? 1 : 0;
	}
	if (!ok || c->n_recs == 0) {
		f->grade = EVIDENCE_FAILED;
		c->rep->ok = false;
		(void)snprintf(f->detail, sizeof f->detail, "frame number %zu of the bag is not the one that was sealed", c->n_recs + 1);
	} else {
		(void)snprintf(f->detail, sizeof f->detail, "%zu records in %zu blocks", c->n_recs, c->n_blocks);
	}
	return f->grade == EVIDENCE_PROVEN;
}

/* ---- the verdict, again ---- */

static int remove_one(const char *path, const struct stat *sb, int flag, struct FTW *at)
{
	(void)sb, (void)flag, (void)at;
	return remove(path);
}

static bool put_file(const char *dir, xie_str name, xie_str bytes)
{
	char path[1024];
	int n = snprintf(path, sizeof path, "%s/%.*s", dir, (int)name.n, name.p);
	if (n <= 0 || n >= (int)sizeof path)
		return false;
	for (char *p = path + strlen(dir) + 1; (p = strchr(p, '/')) != NULL; p++) {
		*p = '\0';
		(void)mkdir(path, 0700);
		*p = '/';
	}
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	bool ok = fd >= 0 && (bytes.n == 0 || write(fd, bytes.p, bytes.n) == (ssize_t)bytes.n);
	if (fd >= 0)
		(void)close(fd);
	return ok;
}

/* The packs as folders again, in the order of their names; each is loaded once (a base is found beside what extends it). */
static size_t unpack_packs(struct checking *c, const char *dir, const char **ret_dirs, size_t cap)
{
	size_t n = 0;
	xie_str last = none;
	for (uint32_t i = 0; i < c->zip.count; i++) {
		xie_str name = c->zip.entries[i].name;
		if (!xie_str_starts(name, "data/packs/"))
			continue;
		xie_str rest = xie_str_from(name, strlen("data/packs/"));
		xie_str id = { rest.p, xie_str_find(rest, '/') };
		if (!put_file(dir, rest, c->bytes[i]))
			return 0;
		if (xie_str_eq(id, last) || n == cap)
			continue;
		last = id;
		char *path = xie_arena_alloc(c->mem, strlen(dir) + id.n + 2, 1);
		if (path == NULL)
			return 0;
		(void)snprintf(path, strlen(dir) + id.n + 2, "%s/%.*s", dir, (int)id.n, id.p);
		ret_dirs[n++] = path;
	}
	return n;
}

struct verdict {
	uint8_t id[16];
	struct xie_alert found;
	bool there;
};

static void on_alert(void *self, const struct xie_alert *a)
{
	struct verdict *v = self;
	if (memcmp(a->id, v->id, sizeof v->id) != 0)
		return;
	v->found = *a;
	v->there = !a->withdrawn;
}

static bool judge(struct checking *c, const struct xie_rules *rules, struct verdict *v)
{
	struct xie_run_options opt = { .rules = rules, .sink = on_alert, .self = v, .keep_all = true };
	struct xie_shard *shard = NULL;
	struct xie_pairs *pairs = NULL;
	struct records *r = records_new();
	xie_status st = r != NULL ? xie_shard_new(c->mem, &opt, &shard) : XIE_UNAVAILABLE;
	if (st == XIE_OK)
		st = xie_pairs_new(c->mem, &opt, &shard, 1, &pairs);
	for (size_t i = 0; i < c->n_recs && st == XIE_OK; i++) {
		size_t n = 0;
		const struct xie_obs *o = records_next(r, &c->recs[i], &n);
		for (size_t k = 0; k < n && st == XIE_OK; k++)
			st = xie_shard_put(shard, &o[k]);
	}
	if (st == XIE_OK) {
		xie_shard_finish(shard, c->until);
		st = xie_pairs_finish(pairs, c->until);
	}
	records_free(r);
	return st == XIE_OK;
}

/* What the bag says of the alert against what its frames give. */
static bool same_fact(struct checking *c, const struct xie_rules *rules, const struct verdict *v, struct evidence_finding *f)
{
	static const char *const members[] = { "rule", "target", "other", "zone", "direction", "since", "open", "peak", "semantics", "pack" };
	char line[2048];
	xie_wr w = xie_wr_of(line, sizeof line);
	if (!v->there) {
		evidence__detail(f, "the frames do not give this alert", none);
		return false;
	}
	alert_json(rules, &v->found, NULL, false, &w);
	char *kept = xie_str_dup(c->mem, xie_wr_view(&w));
	const struct xie_val *again = kept != NULL ? evidence__json(c, xie_str_of(kept)) : NULL;
	for (size_t i = 0; i < sizeof members / sizeof members[0]; i++) {
		const struct xie_val *a = xie_val_get(c->alert, members[i]), *b = xie_val_get(again, members[i]);
		if (a == NULL || b == NULL || a->kind != b->kind || !xie_str_eq(xie_val_str(a), xie_val_str(b))) {
			evidence__detail(f, "the frames give another value of ", xie_str_of(members[i]));
			return false;
		}
	}
	const struct xie_val *close = xie_val_get(c->alert, "close");
	if (close != NULL && close->kind == XIE_VAL_STRING &&
	    (!xie_str_eq(xie_val_str(close), xie_val_get_str(again, "close")) || !xie_str_eq(xie_val_get_str(c->alert, "end"), xie_val_get_str(again, "end")))) {
		evidence__detail(f, "the frames give another end", none);
		return false;
	}
	return true;
}

static void check_verdict(struct checking *c)
{
	struct evidence_finding *f = evidence__find(c, "verdict", "由原始帧重新判定,得到同一预警", "judged again from the raw frames: the same alert", EVIDENCE_FAILED);
	c->rep->ok = false;
	struct verdict v = { .there = false };
	char dir[] = "/tmp/xiezhi-verify-XXXXXX";
	const char *dirs[64];
	struct xie_packs packs;
	const struct xie_rules *rules = NULL;
	if (!evidence__unhex(xie_val_get_str(c->alert, "id"), v.id, sizeof v.id) || xie_val_get_i64(c->alert, "semantics", 0) != XIE_SEMANTICS) {
		evidence__detail(f, "no such alert, or semantics that this program does not know", none);
		return;
	}
	if (mkdtemp(dir) == NULL) {
		evidence__detail(f, "no temporary folder for the packs", none);
		return;
	}
	size_t n = unpack_packs(c, dir, dirs, 64);
	if (n == 0 || !app_load_packs(c->mem, dirs, n, &packs, &rules))
		evidence__detail(f, "the packs of the bag cannot be loaded", none);
	else if (!judge(c, rules, &v))
		evidence__detail(f, "out of memory", none);
	else if (same_fact(c, rules, &v, f))
		f->grade = EVIDENCE_PROVEN;
	(void)nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	if (f->grade != EVIDENCE_PROVEN)
		return;
	c->rep->ok = true;
	for (size_t i = 0; i < c->rep->n; i++)
		c->rep->ok = c->rep->ok && c->rep->found[i].grade != EVIDENCE_FAILED;
}

static void copy(char *to, size_t cap, xie_str s)
{
	size_t n = s.n < cap - 1 ? s.n : cap - 1;
	memcpy(to, s.p, n);
	to[n] = '\0';
}

static bool read_alert(struct checking *c)
{
	const struct xie_val *more = evidence__json(c, evidence__entry(c, "data/arithmetic.json"));
	c->alert = evidence__json(c, evidence__entry(c, "data/alert.json"));
	if (c->alert == NULL || more == NULL || xie_val_i64(xie_val_get(more, "until_ms"), &c->until) != XIE_OK) {
		evidence__detail(evidence__find(c, "alert", "预警的记录可读", "the record of the alert can be read", EVIDENCE_FAILED), "data/alert.json or data/arithmetic.json", none);
		return false;
	}
	copy(c->rep->alert, sizeof c->rep->alert, xie_val_get_str(c->alert, "id"));
	copy(c->rep->rule, sizeof c->rep->rule, xie_val_get_str(c->alert, "rule"));
	copy(c->rep->target, sizeof c->rep->target, xie_val_get_str(c->alert, "target"));
	copy(c->rep->pack, sizeof c->rep->pack, xie_val_get_str(c->alert, "pack"));
	return xie_time_parse(xie_val_get_str(c->alert, "open"), 0, &c->rep->open) == XIE_OK;
}

/* A sealed bag is never changed: what became known later is another bag that names the first by its bytes. */
static void check_revision(struct checking *c)
{
	xie_str text = evidence__entry(c, "data/revises.json");
	if (text.n == 0)
		return;
	const struct xie_val *v = evidence__json(c, text);
	struct evidence_finding *f = evidence__find(c, "revision", "本包修订一个已封存的证据包,原包不变", "this bag revises a sealed one, which stays as it is",
	                                            EVIDENCE_SELF);
	uint8_t digest[32];
	xie_str sha = xie_val_get_str(v, "bag_sha256"), reason = xie_val_get_str(v, "reason");
	if (!evidence__unhex(sha, digest, sizeof digest))
		evidence__fail(c, f, "data/revises.json names no bag", none);
	else
		(void)snprintf(f->detail, sizeof f->detail, "SHA-256 %.*s (%.*s)", (int)sha.n, sha.p, (int)(reason.n < 100 ? reason.n : 100), reason.p);
}

static void check_papers(struct checking *c)
{
	xie_str device = evidence__entry(c, "data/device.json");
	struct evidence_finding *f = evidence__find(c, "device", "设备的检定、审核与公示", "the device's papers: verification, reviews, publication",
	                                  device.n != 0 ? EVIDENCE_SELF : EVIDENCE_ABSENT);
	if (device.n == 0)
		evidence__detail(f, "the receiver of broadcasts needs none; a measuring device does", none);
}

void evidence_check(const void *zip, size_t n, const struct evidence_reader *reader, xie_arena *mem, struct evidence_report *ret)
{
	static const struct evidence_reader nobody = { .anchors = { "", 0 }, .crl = { "", 0 }, .heads = { "", 0 } };
	*ret = (struct evidence_report){ .ok = true };
	struct checking c = { .rep = ret, .mem = mem, .reader = reader != NULL ? reader : &nobody };
	c.anchors = c.reader->anchors;
	if (!check_archive(&c, zip, n) || !check_bag(&c))
		return;
	evidence__signatures(&c);
	evidence__keys(&c);
	if (!read_alert(&c) || !check_blocks(&c) || !check_frames(&c))
		return;
	evidence__witness(&c);
	check_verdict(&c);
	evidence__silence(&c);
	check_papers(&c);
	check_revision(&c);
}

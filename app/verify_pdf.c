/* SPDX-License-Identifier: Apache-2.0 */
#include "verify_pdf.h"

#include <errno.h>
#include <stdio.h>

#include "xie/base/sha256.h"
#include "xie/base/time.h"
#include "xie/file/file.h"
#include "xie/print/print.h"

static xie_str moment(xie_ms t, char *buf, size_t n)
{
	xie_wr w = xie_wr_of(buf, n);
	if (t == 0)
		return XIE_STR("—");
	xie_wr_time_at(&w, t, INT64_C(8) * 3600000);
	return xie_wr_view(&w);
}

static bool write_file(const char *out, const struct xie_print_pdf *pdf)
{
	FILE *f = fopen(out, "wb");
	bool ok = f != NULL && fwrite(pdf->p, 1, pdf->n, f) == pdf->n;
	if (f != NULL)
		ok = fclose(f) == 0 && ok;
	if (!ok)
		(void)fprintf(stderr, "xiezhi verify: %s: %s\n", out, strerror(errno));
	return ok;
}

bool verify_pdf(const char *out, const char *name, xie_str bag, const struct evidence_report *r, xie_arena *mem)
{
	struct xie_print_finding found[EVIDENCE_FINDINGS];
	char grades[EVIDENCE_FINDINGS][80], hex[64], open[48], stamped[48];
	uint8_t digest[32];
	struct xie_print_pdf pdf = { 0 };
	struct xie_err err = { 0 };
	const char *slash = strrchr(name, '/');
	xie_sha256_of(bag.p, bag.n, digest);
	xie_wr h = xie_wr_of(hex, sizeof hex);
	xie_wr_hex(&h, digest, 32);
	for (size_t i = 0; i < r->n; i++) {
		const struct evidence_finding *f = &r->found[i];
		(void)snprintf(grades[i], sizeof grades[i], "%s\n%s", evidence_grade_zh(f->grade), evidence_grade_name(f->grade));
		found[i] = (struct xie_print_finding){ xie_str_of(grades[i]), xie_str_of(f->zh), xie_str_of(f->en), xie_str_of(f->detail),
			                               f->grade == EVIDENCE_FAILED };
	}
	const struct xie_print_pair pairs[] = {
		{ XIE_STR("证据包 bag"), xie_str_of(slash != NULL ? slash + 1 : name) },
		{ XIE_STR("SHA-256"), xie_wr_view(&h) },
		{ XIE_STR("预警 alert"), xie_str_of(r->alert) },
		{ XIE_STR("规则 rule"), xie_str_of(r->rule) },
		{ XIE_STR("领域包 pack"), xie_str_of(r->pack) },
		{ XIE_STR("对象 target"), xie_str_of(r->target) },
		{ XIE_STR("触发时间 open"), moment(r->open, open, sizeof open) },
		{ XIE_STR("签名人 signer"), xie_str_of(r->signer) },
		{ XIE_STR("时间戳 stamp"), moment(r->stamped, stamped, sizeof stamped) },
	};
	const struct xie_print_report report = {
		.title = XIE_STR("电子证据核验报告"),
		.subtitle = XIE_STR("Verification report on electronic evidence"),
		.pairs = pairs, .n_pairs = sizeof pairs / sizeof pairs[0],
		.heads = { XIE_STR("核验事项 check"), XIE_STR("结论 grade"), XIE_STR("说明 detail") },
		.findings = found, .n_findings = (uint32_t)r->n,
		.verdict = r->ok ? XIE_STR("结论：全部通过。This evidence holds.") : XIE_STR("结论：不成立。This evidence does NOT hold."),
		.bad = !r->ok,
		.day = xie_floor_div(r->stamped != 0 ? r->stamped : r->open, 86400000),
	};
	if (xie_print_report(mem, &report, &pdf, &err) != XIE_OK) {
		xie_err_print(stderr, &err);
		return false;
	}
	bool ok = write_file(out, &pdf);
	xie_print_free(&pdf);
	return ok;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Findings and hints. */
#include "pack.h"

void xie_pack_note_add(struct xie_pack_notes *notes, bool warning, xie_status st, const char *file,
                       const struct xie_val *at, const char *what, xie_str name, const char *hint)
{
	if (notes->n < notes->cap) {
		struct xie_pack_note *note = &notes->list[notes->n];
		note->warning = warning;
		note->repair = NULL;
		(void)xie_err_set(&note->err, st, at != NULL ? at->line : 0, at != NULL ? at->column : 0, what, hint);
		xie_err_add(&note->err, name.p, name.n);
		note->err.file = file;
		note->err.offset = 0;
	}
	notes->n++;
	notes->errors += warning ? 0 : 1;
}

void pack__error(struct loader *l, xie_status st, const char *file, const struct xie_val *at, const char *what,
                 xie_str name, const char *hint)
{
	xie_pack_note_add(l->notes, false, st, file, at, what, name, hint);
	if (l->first == XIE_OK)
		l->first = st;
}

void pack__warn(struct loader *l, const char *file, const struct xie_val *at, const char *what, xie_str name,
                const char *hint)
{
	xie_pack_note_add(l->notes, true, XIE_UNKNOWN, file, at, what, name, hint);
}

enum { NEAR_MAX = 32 };

static size_t least_of(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Letters to change, add, leave out or swap with their neighbour to make one short word of the other. */
static size_t distance(xie_str a, xie_str b)
{
	size_t d[NEAR_MAX + 1][NEAR_MAX + 1];
	for (size_t i = 0; i <= a.n; i++)
		d[i][0] = i;
	for (size_t j = 0; j <= b.n; j++)
		d[0][j] = j;
	for (size_t i = 1; i <= a.n; i++)
		for (size_t j = 1; j <= b.n; j++) {
			d[i][j] = least_of(least_of(d[i - 1][j], d[i][j - 1]) + 1, d[i - 1][j - 1] + (a.p[i - 1] != b.p[j - 1] ? 1 : 0));
			if (i > 1 && j > 1 && a.p[i - 1] == b.p[j - 2] && a.p[i - 2] == b.p[j - 1])
				d[i][j] = least_of(d[i][j], d[i - 2][j - 2] + 1);
		}
	return d[a.n][b.n];
}

const char *xie_near_name(xie_str name, const char *const *candidates, size_t n)
{
	const char *best = NULL;
	size_t least = SIZE_MAX;
	for (size_t i = 0; i < n && name.n <= NEAR_MAX; i++) {
		xie_str c = xie_str_of(candidates[i]);
		size_t d = c.n <= NEAR_MAX ? distance(name, c) : SIZE_MAX;
		if (d < least && d * 3 <= (c.n > name.n ? c.n : name.n)) {
			best = candidates[i];
			least = d;
		}
	}
	return best;
}

void pack__check_fields(struct loader *l, const char *file, const struct xie_val *obj, const char *const *names, size_t n,
                        bool warning)
{
	XIE_VAL_EACH(f, obj)
	{
		bool known = false;
		for (size_t i = 0; i < n; i++)
			known = known || xie_str_is(f->key, names[i]);
		if (known)
			continue;
		char hint[80];
		const char *near = xie_near_name(f->key, names, n);
		(void)snprintf(hint, sizeof hint, "did you mean %s?", near != NULL ? near : "");
		if (warning)
			pack__warn(l, file, f, "unknown field: ", f->key, near != NULL ? hint : "it is not read");
		else
			pack__error(l, XIE_UNKNOWN, file, f, "unknown field: ", f->key, near != NULL ? hint : NULL);
	}
}

void pack__names(const struct xie_val *name, xie_str fallback, xie_str *ret_zh, xie_str *ret_en)
{
	xie_str one = xie_val_str(name), zh = xie_val_get_str(name, "zh"), en = xie_val_get_str(name, "en");
	xie_str any = one.n != 0 ? one : zh.n != 0 ? zh : en.n != 0 ? en : fallback;
	*ret_zh = zh.n != 0 ? zh : any;
	*ret_en = en.n != 0 ? en : any;
}

bool pack__is_id(xie_str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] <= ' ' || s.p[i] == 0x7F)
			return false;
	return s.n >= 1 && s.n <= 64;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Additional items cut apart, and the records of a batch.  Both meet terminals that count wrongly. */
#include "xie/jt808/frame.h"
#include "xie/jt808/position.h"

#include "load.h"

enum { FORMS = 5, TILES_MAX = 1023 };

/* The item of the given form at p[at..n): its value's place, or false when it does not fit. */
static bool cut(const uint8_t *p, size_t n, size_t at, unsigned form, struct xie_jt808_item *ret)
{
	static const uint8_t id_n[FORMS] = { 1, 1, 2, 2, 1 };
	static const uint8_t len_n[FORMS] = { 1, 2, 1, 2, 4 };
	size_t head = (size_t)id_n[form] + len_n[form];
	if (n - at < head)
		return false;
	const uint8_t *q = p + at;
	uint16_t id = id_n[form] == 1 ? q[0] : load16(q);
	if (id == 0) /* no item has this id: padding, or another form */
		return false;
	q += id_n[form];
	uint32_t len = len_n[form] == 1 ? q[0] : len_n[form] == 2 ? load16(q) : load32(q);
	if (len > n - at - head)
		return false;
	*ret = (struct xie_jt808_item){ .id = id, .form = (uint8_t)form, .n = len, .p = q + len_n[form] };
	return true;
}

static size_t plain_items(const uint8_t *p, size_t n, struct xie_jt808_item *items, size_t cap, size_t *ret_end)
{
	size_t k = 0, at = 0;
	struct xie_jt808_item it;
	while (at != n && cut(p, n, at, XIE_JT808_FORM_11, &it)) {
		if (k < cap)
			items[k] = it;
		k++;
		at = (size_t)(it.p + it.n - p);
	}
	*ret_end = at;
	return k;
}

/* Whether every byte from each place on belongs to an item of some form; the standard's form is preferred, then
 * the order of the enum. */
static bool tile(const uint8_t *p, size_t n, uint8_t form_at[static TILES_MAX + 1])
{
	struct xie_jt808_item it;
	form_at[n] = 0;
	for (size_t at = n; at-- > 0;) {
		form_at[at] = FORMS;
		for (unsigned f = 0; f < FORMS && form_at[at] == FORMS; f++)
			if (cut(p, n, at, f, &it) && (f == 0 || it.n != 0) &&
			    form_at[(size_t)(it.p + it.n - p)] != FORMS)
				form_at[at] = (uint8_t)f;
	}
	return form_at[0] != FORMS;
}

size_t xie_jt808_items(const uint8_t *p, size_t n, struct xie_jt808_item *items, size_t cap, uint32_t *ret_odd,
                       size_t *ret_rest)
{
	size_t end = 0;
	size_t k = plain_items(p, n, items, cap, &end);
	*ret_odd = 0;
	*ret_rest = n - end;
	if (end == n)
		return k;
	uint8_t form_at[TILES_MAX + 1];
	if (n > TILES_MAX || !tile(p, n, form_at)) {
		*ret_odd = XIE_JT808_ODD(ITEMS);
		return k;
	}
	k = 0;
	for (size_t at = 0; at != n; k++) {
		struct xie_jt808_item it = { 0 };
		if (!cut(p, n, at, form_at[at], &it))
			break;
		if (k < cap)
			items[k] = it;
		at = (size_t)(it.p + it.n - p);
	}
	*ret_odd = XIE_JT808_ODD(ITEM_FORM);
	*ret_rest = 0;
	return k;
}

xie_status xie_jt808_batch_read(const void *body, size_t n, struct xie_jt808_batch *ret_b)
{
	const uint8_t *p = body;
	if (n < 3)
		return XIE_TRUNCATED;
	*ret_b = (struct xie_jt808_batch){ .count = load16(p), .kind = p[2], .p = p + 3, .end = p + n };
	return XIE_OK;
}

bool xie_jt808_batch_next(struct xie_jt808_batch *b, struct xie_jt808_position *ret_pos)
{
	while (b->end - b->p >= 2) {
		size_t left = (size_t)(b->end - b->p) - 2;
		size_t n = load16(b->p);
		const uint8_t *at = b->p + 2;
		if (n > left) {
			b->odd |= XIE_JT808_ODD(RECORD_LEN);
			n = left;
		}
		b->p = at + n;
		if (xie_jt808_position_read(at, n, ret_pos) != XIE_OK) {
			b->odd |= XIE_JT808_ODD(RECORD_LEN);
			continue;
		}
		b->at++;
		return true;
	}
	if (b->p != b->end)
		b->odd |= XIE_JT808_ODD(REST);
	if (b->at != b->count)
		b->odd |= XIE_JT808_ODD(COUNT);
	b->p = b->end;
	return false;
}

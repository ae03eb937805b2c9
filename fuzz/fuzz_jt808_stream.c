/* SPDX-License-Identifier: Apache-2.0 */
/* A stream of JT/T 808: the first byte says how it is cut into chunks.  However it is cut the same candidates come
 * out; an accepted frame that has nothing odd about it is written as the same bytes. */
#include <stdlib.h>

#include "xie/jt808/frame.h"
#include "xie/jt808/parts.h"

struct seen {
	uint64_t digest, pieces;
};

static void mix(struct seen *s, const void *p, size_t n)
{
	const uint8_t *b = p;
	for (size_t i = 0; i < n; i++)
		s->digest = (s->digest ^ b[i]) * UINT64_C(0x100000001b3);
}

static void frame(const struct xie_jt808_piece *p, struct xie_jt808_parts *parts)
{
	static uint8_t room[XIE_JT808_FRAME_MAX], wire[XIE_JT808_WIRE_MAX];
	struct xie_jt808_frame f;
	char text[21];
	size_t n = 0;
	const uint8_t *joined = NULL;
	uint32_t joined_n = 0;
	if (xie_jt808_frame_read(p->content, p->n, room, &f) != XIE_JT808_BAD_NONE)
		return;
	if (xie_jt808_phone(&f.head, text) > 20 || (xie_jt808_identity(&f.head, text, &n) == XIE_OK && n > 20))
		abort();
	if (f.head.total != 0 && xie_jt808_parts_add(parts, &f, 0, &joined, &joined_n) == XIE_JT808_PART_COMPLETE &&
	    joined_n > parts->bytes_max)
		abort();
	if ((f.head.odd & ~(XIE_JT808_ODD(PHONE) | XIE_JT808_ODD(CIPHER))) != 0)
		return;
	xie_wr w = xie_wr_of(wire, sizeof wire);
	if (xie_jt808_frame_write(&w, &f.head, f.body, f.head.body_n) != XIE_OK || w.n != p->n + 2 ||
	    memcmp(wire + 1, p->content, p->n) != 0)
		abort();
}

static struct seen cut(const uint8_t *p, size_t n, size_t step, struct xie_jt808_parts *parts)
{
	static uint8_t buf[XIE_JT808_WIRE_MAX];
	struct seen s = { UINT64_C(0xcbf29ce484222325), 0 };
	struct xie_jt808_split split;
	struct xie_jt808_piece piece;
	xie_jt808_split_init(&split, buf, sizeof buf);
	for (size_t at = 0; at < n;) {
		size_t k = step == 0 || step > n - at ? n - at : step;
		uint8_t *chunk = malloc(k); /* so that a read past the chunk is seen */
		if (chunk == NULL)
			break;
		memcpy(chunk, p + at, k);
		xie_jt808_split_feed(&split, chunk, k);
		while (xie_jt808_split_next(&split, &piece)) {
			if (piece.bad == XIE_JT808_BAD_NONE && piece.n <= XIE_JT808_FRAME_MAX) {
				mix(&s, piece.content, piece.n);
				mix(&s, &piece.offset, sizeof piece.offset);
				s.pieces++;
				if (parts != NULL)
					frame(&piece, parts);
			}
		}
		free(chunk);
		at += k;
	}
	if (xie_jt808_split_end(&split, &piece) && piece.offset + piece.n > n)
		abort();
	return s;
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static uint8_t mem[1 << 17];
	xie_arena arena = xie_arena_of(mem, sizeof mem);
	struct xie_jt808_parts parts;
	if (n == 0)
		return 0;
	if (xie_jt808_parts_init(&parts, &arena, 2, 16, 8192) != XIE_OK)
		abort();
	size_t step = p[0];
	struct seen whole = cut(p + 1, n - 1, 0, &parts), pieces = cut(p + 1, n - 1, step, NULL);
	if (whole.digest != pieces.digest || whole.pieces != pieces.pieces)
		abort();
	return 0;
}

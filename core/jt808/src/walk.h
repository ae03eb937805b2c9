/* SPDX-License-Identifier: Apache-2.0 */
/* One description of a body, three ways to go through it: read it from bytes, write it to bytes, print it as JSON.
 *
 * A walk function names each field once, in wire order.  Reading is sticky (x->r), writing is sticky (x->w); what
 * is only in JSON is said with walk_say and its kin, which do nothing on the other two ways. */
#ifndef XIE_JT808_WALK_H
#define XIE_JT808_WALK_H

#include "xie/base/arena.h"
#include "xie/base/rd.h"
#include "xie/base/wr.h"
#include "xie/jt808/msg.h"

enum walk_way { WALK_READ, WALK_WRITE, WALK_JSON };

struct walk {
	enum walk_way way;
	uint16_t id, edition;
	xie_rd r;       /* READ */
	xie_arena *mem; /* READ: lists */
	xie_wr *w;      /* WRITE, JSON */
	uint32_t odd;
};

typedef void walk_fn(struct walk *x, struct xie_jt808_msg *m);
typedef void walk_each(struct walk *x, void *item);

static inline bool walk_reads(const struct walk *x)
{
	return x->way == WALK_READ;
}
static inline bool walk_prints(const struct walk *x)
{
	return x->way == WALK_JSON;
}
static inline size_t walk_left(const struct walk *x)
{
	return xie_rd_left(&x->r);
}
/* The number of width bytes at at, without reading it; 0 past the end. */
static inline uint32_t walk_peek(const struct walk *x, size_t at, unsigned width)
{
	xie_rd r = x->r;
	(void)xie_rd_take(&r, at);
	return width == 1 ? xie_rd_u8(&r) : width == 2 ? xie_rd_u16be(&r) : xie_rd_u32be(&r);
}
/* A refusal on any way. */
void walk_fail(struct walk *x, xie_status st);

void walk_u8(struct walk *x, const char *name, uint8_t *v);
void walk_u16(struct walk *x, const char *name, uint16_t *v);
void walk_u32(struct walk *x, const char *name, uint32_t *v);
void walk_u64(struct walk *x, const char *name, uint64_t *v);        /* printed as a string: JSON readers round */
void walk_id16(struct walk *x, const char *name, uint16_t *v);      /* printed "0x0200" */
void walk_dec(struct walk *x, const char *name, uint16_t *v, unsigned places); /* printed with a point */
void walk_deg(struct walk *x, const char *name, uint32_t *v, bool negative);   /* 1e-6 degree */
void walk_time(struct walk *x, const char *name, struct xie_jt808_time *t);    /* BCD[6] */
void walk_raw(struct walk *x, const char *name, uint8_t *p, size_t n);         /* printed as hexadecimal */

/* Text of n bytes, padded; of a length that stands before it in width bytes; of all that is left. */
void walk_text(struct walk *x, const char *name, xie_str *s, size_t n);
void walk_text_len(struct walk *x, const char *name, xie_str *s, unsigned width);
void walk_text_rest(struct walk *x, const char *name, xie_str *s);
/* Bytes that are no text, printed as hexadecimal. */
void walk_bytes(struct walk *x, const char *name, xie_str *s, size_t n);
void walk_bytes_len(struct walk *x, const char *name, xie_str *s, unsigned width);
void walk_bytes_rest(struct walk *x, const char *name, xie_str *s);

/* A member that may be absent: reading, *has says whether at least n bytes are left. */
bool walk_has(struct walk *x, bool *has, size_t n);

/* The count of a list, width bytes: reading gives what is announced (and keeps it, announced may be NULL), writing
 * writes n. */
uint32_t walk_count(struct walk *x, uint32_t *announced, uint32_t n, unsigned width);
enum { WALK_ALL = -1 };
/* A list of want items (WALK_ALL: as many as there are) of at least least bytes each; returns the items.  Reading,
 * it stops at the first item that is not whole: then *n < want and x->odd says COUNT. */
void *walk_list(struct walk *x, const char *name, void *items, uint32_t *n, int64_t want, size_t size, size_t least,
                walk_each *each);
#define WALK_LIST(x, name, items, n, want, least, each) \
	((items) = walk_list((x), (name), (items), (n), (want), sizeof *(items), (least), (each)))
/* Lists of bare numbers. */
uint16_t *walk_u16s(struct walk *x, const char *name, uint16_t *items, uint32_t *n, int64_t want);
uint32_t *walk_u32s(struct walk *x, const char *name, uint32_t *items, uint32_t *n, int64_t want);

/* Only in JSON. */
void walk_say(struct walk *x, const char *name, const char *text);
void walk_word(struct walk *x, const char *name, unsigned v, const char *const *words, size_t n);
void walk_bits(struct walk *x, const char *name, uint64_t v, const char *const *words, size_t n);
void walk_open(struct walk *x, const char *name);
void walk_close(struct walk *x);
#define WALK_WORD(x, name, v, ...)                                                             \
	walk_word((x), (name), (v), (const char *const[]){ __VA_ARGS__ },                      \
	          sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(const char *))

/* JSON helpers shared with the position. */
void walk__json_text(xie_wr *w, const char *name, xie_str wire, uint32_t *odd);
void walk__json_time(xie_wr *w, const char *name, const struct xie_jt808_time *t, uint32_t *odd);
void walk__json_hex(xie_wr *w, const char *name, const void *p, size_t n);
void walk__json_bits(xie_wr *w, const char *name, uint64_t v, const char *const *words, size_t n);
void walk__json_id(xie_wr *w, const char *name, uint64_t v, unsigned digits);

/* The walks, by file. */
walk_fn walk_answer, walk_resend, walk_clock, walk_register, walk_registered, walk_auth, walk_param_set,
	walk_param_answer, walk_param_ids, walk_attributes, walk_command, walk_upgrade, walk_upgraded;
walk_fn walk_position, walk_located, walk_batch, walk_track, walk_confirm;
walk_fn walk_speech, walk_events, walk_question, walk_menu, walk_book, walk_event, walk_reply, walk_order, walk_news,
	walk_call, walk_switches, walk_recorder_up, walk_recorder_down, walk_waybill, walk_driver, walk_can, walk_data,
	walk_packed, walk_rsa;
walk_fn walk_areas, walk_area_one, walk_area_held, walk_area_ids, walk_area_ask;
walk_fn walk_media, walk_media_data, walk_media_answer, walk_shoot, walk_shot, walk_stored, walk_media_query,
	walk_media_fetch, walk_record, walk_media_pull;
void walk_label(struct walk *x, struct xie_jt808_label *label); /* label->n says its form */
void walk_safety(struct walk *x, struct xie_jt808_safety *s);   /* s->item and s->label.n say its form */
walk_fn walk_file_ask, walk_file_list, walk_file_info, walk_file_done;
walk_fn walk_av_attributes, walk_passengers, walk_av_open, walk_av_control, walk_av_state, walk_av_replay,
	walk_av_replay_control, walk_av_query, walk_av_resources, walk_av_upload, walk_av_upload_state, walk_ptz;

#endif

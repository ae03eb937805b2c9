/* SPDX-License-Identifier: Apache-2.0 */
/* xie/web/http.h — the texts of a request that strangers write: target, query, cookies, addresses, entity tags.
 *
 * Nothing here allocates or reads a clock.  Pieces are decoded in place: the buffer given is the caller's, is
 * changed, and must outlive what points into it. */
#ifndef XIE_WEB_HTTP_H
#define XIE_WEB_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "xie/base/status.h"
#include "xie/base/str.h"
#include "xie/base/units.h"

enum { XIE_WEB_SEGMENTS = 12, XIE_WEB_PARAMS = 24 };

struct xie_web_pair {
	xie_str name, value;
};

/* A request target (RFC 9112, 3.2.1), taken apart: "/api/targets/a%2Fb?x=1" has the segments api, targets, "a/b". */
struct xie_web_target {
	xie_str path; /* raw, as sent, before the question mark */
	xie_str seg[XIE_WEB_SEGMENTS];
	size_t n_seg;
	struct xie_web_pair q[XIE_WEB_PARAMS];
	size_t n_q;
};

/* text: changed in place and kept by ret_t.  MALFORMED: no leading '/', a bad percent escape, a control
 * character, text that is not UTF-8, an empty or dot segment.  DUPLICATE: a parameter given twice.  LIMIT: too many
 * pieces.  A trailing slash adds no segment.  '+' in the query is a space (forms). */
xie_status xie_web_target_parse(char *text, size_t n, struct xie_web_target *ret_t) XIE_MUST_USE;

/* The parameter's value, or a slice with p == NULL when it is absent. */
xie_str xie_web_query(const struct xie_web_target *t, const char *name);

/* The value of one cookie in a Cookie header (RFC 6265, 4.2.1), or p == NULL.  The first of equal names counts,
 * unless a later one differs: then the header is treated as if it had none (a planted cookie). */
xie_str xie_web_cookie(xie_str header, const char *name);

/* "west,south,east,north" in decimal degrees into position units; west > east crosses the antimeridian.
 * MALFORMED, RANGE (beyond +-180, +-90, south > north). */
struct xie_web_bbox {
	int32_t west, south, east, north;
};
xie_status xie_web_bbox_parse(xie_str s, struct xie_web_bbox *ret_b) XIE_MUST_USE;
static inline bool xie_web_bbox_has(const struct xie_web_bbox *b, int32_t lon, int32_t lat)
{
	bool in_lon = b->west <= b->east ? lon >= b->west && lon <= b->east : lon >= b->west || lon <= b->east;
	return in_lon && lat >= b->south && lat <= b->north;
}

/* True when an If-None-Match header names the tag (weak comparison, RFC 9110, 13.1.2) or is "*". */
bool xie_web_etag_matches(xie_str header, xie_str tag);

/* True when an Accept-Encoding header allows the coding (a zero quality forbids it). */
bool xie_web_accepts(xie_str header, const char *coding);

/* The address of the nearest hop that the proxy saw: the last element of X-Forwarded-For.  Empty when absent. */
xie_str xie_web_forwarded(xie_str header);

/* The media type of a file by its name ("application/octet-stream" when it is not known). */
const char *xie_web_mime(xie_str file_name);

/* HOST:PORT, [v6]:PORT or :PORT.  The host is empty in the last form.  MALFORMED, RANGE. */
xie_status xie_web_listen_parse(xie_str s, xie_str *ret_host, uint16_t *ret_port) XIE_MUST_USE;

#endif

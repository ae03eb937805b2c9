/* SPDX-License-Identifier: Apache-2.0 */
#include "xie/web/http.h"

#include <strings.h>

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* Percent-decodes p in place; the result is never longer. */
static xie_status decode(char *p, size_t n, bool plus_is_space, xie_str *ret_s)
{
	size_t out = 0;
	for (size_t i = 0; i < n; i++) {
		char c = p[i];
		if (c == '%') {
			if (n - i < 3 || hex_digit(p[i + 1]) < 0 || hex_digit(p[i + 2]) < 0)
				return XIE_MALFORMED;
			c = (char)(hex_digit(p[i + 1]) << 4 | hex_digit(p[i + 2]));
			i += 2;
		} else if (c == '+' && plus_is_space) {
			c = ' ';
		}
		/* No control character belongs in a name, a number or a search word. */
		if ((unsigned char)c < 0x20 || c == 0x7f)
			return XIE_MALFORMED;
		p[out++] = c;
	}
	*ret_s = (xie_str){ p, out };
	return xie_utf8_ok(*ret_s) ? XIE_OK : XIE_MALFORMED;
}

static xie_status parse_path(char *p, size_t n, struct xie_web_target *t)
{
	size_t at = 1;
	while (at < n) {
		const char *slash = memchr(p + at, '/', n - at);
		size_t len = slash != NULL ? (size_t)(slash - (p + at)) : n - at;
		xie_str seg;
		if (t->n_seg == XIE_WEB_SEGMENTS)
			return XIE_LIMIT;
		xie_status st = decode(p + at, len, false, &seg);
		if (st != XIE_OK)
			return st;
		/* Dot segments never reach a file name. */
		if (seg.n == 0 || xie_str_is(seg, ".") || xie_str_is(seg, ".."))
			return XIE_MALFORMED;
		t->seg[t->n_seg++] = seg;
		at += len + 1;
	}
	return XIE_OK;
}

static xie_status parse_pair(char *p, size_t n, struct xie_web_target *t)
{
	char *eq = memchr(p, '=', n);
	size_t name_n = eq != NULL ? (size_t)(eq - p) : n;
	struct xie_web_pair pair = { .value = { p + n, 0 } };
	if (t->n_q == XIE_WEB_PARAMS)
		return XIE_LIMIT;
	xie_status st = decode(p, name_n, true, &pair.name);
	if (st == XIE_OK && eq != NULL)
		st = decode(eq + 1, n - name_n - 1, true, &pair.value);
	if (st != XIE_OK)
		return st;
	if (pair.name.n == 0)
		return XIE_MALFORMED;
	for (size_t i = 0; i < t->n_q; i++)
		if (xie_str_eq(t->q[i].name, pair.name))
			return XIE_DUPLICATE;
	t->q[t->n_q++] = pair;
	return XIE_OK;
}

xie_status xie_web_target_parse(char *text, size_t n, struct xie_web_target *ret_t)
{
	/* The decoding below destroys the raw path: the slice only keeps its place for logs. */
	struct xie_web_target t = { .n_seg = 0 };
	if (n == 0 || text[0] != '/')
		return XIE_MALFORMED;
	char *mark = memchr(text, '?', n);
	size_t path_n = mark != NULL ? (size_t)(mark - text) : n;
	t.path = (xie_str){ text, path_n };
	xie_status st = parse_path(text, path_n, &t);
	size_t at = path_n + 1;
	while (st == XIE_OK && at < n) {
		const char *amp = memchr(text + at, '&', n - at);
		size_t len = amp != NULL ? (size_t)(amp - (text + at)) : n - at;
		if (len != 0)
			st = parse_pair(text + at, len, &t);
		at += len + 1;
	}
	if (st == XIE_OK)
		*ret_t = t;
	return st;
}

xie_str xie_web_query(const struct xie_web_target *t, const char *name)
{
	for (size_t i = 0; i < t->n_q; i++)
		if (xie_str_is(t->q[i].name, name))
			return t->q[i].value;
	return (xie_str){ NULL, 0 };
}

xie_str xie_web_cookie(xie_str header, const char *name)
{
	xie_str rest = header, piece;
	xie_str found = { NULL, 0 };
	while (rest.p != NULL && xie_str_split(&rest, ';', &piece)) {
		piece = xie_str_trim(piece);
		size_t eq = xie_str_find(piece, '=');
		if (eq == piece.n || !xie_str_is((xie_str){ piece.p, eq }, name))
			continue;
		xie_str v = xie_str_from(piece, eq + 1);
		if (found.p != NULL && !xie_str_eq(found, v))
			return (xie_str){ NULL, 0 };
		found = v;
	}
	return found;
}

xie_status xie_web_bbox_parse(xie_str s, struct xie_web_bbox *ret_b)
{
	int64_t v[4];
	xie_str piece;
	for (size_t i = 0; i < 4; i++) {
		if (!xie_str_split(&s, ',', &piece))
			return XIE_MALFORMED;
		xie_status st = xie_str_scaled(xie_str_trim(piece), XIE_DEG, 1, &v[i]);
		if (st != XIE_OK)
			return st;
		int64_t max = (i & 1) != 0 ? XIE_LAT_MAX : XIE_LON_MAX;
		if (v[i] > max || v[i] < -max)
			return XIE_RANGE;
	}
	if (s.p != NULL)
		return XIE_MALFORMED;
	if (v[1] > v[3])
		return XIE_RANGE;
	*ret_b = (struct xie_web_bbox){ (int32_t)v[0], (int32_t)v[1], (int32_t)v[2], (int32_t)v[3] };
	return XIE_OK;
}

bool xie_web_etag_matches(xie_str header, xie_str tag)
{
	xie_str rest = header, piece;
	while (rest.p != NULL && xie_str_split(&rest, ',', &piece)) {
		piece = xie_str_trim(piece);
		if (xie_str_is(piece, "*"))
			return true;
		if (xie_str_starts(piece, "W/"))
			piece = xie_str_from(piece, 2);
		if (xie_str_eq(piece, tag))
			return true;
	}
	return false;
}

static bool equal_fold(xie_str s, const char *word)
{
	return s.n == strlen(word) && strncasecmp(s.p, word, s.n) == 0;
}

bool xie_web_accepts(xie_str header, const char *coding)
{
	xie_str rest = header, piece;
	while (rest.p != NULL && xie_str_split(&rest, ',', &piece)) {
		size_t semi = xie_str_find(piece, ';');
		xie_str name = xie_str_trim((xie_str){ piece.p, semi });
		if (!equal_fold(name, coding))
			continue;
		xie_str par = xie_str_trim(xie_str_from(piece, semi + 1));
		/* q=0, q=0.0, q=0.00, q=0.000 (RFC 9110, 12.4.2) */
		if (par.n < 3 || (par.p[0] != 'q' && par.p[0] != 'Q') || par.p[1] != '=')
			return true;
		for (size_t i = 2; i < par.n; i++)
			if (par.p[i] != '0' && par.p[i] != '.')
				return true;
		return false;
	}
	return false;
}

xie_str xie_web_forwarded(xie_str header)
{
	xie_str rest = header, piece, last = { "", 0 };
	while (rest.p != NULL && xie_str_split(&rest, ',', &piece))
		last = xie_str_trim(piece);
	return last;
}

const char *xie_web_mime(xie_str file_name)
{
	static const struct {
		const char *end, *type;
	} types[] = {
		{ ".html", "text/html; charset=utf-8" },
		{ ".js", "text/javascript; charset=utf-8" },
		{ ".mjs", "text/javascript; charset=utf-8" },
		{ ".css", "text/css; charset=utf-8" },
		{ ".json", "application/json" },
		{ ".geojson", "application/geo+json" },
		{ ".webmanifest", "application/manifest+json" },
		{ ".map", "application/json" },
		{ ".svg", "image/svg+xml" },
		{ ".png", "image/png" },
		{ ".jpg", "image/jpeg" },
		{ ".jpeg", "image/jpeg" },
		{ ".webp", "image/webp" },
		{ ".ico", "image/x-icon" },
		{ ".woff2", "font/woff2" },
		{ ".woff", "font/woff" },
		{ ".ttf", "font/ttf" },
		{ ".wasm", "application/wasm" },
		{ ".pbf", "application/x-protobuf" },
		{ ".pmtiles", "application/vnd.pmtiles" },
		{ ".txt", "text/plain; charset=utf-8" },
		{ ".md", "text/markdown; charset=utf-8" },
		{ ".pdf", "application/pdf" },
		{ ".mp4", "video/mp4" },
		{ ".mp3", "audio/mpeg" },
		{ ".ogg", "audio/ogg" },
		{ ".wav", "audio/wav" },
	};
	for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
		size_t n = strlen(types[i].end);
		if (file_name.n > n && equal_fold(xie_str_from(file_name, file_name.n - n), types[i].end))
			return types[i].type;
	}
	return "application/octet-stream";
}

xie_status xie_web_listen_parse(xie_str s, xie_str *ret_host, uint16_t *ret_port)
{
	size_t colon = s.n;
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] == ':')
			colon = i;
	if (colon == s.n)
		return XIE_MALFORMED;
	xie_str host = { s.p, colon };
	if (host.n >= 2 && host.p[0] == '[' && host.p[host.n - 1] == ']')
		host = (xie_str){ host.p + 1, host.n - 2 };
	else if (xie_str_find(host, ':') != host.n)
		return XIE_MALFORMED; /* a bare IPv6 address: which colon is the port's? */
	uint64_t port;
	xie_status st = xie_str_u64(xie_str_from(s, colon + 1), &port);
	if (st != XIE_OK)
		return st;
	if (port > 65535)
		return XIE_RANGE;
	*ret_host = host;
	*ret_port = (uint16_t)port;
	return XIE_OK;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "alert_json.h"

#include "xie/base/time.h"

static const struct xie_rule *rule_of(const struct xie_rules *rules, const struct xie_alert *a)
{
	return &rules->rules[rules->bindings[a->binding].rule];
}

static xie_str zone_of(const struct xie_rules *rules, const struct xie_alert *a)
{
	uint32_t z = rules->bindings[a->binding].zone;
	return z != XIE_NO_ZONE ? rules->zones[z].id : (xie_str){ "", 0 };
}

static void text_or_null(xie_wr *w, const char *key, xie_str s)
{
	xie_wr_key(w, key);
	if (s.n != 0)
		xie_wr_json_str(w, s);
	else
		xie_wr_text(w, "null");
}

static void time_or_null(xie_wr *w, const char *key, bool known, xie_ms t)
{
	xie_wr_key(w, key);
	if (!known) {
		xie_wr_text(w, "null");
		return;
	}
	xie_wr_char(w, '"');
	xie_wr_time(w, t);
	xie_wr_char(w, '"');
}

void alert_json(const struct xie_rules *rules, const struct xie_alert *a, const struct xie_static *stat, bool marked, xie_wr *w)
{
	const struct xie_rule *r = rule_of(rules, a);
	const char *dir = xie_direction_name((enum xie_direction)a->direction);
	xie_wr_char(w, '{');
	xie_wr_key(w, "id");
	xie_wr_char(w, '"');
	xie_wr_hex(w, a->id, sizeof a->id);
	xie_wr_char(w, '"');
	xie_wr_kv_i64(w, "rev", marked ? a->rev : 1); /* final alerts are those of a run in which nothing was late */
	if (marked)
		xie_wr_kv_str(w, "state", xie_str_of(a->withdrawn ? "withdrawn" : "current"));
	xie_wr_kv_str(w, "rule", r->id);
	xie_wr_kv_str(w, "mode", xie_str_of(xie_mode_name(r->mode)));
	xie_wr_kv_i64(w, "level", r->level);
	xie_wr_kv_str(w, "target", xie_key_text(&a->target));
	if (stat != NULL && stat->plate[0] != '\0')
		xie_wr_kv_str(w, "plate", xie_str_of(stat->plate));
	text_or_null(w, "other", xie_key_text(&a->other));
	text_or_null(w, "zone", zone_of(rules, a));
	text_or_null(w, "direction", xie_str_of(dir));
	time_or_null(w, "since", true, a->since);
	time_or_null(w, "open", true, a->open);
	time_or_null(w, "close", a->closed, a->close);
	xie_wr_kv_str(w, "end", xie_str_of(xie_end_name((enum xie_end)a->end)));
	xie_wr_kv_bool(w, "already_inside", a->already_inside);
	xie_wr_key(w, "peak");
	if (a->has_peak)
		xie_wr_i64(w, a->peak);
	else
		xie_wr_text(w, "null");
	xie_wr_kv_str(w, "pack", r->pack);
	xie_wr_kv_i64(w, "semantics", XIE_SEMANTICS);
	xie_wr_text(w, "}\n");
}

int alert_order(const struct xie_rules *rules, const struct xie_alert *a, const struct xie_alert *b)
{
	if (a->open != b->open)
		return a->open < b->open ? -1 : 1;
	int c = xie_str_cmp(rule_of(rules, a)->id, rule_of(rules, b)->id);
	if (c == 0)
		c = xie_key_cmp(&a->target, &b->target);
	if (c == 0)
		c = xie_key_cmp(&a->other, &b->other);
	if (c == 0)
		c = xie_str_cmp(zone_of(rules, a), zone_of(rules, b));
	if (c == 0)
		c = (int)a->direction - (int)b->direction;
	return c != 0 ? c : memcmp(a->id, b->id, sizeof a->id);
}

/* ---- for people ---- */

static void speed(xie_wr *w, const struct xie_alert *a)
{
	bool knots = a->target.scheme == XIE_SCHEME_MMSI;
	int64_t tenths = knots ? (a->peak + XIE_DMPH_PER_DKN / 2) / XIE_DMPH_PER_DKN : (a->peak + XIE_DMPH_PER_DKMH / 2) / XIE_DMPH_PER_DKMH;
	xie_wr_text(w, "  ");
	xie_wr_fixed(w, tenths, 1);
	xie_wr_text(w, knots ? " kn" : " km/h");
}

static void clock_of_day(xie_wr *w, xie_ms t, xie_ms utc_offset)
{
	struct xie_civil c;
	xie_civil_from_ms(t, utc_offset, &c);
	xie_wr_padded(w, c.hour, 2);
	xie_wr_char(w, ':');
	xie_wr_padded(w, c.minute, 2);
	xie_wr_char(w, ':');
	xie_wr_padded(w, c.second, 2);
}

void alert_line(const struct xie_rules *rules, const struct xie_alert *a, const struct xie_static *stat, xie_ms utc_offset,
                bool color, xie_wr *w)
{
	static const char *const colors[] = { "", "\033[1;31m", "\033[33m", "\033[36m", "\033[37m" };
	const struct xie_rule *r = rule_of(rules, a);
	xie_str name = r->name_zh.n != 0 ? r->name_zh : r->id;
	bool over = a->closed && a->end != XIE_END_EVENT;
	clock_of_day(w, over ? a->close : a->open, utc_offset);
	xie_wr_text(w, color ? (over ? "\033[2m" : colors[r->level]) : "");
	xie_wr_text(w, a->withdrawn ? "  撤回 " : over ? "  结束 " : "  触发 ");
	xie_wr_u64(w, r->level);
	xie_wr_text(w, "级  ");
	xie_wr_str(w, name);
	xie_wr_text(w, "  ");
	xie_wr_str(w, xie_key_text(&a->target));
	if (stat != NULL && (stat->plate[0] != '\0' || stat->name[0] != '\0')) {
		xie_wr_char(w, ' ');
		xie_wr_text(w, stat->plate[0] != '\0' ? stat->plate : stat->name);
	}
	if (a->other.n != 0) {
		xie_wr_text(w, " + ");
		xie_wr_str(w, xie_key_text(&a->other));
	}
	if (zone_of(rules, a).n != 0) {
		xie_wr_text(w, "  @");
		xie_wr_str(w, zone_of(rules, a));
	}
	if (a->has_peak)
		speed(w, a);
	if (over) {
		xie_wr_text(w, "  ");
		xie_wr_text(w, xie_end_name((enum xie_end)a->end));
		xie_wr_text(w, ", ");
		xie_wr_i64(w, (a->close - a->open) / 1000);
		xie_wr_text(w, " s");
	}
	xie_wr_text(w, color ? "\033[0m" : "");
}

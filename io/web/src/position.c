/* SPDX-License-Identifier: Apache-2.0 */
/* One target's last position as the page reads it (schema Position): what is moving, how often it should report. */
#include "web_int.h"

enum {
	MOORED_VESSEL_DMPH = 5 * XIE_DMPH_PER_DKN,    /* below 0.5 kn */
	PARKED_VEHICLE_DMPH = 30 * XIE_DMPH_PER_DKMH, /* below 3 km/h */
};

static bool is_moored(const struct xie_live_target *t)
{
	const struct xie_fix *f = &t->fix;
	if (t->kind == XIE_KIND_STATION || t->kind == XIE_KIND_AID)
		return true;
	/* ITU-R M.1371 table 45: 1 at anchor, 5 moored, 6 aground */
	if ((f->has & XIE_FIX_NAV_STATUS) != 0 && (f->nav_status == 1 || f->nav_status == 5 || f->nav_status == 6))
		return true;
	if ((f->has & XIE_FIX_SOG) == 0)
		return false;
	return f->sog_dmph < (t->kind == XIE_KIND_VEHICLE ? PARKED_VEHICLE_DMPH : MOORED_VESSEL_DMPH);
}

/* Seconds between two reports: ITU-R M.1371 table 1 for class A, JT/T 808's usual 30 s for vehicles. */
static int64_t interval_s(const struct xie_live_target *t, bool moored)
{
	switch (t->kind) {
	case XIE_KIND_VEHICLE:
		return 30;
	case XIE_KIND_STATION:
	case XIE_KIND_AIRCRAFT:
		return 10;
	case XIE_KIND_AID:
		return 180;
	default:
		return moored ? 180 : 10;
	}
}

/* ITU-R M.1371 table 53 in the page's words; NULL when it says nothing useful. */
const char *web_ship_sub(unsigned type)
{
	static const char *const special[] = { [30] = "fishing",
		                               [31] = "tug",
		                               [32] = "tug",
		                               [33] = "dredger",
		                               [34] = "diving",
		                               [35] = "military",
		                               [36] = "sailing",
		                               [37] = "pleasure",
		                               [50] = "pilot",
		                               [51] = "rescue",
		                               [52] = "tug",
		                               [53] = "port_tender",
		                               [54] = "anti_pollution",
		                               [55] = "law_enforcement",
		                               [58] = "medical" };
	static const char *const tens[] = {
		[2] = "wing", [4] = "high_speed", [6] = "passenger", [7] = "cargo", [8] = "tanker"
	};
	if (type < sizeof special / sizeof special[0] && special[type] != NULL)
		return special[type];
	return type / 10 < sizeof tens / sizeof tens[0] ? tens[type / 10] : NULL;
}

static void kv_kind(xie_wr *w, enum xie_target_kind k)
{
	/* The page has no aircraft: a search-and-rescue aircraft moves like a vessel. */
	xie_wr_kv_str(w, "kind", xie_str_of(xie_target_kind_name(k == XIE_KIND_AIRCRAFT ? XIE_KIND_VESSEL : k)));
}

void web_position_write(void *self, xie_wr *w, const struct xie_live_target *t)
{
	struct xie_web *web = self;
	const struct xie_fix *f = &t->fix;
	bool moored = is_moored(t);
	const char *name = t->plate[0] != '\0' ? t->plate : t->name;
	const char *sub = t->kind == XIE_KIND_VESSEL ? web_ship_sub(t->ship_type) : NULL;
	if (!t->has_fix)
		return;
	xie_wr_text(w, "{\"key\":");
	web_key_write(w, t->kind == XIE_KIND_AIRCRAFT ? XIE_KIND_VESSEL : t->kind, &t->key);
	kv_kind(w, t->kind);
	if (name[0] != '\0')
		xie_wr_kv_str(w, "name", xie_str_of(name));
	web_kv_deg(w, "lat", f->at.lat);
	web_kv_deg(w, "lon", f->at.lon);
	if ((f->has & XIE_FIX_SOG) != 0)
		xie_wr_kv_i64(w, "speed_dmph", f->sog_dmph);
	if ((f->has & XIE_FIX_COG) != 0)
		xie_wr_kv_i64(w, "course_cdeg", f->cog_cdeg);
	if ((f->has & XIE_FIX_HEADING) != 0)
		xie_wr_kv_i64(w, "heading_cdeg", f->heading_cdeg);
	web_kv_time(w, "at", f->t);
	xie_wr_kv_str(w, "motion", moored ? XIE_STR("moored") : XIE_STR("moving"));
	xie_wr_kv_i64(w, "interval_s", interval_s(t, moored));
	if ((f->has & XIE_FIX_ACCURATE) != 0)
		xie_wr_kv_i64(w, "acc_m", 10);
	if (t->length_mm != 0)
		xie_wr_kv_i64(w, "len_mm", t->length_mm);
	if (sub != NULL)
		xie_wr_kv_str(w, "sub", xie_str_of(sub));
	if ((f->has & XIE_FIX_CLOCK_SUSPECT) != 0)
		xie_wr_kv_bool(w, "suspect", true);
	const char *source = web_source_id(web, t->source);
	if (source[0] != '\0')
		xie_wr_kv_str(w, "source", xie_str_of(source));
	xie_wr_char(w, '}');
}

/* Ids of sources by their number.  A number never changes its id, so a reader needs no lock: the flag is raised
 * after the text stands. */
const char *web_source_id(const struct xie_web *w, uint32_t index)
{
	if (w == NULL || index >= WEB_SOURCES || !atomic_load_explicit(&w->source_known[index], memory_order_acquire))
		return "";
	return w->source_ids[index];
}

static xie_status learn(void *ctx, const struct xie_world_source *s)
{
	struct xie_web *w = ctx;
	if (s->index >= WEB_SOURCES || s->id.n >= sizeof w->source_ids[0] || atomic_load(&w->source_known[s->index]))
		return XIE_OK;
	memcpy(w->source_ids[s->index], s->id.p, s->id.n);
	atomic_store_explicit(&w->source_known[s->index], true, memory_order_release);
	return XIE_OK;
}

/* The clockwork's thread alone. */
void web_learn_sources(struct xie_web *w)
{
	if (w->conf.world->sources != NULL)
		(void)w->conf.world->sources(w->conf.world->self, learn, w);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* app/site_conf.h — the server's settings from a YAML file; docs/configuration.md is the reference. */
#ifndef XIE_APP_SITE_CONF_H
#define XIE_APP_SITE_CONF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "xie/base/arena.h"
#include "xie/base/status.h"
#include "xie/base/str.h"
#include "xie/base/units.h"

enum { SITE_PACKS = 32, SITE_SOURCES = 256 };

struct site_pack {
	const char *dir;
	xie_str org, region; /* whose the alerts of its rules are; "" = the root unit, its region */
};

/* Of a source of kind jt808. */
struct site_terminals {
	const xie_str *list; /* identities */
	size_t n_list;
	const char *file;    /* one identity a line; NULL: none */
	enum { SITE_UNKNOWN_DEFAULT, SITE_UNKNOWN_ACCEPT, SITE_UNKNOWN_REFUSE } unknown; /* default: refuse when there is a list */
	bool by_phone;       /* those that never register are served by their number alone */
	uint32_t connections; /* at most; 0 = 10,000 */
	xie_ms silence;       /* that ends a connection; 0 = 180 s */
};

struct site_source {
	xie_str id, name, kind, address;
	uint32_t rate, retry_max_s, baud;
	bool repeat, disabled;
	struct site_terminals terminals;
};

/* Texts live in the arena; NULL, "" or 0 stand for the default. */
struct site_conf {
	const char *data; /* "./data" */
	const char *name, *name_en;
	const char *short_name;  /* before the numbers of its documents, NULL = none */
	const char *agency_kind; /* field of law, NULL = whatever an item says */
	xie_ms utc_offset; /* of the authority's clocks */
	const char *utc_offset_text;
	const char *host;
	uint16_t port;
	const char *page; /* NULL: beside the program */
	const char *certificate, *key;
	bool behind_proxy;
	double lat, lon, zoom;
	const char *tiles_url, *tiles_attribution, *tiles_approval;
	int tiles_max_zoom;
	xie_ms idle, absolute, pause, forget;
	uint32_t tries, workers, connections, streams, positions, rate_per_s;
	uint32_t live_targets; /* 200,000 */
	int64_t engine_memory; /* bytes of address space; 8 GiB */
	const char *witness_keys, *witness_folder; /* NULL: no witness */
	xie_ms witness_every;  /* one hour */
	uint32_t snapshot_min; /* minutes between two snapshots of the engine; 10 */
	xie_ms trial_start;    /* of a trial's clock; 0: the machine's clock */
	uint32_t trial_speed;  /* seconds of it in a second */
	struct site_pack packs[SITE_PACKS];
	size_t n_packs;
	struct site_source sources[SITE_SOURCES];
	size_t n_sources;
};

/* What holds without a file. */
void site_conf_defaults(struct site_conf *c);
/* Reads the file over what c holds; paths in it are relative to its folder.  Every problem is given to reterr with its
 * line and column: the first one. */
xie_status site_conf_read(xie_arena *mem, const char *path, struct site_conf *c, struct xie_err *reterr) XIE_MUST_USE;
/* The same from text; file: for messages and relative paths. */
xie_status site_conf_parse(xie_arena *mem, const char *file, xie_str text, struct site_conf *c,
                           struct xie_err *reterr) XIE_MUST_USE;

#endif

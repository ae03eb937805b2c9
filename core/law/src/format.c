/* SPDX-License-Identifier: Apache-2.0 */
/* The tables of docs/procedure-format.md, from the tables that the engine itself reads. */
#include "law_int.h"

static void cell(xie_wr *w, xie_str s)
{
	xie_wr_text(w, " | ");
	xie_wr_str(w, s);
}

/* A type as the page shows it: text or null is written null where it stands alone. */
static void write_keys(const struct law_key *keys, uint32_t n, xie_wr *w)
{
	xie_wr_text(w, " | ");
	if (n == 0)
		xie_wr_text(w, "–");
	for (uint32_t i = 0; i < n; i++) {
		if (i != 0)
			xie_wr_text(w, "; ");
		xie_wr_char(w, '`');
		xie_wr_str(w, keys[i].name);
		xie_wr_text(w, "` ");
		xie_wr_str(w, keys[i].type);
	}
}

static void write_events(const struct xie_law *law, bool listed, xie_wr *w)
{
	xie_wr_text(w, "| event | 中文 | step of the law's tables | keys of `data` |\n| --- | --- | --- | --- |\n");
	for (uint32_t i = 0; i < law->n_events; i++) {
		const struct law_event *e = &law->events[i];
		if (e->listed != listed)
			continue;
		xie_wr_text(w, "| `");
		xie_wr_str(w, e->name);
		xie_wr_char(w, '`');
		cell(w, e->what.zh);
		cell(w, e->step);
		write_keys(e->keys, e->n_keys, w);
		xie_wr_text(w, " |\n");
	}
}

static void write_map(const char *title, const struct law_key *keys, uint32_t n, xie_wr *w)
{
	xie_wr_text(w, "| ");
	xie_wr_text(w, title);
	xie_wr_text(w, " | type |\n| --- | --- |\n");
	for (uint32_t i = 0; i < n; i++) {
		xie_wr_text(w, "| `");
		xie_wr_str(w, keys[i].name);
		xie_wr_char(w, '`');
		cell(w, keys[i].type);
		xie_wr_text(w, " |\n");
	}
}

xie_status xie_law_write_format(const struct xie_law *law, xie_wr *w)
{
	xie_wr_text(w, "### Keys of the header\n\n");
	write_map("key of `case`", law->header, law->n_header, w);
	xie_wr_char(w, '\n');
	write_map("key of a person", law->person, law->n_person, w);
	xie_wr_text(w, "\nRoles: ");
	for (uint32_t i = 0; i < law->roles.n; i++) {
		if (i != 0)
			xie_wr_text(w, ", ");
		xie_wr_str(w, law->roles.names[i]);
	}
	xie_wr_text(w, ".\n\n### Events\n\n");
	write_events(law, true, w);
	xie_wr_text(w, "\n### Further events\n\n");
	write_events(law, false, w);
	return w->st;
}

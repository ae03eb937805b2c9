/* SPDX-License-Identifier: Apache-2.0 */
/* pack.yaml: who a pack is. */
#include "pack.h"

#include "xie/base/time.h"

static const xie_str none = { "", 0 };

static const char *const fields[] = { "id", "version", "name", "description", "utc_offset", "extends", "licence", "sources",
	                              "region", "maintainers", "note" };

/* The folder's own name: "packs/cn-inland-waters/" -> "cn-inland-waters". */
static xie_str folder_name(const char *dir)
{
	xie_str s = xie_str_of(dir);
	while (s.n > 1 && s.p[s.n - 1] == '/')
		s.n--;
	size_t from = s.n;
	while (from > 0 && s.p[from - 1] != '/')
		from--;
	return xie_str_from(s, from);
}

static xie_str label_of(struct loader *l, const struct xie_pack *p)
{
	if (p->version.n == 0)
		return p->id;
	size_t n = p->id.n + 1 + p->version.n;
	char *s = xie_arena_alloc(l->mem, n + 1, 1);
	if (s == NULL)
		return p->id;
	memcpy(s, p->id.p, p->id.n);
	s[p->id.n] = '@';
	memcpy(s + p->id.n + 1, p->version.p, p->version.n);
	return (xie_str){ s, n };
}

static bool pack_id_ok(xie_str s)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (i != 0 && (c == '-' || c == '_' || c == '.'))))
			return false;
	}
	return s.n >= 1 && s.n <= 64;
}

static void read_fields(struct loader *l, struct xie_pack *p, const struct xie_val *m, const char *file)
{
	const struct xie_val *id = xie_val_get(m, "id"), *version = xie_val_get(m, "version");
	const struct xie_val *offset = xie_val_get(m, "utc_offset");
	pack__check_fields(l, file, m, fields, sizeof fields / sizeof fields[0], false);
	if (id == NULL)
		pack__error(l, XIE_MISSING, file, m, "a pack has an id", none, "id: the-folders-name");
	else if (!pack_id_ok(xie_val_str(id)))
		pack__error(l, XIE_MALFORMED, file, id, "not an id for a pack: ", xie_val_str(id),
		            "lower-case letters, digits, - _ . and at most 64 of them");
	else
		p->id = xie_val_str(id);
	if (version == NULL)
		pack__error(l, XIE_MISSING, file, m, "a pack has a version", none, "for example version: 1.0.0");
	else if (!pack__is_id(xie_val_str(version)))
		pack__error(l, XIE_MALFORMED, file, version, "not a version: ", xie_val_str(version), "for example 1.0.0");
	else
		p->version = xie_val_str(version);
	if (offset != NULL && xie_offset_parse(xie_val_str(offset), &p->utc_offset_ms) != XIE_OK)
		pack__error(l, XIE_MALFORMED, file, offset, "not an offset from UTC: ", xie_val_str(offset),
		            "for example +08:00, or Z");
}

void pack__manifest(struct loader *l, struct xie_pack *p)
{
	p->id = folder_name(p->dir);
	const char *file = pack__path(l, p->dir, "pack.yaml");
	if (!pack__exists(file))
		file = pack__path(l, p->dir, "pack.json");
	p->anonymous = !pack__exists(file);
	if (!p->anonymous) {
		const struct xie_val *m = pack__tree(l, file);
		if (m != NULL && m->kind != XIE_VAL_OBJECT)
			pack__error(l, XIE_MALFORMED, file, m, "a manifest is a mapping", none, "id: ..., version: ..., name: {zh: ..., en: ...}");
		else if (m != NULL)
			read_fields(l, p, m, file);
		p->manifest = m;
	}
	p->label = label_of(l, p);
	pack__names(xie_val_get(p->manifest, "name"), p->id, &p->name_zh, &p->name_en);
}

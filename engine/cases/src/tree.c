/* SPDX-License-Identifier: Apache-2.0 */
#include "xie/cases/tree.h"

static const struct xie_val *find(const struct xie_val *obj, xie_str key)
{
	XIE_VAL_EACH(v, obj)
	{
		if (xie_str_eq(v->key, key))
			return v;
	}
	return NULL;
}

static bool hang(xie_arena *mem, struct xie_val *to, struct xie_val **tail, const struct xie_val *v, xie_str key)
{
	struct xie_val *n = xie_val_add(mem, to, tail, v->kind, key);
	if (n == NULL)
		return false;
	struct xie_val *next = n->next;
	*n = *v;
	n->key = key;
	n->next = next;
	return true;
}

const struct xie_val *xie_tree_merge(xie_arena *mem, const struct xie_val *base, const struct xie_val *over)
{
	struct xie_val *tail = NULL, *root = xie_val_add(mem, NULL, NULL, XIE_VAL_OBJECT, (xie_str){ NULL, 0 });
	if (root == NULL)
		return NULL;
	XIE_VAL_EACH(v, base)
	{
		const struct xie_val *o = find(over, v->key), *use = o != NULL ? o : v;
		if (use->kind != XIE_VAL_NULL && !hang(mem, root, &tail, use, v->key))
			return NULL;
	}
	XIE_VAL_EACH(v, over)
	{
		if (v->kind != XIE_VAL_NULL && find(base, v->key) == NULL && !hang(mem, root, &tail, v, v->key))
			return NULL;
	}
	return root;
}

const struct xie_val *xie_tree_with(xie_arena *mem, const struct xie_val *base, const char *name, const struct xie_val *value)
{
	struct xie_val *tail = NULL, *one = xie_val_add(mem, NULL, NULL, XIE_VAL_OBJECT, (xie_str){ NULL, 0 });
	if (one == NULL || value == NULL || !hang(mem, one, &tail, value, xie_str_of(name)))
		return NULL;
	return xie_tree_merge(mem, base, one);
}

const struct xie_val *xie_tree_text(xie_arena *mem, xie_str s)
{
	struct xie_val *v = xie_val_add(mem, NULL, NULL, XIE_VAL_STRING, (xie_str){ NULL, 0 });
	if (v != NULL)
		v->s = s;
	return v;
}

const struct xie_val *xie_tree_texts(xie_arena *mem, const xie_str *list, size_t n)
{
	struct xie_val *tail = NULL, *a = xie_val_add(mem, NULL, NULL, XIE_VAL_ARRAY, (xie_str){ NULL, 0 });
	for (size_t i = 0; i < n && a != NULL; i++) {
		struct xie_val *v = xie_val_add(mem, a, &tail, XIE_VAL_STRING, (xie_str){ NULL, 0 });
		if (v == NULL)
			return NULL;
		v->s = list[i];
	}
	return a;
}

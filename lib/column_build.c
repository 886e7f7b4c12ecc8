#include "column.h"

#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "column_format.h"
#include "messages.h"

/*
 * Gathers values as (document, value) pairs, numbered as they come, and makes
 * the file at the end: values sorted by slug, pairs sorted by document and
 * value, equal sets found by a hash table.  Nothing in the file depends on
 * the order of the calls.
 */

struct value {
	char *slug, *label, *parent; /* parent NULL = "" */
	bool used;		     /* a document has it */
	uint32_t sorted;	     /* its number in the file */
};

struct pair {
	uint32_t docid, value;
};

struct gathered { /* one facet */
	struct value *value;
	size_t n_values, cap_values;
	uint32_t *slot; /* hash of a slug -> value + 1; 0 = free */
	size_t n_slots; /* a power of two, or 0 */
	struct pair *pair;
	size_t n_pairs, cap_pairs;
};

struct column_builder {
	uint32_t last;
	struct docset documents;
	uint32_t *date, *order, *by_title, *by_municipality;
	uint16_t *length;
	struct gathered facet[FACET_COUNT];
};

enum status column_builder_open(struct column_builder **out, uint32_t last,
				struct err *err)
{
	struct column_builder *b = calloc(1, sizeof *b);
	size_t n = (size_t)last + 1;

	*out = NULL;
	if (!b)
		return err_nomem(err);
	b->last = last;
	b->date = calloc(n, sizeof *b->date);
	b->order = calloc(n, sizeof *b->order);
	b->by_title = calloc(n, sizeof *b->by_title);
	b->by_municipality = calloc(n, sizeof *b->by_municipality);
	b->length = calloc(n, sizeof *b->length);
	if (!b->date || !b->order || !b->by_title || !b->by_municipality ||
	    !b->length || docset_init(&b->documents, last, NULL)) {
		column_builder_close(b);
		return err_nomem(err);
	}
	*out = b;
	return ST_OK;
}

void column_builder_close(struct column_builder *b)
{
	if (!b)
		return;
	for (int f = 0; f < FACET_COUNT; f++) {
		struct gathered *g = &b->facet[f];

		for (size_t i = 0; i < g->n_values; i++) {
			free(g->value[i].slug);
			free(g->value[i].label);
			free(g->value[i].parent);
		}
		free(g->value);
		free(g->slot);
		free(g->pair);
	}
	docset_release(&b->documents);
	free(b->date);
	free(b->order);
	free(b->by_title);
	free(b->by_municipality);
	free(b->length);
	free(b);
}

/* FNV-1a: any function that scatters will do, the table is never stored. */
static uint64_t S_hash(const void *bytes, size_t n)
{
	const unsigned char *p = bytes;
	uint64_t h = 0xcbf29ce484222325u;

	for (size_t i = 0; i < n; i++)
		h = (h ^ p[i]) * 0x100000001b3u;
	return h ^ h >> 29;
}

static bool S_rehash(struct gathered *g)
{
	size_t n = g->n_slots ? 2 * g->n_slots : 64;
	uint32_t *slot = calloc(n, sizeof *slot);

	if (!slot)
		return false;
	for (size_t v = 0; v < g->n_values; v++) {
		const char *slug = g->value[v].slug;
		size_t i = S_hash(slug, strlen(slug)) & (n - 1);

		while (slot[i])
			i = (i + 1) & (n - 1);
		slot[i] = (uint32_t)v + 1;
	}
	free(g->slot);
	g->slot = slot;
	g->n_slots = n;
	return true;
}

/* The value with that slug, made if it is new; NULL = no memory. */
static struct value *S_value(struct gathered *g, const char *slug)
{
	size_t i;

	if (2 * (g->n_values + 1) > g->n_slots && !S_rehash(g))
		return NULL;
	for (i = S_hash(slug, strlen(slug)) & (g->n_slots - 1); g->slot[i];
	     i = (i + 1) & (g->n_slots - 1))
		if (strcmp(g->value[g->slot[i] - 1].slug, slug) == 0)
			return &g->value[g->slot[i] - 1];
	if (!array_more(&g->value, &g->cap_values, g->n_values, sizeof *g->value, 64))
		return NULL;
	memset(&g->value[g->n_values], 0, sizeof *g->value);
	g->value[g->n_values].slug = strdup(slug);
	if (!g->value[g->n_values].slug)
		return NULL;
	g->slot[i] = (uint32_t)++g->n_values;
	return &g->value[g->n_values - 1];
}

/* Several texts for one slug: the greatest wins, whatever the order of the
 * calls (capitals sort first, so "Maipú" beats "MAIPÚ"). */
static bool S_text(char **slot, const char *text)
{
	char *copy;

	if (*slot && strcmp(*slot, text) >= 0)
		return true;
	copy = strdup(text);
	if (!copy)
		return false;
	free(*slot);
	*slot = copy;
	return true;
}

static enum status S_docid(const struct column_builder *b, uint32_t docid,
			   struct err *err)
{
	if (docid == 0 || docid > b->last)
		return err_set(err, ST_INTERNAL, "%s",
			       _("a document number is out of range"));
	return ST_OK;
}

enum status column_builder_value(struct column_builder *b, uint32_t docid,
				 enum facet facet, const char *slug, const char *label,
				 struct err *err)
{
	struct gathered *g = &b->facet[facet];
	enum status st = S_docid(b, docid, err);
	struct value *v;

	if (st)
		return st;
	v = S_value(g, slug);
	if (!v || !S_text(&v->label, label))
		return err_nomem(err);
	v->used = true;
	if (!array_more(&g->pair, &g->cap_pairs, g->n_pairs, sizeof *g->pair, 64))
		return err_nomem(err);
	g->pair[g->n_pairs].docid = docid;
	g->pair[g->n_pairs++].value = (uint32_t)(v - g->value);
	return ST_OK;
}

enum status column_builder_parent(struct column_builder *b, enum facet facet,
				  const char *slug, const char *parent, struct err *err)
{
	struct value *v = S_value(&b->facet[facet], slug);

	if (!v || !S_text(&v->parent, parent))
		return err_nomem(err);
	return ST_OK;
}

enum status column_builder_keys(struct column_builder *b, uint32_t docid,
				const struct column_keys *keys, struct err *err)
{
	enum status st = S_docid(b, docid, err);

	if (st)
		return st;
	docset_add(&b->documents, docid);
	b->date[docid] = keys->date;
	b->order[docid] = keys->order;
	b->by_title[docid] = keys->by_title;
	b->by_municipality[docid] = keys->by_municipality;
	b->length[docid] =
		(uint16_t)(keys->length < COLUMN_LENGTH_MAX ? keys->length
							    : COLUMN_LENGTH_MAX);
	return ST_OK;
}

/* ---- the file ---- */

static int S_by_slug(const void *a, const void *b)
{
	return strcmp((*(struct value *const *)a)->slug,
		      (*(struct value *const *)b)->slug);
}

static int S_by_document(const void *a, const void *b)
{
	const struct pair *x = a, *y = b;

	if (x->docid != y->docid)
		return x->docid < y->docid ? -1 : 1;
	return (x->value > y->value) - (x->value < y->value);
}

struct laid { /* one facet, as it goes to the file */
	struct column_facet_head head;
	uint32_t *set_of, *set_start, *member, *text_start;
	size_t cap_sets, cap_members;
	struct buf text;
};

static void S_release_laid(struct laid *l)
{
	free(l->set_of);
	free(l->set_start);
	free(l->member);
	free(l->text_start);
	buf_release(&l->text);
}

/* Numbers the used values by slug and writes their texts. */
static enum status S_lay_values(struct laid *l, struct gathered *g, struct err *err)
{
	struct value **by_slug = calloc(g->n_values + 1, sizeof(struct value *));
	size_t n = 0;

	if (!by_slug)
		return err_nomem(err);
	for (size_t i = 0; i < g->n_values; i++)
		if (g->value[i].used)
			by_slug[n++] = &g->value[i];
	if (n)
		qsort(by_slug, n, sizeof(struct value *), S_by_slug);
	l->text_start = calloc(3 * n + 1, sizeof *l->text_start);
	if (!l->text_start) {
		free(by_slug);
		return err_nomem(err);
	}
	for (size_t i = 0; i < n; i++) {
		const char *part[3] = {by_slug[i]->slug, by_slug[i]->label,
				       by_slug[i]->parent};

		by_slug[i]->sorted = (uint32_t)i;
		for (size_t k = 0; k < 3; k++) {
			if (part[k])
				buf_adds(&l->text, part[k]);
			buf_addc(&l->text, '\0');
			l->text_start[3 * i + k + 1] = (uint32_t)l->text.len;
		}
	}
	free(by_slug);
	l->head.n_values = (uint32_t)n;
	l->head.n_bytes = (uint32_t)l->text.len;
	return buf_status(&l->text, err);
}

/* The number of the set member[from..to) of l, which stands behind the last
 * one; a set that is there already is found by its hash. */
static bool S_number_set(uint32_t *number, struct laid *l, size_t to, uint32_t **slot,
			 size_t *n_slots)
{
	const uint32_t *m = l->member;
	size_t from = l->set_start[l->head.n_sets], n = to - from, i;

	if (!*slot || 2 * ((size_t)l->head.n_sets + 1) > *n_slots) {
		size_t more = *n_slots ? 2 * *n_slots : 64;
		uint32_t *grown = calloc(more, sizeof *grown);

		if (!grown)
			return false;
		for (uint32_t s = 0; s < l->head.n_sets; s++) {
			size_t at = l->set_start[s], size = l->set_start[s + 1] - at;
			size_t k = S_hash(m + at, size * 4) & (more - 1);

			while (grown[k])
				k = (k + 1) & (more - 1);
			grown[k] = s + 1;
		}
		free(*slot);
		*slot = grown;
		*n_slots = more;
	}
	for (i = S_hash(m + from, n * 4) & (*n_slots - 1); (*slot)[i];
	     i = (i + 1) & (*n_slots - 1)) {
		uint32_t s = (*slot)[i] - 1;
		size_t at = l->set_start[s];

		if (l->set_start[s + 1] - at == n &&
		    memcmp(m + at, m + from, n * 4) == 0) {
			*number = s;
			return true;
		}
	}
	if (!array_more(&l->set_start, &l->cap_sets, (size_t)l->head.n_sets + 1, 4, 64))
		return false;
	(*slot)[i] = ++l->head.n_sets;
	l->set_start[l->head.n_sets] = (uint32_t)to;
	*number = l->head.n_sets - 1;
	return true;
}

static enum status S_lay_sets(struct laid *l, const struct column_builder *b,
			      struct gathered *g, struct err *err)
{
	uint32_t *slot = NULL, number;
	size_t n_slots = 0;
	bool ok;

	for (size_t i = 0; i < g->n_pairs; i++)
		g->pair[i].value = g->value[g->pair[i].value].sorted;
	if (g->n_pairs)
		qsort(g->pair, g->n_pairs, sizeof *g->pair, S_by_document);
	l->set_of = calloc((size_t)b->last + 1, sizeof *l->set_of);
	ok = l->set_of && array_more(&l->set_start, &l->cap_sets, 0, 4, 64) &&
	     array_more(&l->member, &l->cap_members, 0, 4, 64);
	if (ok)
		l->set_start[0] = 0;
	/* Set 0: no value. */
	ok = ok && S_number_set(&number, l, 0, &slot, &n_slots);
	for (size_t i = 0; ok && i < g->n_pairs;) {
		uint32_t d = g->pair[i].docid;
		size_t start = l->set_start[l->head.n_sets], n = start;

		for (; ok && i < g->n_pairs && g->pair[i].docid == d; i++) {
			if (n > start && l->member[n - 1] == g->pair[i].value)
				continue; /* given twice */
			ok = array_more(&l->member, &l->cap_members, n, 4, 64);
			if (ok)
				l->member[n++] = g->pair[i].value;
		}
		ok = ok && S_number_set(&number, l, n, &slot, &n_slots);
		if (ok)
			l->set_of[d] = number;
		if (ok && !docset_has(&b->documents, d)) {
			free(slot);
			return err_set(err, ST_INTERNAL, "%s",
				       _("a document number is out of range"));
		}
	}
	free(slot);
	if (!ok)
		return err_nomem(err);
	l->head.n_members = l->set_start[l->head.n_sets];
	return ST_OK;
}

static void S_section(struct buf *out, const void *bytes, size_t n)
{
	static const char zeros[8];

	buf_add(out, bytes, n);
	buf_add(out, zeros, (8 - n % 8) % 8);
}

enum status column_builder_finish(struct buf *out, struct column_builder *b,
				  struct err *err)
{
	struct laid laid[FACET_COUNT];
	struct column_head head;
	size_t n = ((size_t)b->last + 1) * 4;
	enum status st = ST_OK;

	memset(laid, 0, sizeof laid);
	memset(&head, 0, sizeof head);
	for (int f = 0; f < FACET_COUNT; f++)
		buf_init(&laid[f].text, UINT32_MAX);
	for (int f = 0; !st && f < FACET_COUNT; f++) {
		st = S_lay_values(&laid[f], &b->facet[f], err);
		if (!st)
			st = S_lay_sets(&laid[f], b, &b->facet[f], err);
		head.facet[f] = laid[f].head;
	}
	if (!st) {
		memcpy(head.magic, COLUMN_MAGIC, sizeof head.magic);
		head.last = b->last;
		head.n_facets = FACET_COUNT;
		S_section(out, &head, sizeof head);
		S_section(out, b->documents.word, docset_words(&b->documents) * 8);
		S_section(out, b->date, n);
		S_section(out, b->order, n);
		S_section(out, b->by_title, n);
		S_section(out, b->by_municipality, n);
		S_section(out, b->length, n / 2);
		for (int f = 0; f < FACET_COUNT; f++) {
			const struct laid *l = &laid[f];

			S_section(out, l->set_of, n);
			S_section(out, l->set_start, ((size_t)l->head.n_sets + 1) * 4);
			S_section(out, l->member, (size_t)l->head.n_members * 4);
			S_section(out, l->text_start,
				  (3 * (size_t)l->head.n_values + 1) * 4);
			S_section(out, l->text.data, l->text.len);
		}
		st = buf_status(out, err);
	}
	for (int f = 0; f < FACET_COUNT; f++)
		S_release_laid(&laid[f]);
	return st;
}

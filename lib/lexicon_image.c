#include <stdlib.h>
#include <string.h>

#include "lexicon_image.h"
#include "messages.h"

struct look {
	struct lexicon *l;
	const uint32_t *at; /* the next number */
	const char *strings;
	uint32_t n_strings;
	bool bad; /* a number passed its limit */
};

static uint32_t S_below(struct look *r, size_t limit)
{
	uint32_t v = *r->at++;

	if (v < limit)
		return v;
	r->bad = true;
	return 0;
}

static const char *S_string(struct look *r)
{
	return r->strings + S_below(r, r->n_strings);
}

/* An index that is not looked at where there is nothing. */
static const char *const *S_list(struct look *r)
{
	return r->l->alias + S_below(r, r->l->n_alias);
}

static struct label S_label(struct look *r)
{
	const char *slug = S_string(r);

	return (struct label){slug, S_string(r)};
}

static struct name S_name(struct look *r, size_t limit)
{
	const char *slug = S_string(r);
	unsigned short index = (unsigned short)S_below(r, limit);

	return (struct name){slug, index,
			     (unsigned char)S_below(r, NAME_NO_ARTICLE + 1)};
}

static struct place_name S_place(struct look *r)
{
	struct place_name p = {.slug = S_string(r)};

	p.facet = (enum facet)S_below(r, FACET_COUNT);
	p.value = S_string(r);
	p.label = S_string(r);
	p.spelt = (enum spelt)S_below(r, SPELT_CUED + 1);
	p.dangerous = S_below(r, 2);
	return p;
}

/* Room for n rows and one more, zeros. */
static bool S_room(void *out, size_t n, size_t size)
{
	void *v = malloc((n + 1) * size);

	memcpy(out, &v, sizeof v);
	return v != NULL;
}

static bool S_words_in(const char ***v, size_t *n_out, struct look *r, size_t n)
{
	if (!S_room(v, n, sizeof **v))
		return false;
	for (size_t i = 0; i < n; i++)
		(*v)[i] = S_string(r);
	*n_out = n;
	return true;
}

static bool S_names_in(struct names *names, struct look *r, size_t n, size_t limit)
{
	if (!S_room(&names->v, n, sizeof *names->v))
		return false;
	for (size_t i = 0; i < n; i++)
		names->v[i] = S_name(r, limit);
	names->n = n;
	return true;
}

static bool S_places_in(struct place_list *list, struct look *r, size_t n)
{
	if (!S_room(&list->v, n, sizeof *list->v))
		return false;
	for (size_t i = 0; i < n; i++)
		list->v[i] = S_place(r);
	list->n = list->cap = n;
	return true;
}

static bool S_labels_in(struct label **v, size_t *n_out, struct patterns **patterns,
			const char ***implies, struct look *r, size_t n)
{
	if (!S_room(v, n, sizeof **v) ||
	    (patterns && !S_room(patterns, n, sizeof **patterns)) ||
	    (implies && !S_room(implies, n, sizeof **implies)))
		return false;
	for (size_t i = 0; i < n; i++) {
		(*v)[i] = S_label(r);
		if (patterns)
			(*patterns)[i] = (struct patterns){(*v)[i].slug, S_string(r)};
		if (implies)
			(*implies)[i] = S_string(r);
	}
	*n_out = n;
	return true;
}

static bool S_alias_in(struct look *r, size_t n)
{
	struct lexicon *l = r->l;

	if (!S_room(&l->alias, n, sizeof *l->alias))
		return false;
	for (size_t i = 0; i < n; i++) {
		uint32_t at = S_below(r, r->n_strings);

		l->alias[i] = at ? r->strings + at : NULL;
	}
	l->alias[n] = NULL; /* the last list ends, whatever was written */
	l->n_alias = n + 1;
	return true;
}

static bool S_regions_in(struct look *r, size_t n)
{
	struct lexicon *l = r->l;

	if (!S_room(&l->regions, n, sizeof *l->regions))
		return false;
	for (size_t i = 0; i < n; i++) {
		struct region *g = &l->regions[i];

		g->code = S_string(r);
		g->name = S_string(r);
		g->slug = S_string(r);
		g->official_name = S_string(r);
		g->roman = S_string(r);
		g->abbr = S_string(r);
		g->order = *r->at++; /* any number orders */
		g->aliases = S_list(r);
	}
	l->n_regions = n;
	return true;
}

static bool S_communes_in(struct look *r, size_t n)
{
	struct lexicon *l = r->l;

	if (!S_room(&l->communes, n, sizeof *l->communes))
		return false;
	if (n && !l->n_regions) {
		r->bad = true;
		return true;
	}
	for (size_t i = 0; i < n; i++) {
		struct commune *c = &l->communes[i];
		const struct region *g;

		c->cut_code = S_string(r);
		c->name = S_string(r);
		c->slug = S_string(r);
		c->province = S_string(r);
		c->ambiguity = S_string(r);
		g = &l->regions[S_below(r, l->n_regions)];
		c->region = g->name;
		c->region_slug = g->slug;
		c->region_code = g->code;
		c->aliases = S_list(r);
	}
	l->n_communes = n;
	return true;
}

static bool S_printed_in(struct look *r, size_t n)
{
	struct lexicon *l = r->l;

	if (!S_room(&l->sello_printed, n, sizeof *l->sello_printed))
		return false;
	for (size_t i = 0; i < n; i++) {
		const char *slug = S_string(r);

		l->sello_printed[i] = (struct sello_name){
			slug, (unsigned short)S_below(r, l->n_sello)};
	}
	l->n_sello_printed = n;
	return true;
}

static bool S_headings_in(struct look *r, size_t n)
{
	struct lexicon *l = r->l;

	if (!S_room(&l->headings, n, sizeof *l->headings))
		return false;
	for (size_t i = 0; i < n; i++) {
		struct heading_word *h = &l->headings[i];

		h->key = S_string(r);
		h->field = (unsigned char)S_below(r, F_COUNT);
		h->strength = (unsigned char)S_below(r, HEADING_PREFIX + 1);
	}
	l->n_headings = n;
	return true;
}

static bool S_weights_in(struct look *r, size_t n)
{
	struct lexicon *l = r->l;

	if (!S_room(&l->words, n, sizeof *l->words))
		return false;
	for (size_t i = 0; i < n; i++) {
		struct word_weight *w = &l->words[i];

		w->word = S_string(r);
		memcpy(&w->weight, r->at++, sizeof w->weight);
		r->bad |= !(w->weight >= 0 && w->weight <= 1);
		w->prefix = S_below(r, 2);
	}
	l->n_words = n;
	return true;
}

static bool S_synonyms_in(struct look *r, size_t n)
{
	struct lexicon *l = r->l;

	if (!S_room(&l->synonyms, n, sizeof *l->synonyms))
		return false;
	for (size_t i = 0; i < n; i++) {
		struct synonym *s = &l->synonyms[i];

		s->key = S_string(r);
		s->value = S_string(r);
		s->folded_key = S_string(r);
		s->relation = (enum relation)S_below(r, REL_RELATED + 1);
		s->ambiguous = S_below(r, 2);
	}
	l->n_synonyms = n;
	return true;
}

/* False: no memory. */
static bool S_kind_in(struct look *r, enum image_kind kind, size_t n)
{
	struct lexicon *l = r->l;

	switch (kind) {
	case K_ALIAS:
		return S_alias_in(r, n);
	case K_REGION:
		return S_regions_in(r, n);
	case K_COMMUNE:
		return S_communes_in(r, n);
	case K_SELLO:
		return S_labels_in(&l->sello, &l->n_sello, NULL, NULL, r, n);
	case K_GROUP:
		return S_labels_in(&l->groups, &l->n_groups, &l->group_patterns,
				   &l->group_implies, r, n);
	case K_STATUS:
		return S_labels_in(&l->status, &l->n_status, &l->status_patterns, NULL,
				   r, n);
	case K_REGION_NAME:
		return S_names_in(&l->region_names, r, n, l->n_regions);
	case K_COMMUNE_NAME:
		return S_names_in(&l->commune_names, r, n, l->n_communes);
	case K_PRINTED:
		return S_printed_in(r, n);
	case K_HEADING:
		return S_headings_in(r, n);
	case K_TAIL:
		return S_words_in(&l->tail, &l->n_tail, r, n);
	case K_PAGE:
		return S_words_in(&l->page, &l->n_page, r, n);
	case K_WORD:
		return S_weights_in(r, n);
	case K_SYNONYM:
		return S_synonyms_in(r, n);
	case K_PLACE:
		return S_places_in(&l->places, r, n);
	case K_GROUP_PLACE:
		return S_places_in(&l->group_places, r, n);
	case K_COUNT:
		break;
	}
	return false;
}

static enum status S_damaged(struct err *err)
{
	return err_set(err, ST_DAMAGED, "%s", _("the vocabulary tables are damaged"));
}

enum status lexicon_open_image(struct lexicon **out, struct analyzer *a,
			       const char *image, size_t n, struct err *err)
{
	struct image_head head;
	struct look r = {.bad = false};
	size_t want = sizeof head;
	enum status st = ST_OK;

	*out = NULL;
	if (n < sizeof head || ((uintptr_t)image & 3))
		return S_damaged(err);
	memcpy(&head, image, sizeof head);
	for (int k = 0; k < K_COUNT; k++) {
		if (head.rows[k] > ROWS_MAX)
			return S_damaged(err);
		want += 4 * (size_t)image_width[k] * head.rows[k];
	}
	if (memcmp(head.magic, IMAGE_MAGIC, sizeof head.magic) != 0 ||
	    head.strings == 0 || want + head.strings != n || image[n - 1] != '\0' ||
	    image[want] != '\0' || head.rows[K_STATUS] == 0)
		return S_damaged(err);
	r.l = calloc(1, sizeof *r.l);
	if (!r.l)
		return err_nomem(err);
	r.l->a = a;
	r.at = (const uint32_t *)(const void *)(image + sizeof head);
	r.strings = image + want;
	r.n_strings = head.strings;
	for (int k = 0; !st && k < K_COUNT; k++)
		if (!S_kind_in(&r, (enum image_kind)k, head.rows[k]))
			st = err_nomem(err);
	if (!st && r.bad)
		st = S_damaged(err);
	if (st)
		lexicon_close(r.l);
	else
		*out = r.l;
	return st;
}

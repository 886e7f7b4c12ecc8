/* Places and groups as a query may name them: what searcher/names.h looks up. */
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "latin.h"
#include "lexicon_tables.h"

size_t place_slug(char out[PLACE_SLUG_MAX], const char *text, size_t n, bool plain,
		  bool glue)
{
	size_t o = 0;
	bool between = false;

	while (n) {
		unsigned long cp, f;
		size_t step = utf8_decode(text, n, &cp);

		text += step;
		n -= step;
		if (cp == '\'' || cp == 0x2019)
			continue;
		if (!latin_letter(cp) && !latin_digit(cp)) {
			between = o > 0;
			continue;
		}
		if (o + 4 >= PLACE_SLUG_MAX)
			return 0;
		if (between && !glue)
			out[o++] = '-';
		between = false;
		f = latin_fold(cp, plain);
		if (f < 0x80) {
			out[o++] = (char)f;
		} else if (f == 0xF1) {
			out[o++] = (char)0xC3;
			out[o++] = (char)0xB1;
		} else {
			return 0; /* no letter of a Chilean name */
		}
	}
	out[o] = '\0';
	return o;
}

const char *place_after_article(const char *slug)
{
	static const char *const articles[] = {"la-", "el-", "los-", "las-", "lo-"};

	for (size_t i = 0; i < sizeof articles / sizeof *articles; i++) {
		size_t n = strlen(articles[i]);

		if (strncmp(slug, articles[i], n) == 0)
			return slug + n;
	}
	return NULL;
}

static bool S_add(struct place_list *l, const struct place_name *p)
{
	if (!array_more(&l->v, &l->cap, l->n, sizeof *l->v, 512))
		return false;
	l->v[l->n++] = *p;
	return true;
}

/* A spelling, and without its article. */
static bool S_add_place(struct lexicon *l, const char *slug, struct place_name p)
{
	p.slug = slug;
	if (!S_add(&l->places, &p))
		return false;
	p.slug = p.facet == FACET_MUNICIPALITY ? place_after_article(slug) : NULL;
	p.spelt = SPELT_BARE;
	return !p.slug || S_add(&l->places, &p);
}

/* The same of a printed name; one that is too long, or not in Latin letters,
 * is never met. */
static bool S_add_printed(struct lexicon *l, const char *printed,
			  const struct place_name *p)
{
	char slug[PLACE_SLUG_MAX];
	size_t len = place_slug(slug, printed, strlen(printed), true, false);
	const char *copy;

	if (!len)
		return true;
	/* O’Higgins is the dangerous name once more. */
	if (strcmp(slug, p->value) == 0)
		return true;
	copy = lexicon_keep(l, slug, len);
	return copy && S_add_place(l, copy, *p);
}

static bool S_add_communes(struct lexicon *l)
{
	for (size_t i = 0; i < l->n_communes; i++) {
		const struct commune *c = &l->communes[i];
		struct place_name p = {.facet = FACET_MUNICIPALITY,
				       .value = c->slug,
				       .label = c->name,
				       .dangerous = *c->ambiguity != '\0'};

		if (!S_add_place(l, c->slug, p))
			return false;
		p.dangerous = false;
		for (const char *const *a = c->aliases; *a; a++)
			if (!S_add_printed(l, *a, &p))
				return false;
	}
	return true;
}

static bool S_add_regions(struct lexicon *l)
{
	for (size_t i = 0; i < l->n_regions; i++) {
		const struct region *r = &l->regions[i];
		struct place_name p = {
			.facet = FACET_REGION, .value = r->slug, .label = r->name};

		if (!S_add_place(l, r->slug, p) ||
		    !S_add_printed(l, r->official_name, &p))
			return false;
		for (const char *const *a = r->aliases; *a; a++)
			if (!S_add_printed(l, *a, &p))
				return false;
		p.spelt = SPELT_CUED;
		if (*r->roman && !S_add_printed(l, r->roman, &p))
			return false;
	}
	return true;
}

/* The words of a slug or display name that are no stop words, up to a bracket
 * (what it says inside is explanation, or an acronym: then a name as well). */
static bool S_add_group(struct lexicon *l, const char *text, size_t len,
			struct place_name p)
{
	char slug[PLACE_SLUG_MAX], kept[PLACE_SLUG_MAX];
	size_t o = 0;

	if (!place_slug(slug, text, len, true, false))
		return true;
	for (char *part = slug, *next; part; part = next) {
		size_t k = strcspn(part, "-");

		next = part[k] ? part + k + 1 : NULL;
		if (lexicon_is_stop(l, part, k))
			continue;
		if (o)
			kept[o++] = '-';
		memcpy(kept + o, part, k);
		o += k;
	}
	if (!o)
		return true;
	p.slug = lexicon_keep(l, kept, o);
	return p.slug && S_add(&l->group_places, &p);
}

static bool S_add_groups(struct lexicon *l)
{
	for (size_t i = 0; i < l->n_groups; i++) {
		const struct label *g = &l->groups[i];
		const char *open = strchr(g->display, '(');
		struct place_name p = {
			.facet = FACET_GROUP, .value = g->slug, .label = g->display};

		if (!S_add_group(l, g->slug, strlen(g->slug), p) ||
		    !S_add_group(
			    l, g->display,
			    open ? (size_t)(open - g->display) : strlen(g->display), p))
			return false;
	}
	return true;
}

static int S_by_slug(const void *a, const void *b)
{
	const struct place_name *x = a, *y = b;
	int c = strcmp(x->slug, y->slug);

	if (c == 0)
		c = (int)x->spelt - (int)y->spelt;
	return c ? c : strcmp(x->value, y->value);
}

enum status lexicon_index_places(struct lexicon *l, struct err *err)
{
	if (!S_add_communes(l) || !S_add_regions(l) || !S_add_groups(l))
		return err_nomem(err);
	if (l->places.n)
		qsort(l->places.v, l->places.n, sizeof *l->places.v, S_by_slug);
	if (l->group_places.n)
		qsort(l->group_places.v, l->group_places.n, sizeof *l->group_places.v,
		      S_by_slug);
	return ST_OK;
}

struct place_names lexicon_places(const struct lexicon *l)
{
	return (struct place_names){l->places.v, l->places.n};
}

struct place_names lexicon_group_places(const struct lexicon *l)
{
	return (struct place_names){l->group_places.v, l->group_places.n};
}

#include "names_parts.h"

#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "latin.h"
#include "query.h"

size_t names_slug(char out[SLUG_MAX], const char *text, size_t n, bool plain, bool glue)
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
		if (o + 4 >= SLUG_MAX)
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

const char *names_after_article(const char *slug)
{
	static const char *const articles[] = {"la-", "el-", "los-", "las-", "lo-"};

	for (size_t i = 0; i < sizeof articles / sizeof *articles; i++)
		if (strncmp(slug, articles[i], strlen(articles[i])) == 0)
			return slug + strlen(articles[i]);
	return NULL;
}

static bool S_add(struct names *n, const struct entry *e)
{
	struct entry **v = e->facet == FACET_GROUP ? &n->group : &n->place;
	size_t *count = e->facet == FACET_GROUP ? &n->n_groups : &n->n_places;
	size_t *cap = e->facet == FACET_GROUP ? &n->cap_groups : &n->cap_places;

	if (!array_more(v, cap, *count, sizeof **v, 512))
		return false;
	(*v)[(*count)++] = *e;
	return true;
}

/* The words of a printed name, for those who look for misspelt ones. */
static bool S_add_words(struct names *n, const char *printed, const struct entry *e)
{
	char slug[SLUG_MAX], *part, *next;

	if (!names_slug(slug, printed, strlen(printed), false, false))
		return true;
	for (part = slug; part; part = next) {
		size_t len = strcspn(part, "-");
		struct names_word w = {NULL, e->facet, e->value};

		next = part[len] ? part + len + 1 : NULL;
		if (utf8_count(part, len) < 4 || lexicon_is_stop(n->lexicon, part, len))
			continue;
		w.text = arena_copy(n->arena, part, len);
		if (!w.text || !array_more(&n->word, &n->cap_words, n->n_words,
					   sizeof *n->word, 512))
			return false;
		n->word[n->n_words++] = w;
	}
	return true;
}

/* A spelling, and without its article. */
static bool S_add_place(struct names *n, const char *slug, struct entry e)
{
	e.slug = slug;
	if (!S_add(n, &e))
		return false;
	e.slug = e.facet == FACET_MUNICIPALITY ? names_after_article(slug) : NULL;
	e.spelt = SPELT_BARE;
	return !e.slug || S_add(n, &e);
}

/* The same of a printed name; one that is too long, or not in Latin letters,
 * is never met. */
static bool S_add_printed(struct names *n, const char *printed, const struct entry *e)
{
	char slug[SLUG_MAX];
	size_t len = names_slug(slug, printed, strlen(printed), true, false);
	const char *copy;

	if (!len)
		return true;
	/* O’Higgins is the dangerous name once more. */
	if (strcmp(slug, e->value) == 0)
		return true;
	copy = arena_copy(n->arena, slug, len);
	return copy && S_add_place(n, copy, *e);
}

static bool S_add_communes(struct names *n)
{
	size_t count;
	const struct commune *c = lexicon_communes(n->lexicon, &count);

	for (size_t i = 0; i < count; i++) {
		struct entry e = {.facet = FACET_MUNICIPALITY,
				  .value = c[i].slug,
				  .label = c[i].name,
				  .dangerous = *c[i].ambiguity != '\0'};

		if (!S_add_place(n, c[i].slug, e))
			return false;
		e.dangerous = false;
		for (const char *const *a = c[i].aliases; *a; a++)
			if (!S_add_printed(n, *a, &e))
				return false;
	}
	return true;
}

static bool S_add_regions(struct names *n)
{
	size_t count;
	const struct region *r = lexicon_regions(n->lexicon, &count);

	for (size_t i = 0; i < count; i++) {
		struct entry e = {
			.facet = FACET_REGION, .value = r[i].slug, .label = r[i].name};

		if (!S_add_place(n, r[i].slug, e) ||
		    !S_add_printed(n, r[i].official_name, &e))
			return false;
		for (const char *const *a = r[i].aliases; *a; a++)
			if (!S_add_printed(n, *a, &e))
				return false;
		e.spelt = SPELT_CUED;
		if (*r[i].roman && !S_add_printed(n, r[i].roman, &e))
			return false;
	}
	return true;
}

/* ---- what only words that are nowhere ask for ---- */

static bool S_add_glued(struct names *n, const char *printed)
{
	char slug[SLUG_MAX];
	size_t len = names_slug(slug, printed, strlen(printed), true, false);
	const char *copy;

	if (!len || !strchr(slug, '-'))
		return true;
	len = names_slug(slug, printed, strlen(printed), true, true);
	copy = arena_copy(n->arena, slug, len);
	if (!copy ||
	    !array_more(&n->glued, &n->cap_glued, n->n_glued, sizeof *n->glued, 512))
		return false;
	n->glued[n->n_glued++] = (struct glued){copy, printed};
	return true;
}

static bool S_add_more(struct names *n, const char *printed, enum facet facet,
		       const char *slug)
{
	struct entry e = {.facet = facet, .value = slug};

	return S_add_words(n, printed, &e) && S_add_glued(n, printed);
}

static bool S_gather(struct names *n)
{
	size_t communes, regions;
	const struct commune *c = lexicon_communes(n->lexicon, &communes);
	const struct region *r = lexicon_regions(n->lexicon, &regions);
	bool ok = true;

	for (size_t i = 0; ok && i < communes; i++) {
		ok = S_add_more(n, c[i].name, FACET_MUNICIPALITY, c[i].slug);
		for (const char *const *a = c[i].aliases; ok && *a; a++)
			ok = S_add_more(n, *a, FACET_MUNICIPALITY, c[i].slug);
	}
	for (size_t i = 0; ok && i < regions; i++) {
		ok = S_add_more(n, r[i].name, FACET_REGION, r[i].slug) &&
		     S_add_more(n, r[i].official_name, FACET_REGION, r[i].slug);
		for (const char *const *a = r[i].aliases; ok && *a; a++)
			ok = S_add_more(n, *a, FACET_REGION, r[i].slug);
	}
	return ok;
}

/* The words of a slug or display name that are no stop words, up to a bracket
 * (what it says inside is explanation, or an acronym: then a name as well). */
static bool S_add_group(struct names *n, const char *text, size_t len, struct entry e)
{
	char slug[SLUG_MAX], kept[SLUG_MAX];
	size_t o = 0;

	if (!names_slug(slug, text, len, true, false))
		return true;
	for (char *part = slug, *next; part; part = next) {
		size_t k = strcspn(part, "-");

		next = part[k] ? part + k + 1 : NULL;
		if (lexicon_is_stop(n->lexicon, part, k))
			continue;
		if (o)
			kept[o++] = '-';
		memcpy(kept + o, part, k);
		o += k;
	}
	if (!o)
		return true;
	e.slug = arena_copy(n->arena, kept, o);
	return e.slug && S_add(n, &e);
}

static bool S_add_groups(struct names *n)
{
	struct labels groups = lexicon_groups(n->lexicon);

	for (size_t i = 0; i < groups.n; i++) {
		const struct label *g = &groups.v[i];
		const char *open = strchr(g->display, '(');
		struct entry e = {
			.facet = FACET_GROUP, .value = g->slug, .label = g->display};

		if (!S_add_group(n, g->slug, strlen(g->slug), e) ||
		    !S_add_group(
			    n, g->display,
			    open ? (size_t)(open - g->display) : strlen(g->display), e))
			return false;
	}
	return true;
}

static int S_by_slug(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	int c = strcmp(x->slug, y->slug);

	if (c == 0)
		c = (int)x->spelt - (int)y->spelt;
	return c ? c : strcmp(x->value, y->value);
}

static int S_by_glued(const void *a, const void *b)
{
	const struct glued *x = a, *y = b;
	int c = strcmp(x->text, y->text);

	return c ? c : strcmp(x->printed, y->printed);
}

static int S_by_word(const void *a, const void *b)
{
	const struct names_word *x = a, *y = b;
	int c = strcmp(x->text, y->text);

	return c ? c : strcmp(x->slug, y->slug);
}

enum status names_open(struct names **out, const struct lexicon *l, struct err *err)
{
	struct names *n = calloc(1, sizeof *n);

	*out = NULL;
	if (!n)
		return err_nomem(err);
	n->lexicon = l;
	if (arena_open(&n->arena, NULL) || !S_add_communes(n) || !S_add_regions(n) ||
	    !S_add_groups(n)) {
		names_close(n);
		return err_nomem(err);
	}
	if (n->n_places)
		qsort(n->place, n->n_places, sizeof *n->place, S_by_slug);
	if (n->n_groups)
		qsort(n->group, n->n_groups, sizeof *n->group, S_by_slug);
	*out = n;
	return ST_OK;
}

void names_close(struct names *n)
{
	if (!n)
		return;
	arena_close(n->arena);
	free(n->place);
	free(n->group);
	free(n->glued);
	free(n->word);
	free(n);
}

void names_more(struct names *n)
{
	if (n->more)
		return;
	n->more = true;
	if (!S_gather(n))
		n->n_glued = n->n_words = 0;
	if (n->n_glued)
		qsort(n->glued, n->n_glued, sizeof *n->glued, S_by_glued);
	if (n->n_words)
		qsort(n->word, n->n_words, sizeof *n->word, S_by_word);
}

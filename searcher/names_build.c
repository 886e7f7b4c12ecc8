#include "names_parts.h"

#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "query.h"

/* The words of a printed name, for those who look for misspelt ones. */
static bool S_add_words(struct names *n, const char *printed,
			const struct place_name *e)
{
	char slug[PLACE_SLUG_MAX], *part, *next;

	if (!place_slug(slug, printed, strlen(printed), false, false))
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

/* ---- what only words that are nowhere ask for ---- */

static bool S_add_glued(struct names *n, const char *printed)
{
	char slug[PLACE_SLUG_MAX];
	size_t len = place_slug(slug, printed, strlen(printed), true, false);
	const char *copy;

	if (!len || !strchr(slug, '-'))
		return true;
	len = place_slug(slug, printed, strlen(printed), true, true);
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
	struct place_name e = {.facet = facet, .value = slug};

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
	n->places = lexicon_places(l);
	n->groups = lexicon_group_places(l);
	if (arena_open(&n->arena, NULL)) {
		names_close(n);
		return err_nomem(err);
	}
	*out = n;
	return ST_OK;
}

void names_close(struct names *n)
{
	if (!n)
		return;
	arena_close(n->arena);
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

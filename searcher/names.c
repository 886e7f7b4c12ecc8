#include "names.h"

#include <stdlib.h>
#include <string.h>

#include "latin.h"
#include "query.h"

#define SLUG_MAX  96
#define WORDS_MAX 10 /* of a name */

enum spelt {
	SPELT_WHOLE, /* the name or an alias */
	SPELT_BARE,  /* without its article */
	SPELT_CUED,  /* a number: only beside "región" */
};

struct entry {
	const char *slug;
	enum facet facet;
	const char *value, *label;
	enum spelt spelt;
	bool dangerous; /* also an everyday word */
};

struct glued {
	const char *text, *printed;
};

struct names {
	const struct lexicon *lexicon;
	struct arena *arena;
	struct entry *place, *group; /* sorted by slug */
	size_t n_places, n_groups, cap_places, cap_groups;
	bool more;	     /* the rest is there; made when first asked for */
	struct glued *glued; /* sorted by text */
	size_t n_glued, cap_glued;
	struct names_word *word; /* sorted by text */
	size_t n_words, cap_words;
};

/* ---- building ---- */

static bool S_room(void **v, size_t *cap, size_t n, size_t size)
{
	void *more;

	if (n < *cap)
		return true;
	*cap = *cap ? 2 * *cap : 512;
	more = realloc(*v, *cap * size);
	if (more)
		*v = more;
	return more != NULL;
}

/* Letters and digits of n bytes to out, folded, ñ as n if plain; everything
 * else ends a word: '-' between, unless glue.  The length; 0 = does not fit. */
static size_t S_slug(char out[SLUG_MAX], const char *text, size_t n, bool plain,
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

static const char *S_after_article(const char *slug)
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

	if (!S_room((void **)v, cap, *count, sizeof **v))
		return false;
	(*v)[(*count)++] = *e;
	return true;
}

/* The words of a printed name, for those who look for misspelt ones. */
static bool S_add_words(struct names *n, const char *printed, const struct entry *e)
{
	char slug[SLUG_MAX], *part, *next;

	if (!S_slug(slug, printed, strlen(printed), false, false))
		return true;
	for (part = slug; part; part = next) {
		size_t len = strcspn(part, "-");
		struct names_word w = {NULL, e->facet, e->value};

		next = part[len] ? part + len + 1 : NULL;
		if (utf8_count(part, len) < 4 || lexicon_is_stop(n->lexicon, part, len))
			continue;
		w.text = arena_copy(n->arena, part, len);
		if (!w.text || !S_room((void **)&n->word, &n->cap_words, n->n_words,
				       sizeof *n->word))
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
	e.slug = e.facet == FACET_MUNICIPALITY ? S_after_article(slug) : NULL;
	e.spelt = SPELT_BARE;
	return !e.slug || S_add(n, &e);
}

/* The same of a printed name; one that is too long, or not in Latin letters,
 * is never met. */
static bool S_add_printed(struct names *n, const char *printed, const struct entry *e)
{
	char slug[SLUG_MAX];
	size_t len = S_slug(slug, printed, strlen(printed), true, false);
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
	size_t len = S_slug(slug, printed, strlen(printed), true, false);
	const char *copy;

	if (!len || !strchr(slug, '-'))
		return true;
	len = S_slug(slug, printed, strlen(printed), true, true);
	copy = arena_copy(n->arena, slug, len);
	if (!copy ||
	    !S_room((void **)&n->glued, &n->cap_glued, n->n_glued, sizeof *n->glued))
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

	if (!S_slug(slug, text, len, true, false))
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

/* ---- looking up ---- */

static size_t S_lower(const struct entry *v, size_t n, const char *slug)
{
	size_t low = 0, high = n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (strcmp(v[mid].slug, slug) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static bool S_is(const struct asked *w, const char *folded)
{
	return strlen(folded) == w->folded_n &&
	       memcmp(w->folded, folded, w->folded_n) == 0;
}

static bool S_any_of(const struct asked *w, const char *const *list)
{
	for (; *list; list++)
		if (S_is(w, *list))
			return true;
	return false;
}

/* What stands before the name says what it is of. */
enum cue { CUE_NONE, CUE_COMMUNE, CUE_REGION };

/* A cue at words[i], with "de" or "del" after it; *to: where the name begins. */
static enum cue S_cue(size_t *to, const struct asked *w, size_t n, size_t i)
{
	static const char *const communes[] = {"municipalidad", "municipio", "comuna",
					       "alcaldia", NULL};
	static const char *const of[] = {"de", "del", NULL};
	enum cue cue = CUE_NONE;

	if (S_any_of(&w[i], communes))
		cue = CUE_COMMUNE;
	else if (S_is(&w[i], "region"))
		cue = CUE_REGION;
	*to = i + 1;
	if (cue && *to < n && S_any_of(&w[*to], of))
		++*to;
	if (*to >= n)
		return CUE_NONE;
	for (size_t k = i; k <= *to; k++)
		if (!w[k].usable || (k > i && w[k].starts))
			return CUE_NONE;
	return cue;
}

static bool S_allowed(const struct entry *e, enum cue cue)
{
	switch (cue) {
	case CUE_COMMUNE:
		return e->facet == FACET_MUNICIPALITY;
	case CUE_REGION:
		return e->facet == FACET_REGION;
	case CUE_NONE:
		break;
	}
	return e->spelt != SPELT_CUED && !e->dangerous;
}

/* The one place that the slug names; NULL where there is none or more. */
static const struct entry *S_place(const struct names *n, size_t at, const char *slug,
				   enum cue cue)
{
	const struct entry *best = NULL;

	for (; at < n->n_places && strcmp(n->place[at].slug, slug) == 0; at++) {
		const struct entry *e = &n->place[at];

		if (!S_allowed(e, cue))
			continue;
		if (!best || (best->facet != FACET_REGION && e->facet == FACET_REGION &&
			      e->spelt <= best->spelt)) {
			best = e;
			continue;
		}
		/* Sorted by how it is spelt: a worse spelling says nothing. */
		if (e->spelt > best->spelt || best->facet == FACET_REGION)
			continue;
		if (strcmp(e->value, best->value) != 0)
			return NULL;
	}
	return best;
}

/* Adds a word to a slug; 0 = it cannot be part of a name. */
static size_t S_append(char slug[SLUG_MAX], size_t len, const struct asked *w)
{
	char word[SLUG_MAX];
	size_t k = S_slug(word, w->folded, w->folded_n, true, false);

	if (!k || len + k + 2 > SLUG_MAX)
		return 0;
	if (len)
		slug[len++] = '-';
	memcpy(slug + len, word, k + 1);
	return len + k;
}

/* The longest place that begins at words[from]. */
static bool S_place_at(struct name *out, const struct names *n, const struct asked *w,
		       size_t n_words, size_t from, enum cue cue)
{
	char slug[SLUG_MAX];
	size_t len = 0;
	bool found = false;

	for (size_t i = from; i < n_words && i < from + WORDS_MAX; i++) {
		const struct entry *e;
		size_t at;

		if (!w[i].usable || (i > from && w[i].starts))
			break;
		len = S_append(slug, len, &w[i]);
		if (!len)
			break;
		at = S_lower(n->place, n->n_places, slug);
		if (at == n->n_places || strncmp(n->place[at].slug, slug, len) != 0)
			break;
		e = S_place(n, at, slug, cue);
		if (!e)
			continue;
		*out = (struct name){from, i + 1, from, e->facet, e->value, e->label};
		found = true;
	}
	return found;
}

/* "V región": the number before the word. */
static bool S_number_at(struct name *out, const struct names *n, const struct asked *w,
			size_t n_words, size_t from)
{
	if (from + 1 >= n_words || !S_is(&w[from + 1], "region") || !w[from].usable ||
	    !w[from + 1].usable || w[from + 1].starts ||
	    !S_place_at(out, n, w, from + 1, from, CUE_REGION))
		return false;
	out->to = from + 2;
	return true;
}

/* The longest printed label of a Sello line. */
static bool S_sello_at(struct name *out, const struct names *n, struct analyzer *a,
		       const struct asked *w, size_t n_words, size_t from)
{
	char text[SLUG_MAX];
	size_t len = 0;
	bool found = false;

	for (size_t i = from; i < n_words && i < from + WORDS_MAX; i++) {
		const struct label *l;

		if (!w[i].usable || (i > from && w[i].starts))
			break;
		len = S_append(text, len, &w[i]);
		if (!len)
			break;
		l = lexicon_sello_printed(n->lexicon, a, text, len);
		if (!l)
			continue;
		*out = (struct name){from,	  i + 1,   from,
				     FACET_SELLO, l->slug, l->display};
		found = true;
	}
	return found;
}

static bool S_group_at(struct name *out, const struct names *n, const struct asked *w,
		       size_t n_words, size_t from)
{
	char slug[SLUG_MAX];
	size_t len = 0;
	bool found = false;

	for (size_t i = from; i < n_words && i < from + WORDS_MAX; i++) {
		size_t at;

		if (!w[i].usable || (i > from && w[i].starts))
			break;
		if (w[i].stop) {
			if (i == from)
				break;
			continue;
		}
		len = S_append(slug, len, &w[i]);
		if (!len)
			break;
		at = S_lower(n->group, n->n_groups, slug);
		if (at == n->n_groups || strncmp(n->group[at].slug, slug, len) != 0)
			break;
		if (strcmp(n->group[at].slug, slug) != 0)
			continue;
		*out = (struct name){from,
				     i + 1,
				     from,
				     FACET_GROUP,
				     n->group[at].value,
				     n->group[at].label};
		found = true;
	}
	return found;
}

/* The longest name at words[from], of whatever kind. */
static bool S_name_at(struct name *out, const struct names *n, struct analyzer *a,
		      const struct asked *w, size_t n_words, size_t from)
{
	struct name other;
	size_t start;
	enum cue cue = S_cue(&start, w, n_words, from);
	bool found = false;

	/* "región metropolitana" is a name itself, and longer than its cue. */
	if (cue && S_place_at(out, n, w, n_words, start, cue)) {
		out->cue = from;
		found = true;
	}
	if (S_number_at(&other, n, w, n_words, from) &&
	    (!found || other.to > out->to)) {
		*out = other;
		found = true;
	}
	if (S_place_at(&other, n, w, n_words, from, CUE_NONE) &&
	    (!found || other.to > out->to)) {
		*out = other;
		found = true;
	}
	if (S_sello_at(&other, n, a, w, n_words, from) &&
	    (!found || other.to > out->to)) {
		*out = other;
		found = true;
	}
	if (S_group_at(&other, n, w, n_words, from) && (!found || other.to > out->to)) {
		*out = other;
		found = true;
	}
	return found;
}

size_t names_find(struct name *out, size_t max, const struct names *n,
		  struct analyzer *a, const struct asked *words, size_t n_words)
{
	size_t found = 0;

	for (size_t i = 0; i < n_words && found < max;) {
		if (words[i].usable && S_name_at(&out[found], n, a, words, n_words, i))
			i = out[found++].to;
		else
			i++;
	}
	return found;
}

/* What is left out for want of memory is not known: no more than that. */
static void S_more(struct names *n)
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

bool names_part(struct names *n, const char *folded, size_t len)
{
	char slug[SLUG_MAX];
	size_t low = 0, high, at;

	S_more(n);
	high = n->n_words;
	if (!S_slug(slug, folded, len, false, false))
		return false;
	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (strcmp(n->word[mid].text, slug) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	if (low < n->n_words && strcmp(n->word[low].text, slug) == 0)
		return true;
	if (!S_slug(slug, folded, len, true, false))
		return false;
	at = S_lower(n->place, n->n_places, slug);
	return at < n->n_places && strcmp(n->place[at].slug, slug) == 0;
}

const char *names_glued(struct names *n, const char *folded, size_t len)
{
	char slug[SLUG_MAX];
	size_t low = 0, high;

	S_more(n);
	high = n->n_glued;
	if (!S_slug(slug, folded, len, true, false) || strchr(slug, '-'))
		return NULL;
	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (strcmp(n->glued[mid].text, slug) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	if (low == n->n_glued || strcmp(n->glued[low].text, slug) != 0)
		return NULL;
	return n->glued[low].printed;
}

const struct names_word *names_words(struct names *n, size_t *count)
{
	S_more(n);
	*count = n->n_words;
	return n->word;
}

#include "names_parts.h"

#include <string.h>

#define WORDS_MAX 10 /* of a name */

static size_t S_lower(struct place_names p, const char *slug)
{
	size_t low = 0, high = p.n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (strcmp(p.v[mid].slug, slug) < 0)
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

static bool S_allowed(const struct place_name *e, enum cue cue)
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
static const struct place_name *S_place(const struct names *n, size_t at,
					const char *slug, enum cue cue)
{
	const struct place_name *best = NULL;

	for (; at < n->places.n && strcmp(n->places.v[at].slug, slug) == 0; at++) {
		const struct place_name *e = &n->places.v[at];

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
static size_t S_append(char slug[PLACE_SLUG_MAX], size_t len, const struct asked *w)
{
	char word[PLACE_SLUG_MAX];
	size_t k = place_slug(word, w->folded, w->folded_n, true, false);

	if (!k || len + k + 2 > PLACE_SLUG_MAX)
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
	char slug[PLACE_SLUG_MAX];
	size_t len = 0;
	bool found = false;

	for (size_t i = from; i < n_words && i < from + WORDS_MAX; i++) {
		const struct place_name *e;
		size_t at;

		if (!w[i].usable || (i > from && w[i].starts))
			break;
		len = S_append(slug, len, &w[i]);
		if (!len)
			break;
		at = S_lower(n->places, slug);
		if (at == n->places.n || strncmp(n->places.v[at].slug, slug, len) != 0)
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
	char text[PLACE_SLUG_MAX];
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
	char slug[PLACE_SLUG_MAX];
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
		at = S_lower(n->groups, slug);
		if (at == n->groups.n || strncmp(n->groups.v[at].slug, slug, len) != 0)
			break;
		if (strcmp(n->groups.v[at].slug, slug) != 0)
			continue;
		*out = (struct name){from,
				     i + 1,
				     from,
				     FACET_GROUP,
				     n->groups.v[at].value,
				     n->groups.v[at].label};
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

bool names_part(struct names *n, const char *folded, size_t len)
{
	char slug[PLACE_SLUG_MAX];
	size_t low = 0, high, at;

	names_more(n);
	high = n->n_words;
	if (!place_slug(slug, folded, len, false, false))
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
	if (!place_slug(slug, folded, len, true, false))
		return false;
	at = S_lower(n->places, slug);
	return at < n->places.n && strcmp(n->places.v[at].slug, slug) == 0;
}

const char *names_glued(struct names *n, const char *folded, size_t len)
{
	char slug[PLACE_SLUG_MAX];
	size_t low = 0, high;

	names_more(n);
	high = n->n_glued;
	if (!place_slug(slug, folded, len, true, false) || strchr(slug, '-'))
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
	names_more(n);
	*count = n->n_words;
	return n->word;
}

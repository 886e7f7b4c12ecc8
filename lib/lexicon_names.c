#include "lexicon_tables.h"

#include <stdlib.h>
#include <string.h>

#include "messages.h"

/* What people type before a name, as slugs. */
static const char *const S_before[] = {
	"ilustre-municipalidad-de-",
	"i-municipalidad-de-",
	"municipalidad-de-",
	"municipalidad-",
	"municipio-de-",
	"comuna-de-",
	"region-del-",
	"region-de-",
};

static size_t S_lower_bound(const struct names *names, const char *slug)
{
	size_t lo = 0, hi = names->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (strcmp(names->v[mid].slug, slug) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

/* The indexes that have the slug in the best kind that has it, up to worst. */
static size_t S_lookup(unsigned short *v, size_t max, const struct names *names,
		       const char *slug, enum name_kind worst)
{
	size_t i = S_lower_bound(names, slug), n = 0;
	unsigned char kind;

	if (i == names->n || strcmp(names->v[i].slug, slug) != 0)
		return 0;
	kind = names->v[i].kind;
	if (kind > worst)
		return 0;
	for (; i < names->n && names->v[i].kind == kind &&
	       strcmp(names->v[i].slug, slug) == 0;
	     i++) {
		bool have = false;

		for (size_t k = 0; k < n && k < max; k++)
			have |= v[k] == names->v[i].index;
		if (have)
			continue;
		if (n < max)
			v[n] = names->v[i].index;
		n++;
	}
	return n;
}

/* In order: as typed; without "comuna de"; without the article. */
static size_t S_find(unsigned short *v, size_t max, const struct names *names,
		     const char *slug)
{
	static const char *const articles[] = {"la-", "el-", "los-", "las-", "lo-"};
	size_t n = S_lookup(v, max, names, slug, NAME_NO_ARTICLE);

	for (size_t i = 0; !n && i < sizeof S_before / sizeof *S_before; i++) {
		size_t k = strlen(S_before[i]);

		if (strncmp(slug, S_before[i], k) == 0) {
			slug += k;
			n = S_lookup(v, max, names, slug, NAME_NO_ARTICLE);
			break;
		}
	}
	for (size_t i = 0; !n && i < sizeof articles / sizeof *articles; i++) {
		size_t k = strlen(articles[i]);

		if (strncmp(slug, articles[i], k) == 0)
			n = S_lookup(v, max, names, slug + k, NAME_ALIAS);
	}
	return n;
}

#define NAME_BYTES 80

const struct commune *lexicon_commune_at(size_t *taken, const struct lexicon *l,
					 const char *text, size_t n)
{
	const struct commune *best = NULL;
	char slug[NAME_BYTES];
	size_t o = 0, i = 0, w;
	unsigned long cp = 0;

	*taken = 0;
	while (i < n) {
		unsigned short v[2];
		size_t at;

		for (; i < n; i += w) { /* between words */
			w = utf8_decode(text + i, n - i, &cp);
			if (latin_letter(cp) || latin_digit(cp))
				break;
			/* "Llay-Llay", "Pto. Montt": not a comma or a slash */
			if (!o || (cp != ' ' && cp != '-' && cp != '.' && cp != '\n'))
				return best;
		}
		if (i >= n || o + 2 >= sizeof slug)
			break;
		if (o)
			slug[o++] = '-';
		for (; i < n; i += w) {
			unsigned long f;

			w = utf8_decode(text + i, n - i, &cp);
			if (cp == '\'' || cp == 0x2019)
				continue;
			if (!latin_letter(cp) && !latin_digit(cp))
				break;
			f = latin_fold(cp, true);
			if (f >= 0x80 || o + 1 >= sizeof slug)
				return best;
			slug[o++] = (char)f;
		}
		slug[o] = '\0';
		at = S_lower_bound(&l->commune_names, slug);
		if (at == l->commune_names.n ||
		    strncmp(l->commune_names.v[at].slug, slug, o) != 0)
			break;
		if (S_lookup(v, 2, &l->commune_names, slug, NAME_ALIAS) == 1) {
			best = &l->communes[v[0]];
			*taken = i;
		}
	}
	return best;
}

#define FOUND_MAX 32

size_t lexicon_find_commune(const struct commune **v, size_t max,
			    const struct lexicon *l, struct analyzer *a,
			    const char *name, size_t n)
{
	unsigned short found[FOUND_MAX];
	char slug[256];
	size_t len = lexicon_typed(slug, sizeof slug, a, name, n), hits;

	if (!len)
		return 0;
	if (len <= 5 && strspn(slug, "0123456789") == len) {
		char code[6] = "00000"; /* spreadsheets drop the first 0 */
		size_t lo = 0, hi = l->n_communes;

		memcpy(code + 5 - len, slug, len);
		while (lo < hi) {
			size_t mid = lo + (hi - lo) / 2;
			int c = strcmp(l->communes[mid].cut_code, code);

			if (c == 0) {
				if (max)
					v[0] = &l->communes[mid];
				return 1;
			}
			if (c < 0)
				lo = mid + 1;
			else
				hi = mid;
		}
		return 0;
	}
	hits = S_find(found, FOUND_MAX, &l->commune_names, slug);
	for (size_t i = 0; i < hits && i < max && i < FOUND_MAX; i++)
		v[i] = &l->communes[found[i]];
	return hits;
}

size_t lexicon_find_region(const struct region **v, size_t max, const struct lexicon *l,
			   struct analyzer *a, const char *name, size_t n)
{
	unsigned short found[FOUND_MAX];
	char slug[256];
	size_t len = lexicon_typed(slug, sizeof slug, a, name, n), hits;

	if (!len)
		return 0;
	if (len == 1 && latin_digit((unsigned char)slug[0])) { /* 5 is 05 */
		slug[1] = slug[0];
		slug[0] = '0';
		slug[2] = '\0';
	}
	hits = S_find(found, FOUND_MAX, &l->region_names, slug);
	for (size_t i = 0; i < hits && i < max && i < FOUND_MAX; i++)
		v[i] = &l->regions[found[i]];
	return hits;
}

const struct label *lexicon_find_label(struct labels list, struct analyzer *a,
				       const char *name, size_t n)
{
	char slug[256], other[512];

	if (!lexicon_typed(slug, sizeof slug, a, name, n))
		return NULL;
	for (size_t i = 0; i < list.n; i++)
		if (strcmp(list.v[i].slug, slug) == 0)
			return &list.v[i];
	for (size_t i = 0; i < list.n; i++) {
		size_t k = strlen(list.v[i].display);

		if (k >= sizeof other)
			continue;
		lexicon_fold(other, list.v[i].display, k, FOLD_SLUG);
		if (strcmp(other, slug) == 0)
			return &list.v[i];
	}
	return NULL;
}

static const char *S_display(const struct label *v, size_t n, const char *slug)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(v[i].slug, slug) == 0)
			return v[i].display;
	return NULL;
}

const char *lexicon_label(const struct lexicon *l, enum facet facet, const char *slug)
{
	unsigned short at;

	switch (facet) {
	case FACET_MUNICIPALITY:
		if (S_lookup(&at, 1, &l->commune_names, slug, NAME_OFFICIAL))
			return l->communes[at].name;
		return NULL;
	case FACET_REGION:
		if (S_lookup(&at, 1, &l->region_names, slug, NAME_OFFICIAL))
			return l->regions[at].name;
		return NULL;
	case FACET_SELLO:
		return S_display(l->sello, l->n_sello, slug);
	case FACET_GROUP:
		return S_display(l->groups, l->n_groups, slug);
	case FACET_STATUS:
		return S_display(l->status, l->n_status, slug);
	case FACET_YEAR:
	case FACET_COUNT:
		break;
	}
	return NULL;
}

/* First entry whose slug is not less. */
static size_t S_sello_bound(const struct lexicon *l, const char *slug)
{
	size_t lo = 0, hi = l->n_sello_printed;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (strcmp(l->sello_printed[mid].slug, slug) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

const struct label *lexicon_sello_printed(const struct lexicon *l, struct analyzer *a,
					  const char *text, size_t n)
{
	char slug[256];
	size_t at;

	(void)a; /* labels are Latin: no library needed */
	if (n >= sizeof slug || !lexicon_fold(slug, text, n, FOLD_SLUG))
		return NULL;
	at = S_sello_bound(l, slug);
	if (at == l->n_sello_printed || strcmp(l->sello_printed[at].slug, slug) != 0)
		return NULL;
	return &l->sello[l->sello_printed[at].index];
}

const struct label *lexicon_sello_at(size_t *taken, const struct lexicon *l,
				     const char *text, size_t n)
{
	const struct label *best = NULL;
	char slug[128];
	size_t i = 0;

	*taken = 0;
	while (i < n && i < sizeof slug - 1) {
		size_t o, at;

		/* one more word */
		while (i < n && text[i] == ' ')
			i++;
		while (i < n && text[i] != ' ')
			i++;
		if (i >= sizeof slug - 1)
			break;
		o = lexicon_fold(slug, text, i, FOLD_SLUG);
		at = S_sello_bound(l, slug);
		if (!o || at == l->n_sello_printed ||
		    strncmp(l->sello_printed[at].slug, slug, o) != 0)
			break;
		if (l->sello_printed[at].slug[o] == '\0') {
			best = &l->sello[l->sello_printed[at].index];
			*taken = i;
		}
	}
	return best;
}

/* ---- the index of names ---- */

static int S_by_name(const void *a, const void *b)
{
	const struct name *x = a, *y = b;
	int c = strcmp(x->slug, y->slug);

	if (c == 0)
		c = (int)x->kind - (int)y->kind;
	return c ? c : (int)x->index - (int)y->index;
}

static void S_name(struct names *names, const char *slug, size_t index,
		   enum name_kind kind)
{
	names->v[names->n++] =
		(struct name){slug, (unsigned short)index, (unsigned char)kind};
}

/* All spellings of communes and regions as slugs, sorted. */
enum status lexicon_index_names(struct lexicon *l, struct err *err)
{
	size_t most = 2 * l->n_communes + l->n_alias + 2;

	l->commune_names.v = calloc(most, sizeof(struct name));
	l->region_names.v =
		calloc(5 * l->n_regions + l->n_alias + 2, sizeof(struct name));
	if (!l->commune_names.v || !l->region_names.v)
		return err_nomem(err);
	for (size_t i = 0; i < l->n_communes; i++) {
		const struct commune *c = &l->communes[i];
		const char *bare = place_after_article(c->slug);

		S_name(&l->commune_names, c->slug, i, NAME_OFFICIAL);
		if (bare)
			S_name(&l->commune_names, bare, i, NAME_NO_ARTICLE);
		for (const char *const *v = c->aliases; *v; v++) {
			const char *slug = lexicon_folded(l, *v, FOLD_SLUG);

			if (!slug)
				return err_nomem(err);
			S_name(&l->commune_names, slug, i, NAME_ALIAS);
		}
	}
	for (size_t i = 0; i < l->n_regions; i++) {
		const struct region *g = &l->regions[i];
		const char *more[] = {g->official_name, g->roman, g->abbr, g->code};

		S_name(&l->region_names, g->slug, i, NAME_OFFICIAL);
		for (size_t k = 0; k < sizeof more / sizeof *more; k++) {
			const char *slug = lexicon_folded(l, more[k], FOLD_SLUG);

			if (!slug)
				return err_nomem(err);
			S_name(&l->region_names, slug, i, NAME_ALIAS);
		}
		for (const char *const *v = g->aliases; *v; v++) {
			const char *slug = lexicon_folded(l, *v, FOLD_SLUG);

			if (!slug)
				return err_nomem(err);
			S_name(&l->region_names, slug, i, NAME_ALIAS);
		}
	}
	if (l->commune_names.n)
		qsort(l->commune_names.v, l->commune_names.n, sizeof(struct name),
		      S_by_name);
	if (l->region_names.n)
		qsort(l->region_names.v, l->region_names.n, sizeof(struct name),
		      S_by_name);
	for (size_t i = 1; i < l->commune_names.n; i++) {
		const struct name *x = &l->commune_names.v[i - 1];

		if (x->kind == NAME_OFFICIAL && x[1].kind == NAME_OFFICIAL &&
		    strcmp(x->slug, x[1].slug) == 0)
			return err_set(err, ST_INPUT,
				       _("communes.tsv: two communes are called %s"),
				       x->slug);
	}
	return ST_OK;
}

#include "lexicon_tables.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "messages.h"

/*
 * The bundle, and how it is read.
 *
 *   fichas-tables 1 LF
 *   then for each table:  "table " NAME " " BYTES LF, BYTES bytes, LF
 *
 * A table is UTF-8 text: lines that begin with '#' and empty lines say
 * nothing; the first other line names the columns and must be the one we
 * know; every other line is a row, its cells separated by one tab.  A cell
 * that holds a list separates its items by '|'.
 *
 * Loading cuts a copy of the bundle at tabs and line ends and points into
 * it.  Folded keys go to a pool whose size is known beforehand: no folded
 * form is longer than what it was made from, and each piece of text is folded
 * at most twice.  No ICU is called, so that a searcher that answers one
 * question does not pay for it.
 */
#define BUNDLE_HEAD "fichas-tables 1\n"
#define TABLE_MAX   ((size_t)4 << 20)
#define BUNDLE_MAX  ((size_t)32 << 20)
#define CELLS_MAX   8

enum table_id {
	T_REGIONS,
	T_COMMUNES,
	T_GROUPS,
	T_SELLO,
	T_STATUS,
	T_HEADINGS,
	T_STOPWORDS,
	T_THESAURUS,
	T_EXTRA, /* one more thesaurus, may be absent */
	T_COUNT
};

struct table_info {
	const char *name, *columns;
};

static const struct table_info S_tables[T_COUNT] = {
	[T_REGIONS] = {"regions.tsv", "region_code\tname\tofficial_name\troman\torder\t"
				      "abbreviation\taliases"},
	[T_COMMUNES] = {"communes.tsv",
			"cut_code\tname\tprovince\tregion_code\taliases\tambiguity"},
	[T_GROUPS] = {"groups.tsv", "slug\tdisplay\timplies\tpatterns\tnote"},
	[T_SELLO] = {"sello.tsv", "slug\tdisplay\tprinted"},
	[T_STATUS] = {"status.tsv", "slug\tdisplay\tpatterns"},
	[T_HEADINGS] = {"headings.tsv", "field\tstrength\twording"},
	[T_STOPWORDS] = {"stopwords.tsv", "word\tweight\tnote"},
	[T_THESAURUS] = {"thesaurus.tsv", "key\trelation\tvalues\tflags\tnote"},
	[T_EXTRA] = {"thesaurus.extra", "key\trelation\tvalues\tflags\tnote"},
};

struct rows { /* a table being cut into cells */
	const char *file;
	char *p, *end;
	unsigned line;
	size_t columns;
	char *cell[CELLS_MAX];
};

size_t lexicon_fold(char *out, const char *s, size_t n, enum fold_form form)
{
	size_t o = 0, i = 0;
	bool gap = false;
	char blank = form == FOLD_SLUG ? '-' : ' ';

	while (i < n) {
		unsigned long cp;
		size_t w = utf8_decode(s + i, n - i, &cp);
		unsigned long f = latin_fold(cp, form != FOLD_WORDS);

		if (latin_digit(f) || latin_letter(f)) {
			if (gap && o > 0)
				out[o++] = blank;
			gap = false;
			if (f < 0x80) {
				out[o++] = (char)f;
			} else if (f == cp) {
				memcpy(out + o, s + i, w);
				o += w;
			} else { /* a lower-case letter of Latin-1 */
				out[o++] = (char)(0xC0 | f >> 6);
				out[o++] = (char)(0x80 | (f & 0x3F));
			}
		} else if (cp == '\'' || cp == 0x2019 || cp == 0x2BC) {
			/* O'Higgins, ong's: one word */
			if (form == FOLD_WORDS && o > 0 && !gap && i + w < n)
				out[o++] = '\'';
		} else if (form == FOLD_WORDS && cp == '.' && o > 0 && !gap &&
			   i + 1 < n && s[i + 1] != ' ' && s[i + 1] != '.') {
			out[o++] = '.';
		} else {
			gap = true;
		}
		i += w;
	}
	if (form == FOLD_WORDS)
		while (o > 0 && (out[o - 1] == '\'' || out[o - 1] == '.'))
			o--;
	out[o] = '\0';
	return o;
}

static const char *S_folded(struct lexicon *l, const char *s, enum fold_form form)
{
	size_t n = strlen(s);
	char *out = l->pool + l->pool_n;

	if (n + 1 > l->pool_size - l->pool_n)
		return NULL;
	l->pool_n += lexicon_fold(out, s, n, form) + 1;
	return out;
}

static enum status S_malformed(const struct rows *r, const char *what, struct err *err)
{
	return err_set(err, ST_INPUT, "%s:%u: %s", r->file, r->line, what);
}

/* The next row's cells; *more is false after the last. */
static enum status S_next(bool *more, struct rows *r, struct err *err)
{
	*more = false;
	while (r->p < r->end) {
		char *nl = memchr(r->p, '\n', (size_t)(r->end - r->p));
		char *line = r->p, *stop = nl ? nl : r->end;
		size_t n = 0;

		r->p = nl ? nl + 1 : r->end;
		r->line++;
		*stop = '\0'; /* the byte after a table is a line end, too */
		if (line == stop || *line == '#')
			continue;
		for (char *q = line; n < r->columns; q++) {
			char *tab = memchr(q, '\t', (size_t)(stop - q));

			r->cell[n++] = q;
			if (!tab)
				break;
			*tab = '\0';
			q = tab;
			if (n == r->columns)
				return S_malformed(r, _("too many columns"), err);
		}
		/* Empty cells at the end may be missing. */
		while (n < r->columns)
			r->cell[n++] = stop;
		if (!*r->cell[0])
			return S_malformed(r, _("the first column is empty"), err);
		*more = true;
		return ST_OK;
	}
	return ST_OK;
}

/* Finds the header line and counts the rows, an upper bound. */
static enum status S_begin(struct rows *r, size_t *rows, enum table_id id, char *p,
			   size_t n, struct err *err)
{
	const char *want = S_tables[id].columns;
	size_t want_n = strlen(want);

	*r = (struct rows){
		.file = S_tables[id].name, .p = p, .end = p + n, .columns = 1};
	for (const char *c = want; *c; c++)
		r->columns += *c == '\t';
	*rows = 0;
	for (char *q = p; q < r->end;) {
		char *nl = memchr(q, '\n', (size_t)(r->end - q));

		(*rows)++;
		q = nl ? nl + 1 : r->end;
	}
	while (r->p < r->end) {
		char *nl = memchr(r->p, '\n', (size_t)(r->end - r->p));
		size_t line_n = (size_t)((nl ? nl : r->end) - r->p);
		char *line = r->p;

		r->p = nl ? nl + 1 : r->end;
		r->line++;
		if (!line_n || *line == '#')
			continue;
		if (line_n == want_n && memcmp(line, want, want_n) == 0)
			return ST_OK;
		break;
	}
	return err_set(err, ST_INPUT, _("%s:%u: the columns must be %s"), r->file,
		       r->line ? r->line : 1, want);
}

/* Cuts a list cell at its bars into the alias array; *first: its place. */
static bool S_list(struct lexicon *l, const char *const **first, char *cell)
{
	*first = l->alias + l->n_alias;
	while (*cell) {
		char *bar = strchr(cell, '|');

		if (bar)
			*bar = '\0';
		if (*cell) {
			if (l->n_alias + 2 > l->alias_size)
				return false;
			l->alias[l->n_alias++] = cell;
		}
		if (!bar)
			break;
		cell = bar + 1;
	}
	if (l->n_alias + 1 > l->alias_size)
		return false;
	l->alias[l->n_alias++] = NULL;
	return true;
}

static enum status S_read_regions(struct lexicon *l, struct rows *r, size_t rows,
				  struct err *err)
{
	bool more;
	enum status st;

	l->regions = calloc(rows + 1, sizeof *l->regions);
	if (!l->regions)
		return err_nomem(err);
	while ((st = S_next(&more, r, err)) == ST_OK && more) {
		struct region *g = &l->regions[l->n_regions++];

		g->code = r->cell[0];
		g->name = r->cell[1];
		g->official_name = r->cell[2];
		g->roman = r->cell[3];
		g->order = (unsigned)strtoul(r->cell[4], NULL, 10);
		g->abbr = r->cell[5];
		g->slug = S_folded(l, g->name, FOLD_SLUG);
		if (!g->slug || !S_list(l, &g->aliases, r->cell[6]))
			return err_nomem(err);
		if (!*g->slug)
			return S_malformed(r, _("a name is empty"), err);
	}
	return st;
}

static enum status S_read_communes(struct lexicon *l, struct rows *r, size_t rows,
				   struct err *err)
{
	const struct region *g = NULL;
	bool more;
	enum status st;

	l->communes = calloc(rows + 1, sizeof *l->communes);
	if (!l->communes)
		return err_nomem(err);
	while ((st = S_next(&more, r, err)) == ST_OK && more) {
		struct commune *c = &l->communes[l->n_communes++];

		c->cut_code = r->cell[0];
		c->name = r->cell[1];
		c->province = r->cell[2];
		c->ambiguity = r->cell[5];
		if (!g || strcmp(g->code, r->cell[3]) != 0) {
			g = NULL;
			for (size_t i = 0; i < l->n_regions && !g; i++)
				if (strcmp(l->regions[i].code, r->cell[3]) == 0)
					g = &l->regions[i];
			if (!g)
				return S_malformed(r, _("no such region"), err);
		}
		c->region = g->name;
		c->region_slug = g->slug;
		c->region_code = g->code;
		c->slug = S_folded(l, c->name, FOLD_SLUG);
		if (!c->slug || !S_list(l, &c->aliases, r->cell[4]))
			return err_nomem(err);
		if (!*c->slug)
			return S_malformed(r, _("a name is empty"), err);
		if (c > l->communes && strcmp(c[-1].cut_code, c->cut_code) >= 0)
			return S_malformed(r,
					   _("rows must be in the order of their "
					     "codes"),
					   err);
	}
	return st;
}

static enum status S_read_labels(struct lexicon *l, struct label **v, size_t *n,
				 struct patterns **patterns, const char ***implies,
				 struct rows *r, size_t rows, struct err *err)
{
	size_t column = implies ? 3 : 2;
	bool more;
	enum status st;

	*v = calloc(rows + 1, sizeof **v);
	*patterns = calloc(rows + 1, sizeof **patterns);
	if (implies)
		*implies = calloc(rows + 1, sizeof **implies);
	if (!*v || !*patterns || (implies && !*implies))
		return err_nomem(err);
	(void)l;
	while ((st = S_next(&more, r, err)) == ST_OK && more) {
		for (size_t i = 0; i < *n; i++)
			if (strcmp((*v)[i].slug, r->cell[0]) == 0)
				return S_malformed(r, _("a slug stands twice"), err);
		(*v)[*n] = (struct label){r->cell[0], r->cell[1]};
		(*patterns)[*n] = (struct patterns){r->cell[0], r->cell[column]};
		if (implies)
			(*implies)[*n] = r->cell[2];
		(*n)++;
	}
	return st;
}

static int S_by_sello(const void *a, const void *b)
{
	return strcmp(((const struct sello_name *)a)->slug,
		      ((const struct sello_name *)b)->slug);
}

static enum status S_read_sello(struct lexicon *l, struct rows *r, size_t rows,
				struct err *err)
{
	struct patterns *printed = NULL;
	size_t n = 0;
	enum status st =
		S_read_labels(l, &l->sello, &l->n_sello, &printed, NULL, r, rows, err);

	for (size_t i = 0; st == ST_OK && i < l->n_sello; i++) {
		n += 2;
		for (const char *p = printed[i].text; *p; p++)
			n += *p == '|';
	}
	if (st == ST_OK) {
		l->sello_printed = calloc(n + 1, sizeof *l->sello_printed);
		if (!l->sello_printed)
			st = err_nomem(err);
	}
	for (size_t i = 0; st == ST_OK && i < l->n_sello; i++) {
		const char *const *v;

		if (!S_list(l, &v, printed[i].text)) {
			st = err_nomem(err);
			break;
		}
		for (; st == ST_OK && *v; v++) {
			const char *slug = S_folded(l, *v, FOLD_SLUG);

			if (!slug)
				st = err_nomem(err);
			l->sello_printed[l->n_sello_printed++] =
				(struct sello_name){slug, (unsigned short)i};
		}
	}
	free(printed);
	if (st == ST_OK)
		qsort(l->sello_printed, l->n_sello_printed, sizeof *l->sello_printed,
		      S_by_sello);
	return st;
}

static int S_by_key(const void *a, const void *b)
{
	return strcmp(((const struct heading_word *)a)->key,
		      ((const struct heading_word *)b)->key);
}

static int S_by_string(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static enum status S_read_headings(struct lexicon *l, struct rows *r, size_t rows,
				   struct err *err)
{
	static const char *const strengths[] = {"full", "short", "prefix"};
	bool more;
	enum status st;

	l->headings = calloc(rows + 1, sizeof *l->headings);
	l->tail = calloc((size_t)(r->end - r->p) / 2 + 2, sizeof *l->tail);
	l->page = calloc((size_t)(r->end - r->p) / 2 + 2, sizeof *l->page);
	if (!l->headings || !l->tail || !l->page)
		return err_nomem(err);
	while ((st = S_next(&more, r, err)) == ST_OK && more) {
		bool tail = strcmp(r->cell[0], "tail") == 0;
		bool page = strcmp(r->cell[0], "page") == 0;
		const char *key = S_folded(l, r->cell[2], FOLD_PLAIN_WORDS);
		enum field field;
		unsigned s = 0;

		if (!key)
			return err_nomem(err);
		if (tail || page) {
			for (char *w = l->pool + (key - l->pool); *w;) {
				char *blank = strchr(w, ' ');

				if (tail)
					l->tail[l->n_tail++] = w;
				else
					l->page[l->n_page++] = w;
				if (!blank)
					break;
				*blank = '\0';
				w = blank + 1;
			}
			continue;
		}
		field = field_by_name(r->cell[0], strlen(r->cell[0]));
		while (s < 3 && strcmp(r->cell[1], strengths[s]) != 0)
			s++;
		if (field == F_NONE || s == 3 || !*key)
			return S_malformed(r, _("unknown field or strength"), err);
		l->headings[l->n_headings++] = (struct heading_word){
			key, (unsigned char)field, (unsigned char)s};
	}
	qsort(l->headings, l->n_headings, sizeof *l->headings, S_by_key);
	qsort(l->tail, l->n_tail, sizeof *l->tail, S_by_string);
	qsort(l->page, l->n_page, sizeof *l->page, S_by_string);
	return st;
}

static int S_by_word(const void *a, const void *b)
{
	return strcmp(((const struct word_weight *)a)->word,
		      ((const struct word_weight *)b)->word);
}

static enum status S_read_stopwords(struct lexicon *l, struct rows *r, size_t rows,
				    struct err *err)
{
	bool more;
	enum status st;

	l->words = calloc(rows + 1, sizeof *l->words);
	if (!l->words)
		return err_nomem(err);
	while ((st = S_next(&more, r, err)) == ST_OK && more) {
		const char *word = S_folded(l, r->cell[0], FOLD_WORDS);
		char *end;
		double weight = strtod(r->cell[1], &end);
		size_t n = strlen(r->cell[0]);

		if (!word)
			return err_nomem(err);
		if (!*r->cell[1] || *end || !(weight >= 0 && weight <= 1) || !*word)
			return S_malformed(r, _("a weight is a number from 0 to 1"),
					   err);
		l->words[l->n_words++] = (struct word_weight){word, (float)weight,
							      r->cell[0][n - 1] == '*'};
	}
	qsort(l->words, l->n_words, sizeof *l->words, S_by_word);
	return st;
}

static int S_by_synonym(const void *a, const void *b)
{
	const struct synonym *x = a, *y = b;
	int c = strcmp(x->folded_key, y->folded_key);

	if (c == 0)
		c = (int)x->relation - (int)y->relation;
	/* Same bytes for same tables, whatever qsort does with equals. */
	return c ? c : strcmp(x->value, y->value);
}

/* Room for what a row of k items expands to: k * (k - 1). */
static bool S_synonym_room(struct lexicon *l, size_t *cap, size_t more)
{
	struct synonym *v;

	if (l->n_synonyms + more <= *cap)
		return true;
	while (*cap < l->n_synonyms + more)
		*cap = *cap ? *cap * 2 : 1024;
	v = realloc(l->synonyms, *cap * sizeof *v);
	if (!v)
		return false;
	l->synonyms = v;
	return true;
}

/* "exact" rows stand for every pair of their key and values, both ways;
 * the others for key to value. */
#define ITEMS_MAX 32

static enum status S_read_thesaurus(struct lexicon *l, size_t *cap, struct rows *r,
				    struct err *err)
{
	bool more;
	enum status st;

	while ((st = S_next(&more, r, err)) == ST_OK && more) {
		const char *item[ITEMS_MAX], *folded[ITEMS_MAX];
		bool ambiguous = strcmp(r->cell[3], "ambiguous") == 0;
		enum relation relation;
		const char *const *v;
		size_t n = 0;

		if (strcmp(r->cell[1], "exact") == 0)
			relation = REL_EXACT;
		else if (strcmp(r->cell[1], "exact>") == 0)
			relation = REL_EXACT_FORWARD;
		else if (strcmp(r->cell[1], "related") == 0)
			relation = REL_RELATED;
		else
			return S_malformed(r,
					   _("the relation is exact, exact> or "
					     "related"),
					   err);
		if (*r->cell[3] && !ambiguous)
			return S_malformed(r, _("the only flag is ambiguous"), err);
		if (!S_list(l, &v, r->cell[2]))
			return err_nomem(err);
		item[n++] = r->cell[0];
		for (; *v; v++) {
			if (n == ITEMS_MAX)
				return S_malformed(r, _("too many values"), err);
			item[n++] = *v;
		}
		if (n == 1)
			return S_malformed(r, _("a row without values"), err);
		for (size_t i = 0; i < n; i++) {
			folded[i] = S_folded(l, item[i], FOLD_WORDS);
			if (!folded[i])
				return err_nomem(err);
			if (!*folded[i])
				return S_malformed(r, _("a value without words"), err);
			if (relation != REL_EXACT)
				break; /* values are never keys */
		}
		if (!S_synonym_room(l, cap, n * n))
			return err_nomem(err);
		for (size_t i = 0; i < n; i++) {
			for (size_t j = 0; j < n; j++)
				if (i != j)
					l->synonyms[l->n_synonyms++] = (struct synonym){
						item[i], item[j], folded[i], relation,
						ambiguous};
			if (relation != REL_EXACT)
				break;
		}
	}
	return st;
}

static int S_by_name(const void *a, const void *b)
{
	const struct name *x = a, *y = b;
	int c = strcmp(x->slug, y->slug);

	if (c == 0)
		c = (int)x->kind - (int)y->kind;
	return c ? c : (int)x->index - (int)y->index;
}

static const char *S_after_article(const char *slug)
{
	static const char *const articles[] = {"la-", "el-", "los-", "las-", "lo-"};

	for (size_t i = 0; i < sizeof articles / sizeof *articles; i++) {
		size_t n = strlen(articles[i]);

		if (strncmp(slug, articles[i], n) == 0)
			return slug + n;
	}
	return NULL;
}

static void S_name(struct names *names, const char *slug, size_t index,
		   enum name_kind kind)
{
	names->v[names->n++] =
		(struct name){slug, (unsigned short)index, (unsigned char)kind};
}

/* All spellings of communes and regions as slugs, sorted. */
static enum status S_index_names(struct lexicon *l, struct err *err)
{
	size_t most = 2 * l->n_communes + l->n_alias + 2;

	l->commune_names.v = calloc(most, sizeof(struct name));
	l->region_names.v =
		calloc(5 * l->n_regions + l->n_alias + 2, sizeof(struct name));
	if (!l->commune_names.v || !l->region_names.v)
		return err_nomem(err);
	for (size_t i = 0; i < l->n_communes; i++) {
		const struct commune *c = &l->communes[i];
		const char *bare = S_after_article(c->slug);

		S_name(&l->commune_names, c->slug, i, NAME_OFFICIAL);
		if (bare)
			S_name(&l->commune_names, bare, i, NAME_NO_ARTICLE);
		for (const char *const *v = c->aliases; *v; v++) {
			const char *slug = S_folded(l, *v, FOLD_SLUG);

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
			const char *slug = S_folded(l, more[k], FOLD_SLUG);

			if (!slug)
				return err_nomem(err);
			S_name(&l->region_names, slug, i, NAME_ALIAS);
		}
		for (const char *const *v = g->aliases; *v; v++) {
			const char *slug = S_folded(l, *v, FOLD_SLUG);

			if (!slug)
				return err_nomem(err);
			S_name(&l->region_names, slug, i, NAME_ALIAS);
		}
	}
	qsort(l->commune_names.v, l->commune_names.n, sizeof(struct name), S_by_name);
	qsort(l->region_names.v, l->region_names.n, sizeof(struct name), S_by_name);
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

static enum status S_read_table(struct lexicon *l, size_t *cap, enum table_id id,
				char *p, size_t n, struct err *err)
{
	struct rows r;
	size_t rows;
	enum status st = S_begin(&r, &rows, id, p, n, err);

	if (st != ST_OK)
		return st;
	switch (id) {
	case T_REGIONS:
		return S_read_regions(l, &r, rows, err);
	case T_COMMUNES:
		return S_read_communes(l, &r, rows, err);
	case T_GROUPS:
		return S_read_labels(l, &l->groups, &l->n_groups, &l->group_patterns,
				     &l->group_implies, &r, rows, err);
	case T_SELLO:
		return S_read_sello(l, &r, rows, err);
	case T_STATUS:
		return S_read_labels(l, &l->status, &l->n_status, &l->status_patterns,
				     NULL, &r, rows, err);
	case T_HEADINGS:
		return S_read_headings(l, &r, rows, err);
	case T_STOPWORDS:
		return S_read_stopwords(l, &r, rows, err);
	case T_THESAURUS:
	case T_EXTRA:
		return S_read_thesaurus(l, cap, &r, err);
	case T_COUNT:
		break;
	}
	return err_set(err, ST_INTERNAL, "table %d", (int)id);
}

struct section { /* a table's place in the bundle */
	size_t at, n;
	bool seen;
};

/* Walks the bundle's headers. */
static enum status S_sections(struct section s[T_COUNT], const char *b, size_t n,
			      struct err *err)
{
	size_t at = sizeof BUNDLE_HEAD - 1;

	memset(s, 0, T_COUNT * sizeof *s);
	if (n < at || n > BUNDLE_MAX || memcmp(b, BUNDLE_HEAD, at) != 0)
		return err_set(err, ST_DAMAGED, _("these are no vocabulary tables"));
	while (at < n) {
		const char *nl = memchr(b + at, '\n', n - at);
		char name[40];
		size_t bytes, line;
		int used = 0;
		unsigned id = 0;

		line = nl ? (size_t)(nl - (b + at)) : 0;
		if (line >= 80 || line < 7 || memcmp(b + at, "table ", 6) != 0 ||
		    sscanf(b + at, "table %39[a-z.] %9zu%n", name, &bytes, &used) !=
			    2 ||
		    (size_t)used != line || bytes > n - at - line - 1 ||
		    n - at - line - 1 - bytes < 1)
			return err_set(err, ST_DAMAGED,
				       _("the vocabulary tables are damaged"));
		while (id < T_COUNT && strcmp(S_tables[id].name, name) != 0)
			id++;
		if (id == T_COUNT || s[id].seen || nl[1 + bytes] != '\n')
			return err_set(err, ST_DAMAGED,
				       _("the vocabulary tables are damaged"));
		s[id] = (struct section){at + line + 1, bytes, true};
		at += line + 1 + bytes + 1;
	}
	for (unsigned id = 0; id < T_EXTRA; id++)
		if (!s[id].seen)
			return err_set(err, ST_DAMAGED, _("the table %s is missing"),
				       S_tables[id].name);
	return ST_OK;
}

/* Takes bundle over (malloc'ed, with a NUL after its n bytes). */
static enum status S_parse(struct lexicon **out, struct analyzer *a, char *bundle,
			   size_t n, struct err *err)
{
	struct section s[T_COUNT];
	struct lexicon *l = calloc(1, sizeof *l);
	size_t cap = 0;
	enum status st;

	if (!l) {
		free(bundle);
		return err_nomem(err);
	}
	l->a = a;
	l->bundle = bundle;
	l->bundle_n = n;
	st = S_sections(s, bundle, n, err);
	if (st == ST_OK) {
		l->pool_size = 2 * n + 2;
		l->alias_size = n / 2 + 2;
		l->text = malloc(n + 1);
		l->pool = malloc(l->pool_size);
		l->alias = malloc(l->alias_size * sizeof *l->alias);
		if (!l->text || !l->pool || !l->alias)
			st = err_nomem(err);
	}
	if (st == ST_OK)
		memcpy(l->text, bundle, n + 1);
	for (unsigned id = 0; st == ST_OK && id < T_COUNT; id++)
		if (s[id].seen)
			st = S_read_table(l, &cap, (enum table_id)id,
					  l->text + s[id].at, s[id].n, err);
	if (st == ST_OK)
		st = S_index_names(l, err);
	if (st == ST_OK && (l->n_status == 0 || l->n_communes > 10000))
		st = err_set(err, ST_INPUT, _("status.tsv: no rows"));
	if (st != ST_OK) {
		lexicon_close(l);
		return st;
	}
	qsort(l->synonyms, l->n_synonyms, sizeof *l->synonyms, S_by_synonym);
	*out = l;
	return ST_OK;
}

enum status lexicon_open(struct lexicon **out, struct analyzer *a, const char *bundle,
			 size_t n, struct err *err)
{
	char *copy;

	*out = NULL;
	if (n > BUNDLE_MAX)
		return err_set(err, ST_DAMAGED, _("these are no vocabulary tables"));
	copy = malloc(n + 1);
	if (!copy)
		return err_nomem(err);
	memcpy(copy, bundle, n);
	copy[n] = '\0';
	return S_parse(out, a, copy, n, err);
}

/* Appends one file as a table of the bundle: NFC, LF, no byte order mark. */
static enum status S_add_file(struct buf *out, struct analyzer *a, const char *dir,
			      const char *path, const char *name, struct err *err)
{
	struct buf raw, clean;
	char full[4096], chunk[8192];
	const char *p;
	size_t n, bad, replaced = 0;
	FILE *f;
	enum status st = ST_OK;

	if (dir) {
		if ((size_t)snprintf(full, sizeof full, "%s/%s", dir, path) >=
		    sizeof full)
			return err_set(err, ST_IO, _("%s: the path is too long"), dir);
		path = full;
	}
	f = fopen(path, "rbe");
	if (!f)
		return err_errno(err, ST_IO, "%s", path);
	buf_init(&raw, TABLE_MAX);
	buf_init(&clean, TABLE_MAX);
	while ((n = fread(chunk, 1, sizeof chunk, f)) > 0)
		buf_add(&raw, chunk, n);
	if (ferror(f))
		st = err_errno(err, ST_IO, "%s", path);
	fclose(f);
	if (st == ST_OK && raw.failed)
		st = err_set(err, ST_INPUT, _("%s: longer than %zu bytes"), path,
			     TABLE_MAX);
	if (st == ST_OK &&
	    (!utf8_valid(raw.data, raw.len, &bad) || memchr(raw.data, '\0', raw.len)))
		st = err_set(err, ST_INPUT, _("%s: not UTF-8 text"), path);
	p = raw.data;
	n = raw.len;
	if (n >= 3 && memcmp(p, "\xEF\xBB\xBF", 3) == 0) {
		p += 3;
		n -= 3;
	}
	if (st == ST_OK)
		st = text_clean(&clean, &replaced, a, p, n, err);
	if (st == ST_OK) {
		size_t o = 0;

		for (size_t i = 0; i < clean.len; i++)
			if (clean.data[i] != '\r')
				clean.data[o++] = clean.data[i];
		buf_truncate(&clean, o);
		buf_addf(out, "table %s %zu\n", name, clean.len);
		buf_add(out, clean.data, clean.len);
		buf_addc(out, '\n');
	}
	buf_release(&raw);
	buf_release(&clean);
	return st;
}

enum status lexicon_load(struct lexicon **out, struct analyzer *a, const char *dir,
			 const char *thesaurus, struct err *err)
{
	struct buf b;
	enum status st = ST_OK;
	size_t n;
	char *bytes;

	*out = NULL;
	buf_init(&b, BUNDLE_MAX);
	buf_adds(&b, BUNDLE_HEAD);
	for (unsigned id = 0; st == ST_OK && id < T_EXTRA; id++)
		st = S_add_file(&b, a, dir, S_tables[id].name, S_tables[id].name, err);
	if (st == ST_OK && thesaurus)
		st = S_add_file(&b, a, NULL, thesaurus, S_tables[T_EXTRA].name, err);
	if (st == ST_OK)
		st = buf_status(&b, err);
	n = b.len;
	bytes = st == ST_OK ? buf_detach(&b) : NULL;
	buf_release(&b);
	if (st != ST_OK)
		return st;
	return bytes ? S_parse(out, a, bytes, n, err) : err_nomem(err);
}

enum status lexicon_bundle(struct buf *out, const struct lexicon *l, struct err *err)
{
	buf_add(out, l->bundle, l->bundle_n);
	return buf_status(out, err);
}

void lexicon_close(struct lexicon *l)
{
	if (!l)
		return;
	free(l->bundle);
	free(l->text);
	free(l->pool);
	free(l->alias);
	free(l->communes);
	free(l->regions);
	free(l->commune_names.v);
	free(l->region_names.v);
	free(l->sello);
	free(l->groups);
	free(l->status);
	free(l->sello_printed);
	free(l->group_patterns);
	free(l->status_patterns);
	free(l->group_implies);
	free(l->headings);
	free(l->tail);
	free(l->page);
	free(l->words);
	free(l->synonyms);
	free(l);
}

const struct commune *lexicon_communes(const struct lexicon *l, size_t *n)
{
	*n = l->n_communes;
	return l->communes;
}

const struct region *lexicon_regions(const struct lexicon *l, size_t *n)
{
	*n = l->n_regions;
	return l->regions;
}

struct labels lexicon_sello(const struct lexicon *l)
{
	return (struct labels){l->sello, l->n_sello};
}

struct labels lexicon_groups(const struct lexicon *l)
{
	return (struct labels){l->groups, l->n_groups};
}

struct labels lexicon_status(const struct lexicon *l)
{
	return (struct labels){l->status, l->n_status};
}

const struct synonym *lexicon_synonyms(const struct lexicon *l, size_t *n)
{
	*n = l->n_synonyms;
	return l->synonyms;
}

#include "lexicon_tables.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "messages.h"

#define CELLS_MAX 8

const struct table_info lexicon_tables[T_COUNT] = {
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
	char *cell[CELLS_MAX]; /* empty where the table has no such column */
};

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

/* The columns as they must be; of a thesaurus the last ones, flags and note, may
 * be missing. */
static bool S_header(const char *line, size_t n, const char *want, enum table_id id)
{
	size_t want_n = strlen(want);
	const char *needed = strstr(want, "\tflags");

	if (n > want_n || memcmp(line, want, n) != 0)
		return false;
	return n == want_n ||
	       ((id == T_THESAURUS || id == T_EXTRA) && want[n] == '\t' && needed &&
		n >= (size_t)(needed - want));
}

/* Finds the header line and counts the rows, an upper bound. */
static enum status S_begin(struct rows *r, size_t *rows, enum table_id id, char *p,
			   size_t n, struct err *err)
{
	static char nothing[1];
	const char *want = lexicon_tables[id].columns;
	char shown[256];

	*r = (struct rows){
		.file = lexicon_tables[id].name, .p = p, .end = p + n, .columns = 1};
	for (size_t i = 0; i < CELLS_MAX; i++)
		r->cell[i] = nothing;
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
		if (S_header(line, line_n, want, id))
			return ST_OK;
		break;
	}
	for (n = 0; n < sizeof shown - 1 && want[n]; n++)
		shown[n] = want[n] == '\t' ? ' ' : want[n];
	shown[n] = '\0';
	return err_set(err, ST_INPUT,
		       _("%s:%u: the columns must be, with tabs between: %s"), r->file,
		       r->line ? r->line : 1, shown);
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
		g->slug = lexicon_folded(l, g->name, FOLD_SLUG);
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
		c->slug = lexicon_folded(l, c->name, FOLD_SLUG);
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

	*n = 0;
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

		if (!S_list(l, &v, l->text + (printed[i].text - l->text))) {
			st = err_nomem(err);
			break;
		}
		for (; st == ST_OK && *v; v++) {
			const char *slug = lexicon_folded(l, *v, FOLD_SLUG);

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
	enum field field = F_NONE;
	const char *name = NULL;
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
		const char *key = lexicon_folded(l, r->cell[2], FOLD_PLAIN_WORDS);
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
		/* Rows of one field stand together. */
		if (!name || strcmp(name, r->cell[0]) != 0) {
			name = r->cell[0];
			field = field_by_name(name, strlen(name));
		}
		while (s < 3 && strcmp(r->cell[1], strengths[s]) != 0)
			s++;
		if (field == F_NONE || s == 3 || !*key)
			return S_malformed(r, _("unknown field or strength"), err);
		l->headings[l->n_headings++] = (struct heading_word){
			key, (unsigned char)field, (unsigned char)s};
	}
	if (l->n_headings)
		qsort(l->headings, l->n_headings, sizeof *l->headings, S_by_key);
	if (l->n_tail)
		qsort(l->tail, l->n_tail, sizeof *l->tail, S_by_string);
	if (l->n_page)
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
		const char *word = lexicon_folded(l, r->cell[0], FOLD_WORDS);
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
	if (l->n_words)
		qsort(l->words, l->n_words, sizeof *l->words, S_by_word);
	return st;
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
			folded[i] = lexicon_folded(l, item[i], FOLD_WORDS);
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

enum status lexicon_read_table(struct lexicon *l, size_t *cap, enum table_id id,
			       char *p, size_t n, struct err *err)
{
	struct rows r;
	size_t rows;
	enum status st;

	assert(l);
	st = S_begin(&r, &rows, id, p, n, err);
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

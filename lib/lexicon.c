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
 * at most four times.  No ICU is called, so that a searcher that answers one
 * question does not pay for it.
 */
#define BUNDLE_HEAD "fichas-tables 1\n"
#define TABLE_MAX   ((size_t)4 << 20)
#define BUNDLE_MAX  ((size_t)32 << 20)

static int S_by_synonym(const void *a, const void *b)
{
	const struct synonym *x = a, *y = b;
	int c = strcmp(x->folded_key, y->folded_key);

	if (c == 0)
		c = (int)x->relation - (int)y->relation;
	/* Same bytes for same tables, whatever qsort does with equals. */
	return c ? c : strcmp(x->value, y->value);
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
		while (id < T_COUNT && strcmp(lexicon_tables[id].name, name) != 0)
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
				       lexicon_tables[id].name);
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
		l->pool_size = 4 * n + 4;
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
			st = lexicon_read_table(l, &cap, (enum table_id)id,
						l->text + s[id].at, s[id].n, err);
	if (st == ST_OK)
		st = lexicon_index_names(l, err);
	if (st == ST_OK)
		st = lexicon_index_places(l, err);
	if (st == ST_OK && (l->n_status == 0 || l->n_communes > 10000))
		st = err_set(err, ST_INPUT, _("status.tsv: no rows"));
	if (st != ST_OK) {
		lexicon_close(l);
		return st;
	}
	if (l->n_synonyms)
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
	if (st == ST_OK && raw.failed == ST_NOMEM)
		st = err_nomem(err);
	else if (st == ST_OK && raw.failed)
		st = err_set(err, ST_USAGE, _("%s: longer than %zu bytes"), path,
			     TABLE_MAX);
	if (st == ST_OK &&
	    (!utf8_valid(raw.data, raw.len, &bad) || memchr(raw.data, '\0', raw.len)))
		st = err_set(err, ST_USAGE, _("%s: not UTF-8 text"), path);
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

/* What is wrong with a table that a person gave, by the name that they know it
 * by: the message begins with the table's own. */
static enum status S_wrong_table(const char *dir, const char *thesaurus,
				 struct err *err)
{
	const char *extra = lexicon_tables[T_EXTRA].name;
	size_t n = strlen(extra);
	struct err was;

	if (!err)
		return ST_USAGE;
	was = *err;
	if (thesaurus && strncmp(was.text, extra, n) == 0)
		return err_set(err, ST_USAGE, "%s%s", thesaurus, was.text + n);
	return err_set(err, ST_USAGE, "%s/%s", dir, was.text);
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
		st = S_add_file(&b, a, dir, lexicon_tables[id].name,
				lexicon_tables[id].name, err);
	if (st == ST_OK && thesaurus)
		st = S_add_file(&b, a, NULL, thesaurus, lexicon_tables[T_EXTRA].name,
				err);
	if (st == ST_OK)
		st = buf_status(&b, err);
	n = b.len;
	bytes = st == ST_OK ? buf_detach(&b) : NULL;
	buf_release(&b);
	if (st != ST_OK)
		return st;
	st = bytes ? S_parse(out, a, bytes, n, err) : err_nomem(err);
	return st == ST_INPUT ? S_wrong_table(dir, thesaurus, err) : st;
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
	free(l->places.v);
	free(l->group_places.v);
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

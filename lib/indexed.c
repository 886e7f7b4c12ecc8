#include "indexed.h"

#include <stdio.h>
#include <string.h>

#include "messages.h"

static const char *S_sello_display(const struct lexicon *l, const char *slug)
{
	struct labels lines = lexicon_sello(l);

	for (size_t i = 0; i < lines.n; i++)
		if (strcmp(lines.v[i].slug, slug) == 0)
			return lines.v[i].display;
	return slug;
}

enum status indexed_text(const char **text, size_t *n, struct buf *scratch,
			 const struct ficha *f, enum field field,
			 const struct lexicon *l, struct err *err)
{
	const struct strs *names = NULL;

	*text = NULL;
	*n = 0;
	if (field == F_MUNICIPALITY)
		names = &f->municipalities;
	else if (field == F_SELLO)
		names = &f->sello_lines;
	if (!names) {
		*text = f->text[field];
		*n = *text ? strlen(*text) : 0;
		return ST_OK;
	}
	if (!names->n)
		return ST_OK;
	buf_clear(scratch);
	for (size_t i = 0; i < names->n; i++) {
		if (i)
			buf_adds(scratch, "\n\n");
		buf_adds(scratch, field == F_SELLO ? S_sello_display(l, names->v[i])
						   : names->v[i]);
	}
	*text = scratch->data;
	*n = scratch->len;
	return buf_status(scratch, err);
}

typedef enum status facet_add(void *ctx, enum facet facet, const char *slug,
			      const char *label, struct err *err);

/* A value that the tables may not know: its slug is made of its name. */
static enum status S_named(const char *name, enum facet facet, struct analyzer *a,
			   facet_add *add, void *ctx, struct err *err)
{
	struct buf slug;
	enum status st;

	buf_init(&slug, 0);
	st = text_slug(&slug, a, name, strlen(name), err);
	if (!st && slug.len)
		st = add(ctx, facet, slug.data, name, err);
	buf_release(&slug);
	return st;
}

enum status indexed_facets(const struct ficha *f, const struct lexicon *l,
			   struct analyzer *a, facet_add *add, void *ctx,
			   struct err *err)
{
	enum status st = ST_OK;
	char year[16];

	if (!f->municipalities.n)
		st = add(ctx, FACET_MUNICIPALITY, SLUG_NO_MUNICIPALITY,
			 N_("(no municipality)"), err);
	for (size_t i = 0; !st && i < f->municipalities.n; i++)
		st = S_named(f->municipalities.v[i], FACET_MUNICIPALITY, a, add, ctx,
			     err);
	if (!st && f->region)
		st = S_named(f->region, FACET_REGION, a, add, ctx, err);
	for (size_t i = 0; !st && i < f->sello_lines.n; i++) {
		const char *label = lexicon_label(l, FACET_SELLO, f->sello_lines.v[i]);

		st = add(ctx, FACET_SELLO, f->sello_lines.v[i],
			 label ? label : f->sello_lines.v[i], err);
	}
	for (size_t i = 0; !st && i < f->population_groups.n; i++) {
		const char *slug = f->population_groups.v[i];
		const char *label = lexicon_label(l, FACET_GROUP, slug);

		st = add(ctx, FACET_GROUP, slug, label ? label : slug, err);
	}
	for (size_t i = 0; !st && i < f->years.n; i++) {
		snprintf(year, sizeof year, "%04d", f->years.v[i]);
		st = add(ctx, FACET_YEAR, year, year, err);
	}
	if (!st && f->status) {
		const char *label = lexicon_label(l, FACET_STATUS, f->status);

		st = add(ctx, FACET_STATUS, f->status, label ? label : f->status, err);
	}
	return st;
}

static enum status S_add_term(void *ctx, enum facet facet, const char *slug,
			      const char *label, struct err *err)
{
	char prefix[3] = {'F', facet_table[facet].letter, '\0'};

	(void)label;
	return postings_add_boolean(ctx, prefix, slug, err);
}

enum status indexed_postings(struct postings *p, const struct ficha *f,
			     const struct lexicon *l, struct analyzer *a,
			     struct stemmer *s, struct err *err)
{
	enum status st = ST_OK;
	struct buf scratch;

	postings_clear(p);
	buf_init(&scratch, 0);
	for (int i = 0; !st && i < F_COUNT; i++) {
		const char *text;
		size_t n;

		st = indexed_text(&text, &n, &scratch, f, (enum field)i, l, err);
		if (!st && text)
			st = postings_add_text(p, a, s, (enum field)i, text, n, err);
	}
	buf_release(&scratch);
	if (!st)
		st = indexed_facets(f, l, a, S_add_term, p, err);
	if (!st && f->id)
		st = postings_add_boolean(p, "Q", f->id, err);
	return st ? st : postings_seal(p, err);
}

unsigned long indexed_date(const char *date)
{
	unsigned y, m = 0, d = 0;

	if (!date || sscanf(date, "%4u-%2u-%2u", &y, &m, &d) < 1)
		return 0;
	return y * 10000ul + m * 100ul + d;
}

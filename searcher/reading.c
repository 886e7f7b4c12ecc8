#include "reading.h"

#include <stdlib.h>
#include <string.h>

#include "indexed.h"

struct readings {
	struct reading *v[READINGS_KEPT];
	size_t next; /* the one to be given up next */
	struct buf record, scratch;
};

static void S_text_release(struct reading_text *t)
{
	free(t->own);
	tokens_release(&t->tokens);
	tokens_release(&t->some);
}

static void S_text_init(struct reading_text *t)
{
	memset(t, 0, sizeof *t);
	tokens_init(&t->tokens);
	tokens_init(&t->some);
}

void reading_close(struct reading *r)
{
	if (!r || --r->holders)
		return;
	ficha_release(&r->ficha);
	for (int f = 0; f < F_COUNT; f++)
		S_text_release(&r->field[f]);
	free(r);
}

void reading_forget(struct reading *r)
{
	for (int f = 0; f < F_COUNT; f++) {
		S_text_release(&r->field[f]);
		S_text_init(&r->field[f]);
	}
}

void readings_free(struct readings *r)
{
	if (!r)
		return;
	for (size_t i = 0; i < READINGS_KEPT; i++)
		reading_close(r->v[i]);
	buf_release(&r->record);
	buf_release(&r->scratch);
	free(r);
}

static enum status S_kept(struct engine *e, struct err *err)
{
	if (e->readings)
		return ST_OK;
	e->readings = calloc(1, sizeof *e->readings);
	if (!e->readings)
		return err_nomem(err);
	buf_init(&e->readings->record, 0);
	buf_init(&e->readings->scratch, 0);
	return ST_OK;
}

static enum status S_read(struct reading *r, struct engine *e, struct err *err)
{
	struct buf *record = &e->readings->record;

	ficha_init(&r->ficha);
	for (int f = 0; f < F_COUNT; f++)
		S_text_init(&r->field[f]);
	return engine_ficha(&r->ficha, record, e, r->docid, err);
}

enum status reading_open(struct reading **out, struct engine *e, uint32_t docid,
			 struct err *err)
{
	struct reading **slot, *r;
	enum status st = S_kept(e, err);

	*out = NULL;
	if (st)
		return st;
	for (size_t i = 0; i < READINGS_KEPT; i++) {
		slot = &e->readings->v[i];
		if (!*slot || (*slot)->docid != docid)
			continue;
		(*slot)->holders++;
		*out = *slot;
		return ST_OK;
	}
	r = calloc(1, sizeof *r);
	if (!r)
		return err_nomem(err);
	r->docid = docid;
	r->holders = 1;
	st = S_read(r, e, err);
	if (st) {
		reading_close(r);
		return st;
	}
	slot = &e->readings->v[e->readings->next++ % READINGS_KEPT];
	reading_close(*slot);
	*slot = r;
	r->holders++;
	*out = r;
	return ST_OK;
}

/* The text of a field. */
static enum status S_text(struct reading_text **out, struct reading *r,
			  struct engine *e, enum field field, struct err *err)
{
	struct reading_text *t = *out = &r->field[field];
	struct buf *scratch;
	enum status st;

	if (t->known)
		return ST_OK;
	st = S_kept(e, err);
	if (st)
		return st;
	scratch = &e->readings->scratch;
	st = indexed_text(&t->text, &t->n, scratch, &r->ficha, field, e->lexicon, err);
	if (st)
		return st;
	if (t->text == scratch->data) { /* made up: the next field overwrites it */
		t->own = buf_detach(scratch);
		t->text = t->own;
		if (!t->own)
			return err_nomem(err);
	}
	t->known = true;
	return ST_OK;
}

enum status reading_field(const struct reading_text **out, struct reading *r,
			  struct engine *e, enum field field, struct err *err)
{
	struct reading_text *t;
	enum status st = S_text(&t, r, e, field, err);

	*out = t;
	if (st || t->cut)
		return st;
	if (t->text)
		st = text_tokenize(&t->tokens, e->analyzer, t->text, t->n, err);
	t->cut = !st;
	return st;
}

enum status reading_some(const struct reading_text **out, const struct tokens **words,
			 struct reading *r, struct engine *e, enum field field,
			 const struct word_heads *heads, struct err *err)
{
	struct reading_text *t;
	enum status st;

	*words = &r->field[field].tokens;
	if (heads->any)
		return reading_field(out, r, e, field, err);
	st = S_text(&t, r, e, field, err);
	*out = t;
	if (st || t->cut)
		return st;
	*words = &t->some;
	if (t->some_cut && memcmp(&t->heads, heads, sizeof *heads) == 0)
		return ST_OK;
	t->some_cut = false;
	if (t->text)
		st = text_tokenize_some(&t->some, e->analyzer, heads, t->text, t->n,
					err);
	t->heads = *heads;
	t->some_cut = !st;
	return st;
}

#include "expand_parts.h"

#include <string.h>

#include "indexed.h"
#include "terms.h"

/* A word that more fichas have is shown without its accents: reading who has
 * it would take longer than it is worth. */
#define DOCUMENTS_MAX 20000

static enum status S_in_text(const char **out, struct plan *p, struct tokens *t,
			     const char *text, size_t text_n, const char *folded,
			     size_t n, struct err *err)
{
	enum status st = text_tokenize(t, p->engine->analyzer, text, text_n, err);

	for (size_t i = 0; !st && !*out && i < t->n; i++) {
		const struct token *k = &t->v[i];

		if (k->folded_n != n || memcmp(k->folded, folded, n) != 0)
			continue;
		*out = arena_copy(p->arena, k->surface, k->surface_n);
		if (!*out)
			st = err_nomem(err);
	}
	return st;
}

static enum status S_in_ficha(const char **out, struct plan *p, uint32_t docid,
			      const char *folded, size_t n, struct err *err)
{
	struct engine *e = p->engine;
	struct buf record, scratch;
	struct tokens tokens;
	struct ficha f;
	enum status st;

	ficha_init(&f);
	tokens_init(&tokens);
	buf_init(&record, 0);
	buf_init(&scratch, 0);
	st = engine_ficha(&f, &record, e, docid, err);
	for (int i = 0; !st && !*out && i < F_COUNT; i++) {
		const char *text;
		size_t text_n;

		st = indexed_text(&text, &text_n, &scratch, &f, (enum field)i,
				  e->lexicon, err);
		if (!st && text)
			st = S_in_text(out, p, &tokens, text, text_n, folded, n, err);
	}
	buf_release(&record);
	buf_release(&scratch);
	tokens_release(&tokens);
	ficha_release(&f);
	return st;
}

enum status printed_word(const char **out, struct plan *p, const char *folded, size_t n,
			 struct err *err)
{
	struct docset have = {0};
	char term[TERM_MAX + 1];
	uint32_t documents = 0;
	uint64_t occurrences;
	enum status st = ST_OK;

	*out = NULL;
	if (term_make(term, 'X', F_NONE, folded, n))
		st = reader_frequency(&documents, &occurrences, p->engine->reader, term,
				      err);
	if (!st && documents && documents <= DOCUMENTS_MAX) {
		st = reader_postings(&have, p->engine->reader, term, err);
		if (!st)
			st = S_in_ficha(out, p, docset_next(&have, 1), folded, n, err);
		docset_release(&have);
	}
	if (st || *out)
		return st;
	*out = arena_copy(p->arena, folded, n);
	return *out ? ST_OK : err_nomem(err);
}

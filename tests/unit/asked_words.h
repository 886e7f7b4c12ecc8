#ifndef ASKED_WORDS_H
#define ASKED_WORDS_H
/* For tests: a typed text as the words that thesaurus.h and names.h take,
 * analysed as plan.c would, with the tables of corpus/tables. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../../searcher/asked.h"
#include "lexicon.h"
#include "stem.h"
#include "text.h"

struct asked_words {
	struct analyzer *analyzer;
	struct stemmer *stemmer;
	struct lexicon *lexicon;
	struct tokens tokens;
	struct asked words[32];
	size_t n_words;
};

static inline void asked_setup(struct asked_words *w, const char *thesaurus)
{
	struct err err;

	memset(w, 0, sizeof *w);
	tokens_init(&w->tokens);
	assert_int_equal(analyzer_open(&w->analyzer, &err), ST_OK);
	assert_int_equal(stemmer_open(&w->stemmer, &err), ST_OK);
	if (lexicon_load(&w->lexicon, w->analyzer, "corpus/tables", thesaurus, &err))
		fail_msg("%s", err.text);
}

static inline void asked_teardown(struct asked_words *w)
{
	lexicon_close(w->lexicon);
	tokens_release(&w->tokens);
	stemmer_close(w->stemmer);
	analyzer_close(w->analyzer);
}

static inline void asked_read(struct asked_words *w, const char *text)
{
	struct err err;

	assert_int_equal(
		text_tokenize(&w->tokens, w->analyzer, text, strlen(text), &err),
		ST_OK);
	w->n_words = 0;
	for (size_t i = 0; i < w->tokens.n; i++) {
		const struct token *k = &w->tokens.v[i];

		if (k->variant || k->index_only)
			continue;
		assert_true(w->n_words < 32);
		w->words[w->n_words++] = (struct asked){
			.surface = k->surface,
			.folded = k->folded,
			.surface_n = k->surface_n,
			.folded_n = k->folded_n,
			.stop = lexicon_is_stop(w->lexicon, k->folded, k->folded_n),
			.capital = k->capital,
			.usable = true,
		};
	}
}

#endif

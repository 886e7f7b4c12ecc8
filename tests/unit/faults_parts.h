#ifndef FAULTS_PARTS_H
#define FAULTS_PARTS_H
/*
 * faults.h for what our own parts answer one another: pieces of an arena, and
 * what is done with text, which lack memory as the rest does (FAULTS_MEMORY); and
 * the calls that ask the index (FAULTS_PARTS), which fail with the status that was
 * set: its bytes are damaged, its time is up.  A test that includes this is linked
 * so (Makefile: FAULTS_PARTS_WRAPPED).
 *
 *   faults_set(FAULTS_PARTS, places.v[i], ST_DAMAGED, false);
 */
#include "arena.h"
#include "column.h"
#include "faults.h"
#include "lexicon.h"
#include "reader.h"
#include "record.h"
#include "stem.h"
#include "text.h"
#include "vocabulary.h"

FAULTS_CALL(FAULTS_MEMORY, void *, arena_alloc, NULL, (struct arena * a, size_t n),
	    (a, n))
FAULTS_CALL(FAULTS_MEMORY, char *, arena_copy, NULL,
	    (struct arena * a, const char *s, size_t n), (a, s, n))

/* cleared: what the caller finds in its outputs. */
#define FAULTS_STATUS(kind, name, failed, cleared, parameters, arguments) \
	enum status __real_##name parameters;                             \
	enum status __wrap_##name parameters;                             \
	enum status __wrap_##name parameters                              \
	{                                                                 \
		if (!faults_now(kind, #name))                             \
			return __real_##name arguments;                   \
		cleared;                                                  \
		return failed;                                            \
	}
#define FAULTS_INDEX(name, ...)                                                      \
	FAULTS_STATUS(FAULTS_PARTS, name,                                            \
		      err_set(err, (enum status)S_faults->error, "%s fails", #name), \
		      __VA_ARGS__)
#define FAULTS_TEXT(name, ...) \
	FAULTS_STATUS(FAULTS_MEMORY, name, err_nomem(err), __VA_ARGS__)

FAULTS_INDEX(reader_open, *out = NULL,
	     (struct reader * *out, const struct reader_files *files, struct err *err),
	     (out, files, err))
FAULTS_INDEX(reader_find, *docid = 0,
	     (uint32_t * docid, struct reader *r, const char *id, struct err *err),
	     (docid, r, id, err))
FAULTS_INDEX(reader_record, (void)0,
	     (struct buf * out, struct reader *r, uint32_t docid, struct err *err),
	     (out, r, docid, err))
FAULTS_INDEX(reader_frequency, (*documents = 0, *occurrences = 0),
	     (uint32_t * documents, uint64_t *occurrences, struct reader *r,
	      const char *term, struct err *err),
	     (documents, occurrences, r, term, err))
FAULTS_INDEX(reader_match, memset(out, 0, sizeof *out),
	     (struct docset * out, struct reader *r, const struct clause *q,
	      double deadline, struct err *err),
	     (out, r, q, deadline, err))
FAULTS_INDEX(reader_rank, memset(out, 0, sizeof *out),
	     (struct ranking * out, struct reader *r, const struct clause *q,
	      const struct docset *within, bool sure, const uint32_t *order,
	      size_t offset, size_t limit, double deadline, struct err *err),
	     (out, r, q, within, sure, order, offset, limit, deadline, err))
FAULTS_INDEX(reader_weight, *weight = 0,
	     (double *weight, struct reader *r, const struct clause *q, uint32_t docid,
	      struct err *err),
	     (weight, r, q, docid, err))
FAULTS_INDEX(reader_postings, memset(out, 0, sizeof *out),
	     (struct docset * out, struct reader *r, const char *term, struct err *err),
	     (out, r, term, err))
FAULTS_TEXT(docset_init, memset(s, 0, sizeof *s),
	    (struct docset * s, uint32_t last, struct err *err), (s, last, err))
FAULTS_INDEX(column_open, *out = NULL,
	     (struct column * *out, const void *bytes, size_t n, struct err *err),
	     (out, bytes, n, err))
FAULTS_INDEX(column_count, memset(within, 0, sizeof *within),
	     (struct docset * within, uint32_t *counts[FACET_COUNT],
	      const struct column *c, const struct docset *matched,
	      const struct column_selection sel[FACET_COUNT],
	      const bool want[FACET_COUNT], struct err *err),
	     (within, counts, c, matched, sel, want, err))
FAULTS_INDEX(column_cross, (void)0,
	     (uint32_t * out, const struct column *c, enum facet a, enum facet b,
	      const struct docset *matched, struct err *err),
	     (out, c, a, b, matched, err))
FAULTS_INDEX(vocabulary_open, *out = NULL,
	     (struct vocabulary * *out, const void *bytes, size_t n, struct err *err),
	     (out, bytes, n, err))
FAULTS_INDEX(lexicon_open_image, *out = NULL,
	     (struct lexicon * *out, struct analyzer *a, const void *bytes, size_t n,
	      struct err *err),
	     (out, a, bytes, n, err))
FAULTS_TEXT(analyzer_open, *out = NULL, (struct analyzer * *out, struct err *err),
	    (out, err))
FAULTS_TEXT(stemmer_open, *out = NULL, (struct stemmer * *out, struct err *err),
	    (out, err))
FAULTS_TEXT(stem_word, *out_n = 0,
	    (char out[STEM_MAX], size_t *out_n, struct stemmer *s, const char *surface,
	     size_t n, struct err *err),
	    (out, out_n, s, surface, n, err))
FAULTS_TEXT(stem_token, *out_n = 0,
	    (char out[STEM_MAX], size_t *out_n, struct stemmer *s,
	     const struct token *t, struct err *err),
	    (out, out_n, s, t, err))
FAULTS_TEXT(text_clean, *replaced = 0,
	    (struct buf * out, size_t *replaced, struct analyzer *a, const char *text,
	     size_t n, struct err *err),
	    (out, replaced, a, text, n, err))
FAULTS_TEXT(text_tokenize, out->n = 0,
	    (struct tokens * out, struct analyzer *a, const char *text, size_t n,
	     struct err *err),
	    (out, a, text, n, err))
FAULTS_TEXT(text_tokenize_some, out->n = 0,
	    (struct tokens * out, struct analyzer *a, const struct word_heads *heads,
	     const char *text, size_t n, struct err *err),
	    (out, a, heads, text, n, err))
FAULTS_TEXT(text_fold, (void)0,
	    (struct buf * out, struct analyzer *a, const char *text, size_t n,
	     bool plain, struct err *err),
	    (out, a, text, n, plain, err))
FAULTS_TEXT(text_slug, (void)0,
	    (struct buf * out, struct analyzer *a, const char *text, size_t n,
	     struct err *err),
	    (out, a, text, n, err))
FAULTS_TEXT(text_sentences, (*starts = NULL, *n_starts = 0),
	    (size_t * *starts, size_t *n_starts, struct analyzer *a, const char *text,
	     size_t n, struct err *err),
	    (starts, n_starts, a, text, n, err))
FAULTS_TEXT(record_read, (void)0,
	    (struct ficha * out, struct record_keys *keys, const char *json, size_t n,
	     struct err *err),
	    (out, keys, json, n, err))
#endif

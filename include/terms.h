#ifndef TERMS_H
#define TERMS_H
/*
 * terms - text and field to index terms: the one meeting point of the
 * indexer and the searcher.  What a term looks like is told in fields.h.
 */
#include "expressions.h"
#include "fields.h"
#include "status.h"
#include "stem.h"
#include "text.h"

#ifdef __cplusplus
extern "C" {
#endif

struct posting {	   /* one term of one document */
	const char *term;  /* NUL-terminated, at most TERM_MAX bytes */
	unsigned position; /* 0 = none */
	unsigned wdf;	   /* what this occurrence adds */
};

struct postings {
	struct posting *v;
	size_t n, cap;
	struct buf bytes; /* terms as offsets until postings_seal() */
	bool sealed;
	/* The caller's: those to look for in the texts; NULL = none. */
	struct expressions *expressions;
};

void postings_init(struct postings *p);
void postings_clear(struct postings *p);
void postings_release(struct postings *p);

/* Adds a boolean term: first two bytes tell its class. */
enum status postings_add_boolean(struct postings *p, const char *prefix,
				 const char *value, struct err *err);

/* Adds every term of one text of one field, positions from 1 on.  Call it
 * once a field and document. */
enum status postings_add_text(struct postings *p, struct analyzer *a, struct stemmer *s,
			      enum field field, const char *text, size_t n,
			      struct err *err);

/* Makes v[].term valid; no additions after it until postings_clear(). */
enum status postings_seal(struct postings *p, struct err *err);

/* Builds one term: class 'S' or 'X', field F_NONE for "any".  buf of at
 * least TERM_MAX + 1; returns its length, 0 if the word is too long. */
size_t term_make(char *buf, char class_, enum field field, const char *word, size_t n);

#ifdef __cplusplus
}
#endif
#endif

#ifndef SNIPPET_H
#define SNIPPET_H
/*
 * snippet - which passages of a hit to show and what to mark in them.
 *
 * The stored text is cut into the same tokens that were indexed, so a mark is
 * where a match is.  A passage is whole sentences of one paragraph where they
 * fit, else words around the matches.
 */
#include "answer.h"

/* Fills h->snippets and h->title_marks from h->ficha; memory is the answer's.
 * Without any mark: the beginning of the description. */
enum status snippet_fill(struct hit *h, struct answer *a, struct engine *e,
			 struct err *err);

/* lessons: the whole paragraphs of a field that match (all of them where the
 * query has no words). */
enum status snippet_paragraphs(struct hit *h, struct answer *a, struct engine *e,
			       enum field field, struct err *err);

#endif

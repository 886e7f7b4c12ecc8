#ifndef ANSWER_H
#define ANSWER_H
/*
 * answer - what a search found, as plain data: search.c and similar.c fill
 * it, the render files write it.  It never looks anything up itself.
 *
 * Strings are as stored: whoever writes them to people or machines takes care
 * of control characters (screen.h, json.h).
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "docset.h"
#include "ficha.h"
#include "filter.h"
#include "plan.h"
#include "reading.h"

struct span { /* code points, half open */
	size_t start, end;
};

struct snippet {
	enum field field;
	unsigned line; /* of the source; 0 = not known */
	const char *text;
	size_t n;
	struct span *marks; /* rising, apart */
	size_t n_marks;
	bool cut_start, cut_end; /* the sentence goes on there */
};

/* One term of one query word in one hit; all of a hit add up to its score. */
struct explained {
	const char *word; /* as typed */
	const char *term; /* stem, form, or what the word is the name of */
	/* "stem", "form", "phrase", "near", "prefix", "fuzzy"; "name" and "facet":
	 * a value of the ficha; "together": words typed side by side */
	const char *kind;
	enum field field; /* F_NONE: of "name" and "facet" */
	uint32_t times;	  /* weighted occurrences */
	double weight;	  /* what it adds to the score; of a word, not a field */
};

struct shared_term {
	const char *word;
	enum field field;
	double weight;
};

struct shared_facet {
	enum facet facet;
	const char *value, *label;
};

struct hit {
	uint32_t docid;
	size_t rank; /* from 1, over all pages; 0 = related */
	double score;
	struct reading *reading;
	const struct ficha *ficha; /* the reading's; NULL under --format=ids */
	const char *id;
	struct snippet *snippets;
	size_t n_snippets;
	struct span *title_marks;
	size_t n_title_marks;
	const char **missing;
	size_t n_missing;
	struct explained *explained;
	size_t n_explained;
	struct shared_term *terms; /* similar */
	size_t n_terms;
	struct shared_facet *facets; /* similar */
	size_t n_facets;
};

struct facet_value {
	const char *value, *label;
	const char *parent; /* region of a municipality, or "" */
	size_t count;
	bool selected;
};

struct facet_counts {
	bool wanted;
	struct facet_value *v; /* in the order asked for, cut at the limit */
	size_t n, n_all;
};

enum answer_match { FOUND_ALL, FOUND_ANY, FOUND_PARTIAL };

struct answer {
	struct arena *arena;
	const struct request *request;
	struct plan *plan; /* NULL: similar */
	struct filters filters;
	enum answer_match match;
	size_t total;
	struct hit *hits, *related;
	size_t n_hits, n_related;
	struct facet_counts facets[FACET_COUNT];
	uint32_t *cross; /* facets --cross: rows of cross_n[1] */
	size_t cross_n[2];
	struct notice *notices;
	size_t n_notices;
	const char *suggestion;
	const char *run; /* --explain: the query in the form in which it ran */
	struct docset matched, within; /* before and after the filters */
	double elapsed_ms;
	double started; /* monotonic seconds */
};

/* An empty answer with its arena and the filters resolved. */
enum status answer_open(struct answer **out, struct engine *e, const struct request *r,
			struct err *err);
void answer_close(struct answer *a); /* NULL is allowed */
/* Stamps elapsed_ms. */
void answer_done(struct answer *a);

enum status answer_notice(struct answer *a, const char *code, const char *word,
			  size_t count, struct err *err, const char *fmt, ...)
	__attribute__((format(printf, 6, 7)));

/* Only a hit's id, without parsing its record. */
enum status answer_id(struct hit *h, struct answer *a, struct engine *e, uint32_t docid,
		      struct buf *scratch, struct err *err);
/* Reads a hit's record. */
enum status answer_record(struct hit *h, struct engine *e, uint32_t docid,
			  struct err *err);

/* Counts of the wanted facets over a->matched and the filters; fills
 * a->within and a->total as well. */
enum status answer_facets(struct answer *a, struct engine *e,
			  const bool want[FACET_COUNT], struct err *err);

#endif

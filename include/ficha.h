#ifndef FICHA_H
#define FICHA_H
/*
 * ficha - one record: what a municipality wrote, as plain data, with the
 * lines that it came from.
 *
 * Readers of documents fill text[], lines[] and para_lines[]; the indexer's
 * normal.c derives municipalities, codes, groups, dates and the id.  All
 * strings are UTF-8, NFC, malloc'ed and owned by the ficha.  The JSON form
 * is record.h's.
 */
#include <stdbool.h>
#include <stddef.h>

#include "fields.h"
#include "status.h"

#ifdef __cplusplus
extern "C" {
#endif

#define RECORD_MAX ((size_t)1 << 20) /* bytes of one record's JSON */

struct strs { /* a list of strings, all owned */
	char **v;
	size_t n;
};

struct ints {
	int *v;
	size_t n;
};

struct lines { /* 1-based, inclusive; 0,0 = not in the source */
	unsigned first, last;
};

struct ficha {
	char *id;
	/* As printed, paragraphs and list items kept apart by "\n\n"; NULL
	 * where the section is missing.  [F_MUNICIPALITY]: the names as
	 * printed.  [F_SELLO]: the ticked labels as printed, "\n\n" between. */
	char *text[F_COUNT];
	struct lines lines[F_COUNT];
	struct ints para_lines[F_COUNT]; /* first line of each paragraph of text */

	struct strs municipalities; /* official names; as printed if unknown */
	char *cut_code, *province, *region, *region_code; /* NULL: unknown */
	struct strs sello_lines;			  /* slugs */
	char *population_label;
	struct strs population_groups; /* slugs */
	char *date_start, *date_end;   /* YYYY[-MM[-DD]] or NULL */
	bool ongoing;
	struct ints months, years;
	char *status; /* slug */

	char *source_path; /* relative to the named SOURCE */
	unsigned line_start, line_end;
	char *extra; /* unknown JSON keys, one JSON object's text, or NULL */
};

void ficha_init(struct ficha *f);
void ficha_release(struct ficha *f); /* safe after init and after release */

/* Lists: false = out of memory, the list as before.  add copies. */
bool strs_add(struct strs *l, const char *s);
bool strs_has(const struct strs *l, const char *s);
void strs_release(struct strs *l);
bool ints_add(struct ints *l, int v);
bool ints_has(const struct ints *l, int v);
void ints_release(struct ints *l);

/* Replaces *slot by a copy of n bytes of s (s NULL: by NULL). */
bool str_set(char **slot, const char *s, size_t n);

#ifdef __cplusplus
}
#endif
#endif

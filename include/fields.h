#ifndef FIELDS_H
#define FIELDS_H
/*
 * fields - THE table of text fields and facets.  Both programs link it; what
 * a field is called, how its terms begin and what it weighs stands nowhere
 * else.
 *
 * Terms in the index (the first two bytes tell the class):
 *   S<field><stem>     stem term of a text field, no positions
 *   X<field><folded>   exact term (folded surface, n~ kept) with positions
 *   SA<stem> XA<folded>  the same over all fields ("any"), no positions;
 *                      the stem's wdf is the sum of the fields' weights
 *   L                  every document, its length as wdf (lib/positions.h)
 *   T<field><name>     expression of the thesaurus (expressions.h); TA as above
 *   F<facet><slug>     facet value, boolean
 *   V<folded>\t<stem>  learned: this folded surface was seen with this stem,
 *                      written only where the folded form's own stem differs;
 *                      for a word with n~ also under its form with n
 *   Q<id>              the ficha's id, boolean, unique
 */
#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

enum field { /* in the order of the record and of the snippets' choice */
	     F_TITLE,
	     F_MUNICIPALITY,
	     F_UNITS,
	     F_SELLO,
	     F_POPULATION,
	     F_DATES,
	     F_FUNDING,
	     F_SUSTAINABILITY,
	     F_DESCRIPTION,
	     F_INNOVATION,
	     F_LESSONS,
	     F_COUNT,
	     F_NONE = F_COUNT
};

struct field_info {
	const char *name;      /* JSON: "lessons", "units_and_partners" */
	const char *query_es;  /* in a query and --in: "aprendizajes" */
	const char *query_en;  /* "lessons" */
	const char *label;     /* English, goes through gettext */
	char letter;	       /* second byte of its terms */
	unsigned weight;       /* wdf of one occurrence in the S A term */
	bool searchable_alone; /* may be named in --in and field: */
};

extern const struct field_info field_table[F_COUNT];
#define FIELD_ANY_LETTER 'A'

enum facet {
	FACET_MUNICIPALITY,
	FACET_REGION,
	FACET_SELLO,
	FACET_GROUP,
	FACET_YEAR,
	FACET_STATUS,
	FACET_COUNT,
	FACET_NONE = FACET_COUNT
};

struct facet_info {
	const char *name;      /* JSON and --facets: "municipality", "population" */
	const char *query_es;  /* "municipio", "grupo", "anio" */
	const char *query_en;  /* "municipality", "group", "year" */
	const char *query_alt; /* "año" or NULL */
	const char *label;     /* English, goes through gettext */
	char letter;	       /* second byte of its terms: FM.., FR.. */
};

extern const struct facet_info facet_table[FACET_COUNT];

/* By any of its names (ASCII case does not matter); F_NONE / FACET_NONE. */
enum field field_by_name(const char *name, size_t n);
enum facet facet_by_name(const char *name, size_t n);

#define TERM_MAX 200 /* bytes of a term; Xapian refuses 246 and more */

#ifdef __cplusplus
}
#endif
#endif

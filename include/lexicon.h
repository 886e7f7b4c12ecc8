#ifndef LEXICON_H
#define LEXICON_H
/*
 * lexicon - the vocabulary tables: communes and regions, Sello lines,
 * population groups, status patterns, thesaurus, stop words, headings.
 *
 * People edit them as tab-separated text (corpus/tables, each told in its
 * README).  The indexer loads a folder; what was loaded travels inside the
 * index as one bundle, for the next build, and as an image, from which the
 * searcher opens the same lexicon.
 * Everything returned is borrowed and lives as long as the lexicon.
 */
#include <stdbool.h>
#include <stddef.h>

#include "buf.h"
#include "fields.h"
#include "status.h"
#include "text.h"

#ifdef __cplusplus
extern "C" {
#endif

struct lexicon;

/* Loads the folder.  ST_IO: missing or unreadable; ST_INPUT: malformed (err
 * names file and line).  thesaurus (or NULL): one more thesaurus file. */
enum status lexicon_load(struct lexicon **out, struct analyzer *a, const char *dir,
			 const char *thesaurus, struct err *err);
/* The bundle: every table's text behind a header line; same bytes for same
 * tables. */
enum status lexicon_bundle(struct buf *out, const struct lexicon *l, struct err *err);
enum status lexicon_open(struct lexicon **out, struct analyzer *a, const char *bundle,
			 size_t n, struct err *err);

/* The same lexicon in a form that is opened in a tenth of the time: what was
 * read from the tables, sorted as it is looked up.  Same bytes for same tables;
 * not of a lexicon that was itself opened from an image. */
enum status lexicon_image(struct buf *out, const struct lexicon *l, struct err *err);
/* image stays the caller's and must outlive the lexicon.  ST_DAMAGED: it is
 * none; whatever its bytes are, what was opened is safe to ask. */
enum status lexicon_open_image(struct lexicon **out, struct analyzer *a,
			       const char *image, size_t n, struct err *err);
void lexicon_close(struct lexicon *l);

struct commune {
	const char *cut_code, *name, *slug, *province;
	const char *region, *region_slug, *region_code;
	const char *ambiguity;	    /* "" or why the name is dangerous in text */
	const char *const *aliases; /* NULL-terminated */
};
struct region {
	const char *code, *name, *slug, *official_name, *roman, *abbr;
	unsigned order; /* north to south, 1..16 */
	const char *const *aliases;
};
struct label { /* Sello line, population group, status: a closed list */
	const char *slug, *display;
};
struct labels {
	const struct label *v;
	size_t n;
};

/* Sorted by CUT code / north to south / the tables' own order. */
const struct commune *lexicon_communes(const struct lexicon *l, size_t *n);
const struct region *lexicon_regions(const struct lexicon *l, size_t *n);
struct labels lexicon_sello(const struct lexicon *l);
struct labels lexicon_groups(const struct lexicon *l);
struct labels lexicon_status(const struct lexicon *l);

/* A name as people type it (any case, accents or not, slug, CUT code, alias,
 * article dropped) to communes: the number of candidates, 0 = unknown, the
 * first `max` of them in v.  An exact name, slug or alias wins alone. */
size_t lexicon_find_commune(const struct commune **v, size_t max,
			    const struct lexicon *l, struct analyzer *a,
			    const char *name, size_t n);
size_t lexicon_find_region(const struct region **v, size_t max, const struct lexicon *l,
			   struct analyzer *a, const char *name, size_t n);
/* By slug or display, folded; NULL = unknown. */
const struct label *lexicon_find_label(struct labels list, struct analyzer *a,
				       const char *name, size_t n);
/* The longest official name or alias of a commune that the text begins with,
 * whole words, any case or accents; *taken: its bytes.  NULL = none. */
const struct commune *lexicon_commune_at(size_t *taken, const struct lexicon *l,
					 const char *text, size_t n);
/* Names nearest by edit distance, nearest first, for messages. */
size_t lexicon_near_communes(const struct commune **v, size_t max,
			     const struct lexicon *l, struct analyzer *a,
			     const char *name, size_t n);
/* The label for people of a facet value; NULL where the tables do not have it
 * (years, unknown communes: the caller has another source). */
const char *lexicon_label(const struct lexicon *l, enum facet facet, const char *slug);

/* Sello line of a printed label ("Institucionalidad local en mov. humana"),
 * case and accents ignored, known variants; NULL = not a Sello label. */
const struct label *lexicon_sello_printed(const struct lexicon *l, struct analyzer *a,
					  const char *text, size_t n);

/* The longest printed Sello label that the text begins with, whole words;
 * *taken: its bytes.  NULL = none. */
const struct label *lexicon_sello_at(size_t *taken, const struct lexicon *l,
				     const char *text, size_t n);

enum heading_strength {
	HEADING_FULL,	/* cannot be anything else */
	HEADING_SHORT,	/* an everyday word, alone or before a colon or cell */
	HEADING_PREFIX, /* what stands before a commune's name */
};

struct heading {
	enum field field;
	enum heading_strength strength;
	size_t words;	/* bytes of its wording */
	size_t rest;	/* offset of a value on the same line; n: none */
	bool marked;	/* a colon, tab, bar or dash stands before the value */
	bool continued; /* "(continuación)": the section goes on */
};

/* True if the line, cleaned of mark-up and bullets, is or begins with a
 * heading that the tables know.  n bytes of NFC text. */
bool lexicon_heading(struct heading *out, const struct lexicon *l, const char *line,
		     size_t n);
/* True if the line could be the beginning of a heading that goes on in the
 * next line. */
bool lexicon_heading_begins(const struct lexicon *l, const char *line, size_t n);

/* True if the line has only numbers and words that the tables list as page
 * headers and footers; *numbers: how many numbers. */
bool lexicon_page_line(unsigned *numbers, const struct lexicon *l, const char *line,
		       size_t n);

/* Slugs of the population groups whose patterns fit the text (population
 * field only), in the order of first match in the text being irrelevant: the
 * table's order.  *n_out 0 = none fits. */
enum status lexicon_match_groups(const struct label **v, size_t max, size_t *n_out,
				 const struct lexicon *l, struct analyzer *a,
				 const char *text, size_t n, struct err *err);
/* The status slug by the patterns; never NULL. */
const char *lexicon_match_status(const struct lexicon *l, struct analyzer *a,
				 const char *text, size_t n);

bool lexicon_is_stop(const struct lexicon *l, const char *folded, size_t n);
/* The table of those words, one by one: the i-th, folded, or NULL past the
 * last; *stop: it is a stop word. */
const char *lexicon_listed_word(bool *stop, const struct lexicon *l, size_t i);
/* 1.0, or less for words that say little in this corpus (by stem). */
double lexicon_word_weight(const struct lexicon *l, const char *folded, size_t n);

enum relation { REL_EXACT, REL_EXACT_FORWARD, REL_RELATED };

struct synonym { /* one direction: key -> value, both as printed */
	const char *key, *value;
	const char *folded_key; /* folded words joined by one blank */
	enum relation relation;
	bool ambiguous; /* offer, never expand by itself */
};
/* All synonyms in the order of folded_key; "exact" stands both ways. */
const struct synonym *lexicon_synonyms(const struct lexicon *l, size_t *n);

/* Communes, regions and groups as a query may name them. */
enum spelt {
	SPELT_WHOLE, /* the name or an alias */
	SPELT_BARE,  /* without its article */
	SPELT_CUED,  /* a number: only beside "región" */
};
struct place_name {
	const char *slug; /* of this spelling */
	enum facet facet;
	const char *value, *label;
	enum spelt spelt;
	bool dangerous; /* also an everyday word */
};
struct place_names {
	const struct place_name *v; /* sorted by slug, then by spelt */
	size_t n;
};
struct place_names lexicon_places(const struct lexicon *l);
/* Of groups: what is left of their slugs and names without stop words. */
struct place_names lexicon_group_places(const struct lexicon *l);

/* Letters and digits of n bytes to out, folded, ñ as n if plain; everything
 * else ends a word: '-' between, unless glue.  The length; 0 = does not fit. */
#define PLACE_SLUG_MAX 96
size_t place_slug(char out[PLACE_SLUG_MAX], const char *text, size_t n, bool plain,
		  bool glue);
/* What stands behind the article of a slug (la-florida), or NULL. */
const char *place_after_article(const char *slug);

#ifdef __cplusplus
}
#endif
#endif

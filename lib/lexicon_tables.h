#ifndef LEXICON_TABLES_H
#define LEXICON_TABLES_H
/*
 * lexicon_tables - what the lexicon's files share: the loaded tables.
 *
 * lexicon_read.c reads the tables (formats: corpus/README.md) and fills this;
 * lexicon_image_write.c writes it to an image, lexicon_image.c fills it from one;
 * lexicon_names.c looks names up, lexicon_near.c those that are nearly one,
 * lexicon_places.c has them as queries name them, lexicon_match.c matches patterns and
 * headings.  All strings point into text, the lexicon's own copy of the bundle cut at
 * tabs and line ends, or into pool, where folded forms are kept, or into the image.
 */
#include "latin.h"
#include "lexicon.h"

enum name_kind { NAME_OFFICIAL, NAME_ALIAS, NAME_NO_ARTICLE };

struct name { /* one spelling of a commune or region, as a slug */
	const char *slug;
	unsigned short index;
	unsigned char kind;
};
struct names {
	struct name *v;
	size_t n;
};

struct patterns { /* "vigente*|se mantiene": folded, '*' any ending */
	const char *slug;
	const char *text; /* not cut: '|' between patterns */
};

struct heading_word {
	const char *key; /* plain folded words, one blank between */
	unsigned char field, strength;
};

struct word_weight {
	const char *word; /* folded, n~ kept; without the '*' */
	float weight;	  /* 0 = stop word */
	bool prefix;
};

struct sello_name {
	const char *slug; /* of the printed label */
	unsigned short index;
};

struct place_list {
	struct place_name *v;
	size_t n, cap;
};

struct lexicon {
	struct analyzer *a;
	char *bundle; /* as given or loaded; text is the cut copy */
	size_t bundle_n;
	char *text;
	char *pool;
	size_t pool_n, pool_size;

	struct commune *communes;
	struct region *regions;
	size_t n_communes, n_regions;
	const char **alias; /* all alias lists, each NULL-terminated */
	size_t n_alias, alias_size;
	struct names commune_names, region_names;

	struct label *sello, *groups, *status;
	size_t n_sello, n_groups, n_status;
	struct sello_name *sello_printed;
	size_t n_sello_printed;
	struct patterns *group_patterns, *status_patterns;
	const char **group_implies; /* by group: another group's slug or "" */

	struct heading_word *headings; /* sorted by key */
	size_t n_headings;
	const char **tail; /* sorted plain folded words */
	size_t n_tail;
	const char **page; /* the same: words of page headers and footers */
	size_t n_page;

	struct word_weight *words; /* sorted by word */
	size_t n_words;
	struct synonym *synonyms;
	size_t n_synonyms;
	struct place_list places, group_places; /* sorted by slug */
};

enum fold_form {
	FOLD_SLUG,	  /* letters and digits, '-' between, n~ as n, no apostrophe */
	FOLD_PLAIN_WORDS, /* letters and digits, one blank between, n~ as n */
	FOLD_WORDS,	  /* the same, n~ kept, 21.325 and dd.hh kept whole */
};

/* Folds n bytes of Latin text into out (at least n + 1 bytes): the length.
 * Code points past Latin-1 stay as they are. */
size_t lexicon_fold(char *out, const char *s, size_t n, enum fold_form form);

enum table_id {
	T_REGIONS,
	T_COMMUNES,
	T_GROUPS,
	T_SELLO,
	T_STATUS,
	T_HEADINGS,
	T_STOPWORDS,
	T_THESAURUS,
	T_EXTRA, /* one more thesaurus, may be absent */
	T_COUNT
};

struct table_info {
	const char *name, *columns; /* file and header line */
};

extern const struct table_info lexicon_tables[T_COUNT];

/* Reads one table's n bytes at p, which are cut; the byte behind them is
 * writable.  *cap: room for synonyms, 0 at first. */
enum status lexicon_read_table(struct lexicon *l, size_t *cap, enum table_id id,
			       char *p, size_t n, struct err *err);
/* All spellings of communes and regions, sorted; after the tables. */
enum status lexicon_index_names(struct lexicon *l, struct err *err);
/* The same as queries name them; after lexicon_index_names(). */
enum status lexicon_index_places(struct lexicon *l, struct err *err);
/* s folded, in the pool; NULL = the pool is full. */
const char *lexicon_folded(struct lexicon *l, const char *s, enum fold_form form);
/* n bytes as they are, in the pool. */
const char *lexicon_keep(struct lexicon *l, const char *s, size_t n);

/* The slug of what was typed, in out; 0 = nothing that could be a name. */
size_t lexicon_typed(char *out, size_t size, struct analyzer *a, const char *name,
		     size_t n);

/* First index whose key is not less than s. */
size_t lexicon_find_heading(const struct lexicon *l, const char *key);

#endif

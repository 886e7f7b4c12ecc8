#ifndef CSV_COLUMNS_H
#define CSV_COLUMNS_H
/*
 * csv_columns - what the columns of a table mean, and a row as a ficha.
 */
#include "csv.h"

#define COLUMNS_MAX 256

enum column_kind {
	COLUMN_EXTRA,  /* kept under its own name */
	COLUMN_IGNORE, /* the place of an exported record */
	COLUMN_TEXT,   /* a field */
	COLUMN_MUNICIPALITIES,
	COLUMN_SELLO,
	COLUMN_GROUPS,
	COLUMN_ID,
	COLUMN_CUT_CODE,
	COLUMN_PROVINCE,
	COLUMN_REGION,
	COLUMN_REGION_CODE,
	COLUMN_LABEL,
	COLUMN_START,
	COLUMN_END,
	COLUMN_ONGOING,
	COLUMN_MONTHS,
	COLUMN_YEARS,
	COLUMN_STATUS,
};

struct column {
	enum column_kind kind;
	enum field field; /* COLUMN_TEXT */
	char *name;	  /* as the header has it */
};

struct columns {
	struct column v[COLUMNS_MAX];
	size_t n;
};

struct cell { /* text of a row */
	const char *s;
	size_t n;
};

/* Small letters without accents, digits; all else one blank.  Cut at max. */
void column_fold(char *out, size_t max, const char *s, size_t n);

/* What a header's cell means. */
enum column_kind column_kind(enum field *field, const char *name, size_t n,
			     const struct lexicon *l);

/* ST_INPUT: a column twice, none for the title, too many. */
enum status columns_read(struct columns *out, const struct cell *cells, size_t n,
			 const struct lexicon *l, struct err *err);
void columns_release(struct columns *c);

/* *bad: the column whose cell is wrong, for ST_INPUT. */
enum status columns_ficha(struct ficha *f, struct record_keys *keys, size_t *bad,
			  const struct columns *c, const struct cell *cells,
			  const struct lexicon *l, struct analyzer *a, struct err *err);

#endif

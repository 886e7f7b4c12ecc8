#ifndef NORMAL_TOKENS_H
#define NORMAL_TOKENS_H
/*
 * normal_tokens - the text of a dates field as figures, months and the words
 * that mean something beside them.
 */
#include <stdbool.h>
#include <stddef.h>

enum date_kind {
	D_WORD,
	D_NUMBER,  /* v, digits */
	D_YEAR,	   /* v */
	D_MONTH,   /* v; digits 1 = an abbreviation */
	D_DATE,	   /* y, m, d; 0 = not there */
	D_ORDINAL, /* v: primer 1 */
	D_UNIT,	   /* v: months in a semestre 6 */
	D_OF,	   /* de, del, año */
	D_RANGE,
	D_LIST,
	D_STOP,
	D_OPEN,
	D_SINCE,
	D_START,
	D_END,
	D_BETWEEN,
};

struct date_token {
	enum date_kind kind;
	int v, y, m, d, digits;
	bool glued; /* no blank before it */
	char sign;  /* D_RANGE, D_LIST by a sign */
};

#define TOKENS_LIMIT 1024

/* The number of tokens, at most TOKENS_LIMIT. */
size_t normal_tokens(struct date_token *v, const char *s, size_t n);
/* Is there such a day?  y 0: in any year. */
bool normal_is_day(int y, int m, int d);

#endif

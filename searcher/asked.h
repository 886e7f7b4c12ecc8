#ifndef ASKED_H
#define ASKED_H
/*
 * asked - the words of a query, one beside the other, as the thesaurus and
 * the names look at them: analysed, but with no index behind them.
 */
#include <stdbool.h>
#include <stddef.h>

struct asked {
	const char *surface, *folded; /* text.h; not NUL-terminated */
	size_t surface_n, folded_n;
	bool stop;    /* a stop word: seen, so that names and keys may have it */
	bool capital; /* typed with a capital first letter */
	bool usable;  /* others may stand for it; false ends whatever spans it */
	bool starts;  /* nothing may span from the word before into this one */
};

#endif

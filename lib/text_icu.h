#ifndef TEXT_ICU_H
#define TEXT_ICU_H
/*
 * text_icu - what the three files that ask ICU share.
 *
 * ICU works on 16-bit strings.  Ours are decoded by our own strict decoder
 * into a scratch string, so ICU never sees an ill-formed one.  What ICU needs
 * is opened at first use: a search over Spanish text usually gets by without
 * most of it, and opening costs more than the search.
 */
#include <unicode/ubrk.h>
#include <unicode/unorm2.h>
#include <unicode/utext.h>

#include "text_parts.h"

struct wide { /* a 16-bit string */
	UChar *v;
	int32_t n, cap;
};

struct icu {
	UBreakIterator *word, *sentence;
	UText *text;
	void *collator; /* text_order.c's, and how it is closed */
	void (*collator_close)(void *);
	const UNormalizer2 *nfc, *nfd, *fold; /* ICU's own, never closed */
	struct wide in, out, third;
};

/* text.c */
enum status icu_failed(UErrorCode e, struct err *err);
enum status icu_too_long(size_t max, struct err *err);
/* p decoded into w, at most MARKS_MAX marks in a row. */
enum status icu_widen(struct wide *w, const char *p, size_t n, bool apostrophes,
		      struct err *err);

/* text_memory.c: before ICU is asked for anything. */
void icu_set_aside(void);

#endif

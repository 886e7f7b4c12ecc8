#ifndef MESSAGES_H
#define MESSAGES_H
/*
 * messages - what people read, in Spanish or English.
 *
 * The source text is English, the catalogue po/es.po.  N_() marks a text in a
 * table; _() translates where it is used.  Codes, JSON keys and exit statuses
 * never go through here.
 */
#include <libintl.h>

#ifdef __cplusplus
extern "C" {
#endif

#define _(s)  gettext(s)
#define N_(s) (s)

/* Chooses the language from LC_ALL, LC_MESSAGES, LANG (and LANGUAGE).  Spanish
 * also where the es locale that they ask for is not installed: the C library
 * translates nothing under the "C" locale, so C.UTF-8 is set and LANGUAGE
 * names the language.  Finds the catalogue beside the program's build, else
 * in the installed place.  Numbers stay in the "C" locale. */
void messages_init(void);

/* For libraries that go by LC_CTYPE (names in archives, PDF): characters are
 * UTF-8's.  Our own code and the catalogue are always in UTF-8 and need none of it;
 * its tables are a third of a megabyte to find and map at a start. */
void messages_characters(void);

/* True when people's texts are in Spanish. */
int messages_spanish(void);

#ifdef __cplusplus
}
#endif
#endif

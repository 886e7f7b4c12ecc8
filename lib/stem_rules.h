#ifndef STEM_RULES_H
#define STEM_RULES_H
/*
 * stem_rules - what Snowball's Spanish algorithm gets wrong, put right before
 * it sees the word: plurals that it does not bring to their singular, and
 * words that it takes for forms of one another.
 */
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

#define STEM_RULES_ROOM 4 /* bytes by which a rule may make a word longer */

/* Applies the rules to word[0..*n), case folded with its accents, in place;
 * there is room for STEM_RULES_ROOM bytes more.  NULL, or the stem itself where
 * Snowball is not to be asked (static, NUL-terminated, without accents). */
const char *stem_rules(char *word, size_t *n);

#ifdef __cplusplus
}
#endif
#endif

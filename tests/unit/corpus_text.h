/* The text of the fichas of corpus/fichas, for tests of what reads text.
 * Include it behind cmocka.h. */
#ifndef CORPUS_TEXT_H
#define CORPUS_TEXT_H
#include <stdio.h>
#include <stdlib.h>

/* NUL-terminated; the caller frees it. */
static inline char *corpus_text(size_t *n)
{
	FILE *f = fopen("corpus/fichas/fichas-buenas-practicas-2024.md", "r");
	char *text = malloc((size_t)1 << 20);

	assert_non_null(f);
	assert_non_null(text);
	*n = fread(text, 1, ((size_t)1 << 20) - 1, f);
	text[*n] = '\0';
	fclose(f);
	return text;
}

#endif

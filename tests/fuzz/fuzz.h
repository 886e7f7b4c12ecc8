#ifndef FUZZ_H
#define FUZZ_H
/*
 * fuzz - what the fuzz targets share.
 *
 * A target is one file, fuzz_NAME.c, with LLVMFuzzerTestOneInput(): any bytes
 * in, nothing to be said about them but what REQUIRE states.  Whatever needs a
 * table or an analyzer asks for it here; it is made once a process.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "lexicon.h"
#include "status.h"
#include "stem.h"
#include "text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What must be true of every input. */
#define REQUIRE(x)                                                                 \
	do {                                                                       \
		if (!(x)) {                                                        \
			fprintf(stderr, "%s:%d: untrue: %s\n", __FILE__, __LINE__, \
				#x);                                               \
			abort();                                                   \
		}                                                                  \
	} while (0)

/* An input read from its beginning; past its end everything is 0. */
struct fuzz_in {
	const uint8_t *p;
	size_t n;
};

static inline unsigned fuzz_byte(struct fuzz_in *in)
{
	if (!in->n)
		return 0;
	in->n--;
	return *in->p++;
}

static inline uint32_t fuzz_u32(struct fuzz_in *in)
{
	uint32_t v = 0;

	for (int i = 0; i < 4; i++)
		v = v << 8 | fuzz_byte(in);
	return v;
}

/* Up to the next zero byte; the zero is passed over. */
static inline const char *fuzz_string(size_t *n, struct fuzz_in *in)
{
	const char *s = (const char *)in->p;

	*n = 0;
	while (*n < in->n && s[*n])
		++*n;
	in->p += *n;
	in->n -= *n;
	fuzz_byte(in);
	return s;
}

/* A copy that ends where the input does (a sanitizer sees one byte more), at
 * an address of any alignment that files may be read in place from. */
static inline void *fuzz_copy(const void *p, size_t n)
{
	void *copy = malloc(n ? n : 1);

	REQUIRE(copy);
	if (n)
		memcpy(copy, p, n);
	return copy;
}

static inline struct analyzer *fuzz_analyzer(void)
{
	static struct analyzer *a;
	struct err err;

	if (!a)
		REQUIRE(analyzer_open(&a, &err) == ST_OK);
	return a;
}

static inline struct stemmer *fuzz_stemmer(void)
{
	static struct stemmer *s;
	struct err err;

	if (!s)
		REQUIRE(stemmer_open(&s, &err) == ST_OK);
	return s;
}

/* Of corpus/tables: targets run at the top of the source tree. */
static inline const struct lexicon *fuzz_lexicon(void)
{
	static struct lexicon *l;
	struct err err = {0};

	if (!l && lexicon_load(&l, fuzz_analyzer(), "corpus/tables", NULL, &err)) {
		fprintf(stderr, "%s\n", err.text);
		abort();
	}
	return l;
}

/* Bytes that a text of ours may have: UTF-8, and NFC, which cleaning again
 * does not change. */
static inline void fuzz_is_clean(const char *text, size_t n)
{
	struct buf again;
	struct err err;
	size_t replaced = 0;

	buf_init(&again, 0);
	REQUIRE(text_clean(&again, &replaced, fuzz_analyzer(), text, n, &err) == ST_OK);
	REQUIRE(replaced == 0);
	REQUIRE(again.len == n && memcmp(again.data, text, n) == 0);
	buf_release(&again);
}

/* A message for people: there, UTF-8, short enough. */
static inline void fuzz_is_message(const struct err *err)
{
	size_t n = strnlen(err->text, sizeof err->text);

	REQUIRE(n > 0 && n < sizeof err->text);
	REQUIRE(utf8_valid(err->text, n, NULL));
}

#endif

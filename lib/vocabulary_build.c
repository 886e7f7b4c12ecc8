#include "vocabulary.h"

#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "messages.h"
#include "sorted.h"
#include "vocabulary_format.h"

/* One stem of one word: where its text stands in `stems`, and the word. */
struct link {
	size_t at;
	uint32_t n, word;
	uint32_t stem; /* its number, known at the end */
};

struct vocabulary_builder {
	struct buf words;     /* texts, one after the other */
	struct buf starts;    /* uint32_t each */
	struct buf documents; /* uint32_t each */
	struct buf stems;     /* texts as given, repeated */
	struct link *link;
	size_t n_links, cap_links;
	uint32_t n_words;
	size_t last; /* where the last word begins */
};

static void S_u32(struct buf *b, uint32_t v)
{
	buf_add(b, (const char *)&v, sizeof v);
}

enum status vocabulary_builder_open(struct vocabulary_builder **out, struct err *err)
{
	struct vocabulary_builder *b = calloc(1, sizeof *b);

	*out = NULL;
	if (!b)
		return err_nomem(err);
	buf_init(&b->words, UINT32_MAX);
	buf_init(&b->starts, SIZE_MAX / 2);
	buf_init(&b->documents, SIZE_MAX / 2);
	buf_init(&b->stems, SIZE_MAX / 2);
	*out = b;
	return ST_OK;
}

void vocabulary_builder_close(struct vocabulary_builder *b)
{
	if (!b)
		return;
	buf_release(&b->words);
	buf_release(&b->starts);
	buf_release(&b->documents);
	buf_release(&b->stems);
	free(b->link);
	free(b);
}

/* Whether the word comes after the last one. */
static bool S_rises(const struct vocabulary_builder *b, const char *word, size_t n)
{
	size_t last_n = b->words.len - b->last, least = n < last_n ? n : last_n;
	int d;

	if (b->n_words == 0)
		return true;
	d = memcmp(b->words.data + b->last, word, least);
	return d < 0 || (d == 0 && last_n < n);
}

static enum status S_link(struct vocabulary_builder *b, const char *stem,
			  struct err *err)
{
	size_t n = strlen(stem);

	if (n == 0 || n >= STEM_MAX || b->n_links >= UINT32_MAX)
		return err_set(err, ST_INTERNAL, _("a stem of %zu bytes"), n);
	if (!array_more(&b->link, &b->cap_links, b->n_links, sizeof *b->link, 1024))
		return err_nomem(err);
	b->link[b->n_links].at = b->stems.len;
	b->link[b->n_links].n = (uint32_t)n;
	b->link[b->n_links].word = b->n_words;
	b->link[b->n_links++].stem = 0;
	buf_add(&b->stems, stem, n);
	return ST_OK;
}

enum status vocabulary_builder_add(struct vocabulary_builder *b, const char *word,
				   size_t n, uint32_t documents,
				   const char *const *stems, size_t n_stems,
				   struct err *err)
{
	if (n == 0 || !S_rises(b, word, n) || b->n_words == UINT32_MAX - 1)
		return err_set(err, ST_INTERNAL, "%s",
			       _("words must come in byte order"));
	for (size_t i = 0; i < n_stems; i++) {
		enum status st = S_link(b, stems[i], err);

		if (st)
			return st;
	}
	b->last = b->words.len;
	b->n_words++;
	S_u32(&b->starts, (uint32_t)b->words.len);
	S_u32(&b->documents, documents);
	buf_add(&b->words, word, n);
	return buf_status(&b->words, err);
}

/* ---- the file ---- */

static int S_by_stem(const void *a, const void *b, void *ctx)
{
	const struct link *x = a, *y = b;
	const char *stems = ctx;
	int d = memcmp(stems + x->at, stems + y->at, x->n < y->n ? x->n : y->n);

	if (d)
		return d;
	if (x->n != y->n)
		return x->n < y->n ? -1 : 1;
	return (x->word > y->word) - (x->word < y->word);
}

static int S_by_word(const void *a, const void *b)
{
	const struct link *x = a, *y = b;

	if (x->word != y->word)
		return x->word < y->word ? -1 : 1;
	return (x->stem > y->stem) - (x->stem < y->stem);
}

static void S_section(struct buf *out, const char *bytes, size_t n)
{
	static const char zeros[8];

	buf_add(out, bytes, n);
	buf_add(out, zeros, (8 - n % 8) % 8);
}

/* A section of the offsets whose numbers have been gathered in b; the last,
 * the total, is added here. */
static void S_offsets(struct buf *out, struct buf *b, size_t total)
{
	S_u32(b, (uint32_t)total);
	S_section(out, b->data, b->len);
}

/* The section of how some of n strings begin. */
static void S_samples(struct buf *out, const struct buf *starts,
		      const struct buf *bytes, uint32_t n)
{
	const uint32_t *start = (const uint32_t *)(const void *)starts->data;
	unsigned char begins[SORTED_SAMPLE];

	if (starts->failed || bytes->failed)
		return; /* which is said in the end */
	for (uint32_t i = 0; i < n; i += SORTED_STEP) {
		sorted_sample(begins, bytes->data + start[i], start[i + 1] - start[i]);
		buf_add(out, (const char *)begins, sizeof begins);
	}
}

struct sides { /* what both directions need */
	struct buf stem_start, stem_text, word_link, word, stem_link, stem;
};

/* Numbers the stems in byte order, drops a stem that was given twice for one
 * word, and gathers both directions of the links. */
static enum status S_gather(struct sides *s, uint32_t *n_stems,
			    struct vocabulary_builder *b, struct err *err)
{
	const char *text = b->stems.data;
	size_t kept = 0;
	uint32_t stem = 0, word = 0;

	if (b->n_links)
		qsort_r(b->link, b->n_links, sizeof *b->link, S_by_stem, b->stems.data);
	for (size_t i = 0; i < b->n_links; i++) {
		const struct link *l = &b->link[i];
		const struct link *before = kept ? &b->link[kept - 1] : NULL;
		bool same = before && before->n == l->n &&
			    memcmp(text + before->at, text + l->at, l->n) == 0;

		if (same && before->word == l->word)
			continue;
		if (!same) {
			S_u32(&s->stem_start, (uint32_t)s->stem_text.len);
			S_u32(&s->word_link, (uint32_t)kept);
			buf_add(&s->stem_text, text + l->at, l->n);
			stem++;
		}
		S_u32(&s->word, l->word);
		b->link[kept] = *l;
		b->link[kept++].stem = stem - 1;
	}
	b->n_links = kept;
	*n_stems = stem;
	if (kept)
		qsort(b->link, kept, sizeof *b->link, S_by_word);
	for (size_t i = 0; i < kept; i++) {
		for (; word <= b->link[i].word; word++)
			S_u32(&s->stem_link, (uint32_t)i);
		S_u32(&s->stem, b->link[i].stem);
	}
	for (; word < b->n_words; word++)
		S_u32(&s->stem_link, (uint32_t)kept);
	return buf_status(&s->stem_text, err);
}

static enum status S_write(struct buf *out, struct sides *s, uint32_t n_stems,
			   struct vocabulary_builder *b, struct err *err)
{
	struct buf *parts[] = {&b->words,      &b->starts,    &b->documents, &b->stems,
			       &s->stem_start, &s->stem_text, &s->word_link, &s->word,
			       &s->stem_link,  &s->stem};
	struct vocabulary_head head;

	memset(&head, 0, sizeof head);
	memcpy(head.magic, VOCABULARY_MAGIC, sizeof head.magic);
	head.n_words = b->n_words;
	head.n_links = (uint32_t)b->n_links;
	head.n_stems = n_stems;
	head.word_bytes = (uint32_t)b->words.len;
	head.stem_bytes = (uint32_t)s->stem_text.len;
	S_section(out, (const char *)&head, sizeof head);
	S_offsets(out, &b->starts, b->words.len);
	S_section(out, b->documents.data, b->documents.len);
	S_offsets(out, &s->stem_link, b->n_links);
	S_section(out, s->stem.data, s->stem.len);
	S_section(out, b->words.data, b->words.len);
	S_samples(out, &b->starts, &b->words, b->n_words);
	S_offsets(out, &s->stem_start, s->stem_text.len);
	S_offsets(out, &s->word_link, b->n_links);
	S_section(out, s->word.data, s->word.len);
	S_section(out, s->stem_text.data, s->stem_text.len);
	S_samples(out, &s->stem_start, &s->stem_text, n_stems);
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
		if (buf_status(parts[i], NULL))
			return buf_status(parts[i], err);
	return buf_status(out, err);
}

enum status vocabulary_builder_finish(struct buf *out, struct vocabulary_builder *b,
				      struct err *err)
{
	struct sides s;
	uint32_t n_stems = 0;
	enum status st;

	buf_init(&s.stem_start, SIZE_MAX / 2);
	buf_init(&s.stem_text, UINT32_MAX);
	buf_init(&s.word_link, SIZE_MAX / 2);
	buf_init(&s.word, SIZE_MAX / 2);
	buf_init(&s.stem_link, SIZE_MAX / 2);
	buf_init(&s.stem, SIZE_MAX / 2);
	/* The stems' texts are read back below: they must be whole. */
	st = buf_status(&b->stems, err);
	if (!st)
		st = S_gather(&s, &n_stems, b, err);
	if (!st)
		st = S_write(out, &s, n_stems, b, err);
	buf_release(&s.stem_start);
	buf_release(&s.stem_text);
	buf_release(&s.word_link);
	buf_release(&s.word);
	buf_release(&s.stem_link);
	buf_release(&s.stem);
	return st;
}

#include "build_state.h"

#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "messages.h"
#include "publish_parts.h"
#include "record.h"
#include "terms.h"
#include "vocabulary.h"

/*
 * Words that a bad conversion may have left: "mumicipalidad", "coservador".
 *
 * A word is suspicious if one ficha alone has it, it is printed without a
 * capital, and it is one letter away (another, one more, one less, two
 * exchanged) from a word that at least one ficha in FREQUENT has, and five.
 * What differs at a word's beginning or in its last two letters is grammar
 * more often than a fault, as is -ando beside -ado.  On 6,000 laws with the
 * faults of their scanning nine of ten such words are faults; on encyclopedia
 * articles there is one in 200.
 *
 * The frequent words are found by what is left of them without one of their
 * letters: two words one letter apart have such a remainder in common.
 */
#define FREQUENT     50
#define FREQUENT_MIN 5
#define LETTERS_MIN  7
#define WORDS_MAX    ((size_t)1 << 16)
#define HINTS_MAX    1000

struct frequent {
	char text[WORD_MAX];
	size_t n;
	uint32_t documents;
};

struct slot {		     /* a remainder of a frequent word */
	uint32_t hash, word; /* word 0: free, else its number + 1 */
};

struct suspects {
	struct build *b;
	struct vocabulary *words;
	struct reader *r;
	struct source_ranks ranks;
	struct frequent *frequent;
	size_t n_frequent;
	struct slot *slots;
	size_t cap; /* a power of two */
	struct tokens tokens;
	struct buf record;
	size_t hints;
};

static bool S_letters(const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (s[i] < 'a' || s[i] > 'z')
			return false;
	return n >= LETTERS_MIN && n < WORD_MAX;
}

/* The word without its letter `out`; n: the whole. */
static uint32_t S_remainder(const char *s, size_t n, size_t out)
{
	char rest[WORD_MAX];

	memcpy(rest, s, out);
	memcpy(rest + out, s + out + (out < n), n - out - (out < n));
	return (uint32_t)XXH3_64bits(rest, n - (out < n));
}

static void S_enter(struct suspects *s, uint32_t hash, size_t word)
{
	size_t at = hash & (s->cap - 1);

	while (s->slots[at].word)
		at = (at + 1) & (s->cap - 1);
	s->slots[at] = (struct slot){hash, (uint32_t)word + 1};
}

static bool S_gather(struct suspects *s)
{
	uint32_t least = (uint32_t)catalogue_count(&s->b->now) / FREQUENT;
	struct word w;
	size_t letters = 0;

	s->frequent = malloc(WORDS_MAX * sizeof *s->frequent);
	s->n_frequent = 0;
	if (!s->frequent)
		return false;
	if (least < FREQUENT_MIN)
		least = FREQUENT_MIN;
	for (uint32_t i = 0;
	     s->n_frequent < WORDS_MAX && vocabulary_at(&w, s->words, i); i++) {
		struct frequent *f = &s->frequent[s->n_frequent];

		if (w.documents < least || !S_letters(w.text, w.n))
			continue;
		memcpy(f->text, w.text, w.n);
		f->n = w.n;
		f->documents = w.documents;
		letters += w.n + 1;
		s->n_frequent++;
	}
	for (s->cap = 64; s->cap < 2 * letters;)
		s->cap *= 2;
	s->slots = calloc(s->cap, sizeof *s->slots);
	for (size_t i = 0; s->slots && i < s->n_frequent; i++)
		for (size_t k = 0; k <= s->frequent[i].n; k++)
			S_enter(s,
				S_remainder(s->frequent[i].text, s->frequent[i].n, k),
				i);
	return s->slots != NULL;
}

/* One letter apart, inside the word? */
static bool S_near(const char *a, size_t a_n, const char *b, size_t b_n)
{
	size_t from = 0, end = 0, x, y;

	while (from < a_n && from < b_n && a[from] == b[from])
		from++;
	while (end < a_n - from && end < b_n - from &&
	       a[a_n - 1 - end] == b[b_n - 1 - end])
		end++;
	x = a_n - from - end;
	y = b_n - from - end;
	if (!from || end < 2)
		return false;
	if (x + y == 1 && (x ? a : b)[from] == 'n' && end == 2 &&
	    memcmp(a + a_n - 2, "do", 2) == 0)
		return false;
	return (x <= 1 && y <= 1) ||
	       (x == 2 && y == 2 && a[from] == b[from + 1] && a[from + 1] == b[from]);
}

/* The most frequent word near it, or NULL. */
static const struct frequent *S_meant(const struct suspects *s, const struct word *w)
{
	const struct frequent *best = NULL;

	for (size_t k = 0; k <= w->n; k++) {
		uint32_t hash = S_remainder(w->text, w->n, k);

		for (size_t at = hash & (s->cap - 1); s->slots[at].word;
		     at = (at + 1) & (s->cap - 1)) {
			const struct frequent *f = &s->frequent[s->slots[at].word - 1];

			if (s->slots[at].hash == hash &&
			    (!best || f->documents > best->documents) &&
			    S_near(w->text, w->n, f->text, f->n))
				best = f;
		}
	}
	return best;
}

/* The line of a byte of a text whose paragraphs' lines are known. */
static unsigned S_line(const struct ficha *f, enum field field, size_t at)
{
	const struct ints *lines = &f->para_lines[field];
	const char *s = f->text[field];
	size_t paragraph = 0;

	for (const char *p = strstr(s, "\n\n"); p && (size_t)(p - s) < at;
	     p = strstr(p + 2, "\n\n"))
		paragraph++;
	if (paragraph < lines->n)
		return (unsigned)lines->v[paragraph];
	return f->lines[field].first ? f->lines[field].first : f->line_start;
}

static enum status S_tell(struct suspects *s, const struct ficha *f,
			  const struct word *w, const struct frequent *meant,
			  struct err *err)
{
	for (int i = 0; i < F_COUNT; i++) {
		const char *text = f->text[i];
		enum status st;

		if (!text)
			continue;
		st = text_tokenize(&s->tokens, s->b->a, text, strlen(text), err);
		if (st)
			return st;
		for (size_t k = 0; k < s->tokens.n; k++) {
			const struct token *t = &s->tokens.v[k];

			if (t->variant || t->capital || t->folded_n != w->n ||
			    memcmp(t->folded, w->text, w->n) != 0)
				continue;
			diag(s->b->diags, DIAG_HINT, "suspicious-word", f->source_path,
			     S_line(f, (enum field)i, t->start), 0,
			     _("%.*s stands nowhere else: is it %.*s?"),
			     (int)(t->end - t->start), text + t->start, (int)meant->n,
			     meant->text);
			s->hints++;
			return ST_OK;
		}
	}
	return ST_OK;
}

/* Only what was read this time: the rest was told when it was. */
static enum status S_look(struct suspects *s, const struct word *w,
			  const struct frequent *meant, struct err *err)
{
	char term[TERM_MAX + 1];
	struct doc_values v = {0};
	struct docset docs = {0};
	const struct source_file *file;
	struct ficha f;
	uint32_t docid = 0;
	enum status st = ST_OK;

	if (!term_make(term, 'X', F_NONE, w->text, w->n))
		return ST_OK;
	st = reader_postings(&docs, s->r, term, err);
	if (!st)
		docid = docset_next(&docs, 1);
	docset_release(&docs);
	if (!st && docid)
		st = reader_values(&v, s->r, docid, err);
	if (st || !docid || v.source >= s->ranks.n ||
	    s->ranks.v[v.source] >= s->b->now.n)
		return st;
	file = &s->b->now.files[s->ranks.v[v.source]];
	if (v.source_order >= file->n || !file->entries[v.source_order].fresh)
		return ST_OK;
	buf_clear(&s->record);
	ficha_init(&f);
	st = reader_record(&s->record, s->r, docid, err);
	if (!st)
		st = record_read(&f, NULL, s->record.data, s->record.len, err);
	if (!st && f.source_path)
		st = S_tell(s, &f, w, meant, err);
	ficha_release(&f);
	return st;
}

void build_suspects(struct build *b, const struct snapshot *published)
{
	struct suspects s = {.b = b};
	struct word w;
	struct err ignored;
	struct reader_files files = {.glass = store_glass_fd(published)};
	const void *bytes;
	size_t n;
	enum status st;

	tokens_init(&s.tokens);
	buf_init(&s.record, 0);
	bytes = store_bytes(published, STORE_VOCABULARY, &n);
	st = vocabulary_open(&s.words, bytes, n, &ignored);
	files.positions = store_bytes(published, STORE_POSITIONS, &files.positions_n);
	files.records = store_bytes(published, STORE_RECORDS, &files.records_n);
	if (!st)
		st = reader_open(&s.r, &files, &ignored);
	if (!st)
		st = publish_ranks(&s.ranks, &b->now, &ignored);
	if (!st && !S_gather(&s))
		st = ST_NOMEM;
	for (uint32_t i = 0; !st && s.hints < HINTS_MAX && !build_interrupted &&
			     vocabulary_at(&w, s.words, i);
	     i++) {
		const struct frequent *meant = NULL;

		if (w.documents == 1 && S_letters(w.text, w.n))
			meant = S_meant(&s, &w);
		if (meant)
			st = S_look(&s, &w, meant, &ignored);
	}
	free(s.slots);
	free(s.frequent);
	free(s.ranks.v);
	reader_close(s.r);
	vocabulary_close(s.words);
	buf_release(&s.record);
	tokens_release(&s.tokens);
}

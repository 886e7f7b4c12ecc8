/*
 * Words to tokens.
 *
 * The boundaries are Unicode's.  Then our rules look at the signs as printed,
 * before folding would turn 1º into 1o.  Each has its file (see text_parts.h)
 * and its lines in tests/analysis.tsv.
 *
 * No rule asks the vocabulary: what the index holds must not depend on what
 * else it holds.  Every rule looks ahead from its first word and says how many
 * words it took, so the whole is one pass.
 *
 * Most words concern no rule: letters only, no capital inside, and after them a
 * blank or a stop and then another such word.  For them S_simple() does in a
 * few steps what S_rules() would; test_tokens holds the two to be equal.
 */
#include <stdlib.h>
#include <string.h>

#include "messages.h"
#include "array.h"
#include "text_parts.h"

void tokens_init(struct tokens *t)
{
	memset(t, 0, sizeof *t);
	buf_init(&t->bytes, 0);
}

void tokens_release(struct tokens *t)
{
	free(t->v);
	buf_release(&t->bytes);
	tokens_init(t);
}

/* ---- putting a token ---- */

static const char *S_offset(size_t at)
{
	return (const char *)(uintptr_t)at;
}

static const char *S_surface(const struct tokens *t, const struct token *k)
{
	return t->bytes.data + (uintptr_t)k->surface;
}

static struct token *S_new(struct tokens *t)
{
	if (!array_more(&t->v, &t->cap, t->n, sizeof *t->v, 16))
		return NULL;
	return &t->v[t->n++];
}

static bool S_there(const struct maker *m, const struct folded *f)
{
	const struct tokens *t = m->out;

	for (size_t i = t->n; i > 0 && t->v[i - 1].position == m->position; i--)
		if (t->v[i - 1].surface_n == f->surface_n &&
		    memcmp(S_surface(t, &t->v[i - 1]), f->surface, f->surface_n) == 0)
			return true;
	return false;
}

enum status put_folded(struct maker *m, const struct folded *f, struct shape s)
{
	struct tokens *t = m->out;
	bool variant = (s.how & (PUT_VARIANT | PUT_PIECE)) != 0;
	size_t at = t->bytes.len, plain = at;
	struct token *k;

	/* Nothing but accents is nothing without them. */
	if (!f->surface_n || !f->plain_n || (variant && S_there(m, f)))
		return ST_OK;
	buf_add(&t->bytes, f->surface, f->surface_n + 1);
	if (f->plain_n != f->surface_n ||
	    memcmp(f->plain, f->surface, f->plain_n) != 0) {
		plain = t->bytes.len;
		buf_add(&t->bytes, f->plain, f->plain_n + 1);
	}
	if (t->bytes.failed)
		return buf_status(&t->bytes, m->err);
	k = S_new(t);
	if (!k)
		return err_nomem(m->err);
	*k = (struct token){
		.surface = S_offset(at),
		.folded = S_offset(plain),
		.surface_n = f->surface_n,
		.folded_n = f->plain_n,
		.start = s.start,
		.end = s.end,
		.position = m->position,
		.span = s.span ? s.span : 1,
		.kind = s.kind,
		.variant = variant,
		.index_only = (s.how & PUT_PIECE) != 0,
		.exact_only = (s.how & PUT_EXACT) != 0,
		.capital = (s.how & PUT_CAPITAL) != 0,
	};
	return ST_OK;
}

enum status put_surface(struct maker *m, const char *p, size_t n, struct shape s)
{
	struct folded f;
	enum status st;

	if (!n || n > WORD_MAX)
		return ST_OK;
	memcpy(f.surface, p, n);
	f.surface[n] = '\0';
	f.surface_n = n;
	st = fold_surface(&f, m->a, m->err);
	return st ? st : put_folded(m, &f, s);
}

enum status put_text(struct maker *m, size_t start, size_t end, unsigned how)
{
	struct unit u = {.start = start, .end = end};
	const char *p = m->text + start;
	enum status st;

	u.flags = word_flags(p, end - start);
	st = fold_word(&u.f, m->a, p, end - start, u.flags, m->err);
	return st ? st : put_folded(m, &u.f, unit_shape(&u, how));
}

/* ---- looking at the text ---- */

bool is_listed(const char *p, size_t n, const char *const *list)
{
	for (; *list; list++)
		if (strlen(*list) == n && memcmp(p, *list, n) == 0)
			return true;
	return false;
}

size_t at_blank(const char *p, size_t n)
{
	if (n && (*p == ' ' || *p == '\t'))
		return 1;
	if (at_string(p, n, "\xC2\xA0"))
		return 2;
	if (at_string(p, n, "\xE2\x80\xAF") || at_string(p, n, "\xE2\x80\x89"))
		return 3;
	return 0;
}

size_t gap_end(const struct maker *m, size_t i)
{
	return i + 1 < m->words_n ? m->words[i + 1].start : m->n;
}

/* ---- a printed word ---- */

enum status unit_load(struct maker *m, struct unit *u, size_t i)
{
	const struct word *w = &m->words[i];
	const char *p = m->text + w->start;
	size_t n = w->end - w->start;
	unsigned long cp;

	u->start = w->start;
	u->end = w->end;
	u->flags = w->flags;
	u->kind = TOKEN_WORD;
	if (!(w->flags & WORD_LATIN1)) {
		utf8_decode(p, n, &cp);
		if (!icu_is_latin(cp) && icu_is_alnum(cp))
			u->kind = TOKEN_OTHER;
		/* The sign of Nº, Mª is none of its letters. */
		if (n > 2 && (at_string(p + n - 2, 2, "\xC2\xBA") ||
			      at_string(p + n - 2, 2, "\xC2\xAA")))
			n -= 2;
	}
	return fold_word(&u->f, m->a, p, n, w->flags, m->err);
}

bool unit_letters(const struct unit *u)
{
	return !(u->flags & (WORD_DIGIT | WORD_SIGN)) && u->kind == TOKEN_WORD;
}

static enum token_kind S_kind(unsigned flags, size_t n)
{
	return (flags & (WORD_CAPITAL | WORD_SMALL | WORD_DIGIT | WORD_SIGN)) ==
				       WORD_CAPITAL &&
			       n >= 2 && n <= 6
		       ? TOKEN_ACRONYM
		       : TOKEN_WORD;
}

struct shape unit_shape(const struct unit *u, unsigned how)
{
	if (u->flags & WORD_CAPITAL)
		how |= PUT_CAPITAL;
	if (!(how & PUT_VARIANT) &&
	    ((u->flags & WORD_DIGIT) || memchr(u->f.surface, '@', u->f.surface_n)))
		how |= PUT_EXACT;
	return (struct shape){u->start, u->end,
			      u->kind ? u->kind : S_kind(u->flags, u->f.surface_n), how,
			      1};
}

enum status unit_own_forms(struct maker *m, const struct unit *u)
{
	struct forms forms;
	enum status st = ST_OK;

	gender_neutral(&forms, u->f.surface, u->f.surface_n);
	for (size_t i = 0; !st && i < forms.n; i++)
		st = put_surface(m, forms.v[i], forms.len[i],
				 unit_shape(u, PUT_VARIANT));
	if (!st && (u->flags & WORD_CAMEL) && unit_letters(u))
		st = signs_camel(m, u);
	if (!st && (memchr(u->f.surface, '\'', u->f.surface_n) ||
		    strstr(u->f.surface, "\xC2\xB7")))
		st = signs_apostrophe(m, u);
	return st;
}

enum status unit_put(size_t *taken, struct maker *m, struct unit *u, size_t i)
{
	struct forms forms;
	size_t k = 0;
	bool tail;
	enum status st = gender_endings(taken, &u->end, &forms, &tail, m, u, i);

	if (st)
		return st;
	m->position++;
	if (tail) {
		/* niño(a)s: the plural is what is printed. */
		gender_tail(&forms, u->f.surface, u->f.surface_n);
		if (forms.n)
			st = put_surface(m, forms.v[0], forms.len[0], unit_shape(u, 0));
		k = 1;
	} else {
		st = put_folded(m, &u->f, unit_shape(u, 0));
	}
	for (; !st && k < forms.n; k++)
		st = put_surface(m, forms.v[k], forms.len[k],
				 unit_shape(u, PUT_VARIANT));
	if (!st && *taken == i)
		st = unit_own_forms(m, u);
	return st;
}

/* ---- the pass ---- */

/* Digits with their stops and commas, 1º, Nº3.737 (which begins with two
 * letters); not a1.b2. */
static bool S_is_number(const char *p, size_t n)
{
	for (size_t k = 1; k < n; k++)
		if (!is_digit(p[k]) && p[k] != '.' && p[k] != ',' &&
		    (unsigned char)p[k] < 0x80)
			return !sign_inside(p, n);
	return true;
}

/* A word with a digit; also the sign before a number. */
static enum status S_number(size_t *taken, struct maker *m, size_t i)
{
	const struct word *w = &m->words[i];
	struct unit u;
	enum status st;

	if (number_sign(m, i)) {
		st = number_put(taken, m, i + 1);
		if (!st)
			st = unit_load(m, &u, i);
		return st ? st : put_folded(m, &u.f, unit_shape(&u, PUT_PIECE));
	}
	if (!S_is_number(m->text + w->start, w->end - w->start))
		return signs_put(m, w);
	st = number_put(taken, m, i);
	if (st || *taken != i || i < m->chain ||
	    !at_hyphen(m->text + w->end, m->n - w->end, false))
		return st;
	st = unit_load(m, &u, i);
	return st ? st : hyphen_chain(m, &u, i);
}

/* The rules from word i on; *taken: the last word that they used. */
static enum status S_rules(size_t *taken, struct maker *m, size_t i)
{
	const struct word *w = &m->words[i];
	const char *p = m->text + w->start;
	size_t n = w->end - w->start;
	struct unit u;
	enum status st;

	*taken = i;
	if ((w->flags & WORD_DIGIT) || number_sign(m, i))
		return S_number(taken, m, i);
	if ((w->flags & WORD_SIGN) && sign_inside(p, n) && !gender_at_word(p, n))
		return signs_put(m, w);
	st = unit_load(m, &u, i);
	if (st)
		return st;
	if (!u.f.surface_n) {
		m->position++;
		return ST_OK;
	}
	if (i >= m->chain) {
		st = hyphen_joined(taken, m, &u, i);
		if (st || *taken != SIZE_MAX)
			return st;
	}
	st = unit_put(taken, m, &u, i);
	if (!st && *taken == i)
		st = signs_spaced_acronym(m, &u, i);
	if (!st && *taken == i && i >= m->chain)
		st = hyphen_chain(m, &u, i);
	return st;
}

#define SIMPLE_MAX 32 /* bytes of a word */

/* True if no rule can concern word i, which is letters only or digits only,
 * for what stands between it and the next word. */
static bool S_calm(const struct maker *m, const struct word *w, size_t i)
{
	bool digits = (w->flags & WORD_DIGIT) != 0;
	size_t gap, n = w->end - w->start;

	if (i + 1 == m->words_n)
		return true;
	/* Nro. 5: number_sign() */
	if ((w[1].flags & WORD_DIGIT) && !digits && n <= 4 &&
	    (m->text[w->start] | 0x20) == 'n')
		return false;
	gap = w[1].start - w->end;
	if (gap == 1 && m->text[w->end] == ' ')
		return true;
	switch ((unsigned char)m->text[w->end]) {
	case ' ':
		/* niños (as), ex - post */
		return digits || (n > 5 && w[1].end - w[1].start > 4);
	case '\n':
	case ',':
	case ';':
	case ':':
	case ')':
	case '"':
		return true;
	case '.':
		/* EE. UU., 1.er */
		return gap > 1 && (digits || (w->flags & WORD_SMALL));
	case '/':
	case '(':
		return digits;
	case 0xC2:
		/* 1°, but 21 325 with a no-break space */
		return digits && (unsigned char)m->text[w->end + 1] != 0xA0;
	default:
		return false;
	}
}

/* ---- words that are looked for ---- */

static inline unsigned S_head(const unsigned char *p)
{
	return (p[0] * 37u + p[1]) % 256;
}

static inline unsigned S_long_head(uint32_t four_bytes)
{
	return four_bytes * 0x9E3779B1u >> 23; /* of 512 */
}

static inline bool S_bit(const uint8_t *bits, unsigned i)
{
	return bits[i / 8] >> i % 8 & 1;
}

static bool S_ascii(const unsigned char *p, size_t n)
{
	unsigned char all = 0;

	while (n--)
		all |= *p++;
	return all < 0x80;
}

void heads_add(struct word_heads *h, const char *text, size_t n)
{
	const unsigned char *p = (const unsigned char *)text;
	unsigned head;
	uint32_t four;

	if (n < 2) {
		h->any = true;
		return;
	}
	head = S_head(p);
	if (n < 4 || !S_ascii(p, 4)) {
		h->two[head / 8] |= (uint8_t)(1u << head % 8);
		return;
	}
	h->begin[head / 8] |= (uint8_t)(1u << head % 8);
	memcpy(&four, p, 4);
	head = S_long_head(four);
	h->four[head / 8] |= (uint8_t)(1u << head % 8);
}

/* Two and more bytes that are folded alike in every form of a word are ASCII:
 * where one of them is not, who knows. */
bool heads_have(const struct word_heads *h, const char *text, size_t n)
{
	const unsigned char *p = (const unsigned char *)text;
	unsigned head;
	uint32_t four;

	if (h->any)
		return true;
	if (n < 2)
		return n && p[0] >= 0x80;
	if (!S_ascii(p, 2))
		return true;
	head = S_head(p);
	if (S_bit(h->two, head))
		return true;
	if (!S_bit(h->begin, head) || n < 4)
		return false;
	memcpy(&four, p, 4);
	return (four & 0x80808080) || S_bit(h->four, S_long_head(four));
}

/* The last letter of a word, or the one before its s: as a small letter; a
 * second byte of Latin-1 becomes no letter by it. */
static inline char S_last(const char *p, size_t n)
{
	char last = (char)(p[n - 1] | 0x20);
	size_t k = n - (last == 's');

	return k ? (char)(p[k - 1] | 0x20) : last;
}

/* True if a word may have the other gender as well, by its last letter and its
 * first four bytes, folded. */
static inline bool S_maybe_neutral(const struct maker *m, char last, uint32_t first)
{
	return (last == 'x') | ((last == 'e') & gender_maybe_neutral(m->a, first));
}

/* A word as for S_simple() that nobody looks for, which has no other form. */
static inline bool S_unwanted(const struct maker *m, const struct word *w)
{
	size_t n = w->end - w->start;
	const char *p = m->text + w->start;
	unsigned char four[4] = {0};
	uint32_t first;
	char last;

	if (n >= 2) {
		unsigned head;

		four[0] = (unsigned char)p[0] | 0x20; /* letters and digits */
		four[1] = (unsigned char)p[1] | 0x20;
		head = S_head(four);
		if ((four[0] | four[1]) >= 0x80 || S_bit(m->heads->two, head))
			return false;
		if (S_bit(m->heads->begin, head) && n >= 4) {
			memcpy(&first, p, 4);
			first |= 0x20202020;
			if ((first & 0x80808080) ||
			    S_bit(m->heads->four, S_long_head(first)))
				return false;
		}
	}
	last = S_last(p, n);
	if (last != 'e' && last != 'x')
		return true;
	/* Of the neutral forms in -e none has less than four letters. */
	for (size_t i = 0; i < n && i < 4; i++)
		four[i] = fold_lower((unsigned char)p[i]);
	memcpy(&first, four, 4);
	return !S_maybe_neutral(m, last, first);
}

/* A word of WORD_LATIN1 letters, or of digits, that has no other form, folded
 * straight into the bytes.  A fixed number of bytes at a time: copying more than
 * the word has is cheaper than asking how many it has, and there is room.
 * False: not done, S_rules() is to do it. */
static bool S_simple(struct maker *m, const struct word *w)
{
	enum { ROOM = 2 * SIMPLE_MAX + 34 };
	struct tokens *t = m->out;
	struct buf *bytes = &t->bytes;
	size_t n = w->end - w->start, plain_n = n;
	const char *p = m->text + w->start;
	fold_block block;
	char *surface, *plain;
	struct token *token;
	uint32_t first;

	if (bytes->cap - bytes->len <= ROOM && !buf_reserve(bytes, ROOM))
		return false;
	surface = bytes->data + bytes->len;
	if (w->start + SIMPLE_MAX <= m->n) {
		memcpy(&block, p, FOLD_BLOCK);
		block = fold_lower_block(block);
		memcpy(surface, &block, FOLD_BLOCK);
		if (n > FOLD_BLOCK) {
			memcpy(&block, p + FOLD_BLOCK, FOLD_BLOCK);
			block = fold_lower_block(block);
			memcpy(surface + FOLD_BLOCK, &block, FOLD_BLOCK);
		}
	} else {
		memset(surface, 0, 4);
		for (size_t i = 0; i < n; i++)
			surface[i] = (char)fold_lower((unsigned char)p[i]);
	}
	memcpy(&first, surface, 4);
	if (S_maybe_neutral(m, S_last(p, n), first))
		return false;
	surface[n] = '\0';
	plain = surface;
	if (!(w->flags & WORD_ASCII)) {
		plain = surface + n + 1;
		plain_n = fold_latin1(plain, surface, n);
		plain[plain_n] = '\0';
	}
	if (t->n == t->cap) {
		if (!S_new(t))
			return false;
		t->n--;
	}
	token = &t->v[t->n++];
	*token = (struct token){
		.surface = S_offset(bytes->len),
		.folded = S_offset(bytes->len + (size_t)(plain - surface)),
		.surface_n = n,
		.folded_n = plain_n,
		.start = w->start,
		.end = w->end,
		.position = ++m->position,
		.span = 1,
		.kind = (w->flags & WORD_DIGIT) ? TOKEN_NUMBER : S_kind(w->flags, n),
		.exact_only = (w->flags & WORD_DIGIT) != 0,
		.capital = (w->flags & WORD_CAPITAL) != 0,
	};
	bytes->len += (size_t)(plain - surface) + plain_n + 1;
	bytes->data[bytes->len] = '\0';
	return true;
}

static enum status S_all(struct maker *m)
{
	const struct word *w = m->words;

	for (size_t i = 0; i < m->words_n;) {
		unsigned f = w[i].flags & ~(unsigned)WORD_ASCII;
		unsigned letters =
			f & ~(unsigned)(WORD_SMALL | WORD_CAPITAL | WORD_LATER);
		size_t taken;
		enum status st;

		if (!m->a->slow &&
		    (letters == WORD_LATIN1 || f == (WORD_LATIN1 | WORD_DIGIT)) &&
		    w[i].end - w[i].start <= SIMPLE_MAX && i >= m->chain &&
		    S_calm(m, &w[i], i)) {
			if (m->heads && S_unwanted(m, &w[i])) {
				m->position++;
				i++;
				continue;
			}
			if (S_simple(m, &w[i])) {
				i++;
				continue;
			}
		}
		st = S_rules(&taken, m, i);
		if (st)
			return st;
		i = taken + 1;
	}
	return ST_OK;
}

enum status text_tokenize(struct tokens *out, struct analyzer *a, const char *text,
			  size_t n, struct err *err)
{
	return text_tokenize_some(out, a, NULL, text, n, err);
}

enum status text_tokenize_some(struct tokens *out, struct analyzer *a,
			       const struct word_heads *heads, const char *text,
			       size_t n, struct err *err)
{
	struct maker m = {.out = out,
			  .a = a,
			  .text = text,
			  .n = n,
			  .heads = heads && !heads->any ? heads : NULL,
			  .err = err};
	enum status st;

	out->n = 0;
	buf_clear(&out->bytes);
	if (n > TEXT_MAX)
		return err_set(err, ST_LIMIT, _("a text is longer than %zu bytes"),
			       TEXT_MAX);
	a->words.n = 0;
	st = words_find(&a->words, a, text, n, err);
	if (!st) {
		m.words = a->words.v;
		m.words_n = a->words.n;
		st = S_all(&m);
		if (!st && !buf_reserve(&out->bytes, TOKEN_AHEAD))
			st = buf_status(&out->bytes, err);
	}
	if (st) {
		out->n = 0;
		return st;
	}
	for (size_t i = 0; i < out->n; i++) {
		struct token *k = &out->v[i];

		k->surface = out->bytes.data + (uintptr_t)k->surface;
		k->folded = out->bytes.data + (uintptr_t)k->folded;
	}
	return ST_OK;
}

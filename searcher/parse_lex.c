#include "parse.h"

#include <string.h>

#include "messages.h"

/*
 * The text is cut at white space, quotes and brackets.  What is left, a
 * chunk, is handed on whole ("21.325", "apoderados/as", "C++"): cutting it
 * into words is text.h's, in both programs alike.  Signs mean something only
 * where nobody puts them by accident: a minus before a word and after a
 * blank, a colon between a known field and a value, a star at the end.
 */
struct lexer {
	const char *s;
	size_t n, at;
	size_t depth; /* brackets open */
	struct arena *arena;
	struct analyzer *a;
	struct lexeme *v;
	size_t n_v, cap;
	/* Columns are counted as the lexer moves, never from the start again. */
	size_t col_at, col;
};

static bool S_blank(unsigned long c)
{
	return c <= ' ' || c == 0xA0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200A) ||
	       c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000;
}

/* A letter or digit, as far as signs care: every sign of ours is ASCII or
 * general punctuation. */
static bool S_wordlike(unsigned long c)
{
	if (c < 0x80)
		return (c >= '0' && c <= '9') ||
		       ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
	return c >= 0xC0 && !(c >= 0x2000 && c <= 0x206F) && c != 0xFFFD;
}

/* Lower case in the scripts that have it and that people here write; º and ª
 * are ordinals, not letters. */
static bool S_lower(unsigned long c)
{
	if (c < 0x80)
		return c >= 'a' && c <= 'z';
	if (c < 0x100)
		return c >= 0xDF && c != 0xF7;
	if (c < 0x180)
		return c & 1;
	return (c >= 0x3AC && c <= 0x3CE) || (c >= 0x430 && c <= 0x45F);
}

static unsigned long S_peek(const struct lexer *l, size_t at, size_t *n)
{
	unsigned long c = 0;

	*n = 0;
	if (at < l->n)
		*n = utf8_decode(l->s + at, l->n - at, &c);
	return c;
}

/* The quote that closes this one; 0 = no quote. */
static unsigned long S_closing(unsigned long c)
{
	switch (c) {
	case '"':
		return '"';
	case 0x201C: /* English and Spanish pairs, as word processors put them */
		return 0x201D;
	case 0xAB:
		return 0xBB;
	default:
		return 0;
	}
}

static bool S_quote(unsigned long c)
{
	return c == '"' || c == 0x201C || c == 0x201D || c == 0xAB || c == 0xBB;
}

static size_t S_column(struct lexer *l, size_t at)
{
	if (at < l->col_at) {
		l->col_at = 0;
		l->col = 1;
	}
	l->col += utf8_count(l->s + l->col_at, at - l->col_at);
	l->col_at = at;
	return l->col;
}

static struct lexeme *S_push(struct lexer *l, enum lexeme_kind kind, size_t from,
			     size_t to)
{
	struct lexeme *x;

	if (l->n_v == l->cap) {
		size_t cap = l->cap ? 2 * l->cap : 32;
		struct lexeme *v = arena_alloc(l->arena, cap * sizeof *v);

		if (!v)
			return NULL;
		if (l->n_v)
			memcpy(v, l->v, l->n_v * sizeof *v);
		l->v = v;
		l->cap = cap;
	}
	x = &l->v[l->n_v++];
	memset(x, 0, sizeof *x);
	x->kind = kind;
	x->text = l->s + from;
	x->n = to - from;
	x->column = S_column(l, from);
	x->facet = FACET_NONE;
	return x;
}

/* Digits after a tilde; anything absurd saturates. */
static unsigned S_number(const struct lexer *l, size_t *at)
{
	unsigned v = 0;

	while (*at < l->n && l->s[*at] >= '0' && l->s[*at] <= '9') {
		if (v < 100000)
			v = v * 10 + (unsigned)(l->s[*at] - '0');
		++*at;
	}
	return v;
}

static bool S_has_word(const struct lexer *l, size_t from, size_t to)
{
	size_t k;

	for (; from < to; from += k)
		if (S_wordlike(S_peek(l, from, &k)))
			return true;
	return false;
}

/* At a quote: the phrase if it closes, else the quote is left out. */
static enum status S_phrase(struct lexer *l, unsigned long close, size_t k,
			    struct err *err)
{
	size_t start = l->at, from = l->at + k, to = from;
	struct lexeme *x;
	unsigned long c;

	for (;; to += k) {
		c = S_peek(l, to, &k);
		if (!k) {
			l->at = from;
			return ST_OK;
		}
		/* A curly quote that was opened may also be closed straight. */
		if (c == close || (c == '"' && close == 0x201D))
			break;
	}
	l->at = to + k;
	if (!S_has_word(l, from, to))
		return ST_OK;
	x = S_push(l, LEX_PHRASE, from, to);
	if (!x)
		return err_nomem(err);
	x->column = S_column(l, start);
	if (l->at + 1 < l->n && l->s[l->at] == '~' && l->s[l->at + 1] >= '0' &&
	    l->s[l->at + 1] <= '9') {
		l->at++;
		x->tilde = true;
		x->number = S_number(l, &l->at);
		if (x->number > NEAR_MAX) {
			enum status st = err_set(
				err, ST_USAGE,
				_("\"...\"~%u: the greatest distance is %d words"),
				x->number, NEAR_MAX);

			if (err)
				err->column = x->column;
			return st;
		}
	}
	return ST_OK;
}

/* Where a chunk that begins at `at` ends.  A bracket pair inside a word, as in
 * niño(a)s, belongs to it. */
static size_t S_chunk_end(const struct lexer *l, size_t at)
{
	size_t k;

	for (; at < l->n; at += k) {
		unsigned long c = S_peek(l, at, &k);

		if (S_blank(c) || S_quote(c))
			break;
		if (c == '(') {
			size_t in = at + 1, kk = 1;

			while (in < l->n && S_wordlike(S_peek(l, in, &kk)))
				in += kk;
			if (in >= l->n || l->s[in] != ')')
				break;
			k = in + 1 - at;
		} else if (c == ')' && l->depth) {
			break;
		}
	}
	return at;
}

/* A known field's name and a colon at the start of a chunk, a value right
 * behind it: takes the two and returns 1. */
static enum status S_field(int *taken, struct lexer *l, size_t end, struct err *err)
{
	const char *colon = memchr(l->s + l->at, ':', end - l->at);
	size_t to, next, k;
	struct lexeme *x;
	enum facet facet = FACET_NONE;
	enum field field;
	struct buf name;
	unsigned long c;
	enum status st;

	*taken = 0;
	if (!colon)
		return ST_OK;
	to = (size_t)(colon - l->s);
	if (to == l->at || to - l->at > 40)
		return ST_OK;
	next = to + 1;
	c = S_peek(l, next, &k);
	if (!k || !(S_wordlike(c) || S_closing(c) || c == '(' ||
		    (c == '.' && l->s[next + 1] == '.')))
		return ST_OK;
	buf_init(&name, 256);
	st = text_fold(&name, l->a, l->s + l->at, to - l->at, false, err);
	if (!st)
		st = buf_status(&name, err);
	if (st) {
		buf_release(&name);
		return st;
	}
	field = field_by_name(name.data, name.len);
	if (field != F_NONE && !field_table[field].searchable_alone)
		field = F_NONE;
	if (field == F_NONE)
		facet = facet_by_name(name.data, name.len);
	buf_release(&name);
	if (field == F_NONE && facet == FACET_NONE)
		return ST_OK;
	x = S_push(l, LEX_FIELD, l->at, next);
	if (!x)
		return err_nomem(err);
	x->fields = field == F_NONE ? 0 : 1u << field;
	x->facet = facet;
	l->at = next;
	*taken = 1;
	return ST_OK;
}

/* Cuts a star or tilde (and what people type behind a word) off its end. */
static void S_suffix(struct lexer *l, struct lexeme *x)
{
	size_t n = x->n, digits;

	while (n > 0 && strchr(",;.!?:)", x->text[n - 1]))
		n--;
	if (n > 1 && x->text[n - 1] == '*') {
		x->star = true;
		x->n = n - 1;
		return;
	}
	for (digits = n;
	     digits > 0 && x->text[digits - 1] >= '0' && x->text[digits - 1] <= '9';)
		digits--;
	if (digits > 1 && x->text[digits - 1] == '~') {
		size_t at = (size_t)(x->text - l->s) + digits;

		x->tilde = true;
		x->number = S_number(l, &at);
		x->n = digits - 1;
	}
}

static enum status S_chunk(struct lexer *l, struct err *err)
{
	size_t end = S_chunk_end(l, l->at);
	struct lexeme *x;
	enum status st;
	int field;

	if (end == l->at) { /* cannot be; but the lexer must move */
		l->at++;
		return ST_OK;
	}
	st = S_field(&field, l, end, err);
	if (st || field)
		return st;
	if (S_has_word(l, l->at, end)) {
		x = S_push(l, LEX_WORD, l->at, end);
		if (!x)
			return err_nomem(err);
		S_suffix(l, x);
	}
	l->at = end;
	return ST_OK;
}

static enum status S_sign(struct lexer *l, char c, struct err *err)
{
	size_t k;
	unsigned long next = S_peek(l, l->at + 1, &k);

	if (S_wordlike(next) || S_closing(next) || next == '(')
		if (!S_push(l, c == '-' ? LEX_MINUS : LEX_PLUS, l->at, l->at + 1))
			return err_nomem(err);
	l->at++;
	return ST_OK;
}

static enum status S_next(struct lexer *l, struct err *err)
{
	size_t k;
	unsigned long c = S_peek(l, l->at, &k), close = S_closing(c);

	if (S_blank(c)) {
		l->at += k;
		return ST_OK;
	}
	if (close)
		return S_phrase(l, close, k, err);
	if (S_quote(c)) { /* a closing one that nothing opened */
		l->at += k;
		return ST_OK;
	}
	if (c == '(') {
		if (!S_push(l, LEX_OPEN, l->at, l->at + 1))
			return err_nomem(err);
		l->depth++;
		l->at++;
		return ST_OK;
	}
	if (c == ')') {
		if (l->depth) {
			if (!S_push(l, LEX_CLOSE, l->at, l->at + 1))
				return err_nomem(err);
			l->depth--;
		}
		l->at++;
		return ST_OK;
	}
	if (c == '-' || c == '+')
		return S_sign(l, (char)c, err);
	return S_chunk(l, err);
}

/* ---- operators ---- */

static bool S_is(const struct lexeme *x, const char *word)
{
	return x->kind == LEX_WORD && !x->star && !x->tilde && x->n == strlen(word) &&
	       memcmp(x->text, word, x->n) == 0;
}

static bool S_has_lower(const struct lexeme *x)
{
	for (size_t i = 0, k; i < x->n; i += k) {
		unsigned long c;

		k = utf8_decode(x->text + i, x->n - i, &c);
		if (S_lower(c))
			return true;
	}
	return false;
}

/* Whether the nearest words on both sides have a lower-case letter: in a title
 * typed in capitals, Y, O and NO are words. */
static bool S_among_lower(const struct lexeme *v, size_t n, size_t at)
{
	size_t i = at;

	while (i > 0 && v[i - 1].kind != LEX_WORD && v[i - 1].kind != LEX_PHRASE)
		i--;
	if (i == 0 || !S_has_lower(&v[i - 1]))
		return false;
	for (i = at + 1; i < n && v[i].kind != LEX_WORD && v[i].kind != LEX_PHRASE;)
		i++;
	return i < n && S_has_lower(&v[i]);
}

static void S_operators(struct lexeme *v, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		enum lexeme_kind kind = LEX_WORD;

		if (i > 0 && v[i - 1].kind == LEX_FIELD)
			continue;
		if (S_is(&v[i], "AND"))
			kind = LEX_AND;
		else if (S_is(&v[i], "OR"))
			kind = LEX_OR;
		else if (S_is(&v[i], "NOT"))
			kind = LEX_MINUS;
		else if (v[i].kind == LEX_WORD && S_among_lower(v, n, i)) {
			if (S_is(&v[i], "Y"))
				kind = LEX_AND;
			else if (S_is(&v[i], "O"))
				kind = LEX_OR;
			else if (S_is(&v[i], "NO"))
				kind = LEX_MINUS;
		}
		if (kind != LEX_WORD)
			v[i].kind = kind;
	}
}

enum status parse_lex(struct lexeme **out, struct arena *arena, struct analyzer *a,
		      const char *text, size_t n, struct err *err)
{
	struct lexer l = {.s = text, .n = n, .arena = arena, .a = a, .col = 1};
	enum status st;

	*out = NULL;
	while (l.at < l.n) {
		st = S_next(&l, err);
		if (st)
			return st;
	}
	if (!S_push(&l, LEX_END, l.n, l.n))
		return err_nomem(err);
	S_operators(l.v, l.n_v - 1);
	*out = l.v;
	return ST_OK;
}

#include "lexicon_tables.h"

#include <stdlib.h>
#include <string.h>

/*
 * Patterns.  A pattern is folded text; '*' stands for any ending, that is
 * letters and slashes; it matches whole words only.  A pattern that begins
 * with '!' is blanked out of the text before its row's others are tried
 * ("mayores de 18" is not personas-mayores).
 */
static bool S_word_byte(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c & 0x80);
}

/* Bytes of text that the pattern takes at its start, 0 = no match. */
static size_t S_match_here(const char *text, size_t n, const char *p, size_t pn)
{
	size_t i = 0;

	for (size_t k = 0; k < pn; k++) {
		if (p[k] == '*') {
			while (i < n &&
			       ((text[i] >= 'a' && text[i] <= 'z') || text[i] == '/'))
				i++;
		} else if (i < n && text[i] == p[k]) {
			i++;
		} else {
			return 0;
		}
	}
	return i < n && S_word_byte(text[i]) ? 0 : i;
}

/* Where the pattern matches from `from` on; *len; n = nowhere. */
static size_t S_match(size_t *len, const char *text, size_t n, const char *p, size_t pn,
		      size_t from)
{
	for (size_t i = from; i < n; i++) {
		const char *q = memchr(text + i, p[0], n - i);

		if (!q)
			return n;
		i = (size_t)(q - text);
		if (i > 0 && S_word_byte(text[i - 1]))
			continue;
		*len = S_match_here(q, n - i, p, pn);
		if (*len)
			return i;
	}
	return n;
}

/* Does a row of patterns fit?  text is changed and put back; work has room
 * for n bytes. */
static bool S_fits(const char *patterns, const char *text, size_t n, char *work)
{
	const char *p;
	size_t pn, at, len;
	bool copied = false;

	for (p = patterns; *p; p += pn + (p[pn] == '|')) {
		pn = strcspn(p, "|");
		if (*p != '!' || pn < 2)
			continue;
		if (!copied)
			memcpy(work, text, n);
		copied = true;
		for (at = 0; (at = S_match(&len, work, n, p + 1, pn - 1, at)) < n;)
			memset(work + at, ' ', len);
	}
	if (copied)
		text = work;
	for (p = patterns; *p; p += pn + (p[pn] == '|')) {
		pn = strcspn(p, "|");
		if (pn && *p != '!' && S_match(&len, text, n, p, pn, 0) < n)
			return true;
	}
	return false;
}

/* The folded text and as much room behind it, malloc'ed. */
static enum status S_folded(char **out, size_t *n_out, struct analyzer *a,
			    const char *text, size_t n, struct err *err)
{
	struct buf b;
	enum status st;

	*out = NULL;
	buf_init(&b, 0);
	st = text_fold(&b, a, text, n, true, err);
	if (st == ST_OK) {
		*n_out = b.len;
		*out = malloc(2 * b.len + 1);
		if (*out)
			memcpy(*out, b.data, b.len);
		else
			st = err_nomem(err);
	}
	buf_release(&b);
	return st;
}

enum status lexicon_match_groups(const struct label **v, size_t max, size_t *n_out,
				 const struct lexicon *l, struct analyzer *a,
				 const char *text, size_t n, struct err *err)
{
	char *folded, hit[256] = {0};
	size_t folded_n = 0;
	enum status st = S_folded(&folded, &folded_n, a, text, n, err);

	*n_out = 0;
	if (st != ST_OK)
		return st;
	for (size_t i = 0; i < l->n_groups && i < sizeof hit; i++) {
		if (!S_fits(l->group_patterns[i].text, folded, folded_n,
			    folded + folded_n))
			continue;
		hit[i] = 1;
		for (size_t k = 0; k < l->n_groups && k < sizeof hit; k++)
			if (*l->group_implies[i] &&
			    strcmp(l->groups[k].slug, l->group_implies[i]) == 0)
				hit[k] = 1;
	}
	for (size_t i = 0; i < l->n_groups && i < sizeof hit; i++)
		if (hit[i] && *n_out < max)
			v[(*n_out)++] = &l->groups[i];
	free(folded);
	return ST_OK;
}

const char *lexicon_match_status(const struct lexicon *l, struct analyzer *a,
				 const char *text, size_t n)
{
	const char *slug = l->status[l->n_status - 1].slug; /* no pattern */
	char *folded;
	size_t folded_n = 0;

	if (S_folded(&folded, &folded_n, a, text, n, NULL) != ST_OK)
		return slug;
	for (size_t i = 0; i < l->n_status; i++)
		if (S_fits(l->status_patterns[i].text, folded, folded_n,
			   folded + folded_n)) {
			slug = l->status[i].slug;
			break;
		}
	free(folded);
	return slug;
}

/* ---- headings ---- */

#define HEADING_BYTES 160 /* a longer run of words is no heading */

size_t lexicon_find_heading(const struct lexicon *l, const char *key)
{
	size_t lo = 0, hi = l->n_headings;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (strcmp(l->headings[mid].key, key) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

/* The next word at or after *at, folded behind key (which has room for
 * HEADING_BYTES); *at moves past it.  What stands between words of a heading:
 * blanks, slashes, brackets, dots and the like, never a colon, bar or tab. */
static bool S_word(char *key, size_t *key_n, const char *s, size_t n, size_t *at)
{
	size_t i = *at, k = *key_n;
	unsigned long cp = 0;
	size_t w = 0;

	for (; i < n; i += w) {
		w = utf8_decode(s + i, n - i, &cp);
		if (latin_letter(cp) || latin_digit(cp))
			break;
		if (cp == ':' || cp == '|' || cp == '\t')
			return false;
	}
	if (i >= n)
		return false;
	if (k)
		key[k++] = ' ';
	for (; i < n; i += w) {
		unsigned long f;

		w = utf8_decode(s + i, n - i, &cp);
		if (!latin_letter(cp) && !latin_digit(cp))
			break;
		f = latin_fold(cp, true);
		if (f >= 0x80 || k + 2 >= HEADING_BYTES)
			return false;
		key[k++] = (char)f;
	}
	key[k] = '\0';
	*key_n = k;
	*at = i;
	return true;
}

static bool S_has(const char *const *v, size_t n, const char *word)
{
	size_t lo = 0, hi = n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		int c = strcmp(v[mid], word);

		if (c == 0)
			return true;
		if (c < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return false;
}

static size_t S_skip(const char *s, size_t n, size_t at, const char *set)
{
	while (at < n && strchr(set, s[at]) && s[at])
		at++;
	return at;
}

/* A dash between blanks, or a long dash: bytes of it, blanks included. */
static size_t S_dash(const char *s, size_t n, size_t at)
{
	size_t i = S_skip(s, n, at, " ");
	unsigned long cp;
	size_t w;

	if (i >= n)
		return 0;
	w = utf8_decode(s + i, n - i, &cp);
	if (cp != '-' && cp != 0x2013 && cp != 0x2014)
		return 0;
	if (cp == '-' && (i == at || i + 1 >= n || s[i + 1] != ' '))
		return 0;
	return S_skip(s, n, i + w, " ") - at;
}

/* Brackets after a heading are advice to who fills it in. */
static size_t S_brackets(bool *continued, const char *s, size_t n, size_t at)
{
	char key[HEADING_BYTES];
	size_t i = S_skip(s, n, at, " "), end, word = i, key_n = 0;
	const char *close;

	if (i >= n || s[i] != '(')
		return at;
	close = memchr(s + i, ')', n - i);
	if (!close || (size_t)(close - (s + i)) > 120)
		return at;
	end = (size_t)(close - s) + 1;
	key[0] = '\0';
	while (S_word(key, &key_n, s, end, &word) && key_n < 40)
		;
	if (key_n < 3)
		return at; /* a check box: ( ), (x) */
	*continued |= strncmp(key, "cont", 4) == 0;
	return end;
}

static bool S_capitals(const char *s, size_t n)
{
	for (size_t i = 0, w; i < n; i += w) {
		unsigned long cp;

		w = utf8_decode(s + i, n - i, &cp);
		if (latin_lower(cp))
			return false;
	}
	return true;
}

/* Does the text at at begin with a word that may follow a heading, as
 * "DE LA INICIATIVA" does? */
static bool S_is_tail(const struct lexicon *l, const char *s, size_t n, size_t at)
{
	char key[HEADING_BYTES];
	size_t key_n = 0;

	key[0] = '\0';
	return S_word(key, &key_n, s, n, &at) && key_n <= 4 &&
	       S_has(l->tail, l->n_tail, key);
}

/* What follows the words of a heading: fills rest and marked; false if the
 * line is running text. */
static bool S_after(struct heading *h, const struct lexicon *l, const char *s, size_t n,
		    size_t at)
{
	bool full = h->strength != HEADING_SHORT;
	size_t dash, end;
	unsigned long cp;

	h->continued = false;
	at = S_brackets(&h->continued, s, n, at);
	end = S_skip(s, n, at, " .*_#)");
	if (end == n) {
		h->rest = n;
		return true;
	}
	at = S_skip(s, n, at, " *_");
	if (s[at] == ':' || s[at] == '|' || s[at] == '\t') {
		h->marked = true;
		at = S_skip(s, n, at, ":|\t *_");
		h->rest = at;
		return true;
	}
	if (!full)
		return false;
	dash = S_dash(s, n, at > 0 && s[at - 1] == ' ' ? at - 1 : at);
	if (dash) {
		h->marked = true;
		h->rest = at > 0 && s[at - 1] == ' ' ? at - 1 + dash : at + dash;
		return true;
	}
	if (h->strength == HEADING_PREFIX) {
		h->rest = at;
		return true;
	}
	if (s[at] == '.' && at + 1 < n && s[at + 1] == ' ') {
		h->marked = true;
		h->rest = S_skip(s, n, at, ". ");
		return true;
	}
	if (at == 0 || s[at - 1] != ' ')
		return false;
	utf8_decode(s + at, n - at, &cp);
	/* A value begins with a capital, a figure or a sign; a small letter
	 * is running text, unless all that follows belongs to headings. */
	if (!latin_lower(cp) && !(S_capitals(s, at) && S_is_tail(l, s, n, at))) {
		h->rest = at;
		/* "Línea Sello ( ) Institucionalidad ...": a box */
		return cp != ',' && cp != ';' && cp != '/' &&
		       (cp != '(' || (at + 2 < n && s[at + 2] == ')'));
	}
	for (size_t i = at; i < n;) {
		char key[HEADING_BYTES];
		size_t key_n = 0, was = i;

		key[0] = '\0';
		if (!S_word(key, &key_n, s, n, &i)) {
			size_t stop = S_skip(s, n, was, " .*_#)");

			if (stop == n) {
				h->rest = n;
				return true;
			}
			if (s[stop] != ':')
				return false;
			h->marked = true;
			h->rest = S_skip(s, n, stop, ": *_");
			return true;
		}
		if (!S_has(l->tail, l->n_tail, key))
			return false;
	}
	h->rest = n;
	return true;
}

bool lexicon_heading(struct heading *out, const struct lexicon *l, const char *line,
		     size_t n)
{
	struct {
		size_t end, entry;
	} hits[16];
	char key[HEADING_BYTES];
	size_t key_n = 0, at = 0, n_hits = 0;

	*out = (struct heading){.field = F_NONE, .rest = n};
	key[0] = '\0';
	while (S_word(key, &key_n, line, n, &at)) {
		size_t i = lexicon_find_heading(l, key);

		if (i == l->n_headings || strncmp(l->headings[i].key, key, key_n) != 0)
			break;
		if (l->headings[i].key[key_n] == '\0' &&
		    n_hits < sizeof hits / sizeof *hits) {
			hits[n_hits].end = at;
			hits[n_hits++].entry = i;
		}
	}
	while (n_hits-- > 0) { /* the longest wording first */
		const struct heading_word *w = &l->headings[hits[n_hits].entry];
		struct heading h = {.field = (enum field)w->field,
				    .strength = (enum heading_strength)w->strength,
				    .words = hits[n_hits].end,
				    .rest = n};

		if (S_after(&h, l, line, n, hits[n_hits].end)) {
			*out = h;
			return true;
		}
	}
	return false;
}

bool lexicon_heading_begins(const struct lexicon *l, const char *line, size_t n)
{
	char key[HEADING_BYTES];
	size_t key_n = 0, at = 0, i;

	key[0] = '\0';
	while (S_word(key, &key_n, line, n, &at)) {
		i = lexicon_find_heading(l, key);
		if (i == l->n_headings || strncmp(l->headings[i].key, key, key_n) != 0)
			return false;
	}
	if (!key_n || S_skip(line, n, at, " *_/-") != n)
		return false;
	i = lexicon_find_heading(l, key);
	while (i < l->n_headings && strncmp(l->headings[i].key, key, key_n) == 0) {
		if (l->headings[i].key[key_n] == ' ')
			return true;
		i++;
	}
	return false;
}

bool lexicon_page_line(unsigned *numbers, const struct lexicon *l, const char *line,
		       size_t n)
{
	size_t at = 0;
	unsigned words = 0;

	*numbers = 0;
	while (at < n) {
		char key[HEADING_BYTES];
		size_t key_n = 0, was = at;

		key[0] = '\0';
		if (!S_word(key, &key_n, line, n, &at)) {
			/* a bar, a colon or a tab between words */
			at = was;
			while (at < n && !strchr(":|\t", line[at]))
				at++;
			if (at == n)
				break;
			for (size_t i = was; i < at; i++)
				if (S_word_byte(line[i] | 0x20) && !(line[i] & 0x80))
					return false;
			at++;
			continue;
		}
		if (strspn(key, "0123456789") == key_n) {
			(*numbers)++;
			continue;
		}
		if (!S_has(l->page, l->n_page, key))
			return false;
		words++;
	}
	return words > 0 || *numbers > 0;
}

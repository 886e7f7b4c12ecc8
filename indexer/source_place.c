#include <stdlib.h>
#include <string.h>

#include "latin.h"
#include "source_doc.h"

/*
 * Municipality lines.
 *
 *   prefix     "MUNICIPALIDAD DE", "I. Municipalidad de", "Comuna:", ...
 *   names      one or more, between , ; / & and "y"
 *   tail       nothing, a region, something in brackets; or a separator and
 *              more text, which may be the title
 *
 * "La municipalidad recomienda ..." is no such line, and "Municipalidad de
 * Maipú - Establecimientos educativos" only may be: it takes capitals, a
 * heading's mark-up or its position to tell, which source_blocks.c weighs.
 */
#define TEXT_MAX_BYTES 600
#define LINES_MAX      4

void place_release(struct place *p)
{
	free(p->names);
	memset(p, 0, sizeof *p);
}

struct names {
	struct buf printed; /* "\n\n" between */
	size_t n;
	bool known;
	size_t rest; /* offset of what follows; n = nothing */
};

static size_t S_blanks(const char *s, size_t n, size_t i)
{
	while (i < n && (s[i] == ' ' || s[i] == '\t'))
		i++;
	return i;
}

/* Bytes of a separator between names at i, 0 = none.  *more: text other than
 * a name may follow it. */
static size_t S_separator(bool *more, const char *s, size_t n, size_t i)
{
	size_t b = S_blanks(s, n, i), w;
	unsigned long cp;
	bool tab = memchr(s + i, '\t', b - i) != NULL;

	*more = false;
	if (b >= n)
		return 0;
	w = utf8_decode(s + b, n - b, &cp);
	switch (cp) {
	case ',':
	case ';':
	case '/':
	case '&':
	case '+':
		return b + w - i;
	case ':':
	case '|':
	case 0x2013:
	case 0x2014:
		*more = true;
		return b + w - i;
	case '-':
		*more = b > i && b + 1 < n && s[b + 1] == ' ';
		return b + w - i;
	case 'y':
	case 'Y':
	case 'e':
	case 'E':
		if (b > i && b + 1 < n && (s[b + 1] == ' ' || s[b + 1] == '\t'))
			return b + 1 - i;
		break;
	default:
		break;
	}
	if (tab) {
		*more = true;
		return b - i;
	}
	return 0;
}

/* "de", "del" before the next name of a list. */
static size_t S_of(const char *s, size_t n, size_t i)
{
	if (i + 3 < n && strncasecmp(s + i, "de ", 3) == 0)
		return 3;
	if (i + 4 < n && strncasecmp(s + i, "del ", 4) == 0)
		return 4;
	return 0;
}

/* A letter or mark of another script than Latin: what has no signs, drawings or
 * punctuation in it. */
static bool S_other_script(unsigned long cp)
{
	return (cp >= 0x0370 && cp < 0x2000) || (cp >= 0x2C00 && cp < 0x2E00) ||
	       (cp >= 0x3040 && cp < 0xE000) || (cp >= 0xF900 && cp < 0xFE00) ||
	       (cp >= 0xFE70 && cp < 0xFEFF) || (cp >= 0x10000 && cp < 0x1D000) ||
	       (cp >= 0x20000 && cp < 0x40000);
}

/* The end of a name that is in no table: capitals and the small words between
 * them, up to a separator.  0 = running text. */
static size_t S_unknown(const char *s, size_t n, size_t i)
{
	static const char *const small[] = {"de",  "del", "la", "las",
					    "los", "el",  "y",	"lo"};
	size_t at = i, end = i;
	unsigned words = 0;

	while (at < n) {
		size_t b = S_blanks(s, n, at), w, e = b;
		unsigned long cp, first;
		bool sep, ok;

		if (b >= n || s[b] == '(' || (at > i && S_separator(&sep, s, n, at)))
			break;
		utf8_decode(s + b, n - b, &first);
		for (; e < n; e += w) {
			w = utf8_decode(s + e, n - e, &cp);
			if (!latin_letter(cp) && cp != '\'' && cp != 0x2019 &&
			    cp != '-' && cp != '.' && !S_other_script(cp))
				break;
		}
		if (e == b)
			return 0;
		ok = latin_upper(first) || S_other_script(first);
		for (size_t k = 0; !ok && words && k < sizeof small / sizeof *small;
		     k++)
			ok = strlen(small[k]) == e - b &&
			     strncmp(small[k], s + b, e - b) == 0;
		if (!ok || ++words > 6)
			return 0;
		at = end = e;
	}
	return words ? end : 0;
}

/* The region, or something in brackets, after the names: may be skipped. */
static bool S_is_tail(const struct doc *d, const char *s, size_t n, size_t i)
{
	const struct region *g;
	char key[16];
	size_t k = 0;

	while (i < n && strchr(" \t,.;:-|*_/)", s[i]))
		i++;
	if (i >= n)
		return true;
	if (s[i] == '(')
		return memchr(s + i, ')', n - i) == s + n - 1;
	if (n - i > 120)
		return false;
	for (size_t j = i, w; j < n && k + 2 < sizeof key; j += w) {
		unsigned long cp;

		w = utf8_decode(s + j, n - j, &cp);
		if (!latin_letter(cp))
			break;
		cp = latin_fold(cp, true);
		if (cp >= 0x80)
			return false;
		key[k++] = (char)cp;
	}
	key[k] = '\0';
	if (strcmp(key, "region") == 0 || strcmp(key, "provincia") == 0 ||
	    strcmp(key, "chile") == 0)
		return true;
	return lexicon_find_region(&g, 1, d->lexicon, d->analyzer, s + i, n - i) == 1;
}

/* Reads names from i on.  False: no name stands there. */
static bool S_names(struct names *out, const struct doc *d, const char *s, size_t n,
		    size_t i)
{
	const char *lexicon_name;
	const struct commune *c;
	size_t taken;

	out->n = 0;
	out->known = true;
	buf_clear(&out->printed);
	while (i < n && out->n < PLACES_MAX) {
		size_t end, sep, next;
		bool more;

		i = S_blanks(s, n, i);
		while (i < n && (s[i] == '"' || s[i] == '\''))
			i++;
		if (out->n)
			i += S_of(s, n, i);
		c = lexicon_commune_at(&taken, d->lexicon, s + i, n - i);
		end = i + taken;
		lexicon_name = c ? c->name : NULL;
		if (c && end < n && !S_separator(&more, s, n, end) &&
		    !S_is_tail(d, s, n, end) && s[S_blanks(s, n, end)] != '(')
			lexicon_name = NULL;
		if (!lexicon_name) {
			end = S_unknown(s, n, i);
			if (!end)
				break;
			/* "Municipalidad de Reina": the article dropped */
			if (lexicon_find_commune(&c, 1, d->lexicon, d->analyzer, s + i,
						 end - i) != 1)
				out->known = false;
		}
		if (out->n++)
			buf_adds(&out->printed, "\n\n");
		buf_add(&out->printed, s + i, end - i);
		i = end;
		if (S_is_tail(d, s, n, i)) {
			i = n;
			break;
		}
		next = S_blanks(s, n, i);
		if (next < n && s[next] == '(') {
			const char *close = memchr(s + next, ')', n - next);

			if (!close)
				break;
			i = (size_t)(close - s) + 1;
			if (S_is_tail(d, s, n, i)) {
				i = n;
				break;
			}
		}
		sep = S_separator(&more, s, n, i);
		if (!sep)
			break;
		if (more) { /* another name, or a title? */
			size_t k = S_blanks(s, n, i + sep);
			const struct commune *other =
				lexicon_commune_at(&taken, d->lexicon, s + k, n - k);
			bool again;

			if (!other ||
			    (k + taken < n && !S_separator(&again, s, n, k + taken) &&
			     !S_is_tail(d, s, n, k + taken))) {
				i = k;
				break;
			}
		}
		i += sep;
	}
	out->rest = i;
	return out->n > 0;
}

/* Letters, and none of them small but in the small words. */
static bool S_capitals(const char *s, size_t n)
{
	size_t upper = 0, lower = 0, w;

	for (size_t i = 0; i < n; i += w) {
		unsigned long cp;

		w = utf8_decode(s + i, n - i, &cp);
		upper += latin_upper(cp);
		lower += latin_lower(cp);
	}
	return upper >= 3 && lower * 4 < upper;
}

/* Without a closing quotation mark. */
static size_t S_unquoted(const char *s, size_t n)
{
	if (n > 3 && memcmp(s + n - 3, "\xE2\x80\x9D", 3) == 0)
		return n - 3;
	if (n > 2 && memcmp(s + n - 2, "\xC2\xBB", 2) == 0)
		return n - 2;
	return n && s[n - 1] == '"' ? n - 1 : n;
}

/* Lines i.. joined by blanks: how many there are to join, their ends. */
static size_t S_join(char *text, size_t ends[LINES_MAX], const struct doc *d, size_t i,
		     size_t end, bool prefix_only)
{
	size_t n = 0, k = 0;

	for (; k < LINES_MAX && i + k < end; k++) {
		const struct line *l = &d->v[i + k];
		size_t len;

		if (l->kind == LINE_DROP && k) {
			ends[k] = n;
			continue;
		}
		if (l->kind != LINE_TEXT || n + l->n + 2 > TEXT_MAX_BYTES)
			break;
		/* MUNICIPALIDAD / (empty) / TEMUCO */
		if (k && l->blank && !(prefix_only && k == 1 && l->blank <= 3))
			break;
		if (k && (l->bullet || l->page))
			break;
		if (k)
			text[n++] = ' ';
		len = S_unquoted(l->s, l->n);
		memcpy(text + n, l->s, len);
		n += len;
		ends[k] = n;
	}
	return k;
}

static bool S_give(struct place *out, const struct doc *d, size_t i, size_t span,
		   struct names *names)
{
	out->line = i;
	out->span = span;
	out->known = names->known;
	out->n_names = names->n;
	out->names = buf_detach(&names->printed);
	(void)d;
	return out->names != NULL;
}

bool source_place(struct place *out, const struct doc *d, size_t i, size_t end,
		  bool bare)
{
	char text[TEXT_MAX_BYTES + 8];
	size_t ends[LINES_MAX], lines, from = 0;
	const struct line *l = &d->v[i];
	struct heading h;
	struct names names;
	bool found = false, prefixed, only;

	memset(out, 0, sizeof *out);
	if (l->kind != LINE_TEXT || l->n > TEXT_MAX_BYTES || !l->n)
		return false;
	prefixed = lexicon_heading(&h, d->lexicon, l->s, l->n) &&
		   h.strength == HEADING_PREFIX;
	if (prefixed)
		from = h.rest;
	else if (!bare)
		return false;
	only = prefixed && from == l->n;
	if (from > S_unquoted(l->s, l->n))
		return false;
	lines = S_join(text, ends, d, i, end, only);
	buf_init(&names.printed, 0);
	/* As many lines as make one heading: "VIÑA" / "DEL MAR". */
	for (size_t k = lines; k > (only ? 1 : 0) && !found; k--) {
		size_t n = ends[k - 1];

		if (d->v[i + k - 1].kind == LINE_DROP)
			continue;
		if (!S_names(&names, d, text, n, from) || names.rest < n)
			continue;
		if (!names.known && k > (only ? 2 : 1))
			continue;
		if (!prefixed && !names.known)
			continue;
		/* A line that only says the region is not needed. */
		while (k > (only ? 2u : 1u) && d->v[i + k - 2].kind == LINE_TEXT) {
			size_t len = names.printed.len;

			if (!S_names(&names, d, text, ends[k - 2], from) ||
			    names.rest < ends[k - 2] || names.printed.len != len)
				break;
			k--;
		}
		S_names(&names, d, text, ends[k - 1], from);
		n = ends[k - 1];
		out->strong = S_capitals(text, n) || l->level || l->bold ||
			      (prefixed && h.marked);
		found = S_give(out, d, i, k, &names);
	}
	if (!found && prefixed && !only && S_names(&names, d, l->s, l->n, from) &&
	    names.known && names.rest < l->n) {
		bool more;
		size_t r = names.rest;

		/* text after a separator: perhaps the title */
		if (r > from && r < l->n && !S_separator(&more, l->s, l->n, r)) {
			out->rest = l->s + r;
			out->rest_n = l->n - r;
			out->strong = S_capitals(l->s, r) || l->level || h.marked;
			found = S_give(out, d, i, 1, &names);
		}
	}
	out->prefixed = prefixed;
	buf_release(&names.printed);
	return found;
}

bool source_place_tail(struct place *out, const struct doc *d, const char *s, size_t *n)
{
	struct names names;
	bool found = false;
	unsigned tries = 0;

	memset(out, 0, sizeof *out);
	if (*n > TEXT_MAX_BYTES)
		return false;
	buf_init(&names.printed, 0);
	for (size_t i = *n; i-- > 1 && !found && tries < 8;) {
		size_t from = i + 1, stop = *n, cut = i;
		struct heading h;
		bool prefixed, open = s[i] == '(';

		if (open) {
			if (s[stop - 1] != ')')
				continue;
			stop--;
		} else if ((s[i] == '\x93' || s[i] == '\x94') && i > 2 &&
			   (unsigned char)s[i - 1] == 0x80) {
			cut = i - 2; /* a long dash */
		} else if (s[i] == '-') {
			if (s[i - 1] != ' ')
				continue;
		} else if (s[i] != ',' && s[i] != '|' && s[i] != '\t') {
			continue;
		}
		tries++;
		from = S_blanks(s, *n, from);
		if (from >= stop)
			continue;
		prefixed = lexicon_heading(&h, d->lexicon, s + from, stop - from) &&
			   h.strength == HEADING_PREFIX;
		/* A name alone may be a word of the title. */
		if (!prefixed && !open && s[i] != '|' && s[i] != '\t')
			continue;
		if (!S_names(&names, d, s, stop, prefixed ? from + h.rest : from) ||
		    names.rest < stop || !names.known)
			continue;
		while (cut > 0 && strchr(" \t", s[cut - 1]))
			cut--;
		if (!cut)
			break;
		*n = cut;
		out->strong = true;
		out->prefixed = prefixed;
		found = S_give(out, d, 0, 1, &names);
	}
	buf_release(&names.printed);
	return found;
}

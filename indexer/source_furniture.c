#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "latin.h"
#include "messages.h"
#include "source_doc.h"

/*
 * What a page has beside its text: numbers, running headers and footers, lines
 * of a table of contents.
 */
/* Dots that lead to a page number: a line of a table of contents. */
static bool S_is_contents(const char *s, size_t n)
{
	size_t i = n, dots = 0;

	while (i && (s[i - 1] == ' ' || s[i - 1] == '\t'))
		i--;
	if (!i || s[i - 1] < '0' || s[i - 1] > '9')
		return false;
	while (i && ((s[i - 1] >= '0' && s[i - 1] <= '9') || s[i - 1] == ' ' ||
		     s[i - 1] == '\t'))
		i--;
	for (; i; i--) {
		if (s[i - 1] == '.' || s[i - 1] == '_') {
			dots++;
		} else if (i >= 3 && memcmp(s + i - 3, "\xE2\x80\xA6", 3) == 0) {
			dots += 3;
			i -= 2;
		} else if (i >= 2 && memcmp(s + i - 2, "\xC2\xB7", 2) == 0) {
			dots++;
			i--;
		} else if (s[i - 1] != ' ' && s[i - 1] != '\t') {
			break;
		}
	}
	return dots >= 4;
}

/* No letter, no figure, no box: dots and dashes of a bad scan. */
static bool S_says_nothing(const struct line *l)
{
	if (!l->n || l->n > 40 || l->bad)
		return false;
	for (size_t i = 0, w; i < l->n; i += w) {
		unsigned long cp;

		w = utf8_decode(l->s + i, l->n - i, &cp);
		if (latin_letter(cp) || latin_digit(cp))
			return false;
	}
	return !memchr(l->raw, '\t', l->raw_n) && !source_has_box(l->s, l->n);
}

/* "12 | P á g i n a", as Word's footers have it. */
static bool S_is_spaced_page(const char *s, size_t n)
{
	static const char word[] = "pagina";
	size_t k = 0, blanks = 0, w;

	for (size_t i = 0; i < n; i += w) {
		unsigned long cp;

		w = utf8_decode(s + i, n - i, &cp);
		blanks += cp == ' ';
		if (!latin_letter(cp))
			continue;
		if (k + 1 >= sizeof word ||
		    latin_fold(cp, true) != (unsigned char)word[k])
			return false;
		k++;
	}
	return k + 1 == sizeof word && blanks >= 5;
}

/* Is the first word one for a page, as "Pág." and not as "Primer"? */
static bool S_says_page(const char *s, size_t n)
{
	static const char *const words[] = {"p",    "pp",     "pag",	 "pags",
					    "page", "pagina", "paginas", "hoja"};
	char key[16];
	size_t k = 0, w;

	for (size_t i = 0; i < n && k + 1 < sizeof key; i += w) {
		unsigned long cp;

		w = utf8_decode(s + i, n - i, &cp);
		if (latin_letter(cp)) {
			cp = latin_fold(cp, true);
			if (cp >= 0x80)
				return false;
			key[k++] = (char)cp;
		} else if (k) {
			break;
		}
	}
	key[k] = '\0';
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strcmp(key, words[i]) == 0)
			return true;
	return false;
}

/* "12", "- 12 -", "Página 3 de 20", "3/20". */
bool source_is_page_number(const struct doc *d, const struct line *l)
{
	unsigned numbers;
	unsigned long v[2] = {0, 0};
	size_t k = 0;
	bool words = false;

	if (l->n > 40 || l->cells)
		return false;
	for (size_t i = 0; i < l->n;) {
		unsigned char c = (unsigned char)l->s[i];

		if (c >= '0' && c <= '9') {
			size_t from = i;

			if (k == 2)
				return false;
			for (; i < l->n && l->s[i] >= '0' && l->s[i] <= '9'; i++)
				v[k] = v[k] < 100000
					       ? v[k] * 10 + (unsigned)(l->s[i] - '0')
					       : v[k];
			if (i - from > 3)
				return false;
			k++;
			continue;
		}
		words |= (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
		i++;
	}
	if (!k)
		return false;
	if (words && S_is_spaced_page(l->s, l->n))
		return true;
	if (words) { /* Página 3 de 20; not "Ficha 3" */
		struct heading h;

		return S_says_page(l->s, l->n) &&
		       lexicon_page_line(&numbers, d->lexicon, l->s, l->n) &&
		       !lexicon_heading(&h, d->lexicon, l->s, l->n);
	}
	if (k == 2)
		return v[0] <= v[1] && memchr(l->s, '/', l->n);
	for (size_t i = 0; i < l->n; i++)
		if (strchr("0123456789 -.|[]()<>\xE2\x80\x93\x94\xC2\xB7\xA2",
			   l->s[i]) == NULL)
			return false;
	return true;
}

/* What stays the same when a line comes again: letters, and that there are
 * figures. */
static uint64_t S_skeleton(bool *figures, const char *s, size_t n)
{
	uint64_t h = 1469598103934665603u;
	bool digit = false;
	size_t w, letters = 0;

	*figures = false;
	for (size_t i = 0; i < n; i += w) {
		unsigned long cp;

		w = utf8_decode(s + i, n - i, &cp);
		if (latin_digit(cp)) {
			if (!digit)
				h = (h ^ '#') * 1099511628211u;
			digit = *figures = true;
			continue;
		}
		digit = false;
		if (latin_letter(cp)) {
			h = (h ^ latin_fold(cp, true)) * 1099511628211u;
			letters++;
		}
	}
	return letters >= 4 ? h | 1 : 0;
}

struct seen { /* an open-addressing table */
	uint64_t hash;
	unsigned count, evidence, values, front;
	unsigned tops;		 /* it is the first of its page */
	unsigned number, line;	 /* of the last one */
	unsigned first, section; /* its first line; the heading before it */
	bool climbs;		 /* the number grows */
	bool sections;		 /* it stands in several sections */
	unsigned fields;	 /* bits: below which headings it stands */
};

#define RUNNING_MAX 120 /* bytes of a running header or footer */

struct running {
	struct seen *v;
	size_t mask;
};

static struct seen *S_seen(const struct running *r, uint64_t hash)
{
	size_t i = (size_t)(hash ^ hash >> 32) & r->mask;

	while (r->v[i].hash && r->v[i].hash != hash)
		i = (i + 1) & r->mask;
	return &r->v[i];
}

/* “Name of the practice”, as a sentence has it: no header is quoted. */
static bool S_is_quoted(const struct line *l)
{
	return *l->s == '"' || memcmp(l->s, "\xE2\x80\x9C", 3) == 0 ||
	       memcmp(l->s, "\xC2\xAB", 2) == 0;
}

static bool S_may_run(const struct doc *d, const struct line *l)
{
	size_t taken;

	return l->kind == LINE_TEXT && l->n <= RUNNING_MAX && l->n >= 4 && !l->bullet &&
	       !S_is_quoted(l) && !l->sign && !source_has_box(l->s, l->n) &&
	       !memchr(l->raw, '\t', l->raw_n) && !l->cells &&
	       !lexicon_sello_at(&taken, d->lexicon, l->s, l->n);
}

struct beside { /* the lines round one, furniture that is known left out */
	const struct line *before, *after;
	bool number; /* a page number or a page's end lies between */
};

static struct beside S_beside(const struct doc *d, size_t i)
{
	struct beside b = {NULL, NULL, d->v[i].page};
	size_t k;

	for (k = i; k-- > 0 && i - k < 8;) {
		if (d->v[k].kind != LINE_DROP) {
			b.before = &d->v[k];
			break;
		}
		b.number = true;
	}
	for (k = i + 1; k < d->n && k - i < 8; k++) {
		b.number |= d->v[k].page;
		if (d->v[k].kind != LINE_DROP) {
			b.after = &d->v[k];
			break;
		}
		b.number = true;
	}
	return b;
}

/* A heading whose value has not come yet. */
static bool S_is_open(const struct line *l)
{
	if (l && l->kind == LINE_REST)
		return true;
	return l && l->kind == LINE_HEADING && l->rest >= l->n;
}

static bool S_breaks_sentence(const struct beside *b)
{
	return b->before && b->after && b->before->kind == LINE_TEXT &&
	       b->after->kind == LINE_TEXT &&
	       !source_ends(b->before->s, b->before->n) &&
	       source_goes_on(b->after->s, b->after->n) && b->before->n > 20;
}

static bool S_is_place(const struct doc *d, const struct line *l)
{
	struct place p;
	bool is = source_place(&p, d, (size_t)(l - d->v), d->n, false);

	place_release(&p);
	return is;
}

/* Is the line one of several that stand right over a municipality, as a title
 * does that is broken over lines? */
static bool S_in_title(const struct doc *d, size_t i)
{
	size_t k = i + 1;

	while (k < d->n && k - i < 4 && d->v[k].kind == LINE_TEXT && !d->v[k].blank &&
	       !S_is_place(d, &d->v[k]))
		k++;
	if (k == i + 1 && (d->v[i].blank || !i || d->v[i - 1].kind != LINE_TEXT))
		return false;
	return k < d->n && d->v[k].kind == LINE_TEXT && S_is_place(d, &d->v[k]);
}

/* The page number at a running line's end or beginning; 0 = none. */
static unsigned S_number_at_edge(const char *s, size_t n)
{
	size_t from = n, to = n;
	unsigned v = 0;

	while (from && s[from - 1] >= '0' && s[from - 1] <= '9')
		from--;
	if (from == n)
		for (from = to = 0; to < n && s[to] >= '0' && s[to] <= '9';)
			to++;
	for (size_t i = from; i < to && to - from <= 3; i++)
		v = v * 10 + (unsigned)(s[i] - '0');
	return v;
}

static void S_count_running(struct seen *s, const struct line *l, size_t i,
			    unsigned section, unsigned field)
{
	unsigned number = S_number_at_edge(l->s, l->n);

	if (s->count == 0) {
		s->climbs = number > 0 && l->n >= 12;
		s->first = (unsigned)i;
		s->section = section;
	} else {
		s->climbs &= number > s->number;
		s->sections |= section != s->section;
	}
	s->fields |= 1u << field;
	s->number = number;
	s->line = (unsigned)i;
	s->count++;
}

/* "Taller 1", "Taller 2" stand together in one section; pages lie apart. */
static bool S_is_pages(const struct seen *s)
{
	return s->climbs && s->count >= 2 && s->sections &&
	       (s->line - s->first) / (s->count - 1) >= 3;
}

static bool S_is_address(const struct line *l)
{
	const char *blank = memchr(l->s, ' ', l->n);
	size_t rest = blank ? l->n - (size_t)(blank - l->s) : 0;

	/* a page number may stand behind it */
	for (size_t i = l->n - rest; i < l->n; i++)
		if (!strchr("0123456789 |-/", l->s[i]))
			return false;
	return l->n > 8 && rest <= 10 &&
	       (strncasecmp(l->s, "www.", 4) == 0 || strncasecmp(l->s, "http", 4) == 0);
}

/* "3 | Subsecretaría", "Subsecretaría | 3": a footer by its form alone, where it is
 * a paragraph of its own. */
static bool S_is_barred(const struct doc *d, size_t i)
{
	const struct line *l = &d->v[i];
	const char *bar = memchr(l->s, '|', l->n);
	size_t a, b, left, right;

	if (!bar || l->n > 80 || memchr(bar + 1, '|', l->n - (size_t)(bar + 1 - l->s)))
		return false;
	a = (size_t)(bar - l->s);
	b = a + 1;
	while (a && l->s[a - 1] == ' ')
		a--;
	while (b < l->n && l->s[b] == ' ')
		b++;
	left = strspn(l->s, "0123456789");
	for (right = 0;
	     right < l->n && latin_digit((unsigned char)l->s[l->n - 1 - right]);)
		right++;
	if (!(left == a && left && left <= 3 && b < l->n) &&
	    !(right == l->n - b && right && right <= 3 && a))
		return false;
	return (l->blank || l->page || !i || d->v[i - 1].kind == LINE_DROP) &&
	       (i + 1 == d->n || d->v[i + 1].blank || d->v[i + 1].page ||
		d->v[i + 1].kind == LINE_DROP);
}

static unsigned S_count_bits(unsigned bits)
{
	unsigned n = 0;

	for (; bits; bits &= bits - 1)
		n++;
	return n;
}

/* "Año 2023", "Año 2023 - 2024": dates, though headers have the same words. */
static bool S_is_year(const struct line *l)
{
	return l->n >= 9 && l->n <= 20 && strncasecmp(l->s, "a\xC3\xB1o ", 5) == 0 &&
	       strspn(l->s + 5, "0123456789 -/.") == l->n - 5;
}

/* "Encuentro 2023" below a heading that has no other value. */
static bool S_is_value(const struct beside *b)
{
	return S_is_open(b->before) && (!b->after || b->after->kind != LINE_TEXT ||
					b->before->field == F_DATES);
}

static bool S_is_running(const struct doc *d, const struct running *r, size_t i,
			 bool by_place)
{
	const struct line *l = &d->v[i];
	unsigned numbers;
	bool figures, known, breaks, edge, drop;
	uint64_t h = S_skeleton(&figures, l->s, l->n);
	const struct seen *s = S_seen(r, h);
	struct beside b;

	if (!h || (source_goes_on(l->s, l->n) && !S_is_address(l)) || S_is_year(l))
		return false;
	known = lexicon_page_line(&numbers, d->lexicon, l->s, l->n) &&
		(numbers || source_line_last(l) != '.');
	/* Fichas 2024 | 17 */
	edge = figures && (latin_digit((unsigned char)source_line_last(l)) ||
			   latin_digit((unsigned char)l->s[0]));
	b = S_beside(d, i);
	if ((known && numbers && edge) || S_is_pages(s))
		return !S_is_place(d, l) && !(s->count == 1 && S_in_title(d, i)) &&
		       !S_is_value(&b);
	if (S_is_barred(d, i) && !S_is_open(b.before))
		return true;
	/* At the top of every page, or of most. */
	if (s->count >= 2 && s->tops == s->count && 2 * s->count > d->pages &&
	    !(s->count == 2 && d->pages == 2 && b.after && S_is_place(d, b.after) &&
	      !(b.before && b.before->kind == LINE_TEXT &&
		!source_ends(b.before->s, b.before->n))))
		return !S_is_place(d, l);
	breaks = S_breaks_sentence(&b);
	drop = known && b.number &&
	       !(S_is_open(b.before) && b.after && b.after->kind != LINE_TEXT);
	drop |= known && (breaks || (s->front && s->count >= 2)) &&
		s->values * 3 <= s->count && (l->blank || l->n >= 16);
	/* Below headings of all kinds, again and again: no field's value. */
	drop |= by_place && s->count >= 4 && S_count_bits(s->fields) >= 3 &&
		l->n >= 12 && s->values * 3 <= s->count &&
		!(b.after && S_is_place(d, b.after));
	if (!by_place || drop)
		return drop && !S_is_place(d, l);
	drop = s->count >= 2 && s->evidence * 2 >= s->count &&
	       s->values * 3 <= s->count && (s->count >= 3 || breaks || b.number);
	/* beside a page number, or an address, and in the middle of a sentence */
	drop |= breaks && l->blank && b.after->blank && l->n <= 80 &&
		!source_ends(l->s, l->n) && (b.number || S_is_address(l));
	drop |= edge && breaks && l->blank && b.after->blank &&
		S_number_at_edge(l->s, l->n) && l->n <= 100 && !source_ends(l->s, l->n);
	if (!drop)
		return false;
	/* A title stands before a municipality or a heading. */
	if (b.after && S_is_place(d, b.after))
		return false;
	if (b.after && b.after->kind == LINE_HEADING &&
	    (s->count < 3 || s->evidence * 3 < s->count * 2))
		return false;
	return !(b.before && S_is_place(d, b.before)) && !S_is_place(d, l);
}

/* A line of a table of contents, or one that says nothing. */
bool source_is_noise(const struct line *l)
{
	return (l->n > 8 && S_is_contents(l->s, l->n)) || S_says_nothing(l);
}

enum status source_running_lines(struct doc *d, struct err *err)
{
	struct running table = {NULL, 63}, *r = &table;
	size_t size = 64;
	bool front = true, figures, first = true, top;
	unsigned section = 0, field = F_COUNT;

	while (size < 2 * d->n)
		size *= 2;
	r->mask = size - 1;
	r->v = calloc(size, sizeof *r->v);
	if (!r->v)
		return err_nomem(err);
	d->pages = 1;
	for (size_t i = 0; i < d->n; i++) {
		const struct line *l = &d->v[i];
		struct beside b;
		struct seen *s;
		uint64_t h;

		top = l->page || first;
		first &= !l->n;
		d->pages += l->page;
		if (l->kind == LINE_HEADING && l->strength == HEADING_FULL)
			front = false;
		if (l->kind == LINE_HEADING) {
			section = (unsigned)i + 1;
			field = l->field;
		}
		if (!S_may_run(d, l))
			continue;
		h = S_skeleton(&figures, l->s, l->n);
		if (!h)
			continue;
		s = S_seen(r, h);
		s->hash = h;
		S_count_running(s, l, i, section, field);
		s->tops += top;
		b = S_beside(d, i);
		s->evidence += b.number || S_breaks_sentence(&b);
		s->values += S_is_open(b.before);
		s->front |= front;
	}
	/* Those that are certain first: the others are weighed by what stands
	 * beside them. */
	for (int pass = 0; pass < 2; pass++)
		for (size_t i = 0; i < d->n; i++)
			if (S_may_run(d, &d->v[i]) && S_is_running(d, r, i, pass > 0)) {
				d->v[i].kind = LINE_DROP;
				d->v[i].running = true;
			}
	free(table.v);
	return ST_OK;
}

enum status source_tell_running(const struct doc *d, struct err *err)
{
	struct running r = {NULL, 63};
	size_t size = 64, n = 0;
	bool figures;

	for (size_t i = 0; i < d->n; i++)
		n += d->v[i].kind == LINE_DROP && d->v[i].running;
	if (!n)
		return ST_OK;
	while (size < 2 * n)
		size *= 2;
	r.mask = size - 1;
	r.v = calloc(size, sizeof *r.v);
	if (!r.v)
		return err_nomem(err);
	for (size_t i = d->n; i-- > 0;) { /* each ends with its first line */
		const struct line *l = &d->v[i];
		uint64_t h;
		struct seen *s;

		if (l->kind != LINE_DROP || !l->running)
			continue;
		h = S_skeleton(&figures, l->s, l->n);
		s = S_seen(&r, h);
		s->hash = h;
		s->line = (unsigned)i;
		s->count++;
	}
	for (size_t i = 0; i < d->n; i++) {
		const struct line *l = &d->v[i];
		const struct seen *s;

		if (l->kind != LINE_DROP || !l->running)
			continue;
		s = S_seen(&r, S_skeleton(&figures, l->s, l->n));
		if (s->line == i)
			diag(d->sink->diags, DIAG_HINT, "page-furniture", d->path,
			     l->no, 1,
			     _("left out as the header or footer of a page (lines: "
			       "%u): %.*s"),
			     s->count, (int)l->n, l->s);
	}
	free(r.v);
	return ST_OK;
}

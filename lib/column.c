#include "column.h"

#include <stdlib.h>
#include <string.h>

#include "column_format.h"
#include "sections.h"

struct part { /* one facet, as pointers into the file */
	uint32_t n_values, n_sets, n_members, n_bytes;
	const uint32_t *set_of; /* [last + 1]: unchecked, see S_set() */
	const uint32_t
		*set_start;	/* [n_sets + 1], checked: rising, last == n_members */
	const uint32_t *member; /* [n_members], checked: < n_values, rising in a set */
	const uint32_t *text_start; /* [3 * n_values + 1], checked */
	const char *text;
	/* Room for one pass, so that counting allocates nothing. */
	uint8_t *marked;     /* [n_sets]: the set has a selected value */
	uint32_t *histogram; /* [n_sets] */
};

struct column {
	uint32_t last;
	const uint32_t *date, *order, *by_title, *by_municipality;
	const uint16_t *length;
	struct docset documents;
	struct part facet[FACET_COUNT];
	void *scratch;
};

/* ---- opening ---- */

/* Rising offsets that begin at 0 and end at n. */
static bool S_rising(const uint32_t *v, size_t count, uint32_t n)
{
	if (v[0] != 0 || v[count] != n)
		return false;
	for (size_t i = 0; i < count; i++)
		if (v[i] > v[i + 1])
			return false;
	return true;
}

static bool S_part_valid(const struct part *f)
{
	if (f->n_sets == 0 || !S_rising(f->set_start, f->n_sets, f->n_members) ||
	    f->set_start[1] != 0 ||
	    !S_rising(f->text_start, 3 * (size_t)f->n_values, f->n_bytes))
		return false;
	for (uint32_t s = 0; s < f->n_sets; s++)
		for (uint32_t i = f->set_start[s]; i < f->set_start[s + 1]; i++)
			if (f->member[i] >= f->n_values ||
			    (i > f->set_start[s] && f->member[i - 1] >= f->member[i]))
				return false;
	/* Each text ends with a NUL of its own. */
	for (size_t i = 0; i < 3 * (size_t)f->n_values; i++)
		if (f->text_start[i] == f->text_start[i + 1] ||
		    f->text[f->text_start[i + 1] - 1] != '\0')
			return false;
	for (uint32_t v = 1; v < f->n_values; v++)
		if (strcmp(f->text + f->text_start[3 * (size_t)(v - 1)],
			   f->text + f->text_start[3 * (size_t)v]) >= 0)
			return false;
	return true;
}

static bool S_open_part(struct part *f, const struct column_facet_head *h,
			struct sections *c, uint32_t last)
{
	f->n_values = h->n_values;
	f->n_sets = h->n_sets;
	f->n_members = h->n_members;
	f->n_bytes = h->n_bytes;
	f->set_of = sections_take(c, (uint64_t)last + 1, 4);
	f->set_start = sections_take(c, (uint64_t)f->n_sets + 1, 4);
	f->member = sections_take(c, f->n_members, 4);
	f->text_start = sections_take(c, 3 * (uint64_t)f->n_values + 1, 4);
	f->text = sections_take(c, f->n_bytes, 1);
	return f->set_of && f->set_start && f->member && f->text_start && f->text &&
	       S_part_valid(f);
}

static enum status S_scratch(struct column *c, struct err *err)
{
	size_t sets = 0;
	uint32_t *histogram;
	uint8_t *marked;

	for (int f = 0; f < FACET_COUNT; f++)
		sets += c->facet[f].n_sets;
	c->scratch = malloc(sets * (sizeof *histogram + sizeof *marked));
	if (!c->scratch)
		return err_nomem(err);
	histogram = c->scratch;
	marked = (uint8_t *)(histogram + sets);
	for (int f = 0; f < FACET_COUNT; f++) {
		c->facet[f].histogram = histogram;
		c->facet[f].marked = marked;
		histogram += c->facet[f].n_sets;
		marked += c->facet[f].n_sets;
	}
	return ST_OK;
}

static enum status S_open(struct column *c, struct sections *in, struct err *err)
{
	const struct column_head *h = sections_take(in, 1, sizeof *h);
	const uint64_t *documents;
	size_t words;

	if (!h || memcmp(h->magic, COLUMN_MAGIC, sizeof h->magic) != 0 ||
	    h->n_facets != FACET_COUNT || h->last == UINT32_MAX)
		return sections_damaged("column", err);
	c->last = h->last;
	documents = sections_take(in, (uint64_t)c->last / 64 + 1, 8);
	c->date = sections_take(in, (uint64_t)c->last + 1, 4);
	c->order = sections_take(in, (uint64_t)c->last + 1, 4);
	c->by_title = sections_take(in, (uint64_t)c->last + 1, 4);
	c->by_municipality = sections_take(in, (uint64_t)c->last + 1, 4);
	c->length = sections_take(in, (uint64_t)c->last + 1, 2);
	if (!documents || !c->date || !c->order || !c->by_title ||
	    !c->by_municipality || !c->length)
		return sections_damaged("column", err);
	for (int f = 0; f < FACET_COUNT; f++)
		if (!S_open_part(&c->facet[f], &h->facet[f], in, c->last))
			return sections_damaged("column", err);
	if (!sections_end(in))
		return sections_damaged("column", err);

	/* A docset never has bits outside 1..last; nobody writes through it. */
	words = (size_t)c->last / 64 + 1;
	if ((documents[0] & 1) ||
	    (documents[words - 1] & ~(uint64_t)0 << (c->last % 64) << 1))
		return sections_damaged("column", err);
	c->documents.word = (uint64_t *)(uintptr_t)documents;
	c->documents.last = c->last;
	return S_scratch(c, err);
}

enum status column_open(struct column **out, const void *bytes, size_t n,
			struct err *err)
{
	struct sections in;
	struct column *c;
	enum status st = sections_start(&in, bytes, n, err);

	*out = NULL;
	if (st)
		return st;
	c = calloc(1, sizeof *c);
	if (!c)
		return err_nomem(err);
	st = S_open(c, &in, err);
	if (st)
		column_close(c);
	else
		*out = c;
	return st;
}

void column_close(struct column *c)
{
	if (!c)
		return;
	free(c->scratch);
	free(c);
}

/* ---- looking ---- */

uint32_t column_last(const struct column *c)
{
	return c->last;
}

const uint32_t *column_order(const struct column *c)
{
	return c->order;
}

const uint32_t *column_by_title(const struct column *c)
{
	return c->by_title;
}

const uint32_t *column_by_municipality(const struct column *c)
{
	return c->by_municipality;
}

const uint32_t *column_date(const struct column *c)
{
	return c->date;
}

const uint16_t *column_length(const struct column *c)
{
	return c->length;
}

const struct docset *column_documents(const struct column *c)
{
	return &c->documents;
}

size_t column_n_values(const struct column *c, enum facet facet)
{
	return c->facet[facet].n_values;
}

struct column_value column_value(const struct column *c, enum facet facet, size_t i)
{
	const struct part *f = &c->facet[facet];
	struct column_value v = {
		f->text + f->text_start[3 * i],
		f->text + f->text_start[3 * i + 1],
		f->text + f->text_start[3 * i + 2],
	};

	return v;
}

/* slug[0..n) against a NUL-terminated text, in strcmp's order. */
static int S_compare(const char *slug, size_t n, const char *text)
{
	size_t text_n = strlen(text);
	int d = memcmp(slug, text, n < text_n ? n : text_n);

	return d ? d : (n > text_n) - (n < text_n);
}

long column_find(const struct column *c, enum facet facet, const char *slug, size_t n)
{
	const struct part *f = &c->facet[facet];
	size_t low = 0, high = f->n_values;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		int d = S_compare(slug, n, f->text + f->text_start[3 * mid]);

		if (d == 0)
			return (long)mid;
		if (d < 0)
			high = mid;
		else
			low = mid + 1;
	}
	return -1;
}

/* The only way to a set's number: out of bounds is set 0, "no value". */
static inline uint32_t S_set(const struct part *f, uint32_t docid)
{
	uint32_t s = f->set_of[docid];

	return s < f->n_sets ? s : 0;
}

size_t column_values_of(const struct column *c, enum facet facet, uint32_t docid,
			const uint32_t **v)
{
	const struct part *f = &c->facet[facet];
	uint32_t s = docid <= c->last ? S_set(f, docid) : 0;

	*v = f->member + f->set_start[s];
	return f->set_start[s + 1] - f->set_start[s];
}

/* ---- selecting and counting ---- */

/* Marks the sets that have at least one of the values; returns how many. */
static size_t S_mark(const struct part *f, const uint32_t *values, size_t n)
{
	size_t marked = 0;

	memset(f->marked, 0, f->n_sets);
	for (uint32_t s = 0; s < f->n_sets; s++) {
		for (uint32_t i = f->set_start[s]; i < f->set_start[s + 1]; i++)
			for (size_t k = 0; k < n && !f->marked[s]; k++)
				f->marked[s] = f->member[i] == values[k];
		marked += f->marked[s];
	}
	return marked;
}

void column_select(struct docset *out, const struct column *c, enum facet facet,
		   const uint32_t *values, size_t n)
{
	const struct part *f = &c->facet[facet];
	size_t words = docset_words(&c->documents);

	if (S_mark(f, values, n) == 0)
		return;
	for (size_t w = 0; w < words && w < docset_words(out); w++) {
		uint64_t left = c->documents.word[w], found = 0;

		for (; left; left &= left - 1) {
			unsigned bit = (unsigned)__builtin_ctzll(left);
			uint32_t d = (uint32_t)(w * 64 + bit);

			found |= (uint64_t)f->marked[S_set(f, d)] << bit;
		}
		out->word[w] |= found;
	}
}

/* One word of `matched` that is a document of ours. */
static inline uint64_t S_word(const struct column *c, const struct docset *matched,
			      size_t w)
{
	return w < docset_words(matched) ? matched->word[w] & c->documents.word[w] : 0;
}

static void S_spread(uint32_t *counts, const struct part *f)
{
	for (uint32_t s = 0; s < f->n_sets; s++)
		if (f->histogram[s])
			for (uint32_t i = f->set_start[s]; i < f->set_start[s + 1]; i++)
				counts[f->member[i]] += f->histogram[s];
}

/* Documents of a set on their way into the histograms, some at a time: one facet
 * after the other, its part of the column is what the processor has at hand. */
struct counted {
	const struct column *c;
	int facets[FACET_COUNT]; /* that they count for */
	size_t n_facets, n;
	uint32_t docid[256 + 64];
};

static void S_count_into(struct counted *v)
{
	for (size_t k = 0; k < v->n_facets; k++) {
		const struct part *f = &v->c->facet[v->facets[k]];

		for (size_t i = 0; i < v->n; i++)
			f->histogram[S_set(f, v->docid[i])]++;
	}
	v->n = 0;
}

/* The documents of word w whose bits are set. */
static inline void S_count_word(struct counted *v, size_t w, uint64_t left)
{
	for (; left && v->n_facets; left &= left - 1)
		v->docid[v->n++] = (uint32_t)(w * 64 + (size_t)__builtin_ctzll(left));
	if (v->n >= 256)
		S_count_into(v);
}

/* No selection: the set is gone through once. */
static void S_count_plain(struct docset *within, const struct docset *matched,
			  struct counted *all)
{
	size_t words = docset_words(&all->c->documents);

	for (size_t w = 0; w < words && w < docset_words(within); w++) {
		within->word[w] = S_word(all->c, matched, w);
		S_count_word(all, w, within->word[w]);
	}
}

/* Of the documents of word w whose bits are set, those that have a selected
 * value. */
static inline uint64_t S_passing(const struct part *f, size_t w, uint64_t of)
{
	uint64_t passing = 0;

	for (uint64_t left = of; left; left &= left - 1) {
		unsigned bit = (unsigned)__builtin_ctzll(left);
		uint32_t d = (uint32_t)(w * 64 + bit);

		passing |= (uint64_t)f->marked[S_set(f, d)] << bit;
	}
	return passing;
}

/* With selections: a document that passes all counts everywhere; one that
 * fails exactly one facet counts for that facet alone. */
static void S_count_selected(struct docset *within, const struct docset *matched,
			     struct counted *all, struct counted *alone,
			     size_t n_active)
{
	const struct column *c = all->c;
	size_t words = docset_words(&c->documents);

	for (size_t w = 0; w < words && w < docset_words(within); w++) {
		uint64_t passed = S_word(c, matched, w), failed[FACET_COUNT];
		uint64_t once = 0; /* failed one facet so far */

		for (size_t k = 0; k < n_active && (passed | once); k++) {
			const struct part *f = &c->facet[alone[k].facets[0]];
			uint64_t passing = S_passing(f, w, passed | once);

			failed[k] = passed & ~passing;
			once = (once & passing) | failed[k];
			passed &= passing;
			for (size_t i = 0; i < k; i++)
				failed[i] &= once;
			for (size_t i = k + 1; i < n_active; i++)
				failed[i] = 0;
		}
		within->word[w] = passed;
		S_count_word(all, w, passed);
		for (size_t k = 0; once && k < n_active; k++)
			if (alone[k].n_facets)
				S_count_word(&alone[k], w, failed[k]);
	}
}

enum status column_count(struct docset *within, uint32_t *counts[FACET_COUNT],
			 const struct column *c, const struct docset *matched,
			 const struct column_selection sel[FACET_COUNT],
			 const bool want[FACET_COUNT], struct err *err)
{
	struct counted all = {.c = c}, alone[FACET_COUNT];
	size_t n_active = 0;

	if (within->last != c->last || matched->last != c->last)
		return sections_damaged("column", err);
	for (int k = 0; k < FACET_COUNT; k++) {
		const struct part *f = &c->facet[k];

		if (want[k]) {
			memset(f->histogram, 0, f->n_sets * sizeof *f->histogram);
			all.facets[all.n_facets++] = k;
		}
		if (sel[k].active) {
			S_mark(f, sel[k].values, sel[k].n);
			alone[n_active].c = c;
			alone[n_active].facets[0] = k;
			alone[n_active].n_facets = want[k];
			alone[n_active++].n = 0;
		}
	}
	if (n_active)
		S_count_selected(within, matched, &all, alone, n_active);
	else
		S_count_plain(within, matched, &all);
	S_count_into(&all);
	for (size_t k = 0; k < n_active; k++)
		S_count_into(&alone[k]);
	for (int k = 0; k < FACET_COUNT; k++)
		if (want[k])
			S_spread(counts[k], &c->facet[k]);
	return ST_OK;
}

enum status column_cross(uint32_t *out, const struct column *c, enum facet a,
			 enum facet b, const struct docset *matched, struct err *err)
{
	const struct part *fa = &c->facet[a], *fb = &c->facet[b];
	size_t words = docset_words(&c->documents);

	if (matched->last != c->last)
		return sections_damaged("column", err);
	memset(out, 0, (size_t)fa->n_values * fb->n_values * sizeof *out);
	for (size_t w = 0; w < words; w++)
		for (uint64_t left = S_word(c, matched, w); left; left &= left - 1) {
			uint32_t d = (uint32_t)(w * 64 + (size_t)__builtin_ctzll(left));
			uint32_t sa = S_set(fa, d), sb = S_set(fb, d);

			for (uint32_t i = fa->set_start[sa]; i < fa->set_start[sa + 1];
			     i++)
				for (uint32_t j = fb->set_start[sb];
				     j < fb->set_start[sb + 1]; j++)
					out[(size_t)fa->member[i] * fb->n_values +
					    fb->member[j]]++;
		}
	return ST_OK;
}

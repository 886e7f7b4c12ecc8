#include "positions.h"

#include <stdlib.h>
#include <string.h>

#include "positions_packed.h"
#include "sections.h"
#include "sorted.h"

struct positions {
	struct sorted terms;
	uint32_t last;
	uint64_t data_bytes;
	const unsigned char *data;
	const uint32_t *documents, *occurrences;
	const uint64_t *data_start;
};

/* ---- opening ---- */

static bool S_open(struct positions *p, struct sections *in)
{
	const struct positions_head *h = sections_take(in, 1, sizeof *h);

	if (!h || memcmp(h->magic, POSITIONS_MAGIC, sizeof h->magic) != 0 ||
	    h->n_terms == UINT32_MAX || h->last > POSITIONS_DOCID_MAX)
		return false;
	p->terms.n = h->n_terms;
	p->terms.n_bytes = h->text_bytes;
	p->last = h->last;
	p->data_bytes = h->data_bytes;
	p->data = sections_take(in, h->data_bytes, 1);
	p->terms.bytes = sections_take(in, h->text_bytes, 1);
	p->terms.start = sections_take(in, (uint64_t)h->n_terms + 1, 4);
	p->documents = sections_take(in, h->n_terms, 4);
	p->occurrences = sections_take(in, h->n_terms, 4);
	p->data_start = sections_take(in, (uint64_t)h->n_terms + 1, 8);
	p->terms.sample = sections_take(in, sorted_samples(h->n_terms), SORTED_SAMPLE);
	return p->data && p->terms.bytes && p->terms.start && p->documents &&
	       p->occurrences && p->data_start && p->terms.sample && sections_end(in);
}

enum status positions_open(struct positions **out, const void *bytes, size_t n,
			   struct err *err)
{
	struct sections in;
	struct positions *p;
	enum status st = sections_start(&in, bytes, n, err);

	*out = NULL;
	if (st)
		return st;
	p = calloc(1, sizeof *p);
	if (!p)
		return err_nomem(err);
	if (!S_open(p, &in)) {
		free(p);
		return sections_damaged(POSITIONS_FILE, err);
	}
	*out = p;
	return ST_OK;
}

void positions_close(struct positions *p)
{
	free(p);
}

/* ---- terms ---- */

uint32_t positions_terms(const struct positions *p)
{
	return p->terms.n;
}

uint32_t positions_last(const struct positions *p)
{
	return p->last;
}

const char *positions_term(size_t *n, const struct positions *p, uint32_t i)
{
	return sorted_at(n, &p->terms, i);
}

uint32_t positions_lower(const struct positions *p, const char *term, size_t n)
{
	return sorted_lower(&p->terms, term, n);
}

uint32_t positions_find(const struct positions *p, const char *term, size_t n)
{
	return sorted_find(&p->terms, term, n);
}

uint32_t positions_documents(const struct positions *p, uint32_t i)
{
	return i < p->terms.n ? p->documents[i] : 0;
}

uint32_t positions_occurrences(const struct positions *p, uint32_t i)
{
	return i < p->terms.n ? p->occurrences[i] : 0;
}

/* ---- documents ---- */

static uint32_t S_u32(const unsigned char *p)
{
	uint32_t v;

	memcpy(&v, p, sizeof v);
	return v;
}

/* Takes a varint off *p; false where it does not end in time. */
static inline bool S_varint(uint32_t *v, const unsigned char **p,
			    const unsigned char *end)
{
	const unsigned char *at = *p;
	uint32_t sum;

	if (at == end)
		return false;
	sum = *at++;
	if (sum >= 0x80) {
		unsigned shift = 0;

		sum &= 0x7F;
		do {
			shift += 7;
			if (at == end || shift > 28)
				return false;
			sum |= (uint32_t)(*at & 0x7F) << shift;
		} while (*at++ & 0x80);
	}
	*p = at;
	*v = sum;
	return true;
}

static void S_end(struct positions_cursor *c)
{
	c->p = c->block_end = c->end;
	c->block = c->n_blocks;
	c->count = 0;
	c->body_n = 0;
	c->gaps = NULL;
}

const void *positions_data(size_t *n, const struct positions *p, uint32_t i)
{
	uint64_t from = p->data_start[i], to = p->data_start[i + 1];

	*n = 0;
	if (from >= to || to > p->data_bytes)
		return NULL;
	*n = (size_t)(to - from);
	return p->data + from;
}

void positions_start(struct positions_cursor *c, const struct positions *p, uint32_t i)
{
	uint64_t from, to;
	uint32_t n;

	memset(c, 0, sizeof *c);
	if (i >= p->terms.n)
		return;
	from = p->data_start[i];
	to = p->data_start[i + 1];
	n = p->documents[i];
	if (from >= to || to > p->data_bytes)
		return;
	c->bare = p->data[from++] == 1;
	c->p = c->block_end = p->data + from;
	c->end = p->data + to;
	c->last = p->last;
	if (n <= POSITIONS_BLOCK) {
		c->block_end = c->end;
		return;
	}
	c->n_blocks = (n - 1) / POSITIONS_BLOCK + 1;
	if (c->n_blocks > (to - from) / 8) {
		c->n_blocks = 0;
		S_end(c);
		return;
	}
	c->n_packed = n / POSITIONS_BLOCK;
	c->table = c->p;
	c->p += (size_t)c->n_blocks * 8;
	c->block_end = c->p;
}

/* Enters the packed block of c->p[0..bytes); false where it is none. */
static bool S_packed(struct positions_cursor *c, size_t bytes)
{
	const unsigned char *p = c->p;
	size_t head;

	if (bytes <= POSITIONS_PACKED || (p[0] != 1 && p[0] != 2 && p[0] != 4) ||
	    (p[1] > 2 && p[1] != 8) || (p[2] > 2 && p[2] != 4))
		return false;
	head = POSITIONS_PACKED + POSITIONS_BLOCK * p[0] + POSITIONS_BLOCK / 2 * p[1] +
	       POSITIONS_BLOCK * p[2];
	if (c->bare ? bytes != head : bytes <= head)
		return false;
	c->gap_bytes = p[0];
	c->count_halves = p[1];
	c->extra_bytes = p[2];
	c->gaps = p + POSITIONS_PACKED;
	c->counts = c->gaps + POSITIONS_BLOCK * p[0];
	c->extras = c->counts + POSITIONS_BLOCK / 2 * p[1];
	c->at = 0;
	if (!c->bare)
		c->p += head;
	return true;
}

/* Enters block c->block, which begins at c->block_end. */
static bool S_block(struct positions_cursor *c)
{
	uint32_t bytes;

	if (c->block >= c->n_blocks)
		return false;
	bytes = S_u32(c->table + (size_t)c->block * 8 + 4);
	if (bytes > (size_t)(c->end - c->block_end)) {
		S_end(c);
		return false;
	}
	c->p = c->block_end;
	c->block_end += bytes;
	c->gaps = NULL;
	if (c->block++ < c->n_packed && !S_packed(c, bytes)) {
		S_end(c);
		return false;
	}
	return true;
}

/* The next document of a packed block that has one. */
static inline bool S_next_packed(struct positions_cursor *c)
{
	uint32_t gap = packed_number(c->gaps, c->gap_bytes, c->at);
	uint32_t count = packed_count(c->counts, c->count_halves, c->at);
	size_t body_n = c->bare ? 0 : count;

	if (c->extra_bytes && !c->bare)
		body_n += packed_number(c->extras, c->extra_bytes, c->at);
	if (gap == 0 || gap > c->last - c->docid || count == 0 ||
	    body_n > (size_t)(c->block_end - c->p)) {
		S_end(c);
		return false;
	}
	c->docid += gap;
	c->count = count;
	c->body = c->p;
	c->body_n = body_n;
	c->p += body_n;
	if (++c->at == POSITIONS_BLOCK) {
		c->gaps = NULL;
		c->p = c->block_end;
	}
	return true;
}

/* Passes by documents of the packed block at hand before docid, but for its
 * last: those of the usual widths, one step each; S_next_packed() looks closely
 * at the one that it stops before.  Inlined for each width. */
static inline void S_pass_usual(struct positions_cursor *c, uint32_t docid,
				unsigned halves)
{
	uint32_t at = c->at;
	uint64_t d = c->docid;
	size_t bodies = 0;

	while (at < POSITIONS_BLOCK - 1 && d + c->gaps[at] < docid) {
		d += c->gaps[at];
		bodies += packed_count(c->counts, halves, at++);
	}
	if (d > c->last)
		return;
	if (c->bare)
		bodies = 0;
	/* Where these are wrong, the next document finds that out. */
	c->p = bodies < (size_t)(c->block_end - c->p) ? c->p + bodies
						      : c->block_end - 1;
	c->docid = (uint32_t)d;
	c->at = at;
}

static void S_pass_packed(struct positions_cursor *c, uint32_t docid)
{
	if (c->gap_bytes != 1 || c->extra_bytes)
		return;
	if (c->count_halves == 0)
		S_pass_usual(c, docid, 0);
	else if (c->count_halves == 1)
		S_pass_usual(c, docid, 1);
}

/* What stands behind a document's number: its count and its positions' bytes. */
static inline bool S_rest(struct positions_cursor *c, bool single)
{
	uint32_t count = 1, extra = 0;

	if (!single) {
		if (!S_varint(&count, &c->p, c->block_end))
			return false;
		if (!c->bare) {
			if ((count & 1) && !S_varint(&extra, &c->p, c->block_end))
				return false;
			count >>= 1;
		}
	}
	c->count = count;
	c->body_n = c->bare ? 0 : (size_t)count + extra;
	return count > 0 && c->body_n <= (size_t)(c->block_end - c->p);
}

bool positions_next(struct positions_cursor *c)
{
	uint32_t delta;

	while (c->p == c->block_end)
		if (!S_block(c)) {
			S_end(c);
			return false;
		}
	if (c->gaps)
		return S_next_packed(c);
	if (!S_varint(&delta, &c->p, c->block_end) || delta < 2 ||
	    delta >> 1 > c->last - c->docid || !S_rest(c, delta & 1)) {
		S_end(c);
		return false;
	}
	c->docid += delta >> 1;
	c->body = c->p;
	c->p += c->body_n;
	return true;
}

/* Whole blocks that end before docid are passed by. */
static bool S_pass_blocks(struct positions_cursor *c, uint32_t docid)
{
	const unsigned char *start = c->block_end;
	uint32_t b = c->block, before;

	if (b > 0 && S_u32(c->table + ((size_t)b - 1) * 8) >= docid)
		return true; /* it is in the block at hand, if anywhere */
	while (b < c->n_blocks && S_u32(c->table + (size_t)b * 8) < docid) {
		uint32_t bytes = S_u32(c->table + (size_t)b * 8 + 4);

		if (bytes > (size_t)(c->end - start))
			return false;
		start += bytes;
		b++;
	}
	if (b == c->n_blocks)
		return false;
	if (b > 0) {
		before = S_u32(c->table + ((size_t)b - 1) * 8);
		if (before > c->last || before < c->docid)
			return false;
		c->docid = before;
	}
	c->block = b;
	c->p = c->block_end = start;
	c->gaps = NULL;
	return true;
}

bool positions_seek_on(struct positions_cursor *c, uint32_t docid)
{
	if (c->n_blocks && !S_pass_blocks(c, docid)) {
		S_end(c);
		return false;
	}
	do {
		while (c->p == c->block_end)
			if (!S_block(c)) {
				S_end(c);
				return false;
			}
		if (c->gaps)
			S_pass_packed(c, docid);
		if (!positions_next(c))
			return false;
	} while (c->docid < docid);
	return true;
}

/* A whole packed block at once. */
static bool S_take_packed(struct positions_cursor *c, uint32_t *docid, uint32_t *count)
{
	if (!packed_documents(docid, c->gaps, c->gap_bytes, c->docid, c->last) ||
	    (count && !packed_counts(count, c->counts, c->count_halves))) {
		S_end(c);
		return false;
	}
	c->docid = docid[POSITIONS_BLOCK - 1];
	c->count = count ? count[POSITIONS_BLOCK - 1] : 1;
	c->body_n = 0;
	c->gaps = NULL;
	c->p = c->block_end;
	return true;
}

size_t positions_take(struct positions_cursor *c, uint32_t from, uint32_t *docid,
		      uint32_t *count)
{
	size_t n = 0;

	if (c->n_blocks && !S_pass_blocks(c, from)) {
		S_end(c);
		return 0;
	}
	do {
		while (c->p == c->block_end)
			if (!S_block(c)) {
				S_end(c);
				return n;
			}
		if (c->gaps && c->at == 0)
			return S_take_packed(c, docid, count) ? POSITIONS_BLOCK : 0;
		if (!positions_next(c))
			break;
		docid[n] = c->docid;
		if (count)
			count[n] = c->count;
		n++;
	} while (n < POSITIONS_BLOCK && c->p != c->block_end);
	return n;
}

size_t positions_get(uint32_t *out, const struct positions_cursor *c)
{
	const unsigned char *p = c->body, *end = c->body + c->body_n;
	uint32_t position = 0, delta;
	size_t n = 0;

	/* One byte each, mostly. */
	while (c->body_n == c->count && n < c->count && p[n] - 1u < 0x7F) {
		position += p[n];
		out[n++] = position;
	}
	p += n;
	while (n < c->count && S_varint(&delta, &p, end)) {
		if (delta == 0 || delta > UINT32_MAX - position)
			break;
		position += delta;
		out[n++] = position;
	}
	return n;
}

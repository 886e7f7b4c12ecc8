#include "positions_parts.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "messages.h"
#include "sorted.h"

size_t varint_put(unsigned char *p, uint32_t v)
{
	size_t n = 0;

	for (; v >= 0x80; v >>= 7)
		p[n++] = (unsigned char)(v | 0x80);
	p[n++] = (unsigned char)v;
	return n;
}

/* ---- the sink ---- */

static void S_u32(struct buf *b, uint32_t v)
{
	buf_add(b, (const char *)&v, sizeof v);
}

static void S_aside_u32(struct aside *a, uint32_t v)
{
	aside_add(a, &v, sizeof v);
}

/* The parts of the file behind the data, in their order. */
#define SINK_PARTS 6
static void S_asides(struct aside *part[SINK_PARTS], struct positions_sink *s)
{
	part[0] = &s->text;
	part[1] = &s->text_start;
	part[2] = &s->documents;
	part[3] = &s->occurrences;
	part[4] = &s->data_start;
	part[5] = &s->sample;
}

enum status sink_open(struct positions_sink *s, int fd, const char *dir,
		      struct err *err)
{
	struct positions_head head;
	struct aside *part[SINK_PARTS];
	enum status st;

	memset(s, 0, sizeof *s);
	memset(&head, 0, sizeof head); /* the true one comes last */
	S_asides(part, s);
	for (size_t i = 0; i < SINK_PARTS; i++)
		aside_open(part[i], dir);
	buf_init(&s->blocks, SIZE_MAX / 2);
	buf_init(&s->bodies, SIZE_MAX / 2);
	buf_init(&s->table, SIZE_MAX / 2);
	st = outfile_open(&s->out, fd, err);
	return st ? st : outfile_write(&s->out, &head, sizeof head, err);
}

void sink_release(struct positions_sink *s)
{
	struct aside *part[SINK_PARTS];

	S_asides(part, s);
	for (size_t i = 0; i < SINK_PARTS; i++)
		aside_release(part[i]);
	buf_release(&s->blocks);
	buf_release(&s->bodies);
	buf_release(&s->table);
	outfile_release(&s->out);
}

static void S_varint(struct positions_sink *s, uint32_t v)
{
	unsigned char bytes[5];

	buf_add(&s->blocks, (const char *)bytes, varint_put(bytes, v));
}

/* n numbers of `halves` half bytes each. */
static void S_pack(struct positions_sink *s, const uint32_t *v, size_t n,
		   unsigned halves)
{
	unsigned char pair;

	for (size_t i = 0; halves > 1 && i < n; i++)
		buf_add(&s->blocks, (const char *)&v[i], halves / 2);
	for (size_t i = 0; halves == 1 && i < n; i += 2) {
		pair = (unsigned char)(v[i] | v[i + 1] << 4);
		buf_add(&s->blocks, (const char *)&pair, 1);
	}
}

static unsigned char S_width(uint32_t all)
{
	return all < 1 << 8 ? 1 : all < 1 << 16 ? 2 : 4;
}

/* What waits, as a packed block. */
static void S_put_packed(struct positions_sink *s)
{
	uint32_t gaps = 0, counts = 0, extras = 0;
	bool single = true;
	unsigned char head[POSITIONS_PACKED];

	for (uint32_t i = 0; i < s->n_waiting; i++) {
		gaps |= s->gap[i];
		counts |= s->count[i];
		extras |= s->extra[i];
		single = single && s->count[i] == 1;
	}
	head[0] = S_width(gaps);
	head[1] = single ? 0 : counts < 1 << 4 ? 1 : counts < 1 << 8 ? 2 : 8;
	head[2] = extras ? S_width(extras) : 0;
	buf_add(&s->blocks, (const char *)head, sizeof head);
	S_pack(s, s->gap, s->n_waiting, 2u * head[0]);
	S_pack(s, s->count, s->n_waiting, head[1]);
	S_pack(s, s->extra, s->n_waiting, 2u * head[2]);
	buf_add(&s->blocks, s->bodies.data, s->bodies.len);
}

/* What waits, one document behind the other. */
static void S_put_single(struct positions_sink *s)
{
	const char *body = s->bodies.data;

	for (uint32_t i = 0; i < s->n_waiting; i++) {
		uint32_t count = s->count[i], extra = s->extra[i];
		size_t body_n = s->term_bare ? 0 : (size_t)count + extra;
		bool single = count == 1 && !extra;

		S_varint(s, s->gap[i] << 1 | single);
		if (!single)
			S_varint(s, s->term_bare ? count : count << 1 | (extra != 0));
		if (extra)
			S_varint(s, extra);
		if (body_n)
			buf_add(&s->blocks, body, body_n);
		body += body_n;
	}
}

static void S_put_waiting(struct positions_sink *s, bool packed)
{
	/* A failure stays until sink_term() tells it. */
	if (!s->mixed && !s->bodies.failed) {
		if (packed)
			S_put_packed(s);
		else
			S_put_single(s);
		buf_clear(&s->bodies);
	}
	s->n_waiting = 0;
}

/* Ends the block at hand. */
static void S_end_block(struct positions_sink *s)
{
	S_put_waiting(s, s->n_waiting == POSITIONS_BLOCK);
	S_u32(&s->table, s->term_last);
	S_u32(&s->table, (uint32_t)(s->blocks.len - s->block_start));
	s->block_start = s->blocks.len;
}

void sink_document(struct positions_sink *s, uint32_t docid, uint32_t count,
		   const unsigned char *body, size_t body_n)
{
	if (s->term_documents == 0)
		s->term_bare = body_n == 0;
	else if (s->term_bare != (body_n == 0))
		s->mixed = true;
	if (s->n_waiting == POSITIONS_BLOCK)
		S_end_block(s);
	s->gap[s->n_waiting] = docid - s->term_last;
	s->count[s->n_waiting] = count;
	s->extra[s->n_waiting++] = body_n > count ? (uint32_t)(body_n - count) : 0;
	if (body_n)
		buf_add(&s->bodies, (const char *)body, body_n);
	s->term_documents++;
	s->term_occurrences += count;
	s->term_last = docid;
	if (docid > s->last)
		s->last = docid;
}

/* What is said of a term before its data. */
static enum status S_name(struct positions_sink *s, const char *term, size_t n,
			  uint32_t documents, uint64_t occurrences, struct err *err)
{
	if (s->text.size + n > UINT32_MAX || s->n_terms == UINT32_MAX)
		return err_set(err, ST_LIMIT, "%s", _("too many different words"));
	S_aside_u32(&s->text_start, (uint32_t)s->text.size);
	S_aside_u32(&s->documents, documents);
	S_aside_u32(&s->occurrences,
		    occurrences < UINT32_MAX ? (uint32_t)occurrences : UINT32_MAX);
	aside_add(&s->data_start, &s->data_bytes, sizeof s->data_bytes);
	aside_add(&s->text, term, n);
	if (s->n_terms++ % SORTED_STEP == 0) {
		unsigned char begins[SORTED_SAMPLE];

		sorted_sample(begins, term, n);
		aside_add(&s->sample, begins, sizeof begins);
	}
	return ST_OK;
}

enum status sink_copy(struct positions_sink *s, const char *term, size_t n,
		      const struct positions *p, uint32_t i, uint32_t last,
		      struct err *err)
{
	size_t bytes;
	const void *data = positions_data(&bytes, p, i);
	enum status st = S_name(s, term, n, positions_documents(p, i),
				positions_occurrences(p, i), err);

	if (last > s->last)
		s->last = last;
	s->data_bytes += bytes;
	return st ? st : outfile_write(&s->out, data, bytes, err);
}

enum status sink_term(struct positions_sink *s, const char *term, size_t n,
		      struct err *err)
{
	enum status st = ST_OK;

	if (s->term_documents == 0)
		return ST_OK;
	if (s->mixed)
		return err_set(err, ST_INTERNAL, "%s",
			       _("a term with positions and without"));
	st = S_name(s, term, n, s->term_documents, s->term_occurrences, err);
	if (st)
		return st;
	st = outfile_write(&s->out, s->term_bare ? "\1" : "", 1, err);
	s->data_bytes++;
	if (s->term_documents <= POSITIONS_BLOCK)
		S_put_waiting(s, false);
	if (!st && s->term_documents > POSITIONS_BLOCK) {
		S_end_block(s);
		st = buf_status(&s->table, err);
		if (!st)
			st = outfile_write(&s->out, s->table.data, s->table.len, err);
		s->data_bytes += s->table.len;
	}
	if (!st)
		st = buf_status(&s->bodies, err);
	if (!st)
		st = buf_status(&s->blocks, err);
	if (!st)
		st = outfile_write(&s->out, s->blocks.data, s->blocks.len, err);
	s->data_bytes += s->blocks.len;
	buf_clear(&s->blocks);
	buf_clear(&s->table);
	s->block_start = 0;
	s->term_documents = s->term_last = 0;
	s->term_occurrences = 0;
	return st;
}

enum status sink_finish(struct positions_sink *s, struct err *err)
{
	static const char zeros[8];
	struct aside *part[SINK_PARTS];
	struct positions_head head;
	enum status st =
		outfile_write(&s->out, zeros, (8 - s->data_bytes % 8) % 8, err);

	memset(&head, 0, sizeof head);
	memcpy(head.magic, POSITIONS_MAGIC, sizeof head.magic);
	head.n_terms = s->n_terms;
	head.last = s->last;
	head.data_bytes = s->data_bytes;
	head.text_bytes = s->text.size;
	S_aside_u32(&s->text_start, (uint32_t)s->text.size);
	aside_add(&s->data_start, &s->data_bytes, sizeof s->data_bytes);
	S_asides(part, s);
	for (size_t i = 0; !st && i < SINK_PARTS; i++) {
		st = aside_write(&s->out, part[i], err);
		if (!st)
			st = outfile_write(&s->out, zeros, (8 - part[i]->size % 8) % 8,
					   err);
	}
	if (!st)
		st = outfile_flush(&s->out, err);
	if (!st && pwrite(s->out.fd, &head, sizeof head, 0) != (ssize_t)sizeof head)
		st = err_errno(err, ST_IO, "%s", _("the index cannot be written"));
	return st;
}

/* ---- merging ---- */

#define DEAD_MAX 64

struct input { /* one source and the term that it stands at */
	const struct positions_source *from;
	uint32_t term, at; /* at: the one before it, while that is merged */
	const char *text;
	size_t n;
	struct positions_cursor c; /* at a document that counts, where `here` */
	bool here, taken;	   /* taken: its term is being merged */
	/* Where few documents count no more, those: a term that has none of them
	 * need not be taken apart.  n_dead > DEAD_MAX: there are more. */
	uint32_t dead[DEAD_MAX];
	size_t n_dead;
};

static void S_enter(struct input *in)
{
	if (in->term < positions_terms(in->from->p))
		in->text = positions_term(&in->n, in->from->p, in->term);
	else
		in->text = NULL;
}

/* The next document of the term that is still what it was. */
static void S_step(struct input *in)
{
	const struct positions_source *s = in->from;

	do
		in->here = positions_next(&in->c);
	while (in->here && s->live &&
	       (in->c.docid < s->n_live ? s->live[in->c.docid] : 0) != s->run);
}

static int S_compare(const struct input *a, const struct input *b)
{
	int d = memcmp(a->text, b->text, a->n < b->n ? a->n : b->n);

	return d ? d : (a->n > b->n) - (a->n < b->n);
}

static void S_put(struct positions_sink *out, const struct input *in)
{
	sink_document(out, in->c.docid + in->from->offset, in->c.count, in->c.body,
		      in->c.body_n);
}

/* All documents of one term out of the inputs in `same`, rising.  apart: no
 * number of one input comes behind one of the next. */
static void S_documents(struct positions_sink *out, struct input **same, size_t n,
			bool apart)
{
	for (size_t i = 0; apart && i < n; i++) {
		positions_start(&same[i]->c, same[i]->from->p, same[i]->at);
		for (S_step(same[i]); same[i]->here; S_step(same[i]))
			S_put(out, same[i]);
	}
	if (apart)
		return;
	for (size_t i = 0; i < n; i++) {
		positions_start(&same[i]->c, same[i]->from->p, same[i]->at);
		S_step(same[i]);
	}
	for (;;) {
		struct input *least = NULL;

		for (size_t i = 0; i < n; i++)
			if (same[i]->here &&
			    (!least || same[i]->c.docid + same[i]->from->offset <
					       least->c.docid + least->from->offset))
				least = same[i];
		if (!least)
			return;
		S_put(out, least);
		S_step(least);
	}
}

static void S_find_dead(struct input *in)
{
	const struct positions_source *s = in->from;

	for (uint32_t d = 1; s->live && d <= positions_last(s->p); d++) {
		if ((d < s->n_live ? s->live[d] : 0) == s->run)
			continue;
		if (in->n_dead < DEAD_MAX)
			in->dead[in->n_dead] = d;
		if (++in->n_dead > DEAD_MAX)
			return;
	}
}

/* Whether all documents of its term count, as they are numbered; then the last
 * of them, but where it does not matter. */
static bool S_is_whole(struct input *in, uint32_t *last,
		       const struct positions_sink *out)
{
	const struct positions *p = in->from->p;
	size_t n;

	*last = 0;
	if (in->from->offset || in->n_dead > DEAD_MAX || !positions_data(&n, p, in->at))
		return false;
	positions_start(&in->c, p, in->at);
	for (size_t i = 0; i < in->n_dead; i++) {
		if (in->c.docid < in->dead[i] && !positions_seek(&in->c, in->dead[i]))
			break;
		if (in->c.docid == in->dead[i])
			return false;
	}
	if (out->last >= positions_last(p))
		return true;
	positions_start(&in->c, p, in->at);
	while (positions_next(&in->c))
		*last = in->c.docid;
	return *last != 0;
}

static bool S_apart(const struct positions_source *s, size_t n)
{
	for (size_t i = 0; i + 1 < n; i++)
		if ((uint64_t)s[i].offset + positions_last(s[i].p) > s[i + 1].offset)
			return false;
	return true;
}

/* The inputs that stand at a term are a heap: the least term first, of equal
 * ones the input that was given first. */
static bool S_before(const struct input *a, const struct input *b)
{
	int d = S_compare(a, b);

	return d ? d < 0 : a < b;
}

static void S_sink(struct input **heap, size_t n, size_t i)
{
	struct input *moved = heap[i];

	for (size_t child; (child = 2 * i + 1) < n; i = child) {
		if (child + 1 < n && S_before(heap[child + 1], heap[child]))
			child++;
		if (S_before(moved, heap[child]))
			break;
		heap[i] = heap[child];
	}
	heap[i] = moved;
}

/* The first of the heap goes on to its next term, or leaves. */
static size_t S_advance(struct input **heap, size_t n)
{
	heap[0]->term++;
	S_enter(heap[0]);
	if (!heap[0]->text)
		heap[0] = heap[--n];
	if (n)
		S_sink(heap, n, 0);
	return n;
}

enum status positions_merge(struct positions_sink *out,
			    const struct positions_source *sources, size_t n,
			    struct err *err)
{
	struct input *in = calloc(n + 1, sizeof *in);
	struct input **heap = calloc(n + 1, sizeof *heap);
	struct input **same = calloc(n + 1, sizeof *same);
	enum status st = in && heap && same ? ST_OK : err_nomem(err);
	bool apart = S_apart(sources, n);
	uint64_t forgotten = 0; /* up to there of what was written */
	size_t n_heap = 0;

	for (size_t i = 0; !st && i < n; i++) {
		in[i].from = &sources[i];
		S_find_dead(&in[i]);
		S_enter(&in[i]);
		if (in[i].text)
			heap[n_heap++] = &in[i];
	}
	for (size_t i = n_heap; i-- > 0;)
		S_sink(heap, n_heap, i);
	while (!st && n_heap) {
		const char *text = heap[0]->text;
		size_t text_n = heap[0]->n, n_same = 0;
		uint32_t last;

		do {
			struct input *first = heap[0];

			same[n_same++] = first;
			first->at = first->term;
			first->taken = true;
			n_heap = S_advance(heap, n_heap);
			/* Not a term that a damaged file has twice. */
		} while (n_heap && !heap[0]->taken && heap[0]->n == text_n &&
			 memcmp(heap[0]->text, text, text_n) == 0);
		if (n_same == 1 && S_is_whole(same[0], &last, out)) {
			st = sink_copy(out, text, text_n, same[0]->from->p, same[0]->at,
				       last, err);
		} else {
			S_documents(out, same, n_same, apart);
			st = sink_term(out, text, text_n, err);
		}
		for (size_t i = 0; i < n_same; i++)
			same[i]->taken = false;
		if (out->data_bytes - forgotten < FILE_FORGET)
			continue;
		forgotten = out->data_bytes;
		for (size_t i = 0; i < n; i++)
			file_forget(sources[i].bytes, sources[i].bytes_n);
	}
	free(in);
	free(heap);
	free(same);
	return st;
}

/* ---- joining files ---- */

struct opened {
	const void *bytes;
	size_t n;
	struct positions *p;
};

static enum status S_open(struct opened *o, const char *path, struct err *err)
{
	enum status st = file_map_path(&o->bytes, &o->n, path, err);

	return st ? st : positions_open(&o->p, o->bytes, o->n, err);
}

enum status positions_join(const char *path, const char *const *files,
			   const uint32_t *offsets, size_t n, struct err *err)
{
	struct opened *o = calloc(n + 1, sizeof *o);
	struct positions_source *sources = calloc(n + 1, sizeof *sources);
	const char *slash = strrchr(path, '/');
	char *dir = slash ? strndup(path, (size_t)(slash - path) + 1) : strdup(".");
	struct positions_sink sink;
	enum status st = o && sources && dir ? ST_OK : err_nomem(err);
	int fd = -1;

	for (size_t i = 0; !st && i < n; i++) {
		st = S_open(&o[i], files[i], err);
		sources[i].p = o[i].p;
		sources[i].bytes = o[i].bytes;
		sources[i].bytes_n = o[i].n;
		sources[i].offset = offsets[i];
	}
	if (!st)
		st = file_create(&fd, path, err);
	if (!st) {
		st = sink_open(&sink, fd, dir, err);
		if (!st)
			st = positions_merge(&sink, sources, n, err);
		if (!st)
			st = sink_finish(&sink, err);
		sink_release(&sink);
	}
	st = file_finish(fd, path, 1, st, err);
	for (size_t i = 0; o && i < n; i++) {
		positions_close(o[i].p);
		file_unmap(o[i].bytes, o[i].n);
	}
	free(o);
	free(sources);
	free(dir);
	return st;
}

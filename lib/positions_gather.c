#include "positions_parts.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <xxhash.h>

#include "messages.h"

/*
 * Documents are gathered in memory: a table of the terms, and one pool with an
 * entry for each term of each document, in the order in which they came; they
 * are sorted by term when the pool is written.
 * When they take as much memory as they may they become a run: a file of the
 * final form in an unnamed file.  A document that is put again, or deleted, leaves what
 * it had in earlier runs and in the base; which of them still counts is known by the
 * run in which each document was put last.
 */
#define RUNS_MAX 4000
#define DELETED	 UINT32_MAX
/* Of one document, so that any count fits its varint. */
#define OCCURRENCES_MAX ((uint64_t)1 << 29)

/* Bytes of a term that stand in its slot: all of most terms. */
#define SLOT_TEXT 32
/* Terms that are on their way from memory at the same time. */
#define AHEAD 64

/* In the pool, then its positions as in the file (body_n bytes). */
struct entry {
	uint32_t slot, docid, count, body_n;
};

/* One term, in one line of the cache.  Where the time of gathering goes is
 * waiting for these lines, so that a document's are asked for before any of
 * them is looked at (S_find()). */
struct slot {
	uint32_t hash, n;
	uint32_t text; /* offset in texts; NUL-terminated */
	uint32_t entries;
	/* Its words in the document at hand, as place in word[] + 1; 0 = none. */
	uint32_t first_word, last_word;
	uint32_t any; /* slot + 1 of the same word in all fields; 0 = not seen */
	bool falling; /* the positions do not rise */
	char begins[SLOT_TEXT]; /* of the text */
};
#define SLOT_BYTES 64
static_assert(sizeof(struct slot) == SLOT_BYTES, "a slot is a line of the cache");

struct place {		     /* of the table of slots */
	uint32_t hash, slot; /* slot + 1; 0 = free */
};

struct run {
	const void *bytes;
	size_t n;
	struct positions *p;
};

struct positions_gather {
	char *dir;
	size_t memory_max;
	struct buf pool, texts;
	struct slot *slot;
	struct place *table; /* by hash; a power of two */
	size_t n_slots, cap_slots, n_table;
	uint32_t *run_of; /* by document: 0 = as in the base */
	size_t n_run_of;
	struct run *run;
	uint32_t n_runs; /* finished ones; the one at hand is n_runs + 1 */
	/* The document at hand: its words, each with the next one of its term
	 * (as first_word), and the terms in the order of their first word. */
	struct word {
		uint32_t position, count, next;
	} * word, *sorted;
	uint32_t *term;
	size_t cap_words;
};

enum status positions_gather_open(struct positions_gather **out, const char *dir,
				  struct err *err)
{
	struct positions_gather *g = calloc(1, sizeof *g);

	*out = NULL;
	if (!g)
		return err_nomem(err);
	buf_init(&g->pool, UINT32_MAX);
	buf_init(&g->texts, UINT32_MAX);
	g->memory_max = POSITIONS_GATHER_MAX;
	g->dir = strdup(dir);
	if (!g->dir) {
		positions_gather_close(g);
		return err_nomem(err);
	}
	*out = g;
	return ST_OK;
}

void positions_gather_limit(struct positions_gather *g, size_t bytes)
{
	g->memory_max = bytes;
}

void positions_gather_close(struct positions_gather *g)
{
	if (!g)
		return;
	for (uint32_t i = 0; i < g->n_runs; i++) {
		positions_close(g->run[i].p);
		file_unmap(g->run[i].bytes, g->run[i].n);
	}
	free(g->run);
	buf_release(&g->pool);
	buf_release(&g->texts);
	free(g->slot);
	free(g->table);
	free(g->run_of);
	free(g->word);
	free(g->sorted);
	free(g->term);
	free(g->dir);
	free(g);
}

/* ---- terms ---- */

static bool S_grow(struct positions_gather *g)
{
	size_t n = g->n_table ? 2 * g->n_table : 4096;
	struct place *table = calloc(n, sizeof *table);
	struct slot *slot = aligned_alloc(SLOT_BYTES, n / 2 * sizeof *slot);

	if (!table || !slot) {
		free(table);
		free(slot);
		return false;
	}
	if (g->n_slots)
		memcpy(slot, g->slot, g->n_slots * sizeof *slot);
	free(g->slot);
	g->slot = slot;
	g->cap_slots = n / 2;
	for (size_t s = 0; s < g->n_slots; s++) {
		size_t i = g->slot[s].hash & (n - 1);

		while (table[i].slot)
			i = (i + 1) & (n - 1);
		table[i] = (struct place){g->slot[s].hash, (uint32_t)s + 1};
	}
	free(g->table);
	g->table = table;
	g->n_table = n;
	return true;
}

static bool S_is(const struct positions_gather *g, const struct slot *s,
		 const char *term, size_t n)
{
	return s->n == n && memcmp(n <= SLOT_TEXT ? s->begins : g->texts.data + s->text,
				   term, n) == 0;
}

/* The term's number; made where it is new. */
static enum status S_slot(uint32_t *out, struct positions_gather *g, const char *term,
			  size_t n, uint32_t hash, struct err *err)
{
	struct slot *s;
	size_t i;

	if (g->n_slots == g->cap_slots && !S_grow(g))
		return err_nomem(err);
	for (i = hash & (g->n_table - 1); g->table[i].slot;
	     i = (i + 1) & (g->n_table - 1))
		if (g->table[i].hash == hash &&
		    S_is(g, &g->slot[g->table[i].slot - 1], term, n)) {
			*out = g->table[i].slot - 1;
			return ST_OK;
		}
	s = &g->slot[g->n_slots];
	memset(s, 0, sizeof *s);
	s->text = (uint32_t)g->texts.len;
	s->hash = hash;
	s->n = (uint32_t)n;
	memcpy(s->begins, term, n < SLOT_TEXT ? n : SLOT_TEXT);
	buf_add(&g->texts, term, n + 1);
	*out = (uint32_t)g->n_slots++;
	g->table[i] = (struct place){hash, *out + 1};
	return buf_status(&g->texts, err);
}

/* Whether term b is the same word as a, and b of all fields: so they come, one
 * behind the other, and what a is says which b is. */
static bool S_any_of(const char *b, const char *a)
{
	return b[0] == a[0] && b[1] == FIELD_ANY_LETTER && a[1] != FIELD_ANY_LETTER &&
	       a[1] && strcmp(b + 2, a + 2) == 0;
}

/* The slots of up to AHEAD terms.  Each would be waited for: so first all
 * places in the table are asked for, then all slots. */
static enum status S_find(uint32_t *slots, struct positions_gather *g,
			  const struct positioned *v, size_t n, struct err *err)
{
	uint32_t hash[AHEAD];
	size_t length[AHEAD]; /* 0: of all fields, of the word before it */
	enum status st = ST_OK;

	if (!g->n_table && !S_grow(g))
		return err_nomem(err);
	for (size_t i = 0; i < n; i++) {
		length[i] = 0;
		if (i && length[i - 1] && S_any_of(v[i].term, v[i - 1].term))
			continue;
		length[i] = strlen(v[i].term);
		hash[i] = (uint32_t)XXH3_64bits(v[i].term, length[i]);
		__builtin_prefetch(&g->table[hash[i] & (g->n_table - 1)]);
	}
	for (size_t i = 0; i < n; i++) {
		uint32_t slot =
			length[i] ? g->table[hash[i] & (g->n_table - 1)].slot : 0;

		if (slot)
			__builtin_prefetch(&g->slot[slot - 1]);
	}
	for (size_t i = 0; !st && i < n; i++) {
		if (length[i]) {
			st = S_slot(&slots[i], g, v[i].term, length[i], hash[i], err);
			if (!st && g->slot[slots[i]].any)
				__builtin_prefetch(&g->slot[g->slot[slots[i]].any - 1]);
		}
	}
	for (size_t i = 1; !st && i < n; i++) { /* the first is of a word */
		const char *term = v[i].term;
		uint32_t any;

		if (length[i])
			continue;
		any = g->slot[slots[i - 1]].any;
		if (!any) {
			size_t k = strlen(term);

			st = S_slot(&any, g, term, k, (uint32_t)XXH3_64bits(term, k),
				    err);
			g->slot[slots[i - 1]].any = ++any;
		}
		slots[i] = any - 1;
	}
	return st;
}

/* ---- runs ---- */

static int S_by_text(const void *a, const void *b, void *ctx)
{
	const struct positions_gather *g = ctx;
	const struct slot *x = &g->slot[*(const uint32_t *)a];
	const struct slot *y = &g->slot[*(const uint32_t *)b];

	return strcmp(g->texts.data + x->text, g->texts.data + y->text);
}

static int S_by_document(const void *a, const void *b, void *ctx)
{
	const char *pool = ctx;
	struct entry x, y;

	memcpy(&x, pool + *(const uint32_t *)a, sizeof x);
	memcpy(&y, pool + *(const uint32_t *)b, sizeof y);
	return (x.docid > y.docid) - (x.docid < y.docid);
}

/* The entries of each term, as offsets into the pool: those of slot s are
 * place[end[s] - entries] to place[end[s] - 1]. */
static bool S_places(uint32_t **place, uint32_t **end, const struct positions_gather *g)
{
	uint32_t n = 0;
	struct entry e;

	*end = calloc(g->n_slots + 1, sizeof **end);
	for (size_t i = 0; *end && i < g->n_slots; i++) {
		(*end)[i] = n;
		n += g->slot[i].entries;
	}
	*place = calloc((size_t)n + 1, sizeof **place);
	if (!*place || !*end)
		return false;
	for (size_t at = 0; at < g->pool.len; at += sizeof e + e.body_n) {
		memcpy(&e, g->pool.data + at, sizeof e);
		(*place)[(*end)[e.slot]++] = (uint32_t)at;
	}
	return true;
}

/* All entries of a term into the sink, rising. */
static void S_entries(struct positions_sink *sink, const struct positions_gather *g,
		      uint32_t *place, uint32_t n)
{
	uint32_t before = 0;
	bool rising = true;
	struct entry e;

	/* They are far apart: all of them are on their way before the first is
	 * waited for. */
	for (uint32_t i = 0; i < n; i++)
		__builtin_prefetch(g->pool.data + place[i]);
	for (uint32_t i = 0; i < n; i++) {
		memcpy(&e, g->pool.data + place[i], sizeof e);
		rising = rising && e.docid > before;
		before = e.docid;
	}
	if (!rising)
		qsort_r(place, n, sizeof *place, S_by_document, g->pool.data);
	for (uint32_t i = 0; i < n; i++) {
		memcpy(&e, g->pool.data + place[i], sizeof e);
		/* Deleted, with nothing put since. */
		if (g->run_of[e.docid] == DELETED)
			continue;
		sink_document(sink, e.docid, e.count,
			      (const unsigned char *)g->pool.data + place[i] + sizeof e,
			      e.body_n);
	}
}

/* What is in memory, as a file of the final form. */
static enum status S_write_run(struct positions_gather *g, int fd, struct err *err)
{
	uint32_t *sorted = calloc(g->n_slots + 1, sizeof *sorted), *place = NULL,
		 *end = NULL, n = 0;
	struct positions_sink sink;
	enum status st;

	for (size_t i = 0; sorted && i < g->n_slots; i++)
		if (g->slot[i].entries)
			sorted[n++] = (uint32_t)i;
	if (!sorted || !S_places(&place, &end, g)) {
		free(sorted);
		free(place);
		free(end);
		return err_nomem(err);
	}
	if (n)
		qsort_r(sorted, n, sizeof *sorted, S_by_text, g);
	st = sink_open(&sink, fd, g->dir, err);
	for (uint32_t i = 0; !st && i < n; i++) {
		const struct slot *s = &g->slot[sorted[i]];

		S_entries(&sink, g, place + (end[sorted[i]] - s->entries), s->entries);
		st = sink_term(&sink, g->texts.data + s->text, s->n, err);
	}
	if (!st)
		st = sink_finish(&sink, err);
	sink_release(&sink);
	free(sorted);
	free(place);
	free(end);
	return st;
}

/* Memory becomes a run. */
static enum status S_flush(struct positions_gather *g, struct err *err)
{
	struct run *runs, *r;
	enum status st;
	int fd;

	if (g->pool.len == 0)
		return ST_OK;
	if (g->n_runs == RUNS_MAX)
		return err_set(err, ST_LIMIT, "%s", _("too many changes at once"));
	runs = realloc(g->run, ((size_t)g->n_runs + 1) * sizeof *runs);
	if (!runs)
		return err_nomem(err);
	g->run = runs;
	r = &g->run[g->n_runs];
	memset(r, 0, sizeof *r);
	fd = file_unnamed(g->dir);
	if (fd < 0)
		return err_errno(err, ST_IO, _("cannot write %s"), g->dir);
	g->n_runs++;
	st = S_write_run(g, fd, err);
	if (!st)
		st = file_map(&r->bytes, &r->n, fd, err);
	/* Mapped it is there, and a process has few descriptors. */
	close(fd);
	if (!st)
		st = positions_open(&r->p, r->bytes, r->n, err);
	buf_clear(&g->pool);
	buf_clear(&g->texts);
	g->n_slots = g->cap_slots = g->n_table = 0;
	free(g->slot);
	free(g->table);
	g->slot = NULL;
	g->table = NULL;
	return st;
}

/* ---- documents ---- */

/* What is gathered takes; writing it as a run takes half as much again. */
static size_t S_memory(const struct positions_gather *g)
{
	return g->pool.len + g->texts.len + g->n_slots * sizeof *g->slot +
	       (g->n_slots ? g->n_table * sizeof *g->table : 0);
}

/* Room for run_of[docid]. */
static enum status S_room(struct positions_gather *g, uint32_t docid, struct err *err)
{
	size_t n = g->n_run_of ? g->n_run_of : 1024;
	uint32_t *p;

	if (docid == 0 || docid > POSITIONS_DOCID_MAX)
		return err_set(err, ST_INTERNAL, "%s",
			       _("a document number is out of range"));
	if (docid < g->n_run_of)
		return ST_OK;
	while (n <= docid)
		n *= 2;
	p = realloc(g->run_of, n * sizeof *p);
	if (!p)
		return err_nomem(err);
	memset(p + g->n_run_of, 0, (n - g->n_run_of) * sizeof *p);
	g->run_of = p;
	g->n_run_of = n;
	return ST_OK;
}

static int S_by_position(const void *a, const void *b)
{
	const struct word *x = a, *y = b;

	return (x->position > y->position) - (x->position < y->position);
}

/* Chains the words whose positions do not rise in the order in which they do. */
static void S_sort(struct positions_gather *g, struct slot *s)
{
	size_t n = 0;

	for (uint32_t at = s->first_word; at; at = g->word[at - 1].next)
		g->sorted[n++] = g->word[at - 1];
	qsort(g->sorted, n, sizeof *g->sorted, S_by_position);
	n = 0;
	for (uint32_t at = s->first_word; at; at = g->word[at - 1].next) {
		g->word[at - 1].position = g->sorted[n].position;
		g->word[at - 1].count = g->sorted[n++].count;
	}
}

/* The words of one term as an entry of the pool. */
static void S_add(struct positions_gather *g, uint32_t docid, uint32_t slot, size_t n)
{
	struct slot *s = &g->slot[slot];
	struct entry e = {slot, docid, 0, 0};
	/* No more words than all n, of five bytes at most. */
	char *room = s->first_word == s->last_word
			     ? buf_reserve(&g->pool, sizeof e + 5)
			     : buf_reserve(&g->pool, sizeof e + 5 * n);
	unsigned char *to = room ? (unsigned char *)room + sizeof e : NULL;
	uint32_t before = 0;

	if (s->falling)
		S_sort(g, s);
	for (uint32_t i = room ? s->first_word : 0; i; i = g->word[i - 1].next) {
		const struct word *w = &g->word[i - 1];

		if (w->position == 0)
			e.count += w->count;
		if (w->position == before)
			continue;
		e.body_n += (uint32_t)varint_put(to + e.body_n, w->position - before);
		e.count++;
		before = w->position;
	}
	s->first_word = s->last_word = 0;
	s->falling = false;
	if (!room || e.count == 0)
		return;
	memcpy(room, &e, sizeof e);
	buf_commit(&g->pool, sizeof e + e.body_n);
	s->entries++;
}

/* Room for the words of a document. */
static enum status S_words(struct positions_gather *g, size_t n, struct err *err)
{
	size_t cap = n + n / 2 + 256;

	if (n <= g->cap_words)
		return ST_OK;
	free(g->word);
	free(g->sorted);
	free(g->term);
	g->word = calloc(cap, sizeof *g->word);
	g->sorted = calloc(cap, sizeof *g->sorted);
	g->term = calloc(cap, sizeof *g->term);
	g->cap_words = g->word && g->sorted && g->term ? cap : 0;
	return g->cap_words ? ST_OK : err_nomem(err);
}

/* Word i of the document at hand, behind those of its term. */
static void S_chain(struct positions_gather *g, uint32_t i, uint32_t slot,
		    size_t *n_terms)
{
	struct slot *s = &g->slot[slot];

	g->word[i].next = 0;
	if (!s->first_word) {
		s->first_word = i + 1;
		g->term[(*n_terms)++] = slot;
	} else {
		struct word *before = &g->word[s->last_word - 1];

		before->next = i + 1;
		if (g->word[i].position < before->position)
			s->falling = true;
	}
	s->last_word = i + 1;
}

enum status positions_gather_put(struct positions_gather *g, uint32_t docid,
				 const struct positioned *v, size_t n, struct err *err)
{
	enum status st = S_room(g, docid, err);
	uint64_t sum = 0;
	size_t n_terms = 0;
	uint32_t slots[AHEAD] = {0};

	/* Twice in one run: nothing would tell the old words from the new. */
	if (!st && (S_memory(g) > g->memory_max || g->run_of[docid] == g->n_runs + 1 ||
		    g->run_of[docid] == DELETED))
		st = S_flush(g, err);
	if (!st && n > UINT32_MAX / 4)
		return err_set(err, ST_INTERNAL, "%s", _("a posting is out of range"));
	if (!st)
		st = S_words(g, n, err);
	for (size_t i = 0; !st && i < n; i++) {
		if (i % AHEAD == 0)
			st = S_find(slots, g, v + i, n - i < AHEAD ? n - i : AHEAD,
				    err);
		if (st)
			break;
		g->word[i].position = v[i].position;
		g->word[i].count = v[i].position ? 1 : v[i].count;
		sum += g->word[i].count;
		if (sum > OCCURRENCES_MAX)
			return err_set(err, ST_INTERNAL, "%s",
				       _("a posting is out of range"));
		S_chain(g, (uint32_t)i, slots[i % AHEAD], &n_terms);
	}
	if (st)
		return st;
	g->run_of[docid] = g->n_runs + 1;
	for (size_t i = 0; i < n_terms; i++)
		S_add(g, docid, g->term[i], n);
	return buf_status(&g->pool, err);
}

enum status positions_gather_delete(struct positions_gather *g, uint32_t docid,
				    struct err *err)
{
	enum status st = S_room(g, docid, err);

	if (!st)
		g->run_of[docid] = DELETED;
	return st;
}

/* ---- the end ---- */

static enum status S_merge(struct positions_gather *g, const struct positions *base,
			   const void *base_bytes, size_t base_n, int fd,
			   struct err *err)
{
	struct positions_source *s = calloc((size_t)g->n_runs + 1, sizeof *s);
	struct positions_sink sink;
	enum status st;
	size_t n = 0;

	if (!s)
		return err_nomem(err);
	for (uint32_t i = base ? 0 : 1; i <= g->n_runs; i++) {
		s[n].p = i ? g->run[i - 1].p : base;
		s[n].bytes = i ? g->run[i - 1].bytes : base_bytes;
		s[n].bytes_n = i ? g->run[i - 1].n : base_n;
		s[n].live = g->run_of;
		s[n].n_live = g->n_run_of;
		s[n++].run = i;
	}
	st = sink_open(&sink, fd, g->dir, err);
	if (!st)
		st = positions_merge(&sink, s, n, err);
	if (!st)
		st = sink_finish(&sink, err);
	sink_release(&sink);
	free(s);
	return st;
}

enum status positions_gather_finish(struct positions_gather *g, const char *base,
				    const char *path, bool sync, struct err *err)
{
	struct positions *p = NULL;
	const void *bytes = NULL;
	size_t n = 0;
	int fd = -1;
	enum status st = ST_OK;

	if (base) {
		st = file_map_path(&bytes, &n, base, err);
		if (!st)
			st = positions_open(&p, bytes, n, err);
	}
	if (!st)
		st = file_create(&fd, path, err);
	/* A first build that fits in memory needs no merging. */
	if (!st && !base && g->n_runs == 0) {
		st = S_write_run(g, fd, err);
	} else if (!st) {
		st = S_flush(g, err);
		if (!st)
			st = S_merge(g, p, bytes, n, fd, err);
	}
	st = file_finish(fd, path, sync, st, err);
	positions_close(p);
	file_unmap(bytes, n);
	return st;
}

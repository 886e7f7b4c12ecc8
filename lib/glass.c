#include "glass.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "again.h"

/*
 * The form, in a file of its own, that Xapian 1.4 calls glass.  Numbers of two and
 * of four bytes have their high byte first; a number in the head is seven bits a
 * byte, the low ones first, 128 added to each but the last.
 *
 *   block 0       16 bytes of name and version, 16 of UUID, then numbers: the
 *                 revision, and for each of six tables the block of its root, 4 *
 *                 its level + 2 (sequential) + 1 (it has no blocks), its entries,
 *                 the size of a block / 2048, the least size to compress, and the
 *                 bytes of a list of free blocks: their count, then in them
 *                 numbers, the second of which is the first block behind the table
 *   a block       revision (4), level (1), 4 bytes of no concern, the end of the
 *                 directory (2), the directory: where each item begins (2 each)
 *   level 0       an item is its size - 3 and three flags (2), the key's length
 *                 (1), key, unless it is the first of its key's its number (2), data
 *   above         block below (4), the key's length (1), key, number (2): what is
 *                 below has keys from this one on, up to the next.  The first key
 *                 of a block says nothing
 *
 * What is published has postings and nothing else: the other tables have no blocks.
 * In the folder that is written to each table is a file of its own, whose blocks begin
 * with number 0; block 0 of the above is its file iamglass.  There some are free.
 * A table that is called sequential is gone through by the numbers of its blocks.
 */
#define BLOCK	   8192
#define BLOCK_UNIT 4 /* * 2048 */
#define TABLES	   6
#define LEVELS	   10 /* what Xapian has room for */
#define DIRECTORY  11
#define HEAD	   256

static const char S_name[14] = "\x0f\x0dXapian Glass";

/* ---- the head ---- */

struct numbers {
	const unsigned char *p, *end;
	bool bad;
};

static uint64_t S_number(struct numbers *s)
{
	uint64_t v = 0;

	for (unsigned shift = 0; shift < 63; shift += 7) {
		if (s->p == s->end)
			break;
		v |= (uint64_t)(*s->p & 127) << shift;
		if (*s->p++ < 128)
			return v;
	}
	s->bad = true;
	return 0;
}

/* A place in the list of free blocks: a block, and how far into it. */
struct spot {
	uint64_t n, at;
};

struct table {
	uint64_t root, level, behind; /* the first block that is not its own */
	bool sequential, empty;
	struct spot from, to; /* the free ones are between */
};

static bool S_table(struct table *t, struct numbers *s)
{
	struct numbers list;
	uint64_t kind, unit, n;

	t->root = S_number(s);
	kind = S_number(s);
	(void)S_number(s);
	unit = S_number(s);
	(void)S_number(s);
	n = S_number(s);
	if (s->bad || n > (uint64_t)(s->end - s->p) || unit != BLOCK_UNIT)
		return false;
	list = (struct numbers){.p = s->p, .end = s->p + n};
	s->p += n;
	t->level = kind >> 2;
	t->sequential = kind & 2;
	t->empty = kind & 1;
	t->behind = 0;
	memset(&t->from, 0, 2 * sizeof t->from);
	if (n) {
		(void)S_number(&list);
		t->behind = S_number(&list);
		t->from.n = S_number(&list);
		t->from.at = 4 * S_number(&list);
		t->to.n = S_number(&list);
		t->to.at = 4 * S_number(&list);
	}
	return !list.bad && t->level < LEVELS && (!t->empty || (!t->level && !n));
}

static bool S_head(struct table *tables, uint64_t *revision, const unsigned char *bytes)
{
	struct numbers s = {.p = bytes + 32, .end = bytes + HEAD};

	if (memcmp(bytes, S_name, sizeof S_name) != 0)
		return false;
	*revision = S_number(&s);
	for (int i = 0; i < TABLES; i++)
		if (!S_table(&tables[i], &s))
			return false;
	return true;
}

/* ---- the blocks ---- */

struct key {
	const unsigned char *p;
	unsigned n, number;
};

static int S_compare(const struct key *a, const struct key *b)
{
	int diff = memcmp(a->p, b->p, a->n < b->n ? a->n : b->n);

	if (!diff)
		diff = (int)a->n - (int)b->n;
	return diff ? diff : (int)a->number - (int)b->number;
}

struct walk {
	int fd;
	uint64_t first, blocks; /* the numbers that they may have */
	uint64_t last;		/* the block of level 0 that came last */
	unsigned char *seen;	/* a bit each */
	uint64_t n_seen;
	bool in_order; /* those of level 0 have rising numbers */
};

static unsigned S_two(const unsigned char *p)
{
	return (unsigned)p[0] << 8 | p[1];
}

static uint32_t S_four(const unsigned char *p)
{
	return (uint32_t)S_two(p) << 16 | S_two(p + 2);
}

static enum status S_read(unsigned char *out, size_t n, int fd, uint64_t at)
{
	unsigned tries = 0;

	while (n) {
		ssize_t k = pread(fd, out, n, (off_t)at);

		if (again(k, &tries))
			continue;
		if (k <= 0)
			return k ? ST_IO : ST_DAMAGED;
		out += k;
		at += (uint64_t)k;
		n -= (size_t)k;
	}
	return ST_OK;
}

/* The key of the item at p, of a block that ends at `end`; false: it reaches over. */
static bool S_item(struct key *key, const unsigned char *p, const unsigned char *end,
		   bool leaf)
{
	size_t size, used, before = leaf ? 2 : 4;

	if ((size_t)(end - p) < before + 1)
		return false;
	key->n = p[before];
	key->p = p + before + 1;
	key->number = 1;
	used = before + 1 + key->n;
	size = leaf ? (S_two(p) & 0x1fff) + 3 : used + 2;
	if (!leaf || !(p[0] & 0x20))
		used += 2;
	if (size < used || size > (size_t)(end - p))
		return false;
	if (!leaf || !(p[0] & 0x20))
		key->number = S_two(key->p + key->n);
	return true;
}

/* What a block's place in the tree says of it. */
struct place {
	uint64_t n;
	unsigned level;
	uint64_t revision;	 /* at most */
	const struct key *from;	 /* NULL: the first of all */
	const struct key *below; /* NULL: the last of all */
};

/* Each has one use. */
static bool S_mark(struct walk *w, uint64_t n)
{
	if (n < w->first || n >= w->blocks || w->seen[n / 8] & 1 << n % 8)
		return false;
	w->seen[n / 8] |= (unsigned char)(1 << n % 8);
	w->n_seen++;
	return true;
}

static bool S_enter(struct walk *w, const struct place *at)
{
	if (!S_mark(w, at->n))
		return false;
	if (at->level == 0) {
		w->in_order = w->in_order && at->n + 1 > w->last;
		w->last = at->n + 1;
	}
	return true;
}

static enum status S_block(struct walk *w, const struct place *at);

/* The blocks below one of level 1 or above. */
static enum status S_below(struct walk *w, const struct place *at,
			   const unsigned char *block, unsigned end)
{
	struct key key = {.p = block}, next = key;
	enum status st = ST_OK;

	for (unsigned d = DIRECTORY; !st && d < end; d += 2) {
		const unsigned char *item = block + S_two(block + d);
		const bool last = d + 2 == end;
		struct place below = {.n = S_four(item),
				      .level = at->level - 1,
				      .revision = S_four(block),
				      .from = d == DIRECTORY ? at->from : &key,
				      .below = last ? at->below : &next};

		S_item(&key, item, block + BLOCK, false);
		if (!last)
			S_item(&next, block + S_two(block + d + 2), block + BLOCK,
			       false);
		st = S_block(w, &below);
	}
	return st;
}

/* A block's items: inside it, in order, within what is above says. */
static bool S_items(const struct place *at, const unsigned char *block, unsigned end)
{
	struct key key = {.p = block}, before = key;

	for (unsigned d = DIRECTORY; d < end; d += 2) {
		const unsigned start = S_two(block + d);

		if (start < end || start >= BLOCK ||
		    !S_item(&key, block + start, block + BLOCK, at->level == 0))
			return false;
		/* The first key above level 0 says nothing. */
		if (d == DIRECTORY && at->level)
			continue;
		if ((d == DIRECTORY || (d == DIRECTORY + 2 && at->level))
			    ? at->from && S_compare(at->from, &key) > 0
			    : S_compare(&before, &key) >= 0)
			return false;
		before = key;
	}
	return !at->below || (at->level && end == DIRECTORY + 2) ||
	       S_compare(&key, at->below) < 0;
}

static enum status S_block(struct walk *w, const struct place *at)
{
	unsigned char block[BLOCK];
	unsigned end;
	enum status st;

	if (!S_enter(w, at))
		return ST_DAMAGED;
	st = S_read(block, sizeof block, w->fd, at->n * BLOCK);
	if (st)
		return st;
	end = S_two(block + 9);
	if (S_four(block) > at->revision || block[4] != at->level || end <= DIRECTORY ||
	    end > BLOCK || (end - DIRECTORY) % 2 || !S_items(at, block, end))
		return ST_DAMAGED;
	return at->level ? S_below(w, at, block, end) : ST_OK;
}

/* The blocks that are free.  Those with the list have level 254; behind what they
 * list stands which comes next. */
static enum status S_free(struct walk *w, const struct table *t)
{
	unsigned char block[BLOCK];
	struct spot s = t->from;

	if (!t->to.at && !s.at)
		return ST_OK; /* there never were any */
	for (;;) {
		const bool last = s.n == t->to.n;
		const uint64_t end = last ? t->to.at : BLOCK - 4;
		enum status st;

		if (s.at < 8 || s.at > end || end > BLOCK - 4 || !S_mark(w, s.n))
			return ST_DAMAGED;
		st = S_read(block, sizeof block, w->fd, s.n * BLOCK);
		if (st)
			return st;
		if (block[4] != 254)
			return ST_DAMAGED;
		for (; s.at < end; s.at += 4)
			if (!S_mark(w, S_four(block + s.at)))
				return ST_DAMAGED;
		if (last)
			return ST_OK;
		s = (struct spot){S_four(block + BLOCK - 4), 8};
	}
}

static enum status S_tree(struct walk *w, const struct table *t, uint64_t revision)
{
	enum status st;

	w->seen = calloc(1, (size_t)(w->blocks / 8 + 1));
	if (!w->seen)
		return ST_NOMEM;
	st = S_block(w, &(struct place){.n = t->root,
					.level = (unsigned)t->level,
					.revision = revision});
	if (!st && t->sequential && (!w->in_order || w->first + w->n_seen != w->blocks))
		st = ST_DAMAGED;
	if (!st)
		st = S_free(w, t);
	free(w->seen);
	return st;
}

enum status glass_check_folder(int dir)
{
	static const char *const names[TABLES] = {"postlist.glass", "docdata.glass",
						  "termlist.glass", "position.glass",
						  "spelling.glass", "synonym.glass"};
	unsigned char head[HEAD] = {0};
	struct table tables[TABLES] = {0};
	uint64_t revision;
	int fd = openat(dir, "iamglass", O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	enum status st = fd < 0 ? ST_IO : S_read(head, 48, fd, 0);

	/* How much more there is depends on the numbers. */
	for (unsigned at = 48; !st && at < HEAD; at++)
		if (S_read(head + at, 1, fd, at) != ST_OK)
			break;
	if (fd >= 0)
		close(fd);
	if (!st && !S_head(tables, &revision, head))
		st = ST_DAMAGED;
	for (int i = 0; !st && i < TABLES; i++) {
		struct walk w = {.blocks = tables[i].behind, .in_order = true};
		struct stat file;

		if (tables[i].empty)
			continue;
		w.fd = openat(dir, names[i], O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
		if (w.fd < 0 || fstat(w.fd, &file) != 0)
			st = ST_IO;
		else if (w.blocks > (uint64_t)file.st_size / BLOCK)
			st = ST_DAMAGED;
		else
			st = S_tree(&w, &tables[i], revision);
		if (w.fd >= 0)
			close(w.fd);
	}
	return st;
}

enum status glass_check(int fd, uint64_t size, bool blocks)
{
	unsigned char head[HEAD];
	struct walk w = {
		.fd = fd, .first = 1, .blocks = size / BLOCK, .in_order = true};
	struct table tables[TABLES] = {0};
	uint64_t revision;
	enum status st = S_read(head, sizeof head, fd, 0);

	if (st)
		return st;
	if (!S_head(tables, &revision, head))
		return ST_DAMAGED;
	for (int i = 1; i < TABLES; i++)
		if (!tables[i].empty)
			return ST_DAMAGED;
	if (tables[0].empty)
		return ST_OK;
	if (size % BLOCK != 0 || tables[0].behind != w.blocks)
		return ST_DAMAGED;
	return blocks ? S_tree(&w, &tables[0], revision) : ST_OK;
}

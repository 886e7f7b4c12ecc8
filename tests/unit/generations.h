#ifndef GENERATIONS_H
#define GENERATIONS_H
/* Publishes generations whose files say which one they are of. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "reader.h"
#include "scratch.h"
#include "store.h"

#define REBUILD "fichas-indexer build --rebuild --index="

static const char *const S_files[STORE_FILES] = {"index.glass", "positions",  "records",
						 "column",	"vocabulary", "tables",
						 "lexicon",	"sources"};

/* How much `sources` is padded: past 2 MB a file is not hashed each time. */
static size_t S_padding;

/* Fills a new generation: n documents whose records and files say `mark`. */
__attribute__((unused)) static enum status S_fill(struct store *s, unsigned n,
						  const char *mark, struct err *err)
{
	struct writer *w = NULL;
	const char *dir;
	char path[1024];
	int usable;
	enum status st = store_build_dir(&dir, &usable, s, err);

	if (!st)
		st = store_build_reset(s, err);
	if (!st)
		st = writer_open(&w, dir, 1, err);
	for (unsigned i = 0; !st && i < n; i++) {
		char id[32];
		struct scratch_doc d;

		snprintf(id, sizeof id, "d%u", i);
		scratch_doc(&d, id, mark);
		scratch_post(&d, "SAuno", 0, 1);
		scratch_post(&d, "XTuno", 1, 1);
		st = writer_put(w, &d.d, err);
	}
	if (!st)
		st = writer_commit(w, err);
	writer_close(w);
	if (!st)
		st = store_begin(s, err);
	if (!st)
		st = store_path(path, sizeof path, s, STORE_GLASS, err);
	if (!st)
		st = writer_compact(dir, path, err);
	for (int f = STORE_COLUMN; !st && f < STORE_FILES; f++) {
		size_t size = 64 + (f == STORE_SOURCES ? S_padding : 0);
		char *text = calloc(1, size);

		snprintf(text, size, "%s of %s", S_files[f], mark);
		st = store_put(s, (enum store_file)f, text, size, err);
		free(text);
	}
	return st;
}

__attribute__((unused)) static enum status S_publish(const char *root, unsigned n,
						     const char *mark, struct err *err)
{
	struct store *s = NULL;
	enum status st = store_lock(&s, root, err);

	if (!st)
		st = S_fill(s, n, mark, err);
	if (!st)
		st = store_publish(s, n, err);
	store_unlock(s);
	return st;
}

/* An index with one generation, of its own. */
__attribute__((unused)) static const char *S_index(const char *name, unsigned n,
						   const char *mark)
{
	struct err err = {0};
	const char *root = scratch_path(name);

	if (S_publish(root, n, mark, &err))
		fail_msg("%s", err.text);
	return root;
}

/* "gen-000001/column" of an index, in turning buffers. */
__attribute__((unused)) static const char *S_at(const char *root, const char *name)
{
	static char path[4][1024];
	static int turn;

	turn = (turn + 1) % 4;
	snprintf(path[turn], sizeof path[turn], "%s/%s", root, name);
	return path[turn];
}

__attribute__((unused)) static bool S_there(const char *root, const char *name)
{
	struct stat st;

	return lstat(S_at(root, name), &st) == 0;
}

/* Opens and closes; the answer and its text. */
__attribute__((unused)) static enum status S_try(const char *root, struct err *err)
{
	struct snapshot *s;
	enum status st = store_open(&s, root, err);

	assert_true(!st == !!s);
	store_close(s);
	return st;
}

/* Opens, asks for a word that all have, and looks at everything in it; the mark
 * (and how many documents), or NULL where something in it is of another. */
static uint32_t S_marked;
__attribute__((unused)) static const char *S_mark(const char *root, struct err *err)
{
	static char mark[64];
	uint32_t with = 0;
	uint64_t times = 0;
	struct snapshot *s;
	struct reader *r = NULL;
	struct reader_files files = {.glass = -1};
	struct buf record;
	bool good;

	if (store_open(&s, root, err))
		return NULL;
	buf_init(&record, 0);
	files.glass = store_glass_fd(s);
	files.positions = store_bytes(s, STORE_POSITIONS, &files.positions_n);
	files.records = store_bytes(s, STORE_RECORDS, &files.records_n);
	S_marked = store_documents(s);
	good = !reader_open(&r, &files, err) && reader_count(r) == S_marked &&
	       !reader_frequency(&with, &times, r, "SAuno", err) && with == S_marked;
	for (uint32_t d = 1; good && d <= reader_last(r); d++) {
		buf_clear(&record);
		good = !reader_record(&record, r, d, err) && record.len < sizeof mark &&
		       (d == 1 || strcmp(mark, record.data) == 0);
		if (d == 1)
			snprintf(mark, sizeof mark, "%s", record.data);
	}
	for (int f = STORE_COLUMN; good && f < STORE_FILES; f++) {
		char want[128];
		size_t n;
		const char *have = store_bytes(s, (enum store_file)f, &n);

		snprintf(want, sizeof want, "%s of %s", S_files[f], mark);
		good = n >= 64 && strcmp(have, want) == 0;
	}
	buf_release(&record);
	reader_close(r);
	store_close(s);
	return good ? mark : NULL;
}

#endif

#include "intake.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#include "messages.h"
#include "normal.h"
#include "source.h"

static void S_hex(char out[33], XXH128_hash_t hash)
{
	XXH128_canonical_t c;

	XXH128_canonicalFromHash(&c, hash);
	for (size_t i = 0; i < sizeof c.digest; i++)
		snprintf(out + 2 * i, 3, "%02x", c.digest[i]);
}

void intake_hash_bytes(char out[33], const void *bytes, size_t n)
{
	S_hex(out, XXH3_128bits(bytes, n));
}

/* Opens what the walk found, if it is still a regular file: no link, and no
 * pipe or device that took its place meanwhile. */
static enum status S_open(int *out, const struct found *f, struct err *err)
{
	struct stat sb;
	int fd;

	if (strcmp(f->raw, "-") == 0) {
		*out = STDIN_FILENO;
		return ST_OK;
	}
	fd = open(f->raw, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return err_set(err, ST_IO, "%s", strerror(errno));
	if (fstat(fd, &sb) != 0 || !S_ISREG(sb.st_mode)) {
		close(fd);
		return err_set(err, ST_IO, "%s", _("not a regular file"));
	}
	*out = fd;
	return ST_OK;
}

static void S_close(int fd)
{
	if (fd != STDIN_FILENO)
		close(fd);
}

enum status intake_hash(char out[33], const struct found *f, struct err *err)
{
	static const size_t block = (size_t)1 << 16;
	XXH3_state_t *state = XXH3_createState();
	char *bytes = malloc(block);
	enum status st = state && bytes ? ST_OK : err_nomem(err);
	int fd = -1;

	if (!st)
		st = S_open(&fd, f, err);
	if (!st) {
		XXH3_128bits_reset(state);
		for (;;) {
			ssize_t k = read(fd, bytes, block);

			if (k < 0 && errno == EINTR)
				continue;
			if (k < 0)
				st = err_set(err, ST_IO, "%s", strerror(errno));
			if (k <= 0)
				break;
			XXH3_128bits_update(state, bytes, (size_t)k);
		}
		S_close(fd);
		S_hex(out, XXH3_128bits_digest(state));
	}
	free(bytes);
	XXH3_freeState(state);
	return st;
}

/* Never trusts st_size: reads until the end, or one byte past the limit. */
static enum status S_slurp(struct buf *out, int fd, struct err *err)
{
	char block[16384];

	for (;;) {
		ssize_t k = read(fd, block, sizeof block);

		if (k < 0 && errno == EINTR)
			continue;
		if (k < 0)
			return err_set(err, ST_IO, "%s", strerror(errno));
		if (k == 0)
			return ST_OK;
		buf_add(out, block, (size_t)k);
		if (out->failed == ST_LIMIT)
			return err_set(err, ST_INPUT,
				       _("larger than %zu MiB: split the document"),
				       SOURCE_MAX >> 20);
		if (out->failed)
			return buf_status(out, err);
	}
}

/* ---- documents: all fichas of the file first, for its latest year ---- */

struct gathered {
	struct ficha *v;
	size_t n, cap;
};

static enum status S_gather(void *ctx, struct ficha *f, struct err *err)
{
	struct gathered *g = ctx;

	if (g->n == g->cap) {
		size_t cap = g->cap ? 2 * g->cap : 16;
		struct ficha *v = realloc(g->v, cap * sizeof *v);

		if (!v) {
			ficha_release(f);
			return err_nomem(err);
		}
		g->v = v;
		g->cap = cap;
	}
	g->v[g->n++] = *f;
	ficha_init(f);
	return ST_OK;
}

static enum status S_document(struct intake *in, const struct found *f,
			      const struct buf *bytes, struct err *err)
{
	struct gathered all = {0};
	struct source_sink sink = {.take = S_gather, .ctx = &all, .diags = in->diags};
	enum status st = source_read_document(&sink, in->analyzer, in->lexicon, f->path,
					      bytes->data, bytes->len, err);

	in->rejected = sink.rejected;
	for (size_t i = 0; i < all.n; i++) {
		unsigned year = normal_latest_year(&all.v[i]);

		if (year > in->latest_year)
			in->latest_year = year;
	}
	for (size_t i = 0; i < all.n; i++) {
		if (!st)
			st = normal_ficha(&all.v[i], NULL, in->lexicon, in->analyzer,
					  in->latest_year, f->path, in->diags, err);
		if (!st)
			st = in->take(in->ctx, &all.v[i], false, false, err);
		ficha_release(&all.v[i]);
	}
	free(all.v);
	return st;
}

enum status intake_years(struct intake *in, struct ficha *f, struct err *err)
{
	static const struct normal_given all_but_years = {
		.municipalities = true,
		.sello_lines = true,
		.population_groups = true,
		.dates = true,
		.status = true,
		.region = true,
		.id = true,
	};

	ints_release(&f->years);
	return normal_ficha(f, &all_but_years, in->lexicon, in->analyzer,
			    in->latest_year, "", NULL, err);
}

enum status intake_file(struct intake *in, const struct found *f, struct err *err)
{
	struct buf bytes;
	enum status st;
	int fd;

	in->rejected = 0;
	in->latest_year = 0;
	in->hash[0] = '\0';
	st = S_open(&fd, f, err);
	if (st)
		return st;
	buf_init(&bytes, SOURCE_MAX);
	st = S_slurp(&bytes, fd, err);
	S_close(fd);
	if (!st) {
		intake_hash_bytes(in->hash, bytes.data, bytes.len);
		st = S_document(in, f, &bytes, err);
	}
	buf_release(&bytes);
	return st;
}

#include "change.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "messages.h"
#include "workers.h"

/*
 * Xapian's writer slows down as its trees grow, and one process uses one core.
 * So the fichas, in document order, are cut into parts of PART_FICHAS; each is
 * a small database, made by whichever worker's turn it is; joined in their
 * order they are what one writer would have made, for any number of workers.
 * All parts are open at once then, with four files each: there are never more
 * than PARTS_MAX, and a process may have 1024 files.
 */
#define PARTS_MAX 200

/* ---- memory ---- */

/* What this program is before it builds anything, and what making the new
 * generation takes beside the catalogue. */
#define PROGRAM_MEMORY ((size_t)48 << 20)
#define GATHER_MIN     ((size_t)8 << 20)

struct parts_plan parts_plan(size_t jobs, size_t catalogue)
{
	size_t room = BUILD_MEMORY - PROGRAM_MEMORY;
	struct parts_plan p = {jobs ? jobs : 1, GATHER_MIN};

	room -= catalogue < room ? catalogue : room;
	/* Writing takes half as much again as what was gathered. */
	while (p.jobs > 1 && p.jobs * (WRITER_MEMORY + GATHER_MIN / 2 * 3) > room)
		p.jobs--;
	room /= p.jobs;
	room -= room < WRITER_MEMORY ? room : WRITER_MEMORY;
	room = room / 3 * 2;
	if (room > p.gather)
		p.gather = room < WRITER_GATHER_MAX ? room : WRITER_GATHER_MAX;
	return p;
}

static size_t S_catalogue_memory(const struct catalogue *c)
{
	size_t n = c->n * sizeof *c->files + arena_size(c->strings);

	for (size_t i = 0; i < c->n; i++)
		n += c->files[i].cap * sizeof *c->files[i].entries;
	return n;
}

/* ---- parts ---- */

static size_t S_part_size(size_t fichas)
{
	size_t size = (fichas + PARTS_MAX - 1) / PARTS_MAX;

	return size > PART_FICHAS ? size : PART_FICHAS;
}

struct place_of { /* of an entry */
	uint32_t file, entry;
};

static enum status S_places(struct place_of **out, size_t *n, const struct catalogue *c,
			    struct err *err)
{
	*n = 0;
	*out = calloc(catalogue_count(c) + 1, sizeof **out);
	if (!*out)
		return err_nomem(err);
	for (size_t i = 0; i < c->n; i++)
		for (size_t j = 0; j < c->files[i].n; j++)
			if (c->files[i].entries[j].id)
				(*out)[(*n)++] =
					(struct place_of){(uint32_t)i, (uint32_t)j};
	return ST_OK;
}

static enum status S_part(struct change *c, const char *dir,
			  const struct place_of *places, size_t n, struct err *err)
{
	enum status st = writer_open_part(&c->w, dir, c->dictionary.data,
					  c->dictionary.len, c->gather, err);

	for (size_t i = 0; !st && i < n; i++) {
		st = build_check_interrupt(err);
		if (!st)
			st = change_put(c, places[i].file, places[i].entry, err);
	}
	if (!st)
		st = writer_commit(c->w, err);
	writer_close(c->w);
	c->w = NULL;
	return st;
}

/* What the records have in common, of some that are spread evenly over all. */
#define SAMPLES 400

static enum status S_dictionary(struct change *c, const struct place_of *places,
				size_t n, struct err *err)
{
	size_t step = n / SAMPLES + 1, sizes[SAMPLES], k = 0;
	struct buf records;
	enum status st = ST_OK;

	buf_init(&records, 0);
	for (size_t i = 0; !st && i < n && k < SAMPLES; i += step) {
		struct ficha f;

		st = build_record(&f, c->b, places[i].file, places[i].entry, &c->bytes,
				  err);
		if (st)
			break;
		ficha_release(&f);
		/* A few large ones are not what most have in common. */
		if (c->bytes.len > 64 * 1024)
			continue;
		buf_add(&records, c->bytes.data, c->bytes.len);
		sizes[k++] = c->bytes.len;
		st = buf_status(&records, err);
	}
	if (!st)
		st = writer_dictionary(&c->dictionary, records.data, sizes, k, err);
	buf_release(&records);
	return st;
}

/* The parts whose turn is worker `mine` of `workers`. */
static enum status S_share(struct change *c, const struct place_of *places, size_t n,
			   size_t mine, size_t workers, struct err *err)
{
	enum status st = ST_OK;
	size_t size = S_part_size(n);

	for (size_t k = mine; !st && k < c->parts.n; k += workers) {
		size_t first = k * size;
		size_t count = n - first < size ? n - first : size;

		st = S_part(c, c->parts.v[k], places + first, count, err);
	}
	return st;
}

static enum status S_part_names(struct change *c, size_t n, struct err *err)
{
	char path[PATH_MAX];

	for (size_t k = 0; k * S_part_size(n) < n; k++) {
		if (snprintf(path, sizeof path, "%s/parts/%06zu", c->b->o->index, k) >=
		    (int)sizeof path)
			return err_set(err, ST_IO, "%s", _("the path is too long"));
		if (!strs_add(&c->parts, path))
			return err_nomem(err);
	}
	snprintf(path, sizeof path, "%s/parts", c->b->o->index);
	return mkdir(path, 0700) == 0
		       ? ST_OK
		       : err_errno(err, ST_IO, _("cannot write %s"), path);
}

enum status parts_put(struct change *c, struct err *err)
{
	struct place_of *places = NULL;
	struct workers workers;
	struct parts_plan plan;
	size_t n = 0, jobs = c->b->o->jobs;
	enum status st = S_places(&places, &n, &c->b->now, err);

	if (!jobs) {
		long cores = sysconf(_SC_NPROCESSORS_ONLN);

		jobs = cores > 0 ? (size_t)cores : 1;
	}
	if (!st)
		st = S_part_names(c, n, err);
	if (jobs > c->parts.n)
		jobs = c->parts.n;
	if (jobs > WORKERS_MAX)
		jobs = WORKERS_MAX;
	plan = parts_plan(jobs, S_catalogue_memory(&c->b->now) +
					S_catalogue_memory(&c->b->before) +
					n * sizeof *places);
	jobs = plan.jobs;
	c->gather = plan.gather;
	if (!st)
		st = spool_flush(&c->b->spool, err);
	if (!st)
		st = S_dictionary(c, places, n, err);
	if (!st && jobs <= 1) {
		st = S_share(c, places, n, 0, 1, err);
	} else if (!st) {
		st = workers_start(&workers, jobs, err);
		if (!st && workers_child(&workers) >= 0) {
			struct err why = {0};

			c->share = true;
			st = S_share(c, places, n, (size_t)workers_child(&workers),
				     jobs, &why);
			workers_exit(&workers, st, &why);
		}
		workers.tick = change_show;
		workers.tick_ctx = c;
		if (!st)
			st = workers_wait(&workers, err);
	}
	free(places);
	return st;
}

void parts_drop(const struct build *b)
{
	char path[PATH_MAX];

	if (snprintf(path, sizeof path, "%s/parts", b->o->index) < (int)sizeof path)
		remove_folder(path);
}

#ifndef INTAKE_H
#define INTAKE_H
/*
 * intake - one file to finished fichas: opens it safely, chooses the reader of
 * its format, normalises what it gives, and hands every ficha over.
 */
#include "diag.h"
#include "ficha.h"
#include "lexicon.h"
#include "status.h"
#include "text.h"
#include "walk.h"

struct intake {
	struct analyzer *analyzer;
	const struct lexicon *lexicon;
	struct diags *diags;
	/* Sees each ficha in the order of the file; it may take strings out of
	 * it, intake releases the rest.  given_id: the id stood in the source.
	 * open_years: its years are to be made again by intake_years() once
	 * the file's latest year is known. */
	enum status (*take)(void *ctx, struct ficha *f, bool given_id, bool open_years,
			    struct err *err);
	void *ctx;
	uint64_t *bytes; /* adds what was read of a source of records, or NULL */
	/* What came of it. */
	size_t rejected;
	bool broken; /* ST_IO: not the file, this program could not go on */
	unsigned latest_year;
	char hash[33]; /* XXH3-128 of the file's bytes, hex */
};

/* ST_IO: the file cannot be read; ST_INPUT: nothing in it can be. */
enum status intake_file(struct intake *in, const struct found *f, struct err *err);

/* Makes the years of an open-ended ficha again, up to in->latest_year. */
enum status intake_years(struct intake *in, struct ficha *f, struct err *err);

/* The hash alone. */
enum status intake_hash(char out[33], const struct found *f, struct err *err);

/* Lower-case hex of XXH3-128. */
void intake_hash_bytes(char out[33], const void *bytes, size_t n);

#endif

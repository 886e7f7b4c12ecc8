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

#define DOCUMENT_MAX ((size_t)64 << 20) /* bytes of a document */

struct intake {
	struct analyzer *analyzer;
	const struct lexicon *lexicon;
	struct diags *diags;
	/* Takes a ficha over (releases it by intake after the call). */
	enum status (*take)(void *ctx, struct ficha *f, bool given_id, struct err *err);
	void *ctx;
	/* What came of it. */
	size_t rejected;
	char hash[33]; /* XXH3-128 of the file's bytes, hex */
};

/* ST_IO: the file cannot be read; ST_INPUT: nothing in it can be. */
enum status intake_file(struct intake *in, const struct found *f, struct err *err);

/* The hash alone. */
enum status intake_hash(char out[33], const struct found *f, struct err *err);

#endif

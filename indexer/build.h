#ifndef BUILD_H
#define BUILD_H
/*
 * build - makes the index mirror its sources.
 *
 *   walk the named sources -> which files are new, changed, unchanged, gone
 *   -> read the new and changed ones into the spool -> give every ficha its id
 *   -> change the build folder by the difference -> publish
 *
 * Everything is decided from the catalogue (catalogue.h), so the answers after
 * any sequence of builds are those of one `--rebuild`.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "diag.h"
#include "status.h"

enum build_phase { PHASE_READING, PHASE_INDEXING, PHASE_PUBLISHING };

struct build_progress { /* how far a build is */
	enum build_phase phase;
	size_t files, n_files;
	size_t fichas;		   /* read; in the later phases: indexed */
	size_t n_fichas;	   /* to be indexed; 0 while reading */
	uint64_t bytes, all_bytes; /* read */
};

struct build_options {
	const char *index;     /* ROOT */
	const char *tables;    /* folder */
	const char *thesaurus; /* or NULL */
	const char *const *sources;
	size_t n_sources;
	bool rebuild, dry_run, strict;
	bool remove;  /* take the sources out instead */
	bool enclose; /* this process may do no more than this from now on */
	unsigned jobs;
	/* Called after each ficha and file, for a progress bar; NULL allowed. */
	void (*progress)(void *ctx, const struct build_progress *p);
	void *progress_ctx;
	/* Called at the end for every source file that is there, in order, with
	 * the fichas that were found in it; NULL allowed. */
	void (*file)(void *ctx, const char *path, size_t found, size_t rejected);
	void *file_ctx;
};

struct build_report {
	size_t files, files_unchanged, files_removed, files_skipped, files_failed;
	size_t found, added, updated, unchanged, rejected; /* fichas */
	size_t removed;
	size_t documents; /* in the index afterwards */
	bool published;
	char generation[32];
};

/* ST_INPUT: --strict and there was an error; nothing was published. */
enum status build_run(struct build_report *out, const struct build_options *o,
		      struct diags *d, struct err *err);

/* Set by the signal handler; looked at between records. */
extern volatile int build_interrupted;

#endif

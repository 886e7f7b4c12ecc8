#ifndef REPORT_H
#define REPORT_H
/*
 * report - what a build did, for a person and for a script; and the progress
 * bar.
 */
#include <stdint.h>
#include <stdio.h>
#include <time.h>

#include "build.h"

/* What a dry run found in each file: a build's file(), ctx is the buffer. */
void report_file(void *ctx, const char *path, size_t found, size_t rejected);

/* Counts to out, after them `files`, if any; diagnostics to messages. */
void report_text(FILE *out, FILE *messages, const struct build_report *r,
		 const struct diags *d, const struct build_options *o,
		 const struct buf *files, bool quiet);
void report_json(FILE *out, const struct build_report *r, const struct diags *d,
		 const struct build_options *o);

struct progress {
	FILE *out;
	struct timespec start, last;
	struct timespec phase_start;
	enum build_phase phase;
	bool shown;
};

void progress_start(struct progress *p, FILE *out);
/* Redraws at most ten times a second; ctx is a struct progress. */
void progress_show(void *ctx, const struct build_progress *p);
void progress_end(struct progress *p);

#endif

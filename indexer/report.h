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

/* Counts to out, diagnostics to messages. */
void report_text(FILE *out, FILE *messages, const struct build_report *r,
		 const struct diags *d, const struct build_options *o, bool quiet);
void report_json(FILE *out, const struct build_report *r, const struct diags *d,
		 const struct build_options *o);

struct progress {
	FILE *out;
	struct timespec start, last;
	bool shown;
};

void progress_start(struct progress *p, FILE *out);
/* Redraws at most ten times a second; ctx is a struct progress. */
void progress_show(void *ctx, size_t files, size_t n_files, size_t fichas,
		   uint64_t bytes, uint64_t all_bytes);
void progress_end(struct progress *p);

#endif

#include "report.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "json_read.h"
#include "messages.h"
#include "options.h"

static void S_diagnostics(FILE *out, const struct diags *d, bool quiet)
{
	struct buf line;

	buf_init(&line, 0);
	for (size_t i = 0; i < d->n; i++) {
		if (quiet && d->v[i].severity != DIAG_ERROR)
			continue;
		buf_clear(&line);
		diag_print(&line, &d->v[i]);
		if (!line.failed)
			fprintf(out, "%s\n", line.data);
	}
	buf_release(&line);
	if (d->n == DIAGS_KEPT)
		fprintf(out, _("only the first %zu diagnostics are shown\n"),
			DIAGS_KEPT);
}

void report_file(void *ctx, const char *path, size_t found, size_t rejected)
{
	struct buf *out = ctx;

	buf_addf(out, "%7zu  ", found);
	diag_path(out, path);
	if (rejected)
		buf_addf(out, _(" (rejected: %zu)"), rejected);
	buf_addc(out, '\n');
}

void report_text(FILE *out, FILE *messages, const struct build_report *r,
		 const struct diags *d, const struct build_options *o,
		 const struct buf *files, bool quiet)
{
	S_diagnostics(messages, d, quiet);
	if (quiet)
		return;
	if (!o->remove)
		fprintf(out,
			_("files: %zu read, %zu unchanged, %zu gone, %zu unreadable, "
			  "%zu "
			  "not sources\n"),
			r->files - r->files_unchanged - r->files_failed,
			r->files_unchanged, r->files_removed, r->files_failed,
			r->files_skipped);
	fprintf(out, _("fichas: %zu found, %zu removed\n"), r->found, r->removed);
	fprintf(out,
		_("  of those found: %zu added, %zu updated, %zu unchanged, %zu "
		  "rejected\n"),
		r->added, r->updated, r->unchanged, r->rejected);
	fprintf(out, _("diagnostics: %lu errors, %lu warnings, %lu hints\n"),
		diags_count(d, DIAG_ERROR), diags_count(d, DIAG_WARNING),
		diags_count(d, DIAG_HINT));
	if (files->len)
		fprintf(out, "%s\n%s", _("fichas in each file:"), files->data);
	if (o->dry_run)
		fprintf(out, "%s\n", _("dry run: nothing was written"));
	else if (r->published)
		fprintf(out, _("published: %s, fichas in all: %zu\n"), r->generation,
			r->documents);
	else
		fprintf(out, "%s\n", _("nothing changed: nothing was published"));
}

static json_t *S_path(const struct diag *d)
{
	struct buf b;
	json_t *v;

	buf_init(&b, 0);
	diag_path(&b, d->path ? d->path : "");
	v = json_string(b.data);
	buf_release(&b);
	if (!v)
		memory_lacked();
	return v;
}

void report_json(FILE *out, const struct build_report *r, const struct diags *d,
		 const struct build_options *o)
{
	json_t *list = json_array(), *top;
	char *text;

	for (size_t i = 0; list && i < d->n; i++)
		if (json_array_append_new(
			    list, json_pack("{s:s,s:s,s:o,s:i,s:i,s:s}", "severity",
					    diag_severity(d->v[i].severity), "code",
					    d->v[i].code, "path", S_path(&d->v[i]),
					    "line", (int)d->v[i].line, "column",
					    (int)d->v[i].column, "message",
					    d->v[i].message ? d->v[i].message : "")) !=
		    0)
			memory_lacked();
	top = json_pack(
		"{s:i,s:b,s:b,s:s,s:I,"
		"s:{s:I,s:I,s:I,s:I,s:I},"
		"s:I,s:I,s:I,s:I,s:I,s:I,"
		"s:{s:I,s:I,s:I},s:o}",
		"format_version", 1, "dry_run", (int)o->dry_run, "published",
		(int)r->published, "generation", r->generation, "documents",
		(json_int_t)r->documents, "files", "found", (json_int_t)r->files,
		"unchanged", (json_int_t)r->files_unchanged, "removed",
		(json_int_t)r->files_removed, "skipped", (json_int_t)r->files_skipped,
		"failed", (json_int_t)r->files_failed, "found", (json_int_t)r->found,
		"added", (json_int_t)r->added, "updated", (json_int_t)r->updated,
		"unchanged", (json_int_t)r->unchanged, "removed",
		(json_int_t)r->removed, "rejected", (json_int_t)r->rejected, "counts",
		"error", (json_int_t)diags_count(d, DIAG_ERROR), "warning",
		(json_int_t)diags_count(d, DIAG_WARNING), "hint",
		(json_int_t)diags_count(d, DIAG_HINT), "diagnostics", list);
	/* The caller asks whether memory lacked, and says so in its status. */
	text = top ? json_print(top, JSON_INDENT(1)) : NULL;
	if (text)
		fprintf(out, "%s\n", text);
	else
		memory_lacked();
	free(text);
	json_decref(top);
}

/* ---- progress ---- */

static double S_seconds(const struct timespec *from, const struct timespec *to)
{
	return (double)(to->tv_sec - from->tv_sec) +
	       (double)(to->tv_nsec - from->tv_nsec) / 1e9;
}

void progress_start(struct progress *p, FILE *out)
{
	memset(p, 0, sizeof *p);
	p->out = out;
	clock_gettime(CLOCK_MONOTONIC, &p->start);
	p->last = p->phase_start = p->start;
}

#define BAR_CELLS 20

static void S_bar(FILE *out, double share)
{
	char bar[BAR_CELLS + 1];
	size_t cells = (size_t)(share * BAR_CELLS);

	for (size_t i = 0; i < BAR_CELLS; i++)
		bar[i] = i < cells ? '#' : '.';
	bar[BAR_CELLS] = '\0';
	fprintf(out, "\r\033[K[%s] ", bar);
}

/* How much of the phase is done, 0 to 1. */
static double S_share(const struct build_progress *p)
{
	double share = 0;

	switch (p->phase) {
	case PHASE_READING:
		share = p->all_bytes ? (double)p->bytes / (double)p->all_bytes
			: p->n_files ? (double)p->files / (double)p->n_files
				     : 0;
		break;
	case PHASE_INDEXING:
		share = p->n_fichas ? (double)p->fichas / (double)p->n_fichas : 0;
		break;
	case PHASE_PUBLISHING:
		share = 1;
		break;
	}
	/* A file may grow while it is read. */
	return share > 1 ? 1 : share;
}

void progress_show(void *ctx, const struct build_progress *now_at)
{
	struct progress *p = ctx;
	struct timespec now;
	double elapsed, share, left;

	clock_gettime(CLOCK_MONOTONIC, &now);
	if (now_at->phase != p->phase) {
		p->phase = now_at->phase;
		p->phase_start = now;
	}
	if (S_seconds(&p->last, &now) < 0.1)
		return;
	p->last = now;
	elapsed = S_seconds(&p->phase_start, &now);
	share = S_share(now_at);
	left = share > 0 ? elapsed / share - elapsed : 0;
	S_bar(p->out, share);
	switch (now_at->phase) {
	case PHASE_READING:
		fprintf(p->out, _("%zu/%zu files, %zu fichas, %.1f MB/s, %.0f s left"),
			now_at->files, now_at->n_files, now_at->fichas,
			elapsed > 0 ? (double)now_at->bytes / 1e6 / elapsed : 0, left);
		break;
	case PHASE_INDEXING:
		fprintf(p->out, _("%zu/%zu fichas indexed, %.0f s left"),
			now_at->fichas, now_at->n_fichas, left);
		break;
	case PHASE_PUBLISHING:
		fputs(_("publishing"), p->out);
		break;
	}
	fflush(p->out);
	p->shown = true;
}

void progress_end(struct progress *p)
{
	if (p->shown)
		fputs("\r\033[K", p->out);
	fflush(p->out);
}

#include "report.h"

#include <jansson.h>
#include <string.h>

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
		fprintf(out, "%s\n", line.data);
	}
	buf_release(&line);
	if (d->n == DIAGS_KEPT)
		fprintf(out, _("only the first %zu diagnostics are shown\n"),
			DIAGS_KEPT);
}

void report_text(FILE *out, FILE *messages, const struct build_report *r,
		 const struct diags *d, const struct build_options *o, bool quiet)
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
	return v ? v : json_null();
}

void report_json(FILE *out, const struct build_report *r, const struct diags *d,
		 const struct build_options *o)
{
	json_t *list = json_array(), *top;

	for (size_t i = 0; list && i < d->n; i++)
		json_array_append_new(
			list,
			json_pack("{s:s,s:s,s:o,s:i,s:i,s:s}", "severity",
				  diag_severity(d->v[i].severity), "code", d->v[i].code,
				  "path", S_path(&d->v[i]), "line", (int)d->v[i].line,
				  "column", (int)d->v[i].column, "message",
				  d->v[i].message ? d->v[i].message : ""));
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
	if (top) {
		json_dumpf(top, out, JSON_INDENT(1));
		fputc('\n', out);
	}
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
	p->last = p->start;
}

#define BAR_CELLS 20

void progress_show(void *ctx, size_t files, size_t n_files, size_t fichas,
		   uint64_t bytes, uint64_t all_bytes)
{
	struct progress *p = ctx;
	struct timespec now;
	char bar[BAR_CELLS + 1];
	double elapsed, share, left;
	size_t cells;

	clock_gettime(CLOCK_MONOTONIC, &now);
	if (S_seconds(&p->last, &now) < 0.1)
		return;
	p->last = now;
	elapsed = S_seconds(&p->start, &now);
	share = all_bytes ? (double)bytes / (double)all_bytes
			  : (n_files ? (double)files / (double)n_files : 1);
	cells = (size_t)(share * BAR_CELLS);
	for (size_t i = 0; i < BAR_CELLS; i++)
		bar[i] = i < cells ? '#' : '.';
	bar[BAR_CELLS] = '\0';
	left = share > 0 ? elapsed / share - elapsed : 0;
	fprintf(p->out, "\r\033[K[%s] ", bar);
	fprintf(p->out, _("%zu/%zu files, %zu fichas, %.1f MB/s, %.0f s left"), files,
		n_files, fichas, (double)bytes / 1e6 / elapsed, left);
	fflush(p->out);
	p->shown = true;
}

void progress_end(struct progress *p)
{
	if (p->shown)
		fputs("\r\033[K", p->out);
	fflush(p->out);
}

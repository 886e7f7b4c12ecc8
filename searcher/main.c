/*
 * fichas-searcher - arguments, messages, exit status; nothing else.
 */
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "batch.h"
#include "lastword.h"
#include "messages.h"
#include "options.h"
#include "program.h"
#include "request.h"
#include "run.h"
#include "sandbox.h"

#define DRAFT_MAX ((size_t)1 << 20)
#define WIDTH_MIN 40
#define WIDTH_MAX 120 /* longer lines are hard to read */

struct settings {
	char index[PATH_MAX];
	bool quiet, color;
	const char *generate; /* --help=man and its kind; "" for --help */
	bool version;
};

/* $FICHAS_INDEX, $XDG_DATA_HOME/fichas/index, ~/.local/share/fichas/index. */
static void S_default_index(char *out, size_t n)
{
	const char *env = getenv("FICHAS_INDEX"), *data = getenv("XDG_DATA_HOME"),
		   *home = getenv("HOME");

	if (env && *env)
		snprintf(out, n, "%s", env);
	else if (data && *data)
		snprintf(out, n, "%s/fichas/index", data);
	else
		snprintf(out, n, "%s/.local/share/fichas/index", home ? home : "");
}

/* --color=auto: on a terminal that has colours and a user who wants them. */
static bool S_color(const char *when)
{
	const char *term = getenv("TERM"), *no = getenv("NO_COLOR");

	if (strcmp(when, "auto") != 0)
		return strcmp(when, "always") == 0;
	return isatty(STDOUT_FILENO) && !(no && *no) && term &&
	       strcmp(term, "dumb") != 0;
}

static unsigned S_width(void)
{
	struct winsize w;
	unsigned width = 80;

	if (isatty(STDOUT_FILENO) && ioctl(STDOUT_FILENO, TIOCGWINSZ, &w) == 0 &&
	    w.ws_col)
		width = w.ws_col;
	return width < WIDTH_MIN ? WIDTH_MIN : width > WIDTH_MAX ? WIDTH_MAX : width;
}

static enum status S_settings(struct settings *s, const struct arguments *a,
			      struct err *err)
{
	const char *color = "auto";

	memset(s, 0, sizeof *s);
	S_default_index(s->index, sizeof s->index);
	for (size_t i = 0; i < a->n_options; i++) {
		const struct option_value *o = &a->options[i];

		switch (o->key) {
		case 'i':
			if (snprintf(s->index, sizeof s->index, "%s", o->value) >=
			    (int)sizeof s->index)
				return err_set(err, ST_USAGE, "%s",
					       _("--index: the path is too long"));
			break;
		case OPT_COLOR:
			color = o->value;
			break;
		case 'q':
			s->quiet = true;
			break;
		case 'h':
			s->generate = o->value ? o->value : "";
			break;
		case 'V':
			s->version = true;
			break;
		default:
			break;
		}
	}
	s->color = S_color(color);
	return ST_OK;
}

/* ---- output ---- */

static enum status S_write(FILE *to, const struct buf *b, struct err *err)
{
	if (b->len && fwrite(b->data, 1, b->len, to) != b->len)
		return err_errno(err, ST_IO, "%s", _("cannot write the answer"));
	if (fflush(to) != 0)
		return err_errno(err, ST_IO, "%s", _("cannot write the answer"));
	return ST_OK;
}

/* The message, and under a query the place that it is about. */
static void S_complain(const struct err *err, const struct request *r)
{
	struct buf line;

	fprintf(stderr, "fichas-searcher: %s\n", err->text);
	if (!err->column || !r || !r->query || r->query_n > QUERY_BYTES_MAX ||
	    r->command == CMD_BATCH)
		return;
	buf_init(&line, 0);
	inert_put(&line, r->query, r->query_n);
	fprintf(stderr, _("column %zu of: %s\n"), err->column, line.data);
	buf_release(&line);
}

/* ---- input ---- */

/* similar --text: the draft, from a file or standard input. */
static enum status S_draft_of(struct request *r, FILE *f, struct err *err)
{
	char chunk[8192];
	struct buf b;
	size_t n;
	enum status st;

	buf_init(&b, DRAFT_MAX);
	while (!b.failed && (n = fread(chunk, 1, sizeof chunk, f)) > 0)
		buf_add(&b, chunk, n);
	if (ferror(f))
		st = err_errno(err, ST_IO, _("cannot read %s"), r->text);
	else if (b.failed == ST_LIMIT)
		st = err_set(err, ST_LIMIT, _("%s is longer than %zu bytes"), r->text,
			     DRAFT_MAX);
	else
		st = buf_status(&b, err);
	if (!st) {
		r->draft_n = b.len;
		r->draft = buf_detach(&b);
		if (!r->draft)
			st = err_nomem(err);
	}
	buf_release(&b);
	return st;
}

static enum status S_draft(struct request *r, struct err *err)
{
	FILE *f;
	enum status st;

	if (strcmp(r->text, "-") == 0)
		return S_draft_of(r, stdin, err);
	f = fopen(r->text, "re");
	if (!f)
		return err_errno(err, ST_IO, _("cannot read %s"), r->text);
	st = S_draft_of(r, f, err);
	fclose(f);
	return st;
}

/* Reads one line without its end; at most max bytes of it are kept and
 * *too_long says that there was more.  false: the end of the input. */
static bool S_line(struct buf *line, bool *too_long, FILE *f)
{
	int c;

	buf_clear(line);
	*too_long = false;
	while ((c = getc_unlocked(f)) != EOF && c != '\n') {
		if (line->len < BATCH_LINE_MAX)
			buf_addc(line, (char)c);
		else
			*too_long = true;
	}
	return c != EOF || line->len;
}

static enum status S_batch(bool *found, struct engine *e, struct err *err)
{
	struct buf line, out;
	bool too_long, answered;
	enum status st = ST_OK;

	buf_init(&line, 0);
	buf_init(&out, 0);
	*found = true;
	while (!st && S_line(&line, &too_long, stdin)) {
		buf_clear(&out);
		answered = false;
		st = buf_status(&line, err);
		if (st)
			break;
		if (too_long)
			st = batch_too_long(&out, err);
		else if (line.len == strspn(line.data, " \t\r"))
			continue;
		else
			st = batch_answer(&out, &answered, e, line.data, line.len, err);
		if (!st && memory_was_lacking())
			st = err_nomem(err);
		if (!st)
			st = S_write(stdout, &out, err);
		*found = *found && answered;
	}
	if (!st && ferror(stdin))
		st = err_errno(err, ST_IO, "%s", _("cannot read standard input"));
	buf_release(&line);
	buf_release(&out);
	return st;
}

/* ---- the command ---- */

static enum status S_one(bool *found, struct engine *e, const struct request *r,
			 const struct settings *s, struct err *err)
{
	struct buf out, notes;
	struct page to = {&out, &notes, {s->color, S_width()}};
	enum status st;

	buf_init(&out, 0);
	buf_init(&notes, 0);
	st = run_request(&to, found, e, r, err);
	if (!st && memory_was_lacking())
		st = err_nomem(err);
	if (!st && !s->quiet && notes.len)
		fwrite(notes.data, 1, notes.len, stderr);
	if (!st && !*found && !notes.len && !s->quiet && r->format != FORMAT_JSON)
		fprintf(stderr, "%s\n", _("nothing was found"));
	if (!st)
		st = S_write(stdout, &out, err);
	buf_release(&out);
	buf_release(&notes);
	return st;
}

/* From here on: nothing but to read the index.  What a hostile query or index
 * might make grow has a limit far above what any answer takes. */
#define MEMORY_MAX ((size_t)2 << 30)

static enum status S_confine(const char *index, struct err *err)
{
	const char *const read[] = {index, "/dev/urandom", NULL};
	const struct sandbox box = {.kind = SANDBOX_READ, .read = read};

	sandbox_memory(MEMORY_MAX);
	return sandbox_program(&box, err);
}

static enum status S_command(bool *found, struct request *r, const struct settings *s,
			     struct err *err)
{
	/* Never closed: to give back all that it has mapped, a page here and a page
	 * there, takes a process that ends longer than it takes the kernel. */
	static struct engine *e;
	enum status st = ST_OK;

	if (r->command == CMD_SIMILAR && r->text)
		st = S_draft(r, err);
	if (!st)
		st = S_confine(s->index, err);
	if (!st)
		st = r->command == CMD_ANALYZE ? engine_bare(&e, err)
					       : engine_open(&e, s->index, err);
	if (!st)
		st = r->command == CMD_BATCH ? S_batch(found, e, err)
					     : S_one(found, e, r, s, err);
	return st;
}

static int S_run(const struct arguments *a, const struct settings *s)
{
	struct request r;
	struct err err = {0};
	bool found = false;
	enum status st;

	request_init(&r, (enum command)a->command);
	st = request_arguments(&r, a, &err);
	if (!st)
		st = S_command(&found, &r, s, &err);
	if (st)
		S_complain(&err, &r);
	request_release(&r);
	return st ? status_exit(st) : found ? 0 : 1;
}

int main(int argc, char **argv)
{
	struct arguments a;
	struct settings s;
	struct err err = {0};
	int status = 0;

	signal(SIGPIPE, SIG_DFL); /* `... | head` is no error */
	signal(SIGXFSZ, SIG_IGN); /* a limit of the file's size is: writing says so */
	messages_init();
	lastword_prepare("fichas-searcher");
	if (options_parse(&a, &searcher_program, argc, argv, &err) ||
	    S_settings(&s, &a, &err)) {
		S_complain(&err, NULL);
		return status_exit(err.code);
	}
	if (s.version)
		printf("fichas-searcher %s\n", FICHAS_VERSION);
	else if (s.generate && *s.generate) {
		if (options_generate(stdout, &searcher_program, s.generate, &err)) {
			S_complain(&err, NULL);
			status = status_exit(err.code);
		}
	} else if (s.generate) {
		options_help(stdout, &searcher_program, a.command);
	} else if (a.command < 0) {
		options_usage(stdout, &searcher_program);
	} else {
		status = S_run(&a, &s);
	}
	/* Help, too: what is not written is not shown. */
	if (!status && (fflush(stdout) != 0 || ferror(stdout))) {
		status = status_exit(
			err_errno(&err, ST_IO, "%s", _("cannot write the answer")));
		S_complain(&err, NULL);
	}
	arguments_release(&a);
	return status;
}

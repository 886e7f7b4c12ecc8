/*
 * fichas-indexer - arguments, messages, exit status; nothing else.
 */
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "buf.h"
#include "build.h"
#include "check.h"
#include "enclose.h"
#include "export.h"
#include "inert.h"
#include "lastword.h"
#include "messages.h"
#include "options.h"
#include "report.h"

enum { CMD_BUILD, CMD_REMOVE, CMD_CHECK, CMD_EXPORT, CMD_STATS };
#define BIT(c) (1u << (c))

enum {
	OPT_REBUILD = OPT_FIRST,
	OPT_TABLES,
	OPT_THESAURUS,
	OPT_STRICT,
	OPT_PROGRESS,
	OPT_REPORT,
	OPT_FORMAT,
};

static const struct command_def S_commands[] = {
	{"build", N_("SOURCE..."),
	 N_("Reads documents and makes the index mirror them. SOURCE is a file, a "
	    "folder, or - (JSON Lines on standard input).")},
	{"remove", N_("SOURCE..."),
	 N_("Takes sources and their fichas out of the index.")},
	{"check", NULL, N_("Verifies every file of the index.")},
	{"export", NULL, N_("Writes every record as JSON Lines, in document order.")},
	{"stats", NULL, N_("Tells what the index holds.")},
	{NULL, NULL, NULL},
};

#define WRITING (BIT(CMD_BUILD) | BIT(CMD_REMOVE))

static const struct option_def S_options[] = {
	{OPT_REBUILD, "rebuild", NULL, N_("start from nothing"), NULL, NULL,
	 BIT(CMD_BUILD)},
	{OPT_TABLES, "tables", N_("DIR"),
	 N_("the vocabulary tables (else those beside the program, else the "
	    "installed ones)"),
	 NULL, "dir", BIT(CMD_BUILD)},
	{OPT_THESAURUS, "thesaurus", N_("FILE"), N_("one more thesaurus"), NULL, "file",
	 BIT(CMD_BUILD)},
	{'n', "dry-run", NULL, N_("read, check and report; write nothing"), NULL, NULL,
	 BIT(CMD_BUILD)},
	{OPT_STRICT, "strict", NULL, N_("publish nothing if there is any error"), NULL,
	 NULL, BIT(CMD_BUILD)},
	{'j', "jobs", N_("N"),
	 N_("how many processes work; the index is the same for every N"), NULL, NULL,
	 BIT(CMD_BUILD)},
	{OPT_PROGRESS, "progress", N_("WHEN"),
	 N_("progress on standard error; auto: on a terminal"), "auto|always|never",
	 NULL, BIT(CMD_BUILD)},
	{OPT_REPORT, "report", N_("FORMAT"), N_("the form of the report"), "text|json",
	 NULL, WRITING},
	{OPT_FORMAT, "format", N_("FORMAT"), N_("the form of the answer"), "text|json",
	 NULL, BIT(CMD_STATS)},
	OPTIONS_COMMON,
	{0, NULL, NULL, NULL, NULL, NULL, 0},
};

static const char *const S_examples[] = {
	"fichas-indexer build corpus/fichas",
	"fichas-indexer build --dry-run --report=json fichas/ | jq .diagnostics",
	"fichas-indexer export | jq -r .title",
	NULL,
};

static const struct program_def S_program = {
	"fichas-indexer", N_("Indexes fichas of municipal good practices."), S_commands,
	S_options, S_examples};

struct settings {
	char index[PATH_MAX];
	char tables[PATH_MAX];
	struct build_options build;
	bool quiet, report_json, format_json, progress, color;
	const char *generate; /* --help=man and its kind */
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

static void S_default_tables(char *out, size_t n)
{
	char exe[PATH_MAX];
	ssize_t k;

	snprintf(out, n, "%s", FICHAS_PREFIX "/share/fichas/tables");
	/* Beside the build first: who runs build/fichas-indexer wants these. */
	k = readlink("/proc/self/exe", exe, sizeof exe - 1);
	if (k > 0) {
		char *slash;

		exe[k] = '\0';
		slash = strrchr(exe, '/');
		if (slash) {
			char path[PATH_MAX];

			*slash = '\0';
			if (snprintf(path, sizeof path, "%s/../corpus/tables", exe) <
				    (int)sizeof path &&
			    access(path, R_OK) == 0)
				snprintf(out, n, "%s", path);
			else if (snprintf(path, sizeof path,
					  "%s/../share/fichas/tables",
					  exe) < (int)sizeof path &&
				 access(path, R_OK) == 0)
				snprintf(out, n, "%s", path);
		}
	}
}

static enum status S_when(bool *out, const char *value, int fd)
{
	if (strcmp(value, "auto") == 0)
		*out = isatty(fd);
	else
		*out = strcmp(value, "always") == 0;
	return ST_OK;
}

static enum status S_set(struct settings *s, const struct option_value *v,
			 struct err *err)
{
	unsigned long n;
	enum status st = ST_OK;

	switch (v->key) {
	case 'i':
		if (snprintf(s->index, sizeof s->index, "%s", v->value) >=
		    (int)sizeof s->index)
			st = err_set(err, ST_USAGE, _("--index: the path is too long"));
		break;
	case OPT_TABLES:
		if (snprintf(s->tables, sizeof s->tables, "%s", v->value) >=
		    (int)sizeof s->tables)
			st = err_set(err, ST_USAGE,
				     _("--tables: the path is too long"));
		break;
	case OPT_THESAURUS:
		s->build.thesaurus = v->value;
		break;
	case OPT_REBUILD:
		s->build.rebuild = true;
		break;
	case 'n':
		s->build.dry_run = true;
		break;
	case OPT_STRICT:
		s->build.strict = true;
		break;
	case 'j':
		st = option_number(&n, "jobs", v->value, 1, 256, err);
		if (!st)
			s->build.jobs = (unsigned)n;
		break;
	case OPT_PROGRESS:
		st = S_when(&s->progress, v->value, STDERR_FILENO);
		break;
	case OPT_REPORT:
		s->report_json = strcmp(v->value, "json") == 0;
		break;
	case OPT_FORMAT:
		s->format_json = strcmp(v->value, "json") == 0;
		break;
	case OPT_COLOR:
		st = S_when(&s->color, v->value, STDERR_FILENO);
		break;
	case 'q':
		s->quiet = true;
		break;
	default:
		break;
	}
	return st;
}

/* The handler that ends a phase which cannot be stopped halfway (compaction):
 * leaving at once is safe, the published index is never touched. */
static void S_give_up(int sig)
{
	(void)sig;
	_exit(130);
}

static void S_interrupt(int sig)
{
	(void)sig;
	if (build_interrupted)
		_exit(130);
	build_interrupted = 1;
	alarm(1);
}

static void S_signals(void)
{
	struct sigaction sa = {.sa_handler = S_interrupt};

	/* Past a limit on the size of files, writing fails and says so. */
	signal(SIGXFSZ, SIG_IGN);
	sigaction(SIGINT, &sa, NULL);
	sigaction(SIGTERM, &sa, NULL);
	sigaction(SIGHUP, &sa, NULL);
	sa.sa_handler = S_give_up;
	sigaction(SIGALRM, &sa, NULL);
}

static enum status S_build(struct settings *s, const struct arguments *a,
			   struct err *err)
{
	struct build_report report;
	struct progress progress;
	struct diags diags;
	struct buf files;
	enum status st;

	if (!a->n_words)
		return err_set(err, ST_USAGE,
			       _("%s: which SOURCE? A file, a folder, or -"),
			       S_commands[a->command].name);
	s->build.index = s->index;
	s->build.tables = s->tables;
	s->build.sources = a->words;
	s->build.n_sources = a->n_words;
	s->build.enclose = true;
	s->build.remove = a->command == CMD_REMOVE;
	if (s->progress && !s->quiet) {
		progress_start(&progress, stderr);
		s->build.progress = progress_show;
		s->build.progress_ctx = &progress;
	}
	diags_init(&diags, NULL, NULL);
	buf_init(&files, 0);
	if (s->build.dry_run) {
		s->build.file = report_file;
		s->build.file_ctx = &files;
	}
	/* A reader of the report that goes away must not end a build halfway. */
	signal(SIGPIPE, SIG_IGN);
	st = build_run(&report, &s->build, &diags, err);
	if (s->build.progress)
		progress_end(&progress);
	if (!st || st == ST_INPUT) {
		if (s->report_json)
			report_json(stdout, &report, &diags, &s->build);
		else
			report_text(stdout, stderr, &report, &diags, &s->build, &files,
				    s->quiet);
	}
	buf_release(&files);
	diags_release(&diags);
	return st;
}

/* What check found names files as they are called. */
static void S_finding(void *ctx, const char *text)
{
	char line[1024];

	inert_message(line, sizeof line, text, strlen(text));
	fprintf(ctx, "%s\n", line);
}

static void S_checked(const char *index)
{
	char shown[4 * PATH_MAX];

	inert_message(shown, sizeof shown, index, strlen(index));
	printf(_("%s: every file is as it was published\n"), shown);
}

static enum status S_run(struct settings *s, const struct arguments *a, struct err *err)
{
	enum status st = ST_OK;

	if (a->command != CMD_BUILD && a->command != CMD_REMOVE && a->n_words)
		return err_set(err, ST_USAGE, _("%s takes no arguments: %s"),
			       S_commands[a->command].name, a->words[0]);
	if (a->command != CMD_BUILD && a->command != CMD_REMOVE)
		st = enclose_reading(s->index, err);
	if (st)
		return st;
	switch (a->command) {
	case CMD_BUILD:
	case CMD_REMOVE:
		return S_build(s, a, err);
	case CMD_CHECK:
		st = check_run(s->index, S_finding, stdout, err);
		if (!st && !s->quiet)
			S_checked(s->index);
		return st;
	case CMD_EXPORT:
		return export_run(stdout, s->index, err);
	case CMD_STATS:
		return stats_run(stdout, s->index, s->format_json, err);
	default:
		return err_set(err, ST_INTERNAL, "command %d", a->command);
	}
}

int main(int argc, char **argv)
{
	struct settings s = {.build = {.jobs = 0}};
	struct arguments a = {0};
	struct err err = {0};
	enum status st;

	messages_init();
	lastword_prepare("fichas-indexer");
	messages_characters();
	S_default_index(s.index, sizeof s.index);
	S_default_tables(s.tables, sizeof s.tables);
	s.progress = isatty(STDERR_FILENO);
	if (argc < 2) {
		options_usage(stderr, &S_program);
		return status_exit(ST_USAGE);
	}
	st = options_parse(&a, &S_program, argc, argv, &err);
	for (size_t i = 0; !st && i < a.n_options; i++) {
		if (a.options[i].key == 'h') {
			if (a.options[i].value)
				st = options_generate(stdout, &S_program,
						      a.options[i].value, &err);
			else
				options_help(stdout, &S_program, a.command);
			goto done;
		}
		if (a.options[i].key == 'V') {
			printf("fichas-indexer %s\n", FICHAS_VERSION);
			goto done;
		}
		st = S_set(&s, &a.options[i], &err);
	}
	if (!st && a.command < 0) {
		options_usage(stderr, &S_program);
		st = ST_USAGE;
		err.text[0] = '\0';
		goto quiet;
	}
	S_signals();
	if (!st)
		st = S_run(&s, &a, &err);
done:
	if (!st && memory_was_lacking())
		st = err_nomem(&err);
	if (!st && (fflush(stdout) != 0 || ferror(stdout)))
		st = err_errno(&err, ST_IO, "%s", _("the output cannot be written"));
	if (st)
		fprintf(stderr, "fichas-indexer: %s\n", err.text);
quiet:
	arguments_release(&a);
	return status_exit(st);
}

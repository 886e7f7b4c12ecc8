#ifndef OPTIONS_H
#define OPTIONS_H
/*
 * options - one table says what a program takes; --help, parsing, "did you
 * mean", the manual page's option list and the shell completions all come
 * from it, so they cannot drift.
 *
 * Parsing is the C library's getopt_long (options may follow words, `--` ends
 * them).  Long options are accepted in full only: an abbreviation that is
 * unique today would break scripts on the day a second option begins like it.
 *
 * Two rows may have one name or letter where no command takes both: --format
 * of `search` and --format of `show` allow different choices.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "status.h"

#ifdef __cplusplus
extern "C" {
#endif

#define OPT_ALL_COMMANDS (~0u)

struct option_def {
	int key;	      /* short letter, or 256 and up */
	const char *name;     /* "municipality" */
	const char *arg;      /* N_("NAME"), "[NAME]" if it may be left out
				 (then only as --name=VALUE), or NULL */
	const char *help;     /* N_(...) one or two sentences */
	const char *choices;  /* "auto|always|never" checked by the parser, or NULL */
	const char *complete; /* what shells complete: "file", "dir", "id",
				 "facet:municipality", ... or NULL */
	unsigned commands;    /* bit i: command i takes it */
};

/* The rows that both programs have: `OPTIONS_COMMON,` before a table's end. */
enum { OPT_COLOR = 256, OPT_FIRST = 260 /* a program's own keys: 260 and up */ };
/* clang-format off */
#define OPTIONS_COMMON \
	{'i', "index", N_("DIR"), \
	 N_("the index (else $FICHAS_INDEX, else fichas/index in the user's data folder)"), \
	 NULL, "dir", OPT_ALL_COMMANDS}, \
	{OPT_COLOR, "color", N_("WHEN"), \
	 N_("colours; auto: on a terminal, unless NO_COLOR is set"), \
	 "auto|always|never", NULL, OPT_ALL_COMMANDS}, \
	{'q', "quiet", NULL, N_("nothing on standard error but errors"), \
	 NULL, NULL, OPT_ALL_COMMANDS}, \
	{'h', "help", N_("[FORMAT]"), N_("this help; after a command, that command's"), \
	 "man|bash|zsh|fish", NULL, OPT_ALL_COMMANDS}, \
	{'V', "version", NULL, N_("the version"), NULL, NULL, OPT_ALL_COMMANDS}
/* clang-format on */

struct command_def {
	const char *name;
	const char *args; /* N_("QUERY...") or NULL; ID, SOURCE, FILE are completed */
	const char *help; /* N_(...) */
};

struct program_def {
	const char *name;		    /* "fichas-searcher" */
	const char *summary;		    /* N_(...) */
	const struct command_def *commands; /* ends with name NULL */
	const struct option_def *options;   /* ends with name NULL */
	const char *const *examples;	    /* command lines, end with NULL */
};

struct option_value {
	int key;
	const char *value; /* NULL for flags */
};
struct arguments {		      /* all borrowed from argv */
	int command;		      /* index; -1: none given (nor any word) */
	struct option_value *options; /* in order */
	size_t n_options;
	const char **words;
	size_t n_words;
};

/* ST_USAGE: unknown command or option (err names the nearest), missing or
 * refused value (err names value, option and what is allowed). */
enum status options_parse(struct arguments *out, const struct program_def *p, int argc,
			  char **argv, struct err *err);
void arguments_release(struct arguments *a);

/* A whole number in [min, max], nothing else.  name: "limit", for err. */
enum status option_number(unsigned long *out, const char *name, const char *value,
			  unsigned long min, unsigned long max, struct err *err);

void options_help(FILE *out, const struct program_def *p, int command); /* -1: all */
void options_usage(FILE *out, const struct program_def *p); /* short: examples first */
/* --help=man|bash|zsh|fish: the generated pieces (what is that word). */
enum status options_generate(FILE *out, const struct program_def *p, const char *what,
			     struct err *err);
/* The candidate nearest to word (edit distance, in code points, at most a
 * third of the longer one; the first of equals), or NULL. */
const char *options_nearest(const char *word, const char *const *candidates, size_t n);

#ifdef __cplusplus
}
#endif
#endif

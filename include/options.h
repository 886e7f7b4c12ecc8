#ifndef OPTIONS_H
#define OPTIONS_H
/*
 * options - one table says what a program takes; --help, parsing, "did you
 * mean", the manual page's option list and the shell completions all come
 * from it, so they cannot drift.
 *
 * Parsing is the C library's getopt_long (options may follow words, `--` ends
 * them).
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
	const char *arg;      /* N_("NAME") or NULL */
	const char *help;     /* N_(...) one or two sentences */
	const char *choices;  /* "auto|always|never" checked by the parser, or NULL */
	const char *complete; /* what shells complete: "file", "dir", "id",
				 "facet:municipality", ... or NULL */
	unsigned commands;    /* bit i: command i takes it */
};

struct command_def {
	const char *name;
	const char *args; /* N_("QUERY...") */
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
	int command;		      /* index; -1: only global options were given */
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

/* A whole number in [min, max], nothing else. */
enum status option_number(unsigned long *out, const char *name, const char *value,
			  unsigned long min, unsigned long max, struct err *err);

void options_help(FILE *out, const struct program_def *p, int command); /* -1: all */
void options_usage(FILE *out, const struct program_def *p); /* short: examples first */
/* --help=man|bash|zsh|fish: the generated pieces. */
enum status options_generate(FILE *out, const struct program_def *p, const char *what,
			     struct err *err);
/* The candidate nearest to word (edit distance at most a third), or NULL. */
const char *options_nearest(const char *word, const char *const *candidates, size_t n);

#ifdef __cplusplus
}
#endif
#endif

/*
 * options_man - the sections of a manual page that the table tells, in mdoc:
 * commands, options, examples.
 *
 * In roff a line that begins with . or ' is a command and \ begins an escape;
 * a plain - may be printed as a typographic hyphen, which nobody can paste
 * into a shell, so it is written \- where a word begins with it.
 */
#include "options.h"

#include <stdio.h>
#include <string.h>

#include "buf.h"
#include "messages.h"
#include "options_table.h"

static void S_text(FILE *out, const char *s)
{
	char before = ' ';

	if (*s == '.')
		fputs("\\&", out);
	for (; *s; before = *s++) {
		switch (*s) {
		case '\\':
			fputs("\\e", out);
			break;
		case '\'':
			fputs("\\(aq", out);
			break;
		case '`':
			fputs("\\(ga", out);
			break;
		case '-':
			fputs(strchr(" -'(", before) ? "\\-" : "-", out);
			break;
		default:
			fputc(*s, out);
		}
	}
}

/* A help text as sentences, each on a line of its own as roff wants it,
 * whether or not the last has its stop. */
static void S_sentences(FILE *out, const char *s)
{
	const char *stop;
	char one[1024];

	for (; (stop = strstr(s, ". ")); s = stop + 2) {
		snprintf(one, sizeof one, "%.*s", (int)(stop - s), s);
		S_text(out, one);
		fputs(".\n", out);
	}
	S_text(out, s);
	fputs(*s && s[strlen(s) - 1] == '.' ? "\n" : ".\n", out);
}

/* One argument of a macro; \& keeps it from being a macro's name itself. */
static void S_word(FILE *out, const char *s)
{
	fputs(" \\&", out);
	S_text(out, s);
}

static void S_arguments(FILE *out, const char *args)
{
	while (args && *args) {
		size_t n = strcspn(args, " ");
		char word[64];

		snprintf(word, sizeof word, "%.*s", (int)n, args);
		fputs(" Ar", out);
		S_word(out, word);
		args += n + strspn(args + n, " ");
	}
}

static void S_option(FILE *out, const struct program_def *p,
		     const struct option_def *row)
{
	char letter = option_letter(row), arg[64];
	const char *s;
	size_t i, n = 0;

	fputs(".It", out);
	if (letter)
		fprintf(out, " Fl %c ,", letter);
	fprintf(out, " Fl Fl %s", row->name);
	if (row->arg) {
		s = _(row->arg);
		s += *s == '[';
		snprintf(arg, sizeof arg, "%.*s", (int)strcspn(s, "]"), s);
		fputs(option_takes(row) == TAKES_OPTIONAL ? " Ns Oo Ns = Ns Ar"
							  : " Ns = Ns Ar",
		      out);
		S_word(out, arg);
		if (option_takes(row) == TAKES_OPTIONAL)
			fputs(" Oc", out);
	}
	fputc('\n', out);
	S_sentences(out, _(row->help));
	if (row->choices) {
		struct buf all;

		buf_init(&all, 0);
		option_choices(&all, row);
		fprintf(out, _("Values: %s."), all.data);
		fputc('\n', out);
		buf_release(&all);
	}
	if (row->commands == OPT_ALL_COMMANDS)
		return;
	fputs(".Po\n", out);
	for (i = 0; i < 32 && p->commands[i].name; i++) {
		if (row->commands >> i & 1u)
			fprintf(out, n++ ? " ,\n.Cm %s" : ".Cm %s",
				p->commands[i].name);
	}
	fputs("\n.Pc\n", out);
}

enum status options_man(FILE *out, const struct program_def *p, struct err *err)
{
	const struct option_def *row;
	const struct command_def *c;
	const char *const *line;

	fprintf(out, ".Sh %s\n.Bl -tag -width Ds\n", _("COMMANDS"));
	for (c = p->commands; c->name; c++) {
		fprintf(out, ".It Cm %s Oo Ar", c->name);
		S_word(out, _("OPTIONS"));
		fputs(" Oc", out);
		S_arguments(out, c->args ? _(c->args) : NULL);
		fputc('\n', out);
		S_sentences(out, _(c->help));
	}
	fprintf(out, ".El\n.Sh %s\n.Bl -tag -width Ds\n", _("OPTIONS"));
	for (row = p->options; row->name; row++)
		S_option(out, p, row);
	fputs(".El\n", out);
	if (p->examples && *p->examples) {
		fprintf(out, ".Sh %s\n.Bd -literal -offset indent\n", _("EXAMPLES"));
		for (line = p->examples; *line; line++) {
			S_text(out, *line);
			fputc('\n', out);
		}
		fputs(".Ed\n", out);
	}
	if (ferror(out))
		return err_errno(err, ST_IO, "%s", _("cannot write"));
	return ST_OK;
}

#include "options.h"

#include <stdio.h>
#include <string.h>

#include "buf.h"
#include "messages.h"
#include "options_table.h"

enum { WIDTH = 79, HELP_AT = 28 };

/* Columns of n bytes of UTF-8; our own texts have neither wide letters nor
 * combining ones. */
static size_t S_columns(const char *s, size_t n)
{
	size_t columns = 0, i;

	for (i = 0; i < n; i++)
		columns += ((unsigned char)s[i] & 0xC0) != 0x80;
	return columns;
}

/* Prints text from column `at` on, its later lines indented by `indent`. */
static void S_wrap(FILE *out, const char *text, size_t at, size_t indent)
{
	bool first = true;

	for (;;) {
		size_t n = strcspn(text, " "), columns = S_columns(text, n);

		if (!first && at + 1 + columns > WIDTH) {
			fprintf(out, "\n%*s", (int)indent, "");
			at = indent;
			first = true;
		}
		fprintf(out, "%s%.*s", first ? "" : " ", (int)n, text);
		at += columns + !first;
		first = false;
		text += n;
		if (!*text)
			break;
		text++;
	}
	fputc('\n', out);
}

/* "  head      help": the help on a line of its own where head is long. */
static void S_entry(FILE *out, const char *head, const char *help, size_t help_at)
{
	size_t columns = S_columns(head, strlen(head));

	if (columns + 2 <= help_at)
		fprintf(out, "%s%*s", head, (int)(help_at - columns), "");
	else
		fprintf(out, "%s\n%*s", head, (int)help_at, "");
	S_wrap(out, help, help_at, help_at);
}

static void S_option(FILE *out, const struct option_def *row)
{
	char letter = option_letter(row);
	struct buf head, help;

	buf_init(&head, 0);
	buf_init(&help, 0);
	if (letter)
		buf_addf(&head, "  -%c, ", letter);
	else
		buf_adds(&head, "      ");
	option_shown(&head, row);
	buf_adds(&help, _(row->help));
	if (row->choices) {
		buf_adds(&help, " (");
		option_choices(&help, row);
		buf_adds(&help, ")");
	}
	S_entry(out, head.data, help.data, HELP_AT);
	buf_release(&head);
	buf_release(&help);
}

static void S_options(FILE *out, const struct program_def *p, int command, bool global)
{
	const struct option_def *row;

	for (row = p->options; row->name; row++) {
		if ((row->commands == OPT_ALL_COMMANDS) == global &&
		    option_applies(row, command))
			S_option(out, row);
	}
}

static void S_examples(FILE *out, const struct program_def *p, int command)
{
	const char *const *line;
	bool any = false;

	for (line = p->examples; line && *line; line++) {
		if (command >= 0) {
			/* "fichas-searcher search ..." */
			const char *name = p->commands[command].name;
			const char *at = *line + strcspn(*line, " ");

			at += *at == ' ';
			if (strncmp(at, name, strlen(name)) ||
			    (at[strlen(name)] && at[strlen(name)] != ' '))
				continue;
		}
		if (!any)
			fprintf(out, "%s\n", _("Examples:"));
		fprintf(out, "  %s\n", *line);
		any = true;
	}
	if (any)
		fputc('\n', out);
}

static void S_commands(FILE *out, const struct program_def *p)
{
	const struct command_def *c;
	size_t widest = 0;

	for (c = p->commands; c->name; c++) {
		if (strlen(c->name) > widest)
			widest = strlen(c->name);
	}
	fprintf(out, "%s\n", _("Commands:"));
	for (c = p->commands; c->name; c++) {
		struct buf head;

		buf_init(&head, 0);
		buf_addf(&head, "  %s", c->name);
		S_entry(out, head.data, _(c->help), widest + 4);
		buf_release(&head);
	}
}

void options_usage(FILE *out, const struct program_def *p)
{
	S_examples(out, p, -1);
	fprintf(out, _("Usage: %s COMMAND [OPTIONS] [WORDS]"), p->name);
	fputs("\n\n", out);
	S_commands(out, p);
	fputc('\n', out);
	fprintf(out, _("The options of a command: %s COMMAND --help"), p->name);
	fputc('\n', out);
}

void options_help(FILE *out, const struct program_def *p, int command)
{
	const struct command_def *c;

	if (command < 0) {
		S_wrap(out, _(p->summary), 0, 0);
		fputc('\n', out);
		options_usage(out, p);
		fprintf(out, "\n%s\n", _("Options of every command:"));
		S_options(out, p, command, true);
		return;
	}
	c = &p->commands[command];
	fprintf(out, _("Usage: %s %s [OPTIONS]"), p->name, c->name);
	if (c->args)
		fprintf(out, " %s", _(c->args));
	fputs("\n\n", out);
	S_wrap(out, _(c->help), 0, 0);
	fputc('\n', out);
	S_examples(out, p, command);
	fprintf(out, "%s\n", _("Options:"));
	S_options(out, p, command, false);
	S_options(out, p, command, true);
}

enum status options_generate(FILE *out, const struct program_def *p, const char *what,
			     struct err *err)
{
	if (!strcmp(what, "man"))
		return options_man(out, p, err);
	if (!strcmp(what, "bash"))
		return options_bash(out, p, err);
	if (!strcmp(what, "zsh"))
		return options_zsh(out, p, err);
	if (!strcmp(what, "fish"))
		return options_fish(out, p, err);
	return err_set(err, ST_USAGE, _("--help=%s: no such format"), what);
}

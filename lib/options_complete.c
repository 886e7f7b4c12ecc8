/*
 * options_complete - what bash, zsh and fish need to complete a command line.
 *
 * Each script knows commands, options and fixed values from the table; what
 * only an index knows (municipalities, Sello lines, groups, ids) it asks the
 * program itself for, with the --index of the line being typed:
 *
 *	fichas-searcher facets --facet=NAME     facet TAB value TAB label TAB n
 *	fichas-searcher search --format=ids ''  one id a line
 */
#include "options.h"

#include <stdio.h>
#include <string.h>

#include "buf.h"
#include "messages.h"
#include "options_table.h"

static const char S_facet_mark[] = "facet:";

static const char *S_facet(const struct option_def *row)
{
	size_t n = sizeof S_facet_mark - 1;

	return row->complete && !strncmp(row->complete, S_facet_mark, n)
		       ? row->complete + n
		       : NULL;
}

static bool S_completes(const struct option_def *row, const char *what)
{
	return row->complete && !strcmp(row->complete, what);
}

/* "fichas-searcher" as a part of a function's name. */
static void S_identifier(FILE *out, const struct program_def *p)
{
	const char *s;

	for (s = p->name; *s; s++)
		fputc(*s == '-' ? '_' : *s, out);
}

/* A help text's first clause; what is special where it goes is escaped. */
static void S_brief(FILE *out, const char *help, const char *special, const char *quote)
{
	const char *s;

	for (s = help; *s; s++) {
		if (s > help && (!strncmp(s, "; ", 2) || !strncmp(s, ". ", 2) ||
				 !strncmp(s, " (", 2) || !strncmp(s, ": ", 2)))
			break;
		if (*s == '\'') {
			fputs(quote, out);
			continue;
		}
		if (strchr(special, *s))
			fputc('\\', out);
		fputc(*s, out);
	}
}

/* What the words of a command are. */
enum words { WORDS_FREE, WORDS_IDS, WORDS_FILES };

static enum words S_words(const struct command_def *c)
{
	if (!c->args)
		return WORDS_FREE;
	if (!strncmp(c->args, "ID", 2))
		return WORDS_IDS;
	if (!strncmp(c->args, "SOURCE", 6) || !strncmp(c->args, "FILE", 4))
		return WORDS_FILES;
	return WORDS_FREE;
}

/* ---- bash ---- */

/* Patterns "search:-f|search:--format" for the row's commands. */
static void S_bash_patterns(FILE *out, const struct program_def *p,
			    const struct option_def *row)
{
	char letter = option_letter(row);
	size_t i, n = 0;

	if (row->commands == OPT_ALL_COMMANDS) {
		if (letter && option_takes(row) == TAKES_VALUE)
			fprintf(out, "*:-%c|", letter);
		fprintf(out, "*:--%s", row->name);
		return;
	}
	for (i = 0; i < 32 && p->commands[i].name; i++) {
		if (!(row->commands >> i & 1u))
			continue;
		fputs(n++ ? "|" : "", out);
		if (letter)
			fprintf(out, "%s:-%c|", p->commands[i].name, letter);
		fprintf(out, "%s:--%s", p->commands[i].name, row->name);
	}
}

static void S_bash_values(FILE *out, const struct program_def *p)
{
	const struct option_def *row;
	const char *s;

	fputs("\tcase $command:$option in\n\t*:) ;;\n", out);
	for (row = p->options; row->name; row++) {
		const char *facet = S_facet(row);

		if (!row->arg)
			continue;
		fputc('\t', out);
		S_bash_patterns(out, p, row);
		fputs(")\n\t\t", out);
		if (row->choices) {
			fputs("values='", out);
			for (s = row->choices; *s; s++)
				fputc(*s == '|' ? ' ' : *s, out);
			fputs("'", out);
		} else if (facet) {
			fprintf(out,
				"values=$(\"$1\" facets -q \"${index[@]}\" --facet=%s "
				"2>/dev/null | cut -f2)\n"
				"\t\t[[ $cur == *,* ]] && before+=${cur%%,*}, "
				"cur=${cur##*,}",
				facet);
		} else if (S_completes(row, "dir")) {
			fputs("compopt -o filenames\n"
			      "\t\tmapfile -t COMPREPLY < <(compgen -d -- \"$cur\")\n"
			      "\t\treturn",
			      out);
		} else if (S_completes(row, "file")) {
			fputs("compopt -o filenames\n"
			      "\t\tmapfile -t COMPREPLY < <(compgen -f -- \"$cur\")\n"
			      "\t\treturn",
			      out);
		} else if (S_completes(row, "id")) {
			fputs("values=$(\"$1\" search -q \"${index[@]}\" --format=ids "
			      "2>/dev/null -- '')",
			      out);
		} else {
			fputs("return", out);
		}
		fputs(" ;;\n", out);
	}
	fputs("\tesac\n", out);
}

static void S_bash_words(FILE *out, const struct program_def *p)
{
	const struct option_def *row;
	size_t i;

	fputs("\tif [[ -z $option ]]; then\n\t\tcase $command in\n\t\t'')\n"
	      "\t\t\tvalues='",
	      out);
	for (i = 0; p->commands[i].name; i++)
		fprintf(out, "%s ", p->commands[i].name);
	fputs("' ;;\n", out);
	for (i = 0; p->commands[i].name; i++) {
		if (S_words(&p->commands[i]) == WORDS_IDS)
			fprintf(out,
				"\t\t%s)\n\t\t\t[[ $cur == -* ]] ||\n"
				"\t\t\t\tvalues=$(\"$1\" search -q \"${index[@]}\" "
				"--format=ids 2>/dev/null -- '') ;;\n",
				p->commands[i].name);
		else if (S_words(&p->commands[i]) == WORDS_FILES)
			fprintf(out,
				"\t\t%s)\n\t\t\tif [[ $cur != -* ]]; then\n"
				"\t\t\t\tcompopt -o filenames\n"
				"\t\t\t\tmapfile -t COMPREPLY < <(compgen -f -- "
				"\"$cur\")\n\t\t\t\treturn\n\t\t\tfi ;;\n",
				p->commands[i].name);
	}
	fputs("\t\tesac\n\t\tif [[ $cur == -* && -z $ended ]]; then\n"
	      "\t\t\tcase $command in\n",
	      out);
	for (i = 0; i < 31 && p->commands[i].name; i++) {
		fprintf(out, "\t\t\t%s) values='", p->commands[i].name);
		for (row = p->options; row->name; row++) {
			if (option_applies(row, (int)i))
				fprintf(out, "--%s%s ", row->name,
					option_takes(row) == TAKES_VALUE ? "=" : "");
		}
		fputs("' ;;\n", out);
	}
	fputs("\t\t\t*) values='", out);
	for (row = p->options; row->name; row++) {
		if (option_applies(row, -1))
			fprintf(out, "--%s%s ", row->name,
				option_takes(row) == TAKES_VALUE ? "=" : "");
	}
	fputs("' ;;\n\t\t\tesac\n\t\tfi\n\tfi\n", out);
}

enum status options_bash(FILE *out, const struct program_def *p, struct err *err)
{
	const struct option_def *row;
	size_t n = 0;

	fprintf(out, "# bash completion for %s; made by: %s --help=bash\n_", p->name,
		p->name);
	S_identifier(out, p);
	fputs("()\n{\n"
	      "\tlocal cur=${COMP_WORDS[COMP_CWORD]} command= option= before= ended=\n"
	      "\tlocal values= i word\n"
	      "\tlocal -a index=()\n"
	      "\tCOMPREPLY=()\n"
	      "\n"
	      "\t# The command, the index, and the option whose value is typed now.\n"
	      "\t# bash breaks --name=value into three words.\n"
	      "\tfor ((i = 1; i < COMP_CWORD; i++)); do\n"
	      "\t\tword=${COMP_WORDS[i]}\n"
	      "\t\tif [[ -n $ended ]]; then\n"
	      "\t\t\t[[ -n $command ]] || command=$word\n"
	      "\t\t\tcontinue\n"
	      "\t\tfi\n"
	      "\t\tcase $word in\n"
	      "\t\t--) ended=1 ;;\n"
	      "\t\t--*=*)\n"
	      "\t\t\t[[ $word == --index=* ]] && index=(\"$word\") ;;\n"
	      "\t\t",
	      out);
	for (row = p->options; row->name; row++) {
		if (option_takes(row) != TAKES_VALUE)
			continue;
		if (option_letter(row))
			fprintf(out, "%s-%c", n++ ? "|" : "", option_letter(row));
		fprintf(out, "%s--%s", n++ ? "|" : "", row->name);
	}
	fputs(")\n"
	      "\t\t\t((++i))\n"
	      "\t\t\t[[ ${COMP_WORDS[i]-} == '=' && i -lt COMP_CWORD ]] && ((++i))\n"
	      "\t\t\tif ((i >= COMP_CWORD)); then\n"
	      "\t\t\t\toption=$word\n"
	      "\t\t\telif [[ $word == -i || $word == --index ]]; then\n"
	      "\t\t\t\tindex=(\"--index=${COMP_WORDS[i]}\")\n"
	      "\t\t\tfi ;;\n"
	      "\t\t-*)\n"
	      "\t\t\tif [[ ${COMP_WORDS[i + 1]-} == '=' ]]; then\n"
	      "\t\t\t\t((i += 2))\n"
	      "\t\t\t\t((i >= COMP_CWORD)) && option=$word\n"
	      "\t\t\tfi ;;\n"
	      "\t\t*)\n"
	      "\t\t\t[[ -n $command ]] || command=$word ;;\n"
	      "\t\tesac\n"
	      "\tdone\n"
	      "\t[[ $cur == '=' && -n $option ]] && cur=\n"
	      "\tif [[ -z $option$ended && $cur == --*=* ]]; then\n"
	      "\t\toption=${cur%%=*} before=${cur%%=*}= cur=${cur#*=}\n"
	      "\tfi\n"
	      "\n",
	      out);
	S_bash_values(out, p);
	S_bash_words(out, p);
	fputs("\tmapfile -t COMPREPLY < <(compgen -P \"$before\" -W \"$values\" -- "
	      "\"$cur\")\n"
	      "\t[[ ${COMPREPLY[0]-} == *= ]] && compopt -o nospace\n"
	      "\treturn 0\n}\n",
	      out);
	fputs("complete -F _", out);
	S_identifier(out, p);
	fprintf(out, " %s\n", p->name);
	return ferror(out) ? err_errno(err, ST_IO, "%s", _("cannot write")) : ST_OK;
}

/* ---- zsh ---- */

static void S_zsh_option(FILE *out, const struct program_def *p,
			 const struct option_def *row)
{
	static const char special[] = "[]:\\";
	enum option_takes takes = option_takes(row);
	char letter = option_letter(row);
	const char *facet = S_facet(row), *s;

	/* A facet's option may be repeated. */
	if (letter && facet)
		fprintf(out, "\t\t'*'{-%c+,--%s=}'[", letter, row->name);
	else if (letter)
		fprintf(out, "\t\t'(-%c --%s)'{-%c%s,--%s%s}'[", letter, row->name,
			letter, takes == TAKES_VALUE ? "+" : "", row->name,
			takes == TAKES_VALUE ? "=" : "");
	else
		fprintf(out, "\t\t'%s--%s%s[", facet ? "*" : "", row->name,
			takes == TAKES_NONE ? "" : "=");
	S_brief(out, _(row->help), special, "'\\''");
	fputc(']', out);
	if (takes == TAKES_VALUE) {
		fputc(':', out);
		S_brief(out, _(row->arg), special, "'\\''");
		fputc(':', out);
		if (row->choices) {
			fputc('(', out);
			for (s = row->choices; *s; s++)
				fputc(*s == '|' ? ' ' : *s, out);
			fputc(')', out);
		} else if (facet) {
			/* The blank keeps zsh from adding arguments of its own. */
			fputs(" _", out);
			S_identifier(out, p);
			fprintf(out, "_facet %s", facet);
		} else if (S_completes(row, "dir")) {
			fputs("_files -/", out);
		} else if (S_completes(row, "file")) {
			fputs("_files", out);
		} else if (S_completes(row, "id")) {
			fputs(" _", out);
			S_identifier(out, p);
			fputs("_ids", out);
		} else {
			fputs("()", out);
		}
	}
	fputs("' \\\n", out);
}

static void S_zsh_ask(FILE *out, const struct program_def *p)
{
	fputc('_', out);
	S_identifier(out, p);
	fputs("_index()\n{\n"
	      "\tlocal i\n"
	      "\treply=()\n"
	      "\tfor ((i = 1; i <= $#typed; i++)); do\n"
	      "\t\tcase $typed[i] in\n"
	      "\t\t(-i|--index) reply=(--index=${(Q)typed[i+1]}) ;;\n"
	      "\t\t(--index=*) reply=(${(Q)typed[i]}) ;;\n"
	      "\t\tesac\n"
	      "\tdone\n"
	      "}\n\n_",
	      out);
	S_identifier(out, p);
	fputs("_facet()\n{\n"
	      "\tlocal -a reply found\n"
	      "\tlocal facet value label n\n\t_",
	      out);
	S_identifier(out, p);
	fputs("_index\n"
	      "\t$program facets -q $reply --facet=$1 2>/dev/null |\n"
	      "\twhile IFS=$'\\t' read -r facet value label n; do\n"
	      "\t\tfound+=(\"$value:$label\")\n"
	      "\tdone\n"
	      "\tcompset -P '*,'\n"
	      "\t_describe -t values $1 found -S ''\n"
	      "}\n\n_",
	      out);
	S_identifier(out, p);
	fputs("_ids()\n{\n"
	      "\tlocal -a reply ids\n\t_",
	      out);
	S_identifier(out, p);
	fputs("_index\n"
	      "\tids=(${(f)\"$($program search -q $reply --format=ids -- '' "
	      "2>/dev/null)\"})\n"
	      "\tcompadd -a ids\n"
	      "}\n\n",
	      out);
}

static void S_zsh_command(FILE *out, const struct program_def *p, size_t i)
{
	const struct option_def *row;

	fprintf(out, "\t(%s)\n\t\t_arguments -s \\\n", p->commands[i].name);
	for (row = p->options; row->name; row++) {
		if (option_applies(row, (int)i))
			S_zsh_option(out, p, row);
	}
	switch (S_words(&p->commands[i])) {
	case WORDS_IDS:
		fputs("\t\t'*:ID: _", out);
		S_identifier(out, p);
		fputs("_ids' && ret=0 ;;\n", out);
		break;
	case WORDS_FILES:
		fputs("\t\t'*: :_files' && ret=0 ;;\n", out);
		break;
	case WORDS_FREE:
		fputs("\t\t'*:word:()' && ret=0 ;;\n", out);
		break;
	}
}

enum status options_zsh(FILE *out, const struct program_def *p, struct err *err)
{
	const struct option_def *row;
	size_t i;

	fprintf(out, "#compdef %s\n# zsh completion; made by: %s --help=zsh\n\n",
		p->name, p->name);
	S_zsh_ask(out, p);
	fputc('_', out);
	S_identifier(out, p);
	fputs("()\n{\n"
	      "\tlocal context state state_descr line program=$words[1] ret=1\n"
	      "\tlocal -a commands typed=($words)\n"
	      "\ttypeset -A opt_args\n"
	      "\t_arguments -C -s \\\n",
	      out);
	for (row = p->options; row->name; row++) {
		if (option_applies(row, -1))
			S_zsh_option(out, p, row);
	}
	fputs("\t\t': :->commands' '*::: :->words' && ret=0\n"
	      "\tcase $state in\n\t(commands)\n\t\tcommands=(\n",
	      out);
	for (i = 0; p->commands[i].name; i++) {
		fprintf(out, "\t\t\t'%s:", p->commands[i].name);
		S_brief(out, _(p->commands[i].help), "\\", "'\\''");
		fputs("'\n", out);
	}
	fputs("\t\t)\n\t\t_describe -t commands command commands && ret=0\n"
	      "\t\treturn ret ;;\n\t(words)\n"
	      "\t\twords=(\"$line[1]\" \"${words[@]}\")\n"
	      "\t\t((CURRENT += 1)) ;;\n\tesac\n"
	      "\tcase $line[1] in\n",
	      out);
	for (i = 0; i < 31 && p->commands[i].name; i++)
		S_zsh_command(out, p, i);
	fputs("\tesac\n\treturn ret\n}\n\n_", out);
	S_identifier(out, p);
	fputs(" \"$@\"\n", out);
	return ferror(out) ? err_errno(err, ST_IO, "%s", _("cannot write")) : ST_OK;
}

/* ---- fish ---- */

static void S_fish_option(FILE *out, const struct program_def *p,
			  const struct option_def *row)
{
	char letter = option_letter(row);
	const char *facet = S_facet(row), *s;
	size_t i;

	fprintf(out, "complete -c %s", p->name);
	if (row->commands != OPT_ALL_COMMANDS) {
		fputs(" -n '__fish_seen_subcommand_from", out);
		for (i = 0; i < 32 && p->commands[i].name; i++) {
			if (row->commands >> i & 1u)
				fprintf(out, " %s", p->commands[i].name);
		}
		fputc('\'', out);
	}
	if (letter)
		fprintf(out, " -s %c", letter);
	fprintf(out, " -l %s", row->name);
	if (option_takes(row) == TAKES_VALUE) {
		if (row->choices) {
			fputs(" -x -a '", out);
			for (s = row->choices; *s; s++)
				fputc(*s == '|' ? ' ' : *s, out);
			fputc('\'', out);
		} else if (facet) {
			fputs(" -x -a '(__", out);
			S_identifier(out, p);
			fprintf(out, "_facet %s)'", facet);
		} else if (S_completes(row, "dir")) {
			fputs(" -x -a '(__fish_complete_directories)'", out);
		} else if (S_completes(row, "file")) {
			fputs(" -r -F", out);
		} else if (S_completes(row, "id")) {
			fputs(" -x -a '(__", out);
			S_identifier(out, p);
			fputs("_ids)'", out);
		} else {
			fputs(" -x", out);
		}
	}
	fputs(" -d '", out);
	S_brief(out, _(row->help), "\\", "\\'");
	fputs("'\n", out);
}

static void S_fish_ask(FILE *out, const struct program_def *p)
{
	fputs("function __", out);
	S_identifier(out, p);
	fputs("_index\n"
	      "\tset -l words (commandline -opc)\n"
	      "\tfor i in (seq (count $words))\n"
	      "\t\tif string match -qr -- '^--index=' $words[$i]\n"
	      "\t\t\techo -- $words[$i]\n"
	      "\t\telse if contains -- $words[$i] -i --index\n"
	      "\t\t\tand set -q words[(math $i + 1)]\n"
	      "\t\t\techo -- --index=$words[(math $i + 1)]\n"
	      "\t\tend\n"
	      "\tend\n"
	      "end\n\n"
	      "function __",
	      out);
	S_identifier(out, p);
	fputs("_facet\n"
	      "\t# What stands before the last comma of a list stays.\n"
	      "\tset -l before (commandline -ct | string replace -r '^--[^=]*=' '' | "
	      "string match -r '^.*,')\n"
	      "\tset -l program (commandline -opc)[1]\n"
	      "\t$program facets -q (__",
	      out);
	S_identifier(out, p);
	fputs("_index) --facet=$argv[1] 2>/dev/null |\n"
	      "\tstring replace -r '^[^\\t]*\\t([^\\t]*)\\t([^\\t]*).*' "
	      "\"$before\\$1\\t\\$2\"\n"
	      "end\n\n"
	      "function __",
	      out);
	S_identifier(out, p);
	fputs("_ids\n"
	      "\tset -l program (commandline -opc)[1]\n"
	      "\t$program search -q (__",
	      out);
	S_identifier(out, p);
	fputs("_index) --format=ids -- '' 2>/dev/null\n"
	      "end\n\n",
	      out);
}

enum status options_fish(FILE *out, const struct program_def *p, struct err *err)
{
	const struct option_def *row;
	size_t i;

	fprintf(out, "# fish completion for %s; made by: %s --help=fish\n\n", p->name,
		p->name);
	S_fish_ask(out, p);
	fprintf(out, "complete -c %s -f\n", p->name);
	for (i = 0; p->commands[i].name; i++) {
		fprintf(out, "complete -c %s -n __fish_use_subcommand -a %s -d '",
			p->name, p->commands[i].name);
		S_brief(out, _(p->commands[i].help), "\\", "\\'");
		fputs("'\n", out);
		if (S_words(&p->commands[i]) == WORDS_FILES) {
			fprintf(out,
				"complete -c %s -n '__fish_seen_subcommand_from %s' "
				"-F\n",
				p->name, p->commands[i].name);
		} else if (S_words(&p->commands[i]) == WORDS_IDS) {
			fprintf(out,
				"complete -c %s -n '__fish_seen_subcommand_from %s' "
				"-a '(__",
				p->name, p->commands[i].name);
			S_identifier(out, p);
			fputs("_ids)'\n", out);
		}
	}
	for (row = p->options; row->name; row++)
		S_fish_option(out, p, row);
	return ferror(out) ? err_errno(err, ST_IO, "%s", _("cannot write")) : ST_OK;
}

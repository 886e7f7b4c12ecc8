#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "messages.h"
#include "options.h"

enum { SEARCH, SHOW, BUILD };
enum { OPT_NEAR = OPT_FIRST, OPT_DRY };

static const struct command_def S_commands[] = {
	{"search", N_("QUERY..."), N_("finds fichas")},
	{"show", N_("ID..."), N_("shows fichas: whole; one after the other")},
	{"build", N_("SOURCE..."), N_("builds")},
	{NULL, NULL, NULL},
};
static const struct option_def S_options[] = {
	{'m', "municipality", N_("NAME"), N_("only these"), NULL, "facet:municipality",
	 1u << SEARCH},
	{'n', "limit", N_("N"), N_("as many"), NULL, NULL, 1u << SEARCH},
	{'n', "dry-run", NULL, N_("writes nothing"), NULL, NULL, 1u << BUILD},
	{'f', "format", N_("FORMAT"), N_("the form"), "text|json|jsonl", NULL,
	 1u << SEARCH},
	{'f', "format", N_("FORMAT"), N_("the form"), "text|md", NULL, 1u << SHOW},
	{OPT_NEAR, "near", N_("ID"), N_("a ficha's id, isn't it"), NULL, "id",
	 1u << SEARCH | 1u << SHOW},
	OPTIONS_COMMON,
	{0},
};
static const char *const S_lines[] = {"fichas-test search 'a b'",
				      "fichas-test build folder", NULL};
static const struct program_def S_program = {"fichas-test", N_("tests"), S_commands,
					     S_options, S_lines};

/* Parses words that end with NULL. */
static enum status S_parse(struct arguments *out, struct err *err,
			   const char *const *words)
{
	static char *argv[32];
	int argc = 1;

	argv[0] = (char *)(uintptr_t) "fichas-test";
	for (; words[argc - 1]; argc++)
		argv[argc] = (char *)(uintptr_t)words[argc - 1];
	argv[argc] = NULL;
	memset(err, 0, sizeof *err);
	return options_parse(out, &S_program, argc, argv, err);
}
#define PARSE(a, err, ...) S_parse(a, err, (const char *const[]){__VA_ARGS__, NULL})

static void S_fails(const char *const *words, const char *const *parts)
{
	struct arguments a;
	struct err err;
	int i;

	assert_int_equal(S_parse(&a, &err, words), ST_USAGE);
	assert_int_equal(err.code, ST_USAGE);
	for (i = 0; parts[i]; i++) {
		if (!strstr(err.text, parts[i]))
			fail_msg("'%s' lacks '%s'", err.text, parts[i]);
	}
	assert_null(a.options);
	assert_null(a.words);
}
#define L(...)                    \
	(const char *const[])     \
	{                         \
		__VA_ARGS__, NULL \
	}

static void options_follow_words(void **state)
{
	struct arguments a;
	struct err err;

	(void)state;
	assert_int_equal(PARSE(&a, &err, "-q", "search", "uno", "-m", "Ñuñoa", "dos",
			       "--limit=5", "tres", "-fjson"),
			 ST_OK);
	assert_int_equal(a.command, SEARCH);
	assert_int_equal(a.n_words, 3);
	assert_string_equal(a.words[0], "uno");
	assert_string_equal(a.words[1], "dos");
	assert_string_equal(a.words[2], "tres");
	assert_int_equal(a.n_options, 4);
	assert_int_equal(a.options[0].key, 'q');
	assert_null(a.options[0].value);
	assert_int_equal(a.options[1].key, 'm');
	assert_string_equal(a.options[1].value, "Ñuñoa");
	assert_int_equal(a.options[2].key, 'n');
	assert_string_equal(a.options[2].value, "5");
	assert_string_equal(a.options[3].value, "json");
	arguments_release(&a);
}

static void options_follow_words_under_posix(void **state)
{
	setenv("POSIXLY_CORRECT", "1", 1);
	options_follow_words(state);
	unsetenv("POSIXLY_CORRECT");
}

static void two_dashes_end_options(void **state)
{
	struct arguments a;
	struct err err;

	(void)state;
	assert_int_equal(PARSE(&a, &err, "search", "a", "--", "-b", "--limit=x", "--"),
			 ST_OK);
	assert_int_equal(a.n_words, 4);
	assert_string_equal(a.words[1], "-b");
	assert_string_equal(a.words[2], "--limit=x");
	assert_string_equal(a.words[3], "--");
	assert_int_equal(a.n_options, 0);
	arguments_release(&a);

	assert_int_equal(PARSE(&a, &err, "--", "show", "-x"), ST_OK);
	assert_int_equal(a.command, SHOW);
	assert_int_equal(a.n_words, 1);
	assert_string_equal(a.words[0], "-x");
	arguments_release(&a);
}

static void empty_words_and_dash_are_words(void **state)
{
	struct arguments a;
	struct err err;

	(void)state;
	assert_int_equal(PARSE(&a, &err, "search", "", "-", "--municipality="), ST_OK);
	assert_int_equal(a.n_words, 2);
	assert_string_equal(a.words[0], "");
	assert_string_equal(a.words[1], "-");
	assert_string_equal(a.options[0].value, "");
	arguments_release(&a);
}

static void no_command(void **state)
{
	struct arguments a;
	struct err err;

	(void)state;
	assert_int_equal(S_parse(&a, &err, (const char *const[]){NULL}), ST_OK);
	assert_int_equal(a.command, -1);
	assert_int_equal(a.n_options, 0);
	arguments_release(&a);
	assert_int_equal(PARSE(&a, &err, "--help=zsh"), ST_OK);
	assert_int_equal(a.command, -1);
	assert_int_equal(a.options[0].key, 'h');
	assert_string_equal(a.options[0].value, "zsh");
	arguments_release(&a);
	assert_int_equal(PARSE(&a, &err, "-h"), ST_OK);
	assert_null(a.options[0].value);
	arguments_release(&a);
}

static void meaning_is_the_commands(void **state)
{
	struct arguments a;
	struct err err;

	(void)state;
	/* -n stands before its command here, and takes no value there. */
	assert_int_equal(PARSE(&a, &err, "build", "-nq", "x"), ST_OK);
	assert_int_equal(a.n_options, 2);
	assert_int_equal(a.options[0].key, 'n');
	assert_null(a.options[0].value);
	assert_int_equal(a.options[1].key, 'q');
	assert_int_equal(a.n_words, 1);
	arguments_release(&a);
	assert_int_equal(PARSE(&a, &err, "show", "--format", "md", "id"), ST_OK);
	arguments_release(&a);
	S_fails(L("show", "--format=json", "id"), L("--format=json", "text, md"));
	S_fails(L("show", "--limit=3", "id"), L("--limit", "show", "search"));
	S_fails(L("build", "-m", "x"), L("-m", "build", "search"));
	S_fails(L("--limit=3"), L("--limit", "command", "search"));
}

static void mistakes_name_the_nearest(void **state)
{
	(void)state;
	S_fails(L("serch", "x"), L("'serch'", "'search'"));
	S_fails(L("SHOW"), L("'show'"));
	S_fails(L("xyzzy"), L("'xyzzy'", "search, show, build"));
	S_fails(L("search", "--fomat=json"), L("--fomat", "--format"));
	S_fails(L("search", "--municipio=x"), L("--municipio;", "--municipality"));
	S_fails(L("search", "--xyzzy"), L("--xyzzy", "fichas-test search --help"));
	S_fails(L("search", "-x"), L("-x", "--"));
	S_fails(L("search", "-qx"), L("unknown option -x"));
	S_fails(L("search", "-ñandú"), L("-ñandú"));
}

static void abbreviations_are_refused(void **state)
{
	(void)state;
	S_fails(L("search", "--lim=3"), L("--lim", "--limit"));
	S_fails(L("search", "--muni", "x"), L("--muni", "--municipality"));
	S_fails(L("search", "--n=3"), L("--n"));
}

static void values_are_checked(void **state)
{
	(void)state;
	S_fails(L("search", "--format=xml"), L("--format=xml", "text, json, jsonl"));
	S_fails(L("search", "-f", "tex"), L("--format=tex", "text, json, jsonl"));
	S_fails(L("search", "-f", ""), L("--format=", "text, json, jsonl"));
	S_fails(L("search", "--color=json|x"), L("auto, always, never"));
	S_fails(L("search", "--limit"), L("--limit", "N"));
	S_fails(L("search", "-n"), L("--limit"));
	S_fails(L("search", "--quiet=yes"), L("--quiet", "no value"));
	S_fails(L("--help=html"), L("man, bash, zsh, fish"));
}

static void messages_hold_no_control_bytes(void **state)
{
	struct arguments a;
	struct err err;
	char longest[5000];
	size_t i;

	(void)state;
	memset(longest, 'x', sizeof longest);
	memcpy(longest, "--\033[31m", 7);
	longest[sizeof longest - 1] = '\0';
	assert_int_equal(PARSE(&a, &err, "search", longest), ST_USAGE);
	assert_in_range(strlen(err.text), 1, 300);
	for (i = 0; err.text[i]; i++)
		assert_in_range((unsigned char)err.text[i], ' ', 255);
	assert_int_equal(PARSE(&a, &err, longest + 2), ST_USAGE);
	assert_in_range(strlen(err.text), 1, 300);
}

static void nearest_counts_code_points(void **state)
{
	static const char *const names[] = {"Ñuñoa", "Maipú", "La Reina", "Cañete"};

	(void)state;
	assert_string_equal(options_nearest("nunoa", names, 4) ? "some" : "none",
			    "none");
	assert_string_equal(options_nearest("Maipu", names, 4), "Maipú");
	assert_string_equal(options_nearest("canete", names, 4), "Cañete");
	assert_string_equal(options_nearest("la riena", names, 4), "La Reina");
	assert_null(options_nearest("", names, 4));
	assert_null(options_nearest("Valparaíso", names, 4));
	assert_null(options_nearest("x", NULL, 0));
}

static void numbers(void **state)
{
	static const char *const bad[] = {"",
					  "-1",
					  "+1",
					  " 1",
					  "1 ",
					  "1.5",
					  "0x10",
					  "all",
					  "1001",
					  "0",
					  "99999999999999999999999"};
	unsigned long n = 7;
	struct err err;
	size_t i;

	(void)state;
	assert_int_equal(option_number(&n, "limit", "10", 1, 1000, &err), ST_OK);
	assert_int_equal(n, 10);
	assert_int_equal(option_number(&n, "limit", "1000", 1, 1000, &err), ST_OK);
	assert_int_equal(option_number(&n, "offset", "0", 0, 5, &err), ST_OK);
	assert_int_equal(option_number(&n, "offset", "007", 0, 7, &err), ST_OK);
	assert_int_equal(n, 7);
	assert_int_equal(
		option_number(&n, "offset", "18446744073709551615", 0, ~0ul, &err),
		ST_OK);
	assert_true(n == ~0ul);
	assert_int_equal(
		option_number(&n, "offset", "18446744073709551616", 0, ~0ul, &err),
		ST_USAGE);
	for (i = 0; i < sizeof bad / sizeof *bad; i++) {
		if (option_number(&n, "limit", bad[i], 1, 1000, &err) != ST_USAGE)
			fail_msg("accepted '%s'", bad[i]);
		assert_non_null(strstr(err.text, "--limit="));
		assert_non_null(strstr(err.text, "1000"));
		assert_int_equal(n, 0);
	}
}

/* What write() prints, owned by the caller. */
static char *S_printed(void (*write)(FILE *))
{
	char *text = NULL;
	size_t n;
	FILE *f = open_memstream(&text, &n);

	assert_non_null(f);
	write(f);
	fclose(f);
	return text;
}
static void S_help_all(FILE *f)
{
	options_help(f, &S_program, -1);
}
static void S_help_search(FILE *f)
{
	options_help(f, &S_program, SEARCH);
}
static void S_usage(FILE *f)
{
	options_usage(f, &S_program);
}

static void S_fits(const char *text)
{
	size_t columns = 0;

	for (; *text; text++) {
		columns = *text == '\n' ? 0 : columns + ((*text & 0xC0) != 0x80);
		assert_in_range(columns, 0, 80);
	}
}

static void help_tells_what_the_command_takes(void **state)
{
	char *text = S_printed(S_help_search);

	(void)state;
	assert_non_null(strstr(text, "fichas-test search [OPTIONS] QUERY..."));
	assert_non_null(strstr(text, "-m, --municipality=NAME"));
	assert_non_null(strstr(text, "(text, json, jsonl)"));
	assert_non_null(strstr(text, "--help[=FORMAT]"));
	assert_non_null(strstr(text, "search 'a b'"));
	assert_null(strstr(text, "--dry-run"));
	assert_null(strstr(text, "(text, md)"));
	assert_null(strstr(text, "build folder"));
	S_fits(text);
	free(text);

	text = S_printed(S_help_all);
	assert_non_null(strstr(text, "build"));
	assert_non_null(strstr(text, "--index=DIR"));
	assert_null(strstr(text, "--municipality"));
	S_fits(text);
	free(text);

	text = S_printed(S_usage);
	assert_true(!strncmp(text, "Examples:", 9));
	S_fits(text);
	free(text);
}

static void generated_pieces(void **state)
{
	static const char *const forms[] = {"man", "bash", "zsh", "fish"};
	static const char *const parts[][2] = {
		{".It Fl m , Fl Fl municipality Ns = Ns Ar \\&NAME\n", "isn\\(aqt it"},
		{"complete -F _fichas_test fichas-test", "--dry-run"},
		{"#compdef fichas-test", "isn'\\''t it"},
		{"-n '__fish_seen_subcommand_from search' -s m -l municipality",
		 "isn\\'t it"},
	};
	struct err err;
	size_t i, n;

	(void)state;
	for (i = 0; i < 4; i++) {
		char *text = NULL;
		FILE *f = open_memstream(&text, &n);

		assert_non_null(f);
		assert_int_equal(options_generate(f, &S_program, forms[i], &err),
				 ST_OK);
		fclose(f);
		assert_non_null(strstr(text, parts[i][0]));
		assert_non_null(strstr(text, parts[i][1]));
		free(text);
	}
	assert_int_equal(options_generate(stdout, &S_program, "html", &err), ST_USAGE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(options_follow_words),
		cmocka_unit_test(options_follow_words_under_posix),
		cmocka_unit_test(two_dashes_end_options),
		cmocka_unit_test(empty_words_and_dash_are_words),
		cmocka_unit_test(no_command),
		cmocka_unit_test(meaning_is_the_commands),
		cmocka_unit_test(mistakes_name_the_nearest),
		cmocka_unit_test(abbreviations_are_refused),
		cmocka_unit_test(values_are_checked),
		cmocka_unit_test(messages_hold_no_control_bytes),
		cmocka_unit_test(nearest_counts_code_points),
		cmocka_unit_test(numbers),
		cmocka_unit_test(help_tells_what_the_command_takes),
		cmocka_unit_test(generated_pieces),
	};

	return cmocka_run_group_tests_name("options", tests, NULL, NULL);
}

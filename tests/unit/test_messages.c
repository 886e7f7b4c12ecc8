/*
 * The language is chosen once a process, so each case is a process of its own.
 * The catalogue is the build's: $B/tests/locale leads to $B/locale.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "messages.h"
#include "status.h"

enum { ENGLISH = 10, SPANISH, WRONG };

static int S_child(const char *const *env)
{
	const char *text;
	struct err err;
	char number[16];
	int spanish;

	unsetenv("LC_ALL");
	unsetenv("LC_MESSAGES");
	unsetenv("LANG");
	unsetenv("LANGUAGE");
	for (; *env; env += 2)
		setenv(env[0], env[1], 1);
	messages_init();
	messages_characters();
	spanish = messages_spanish();
	text = _("not enough memory");
	if (spanish != (strcmp(text, "no hay memoria suficiente") == 0) ||
	    spanish != (strcmp(text, "not enough memory") != 0))
		return WRONG;
	/* What the system says speaks the same language. */
	errno = ENOENT;
	err_errno(&err, ST_IO, "x");
	if (strcmp(err.text, spanish ? "x: No existe el archivo o la carpeta"
				     : "x: No such file or directory"))
		return WRONG;
	/* Letters are letters, numbers keep their point. */
	snprintf(number, sizeof number, "%.1f", 1.5);
	if (strcmp(number, "1.5") || MB_CUR_MAX < 2)
		return WRONG;
	return spanish ? SPANISH : ENGLISH;
}

static int S_language(const char *const *env)
{
	int status;
	pid_t pid;

	fflush(NULL);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0)
		_exit(S_child(env));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}
#define LANGUAGE(...) S_language((const char *const[]){__VA_ARGS__, NULL})

static void english_unless_asked(void **state)
{
	(void)state;
	assert_int_equal(S_language((const char *const[]){NULL}), ENGLISH);
	assert_int_equal(LANGUAGE("LANG", ""), ENGLISH);
	assert_int_equal(LANGUAGE("LANG", "C"), ENGLISH);
	assert_int_equal(LANGUAGE("LANG", "C.UTF-8"), ENGLISH);
	assert_int_equal(LANGUAGE("LANG", "en_US.UTF-8"), ENGLISH);
	assert_int_equal(LANGUAGE("LANG", "pt_BR.UTF-8"), ENGLISH);
	assert_int_equal(LANGUAGE("LANG", "est_EE.UTF-8"), ENGLISH);
}

/* None of these locales needs to be installed. */
static void spanish_where_asked(void **state)
{
	static const char *const names[] = {
		"es",	 "es_CL",      "es_CL.UTF-8", "es_ES@euro",	 "es_XX.UTF-8",
		"es-CL", "es_CL.utf8", "es.UTF-8",    "es_CL.ISO-8859-1"};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof names / sizeof *names; i++) {
		assert_int_equal(LANGUAGE("LANG", names[i]), SPANISH);
		assert_int_equal(LANGUAGE("LC_MESSAGES", names[i]), SPANISH);
		assert_int_equal(LANGUAGE("LC_ALL", names[i]), SPANISH);
	}
}

static void variables_have_an_order(void **state)
{
	(void)state;
	assert_int_equal(LANGUAGE("LC_ALL", "C", "LANG", "es_CL.UTF-8"), ENGLISH);
	assert_int_equal(LANGUAGE("LC_ALL", "", "LANG", "es_CL.UTF-8"), SPANISH);
	assert_int_equal(LANGUAGE("LC_MESSAGES", "en_US.UTF-8", "LANG", "es_CL.UTF-8"),
			 ENGLISH);
	assert_int_equal(LANGUAGE("LC_ALL", "es_CL.UTF-8", "LC_MESSAGES", "C"),
			 SPANISH);
}

static void language_list(void **state)
{
	(void)state;
	assert_int_equal(LANGUAGE("LANG", "en_US.UTF-8", "LANGUAGE", "es"), SPANISH);
	assert_int_equal(LANGUAGE("LANG", "C.UTF-8", "LANGUAGE", "fr:es:en"), SPANISH);
	assert_int_equal(LANGUAGE("LANG", "es_CL.UTF-8", "LANGUAGE", "en:es"), ENGLISH);
	assert_int_equal(LANGUAGE("LANG", "es_CL.UTF-8", "LANGUAGE", "fr"), SPANISH);
	/* As everywhere: LANGUAGE means nothing in the locale C. */
	assert_int_equal(LANGUAGE("LANG", "C", "LANGUAGE", "es"), ENGLISH);
	assert_int_equal(LANGUAGE("LANGUAGE", "es"), ENGLISH);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(english_unless_asked),
		cmocka_unit_test(spanish_where_asked),
		cmocka_unit_test(variables_have_an_order),
		cmocka_unit_test(language_list),
	};

	return cmocka_run_group_tests_name("messages", tests, NULL, NULL);
}

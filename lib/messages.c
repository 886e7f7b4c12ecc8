#include "messages.h"

#include <limits.h>
#include <locale.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define DOMAIN "fichas"

/*
 * How the C library's gettext finds a translation: it asks nothing under the
 * locale "C"; under any other it looks into the languages of $LANGUAGE, and
 * only then into the locale's own.  So a locale that is always there (C.UTF-8)
 * and LANGUAGE=es give Spanish on a machine that has no Spanish locale.
 *
 * LC_NUMERIC is never set: numbers in JSON, in reports and on the command line
 * are written with a point in every language.
 */

/* What the C library says of the usual failures: translated here, because its
 * own catalogue comes with locales that a server often lacks (see err_errno). */
#ifdef FICHAS_XGETTEXT
static const char *const S_errno_texts[] = {
	N_("No such file or directory"),
	N_("Permission denied"),
	N_("Operation not permitted"),
	N_("No space left on device"),
	N_("Disk quota exceeded"),
	N_("File exists"),
	N_("File too large"),
	N_("Not a directory"),
	N_("Is a directory"),
	N_("Directory not empty"),
	N_("Read-only file system"),
	N_("Too many open files"),
	N_("Too many open files in system"),
	N_("File name too long"),
	N_("Too many levels of symbolic links"),
	N_("Input/output error"),
	N_("Cannot allocate memory"),
	N_("Invalid argument"),
	N_("Broken pipe"),
	N_("Resource temporarily unavailable"),
	N_("Device or resource busy"),
	N_("Interrupted system call"),
	N_("Bad file descriptor"),
	N_("Invalid cross-device link"),
	N_("Function not implemented"),
	N_("Operation not supported"),
};
#endif

static bool S_in_spanish;

/* "es", "es_CL", "es_CL.UTF-8", "ES-cl" ask for code "es". */
static bool S_asks_for(const char *value, size_t n, const char code[2])
{
	return n >= 2 && (value[0] | 0x20) == code[0] && (value[1] | 0x20) == code[1] &&
	       (n == 2 || strchr("_-.@", value[2]));
}

static const char *S_variable(const char *name)
{
	const char *value = getenv(name);

	return value && *value ? value : NULL;
}

static bool S_wants_spanish(void)
{
	const char *locale = S_variable("LC_ALL"), *s;

	if (!locale)
		locale = S_variable("LC_MESSAGES");
	if (!locale)
		locale = S_variable("LANG");
	if (!locale || !strcmp(locale, "C") || !strcmp(locale, "POSIX"))
		return false;
	/* Of the languages in LANGUAGE ("fr:es:en") the first that we speak. */
	for (s = S_variable("LANGUAGE"); s;) {
		size_t n = strcspn(s, ":");

		if (S_asks_for(s, n, "es"))
			return true;
		if (S_asks_for(s, n, "en") || (n == 1 && *s == 'C'))
			return false;
		s = s[n] ? s + n + 1 : NULL;
	}
	return S_asks_for(locale, strlen(locale), "es");
}

static bool S_bind(const char *folder)
{
	char file[PATH_MAX];
	int n = snprintf(file, sizeof file, "%s/es/LC_MESSAGES/" DOMAIN ".mo", folder);

	return n > 0 && (size_t)n < sizeof file && !access(file, R_OK) &&
	       bindtextdomain(DOMAIN, folder);
}

/* Beside the build, beside where the program was installed, or where it was to
 * be installed. */
static bool S_find_catalogue(void)
{
	static const char *const places[] = {"locale", "../share/locale"};
	char folder[PATH_MAX], exe[PATH_MAX - 32], *slash;
	ssize_t n = readlink("/proc/self/exe", exe, sizeof exe - 1);
	size_t i;

	if (n > 0) {
		exe[n] = '\0';
		slash = strrchr(exe, '/');
		if (slash)
			*slash = '\0';
		for (i = 0; slash && i < sizeof places / sizeof *places; i++) {
			snprintf(folder, sizeof folder, "%s/%s", exe, places[i]);
			if (S_bind(folder))
				return true;
		}
	}
	return S_bind(FICHAS_PREFIX "/share/locale");
}

static bool S_set_any(int category)
{
	static const char *const names[] = {"C.UTF-8", "C.utf8", "es_CL.UTF-8",
					    "es_ES.UTF-8", "en_US.UTF-8"};
	size_t i;

	for (i = 0; i < sizeof names / sizeof *names; i++) {
		if (setlocale(category, names[i]))
			return true;
	}
	return false;
}

void messages_init(void)
{
	S_in_spanish = false;
	if (!S_wants_spanish() || !S_find_catalogue() || !S_set_any(LC_MESSAGES) ||
	    setenv("LANGUAGE", "es", 1)) {
		setlocale(LC_MESSAGES, "C");
		return;
	}
	textdomain(DOMAIN);
	bind_textdomain_codeset(DOMAIN, "UTF-8");
	S_in_spanish = true;
}

void messages_characters(void)
{
	S_set_any(LC_CTYPE);
}

int messages_spanish(void)
{
	return S_in_spanish;
}

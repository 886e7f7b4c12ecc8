#include "options.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "messages.h"
#include "options_table.h"

/*
 * The command is the first word, and what an option means depends on it, so
 * the arguments are read twice: once with every row, only to find the command;
 * then with the rows of that command alone.
 */
enum { ROWS_ALL = -2, ROWS_GLOBAL = -1 };

/* Long options come back as LONG_BASE + row: no letter reaches that. */
enum { LONG_BASE = 0x1000, ROWS_MAX = 0x1000 };

enum option_takes option_takes(const struct option_def *row)
{
	if (!row->arg)
		return TAKES_NONE;
	return row->arg[0] == '[' ? TAKES_OPTIONAL : TAKES_VALUE;
}

char option_letter(const struct option_def *row)
{
	return row->key > ' ' && row->key < 0x7F ? (char)row->key : '\0';
}

bool option_applies(const struct option_def *row, int command)
{
	if (command == ROWS_ALL || row->commands == OPT_ALL_COMMANDS)
		return true;
	return command >= 0 && (row->commands >> command & 1u);
}

size_t command_count(const struct program_def *p)
{
	size_t n = 0;

	while (p->commands[n].name)
		n++;
	return n;
}

static size_t S_rows(const struct program_def *p)
{
	size_t n = 0;

	while (n < ROWS_MAX && p->options[n].name)
		n++;
	return n;
}

/* ---- the nearest name ---- */

enum { NEAR_MAX = 64 }; /* code points; longer words have no near name */

/* Code points of s, lower-cased where ASCII; 0 = empty or too long.  Bytes
 * that are no UTF-8 count as themselves. */
static size_t S_points(unsigned long *out, const char *s)
{
	const unsigned char *p = (const unsigned char *)s;
	size_t n = 0;

	while (*p) {
		unsigned long c = *p++;
		int more = c >= 0xF0 ? 3 : c >= 0xE0 ? 2 : c >= 0xC0 ? 1 : 0;

		if (c >= 'A' && c <= 'Z')
			c += 'a' - 'A';
		for (; more && (*p & 0xC0) == 0x80; more--)
			c = c << 6 | (*p++ & 0x3F);
		if (n == NEAR_MAX)
			return 0;
		out[n++] = c;
	}
	return n;
}

static size_t S_min(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Insertions, deletions, changes and swaps of neighbours. */
static size_t S_distance(const unsigned long *a, size_t na, const unsigned long *b,
			 size_t nb)
{
	size_t rows[3][NEAR_MAX + 1], *before = rows[0], *last = rows[1],
				      *now = rows[2];
	size_t i, j;

	for (j = 0; j <= nb; j++) {
		last[j] = j;
		before[j] = j;
	}
	for (i = 1; i <= na; i++) {
		size_t *spare = before;

		now[0] = i;
		for (j = 1; j <= nb; j++) {
			size_t d = last[j - 1] + (a[i - 1] != b[j - 1]);

			d = S_min(d, S_min(last[j], now[j - 1]) + 1);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
			    a[i - 2] == b[j - 1])
				d = S_min(d, before[j - 2] + 1);
			now[j] = d;
		}
		before = last;
		last = now;
		now = spare;
	}
	return last[nb];
}

const char *options_nearest(const char *word, const char *const *candidates, size_t n)
{
	unsigned long a[NEAR_MAX], b[NEAR_MAX];
	size_t na = S_points(a, word), i, best = (size_t)-1;
	const char *found = NULL;

	if (!na)
		return NULL;
	for (i = 0; i < n; i++) {
		size_t nb = S_points(b, candidates[i]), longer, d;

		if (!nb)
			continue;
		longer = na > nb ? na : nb;
		if (longer - S_min(na, nb) > longer / 3)
			continue;
		d = S_distance(a, na, b, nb);
		if (d <= longer / 3 && d < best) {
			best = d;
			found = candidates[i];
		}
	}
	return found;
}

/* What people meant: a name that begins with the word, else the nearest. */
static const char *S_meant(const char *word, const char *const *names, size_t n)
{
	const char *near = options_nearest(word, names, n);
	size_t len = strlen(word), i;

	if (near)
		return near;
	for (i = 0; len >= 2 && i < n; i++) {
		if (!strncmp(names[i], word, len))
			return names[i];
	}
	return NULL;
}

/* ---- what is said about an argument ---- */

struct shown {
	char text[96];
};

/* An argument as a message may repeat it: no control bytes, not endless. */
static struct shown S_shown(const char *s, size_t n)
{
	struct shown out;
	size_t i, len = n < 80 ? n : 80;

	if (len < n) {
		while (len && ((unsigned char)s[len] & 0xC0) == 0x80)
			len--;
	}
	for (i = 0; i < len; i++)
		out.text[i] = (unsigned char)s[i] < ' ' || s[i] == 0x7F ? '?' : s[i];
	memcpy(out.text + len, len < n ? "..." : "", len < n ? 4 : 1);
	return out;
}

void option_choices(struct buf *out, const struct option_def *row)
{
	const char *s;

	for (s = row->choices ? row->choices : ""; *s; s++) {
		if (*s == '|')
			buf_adds(out, ", ");
		else
			buf_addc(out, *s);
	}
}

void option_shown(struct buf *out, const struct option_def *row)
{
	const char *arg = row->arg ? _(row->arg) : "";

	buf_addf(out, "--%s", row->name);
	if (option_takes(row) == TAKES_OPTIONAL)
		buf_addf(out, "[=%s", arg + (*arg == '['));
	else if (*arg)
		buf_addf(out, "=%s", arg);
}

static enum status S_unknown_command(const struct program_def *p, const char *word,
				     struct err *err)
{
	size_t n = command_count(p), i;
	struct shown typed = S_shown(word, strlen(word));
	const char **names = calloc(n + 1, sizeof *names);
	const char *meant;
	enum status st;
	struct buf all;

	if (!names)
		return err_nomem(err);
	buf_init(&all, 0);
	for (i = 0; i < n; i++) {
		names[i] = p->commands[i].name;
		buf_addf(&all, "%s%s", i ? ", " : "", names[i]);
	}
	meant = S_meant(word, names, n);
	if (meant)
		st = err_set(err, ST_USAGE,
			     _("unknown command '%s'; did you mean '%s'?"), typed.text,
			     meant);
	else
		st = err_set(err, ST_USAGE,
			     _("unknown command '%s'; the commands are: %s"),
			     typed.text, all.data);
	buf_release(&all);
	free(names);
	return st;
}

/* The option is another command's: says whose. */
static enum status S_misplaced(const struct program_def *p, const char *option,
			       unsigned commands, int command, struct err *err)
{
	struct buf whose;
	enum status st;
	size_t i, n = 0;

	buf_init(&whose, 0);
	for (i = 0; i < 32 && p->commands[i].name; i++) {
		if (commands >> i & 1u)
			buf_addf(&whose, "%s%s", n++ ? ", " : "", p->commands[i].name);
	}
	if (command >= 0)
		st = err_set(err, ST_USAGE,
			     _("'%s' does not take the option %s; it goes with: %s"),
			     p->commands[command].name, option, whose.data);
	else
		st = err_set(err, ST_USAGE,
			     _("the option %s needs a command before it: %s"), option,
			     whose.data);
	buf_release(&whose);
	return st;
}

/* element: the whole argument.  letter: the unknown letter of a cluster, or
 * '\0' for a long option. */
static enum status S_unknown_option(const struct program_def *p, int command,
				    const char *element, char letter, struct err *err)
{
	size_t rows = S_rows(p), n = 0, i, len = strcspn(element, "=");
	struct shown typed = S_shown(element, letter ? strlen(element) : len);
	const char **names, *meant;
	unsigned whose = 0;
	enum status st;

	if (letter && (unsigned char)letter < 0x80)
		typed.text[0] = '-', typed.text[1] = letter, typed.text[2] = '\0';
	for (i = 0; i < rows; i++) {
		const struct option_def *row = &p->options[i];

		if (letter ? option_letter(row) == letter
			   : !strcmp(row->name, typed.text + 2))
			whose |= row->commands;
	}
	if (whose)
		return S_misplaced(p, typed.text, whose, command, err);
	if (letter) {
		if (command >= 0 && p->commands[command].args)
			return err_set(
				err, ST_USAGE,
				_("unknown option %s; words that begin with - go "
				  "after --"),
				typed.text);
		return err_set(err, ST_USAGE, _("unknown option %s; see %s --help"),
			       typed.text, p->name);
	}

	names = calloc(rows + 1, sizeof *names);
	if (!names)
		return err_nomem(err);
	for (i = 0; i < rows; i++) {
		if (option_applies(&p->options[i], command))
			names[n++] = p->options[i].name;
	}
	meant = S_meant(typed.text + 2, names, n);
	if (meant)
		st = err_set(err, ST_USAGE, _("unknown option %s; did you mean --%s?"),
			     typed.text, meant);
	else if (command >= 0)
		st = err_set(err, ST_USAGE, _("unknown option %s; see %s %s --help"),
			     typed.text, p->name, p->commands[command].name);
	else
		st = err_set(err, ST_USAGE, _("unknown option %s; see %s --help"),
			     typed.text, p->name);
	free(names);
	return st;
}

static enum status S_check_choice(const struct option_def *row, const char *value,
				  struct err *err)
{
	struct shown typed = S_shown(value, strlen(value));
	size_t len = strlen(value);
	const char *s = row->choices;
	enum status st;
	struct buf all;

	while (s) {
		size_t n = strcspn(s, "|");

		if (n == len && !memcmp(s, value, n))
			return ST_OK;
		s = s[n] ? s + n + 1 : NULL;
	}
	buf_init(&all, 0);
	option_choices(&all, row);
	st = err_set(err, ST_USAGE, _("--%s=%s: the value must be one of: %s"),
		     row->name, typed.text, all.data);
	buf_release(&all);
	return st;
}

/* ---- getopt's tables ---- */

struct scan {
	const struct program_def *p;
	int command;
	struct option *longs;
	char letters[2 * 128 + 4]; /* "-:" + "x" or "x:" each */
};

static const struct option_def *S_by_letter(const struct scan *s, int letter)
{
	size_t i, n = S_rows(s->p);

	for (i = 0; i < n; i++) {
		if (option_letter(&s->p->options[i]) == letter &&
		    option_applies(&s->p->options[i], s->command))
			return &s->p->options[i];
	}
	return NULL;
}

static enum status S_scan_init(struct scan *s, const struct program_def *p, int command,
			       struct err *err)
{
	size_t n = S_rows(p), i, k = 0, at = 2;

	s->p = p;
	s->command = command;
	s->longs = calloc(n + 1, sizeof *s->longs);
	if (!s->longs)
		return err_nomem(err);
	/* '-': words come in their place, whatever POSIXLY_CORRECT says, and
	 * argv keeps its order; ':': getopt itself prints nothing. */
	memcpy(s->letters, "-:", 3);
	for (i = 0; i < n; i++) {
		const struct option_def *row = &p->options[i];
		enum option_takes takes = option_takes(row);
		char letter = option_letter(row);
		size_t j;

		if (!option_applies(row, command))
			continue;
		for (j = 0; j < k && strcmp(s->longs[j].name, row->name); j++)
			;
		if (j == k) {
			s->longs[k].name = row->name;
			s->longs[k].has_arg = takes == TAKES_NONE ? no_argument
					      : takes == TAKES_VALUE
						      ? required_argument
						      : optional_argument;
			s->longs[k++].val = LONG_BASE + (int)i;
		}
		if (letter && !strchr(s->letters + 2, letter)) {
			s->letters[at++] = letter;
			if (takes == TAKES_VALUE)
				s->letters[at++] = ':';
			s->letters[at] = '\0';
		}
	}
	optind = 0; /* glibc: start anew */
	opterr = 0;
	return ST_OK;
}

/* The first word, or NULL. */
static enum status S_find_command(const char **word, const struct program_def *p,
				  int argc, char **argv, struct err *err)
{
	enum status st;
	struct scan s;
	int c;

	*word = NULL;
	st = S_scan_init(&s, p, ROWS_ALL, err);
	if (st)
		return st;
	while ((c = getopt_long(argc, argv, s.letters, s.longs, NULL)) != -1) {
		if (c == 1) {
			*word = optarg;
			break;
		}
	}
	if (c == -1 && optind < argc)
		*word = argv[optind];
	free(s.longs);
	return ST_OK;
}

static enum status S_take(struct arguments *out, const struct scan *s, int c,
			  const char *element, struct err *err)
{
	const struct option_def *row;
	size_t len;

	if (c == '?') {
		if (optopt >= LONG_BASE) {
			row = &s->p->options[optopt - LONG_BASE];
			return err_set(err, ST_USAGE,
				       _("the option --%s takes no value"), row->name);
		}
		return S_unknown_option(s->p, s->command, element, (char)optopt, err);
	}
	if (c == ':') {
		row = optopt >= LONG_BASE ? &s->p->options[optopt - LONG_BASE]
					  : S_by_letter(s, optopt);
		return err_set(err, ST_USAGE, _("the option --%s needs a value: %s"),
			       row->name, _(row->arg));
	}
	if (c >= LONG_BASE) {
		row = &s->p->options[c - LONG_BASE];
		len = strcspn(element + 2, "=");
		if (len != strlen(row->name)) /* an abbreviation */
			return S_unknown_option(s->p, s->command, element, '\0', err);
	} else {
		row = S_by_letter(s, c);
		if (option_takes(row) != TAKES_VALUE)
			optarg = NULL;
	}
	if (row->choices && optarg) {
		enum status st = S_check_choice(row, optarg, err);

		if (st)
			return st;
	}
	out->options[out->n_options].key = row->key;
	out->options[out->n_options++].value = optarg;
	return ST_OK;
}

/* A cluster "-abc" holds as many options as letters. */
static size_t S_options_at_most(int argc, char **argv)
{
	size_t n = 0;
	int i;

	for (i = 1; i < argc; i++)
		n += argv[i][0] == '-' && argv[i][1] != '-' ? strlen(argv[i]) : 1;
	return n;
}

enum status options_parse(struct arguments *out, const struct program_def *p, int argc,
			  char **argv, struct err *err)
{
	bool seen_command = false;
	const char *word;
	enum status st;
	struct scan s;
	int c, before;

	memset(out, 0, sizeof *out);
	out->command = ROWS_GLOBAL;
	if (argc < 1)
		return ST_OK;
	st = S_find_command(&word, p, argc, argv, err);
	if (st)
		return st;
	if (word) {
		size_t i, n = command_count(p);

		for (i = 0; i < n && strcmp(word, p->commands[i].name); i++)
			;
		if (i == n)
			return S_unknown_command(p, word, err);
		out->command = (int)i;
	}
	out->options = calloc(S_options_at_most(argc, argv) + 1, sizeof *out->options);
	out->words = calloc((size_t)argc + 1, sizeof *out->words);
	if (!out->options || !out->words) {
		arguments_release(out);
		return err_nomem(err);
	}
	st = S_scan_init(&s, p, out->command, err);
	if (st) {
		arguments_release(out);
		return st;
	}
	/* optind stays at the argument whose letters are being taken. */
	for (before = 1; !st; before = optind) {
		c = getopt_long(argc, argv, s.letters, s.longs, NULL);
		if (c == -1)
			break;
		if (c != 1)
			st = S_take(out, &s, c, argv[before], err);
		else if (seen_command)
			out->words[out->n_words++] = optarg;
		else
			seen_command = true;
	}
	if (!st) {
		for (c = optind; c < argc; c++) {
			if (seen_command)
				out->words[out->n_words++] = argv[c];
			seen_command = true;
		}
	}
	free(s.longs);
	if (st)
		arguments_release(out);
	return st;
}

void arguments_release(struct arguments *a)
{
	free(a->options);
	free(a->words);
	memset(a, 0, sizeof *a);
	a->command = ROWS_GLOBAL;
}

enum status option_number(unsigned long *out, const char *name, const char *value,
			  unsigned long min, unsigned long max, struct err *err)
{
	struct shown typed = S_shown(value, strlen(value));
	unsigned long n = 0;
	const char *s;

	*out = 0;
	for (s = value; *s >= '0' && *s <= '9'; s++) {
		unsigned digit = (unsigned)(*s - '0');

		if (n > (max - S_min(max, digit)) / 10)
			break;
		n = n * 10 + digit;
	}
	if (s == value || *s || n < min || n > max)
		return err_set(err, ST_USAGE,
			       _("--%s=%s: a whole number from %lu to %lu is expected"),
			       name, typed.text, min, max);
	*out = n;
	return ST_OK;
}

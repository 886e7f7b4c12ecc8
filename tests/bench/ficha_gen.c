#include "ficha_gen.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* ---- strings ---- */

static void S_die(const char *what, const char *where)
{
	fprintf(stderr, "ficha_gen: %s: %s\n", what, where);
	exit(1);
}

void text_clear(struct text *t)
{
	t->n = 0;
	if (t->v)
		t->v[0] = '\0';
}

void text_add(struct text *t, const char *s, size_t n)
{
	if (t->n + n + 1 > t->cap) {
		t->cap = (t->n + n + 1) * 2;
		t->v = realloc(t->v, t->cap);
		if (!t->v)
			S_die("out of memory", "text");
	}
	memcpy(t->v + t->n, s, n);
	t->n += n;
	t->v[t->n] = '\0';
}

void text_puts(struct text *t, const char *s)
{
	text_add(t, s, strlen(s));
}

void text_free(struct text *t)
{
	free(t->v);
	*t = (struct text){0};
}

/* ---- chance: splitmix64 (public domain, Sebastiano Vigna) ---- */

static uint64_t S_mix(uint64_t z)
{
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

struct random random_start(uint64_t seed, uint64_t stream)
{
	return (struct random){S_mix(seed * 0x9e3779b97f4a7c15u + 1) ^
			       S_mix(stream * 0xd1342543de82ef95u + 7)};
}

uint64_t random_next(struct random *r)
{
	return S_mix(r->state += 0x9e3779b97f4a7c15u);
}

unsigned random_below(struct random *r, unsigned n)
{
	return (unsigned)((random_next(r) >> 32) * n >> 32);
}

double random_unit(struct random *r)
{
	return ((double)(random_next(r) >> 11) + 1) / 9007199254740992.0;
}

static bool S_chance(struct random *r, double p)
{
	return random_unit(r) <= p;
}

/* ---- the word file ---- */

enum class {
	C_NM,
	C_NF,
	C_ADJ,
	C_V,
	C_ADV,
	C_INST,
	C_GROUP,
	C_TITLE,
	C_UNITS,
	C_FUNDING,
	C_SUSTAIN,
	C_DESC,
	C_INNOV,
	C_LESSON,
	C_STOP,
	C_COUNT
};

static const char *const class_name[C_COUNT] = {
	"nm",	 "nf",	    "adj",     "v",    "adv",	"inst",	  "group", "title",
	"units", "funding", "sustain", "desc", "innov", "lesson", "stop"};

struct list {
	char **v;
	double *sum; /* cumulated weights, for drawing */
	unsigned n;
};

struct gen {
	uint64_t seed;
	struct list list[C_COUNT];
	struct list communes;
	char *group_slug[GROUPS_MAX];
};

const char *const gen_sello[5] = {"institucionalidad", "politicas", "informacion",
				  "vinculacion", "formacion"};

static void S_push(struct list *l, const char *s, size_t n)
{
	l->v = realloc(l->v, (l->n + 1) * sizeof *l->v);
	if (!l->v || !(l->v[l->n] = strndup(s, n)))
		S_die("out of memory", "words");
	l->n++;
}

static void S_weigh(struct list *l, double shift, double power)
{
	l->sum = malloc(l->n * sizeof *l->sum);
	if (!l->sum)
		S_die("out of memory", "weights");
	double sum = 0;
	for (unsigned i = 0; i < l->n; i++)
		l->sum[i] = sum += pow(i + shift, -power);
}

static unsigned S_draw(const struct list *l, struct random *r)
{
	double x = random_unit(r) * l->sum[l->n - 1];
	unsigned low = 0, high = l->n - 1;
	while (low < high) {
		unsigned mid = (low + high) / 2;
		if (l->sum[mid] < x)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static const char *S_pick(const struct gen *g, enum class c, struct random *r)
{
	return g->list[c].v[S_draw(&g->list[c], r)];
}

static void S_read_words(struct gen *g, const char *path)
{
	FILE *f = fopen(path, "r");
	char *line = NULL;
	size_t cap = 0;
	if (!f)
		S_die("cannot read", path);
	while (getline(&line, &cap, f) > 0) {
		char *tab = strchr(line, '\t');
		if (line[0] == '#' || !tab)
			continue;
		*tab++ = '\0';
		unsigned c = 0;
		while (c < C_COUNT && strcmp(line, class_name[c]))
			c++;
		if (c == C_COUNT)
			S_die("unknown class", line);
		tab[strcspn(tab, "\n")] = '\0';
		for (char *save, *p = strtok_r(tab, "|", &save); p;
		     p = strtok_r(NULL, "|", &save))
			S_push(&g->list[c], p, strlen(p));
	}
	free(line);
	fclose(f);
	for (unsigned c = 0; c < C_COUNT; c++) {
		if (!g->list[c].n)
			S_die("no words of class", class_name[c]);
		/* Patterns differ less in frequency than words do. */
		if (c < C_TITLE)
			S_weigh(&g->list[c], 4, 1);
		else
			S_weigh(&g->list[c], 12, 1);
	}
	/* "slug=how it prints" */
	struct list *groups = &g->list[C_GROUP];
	if (groups->n > GROUPS_MAX)
		S_die("too many groups", path);
	for (unsigned i = 0; i < groups->n; i++) {
		char *eq = strchr(groups->v[i], '=');
		if (!eq)
			S_die("a group without =", groups->v[i]);
		g->group_slug[i] = strndup(groups->v[i], (size_t)(eq - groups->v[i]));
		memmove(groups->v[i], eq + 1, strlen(eq + 1) + 1);
	}
}

static void S_read_communes(struct gen *g, const char *path)
{
	FILE *f = fopen(path, "r");
	char *line = NULL;
	size_t cap = 0;
	if (!f)
		S_die("cannot read", path);
	while (getline(&line, &cap, f) > 0) {
		char *name = strchr(line, '\t');
		if (line[0] < '0' || line[0] > '9' || !name)
			continue;
		S_push(&g->communes, name + 1, strcspn(name + 1, "\t\n"));
	}
	free(line);
	fclose(f);
	if (!g->communes.n)
		S_die("no communes", path);
	/* Which ones are frequent is the seed's matter. */
	struct random r = random_start(g->seed, UINT64_MAX);
	for (unsigned i = g->communes.n - 1; i; i--) {
		unsigned j = random_below(&r, i + 1);
		char *t = g->communes.v[i];
		g->communes.v[i] = g->communes.v[j];
		g->communes.v[j] = t;
	}
	S_weigh(&g->communes, 2, 0.95);
}

struct gen *gen_open(const char *words_path, const char *communes_path, uint64_t seed)
{
	struct gen *g = calloc(1, sizeof *g);
	if (!g)
		S_die("out of memory", "generator");
	g->seed = seed;
	S_read_words(g, words_path);
	S_read_communes(g, communes_path);
	return g;
}

static void S_free_list(struct list *l)
{
	for (unsigned i = 0; i < l->n; i++)
		free(l->v[i]);
	free(l->v);
	free(l->sum);
}

void gen_close(struct gen *g)
{
	if (!g)
		return;
	for (unsigned c = 0; c < C_COUNT; c++)
		S_free_list(&g->list[c]);
	S_free_list(&g->communes);
	for (unsigned i = 0; i < GROUPS_MAX; i++)
		free(g->group_slug[i]);
	free(g);
}

const char *gen_group(const struct gen *g, unsigned i)
{
	return g->group_slug[i];
}

const char *gen_stop(const struct gen *g, unsigned i)
{
	return i < g->list[C_STOP].n ? g->list[C_STOP].v[i] : NULL;
}

/* ---- Spanish forms ---- */

static bool S_ends(const char *s, size_t n, const char *end)
{
	size_t m = strlen(end);
	return n >= m && !memcmp(s + n - m, end, m);
}

static void S_add_plural(struct text *t, const char *s, size_t n)
{
	static const struct {
		const char *end, *instead;
	} rule[] = {
		{"ón", "ones"}, {"ín", "ines"}, {"án", "anes"}, {"és", "eses"},
		{"z", "ces"},	{"s", "s"},	{"a", "as"},	{"e", "es"},
		{"i", "is"},	{"o", "os"},	{"u", "us"},	{"á", "ás"},
		{"é", "és"},	{"ó", "ós"},	{"ú", "ús"},	{"", "es"},
	};
	for (size_t i = 0; i < sizeof rule / sizeof *rule; i++) {
		if (S_ends(s, n, rule[i].end)) {
			text_add(t, s, n - strlen(rule[i].end));
			text_puts(t, rule[i].instead);
			return;
		}
	}
}

static void S_add_adjective(struct text *t, const char *s, bool feminine, bool plural)
{
	char form[96];
	size_t n = strlen(s);
	if (n > sizeof form - 2)
		n = sizeof form - 2;
	memcpy(form, s, n);
	if (feminine && form[n - 1] == 'o')
		form[n - 1] = 'a';
	text_puts(t, " ");
	if (plural)
		S_add_plural(t, form, n);
	else
		text_add(t, form, n);
}

/* 'V' infinitive, 'P' realizó, 'R' realiza, 'L' realizaron. */
static void S_add_verb(struct text *t, const char *s, char form)
{
	size_t n = strlen(s);
	if (form == 'V' || n < 3) {
		text_add(t, s, n);
		return;
	}
	bool ar = s[n - 2] == 'a';
	text_add(t, s, n - 2);
	if (form == 'P')
		text_puts(t, ar ? "ó" : "ió");
	else if (form == 'R')
		text_puts(t, ar ? "a" : "e");
	else
		text_puts(t, ar ? "aron" : "ieron");
}

/* ---- the open vocabulary ---- */

/* Rank r of an endless list: P(rank > r) = (1 + r / 30) ^ -0.2, Zipf's law
 * with exponent 1.2; the word is a function of its rank alone. */
static void S_add_open(struct text *t, struct gen *g, struct random *r)
{
	static const char *const onset[] = {"b",  "c",	"ch", "d",  "f",  "g",	"j",
					    "l",  "ll", "m",  "n",  "p",  "qu", "r",
					    "s",  "t",	"v",  "hu", "tr", "br", "pl",
					    "cr", "gr", "fr", "bl", "cl", "pr", "ñ"};
	static const char *const vowel[] = {"a", "e", "i", "a", "o", "e"};
	static const char *const coda[] = {"", "", "", "", "n", "l", "r", "s"};
	static const char *const suffix[] = {
		"ción", "dad",	 "miento", "ista",  "ero",     "al",   "ico", "able",
		"ería", "mente", "ado",	   "ación", "ización", "ario", "oso", "ancia"};
	double rank = 30 * (pow(random_unit(r), -5) - 1);
	uint64_t h = S_mix((uint64_t)(rank < 1e18 ? rank : 1e18) ^ 0x0f1c4a5u);
	unsigned kind = (unsigned)(h % 100);
	char word[64];
	size_t n = 0;
	struct random w = random_start(h, g->seed);

	if (kind < 12) { /* a figure */
		unsigned x = random_below(&w, 90000) + 1000;
		snprintf(word, sizeof word, "%u.%03u", x / 1000, x % 1000);
		text_puts(t, word);
		return;
	}
	if (kind < 20) { /* an acronym */
		unsigned letters = 3 + random_below(&w, 3);
		for (unsigned i = 0; i < letters; i++)
			word[n++] = "AEIOUBCDFGLMNPRSTV"[random_below(&w, 18)];
		text_add(t, word, n);
		return;
	}
	unsigned syllables = 2 + random_below(&w, 3);
	for (unsigned i = 0; i < syllables; i++) {
		const char *part[3] = {onset[random_below(&w, 28)],
				       vowel[random_below(&w, 6)],
				       coda[random_below(&w, 8)]};
		for (unsigned j = 0; j < 3; j++) {
			size_t m = strlen(part[j]);
			if (j == 1 && !strcmp(part[0], "qu") && part[1][0] != 'i')
				part[1] = "e";
			memcpy(word + n, part[j], m);
			n += m;
		}
	}
	if (kind < 60) { /* a name */
		if ((unsigned char)word[0] == 0xc3)
			word[1] = (char)(word[1] & ~0x20);
		else
			word[0] = (char)(word[0] & ~0x20);
		text_add(t, word, n);
	} else { /* a coinage */
		text_add(t, word, n);
		text_puts(t, suffix[random_below(&w, 16)]);
	}
}

/* ---- patterns ---- */

static void S_add_noun(struct text *t, struct gen *g, struct random *r, bool article,
		       bool plural, unsigned depth)
{
	bool feminine = S_chance(r, 0.52);
	const char *noun = S_pick(g, feminine ? C_NF : C_NM, r);
	if (article) {
		const char *word = plural     ? feminine ? "las " : "los "
				   : feminine ? "la "
					      : "el ";
		if (!plural && !feminine && S_ends(t->v, t->n, " de ")) {
			t->n -= 1;
			word = "l ";
		} else if (!plural && !feminine && S_ends(t->v, t->n, " a ")) {
			t->n -= 1;
			word = "l ";
		}
		text_puts(t, word);
	}
	if (plural)
		S_add_plural(t, noun, strlen(noun));
	else
		text_puts(t, noun);
	if (S_chance(r, 0.42))
		S_add_adjective(t, S_pick(g, C_ADJ, r), feminine, plural);
	if (depth == 0 && S_chance(r, 0.22)) {
		text_puts(t, " de ");
		S_add_noun(t, g, r, S_chance(r, 0.5), S_chance(r, 0.3), 1);
	} else if (S_chance(r, 0.06)) {
		text_puts(t, " ");
		S_add_open(t, g, r);
	}
}

static void S_add_pattern(struct text *t, struct gen *g, struct random *r,
			  const char *pattern, const struct made *m)
{
	char number[16];
	size_t start = t->n;
	for (const char *p = pattern; *p; p++) {
		if (*p != '%' || !p[1]) {
			text_add(t, p, 1);
			continue;
		}
		switch (*++p) {
		case 'N':
			S_add_noun(t, g, r, true, S_chance(r, 0.35), 0);
			break;
		case 'n':
			S_add_noun(t, g, r, false, false, 0);
			break;
		case 's':
			S_add_noun(t, g, r, false, true, 1);
			break;
		case 'V':
		case 'P':
		case 'R':
		case 'L':
			S_add_verb(t, S_pick(g, C_V, r), *p);
			break;
		case 'B':
			text_puts(t, S_pick(g, C_ADV, r));
			break;
		case 'M':
			text_puts(t, m->municipality);
			break;
		case 'I':
			text_puts(t, S_pick(g, C_INST, r));
			break;
		case 'G':
			text_puts(t,
				  g->list[C_GROUP]
					  .v[m->groups[random_below(r, m->n_groups)]]);
			break;
		case 'Y':
			snprintf(number, sizeof number, "%u",
				 m->years[random_below(r, m->n_years)]);
			text_puts(t, number);
			break;
		case 'D':
			snprintf(number, sizeof number, "%u",
				 (unsigned)(2 / (random_unit(r) * 0.99 + 0.002)));
			text_puts(t, number);
			break;
		case 'O':
			S_add_open(t, g, r);
			break;
		default:
			text_add(t, p, 1);
		}
	}
	unsigned char *first = (unsigned char *)t->v + start;
	if (first[0] >= 'a' && first[0] <= 'z')
		first[0] = (unsigned char)(first[0] - 0x20);
	else if (first[0] == 0xc3 && first[1] >= 0xa0)
		first[1] = (unsigned char)(first[1] - 0x20);
}

/* Sentences up to about so many bytes, in paragraphs. */
static void S_add_prose(struct text *t, struct gen *g, struct random *r, enum class c,
			const struct made *m, size_t bytes)
{
	size_t paragraph = 0;
	do {
		if (t->n) {
			bool end = t->n - paragraph > 350 && S_chance(r, 0.5);
			text_puts(t, end ? "\n\n" : " ");
			if (end)
				paragraph = t->n;
		}
		S_add_pattern(t, g, r, S_pick(g, c, r), m);
	} while (t->n < bytes);
}

static void S_make_dates(struct made *m, struct random *r)
{
	static const char *const month[] = {
		"enero", "febrero", "marzo",	  "abril",   "mayo",	  "junio",
		"julio", "agosto",  "septiembre", "octubre", "noviembre", "diciembre"};
	char line[128];
	unsigned start = 2025 - (unsigned)(random_unit(r) * random_unit(r) * 9.99);
	unsigned long_ = 0;
	while (start + long_ < 2025 && long_ < YEARS_MAX - 1 && S_chance(r, 0.45))
		long_++;
	unsigned end = start + long_, a = random_below(r, 12), b = random_below(r, 12);
	if (!long_ && b < a)
		b = 11;
	for (m->n_years = 0; m->n_years <= long_; m->n_years++)
		m->years[m->n_years] = start + m->n_years;
	switch (random_below(r, 5)) {
	case 0:
		snprintf(line, sizeof line, "%u de %s %u / %u de %s %u",
			 1 + random_below(r, 28), month[a], start,
			 1 + random_below(r, 28), month[b], end);
		break;
	case 1:
		if (long_)
			snprintf(line, sizeof line, "%s %u a %s %u", month[a], start,
				 month[b], end);
		else
			snprintf(line, sizeof line, "%s a %s de %u", month[a], month[b],
				 start);
		break;
	case 2:
		snprintf(line, sizeof line, "%u – %u", start, end);
		if (!long_)
			snprintf(line, sizeof line, "%u", start);
		break;
	case 3:
		snprintf(line, sizeof line, "%s %u / %s %u", month[a], start, month[b],
			 end);
		break;
	default:
		snprintf(line, sizeof line, "Entre %s de %u y %s de %u", month[a],
			 start, month[b], end);
	}
	line[0] = (char)(line[0] & (line[0] >= 'a' ? ~0x20 : ~0));
	text_puts(&m->dates, line);
}

void gen_make(struct made *m, struct gen *g, uint64_t i)
{
	struct random at = random_start(g->seed, i), *r = &at;
	struct text *all[] = {&m->title,       &m->units,      &m->population,
			      &m->dates,       &m->funding,    &m->sustainability,
			      &m->description, &m->innovation, &m->lessons};
	for (size_t k = 0; k < sizeof all / sizeof *all; k++)
		text_clear(all[k]);

	snprintf(m->id, sizeof m->id, "ficha-%07llu", (unsigned long long)i);
	m->municipality = g->communes.v[S_draw(&g->communes, r)];
	m->sello = 0;
	for (unsigned k = 1 + random_below(r, 3); k; k--)
		m->sello |= 1u << (unsigned)(random_unit(r) * random_unit(r) * 4.999);
	m->n_groups = 0;
	for (unsigned k = 1 + random_below(r, 3); k; k--) {
		unsigned group = S_draw(&g->list[C_GROUP], r);
		bool known = false;
		for (unsigned j = 0; j < m->n_groups; j++)
			known |= m->groups[j] == group;
		if (!known)
			m->groups[m->n_groups++] = group;
	}
	S_make_dates(m, r);
	for (unsigned k = 0; k < m->n_groups; k++) {
		if (k)
			text_puts(&m->population, ". ");
		text_puts(&m->population, g->list[C_GROUP].v[m->groups[k]]);
	}
	m->population.v[0] =
		(char)(m->population.v[0] & (m->population.v[0] >= 'a' ? ~0x20 : ~0));
	S_add_pattern(&m->title, g, r, S_pick(g, C_TITLE, r), m);
	S_add_pattern(&m->units, g, r, S_pick(g, C_UNITS, r), m);
	S_add_pattern(&m->funding, g, r, S_pick(g, C_FUNDING, r), m);
	S_add_prose(&m->sustainability, g, r, C_SUSTAIN, m, 40 + random_below(r, 80));
	double spread = random_unit(r) + random_unit(r) + random_unit(r); /* 0..3 */
	S_add_prose(&m->description, g, r, C_DESC, m, (size_t)(350 + 830 * spread));
	S_add_prose(&m->innovation, g, r, C_INNOV, m, 180 + random_below(r, 400));
	S_add_prose(&m->lessons, g, r, C_LESSON, m, 180 + random_below(r, 500));
}

void made_free(struct made *m)
{
	struct text *all[] = {&m->title,       &m->units,      &m->population,
			      &m->dates,       &m->funding,    &m->sustainability,
			      &m->description, &m->innovation, &m->lessons};
	for (size_t k = 0; k < sizeof all / sizeof *all; k++)
		text_free(all[k]);
}

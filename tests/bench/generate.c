/*
 * generate - the benchmark's data, the same for the same N and SEED.
 *
 *   generate records N SEED WORDS TABLES   > JSON Lines, a ficha a line
 *   generate queries N SEED WORDS TABLES   > 200 queries
 *   generate extras  N SEED WORDS TABLES   > prefixes to complete, misspelt words
 *
 * A query is a line of tab-separated fields, the same for every system:
 *
 *   class    how frequent its words are, or what it exercises (for the report)
 *   kind     all | any | phrase | prefix | none | similar
 *   words    separated by blanks; the id for similar; the letters for prefix
 *   field    - (any) | lessons
 *   filters  - | m=Name,Name;s=slug;p=slug   (municipality, Sello, population)
 *
 * Words are drawn by document frequency in the first 10,000 fichas of the
 * seed, so the queries are the same for every N from there on.
 */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "ficha_gen.h"

#define SAMPLE 10000u

static void S_die(const char *what)
{
	fprintf(stderr, "generate: %s\n", what);
	exit(1);
}

/* ---- records ---- */

static void S_put_string(const char *s, size_t n)
{
	putchar('"');
	for (size_t i = 0; i < n; i++) {
		if (s[i] == '"' || s[i] == '\\')
			putchar('\\');
		if (s[i] == '\n')
			fputs("\\n", stdout);
		else
			putchar(s[i]);
	}
	putchar('"');
}

static void S_put_field(const char *key, const struct text *t)
{
	printf(",\"%s\":", key);
	S_put_string(t->v, t->n);
}

static void S_put_record(const struct made *m, const struct gen *g)
{
	printf("{\"id\":\"%s\"", m->id);
	S_put_field("title", &m->title);
	printf(",\"municipality\":");
	S_put_string(m->municipality, strlen(m->municipality));
	S_put_field("units_and_partners", &m->units);
	fputs(",\"sello_lines\":[", stdout);
	const char *comma = "";
	for (unsigned i = 0; i < 5; i++) {
		if (m->sello >> i & 1) {
			printf("%s\"%s\"", comma, gen_sello[i]);
			comma = ",";
		}
	}
	fputs("],\"population_label\":\"Población Objetivo\"", stdout);
	S_put_field("population_verbatim", &m->population);
	fputs(",\"population_groups\":[", stdout);
	for (unsigned i = 0; i < m->n_groups; i++)
		printf("%s\"%s\"", i ? "," : "", gen_group(g, m->groups[i]));
	putchar(']');
	S_put_field("dates_verbatim", &m->dates);
	fputs(",\"years\":[", stdout);
	for (unsigned i = 0; i < m->n_years; i++)
		printf("%s%u", i ? "," : "", m->years[i]);
	putchar(']');
	S_put_field("funding", &m->funding);
	S_put_field("sustainability", &m->sustainability);
	S_put_field("description", &m->description);
	S_put_field("innovation", &m->innovation);
	S_put_field("lessons", &m->lessons);
	puts("}");
}

/* ---- words of a text ---- */

/* Length of the letters at s: ASCII letters and those of Latin-1. */
static size_t S_letters(const char *s)
{
	const unsigned char *p = (const unsigned char *)s;
	size_t n = 0;
	for (;;) {
		if ((p[n] | 32) >= 'a' && (p[n] | 32) <= 'z')
			n++;
		else if (p[n] == 0xc3 && p[n + 1] >= 0x80 && p[n + 1] != 0x97 &&
			 p[n + 1] != 0xb7)
			n += 2;
		else
			return n;
	}
}

static void S_lower(char *s)
{
	for (; *s; s++) {
		if (*s >= 'A' && *s <= 'Z')
			*s = (char)(*s + 32);
		else if ((unsigned char)*s == 0xc3 && (unsigned char)s[1] < 0xa0)
			s[1] = (char)(s[1] | 0x20), s++;
	}
}

struct word {
	char *text;
	unsigned df;
	unsigned last; /* the ficha that was counted last, + 1 */
};

struct vocabulary {
	struct word *v;
	size_t n, cap; /* cap: a power of two, more than twice n */
};

static struct word *S_slot(struct vocabulary *t, const char *s)
{
	uint64_t h = 14695981039346656037u; /* FNV-1a */
	for (const char *p = s; *p; p++)
		h = (h ^ (unsigned char)*p) * 1099511628211u;
	size_t i = h & (t->cap - 1);
	while (t->v[i].text && strcmp(t->v[i].text, s))
		i = (i + 1) & (t->cap - 1);
	return &t->v[i];
}

static struct word *S_intern(struct vocabulary *t, const char *s)
{
	if ((t->n + 1) * 2 > t->cap) {
		struct vocabulary big = {.cap = t->cap ? t->cap * 2 : 1024};
		big.v = calloc(big.cap, sizeof *big.v);
		if (!big.v)
			S_die("out of memory");
		for (size_t i = 0; i < t->cap; i++) {
			if (t->v[i].text)
				*S_slot(&big, t->v[i].text) = t->v[i];
		}
		big.n = t->n;
		free(t->v);
		*t = big;
	}
	struct word *w = S_slot(t, s);
	if (!w->text) {
		if (!(w->text = strdup(s)))
			S_die("out of memory");
		t->n++;
	}
	return w;
}

/* ---- what queries are made from ---- */

enum tier { FREQUENT, MEDIUM, RARE, TIERS };
static const char *const tier_name[TIERS] = {"frequent", "medium", "rare"};

struct source {
	struct gen *gen;
	struct made made; /* the ficha in hand */
	uint64_t n;
	struct random random;
	struct vocabulary words, stop;
	char **tier[TIERS];
	size_t n_tier[TIERS];
	/* df: frequent from, rare below, hardly there below */
	unsigned frequent_at, rare_below, rare_from;
};

static bool S_is_stop(struct source *s, const char *word)
{
	return S_slot(&s->stop, word)->text != NULL;
}

/* Our own list: a change in the tables must not change the queries. */
static void S_read_stop(struct source *s)
{
	const char *word;

	for (unsigned i = 0; (word = gen_stop(s->gen, i)); i++)
		S_intern(&s->stop, word);
}

/* Copies the word at p, lower case, into out; 0 if it cannot be asked for. */
static size_t S_word(char out[64], const char *p)
{
	size_t n = S_letters(p);
	if (n >= 64)
		return 0;
	memcpy(out, p, n);
	out[n] = '\0';
	S_lower(out);
	return n;
}

static int S_compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void S_count_words(struct source *s)
{
	char word[64];
	for (uint64_t i = 0; i < s->n; i++) {
		gen_make(&s->made, s->gen, i);
		const struct text *part[] = {&s->made.title, &s->made.description,
					     &s->made.innovation, &s->made.lessons};
		for (unsigned k = 0; k < 4; k++) {
			for (const char *p = part[k]->v; *p;) {
				size_t n = S_letters(p);
				if (n >= 4 && S_word(word, p)) {
					struct word *w = S_intern(&s->words, word);
					if (w->last != i + 1)
						w->df++;
					w->last = (unsigned)i + 1;
				}
				p += n ? n : 1;
			}
		}
	}
	s->frequent_at = (unsigned)(s->n / 5 + 1);
	s->rare_below = (unsigned)(s->n / 100 + 1);
	s->rare_from = (unsigned)(s->n / 3000);
	for (unsigned t = 0; t < TIERS; t++) {
		s->tier[t] = calloc(s->words.n + 1, sizeof(char *));
		if (!s->tier[t])
			S_die("out of memory");
	}
	for (size_t i = 0; i < s->words.cap; i++) {
		const struct word *w = &s->words.v[i];
		if (!w->text || w->df < s->rare_from || S_is_stop(s, w->text))
			continue;
		enum tier t = w->df >= s->frequent_at  ? FREQUENT
			      : w->df >= s->rare_below ? MEDIUM
						       : RARE;
		s->tier[t][s->n_tier[t]++] = w->text;
	}
	for (unsigned t = 0; t < TIERS; t++) {
		/* The hash table's order is no one's business. */
		qsort(s->tier[t], s->n_tier[t], sizeof(char *), S_compare);
		if (!s->n_tier[t])
			s->tier[t][s->n_tier[t]++] = strdup("comunidad");
	}
}

static const char *S_tier_word(struct source *s, enum tier t)
{
	return s->tier[t][random_below(&s->random, (unsigned)s->n_tier[t])];
}

/* n different words of one ficha, so that they meet somewhere. */
static void S_words_of_one(struct source *s, struct text *out, unsigned n)
{
	char word[64];
	text_clear(out);
	gen_make(&s->made, s->gen, random_next(&s->random) % s->n);
	const struct text *from =
		random_below(&s->random, 4) ? &s->made.description : &s->made.lessons;
	for (unsigned tries = 0, had = 0; had < n && tries < 400; tries++) {
		const char *p = from->v + random_below(&s->random, (unsigned)from->n);
		while (*p && S_letters(p))
			p++;
		while (*p && !S_letters(p))
			p++;
		if (S_letters(p) < 4 || !S_word(word, p) || S_is_stop(s, word) ||
		    (out->n && strstr(out->v, word)))
			continue;
		if (had++)
			text_puts(out, " ");
		text_puts(out, word);
	}
}

/* n words in a row, printed with single blanks between, one of them no stop
 * word. */
static void S_phrase(struct source *s, struct text *out, unsigned n)
{
	char word[64];
	for (;;) {
		text_clear(out);
		gen_make(&s->made, s->gen, random_next(&s->random) % s->n);
		const struct text *from = &s->made.description;
		const char *p = from->v + random_below(&s->random, (unsigned)from->n);
		while (*p && *p != ' ')
			p++;
		unsigned had = 0, content = 0;
		while (had < n && *p == ' ') {
			size_t m = S_letters(++p);
			if (!m || !S_word(word, p))
				break;
			content += m >= 4 && !S_is_stop(s, word);
			if (had++)
				text_puts(out, " ");
			text_puts(out, word);
			p += m;
		}
		if (had == n && content)
			return;
	}
}

static void S_put_filters(struct source *s, unsigned facets)
{
	struct random *r = &s->random;
	const struct made *m = &s->made;
	gen_make(&s->made, s->gen, random_next(r) % s->n);
	unsigned first = random_below(r, 3);
	const char *semicolon = "";
	putchar('\t');
	if (!facets)
		putchar('-');
	for (unsigned k = 0; k < facets; k++) {
		unsigned which = (first + k) % 3;
		fputs(semicolon, stdout);
		semicolon = ";";
		if (which == 0) {
			printf("s=");
			unsigned bit = 0;
			while (!(m->sello >> bit & 1))
				bit++;
			fputs(gen_sello[bit], stdout);
			if (random_below(r, 3) == 0)
				printf(",%s", gen_sello[(bit + 1) % 5]);
		} else if (which == 1) {
			printf("p=%s", gen_group(s->gen, m->groups[0]));
			if (random_below(r, 3) == 0)
				printf(",%s",
				       gen_group(s->gen, (m->groups[0] + 3) % 20));
		} else {
			printf("m=%s", m->municipality);
			if (random_below(r, 3) == 0) {
				char other[128];
				snprintf(other, sizeof other, "%s", m->municipality);
				gen_make(&s->made, s->gen, random_next(r) % s->n);
				if (strcmp(other, s->made.municipality))
					printf(",%s", s->made.municipality);
			}
		}
	}
	putchar('\n');
}

static void S_put_query(struct source *s, const char *class, const char *kind,
			const char *words, const char *field)
{
	printf("%s\t%s\t%s\t%s", class, kind, words, field);
	/* Two of five carry filters, of one facet most often. */
	static const unsigned facets[20] = {1, 1, 1, 1, 1, 2, 2, 3};
	S_put_filters(s, facets[random_below(&s->random, 20)]);
}

static void S_put_queries(struct source *s)
{
	struct text t = {0};
	struct random *r = &s->random;
	char class[32];
	for (unsigned i = 0; i < 36; i++)
		S_put_query(s, tier_name[i % 3], "all", S_tier_word(s, i % 3), "-");
	for (unsigned i = 0; i < 54; i++) {
		unsigned n = 2 + i % 3;
		S_words_of_one(s, &t, n);
		snprintf(class, sizeof class, "all%u", n);
		S_put_query(s, class, "all", t.v, "-");
	}
	for (unsigned i = 0; i < 30; i++) {
		text_clear(&t);
		for (unsigned k = 0; k < 2 + i % 2; k++) {
			if (k)
				text_puts(&t, " ");
			text_puts(&t, S_tier_word(s, random_below(r, TIERS)));
		}
		S_put_query(s, "any", "any", t.v, "-");
	}
	for (unsigned i = 0; i < 30; i++) {
		S_phrase(s, &t, 2 + i % 2);
		S_put_query(s, "phrase", "phrase", t.v, "-");
	}
	for (unsigned i = 0; i < 18; i++) {
		text_clear(&t);
		const char *word = S_tier_word(s, i % 3);
		size_t n = 3 + random_below(r, 4);
		if (n > strlen(word))
			n = strlen(word);
		while ((word[n] & 0xc0) == 0x80)
			n++;
		text_add(&t, word, n);
		S_put_query(s, "prefix", "prefix", t.v, "-");
	}
	for (unsigned i = 0; i < 12; i++) {
		S_words_of_one(s, &t, 1 + i % 2);
		S_put_query(s, "lessons", "all", t.v, "lessons");
	}
	for (unsigned i = 0; i < 10; i++) {
		printf("filters\tnone\t-\t-");
		S_put_filters(s, i % 4); /* 0: everything */
	}
	for (unsigned i = 0; i < 10; i++)
		printf("similar\tsimilar\tficha-%07llu\t-\t-\n",
		       (unsigned long long)(random_next(r) % s->n));
	text_free(&t);
}

static void S_put_extras(struct source *s)
{
	struct random *r = &s->random;
	for (unsigned i = 0; i < 50; i++) {
		const char *word = S_tier_word(s, i % 3);
		size_t n = 3 + random_below(r, 4);
		if (n > strlen(word))
			n = strlen(word);
		while ((word[n] & 0xc0) == 0x80)
			n++;
		printf("suggest\tsuggest\t%.*s\t-\t-\n", (int)n, word);
	}
	for (unsigned i = 0; i < 50; i++) {
		const char *word = S_tier_word(s, i % 2);
		size_t n = strlen(word), at = 1 + random_below(r, (unsigned)n - 2);
		bool plain = !(word[at] & 0x80) && !(word[at + 1] & 0x80);
		if (!plain)
			at = 1, plain = !(word[1] & 0x80) && !(word[2] & 0x80);
		if (!plain || n < 6) {
			printf("typo\tall\t%szx\t-\t-\n", word);
			continue;
		}
		printf("typo\tall\t%.*s", (int)at, word);
		switch (random_below(r, 3)) {
		case 0:
			printf("%s", word + at + 1);
			break;
		case 1:
			printf("%c%c%s", word[at + 1], word[at], word + at + 2);
			break;
		default:
			printf("w%s", word + at + 1);
		}
		printf("\t-\t-\n");
	}
}

int main(int argc, char **argv)
{
	char path[4096];
	if (argc != 6 || atoll(argv[2]) <= 0) {
		fputs("usage: generate records|queries|extras N SEED WORDS TABLES\n",
		      stderr);
		return 2;
	}
	uint64_t n = strtoull(argv[2], NULL, 10), seed = strtoull(argv[3], NULL, 10);
	snprintf(path, sizeof path, "%s/communes.tsv", argv[5]);
	struct source s = {.gen = gen_open(argv[4], path, seed)};
	if (!strcmp(argv[1], "records")) {
		for (uint64_t i = 0; i < n; i++) {
			gen_make(&s.made, s.gen, i);
			S_put_record(&s.made, s.gen);
		}
	} else {
		bool extras = !strcmp(argv[1], "extras");
		s.n = n < SAMPLE ? n : SAMPLE;
		s.random = random_start(seed, extras ? UINT64_MAX - 2 : UINT64_MAX - 1);
		S_read_stop(&s);
		S_count_words(&s);
		if (extras)
			S_put_extras(&s);
		else
			S_put_queries(&s);
		for (unsigned t = 0; t < TIERS; t++)
			free(s.tier[t]);
		for (size_t i = 0; i < s.words.cap; i++)
			free(s.words.v[i].text);
		for (size_t i = 0; i < s.stop.cap; i++)
			free(s.stop.v[i].text);
		free(s.words.v);
		free(s.stop.v);
	}
	made_free(&s.made);
	gen_close(s.gen);
	if (fflush(stdout) || ferror(stdout))
		S_die("cannot write");
	return 0;
}

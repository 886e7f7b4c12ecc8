/* The vocabulary tables and what is looked up in them. */
#include "fichas_of.h"

#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static const char *S_commune(const char *name)
{
	const struct commune *v[4];
	size_t n = lexicon_find_commune(v, 4, lexicon, analyzer, name, strlen(name));

	return n == 0 ? "none" : n > 1 ? "several" : v[0]->name;
}

static const char *S_region(const char *name)
{
	const struct region *v[4];
	size_t n = lexicon_find_region(v, 4, lexicon, analyzer, name, strlen(name));

	return n == 0 ? "none" : n > 1 ? "several" : v[0]->slug;
}

static void test_tables_are_whole(void **state)
{
	const struct commune *c;
	const struct region *r;
	size_t n;

	(void)state;
	c = lexicon_communes(lexicon, &n);
	assert_int_equal(n, 346);
	for (size_t i = 0; i < n; i++) {
		/* Every name finds itself, in any form that people type. */
		assert_string_equal(S_commune(c[i].name), c[i].name);
		assert_string_equal(S_commune(c[i].slug), c[i].name);
		assert_string_equal(S_commune(c[i].cut_code), c[i].name);
		assert_string_equal(
			lexicon_label(lexicon, FACET_MUNICIPALITY, c[i].slug),
			c[i].name);
		assert_int_equal(strncmp(c[i].cut_code, c[i].region_code, 2), 0);
	}
	r = lexicon_regions(lexicon, &n);
	assert_int_equal(n, 16);
	for (size_t i = 0; i < n; i++) {
		assert_int_equal(r[i].order, i + 1);
		assert_string_equal(S_region(r[i].name), r[i].slug);
		assert_string_equal(S_region(r[i].official_name), r[i].slug);
		assert_string_equal(S_region(r[i].roman), r[i].slug);
		assert_string_equal(S_region(r[i].code), r[i].slug);
	}
	assert_int_equal(lexicon_sello(lexicon).n, 5);
	assert_int_equal(lexicon_groups(lexicon).n, 20);
	assert_int_equal(lexicon_status(lexicon).n, 3);
}

static void test_names(void **state)
{
	static const char *const v[][2] = {
		{"reina", "La Reina"},
		{"LA REINA", "La Reina"},
		{"vina", "Vi\xC3\xB1"
			 "a del Mar"},
		{"VIN\xCC\x83"
		 "A DEL MAR",
		 "Vi\xC3\xB1"
		 "a del Mar"},
		{"1101", "Iquique"},
		{"llay llay", "Llaillay"},
		{"O\xE2\x80\x99Higgins", "O'Higgins"},
		{"florida", "Florida"},
		{"la florida", "La Florida"},
		{"comuna de Maipu", "Maip\xC3\xBA"},
		{"Municipalidad de La Calera", "Calera"},
		{"pac", "Pedro Aguirre Cerda"},
		{"la maipu", "Maip\xC3\xBA"},
		{"Atlantida", "none"},
		{"99999", "none"},
		{"", "none"},
	};
	const struct commune *near[5];

	(void)state;
	for (size_t i = 0; i < sizeof v / sizeof *v; i++)
		assert_string_equal(S_commune(v[i][0]), v[i][1]);
	assert_string_equal(S_region("RM"), "metropolitana-de-santiago");
	assert_string_equal(S_region("ohiggins"),
			    "libertador-general-bernardo-ohiggins");
	assert_string_equal(S_region("regi\xC3\xB3n del Maule"), "maule");
	assert_string_equal(S_region("5"), "valparaiso");
	assert_true(lexicon_near_communes(near, 5, lexicon, analyzer, "Temucco", 7) >
		    0);
	assert_string_equal(near[0]->name, "Temuco");
	assert_null(lexicon_label(lexicon, FACET_YEAR, "2023"));
	assert_null(lexicon_label(lexicon, FACET_MUNICIPALITY, "atlantida"));
}

static void S_heading_is(const char *line, enum field field, const char *rest)
{
	struct heading h;
	bool is = lexicon_heading(&h, lexicon, line, strlen(line));

	if (field == F_NONE) {
		if (is)
			fail_msg("%s: is no heading", line);
		return;
	}
	if (!is || h.field != field || strcmp(line + h.rest, rest) != 0)
		fail_msg("%s: %d, %d, %s", line, is, (int)h.field, line + h.rest);
}

static void test_headings(void **state)
{
	(void)state;
	S_heading_is("L\xC3\xADnea Sello", F_SELLO, "");
	S_heading_is("LINEA SELLO:", F_SELLO, "");
	S_heading_is("L\xC3\xADnea(s) Sello", F_SELLO, "");
	S_heading_is("Forma de financiamiento: Recursos", F_FUNDING, "Recursos");
	S_heading_is("Forma de financiamiento \xE2\x80\x93 Recursos", F_FUNDING,
		     "Recursos");
	S_heading_is("Breve descripci\xC3\xB3n de la iniciativa", F_DESCRIPTION, "");
	S_heading_is("BREVE DESCRIPCI\xC3\x93N DE LA INICIATIVA", F_DESCRIPTION, "");
	S_heading_is("Breve descripci\xC3\xB3n La iniciativa", F_DESCRIPTION,
		     "La iniciativa");
	S_heading_is("Elemento innovador / creativo del proyecto o actividad",
		     F_INNOVATION, "");
	S_heading_is("Poblaci\xC3\xB3n objetivo (a qui\xC3\xA9n)", F_POPULATION, "");
	S_heading_is("Fechas\t2023", F_DATES, "2023");
	S_heading_is("Financiamiento", F_FUNDING, "");
	S_heading_is("Financiamiento compartido", F_NONE, "");
	S_heading_is("Fechas de los talleres", F_NONE, "");
	S_heading_is("La poblaci\xC3\xB3n objetivo", F_NONE, "");
	S_heading_is("Grupo prioritario es la infancia", F_NONE, "");
	S_heading_is("I. Municipalidad de Lota", F_MUNICIPALITY, "Lota");
	S_heading_is("", F_NONE, "");
	assert_true(lexicon_heading_begins(lexicon, "Aprendizajes y", 14));
	assert_false(lexicon_heading_begins(lexicon, "Aprendizajes o", 14));
}

static void test_groups_and_status(void **state)
{
	static const struct {
		const char *text, *slugs;
	} v[] = {
		{"mayores de 18 a\xC3\xB1os", ""},
		{"Personas mayores", "personas-mayores "},
		{"t\xC3\xADtulos obtenidos en el extranjero", ""},
		{"cuidadoras/es", "familias-cuidadores "},
		{"P\xC3\xA1rvulos", "nna primera-infancia "},
		{"Poblaci\xC3\xB3n en general", "poblacion-general "},
		{"ni\xC3\xB1@s", "nna "},
		{"migrantes y refugiados", "personas-migrantes personas-refugiadas "},
		{"", ""},
	};
	struct err err = {0};

	(void)state;
	for (size_t i = 0; i < sizeof v / sizeof *v; i++) {
		const struct label *g[20];
		char slugs[400] = "";
		size_t n;

		assert_int_equal(lexicon_match_groups(g, 20, &n, lexicon, analyzer,
						      v[i].text, strlen(v[i].text),
						      &err),
				 ST_OK);
		for (size_t k = 0; k < n; k++) {
			strcat(slugs, g[k]->slug);
			strcat(slugs, " ");
		}
		assert_string_equal(slugs, v[i].slugs);
	}
	assert_string_equal(
		lexicon_match_status(lexicon, analyzer, "Sigue vigente", 13),
		"vigente");
	assert_string_equal(
		lexicon_match_status(lexicon, analyzer, "Ya termin\xC3\xB3", 11),
		"no-declarada");
	assert_string_equal(lexicon_match_status(lexicon, analyzer, "Finalizada", 10),
			    "finalizada");
	assert_string_equal(lexicon_match_status(lexicon, analyzer, "", 0),
			    "no-declarada");
}

static void test_words(void **state)
{
	const struct synonym *v;
	size_t n, found = 0, back = 0;

	(void)state;
	assert_true(lexicon_is_stop(lexicon, "cuando", 6));
	assert_true(lexicon_is_stop(lexicon, "de", 2));
	assert_false(lexicon_is_stop(lexicon, "decreto", 7));
	assert_false(lexicon_is_stop(lexicon, "municipal", 9));
	assert_true(lexicon_word_weight(lexicon, "municipales", 11) < 1);
	assert_true(lexicon_word_weight(lexicon, "decreto", 7) == 1);
	v = lexicon_synonyms(lexicon, &n);
	for (size_t i = 0; i < n; i++) {
		if (i)
			assert_true(strcmp(v[i - 1].folded_key, v[i].folded_key) <= 0);
		if (strcmp(v[i].key, "daem") == 0 && v[i].relation == REL_EXACT)
			found++;
		/* exact stands both ways, exact> and related do not */
		if (strcmp(v[i].value, "daem") == 0 && v[i].relation == REL_EXACT)
			back++;
		if (strcmp(v[i].value, "dem") == 0)
			fail();
		if (strcmp(v[i].key, "dem") == 0)
			assert_true(v[i].ambiguous);
	}
	assert_int_equal(found, 3);
	assert_int_equal(back, 3);
}

static void test_sello(void **state)
{
	const struct label *l;
	size_t taken;
	const char *row = "Vinculaci\xC3\xB3n comunitaria Estrategias formativas";

	(void)state;
	l = lexicon_sello_printed(lexicon, analyzer,
				  "POLITICAS LOCALES Y TRABAJO "
				  "COLABORATIVO",
				  40);
	assert_non_null(l);
	assert_string_equal(l->slug, "politicas");
	assert_null(lexicon_sello_printed(lexicon, analyzer, "trabajo", 7));
	l = lexicon_sello_at(&taken, lexicon, row, strlen(row));
	assert_string_equal(l->slug, "vinculacion");
	assert_string_equal(row + taken, " Estrategias formativas");
}

/* The bundle is the tables; damaged ones are refused, whole ones are quick. */
static void test_bundle(void **state)
{
	struct err err = {0};
	struct lexicon *l;
	struct buf b, again;
	struct timespec t0, t1;
	unsigned seed = 3;

	(void)state;
	buf_init(&b, 0);
	buf_init(&again, 0);
	assert_int_equal(lexicon_bundle(&b, lexicon, &err), ST_OK);
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t0);
	assert_int_equal(lexicon_open(&l, analyzer, b.data, b.len, &err), ST_OK);
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t1);
	printf("opened in %.2f ms\n", (double)(t1.tv_sec - t0.tv_sec) * 1e3 +
					      (double)(t1.tv_nsec - t0.tv_nsec) / 1e6);
	assert_int_equal(lexicon_bundle(&again, l, &err), ST_OK);
	assert_int_equal(again.len, b.len);
	assert_memory_equal(again.data, b.data, b.len);
	lexicon_close(l);
	/* cut short at every tenth byte */
	for (size_t n = 0; n < b.len; n += 97) {
		assert_int_not_equal(lexicon_open(&l, analyzer, b.data, n, &err),
				     ST_OK);
		assert_null(l);
	}
	/* a byte changed: refused or read, never a crash */
	for (int round = 0; round < 3000; round++) {
		size_t at;
		char old;

		seed = seed * 1103515245u + 12345u;
		at = (seed >> 8) % b.len;
		old = b.data[at];
		b.data[at] = (char)("\t\n|0x\xFF"[(seed >> 4) % 6]);
		if (lexicon_open(&l, analyzer, b.data, b.len, &err) == ST_OK)
			lexicon_close(l);
		else
			assert_null(l);
		b.data[at] = old;
	}
	buf_release(&b);
	buf_release(&again);
}

static void S_same_places(struct place_names a, struct place_names b)
{
	assert_int_equal(a.n, b.n);
	for (size_t i = 0; i < a.n; i++) {
		assert_string_equal(a.v[i].slug, b.v[i].slug);
		assert_string_equal(a.v[i].value, b.v[i].value);
		assert_string_equal(a.v[i].label, b.v[i].label);
		assert_int_equal(a.v[i].facet, b.v[i].facet);
		assert_int_equal(a.v[i].spelt, b.v[i].spelt);
		assert_int_equal(a.v[i].dangerous, b.v[i].dangerous);
	}
}

static void S_same_labels(struct labels a, struct labels b)
{
	assert_int_equal(a.n, b.n);
	for (size_t i = 0; i < a.n; i++) {
		assert_string_equal(a.v[i].slug, b.v[i].slug);
		assert_string_equal(a.v[i].display, b.v[i].display);
	}
}

static void S_same_aliases(const char *const *a, const char *const *b)
{
	for (; *a && *b; a++, b++)
		assert_string_equal(*a, *b);
	assert_true(!*a && !*b);
}

/* Everything that a lexicon gives out. */
static void S_same_lists(const struct lexicon *a, const struct lexicon *b)
{
	size_t n, m;
	const struct commune *c = lexicon_communes(a, &n), *d = lexicon_communes(b, &m);
	const struct region *r, *q;
	const struct synonym *s, *t;
	const char *w, *v;
	bool stop, other;

	assert_int_equal(n, m);
	for (size_t i = 0; i < n; i++) {
		assert_string_equal(c[i].cut_code, d[i].cut_code);
		assert_string_equal(c[i].name, d[i].name);
		assert_string_equal(c[i].slug, d[i].slug);
		assert_string_equal(c[i].province, d[i].province);
		assert_string_equal(c[i].region, d[i].region);
		assert_string_equal(c[i].region_slug, d[i].region_slug);
		assert_string_equal(c[i].region_code, d[i].region_code);
		assert_string_equal(c[i].ambiguity, d[i].ambiguity);
		S_same_aliases(c[i].aliases, d[i].aliases);
	}
	r = lexicon_regions(a, &n);
	q = lexicon_regions(b, &m);
	assert_int_equal(n, m);
	for (size_t i = 0; i < n; i++) {
		assert_string_equal(r[i].code, q[i].code);
		assert_string_equal(r[i].name, q[i].name);
		assert_string_equal(r[i].slug, q[i].slug);
		assert_string_equal(r[i].official_name, q[i].official_name);
		assert_string_equal(r[i].roman, q[i].roman);
		assert_string_equal(r[i].abbr, q[i].abbr);
		assert_int_equal(r[i].order, q[i].order);
		S_same_aliases(r[i].aliases, q[i].aliases);
	}
	S_same_labels(lexicon_sello(a), lexicon_sello(b));
	S_same_labels(lexicon_groups(a), lexicon_groups(b));
	S_same_labels(lexicon_status(a), lexicon_status(b));
	S_same_places(lexicon_places(a), lexicon_places(b));
	S_same_places(lexicon_group_places(a), lexicon_group_places(b));
	s = lexicon_synonyms(a, &n);
	t = lexicon_synonyms(b, &m);
	assert_int_equal(n, m);
	for (size_t i = 0; i < n; i++) {
		assert_string_equal(s[i].key, t[i].key);
		assert_string_equal(s[i].value, t[i].value);
		assert_string_equal(s[i].folded_key, t[i].folded_key);
		assert_int_equal(s[i].relation, t[i].relation);
		assert_int_equal(s[i].ambiguous, t[i].ambiguous);
	}
	for (size_t i = 0; (w = lexicon_listed_word(&stop, a, i)) != NULL; i++) {
		v = lexicon_listed_word(&other, b, i);
		assert_non_null(v);
		assert_string_equal(w, v);
		assert_int_equal(stop, other);
		assert_true(lexicon_word_weight(a, w, strlen(w)) ==
			    lexicon_word_weight(b, w, strlen(w)));
		assert_int_equal(lexicon_is_stop(a, w, strlen(w)),
				 lexicon_is_stop(b, w, strlen(w)));
	}
}

/* What is looked up or matched, in one text. */
static void S_same_answers(const struct lexicon *a, const struct lexicon *b,
			   const char *text)
{
	const struct label *g[2][8];
	struct heading h[2];
	struct err err;
	size_t n = strlen(text), k[2];
	unsigned numbers[2];

	assert_int_equal(lexicon_commune_at(&k[0], a, text, n) != NULL,
			 lexicon_commune_at(&k[1], b, text, n) != NULL);
	assert_int_equal(k[0], k[1]);
	assert_int_equal(lexicon_sello_at(&k[0], a, text, n) != NULL,
			 lexicon_sello_at(&k[1], b, text, n) != NULL);
	assert_int_equal(k[0], k[1]);
	assert_int_equal(lexicon_heading(&h[0], a, text, n),
			 lexicon_heading(&h[1], b, text, n));
	assert_int_equal(h[0].field, h[1].field);
	assert_int_equal(h[0].rest, h[1].rest);
	assert_int_equal(h[0].strength, h[1].strength);
	assert_int_equal(lexicon_page_line(&numbers[0], a, text, n),
			 lexicon_page_line(&numbers[1], b, text, n));
	assert_int_equal(numbers[0], numbers[1]);
	assert_int_equal(
		lexicon_match_groups(g[0], 8, &k[0], a, analyzer, text, n, &err),
		ST_OK);
	assert_int_equal(
		lexicon_match_groups(g[1], 8, &k[1], b, analyzer, text, n, &err),
		ST_OK);
	assert_int_equal(k[0], k[1]);
	for (size_t i = 0; i < k[0]; i++)
		assert_string_equal(g[0][i]->slug, g[1][i]->slug);
	assert_string_equal(lexicon_match_status(a, analyzer, text, n),
			    lexicon_match_status(b, analyzer, text, n));
}

/* A lexicon that was opened from whatever bytes may be asked everything. */
static void S_ask(const struct lexicon *l)
{
	const struct commune *c[4];
	size_t n, sum = 0;
	const struct commune *v = lexicon_communes(l, &n);
	const struct synonym *s;
	struct place_names p = lexicon_places(l);

	for (size_t i = 0; i < n; i++) {
		sum += strlen(v[i].name) + strlen(v[i].region_slug);
		for (const char *const *a = v[i].aliases; *a; a++)
			sum += strlen(*a);
	}
	s = lexicon_synonyms(l, &n);
	for (size_t i = 0; i < n; i++)
		sum += strlen(s[i].folded_key) + strlen(s[i].value);
	for (size_t i = 0; i < p.n; i++)
		sum += strlen(p.v[i].slug) + strlen(p.v[i].label);
	assert_true(sum > 0);
	lexicon_find_commune(c, 4, l, analyzer, "san pedro", 9);
	lexicon_near_communes(c, 4, l, analyzer, "maipo", 5);
	lexicon_label(l, FACET_REGION, "maule");
	S_same_answers(l, l, "Viña del Mar, niños y niñas: vigente");
}

/* The image is the lexicon; damaged ones are refused or safe to ask. */
static void test_image(void **state)
{
	static const char *const texts[] = {
		"Viña del Mar y Temuco",
		"Políticas locales inclusivas",
		"Lecciones aprendidas: ninguna",
		"DESCRIPCIÓN DE LA PRÁCTICA",
		"página 3 de 12",
		"niños, niñas y adolescentes; mayores de 18",
		"Se mantiene vigente",
		""};
	struct err err = {0};
	struct lexicon *l;
	struct buf b, bundle, again;
	unsigned seed = 3, opened = 0;

	(void)state;
	buf_init(&b, 0);
	buf_init(&bundle, 0);
	buf_init(&again, 0);
	assert_int_equal(lexicon_image(&b, lexicon, &err), ST_OK);
	assert_int_equal(lexicon_open_image(&l, analyzer, b.data, b.len, &err), ST_OK);
	S_same_lists(lexicon, l);
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		S_same_answers(lexicon, l, texts[i]);
	lexicon_close(l);
	/* the same through a bundle */
	assert_int_equal(lexicon_bundle(&bundle, lexicon, &err), ST_OK);
	assert_int_equal(lexicon_open(&l, analyzer, bundle.data, bundle.len, &err),
			 ST_OK);
	assert_int_equal(lexicon_image(&again, l, &err), ST_OK);
	assert_int_equal(again.len, b.len);
	assert_memory_equal(again.data, b.data, b.len);
	lexicon_close(l);
	/* cut short, and one byte more */
	for (size_t n = 0; n < b.len; n += n < 200 ? 1 : 97) {
		assert_int_equal(lexicon_open_image(&l, analyzer, b.data, n, &err),
				 ST_DAMAGED);
		assert_null(l);
	}
	assert_int_equal(lexicon_open_image(&l, analyzer, b.data, b.len + 1, &err),
			 ST_DAMAGED);
	/* a number changed */
	for (int round = 0; round < 6000; round++) {
		static const uint32_t values[] = {0, 1, 0xFFFFFFFFu, 0x7FFFFFFFu, 5000};
		uint32_t old, new;
		size_t at;

		seed = seed * 1103515245u + 12345u;
		at = (seed >> 8) % (b.len / 4) * 4;
		if (round < 200)
			at = (size_t)round / 5 * 4 % b.len;
		memcpy(&old, b.data + at, 4);
		new = round % 2 ? old + 1 : values[(seed >> 4) % 5];
		memcpy(b.data + at, &new, 4);
		if (lexicon_open_image(&l, analyzer, b.data, b.len, &err) == ST_OK) {
			S_ask(l);
			opened++;
			lexicon_close(l);
		} else {
			assert_null(l);
		}
		memcpy(b.data + at, &old, 4);
	}
	assert_true(opened > 100);
	buf_release(&b);
	buf_release(&bundle);
	buf_release(&again);
}

static void S_write(const char *dir, const char *name, const char *text)
{
	char path[600];
	FILE *f;

	snprintf(path, sizeof path, "%s/%s", dir, name);
	f = fopen(path, "wb");
	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

/* What people do to tables: the message names the file and the line. */
static void test_malformed_tables(void **state)
{
	static const char *const tables[] = {
		"regions.tsv", "communes.tsv", "groups.tsv",	"sello.tsv",
		"status.tsv",  "headings.tsv", "stopwords.tsv", "thesaurus.tsv"};
	char dir[] = "/tmp/test-lexicon-XXXXXX", path[600];
	struct err err = {0};
	struct lexicon *l;
	const struct synonym *v;
	size_t n, more;

	(void)state;
	assert_non_null(mkdtemp(dir));
	assert_int_equal(lexicon_load(&l, analyzer, dir, NULL, &err), ST_IO);
	for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
		char *text;

		snprintf(path, sizeof path, "corpus/tables/%s", tables[i]);
		text = file_bytes(&n, path);
		S_write(dir, tables[i], text);
		free(text);
	}
	assert_int_equal(lexicon_load(&l, analyzer, dir, NULL, &err), ST_OK);
	lexicon_synonyms(l, &n);
	lexicon_close(l);
	/* one more thesaurus */
	S_write(dir, "mine.tsv",
		"\xEF\xBB\xBFkey\trelation\tvalues\tflags\tnote\r\n"
		"cosa\texact\tobjeto|chisme\t\t\r\n");
	snprintf(path, sizeof path, "%s/mine.tsv", dir);
	assert_int_equal(lexicon_load(&l, analyzer, dir, path, &err), ST_OK);
	v = lexicon_synonyms(l, &more);
	assert_int_equal(more, n + 6);
	assert_non_null(v);
	lexicon_close(l);
	S_write(dir, "mine.tsv",
		"key\trelation\tvalues\tflags\tnote\n"
		"cosa\tmaybe\tobjeto\n");
	assert_int_equal(lexicon_load(&l, analyzer, dir, path, &err), ST_USAGE);
	assert_non_null(strstr(err.text, "/mine.tsv:2:"));
	/* flags and note may be missing, no other column */
	S_write(dir, "mine.tsv", "key\trelation\tvalues\ncosa\texact\tobjeto\n");
	assert_int_equal(lexicon_load(&l, analyzer, dir, path, &err), ST_OK);
	lexicon_close(l);
	S_write(dir, "mine.tsv", "key\trelation\ncosa\texact\n");
	assert_int_equal(lexicon_load(&l, analyzer, dir, path, &err), ST_USAGE);
	S_write(dir, "mine.tsv", "key\trelation\tvalues\tfl\ncosa\texact\tobjeto\n");
	assert_int_equal(lexicon_load(&l, analyzer, dir, path, &err), ST_USAGE);
	S_write(dir, "status.tsv", "slug\tdisplay\tpatterns\nx\tX\ta\tb\tc\n");
	assert_int_equal(lexicon_load(&l, analyzer, dir, NULL, &err), ST_USAGE);
	assert_non_null(strstr(err.text, "status.tsv:2:"));
	S_write(dir, "status.tsv", "slug;display\n");
	assert_int_equal(lexicon_load(&l, analyzer, dir, NULL, &err), ST_USAGE);
	S_write(dir, "status.tsv", "\xFF");
	assert_int_equal(lexicon_load(&l, analyzer, dir, NULL, &err), ST_USAGE);
	for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
		snprintf(path, sizeof path, "%s/%s", dir, tables[i]);
		unlink(path);
	}
	snprintf(path, sizeof path, "%s/mine.tsv", dir);
	unlink(path);
	rmdir(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tables_are_whole),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_headings),
		cmocka_unit_test(test_groups_and_status),
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_sello),
		cmocka_unit_test(test_bundle),
		cmocka_unit_test(test_image),
		cmocka_unit_test(test_malformed_tables),
	};

	return cmocka_run_group_tests(tests, fichas_setup, fichas_teardown);
}

/* The reader of ficha documents: the true document, then variants of it. */
#include "fichas_of.h"

static void test_true_document(void **state)
{
	struct score s = {0, 0};

	(void)state;
	compare_file(&s, "corpus/fichas/fichas-buenas-practicas-2024.md",
		     "tests/truth/records.jsonl");
	assert_int_equal(s.fields, 260);
	assert_int_equal(s.wrong, 0);
}

static void test_counts_and_preamble(void **state)
{
	struct fichas f;
	size_t n;
	char *bytes = file_bytes(&n, "corpus/fichas/fichas-buenas-practicas-2024.md");

	(void)state;
	fichas_read(&f, "doc.md", bytes, n);
	assert_int_equal(f.n, 10);
	assert_int_equal(f.found, 10);
	assert_int_equal(f.rejected, 0);
	/* The introduction is in no record, and that is said. */
	assert_int_equal(fichas_diags(&f, "text-outside-ficha"), 1);
	assert_int_equal(f.diags.v[0].line, 5);
	assert_int_equal(diags_count(&f.diags, DIAG_WARNING), 1);
	assert_int_equal(diags_count(&f.diags, DIAG_ERROR), 0);
	/* Paragraphs know their lines. */
	assert_int_equal(f.v[0].para_lines[F_DESCRIPTION].n, 6);
	assert_int_equal(f.v[0].para_lines[F_DESCRIPTION].v[2], 73);
	assert_int_equal(f.v[0].para_lines[F_DESCRIPTION].v[3], 74);
	assert_int_equal(f.v[6].para_lines[F_LESSONS].v[2], 456);
	fichas_free(&f);
	free(bytes);
}

/* What cannot be read, and what it costs. */
static void S_one(struct fichas *f, const char *text)
{
	fichas_read(f, "x.md", text, strlen(text));
}

#define BODY                                                                           \
	"Unidades municipales que participan y colaboradores externos\nOficina\n\n"    \
	"L\xC3\xADnea Sello\n\n[x] Vinculaci\xC3\xB3n comunitaria\n"                   \
	"[ ] Estrategias formativas\n\nPoblaci\xC3\xB3n Objetivo\n\nMujeres\n\n"       \
	"Fechas de implementaci\xC3\xB3n\n\n2023\n\nForma de "                         \
	"financiamiento\n\nPropio."                                                    \
	"\n\nSostenibilidad en el tiempo\n\nVigente\n\nBreve descripci\xC3\xB3n\n\n"   \
	"Texto.\n\nElemento innovador/creativo del proyecto o actividad\n\nNuevo.\n\n" \
	"Aprendizajes y recomendaciones para su replicabilidad\n\nHacerlo.\n\n"

static void test_bad_documents(void **state)
{
	struct fichas f;
	char nul[] = "Uno\n\nMUNICIPALIDAD DE MACUL\n\n" BODY
		     "Dos\n\nMUNICIPALIDAD DE LOTA\n\n" BODY;
	char bare[] = "Uno\n\nMUNICIPALIDAD DE MACUL\n\n" BODY
		      "\n\nDos\n?\nMUNICIPALIDAD DE LOTA\n\n" BODY;

	(void)state;
	S_one(&f, "");
	assert_int_equal(f.n, 0);
	assert_int_equal(fichas_diags(&f, "empty"), 1);
	fichas_free(&f);

	S_one(&f, "Un texto cualquiera.\n\nMUNICIPALIDAD DE MACUL\n");
	assert_int_equal(f.n, 0);
	assert_int_equal(fichas_diags(&f, "no-fichas"), 1);
	fichas_free(&f);

	/* No title: rejected, counted, and the next one unharmed. */
	S_one(&f, "MUNICIPALIDAD DE MACUL\n\n" BODY
		  "Dos\n\nMUNICIPALIDAD DE LOTA\n\n" BODY);
	assert_int_equal(f.n, 1);
	assert_int_equal(f.found, 2);
	assert_int_equal(f.rejected, 1);
	assert_int_equal(fichas_diags(&f, "no-title"), 1);
	assert_string_equal(f.v[0].text[F_TITLE], "Dos");
	assert_string_equal(f.v[0].municipalities.v[0], "Lota");
	fichas_free(&f);

	/* No municipality. */
	S_one(&f, "Mi pr\xC3\xA1"
		  "ctica\n\n" BODY);
	assert_int_equal(f.n, 1);
	assert_int_equal(fichas_diags(&f, "missing-municipality"), 1);
	assert_string_equal(f.v[0].text[F_TITLE], "Mi pr\xC3\xA1"
						  "ctica");
	assert_int_equal(f.v[0].municipalities.n, 0);
	assert_string_equal(f.v[0].id, "sin-municipio-practica");
	fichas_free(&f);

	/* An unknown one stays as printed. */
	S_one(&f, "T\n\nMUNICIPALIDAD DE TEMUCCO\n\n" BODY);
	assert_int_equal(f.n, 1);
	assert_int_equal(fichas_diags(&f, "unknown-municipality"), 1);
	assert_non_null(strstr(f.diags.v[0].message, "Temuco"));
	assert_string_equal(f.v[0].municipalities.v[0], "TEMUCCO");
	assert_null(f.v[0].region);
	fichas_free(&f);

	/* A NUL byte costs its own ficha only. */
	*strstr(nul, "Texto") = '\0';
	fichas_read(&f, "x.md", nul, sizeof nul - 1);
	assert_int_equal(f.found, 2);
	assert_int_equal(f.rejected, 1);
	assert_int_equal(fichas_diags(&f, "nul-byte"), 1);
	assert_string_equal(f.v[0].text[F_TITLE], "Dos");
	fichas_free(&f);

	/* Alone in its line, too, right over a municipality. */
	*strchr(bare, '?') = '\0';
	fichas_read(&f, "x.md", bare, sizeof bare - 1);
	assert_int_equal(f.found, 2);
	assert_int_equal(f.rejected, 1);
	assert_int_equal(fichas_diags(&f, "nul-byte"), 1);
	assert_string_equal(f.v[0].text[F_TITLE], "Uno");
	fichas_free(&f);

	/* Tables in tables that never end: lines out of their order. */
	S_one(&f, "s><td>\n<table ><td><Breve descripci\xC3\xB3n</b>\n<\n\n</table>\n"
		  "<oN<p lom>Fechas  implementaci\xC3\xB3n</p>202l>\n");
	assert_int_equal(f.n, 1);
	assert_int_equal(f.v[0].line_start, 2);
	assert_int_equal(f.v[0].line_end, 6);
	fichas_free(&f);

	/* Bytes that are not UTF-8 are replaced and said, with their place. */
	S_one(&f, "T\xE9tulo\n\nMUNICIPALIDAD DE MACUL\n\n" BODY);
	assert_int_equal(f.n, 1);
	assert_int_equal(fichas_diags(&f, "invalid-utf8"), 1);
	assert_int_equal(f.diags.v[0].line, 1);
	assert_int_equal(f.diags.v[0].column, 2);
	assert_string_equal(f.v[0].text[F_TITLE], "T\xEF\xBF\xBDtulo");
	fichas_free(&f);

	/* What an old editor saved is Windows-1252 as a whole, and said. */
	S_one(&f, "Gu\355a de acogida\n\nMUNICIPALIDAD DE \xD1U\xD1OA\n\n"
		  "Poblaci\xF3n objetivo\n\nMujeres\n\nFechas de implementaci\xF3n"
		  "\n\n2023 \226 2024\n\nFinanciamiento\n\nPropio\n");
	assert_int_equal(f.n, 1);
	assert_int_equal(fichas_diags(&f, "windows-1252"), 1);
	assert_int_equal(fichas_diags(&f, "invalid-utf8"), 0);
	assert_string_equal(f.v[0].text[F_TITLE], "Gu\xC3\xAD"
						  "a de acogida");
	assert_string_equal(f.v[0].municipalities.v[0], "\xC3\x91u\xC3\xB1oa");
	assert_string_equal(f.v[0].text[F_POPULATION], "Mujeres");
	fichas_free(&f);
}

/* A form that nobody filled in says so in one line, not in one for a section. */
static void test_blank_forms(void **state)
{
#define FORM                                                                    \
	"Unidades municipales que participan:\nL\xC3\xADnea Sello:\n"           \
	"[ ] Vinculaci\xC3\xB3n comunitaria\n[ ] Estrategias formativas\n"      \
	"Poblaci\xC3\xB3n objetivo: ______\nFechas de implementaci\xC3\xB3n:\n" \
	"Breve descripci\xC3\xB3n:\n......\n"
	struct fichas f;

	(void)state;
	S_one(&f, "Ropero solidario\n\nMUNICIPALIDAD DE LOTA\n\n" FORM);
	assert_int_equal(f.n, 1);
	assert_int_equal(f.diags.n, 1);
	assert_int_equal(fichas_diags(&f, "blank-form"), 1);
	fichas_free(&f);
	/* Its label is no title. */
	S_one(&f, "Nombre de la pr\xC3\xA1"
		  "ctica:\nMunicipalidad:\n" FORM);
	assert_int_equal(f.n, 0);
	assert_int_equal(f.rejected, 1);
	assert_int_equal(f.diags.n, 1);
	assert_int_equal(fichas_diags(&f, "no-title"), 1);
	assert_non_null(strstr(f.diags.v[0].message, "blank"));
	fichas_free(&f);
#undef FORM
}

/* A page's end inside a sentence. */
static void test_page_inside_a_sentence(void **state)
{
	static const char *const ends[] = {"25", "- 25 -", "P\xC3\xA1gina 25 de 40",
					   "25 | P \xC3\xA1 g i n a"};
	struct fichas f;
	char text[2048];

	(void)state;
	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
		snprintf(
			text, sizeof text,
			"Uno\n\nMUNICIPALIDAD DE MACUL\n\nFinanciamiento\n\nPropio\n\n"
			"Fechas de implementaci\xC3\xB3n\n\n2023\n\nBreve "
			"descripci\xC3\xB3n\n\nJornada que reuni\xC3\xB3 a empresas de "
			"la provincia con\n\n%s\n\npersonas que buscan empleo.\n",
			ends[i]);
		S_one(&f, text);
		assert_int_equal(f.n, 1);
		assert_string_equal(f.v[0].text[F_DESCRIPTION],
				    "Jornada que reuni\xC3\xB3 a empresas de la "
				    "provincia con personas que buscan empleo.");
		fichas_free(&f);
	}
}

#define TITLED(title)                                                             \
	title "\n\nMUNICIPALIDAD DE MACUL\n\nFechas de implementaci\xC3\xB3n\n\n" \
	      "2023\n\nAprendizajes y recomendaciones\n\nHacerlo.\n\n"
#define PLACED(title)                                                                \
	"MUNICIPALIDAD DE MACUL\n\n" title "\n\nFechas de implementaci\xC3\xB3n\n\n" \
	"2023\n\nAprendizajes y recomendaciones\n\nHacerlo sin apuro\n\n"

/* A title may be made of the words and figures of page headers: the only one
 * that there is, is the title. */
static void test_titles_like_furniture(void **state)
{
	static const char *const titles[] = {
		"Primer 3", "Humana chile 147", "Segundo Encuentro 12",
		"Encuentro Movilidad Humana", "Compendio 2024"};
	static const char document[] = TITLED("Primer 3") TITLED("Humana chile 147")
		TITLED("Segundo Encuentro 12") TITLED("Encuentro Movilidad Humana")
			TITLED("Compendio 2024");
	static const char other[] = PLACED("Ropero solidario") PLACED("Primer 3")
		PLACED("Huerta") PLACED("Segundo Encuentro 12");
	struct fichas f;

	(void)state;
	S_one(&f, document);
	assert_int_equal(f.n, 5);
	for (size_t i = 0; i < f.n; i++) {
		assert_string_equal(f.v[i].text[F_TITLE], titles[i]);
		assert_string_equal(f.v[i].text[F_LESSONS], "Hacerlo.");
	}
	fichas_free(&f);
	S_one(&f, other);
	assert_int_equal(f.n, 4);
	assert_string_equal(f.v[1].text[F_TITLE], titles[0]);
	assert_string_equal(f.v[3].text[F_TITLE], titles[2]);
	assert_string_equal(f.v[2].text[F_LESSONS], "Hacerlo sin apuro");
	fichas_free(&f);
	/* The second line of one. */
	S_one(&f,
	      TITLED("Primer encuentro de los barrios de la\nMovilidad Humana 2024"));
	assert_int_equal(f.n, 1);
	assert_string_equal(
		f.v[0].text[F_TITLE],
		"Primer encuentro de los barrios de la Movilidad Humana 2024");
	fichas_free(&f);
}

/* What is left out as a page's is said, every wording once. */
static void test_furniture_is_said(void **state)
{
	struct fichas f;

	(void)state;
	S_one(&f,
	      TITLED("Huerta") "Breve descripci\xC3\xB3n\n\nJornada que reuni\xC3\xB3 "
			       "a empresas de la provincia con\n\n"
			       "Fichas de buenas pr\xC3\xA1"
			       "cticas 12\n\npersonas que buscan empleo y a "
			       "sus vecinos de la\n\nFichas de buenas "
			       "pr\xC3\xA1"
			       "cticas 13\n\nmisma comuna.\n");
	assert_int_equal(f.n, 1);
	assert_null(strstr(f.v[0].text[F_DESCRIPTION], "Fichas"));
	assert_int_equal(fichas_diags(&f, "page-furniture"), 1);
	assert_int_equal(diags_count(&f.diags, DIAG_HINT), 1);
	for (size_t i = 0; i < f.diags.n; i++)
		if (f.diags.v[i].severity == DIAG_HINT) {
			assert_int_equal(f.diags.v[i].line, 17);
			assert_non_null(strstr(f.diags.v[i].message, "lines: 2"));
		}
	fichas_free(&f);
}

/* A sentence that names the practice on a line of its own. */
static void test_quoted_title_is_text(void **state)
{
	struct fichas f;

	(void)state;
	S_one(&f, "Copa de las Naciones\n\nMUNICIPALIDAD DE MACUL\n\n"
		  "Financiamiento\n\nPropio\n\nFechas de implementaci\xC3\xB3n\n\n2023"
		  "\n\nBreve descripci\xC3\xB3n\n\nEn los barrios de la comuna la "
		  "iniciativa\n\xE2\x80\x9C"
		  "Copa de las Naciones\xE2\x80\x9D\n"
		  "considera cuatro equipos.\n");
	assert_int_equal(f.n, 1);
	assert_string_equal(
		f.v[0].text[F_DESCRIPTION],
		"En los barrios de la comuna la iniciativa \xE2\x80\x9C"
		"Copa de las Naciones\xE2\x80\x9D considera cuatro equipos.");
	fichas_free(&f);
}

/* The signs do not tell whose they are: nothing is taken, and that is said. */
static void test_nothing_is_guessed(void **state)
{
	struct fichas f;

	(void)state;
	/* A grid whose columns a converter collapsed. */
	S_one(&f, "Uno\n\nMUNICIPALIDAD DE MACUL\n\nFechas de implementaci\xC3\xB3n\n\n"
		  "Enero Febrero Marzo Abril Mayo Junio Julio Agosto Septiembre\n"
		  "\xE2\x9C\x93 \xE2\x9C\x93 \xE2\x9C\x93\n\n2023\n\n"
		  "Financiamiento\n\nPropio\n");
	assert_int_equal(f.n, 1);
	assert_int_equal(f.v[0].months.n, 0);
	assert_int_equal(fichas_diags(&f, "month-grid-unclear"), 1);
	assert_string_equal(f.v[0].text[F_DATES], "2023");
	fichas_free(&f);

	/* Where the blanks are still there, they tell. */
	S_one(&f, "Uno\n\nMUNICIPALIDAD DE MACUL\n\nFechas de implementaci\xC3\xB3n\n\n"
		  "Enero  Febrero  Marzo  Abril  Mayo  Junio\n"
		  "         X        X\n\n2023\n\nFinanciamiento\n\nPropio\n");
	assert_int_equal(f.v[0].months.n, 2);
	assert_int_equal(f.v[0].months.v[0], 2);
	assert_int_equal(fichas_diags(&f, "month-grid-unclear"), 0);
	fichas_free(&f);

	/* A sign on a line of its own between two labels. */
	S_one(&f,
	      "Uno\n\nMUNICIPALIDAD DE MACUL\n\nL\xC3\xADnea Sello\n\n"
	      "Institucionalidad local en mov. humana\n\xE2\x9C\x93\n"
	      "Pol\xC3\xADticas locales y trabajo colaborativo\n"
	      "Vinculaci\xC3\xB3n comunitaria\nEstrategias formativas\n\n"
	      "Fechas de implementaci\xC3\xB3n\n\n2023\n\nFinanciamiento\n\nPropio\n");
	assert_int_equal(f.n, 1);
	assert_int_equal(f.v[0].sello_lines.n, 0);
	assert_int_equal(fichas_diags(&f, "sello-unclear"), 1);
	assert_int_equal(fichas_diags(&f, "sello-unmarked"), 0);
	fichas_free(&f);
}

static void test_diag_print(void **state)
{
	struct diags d;
	struct buf b;

	(void)state;
	diags_init(&d, NULL, NULL);
	diag(&d, DIAG_WARNING, "a-code", "di\nr/\x1B[1m\xFF.md", 3, 7, "said %d", 5);
	buf_init(&b, 0);
	diag_print(&b, &d.v[0]);
	assert_string_equal(b.data,
			    "di\\x0Ar/\\x1B[1m\\xFF.md:3:7: warning: said 5 [a-code]");
	buf_release(&b);
	diags_release(&d);
}

static int S_by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Every NAME.jsonl of the folder against the document NAME.*. */
static void S_folder(const char *dir, size_t least)
{
	struct score s = {0, 0};
	DIR *d = opendir(dir);
	char *names[2000];
	size_t n = 0, documents = 0;

	assert_non_null(d);
	for (struct dirent *e; (e = readdir(d));)
		if (e->d_name[0] != '.' && n < 2000)
			names[n++] = strdup(e->d_name);
	closedir(d);
	qsort(names, n, sizeof *names, S_by_name);
	for (size_t i = 0; i < n; i++) {
		char *dot = strrchr(names[i], '.');

		if (!dot || strcmp(dot, ".jsonl") != 0)
			continue;
		for (size_t k = 0; k < n; k++) {
			size_t base = (size_t)(dot - names[i]);
			char document[512], expected[512];

			if (k == i || strncmp(names[k], names[i], base + 1) != 0)
				continue;
			snprintf(document, sizeof document, "%s/%s", dir, names[k]);
			snprintf(expected, sizeof expected, "%s/%s", dir, names[i]);
			compare_file(&s, document, expected);
			documents++;
			break;
		}
	}
	for (size_t i = 0; i < n; i++)
		free(names[i]);
	printf("%s: %zu documents, %zu fields, %zu wrong\n", dir, documents, s.fields,
	       s.wrong);
	assert_true(documents >= least);
	assert_int_equal(s.wrong, 0);
}

/* The true fichas written in other ways: tests/fixtures/variants/generate.py. */
static void test_variants(void **state)
{
	(void)state;
	S_folder("tests/fixtures/variants", 200);
}

#define ALIEN "Zarzaparrilla ajena"

/* The line number of the byte at p. */
static unsigned S_line_at(const char *text, const char *p)
{
	unsigned line = 1;

	for (const char *q = text; q < p; q++)
		line += *q == '\n' || (*q == '\r' && q[1] != '\n');
	return line;
}

/* Is the alien paragraph in some field, or does a diagnostic name its line? */
static bool S_accounted(const struct fichas *f, unsigned line)
{
	for (size_t i = 0; i < f->n; i++)
		for (int k = 0; k < F_COUNT; k++)
			if (f->v[i].text[k] && strstr(f->v[i].text[k], "Zarzaparrilla"))
				return true;
	for (size_t i = 0; i < f->diags.n; i++) {
		const struct diag *d = &f->diags.v[i];
		const char *to = strstr(d->message, "up to line ");
		unsigned last = to ? (unsigned)strtoul(to + 11, NULL, 10) : d->line;

		if (d->line && d->line <= line && line <= last)
			return true;
	}
	/* an error: its ficha is not there at all */
	return f->rejected > 0;
}

/* Nothing is lost without a word: a paragraph that is put anywhere into any
 * document is in a field of a ficha, or a diagnostic names its line. */
static void test_every_line_is_accounted_for(void **state)
{
	static const char *const dirs[] = {"tests/fixtures/variants",
					   "tests/fixtures/documents"};
	size_t tried = 0, lost = 0;

	(void)state;
	for (size_t k = 0; k < 2; k++) {
		DIR *d = opendir(dirs[k]);

		assert_non_null(d);
		for (struct dirent *e; (e = readdir(d));) {
			const char *dot = strrchr(e->d_name, '.');
			char path[512];
			char *text;
			size_t n, gaps = 0, at = 0;

			if (!dot ||
			    (strcmp(dot, ".md") != 0 && strcmp(dot, ".txt") != 0))
				continue;
			snprintf(path, sizeof path, "%s/%s", dirs[k], e->d_name);
			text = file_bytes(&n, path);
			for (const char *p = text; (p = strstr(p, "\n\n")); p++)
				gaps++;
			for (const char *p = text; (p = strstr(p, "\n\n")); p++, at++) {
				struct fichas f;
				char *more;
				size_t before = (size_t)(p - text);

				/* a few places in each, not the same ones */
				if (at % (gaps / 6 + 1) != n % (gaps / 6 + 1))
					continue;
				more = malloc(n + 64);
				assert_non_null(more);
				memcpy(more, text, before);
				memcpy(more + before, "\n\n" ALIEN ".\n\n",
				       strlen(ALIEN) + 5);
				memcpy(more + before + strlen(ALIEN) + 5, p,
				       n - before + 1);
				fichas_read(&f, path, more, n + strlen(ALIEN) + 5);
				tried++;
				if (!S_accounted(
					    &f, S_line_at(more, strstr(more, ALIEN)))) {
					fprintf(stderr, "%s: line %u is lost\n", path,
						S_line_at(more, strstr(more, ALIEN)));
					lost++;
				}
				fichas_free(&f);
				free(more);
			}
			free(text);
		}
		closedir(d);
	}
	printf("%zu paragraphs, %zu lost\n", tried, lost);
	assert_true(tried > 1000);
	assert_int_equal(lost, 0);
}

/* Documents as other converters and other municipalities make them. */
static void test_documents(void **state)
{
	(void)state;
	S_folder("tests/fixtures/documents", 28);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_true_document),
		cmocka_unit_test(test_counts_and_preamble),
		cmocka_unit_test(test_bad_documents),
		cmocka_unit_test(test_page_inside_a_sentence),
		cmocka_unit_test(test_blank_forms),
		cmocka_unit_test(test_titles_like_furniture),
		cmocka_unit_test(test_furniture_is_said),
		cmocka_unit_test(test_quoted_title_is_text),
		cmocka_unit_test(test_nothing_is_guessed),
		cmocka_unit_test(test_diag_print),
		cmocka_unit_test(test_variants),
		cmocka_unit_test(test_documents),
		cmocka_unit_test(test_every_line_is_accounted_for),
	};

	return cmocka_run_group_tests(tests, fichas_setup, fichas_teardown);
}

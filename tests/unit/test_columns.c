/* Forms whose columns a converter printed as text, and what pages leave behind. */
#include "fichas_of.h"

static void S_one(struct fichas *f, const char *text)
{
	fichas_read(f, "x.md", text, strlen(text));
	assert_int_equal(f->n, 1);
}

static const char *S_field(const struct fichas *f, enum field k)
{
	return f->v[0].text[k] ? f->v[0].text[k] : "";
}

#define TITLE "Huertos que unen\n\nMUNICIPALIDAD DE MACUL\n\n"

/* Two headings on a line: a column under each. */
static void test_columns_side_by_side(void **state)
{
	struct fichas f;

	(void)state;
	S_one(&f, TITLE
	      "Grupo prioritario                      Fechas de implementaci\xC3\xB3n\n"
	      "Mujeres jefas de hogar y sus           Marzo a octubre de 2023\n"
	      "familias de la comuna\n\n"
	      "Forma de financiamiento                Sostenibilidad en el tiempo\n"
	      "Fondo de Protecci\xC3\xB3n Ambiental          La huerta sigue activa\n\n"
	      "Breve descripci\xC3\xB3n\n"
	      "Veinte mujeres de la comuna recuperaron un sitio eriazo para "
	      "cultivar.\n");
	assert_string_equal(S_field(&f, F_POPULATION),
			    "Mujeres jefas de hogar y sus familias de la comuna");
	assert_string_equal(S_field(&f, F_DATES), "Marzo a octubre de 2023");
	assert_string_equal(S_field(&f, F_FUNDING),
			    "Fondo de Protecci\xC3\xB3n Ambiental");
	assert_string_equal(S_field(&f, F_SUSTAINABILITY), "La huerta sigue activa");
	assert_string_equal(S_field(&f, F_DESCRIPTION),
			    "Veinte mujeres de la comuna recuperaron un sitio eriazo "
			    "para cultivar.");
	fichas_free(&f);
}

/* The heading fills its column: one blank before the value. */
static void test_heading_fills_its_column(void **state)
{
	struct fichas f;

	(void)state;
	S_one(&f, TITLE "Unidades municipales Oficina de Medio Ambiente de la comuna\n"
			"que participan y     y Junta de Vecinos\n"
			"colaboradores\nexternos\n\n"
			"Elemento               El cultivo de especies propias de\n"
			"innovador/creativo del cada pa\xC3\xADs hace visible\n"
			"proyecto o actividad\n\nFechas               2023\n");
	assert_string_equal(S_field(&f, F_UNITS), "Oficina de Medio Ambiente de la "
						  "comuna y Junta de Vecinos");
	assert_string_equal(S_field(&f, F_INNOVATION),
			    "El cultivo de especies propias de cada pa\xC3\xADs hace "
			    "visible");
	fichas_free(&f);
}

/* Heading and value in turns; what only looks like it stays. */
static void test_lines_in_turns(void **state)
{
	struct fichas f;

	(void)state;
	S_one(&f,
	      TITLE "Unidades municipales\nOficina de Medio Ambiente de la comuna\n"
		    "que participan y\ny Junta de Vecinos del sector\ncolaboradores\n"
		    "externos\nL\xC3\xADnea Sello\n I\n\xE2\x98\x91 nstitucionalidad "
		    "local en "
		    "mov. humana\n V\n\xE2\x98\x90 inculaci\xC3\xB3n comunitaria\n"
		    "Fechas de\nMarzo a octubre de 2023\nimplementaci\xC3\xB3n\n"
		    "Elemento\nLas familias ense\xC3\xB1"
		    "an a cultivar\n"
		    "innovador/creativo del y los docentes aprenden.\n"
		    "proyecto o actividad\n");
	assert_string_equal(S_field(&f, F_UNITS), "Oficina de Medio Ambiente de la "
						  "comuna y Junta de Vecinos del "
						  "sector");
	assert_int_equal(f.v[0].sello_lines.n, 1);
	assert_string_equal(f.v[0].sello_lines.v[0], "institucionalidad");
	assert_string_equal(S_field(&f, F_DATES), "Marzo a octubre de 2023");
	assert_string_equal(S_field(&f, F_INNOVATION),
			    "Las familias ense\xC3\xB1"
			    "an a cultivar y los docentes aprenden.");
	fichas_free(&f);

	/* Two headings, each with its value. */
	S_one(&f, TITLE "Fechas\n2023\n\nAprendizajes\nAsegurar el agua.\n"
			"Recomendaciones\nContar con herramientas.\n");
	assert_string_equal(S_field(&f, F_LESSONS),
			    "Asegurar el agua.\n\nContar con herramientas.");
	fichas_free(&f);
}

/* A grid of months whose signs a converter lost or moved: said, and no date. */
static void test_scattered_months(void **state)
{
	static const char *const grids[] = {
		"Ene\n\nFeb\n\nMar\n\nAbr\n\nX\n\nX\n\nMay\n\nJun\n\nX\n",
		"Enero Febrer Marzo Abril Mayo\no mbre\nX X X\n",
		"Ene\n\nFeb\n\nMar\n\nAbr\n\nMay\n\nJun\n\nJul\n\nAgo\n\nSep\n\nOct\n\n"
		"Nov\n\nDic\n\nX\n\nX\n\nX\n"};
	struct fichas f;
	char text[1024];

	(void)state;
	for (size_t i = 0; i < sizeof grids / sizeof *grids; i++) {
		snprintf(text, sizeof text,
			 TITLE "Fechas de implementaci\xC3\xB3n\n\n%s\n"
			       "Desde 2022 a la fecha\n\nFinanciamiento\n\nPropio\n",
			 grids[i]);
		S_one(&f, text);
		assert_string_equal(S_field(&f, F_DATES), "Desde 2022 a la fecha");
		assert_string_equal(f.v[0].date_start, "2022");
		assert_int_equal(f.v[0].months.n, 0);
		assert_int_equal(fichas_diags(&f, "month-grid-unclear"), 1);
		fichas_free(&f);
	}
	/* Months that are the dates. */
	S_one(&f, TITLE "Fechas de implementaci\xC3\xB3n\n\nMarzo\nAbril\nMayo\nJunio\n"
			"2023\n\nFinanciamiento\n\nPropio\n");
	assert_string_equal(S_field(&f, F_DATES), "Marzo Abril Mayo Junio 2023");
	fichas_free(&f);
}

/* Footers by their form, and in the middle of a sentence. */
static void test_footers(void **state)
{
	static const char *const footers[] = {"3 | Subsecretar\xC3\xAD"
					      "a de Desarrollo",
					      "www.comunas.cl | 3", "www.comunas.cl",
					      "Municipios en Red\n\n12"};
	struct fichas f;
	char text[1024];

	(void)state;
	for (size_t i = 0; i < sizeof footers / sizeof *footers; i++) {
		snprintf(text, sizeof text,
			 TITLE "Fechas\n\nA\xC3\xB1o 2023\n\nBreve "
			       "descripci\xC3\xB3n\n\nLas vecinas recuperaron un sitio "
			       "para\n\n%s\n\ncultivar hortalizas.\n",
			 footers[i]);
		S_one(&f, text);
		assert_string_equal(S_field(&f, F_DATES), "A\xC3\xB1o 2023");
		assert_string_equal(S_field(&f, F_DESCRIPTION),
				    "Las vecinas recuperaron un sitio para cultivar "
				    "hortalizas.");
		assert_int_equal(fichas_diags(&f, "page-furniture"), 1);
		fichas_free(&f);
	}
}

/* A box that a style draws. */
static void test_aria_boxes(void **state)
{
	struct fichas f;

	(void)state;
	S_one(&f, "- " TITLE "**L\xC3\xADnea Sello**\n\n"
		  "<span role=\"checkbox\" aria-checked=\"true\"></span> "
		  "Vinculaci\xC3\xB3n comunitaria\n"
		  "<span role=\"checkbox\" aria-checked=\"false\"></span> "
		  "Estrategias formativas\n\nFechas\n\n2023\n");
	assert_int_equal(f.v[0].sello_lines.n, 1);
	assert_string_equal(f.v[0].sello_lines.v[0], "vinculacion");
	assert_string_equal(S_field(&f, F_TITLE), "Huertos que unen");
	fichas_free(&f);
}

/* All rows on one line, which a page's end breaks anywhere. */
static void test_one_line_sello(void **state)
{
	static const char *const labels[] = {
		"Vinculaci\xC3\xB3n comunitaria", "Estrategias formativas",
		"Pol\xC3\xADticas locales y trabajo colaborativo"};
	static const char *const signs[][2] = {
		{"[x]", "[ ]"}, {"\xE2\x98\x91", "\xE2\x98\x90"}, {"S\xC3\xAD", "No"}};
	static const char *const ends[] = {" ", "\n\n25\n\n", "\n\f"};
	struct fichas f;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		char row[512], text[1024];
		const char *yes = signs[i][0], *no = signs[i][1];
		size_t n = 0;

		for (size_t k = 0; k < 3; k++)
			n += (size_t)snprintf(row + n, sizeof row - n,
					      i == 0   ? "%2$s %1$s "
					      : i == 1 ? "%1$s %2$s "
						       : "%1$s: %2$s; ",
					      labels[k], k == 1 ? yes : no);
		row[n - 1] = '\0';
		for (size_t at = 12; row[at]; at++) {
			if (row[at] != ' ' || row[at - 1] == '[')
				continue;
			snprintf(text, sizeof text,
				 TITLE "L\xC3\xADnea Sello\n\n%.*s%s%s\n\n"
				       "Fechas\n\n2023\n",
				 (int)at, row, ends[at % 3], row + at + 1);
			S_one(&f, text);
			if (f.v[0].sello_lines.n != 1)
				fail_msg("%zu: %s", f.v[0].sello_lines.n, text);
			assert_string_equal(f.v[0].sello_lines.v[0], "formacion");
			fichas_free(&f);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_columns_side_by_side),
		cmocka_unit_test(test_heading_fills_its_column),
		cmocka_unit_test(test_lines_in_turns),
		cmocka_unit_test(test_scattered_months),
		cmocka_unit_test(test_footers),
		cmocka_unit_test(test_aria_boxes),
		cmocka_unit_test(test_one_line_sello),
	};

	return cmocka_run_group_tests(tests, fichas_setup, fichas_teardown);
}

/* convert_page.h: from words at places to text in reading order. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "../../indexer/convert.h"
#include "../../indexer/convert_page.h"
#include "text.h"
#include "same.h"

struct at {
	double x, y;
	const char *s; /* behind a * it is bold */
};

static char *S_page(const struct at *words, size_t n)
{
	struct page p;
	struct flow f;
	struct buf out;
	struct err err;

	buf_init(&out, 0);
	flow_init(&f, &out);
	page_init(&p);
	for (size_t i = 0; i < n; i++) {
		bool bold = *words[i].s == '*';
		const char *s = words[i].s + bold;
		double x = words[i].x;

		/* 5 points a sign, 3 a blank; size 10. */
		while (*s) {
			size_t k = strcspn(s, " ");
			double width = 5.0 * (double)utf8_count(s, k);
			struct word w = {.x1 = x,
					 .x2 = x + width,
					 .y = words[i].y,
					 .size = 10,
					 .bold = bold};

			assert_int_equal(page_add(&p, w, s, k, &err), ST_OK);
			x += width + 3;
			s += k + (s[k] == ' ');
		}
	}
	assert_int_equal(page_flow(&p, &f, &err), ST_OK);
	assert_int_equal(flow_finish(&f, &err), ST_OK);
	page_release(&p);
	flow_release(&f);
	return buf_detach(&out);
}

#define PAGE(...)                                \
	S_page((const struct at[]){__VA_ARGS__}, \
	       sizeof((const struct at[]){__VA_ARGS__}) / sizeof(struct at))

static void test_page_paragraphs(void **state)
{
	(void)state;
	SAME(PAGE({50, 100, "Una frase que llega hasta el borde de la hoja"},
		  {50, 112, "y sigue en la segunda."},
		  {50, 124, "Otra empieza porque la anterior era corta."},
		  {50, 150, "Y otra porque hay espacio."}),
	     "Una frase que llega hasta el borde de la hoja\ny sigue en la segunda.\n\n"
	     "Otra empieza porque la anterior era corta.\n\nY otra porque hay "
	     "espacio.\n");
	/* In whatever order the file has them. */
	SAME(PAGE({74, 112, "cuatro"}, {50, 112, "tres"}, {50, 100, "uno dos"}),
	     "uno dos\ntres cuatro\n");
	SAME(PAGE({50, 100, "\xE2\x80\xA2"}, {70, 100, "uno"}, {50, 112, "1."},
		  {70, 112, "dos"}),
	     "\xE2\x80\xA2 uno\n\n1. dos\n");
}

static void test_page_columns(void **state)
{
	(void)state;
	SAME(PAGE({50, 60, "T\xC3\xADtulo sobre las dos columnas de la hoja de prueba"},
		  {50, 100, "la primera columna trae"},
		  {250, 100, "mientras la segunda trae"},
		  {50, 112, "varias lineas seguidas"},
		  {250, 112, "otras lineas distintas"},
		  {50, 124, "hasta llegar a la cuarta"},
		  {250, 124, "que van despues de todas"},
		  {50, 136, "que es la ultima suya."},
		  {250, 136, "las de la primera."}),
	     "T\xC3\xADtulo sobre las dos columnas de la hoja de prueba\n\n"
	     "la primera columna trae\nvarias lineas seguidas\nhasta llegar a la "
	     "cuarta\n"
	     "que es la ultima suya.\n\nmientras la segunda trae\notras lineas "
	     "distintas\n"
	     "que van despues de todas\nlas de la primera.\n");
}

static void test_page_tables(void **state)
{
	(void)state;
	SAME(PAGE({50, 100, "Enero"}, {100, 100, "Febrero"}, {150, 100, "Marzo"},
		  {115, 116, "\xE2\x9C\x93"}),
	     "| Enero | Febrero | Marzo |\n|  | \xE2\x9C\x93 |  |\n");
	/* No more room between months than between words. */
	SAME(PAGE({50, 100, "Enero Febrero Septiem-"}, {120, 112, "bre"},
		  {60, 128, "\xE2\x9C\x93"}, {130, 128, "\xE2\x9C\x93"}),
	     "| Enero | Febrero | Septiembre |\n| \xE2\x9C\x93 |  | \xE2\x9C\x93 |\n");
	SAME(PAGE({50, 100, "Unidades"},
		  {200, 100, "Oficina de Migraci\xC3\xB3n de la"}, {200, 112, "comuna"},
		  {50, 130, "Fechas"}, {200, 130, "2023"}),
	     "<table\n><tr><td>Unidades</td><td>Oficina de Migraci\xC3\xB3n de la<br\n>"
	     "comuna</td></tr\n><tr><td>Fechas</td><td>2023</td></tr\n></table>\n");
}

static void test_page_headings_beside_their_text(void **state)
{
	static const char expected[] = "Unidades que participan\n\nOficina de "
				       "Migraci\xC3\xB3n de la comuna\n\n"
				       "Fechas\n\n2023\n\nBreve descripci\xC3\xB3n\n\n"
				       "La oficina realiza jornadas de ayuda\npara "
				       "quienes llegan a la comuna, con\n"
				       "apoyo de sus vecinas.\n";

	(void)state;
	/* At the top of their rows. */
	SAME(PAGE({50, 100, "Unidades que"}, {50, 112, "participan"},
		  {150, 100, "Oficina de Migraci\xC3\xB3n de la comuna"},
		  {50, 130, "Fechas"}, {150, 130, "2023"}, {50, 148, "Breve"},
		  {50, 160, "descripci\xC3\xB3n"},
		  {150, 148, "La oficina realiza jornadas de ayuda"},
		  {150, 160, "para quienes llegan a la comuna, con"},
		  {150, 172, "apoyo de sus vecinas."}),
	     expected);
	/* At half their height. */
	SAME(PAGE({50, 100, "Unidades que"}, {50, 112, "participan"},
		  {150, 106, "Oficina de Migraci\xC3\xB3n de la comuna"},
		  {50, 130, "Fechas"}, {150, 130, "2023"}, {50, 154, "Breve"},
		  {50, 166, "descripci\xC3\xB3n"},
		  {150, 148, "La oficina realiza jornadas de ayuda"},
		  {150, 160, "para quienes llegan a la comuna, con"},
		  {150, 172, "apoyo de sus vecinas."}),
	     expected);
	/* The first lines go on with a heading of the page before. */
	SAME(PAGE({150, 100, "lo que falta de la pagina anterior aqui."},
		  {50, 130, "Fechas"},
		  {150, 124, "Entre los meses de marzo y de octubre"},
		  {150, 136, "de 2023."}),
	     "lo que falta de la pagina anterior aqui.\n\nFechas\n\n"
	     "Entre los meses de marzo y de octubre\nde 2023.\n");
}

#define TICK  "\xE2\x9C\x93"
#define EMPTY "\xE2\x98\x90"
#define FULL  "\xE2\x98\x92"

static void test_page_marks(void **state)
{
	(void)state;
	SAME(PAGE({50, 100, EMPTY}, {70, 100, "uno"}, {50, 116, FULL},
		  {70, 116, "dos"}),
	     "[ ] uno\n[x] dos\n");
	/* A label of two lines, its box at half the height. */
	SAME(PAGE({50, 100, EMPTY}, {70, 100, "Uno"}, {70, 118, "Acceso a la"},
		  {50, 124, FULL}, {70, 130, "informaci\xC3\xB3n"}, {50, 148, EMPTY},
		  {70, 148, "Tres"}),
	     "[ ] Uno\n[x] Acceso a la informaci\xC3\xB3n\n[ ] Tres\n");
	/* The same beside its first line. */
	SAME(PAGE({50, 100, FULL}, {70, 100, "Acceso a la"},
		  {70, 111, "informaci\xC3\xB3n"}, {50, 130, EMPTY}, {70, 130, "Dos"}),
	     "[x] Acceso a la informaci\xC3\xB3n\n[ ] Dos\n");
	/* A row without a tick. */
	SAME(PAGE({50, 100, TICK}, {70, 100, "Uno"}, {50, 116, TICK}, {70, 116, "Dos"},
		  {70, 132, "Tres"}, {50, 160, "Otra cosa"}),
	     TICK "\tUno\n" TICK "\tDos\n\tTres\n\nOtra cosa\n");
	SAME(PAGE({70, 100, "Acceso a la"}, {50, 106, TICK},
		  {70, 112, "orientaci\xC3\xB3n"}),
	     TICK "\tAcceso a la orientaci\xC3\xB3n\n");
}

static void test_page_from_hostile_numbers(void **state)
{
	const double odd[] = {1e300, -1e300, 0.0 / 0.0, 1e9, 0, -5, 1e-300};
	struct page p;
	struct flow f;
	struct buf out;
	struct err err;
	unsigned seed = 1;

	(void)state;
	buf_init(&out, 0);
	flow_init(&f, &out);
	page_init(&p);
	for (int i = 0; i < 30000; i++) {
		struct word w;

		seed = seed * 1103515245 + 12345;
		w = (struct word){
			.x1 = seed % 600, .y = seed / 600 % 800, .size = seed % 40};
		w.x2 = w.x1 + seed % 50;
		if (i % 10 == 0)
			w.x1 = odd[seed % 7];
		if (i % 11 == 0)
			w.y = odd[seed / 7 % 7];
		if (i % 13 == 0)
			w.size = odd[seed / 49 % 7];
		assert_int_equal(
			page_add(&p, w, i % 5 ? "x" : TICK, i % 5 ? 1 : 3, &err),
			ST_OK);
	}
	assert_int_equal(page_flow(&p, &f, &err), ST_OK);
	assert_int_equal(flow_finish(&f, &err), ST_OK);
	page_release(&p);
	flow_release(&f);
	buf_release(&out);
}

/* A full cell leaves no more room before the next column than a wide blank. */
static void test_page_columns_that_nearly_touch(void **state)
{
	(void)state;
	SAME(PAGE({50, 100, "*Elemento"}, {164, 100, "Las familias ensenan y los"},
		  {50, 112, "*innovador/creativo del"},
		  {164, 112, "docentes aprenden, y esa es"},
		  {50, 124, "*proyecto o actividad"},
		  {164, 124, "la inversion de los roles que"},
		  {164, 136, "propone la comunidad."}),
	     "<table\n><tr><td>Elemento<br\n>innovador/creativo del<br\n>"
	     "proyecto o actividad</td><td>Las familias ensenan y los<br\n>"
	     "docentes aprenden, y esa es<br\n>la inversion de los roles que<br\n>"
	     "propone la comunidad.</td></tr\n></table>\n");
	/* Wide blanks of a justified line are no columns. */
	SAME(PAGE({50, 100, "Municipal"}, {108, 100, "Escuela"}, {156, 100, "Simon"},
		  {194, 100, "Bolivar,"}, {247, 100, "colectivo"},
		  {50, 112, "de apoderadas de la comuna, que apoya."}),
	     "Municipal Escuela Simon Bolivar, colectivo\n"
	     "de apoderadas de la comuna, que apoya.\n");
}

/* Boxes side by side, each with its own heading. */
static void test_page_boxes_with_headings(void **state)
{
	(void)state;
	SAME(PAGE({50, 100, "*Grupo prioritario"}, {200, 100, "*Fechas"},
		  {50, 114, "Mujeres jefas de hogar"}, {200, 114, "2023"},
		  {50, 140, "*Financiamiento"}, {200, 140, "*Sostenibilidad"},
		  {50, 154, "Recursos propios"}, {200, 154, "Sigue activa, a cargo"},
		  {200, 166, "de la junta."}),
	     "Grupo prioritario\nMujeres jefas de hogar\n\nFinanciamiento\n"
	     "Recursos propios\n\nFechas\n2023\n\nSostenibilidad\n"
	     "Sigue activa, a cargo\nde la junta.\n");
}

/* Paragraphs of HTML that have places. */
static void test_places_of_html(void **state)
{
	static const char page[] =
		"<html><head><style>.ft1{font-size:12px;color:#000}</style></head>"
		"<body><div id=\"page1-div\" style=\"position:relative;width:900px\">"
		"<p style=\"position:absolute;top:100px;left:50px\" class=\"ft1\">"
		"<b>Unidades que</b></p>"
		"<p style=\"position:absolute;top:100px;left:250px\" class=\"ft1\">"
		"Oficina de la Migraci&oacute;n&#160;de la comuna</p>"
		"<p style=\"position:absolute;top:115px;left:50px\" class=\"ft1\">"
		"<b>participan</b></p>"
		"<p style=\"position:absolute;top:160px;left:50px\" class=\"ft1\">"
		"<b>Fechas</b></p>"
		"<p style=\"position:absolute;top:160px;left:250px\" class=\"ft1\">2023"
		"</p></div><p>Otro texto</p></body></html>";
	struct buf out;
	struct err err = {.text = ""};

	(void)state;
	buf_init(&out, 0);
	assert_int_equal(convert_html(&out, page, sizeof page - 1, &err), ST_OK);
	assert_string_equal(out.data, "Unidades que participan\n\n"
				      "Oficina de la Migraci\xC3\xB3n de la comuna\n\n"
				      "Fechas\n\n2023\n\nOtro texto\n");
	buf_release(&out);
	/* Without sizes, without an end, with numbers of no page. */
	static const char odd[] =
		"<p style='position:absolute;top:1e999px;left:99999999999px'>a"
		"<p style='position:absolute;top:5px'>b<p style='left:3px;position:"
		"absolute;top:2'>c<br>d<b>e";
	buf_init(&out, 0);
	assert_int_equal(convert_html(&out, odd, sizeof odd - 1, &err), ST_OK);
	assert_non_null(strstr(out.data, "b"));
	assert_non_null(strstr(out.data, "c"));
	buf_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_page_paragraphs),
		cmocka_unit_test(test_page_columns),
		cmocka_unit_test(test_page_tables),
		cmocka_unit_test(test_page_headings_beside_their_text),
		cmocka_unit_test(test_page_marks),
		cmocka_unit_test(test_page_from_hostile_numbers),
		cmocka_unit_test(test_page_columns_that_nearly_touch),
		cmocka_unit_test(test_page_boxes_with_headings),
		cmocka_unit_test(test_places_of_html),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

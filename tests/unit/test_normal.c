/* What is derived from a ficha: dates, codes, groups, status, id. */
#include "fichas_of.h"

struct date_case {
	const char *text, *start, *end; /* "" = none */
	int ongoing;
	const char *years; /* of what has an end */
};

static const struct date_case dates[] = {
	/* as printed in the true document */
	{"3 de agosto 2023 / 24 de julio 2024", "2023-08-03", "2024-07-24", 0,
	 "2023 2024"},
	{"Junio a octubre de 2023", "2023-06", "2023-10", 0, "2023"},
	{"Agosto 2023/ Noviembre 2024", "2023-08", "2024-11", 0, "2023 2024"},
	{"Primera etapa: Marzo \xE2\x80\x93 Junio, 2024 Segunda etapa: Agosto- "
	 "octubre, "
	 "2024",
	 "2024-03", "2024-10", 0, "2024"},
	{"2022 \xE2\x80\x93 2023 \xE2\x80\x93 2024", "2022", "2024", 0,
	 "2022 2023 2024"},
	{"Entre octubre y noviembre de 2024", "2024-10", "2024-11", 0, "2024"},
	{"10 de julio 2018 / 2024", "2018-07-10", "2024", 0,
	 "2018 2019 2020 2021 2022 2023 2024"},
	{"Diciembre 2022 / a la fecha", "2022-12", "", 1, "2022"},
	{"La iniciativa inici\xC3\xB3 en 2023 y a la fecha se contin\xC3\xBA"
	 "an",
	 "2023", "", 1, "2023"},
	/* other forms */
	{"01/03/2023 - 31/12/2023", "2023-03-01", "2023-12-31", 0, "2023"},
	{"Marzo-diciembre 2023", "2023-03", "2023-12", 0, "2023"},
	{"desde 2019 a la fecha", "2019", "", 1, "2019"},
	{"primer semestre 2024", "2024-01", "2024-06", 0, "2024"},
	{"1er y 2do semestre 2023", "2023-01", "2023-12", 0, "2023"},
	{"Segundo semestre 2023 y primer semestre 2024", "2023-07", "2024-06", 0,
	 "2023 2024"},
	{"Octubre a marzo 2024", "2023-10", "2024-03", 0, "2023 2024"},
	{"Del 3 al 24 de julio de 2024", "2024-07-03", "2024-07-24", 0, "2024"},
	{"15/03 al 20/06 de 2024", "2024-03-15", "2024-06-20", 0, "2024"},
	{"2023-24", "2023", "2024", 0, "2023 2024"},
	{"2023-10", "2023-10", "2023-10", 0, "2023"},
	{"2019 y 2022", "2019", "2022", 0, "2019 2022"},
	{"Mayo y junio de 2022; agosto de 2024", "2022-05", "2024-08", 0, "2022 2024"},
	{"2024: enero a marzo", "2024-01", "2024-03", 0, "2024"},
	{"junio '23", "2023-06", "2023-06", 0, "2023"},
	{"ago. 2022 - nov. 2023", "2022-08", "2023-11", 0, "2022 2023"},
	{"Inicio: marzo 2022. T\xC3\xA9rmino: diciembre 2024", "2022-03", "2024-12", 0,
	 "2022 2023 2024"},
	{"Inicio 2020", "2020", "", 0, "2020"},
	{"Hasta diciembre 2024", "", "2024-12", 0, "2024"},
	{"Desde marzo 2023", "2023-03", "", 1, "2023"},
	{"1\xC2\xB0 de marzo de 2024 al 30 de noviembre de 2024", "2024-03-01",
	 "2024-11-30", 0, "2024"},
	{"El presente a\xC3\xB1o 2024", "2024", "2024", 0, "2024"},
	{"1.270 personas en 2023", "2023", "2023", 0, "2023"},
	{"Vi\xC3\xB1"
	 "a del Mar 2023",
	 "2023", "2023", 0, "2023"},
	{"29/02/2024", "2024-02-29", "2024-02-29", 0, "2024"},
	/* from elsewhere */
	{"March 2019 \xE2\x80\x93 ongoing", "2019-03", "", 1, "2019"},
	{"From January 2020 to December 2021", "2020-01", "2021-12", 0, "2020 2021"},
	{"Since May 2022", "2022-05", "", 1, "2022"},
	{"until Sept 2023", "", "2023-09", 0, "2023"},
	{"mar\xC3\xA7o de 2021 a dezembro de 2022", "2021-03", "2022-12", 0,
	 "2021 2022"},
	{"janeiro de 2023 at\xC3\xA9 junho de 2024", "2023-01", "2024-06", 0,
	 "2023 2024"},
	{"En el marco de la ley, 2023", "2023", "2023", 0, "2023"},
	/* not understood, and so not guessed */
	{"31/02/2023", "", "", 0, ""},
	{"29/02/2023", "", "", 0, ""},
	{"De marzo a noviembre de cada a\xC3\xB1o", "", "", 0, ""},
	{"Primer semestre", "", "", 0, ""},
	{"Cuando sea posible", "", "", 0, ""},
	{"", "", "", 0, ""},
};

static void test_dates(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof dates / sizeof *dates; i++) {
		const struct date_case *c = &dates[i];
		char years[200] = "";
		struct span s;

		assert_true(normal_dates(&s, c->text, strlen(c->text)));
		for (size_t k = 0; k < s.years.n; k++)
			snprintf(years + strlen(years), sizeof years - strlen(years),
				 "%s%d", k ? " " : "", s.years.v[k]);
		if (strcmp(s.start, c->start) != 0 || strcmp(s.end, c->end) != 0 ||
		    strcmp(years, c->years) != 0 || s.ongoing != (c->ongoing != 0))
			fail_msg("%s: %s .. %s%s [%s]", c->text, s.start, s.end,
				 s.ongoing ? " ongoing" : "", years);
		assert_int_equal(s.understood, *c->start || *c->end);
		span_release(&s);
	}
}

/* Any bytes at all: no crash, and never more years than there can be. */
static void test_dates_any_bytes(void **state)
{
	static const char *const bits[] = {
		"2023",	 " ",	  "-",	  "/", "mayo", "1",	   "31",     "a la",
		"fecha", "99999", "\xC3", "y", ",",    "semestre", "primer", "."};
	unsigned seed = 7;
	char text[400];

	(void)state;
	for (int round = 0; round < 20000; round++) {
		size_t n = 0;
		struct span s;

		while (n < 300) {
			const char *b;

			seed = seed * 1103515245u + 12345u;
			b = bits[(seed >> 16) % (sizeof bits / sizeof *bits)];
			memcpy(text + n, b, strlen(b));
			n += strlen(b);
			if ((seed >> 8) % 17 == 0)
				break;
		}
		assert_true(normal_dates(&s, text, n));
		assert_true(s.years.n <= 400);
		assert_true(strlen(s.start) <= 10 && strlen(s.end) <= 10);
		span_release(&s);
	}
}

static void S_ficha(struct ficha *f, const char *title, const char *place)
{
	ficha_init(f);
	str_set(&f->text[F_TITLE], title, strlen(title));
	if (place)
		str_set(&f->text[F_MUNICIPALITY], place, strlen(place));
}

static void S_normal(struct ficha *f, struct diags *d, unsigned latest)
{
	struct err err = {0};

	diags_init(d, NULL, NULL);
	assert_int_equal(normal_ficha(f, NULL, lexicon, analyzer, latest, "x", d, &err),
			 ST_OK);
}

static void test_ids(void **state)
{
	struct ficha f;
	struct diags d;
	struct buf b;

	(void)state;
	S_ficha(&f, "Protocolo de Atenci\xC3\xB3n para Usuarios y Usuarias Migrantes",
		"COQUIMBO");
	str_set(&f.text[F_DATES], "2022", 4);
	S_normal(&f, &d, 0);
	assert_string_equal(f.id, "coquimbo-protocolo-atencion-usuarios-usuarias");
	buf_init(&b, 0);
	normal_next_id(&b, &f, 0, NULL);
	assert_string_equal(b.data, f.id);
	buf_clear(&b);
	normal_next_id(&b, &f, 1, NULL);
	assert_string_equal(b.data,
			    "coquimbo-protocolo-atencion-usuarios-usuarias-2022");
	buf_clear(&b);
	normal_next_id(&b, &f, 2, NULL);
	assert_string_equal(b.data,
			    "coquimbo-protocolo-atencion-usuarios-usuarias-2022-2");
	diags_release(&d);
	ficha_release(&f);

	/* Nothing but stop words, another script, nothing at all. */
	S_ficha(&f, "De la de los", "O'Higgins");
	S_normal(&f, &d, 0);
	assert_string_equal(f.id, "ohiggins-de-la-de-los");
	buf_clear(&b);
	normal_next_id(&b, &f, 1, NULL);
	assert_string_equal(b.data, "ohiggins-de-la-de-los-2");
	diags_release(&d);
	ficha_release(&f);
	S_ficha(&f, "!!!", NULL);
	S_normal(&f, &d, 0);
	assert_string_equal(f.id, "sin-municipio-ficha");
	diags_release(&d);
	ficha_release(&f);
	buf_release(&b);
}

static void test_places(void **state)
{
	struct ficha f;
	struct diags d;

	(void)state;
	S_ficha(&f, "T",
		"VINA DEL MAR\n\nLLAY-LLAY\n\nVi\xC3\xB1"
		"a");
	S_normal(&f, &d, 0);
	assert_int_equal(f.municipalities.n, 2); /* the last is the first again */
	assert_string_equal(f.municipalities.v[0], "Vi\xC3\xB1"
						   "a del Mar");
	assert_string_equal(f.municipalities.v[1], "Llaillay");
	assert_string_equal(f.cut_code, "05109");
	assert_string_equal(f.region_code, "05");
	assert_string_equal(f.province, "Valpara\xC3\xADso");
	assert_int_equal(d.n, 0);
	diags_release(&d);
	ficha_release(&f);
}

static void test_open_end_reaches_the_latest_year(void **state)
{
	struct ficha f;
	struct diags d;

	(void)state;
	S_ficha(&f, "T", "Lota");
	str_set(&f.text[F_DATES], "2021 a la fecha", 15);
	assert_int_equal(normal_latest_year(&f), 2021);
	S_normal(&f, &d, 2024);
	assert_true(f.ongoing);
	assert_null(f.date_end);
	assert_int_equal(f.years.n, 4);
	assert_int_equal(f.years.v[3], 2024);
	diags_release(&d);
	ficha_release(&f);
}

static void test_given_is_kept(void **state)
{
	static const struct normal_given given = {.municipalities = true,
						  .population_groups = true,
						  .dates = true,
						  .status = true,
						  .id = true};
	struct ficha f;
	struct diags d;
	struct err err = {0};

	(void)state;
	S_ficha(&f, "T", NULL);
	strs_add(&f.municipalities, "Maip\xC3\xBA");
	strs_add(&f.population_groups, "mujeres");
	str_set(&f.id, "mine", 4);
	str_set(&f.status, "finalizada", 10);
	str_set(&f.date_start, "2020-05", 7);
	str_set(&f.date_end, "2022", 4);
	str_set(&f.text[F_DATES], "1999", 4);
	diags_init(&d, NULL, NULL);
	assert_int_equal(
		normal_ficha(&f, &given, lexicon, analyzer, 2024, "x", &d, &err),
		ST_OK);
	assert_string_equal(f.id, "mine");
	assert_string_equal(f.status, "finalizada");
	assert_string_equal(f.date_start, "2020-05");
	assert_int_equal(f.population_groups.n, 1);
	assert_string_equal(f.cut_code, "13119");
	assert_int_equal(f.years.n, 3);
	diags_release(&d);
	ficha_release(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_dates),
		cmocka_unit_test(test_dates_any_bytes),
		cmocka_unit_test(test_ids),
		cmocka_unit_test(test_places),
		cmocka_unit_test(test_open_end_reaches_the_latest_year),
		cmocka_unit_test(test_given_is_kept),
	};

	return cmocka_run_group_tests(tests, fichas_setup, fichas_teardown);
}

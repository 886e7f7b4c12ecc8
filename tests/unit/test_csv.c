/* csv.c, csv_columns.c, csv_row.c: tables as people make them, and broken ones. */
#include "records_of.h"

#include <time.h>

#include "../../indexer/csv_columns.h"
#include "tables.h"

static struct came *S_try(enum status expected, const char *text, size_t n,
			  size_t piece)
{
	struct came *c = calloc(1, sizeof *c);
	struct record_sink sink = {c, S_came, S_told, S_saw};
	struct err err = {.text = ""};
	pid_t writer;
	int fd;

	assert_non_null(c);
	fd = S_pipe_of(&writer, text, n, piece);
	assert_int_equal(csv_read(fd, S_analyzer, S_lexicon, &sink, &err), expected);
	if (expected)
		assert_true(err.text[0]);
	close(fd);
	assert_int_equal(waitpid(writer, NULL, 0), writer);
	return c;
}

static struct came *S_read_n(const char *text, size_t n)
{
	struct came *c = S_try(ST_OK, text, n, 1 << 16);
	struct came *pieces = S_try(ST_OK, text, n, 1);

	assert_int_equal(c->bytes, n);
	assert_int_equal(c->n, pieces->n);
	assert_string_equal(c->problems, pieces->problems);
	for (size_t i = 0; i < c->n; i++)
		assert_int_equal(c->lines[i], pieces->lines[i]);
	came_release(pieces);
	return c;
}

static struct came *S_read(const char *text)
{
	return S_read_n(text, strlen(text));
}

static const char *S_title(const struct came *c, size_t i)
{
	assert_true(i < c->n);
	return c->v[i].text[F_TITLE];
}

static void test_keys_and_values(void **state)
{
	struct came *c = S_read(
		"id,title,municipality,units_and_partners,sello_lines,population_"
		"verbatim,"
		"population_groups,dates_verbatim,date_start,date_end,ongoing,months,"
		"years,funding,status,lessons,otra\n"
		"x-1,Uno,La Reina,DIDECO,politicas;informacion,Familias,"
		"nna; "
		"personas-migrantes,2023,2023-08-03,2024,false,3;Abril;12,2023;2024,"
		"Propios,vigente,\"Una.\n\n- Dos\nTres\",valor\n");

	(void)state;
	assert_string_equal(c->problems, "");
	assert_int_equal(c->n, 1);
	assert_string_equal(c->v[0].id, "x-1");
	assert_string_equal(S_title(c, 0), "Uno");
	assert_string_equal(c->v[0].text[F_MUNICIPALITY], "La Reina");
	assert_string_equal(c->v[0].text[F_UNITS], "DIDECO");
	assert_string_equal(c->v[0].text[F_SELLO], "politicas\n\ninformacion");
	assert_string_equal(c->v[0].text[F_POPULATION], "Familias");
	assert_int_equal(c->v[0].population_groups.n, 2);
	assert_string_equal(c->v[0].population_groups.v[1], "personas-migrantes");
	assert_string_equal(c->v[0].date_start, "2023-08-03");
	assert_string_equal(c->v[0].date_end, "2024");
	assert_false(c->v[0].ongoing);
	assert_int_equal(c->v[0].months.n, 3);
	assert_int_equal(c->v[0].months.v[1], 4);
	assert_int_equal(c->v[0].years.v[1], 2024);
	assert_string_equal(c->v[0].status, "vigente");
	assert_string_equal(c->v[0].text[F_LESSONS], "Una.\n\nDos\n\nTres");
	assert_string_equal(c->v[0].extra, "{\"otra\":\"valor\"}");
	assert_true(c->keys[0].id && c->keys[0].years && c->keys[0].dates &&
		    c->keys[0].months && c->keys[0].status &&
		    c->keys[0].population_groups);
	assert_false(c->keys[0].sello_lines); /* as printed: to be understood */
	assert_int_equal(c->v[0].line_start, 2);
	assert_int_equal(c->v[0].line_end, 5);
	came_release(c);
}

static void test_spanish_headings(void **state)
{
	struct came *c = S_read(
		"T\xC3\xADtulo;Municipalidad;L\xC3\xADnea Sello;Poblaci\xC3\xB3n "
		"objetivo;Fechas de implementaci\xC3\xB3n;Forma de financiamiento;"
		"Sostenibilidad en el tiempo;Breve descripci\xC3\xB3n;Elemento "
		"innovador/creativo del proyecto o actividad;Aprendizajes y "
		"recomendaciones para su replicabilidad;Unidades municipales que "
		"participan y colaboradores externos\r\n"
		"Uno;Municipalidad de Maip\xC3\xBA;\"Vinculaci\xC3\xB3n comunitaria; "
		"Estrategias formativas\";Todos;\"Junio a\noctubre "
		"2023\";F;S;D;I;A;U\r\n");

	(void)state;
	assert_string_equal(c->problems, "");
	assert_int_equal(c->n, 1);
	assert_string_equal(c->v[0].text[F_MUNICIPALITY], "Maip\xC3\xBA");
	assert_string_equal(c->v[0].text[F_SELLO],
			    "Vinculaci\xC3\xB3n comunitaria\n\nEstrategias formativas");
	assert_string_equal(c->v[0].text[F_DATES], "Junio a octubre 2023");
	assert_string_equal(c->v[0].text[F_SUSTAINABILITY], "S");
	assert_string_equal(c->v[0].text[F_INNOVATION], "I");
	assert_string_equal(c->v[0].text[F_LESSONS], "A");
	assert_string_equal(c->v[0].text[F_UNITS], "U");
	assert_null(c->v[0].extra);
	came_release(c);
}

static void test_every_name_of_a_field(void **state)
{
	enum field field;

	(void)state;
	for (int i = 0; i < F_COUNT; i++) {
		const struct field_info *f = &field_table[i];
		const char *const names[] = {f->name, f->query_es, f->query_en,
					     f->label};

		for (size_t k = 0; k < 4; k++)
			assert_int_not_equal(column_kind(&field, names[k],
							 strlen(names[k]), S_lexicon),
					     COLUMN_EXTRA);
	}
	for (int i = 0; i < FACET_COUNT; i++) {
		const struct facet_info *f = &facet_table[i];

		assert_int_not_equal(
			column_kind(&field, f->query_es, strlen(f->query_es), NULL),
			COLUMN_EXTRA);
		assert_int_not_equal(
			column_kind(&field, f->query_en, strlen(f->query_en), NULL),
			COLUMN_EXTRA);
	}
	assert_int_equal(column_kind(&field, "\xC3\x91", 2, S_lexicon), COLUMN_EXTRA);
	assert_int_equal(column_kind(&field, "\xFF", 1, S_lexicon), COLUMN_EXTRA);
}

static void test_delimiters(void **state)
{
	static const char *const tables[] = {"titulo,comuna\nUno,\"a;b\"\n",
					     "titulo;comuna\nUno;\"a;b\"\n",
					     "titulo\tcomuna\nUno\ta;b\n",
					     "\"titulo\";\"comuna\"\n\"Uno\";\"a;b\"",
					     "sep=;\ntitulo;comuna\nUno;\"a;b\"\n",
					     "sep=|\r\ntitulo|comuna\r\nUno|a;b"};

	(void)state;
	for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
		struct came *c = S_read(tables[i]);

		assert_string_equal(c->problems, "");
		assert_string_equal(S_title(c, 0), "Uno");
		assert_string_equal(c->v[0].text[F_MUNICIPALITY], "a\n\nb");
		came_release(c);
	}
}

static void test_line_ends_and_blank_rows(void **state)
{
	static const char *const ends[] = {"\n", "\r\n", "\r"};

	(void)state;
	for (int i = 0; i < 3; i++) {
		struct came *c;
		struct buf b;

		buf_init(&b, 0);
		buf_addf(&b, "%stitle,lessons%s%sUno,a%s%s,%s\"Dos\",\"x%sy\"%sTres,",
			 ends[i], ends[i], ends[i], ends[i], ends[i], ends[i], ends[i],
			 ends[i]);
		c = S_read(b.data);
		assert_string_equal(c->problems, "");
		assert_int_equal(c->n, 3);
		assert_int_equal(c->lines[0], 4);
		assert_int_equal(c->lines[1], 7);
		assert_int_equal(c->v[1].line_end, 8);
		assert_int_equal(c->lines[2], 9);
		assert_string_equal(S_title(c, 2), "Tres");
		came_release(c);
		buf_release(&b);
	}
}

static void test_cell_counts(void **state)
{
	struct came *c = S_read("title,lessons,funding\n"
				"Uno,a,b\n"
				"Dos,a\n"
				"\xC3\xB1\xC3\xB1,a,b,c,d\n"
				"Cuatro,a,b,,\n"
				"Cinco\n"
				"Seis,,\n");

	(void)state;
	assert_int_equal(c->n, 3);
	assert_string_equal(S_title(c, 1), "Cuatro");
	assert_string_equal(S_title(c, 2), "Seis");
	assert_string_equal(c->problems, "3:5 E cell-count\n"
					 "4:8 E cell-count\n"
					 "6:1 E cell-count\n");
	came_release(c);
}

static void test_a_quote_too_many(void **state)
{
	/* The quote of line 3 swallows lines 4 and 5, which are good. */
	struct came *c = S_read("title,lessons\n"
				"Uno,a\n"
				"\"Dos,a\n"
				"Tres,a\n"
				"\"Cuatro\",a\n"
				"Cinco,a\n");

	(void)state;
	assert_string_equal(c->problems, "3:1 E unclosed-quote\n");
	assert_int_equal(c->n, 4);
	assert_string_equal(S_title(c, 1), "Tres");
	assert_string_equal(S_title(c, 2), "Cuatro");
	assert_int_equal(c->lines[2], 5);
	came_release(c);
	/* And one that nothing closes. */
	c = S_read("title,lessons\nUno,a\nDos,\"a\nTres,a\nCuatro,a\n");
	assert_string_equal(c->problems, "3:1 E unclosed-quote\n");
	assert_int_equal(c->n, 3);
	assert_string_equal(S_title(c, 2), "Cuatro");
	came_release(c);
	c = S_read("title,lessons\nUno,\"a");
	assert_string_equal(c->problems, "2:1 E unclosed-quote\n");
	assert_int_equal(c->n, 0);
	came_release(c);
}

static void test_quotes(void **state)
{
	struct came *c = S_read("title,lessons\n"
				"\"El \"\"Sello\"\"\",\"a, b\"\n"
				"El 5\" grande, con blancos \n");

	(void)state;
	assert_string_equal(c->problems, "");
	assert_string_equal(S_title(c, 0), "El \"Sello\"");
	assert_string_equal(S_title(c, 1), "El 5\" grande");
	assert_string_equal(c->v[1].text[F_LESSONS], "con blancos");
	came_release(c);
}

static void test_encodings(void **state)
{
	static const char utf16[] = "\xFF\xFEt\0i\0t\0l\0e\0\t\0x\0\n\0\xD1\0\t\0a\0\n";
	struct came *c = S_read("\xEF\xBB\xBFtitle,lessons\nA\xC3\xB1o,a\n");

	(void)state;
	assert_string_equal(c->problems, "");
	assert_string_equal(S_title(c, 0), "A\xC3\xB1o");
	came_release(c);
	/* Excel in Chile. */
	c = S_read("T\xEDtulo;Comuna\nA\xF1o \x96 \x93x\x94;\xD1u\xF1oa\nDos;a\n");
	assert_string_equal(c->problems, "1:2 W windows-1252\n");
	assert_int_equal(c->n, 2);
	assert_string_equal(S_title(c, 0),
			    "A\xC3\xB1o \xE2\x80\x93 \xE2\x80\x9Cx\xE2\x80\x9D");
	assert_string_equal(c->v[0].text[F_MUNICIPALITY], "\xC3\x91u\xC3\xB1oa");
	came_release(c);
	/* One bad byte in UTF-8. */
	c = S_read("title,lessons\nA\xC3\xB1o,a\nB\xF1,a\n");
	assert_string_equal(c->problems, "3:2 W invalid-utf8\n");
	assert_string_equal(S_title(c, 1), "B\xEF\xBF\xBD");
	came_release(c);
	/* In a column of the source's own, and where a sign is cut in two by the
	 * end of a cell: the row as a whole would be UTF-8. */
	c = S_read("title,otra,m\xC3\xA1s\nUno,\"a\xC3\",\"\xB1"
		   "b\"\nDos,c\xC3\xB1,d\n");
	assert_string_equal(c->problems, "2:7 W invalid-utf8\n");
	assert_int_equal(c->n, 2);
	assert_string_equal(c->v[0].extra, "{\"otra\":\"a\xEF\xBF\xBD\",\"m\xC3\xA1s\":"
					   "\"\xEF\xBF\xBD"
					   "b\"}");
	came_release(c);
	/* A heading. */
	c = S_read("title,m\xC3\xA1s,ot\xF3ra\nUno,a,b\n");
	assert_string_equal(c->problems, "1:13 W invalid-utf8\n");
	assert_string_equal(c->v[0].extra, "{\"m\xC3\xA1s\":\"a\",\"ot\xEF\xBF\xBDra\":"
					   "\"b\"}");
	came_release(c);
	c = S_try(ST_OK, utf16, sizeof utf16, 5);
	assert_string_equal(S_title(c, 0), "\xC3\x91");
	came_release(c);
	/* NFC. */
	c = S_read("title,x\nn\xCC\x83,a\n");
	assert_string_equal(S_title(c, 0), "\xC3\xB1");
	came_release(c);
}

static void test_formula_guard(void **state)
{
	struct came *c = S_read("title,lessons\n'=1+1,\"'- a\n'b\"\n");

	(void)state;
	assert_string_equal(S_title(c, 0), "=1+1");
	assert_string_equal(c->v[0].text[F_LESSONS], "a\n\n'b");
	came_release(c);
}

static void test_wrong_cells(void **state)
{
	struct came *c = S_read("title,years,months,date_start,ongoing\n"
				"a,20x4,,,\n"
				"b,,13,,\n"
				"c,,,2023-13,\n"
				"d,,,,quiz\xC3\xA1s\n"
				",2023,,,\n"
				"e,2023,marzo,2023-02,s\xC3\xAD\n");

	(void)state;
	assert_string_equal(c->problems, "2:3 E malformed-record\n"
					 "3:4 E malformed-record\n"
					 "4:5 E malformed-record\n"
					 "5:6 E malformed-record\n"
					 "6:1 E no-title\n");
	assert_int_equal(c->n, 1);
	assert_true(c->v[0].ongoing);
	assert_int_equal(c->v[0].months.v[0], 3);
	came_release(c);
}

static void test_nul_byte(void **state)
{
	static const char text[] = "title,x\na\0b,c\nDos,c\n";
	struct came *c = S_read_n(text, sizeof text - 1);

	(void)state;
	assert_string_equal(c->problems, "2:1 E nul-byte\n");
	assert_int_equal(c->n, 1);
	came_release(c);
}

static void test_headers_that_are_none(void **state)
{
	static const char *const headers[] = {"",
					      "\n\n",
					      "a,b\n1,2\n",
					      "title,titulo\na,b\n",
					      "title,x,x\na,b,c\n",
					      "title,id,id\na,b,c\n"};
	struct buf b;

	(void)state;
	for (size_t i = 0; i < sizeof headers / sizeof *headers; i++)
		came_release(S_try(ST_INPUT, headers[i], strlen(headers[i]), 7));
	buf_init(&b, 0);
	buf_adds(&b, "title");
	for (int i = 1; i < COLUMNS_MAX; i++)
		buf_addf(&b, ",c%d", i);
	came_release(S_try(ST_OK, b.data, b.len, 4096));
	buf_adds(&b, ",more");
	came_release(S_try(ST_INPUT, b.data, b.len, 4096));
	buf_release(&b);
}

static void test_row_limit(void **state)
{
	struct buf b;
	struct came *c;

	(void)state;
	buf_init(&b, 0);
	buf_adds(&b, "title,x\nUno,");
	while (b.len < RECORD_LINE_MAX - 100)
		buf_addc(&b, 'a');
	buf_adds(&b, "\nDos,\"");
	while (b.len < 3 * RECORD_LINE_MAX)
		buf_adds(&b, "aaaaaaaaaaaaaaa\n");
	buf_adds(&b, "\"\nTres,b\n");
	c = S_try(ST_OK, b.data, b.len, 1 << 16);
	assert_string_equal(S_title(c, 0), "Uno");
	assert_string_equal(S_title(c, c->n < 64 ? c->n - 1 : 0),
			    c->n < 64 ? "Tres" : "Uno");
	assert_int_equal(strncmp(c->problems, "3:1 E record-too-large\n", 23), 0);
	came_release(c);
	buf_release(&b);
}

/* CPU seconds for n lines each of which begins a quote. */
static double S_quotes(int n)
{
	clock_t start;
	double spent;
	struct buf b;

	buf_init(&b, 0);
	buf_adds(&b, "title,x\n");
	for (int i = 0; i < n; i++)
		buf_adds(&b, "\"x,\n");
	start = clock();
	came_release(S_try(ST_OK, b.data, b.len, 1 << 16));
	spent = (double)(clock() - start);
	buf_release(&b);
	return spent;
}

/* Reading again from the second line of a bad row must not make the time
 * quadratic: eight times the lines would take 64 times as long. */
static void test_time_stays_linear(void **state)
{
	double few, many;

	(void)state;
	few = S_quotes(125000);
	many = S_quotes(1000000);
	assert_true(many < 32 * few + CLOCKS_PER_SEC / 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_keys_and_values),
		cmocka_unit_test(test_spanish_headings),
		cmocka_unit_test(test_every_name_of_a_field),
		cmocka_unit_test(test_delimiters),
		cmocka_unit_test(test_line_ends_and_blank_rows),
		cmocka_unit_test(test_cell_counts),
		cmocka_unit_test(test_a_quote_too_many),
		cmocka_unit_test(test_quotes),
		cmocka_unit_test(test_encodings),
		cmocka_unit_test(test_formula_guard),
		cmocka_unit_test(test_wrong_cells),
		cmocka_unit_test(test_nul_byte),
		cmocka_unit_test(test_headers_that_are_none),
		cmocka_unit_test(test_row_limit),
		cmocka_unit_test(test_time_stays_linear),
	};

	return cmocka_run_group_tests(tests, S_setup, S_teardown);
}

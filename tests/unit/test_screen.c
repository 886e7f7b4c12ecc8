/* What leaves the searcher: wrapped text, JSON, cells; and that nothing in it
 * steers a terminal or a spreadsheet. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../../searcher/emit.h"
#include "../../searcher/json.h"
#include "../../searcher/render.h"
#include "../../searcher/screen.h"

static const struct screen S_plain = {false, 20};
static const struct screen S_color = {true, 20};

static void S_put_gives(const char *text, const char *want)
{
	struct buf b;

	buf_init(&b, 0);
	inert_put(&b, text, strlen(text));
	assert_string_equal(b.data, want);
	buf_release(&b);
}

static void test_nothing_steers_a_terminal(void **state)
{
	(void)state;
	S_put_gives("mesa", "mesa");
	S_put_gives("a\tb\nc\rd", "a b c d");
	S_put_gives("\033[31mrojo\007", "\xEF\xBF\xBD[31mrojo\xEF\xBF\xBD");
	S_put_gives("\x7F", "\xEF\xBF\xBD");
	S_put_gives("\xC2\x9B"
		    "31m",
		    "\xEF\xBF\xBD"
		    "31m"); /* C1: CSI */
	S_put_gives("a\xE2\x80\xAE"
		    "b",
		    "a\xEF\xBF\xBD"
		    "b");				 /* override */
	S_put_gives("\xE2\x81\xA6", "\xEF\xBF\xBD");	 /* isolate */
	S_put_gives("\xE2\x80\xA8", "\xEF\xBF\xBD");	 /* line separator */
	S_put_gives("\xF3\xA0\x80\xA0", "\xEF\xBF\xBD"); /* tag */
	S_put_gives("\xFF\xFE", "\xEF\xBF\xBD\xEF\xBF\xBD");
	S_put_gives("ñ \xE2\x80\x9C"
		    "á\xE2\x80\x9D \xE2\x80\x93",
		    "ñ \xE2\x80\x9C"
		    "á\xE2\x80\x9D \xE2\x80\x93");
}

static void S_wrap_gives(const struct screen *s, unsigned first, unsigned indent,
			 const char *text, const struct span *marks, size_t n,
			 const char *want)
{
	struct buf b;
	struct wrap f;

	buf_init(&b, 0);
	wrap_begin(&f, &b, s, first, indent);
	wrap_marked(&f, FACE_PLAIN, text, strlen(text), marks, n);
	wrap_end(&f);
	assert_string_equal(b.data, want);
	buf_release(&b);
}

static void test_words_wrap(void **state)
{
	(void)state;
	S_wrap_gives(&S_plain, 0, 0, "uno dos", NULL, 0, "uno dos\n");
	S_wrap_gives(&S_plain, 2, 4, "uno dos tres cuatro cinco", NULL, 0,
		     "  uno dos tres\n    cuatro cinco\n");
	/* Twenty columns are used, not twenty bytes. */
	S_wrap_gives(&S_plain, 0, 0, "ñññññññññ ñññññññññá x", NULL, 0,
		     "ñññññññññ ñññññññññá\nx\n");
	/* A word that fits nowhere stands alone. */
	S_wrap_gives(&S_plain, 0, 2, "a abcdefghijklmnopqrstuvwxyz b", NULL, 0,
		     "a\n  abcdefghijklmnopqrstuvwxyz\n  b\n");
	S_wrap_gives(&S_plain, 0, 0, "a\n\nb   c", NULL, 0, "a b c\n");
}

static void test_marks_are_code_points(void **state)
{
	static const struct span marks[] = {{2, 5}, {6, 8}};

	(void)state;
	S_wrap_gives(&S_plain, 0, 0, "á ñoñ abc", marks, 2, "á ñoñ abc\n");
	S_wrap_gives(&S_color, 0, 0, "á ñoñ abc", marks, 2,
		     "á \033[0m\033[1;33mñoñ\033[0m \033[0m\033[1;33mab\033[0mc\n");
}

static void S_json_gives(const char *text, const char *want)
{
	struct buf b;
	json_t *v = json_str(text);

	buf_init(&b, 0);
	assert_non_null(v);
	assert_int_equal(json_write(&b, v, NULL), ST_OK);
	assert_string_equal(b.data, want);
	buf_clear(&b);
	emit_str(&(struct emit){.out = &b}, text);
	assert_string_equal(b.data, want);
	json_decref(v);
	buf_release(&b);
}

/* Any bytes, any number: written at once or as a tree, the same. */
static void test_json_is_the_same_without_a_tree(void **state)
{
	static const char *const pieces[] = {
		"\xC3\xB1",	"\xC2\x85", "\xE2\x80\xAE", "\xF3",
		"\xA0\x80",	"\"",	    "\\",	    "\x7F",
		"\x1F",		"/",	    "\t",	    "ab",
		"\xEF\xBF\xBD", "\xC5",	    "\xC3\xC3",	    "\xF0\x9F\x98\x80",
		"\xED\xA0\x80", "\b\f\r"};
	uint32_t random = 2463534242u;
	struct buf tree, stream;

	(void)state;
	buf_init(&tree, 0);
	buf_init(&stream, 0);
	for (unsigned i = 0; i < 20000; i++) {
		struct emit e = {.out = &stream};
		char text[64] = "";
		double number;
		json_t *v = json_array();

		for (unsigned k = 0; k < i % 8; k++) {
			random = random * 1664525 + 1013904223;
			strcat(text, pieces[(random >> 16) %
					    (sizeof pieces / sizeof *pieces)]);
		}
		number = ((double)random - 2e9) / 1e4 / (1 + random % 4099);
		json_array_append_new(v, json_str(text));
		json_array_append_new(v, json_size(random));
		json_array_append_new(v, json_round(number, 1e4));
		json_array_append_new(v, json_null());
		json_array_append_new(v, json_pack("{s:b,s:[]}", "a", i % 2, "b"));
		buf_clear(&tree);
		assert_int_equal(json_write(&tree, v, NULL), ST_OK);
		json_decref(v);
		buf_clear(&stream);
		emit_open(&e, '[');
		emit_str(&e, text);
		emit_size(&e, random);
		emit_round(&e, number, 1e4);
		emit_null(&e);
		emit_open(&e, '{');
		emit_key(&e, "a");
		emit_bool(&e, i % 2);
		emit_key(&e, "b");
		emit_strs(&e, NULL, 0);
		emit_close(&e, '}');
		emit_close(&e, ']');
		assert_string_equal(stream.data, tree.data);
	}
	buf_release(&tree);
	buf_release(&stream);
}

static void test_json_is_faithful_and_harmless(void **state)
{
	(void)state;
	S_json_gives("ni\xC3\xB1o", "\"ni\xC3\xB1o\"");
	S_json_gives("\033\"\\\n", "\"\\u001B\\\"\\\\\\n\"");
	/* Kept, not replaced: who reads the JSON gets what was stored. */
	S_json_gives("a\xE2\x80\xAE"
		     "b\x7F",
		     "\"a\\u202eb\\u007f\"");
	S_json_gives("\xC2\x9B", "\"\\u009b\"");
	S_json_gives("\xF3\xA0\x80\xA0", "\"\\udb40\\udc20\"");
	/* Bytes that are no UTF-8 cannot be JSON. */
	S_json_gives("a\xFFz", "\"a\xEF\xBF\xBDz\"");
}

static void test_json_numbers_are_short(void **state)
{
	struct buf b;
	json_t *v = json_round(7.312345678, 1e4);

	(void)state;
	buf_init(&b, 0);
	assert_int_equal(json_write(&b, v, NULL), ST_OK);
	assert_string_equal(b.data, "7.3123");
	json_decref(v);
	buf_clear(&b);
	v = json_round(0.0 / 1.0, 1e4);
	assert_int_equal(json_write(&b, v, NULL), ST_OK);
	assert_string_equal(b.data, "0.0");
	json_decref(v);
	buf_release(&b);
}

/* ---- tables: one hit whose title is the cell ---- */

static char S_title[200];

static void S_cell_gives(enum format format, bool raw, const char *title,
			 const char *want)
{
	struct request r = {.command = CMD_SEARCH, .format = format, .raw_cells = raw};
	struct hit h = {.rank = 1, .score = -1.5};
	struct answer a = {.request = &r, .hits = &h, .n_hits = 1, .total = 1};
	struct buf out, notes;
	struct page to = {&out, &notes, {false, 80}};
	struct ficha f;
	char id[] = "x";
	const char *line;

	strcpy(S_title, title);
	ficha_init(&f);
	f.id = id;
	f.text[F_TITLE] = S_title;
	h.ficha = &f;
	buf_init(&out, 0);
	buf_init(&notes, 0);
	assert_int_equal(render_table(&to, &a, NULL), ST_OK);
	line = strchr(out.data, '\n') + 1;
	if (strncmp(line, want, strlen(want)) != 0)
		fail_msg("%s\n  is  %s\n  not %s", title, line, want);
	buf_release(&out);
	buf_release(&notes);
}

static void test_csv(void **state)
{
	(void)state;
	S_cell_gives(FORMAT_CSV, false, "Mesa", "1,x,-1.5000,Mesa,");
	S_cell_gives(FORMAT_CSV, false, "a,b", "1,x,-1.5000,\"a,b\",");
	S_cell_gives(FORMAT_CSV, false, "dijo \"no\"",
		     "1,x,-1.5000,\"dijo \"\"no\"\"\",");
	S_cell_gives(FORMAT_CSV, false, "a\nb", "1,x,-1.5000,a b,");
	S_cell_gives(FORMAT_CSV, false, " a", "1,x,-1.5000,\" a\",");
	S_cell_gives(FORMAT_CSV, false, "a ", "1,x,-1.5000,\"a \",");
	S_cell_gives(FORMAT_CSV, false, "", "1,x,-1.5000,,");
	/* What a spreadsheet strips is not what a cell begins with. */
	S_cell_gives(FORMAT_CSV, false, "\ta", "1,x,-1.5000,\"' a\",");
	S_cell_gives(FORMAT_CSV, false, "\ra", "1,x,-1.5000,\"' a\",");
	S_cell_gives(FORMAT_CSV, false, "\na", "1,x,-1.5000,\" a\",");
	S_cell_gives(FORMAT_TSV, false, "a\tb\"", "1\tx\t-1.5000\ta b\"\t");
}

static void test_no_cell_is_a_formula(void **state)
{
	(void)state;
	S_cell_gives(FORMAT_CSV, false, "=1+2", "1,x,-1.5000,\"'=1+2\",");
	S_cell_gives(FORMAT_CSV, false, "+1", "1,x,-1.5000,\"'+1\",");
	S_cell_gives(FORMAT_CSV, false, "-1", "1,x,-1.5000,\"'-1\",");
	S_cell_gives(FORMAT_CSV, false, "@a", "1,x,-1.5000,\"'@a\",");
	S_cell_gives(FORMAT_CSV, false, "\t=1", "1,x,-1.5000,\"' =1\",");
	S_cell_gives(FORMAT_CSV, false, " =1", "1,x,-1.5000,\"' =1\",");
	/* Who reads TSV may take the quotes off. */
	S_cell_gives(FORMAT_TSV, false, "\"=1\"", "1\tx\t-1.5000\t'\"=1\"\t");
	S_cell_gives(FORMAT_TSV, true, "\"=1\"", "1\tx\t-1.5000\t\"=1\"\t");
	S_cell_gives(FORMAT_CSV, false, "\"a\"", "1,x,-1.5000,\"\"\"a\"\"\",");
	S_cell_gives(FORMAT_TSV, false, "=1", "1\tx\t-1.5000\t'=1\t");
	S_cell_gives(FORMAT_CSV, true, "=1+2", "1,x,-1.5000,=1+2,");
	S_cell_gives(FORMAT_TSV, true, "=1", "1\tx\t-1.5000\t=1\t");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nothing_steers_a_terminal),
		cmocka_unit_test(test_words_wrap),
		cmocka_unit_test(test_marks_are_code_points),
		cmocka_unit_test(test_json_is_the_same_without_a_tree),
		cmocka_unit_test(test_json_is_faithful_and_harmless),
		cmocka_unit_test(test_json_numbers_are_short),
		cmocka_unit_test(test_csv),
		cmocka_unit_test(test_no_cell_is_a_formula),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

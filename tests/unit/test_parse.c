/* parse.h: what was typed, as a tree.  Trees are compared as text:
 *
 *   word          'text'           sign before it: + or -
 *   phrase        "text"           near: "text"~5
 *   prefix, fuzzy 'text'* 'text'~2
 *   facet         sello='text'     field: title:'text'
 *   list          [ ... ]          AND, OR: (AND ...) (OR ...)
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "buf.h"
#include "../../searcher/parse.h"

static struct analyzer *S_analyzer;

static void S_dump(struct buf *out, const struct node *n)
{
	if (n->sign != SIGN_NONE)
		buf_addc(out, n->sign == SIGN_PLUS ? '+' : '-');
	for (int f = 0; f < F_COUNT; f++)
		if (n->fields >> f & 1 && n->kind < NODE_FACET)
			buf_addf(out, "%s:", field_table[f].query_en);
	switch (n->kind) {
	case NODE_WORD:
		buf_addf(out, "'%.*s'", (int)n->n, n->text);
		break;
	case NODE_PHRASE:
		buf_addf(out, "\"%.*s\"", (int)n->n, n->text);
		break;
	case NODE_NEAR:
		buf_addf(out, "\"%.*s\"~%u", (int)n->n, n->text, n->slop);
		break;
	case NODE_PREFIX:
		buf_addf(out, "'%.*s'*", (int)n->n, n->text);
		break;
	case NODE_FUZZY:
		buf_addf(out, "'%.*s'~%u", (int)n->n, n->text, n->slop);
		break;
	case NODE_FACET:
		buf_addf(out, "%s='%.*s'", facet_table[n->facet].query_en, (int)n->n,
			 n->text);
		break;
	case NODE_LIST:
	case NODE_AND:
	case NODE_OR:
		buf_adds(out, n->kind == NODE_LIST  ? "["
			      : n->kind == NODE_AND ? "(AND "
						    : "(OR ");
		for (size_t i = 0; i < n->n_child; i++) {
			if (i)
				buf_addc(out, ' ');
			S_dump(out, n->child[i]);
		}
		buf_addc(out, n->kind == NODE_LIST ? ']' : ')');
		break;
	}
}

static enum status S_parse(struct buf *out, const char *text, size_t n, struct err *err)
{
	struct arena *arena;
	struct node *root;
	const char *clean;
	enum status st;

	buf_init(out, 0);
	assert_int_equal(arena_open(&arena, err), ST_OK);
	st = parse_query(&root, &clean, arena, S_analyzer, text, n, err);
	if (!st && root)
		S_dump(out, root);
	arena_close(arena);
	return st;
}

static void S_same(const char *typed, const char *tree)
{
	struct buf got;
	struct err err = {0};

	if (S_parse(&got, typed, strlen(typed), &err))
		fail_msg("%s: %s", typed, err.text);
	if (strcmp(got.data, tree) != 0)
		fail_msg("%s\n  is     %s\n  not    %s", typed, got.data, tree);
	buf_release(&got);
}

struct pair {
	const char *typed, *tree;
};

static void S_pairs(const struct pair *p)
{
	for (; p->typed; p++)
		S_same(p->typed, p->tree);
}

static void test_words(void **state)
{
	static const struct pair pairs[] = {
		{"", ""},
		{"   \t ", ""},
		{"mesa", "['mesa']"},
		/* Words side by side are one text: text.h knows where they end. */
		{"mesa de trabajo", "['mesa de trabajo']"},
		{"ex \xE2\x80\x93 post", "['ex \xE2\x80\x93 post']"},
		{"ley N\xC2\xB0 21.325", "['ley N\xC2\xB0 21.325']"},
		{"escuelas/liceos", "['escuelas/liceos']"},
		{"ni\xC3\xB1o(a)s", "['ni\xC3\xB1o(a)s']"},
		{"C++", "['C++']"},
		{"http://www.x.cl/a?b=c", "['http://www.x.cl/a?b=c']"},
		/* NFD arrives as NFC. */
		{"educacio\xCC\x81n", "['educaci\xC3\xB3n']"},
		{NULL, NULL},
	};

	(void)state;
	S_pairs(pairs);
}

static void test_accidents(void **state)
{
	static const struct pair pairs[] = {
		{"\"mesa", "['mesa']"},
		{"mesa\" red", "['mesa\" red']"},
		{"\xC2\xBBmesa", "['mesa']"},
		{"(mesa", "['mesa']"},
		{"mesa)", "['mesa)']"},
		{"((mesa)", "['mesa']"},
		{"()", ""},
		{"( )", ""},
		{"\"\"", ""},
		{"\" \"", ""},
		{"mesa : red", "['mesa : red']"},
		{"mesa / red", "['mesa / red']"},
		{"mesa - red", "['mesa - red']"},
		{"a:b", "['a:b']"},
		{"titulo:", "['titulo:']"},
		{"titulo: mesa", "['titulo: mesa']"},
		{"mesa AND", "['mesa']"},
		{"AND mesa", "['mesa']"},
		{"OR OR mesa OR", "['mesa']"},
		{"mesa OR AND red", "(OR ['mesa'] ['red'])"},
		{"AND", "['AND']"},
		{"NOT", "['NOT']"},
		{"AND OR NOT", "['AND OR NOT']"},
		{"mesa -", "['mesa']"},
		{"mesa +", "['mesa']"},
		{"***", ""},
		{"*", ""},
		{"~", ""},
		{"\"~5", "['~5']"},
		{"-- mesa", "['mesa']"},
		{NULL, NULL},
	};

	(void)state;
	S_pairs(pairs);
}

static void test_signs(void **state)
{
	static const struct pair pairs[] = {
		{"-mesa", "[-'mesa']"},
		{"+mesa red", "[+'mesa' 'red']"},
		{"red -mesa", "['red' -'mesa']"},
		{"red NOT mesa", "['red' -'mesa']"},
		{"NOT NOT mesa", "['mesa']"},
		{"NOT -mesa", "['mesa']"},
		{"NOT +mesa", "[-'mesa']"},
		{"-\"mesa de trabajo\"", "[-\"mesa de trabajo\"]"},
		{"-(mesa red)", "[-'mesa red']"},
		{"-titulo:mesa", "[-title:'mesa']"},
		{"Sello-Migrante", "['Sello-Migrante']"},
		{"2023-2024", "['2023-2024']"},
		{"red NO mesa", "['red' -'mesa']"},
		{"NO mesa", "['NO mesa']"},
		{NULL, NULL},
	};

	(void)state;
	S_pairs(pairs);
}

static void test_operators(void **state)
{
	static const struct pair pairs[] = {
		{"mesa AND red", "(AND ['mesa'] ['red'])"},
		{"mesa OR red", "(OR ['mesa'] ['red'])"},
		{"a AND b OR c AND d", "(OR (AND ['a'] ['b']) (AND ['c'] ['d']))"},
		{"a b OR c", "(OR ['a b'] ['c'])"},
		{"a (b OR c)", "['a' (OR ['b'] ['c'])]"},
		{"a AND NOT b", "(AND ['a'] [-'b'])"},
		{"mesa and red", "['mesa and red']"},
		{"mesa Y red", "(AND ['mesa'] ['red'])"},
		{"mesa O red", "(OR ['mesa'] ['red'])"},
		{"(salud mental) O red", "(OR ['salud mental'] ['red'])"},
		/* In capitals, Y, O and NO are words; an ordinal is no small letter. */
		{"SALUD Y TRABAJO", "['SALUD Y TRABAJO']"},
		{"MODIFICA O DEROGA", "['MODIFICA O DEROGA']"},
		{"LEY N\xC2\xBA Y DECRETO N\xC2\xBA",
		 "['LEY N\xC2\xBA Y DECRETO N\xC2\xBA']"},
		{"1\xC2\xAA Y 2\xC2\xAA", "['1\xC2\xAA Y 2\xC2\xAA']"},
		{"salud Y TRABAJO", "['salud Y TRABAJO']"},
		{"SALUD AND TRABAJO", "(AND ['SALUD'] ['TRABAJO'])"},
		{"\"mesa\" Y red", "(AND [\"mesa\"] ['red'])"},
		{"y mesa", "['y mesa']"},
		{"a Y Y b", "['a Y Y b']"},
		{NULL, NULL},
	};

	(void)state;
	S_pairs(pairs);
}

static void test_phrases_and_prefixes(void **state)
{
	static const struct pair pairs[] = {
		{"\"mesa de trabajo\"", "[\"mesa de trabajo\"]"},
		{"\xE2\x80\x9Cmesa de trabajo\xE2\x80\x9D", "[\"mesa de trabajo\"]"},
		{"\xC2\xABmesa\xC2\xBB", "[\"mesa\"]"},
		{"\"mesa red\"~5", "[\"mesa red\"~5]"},
		{"\"mesa red\"~", "[\"mesa red\"]"},
		{"\"mesa red\"~x", "[\"mesa red\" '~x']"},
		{"a\"mesa red\"b", "['a' \"mesa red\" 'b']"},
		{"migra*", "['migra'*]"},
		{"migra*, red", "['migra'* 'red']"},
		{"m*", "['m']"},
		{"mesa~", "['mesa'~0]"},
		{"mesa~2", "['mesa'~2]"},
		{"~2", "['~2']"},
		{NULL, NULL},
	};

	(void)state;
	S_pairs(pairs);
}

static void test_fields(void **state)
{
	static const struct pair pairs[] = {
		{"titulo:mesa", "[title:'mesa']"},
		{"T\xC3\x8DTULO:mesa", "[title:'mesa']"},
		{"title:mesa red", "[title:'mesa' 'red']"},
		{"titulo:\"mesa de\"", "[title:\"mesa de\"]"},
		{"titulo:\"mesa", "[title:'mesa']"},
		{"titulo:(mesa OR red)", "[(OR [title:'mesa'] [title:'red'])]"},
		{"titulo:(mesa unidades:red)", "[[title:'mesa' units:'red']]"},
		{"titulo:migra*", "[title:'migra'*]"},
		{"unidades:a poblacion:b financiamiento:c",
		 "[units:'a' population:'b' funding:'c']"},
		{"sostenibilidad:a descripcion:b innovacion:c aprendizajes:d",
		 "[sustainability:'a' description:'b' innovation:'c' lessons:'d']"},
		{"descripci\xC3\xB3n:mesa", "[description:'mesa']"},
		{"municipio:temuco", "[municipality='temuco']"},
		{"municipio:\"vi\xC3\xB1"
		 "a del mar\"",
		 "[municipality='vi\xC3\xB1"
		 "a del mar']"},
		{"municipio:(temuco OR maipu)",
		 "[(OR [municipality='temuco'] [municipality='maipu'])]"},
		{"a\xC3\xB1o:2023 anio:2022 year:2021",
		 "[year='2023' year='2022' year='2021']"},
		{"anio:..2019", "[year='..2019']"},
		{"region:maule sello:formacion grupo:nna estado:vigente",
		 "[region='maule' sello='formacion' group='nna' status='vigente']"},
		/* population: is the text, grupo: the facet */
		{"population:nna group:nna", "[population:'nna' group='nna']"},
		{"fecha:julio", "['fecha:julio']"},
		{NULL, NULL},
	};

	(void)state;
	S_pairs(pairs);
}

static void S_refused(const char *typed, size_t n, size_t column)
{
	struct buf got;
	struct err err = {0};

	assert_int_equal(S_parse(&got, typed, n, &err), ST_USAGE);
	assert_int_equal(err.code, ST_USAGE);
	assert_int_equal(err.column, column);
	assert_true(err.text[0]);
	buf_release(&got);
}

static void test_limits(void **state)
{
	char long_one[2000];
	struct buf got;
	struct err err = {0};

	(void)state;
	/* 1,024 bytes are a query, one more is not. */
	memset(long_one, 'a', sizeof long_one);
	assert_int_equal(S_parse(&got, long_one, QUERY_BYTES_MAX, &err), ST_OK);
	buf_release(&got);
	S_refused(long_one, QUERY_BYTES_MAX + 1, QUERY_BYTES_MAX + 1);
	/* 16 brackets inside one another, not 17. */
	memset(long_one, '(', 17);
	long_one[17] = 'a';
	assert_int_equal(S_parse(&got, long_one + 1, 17, &err), ST_OK);
	buf_release(&got);
	S_refused(long_one, 18, 17);
	/* All the brackets that fit are refused as quickly. */
	memset(long_one, '(', QUERY_BYTES_MAX);
	S_refused(long_one, QUERY_BYTES_MAX, 17);
	/* Four prefixes. */
	S_same("aa* bb* cc* dd*", "['aa'* 'bb'* 'cc'* 'dd'*]");
	S_refused("\xC3\xB1"
		  "aa* bb* cc* dd* ee*",
		  21, 18);
	/* Distance. */
	S_same("\"a b\"~100", "[\"a b\"~100]");
	S_refused("x \"a b\"~101", 11, 3);
	S_refused("\"a b\"~99999999999999999999", 26, 1);
}

static void test_any_bytes(void **state)
{
	/* Every byte string of the limit's length is answered or refused. */
	static const char signs[] = "ab \"()+-*~:ANDORYO\xC3\xB1\xE2\x80\x9C\xFF\n\0";
	unsigned seed = 1;
	char text[200];

	(void)state;
	for (int round = 0; round < 20000; round++) {
		struct buf got;
		struct err err = {0};
		size_t n;

		seed = seed * 1103515245u + 12345u;
		n = seed >> 16 & 127;
		for (size_t i = 0; i < n; i++) {
			seed = seed * 1103515245u + 12345u;
			text[i] = signs[(seed >> 16) % (sizeof signs - 1)];
		}
		if (S_parse(&got, text, n, &err))
			assert_int_equal(err.code, ST_USAGE);
		buf_release(&got);
	}
}

static int S_open(void **state)
{
	(void)state;
	return analyzer_open(&S_analyzer, NULL) ? -1 : 0;
}

static int S_close(void **state)
{
	(void)state;
	analyzer_close(S_analyzer);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_accidents),
		cmocka_unit_test(test_signs),
		cmocka_unit_test(test_operators),
		cmocka_unit_test(test_phrases_and_prefixes),
		cmocka_unit_test(test_fields),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_any_bytes),
	};

	return cmocka_run_group_tests(tests, S_open, S_close);
}

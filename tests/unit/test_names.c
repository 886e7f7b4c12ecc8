/* Communes, regions, Sello lines and groups that a query names in passing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "../../searcher/names.h"
#include "asked_words.h"

static struct asked_words S;
static struct names *S_names;

static int S_setup(void **state)
{
	struct err err;

	(void)state;
	asked_setup(&S, NULL);
	return names_open(&S_names, S.lexicon, &err);
}

static int S_teardown(void **state)
{
	(void)state;
	names_close(S_names);
	asked_teardown(&S);
	return 0;
}

/* "municipality:temuco 1-2" for each name. */
static const char *S_found(const char *query)
{
	static char out[512];
	struct name v[16];
	size_t n, at = 0;

	asked_read(&S, query);
	n = names_find(v, 16, S_names, S.analyzer, S.words, S.n_words);
	*out = '\0';
	for (size_t i = 0; i < n; i++)
		at += (size_t)snprintf(out + at, sizeof out - at, "%s%s:%s %zu-%zu",
				       i ? "; " : "", facet_table[v[i].facet].name,
				       v[i].slug, v[i].cue, v[i].to);
	return out;
}

#define FINDS(query, what) assert_string_equal(S_found(query), what)

static void communes(void **state)
{
	(void)state;
	FINDS("temuco", "municipality:temuco 0-1");
	FINDS("talleres en TEMUCO", "municipality:temuco 2-3");
	FINDS("buenas prácticas en viña", "municipality:vina-del-mar 3-4");
	FINDS("vina del mar", "municipality:vina-del-mar 0-3");
	FINDS("escuelas de Viña del Mar", "municipality:vina-del-mar 2-5");
	FINDS("maipú", "municipality:maipu 0-1");
	FINDS("MAIPU", "municipality:maipu 0-1");
	FINDS("lo espejo", "municipality:lo-espejo 0-2");
	FINDS("espejo", "municipality:lo-espejo 0-1");
	FINDS("pto. montt", "municipality:puerto-montt 0-2");
	FINDS("stgo", "municipality:santiago 0-1");
}

/* The longest name, and nothing inside it. */
static void longest(void **state)
{
	(void)state;
	FINDS("san pedro de la paz", "municipality:san-pedro-de-la-paz 0-5");
	FINDS("san pedro de atacama", "municipality:san-pedro-de-atacama 0-4");
	FINDS("calera de tango", "municipality:calera-de-tango 0-3");
	FINDS("chillán viejo", "municipality:chillan-viejo 0-2");
	FINDS("chillán y temuco", "municipality:chillan 0-1; municipality:temuco 2-3");
	FINDS("san vicente de tagua tagua", "municipality:san-vicente 0-5");
	FINDS("isla de maipo", "municipality:isla-de-maipo 0-3");
}

/* Everyday words are names only where something says so. */
static void dangerous(void **state)
{
	(void)state;
	FINDS("fiesta de navidad", "");
	FINDS("navidad", "");
	FINDS("retiro de enseres", "");
	FINDS("la reina", "");
	FINDS("reina", "");
	FINDS("cabildo ciudadano", "");
	FINDS("florida", "");
	FINDS("comuna de navidad", "municipality:navidad 0-3");
	FINDS("municipalidad de la reina", "municipality:la-reina 0-4");
	FINDS("municipalidad reina", "municipality:la-reina 0-2");
	FINDS("municipalidad del bosque", "municipality:el-bosque 0-3");
	FINDS("Municipalidad de Los Andes", "municipality:los-andes 0-4");
	FINDS("comuna de florida", "municipality:florida 0-3");
	FINDS("municipio concepción", "municipality:concepcion 0-2");
	FINDS("comuna de maule", "municipality:maule 0-3");
	FINDS("municipalidad", "");
	FINDS("municipalidad de", "");
}

static void regions(void **state)
{
	(void)state;
	FINDS("escuelas maule", "region:maule 1-2");
	FINDS("RM", "region:metropolitana-de-santiago 0-1");
	FINDS("región metropolitana niñez", "region:metropolitana-de-santiago 0-2");
	FINDS("region de la araucania", "region:la-araucania 0-4");
	FINDS("araucanía", "region:la-araucania 0-1");
	FINDS("bío bío", "region:biobio 0-2");
	FINDS("biobío", "region:biobio 0-1");
	FINDS("región valparaíso", "region:valparaiso 0-2");
	FINDS("V región", "region:valparaiso 0-2");
	FINDS("región IX", "region:la-araucania 0-2");
	FINDS("novena región", "region:la-araucania 0-2");
	FINDS("los lagos", "region:los-lagos 0-2");
	FINDS("o'higgins", "region:libertador-general-bernardo-ohiggins 0-1");
	FINDS("V", "");
	FINDS("i", "");
	FINDS("alto biobío", "municipality:alto-biobio 0-2");
	FINDS("ñuble", "region:nuble 0-1");
	FINDS("coquimbo", "region:coquimbo 0-1");
}

static void lines_and_groups(void **state)
{
	(void)state;
	FINDS("vinculación comunitaria", "sello:vinculacion 0-2");
	FINDS("VINCULACION COMUNITARIA maule",
	      "sello:vinculacion 0-2; region:maule 2-3");
	FINDS("estrategias formativas", "sello:formacion 0-2");
	FINDS("acceso a la información y orientación integral",
	      "sello:informacion 0-7");
	FINDS("Institucionalidad local en mov. humana", "sello:institucionalidad 0-5");
	FINDS("políticas locales y trabajo colaborativo", "sello:politicas 0-5");
	FINDS("vinculación", "");
	FINDS("personas mayores", "population:personas-mayores 0-2");
	FINDS("personas con discapacidad", "population:personas-discapacidad 0-3");
	FINDS("comunidad educativa", "population:comunidad-educativa 0-2");
	FINDS("niños, niñas y adolescentes", "population:nna 0-4");
	FINDS("personas", "");
	FINDS("talleres de acogida", "");
}

static void borders(void **state)
{
	struct name v[4];

	(void)state;
	asked_read(&S, "viña del mar");
	S.words[1].starts = true;
	assert_int_equal(names_find(v, 4, S_names, S.analyzer, S.words, S.n_words), 1);
	assert_int_equal(v[0].to, 1);
	S.words[0].usable = false;
	assert_int_equal(names_find(v, 4, S_names, S.analyzer, S.words, S.n_words), 0);
}

static void parts_and_glue(void **state)
{
	(void)state;
	assert_true(names_part(S_names, "lota", 4));
	assert_true(names_part(S_names, "navidad", 7)); /* dangerous ones too */
	assert_true(names_part(S_names, "chillan", 7));
	assert_true(names_part(S_names, "viejo", 5));
	assert_true(names_part(S_names, "maule", 5));
	assert_false(names_part(S_names, "temcuo", 6));
	assert_false(names_part(S_names, "taller", 6));
	assert_string_equal(names_glued(S_names, "losandes", 8), "Los Andes");
	assert_string_equal(names_glued(S_names, "vinadelmar", 10), "Viña del Mar");
	assert_string_equal(names_glued(S_names, "viñadelmar", 11), "Viña del Mar");
	assert_null(names_glued(S_names, "temuco", 6));
	assert_null(names_glued(S_names, "autoconsulta", 12));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(communes),	    cmocka_unit_test(longest),
		cmocka_unit_test(dangerous),	    cmocka_unit_test(regions),
		cmocka_unit_test(lines_and_groups), cmocka_unit_test(borders),
		cmocka_unit_test(parts_and_glue),
	};

	return cmocka_run_group_tests(tests, S_setup, S_teardown);
}

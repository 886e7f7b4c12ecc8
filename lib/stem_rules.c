/*
 * The algorithm (snowballstem.org/algorithms/spanish) is told by endings, and
 * two things follow that readers notice.
 *
 * It leaves plurals apart from their singular where what remains looks like the
 * ending of a verb, or where a short word has no ending left to take: tarea and
 * tareas, cantidad and cantidades, préstamo and préstamos, obra and obras.  The
 * rules below bring such plurals to the singular first; each was found by
 * comparing the stems of all singulars and plurals of 30,000 words of statutes
 * and of general Spanish.
 *
 *   -ion                                -ión       educacion as educación
 *   -ares -eres -ires, >= 6 letters     lose es    mujeres lugares líderes
 *   -anes -enes                         lose es    jóvenes imágenes capitanes
 *   -án -én, not after r                -an -en    capitán almacén
 *   -dades -tades                       lose es    cantidades facultades
 *   -nces                               lose s     avances balances
 *   -ces, no accent before              -z         veces voces
 *   -ces, an accent before              lose s     índices vértices
 *   -amos -emos -imos after an accent   lose s     préstamos mínimos próximos
 *     which is no verb's                           (not estábamos, tendríamos)
 *   -ernos                              lose s     gobiernos cuadernos
 *   -eas -osas                          lose s     tareas líneas valiosas
 *   -os -as, four letters               lose s     años días
 *   -os -as -es, up to five letters     lose s     obras actos islas artes
 *     after a vowel and consonants
 *
 * And it takes words for forms of one another that are not: mesa and mes, cuento
 * and cuenta, junta and junto, género and generar, comunidad, comuna and común.
 * A rule cannot tell these, so S_GIVEN lists them, with plurals that follow no
 * rule.  A word belongs there only if both meanings are common in the texts of
 * municipalities, and if its form alone tells the meaning.  Without its accent it
 * is listed, too, unless that is another common word (publica); the index knows
 * what else is written so (vocabulary.h).
 */
#include "stem_rules.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

struct given {
	const char *word, *stem;
};

/* Sorted by the bytes of the word. */
static const struct given S_GIVEN[] = {
	{"actividad", "actividad"},
	{"actividades", "actividad"},
	{"alféreces", "alferez"},
	{"alférez", "alferez"},
	{"alta", "alt"},
	{"altas", "alt"},
	{"alto", "alt"},
	{"altos", "alt"},
	{"ancha", "anch"},
	{"anchas", "anch"},
	{"ancho", "anch"},
	{"anchos", "anch"},
	{"apta", "apt"},
	{"aptas", "apt"},
	{"apto", "apt"},
	{"aptos", "apt"},
	{"bebé", "beb"},
	{"bebés", "beb"},
	{"café", "caf"},
	{"cafés", "caf"},
	{"carga", "carga"},
	{"cargas", "carga"},
	{"carta", "carta"},
	{"cartas", "carta"},
	{"casa", "casa"},
	{"casas", "casa"},
	{"cauce", "cauc"},
	{"cauces", "cauc"},
	{"colecta", "colecta"},
	{"colectas", "colecta"},
	{"comite", "comit"},
	{"comites", "comit"},
	{"comité", "comit"},
	{"comités", "comit"},
	{"comuna", "comuna"},
	{"comunas", "comuna"},
	{"comunicacion", "comunic"},
	{"comunicaciones", "comunic"},
	{"comunicación", "comunic"},
	{"comunidad", "comunidad"},
	{"comunidades", "comunidad"},
	{"costa", "costa"},
	{"costas", "costa"},
	{"cruce", "cruc"},
	{"cruces", "cruc"},
	{"cuento", "cuento"},
	{"cuentos", "cuento"},
	{"directiva", "directiv"},
	{"directivas", "directiv"},
	{"directivo", "directiv"},
	{"directivos", "directiv"},
	{"dulce", "dulc"},
	{"dulces", "dulc"},
	{"enlace", "enlac"},
	{"enlaces", "enlac"},
	{"extremo", "extrem"},
	{"extremos", "extrem"},
	{"financiera", "financier"},
	{"financieras", "financier"},
	{"financiero", "financier"},
	{"financieros", "financier"},
	{"firme", "firme"},
	{"firmes", "firme"},
	{"gendarme", "gendarm"},
	{"gendarmes", "gendarm"},
	{"genero", "genero"},
	{"generos", "genero"},
	{"género", "genero"},
	{"géneros", "genero"},
	{"hacienda", "hacienda"},
	{"haciendas", "hacienda"},
	{"heroe", "heroe"},
	{"heroes", "heroe"},
	{"huesped", "huesped"},
	{"huespedes", "huesped"},
	{"huésped", "huesped"},
	{"huéspedes", "huesped"},
	{"héroe", "heroe"},
	{"héroes", "heroe"},
	{"judia", "judi"},
	{"judias", "judi"},
	{"judio", "judi"},
	{"judios", "judi"},
	{"judía", "judi"},
	{"judías", "judi"},
	{"judío", "judi"},
	{"judíos", "judi"},
	{"junta", "junta"},
	{"juntas", "junta"},
	{"lapices", "lapiz"},
	{"libro", "libro"},
	{"libros", "libro"},
	{"localidad", "localidad"},
	{"localidades", "localidad"},
	{"lápices", "lapiz"},
	{"lápiz", "lapiz"},
	{"marco", "marco"},
	{"marcos", "marco"},
	{"mesa", "mesa"},
	{"mesas", "mesa"},
	{"meta", "meta"},
	{"metas", "meta"},
	{"minima", "minim"},
	{"minimas", "minim"},
	{"minimo", "minim"},
	{"minimos", "minim"},
	{"moda", "moda"},
	{"modas", "moda"},
	{"mínima", "minim"},
	{"mínimas", "minim"},
	{"mínimo", "minim"},
	{"mínimos", "minim"},
	{"nueve", "nueve"},
	{"objetivo", "objetivo"},
	{"objetivos", "objetivo"},
	{"ordenanza", "ordenanza"},
	{"ordenanzas", "ordenanza"},
	{"otra", "otr"},
	{"otras", "otr"},
	{"otro", "otr"},
	{"otros", "otr"},
	{"pagaré", "pagare"},
	{"pagarés", "pagare"},
	{"partida", "partida"},
	{"partidas", "partida"},
	{"partido", "partido"},
	{"partidos", "partido"},
	{"parto", "parto"},
	{"partos", "parto"},
	{"periodismo", "periodist"},
	{"periodista", "periodist"},
	{"periodistas", "periodist"},
	{"pies", "pie"},
	{"plano", "plano"},
	{"planos", "plano"},
	{"plaza", "plaza"},
	{"plazas", "plaza"},
	{"publicas", "publico"},
	{"publico", "publico"},
	{"publicos", "publico"},
	{"puerta", "puerta"},
	{"puertas", "puerta"},
	{"puesta", "puesta"},
	{"puestas", "puesta"},
	{"pública", "publico"},
	{"públicas", "publico"},
	{"público", "publico"},
	{"públicos", "publico"},
	{"raices", "raiz"},
	{"raiz", "raiz"},
	{"raíces", "raiz"},
	{"raíz", "raiz"},
	{"reclamo", "reclam"},
	{"reclamos", "reclam"},
	{"sala", "sala"},
	{"salas", "sala"},
	{"salud", "salud"},
	{"saludo", "saludo"},
	{"saludos", "saludo"},
	{"supremo", "suprem"},
	{"supremos", "suprem"},
	{"taxi", "taxi"},
	{"taxis", "taxi"},
	{"titular", "titular"},
	{"titulares", "titular"},
	{"tramo", "tram"},
	{"tramos", "tram"},
	{"tribu", "tribu"},
	{"tribus", "tribu"},
	{"universidad", "universidad"},
	{"universidades", "universidad"},
	{"usa", "uso"},
	{"usada", "uso"},
	{"usadas", "uso"},
	{"usado", "uso"},
	{"usados", "uso"},
	{"usan", "uso"},
	{"usando", "uso"},
	{"usar", "uso"},
	{"use", "uso"},
	{"usen", "uso"},
	{"uso", "uso"},
	{"usos", "uso"},
	{"vacía", "vaci"},
	{"vacías", "vaci"},
	{"vacío", "vaci"},
	{"vacíos", "vaci"},
	{"vivienda", "vivienda"},
	{"viviendas", "vivienda"},
};

static int S_compare(const void *key, const void *row)
{
	return strcmp(key, ((const struct given *)row)->word);
}

static const char *S_given(const char *p, size_t n)
{
	char word[16];
	const struct given *g;

	if (n >= sizeof word)
		return NULL;
	memcpy(word, p, n);
	word[n] = '\0';
	g = bsearch(word, S_GIVEN, sizeof S_GIVEN / sizeof *S_GIVEN, sizeof *S_GIVEN,
		    S_compare);
	return g ? g->stem : NULL;
}

static bool S_ends(const char *p, size_t n, const char *end)
{
	size_t k = strlen(end);

	return n >= k && memcmp(p + n - k, end, k) == 0;
}

static bool S_ends_one(const char *p, size_t n, const char *const *ends)
{
	for (; *ends; ends++)
		if (S_ends(p, n, *ends))
			return true;
	return false;
}

static bool S_vowel(char c)
{
	return c && strchr("aeiou", c);
}

/* An accent on any vowel of p[0..n): C3 and A1, A9, AD, B3 or BA. */
static bool S_accent(const char *p, size_t n)
{
	for (size_t i = 0; i + 1 < n; i++)
		if (p[i] == '\xC3' && p[i + 1] &&
		    strchr("\xA1\xA9\xAD\xB3\xBA", p[i + 1]))
			return true;
	return false;
}

/* obras, actos, islas, artes: a vowel, consonants, and the only other vowel. */
static bool S_short_plural(const char *p, size_t n)
{
	size_t i = 1;

	if (n < 4 || n > 5 || !S_vowel(p[0]) || p[n - 1] != 's' || !S_vowel(p[n - 2]))
		return false;
	while (i < n - 2 && (unsigned char)p[i] < 0x80 && !S_vowel(p[i]))
		i++;
	return i == n - 2 && i > 1;
}

/* capitán, almacén as capitanes, almacenes: without the accent, as the algorithm
 * has the end of their plural.  Not aplicarán, a verb. */
static bool S_ends_an(const char *p, size_t n)
{
	return (S_ends(p, n, "\xC3\xA1n") || S_ends(p, n, "\xC3\xA9n")) &&
	       p[n - 4] != 'r';
}

/* Nouns in -amos and the like have their accent before it, verbs in the
 * syllable before it or none. */
static bool S_noun_in_mos(const char *p, size_t n)
{
	static const char *const mos[] = {"amos", "emos", "imos", NULL};
	static const char *const verbs[] = {"\xC3\xA1"
					    "bamos",
					    "\xC3\xAD"
					    "amos",
					    "\xC3\xA1"
					    "ramos",
					    "\xC3\xA9"
					    "ramos",
					    "\xC3\xA1"
					    "semos",
					    "\xC3\xA9"
					    "semos",
					    NULL};

	return S_ends_one(p, n, mos) && S_accent(p, n - 4) && !S_ends_one(p, n, verbs);
}

const char *stem_rules(char *p, size_t *length)
{
	static const char *const lose_es[] = {"anes", "enes", "dades", "tades", NULL};
	static const char *const lose_es_long[] = {"ares", "eres", "ires", NULL};
	static const char *const lose_s[] = {"nces", "ernos", "eas", "osas", NULL};
	static const char *const four[] = {"os", "as", NULL};
	size_t n = *length, letters;
	const char *given = S_given(p, n);

	if (given)
		return given;
	letters = utf8_count(p, n);
	if (letters > 3 && S_ends(p, n, "ion")) {
		memcpy(p + n - 2, "\xC3\xB3n", 3);
		*length = n + 1;
	} else if ((letters >= 6 && S_ends_one(p, n, lose_es_long)) ||
		   (letters >= 5 && S_ends_one(p, n, lose_es))) {
		*length = n - 2;
	} else if ((letters >= 5 && S_ends_one(p, n, lose_s)) ||
		   (letters > 4 && S_ends(p, n, "ces") && S_accent(p, n)) ||
		   (letters == 4 && S_ends_one(p, n, four)) || S_short_plural(p, n) ||
		   S_noun_in_mos(p, n)) {
		*length = n - 1;
	} else if (letters > 4 && S_ends(p, n, "ces")) {
		p[n - 3] = 'z';
		*length = n - 2;
	} else if (letters > 4 && S_ends_an(p, n)) {
		p[n - 3] = p[n - 2] == '\xA1' ? 'a' : 'e';
		p[n - 2] = 'n';
		*length = n - 1;
	}
	return NULL;
}

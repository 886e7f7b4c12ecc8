#include "fields.h"

#include <string.h>
#include <strings.h>

#include "messages.h"

/* Weights: how much one occurrence says about what a ficha is about.  The
 * title names it; everything else is body.  Chosen by measurement, see
 * README, "Ranking". */
const struct field_info field_table[F_COUNT] = {
	[F_TITLE] = {"title", "titulo", "title", N_("Title"), 'T', 3, true},
	[F_MUNICIPALITY] = {"municipality", "municipio", "municipality",
			    N_("Municipality"), 'M', 2, false},
	[F_UNITS] = {"units_and_partners", "unidades", "units",
		     N_("Participating units and partners"), 'U', 1, true},
	[F_SELLO] = {"sello_lines", "sello", "sello", N_("Sello lines"), 'L', 1, false},
	[F_POPULATION] = {"population", "poblacion", "population",
			  N_("Target population"), 'P', 1, true},
	[F_DATES] = {"dates", "fechas", "dates", N_("Dates"), 'D', 1, false},
	[F_FUNDING] = {"funding", "financiamiento", "funding", N_("Funding"), 'F', 1,
		       true},
	[F_SUSTAINABILITY] = {"sustainability", "sostenibilidad", "sustainability",
			      N_("Sustainability"), 'B', 1, true},
	[F_DESCRIPTION] = {"description", "descripcion", "description",
			   N_("Description"), 'C', 1, true},
	[F_INNOVATION] = {"innovation", "innovacion", "innovation", N_("Innovation"),
			  'I', 1, true},
	[F_LESSONS] = {"lessons", "aprendizajes", "lessons",
		       N_("Lessons and recommendations"), 'R', 1, true},
};

const struct facet_info facet_table[FACET_COUNT] = {
	[FACET_MUNICIPALITY] = {"municipality", "municipio", "municipality", NULL,
				N_("Municipality"), 'M'},
	[FACET_REGION] = {"region", "region", "region", NULL, N_("Region"), 'R'},
	[FACET_SELLO] = {"sello", "sello", "sello", NULL, N_("Sello line"), 'S'},
	[FACET_GROUP] = {"population", "grupo", "group", NULL, N_("Population"), 'G'},
	[FACET_YEAR] = {"year", "anio", "year", "año", N_("Year"), 'Y'},
	[FACET_STATUS] = {"status", "estado", "status", NULL, N_("Status"), 'E'},
};

static bool S_is(const char *have, const char *name, size_t n)
{
	return have && strlen(have) == n && strncasecmp(have, name, n) == 0;
}

enum field field_by_name(const char *name, size_t n)
{
	for (int i = 0; i < F_COUNT; i++)
		if (S_is(field_table[i].name, name, n) ||
		    S_is(field_table[i].query_es, name, n) ||
		    S_is(field_table[i].query_en, name, n))
			return (enum field)i;
	return F_NONE;
}

enum facet facet_by_name(const char *name, size_t n)
{
	for (int i = 0; i < FACET_COUNT; i++)
		if (S_is(facet_table[i].name, name, n) ||
		    S_is(facet_table[i].query_es, name, n) ||
		    S_is(facet_table[i].query_en, name, n) ||
		    S_is(facet_table[i].query_alt, name, n))
			return (enum facet)i;
	return FACET_NONE;
}

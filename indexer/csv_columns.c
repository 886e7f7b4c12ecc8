#include "csv_columns.h"

#include <stdlib.h>
#include <string.h>

#include "latin.h"
#include "messages.h"

/* ---- the header ---- */

/* Folded: small letters without accents, everything else a blank. */
static const struct {
	const char *name;
	enum column_kind kind;
} S_names[] = {
	{"id", COLUMN_ID},
	{"identificador", COLUMN_ID},
	{"codigo ficha", COLUMN_ID},
	{"codigo de ficha", COLUMN_ID},
	{"municipality", COLUMN_MUNICIPALITIES},
	{"municipalities", COLUMN_MUNICIPALITIES},
	{"municipio", COLUMN_MUNICIPALITIES},
	{"municipios", COLUMN_MUNICIPALITIES},
	{"municipalidad", COLUMN_MUNICIPALITIES},
	{"municipalidades", COLUMN_MUNICIPALITIES},
	{"comuna", COLUMN_MUNICIPALITIES},
	{"comunas", COLUMN_MUNICIPALITIES},
	{"cut code", COLUMN_CUT_CODE},
	{"codigo cut", COLUMN_CUT_CODE},
	{"cut", COLUMN_CUT_CODE},
	{"codigo comuna", COLUMN_CUT_CODE},
	{"province", COLUMN_PROVINCE},
	{"provincia", COLUMN_PROVINCE},
	{"region", COLUMN_REGION},
	{"region code", COLUMN_REGION_CODE},
	{"codigo region", COLUMN_REGION_CODE},
	{"codigo de region", COLUMN_REGION_CODE},
	{"sello lines", COLUMN_SELLO},
	{"sello line", COLUMN_SELLO},
	{"sello", COLUMN_SELLO},
	{"linea sello", COLUMN_SELLO},
	{"lineas sello", COLUMN_SELLO},
	{"lineas del sello", COLUMN_SELLO},
	{"linea sello migrante", COLUMN_SELLO},
	{"population label", COLUMN_LABEL},
	{"population groups", COLUMN_GROUPS},
	{"population group", COLUMN_GROUPS},
	{"groups", COLUMN_GROUPS},
	{"group", COLUMN_GROUPS},
	{"grupo", COLUMN_GROUPS},
	{"grupos", COLUMN_GROUPS},
	{"grupos de poblacion", COLUMN_GROUPS},
	{"date start", COLUMN_START},
	{"start date", COLUMN_START},
	{"fecha inicio", COLUMN_START},
	{"fecha de inicio", COLUMN_START},
	{"inicio", COLUMN_START},
	{"desde", COLUMN_START},
	{"date end", COLUMN_END},
	{"end date", COLUMN_END},
	{"fecha termino", COLUMN_END},
	{"fecha de termino", COLUMN_END},
	{"fecha fin", COLUMN_END},
	{"termino", COLUMN_END},
	{"hasta", COLUMN_END},
	{"ongoing", COLUMN_ONGOING},
	{"en curso", COLUMN_ONGOING},
	{"months", COLUMN_MONTHS},
	{"meses", COLUMN_MONTHS},
	{"years", COLUMN_YEARS},
	{"year", COLUMN_YEARS},
	{"ano", COLUMN_YEARS},
	{"anos", COLUMN_YEARS},
	{"anio", COLUMN_YEARS},
	{"anios", COLUMN_YEARS},
	{"status", COLUMN_STATUS},
	{"estado", COLUMN_STATUS},
	{"source", COLUMN_IGNORE},
	{"source path", COLUMN_IGNORE},
	{"line start", COLUMN_IGNORE},
	{"line end", COLUMN_IGNORE},
	{"source line start", COLUMN_IGNORE},
	{"source line end", COLUMN_IGNORE},
};

/* Headings of tables that the vocabulary's headings do not have. */
static const struct {
	const char *name;
	enum field field;
} S_fields[] = {
	{"population verbatim", F_POPULATION},
	{"target population", F_POPULATION},
	{"dates verbatim", F_DATES},
	{"units and partners", F_UNITS},
	{"unidades y colaboradores", F_UNITS},
	{"participating units and partners", F_UNITS},
	{"lessons and recommendations", F_LESSONS},
	{"lecciones", F_LESSONS},
	{"resumen", F_DESCRIPTION},
};

void column_fold(char *out, size_t max, const char *s, size_t n)
{
	size_t k = 0;

	for (size_t i = 0; i < n && k + 1 < max;) {
		unsigned long cp;

		i += utf8_decode(s + i, n - i, &cp);
		cp = latin_fold(cp, true);
		if ((cp >= 'a' && cp <= 'z') || (cp >= '0' && cp <= '9'))
			out[k++] = (char)cp;
		else if (k && out[k - 1] != ' ')
			out[k++] = ' ';
	}
	if (k && out[k - 1] == ' ')
		k--;
	out[k] = '\0';
}

enum column_kind column_kind(enum field *field, const char *name, size_t n,
			     const struct lexicon *l)
{
	char folded[128];
	struct heading h;

	*field = F_NONE;
	if (!utf8_valid(name, n, NULL))
		return COLUMN_EXTRA;
	column_fold(folded, sizeof folded, name, n);
	for (size_t i = 0; i < sizeof S_names / sizeof *S_names; i++)
		if (strcmp(S_names[i].name, folded) == 0)
			return S_names[i].kind;
	for (size_t i = 0; i < sizeof S_fields / sizeof *S_fields; i++)
		if (strcmp(S_fields[i].name, folded) == 0)
			*field = S_fields[i].field;
	if (*field == F_NONE)
		*field = field_by_name(folded, strlen(folded));
	if (*field == F_NONE && l && lexicon_heading(&h, l, name, n) && h.rest >= n)
		*field = h.field;
	if (*field == F_NONE)
		return COLUMN_EXTRA;
	if (*field == F_MUNICIPALITY)
		return COLUMN_MUNICIPALITIES;
	return *field == F_SELLO ? COLUMN_SELLO : COLUMN_TEXT;
}

void columns_release(struct columns *c)
{
	for (size_t i = 0; i < c->n; i++)
		free(c->v[i].name);
	c->n = 0;
}

/* Do two columns of one table say the same?  A record has both municipality
 * and municipalities. */
static bool S_twice(const struct column *a, const struct column *b)
{
	if (a->kind != b->kind)
		return false;
	switch (a->kind) {
	case COLUMN_IGNORE:
	case COLUMN_MUNICIPALITIES:
		return false;
	case COLUMN_EXTRA:
		return strcmp(a->name, b->name) == 0;
	case COLUMN_TEXT:
		return a->field == b->field;
	case COLUMN_SELLO:
	case COLUMN_GROUPS:
	case COLUMN_ID:
	case COLUMN_CUT_CODE:
	case COLUMN_PROVINCE:
	case COLUMN_REGION:
	case COLUMN_REGION_CODE:
	case COLUMN_LABEL:
	case COLUMN_START:
	case COLUMN_END:
	case COLUMN_ONGOING:
	case COLUMN_MONTHS:
	case COLUMN_YEARS:
	case COLUMN_STATUS:
		break;
	}
	return true;
}

enum status columns_read(struct columns *out, const struct cell *cells, size_t n,
			 const struct lexicon *l, struct err *err)
{
	bool title = false;

	out->n = 0;
	while (n && !cells[n - 1].n) /* columns that nobody headed */
		n--;
	if (n > COLUMNS_MAX)
		return err_set(err, ST_INPUT, _("more than %d columns"), COLUMNS_MAX);
	for (size_t i = 0; i < n; i++) {
		struct column *c = &out->v[i];

		c->name = NULL;
		if (!str_set(&c->name, cells[i].s, cells[i].n))
			return err_nomem(err);
		out->n++;
		c->kind = cells[i].n ? column_kind(&c->field, c->name, cells[i].n, l)
				     : COLUMN_IGNORE;
		title |= c->kind == COLUMN_TEXT && c->field == F_TITLE;
		for (size_t k = 0; k < i; k++)
			if (S_twice(&out->v[k], c))
				return err_set(err, ST_INPUT,
					       _("two columns for the same: %s, %s"),
					       out->v[k].name, c->name);
	}
	return title ? ST_OK
		     : err_set(err, ST_INPUT, "%s",
			       _("the first row names no column for the title"));
}

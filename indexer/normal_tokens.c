#include "normal_tokens.h"

#include <string.h>

#include "latin.h"

/* Spanish, English, Portuguese; ?: a letter that is not folded. */
#define LANGUAGES 3
static const char *const S_months[LANGUAGES][12] = {
	{"enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto",
	 "septiembre", "octubre", "noviembre", "diciembre"},
	{"january", "february", "march", "april", "may", "june", "july", "august",
	 "september", "october", "november", "december"},
	{"janeiro", "fevereiro", "mar?o", "abril", "maio", "junho", "julho", "agosto",
	 "setembro", "outubro", "novembro", "dezembro"}};

static int S_month(const char *w, size_t n, bool *abbreviated)
{
	*abbreviated = false;
	if (strcmp(w, "setiembre") == 0)
		return 9;
	for (int l = 0; l < LANGUAGES; l++)
		for (int m = 0; m < 12; m++) {
			const char *name = S_months[l][m];

			*abbreviated = false;
			if (strcmp(w, name) == 0)
				return m + 1;
			*abbreviated = true;
			if ((n == 3 || (n == 4 && m == 8)) && strncmp(w, name, n) == 0)
				return m + 1;
		}
	return 0;
}

static bool S_any(const char *w, const char *const *set)
{
	for (; *set; set++) {
		size_t n = strlen(*set);

		if ((*set)[n - 1] == '*' ? strncmp(w, *set, n - 1) == 0
					 : strcmp(w, *set) == 0)
			return true;
	}
	return false;
}

static int S_ordinal(const char *w)
{
	static const char *const v[][6] = {
		{"primer", "primero", "primera", "1er", "1ro", NULL},
		{"segundo", "segunda", "2do", "2da", "ii", NULL},
		{"tercer", "tercero", "tercera", "3er", "iii", NULL},
		{"cuarto", "cuarta", "4to", "4ta", "iv", NULL},
	};

	for (int i = 0; i < 4; i++)
		if (S_any(w, v[i]))
			return i + 1;
	return strcmp(w, "1ra") == 0 || strcmp(w, "i") == 0 ? 1 : 0;
}

static struct date_token S_word(const char *w, size_t n)
{
	static const char *const of[] = {"de", "del", "ano", "anos", "mes",
					 "el", "los", "of",  NULL};
	static const char *const range[] = {"a",     "al",	"hasta", "to",
					    "until", "through", "ate",	 NULL};
	static const char *const list[] = {"y", "e", "o", "and", NULL};
	static const char *const open[] = {
		"actualidad", "actualmente", "indefinid*", "vigente*", "permanente*",
		"continua*",  "hoy",	     "mantiene*",  "ongoing",  "present",
		"currently",  "atualidade",  "atualmente", NULL};
	static const char *const start[] = {"inici*", "comenz*", "comienz*", "empez*",
					    NULL};
	static const char *const end[] = {"termin*", "fin",	"final",   "finaliz*",
					  "cierre",  "conclu*", "culmin*", NULL};
	struct date_token t = {.kind = D_WORD};
	bool abbreviated;

	t.v = S_month(w, n, &abbreviated);
	if (t.v) {
		t.kind = D_MONTH;
		t.digits = abbreviated;
		return t;
	}
	t.v = S_ordinal(w);
	if (t.v)
		t.kind = D_ORDINAL;
	else if (S_any(w, of)) {
		t.kind = D_OF;
		t.v = strcmp(w, "del") == 0;
	} else if (S_any(w, range)) {
		t.kind = D_RANGE;
		t.v = strcmp(w, "hasta") == 0 || strcmp(w, "until") == 0 ||
		      strcmp(w, "ate") == 0;
	} else if (S_any(w, list))
		t.kind = D_LIST;
	else if (S_any(w, open))
		t.kind = D_OPEN;
	else if (S_any(w, start))
		t.kind = D_START;
	else if (S_any(w, end))
		t.kind = D_END;
	else if (strcmp(w, "entre") == 0)
		t.kind = D_BETWEEN;
	else if (strcmp(w, "desde") == 0 || strcmp(w, "partir") == 0 ||
		 strcmp(w, "since") == 0)
		t.kind = D_SINCE;
	else if (strcmp(w, "semestre") == 0)
		t = (struct date_token){.kind = D_UNIT, .v = 6};
	else if (strcmp(w, "trimestre") == 0)
		t = (struct date_token){.kind = D_UNIT, .v = 3};
	else if (strcmp(w, "cuatrimestre") == 0)
		t = (struct date_token){.kind = D_UNIT, .v = 4};
	else if (strcmp(w, "bimestre") == 0)
		t = (struct date_token){.kind = D_UNIT, .v = 2};
	return t;
}

static bool S_is_year(long v)
{
	return v >= 1950 && v <= 2100;
}

bool normal_is_day(int y, int m, int d)
{
	static const int days[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

	if (m < 1 || m > 12 || d < 1 || d > days[m - 1])
		return false;
	return m != 2 || d < 29 || !y || (y % 4 == 0 && (y % 100 != 0 || y % 400 == 0));
}

/* Figures with signs between them: a date, a year, a number.  Bytes taken. */
static size_t S_figures(struct date_token *t, const char *s, size_t n)
{
	long v[3] = {0, 0, 0};
	int digits[3] = {0, 0, 0}, k = 0;
	size_t i = 0, ends[3] = {0, 0, 0};
	char sign = '\0';

	*t = (struct date_token){.kind = D_NUMBER};
	while (k < 3 && i < n && s[i] >= '0' && s[i] <= '9') {
		while (i < n && s[i] >= '0' && s[i] <= '9') {
			if (digits[k] < 9)
				v[k] = v[k] * 10 + (s[i] - '0');
			digits[k]++;
			i++;
		}
		ends[k++] = i;
		if (k == 3 || i + 1 >= n || s[i + 1] < '0' || s[i + 1] > '9' ||
		    !strchr("/-.", s[i]) || (sign && s[i] != sign))
			break;
		sign = s[i++];
	}
	/* 01/03/2023, 1-3-23, 2023-03-01 */
	if (k == 3 && digits[0] <= 2 && digits[1] <= 2 &&
	    (digits[2] == 4 || digits[2] == 2)) {
		int y = (int)(digits[2] == 2 ? 2000 + v[2] : v[2]);

		if (S_is_year(y) && normal_is_day(y, (int)v[1], (int)v[0])) {
			*t = (struct date_token){
				.kind = D_DATE, .y = y, .m = (int)v[1], .d = (int)v[0]};
			return ends[2];
		}
	}
	if (k == 3 && digits[0] == 4 && S_is_year(v[0]) && digits[1] <= 2 &&
	    digits[2] <= 2 && normal_is_day((int)v[0], (int)v[1], (int)v[2])) {
		*t = (struct date_token){
			.kind = D_DATE, .y = (int)v[0], .m = (int)v[1], .d = (int)v[2]};
		return ends[2];
	}
	/* 31/02/2023: a date, but there is no such day */
	if (k == 3 && sign != '.' && digits[0] <= 2 && digits[1] <= 2 &&
	    digits[2] == 4) {
		t->kind = D_WORD;
		return ends[2];
	}
	if (k >= 2 && digits[0] <= 2 && digits[1] == 4 && S_is_year(v[1]) &&
	    v[0] >= 1 && v[0] <= 12 && sign != '.') { /* 03/2023 */
		*t = (struct date_token){
			.kind = D_DATE, .y = (int)v[1], .m = (int)v[0]};
		return ends[1];
	}
	if (k == 2 && digits[0] == 4 && S_is_year(v[0]) && digits[1] == 2 &&
	    sign == '-' && v[1] >= 1 && v[1] <= 12) { /* 2023-03 */
		*t = (struct date_token){
			.kind = D_DATE, .y = (int)v[0], .m = (int)v[1]};
		return ends[1];
	}
	if (k == 2 && digits[0] <= 2 && digits[1] <= 2 && sign == '/') {
		if (normal_is_day(0, (int)v[1], (int)v[0])) { /* 15/03 al ... */
			*t = (struct date_token){
				.kind = D_DATE, .m = (int)v[1], .d = (int)v[0]};
			return ends[1];
		}
		if (v[0] >= 1 && v[0] <= 12 && digits[1] == 2) { /* 03/24 */
			*t = (struct date_token){.kind = D_DATE,
						 .y = (int)(2000 + v[1]),
						 .m = (int)v[0]};
			return ends[1];
		}
	}
	if (k >= 2 && sign == '.' && digits[1] == 3) { /* 1.270 */
		t->kind = D_WORD;
		return ends[k - 1];
	}
	t->v = (int)v[0];
	t->digits = digits[0];
	if (digits[0] == 4 && S_is_year(v[0]))
		t->kind = D_YEAR;
	else if (digits[0] > 4)
		t->kind = D_WORD;
	return ends[0];
}

static struct date_token S_sign(unsigned long cp)
{
	struct date_token t = {.kind = D_WORD, .sign = (char)(cp < 0x80 ? cp : '-')};

	switch (cp) {
	case '-':
	case '/':
	case 0x2012:
	case 0x2013:
	case 0x2014:
	case 0x2192:
		t.kind = D_RANGE;
		break;
	case '\'':
	case 0x2019: /* junio '23 */
		t.kind = D_OF;
		t.sign = '\'';
		break;
	case ',':
	case ';':
	case '&':
		t.kind = D_LIST;
		break;
	case '.':
	case ':':
	case '\n':
		t.kind = D_STOP;
		break;
	default:
		t.sign = '\0';
		break;
	}
	return t;
}

size_t normal_tokens(struct date_token *v, const char *s, size_t n)
{
	size_t k = 0, i = 0;
	bool glued = false;

	while (i < n && k < TOKENS_LIMIT) {
		unsigned long cp;
		size_t w = utf8_decode(s + i, n - i, &cp);

		if (latin_digit(cp)) {
			size_t used = S_figures(&v[k], s + i, n - i);
			char word[8];
			size_t o = 0;

			i += used;
			/* 1er, 2do; 1° */
			if (v[k].kind == D_NUMBER && v[k].digits == 1 && v[k].v <= 4) {
				word[o++] = (char)('0' + v[k].v);
				while (i + o - 1 < n && o < 5 &&
				       (s[i + o - 1] | 0x20) >= 'a' &&
				       (s[i + o - 1] | 0x20) <= 'z') {
					word[o] = (char)(s[i + o - 1] | 0x20);
					o++;
				}
				word[o] = '\0';
				if (o > 1 && S_ordinal(word)) {
					v[k] = (struct date_token){
						.kind = D_ORDINAL,
						.v = S_ordinal(word)};
					i += o - 1;
				} else if (i + 1 < n &&
					   (strncmp(s + i, "\xC2\xBA", 2) == 0 ||
					    strncmp(s + i, "\xC2\xB0", 2) == 0)) {
					v[k].kind = D_ORDINAL;
					i += 2;
				}
			}
			v[k].glued = glued;
			k++;
			glued = true;
			continue;
		}
		if (latin_letter(cp)) {
			char word[32];
			size_t o = 0;

			for (; i < n; i += w) {
				w = utf8_decode(s + i, n - i, &cp);
				if (!latin_letter(cp))
					break;
				cp = latin_fold(cp, true);
				if (o + 1 < sizeof word)
					word[o++] = cp < 0x80 ? (char)cp : '?';
			}
			word[o] = '\0';
			v[k] = S_word(word, o);
			/* phrases: "a la fecha", "en curso", "a partir" */
			if (strcmp(word, "fecha") == 0 && k >= 2 && v[k - 1].v == 'l' &&
			    v[k - 2].kind == D_RANGE)
				v[k].kind = D_OPEN;
			if ((strcmp(word, "curso") == 0 ||
			     strcmp(word, "adelante") == 0 ||
			     strcmp(word, "ejecucion") == 0) &&
			    k >= 1 && v[k - 1].v == 'n')
				v[k].kind = D_OPEN;
			if (strcmp(word, "presente") == 0 && k >= 1 &&
			    (v[k - 1].kind == D_OF || v[k - 1].kind == D_RANGE))
				v[k].kind = D_OPEN;
			if (v[k].kind == D_WORD)
				v[k].v = strcmp(word, "la") == 0   ? 'l'
					 : strcmp(word, "en") == 0 ? 'n'
								   : 0;
			if (v[k].kind == D_SINCE && k >= 1 && word[0] == 'p' &&
			    v[k - 1].kind == D_RANGE)
				v[k - 1].kind = D_WORD;
			/* "el presente año" is not an open end */
			if (strcmp(word, "ano") == 0 && k >= 1 &&
			    v[k - 1].kind == D_OPEN && !v[k - 1].sign)
				v[k - 1].kind = D_WORD;
			v[k].glued = glued;
			k++;
			glued = true;
			continue;
		}
		i += w;
		if (cp == ' ' || cp == '\t' || cp == 0xA0) {
			glued = false;
			continue;
		}
		v[k] = S_sign(cp);
		v[k].glued = glued;
		glued = true;
		if (v[k].kind != D_WORD)
			k++;
	}
	return k;
}

#include <stdlib.h>
#include <string.h>

#include "record_keys.h"
#include "text.h"

/*
 * A page of hits reads some forty records; as trees of jansson they took two
 * fifths of a search.  Everything unusual is left to jansson: what is accepted
 * here means exactly the same there (a unit test compares them).
 */

struct scan {
	const char *p, *end;
};

static bool S_is(struct scan *s, char c)
{
	if (s->p == s->end || *s->p != c)
		return false;
	s->p++;
	return true;
}

static bool S_word(struct scan *s, const char *word)
{
	size_t n = strlen(word);

	if ((size_t)(s->end - s->p) < n || memcmp(s->p, word, n) != 0)
		return false;
	s->p += n;
	return true;
}

static bool S_null(struct scan *s)
{
	return S_word(s, "null");
}

/* ---- strings ---- */

/* The top bit of each of eight bytes that is a quote, a backslash or a control
 * character; a borrow can set that of a byte above one that is, never else. */
static uint64_t S_special(const char *p)
{
	const uint64_t ones = 0x0101010101010101u;
	uint64_t v, quote, back;

	memcpy(&v, p, 8);
	quote = v ^ ones * '"';
	back = v ^ ones * '\\';
	return (((quote - ones) & ~quote) | ((back - ones) & ~back) |
		((v - ones * 0x20) & ~v)) &
	       ones * 0x80;
}

/* Bytes until a quote, a backslash, a control character or the end. */
static size_t S_plain(const struct scan *s)
{
	const char *p = s->p;

	while (s->end - p >= 8) {
		uint64_t special = S_special(p);

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
		if (special) /* the lowest is one, whatever was borrowed above it */
			return (size_t)(p - s->p) +
			       (size_t)__builtin_ctzll(special) / 8;
#else
		if (special)
			break;
#endif
		p += 8;
	}
	while (p < s->end && *p != '"' && *p != '\\' && (unsigned char)*p >= 0x20)
		p++;
	return (size_t)(p - s->p);
}

/* A string without escapes, where it stands. */
static bool S_key(const char **out, size_t *n, struct scan *s)
{
	if (!S_is(s, '"'))
		return false;
	*out = s->p;
	*n = S_plain(s);
	s->p += *n;
	return S_is(s, '"');
}

/* The character of an escape of one letter; 0 = another one. */
static char S_escape(char c)
{
	static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
	const char *at = c ? strchr(from, c) : NULL;

	return at ? to[at - from] : '\0';
}

/* A string, as a copy.  The escapes only ever shorten it. */
static bool S_string(char **out, struct scan *s)
{
	const char *close;
	char *to;
	size_t n;

	if (!S_is(s, '"'))
		return false;
	n = S_plain(s);
	close = s->p + n;
	while (close < s->end && *close == '\\') { /* where it ends */
		struct scan rest = {close + 2, s->end};

		if (s->end - close < 2)
			return false;
		close = rest.p + S_plain(&rest);
	}
	if (close == s->end || *close != '"' ||
	    !utf8_valid(s->p, (size_t)(close - s->p), NULL))
		return false;
	to = malloc((size_t)(close - s->p) + 1);
	if (!to)
		return false;
	*out = to;
	for (;;) {
		memcpy(to, s->p, n);
		to += n;
		s->p += n;
		if (s->p == close)
			break;
		*to = S_escape(s->p[1]);
		if (!*to++) {
			free(*out);
			*out = NULL;
			return false;
		}
		s->p += 2;
		n = S_plain(s);
	}
	*to = '\0';
	return S_is(s, '"');
}

static bool S_string_or_null(char **slot, struct scan *s, bool *given)
{
	*given = !S_null(s);
	return !*given || S_string(slot, s);
}

/* ---- numbers and lists ---- */

static bool S_number(int *out, struct scan *s)
{
	const char *from = s->p;
	int v = 0;

	while (s->p < s->end && *s->p >= '0' && *s->p <= '9' && s->p - from < 9)
		v = v * 10 + (*s->p++ - '0');
	*out = v;
	return s->p > from && (*from != '0' || s->p - from == 1);
}

static bool S_unsigned(unsigned *out, struct scan *s)
{
	int v;

	if (!S_number(&v, s))
		return false;
	*out = (unsigned)v;
	return true;
}

static bool S_numbers(struct ints *l, struct scan *s)
{
	int v;

	if (!S_is(s, '['))
		return false;
	if (S_is(s, ']'))
		return true;
	do
		if (!S_number(&v, s) || !ints_add(l, v))
			return false;
	while (S_is(s, ','));
	return S_is(s, ']');
}

static bool S_strings(struct strs *l, struct scan *s)
{
	if (!S_is(s, '['))
		return false;
	if (S_is(s, ']'))
		return true;
	do {
		char **v = realloc(l->v, (l->n + 1) * sizeof *v);

		if (!v)
			return false;
		l->v = v;
		if (!S_string(&v[l->n], s))
			return false;
		l->n++;
	} while (S_is(s, ','));
	return S_is(s, ']');
}

/* ---- the source ---- */

/* The field of a name, once; F_COUNT = none, or again. */
static int S_field(unsigned *seen, const char *name, size_t n)
{
	for (int f = 0; f < F_COUNT; f++)
		if (strlen(field_table[f].name) == n &&
		    memcmp(field_table[f].name, name, n) == 0) {
			if (*seen & 1u << f)
				return F_COUNT;
			*seen |= 1u << f;
			return f;
		}
	return F_COUNT;
}

static bool S_fields(struct ficha *f, bool paras, struct scan *s)
{
	unsigned seen = 0;
	const char *name;
	size_t n;

	if (!S_is(s, '{'))
		return false;
	if (S_is(s, '}'))
		return true;
	do {
		struct lines *l;
		int field;

		if (!S_key(&name, &n, s) || !S_is(s, ':') ||
		    (field = S_field(&seen, name, n)) == F_COUNT)
			return false;
		if (paras) {
			if (!S_numbers(&f->para_lines[field], s))
				return false;
			continue;
		}
		l = &f->lines[field];
		if (!S_is(s, '[') || !S_unsigned(&l->first, s) || !S_is(s, ',') ||
		    !S_unsigned(&l->last, s) || !S_is(s, ']') || l->first > l->last)
			return false;
	} while (S_is(s, ','));
	return S_is(s, '}');
}

static bool S_source(struct ficha *f, struct scan *s)
{
	static const char *const names[] = {"path", "line_start", "line_end", "fields",
					    "para_lines"};
	unsigned seen = 0;
	const char *name;
	size_t n;

	if (!S_is(s, '{'))
		return false;
	do {
		unsigned k = 0;
		bool ok = false;

		if (!S_key(&name, &n, s) || !S_is(s, ':'))
			return false;
		while (k < 5 &&
		       (strlen(names[k]) != n || memcmp(names[k], name, n) != 0))
			k++;
		if (k == 5 || seen & 1u << k)
			return false;
		seen |= 1u << k;
		switch (k) {
		case 0:
			ok = S_string(&f->source_path, s);
			break;
		case 1:
			ok = S_unsigned(&f->line_start, s);
			break;
		case 2:
			ok = S_unsigned(&f->line_end, s);
			break;
		default:
			ok = S_fields(f, k == 4, s);
		}
		if (!ok)
			return false;
	} while (S_is(s, ','));
	for (int i = 0; i < F_COUNT; i++)
		if (!f->para_lines[i].n && f->lines[i].first &&
		    !ints_add(&f->para_lines[i], (int)f->lines[i].first))
			return false;
	return S_is(s, '}');
}

/* ---- the whole ---- */

/* The keys stand in the table's order as a rule: `next` is where to look. */
static size_t S_find(const char *name, size_t n, size_t next)
{
	for (size_t i = 0; i < RECORD_KEYS; i++) {
		size_t k = (next + i) % RECORD_KEYS;

		if (strlen(record_keys[k].name) == n &&
		    memcmp(record_keys[k].name, name, n) == 0)
			return k;
	}
	return RECORD_KEYS;
}

/* *given: not null. */
static bool S_value(struct ficha *f, char **municipality, bool *given,
		    const struct record_key *k, struct scan *s)
{
	*given = true;
	switch (k->kind) {
	case K_STR:
		return S_string_or_null(record_member(f, k), s, given);
	case K_TEXT:
		return S_string_or_null(&f->text[k->offset], s, given);
	case K_MUNICIPALITY:
		return S_string_or_null(municipality, s, given);
	case K_STRS:
		return S_strings(record_member(f, k), s);
	case K_INTS:
		return S_numbers(record_member(f, k), s);
	case K_BOOL:
		*(bool *)record_member(f, k) = S_word(s, "true");
		return *(bool *)record_member(f, k) || S_word(s, "false");
	case K_SOURCE:
		return S_source(f, s);
	}
	return false;
}

static bool S_object(struct ficha *f, char **municipality, uint32_t *given,
		     struct scan *s)
{
	uint32_t seen = 0;
	size_t k = RECORD_KEYS - 1;

	if (!S_is(s, '{'))
		return false;
	do {
		const char *name;
		size_t n;
		bool some;

		if (!S_key(&name, &n, s) || !S_is(s, ':'))
			return false;
		k = S_find(name, n, k + 1);
		if (k == RECORD_KEYS || seen & 1u << k ||
		    !S_value(f, municipality, &some, &record_keys[k], s))
			return false;
		seen |= 1u << k;
		if (some)
			*given |= 1u << k;
	} while (S_is(s, ','));
	return S_is(s, '}') && s->p == s->end;
}

static bool S_given(uint32_t given, const char *name)
{
	return given >> S_find(name, strlen(name), 0) & 1;
}

bool record_scan(struct ficha *out, struct record_keys *keys, const char *json,
		 size_t n)
{
	struct scan s = {json, json + n};
	char *municipality = NULL;
	uint32_t given = 0;
	bool ok = S_object(out, &municipality, &given, &s);

	if (ok && !out->municipalities.n && municipality)
		ok = strs_add(&out->municipalities, municipality);
	free(municipality);
	if (!ok || !out->text[F_TITLE] || !out->text[F_TITLE][0])
		return false;
	if (keys) {
		keys->id = S_given(given, "id");
		keys->municipalities = S_given(given, "municipalities") ||
				       S_given(given, "municipality");
		keys->sello_lines = S_given(given, "sello_lines");
		keys->population_groups = S_given(given, "population_groups");
		keys->dates = S_given(given, "date_start") ||
			      S_given(given, "date_end") || S_given(given, "ongoing");
		keys->years = S_given(given, "years");
		keys->status = S_given(given, "status");
		keys->months = S_given(given, "months");
		keys->region = S_given(given, "region");
	}
	return true;
}

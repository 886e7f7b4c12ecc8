#include "store_parts.h"

#include <stdio.h>
#include <string.h>

#include "text.h"

/*
 * CURRENT is one line, its words parted by one blank:
 *
 *   fichas 2 gen-000042 <hash of MANIFEST> <stamp> ... <hash> end
 *
 * with one stamp for each of the generation's files in the order of enum
 * store_file: inode-mtime-size in hexadecimal, the time in nanoseconds.  The
 * last hash is that of all bytes before it.
 *
 * MANIFEST is lines, all present, in this order:
 *
 *   fichas manifest 2
 *   schema 1
 *   analysis 1
 *   icu 72.1
 *   unicode 15.0
 *   documents 10
 *   file index.glass 81920 <hash>      seven of these, as in enum store_file
 *   build iamglass      65536 <hash>   0 to 16 of these, names rising:
 *                                      the build folder that it was made from
 *   end
 *
 * Hashes are XXH3-128, canonical byte order, lower-case hexadecimal.  Numbers
 * have no signs and no leading zeros, names no blanks; lines end with LF.
 * Anything else is damage: nothing is skipped, nothing is guessed.  Only the
 * number of the format in the first words is looked at first, so that a later
 * version is called that.
 */
#define FORMAT_VERSION 2 /* 1 knew seven files */

const char *const store_names[STORE_FILES] = {
	[STORE_GLASS] = "index.glass",	   [STORE_POSITIONS] = "positions",
	[STORE_RECORDS] = "records",	   [STORE_COLUMN] = "column",
	[STORE_VOCABULARY] = "vocabulary", [STORE_TABLES] = "tables",
	[STORE_LEXICON] = "lexicon",	   [STORE_SOURCES] = "sources",
};

/* ---- reading words ---- */

struct scan {
	const char *p, *end;
	bool bad;
};

static void S_literal(struct scan *s, const char *text)
{
	size_t n = strlen(text);

	if (s->bad || (size_t)(s->end - s->p) < n || memcmp(s->p, text, n) != 0)
		s->bad = true;
	else
		s->p += n;
}

/* Bytes up to a blank or LF, at most max - 1 of them, at least one. */
static void S_word(struct scan *s, char *out, size_t max)
{
	size_t n = 0;

	out[0] = '\0';
	while (!s->bad && s->p + n < s->end && s->p[n] > ' ' && s->p[n] < 0x7F)
		if (++n == max)
			s->bad = true;
	if (s->bad || n == 0) {
		s->bad = true;
		return;
	}
	memcpy(out, s->p, n);
	out[n] = '\0';
	s->p += n;
}

static int S_digit(char c, unsigned base)
{
	int d = c >= '0' && c <= '9'   ? c - '0'
		: c >= 'a' && c <= 'f' ? c - 'a' + 10
				       : 99;

	return d < (int)base ? d : -1;
}

static uint64_t S_number(struct scan *s, unsigned base, uint64_t max)
{
	const char *start = s->p;
	uint64_t v = 0;

	while (!s->bad && s->p < s->end) {
		int d = S_digit(*s->p, base);

		if (d < 0)
			break;
		if (v > (max - (uint64_t)d) / base)
			s->bad = true;
		v = v * base + (uint64_t)d;
		s->p++;
	}
	if (s->p == start || (*start == '0' && s->p - start > 1))
		s->bad = true;
	return s->bad ? 0 : v;
}

static void S_hash(struct scan *s, char out[HASH_TEXT])
{
	S_word(s, out, HASH_TEXT);
	if (strlen(out) != HASH_TEXT - 1)
		s->bad = true;
	for (const char *p = out; *p; p++)
		if (S_digit(*p, 16) < 0)
			s->bad = true;
}

/* The format's number behind the opening words. */
static enum status S_format(struct scan *s, const char *opening)
{
	S_literal(s, opening);
	if (S_number(s, 10, 999999) != FORMAT_VERSION && !s->bad)
		return ST_VERSION;
	return s->bad ? ST_DAMAGED : ST_OK;
}

/* ---- generations ---- */

void generation_name(char out[GENERATION_MAX], uint32_t number, bool tmp)
{
	snprintf(out, GENERATION_MAX, "gen-%06lu%s", (unsigned long)number,
		 tmp ? ".tmp" : "");
}

bool generation_number(uint32_t *number, const char *name, bool tmp)
{
	char back[GENERATION_MAX];
	uint64_t v = 0;
	size_t n = 0;

	if (strncmp(name, "gen-", 4) != 0)
		return false;
	for (name += 4; *name >= '0' && *name <= '9' && n < 10; name++, n++)
		v = v * 10 + (uint64_t)(*name - '0');
	if (n < 6 || v == 0 || v > UINT32_MAX || strcmp(name, tmp ? ".tmp" : "") != 0)
		return false;
	/* One name a number: no zeros more than asked for. */
	*number = (uint32_t)v;
	generation_name(back, *number, false);
	return strncmp(back + 4, name - n, n) == 0;
}

/* ---- CURRENT ---- */

enum status current_read(struct current *out, const char *p, size_t n)
{
	struct scan s = {p, p + n, false};
	char name[GENERATION_MAX], own[HASH_TEXT], written[HASH_TEXT];
	enum status st = S_format(&s, "fichas ");

	memset(out, 0, sizeof *out);
	if (st)
		return st;
	S_literal(&s, " ");
	S_word(&s, name, sizeof name);
	if (!s.bad && !generation_number(&out->generation, name, false))
		s.bad = true;
	S_literal(&s, " ");
	S_hash(&s, out->manifest_hash);
	for (int i = 0; i < STORE_FILES; i++) {
		S_literal(&s, " ");
		out->stamp[i].inode = S_number(&s, 16, UINT64_MAX);
		S_literal(&s, "-");
		out->stamp[i].mtime = S_number(&s, 16, UINT64_MAX);
		S_literal(&s, "-");
		out->stamp[i].size = S_number(&s, 16, INT64_MAX);
	}
	S_literal(&s, " ");
	hash_bytes(own, p, (size_t)(s.p - p));
	S_hash(&s, written);
	S_literal(&s, " end\n");
	return s.bad || s.p != s.end || strcmp(own, written) != 0 ? ST_DAMAGED : ST_OK;
}

void current_write(struct buf *out, const struct current *c)
{
	char name[GENERATION_MAX], own[HASH_TEXT];
	size_t start = out->len;

	generation_name(name, c->generation, false);
	buf_addf(out, "fichas %d %s %s", FORMAT_VERSION, name, c->manifest_hash);
	for (int i = 0; i < STORE_FILES; i++)
		buf_addf(out, " %llx-%llx-%llx", (unsigned long long)c->stamp[i].inode,
			 (unsigned long long)c->stamp[i].mtime,
			 (unsigned long long)c->stamp[i].size);
	buf_addc(out, ' ');
	hash_bytes(own, out->data + start, out->len - start);
	buf_addf(out, "%s end\n", own);
}

/* ---- MANIFEST ---- */

static void S_entry(struct scan *s, struct store_entry *e)
{
	S_word(s, e->name, sizeof e->name);
	/* A file of its own folder, whatever is done with the name. */
	if (e->name[0] == '.' || strchr(e->name, '/'))
		s->bad = true;
	S_literal(s, " ");
	e->size = S_number(s, 10, INT64_MAX);
	S_literal(s, " ");
	S_hash(s, e->hash);
	S_literal(s, "\n");
}

enum status manifest_read(struct manifest *out, const char *p, size_t n)
{
	struct scan s = {p, p + n, false};
	enum status st = S_format(&s, "fichas manifest ");

	memset(out, 0, sizeof *out);
	if (st)
		return st;
	S_literal(&s, "\nschema ");
	out->schema = (uint32_t)S_number(&s, 10, UINT32_MAX);
	S_literal(&s, "\nanalysis ");
	out->analysis = (uint32_t)S_number(&s, 10, UINT32_MAX);
	S_literal(&s, "\nicu ");
	S_word(&s, out->icu, sizeof out->icu);
	S_literal(&s, "\nunicode ");
	S_word(&s, out->unicode, sizeof out->unicode);
	S_literal(&s, "\ndocuments ");
	out->documents = (uint32_t)S_number(&s, 10, UINT32_MAX);
	S_literal(&s, "\n");
	for (int i = 0; i < STORE_FILES; i++) {
		S_literal(&s, "file ");
		S_entry(&s, &out->file[i]);
		if (strcmp(out->file[i].name, store_names[i]) != 0)
			s.bad = true;
	}
	while (!s.bad && s.p < s.end && *s.p == 'b') {
		struct store_entry *e = &out->build[out->n_build];

		if (out->n_build == BUILD_FILES_MAX)
			return ST_DAMAGED;
		S_literal(&s, "build ");
		S_entry(&s, e);
		if (out->n_build++ && strcmp(e[-1].name, e->name) >= 0)
			s.bad = true;
	}
	S_literal(&s, "end\n");
	if (s.bad || s.p != s.end)
		return ST_DAMAGED;
	return manifest_is_ours(out) ? ST_OK : ST_VERSION;
}

void manifest_write(struct buf *out, const struct manifest *m)
{
	buf_addf(out,
		 "fichas manifest %d\nschema %lu\nanalysis %lu\nicu %s\nunicode %s\n"
		 "documents %lu\n",
		 FORMAT_VERSION, (unsigned long)m->schema, (unsigned long)m->analysis,
		 m->icu, m->unicode, (unsigned long)m->documents);
	for (int i = 0; i < STORE_FILES; i++)
		buf_addf(out, "file %s %llu %s\n", m->file[i].name,
			 (unsigned long long)m->file[i].size, m->file[i].hash);
	for (size_t i = 0; i < m->n_build; i++)
		buf_addf(out, "build %s %llu %s\n", m->build[i].name,
			 (unsigned long long)m->build[i].size, m->build[i].hash);
	buf_adds(out, "end\n");
}

void manifest_versions(struct manifest *m)
{
	m->schema = SCHEMA_VERSION;
	m->analysis = ANALYSIS_VERSION;
	snprintf(m->icu, sizeof m->icu, "%s", text_icu_version());
	snprintf(m->unicode, sizeof m->unicode, "%s", text_unicode_version());
}

bool manifest_is_ours(const struct manifest *m)
{
	struct manifest ours;

	manifest_versions(&ours);
	return m->schema == ours.schema && m->analysis == ours.analysis &&
	       strcmp(m->icu, ours.icu) == 0 && strcmp(m->unicode, ours.unicode) == 0;
}

#ifndef FICHAS_OF_H
#define FICHAS_OF_H
/*
 * fichas_of - for tests of readers: a file to records in JSON, and their
 * comparison with expected ones.
 */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <dirent.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../indexer/normal.h"
#include "../../indexer/source.h"
#include "record.h"

struct fichas {
	struct ficha *v;
	size_t n;
	struct diags diags;
	unsigned long found, rejected;
};

static struct analyzer *analyzer;
static struct lexicon *lexicon;

static inline int fichas_setup(void **state)
{
	struct err err = {0};

	(void)state;
	if (analyzer_open(&analyzer, &err) != ST_OK ||
	    lexicon_load(&lexicon, analyzer, "corpus/tables", NULL, &err) != ST_OK) {
		fprintf(stderr, "%s\n", err.text);
		return -1;
	}
	return 0;
}

static inline int fichas_teardown(void **state)
{
	(void)state;
	lexicon_close(lexicon);
	analyzer_close(analyzer);
	return 0;
}

static inline enum status fichas_take(void *ctx, struct ficha *f, struct err *err)
{
	struct fichas *out = ctx;
	struct ficha *v = realloc(out->v, (out->n + 1) * sizeof *v);

	if (!v) {
		ficha_release(f);
		return err_nomem(err);
	}
	out->v = v;
	v[out->n++] = *f;
	return ST_OK;
}

static inline void fichas_read(struct fichas *out, const char *path, const char *bytes,
			       size_t n)
{
	struct source_sink sink = {.take = fichas_take, .ctx = out};
	struct err err = {0};
	unsigned latest = 0;

	memset(out, 0, sizeof *out);
	diags_init(&out->diags, NULL, NULL);
	sink.diags = &out->diags;
	assert_int_equal(
		source_read_document(&sink, analyzer, lexicon, path, bytes, n, &err),
		ST_OK);
	out->found = sink.found;
	out->rejected = sink.rejected;
	assert_int_equal(sink.found, sink.rejected + out->n);
	for (size_t i = 0; i < out->n; i++) {
		unsigned y = normal_latest_year(&out->v[i]);

		latest = y > latest ? y : latest;
	}
	for (size_t i = 0; i < out->n; i++)
		assert_int_equal(normal_ficha(&out->v[i], NULL, lexicon, analyzer,
					      latest, path, &out->diags, &err),
				 ST_OK);
}

static inline void fichas_free(struct fichas *f)
{
	for (size_t i = 0; i < f->n; i++)
		ficha_release(&f->v[i]);
	free(f->v);
	diags_release(&f->diags);
}

/* How many diagnostics have the code. */
static inline size_t fichas_diags(const struct fichas *f, const char *code)
{
	size_t n = 0;

	for (size_t i = 0; i < f->diags.n; i++)
		n += strcmp(f->diags.v[i].code, code) == 0;
	return n;
}

static inline char *file_bytes(size_t *n, const char *path)
{
	FILE *f = fopen(path, "rb");
	char *p = NULL;
	long size;

	if (!f)
		fail_msg("%s: not there", path);
	fseek(f, 0, SEEK_END);
	size = ftell(f);
	rewind(f);
	p = malloc((size_t)size + 1);
	assert_non_null(p);
	*n = fread(p, 1, (size_t)size, f);
	assert_int_equal(*n, (size_t)size);
	p[*n] = '\0';
	fclose(f);
	return p;
}

static inline json_t *ficha_json(const struct ficha *f)
{
	struct buf b;
	struct err err = {0};
	json_error_t je;
	json_t *j;

	buf_init(&b, 0);
	assert_int_equal(record_write(&b, f, RECORD_EXPORT, &err), ST_OK);
	j = json_loadb(b.data, b.len, 0, &je);
	assert_non_null(j);
	buf_release(&b);
	return j;
}

/* Equal as sets of strings. */
static inline int same_set(const json_t *a, const json_t *b)
{
	if (json_array_size(a) != json_array_size(b))
		return 0;
	for (size_t i = 0; i < json_array_size(a); i++) {
		int found = 0;

		for (size_t k = 0; k < json_array_size(b) && !found; k++)
			found = json_equal(json_array_get(a, i), json_array_get(b, k));
		if (!found)
			return 0;
	}
	return 1;
}

struct score {
	size_t fields, wrong;
};

static inline void show_difference(const char *path, const char *key,
				   const json_t *want, const json_t *got)
{
	char *w = json_dumps(want, JSON_ENCODE_ANY),
	     *g = got ? json_dumps(got, JSON_ENCODE_ANY) : NULL;

	fprintf(stderr, "%s: %s\n  want %.700s\n  got  %.700s\n", path, key,
		w ? w : "?", g ? g : "absent");
	free(w);
	free(g);
}

/* Compares every key that is expected; inside source every line. */
static inline void compare_record(struct score *s, const char *path, json_t *want,
				  json_t *got)
{
	const char *key;
	json_t *value;

	json_object_foreach(want, key, value)
	{
		json_t *have = json_object_get(got, key);
		int same;

		s->fields++;
		if (strcmp(key, "source") == 0) {
			json_t *copy = json_copy(have);

			json_object_del(copy, "path");
			same = json_equal(value, copy);
			if (!same)
				show_difference(path, key, value, copy);
			json_decref(copy);
			s->wrong += !same;
			continue;
		}
		same = have && (strcmp(key, "population_groups") == 0
					? same_set(value, have)
					: json_equal(value, have));
		if (!same)
			show_difference(path, key, value, have);
		s->wrong += !same;
	}
}

/* Compares the file's fichas with the expected records (JSON Lines). */
static inline void compare_file(struct score *s, const char *path, const char *expected)
{
	struct fichas f;
	size_t n, en, i = 0;
	char *bytes = file_bytes(&n, path), *want = file_bytes(&en, expected);

	fichas_read(&f, path, bytes, n);
	for (char *p = want; *p;) {
		char *nl = strchr(p, '\n');
		size_t len = nl ? (size_t)(nl - p) : strlen(p);
		json_t *w, *g;

		if (len) {
			w = json_loadb(p, len, 0, NULL);
			assert_non_null(w);
			g = i < f.n ? ficha_json(&f.v[i]) : json_object();
			compare_record(s, path, w, g);
			json_decref(w);
			json_decref(g);
			i++;
		}
		p += len + (nl ? 1 : 0);
	}
	if (i != f.n) {
		fprintf(stderr, "%s: %zu fichas, not %zu\n", path, f.n, i);
		s->wrong += 20;
		s->fields += 20;
	}
	free(bytes);
	free(want);
	fichas_free(&f);
}

#endif

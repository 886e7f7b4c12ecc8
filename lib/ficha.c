#include "ficha.h"

#include <stdlib.h>
#include <string.h>

void ficha_init(struct ficha *f)
{
	memset(f, 0, sizeof *f);
}

void ficha_release(struct ficha *f)
{
	free(f->id);
	for (int i = 0; i < F_COUNT; i++) {
		free(f->text[i]);
		ints_release(&f->para_lines[i]);
	}
	strs_release(&f->municipalities);
	free(f->cut_code);
	free(f->province);
	free(f->region);
	free(f->region_code);
	strs_release(&f->sello_lines);
	free(f->population_label);
	strs_release(&f->population_groups);
	free(f->date_start);
	free(f->date_end);
	ints_release(&f->months);
	ints_release(&f->years);
	free(f->status);
	free(f->source_path);
	free(f->extra);
	ficha_init(f);
}

bool strs_add(struct strs *l, const char *s)
{
	char **v = realloc(l->v, (l->n + 1) * sizeof *v);

	if (!v)
		return false;
	l->v = v;
	v[l->n] = strdup(s);
	if (!v[l->n])
		return false;
	l->n++;
	return true;
}

bool strs_has(const struct strs *l, const char *s)
{
	for (size_t i = 0; i < l->n; i++)
		if (strcmp(l->v[i], s) == 0)
			return true;
	return false;
}

void strs_release(struct strs *l)
{
	for (size_t i = 0; i < l->n; i++)
		free(l->v[i]);
	free(l->v);
	l->v = NULL;
	l->n = 0;
}

bool ints_add(struct ints *l, int v)
{
	int *p = realloc(l->v, (l->n + 1) * sizeof *p);

	if (!p)
		return false;
	l->v = p;
	p[l->n++] = v;
	return true;
}

bool ints_has(const struct ints *l, int v)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->v[i] == v)
			return true;
	return false;
}

void ints_release(struct ints *l)
{
	free(l->v);
	l->v = NULL;
	l->n = 0;
}

bool str_set(char **slot, const char *s, size_t n)
{
	char *p = NULL;

	if (s) {
		p = malloc(n + 1);
		if (!p)
			return false;
		memcpy(p, s, n);
		p[n] = '\0';
	}
	free(*slot);
	*slot = p;
	return true;
}

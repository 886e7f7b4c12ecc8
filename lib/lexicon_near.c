/* Names of communes that are nearly what was typed. */
#include <string.h>

#include "lexicon_tables.h"

#define NEAREST_MAX 32

size_t lexicon_typed(char *out, size_t size, struct analyzer *a, const char *name,
		     size_t n)
{
	struct buf b;
	size_t len;

	if (n > size)
		return 0;
	buf_init(&b, 0);
	if (text_slug(&b, a, name, n, NULL) != ST_OK || b.len >= size) {
		buf_release(&b);
		return 0;
	}
	len = b.len;
	memcpy(out, b.data, len + 1);
	buf_release(&b);
	return len;
}

/* Edits (insert, delete, replace, swap neighbours) from a to b; most + 1 if
 * there are more than most.  Slugs are short. */
#define NEAR_MAX 48

static unsigned S_distance(const char *a, size_t an, const char *b, size_t bn,
			   unsigned most)
{
	unsigned row[3][NEAR_MAX + 1];
	unsigned *before = row[0], *last = row[1], *now = row[2];

	if (an > NEAR_MAX || bn > NEAR_MAX || (an > bn ? an - bn : bn - an) > most)
		return most + 1;
	for (size_t j = 0; j <= bn; j++)
		last[j] = (unsigned)j;
	for (size_t i = 1; i <= an; i++) {
		unsigned least = now[0] = (unsigned)i, *free_row;

		for (size_t j = 1; j <= bn; j++) {
			unsigned d = last[j - 1] + (a[i - 1] != b[j - 1]);

			if (last[j] + 1 < d)
				d = last[j] + 1;
			if (now[j - 1] + 1 < d)
				d = now[j - 1] + 1;
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
			    a[i - 2] == b[j - 1] && before[j - 2] + 1 < d)
				d = before[j - 2] + 1;
			now[j] = d;
			if (d < least)
				least = d;
		}
		if (least > most)
			return most + 1;
		free_row = before;
		before = last;
		last = now;
		now = free_row;
	}
	return last[bn];
}

size_t lexicon_near_communes(const struct commune **v, size_t max,
			     const struct lexicon *l, struct analyzer *a,
			     const char *name, size_t n)
{
	unsigned best[NEAREST_MAX];
	char slug[256];
	size_t len = lexicon_typed(slug, sizeof slug, a, name, n), hits = 0;
	unsigned most = 1 + (unsigned)(len / 5);

	if (!len)
		return 0;
	if (max > NEAREST_MAX)
		max = NEAREST_MAX;
	for (size_t i = 0; i < l->commune_names.n; i++) {
		const struct name *k = &l->commune_names.v[i];
		const struct commune *c = &l->communes[k->index];
		unsigned d = S_distance(slug, len, k->slug, strlen(k->slug), most);
		size_t at = 0;
		bool have = false;

		if (d > most)
			continue;
		for (size_t j = 0; j < hits && !have; j++)
			if (v[j] == c) {
				have = true;
				if (best[j] <= d)
					break;
				/* nearer by another spelling: insert again */
				memmove(v + j, v + j + 1, (hits - j - 1) * sizeof *v);
				memmove(best + j, best + j + 1,
					(hits - j - 1) * sizeof *best);
				hits--;
				have = false;
				break;
			}
		if (have)
			continue;
		while (at < hits && best[at] <= d)
			at++;
		if (at == max)
			continue;
		if (hits == max)
			hits--;
		memmove(v + at + 1, v + at, (hits - at) * sizeof *v);
		memmove(best + at + 1, best + at, (hits - at) * sizeof *best);
		v[at] = c;
		best[at] = d;
		hits++;
	}
	return hits;
}

#include <stdlib.h>
#include <string.h>

#include "lexicon_image.h"
#include "messages.h"

#define SLOTS (1u << 14)

struct image {
	struct buf rows, strings;
	const struct lexicon *l;
	uint32_t *slot; /* by hash: where the same string is, and 1 */
	size_t kept;
	bool failed;
};

static void S_number(struct image *w, size_t n)
{
	uint32_t v = (uint32_t)n;

	buf_add(&w->rows, (const char *)&v, sizeof v);
}

static uint32_t S_hash(const char *s)
{
	uint32_t h = 2166136261u;

	while (*s)
		h = (h ^ (unsigned char)*s++) * 16777619u;
	return h ^ h >> 15;
}

/* Each string once, as long as there are slots. */
static void S_text(struct image *w, const char *s)
{
	uint32_t at = S_hash(s) % SLOTS;
	size_t n = strlen(s);

	while (w->slot[at] && strcmp(w->strings.data + w->slot[at] - 1, s) != 0)
		at = (at + 1) % SLOTS;
	if (w->slot[at]) {
		S_number(w, w->slot[at] - 1);
		return;
	}
	S_number(w, w->strings.len);
	if (w->kept < SLOTS / 2) {
		w->slot[at] = (uint32_t)w->strings.len + 1;
		w->kept++;
	}
	buf_add(&w->strings, s, n + 1);
}

static void S_labels(struct image *w, const struct label *v, size_t n,
		     const struct patterns *patterns, const char *const *implies)
{
	for (size_t i = 0; i < n; i++) {
		S_text(w, v[i].slug);
		S_text(w, v[i].display);
		if (patterns)
			S_text(w, patterns[i].text);
		if (implies)
			S_text(w, implies[i]);
	}
}

static void S_names(struct image *w, const struct names *names)
{
	for (size_t i = 0; i < names->n; i++) {
		S_text(w, names->v[i].slug);
		S_number(w, names->v[i].index);
		S_number(w, names->v[i].kind);
	}
}

static void S_words(struct image *w, const char *const *v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		S_text(w, v[i]);
}

static void S_places(struct image *w, const struct place_list *list)
{
	for (size_t i = 0; i < list->n; i++) {
		const struct place_name *p = &list->v[i];

		S_text(w, p->slug);
		S_number(w, p->facet);
		S_text(w, p->value);
		S_text(w, p->label);
		S_number(w, p->spelt);
		S_number(w, p->dangerous);
	}
}

static void S_kind(struct image *w, enum image_kind kind)
{
	const struct lexicon *l = w->l;

	switch (kind) {
	case K_ALIAS:
		for (size_t i = 0; i < l->n_alias; i++) {
			if (l->alias[i])
				S_text(w, l->alias[i]);
			else
				S_number(w, 0);
		}
		return;
	case K_REGION:
		for (size_t i = 0; i < l->n_regions; i++) {
			const struct region *r = &l->regions[i];

			S_text(w, r->code);
			S_text(w, r->name);
			S_text(w, r->slug);
			S_text(w, r->official_name);
			S_text(w, r->roman);
			S_text(w, r->abbr);
			S_number(w, r->order);
			S_number(w, (size_t)(r->aliases - l->alias));
		}
		return;
	case K_COMMUNE:
		for (size_t i = 0; i < l->n_communes; i++) {
			const struct commune *c = &l->communes[i];
			size_t region = 0;

			while (l->regions[region].code != c->region_code)
				region++;
			S_text(w, c->cut_code);
			S_text(w, c->name);
			S_text(w, c->slug);
			S_text(w, c->province);
			S_text(w, c->ambiguity);
			S_number(w, region);
			S_number(w, (size_t)(c->aliases - l->alias));
		}
		return;
	case K_SELLO:
		S_labels(w, l->sello, l->n_sello, NULL, NULL);
		return;
	case K_GROUP:
		S_labels(w, l->groups, l->n_groups, l->group_patterns,
			 l->group_implies);
		return;
	case K_STATUS:
		S_labels(w, l->status, l->n_status, l->status_patterns, NULL);
		return;
	case K_REGION_NAME:
		S_names(w, &l->region_names);
		return;
	case K_COMMUNE_NAME:
		S_names(w, &l->commune_names);
		return;
	case K_PRINTED:
		for (size_t i = 0; i < l->n_sello_printed; i++) {
			S_text(w, l->sello_printed[i].slug);
			S_number(w, l->sello_printed[i].index);
		}
		return;
	case K_HEADING:
		for (size_t i = 0; i < l->n_headings; i++) {
			S_text(w, l->headings[i].key);
			S_number(w, l->headings[i].field);
			S_number(w, l->headings[i].strength);
		}
		return;
	case K_TAIL:
		S_words(w, l->tail, l->n_tail);
		return;
	case K_PAGE:
		S_words(w, l->page, l->n_page);
		return;
	case K_WORD:
		for (size_t i = 0; i < l->n_words; i++) {
			uint32_t weight;

			memcpy(&weight, &l->words[i].weight, sizeof weight);
			S_text(w, l->words[i].word);
			S_number(w, weight);
			S_number(w, l->words[i].prefix);
		}
		return;
	case K_SYNONYM:
		for (size_t i = 0; i < l->n_synonyms; i++) {
			const struct synonym *s = &l->synonyms[i];

			S_text(w, s->key);
			S_text(w, s->value);
			S_text(w, s->folded_key);
			S_number(w, s->relation);
			S_number(w, s->ambiguous);
		}
		return;
	case K_PLACE:
		S_places(w, &l->places);
		return;
	case K_GROUP_PLACE:
		S_places(w, &l->group_places);
		return;
	case K_COUNT:
		break;
	}
}

enum status lexicon_image(struct buf *out, const struct lexicon *l, struct err *err)
{
	struct image w = {.l = l, .slot = calloc(SLOTS, sizeof *w.slot)};
	struct image_head head = {.magic = ""};
	size_t before = 0;
	enum status st;

	if (!w.slot)
		return err_nomem(err);
	memcpy(head.magic, IMAGE_MAGIC, sizeof head.magic);
	buf_init(&w.rows, 0);
	buf_init(&w.strings, 0);
	buf_add(&w.strings, "", 1);
	for (int k = 0; k < K_COUNT && !w.strings.failed; k++) {
		S_kind(&w, (enum image_kind)k);
		head.rows[k] = (uint32_t)((w.rows.len - before) / 4 / image_width[k]);
		before = w.rows.len;
	}
	head.strings = (uint32_t)w.strings.len;
	st = buf_status(&w.rows, err);
	if (!st)
		st = buf_status(&w.strings, err);
	for (int k = 0; !st && k < K_COUNT; k++)
		if (head.rows[k] > ROWS_MAX)
			st = err_set(err, ST_INPUT, "%s",
				     _("the vocabulary tables have too many rows"));
	if (!st) {
		buf_add(out, (const char *)&head, sizeof head);
		buf_add(out, w.rows.data, w.rows.len);
		buf_add(out, w.strings.data, w.strings.len);
		st = buf_status(out, err);
	}
	buf_release(&w.rows);
	buf_release(&w.strings);
	free(w.slot);
	return st;
}

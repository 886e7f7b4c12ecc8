/* Text to tokens: every promise of text.h about them, the fast way against the
 * way by ICU and all rules, sentences, stems, terms. */
#include "../../lib/text_parts.h"
#include "fuzz.h"
#include "terms.h"

static void S_promised(const struct tokens *t, const char *text, size_t n)
{
	unsigned position = 0;

	for (size_t i = 0; i < t->n; i++) {
		const struct token *k = &t->v[i];

		REQUIRE(k->start < k->end && k->end <= n);
		REQUIRE(k->position >= 1 && k->span >= 1 && k->position >= position);
		position = k->position;
		REQUIRE(k->surface_n > 0 && k->surface_n <= WORD_MAX);
		REQUIRE(k->folded_n > 0 && k->folded_n <= WORD_MAX);
		REQUIRE(utf8_valid(k->surface, k->surface_n, NULL));
		REQUIRE(utf8_valid(k->folded, k->folded_n, NULL));
		REQUIRE(k->variant || !k->index_only);
		(void)text;
	}
}

static void S_same(const struct tokens *a, const struct tokens *b)
{
	REQUIRE(a->n == b->n);
	for (size_t i = 0; i < a->n; i++) {
		const struct token *x = &a->v[i], *y = &b->v[i];

		REQUIRE(x->surface_n == y->surface_n && x->folded_n == y->folded_n);
		REQUIRE(memcmp(x->surface, y->surface, x->surface_n) == 0);
		REQUIRE(memcmp(x->folded, y->folded, x->folded_n) == 0);
		REQUIRE(x->start == y->start && x->end == y->end);
		REQUIRE(x->position == y->position && x->span == y->span);
		REQUIRE(x->kind == y->kind && x->variant == y->variant);
		REQUIRE(x->index_only == y->index_only && x->capital == y->capital);
		REQUIRE(x->exact_only == y->exact_only);
	}
}

/* Some words: those that begin as every third does, by up to four bytes. */
static void S_some(struct analyzer *a, const struct tokens *all, const char *text,
		   size_t n)
{
	struct word_heads heads = {.any = false};
	struct tokens some;
	struct err err;
	size_t k = 0;

	for (size_t i = 0; i < all->n; i += 3)
		if (all->v[i].folded_n >= 2)
			heads_add(&heads, all->v[i].folded,
				  all->v[i].folded_n < 4 ? all->v[i].folded_n : 4);
	tokens_init(&some);
	REQUIRE(text_tokenize_some(&some, a, &heads, text, n, &err) == ST_OK);
	for (size_t i = 0; i < all->n; i++) {
		const struct token *t = &all->v[i];

		if (k < some.n && t->position == some.v[k].position &&
		    t->start == some.v[k].start && t->end == some.v[k].end &&
		    t->surface_n == some.v[k].surface_n &&
		    memcmp(t->surface, some.v[k].surface, t->surface_n) == 0)
			k++;
		else
			REQUIRE(t->folded_n < 2 || t->surface_n < 2 ||
				memcmp(t->folded, t->surface, 2) != 0 ||
				!heads_have(&heads, t->folded, t->folded_n));
	}
	REQUIRE(k == some.n);
	tokens_release(&some);
}

static void S_stems(const struct tokens *t)
{
	struct stemmer *s = fuzz_stemmer();
	char one[STEM_MAX], two[STEM_MAX];
	size_t n, m;
	struct err err;

	for (size_t i = 0; i < t->n; i++) {
		REQUIRE(stem_token(one, &n, s, &t->v[i], &err) == ST_OK);
		REQUIRE(n < STEM_MAX && one[n] == '\0' && utf8_valid(one, n, NULL));
		REQUIRE(stem_word(two, &m, s, t->v[i].surface, t->v[i].surface_n,
				  &err) == ST_OK);
		REQUIRE(n == m && memcmp(one, two, n) == 0);
	}
}

static void S_terms(struct analyzer *a, const char *text, size_t n)
{
	struct postings p;
	struct err err;

	postings_init(&p);
	REQUIRE(postings_add_text(&p, a, fuzz_stemmer(), F_DESCRIPTION, text, n,
				  &err) == ST_OK);
	REQUIRE(postings_seal(&p, &err) == ST_OK);
	for (size_t i = 0; i < p.n; i++) {
		size_t len = strlen(p.v[i].term);

		REQUIRE(len > 2 && len <= TERM_MAX);
		REQUIRE(strchr("SXTV", p.v[i].term[0]));
	}
	postings_release(&p);
}

static void S_sentences(struct analyzer *a, const char *text, size_t n)
{
	size_t *starts, count, *slow, slow_count;
	struct err err;

	REQUIRE(text_sentences(&starts, &count, a, text, n, &err) == ST_OK);
	REQUIRE(count >= 1 && starts[0] == 0);
	for (size_t i = 1; i < count; i++)
		REQUIRE(starts[i] > starts[i - 1] && starts[i] < n);
	a->slow = true;
	REQUIRE(text_sentences(&slow, &slow_count, a, text, n, &err) == ST_OK);
	a->slow = false;
	REQUIRE(count == slow_count);
	for (size_t i = 0; i < count; i++)
		REQUIRE(starts[i] == slow[i]);
	free(starts);
	free(slow);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct analyzer *a = fuzz_analyzer();
	char *text = fuzz_copy(data, size);
	struct tokens fast, slow;
	struct err err;

	tokens_init(&fast);
	tokens_init(&slow);
	REQUIRE(text_tokenize(&fast, a, text, size, &err) == ST_OK);
	S_promised(&fast, text, size);
	a->slow = true;
	REQUIRE(text_tokenize(&slow, a, text, size, &err) == ST_OK);
	a->slow = false;
	S_same(&fast, &slow);
	S_some(a, &fast, text, size);
	S_stems(&fast);
	S_terms(a, text, size);
	S_sentences(a, text, size);
	REQUIRE(text_width(text, size) <= 2 * size);
	tokens_release(&fast);
	tokens_release(&slow);
	free(text);
	return 0;
}

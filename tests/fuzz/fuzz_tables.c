/* The lexicon's bundle and its image: any bytes are refused or safe to ask
 * everything, a bundle that was opened writes itself, and its image opens.  An input
 * that does not begin as one is the rows of its tables, one table after the other, a
 * zero byte between. */
#include "../../lib/lexicon_tables.h"
#include "fuzz.h"

static void S_ask(const struct lexicon *l)
{
	static const char text[] = "Municipalidad de Viña del Mar, niños y niñas (NNA)";
	struct analyzer *a = fuzz_analyzer();
	const struct commune *c[4];
	const struct region *r[4];
	const struct label *g[4];
	struct heading heading;
	size_t n = sizeof text - 1, taken;
	unsigned numbers;
	struct err err;

	lexicon_find_commune(c, 4, l, a, "viña del mar", 13);
	lexicon_near_communes(c, 4, l, a, "maipo", 5);
	lexicon_find_region(r, 4, l, a, "RM", 2);
	lexicon_find_label(lexicon_sello(l), a, "formacion", 9);
	lexicon_commune_at(&taken, l, text, n);
	lexicon_sello_printed(l, a, text, n);
	lexicon_sello_at(&taken, l, text, n);
	lexicon_heading(&heading, l, text, n);
	lexicon_heading_begins(l, text, n);
	lexicon_page_line(&numbers, l, text, n);
	REQUIRE(lexicon_match_groups(g, 4, &taken, l, a, text, n, &err) == ST_OK);
	REQUIRE(lexicon_match_status(l, a, text, n));
	lexicon_is_stop(l, "de", 2);
	REQUIRE(lexicon_word_weight(l, "de", 2) >= 0);
	lexicon_synonyms(l, &n);
	for (int f = 0; f < FACET_COUNT; f++)
		lexicon_label(l, (enum facet)f, "maipu");
}

/* Returns whether it was one. */
static bool S_try_image(const char *image, size_t n)
{
	char *bytes = fuzz_copy(image, n);
	struct lexicon *l;
	struct err err = {0};
	bool good = lexicon_open_image(&l, fuzz_analyzer(), bytes, n, &err) == ST_OK;

	if (good) {
		struct place_names v[2] = {lexicon_places(l), lexicon_group_places(l)};
		size_t count;
		const struct commune *c = lexicon_communes(l, &count);
		const struct synonym *s;

		S_ask(l);
		for (int k = 0; k < 2; k++)
			for (size_t i = 0; i < v[k].n; i++)
				REQUIRE(strlen(v[k].v[i].slug) < n &&
					strlen(v[k].v[i].value) < n &&
					strlen(v[k].v[i].label) < n);
		for (size_t i = 0; i < count; i++)
			for (const char *const *a = c[i].aliases; *a; a++)
				REQUIRE(strlen(*a) < n && strlen(c[i].region) < n);
		s = lexicon_synonyms(l, &count);
		for (size_t i = 0; i < count; i++)
			REQUIRE(strlen(s[i].key) < n && strlen(s[i].value) < n);
		lexicon_close(l);
	} else {
		fuzz_is_message(&err);
	}
	free(bytes);
	return good;
}

static void S_try(const char *bundle, size_t n)
{
	char *text = fuzz_copy(bundle, n);
	struct lexicon *l;
	struct err err = {0};
	struct buf out;

	if (lexicon_open(&l, fuzz_analyzer(), text, n, &err) == ST_OK) {
		S_ask(l);
		buf_init(&out, 0);
		REQUIRE(lexicon_bundle(&out, l, &err) == ST_OK);
		REQUIRE(out.len == n && memcmp(out.data, text, n) == 0);
		buf_clear(&out);
		REQUIRE(lexicon_image(&out, l, &err) == ST_OK);
		REQUIRE(S_try_image(out.data, out.len));
		buf_release(&out);
		lexicon_close(l);
	} else {
		fuzz_is_message(&err);
	}
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_in in = {data, size};
	struct buf bundle;

	if (size > 7 && memcmp(data, "fichas-", 7) == 0) {
		S_try((const char *)data, size);
		return 0;
	}
	if (size > 7 && memcmp(data, "fichlex", 7) == 0) {
		S_try_image((const char *)data, size);
		return 0;
	}
	buf_init(&bundle, 0);
	buf_adds(&bundle, "fichas-tables 1\n");
	for (unsigned id = 0; id < T_COUNT && (id < T_EXTRA || in.n); id++) {
		const struct table_info *t = &lexicon_tables[id];
		size_t n;
		const char *rows = fuzz_string(&n, &in);

		buf_addf(&bundle, "table %s %zu\n%s\n", t->name,
			 strlen(t->columns) + 1 + n, t->columns);
		buf_add(&bundle, rows, n);
		buf_addc(&bundle, '\n');
	}
	S_try(bundle.data, bundle.len);
	buf_release(&bundle);
	return 0;
}

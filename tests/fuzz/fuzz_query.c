/* The query language: limits are errors with a column, everything else is a
 * tree whose slices lie in the clean text; the clean text gives the same tree,
 * and a tree in which no sign is doubtful, printed, gives itself. */
#include "../../searcher/parse.h"
#include "fuzz.h"

static void S_inside(const struct node *n, const char *clean, size_t len,
		     unsigned depth)
{

	REQUIRE(depth <= 4 * QUERY_GROUPS_MAX + 8);
	REQUIRE(n->column >= 1 && n->column <= utf8_count(clean, len) + 1);
	REQUIRE(n->text >= clean && n->text + n->n <= clean + len);
	REQUIRE(utf8_valid(n->text, n->n, NULL));
	REQUIRE(n->slop <= 1000000);
	REQUIRE((n->kind == NODE_FACET) == (n->facet != FACET_NONE));
	REQUIRE(n->kind < NODE_LIST ? n->n_child == 0 && n->n > 0 : n->n_child > 0);
	for (size_t i = 0; i < n->n_child; i++)
		S_inside(n->child[i], clean, len, depth + 1);
}

static void S_same(const struct node *a, const struct node *b)
{
	REQUIRE(!a == !b);
	if (!a)
		return;
	REQUIRE(a->kind == b->kind && a->sign == b->sign && a->slop == b->slop);
	REQUIRE(a->fields == b->fields && a->facet == b->facet);
	REQUIRE(a->n == b->n && memcmp(a->text, b->text, a->n) == 0);
	REQUIRE(a->column == b->column && a->n_child == b->n_child);
	REQUIRE(a->short_prefix == b->short_prefix);
	for (size_t i = 0; i < a->n_child; i++)
		S_same(a->child[i], b->child[i]);
}

/* Whether every leaf is one plain word or several, so that printing it cannot
 * make a sign of what was none. */
static bool S_plain(const struct node *n)
{
	bool letter = n->kind >= NODE_LIST;

	if (n->kind < NODE_LIST)
		for (size_t i = 0; i < n->n; i++) {
			char c = n->text[i];

			if ((c < 'a' || c > 'z') && c != ' ')
				return false;
			letter = letter || c != ' ';
		}
	for (size_t i = 0; i < n->n_child; i++)
		if (!S_plain(n->child[i]))
			return false;
	return letter && !n->short_prefix;
}

static void S_leaf(struct buf *out, const struct node *n)
{
	bool quoted = n->kind == NODE_PHRASE || n->kind == NODE_NEAR;

	for (int f = 0; f < F_COUNT; f++)
		if (n->fields == 1u << f)
			buf_addf(out, "%s:", field_table[f].query_en);
	if (n->kind == NODE_FACET)
		buf_addf(out, "%s:", facet_table[n->facet].query_en);
	buf_adds(out, quoted ? "\"" : "");
	if (!quoted && memchr(n->text, ' ', n->n) &&
	    (n->fields || n->kind != NODE_WORD))
		buf_addf(out, "(%.*s)", (int)n->n, n->text);
	else
		buf_add(out, n->text, n->n);
	buf_adds(out, quoted ? "\"" : "");
	if (n->kind == NODE_PREFIX)
		buf_addc(out, '*');
	if (n->kind == NODE_FUZZY || n->kind == NODE_NEAR)
		buf_addf(out, "~%u", n->slop);
}

static void S_print(struct buf *out, const struct node *n, bool top)
{
	if (n->kind < NODE_LIST) {
		S_leaf(out, n);
		return;
	}
	if (!top)
		buf_addc(out, '(');
	for (size_t i = 0; i < n->n_child; i++) {
		const struct node *c = n->child[i];
		bool list = n->kind == NODE_LIST;

		buf_adds(out, i == 0		    ? ""
			      : n->kind == NODE_AND ? " AND "
			      : n->kind == NODE_OR  ? " OR "
						    : " ");
		buf_adds(out, list && c->sign == SIGN_MINUS  ? "-"
			      : list && c->sign == SIGN_PLUS ? "+"
							     : "");
		S_print(out, c, false);
	}
	if (!top)
		buf_addc(out, ')');
}

/* What a printed form may be refused for: it has more brackets than was typed. */
static bool S_over_limit(const char *text, size_t n)
{
	size_t deep = 0, deepest = 0;

	for (size_t i = 0; i < n; i++) {
		deep += text[i] == '(';
		deep -= text[i] == ')' && deep;
		deepest = deep > deepest ? deep : deepest;
	}
	return n > QUERY_BYTES_MAX || deepest > QUERY_GROUPS_MAX;
}

/* The printed form of a query's tree; false: over a limit. */
static bool S_printed(struct buf *out, const char *text, size_t n)
{
	struct arena *arena;
	struct node *root;
	const char *clean;
	struct err err = {0};
	enum status st;

	buf_init(out, 0);
	REQUIRE(arena_open(&arena, &err) == ST_OK);
	st = parse_query(&root, &clean, arena, fuzz_analyzer(), text, n, &err);
	REQUIRE(!st || S_over_limit(text, n));
	if (!st && root)
		S_print(out, root, true);
	arena_close(arena);
	return !st;
}

static void S_reprints(const struct node *root)
{
	struct buf once, twice, thrice;
	bool fits;

	buf_init(&once, 0);
	S_print(&once, root, true);
	/* At the first reading a word with a sign becomes a group of its own, so
	 * that the printed form grows by brackets, and may be refused for them. */
	fits = S_printed(&twice, once.data, once.len);
	if (fits) {
		if (S_printed(&thrice, twice.data, twice.len))
			REQUIRE(strcmp(twice.data, thrice.data) == 0);
		buf_release(&thrice);
	}
	buf_release(&once);
	buf_release(&twice);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_copy(data, size);
	struct arena *arena;
	struct node *root, *again;
	const char *clean, *clean_again;
	struct err err = {0};
	enum status st;

	REQUIRE(arena_open(&arena, &err) == ST_OK);
	st = parse_query(&root, &clean, arena, fuzz_analyzer(), text, size, &err);
	if (st) {
		REQUIRE(st == ST_USAGE);
		fuzz_is_message(&err);
		REQUIRE(err.column >= 1 && err.column <= 16 * QUERY_BYTES_MAX);
	} else {
		size_t n = strlen(clean);

		REQUIRE(size <= QUERY_BYTES_MAX);
		if (memchr(text, '\0', size)) /* then clean has no end that is told */
			n = QUERY_BYTES_MAX + 1;
		if (root && n <= QUERY_BYTES_MAX)
			S_inside(root, clean, n, 0);
		if (n <= QUERY_BYTES_MAX) {
			REQUIRE(parse_query(&again, &clean_again, arena,
					    fuzz_analyzer(), clean, n, &err) == ST_OK);
			REQUIRE(strcmp(clean, clean_again) == 0);
			/* Slices of two copies of one text. */
			S_same(root, again);
		}
		if (root && S_plain(root))
			S_reprints(root);
	}
	arena_close(arena);
	free(text);
	return 0;
}

#include "parse.h"

#include <string.h>

#include "messages.h"

/*
 * Recursive descent over the lexemes; it recurses for brackets only, and
 * those are counted.  A part that turns out empty (a group without words, an
 * operator without a neighbour) is NULL and leaves no trace.
 */
struct parser {
	const struct lexeme *at;
	struct arena *arena;
	size_t groups, prefixes;
	bool spare; /* operators are words: there was nothing else */
};

static enum status S_fail(struct err *err, size_t column)
{
	if (err)
		err->column = column;
	return ST_USAGE;
}

static struct node *S_node(struct parser *p, enum node_kind kind,
			   const struct lexeme *x)
{
	struct node *n = arena_alloc(p->arena, sizeof *n);

	if (!n)
		return NULL;
	n->kind = kind;
	n->text = x->text;
	n->n = x->n;
	n->column = x->column;
	n->facet = FACET_NONE;
	return n;
}

/* The array doubles, as clause_add() does. */
static bool S_add(struct parser *p, struct node *parent, struct node *child)
{
	size_t n = parent->n_child;

	if ((n & (n - 1)) == 0) {
		struct node **v =
			arena_alloc(p->arena, (n ? 2 * n : 1) * sizeof(struct node *));

		if (!v)
			return false;
		if (n)
			memcpy(v, parent->child, n * sizeof(struct node *));
		parent->child = v;
	}
	parent->child[parent->n_child++] = child;
	return true;
}

static enum status S_any_of(struct node **out, struct parser *p, struct err *err);

/* ( query ) with the bracket just before p->at. */
static enum status S_group(struct node **out, struct parser *p, size_t column,
			   struct err *err)
{
	enum status st;

	if (++p->groups > QUERY_GROUPS_MAX) {
		err_set(err, ST_USAGE,
			_("more than %d groups inside one another; take brackets away"),
			QUERY_GROUPS_MAX);
		return S_fail(err, column);
	}
	st = S_any_of(out, p, err);
	p->groups--;
	if (!st && p->at->kind == LEX_CLOSE)
		p->at++;
	return st;
}

static enum status S_word(struct node **out, struct parser *p, struct err *err)
{
	const struct lexeme *x = p->at++;
	enum node_kind kind = NODE_WORD;

	if (x->star && utf8_count(x->text, x->n) >= PREFIX_LETTERS_MIN) {
		kind = NODE_PREFIX;
		if (++p->prefixes > QUERY_PREFIXES_MAX) {
			err_set(err, ST_USAGE,
				_("more than %d prefixes (word*); write some of the "
				  "words in full"),
				QUERY_PREFIXES_MAX);
			return S_fail(err, x->column);
		}
	} else if (x->tilde) {
		kind = NODE_FUZZY;
	}
	*out = S_node(p, kind, x);
	if (!*out)
		return err_nomem(err);
	(*out)->slop = x->number;
	(*out)->short_prefix = x->star && kind == NODE_WORD;
	return ST_OK;
}

static enum status S_phrase(struct node **out, struct parser *p, struct err *err)
{
	const struct lexeme *x = p->at++;

	*out = S_node(p, x->tilde ? NODE_NEAR : NODE_PHRASE, x);
	if (!*out)
		return err_nomem(err);
	(*out)->slop = x->number;
	return ST_OK;
}

/* field: in front of a group reaches every item in it that names no field
 * itself.  The depth is bounded by S_group. */
static void S_restrict(struct node *n, unsigned fields)
{
	if (!n->fields && n->kind != NODE_FACET)
		n->fields = fields;
	for (size_t i = 0; i < n->n_child; i++)
		S_restrict(n->child[i], fields);
}

/* The same for a facet: municipio:(temuco OR maipu). */
static void S_facet(struct node *n, enum facet facet)
{
	if (n->kind == NODE_WORD || n->kind == NODE_PHRASE || n->kind == NODE_PREFIX ||
	    n->kind == NODE_FUZZY || n->kind == NODE_NEAR) {
		if (n->fields)
			return;
		n->kind = NODE_FACET;
		n->facet = facet;
	}
	for (size_t i = 0; i < n->n_child; i++)
		S_facet(n->child[i], facet);
}

/* One item; *out stays NULL (and nothing is taken) where none stands. */
static enum status S_item(struct node **out, struct parser *p, struct err *err)
{
	const struct lexeme *field = NULL;
	enum status st = ST_OK;

	*out = NULL;
	while (p->at->kind == LEX_FIELD)
		field = p->at++;
	switch (p->at->kind) {
	case LEX_WORD:
		st = S_word(out, p, err);
		break;
	case LEX_PHRASE:
		st = S_phrase(out, p, err);
		break;
	case LEX_OPEN:
		p->at++;
		st = S_group(out, p, p->at[-1].column, err);
		break;
	case LEX_CLOSE:
	case LEX_AND:
	case LEX_OR:
	case LEX_MINUS:
	case LEX_PLUS:
	case LEX_FIELD:
	case LEX_END:
		break;
	}
	if (st || !*out || !field)
		return st;
	if (field->facet != FACET_NONE) {
		if ((*out)->kind == NODE_WORD)
			(*out)->named = field->text;
		S_facet(*out, field->facet);
	} else {
		S_restrict(*out, field->fields);
	}
	return ST_OK;
}

static bool S_is_operator(enum lexeme_kind kind)
{
	return kind == LEX_AND || kind == LEX_OR || kind == LEX_MINUS;
}

/* Plain words side by side are one text again: what a word is may depend on
 * its neighbours (N° 3.737, ex - post), and only text.h knows. */
static bool S_runs_on(const struct node *list, const struct node *item)
{
	const struct node *last = list->n_child ? list->child[list->n_child - 1] : NULL;

	return last && last->kind == NODE_WORD && item->kind == NODE_WORD &&
	       last->sign == SIGN_NONE && item->sign == SIGN_NONE && !last->fields &&
	       !last->short_prefix && !item->short_prefix && !item->fields &&
	       last->text < item->text;
}

static enum status S_list(struct node **out, struct parser *p, struct err *err)
{
	struct node *list = S_node(p, NODE_LIST, p->at);

	*out = NULL;
	if (!list)
		return err_nomem(err);
	for (;;) {
		enum sign sign = SIGN_NONE;
		const struct lexeme *start = p->at;
		struct node *item = NULL;
		enum status st;

		while (p->at->kind == LEX_MINUS || p->at->kind == LEX_PLUS) {
			if (p->spare && p->at->n > 1)
				break;
			if (p->at->kind == LEX_MINUS) /* NOT NOT a is a */
				sign = sign == SIGN_MINUS ? SIGN_NONE : SIGN_MINUS;
			else if (sign == SIGN_NONE)
				sign = SIGN_PLUS;
			p->at++;
		}
		if (p->spare && S_is_operator(p->at->kind))
			st = S_word(&item, p, err);
		else
			st = S_item(&item, p, err);
		if (st)
			return st;
		if (!item && p->at == start)
			break;
		if (!item)
			continue;
		if (item->kind == NODE_LIST && item->n_child == 1 &&
		    item->child[0]->sign == SIGN_NONE)
			item = item->child[0];
		item->sign = sign;
		if (S_runs_on(list, item)) {
			struct node *last = list->child[list->n_child - 1];

			last->n = (size_t)(item->text + item->n - last->text);
			continue;
		}
		if (!S_add(p, list, item))
			return err_nomem(err);
	}
	if (list->n_child)
		*out = list;
	return ST_OK;
}

/* One level of operators: `one` with `op` between, as a node of `kind`. */
static enum status
S_level(struct node **out, struct parser *p, enum lexeme_kind op, enum node_kind kind,
	enum status (*one)(struct node **, struct parser *, struct err *),
	struct err *err)
{
	struct node *first = NULL, *many = NULL, *next;
	enum status st;

	*out = NULL;
	for (;;) {
		/* One that has no left neighbour. */
		while (!p->spare && p->at->kind == op)
			p->at++;
		st = one(&next, p, err);
		if (st)
			return st;
		if (next && !first) {
			first = next;
		} else if (next) {
			if (!many) {
				many = S_node(p, kind, p->at);
				if (!many || !S_add(p, many, first))
					return err_nomem(err);
			}
			if (!S_add(p, many, next))
				return err_nomem(err);
		}
		if (p->at->kind != op)
			break;
	}
	*out = many ? many : first;
	return ST_OK;
}

static enum status S_all_of(struct node **out, struct parser *p, struct err *err)
{
	return S_level(out, p, LEX_AND, NODE_AND, S_list, err);
}

static enum status S_any_of(struct node **out, struct parser *p, struct err *err)
{
	return S_level(out, p, LEX_OR, NODE_OR, S_all_of, err);
}

/* The whole: what S_any_of leaves can only be a bracket that closes nothing,
 * and the lexer makes none. */
static enum status S_whole(struct node **out, struct parser *p,
			   const struct lexeme *lexemes, struct err *err)
{
	p->at = lexemes;
	p->groups = p->prefixes = 0;
	return S_any_of(out, p, err);
}

enum status parse_query(struct node **out, const char **clean, struct arena *arena,
			struct analyzer *a, const char *text, size_t n, struct err *err)
{
	struct parser p = {.arena = arena};
	struct lexeme *lexemes;
	struct buf b;
	size_t replaced = 0;
	enum status st;

	*out = NULL;
	*clean = "";
	if (n > QUERY_BYTES_MAX) {
		size_t cut = QUERY_BYTES_MAX;

		while (cut > 0 && ((unsigned char)text[cut] & 0xC0) == 0x80)
			cut--;
		err_set(err, ST_USAGE,
			_("the query is longer than %zu bytes; shorten it"),
			QUERY_BYTES_MAX);
		return S_fail(err, utf8_count(text, cut) + 1);
	}
	buf_init(&b, 16 * QUERY_BYTES_MAX);
	st = text_clean(&b, &replaced, a, text, n, err);
	if (!st)
		st = buf_status(&b, err);
	if (!st && !(*clean = arena_copy(arena, b.data, b.len)))
		st = err_nomem(err);
	if (!st)
		st = parse_lex(&lexemes, arena, a, *clean, b.len, err);
	if (!st)
		st = S_whole(out, &p, lexemes, err);
	if (!st && !*out && lexemes->kind != LEX_END) {
		p.spare = true;
		st = S_whole(out, &p, lexemes, err);
	}
	buf_release(&b);
	return st;
}

#ifndef PARSE_H
#define PARSE_H
/*
 * parse - what a person typed, as a tree of what they meant; no index, no
 * analysis yet (plan.h does that).  The language is told in fichas-query(7):
 *
 *   query  = any-of
 *   any-of = all-of { OR all-of }             OR   or  O
 *   all-of = list { AND list }                AND  or  Y
 *   list   = { sign item }                    sign: + - NOT NO, or none
 *   item   = word | word* | word~ | "words" | "words"~5 | field:item | ( query )
 *
 * Nothing that a person types by accident is an error: quotes and brackets
 * without a partner, operators without a neighbour and lone signs are left
 * out.  Errors are limits only (a query may cost so much and no more), and
 * name the column.
 */
#include <stdbool.h>
#include <stddef.h>

#include "fields.h"
#include "query.h"
#include "status.h"
#include "text.h"

#define QUERY_BYTES_MAX	   ((size_t)1024)
#define QUERY_TERMS_MAX	   64
#define QUERY_GROUPS_MAX   16 /* brackets inside brackets */
#define QUERY_PREFIXES_MAX 4
#define PREFIX_LETTERS_MIN 2
#define PHRASE_WORDS_MAX   32
#define NEAR_MAX	   100

enum node_kind {
	NODE_WORD,   /* text: one or more words with no sign between */
	NODE_PHRASE, /* text: between the quotes */
	NODE_NEAR,   /* the same, any order, `slop` other words between */
	NODE_PREFIX, /* text: without the star */
	NODE_FUZZY,  /* text: without the tilde; slop: edits, 0 = by length */
	NODE_FACET,  /* text: the value as typed */
	NODE_LIST,   /* children side by side, each with its sign */
	NODE_AND,
	NODE_OR,
};

enum sign { SIGN_NONE, SIGN_PLUS, SIGN_MINUS };

struct node {
	enum node_kind kind;
	enum sign sign;	  /* in the list that it stands in */
	const char *text; /* not NUL-terminated: a slice of the query */
	size_t n;
	size_t column;	  /* 1-based code point of its first sign */
	unsigned fields;  /* bits of enum field, 0 = wherever the query looks */
	enum facet facet; /* NODE_FACET */
	unsigned slop;
	struct node **child;
	size_t n_child;
	bool short_prefix; /* NODE_WORD: a*, too short to be a prefix */
	const char *named; /* NODE_FACET: where its name begins, or NULL */
	/* For plan.c: the items that it made, and a facet's documents. */
	size_t item, n_items;
	const struct docset *docs;
};

/* Reads text (any bytes) into *out, NULL where it holds no word at all.
 * *clean is the query as NFC, which every slice points into; both live in the
 * arena.  ST_USAGE: over a limit. */
enum status parse_query(struct node **out, const char **clean, struct arena *arena,
			struct analyzer *a, const char *text, size_t n,
			struct err *err);

/* ---- between parse_lex.c and parse.c ---- */
enum lexeme_kind {
	LEX_WORD,
	LEX_PHRASE,
	LEX_OPEN,
	LEX_CLOSE,
	LEX_AND,
	LEX_OR,
	LEX_MINUS, /* - NOT NO */
	LEX_PLUS,
	LEX_FIELD, /* its item follows at once */
	LEX_END,
};

struct lexeme {
	enum lexeme_kind kind;
	const char *text;
	size_t n, column;
	bool star, tilde; /* LEX_WORD; LEX_PHRASE: tilde = near */
	unsigned number;  /* what stood after the tilde, 0 = nothing */
	unsigned fields;  /* LEX_FIELD: a text field, or */
	enum facet facet; /* a facet (FACET_NONE: fields counts) */
};

/* Every lexeme of the clean text, the last one LEX_END. */
enum status parse_lex(struct lexeme **out, struct arena *arena, struct analyzer *a,
		      const char *text, size_t n, struct err *err);

#endif

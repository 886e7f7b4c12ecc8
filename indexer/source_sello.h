#ifndef SOURCE_SELLO_H
#define SOURCE_SELLO_H
/*
 * source_sello - the Sello section while it is read: labels with their signs.
 *
 *   source_marks.c   the section's lines, and what the signs together mean
 *   source_labels.c  labels in a text
 *   source_lone.c    signs on lines of their own
 */
#include "source_doc.h"

/*
 * The Sello lines: five labels, some of them ticked.
 *
 * The rows may be lines, cells, or all on one line; the sign before its label
 * or behind it, or on a line of its own; a row without a sign is unticked if
 * any other has one.  Labels without any sign, fewer than there are, are the
 * chosen ones written out.  Everything is a row of tokens, signs and labels,
 * and each label takes the sign before it if the first token is a sign, else
 * the one behind it.
 */
struct item { /* a label with its sign */
	const struct label *label;
	char *printed;
	enum box box;
	unsigned no;
};

#define ITEMS_MAX 64
#define LONES_MAX 64

/* A sign on a line of its own: whose it is shows only when all are known. */
struct lone {
	enum box box;
	size_t after;	       /* labels before it */
	unsigned above, below; /* empty lines */
};

struct items {
	struct item v[ITEMS_MAX];
	size_t n;
	enum box pending; /* a sign on a line of its own */
	struct lone lone[LONES_MAX];
	size_t n_lone;
	unsigned first_blank; /* empty lines before the first label's line */
	unsigned blank;	      /* and before the line being read */
	unsigned least;	      /* fewest between two labels */
	bool sign_first;
	bool suffix;	  /* a line that begins with a label ends with a sign */
	unsigned yes, no; /* columns of a Sí / No table, 0 = none */
};

const struct label *sello_label(const struct doc *d, const char *s, size_t *n);
bool sello_add(struct items *it, const struct label *label, const char *s, size_t n,
	       enum box box, unsigned no);
bool sello_is_row(const struct doc *d, const char *s, size_t n);
enum status sello_labels(struct items *it, const struct doc *d, const char *s, size_t n,
			 enum box box, bool first, unsigned no, struct err *err);
bool sello_is_list(const struct doc *d, const char *s, size_t n);
enum status sello_list(struct items *it, bool *all, const struct doc *d, const char *s,
		       size_t n, enum box box, unsigned no, struct err *err);
const struct label *sello_broken(struct buf *joined, size_t *lines, const struct doc *d,
				 size_t i, size_t to, const char *s, size_t n);
bool sello_goes_on(struct buf *joined, const struct doc *d, size_t i, size_t to,
		   const char *s, size_t n, const struct label *label);
void sello_lone(struct items *it, enum box box);
void sello_gaps(struct items *it, size_t had, size_t had_lone);
bool sello_lone_signs(struct items *it, unsigned end_blank);

#endif

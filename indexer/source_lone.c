#include "source_sello.h"

/* Signs of Sello lines on lines of their own. */

void sello_lone(struct items *it, enum box box)
{
	if (it->n_lone < LONES_MAX)
		it->lone[it->n_lone++] =
			(struct lone){.box = box, .after = it->n, .above = it->blank};
}

/* Notes the empty lines round labels and lone signs: had labels and signs stood
 * there before the line that was just read. */
void sello_gaps(struct items *it, size_t had, size_t had_lone)
{
	struct lone *last = it->n_lone ? &it->lone[it->n_lone - 1] : NULL;

	if (it->n == had)
		return;
	if (!had && !had_lone)
		it->first_blank = it->blank;
	else if (last && last->after == had)
		last->below = it->blank;
	else if (it->blank < it->least)
		it->least = it->blank;
}

/* Whose are the signs on lines of their own, where the first row has none?
 * After their labels: every label has one, or the last one has.  Else empty
 * lines tell: they divide the rows, or stand for the signs that are not there
 * (a table's cells, one a line). */
enum side { SIDE_UNKNOWN, SIDE_BEFORE, SIDE_AFTER };

static enum side S_side(const struct items *it, unsigned end_blank)
{
	bool above = true, below = true, close = true, all = it->n_lone == it->n;

	for (size_t i = 0; i < it->n_lone; i++) {
		const struct lone *x = &it->lone[i];

		if (i && x->after == x[-1].after)
			return SIDE_UNKNOWN;
		close &= !x->above && !x->below;
		if (x->after == it->n) /* nothing below it */
			return all || x->above <= it->least ? SIDE_AFTER : SIDE_UNKNOWN;
		above &= x->above > x->below;
		below &= x->above < x->below;
	}
	if (above)
		return SIDE_BEFORE;
	if (below)
		return SIDE_AFTER;
	if (!close || !it->least)
		return SIDE_UNKNOWN;
	if (it->first_blank && !end_blank)
		return SIDE_BEFORE;
	return end_blank && !it->first_blank ? SIDE_AFTER : SIDE_UNKNOWN;
}

/* False if nothing tells whose they are. */
bool sello_lone_signs(struct items *it, unsigned end_blank)
{
	enum side side;

	if (it->sign_first || !it->n_lone || !it->n)
		return true;
	side = S_side(it, end_blank);
	if (side == SIDE_UNKNOWN)
		return false;
	for (size_t i = 0; i < it->n_lone; i++) {
		size_t k = it->lone[i].after - (side == SIDE_AFTER);

		if (k < it->n && it->v[k].box == BOX_NONE)
			it->v[k].box = it->lone[i].box;
	}
	return true;
}

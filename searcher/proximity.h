#ifndef PROXIMITY_H
#define PROXIMITY_H
/*
 * proximity - the first hits again, by how near to one another they have the
 * words that were typed side by side.
 *
 * InL2 weighs words as if each stood alone.  For every two neighbouring words
 * of the query that a text has within PROXIMITY_WINDOW words, in that order,
 * a hit gains
 *
 *   PROXIMITY_WEIGHT * (idf(a) + idf(b)) / 2 / (1 + |distance - typed distance|)
 *
 * at its best place.  Only the PROXIMITY_DEPTH best are looked at: further
 * down it was measured to change nothing (README, "Ranking").  They keep their
 * places among themselves only by the sum, and stay before all others.
 */
#include "answer.h"
#include "engine.h"

#define PROXIMITY_DEPTH	 30
#define PROXIMITY_WINDOW 4
#define PROXIMITY_WEIGHT 0.6

/* Whether the plan has two words side by side to look for. */
bool proximity_applies(const struct plan *p);

/* ranked: the best hits from the first on.  Adds the gains to the scores of
 * the first PROXIMITY_DEPTH and sorts these; ties by rising order. */
enum status proximity_rank(struct ranking *ranked, struct plan *p, struct engine *e,
			   const uint32_t *order, struct err *err);

#endif

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
 * at its best place.  Words with an OR between them are not side by side: who
 * asks for one or the other gains nothing by having both together.
 *
 * Only the PROXIMITY_DEPTH best are looked at: further down it was measured to
 * change nothing (tests/bench/RESULTS.md).  They keep their places among themselves
 * only by the sum, and stay before all others.
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

/* What a hit gained, pair by pair: as many as there are words side by side in
 * the plan, those without gain left out.  v has room for PROXIMITY_PAIRS. */
#define PROXIMITY_PAIRS 64
struct proximity_gain {
	const struct item *first, *second;
	enum field field; /* of the best place */
	double gain;
};
enum status proximity_gains(struct proximity_gain *v, size_t *n, struct plan *p,
			    struct engine *e, uint32_t docid, struct err *err);

#endif

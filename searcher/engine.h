#ifndef ENGINE_H
#define ENGINE_H
/*
 * engine - one open index with everything that answers come from.  Commands
 * and batch share it; it stays on the generation that it opened.
 *
 * Parts open on first need (engine_need): `show` never pays for a lexicon.
 */
#include <stdbool.h>

#include "column.h"
#include "lexicon.h"
#include "reader.h"
#include "stem.h"
#include "store.h"
#include "text.h"
#include "vocabulary.h"

struct expander;
struct ficha;
struct readings;

struct engine {
	struct snapshot *snapshot;
	/* NULL until needed. */
	struct analyzer *analyzer;
	struct stemmer *stemmer;
	struct reader *reader;
	struct column *column;
	struct vocabulary *vocabulary;
	struct lexicon *lexicon;
	struct expander *expander; /* expand.h */
	struct readings *readings; /* reading.h */
	/* thread_seconds() at which the request in hand gives up; 0 = never. */
	double deadline;
};

enum engine_part {
	ENGINE_TEXT = 1, /* analyzer and stemmer */
	ENGINE_READER = 2,
	ENGINE_COLUMN = 4,
	ENGINE_VOCABULARY = 8,
	ENGINE_LEXICON = 16,
	ENGINE_ALL = 31,
};

/* *out is the caller's: engine_close().  ST_NOINDEX, ST_DAMAGED, ST_VERSION as
 * store_open(). */
enum status engine_open(struct engine **out, const char *root, struct err *err);
void engine_close(struct engine *e); /* NULL is allowed */

enum status engine_need(struct engine *e, unsigned parts, struct err *err);

/* The ficha of a document into *out, which must be initialised; record is room for
 * its bytes.  ST_DAMAGED: what is stored there is none. */
enum status engine_ficha(struct ficha *out, struct buf *record, struct engine *e,
			 uint32_t docid, struct err *err);

/* ST_LIMIT once the deadline has passed. */
enum status engine_tick(const struct engine *e, struct err *err);

/* An engine without an index, for `analyze`: only ENGINE_TEXT. */
enum status engine_bare(struct engine **out, struct err *err);

#endif

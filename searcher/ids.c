#include "ids.h"

#include <string.h>

#include "messages.h"
#include "screen.h"

#define PREFIX	   4 /* letters that a nearest id shares at least */
#define ID_MAX	   180
#define VISITS_MAX 100000

/* The id that begins most like the one typed. */
struct nearest {
	const char *rest; /* of the typed one, behind the prefix */
	char best[ID_MAX + 1];
	size_t common, visits;
};

static int S_visit(void *ctx, const char *rest, size_t n, uint32_t documents)
{
	struct nearest *near = ctx;
	size_t k = 0;

	(void)documents;
	while (k < n && near->rest[k] == rest[k])
		k++;
	if (n < sizeof near->best - PREFIX && (k > near->common || !near->best[0])) {
		near->common = k;
		memcpy(near->best, rest, n);
		near->best[n] = '\0';
	}
	return ++near->visits < VISITS_MAX;
}

static enum status S_why(struct buf *why, struct engine *e, const char *id,
			 struct err *err)
{
	struct nearest near = {.rest = id};
	char prefix[PREFIX + 2] = "Q";
	struct buf text;
	enum status st = ST_OK;

	if (strlen(id) >= PREFIX) {
		memcpy(prefix + 1, id, PREFIX);
		near.rest = id + PREFIX;
		st = reader_each_term(e->reader, prefix, S_visit, &near, err);
	}
	if (st)
		return st;
	buf_init(&text, 0);
	buf_addf(&text, _("no ficha has the id %.*s"), ID_MAX, id);
	if (near.best[0])
		buf_addf(&text, _("; did you mean %s%s?"), prefix + 1, near.best);
	inert_put(why, text.data, text.len);
	buf_addc(why, '\n');
	buf_release(&text);
	return buf_status(why, err);
}

enum status ids_find(uint32_t *docid, struct buf *why, struct engine *e, const char *id,
		     struct err *err)
{
	enum status st = engine_need(e, ENGINE_READER, err);

	*docid = 0;
	if (!st && *id && strlen(id) <= ID_MAX)
		st = reader_find(docid, e->reader, id, err);
	return st || *docid ? st : S_why(why, e, id, err);
}

enum status ids_read(bool *found, struct ficha *f, struct buf *why, struct engine *e,
		     const char *id, struct err *err)
{
	uint32_t docid;
	struct buf record;
	enum status st = ids_find(&docid, why, e, id, err);

	ficha_init(f);
	*found = false;
	if (st || !docid)
		return st;
	buf_init(&record, 0);
	st = engine_ficha(f, &record, e, docid, err);
	buf_release(&record);
	*found = !st;
	return st;
}

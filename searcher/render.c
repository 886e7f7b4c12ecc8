#include "render.h"

#include <string.h>

#include "messages.h"

const char *render_label(const char *label)
{
	return label[0] == '(' ? _(label) : label;
}

enum status render_answer(struct page *to, const struct answer *a, struct err *err)
{
	bool facets = a->request->command == CMD_FACETS;
	enum status st = ST_OK;

	if (a->request->format != FORMAT_JSON)
		st = render_notices(to, a, err);
	if (st)
		return st;
	switch (a->request->format) {
	case FORMAT_TEXT:
	case FORMAT_MD:
		return facets ? render_facets_text(to, a, err)
			      : render_hits_text(to, a, err);
	case FORMAT_JSON:
		st = render_json(to->out, a, err);
		buf_addc(to->out, '\n');
		break;
	case FORMAT_JSONL:
		return render_jsonl(to, a, err);
	case FORMAT_CSV:
	case FORMAT_TSV:
		return render_table(to, a, err);
	case FORMAT_IDS:
		for (size_t i = 0; i < a->n_hits; i++) {
			inert_put(to->out, a->hits[i].id, strlen(a->hits[i].id));
			buf_addc(to->out, '\n');
		}
		break;
	}
	return st ? st : buf_status(to->out, err);
}

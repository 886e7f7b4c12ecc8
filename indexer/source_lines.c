#include "source_doc.h"

#include <stdlib.h>
#include <string.h>

#include "messages.h"

/* More lines than a document of fichas ever has; it bounds the memory. */
#define RAW_LINES_MAX ((size_t)8 << 20)

void raw_init(struct raw *r)
{
	memset(r, 0, sizeof *r);
	buf_init(&r->text, 0);
}

void raw_release(struct raw *r)
{
	buf_release(&r->text);
	free(r->v);
	raw_init(r);
}

enum status raw_add(struct raw *r, struct raw_line line, struct err *err)
{
	if (r->n == r->cap) {
		size_t cap = r->cap ? 2 * r->cap : 256;
		struct raw_line *v;

		if (cap > RAW_LINES_MAX)
			return err_set(err, ST_INPUT, _("more than %zu lines"),
				       RAW_LINES_MAX);
		v = realloc(r->v, cap * sizeof *v);
		if (!v)
			return err_nomem(err);
		r->v = v;
		r->cap = cap;
	}
	r->v[r->n++] = line;
	return ST_OK;
}

enum status source_lines(struct raw *out, const char *text, size_t n, struct err *err)
{
	size_t lf = 0; /* the next LF, n: none; looked for once, not per CR */
	unsigned no = 0;
	size_t i = 0;
	enum status st;

	while (i < n) {
		/* LF, CR LF and CR end a line. */
		const char *p = text + i, *cr;
		struct raw_line line = {.no = ++no};
		size_t len, step;

		if (lf <= i) {
			const char *next = memchr(p, '\n', n - i);

			lf = next ? (size_t)(next - text) : n;
		}
		len = lf - i;
		step = lf < n ? len + 1 : len;
		cr = memchr(p, '\r', len);
		if (cr) {
			len = (size_t)(cr - p);
			step = len + 1 + (i + len + 1 < n && p[len + 1] == '\n');
		}
		i += step;
		if (len > LINE_MAX_BYTES) {
			line.flags |= RAW_LONG;
			len = 0;
		}
		line.at = out->text.len;
		if (memchr(p, '\0', len)) {
			line.flags |= RAW_NUL;
			for (size_t k = 0; k < len; k++)
				if (p[k])
					buf_addc(&out->text, p[k]);
		} else {
			buf_add(&out->text, p, len);
		}
		line.n = (unsigned)(out->text.len - line.at);
		st = raw_add(out, line, err);
		if (st != ST_OK)
			return st;
	}
	return buf_status(&out->text, err);
}

#include "screen.h"

#include <string.h>

#include "text.h"

void screen_face(struct buf *out, const struct screen *s, enum screen_face face)
{
	static const char *const codes[] = {
		[FACE_PLAIN] = "\033[0m",   [FACE_TITLE] = "\033[1m",
		[FACE_MARK] = "\033[1;33m", [FACE_LABEL] = "\033[36m",
		[FACE_FAINT] = "\033[2m",
	};

	if (s->color)
		buf_adds(out, codes[face]);
}

void wrap_begin(struct wrap *f, struct buf *out, const struct screen *s, unsigned first,
		unsigned indent)
{
	*f = (struct wrap){out, s, indent, 0, false, true};
	for (; f->column < first; f->column++)
		buf_addc(out, ' ');
}

static void S_newline(struct wrap *f)
{
	buf_addc(f->out, '\n');
	for (f->column = 0; f->column < f->indent; f->column++)
		buf_addc(f->out, ' ');
	f->blank = false;
	f->fresh = true;
}

/* One word (no blank in it), marked from and to in bytes of it. */
static void S_word(struct wrap *f, enum screen_face face, const char *p, size_t n,
		   const bool *marked)
{
	unsigned width = (unsigned)text_width(p, n);
	enum screen_face now = FACE_PLAIN;

	if (!f->fresh && f->column + f->blank + width > f->screen->width)
		S_newline(f);
	if (f->blank) {
		buf_addc(f->out, ' ');
		f->column++;
		f->blank = false;
	}
	for (size_t i = 0, to; i < n; i = to) {
		bool mark = marked && marked[i];
		enum screen_face want = mark ? FACE_MARK : face;

		for (to = i + 1; to < n && marked && marked[to] == mark;)
			to++;
		if (!marked)
			to = n;
		if (want != now) {
			screen_face(f->out, f->screen, FACE_PLAIN);
			if (want != FACE_PLAIN)
				screen_face(f->out, f->screen, want);
			now = want;
		}
		inert_put(f->out, p + i, to - i);
	}
	if (now != FACE_PLAIN)
		screen_face(f->out, f->screen, FACE_PLAIN);
	f->column += width;
	f->fresh = false;
}

static bool S_blank(char c)
{
	return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

#define PIECE 256 /* bytes of a word handled at once; longer ones may break */

void wrap_marked(struct wrap *f, enum screen_face face, const char *p, size_t n,
		 const struct span *marks, size_t n_marks)
{
	bool marked[PIECE];
	size_t at = 0, cp = 0, m = 0;

	while (at < n) {
		size_t from, len = 0;

		while (at < n && S_blank(p[at])) {
			f->blank = !f->fresh;
			at++;
			cp++;
		}
		from = at;
		while (at < n && !S_blank(p[at]) && len + 4 <= PIECE) {
			unsigned long c;
			size_t k = 1;

			if ((unsigned char)p[at] >= 0x80)
				k = utf8_decode(p + at, n - at, &c);

			while (m < n_marks && marks[m].end <= cp)
				m++;
			for (size_t i = 0; i < k; i++)
				marked[len + i] = m < n_marks && marks[m].start <= cp;
			len += k;
			at += k;
			cp++;
		}
		if (len)
			S_word(f, face, p + from, len, marked);
	}
}

void wrap_text(struct wrap *f, enum screen_face face, const char *p, size_t n)
{
	wrap_marked(f, face, p, n, NULL, 0);
}

void wrap_puts(struct wrap *f, enum screen_face face, const char *s)
{
	wrap_marked(f, face, s, strlen(s), NULL, 0);
}

void wrap_end(struct wrap *f)
{
	buf_addc(f->out, '\n');
	f->column = 0;
	f->blank = false;
	f->fresh = true;
}

#ifndef SCREEN_H
#define SCREEN_H
/*
 * screen - text for people: wrapped, marked, and safe.  Nothing that a
 * document or a query holds can move the cursor, change colours or turn the
 * direction of writing: such characters are replaced, on a terminal or not.
 */
#include <stdbool.h>
#include <stddef.h>

#include "answer.h"
#include "buf.h"
#include "inert.h"

struct screen {
	bool color;
	unsigned width; /* columns */
};

enum screen_face { FACE_PLAIN, FACE_TITLE, FACE_MARK, FACE_LABEL, FACE_FAINT };

void screen_face(struct buf *out, const struct screen *s, enum screen_face face);

/* One block of running text: words wrap at the width, further lines begin
 * with `indent` blanks. */
struct wrap {
	struct buf *out;
	const struct screen *screen;
	unsigned indent, column; /* column: where the cursor is */
	bool blank;		 /* a blank is due before the next word */
	bool fresh;		 /* nothing stands on this line yet */
};

/* The cursor is at column 0; goes to `first`, lines after it to `indent`. */
void wrap_begin(struct wrap *f, struct buf *out, const struct screen *s, unsigned first,
		unsigned indent);
void wrap_text(struct wrap *f, enum screen_face face, const char *p, size_t n);
/* The same with spans (code points) in FACE_MARK. */
void wrap_marked(struct wrap *f, enum screen_face face, const char *p, size_t n,
		 const struct span *marks, size_t n_marks);
void wrap_puts(struct wrap *f, enum screen_face face, const char *s);
void wrap_end(struct wrap *f); /* ends the line */

#endif

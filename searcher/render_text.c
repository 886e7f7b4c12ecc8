#include <string.h>

#include "messages.h"
#include "render.h"

#define FACET_VALUES 8 /* shown under the hits; `facets` shows all */

void render_dates(struct buf *out, const struct ficha *f)
{
	if (f->date_start && f->ongoing)
		buf_addf(out, _("since %s"), f->date_start);
	else if (f->date_start && f->date_end &&
		 strcmp(f->date_start, f->date_end) != 0)
		buf_addf(out, _("%s to %s"), f->date_start, f->date_end);
	else if (f->date_start || f->date_end)
		buf_adds(out, f->date_start ? f->date_start : f->date_end);
}

void render_place(struct buf *out, const struct ficha *f)
{
	for (size_t i = 0; i < f->municipalities.n; i++)
		buf_addf(out, "%s%s", i ? ", " : "", f->municipalities.v[i]);
	if (!f->municipalities.n)
		buf_adds(out, _("(no municipality)"));
	if (f->region)
		buf_addf(out, " (%s)", f->region);
}

enum status render_notices(struct page *to, const struct answer *a, struct err *err)
{
	for (size_t i = 0; i < a->n_notices; i++) {
		inert_put(to->notes, a->notices[i].message,
			  strlen(a->notices[i].message));
		buf_addc(to->notes, '\n');
	}
	for (size_t i = 0; a->plan && i < a->plan->n_expansions; i++) {
		const struct expansion *x = &a->plan->expansions[i];
		struct buf line;

		buf_init(&line, 0);
		buf_addf(&line, _("\"%s\" also as: "), x->word);
		for (size_t k = 0; k < x->n_to; k++)
			buf_addf(&line, "%s%s", k ? ", " : "", x->to[k]);
		inert_put(to->notes, line.data, line.len);
		buf_addc(to->notes, '\n');
		buf_release(&line);
	}
	if (a->suggestion) {
		buf_adds(to->notes, _("did you mean: "));
		inert_put(to->notes, a->suggestion, strlen(a->suggestion));
		buf_addc(to->notes, '\n');
	}
	return buf_status(to->notes, err);
}

/* ---- hits ---- */

static void S_snippet(struct page *to, const struct snippet *s, unsigned indent)
{
	struct buf label;
	struct wrap f;

	buf_init(&label, 0);
	if (s->line)
		buf_addf(&label, _("%s, line %u:"), _(field_table[s->field].label),
			 s->line);
	else
		buf_addf(&label, "%s:", _(field_table[s->field].label));
	wrap_begin(&f, to->out, &to->screen, indent, indent);
	wrap_text(&f, FACE_LABEL, label.data, label.len);
	wrap_puts(&f, FACE_PLAIN, s->cut_start ? " ... " : " ");
	wrap_marked(&f, FACE_PLAIN, s->text, s->n, s->marks, s->n_marks);
	if (s->cut_end)
		wrap_puts(&f, FACE_PLAIN, " ...");
	wrap_end(&f);
	buf_release(&label);
}

static void S_where(struct page *to, const struct hit *h, unsigned indent)
{
	struct buf b;
	struct wrap f;

	buf_init(&b, 0);
	render_place(&b, h->ficha);
	if (h->ficha->date_start || h->ficha->date_end) {
		buf_adds(&b, ". ");
		render_dates(&b, h->ficha);
	}
	wrap_begin(&f, to->out, &to->screen, indent, indent);
	wrap_text(&f, FACE_PLAIN, b.data, b.len);
	wrap_end(&f);
	buf_release(&b);
}

static void S_missing(struct page *to, const struct hit *h, unsigned indent)
{
	struct buf b;
	struct wrap f;

	if (!h->n_missing)
		return;
	buf_init(&b, 0);
	for (size_t i = 0; i < h->n_missing; i++)
		buf_addf(&b, "%s%s", i ? ", " : "", h->missing[i]);
	wrap_begin(&f, to->out, &to->screen, indent, indent);
	wrap_puts(&f, FACE_FAINT, _("without: "));
	wrap_puts(&f, FACE_PLAIN, " ");
	wrap_text(&f, FACE_FAINT, b.data, b.len);
	wrap_end(&f);
	buf_release(&b);
}

static void S_shared(struct page *to, const struct hit *h, unsigned indent)
{
	struct buf b;
	struct wrap f;

	buf_init(&b, 0);
	for (size_t i = 0; i < h->n_terms; i++)
		buf_addf(&b, "%s%s", i ? ", " : "", h->terms[i].word);
	if (b.len) {
		wrap_begin(&f, to->out, &to->screen, indent, indent);
		wrap_puts(&f, FACE_LABEL, _("Words in common:"));
		wrap_puts(&f, FACE_PLAIN, " ");
		wrap_text(&f, FACE_PLAIN, b.data, b.len);
		wrap_end(&f);
	}
	for (int facet = 0; facet < FACET_COUNT; facet++) {
		buf_clear(&b);
		for (size_t i = 0; i < h->n_facets; i++)
			if (h->facets[i].facet == (enum facet)facet)
				buf_addf(&b, "%s%s", b.len ? ", " : "",
					 render_label(h->facets[i].label));
		if (!b.len)
			continue;
		wrap_begin(&f, to->out, &to->screen, indent, indent);
		wrap_puts(&f, FACE_LABEL, _(facet_table[facet].label));
		wrap_puts(&f, FACE_LABEL, ":");
		wrap_puts(&f, FACE_PLAIN, " ");
		wrap_text(&f, FACE_PLAIN, b.data, b.len);
		wrap_end(&f);
	}
	buf_release(&b);
}

/* How people call the kinds of struct explained. */
static const char *S_kind(const char *kind)
{
	static const struct {
		const char *kind, *label;
	} kinds[] = {
		{"stem", N_("stem")},
		{"form", N_("form")},
		{"phrase", N_("phrase")},
		{"near", N_("near one another")},
		{"prefix", N_("begin")},
		{"fuzzy", N_("alike")},
		{"name", N_("name")},
		{"facet", N_("data of the ficha")},
		{"together", N_("side by side")},
	};

	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (strcmp(kinds[i].kind, kind) == 0)
			return _(kinds[i].label);
	return kind;
}

/* One line a word: what of it matched, where, how often; and its weight. */
static void S_explained(struct page *to, const struct hit *h, unsigned indent)
{
	struct wrap f;
	struct buf b;

	buf_init(&b, 0);
	for (size_t i = 0; i < h->n_explained;) {
		const struct explained *x = &h->explained[i];
		double weight = 0;
		size_t last = i;

		for (; last < h->n_explained &&
		       strcmp(h->explained[last].word, x->word) == 0;
		     last++)
			weight += h->explained[last].weight;
		wrap_begin(&f, to->out, &to->screen, indent, indent + 2);
		buf_clear(&b);
		buf_addf(&b, _("%s, weight %.3f:"), x->word, weight);
		wrap_text(&f, FACE_LABEL, b.data, b.len);
		for (; i < last; i++) {
			x = &h->explained[i];
			buf_clear(&b);
			buf_addf(&b, " %s", S_kind(x->kind));
			if (strcmp(x->term, x->word) != 0 || x->field != F_NONE)
				buf_addf(&b, " %s", x->term == x->word ? "" : x->term);
			if (x->field != F_NONE)
				buf_addf(&b, ", %s, %u\303\227",
					 _(field_table[x->field].label), x->times);
			if (i + 1 < last)
				buf_addc(&b, ';');
			wrap_text(&f, FACE_FAINT, b.data, b.len);
		}
		wrap_end(&f);
	}
	buf_release(&b);
}

static void S_hit(struct page *to, const struct answer *a, const struct hit *h)
{
	const struct request *r = a->request;
	const char *title = h->ficha->text[F_TITLE];
	unsigned indent = 4;
	struct wrap f;
	struct buf b;

	buf_init(&b, 0);
	if (h->rank)
		buf_addf(&b, "%2zu. ", h->rank);
	else
		buf_adds(&b, "  - ");
	indent = (unsigned)b.len;
	buf_add(to->out, b.data, b.len);
	wrap_begin(&f, to->out, &to->screen, 0, indent);
	f.column = indent;
	wrap_marked(&f, FACE_TITLE, title, strlen(title), h->title_marks,
		    h->n_title_marks);
	wrap_end(&f);
	S_where(to, h, indent);
	for (size_t i = 0; i < h->n_snippets; i++)
		if (h->snippets[i].field != F_TITLE &&
		    h->snippets[i].field != F_MUNICIPALITY)
			S_snippet(to, &h->snippets[i], indent);
	if (r->command == CMD_SIMILAR)
		S_shared(to, h, indent);
	S_missing(to, h, indent);
	S_explained(to, h, indent);
	/* Never wrapped: it is there to be copied. */
	for (unsigned i = 0; i < indent; i++)
		buf_addc(to->out, ' ');
	screen_face(to->out, &to->screen, FACE_FAINT);
	inert_put(to->out, h->ficha->id, strlen(h->ficha->id));
	screen_face(to->out, &to->screen, FACE_PLAIN);
	buf_adds(to->out, "\n\n");
	buf_release(&b);
}

static void S_facet_line(struct page *to, const struct answer *a, enum facet facet)
{
	const struct facet_counts *c = &a->facets[facet];
	size_t limit = a->request->facet_limit ? c->n : FACET_VALUES, shown = 0;
	struct wrap f;
	struct buf b;

	if (!c->wanted || !c->n)
		return;
	buf_init(&b, 0);
	wrap_begin(&f, to->out, &to->screen, 0, 4);
	wrap_puts(&f, FACE_LABEL, _(facet_table[facet].label));
	wrap_puts(&f, FACE_LABEL, ":");
	for (size_t i = 0; i < c->n; i++) {
		if (shown >= limit && !c->v[i].selected)
			continue;
		buf_clear(&b);
		buf_addf(&b, " %s%s (%zu)%s", c->v[i].selected ? "*" : "",
			 render_label(c->v[i].label), c->v[i].count,
			 i + 1 < c->n_all ? "," : "");
		wrap_text(&f, c->v[i].selected ? FACE_TITLE : FACE_PLAIN, b.data,
			  b.len);
		shown++;
	}
	if (shown < c->n_all) {
		buf_clear(&b);
		buf_addf(&b, _(" %zu more"), c->n_all - shown);
		wrap_text(&f, FACE_FAINT, b.data, b.len);
	}
	wrap_end(&f);
	buf_release(&b);
}

static void S_count_line(struct page *to, const struct answer *a)
{
	const struct request *r = a->request;
	size_t first = a->n_hits ? a->hits[0].rank : 0;

	if (r->command == CMD_SIMILAR)
		return;
	buf_addf(to->out, ngettext("%zu ficha", "%zu fichas", a->total), a->total);
	if (!a->n_hits && a->total)
		buf_adds(to->out, _(", none of them shown"));
	else if (a->n_hits == 1 && a->total > 1)
		buf_addf(to->out, _(", number %zu shown"), first);
	else if (a->n_hits < a->total)
		buf_addf(to->out, _(", %zu to %zu shown"), first,
			 first + a->n_hits - 1);
	buf_adds(to->out, "\n\n");
}

enum status render_hits_text(struct page *to, const struct answer *a, struct err *err)
{
	struct wrap f;

	if (a->total)
		S_count_line(to, a);
	for (size_t i = 0; i < a->n_hits; i++)
		S_hit(to, a, &a->hits[i]);
	if (a->n_related) {
		buf_adds(to->out, _("These have some of the words:"));
		buf_adds(to->out, "\n\n");
		for (size_t i = 0; i < a->n_related; i++)
			S_hit(to, a, &a->related[i]);
	}
	if (a->run) {
		wrap_begin(&f, to->out, &to->screen, 0, 4);
		wrap_puts(&f, FACE_LABEL, _("Run as:"));
		wrap_puts(&f, FACE_PLAIN, " ");
		wrap_puts(&f, FACE_PLAIN, a->run);
		wrap_end(&f);
	}
	for (int i = 0; a->total && i < FACET_COUNT; i++)
		S_facet_line(to, a, (enum facet)i);
	return buf_status(to->out, err);
}

/* ---- facets ---- */

/* A person's table: first column as wide as the row values need. */
static void S_cross(struct page *to, const struct answer *a)
{
	const struct request *r = a->request;
	const struct facet_counts *rows = &a->facets[r->cross[0]],
				  *columns = &a->facets[r->cross[1]];

	inert_put(to->out, facet_table[r->cross[0]].name,
		  strlen(facet_table[r->cross[0]].name));
	for (size_t k = 0; k < columns->n; k++) {
		buf_addc(to->out, '\t');
		inert_put(to->out, columns->v[k].value, strlen(columns->v[k].value));
	}
	buf_addc(to->out, '\n');
	for (size_t i = 0; i < rows->n; i++) {
		inert_put(to->out, rows->v[i].value, strlen(rows->v[i].value));
		for (size_t k = 0; k < columns->n; k++)
			buf_addf(to->out, "\t%u",
				 (unsigned)a->cross[i * columns->n + k]);
		buf_addc(to->out, '\n');
	}
}

/* facet TAB value TAB label TAB count: for people and for cut(1) alike. */
enum status render_facets_text(struct page *to, const struct answer *a, struct err *err)
{
	if (a->cross) {
		S_cross(to, a);
		return buf_status(to->out, err);
	}
	for (int f = 0; f < FACET_COUNT; f++)
		for (size_t i = 0; a->facets[f].wanted && i < a->facets[f].n; i++) {
			const struct facet_value *v = &a->facets[f].v[i];
			const char *label = render_label(v->label);

			buf_addf(to->out, "%s\t", facet_table[f].name);
			inert_put(to->out, v->value, strlen(v->value));
			buf_addc(to->out, '\t');
			inert_put(to->out, label, strlen(label));
			buf_addf(to->out, "\t%zu\n", v->count);
		}
	return buf_status(to->out, err);
}

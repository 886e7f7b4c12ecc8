#ifndef PLAIN_PASSAGES_HH
#define PLAIN_PASSAGES_HH
/*
 * plain_passages - what is shown of a hit: marks as plain_marks.hh finds them in the
 * whole field, and passages as snippet.h chooses them where no word was left out.
 * Each says how they differ; "": they do not.
 */
#include "plain_marks.hh"

extern "C" {
#include "../../searcher/snippet.h"
}

/* Spans are right where some place of the field has this text and these words of it
 * are marked, whole. */
static inline std::string plain_spans(const plain_index &x, const plain_marks &marks,
				      const struct span *v, size_t n, const char *text,
				      size_t text_n, Xapian::docid d, enum field field)
{
	const plain_ficha &f = x.ficha[d];
	std::vector<uint64_t> items = marks.find(d, field);
	std::string passage(text, text_n), want;

	for (size_t at = f.text[field].find(passage); at != std::string::npos;
	     at = f.text[field].find(passage, at + 1)) {
		std::vector<bool> on(text_n + 1);
		size_t k = 0, point = 0;
		bool same = true;

		for (size_t i = 0; i < items.size(); i++) {
			const plain_word &w = f.words[field][i];

			if (items[i] && w.start >= at && w.end <= at + text_n)
				std::fill(on.begin() + (ptrdiff_t)(w.start - at),
					  on.begin() + (ptrdiff_t)(w.end - at), true);
		}
		want.clear();
		for (size_t b = 0; b <= text_n; b++) {
			bool begins = on[b] && (b == 0 || !on[b - 1]),
			     ends = !on[b] && b > 0 && on[b - 1];

			if (begins)
				same = same && k < n && v[k].start == point;
			if (ends)
				same = same && k < n && v[k++].end == point;
			want += begins ? "[" : ends ? "]" : "";
			want += b < text_n ? std::string(1, text[b]) : "";
			point += b < text_n && (text[b] & 0xC0) != 0x80;
		}
		if (same && k == n)
			return "";
	}
	return std::string(field_table[field].name) + " has other marks than " +
	       (want.empty() ? "there is no such text: " + passage : want);
}

/* The title's marks, and those of each passage. */
static inline std::string plain_marked(const plain_index &x, const plain_marks &marks,
				       const struct request &r, const struct hit &h,
				       Xapian::docid d)
{
	std::string why, title = x.ficha[d].text[F_TITLE];

	if (r.command == CMD_SEARCH && (!r.in || r.in & 1u << F_TITLE))
		why = plain_spans(x, marks, h.title_marks, h.n_title_marks,
				  title.data(), title.size(), d, F_TITLE);
	for (size_t i = 0; i < h.n_snippets && why.empty(); i++) {
		const struct snippet &s = h.snippets[i];

		why = plain_spans(x, marks, s.marks, s.n_marks, s.text, s.n, d,
				  s.field);
	}
	return why;
}

static inline bool plain_same(const struct span *v, size_t n, const struct span *w,
			      size_t k)
{
	for (size_t i = 0; n == k && i < n; i++)
		if (v[i].start != w[i].start || v[i].end != w[i].end)
			return false;
	return n == k;
}

/* The same passages, chosen again with every word of the texts before the eyes;
 * whole: the index again, whose texts are all cut. */
static inline std::string plain_passages(const struct request &r, struct answer *a,
					 struct engine *whole, const struct hit &h)
{
	struct marks &all = a->plan->marks;
	struct hit again = {};
	struct err err = {};

	all.heads.any = all.all.any = true;
	for (struct mark_run *run = all.runs; run; run = run->next)
		run->heads.any = true;
	plain_check(reading_open(&again.reading, whole, h.docid, &err), err);
	again.docid = h.docid;
	again.ficha = &again.reading->ficha;
	again.rank = h.rank;
	plain_check(r.command == CMD_LESSONS
			    ? snippet_paragraphs(&again, a, whole, F_LESSONS, &err)
			    : snippet_fill(&again, a, whole, &err),
		    err);
	reading_close(again.reading);
	if (!plain_same(h.title_marks, h.n_title_marks, again.title_marks,
			again.n_title_marks))
		return "other marks in the title than of all its words";
	if (h.n_snippets != again.n_snippets)
		return "other passages than of all words";
	for (size_t i = 0; i < h.n_snippets; i++) {
		const struct snippet &s = h.snippets[i], &t = again.snippets[i];

		if (s.field != t.field || s.line != t.line || s.n != t.n ||
		    memcmp(s.text, t.text, s.n) != 0 || s.cut_start != t.cut_start ||
		    s.cut_end != t.cut_end ||
		    !plain_same(s.marks, s.n_marks, t.marks, t.n_marks))
			return "passage " + std::string(s.text, s.n) +
			       "; of all words: " + std::string(t.text, t.n);
	}
	return "";
}

#endif

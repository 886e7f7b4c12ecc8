#include <string.h>

#include "messages.h"
#include "source_sello.h"

/*
 * Labels of the Sello in a text: one, several in a row or a list, one that goes
 * on in the next line.
 */
const struct label *sello_label(const struct doc *d, const char *s, size_t *n)
{
	const struct label *l = lexicon_sello_printed(d->lexicon, d->analyzer, s, *n);

	/* "Vinculación comunitaria: mesas" */
	for (size_t i = 0; !l && i < *n; i++)
		if (strchr(":(.,;", s[i]) || (s[i] == '-' && i && s[i - 1] == ' ') ||
		    ((unsigned char)s[i] == 0xE2 && i + 2 < *n &&
		     (unsigned char)s[i + 1] == 0x80)) {
			size_t k = i;

			while (k && s[k - 1] == ' ')
				k--;
			l = lexicon_sello_printed(d->lexicon, d->analyzer, s, k);
			if (l)
				*n = k;
		}
	return l;
}

bool sello_add(struct items *it, const struct label *label, const char *s, size_t n,
	       enum box box, unsigned no)
{
	struct item *i;

	if (it->n == ITEMS_MAX)
		return true;
	i = &it->v[it->n];
	memset(i, 0, sizeof *i);
	if (!str_set(&i->printed, s, n))
		return false;
	i->label = label;
	i->box = box;
	i->no = no;
	it->n++;
	return true;
}

/* What may stand between labels: blanks, commas, "y". */
static size_t S_between(const char *s, size_t n, size_t i)
{
	while (i < n && strchr(" ,;/.", s[i]))
		i++;
	if (i && i + 2 < n && s[i - 1] == ' ' && s[i + 1] == ' ' &&
	    strchr("yYeE&", s[i]))
		i += 2;
	return i;
}

/* Labels and nothing else between them, two or more: "Vinculación comunitaria
 * Estrategias formativas". */
bool sello_is_row(const struct doc *d, const char *s, size_t n)
{
	unsigned labels = 0;

	for (size_t i = 0, taken; i < n; i += taken) {
		i = S_between(s, n, i);
		if (i == n)
			break;
		if (!lexicon_sello_at(&taken, d->lexicon, s + i, n - i))
			return false;
		labels++;
	}
	return labels > 1;
}

/* The sign is the first label's if signs stand before, else the last one's. */
enum status sello_labels(struct items *it, const struct doc *d, const char *s, size_t n,
			 enum box box, bool first, unsigned no, struct err *err)
{
	bool begun = false;

	for (size_t i = 0, taken; i < n; i += taken) {
		const struct label *l;
		bool last;

		i = S_between(s, n, i);
		if (i == n)
			break;
		l = lexicon_sello_at(&taken, d->lexicon, s + i, n - i);
		if (!l)
			break;
		last = i + taken >= n;
		if (!sello_add(it, l, s + i, taken,
			       (first ? !begun : last) ? box : BOX_NONE, no))
			return err_nomem(err);
		begun = true;
	}
	return ST_OK;
}

/* Is there a label before the first comma and one behind it? */
bool sello_is_list(const struct doc *d, const char *s, size_t n)
{
	size_t i = 0, a, len;

	while (i < n && s[i] != ',' && s[i] != ';' && s[i] != '/')
		i++;
	if (i == n || !lexicon_sello_printed(d->lexicon, d->analyzer, s, i))
		return false;
	for (a = i + 1; a < n && s[a] == ' '; a++)
		;
	if (n - a > 2 && strncmp(s + a, "y ", 2) == 0)
		a += 2;
	for (len = 0; a + len < n && !strchr(",;/.", s[a + len]); len++)
		;
	return lexicon_sello_printed(d->lexicon, d->analyzer, s + a, len) != NULL;
}

/* Several labels in one text, between commas or semicolons. */
enum status sello_list(struct items *it, bool *all, const struct doc *d, const char *s,
		       size_t n, enum box box, unsigned no, struct err *err)
{
	size_t from = 0;

	*all = true;
	for (size_t i = 0; i <= n; i++) {
		const struct label *l;
		size_t a = from, len;

		if (i < n && s[i] != ',' && s[i] != ';' && s[i] != '/')
			continue;
		while (a < i && strchr(" .-", s[a]))
			a++;
		len = i - a;
		while (len && strchr(" .", s[a + len - 1]))
			len--;
		if (len > 2 && strncmp(s + a, "y ", 2) == 0) {
			a += 2;
			len -= 2;
		}
		if (len) {
			l = sello_label(d, s + a, &len);
			if (!l)
				*all = false;
			else if (!sello_add(it, l, s + a, len, box, no))
				return err_nomem(err);
		}
		from = i + 1;
	}
	return ST_OK;
}

/* The text with what follows in the next lines, as one label: "Acceso a la
 * información y orientación" / "integral".  *lines: how many were taken. */
const struct label *sello_broken(struct buf *joined, size_t *lines, const struct doc *d,
				 size_t i, size_t to, const char *s, size_t n)
{
	*lines = 0;
	buf_clear(joined);
	buf_add(joined, s, n);
	for (size_t k = 1; k <= 2 && i + k < to; k++) {
		const struct line *l = &d->v[i + k];
		const struct label *label;

		if (l->kind != LINE_TEXT || l->bullet || l->n > 80 ||
		    source_has_box(l->s, l->n))
			break;
		if (joined->len && joined->data[joined->len - 1] == '-')
			buf_truncate(joined, joined->len - 1);
		else
			buf_addc(joined, ' ');
		buf_add(joined, l->s, l->n);
		label = lexicon_sello_printed(d->lexicon, d->analyzer, joined->data,
					      joined->len);
		if (label) {
			*lines = k;
			return label;
		}
	}
	return NULL;
}

/* "Acceso a la información" / "y orientación integral": a label that is one
 * already and goes on all the same. */
bool sello_goes_on(struct buf *joined, const struct doc *d, size_t i, size_t to,
		   const char *s, size_t n, const struct label *label)
{
	size_t lines;

	if (i + 1 >= to || d->v[i + 1].blank ||
	    !source_goes_on(d->v[i + 1].s, d->v[i + 1].n))
		return false;
	return sello_broken(joined, &lines, d, i, to, s, n) == label && lines == 1;
}

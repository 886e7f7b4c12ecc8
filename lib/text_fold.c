#include <string.h>

#include "text_parts.h"

/* The ASCII letter of a small letter that carries an acute, a grave or a
 * diaeresis, by its second byte less 80; 0 for the others (n~, c,, a^ stay). */
static const char S_base[64] = {
	[0x20] = 'a', [0x21] = 'a', [0x24] = 'a', [0x28] = 'e', [0x29] = 'e',
	[0x2B] = 'e', [0x2C] = 'i', [0x2D] = 'i', [0x2F] = 'i', [0x32] = 'o',
	[0x33] = 'o', [0x36] = 'o', [0x39] = 'u', [0x3A] = 'u', [0x3C] = 'u',
	[0x3D] = 'y', [0x3F] = 'y',
};

/* True if the bytes are ASCII and Latin-1 letters that the tables fold. */
static bool S_by_table(const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)p[i];

		if (c < 0x80)
			continue;
		if (c != 0xC3 || i + 1 == n)
			return false;
		c = (unsigned char)p[++i];
		if (c < 0x80 || c > 0xBF || c == 0x97 || c == 0x9F || c == 0xB7)
			return false;
	}
	return true;
}

static void S_table_surface(char *out, const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		out[i] = p[i] == '`' ? '\'' : (char)fold_lower((unsigned char)p[i]);
}

size_t fold_latin1(char *out, const char *p, size_t n)
{
	size_t k = 0, i = 0;

	/* Without a branch on where the accents are. */
	while (i < n) {
		bool c3 = (unsigned char)p[i] == 0xC3;
		char base = (char)(S_base[(unsigned char)p[i + 1] & 0x3F] & -c3);

		out[k++] = base ? base : p[i];
		i += 1 + (base != 0);
	}
	return k;
}

enum status fold_surface(struct folded *io, struct analyzer *a, struct err *err)
{
	enum status st;

	if (S_by_table(io->surface, io->surface_n)) {
		io->plain_n = fold_latin1(io->plain, io->surface, io->surface_n);
	} else {
		buf_clear(&a->scratch);
		st = icu_unaccent(&a->scratch, a, io->surface, io->surface_n, err);
		if (st)
			return st;
		io->plain_n = a->scratch.len;
		if (io->plain_n > WORD_MAX)
			io->surface_n = io->plain_n = 0;
		else
			memcpy(io->plain, a->scratch.data, io->plain_n);
	}
	io->plain[io->plain_n] = '\0';
	return ST_OK;
}

enum status fold_word(struct folded *out, struct analyzer *a, const char *p, size_t n,
		      unsigned flags, struct err *err)
{
	enum status st;

	out->surface_n = out->plain_n = 0;
	out->surface[0] = out->plain[0] = '\0';
	if (n > RAW_MAX)
		return ST_OK;
	if ((flags & (WORD_ASCII | WORD_LATIN1)) && S_by_table(p, n)) {
		if (n > WORD_MAX)
			return ST_OK;
		S_table_surface(out->surface, p, n);
		out->surface_n = n;
		out->surface[n] = '\0';
		if (flags & WORD_ASCII) {
			memcpy(out->plain, out->surface, n + 1);
			out->plain_n = n;
			return ST_OK;
		}
		return fold_surface(out, a, err);
	}
	buf_clear(&a->scratch);
	st = icu_fold(&a->scratch, NULL, a, p, n, err);
	if (st)
		return st;
	if (a->scratch.len > WORD_MAX)
		return ST_OK;
	out->surface_n = a->scratch.len;
	memcpy(out->surface, a->scratch.data, out->surface_n);
	out->surface[out->surface_n] = '\0';
	return fold_surface(out, a, err);
}

/* ---- whole texts ---- */

/* What an ordinal sign stands after: a digit, also where folding makes one of a
 * small one or a fraction, an N or a full stop. */
static bool S_before_ordinal(unsigned long cp, bool plain)
{
	return (cp >= '0' && cp <= '9') || cp == 'n' || cp == 'N' || cp == '.' ||
	       cp == 0xB2 || cp == 0xB3 || cp == 0xB9 || (cp >= 0xBC && cp <= 0xBE) ||
	       (plain && (cp == 0xF1 || cp == 0xD1));
}

/* The ordinal signs after a digit, an N or a full stop are no letters, though
 * NFKC would make them so: "1º" is "1 ", "Nº" is "N ".  What folding takes out
 * stands between nothing. */
static void S_without_ordinals(struct buf *out, const char *text, size_t n, bool plain)
{
	size_t copied = 0, k;
	unsigned long before = 0;

	for (size_t i = 0; i < n; i += k) {
		unsigned long cp = (unsigned char)text[i];

		k = cp < 0x80 ? 1 : utf8_decode(text + i, n - i, &cp);
		if (icu_is_ignored(cp) ||
		    (plain && (cp == '\'' || icu_is_apostrophe(cp))))
			continue;
		if ((cp == 0xBA || cp == 0xAA || cp == 0xB0) &&
		    S_before_ordinal(before, plain)) {
			buf_add(out, text + copied, i - copied);
			buf_addc(out, ' ');
			copied = i + k;
			cp = ' ';
		}
		before = cp;
	}
	buf_add(out, text + copied, n - copied);
}

enum status text_fold(struct buf *out, struct analyzer *a, const char *text, size_t n,
		      bool plain, struct err *err)
{
	struct buf in, folded;
	size_t i = 0, begin = out->len;
	bool blank = false;
	enum status st;

	buf_init(&in, 0);
	buf_init(&folded, 0);
	S_without_ordinals(&in, text, n, plain);
	st = buf_status(&in, err);
	if (!st && S_by_table(in.data, in.len)) {
		/* In place: neither step makes a text longer. */
		S_table_surface(in.data, in.data, in.len);
		buf_truncate(&in, fold_latin1(in.data, in.data, in.len));
		buf_add(&folded, in.data, in.len);
		st = buf_status(&folded, err);
	} else if (!st) {
		st = icu_fold(NULL, &folded, a, in.data, in.len, err);
	}
	while (!st && i < folded.len) {
		unsigned long cp;
		size_t k = utf8_decode(folded.data + i, folded.len - i, &cp);

		if (cp == ' ' || (cp >= 0x09 && cp <= 0x0D) ||
		    (cp >= 0x80 && icu_is_space(cp))) {
			blank = true;
		} else if (!(plain && cp == '\'')) {
			if (blank && out->len > begin)
				buf_addc(out, ' ');
			blank = false;
			if (plain && cp == 0xF1)
				buf_addc(out, 'n');
			else
				buf_add(out, folded.data + i, k);
		}
		i += k;
	}
	buf_release(&in);
	buf_release(&folded);
	return st ? st : buf_status(out, err);
}

enum status text_slug(struct buf *out, struct analyzer *a, const char *text, size_t n,
		      struct err *err)
{
	struct buf plain;
	size_t i = 0, begin = out->len;
	bool dash = false;
	enum status st;

	buf_init(&plain, 0);
	st = text_fold(&plain, a, text, n, true, err);
	while (!st && i < plain.len) {
		unsigned long cp;

		i += utf8_decode(plain.data + i, plain.len - i, &cp);
		if (cp >= 0x80) {
			if (icu_is_mark(cp))
				continue;
			cp = icu_base(cp);
		}
		if ((cp >= 'a' && cp <= 'z') || (cp >= '0' && cp <= '9') ||
		    (cp >= 0x80 && icu_is_alnum(cp))) {
			if (dash && out->len > begin)
				buf_addc(out, '-');
			dash = false;
			buf_addcp(out, cp);
		} else {
			dash = true;
		}
	}
	buf_release(&plain);
	return st ? st : buf_status(out, err);
}

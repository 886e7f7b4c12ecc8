#include <string.h>

#include "text_parts.h"

/*
 * Inclusive writing in Spanish: how the other forms of a printed word are
 * made.  Everything here works on case-folded surfaces.
 *
 *   apoderado/a      the second form's ending after the first one's root
 *   director/a       a root that ends in a consonant takes the ending whole,
 *   francés/a        and loses the accent of its last vowel
 *   directores/as    plural: the last two letters (os as es) are the ending
 *   niño(a)s         the s belongs to both
 *   chilen@s todxs   the sign stands for o and for a
 *   todes            a closed list: most words in -es are something else
 *
 * A form that no one writes (artisto) does no harm: it is one more way to
 * find the word, and nobody asks for it.
 */

static bool S_is(const char *p, size_t n, const char *word)
{
	return strlen(word) == n && memcmp(p, word, n) == 0;
}

static bool S_ends(const char *p, size_t n, const char *end)
{
	size_t k = strlen(end);

	return n >= k && memcmp(p + n - k, end, k) == 0;
}

/* What may stand after the / of apoderados/as. */
static bool S_is_ending(const char *p, size_t n)
{
	static const char *const list[] = {"a",	   "as",  "o",	"os",	"e",
					   "es",   "s",	  "x",	"xs",	"ora",
					   "oras", "esa", "sa", "esas", NULL};

	return n <= 4 && is_listed(p, n, list);
}

static bool S_vowel(char c)
{
	return c == 'a' || c == 'e' || c == 'i' || c == 'o' || c == 'u';
}

/* Letters, not bytes. */
static size_t S_letters(const char *p, size_t n)
{
	return utf8_count(p, n);
}

/* Bytes of the root: what stays when the ending changes. */
static size_t S_root(const char *p, size_t n)
{
	if (n > 2 && (S_ends(p, n, "os") || S_ends(p, n, "as") || S_ends(p, n, "es")))
		return n - 2;
	if (n > 1 && (p[n - 1] == 'o' || p[n - 1] == 'a' || p[n - 1] == 'e'))
		return n - 1;
	return n;
}

/* The same, strictly, for where a hyphen or a blank is in between. */
static bool S_fits(const char *base, size_t base_n, const char *ending, size_t ending_n)
{
	bool feminine = ending_n && ending[0] == 'a';
	size_t root = S_root(base, base_n);

	if (!S_is_ending(ending, ending_n) || S_letters(base, base_n) < 4)
		return false;
	if (S_is(ending, ending_n, "ora") || S_is(ending, ending_n, "oras"))
		return S_ends(base, base_n, "or") || S_ends(base, base_n, "ores");
	if (root == base_n)
		return S_ends(base, base_n, "r") && ending[0] != 's';
	/* as after os or es, os and es after as */
	if (feminine)
		return base[root] != 'a' || ending_n > base_n - root;
	return base[root] == 'a' && ending[0] != 's' && ending[0] != 'x';
}

static void S_add(struct forms *f, const char *root, size_t root_n, const char *tail,
		  size_t tail_n)
{
	char *v;

	if (f->n == FORMS_MAX || root_n + tail_n > WORD_MAX || root_n + tail_n == 0)
		return;
	v = f->v[f->n];
	memcpy(v, root, root_n);
	memcpy(v + root_n, tail, tail_n);
	v[root_n + tail_n] = '\0';
	f->len[f->n] = root_n + tail_n;
	for (size_t i = 0; i < f->n; i++)
		if (f->len[i] == f->len[f->n] && memcmp(f->v[i], v, f->len[i]) == 0)
			return;
	f->n++;
}

/* Copies a root without the acute of its last vowel (francés: frances-), or
 * of any (líder: lider-esa). */
static size_t S_unstressed(char *out, const char *p, size_t n, bool any)
{
	static const char from[] = "\xA1\xA9\xAD\xB3\xBA", to[] = "aeiou";
	size_t k = 0, last = n;

	/* The last vowel must have only consonants after it. */
	for (size_t i = n; i > 0; i--) {
		unsigned char c = (unsigned char)p[i - 1];

		if (S_vowel((char)c))
			break;
		if (c >= 0x80 && c != 0xC3 && c != 0xB1) {
			last = i - 1;
			break;
		}
	}
	for (size_t i = 0; i < n; i++) {
		const char *at;

		if ((unsigned char)p[i] == 0xC3 && i + 1 < n &&
		    (any || i + 1 == last) && (at = strchr(from, p[i + 1])) && *at) {
			out[k++] = to[at - from];
			i++;
		} else {
			out[k++] = p[i];
		}
	}
	return k;
}

static void S_plural(struct forms *f, const char *p, size_t n)
{
	if (n && (S_vowel(p[n - 1]) || p[n - 1] == 'y'))
		S_add(f, p, n, "s", 1);
	else if (n && p[n - 1] != 's')
		S_add(f, p, n, "es", 2);
}

/* Adds the form of base that the ending names. */
static void S_forms(struct forms *out, const char *base, size_t base_n,
		    const char *ending, size_t ending_n)
{
	char root[WORD_MAX + 16];
	size_t root_n = S_root(base, base_n);

	if (base_n > WORD_MAX)
		return;
	if (S_is(ending, ending_n, "s")) {
		/* niño/a/s: of every form so far */
		size_t had = out->n;

		S_plural(out, base, base_n);
		for (size_t i = 0; i < had; i++)
			S_plural(out, out->v[i], out->len[i]);
		return;
	}
	if (S_ends(base, base_n, "or") || S_ends(base, base_n, "ores")) {
		if (S_is(ending, ending_n, "ora") || S_is(ending, ending_n, "oras")) {
			ending += 2;
			ending_n -= 2;
		}
	} else if (S_ends(base, root_n, "or") && ending[0] == 'o') {
		/* doctora/o, cuidadoras/os */
		S_add(out, base, root_n, "es", ending_n == 2 ? 2 : 0);
		return;
	}
	if (S_is(ending, ending_n, "sa")) { /* alcalde/sa */
		S_add(out, base, base_n, ending, ending_n);
		return;
	}
	if (root_n == base_n)
		root_n = S_unstressed(root, base, base_n, ending_n > 2);
	else
		memcpy(root, base, root_n);
	S_add(out, root, root_n, ending, ending_n);
}

void gender_tail(struct forms *io, const char *base, size_t base_n)
{
	struct forms all = *io;

	io->n = 0;
	S_plural(io, base, base_n);
	for (size_t i = 0; i < all.n; i++)
		S_plural(io, all.v[i], all.len[i]);
}

/* ---- one sign or letter for both ---- */

/* Both forms of root + o/a: a root in -or has no -o. */
static void S_both(struct forms *out, const char *root, size_t n, bool plural)
{
	bool agent = S_ends(root, n, "or") && n > 3;

	S_add(out, root, n, plural ? (agent ? "es" : "os") : (agent ? "" : "o"),
	      plural ? 2 : !agent);
	S_add(out, root, n, plural ? "as" : "a", plural ? 2 : 1);
}

/* Words of inclusive Spanish in -e(s): root of the -e form, root of the
 * others, whether the singular is no other word. */
static const struct {
	const char *neutral, *root;
	bool singular;
} S_neutral[] = {
	{"tod", "tod", true},
	{"ell", "ell", false},
	{"nosotr", "nosotr", false},
	{"vosotr", "vosotr", false},
	{"chiqu", "chic", true},
	{"amigu", "amig", true},
	{"compañer", "compañer", true},
	{"niñ", "niñ", true},
	{"hij", "hij", true},
	{"alumn", "alumn", true},
	{"chilen", "chilen", true},
	{"herman", "herman", true},
	{"ciudadan", "ciudadan", true},
	{"vecin", "vecin", true},
	{"much", "much", false},
	{"otr", "otr", false},
	{"nuestr", "nuestr", false},
	{"apoderad", "apoderad", true},
	{"refugiad", "refugiad", true},
	{"invitad", "invitad", true},
	{"bienvenid", "bienvenid", true},
	{"querid", "querid", true},
	{"interesad", "interesad", true},
	{"adult", "adult", true},
	{"abuel", "abuel", true},
	{"usuari", "usuari", true},
	{"funcionari", "funcionari", true},
	{"extranjer", "extranjer", true},
	{"venezolan", "venezolan", true},
	{"haitian", "haitian", true},
	{"colombian", "colombian", true},
	{"peruan", "peruan", true},
	{"bolivian", "bolivian", true},
	{"psicólogu", "psicólog", true},
};

void gender_filter(uint64_t filter[NEUTRAL_BITS / 64])
{
	for (size_t i = 0; i < sizeof S_neutral / sizeof *S_neutral; i++) {
		size_t n = strlen(S_neutral[i].neutral);
		uint32_t first, bit;
		char four[4];

		/* Of tod, ell, hij, otr the fourth byte is the e. */
		memcpy(four, S_neutral[i].neutral, n < 4 ? n : 4);
		if (n < 4)
			four[3] = 'e';
		memcpy(&first, four, 4);
		bit = gender_bit(first);
		filter[bit / 64] |= (uint64_t)1 << bit % 64;
	}
}

void gender_neutral(struct forms *out, const char *p, size_t n)
{
	static const char *const names[] = {"marx", "bronx",  "lynx",	 "sphinx",
					    "jinx", "larynx", "pharynx", "manx",
					    "minx", NULL};
	bool plural = n > 1 && p[n - 1] == 's';
	size_t k = n - plural, letters;

	out->n = 0;
	if (n < 2 || n > WORD_MAX || k < 2)
		return;
	letters = S_letters(p, k - 1);
	if (p[k - 1] == '@') {
		if (!memchr(p, '@', k - 1) && !memchr(p, '.', k - 1))
			S_both(out, p, k - 1, plural);
		return;
	}
	if (p[k - 1] == 'x') {
		unsigned char before = (unsigned char)p[k - 2];
		bool consonant =
			(before >= 'b' && before <= 'z' && !S_vowel((char)before) &&
			 before != 'x' && before != 'y') ||
			before == 0xB1;

		/* lxs, but no such short word in the singular: lx is lux */
		if (consonant && letters >= (plural ? 1 : 3) && !is_listed(p, n, names))
			S_both(out, p, k - 1, plural);
		return;
	}
	if (p[k - 1] != 'e' || letters < 3)
		return;
	for (size_t i = 0; i < sizeof S_neutral / sizeof *S_neutral; i++) {
		if (!S_is(p, k - 1, S_neutral[i].neutral) ||
		    (!plural && !S_neutral[i].singular))
			continue;
		S_both(out, S_neutral[i].root, strlen(S_neutral[i].root), plural);
		return;
	}
}

bool gender_at_word(const char *p, size_t n)
{
	const char *at = memchr(p, '@', n);
	size_t rest;

	if (!at || at == p)
		return false;
	rest = n - (size_t)(at - p) - 1;
	if (sign_inside(p, (size_t)(at - p)))
		return false;
	for (const char *q = p; q < at; q++)
		if (is_digit(*q))
			return false;
	return rest == 0 || (rest == 1 && (at[1] == 's' || at[1] == 'S'));
}

/* ---- how a printed word goes on ---- */

/* What joins an ending to what stands before it: its bytes, 0 = nothing does.
 * *strict: only where base and ending fit, since the sign has other uses. */
static size_t S_joint(bool *strict, bool *bracket, const char *gap, size_t n)
{
	*bracket = n && gap[n - 1] == '(';
	*strict = true;
	if (n == 1 && (*gap == '/' || *bracket)) {
		*strict = false;
		return n;
	}
	if (n == 2 && *gap == ' ' && *bracket)
		return n;
	if (n == 3 && memcmp(gap, " / ", 3) == 0)
		return n;
	return n && at_hyphen(gap, n, false) == n ? n : 0;
}

enum status gender_endings(size_t *last, size_t *end, struct forms *forms, bool *tail,
			   struct maker *m, const struct unit *u, size_t i)
{
	size_t pos = u->end;

	*last = i;
	*end = u->end;
	*tail = false;
	forms->n = 0;
	if (!unit_letters(u) || utf8_count(u->f.surface, u->f.surface_n) < 2)
		return ST_OK;
	while (i + 1 < m->words_n && forms->n < FORMS_MAX) {
		const struct word *next = &m->words[i + 1];
		size_t n = next->end - next->start;
		bool bracket, strict;
		struct folded f;
		enum status st;

		if (n > 4 ||
		    !S_joint(&strict, &bracket, m->text + pos, next->start - pos))
			break;
		st = fold_word(&f, m->a, m->text + next->start, n, next->flags, m->err);
		if (st)
			return st;
		if (!S_is_ending(f.surface, f.surface_n) ||
		    (bracket && (next->end >= m->n || m->text[next->end] != ')')))
			break;
		if (strict &&
		    (!S_fits(u->f.surface, u->f.surface_n, f.surface, f.surface_n) ||
		     (m->text[pos] == ' ' && f.surface_n < 2)))
			break;
		S_forms(forms, u->f.surface, u->f.surface_n, f.surface, f.surface_n);
		pos = next->end + bracket;
		*end = pos;
		*last = ++i;
		if (!bracket || i + 1 >= m->words_n || m->words[i + 1].start != pos)
			continue;
		next++;
		n = next->end - next->start;
		st = fold_word(&f, m->a, m->text + pos, n, next->flags, m->err);
		if (st)
			return st;
		if (!S_is(f.surface, f.surface_n, "s") &&
		    !S_is(f.surface, f.surface_n, "es"))
			break;
		*tail = true;
		*last = ++i;
		*end = next->end;
		break;
	}
	return ST_OK;
}

/*
 * What a word becomes before Snowball's algorithm is stem_rules.c's business.
 * After it the accents go: Snowball needs them on the way in, but what it leaves
 * of them only splits families again (líd, lid).  n~ stays.
 *
 * Xapian's stemmer makes several heap strings a word, so stems are cached by
 * surface: two tables of fixed size, for words of up to 16 and up to 32 bytes,
 * two slots to a set, the older one given up.  A text repeats its words, so it
 * nearly always hits; what it costs then is mostly the cache line, so a set of
 * short words is exactly one.
 */
#include "xap.hh"

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>

#include "messages.h"
#include "stem.h"
#include "stem_rules.h"
#include "text_parts.h"

namespace
{

/* The bytes of a word as numbers: up to 16 bytes padded with zeros, up to 32 as
 * the first 16 and the last 16.  With the length beside them they are the
 * word. */
template <size_t WORDS> struct key {
	uint64_t v[WORDS];

	bool operator==(const key &o) const
	{
		uint64_t d = 0;

		for (size_t i = 0; i < WORDS; i++)
			d |= v[i] ^ o.v[i];
		return d == 0;
	}
	size_t hash(size_t n) const
	{
		uint64_t h = n;

		for (size_t i = 0; i < WORDS; i++)
			h = ((h >> 29) ^ h ^ v[i]) * 0x9E3779B97F4A7C15u;
		return h >> 40;
	}
};

template <size_t WORDS> struct slot {
	static constexpr size_t VALUE_MAX = 8 * WORDS - 2;

	struct key<WORDS> key;
	unsigned char key_n, value_n; /* key_n 0 = free */
	char value[VALUE_MAX];
};

/* A search of ten fichas needs few stems, and every set of its own would cost it
 * a page: at first few sets are used, and sixteen times as many whenever there
 * were as many misses as sets.  What was found before is then looked for
 * elsewhere and found again; what still lies there is not wrong. */
template <size_t WORDS, size_t SETS> struct cache {
	static constexpr size_t FIRST = 512;

	void *memory = nullptr; /* not touched before a slot is used */
	size_t used = FIRST < SETS ? FIRST : SETS, misses = 0;
	struct slot<WORDS> (*sets)[2] = nullptr;

	bool init()
	{
		static_assert(sizeof(*sets) % 64 == 0, "a set is whole cache lines");
		memory = calloc(SETS + 1, sizeof *sets);
		sets = reinterpret_cast<struct slot<WORDS>(*)[2]>(
			(reinterpret_cast<uintptr_t>(memory) + 63) & ~uintptr_t{63});
		return memory;
	}
	struct slot<WORDS> *set(const struct key<WORDS> &k, size_t n) const {
		return sets[k.hash(n) & (used - 1)];
	} cache() = default;
	~cache()
	{
		free(memory);
	}
	void missed()
	{
		if (++misses >= used && used < SETS) {
			used = used * 16 < SETS ? used * 16 : SETS;
			misses = 0;
		}
	}
	cache(const cache &) = delete;
	cache &operator=(const cache &) = delete;
};

} // namespace

struct stemmer {
	Xapian::Stem stem{"spanish"};
	struct cache<2, 1 << 17> small; /* 8 MiB, touched as used */
	struct cache<4, 1 << 12> large; /* 512 KiB */
};

enum status stemmer_open(struct stemmer **out, struct err *err)
{
	*out = nullptr;
	return guard(err, [&] {
		struct stemmer *s = new stemmer();

		if (!s->small.init() || !s->large.init()) {
			delete s;
			return err_nomem(err);
		}
		*out = s;
		return ST_OK;
	});
}

void stemmer_close(struct stemmer *s)
{
	delete s;
}

static enum status S_too_long(struct err *err)
{
	return err_set(err, ST_LIMIT, _("a word is longer than %d bytes"), WORD_MAX);
}

/* Copies a stem out; Snowball never makes a word longer by more than a few
 * bytes, but that is its business, so it is checked. */
static enum status S_give(char out[STEM_MAX], size_t *out_n, const std::string &stem,
			  struct err *err)
{
	if (stem.size() >= STEM_MAX)
		return S_too_long(err);
	memcpy(out, stem.data(), stem.size());
	out[stem.size()] = '\0';
	*out_n = stem.size();
	return ST_OK;
}

enum status stem_snowball(char out[STEM_MAX], size_t *out_n, struct stemmer *s,
			  const char *word, size_t n, struct err *err)
{
	out[0] = '\0';
	*out_n = 0;
	if (n >= STEM_MAX)
		return S_too_long(err);
	return guard(err, [&] {
		return S_give(out, out_n, s->stem(std::string(word, n)), err);
	});
}

static enum status S_compute(char out[STEM_MAX], size_t *out_n, struct stemmer *s,
			     const char *surface, size_t n, struct err *err)
{
	char word[WORD_MAX + STEM_RULES_ROOM];
	const char *given;
	enum status st;

	memcpy(word, surface, n);
	given = stem_rules(word, &n);
	if (given)
		return S_give(out, out_n, given, err);
	st = stem_snowball(out, out_n, s, word, n, err);
	if (st)
		return st;
	*out_n = fold_latin1(out, out, *out_n);
	out[*out_n] = '\0';
	return ST_OK;
}

static uint64_t S_load(const char *p)
{
	uint64_t v;

	memcpy(&v, p, 8);
	return v;
}

static struct key<4> S_large_key(const char *p, size_t n) {
	return {{S_load(p), S_load(p + 8), S_load(p + n - 16), S_load(p + n - 8)}};
}

/* The first n bytes of 16, the rest as zeros. */
static struct key<2>
S_padded_key(const char *p, size_t n) {
	static const unsigned char mask[32] = {
		0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
		0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
	};
	const char *m = reinterpret_cast<const char *>(mask) + 16 - n;

	return {{S_load(p) & S_load(m), S_load(p + 8) & S_load(m + 8)}};
}

/* Not in the cache: computes the stem and keeps it in the set. */
template <size_t WORDS, size_t SETS>
static enum status S_miss(char out[STEM_MAX], size_t *out_n, struct stemmer *s,
			  struct cache<WORDS, SETS> &cache, struct slot<WORDS> *set,
			  const struct key<WORDS> &key, const char *surface, size_t n,
			  struct err *err)
{
	enum status st = S_compute(out, out_n, s, surface, n, err);

	cache.missed();
	if (st || *out_n > sizeof set->value)
		return st;
	set[1] = set[0];
	set[0].key = key;
	set[0].key_n = static_cast<unsigned char>(n);
	set[0].value_n = static_cast<unsigned char>(*out_n);
	memcpy(set[0].value, out, *out_n);
	return ST_OK;
}

template <size_t WORDS, size_t SETS>
static inline enum status S_cached(char out[STEM_MAX], size_t *out_n, struct stemmer *s,
				   struct cache<WORDS, SETS> &cache,
				   const struct key<WORDS> &key, const char *surface,
				   size_t n, struct err *err)
{
	struct slot<WORDS> *set = cache.set(key, n);

	for (int i = 0; i < 2; i++) {
		if (set[i].key_n != n || !(set[i].key == key))
			continue;
		memcpy(out, set[i].value, sizeof set[i].value);
		*out_n = set[i].value_n;
		out[*out_n] = '\0';
		return ST_OK;
	}
	return S_miss(out, out_n, s, cache, set, key, surface, n, err);
}

enum status stem_word(char out[STEM_MAX], size_t *out_n, struct stemmer *s,
		      const char *surface, size_t n, struct err *err)
{
	char padded[16] = "";

	out[0] = '\0';
	*out_n = 0;
	if (n > WORD_MAX)
		return S_too_long(err);
	if (n == 0 || n > 32)
		return S_compute(out, out_n, s, surface, n, err);
	if (n > 16)
		return S_cached(out, out_n, s, s->large, S_large_key(surface, n),
				surface, n, err);
	memcpy(padded, surface, n);
	return S_cached(out, out_n, s, s->small, S_padded_key(padded, n), surface, n,
			err);
}

void stem_ahead(const struct stemmer *s, const struct token *t)
{
	size_t n = t->surface_n;

	if (n <= 16)
		__builtin_prefetch(s->small.set(S_padded_key(t->surface, n), n));
}

enum status stem_token(char out[STEM_MAX], size_t *out_n, struct stemmer *s,
		       const struct token *t, struct err *err)
{
	static_assert(TOKEN_AHEAD >= 16, "a short key is read whole");
	size_t n = t->surface_n;

	if (n == 0 || n > 16)
		return stem_word(out, out_n, s, t->surface, n, err);
	return S_cached(out, out_n, s, s->small, S_padded_key(t->surface, n),
			t->surface, n, err);
}

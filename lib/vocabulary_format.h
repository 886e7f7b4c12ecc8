#ifndef VOCABULARY_FORMAT_H
#define VOCABULARY_FORMAT_H
/*
 * The vocabulary's file, shared by vocabulary.c (reads) and
 * vocabulary_build.c (writes).
 *
 * All numbers are little-endian and unsigned, of four bytes.  The file is a
 * head and then sections in a fixed order, each padded with zeros to a
 * multiple of eight bytes; where a section begins follows from the counts in
 * the head alone.
 *
 *   head         below
 *   word_start   n_words + 1 offsets into word_text; words in byte order
 *   documents    n_words: documents that have the word
 *   stem_link    n_words + 1 offsets into stem: the word's stems
 *   stem         n_links stem numbers, rising within a word
 *   word_text    word_bytes, no NUL between
 *   word_sample  of some of the words how they begin (sorted.h)
 *   stem_start   n_stems + 1 offsets into stem_text; stems in byte order
 *   word_link    n_stems + 1 offsets into word: the stem's words
 *   word         n_links word numbers, rising within a stem
 *   stem_text    stem_bytes
 *   stem_sample  as word_sample
 *
 * A word without stems is one that is never stemmed (numbers).  Nothing is
 * read at opening but the head; whoever uses an offset compares it first.
 */
#include <stdint.h>

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "the vocabulary is read in place: only for little-endian machines"
#endif

#define VOCABULARY_MAGIC "fichvoc2"

struct vocabulary_head {
	char magic[8];
	uint32_t n_words, n_links, n_stems, word_bytes, stem_bytes, zero;
};

#endif

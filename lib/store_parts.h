#ifndef STORE_PARTS_H
#define STORE_PARTS_H
/*
 * store (inner part) - what the store's files share:
 *
 *   store_manifest.c  the two texts, MANIFEST and CURRENT: bytes <-> plain data
 *   store_files.c     files and folders below ROOT: trust, hashes, fsync
 *   store.c           opening and checking a generation
 *   store_write.c     the lock, the build folder, publication
 */
#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

#include "buf.h"
#include "store.h"

#define CURRENT_FILE	"CURRENT"
#define CURRENT_TMP	"CURRENT.tmp"
#define LOCK_FILE	"LOCK"
#define MANIFEST_FILE	"MANIFEST"
#define BUILD_DIR	"build"
#define PARTS_DIR	"parts" /* a first build's, while it runs */
#define CURRENT_LIMIT	512	/* bytes of a CURRENT */
#define MANIFEST_LIMIT	8192	/* bytes of a MANIFEST */
#define BUILD_FILES_MAX 16
#define GENERATION_MAX	24 /* "gen-", at most ten digits, ".tmp", NUL */
#define HASH_TEXT	33 /* 32 hexadecimal digits and a NUL */
/* So much of a generation is always hashed when opened: under 1 ms, pages and
 * all.  (Four times as much took 3 ms of a start over 200,000 fichas, mostly to
 * bring the pages in and out.) */
#define ALWAYS_HASHED ((uint64_t)2 << 20)

/* ---- MANIFEST and CURRENT ---- */

struct store_entry {
	char name[40];
	uint64_t size;
	char hash[HASH_TEXT];
};

struct manifest {
	uint32_t schema, analysis;
	char icu[16], unicode[16];
	uint32_t documents;
	struct store_entry file[STORE_FILES];
	struct store_entry build[BUILD_FILES_MAX]; /* sorted by name */
	size_t n_build;
};

struct stamp {
	uint64_t inode, mtime /* ns */, size;
};

struct current {
	uint32_t generation;
	char manifest_hash[HASH_TEXT];
	struct stamp stamp[STORE_FILES];
};

extern const char *const store_names[STORE_FILES];

/* The reading ones: ST_DAMAGED, or ST_VERSION where the text says that it is
 * of another version (of the format or, for a manifest, of what it lists: it
 * has been filled then).  They set no message. */
enum status current_read(struct current *out, const char *p, size_t n);
void current_write(struct buf *out, const struct current *c);
enum status manifest_read(struct manifest *out, const char *p, size_t n);
void manifest_write(struct buf *out, const struct manifest *m);
/* Whether a manifest's versions are this program's. */
bool manifest_is_ours(const struct manifest *m);
void manifest_versions(struct manifest *m); /* fills in this program's */

void generation_name(char out[GENERATION_MAX], uint32_t number, bool tmp);
/* The number of "gen-000042" or, with tmp, "gen-000042.tmp". */
bool generation_number(uint32_t *number, const char *name, bool tmp);

/* ---- files ---- */

/* Why something below ROOT was refused: for a message. */
enum trust { TRUSTED, TRUST_TYPE, TRUST_OWNER, TRUST_MODE };

/* Regular file (or folder), owned by us or root, not writable by anyone. */
enum trust store_trust(const struct stat *st, bool folder);
/* Opens a regular file or folder for reading, never through a symbolic link.
 * -1: errno is set, or 0 where *why says what was wrong. */
int store_open_at(int dir, const char *name, bool folder, struct stat *st,
		  enum trust *why);
void store_stamp(struct stamp *out, const struct stat *st);
bool store_same_stamp(const struct stamp *a, const struct stamp *b);

void hash_bytes(char out[HASH_TEXT], const void *p, size_t n);
/* Hash of the whole file, by pread; -1: errno. */
int hash_fd(char out[HASH_TEXT], uint64_t *size, int fd);

/* Reads at most limit bytes into out (an own buffer with that maximum).  -1:
 * errno (EFBIG: longer). */
int read_fd(struct buf *out, int fd, size_t limit);
/* Writes a new file, fsyncs and closes it; -1: errno, and the file is gone. */
int write_at(int dir, const char *name, const char *p, size_t n);
int sync_at(int dir, const char *name);
/* Removes what is in a folder, folders in it to a small depth; -1: errno. */
int empty_dir_at(int dir, const char *name);
/* The same and the folder itself. */
int remove_dir_at(int dir, const char *name);

/* Calls visit with each name but "." and ".." of the open folder dir, sorted
 * by nothing; it returns false to stop.  -1: errno. */
int each_name(int dir, bool (*visit)(void *ctx, const char *name), void *ctx);

/* The message for what store_open_at() refused, or errno. */
enum status store_refused(const char *root, const char *name, enum trust why,
			  struct err *err);
enum status store_damaged(const char *root, const char *name, const char *what,
			  struct err *err);
/* "what; rebuild it: " and the command, as a shell takes it. */
enum status store_unusable(enum status code, const char *root, const char *what,
			   struct err *err);
/* Appends s as one word of a shell, without a control sign in it. */
void shell_quote(struct buf *out, const char *s);

#endif

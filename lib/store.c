#include "store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "glass.h"
#include "messages.h"
#include "store_parts.h"

/*
 * Opening a generation:
 *
 *   1. ROOT must be ours or root's and not writable by everyone; so must
 *      every file and folder below it that is opened.
 *   2. CURRENT is read once.  It names the generation, the hash of its
 *      MANIFEST, and the stamps (inode, time, size) that the files had when
 *      the publisher verified them.
 *   3. MANIFEST must have that hash, then that form, then our versions.
 *   4. Each file must have the size that MANIFEST says.  Its hash is computed
 *      and compared while the files so far have at most ALWAYS_HASHED bytes,
 *      or where its stamp is another (a copied index): only a large file that looks
 *      untouched is taken as it is.  `check` takes nothing as it is.  A right hash
 *      says that the bytes are the publisher's, if the publisher is who wrote it:
 *      so Xapian's file must have the form of a database, too (glass.h).
 *
 * Every file is reached from the descriptor of its folder, never through a
 * symbolic link.  Where something is missing, a publication may have removed
 * the generation just then: CURRENT is read again, and only if it still says
 * the same is the index damaged.
 */

struct snapshot {
	int glass;
	void *map[STORE_FILES];
	size_t size[STORE_FILES];
	char generation[GENERATION_MAX];
	struct manifest manifest;
};

/* How opening goes on: what it checks, and what was found wrong. */
struct attempt {
	const char *root;
	int root_fd, dir_fd;
	bool thorough;
	uint64_t hashed;     /* bytes */
	struct buf findings; /* texts, a NUL behind each */
	bool vanished;	     /* something was missing: CURRENT may have moved on */
	char line[CURRENT_LIMIT + 1];
	size_t line_n;
	struct current current;
};

static enum status S_finding(struct attempt *a, enum status st, const struct err *why,
			     struct err *err)
{
	buf_add(&a->findings, why->text, strlen(why->text) + 1);
	if (err)
		*err = *why;
	return st;
}

static enum status S_refused(struct attempt *a, const char *name, enum trust why,
			     struct err *err)
{
	struct err e;
	enum status st;

	if (why == TRUSTED && errno == ENOENT) {
		a->vanished = true;
		st = store_damaged(a->root, name, _("missing"), &e);
	} else if (why == TRUSTED && errno != EACCES && errno != EPERM) {
		st = err_errno(&e, ST_IO, _("the index in %s cannot be read: %s"),
			       a->root, name);
	} else {
		st = store_refused(a->root, name, why, &e);
	}
	return S_finding(a, st, &e, err);
}

static enum status S_damage(struct attempt *a, const char *name, const char *what,
			    struct err *err)
{
	struct err e;

	store_damaged(a->root, name, what, &e);
	return S_finding(a, ST_DAMAGED, &e, err);
}

/* ---- the small texts ---- */

/* A small file of the folder dir, whole. */
static enum status S_text(struct buf *out, struct attempt *a, int dir, const char *name,
			  size_t limit, struct err *err)
{
	struct stat st;
	enum trust why;
	int fd = store_open_at(dir, name, false, &st, &why), failed;

	if (fd < 0)
		return S_refused(a, name, why, err);
	failed = read_fd(out, fd, limit);
	if (failed && errno == EFBIG) {
		close(fd);
		return S_damage(a, name, _("too long"), err);
	}
	if (failed) {
		int saved = errno;

		close(fd);
		errno = saved;
		return S_refused(a, name, TRUSTED, err);
	}
	close(fd);
	return ST_OK;
}

static enum status S_root(struct attempt *a, struct err *err)
{
	struct stat st;
	enum trust why;

	a->root_fd = open(a->root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (a->root_fd < 0 && (errno == ENOENT || errno == ENOTDIR))
		return err_set(err, ST_NOINDEX,
			       _("there is no index in %s; make one: fichas-indexer "
				 "build SOURCE..."),
			       a->root);
	if (a->root_fd < 0 || fstat(a->root_fd, &st) != 0)
		return err_errno(err,
				 errno == EACCES || errno == EPERM ? ST_NOINDEX : ST_IO,
				 _("the index in %s cannot be read"), a->root);
	why = store_trust(&st, true);
	if (why != TRUSTED)
		return store_refused(a->root, a->root, why, err);
	return ST_OK;
}

static enum status S_current(struct attempt *a, struct err *err)
{
	struct stat st;
	struct buf text;
	struct err e;
	enum status status;

	if (fstatat(a->root_fd, CURRENT_FILE, &st, AT_SYMLINK_NOFOLLOW) != 0 &&
	    errno == ENOENT)
		return err_set(err, ST_NOINDEX,
			       _("there is no index in %s; make one: fichas-indexer "
				 "build SOURCE..."),
			       a->root);
	buf_init(&text, CURRENT_LIMIT + 1);
	status = S_text(&text, a, a->root_fd, CURRENT_FILE, CURRENT_LIMIT, err);
	if (!status) {
		a->line_n = text.len;
		memcpy(a->line, text.data, text.len);
		status = current_read(&a->current, a->line, a->line_n);
		if (status == ST_DAMAGED) {
			status = S_damage(a, CURRENT_FILE, _("malformed"), err);
		} else if (status) {
			store_unusable(ST_VERSION, a->root,
				       _("the index was built by another version"), &e);
			status = S_finding(a, ST_VERSION, &e, err);
		}
	}
	buf_release(&text);
	return status;
}

static enum status S_version(struct attempt *a, const struct manifest *m,
			     struct err *err)
{
	struct manifest ours;
	struct err e, what;

	manifest_versions(&ours);
	if (m->schema == 0) /* a later format, not even read */
		err_set(&what, ST_VERSION, "%s",
			_("the index was built by another version"));
	else
		err_set(&what, ST_VERSION,
			_("the index was built by other rules (schema %lu, analysis "
			  "%lu, ICU %s; this program: %lu, %lu, %s)"),
			(unsigned long)m->schema, (unsigned long)m->analysis, m->icu,
			(unsigned long)ours.schema, (unsigned long)ours.analysis,
			ours.icu);
	store_unusable(ST_VERSION, a->root, what.text, &e);
	return S_finding(a, ST_VERSION, &e, err);
}

static enum status S_manifest(struct snapshot *s, struct attempt *a, struct err *err)
{
	char hash[HASH_TEXT];
	struct buf text;
	enum status st;

	buf_init(&text, MANIFEST_LIMIT + 1);
	st = S_text(&text, a, a->dir_fd, MANIFEST_FILE, MANIFEST_LIMIT, err);
	if (!st) {
		hash_bytes(hash, text.data, text.len);
		if (strcmp(hash, a->current.manifest_hash) != 0)
			st = S_damage(a, MANIFEST_FILE, _("wrong hash"), err);
		else
			st = manifest_read(&s->manifest, text.data, text.len);
		if (st == ST_DAMAGED && strcmp(hash, a->current.manifest_hash) == 0)
			st = S_damage(a, MANIFEST_FILE, _("malformed"), err);
		else if (st == ST_VERSION)
			st = S_version(a, &s->manifest, err);
	}
	buf_release(&text);
	return st;
}

/* ---- the files ---- */

/* Maps a file for good, or (Xapian's) keeps its descriptor. */
static enum status S_keep(struct snapshot *s, enum store_file f, int fd, size_t n,
			  bool all, struct attempt *a, struct err *err)
{
	static char nothing[8];

	s->size[f] = n;
	if (f == STORE_GLASS) {
		s->glass = fd;
		return ST_OK;
	}
	if (n == 0) {
		s->map[f] = nothing;
		close(fd);
		return ST_OK;
	}
	/* What is hashed is read whole: all pages at once. */
	s->map[f] =
		mmap(NULL, n, PROT_READ, MAP_PRIVATE | (all ? MAP_POPULATE : 0), fd, 0);
	if (s->map[f] == MAP_FAILED) {
		int saved = errno;

		s->map[f] = NULL;
		close(fd);
		errno = saved;
		return S_refused(a, store_names[f], TRUSTED, err);
	}
	close(fd);
	return ST_OK;
}

/* Xapian believes what a database says of itself: its form is looked at before, of
 * all that is hashed, and of any its head. */
static enum status S_form(struct snapshot *s, bool all, struct attempt *a,
			  struct err *err)
{
	const char *name = store_names[STORE_GLASS];
	enum status st = glass_check(s->glass, s->size[STORE_GLASS], all);

	if (st == ST_DAMAGED)
		return S_damage(a, name, _("malformed"), err);
	if (st == ST_IO)
		return S_refused(a, name, TRUSTED, err);
	return st ? err_nomem(err) : ST_OK;
}

static enum status S_file(struct snapshot *s, enum store_file f, struct attempt *a,
			  struct err *err)
{
	const struct store_entry *e = &s->manifest.file[f];
	const char *name = store_names[f];
	char hash[HASH_TEXT];
	struct stamp stamp;
	struct stat st;
	enum trust why;
	enum status status;
	uint64_t size = 0;
	bool all, read;
	int fd = store_open_at(a->dir_fd, name, false, &st, &why);

	if (fd < 0)
		return S_refused(a, name, why, err);
	store_stamp(&stamp, &st);
	if (stamp.size != e->size) {
		close(fd);
		return S_damage(a, name, _("wrong size"), err);
	}
	all = a->thorough || stamp.size + a->hashed <= ALWAYS_HASHED ||
	      !store_same_stamp(&stamp, &a->current.stamp[f]);
	if (all)
		a->hashed += stamp.size;
	/* The pages of a large file are not to be this process's memory. */
	read = all && (f == STORE_GLASS || stamp.size > ALWAYS_HASHED);
	if (read && hash_fd(hash, &size, fd) != 0) {
		int saved = errno;

		close(fd);
		errno = saved;
		return S_refused(a, name, TRUSTED, err);
	}
	status = S_keep(s, f, fd, (size_t)stamp.size, all && !read, a, err);
	if (status)
		return status;
	if (all && !read)
		hash_bytes(hash, s->map[f], s->size[f]);
	if (all && strcmp(hash, e->hash) != 0)
		return S_damage(a, name, _("wrong hash"), err);
	return f == STORE_GLASS ? S_form(s, all, a, err) : ST_OK;
}

/* One attempt on what CURRENT says now. */
static enum status S_generation(struct snapshot *s, struct attempt *a, struct err *err)
{
	struct stat st;
	enum trust why;
	enum status status, first = ST_OK;

	generation_name(s->generation, a->current.generation, false);
	a->dir_fd = store_open_at(a->root_fd, s->generation, true, &st, &why);
	if (a->dir_fd < 0)
		return S_refused(a, s->generation, why, err);
	status = S_manifest(s, a, err);
	if (status)
		return status;
	/* Who opens stops at the first finding, who checks wants all. */
	for (int f = 0; f < STORE_FILES && (a->thorough || !first); f++) {
		status = S_file(s, (enum store_file)f, a, first ? NULL : err);
		if (!first)
			first = status;
	}
	return first;
}

static void S_empty(struct snapshot *s)
{
	for (int f = 0; f < STORE_FILES; f++)
		if (s->map[f] && s->size[f])
			munmap(s->map[f], s->size[f]);
	if (s->glass >= 0)
		close(s->glass);
	memset(s, 0, sizeof *s);
	s->glass = -1;
}

static enum status S_attempt(struct snapshot *s, struct attempt *a, struct err *err)
{
	char before[CURRENT_LIMIT];
	size_t before_n = 0;
	enum status st = S_root(a, err);

	for (int tries = 0; !st && tries < 5; tries++) {
		bool again;

		if (a->dir_fd >= 0)
			close(a->dir_fd);
		a->dir_fd = -1;
		a->vanished = false;
		a->hashed = 0;
		buf_clear(&a->findings);
		S_empty(s);
		st = S_current(a, err);
		if (st)
			break;
		again = a->line_n == before_n && memcmp(a->line, before, before_n) == 0;
		before_n = a->line_n;
		memcpy(before, a->line, before_n);
		st = S_generation(s, a, err);
		if (!st || !a->vanished || again || tries == 4)
			break;
		st = ST_OK;
	}
	return st;
}

static void S_attempt_open(struct attempt *a, const char *root, bool thorough)
{
	memset(a, 0, sizeof *a);
	a->root = root;
	a->root_fd = a->dir_fd = -1;
	a->thorough = thorough;
	buf_init(&a->findings, (size_t)1 << 20);
}

static void S_attempt_close(struct attempt *a)
{
	if (a->root_fd >= 0)
		close(a->root_fd);
	if (a->dir_fd >= 0)
		close(a->dir_fd);
	buf_release(&a->findings);
}

static struct snapshot *S_snapshot(struct err *err)
{
	struct snapshot *s = calloc(1, sizeof *s);

	if (s)
		s->glass = -1;
	else
		err_nomem(err);
	return s;
}

enum status store_open(struct snapshot **out, const char *root, struct err *err)
{
	struct snapshot *s = S_snapshot(err);
	struct attempt a;
	enum status st;

	*out = NULL;
	if (!s)
		return ST_NOMEM;
	S_attempt_open(&a, root, false);
	st = S_attempt(s, &a, err);
	S_attempt_close(&a);
	if (st)
		store_close(s);
	else
		*out = s;
	return st;
}

void store_close(struct snapshot *s)
{
	if (!s)
		return;
	S_empty(s);
	free(s);
}

int store_glass_fd(const struct snapshot *s)
{
	return s->glass;
}

const void *store_bytes(const struct snapshot *s, enum store_file f, size_t *n)
{
	*n = s->size[f];
	return s->map[f];
}

void store_forget(const struct snapshot *s, enum store_file f)
{
	if (s->map[f] && s->size[f])
		(void)madvise(s->map[f], s->size[f], MADV_DONTNEED);
}

const char *store_generation(const struct snapshot *s)
{
	return s->generation;
}

uint32_t store_documents(const struct snapshot *s)
{
	return s->manifest.documents;
}

uint64_t store_size(const struct snapshot *s, enum store_file f)
{
	return s->manifest.file[f].size;
}

/* ---- checking ---- */

struct foreign {
	struct attempt *a;
	bool root; /* ROOT itself, or the generation's folder */
};

static bool S_known(const char *name, bool root)
{
	static const char *const in_root[] = {CURRENT_FILE, CURRENT_TMP, LOCK_FILE,
					      BUILD_DIR, PARTS_DIR};
	uint32_t number;

	if (root) {
		for (size_t i = 0; i < sizeof in_root / sizeof *in_root; i++)
			if (strcmp(name, in_root[i]) == 0)
				return true;
		/* Another generation may be on its way in or out. */
		return generation_number(&number, name, false) ||
		       generation_number(&number, name, true);
	}
	for (int f = 0; f < STORE_FILES; f++)
		if (strcmp(name, store_names[f]) == 0)
			return true;
	return strcmp(name, MANIFEST_FILE) == 0;
}

static bool S_foreign(void *ctx, const char *name)
{
	struct foreign *f = ctx;
	char text[300];

	if (S_known(name, f->root))
		return true;
	snprintf(text, sizeof text, "%s", name);
	S_damage(f->a, text, _("not a file of the index"), NULL);
	return true;
}

enum status store_check(const char *root, void (*report)(void *ctx, const char *text),
			void *ctx, struct err *err)
{
	struct snapshot *s = S_snapshot(err);
	struct attempt a;
	struct err first = {.code = ST_OK};
	enum status st;

	if (!s)
		return ST_NOMEM;
	S_attempt_open(&a, root, true);
	st = S_attempt(s, &a, &first);
	if (a.root_fd >= 0 && (a.findings.len || !st)) {
		struct foreign f = {&a, true};

		if (each_name(a.root_fd, S_foreign, &f) != 0 && !st)
			st = err_errno(&first, ST_IO,
				       _("the index in %s cannot be read"), root);
		f.root = false;
		if (a.dir_fd >= 0 && each_name(a.dir_fd, S_foreign, &f) != 0 && !st)
			st = err_errno(&first, ST_IO,
				       _("the index in %s cannot be read"), root);
	}
	if (!st && a.findings.len)
		st = err_set(&first, ST_DAMAGED, "%s", a.findings.data);
	for (size_t at = 0; report && at < a.findings.len;
	     at += strlen(a.findings.data + at) + 1)
		report(ctx, a.findings.data + at);
	if (st && err)
		*err = first;
	S_attempt_close(&a);
	store_close(s);
	return st;
}

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "glass.h"
#include "messages.h"
#include "store_parts.h"

/*
 * The order of a publication (each step is on the disk before the next one):
 *
 *   gen-N.tmp/ and its files are written; each file is fsynced and hashed
 *   MANIFEST is written and fsynced, then the folder gen-N.tmp
 *   rename gen-N.tmp to gen-N, fsync ROOT
 *   CURRENT.tmp is written and fsynced, renamed to CURRENT, fsync ROOT
 *   generations other than this one and the one before it are removed
 *
 * A run that is killed leaves the old CURRENT, and at most gen-M.tmp, a gen-M
 * that CURRENT does not name, CURRENT.tmp, or generations older than the one
 * before: the next writer removes them.
 *
 * The build folder has no hashes of its own, so MANIFEST also lists what was
 * in it when the generation was made from it.  Anything else found there
 * later is doubt, and doubt is a full rebuild: the sources are the truth.
 */

struct store {
	char *root;  /* as given */
	char *build; /* ROOT/build */
	int root_fd, lock_fd;
	struct current current; /* generation 0: none that can be used */
	uint32_t next;		/* the generation to make */
	int tmp_fd;		/* gen-N.tmp while it is filled, or -1 */
};

/* ---- the lock ---- */

static enum status S_cannot_write(const struct store *s, const char *name,
				  struct err *err)
{
	return err_errno(err, ST_IO, _("cannot write %s/%s"), s->root, name);
}

/* Syncs the folder that path is in. */
static int S_sync_parent(const char *path)
{
	char parent[PATH_MAX];
	const char *slash = strrchr(path, '/');
	size_t n = slash ? (size_t)(slash - path) : 0;

	if (!slash)
		return sync_at(AT_FDCWD, ".");
	memcpy(parent, path, n);
	parent[n] = '\0';
	return sync_at(AT_FDCWD, n ? parent : "/");
}

/* mkdir -p with 0755: never writable by others, whatever the umask. */
static int S_make_path(const char *path)
{
	char part[PATH_MAX];
	size_t n = strlen(path);

	while (n > 1 && path[n - 1] == '/')
		n--;
	if (n == 0 || n >= sizeof part) {
		errno = n ? ENAMETOOLONG : ENOENT;
		return -1;
	}
	memcpy(part, path, n);
	part[n] = '\0';
	for (size_t i = 1; i <= n; i++) {
		struct stat st;
		int saved;

		if (part[i] != '/' && part[i] != '\0')
			continue;
		part[i] = '\0';
		if (mkdir(part, 0755) == 0) {
			if (S_sync_parent(part) != 0)
				return -1;
		} else {
			/* Whatever mkdir says of a folder that is there. */
			saved = errno;
			if (stat(part, &st) != 0 || !S_ISDIR(st.st_mode)) {
				errno = saved;
				return -1;
			}
		}
		if (i < n)
			part[i] = '/';
	}
	return 0;
}

/* A folder with things in it that are none of ours is not made an index:
 * what stands there might be called "build", too. */
struct contents {
	bool any, ours;
};

static bool S_look(void *ctx, const char *name)
{
	struct contents *c = ctx;

	c->any = true;
	if (strcmp(name, LOCK_FILE) == 0 || strcmp(name, CURRENT_FILE) == 0)
		c->ours = true;
	return !c->ours;
}

static enum status S_open_root(struct store *s, struct err *err)
{
	struct contents c = {false, false};
	struct stat st;
	enum trust why;

	s->root_fd = open(s->root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (s->root_fd < 0 && errno == ENOENT) {
		if (S_make_path(s->root) != 0)
			return err_errno(err, ST_IO, _("cannot create %s"), s->root);
		s->root_fd = open(s->root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	}
	if (s->root_fd < 0 || fstat(s->root_fd, &st) != 0)
		return err_errno(err, ST_IO, _("cannot open %s"), s->root);
	why = store_trust(&st, true);
	if (why != TRUSTED)
		return store_refused(s->root, s->root, why, err);
	if (each_name(s->root_fd, S_look, &c) != 0)
		return err_errno(err, ST_IO, _("cannot open %s"), s->root);
	if (c.any && !c.ours)
		return err_set(err, ST_IO,
			       _("%s has other files in it and is not an index; name "
				 "an empty or a new folder"),
			       s->root);
	return ST_OK;
}

static enum status S_take_lock(struct store *s, struct err *err)
{
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	struct stat mine, there;

	/* Once more if somebody put another file in its place meanwhile. */
	for (int tries = 0; tries < 3; tries++) {
		s->lock_fd = openat(
			s->root_fd, LOCK_FILE,
			O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0644);
		if (s->lock_fd < 0 || fstat(s->lock_fd, &mine) != 0)
			return S_cannot_write(s, LOCK_FILE, err);
		if (!S_ISREG(mine.st_mode))
			return store_refused(s->root, LOCK_FILE, TRUST_TYPE, err);
		if (fcntl(s->lock_fd, F_OFD_SETLK, &lock) != 0) {
			if (errno == EACCES || errno == EAGAIN)
				return err_set(
					err, ST_BUSY,
					_("another process is writing the index in %s"),
					s->root);
			return S_cannot_write(s, LOCK_FILE, err);
		}
		if (fstatat(s->root_fd, LOCK_FILE, &there, AT_SYMLINK_NOFOLLOW) == 0 &&
		    there.st_ino == mine.st_ino && there.st_dev == mine.st_dev)
			return ST_OK;
		close(s->lock_fd);
		s->lock_fd = -1;
	}
	return err_set(err, ST_BUSY, _("another process is writing the index in %s"),
		       s->root);
}

/* ---- what killed runs left ---- */

static void S_read_current(struct store *s)
{
	struct stat st;
	enum trust why;
	struct buf text;
	int fd = store_open_at(s->root_fd, CURRENT_FILE, false, &st, &why);

	memset(&s->current, 0, sizeof s->current);
	if (fd < 0)
		return;
	buf_init(&text, CURRENT_LIMIT + 1);
	if (read_fd(&text, fd, CURRENT_LIMIT) != 0 ||
	    current_read(&s->current, text.data, text.len) != ST_OK)
		memset(&s->current, 0, sizeof s->current);
	buf_release(&text);
	close(fd);
}

struct sweep {
	struct store *s;
	uint32_t keep[2]; /* 0 = none */
	bool look;	  /* removes no generation, only finds these two: */
	uint32_t highest, previous /* below keep[0] */;
};

static bool S_sweep(void *ctx, const char *name)
{
	struct sweep *w = ctx;
	uint32_t n;

	/* What cannot be removed is in nobody's way but the disk's. */
	if (generation_number(&n, name, true)) {
		remove_dir_at(w->s->root_fd, name);
	} else if (generation_number(&n, name, false)) {
		if (n > w->highest)
			w->highest = n;
		if (n < w->keep[0] && n > w->previous)
			w->previous = n;
		if (!w->look && n != w->keep[0] && n != w->keep[1])
			remove_dir_at(w->s->root_fd, name);
	}
	return true;
}

static enum status S_clean(struct store *s, struct err *err)
{
	struct sweep w = {.s = s, .look = true};

	S_read_current(s);
	w.keep[0] = s->current.generation;
	if (unlinkat(s->root_fd, CURRENT_TMP, 0) != 0 && errno != ENOENT)
		return S_cannot_write(s, CURRENT_TMP, err);
	if (each_name(s->root_fd, S_sweep, &w) != 0)
		return err_errno(err, ST_IO, _("cannot open %s"), s->root);
	/* Without a CURRENT to go by, what is there may be all there is. */
	w.look = w.keep[0] == 0;
	w.keep[1] = w.previous;
	if (!w.look && each_name(s->root_fd, S_sweep, &w) != 0)
		return err_errno(err, ST_IO, _("cannot open %s"), s->root);
	if (w.highest < s->current.generation)
		w.highest = s->current.generation;
	if (w.highest == UINT32_MAX)
		return err_set(err, ST_IO, _("cannot write %s/%s"), s->root, "gen-*");
	s->next = w.highest + 1;
	return ST_OK;
}

enum status store_lock(struct store **out, const char *root, struct err *err)
{
	struct store *s = calloc(1, sizeof *s);
	enum status st;

	*out = NULL;
	if (!s)
		return err_nomem(err);
	s->root_fd = s->lock_fd = s->tmp_fd = -1;
	s->root = strdup(root);
	if (!s->root || asprintf(&s->build, "%s/%s", root, BUILD_DIR) < 0) {
		s->build = NULL;
		store_unlock(s);
		return err_nomem(err);
	}
	st = S_open_root(s, err);
	if (!st)
		st = S_take_lock(s, err);
	if (!st)
		st = S_clean(s, err);
	if (st)
		store_unlock(s);
	else
		*out = s;
	return st;
}

void store_unlock(struct store *s)
{
	if (!s)
		return;
	store_abandon(s);
	if (s->lock_fd >= 0)
		close(s->lock_fd);
	if (s->root_fd >= 0)
		close(s->root_fd);
	free(s->root);
	free(s->build);
	free(s);
}

enum status store_current(struct snapshot **out, struct store *s, struct err *err)
{
	struct stat st;

	*out = NULL;
	/* Only what is not there is no index: one that cannot be read now, or is
	 * not to be trusted, has fichas that a build would leave out. */
	if (fstatat(s->root_fd, CURRENT_FILE, &st, AT_SYMLINK_NOFOLLOW) != 0 &&
	    errno == ENOENT)
		return ST_OK;
	return store_open(out, s->root, err);
}

/* ---- the build folder ---- */

struct listing {
	int dir;
	struct store_entry *v; /* BUILD_FILES_MAX */
	size_t n;
	bool strange; /* a folder, a link, a name or number that is not Xapian's */
	int failed;   /* errno */
};

static bool S_list(void *ctx, const char *name)
{
	struct listing *l = ctx;
	struct store_entry *e;
	struct stat st;
	enum trust why;
	int fd;

	/* Xapian's lock: it opens it by name and cuts it short, so it must be
	 * nobody else's file. */
	if (strcmp(name, "flintlock") == 0) {
		if (fstatat(l->dir, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
			l->failed = errno;
		else
			l->strange = !S_ISREG(st.st_mode) || st.st_nlink != 1 ||
				     st.st_size != 0;
		return !l->strange && !l->failed;
	}
	if (l->n == BUILD_FILES_MAX || strlen(name) >= sizeof l->v->name) {
		l->strange = true;
		return false;
	}
	fd = store_open_at(l->dir, name, false, &st, &why);
	if (fd < 0) {
		l->failed = why == TRUSTED ? errno : 0;
		l->strange = why != TRUSTED;
		return false;
	}
	e = &l->v[l->n++];
	memcpy(e->name, name, strlen(name) + 1);
	if (hash_fd(e->hash, &e->size, fd) != 0)
		l->failed = errno;
	close(fd);
	return !l->failed;
}

static int S_by_name(const void *a, const void *b)
{
	const struct store_entry *x = a, *y = b;

	return strcmp(x->name, y->name);
}

/* Name, size and hash of each file in ROOT/build, sorted. */
static enum status S_list_build(struct store_entry *v, size_t *n, bool *strange,
				struct store *s, struct err *err)
{
	struct listing l = {.v = v};
	struct stat st;
	enum trust why;

	*n = 0;
	*strange = false;
	l.dir = store_open_at(s->root_fd, BUILD_DIR, true, &st, &why);
	if (l.dir < 0) {
		if (why == TRUSTED && errno != ENOENT)
			return err_errno(err, ST_IO, _("cannot open %s"), s->build);
		*strange = why != TRUSTED;
		return ST_OK;
	}
	if (each_name(l.dir, S_list, &l) != 0)
		l.failed = errno;
	close(l.dir);
	if (l.failed) {
		errno = l.failed;
		return err_errno(err, ST_IO, _("cannot open %s"), s->build);
	}
	qsort(v, l.n, sizeof *v, S_by_name);
	*n = l.n;
	*strange = l.strange;
	return ST_OK;
}

/* The manifest of the generation that CURRENT names; false if there is none
 * that can be believed. */
static bool S_published(struct manifest *m, const struct store *s)
{
	char name[GENERATION_MAX], hash[HASH_TEXT];
	struct stat st;
	enum trust why;
	struct buf text;
	bool good;
	int dir, fd;

	if (!s->current.generation)
		return false;
	generation_name(name, s->current.generation, false);
	dir = store_open_at(s->root_fd, name, true, &st, &why);
	if (dir < 0)
		return false;
	fd = store_open_at(dir, MANIFEST_FILE, false, &st, &why);
	close(dir);
	if (fd < 0)
		return false;
	buf_init(&text, MANIFEST_LIMIT + 1);
	good = read_fd(&text, fd, MANIFEST_LIMIT) == 0;
	close(fd);
	if (good) {
		hash_bytes(hash, text.data, text.len);
		good = strcmp(hash, s->current.manifest_hash) == 0 &&
		       manifest_read(m, text.data, text.len) == ST_OK;
	}
	buf_release(&text);
	return good;
}

/* Whether the folder holds databases that Xapian may have: right hashes say only
 * that they are what somebody published. */
static enum status S_well_formed(bool *yes, struct store *s, struct err *err)
{
	struct stat status;
	enum trust why;
	int dir = store_open_at(s->root_fd, BUILD_DIR, true, &status, &why);
	enum status st = dir < 0 ? ST_IO : glass_check_folder(dir);
	int saved = errno;

	if (dir >= 0)
		close(dir);
	errno = saved;
	*yes = st == ST_OK;
	if (st == ST_IO)
		return err_errno(err, ST_IO, _("cannot open %s"), s->build);
	return st == ST_NOMEM ? err_nomem(err) : ST_OK;
}

enum status store_build_dir(const char **path, int *usable, struct store *s,
			    struct err *err)
{
	struct store_entry found[BUILD_FILES_MAX];
	struct manifest m;
	bool strange, same;
	size_t n;
	enum status st = S_list_build(found, &n, &strange, s, err);

	*path = s->build;
	*usable = 0;
	if (st)
		return st;
	same = !strange && n && S_published(&m, s) && m.n_build == n;
	for (size_t i = 0; same && i < n; i++)
		same = strcmp(found[i].name, m.build[i].name) == 0 &&
		       found[i].size == m.build[i].size &&
		       strcmp(found[i].hash, m.build[i].hash) == 0;
	if (same)
		st = S_well_formed(&same, s, err);
	if (st)
		return st;
	if (same) {
		*usable = 1;
		return ST_OK;
	}
	return store_build_reset(s, err);
}

enum status store_build_reset(struct store *s, struct err *err)
{
	if (mkdirat(s->root_fd, BUILD_DIR, 0755) == 0)
		return fsync(s->root_fd) == 0 ? ST_OK
					      : S_cannot_write(s, BUILD_DIR, err);
	if (errno != EEXIST || empty_dir_at(s->root_fd, BUILD_DIR) != 0)
		return S_cannot_write(s, BUILD_DIR, err);
	return ST_OK;
}

/* ---- a new generation ---- */

enum status store_begin(struct store *s, struct err *err)
{
	char name[GENERATION_MAX];

	store_abandon(s);
	generation_name(name, s->next, true);
	if (mkdirat(s->root_fd, name, 0755) != 0)
		return S_cannot_write(s, name, err);
	s->tmp_fd = openat(s->root_fd, name,
			   O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (s->tmp_fd < 0) {
		enum status st = S_cannot_write(s, name, err);

		remove_dir_at(s->root_fd, name);
		return st;
	}
	return ST_OK;
}

void store_abandon(struct store *s)
{
	char name[GENERATION_MAX];

	if (s->tmp_fd < 0)
		return;
	close(s->tmp_fd);
	s->tmp_fd = -1;
	generation_name(name, s->next, true);
	remove_dir_at(s->root_fd, name);
}

enum status store_path(char *out, size_t out_n, struct store *s, enum store_file f,
		       struct err *err)
{
	char name[GENERATION_MAX];
	int n;

	generation_name(name, s->next, true);
	n = snprintf(out, out_n, "%s/%s/%s", s->root, name, store_names[f]);
	if (n < 0 || (size_t)n >= out_n) {
		errno = ENAMETOOLONG;
		return S_cannot_write(s, name, err);
	}
	return ST_OK;
}

enum status store_put(struct store *s, enum store_file f, const char *bytes, size_t n,
		      struct err *err)
{
	if (s->tmp_fd < 0)
		return err_set(err, ST_INTERNAL, "%s",
			       _("no generation has been begun"));
	if (write_at(s->tmp_fd, store_names[f], bytes, n) != 0)
		return S_cannot_write(s, store_names[f], err);
	return ST_OK;
}

/* Syncs and hashes one finished file. */
static enum status S_seal(struct store_entry *e, struct stamp *stamp, struct store *s,
			  enum store_file f, struct err *err)
{
	struct stat st;
	enum trust why;
	enum status status = ST_OK;
	int fd = store_open_at(s->tmp_fd, store_names[f], false, &st, &why);

	if (fd < 0) {
		if (why != TRUSTED)
			return store_refused(s->root, store_names[f], why, err);
		return S_cannot_write(s, store_names[f], err);
	}
	snprintf(e->name, sizeof e->name, "%s", store_names[f]);
	/* The stamp comes last: nobody writes any more. */
	if (fsync(fd) != 0 || hash_fd(e->hash, &e->size, fd) != 0 ||
	    fstat(fd, &st) != 0)
		status = S_cannot_write(s, store_names[f], err);
	close(fd);
	if (!status) {
		store_stamp(stamp, &st);
		if (stamp->size != e->size)
			status = err_set(err, ST_INTERNAL, _("cannot write %s/%s"),
					 s->root, store_names[f]);
	}
	return status;
}

static enum status S_write_manifest(struct current *next, struct store *s,
				    uint32_t documents, struct err *err)
{
	struct manifest m;
	struct buf text;
	bool strange;
	enum status st = ST_OK;

	memset(&m, 0, sizeof m);
	memset(next, 0, sizeof *next);
	manifest_versions(&m);
	m.documents = documents;
	for (int f = 0; !st && f < STORE_FILES; f++)
		st = S_seal(&m.file[f], &next->stamp[f], s, (enum store_file)f, err);
	if (!st)
		st = S_list_build(m.build, &m.n_build, &strange, s, err);
	if (st)
		return st;
	if (strange) /* then it will not be used again */
		m.n_build = 0;
	buf_init(&text, MANIFEST_LIMIT);
	manifest_write(&text, &m);
	st = buf_status(&text, err);
	if (!st && write_at(s->tmp_fd, MANIFEST_FILE, text.data, text.len) != 0)
		st = S_cannot_write(s, MANIFEST_FILE, err);
	hash_bytes(next->manifest_hash, text.data, text.len);
	buf_release(&text);
	return st;
}

static enum status S_point(const struct current *next, struct store *s, struct err *err)
{
	struct buf line;
	enum status st;

	buf_init(&line, CURRENT_LIMIT);
	current_write(&line, next);
	st = buf_status(&line, err);
	if (!st && (write_at(s->root_fd, CURRENT_TMP, line.data, line.len) != 0 ||
		    renameat(s->root_fd, CURRENT_TMP, s->root_fd, CURRENT_FILE) != 0)) {
		st = S_cannot_write(s, CURRENT_FILE, err);
		unlinkat(s->root_fd, CURRENT_TMP, 0);
	}
	buf_release(&line);
	return st;
}

enum status store_publish(struct store *s, uint32_t documents, struct err *err)
{
	char tmp[GENERATION_MAX], name[GENERATION_MAX];
	struct current next;
	struct sweep w = {.s = s};
	enum status st;

	if (s->tmp_fd < 0)
		return err_set(err, ST_INTERNAL, "%s",
			       _("no generation has been begun"));
	generation_name(tmp, s->next, true);
	generation_name(name, s->next, false);
	st = S_write_manifest(&next, s, documents, err);
	next.generation = s->next;
	if (!st && fsync(s->tmp_fd) != 0)
		st = S_cannot_write(s, tmp, err);
	if (!st && renameat(s->root_fd, tmp, s->root_fd, name) != 0)
		st = S_cannot_write(s, name, err);
	if (st) {
		store_abandon(s);
		return st;
	}
	close(s->tmp_fd);
	s->tmp_fd = -1;
	if (fsync(s->root_fd) != 0)
		st = S_cannot_write(s, name, err);
	if (!st)
		st = S_point(&next, s, err);
	if (st) {
		/* Readers have the old one; this number is used again. */
		remove_dir_at(s->root_fd, name);
		return st;
	}
	w.keep[0] = next.generation;
	w.keep[1] = s->current.generation;
	s->current = next;
	s->next = next.generation + 1;
	/* The new one is what readers see; only whether it outlives a power cut
	 * is open, so the one before it must stay. */
	if (fsync(s->root_fd) != 0)
		return S_cannot_write(s, CURRENT_FILE, err);
	each_name(s->root_fd, S_sweep, &w);
	return ST_OK;
}

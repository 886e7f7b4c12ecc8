#include "store_parts.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <xxhash.h>

#include "again.h"
#include "messages.h"

/* ---- trust ---- */

enum trust store_trust(const struct stat *st, bool folder)
{
	if (folder ? !S_ISDIR(st->st_mode) : !S_ISREG(st->st_mode))
		return TRUST_TYPE;
	if (st->st_uid != geteuid() && st->st_uid != 0)
		return TRUST_OWNER;
	return st->st_mode & S_IWOTH ? TRUST_MODE : TRUSTED;
}

int store_open_at(int dir, const char *name, bool folder, struct stat *st,
		  enum trust *why)
{
	int fd = openat(dir, name,
			O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC |
				(folder ? O_DIRECTORY : 0));

	*why = TRUSTED;
	if (fd < 0) {
		/* A symbolic link, or no folder where one must be. */
		if (errno == ELOOP || errno == ENOTDIR)
			*why = TRUST_TYPE;
		return -1;
	}
	if (fstat(fd, st) != 0) {
		int saved = errno;

		close(fd);
		errno = saved;
		return -1;
	}
	*why = store_trust(st, folder);
	if (*why == TRUSTED)
		return fd;
	close(fd);
	errno = 0;
	return -1;
}

enum status store_refused(const char *root, const char *name, enum trust why,
			  struct err *err)
{
	int saved = errno;

	switch (why) {
	case TRUST_OWNER:
		return err_set(err, ST_NOINDEX,
			       _("the index in %s is not to be trusted: %s belongs to "
				 "another user"),
			       root, name);
	case TRUST_MODE:
		return err_set(err, ST_NOINDEX,
			       _("the index in %s is not to be trusted: anyone may "
				 "write to %s"),
			       root, name);
	case TRUST_TYPE:
		return store_damaged(root, name, _("not a plain file or folder"), err);
	case TRUSTED:
		break;
	}
	errno = saved;
	return err_errno(err, ST_NOINDEX, _("the index in %s cannot be read: %s"), root,
			 name);
}

/* Signs that no shell takes for anything but themselves. */
static bool S_plain(const char *s)
{
	static const char signs[] = "/._-+,:=@%";

	for (const char *p = s; *p; p++)
		if (!(*p >= '0' && *p <= '9') && !(*p >= 'A' && *p <= 'Z') &&
		    !(*p >= 'a' && *p <= 'z') && !strchr(signs, *p))
			return false;
	return *s != '\0';
}

void shell_quote(struct buf *out, const char *s)
{
	bool control = false;

	if (S_plain(s)) {
		buf_adds(out, s);
		return;
	}
	for (const char *p = s; *p; p++)
		control |= (unsigned char)*p < 0x20 || *p == 0x7F;
	buf_adds(out, control ? "$'" : "'");
	for (const char *p = s; *p; p++) {
		if (control && ((unsigned char)*p < 0x20 || *p == 0x7F))
			buf_addf(out, "\\%03o", (unsigned)*p);
		else if (control && (*p == '\'' || *p == '\\'))
			buf_addf(out, "\\%c", *p);
		else if (*p == '\'')
			buf_adds(out, "'\\''");
		else
			buf_addc(out, *p);
	}
	buf_addc(out, '\'');
}

enum status store_unusable(enum status code, const char *root, const char *what,
			   struct err *err)
{
	struct buf command;
	enum status st;

	buf_init(&command, 0);
	buf_adds(&command, "fichas-indexer build --rebuild --index=");
	shell_quote(&command, root);
	st = buf_status(&command, err);
	if (!st)
		st = err_set(err, code, _("%s; rebuild it: %s SOURCE..."), what,
			     command.data);
	buf_release(&command);
	return st;
}

enum status store_damaged(const char *root, const char *name, const char *what,
			  struct err *err)
{
	struct buf quoted;
	struct err why;

	buf_init(&quoted, 0);
	shell_quote(&quoted, name);
	err_set(&why, ST_DAMAGED, _("the index is damaged (%s: %s)"),
		quoted.data ? quoted.data : "", what);
	buf_release(&quoted);
	return store_unusable(ST_DAMAGED, root, why.text, err);
}

void store_stamp(struct stamp *out, const struct stat *st)
{
	out->inode = st->st_ino;
	out->mtime = (uint64_t)st->st_mtim.tv_sec * 1000000000u +
		     (uint64_t)st->st_mtim.tv_nsec;
	out->size = (uint64_t)st->st_size;
}

bool store_same_stamp(const struct stamp *a, const struct stamp *b)
{
	return a->inode == b->inode && a->mtime == b->mtime && a->size == b->size;
}

/* ---- hashes ---- */

static void S_hex(char out[HASH_TEXT], XXH128_hash_t h)
{
	static const char digits[] = "0123456789abcdef";
	XXH128_canonical_t c;

	XXH128_canonicalFromHash(&c, h);
	for (size_t i = 0; i < sizeof c.digest; i++) {
		out[2 * i] = digits[c.digest[i] >> 4];
		out[2 * i + 1] = digits[c.digest[i] & 15];
	}
	out[2 * sizeof c.digest] = '\0';
}

void hash_bytes(char out[HASH_TEXT], const void *p, size_t n)
{
	S_hex(out, XXH3_128bits(p, n));
}

int hash_fd(char out[HASH_TEXT], uint64_t *size, int fd)
{
	const size_t chunk = (size_t)64 << 10; /* no mapping of its own */
	XXH3_state_t *state = XXH3_createState();
	char *bytes = malloc(chunk);
	uint64_t at = 0;
	unsigned tries = 0;
	ssize_t n = -1;

	if (state && bytes) {
		XXH3_128bits_reset(state);
		for (;;) {
			n = pread(fd, bytes, chunk, (off_t)at);
			if (again(n, &tries))
				continue;
			if (n <= 0)
				break;
			XXH3_128bits_update(state, bytes, (size_t)n);
			at += (uint64_t)n;
		}
		if (n == 0)
			S_hex(out, XXH3_128bits_digest(state));
	} else {
		errno = ENOMEM;
	}
	*size = at;
	free(bytes);
	XXH3_freeState(state);
	return n == 0 ? 0 : -1;
}

/* ---- reading and writing ---- */

int read_fd(struct buf *out, int fd, size_t limit)
{
	char bytes[4096];
	unsigned tries = 0;
	ssize_t n;

	for (;;) {
		n = read(fd, bytes, sizeof bytes);
		if (again(n, &tries))
			continue;
		if (n <= 0)
			break;
		if (out->len + (size_t)n > limit) {
			errno = EFBIG;
			return -1;
		}
		buf_add(out, bytes, (size_t)n);
	}
	if (n == 0 && buf_status(out, NULL)) {
		errno = ENOMEM;
		return -1;
	}
	return n == 0 ? 0 : -1;
}

static int S_write_all(int fd, const char *p, size_t n)
{
	unsigned tries = 0;

	while (n) {
		size_t part = n < (size_t)1 << 30 ? n : (size_t)1 << 30;
		ssize_t done = write(fd, p, part);

		if (again(done, &tries))
			continue;
		if (done < 0)
			return -1;
		p += done;
		n -= (size_t)done;
	}
	return 0;
}

int write_at(int dir, const char *name, const char *p, size_t n)
{
	int fd = openat(dir, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
			0644);
	int ok, saved;

	if (fd < 0)
		return -1;
	ok = S_write_all(fd, p, n) == 0 && fsync(fd) == 0;
	saved = errno;
	if (close(fd) != 0 && ok) {
		ok = 0;
		saved = errno;
	}
	if (!ok) {
		unlinkat(dir, name, 0);
		errno = saved;
		return -1;
	}
	return 0;
}

int sync_at(int dir, const char *name)
{
	int fd = openat(dir, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	int failed, saved;

	if (fd < 0)
		return -1;
	failed = fsync(fd) != 0;
	saved = errno;
	close(fd);
	errno = saved;
	return failed ? -1 : 0;
}

/* ---- folders ---- */

int each_name(int dir, bool (*visit)(void *ctx, const char *name), void *ctx)
{
	/* A descriptor of its own: the stream takes and closes it. */
	int own = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC), saved;
	DIR *stream = own < 0 ? NULL : fdopendir(own);
	struct dirent *e;

	if (!stream) {
		saved = errno;
		if (own >= 0)
			close(own);
		errno = saved;
		return -1;
	}
	for (;;) {
		errno = 0;
		e = readdir(stream);
		if (!e)
			break;
		if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0 &&
		    !visit(ctx, e->d_name))
			break;
	}
	saved = e ? 0 : errno;
	closedir(stream);
	errno = saved;
	return saved ? -1 : 0;
}

/* How deep folders are followed: what a killed run of ours may have left. */
#define EMPTYING_DEPTH 2

struct emptying {
	int dir, failed; /* errno of the first failure */
	int depth;
};

static int S_empty(int dir, const char *name, int depth);

static bool S_unlink(void *ctx, const char *name)
{
	struct emptying *e = ctx;
	int failed = 0;

	if (unlinkat(e->dir, name, 0) != 0 && errno != ENOENT) {
		failed = errno;
		if ((failed == EISDIR || failed == EPERM) &&
		    e->depth < EMPTYING_DEPTH &&
		    S_empty(e->dir, name, e->depth + 1) == 0)
			failed = unlinkat(e->dir, name, AT_REMOVEDIR) == 0 ? 0 : errno;
	}
	if (failed && !e->failed)
		e->failed = failed;
	return true;
}

static int S_empty(int dir, const char *name, int depth)
{
	struct emptying e = {
		openat(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC), 0,
		depth};
	int failed;

	if (e.dir < 0)
		return -1;
	failed = each_name(e.dir, S_unlink, &e);
	if (failed && !e.failed)
		e.failed = errno;
	close(e.dir);
	errno = e.failed;
	return e.failed ? -1 : 0;
}

int empty_dir_at(int dir, const char *name)
{
	return S_empty(dir, name, 0);
}

int remove_dir_at(int dir, const char *name)
{
	if (empty_dir_at(dir, name) != 0)
		return -1;
	return unlinkat(dir, name, AT_REMOVEDIR);
}

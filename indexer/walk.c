#include "walk.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "array.h"
#include "buf.h"
#include "messages.h"
#include "text.h"

void found_list_init(struct found_list *l)
{
	memset(l, 0, sizeof *l);
}

static void S_found_release(struct found *f)
{
	free(f->raw);
	free(f->real);
	free(f->root);
	free(f->path);
}

void found_list_release(struct found_list *l)
{
	for (size_t i = 0; i < l->n; i++)
		S_found_release(&l->v[i]);
	free(l->v);
	strs_release(&l->roots);
	strs_release(&l->unreadable);
	found_list_init(l);
}

enum format format_of_name(const char *name)
{
	static const struct {
		const char *ending;
		enum format format;
	} endings[] = {
		{".md", FORMAT_DOCUMENT},  {".markdown", FORMAT_DOCUMENT},
		{".txt", FORMAT_DOCUMENT}, {".text", FORMAT_DOCUMENT},
		{".html", FORMAT_HTML},	   {".htm", FORMAT_HTML},
		{".xhtml", FORMAT_HTML},   {".jsonl", FORMAT_JSONL},
		{".ndjson", FORMAT_JSONL}, {".csv", FORMAT_CSV},
		{".pdf", FORMAT_PDF},	   {".docx", FORMAT_DOCX},
		{".odt", FORMAT_ODT},
	};
	size_t n = strlen(name);

	for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
		size_t e = strlen(endings[i].ending);

		if (n > e && strcasecmp(name + n - e, endings[i].ending) == 0)
			return endings[i].format;
	}
	return FORMAT_NONE;
}

void path_show(struct buf *out, const char *raw, size_t n)
{
	for (size_t i = 0; i < n;) {
		unsigned char c = (unsigned char)raw[i];
		unsigned long cp;
		size_t k = utf8_decode(raw + i, n - i, &cp);

		if (c < 0x20 || c == 0x7F || c == '%' ||
		    !utf8_valid(raw + i, k, NULL) || (cp >= 0x80 && cp < 0xA0)) {
			for (size_t j = 0; j < k; j++)
				buf_addf(out, "%%%02X", (unsigned char)raw[i + j]);
		} else {
			buf_add(out, raw + i, k);
		}
		i += k;
	}
}

static int S_hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

char *path_raw(const char *shown)
{
	char *raw = malloc(strlen(shown) + 1), *out = raw;

	if (!raw)
		return NULL;
	while (*shown) {
		if (shown[0] == '%' && S_hex(shown[1]) >= 0 && S_hex(shown[2]) >= 0) {
			*out++ = (char)(S_hex(shown[1]) << 4 | S_hex(shown[2]));
			shown += 3;
		} else {
			*out++ = *shown++;
		}
	}
	*out = '\0';
	return raw;
}

static char *S_shown(const char *raw)
{
	struct buf b;

	buf_init(&b, 0);
	path_show(&b, raw, strlen(raw));
	return buf_detach(&b);
}

enum status path_real(char **out, const char *source, struct err *err)
{
	char *real, *copy, *slash, *dir = NULL;
	struct buf b;

	*out = NULL;
	if (strcmp(source, "-") == 0) {
		*out = strdup("-");
		return *out ? ST_OK : err_nomem(err);
	}
	real = realpath(source, NULL);
	if (real) {
		*out = S_shown(real);
		free(real);
		return *out ? ST_OK : err_nomem(err);
	}
	/* Gone: what its folder is called now, and the last name. */
	copy = strdup(source);
	if (!copy)
		return err_nomem(err);
	while (strlen(copy) > 1 && copy[strlen(copy) - 1] == '/')
		copy[strlen(copy) - 1] = '\0';
	slash = strrchr(copy, '/');
	if (slash == copy) {
		dir = realpath("/", NULL);
	} else if (slash) {
		*slash = '\0';
		dir = realpath(copy, NULL);
		*slash = '/';
	} else {
		dir = realpath(".", NULL);
	}
	buf_init(&b, 0);
	if (dir) {
		buf_adds(&b, strcmp(dir, "/") == 0 ? "" : dir);
		buf_addc(&b, '/');
		buf_adds(&b, slash ? slash + 1 : copy);
	} else {
		buf_adds(&b, copy);
	}
	*out = b.failed ? NULL : S_shown(b.data);
	buf_release(&b);
	free(dir);
	free(copy);
	return *out ? ST_OK : err_nomem(err);
}

/* Takes over raw. */
static enum status S_add(struct found_list *l, char *raw, const char *root,
			 const char *path, const struct stat *sb, enum format format,
			 struct err *err)
{
	struct found *f;

	if (!array_more(&l->v, &l->cap, l->n, sizeof *l->v, 64)) {
		free(raw);
		return err_nomem(err);
	}
	f = &l->v[l->n];
	memset(f, 0, sizeof *f);
	f->raw = raw;
	f->real = S_shown(raw);
	f->root = S_shown(root);
	f->path = S_shown(path);
	f->format = format;
	f->size = (uint64_t)sb->st_size;
	f->mtime = (int64_t)sb->st_mtim.tv_sec * 1000000000 + sb->st_mtim.tv_nsec;
	if (!f->real || !f->root || !f->path) {
		S_found_release(f);
		return err_nomem(err);
	}
	l->n++;
	return ST_OK;
}

static char *S_join(const char *dir, const char *name)
{
	struct buf b;

	buf_init(&b, 0);
	buf_adds(&b, strcmp(dir, "/") == 0 ? "" : dir);
	buf_addc(&b, '/');
	buf_adds(&b, name);
	return buf_detach(&b);
}

/* A folder still to be read: an explicit stack, never recursion on input. */
struct pending {
	char *path;
	unsigned depth;
};

struct walk {
	struct found_list *list;
	struct diags *diags;
	const char *root;
	struct pending *stack;
	size_t n, cap;
};

static enum status S_push(struct walk *w, char *path, unsigned depth, struct err *err)
{
	if (!array_more(&w->stack, &w->cap, w->n, sizeof *w->stack, 32)) {
		free(path);
		return err_nomem(err);
	}
	w->stack[w->n].path = path;
	w->stack[w->n++].depth = depth;
	return ST_OK;
}

/* Why: errno, ELOOP where there are too many folders inside folders. */
static enum status S_unreadable(struct walk *w, const char *path, struct err *err)
{
	int why = errno;
	char *shown = S_shown(path);
	enum status st = ST_OK;

	if (!shown || !strs_add(&w->list->unreadable, shown))
		st = err_nomem(err);
	else if (why == ELOOP)
		diag(w->diags, DIAG_ERROR, "too-deep", shown, 0, 0,
		     _("more than %d folders inside folders"), WALK_DEPTH_MAX);
	else
		diag(w->diags, DIAG_ERROR, "unreadable", shown, 0, 0,
		     _("cannot be read: %s"), strerror(why));
	free(shown);
	return st;
}

static enum status S_entry(struct walk *w, int dirfd_, const char *dir,
			   const char *name, unsigned depth, struct err *err)
{
	char *path = S_join(dir, name);
	enum status st = ST_OK;
	struct stat sb;

	if (!path)
		return err_nomem(err);
	if (fstatat(dirfd_, name, &sb, AT_SYMLINK_NOFOLLOW) != 0) {
		/* Vanished between reading the folder and looking: as if it had
		 * not been there.  Whatever else failed, it may still be. */
		if (errno != ENOENT)
			st = S_unreadable(w, path, err);
		free(path);
		return st;
	}
	if (S_ISDIR(sb.st_mode)) {
		if (depth + 1 > WALK_DEPTH_MAX) {
			errno = ELOOP;
			st = S_unreadable(w, path, err);
			free(path);
			return st;
		}
		return S_push(w, path, depth + 1, err);
	}
	if (S_ISREG(sb.st_mode) && format_of_name(name) != FORMAT_NONE &&
	    name[0] != '.') {
		const char *rel = path + strlen(w->root);

		while (*rel == '/')
			rel++;
		return S_add(w->list, path, w->root, rel, &sb, format_of_name(name),
			     err);
	}
	w->list->skipped++;
	free(path);
	return ST_OK;
}

static enum status S_folder(struct walk *w, const char *dir, unsigned depth,
			    struct err *err)
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	DIR *d = fd >= 0 ? fdopendir(fd) : NULL;
	enum status st = ST_OK;
	struct dirent *e;

	if (!d) {
		int saved = errno;

		if (fd >= 0)
			close(fd);
		errno = saved;
		return S_unreadable(w, dir, err);
	}
	errno = 0;
	while (!st && (e = readdir(d)) != NULL) {
		if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0)
			st = S_entry(w, dirfd(d), dir, e->d_name, depth, err);
		errno = 0;
	}
	if (!st && errno)
		st = S_unreadable(w, dir, err);
	closedir(d);
	return st;
}

static enum status S_walk(struct found_list *l, const char *root, struct diags *d,
			  struct err *err)
{
	struct walk w = {.list = l, .diags = d, .root = root};
	char *first = strdup(root);
	enum status st = first ? S_push(&w, first, 0, err) : err_nomem(err);

	while (!st && w.n) {
		struct pending p = w.stack[--w.n];

		st = S_folder(&w, p.path, p.depth, err);
		free(p.path);
	}
	while (w.n)
		free(w.stack[--w.n].path);
	free(w.stack);
	return st;
}

enum status walk_source(struct found_list *l, const char *source, struct diags *d,
			struct err *err)
{
	struct stat sb;
	enum status st;
	char *real, *shown;

	if (strcmp(source, "-") == 0) {
		memset(&sb, 0, sizeof sb);
		if (!strs_add(&l->roots, "-"))
			return err_nomem(err);
		real = strdup("-");
		return real ? S_add(l, real, "-", "-", &sb, FORMAT_JSONL, err)
			    : err_nomem(err);
	}
	real = realpath(source, NULL);
	if (!real || stat(real, &sb) != 0) {
		st = err_errno(err, ST_IO, _("source %s"), source);
		free(real);
		return st;
	}
	shown = S_shown(real);
	if (!shown || !strs_add(&l->roots, shown)) {
		free(shown);
		free(real);
		return err_nomem(err);
	}
	free(shown);
	if (S_ISDIR(sb.st_mode)) {
		size_t before = l->unreadable.n;

		st = S_walk(l, real, d, err);
		if (!st && l->unreadable.n > before &&
		    strcmp(l->unreadable.v[before], l->roots.v[l->roots.n - 1]) == 0)
			st = err_set(err, ST_IO, _("source %s: cannot be read"),
				     source);
	} else if (S_ISREG(sb.st_mode)) {
		enum format format = format_of_name(real);
		char *raw = strdup(real);

		/* A file that was named is read even under another ending. */
		if (format == FORMAT_NONE)
			format = FORMAT_DOCUMENT;
		st = raw ? S_add(l, raw, real, strrchr(real, '/') + 1, &sb, format, err)
			 : err_nomem(err);
	} else {
		st = err_set(err, ST_IO,
			     _("source %s: neither a regular file nor a folder"),
			     source);
	}
	free(real);
	return st;
}

static int S_by_real(const void *a, const void *b)
{
	const struct found *x = a, *y = b;
	int c = strcmp(x->real, y->real);

	/* The shorter root is the folder; the file itself, named, wins. */
	return c ? c
		 : (int)(strlen(x->root) > strlen(y->root)) -
			       (int)(strlen(x->root) < strlen(y->root));
}

void found_list_sort(struct found_list *l)
{
	struct found last;
	size_t n = 0;

	if (!l->n)
		return;
	qsort(l->v, l->n, sizeof *l->v, S_by_real);
	last = l->v[0];
	for (size_t i = 1; i < l->n; i++) {
		if (strcmp(l->v[i].real, last.real) == 0)
			S_found_release(&last);
		else
			l->v[n++] = last;
		last = l->v[i];
	}
	l->v[n++] = last;
	l->n = n;
}

static void S_remove_in(int parent, const char *name, unsigned depth)
{
	int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	DIR *d = fd >= 0 ? fdopendir(fd) : NULL;
	struct dirent *e;

	if (!d) {
		if (fd >= 0)
			close(fd);
		return;
	}
	while ((e = readdir(d)) != NULL) {
		if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
			continue;
		if (unlinkat(dirfd(d), e->d_name, 0) != 0 && depth > 0)
			S_remove_in(dirfd(d), e->d_name, depth - 1);
	}
	closedir(d);
	unlinkat(parent, name, AT_REMOVEDIR);
}

void remove_folder(const char *path)
{
	S_remove_in(AT_FDCWD, path, 1);
}

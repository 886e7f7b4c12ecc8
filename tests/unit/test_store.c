/* store.c, store_write.c: what was published is what is read; everything else
 * is refused and said. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "reader.h"
#include "scratch.h"
#include "store.h"

#define REBUILD "fichas-indexer build --rebuild --index="

static const char *const S_files[STORE_FILES] = {"index.glass", "positions",  "records",
						 "column",	"vocabulary", "tables",
						 "lexicon",	"sources"};

/* How much `sources` is padded: past 2 MB a file is not hashed each time. */
static size_t S_padding;

/* Fills a new generation: n documents whose records and files say `mark`. */
static enum status S_fill(struct store *s, unsigned n, const char *mark,
			  struct err *err)
{
	struct writer *w = NULL;
	const char *dir;
	char path[1024];
	int usable;
	enum status st = store_build_dir(&dir, &usable, s, err);

	if (!st)
		st = store_build_reset(s, err);
	if (!st)
		st = writer_open(&w, dir, 1, err);
	for (unsigned i = 0; !st && i < n; i++) {
		char id[32];
		struct scratch_doc d;

		snprintf(id, sizeof id, "d%u", i);
		scratch_doc(&d, id, mark);
		scratch_post(&d, "SAuno", 0, 1);
		scratch_post(&d, "XTuno", 1, 1);
		st = writer_put(w, &d.d, err);
	}
	if (!st)
		st = writer_commit(w, err);
	writer_close(w);
	if (!st)
		st = store_begin(s, err);
	if (!st)
		st = store_path(path, sizeof path, s, STORE_GLASS, err);
	if (!st)
		st = writer_compact(dir, path, err);
	for (int f = STORE_COLUMN; !st && f < STORE_FILES; f++) {
		size_t size = 64 + (f == STORE_SOURCES ? S_padding : 0);
		char *text = calloc(1, size);

		snprintf(text, size, "%s of %s", S_files[f], mark);
		st = store_put(s, (enum store_file)f, text, size, err);
		free(text);
	}
	return st;
}

static enum status S_publish(const char *root, unsigned n, const char *mark,
			     struct err *err)
{
	struct store *s = NULL;
	enum status st = store_lock(&s, root, err);

	if (!st)
		st = S_fill(s, n, mark, err);
	if (!st)
		st = store_publish(s, n, err);
	store_unlock(s);
	return st;
}

/* An index with one generation, of its own. */
static const char *S_index(const char *name, unsigned n, const char *mark)
{
	struct err err = {0};
	const char *root = scratch_path(name);

	if (S_publish(root, n, mark, &err))
		fail_msg("%s", err.text);
	return root;
}

/* "gen-000001/column" of an index, in turning buffers. */
static const char *S_at(const char *root, const char *name)
{
	static char path[4][1024];
	static int turn;

	turn = (turn + 1) % 4;
	snprintf(path[turn], sizeof path[turn], "%s/%s", root, name);
	return path[turn];
}

static bool S_there(const char *root, const char *name)
{
	struct stat st;

	return lstat(S_at(root, name), &st) == 0;
}

/* Opens and closes; the answer and its text. */
static enum status S_try(const char *root, struct err *err)
{
	struct snapshot *s;
	enum status st = store_open(&s, root, err);

	assert_true(!st == !!s);
	store_close(s);
	return st;
}

/* Opens and looks at everything in it; the mark, or NULL where something in
 * it is of another. */
static const char *S_mark(const char *root, struct err *err)
{
	static char mark[64];
	struct snapshot *s;
	struct reader *r = NULL;
	struct reader_files files = {.glass = -1};
	struct buf record;
	bool good;

	if (store_open(&s, root, err))
		return NULL;
	buf_init(&record, 0);
	files.glass = store_glass_fd(s);
	files.records = store_bytes(s, STORE_RECORDS, &files.records_n);
	good = !reader_open(&r, &files, err) && reader_count(r) == store_documents(s);
	for (uint32_t d = 1; good && d <= reader_last(r); d++) {
		buf_clear(&record);
		good = !reader_record(&record, r, d, err) && record.len < sizeof mark &&
		       (d == 1 || strcmp(mark, record.data) == 0);
		if (d == 1)
			snprintf(mark, sizeof mark, "%s", record.data);
	}
	for (int f = STORE_COLUMN; good && f < STORE_FILES; f++) {
		char want[128];
		size_t n;
		const char *have = store_bytes(s, (enum store_file)f, &n);

		snprintf(want, sizeof want, "%s of %s", S_files[f], mark);
		good = n >= 64 && strcmp(have, want) == 0;
	}
	buf_release(&record);
	reader_close(r);
	store_close(s);
	return good ? mark : NULL;
}

static void test_published_is_read(void **state)
{
	struct err err = {0};
	const char *root = scratch_path("first/of//all/");
	struct snapshot *s;

	(void)state;
	assert_int_equal(store_open(&s, root, &err), ST_NOINDEX);
	assert_null(s);
	assert_non_null(strstr(err.text, "no index"));
	if (S_publish(root, 3, "uno", &err))
		fail_msg("%s", err.text);
	assert_string_equal(S_mark(root, &err), "uno");
	assert_int_equal(store_open(&s, root, &err), ST_OK);
	assert_string_equal(store_generation(s), "gen-000001");
	assert_int_equal(store_documents(s), 3);
	assert_int_equal(store_size(s, STORE_TABLES), 64);
	store_close(s);
	assert_int_equal(store_check(root, NULL, NULL, &err), ST_OK);
}

static void test_nothing_there_is_said(void **state)
{
	struct err err = {0};
	const char *empty = scratch_path("empty");

	(void)state;
	mkdir(empty, 0755);
	assert_int_equal(S_try(empty, &err), ST_NOINDEX);
	assert_non_null(strstr(err.text, "there is no index"));
	scratch_write(scratch_path("plain"), "x", 1);
	assert_int_equal(S_try(scratch_path("plain"), &err), ST_NOINDEX);
	assert_int_equal(store_check(empty, NULL, NULL, &err), ST_NOINDEX);
}

static void test_two_generations_are_kept(void **state)
{
	struct err err = {0};
	const char *root = S_index("keep", 1, "uno");
	struct snapshot *old;
	size_t n;

	(void)state;
	assert_int_equal(store_open(&old, root, &err), ST_OK);
	for (int i = 0; i < 3; i++)
		assert_int_equal(S_publish(root, 2, "dos", &err), ST_OK);
	assert_false(S_there(root, "gen-000001"));
	assert_false(S_there(root, "gen-000002"));
	assert_true(S_there(root, "gen-000003"));
	assert_true(S_there(root, "gen-000004"));
	assert_string_equal(S_mark(root, &err), "dos");
	/* Who had it open still has all of it. */
	assert_string_equal(store_bytes(old, STORE_TABLES, &n), "tables of uno");
	store_close(old);
}

static void test_a_failed_publication_changes_nothing(void **state)
{
	struct err err = {0};
	const char *root = S_index("failed", 1, "uno");
	struct store *s;

	(void)state;
	assert_int_equal(store_lock(&s, root, &err), ST_OK);
	assert_int_equal(store_publish(s, 1, &err), ST_INTERNAL); /* none begun */
	assert_int_equal(store_put(s, STORE_TABLES, "x", 1, &err), ST_INTERNAL);
	assert_int_equal(S_fill(s, 2, "dos", &err), ST_OK);
	assert_int_equal(unlink(S_at(root, "gen-000002.tmp/column")), 0);
	assert_int_equal(store_publish(s, 2, &err), ST_IO);
	assert_string_equal(S_mark(root, &err), "uno");
	assert_int_equal(S_fill(s, 2, "tres", &err), ST_OK);
	store_unlock(s); /* given up */
	assert_false(S_there(root, "gen-000002.tmp"));
	assert_string_equal(S_mark(root, &err), "uno");
	assert_int_equal(store_check(root, NULL, NULL, &err), ST_OK);
	assert_int_equal(S_publish(root, 2, "dos", &err), ST_OK);
	assert_string_equal(S_mark(root, &err), "dos");
}

static void test_one_writer_at_a_time(void **state)
{
	struct err err = {0};
	const char *root = S_index("lock", 1, "uno");
	struct store *s, *other;

	(void)state;
	assert_int_equal(store_lock(&s, root, &err), ST_OK);
	assert_int_equal(store_lock(&other, root, &err), ST_BUSY);
	assert_null(other);
	/* Deleting the lock file does not let a second writer share. */
	store_unlock(s);
	assert_int_equal(store_lock(&other, root, &err), ST_OK);
	store_unlock(other);
	unlink(S_at(root, "LOCK"));
	assert_int_equal(symlink("/etc/passwd", S_at(root, "LOCK")), 0);
	assert_int_not_equal(store_lock(&s, root, &err), ST_OK);
	assert_null(s);
}

static void test_a_folder_of_others_is_not_taken(void **state)
{
	struct err err = {0};
	const char *root = scratch_path("home");
	struct store *s;

	(void)state;
	mkdir(root, 0755);
	mkdir(S_at(root, "build"), 0755);
	scratch_write(S_at(root, "build/precious"), "x", 1);
	assert_int_equal(store_lock(&s, root, &err), ST_IO);
	assert_true(S_there(root, "build/precious"));
	assert_false(S_there(root, "LOCK"));
}

static void test_leftovers_of_killed_runs_go(void **state)
{
	struct err err = {0};
	const char *root = S_index("left", 1, "uno");
	struct store *s;

	(void)state;
	mkdir(S_at(root, "gen-000005.tmp"), 0755);
	scratch_write(S_at(root, "gen-000005.tmp/index.glass"), "x", 1);
	mkdir(S_at(root, "gen-000004"), 0755);
	scratch_write(S_at(root, "gen-000004/column"), "x", 1);
	scratch_write(S_at(root, "CURRENT.tmp"), "x", 1);
	assert_string_equal(S_mark(root, &err), "uno");
	assert_int_equal(store_check(root, NULL, NULL, &err), ST_OK);
	assert_int_equal(store_lock(&s, root, &err), ST_OK);
	assert_false(S_there(root, "gen-000005.tmp"));
	assert_false(S_there(root, "gen-000004"));
	assert_false(S_there(root, "CURRENT.tmp"));
	store_unlock(s);
	/* Where CURRENT is lost, what is there may be all there is. */
	unlink(S_at(root, "CURRENT"));
	assert_int_equal(store_lock(&s, root, &err), ST_OK);
	assert_true(S_there(root, "gen-000001/MANIFEST"));
	assert_int_equal(S_fill(s, 1, "dos", &err), ST_OK);
	assert_int_equal(store_publish(s, 1, &err), ST_OK);
	store_unlock(s);
	assert_string_equal(S_mark(root, &err), "dos");
}

/* Xapian would follow its lock, and empty what is there. */
static void test_the_lock_of_the_build_folder_leads_nowhere(void **state)
{
	const char *victim = scratch_path("victim");
	char lock[1024];
	struct store *s;
	const char *dir;
	char *text;
	int usable;
	struct err err = {0};
	size_t n;

	(void)state;
	for (int way = 0; way < 3; way++) {
		char name[32];
		const char *root;

		snprintf(name, sizeof name, "led%d", way);
		root = S_index(name, 1, "led");
		scratch_write(victim, "precious", 8);
		snprintf(lock, sizeof lock, "%s/build/flintlock", root);
		unlink(lock);
		if (way == 0)
			assert_int_equal(symlink(victim, lock), 0);
		else if (way == 1)
			assert_int_equal(link(victim, lock), 0);
		else
			assert_int_equal(mkfifo(lock, 0644), 0);
		assert_int_equal(store_lock(&s, root, &err), ST_OK);
		assert_int_equal(store_build_dir(&dir, &usable, s, &err), ST_OK);
		assert_int_equal(usable, 0);
		assert_false(S_there(root, "build/flintlock"));
		store_unlock(s);
		text = scratch_read(victim, &n);
		assert_string_equal(text, "precious");
		free(text);
	}
}

static void test_the_build_folder_is_believed_or_emptied(void **state)
{
	struct err err = {0};
	const char *root = S_index("build", 3, "uno"), *dir;
	struct store *s;
	struct writer *w;
	uint32_t n;
	int usable;

	(void)state;
	assert_int_equal(store_lock(&s, root, &err), ST_OK);
	assert_int_equal(store_build_dir(&dir, &usable, s, &err), ST_OK);
	assert_true(usable);
	/* Opening it and changing nothing leaves it as it was. */
	assert_int_equal(writer_open(&w, dir, 0, &err), ST_OK);
	assert_int_equal(writer_count(w), 3);
	writer_close(w);
	assert_int_equal(store_build_dir(&dir, &usable, s, &err), ST_OK);
	assert_true(usable);
	/* Committed and not published: no longer what was published. */
	assert_int_equal(writer_open(&w, dir, 0, &err), ST_OK);
	assert_int_equal(writer_delete_term(w, "Qd1", &n, &err), ST_OK);
	assert_int_equal(writer_commit(w, &err), ST_OK);
	writer_close(w);
	assert_int_equal(store_build_dir(&dir, &usable, s, &err), ST_OK);
	assert_false(usable);
	assert_false(S_there(root, "build/iamglass"));
	store_unlock(s);

	assert_int_equal(S_publish(root, 3, "dos", &err), ST_OK);
	scratch_write(S_at(root, "build/XAPIANDB"), "remote :touch x", 15);
	assert_int_equal(store_lock(&s, root, &err), ST_OK);
	assert_int_equal(store_build_dir(&dir, &usable, s, &err), ST_OK);
	assert_false(usable);
	assert_false(S_there(root, "build/XAPIANDB"));
	store_unlock(s);

	/* A folder of links that a killed publication left. */
	assert_int_equal(S_publish(root, 3, "dos", &err), ST_OK);
	assert_int_equal(mkdir(S_at(root, "build/lean"), 0700), 0);
	assert_int_equal(symlink("../iamglass", S_at(root, "build/lean/iamglass")), 0);
	assert_int_equal(store_lock(&s, root, &err), ST_OK);
	assert_int_equal(store_build_dir(&dir, &usable, s, &err), ST_OK);
	assert_false(usable);
	assert_false(S_there(root, "build/lean"));
	store_unlock(s);

	assert_int_equal(S_publish(root, 3, "tres", &err), ST_OK);
	scratch_remove(S_at(root, "build"));
	assert_int_equal(store_lock(&s, root, &err), ST_OK);
	assert_int_equal(store_build_dir(&dir, &usable, s, &err), ST_OK);
	assert_false(usable);
	assert_true(S_there(root, "build"));
	store_unlock(s);
}

/* ---- damage ---- */

struct told {
	size_t n;
	char all[4096];
};

static void S_tell(void *ctx, const char *text)
{
	struct told *t = ctx;

	t->n++;
	strncat(t->all, text, sizeof t->all - strlen(t->all) - 1);
	strncat(t->all, "\n", sizeof t->all - strlen(t->all) - 1);
}

/* Nothing but refusal will do, by opening and by checking. */
static void S_refused(const char *root, const char *what, const char *file)
{
	struct err err = {0};
	struct told told = {0};
	enum status st = S_try(root, &err);

	if (st != ST_DAMAGED && st != ST_VERSION &&
	    !(st == ST_NOINDEX && strcmp(file, "CURRENT") == 0))
		fail_msg("%s %s: %s %s", what, file, status_name(st), err.text);
	if (st != ST_NOINDEX && !strstr(err.text, REBUILD))
		fail_msg("%s %s: %s", what, file, err.text);
	st = store_check(root, S_tell, &told, &err);
	if (st == ST_OK || (st != ST_NOINDEX && told.n == 0))
		fail_msg("check, %s %s: %s %s", what, file, status_name(st), err.text);
}

static void test_damage_is_refused(void **state)
{
	static const char *const names[] = {
		"CURRENT",
		"gen-000001/MANIFEST",
		"gen-000001/index.glass",
		"gen-000001/column",
		"gen-000001/tables",
		"gen-000001/vocabulary",
		"gen-000001/sources",
	};
	const size_t n_names = sizeof names / sizeof *names;
	const char *root = S_index("damage", 5, "uno");
	struct err err = {0};

	(void)state;
	scratch_random("damage");
	for (size_t i = 0; i < n_names; i++) {
		char path[1024], kept[1024];
		size_t n = 0, other_n = 0;
		char *bytes, *bad, *other;

		snprintf(path, sizeof path, "%s", S_at(root, names[i]));
		snprintf(kept, sizeof kept, "%s", scratch_path("kept"));
		bytes = scratch_read(path, &n);
		bad = malloc(n + 1);
		for (int k = 0; k < 40; k++) {
			size_t at = scratch_below((uint32_t)n);

			memcpy(bad, bytes, n);
			bad[at] = (char)(bad[at] ^ 1 << scratch_below(8));
			scratch_write(path, bad, n);
			S_refused(root, "flip", names[i]);
			scratch_write(path, bytes, scratch_below((uint32_t)n));
			S_refused(root, "truncate", names[i]);
			memcpy(bad, bytes, n);
			at = scratch_below((uint32_t)n);
			memset(bad + at, 0, n - at);
			bad[at] = bytes[at] ? 0 : 1;
			scratch_write(path, bad, n);
			S_refused(root, "zero", names[i]);
		}
		memcpy(bad, bytes, n);
		bad[n] = '\n';
		scratch_write(path, bad, n + 1);
		S_refused(root, "append", names[i]);
		other = scratch_read(S_at(root, names[(i + 1) % n_names]), &other_n);
		scratch_write(path, other, other_n);
		S_refused(root, "swap", names[i]);
		free(other);

		scratch_write(kept, bytes, n);
		unlink(path);
		S_refused(root, "unlink", names[i]);
		assert_int_equal(symlink(kept, path), 0);
		S_refused(root, "link", names[i]);
		unlink(path);
		assert_int_equal(mkfifo(path, 0644), 0);
		S_refused(root, "fifo", names[i]);
		unlink(path);
		mkdir(path, 0755);
		S_refused(root, "folder", names[i]);
		rmdir(path);

		/* Put back it is trusted again, though with another stamp. */
		scratch_write(path, bytes, n);
		assert_string_equal(S_mark(root, &err), "uno");
		free(bytes);
		free(bad);
	}
	assert_int_equal(store_check(root, NULL, NULL, &err), ST_OK);
}

static void test_a_missing_generation_is_damage(void **state)
{
	const char *root = S_index("missing", 1, "uno");

	(void)state;
	assert_int_equal(rename(S_at(root, "gen-000001"), S_at(root, "gen-000009")), 0);
	S_refused(root, "rename", "gen-000001");
	assert_int_equal(symlink("gen-000009", S_at(root, "gen-000001")), 0);
	S_refused(root, "link", "gen-000001");
}

static void test_large_files_are_trusted_by_their_stamp(void **state)
{
	struct err err = {0};
	struct told told = {0};
	const char *root;
	struct stat st;
	struct timespec times[2];
	char byte = 'x', path[1024];
	int fd;

	(void)state;
	S_padding = (size_t)3 << 20;
	root = S_index("large", 2, "uno");
	S_padding = 0;
	snprintf(path, sizeof path, "%s", S_at(root, "gen-000001/sources"));
	assert_int_equal(stat(path, &st), 0);
	fd = open(path, O_RDWR);
	assert_int_equal(pwrite(fd, &byte, 1, 2500000), 1);
	close(fd);
	/* Written to: another time, so it is hashed. */
	assert_int_equal(S_try(root, &err), ST_DAMAGED);
	times[0] = st.st_atim;
	times[1] = st.st_mtim;
	assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
	/* No trace left: only `check` sees it. */
	assert_int_equal(S_try(root, &err), ST_OK);
	assert_int_equal(store_check(root, S_tell, &told, &err), ST_DAMAGED);
	assert_int_equal(told.n, 1);
	assert_non_null(strstr(told.all, "sources"));
	byte = 0;
	fd = open(path, O_RDWR);
	assert_int_equal(pwrite(fd, &byte, 1, 2500000), 1);
	close(fd);
	assert_string_equal(S_mark(root, &err), "uno");
}

static void test_check_tells_everything(void **state)
{
	struct err err = {0};
	struct told told = {0};
	const char *root = S_index("check", 2, "uno");

	(void)state;
	scratch_write(S_at(root, "gen-000001/notes.txt"), "x", 1);
	scratch_write(S_at(root, "stranger"), "x", 1);
	unlink(S_at(root, "gen-000001/tables"));
	scratch_write(S_at(root, "gen-000001/column"), "y", 1);
	assert_int_equal(store_check(root, S_tell, &told, &err), ST_DAMAGED);
	assert_int_equal(told.n, 4);
	assert_non_null(strstr(told.all, "notes.txt"));
	assert_non_null(strstr(told.all, "stranger"));
	assert_non_null(strstr(told.all, "tables"));
	assert_non_null(strstr(told.all, "column"));
	assert_non_null(strstr(err.text, REBUILD));
}

static void test_other_versions_are_told_apart(void **state)
{
	struct err err = {0};
	const char *root = S_index("version", 1, "uno");
	size_t n;
	char *line = scratch_read(S_at(root, "CURRENT"), &n);

	(void)state;
	assert_memory_equal(line, "fichas 2 ", 9);
	line[7] = '1';
	scratch_write(S_at(root, "CURRENT"), line, n);
	assert_int_equal(S_try(root, &err), ST_VERSION);
	assert_non_null(strstr(err.text, REBUILD));
	free(line);
}

/* ---- trust ---- */

static void test_an_index_of_others_is_refused(void **state)
{
	static const char *const names[] = {".", "CURRENT", "gen-000001",
					    "gen-000001/MANIFEST",
					    "gen-000001/index.glass"};
	struct err err = {0};
	const char *root = S_index("trust", 1, "uno");
	struct store *s;

	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		const char *path = S_at(root, names[i]);
		struct stat st;

		assert_int_equal(stat(path, &st), 0);
		chmod(path, st.st_mode | S_IWOTH);
		assert_int_equal(S_try(root, &err), ST_NOINDEX);
		assert_non_null(strstr(err.text, "not to be trusted"));
		assert_int_equal(store_check(root, NULL, NULL, &err), ST_NOINDEX);
		if (i == 0)
			assert_int_equal(store_lock(&s, root, &err), ST_NOINDEX);
		chmod(path, st.st_mode);
		if (geteuid() == 0) {
			assert_int_equal(chown(path, 12345, (gid_t)-1), 0);
			assert_int_equal(S_try(root, &err), ST_NOINDEX);
			assert_non_null(strstr(err.text, "another user"));
			assert_int_equal(chown(path, 0, (gid_t)-1), 0);
		}
		assert_int_equal(S_try(root, &err), ST_OK);
	}
}

/* What another user sees: root's index may be used, a locked one not. */
static void test_other_users(void **state)
{
	struct err err = {0};
	const char *root = S_index("user", 1, "uno");
	int status;
	pid_t child;

	(void)state;
	if (geteuid() != 0)
		skip();
	chmod(scratch_dir, 0755);
	child = fork();
	if (child == 0) {
		if (setuid(12345) != 0 || !S_mark(root, &err))
			_exit(1);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	chmod(S_at(root, "gen-000001/column"), 0600);
	child = fork();
	if (child == 0) {
		struct store *s;

		if (setuid(12345) != 0 || S_try(root, &err) != ST_NOINDEX ||
		    !strstr(err.text, "cannot be read"))
			_exit(1);
		if (store_lock(&s, root, &err) != ST_NOINDEX && err.code != ST_IO)
			_exit(2);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

static void test_a_copy_answers(void **state)
{
	struct err err = {0};
	const char *root = S_index("copied", 3, "uno");
	char command[2048];

	(void)state;
	snprintf(command, sizeof command,
		 "cp -r '%s' '%s-r' && cp -a '%s' '%s-a' && chmod -R a-w '%s-a'", root,
		 root, root, root, root);
	assert_int_equal(system(command), 0);
	assert_string_equal(S_mark(scratch_path("copied-r"), &err), "uno");
	assert_string_equal(S_mark(scratch_path("copied-a"), &err), "uno");
	/* A copy can be written to as well: hashes, not stamps, tell. */
	assert_int_equal(S_publish(scratch_path("copied-r"), 1, "dos", &err), ST_OK);
	assert_string_equal(S_mark(scratch_path("copied-r"), &err), "dos");
	snprintf(command, sizeof command, "chmod -R u+w '%s-a'", root);
	assert_int_equal(system(command), 0);
}

/* ---- readers beside a publisher ---- */

static void test_readers_see_one_generation_or_the_other(void **state)
{
	enum { READERS = 4 };
	const char *many = getenv("FICHAS_FLIPS"); /* the long form: 20000 */
	const int flips = many ? atoi(many) : 60;
	struct err err = {0};
	const char *root = S_index("flip", 3, "uno");
	const char *stop = scratch_path("stop");
	pid_t child[READERS];

	(void)state;
	for (int i = 0; i < READERS; i++) {
		child[i] = fork();
		if (child[i] == 0) {
			struct stat st;

			while (stat(stop, &st) != 0) {
				const char *mark = S_mark(root, &err);

				if (!mark || (strcmp(mark, "uno") != 0 &&
					      strcmp(mark, "dos") != 0)) {
					fprintf(stderr, "%s\n", mark ? mark : err.text);
					_exit(1);
				}
			}
			_exit(0);
		}
	}
	for (int i = 0; i < flips; i++)
		assert_int_equal(
			S_publish(root, i % 2 ? 3 : 4, i % 2 ? "uno" : "dos", &err),
			ST_OK);
	scratch_write(stop, "", 0);
	for (int i = 0; i < READERS; i++) {
		int status;

		assert_int_equal(waitpid(child[i], &status, 0), child[i]);
		assert_int_equal(status, 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_published_is_read),
		cmocka_unit_test(test_nothing_there_is_said),
		cmocka_unit_test(test_two_generations_are_kept),
		cmocka_unit_test(test_a_failed_publication_changes_nothing),
		cmocka_unit_test(test_one_writer_at_a_time),
		cmocka_unit_test(test_a_folder_of_others_is_not_taken),
		cmocka_unit_test(test_leftovers_of_killed_runs_go),
		cmocka_unit_test(test_the_lock_of_the_build_folder_leads_nowhere),
		cmocka_unit_test(test_the_build_folder_is_believed_or_emptied),
		cmocka_unit_test(test_damage_is_refused),
		cmocka_unit_test(test_a_missing_generation_is_damage),
		cmocka_unit_test(test_large_files_are_trusted_by_their_stamp),
		cmocka_unit_test(test_check_tells_everything),
		cmocka_unit_test(test_other_versions_are_told_apart),
		cmocka_unit_test(test_an_index_of_others_is_refused),
		cmocka_unit_test(test_other_users),
		cmocka_unit_test(test_a_copy_answers),
		cmocka_unit_test(test_readers_see_one_generation_or_the_other),
	};

	return cmocka_run_group_tests(tests, scratch_open, scratch_close);
}

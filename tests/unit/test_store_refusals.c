/* store.c: an index that is damaged, of another version, or that others may write
 * to is refused, and it is said why. */
#include "generations.h"

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_damage_is_refused),
		cmocka_unit_test(test_a_missing_generation_is_damage),
		cmocka_unit_test(test_large_files_are_trusted_by_their_stamp),
		cmocka_unit_test(test_check_tells_everything),
		cmocka_unit_test(test_other_versions_are_told_apart),
		cmocka_unit_test(test_an_index_of_others_is_refused),
		cmocka_unit_test(test_other_users),
		cmocka_unit_test(test_a_copy_answers),
	};

	return cmocka_run_group_tests(tests, scratch_open, scratch_close);
}

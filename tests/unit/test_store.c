/* store.c, store_write.c: what was published is what is read, beside a publisher
 * too, and what a killed run left is cleared away. */
#include <sys/mman.h>

#include "generations.h"

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

/* ---- readers beside a publisher ---- */

enum { READERS = 4 };

/* "uno" has three documents, "dos" four: the one or the other, whole. */
static int S_read_until(const char *stop, const char *root,
			volatile unsigned long *count)
{
	struct err err = {.text = "a mixture"};
	struct stat st;

	do {
		const char *mark = S_mark(root, &err);
		const char *want = S_marked == 3 ? "uno" : S_marked == 4 ? "dos" : "?";

		if (!mark || strcmp(mark, want) != 0) {
			fprintf(stderr, "%s: %s\n", mark ? mark : "-", err.text);
			return 1;
		}
		++*count;
	} while (stat(stop, &st) != 0);
	return 0;
}

static void test_readers_see_one_generation_or_the_other(void **state)
{
	const char *many = getenv("FICHAS_FLIPS"); /* the long form: 20000 */
	const int flips = many ? atoi(many) : 60;
	struct err err = {0};
	const char *root = S_index("flip", 3, "uno");
	const char *stop = scratch_path("stop");
	volatile unsigned long *count =
		mmap(NULL, READERS * sizeof *count, PROT_READ | PROT_WRITE,
		     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	unsigned long all = 0;
	pid_t child[READERS];

	(void)state;
	assert_true(count != MAP_FAILED);
	for (int i = 0; i < READERS; i++) {
		child[i] = fork();
		if (child[i] == 0)
			_exit(S_read_until(stop, root, &count[i]));
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
		assert_true(count[i]);
		all += count[i];
	}
	if (many)
		print_message("%d publications, %lu answers\n", flips, all);
	munmap((void *)count, READERS * sizeof *count);
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
		cmocka_unit_test(test_readers_see_one_generation_or_the_other),
	};

	return cmocka_run_group_tests(tests, scratch_open, scratch_close);
}

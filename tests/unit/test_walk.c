/* walk.h: which files are read, and what their paths are called. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>

#include "../../indexer/walk.h"
#include "faults.h"
#include "scratch.h"

static void test_endings(void **state)
{
	static const struct {
		const char *name;
		enum format format;
	} names[] = {
		{"a.md", FORMAT_DOCUMENT},
		{"A.MarkDown", FORMAT_DOCUMENT},
		{"a.TXT", FORMAT_DOCUMENT},
		{"a.text", FORMAT_DOCUMENT},
		{"a.htm", FORMAT_HTML},
		{"a.html", FORMAT_HTML},
		{"a.xhtml", FORMAT_HTML},
		{"a.jsonl", FORMAT_JSONL},
		{"a.b.ndjson", FORMAT_JSONL},
		{"a.csv", FORMAT_CSV},
		{"a.pdf", FORMAT_PDF},
		{"a.docx", FORMAT_DOCX},
		{"a.odt", FORMAT_ODT},
		{"a.doc", FORMAT_NONE},
		{"md", FORMAT_NONE},
		{".md", FORMAT_NONE},
		{"", FORMAT_NONE},
		{"a.md.gz", FORMAT_NONE},
	};

	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (format_of_name(names[i].name) != names[i].format)
			fail_msg("%s: %d", names[i].name,
				 (int)format_of_name(names[i].name));
}

static void S_shows(const char *raw, const char *want)
{
	struct buf b;
	char *back;

	buf_init(&b, 0);
	path_show(&b, raw, strlen(raw));
	assert_string_equal(b.data, want);
	back = path_raw(b.data);
	assert_non_null(back);
	assert_string_equal(back, raw);
	free(back);
	buf_release(&b);
}

static void test_paths_are_shown_and_turned_back(void **state)
{
	char *raw;

	(void)state;
	S_shows("a/ni\xC3\xB1os.md", "a/ni\xC3\xB1os.md");
	S_shows("50%", "50%25");
	S_shows("a\nb\033[1m\x7F", "a%0Ab%1B[1m%7F");
	S_shows("\xFF\xC3", "%FF%C3");
	S_shows("\xC2\x9B", "%C2%9B");
	S_shows("\xEF\xBF\xBD", "\xEF\xBF\xBD");
	/* What is no escape is itself. */
	raw = path_raw("a%4gb%zz%4");
	assert_string_equal(raw, "a%4gb%zz%4");
	free(raw);
}

static void S_real_is(const char *source, const char *want)
{
	char *real;

	assert_int_equal(path_real(&real, source, NULL), ST_OK);
	assert_string_equal(real, want);
	free(real);
}

static void test_real_paths_of_what_is_gone(void **state)
{
	char here[512], want[1024];

	(void)state;
	S_real_is("-", "-");
	S_real_is("/", "/");
	S_real_is("/no-such-file-here", "/no-such-file-here");
	snprintf(want, sizeof want, "%s/gone", scratch_dir);
	S_real_is(scratch_path("gone"), want);
	S_real_is(scratch_path("gone//"), want);
	/* Of a folder that is gone as well nothing more is known. */
	S_real_is("no/such/folder", "no/such/folder");
	assert_non_null(getcwd(here, sizeof here));
	snprintf(want, sizeof want, "%s/gone.md", here);
	S_real_is("gone.md", want);
	snprintf(want, sizeof want, "%s/~", here);
	S_real_is("~", want);
	/* A link is what it leads to. */
	scratch_write(scratch_path("file.md"), "x", 1);
	assert_int_equal(symlink("file.md", scratch_path("link.md")), 0);
	snprintf(want, sizeof want, "%s/file.md", scratch_dir);
	S_real_is(scratch_path("link.md"), want);
}

/* The paths that were found, with blanks between. */
static const char *S_found(struct found_list *l)
{
	static char out[4096];

	out[0] = '\0';
	found_list_sort(l);
	for (size_t i = 0; i < l->n; i++) {
		strcat(out, l->v[i].path);
		strcat(out, " ");
	}
	return out;
}

static void test_only_regular_files_with_an_ending_of_ours(void **state)
{
	struct found_list l;
	struct diags d;
	char tree[512];

	(void)state;
	snprintf(tree, sizeof tree, "%s", scratch_path("tree"));
	assert_int_equal(mkdir(tree, 0755), 0);
	assert_int_equal(mkdir(scratch_path("tree/sub"), 0755), 0);
	scratch_write(scratch_path("tree/b.md"), "x", 1);
	scratch_write(scratch_path("tree/sub/a.txt"), "xy", 2);
	scratch_write(scratch_path("tree/.hidden.md"), "x", 1);
	scratch_write(scratch_path("tree/c.doc"), "x", 1);
	scratch_write(scratch_path("tree/n\n.csv"), "x", 1);
	assert_int_equal(symlink("b.md", scratch_path("tree/link.md")), 0);
	assert_int_equal(symlink("/", scratch_path("tree/root")), 0);
	assert_int_equal(mkfifo(scratch_path("tree/pipe.md"), 0644), 0);
	found_list_init(&l);
	diags_init(&d, NULL, NULL);
	assert_int_equal(walk_source(&l, tree, &d, NULL), ST_OK);
	assert_string_equal(S_found(&l), "b.md n%0A.csv sub/a.txt ");
	assert_int_equal(l.skipped, 5);
	assert_int_equal(l.v[2].size, 2);
	assert_true(l.v[2].mtime > 0);
	assert_string_equal(l.v[2].root, l.roots.v[0]);
	assert_int_equal(diags_count(&d, DIAG_ERROR), 0);
	/* Named once more by itself, a file is still one. */
	assert_int_equal(walk_source(&l, scratch_path("tree/sub/a.txt"), &d, NULL),
			 ST_OK);
	assert_string_equal(S_found(&l), "b.md n%0A.csv a.txt ");
	assert_int_equal(walk_source(&l, tree, &d, NULL), ST_OK);
	assert_string_equal(S_found(&l), "b.md n%0A.csv a.txt ");
	diags_release(&d);
	found_list_release(&l);
	found_list_sort(&l);
	assert_int_equal(l.n, 0);
}

static void test_what_is_named(void **state)
{
	struct found_list l;
	struct err err = {0};

	(void)state;
	found_list_init(&l);
	scratch_write(scratch_path("noending"), "x", 1);
	assert_int_equal(walk_source(&l, scratch_path("noending"), NULL, NULL), ST_OK);
	assert_int_equal(l.v[0].format, FORMAT_DOCUMENT);
	assert_int_equal(walk_source(&l, "-", NULL, NULL), ST_OK);
	assert_int_equal(l.v[1].format, FORMAT_JSONL);
	assert_string_equal(l.v[1].raw, "-");
	assert_int_equal(walk_source(&l, scratch_path("nothing"), NULL, &err), ST_IO);
	assert_non_null(strstr(err.text, "nothing"));
	assert_int_equal(mkfifo(scratch_path("pipe"), 0644), 0);
	assert_int_equal(walk_source(&l, scratch_path("pipe"), NULL, &err), ST_IO);
	assert_non_null(strstr(err.text, "pipe"));
	assert_int_equal(walk_source(&l, "/dev/zero", NULL, &err), ST_IO);
	found_list_release(&l);
}

/* Deeper folders than the limit are said, and the rest is found. */
static void test_depth(void **state)
{
	char path[2048], file[2100];
	struct found_list l;
	struct diags d;
	size_t n;

	(void)state;
	n = (size_t)snprintf(path, sizeof path, "%s", scratch_path("deep"));
	assert_int_equal(mkdir(path, 0755), 0);
	for (int i = 1; i <= WALK_DEPTH_MAX + 1; i++) {
		n += (size_t)snprintf(path + n, sizeof path - n, "/d");
		assert_int_equal(mkdir(path, 0755), 0);
		snprintf(file, sizeof file, "%s/f.md", path);
		scratch_write(file, "x", 1);
	}
	found_list_init(&l);
	diags_init(&d, NULL, NULL);
	assert_int_equal(walk_source(&l, scratch_path("deep"), &d, NULL), ST_OK);
	assert_int_equal(l.n, WALK_DEPTH_MAX);
	assert_int_equal(l.unreadable.n, 1);
	assert_int_equal(diags_count(&d, DIAG_ERROR), 1);
	assert_string_equal(d.v[0].code, "too-deep");
	diags_release(&d);
	found_list_release(&l);
}

static void test_unreadable_folders(void **state)
{
	struct found_list l;
	struct diags d;
	struct err err;
	bool root = geteuid() == 0;

	(void)state;
	assert_int_equal(chmod(scratch_dir, 0755), 0);
	assert_int_equal(mkdir(scratch_path("closed"), 0755), 0);
	assert_int_equal(mkdir(scratch_path("closed/in"), 0), 0);
	scratch_write(scratch_path("closed/a.md"), "x", 1);
	found_list_init(&l);
	diags_init(&d, NULL, NULL);
	/* Root reads everything: as somebody else. */
	if (root)
		assert_int_equal(seteuid(65534), 0);
	assert_int_equal(walk_source(&l, scratch_path("closed"), &d, &err), ST_OK);
	assert_int_equal(l.n, 1);
	assert_int_equal(l.unreadable.n, 1);
	assert_int_equal(walk_source(&l, scratch_path("closed/in"), &d, &err), ST_IO);
	if (root)
		assert_int_equal(seteuid(0), 0);
	chmod(scratch_path("closed/in"), 0755);
	diags_release(&d);
	found_list_release(&l);
}

/* What cannot be looked at is not gone: it is told, and known to be unread. */
static void test_what_cannot_be_looked_at(void **state)
{
	static const int errors[] = {EIO, EACCES, ENOMEM};

	(void)state;
	assert_int_equal(mkdir(scratch_path("looked"), 0755), 0);
	scratch_write(scratch_path("looked/a.md"), "x", 1);
	for (size_t i = 0; i < sizeof errors / sizeof *errors; i++) {
		struct found_list l;
		struct diags d;

		found_list_init(&l);
		diags_init(&d, NULL, NULL);
		faults_name("fstatat", 1, errors[i], false);
		assert_int_equal(walk_source(&l, scratch_path("looked"), &d, NULL),
				 ST_OK);
		assert_true(faults_met());
		assert_int_equal(l.n, 0);
		assert_int_equal(l.unreadable.n, 1);
		assert_non_null(strstr(l.unreadable.v[0], "/looked/a.md"));
		assert_int_equal(diags_count(&d, DIAG_ERROR), 1);
		assert_non_null(strstr(d.v[0].message, strerror(errors[i])));
		diags_release(&d);
		found_list_release(&l);
	}
}

/* Looked at too late: it is gone, as if it had not been there. */
static void test_what_vanishes_meanwhile(void **state)
{
	struct found_list l;
	struct diags d;

	(void)state;
	assert_int_equal(mkdir(scratch_path("vanishes"), 0755), 0);
	scratch_write(scratch_path("vanishes/a.md"), "x", 1);
	found_list_init(&l);
	diags_init(&d, NULL, NULL);
	faults_name("fstatat", 1, ENOENT, false);
	assert_int_equal(walk_source(&l, scratch_path("vanishes"), &d, NULL), ST_OK);
	assert_true(faults_met());
	assert_int_equal(l.n, 0);
	assert_int_equal(l.unreadable.n, 0);
	assert_int_equal(diags_count(&d, DIAG_ERROR), 0);
	/* The source itself is asked for by name. */
	faults_name("stat", 1, ENOENT, false);
	assert_int_equal(walk_source(&l, scratch_path("vanishes"), &d, NULL), ST_IO);
	assert_true(faults_met());
	diags_release(&d);
	found_list_release(&l);
}

/* What lies in the root has one slash before it. */
static void test_the_root(void **state)
{
	struct found_list l;
	struct diags d;

	(void)state;
	found_list_init(&l);
	diags_init(&d, NULL, NULL);
	faults_name("fstatat", 1, EIO, true); /* no further than its names */
	assert_int_equal(walk_source(&l, "/", &d, NULL), ST_OK);
	assert_true(faults_met());
	assert_true(l.unreadable.n > 0);
	for (size_t i = 0; i < l.unreadable.n; i++) {
		assert_int_equal(l.unreadable.v[i][0], '/');
		assert_int_not_equal(l.unreadable.v[i][1], '/');
	}
	diags_release(&d);
	found_list_release(&l);
}

static enum status S_walk_once(const char *source, size_t *n, size_t *told)
{
	struct found_list l;
	struct diags d;
	enum status st;

	found_list_init(&l);
	diags_init(&d, NULL, NULL);
	st = walk_source(&l, source, &d, NULL);
	found_list_sort(&l);
	*n = l.n;
	*told = l.unreadable.n;
	diags_release(&d);
	found_list_release(&l);
	return st;
}

/* Without memory there is no list, and without a call there is no silence. */
static void test_walking_without(void **state)
{
	struct faults_places places;
	size_t n, told;
	enum status st;

	(void)state;
	assert_int_equal(mkdir(scratch_path("faulty"), 0755), 0);
	assert_int_equal(mkdir(scratch_path("faulty/in"), 0755), 0);
	assert_int_equal(mkdir(scratch_path("faulty/on"), 0755), 0);
	scratch_write(scratch_path("faulty/in/a.md"), "x", 1);
	scratch_write(scratch_path("faulty/on/b.md"), "x", 1);
	for (int kind = FAULTS_MEMORY; kind <= FAULTS_CALLS; kind++) {
		faults_watch((enum faults_kind)kind);
		assert_int_equal(S_walk_once(scratch_path("faulty"), &n, &told), ST_OK);
		faults_watched(&places);
		assert_int_equal(n, 2);
		assert_true(places.n > 3);
		for (size_t i = 0; i < 2 * places.n; i++) {
			faults_set((enum faults_kind)kind, places.v[i / 2],
				   kind == FAULTS_MEMORY ? ENOMEM : EIO, i % 2);
			st = S_walk_once(scratch_path("faulty"), &n, &told);
			assert_true(faults_met());
			if (kind == FAULTS_MEMORY)
				assert_int_equal(st, ST_NOMEM);
			else if (!st)
				assert_true(told || n == 2);
			else
				assert_int_equal(st, ST_IO);
		}
	}
}

/* Each kind of source, without memory; what cannot be read is not forgotten. */
static void test_sources_without_memory(void **state)
{
	const char *const sources[] = {"-", "faulty/in/a.md", "deep"};
	struct faults_places places;
	size_t n, told;

	(void)state;
	for (size_t k = 0; k < sizeof sources / sizeof *sources; k++) {
		char source[512];

		snprintf(source, sizeof source, "%s",
			 k ? scratch_path(sources[k]) : sources[k]);
		faults_watch(FAULTS_MEMORY);
		assert_int_equal(S_walk_once(source, &n, &told), ST_OK);
		faults_watched(&places);
		assert_int_equal(told, k == 2);
		assert_true(places.n > 3);
		(void)memory_was_lacking();
		for (size_t i = 0; i < 2 * places.n; i++) {
			enum status st;

			faults_set(FAULTS_MEMORY, places.v[i / 2], ENOMEM, i % 2);
			st = S_walk_once(source, &n, &told);
			assert_true(faults_met());
			if (!memory_was_lacking())
				assert_int_equal(st, ST_NOMEM);
		}
	}
}

static void test_paths_without_memory(void **state)
{
	const char *const sources[] = {"-", "/", "gone", "no/such/folder"};
	struct faults_places places;
	struct buf shown;
	char *out;

	(void)state;
	for (size_t k = 0; k < sizeof sources / sizeof *sources; k++) {
		faults_watch(FAULTS_MEMORY);
		assert_int_equal(path_real(&out, sources[k], NULL), ST_OK);
		faults_watched(&places);
		free(out);
		assert_true(places.n > 0);
		for (size_t i = 0; i < 2 * places.n; i++) {
			faults_set(FAULTS_MEMORY, places.v[i / 2], ENOMEM, i % 2);
			assert_int_equal(path_real(&out, sources[k], NULL), ST_NOMEM);
			assert_true(faults_met());
			assert_null(out);
		}
	}
	faults_set(FAULTS_MEMORY, 1, ENOMEM, false);
	assert_null(path_raw("a"));
	assert_true(faults_met());
	buf_init(&shown, 0);
	faults_set(FAULTS_MEMORY, 1, ENOMEM, false);
	path_show(&shown, "a", 1);
	assert_true(faults_met());
	assert_int_equal(buf_status(&shown, NULL), ST_NOMEM);
	buf_release(&shown);
}

/* A folder that cannot be read stays, and is closed again. */
static void test_a_folder_that_cannot_be_removed(void **state)
{
	int fd, again;

	(void)state;
	assert_int_equal(mkdir(scratch_path("stays"), 0755), 0);
	fd = dup(0);
	assert_true(fd >= 0 && close(fd) == 0);
	faults_name("fdopendir", 1, ENOMEM, false);
	remove_folder(scratch_path("stays"));
	assert_true(faults_met());
	assert_int_equal(access(scratch_path("stays"), F_OK), 0);
	again = dup(0);
	assert_int_equal(again, fd);
	close(again);
}

static void test_folders_are_removed_two_levels_deep(void **state)
{
	(void)state;
	remove_folder(scratch_path("not-there"));
	assert_int_equal(mkdir(scratch_path("old"), 0755), 0);
	assert_int_equal(mkdir(scratch_path("old/in"), 0755), 0);
	scratch_write(scratch_path("kept"), "x", 1);
	scratch_write(scratch_path("old/in/f"), "x", 1);
	assert_int_equal(symlink("../kept", scratch_path("old/link")), 0);
	assert_int_equal(symlink("..", scratch_path("old/in/up")), 0);
	remove_folder(scratch_path("old"));
	assert_int_equal(access(scratch_path("old"), F_OK), -1);
	assert_int_equal(access(scratch_path("kept"), F_OK), 0);
	/* A third level is not ours: it stays. */
	assert_int_equal(mkdir(scratch_path("old"), 0755), 0);
	assert_int_equal(mkdir(scratch_path("old/a"), 0755), 0);
	assert_int_equal(mkdir(scratch_path("old/a/b"), 0755), 0);
	scratch_write(scratch_path("old/a/b/f"), "x", 1);
	remove_folder(scratch_path("old"));
	assert_int_equal(access(scratch_path("old/a/b/f"), F_OK), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_endings),
		cmocka_unit_test(test_paths_are_shown_and_turned_back),
		cmocka_unit_test(test_real_paths_of_what_is_gone),
		cmocka_unit_test(test_only_regular_files_with_an_ending_of_ours),
		cmocka_unit_test(test_what_is_named),
		cmocka_unit_test(test_depth),
		cmocka_unit_test(test_unreadable_folders),
		cmocka_unit_test(test_what_cannot_be_looked_at),
		cmocka_unit_test(test_what_vanishes_meanwhile),
		cmocka_unit_test(test_the_root),
		cmocka_unit_test(test_walking_without),
		cmocka_unit_test(test_sources_without_memory),
		cmocka_unit_test(test_paths_without_memory),
		cmocka_unit_test(test_a_folder_that_cannot_be_removed),
		cmocka_unit_test(test_folders_are_removed_two_levels_deep),
	};

	return cmocka_run_group_tests(tests, scratch_open, scratch_close);
}

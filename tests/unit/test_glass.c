/* glass.h: what Xapian publishes passes, what would lead it astray does not, and over
 * what passes it comes to an end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "../../lib/glass.h"
#include "attach.h"
#include "reader.h"
#include "scratch.h"
#include "writer.h"

#define BLOCK 8192

struct database {
	char path[512];
	unsigned char *bytes;
	size_t n;
};

/* A database with a tree of blocks: many ids, each a term. */
static void S_make(struct database *b, const char *name, unsigned documents)
{
	struct err err = {0};
	struct writer *w;
	const char *dir;
	char inside[128];

	snprintf(inside, sizeof inside, "%s-build", name);
	dir = scratch_path(inside);
	if (writer_open(&w, dir, 1, &err))
		fail_msg("%s", err.text);
	for (unsigned i = 0; i < documents; i++) {
		char id[64];
		struct scratch_doc d;

		snprintf(id, sizeof id, "una-ficha-de-la-municipalidad-%u", i);
		scratch_doc(&d, id, "record");
		scratch_post(&d, i % 3 ? "SAuna" : "SAotra", 0, 1);
		if (writer_put(w, &d.d, &err))
			fail_msg("%s", err.text);
	}
	assert_int_equal(writer_commit(w, &err), ST_OK);
	writer_close(w);
	mkdir(scratch_path(name), 0755);
	snprintf(b->path, sizeof b->path, "%s/index.glass", scratch_path(name));
	assert_int_equal(writer_compact(dir, b->path, &err), ST_OK);
	b->bytes = (unsigned char *)scratch_read(b->path, &b->n);
}

static struct database S_tree;

static enum status S_check(const void *bytes, size_t n, bool blocks)
{
	char *path = strdup(scratch_path("checked"));
	enum status st;
	int fd;

	scratch_write(path, bytes, n);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	assert_true(fd >= 0);
	st = glass_check(fd, n, blocks);
	close(fd);
	free(path);
	return st;
}

static void test_what_is_published_passes(void **state)
{
	static const unsigned sizes[] = {0, 1, 2, 7, 60, 250, 1000};

	(void)state;
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		struct database b;
		char name[32];

		snprintf(name, sizeof name, "of%u", sizes[i]);
		S_make(&b, name, sizes[i]);
		assert_int_equal(S_check(b.bytes, b.n, true), ST_OK);
		assert_int_equal(S_check(b.bytes, b.n, false), ST_OK);
		free(b.bytes);
	}
	assert_int_equal(S_check(S_tree.bytes, S_tree.n, true), ST_OK);
}

/* From here on this process cannot look at a file by its name (only at one that it has
 * open), as stat() does. */
static void S_blind(void)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_newfstatat, 0, 3),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 offsetof(struct seccomp_data, args[0])),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)AT_FDCWD, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EACCES),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog filter = {sizeof code / sizeof *code, code};

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) != 0)
		_exit(98);
}

/* Xapian compacts all the same. */
static void test_what_would_be_refused_is_not_published(void **state)
{
	char to[512], dir[512];
	pid_t child;
	int how;

	(void)state;
	snprintf(dir, sizeof dir, "%s", scratch_path("of60-build"));
	mkdir(scratch_path("blind"), 0755);
	snprintf(to, sizeof to, "%s", scratch_path("blind/index.glass"));
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		struct err err = {0};
		enum status st;

		S_blind();
		st = writer_compact(dir, to, &err);
		_exit(st == ST_DAMAGED && strstr(err.text, "index.glass") ? 0 : 1);
	}
	assert_int_equal(waitpid(child, &how, 0), child);
	assert_int_equal(how, 0);
	unlink(to);
	child = fork();
	if (child == 0)
		_exit(writer_compact(dir, to, NULL) != ST_OK);
	assert_int_equal(waitpid(child, &how, 0), child);
	assert_int_equal(how, 0);
}

/* ---- each rule ---- */

static unsigned char *S_copy; /* of S_tree, to be damaged */

static unsigned char *S_root_block(void)
{
	for (size_t n = 1; n < S_tree.n / BLOCK; n++)
		if (S_copy[n * BLOCK + 4] > 0)
			return S_copy + n * BLOCK;
	fail_msg("no tree");
	return NULL;
}

static unsigned char *S_leaf(void)
{
	unsigned char *root = S_root_block();
	unsigned char *item = root + (root[11] << 8 | root[12]);

	return S_copy + (size_t)(item[2] << 8 | item[3]) * BLOCK;
}

static unsigned char *S_item(unsigned char *block, unsigned i)
{
	return block + (block[11 + 2 * i] << 8 | block[12 + 2 * i]);
}

static void S_set2(unsigned char *p, unsigned v)
{
	p[0] = (unsigned char)(v >> 8);
	p[1] = (unsigned char)v;
}

/* In the head: after name, version, UUID and a revision of one byte. */
static void S_root_elsewhere(void)
{
	S_copy[33] = 127;
}
static void S_root_is_the_head(void)
{
	S_copy[33] = 0;
}
static void S_too_many_levels(void)
{
	S_copy[34] = 10 << 2;
}
static void S_another_level(void)
{
	S_copy[34] = (unsigned char)(S_copy[34] + 4);
}
static void S_said_to_be_empty(void)
{
	S_copy[34] |= 1;
}
static void S_another_name(void)
{
	S_copy[3] ^= 32;
}
static void S_numbers_without_end(void)
{
	memset(S_copy + 33, 0xff, 223);
}
/* Xapian would then go by the numbers of the blocks. */
static void S_sequential_in_another_order(void)
{
	unsigned char *root = S_root_block(), saved[BLOCK];
	unsigned char *a = S_item(root, 0), *b = S_item(root, 1), number[4];
	unsigned char *x = S_copy + (size_t)(a[2] << 8 | a[3]) * BLOCK;
	unsigned char *y = S_copy + (size_t)(b[2] << 8 | b[3]) * BLOCK;

	memcpy(saved, x, BLOCK);
	memcpy(x, y, BLOCK);
	memcpy(y, saved, BLOCK);
	memcpy(number, a, 4);
	memcpy(a, b, 4);
	memcpy(b, number, 4);
	assert_int_equal(S_check(S_copy, S_tree.n, true), ST_OK);
	S_copy[34] |= 2;
}
static void S_later_revision(void)
{
	S_leaf()[0] = 0x7f;
}
static void S_leaf_above(void)
{
	S_leaf()[4] = 1;
}
static void S_root_below(void)
{
	S_root_block()[4] = 0;
}
static void S_empty_directory(void)
{
	S_set2(S_leaf() + 9, 11);
}
static void S_half_an_entry(void)
{
	S_set2(S_leaf() + 9, 14);
}
static void S_directory_past_the_end(void)
{
	S_set2(S_leaf() + 9, BLOCK + 1);
}
static void S_item_in_the_directory(void)
{
	S_set2(S_leaf() + 11 + 4, 12);
}
static void S_item_at_the_end(void)
{
	S_set2(S_leaf() + 11 + 4, BLOCK - 1);
}
static void S_item_past_the_end(void)
{
	S_set2(S_leaf() + 11 + 4, 0xfff0);
}
static void S_long_item(void)
{
	unsigned char *item = S_item(S_leaf(), 3);

	S_set2(item, (unsigned)(item[0] & 0xe0) << 8 | 0x1fff);
}
static unsigned char *S_small_item(void)
{
	unsigned char *leaf = S_copy + BLOCK;

	for (; leaf < S_copy + S_tree.n; leaf += BLOCK)
		for (unsigned i = 0; leaf[4] == 0 && i < 100; i++) {
			unsigned char *item = S_item(leaf, i);

			if (item > leaf + 300 && item < leaf + BLOCK - 100 &&
			    (item[0] & 0x1f) == 0 && item[1] < 100 && item[2] > 10)
				return item;
		}
	fail_msg("no small item");
	return NULL;
}
static void S_key_longer_than_its_item(void)
{
	S_small_item()[2] = 100;
}
static void S_no_room_for_the_key(void)
{
	unsigned char *item = S_small_item();

	S_set2(item, (unsigned)(item[0] & 0xe0) << 8);
}
static void S_two_in_wrong_order(void)
{
	unsigned char *d = S_leaf() + 11 + 4, saved[2];

	memcpy(saved, d, 2);
	memmove(d, d + 2, 2);
	memcpy(d + 2, saved, 2);
}
static void S_one_item_twice(void)
{
	unsigned char *d = S_leaf() + 11 + 4;

	memmove(d, d + 2, 2);
}
static void S_block_below_itself(void)
{
	unsigned char *root = S_root_block();
	size_t n = (size_t)(root - S_copy) / BLOCK;

	S_set2(S_item(root, 1) + 2, (unsigned)n);
}
static void S_one_block_twice(void)
{
	unsigned char *root = S_root_block();

	memcpy(S_item(root, 1), S_item(root, 0), 4);
}
static void S_block_outside(void)
{
	S_set2(S_item(S_root_block(), 1), 0xffff);
}
static void S_leaves_of_each_other(void)
{
	unsigned char *root = S_root_block(), number[4];

	memcpy(number, S_item(root, 0), 4);
	memcpy(S_item(root, 0), S_item(root, 1), 4);
	memcpy(S_item(root, 1), number, 4);
}
static void S_branch_past_the_end(void)
{
	S_set2(S_root_block() + 11 + 2, BLOCK - 6);
}

static void test_each_rule(void **state)
{
	static const struct {
		const char *what;
		void (*damage)(void);
	} cases[] = {
#define CASE(f) {#f, f}
		CASE(S_root_elsewhere),
		CASE(S_root_is_the_head),
		CASE(S_too_many_levels),
		CASE(S_another_level),
		CASE(S_said_to_be_empty),
		CASE(S_another_name),
		CASE(S_numbers_without_end),
		CASE(S_sequential_in_another_order),
		CASE(S_later_revision),
		CASE(S_leaf_above),
		CASE(S_root_below),
		CASE(S_empty_directory),
		CASE(S_half_an_entry),
		CASE(S_directory_past_the_end),
		CASE(S_item_in_the_directory),
		CASE(S_item_at_the_end),
		CASE(S_item_past_the_end),
		CASE(S_long_item),
		CASE(S_key_longer_than_its_item),
		CASE(S_no_room_for_the_key),
		CASE(S_two_in_wrong_order),
		CASE(S_one_item_twice),
		CASE(S_block_below_itself),
		CASE(S_one_block_twice),
		CASE(S_block_outside),
		CASE(S_leaves_of_each_other),
		CASE(S_branch_past_the_end),
#undef CASE
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		memcpy(S_copy, S_tree.bytes, S_tree.n);
		cases[i].damage();
		if (S_check(S_copy, S_tree.n, true) != ST_DAMAGED)
			fail_msg("%s passed", cases[i].what);
	}
}

/* The tables that are not for postings have no blocks, in what is published. */
static void test_a_head_alone(void **state)
{
	unsigned char *other;

	(void)state;
	memcpy(S_copy, S_tree.bytes, S_tree.n);
	/* The first table's six numbers, its list, then the second's. */
	other = memmem(S_copy + 33, 64, "\x00\x03\x00\x04\x12", 5);
	assert_non_null(other);
	other[1] = 0;
	assert_int_equal(S_check(S_copy, S_tree.n, false), ST_DAMAGED);
	other[1] = 3;
	other[3] = 8;
	assert_int_equal(S_check(S_copy, S_tree.n, false), ST_DAMAGED);
	/* Of a block nothing is said without looking at it. */
	memcpy(S_copy, S_tree.bytes, S_tree.n);
	S_later_revision();
	assert_int_equal(S_check(S_copy, S_tree.n, false), ST_OK);
	assert_int_equal(S_check(S_tree.bytes, S_tree.n - BLOCK, false), ST_DAMAGED);
	assert_int_equal(S_check(S_tree.bytes, S_tree.n - 1, false), ST_DAMAGED);
	assert_int_equal(S_check(S_tree.bytes, 255, false), ST_DAMAGED);
	assert_int_equal(S_check(S_tree.bytes, 0, true), ST_DAMAGED);
	assert_int_equal(glass_check(-1, S_tree.n, true), ST_IO);
	/* A file that is shorter than its size was. */
	scratch_write(scratch_path("short"), S_tree.bytes, S_tree.n - BLOCK);
	assert_int_equal(glass_check(open(scratch_path("short"), O_RDONLY | O_CLOEXEC),
				     S_tree.n, true),
			 ST_DAMAGED);
}

/* ---- the folder that is written to ---- */

static enum status S_check_folder(const char *dir)
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	enum status st = glass_check_folder(fd);

	close(fd);
	return st;
}

/* Each block of a file in turn becomes `as`: those of the tree are missed. */
static void S_spoil_blocks(const char *dir, const char *name, unsigned char as)
{
	char path[1024];
	unsigned char *bytes;
	size_t n, refused = 0;

	snprintf(path, sizeof path, "%s/%s", dir, name);
	bytes = (unsigned char *)scratch_read(path, &n);
	assert_true(n >= 4 * BLOCK);
	for (size_t at = 0; at + BLOCK <= n; at += BLOCK) {
		const unsigned char level = bytes[at + 4];

		bytes[at + 4] = as;
		scratch_write(path, bytes, n);
		refused += S_check_folder(dir) == ST_DAMAGED;
		bytes[at + 4] = level;
	}
	assert_true(refused > 5); /* each commit leaves many free */
	scratch_write(path, bytes, n - BLOCK);
	assert_int_equal(S_check_folder(dir), ST_DAMAGED);
	scratch_write(path, bytes, n);
	assert_int_equal(S_check_folder(dir), ST_OK);
	free(bytes);
}

/* After many changes some blocks are free; all of it passes. */
static void test_a_folder_that_is_written_to(void **state)
{
	char *dir = strdup(scratch_path("changed")), path[1024];
	struct err err = {0};
	unsigned char *head;
	size_t n;

	(void)state;
	scratch_random("a folder that is written to");
	for (int turn = 0; turn < 12; turn++) {
		struct writer *w;

		if (writer_open(&w, dir, turn == 0, &err))
			fail_msg("%s", err.text);
		for (int i = turn ? 300 : 1500; i > 0; i--) {
			char id[64], term[80];
			struct scratch_doc d;
			uint32_t gone;
			enum status st;

			snprintf(id, sizeof id, "una-ficha-de-la-municipalidad-%u",
				 (unsigned)scratch_below(3000));
			scratch_doc(&d, id, "record");
			scratch_post(&d, i % 3 ? "SAuna" : "SAotra", 0, 1);
			if (scratch_below(3)) {
				st = writer_put(w, &d.d, &err);
			} else {
				snprintf(term, sizeof term, "Q%s", id);
				st = writer_delete_term(w, term, &gone, &err);
			}
			if (st)
				fail_msg("%s", err.text);
		}
		assert_int_equal(writer_commit(w, &err), ST_OK);
		writer_close(w);
		assert_int_equal(S_check_folder(dir), ST_OK);
	}
	S_spoil_blocks(dir, "postlist.glass", 9);
	S_spoil_blocks(dir, "termlist.glass", 9);
	snprintf(path, sizeof path, "%s/iamglass", dir);
	head = (unsigned char *)scratch_read(path, &n);
	scratch_write(path, head, 40);
	assert_int_equal(S_check_folder(dir), ST_DAMAGED);
	head[0] ^= 1;
	scratch_write(path, head, n);
	assert_int_equal(S_check_folder(dir), ST_DAMAGED);
	unlink(path);
	assert_int_equal(S_check_folder(dir), ST_IO);
	free(head);
	free(dir);
}

/* ---- what passes ---- */

static int S_nothing(void *ctx, const char *rest, size_t n, uint32_t documents)
{
	(void)rest;
	(void)n;
	(void)documents;
	return ++*(unsigned *)ctx < 100000;
}

/* All that a search asks Xapian for; what comes of it is one of the answers that a
 * damaged index has. */
static void S_use(void)
{
	struct reader_files files;
	struct docset docs;
	struct err err = {0};
	struct reader *r;
	struct buf bytes;
	unsigned terms = 0;
	uint32_t docid;
	int fd;

	scratch_write(S_tree.path, S_copy, S_tree.n);
	fd = open(S_tree.path, O_RDONLY | O_CLOEXEC);
	files = attached(fd, S_tree.path);
	if (!reader_open(&r, &files, &err)) {
		buf_init(&bytes, 0);
		reader_each_term(r, "", S_nothing, &terms, &err);
		reader_each_term(r, "Q", S_nothing, &terms, &err);
		if (!reader_postings(&docs, r, "", &err))
			docset_release(&docs);
		if (!reader_postings(&docs, r, "SAuna", &err))
			docset_release(&docs);
		reader_find(&docid, r, "una-ficha-de-la-municipalidad-7", &err);
		reader_find(&docid, r, "zz", &err);
		reader_metadata(&bytes, r, "nada", &err);
		buf_release(&bytes);
		reader_close(r);
	}
	file_unmap(files.positions, files.positions_n);
	file_unmap(files.records, files.records_n);
	close(fd);
}

static void S_damage(void)
{
	const size_t blocks = S_tree.n / BLOCK;
	size_t at, block = scratch_below((uint32_t)blocks);
	static const unsigned char values[] = {0,    1,	   2,	 0x20, 0x40,
					       0x7f, 0x80, 0xe0, 0xff};

	switch (scratch_below(5)) {
	case 0: /* a head, or the beginning of a block */
		at = block * BLOCK + scratch_below(block ? 200 : 96);
		break;
	case 1: /* an item */
		at = (size_t)(S_item(S_copy + block * BLOCK, scratch_below(60)) -
			      S_copy);
		at += scratch_below(8);
		break;
	default:
		at = scratch_below((uint32_t)S_tree.n);
	}
	if (at >= S_tree.n)
		return;
	if (scratch_below(4) == 0 && at + 8 < S_tree.n)
		memmove(S_copy + at, S_copy + scratch_below((uint32_t)S_tree.n - 8), 8);
	else if (scratch_below(2))
		S_copy[at] = values[scratch_below(sizeof values)];
	else
		S_copy[at] ^= (unsigned char)(1 << scratch_below(8));
}

static void test_what_passes_can_be_used(void **state)
{
	unsigned passed = 0, refused = 0;

	(void)state;
	scratch_random("what passes can be used");
	for (int i = 0; i < 1500 * scratch_times(); i++) {
		memcpy(S_copy, S_tree.bytes, S_tree.n);
		for (uint32_t k = scratch_below(3) + 1; k; k--)
			S_damage();
		alarm(60);
		if (S_check(S_copy, S_tree.n, true)) {
			refused++;
			continue;
		}
		passed++;
		S_use();
	}
	alarm(0);
	assert_true(passed > 100 && refused > 100);
}

static int S_setup(void **state)
{
	if (scratch_open(state))
		return -1;
	S_make(&S_tree, "tree", 2000);
	S_copy = malloc(S_tree.n);
	return S_copy ? 0 : -1;
}

static int S_teardown(void **state)
{
	free(S_tree.bytes);
	free(S_copy);
	return scratch_close(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_is_published_passes),
		cmocka_unit_test(test_what_would_be_refused_is_not_published),
		cmocka_unit_test(test_each_rule),
		cmocka_unit_test(test_a_head_alone),
		cmocka_unit_test(test_a_folder_that_is_written_to),
		cmocka_unit_test(test_what_passes_can_be_used),
	};

	return cmocka_run_group_tests(tests, S_setup, S_teardown);
}

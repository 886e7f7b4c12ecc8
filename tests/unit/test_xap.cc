// xap.cc: whatever is thrown inside guard() becomes a status and a text.
#include <csetjmp>
#include <cstdarg>
#include <cstddef>
#include <cstdint>
#include <cstring>

extern "C" {
#include <cmocka.h>
}

#include <new>
#include <stdexcept>
#include <string>

#include "../../lib/xap.hh"

static enum status S_code;
static struct err S_err;

/* Runs the body; no cmocka assertion inside of any try (it would jump out of
 * C++). */
template <typename F> static void S_run(F &&body)
{
	memset(&S_err, 0, sizeof S_err);
	S_code = guard(&S_err, body);
}

template <typename E> static void S_throw(const E &e)
{
	S_run([&]() -> enum status { throw e; });
}

static void S_expect(enum status code, const char *text)
{
	assert_int_equal(S_code, code);
	assert_int_equal(S_err.code, code);
	if (!strstr(S_err.text, text))
		fail_msg("\"%s\" is not in \"%s\"", text, S_err.text);
}

static void test_success_leaves_err_alone(void **)
{
	S_run([] { return ST_OK; });
	assert_int_equal(S_code, ST_OK);
	assert_int_equal(S_err.code, 0);
	assert_string_equal(S_err.text, "");
}

static void test_a_status_passes_through(void **)
{
	S_run([] { return err_set(&S_err, ST_LIMIT, "%s", "enough"); });
	S_expect(ST_LIMIT, "enough");
	S_run([]() -> enum status {
		throw xap_failure{err_set(&S_err, ST_LIMIT, "%s", "too much")};
	});
	S_expect(ST_LIMIT, "too much");
}

static void test_what_xapian_throws(void **)
{
	static const char rebuild[] = "fichas-indexer build --rebuild SOURCE...";

	S_throw(Xapian::DatabaseLockError("x"));
	S_expect(ST_BUSY, "another process");
	S_throw(Xapian::DatabaseVersionError("x"));
	S_expect(ST_VERSION, rebuild);
	S_throw(Xapian::DatabaseCorruptError("bad block"));
	S_expect(ST_DAMAGED, "bad block");
	S_expect(ST_DAMAGED, rebuild);
	S_throw(Xapian::DatabaseNotFoundError("gone"));
	S_expect(ST_DAMAGED, rebuild);
	S_throw(Xapian::DatabaseError("Error writing block", ENOSPC));
	S_expect(ST_IO, strerror(ENOSPC));
	/* A full disk twice over is no damage. */
	S_throw(Xapian::DatabaseCorruptError(
		"Modifications failed (DatabaseError: Error writing block 4 (No space "
		"left "
		"on device)), and couldn't open at the old revision: Error writing to "
		"file"));
	S_expect(ST_IO, "No space left");
	S_throw(Xapian::DatabaseCreateError("Failed to create iamglass file"));
	S_expect(ST_IO, "iamglass");
	S_throw(Xapian::DocNotFoundError("Document 5"));
	S_expect(ST_DAMAGED, rebuild);
	S_throw(Xapian::RangeError("x"));
	S_expect(ST_DAMAGED, rebuild);
	S_throw(Xapian::SerialisationError("x"));
	S_expect(ST_DAMAGED, rebuild);
	S_throw(Xapian::InvalidArgumentError("Term too long"));
	S_expect(ST_INTERNAL, "InvalidArgumentError: Term too long");
}

static void test_what_else_is_thrown(void **)
{
	S_throw(std::bad_alloc());
	S_expect(ST_NOMEM, "memory");
	S_throw(std::length_error("basic_string::append"));
	S_expect(ST_DAMAGED, "fichas-indexer build --rebuild");
	S_throw(std::runtime_error("something"));
	S_expect(ST_INTERNAL, "something");
	S_throw(42);
	S_expect(ST_INTERNAL, "unknown");
	S_throw("a string");
	S_expect(ST_INTERNAL, "unknown");
}

/* A call that is made inside of another is part of it: the watch over how long one
 * takes does not begin anew. */
static void test_a_call_inside_of_a_call(void **)
{
	const auto before = lastword_turn;
	unsigned long turns = 0, inside = 0;

	S_run([&] {
		return guard(&S_err, [&] {
			turns = lastword_turn - before;
			inside = (unsigned long)lastword_inside;
			return err_set(&S_err, ST_LIMIT, "%s", "enough");
		});
	});
	S_expect(ST_LIMIT, "enough");
	assert_int_equal(turns, 1);
	assert_int_equal(inside, 2);
	assert_int_equal(lastword_inside, 0);
}

static void test_err_may_be_null(void **)
{
	S_code = guard(
		NULL, []() -> enum status { throw std::bad_alloc(); });
	assert_int_equal(S_code, ST_NOMEM);
	S_code = guard(
		NULL, []() -> enum status { throw 1; });
	assert_int_equal(S_code, ST_INTERNAL);
}

static void test_long_texts_are_cut(void **)
{
	S_throw(std::runtime_error(std::string(5000, 'x')));
	S_expect(ST_INTERNAL, "xxx");
	assert_true(strlen(S_err.text) < sizeof S_err.text);
}

int main()
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_success_leaves_err_alone),
		cmocka_unit_test(test_a_status_passes_through),
		cmocka_unit_test(test_what_xapian_throws),
		cmocka_unit_test(test_what_else_is_thrown),
		cmocka_unit_test(test_a_call_inside_of_a_call),
		cmocka_unit_test(test_err_may_be_null),
		cmocka_unit_test(test_long_texts_are_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

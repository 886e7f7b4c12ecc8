/*
 * What it costs to open an index, on one core: `make bench-open [N=10000]`
 *
 *   open_bench INDEX
 *
 * From a path to what can be asked, in turns, TIMES each after some that are not
 * counted; closing is not counted:
 *
 *   reader   store_open() and reader_open(): the pointer is read, the manifest
 *            parsed and compared with it, each file opened, its size and stamp
 *            compared and, up to what store_open() hashes each time, its bytes
 *   engine   all that the searcher opens for any request: besides, columns,
 *            words, communes and synonyms, and what ICU needs for text
 *   file     Xapian alone, the same published file: nothing is verified
 *   folder   Xapian alone, the folder in which the indexer builds
 *
 * Printed: microseconds of CPU and of the clock, median and the 99th of 100.  All
 * must count the same fichas, or this ends with 1.
 */
#include <xapian.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string>
#include <vector>

#include <fcntl.h>
#include <unistd.h>

#include "reader.h"
#include "store.h"

extern "C" {
#include "../../searcher/engine.h"
}

#define TIMES 1000
#define FIRST 50 /* not counted */

static std::string S_root;
static uint32_t S_count; /* what the last one that was opened holds */

static void S_stop(const char *what)
{
	fprintf(stderr, "open_bench: %s\n", what);
	exit(1);
}

static double S_now(clockid_t clock)
{
	struct timespec t;

	if (clock_gettime(clock, &t) != 0)
		S_stop("no clock");
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

struct taken {
	std::vector<double> cpu, wall;
};

static double S_at(std::vector<double> v, size_t percent)
{
	std::sort(v.begin(), v.end());
	return v[(v.size() - 1) * percent / 100];
}

/* open() is timed, what it gives is closed by close(). */
template <typename Open, typename Close>
static void S_time(taken &t, bool counts, Open open_one, Close close_one)
{
	double cpu = S_now(CLOCK_THREAD_CPUTIME_ID), wall = S_now(CLOCK_MONOTONIC);
	auto opened = open_one();

	wall = S_now(CLOCK_MONOTONIC) - wall;
	cpu = S_now(CLOCK_THREAD_CPUTIME_ID) - cpu;
	close_one(opened);
	if (counts) {
		t.cpu.push_back(cpu);
		t.wall.push_back(wall);
	}
}

struct opened {
	struct snapshot *snapshot;
	struct reader *reader;
};

static opened S_reader()
{
	opened o = {};
	struct reader_files files = {};
	struct err err = {};

	if (store_open(&o.snapshot, S_root.c_str(), &err))
		S_stop(err.text);
	files.glass = store_glass_fd(o.snapshot);
	files.positions = store_bytes(o.snapshot, STORE_POSITIONS, &files.positions_n);
	files.records = store_bytes(o.snapshot, STORE_RECORDS, &files.records_n);
	if (reader_open(&o.reader, &files, &err))
		S_stop(err.text);
	S_count = reader_count(o.reader);
	return o;
}

static void S_close_reader(opened &o)
{
	reader_close(o.reader);
	store_close(o.snapshot);
}

static struct engine *S_engine()
{
	struct engine *e;
	struct err err = {};

	if (engine_open(&e, S_root.c_str(), &err) || engine_need(e, ENGINE_ALL, &err))
		S_stop(err.text);
	S_count = reader_count(e->reader);
	return e;
}

static Xapian::Database S_file(const std::string &path)
{
	Xapian::Database db(open(path.c_str(), O_RDONLY | O_CLOEXEC),
			    Xapian::DB_BACKEND_GLASS);

	S_count = db.get_doccount();
	return db;
}

static Xapian::Database S_folder(const std::string &path)
{
	Xapian::Database db(path, Xapian::DB_BACKEND_GLASS);

	S_count = db.get_doccount();
	return db;
}

int main(int argc, char **argv)
{
	taken reader, engine, file, folder;
	const struct {
		const char *name;
		const taken &t;
	} rows[] = {{"reader", reader},
		    {"engine", engine},
		    {"file", file},
		    {"folder", folder}};
	uint32_t expected;
	std::string glass;

	if (argc != 2)
		S_stop("usage: open_bench INDEX");
	S_root = argv[1];
	{
		opened o = S_reader();

		expected = store_documents(o.snapshot);
		glass = S_root + "/" + store_generation(o.snapshot) + "/index.glass";
		S_close_reader(o);
	}
	auto same = [&](const char *what) {
		if (S_count != expected)
			S_stop(what);
		S_count = 0;
	};
	for (int i = -FIRST; i < TIMES; i++) {
		S_time(reader, i >= 0, S_reader, S_close_reader);
		same("the reader counts other fichas than the manifest");
		S_time(engine, i >= 0, S_engine, engine_close);
		same("the engine counts other fichas than the manifest");
		S_time(
			file, i >= 0, [&] { return S_file(glass); },
			[](Xapian::Database &db) { db.close(); });
		same("Xapian counts other fichas in index.glass");
		S_time(
			folder, i >= 0, [&] { return S_folder(S_root + "/build"); },
			[](Xapian::Database &db) { db.close(); });
		same("Xapian counts other fichas in build");
	}
	printf("opening %u fichas, %d times each, microseconds\n", (unsigned)expected,
	       TIMES);
	printf("%-8s %10s %10s %10s %10s\n", "", "cpu p50", "cpu p99", "clock p50",
	       "clock p99");
	for (const auto &row : rows)
		printf("%-8s %10.0f %10.0f %10.0f %10.0f\n", row.name,
		       S_at(row.t.cpu, 50), S_at(row.t.cpu, 99), S_at(row.t.wall, 50),
		       S_at(row.t.wall, 99));
	return 0;
}

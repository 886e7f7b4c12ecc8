/*
 * plain_sqlite - SQLite FTS5 as a careful user would write it: unicode61 with
 * remove_diacritics 2, bm25, the ten best, the exact total and three facets
 * by one GROUP BY pass, with sideways counts.
 *
 *   plain_sqlite build FILE                    < records
 *   plain_sqlite query FILE QUERIES PASSES [snippets]    > one line an answer:
 *       pass, query, class, wall us, cpu us, total, facet values, their sum
 *
 * A ficha's municipality is a number, its Sello lines and groups are bit sets,
 * in a table beside the texts with the same rowid.  The GROUP BY pass ignores
 * the filters and groups by the three; filters are then applied to its few
 * rows once a facet, each time leaving that facet's own out.  That is one scan
 * of the matches however many filters there are.
 */
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"

#define NAMES_MAX 1024

static sqlite3 *db;
static int snippets; /* a passage a hit too */

/* The distinct values of a facet, numbered as they come. */
struct names {
	char *v[NAMES_MAX];
	unsigned n;
};
static struct names names[BENCH_FACETS];

static void S_die(const char *what)
{
	fprintf(stderr, "plain_sqlite: %s: %s\n", what, sqlite3_errmsg(db));
	exit(1);
}

static void S_exec(const char *sql)
{
	if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
		S_die(sql);
}

static sqlite3_stmt *S_prepare(const char *sql)
{
	sqlite3_stmt *s;
	if (sqlite3_prepare_v2(db, sql, -1, &s, NULL) != SQLITE_OK)
		S_die(sql);
	return s;
}

static unsigned S_number(struct names *t, const char *name, int add)
{
	for (unsigned i = 0; i < t->n; i++) {
		if (!strcmp(t->v[i], name))
			return i;
	}
	if (!add)
		return NAMES_MAX; /* no ficha has it */
	if (t->n == NAMES_MAX || !(t->v[t->n] = strdup(name)))
		S_die("too many values");
	return t->n++;
}

static sqlite3_int64 S_set(struct names *t, const char *const *v, unsigned n, int add)
{
	sqlite3_int64 set = 0;
	for (unsigned i = 0; i < n; i++) {
		unsigned bit = S_number(t, v[i], add);
		if (bit < 63)
			set |= (sqlite3_int64)1 << bit;
		else if (add)
			S_die("too many values in a set");
	}
	return set;
}

/* ---- building ---- */

static void S_build(void)
{
	S_exec("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;"
	       "PRAGMA cache_size=-200000;"
	       "CREATE VIRTUAL TABLE texts USING fts5(title, units, population, "
	       "funding,"
	       " sustainability, description, innovation, lessons,"
	       " tokenize='unicode61 remove_diacritics 2');"
	       "CREATE TABLE facets(rowid INTEGER PRIMARY KEY, id TEXT, municipality "
	       "INT,"
	       " sello INT, population INT);"
	       "CREATE TABLE names(facet INT, number INT, name TEXT);"
	       "BEGIN");
	sqlite3_stmt *text =
		S_prepare("INSERT INTO texts(rowid, title, units, population,"
			  " funding, sustainability, description, innovation,"
			  " lessons) VALUES(?,?,?,?,?,?,?,?,?)");
	sqlite3_stmt *facet = S_prepare("INSERT INTO facets VALUES(?,?,?,?,?)");
	struct bench_record r;
	for (sqlite3_int64 row = 1; record_next(&r, stdin); row++) {
		sqlite3_bind_int64(text, 1, row);
		for (int i = 0; i < PARTS; i++)
			sqlite3_bind_text(text, i + 2, r.text[i], -1, SQLITE_STATIC);
		sqlite3_bind_int64(facet, 1, row);
		sqlite3_bind_text(facet, 2, r.id, -1, SQLITE_STATIC);
		sqlite3_bind_int64(
			facet, 3, S_number(&names[BY_MUNICIPALITY], r.municipality, 1));
		sqlite3_bind_int64(facet, 4,
				   S_set(&names[BY_SELLO], r.sello, r.n_sello, 1));
		sqlite3_bind_int64(
			facet, 5, S_set(&names[BY_POPULATION], r.group, r.n_groups, 1));
		if (sqlite3_step(text) != SQLITE_DONE ||
		    sqlite3_step(facet) != SQLITE_DONE)
			S_die("insert");
		sqlite3_reset(text);
		sqlite3_reset(facet);
		record_done(&r);
	}
	sqlite3_finalize(text);
	sqlite3_finalize(facet);
	sqlite3_stmt *name = S_prepare("INSERT INTO names VALUES(?,?,?)");
	for (int f = 0; f < BENCH_FACETS; f++) {
		for (unsigned i = 0; i < names[f].n; i++) {
			sqlite3_bind_int(name, 1, f);
			sqlite3_bind_int64(name, 2, i);
			sqlite3_bind_text(name, 3, names[f].v[i], -1, SQLITE_STATIC);
			if (sqlite3_step(name) != SQLITE_DONE)
				S_die("insert a name");
			sqlite3_reset(name);
		}
	}
	sqlite3_finalize(name);
	S_exec("COMMIT");
}

/* ---- queries ---- */

static void S_read_names(void)
{
	sqlite3_stmt *s =
		S_prepare("SELECT facet, name FROM names ORDER BY facet, number");
	while (sqlite3_step(s) == SQLITE_ROW) {
		struct names *t = &names[sqlite3_column_int(s, 0)];
		t->v[t->n++] = strdup((const char *)sqlite3_column_text(s, 1));
	}
	sqlite3_finalize(s);
}

/* The MATCH expression; words have no quotes in them. */
static void S_match(char *out, size_t size, const struct bench_query *q)
{
	size_t n = (size_t)snprintf(out, size, q->lessons ? "lessons : (" : "");
	for (unsigned i = 0; i < q->n_words; i++) {
		const char *between = !i		       ? ""
				      : q->kind == KIND_ANY    ? " OR "
				      : q->kind == KIND_PHRASE ? " + "
							       : " AND ";
		n += (size_t)snprintf(out + n, size - n, "%s\"%s\"%s", between,
				      q->word[i], q->kind == KIND_PREFIX ? " *" : "");
	}
	snprintf(out + n, size - n, q->lessons ? ")" : "");
}

struct selection {
	int active;
	unsigned municipality[VALUES_MAX], n;
	sqlite3_int64 set;
};

static int S_passes(const struct selection *s, enum bench_facet f, sqlite3_int64 value)
{
	if (!s->active)
		return 1;
	if (f != BY_MUNICIPALITY)
		return (s->set & value) != 0;
	for (unsigned i = 0; i < s->n; i++) {
		if (s->municipality[i] == value)
			return 1;
	}
	return 0;
}

struct answer {
	sqlite3_int64 total, count[BENCH_FACETS][NAMES_MAX];
	unsigned hits;
};

static void S_facets(struct answer *a, sqlite3_stmt *s,
		     const struct selection *selected)
{
	while (sqlite3_step(s) == SQLITE_ROW) {
		sqlite3_int64 value[BENCH_FACETS], n = sqlite3_column_int64(s, 3);
		int passes[BENCH_FACETS], all = 1;
		for (int f = 0; f < BENCH_FACETS; f++) {
			value[f] = sqlite3_column_int64(s, f);
			passes[f] =
				S_passes(&selected[f], (enum bench_facet)f, value[f]);
			all &= passes[f];
		}
		if (all)
			a->total += n;
		for (int f = 0; f < BENCH_FACETS; f++) {
			int others = 1;
			for (int g = 0; g < BENCH_FACETS; g++)
				others &= g == f || passes[g];
			if (!others)
				continue;
			if (f == BY_MUNICIPALITY) {
				a->count[f][value[f]] += n;
				continue;
			}
			for (sqlite3_int64 rest = value[f]; rest; rest &= rest - 1)
				a->count[f]
					[__builtin_ctzll((unsigned long long)rest)] +=
					n;
		}
	}
	sqlite3_reset(s);
}

static void S_where(char *out, size_t size, const struct selection *s)
{
	size_t n = 0;
	out[0] = '\0';
	if (s[BY_MUNICIPALITY].active) {
		n += (size_t)snprintf(out + n, size - n, " AND municipality IN (-1");
		for (unsigned i = 0; i < s[BY_MUNICIPALITY].n; i++)
			n += (size_t)snprintf(out + n, size - n, ",%u",
					      s[BY_MUNICIPALITY].municipality[i]);
		n += (size_t)snprintf(out + n, size - n, ")");
	}
	if (s[BY_SELLO].active)
		n += (size_t)snprintf(out + n, size - n, " AND sello & %lld",
				      (long long)s[BY_SELLO].set);
	if (s[BY_POPULATION].active)
		n += (size_t)snprintf(out + n, size - n, " AND f.population & %lld",
				      (long long)s[BY_POPULATION].set);
}

static void S_answer(struct answer *a, const struct bench_query *q)
{
	struct selection selected[BENCH_FACETS] = {0};
	char match[1024], where[512], sql[2048];
	memset(a, 0, sizeof *a);
	for (int f = 0; f < BENCH_FACETS; f++) {
		struct selection *s = &selected[f];
		s->active = q->n_values[f] != 0;
		if (f == BY_MUNICIPALITY) {
			for (unsigned i = 0; i < q->n_values[f]; i++)
				s->municipality[s->n++] =
					S_number(&names[f], q->value[f][i], 0);
		} else {
			s->set = S_set(&names[f], q->value[f], q->n_values[f], 0);
		}
	}
	S_match(match, sizeof match, q);
	S_where(where, sizeof where, selected);
	int text = q->kind != KIND_NONE;
	const char *shown = !text      ? "title"
			    : snippets ? "snippet(texts, -1, '[', ']', '...', 32)"
				       : "title";

	/* The ten best; without filters FTS5 sorts by itself. */
	if (text && !where[0])
		snprintf(sql, sizeof sql,
			 "SELECT rowid, rank, %s FROM texts WHERE texts MATCH ?1"
			 " ORDER BY rank LIMIT 10",
			 shown);
	else if (text)
		snprintf(sql, sizeof sql,
			 "SELECT texts.rowid, rank, %s FROM texts JOIN facets f"
			 " ON f.rowid = texts.rowid WHERE texts MATCH ?1%s"
			 " ORDER BY rank LIMIT 10",
			 shown, where);
	else
		snprintf(sql, sizeof sql,
			 "SELECT f.rowid, 0, title FROM facets f JOIN texts t"
			 " ON f.rowid = t.rowid WHERE 1%s ORDER BY f.rowid LIMIT 10",
			 where);
	sqlite3_stmt *s = S_prepare(sql);
	if (text)
		sqlite3_bind_text(s, 1, match, -1, SQLITE_STATIC);
	while (sqlite3_step(s) == SQLITE_ROW) {
		a->hits++;
		(void)sqlite3_column_text(s, 2);
	}
	sqlite3_finalize(s);

	s = S_prepare(text ? "SELECT municipality, sello, f.population, count(*)"
			     " FROM texts t JOIN facets f ON f.rowid = t.rowid"
			     " WHERE texts MATCH ?1 GROUP BY 1, 2, 3"
			   : "SELECT municipality, sello, population, count(*)"
			     " FROM facets GROUP BY 1, 2, 3");
	if (text)
		sqlite3_bind_text(s, 1, match, -1, SQLITE_STATIC);
	S_facets(a, s, selected);
	sqlite3_finalize(s);
}

static void S_query(const char *path, int passes)
{
	static struct answer a;
	size_t n;
	struct bench_query *q = queries_read(path, &n);
	S_exec("PRAGMA cache_size=-500000; PRAGMA mmap_size=34359738368");
	S_read_names();
	for (int pass = 0; pass <= passes; pass++) { /* the first one warms up */
		for (size_t i = 0; i < n; i++) {
			if (q[i].kind == KIND_SIMILAR)
				continue;
			double wall = now_wall(), cpu = now_cpu();
			S_answer(&a, &q[i]);
			cpu = now_cpu() - cpu;
			wall = now_wall() - wall;
			unsigned values = 0;
			long long sum = 0;
			for (int f = 0; f < BENCH_FACETS; f++) {
				for (unsigned k = 0; k < names[f].n; k++) {
					values += a.count[f][k] != 0;
					sum += a.count[f][k];
				}
			}
			if (pass || !passes)
				printf("%d\t%zu\t%s\t%.1f\t%.1f\t%lld\t%u\t%lld\n",
				       pass, i, q[i].class_, wall, cpu,
				       (long long)a.total, values, sum);
		}
	}
	queries_free(q, n);
}

int main(int argc, char **argv)
{
	if (argc < 3 || sqlite3_open(argv[2], &db) != SQLITE_OK)
		return 2;
	if (!strcmp(argv[1], "build"))
		S_build();
	else if (!strcmp(argv[1], "query") && (argc == 5 || argc == 6)) {
		snippets = argc == 6;
		S_query(argv[3], atoi(argv[4]));
	} else {
		return 2;
	}
	for (int f = 0; f < BENCH_FACETS; f++) {
		for (unsigned i = 0; i < names[f].n; i++)
			free(names[f].v[i]);
	}
	return sqlite3_close(db) == SQLITE_OK ? 0 : 1;
}

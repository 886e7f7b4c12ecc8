#!/usr/bin/env python3
"""How well the real programs rank, beside two engines used plainly.

    make eval EVAL=DIR [EVAL_ARGS='--lines=odd --queries=200']

DIR holds docs.jsonl ({"id","title","text"} a line), queries.tsv (qid TAB text)
and qrels.tsv (qid TAB 0 TAB docid TAB grade).  Each document becomes a record:
its title, or its id where it has none; its text as description; one
municipality.  The real index is built from them in a temporary folder, and
each query goes through `fichas-searcher batch` with match=any:

    typed   as it stands
    un      without accents, n with tilde kept
    unn     without accents, n with tilde made n
    caps    in capitals
    typo    with one seeded edit in one word

Beside it, in the same run, SQLite FTS5 (unicode61 remove_diacritics 2, bm25;
words quoted and ORed) and Xapian (TermGenerator, QueryParser, Spanish stemmer,
STEM_SOME, default weighting) answer the same queries from the same texts.

Odd lines of the query file are for tuning, even lines are what is reported.
Only the standard library is used.
"""
import argparse
import json
import math
import os
import random
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
import unicodedata

VARIANTS = ("typed", "un", "unn", "caps", "typo")
SYSTEMS = ("fichas", "sqlite", "xapian")
DEPTH = 100
WORD = re.compile(r"[^\W_]+")


# ---- the collection ----

def read_collection(folder):
    docs = []
    with open(os.path.join(folder, "docs.jsonl"), encoding="utf-8") as f:
        for line in f:
            if line.strip():
                docs.append(json.loads(line))
    queries = []
    with open(os.path.join(folder, "queries.tsv"), encoding="utf-8") as f:
        for number, line in enumerate(f, 1):
            qid, _, text = line.rstrip("\n").partition("\t")
            if qid:
                queries.append((number, qid, text))
    qrels = {}
    with open(os.path.join(folder, "qrels.tsv"), encoding="utf-8") as f:
        for line in f:
            part = line.split()
            if len(part) == 4 and int(part[3]) > 0:
                qrels.setdefault(part[0], {})[part[2]] = int(part[3])
    return docs, queries, qrels


# ---- the variants of a query ----

def strip_accents(text, keep):
    """Without combining marks; `keep` leaves the tilde of n."""
    out = []
    for c in unicodedata.normalize("NFC", text):
        if keep and c in "ñÑ":
            out.append(c)
            continue
        for d in unicodedata.normalize("NFD", c):
            if not unicodedata.combining(d):
                out.append(d)
    return "".join(out)


def typo(text, seed, qid, shortest):
    """One edit in one word of `shortest` letters or more: a letter lost, added,
    changed, or two neighbours exchanged.  The same for the same seed and qid."""
    rng = random.Random("%s/%s" % (seed, qid))
    words = [m for m in WORD.finditer(text)
             if len(m.group()) >= shortest and m.group().isalpha()]
    if not words:
        return text
    m = rng.choice(words)
    w = m.group()
    letters = "abcdefghijklmnopqrstuvwxyz"
    if w.isupper():
        letters = letters.upper()
    for _ in range(50):
        kind = rng.randrange(4)
        at = rng.randrange(len(w))
        if kind == 0:
            new = w[:at] + w[at + 1:]
        elif kind == 1:
            new = w[:at] + rng.choice(letters) + w[at:]
        elif kind == 2:
            new = w[:at] + rng.choice(letters) + w[at + 1:]
        else:
            at = rng.randrange(len(w) - 1)
            new = w[:at] + w[at + 1] + w[at] + w[at + 2:]
        if new.lower() != w.lower():
            return text[:m.start()] + new + text[m.end():]
    return text


def variant_of(text, variant, qid, args):
    if variant == "un":
        return strip_accents(text, True)
    if variant == "unn":
        return strip_accents(text, False)
    if variant == "caps":
        return text.upper()
    if variant == "typo":
        return typo(text, args.seed, qid, args.typo_min)
    return text


# ---- the three systems: each gives {key: [docid, ...]} for {key: text} ----

class Fichas:
    name = "fichas"

    def __init__(self, docs, tmp, args):
        self.args = args
        self.index = os.path.join(tmp, "index")
        self.errors = {}
        source = os.path.join(tmp, "records.jsonl")
        with open(source, "w", encoding="utf-8") as f:
            for d in docs:
                json.dump({"id": d["id"], "title": d.get("title") or d["id"],
                           "municipality": args.municipality,
                           "description": d["text"]}, f, ensure_ascii=False)
                f.write("\n")
        # The catalogue of messages is found beside the program; answers do
        # not depend on it.
        self.env = dict(os.environ, LC_ALL="C.UTF-8")
        with open(source, "rb") as f:
            r = subprocess.run([os.path.join(args.build, "fichas-indexer"), "build",
                                "--index=" + self.index, "--report=json", "-"],
                               stdin=f, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                               env=self.env, check=False)
        if r.returncode:
            raise SystemExit("fichas-indexer build: exit %d\n%s"
                             % (r.returncode, r.stderr.decode("utf-8", "replace")[-2000:]))
        try:
            report = json.loads(r.stdout)
            report.pop("diagnostics", None)
            print("  fichas-indexer: %s" % json.dumps(report)[:300])
        except ValueError:
            pass

    def run(self, queries):
        requests = []
        for key, text in queries.items():
            q = {"id": key, "command": "search", "query": text, "match": "any",
                 "limit": DEPTH, "facets": ["none"]}
            q.update(self.args.request)
            requests.append(json.dumps(q, ensure_ascii=False))
        path = self.index + ".requests"
        with open(path, "w", encoding="utf-8") as f:
            f.write("\n".join(requests) + "\n")
        with open(path, "rb") as f:
            r = subprocess.Popen([os.path.join(self.args.build, "fichas-searcher"),
                                  "batch", "--index=" + self.index],
                                 stdin=f, stdout=subprocess.PIPE, env=self.env)
            found = {}
            for line in r.stdout:
                a = json.loads(line)
                if "error" in a:
                    self.errors[a["id"]] = a["error"]
                    found[a["id"]] = []
                else:
                    found[a["id"]] = [h["id"] for h in a["hits"]]
            if r.wait() not in (0, 1, 2):
                raise SystemExit("fichas-searcher batch: exit %d" % r.returncode)
        if len(found) != len(queries):
            raise SystemExit("fichas-searcher batch: %d answers to %d requests"
                             % (len(found), len(queries)))
        return found


class Sqlite:
    name = "sqlite"

    def __init__(self, docs, tmp, _args):
        self.db = sqlite3.connect(os.path.join(tmp, "fts.sqlite"))
        self.db.execute("PRAGMA journal_mode=OFF")
        self.db.execute("CREATE VIRTUAL TABLE t USING fts5(title, body, tokenize="
                        "'unicode61 remove_diacritics 2')")
        self.db.executemany("INSERT INTO t(rowid, title, body) VALUES(?,?,?)",
                            ((i, d.get("title") or "", d["text"])
                             for i, d in enumerate(docs, 1)))
        self.db.commit()
        self.ids = [None] + [d["id"] for d in docs]

    def run(self, queries):
        found = {}
        for key, text in queries.items():
            words = WORD.findall(text)
            if not words:
                found[key] = []
                continue
            match = " OR ".join('"%s"' % w for w in words)
            found[key] = [self.ids[row[0]] for row in self.db.execute(
                "SELECT rowid FROM t WHERE t MATCH ? ORDER BY rank LIMIT ?",
                (match, DEPTH))]
        return found


class Xapian:
    name = "xapian"

    def __init__(self, docs, tmp, args):
        self.program = os.path.join(args.build, "bench", "xapian_rank")
        self.db = os.path.join(tmp, "plain.xapian")
        lines = "".join("%s\t%s\t%s\n" % (d["id"], flat(d.get("title") or ""),
                                          flat(d["text"])) for d in docs)
        subprocess.run([self.program, "index", self.db], input=lines.encode(),
                       check=True)

    def run(self, queries):
        lines = "".join("%s\t%s\n" % (k, flat(t)) for k, t in queries.items())
        r = subprocess.run([self.program, "query", self.db, str(DEPTH)],
                           input=lines.encode(), stdout=subprocess.PIPE, check=True)
        found = {}
        for line in r.stdout.decode().splitlines():
            key, _, ids = line.partition("\t")
            found[key] = ids.split()
        return found


def flat(text):
    return re.sub(r"[\t\r\n]+", " ", text)


# ---- the measures ----

def measures(ids, grades):
    """(reciprocal rank at 10, nDCG at 10, recall at 10, recall at 100)."""
    rr = 0.0
    dcg = 0.0
    for rank, i in enumerate(ids[:10], 1):
        g = grades.get(i, 0)
        if g:
            rr = rr or 1.0 / rank
            dcg += (2 ** g - 1) / math.log2(rank + 1)
    best = sorted(grades.values(), reverse=True)[:10]
    ideal = sum((2 ** g - 1) / math.log2(rank + 1) for rank, g in enumerate(best, 1))
    n = len(grades)
    return (rr, dcg / ideal, sum(i in grades for i in ids[:10]) / n,
            sum(i in grades for i in ids[:100]) / n)


def mean(rows):
    n = len(rows) or 1
    return [sum(r[i] for r in rows) / n for i in range(4)]


def table(result, systems, variants):
    out = ["%-8s %-6s %8s %8s %8s %8s  %s" % (
        "system", "query", "MRR@10", "nDCG@10", "rec@10", "rec@100", "MRR loss")]
    for s in systems:
        base = result[s].get("typed")
        for v in variants:
            m = result[s][v]
            loss = "" if v == "typed" or not base else "%+.4f" % (m[0] - base[0])
            out.append("%-8s %-6s %8.4f %8.4f %8.4f %8.4f  %s"
                       % ((s, v) + tuple(m) + (loss,)))
    if "fichas" in systems:
        for s in systems:
            if s == "fichas":
                continue
            for v in variants:
                a, b = result["fichas"][v], result[s][v]
                out.append("fichas / %-7s %-6s MRR %.3f  nDCG %.3f  rec@10 %.3f  rec@100 %.3f"
                           % ((s, v) + tuple(x / y if y else float("nan")
                                             for x, y in zip(a, b))))
    return "\n".join(out)


def evaluate(folder, args):
    docs, queries, qrels = read_collection(folder)
    if args.lines != "all":
        queries = [q for q in queries if q[0] % 2 == (args.lines == "odd")]
    queries = [q for q in queries if q[1] in qrels]
    if args.queries and args.queries < len(queries):
        step = len(queries) / args.queries
        queries = [queries[int(i * step)] for i in range(args.queries)]
    if args.docs and args.docs < len(docs):
        wanted = {d for q in queries for d in qrels[q[1]]}
        others = [d for d in docs if d["id"] not in wanted]
        docs = [d for d in docs if d["id"] in wanted] + others[:max(
            0, args.docs - len(wanted))]
    name = os.path.basename(os.path.normpath(folder))
    print("== %s: %d documents, %d queries (%s lines)"
          % (name, len(docs), len(queries), args.lines), flush=True)

    asked = {v: {q[1]: variant_of(q[2], v, q[1], args) for q in queries}
             for v in args.variants}
    result, ranks = {}, {}
    tmp = tempfile.mkdtemp(prefix="fichas-eval-", dir=args.tmp)
    try:
        for maker in (Fichas, Sqlite, Xapian):
            if maker.name not in args.systems:
                continue
            t = time.monotonic()
            system = maker(docs, tmp, args)
            built = time.monotonic() - t
            result[maker.name] = {}
            spent = []
            for v in args.variants:
                t = time.monotonic()
                found = system.run(asked[v])
                spent.append("%s %.1f" % (v, time.monotonic() - t))
                rows = []
                for q in queries:
                    m = measures(found.get(q[1], []), qrels[q[1]])
                    rows.append(m)
                    ranks[maker.name, v, q[1]] = (m, found.get(q[1], [])[:3])
                result[maker.name][v] = mean(rows)
            print("  %s: built in %.1f s; queries in s: %s"
                  % (maker.name, built, ", ".join(spent)), flush=True)
            if getattr(system, "errors", None):
                print("  %s: %d errors, the first: %s" % (
                    maker.name, len(system.errors), next(iter(system.errors.items()))))
    finally:
        if args.keep:
            print("  kept: %s" % tmp)
        else:
            shutil.rmtree(tmp, ignore_errors=True)
    systems = [s for s in SYSTEMS if s in result]
    print(table(result, systems, args.variants), flush=True)
    if args.losses:
        print_losses(queries, asked, qrels, ranks, systems, args)
    if args.json:
        with open(args.json, "a", encoding="utf-8") as f:
            f.write(json.dumps({"collection": name, "lines": args.lines,
                                "documents": len(docs), "queries": len(queries),
                                "seed": args.seed, "result": result}) + "\n")
    if args.per_query:
        with open(args.per_query, "a", encoding="utf-8") as f:
            for (s, v, qid), (m, top) in ranks.items():
                f.write("\t".join([name, s, v, qid] + ["%.6f" % x for x in m]
                                  + [" ".join(top), asked[v][qid]]) + "\n")
    return result


def print_losses(queries, asked, qrels, ranks, systems, args):
    """Where another system does better, worst first, each query once: what to
    look at next."""
    rows = []
    for v in args.variants:
        for q in queries:
            ours = ranks["fichas", v, q[1]]
            for s in systems:
                theirs = ranks[s, v, q[1]]
                if theirs[0][0] > ours[0][0]:
                    rows.append((theirs[0][0] - ours[0][0], v, s, q[1], ours[1]))
    rows.sort(key=lambda r: -r[0])
    shown = set()
    for d, v, s, qid, top in rows:
        if qid in shown:
            continue
        shown.add(qid)
        if len(shown) > args.losses:
            break
        print("  -%.2f %s %s %s: %s\n        wanted %s, had %s" % (
            d, v, s, qid, asked[v][qid][:120], " ".join(qrels[qid]), " ".join(top)))


def main():
    p = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    p.add_argument("folders", nargs="+", metavar="DIR")
    p.add_argument("--build", default="build", help="the build tree")
    p.add_argument("--lines", choices=("odd", "even", "all"), default="even")
    p.add_argument("--queries", type=int, default=0, help="at most so many, evenly taken")
    p.add_argument("--docs", type=int, default=0, help="at most so many, wanted ones first")
    p.add_argument("--systems", default=",".join(SYSTEMS))
    p.add_argument("--variants", default=",".join(VARIANTS))
    p.add_argument("--seed", default="1", help="of the typos")
    p.add_argument("--typo-min", type=int, default=4, help="letters of a word that gets one")
    p.add_argument("--municipality", default="Camiña")
    p.add_argument("--request", type=json.loads, default={},
                   help="JSON object merged into every request to batch")
    p.add_argument("--losses", type=int, default=0, help="show so many lost queries")
    p.add_argument("--json", help="append the figures to this file, a line a collection")
    p.add_argument("--per-query", help="append a line for each query to this file")
    p.add_argument("--keep", action="store_true", help="keep the temporary folder")
    p.add_argument("--tmp", help="where to make the temporary folder")
    args = p.parse_args()
    args.systems = args.systems.split(",")
    args.variants = [v for v in VARIANTS if v in args.variants.split(",")]
    for folder in args.folders:
        evaluate(folder, args)
    return 0


if __name__ == "__main__":
    sys.exit(main())

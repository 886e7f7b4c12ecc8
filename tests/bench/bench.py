#!/usr/bin/env python3
"""What the real programs cost, beside SQLite FTS5 and plain Xapian.

    make bench [N=20000] [SEED=1] [BENCH_ARGS='--passes=5 --skip=xapian']

Makes N fichas and 200 queries (generate.c), builds the three indexes from
them, asks all three the same, in one run, and prints and keeps the figures:
RESULTS/report.txt and RESULTS/results.json in build/bench/nN-sSEED.

Ours are the real programs with everything on: `fichas-indexer build`, and
`fichas-searcher batch` with synonyms, snippets, suggestions and the three
facets, one process, one request at a time through a pipe.  The others are
programs of our own that call the libraries in process and write no JSON:
plain_sqlite.c, plain_xapian.cc.
"""
import argparse
import json
import math
import os
import platform
import shutil
import statistics
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
FACETS = {"m": "municipality", "s": "sello", "p": "population"}
REPORT = []


def say(text=""):
    REPORT.append(text)
    print(text, flush=True)


# ---- running ----

class Bench:
    def __init__(self, args):
        self.args = args
        self.tools = os.path.join(args.build, "bench")
        self.dir = os.path.join(self.tools, "n%d-s%d" % (args.n, args.seed))
        os.makedirs(self.dir, exist_ok=True)
        self.env = dict(os.environ, LC_ALL="C.UTF-8")
        self.indexer = os.path.join(args.build, "fichas-indexer")
        self.searcher = os.path.join(args.build, "fichas-searcher")
        # --reuse keeps what was measured when the kept indexes were built.
        self.kept = {}
        if args.reuse and os.path.exists(self.path("results.json")):
            with open(self.path("results.json"), encoding="utf-8") as f:
                self.kept = json.load(f)
        self.result = {"n": args.n, "seed": args.seed, "passes": args.passes,
                       "date": time.strftime("%Y-%m-%d"), "machine": machine()}

    def path(self, name):
        return os.path.join(self.dir, name)

    def tool(self, name):
        return os.path.join(self.tools, name)

    def wants(self, name):
        return name not in self.args.skip

    def measured(self, command, stdin=None, stdout=None):
        """Runs under `measure run`; its figures."""
        out = self.path("run.json")
        with open(stdin or os.devnull, "rb") as i, open(stdout or os.devnull, "wb") as o:
            r = subprocess.run([self.tool("measure"), "run", out, "--"] + command,
                               stdin=i, stdout=o, stderr=subprocess.PIPE, env=self.env,
                               check=False)
        if r.returncode:
            raise SystemExit("%s: exit %d\n%s" % (" ".join(command), r.returncode,
                                                  r.stderr.decode("utf-8", "replace")[-2000:]))
        with open(out, encoding="utf-8") as f:
            return json.load(f)

    def batch(self, requests, passes, name, index=None):
        """Requests, one at a time: a list of (wall, cpu, said) in us a
        request, the medians over passes, the answers, and the peak RSS."""
        path = self.path(name + ".requests")
        with open(path, "w", encoding="utf-8") as f:
            for i, q in enumerate(requests):
                f.write(json.dumps(dict(q, id=i), ensure_ascii=False) + "\n")
        answers = self.path(name + ".answers")
        out = subprocess.run(
            [self.tool("measure"), "batch", str(passes), path, answers, "--",
             self.searcher, "batch", "--index=" + (index or self.path("index"))],
            stdout=subprocess.PIPE, env=self.env, check=True).stdout.decode()
        took = [[] for _ in requests]
        rss = 0
        for line in out.splitlines():
            part = line.split("\t")
            if part[0] == "rss":
                rss = int(part[1])
            else:
                took[int(part[1])].append(tuple(float(x) for x in part[2:5]))
        with open(answers, encoding="utf-8") as f:
            told = [json.loads(line) for line in f]
        return ([tuple(statistics.median(t[k] for t in rows) for k in range(3))
                 for rows in took], told, rss)


def machine():
    cpu = platform.machine()
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as f:
            for line in f:
                if line.startswith("model name"):
                    cpu = line.split(":", 1)[1].strip()
                    break
    except OSError:
        pass
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2 ** 30
    return "%s, %d cores, %.0f GiB, %s %s" % (cpu, os.cpu_count(), memory,
                                              platform.system(), platform.release())


def tree_bytes(path):
    if os.path.isfile(path):
        return os.path.getsize(path)
    return sum(os.path.getsize(os.path.join(d, f))
               for d, _, files in os.walk(path) for f in files)


# ---- figures ----

def quantile(values, q):
    """The smallest value that q of them do not pass."""
    v = sorted(values)
    return v[max(0, math.ceil(q * len(v)) - 1)] if v else float("nan")


def spread(us):
    return {"p50": quantile(us, .5) / 1e3, "p95": quantile(us, .95) / 1e3,
            "p99": quantile(us, .99) / 1e3, "max": max(us) / 1e3,
            "total": sum(us) / 1e3, "n": len(us)}


HEAD = "%-34s %8s %8s %8s %8s %9s" % ("ms", "p50", "p95", "p99", "max", "total")


def say_spread(name, s):
    say("%-34s %8.3f %8.3f %8.3f %8.2f %9.1f"
        % (name, s["p50"], s["p95"], s["p99"], s["max"], s["total"]))


# ---- queries ----

def read_queries(path):
    out = []
    with open(path, encoding="utf-8") as f:
        for line in f:
            kind_of, kind, words, field, filters = line.rstrip("\n").split("\t")
            out.append({"class": kind_of, "kind": kind, "words": words.split(" "),
                        "field": field, "filters": {
                            FACETS[c[0]]: c[2:].split(",")
                            for c in filters.split(";") if c != "-"}})
    return out


def request(q):
    words = " ".join(q["words"])
    if q["kind"] == "similar":
        return {"command": "similar", "ids": q["words"]}
    if q["kind"] == "suggest":
        return {"command": "suggest", "query": words}
    r = {"command": "search", "query": {
        "all": words, "any": " OR ".join(q["words"]), "phrase": '"%s"' % words,
        "prefix": words + "*", "none": ""}[q["kind"]]}
    if q["field"] != "-":
        r["in"] = [q["field"]]
    if q["filters"]:
        r["filters"] = q["filters"]
    return r


def arguments(r):
    """A request as the arguments of `search`."""
    out = [r["command"], "--format=json"]
    for facet, values in r.get("filters", {}).items():
        out += ["--%s=%s" % (facet, v) for v in values]
    if "in" in r:
        out.append("--in=" + ",".join(r["in"]))
    return out + ["--"] + ([r["query"]] if "query" in r else r["ids"])


# ---- the parts ----

def generate(b):
    for what in ("records", "queries", "extras"):
        path = b.path(what + (".jsonl" if what == "records" else ".tsv"))
        if what == "records" and os.path.exists(path) and b.args.reuse:
            continue
        with open(path, "wb") as f:
            subprocess.run([b.tool("generate"), what, str(b.args.n), str(b.args.seed),
                            os.path.join(HERE, "words.tsv"), b.args.tables],
                           stdout=f, check=True)
    b.bytes = os.path.getsize(b.path("records.jsonl"))
    b.queries = read_queries(b.path("queries.tsv"))
    say("%d fichas, %.1f MB (%.0f bytes each), seed %d, %s" % (
        b.args.n, b.bytes / 1e6, b.bytes / b.args.n, b.args.seed, b.result["date"]))
    say(b.result["machine"])
    b.result["load"] = os.getloadavg()[0]
    say("load when it began: %.1f (above about 0.5, look at CPU times only)"
        % b.result["load"])


BUILD_HEAD = "%-14s %9s %8s %8s %8s %9s %9s %9s" % (
    "build", "docs/s", "MB/s", "wall s", "cpu s", "B/ficha", "RSS MiB", "all MiB")


BUILD_KEYS = ("docs_s", "mb_s", "wall_s", "cpu_s", "bytes_ficha", "rss_mib", "all_mib")


def say_build(b, name, took, size):
    """took None: the index was there; what it took then, if that is known."""
    n = b.args.n
    if took:
        r = {"docs_s": n / took["wall_s"], "mb_s": b.bytes / 1e6 / took["wall_s"],
             "wall_s": took["wall_s"], "cpu_s": took["user_s"] + took["system_s"],
             "bytes_ficha": size / n, "rss_mib": took["max_rss_kib"] / 1024,
             "all_mib": took["tree_private_kib"] / 1024}
    else:
        r = b.kept.get("build", {}).get(name, {"bytes_ficha": size / n})
    if len(r) == len(BUILD_KEYS):
        say("%-14s %9.0f %8.2f %8.2f %8.2f %9.0f %9.0f %9.0f%s" % (
            (name,) + tuple(r[k] for k in BUILD_KEYS) + ("" if took else "  (earlier)",)))
    b.result.setdefault("build", {})[name] = r


def published(index):
    with open(os.path.join(index, "CURRENT"), encoding="utf-8") as f:
        # "fichas 2 gen-000001 ...": the format is told in lib/store.c.
        return os.path.join(index, f.read().split()[2])


def build_all(b):
    say()
    say(BUILD_HEAD)
    if b.wants("fichas"):
        took = None
        if not (b.args.reuse and os.path.exists(b.path("index"))):
            shutil.rmtree(b.path("index"), ignore_errors=True)
            took = b.measured([b.indexer, "build", "--quiet", "--index=" + b.path("index"),
                               b.path("records.jsonl")])
        say_build(b, "fichas", took, tree_bytes(published(b.path("index"))))
        if took:
            say("%-14s %s" % ("", "whole index folder: %.0f bytes a ficha" % (
                tree_bytes(b.path("index")) / b.args.n)))
            for name in sorted(os.listdir(published(b.path("index")))):
                size = os.path.getsize(os.path.join(published(b.path("index")), name))
                say("%-14s   %-12s %9.0f bytes a ficha" % ("", name, size / b.args.n))
                b.result.setdefault("files", {})[name] = size / b.args.n
    for name in ("sqlite", "xapian"):
        db = b.path("plain." + name)
        if not b.wants(name):
            continue
        took = None
        if not (b.args.reuse and os.path.exists(db)):
            shutil.rmtree(db, ignore_errors=True)
            if os.path.exists(db):
                os.unlink(db)
            took = b.measured([b.tool("plain_" + name), "build", db],
                              stdin=b.path("records.jsonl"))
        say_build(b, name, took, tree_bytes(db))


def plain(b, name, snippets):
    """{query: (wall, cpu, total, values, sum)}, times in us."""
    command = [b.tool("plain_" + name), "query", b.path("plain." + name),
               b.path("queries.tsv"), str(b.args.passes)]
    out = subprocess.run(command + (["snippets"] if snippets else []),
                         stdout=subprocess.PIPE, check=True).stdout.decode()
    rows = {}
    for line in out.splitlines():
        part = line.split("\t")
        rows.setdefault(int(part[1]), []).append(
            (float(part[3]), float(part[4])) + tuple(int(x) for x in part[5:8]))
    return {i: (statistics.median(r[0] for r in v), statistics.median(r[1] for r in v))
            + v[0][2:] for i, v in rows.items()}


def compare(b):
    """Latencies of all three, and what they agree on."""
    asked = [i for i, q in enumerate(b.queries) if q["kind"] != "similar"]
    ours = answers = None
    say()
    say("%d queries: ten best, exact total, three facets, warm, median of %d passes"
        % (len(asked), b.args.passes))
    say(HEAD)
    b.result["latency"] = latency = {}
    if b.wants("fichas"):
        ours, answers, rss = b.batch([request(q) for q in b.queries], b.args.passes,
                                     "queries")
        for k, name in enumerate(("round trip", "cpu", "elapsed_ms")):
            latency["fichas " + name] = s = spread([ours[i][k] for i in asked])
            say_spread("fichas batch, " + name, s)
        b.result["batch_rss_mib"] = rss / 1024
        wrong = [a for a in answers if "error" in a]
        if wrong:
            say("  %d errors, the first: %s" % (len(wrong), json.dumps(wrong[0])[:300]))
        b.result["errors"] = len(wrong)
    others = {}
    for name in ("sqlite", "xapian"):
        if not b.wants(name):
            continue
        for snippets in (False, True):
            label = name + (", snippets" if snippets else "")
            others[label] = rows = plain(b, name, snippets)
            latency[label + " wall"] = spread([rows[i][0] for i in asked])
            latency[label + " cpu"] = s = spread([rows[i][1] for i in asked])
            say_spread(label + ", cpu", s)
    if ours:
        say("batch: peak RSS %.0f MiB" % b.result["batch_rss_mib"])
        say()
        say("how many times ours (CPU of the process / thread)")
        say("%-34s %8s %8s %8s %8s %9s" % ("", "p50", "p95", "p99", "max", "total"))
        mine = latency["fichas cpu"]
        for label in others:
            theirs = latency[label + " cpu"]
            ratio = {k: theirs[k] / mine[k] for k in ("p50", "p95", "p99", "max", "total")}
            b.result.setdefault("ratio", {})[label] = ratio
            say("%-34s %8.1f %8.1f %8.1f %8.1f %9.1f" % (
                (label,) + tuple(ratio[k] for k in ("p50", "p95", "p99", "max", "total"))))
    by_class(b, ours, others)
    if ours:
        agree(b, answers, others)
        slowest(b, ours, answers)


def by_class(b, ours, others):
    classes = []
    for q in b.queries:
        if q["class"] not in classes:
            classes.append(q["class"])
    say()
    columns = (["fichas"] if ours else []) + list(others)
    say("%-10s %4s" % ("median ms", "n") + "".join(" %17s" % c for c in columns)
        + ("   matches" if others else ""))
    b.result["classes"] = {}
    for c in classes:
        at = [i for i, q in enumerate(b.queries) if q["class"] == c]
        row = {}
        if ours:
            row["fichas"] = statistics.median(ours[i][1] for i in at) / 1e3
        matches = None
        for label, rows in others.items():
            v = [rows[i] for i in at if i in rows]
            if v:
                row[label] = statistics.median(r[1] for r in v) / 1e3
                matches = statistics.median(r[2] for r in v)
        b.result["classes"][c] = row
        say("%-10s %4d" % (c, len(at)) + "".join(
            " %17.3f" % row[k] if k in row else " %17s" % "-" for k in columns)
            + ("   %.0f" % matches if matches is not None and c != "similar" else ""))


def agree(b, answers, others):
    """Without words there is nothing to analyse: all systems must count the
    same."""
    for label in ("sqlite", "xapian"):
        if label not in others:
            continue
        same = asked = 0
        for i, q in enumerate(b.queries):
            if q["kind"] != "none":
                continue
            a = answers[i]
            counts = [v["count"] for f in a.get("facets", {}).values() for v in f
                      if v["count"]]
            asked += 1
            theirs = others[label][i][2:]
            if (a.get("total"), len(counts), sum(counts)) == theirs:
                same += 1
            elif a.get("total") == theirs[0] and len(counts) < theirs[1]:
                same += 0.5  # a facet list that was cut: only the total compares
            else:
                say("  query %d: ours %s, %s %s" % (
                    i, (a.get("total"), len(counts), sum(counts)), label, theirs))
        say("filters alone: totals and facets as %s's in %g of %d" % (label, same, asked))


def slowest(b, ours, answers):
    say()
    say("slowest of ours (cpu ms, elapsed_ms, total, match)")
    order = sorted(range(len(b.queries)), key=lambda i: -ours[i][1])
    for i in order[:8]:
        say("  %8.2f %8.2f %7s %-8s %s" % (
            ours[i][1] / 1e3, ours[i][2] / 1e3, answers[i].get("total"),
            answers[i].get("match"), json.dumps(request(b.queries[i]), ensure_ascii=False)[:110]))


def less(b, name, took, without):
    """What a part costs: each request less the same one without it."""
    s = spread([t[1] - w[1] for t, w in zip(took, without)])
    b.result["latency"]["fichas " + name] = s
    say_spread(name, s)


def extras(b):
    """What only ours has: similar, completions, misspelt words; and what parts
    of an answer cost."""
    groups = {"similar": [request(q) for q in b.queries if q["kind"] == "similar"]}
    for q in read_queries(b.path("extras.tsv")):
        groups.setdefault(q["class"], []).append(request(q))
    searches = [request(q) for q in b.queries if q["kind"] != "similar"]
    groups["ten hits"] = searches
    groups["one hit"] = [dict(r, limit=1) for r in searches]
    groups["no facets"] = [dict(r, facets=["none"]) for r in searches]
    say()
    say("%-34s %8s %8s %8s %8s %9s" % ("ours alone, ms of cpu", "p50", "p95", "p99", "max",
                                       "total"))
    had = {}
    for name, requests in groups.items():
        had[name], answers, _ = b.batch(requests, b.args.passes, "extras")
        wrong = [a for a in answers if "error" in a]
        s = spread([t[1] for t in had[name]])
        b.result["latency"]["fichas " + name] = s
        say_spread(name + (" (%d errors: %s)" % (
            len(wrong), wrong[0]["error"].get("code")) if wrong else ""), s)
        if name == "typo":
            repaired(b, requests, had[name], answers)
    less(b, "nine more hits, snippets and all", had["ten hits"], had["one hit"])
    less(b, "three facets", had["ten hits"], had["no facets"])


def repaired(b, requests, took, answers):
    """Finding what a misspelt word was meant to be: the search for it, less the
    search for the word itself."""
    at = [i for i, a in enumerate(answers) if a.get("suggestion")]
    right, _, _ = b.batch([dict(requests[i], query=answers[i]["suggestion"]) for i in at],
                          b.args.passes, "extras")
    less(b, "typo, the repair alone", [took[i] for i in at], right)


def cold(b):
    ten = b.path("ten")
    if not os.path.exists(ten):
        subprocess.run([b.indexer, "build", "--quiet", "--index=" + ten, b.args.fichas],
                       check=True, env=b.env, stdout=subprocess.DEVNULL)
    commands = [("nothing, same libraries", [b.tool("nothing")]),
                ("--version", [b.searcher, "--version"]),
                ("search, ten fichas", [b.searcher, "search", "--index=" + ten,
                                        "diagnóstico comunitario"]),
                ("search, %d fichas" % b.args.n, [b.searcher, "search",
                                                  "--index=" + b.path("index"),
                                                  "diagnóstico comunitario"])]
    line = []
    for _, c in commands:
        line += ["--"] + c
    out = subprocess.run([b.tool("measure"), "start", str(b.args.starts)] + line,
                         stdout=subprocess.PIPE, env=b.env, check=True).stdout.decode()
    rows = {}
    for text in out.splitlines():
        i, wall, cpu, rss, status = text.split("\t")
        rows.setdefault(int(i), []).append((float(wall), float(cpu), int(rss), int(status)))
    say()
    say("%-34s %8s %8s %8s %8s" % ("cold start, %d runs" % b.args.starts, "wall ms",
                                   "cpu ms", "RSS MiB", "times"))
    base = statistics.median(r[0] for r in rows[0])
    b.result["start"] = {}
    for i, (name, _) in enumerate(commands):
        wall = statistics.median(r[0] for r in rows[i])
        r = {"wall_ms": wall / 1e3, "cpu_ms": statistics.median(x[1] for x in rows[i]) / 1e3,
             "rss_mib": max(x[2] for x in rows[i]) / 1024, "times": wall / base}
        b.result["start"][("search" if i == 3 else name)] = r
        say("%-34s %8.2f %8.2f %8.1f %8.2f%s" % (
            name, r["wall_ms"], r["cpu_ms"], r["rss_mib"], r["times"],
            "" if all(x[3] == 0 for x in rows[i]) else
            "  exit %s" % sorted({x[3] for x in rows[i]})))


def throughput(b):
    """Requests a second: one process for each, one batch, several batches,
    and batches beside a build."""
    requests = [request(q) for q in b.queries if q["kind"] != "similar"]
    some = requests[::4]
    start = time.monotonic()
    for r in some:
        a = arguments(r)
        subprocess.run([b.searcher, a[0], "--index=" + b.path("index")] + a[1:],
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=b.env,
                       check=False)
    alone = len(some) / (time.monotonic() - start)

    path = b.path("load.requests")
    # About a second and a half of work for one reader.
    total = b.result["latency"]["fichas cpu"]["total"] / 1e3
    times = max(1, min(200, round(1.5 / max(total, 1e-4))))
    with open(path, "w", encoding="utf-8") as f:
        for _ in range(times):
            for i, r in enumerate(requests):
                f.write(json.dumps(dict(r, id=i), ensure_ascii=False) + "\n")

    def load(readers):
        start = time.monotonic()
        running = []
        for _ in range(readers):
            with open(path, "rb") as f:
                running.append(subprocess.Popen(
                    [b.searcher, "batch", "--index=" + b.path("index")], stdin=f,
                    stdout=subprocess.DEVNULL, env=b.env))
        for p in running:
            p.wait()
        return readers * times * len(requests) / (time.monotonic() - start)

    say()
    say("requests a second")
    one = load(1)
    rate = {"one process each": alone, "1 batch": one, "2 batches": load(2),
            "4 batches": load(4)}
    # Beside a build of its own, of as many fichas as last long enough.
    other = b.path("beside")
    shutil.rmtree(other, ignore_errors=True)
    with open(os.devnull, "wb") as null:
        build = subprocess.Popen([b.indexer, "build", "--quiet", "--index=" + other,
                                  b.path("records.jsonl")], stdout=null, stderr=null,
                                 env=b.env)
        time.sleep(0.2)
        beside = load(4)
        early = build.poll() is not None
        build.terminate()
        build.wait()
    shutil.rmtree(other, ignore_errors=True)
    if not early:
        rate["4 batches beside a build"] = beside
    for name, r in rate.items():
        say("  %-30s %10.0f   %5.2f times one batch" % (name, r, r / one))
    if early:
        say("  (the build ended before the readers did: not measured)")
    b.result["throughput"] = rate


def save(b):
    """After each part: a long run that is cut leaves what it had."""
    with open(b.path("results.json"), "w", encoding="utf-8") as f:
        json.dump(b.result, f, indent=1)
        f.write("\n")
    with open(b.path("report.txt"), "w", encoding="utf-8") as f:
        f.write("\n".join(REPORT) + "\n")


def main():
    p = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    p.add_argument("-n", type=int, default=20000)
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--build", default="build", help="the build tree")
    p.add_argument("--tables", default="corpus/tables")
    p.add_argument("--fichas", default="corpus/fichas", help="for the cold start")
    p.add_argument("--passes", type=int, default=0, help="default 5; fewer from 200,000 on")
    p.add_argument("--starts", type=int, default=50)
    p.add_argument("--skip", default="", help="fichas,sqlite,xapian,extras,cold,throughput")
    p.add_argument("--reuse", action="store_true", help="keep data and indexes that are there")
    args = p.parse_args()
    args.skip = set(args.skip.split(","))
    if "fichas" in args.skip:
        args.skip |= {"extras", "cold", "throughput"}
    args.passes = args.passes or (5 if args.n < 200000 else 3 if args.n < 1000000 else 1)
    b = Bench(args)
    for name, part in (("data", generate), ("builds", build_all), ("queries", compare),
                       ("extras", extras), ("cold", cold), ("throughput", throughput)):
        if b.wants(name):
            part(b)
            save(b)
    return 0


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""Readers beside an indexer that publishes: never a wrong or a mixed answer.

One source changes to and fro between two contents.  While it is built again and
again, two readers ask, one a program for every query, one a `batch` for all of
them.  Every answer has to be, to the letter, that over the one content or over
the other; those of one batch all over the same.
"""
import json
import os
import re
import subprocess
import sys
import threading

QUERIES = ["mesa", "educación intercultural", "niñez", '"movilidad humana"', "migra*", "",
           "sello:formacion", "establesimiento"]
BUILDS = 8
TMP = os.environ["TMP"]
SOURCE = os.path.join(TMP, "readers.jsonl")
INDEX = os.path.join(TMP, "readers")


def run(*arguments, text=None):
    done = subprocess.run(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False,
                          input=text.encode() if text is not None else None)
    if done.returncode > 1:
        raise RuntimeError(f"{arguments}: exit {done.returncode}: {done.stderr.decode()}")
    return re.sub(r'"elapsed_ms": ?[0-9.]+', '"elapsed_ms":0', done.stdout.decode())


def contents():
    records = [json.loads(line) for line in run("fichas-indexer", "export").splitlines()]
    other = [dict(r, title=r["title"] + " mesa", lessons=r["description"]) for r in records[::2]]
    return ["".join(json.dumps(r) + "\n" for r in v) for v in (records, other)]


def build(content, index):
    with open(SOURCE + ".new", "w", encoding="utf-8") as f:
        f.write(content)
    os.replace(SOURCE + ".new", SOURCE)
    run("fichas-indexer", "build", "--quiet", "--index=" + index, SOURCE)


def ask_programs(index):
    return [run("fichas-searcher", "search", "--index=" + index, "--format=json", "--facets=all",
                "--limit=all", "--", q) for q in QUERIES]


def ask_batch(index):
    lines = "".join(json.dumps({"query": q, "facets": ["all"], "limit": "all"}) + "\n"
                    for q in QUERIES)
    return run("fichas-searcher", "batch", "--index=" + index, text=lines).splitlines()


def main():
    both = contents()
    programs, batches = [], []
    for name, content in zip("ab", both):
        build(content, os.path.join(TMP, "readers-" + name))
        programs.append(ask_programs(os.path.join(TMP, "readers-" + name)))
        batches.append(ask_batch(os.path.join(TMP, "readers-" + name)))
    assert all(a != b for a, b in zip(*programs)), "the contents do not tell apart"
    build(both[0], INDEX)
    done = threading.Event()
    wrong, asked = [], [0, 0]

    def read(which):
        try:
            while not done.is_set() or asked[which] < 2:
                if which:
                    answers = ask_batch(INDEX)
                    if answers not in batches:
                        wrong.append("batch: an answer that neither content gives, or of both")
                else:
                    for q, *answers in zip(QUERIES, ask_programs(INDEX), *programs):
                        if answers[0] not in answers[1:]:
                            wrong.append(f"search {q!r}: an answer that neither content gives")
                asked[which] += 1
        except RuntimeError as e:
            wrong.append(str(e))

    readers = [threading.Thread(target=read, args=(i,)) for i in (0, 1)]
    for r in readers:
        r.start()
    try:
        for i in range(BUILDS):
            build(both[(i + 1) % 2], INDEX)
    finally:
        done.set()
        for r in readers:
            r.join()
    if wrong:
        print(f"FAIL two readers beside an indexer: {wrong[0]} ({len(wrong)} in all)")
        return 1
    print(f"ok two readers beside an indexer: {BUILDS} builds, {asked} rounds of questions")
    return 0


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""What no program can go on after is told like any other failure: a line and an
exit status, in place of a signal's death."""
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time

FILES = ["column", "index.glass", "positions", "records", "vocabulary", "tables", "lexicon",
         "sources"]
QUERIES = b"".join(json.dumps(q).encode() + b"\n" for q in [
    {"query": "educasion intercultral"},
    {"query": "\"ley 21.325\" OR migra*", "facets": ["municipality", "year"]},
    {"query": "", "limit": 50, "sort": "title"},
    {"command": "suggest", "query": "mig"},
    {"command": "similar", "ids": ["temuco-mesa-convivencia-educacion-intercultural"]},
    {"command": "facets", "query": ""}])


class Failure(Exception):
    pass


def instrumented():
    with open(shutil.which("fichas-searcher"), "rb") as f:
        return b"__asan_init" in f.read()


def started(index, **how):
    """A batch that has answered once."""
    p = subprocess.Popen(["fichas-searcher", "batch", "-i", index], stdin=subprocess.PIPE,
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE, **how)
    p.stdin.write(b'{"query":"cuidadores"}\n')
    p.stdin.flush()
    if b'"total":1' not in p.stdout.readline():
        raise Failure("no first answer")
    return p


def test_files_cut_short(tmp):
    """A file of an index loses its bytes while a batch reads it."""
    told = 0
    for name in FILES:
        index = os.path.join(tmp, name)
        shutil.copytree(os.environ["FICHAS_INDEX"], index)
        # What was copied is hashed, and then mapped pages are those of the copy.
        p = started(index)
        generation = [g for g in os.listdir(index) if g.startswith("gen-")][0]
        os.truncate(os.path.join(index, generation, name), 0)
        _, said = p.communicate(QUERIES, timeout=60)
        if p.returncode not in (0, 4) or (p.returncode == 4) != bool(said):
            raise Failure(f"{name}: exit {p.returncode}, {said}")
        told += b"fichas-searcher: a file of the index was cut short" in said
    if told < 3:
        raise Failure(f"only {told} files were missed")


def test_signals(tmp):
    """An internal error is one whatever signal it comes with, in both languages."""
    del tmp
    for number in signal.SIGSEGV, signal.SIGFPE, signal.SIGILL, signal.SIGABRT:
        for language, text in ("en", "internal error (signal %d)"), ("es", "error interno (señal %d)"):
            p = started(os.environ["FICHAS_INDEX"], env=dict(os.environ, LANGUAGE=language))
            p.send_signal(number)
            said = p.communicate(timeout=60)[1].decode()
            if p.returncode != 70 or said != f"fichas-searcher: {text % number}\n":
                raise Failure(f"signal {number}: exit {p.returncode}, {said}")


def test_indexer(tmp):
    """So it is with the indexer, whose index stays."""
    index = os.path.join(tmp, "i")
    pipe, end = os.pipe()
    subprocess.run(["fichas-indexer", "build", "-q", "-i", index, "corpus/fichas"], check=True,
                   stderr=subprocess.DEVNULL)
    before = subprocess.run(["fichas-indexer", "export", "-i", index], check=True,
                            capture_output=True).stdout
    p = subprocess.Popen(["fichas-indexer", "build", "-i", index, "-"], stdin=pipe,
                         stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    os.write(end, b'{"title":"Feria nueva"}\n')
    time.sleep(0.3)
    p.send_signal(signal.SIGSEGV)
    said = p.communicate(timeout=60)[1]
    os.close(end)
    os.close(pipe)
    if p.returncode != 70 or b"fichas-indexer: internal error (signal 11)" not in said:
        raise Failure(f"exit {p.returncode}, {said}")
    after = subprocess.run(["fichas-indexer", "export", "-i", index], check=True,
                           capture_output=True).stdout
    if before != after:
        raise Failure("the index changed")


def main():
    failed = False
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for name, test in list(globals().items()):
        if not name.startswith("test_"):
            continue
        if instrumented():
            print(f"ok {name} (sanitizers have the last word)")
            continue
        with tempfile.TemporaryDirectory() as tmp:
            try:
                test(tmp)
                print(f"ok {name}")
            except Failure as e:
                failed = True
                print(f"FAIL {name}: {e}"[:1500])
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

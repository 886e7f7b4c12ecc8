#!/usr/bin/env python3
"""Queries that mean harm are answered or refused within 100 ms and 64 MB."""
import json
import os
import resource
import subprocess
import sys
import tempfile

def instrumented():
    with open(os.path.join(os.environ["B"], "fichas-searcher"), "rb") as f:
        return b"__asan_init" in f.read()


# Sanitizers make a program many times slower and larger: then only that
# nothing breaks is looked at.
MILLISECONDS, MEGABYTES = (20000, 4096) if instrumented() else (100, 64)

WORD = "mesa"
QUERIES = {  # name: (query, exit statuses that are right)
    "40 wildcards": ("aa* " * 40, {2}),
    "wide prefixes": ("de* la* co* in*", {0}),
    "one-letter wildcards": ("a* " * 200, {0, 1, 2}),
    "1,000 or": ("a OR " * 200, {0, 1, 2}),
    "64 words": (" ".join(f"palabra{i}" for i in range(64)), {0, 1, 2}),
    "phrase of 32": ('"' + " ".join(["de la"] * 16) + '"', {0, 1}),
    "16 phrases of n": ('"nn nn nn nn nn nn nn nn" ' * 8, {0, 1, 2}),
    "near, near, near": ('"de la"~100 ' * 30, {0, 1}),
    "brackets": ("(" * 1000, {2}),
    "16 brackets": ("(" * 16 + WORD + ")" * 16, {0, 1}),
    "closing brackets": (")" * 1000, {0, 1}),
    "nots": ("NOT " * 250 + WORD, {0, 1}),
    "minuses": ("-" * 1000 + WORD, {0, 1}),
    "quotes": ('"' * 1001, {0, 1}),
    "half quotes": (' "a' * 300, {0, 1, 2}),
    "colons": ("titulo:" * 140, {0, 1}),
    "fields": ("titulo:a " * 100, {0, 1, 2}),
    "facets": ("sello:formacion " * 60, {0, 1}),
    "marks": ("a" + "\u0301\u0316" * 250, {0, 1}),
    "enyes": ("n" * 60, {0, 1}),
    "ligature": ("\ufdfa" * 300, {0, 1}),
    "emoji": ("\U0001f469\u200d\U0001f469\u200d\U0001f467" * 40, {0, 1}),
    "no spaces": ("\u4e2d\u6587" * 160, {0, 1, 2}),
    "control": ("\x01\x1b[31m" * 100, {0, 1, 2}),
    "overrides": ("\u202e" + WORD, {0, 1}),
    "fuzzy": ("palabrejas~2 " * 60, {0, 1}),
    "distance": ('"a b"~99999999999999999999', {2}),
    "too long": ("a " * 5000, {2}),
}


def measured(arguments, data=None):
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as source:
        if data is not None:
            source.write(data)
            source.seek(0)
        child = subprocess.Popen(["fichas-searcher", *arguments], stdin=source, stdout=out,
                                 stderr=subprocess.DEVNULL)
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        return (child.returncode, (used.ru_utime + used.ru_stime) * 1000, used.ru_maxrss / 1024,
                out.read())


def main():
    failed = False
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

    def verdict(name, status, wanted, milliseconds, megabytes):
        nonlocal failed
        if status not in wanted or milliseconds > MILLISECONDS or megabytes > MEGABYTES:
            print(f"FAIL {name}: exit {status}, {milliseconds:.0f} ms, {megabytes:.0f} MB")
            failed = True
        else:
            print(f"ok {name}")

    for name, (query, wanted) in QUERIES.items():
        for match in ("auto", "any"):
            status, ms, mb, _ = measured(["search", "--format=json", "--match=" + match, "--", query])
            verdict(f"{name} ({match})", status, wanted, ms, mb)
    status, ms, mb, _ = measured([b"search", b"--format=json", b"mesa \xff\xfe\xc0\x80\xed\xa0\x80"])
    verdict("no UTF-8", status, {0, 1}, ms, mb)

    # What no command line can carry.
    lines = [b'{"id":1,"query":"' + b"(" * 10_000_000 + b'"}',
             b'{"id":2,"query":"' + b"mesa " * 200_000 + b'"}',
             b'{"id":3,"query":"me\\u0000sa"}',
             b'{"id":4,"query":"mesa\xff"}',
             b"[" * 1_000_000,
             b'{"id":6,"query":"\\ud800"}',
             b'{"id":7,"limit":1e999}',
             b'{"id":8,"limit":99999999999999999999999}',
             b'{"id":9,"filters":{"year":["0000..9999"]}}',
             b'{"id":10,"query":"mesa"}']
    status, ms, mb, out = measured(["batch"], b"\n".join(lines) + b"\n")
    answers = [json.loads(line) for line in out.decode("utf-8", "strict").splitlines()]
    verdict("batch", status, {1}, ms / 4, mb)
    if len(answers) != len(lines) or answers[-1].get("total", 0) < 1 or "error" not in answers[0]:
        print(f"FAIL batch answers: {len(answers)} of {len(lines)}")
        failed = True
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

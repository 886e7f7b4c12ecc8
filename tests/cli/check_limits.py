#!/usr/bin/env python3
"""The limits in SECURITY.md: at each the programs answer, one over they say so.

The numbers are read from that table, so that it stays true.  What a conversion
may take is tried in tests/unit/test_confine.c and test_convert_hostile.c.
"""
import json
import os
import re
import subprocess
import sys

TMP = os.environ["TMP"]
INDEX = os.environ["FICHAS_INDEX"]
FAILED = []


def limits():
    with open("SECURITY.md", encoding="utf-8") as f:
        rows = re.findall(r"^\| ([^|]+) \| ([0-9,]+)", f.read(), re.M)
    return {name: int(number.replace(",", "")) for name, number in rows}


def run(*arguments, stdin=b""):
    done = subprocess.run(arguments, input=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          check=False)
    return done.returncode, done.stdout, done.stderr


def expect(name, good, why):
    if not good:
        FAILED.append(f"{name}: {why}")


def query(name, make, limit):
    """make(n): a query of n of them."""
    for n, refused in ((limit, False), (limit + 1, True)):
        status, _, err = run("fichas-searcher", "search", "--format=ids", "--", make(n))
        expect(name, (status == 2) == refused and status < 3, f"{n}: exit {status} {err[:200]!r}")
        expect(name, not refused or b"column" in err or str(limit).encode() in err,
               f"the message does not say what: {err!r}")


def option(name, what, limit):
    for n, status in ((limit, {0, 1}), (limit + 1, {2})):
        got, _, err = run("fichas-searcher", "search", "--format=ids", f"--{what}={n}", "mesa")
        expect(name, got in status, f"{n}: exit {got} {err!r}")


def build(path):
    """The records rejected and taken, and the codes of what was told."""
    status, out, err = run("fichas-indexer", "build", "--report=json",
                           "--index=" + os.path.join(TMP, "limits"), "--rebuild", path)
    if status:
        return None, [err.decode("utf-8", "replace")]
    report = json.loads(out)
    return report, [d["code"] for d in report["diagnostics"]]


def source(name, text, code, others=1):
    """Text with a good ficha beside the one in question; code: what is told, or None."""
    path = os.path.join(TMP, name)
    with open(path, "wb") as f:
        f.write(text)
    report, codes = build(path)
    expect(name, report, codes)
    if report:
        expect(name, code in codes if code else "error" not in str(report["counts"]) or
               not report["counts"]["error"], f"{code}: told is {codes}")
        expect(name, report["documents"] == others + (code is None),
               f"{report['documents']} fichas are indexed")
    os.unlink(path)


def record(n):
    """A record of JSON whose line has n bytes."""
    empty = b'{"title":"Mesa","description":""}'
    return empty[:-2] + b"a " * ((n - len(empty)) // 2) + b"a" * ((n - len(empty)) % 2) + empty[-2:]


def write(path, text):
    with open(path, "w", encoding="utf-8") as f:
        f.write(text)


def nested(depth):
    return b'{"title":"Honda","otra":' + b"[" * (depth - 1) + b"]" * (depth - 1) + b"}"


GOOD = b'{"title":"Buena"}\n'
FICHA = ("Mesa buena\n\nMUNICIPALIDAD DE MAIPÚ\n\nPoblación Objetivo\n\nNNA\n\n"
         "Breve descripción\n\n{}\n\nAprendizajes y recomendaciones\n\nuno\n\n")


def check_folders(limit):
    top = os.path.join(TMP, "deep")
    path, code = top, []
    for _ in range(limit + 2):
        path = os.path.join(path, "d")
    os.makedirs(path)
    # Folders are counted from the one that was named.
    for depth in (1, limit, limit + 2):
        with open(os.path.join(top, *["d"] * depth, "f.jsonl"), "wb") as f:
            f.write(b'{"title":"Ficha %d"}\n' % depth)
    report, code = build(top)
    expect("folders", report and report["documents"] == 2 and code, f"{report} {code}")


def main():
    has = limits()
    query("a query", lambda n: "mesa " + "a" * (n - 5), has["a query"])
    query("its words", lambda n: " ".join(f"m{i}" for i in range(n)), has["its words"])
    query("brackets", lambda n: "(" * n + "mesa" + ")" * n, has["brackets inside brackets"])
    query("prefixes", lambda n: " ".join(f"mi{c}*" for c in "abcdefgh"[:n]),
          has["prefixes (`migra*`) of a query"])
    query("phrase", lambda n: '"' + " ".join(["la"] * n) + '"', has["words of a phrase"])
    query("near", lambda n: f'"mesa escuela"~{n}', has["words between those of `\"...\"~n`"])
    option("hits", "limit", has["hits of a page"])
    option("timeout", "timeout", has["`--timeout`"])

    most = has["a line of `batch`"]
    for n, answered in ((most, True), (most + 1, False)):
        line = b'{"query":"mesa"}'
        _, out, _ = run("fichas-searcher", "batch", stdin=line + b" " * (n - len(line)) + b"\n" +
                        line + b"\n")
        answers = [json.loads(x) for x in out.splitlines()]
        expect("batch", len(answers) == 2 and ("error" not in answers[0]) == answered and
               "error" not in answers[1], f"{n}: {out[:200]!r}")

    most = has["a record"]
    # What is derived (municipality, groups, ...) comes on top.
    source("record.jsonl", GOOD + record(most - 2048) + b"\n", None)
    source("record-large.jsonl", GOOD + record(most) + b"\n", "record-too-large")
    source("record-over.jsonl", GOOD + record(most + 1) + b"\n", "line-too-long")
    most = has["a record's nesting"]
    source("nesting.jsonl", GOOD + nested(most) + b"\n", None)
    source("nesting-over.jsonl", GOOD + nested(most + 1) + b"\n", "record-too-deep")
    most = has["a line of a document"]
    text = FICHA.format("uno").replace("buena", "primera")
    source("line.md", (text + FICHA.format("x" * (most // 2))).encode(), None)
    source("line-over.md", (text + FICHA.format("x" * (most + 1))).encode(), "line-too-long")

    most = has["a file that is no stream of records"]
    path = os.path.join(TMP, "large.md")
    with open(path, "wb") as f:
        f.truncate(most + 1)
    report, codes = build(path)
    expect("file", report is None or report["documents"] == 0 and codes, f"{report} {codes}")
    os.unlink(path)
    for what in "the text of a document", "lines of a document":
        most = has[what]
        text = FICHA.format("uno")
        if what.startswith("the text"):
            text = "".join(FICHA.format("uno dos " * 20000).replace("buena", f"número {i}") for i in range(52))
        text += " " * (most - len(text.encode())) if what.startswith("the text") else \
            "\n" * (most - text.count("\n"))
        for over in "", "\n":
            write(path, text + over)
            report, codes = build(path)
            expect(what, report and (report["documents"] > 0) == (not over) and ("malformed" in codes) == bool(over),
                   f"{len(text + over)} bytes: {report and report['documents']} {codes[:3]}")
    os.unlink(path)
    check_folders(has["folders inside folders"])

    for line in FAILED:
        print("FAIL", line[:600])
    if not FAILED:
        print("ok limits of SECURITY.md")
    return 1 if FAILED else 0


if __name__ == "__main__":
    sys.exit(main())

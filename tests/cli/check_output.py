#!/usr/bin/env python3
"""Nothing of others drives a terminal or a spreadsheet, and JSON is JSON.

A corpus whose texts, keys and file names are full of control characters, escape
sequences, direction overrides, bytes that are not UTF-8 and formulas is indexed;
then every command of both programs runs in every format, with queries, options
and names of files as hostile, in both languages.  Whatever is written, to
standard output or standard error, is valid UTF-8 without a sign that moves a
cursor or turns the direction of writing; lines of JSON parse; no cell of CSV or
TSV is a formula unless --raw-cells asks for it.
"""
import csv
import io
import json
import os
import re
import shutil
import subprocess
import sys
import unicodedata

TMP = os.environ["TMP"]
CORPUS = os.path.join(TMP, "hostile")
INDEX = os.path.join(TMP, "hostile-index")
PROGRAMS = {p: shutil.which(p) for p in ("fichas-indexer", "fichas-searcher")}

ESC = "\x1b[31mrojo\x07\x1b]0;titulo\x07"
BIDI = "\u202eabc\u2066\u200f\u061c\u200e"
C1 = "\x9b31m\x85"
LINES = "\u2028\u2029"
HOSTILE = ESC + BIDI + C1 + LINES + "\U000e0041\x7f"
RAW = b"\xff\xc0\x80\xed\xa0\x80"
FORMULAS = ["=1+2", '"=1+2"', "+1", "-1", "@SUM(A1)", " =1", "\t=1", '""=1']

# All of these may stand in what our programs write.
OURS = re.compile("\x1b\\[[0-9;]*m")
NAMES = ["a" + ESC + ".md", "b" + BIDI + C1 + ".jsonl", "c\n.csv"]


def refused(text, colors):
    """The first sign in the text that is not inert, or None."""
    if colors:
        text = OURS.sub("", text)
    for c in text:
        if c in "\n\t" or (c == "\r" and "\r\n" in text):
            continue
        n = ord(c)
        if (unicodedata.category(c) in ("Cc", "Zl", "Zp") or 0x202A <= n <= 0x202E
                or 0x2066 <= n <= 0x2069 or n in (0x61C, 0x200E, 0x200F)
                or 0xE0000 <= n <= 0xE007F):
            return f"U+{n:04X} in {text[max(0, text.index(c) - 30):][:60]!r}"
    return None


def run(program, *arguments, stdin=b"", language="en", name=None):
    env = dict(os.environ, LANGUAGE=language, LC_ALL="C.UTF-8")
    words = [a if isinstance(a, bytes) else a.encode("utf-8", "surrogateescape")
             for a in (name or program, *arguments)]
    done = subprocess.run(words, executable=PROGRAMS[program], input=stdin, env=env,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False, timeout=60)
    return done.returncode, done.stdout, done.stderr


FAILED = []
SEEN = {"runs": 0, "stdout": 0, "stderr": 0, "json": 0, "cells": 0}


def fail(what, why):
    FAILED.append(f"{[a if isinstance(a, str) else a for a in what]}: {why}")


def checked(program, *arguments, statuses=(0, 1, 2), colors=False, **more):
    status, out, err = run(program, *arguments, **more)
    what = (program, *arguments)
    SEEN["runs"] += 1
    SEEN["stdout"] += len(out) > 0
    SEEN["stderr"] += len(err) > 0
    if status not in statuses:
        fail(what, f"exit {status}: {err[-300:]!r}")
    for stream, data in (("standard output", out), ("standard error", err)):
        try:
            text = data.decode("utf-8", "strict")
        except UnicodeDecodeError as e:
            fail(what, f"{stream} is not UTF-8: {e}: {data[max(0, e.start - 30):e.start + 30]!r}")
            continue
        bad = refused(text, colors)
        if bad:
            fail(what, f"{stream} has {bad}")
    return status, out.decode("utf-8", "replace"), err.decode("utf-8", "replace")


def is_json(what, text):
    """One value, or one a line."""
    try:
        json.loads(text)
        SEEN["json"] += 1
    except ValueError:
        for line in text.splitlines():
            try:
                json.loads(line)
                SEEN["json"] += 1
            except ValueError as e:
                fail(what, f"no JSON: {e}: {line[:200]!r}")


def is_table(what, text, delimiter, raw):
    """No cell begins a formula, also not behind blanks and quotes."""
    if delimiter == ",":
        rows = list(csv.reader(io.StringIO(text, newline="")))
    else:
        rows = [line.split("\t") for line in text.split("\n")[:-1]]
    formulas = 0
    for row in rows:
        if len(row) != len(rows[0]):
            fail(what, f"a row of {len(row)} cells, not {len(rows[0])}")
        for cell in row:
            SEEN["cells"] += 1
            inner = cell.lstrip(' "')
            if inner[:1] in ("=", "+", "-", "@") and not re.fullmatch(r"-?[0-9.]+", cell):
                formulas += 1
    if formulas and not raw:
        fail(what, f"{formulas} cells are formulas")
    if raw and not formulas:
        fail(what, "--raw-cells shows no formula")


def make_corpus():
    os.makedirs(os.path.join(CORPUS, "sub" + ESC))
    records = []
    for i, f in enumerate(FORMULAS):
        records.append({"title": f + " mesa " + HOSTILE, "id": f"hostil-{i}{ESC}",
                        "municipality": f + BIDI if i % 2 else "Maipú",
                        "description": f"{f} escuela {HOSTILE}\n\n{f}{BIDI} niños migrantes",
                        "lessons": f + LINES + " diagnóstico " + ESC, "years": [2023],
                        "population_verbatim": HOSTILE + "niños", "dates_verbatim": HOSTILE,
                        "units_and_partners": f + C1, "sello_lines": ["formacion"],
                        "otra" + ESC: HOSTILE})
    with open(os.path.join(CORPUS, NAMES[1]), "w", encoding="utf-8") as out:
        for r in records:
            out.write(json.dumps(r) + "\n")
        # Each of these is a diagnostic that quotes what it is about.
        out.write('{"title":"x","%s":1,"%s":1}\n' % ("a" + BIDI, "a" + BIDI))
        out.write('{"title":"x","years":"%s"}\n{"title" %s\n' % (BIDI + C1, HOSTILE.strip("\n")))
        out.write('{"title":"%s","municipality":"%s","sello_lines":["%s"],"status":"%s"}\n'
                  % ((BIDI + C1 + "\x7f",) * 4))
    with open(os.path.join(CORPUS.encode(), NAMES[1].encode()), "ab") as out:
        out.write(b'{"title":"' + RAW + b'"}\n{"tit\x94\x9f":"\\ud800","n":1e999}\n{"x' + RAW * 40)
    text = (f"Mesa {HOSTILE}\n\nMUNICIPALIDAD DE {ESC}MAIPÚ{BIDI}\n\nLínea Sello\n"
            f"[x] Otra {BIDI}{C1}\n\nPoblación Objetivo\n{HOSTILE}\n\nFechas de implementación\n"
            f"{HOSTILE} 2023\n\nBreve descripción\n=1+2 escuela {HOSTILE}\n\nAprendizajes\n{ESC}\n")
    for name in (NAMES[0], "sub" + ESC + "/d.txt"):
        with open(os.path.join(CORPUS, name), "wb") as out:
            out.write(text.encode() + RAW)
    with open(os.path.join(CORPUS, NAMES[2]), "w", encoding="utf-8") as out:
        out.write(f"título,municipio,x{ESC}\n\"=1{BIDI}\",Maipú,{C1}\nuno\n")
    with open(os.path.join(CORPUS.encode(), b"e" + RAW + b".md"), "wb") as out:
        out.write(b"\x00" + RAW + b"\n")
    for name in ("roto" + ESC + ".pdf", "roto" + BIDI + ".docx", "roto.html"):
        with open(os.path.join(CORPUS, name), "wb") as out:
            out.write(b"PK\x03\x04" + RAW + ESC.encode())


def check_indexer(language):
    index = "--index=" + INDEX
    for report in ("text", "json"):
        for more in ((), ("--rebuild",), ("--quiet",), ("--strict",)):
            what = ("build", index, "--report=" + report, *more, CORPUS)
            _, out, _ = checked("fichas-indexer", *what, language=language)
            if report == "json" and "--quiet" not in more:
                is_json(what, out)
                diagnostics = json.loads(out)
                if len(diagnostics["diagnostics"]) != sum(diagnostics["counts"].values()):
                    fail(what, "a diagnostic is missing")
    _, out, _ = checked("fichas-indexer", "export", index, language=language)
    is_json("export", out)
    again = run("fichas-indexer", "build", "--index=" + INDEX + "-2", "-", stdin=out.encode())
    if again[0]:
        fail("export | build -", again[2])
    _, out, _ = checked("fichas-indexer", "stats", index, "--format=json", language=language)
    is_json("stats", out)
    checked("fichas-indexer", "stats", index, language=language)
    checked("fichas-indexer", "check", index, language=language)
    for bad in (HOSTILE, RAW, "\n"):
        bad = bad if isinstance(bad, bytes) else bad.encode()
        name = os.path.join(CORPUS.encode(), bad.replace(b"\0", b""))
        for words in ([b"build", name], [b"remove", name], [b"build", b"--tables=" + name, CORPUS],
                      [b"build", b"--thesaurus=" + name, CORPUS], [b"check", name],
                      [b"check", b"--index=" + name], [b"stats", b"--index=" + name], [bad],
                      [b"--" + bad], [b"-" + bad], [b"build", b"--jobs=" + bad, b"x"],
                      [b"build", b"--report=" + bad], [b"stats", b"--format=" + bad],
                      [b"--color=" + bad], [b"--help=" + bad]):
            checked("fichas-indexer", *words, language=language, statuses=(0, 1, 2, 3))


def check_damaged(language):
    """Messages about an index name what stands in it."""
    copy = INDEX + "-damaged"
    for name in ("x" + ESC, "y" + BIDI + C1):
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(INDEX, copy)
        with open(os.path.join(copy, "CURRENT"), encoding="utf-8") as f:
            generation = re.search(r"gen-\d+", f.read()).group()
        with open(os.path.join(copy, generation, name), "w", encoding="utf-8") as f:
            f.write("x")
        checked("fichas-indexer", "check", "--index=" + copy, language=language, statuses=(0, 4))
        with open(os.path.join(copy, generation, "MANIFEST"), "w", encoding="utf-8") as f:
            f.write(HOSTILE)
        for words in (("fichas-indexer", "check"), ("fichas-searcher", "search", "mesa")):
            checked(*words, "--index=" + copy, language=language, statuses=(3, 4))
        with open(os.path.join(copy, "CURRENT"), "w", encoding="utf-8") as f:
            f.write(f"gen-{HOSTILE}\n")
        for words in (("fichas-indexer", "check"), ("fichas-searcher", "search", "mesa")):
            checked(*words, "--index=" + copy, language=language, statuses=(3, 4))
    shutil.rmtree(copy, ignore_errors=True)


def check_searcher(language):
    index = "--index=" + INDEX
    ids = run("fichas-searcher", "search", "--format=json", "--limit=all", index, "")[1]
    ids = [hit["id"] for hit in json.loads(ids)["hits"]]
    if len(ids) < len(FORMULAS) + 2:
        fail("search", f"only {len(ids)} fichas of the corpus")
    queries = ["", "mesa", "escuela niños", HOSTILE, "mesa " + BIDI, '"' + ESC, "escuelaa~2",
               "titulo:" + C1, "municipio:" + HOSTILE, "zzz" + HOSTILE, b"mesa " + RAW,
               "(" * 30 + HOSTILE, "x" * 2000 + ESC, "a* " * 9 + HOSTILE]
    runs = []
    for query in queries:
        for command, formats in (("search", "text json jsonl csv tsv ids"),
                                 ("lessons", "text json jsonl csv tsv ids"),
                                 ("facets", "text json csv tsv"), ("suggest", "text json"),
                                 ("analyze", "text json")):
            for form in formats.split():
                runs.append(([command, "--format=" + form], form, [b"--", query]))
    for i in ids[:4] + ["nobody" + HOSTILE]:
        for form in ("text", "md", "json"):
            runs.append((["show", "--format=" + form], form, [b"--", i]))
            runs.append((["show", "--cite", "--format=" + form], form, [b"--", i]))
        for form in ("text", "json"):
            runs.append((["compare", "--format=" + form], form, [b"--", i, ids[5]]))
        for form in ("text", "json", "jsonl", "csv", "tsv"):
            runs.append((["similar", "--format=" + form], form, [b"--", i]))
    for extra in ("--explain", "--color=always", "--raw-cells", "--exact", "--match=any"):
        for form in ("text", "json", "csv", "tsv"):
            runs.append((["search", "--format=" + form, extra], form, [b"--", "mesa"]))
    for form in ("text", "json", "csv", "tsv"):
        runs.append((["facets", "--cross=municipality,sello", "--format=" + form], form, []))
        runs.append((["facets", "--like=" + HOSTILE, "--facet=municipality", "--format=" + form],
                     form, []))
    for words, form, rest in runs:
        arguments = [words[0], index, *words[1:], *rest]
        _, out, _ = checked("fichas-searcher", *arguments, language=language,
                            colors="--color=always" in words)
        if form in ("json", "jsonl"):
            is_json(arguments, out)
        elif form in ("csv", "tsv") and out:
            is_table(arguments, out, "," if form == "csv" else "\t", "--raw-cells" in words)
    for option in ("municipality", "region", "sello", "population", "year", "status", "in",
                   "match", "sort", "format", "limit", "offset", "facets", "facet-limit",
                   "timeout", "index", "color", "zzz"):
        for bad in (HOSTILE.encode(), RAW):
            checked("fichas-searcher", "search", index, b"--" + option.encode() + b"=" + bad, "mesa",
                    language=language, statuses=(0, 1, 2, 3))
    for words in ([HOSTILE], [RAW], ["--" + HOSTILE], ["similar", "--text=" + HOSTILE],
                  ["--help=" + HOSTILE], ["search", "--help=" + HOSTILE]):
        checked("fichas-searcher", index, *words, language=language, statuses=(0, 1, 2, 3))
    lines = [{"id": HOSTILE, "query": q} for q in queries if isinstance(q, str)]
    lines += [{"id": i, "command": c, "ids": [HOSTILE, ids[0]]} for i, c in
              enumerate(("show", "compare", "similar"))]
    lines += [{"query": "mesa", HOSTILE: 1}, {"command": HOSTILE}, {"format": HOSTILE},
              {"filters": {HOSTILE: [HOSTILE]}}, {"filters": {"region": [HOSTILE]}},
              {"command": "similar", "text": HOSTILE}]
    data = "".join(json.dumps(x, ensure_ascii=False) + "\n" for x in lines).encode()
    data += b'{"query":"' + RAW + b'"}\n' + RAW + b"\n" + HOSTILE.replace("\n", "").encode() + b"\n"
    _, out, _ = checked("fichas-searcher", "batch", index, stdin=data, language=language)
    is_json("batch", out)


def check_names(language):
    """What a program was called does not matter."""
    for program in PROGRAMS:
        for name in ("x" + HOSTILE.replace("\0", ""), RAW):
            for words in ([], ["--help"], ["--version"], ["--zzz"], ["zzz"], ["--help=man"],
                          ["--help=bash"], ["--help=zsh"], ["--help=fish"]):
                checked(program, *words, language=language, name=name)


def main():
    make_corpus()
    for language in ("en", "es"):
        for check in (check_indexer, check_searcher, check_damaged, check_names):
            before = len(FAILED)
            check(language)
            if len(FAILED) == before:
                print("ok", check.__name__[6:], language)
    # A test that sees nothing proves nothing.
    for what, least in (("stdout", 300), ("stderr", 300), ("json", 300), ("cells", 1000)):
        if SEEN[what] < least:
            FAILED.append(f"only {SEEN[what]} {what} were seen")
    for line in FAILED[:40]:
        print("FAIL", line[:700].encode("ascii", "backslashreplace").decode())
    print(f"# {SEEN}")
    return 1 if FAILED else 0


if __name__ == "__main__":
    sys.exit(main())

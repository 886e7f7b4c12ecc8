#!/usr/bin/env python3
"""export | build - | export is the same, byte for byte, but for `source`; and
the two indexes answer alike.  Over random records of odd languages, signs and
controls, and over documents.

usage: check_roundtrip.py [SEED]
"""
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile

POOLS = ["abcdefghijklmnñopqrstuvwxyzáéíóúü", "ABCÁÑ", "0123456789.,-/%°º", " \t\n  ", "«»“”‘’¿?¡!;:()[]{}",
         "\"\\/'`<>&=+@#|*_~^$", "\u0001\u0007\u0008\u001b\u007f\u0085\u200b\u200d\u200e\u202e\u2028\u2066\ufeff",
         "e\u0301n\u0303a\u0308\u0327", "عربيةהעברית", "中文日本語한국어", "ไทยहिन्दी", "αβγжщ", "🎉👩‍👩‍👧🇨🇱𝔘𐍈",
         "ﬁﬂ½²№Ⅳ", "\ufffd\ue000\ufdd0\uffff"]
WORDS = ("mesa taller escuela migrante red salud niñez diagnóstico comuna apoyo educación "
         "interculturalidad vecinos acogida protocolo la de en con").split()
KEYS = ["title", "description", "lessons", "innovation", "funding", "sustainability", "units_and_partners",
        "population_verbatim", "dates_verbatim"]


def text(rng, most=40):
    out = []
    for _ in range(rng.randint(1, most)):
        if rng.random() < 0.6:
            out.append(rng.choice(WORDS))
        else:
            out.append("".join(rng.choices(rng.choice(POOLS), k=rng.randint(1, 6))))
    return rng.choice([" ", " ", "", "\n\n"]).join(out)


def value(rng, depth=0):
    kind = rng.randrange(8 if depth < 4 else 5)
    if kind == 0:
        return rng.choice([True, False, None])
    if kind == 1:
        return rng.choice([0, -1, 7, 2 ** 53, -2 ** 63, 2 ** 63 - 1])
    if kind == 2:
        return rng.choice([0.5, -1.25, 1e300, 1e-7, 0.1])
    if kind <= 4:
        return text(rng, 6)
    if kind <= 6:
        return [value(rng, depth + 1) for _ in range(rng.randint(0, 3))]
    return {text(rng, 3): value(rng, depth + 1) for _ in range(rng.randint(0, 3))}


def record(rng):
    r = {"title": text(rng, 6).strip() or "x"}
    for key in KEYS[1:]:
        if rng.random() < 0.5:
            r[key] = text(rng)
    if rng.random() < 0.3:
        r["id"] = "".join(rng.choices("abc-0ñ", k=rng.randint(1, 4)))
    if rng.random() < 0.5:
        r["municipality"] = rng.choice(["Macul", "Viña del Mar", "ÑUÑOA", "Lima", text(rng, 2)])
    if rng.random() < 0.2:
        r["municipalities"] = ["Macul", "Lima"]
    if rng.random() < 0.4:
        r["dates_verbatim"] = rng.choice(["2023", "marzo 2022 a la fecha", "3 de agosto 2023 / 24 de julio 2024",
                                          "desde 2019", "siempre"])
    if rng.random() < 0.3:
        r["sello_lines"] = rng.sample(["politicas", "informacion", "formacion", "otra"], 2)
    if rng.random() < 0.2:
        r["years"] = [2019, 2021]
    for _ in range(rng.choice([0, 0, 1, 3])):
        r[rng.choice(["nota", "source_", "x", text(rng, 2)])] = value(rng)
    return r


def indexer(*arguments, data=None):
    done = subprocess.run(["fichas-indexer", *arguments], input=data, capture_output=True, check=False)
    if done.returncode:
        raise AssertionError(f"{arguments}: exit {done.returncode}: {done.stderr[-300:]}")
    return done.stdout


def without_source(line):
    """The line's text without its member `source`."""
    source = json.loads(line)["source"]
    at = -1
    while True:
        at = line.index('"source":', at + 1)
        start = at + len('"source":')
        try:
            got, end = json.JSONDecoder().raw_decode(line, start)
        except ValueError:
            continue
        if got == source:
            return line[:at] + line[end:]


def answers(index, requests):
    lines = "".join(json.dumps(r) + "\n" for r in requests).encode()
    done = subprocess.run(["fichas-searcher", "batch", "-i", index], input=lines, capture_output=True, check=False)
    out = []
    for line in done.stdout.splitlines():
        answer = json.loads(line)
        answer.pop("elapsed_ms", None)
        for hit in answer.get("hits", []) + answer.get("related", []):
            hit.pop("source", None)
            for s in hit.get("snippets", []):
                s.pop("line", None)
        out.append(answer)
    return out


def compare(tmp, sources, rng, name):
    first, second = tmp + "/" + name, tmp + "/" + name + "-2"
    indexer("build", "-q", "-i", first, *sources)
    one = indexer("export", "-i", first)
    indexer("build", "-q", "-i", second, "-", data=one)
    two = indexer("export", "-i", second)
    a, b = one.decode().split("\n"), two.decode().split("\n")
    assert len(a) == len(b), f"{len(a)} records became {len(b)}"
    for x, y in zip(a[:-1], b[:-1]):
        x, y = without_source(x), without_source(y)
        if x != y:
            k = next((i for i, (p, q) in enumerate(zip(x, y)) if p != q), min(len(x), len(y)))
            raise AssertionError(f"differs at {k}: {x[max(0, k - 60):k + 60]!r} {y[max(0, k - 60):k + 60]!r}")
    texts = [w for line in a[:-1] for v in json.loads(line).values() if isinstance(v, str) for w in v.split()]
    requests = [{"id": 0, "command": "search", "query": "", "limit": 1000, "facets":
                 ["municipality", "region", "sello", "population", "year", "status"]}]
    for i in range(60):
        words = rng.choices(texts, k=rng.randint(1, 3))
        query = rng.choice([" ", " OR ", " AND ", " -"]).join(words)
        query = rng.choice([query, query, f'"{" ".join(words)}"', words[0][:3] + "*", "titulo:" + words[0],
                            words[0] + "~"])
        requests.append({"id": i + 1, "command": rng.choice(["search", "lessons"]), "query": query, "limit": 20})
    before, after = answers(first, requests), answers(second, requests)
    assert len(before) == len(after) == len(requests), "answers are missing"
    hits = sum(bool(x.get("hits")) for x in before)
    assert hits > 10, f"only {hits} requests find anything"
    for x, y, request in zip(before, after, requests):
        assert x == y, f"{request} is answered otherwise: {x} {y}"
    return len(a) - 1


def main():
    seed = int(sys.argv[1]) if len(sys.argv) > 1 else random.randrange(10 ** 6)
    failed = False
    tmp = tempfile.mkdtemp(prefix="fichas-", dir=os.environ.get("TMP"))
    fixtures = [f"tests/fixtures/documents/{n}" for n in sorted(os.listdir("tests/fixtures/documents"))
                if not n.endswith(".jsonl")]

    def attempt(name, sources):
        nonlocal failed
        try:
            print(f"ok {name}: {compare(tmp, sources, random.Random(seed), name)} records")
        except AssertionError as e:
            failed = True
            print(f"FAIL {name}, seed {seed}: {e}"[:1500])

    attempt("documents", ["corpus/fichas", *fixtures])
    for k in range(6):
        rng = random.Random(seed + k)
        path = f"{tmp}/{k}.jsonl"
        with open(path, "w", encoding="utf-8") as f:
            for _ in range(60):
                f.write(json.dumps(record(rng), ensure_ascii=rng.random() < 0.5) + "\n")
        attempt(f"random-{k}", [path])
    shutil.rmtree(tmp)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

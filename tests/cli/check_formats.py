#!/usr/bin/env python3
"""The forms of one answer agree, and what it quotes is in the records."""
import csv
import io
import json
import re
import subprocess
import sys

QUERIES = ["mesa", "educación intercultural", "ley 21.325", "nna", "\"agentes clave\" OR migra*", "",
           "cuidadores", "donaciones mesa niñez"]


def run(*arguments, text=None):
    done = subprocess.run(["fichas-searcher", *arguments], stdout=subprocess.PIPE, check=False,
                          stderr=subprocess.DEVNULL, input=text.encode() if text else None)
    return done.stdout.decode("utf-8", "strict")


def flat(text):
    return re.sub(r"[\t\r\n]", " ", text)


def test_tables():
    for query in QUERIES:
        hits = json.loads(run("search", "--format=json", "--limit=all", query))["hits"]
        text = run("search", "--format=csv", "--bom", "--limit=all", query)
        assert text.startswith("\ufeff") and text.count("\r\n") >= len(hits) + 1
        rows = list(csv.DictReader(io.StringIO(text[1:], newline="")))
        lines = run("search", "--format=tsv", "--limit=all", query).split("\n")
        tsv = [dict(zip(lines[0].split("\t"), line.split("\t"))) for line in lines[1:-1]]
        assert len(rows) == len(tsv) == len(hits), query
        for row, cells, hit in zip(rows, tsv, hits):
            for name in ("id", "title", "region", "cut_code"):
                assert row[name] == cells[name] == flat(hit[name] or ""), (query, name)
            assert row["sello_lines"].split(";") == hit["sello_lines"]
            assert int(row["rank"]) == hit["rank"]
            if hit["snippets"]:
                assert row["snippet"] == flat(hit["snippets"][0]["text"])
                assert row["snippet"] == cells["snippet"].removeprefix("'")


def test_lines_and_ids():
    for query in QUERIES:
        whole = json.loads(run("search", "--format=json", query))
        lines = [json.loads(line) for line in run("search", "--format=jsonl", query).splitlines()]
        assert lines[:-1] == whole["hits"], query
        summary = lines[-1]["summary"]
        for key in summary:
            assert key == "elapsed_ms" or summary[key] == whole[key], (query, key)
        ids = run("search", "--format=ids", query).splitlines()
        assert ids == [hit["id"] for hit in whole["hits"]], query


def test_pages():
    for query in QUERIES:
        whole = json.loads(run("search", "--format=json", "--limit=all", query))
        assert len(whole["hits"]) == whole["total"]
        for sort in ("relevance", "date", "municipality", "title"):
            every = run("search", "--format=ids", "--limit=all", "--sort=" + sort, query).split()
            paged = []
            for offset in range(0, whole["total"] + 3, 3):
                paged += run("search", "--format=ids", "--limit=3", f"--offset={offset}",
                             "--sort=" + sort, query).split()
            assert paged == every and sorted(every) == sorted(h["id"] for h in whole["hits"]), sort


def test_batch_is_the_command_line():
    requests = []
    for query in QUERIES:
        requests.append((["search", "--format=json", query], {"command": "search", "query": query}))
        requests.append((["lessons", "--format=json", query],
                         {"command": "lessons", "query": query}))
        requests.append((["search", "--format=json", "-s", "politicas,formacion", "-y", "2024",
                          "--facets=all", "--limit=2", "--explain", query],
                         {"query": query, "filters": {"sello": ["politicas", "formacion"],
                                                      "year": ["2024"]},
                          "facets": ["all"], "limit": 2, "explain": True}))
        requests.append((["facets", "--format=json", "--facet=year", query],
                         {"command": "facets", "facet": "year", "query": query}))
    text = "".join(json.dumps({"id": i, **r}) + "\n" for i, (_, r) in enumerate(requests))
    answers = run("batch", text=text).splitlines()
    assert len(answers) == len(requests)
    for i, ((arguments, _), answer) in enumerate(zip(requests, answers)):
        one, other = json.loads(run(*arguments)), json.loads(answer)
        assert other.pop("id") == i
        one.pop("elapsed_ms")
        other.pop("elapsed_ms")
        assert one == other, arguments


def paragraphs(record):
    texts = {k: v for k, v in record.items() if isinstance(v, str)}
    texts["population"] = record["population_verbatim"] or ""
    texts["dates"] = record["dates_verbatim"] or ""
    return texts


def test_what_is_quoted():
    ids = run("search", "--format=ids", "--limit=all", "").split()
    records = {r["id"]: r for r in map(json.loads, run("show", "--format=json", *ids).splitlines())}
    assert len(records) == len(ids)
    seen = 0
    for query in QUERIES:
        for command in ("search", "lessons"):
            answer = json.loads(run(command, "--format=json", "--limit=all", query))
            for hit in answer["hits"] + answer["related"]:
                record = records[hit["id"]]
                assert hit["source"]["line_start"] == record["source"]["line_start"]
                for snippet in hit["snippets"]:
                    text, last = snippet["text"], 0
                    if snippet["field"] not in ("sello_lines", "municipality"):
                        assert text in paragraphs(record)[snippet["field"]], text
                        first, end = record["source"]["fields"][snippet["field"]]
                        assert first <= snippet["line"] <= end
                    for start, end in snippet["highlights"]:
                        assert last <= start < end <= len(text), snippet
                        last = end
                        seen += 1
                        assert text[start].isalnum() and text[end - 1] not in " ,", text[start:end]
                    if command == "lessons":
                        assert text in record["lessons"].split("\n\n")
    assert seen > 50


def main():
    failed = False
    for name, test in sorted(globals().items()):
        if not name.startswith("test_"):
            continue
        try:
            test()
            print("ok", name)
        except Exception as e:
            print(f"FAIL {name}: {type(e).__name__} {str(e)[:500]}")
            failed = True
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""Every JSON that fichas-searcher writes is what tests/schemas says it is."""
import json
import os
import subprocess
import sys

import jsonschema

SCHEMAS = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "schemas")
TEMUCO = "temuco-mesa-convivencia-educacion-intercultural"
MACUL = "macul-red-solidaria-local"

COMMANDS = [  # schema, arguments
    ("search", ["search", "--format=json", "diagnóstico previo"]),
    ("search", ["search", "--format=json", "--facets=all", "--explain", "nna escuela"]),
    ("search", ["search", "--format=json", "-m", "temuco", "-y", "2023..2024", "-r", "rm,araucania", ""]),
    ("search", ["search", "--format=json", "--limit=all", "--facets=none", ""]),
    ("search", ["search", "--format=json", "xyzzy plugh"]),
    ("search", ["search", "--format=json", "-m", "arica", "mesa"]),
    ("search", ["search", "--format=json", "sello:nada región:x 'mesa'~ \"agentes clave\"~3 xeno*"]),
    ("search", ["search", "--format=json", "--match=any", "mesa red donaciones"]),
    ("search", ["lessons", "--format=json", "diagnóstico"]),
    ("search", ["lessons", "--format=json", ""]),
    ("jsonl", ["search", "--format=jsonl", "mesa"]),
    ("jsonl", ["lessons", "--format=jsonl", "mesa"]),
    ("jsonl", ["similar", "--format=jsonl", TEMUCO]),
    ("similar", ["similar", "--format=json", TEMUCO]),
    ("similar", ["similar", "--format=json", "--same-region", MACUL]),
    ("facets", ["facets", "--format=json"]),
    ("facets", ["facets", "--format=json", "--facet=year", "mesa"]),
    ("facets", ["facets", "--format=json", "--cross=sello,population", "mesa"]),
    ("record", ["show", "--format=json", TEMUCO, MACUL]),
    ("citation", ["show", "--cite", "--format=json", TEMUCO, MACUL]),
    ("compare", ["compare", "--format=json", TEMUCO, MACUL]),
    ("suggest", ["suggest", "--format=json", "educ"]),
    ("suggest", ["suggest", "--format=json", "zzz"]),
    ("analyze", ["analyze", "--format=json", "N° 21.325 apoderados/as MigraUdeC"]),
]
REQUESTS = [  # schema, request of batch
    ("search", {"id": 1, "query": "mesa"}),
    ("search", {"command": "lessons", "query": "mesa", "explain": True}),
    ("similar", {"id": "x", "command": "similar", "ids": [TEMUCO]}),
    ("similar", {"id": None, "command": "similar", "text": "mesa de migrantes"}),
    ("facets", {"id": [1], "command": "facets", "facet": "sello"}),
    ("records", {"id": 2, "command": "show", "ids": [TEMUCO, "nadie"]}),
    ("compare", {"id": 3, "command": "compare", "ids": [TEMUCO, MACUL]}),
    ("suggest", {"id": 4, "command": "suggest", "prefix": "educ"}),
    ("analyze", {"id": 5, "command": "analyze", "text": "niñez"}),
    ("error", {"id": 6, "command": "nada"}),
    ("error", {"id": 7, "query": "aa* bb* cc* dd* ee*"}),
    ("error", {"id": 8, "command": "similar", "ids": ["nadie"]}),
]


def load(name):
    """A schema with what it refers to in common.json and record.json inside it:
    validators differ in how they find other files."""
    with open(os.path.join(SCHEMAS, name), encoding="utf-8") as f:
        text = f.read()
    schema = json.loads(text.replace('"common.json#', '"#')
                        .replace('"record.json"', '"#/definitions/record"'))
    if name != "common.json":
        schema["definitions"] = dict(load("common.json")["definitions"])
        if "#/definitions/record" in json.dumps(schema):
            schema["definitions"]["record"] = load("record.json")
    return schema


def unique(pairs):
    keys = [key for key, _ in pairs]
    assert len(keys) == len(set(keys)), f"a key twice: {keys}"
    return dict(pairs)


STORE = {name: load(name) for name in os.listdir(SCHEMAS) if name.endswith(".json")}


def check(name, what, line):
    schema = STORE[name + ".json"]
    try:
        jsonschema.Draft7Validator.check_schema(schema)
        jsonschema.Draft7Validator(schema).validate(
            json.loads(line, object_pairs_hook=unique))
    except (jsonschema.ValidationError, ValueError, AssertionError) as e:
        print(f"FAIL {name}: {what}: {str(e)[:400]}")
        return False
    return True


def main():
    failed = False
    for name, arguments in COMMANDS:
        done = subprocess.run(["fichas-searcher", *arguments], stdout=subprocess.PIPE, check=False,
                              stderr=subprocess.PIPE)
        lines = done.stdout.decode("utf-8", "strict").splitlines()
        if not lines or done.returncode > 1:
            print(f"FAIL {name}: {arguments}: no answer, exit {done.returncode}")
            failed = True
        elif all(check(name, arguments, line) for line in lines):
            print(f"ok {name} {arguments}")
        else:
            failed = True
    text = "".join(json.dumps(r) + "\n" for _, r in REQUESTS)
    done = subprocess.run(["fichas-searcher", "batch"], input=text.encode(), check=False,
                          stdout=subprocess.PIPE)
    lines = done.stdout.decode("utf-8", "strict").splitlines()
    if len(lines) != len(REQUESTS):
        print(f"FAIL batch: {len(lines)} answers to {len(REQUESTS)} requests")
        failed = True
    for (name, request), line in zip(REQUESTS, lines):
        good = check(name, request, line)
        if good and json.loads(line)["id"] != request.get("id"):
            print(f"FAIL {name}: another id than {request}")
            good = False
        if good:
            print(f"ok {name} {request}")
        failed = failed or not good
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

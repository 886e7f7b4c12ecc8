#!/usr/bin/env python3
"""What --explain says of a hit adds up to its score, whatever was asked."""
import json
import subprocess
import sys

QUERIES = """
educación
educación intercultural niñez
niñez viña
migra*
"movilidad humana"
"mesa niñez"~5
escuela~
talleres -escuelas
titulo:mesa
escuela OR mesa
(escuela OR mesa) AND niñez
vinculación comunitaria
nna
establesimiento
auto consulta
losandes
RM niñez
región metropolitana talleres
municipio:maipu talleres
(municipio:maipu OR municipio:temuco) educación intercultural
sello:formacion año:2023 talleres
¿cómo financiar talleres para apoderados?
buenas prácticas en viña
escuelas/liceos
Sello-Migrante
""".strip().splitlines()
ROUNDED = 5e-5  # a number of four decimals


def main():
    requests = [{"query": q, "match": m, "explain": True, "facets": ["none"]}
                for q in QUERIES for m in ("auto", "any")]
    done = subprocess.run(["fichas-searcher", "batch"], stdout=subprocess.PIPE, check=False,
                          input="".join(json.dumps(r) + "\n" for r in requests).encode())
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    seen, failed = set(), 0
    for r, a in zip(requests, answers):
        hits = a.get("hits", []) + a.get("related", [])
        wrong = [h["id"] for h in hits
                 if abs(sum(x["weight"] for x in h["explain"]) - h["score"])
                 > ROUNDED * (2 + len(h["explain"]))]
        seen.update(x["kind"] for h in hits for x in h["explain"])
        bad = wrong or not hits
        failed += bool(bad)
        print(f"{'FAIL' if bad else 'ok'} {r['match']} {r['query']} {' '.join(wrong)}")
    # Who asks for one word or the other gains nothing by having both together.
    apart = [r["query"] for r, a in zip(requests, answers) if r["query"] == "escuela OR mesa"
             for h in a.get("hits", []) if any(x["kind"] == "together" for x in h["explain"])]
    failed += bool(apart)
    print(f"{'FAIL' if apart else 'ok'} an OR stands between words")
    missing = {"stem", "phrase", "near", "prefix", "fuzzy", "name", "facet", "together"} - seen
    print(f"{'FAIL' if missing else 'ok'} every kind of reason is among them {' '.join(missing)}")
    return 1 if failed or missing or len(answers) != len(requests) else 0


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""Match sets, totals and sideways facet counts against a naive count.

A few hundred fichas are made of the sentences of corpus/fichas, indexed, and
asked thousands of random queries with random filters.  The naive side knows
only the exported records, what `analyze` says of their texts, and the rules
of the manual; it looks at every ficha for every query.

    FICHAS_SEED=n FICHAS_ROUNDS=n tests/cli/run BUILD check_differential
"""
import json
import os
import random
import re
import subprocess
import sys

SEED = int(os.environ.get("FICHAS_SEED") or random.SystemRandom().randrange(10 ** 9))
ROUNDS = int(os.environ.get("FICHAS_ROUNDS", "600"))
FICHAS = int(os.environ.get("FICHAS_N", "250"))
RANDOM = random.Random(SEED)

# record key: name in a query, name of the field in JSON
FIELDS = {"title": "titulo", "units_and_partners": "unidades", "population_verbatim": "poblacion",
          "funding": "financiamiento", "sustainability": "sostenibilidad",
          "description": "descripcion", "innovation": "innovacion", "lessons": "aprendizajes"}
INDEX = os.path.join(os.environ["TMP"], "differential")
SOURCE = os.path.join(os.environ["TMP"], "differential.md")


def run(*arguments, text=None):
    done = subprocess.run(arguments, stdout=subprocess.PIPE, check=False,
                          input=text.encode() if text is not None else None)
    if done.returncode > 1:
        raise SystemExit(f"FAIL {arguments}: exit {done.returncode}")
    return done.stdout.decode("utf-8", "strict")


def batch(requests, index=INDEX):
    text = "".join(json.dumps(r) + "\n" for r in requests)
    answers = [json.loads(line) for line in
               run("fichas-searcher", "batch", "--index=" + index, text=text).splitlines()]
    assert len(answers) == len(requests)
    for r, a in zip(requests, answers):
        if "error" in a:
            raise SystemExit(f"FAIL {r}: {a['error']}")
    return answers


def table(name):
    with open(os.path.join("corpus", "tables", name), encoding="utf-8") as f:
        rows = [line.rstrip("\n").split("\t") for line in f if not line.startswith("#")]
    return [dict(zip(rows[0], row)) for row in rows[1:]]


# ---- the corpus ----

def make_source():
    ids = run("fichas-searcher", "search", "--format=ids", "--limit=all", "").split()
    real = [json.loads(line) for line in
            run("fichas-searcher", "show", "--format=json", *ids).splitlines()]
    sentences = []
    for r in real:
        for key in ("description", "innovation", "lessons"):
            sentences += [s for p in (r[key] or "").split("\n\n")
                          for s in re.split(r"(?<=[a-z)]\.) ", p) if len(s) > 20]
    communes = RANDOM.sample([c["name"] for c in table("communes.tsv")], 40)
    sello = [s["display"] for s in table("sello.tsv")]
    populations = [r["population_verbatim"].replace("\n\n", " ") for r in real]
    out = []
    for i in range(FICHAS):
        def some(least, most):
            return " ".join(RANDOM.sample(sentences, RANDOM.randint(least, most)))

        words = [w for w in re.findall(r"\w{4,}", some(1, 2))]
        year = RANDOM.randint(2018, 2025)
        months = RANDOM.choice(["Marzo a octubre de", "Entre abril y julio de", "Junio a agosto de"])
        ticked = [RANDOM.random() < 0.4 for _ in sello]
        title = " ".join(RANDOM.sample(words, min(len(words), RANDOM.randint(2, 5)))).capitalize()
        out.append("\n".join([
            f"{title} {i + 1}", "", f"MUNICIPALIDAD DE {RANDOM.choice(communes).upper()}", "",
            "Unidades municipales que participan y colaboradores externos",
            RANDOM.choice(real)["units_and_partners"], "", "Línea Sello", "",
            *[('<input checked="" type="checkbox"/>\t' if t else '<input type="checkbox"/>\t') + s
             for t, s in zip(ticked, sello)],
            "", "Población Objetivo", "", RANDOM.choice(populations), "",
            "Fechas de implementación", "", f"{months} {year}", "",
            "Forma de financiamiento", "", RANDOM.choice(real)["funding"], "",
            "Sostenibilidad en el tiempo", "", RANDOM.choice(real)["sustainability"], "",
            "Breve descripción", "", "\n\n".join(some(1, 3) for _ in range(RANDOM.randint(1, 3))),
            "", "Elemento innovador/creativo del proyecto o actividad", "", some(1, 2), "",
            "Aprendizajes y recomendaciones para su replicabilidad", "", some(1, 3), ""]))
    with open(SOURCE, "w", encoding="utf-8") as f:
        f.write("\n".join(out))
    run("fichas-indexer", "build", "--quiet", "--index=" + INDEX, SOURCE)
    ids = run("fichas-searcher", "search", "--index=" + INDEX, "--format=ids", "--limit=all", "")
    return [json.loads(line) for line in
            run("fichas-searcher", "show", "--index=" + INDEX, "--format=json",
                *ids.split()).splitlines()]


# ---- the naive index ----

class Naive:
    def __init__(self, records):
        self.records = records
        self.lines = {s["slug"]: s["display"] for s in table("sello.tsv")}
        accents = str.maketrans("áéíóúü", "aeiouu")
        self.stop = {s["word"].translate(accents) for s in table("stopwords.tsv")
                     if s["weight"] == "0"}
        texts, where = [], []
        for i, r in enumerate(records):
            for key in list(FIELDS) + ["dates_verbatim"]:
                if r[key]:
                    texts.append(r[key])
                    where.append((i, key))
            texts.append("\n\n".join(r["municipalities"]))
            where.append((i, "municipality"))
            if r["sello_lines"]:
                texts.append("\n\n".join(self.lines[s] for s in r["sello_lines"]))
                where.append((i, "sello"))
        self.docs = [dict() for _ in records]  # field: [(position, exact, stem)]
        self.stems_of = {}
        for (i, key), tokens in zip(where, self.analyze(texts)):
            self.docs[i][key] = [(t["position"], t["exact"], t["stem"]) for t in tokens]
            for t in tokens:
                self.stems_of.setdefault(t["exact"], set())
                if t["stem"]:
                    self.stems_of[t["exact"]].add(t["stem"])
        self.stems = set().union(*self.stems_of.values())
        # Only to leave out texts that cannot match: {(ficha, field)}.
        self.with_stem, self.with_exact = {}, {}
        for i, doc in enumerate(self.docs):
            for key, tokens in doc.items():
                for _, exact, stem in tokens:
                    self.with_exact.setdefault(exact, set()).add((i, key))
                    self.with_stem.setdefault(stem, set()).add((i, key))
        self.known_words = {}

    @staticmethod
    def analyze(texts):
        answers = batch([{"command": "analyze", "text": t} for t in texts])
        return [a["tokens"] for a in answers]

    def prepare(self, words):
        """Analyses query words, and their ñ variations, once."""
        every = set()
        for w in words:
            every |= {w} | self.enye(w)
        every = sorted(every - self.known_words.keys())
        if not every:
            return
        for w, tokens in zip(every, self.analyze(every)):
            self.known_words[w] = tokens

    @staticmethod
    def enye(w):
        places = [i for i, c in enumerate(w) if c == "n"][:4]
        out = set()
        for bits in range(1, 1 << len(places)):
            letters = list(w)
            for k, p in enumerate(places):
                if bits >> k & 1:
                    letters[p] = "ñ"
            out.add("".join(letters))
        return out

    def readings(self, w):
        """The word's tokens: one, but todes also asks for todos and todas."""
        tokens = self.known_words[w]
        return [t for t in tokens if t["position"] == tokens[0]["position"]]

    def word_stems(self, w):
        found = set()
        for token in self.readings(w):
            found |= self.stems_of.get(token["exact"], set())
            found |= {token["stem"]} if token["stem"] else set()
        return found

    def all_stems(self, w):
        found = self.word_stems(w)
        for v in self.enye(w.lower()):
            if any(t["exact"] in self.stems_of or t["stem"] in self.stems
                   for t in self.readings(v)):
                found |= self.word_stems(v)
        return found

    def forms(self, w):
        found = {t["exact"] for v in {w} | self.enye(w.lower()) for t in self.readings(v)}
        return {f for f in found if f in self.stems_of}

    # Each returns the set of fichas.
    def where(self, test, fields, places):
        return {i for i, key in places
                if (not fields or key in fields) and (not test or test(self.docs[i][key]))}

    def word(self, w, fields=None):
        places = set().union(*(self.with_stem.get(s, set()) for s in self.all_stems(w)))
        return self.where(None, fields, places)

    def prefix(self, p, fields=None):
        starts = tuple({p} | self.enye(p))
        places = set().union(*(at for e, at in self.with_exact.items() if e.startswith(starts)))
        return self.where(None, fields, places)

    def having(self, forms):
        return set().union(*(self.with_exact.get(f, set()) for f in forms))

    def phrase(self, words, fields=None):
        forms = [self.forms(w) for w in words]

        def test(tokens):
            at = {}
            for position, exact, _ in tokens:
                at.setdefault(position, set()).add(exact)
            return any(all(at.get(p + k, set()) & forms[k] for k in range(len(forms))) for p in at)

        return self.where(test, fields, self.having(forms[0]))

    def near(self, words, slop, fields=None):
        forms = [self.forms(w) for w in words]
        window = len(words) + slop

        def test(tokens):
            places = [sorted(p for p, e, _ in tokens if e in f) for f in forms]
            return any(abs(a - b) < window and a != b for a in places[0] for b in places[1])

        return self.where(test, fields, self.having(forms[0]))

    def facet(self, name, value):
        return {i for i, r in enumerate(self.records) if value in self.values(r, name)}

    @staticmethod
    def values(r, name):
        return {"municipality": r["municipalities"], "region": [r["region"]] if r["region"] else [],
                "sello": r["sello_lines"], "population": r["population_groups"],
                "year": [str(y) for y in r["years"]], "status": [r["status"]]}[name]


# ---- random queries ----

class Maker:
    """A query's text together with the set that it should find."""

    def __init__(self, naive):
        self.naive = naive
        words = sorted(w for w in naive.stems_of
                       if re.fullmatch(r"[a-zñ]{3,}", w) and w not in naive.stop)
        self.words = [w for w in words if "ñ" not in w or w.replace("ñ", "n") not in naive.stems_of]
        naive.prepare(self.words + [w.upper() for w in self.words])
        naive.prepare([w for w in naive.stems_of if re.fullmatch(r"[a-zñ]{2,}", w)])

    def leaf(self):
        """text, set; never a stop word"""
        n, kind = self.naive, RANDOM.random()
        fields, before = None, ""
        if RANDOM.random() < 0.2:
            key = RANDOM.choice(sorted(FIELDS))
            fields, before = {key}, FIELDS[key] + ":"
        w = RANDOM.choice(self.words)
        if kind < 0.55:
            typed = RANDOM.choice([w, w, w.upper()])
            return before + typed, n.word(typed, fields)
        if kind < 0.65:
            p = w[:RANDOM.randint(3, 5)]
            return f"{before}{p}*", n.prefix(p, fields)
        if kind < 0.8:
            words = self.run(2, 3)
            return f'{before}"{" ".join(words)}"', n.phrase(words, fields)
        if kind < 0.9:
            words = self.run(2, 2)
            if words[0] == words[1]:
                return before + w, n.word(w, fields)
            slop = RANDOM.randint(1, 6)
            return f'{before}"{words[1]} {words[0]}"~{slop}', n.near(words, slop, fields)
        name, value = self.value(["sello", "year", "status"])
        return f"{name}:{value}", n.facet(name, value)

    def run(self, least, most):
        """Words that stand side by side in some text, or nearly."""
        while True:
            doc = RANDOM.choice(self.naive.docs)
            tokens = doc[RANDOM.choice(sorted(doc))]
            k = RANDOM.randint(least, most)
            if len(tokens) <= k + 2:
                continue
            at = RANDOM.randrange(len(tokens) - k - 2)
            words = [t[1] for t in tokens[at:at + k]]
            if RANDOM.random() < 0.3:
                words[-1] = tokens[at + k + 1][1]
            if all(re.fullmatch(r"[a-zñ]{2,}", w) for w in words):
                self.naive.prepare([w for w in words if w not in self.naive.known_words])
                return words

    def value(self, names):
        name = RANDOM.choice(names)
        while True:
            values = self.naive.values(RANDOM.choice(self.naive.records), name)
            if values:
                return name, RANDOM.choice(values)

    def tree(self, depth=0):
        kind = RANDOM.random()
        every = set(range(len(self.naive.records)))
        if depth > 2 or kind < 0.45:
            return self.leaf()
        one, first = self.tree(depth + 1)
        two, second = self.tree(depth + 1)
        if kind < 0.6:
            return f"({one}) AND ({two})", first & second
        if kind < 0.75:
            return f"({one}) OR ({two})", first | second
        if kind < 0.85:
            return f"({one}) NOT ({two})", first - second
        if kind < 0.92:
            return f"NOT ({one})", every - first
        return f"({one}) ({two})", first & second  # --match=all


def filters():
    chosen = {}
    if RANDOM.random() < 0.6:
        for name in RANDOM.sample(["municipality", "region", "sello", "population", "year", "status"],
                                  RANDOM.randint(1, 3)):
            chosen[name] = sorted({MAKER.value([name])[1] for _ in range(RANDOM.randint(1, 3))})
    return chosen


def naive_facets(naive, found, chosen):
    passes = {name: {i for i in found
                     if set(naive.values(naive.records[i], name)) & set(values)}
              for name, values in chosen.items()}
    counts = {}
    for name in ("municipality", "region", "sello", "population", "year", "status"):
        within = set(found)
        for other, those in passes.items():
            if other != name:
                within &= those
        counts[name] = {}
        for i in within:
            for v in set(naive.values(naive.records[i], name)):
                counts[name][v] = counts[name].get(v, 0) + 1
    within = set(found)
    for those in passes.values():
        within &= those
    return within, counts


def main():
    failed = 0
    requests, wanted = [], []
    naive = MAKER.naive
    for _ in range(ROUNDS):
        text, found = MAKER.tree()
        if len(text.encode()) > 1000 or text.count("*") > 4:
            continue
        chosen = filters()
        requests.append({"command": "search", "query": text, "match": "all", "no_synonyms": True,
                         "no_typos": True, "filters": chosen, "facets": ["all"],
                         "limit": "all" if RANDOM.random() < 0.1 else 0, "timeout": 60})
        wanted.append(naive_facets(naive, found, chosen))
    answers = batch(requests)
    sets = some = 0
    for request, answer, (within, counts) in zip(requests, answers, wanted):
        why = None
        some += bool(within)
        if answer["total"] != len(within):
            why = f"total {answer['total']}, not {len(within)}"
        if request["limit"] == "all":
            got = {h["id"] for h in answer["hits"]}
            sets += 1
            if got != {naive.records[i]["id"] for i in within}:
                why = "other fichas"
        for name, values in answer["facets"].items():
            by = "label" if name in ("municipality", "region") else "value"
            got = {v[by]: v["count"] for v in values if v["count"]}
            if got != counts[name]:
                why = why or f"{name}: {got}, not {counts[name]}"
        if why:
            failed += 1
            if failed < 6:
                print(f"FAIL seed {SEED}: {request['query']} {request['filters']}: {why}")
    if not failed:
        print(f"ok differential: {len(requests)} queries over {len(naive.records)} fichas, "
              f"{some} with answers, {sets} whole sets, seed {SEED}")
    return 1 if failed else 0


if __name__ == "__main__":
    print(f"seed {SEED}", file=sys.stderr)
    MAKER = Maker(Naive(make_source()))
    sys.exit(main())

#!/usr/bin/env python3
"""Answers do not depend on history.

Random sequences of builds, updates and removals over several sources: two
folders, a file beside them, and standard input.  A build names some of them; the
others stay as they were read.  After each step, what the index exports and
answers must be what an index built afresh from what was last read says.

usage: history.py [SEQUENCES [SEED]]     with the build tree in $B
"""
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile

WORDS = ("mesa taller escuela migrante red salud niñez diagnóstico comuna apoyo "
         "educación interculturalidad vecinos acogida protocolo").split()
COMMUNES = ["MACUL", "VIÑA DEL MAR", "LOS ANDES", "MAIPÚ", "TEMUCO"]
QUERIES = ["mesa", "taller escuela", "niñez OR salud", "educacion", "'apoyo'", ""]


def document(rng):
    """A document of one to three fichas; titles repeat, so ids collide."""
    out = []
    for _ in range(rng.randint(1, 3)):
        year = rng.choice([2019, 2022, 2023])
        end = rng.choice(["a la fecha", str(year + 1)])
        out.append(f"""{' '.join(w.capitalize() for w in rng.sample(WORDS[:4], 2))}

MUNICIPALIDAD DE {rng.choice(COMMUNES)}

Unidades municipales que participan y colaboradores externos
Oficina de {rng.choice(WORDS)}

Línea Sello

[x] Políticas locales y trabajo colaborativo
[ ] Vinculación comunitaria

Población Objetivo

Niños, niñas y {rng.choice(WORDS)}

Fechas de implementación

{year} / {end}

Breve descripción

{' '.join(rng.choices(WORDS, k=12))}.

Aprendizajes y recomendaciones para su replicabilidad

{' '.join(rng.choices(WORDS, k=6))}.
""")
    return "\n".join(out)


def records(rng):
    """JSON Lines, some with an id of their own that others may have too."""
    lines = []
    for _ in range(rng.randint(1, 3)):
        r = {"title": " ".join(rng.sample(WORDS[:5], 2)),
             "description": " ".join(rng.choices(WORDS, k=8))}
        if rng.random() < 0.5:
            r["id"] = f"propia-{rng.randint(1, 3)}"
        lines.append(json.dumps(r, ensure_ascii=False))
    return "\n".join(lines) + "\n"


class Run:
    def __init__(self, build, seed):
        self.indexer = os.path.join(build, "fichas-indexer")
        self.searcher = os.path.join(build, "fichas-searcher")
        self.rng = random.Random(seed)
        self.dir = tempfile.mkdtemp(prefix="fichas-history-")
        self.index = os.path.join(self.dir, "index")
        self.folders = [os.path.join(self.dir, n) for n in ("fuentes", "otras")]
        self.file = os.path.join(self.dir, "suelta.md")
        # Sources that the index has; only those change that are read next.
        self.named = set()
        self.stdin = ""  # what "-" said last
        for folder in self.folders:
            os.makedirs(os.path.join(folder, "sub"))
        self.log = []

    def run(self, *args, ok=(0,), text=None):
        p = subprocess.run(args, capture_output=True, text=True, input=text)
        if p.returncode not in ok:
            raise SystemExit(f"{' '.join(args)}: exit {p.returncode}\n{p.stderr}")
        return p.stdout

    def files(self, folder):
        out = []
        for base, _, names in os.walk(folder):
            out += [os.path.join(base, n) for n in names]
        return sorted(out)

    def write(self, path):
        with open(path, "w", encoding="utf-8") as f:
            f.write(records(self.rng) if path.endswith(".jsonl") else document(self.rng))

    def change_files(self, folder):
        rng = self.rng
        for _ in range(rng.randint(1, 3)):
            have = self.files(folder)
            what = rng.choice(["new", "new", "edit", "delete", "touch"])
            if what == "new" or not have:
                name = f"{rng.choice('abcdefg')}{rng.choice(['.md', '.txt', '.jsonl'])}"
                path = os.path.join(folder, rng.choice(["", "sub"]), name)
                self.write(path)
            elif what == "edit":
                path = rng.choice(have)
                self.write(path)
            elif what == "touch":
                path = rng.choice(have)
                os.utime(path, ns=(1, rng.randint(1, 10 ** 18)))
            else:
                path = rng.choice(have)
                os.unlink(path)
            self.log.append(f"{what} {os.path.relpath(path, self.dir)}")

    def change(self, source):
        if source == "-":
            self.stdin = records(self.rng)
        elif source == self.file:
            self.write(source)
        else:
            self.change_files(source)

    def build(self, index, sources, *options):
        self.run(self.indexer, "-q", "build", "-i", index, *options, *sources,
                 text=self.stdin if "-" in sources else None)

    def step(self):
        rng = self.rng
        every = self.folders + [self.file, "-"]
        kind = rng.choice(["build", "build", "remove source", "remove file"])
        if kind == "build" or not self.named:
            sources = rng.sample(every, rng.randint(1, 3))
            for source in sources:
                if source not in self.named or rng.random() < 0.7:
                    self.change(source)
            self.log.append("build " + " ".join(os.path.basename(s) for s in sources))
            self.build(self.index, sources, f"--jobs={rng.choice([1, 2, 3])}")
            self.named |= set(sources)
        elif kind == "remove source":
            victim = rng.choice(sorted(self.named))
            self.log.append(f"remove {os.path.basename(victim)}")
            self.run(self.indexer, "-q", "remove", "-i", self.index, victim)
            self.named.remove(victim)
        else:
            have = [f for s in sorted(self.named) if s in self.folders for f in self.files(s)]
            if have:
                victim = rng.choice(have)
                self.log.append(f"remove {os.path.relpath(victim, self.dir)}")
                self.run(self.indexer, "-q", "remove", "-i", self.index, victim)
                os.unlink(victim)

    def answers(self, index):
        out = [self.run(self.indexer, "export", "-i", index)]
        for q in QUERIES:
            text = self.run(self.searcher, "search", "-i", index, "--format=json",
                            "--limit=50", "--facets=all", q, ok=(0, 1))
            answer = json.loads(text)
            answer.pop("elapsed_ms", None)
            for hit in answer["hits"]:
                hit["score"] = round(hit["score"], 6)
            out.append(json.dumps(answer, ensure_ascii=False, sort_keys=True))
        return out

    def compare(self):
        fresh = os.path.join(self.dir, "fresh")
        shutil.rmtree(fresh, ignore_errors=True)
        if not self.named:
            return json.loads(self.run(self.indexer, "stats", "-i", self.index,
                                       "--format=json"))["documents"] == 0
        self.build(fresh, sorted(self.named, key=lambda s: self.rng.random()), "--rebuild",
                   "--jobs=1")
        mine, theirs = self.answers(self.index), self.answers(fresh)
        # Paths are those of the same folder in both.
        for a, b in zip(mine, theirs):
            if a != b:
                print("\n".join(self.log))
                print("--- after these steps:\n" + a + "\n--- built afresh:\n" + b)
                return False
        return True


def main():
    build = os.environ.get("B", "build")
    sequences = int(sys.argv[1]) if len(sys.argv) > 1 else 6
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else random.randrange(10 ** 6)
    print(f"seed {seed}")
    passed = failed = 0
    for i in range(sequences):
        run = Run(build, seed + i)
        good = True
        for _ in range(run.rng.randint(3, 7)):
            run.step()
            if not run.compare():
                print(f"sequence with seed {seed + i} differs")
                good = False
                break
        passed += good
        failed += not good
        shutil.rmtree(run.dir, ignore_errors=True)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

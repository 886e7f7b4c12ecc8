#!/usr/bin/env python3
"""Answers do not depend on history.

Random sequences of builds, updates and removals over a folder of small
documents; after each, what the index exports and answers must be what an
index built afresh from the same files says.

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
        self.sources = os.path.join(self.dir, "fuentes")
        self.index = os.path.join(self.dir, "index")
        os.makedirs(os.path.join(self.sources, "sub"))
        # What an index built afresh has to be built from: the folder, or
        # single files where only they were named.
        self.named = set()
        self.log = []

    def run(self, *args, ok=(0,)):
        p = subprocess.run(args, capture_output=True, text=True)
        if p.returncode not in ok:
            raise SystemExit(f"{' '.join(args)}: exit {p.returncode}\n{p.stderr}")
        return p.stdout

    def files(self):
        out = []
        for base, _, names in os.walk(self.sources):
            out += [os.path.join(base, n) for n in names]
        return sorted(out)

    def write(self, path):
        with open(path, "w", encoding="utf-8") as f:
            f.write(records(self.rng) if path.endswith(".jsonl") else document(self.rng))

    def change_files(self):
        rng = self.rng
        for _ in range(rng.randint(1, 3)):
            have = self.files()
            what = rng.choice(["new", "new", "edit", "delete", "touch"])
            if what == "new" or not have:
                name = f"{rng.choice('abcdefg')}{rng.choice(['.md', '.txt', '.jsonl'])}"
                path = os.path.join(self.sources, rng.choice(["", "sub"]), name)
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
            self.log.append(f"{what} {os.path.relpath(path, self.sources)}")

    def step(self):
        rng = self.rng
        self.change_files()
        kind = rng.choice(["folder", "folder", "remove"])
        have = self.files()
        if kind == "folder" or not self.named or not have:
            self.log.append("build folder")
            self.run(self.indexer, "-q", "build", "-i", self.index,
                     f"--jobs={rng.choice([1, 2, 3])}", self.sources)
            self.named = {self.sources}
        else:
            victim = rng.choice(have)
            self.log.append(f"remove {os.path.relpath(victim, self.sources)}")
            # First mirror, so that what is compared is known; then take out.
            self.run(self.indexer, "-q", "build", "-i", self.index, self.sources)
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
        self.run(self.indexer, "-q", "build", "--rebuild", "--jobs=1", "-i", fresh,
                 self.sources)
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
        for _ in range(run.rng.randint(2, 5)):
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

"""What the torture programs share: indexes in known states, what they answer,
and the judgement after a fault.

After whatever happened, an index must answer as it did before or as it was to
answer afterwards; `check` must find nothing; the same build again must succeed;
and nothing may be left lying.
"""
import collections
import hashlib
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
B = os.path.join(ROOT, os.environ.get("B", "build"))
INDEXER, SEARCHER = os.path.join(B, "fichas-indexer"), os.path.join(B, "fichas-searcher")
STEPPER = os.path.join(B, "torture", "stepper")
STARVE = os.path.join(B, "torture", "starve.so")
ENV = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "LANGUAGE": "en", "HOME": "/nowhere",
       "LD_LIBRARY_PATH": os.path.join(B, "torture", "without-pdf"),
       "ASAN_OPTIONS": "detect_leaks=0"}
# Seconds: hundreds of times what any of this takes.  Where the machine gives
# a long run no time (TORTURE_HANG), they say nothing.
HANG = int(os.environ.get("TORTURE_HANG", 30))

Done = collections.namedtuple("Done", "status out err")


def run(*command, data=b"", env=None, hang=HANG):
    """Ends the whole group where it hangs; status None says so."""
    child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                             stderr=subprocess.PIPE, env={**ENV, **(env or {})},
                             start_new_session=True)
    try:
        out, err = child.communicate(data, timeout=hang)
        return Done(child.returncode, out, err)
    except subprocess.TimeoutExpired:
        os.killpg(child.pid, signal.SIGKILL)
        out, err = child.communicate()
        return Done(None, out, err)


def crashed(status):
    """By a signal, its own or as a shell and the stepper tell it."""
    return status is not None and (status < 0 or status in (134, 135, 136, 139, 132, 133))


def watched():
    """By a sanitizer, or by what counts coverage."""
    with open(INDEXER, "rb") as f:
        program = f.read()
    return b"__asan_init" in program or b"__gcov_dump" in program


# ---- what an index answers ----

REQUESTS = [{"id": 1, "query": "", "limit": 100, "facets": ["municipality", "sello", "population"]},
            {"id": 2, "query": "mesa de trabajo", "match": "any"},
            {"id": 3, "query": '"salud mental"'},
            {"id": 4, "query": "educac* NOT huerto", "in": ["description"]},
            {"id": 5, "query": "", "filters": {"municipality": ["temuco"]}},
            {"id": 6, "command": "suggest", "query": "me"}]
BATCH = "".join(json.dumps(r) + "\n" for r in REQUESTS).encode()


def answers(index):
    """All that an index answers, as one value; None: there is no index."""
    export = run(INDEXER, "export", "--index=" + index)
    batch = run(SEARCHER, "batch", "--index=" + index, data=BATCH)
    if export.status == 3 and batch.status == 3 and b"no index" in export.err:
        return None
    return (export.status, batch.status, export.out,
            re.sub(rb'"elapsed_ms":[0-9.e+-]+', b'"elapsed_ms":0', batch.out),
            export.err, batch.err)


def left_lying(index):
    """Names that have no business in an index that nobody writes."""
    strange = []
    names = sorted(os.listdir(index))
    generations = [n for n in names if re.fullmatch(r"gen-\d{6,}", n)]
    with open(os.path.join(index, "CURRENT"), encoding="ascii") as f:
        current = f.read().split()[2]
    strange += [n for n in names if n not in ("LOCK", "CURRENT", "build") + tuple(generations)]
    if len(generations) > 2 or current != generations[-1]:
        strange.append(f"generations {generations}, current {current}")
    with open(os.path.join(index, current, "MANIFEST"), encoding="ascii") as f:
        words = [line.split() for line in f]
    files = {w[1] for w in words if w[0] == "file"} | {"MANIFEST"}
    build = {w[1] for w in words if w[0] == "build"} | {"flintlock"}
    strange += [f"{current}/{n}" for n in os.listdir(os.path.join(index, current))
                if n not in files]
    strange += [f"build/{n}" for n in os.listdir(os.path.join(index, "build")) if n not in build]
    return strange


# ---- sources, and scenes of one command ----

PAGE = """<html><body><h2>{title}</h2><p><b>Municipalidad:</b> Temuco</p><h3>Descripción</h3>
<p>{text}</p><h3>Aprendizajes y recomendaciones</h3><p>Conviene una mesa de trabajo.</p>
</body></html>
"""


def record(k, text):
    return json.dumps({"title": f"Práctica {k} de {text}", "municipalities": ["Temuco"],
                       "description": f"Mesa de trabajo y {text}, huerto {k}. Educación para todos.",
                       "lessons": f"Recomendación {k}: salud mental con {text}.",
                       "dates_verbatim": f"{2019 + k % 5}"}, ensure_ascii=False) + "\n"


def write(folder, name, text):
    path = os.path.join(folder, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as f:
        f.write(text)


def write_before(folder):
    write(folder, "a.jsonl", "".join(record(k, "vivienda") for k in range(4)))
    write(folder, "b.csv", "title,description\nCsv uno,una mesa\nCsv dos,dos mesas\n")
    write(folder, "c.html", PAGE.format(title="Página primera", text="Educación vial."))
    write(folder, "sub/d.jsonl", "".join(record(k, "huertos") for k in range(10, 13)))


def write_after(folder):
    """A record changed, one gone, one new; a file gone, one new, one changed."""
    write(folder, "a.jsonl", "".join(record(k, "vivienda" if k != 1 else "salud")
                                     for k in (0, 1, 3, 4)))
    if os.path.exists(os.path.join(folder, "b.csv")):
        os.unlink(os.path.join(folder, "b.csv"))
    write(folder, "c.html", PAGE.format(title="Página segunda", text="Educación cívica."))
    write(folder, "e.jsonl", record(20, "deporte"))
    shutil.copytree(os.path.join(ROOT, "corpus", "fichas"), os.path.join(folder, "corpus"),
                    dirs_exist_ok=True)


def write_many(folder, changed):
    """So many that the trees of Xapian's tables have branches, and what a commit writes
    does not wait in memory for its end."""
    rng = random.Random(1)
    made = ["".join(rng.choice("bcdfglmnprst") + rng.choice("aeiou") for _ in range(4))
            for _ in range(500)]
    lines = [record(k, " ".join(rng.choices(made, k=12))) for k in range(1500)]
    for k in (3, 700, 1400) if changed else ():
        lines[k] = record(k, "salud")
    write(folder, "many.jsonl", "".join(lines))


class Scene:
    """One command on an index in a known state."""

    def __init__(self, tmp, name, start, arguments, sources):
        self.name, self.start, self.arguments, self.sources = name, start, arguments, sources
        self.old = answers(start) if start else None
        trial = os.path.join(tmp, "trial-" + name)
        self.fresh(trial)
        began = time.monotonic()
        done = run(*self.command(trial))
        self.seconds = time.monotonic() - began
        assert done.status == 0, (name, done)
        self.new = answers(trial)
        assert self.new and self.new[0] == 0 and self.new != self.old, (name, self.new)
        # A build in a copy is a build from nothing, too.
        assert not left_lying(trial), (name, left_lying(trial))
        shutil.rmtree(trial)

    def fresh(self, index):
        shutil.rmtree(index, ignore_errors=True)
        if self.start:
            shutil.copytree(self.start, index)
        return index

    def command(self, index):
        return [INDEXER, *self.arguments[:1], "--index=" + index, *self.arguments[1:],
                *self.sources]


def scenes(tmp, names=None):
    before, after = os.path.join(tmp, "before"), os.path.join(tmp, "after")
    only = os.path.join(tmp, "only")
    write_before(before)
    write_before(after)
    write_before(only)
    old, both = os.path.join(tmp, "index-old"), os.path.join(tmp, "index-both")
    # One folder that changes: the index knows its sources by their path.
    moving = os.path.join(tmp, "moving")
    shutil.copytree(before, moving)
    assert run(INDEXER, "build", "--index=" + old, moving).status == 0
    write(tmp, "other/x.jsonl", record(30, "agua") + record(31, "ferias"))
    shutil.copytree(old, both)
    assert run(INDEXER, "build", "--index=" + both, os.path.join(tmp, "other")).status == 0
    shutil.rmtree(moving)
    write_before(moving)
    write_after(moving)
    many, large = os.path.join(tmp, "many"), os.path.join(tmp, "index-many")
    if not names or "larger" in names:
        write_many(many, False)
        assert run(INDEXER, "build", "--index=" + large, many).status == 0
        write_many(many, True)
    made = {
        "first": lambda: Scene(tmp, "first", None, ["build"], [moving]),
        "incremental": lambda: Scene(tmp, "incremental", old, ["build"], [moving]),
        "rebuild": lambda: Scene(tmp, "rebuild", both, ["build", "--rebuild"], [moving]),
        "removal": lambda: Scene(tmp, "removal", both, ["remove"], [os.path.join(tmp, "other")]),
        "larger": lambda: Scene(tmp, "larger", large, ["build"], [many]),
    }
    return [made[n]() for n in made if not names or n in names]


# ---- the judgement ----

SETTLED = set()  # states that were judged and found good


def state(scene, index):
    """What stands in an index, to the byte; times and numbers of files are not of it."""
    digest = hashlib.sha256(scene.name.encode())
    for folder, folders, files in os.walk(index):
        folders.sort()
        for name in sorted(files):
            path = os.path.join(folder, name)
            with open(path, "rb") as f:
                content = f.read()
            digest.update(f"{os.path.relpath(path, index)} {len(content)}\n".encode() + content)
        digest.update(f"{os.path.relpath(folder, index)} {folders}\n".encode())
    return digest.digest()


def settle(scene, index, now=None):
    """None, or what is wrong with an index after a fault in the scene's command.  Most faults
    come before anything was written: one state is judged once."""
    before = state(scene, index)
    if before in SETTLED:
        return None
    wrong = judge_state(scene, index, now)
    if not wrong:
        SETTLED.add(before)
    return wrong


def judge_state(scene, index, now=None):
    now = now or answers(index)
    if now not in (scene.old, scene.new):
        return f"neither the old answers nor the new ones: {str(now)[:600]}"
    if now:
        done = run(INDEXER, "check", "--index=" + index)
        if done.status != 0:
            return f"check: {done}"
    done = run(*scene.command(index))
    # Somebody's child may hold the lock for a moment after its parent died.
    for _ in range(50):
        if done.status != 5:
            break
        time.sleep(0.02)
        done = run(*scene.command(index))
    if done.status != 0:
        return f"the next build: {done}"
    if answers(index) != scene.new:
        return f"the next build's answers are wrong: {str(answers(index))[:600]}"
    strange = left_lying(index)
    return f"left lying: {strange}" if strange else None


# ---- reporting ----

class Report:
    """Counts; prints what failed at once, with what makes it again."""

    def __init__(self, name, seed):
        self.name, self.seed, self.passed, self.failed = name, seed, 0, 0
        self.kinds = collections.Counter()

    def note(self, what, wrong=None, kind=None):
        if kind:
            self.kinds[kind] += 1
        if wrong:
            self.failed += 1
            print(f"FAIL {self.name} (seed {self.seed}): {what}: {wrong}", flush=True)
        else:
            self.passed += 1

    def progress(self, k, many):
        """For a long run's log: every 500."""
        if k % 500 == 499:
            print(f"  {self.name}: {k + 1} of {many}, {self.failed} failed", flush=True)

    def close(self):
        kinds = ", ".join(f"{k} {n}" for k, n in sorted(self.kinds.items()))
        print(f"{self.name}: {self.passed} passed, {self.failed} failed"
              f"{' (' + kinds + ')' if kinds else ''}", flush=True)


PART = [0, 1]  # this process does every so manieth of a list


def thinned(numbers, most, rng):
    """All of them, or a random part of that size, in order; of those, ours."""
    numbers = list(numbers)
    if most is not None and len(numbers) > most:
        numbers = [numbers[k] for k in sorted(rng.sample(range(len(numbers)), most))]
    return numbers[PART[0]::PART[1]]


def turns(times):
    """How often this process does something that is done so many times in all."""
    return range(PART[0], times, PART[1])

"""Faults in a running program: killed, refused by the system, without memory,
without room."""
import os
import random
import re
import signal
import subprocess
import time

from common import (ENV, INDEXER, PART, REQUESTS, SEARCHER, STARVE, STEPPER, BATCH, Report, answers,
                    crashed, run, scenes, settle, thinned, turns)

ERRORS = ["ENOSPC", "EIO", "EACCES", "EMFILE", "EINTR"]
# Longer than we make an interrupted call again (include/again.h); Xapian would for ever.
INTERRUPTED = 1500


# ---- kill -9 ----

def kill_at_random(tmp, seed, times):
    report, rng = Report("killed at random", seed), random.Random(seed + PART[0])
    all_scenes = scenes(tmp)
    for k in turns(times):
        scene = all_scenes[k // PART[1] % len(all_scenes)]
        index = scene.fresh(os.path.join(tmp, "index"))
        moment = rng.uniform(0, scene.seconds * 1.1)
        child = subprocess.Popen(scene.command(index), env=ENV, start_new_session=True,
                                 stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(moment)
        child.send_signal(signal.SIGKILL)
        status = child.wait()
        report.note(f"{scene.name}, run {k}, after {moment:.4f} s", settle(scene, index),
                    "killed" if status == -signal.SIGKILL else "was done")
    report.close()
    return report


def stepped(tmp, options, command, data=b""):
    """Runs it under the stepper: its end, how many calls, what was hit."""
    path = os.path.join(tmp, "report")
    if os.path.exists(path):
        os.unlink(path)
    done = run(STEPPER, "--report", path, *options, *command, data=data)
    calls, hit = 0, ""
    if os.path.exists(path):
        with open(path, encoding="utf-8", errors="replace") as f:
            for line in f:
                if line.startswith("calls "):
                    calls = int(line[6:])
                elif line.startswith("hit "):
                    hit = " ".join(line[4:].split())
    return done, calls, hit


ALIKE = 25


def calls_of(tmp, options, scene, index, rng):
    """Numbers of the calls to try: all; of a larger scene's, of those of one name about
    files of one name no more than ALIKE."""
    log = os.path.join(tmp, "log")
    _, calls, _ = stepped(tmp, [*options, "--log", log], scene.command(scene.fresh(index)))
    assert calls, "no time even for one run"
    if scene.name != "larger":
        return list(range(1, calls + 1))
    alike = {}
    with open(log, encoding="utf-8", errors="replace") as f:
        for line in f:
            number, _, name, _, path = line.rstrip("\n").split("\t")[:5]
            kind = name, re.sub(r"\d+", "", path[len(tmp):])
            alike.setdefault(kind, set()).add(int(number))
    some = [rng.sample(sorted(all_), min(ALIKE, len(all_))) for all_ in alike.values()]
    return sorted({n for numbers in some for n in numbers})


def kill_at_calls(tmp, seed, most):
    report, rng = Report("killed at system calls", seed), random.Random(seed)
    for scene in scenes(tmp):
        index = scene.fresh(os.path.join(tmp, "index"))
        for n in thinned(calls_of(tmp, [], scene, index, rng), most, rng):
            scene.fresh(index)
            _, _, hit = stepped(tmp, ["--kill", str(n)], scene.command(index))
            report.note(f"{scene.name}, call {n} ({hit})", settle(scene, index),
                        scene.name if hit else scene.name + " was done")
    report.close()
    return report


# ---- calls that fail ----

def reported(done):
    """A source that could not be read is told and left out; the rest goes on."""
    return any(b"[" + code + b"]" in done.err for code in (b"unreadable", b"malformed"))


def judge(scene, index, done, hit, statuses=(0, 1, 3, 4, 5, 70, 127)):
    """What is wrong with how the program took it."""
    if done.status is None:
        return "hangs"
    if crashed(done.status):
        return f"crashed: {done}"
    if done.status not in statuses:
        return f"exit {done.status}: {done.err}"
    if done.status == 127 and b"shared librar" not in done.err:
        return f"exit 127: {done.err}"
    # Who cannot write cannot complain either.
    if done.status and not done.err and not hit.startswith("write"):
        return f"exit {done.status} without a word"
    now = None
    if done.status == 0 and hit and not reported(done):
        now = answers(index)
        if now != scene.new:
            return "exit 0, but the new answers are not there"
    if done.status == 0 and reported(done):
        again = run(*scene.command(index))
        return None if again.status == 0 and answers(index) == scene.new else \
            f"what could not be read is not there afterwards: {again}"
    return settle(scene, index, now)


def fail_calls(tmp, seed, most):
    """Every call once with each error first, in every scene; then for ever."""
    report, rng, tries = Report("system calls that fail", seed), random.Random(seed), []
    index = os.path.join(tmp, "index")
    for scene in scenes(tmp):
        numbers = calls_of(tmp, ["--files"], scene, index, rng)
        ours = [(scene, n, e, t) for n in numbers for e in ERRORS for t in (1, 0)]
        tries += thinned(ours, most, rng)
    tries.sort(key=lambda one: one[3] == 0)
    for k, (scene, n, error, times) in enumerate(tries):
        times = INTERRUPTED if error == "EINTR" and times == 0 else times
        scene.fresh(index)
        done, _, hit = stepped(tmp, ["--files", "--fail", str(n), "--errno", error, "--times",
                                     str(times)], scene.command(index))
        report.note(f"{scene.name}, call {n} {error} x{times} ({hit})",
                    judge(scene, index, done, hit), f"exit {done.status}")
        report.progress(k, len(tries))
    report.close()
    return report


def fail_searches(tmp, seed, most):
    """The same for who only reads: the right answer, or an error."""
    report, rng = Report("searches whose calls fail", seed), random.Random(seed)
    scene = scenes(tmp, ["incremental"])[0]
    index = scene.fresh(os.path.join(tmp, "index"))
    commands = [([SEARCHER, "search", "--format=ids", "--index=" + index, "mesa"], b""),
                ([SEARCHER, "batch", "--index=" + index], BATCH),
                ([INDEXER, "export", "--index=" + index], b""),
                ([INDEXER, "check", "--index=" + index], b"")]
    for command, data in commands:
        right, calls, _ = stepped(tmp, ["--files"], command, data)
        tries = [(n, e, t) for n in range(1, calls + 1) for e in ERRORS for t in (1, 0)]
        for n, error, times in thinned(tries, most, rng):
            times = INTERRUPTED if error == "EINTR" and times == 0 else times
            done, _, hit = stepped(tmp, ["--files", "--fail", str(n), "--errno", error, "--times",
                                         str(times)], command, data)
            report.note(f"{os.path.basename(command[0])} {command[1]}, call {n} {error} x{times} "
                        f"({hit})", judge_search(done, right, hit), f"exit {done.status}")
    report.close()
    return report


def timeless(text):
    return re.sub(rb'"elapsed_ms":[0-9.e+-]+', b"", text)


def judge_search(done, right, hit=""):
    if done.status is None:
        return "hangs"
    if crashed(done.status):
        return f"crashed: {done}"
    if done.status == right.status and timeless(done.out) == timeless(right.out):
        return None
    if done.status in (3, 4, 5, 70, 127) and (done.err + done.out or hit.startswith("write")):
        return None
    # In a stream each request has its own answer or its own error.
    lines, wanted = timeless(done.out).splitlines(), timeless(right.out).splitlines()
    if done.status == 1 and len(lines) == len(wanted) == len(REQUESTS) and \
            all(a == b or b'"error"' in a for a, b in zip(lines, wanted)):
        return None
    return f"a wrong answer: exit {done.status}, {done.out[:300]} {done.err[:300]}"


# ---- allocations that fail ----

def starved(what, command, data=b""):
    return run(*command, data=data, env={"STARVE": what, "LD_PRELOAD": STARVE})


def sites(tmp, command, data=b""):
    """The first allocation of each place in the program, and how many in all."""
    path = os.path.join(tmp, "sites")
    starved("sites:" + path, command, data)
    with open(path, encoding="ascii") as f:
        lines = f.read().split("\n")
    places = [int(line) for line in lines if line.isdigit()]
    return places, int(next(line for line in lines if line.startswith("all "))[4:])


def fail_memory(tmp, seed, most):
    report, rng = Report("allocations that fail", seed), random.Random(seed)
    for scene in scenes(tmp, None if most is None else ["first", "incremental"]):
        index = scene.fresh(os.path.join(tmp, "index"))
        places, total = sites(tmp, scene.command(index))
        # Each place once, and as many at random: later turns of the same place.
        some = set(places) | {rng.randint(1, total) for _ in places}
        tries = [(n, how) for n in sorted(some) for how in ("once", "ever")]
        tries = thinned(tries, most, rng)
        for k, (n, how) in enumerate(tries):
            scene.fresh(index)
            done = starved(f"{how}:{n}", scene.command(index))
            report.note(f"{scene.name}, allocation {n} {how}", judge(scene, index, done, "memory"),
                        f"exit {done.status}")
            report.progress(k, len(tries))
    report.close()
    return report


def fail_memory_of_searches(tmp, seed, most):
    report, rng = Report("searches without memory", seed), random.Random(seed)
    scene = scenes(tmp, ["incremental"])[0]
    index = scene.fresh(os.path.join(tmp, "index"))
    commands = [([SEARCHER, "search", "--format=json", "--index=" + index, "mesa trabajo"], b""),
                ([SEARCHER, "search", "--index=" + index, "mesa 漢字 ภาษาไทย"], b""),
                ([SEARCHER, "similar", "--text=-", "--index=" + index], b"Mesa de salud mental"),
                ([SEARCHER, "facets", "--index=" + index, "mesa"], b""),
                ([SEARCHER, "batch", "--index=" + index], BATCH),
                ([INDEXER, "export", "--index=" + index], b""),
                ([INDEXER, "check", "--index=" + index], b"")]
    for command, data in commands:
        right = run(*command, data=data)
        places, total = sites(tmp, command, data)
        some = set(places) | {rng.randint(1, total) for _ in places}
        tries = [(n, how) for n in sorted(some) for how in ("once", "ever")]
        for n, how in thinned(tries, most, rng):
            done = starved(f"{how}:{n}", command, data)
            report.note(f"{os.path.basename(command[0])} {command[1]}, allocation {n} {how}",
                        judge_search(done, right), f"exit {done.status}")
    report.close()
    return report

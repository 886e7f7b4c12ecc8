"""States that an index may be found in, and what is written in which order."""
import json
import os
import random
import re
import shutil
import subprocess
import sys

from common import (ENV, INDEXER, PART, SEARCHER, BATCH, Report, answers, crashed, record, run,
                    scenes, settle, turns)
from faults import ERRORS, judge, starved, stepped, timeless


# ---- damaged files ----

def files_of(index):
    with open(os.path.join(index, "CURRENT"), encoding="ascii") as f:
        generation = f.read().split()[2]
    folder = os.path.join(index, generation)
    return [os.path.join(index, "CURRENT")] + \
        [os.path.join(folder, n) for n in sorted(os.listdir(folder))]


def damage(index, rng):
    """Does something to one file (or two); says what."""
    path = rng.choice(files_of(index))
    way = rng.choice(["flip", "truncate", "zero", "random", "move", "append", "unlink", "swap",
                      "empty", "link"])
    with open(path, "rb") as f:
        data = bytearray(f.read())
    n = len(data)
    at = rng.randrange(n) if n else 0
    size = min(rng.choice([1, 8, 100, 4096]), n - at)
    what = f"{way} {os.path.basename(path)} at {at} of {n}"
    if way == "unlink":
        os.unlink(path)
        return what
    if way == "link":
        os.rename(path, path + ".other")
        os.symlink(path + ".other", path)
        return what
    if way == "swap":
        other = rng.choice(files_of(index))
        with open(other, "rb") as f:
            theirs = f.read()
        with open(other, "wb") as f:
            f.write(data)
        data = theirs
        what += " with " + os.path.basename(other)
    elif way == "flip":
        for _ in range(rng.choice([1, 1, 3])):
            if n:
                data[rng.randrange(n)] ^= 1 << rng.randrange(8)
    elif way == "truncate":
        del data[at:]
    elif way == "empty":
        data = b""
    elif way == "zero":
        data[at:at + size] = bytes(size)
    elif way == "random":
        data[at:at + size] = rng.randbytes(size)
    elif way == "append":
        data += rng.randbytes(rng.choice([1, 100, 8192]))
    else:
        to = rng.randrange(n) if n else 0
        data[to:to + size] = data[at:at + size]
    with open(path, "wb") as f:
        f.write(data)
    return what


def damages(tmp, seed, times):
    report, rng = Report("damaged indexes", seed), random.Random(seed + PART[0])
    scene = scenes(tmp, ["incremental"])[0]
    start = os.path.join(tmp, "whole")
    assert run(INDEXER, "build", "--index=" + start, os.path.join(tmp, "moving")).status == 0
    right = answers(start)
    for k in turns(times):
        index = os.path.join(tmp, "index")
        shutil.rmtree(index, ignore_errors=True)
        shutil.copytree(start, index)
        what = damage(index, rng)
        searched = run(SEARCHER, "batch", "--index=" + index, data=BATCH)
        exported = run(INDEXER, "export", "--index=" + index)
        checked = run(INDEXER, "check", "--index=" + index)
        now = (exported.status, searched.status, exported.out,
               re.sub(rb'"elapsed_ms":[0-9.e+-]+', b'"elapsed_ms":0', searched.out),
               exported.err, searched.err)
        wrong = None
        if any(d.status is None or crashed(d.status) for d in (searched, exported, checked)):
            wrong = f"crash or hang: {searched.status} {exported.status} {checked.status}"
        elif now == right:
            wrong = None  # no difference to a byte that is read, or none at all
        elif searched.status not in (3, 4) or exported.status not in (3, 4) or searched.out or \
                exported.out:
            wrong = f"answered: {searched.status} {exported.status} {searched.err[:200]}"
        elif checked.status not in (3, 4):
            wrong = f"check finds nothing: {checked}"
        elif not searched.err or not exported.err:
            wrong = "refused without a word"
        report.note(f"damage {k}: {what}", wrong, "the same" if now == right else "refused")
    # What was damaged is built anew.
    done = run(*scene.command(index), "--rebuild")
    report.note("rebuild", None if done.status == 0 and answers(index) else f"{done}")
    report.close()
    return report


# ---- damage that leaves no trace ----

WORDS = 3000


def traceless(tmp, seed, times):
    """Bytes altered behind the back of size and time, as a disk does it, in an index too large to
    be hashed at each opening: `check` finds every one, and nobody crashes or waits for ever."""
    report, rng = Report("damage without trace", seed), random.Random(seed + PART[0])
    made = ["".join(rng.choice("bcdfglmnprst") + rng.choice("aeiou") for _ in range(4))
            for _ in range(WORDS)]
    with open(os.path.join(tmp, "large.jsonl"), "w", encoding="utf-8") as f:
        for k in range(4000):
            f.write(json.dumps({"title": f"Práctica {k}", "municipalities": ["Temuco"],
                                "description": " ".join(rng.choices(made, k=350))},
                               ensure_ascii=False) + "\n")
    index = os.path.join(tmp, "large")
    done = run(INDEXER, "build", "-q", "--index=" + index, os.path.join(tmp, "large.jsonl"))
    assert done.status == 0, done
    # Found at once while an opening hashes it; the rest is what is tested.
    quiet = {}
    for path in files_of(index)[1:]:
        quiet[path] = os.path.getsize(path)
    assert sum(quiet.values()) > 16 << 20, quiet
    seen = 0
    for k in turns(times):
        path = rng.choice(list(quiet))
        stat = os.stat(path)
        at, size = rng.randrange(quiet[path]), rng.choice([1, 1, 8, 512, 4096])
        with open(path, "r+b") as f:
            f.seek(at)
            before = f.read(size)
            after = bytearray(before)
            if len(after) == 1:
                after[0] ^= 1 << rng.randrange(8)
            else:
                after[:] = rng.choice([bytes(len(after)), rng.randbytes(len(after))])
            f.seek(at)
            f.write(after)
        os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
        searched = run(SEARCHER, "search", "--index=" + index, "--format=ids", "--timeout=20",
                       " ".join(rng.choices(made, k=3)))
        checked = run(INDEXER, "check", "--index=" + index)
        wrong = None
        if searched.status is None or checked.status is None or crashed(searched.status):
            wrong = f"crash or hang: {searched} {checked.status}"
        elif bytes(after) != before and checked.status != 4:
            wrong = f"check finds nothing: {checked}"
        elif bytes(after) != before and os.path.basename(path).encode() not in checked.out:
            wrong = f"check does not name the file: {checked}"
        seen += searched.status == 4
        report.note(f"{os.path.basename(path)} at {at}, {size} bytes", wrong,
                    "refused at opening" if searched.status == 4 else "opened")
        with open(path, "r+b") as f:
            f.seek(at)
            f.write(before)
        os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    done = run(INDEXER, "check", "--index=" + index)
    report.note("as it was", None if done.status == 0 else f"{done}")
    report.close()
    return report


# ---- the order of writes ----

def violations(lines, root):
    """What could be lost if the power went: CURRENT before what it names."""
    dirty, entries, found, pointed = set(), set(), [], False

    def generation(path):
        return path.startswith(root + "/gen-")

    for line in lines:
        _, _, name, result, one, two = (line.rstrip("\n").split("\t") + ["", ""])[:6]
        if int(result) < 0 or not one.startswith(root):
            continue
        parent = os.path.dirname(one)
        if name == "openat" and int(two or "0", 16) & os.O_CREAT:
            if one == root + "/CURRENT.tmp" and root in entries:
                found.append("CURRENT.tmp is made before its generation has its name for good")
            entries.add(parent)
        elif name in ("write", "pwrite64", "writev", "ftruncate", "fallocate", "mmap", "sendfile"):
            dirty.add(one)
        elif name in ("fsync", "fdatasync"):
            dirty.discard(one)
            entries.discard(one)
            if one == root:
                pointed = False
        elif name in ("mkdir", "mkdirat"):
            entries.add(parent)
        elif name in ("unlink", "unlinkat", "rmdir"):
            if pointed and generation(one):
                found.append(f"{one} is removed before the new CURRENT is on the disk")
            dirty.discard(one)
        elif name.startswith("rename"):
            if two == root + "/CURRENT":
                found += [f"{p} is not on the disk when CURRENT names it"
                          for p in dirty if generation(p) or p == one]
                found += [f"the names in {p} are not on the disk when CURRENT names it"
                          for p in entries if generation(p)]
                pointed = True
            dirty = {two + p[len(one):] if p == one or p.startswith(one + "/") else p
                     for p in dirty}
            entries = {two + p[len(one):] if p == one or p.startswith(one + "/") else p
                       for p in entries}
            entries |= {parent, os.path.dirname(two)}
    if pointed:
        found.append("CURRENT is not on the disk at the end")
    return found


def order(tmp, seed, _):
    """And that this test would see it: without the syncs of any one file."""
    report = Report("order of writes", seed)
    for scene in scenes(tmp):
        index, log = os.path.join(tmp, "index"), os.path.join(tmp, "log")
        scene.fresh(index)
        done, _, _ = stepped(tmp, ["--files", "--log", log], scene.command(index))
        with open(log, encoding="utf-8", errors="replace") as f:
            lines = f.readlines()
        bad = violations(lines, index)
        report.note(scene.name, f"{bad} {done.err}" if bad or done.status else None)
        needed = 0
        synced = {line.split("\t")[4] for line in lines if "sync\t" in line}
        for path in synced:
            needed += bool(violations([line for line in lines if "sync\t" not in line or
                                       line.split("\t")[4] != path], index))
        # At least: each file, MANIFEST, the folder, its name, CURRENT.tmp, its name.
        report.note(f"{scene.name}: syncs that it would miss",
                    None if needed >= 8 else f"only {needed}", f"{scene.name} needs {needed}")
    report.close()
    return report


# ---- a full disk ----

def disk(tmp, seed, times):
    """Needs a file system of its own: as root, or where users may have a namespace."""
    report = Report("full disk", seed)
    inside = ["unshare", "-m"] if os.geteuid() == 0 else ["unshare", "-rm"]
    probe = subprocess.run([*inside, "sh", "-c", f"mount -t tmpfs -o size=1m none {tmp}"],
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    if probe.returncode:
        print("skipped: full disk (no mount namespace here)")
        report.note("skipped")
        return report
    done = subprocess.run([*inside, sys.executable, os.path.abspath(__file__), tmp, str(seed),
                           str(times), *map(str, PART)], check=False, stdout=subprocess.PIPE,
                          text=True)
    print(done.stdout, end="")
    numbers = re.search(r"(\d+) passed, (\d+) failed", done.stdout)
    report.passed, report.failed = map(int, numbers.groups()) if numbers else (0, 1)
    return report


def disk_inside(tmp, seed, times):
    report, rng = Report("full disk", seed), random.Random(seed + PART[0])
    small = os.path.join(tmp, "small")
    os.makedirs(small, exist_ok=True)
    for scene in scenes(tmp, ["first", "incremental", "rebuild", "larger"]):
        start = 0
        if scene.start:
            start = sum(os.path.getsize(os.path.join(d, f)) for d, _, fs in os.walk(scene.start)
                        for f in fs) // 1024 + 160
        for _ in turns(times):
            kib = start + rng.randrange(8, 6000 if scene.name == "larger" else 2400, 4)
            subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={kib}k", "none", small], check=True)
            index = os.path.join(small, "index")
            try:
                scene.fresh(index)
                done = run(*scene.command(index))
                subprocess.run(["mount", "-o", "remount,size=256m", small], check=True)
                wrong = judge(scene, index, done, "write", (0, 3))
            except OSError:
                wrong, done = None, None  # not even the old index has room
            subprocess.run(["umount", small], check=True)
            if done:
                report.note(f"{scene.name}, {kib} KiB", wrong, f"exit {done.status}")
    report.close()
    return report


# ---- one after the other ----

def compound(tmp, seed, times):
    """Killed; what comes after it fails, too; then all must be well."""
    report, rng = Report("faults after kills", seed), random.Random(seed + PART[0])
    all_scenes = scenes(tmp, ["first", "incremental", "removal"])
    calls = {}
    for k in turns(times):
        scene = all_scenes[k // PART[1] % len(all_scenes)]
        index = scene.fresh(os.path.join(tmp, "index"))
        if scene.name not in calls:
            calls[scene.name] = stepped(tmp, [], scene.command(index))[1]
            scene.fresh(index)
        n, m = rng.randint(1, calls[scene.name]), rng.randint(1, calls[scene.name])
        stepped(tmp, ["--kill", str(n)], scene.command(index))
        how = rng.choice(ERRORS[:4] + ["kill", "memory"])
        if how == "memory":
            done, hit = starved(f"ever:{rng.randint(1, 12000)}", scene.command(index)), "memory"
        elif how == "kill":
            done, _, hit = stepped(tmp, ["--kill", str(m)], scene.command(index))
        else:
            done, _, hit = stepped(tmp, ["--files", "--fail", str(m), "--errno", how, "--times",
                                         rng.choice("01")], scene.command(index))
        killed = how == "kill" and hit
        report.note(f"{scene.name}, killed at {n}, then {how} at {m} ({hit})",
                    settle(scene, index) if killed else judge(scene, index, done, hit), how)
    report.close()
    return report


# ---- one bad record among good ones ----

def hostile(tmp, seed, _):
    report = Report("a hostile record among good ones", seed)
    good = [record(1, "vivienda"), record(2, "salud")]
    deep = "[" * 5000 + "]" * 5000
    bad = {
        "no JSON": "{\"title\": \"x\"\n",
        "not an object": "[1, 2]\n",
        "no title": '{"description": "x"}\n',
        "empty title": '{"title": ""}\n',
        "title of another kind": '{"title": 7}\n',
        "a NUL": '{"title": "uno\\u0000dos"}\n',
        "a raw NUL": '{"title": "uno\0dos"}\n',
        "a line of 1 MiB and more": '{"title": "%s"}\n' % ("x " * (600 << 10)),
        "too deep": '{"title": "x", "otro": %s}\n' % deep,
        "a key twice": '{"title": "x", "title": "y"}\n',
        "an id of another": '{"id": "uno", "title": "x"}\n{"id": "uno", "title": "y"}\n',
        "a long id": '{"id": "%s", "title": "x"}\n' % ("a" * 3000),
    }
    fine = {  # strange, but no reason to lose it
        "a word of 300 bytes": '{"title": "%s"}\n' % ("x" * 300),
        "a word of 100 KiB": '{"title": "largo", "description": "%s"}\n' % ("y" * (100 << 10)),
        "marks": '{"title": "a%s"}\n' % ("\u0301\u0316" * 50000),
        "control characters": '{"title": "uno\\u001b[31m\\u202edos"}\n',
        "a lone surrogate": '{"title": "uno \\ud800 dos"}\n',
        "a number beyond all": '{"title": "x", "n": 1e999}\n',
        "an id as long as may be": '{"id": "%s", "title": "x"}\n' % ("a" * 150),
        "dates beyond all": '{"title": "x", "date_start": "99999-99-99", "years": [-5, 100000]}\n',
    }
    for name, text in [*bad.items(), *fine.items()]:
        source, index = os.path.join(tmp, "s.jsonl"), os.path.join(tmp, "index")
        shutil.rmtree(index, ignore_errors=True)
        with open(source, "w", encoding="utf-8") as f:
            f.write(good[0] + text + good[1])
        done = run(INDEXER, "build", "--index=" + index, "--report=json", source)
        exported = run(INDEXER, "export", "--index=" + index).out.decode()
        titles = len(re.findall(r'"title":"Práctica', exported))
        rejected = re.search(rb'"rejected": ?(\d+)', done.out)
        wrong = None
        if done.status != 0 or titles != 2 or not rejected:
            wrong = f"exit {done.status}, {titles} of 2 good ones: {done.out[-300:]} {done.err[-300:]}"
        elif name in bad and rejected.group(1) != b"1":
            wrong = f"rejected {rejected.group(1)}"
        elif name in bad and b'"error"' not in done.out:
            wrong = "no error is told"
        report.note(name, wrong, "rejected" if rejected and rejected.group(1) == b"1" else "kept")
    report.close()
    return report


# ---- publications under readers ----

def publications(tmp, seed, times):
    """Many by the unit test (FICHAS_FLIPS=20000 build/tests/test_store, four readers beside a
    publisher); some by the programs."""
    report = Report("publications under readers", seed)
    scene = scenes(tmp, ["incremental"])[0]
    index = scene.fresh(os.path.join(tmp, "index"))
    moving, before = os.path.join(tmp, "moving"), os.path.join(tmp, "before-again")
    after = os.path.join(tmp, "after-again")
    shutil.copytree(moving, after)
    shutil.copytree(os.path.join(tmp, "before"), before)
    command = [SEARCHER, "batch", "--index=" + index]
    right = {timeless(run(*command, data=BATCH).out)}
    assert run(*scene.command(index)).status == 0
    right.add(timeless(run(*command, data=BATCH).out))
    assert len(right) == 2
    # Six requests each time: lists, phrases, facets, suggestions.
    loop = ("import subprocess, sys, os, re\nstop, data, *command = sys.argv[1:]\nseen = {}\n"
            "while not seen or not os.path.exists(stop):\n"
            "    d = subprocess.run(command, input=data.encode(), capture_output=True)\n"
            "    out = re.sub(rb'\"elapsed_ms\":[0-9.e+-]+', b'', d.stdout)\n"
            "    k = (d.returncode, out, d.stderr)\n"
            "    seen[k] = seen.get(k, 0) + 1\n"
            "print(repr(seen))\n")
    stop = os.path.join(tmp, "stop")
    reader = [sys.executable, "-c", loop, stop, BATCH.decode(), *command]
    readers = [subprocess.Popen(reader, env=ENV, stdout=subprocess.PIPE, text=True)
               for _ in range(4)]
    for k in range(times):
        shutil.rmtree(moving)
        shutil.copytree(before if k % 2 == 0 else after, moving)
        done = run(*scene.command(index))
        report.note(f"publication {k}", None if done.status == 0 and b"published:" in done.out
                    else f"{done}", "published")
    with open(stop, "w", encoding="ascii"):
        pass
    for reader in readers:
        seen = eval(reader.communicate()[0])  # pylint: disable=eval-used # our own repr()
        for (status, out, err), count in seen.items():
            report.kinds["answers"] += count
            if status != 0 or out not in right:
                report.note(f"a reader, {count} times", f"exit {status}: {out[:200]} {err[:200]}")
    report.close()
    return report


if __name__ == "__main__":
    PART[:] = int(sys.argv[4]), int(sys.argv[5])
    disk_inside(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))

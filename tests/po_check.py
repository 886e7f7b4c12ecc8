#!/usr/bin/env python3
"""No message lacks its translation, and what people read fits its place.

Compares the texts that the sources mark today with po/es.po, and asks both
programs of the build tree $B for all their help in both languages.  Closes
with "N passed, N failed".
"""
import ast
import os
import re
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
BUILD = os.path.join(ROOT, os.environ.get("B", "build"))
LANGUAGES = {"English": "C.UTF-8", "Spanish": "es_CL.UTF-8"}
passed = failed = 0


def check(what, problems):
    """One test: passed where problems is empty."""
    global passed, failed
    if problems:
        failed += 1
        print(f"FAIL {what}:")
        for p in problems:
            print(f"  {p}")
    else:
        passed += 1


def catalogue(path):
    """{msgid: entry} of a .po file; an entry has translations and flags."""
    entries, entry, into, flags, places = {}, None, None, [], []

    def finish():
        if entry and entry["id"]:
            entries[entry["id"]] = entry

    with open(path, encoding="utf-8") as f:
        for line in f.read().splitlines() + [""]:
            if line.startswith("#~"):
                continue
            word = re.match(r'(msgid_plural|msgid|msgstr(?:\[\d\])?) (".*")$', line)
            if word and word[1] == "msgid":
                finish()
                entry = {"id": "", "strings": {}, "flags": flags, "places": places}
                into = "id"
                entry["id"] = ast.literal_eval(word[2])
            elif word:
                into = word[1]
                entry["strings"][into] = ast.literal_eval(word[2])
            elif line.startswith('"'):
                if into == "id":
                    entry["id"] += ast.literal_eval(line)
                else:
                    entry["strings"][into] += ast.literal_eval(line)
            elif line.startswith("#, "):
                flags += line[3:].split(", ")
            elif line.startswith("#: "):
                places += line[3:].split()
            elif not line:
                flags, places = [], []
    finish()
    return entries


def run(program, language, *arguments):
    """(exit status, standard output, standard error)"""
    env = {k: v for k, v in os.environ.items()
           if not k.startswith("LC_") and k not in ("LANGUAGE", "LANG")}
    env["LC_ALL"] = LANGUAGES[language]
    done = subprocess.run([os.path.join(BUILD, program), *arguments], env=env,
                          stdin=subprocess.DEVNULL, capture_output=True, check=False,
                          timeout=60)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def check_catalogue():
    with tempfile.TemporaryDirectory() as folder:
        pot = os.path.join(folder, "fichas.pot")
        subprocess.run([os.path.join(ROOT, "tests", "pot"), pot], check=True)
        wanted = catalogue(pot)
    # xgettext sees only literals: a macro inside a marked text is lost to it.
    cut = []
    for room in "include", "lib", "indexer", "searcher":
        for name in sorted(os.listdir(os.path.join(ROOT, room))):
            if not name.endswith((".c", ".h", ".cc", ".hh")):
                continue
            with open(os.path.join(ROOT, room, name), encoding="utf-8") as f:
                cut += [f"{room}/{name}: {m[0]}" for m in re.finditer(
                    r'\bN?_\(\s*(?:"(?:[^"\\]|\\.)*"\s*)+[A-Za-z_]+', f.read())]
    check("marked texts are whole literals", cut)
    have = catalogue(os.path.join(ROOT, "po", "es.po"))
    check("the sources have messages", [] if len(wanted) > 50 else [len(wanted)])
    check("every message has its translation (make po, then po/es.po)", [
        f"{' '.join(e['places'])}: {i!r}" for i, e in wanted.items()
        if i not in have
        or any(not s for w, s in have[i]["strings"].items() if w.startswith("msgstr"))])
    check("no translation is a guess (fuzzy)",
          [i for i, e in have.items() if "fuzzy" in e["flags"]])
    check("no translation is of a text that is gone", [i for i in have if i not in wanted])
    bad = []
    for i, e in have.items():
        for name, s in e["strings"].items():
            if not name.startswith("msgstr") or not s:
                continue
            # A sentence keeps its end; names of options are never translated.
            if i.endswith("\n") != s.endswith("\n"):
                bad.append(f"line end: {i!r}")
            if set(re.findall(r"--[a-z][a-z-]+", i)) != set(re.findall(r"--[a-z][a-z-]+", s)):
                bad.append(f"options: {i!r} -> {s!r}")
            if re.search(r"[.:]$", i) and i[-1] != s[-1:]:
                bad.append(f"stop: {i!r} -> {s!r}")
    check("translations keep ends and option names", bad)


def check_help(program):
    _, text, _ = run(program, "English", "--help")
    commands = re.findall(r"^  ([a-z]+) ", text.split("Commands:\n")[1].split("\n\n")[0],
                          re.M) if "Commands:\n" in text else []
    check(f"{program} --help lists its commands",
          [] if len(commands) >= 5 else [f"{commands} in:\n{text}"])
    seen = {}
    for language in LANGUAGES:
        for arguments in [["--help"], []] + [[c, "--help"] for c in commands]:
            status, out, err = run(program, language, *arguments)
            name = f"{program} {' '.join(arguments)} in {language}"
            problems = []
            if arguments and (status or err or not out):
                problems.append(f"exit {status}: {err}")
            if not arguments and not (out + err).startswith(("Examples:", "Ejemplos:")):
                problems.append("does not open with examples")
            problems += [f"{len(line)} columns: {line}"
                         for line in (out + err).splitlines() if len(line) > 80]
            seen.setdefault(" ".join(arguments), []).append(out + err)
            check(f"{name} fits in 80 columns", problems)
    check(f"{program} speaks two languages",
          [a for a, texts in seen.items() if texts[0] == texts[1]])
    for form in "man", "bash", "zsh", "fish":
        status, out, err = run(program, "Spanish", f"--help={form}")
        check(f"{program} --help={form}", [f"exit {status}: {err}"] if status or not out else [])


check_catalogue()
for p in "fichas-indexer", "fichas-searcher":
    check_help(p)
print(f"{passed} passed, {failed} failed")
sys.exit(1 if failed else 0)

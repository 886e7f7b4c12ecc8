#!/usr/bin/env python3
"""README.md says what the programs say.

Every block that begins with ```console (English) or ```console es (Spanish)
holds command lines after "$ " and what they print, on both outputs.  A line
"..." stands for any lines; times in ms are not compared.  The commands run
in order, from the root of the project, with the build tree $B in PATH and an
index of their own.  `tests/readme.py --update` writes what is printed today.
Closes with "N passed, N failed".
"""
import difflib
import os
import re
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
README = os.path.join(ROOT, "README.md")
BUILD = os.path.join(ROOT, os.environ.get("B", "build"))
LANGUAGES = {"": "en", "es": "es"}
BLOCK = re.compile(r"^```console ?(es)?\n(.*?)^```$", re.M | re.S)


def run(command, language, index):
    env = {k: v for k, v in os.environ.items()
           if not k.startswith(("LC_", "LANG", "FICHAS_", "XDG_"))}
    env.update(LC_ALL="C.UTF-8", LANGUAGE=LANGUAGES[language], PATH=f"{BUILD}:{env['PATH']}",
               FICHAS_INDEX=index, TERM="dumb")
    done = subprocess.run(["bash", "-c", command], cwd=ROOT, env=env, timeout=60,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, check=False)
    lines = done.stdout.decode().replace(index, "$FICHAS_INDEX").splitlines()
    return [line.rstrip() for line in lines]


def examples(block):
    """[[command, lines that it prints], ...]"""
    found = []
    for line in block.splitlines():
        if line.startswith("$ "):
            found.append([line[2:], []])
        elif found:
            found[-1][1].append(line.rstrip())
    return found


def timeless(lines):
    return [re.sub(r"\b\d+([.,]\d+)? (ms|s|MB/s)\b", r"# \2", line) for line in lines]


def same(wanted, printed):
    """Whether wanted, with its "...", is what was printed."""
    wanted, printed = timeless(wanted), timeless(printed)
    pattern = ""
    for line in wanted:
        pattern += r"(?:.*\n)*?" if line == "..." else re.escape(line) + r"\n"
    return re.fullmatch(pattern, "".join(line + "\n" for line in printed)) is not None


def main(update):
    passed = failed = 0
    for program in "fichas-indexer", "fichas-searcher":
        if not os.access(os.path.join(BUILD, program), os.X_OK):
            print(f"{BUILD} has no {program}")
            return 1
    with open(README, encoding="utf-8") as f:
        text = f.read()
    with tempfile.TemporaryDirectory() as folder:
        index = os.path.join(folder, "index")

        def block(match):
            nonlocal passed, failed
            language, out = match[1] or "", []
            for command, wanted in examples(match[2]):
                printed = run(command, language, index)
                if same(wanted, printed):
                    passed += 1
                    printed = wanted
                elif not update:
                    failed += 1
                    print(f"FAIL $ {command}")
                    print("\n".join(difflib.unified_diff(wanted, printed, "README.md",
                                                         "printed", lineterm="")))
                out += ["$ " + command] + printed
            name = "```console es" if language else "```console"
            return "\n".join([name] + out + ["```"])

        new = BLOCK.sub(block, text)
    if update and new != text:
        with open(README, "w", encoding="utf-8") as f:
            f.write(new)
    if passed + failed < 10 and not update:
        failed += 1
        print("FAIL README.md has fewer than ten examples")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


sys.exit(main("--update" in sys.argv[1:]))

#!/usr/bin/env python3
"""The indexer on a disk: names, links, devices, folders that cannot be read,
limits, damage, interruptions, progress on a terminal, fields of any language.
"""
import json
import os
import pty
import re
import resource
import shlex
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time

ROOT = os.getcwd()
BUILD = os.path.join(ROOT, os.environ["B"]) if os.environ.get("B") else ""
MIB = 1 << 20


def instrumented():
    with open(shutil.which("fichas-indexer"), "rb") as f:
        return b"__asan_init" in f.read()


SLOW = instrumented()


class Failure(Exception):
    pass


def want(condition, *what):
    if not condition:
        raise Failure(" ".join(str(w) for w in what))


def indexer(*arguments, ok=(0,), data=None, user=None):
    done = subprocess.run(["fichas-indexer", *arguments], input=data, capture_output=True,
                          check=False, user=user)
    if ok is not None:
        want(done.returncode in ok, arguments, "exit", done.returncode, done.stderr)
    return done


def build(*arguments, **how):
    """The report of a build, as JSON."""
    done = indexer("build", "--report=json", *arguments, **how)
    return json.loads(done.stdout) if done.stdout else {}


def export(index, **how):
    return [json.loads(line) for line in indexer("export", "-i", index, **how).stdout.splitlines()]


def found(index, *query, user=None):
    done = subprocess.run(["fichas-searcher", "search", "-i", index, "--format=ids", *query],
                          capture_output=True, check=False, user=user)
    want(done.returncode in (0, 1), query, done.stderr)
    return done.stdout.decode().split()


def codes(report):
    return sorted(d["code"] for d in report["diagnostics"])


def adds_up(report):
    want(report["found"] == report["added"] + report["updated"] + report["unchanged"] +
         report["rejected"], "counts do not add up", report)
    for severity, n in report["counts"].items():
        have = sum(d["severity"] == severity for d in report["diagnostics"])
        want(have == n, severity, have, n)


def ficha(title, commune="MACUL", description="Una descripción."):
    return f"""{title}

MUNICIPALIDAD DE {commune}

Unidades municipales que participan y colaboradores externos
Oficina de Migrantes

Línea Sello

[x] Políticas locales y trabajo colaborativo
[ ] Vinculación comunitaria

Población Objetivo

Niños y niñas

Fechas de implementación

2023 / 2024

Forma de financiamiento

Municipal

Sostenibilidad en el tiempo

Permanente

Breve descripción

{description}

Elementos innovadores

Ninguno

Aprendizajes y recomendaciones para su replicabilidad

Conversar antes.
"""


def write(path, text):
    os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
    with open(path, "wb") as f:
        f.write(text if isinstance(text, bytes) else text.encode())


def lines(records):
    return "".join(json.dumps(r, ensure_ascii=False) + "\n" for r in records)


# ---- what is read from a folder ----

def test_names(tmp):
    """Names of any bytes are read, and shown so that they drive no terminal."""
    folder, index = tmp + "/d", tmp + "/i"
    names = [b"con\nsalto.md", b"esc\x1b[31m.md", b"bytes\xff\xfe.md", b"por%20ciento.md",
             "derecha\u202eizquierda.md".encode(), b"barra\\x41.md", b" blanco .md"]
    for i, name in enumerate(names):
        with open(folder.encode() + b"/" + name if os.path.isdir(folder) else
                  (os.mkdir(folder), folder.encode() + b"/" + name)[1], "wb") as f:
            f.write(ficha(f"Práctica {i} de nombres", commune="NINGUNA PARTE").encode())
    text = indexer("build", "-i", index, folder)
    shown = text.stderr
    want(len(shown.splitlines()) == len(names), "a name broke a line", shown)
    want(not re.search(rb"[\x00-\x09\x0b-\x1f\x7f]|\xe2\x80\xae|[\xf8-\xff]", shown + text.stdout),
         "control signs", shown)
    want(len(export(index)) == len(names))
    again = build("-i", index, folder)
    want(again["files"]["unchanged"] == len(names) and not again["published"], again)
    os.unlink(folder.encode() + b"/" + names[0])
    gone = build("-i", index, folder)
    want(gone["removed"] == 1 and gone["documents"] == len(names) - 1, gone)
    raw = folder.encode() + b"/" + names[1]
    done = indexer("remove", "-i", index, raw)
    want(b"\x1b" not in done.stdout + done.stderr, done.stdout)
    want(len(export(index)) == len(names) - 2)
    done = indexer("build", "-i", index, raw + b".no", ok=(3,))
    want(b"\x1b" not in done.stderr, done.stderr)


def test_links_and_devices(tmp):
    """Links are not followed, pipes, sockets and devices not opened."""
    folder, index = tmp + "/d", tmp + "/i"
    write(folder + "/a.md", ficha("Práctica primera"))
    write(tmp + "/otra/b.md", ficha("Práctica segunda"))
    os.symlink(tmp + "/otra/b.md", folder + "/enlace.md")
    os.symlink(tmp + "/otra", folder + "/carpeta")
    os.symlink(folder, folder + "/vuelta")
    os.mkfifo(folder + "/tubo.md")
    with socket.socket(socket.AF_UNIX) as s:
        s.bind(folder + "/enchufe.md")
    others = 5
    if os.geteuid() == 0:
        try:
            os.mknod(folder + "/cero.md", stat.S_IFCHR | 0o600, os.makedev(1, 5))
            others += 1
        except OSError:
            pass
    report = build("-i", index, folder)
    want(report["documents"] == 1 and report["files"]["found"] == 1, report)
    want(report["files"]["skipped"] == others, report["files"], others)
    # What is named itself: a link is the file it leads to, a device is refused.
    want(build("-i", tmp + "/j", folder + "/enlace.md")["documents"] == 1)
    for name in "/tubo.md", "/enchufe.md":
        indexer("build", "-i", tmp + "/k", folder + name, ok=(3,))
    indexer("build", "-i", tmp + "/k", "/dev/zero", ok=(3,))


def test_unreadable(tmp):
    """What cannot be read is told, the rest indexed, and nothing of it lost."""
    nobody = 65534 if os.geteuid() == 0 else None
    folder, index = tmp + "/d", tmp + "/i"
    os.chmod(tmp, 0o755)
    for name in "/alfa.md", "/cerrada/beta.md", "/gama.md":
        write(folder + name, ficha("Práctica " + name[1:-3].split("/")[-1]))
    os.mkdir(index)
    if nobody is not None:
        for path in folder, folder + "/cerrada", index:
            os.chown(path, nobody, nobody)
    report = build("-i", index, folder, user=nobody)
    want(report["documents"] == 3, report)
    for path in folder + "/cerrada", folder + "/gama.md":
        if nobody is not None:
            os.chown(path, 0, 0)
        os.chmod(path, 0)
    write(folder + "/d.md", ficha("Práctica nueva"))
    os.utime(folder + "/gama.md", (1, 1))
    report = build("-i", index, folder, user=nobody)
    want(codes(report).count("unreadable") == 2, codes(report))
    want(report["added"] == 1, report)
    os.chmod(folder + "/cerrada", 0o755)
    os.chmod(folder + "/gama.md", 0o644)
    want("Práctica beta" in [r["title"] for r in export(index, user=nobody)],
         "an unreadable folder lost its ficha")
    adds_up(report)
    # A folder for the index that cannot be written.
    os.chmod(index, 0o555)
    if nobody is not None:
        for path in index, *[os.path.join(index, n) for n in os.listdir(index)]:
            os.chown(path, 0, 0)
    write(folder + "/e.md", ficha("Práctica que no cabe"))
    indexer("build", "-i", index, folder, ok=(3,), user=nobody)
    subprocess.run(["chown", "-R", f"{os.geteuid()}", index], check=True)
    want(found(index, "práctica", user=nobody), "a read-only index does not answer")
    os.chmod(index, 0o755)


def test_depth(tmp):
    """Folders 64 deep are read, one more is told."""
    deepest = tmp + "/d" + "/x" * 64
    write(deepest + "/a.md", ficha("Práctica honda"))
    report = build("-i", tmp + "/i", tmp + "/d")
    want(report["documents"] == 1 and not codes(report), report)
    write(deepest + "/x/b.md", ficha("Práctica más honda"))
    report = build("-i", tmp + "/i", tmp + "/d")
    want(report["documents"] == 1 and codes(report) == ["too-deep"], report)


def test_mirror(tmp):
    """Sources are mirrored, whatever is named."""
    folder, index = tmp + "/d", tmp + "/i"
    for name in "alfa", "beta", "sub/gama":
        write(f"{folder}/{name}.md", ficha("Práctica " + name.replace("/", " ")))
    write(tmp + "/otra.md", ficha("Práctica de otra parte"))
    first = build("-i", index, folder, tmp + "/otra.md")
    want(first["added"] == first["documents"] == 4, first)
    adds_up(first)
    before = os.readlink("/proc/self/cwd"), sorted(os.listdir(index))
    again = build("-i", index, folder)
    want(again["unchanged"] == 3 and not again["published"], again)
    want(sorted(os.listdir(index)) == before[1], "an unchanged run wrote")
    want(b"nothing was published" in indexer("build", "-i", index, folder).stdout)
    os.utime(folder + "/alfa.md", (1, 1))  # another time, the same bytes
    want(build("-i", index, folder)["files"]["unchanged"] == 3)
    write(folder + "/alfa.md", ficha("Práctica alfa cambiada"))
    changed = build("-i", index, folder)
    want((changed["added"], changed["removed"], changed["unchanged"]) == (1, 1, 2), changed)
    os.unlink(folder + "/sub/gama.md")
    gone = build("-i", index, folder)
    want(gone["removed"] == 1 and gone["documents"] == 3, gone)
    want(build("--dry-run", "-i", tmp + "/none", folder)["found"] == 2)
    want(not os.path.exists(tmp + "/none"), "a dry run wrote")
    write(folder + "/mala.jsonl", '{"title": 3}\n{"title": "Buena"}\n')
    strict = indexer("build", "--strict", "--report=json", "-i", index, folder, ok=(1,))
    want(not json.loads(strict.stdout)["published"], strict.stdout)
    want(len(export(index)) == 3)
    indexer("remove", "-i", index, folder)
    want([r["title"] for r in export(index)] == ["Práctica de otra parte"])
    shutil.copytree(index, tmp + "/copia")
    want(found(tmp + "/copia", "práctica") == found(index, "práctica") != [])


# ---- limits ----

def test_limits(tmp):
    """Each limit: one below is indexed, one above costs that record alone."""
    index = tmp + "/i"

    def spaced(n):
        """A line of n bytes, of which little is stored."""
        line = '{"title":"Larga"}'
        return line.replace(":", ":" + " " * (n - len(line)))

    def nested(depth):
        return '{"title":"Honda","extra":' + "[" * (depth - 1) + "]" * (depth - 1) + "}"

    wide = "x" * (MIB - 40)
    cases = [
        ("line of 1 MiB", "jsonl", spaced(MIB), spaced(MIB + 1), "line-too-long"),
        ("record of 1 MiB", "jsonl", '{"title":"%s"}' % ("y" * (MIB // 2)),
         '{"title":"Z","description":"%s"}' % ("z" * (MIB - 34)), "record-too-large"),
        ("64 levels", "jsonl", nested(64), nested(65), "record-too-deep"),
        ("CSV row of 1 MiB", "csv", f"Ancha,{wide[:MIB - 1000]}", f"Ancha,{wide}{wide[:60]}",
         "record-too-large"),
    ]
    for i, (name, ending, below, above, code) in enumerate(cases):
        head, good = ("titulo,descripcion\n", "Buena,Sí") if ending == "csv" else \
            ("", '{"title":"Buena"}')
        for text, n, wanted in (below, 3, []), (above, 2, [code]):
            path = f"{tmp}/{i}-{n}/a.{ending}"
            write(path, f"{head}{good}\n{text}\n{good} dos\n" if ending == "csv" else
                  f'{head}{good}\n{text}\n{{"title":"Buena dos"}}\n')
            report = build("-i", index, path)
            errors = [d["code"] for d in report["diagnostics"] if d["severity"] == "error"]
            want(errors == wanted, name, "wanted", wanted, "got", errors)
            want(report["added"] == n and report["rejected"] == 3 - n, name, report)
            indexer("remove", "-i", index, path)
    # Of a document: its lines, its bytes.
    for size, n in (MIB, 2), (MIB + 1, 1):
        write(tmp + "/l/a.md", ficha("Práctica corta") + "\n" +
              ficha("Práctica larga", description="palabra" + " " * (size - 12) + "final"))
        report = build("-n", tmp + "/l")
        errors = [d["code"] for d in report["diagnostics"] if d["severity"] == "error"]
        want(report["added"] == n, "line of", size, report["added"], errors)
        want(errors in ([[]] if n == 2 else [["line-too-long"], ["record-too-large"]]), errors)
    text = ficha("Práctica de un archivo grande").encode()
    if SLOW:  # sanitizers take minutes for 64 MiB
        return
    for size, n in (8 * MIB, 1), (8 * MIB + 1, 0):
        write(tmp + "/g/a.md", text + (b" " * 999 + b"\n") * (size // 1000) + b" " * 2000)
        os.truncate(tmp + "/g/a.md", size)
        write(tmp + "/g/b.md", ficha("Práctica de al lado"))
        report = build("-n", tmp + "/g")
        want(report["added"] == n + 1, "file of", size, report)
        want((codes(report) == ["malformed"]) == (n == 0), codes(report))


def test_hostile_record(tmp):
    """A bad record in a good batch costs only itself."""
    good = ['{"title":"Buena uno","municipality":"Macul","dates_verbatim":"2023"}',
            '{"title":"Buena dos","municipality":"Temuco","dates_verbatim":"2024"}']
    bad = ['{', 'null', '[]', '"x"', '{"title":7}', '{"title":""}', '{"title":"a","title":"b"}',
           '{"title":"x\\u0000y"}', '{"title":"nul\x00"}', '{"id":"x"}',
           '{"title":"y","years":["dos mil"]}', '{"title":"z","municipalities":{"a":1}}',
           '{"title":"q"} {"title":"r"}', '{"title":"' + "(" * 100 + '"' + "}" * 40,
           '[' * 5000, '{"title":"id","id":7}']
    for i, line in enumerate(bad):
        write(f"{tmp}/{i}/a.jsonl", "\n".join([good[0], line, good[1]]) + "\n")
        report = build("-i", f"{tmp}/i{i}", f"{tmp}/{i}")
        want(report["added"] == 2 and report["rejected"] == 1, line[:40], report)
        want(report["counts"]["error"] == 1, line[:40], report["diagnostics"])
        d = [d for d in report["diagnostics"] if d["severity"] == "error"][0]
        want(d["line"] == 2 and d["path"] == "a.jsonl", d)
        adds_up(report)


# ---- any language ----

PLACES = [
    ("Mesa de trabajo con vecinos", "Lima", "El municipio de Lima capacitó a 300 personas."),
    ("Newcomer welcome tables", "Toronto", "Neighbourhood libraries offer settlement counselling."),
    ("Tables d'accueil des nouveaux arrivants", "Québec", "L'été, les bénévoles accueillent."),
    ("مائدة الحوار مع الجيران", "بيروت", "تعمل البلدية مع المهاجرين منذ سنوات"),
    ("社区融合项目", "北京市", "为新移民提供语言课程"),
    ("Праздник соседей", "Москва", "Жители готовят вместе"),
    ("Ναυτικό φεστιβάλ", "Πάτρα", "Οι κάτοικοι μαγειρεύουν μαζί"),
    ("भाषा मेला", "दिल्ली", "नगर पालिका भाषा सिखाती है"),
    ("Fiesta 🎉 de la 👩‍👩‍👧 familia", "Macul", "Con 🇨🇱 y 🇵🇪 en la plaza"),
    ("งานเทศกาล", "กรุงเทพ", "เทศบาลสอนภาษา"),
]
ASKED = ["Lima", "settlement counselling", "bénévoles", "المهاجرين", "语言课程", "готовят",
         "κάτοικοι", "सिखाती", "plaza", "เทศบาล"]


def test_unreadable_again(tmp):
    """What could not be read is tried again, not compared: it may have any size."""
    folder, index = os.path.join(tmp, "f"), os.path.join(tmp, "i")
    write(os.path.join(folder, "ok.md"), ficha("Feria de invierno"))
    for name in "grande.pdf", "grande.md":
        with open(os.path.join(folder, name), "wb") as f:
            f.truncate(1 << 40)
    for _ in range(2):
        run = subprocess.run(["fichas-indexer", "build", "--report=json", "-i", index, folder],
                             capture_output=True, check=False, timeout=50)
        want(run.returncode == 0, run)
        want(len([d for d in json.loads(run.stdout)["diagnostics"]
                  if "larger than" in d["message"]]) == 2, run.stdout)


def test_empty_id(tmp):
    """An id without a sign is none, as an empty cell is, and costs nothing."""
    source, index = os.path.join(tmp, "r.jsonl"), os.path.join(tmp, "i")
    write(source, lines([{"id": "", "title": "Feria sin identificador", "municipality": "Temuco"},
                         {"title": "Feria derivada", "municipality": "Temuco"}]))
    want(build("-i", index, source)["rejected"] == 0, "rejected")
    ids = [r["id"] for r in export(index)]
    want(ids == ["temuco-feria-identificador", "temuco-feria-derivada"], ids)


def limited(limits, user=None):
    """What a program gets that is not to have all it wants."""
    def before():
        for which, most in limits.items():
            resource.setrlimit(which, (most, most))
    return {"preexec_fn": before, "user": user}


def test_no_room(tmp):
    """Where files cannot grow, the build fails, says so, and the index stays; the
    fault is never put on a document."""
    index, source = os.path.join(tmp, "i"), os.path.join(tmp, "f")
    write(os.path.join(source, "uno.md"), ficha("Feria de invierno"))
    build("-i", index, source)
    before = export(index)
    shutil.copy("corpus/fichas/fichas-buenas-practicas-2024.md", source)
    failed = done = 0
    for size in [0, 1, 100] + [1 << shift for shift in range(10, 24)]:
        run = subprocess.run(["fichas-indexer", "build", "-i", index, source], capture_output=True,
                             check=False, **limited({resource.RLIMIT_FSIZE: size}))
        said = run.stderr.decode()
        if run.returncode == 0:
            want(len(export(index)) == 11, "not all fichas at", size)
            done += 1
            shutil.rmtree(index)
            os.unlink(os.path.join(source, "fichas-buenas-practicas-2024.md"))
            build("-i", index, source)
            shutil.copy("corpus/fichas/fichas-buenas-practicas-2024.md", source)
            continue
        failed += 1
        want(run.returncode == 3 and "fichas-indexer: " in said, "at", size, run.returncode, said)
        want("unreadable" not in said, "the document is blamed:", said)
        want(export(index) == before, "the index changed at", size)
    want(failed > 3 and done > 1, failed, "failed and", done, "were done")
    run = subprocess.run(["fichas-searcher", "search", "-i", index, "-f", "json", ""],
                         stdout=open(os.path.join(tmp, "out"), "wb"), stderr=subprocess.PIPE,
                         check=False, **limited({resource.RLIMIT_FSIZE: 8}))
    want(run.returncode == 3 and b"answer" in run.stderr, run.returncode, run.stderr)


def test_output_that_cannot_be_written(tmp):
    """Whatever is asked: exit 3 and a message, also where nothing but help is shown."""
    index = os.path.join(tmp, "i")
    build("-i", index, "corpus/fichas")
    asked = [["--help"], ["--version"], ["--help=man"], ["--help=bash"]]
    commands = {"fichas-indexer": asked + [["build", "--help"], ["stats"], ["export"], ["check"],
                                           ["build", "corpus/fichas"], ["build", "-n", "corpus"]],
                "fichas-searcher": asked + [[], ["search", "--help"], ["search", "educación"],
                                            ["facets", ""], ["suggest", "mi"], ["analyze", "niños"]]}
    for program, lists in commands.items():
        for arguments in lists:
            for to in ">/dev/full", ">&-":
                run = subprocess.run(["sh", "-c", f'exec "$0" "$@" {to}', program, *arguments],
                                     env=dict(os.environ, FICHAS_INDEX=index), check=False,
                                     capture_output=True)
                want(run.returncode == 3 and b"cannot " in run.stderr, program, arguments, to,
                     run.returncode, run.stderr)
    indexer("check", "-i", index)


def test_no_process(tmp):
    """That no process can be had is no document's fault either."""
    if os.geteuid() != 0:
        return
    source = os.path.join(tmp, "f")
    write(os.path.join(source, "h.html"), "<html><h1>Feria</h1><p>Una feria</p></html>")
    # The leak sanitizer, where there is one, wants a process of its own.
    run = subprocess.run(["fichas-indexer", "build", "--dry-run", "-i", os.path.join(tmp, "i"), source],
                         env=dict(os.environ, LSAN_OPTIONS="detect_leaks=0"),
                         capture_output=True, check=False,
                         **limited({resource.RLIMIT_NPROC: 1}, user=12321))
    want(run.returncode == 3, run.returncode, run.stdout, run.stderr)
    want(run.stderr.startswith(b"fichas-indexer: no new process: "), run.stderr)


def test_any_language(tmp):
    """Indexed with warnings, nothing lost, found."""
    write(tmp + "/d/todas.jsonl", lines({"title": t, "municipality": m, "description": d}
                                        for t, m, d in PLACES))
    for i, (t, m, d) in enumerate(PLACES):
        write(f"{tmp}/m/{i}.md", ficha(t, m, d))
    for folder in "d", "m":
        index = f"{tmp}/i{folder}"
        report = build("-i", index, f"{tmp}/{folder}")
        want(report["added"] == len(PLACES) and report["rejected"] == 0, report)
        want(codes(report).count("unknown-municipality") == len(PLACES) - 1, codes(report))
        records = {r["title"]: r for r in export(index)}
        for (title, place, description), asked in zip(PLACES, ASKED):
            r = records.get(title)
            want(r, "lost:", title, list(records))
            want(r["description"] == description, r["description"])
            want(place in r["municipalities"] or place == "Macul", place, r["municipalities"])
            hits = found(index, "--match=all", asked)
            want(r["id"] in hits, asked, "does not find", title, hits)


# ---- damage ----

def test_check(tmp):
    """check finds each damage, and the command that it names repairs it."""
    whole = tmp + "/el 'índice'"
    build("-i", whole, "corpus/fichas")
    want(b"as it was published" in indexer("check", "-i", whole).stdout)

    def flip(path, at):
        with open(path, "r+b") as f:
            f.seek(at)
            byte = f.read(1)[0]
            f.seek(at)
            f.write(bytes([byte ^ 0x10]))

    def generation(index):
        return next(index + "/" + n for n in os.listdir(index) if n.startswith("gen-"))

    files = sorted(os.listdir(generation(whole)))
    damages = [("foreign", "", lambda p: write(p + "/hola", "x")),
               ("foreign", "", lambda p: write(p + "/x\x1b[31m\n", "x")),
               ("pointer", "", lambda p: write(p + "/../CURRENT", "basura\n"))]
    for name in files:
        damages += [("truncated", name, lambda p: os.truncate(p, os.path.getsize(p) - 1)),
                    ("byte", name, lambda p: flip(p, os.path.getsize(p) // 2)),
                    ("missing", name, os.unlink),
                    ("longer", name, lambda p: os.truncate(p, os.path.getsize(p) + 1))]
    repaired = set()
    for what, name, damage in damages:
        copy = tmp + "/un 'daño'"
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(whole, copy)
        damage(os.path.join(generation(copy), name) if name else generation(copy))
        done = indexer("check", "-i", copy, ok=(4,))
        want(b"\x1b" not in done.stdout + done.stderr, "control signs", done.stdout)
        want(name.encode() in done.stdout, what, name, done.stdout)
        command = re.search(r"fichas-indexer build --rebuild .*(?= SOURCE\.\.\.)",
                            done.stdout.decode())
        want(command, what, name, done.stdout)
        if what in repaired and what != "missing":
            continue
        repaired.add(what)
        words = shlex.split(command.group())
        want("--index=" + copy in words, words)
        subprocess.run([*words, "-q", "corpus/fichas"], check=True)
        left = indexer("check", "-i", copy, ok=(0, 4) if what == "foreign" else (0,))
        want(left.returncode == 0 or what == "foreign", left.stdout)
        want(len(export(copy)) == 10)
    # A path as long as any: the command is whole.
    deep = tmp + "/" + "/".join(["con 'comillas' " + "x" * 200] * 8)
    shutil.copytree(whole, deep + "/ix")
    flip(os.path.join(generation(deep + "/ix"), "column"), 200)
    for command in "check", "stats":
        done = indexer(command, "-i", deep + "/ix", ok=(4,))
        command = re.search(r"fichas-indexer build --rebuild .* SOURCE\.\.\.", done.stderr.decode())
        want(command and "--index=" + deep + "/ix" in shlex.split(command.group()), done.stderr)


# ---- signals ----

def many(path, n):
    """Records enough for a build of some seconds."""
    with open(path, "w", encoding="utf-8") as f:
        for i in range(n):
            f.write(json.dumps({"title": f"Práctica número {i} con palabra{i % 977}",
                                "municipality": "Macul", "dates_verbatim": "2023",
                                "description": f"mesa taller escuela{i % 311} red{i} " * 12,
                                "lessons": f"aprender{i % 53} conversar otra{i % 71} vez " * 8},
                               ensure_ascii=False) + "\n")


def phase_of(bar):
    if b"publishing" in bar:
        return "publishing"
    return "indexing" if b"indexed" in bar else "reading" if b"files" in bar else ""


def test_interrupt(tmp):
    """Ctrl-C while reading, indexing, publishing: 130, at once, the index as it was."""
    index = tmp + "/i"
    build("-i", index, "corpus/fichas")
    with open(index + "/CURRENT", "rb") as f:
        current = f.read()
    before = indexer("export", "-i", index).stdout
    phases = ["reading", "indexing", "publishing"]
    seen = set()
    # More records where a machine is done before its progress was seen.
    for n, jobs in (3000, "1"), (3000, "2"), (12000, "2"), (48000, "1"), (200000, "2"):
        if n > 3000 and len(seen) == len(phases):
            break
        many(tmp + "/a.jsonl", n)
        for phase in phases if n == 3000 else [p for p in phases if p not in seen]:
            p = subprocess.Popen(["fichas-indexer", "build", "--progress=always", "-j", jobs, "-i", index,
                                  tmp + "/a.jsonl"], stdout=subprocess.DEVNULL,
                                 stderr=subprocess.PIPE, start_new_session=True)
            text = b""
            while phase_of(text.rsplit(b"\r", 1)[-1]) != phase:
                more = os.read(p.stderr.fileno(), 4096)
                if not more:
                    break
                text += more
            if p.poll() is None and more:
                os.killpg(p.pid, signal.SIGINT)
                start = time.monotonic()
                p.stderr.read()
                p.wait()
                took = time.monotonic() - start
                # 0: all was done before the signal came.
                want(p.returncode == 130 or p.returncode == 0 and phase == "publishing",
                     phase, "exit", p.returncode)
                # An alarm ends it after a second; a busy machine may be late.
                want(took < 5, phase, "took", took)
                if p.returncode == 130:
                    seen.add(phase)
            p.stderr.close()
            if p.wait() == 0:  # it was faster
                indexer("remove", "-i", index, tmp + "/a.jsonl")
                with open(index + "/CURRENT", "rb") as f:
                    current = f.read()
            with open(index + "/CURRENT", "rb") as f:
                want(f.read() == current, phase, "another index")
            want(indexer("export", "-i", index).stdout == before, phase, "other records")
            indexer("check", "-i", index)
    want(len(seen) == len(phases), "seen only:", seen)
    # From a pipe that says nothing, too.
    p = subprocess.Popen(["fichas-indexer", "build", "-i", index, "-"], stdin=subprocess.PIPE,
                         stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(0.3)
    p.send_signal(signal.SIGINT)
    want(p.wait() == 130, p.returncode)
    want(build("-i", index, "corpus/fichas")["unchanged"] == 10)


# ---- progress ----

def on_terminal(command):
    """[(seconds, bytes)] of what a command writes on a terminal."""
    pid, fd = pty.fork()
    if pid == 0:
        os.execvp(command[0], command)
    out = []
    while True:
        try:
            data = os.read(fd, 65536)
        except OSError:
            break
        if not data:
            break
        out.append((time.monotonic(), data))
    os.close(fd)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), out


def test_progress(tmp):
    """A bar on a terminal, at most ten times a second, gone at the end and in a pipe."""
    # As many records as this machine needs for more than a tenth of a second.
    for n in 3000, 12000, 48000, 200000:
        many(tmp + "/a.jsonl", n)
        shutil.rmtree(tmp + "/i", ignore_errors=True)
        start = time.monotonic()
        status, out = on_terminal(["fichas-indexer", "build", "-i", tmp + "/i", tmp + "/a.jsonl"])
        seconds = time.monotonic() - start
        text = b"".join(data for _, data in out)
        bars = text.count(b"\r\x1b[K[")
        want(status == 0, status, text[-200:])
        want(bars <= 10 * seconds + 1, bars, "bars in", seconds)
        if all(re.search(wanted, text) for wanted in
               (rb"\d+/\d+ files, \d+ fichas, [0-9.]+ MB/s, \d+ s left", b"/%d fichas indexed" % n)):
            break
    else:
        want(False, "no bar for reading, or none for indexing")
    # What is left after the last bar was erased: the report, without a bar.
    last = text[text.rindex(b"\r\x1b[K[") + 4:]
    want(b"\r\x1b[K" in last and b"%d" % n in last.split(b"\r\x1b[K")[-1], last[-300:])
    piped = indexer("build", "-i", tmp + "/j", tmp + "/a.jsonl")
    want(b"\r" not in piped.stderr + piped.stdout and b"\x1b" not in piped.stderr + piped.stdout)
    want(b"\r" not in indexer("build", "--progress=never", "-i", tmp + "/k", "corpus/fichas").stderr)


# ---- hints ----

def test_suspicious_words(tmp):
    """A word of a bad conversion is hinted at, once, where it stands."""
    index = tmp + "/i"
    for i in range(8):
        write(f"{tmp}/d/{i}.md", ficha(f"Práctica {i} de acogida", description=
              "La municipalidad coordina a las organizaciones migrantes."))
    want(codes(build("-i", index, tmp + "/d")) == [])
    write(tmp + "/d/8.md", ficha("Práctica mala", description=
          "La municipa1idad y la mumicipalidad coordinan orgamizaciones, organización y Migramtes."))
    report = build("-i", index, tmp + "/d")
    hints = [d for d in report["diagnostics"] if d["severity"] == "hint"]
    want({d["message"].split()[0] for d in hints} == {"mumicipalidad", "orgamizaciones"}, hints)
    with open(tmp + "/d/8.md", encoding="utf-8") as f:
        line = [i for i, text in enumerate(f, 1) if "mumicipalidad" in text]
    want(all(d["path"] == "8.md" and [d["line"]] == line for d in hints), hints, line)
    adds_up(report)
    want(codes(build("--rebuild", "-i", tmp + "/j", "corpus/fichas")) == ["text-outside-ficha"])
    records = [json.dumps(r) for r in export(index)]
    want(not any("suspicious" in r for r in records))


def test_repeated_section(tmp):
    """A section that stands twice is joined and told."""
    twice = ficha("Práctica doble").replace(
        "Elementos innovadores", "Breve descripción\n\nLa segunda parte.\n\nElementos innovadores")
    apart = ficha("Práctica aparte") + "\nBreve descripción\n\nLa segunda parte.\n"
    for name, text in ("doble", twice), ("aparte", apart):
        write(f"{tmp}/{name}/a.md", text + "\n\n" + ficha("Práctica siguiente"))
        report = build("-i", f"{tmp}/i{name}", f"{tmp}/{name}")
        want(codes(report) == ["repeated-section"], name, codes(report))
        records = export(f"{tmp}/i{name}")
        want(len(records) == 2, name, len(records))
        want(records[0]["description"] == "Una descripción.\n\nLa segunda parte.", records[0])
        want(records[0]["lessons"] == "Conversar antes.", records[0])


# ---- the manual ----

def test_codes_are_documented(_):
    """Each code in the sources stands in the manual, and the other way round."""
    used, unknown = set(), []
    word = r'"([a-z][a-z0-9]*(?:-[a-z0-9]+)*)"'
    for name in sorted(os.listdir("indexer")):
        if not name.endswith(".c"):
            continue
        with open("indexer/" + name, encoding="utf-8") as f:
            text = f.read()
        text = re.sub(r"/\*.*?\*/", "", text, flags=re.S)
        used |= set(re.findall(r"\bcode = " + word, text))
        for call in re.finditer(r"\b(diag|record_problem|S_problem|\w*_outside|\w+->problem)\(", text):
            body = text[call.end():call.end() + 400]
            if re.match(r"\s*(?:struct|const|void)\b", body):
                continue  # its declaration
            arguments = body.split(";")[0].split("_(")[0]
            # The path may be a literal too; messages come later.
            literals = re.findall(r"(?:[,?:(]\s*)" + word, arguments)
            used |= set(literals[:2] if "?" in arguments else literals[:1])
            if not literals and not re.search(r"\bcode\b", arguments):
                unknown.append(f"{name}: {arguments.strip()[:60]}")
    want(not unknown, "no code found in", unknown)
    with open("indexer/fichas-indexer.1.in", encoding="utf-8") as f:
        manual = set(m.replace("\\-", "-") for m in re.findall(r"^\.It Li (\S+)$", f.read(), re.M))
    want(len(used) > 25, used)
    want(used == manual, "only in the sources:", sorted(used - manual), "only in the manual:",
         sorted(manual - used))


def main():
    failed = False
    names = sys.argv[1:]
    for name, test in list(globals().items()):
        if not name.startswith("test_") or (names and name not in names):
            continue
        tmp = tempfile.mkdtemp(prefix="fichas-", dir=os.environ.get("TMP"))
        os.chmod(tmp, 0o755)
        start = time.monotonic()
        try:
            test(tmp)
            print(f"ok {name}")
        except Failure as e:
            failed = True
            print(f"FAIL {name}: {e}"[:1500])
        except Exception as e:  # also what it did not expect
            failed = True
            print(f"FAIL {name}: {type(e).__name__} {e} line {e.__traceback__.tb_lineno}"[:1500])
        if names:
            print(f"   {time.monotonic() - start:.1f} s")
        subprocess.run(["chmod", "-R", "u+rwx", tmp], check=False)
        shutil.rmtree(tmp, ignore_errors=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

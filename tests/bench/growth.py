#!/usr/bin/env python3
"""How each cost grows with the number of fichas: a table and a plot.

    growth.py [--svg FILE] RESULTS.json...

Takes the results.json of several runs of `make bench` with different N, prints
a table in Markdown and, with --svg, draws the latencies and the costs a ficha
on logarithmic axes.  Only the standard library is used.
"""
import argparse
import json
import math
import sys
from xml.sax.saxutils import escape


def at(result, *path):
    """What stands there, or None.  A last "n/x" divides the fichas by x."""
    if path[-1].startswith("n/"):
        x = at(result, *path[:-1], path[-1][2:])
        return result["n"] / x if x else None
    for key in path:
        if not isinstance(result, dict) or key not in result:
            return None
        result = result[key]
    return result


# (name, unit, where it stands); the tables' rows and the plots' lines.
LATENCY = [
    ("fichas p50", ("latency", "fichas cpu", "p50")),
    ("fichas p95", ("latency", "fichas cpu", "p95")),
    ("fichas p99", ("latency", "fichas cpu", "p99")),
    ("plain Xapian p50", ("latency", "xapian cpu", "p50")),
    ("plain Xapian p95", ("latency", "xapian cpu", "p95")),
    ("SQLite FTS5 p50", ("latency", "sqlite cpu", "p50")),
    ("SQLite FTS5 p95", ("latency", "sqlite cpu", "p95")),
    ("fichas similar p50", ("latency", "fichas similar", "p50")),
    ("fichas suggest p50", ("latency", "fichas suggest", "p50")),
    ("fichas misspelt p50", ("latency", "fichas typo", "p50")),
    ("cold start, wall", ("start", "search", "wall_ms")),
    ("cold start, cpu", ("start", "search", "cpu_ms")),
]
BUILD = [
    ("fichas", ("build", "fichas", "docs_s")),
    ("plain Xapian", ("build", "xapian", "docs_s")),
    ("SQLite FTS5", ("build", "sqlite", "docs_s")),
]
BUILD_CPU = [
    ("fichas", ("build", "fichas", "n/cpu_s")),
    ("plain Xapian", ("build", "xapian", "n/cpu_s")),
    ("SQLite FTS5", ("build", "sqlite", "n/cpu_s")),
]
SIZE = [
    ("fichas", ("build", "fichas", "bytes_ficha")),
    ("plain Xapian", ("build", "xapian", "bytes_ficha")),
    ("SQLite FTS5", ("build", "sqlite", "bytes_ficha")),
]
MEMORY = [
    ("fichas, building", ("build", "fichas", "all_mib")),
    ("fichas, batch", ("batch_rss_mib",)),
]
GROUPS = [("query, ms of CPU", LATENCY), ("build, fichas a second", BUILD),
          ("build, fichas a second of CPU", BUILD_CPU), ("index, bytes a ficha", SIZE), ("memory, MiB", MEMORY)]


def number(x):
    if x is None:
        return ""
    if x >= 1000:
        return "{:,.0f}".format(x)
    return "%.3g" % x if x >= 1 else "%.2f" % x if x >= 0.095 else "%.3f" % x


def table(results):
    sizes = [r["n"] for r in results]
    out = ["| | " + " | ".join("{:,}".format(n) for n in sizes) + " |",
           "|---|" + "--:|" * len(sizes)]
    for title, rows in GROUPS:
        out.append("| **%s** |" % title + " |" * len(sizes))
        for name, path in rows:
            values = [at(r, *path) for r in results]
            if any(v is not None for v in values):
                out.append("| %s | %s |" % (name, " | ".join(number(v) for v in values)))
    ratio = [("SQLite, median", ("ratio", "sqlite", "p50")),
             ("SQLite, total", ("ratio", "sqlite", "total")),
             ("plain Xapian, median", ("ratio", "xapian", "p50")),
             ("plain Xapian, total", ("ratio", "xapian", "total"))]
    out.append("| **times ours** |" + " |" * len(sizes))
    for name, path in ratio:
        values = [at(r, *path) for r in results]
        if any(v is not None for v in values):
            out.append("| %s | %s |" % (name, " | ".join(number(v) for v in values)))
    return "\n".join(out)


# ---- the plot ----

COLOURS = ("#1b6ca8", "#5a9bd4", "#a8c8e8", "#b8471b", "#e08f5f", "#3d7a3a", "#85b97f",
           "#6b4c9a", "#9a7fc4", "#b59a1d", "#444444")
WIDTH, HEIGHT, LEFT, TOP, PLOT_W, PLOT_H = 640, 420, 64, 40, 380, 320


def decades(low, high):
    a, b = math.floor(math.log10(low)), math.ceil(math.log10(high))
    return a, max(b, a + 1)


def panel(title, rows, results, dy):
    lines = []
    for name, path in rows:
        points = [(r["n"], at(r, *path)) for r in results]
        points = [p for p in points if p[1]]
        if points:
            lines.append((name, points))
    if not lines:
        return ""
    xa, xb = decades(min(p[0] for l in lines for p in l[1]),
                     max(p[0] for l in lines for p in l[1]))
    ya, yb = decades(min(p[1] for l in lines for p in l[1]),
                     max(p[1] for l in lines for p in l[1]))

    def x(v):
        return LEFT + PLOT_W * (math.log10(v) - xa) / (xb - xa)

    def y(v):
        return TOP + PLOT_H * (yb - math.log10(v)) / (yb - ya)

    out = ['<g transform="translate(0,%d)">' % dy,
           '<text x="%d" y="20" font-weight="bold">%s</text>' % (LEFT, escape(title))]
    for e in range(xa, xb + 1):
        out.append('<line x1="%.1f" y1="%d" x2="%.1f" y2="%d" stroke="#ddd"/>'
                   % (x(10 ** e), TOP, x(10 ** e), TOP + PLOT_H))
        out.append('<text x="%.1f" y="%d" text-anchor="middle">%s</text>'
                   % (x(10 ** e), TOP + PLOT_H + 18, "{:,}".format(10 ** e)))
    for e in range(ya, yb + 1):
        out.append('<line x1="%d" y1="%.1f" x2="%d" y2="%.1f" stroke="#ddd"/>'
                   % (LEFT, y(10 ** e), LEFT + PLOT_W, y(10 ** e)))
        out.append('<text x="%d" y="%.1f" text-anchor="end">%s</text>'
                   % (LEFT - 6, y(10 ** e) + 4, "{:,}".format(10 ** e) if e >= 0
                      else "%g" % 10 ** e))
    for i, (name, points) in enumerate(lines):
        colour = COLOURS[i % len(COLOURS)]
        out.append('<polyline fill="none" stroke="%s" stroke-width="2" points="%s"/>' % (
            colour, " ".join("%.1f,%.1f" % (x(a), y(v)) for a, v in points)))
        for a, v in points:
            out.append('<circle cx="%.1f" cy="%.1f" r="3" fill="%s"/>' % (x(a), y(v), colour))
        out.append('<rect x="%d" y="%d" width="14" height="4" fill="%s"/>'
                   % (LEFT + PLOT_W + 16, TOP + 8 + i * 20, colour))
        out.append('<text x="%d" y="%d">%s</text>'
                   % (LEFT + PLOT_W + 36, TOP + 14 + i * 20, escape(name)))
    out.append("</g>")
    return "\n".join(out)


def plot(results):
    panels = [p for p in (panel(title, rows, results, k * HEIGHT)
                          for k, (title, rows) in enumerate(GROUPS)) if p]
    return ('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" '
            'font-family="sans-serif" font-size="12">\n'
            '<rect width="100%%" height="100%%" fill="white"/>\n%s\n</svg>\n'
            % (WIDTH, HEIGHT * len(panels), "\n".join(panels)))


def main():
    p = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    p.add_argument("--svg", help="draw to this file")
    p.add_argument("results", nargs="+")
    args = p.parse_args()
    results = []
    for path in args.results:
        with open(path, encoding="utf-8") as f:
            results.append(json.load(f))
    results.sort(key=lambda r: r["n"])
    print(table(results))
    if args.svg:
        with open(args.svg, "w", encoding="utf-8") as f:
            f.write(plot(results))
    return 0


if __name__ == "__main__":
    sys.exit(main())

# SPDX-License-Identifier: GPL-3.0-or-later
"""calls.py BUILD ROOM...: no circle of calls between the files of a room.

Reads build/harness/ROOM/libassay_ROOM.a with nm. A file calls another when it needs a symbol that the other defines.
Files that reach each other are printed, with the symbols that close the circle. Exit code 1 when there are any.
"""
import re
import subprocess
import sys

LINE = re.compile(r"[^:]*:([^:]+)\.o: ?[0-9a-f]* *([A-Za-z]) (\S+)$")


def calls(library):
    """{file: {file: {symbol, ...}}}"""
    nm = subprocess.run(["nm", "-A", library], capture_output=True, text=True, check=True)
    defined, needed, graph = {}, [], {}
    for file, kind, symbol in (m.groups() for m in map(LINE.match, nm.stdout.splitlines()) if m):
        graph.setdefault(file, {})
        if kind == "U":
            needed.append((file, symbol))
        elif kind.isupper():
            defined[symbol] = file
    for file, symbol in needed:
        other = defined.get(symbol, file)
        if other != file:
            graph[file].setdefault(other, set()).add(symbol)
    return graph


def reached(graph, file):
    found, left = set(), [file]
    while left:
        for other in graph[left.pop()]:
            if other not in found:
                found.add(other)
                left.append(other)
    return found


def check(build, room):
    graph = calls(f"{build}/harness/{room}/libassay_{room}.a")
    if len(graph) < 2:
        sys.exit(f"{room}: nm shows {len(graph)} files: nothing was checked")
    reach = {file: reached(graph, file) for file in graph}
    bad = [(a, b) for a in graph for b in graph[a] if a in reach[b]]
    for a, b in sorted(bad):
        print(f"harness/{room}/{a} calls {b}, which reaches it again: {', '.join(sorted(graph[a][b]))}")
    return not bad


if __name__ == "__main__":
    results = [check(sys.argv[1], room) for room in sys.argv[2:]]
    sys.exit(0 if results and all(results) else 1)

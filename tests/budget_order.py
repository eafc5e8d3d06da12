#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Prints suites/budget.txt: the cases of `assay run --budget` in their order, best first.

Usage: budget_order.py FILE.json...

Each is either the results of a whole run against adapters/flawed without a flaw (how long one execution of each case takes),
or what `assay mutants --short --json` printed (which cases catch which flaw). Next comes always the case that catches most
flaws that none before it catches, for the time that it takes.
"""
import json
import re
import sys

# What every case costs beside its own steps, so that of two that take no time the one that catches more comes first.
LEAST_SECONDS = 0.005

HEAD = """\
# What `assay run --budget` begins with: cases that catch flaws of adapters/flawed, most flaws for the time they take first.
# Made by tests/budget_order.py from `assay mutants --short`, which stops at the first case that catches a flaw.
"""


def case_of(execution):
    return re.sub(r"#.*", "", execution)


def read(paths):
    """How long each case takes, its dearest execution; and which flaws each catches."""
    seconds, catches = {}, {}
    for path in paths:
        with open(path, encoding="utf-8") as file:
            document = json.load(file)
        for execution, took in document.get("times", {}).get("cases", {}).items():
            seconds[case_of(execution)] = max(took, seconds.get(case_of(execution), LEAST_SECONDS))
        for flaw in document.get("flaws", []):
            for execution in flaw["caught_by"]:
                catches.setdefault(case_of(execution), set()).add(f"{path} {flaw['name']}")
    return seconds, catches


def main(paths):
    seconds, catches = read(paths)
    caught = set()
    print(HEAD, end="")
    while True:
        left = [(len(flaws - caught) / seconds.get(case, 1.0), case) for case, flaws in catches.items() if flaws - caught]
        if not left:
            return
        best = min(left, key=lambda worth_and_case: (-worth_and_case[0], worth_and_case[1]))[1]
        caught |= catches[best]
        print(best)


if len(sys.argv) < 3:
    sys.exit(__doc__)
main(sys.argv[1:])

#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Prints suites/budget.txt: the cases of `assay run --budget` in their order, best first.

Usage: budget_order.py RESULTS.json MUTANTS.json...

RESULTS is a whole run against adapters/flawed without a flaw (how long one execution of each case takes), each MUTANTS what
`assay mutants --short --json` printed (which cases catch which flaw). Next comes always the case that catches most flaws
that none before it catches, for the time that it takes.
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


def seconds_of(results):
    """Of each case, what its dearest execution took."""
    seconds = {}
    for execution, took in results["times"]["cases"].items():
        seconds[case_of(execution)] = max(took, seconds.get(case_of(execution), LEAST_SECONDS))
    return seconds


def main(results_path, *mutants_paths):
    with open(results_path, encoding="utf-8") as file:
        seconds = seconds_of(json.load(file))
    catches = {}
    for path in mutants_paths:
        with open(path, encoding="utf-8") as file:
            for flaw in json.load(file)["flaws"]:
                for execution in flaw["caught_by"]:
                    catches.setdefault(case_of(execution), set()).add(path + " " + flaw["name"])
    print(HEAD, end="")
    caught = set()
    while True:
        left = [(len(flaws - caught) / seconds.get(case, 1.0), case) for case, flaws in catches.items() if flaws - caught]
        if not left:
            return
        best = min(left, key=lambda worth_and_case: (-worth_and_case[0], worth_and_case[1]))[1]
        caught |= catches[best]
        print(best)


if len(sys.argv) < 3:
    sys.exit(__doc__)
main(*sys.argv[1:])

# SPDX-License-Identifier: GPL-3.0-or-later
"""Shows that every measure can come out in two ways: each has a target in measures.txt that differs in it from the flawless one.

Usage: measures.py BIN SOURCE   with the built programs and the source tree.
A measure that yields the same of every target measures nothing. One that is new in a suite has to be put into measures.txt; a flaw
that makes the difference is a row of adapters/flawed/flaws.c.
"""
import collections
import glob
import json
import os
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as xml

BIN, SOURCE = sys.argv[1:]
SUITE = "{urn:assay:suite:1}"
failed = []


def show(sentence, problems):
    print(f"[ {'      OK' if not problems else ' FAILED '} ] {sentence}")
    for problem in problems:
        print(f"             {problem}")
    failed.extend(problems)


def measuring_cases(is_v4):
    """The ids of the cases that measure, and the names written in them; of Signal v3 or of v4 alone."""
    cases, names = [], set()
    for path in sorted(glob.glob(os.path.join(SOURCE, "suites", "*.xml"))):
        suite = xml.parse(path).getroot()
        if (suite.get("cipher") == "signal-v4") != is_v4:
            continue
        for case in suite.findall(f"{SUITE}case"):
            if (case.get("cipher") == "signal-v4") != is_v4 and suite.get("cipher") != "signal-v4":
                continue
            written = [step.get("measure") for step in case if step.get("measure")]
            if written or case.find(f"{SUITE}measure") is not None:
                cases.append(f"{suite.get('id')}/{case.get('id')}")
                names.update(written)
    return cases, names


def run(flaw, cases, more=""):
    """What each measure came to, by what was varied: {name: {(value, varied)}}; the cases that yielded it; what was printed."""
    target = f"exec:'{BIN}/assay-flawed'" + (f" --flaw {flaw}" if flaw else "") + f" {more}"
    chosen = [word for case in cases for word in ("--case", case)]
    with tempfile.TemporaryDirectory() as out:
        done = subprocess.run([f"{BIN}/assay", "run", "--target", target, "--seed", "7", "--out", out, *chosen],
                              env={**os.environ, "ASSAY_DATA": SOURCE}, capture_output=True, text=True)
        with open(os.path.join(out, "results.json")) as f:
            results = json.load(f)
    values, yielded = collections.defaultdict(set), collections.defaultdict(set)
    for case in results["cases"]:
        for measure in case["measures"]:
            values[measure["name"]].add((measure["value"], measure["varied"]))
            yielded[measure["name"]].add(f"{case['suite']}/{case['case']}")
    states = {case["id"]: case["verdict"] for case in results["cases"]}
    return values, yielded, done.stdout, states


def read_pairs():
    pairs = {}
    with open(os.path.join(SOURCE, "tests", "e2e", "measures.txt")) as f:
        for line in f:
            if not line.startswith("#"):
                name, flaw = line.rstrip("\n").split("\t")
                pairs[name] = flaw
    return pairs


cases, names = measuring_cases(False)
cases_v4, names_v4 = measuring_cases(True)
pairs = read_pairs()
flawless, yielded, shown, states = run("", cases)
flawless_v4, yielded_v4, shown_v4, states_v4 = run("", cases_v4, "--cipher v4")
flawless.update(flawless_v4)
yielded.update(yielded_v4)
names |= names_v4

show("every case that measures passes on the flawless target",
     [f"{case}: {state}" for case, state in [*states.items(), *states_v4.items()] if state != "pass"])
show("every measure that a suite names is measured", [f"{name} is not" for name in sorted(names - set(flawless))])
show("every measure has a target that differs in it",
     [f"{name} has none in measures.txt" for name in sorted(set(flawless) - set(pairs))])
show("measures.txt has no measure that is none", [f"{name} is none" for name in sorted(set(pairs) - set(flawless))])

printed = re.sub(r"\s+", " ", shown + shown_v4)
for name, values in sorted(flawless.items()):
    missing = [varied for _, varied in values if varied not in printed]
    show(f"the terminal shows all of: {name}", [] if f"{name}: " in printed and not missing else [f"not shown: {name} {missing}"])

by_flaw = collections.defaultdict(list)
for name, flaw in pairs.items():
    by_flaw[flaw].append(name)
for flaw, measured in by_flaw.items():
    chosen = sorted({case for name in measured for case in yielded.get(name, ())})
    values = run(flaw, chosen)[0] if chosen else {}
    for name in measured:
        differs = values.get(name) and values[name] != flawless[name]
        show(f"{name}: {flaw} differs", [] if differs else [f"both: {sorted(flawless[name])}"])

print(f"[  {'PASSED' if not failed else 'FAILED'}  ] measures")
sys.exit(1 if failed else 0)

#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""same_verdicts.py OLD NEW: are two results of the same seed the same, case by case?

OLD and NEW are results.json or claims.json, or the output of `assay mutants`. The members "times" and
"started" do not count. Prints what differs, ends with 0 when nothing does, 1 when something does, 2 when a file cannot be read.
"""
import json
import sys


def load(path):
    with open(path, encoding="utf-8") as file:
        text = file.read()
    if not text.lstrip().startswith("{"):
        return {"cases": [{"id": line.split()[1], "line": line}
                          for line in text.splitlines() if len(line.split()) > 1]}
    document = json.loads(text)
    for member in ("times", "started"):
        document.pop(member, None)
    return document


def by_id(document):
    return {case["id"]: case for case in document.get("cases", document.get("games", []))}


def main(old_path, new_path):
    old, new = load(old_path), load(new_path)
    old_cases, new_cases = by_id(old), by_id(new)
    differences = 0
    for case in sorted(old_cases.keys() | new_cases.keys()):
        before, after = old_cases.get(case), new_cases.get(case)
        if before == after:
            continue
        differences += 1
        if before is None or after is None:
            print(f"{case}: {'new' if before is None else 'gone'}")
            continue
        for member in sorted(before.keys() | after.keys()):
            if before.get(member) != after.get(member):
                print(f"{case}: {member}: {before.get(member)!r} -> {after.get(member)!r}")
    for member in sorted((old.keys() | new.keys()) - {"cases"}):
        if old.get(member) != new.get(member):
            differences += 1
            print(f"{member} differs")
    print(f"{len(old_cases)} cases before, {len(new_cases)} after, {differences} differences")
    return 1 if differences or not old_cases else 0


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    try:
        sys.exit(main(sys.argv[1], sys.argv[2]))
    except (OSError, ValueError, KeyError, IndexError) as trouble:
        print(f"same_verdicts.py: {trouble}", file=sys.stderr)
        sys.exit(2)

# SPDX-License-Identifier: GPL-3.0-or-later
"""Shows that vectors/published fits its schema, that wrong files do not, and what a schema cannot say.

That is: tests are numbered from 1, flags are explained and explanations used, the count is right, and a
conversation ends with what one implementation takes and another refuses.
Usage: schema_test.py SCHEMA FILE...  Exit 77: python3-jsonschema is not installed.
"""
import copy
import json
import sys

try:
    import jsonschema
except ImportError:
    print("skipped: python3-jsonschema is not installed")
    sys.exit(77)

CONVERSATIONS = {"Conversation", "SenderKey", "TripleRatchet"}  # where a test stands on those before it

# Each names a place and a value that must not be taken there.
WRONG = [
    ("numberOfTests", 0),
    ("licence", "GPL-3.0-or-later"),
    ("confirmedBy", []),
    ("surprise", 1),
    ("testGroups.0.type", "Other"),
    ("testGroups.0.surprise", 1),
    ("testGroups.0.tests", []),
    ("testGroups.0.tests.0.result", "maybe"),
    ("testGroups.0.tests.0.flags", ["Twice", "Twice"]),
    ("testGroups.0.tests.0.tcId", 0),
    ("testGroups.0.tests.0.surprise", 1),
]


def with_value(document, path, value):
    changed = copy.deepcopy(document)
    *parents, last = path.split(".")
    place = changed
    for name in parents:
        place = place[int(name) if isinstance(place, list) else name]
    place[last] = value
    return changed


def complaints(validator, path):
    with open(path, encoding="utf-8") as file:
        document = json.load(file)
    for error in validator.iter_errors(document):
        yield f"{'.'.join(map(str, error.absolute_path))}: {error.message[:300]}"
    small = {**document, "testGroups": [{**document["testGroups"][0], "tests": document["testGroups"][0]["tests"][:1]}]}
    for place, value in WRONG:
        if validator.is_valid(with_value(small, place, value)):
            yield f"{place}: {value!r} fits the schema"
    tests = [test for group in document["testGroups"] for test in group["tests"]]
    if [test["tcId"] for test in tests] != list(range(1, document["numberOfTests"] + 1)):
        yield "the tests are not numbered from 1 to numberOfTests"
    flags = {flag for test in tests for flag in test["flags"]}
    for flag in flags ^ set(document["notes"]):
        yield f"{flag}: a flag without a note, or a note without a test"
    for test in tests:
        if test["result"] == "acceptable" and not test["flags"]:
            yield f"{test['tcId']}: acceptable without a flag that says why"
    for group in document["testGroups"]:
        for test in group["tests"][:-1]:
            if group["type"] in CONVERSATIONS and test["result"] == "acceptable":
                yield f"{test['tcId']}: acceptable, and the group goes on"


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        schema = json.load(file)
    jsonschema.Draft7Validator.check_schema(schema)
    validator = jsonschema.Draft7Validator(schema)
    found = [f"{path}: {complaint}" for path in sys.argv[2:] for complaint in complaints(validator, path)]
    print("\n".join(found[:50]) or f"{len(sys.argv) - 2} files fit")
    return 1 if found else 0


sys.exit(main())

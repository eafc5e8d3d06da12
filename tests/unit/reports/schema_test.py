# SPDX-License-Identifier: GPL-3.0-or-later
"""Shows that the example documents fit the schema, that wrong ones do not, and that every member is described.

Usage: schema_test.py SCHEMA DOCUMENT...   Exit 77: python3-jsonschema is not installed.
"""
import copy
import json
import sys

try:
    import jsonschema
except ImportError:
    print("skipped: python3-jsonschema is not installed")
    sys.exit(77)

# Each names a place in a document and a value that must not be taken there.
WRONG = {
    "urn:assay:results:3": [
        ("format", "assay-results-1"),
        ("seed", "12"),
        ("interrupted", 3),
        ("surprise", True),
        ("cases.0.verdict", "splendid"),
        ("cases.0.accepted", -1),
        ("cases.0.level", "shall"),
        ("cases.0.tape", "zz"),
        ("cases.2.steps.1.seen", "smile"),
        ("cases.2.steps.1.bytes.0.hex", "abc"),
        ("cases.2.steps.1.bytes.0.bent", [1]),
        ("selection.strict", "no"),
        ("summary.exit", 64),
        ("summary.outcome", "fine"),
        ("summary.coverage.not_built", -1),
        ("summary.requirements.0.class", "rumour"),
        ("summary.requirements.0.url", "ftp://x"),
        ("summary.not_offered", {}),
        ("summary.requirements.0.status", "ok"),
        ("summary.levels.must.passed", 1.5),
    ],
    "urn:assay:claims-results:3": [
        ("format", "assay-claims-2"),
        ("surprise", True),
        ("schedules", 0),
        ("v3", []),
        ("v4", "nobody"),
        ("conclusions", {}),
        ("conclusions.v3.verdict", "fine"),
        ("preconditions.0.target.holds", "yes"),
        ("properties.0.findings.v4.finding", "splendid"),
        ("properties.0.findings", {}),
        ("properties.0.claimed", True),
        ("properties.0.measures.0.target", -1),
        ("games.0.kind", "wins"),
        ("games.0.target.state", "lost"),
        ("games.0.target.counterexample.proofs.0.hex", "abc"),
        ("games.0.target.series", [[1]]),
        ("games.4.target.flights.0.exposed", "012"),
        ("games.4.target.flights.0.from", "AC"),
        ("claims.documents.0.sha256", "12"),
    ],
}


def put(document, place, value):
    *path, last = place.split(".")
    for part in path:
        document = document[int(part)] if part.isdigit() else document[part]
    document[last] = value


def undescribed(node, path):
    """Places in the schema whose property or item has no description."""
    if not isinstance(node, dict):
        return []
    missing = []
    for name, child in node.get("properties", {}).items():
        if "description" not in child:
            missing.append(f"{path}.{name}")
        missing += undescribed(child, f"{path}.{name}")
    if isinstance(node.get("items"), dict):
        missing += undescribed(node["items"], path + "[]")
    for name, child in node.get("$defs", {}).items():
        missing += undescribed(child, f"{path}.{name}")
    return missing


def main(schema_path, *document_paths):
    with open(schema_path, encoding="utf-8") as file:
        schema = json.load(file)
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    complaints = [f"{place}: not described" for place in undescribed(schema, "")]
    for path in document_paths:
        with open(path, encoding="utf-8") as file:
            document = json.load(file)
        for error in validator.iter_errors(document):
            place = ".".join(str(part) for part in error.absolute_path)
            complaints.append(f"{path}: {place}: {error.message[:200]}")
    for place, value in WRONG[schema["$id"]]:
        wrong = copy.deepcopy(document)
        put(wrong, place, value)
        if validator.is_valid(wrong):
            complaints.append(f"{place} = {value!r} is taken")
    print("\n".join(complaints) or "ok")
    return 1 if complaints else 0


sys.exit(main(*sys.argv[1:]))

# SPDX-License-Identifier: GPL-3.0-or-later
"""Shows that a SARIF document fits the schema of SARIF 2.1.0, and says what the schema cannot ask: one result a cause, a precondition and a wrong line
of the list of known failures, known ones suppressed, each with the rule that its index names, at a place of the user's or below a base that the document describes; and no
success where nothing was seen.

Usage: sarif_test.py SCHEMA SARIF RESULTS...   pairs of a SARIF document and the results.json that it was made of
Exit 77: the schema or its validator is not installed.
"""
import json
import sys

try:
    import jsonschema
except ImportError:
    print("skipped: python3-jsonschema is not installed")
    sys.exit(77)

complaints = []


def read(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def check(is_so, what):
    if not is_so:
        complaints.append(what)


def check_result(node, where, run):
    rules = run["tool"]["driver"]["rules"]
    check(rules[node["ruleIndex"]]["id"] == node["ruleId"], f"{where}: the rule at its index is another")
    check(len(node["locations"]) == 1, f"{where}: one location is expected")
    check(all(node["partialFingerprints"].values()), f"{where}: an empty fingerprint")
    for at in node["locations"] + node.get("relatedLocations", []):
        artifact = at["physicalLocation"]["artifactLocation"]
        check(not artifact["uri"].startswith("/") and " " not in artifact["uri"], f"{where}: {artifact['uri']!r}")
        check(artifact.get("uriBaseId") in (None, *run["originalUriBaseIds"]), f"{where}: a base that is not described")


def check_log(path, log, record, validator):
    for error in validator.iter_errors(log):
        complaints.append(f"{path}: {'.'.join(map(str, error.absolute_path))}: {error.message[:200]}")
    run, = log["runs"]
    ids = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    check(len(ids) == len(set(ids)), f"{path}: two rules have one id")
    for at, node in enumerate(run["results"]):
        check_result(node, f"{path}: results[{at}]", run)
    causes, known = record["summary"]["causes"], record["summary"]["known_causes"]
    others = record["preconditions"] + record["summary"]["known_problems"]
    check(len(run["results"]) == len(causes) + len(known) + len(others), f"{path}: one result a cause, a precondition, a line of the list")
    invocation, = run["invocations"]
    check(invocation["exitCode"] == 0 or run["results"] or not invocation["executionSuccessful"], f"{path}: a failure that looks like a success")
    check(not (record["preconditions"] and invocation["executionSuccessful"]), f"{path}: nothing was run, with success")
    check(sum("suppressions" in node for node in run["results"]) == len(known), f"{path}: what is known is suppressed")


def main(schema_path, *paths):
    try:
        schema = read(schema_path)
    except FileNotFoundError:
        print("skipped: npm ci in tests/sarif brings the schema")
        sys.exit(77)
    validator = jsonschema.Draft4Validator(schema, format_checker=jsonschema.draft4_format_checker)
    check(not validator.is_valid({"version": "2.1.0"}), "the schema takes a log without runs")
    for sarif, record in zip(paths[::2], paths[1::2]):
        check_log(sarif, read(sarif), read(record), validator)
    print("\n".join(complaints) or "ok")
    return bool(complaints)


sys.exit(main(*sys.argv[1:]))

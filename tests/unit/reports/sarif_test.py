"""Shows that a SARIF document has what SARIF 2.1.0 requires (OASIS, sections 3.13 to 3.28), and one result a cause. The standard's own
schema is not asked: it is no part of this tree, and a test needs no network.

Usage: sarif_test.py SARIF RESULTS...   pairs of a SARIF document and the results.json that it was made of
"""
import json
import sys

complaints = []


def check(is_so, what):
    if not is_so:
        complaints.append(what)


def only(node, where, required, optional=()):
    check(isinstance(node, dict), f"{where}: no object")
    names = set(node) if isinstance(node, dict) else set()
    check(set(required) <= names, f"{where}: lacks {sorted(set(required) - names)}")
    check(names <= set(required) | set(optional), f"{where}: has {sorted(names - set(required) - set(optional))}")


def location(node, where, bases):
    only(node, where, ["physicalLocation"])
    physical = node["physicalLocation"]
    only(physical, where, ["artifactLocation"], ["region"])
    artifact = physical["artifactLocation"]
    only(artifact, where, ["uri"], ["uriBaseId"])
    check(artifact["uri"] and not artifact["uri"].startswith("/") and " " not in artifact["uri"], f"{where}: {artifact['uri']!r}")
    check(artifact.get("uriBaseId") is None or artifact["uriBaseId"] in bases, f"{where}: a base nobody describes")
    if "region" in physical:
        only(physical["region"], where, ["startLine"])
        check(physical["region"]["startLine"] >= 1, f"{where}: lines begin with 1")


def result(node, where, run):
    only(node, where, ["ruleId", "ruleIndex", "level", "message", "locations", "partialFingerprints", "properties"],
         ["relatedLocations", "suppressions"])
    rules = run["tool"]["driver"]["rules"]
    check(rules[node["ruleIndex"]]["id"] == node["ruleId"], f"{where}: the rule at its index is another")
    check(node["level"] in ("error", "warning", "note"), f"{where}: level {node['level']!r}")
    only(node["message"], where, ["text"])
    check(node["message"]["text"], f"{where}: no message")
    check(len(node["locations"]) == 1, f"{where}: one location is expected")
    for at in node["locations"] + node.get("relatedLocations", []):
        location(at, where, run["originalUriBaseIds"])
    check(all(isinstance(text, str) and text for text in node["partialFingerprints"].values()), f"{where}: fingerprints are texts")
    for suppression in node.get("suppressions", []):
        only(suppression, where, ["kind", "justification"])
        check(suppression["kind"] in ("inSource", "external"), f"{where}: suppressed how?")


def document(log, record):
    only(log, "log", ["$schema", "version", "runs"])
    check(log["version"] == "2.1.0" and len(log["runs"]) == 1, "log: version, and one run")
    run = log["runs"][0]
    only(run, "run", ["tool", "originalUriBaseIds", "invocations", "results"])
    only(run["tool"], "tool", ["driver"])
    only(run["tool"]["driver"], "driver", ["name", "version", "rules"])
    only(run["invocations"][0], "invocation", ["executionSuccessful", "exitCode"])
    ids = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    check(len(ids) == len(set(ids)), "rules: two have one id")
    for rule in run["tool"]["driver"]["rules"]:
        only(rule, "rule", ["id", "shortDescription", "fullDescription"], ["helpUri"])
        check(rule.get("helpUri", "https://").startswith("https://"), "rule: helpUri is absolute")
    for at, node in enumerate(run["results"]):
        result(node, f"results[{at}]", run)
    causes, known = record["summary"]["causes"], record["summary"]["known_causes"]
    check(len(run["results"]) == len(causes) + len(known), "results: one a cause")
    check(sum("suppressions" in node for node in run["results"]) == len(known), "results: what is known is suppressed")


for sarif_path, record_path in zip(sys.argv[1::2], sys.argv[2::2]):
    with open(sarif_path, encoding="utf-8") as sarif, open(record_path, encoding="utf-8") as record:
        document(json.load(sarif), json.load(record))
print("\n".join(complaints) or "ok")
sys.exit(bool(complaints))

# SPDX-License-Identifier: GPL-3.0-or-later
"""Other parsers' opinion of every bent stanza: xmllint and expat against stanza_parse.

Well-formed is what both say; ours must say the same, but for what docs/wire.md forbids although
it is well-formed (FORBIDDEN) and for documents so large that libxml2's or expat's own guards step in
(GUARDED). Usage: stanza_judges.py EMITTER. Exits with 77 when a tool is missing.
"""
import os
import shutil
import subprocess
import sys
import tempfile
import xml.parsers.expat

# Well-formed, and refused by docs/wire.md.
FORBIDDEN = {
    "doctype", "doctype-with-entity", "quadratic-blowup", "billion-laughs", "external-entity",
    "external-entity-in-text", "external-dtd", "parameter-entity", "default-attribute",
    "comment-inside", "comment-before", "comment-after", "processing-instruction", "stylesheet",
    "utf8-bom", "utf16-le", "utf16-be", "latin1-declared", "xml-1.1", "children", "attributes",
    "depth",
}
# Not judged by one of them: name, judge, why.
GUARDED = {
    ("billion-laughs", "xmllint"): "amplification is stopped",
    ("billion-laughs", "expat"): "amplification is stopped",
    ("quadratic-blowup", "expat"): "amplification is stopped",
    ("quadratic-blowup", "xmllint"): "amplification is stopped",
    ("external-entity", "xmllint"): "looks for the entity, and there is none",
    ("external-entity-in-text", "xmllint"): "looks for the entity, and there is none",
    ("parameter-entity", "xmllint"): "looks for the entity, and there is none",
    ("depth", "xmllint"): "deeper than 256 is refused",
    ("text", "xmllint"): "a text node over 10 MB is refused",
    ("attributes", "xmllint"): "takes the square of their number",
    ("xml-1.1", "xmllint"): "only warns of other versions",
    ("utf16-declared", "xmllint"): "a wrong UTF-16 declaration is ignored",
    ("utf7-declared", "xmllint"): "knows UTF-7 where iconv does",
}


def xmllint(path):
    """Well-formed with its namespaces: an error of namespaces is only printed."""
    done = subprocess.run(["xmllint", "--noout", "--nonet", path], capture_output=True)
    return done.returncode == 0 and b"namespace error" not in done.stderr


def expat(path):
    parser = xml.parsers.expat.ParserCreate(namespace_separator=" ")
    try:
        with open(path, "rb") as document:
            parser.ParseFile(document)
    except (xml.parsers.expat.ExpatError, ValueError, LookupError):
        return False
    return True


def canonical(path):
    done = subprocess.run(["xmllint", "--nonet", "--c14n", path], capture_output=True, check=True)
    return done.stdout


def judge(folder, name, file, is_taken):
    complaints = []
    for opinion in (xmllint, expat):
        if (name, opinion.__name__) in GUARDED:
            continue
        is_well_formed = opinion(os.path.join(folder, file))
        expected = is_taken or name in FORBIDDEN
        if is_well_formed != expected:
            complaints.append(f"{name}: {opinion.__name__} says "
                              f"{'well-formed' if is_well_formed else 'not well-formed'}, "
                              f"we {'take' if is_taken else 'refuse'} it")
    return complaints


# Only written otherwise: their canonical form is the honest one's.
SAME_CANONICAL = {
    "reordered-attributes", "single-quoted-attributes", "white-space-around", "xml-declaration",
    "xml-declaration-without-encoding", "references-in-attributes", "cdata-base64",
    "white-space-in-tags", "line-breaks-in-attributes",
}


def main():
    if not shutil.which("xmllint"):
        print("skipped: xmllint is not installed (package libxml2-utils)")
        return 77
    complaints, n, n_same = [], 0, 0
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.argv[1], folder], check=True)
        with open(os.path.join(folder, "manifest"), encoding="ascii") as manifest:
            rows = [line.split() for line in manifest]
        honest = canonical(os.path.join(folder, "0.xml"))
        for file, name, verdict in rows:
            complaints += judge(folder, name, file, verdict == "taken")
            n += 1
            if name in SAME_CANONICAL:
                n_same += 1
                if canonical(os.path.join(folder, file)) != honest:
                    complaints.append(f"{name}: another canonical form than the honest one")
    if n_same != len(SAME_CANONICAL):
        complaints.append("a name in SAME_CANONICAL is no bend")
    print("\n".join(complaints) or f"{n} documents: all agree")
    return 1 if complaints else 0


sys.exit(main())

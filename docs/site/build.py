#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The documentation as a site: every page of this tree, every requirement with its cases, every mutation.

Usage: build.py SOURCE ASSAY OUT [RUNS]   with the source tree, the executable assay, a folder that is made anew, and what the adapters
came to: compare.html, and claims/NAME with the reports of assay claims.
Plain HTML that needs no script and loads nothing from elsewhere. The folders are those of the tree, so links between pages hold.
./dev docs calls it.
"""
import collections
import html
import json
import os
import posixpath
import re
import shutil
import subprocess
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import tree

# What the side of each page lists, in this order; pages of docs/ that are not named here come under "Use", all others under "More".
CONTENTS = [
    ("Begin", ["README.md", "docs/first-run.md", "docs/adapter.md", "docs/first-case.md", "docs/reading-a-report.md", "docs/glossary.md"]),
    ("Use", ["docs/comparing.md", "docs/generated.md", "docs/media.md"]),
    ("Claims", ["docs/claims.md", "docs/equivalence.md"]),
    ("What is tested", ["requirements/index.html", "cases/index.html", "words.html", "suites/README.md", "docs/detection.md"]),
    ("Specifications", ["docs/wire.md", "docs/spec/README.md", "docs/spec/signal-v3.md", "docs/spec/signal-v4.md", "docs/spec/gatekeeper.md",
                        "docs/spec/games.md", "docs/spec/attacks.md", "docs/spec/variation.md"]),
    ("Project", ["docs/policy.md", "docs/threat-model.md", "SECURITY.md", "CHANGELOG.md", "docs/architecture.md", "CONTRIBUTING.md", "docs/style.md"]),
]
SHORT = {"README.md": "assay", "CHANGELOG.md": "Changelog"}


def text(s):
    return html.escape(s, quote=True)


def address(path):
    """Where a file of the tree is on the site: a page, or a file shown as it is; a folder is its README."""
    folder, name = posixpath.split(path)
    if name == "README.md":
        return posixpath.join(folder, "index.html")
    return path[:-3] + ".html" if name.endswith(".md") else path if name.endswith(".html") else path + ".html"


class Site:
    def __init__(self, source, assay, out, runs):
        self.source, self.out, self.runs = source, out, runs
        self.pages = {path: tree.Page(source, path) for path in tree.markdown_files(source)}
        self.shown = {}  # files of the tree that a page links to, and that are no pages
        self.data = self.ask(assay, "--json")
        self.words = self.ask(assay, "--words", "--json")["words"]
        self.cases_of = collections.defaultdict(list)
        for case in self.data["cases"]:
            self.cases_of[case["requirement"]].append(case)
        self.titles = {"requirements/index.html": "Requirements", "cases/index.html": "Cases", "words.html": "Mutations",
                       "runs/index.html": "Adapters side by side"}
        self.titles.update({path: SHORT.get(path, page.title) for path, page in self.pages.items()})
        self.source_pages = {}  # of requirements: {name: address}
        for r in self.data["requirements"]:
            self.source_pages.setdefault(r["source"], f"requirements/{tree.slug(r['source'])}.html")
        self.requirement_at = {r["id"]: f"{self.source_pages[r['source']]}#{r['id']}" for r in self.data["requirements"]}

    def ask(self, assay, *options):
        environment = {**os.environ, "ASSAY_DATA": self.source}
        return json.loads(subprocess.run([assay, "list", *options], env=environment, capture_output=True, check=True).stdout)

    def contents(self):
        listed = [path for _, paths in CONTENTS for path in paths]
        rest = [path for path in self.pages if path not in listed]
        use = [path for path in rest if posixpath.dirname(path) == "docs"]
        more = [path for path in rest if path not in use]
        made = {"Use": use, "Claims": ["runs/index.html"] if self.runs else []}
        return [(head, paths + made.get(head, [])) for head, paths in CONTENTS + [("More", more)]]

    def navigation(self, here, sections):
        made = []
        for head, paths in self.contents():
            made.append(f"<h2>{text(head)}</h2><ul>")
            for path in paths:
                at = address(path)
                current = ' aria-current="page"' if at == here else ""
                inside = ""
                if at == here and sections:
                    inside = "<ul>" + "".join(f'<li><a href="#{text(a)}">{text(t)}</a></li>' for a, t in sections) + "</ul>"
                made.append(f'<li><a href="{text(self.relative(here, at))}"{current}>{text(self.titles[path])}</a>{inside}</li>')
            made.append("</ul>")
        return "".join(made)

    @staticmethod
    def relative(here, there):
        at, hash_sign, anchor = there.partition("#")
        return posixpath.relpath(at, posixpath.dirname(here) or ".") + hash_sign + anchor

    def write(self, at, title, body, sections=()):
        css = self.relative(at, "site.css")
        whole = (f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>{text(title)}</title>\n'
                 '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
                 f'<meta name="color-scheme" content="light dark">\n<link rel="stylesheet" href="{css}">\n</head>\n<body>\n'
                 '<p class="skip"><a href="#contents">All pages</a></p>\n'
                 f'<main>\n{body}</main>\n<nav id="contents" aria-label="All pages">{self.navigation(at, sections)}</nav>\n</body>\n</html>\n')
        path = os.path.join(self.out, at)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as f:
            f.write(whole)

    # ---- Pages of the tree

    def target(self, path, href):
        if tree.is_outside(href):
            return href
        there, anchor = tree.resolve(path, href)
        if posixpath.join(there, "README.md") in self.pages:
            there = posixpath.join(there, "README.md")
        elif there not in self.pages:
            self.shown[there] = address(there)
        return self.relative(address(path), address(there)) + ("#" + anchor if anchor else "")

    def write_page(self, page):
        body = page.html(lambda href: self.target(page.path, href))
        self.write(address(page.path), page.title, body, page.sections if len(page.sections) > 1 else ())

    def write_shown(self, path):
        """A file that a page links to, as it is; of a folder, what is in it."""
        whole = os.path.join(self.source, path)
        if os.path.isdir(whole):
            body = "".join(f"{name}\n" for name in sorted(os.listdir(whole)))
        else:
            with open(whole, encoding="utf-8") as f:
                body = f.read()
        self.write(address(path), path, f"<h1>{text(path)}</h1>\n<pre>{text(body)}</pre>\n")

    # ---- Requirements, cases, words

    def source_link(self, here, r):
        """The text that a requirement stands in; a page of this tree by its heading."""
        if tree.is_outside(r["url"]):
            return f'<a href="{text(r["url"])}">{text(r["source"])}</a>, {text(r["section"])}'
        page = self.pages[r["url"]]
        anchor = next((a for a, heading in page.anchors.items() if heading == r["section"]), "")
        at = self.relative(here, address(r["url"])) + ("#" + anchor if anchor else "")
        return f'<a href="{text(at)}">{text(r["source"])}, {text(r["section"])}</a>'

    def requirement(self, here, r):
        cases = self.cases_of[r["id"]]
        made = [f'<article id="{r["id"]}"><h2>{r["id"]} <small>{r["level"]}</small></h2>\n<p>{text(r["text"])}</p>\n']
        if r["quote"]:
            made.append(f'<blockquote><p>{text(r["quote"])}</p></blockquote>\n')
        made.append(f'<p class="meta">{self.source_link(here, r)} ({r["class"]}). When it is violated: {text(r["impact"])}</p>\n')
        if not cases:
            why = "Not observable from outside" if r["testable"] == "no" else "Not built yet"
            made.append(f'<p class="meta">{why}: {text(r["reason"] or "")}</p>\n')
        else:
            made.append(f'<p class="meta">Tested by {plural(len(cases), "case")}, {plural(sum(c["instances"] for c in cases), "execution")}:</p>\n<ul>')
            for case in cases:
                at = self.relative(here, case_address(case))
                made.append(f'<li><a href="{text(at)}"><code>{text(case["id"])}</code></a> {text(case["purpose"])}</li>\n')
            made.append("</ul>\n")
        return "".join(made) + "</article>\n"

    def write_requirements(self):
        totals = self.data["totals"]
        index = [f"<h1>Requirements</h1>\n<p>{totals['covered']} of {totals['requirements']} requirements are covered by a case, "
                 f"{totals['not_built']} not built yet, {totals['not_observable']} not observable from outside. "
                 "By the text that each stands in; those without a case are in brackets.</p>\n"]
        for source, at in self.source_pages.items():
            its = [r for r in self.data["requirements"] if r["source"] == source]
            links = " ".join(self.requirement_link("requirements/index.html", r) for r in its)
            index.append(f'<h2><a href="{text(posixpath.basename(at))}">{text(source)}</a></h2>\n<p class="ids">{links}</p>\n')
            body = f"<h1>{text(source)}</h1>\n" + "".join(self.requirement(at, r) for r in its)
            self.write(at, f"Requirements: {source}", body)
        self.write("requirements/index.html", "Requirements", "".join(index))

    def requirement_link(self, here, r):
        link = f'<a href="{text(self.relative(here, self.requirement_at[r["id"]]))}" title="{text(r["text"])}">{r["id"]}</a>'
        return link if self.cases_of[r["id"]] else f"({link})"

    def write_cases(self):
        totals = self.data["totals"]
        index = [f"<h1>Cases</h1>\n<p>{totals['cases']} cases in {len(self.data['suites'])} suites; {totals['instances']} executions after sweeps. "
                 "<code>assay explain CASE</code> has the steps of each.</p>\n<ul>\n"]
        for suite in self.data["suites"]:
            at = f"cases/{suite['id']}.html"
            its = [case for case in self.data["cases"] if case["suite"] == suite["id"]]
            index.append(f'<li><a href="{suite["id"]}.html"><code>{suite["id"]}</code></a> {text(suite["title"])} ({plural(len(its), "case")})</li>\n')
            made = [f"<h1>{text(suite['id'])}</h1>\n<p>{text(suite['title'])}. Layer {text(suite['layer'])}.</p>\n<dl>\n"]
            for case in its:
                wanted = self.relative(at, self.requirement_at[case["requirement"]])
                made.append(f'<dt id="{anchor_of(case["id"])}"><code>{text(case["id"])}</code></dt>\n<dd>{text(case["purpose"])} '
                            f'<small><a href="{text(wanted)}">{case["requirement"]}</a>, {case["level"]}, '
                            f'{plural(case["instances"], "execution")}</small></dd>\n')
            self.write(at, f"Cases: {suite['id']}", "".join(made) + "</dl>\n")
        self.write("cases/index.html", "Cases", "".join(index) + "</ul>\n")

    def write_words(self):
        layers = list(dict.fromkeys(word["layer"] for word in self.words))
        made = [f"<h1>Mutations</h1>\n<p>{len(self.words)} words that a suite may use for what is done wrong, or looked at, layer by layer; "
                f'<a href="suites/index.html">the language of suites</a> says where each may stand. <em>Tolerated</em>: an honest client goes on '
                "as if nothing had been changed.</p>\n"]
        for layer in layers:
            made.append(f'<h2 id="{tree.slug(layer)}">{text(layer)}</h2>\n<dl>\n')
            for word in (w for w in self.words if w["layer"] == layer):
                number = f" <small>with a number from {word['least']} to {word['most']}</small>" if "most" in word else ""
                notes = [f"Follows from: {word['follows_from']}."]
                if word["tolerated"]:
                    notes.append("Tolerated, or refused." if word["may_be_refused"] else "Tolerated.")
                sentence = word["sentence"] if word["sentence"].endswith(".") else word["sentence"] + "."
                made.append(f'<dt id="{anchor_of(layer + "/" + word["name"])}"><code>{text(word["name"])}</code>{number}</dt>\n'
                            f'<dd>{text(sentence[0].upper() + sentence[1:])} <small>{text(" ".join(notes))}</small></dd>\n')
            made.append("</dl>\n")
        self.write("words.html", "Mutations", "".join(made), [(tree.slug(layer), layer) for layer in layers])

    # ---- What the adapters came to

    def claims(self, name):
        """A row about one run of the claims, whose report is put beside this page."""
        with open(os.path.join(self.runs, "claims", name, "claims.json"), encoding="utf-8") as f:
            claims = json.load(f)
        shutil.copy(os.path.join(self.runs, "claims", name, "report.html"), os.path.join(self.out, "runs", f"claims-{name}.html"))
        beside = "".join(f"<td>{text(claims['conclusions'][signal]['verdict'].replace('-', ' '))}</td>" for signal in ("v3", "v4"))
        target = claims["target"]
        return (f'<tr><td><a href="claims-{text(name)}.html">{text(name)}</a></td><td>{text(target["name"])} {text(target["version"])}</td>'
                f'{beside}</tr>\n')

    def write_runs(self):
        os.makedirs(os.path.join(self.out, "runs"))
        shutil.copy(os.path.join(self.runs, "compare.html"), os.path.join(self.out, "runs", "compare.html"))
        rows = "".join(self.claims(name) for name in sorted(os.listdir(os.path.join(self.runs, "claims"))))
        self.write("runs/index.html", "Adapters side by side",
                   "<h1>Adapters side by side</h1>\n<p>What the adapters of this tree came to when this site was made, always with the same seed.</p>\n"
                   '<p><a href="compare.html">Quick runs, requirements against implementations</a>: one execution of each sweep.</p>\n'
                   "<p>Claims, with one schedule of each game; the reports say what each word means.</p>\n"
                   "<table>\n<tr><th>claims of</th><th>target</th><th>beside Signal v3</th><th>beside Signal v4</th></tr>\n"
                   f"{rows}</table>\n")

    def build(self):
        for page in self.pages.values():
            self.write_page(page)
        for path in sorted(self.shown):
            self.write_shown(path)
        self.write_requirements()
        self.write_cases()
        self.write_words()
        if self.runs:
            self.write_runs()
        shutil.copy(os.path.join(self.source, "docs/site/site.css"), os.path.join(self.out, "site.css"))


def plural(n, noun):
    return f"{n} {noun}" if n == 1 else f"{n} {noun}s"


def anchor_of(name):
    return re.sub(r"[^A-Za-z0-9.@-]+", "-", name)


def case_address(case):
    return f"cases/{case['suite']}.html#{anchor_of(case['id'])}"


def main(source, assay, out, runs=None):
    site = Site(source, assay, out, runs)
    wrong = tree.broken(source, site.pages)
    for sentence in wrong:
        print(sentence, file=sys.stderr)
    if wrong:
        return 1
    shutil.rmtree(out, ignore_errors=True)
    site.build()
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

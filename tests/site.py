# SPDX-License-Identifier: GPL-3.0-or-later
"""Shows that no link of the documentation leads nowhere: in the Markdown of the tree, and on the site that is built of it.

Usage: site.py SOURCE ASSAY   with the source tree and the executable. What lies outside (https) is not fetched.
"""
import collections
import html.parser
import json
import os
import posixpath
import re
import subprocess
import sys
import tempfile

SOURCE, ASSAY = sys.argv[1:]
if subprocess.run([sys.executable, "-c", "import markdown_it"], capture_output=True).returncode:
    print("skipped: install python3-markdown-it")
    sys.exit(77)
sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(SOURCE, "docs/site"))
import tree

results = collections.Counter()


def show(sentence, problems):
    print(f"[ {'      OK' if not problems else ' FAILED '} ] {sentence}")
    for problem in problems[:20]:
        print(f"             {problem}")
    results["FAILED" if problems else "PASSED"] += 1


class Html(html.parser.HTMLParser):
    """One page of the site: .ids {id: how often}, .links, .loaded (what a browser fetches for it), .tags, .text of its title."""

    def __init__(self, path):
        super().__init__()
        self.ids, self.links, self.loaded, self.tags = collections.Counter(), [], [], collections.Counter()
        self.open, self.wrong = [], []
        with open(path, encoding="utf-8") as f:
            self.feed(f.read())

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        self.tags[tag] += 1
        if "id" in given:
            self.ids[given["id"]] += 1
        if tag == "a":
            self.links.append(given["href"])
        elif "href" in given or "src" in given:
            self.loaded.append(given.get("href") or given["src"])
        if tag not in ("meta", "link", "br", "hr", "img"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.wrong.append(f"line {self.getpos()[0]}: </{tag}> ends another element")


def links_of_the_tree():
    pages = {path: tree.Page(SOURCE, path) for path in tree.markdown_files(SOURCE)}
    show("each link of a page leads to a file and a heading of the tree", tree.broken(SOURCE, pages))
    show("there are pages, and links in them", [] if sum(len(p.links) for p in pages.values()) > 50 else ["hardly any link was found"])


def broken_is_found():
    """A page with one link of each wrong kind."""
    name = "page" + ".md"
    wrong = {"there is no ": "no-" + name, "no heading of ": "#nowhere", "is no page": "LICENSE#1", "only https": "http://example.org"}
    with tempfile.TemporaryDirectory() as root:
        links = "\n\n".join(f"[x]({href})" for href in [*wrong.values(), "#a-heading", "LICENSE", "https://example.org"])
        for path, text in ((name, f"# A heading\n\n{links}\n\nand <tag>\n"), ("LICENSE", "")):
            with open(os.path.join(root, path), "w") as f:
                f.write(text)
        said = tree.broken(root, {name: tree.Page(root, name)})
    missed = [text for text in [*wrong, "HTML in a page"] if sum(text in sentence for sentence in said) != 1]
    show("a wrong link of each kind is found, and no right one", missed or said[len(wrong) + 1:])


def check_page(path, page, pages):
    """What is wrong with one page of the site."""
    wrong = [f"{path}: {sentence}" for sentence in page.wrong]
    wrong += [f"{path}: two elements are called {name}" for name, n in page.ids.items() if n > 1]
    wrong += [f"{path}: loads {loaded}" for loaded in page.loaded if tree.is_outside(loaded) or "//" in loaded]
    wrong += [f"{path}: has <{tag}>" for tag in ("script", "iframe", "img") if page.tags[tag]]
    wrong += [f"{path}: has no one <{tag}>" for tag in ("title", "h1", "main", "nav") if page.tags[tag] != 1]
    for href in page.links:
        if tree.is_outside(href):
            continue
        target, anchor = tree.resolve(path, href)
        if target not in pages:
            wrong.append(f"{path}: {href}: there is no {target}")
        elif anchor and anchor not in pages[target].ids:
            wrong.append(f"{path}: {href}: nothing is called {anchor} there")
    return wrong


def reached(pages):
    """The pages that links lead to from the first."""
    seen, left = {"index.html"}, ["index.html"]
    while left:
        path = left.pop()
        for href in pages[path].links:
            there = None if tree.is_outside(href) else tree.resolve(path, href)[0]
            if there in pages and there not in seen:
                seen.add(there)
                left.append(there)
    return seen


def assay(*options):
    done = subprocess.run([ASSAY, "list", "--json", *options], env={**os.environ, "ASSAY_DATA": SOURCE}, capture_output=True, check=True)
    return json.loads(done.stdout)


def build(out, *runs):
    return subprocess.run([sys.executable, "-B", os.path.join(SOURCE, "docs/site/build.py"), SOURCE, ASSAY, out, *runs],
                          capture_output=True, text=True)


def content_of(path):
    if not os.path.exists(path):
        return ""
    with open(path, encoding="utf-8") as f:
        return f.read()


def site_with_runs():
    """As ./dev docs --compare, with a page in place of each that assay makes."""
    with tempfile.TemporaryDirectory() as scratch:
        runs, out = os.path.join(scratch, "runs"), os.path.join(scratch, "site")
        claims = {"target": {"name": "a <library>", "version": "1"},
                  "conclusions": {"v3": {"verdict": "equivalent"}, "v4": {"verdict": "not-equivalent"}}}
        os.makedirs(os.path.join(runs, "claims/one"))
        for name, content in (("compare.html", "compared"), ("claims/one/claims.json", json.dumps(claims)), ("claims/one/report.html", "claimed")):
            with open(os.path.join(runs, name), "w") as f:
                f.write(content)
        done = build(out, runs)
        show("the site is built with what the adapters came to", [] if done.returncode == 0 else done.stderr.splitlines())
        if done.returncode:
            return
        index = Html(os.path.join(out, "runs/index.html"))
        wanted = {"compare.html": "compared", "claims-one.html": "claimed"}
        show("it has the comparison and the claims of each", [href for href in wanted if href not in index.links] + [
            name for name, content in wanted.items() if content_of(os.path.join(out, "runs", name)) != content])
        row = "<td>a &lt;library&gt; 1</td><td>equivalent</td><td>not equivalent</td>"
        show("and their conclusions", [] if row in content_of(os.path.join(out, "runs/index.html")) else [row])
        show("the first page leads there", [] if "runs/index.html" in Html(os.path.join(out, "index.html")).links else ["index.html"])


def site():
    with tempfile.TemporaryDirectory() as scratch:
        out = os.path.join(scratch, "site")
        done = build(out)
        show("the site is built", [] if done.returncode == 0 else done.stderr.splitlines())
        if done.returncode:
            return
        pages = {}
        for folder, _, files in os.walk(out):
            for name in (n for n in files if n.endswith(".html")):
                path = os.path.join(folder, name)
                pages[os.path.relpath(path, out)] = Html(path)
        with open(os.path.join(out, "site.css"), encoding="utf-8") as f:
            css = f.read()
    show("each link of the site leads somewhere, and nothing is loaded from elsewhere",
         [sentence for path, page in sorted(pages.items()) for sentence in check_page(path, page, pages)] +
         re.findall(r"@import.*|url\(.*", css))
    show("each page can be reached from the first", sorted(set(pages) - reached(pages)))
    data, ids = assay(), collections.Counter(name for page in pages.values() for name in page.ids)
    show("each requirement has a place", [r["id"] for r in data["requirements"] if ids[r["id"]] != 1])
    places = {path: page.ids for path, page in pages.items()}
    show("each case has a place",
         [c["id"] for c in data["cases"] if c["id"].replace("/", "-") not in places.get(f"cases/{c['suite']}.html", ())])
    words = assay("--words")["words"]
    show("each mutation has a place", [] if pages["words.html"].tags["dt"] == len(words) > 0 else [f"{len(words)} words"])


links_of_the_tree()
broken_is_found()
site()
site_with_runs()
for word in ("PASSED", "FAILED"):
    if results[word]:
        print(f"[  {word}  ] {results[word]} test(s).")
sys.exit(1 if results["FAILED"] else 0)

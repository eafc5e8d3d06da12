# SPDX-License-Identifier: GPL-3.0-or-later
"""The pages of this tree: Markdown to HTML, the anchors of their headings, and the links that lead nowhere.

Needs python3-markdown-it; used by build.py and by tests/site.py only.
"""
import html
import os
import posixpath
import re

from markdown_it import MarkdownIt

SKIPPED = {"build", "out", "node_modules"}  # and what begins with a dot
OUTPUT = "reports/golden/"  # what a run wrote, with texts of hostile targets: no pages
MARKDOWN = MarkdownIt("commonmark").enable("table")


def markdown_files(root):
    """The paths of all pages below |root|, "/" between, in order."""
    found = []
    for folder, folders, files in os.walk(root):
        folders[:] = [name for name in folders if name not in SKIPPED and name[0] != "."]
        for name in files:
            path = os.path.relpath(os.path.join(folder, name), root).replace(os.sep, "/")
            if name.endswith(".md") and not path.startswith(OUTPUT):
                found.append(path)
    return sorted(found)


def slug(text):
    """The anchor that GitHub gives to a heading."""
    return re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-")


def is_outside(href):
    return re.match(r"[a-z][a-z0-9+.-]*:", href) is not None


class Page:
    """One Markdown file: .title, .anchors {anchor: heading}, .sections [(anchor, heading)] of the second level, .links [(line, href)],
    .raw [(line, HTML that stands in it)]."""

    def __init__(self, root, path):
        self.path, self.title = path, path
        self.anchors, self.sections, self.links, self.raw = {}, [], [], []
        with open(os.path.join(root, path), encoding="utf-8") as f:
            self.tokens = MARKDOWN.parse(f.read())
        for i, token in enumerate(self.tokens):
            line = token.map[0] + 1 if token.map else 0
            if token.type == "heading_open":
                self._heading(token, self.tokens[i + 1])
            for part in [token] + (token.children or []):
                if part.type == "link_open":
                    self.links.append((line, part.attrs["href"]))
                elif part.type == "image":
                    self.links.append((line, part.attrs["src"]))
                elif part.type in ("html_block", "html_inline") and not part.content.startswith("<!--"):
                    self.raw.append((line, part.content.strip()))

    def _heading(self, token, inline):
        text = "".join(child.content for child in inline.children if child.type in ("text", "code_inline"))
        anchor, n = slug(text), 0
        while (anchor if n == 0 else f"{anchor}-{n}") in self.anchors:
            n += 1
        anchor = anchor if n == 0 else f"{anchor}-{n}"
        self.anchors[anchor] = text
        token.attrs["id"] = anchor
        if token.tag == "h1" and self.title == self.path:
            self.title = text
        if token.tag == "h2":
            self.sections.append((anchor, text))

    def html(self, target_of):
        """The page as HTML; target_of(href) says where each link leads."""
        for token in self.tokens:
            for part in token.children or []:
                if part.type == "link_open":
                    part.attrs["href"] = target_of(part.attrs["href"])
        made = MARKDOWN.renderer.render(self.tokens, MARKDOWN.options, {})
        return made.replace("<table>", '<div class="scroll"><table>').replace("</table>", "</table></div>")


def resolve(path, href):
    """A link of the page |path|, as (path in the tree, anchor or "")."""
    target, _, anchor = href.partition("#")
    if not target:
        return path, anchor
    return posixpath.normpath(posixpath.join(posixpath.dirname(path), target)), anchor


def broken(root, pages):
    """What is wrong with the links of |pages| {path: Page}, one sentence each."""
    wrong = []
    for page in pages.values():
        for line, href in page.links:
            if is_outside(href):
                if not re.match(r"https://[^/]|mailto:.+@", href):
                    wrong.append(f"{page.path}:{line}: {href}: only https and mailto lead outside")
                continue
            target, anchor = resolve(page.path, href)
            if target.startswith("..") or not os.path.exists(os.path.join(root, target)):
                wrong.append(f"{page.path}:{line}: {href}: there is no {target}")
            elif anchor and target not in pages:
                wrong.append(f"{page.path}:{line}: {href}: {target} is no page, it has no anchors")
            elif anchor and anchor not in pages[target].anchors:
                wrong.append(f"{page.path}:{line}: {href}: no heading of {target} has this anchor")
        for line, text in page.raw:
            wrong.append(f"{page.path}:{line}: {html.escape(text)}: HTML in a page; code stands in backquotes")
    return wrong

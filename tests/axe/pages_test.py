# SPDX-License-Identifier: GPL-3.0-or-later
"""Shows that the pages are accessible (WCAG 2.1, A and AA, as axe-core in headless Chromium sees them): light at 1400 and at
400 pixels, dark, and as printed on A4, with everything unfolded; and that nothing of them is wider than the window.

Usage: pages_test.py AXE.js PAGE...   Exit 77: Chromium or axe-core is not installed.
"""
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import urllib.parse

# Run in the page, whose script and policy stay away: what is seen is the page as a reader without scripts has it.
LOOK = """
Array.from(document.querySelectorAll('details')).forEach(function (d) { d.open = true; });
axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa']}).then(function (found) {
  var said = {violations: found.violations.map(function (v) {
    return v.id + ': ' + v.nodes.slice(0, 3).map(function (n) { return n.target + ' ' + (n.any[0] || n.all[0] || {}).message; }).join('; ');
  }), passes: found.passes.length, wide: document.documentElement.scrollWidth - window.innerWidth};
  document.documentElement.innerHTML = '<body><pre id="said">' + encodeURIComponent(JSON.stringify(said)) + '</pre></body>';
});
"""
# What a reader's machine says, said by the page's style itself; and the widths at which it is looked at, in CSS pixels:
# A4 less its margins has 673.
SCHEMES = {
    "light": (None, (1400, 400)),
    "dark": ("@media (prefers-color-scheme: dark)", (1400,)),
    "printed": ("@media print", (673,)),
}


def prepared(page, scheme, axe):
    media = SCHEMES[scheme][0]
    if media:
        page = page.replace(media, "@media all")
    page = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", page)
    page = re.sub(r"<script>.*?</script>", "", page, flags=re.S)
    return page.replace("</body>", f"<script>{axe}</script>\n<script>{LOOK}</script></body>")


def look(chromium, path, width):
    run = subprocess.run(
        [chromium, "--headless", "--no-sandbox", "--disable-gpu", "--dump-dom", "--virtual-time-budget=60000",
         f"--window-size={width},1000", f"file://{path}"],
        capture_output=True, text=True, timeout=300, check=False)
    said = re.search(r'<pre id="said">(.*?)</pre>', run.stdout, re.S)
    return json.loads(urllib.parse.unquote(said.group(1))) if said else None


def complaints_of(chromium, axe, path, folder):
    with open(path, encoding="utf-8") as file:
        page = file.read()
    for scheme, (media, widths) in SCHEMES.items():
        if media and media not in page:
            yield f"{path}: no style for {scheme}"
            continue
        for width in widths:
            copy = os.path.join(folder, f"{scheme}-{width}.html")
            with open(copy, "w", encoding="utf-8") as file:
                file.write(prepared(page, scheme, axe))
            where = f"{path}, {scheme}, {width} pixels"
            said = look(chromium, copy, width)
            if not said or not said["passes"]:
                yield f"{where}: axe-core said nothing"
                continue
            yield from (f"{where}: {violation}" for violation in said["violations"])
            if said["wide"] > 0:
                yield f"{where}: {said['wide']} pixels wider than the window"


def main(axe_path, *pages):
    if not pages:
        sys.exit(__doc__)
    chromium = shutil.which("chromium")
    if not chromium or not os.path.exists(axe_path):
        print("skipped: chromium, or npm ci in tests/axe, is missing")
        return 77
    with open(axe_path, encoding="utf-8") as file:
        axe = file.read()
    with tempfile.TemporaryDirectory(prefix="assay-axe.") as folder:
        complaints = [line for page in pages for line in complaints_of(chromium, axe, page, folder)]
    print("\n".join(complaints) or "ok")
    return 1 if complaints else 0


sys.exit(main(*sys.argv[1:]))

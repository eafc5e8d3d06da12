#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Each source file says its licence in one of its first lines: with --write, those that do not yet are given the line, which is the
# harness's licence; without, they are named. Left alone: data whose line numbers or bytes results refer to (suites, examples of
# reports, what a report has inside), pages, and formats without comments.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
licence="SPDX-License-Identifier: GPL-3.0-or-later"
left_out='^(suites|reports/(golden|schema|templates)|LICENSES)/'
result=0

# put FILE LINE: before the first line, or after it when that says which program reads the file.
put() {
    local at=1
    if head -n 1 "$1" | grep -q '^#!'; then at=2; fi
    if [ "$at" -eq 1 ]; then sed -i "1i $2" "$1"; else sed -i "1a $2" "$1"; fi
}

while IFS= read -r file; do
    case $file in
    *.c | *.h) line="/* $licence */" ;;
    *.mjs | *.js | *.proto | *.go) line="// $licence" ;;
    *.sh | *.py | *.awk | *.cmake | */CMakeLists.txt | CMakeLists.txt | dev | .ci/run | adapters/node/node) line="# $licence" ;;
    *) continue ;;
    esac
    if head -n 2 "$file" | grep -q 'SPDX-License-Identifier: '; then continue; fi
    if [ "${1:-}" = --write ]; then
        put "$file" "$line"
    else
        printf '%s: does not say its licence (tests/spdx.sh --write)\n' "$file"
        result=1
    fi
done < <(git ls-files | grep -vE "$left_out")
exit $result

#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Runs against each other: what assay diff says and ends with, assay compare's page, assay badge's picture.
. "$(dirname "$0")/lib.sh"

flawed="exec:$bin/assay-flawed"
once() {
    local out=$1
    shift
    assay run --suite x3dh --suite xeddsa --case 'x3dh/*signature*' --case 'xeddsa/*' --seed 1 --quiet --out "$out" "$@" >/dev/null 2>&1
}
once sound --target "$flawed"
once broken --target "$flawed --flaw skips-signature-check"
once blind --target "$flawed --flaw skips-mac"
once few --target "$flawed" --level must

expect_exit 0 "a run and itself" assay diff sound sound/results.json
expect "nothing broke" grep -q "^0 broken, 0 new, 0 fixed, 0 changed, 0 gone, [0-9,]* as before (exit 0)$" stdout
expect_exit 1 "a run and a worse one" assay diff sound broken
expect "what broke is named, with its requirement" grep -qE "^  x3dh/.*  X-[0-9]+, MUST: passed -> failed$" stdout
expect "and its requirement's new status" grep -qE "^  X-[0-9]+: passed -> failed$" stdout
expect_exit 0 "the other way round" assay diff broken sound
expect "it is fixed" grep -qE " [1-9][0-9,]* fixed" stdout
expect_exit 1 "a precondition that does not hold any more" assay diff sound blind
expect "it is named" grep -q "^  Open, forged: holds -> a message nobody could have sealed" stdout
expect_exit 2 "a run that looked at less" assay diff sound few
expect "what is gone is named" grep -q "^Gone: " stdout

expect_exit 1 "the same for a machine" assay diff sound broken --json
cp stdout diff.json
expect "with the exit code" test "$(results get diff.json exit_code)" = 1
expect "and each case" grep -q '"kind": "broken"' diff.json

expect_exit 65 "claims are no run" assay diff "$src/reports/golden/claims-box/claims.json" sound
expect_exit 65 "nor is nothing" assay diff nowhere sound
expect_exit 64 "one run alone" assay diff sound

hostile=$src/reports/golden/hostile/results.json
expect_exit 0 "a page of several runs" assay compare sound broken few "$hostile" --out page.html
expect "with a column each" test "$(grep -o '<th>assay&#39;s own party' page.html | wc -l)" -eq 9
expect "and those named alike are told apart by their address" test "$(grep -o '<th>assay&#39;s own party [^<]*<br/><small>[^<]*flaw' page.html | wc -l)" -ge 3
expect "the title names each once" grep -q "<h1>assay&#39;s own party [^,<]* (3 runs), " page.html
expect_exit 0 "the same on standard output" assay compare sound broken few "$hostile"
expect "byte for byte" cmp stdout page.html
expect_not "it leads nowhere" grep -qE '(src|href)="[^#]' page.html
expect_exit 64 "more runs than fit" assay compare $(yes sound | head -n 13)

expect_exit 0 "a badge" assay badge few --out few.svg
expect "that says how little was run" grep -q ">undecided: passed in chosen cases, [0-9]* of [0-9]* requirements<" few.svg
assay badge broken >broken.svg
expect "and what was seen" grep -q ">not conformant in chosen cases, " broken.svg
assay badge "$hostile" >hostile.svg
if command -v xmllint >/dev/null; then
    expect "all of them are well-formed" xmllint --nonet --noout page.html few.svg broken.svg hostile.svg
fi
conclude

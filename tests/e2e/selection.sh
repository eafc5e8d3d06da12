#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# What is selected: patterns, exclusions, both from files, and a quick run; what is left out is said.
. "$(dirname "$0")/lib.sh"

printf '# of the MAC\n\nratchet/flipped-mac-bit-is-refused#[12]   # two of a sweep\n  ratchet/overtaken-message-opens\n' >these.txt
expect_exit 0 "patterns from a file" assay run --case @these.txt --case 'x3dh/peer-starts-with-one-time-prekey' --seed 1 --out file
expect "what they match runs" test "$(results get file/results.json selection cases | tr -d '[]"' | tr ',' '\n' | wc -l)" -eq 3
expect "and nothing else" test "$(results count file/results.json pass)" -eq 4
expect "the file's digest is recorded" grep -q '"these.txt": "[0-9a-f]\{64\}"' file/results.json

echo 'ratchet/*#2' >not.txt
: >empty.txt
expect_exit 0 "what is excluded" assay run --case @these.txt --exclude @not.txt --exclude @empty.txt --seed 1 --out excluded
expect "does not run" test "$(results count excluded/results.json pass)" -eq 2
expect "it stands in the selection" test "$(results get excluded/results.json selection excluded)" = '["ratchet/*#2"]'
expect "the run is partial" test "$(results get excluded/results.json summary scope partial)" = true
expect_exit 64 "an exclusion that no case has" assay run --exclude 'ratchet/no-such' --out wrong
expect_exit 64 "everything is excluded" assay run --suite xeddsa --exclude '*' --out wrong
expect_exit 65 "a file that is not there" assay run --case @nowhere.txt --out wrong
expect "it is named" grep -q 'nowhere.txt: No such file' stderr
expect_exit 65 "a file without a pattern selects nothing" assay run --case @empty.txt --out wrong
printf 'ratchet/a\nratchet/b c\n' >two.txt
expect_exit 65 "two patterns in one line" assay run --case @two.txt --out wrong
expect "the line is named" grep -q 'two.txt:2: one pattern is expected' stderr
printf 'ratchet/a\n\0ratchet/b\n' >nul.txt
expect_exit 65 "a NUL byte" assay run --exclude @nul.txt --out wrong
expect "its line is named" grep -q 'nul.txt:2: a NUL byte' stderr
expect_not "nothing was run" test -e wrong/results.json
expect_exit 64 "no selection of suites goes with generated conversations" assay run --generate 10 --quick --out wrong

expect_exit 0 "a quick run" assay run --quick --suite x3dh --suite xeddsa --suite ratchet --seed 1 --out quick --known-failures "$known"
expect "has the first of each sweep and no other" test "$(grep -c '"instance": \([2-9]\|1[0-9]\)' quick/results.json)" -eq 0
expect "there are sweeps in it" test "$(grep -c '"instance": 1,' quick/results.json)" -gt 20
expect "it is partial" test "$(results get quick/results.json summary scope partial)" = true
expect "it counts what was left out" test "$(results get quick/results.json selection left_out)" -gt 1000
expect "and says so" sh -c "tr -s ' \n' ' ' <stdout | grep -q '[0-9],[0-9]* executions of sweeps were left out (--quick)'"
expect "the page does, too" grep -q 'executions of sweeps were left out (--quick)' quick/report.html

# What time there is goes to what catches most.
expect_exit 0 "a budget" assay run --budget 3 --jobs 2 --surface library --seed 1 --out budget --known-failures "$known"
grep -v '^#' "$src/suites/budget.txt" >best.txt
awk -F '"' '$2 == "id" { id = $4 } $2 == "verdict" && $4 == "pass" { sub("#.*", "", id); print id }' budget/results.json |
    grep -Fxf best.txt | head -n 20 >seen.txt
expect "twenty of the cases that catch most" test "$(wc -l <seen.txt)" -eq 20
expect "come in their own order" cmp seen.txt <(grep -Fxf seen.txt best.txt)
expect "the time was over before all was done" test "$(results count budget/results.json not-run)" -gt 100
expect "which is said" grep -q 'executions were not run (budget spent after 3 s)' budget/report.html
expect "and stands in the results" test "$(results get budget/results.json interrupted)" = "budget spent after 3 s"
expect "it is partial" test "$(results get budget/results.json summary scope partial)" = true
expect_exit 1 "a flaw is found in it" assay run --budget 5 --suite ratchet --surface library --seed 1 --jobs 2 --out flawed \
    --target "exec:$bin/assay-flawed --flaw keeps-skipped-keys-after-use"
conclude

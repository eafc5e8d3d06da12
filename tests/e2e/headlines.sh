#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# What a run says of itself is what was seen: conformance and regression apart, and never an older report.
. "$(dirname "$0")/lib.sh"

flawed="exec:$bin/assay-flawed"
one="--case ratchet/overtaken-message-opens"
get() { results get "$1" summary "${@:2}"; }
stale() { mkdir -p out/repro && for f in results.jsonl results.json junit.xml report.html summary.md sarif.json; do echo old >out/$f; done; echo '<case id="x" origin="x/x"/>' >out/repro/x.xml; }
gone() { for f in results.jsonl results.json junit.xml report.html summary.md sarif.json repro/x.xml; do [ ! -e out/$f ] || return 1; done; }
all_written() { for f in results.jsonl results.json junit.xml report.html summary.md sarif.json; do [ -s "$1/$f" ] || return 1; done; }

# A run of one case is not conformant, anywhere.
expect_exit 0 "one case passes" assay run --target "$flawed" $one --seed 1 --out out
expect "it does not decide conformance" test "$(get out/results.json conformance)" = undecided
expect "the regression is as listed" test "$(get out/results.json regression outcome)" = as-listed
expect_not "no form says that it is conformant" grep -qiE '"conformant"|CONFORMANT' out/results.json out/junit.xml stdout
expect "what is printed of the seed can be typed in" grep -q ' seed 1 ' stdout
expect_exit 2 "a case that decides nothing is vacuous" \
    assay run --target "$flawed" --case sesame/archived-sessions-kept --seed 1 --out out --quiet
expect "it says why" grep -q "no MUST execution came to a verdict" out/summary.md

# Known failures count.
flaw="$flawed --flaw compares-seven-bytes-of-mac"
sweep="--case ratchet/flipped-mac-bit-is-refused"
expect_exit 1 "a flaw" assay run --target "$flaw" $sweep --seed 7 --out out --write-known known.txt --quiet
expect "the list has a line for each execution that failed" test "$(grep -vc '^#' known.txt)" -eq 8
printf '\357\273\277' | cat - known.txt >bom.txt
expect_exit 0 "as listed, a byte order mark before the list" \
    assay run --target "$flaw" $sweep --seed 7 --out out --known-failures bom.txt
expect "known failures are no conformance" test "$(get out/results.json conformance)" = not-conformant
expect "the headline says both" \
    sh -c "tr -s ' \n' ' ' <stdout | grep -q 'NOT CONFORMANT in the layer cipher to profile \"public\": 8 MUST executions fail, all listed as known.*regression as listed (exit 0)'"
cause=$(results case out/results.json "$(results failed out/results.json ratchet 1)" cause)
sed -E "s/^(ratchet[^ ]*)/\1 cause=\"$(printf %s "$cause" | sed 's/[|&]/\\&/g')\"/" known.txt >pinned.txt
expect_exit 0 "with the cause pinned" \
    assay run --target "$flaw" $sweep --seed 7 --out out --known-failures pinned.txt --quiet
sed 's/cause="/cause="other-/' pinned.txt >pinned-other.txt
expect_exit 1 "a line that pins another cause excuses nothing" \
    assay run --target "$flaw" $sweep --seed 7 --out out --known-failures pinned-other.txt --quiet
expect_exit 0 "lines out of a run's scope are not wrong" \
    assay run --target "$flaw" $one --seed 7 --out out --known-failures known.txt --quiet
echo 'ratchet/flipped-mac-bit-is-refusd # D-16: why' >unknown.txt
expect_exit 65 "a line that no suite has" assay run --target "$flaw" $one --out out --known-failures unknown.txt
expect "the nearest is named" grep -q 'unknown.txt:1: .*did you mean "ratchet/flipped-mac-bit-is-refused"' stderr
echo 'ratchet/flipped-mac-bit-is-refused#65 # D-16: why' >unknown.txt
expect_exit 65 "an instance that the sweep does not have" \
    assay run --target "$flaw" $one --out out --known-failures unknown.txt

# Preconditions: what fails is reported, and a forged message that opens is a violation.
expect_exit 1 "a target that opens a forged message" \
    assay run --target "$flawed --flaw skips-mac" --seed 1 --out out --quiet
expect "it is not conformant" test "$(get out/results.json conformance)" = not-conformant
expect "the requirement is named" grep -q "D-16" out/summary.md
expect "every file is written" all_written out
expect "cases were not run" test "$(results count out/results.json not-run)" -gt 1000

# Nobody takes an older report for this run's.
for wrong in "64 --level shall" "64 --no-such-option" "64 --case no/such" "65 --known-failures nowhere.txt"; do
    stale
    expect_exit "${wrong%% *}" "wrong: $wrong" assay run --target "$flawed" ${wrong#* } --out out
    expect "nothing old is left: $wrong" gone
done
stale
expect_exit 69 "nobody there" assay run --target "unix:$scratch/nothing" --out out
expect "that is a report too" all_written out
expect "it says so" test "$(get out/results.json regression outcome)" = unreachable
expect "and decides nothing" test "$(get out/results.json conformance)" = undecided

# One directory, one run.
mkdir busy
start "$bin/assay" run --target "$flawed" --seed 1 --jobs 1 --out busy
wait_until sh -c '[ "$(wc -l <busy/results.jsonl)" -gt 3 ]'
expect_exit 64 "a second run into one directory" assay run --target "$flawed" $one --out busy
expect "says so" grep -q "another run of assay writes to busy" stderr
expect "and leaves it alone" test -s busy/results.jsonl
kill -INT $child
wait $child

# A journal that was cut is a report of what is in it.
head -c $(($(head -n 3 busy/results.jsonl | wc -c) + 40)) busy/results.jsonl >cut.jsonl
for form in terminal html junit markdown json; do
    expect_exit 0 "a cut journal as $form" assay report cut.jsonl --format $form
done
expect "it says how far it goes" grep -q "the journal ends after 2 of [0-9]* executions" stdout
expect "that is an interrupted run" grep -q '"outcome": "interrupted"' stdout
head -c 100 busy/results.jsonl >cut.jsonl
expect_exit 65 "a journal cut in its first line says nothing" assay report cut.jsonl

# One that was not cut says what the run itself said.
flaw="$flawed --flaw compares-seven-bytes-of-mac"
echo 'ratchet/overtaken-message-opens # D-05: passes by now' | cat - known.txt >stale.txt
expect_exit 1 "a list with a line that is stale" \
    assay run --target "$flaw" $sweep --case 'ratchet/*#?' --case ratchet/overtaken-message-opens --seed 7 --out whole \
    --known-failures stale.txt --quiet
expect_exit 0 "the whole journal" assay report whole/results.jsonl --format json
expect "a whole journal is the run's own report" cmp stdout whole/results.json
expect "with what is wrong with the list" grep -q '"problem": "passes now"' stdout
echo '# changed' >>stale.txt
expect_exit 0 "the list has changed" assay report whole/results.jsonl --format json
expect "it is said" grep -q "stale.txt is not there as it was in the run" stderr
expect_not "and it is not judged by another" grep -q '"passes now"' stdout
expect_exit 1 "a forged message opens" assay run --target "$flawed --flaw skips-mac" --seed 1 --out whole --quiet
expect_exit 0 "its journal" assay report whole/results.jsonl --format json
expect "nothing was run because of a gate, and the journal knows it" cmp stdout whole/results.json
expect_exit 69 "nobody there" assay run --target "unix:$scratch/nothing" --out whole --quiet
expect_exit 0 "its journal" assay report whole/results.jsonl --format json
expect "the journal knows that nobody was there" cmp stdout whole/results.json

# What to fix first is the first thing on the page, with its harm, what was asked for and a command; a cause counts as its worst case does.
expect_exit 1 "a cause whose smallest example is of a lower level" assay run --target "$flawed --flaw stores-before-mac" --seed 7 --quiet \
    --case ratchet/ciphertext-that-is-no-whole-block-is-refused --case 'ratchet/flipped-mac-bit-is-refused#1' --out out
expect "it is a MUST" grep -q '<a href="#r[0-9]*">D-11</a> <span>MUST, ' out/report.html
expect_not "and not called unscored" grep -q 'MUST, .*failed, not scored' out/report.html
expect "causes stand before the score" sh -c "grep -n 'id=\"causes\"\|id=\"score\"' out/report.html | head -n 1 | grep -q causes"
expect "with what was asked for" grep -q "Required: A message that does not authenticate changes nothing" out/report.html
expect_exit 1 "a gate that fails" assay run --target "$flawed --flaw skips-mac" --seed 1 --out out --quiet
expect "its harm and the command stand there, too" \
    sh -c "grep -A9 'id=\"causes\"' out/report.html | tr -d '\n' | grep -q 'Messages can be changed on their way.*assay doctor --target'"
expect "what two gates saw is said once" test "$(grep -o 'so nothing was run' out/summary.md | wc -l)" -eq 1

# Suites are part of the release.
mkdir -p data/suites
ln -s "$src/vectors" data/vectors
cp "$src"/suites/*.rng "$src/suites/MANIFEST" "$src"/suites/requirements*.xml "$src/suites/sources.xml" "$src/suites/sesame.xml" \
    "$src/suites/x3dh.xml" data/suites/
cp -r "$src/suites/profiles" data/suites/
expect_exit 2 "most suites are missing" \
    env ASSAY_DATA=$scratch/data "$bin/assay" run --target "$flawed" --seed 1 --out out --quiet
expect "it says which" grep -q "suites of this release were not found: braid carried content enlist" out/summary.md
expect "and decides nothing" test "$(get out/results.json conformance)" = undecided
conclude

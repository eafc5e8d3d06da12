#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Requirement sets: what one lists decides, at the level it says; what is newer is run and reported.
. "$(dirname "$0")/lib.sh"

# Each set that is shipped lists cases that there are: one that is withdrawn leaves the sets, too (docs/policy.md).
assay list --levels | cut -d' ' -f1 | sort >ids
for set in "$src"/suites/sets/*.txt; do
    expect "what $(basename "$set" .txt) lists is there" test -z "$(grep -v '^#' "$set" | cut -d' ' -f1 | sort | comm -23 - ids)"
done

# The shipped data and sets of our own: one without a case, one with it as a SHOULD, one with a case that is in no suite.
mkdir data
cp -r "$src/suites" data/suites
ln -s "$src/vectors" "$src/docs" data/
newer=ratchet/forged-turn-in-a-session-the-target-started-changes-nothing
older=ratchet/overtaken-message-opens
printf '# so far\n\nD-05 must\nD-11 must\n%s must\n' "$older" >data/suites/sets/2020-01.txt
{ cat data/suites/sets/2020-01.txt; echo "$newer should"; } >data/suites/sets/2021-01.txt
{ cat data/suites/sets/2020-01.txt; echo "x3dh/peer-starts-with-one-time-prekey must"; echo "s/gone must"; } >data/suites/sets/2019-01.txt
printf 'D-05 must\nD-05 must\n%s perhaps\n' "$older" >data/suites/sets/wrong.txt
export ASSAY_DATA=$scratch/data
run() { assay run --case "$newer" --case "$older" --seed 1 --target "exec:$bin/assay-flawed --flaw stores-before-mac" "$@"; }
selected() { results get "$1/results.json" selection requirements; }

expect_exit 1 "without a set everything decides" run --out newest
expect "the results say so" test "$(selected newest)" = newest
expect_exit 0 "a case that is newer than the set does not decide" run --requirements 2020-01 --out before
expect "the results name the set" test "$(selected before)" = 2020-01
expect "its digest is recorded" grep -q 'sets/2020-01.txt": "[0-9a-f]\{64\}"' before/results.json
expect "the case was run, failed, and is reported" test "$(results get before/results.json summary levels added failed)" = 4
expect "the other decides" test "$(results get before/results.json summary levels must passed)" = 1
expect "the terminal says it" grep -q '^  added  *0 of 4 executions passed  *4 failed  *(reported, not scored)' stdout
expect "and shows the failure" grep -q "^FAIL  $newer#1 .*added" stdout
expect "the page names the set" grep -q 'Requirement set.*2020-01' before/report.html
expect "strictness does not make it decide" run --requirements 2020-01 --strict --out strict
expect_exit 0 "the journal is scored by the same set" assay report before/results.jsonl --format json
expect "and comes to the same" cmp stdout before/results.json
for k in 1 2; do
    run --requirements 2020-01 --shard $k/2 --out shard-$k --quiet >stdout 2>stderr
done
expect_exit 0 "shards are put together by the same set" assay merge whole shard-1 shard-2 --quiet
expect "and the results name it" test "$(selected whole)" = 2020-01
cp data/suites/sets/2020-01.txt as-it-was.txt
echo "$newer must" >>data/suites/sets/2020-01.txt
expect_exit 65 "not by one that has changed" assay merge changed shard-1 shard-2
expect "it is named" grep -q 'suites/sets/2020-01.txt is not there as it was when the shards were run' stderr
expect_exit 65 "nor is a journal" assay report before/results.jsonl --format json
expect "it is named there, too" grep -q 'suites/sets/2020-01.txt is not there as it was in the run' stderr
mv as-it-was.txt data/suites/sets/2020-01.txt
mv data/suites/restart.xml .
expect_exit 65 "a suite that is gone" assay merge changed shard-1 shard-2
expect "is named" grep -q 'suites/restart.xml is not there as it was' stderr
mv restart.xml data/suites/
expect_not "nothing was written" test -e changed
expect_exit 0 "a level is that of the day" run --requirements 2021-01 --out then
expect "and stands in the results" test "$(results get then/results.json summary levels should failed)" = 4
expect_exit 1 "with strict a SHOULD decides" run --requirements 2021-01 --strict --out then

expect_exit 2 "a case of the set that is in no suite is missed" \
    assay run --exclude '[!x]*' --quick --requirements 2019-01 --seed 1 --out gone
expect "it is a reason" grep -q '"1 case of the requirement set is in no suite"' gone/results.json

expect_exit 64 "a set that is not there" run --requirements 2022-01 --out none
expect "those there are are named" grep -q 'no requirement set "2022-01"; there are: 2019-01, 2020-01, 2021-01, 2026-11, wrong' stderr
expect_exit 64 "nor one that is elsewhere" run --requirements ../sets/2020-01 --out none
expect_exit 64 "generated conversations are in no set" run --requirements 2020-01 --generate 1 --out none
expect_exit 65 "a set that is wrong" run --requirements wrong --out none
expect "the line is named" grep -q 'sets/wrong.txt:2: "D-05": a line before has it, too' stderr
expect "and the other" grep -q "sets/wrong.txt:3: \"$older\": an id and its level are expected" stderr
expect_not "nothing was run" test -e none/results.json
conclude

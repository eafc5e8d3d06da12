#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# A failure leaves a file that does it again, and a tape that is judged again without a target.
. "$(dirname "$0")/lib.sh"

flawed="exec:$bin/assay-flawed --flaw compares-seven-bytes-of-mac"
sound="exec:$bin/assay-flawed"
sweep=ratchet/flipped-mac-bit-is-refused

expect_exit 1 "a flaw fails the run" assay run --target "$flawed" --case $sweep --seed 7 --out out --quiet
expect "the eight bits of the unread byte fail, the others pass" \
    test "$(results count out/results.json fail)" -eq 8 -a "$(results count out/results.json pass)" -eq 56
repro=out/$(results case out/results.json "$(results failed out/results.json ratchet 1)" repro)
expect "each non-pass names its repro" test -s "$repro"
expect "it is well-formed XML" xmllint --noout "$repro"
expect "it is a suite file like any other" xmllint --noout --relaxng "$src/suites/suite.rng" "$repro"

expect_exit 1 "repro does it again" assay repro "$repro" --target "$flawed"
expect "it says that it still fails" grep -q "^still fails" stdout
expect "it prints the bytes field by field" grep -q "signal.ratchet-key" stdout
expect "it marks what was bent" grep -qE '^ +[0-9a-f]{6} \* .*signal.mac' stdout
expect_exit 0 "against a sound target it passes" assay repro "$repro" --target "$sound"
expect "it says that it passes now" grep -q "^passes now" stdout
expect_exit 69 "repro of a target that is not there" assay repro "$repro" --target "unix:$scratch/nothing"

expect_exit 1 "judge comes to the same without a target" assay judge "$repro"
expect "it says that it still fails" grep -q "^still fails" stdout
mkdir elsewhere
cp "$repro" elsewhere/moved.xml
expect_exit 1 "a repro works from anywhere" assay judge elsewhere/moved.xml --quiet

sed 's/<deliver/<delivar/' "$repro" >broken.xml
expect_exit 65 "a broken repro is a bad input" assay repro broken.xml
expect "it says where" grep -qE "broken.xml:[0-9]+: " stderr

# A new run takes the old repros away, and nothing else.
echo mine >out/repro/notes.txt
expect_exit 0 "a new run in the same directory" \
    assay run --target "$sound" --case $sweep --seed 7 --out out --quiet
expect_not "the old repro is gone" test -e "$repro"
expect "other files stay" test -e out/repro/notes.txt

# Failures of all kinds in a longer run can be done again.
expect_exit 1 "a flaw in a run of two suites" \
    assay run --target "exec:$bin/assay-flawed --flaw forgets-base-keys" --suite sesame --suite restart --seed 8 --out all --quiet

# A combination of probe and situation is a case like any other.
one=probes/flipped-mac-bit@known-chain-after-restart
expect_exit 1 "a flaw fails a combination" \
    assay run --target "$flawed" --case "$one" --seed 7 --out combined --quiet
repro=combined/repro/probes_flipped-mac-bit_known-chain-after-restart_2.xml
expect_exit 1 "its repro fails again" assay repro "$repro" --target "$flawed" --quiet
expect "it is a suite file like any other" xmllint --noout --relaxng "$src/suites/suite.rng" "$repro"
expect_exit 0 "it can be explained" assay explain "$one#2"
expect "with its situation" grep -q "(On a message of a chain that the target knows; the peer started the session; after a restart.)" stdout
expect "JUnit names it" grep -q 'testcase name="flipped-mac-bit@known-chain-after-restart"' combined/junit.xml
echo "$one # D-16: known" >known.txt
expect_exit 0 "it can be a known failure" \
    assay run --target "$flawed" --case "$one" --seed 7 --known-failures known.txt --out combined --quiet
expect_exit 1 "a pattern names all situations of a probe" \
    assay run --target "$flawed" --case "probes/flipped-mac-bit@*" --seed 7 --out combined --quiet
expect_exit 0 "what is not tried is listed" assay list
expect "with its reason" grep -q "  not tried: first-reply with peer-started .*: the target replies there" stdout

# Of many failures, 40 leave a file: at least one for each of the first causes.
many=(--target "$flawed" --case "ratchet/flipped-mac-bit-*" --seed 7 --quiet)
expect_exit 1 "a run with many failures" assay run "${many[@]}" --out many
expect "fails often enough" test "$(results count many/results.json fail)" -gt 40
expect "it keeps 40 files" test "$(ls many/repro | wc -l)" -eq 40
expect "and names as many" test "$(grep -c '"repro": "' many/results.json)" -eq 40
smallest=$(sed -n 's/^ *"smallest": "\(.*\)",$/\1/p' many/results.json | head -n 1)
expect "that of the first cause is among them" test -s "many/$(results case many/results.json "$smallest" repro)"
expect_exit 1 "a run that came to its end is resumed" assay run --resume many --quiet
expect "nothing is done again" test "$(ls many/repro | wc -l)" -eq 40
expect_exit 0 "its journal" assay report many/results.jsonl --format json
expect "says the same" cmp stdout many/results.json
expect_exit 1 "--repro all" assay run "${many[@]}" --repro all --out every
expect "keeps every one" test "$(ls every/repro | wc -l)" -eq "$(results count every/results.json fail)"
expect "the page is no larger for it" test "$(wc -c <every/report.html)" -lt 3000000
expect_not "what passed has no steps" sh -c "tr -d '\n ' <many/results.json | grep -q '\"verdict\":\"pass\"[^}]*\"steps\":\[{'"

n=0
for repro in $(ls all/repro/*.xml | head -n 5); do
    n=$((n + 1))
    expect_exit 1 "repro $n of a longer run fails again" assay repro "$repro" --target "exec:$bin/assay-flawed --flaw forgets-base-keys" --quiet
    expect_exit 1 "and judging its tape agrees" assay judge "$repro" --quiet
done
expect "there were some" test $n -gt 0
conclude

#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# What is to blame for a failure after a refusal is found out by playing it without the refusal.
. "$(dirname "$0")/lib.sh"

tried=(--surface library --timeout 3 --seed 7217 --quiet)
# first_cause RESULTS MEMBER VALUE: it is that of the first cause.
first_cause() { results get "$1" summary causes | tr -d '\n' | grep -qE "^\[ *\{[^}]*\"$2\": ?\"$3\""; }
# blamed NAME FLAW PATTERN REQUIREMENT SENTENCE: the first cause of a run of these cases.
blamed() {
    expect_exit 1 "$1" assay run --target "exec:$bin/assay-flawed --flaw $2" --case "$3" "${tried[@]}" --out "$1"
    expect "$1: $4 is violated" first_cause "$1/results.json" requirement "$4"
    expect "$1: it is recorded why" first_cause "$1/results.json" shown "$5"
    for form in terminal markdown html; do
        assay report "$1/results.json" --format $form >"$1.$form"
        expect "$1: the report says so ($form)" grep -qF "$6" "$1.$form"
    done
}
passes='The same conversation passes without what was refused: the refusal is to blame.'
fails='The same conversation fails without what was refused, too'
blamed refusal stores-before-mac 'probes/flipped-mac-bit@known-chain' D-11 "$passes" "$passes"
blamed situation blind-held-back-loses-next 'probes/flipped-mac-bit@skipped' D-05 "$fails: no refusal is to blame." "$fails"
blamed others blind-second-device-archives-first 'probes/flipped-mac-bit@known-chain-after-another-device' S-01 \
    "$fails, and passes without the conversations with other people and devices." "$fails"
blamed restart blind-restart-archived-lose-kept-keys 'probes/flipped-ciphertext-bit@archived-header-crossing-after-restart' D-05 \
    "$fails, and passes without the restart." "$fails"
blamed replay blind-replay-promotes-archived 'probes/flipped-mac-bit@archived-crossing-after-replay' V-05 \
    "The same conversation passes without what was refused, and fails without what was forged: the message that came again is to blame." \
    "The same conversation passes without what was refused, and fails"
expect "a trial fails no run and passes none" test "$(results get situation/results.json summary levels must failed)" = 2
expect_exit 0 "the journal of the run" assay report situation/results.jsonl --format json
expect "comes to the same" cmp stdout situation/results.json

# Nothing is tried of a run that passes, nor when time is over.
expect_exit 0 "a run that passes" assay run --target "exec:$bin/assay-flawed" --case 'probes/flipped-mac-bit@skipped' "${tried[@]}" --out passed
expect_not "has no trials" grep -q '"trials"' passed/results.json passed/results.jsonl
sed '$d' situation/results.jsonl >cut.jsonl
assay report cut.jsonl --format json >cut.json
expect "without trials it is said what the step speaks for" first_cause cut.json requirement D-11
rm -rf resumed && cp -r situation resumed && sed -i '$d' resumed/results.jsonl
expect_exit 1 "a run that goes on" assay run --resume resumed --quiet
expect "tries, too" results same situation/results.json resumed/results.json
conclude

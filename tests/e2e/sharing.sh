#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Instances of a sweep that share a session: the same verdicts, causes and repro files as each in its own.
. "$(dirname "$0")/lib.sh"

sweeps="--case ratchet/flipped-mac-bit* --seed 5ea1 --quiet"

# both NAME CODE TARGET [option...]: run with and without sharing, with the same exit code and the same findings.
both() {
    local name=$1 code=$2 target=$3
    shift 3
    expect_exit "$code" "$name: in shared sessions" assay run --target "$target" "$@" --sharing --out "$name"
    expect_exit "$code" "$name: each in its own" assay run --target "$target" "$@" --out "$name-apart"
    expect "$name: the same verdicts and causes" results alike "$name/results.json" "$name-apart/results.json"
    expect "$name: the same repro files" diff -r "$name/repro" "$name-apart/repro"
}

both reference 0 builtin: $sweeps --case "groups/flipped-group-signature-bit*" --case "x3dh/flipped-signature-bit*" --known-failures "$known"
expect "most of a sweep shares" test "$(grep -c '"shared": 63' reference/results.json)" -gt 800
expect_not "the first of each has its own" \
    sh -c "tr -d '\n' <reference/results.json | grep -qE '\"id\": \"[a-z0-9/-]*#1\"[^}]*\"shared\"'"
expect_not "and nothing does without being asked for" grep -q '"shared"' reference-apart/results.json
expect "an execution has its part of the refusals" \
    test "$(results case reference/results.json 'ratchet/flipped-mac-bit-is-refused#3' refused)" = 1
expect "such a run says nothing about conformance" test "$(results get reference/results.json summary scope partial)" = true
flawed="exec:$bin/assay-flawed"
both one-of-many 1 "$flawed --flaw compares-seven-bytes-of-mac" $sweeps
both changes-state 1 "$flawed --flaw stores-before-mac" $sweeps

# What passes alone and not among others is a measure, and no failure.
expect_exit 0 "a target that falls silent after so many requests" \
    assay run --sharing --target "exec:$bin/../tests/hostile-target tires 0 -- $bin/assay-reference" \
    --case ratchet/flipped-mac-bit-is-refused --seed 1 --timeout 1 --jobs 1 --quiet --out crowd
expect "passes what it passes alone" test "$(results count crowd/results.json pass)" -eq 64
expect_not "nothing was shared" grep -q '"shared": ' crowd/results.json
expect "how far it came is a measure" \
    sh -c "tr -d '\n' <crowd/results.json | grep -q '\"name\": \"forged copies in one session\", *\"value\": \"hangs after [0-9]* refused messages\"'"
expect_exit 0 "a target that answers garbage after so many requests" \
    assay run --sharing --target "exec:$bin/../tests/hostile-target tires-to-garbage 0 -- $bin/assay-reference" \
    --case ratchet/flipped-mac-bit-is-refused --seed 1 --timeout 1 --jobs 1 --quiet --out garbled
expect "did not take a forged copy" \
    sh -c "tr -d '\n' <garbled/results.json | grep -q '\"value\": \"garbage after [0-9]* refused messages\"'"

# Unless nobody can explain it away: a forgery that opened among others is no pass.
expect_exit 2 "a target that takes a forgery after three others" \
    assay run --sharing --target "$flawed --flaw skips-mac-after-refusals" \
    --case ratchet/flipped-mac-bit-is-refused --seed 1 --jobs 1 --quiet --out taken
expect "is inconclusive in one execution" test "$(results count taken/results.json inconclusive)" -eq 1
expect "and passes the others alone" test "$(results count taken/results.json pass)" -eq 63
expect "which says what was seen" \
    grep -q '"why": "it passes alone; forged copies in one session: takes a forged one after 3 refused messages"' taken/results.json
expect_not "no measure" grep -q '"name": "forged copies in one session"' taken/results.json
conclude

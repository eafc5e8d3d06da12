#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Nobody there, or nobody who speaks the protocol: exit 69, one sentence, and soon.
. "$(dirname "$0")/lib.sh"

one_sentence() { [ "$(wc -l <stderr)" -eq 1 ] && [ ! -s stdout ]; }

unreachable() {
    local sentence=$1 address=$2
    expect_exit 69 "$sentence: exit 69" assay run --target "$address" --start-timeout 2 --out out
    expect "$sentence: one sentence on standard error" one_sentence
    expect "$sentence: the report says so" grep -q '"outcome": "unreachable"' out/results.json
}

unreachable "no such socket" "unix:$scratch/nothing"
unreachable "nobody listens on the port" tcp:127.0.0.1:1
unreachable "no such command" exec:./no-such-adapter
unreachable "a command that ends at once" exec:true
unreachable "a command that says nothing" "exec:sleep 60"
unreachable "a command that talks, but not the protocol" "exec:yes"
printf 'echo one >&2\necho two >&2\nexit 3\n' >talks.sh
expect_exit 69 "a command that says why on two lines" assay doctor --target "exec:sh talks.sh"
expect "both stand in the sentence" grep -q "exit code 3; one; two (exit 69)" stderr
expect_exit 69 "doctor says the same" assay doctor --target "unix:$scratch/nothing"

# A start has its own deadline in every command that makes one, longer than a reply's; the option that sets it is named.
slow="exec:sleep 3; exec $bin/assay-reference"
expect_exit 1 "a failure to do again" \
    assay run --target "exec:$bin/assay-flawed --flaw skips-signature-check" --case 'x3dh/flipped-signature-bit-is-refused#1' --seed 1 --out failed --quiet
repro=$(ls failed/repro/*.xml | head -n 1)
claims="--claims $src/adapters/reference/claims.xml --game FS-1 --schedules 1 --baseline none --quiet"
begin claims assay claims --target "$slow" --timeout 1 $claims --out claimed
begin repro assay repro "$repro" --target "$slow" --timeout 1 --quiet
begin doctor assay doctor --target "$slow" --timeout 1
for command in "repro $repro" doctor "claims $claims --out unclaimed"; do
    begin "late-${command%% *}" assay $command --target "$slow" --start-timeout 1
done
expect_end 0 "repro gives a start its time" repro
expect_end 0 "doctor does" doctor
for command in repro doctor claims; do
    expect_end 69 "$command does not wait for ever" "late-$command"
    expect "$command names the option" grep -q -e --start-timeout stderr
done
wait "${begun[claims]}"
expect "claims does" grep -qE '"state": "(held|won|measured)"' claimed/claims.json
conclude

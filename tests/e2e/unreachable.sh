#!/usr/bin/env bash
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
expect_exit 69 "doctor says the same" assay doctor --target "unix:$scratch/nothing"
conclude

#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Each kind of address drives the same target, a listening one with two workers at once, and the results are the same.
. "$(dirname "$0")/lib.sh"

few="--case x3dh/*prekey* --seed 1 --quiet"

# The kinds of address differ in the results by the address alone.
without_address() {
    sed -e '/"address":/d' -e '/"command":/,/]/d' -e '/"times":/,/}/d' "$1"
}

expect_exit 0 "builtin: is the default" assay run $few --out default
expect_exit 0 "builtin: starts the reference" assay run --target builtin: $few --out builtin
expect_exit 0 "exec: starts a command" assay run --target "exec:$bin/assay-reference" $few --out exec

start "$bin/assay-reference" --listen "unix:$scratch/socket"
wait_until test -S "$scratch/socket"
expect_exit 0 "unix: reaches a listening target with two workers" \
    assay run --target "unix:$scratch/socket" --jobs 2 $few --out unix

port=$((20000 + RANDOM % 20000))
start "$bin/assay-reference" --listen "tcp:127.0.0.1:$port"
wait_until assay doctor --target "tcp:127.0.0.1:$port"
expect_exit 0 "tcp: reaches a listening target with two workers" \
    assay run --target "tcp:127.0.0.1:$port" --jobs 2 $few --out tcp
expect_exit 0 "doctor walks a listening target" assay doctor --target "tcp:127.0.0.1:$port"

for kind in builtin exec unix tcp; do
    without_address default/results.json >default.txt
    without_address $kind/results.json >$kind.txt
    expect "$kind: gives the results of the default" cmp default.txt $kind.txt
done
conclude

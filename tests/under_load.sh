#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# By hand, not in CI: the wire suites, again and again, while others want the processor. All runs must be green.
# Usage: tests/under_load.sh BIN_DIR [RUNS [LOAD [SECONDS]]]    of the built programs; 50 runs of each target, a load of 40 and no end unless told.
set -u
bin=$(realpath "$1") runs=${2:-50} load=${3:-40} seconds=${4:-1000000}
src=$(realpath "$(dirname "$0")/..")
scratch=$(mktemp -d "${TMPDIR:-/tmp}/assay-under-load.XXXXXX")
others=""
export ASSAY_DATA=$src

finish() {
    kill $others 2>/dev/null
    rm -rf "$scratch"
}
trap finish EXIT
trap 'exit 1' INT TERM

suites=""
for suite in frame handshake identity reconnect stanza hostile-xml prekeys retry content; do
    suites+=" --suite $suite"
done

# As many programs as are missing to the load; those of others count.
present=$(cut -d. -f1 /proc/loadavg)
for _ in $(seq $((load > present ? load - present : 0))); do
    sh -c "while :; do :; done" &
    others="$others $!"
done

green=0 red=0
once() {
    local name=$1 out=$scratch/$1-$2 late
    shift 2
    if "$bin/assay" run $suites --quiet --seed 1 --out "$out" "$@" >/dev/null 2>&1; then
        green=$((green + 1))
    else
        red=$((red + 1))
        printf '%s is not green: %s\n' "$name" "$(grep -o '"reasons": \[[^]]*' "$out/results.json" | tr -d '\n')"
        grep -B12 -E '"verdict": "(fail|inconclusive|error)"' "$out/results.json" | grep -E '"(id|verdict)"' | head -n 8
    fi
    late=$(sed -n 's/.*"late": \([0-9]*\).*/\1/p' "$out/results.json")
    printf '%s: %d green, %d red; load %s; %s done again\n' "$name" "$green" "$red" "$(cut -d' ' -f1 /proc/loadavg)" "${late:-0}"
    rm -rf "$out"
}
for run in $(seq "$runs"); do
    [ $SECONDS -lt "$seconds" ] || break
    once reference "$run" --target builtin: --known-failures "$src/adapters/reference/known-failures.txt"
    once flawless "$run" --target "exec:$bin/assay-flawed" --known-failures "$src/adapters/flawed/known-failures.txt"
done
[ $red -eq 0 ]

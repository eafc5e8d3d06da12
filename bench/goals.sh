#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# What assay is to be as quick as, and whether it is: a table, a row a goal. docs/performance.md says why what is missed is missed.
# Nothing here passes or fails. Usage: bench/goals.sh BUILD_DIR     (about five minutes on two quiet cores)
set -euo pipefail
build=$1
scratch=$(mktemp -d "${TMPDIR:-/tmp}/assay-goals.XXXXXX")
children=""
trap 'kill $children 2>/dev/null || true; rm -rf "$scratch"' EXIT
. bench/lib.sh

library=(--target builtin: --surface library)

# goal ROW WHAT ASKED MEASURED CONDITION: a row of the table; the condition is an expression of awk.
goal() {
    local is
    is=$(awk "BEGIN { print ($5) ? \"met\" : \"MISSED\" }")
    printf '%d\t%-6s  %-40s  %-14s  %s\n' "$1" "$is" "$2" "$3" "$4" >>"$scratch/table"
    printf 'measured: %s\n' "$2" >&2
}

# What was known of the wire suites when the goals were set, in seconds: on this kind of machine, with two workers.
declare -A then_s=([handshake]=3.8 [frame]=3.0 [prekeys]=3.5 [reconnect]=8.1 [stanza]=13.5)

whole_run() {
    local began seconds n
    began=$(now)
    run whole --target builtin: --known-failures adapters/reference/known-failures.txt
    seconds=$(since "$began")
    n=$(executions whole)
    goal 1 "default run on the reference" "8 s" \
        "$(calc "%.1f s, $n executions: %.1f ms each (before: 39 s, 9040: 4.3 ms)" "$seconds, 1e3 * $seconds / $n")" "$seconds <= 8"
}

wire_suites() {
    local suite seconds set=(handshake frame identity prekeys reconnect retry) before=0
    for suite in "${set[@]}"; do before=$(calc "%.1f" "$before + ${then_s[$suite]:-0}"); done
    run wire --target builtin: "${set[@]/#/--suite=}"
    seconds=$(get wire times seconds)
    goal 2 "six suites on the wire" "8 times faster" \
        "$(calc "%.1f times: %.1f s (before: %.1f s, without identity and retry)" "$before / $seconds, $seconds, $before")" \
        "$before / $seconds >= 8"
    printf 'Six suites: %s. One by one, two workers:\n' "${set[*]}" >>"$scratch/beside"
    for suite in handshake frame prekeys reconnect stanza; do
        run "$suite" --target builtin: --suite "$suite" --jobs 2
        printf '  %-10s %4d executions %6.1f s (before: %4.1f s)   the longest %4.1f s\n' "$suite" "$(executions "$suite")" \
            "$(get "$suite" times seconds)" "${then_s[$suite]}" "$(longest "$suite")" >>"$scratch/beside"
    done
}

# longest NAME: seconds of the longest execution in it
longest() { get "$1" times cases | tr ',' '\n' | sed 's/.*://; s/}//' | sort -g | tail -n 1; }

first_verdict() {
    local median
    for _ in 1 2 3 4 5; do
        "$build/bin/bench-first" "$build/bin/assay" run --target builtin: --out "$scratch/first"
    done | sort -n >"$scratch/firsts"
    median=$(sed -n 3p "$scratch/firsts")
    goal 3 "first verdict on the terminal" "0.3 s" "$(calc "%.2f s" "$median") (median of five)" "$median <= 0.3"
}

control_socket() {
    local times rate
    "$build/bin/bench-echo" 50000 "$PWD/$build/bin/assay-reference" >"$scratch/echo"
    times=$(awk '/^control/ { print $(NF - 2) }' "$scratch/echo")
    rate=$(awk '/^refused/ { print $(NF - 2) }' "$scratch/echo")
    goal 7 "control round trip beside a bare echo" "1.5 times" "$times times" "$times <= 1.5"
    goal 4 "stateless refusals, one worker" "12000 a second" "$rate a second, through the driver" "$rate >= 12000"
}

sweeps() {
    local n seconds
    run sweeps "${library[@]}" --jobs 2 --sharing --case 'ratchet/flipped-mac-bit-*' --case 'ratchet/flipped-ciphertext-bit-*'
    n=$(executions sweeps)
    seconds=$(get sweeps times seconds)
    goal 5 "ratchet sweeps, two workers, --sharing" "5000 a second" \
        "$(calc "%.0f a second; CPU of one: target %.2f ms, assay %.2f ms" \
            "$n / $seconds, 1e3 * $(get sweeps times target_cpu_s) / $n, 1e3 * $(get sweeps times harness_cpu_s) / $n")" \
        "$n / $seconds >= 5000"
}

workers() {
    local jobs n share
    for jobs in 1 2; do run "jobs$jobs" "${library[@]}" --suite x3dh --jobs $jobs; done
    n=$(executions jobs1)
    local one two target harness
    one=$(get jobs1 times seconds)
    two=$(get jobs2 times seconds)
    target=$(get jobs1 times target_cpu_s)
    harness=$(get jobs1 times harness_cpu_s)
    goal 6 "two workers over one" "1.8 times" "$(calc "%.2f times: %.1f s, %.1f s ($n executions of x3dh)" "$one / $two, $one, $two")" \
        "$one / $two >= 1.8"
    share=$(calc "%.2f" "$harness / ($harness + $target)")
    goal 10 "assay's own share of the CPU, one worker" "0.25" "$share ($(calc "%.1f s of %.1f" "$harness, $harness + $target"))" "$share <= 0.25"
}

# The whole from one execution in ten, and whole with --quick: what the target's own processor time is.
python() {
    local whole shared quick
    if ! /usr/bin/python3 -c 'import axolotl' 2>/dev/null; then
        printf 'python3-axolotl is not installed: its goal is not measured\n' >>"$scratch/beside"
        return
    fi
    "$build/bin/assay" init python "$scratch/adapter" >/dev/null
    local target=(--target "exec:cd '$scratch/adapter' && exec /usr/bin/python3 adapter.py")
    run py-whole "${target[@]}" --shard 1/10
    run py-shared "${target[@]}" --shard 1/10 --sharing
    run py-quick "${target[@]}" --quick
    whole=$(calc "%.1f" "10 * $(get py-whole times target_cpu_s)")
    shared=$(calc "%.1f" "10 * $(get py-shared times target_cpu_s)")
    quick=$(get py-quick times target_cpu_s)
    goal 8 "python3-axolotl's CPU, of a run alone" "a tenth" \
        "$(calc "--sharing %.2f, --quick %.2f of it (%.0f s alone, %.0f, %.0f)" "$shared / $whole, $quick / $whole, $whole, $shared, $quick")" \
        "$shared / $whole <= 0.1"
}

# listen COMMAND...: starts what prints where it listens; $port is where
listen() {
    : >"$scratch/listening"
    "$@" >>"$scratch/listening" &
    children="$! $children"
    until grep -q '^listening' "$scratch/listening"; do sleep 0.05; done
    port=$(sed -n 's/^listening .*://p' "$scratch/listening")
}

slow_link() {
    local port one many n_one n_many
    local sweeps=(x3dh/flipped-signature-bit-is-refused groups/flipped-group-signature-bit-is-refused)
    listen "$build/bin/assay-reference" --listen tcp:127.0.0.1:0
    listen "$build/bin/bench-delay" 25 "$port"
    library=(--target "tcp:127.0.0.1:$port" --surface library)
    # eight of each for a worker
    run link1 "${library[@]}" --jobs 1 --case "${sweeps[0]}#[1-8]" --case "${sweeps[1]}#[1-8]"
    run link64 "${library[@]}" --jobs 64 --case "${sweeps[0]}" --case "${sweeps[1]}"
    one=$(get link1 times seconds)
    many=$(get link64 times seconds)
    n_one=$(executions link1)
    n_many=$(executions link64)
    local ratio
    ratio=$(calc "%.2f" "$n_many / $many / (64 * $n_one / $one)")
    goal 9 "64 workers over 50 ms, of 64 times one" "0.90" \
        "$ratio ($(calc "%.0f a second, one %.2f" "$n_many / $many, $n_one / $one"))" "$ratio >= 0.9"
}

printf 'cores: %s\n' "$(nproc)"
first_verdict
control_socket
sweeps
workers
slow_link
wire_suites
python
whole_run
printf '\n%-6s  %-40s  %-14s  %s\n' '' goal asked measured
sort -n "$scratch/table" | cut -f 2-
printf '\n'
cat "$scratch/beside"

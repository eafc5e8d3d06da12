#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# What is measured, as printed by ./dev bench. Ratios matter, the machine does not; nothing here passes or fails but one (the last).
# Usage: bench/run.sh BUILD_DIR
set -euo pipefail
build=$1
scratch=$(mktemp -d "${TMPDIR:-/tmp}/assay-bench.XXXXXX")
trap 'rm -rf "$scratch"' EXIT

get() { "$build/tests/results-tool" get "$scratch/$1/results.json" "${@:2}"; }

printf 'cores: %s\n\n' "$(nproc)"
for jobs in 1 2; do
    # The verdict is not the subject here, but a run that did not come to one measures nothing.
    "$build/bin/assay" run --target builtin: --seed be9c4 --jobs $jobs --out "$scratch/$jobs" --quiet \
        --known-failures adapters/reference/known-failures.txt || [ $? -le 2 ]
    not_applicable=$("$build/tests/results-tool" count "$scratch/$jobs/results.json" not-applicable)
    cases=$(($(wc -l <"$scratch/$jobs/results.jsonl") - 2 - not_applicable))
    awk -v jobs=$jobs -v cases="$cases" -v s="$(get $jobs times seconds)" \
        -v target="$(get $jobs times target_cpu_s)" -v harness="$(get $jobs times harness_cpu_s)" 'BEGIN {
        printf "%d worker%s  %6d cases in %7.2f s   %7.0f cases/s\n", jobs, (jobs > 1 ? "s" : " "), cases, s, cases / s
        printf "           CPU: target %.2f s, harness %.2f s   harness/driver %.2f\n", target, harness, harness / target
    }'
done
printf '\n'
# Signal v4 beside v3, with our own party as the target and the library's surface alone; the harness's CPU time is what plays the other side.
for cipher in v3 v4; do
    "$build/bin/assay" run --target "exec:$build/bin/assay-flawed --cipher $cipher" --surface library --seed be9c4 --jobs 1 \
        --out "$scratch/$cipher" --quiet || [ $? -le 2 ]
    not_applicable=$("$build/tests/results-tool" count "$scratch/$cipher/results.json" not-applicable)
    cases=$(($(wc -l <"$scratch/$cipher/results.jsonl") - 2 - not_applicable))
    awk -v cipher=$cipher -v cases="$cases" -v s="$(get $cipher times seconds)" \
        -v target="$(get $cipher times target_cpu_s)" -v harness="$(get $cipher times harness_cpu_s)" 'BEGIN {
        printf "Signal %s  %6d cases in %7.2f s   %7.0f cases/s   CPU a case: target %.2f ms, harness %.2f ms\n",
            cipher, cases, s, cases / s, 1e3 * target / cases, 1e3 * harness / cases
    }'
done
printf '\n'
bench/kem.sh "$build"
printf '\n'
# Generated conversations, with the quickest target there is: what they cost in time, and that memory stays flat.
for n in 10000 100000; do
    "$build/bin/assay" run --generate $n --seed be9c4 --jobs "$(nproc)" --out "$scratch/generated" --quiet \
        --target "exec:$build/bin/assay-flawed"
    awk -v n=$n -v s="$(get generated times seconds)" -v kb="$(get generated times peak_memory_kb)" 'BEGIN {
        printf "%6d schedules in %7.2f s   %6.0f schedules/s   peak memory %d KiB\n", n, s, n / s, kb
    }'
done
printf '\n'
"$build/bin/bench-echo" 50000 "$build/bin/assay-reference"
printf '\n'
bench/media.sh "$build" "$scratch"
printf '\n'
# A whole claims run: both sides, every game, with the quickest protocol there is beside Signal and the slowest that is here.
claims() {
    local name=$1 address=$2 file=$3 began ended
    began=$(date +%s.%N)
    "$build/bin/assay" claims --target "$address" --claims "$file" --seed be9c4 --out "$scratch/claims-$name" \
        --quiet 2>/dev/null || [ $? -le 2 ]
    ended=$(date +%s.%N)
    awk -v name="$name" -v a="$began" -v b="$ended" 'BEGIN { printf "claims of %-10s %6.1f s\n", name, b - a }'
}
claims olm "exec:$build/bin/assay-olm" adapters/olm/claims.xml
claims box "exec:$build/bin/assay-box" adapters/box/claims.xml
for name in openpgp mls; do
    claims $name "exec:adapters/node/node adapters/$name/adapter.mjs" adapters/$name/claims.xml
done
printf '\n'
# A thousand clients at once over real sockets; the one thing here that can fail: somebody was not served.
"$build/bin/bench-gate" 1000

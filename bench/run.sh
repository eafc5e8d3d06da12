#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# What is measured, as printed by ./dev bench. Ratios matter, the machine does not; nothing here passes or fails but gate.
# Usage: bench/run.sh BUILD_DIR [PART ...]     (goals, unless told otherwise; all: each of them, which takes a quarter of an hour)
set -euo pipefail
build=$1
shift
[ $# -gt 0 ] || set -- goals
[ "$*" != all ] || set -- goals ciphers kem generated media claims gate
scratch=$(mktemp -d "${TMPDIR:-/tmp}/assay-bench.XXXXXX")
trap 'rm -rf "$scratch"' EXIT
. bench/lib.sh

# Signal v4 beside v3, with our own party as the target and the library's surface alone; the harness's CPU time is what plays the other side.
ciphers() {
    local cipher cases
    for cipher in v3 v4; do
        run $cipher --target "exec:$build/bin/assay-flawed --cipher $cipher" --surface library --jobs 1
        cases=$(executions $cipher)
        awk -v cipher=$cipher -v cases="$cases" -v s="$(get $cipher times seconds)" \
            -v target="$(get $cipher times target_cpu_s)" -v harness="$(get $cipher times harness_cpu_s)" 'BEGIN {
            printf "Signal %s  %6d executions in %7.2f s   %7.0f a second   CPU of one: target %.2f ms, harness %.2f ms\n",
                cipher, cases, s, cases / s, 1e3 * target / cases, 1e3 * harness / cases
        }'
    done
}

# Generated conversations, with the quickest target there is: what they cost in time, and that memory stays flat.
generated() {
    local n
    for n in 10000 100000; do
        run generated --generate $n --jobs "$(nproc)" --target "exec:$build/bin/assay-flawed"
        awk -v n=$n -v s="$(get generated times seconds)" -v kb="$(get generated times peak_memory_kb)" 'BEGIN {
            printf "%6d schedules in %7.2f s   %6.0f schedules/s   peak memory %d KiB\n", n, s, n / s, kb
        }'
    done
}

# A whole claims run: both sides, every game, with the quickest protocol there is beside Signal and the slowest that is here.
claims_of() {
    local name=$1 address=$2 file=$3 began
    began=$(now)
    "$build/bin/assay" claims --target "$address" --claims "$file" --seed be9c4 --out "$scratch/claims-$name" \
        --quiet 2>/dev/null || [ $? -le 2 ]
    printf 'claims of %-10s %6.1f s\n' "$name" "$(since "$began")"
}

claims() {
    local name
    claims_of olm "exec:$build/bin/assay-olm" adapters/olm/claims.xml
    claims_of box "exec:$build/bin/assay-box" adapters/box/claims.xml
    for name in openpgp mls; do
        claims_of $name "exec:adapters/node/node adapters/$name/adapter.mjs" adapters/$name/claims.xml
    done
}

for part; do
    case $part in
    goals) bench/goals.sh "$build" ;;
    kem) bench/kem.sh "$build" ;;
    media) bench/media.sh "$build" "$scratch" ;;
    # A thousand clients at once over real sockets; the one part that can fail: somebody was not served.
    gate) "$build/bin/bench-gate" 1000 ;;
    ciphers | generated | claims) $part ;;
    *) printf 'bench: no such part: %s\n' "$part" >&2; exit 64 ;;
    esac
    printf '\n'
done

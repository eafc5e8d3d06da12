#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Operations a second of our KEM (harness/cipher/kem) and of npm's mlkem, in one run. Usage: bench/kem.sh BUILD_DIR
set -euo pipefail
build=$1
ours=$("$build/bin/bench-kem" 1)
theirs=$(adapters/node/node bench/kem.mjs 1) || theirs=""
awk 'BEGIN { printf "%-12s %6s %12s %14s %14s   (operations a second of CPU time)\n", "KEM", "", "keys", "encapsulated", "decapsulated" }
    { of[$1, FILENAME != "-"] = $0 }
    NR == FNR { names[++n] = $1 }
    END {
        for (i = 1; i <= n; i++) {
            split(of[names[i], 1], a); has = split(of[names[i], 0], b)
            printf "%-12s %6s %12d %14d %14d\n", a[1], "assay", a[2], a[3], a[4]
            if (!has) continue
            printf "%-12s %6s %12d %14d %14d\n", "", "mlkem", b[2], b[3], b[4]
            printf "%-12s %6s %12.1f %14.1f %14.1f\n", "", "times", a[2] / b[2], a[3] / b[3], a[4] / b[4]
        }
    }' <(printf '%s\n' "$ours") - <<<"$theirs"

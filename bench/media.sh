#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Media of so many MiB, both ways: hosted by a provider, fetched and verified by assay; hosted by assay, taken by a client of the provider.
# Beside each, curl of the same file piped through openssl, which decrypts and verifies nothing.
# Usage: bench/media.sh BUILD_DIR SCRATCH_DIR [MIB ...]     (64 and 2048; that takes a minute or two and twice its room in TMPDIR)
set -euo pipefail
build=$1
scratch=$2
shift 2
[ $# -gt 0 ] || set -- 64 2048
target="exec:$build/bin/assay-flawed"

now() { date +%s.%N; }

# seconds COMMAND...: how long it takes, on standard output
seconds() {
    local began
    began=$(now)
    "$@" >&2
    awk -v began="$began" -v finished="$(now)" 'BEGIN { printf "%.3f", finished - began }'
}

# write_suite LENGTH
write_suite() {
    mkdir -p "$scratch/suites"
    cat >"$scratch/suites/long-media.xml" <<END
<suite xmlns="urn:assay:suite:1" id="long-media" title="Long media" layer="service">
  <case id="hosted" requirement="MD-12">
    <purpose>A long file opens.</purpose>
    <host as="m" kind="file" size="$1"/>
    <request of="m" rule="genuine"/>
  </case>
  <case id="taken" requirement="MD-12">
    <purpose>A long file of ours is taken.</purpose>
    <take kind="file" size="$1"/>
  </case>
</suite>
END
}

# one_case CASE: runs it into the folder of its name; it must pass
one_case() {
    rm -rf "${scratch:?}/$1"
    "$build/bin/assay" run --target "$target" --suite-dir "$scratch/suites" --suite long-media --case "long-media/$1" --seed be9c4 \
        --timeout 600 --jobs 1 --out "$scratch/$1" --quiet 2>"$scratch/said" || [ $? -le 2 ] || { cat "$scratch/said" >&2; exit 1; }
    [ "$("$build/tests/results-tool" count "$scratch/$1/results.json" pass)" = 1 ] || { printf '%s: it did not pass\n' "$1" >&2; exit 1; }
}

memory_of() { "$build/tests/results-tool" get "$scratch/$1/results.json" times peak_memory_kb; }

# alone LENGTH: the same length through curl and openssl; prints how long hosting took, and how long this did
alone() {
    local hosting hosted taken host url iv key
    hosting=$(now)
    coproc HOST { "$build/tests/service-tool" "$target" "$scratch/roots.pem" "$1"; }
    host=$HOST_PID
    read -r -u "${HOST[0]}" url iv key _
    hosted=$(now)
    curl -sS --cacert "$scratch/roots.pem" "$url" | head -c -10 | openssl enc -d -aes-256-cbc -K "$key" -iv "$iv" |
        wc -c >"$scratch/opened"
    taken=$(now)
    exec {HOST[1]}>&-
    wait "$host" || true
    [ "$(cat "$scratch/opened")" = "$1" ] || { printf 'openssl did not open it\n' >&2; exit 1; }
    awk -v hosting="$hosting" -v hosted="$hosted" -v taken="$taken" 'BEGIN { printf "%.3f %.3f\n", hosted - hosting, taken - hosted }'
}

for mib; do
    length=$((mib * 1024 * 1024))
    write_suite "$length"
    whole=$(seconds one_case hosted)
    taken=$(seconds one_case taken)
    read -r made alone <<<"$(alone "$length")"
    awk -v mib="$mib" -v whole="$whole" -v taken="$taken" -v made="$made" -v alone="$alone" \
        -v kb="$(memory_of hosted)" -v taken_kb="$(memory_of taken)" 'BEGIN {
        fetched = whole - made
        printf "%d MiB  curl and openssl alone %.2f s\n", mib, alone
        printf "  hosted by the provider: fetched and verified in %.2f s, %.2f times as long; peak memory %d KiB\n", fetched, fetched / alone, kb
        printf "  hosted by assay: made, taken and verified in %.2f s, %.2f times as long; peak memory %d KiB\n", taken, taken / alone, taken_kb
    }'
done

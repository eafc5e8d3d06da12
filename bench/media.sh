#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Two GiB hosted by a provider and fetched and verified by assay, beside curl of the same file piped through openssl, which decrypts and
# verifies nothing. Usage: bench/media.sh BUILD_DIR SCRATCH_DIR
set -euo pipefail
build=$1
scratch=$2
length=$((2 * 1024 * 1024 * 1024))
target="exec:$build/bin/assay-flawed"

mkdir "$scratch/suites"
cat >"$scratch/suites/two-gibibytes.xml" <<END
<suite xmlns="urn:assay:suite:1" id="two-gibibytes" title="A long medium" layer="service">
  <case id="opens" requirement="MD-12">
    <purpose>A file of two GiB opens.</purpose>
    <host as="m" kind="file" size="$length"/>
    <request of="m" rule="genuine"/>
  </case>
</suite>
END
now() { date +%s.%N; }

began=$(now)
"$build/bin/assay" run --target "$target" --suite-dir "$scratch/suites" --suite two-gibibytes --seed be9c4 --timeout 120 \
    --out "$scratch/media" --quiet || [ $? -le 2 ]
whole=$(now)
verdict=$("$build/tests/results-tool" count "$scratch/media/results.json" pass)
[ "$verdict" = 1 ] || { printf 'two GiB were not taken\n' >&2; exit 1; }

coproc HOST { "$build/tests/service-tool" "$target" "$scratch/roots.pem" "$length"; }
host=$HOST_PID
hosting=$(now)
read -r -u "${HOST[0]}" url iv key _
hosted=$(now)
curl -sS --cacert "$scratch/roots.pem" "$url" | head -c -10 | openssl enc -d -aes-256-cbc -K "$key" -iv "$iv" -out "$scratch/plaintext"
done=$(now)
exec {HOST[1]}>&-
wait "$host" || true
[ "$(stat -c %s "$scratch/plaintext")" = "$length" ] || { printf 'openssl did not open it\n' >&2; exit 1; }
rm -f "$scratch/plaintext"

awk -v began="$began" -v whole="$whole" -v hosting="$hosting" -v hosted="$hosted" -v finished="$done" \
    -v kb="$("$build/tests/results-tool" get "$scratch/media/results.json" times peak_memory_kb)" 'BEGIN {
    makes = hosted - hosting; takes = whole - began - makes; alone = finished - hosted
    printf "2 GiB: made in %.1f s, fetched and verified in %.1f s; curl and openssl alone %.1f s; %.2f times as long\n", makes, takes, alone, takes / alone
    printf "       peak memory of the largest process %d KiB\n", kb
}'

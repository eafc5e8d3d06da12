#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# A server between client and gatekeeper as the target: ours does what is asked, its flaws are caught, and what is none is not judged.
. "$(dirname "$0")/lib.sh"

proxy="exec:'$bin/assay-proxy'"
expect_exit 0 "our own proxy does what is asked" assay run --target-proxy "$proxy" --suite proxy --seed 7 --out sound --quiet
expect "in every case" test "$(results count sound/results.json pass)" -gt 30
expect "none is left out" test "$(results count sound/results.json not-applicable)" -eq 0
expect_exit 0 "the profile observed is spoken, too" \
    assay run --target-proxy "$proxy" --suite proxy --profile observed --seed 7 --out observed --quiet
expect_exit 0 "doctor finds nothing wrong" assay doctor --target "$proxy"
for other in "--target builtin:" "--target-server $proxy" "--surface client" "--generate 1" "--pcap a.pcapng"; do
    eval "set -- $other"
    expect_exit 64 "what is asked of others does not go with it: $1" assay run --target-proxy "$proxy" "$@"
done
expect_exit 0 "a client is asked none of this" \
    assay run --suite proxy --suite x3dh --case '*/peer-starts*' --seed 7 --out other --quiet
expect_exit 0 "flaws of a proxy are caught, each by a case of its requirement (./dev test tries them all)" \
    assay mutants --proxy --short --timeout 1 --flaw merges-users --flaw rewrites-from
expect_exit 1 "what is in clear is found where the profile has a place for it" \
    assay run --target-proxy "exec:'$bin/assay-proxy' --flaw says-user-in-clear" --suite proxy --case proxy/secrets --profile observed --seed 7 \
    --out clear --quiet
expect "and named" grep -q "a visible identifier" clear/results.json
conclude

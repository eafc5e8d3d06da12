#!/usr/bin/env bash
# A gatekeeper's server as the target: ours does what is asked, each of its flaws is caught, and is named by its requirement.
. "$(dirname "$0")/lib.sh"

gatekeeper="'$bin/assay-gatekeeper'"
suites="--suite server-admission --suite server-hostile --suite server-prekeys --suite server-routing"
expect_exit 0 "our own gatekeeper does what is asked" \
    assay run --target-server "exec:$gatekeeper" $suites --seed 7 --out sound --quiet
expect "in every case" test "$(results count sound/results.json pass)" -ge 40
expect_exit 0 "the profile observed is spoken, too" \
    assay run --target-server "exec:$gatekeeper" $suites --profile observed --seed 7 --out observed --quiet
expect_exit 0 "doctor finds nothing wrong" assay doctor --target "exec:$gatekeeper"
expect_exit 64 "what is asked of a library does not go with it" assay run --target-server "exec:$gatekeeper" --target builtin:
expect_exit 0 "a client is asked none of this" assay run --suite server-hostile --suite x3dh --case '*/peer-starts*' --seed 7 --out other --quiet

expect_exit 0 "each flaw of a server is caught and named, and each case can fail" assay mutants --server --timeout 2
conclude

#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Signal v4: our own party is a correct target of it, one with a flaw is not, and a v3 target is not asked.
. "$(dirname "$0")/lib.sh"

target="exec:'$bin/assay-flawed' --cipher v4"
# sanitized, two epochs of each case take too long
epochs="--suite braid"
[ -n "$whole" ] && epochs="--case braid/wrong-*"
expect_exit 0 "our own party does what is asked" assay run --target "$target" --suite pqxdh --suite groups \
    --seed 7 --out sound --quiet
expect "in every case" test "$(results count sound/results.json pass)" -ge 1200
expect_exit 0 "and agrees on epochs" assay run --target "$target" $epochs --seed 7 --out agreed --quiet
expect "in every case of these" test "$(results count agreed/results.json pass)" -ge 9
expect_exit 0 "cases of v3 that hold for v4 are asked, too" \
    assay run --target "$target" --suite x3dh --case 'x3dh/peer-starts*' --seed 7 --out shared --quiet
expect "in every case of these" test "$(results count shared/results.json pass)" -ge 2
expect_exit 2 "a target of v3 is asked none of v4" assay run --suite pqxdh --out other --quiet
expect "and it is said why" grep -q 'the target speaks signal-v3, not signal-v4' other/results.json
expect_exit 0 "doctor finds nothing wrong" assay doctor --target "$target"
expect_exit 64 "a flaw of a service is none of a party of v4" "$bin/assay-flawed" --cipher v4 --flaw hosts-plaintext
expect_exit 1 "a flaw is caught, ./dev test tries them all" \
    assay run --target "$target --flaw skips-header-mac" --case 'braid/wrong-mac-of-the-header-is-refused' --seed 7 --out wrong --quiet

# The same party in a whole client.
expect_exit 0 "a whole client of v4 is sound" \
    assay run --surface client --target "$target" --suite kem-prekeys --suite prekeys --seed 7 --out client --quiet
expect "in every case" test "$(results count client/results.json pass)" -ge 50
expect "which ran on that surface" grep -q '"surface": "client"' client/results.json
expect_exit 0 "the cipher's suites go through the whole client" \
    assay run --surface client --target "$target" --suite pqxdh --quick --seed 7 --out deep --quiet
expect "in every case of these" test "$(results count deep/results.json pass)" -ge 30
expect_exit 1 "a client that publishes no KEM prekeys is caught" \
    assay run --target "$target --flaw publishes-no-last-resort" --suite kem-prekeys --seed 7 --out without --quiet
expect_exit 64 "which is no flaw of a client of v3" "$bin/assay-flawed" --flaw publishes-no-last-resort
conclude

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
expect_exit 64 "a flaw of a client is none of a party of v4" "$bin/assay-flawed" --cipher v4 --flaw takes-deep-nesting
expect_exit 1 "a flaw is caught, ./dev test tries them all" \
    assay run --target "$target --flaw skips-header-mac" --case 'braid/wrong-mac-of-the-header-is-refused' --seed 7 --out wrong --quiet
conclude

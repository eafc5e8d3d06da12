#!/usr/bin/env bash
# Signal v4: our own party is a correct target of it, each of its flaws is caught, and a v3 target is not asked.
. "$(dirname "$0")/lib.sh"

target="exec:'$bin/assay-flawed' --cipher v4"
expect_exit 0 "our own party does what is asked" assay run --target "$target" --suite pqxdh --seed 7 --out sound --quiet
expect "in every case" test "$(results count sound/results.json pass)" -ge 690
expect_exit 0 "cases of v3 that hold for v4 are asked, too" \
    assay run --target "$target" --suite x3dh --case 'x3dh/peer-starts*' --seed 7 --out shared --quiet
expect "in every case of these" test "$(results count shared/results.json pass)" -ge 2
expect_exit 2 "a target of v3 is asked none of v4" assay run --suite pqxdh --out other --quiet
expect "and it is said why" grep -q 'the target speaks signal-v3, not signal-v4' other/results.json
expect_exit 0 "doctor finds nothing wrong" assay doctor --target "$target"
while IFS=$'\t' read -r flaw _ _ unseen _; do
    [ -z "$unseen" ] || continue
    assay run --target "$target --flaw $flaw" --suite pqxdh --seed 7 --out "flaw-$flaw" --quiet >stdout 2>stderr </dev/null
    code=$? # 2: a precondition does not hold, nothing is judged; a SHOULD that fails ends with 0
    expect "$flaw is caught" test $code -eq 2 -o "$(results count "flaw-$flaw/results.json" fail)" -ge 1
done < <("$bin/assay-flawed" --list-flaws-v4)
conclude

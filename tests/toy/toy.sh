#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# A second cipher, which only this program knows: the whole of assay runs its suite, judges it and finds what is wrong.
. "$(dirname "$0")/../e2e/lib.sh"

toy() { "$bin/../tests/assay-toy" "$@"; }
target="exec:$bin/../tests/toy-target"
suite="--suite-dir $src/tests/toy/suites --suite toy"

expect_exit 0 "the doctor finds nothing wrong" toy doctor --target "$target"
expect_exit 0 "the toy's suite passes" toy run $suite --target "$target" --out good --seed 7
expect "every instance of it" test "$(results count good/results.json pass)" = 549
expect "no other is there" test "$(results get good/results.json selection suites)" = '["toy"]'

expect_exit 1 "a target that opens a message twice fails" \
    toy run $suite --target "$target --careless" --out bad --seed 7 --quiet
expect "in three cases" test "$(results count bad/results.json fail)" = 3
repro=bad/repro/$(ls bad/repro | head -n 1)
expect "a recorded failure names its cipher" grep -q ' cipher="toy"' "$repro"
expect_exit 1 "and is the same when it is driven again" toy repro "$repro" --target "$target --careless"
expect_exit 1 "and when it is judged again from its tape" toy judge "$repro"

expect_exit 65 "assay itself does not know the cipher" assay list --suite-dir "$src/tests/toy/suites"
expect "and says which it knows" grep -q 'one of these is expected: signal-v3' stderr
expect_exit 2 "a target that speaks it is not scored by assay" assay run --target "$target"
expect_exit 0 "suites of another cipher do not apply to the toy" \
    toy run --suite-dir "$src/tests/toy/suites" --suite x3dh --suite toy --target "$target" --out both --quiet
expect "each for the stated reason" grep -q 'the target speaks toy, not signal-v3' both/results.json

expect_exit 0 "what a field of the toy is" toy explain toy.tag
expect "says the toy's sentence" grep -q 'what authenticates all before it' stdout
expect_exit 0 "what a bend of the toy is" toy explain counter:5
expect "says its own sentence" grep -q 'word of the layer toy, with a number from 1' stdout
expect_exit 64 "a misspelt bend" toy explain wrong-tags
expect "leads to the right one" grep -q 'did you mean "wrong-tag"' stderr

conclude

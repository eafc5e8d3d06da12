#!/usr/bin/env bash
# A failure leaves a file that does it again, and a tape that is judged again without a target.
. "$(dirname "$0")/lib.sh"

hostile="$bin/../tests/hostile-target"
target="exec:$hostile refuses-nothing"
first_repro() { ls out/repro/*.xml 2>/dev/null | head -n 1; }

# The reference fails its known failures when nobody excuses them.
case=$(sed -n 's/^\([a-z][^ #]*\).*/\1/p' "$known" | head -n 1)
expect_exit 1 "a known failure fails when it is not listed" assay run --case "$case" --seed 7 --out out --quiet
repro=$(first_repro)
expect "it leaves a repro" test -n "$repro"
expect "the repro is named in the results" grep -q "\"repro\": \"$(basename "$(dirname "$repro")")/$(basename "$repro")" out/results.json
expect "the repro is well-formed XML" xmllint --noout "$repro"

expect_exit 1 "repro does it again" assay repro "$repro"
expect "repro says that it still fails" grep -q "^still fails" stdout
expect "repro prints the bytes field by field" grep -q "signal.ratchet-key" stdout
expect_exit 1 "judge agrees without a target" assay judge "$repro"
expect "judge says that it still fails" grep -q "^still fails" stdout
mkdir elsewhere
cp "$repro" elsewhere/moved.xml
expect_exit 1 "a repro works from anywhere" assay repro elsewhere/moved.xml --quiet

# The same case against a target that passes it.
expect_exit 0 "a case that passes" assay run --case x3dh/full-handshake-from-peer --seed 7 --out fine --quiet
sed 's/deliver/delivar/' "$repro" >broken.xml
expect_exit 65 "a broken repro is a bad input" assay repro broken.xml
expect "it says where" grep -qE "broken.xml:[0-9]+: " stderr

# A new run takes the old repro away, and nothing else.
echo mine >out/repro/notes.txt
expect_exit 0 "a new run in the same directory" assay run --case x3dh/full-handshake-from-peer --seed 7 --out out --quiet
expect_not "the old repro is gone" test -e "$repro"
expect "other files stay" test -e out/repro/notes.txt
conclude

#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# What the doctor sees: an adapter that calls everything a refusal, names that are nearly assay's, claims nothing answers.
. "$(dirname "$0")/lib.sh"

if ! command -v python3 >/dev/null; then
    echo "skipped: install python3"
    exit 77
fi
# doctor CODE SENTENCE CHANGE...: of the reference, with what it says changed on the way.
doctor() {
    local code=$1 sentence=$2
    shift 2
    expect_exit "$code" "$sentence" \
        assay doctor --target "exec:python3 $src/tests/e2e/foolish.py $* -- $bin/assay-reference"
    cp stdout said
}
# says SENTENCE CHECK RESULT TEXT: the line of CHECK has RESULT and TEXT.
says() { expect "$1" grep -qE "^$2 +$3 +.*$4" said; }

doctor 0 "nothing wrong with a sound adapter"
says "its party that was never made is a fault" "unknown party" ok "a fault"
says "each claim that can be asked for is" "ForgetSession" ok "claimed, and answered"
says "its service is walked" "HostMedia" ok "its blob opens"
says "with what it claims of it" "Pushes" ok "waited for its user"
says "what it claims and is not looked at is said" claims - "not looked at here: import-keys"
expect "only checks that were made are counted" grep -q "^All $(grep -c ' ok ' said) checks hold" said

expect_exit 0 "the same for a machine" assay doctor --json
cp stdout said.json
expect "nothing failed" test "$(results get said.json failed)" = 0
expect "every check is there" test "$(grep -c '"operation"' said.json)" = "$(grep -cE ' (ok|FAILED|-) ' said)"

doctor 1 "an adapter that calls every error a refusal is seen" refuses-all
says "by a party that was never made" "unknown party" FAILED "must be a Fault: the target refused.*#fault"

doctor 1 "a misspelt capability is seen" claims=snapshots
says "with the name that was meant" Hello FAILED 'capability "snapshots" \(did you mean "snapshot"\?\)'
doctor 1 "also a client's" claims=client/acept-identity
says "with the whole name" Hello FAILED 'did you mean "client/accept-identity"\?'
doctor 1 "a misspelt surface is seen" surface=libary
says "with the name that was meant" Hello FAILED 'surface "libary" \(did you mean "library"\?\)'
doctor 1 "a protocol called by its family is seen" protocol=signal
says "with the name that was meant" Hello FAILED 'protocol "signal" \(did you mean "signal-v3"\?\)'

doctor 0 "a protocol that is none of assay's is no mistake" protocol=olm-v1

doctor 0 "names that are like none of assay's are kept" claims=teleport claims=x-mine protocol=signal-v3
says "and said not to be known" claims - "teleport \(unknown to assay\); x-mine$"
doctor 1 "a claim that nothing answers is seen" claims=refresh
says "with what came instead" Refresh FAILED "it claims refresh: the target answered unsupported"
doctor 0 "a claim that no check looks at" claims=open-own
says "is said" claims - "open-own"

# The examples of docs/adapter.md do what it asks for.
examples=$bin/../tests/unit/driver/examples
expect_exit 0 "the example in Python is ready for claims" assay doctor --target "exec:python3 $examples/adapter.py"
node=$src/adapters/node/node
if (cd "$examples" && "$node" --input-type=module -e "import 'protobufjs'") 2>/dev/null; then
    expect_exit 0 "the example in JavaScript, too" assay doctor --target "exec:$node $examples/adapter.mjs"
fi

# What every client has and a target does not claim is said, before the word that says what the target is.
hiding="exec:python3 $src/tests/e2e/foolish.py hides=accept-identity hides=import-keys -- $bin/assay-reference"
assay run --target "$hiding" --suite sesame --level must --jobs 1 --out hiding >said 2>&1
expect "a capability that every client has is missed" grep -q "^  not offered    accept-identity: 7 MUST executions" said
expect_not "one that sound clients do without is not" grep -q "not offered .*import-keys" said
expect "before the verdict" test "$(grep -n "not offered" said | cut -d: -f1)" -lt \
    "$(grep -nE "PASSED|FAILED|CONFORMANT" said | head -n 1 | cut -d: -f1)"
expect "the record has it" grep -q '"capability": "accept-identity"' hiding/results.json

# Each heading that the doctor points at stands in docs/adapter.md.
headings=$(sed -n 's/^##* //p' "$src/docs/adapter.md" | tr 'A-Z' 'a-z' | sed 's/[^a-z0-9 -]//g; s/ /-/g')
for anchor in $(grep -ohE '"#[a-z-]+"' "$src"/harness/run/doctor*.c | tr -d '"#' | sort -u); do
    expect "docs/adapter.md has #$anchor" grep -qx "$anchor" <<<"$headings"
done
conclude

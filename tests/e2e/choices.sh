#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# assay mutants --honest: who makes a choice is accused of nothing, and when somebody is, it is said who and by which case.
. "$(dirname "$0")/lib.sh"

# Two that go together, and one that breaks what must be, which is left out.
two="--flaw asks-again-without-a-kem-prekey --flaw asks-again-with-a-bad-kem-signature"
expect_exit 0 "what only should be is accused of nothing" assay mutants --cipher v4 --honest $two --flaw publishes-kem-id-zero
expect "each of the two has its line" test "$(grep -c '^honest ' stdout)" = 2
expect "and they are one party" grep -q '^together, [1-9][0-9]* MUST executions, .*: asks-again-without-a-kem-prekey, asks-again-with-a-bad-kem-signature$' stdout
expect_exit 0 "what must be is no choice" assay mutants --cipher v4 --honest --flaw publishes-kem-id-zero
expect "and nothing is left" grep -q '  choices 0, in 0 parties: ' stdout
expect_exit 0 "two that are one decision" assay mutants --honest --flaw passes-over-the-digest --flaw passes-over-the-length
expect "are two parties" grep -q '  choices 2, in 2 parties: ' stdout
for other in --short --claims; do
    expect_exit 64 "it is a form of its own, without $other" assay mutants --honest $other
done

# flawed PATTERN: an assay-flawed that breaks a MUST wherever its command line is like PATTERN.
mkdir own
cp "$bin/assay" own/
flawed() {
    cat >own/assay-flawed <<WRAPPER
#!/bin/sh
case "\$*" in $1) exec $bin/assay-flawed "\$@" --flaw publishes-kem-id-zero ;; esac
exec $bin/assay-flawed "\$@"
WRAPPER
    chmod +x own/assay-flawed
}
flawed '*"--flaw asks-again-without-a-kem-prekey"*'
expect_exit 1 "a choice is accused" own/assay mutants --cipher v4 --honest $two
expect "by a case" grep -q '^ACCUSED   asks-again-without-a-kem-prekey  *RT-02  *[a-z-]*/.* fails as if it broke what must be$' stdout
expect "the other one is not" grep -q '^honest    asks-again-with-a-bad-kem-signature ' stdout
expect "the flawless target passes that case" grep -q '^flawless clean   choices 2, in 1 parties: 1 accused' stdout
expect_exit 1 "for a machine, too" own/assay mutants --cipher v4 --honest $two --json
expect "with the word" grep -q '"state": "ACCUSED"' stdout
expect "and the number" test "$(results get stdout accused)" = 1
flawed "*\"$two\"*"
expect_exit 1 "two choices are accused together" own/assay mutants --cipher v4 --honest $two
expect "neither of them alone" test "$(grep -c '^honest ' stdout)" = 2
expect "and it is said by which case" grep -q '^ACCUSED   [a-z-]*/.* fails as if they broke what must be$' stdout
flawed '"--cipher v4"*'
expect_exit 1 "a flawless target that is accused" own/assay mutants --cipher v4 --honest $two
expect "is not clean" grep -q '^flawless NOT CLEAN ' stdout
conclude

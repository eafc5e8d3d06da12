#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Wrong usage: exit 64 and the nearest name; nothing is run.
. "$(dirname "$0")/lib.sh"

says() { grep -q -- "$1" stderr; }

wrong() {
    local sentence=$1 text=$2
    shift 2
    expect_exit 64 "$sentence" assay "$@"
    expect "$sentence: says so" says "$text"
}

wrong "an unknown command" 'did you mean "doctor"' docter
wrong "an unknown option" "did you mean --known-failures" run --known-failure x
wrong "an unknown suite" "ratchet" run --suite ratchett
wrong "an unknown suite of a list" 'did you mean "ratchet"' list --suite ratchett
wrong "what no case tests, of a suite" "what a suite tests is covered" list --suite xeddsa --uncovered
wrong "a flaw that v3 does not have" "assay-flawed --list-flaws shows" mutants --flaw no-such-flaw
wrong "a flaw that v4 does not have" "assay-flawed --list-flaws-v4 shows" mutants --cipher v4 --flaw no-such-flaw
wrong "servers of one cipher" "of no cipher" mutants --server --cipher v4
wrong "claims of servers" "of no cipher" mutants --server --claims
wrong "a case that does not exist" "ratchet/" run --case ratchet/no-such-case-as-this
wrong "a pattern that matches nothing" "no case" run --case 'nothing/*'
wrong "an address of no kind" "exec:" run --target ./my-adapter
wrong "a port that is none" "port" run --target tcp:localhost:99999
wrong "a seed that is not hexadecimal" "hexadecimal" run --seed hello
wrong "an unknown profile" "public" run --profile publik
wrong "a level that is none" "must, should" run --level shall
wrong "an id nobody has" "did you mean" explain signal.mak
wrong "a missing operand" "usage:" judge
expect_not "and nothing was written" test -e out

expect_exit 0 "the cases of one suite" assay list --suite xeddsa
expect "and of no other" test "$(grep -c ' - .* cases)$' stdout)" = 1
expect "the totals are of it" grep -q "^$(grep -c '^  xeddsa/' stdout) cases in 1 suite; " stdout
expect "with the requirements it covers" \
    grep -q "^$(sed -n 's/^  xeddsa\/.* //p' stdout | sort -u | wc -l) of [0-9]* requirements covered by them$" stdout
expect_exit 0 "the same for a machine" assay list --suite xeddsa --json
cp stdout list.json
expect "with the same totals" test "$(results get list.json totals cases) $(results get list.json totals covered)" = \
    "$(grep -c '"purpose"' list.json) $(grep -c '"quote"' list.json)"
expect_exit 0 "without a suite, the totals are of everything" assay list
expect "and say what is left" grep -q "^[0-9]* of [0-9]* requirements covered, [0-9]* not built yet, " stdout
expect_exit 0 "the requirements it covers" assay list --suite xeddsa --requirements
expect_not "and no other" grep -q "^X-01 " stdout

# For a machine.
machine() {
    local sentence=$1
    shift
    expect_exit 0 "$sentence" assay "$@" --json
    cp stdout said.json
}
machine "what a requirement is" explain D-11
expect "is said" test "$(results get said.json word)" = D-11
expect "with its kind" grep -qF '"head": "D-11 (requirement, must)"' said.json
machine "a word with several meanings" explain snapshot
expect "has a head for each" grep -qF '"head": "snapshot (capability)"' said.json
expect "and the other" grep -qF '"head": "snapshot (verb of a step)"' said.json
wrong "a word that is none" "did you mean" explain signal.mak --json
machine "constants of a profile" profile show observed
expect "are those of the profile" test "$(results get said.json id)" = observed
expect "with what the profile public has" grep -q '"public": ' said.json
machine "flaws against cases" mutants --short --flaw skips-mac
expect "are told" test "$(results get said.json caught)" = 1
expect "with the cases that caught them" grep -q '"caught_by": \[$' said.json
# A flawless target that fails what a flaw was caught by: nothing is shown by it.
mkdir unsound
cp "$bin/assay" unsound/
cat >unsound/assay-flawed <<WRAPPER
#!/bin/sh
case "\$*" in *flaw*) exec $bin/assay-flawed "\$@" ;; esac
exec $bin/assay-flawed --flaw skips-mac
WRAPPER
chmod +x unsound/assay-flawed
expect_exit 1 "a flawless target with a flaw" unsound/assay mutants --short --flaw skips-mac --jobs 1
expect "is not clean" grep -q "^flawless NOT CLEAN " stdout
expect "and it is said by which case" grep -q "^the flawless target fails probes/flipped-mac-bit@.*, so it catches nothing" stdout
sed -i 's/assay-flawed --flaw skips-mac$/assay-box/' unsound/assay-flawed
expect_exit 1 "a flawless target that is not asked" unsound/assay mutants --short --flaw skips-mac --jobs 1
expect "is not clean either" grep -q "^flawless NOT CLEAN " stdout
expect "and it is said why" grep -q "^the flawless target could not be tried: probes/flipped-mac-bit@.*: not applicable: " stdout
wrong "games have no such form" "not for --claims" mutants --claims --json
expect_exit 0 "what a suite can do wrong" assay list --words
expect "has the words of the wire, each once" test "$(grep -c '^stanza  *doctype  ' stdout)" = 1
expect "and those of ciphers" grep -q '^signal  *one-time-prekey-id  ' stdout
n_words=$(wc -l <stdout)
expect_exit 0 "the same words for a machine" assay list --words --json
expect "are as many" test "$(grep -c '"sentence"' stdout)" = "$n_words"
conclude

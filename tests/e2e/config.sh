#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# assay.ini: options that are the same on every call; the command line goes before it, and a wrong line is named.
. "$(dirname "$0")/lib.sh"
unset ASSAY_CONFIG

says() { grep -qF -- "$1" stderr; }
shown() { grep -cE '^[a-z0-9-]+ - .* cases?\)$' stdout; }
# wrong SENTENCE LINE TEXT: assay.ini, from standard input, is wrong there.
wrong() {
    cat >assay.ini
    expect_exit 65 "$1" assay list
    expect "$1: the line is named" says "assay.ini:$2: "
    expect "$1: it says why" says "$3"
}

expect_exit 0 "without the file" assay list --suite xeddsa
expect_not "nothing is said" test -s stderr

printf 'target = exec:false\n# a comment\n[list]\nsuite = xeddsa ; the smallest\nsuite = x3dh\n[run]\nquick = yes\n' >assay.ini
expect_exit 0 "options of a file" assay list
expect "hold" test "$(shown)" = 2
expect "and are said" says "with assay.ini: --suite xeddsa --suite x3dh"
expect_not "what is for another command is not" says quick
expect_exit 0 "the command line" assay list --suite ratchet
expect "goes before it" test "$(shown)" = 1
expect_exit 0 "help does not read it" assay list --help
expect_exit 69 "what stands before any section is for each command that has it" assay doctor

printf 'seed = 7\nquiet = no\n[run]\ncase = x3dh/*\nseed = 5eed\nquick = yes\n' >assay.ini
expect_exit 0 "a run" assay run --out out --target "exec:$bin/assay-flawed"
expect "is recorded as if it had been typed" \
    sh -c "grep -q -- '\"--case\"' out/results.json && grep -q -- '\"--quick\"' out/results.json"
expect "what is for the command goes before what is for all" grep -q '"seed": "5eed0' out/results.json
echo 'seed = 1' >assay.ini
expect_exit 0 "a run that is resumed has its own options" assay run --resume out --quiet

printf 'json = yes\n[list]\nsuite = xeddsa\njson = no\n' >assay.ini
expect_exit 0 "a flag that is set for all" assay list
expect "can be unset for a command" test "$(shown)" = 1

echo 'quiet = yes' >assay.ini
assay diff out out >/dev/null 2>stderr
expect_not "a command without an option is not given it" test -s stderr

wrong "an option that is none" 2 'did you mean "suite"' <<<$'[list]\nsuit = x'
wrong "one of another command" 2 'no option is called "jobs"' <<<$'[list]\njobs = 2'
wrong "one that no command has" 1 'no option is called "colour"' <<<'colour = red'
wrong "a command that is none" 2 'no command is called so' <<<$'[lists]\nsuite = x3dh'
wrong "a flag that is neither" 2 "--json takes yes or no" <<<$'[list]\njson = perhaps'
wrong "what is no option" 1 '"name = value" or "[command]" is expected' <<<'only words'
wrong "a line that is too long" 1 'a line of more than' <<<"target = $(head -c 400 /dev/zero | tr '\0' x)"

mv assay.ini other.ini
printf '[list]\nsuite = xeddsa\n' >other.ini
expect_exit 0 "another file" env ASSAY_CONFIG=other.ini "$bin/assay" list
expect "is taken" test "$(shown)" = 1
expect_exit 65 "one that is not there is not taken" env ASSAY_CONFIG=nowhere.ini "$bin/assay" list
conclude

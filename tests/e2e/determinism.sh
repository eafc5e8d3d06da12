#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The same seed gives the same results: twice, with any number of workers, alone and in the full run.
. "$(dirname "$0")/lib.sh"

# Every kind of case, of either surface; what is left out waits most, and says nothing else. Nine tenths of all instances are
# one bit flipped after another, hundreds to a sweep; the first 29 of every sweep and each tenth after them show the same.
[ -n "$whole" ] || for suite in x3dh xeddsa ratchet sesame restart groups interop recorded frame identity \
    content hostile-xml retry stack; do
    whole+=" --suite $suite"
done
whole+=" --case */*#? --case */*#[12]? --case */*#*6"
set -f # the patterns are for assay

expect_exit 0 "one worker" assay run $whole --seed 5eed --jobs 1 --known-failures "$known" --out one --quiet
expect_exit 0 "four workers" assay run $whole --seed 5eed --jobs 4 --known-failures "$known" --out four --quiet
expect "results are the same with any number of workers" results same one/results.json four/results.json
expect "there is a journal" test -s one/results.jsonl
journal() { sed '1d;$d;s/,"took_us":[0-9]*//' "$1/results.jsonl"; }
expect "journals are the same, too, but for times" cmp <(journal one) <(journal four)

few="--suite sesame --seed 5eed --quiet"
expect_exit 0 "a suite" assay run $few --out first --known-failures "$known"
expect_exit 0 "the same suite with the same seed" assay run $few --out second --known-failures "$known"
expect "the same seed twice gives the same results" results same first/results.json second/results.json

# alike ID KEY A B: both results have the case, and say the same of it.
alike() {
    local there
    there=$(results case "$3" "$1" "$2") && [ -n "$there" ] && [ "$there" = "$(results case "$4" "$1" "$2")" ]
}

# Cases that passed, one of them an instance of a sweep, alone and among all others.
n_alone=0
alone() {
    local id=$1 out=alone-$((n_alone += 1)) key
    expect_exit 0 "$id alone" assay run --seed 5eed --case "$id" --out "$out" --quiet
    for key in verdict tape; do
        expect "$id: same $key" alike "$id" $key "$out/results.json" one/results.json
    done
}
for id in $(results passed one/results.json x3dh 2) $(results passed one/results.json restart 2); do
    alone "$id"
done

expect_exit 0 "another seed" assay run --suite sesame --seed 5eee --out other --quiet --known-failures "$known"
expect "cases that passed were run alone" test $n_alone -eq 4
expect "another seed gives results" test -s other/results.json
expect_not "another seed gives other tapes" results same first/results.json other/results.json
conclude

#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Each allocation fails once, one in each run: assay says that it has no memory, or comes to the same; it never crashes, and no verdict
# becomes another. With a number as fourth argument each so-many-th is tried, of those in libraries one in ten of that:
# tests/e2e/memory.sh build/asan/bin . all 1
. "$(dirname "$0")/lib.sh"
bin=$(cd "$OLDPWD" && realpath "$bin")
src=$(cd "$OLDPWD" && realpath "$src")
tries=4 # of each command, unless told otherwise
stride=${4:-0}
starved="$bin/../tests/assay-starved"
export ASAN_OPTIONS=${ASAN_OPTIONS:-}:exitcode=99:detect_leaks=0 UBSAN_OPTIONS=${UBSAN_OPTIONS:-}:exitcode=99
export ASSAY_REFERENCE="$bin/assay-reference"

# Little to read: two suites, and the requirements of one file.
mkdir -p data/suites data/adapters
cp -r "$src/vectors" data/vectors
cp -r "$src"/suites/{suite.rng,requirements.rng,claims.rng,sources.xml,requirements.xml,budget.txt,profiles} data/suites/
cat >data/suites/mine.xml <<'END'
<suite xmlns="urn:assay:suite:1" id="mine" title="Mine" layer="cipher">
<case id="opens" requirement="D-05"><purpose>It opens.</purpose><establish/><seal as="m"/><deliver message="m"/></case>
<case id="refused" requirement="D-16"><purpose>It is refused.</purpose><establish/><seal as="m"/>
<tamper message="m" as="f" field="signal.mac" flip="each-bit"/><deliver message="f" expect="refuses"/><deliver message="m"/></case>
</suite>
END
echo mine >data/suites/MANIFEST
export ASSAY_DATA=$scratch/data
flawed="exec:$bin/assay-flawed --flaw compares-seven-bytes-of-mac"

# count: what the last run of assay-starved allocated
count() { od -An -t u8 -N 8 log | tr -d ' '; }

# what_came CODE: of a run in which an allocation failed and that ended with CODE; nothing when that is right
what_came() {
    case $1 in
    "$wanted" | 2) ;;
    3) grep -qiE "memory|error of assay" stdout stderr || echo "it ends with 3 and does not say why" ;;
    # jansson calls a file wrong when it has no memory
    65) [ -n "$of_libraries" ] || echo "it complains of its input" ;;
    *) echo "it ends with $1" ;;
    esac
    if grep -E "Sanitizer|runtime error" stderr; then echo "a sanitizer complains"; fi
    $check 2>&1 || echo "another verdict"
}

# fail_each: the N-th for each step-th N
fail_each() {
    local all n step=$stride code n_tried=0 n_same=0 wrong
    expect_exit "$wanted" "$name: no allocation fails" env ASSAY_STARVE=0 ASSAY_STARVE_LOG=log "$starved" "$@"
    all=$(count)
    rm -rf sound
    cp -r out sound 2>/dev/null
    [ -z "$of_libraries" ] || step=$((step * 10))
    [ "$step" -gt 0 ] || step=$((all / tries + 1))
    for ((n = stride > 0 ? 1 : 1 + step / 3; n <= all; n += step)); do
        rm -rf out
        code=0
        ASSAY_STARVE=$n ASSAY_STARVE_LOG=log timeout 60 "$starved" "$@" >stdout 2>stderr </dev/null || code=$?
        n_tried=$((n_tried + 1))
        [ $code -eq "$wanted" ] && n_same=$((n_same + 1))
        wrong=$(what_came $code)
        [ -z "$wrong" ] || miss "$name: allocation $n of $all fails" "$wrong"
    done
    pass "$name: $n_tried of $all allocations failed one by one, $n_same of them to no effect"
}

# try NAME EXIT CHECK command...: it ends with EXIT, whichever allocation fails, or as what could not go on; CHECK holds after each.
try() {
    local wanted=$2 check=$3 name=$1 of_libraries=""
    fail_each "${@:4}"
    of_libraries=yes name="$1, libraries"
    export ASSAY_STARVE_LIBRARIES=yes
    fail_each "${@:4}"
    unset ASSAY_STARVE_LIBRARIES
}

# No verdict is another: each case has the one it had, or none.
same_verdicts() { [ ! -e out/results.json ] || results agree sound/results.json out/results.json; }
any() { true; }

try "a list" 0 any list
try "a run" 1 same_verdicts run --target "$flawed" --seed 1 --jobs 1 --out out
cp -r sound whole
try "a report of it" 0 any report whole/results.json --format html
try "a case of it again" 1 any repro whole/repro/"$(ls whole/repro | head -n 1)" --target "$flawed"
try "a claim" 1 any claims --target "exec:$bin/assay-box" --claims "$src/adapters/box/claims.xml" --baseline v3 --game FS-1 --schedules 1 --seed 1 --out out
conclude

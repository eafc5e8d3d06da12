#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# A run that was broken off goes on where its journal ends, and comes to what it would have come to in one piece.
# With a number as fourth argument, only that: killed so often within it, each time anywhere. tests/e2e/resume.sh build/release/bin . all 200
. "$(dirname "$0")/lib.sh"
bin=$(cd "$OLDPWD" && realpath "$bin")
src=$(cd "$OLDPWD" && realpath "$src")
export ASSAY_DATA=$src

kills=${4:-3}
[ -n "$whole" ] && kills=1
target="exec:$bin/assay-flawed --flaw compares-seven-bytes-of-mac"
seed=5eed
# Sixteen of these 66 fail, some measure.
chosen=(--target "$target" --seed $seed --case "ratchet/flipped-mac-bit-[in]*#5?" --case "x3dh/*#1" --case "sesame/s*")

# What a journal says of its cases, but how long they took.
cases_of() { sed '1d;$d;s/,"took_us":[0-9]*//' "$1/results.jsonl"; }
# same PIECE DIR: the results, the repro files and the journal of both are equal.
same() {
    results same "$1/results.json" "$2/results.json" && diff -r "$1/repro" "$2/repro" &&
        cmp <(cases_of "$1") <(cases_of "$2") && cmp <(head -n 1 "$1/results.jsonl") <(head -n 1 "$2/results.jsonl")
}
# has_begun DIR: its journal has a line.
has_begun() { [ "$(cat "$1/results.jsonl" 2>/dev/null | wc -l)" -gt 0 ]; }
# killed_after DIR MILLISECONDS command...: kill -9 it so long after its journal in DIR began, unless it has ended. A negative
# number: so long after it was started.
killed_after() {
    local ms=${2#-}
    start "${@:3}"
    if [ "$2" -ge 0 ]; then
        until has_begun "$1" || ! kill -0 $child 2>/dev/null; do sleep 0.005; done
    fi
    sleep "$(printf '%d.%03d' $((ms / 1000)) $((ms % 1000)))"
    kill -KILL "$child" 2>/dev/null
    wait "$child" 2>/dev/null
    children=""
}
# A point of a run that takes so many milliseconds after its journal began, in one of nine just before that.
anywhere() { echo $((RANDOM * (took + took / 8) / 32768 - took / 8)); }

start "$bin/assay" run "${chosen[@]}" --out piece --quiet
until has_begun piece; do sleep 0.005; done
began=$(date +%s%N)
code=0
wait $child || code=$?
took=$((($(date +%s%N) - began) / 1000000))
expect "a run in one piece" test $code -eq 1
expect "failures have files" sh -c "ls piece/repro/*.xml"

# Killed anywhere, once or twice, with up to three workers.
declare -A stood=([before it began]=0 [within it]=0 [at its end]=0)
for i in $(seq $((kills * (${4:+2} + 1)))); do
    [ ${stood[within it]} -lt "$kills" ] || break
    rm -rf cut
    after=$(anywhere)
    killed_after cut "$after" "$bin/assay" run "${chosen[@]}" --out cut --quiet --jobs $((i % 3 + 1))
    [ $((i % 2)) -eq 0 ] && killed_after cut "$(anywhere)" "$bin/assay" run --resume cut --quiet
    lines=$(cat cut/results.jsonl 2>/dev/null | wc -l)
    point="$after ms, after $lines lines"
    if [ "$lines" -eq 0 ]; then
        stood[before it began]=$((stood[before it began] + 1))
        expect_exit 65 "killed after $point: there is nothing to go on with" assay run --resume cut
        continue
    fi
    if [ "$lines" -eq "$(wc -l <piece/results.jsonl)" ]; then point+=", its end"; fi
    case $point in *end) where="at its end" ;; *) where="within it" ;; esac
    stood[$where]=$((stood[$where] + 1))
    expect_exit 1 "killed after $point: it goes on" assay run --resume cut --quiet
    expect "killed after $point: it comes to the same" same piece cut
done
for where in "${!stood[@]}"; do printf 'killed %s: %d times\n' "$where" "${stood[$where]}"; done
[ $# -ge 4 ] && conclude

# Interrupted in order.
start "$bin/assay" run "${chosen[@]}" --out interrupted --quiet --jobs 1
wait_until sh -c '[ "$(wc -l <interrupted/results.jsonl)" -gt 3 ]'
kill -INT $child
wait $child
expect_exit 1 "a run that was interrupted" assay run --resume interrupted --quiet
expect "it comes to the same" same piece interrupted

# A journal that ends within a line, before its last line, or nowhere.
size=$(wc -c <piece/results.jsonl)
lines=$(wc -l <piece/results.jsonl)
middle=$(head -n $((lines / 2)) piece/results.jsonl | wc -c)
for cut in $((middle + 100)) $((size - 2)) "$size"; do
    rm -rf cut
    cp -r piece cut
    head -c "$cut" piece/results.jsonl >cut/results.jsonl
    rm cut/results.json cut/report.html
    expect_exit 1 "a journal of $cut bytes" assay run --resume cut --quiet
    expect "a journal of $cut bytes comes to the same" same piece cut
done

# Files of failures: one that is gone is made again, one that no case has is gone.
lost=$(ls piece/repro/*.xml | tail -n 1)
rm "cut/${lost#piece/}"
echo '<case id="x" origin="x/x"/>' >cut/repro/of_a_case_that_was_not_whole.xml
expect_exit 1 "a file of a failure is lost" assay run --resume cut --quiet
expect "that failure is looked at again" same piece cut

# Sessions that are shared are shared by the same.
sharing=(--sharing --seed $seed --case "ratchet/flipped-mac-bit-is-refused#*" --target "$target")
expect_exit 1 "shared sessions, in one piece" assay run "${sharing[@]}" --out shared-piece --quiet
cp -r shared-piece shared
head -n 30 shared-piece/results.jsonl >shared/results.jsonl
expect_exit 1 "shared sessions, the journal ends within one" assay run --resume shared --quiet
expect "it comes to the same" same shared-piece shared

# A target that was down stays down: what hung before counts.
rm -rf cut
cp -r piece cut
head -n 9 piece/results.jsonl | sed '5,9s/"at":/"hang":true,"has_hung":true,"at":/' >cut/results.jsonl
expect_exit 1 "a target that fell silent" assay run --resume cut --quiet
expect "it is down in the same case" \
    grep -q "\"interrupted\": \"target down at case $(sed -n '9s/^{"id":"\([^"]*\)".*/\1/p' piece/results.jsonl): 5 cases in a row" cut/results.json

# What is another run is told, and nothing is touched.
untouched() { cmp before/results.jsonl cut/results.jsonl && test -s cut/results.json; }
rm -rf cut
cp -r piece before
cp -r piece cut
refused() {
    local code=$1 sentence=$2 says=$3
    shift 3
    expect_exit "$code" "$sentence" assay run "$@"
    expect "$sentence: it is said" grep -qF -- "$says" stderr
    expect "$sentence: nothing is touched" untouched
}
# changed SENTENCE SAYS SED: the journal's first line says something else than is the case.
changed() {
    sed "1$3" piece/results.jsonl >cut/results.jsonl
    cp cut/results.jsonl before/
    refused 64 "$1" "$2" --resume cut
}
refused 64 "another seed" "--seed: the run in cut has another: ${seed}0000" --resume cut --seed 1
refused 64 "another target" "--target: the run in cut has another: exec:" --resume cut --target builtin:
refused 64 "an option it did not have" "--quick: the run in cut has no such option" --resume cut --quick
refused 64 "another directory" "--resume does not go with --out" --resume cut --out other
refused 64 "a misspelt option" "unknown option --jbos" --resume cut --jbos 2
refused 64 "a misspelt --resume" "unknown option --resmue" --resmue cut --out cut
changed "another build of assay" "this run is of another build of assay than cut" 's/"commit":"[^"]*"/"commit":"0"/'
changed "a target that is another by now" ', not "0-other"' 's/"version":"[^"]*"/"version":"0-other"/'
changed "a suite that is another by now" "this run differs from cut in digests.suites/x3dh.xml: " 's/\("suites.x3dh.xml":"\)[^"]*/\1/'
expect_exit 65 "a directory that is not there" assay run --resume nowhere
head -c 100 piece/results.jsonl >cut/results.jsonl
expect_exit 65 "a journal without its first line" assay run --resume cut
expect "it is said" grep -q "results.jsonl: it ends within its first line" stderr
expect_exit 69 "a target that is not there" assay run --target unix:nobody --case "sesame/*" --out unreached --quiet
expect_exit 65 "has done nothing that could go on" assay run --resume unreached
assay run --generate 5 --seed 1 --out generated --quiet >stdout 2>&1
expect_exit 64 "generated conversations" assay run --resume generated

# Two never write to one directory.
start "$bin/assay" run --seed 1 --jobs 1 --out busy --quiet
wait_until sh -c '[ "$(wc -l <busy/results.jsonl)" -gt 3 ]'
expect_exit 124 "a run that is not broken off is waited for" timeout 1 "$bin/assay" run --resume busy
expect "and goes on" kill -0 $child
conclude

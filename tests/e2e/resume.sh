#!/usr/bin/env bash
# A run that was broken off goes on where its journal ends, and comes to what it would have come to in one piece.
. "$(dirname "$0")/lib.sh"

kills=12
[ -n "$whole" ] && kills=4
target="exec:$bin/assay-flawed --flaw compares-seven-bytes-of-mac"
seed=5eed
chosen=(--target "$target" --seed $seed --case "x3dh/*" --case "sesame/*" --case "ratchet/*mac*")

# What a journal says of its cases, but how long they took.
cases_of() { sed '1d;$d;s/,"took_us":[0-9]*//' "$1/results.jsonl"; }
# same PIECE DIR: the results, the repro files and the journal of both are equal.
same() {
    results same "$1/results.json" "$2/results.json" && diff -r "$1/repro" "$2/repro" &&
        cmp <(cases_of "$1") <(cases_of "$2") && cmp <(head -n 1 "$1/results.jsonl") <(head -n 1 "$2/results.jsonl")
}
# killed_after MILLISECONDS command...: kill -9 it then, unless it has ended.
killed_after() {
    start "${@:2}"
    sleep "$(printf '%d.%03d' $(($1 / 1000)) $(($1 % 1000)))"
    kill -KILL "$child" 2>/dev/null
    wait "$child" 2>/dev/null
    children=""
}

began=$(date +%s%N)
expect_exit 1 "a run in one piece" assay run "${chosen[@]}" --out piece --quiet
took=$((($(date +%s%N) - began) / 1000000))
expect "failures have files" sh -c "ls piece/repro/*.xml"

# Killed anywhere, once or twice, with any number of workers.
n_resumed=0
for i in $(seq $kills); do
    rm -rf cut
    after=$((RANDOM * took / 32768))
    killed_after $after "$bin/assay" run "${chosen[@]}" --out cut --quiet --jobs $((i % 3 + 1))
    [ $((i % 2)) -eq 0 ] && killed_after $((RANDOM * took / 65536)) "$bin/assay" run --resume cut --quiet
    if [ "$(cat cut/results.jsonl 2>/dev/null | wc -l)" -eq 0 ]; then
        expect_exit 65 "killed after $after ms, before it began: there is nothing to go on with" assay run --resume cut
        continue
    fi
    n_resumed=$((n_resumed + 1))
    expect_exit 1 "killed after $after ms, it goes on" assay run --resume cut --quiet
    expect "killed after $after ms, it comes to the same" same piece cut
done
expect "some were killed while they ran" test $n_resumed -gt 0

# A journal that ends anywhere in its last lines, also behind the very last one.
size=$(wc -c <piece/results.jsonl)
from=$(head -n -3 piece/results.jsonl | wc -c)
for cut in $from $((from + 1)) $(((from + size) / 2)) $((size - 2)) $((size - 1)) "$size"; do
    rm -rf cut
    cp -r piece cut
    head -c "$cut" piece/results.jsonl >cut/results.jsonl
    rm cut/results.json cut/report.html
    expect_exit 1 "a journal of $cut bytes" assay run --resume cut --quiet
    expect "a journal of $cut bytes comes to the same" same piece cut
done

# Files of failures: one that is gone is made again, one that no case has is gone.
lost=$(ls piece/repro/*.xml | head -n 1)
rm -f "cut/${lost#piece/}"
echo '<case id="x" origin="x/x"/>' >cut/repro/of_a_case_that_was_not_whole.xml
expect_exit 1 "a file of a failure is lost" assay run --resume cut --quiet
expect "that failure is looked at again" same piece cut

# Interrupted, or out of time.
start "$bin/assay" run "${chosen[@]}" --out interrupted --quiet --jobs 1
wait_until sh -c '[ "$(wc -l <interrupted/results.jsonl)" -gt 3 ]'
kill -INT $child
wait $child
expect_exit 1 "a run that was interrupted" assay run --resume interrupted --quiet
expect "it comes to the same" same piece interrupted

# Sessions that are shared are shared by the same.
sharing=(--sharing --seed $seed --case "ratchet/*mac*" --target "$target")
expect_exit 1 "shared sessions, in one piece" assay run "${sharing[@]}" --out shared-piece --quiet
lines=$(wc -l <shared-piece/results.jsonl)
for keep in 2 $((lines / 3)) $((lines / 2)) $((lines - 2)); do
    rm -rf shared
    cp -r shared-piece shared
    head -n "$keep" shared-piece/results.jsonl >shared/results.jsonl
    expect_exit 1 "shared sessions, $keep lines of the journal" assay run --resume shared --quiet
    expect "it comes to the same from $keep lines on" same shared-piece shared
done

# A target that is down is down in the same case.
cat >falls-silent <<WRAPPER
#!/bin/sh
[ -e started ] && exec $bin/../tests/hostile-target silent 5 -- $bin/assay-reference
touch started
exec $bin/assay-reference
WRAPPER
chmod +x falls-silent
expect_exit 1 "a target that answers once" \
    assay run --target exec:./falls-silent --seed $seed --case "x3dh/*" --jobs 1 --timeout 1 --quiet --out down-piece
expect "is down" grep -q '"interrupted": "target down at case x3dh/' down-piece/results.json
cp -r down-piece down
head -n 3 down-piece/results.jsonl >down/results.jsonl
rm started
expect_exit 1 "a target that does not answer any more" assay run --resume down --quiet
expect "it comes to the same" results alike down-piece/results.json down/results.json
expect "and is down there" test "$(results get down/results.json interrupted)" = "$(results get down-piece/results.json interrupted)"

# What is another run is told, and nothing is touched.
untouched() { cmp piece/results.jsonl cut/results.jsonl && test -s cut/results.json; }
rm -rf cut
cp -r piece cut
refused() {
    local code=$1 sentence=$2 says=$3
    shift 3
    expect_exit "$code" "$sentence" assay run "$@"
    expect "$sentence: it is said" grep -qF -- "$says" stderr
    expect "$sentence: nothing is touched" untouched
}
refused 64 "another seed" "--seed: the run in cut has another: ${seed}0000" --resume cut --seed 1
refused 64 "another target" "--target: the run in cut has another: exec:" --resume cut --target builtin:
refused 64 "an option it did not have" "--quick: the run in cut has no such option" --resume cut --quick
refused 64 "another directory" "--resume does not go with --out" --resume cut --out other
refused 64 "a misspelt option" "unknown option --jbos" --resume cut --jbos 2
expect_exit 64 "a misspelt --resume" assay run --resmue cut --out cut
expect "nothing is touched" untouched
sed -i '1s/"version":"[^"]*"/"version":"0-other"/' cut/results.jsonl
expect_exit 64 "a target that is another by now" assay run --resume cut
expect "it is said what differs" grep -q 'this run differs from cut in target.version: .*, not "0-other"' stderr
cp "$known" known.txt
expect_exit 0 "with a list of known failures" \
    assay run --seed $seed --case "x3dh/*" --known-failures known.txt --out listed --quiet
echo '# changed' >>known.txt
expect_exit 64 "a list that has changed" assay run --resume listed
expect "it is named" grep -q 'this run differs from listed in digests.known.txt: ' stderr
expect_exit 65 "a directory that is not there" assay run --resume nowhere
head -c 100 piece/results.jsonl >cut/results.jsonl
expect_exit 65 "a journal without its first line" assay run --resume cut
expect "it is said" grep -q "results.jsonl: it ends within its first line" stderr
assay run --generate 20 --seed 1 --out generated --quiet >stdout 2>&1
expect_exit 64 "generated conversations" assay run --resume generated

# Two never write to one directory.
start "$bin/assay" run --seed 1 --jobs 1 --out busy --quiet
wait_until sh -c '[ "$(wc -l <busy/results.jsonl)" -gt 3 ]'
expect_exit 124 "a run that is not broken off is waited for" timeout 2 "$bin/assay" run --resume busy
expect "and goes on" kill -0 $child
conclude

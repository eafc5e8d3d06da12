#!/usr/bin/env bash
# Ctrl-C in the middle of a run: the reports are written with what there is, and say that it was interrupted.
. "$(dirname "$0")/lib.sh"

hostile="$bin/../tests/hostile-target"
mkdir out

# A slow run: many cases with one worker.
start "$bin/assay" run --seed 1 --jobs 1 --out out
wait_until sh -c '[ "$(wc -l <out/results.jsonl)" -gt 3 ]'
kill -INT $child
code=0
wait $child || code=$?
expect "it exits with 3" test $code -eq 3
for file in results.json junit.xml report.html summary.md; do
    expect "$file is written" test -s out/$file
done
expect "the results say that it was interrupted" grep -q '"interrupted": "interrupted by' out/results.json
expect "cases that did not run say so" test "$(results count out/results.json not-run)" -gt 0
expect "cases that ran keep their verdict" test "$(results count out/results.json pass)" -gt 0
expect "the outcome is interrupted" test "$(results get out/results.json summary regression outcome)" = interrupted
conclude

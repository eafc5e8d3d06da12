#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
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
for file in results.json junit.xml report.html summary.md sarif.json; do
    expect "$file is written" test -s out/$file
done
expect "the results say that it was interrupted" grep -q '"interrupted": "interrupted by' out/results.json
expect "cases that did not run say so" test "$(results count out/results.json not-run)" -gt 0
expect "cases that ran keep their verdict" test "$(results count out/results.json pass)" -gt 0
expect "the outcome is interrupted" test "$(results get out/results.json summary regression outcome)" = interrupted

# Generated conversations: what was found is kept, each way of failing once, with its steps.
start "$bin/assay" run --generate 100000 --seed 1 --jobs 1 --out generated \
    --target "exec:$bin/assay-flawed --flaw stores-before-mac --when from-session=3"
# before it has begun, a signal of the shell's background would be ignored
wait_until test -s generated/results.jsonl
sleep 6
kill -INT $child
code=0
wait $child || code=$?
expect "it exits with 3" test $code -eq 3
expect "what it had found is a failure" test "$(results count generated/results.json fail)" -gt 0
expect "and no error of assay" test "$(results count generated/results.json error)" -eq 0
expect "it can be done again" sh -c "ls generated/repro/*.xml"

# A signal for the whole process group, as timeout(1) sends it, is an interruption and not the workers' death.
setsid "$bin/assay" run --seed 1 --jobs 2 --out group --quiet </dev/null >child.out 2>child.err &
child=$!
children="$children $child"
wait_until sh -c '[ "$(wc -l <group/results.jsonl)" -gt 3 ]'
kill -TERM -- -$child
code=0
wait $child || code=$?
expect "it exits with 3" test $code -eq 3
expect "the results say that it was interrupted" grep -q '"interrupted": "interrupted by' group/results.json
expect "no execution is an error of assay" test "$(results count group/results.json error)" -eq 0

# A worker that is killed while its target hangs: the target, a command in parts, is gone with it, and so is what has
# left its session. The first start greets, the second hangs, and what is begun again meets a sound one: no time runs out.
ln -s "$hostile" never-answers
cat >apart <<WRAPPER
#!/bin/sh
mkdir $scratch/greeted 2>/dev/null && exec $bin/assay-reference
mkdir $scratch/hung 2>/dev/null || exec $bin/assay-reference
setsid sleep 312.75 &
$scratch/never-answers silent 150 -- $bin/assay-reference
true
WRAPPER
chmod +x apart
sleepers() { grep -lzx '312\.75' /proc/[0-9]*/cmdline 2>/dev/null | wc -l; }
start "$bin/assay" run --target "exec:./apart" --suite ratchet --seed 1 --jobs 1 --timeout 30 --quiet --out killed
wait_until test -s killed/results.jsonl
sleep 3
expect "its target has a process of another session" test "$(sleepers)" -gt 0
kill -KILL "$(cut -d ' ' -f 1 /proc/$child/task/$child/children)" # its only child is the worker
sleep 1
kill -INT $child
wait $child
expect "assay says that its worker died" grep -q "assay's worker died of signal 9" killed/results.json
expect_not "nothing of the target is left" grep -lz "$scratch/never-answers" /proc/[0-9]*/cmdline
expect "nothing that left its session, either" test "$(sleepers)" -eq 0

# So much time and no more: what was begun is finished.
began=$SECONDS
expect_exit 3 "a run ends in the time it was given" assay run --seed 1 --jobs 1 --max-time 7 --out in-time
expect "it takes no longer" test $((SECONDS - began)) -lt 20
expect "it says why" test "$(results get in-time/results.json interrupted)" = "stopped after 7 s, as asked (--max-time)"
expect "cases that did not run say so" test "$(results count in-time/results.json not-run)" -gt 0
expect "cases that ran keep their verdict" test "$(results count in-time/results.json pass)" -gt 0
expect "no execution is an error of assay" test "$(results count in-time/results.json error)" -eq 0
expect "where nobody watches, a line every few seconds says how far it is" \
    grep -qE '^[0-9]+ of [0-9]+ cases, [0-9]+ failed, about [0-9]+ (s|min) left   [a-z0-9-]+/[a-z0-9#-]+$' stderr
expect_not "and no line is written over" grep -q $'\r' stderr
expect "it is known how long each execution took" \
    sh -c "grep -cE '^   \"[a-z0-9-]+/[a-z0-9#-]+\": [0-9]+\.[0-9e-]+,?$' in-time/results.json | grep -qE '^[0-9]{2,}$'"
expect_exit 3 "generated conversations, too" assay run --generate 100000 --seed 1 --jobs 1 --max-time 2 --out in-time-generated
expect "what was found is counted" test "$(results get in-time-generated/results.json generated run)" -gt 0

# What does not look at interruptions ends at the first one.
mkfifo never
start "$bin/assay" run --seed 1 --known-failures never --out fifo
sleep 1
kill -TERM $child
expect "it has ended" wait_until sh -c "! kill -0 $child"
code=0
wait $child || code=$?
expect "by the signal" test $code -eq 143
conclude

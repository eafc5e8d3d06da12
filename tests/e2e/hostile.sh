#!/usr/bin/env bash
# Targets that misbehave: the right verdict for the case, the next cases on a fresh connection, bounded time.
. "$(dirname "$0")/lib.sh"

# By a name of its own, so that what is left of it can be told from other tests' targets.
ln -s "$bin/../tests/hostile-target" hostile
hostile=$scratch/hostile
long=ratchet/hundred-turns # more than 150 requests, so that it fails also when it is tried again
short='x3dh/peer-starts-*'

# misbehaves BEHAVIOUR SEEN: honest for 150 requests of each connection, then BEHAVIOUR.
misbehaves() {
    local behaviour=$1 seen=$2 began=$SECONDS
    expect_exit 1 "$behaviour fails the run" \
        assay run --target "exec:$hostile $behaviour 150 -- $bin/assay-reference" \
        --case $long --case "$short" --timeout 2 --jobs 1 --quiet --out "$behaviour"
    expect "$behaviour: the case it hit has failed" \
        test "$(results case "$behaviour/results.json" $long verdict)" = fail
    expect "$behaviour is seen as $seen" grep -q "\"seen\": \"$seen\"" "$behaviour/results.json"
    expect "$behaviour: the next cases run and pass" \
        test "$(results count "$behaviour/results.json" pass)" -eq 2
    expect "$behaviour costs bounded time" test $((SECONDS - began)) -lt 60
}
misbehaves garbage garbage
misbehaves dies-by-signal death
misbehaves exits-3 death
misbehaves closes-and-lives close
misbehaves half-a-frame death
misbehaves announces-4-gib oversize
misbehaves announces-one-too-many oversize
misbehaves answers-another out-of-sequence
misbehaves answers-wrong-kind garbage
misbehaves bombs-with-strings garbage
misbehaves drips silence
misbehaves silent silence
misbehaves ignores-sigterm silence
expect "how it died is told" grep -q "SIGSEGV" dies-by-signal/results.json
expect "what it said on standard error is told" grep -q "exit code 3" exits-3/results.json
expect_not "no process is left behind" grep -lz "$hostile" /proc/[0-9]*/cmdline

# A case that fails once and passes when it is tried again from a fresh start is inconclusive, never a pass or a failure.
expect_exit 2 "what happens only once is inconclusive" \
    assay run --target "exec:$hostile garbage 150 -- $bin/assay-reference" --suite x3dh --level must \
    --jobs 1 --quiet --out once
expect_not "and not failed" test "$(results count once/results.json fail)" -gt 0

# Sound for its first connection, then silent for good: a breaker ends the run instead of waiting for every case.
cat >moody <<WRAPPER
#!/bin/sh
mkdir $scratch/greeted 2>/dev/null && exec $bin/assay-reference
exec $hostile silent 1 -- $bin/assay-reference
WRAPPER
chmod +x moody
began=$SECONDS
expect_exit 1 "a target that is silent for good fails the run" \
    assay run --target exec:./moody --suite x3dh --timeout 1 --jobs 2 --quiet --out down
expect "the breaker says where" grep -q '"interrupted": "target down at case x3dh/' down/results.json
expect "what was not run says so" test "$(results count down/results.json not-run)" -gt 100
expect "a target that is silent for good costs bounded time" test $((SECONDS - began)) -lt 60

# A target that fails the preconditions is reported, and no case is run.
expect_exit 1 "a target that does not refuse a forgery violates a requirement" \
    assay run --target "exec:$bin/assay-flawed --flaw skips-mac" --out gates
expect "it says why" grep -q "FAILED" stderr
expect "it points at doctor" grep -q "assay doctor" stderr
expect "the report names it" grep -q "D-16" gates/report.html
expect_exit 1 "doctor exits with 1" assay doctor --target "exec:$bin/assay-flawed --flaw skips-mac"
conclude

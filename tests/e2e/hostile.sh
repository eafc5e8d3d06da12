#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Targets that misbehave: the right verdict for the case, the next cases on a fresh connection, bounded time.
. "$(dirname "$0")/lib.sh"

# By a name of its own, so that what is left of it can be told from other tests' targets.
ln -s "$bin/../tests/hostile-target" hostile
hostile=$scratch/hostile
long=ratchet/hundred-turns # more than 150 requests, so that it fails also when it is tried again
short='x3dh/peer-starts-*'

# What waits for its time to run out does so beside the rest; each is judged in its place below.
# Sound for its first connection, then silent for good.
cat >moody <<WRAPPER
#!/bin/sh
mkdir $scratch/greeted 2>/dev/null && exec $bin/assay-reference
exec $hostile silent 1 -- $bin/assay-reference
WRAPPER
chmod +x moody
# A start takes its time, and Reset is enough for a target that answers Ping.
cat >slow <<WRAPPER
#!/bin/sh
echo started >>$scratch/starts
sleep 2
exec $bin/assay-flawed --flaw never-acks
WRAPPER
chmod +x slow
cat >flooder <<WRAPPER
#!/bin/sh
mkdir $scratch/looked-at 2>/dev/null && exec $bin/assay-flawed
exec $hostile floods-events 0 -- $bin/assay-flawed
WRAPPER
chmod +x flooder
begin down assay run --target exec:./moody --suite x3dh --timeout 1 --jobs 2 --quiet --out down
begin now-and-then assay run --target "exec:$hostile silent 100 -- $bin/assay-reference" --suite ratchet --timeout 1 \
    --jobs 2 --quiet --out now-and-then
begin slow-start assay run --target exec:./slow --case stanza/message-is-acknowledged-once --case stanza/ping-is-answered \
    --timeout 1 --jobs 1 --quiet --out slow-start
begin silent-client assay run --target "exec:$bin/assay-flawed --flaw never-acks" \
    --case 'stanza/message-without-*-is-not-shown' --timeout 1 --quiet --out silent-client
begin answers-slowly assay run --target "exec:$hostile answers-slowly 0 -- $bin/assay-reference" --case $long --timeout 1 \
    --jobs 1 --quiet --out answers-slowly
begin floods-events assay run --target exec:./flooder --case stanza/ping-is-answered --timeout 5 --jobs 1 --quiet \
    --out floods-events

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

# A case that fails once and passes when it is tried again from a fresh start is inconclusive, never a pass or a failure.
expect_exit 2 "what happens only once is inconclusive" \
    assay run --target "exec:$hostile garbage 150 -- $bin/assay-reference" \
    --case 'x3dh/flipped-signature-bit-is-refused*' --jobs 1 --quiet --out once
expect "where it happened" test "$(results count once/results.json inconclusive)" -gt 5
expect_not "and not failed" test "$(results count once/results.json fail)" -gt 0

# A breaker ends the run instead of waiting for every case.
expect_end 1 "a target that is silent for good fails the run" down
expect "the breaker says where" grep -q '"interrupted": "target down at case x3dh/' down/results.json
expect "what was not run says so" test "$(results count down/results.json not-run)" -gt 100
expect "a target that is silent for good costs bounded time" test "$(cat down.took)" -lt 60

# One that hangs now and then is never silent five times in a row, and each time costs a timeout: the share tells.
expect_end 1 "a target that hangs every 100th request fails the run" now-and-then
expect "the breaker says how often" \
    grep -q '"interrupted": "target down at case ratchet/.*: 2[0-9] of [0-9]* cases without an answer' now-and-then/results.json
expect "what was not run says so" test "$(results count now-and-then/results.json not-run)" -gt 1000
expect "and it costs bounded time" test "$(cat now-and-then.took)" -lt 120

# A message that breaks the target for good is a finding, and what was seen of it stays.
cat >fragile <<WRAPPER
#!/bin/sh
[ -e $scratch/broken ] && { echo "the database is corrupt" >&2; exit 4; }
$hostile exits-3 150 -- $bin/assay-reference
code=\$?
[ \$code -eq 3 ] && touch $scratch/broken
exit \$code
WRAPPER
chmod +x fragile
expect_exit 1 "a target that a message breaks for good fails the run" \
    assay run --target exec:./fragile --case $long --case "$short" --timeout 2 --jobs 1 --quiet --out broken-for-good
expect "the case that broke it has failed" \
    test "$(results case broken-for-good/results.json $long verdict)" = fail
expect "with what was seen" grep -q 'exit code 3\\ncannot go on' broken-for-good/results.json
expect "and that it does not start any more" grep -q "cannot be started again.*database is corrupt" broken-for-good/results.json
expect "nothing is called an error of assay" test "$(results count broken-for-good/results.json error)" -eq 0

# Results are of the target that the run began with.
cat >changing <<WRAPPER
#!/bin/sh
echo started >>$scratch/changes
[ "\$(wc -l <$scratch/changes)" -eq 1 ] && exec $bin/assay-reference
exec $bin/assay-flawed
WRAPPER
chmod +x changing
expect_exit 2 "a target that is another one when it is started again decides nothing" \
    assay run --target exec:./changing --case "$short" --jobs 1 --quiet --out changing-target
expect "it is said what it is now" grep -q 'it is another target since it was started again' changing-target/results.json

expect_end 1 "a target may take longer to start than to answer" slow-start
expect "its failures cost no start each: one to greet it, one to run" test "$(wc -l <starts)" -eq 2
expect_exit 69 "a start has an end" assay run --target exec:./slow --start-timeout 1 --out slow-start --quiet
expect "the option that sets it is named" grep -q -e --start-timeout stderr

# A client that says nothing is no hanging target: it answers Ping.
expect_end 1 "silent clients fail their cases" silent-client
expect "more of them in a row than a target may hang" test "$(results count silent-client/results.json fail)" -gt 5
expect_not "and the target is not called down" grep -q "target down" silent-client/results.json

# What runs out is the target's, not assay's.
expect_end 1 "a target that answers slowly but in time fails the run" answers-slowly
expect "the case took too long" grep -q "took too long for one case" answers-slowly/results.json
expect "and was not waited for for ever" test "$(cat answers-slowly.took)" -lt 60
expect_end 1 "a target that always has more events fails the run" floods-events
expect "which is no error of assay" \
    test "$(results case floods-events/results.json stanza/ping-is-answered verdict)" = fail

expect_not "no process is left behind" grep -lz "$hostile" /proc/[0-9]*/cmdline

# A target that fails the preconditions is reported, and no case is run.
expect_exit 1 "a target that does not refuse a forgery violates a requirement" \
    assay run --target "exec:$bin/assay-flawed --flaw skips-mac" --out gates
expect "it says why" grep -q "FAILED" stderr
expect "it points at doctor" grep -q "assay doctor" stderr
expect "the report names it" grep -q "D-16" gates/report.html
expect_exit 1 "doctor exits with 1" assay doctor --target "exec:$bin/assay-flawed --flaw skips-mac"
conclude

#!/usr/bin/env bash
# Targets that misbehave: the right verdict for the case, the next cases on a fresh connection, bounded time.
. "$(dirname "$0")/lib.sh"

hostile="$bin/../tests/hostile-target"
few="--suite x3dh --level must --timeout 2 --quiet"

seen_in() { grep -q "\"seen\": \"$1\"" "$2/results.json"; }
both() { [ "$(results count "$1/results.json" fail)" -gt 0 ] && [ "$(results count "$1/results.json" pass)" -gt 0 ]; }

# misbehaves BEHAVIOUR SEEN: honest for 150 requests of each connection, then BEHAVIOUR.
misbehaves() {
    local behaviour=$1 seen=$2 began=$SECONDS
    expect_exit 1 "$behaviour fails the run" \
        assay run --target "exec:$hostile $behaviour 150 -- $bin/assay-reference" $few --out "out-$behaviour"
    expect "$behaviour is seen as $seen" seen_in "$seen" "out-$behaviour"
    expect "$behaviour: other cases run and pass" both "out-$behaviour"
    expect "$behaviour costs bounded time" test $((SECONDS - began)) -lt 120
}
misbehaves garbage garbage
misbehaves dies-by-signal death
misbehaves exits-3 death
misbehaves closes-and-lives close
misbehaves announces-4-gib oversize
misbehaves answers-another out-of-sequence
misbehaves silent silence

# Silent from the first case on: a breaker ends the run instead of waiting for every case.
began=$SECONDS
expect_exit 1 "a target that hangs for good fails the run" \
    assay run --target "exec:$hostile silent 40 -- $bin/assay-reference" --timeout 1 --jobs 2 --quiet --out hang
expect "the breaker says where" grep -q "target down at case" hang/results.json
expect "a target that hangs for good costs bounded time" test $((SECONDS - began)) -lt 180
conclude

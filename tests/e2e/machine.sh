#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# A machine that others use, too: their connections to the gatekeeper's port, and time that assay does not get, say
# nothing about the target.
. "$(dirname "$0")/lib.sh"

if ! command -v python3 >/dev/null; then
    echo "skipped: install python3"
    exit 77
fi
flawed="exec:$bin/assay-flawed"

# Somebody else dials every port that is listened on.
scan() {
    local port
    while :; do
        for port in $(awk '$4 == "0A" && $2 ~ /^0100007F:/ { print substr($2, 10) }' /proc/net/tcp); do
            (printf 'GET / HTTP/1.0\r\n\r\n' >"/dev/tcp/127.0.0.1/$((16#$port))") 2>/dev/null
        done
        sleep 0.02
    done
}
scan &
scanner=$!
children="$children $scanner"
expect_exit 0 "connections of others do not count against a client" \
    assay run --target "$flawed" --suite reconnect --seed 3 --quiet --out scanned
kill $scanner
wait $scanner 2>/dev/null

# Somebody else who says what a client says, and stays.
start "$bin/assay" run --target "$flawed" --suite reconnect --seed 3 --jobs 1 --quiet --out visited
python3 -B "$src/tests/e2e/stranger.py" $child >dialled
code=0
wait $child || code=$?
expect "strangers who stay connected do not count against a client" test $code -eq 0
expect "there were some" test "$(cat dialled)" -gt 20

# A standstill hides nothing that is beyond doubt: done again, these pass.
for how in opens-once dies-once; do
    expect_exit 2 "$how behind a standstill is not passed over" \
        assay run --target "exec:python3 -B $src/tests/e2e/foolish.py $how=$scratch/started-$how -- $bin/assay-reference" \
        --case 'ratchet/flipped-mac-bit-is-refused#1' --jobs 1 --quiet --out $how
    expect "$how: it is told, with what came of it the second time" grep -q "not the same twice: first fail" $how/results.json
done
# What may come of the standstill is done again, and then passes.
expect_exit 0 "a fault behind a standstill is not judged" \
    assay run --target "exec:python3 -B $src/tests/e2e/foolish.py faults-once=$scratch/started-faults -- $bin/assay-reference" \
    --case 'ratchet/flipped-mac-bit-is-refused#1' --jobs 1 --quiet --out faults-once
expect "it was done again, once" grep -q '"late": 1,$' faults-once/results.json
expect "an opened forgery is named" grep -q "first fail (6 bytes came out" opens-once/results.json

# Assay itself is stopped for longer than a client waits for its server.
start "$bin/assay" run --target "$flawed" --suite handshake --suite frame --suite reconnect --jobs 4 --quiet \
    --out stopped
for pause in 1.0 0.7 1.3; do
    sleep $pause
    workers=$(cat "/proc/$child/task/$child/children" 2>/dev/null) || break
    kill -STOP "$child" $workers 2>/dev/null
    sleep 4
    kill -CONT "$child" $workers 2>/dev/null
done
code=0
wait $child || code=$?
expect "what happened while assay was stopped is not judged" test $code -eq 0

# Many others want the processor, for four seconds of every eight, and assay and its target have to give way to them: longer than a
# handshake may take. One execution of each sweep meets it.
others=""
for _ in $(seq 40); do
    sh -c "kill -STOP \$\$; while :; do :; done" &
    others="$others $!"
done
surge() {
    while :; do
        kill -CONT $others
        sleep 4
        kill -STOP $others
        sleep 4
    done
}
surge &
surging=$!
children="$children $surging"
expect_exit 0 "a client under load passes" \
    nice -n 19 "$bin/assay" run --target "$flawed" --suite frame --suite handshake --quick --jobs 1 --quiet --out loaded
{
    kill $surging
    kill -KILL $others
    wait $surging $others
} 2>/dev/null
conclude

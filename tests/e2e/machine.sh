#!/usr/bin/env bash
# A machine that others use, too: their connections to the gatekeeper's port, and time that assay does not get, say
# nothing about the target.
. "$(dirname "$0")/lib.sh"

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

# Many others want the processor.
for _ in $(seq 20); do
    sh -c "while :; do :; done" &
    children="$children $!"
done
expect_exit 0 "a client under load passes" assay run --target "$flawed" --suite frame --quiet --out loaded
conclude

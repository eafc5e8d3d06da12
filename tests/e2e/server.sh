#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# A gatekeeper's server as the target: ours does what is asked, its flaws are caught, and what is none is not judged.
. "$(dirname "$0")/lib.sh"

gatekeeper="exec:'$bin/assay-gatekeeper'"
suites="--suite server-admission --suite server-hostile --suite server-media --suite server-prekeys --suite server-push --suite server-routing"
expect_exit 0 "our own gatekeeper does what is asked" \
    assay run --target-server "$gatekeeper" $suites --seed 7 --out sound --quiet
expect "in every case" test "$(results count sound/results.json pass)" -eq 79
expect_exit 0 "the profile observed is spoken, too" \
    assay run --target-server "$gatekeeper" $suites --profile observed --seed 7 --out observed --quiet
expect "what that profile has not is not passed" test "$(results count observed/results.json not-applicable)" -eq 2
expect_exit 0 "doctor finds nothing wrong" assay doctor --target "$gatekeeper"
for other in "--target builtin:" "--surface client" "--generate 1" "--pcap a.pcapng"; do
    expect_exit 64 "what is asked of others does not go with it: $other" assay run --target-server "$gatekeeper" $other
done
expect_exit 0 "a client is asked none of this" \
    assay run --suite server-hostile --suite x3dh --case '*/peer-starts*' --seed 7 --out other --quiet
expect_exit 0 "flaws of a server are caught, each by a case of its requirement (./dev test tries them all)" \
    assay mutants --server --short --timeout 2 --flaw takes-expired --flaw waits-after-bad-handshake --flaw forgets-sent

expect_exit 1 "a second copy that comes late is seen, where one message is all there is" \
    assay run --target-server "exec:'$bin/assay-gatekeeper' --flaw repeats-late" --suite server-routing --case server-routing/one-message \
    --seed 7 --timeout 2 --out late --quiet
expect_exit 1 "a server that says the end, and leaves the connection open, has not ended it" \
    assay run --target-server "exec:'$bin/assay-gatekeeper' --flaw stays-after-failure" --suite server-admission \
    --case server-admission/used-again --seed 7 --timeout 1 --out stays --quiet
expect "which is said" grep -q "and the connection stays" stays/results.json

# no_gatekeeper WHAT SEEN: at the port it says, there is something else; no case is run, so that none passes on silence.
no_gatekeeper() {
    expect_exit 2 "$1: nothing is judged" \
        assay run --target-server "exec:'$src/tests/e2e/speechless.py' $1" $suites --timeout 1 --jobs 1 --out "$1"
    expect "$1: no case passes" test "$(results count "$1/results.json" not-run)" -eq 60
    expect "$1: why" grep -q "OpenServer .*FAILED .*$2" stderr
}
no_gatekeeper silent "the server does not answer"
no_gatekeeper hangs-up "turned away: the connection ended"
[ "${3:-all}" = some ] && conclude
no_gatekeeper closed "no connection was made: Connection refused"
no_gatekeeper http "a frame over the maximum"
no_gatekeeper tls "a frame over the maximum"
no_gatekeeper garbage "handshake message does not verify"
no_gatekeeper endless "handshake message does not verify"
no_gatekeeper elsewhere "is not dialled"
conclude

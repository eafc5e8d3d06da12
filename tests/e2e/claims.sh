#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# assay claims: what it exits with, what it writes, and that no misbehaving target is ever called equivalent.
. "$(dirname "$0")/lib.sh"

reference=$src/adapters/reference/claims.xml
box=$src/adapters/box/claims.xml
ln -s "$bin/../tests/hostile-target" hostile
hostile=$scratch/hostile
says() { grep -q "$1" stderr; }
verdict() { # DIR SIGNAL VERDICT
    test "$(results get "$1/claims.json" conclusions "$2" verdict)" = "$3"
}

# ---- what it comes to
expect_exit 1 "forward secrecy that is none: exit 1" \
    assay claims --target "exec:$bin/assay-box" --claims "$box" --game FS-1 --schedules 3 --seed 5 --out box
expect "the conclusion names the property" grep -q "Signal v3: NOT EQUIVALENT because SP-05" stdout
expect "and beside v4 as well" grep -q "Signal v4: NOT EQUIVALENT because SP-05" stdout
expect "the record has both" verdict box v3 not-equivalent
expect "conclusions, also that beside v4" verdict box v4 not-equivalent
for file in claims.json claims.jsonl junit.xml report.html summary.md repro/FS-1.xml; do
    expect "$file is written" test -s box/$file
done
expect_exit 2 "a part of the games demonstrates nothing: exit 2" \
    assay claims --claims "$reference" --game FS-1 --schedules 2 --out part
expect_exit 2 "without Signal beside it nothing is equivalent: exit 2" \
    assay claims --claims "$reference" --baseline none --game KCI-2 --out alone
expect "and it says so" grep -q "nothing was compared with Signal" stdout
expect_exit 1 "what the target loses and v4 does not: exit 1" \
    assay claims --claims "$reference" --baseline v4 --game PQ-1 --schedules 1 --out beside-v4
expect "the record says so" verdict beside-v4 v4 not-equivalent
expect_not "and nothing of v3" grep -q "Signal v3" stdout
expect_exit 2 "beside v3 alone, the same is nothing" \
    assay claims --claims "$reference" --baseline v3 --game PQ-1 --schedules 1 --out beside-v3
expect "v3 loses it, too" verdict beside-v3 v3 not-demonstrated
expect_exit 64 "a Signal v4 that is none: exit 64" \
    assay claims --claims "$reference" --signal-v4 builtin: --game KCI-2 --out none
expect "it is said what it must speak" says 'signal-v4 speaks "signal-v3"; it must speak signal-v4'
expect_exit 64 "an address of Signal that is none: exit 64" \
    assay claims --claims "$reference" --signal-v3 bogus --game KCI-2 --out none
expect "it is said whose it is" says '^assay: --signal-v3 bogus: '
expect_exit 69 "a Signal that does not start: exit 69" \
    assay claims --claims "$reference" --signal-v4 exec:false --game KCI-2 --out none
expect "it is said which" says '^assay: --signal-v4 exec:false is not reachable: '
NO_COLOR=1 expect_exit 2 "NO_COLOR is heard" assay claims --claims "$reference" --game LEN-1 --out plain
expect_not "no escape is printed" grep -q "$(printf '\033')" stdout

expect_exit 2 "another Signal, and one game" \
    assay claims --claims "$reference" --signal-v3 builtin: --baseline v3 --game LEN-1 --timeout 9 --seed 5 --jobs 2 --out again
tr -d ' \n' <again/claims.json >again.json
expect "the record has the command that does it again" \
    grep -qF "\"assay\",\"claims\",\"--claims\",\"$reference\",\"--baseline\",\"v3\",\"--signal-v3\",\"builtin:\",\"--game\",\"LEN-1\",\"--timeout\",\"9\",\"--seed\",\"5" again.json

# ---- a protocol of which nothing is known
expect_exit 0 "doctor walks an opaque protocol" assay doctor --target "exec:$bin/assay-box"
expect "and says what can judge it" grep -q "assay claims can judge this target" stdout
expect_exit 1 "doctor sees what does not hold" \
    assay doctor --target "exec:$hostile refuses-in-bad-utf8 14 -- $bin/assay-box"
expect_exit 2 "assay run does not judge another protocol: exit 2" \
    assay run --target "exec:$bin/assay-box" --out run
expect "and names what does" says 'the suites speak Signal .*assay claims is for other protocols'

# ---- again
expect_exit 1 "the counter-example wins again: exit 1" \
    assay repro box/repro/FS-1.xml --target "exec:$bin/assay-box"
expect_exit 0 "and not against Signal: exit 0" assay repro box/repro/FS-1.xml --target builtin:
head -c 200 box/repro/FS-1.xml >half.xml
expect_exit 65 "half a counter-example: exit 65" assay repro half.xml --target builtin:

# ---- input
expect_exit 64 "no claims file: exit 64" assay claims
expect_exit 64 "a game that is none: exit 64" assay claims --claims "$reference" --game FS-99
expect_exit 65 "a claims file that is not there: exit 65" assay claims --claims nowhere.xml
sed 's/id="SP-05"/id="SP-O5"/' "$reference" >slip.xml
expect_exit 65 "a property that is none: exit 65" assay claims --claims slip.xml
expect "file, line, and what was meant" says '^slip.xml:[0-9]*: no property is called "SP-O5" (did you mean "SP-05"?)'
expect_exit 65 "claims of another protocol than the target's: exit 65" \
    assay claims --claims "$reference" --target "exec:$bin/assay-box"
expect "both are named" says 'for protocol "signal-v3", and the target says'
expect_exit 69 "nobody there: exit 69" assay claims --claims "$reference" --target exec:false
touch occupied
expect_exit 3 "a folder that cannot be made: exit 3" \
    assay claims --claims "$reference" --game LEN-1 --out occupied/out

# ---- targets that misbehave after so many requests
misbehaves() {
    local began=$SECONDS
    expect_exit 2 "$1: exit 2" assay claims --target "exec:$hostile $1 60 -- $bin/assay-reference" \
        --claims "$reference" --game FS-1 --game ORD-1 --game PCS-2 --schedules 2 --timeout 1 --baseline v3 --quiet --out "$1"
    expect "$1: nothing is demonstrated" verdict "$1" v3 not-demonstrated
    expect_not "$1: and nothing refuted" grep -q '"finding": "\(refuted\|weaker\)' "$1/claims.json"
    expect "$1 costs bounded time" test $((SECONDS - began)) -lt 40
}
for behaviour in garbage dies-by-signal silent drips announces-4-gib answers-twice refuses-in-bad-utf8; do
    misbehaves $behaviour
done
expect_not "no process is left behind" grep -lz "$hostile" /proc/[0-9]*/cmdline
expect_exit 2 "snapshots without keys make games invalid: exit 2" \
    assay claims --target "exec:$bin/assay-flawed --flaw snapshot-without-keys" \
    --claims "$src/adapters/flawed/claims.xml" --game FS-1 --schedules 2 --out empty
expect "the precondition is named" grep -q "precondition V1 does not hold for the target" empty/claims.json

# ---- the same seed
for jobs in 1 3; do
    assay claims --claims "$reference" --game FS-1 --game ORD-1 --game PCS-2 --schedules 3 --seed 7 --jobs $jobs \
        --baseline v3 --quiet --out out >/dev/null 2>&1
    grep -v '"started"' out/claims.json >jobs-$jobs.json
    rm -r out
done
expect "one worker and three find the same" cmp jobs-1.json jobs-3.json

# ---- Ctrl-C
start "$bin/assay" claims --claims "$reference" --seed 1 --jobs 1 --schedules 60 --out broken
wait_until sh -c '[ "$(wc -l <broken/claims.jsonl)" -gt 3 ]'
kill -INT $child
code=0
wait $child || code=$?
expect "broken off: exit 3" test $code -eq 3
expect "what was played is kept" test -s broken/report.html
expect "and it says that it was broken off" grep -q "the run was broken off" broken/claims.json
conclude

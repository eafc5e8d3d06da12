#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Generated conversations: nobody sound is accused, flaws are found and shrunk to what a person can read, and what was
# found becomes a case that stays.
. "$(dirname "$0")/lib.sh"

sound="exec:$bin/assay-flawed"
steps='^    <(peer|establish|publish|start|seal|deliver|drop|converse|tamper|snapshot|restore|forget|accept|fingerprint|distribute) '

# The fewest steps, a turn of honest traffic among them, of the shrunk cases in a run's repro directory.
fewest() {
    local file n least=999
    for file in "$1"/repro/*.xml; do
        n=$(grep -cE "$steps" "$file")
        [ "$n" -lt $least ] && least=$n
    done
    echo $least
}

expect_exit 0 "400 conversations with a sound target pass" \
    assay run --generate 400 --seed 11 --target "$sound" --out sound
expect "what was generated is printed" grep -qE '^    signal.mac +[1-9]' stdout
expect "so is how fast" grep -qE '[0-9]+ schedules a second' stdout
expect "no repro is left" test -z "$(ls sound/repro)"
expect "results hold the distribution" test "$(results get sound/results.json generated run)" = 400
expect_exit 0 "the reference passes, too" assay run --generate 100 --seed 12 --out reference --quiet
expect_exit 64 "suites and generated conversations are two runs" assay run --generate 10 --suite x3dh
expect_exit 64 "none is no number of conversations" assay run --generate 0

# The same with any number of workers.
flawed="exec:$bin/assay-flawed --flaw stores-before-mac"
expect_exit 1 "a flaw fails the run" \
    assay run --generate 100 --seed 13 --target "$flawed" --jobs 1 --out one --quiet
expect_exit 1 "the same with two workers" \
    assay run --generate 100 --seed 13 --target "$flawed" --jobs 2 --out two --quiet
for member in cases generated; do
    results get one/results.json $member >one.$member
    results get two/results.json $member >two.$member
    expect "$member are the same with one worker and with two" cmp one.$member two.$member
done
expect "the shrunk cases, too" diff -r one/repro two/repro

# Effects of storage, restarts and order, which no single message shows.
while read -r flaw seed; do
    expect_exit 1 "$flaw is found" \
        assay run --generate 100 --seed "$seed" --target "exec:$bin/assay-flawed --flaw $flaw" --out $flaw --quiet
    expect "$flaw is shrunk to 10 steps or fewer" test "$(fewest $flaw)" -le 10
done <<'FLAWS'
skips-mac-after-restore 1
loses-skipped-keys-on-restore 1
loses-archived-on-restore 1
keeps-skipped-keys-after-use 1
tries-only-current-session 1
skips-mac-on-archived-sessions 1
FLAWS

# Wrong only after a restart or in a later session, which conversations come to by themselves.
while read -r flaw when; do
    expect_exit 1 "$flaw, $when, is found" assay run --generate 60 --seed 2 --out "$flaw" --quiet \
        --target "exec:$bin/assay-flawed --flaw $flaw --when $when"
    expect "$flaw, $when, is shrunk to 10 steps or fewer" test "$(fewest "$flaw")" -le 10
done <<'FLAWS'
one-receiver-chain after-restore
keeps-no-skipped-keys after-restore
drops-session-for-a-new-one after-restore
starting-drops-the-session after-restore
keeps-one-skipped-key from-session=2
reflected-drops-session from-session=3
duplicate-drops-session from-session=3
skips-mac from-session=3
stores-before-mac from-session=3
keeps-message-keys from-session=3
FLAWS

# Bundles, identities, fingerprints and groups: each within 60 conversations. What a SHOULD asks for fails no run.
while read -r flaw code; do
    expect_exit "$code" "a run with $flaw ends with $code" \
        assay run --generate 60 --seed 1 --target "exec:$bin/assay-flawed --flaw $flaw" --out $flaw --quiet
    expect "$flaw is found, and shrunk to 10 steps or fewer" test "$(fewest $flaw)" -le 10
done <<'FLAWS'
skips-signature-check 1
drops-signed-prekey-at-rotation 0
keeps-used-one-time-prekeys 1
accepts-new-identity 1
does-not-check-identity-on-start 1
fingerprint-without-keys 0
group-skips-signature 1
group-keeps-message-keys 1
group-ignores-sender 1
group-ignores-fresh-keys 1
group-distributes-the-beginning 1
loses-groups-on-restore 1
FLAWS

# Signal v4: conversations that last for epochs, and flaws that show in the second one, or in a message overtaken.
v4="exec:$bin/assay-flawed --cipher v4"
expect_exit 0 "60 conversations with a sound target of v4 pass" assay run --generate 60 --seed 1 --target "$v4" --out sound-v4 --quiet
for flaw in swaps-directions-from-the-second-epoch keeps-no-skipped-spqr-keys; do
    expect_exit 1 "$flaw is found" \
        assay run --generate 60 --seed 1 --target "$v4 --flaw $flaw" --out $flaw --quiet
    expect "$flaw is shrunk to 10 steps or fewer" test "$(fewest $flaw)" -le 10
done

# A shrunk case is a repro like any other, and a suite's case when promoted.
repro=$(ls keeps-skipped-keys-after-use/repro/*.xml | head -n 1)
expect_exit 1 "the shrunk case fails again" \
    assay repro "$repro" --target "exec:$bin/assay-flawed --flaw keeps-skipped-keys-after-use"
expect_exit 0 "and passes with a sound target" assay repro "$repro" --target "$sound"
expect_exit 1 "its tape is judged alike" assay judge "$repro" --quiet

expect_exit 0 "it is promoted to a suite that is made, with its folder" assay promote "$repro" --suite mine/found.xml
expect "the suite says where it came from" grep -q 'origin="generated/schedule-' mine/found.xml
expect_exit 65 "not twice" assay promote "$repro" --suite mine/found.xml
expect "it says that it is there" grep -q "these are the steps of" stderr
other=$(ls skips-mac-after-restore/repro/*.xml | head -n 1)
expect_exit 0 "another one joins it" assay promote "$other" --suite mine/found.xml --id unread-after-restart
expect "under the id asked for" grep -q 'id="unread-after-restart"' mine/found.xml
expect_exit 64 "an id serves once" \
    assay promote "$(ls one/repro/*.xml | head -n 1)" --suite mine/found.xml --id unread-after-restart
expect_exit 0 "a sound target passes what was promoted" \
    assay run --suite-dir mine --suite found --target "$sound" --out promoted --quiet
expect_exit 1 "the flawed one does not" assay run --suite-dir mine --suite found --out promoted --quiet \
    --target "exec:$bin/assay-flawed --flaw keeps-skipped-keys-after-use"
expect_exit 65 "what is no case is not promoted" assay promote sound/results.json --suite mine/found.xml
conclude

#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Whole clients: a flaw is caught and done again, any suite at either surface, profiles, captures.
. "$(dirname "$0")/lib.sh"

flawed="exec:$bin/assay-flawed"
few="--case stanza/message-is-acknowledged-once --case stanza/ping-is-answered"

expect_exit 0 "a sound client passes" assay run --target "$flawed" $few --seed 7 --out sound --quiet
expect "its cases say where they ran" grep -q '"surface": "client"' sound/results.json
expect_exit 1 "a client that never acknowledges does not" \
    assay run --target "$flawed --flaw never-acks" $few --seed 7 --timeout 2 --out never --quiet
repro=$(ls never/repro/*.xml | head -n 1)
expect "its repro says so" grep -q 'format="2" surface="client" profile="public"' "$repro"
expect_exit 1 "the repro fails again" assay repro "$repro" --target "$flawed --flaw never-acks" --timeout 2 --quiet
expect_exit 0 "and passes on a sound client" assay repro "$repro" --target "$flawed" --timeout 2 --quiet
expect_exit 65 "there is no tape to judge" assay judge "$repro"

expect_exit 0 "a cipher suite through the whole stack" \
    assay run --surface client --suite sesame --seed 7 --known-failures "$known" --out deep --quiet
expect_exit 0 "the same suite as a library" \
    assay run --surface library --suite sesame --seed 7 --known-failures "$known" --out shallow --quiet
expect "both ran every case" test "$(results count deep/results.json pass)" -gt 80
expect_exit 2 "a case about a connection has nothing to say about a library" \
    assay run --surface library --suite identity --out nothing --quiet

cat >mine.xml <<'XML'
<profile xmlns="urn:assay:profile:1" id="mine" title="mine">
  <constant name="frame.length-size" value="4"/>
  <constant name="frame.header" value="4d494e45"/>
  <constant name="noise.prologue" value="4d494e45"/>
</profile>
XML
expect_exit 0 "a private profile is sound" assay profile check ./mine.xml
expect_exit 0 "a target keeps to it" assay run --profile ./mine.xml --target "$flawed" --suite frame --seed 7 --out mine --quiet
expect_exit 1 "a flaw under it fails" \
    assay run --profile ./mine.xml --target "$flawed --flaw never-acks" $few --seed 7 --timeout 2 --out own --quiet
repro=$(ls own/repro/*.xml | head -n 1)
expect "its repro is a suite file like any other" xmllint --noout --relaxng "$src/suites/suite.rng" "$repro"
expect "the whole profile is in it" grep -q '<constant name="frame.header" value="4d494e45"/>' "$repro"
mv mine.xml gone.xml
overheard="exec:tee told | ${flawed#exec:}" # what assay tells the target, the profile in Connect among it
expect_exit 0 "it is done again under that profile, without its file" assay repro "$repro" --target "$overheard" --timeout 2 --quiet
expect "the target was told its constants" grep -qa 'frame.header.*4d494e45' told
mv gone.xml mine.xml
expect_exit 1 "a flaw under a profile that is shipped" \
    assay run --profile observed --target "$flawed --flaw never-acks" $few --seed 7 --timeout 2 --out shipped --quiet
shipped=$(ls shipped/repro/*.xml | head -n 1)
expect_exit 0 "it is done again under that one" assay repro "$shipped" --target "$overheard" --timeout 2 --quiet
expect "the target was told so" grep -qa 'frame.header.*57410603' told
expect_exit 0 "unless another is asked for" assay repro "$shipped" --profile public --target "$overheard" --timeout 2 --quiet
expect_not "of which it was told nothing then" grep -qa 57410603 told
sed '/<constant /d; s/ format="2"//' "$repro" >old.xml
expect_exit 65 "a repro of format 1 has no profile" assay repro old.xml --target "$flawed" --timeout 2 --quiet
expect_exit 0 "--profile gives it one" assay repro old.xml --profile public --target "$flawed" --timeout 2 --quiet
sed -i 's/value="4"/value="5"/' mine.xml
expect_exit 65 "a wrong one is refused" assay profile check ./mine.xml
expect "at its line" sh -c "'$bin/assay' profile check ./mine.xml 2>&1 | grep -q 'mine.xml:2: frame.length-size'"

expect_exit 0 "a capture" assay run $few --seed 7 --pcap run.pcapng --out captured --quiet
expect "is pcapng" test "$(od -An -tx1 -N4 run.pcapng | tr -d ' ')" = 0a0d0d0a
conclude

#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# A malformed file: file, line and what was expected, exit 65, and nothing is run.
. "$(dirname "$0")/lib.sh"

# The first line of standard error begins with file:line:.
points_at() { head -n 1 stderr | grep -qE "^([^:]*/)?$1: "; }

bad() {
    local sentence=$1 place=$2
    shift 2
    expect_exit 65 "$sentence: exit 65" assay "$@"
    expect "$sentence: points at the line" points_at "$place"
    expect_not "$sentence: nothing is run" test -e out/results.json
}

mkdir private
suite() { cat >private/mine.xml; }
in_suite() {
    printf '<suite xmlns="urn:assay:suite:1" id="mine" title="Mine" layer="cipher">\n%s\n</suite>\n' "$1" | suite
}
run_private="run --suite-dir private --suite mine --out out"

echo '<suite xmlns="urn:assay:suite:1" id="mine"' | suite
bad "a suite that is not well-formed" "private/mine.xml:[0-9]+" $run_private
in_suite '<case id="a" level="must" requirement="X-01"><purpose>P.</purpose><dance/></case>'
bad "an unknown verb" private/mine.xml:2 $run_private
in_suite '<case id="a" level="must" requirement="NO-99"><purpose>P.</purpose><establish/></case>'
bad "an unknown requirement" private/mine.xml:2 $run_private
in_suite '<case id="a" level="must" requirement="D-05">
<purpose>P.</purpose>
<establish/>
<seal as="first"/>
<deliver message="frist" expect="opens"/>
</case>'
bad "a message nobody made" private/mine.xml:6 $run_private
expect "the nearest name is given" grep -q 'did you mean "first"' stderr
in_suite '<case id="a" level="must" requirement="D-05">
<purpose>P.</purpose>
<establish/>
<seal as="first" bend="sideways-and-up"/>
</case>'
bad "a mutation that nobody knows" private/mine.xml:5 $run_private
for word in counter mac-zero omit-dh4; do
    expect "all words are given, as $word" grep -q "no such mutation; there are: .*\b$word\b" stderr
done
printf '<!DOCTYPE suite [<!ENTITY x SYSTEM "file:///etc/passwd">]>\n<suite xmlns="urn:assay:suite:1" id="mine">&x;</suite>\n' | suite
bad "a suite with an external entity" "private/mine.xml:[0-9]+" $run_private
expect_not "no entity is read" grep -q root: stderr

mkdir empty
expect_exit 65 "a folder without suites" assay list --suite-dir empty
expect "it says so" grep -q "empty: holds no suite" stderr

printf 'x3dh/some-case\n' >known.txt
bad "a known failure without a reason" known.txt:1 run --known-failures known.txt --out out
printf '\nx3dh/some-case # X-01: reason, until 2027-13-01\n' >known.txt
bad "a known failure with a date that is none" known.txt:2 run --known-failures known.txt --out out
expect_exit 65 "a known-failures file that is not there" assay run --known-failures nowhere.txt --out out

printf '<profile xmlns="urn:assay:profile:1" id="mine" title="Mine">\n<wrong/>\n</profile>\n' >mine.xml
bad "a malformed profile" "mine.xml:2" run --profile ./mine.xml --out out
bad "a malformed profile, checked alone" "mine.xml:2" profile check ./mine.xml

printf '<profile xmlns="urn:assay:profile:1" id="mine" title="Mine">\n<constant name="padding.max" value="0"/>\n</profile>\n' >mine.xml
bad "a number out of its range" mine.xml:2 profile check ./mine.xml
expect "its range is said" grep -q "expected a number from 1 to 255" stderr
# Constants that contradict each other: |what| is said, at the profile.
contradiction() {
    local what=$1 constant
    shift
    {
        echo '<profile xmlns="urn:assay:profile:1" id="mine" title="Mine">'
        for constant; do printf '<constant name="%s" value="%s"/>\n' "${constant%%=*}" "${constant#*=}"; done
        echo '</profile>'
    } >mine.xml
    bad "$what" mine.xml:1 profile check ./mine.xml
    expect "$what: that is said" grep -qF "$what" stderr
}
contradiction "padding.min is 9, over padding.max, which is 8" padding.min=9 padding.max=8
contradiction "reconnect.first-ms is 2000, over reconnect.most-ms, which is 1000" reconnect.first-ms=2000 reconnect.most-ms=1000
contradiction "noise.max-message is 8192, over frame.max, which is 4096" frame.max=4096 noise.max-message=8192
contradiction "certificate.root pins a root whose private key assay does not have" \
    "certificate.root=$(printf '%064d' 1)"
printf '<profile xmlns="urn:assay:profile:1" id="public" title="Mine"/>\n' >mine.xml
printf '<profile xmlns="urn:assay:profile:1" id="mine" title="Mine">\n<constant name="padding.min" value="9"/>\n<constant name="padding.max" value="8"/>\n</profile>\n' >other.xml
bad "a range with its ends exchanged" other.xml:1 profile check ./other.xml
expect "both ends are said" grep -q "padding.min is 9, over padding.max, which is 8" stderr
expect_exit 0 "a shipped id with the shipped constants" assay profile check ./mine.xml
printf '<profile xmlns="urn:assay:profile:1" id="public" title="Mine">\n<constant name="padding.max" value="17"/>\n</profile>\n' >mine.xml
bad "a shipped id with other constants" mine.xml profile check ./mine.xml
expect "that it ships is said" grep -q 'the profile "public" ships with assay and has other constants' stderr

expect_exit 0 "the shipped vectors are what their manifest says" assay vectors check

# A data directory of our own, with one vector in it.
mkdir -p data/vectors/conversations
ln -s "$src/suites" data/suites
export ASSAY_DATA=$scratch/data
echo '{}' >data/vectors/conversations/one.json
listed() { printf '%s\tconversations/one.json\ttest\tCC0-1.0\tnone\n' "$(sha256sum data/vectors/conversations/one.json | cut -c1-64)"; }
listed >data/vectors/MANIFEST
expect_exit 0 "a vector as listed" assay vectors check
echo '{"changed": true}' >data/vectors/conversations/one.json
bad "a vector that was changed" "data/vectors/MANIFEST:1" vectors check
expect "it is named" grep -q conversations/one.json stderr
listed >data/vectors/MANIFEST
echo '{}' >data/vectors/conversations/two.json
expect_exit 65 "a vector that is not listed" assay vectors check
expect "it is named" grep -q "two.json is not listed" stderr
rm data/vectors/conversations/*.json
bad "a vector that is not there" "data/vectors/MANIFEST:1" vectors check
echo 'abc conversations/one.json' >data/vectors/MANIFEST
bad "a line of the manifest that is none" "data/vectors/MANIFEST:1" vectors check
printf '%064d\t../secret\ttest\tCC0-1.0\tnone\n' 0 >data/vectors/MANIFEST
bad "a vector outside the directory" "data/vectors/MANIFEST:1" vectors check
export ASSAY_DATA=$src

echo '{"format": "assay-results-3"' >results.json
expect_exit 65 "a results file that is not JSON" assay report results.json
echo '{"format": "other"}' >results.json
expect_exit 65 "a results file of another format" assay report results.json
echo '<suite/>' >repro.xml
expect_exit 65 "a repro that is none" assay judge repro.xml
conclude

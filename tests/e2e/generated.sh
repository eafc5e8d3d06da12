#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The part of every run that is generated: it finds what no suite does, and is a case like any other.
. "$(dirname "$0")/lib.sh"

sound="exec:$bin/assay-flawed"
# Wrong only from a fifth session on, which no suite begins.
flawed="$sound --flaw keeps-skipped-keys-after-use --when from-session=5"
failed_cases() { grep -F '"verdict":"fail"' "$1/results.jsonl" | grep -oE '"id":"[a-z0-9-]+/[^"]+"' | sort -u; }

expect_exit 0 "the list of suites has them" assay list --suite generated
expect "and how many" grep -qE '^ +generated/conversation +300 ' stdout
expect_exit 0 "what they are is explained" assay explain 'generated/conversation#17'
expect "with the seed of the release" grep -q 'made from the seed "2026-11"' stdout

# A default run: everything, in the quickest form, where the target is a library.
assay run --quick --surface library $whole ${whole:+--suite generated} --target "$sound" --seed 1 --out sound --quiet
assay run --quick --surface library $whole ${whole:+--suite generated} --target "$flawed" --seed 1 --out flawed --quiet
failed_cases sound >sound.failed
failed_cases flawed >flawed.failed
expect "nothing generated fails of a sound target" test "$(grep -c '"generated/' sound.failed)" -eq 0
comm -13 sound.failed flawed.failed >found
expect "a flaw is found" test -s found
expect "by conversations alone" test "$(grep -vc '"generated/conversation#' found)" -eq 0
expect_exit 0 "without that part" assay run --quick --surface library $whole --exclude 'generated/*' --target "$flawed" \
    --seed 1 --out excluded --quiet
expect "nobody finds it" cmp sound.failed <(failed_cases excluded)

# It is a case like any other: the same with any number of workers, in shards, when a run goes on, alone.
flawed="$sound --flaw keeps-skipped-keys-after-use"
chosen=(--case 'generated/conversation#[1-3]?' --target "$flawed" --seed 2)
cases_of() { sed '1d;$d;s/,"took_us":[0-9]*//' "$1/results.jsonl"; }
same() {
    results same "$1/results.json" "$2/results.json" && diff -r "$1/repro" "$2/repro" && cmp <(cases_of "$1") <(cases_of "$2")
}
expect_exit 1 "a flaw fails the run" assay run "${chosen[@]}" --jobs 1 --out one --quiet
assay run "${chosen[@]}" --jobs 2 --out two --quiet
expect "it comes to the same with two workers" same one two
for k in 1 2; do assay run "${chosen[@]}" --shard $k/2 --out "shard-$k" --quiet; done
expect_exit 1 "shards are put together" assay merge whole shard-1 shard-2 --quiet
expect "to the same" same one whole
cp -r one again
sed -i '/"generated\/conversation#34"/,$d' again/results.jsonl
expect_exit 1 "a run that was broken off goes on" assay run --resume again --quiet
expect "to the same" same one again
first=generated/conversation#34
expect "it is reported under the requirement it violates" test "$(results case one/results.json $first requirement)" = D-14
steps='^    <(peer|establish|publish|start|seal|deliver|drop|converse|tamper|snapshot|restore|forget|accept|fingerprint|distribute) '
expect "with the ten steps or fewer that are left of it" test "$(grep -cE "$steps" one/repro/generated_conversation_34.xml)" -le 10
expect "the report for machines names it" grep -qF "2 of 30 executions" one/junit.xml
expect_exit 1 "what it is shrunk to fails again" assay repro one/repro/generated_conversation_34.xml --target "$flawed"
expect_exit 0 "and passes with a sound target" assay repro one/repro/generated_conversation_34.xml --target "$sound"
expect_exit 0 "it becomes a case" assay promote one/repro/generated_conversation_34.xml --suite mine/found.xml
expect "with its origin" grep -qF 'origin="generated/conversation#34, seed 2' mine/found.xml
printf 'generated/conversation#16 # D-14: known\ngenerated/conversation#34 # D-14: known\n' >known.txt
expect_exit 0 "known failures are excused" assay run "${chosen[@]}" --known-failures known.txt --out known --quiet
expect_exit 0 "beside an earlier run nothing is new" \
    assay run "${chosen[@]}" --known-failures known.txt --since one --out since --quiet
expect_exit 0 "a sound target passes them" \
    assay run --case 'generated/conversation#[1-3]?' --target "$sound" --seed 2 --out clean --quiet
expect_exit 1 "between that and the other something broke" assay diff clean one
expect "which is named" grep -qF "generated/conversation (2 executions)  D-14" stdout
conclude

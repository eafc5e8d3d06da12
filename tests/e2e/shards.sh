#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The shards of a run, put together, are the run in one piece.
. "$(dirname "$0")/lib.sh"

target="exec:$bin/assay-flawed --flaw compares-seven-bytes-of-mac"
seed=5eed
cases_of() { sed '1d;$d;s/,"took_us":[0-9]*//' "$1/results.jsonl"; }
same() {
    results same "$1/results.json" "$2/results.json" && diff -r "$1/repro" "$2/repro" && cmp <(cases_of "$1") <(cases_of "$2")
}

# in_shards NAME N options...: the run in one piece, which fails, in N shards (NAME-1 ...), and merged.
in_shards() {
    local name=$1 n=$2 k dirs=()
    shift 2
    expect_exit 1 "$name: a run in one piece" assay run "$@" --seed $seed --out "$name-piece" --quiet
    for k in $(seq "$n"); do
        assay run "$@" --seed $seed --shard "$k/$n" --out "$name-$k" --quiet >stdout 2>stderr
        dirs=("$name-$k" ${dirs[@]+"${dirs[@]}"})
    done
    expect_exit 1 "$name: $n shards together end as one piece" assay merge "$name-whole" "${dirs[@]}" --quiet
    expect "$name: they come to the same" same "$name-piece" "$name-whole"
    expect "$name: each execution is in one of them" \
        cmp <(cases_of "$name-piece" | sort) <(for k in $(seq "$n"); do cases_of "$name-$k"; done | sort)
}

# Some fail, some of them as known; some measure.
echo 'ratchet/flipped-mac-bit-in-a-second-session-is-refused # D-09: known' >known.txt
chosen=(--target "$target" --known-failures known.txt --case "ratchet/flipped-mac-bit-[in]*#5?" --case "x3dh/*#1" --case "sesame/s*")
in_shards flawed 3 "${chosen[@]}"
in_shards many 2 --target "$target" --case "ratchet/flipped-mac-bit-*"
expect "the whole keeps no more repro files than a run does" test "$(ls many-whole/repro | wc -l)" -eq 40
in_shards tried 2 --target "exec:$bin/assay-flawed --flaw blind-held-back-loses-next" --case "probes/*@skipped"
expect "what was tried in one of them is said of the whole" grep -q '"trials"' tried-whole/results.json
in_shards sharing 2 --target "$target" --sharing --case "ratchet/flipped-mac-bit-i[sn]*"
expect "a shard says which it is" test "$(results get flawed-2/results.json selection shard)" = 2
expect "of how many" test "$(results get flawed-2/results.json selection shards)" = 3
expect "it is partial" test "$(results get flawed-2/results.json summary scope partial)" = true
expect "and says so" grep -q "shard 2 of 3 (" flawed-2/summary.md
expect_exit 0 "the journal of the whole" assay report flawed-whole/results.jsonl --format json
expect "is its own report" cmp stdout flawed-whole/results.json
expect_exit 0 "a shard without a case" assay run --seed 1 --case "sesame/archived-sessions-kept" --shard 2/2 --out empty --quiet

# What is no whole run is told.
refused() {
    expect_exit "$1" "$2" assay merge wrong "${@:4}"
    expect "$2: it is said" grep -qF -- "$3" stderr
    expect_not "$2: nothing is written" test -e wrong
}
# tampered SED: a copy of flawed-3 whose journal says something else.
tampered() {
    rm -rf tampered
    cp -r flawed-3 tampered
    sed -i "$1" tampered/results.jsonl
}
refused 64 "a shard is missing" "shard 2 of 3 is missing" flawed-1 flawed-3
refused 64 "a shard stands twice" "shard 1 of 3 is in flawed-1 and in flawed-1" flawed-1 flawed-2 flawed-1 flawed-3
refused 64 "shards of two runs" "flawed-2 holds shard 2 of 3, and sharing-1 one of 2" sharing-1 flawed-2
refused 64 "what is no shard" "flawed-piece holds no shard" flawed-1 flawed-piece flawed-3
tampered '1s/"seed":"5/"seed":"6/'
refused 64 "another seed" "tampered differs from flawed-1 in seed: " flawed-1 flawed-2 tampered
tampered '1s/"version":"[^"]*"/"version":"0-other"/'
refused 64 "another target" "tampered differs from flawed-1 in target.version: " flawed-1 flawed-2 tampered
tampered '1s/"commit":"[^"]*"/"commit":"0"/'
refused 64 "another build of assay" "tampered is of another build of assay than flawed-1" flawed-1 flawed-2 tampered
tampered 3d
refused 64 "an execution is missing" "executions, and planned" flawed-1 flawed-2 tampered
tampered '3s/"at":[0-9]*/"at":2/'
refused 64 "an execution stands twice" " is in tampered and in tampered" flawed-1 flawed-2 tampered
tampered '3s/"at":[0-9]*/"at":20000/'
refused 64 "an execution is beyond the end" " is beyond the plan of the shards" flawed-1 flawed-2 tampered
echo '# changed' >>known.txt
refused 65 "a list of known failures that has changed" "known.txt is not there as it was" flawed-1 flawed-2 flawed-3
sed -i '$d' known.txt
ended() { sed -i "\$s|\"interrupted\":\"\"|\"interrupted\":\"$2\"|" "$1/results.jsonl"; }
for k in 1 2 3; do cp -r flawed-$k ended-$k; done
ended ended-1 "budget spent after 9 s"
ended ended-3 "target down at case sesame/x: 5 in a row"
expect_exit 1 "shards that ended otherwise" assay merge ended ended-1 ended-2 ended-3 --quiet
expect "the target that was down is not hidden by a budget" \
    test "$(results get ended/results.json interrupted)" = "target down at case sesame/x: 5 in a row"
unmet='$s/"preconditions":\[\]/"preconditions":[{"check":"Open, forged","seen":"it opened","requirement":""}]/'
tampered "$unmet"
refused 65 "a precondition that did not hold in one of them" \
    "tampered: nothing was run because of the precondition Open, forged (it opened), which held in" flawed-1 flawed-2 tampered
for k in 1 2 3; do
    cp -r flawed-$k unmet-$k
    sed -i "$unmet" unmet-$k/results.jsonl
done
expect_exit 2 "one that held in none of them did not hold in the run" assay merge unmet unmet-1 unmet-2 unmet-3 --quiet
expect "it is the reason" grep -qF "nothing was run because of Open, forged: it opened" unmet/results.json
tampered '5,$d'
refused 65 "a shard without an end" "assay run --resume tampered" flawed-1 flawed-2 tampered
expect_exit 1 "it goes on as a shard" assay run --resume tampered --quiet
expect_exit 1 "and is one" assay merge whole flawed-1 flawed-2 tampered --quiet
expect "they come to the same" same flawed-piece whole
expect_exit 64 "the whole is written to one of the shards" assay merge flawed-1 flawed-1 flawed-2 flawed-3
expect "which is still there" test -s flawed-1/results.jsonl
cp -r flawed-1 kept
expect_exit 64 "OUT is forgotten, and a shard stands in its place" assay merge kept flawed-2 flawed-3
expect "it is said" grep -qF "kept holds a shard: nothing in it was touched" stderr
expect "and nothing of it is lost" diff -r flawed-1 kept
cp -r flawed-piece older
expect_exit 64 "shards that are not all of a run" assay merge older flawed-1 flawed-3
expect "what stood there before is not removed for them" diff -r flawed-piece older
expect_exit 64 "a shard needs a seed" assay run --shard 1/2 --out wrong
for shard in 0/2 3/2 1 1/ 1/2/3 a/b; do
    expect_exit 64 "no shard: $shard" assay run --seed 1 --shard $shard --out wrong
done
expect_exit 64 "generated conversations have none" assay run --generate 10 --seed 1 --shard 1/2 --out wrong
conclude

#!/usr/bin/env bash
# The shards of a run, put together, are the run in one piece.
. "$(dirname "$0")/lib.sh"

target="exec:$bin/assay-flawed --flaw compares-seven-bytes-of-mac"
seed=5eed
cases_of() { sed '1d;$d;s/,"took_us":[0-9]*//' "$1/results.jsonl"; }
same() {
    results same "$1/results.json" "$2/results.json" && diff -r "$1/repro" "$2/repro" && cmp <(cases_of "$1") <(cases_of "$2")
}

# in_shards NAME N options...: the run in one piece, in N shards (NAME-1 ...), and merged. Its exit code is the run's.
in_shards() {
    local name=$1 n=$2 k code=0 dirs=()
    shift 2
    assay run "$@" --seed $seed --out "$name-piece" --quiet >stdout 2>stderr || code=$?
    for k in $(seq "$n"); do
        assay run "$@" --seed $seed --shard "$k/$n" --out "$name-$k" --quiet >stdout 2>stderr
        dirs=("$name-$k" ${dirs[@]+"${dirs[@]}"})
    done
    expect_exit $code "$name: $n shards together end as one piece ($code)" assay merge "$name-whole" "${dirs[@]}" --quiet
    expect "$name: they come to the same" same "$name-piece" "$name-whole"
    expect "$name: each execution is in one of them" \
        cmp <(cases_of "$name-piece" | sort) <(for k in $(seq "$n"); do cases_of "$name-$k"; done | sort)
}

in_shards flawed 3 --target "$target" --case "x3dh/*" --case "sesame/*" --case "ratchet/*mac*"
in_shards sharing 3 --target "$target" --sharing --case "ratchet/*mac*" --case "x3dh/*"
in_shards listed 2 --known-failures "$known" --case "x3dh/*" --case "restart/*"
in_shards many 5 --case "sesame/*"
expect "a shard says which it is" test "$(results get flawed-2/results.json selection shard)" = 2
expect "of how many" test "$(results get flawed-2/results.json selection shards)" = 3
expect "it is partial" test "$(results get flawed-2/results.json summary scope partial)" = true
expect "and says so" grep -q "shard 2 of 3 (--shard)" flawed-2/summary.md
expect_exit 0 "the journal of the whole" assay report flawed-whole/results.jsonl --format json
expect "is its own report" cmp stdout flawed-whole/results.json
expect_exit 0 "a shard without a case" assay run --seed 1 --case "sesame/archived-sessions-kept" --shard 2/2 --out empty --quiet

# What is no whole run is told.
refused() {
    expect_exit "$1" "$2" assay merge wrong "${@:4}"
    expect "$2: it is said" grep -qF -- "$3" stderr
    expect_not "$2: nothing is written" test -e wrong
}
refused 64 "a shard is missing" "shard 2 of 3 is missing" flawed-1 flawed-3
refused 64 "a shard stands twice" "shard 1 of 3 is in flawed-1 and in flawed-1" flawed-1 flawed-2 flawed-1 flawed-3
refused 64 "a shard of another run" "flawed-2 holds shard 2 of 3, and many-1 one of 5" many-1 many-3 many-4 many-5 flawed-2
refused 64 "what is no shard" "flawed-piece holds no shard" flawed-1 flawed-piece flawed-3
assay run --target "$target" --case "x3dh/*" --case "sesame/*" --case "ratchet/*mac*" --seed 1 --shard 3/3 --out other-seed --quiet \
    >stdout 2>&1
refused 64 "another seed" "other-seed differs from flawed-1 in seed: " flawed-1 flawed-2 other-seed
cp -r flawed-3 unfinished
head -n 4 flawed-3/results.jsonl >unfinished/results.jsonl
refused 65 "a shard without an end" "assay run --resume unfinished" flawed-1 flawed-2 unfinished
expect_exit 1 "it goes on as a shard" assay run --resume unfinished --quiet
expect_exit 1 "and is one" assay merge whole flawed-1 flawed-2 unfinished --quiet
expect "they come to the same" same flawed-piece whole
cp -r flawed-3 tampered
sed -i '3d' tampered/results.jsonl
refused 64 "an execution is missing" "executions, and planned" flawed-1 flawed-2 tampered
cp flawed-3/results.jsonl tampered/results.jsonl
sed -i '3s/"at":[0-9]*/"at":2/' tampered/results.jsonl
refused 64 "an execution stands twice" " is in tampered and in tampered" flawed-1 flawed-2 tampered
expect_exit 64 "the whole is written to one of the shards" assay merge flawed-1 flawed-1 flawed-2 flawed-3
expect "which is still there" test -s flawed-1/results.jsonl
expect_exit 64 "a shard needs a seed" assay run --shard 1/2 --out wrong
for shard in 0/2 3/2 1 1/ 1/2/3 a/b; do
    expect_exit 64 "no shard: $shard" assay run --seed 1 --shard $shard --out wrong
done
expect_exit 64 "generated conversations have none" assay run --generate 10 --seed 1 --shard 1/2 --out wrong
conclude

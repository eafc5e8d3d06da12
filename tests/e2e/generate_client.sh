#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Generated conversations of whole clients: nobody sound is accused, what a client forgets is found, shrunk to what a person
# can read, and fails again.
. "$(dirname "$0")/lib.sh"

sound="exec:$bin/assay-flawed"
# The steps of a repro file, its completion among them.
steps() { sed '/<repro /,$d' "$1" | grep -cE '^    <[a-z]' ; }
fewest() {
    local file n least=999
    for file in "$1"/repro/*.xml; do
        n=$(($(steps "$file") - 1)) # the purpose
        [ "$n" -lt $least ] && least=$n
    done
    echo $least
}

generate() { assay run --generate "$1" --surface client --seed "$2" --target "$3" --out "$4" --quiet; }

expect_exit 0 "20 conversations with a sound client pass" \
    assay run --generate 20 --surface client --seed 11 --target "$sound" --out sound
expect "what was generated is printed" grep -qE '^    heard +[1-9]' stdout
expect "losses among it" grep -qE '^    hang-up +[1-9]' stdout
expect "no repro is left" test -z "$(ls sound/repro)"
expect_exit 0 "the reference passes, too" assay run --generate 10 --surface client --seed 12 --out reference --quiet
expect_exit 64 "a service has no conversations" assay run --generate 10 --surface service --target "$sound"

# What must hold a second time, over a restart, per sender, for the right message.
while read -r flaw count seed; do
    expect_exit 1 "$flaw is found" generate "$count" "$seed" "$sound --flaw $flaw" "$flaw"
    expect "$flaw is shrunk to 14 steps or fewer" test "$(fewest "$flaw")" -le 14
done <<'FLAWS'
shows-repeats 6 1
never-answers-retries 8 1
FLAWS

repro=$(ls shows-repeats/repro/*.xml | head -n 1)
expect_exit 1 "the shrunk case fails again" assay repro "$repro" --target "$sound --flaw shows-repeats"
expect_exit 0 "and passes with a sound client" assay repro "$repro" --target "$sound"

# In every run they are executions of a case, and are the same for any number of workers.
expect_exit 0 "they are in the list" assay list --suite generated
expect "so many of them" grep -qE '^ +generated/client +60 ' stdout
chosen=(--case 'generated/client#[1-8]' --surface client --seed 2 --quiet)
expect_exit 0 "a sound client passes them" assay run "${chosen[@]}" --target "$sound" --out clean
expect "all of them" test "$(grep -oE '"id":"generated/client#[0-9]+"' clean/results.jsonl | sort -u | wc -l)" -eq 8
for jobs in 1 2; do
    expect_exit 1 "a flaw fails the run with $jobs workers" \
        assay run "${chosen[@]}" --jobs $jobs --target "$sound --flaw shows-repeats" --out jobs-$jobs
    grep -oE '"id":"generated/client#[0-9]+"[^}]*"verdict":"[a-z]+"' jobs-$jobs/results.jsonl >verdicts-$jobs
done
expect "with the same verdicts" cmp verdicts-1 verdicts-2
conclude

#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Sourced by what is in bench/. It has $build, the build's folder, and $scratch, one to write in.

now() { date +%s.%N; }

# since TIME: seconds from then on
since() { awk -v a="$1" -v b="$(now)" 'BEGIN { printf "%.3f", b - a }'; }

# Something calculated: calc FORMAT EXPRESSION
calc() { awk "BEGIN { printf \"$1\", $2 }"; }

get() { "$build/tests/results-tool" get "$scratch/$1/results.json" "${@:2}"; }

# run NAME OPTION...: a run into the folder NAME. Its verdict is not the subject, but a run that did not come to one measures nothing.
run() {
    local name=$1
    shift
    rm -rf "${scratch:?}/$name"
    "$build/bin/assay" run --seed be9c4 --out "$scratch/$name" --quiet "$@" 2>"$scratch/said" || [ $? -le 2 ] || {
        cat "$scratch/said" >&2
        exit 1
    }
}

# executions NAME: how many there were in it
executions() {
    local not_applicable
    not_applicable=$("$build/tests/results-tool" count "$scratch/$1/results.json" not-applicable)
    echo $(($(wc -l <"$scratch/$1/results.jsonl") - 2 - not_applicable))
}

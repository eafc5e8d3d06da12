#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# hostile_test over each kind of address at once. Usage: addresses.sh HOSTILE_TEST; what each says follows in order.
set -u
said=$(mktemp -d "${TMPDIR:-/tmp}/assay-hostile.XXXXXX")
trap 'rm -rf "$said"' EXIT
result=0
declare -A begun=()
for kind in exec unix tcp proxy; do
    only=()
    [ $kind = proxy ] && only=("*in the middle*")
    "$1" $kind "${only[@]}" >"$said/$kind" 2>&1 </dev/null &
    begun[$kind]=$!
done
for kind in exec unix tcp proxy; do
    wait "${begun[$kind]}" || result=1
    cat "$said/$kind"
done
exit $result

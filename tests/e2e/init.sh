#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# What assay init writes: a directory of its own, the places to fill marked, and an adapter that passes the doctor as it is, where its
# library is installed. The fourth argument is the language.
language=$4
. "$(dirname "$0")/lib.sh"

# library_of LANGUAGE: can its adapter run here? If not, what is missing.
library_of() {
    case $1 in
    python) /usr/bin/python3 -c 'import axolotl' 2>/dev/null || echo "install python3-axolotl" ;;
    node) [ -e "$src/adapters/libsignal-node/node_modules/libsignal-0.103.0" ] && "$src/adapters/node/node" --version >/dev/null 2>&1 ||
        echo "npm ci in adapters/node and adapters/libsignal-node" ;;
    c) [ -e /usr/include/signal/signal_protocol.h ] || echo "install libsignal-protocol-c-dev" ;;
    go) command -v go >/dev/null && [ -e /usr/include/signal/signal_protocol.h ] || echo "install golang-go and libsignal-protocol-c-dev" ;;
    esac
}

# What its README says to do before the adapter runs. The packages are those of the adapter in the tree: no network is needed.
make_python() { command='/usr/bin/python3 adapter.py'; }
make_node() {
    local packages=$src/adapters/libsignal-node/node_modules
    command="$src/adapters/node/node adapter.mjs"
    mkdir -p node_modules/@signalapp &&
        ln -s "$packages/libsignal-0.103.0" node_modules/@signalapp/libsignal-client && ln -s "$packages/protobufjs" node_modules/protobufjs
}
make_c() {
    command='build/adapter'
    cmake -B build >/dev/null && cmake --build build >/dev/null
}
make_go() {
    command='./adapter'
    export GOCACHE=$scratch/cache GOFLAGS=-buildvcs=false # no home is needed, and no git
    go build && go vet ./...
}

expect_exit 0 "an adapter in $language" assay init "$language" "my adapter"
expect "it says where to go on" grep -qF "Its README.md says" stdout
expect "with the places marked that are to be filled" grep -rqF ">>> YOURS" "my adapter"
expect_exit 64 "a second one into the same directory" assay init "$language" "my adapter"
expect "which is not empty" grep -q "my adapter is not an empty directory" stderr
expect_exit 64 "a language that nobody has" assay init cobol there
expect "those that are there are named" grep -q "python, node, c, go" stderr
expect_not "and nothing was made" test -e there
expect_exit 64 "no directory" assay init "$language"
mkdir -p "part/docs/examples/$language"
cp "$src/docs/examples/$language/README.md" "part/docs/examples/$language/"
expect_exit 65 "an installation in which a file is missing" env ASSAY_DATA="$scratch/part" "$bin/assay" init "$language" half
expect_not "half an adapter is not begun" test -e half

missing=$(library_of "$language")
if [ -n "$missing" ]; then
    printf 'skipped: %s\n' "$missing"
    exit 77
fi
cd "my adapter" || exit 1
expect "it is made as its README says" "make_$language"
expect_exit 0 "and passes the doctor" assay doctor --target "exec:$command" --start-timeout 60
expect "in all that it has" grep -q "^All [0-9]* checks hold" stdout
# The library is the reference's; what is between it and the contract was written anew.
if [ "$language" = go ]; then
    suites=(--suite x3dh --suite ratchet --suite groups --suite recorded)
    expect_exit 0 "and fails no case that the reference passes" assay run --target "exec:$command" --quick --seed 1 "${suites[@]}" \
        --known-failures "$known" --out out --quiet
fi
conclude

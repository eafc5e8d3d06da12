# SPDX-License-Identifier: GPL-3.0-or-later
# Sourced by every end-to-end test: a scratch directory, the programs under test, and ways to say what must be.
# Usage of a test: NAME.sh BIN_DIR SOURCE_DIR [all|some], with the built programs, the source tree, and whether what is
# shown on a whole run is shown on all suites or on some.
set -u
bin=$1
src=$2
whole=""
[ "${3:-all}" = some ] && whole="--suite x3dh --suite sesame --suite restart"
name=$(basename "$0" .sh)
scratch=$(mktemp -d "${TMPDIR:-/tmp}/assay-e2e-$name.XXXXXX")
passed=0
failed=0
children=""
declare -A begun=()
known=$src/adapters/reference/known-failures.txt

finish() {
    local child
    for child in $children; do
        kill "$child" 2>/dev/null
        wait "$child" 2>/dev/null
    done
    rm -rf "$scratch"
}
trap finish EXIT
cd "$scratch" || exit 1
unset NO_COLOR ASSAY_REFERENCE
export ASSAY_DATA=$src

assay() { "$bin/assay" "$@"; }
results() { "$bin/../tests/results-tool" "$@"; }

# The same words as cmocka's, so that ./dev test counts them alike.
pass() {
    passed=$((passed + 1))
    printf '[       OK ] %s\n' "$1"
}
miss() {
    failed=$((failed + 1))
    printf '[  FAILED  ] %s\n' "$1"
    shift
    [ $# -gt 0 ] && printf '             %s\n' "$@"
    [ -f stdout ] && sed 's/^/  stdout| /' stdout | tail -n 15
    [ -f stderr ] && sed 's/^/  stderr| /' stderr | tail -n 15
}

# expect_exit CODE SENTENCE command...: run it (output in the files stdout and stderr) and compare its exit code.
expect_exit() {
    local wanted=$1 sentence=$2 code=0
    shift 2
    "$@" >stdout 2>stderr </dev/null || code=$?
    if [ $code -eq "$wanted" ]; then pass "$sentence"; else miss "$sentence" "exit $code, expected $wanted: $*"; fi
}

# begin NAME command...: run it beside the others; what it says is in NAME.stdout and NAME.stderr.
begin() {
    local name=$1
    shift
    {
        local began=$SECONDS code=0
        "$@" >"$name.stdout" 2>"$name.stderr" </dev/null || code=$?
        echo $((SECONDS - began)) >"$name.took"
        exit $code
    } &
    begun[$name]=$!
    children="$children $!"
}

# expect_end CODE SENTENCE NAME: wait for what was begun as NAME, and go on as expect_exit does.
expect_end() {
    local wanted=$1 sentence=$2 name=$3 code=0
    wait "${begun[$name]}" || code=$?
    cp "$name.stdout" stdout
    cp "$name.stderr" stderr
    if [ $code -eq "$wanted" ]; then pass "$sentence"; else miss "$sentence" "exit $code, expected $wanted: $name"; fi
}

# expect SENTENCE command...: the command succeeds.
expect() {
    local sentence=$1
    shift
    if "$@" >check.out 2>&1; then pass "$sentence"; else miss "$sentence" "$*" "$(head -n 5 check.out)"; fi
}

# expect_not SENTENCE command...: the command does not succeed.
expect_not() {
    local sentence=$1
    shift
    if "$@" >check.out 2>&1; then miss "$sentence" "$*" "$(head -n 5 check.out)"; else pass "$sentence"; fi
}

# Start a program in the background that is ended with the test.
start() {
    "$@" </dev/null >child.out 2>child.err &
    child=$!
    children="$children $child"
}

# Wait up to ten seconds for a command to succeed.
wait_until() {
    local i
    for i in $(seq 100); do
        "$@" >/dev/null 2>&1 && return 0
        sleep 0.1
    done
    return 1
}

conclude() {
    printf '[  PASSED  ] %d test(s).\n' "$passed"
    [ "$failed" -eq 0 ] && exit 0
    printf '[  FAILED  ] %d test(s)\n' "$failed"
    exit 1
}

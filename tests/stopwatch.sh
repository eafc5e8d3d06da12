#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The first steps of a new user, with a clock: ./dev package --try runs it in a bare Debian 12, as root, beside assay.deb. Each
# step has to work, and to be as quick as README.md promises ("How long it takes"; the page comes with the package).
set -uo pipefail
page=/usr/share/assay/README.md
result=0

as_visitor() { su visitor -c "cd ~ && set -e; $1"; }

# step NAME COMMAND: NAME is that of the row in the table.
step() {
    local name=$1 started ended promised code=0
    shift
    printf '\n== %s\n' "$name"
    started=$(date +%s%N)
    "$@" || code=$?
    ended=$(date +%s%N)
    promised=$(sed -n "s/^| $name .*| \([0-9]*\) min |\$/\1/p" "$page" 2>/dev/null)
    printf -- '-- %s: %d.%d s, promised %s min, exit %d\n' "$name" $(((ended - started) / 1000000000)) \
        $(((ended - started) / 100000000 % 10)) "${promised:-?}" "$code" | tee -a /tmp/stopwatch
    if [ "$code" -ne 0 ] || [ -z "$promised" ] || [ $(((ended - started) / 1000000000)) -ge $((promised * 60)) ]; then
        printf 'NOT as promised: %s\n' "$name"
        result=1
    fi
}

install_package() {
    apt-get update -q >/dev/null && apt-get install -y -q --no-install-recommends ./assay.deb >/dev/null && as_visitor "assay --version"
}

first_report() { as_visitor "assay doctor >/dev/null; assay run --quick --quiet --out first \
    --known-failures /usr/share/assay/adapters/reference/known-failures.txt; ls first"; }

# What it finds fails the run: python-axolotl has faults.
first_adapter() {
    apt-get install -y -q --no-install-recommends python3-axolotl >/dev/null && as_visitor "
        assay init python my-adapter >/dev/null; cd my-adapter
        assay doctor --target 'exec:/usr/bin/python3 adapter.py' | tail -n 1
        assay run --target 'exec:/usr/bin/python3 adapter.py' --budget 60 --out out | tail -n 30; test -s out/report.html"
}

# As docs/first-case.md has it: the second block of XML on that page, run and seen to fail.
first_case() {
    as_visitor '
        mkdir -p ours
        sed -n "/^\`\`\`xml/,/^\`\`\`/p" /usr/share/assay/docs/first-case.md | grep -v "^\`\`\`" >ours/first.xml
        assay run --suite-dir ours --suite first --out own | tail -n 4
        code=0; assay run --suite-dir ours --suite first --quiet --out own --target "exec:assay-flawed --flaw stores-before-mac" || code=$?
        test $code -eq 1'
}

first_ci_run() {
    as_visitor "ASSAY_TARGET=exec:assay-reference ASSAY_KEEP=kept.json ASSAY_OUT=ci \
        ASSAY_OPTIONS='--known-failures /usr/share/assay/adapters/reference/known-failures.txt' \
        bash /usr/share/assay/ci/steps.sh run | tail -n 5; test -s kept.json"
}

# A change that breaks something: the difference says what.
first_diff() {
    as_visitor "
        code=0; assay run --quick --seed 1 --quiet --out changed --target 'exec:assay-flawed --flaw keeps-used-one-time-prekeys' || code=\$?
        code=0; assay diff kept.json changed >diff.txt || code=\$?
        head -n 20 diff.txt; test \$code -eq 1"
}

rm -f /tmp/stopwatch
id visitor >/dev/null 2>&1 || useradd --create-home visitor
step "install the package" install_package
step "a first report" first_report
step "a first adapter" first_adapter
step "a first case of your own" first_case
step "a first run in a CI" first_ci_run
step "a first comparison" first_diff
printf '\n'
cat /tmp/stopwatch
exit $result

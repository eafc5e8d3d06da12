#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# What a run writes and prints: every form, whole, harmless, and as asked.
. "$(dirname "$0")/lib.sh"

few="--suite sesame --level must --seed 3"
escape=$(printf '\033')

expect_exit 0 "a run" assay run $few --known-failures "$known" --out deep/er/out
cp stdout scoreboard
for file in results.jsonl results.json junit.xml report.html summary.md sarif.json; do
    expect "$file is written" test -s deep/er/out/$file
done
expect "JUnit is well-formed XML" xmllint --noout deep/er/out/junit.xml
expect "the page is well-formed XML" xmllint --noout deep/er/out/report.html
expect_not "the page loads nothing from elsewhere" \
    grep -qiE '(src|href|action|data|poster|srcset)="?(https?:|//|file:)|@import|url\(' deep/er/out/report.html
expect "the scoreboard names the report" grep -q deep/er/out/report.html scoreboard
expect_not "no colours when it is no terminal" grep -q "$escape" scoreboard
expect "the journal begins with the header" sh -c 'head -n 1 deep/er/out/results.jsonl | grep -q "\"header\""'
expect "the journal ends with how the run ended" sh -c 'tail -n 1 deep/er/out/results.jsonl | grep -q "\"ending\""'
expect "the journal has a line for each case" test \
    "$(($(wc -l <deep/er/out/results.jsonl) - 2))" -eq "$(grep -c '"tape":' deep/er/out/results.json)"

expect_exit 0 "--json" assay run $few --known-failures "$known" --out json --json
expect "--json prints results.json and nothing else" cmp stdout json/results.json
expect_exit 0 "--quiet" assay run $few --known-failures "$known" --out quiet --quiet
expect_not "--quiet prints nothing when all is well" test -s stdout

export TERM=xterm
on_a_terminal() {
    script -qec "$1" /dev/null </dev/null >stdout 2>stderr
    expect "it is reported: $1" grep -q "^  regression  " stdout
}
run="$bin/assay run $few --known-failures $known --out tty"
if command -v script >/dev/null; then
    on_a_terminal "$run"
    expect "colours on a terminal" grep -q "$escape\[[0-9;]*m" stdout
    on_a_terminal "env NO_COLOR=1 $run"
    expect_not "no colours with NO_COLOR" grep -q "$escape\[[0-9;]*m" stdout
    on_a_terminal "$run --no-color"
    expect_not "no colours with --no-color" grep -q "$escape\[[0-9;]*m" stdout
    on_a_terminal "env TERM=dumb $run"
    expect_not "a dumb terminal is told nothing that it does not obey" grep -q "$escape" stdout
    on_a_terminal "env -u TERM $run"
    expect_not "nor one that nobody knows" grep -q "$escape" stdout
    on_a_terminal "stty cols 50; $run"
    expect_not "no line is wider than the terminal" \
        sh -c "sed 's/$escape\[[0-9;]*[mK]//g' stdout | tr '\r' '\n' | grep -vF ' \\' | grep -E '^.{51}'"
fi

for form in terminal html print junit markdown sarif json; do
    expect_exit 0 "assay report gives $form" assay report json/results.json --format $form
    expect "$form is not empty" test -s stdout
done
assay report json/results.json --format json >again.json
expect "a results file read and written is the same" cmp again.json json/results.json

# What changed since another run, also when that was in the same directory.
expect_exit 0 "the same run again" assay run $few --known-failures "$known" --since json --out json
expect "the terminal says what changed" grep -qE "^  since       0 broken, 0 new, 0 fixed, 0 changed, 0 gone, [0-9]+ as before" stdout
expect "and so does the page" grep -q '<section id="since">' json/report.html
assay run $few --target "exec:$bin/assay-flawed --flaw skips-signature-check" --out changed --quiet >/dev/null 2>&1
expect_exit 0 "assay report says it, too" assay report changed/results.json --format html --since json
expect_exit 65 "results that are not there" assay run $few --since nowhere --out json
expect_not "and no older report is taken for this run's" test -e json/report.html

claims=$src/reports/golden/claims-box/claims.json
for form in terminal html junit markdown json; do
    expect_exit 0 "assay report gives claims as $form" assay report "$claims" --format $form
    expect "claims as $form are not empty" test -s stdout
done
expect "claims read and written are the same" cmp stdout "$claims"
expect_not "no colours in claims when it is no terminal" grep -q "$escape" stdout
expect_exit 65 "claims have no SARIF form" assay report "$claims" --format sarif
sed 's/"not-equivalent"/"splendid"/' "$claims" >splendid.json
expect_exit 65 "claims with an unknown verdict are refused" assay report splendid.json
expect "the place that is wrong is named" grep -q 'splendid.json: conclusions.v3.verdict: ' stderr

expect_exit 0 "assay list" assay list
expect_exit 0 "assay list --requirements" assay list --requirements
expect_exit 0 "assay list --uncovered" assay list --uncovered
expect_exit 0 "assay list --json" assay list --json
for id in X-01 x3dh refusal fail must authentication deliver signal.mac previous-counter inconclusive SP-05 FS-1 \
    not-shown leak frame.header library client accept-identity client/snapshot specification; do
    expect_exit 0 "assay explain $id" assay explain "$id"
done

# Output that cannot be written is said, not swallowed.
expect_exit 3 "an output directory that cannot be made" assay run $few --out /proc/nowhere
conclude

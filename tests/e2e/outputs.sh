#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The output directory: what is not assay's is not touched, no link is followed, what assay wrote before goes.
. "$(dirname "$0")/lib.sh"

one="--case content/unknown-group-is-ignored --level should --seed 1 --quiet"

# Somebody else's directory.
mkdir theirs
echo theirs >theirs/report.html
expect_exit 64 "a directory with other files is refused" assay run $one --out theirs
expect "it says what to do" grep -q "theirs holds files that assay did not write.*give --out a new directory" stderr
expect "and touches nothing" test "$(ls -A theirs)$(cat theirs/report.html)" = report.htmltheirs
expect_exit 64 "so do claims" assay claims --claims "$src/adapters/reference/claims.xml" --game LEN-1 --out theirs
expect_exit 64 "and a command line that is wrong" assay run --no-such-option --out theirs
expect "which touches nothing either" test "$(cat theirs/report.html)" = theirs
mkdir empty
assay run $one --out empty >/dev/null 2>&1
expect "an empty one is taken" test -s empty/results.json
mkdir -p above
assay run $one --out above/below >/dev/null 2>&1
assay run $one --out above >/dev/null 2>&1
expect "so is one that holds another of assay's" test -s above/results.json

# A disk that is full in the middle of a run: the journal has holes, and that is said.
limited() {
    (trap '' XFSZ && ulimit -f 16 && "$@")
}
expect_exit 3 "a journal that cannot be written" limited "$bin/assay" run --suite ratchet --quick --seed 1 --quiet --out full
expect "is named" grep -q "full/results.jsonl: not all of it could be written" stderr
expect_not "and no report stands there cut" test -e full/results.json -o -e full/report.html

# What assay wrote goes, what somebody put beside it stays.
expect "a failure leaves a repro file" sh -c "ls empty/repro/*.xml"
echo "<suite/>" >empty/repro/mine.xml
touch empty/notes.txt
expect_exit 0 "another run into it" assay run --case ratchet/overtaken-message-opens --seed 1 --quiet --out empty
expect "the old repro file is gone" test "$(ls empty/repro)" = mine.xml
expect "notes stay" test -e empty/notes.txt
expect_exit 64 "a command line that is wrong, and may mean --resume" assay run --reusme empty --out empty
expect "removes nothing" test -s empty/results.json
for option in "--requirements 2026-11" "--repro all"; do
    assay run $one --out empty >/dev/null 2>&1
    expect_exit 64 "one with ${option% *} does not mean it" assay run $option --bogus --out empty
    expect_not "and no older report is taken for its own" test -e empty/results.json
done
expect "notes stay then, too" test -e empty/notes.txt

# Links.
mkdir elsewhere
cp empty/repro/mine.xml elsewhere/
sed 's/<suite\/>/<suite origin="x"\/>/' empty/repro/mine.xml >elsewhere/looks-like-ours.xml
rm -r empty/repro
ln -s ../elsewhere empty/repro
expect_exit 3 "a repro folder that is a link is refused" assay run $one --out empty
expect "it says so" grep -q "empty/repro is a symbolic link" stderr
expect "nothing behind it is removed" test "$(ls elsewhere | wc -l)" -eq 2
rm empty/repro
echo precious >precious
ln -sf ../precious empty/results.jsonl
ln -sf ../precious empty/report.html
assay run $one --out empty >/dev/null 2>&1
expect "no file is written through a link" test "$(cat precious)" = precious
expect "but beside it" test -f empty/report.html
conclude

# SPDX-License-Identifier: GPL-3.0-or-later
# What ctest ran, counted by single tests. Usage: awk -v ci=$CI -v list=FILE -v preset=PRESET -f count.awk SAID LOG, where
# SAID is what ctest printed and LOG its LastTest.log. Prints "PASSED FAILED SKIPPED"; appends to FILE each test that failed,
# and each that did not run, and why.
# A cmocka program says how many of its tests passed, failed and were skipped; any other program is one test.
# What a program says of itself: "skipped: WHY", when something is missing that ./dev installs: a failure when ci is "true".
# "left out: WHY", when it is something that is no part of the project: named only.
function not_run(text, why, is_optional) {
    print (is_optional ? "left out: " : "skipped: ") text ": " why >> list
    if (is_optional) return
    skipped++
    if (ci == "true") failed++
}
FNR == NR {
    if (/^The following tests /) in_list = /did not run:/
    if (in_list && $2 == "-") reason[$3] = $4
    next
}
/^[0-9]+\/[0-9]+ Testing: / { name = $3; p = f = is_counted = 0; why = ""; is_optional = is_summary = 0 }
/^skipped: / { why = substr($0, 10); is_optional = 0 }
/^left out: / { why = substr($0, 11); is_optional = 1 }
/^\[  PASSED  \] [0-9]+/ { p += $4; is_counted = 1 }
/^\[  FAILED  \] [0-9]+ test/ { f += $4 }
/^\[  SKIPPED \] [0-9]+ test/ { is_summary = 1 }
/^\[  SKIPPED \] / && !is_summary { not_run(name ": " substr($0, 14), why ? why : "it does not say why", is_optional) }
/^Test (Passed|Failed|Timed|Skipped|Not Run)/ && name in reason {
    not_run(name, why ? why : reason[name], is_optional)
    delete reason[name]
    next
}
/^Test Passed\./ { passed += is_counted ? p : 1 }
/^Test (Failed|Timed)/ {
    passed += p
    failed += f > 0 ? f : 1
    print "failed: " name " (" preset ")" >> list
}
END {
    for (name in reason) not_run(name, reason[name], 0)
    print passed + 0, failed + 0, skipped + 0
}

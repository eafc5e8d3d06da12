/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Shows that a badge says no more than its run, and that a comparison shows each run's statuses and
 * measures, whatever the targets say.
 */
#include "record/record.h"
#include "reports/badge.h"
#include "reports/compare.h"
#include "reports/report.h"
#include "support/rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct badge_row {
    const char *sentence;
    struct record_summary summary;
    const char *said;
    const char *requirements; /* the set that decided */
};

static const struct badge_row badges[] = {
    {"a whole run that conforms",
     {.state = RUN_AS_LISTED,
      .conformance = CONFORMANCE_YES,
      .coverage = {.requirements = 10, .covered = 9}},
     ">conformant, 9 of 10 requirements</text>",
     NULL},
    {"layers that were not executed are left out by name",
     {.state = RUN_AS_LISTED,
      .conformance = CONFORMANCE_YES,
      .scope = {.layers = {(const char *const[]){"cipher"}, 1},
                .not_layers = {(const char *const[]){"channel"}, 1}},
      .coverage = {.requirements = 10, .covered = 4}},
     ">conformant in the layer cipher, 4 of 10 requirements</text>",
     NULL},
    {"a run of which no layer was executed names none",
     {.state = RUN_VACUOUS,
      .conformance = CONFORMANCE_UNDECIDED,
      .scope = {.not_layers = {(const char *const[]){"cipher"}, 1}},
      .coverage = {.requirements = 10, .covered = 0}},
     ">undecided: vacuous, 0 of 10 requirements</text>",
     NULL},
    {"a run of chosen cases is no conformance",
     {.state = RUN_AS_LISTED,
      .conformance = CONFORMANCE_UNDECIDED,
      .scope = {.is_partial = true},
      .coverage = {.requirements = 10, .covered = 1}},
     ">undecided: passed in chosen cases, 1 of 10 requirements</text>",
     NULL},
    {"known failures are failures, although the run is as listed",
     {.state = RUN_AS_LISTED,
      .conformance = CONFORMANCE_NO,
      .coverage = {.requirements = 10, .covered = 9}},
     ">not conformant, 9 of 10 requirements</text>",
     NULL},
    {"a set of a day is said",
     {.state = RUN_AS_LISTED,
      .conformance = CONFORMANCE_YES,
      .coverage = {.requirements = 10, .covered = 9}},
     ">conformant, 9 of 10 requirements, set 2026-11</text>",
     "2026-11"},
    {"the newest is everything there is",
     {.state = RUN_AS_LISTED,
      .conformance = CONFORMANCE_YES,
      .coverage = {.requirements = 10, .covered = 9}},
     ">conformant, 9 of 10 requirements</text>",
     RECORD_NEWEST},
    {"too little seen is said",
     {.state = RUN_VACUOUS,
      .conformance = CONFORMANCE_UNDECIDED,
      .coverage = {.requirements = 10, .covered = 0}},
     ">undecided: vacuous, 0 of 10 requirements</text>",
     NULL},
};

static struct record_run run_of(struct record_summary *summary)
{
    return (struct record_run){
        .assay = "1",
        .profile = "public",
        .seed = "1",
        .target = {.name = "t", .version = "1", .adapter_version = "1", .protocol = "signal-v3"},
        .times = {.started = ""},
        .summary = summary};
}

static void test_badge(void **state)
{
    const struct badge_row *row = *state;
    struct record_summary summary = row->summary;
    struct record_run run = run_of(&summary);
    struct buffer out;
    run.selection.requirements = row->requirements;
    buffer_init(&out, 1 << 16);
    assert_int_equal(badge_render(&run, &out), OK);
    if (!strstr(buffer_text(&out), row->said))
        print_message("%s\n", buffer_text(&out));
    assert_non_null(strstr(buffer_text(&out), row->said));
    assert_non_null(strstr(buffer_text(&out), "profile public"));
    buffer_fini(&out);
}

static void test_a_name_is_markup_for_nobody(void **state)
{
    struct record_summary summary = {.state = RUN_AS_LISTED, .conformance = CONFORMANCE_NO};
    struct record_run run = run_of(&summary);
    struct buffer out;
    (void)state;
    run.target.name = "</text><script>alert(1)</script>";
    run.target.version = "CONFORMANT, 375 of 375 requirements, of everything there is and more";
    buffer_init(&out, 1 << 16);
    assert_int_equal(badge_render(&run, &out), OK);
    assert_null(strstr(buffer_text(&out), "<script"));
    assert_null(strstr(buffer_text(&out), "everything"));
    buffer_fini(&out);
}

/* Two runs of one target and one of another, with a requirement and a measure each has alone. */
static void test_a_comparison(void **state)
{
    struct record_requirement first[] = {
        {.id = "D-01", .level = LEVEL_MUST, .text = "T1", .status = "passed"},
        {.id = "D-02", .level = LEVEL_SHOULD, .text = "T2", .status = "passed"}};
    struct record_requirement second[] = {
        {.id = "D-01", .level = LEVEL_MUST, .text = "T1", .status = "failed"},
        {.id = "D-02", .level = LEVEL_SHOULD, .text = "T2", .status = "passed"},
        {.id = "D-03", .level = LEVEL_MUST, .text = "<b>T3", .status = "known"},
        {.id = "D-04", .level = LEVEL_MUST, .text = "T4", .status = "vacuous"}};
    struct record_measure measure = {"skip bound", "2000", "", "s/c"};
    struct record_summary old_summary = {
        .requirements = first, .n_requirements = 2, .measures = &measure, .n_measures = 1};
    struct record_summary new_summary = {.requirements = second, .n_requirements = 4};
    struct record_run before = run_of(&old_summary), after = run_of(&new_summary);
    struct record_run other = after;
    const struct record_run *runs[] = {&before, &after, &other};
    struct buffer out;
    (void)state;
    other.target.name = "other";
    buffer_init(&out, REPORT_MAX);
    assert_int_equal(compare_render(runs, 3, &out), OK);
    const char *page = buffer_text(&out);
    assert_non_null(strstr(page, "<tr class=\"bad\" data-level=\"must\" data-differs=\"yes\" "
                                 "data-fails=\"yes\"><th>D-01"));
    assert_non_null(strstr(page, "<tr class=\"doubt\" data-level=\"must\" data-differs=\"yes\" "
                                 "data-fails=\"yes\"><th>D-03"));
    assert_non_null(
        strstr(page, "<tr class=\"doubt\" data-level=\"must\" data-differs=\"yes\"><th>D-04"));
    assert_non_null(strstr(page, "<tr class=\"good\" data-level=\"should\"><th>D-02"));
    assert_non_null(strstr(page, "failed</span><br/><small>was passed</small></td><td><span "
                                 "class=\"bad\">failed</span></td>"));
    assert_non_null(strstr(page, "&lt;b&gt;T3"));
    assert_non_null(strstr(page, "unknown to this run"));
    assert_non_null(strstr(page, "<td>2000</td><td class=\"mild\">not measured</td>"));
    buffer_fini(&out);
}

static void test_too_many_runs(void **state)
{
    const struct record_run *runs[COMPARE_MAX + 1] = {NULL};
    struct buffer out;
    (void)state;
    buffer_init(&out, 1 << 16);
    assert_int_equal(compare_render(runs, COMPARE_MAX + 1, &out), E_LIMIT);
    buffer_fini(&out);
}

int main(void)
{
    struct CMUnitTest tests[COUNT(badges) + 3];
    for (size_t i = 0; i < COUNT(badges); i++)
        tests[i] = (struct CMUnitTest){.name = badges[i].sentence,
                                       .test_func = test_badge,
                                       .initial_state = (void *)(uintptr_t)&badges[i]};
    tests[COUNT(badges)] = (struct CMUnitTest)cmocka_unit_test(test_a_name_is_markup_for_nobody);
    tests[COUNT(badges) + 1] = (struct CMUnitTest)cmocka_unit_test(test_a_comparison);
    tests[COUNT(badges) + 2] = (struct CMUnitTest)cmocka_unit_test(test_too_many_runs);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shows that a run of thousands of failures is a page that a browser opens: of each cause one
 * execution is told in full, and the others are counted. */
#include "reports/report.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define N_GROUPS 3300u
#define N_FAILED 4000u
#define N_CAUSES 120u
#define N_STEPS 12u
#define PAGE_MAX ((size_t)3 * 1000 * 1000)

static uint8_t shown[RESULT_BYTES_SHOWN];

struct fixture {
    struct arena arena;
    struct step_result steps[N_STEPS];
    struct record_case cases[N_GROUPS + N_FAILED];
    struct record_cause causes[N_CAUSES];
    struct record_suite suite;
    struct record_requirement requirement;
    struct record_summary summary;
    struct record_run run;
    struct document document;
    struct buffer page;
};

static const char purpose[] =
    "What the case is about, in a sentence of a usual length: a forged copy of a message, "
    "refused, leaves the genuine one readable.";

/* A step that shows three byte strings of their own, as long as any is kept; the last fails. */
static struct step_result make_step(size_t n)
{
    struct step_result step = {.n = n + 1,
                               .verb = "deliver",
                               .text = "deliver honest to target",
                               .expect = EXPECT_OPENS,
                               .seen = n + 1 == N_STEPS ? SEEN_REFUSAL : SEEN_PLAINTEXT,
                               .reason_name = "",
                               .detail =
                                   "the target stored its state before it had checked the MAC",
                               .verdict = n + 1 == N_STEPS ? VERDICT_FAIL : VERDICT_PASS,
                               .n_bytes = RESULT_BYTES_MAX};
    for (size_t i = 0; i < RESULT_BYTES_MAX; i++)
        step.bytes[i] = (struct shown_bytes){.label = "honest",
                                             .kind = "plaintext",
                                             .bytes = bytes_of(shown, sizeof(shown) - n * 3 - i),
                                             .mutated_at = 7,
                                             .mutated_len = 1};
    return step;
}

static struct record_case make_case(struct fixture *f, size_t group, size_t instance)
{
    const char *name = arena_printf(&f->arena, "forged-copy-leaves-genuine-readable-%zu", group);
    const char *id = instance ? arena_printf(&f->arena, "ratchet/%s#%zu", name, instance)
                              : arena_printf(&f->arena, "ratchet/%s", name);
    return (struct record_case){.id = id,
                                .suite = "ratchet",
                                .name = name,
                                .instance = instance,
                                .surface = "library",
                                .requirement = "D-11",
                                .level = LEVEL_MUST,
                                .purpose = purpose,
                                .state = STATE_PASSED,
                                .blocked_by = "",
                                .tape = "",
                                .repro = "",
                                .result = {.why = "", .cause = "", .violates = ""}};
}

/* The first |n_failing| groups fail in N_FAILED executions, the others pass. */
static void fill(struct fixture *f, size_t n_failing)
{
    size_t each = n_failing ? N_FAILED / n_failing : 0;
    for (size_t g = 0; g < N_GROUPS; g++)
        for (size_t i = 1; i <= (g < n_failing ? each : 1); i++) {
            struct record_case *c = &f->cases[f->run.n_cases++];
            *c = make_case(f, g, g < n_failing ? i : 0);
            if (g >= n_failing)
                continue;
            c->state = STATE_FAILED;
            c->result.cause = "deliver|opens|refusal";
            c->result.steps = f->steps;
            c->result.n_steps = N_STEPS;
        }
    for (size_t i = 0; i < N_CAUSES && i < n_failing; i++)
        f->causes[f->summary.n_causes++] = (struct record_cause){.signature = "deliver",
                                                                 .state = STATE_FAILED,
                                                                 .requirement = "D-11",
                                                                 .level = LEVEL_MUST,
                                                                 .count = each,
                                                                 .n_names = 1,
                                                                 .smallest = f->cases[i * each].id,
                                                                 .shown = "",
                                                                 .text = "Messages are deleted."};
}

static int make(void **state)
{
    struct fixture *f = calloc(1, sizeof(*f));
    if (!f)
        return -1;
    arena_init(&f->arena, (size_t)64 << 20);
    for (size_t i = 0; i < N_STEPS; i++)
        f->steps[i] = make_step(i);
    f->suite = (struct record_suite){.id = "ratchet", .title = "Ratchet", .layer = "cipher"};
    f->requirement = (struct record_requirement){.id = "D-11",
                                                 .source = "Double Ratchet",
                                                 .section = "3.5",
                                                 .kind = "specification",
                                                 .url = "https://signal.org/docs",
                                                 .quote = "",
                                                 .level = LEVEL_MUST,
                                                 .text = "A failed decryption changes nothing.",
                                                 .impact = "Messages are deleted.",
                                                 .testable = "",
                                                 .reason = "",
                                                 .status = "failed"};
    f->summary = (struct record_summary){.state = RUN_FAILED,
                                         .conformance = CONFORMANCE_NO,
                                         .suites = &f->suite,
                                         .n_suites = 1,
                                         .requirements = &f->requirement,
                                         .n_requirements = 1,
                                         .causes = f->causes};
    f->run = (struct record_run){
        .format = RECORD_RUN_FORMAT,
        .assay = "0",
        .commit = "",
        .profile = "public",
        .seed = "00",
        .target = {.address = "", .name = "", .version = "", .adapter_version = "", .protocol = ""},
        .selection = {.level = "measure", .requirements = "", .surface = "", .known_failures = ""},
        .interrupted = "",
        .cases = f->cases,
        .times = {.started = ""},
        .summary = &f->summary};
    document_init(&f->document);
    f->document.run = &f->run;
    buffer_init(&f->page, REPORT_MAX);
    *state = f;
    return 0;
}

static int release(void **state)
{
    struct fixture *f = *state;
    buffer_fini(&f->page);
    document_fini(&f->document);
    arena_fini(&f->arena);
    free(f);
    return 0;
}

static const char *render(struct fixture *f, size_t n_failing)
{
    fill(f, n_failing);
    assert_int_equal(report_render(REPORT_HTML, &f->document, NULL, &f->page), OK);
    return buffer_text(&f->page);
}

static size_t count(const char *page, const char *text)
{
    size_t n = 0;
    while ((page = strstr(page, text))) {
        page += strlen(text);
        n++;
    }
    return n;
}

static void run_that_passes_is_below_three_megabytes(void **state)
{
    struct fixture *f = *state;
    render(f, 0);
    assert_true(f->page.len < PAGE_MAX);
}

static void thousands_of_failures_of_few_cases_are_below_three_megabytes(void **state)
{
    struct fixture *f = *state;
    render(f, 4);
    assert_true(f->page.len < PAGE_MAX);
}

static void thousands_of_failures_of_many_cases_are_below_three_megabytes(void **state)
{
    struct fixture *f = *state;
    render(f, 2000);
    assert_true(f->page.len < PAGE_MAX);
}

static void each_cause_is_told_in_full_and_nothing_else_is(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(count(render(f, 4), "<table class=\"steps\">"), 4);
}

static void others_are_numbered(void **state)
{
    struct fixture *f = *state;
    assert_non_null(strstr(render(f, 4), "Also not passed: #2 to #1000<"));
}

static void case_leads_to_its_cause(void **state)
{
    struct fixture *f = *state;
    const char *page = render(f, 4);
    assert_non_null(strstr(page, "<article class=\"cause bad\" id=\"k3\">"));
    assert_non_null(strstr(page, "<a href=\"#k3\">All its steps</a>"));
}

/* The step that failed is told first, and its three byte strings are not repeated in its place. */
static void same_bytes_stand_there_once(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(count(render(f, 1), "<table class=\"dump\">"), N_STEPS * RESULT_BYTES_MAX);
    assert_int_equal(count(buffer_text(&f->page), ", above</p>"), RESULT_BYTES_MAX);
}

static void offsets_are_hexadecimal_and_what_was_mutated_is_marked(void **state)
{
    struct fixture *f = *state;
    assert_non_null(strstr(render(f, 1), "<tr><td>0000</td>"));
    assert_non_null(strstr(buffer_text(&f->page), "<tr><td>0020</td>"));
    assert_non_null(strstr(buffer_text(&f->page), ", mutated at 0007"));
    assert_non_null(strstr(buffer_text(&f->page), "00 <mark>00</mark> 00"));
}

static void cases_say_what_the_filters_go_by(void **state)
{
    struct fixture *f = *state;
    assert_non_null(strstr(render(f, 1), " data-level=\"must\" data-verdict=\"failed\" "
                                         "data-effect=\"refuses what is sound\""));
    assert_non_null(
        strstr(buffer_text(&f->page), "<section class=\"suite\" data-layer=\"cipher\">"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(run_that_passes_is_below_three_megabytes, make, release),
        cmocka_unit_test_setup_teardown(
            thousands_of_failures_of_few_cases_are_below_three_megabytes, make, release),
        cmocka_unit_test_setup_teardown(
            thousands_of_failures_of_many_cases_are_below_three_megabytes, make, release),
        cmocka_unit_test_setup_teardown(each_cause_is_told_in_full_and_nothing_else_is, make,
                                        release),
        cmocka_unit_test_setup_teardown(others_are_numbered, make, release),
        cmocka_unit_test_setup_teardown(case_leads_to_its_cause, make, release),
        cmocka_unit_test_setup_teardown(same_bytes_stand_there_once, make, release),
        cmocka_unit_test_setup_teardown(offsets_are_hexadecimal_and_what_was_mutated_is_marked,
                                        make, release),
        cmocka_unit_test_setup_teardown(cases_say_what_the_filters_go_by, make, release),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Shows that a record read from what a record wrote is the same, and what becomes of members that
 * are not as they should be.
 */
#include "record/record.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct document document;
static struct buffer text;

static int start(void **state)
{
    (void)state;
    document_init(&document);
    buffer_init(&text, 1u << 20);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    document_fini(&document);
    buffer_fini(&text);
    return 0;
}

/* Read a document with one case, whose members are |members|. */
static const struct record_case *read_case(const char *members, const char *problems)
{
    buffer_printf(&text,
                  "{\"format\":\"assay-results-3\",\"cases\":[{%s}],"
                  "\"summary\":{\"known_problems\":[%s]}}",
                  members, problems);
    document_fini(&document);
    assert_int_equal(document_read(buffer_bytes(&text), NULL, &document), OK);
    assert_int_equal(document.run->n_cases, 1);
    return &document.run->cases[0];
}

static void a_case_is_read_as_it_was_written(void **state)
{
    static const uint8_t bytes[] = {1, 2, 3};
    struct step_result step = {.n = 2,
                               .line = 7,
                               .verb = "deliver",
                               .text = "deliver m",
                               .expect = EXPECT_OPENS,
                               .seen = SEEN_REFUSAL,
                               .reason_name = "duplicate",
                               .detail = "na\xc3\xafve \xff",
                               .verdict = VERDICT_FAIL,
                               .bytes = {{.label = "m",
                                          .kind = "message",
                                          .bytes = {bytes, 3},
                                          .mutated_at = 1,
                                          .mutated_len = 1,
                                          .is_cut = true}},
                               .n_bytes = 1};
    const struct record_case made = {
        .id = "s/a#2",
        .suite = "s",
        .name = "a",
        .instance = 2,
        .surface = "client",
        .requirement = "D-01",
        .level = LEVEL_SHOULD,
        .purpose = "p",
        .state = STATE_FAILED,
        .tape = "00",
        .repro = "repro/a.xml",
        .result = {
            .why = "w", .steps = &step, .n_steps = 1, .accepted = 3, .refused = 4, .cause = "c"}};
    struct record_case read;
    (void)state;
    assert_int_equal(form_write(&record_case_form, &made, FORM_LINE, &text), OK);
    assert_int_equal(
        form_read(&record_case_form, buffer_bytes(&text), &document.arena, NULL, &read), OK);
    assert_string_equal(read.id, made.id);
    assert_int_equal(read.instance, 2);
    assert_string_equal(read.surface, "client");
    assert_int_equal(read.level, LEVEL_SHOULD);
    assert_int_equal(read.state, STATE_FAILED);
    assert_null(read.excuse);
    assert_int_equal(read.result.refused, 4);
    assert_int_equal(read.result.n_steps, 1);
    const struct step_result *back = &read.result.steps[0];
    assert_int_equal(back->line, 7);
    assert_int_equal(back->expect, EXPECT_OPENS);
    assert_int_equal(back->seen, SEEN_REFUSAL);
    assert_string_equal(back->reason_name, "duplicate");
    assert_string_equal(back->detail, "na\\xc3\\xafve \\xff");
    assert_int_equal(back->verdict, VERDICT_FAIL);
    assert_int_equal(back->n_bytes, 1);
    assert_true(back->bytes[0].is_cut);
    assert_int_equal(back->bytes[0].mutated_at, 1);
    assert_int_equal(back->bytes[0].mutated_len, 1);
    assert_int_equal(back->bytes[0].bytes.len, 3);
    assert_memory_equal(back->bytes[0].bytes.data, bytes, 3);
    assert_ptr_equal(record_case_culprit(&read), back);
}

static void a_verdict_nobody_knows_is_an_error(void **state)
{
    (void)state;
    assert_int_equal(read_case("\"verdict\":\"splendid\"", "")->state, STATE_ERROR);
}

static void a_listed_failure_is_known(void **state)
{
    const struct record_case *c =
        read_case("\"id\":\"s/a#1\",\"verdict\":\"fail\",\"known\":{\"reason\":\"r\"}", "");
    (void)state;
    assert_int_equal(record_case_state(c), STATE_KNOWN);
}

static void an_excuse_that_ran_out_excuses_no_instance(void **state)
{
    const struct record_case *c =
        read_case("\"id\":\"s/a#1\",\"verdict\":\"fail\",\"known\":{\"reason\":\"r\"}",
                  "{\"case\":\"s/a\",\"problem\":\"expired\"}");
    (void)state;
    assert_int_equal(record_case_state(c), STATE_FAILED);
}

static void only_a_failure_is_excused(void **state)
{
    const struct record_case *c =
        read_case("\"verdict\":\"inconclusive\",\"known\":{\"reason\":\"r\"}", "");
    (void)state;
    assert_int_equal(record_case_state(c), STATE_INCONCLUSIVE);
}

static void more_byte_strings_than_a_step_has_room_for_are_left_out(void **state)
{
    const struct record_case *c = read_case("\"steps\":[{\"bytes\":[{},{},{},{},{},{},{}]}]", "");
    (void)state;
    assert_int_equal(c->result.steps[0].n_bytes, RESULT_BYTES_MAX);
}

static void what_is_missing_is_empty_and_never_null(void **state)
{
    const struct record_case *c = read_case("\"steps\":[null]", "");
    (void)state;
    assert_string_equal(c->id, "");
    assert_string_equal(c->repro, "");
    assert_string_equal(c->result.cause, "");
    assert_string_equal(c->result.steps[0].reason_name, "");
    assert_string_equal(document.run->target.name, "");
}

static void numbers_out_of_range_are_nothing(void **state)
{
    const struct record_case *c =
        read_case("\"instance\":-4,\"accepted\":4294967296,\"refused\":1.5", "");
    (void)state;
    assert_int_equal(c->instance, 0);
    assert_int_equal(c->result.accepted, 0);
    assert_int_equal(c->result.refused, 0);
}

static void hexadecimal_longer_than_assay_writes_is_not_decoded(void **state)
{
    char members[24000] = "\"steps\":[{\"bytes\":[{\"hex\":\"";
    size_t len = strlen(members);
    (void)state;
    memset(members + len, 'a', 20000);
    memcpy(members + len + 20000, "\"}]}]", 6);
    assert_int_equal(read_case(members, "")->result.steps[0].bytes[0].bytes.len, 0);
}

static void the_line_of_broken_json_is_named(void **state)
{
    (void)state;
    document_fini(&document);
    assert_int_equal(document_read(bytes_of_text("{\n\"a\":"), &text, &document), E_PARSE);
    assert_non_null(strstr(buffer_text(&text), "line 2"));
}

static void a_member_that_stands_twice_is_refused(void **state)
{
    static const char twice[] =
        "{\"format\":\"assay-results-3\",\"cases\":[],\"summary\":{},\"cases\":[]}";
    (void)state;
    document_fini(&document);
    assert_int_equal(document_read(bytes_of_text(twice), NULL, &document), E_PARSE);
}

/* What differs between |one| and |other|; "" when nothing does. */
static void assert_difference(const struct record_run *one, const struct record_run *other,
                              const char *expected)
{
    buffer_clear(&text);
    assert_int_equal(form_difference(&record_header_form, one, other, &text), OK);
    assert_string_equal(buffer_text(&text), expected);
}

static void a_difference_is_named_with_its_place(void **state)
{
    static const char *const suites[] = {"x3dh"};
    const struct record_run one = {.seed = "00", .target = {.name = "t", .version = "1"}};
    struct record_run other = one;
    (void)state;
    assert_difference(&one, &other, "");
    other.target.version = "2";
    assert_difference(&one, &other, "target.version: \"1\", not \"2\"");
    other = one;
    other.selection.suites = (struct record_texts){suites, 1};
    assert_difference(&one, &other, "selection.suites: [], not [\"x3dh\"]");
}

static void a_difference_is_also_what_only_one_has(void **state)
{
    struct record_pair pairs[] = {{"a.xml", "00"}, {"b.xml", "01"}};
    const struct record_run one = {.digests = pairs, .n_digests = 1};
    struct record_run other = {.digests = pairs, .n_digests = 2};
    (void)state;
    assert_difference(&one, &other, "digests.b.xml: nothing, not \"01\"");
    assert_difference(&other, &one, "digests.b.xml: \"01\", not nothing");
    other.selection.left_out = 3;
    other.n_digests = 1;
    assert_difference(&one, &other, "selection.left_out: nothing, not 3");
}

static void what_differs_is_shown_in_part(void **state)
{
    char longer[512];
    const struct record_run one = {.seed = longer};
    const struct record_run other = {.seed = ""};
    (void)state;
    memset(longer, 'a', sizeof(longer));
    longer[sizeof(longer) - 1] = '\0';
    assert_int_equal(form_difference(&record_header_form, &one, &other, &text), OK);
    assert_true(text.len > 200 && text.len < 240);
}

static void a_line_of_the_journal_is_read_as_it_was_written(void **state)
{
    const struct record_line made = {
        .result = {.id = "s/a", .level = LEVEL_MUST, .state = STATE_FAILED, .repro = "repro/a.xml"},
        .at = 41,
        .took_us = 7,
        .is_hang = true};
    struct record_line read;
    (void)state;
    assert_int_equal(form_write(&record_line_form, &made, FORM_LINE, &text), OK);
    assert_null(strstr(buffer_text(&text), "has_hung"));
    assert_int_equal(
        form_read(&record_line_form, buffer_bytes(&text), &document.arena, NULL, &read), OK);
    assert_string_equal(read.result.id, "s/a");
    assert_int_equal(read.result.state, STATE_FAILED);
    assert_string_equal(read.result.repro, "repro/a.xml");
    assert_int_equal(read.at, 41);
    assert_int_equal(read.took_us, 7);
    assert_true(read.is_hang);
    assert_false(read.has_hung);
}

#define RECORD_TEST(f) cmocka_unit_test_setup_teardown(f, start, stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        RECORD_TEST(a_case_is_read_as_it_was_written),
        RECORD_TEST(a_verdict_nobody_knows_is_an_error),
        RECORD_TEST(a_listed_failure_is_known),
        RECORD_TEST(an_excuse_that_ran_out_excuses_no_instance),
        RECORD_TEST(only_a_failure_is_excused),
        RECORD_TEST(more_byte_strings_than_a_step_has_room_for_are_left_out),
        RECORD_TEST(what_is_missing_is_empty_and_never_null),
        RECORD_TEST(numbers_out_of_range_are_nothing),
        RECORD_TEST(hexadecimal_longer_than_assay_writes_is_not_decoded),
        RECORD_TEST(the_line_of_broken_json_is_named),
        RECORD_TEST(a_member_that_stands_twice_is_refused),
        RECORD_TEST(a_difference_is_named_with_its_place),
        RECORD_TEST(a_difference_is_also_what_only_one_has),
        RECORD_TEST(what_differs_is_shown_in_part),
        RECORD_TEST(a_line_of_the_journal_is_read_as_it_was_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A case's result as JSON: sound whatever the target said, and no field says what was not seen. */
#include "run/result.h"
#include "support/rows.h"

#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct requirement D1 = {.id = "D-01"};
static const struct suite ratchet = {.id = "ratchet"};
static const struct case_spec plain = {.suite = &ratchet,
                                       .id = "plain",
                                       .full_id = "ratchet/plain",
                                       .purpose = "A \"purpose\" with <marks>.",
                                       .level = LEVEL_MUST,
                                       .requirement = &D1,
                                       .n_instances = 1};
static const struct case_spec swept = {.suite = &ratchet,
                                       .id = "swept",
                                       .full_id = "ratchet/swept",
                                       .purpose = "A sweep.",
                                       .level = LEVEL_HARDENING,
                                       .requirement = &D1,
                                       .n_instances = 9,
                                       .sweep_kind = "each-bit"};

/* What comes back when the result is written and read again. */
static json_t *written_and_read(const struct record_case *made)
{
    json_error_t error;
    struct buffer line;
    buffer_init(&line, 1u << 20);
    assert_int_equal(form_write(&record_case_form, made, FORM_LINE, &line), OK);
    assert_null(strchr(buffer_text(&line), '\n')); /* a line of results.jsonl */
    json_t *read = json_loads(buffer_text(&line), JSON_REJECT_DUPLICATES, &error);
    buffer_fini(&line);
    assert_non_null(read);
    return read;
}

static json_t *json_of_result(const struct planned *planned, const struct case_result *r,
                              bool with_steps, const char *repro)
{
    struct arena arena;
    struct record_case c;
    arena_init(&arena, 1u << 20);
    result_record(planned, r, with_steps, repro, &arena, &c);
    json_t *read = written_and_read(&c);
    arena_fini(&arena);
    return read;
}

static json_t *json_of(const struct step_result *step, const struct case_result *like)
{
    struct planned planned = {.spec = &plain};
    struct case_result r = *like;
    struct step_result kept = *step;
    struct arena arena;
    arena_init(&arena, 1u << 20);
    result_keep_step(&kept, &arena);
    r.steps = &kept;
    r.n_steps = 1;
    json_t *read = json_of_result(&planned, &r, true, NULL);
    arena_fini(&arena);
    return read;
}

static const char *text_at(const json_t *o, const char *key)
{
    const char *text = json_string_value(json_object_get(o, key));
    return text ? text : "(none)";
}

static const json_t *first_step(const json_t *o)
{
    return json_array_get(json_object_get(o, "steps"), 0);
}

static const struct case_result failed = {
    .verdict = VERDICT_FAIL, .why = "because", .cause = "deliver|opens|-|refusal"};

/* ---- strings of the target's */

struct row {
    const char *sentence;
    const char *detail; /* as the target said it */
    const char *read;   /* as a reader gets it */
};

static const struct row rows[] = {
    {"plain words stay", "wrong MAC", "wrong MAC"},
    {"quotes and marks stay", "\"</script>\" & \\ '", "\"</script>\" & \\ '"},
    {"control characters stay", "a\x01\n\t\x1b[31m", "a\x01\n\t\x1b[31m"},
    {"sound UTF-8 stays", "na\xc3\xafve \xf0\x9f\x94\x91", "na\xc3\xafve \xf0\x9f\x94\x91"},
    {"a byte that is no UTF-8 is spelled", "a\xff z", "a\\xff z"},
    {"UTF-8 cut short is spelled", "\xe2\x82", "\\xe2\\x82"},
    {"an over-long form is spelled", "\xc0\xaf", "\\xc0\\xaf"},
    {"half a surrogate pair is spelled", "\xed\xa0\x80", "\\xed\\xa0\\x80"},
};

static void what_the_target_said_is_read_as_stated(void **state)
{
    const struct row *row = *state;
    struct step_result step = {.verb = "deliver",
                               .text = row->detail,
                               .expect = EXPECT_OPENS,
                               .seen = SEEN_REFUSAL,
                               .detail = row->detail,
                               .verdict = VERDICT_FAIL};
    struct case_result hostile = failed;
    hostile.why = row->detail;
    json_t *o = json_of(&step, &hostile);
    assert_string_equal(text_at(o, "why"), row->read);
    assert_string_equal(text_at(first_step(o), "detail"), row->read);
    assert_string_equal(text_at(first_step(o), "text"), row->read);
    json_decref(o);
}

/* ---- fields */

static void a_case_says_which_it_is(void **state)
{
    struct step_result step = {.verb = "ping", .text = "ping", .detail = ""};
    json_t *o = json_of(&step, &failed);
    (void)state;
    assert_string_equal(text_at(o, "id"), "ratchet/plain");
    assert_string_equal(text_at(o, "suite"), "ratchet");
    assert_string_equal(text_at(o, "case"), "plain");
    assert_int_equal(json_integer_value(json_object_get(o, "instance")), 0);
    assert_string_equal(text_at(o, "requirement"), "D-01");
    assert_string_equal(text_at(o, "level"), "must");
    assert_string_equal(text_at(o, "purpose"), "A \"purpose\" with <marks>.");
    assert_string_equal(text_at(o, "verdict"), "fail");
    assert_string_equal(text_at(o, "cause"), "deliver|opens|-|refusal");
    assert_true(json_is_null(json_object_get(o, "repro")));
    assert_int_equal(strlen(text_at(o, "tape")), 64);
    json_decref(o);
}

static void an_instance_of_a_sweep_is_counted_from_one(void **state)
{
    struct planned planned = {.spec = &swept, .instance = 8};
    struct record_case c;
    struct arena arena;
    (void)state;
    arena_init(&arena, 4096);
    result_unrun(&planned, STATE_NOT_RUN, "not run: a signal", &arena, &c);
    json_t *o = written_and_read(&c);
    arena_fini(&arena);
    assert_string_equal(text_at(o, "id"), "ratchet/swept#9");
    assert_int_equal(json_integer_value(json_object_get(o, "instance")), 9);
    assert_string_equal(text_at(o, "verdict"), "not-run");
    assert_string_equal(text_at(o, "why"), "not run: a signal");
    assert_int_equal(json_array_size(json_object_get(o, "steps")), 0);
    json_decref(o);
}

static void only_a_refusal_has_a_reason(void **state)
{
    struct step_result step = {
        .verb = "deliver", .text = "", .detail = "", .reason = REFUSAL_DUPLICATE};
    (void)state;
    step.seen = SEEN_REFUSAL;
    json_t *refused = json_of(&step, &failed);
    step.seen = SEEN_PLAINTEXT;
    json_t *opened = json_of(&step, &failed);
    assert_string_equal(text_at(first_step(refused), "reason"), "duplicate");
    assert_string_equal(text_at(first_step(opened), "reason"), "");
    json_decref(refused);
    json_decref(opened);
}

static void a_reason_nobody_knows_is_no_harm(void **state)
{
    struct step_result step = {
        .verb = "deliver", .text = "", .detail = "", .seen = SEEN_REFUSAL, .reason = UINT32_MAX};
    json_t *o = json_of(&step, &failed);
    (void)state;
    assert_string_equal(text_at(first_step(o), "reason"), "?");
    json_decref(o);
}

static void long_bytes_are_cut_and_say_so(void **state)
{
    static const uint8_t data[RESULT_BYTES_SHOWN + 1] = {0xab};
    struct step_result step = {.verb = "deliver", .text = "", .detail = "", .n_bytes = 2};
    step.bytes[0] =
        (struct shown_bytes){"m", "message", bytes_of(data, sizeof(data)), .mutated_len = 0};
    step.bytes[1] = (struct shown_bytes){"forged", "message", bytes_of(data, RESULT_BYTES_SHOWN),
                                         .mutated_at = 5, .mutated_len = 2};
    json_t *o = json_of(&step, &failed);
    const json_t *all = json_object_get(first_step(o), "bytes");
    const json_t *cut = json_array_get(all, 0), *whole = json_array_get(all, 1);
    (void)state;
    assert_true(json_is_true(json_object_get(cut, "cut")));
    assert_int_equal(strlen(text_at(cut, "hex")), 2 * RESULT_BYTES_SHOWN);
    assert_int_equal(strncmp(text_at(cut, "hex"), "ab00", 4), 0);
    assert_null(json_object_get(cut, "bent"));
    assert_true(json_is_false(json_object_get(whole, "cut")));
    assert_int_equal(json_integer_value(json_array_get(json_object_get(whole, "bent"), 0)), 5);
    assert_int_equal(json_integer_value(json_array_get(json_object_get(whole, "bent"), 1)), 2);
    json_decref(o);
}

static void steps_can_be_left_out(void **state)
{
    struct planned planned = {.spec = &plain};
    struct step_result step = {.verb = "ping", .text = "", .detail = ""};
    struct case_result r = {
        .verdict = VERDICT_PASS, .why = "", .steps = &step, .n_steps = 1, .accepted = 3};
    json_t *o = json_of_result(&planned, &r, false, "repro/a.xml");
    (void)state;
    assert_int_equal(json_array_size(json_object_get(o, "steps")), 0);
    assert_int_equal(json_integer_value(json_object_get(o, "accepted")), 3);
    assert_string_equal(text_at(o, "repro"), "repro/a.xml");
    assert_true(json_is_null(json_object_get(o, "cause")));
    json_decref(o);
}

static void measures_are_pairs(void **state)
{
    const struct measured measures[] = {{"skip bound", "2000", ""}, {"padding", "\xff", ""}};
    struct planned planned = {.spec = &plain};
    struct case_result r = {
        .verdict = VERDICT_PASS, .why = "", .measures = measures, .n_measures = 2};
    json_t *o = json_of_result(&planned, &r, true, NULL);
    const json_t *all = json_object_get(o, "measures");
    (void)state;
    assert_int_equal(json_array_size(all), 2);
    assert_string_equal(text_at(json_array_get(all, 0), "name"), "skip bound");
    assert_string_equal(text_at(json_array_get(all, 0), "value"), "2000");
    assert_string_equal(text_at(json_array_get(all, 1), "value"), "\\xff");
    json_decref(o);
}

static void a_measure_says_what_its_instance_varied(void **state)
{
    static const struct attribute attributes[] = {{"message", "m"}, {"flip", "each-bit"}};
    static const struct step steps[] = {
        {.verb = VERB_PING}, {.verb = VERB_TAMPER, .attributes = attributes, .n_attributes = 2}};
    const struct measured measures[] = {{"a bit", "refused", ""}};
    struct case_spec spec = swept;
    struct planned planned = {.spec = &spec, .instance = 4};
    struct case_result r = {
        .verdict = VERDICT_PASS, .why = "", .measures = measures, .n_measures = 1};
    (void)state;
    spec.steps = steps;
    spec.n_steps = 2;
    spec.sweep_step = 1;
    spec.sweep_attribute = "flip";
    json_t *o = json_of_result(&planned, &r, false, NULL);
    assert_string_equal(text_at(json_array_get(json_object_get(o, "measures"), 0), "varied"), "4");
    json_decref(o);
}

#define N_TESTS 8

int main(void)
{
    struct CMUnitTest tests[N_TESTS + COUNT(rows)] = {
        cmocka_unit_test(a_case_says_which_it_is),
        cmocka_unit_test(an_instance_of_a_sweep_is_counted_from_one),
        cmocka_unit_test(only_a_refusal_has_a_reason),
        cmocka_unit_test(a_reason_nobody_knows_is_no_harm),
        cmocka_unit_test(long_bytes_are_cut_and_say_so),
        cmocka_unit_test(steps_can_be_left_out),
        cmocka_unit_test(measures_are_pairs),
        cmocka_unit_test(a_measure_says_what_its_instance_varied),
    };
    size_t n = N_TESTS;
    ADD_ROWS(tests, n, rows, sentence, what_the_target_said_is_read_as_stated);
    return cmocka_run_group_tests_name("result", tests, NULL, NULL);
}

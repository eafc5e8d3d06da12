/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shows that generated conversations are the same again, load as suites, and are not trivial; and
 * what the model lets happen and what it leaves open. */
#include "scratch.h"

#include "cipher/signal3/signal3.h"
#include "cipher/signal4/signal4.h"
#include "scenario/generator.h"
#include "scenario/shape.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define SCHEDULES 3000u
#define ARENA_MAX (4u * 1024u * 1024u)

static const struct generator_claims all_claims = {&cipher_signal3, true, true, true};
static const struct generator_claims claims_of_v4 = {&cipher_signal4, true, true, true};
static const uint8_t seed_bytes[4] = {1, 2, 3, 4};

static void make(uint32_t number, const struct generator_claims *claims, struct arena *arena,
                 struct generated_schedule *out)
{
    arena_init(arena, ARENA_MAX);
    assert_int_equal(generator_make(bytes_of(seed_bytes, 4), number, claims, arena, out), OK);
    assert_true(out->n_steps > 1);
}

/* As a suite; the caller frees. */
static char *suite_text(const struct generated_schedule *s, const struct cipher *cipher)
{
    struct buffer out;
    struct saved_case saved = {.suite_id = "generated",
                               .title = "Generated",
                               .cipher = cipher,
                               .case_id = "schedule",
                               .requirement = "D-04",
                               .level = LEVEL_MUST,
                               .purpose = "A generated conversation.",
                               .steps = s->steps,
                               .n_steps = s->n_steps};
    buffer_init(&out, 1024 * 1024);
    assert_int_equal(suite_save(&saved, &out), OK);
    char *text = strdup(buffer_text(&out));
    buffer_fini(&out);
    return text;
}

static char *suite_of(uint32_t number, const struct generator_claims *claims)
{
    struct arena arena;
    struct generated_schedule s;
    make(number, claims, &arena, &s);
    char *text = suite_text(&s, claims->cipher);
    arena_fini(&arena);
    return text;
}

static void same_seed_and_number_make_the_same(void **state)
{
    (void)state;
    char *one = suite_of(17, &all_claims), *again = suite_of(17, &all_claims);
    assert_string_equal(one, again);
    free(one);
    free(again);
}

static void another_number_makes_another(void **state)
{
    (void)state;
    char *one = suite_of(17, &all_claims), *other = suite_of(18, &all_claims);
    assert_string_not_equal(one, other);
    free(one);
    free(other);
}

/* Under the loader's every rule, that of the right reason, too. */
static void every_schedule_loads_as_a_suite(void **state)
{
    struct scratch *s = *state;
    for (uint32_t i = 0; i < SCHEDULES / 10; i++) {
        const struct suite *suite;
        char *text = suite_of(i, i % 3 ? &all_claims : &claims_of_v4);
        enum status st = scratch_load(s, text, &suite);
        char *complaint = scratch_complaint(s, 0);
        if (st)
            print_error("schedule %u: %s\n%s", i, complaint, text);
        assert_int_equal(st, OK);
        free(complaint);
        free(text);
    }
}

static void shape_of(const struct generator_claims *claims, struct shape *out)
{
    memset(out, 0, sizeof(*out));
    for (uint32_t i = 0; i < SCHEDULES; i++) {
        struct arena arena;
        struct generated_schedule s;
        make(i, claims, &arena, &s);
        shape_add(out, claims->cipher, s.steps, s.n_steps);
        arena_fini(&arena);
    }
}

static void every_row_of_the_distribution_occurs(void **state)
{
    (void)state;
    struct shape shape;
    shape_of(&all_claims, &shape);
    assert_int_equal(shape.schedules, SCHEDULES);
    assert_true(shape.refused > SCHEDULES);
    assert_true(shape.opened > SCHEDULES);
    for (int t = 0; t < N_SHAPE; t++)
        for (size_t row = 0; shape_row_name((enum shape_table)t, row); row++)
            if (shape.counts[t][row] == 0)
                fail_msg("%s: no %s", shape_table_name((enum shape_table)t),
                         shape_row_name((enum shape_table)t, row));
}

static void what_is_not_claimed_is_not_used(void **state)
{
    (void)state;
    const struct generator_claims none = {&cipher_signal3, false, false, false};
    for (uint32_t i = 0; i < SCHEDULES; i++) {
        struct arena arena;
        struct generated_schedule s;
        make(i, &none, &arena, &s);
        for (size_t j = 0; j < s.n_steps; j++) {
            assert_int_not_equal(s.steps[j].verb, VERB_SNAPSHOT);
            assert_int_not_equal(s.steps[j].verb, VERB_FORGET);
            assert_false(s.steps[j].verb == VERB_PUBLISH &&
                         strcmp(step_text(&s.steps[j], "one-time-prekey"), "no") == 0);
        }
        arena_fini(&arena);
    }
}

static void shapes_add_up(void **state)
{
    (void)state;
    struct shape a = {.schedules = 1, .opened = 2};
    struct shape b = {.schedules = 3, .opened = 7, .refused = 4};
    a.counts[SHAPE_GAPS][1] = 5;
    b.counts[SHAPE_GAPS][1] = 6;
    shape_join(&a, &b);
    assert_int_equal(a.schedules, 4);
    assert_int_equal(a.opened, 9);
    assert_int_equal(a.refused, 4);
    assert_int_equal(a.counts[SHAPE_GAPS][1], 11);
}

/* ---- the model, one conversation at a time */

/* What the model says of the last step of |cases|, whose first may be anything. */
static struct model_answer says_of(struct scratch *s, const struct cipher *cipher,
                                   const char *steps)
{
    const struct suite *suite;
    struct model m;
    struct model_answer a = {.says = MODEL_OPEN_QUESTION};
    char text[4096];
    snprintf(text, sizeof(text),
             "<case id=\"a\" requirement=\"D-04\"><purpose>A purpose.</purpose>%s</case>", steps);
    char *whole = scratch_suite(text);
    enum status st = scratch_load(s, whole, &suite);
    char *complaint = scratch_complaint(s, 0);
    assert_string_equal(complaint, "");
    assert_int_equal(st, OK);
    model_init(&m, cipher);
    for (size_t i = 0; i < suite->cases[0].n_steps; i++)
        a = model_step(&m, &suite->cases[0].steps[i]);
    free(complaint);
    free(whole);
    return a;
}

static struct model_answer says(struct scratch *s, const char *steps)
{
    return says_of(s, &cipher_signal3, steps);
}

#define SEALED "<establish/><seal as=\"m\"/>"
#define TURNS(n) "<converse turns=\"" n "\" max-burst=\"1\" with=\"target\" at=\"peer\"/>"

static void a_held_message_opens(void **state)
{
    struct model_answer a = says(*state, SEALED "<deliver message=\"m\"/>");
    assert_int_equal(a.says, MODEL_OPENS);
    assert_int_equal(a.theme, THEME_PLAIN);
}

static void a_late_message_opens(void **state)
{
    struct model_answer a = says(*state, SEALED TURNS("4") "<deliver message=\"m\"/>");
    assert_int_equal(a.says, MODEL_OPENS);
    assert_int_equal(a.theme, THEME_LATE);
}

static void a_message_after_many_turns_is_an_open_question(void **state)
{
    struct model_answer a = says(*state, SEALED TURNS("12") "<deliver message=\"m\"/>");
    assert_int_equal(a.says, MODEL_OPEN_QUESTION);
}

/* 40 messages in so few turns that the elliptic chain is held: an epoch can have begun and ended.
 * Of 36 none has. */
#define MANY "<converse turns=\"4\" max-burst=\"10\" with=\"target\" at=\"peer\"/>"
#define TOO_FEW "<converse turns=\"4\" max-burst=\"9\" with=\"target\" at=\"peer\"/>"

static void a_message_of_an_old_epoch_is_an_open_question(void **state)
{
    static const char late[] = SEALED MANY "<deliver message=\"m\"/>";
    assert_int_equal(says(*state, late).says, MODEL_OPENS);
    assert_int_equal(says_of(*state, &cipher_signal4, late).says, MODEL_OPEN_QUESTION);
    assert_int_equal(
        says_of(*state, &cipher_signal4, SEALED TOO_FEW "<deliver message=\"m\"/>").says,
        MODEL_OPENS);
}

/* What goes on for epochs, and what is said to SPQR and changed, is only in schedules of v4. */
static void epochs_are_of_v4_alone(void **state)
{
    unsigned n_long[2] = {0}, n_changed[2] = {0};
    (void)state;
    for (uint32_t i = 0; i < 2 * SCHEDULES / 3; i++) {
        struct arena arena;
        struct generated_schedule s;
        bool is_v4 = i % 2;
        make(i, is_v4 ? &claims_of_v4 : &all_claims, &arena, &s);
        for (size_t j = 0; j < s.n_steps; j++) {
            const struct step *step = &s.steps[j];
            n_long[is_v4] +=
                step->verb == VERB_CONVERSE && strtoul(step_text(step, "turns"), NULL, 10) >= 90;
            n_changed[is_v4] += step->verb == VERB_TAMPER &&
                                strcmp(step_text(step, "field"), "signal.pq-ratchet") == 0;
        }
        arena_fini(&arena);
    }
    assert_int_equal(n_long[0], 0);
    assert_int_equal(n_changed[0], 0);
    assert_true(n_long[1] > 50);
    assert_true(n_changed[1] > 50);
}

static void an_overtaken_message_opens(void **state)
{
    struct model_answer a =
        says(*state, SEALED "<seal as=\"n\"/><deliver message=\"n\"/><deliver message=\"m\"/>");
    assert_int_equal(a.says, MODEL_OPENS);
    assert_int_equal(a.theme, THEME_OVERTAKEN);
}

static void a_replay_is_refused(void **state)
{
    struct model_answer a = says(*state, SEALED "<deliver message=\"m\"/><deliver message=\"m\"/>");
    assert_int_equal(a.says, MODEL_REFUSES);
    assert_int_equal(a.theme, THEME_REPLAYED);
}

static void a_gap_over_the_bound_is_an_open_question(void **state)
{
    struct model_answer a = says(*state, "<establish/><drop count=\"2000\"/>");
    assert_int_equal(a.says, MODEL_OPEN_QUESTION);
}

static void a_bundle_serves_one_session(void **state)
{
    struct model_answer a = says(*state, "<publish as=\"b\"/><start bundle=\"b\"/>"
                                         "<start bundle=\"b\"/>");
    assert_int_equal(a.says, MODEL_OPEN_QUESTION);
}

static void an_old_snapshot_is_an_open_question(void **state)
{
    struct model_answer a = says(*state, "<establish/><snapshot as=\"s\"/><seal as=\"m\"/>"
                                         "<deliver message=\"m\"/>"
                                         "<restore snapshot=\"s\" as=\"again\"/>");
    assert_int_equal(a.says, MODEL_OPEN_QUESTION);
}

static void what_was_sealed_before_forgetting_is_an_open_question(void **state)
{
    struct model_answer a = says(*state, SEALED "<forget/><deliver message=\"m\"/>");
    assert_int_equal(a.says, MODEL_OPEN_QUESTION);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(same_seed_and_number_make_the_same),
        cmocka_unit_test(another_number_makes_another),
        cmocka_unit_test(every_schedule_loads_as_a_suite),
        cmocka_unit_test(every_row_of_the_distribution_occurs),
        cmocka_unit_test(what_is_not_claimed_is_not_used),
        cmocka_unit_test(shapes_add_up),
        cmocka_unit_test(a_held_message_opens),
        cmocka_unit_test(a_late_message_opens),
        cmocka_unit_test(a_message_after_many_turns_is_an_open_question),
        cmocka_unit_test(a_message_of_an_old_epoch_is_an_open_question),
        cmocka_unit_test(epochs_are_of_v4_alone),
        cmocka_unit_test(an_overtaken_message_opens),
        cmocka_unit_test(a_replay_is_refused),
        cmocka_unit_test(a_gap_over_the_bound_is_an_open_question),
        cmocka_unit_test(a_bundle_serves_one_session),
        cmocka_unit_test(an_old_snapshot_is_an_open_question),
        cmocka_unit_test(what_was_sealed_before_forgetting_is_an_open_question),
    };
    return cmocka_run_group_tests(tests, scratch_setup, scratch_teardown);
}

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

static const char *const all_capabilities[] = {"snapshot",
                                               "forget-session",
                                               "without-one-time-prekey",
                                               "rotate-signed-prekey",
                                               "sender-keys",
                                               "accept-identity",
                                               "fingerprint"};
#define ALL_OF(cipher_)                                                                            \
    {                                                                                              \
        .cipher = (cipher_), .capabilities = all_capabilities,                                     \
        .n_capabilities = COUNT_OF(all_capabilities)                                               \
    }
static const struct generator_claims all_claims = ALL_OF(&cipher_signal3);
static const struct generator_claims claims_of_v4 = ALL_OF(&cipher_signal4);
static const char *const capabilities_of_client[] = {
    "client/snapshot", "client/rotate-signed-prekey", "client/read-receipts"};
static const struct generator_claims claims_of_client = {.cipher = &cipher_signal3,
                                                         .capabilities = capabilities_of_client,
                                                         .n_capabilities =
                                                             COUNT_OF(capabilities_of_client),
                                                         .surface = SURFACE_CLIENT,
                                                         .claimed_under = "client/",
                                                         .granted = "without-one-time-prekey"};
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
        char *text = suite_of(i, i % 3 == 0   ? &claims_of_v4
                                 : i % 3 == 1 ? &all_claims
                                              : &claims_of_client);
        enum status st = scratch_load(s, text, &suite);
        char *complaint = scratch_complaint(s, 0);
        if (st)
            fprintf(stderr, "schedule %u: %s\n%s", i, complaint, text);
        assert_int_equal(st, OK);
        free(complaint);
        free(text);
    }
}

static void add_shapes(const struct generator_claims *claims, struct shape *out)
{
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
    struct shape shape = {0};
    add_shapes(&all_claims, &shape);
    add_shapes(&claims_of_v4, &shape); /* some fields are only there */
    add_shapes(&claims_of_client, &shape);
    assert_int_equal(shape.schedules, 3 * SCHEDULES);
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
    static const enum verb claimed[] = {VERB_SNAPSHOT, VERB_FORGET, VERB_ACCEPT, VERB_FINGERPRINT,
                                        VERB_DISTRIBUTE};
    const struct generator_claims none = {.cipher = &cipher_signal3},
                                  client = {.cipher = &cipher_signal3,
                                            .capabilities = all_capabilities, /* of a library */
                                            .n_capabilities = COUNT_OF(all_capabilities),
                                            .surface = SURFACE_CLIENT,
                                            .claimed_under = "client/"};
    for (uint32_t i = 0; i < SCHEDULES; i++) {
        struct arena arena;
        struct generated_schedule s;
        make(i, i % 2 ? &none : &client, &arena, &s);
        for (size_t j = 0; j < s.n_steps; j++) {
            const struct step *step = &s.steps[j];
            for (size_t k = 0; k < COUNT_OF(claimed); k++)
                assert_int_not_equal(step->verb, claimed[k]);
            assert_false(step->verb == VERB_PUBLISH &&
                         strcmp(step_text(step, "by"), "target") == 0 &&
                         (strcmp(step_text(step, "one-time-prekey"), "no") == 0 ||
                          strcmp(step_text(step, "rotate"), "yes") == 0));
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

/* What the model says of the last of the first |n| of |steps|. */
static struct model_answer says_of_first(struct scratch *s, const struct cipher *cipher,
                                         const char *steps, size_t n)
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
    for (size_t i = 0; i < n && i < suite->cases[0].n_steps; i++)
        a = model_step(&m, &suite->cases[0].steps[i]);
    free(complaint);
    free(whole);
    return a;
}

static struct model_answer says_of(struct scratch *s, const struct cipher *cipher,
                                   const char *steps)
{
    return says_of_first(s, cipher, steps, SIZE_MAX);
}

static struct model_answer says(struct scratch *s, const char *steps)
{
    return says_of(s, &cipher_signal3, steps);
}

/* Of step |i|, counted from 0. */
static struct model_answer says_at(struct scratch *s, const char *steps, size_t i)
{
    return says_of_first(s, &cipher_signal3, steps, i + 1);
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

/* ---- bundles */

#define FROM_ONE_BUNDLE                                                                            \
    "<peer name=\"second\"/><publish as=\"b\"%s/><start bundle=\"b\"/>"                            \
    "<start by=\"second\" bundle=\"b\"/><seal as=\"m\"/><seal by=\"second\" as=\"n\"/>"            \
    "<deliver message=\"m\"/><deliver message=\"n\" expect=\"%s\"/>%s"

/* The first message that arrives takes the one-time prekey; without one both open. */
static void a_one_time_prekey_opens_once(void **state)
{
    char steps[1024];
    snprintf(steps, sizeof(steps), FROM_ONE_BUNDLE, "", "refuses",
             "<establish by=\"second\"/><converse with=\"second\"/>");
    assert_int_equal(says(*state, steps).says, MODEL_DOES);
    assert_int_equal(says_at(*state, steps, 7).says, MODEL_REFUSES);
    assert_int_equal(says_at(*state, steps, 7).theme, THEME_SPENT);
    snprintf(steps, sizeof(steps), FROM_ONE_BUNDLE, " one-time-prekey=\"no\"", "opens", "");
    assert_int_equal(says(*state, steps).says, MODEL_OPENS);
}

#define ON_ITS_WAY "<publish as=\"b\"/><start bundle=\"b\"/><seal as=\"m\"/>"

static void the_signed_prekey_before_is_kept_and_of_older_ones_nothing_is_known(void **state)
{
    struct model_answer once =
        says(*state, ON_ITS_WAY "<publish as=\"c\" rotate=\"yes\"/><deliver message=\"m\"/>");
    assert_int_equal(once.says, MODEL_OPENS);
    assert_int_equal(once.theme, THEME_ROTATED);
    struct model_answer twice = says(*state, ON_ITS_WAY "<publish as=\"c\" rotate=\"yes\"/>"
                                                        "<publish as=\"d\" rotate=\"yes\"/>"
                                                        "<deliver message=\"m\"/>");
    assert_int_equal(twice.says, MODEL_OPEN_QUESTION);
}

static void a_session_needs_no_prekeys_once_it_was_opened(void **state)
{
    struct model_answer a =
        says(*state, ON_ITS_WAY "<seal as=\"n\"/><deliver message=\"m\"/>"
                                "<publish as=\"c\" rotate=\"yes\"/>"
                                "<publish as=\"d\" rotate=\"yes\"/><deliver message=\"n\"/>");
    assert_int_equal(a.says, MODEL_OPENS);
    assert_int_equal(a.theme, THEME_PLAIN);
}

static void a_changed_bundle_is_refused(void **state)
{
    static const char steps[] =
        "<publish by=\"peer\" as=\"b\"/>"
        "<tamper bundle=\"b\" as=\"bent\" field=\"bundle.signature\" flip=\"9\"/>"
        "<start by=\"target\" bundle=\"bent\" expect=\"refuses\"/>"
        "<start by=\"target\" bundle=\"b\"/><seal by=\"target\" as=\"m\"/><deliver message=\"m\"/>";
    assert_int_equal(says_at(*state, steps, 2).theme, THEME_BAD_BUNDLE);
    assert_int_equal(says_at(*state, steps, 3).says, MODEL_DOES);
}

/* Nothing of it is kept: whoever comes first to that address is heard. */
static void after_a_forged_first_message_another_identity_is_taken(void **state)
{
    static const char steps[] =
        ON_ITS_WAY "<tamper message=\"m\" as=\"bent\" field=\"signal.mac\" flip=\"0\"/>"
                   "<deliver message=\"bent\" expect=\"refuses\"/>"
                   "<peer name=\"heir\" address=\"peer\"/><publish by=\"heir\" as=\"h\"/>"
                   "<start by=\"target\" bundle=\"h\"/>"
                   "<accept identity-of=\"peer\"/><deliver message=\"m\"/>";
    assert_int_equal(says_at(*state, steps, 4).theme, THEME_FORGED);
    assert_int_equal(says_at(*state, steps, 7).says, MODEL_DOES);
    assert_int_equal(says_at(*state, steps, 7).theme, THEME_AFTER_FIRST);
}

/* ---- who there is */

#define KNOCK                                                                                      \
    "<peer name=\"heir\" address=\"peer\"/><establish/><seal as=\"held\"/><publish as=\"b\"/>"     \
    "<start by=\"heir\" bundle=\"b\"/><seal by=\"heir\" as=\"knock\"/>"                            \
    "<deliver message=\"knock\" expect=\"refuses\"/>"

static void another_identity_is_refused_until_it_is_accepted(void **state)
{
    static const char steps[] = KNOCK "<converse turns=\"2\"/><accept identity-of=\"heir\"/>"
                                      "<deliver message=\"knock\"/><fingerprint with=\"heir\"/>"
                                      "<fingerprint relation=\"different\"/>";
    assert_int_equal(says_at(*state, steps, 6).theme, THEME_UNTRUSTED);
    assert_int_equal(says_at(*state, steps, 7).says, MODEL_DOES);
    assert_int_equal(says_at(*state, steps, 9).says, MODEL_OPENS);
    assert_int_equal(says_at(*state, steps, 9).theme, THEME_ACCEPTED);
    assert_int_equal(says_at(*state, steps, 10).theme, THEME_FINGERPRINT);
    assert_int_equal(says_at(*state, steps, 11).theme, THEME_FINGERPRINT);
}

static void of_a_replaced_identity_nothing_is_known(void **state)
{
    static const char steps[] = KNOCK "<accept identity-of=\"heir\"/><deliver message=\"knock\"/>"
                                      "<deliver message=\"held\"/>";
    assert_int_equal(says_at(*state, steps, 8).says, MODEL_OPENS);
    assert_int_equal(says_at(*state, steps, 9).says, MODEL_OPEN_QUESTION);
}

static void another_device_is_another_conversation(void **state)
{
    static const char steps[] =
        "<peer name=\"tablet\" address=\"peer\" device=\"2\" identity-of=\"peer\"/>"
        "<establish/><establish by=\"tablet\"/><seal as=\"m\"/>"
        "<deliver message=\"m\" from=\"tablet\" expect=\"refuses\"/><deliver message=\"m\"/>";
    assert_int_equal(says_at(*state, steps, 2).theme, THEME_PEERS);
    assert_int_equal(says_at(*state, steps, 4).theme, THEME_MISNAMED);
    assert_int_equal(says_at(*state, steps, 5).says, MODEL_OPENS);
}

static void a_device_under_another_identity_is_an_open_question(void **state)
{
    struct model_answer a = says(*state, "<peer name=\"tablet\" address=\"peer\" device=\"2\"/>");
    assert_int_equal(a.says, MODEL_OPEN_QUESTION);
}

/* ---- groups */

#define KEY                                                                                        \
    "<distribute as=\"key\" group=\"g\"/><deliver message=\"key\" to=\"target\" "                  \
    "expect=\"absorbs\"/>"
#define IN_GROUP "<seal as=\"a\" group=\"g\"/><seal as=\"b\" group=\"g\"/>"
#define ARRIVES(name) "<deliver message=\"" name "\" to=\"target\"/>"
#define REFUSED(name) "<deliver message=\"" name "\" to=\"target\" expect=\"refuses\"/>"

static void group_messages_open_once_in_any_order(void **state)
{
    static const char steps[] = KEY IN_GROUP ARRIVES("b") ARRIVES("a") REFUSED("b") ARRIVES("a");
    assert_int_equal(says_at(*state, steps, 1).says, MODEL_ABSORBS);
    assert_int_equal(says_at(*state, steps, 4).says, MODEL_OPENS);
    assert_int_equal(says_at(*state, steps, 4).gap, 1);
    assert_int_equal(says_at(*state, steps, 5).theme, THEME_GROUP_OVERTAKEN);
    assert_int_equal(says_at(*state, steps, 6).theme, THEME_GROUP_REPLAYED);
}

static void without_its_key_a_group_message_is_refused(void **state)
{
    static const char steps[] =
        "<distribute as=\"key\" group=\"g\"/><seal as=\"a\" group=\"g\"/>" REFUSED(
            "a") "<deliver message=\"key\" to=\"target\" expect=\"absorbs\"/>" ARRIVES("a");
    assert_int_equal(says_at(*state, steps, 2).theme, THEME_GROUP_UNKNOWN);
    assert_int_equal(says_at(*state, steps, 4).says, MODEL_OPENS);
}

/* Who got the key later reads from then on. */
static void what_was_sealed_before_somebody_came_is_refused(void **state)
{
    static const char steps[] =
        "<distribute by=\"target\" as=\"key\" group=\"g\"/>"
        "<seal by=\"target\" as=\"a\" group=\"g\"/><distribute "
        "by=\"target\" as=\"late\" group=\"g\"/>"
        "<seal by=\"target\" as=\"b\" group=\"g\"/>"
        "<deliver message=\"late\" to=\"peer\" "
        "expect=\"absorbs\"/><deliver message=\"b\" to=\"peer\"/>"
        "<deliver message=\"a\" to=\"peer\" expect=\"refuses\"/>"
        "<seal by=\"target\" as=\"c\" group=\"g\"/><deliver message=\"c\" to=\"peer\"/>";
    assert_int_equal(says_at(*state, steps, 5).says, MODEL_OPENS);
    assert_int_equal(says_at(*state, steps, 6).theme, THEME_GROUP_OUTSIDE);
}

/* Who left does not read under the new key, and whether the old one is kept is not decided. */
static void a_new_sender_key_is_for_those_who_got_it(void **state)
{
    static const char steps[] = KEY IN_GROUP ARRIVES(
        "a") "<distribute as=\"new\" group=\"g\" fresh=\"yes\"/>"
             "<seal as=\"c\" group=\"g\"/>" REFUSED(
                 "c") "<deliver message=\"new\" to=\"target\" expect=\"absorbs\"/>" ARRIVES("c")
                 ARRIVES("b");
    assert_int_equal(says_at(*state, steps, 7).theme, THEME_GROUP_OUTSIDE);
    assert_int_equal(says_at(*state, steps, 9).says, MODEL_OPENS);
    assert_int_equal(says_at(*state, steps, 10).says, MODEL_OPEN_QUESTION);
}

static void under_another_group_or_sender_a_group_message_is_refused(void **state)
{
    static const char steps[] =
        "<peer name=\"second\"/>" KEY IN_GROUP
        "<deliver message=\"a\" to=\"target\" group=\"h\" expect=\"refuses\"/>"
        "<deliver message=\"a\" to=\"target\" from=\"second\" expect=\"refuses\"/>" ARRIVES("a");
    assert_int_equal(says_at(*state, steps, 5).theme, THEME_GROUP_MISNAMED);
    assert_int_equal(says_at(*state, steps, 6).theme, THEME_GROUP_MISNAMED);
    assert_int_equal(says_at(*state, steps, 7).says, MODEL_OPENS);
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
        cmocka_unit_test(a_one_time_prekey_opens_once),
        cmocka_unit_test(the_signed_prekey_before_is_kept_and_of_older_ones_nothing_is_known),
        cmocka_unit_test(a_session_needs_no_prekeys_once_it_was_opened),
        cmocka_unit_test(a_changed_bundle_is_refused),
        cmocka_unit_test(after_a_forged_first_message_another_identity_is_taken),
        cmocka_unit_test(another_identity_is_refused_until_it_is_accepted),
        cmocka_unit_test(of_a_replaced_identity_nothing_is_known),
        cmocka_unit_test(another_device_is_another_conversation),
        cmocka_unit_test(a_device_under_another_identity_is_an_open_question),
        cmocka_unit_test(group_messages_open_once_in_any_order),
        cmocka_unit_test(without_its_key_a_group_message_is_refused),
        cmocka_unit_test(what_was_sealed_before_somebody_came_is_refused),
        cmocka_unit_test(a_new_sender_key_is_for_those_who_got_it),
        cmocka_unit_test(under_another_group_or_sender_a_group_message_is_refused),
    };
    return cmocka_run_group_tests(tests, scratch_setup, scratch_teardown);
}

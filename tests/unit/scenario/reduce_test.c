/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shows that a case never becomes false by becoming small: what depended on a left-out step goes,
 * too, the last step keeps its meaning, and what is saved shows its right reason. */
#include "scratch.h"

#include "scenario/reduce.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define ARENA_MAX (16u * 1024u * 1024u)

struct reducing {
    struct arena arena;
    const struct case_spec *spec;
};

static void load(struct scratch *s, const char *steps, struct reducing *out)
{
    const struct suite *suite;
    char text[4096];
    snprintf(text, sizeof(text),
             "<case id=\"a\" requirement=\"D-04\"><purpose>A purpose.</purpose>%s</case>%s", steps,
             "<repro seed=\"0000000000000000000000000000000000000000000000000000000000000000\" "
             "target=\"t\" case=\"mine/a\" verdict=\"fail\"/>");
    char *whole = scratch_suite(text);
    enum status st = scratch_load(s, whole, &suite);
    char *complaint = scratch_complaint(s, 0);
    assert_string_equal(complaint, "");
    assert_int_equal(st, OK);
    free(complaint);
    free(whole);
    arena_init(&out->arena, ARENA_MAX);
    out->spec = &suite->cases[0];
}

static struct reduced whole_of(const struct reducing *r)
{
    return (struct reduced){r->spec->steps, r->spec->n_steps, THEME_NONE, cipher_default()};
}

static bool without(struct scratch *s, const char *steps, size_t from, size_t count,
                    struct reducing *r, struct reduced *out)
{
    load(s, steps, r);
    const struct reduced whole = whole_of(r);
    return reduce_without(&whole, from, count, &r->arena, out);
}

/* "establish seal deliver" */
static void assert_verbs(const struct reduced *r, const char *expected)
{
    char verbs[256] = "";
    for (size_t i = 0; i < r->n_steps; i++)
        snprintf(verbs + strlen(verbs), sizeof(verbs) - strlen(verbs), "%s%s", i ? " " : "",
                 verb_rule(r->steps[i].verb)->name);
    assert_string_equal(verbs, expected);
}

#define REPLAY                                                                                     \
    "<establish/><seal as=\"m\"/><seal as=\"n\"/><deliver message=\"n\"/>"                         \
    "<deliver message=\"m\"/><deliver message=\"m\" expect=\"refuses\"/>"

static void what_depends_on_a_step_goes_with_it(void **state)
{
    struct reducing r;
    struct reduced out;
    assert_true(without(*state, REPLAY, 2, 1, &r, &out));
    assert_verbs(&out, "establish seal deliver deliver");
    assert_int_equal(out.theme, THEME_REPLAYED);
    arena_fini(&r.arena);
}

/* Without its first delivery the second would be the first, and must open: another case. */
static void the_last_step_keeps_its_meaning(void **state)
{
    struct reducing r;
    struct reduced out;
    assert_false(without(*state, REPLAY, 4, 1, &r, &out));
    arena_fini(&r.arena);
}

static void the_last_step_stays(void **state)
{
    struct reducing r;
    struct reduced out;
    assert_false(without(*state, REPLAY, 5, 1, &r, &out));
    arena_fini(&r.arena);
}

/* Between, an expectation follows the model: this delivery is now the first. */
static void expectations_between_are_written_anew(void **state)
{
    struct reducing r;
    struct reduced out;
    assert_true(without(*state,
                        "<establish/><seal as=\"m\"/><deliver message=\"m\"/>"
                        "<deliver message=\"m\" expect=\"refuses\"/><seal as=\"n\"/>"
                        "<deliver message=\"n\"/>",
                        2, 1, &r, &out));
    assert_verbs(&out, "establish seal deliver seal deliver");
    assert_int_equal(step_expect(&out.steps[2]), EXPECT_OPENS);
    arena_fini(&r.arena);
}

/* Who would have been restored never came to be: the party before it goes on. */
static void without_its_restore_the_party_before_goes_on(void **state)
{
    struct reducing r;
    struct reduced out;
    assert_true(without(*state,
                        "<establish/><snapshot as=\"s\"/><restore snapshot=\"s\" as=\"again\"/>"
                        "<seal as=\"m\"/><deliver message=\"m\" to=\"again\"/>",
                        1, 2, &r, &out));
    assert_verbs(&out, "establish seal deliver");
    assert_null(step_text(&out.steps[2], "to"));
    arena_fini(&r.arena);
}

/* How many simpler cases there are, and whether one of them is |verbs|. */
static bool has_simpler(struct scratch *s, const char *steps, const char *verb,
                        const char *attribute, const char *value)
{
    struct reducing r;
    struct reduced out;
    bool is_case, is_there = false;
    load(s, steps, &r);
    const struct reduced whole = whole_of(&r);
    for (size_t i = 0; reduce_simpler(&whole, i, &r.arena, &out, &is_case); i++)
        for (size_t j = 0; is_case && j < out.n_steps; j++) {
            const char *now = step_text(&out.steps[j], attribute);
            is_there |= strcmp(verb_rule(out.steps[j].verb)->name, verb) == 0 &&
                        (value ? now && strcmp(now, value) == 0 : !now);
        }
    arena_fini(&r.arena);
    return is_there;
}

#define FORGED                                                                                     \
    "<establish/><drop count=\"40\"/><seal as=\"m\" size=\"4000\"/>"                               \
    "<tamper message=\"m\" as=\"b\" field=\"signal.mac\" flip=\"17\"/>"                            \
    "<deliver message=\"b\" expect=\"refuses\"/>"

static void counts_become_one_and_half(void **state)
{
    assert_true(has_simpler(*state, FORGED, "drop", "count", "1"));
    assert_true(has_simpler(*state, FORGED, "drop", "count", "20"));
}

static void bits_become_the_lowest(void **state)
{
    assert_true(has_simpler(*state, FORGED, "tamper", "flip", "0"));
}

static void sizes_become_the_usual(void **state)
{
    assert_true(has_simpler(*state, FORGED, "seal", "size", "24"));
}

static void a_start_becomes_a_whole_handshake(void **state)
{
    assert_true(has_simpler(*state,
                            "<publish as=\"b\"/><start bundle=\"b\"/><seal as=\"m\"/>"
                            "<deliver message=\"m\"/>",
                            "establish", "by", "peer"));
}

static void a_message_delivered_at_once_becomes_a_turn(void **state)
{
    assert_true(has_simpler(*state,
                            "<establish/><seal as=\"m\"/><deliver message=\"m\"/>"
                            "<seal as=\"n\"/><deliver message=\"n\"/>",
                            "converse", "turns", "1"));
}

static void what_shows_the_right_reason_is_added(void **state)
{
    struct reducing r;
    struct reduced out;
    load(*state, FORGED, &r);
    const struct reduced whole = whole_of(&r);
    assert_true(reduce_complete(&whole, &r.arena, &out));
    assert_verbs(&out, "establish drop seal tamper deliver deliver");
    assert_int_equal(step_expect(&out.steps[5]), EXPECT_OPENS);
    assert_int_equal(out.theme, THEME_FORGED);
    arena_fini(&r.arena);
}

/* What is left of the session cannot go on, as the prekey was another's: a new one is made. */
static void after_a_spent_prekey_a_new_session_is_shown(void **state)
{
    struct reducing r;
    struct reduced out;
    load(*state,
         "<peer name=\"peer-7\"/><publish as=\"b\"/><start bundle=\"b\"/>"
         "<start by=\"peer-7\" bundle=\"b\"/><seal as=\"m\"/><seal by=\"peer-7\" as=\"n\"/>"
         "<deliver message=\"m\"/><deliver message=\"n\" expect=\"refuses\"/>",
         &r);
    const struct reduced whole = whole_of(&r);
    assert_true(reduce_complete(&whole, &r.arena, &out));
    assert_verbs(&out, "peer publish start start seal seal deliver deliver establish converse");
    assert_string_equal(step_text(&out.steps[8], "by"), "peer-2");
    assert_int_equal(out.theme, THEME_SPENT);
    arena_fini(&r.arena);
}

static void the_bundle_as_it_was_made_is_taken_after_its_changed_copy(void **state)
{
    struct reducing r;
    struct reduced out;
    load(*state,
         "<publish by=\"peer\" as=\"b\"/>"
         "<tamper bundle=\"b\" as=\"bent\" field=\"bundle.signature\" flip=\"9\"/>"
         "<start by=\"target\" bundle=\"bent\" expect=\"refuses\"/>",
         &r);
    const struct reduced whole = whole_of(&r);
    assert_true(reduce_complete(&whole, &r.arena, &out));
    assert_verbs(&out, "publish tamper start start converse");
    arena_fini(&r.arena);
}

/* Who left is given the new key, so that a message that they may read stands beside the one
 * they may not. */
static void after_a_message_of_others_one_of_the_group_is_shown(void **state)
{
    struct reducing r;
    struct reduced out;
    load(*state,
         "<distribute as=\"key1\" group=\"g\"/><seal as=\"m1\" group=\"g\"/>"
         "<deliver message=\"m1\" to=\"target\" expect=\"refuses\"/>",
         &r);
    const struct reduced whole = whole_of(&r);
    assert_true(reduce_complete(&whole, &r.arena, &out));
    assert_verbs(&out, "distribute seal deliver distribute seal deliver deliver");
    assert_int_equal(step_expect(&out.steps[5]), EXPECT_ABSORBS);
    assert_int_equal(step_expect(&out.steps[6]), EXPECT_OPENS);
    assert_int_equal(out.theme, THEME_GROUP_UNKNOWN);
    arena_fini(&r.arena);
}

/* An address is a name, too: who shares it goes on sharing it. */
static void addresses_are_numbered_with_their_names(void **state)
{
    struct reducing r;
    struct reduced out;
    load(*state,
         "<peer name=\"peer-5\"/>"
         "<peer name=\"peer-9\" address=\"peer-5\" device=\"2\" identity-of=\"peer-5\"/>"
         "<establish by=\"peer-9\"/>",
         &r);
    const struct reduced whole = whole_of(&r);
    assert_true(reduce_complete(&whole, &r.arena, &out));
    assert_string_equal(step_text(&out.steps[0], "name"), "peer-2");
    assert_string_equal(step_text(&out.steps[1], "address"), "peer-2");
    assert_string_equal(step_text(&out.steps[1], "identity-of"), "peer-2");
    assert_string_equal(step_text(&out.steps[2], "by"), "peer-3");
    arena_fini(&r.arena);
}

#define IN_GROUP                                                                                   \
    "<distribute as=\"key\" group=\"g\" fresh=\"yes\"/>"                                           \
    "<deliver message=\"key\" to=\"target\" expect=\"absorbs\"/>"                                  \
    "<seal as=\"m\" group=\"g\"/><seal as=\"n\" group=\"g\"/>"                                     \
    "<deliver message=\"n\" to=\"target\"/><deliver message=\"m\" to=\"target\"/>"

/* Without the sender key there nothing opens; what only stands before goes. */
static void a_group_message_keeps_its_key(void **state)
{
    struct reducing r;
    struct reduced out;
    assert_false(without(*state, IN_GROUP, 1, 1, &r, &out));
    arena_fini(&r.arena);
    assert_true(without(*state, IN_GROUP, 4, 1, &r, &out));
    assert_verbs(&out, "distribute deliver seal seal deliver");
    assert_string_equal(step_text(&out.steps[4], "to"), "target");
    assert_int_equal(out.theme, THEME_GROUP);
    arena_fini(&r.arena);
    assert_true(has_simpler(*state, IN_GROUP, "distribute", "fresh", "no"));
}

static void things_are_numbered_from_one(void **state)
{
    struct reducing r;
    struct reduced out;
    load(*state,
         "<establish/><seal as=\"m17\"/><seal as=\"m4\"/><deliver message=\"m4\"/>"
         "<deliver message=\"m17\"/>",
         &r);
    const struct reduced whole = whole_of(&r);
    assert_true(reduce_complete(&whole, &r.arena, &out));
    assert_string_equal(step_text(&out.steps[1], "as"), "m1");
    assert_string_equal(step_text(&out.steps[3], "message"), "m2");
    assert_string_equal(step_text(&out.steps[4], "message"), "m1");
    arena_fini(&r.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_depends_on_a_step_goes_with_it),
        cmocka_unit_test(the_last_step_keeps_its_meaning),
        cmocka_unit_test(the_last_step_stays),
        cmocka_unit_test(expectations_between_are_written_anew),
        cmocka_unit_test(without_its_restore_the_party_before_goes_on),
        cmocka_unit_test(counts_become_one_and_half),
        cmocka_unit_test(bits_become_the_lowest),
        cmocka_unit_test(sizes_become_the_usual),
        cmocka_unit_test(a_start_becomes_a_whole_handshake),
        cmocka_unit_test(a_message_delivered_at_once_becomes_a_turn),
        cmocka_unit_test(what_shows_the_right_reason_is_added),
        cmocka_unit_test(things_are_numbered_from_one),
        cmocka_unit_test(after_a_spent_prekey_a_new_session_is_shown),
        cmocka_unit_test(the_bundle_as_it_was_made_is_taken_after_its_changed_copy),
        cmocka_unit_test(after_a_message_of_others_one_of_the_group_is_shown),
        cmocka_unit_test(addresses_are_numbered_with_their_names),
        cmocka_unit_test(a_group_message_keeps_its_key),
    };
    return cmocka_run_group_tests(tests, scratch_setup, scratch_teardown);
}

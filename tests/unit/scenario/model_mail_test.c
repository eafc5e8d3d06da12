/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shows what the model says of a whole client: what must be shown, answered and heard, over losses
 * and restarts; and what it leaves open. */
#include "scratch.h"

#include "cipher/signal3/signal3.h"
#include "scenario/model.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define ARENA_MAX (1024u * 1024u)

/* What the books say of the last of |steps|, and how they would write it; the others are played as
 * they are. */
struct said {
    struct arena arena;
    struct model model;
    struct model_answer answer; /* of the step as it is written */
    struct step step;           /* completed */
    bool is_completed;
};

static void play(struct scratch *s, const char *steps, struct said *out)
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
    memset(out, 0, sizeof(*out));
    arena_init(&out->arena, ARENA_MAX);
    model_init(&out->model, &cipher_signal3);
    const struct case_spec *spec = &suite->cases[0];
    for (size_t i = 0; i + 1 < spec->n_steps; i++)
        if (model_step(&out->model, &spec->steps[i]).says == MODEL_OPEN_QUESTION)
            fail_msg("step %zu is an open question", i + 1);
    out->step = spec->steps[spec->n_steps - 1];
    out->is_completed = model_complete(&out->model, &out->step, &out->arena);
    out->answer = model_step(&out->model, &spec->steps[spec->n_steps - 1]);
}

static struct model_answer says(void **state, const char *steps)
{
    struct said said;
    play(*state, steps, &said);
    arena_fini(&said.arena);
    return said.answer;
}

/* |steps|, of which the last is completed, has |expected| as its |attribute|; NULL: not that. */
static void assert_completes(void **state, const char *steps, const char *attribute,
                             const char *expected)
{
    struct said said;
    play(*state, steps, &said);
    assert_true(said.is_completed);
    const char *written = step_written(&said.step, attribute);
    if (expected)
        assert_string_equal(written, expected);
    else
        assert_null(written);
    arena_fini(&said.arena);
}

#define SEALED "<establish/><seal as=\"a\"/><seal as=\"b\"/>"
#define BENT "<tamper message=\"a\" as=\"bent\" field=\"signal.mac\" flip=\"3\"/>"
#define LOST "<hang-up then=\"returns\"/>"
#define RESTARTED                                                                                  \
    "<snapshot as=\"s\"/><disconnect/><restore snapshot=\"s\" as=\"again\"/>"                      \
    "<connect at=\"again\"/>"

/* ---- what is shown */

static void what_comes_is_shown_in_its_order(void **state)
{
    static const char steps[] = SEALED "<queue messages=\"b a\"/><shown messages=\"b a\"/>";
    assert_completes(state, steps, "messages", "b a");
    assert_int_equal(says(state, steps).theme, THEME_SHOWN);
}

static void what_comes_again_is_not_shown(void **state)
{
    static const char steps[] = SEALED "<queue messages=\"a b\"/><shown messages=\"a b\"/>"
                                       "<queue messages=\"a\" same-id=\"yes\"/><shown/>";
    assert_completes(state, steps, "messages", NULL);
    assert_int_equal(says(state, steps).theme, THEME_SHOWN_ONCE);
}

static void nor_is_it_after_a_loss(void **state)
{
    static const char steps[] = SEALED "<queue messages=\"a\"/><shown messages=\"a\"/>" LOST
                                       "<queue messages=\"a b\" same-id=\"yes\"/><shown/>";
    assert_completes(state, steps, "messages", "b");
    assert_int_equal(says(state, steps).theme, THEME_SHOWN_BEFORE);
}

static void nor_after_a_restart(void **state)
{
    static const char steps[] =
        SEALED "<queue messages=\"a\"/><shown messages=\"a\"/>" RESTARTED
               "<queue messages=\"b a\" same-id=\"yes\"/><shown at=\"again\"/>";
    assert_completes(state, steps, "messages", "b");
    assert_int_equal(says(state, steps).theme, THEME_KEPT);
}

static void a_replay_under_another_id_is_not_shown(void **state)
{
    assert_completes(state,
                     SEALED "<queue messages=\"a\"/><shown messages=\"a\"/>"
                            "<queue messages=\"a\"/><shown/>",
                     "messages", NULL);
}

static void what_waits_is_shown_once_there_is_a_connection(void **state)
{
    static const char away[] = SEALED "<disconnect/><queue messages=\"a\"/><shown/>";
    static const char back[] = SEALED "<disconnect/><queue messages=\"a\"/><connect/><shown/>";
    assert_int_equal(says(state, away).says, MODEL_OPEN_QUESTION);
    assert_completes(state, back, "messages", "a");
    assert_int_equal(says(state, back).theme, THEME_WAITED);
}

static void a_queue_keeps_only_what_there_is(void **state)
{
    assert_completes(state, SEALED "<queue messages=\"a b\"/>", "messages", "a b");
}

static void of_a_gap_past_every_bound_nothing_is_shown_and_the_books_stay(void **state)
{
    struct said said;
    play(*state,
         "<establish/><seal as=\"m\"/>"
         "<converse turns=\"12\" max-burst=\"1\" with=\"target\" at=\"peer\"/>"
         "<seal as=\"n\"/><queue messages=\"n m\"/>",
         &said);
    assert_int_equal(said.answer.says, MODEL_OPEN_QUESTION);
    assert_int_equal(said.model.mail.n_letters, 0);
    assert_int_equal(said.model.mail.n_shown, 0);
    arena_fini(&said.arena);
}

/* ---- what is answered */

#define CAME SEALED BENT "<queue messages=\"a a\" same-id=\"yes\"/><shown messages=\"a\"/>"

static void each_time_is_acknowledged_and_one_confirmed(void **state)
{
    assert_completes(state, CAME "<answered message=\"a\" by=\"ack\"/>", "times", "2");
    assert_completes(state, CAME "<answered message=\"a\" by=\"delivery-receipt\"/>", "times",
                     NULL);
    assert_completes(state, CAME "<answered message=\"a\" by=\"retry\"/>", "times", "0");
}

static void after_a_loss_more_acks_are_as_good_and_of_receipts_nothing_is_known(void **state)
{
    static const char steps[] = SEALED "<queue messages=\"a\"/>" LOST "<shown messages=\"a\"/>";
    char text[512];
    snprintf(text, sizeof(text), "%s<answered message=\"a\" by=\"ack\"/>", steps);
    assert_completes(state, text, "or-more", "yes");
    snprintf(text, sizeof(text), "%s<answered message=\"a\" by=\"delivery-receipt\"/>", steps);
    assert_int_equal(says(state, text).says, MODEL_OPEN_QUESTION);
}

#define ASKED                                                                                      \
    SEALED BENT "<queue messages=\"bent\"/><shown/>" LOST                                          \
                "<queue messages=\"bent\" same-id=\"yes\"/><shown/>"

static void requests_are_counted_on_over_a_loss(void **state)
{
    assert_completes(state, ASKED "<answered message=\"bent\" by=\"retry\"/>", "count", "2");
}

#define BENT_AGAIN "<queue messages=\"bent\" same-id=\"yes\"/><shown/>"

static void it_is_asked_for_four_times_and_no_more(void **state)
{
    static const char steps[] = SEALED BENT BENT_AGAIN BENT_AGAIN BENT_AGAIN BENT_AGAIN BENT_AGAIN
        "<answered message=\"bent\" by=\"retry\" times=\"0\"/>";
    assert_completes(state, steps, "times", "0");
    assert_int_equal(says(state, steps).theme, THEME_GIVEN_UP);
}

static void a_loss_before_the_answer_leaves_the_count_open(void **state)
{
    assert_int_equal(says(state, SEALED BENT "<queue messages=\"bent\"/>" LOST "<shown/>"
                                             "<queue messages=\"bent\" same-id=\"yes\"/>")
                         .says,
                     MODEL_OPEN_QUESTION);
}

static void what_was_asked_for_is_shown_under_its_id(void **state)
{
    assert_completes(state, ASKED "<queue messages=\"a\" same-id=\"yes\"/><shown/>", "messages",
                     "a");
}

static void two_peoples_ids_are_two(void **state)
{
    assert_completes(state,
                     "<peer name=\"other\"/><establish/><establish by=\"other\"/><seal as=\"a\"/>"
                     "<seal by=\"other\" as=\"b\"/><queue messages=\"a\"/><shown messages=\"a\"/>"
                     "<queue messages=\"b\" id-of=\"a\"/><shown/>",
                     "messages", "b");
}

static void what_one_id_is_answered_with_is_known_until_something_comes(void **state)
{
    static const char came[] =
        "<peer name=\"other\"/><establish/><establish by=\"other\"/><seal as=\"a\"/>"
        "<seal by=\"other\" as=\"b\"/><queue messages=\"a\"/><shown messages=\"a\"/>"
        "<queue messages=\"b\" id-of=\"a\"/><shown messages=\"b\"/>";
    char text[1024];
    snprintf(text, sizeof(text), "%s<answered message=\"b\" by=\"ack\"/>", came);
    assert_int_equal(says(state, text).says, MODEL_DOES);
    snprintf(text, sizeof(text),
             "%s<queue messages=\"a\" same-id=\"yes\"/><shown/>"
             "<answered message=\"b\" by=\"ack\"/>",
             came);
    assert_int_equal(says(state, text).says, MODEL_OPEN_QUESTION);
    snprintf(text, sizeof(text),
             "%s<queue messages=\"a b\" same-id=\"yes\"/><shown/>"
             "<answered message=\"b\" by=\"ack\"/>",
             came);
    assert_int_equal(says(state, text).says, MODEL_OPEN_QUESTION);
    snprintf(text, sizeof(text),
             "%s<read/><answered message=\"b\" by=\"read-receipt\" times=\"0\"/>", came);
    assert_int_equal(says(state, text).says, MODEL_OPEN_QUESTION);
}

static void what_is_read_is_said_once(void **state)
{
    static const char steps[] = SEALED "<queue messages=\"a\"/><shown messages=\"a\"/><read/>"
                                       "<answered message=\"a\" by=\"read-receipt\"/>";
    assert_int_equal(says(state, steps).theme, THEME_READ);
    assert_int_equal(
        says(state, SEALED "<queue messages=\"a\"/><shown messages=\"a\"/><read/><read/>").says,
        MODEL_OPEN_QUESTION);
}

/* The receipt may come before or after it. */
static void of_what_comes_again_while_it_is_read_nothing_is_known(void **state)
{
    static const char came[] = SEALED "<queue messages=\"a\"/><shown messages=\"a\"/><read/>";
    char text[512];
    snprintf(text, sizeof(text),
             "%s<queue messages=\"a\" same-id=\"yes\"/><shown/>"
             "<answered message=\"a\" by=\"read-receipt\" times=\"0\"/>",
             came);
    assert_int_equal(says(state, text).says, MODEL_OPEN_QUESTION);
    snprintf(text, sizeof(text),
             "%s<shown/><queue messages=\"a\" same-id=\"yes\"/><shown/>"
             "<answered message=\"a\" by=\"read-receipt\" times=\"0\"/>",
             came);
    assert_int_equal(says(state, text).says, MODEL_DOES);
}

static void requests_after_a_restart_only_should_be_counted_on(void **state)
{
    static const char steps[] =
        SEALED BENT "<queue messages=\"bent\"/><shown/>" RESTARTED
                    "<queue messages=\"bent\" same-id=\"yes\"/><shown at=\"again\"/>"
                    "<answered message=\"bent\" by=\"retry\" count=\"2\"/>";
    assert_int_equal(says(state, steps).theme, THEME_ASKED_AFTER);
    assert_int_equal(theme_level(THEME_ASKED_AFTER), LEVEL_SHOULD);
}

/* ---- what is written */

#define WRITTEN "<establish/><write as=\"w\"/><write as=\"v\"/>"

static void what_is_written_is_heard_in_its_order(void **state)
{
    static const char steps[] = WRITTEN "<heard messages=\"w v\"/>";
    assert_completes(state, steps, "messages", "w v");
    assert_completes(state, steps, "may-fail", NULL);
    assert_int_equal(says(state, steps).theme, THEME_WRITTEN);
    assert_int_equal(says(state, WRITTEN "<heard messages=\"v w\"/>").says, MODEL_OPEN_QUESTION);
}

static void before_a_loss_or_while_away_it_may_fail(void **state)
{
    assert_completes(state, WRITTEN LOST "<heard messages=\"w v\"/>", "may-fail", "yes");
    assert_completes(state,
                     "<establish/><disconnect/><write as=\"w\"/><connect/><heard messages=\"w\"/>",
                     "may-fail", "yes");
}

#define WITHHELD                                                                                   \
    "<establish/><acknowledge what=\"nothing\"/><write as=\"w\"/><heard messages=\"w\"/>"
#define TAKEN "<push stanza=\"taken\" of=\"w\" then=\"tells\"/>"

static void a_late_ack_is_told_once_and_on_its_connection(void **state)
{
    assert_int_equal(says(state, WITHHELD TAKEN).theme, THEME_SENT);
    assert_int_equal(says(state, WITHHELD TAKEN TAKEN).says, MODEL_OPEN_QUESTION);
    assert_int_equal(says(state, WITHHELD LOST TAKEN).says, MODEL_OPEN_QUESTION);
    assert_int_equal(says(state, "<establish/><write as=\"w\"/><heard messages=\"w\"/>" TAKEN).says,
                     MODEL_OPEN_QUESTION);
}

static void of_what_may_have_failed_nothing_is_asked(void **state)
{
    assert_int_equal(says(state, WRITTEN LOST "<heard messages=\"w v\" may-fail=\"yes\"/>"
                                              "<retry of=\"w\" as=\"n\"/>")
                         .says,
                     MODEL_OPEN_QUESTION);
}

#define HEARD "<peer name=\"other\"/><establish/><write as=\"w\"/><heard messages=\"w\"/>"

static void only_the_addressee_gets_it_again(void **state)
{
    assert_int_equal(says(state, HEARD "<retry of=\"w\" as=\"n\"/><deliver message=\"n\"/>").says,
                     MODEL_OPENS);
    struct model_answer other =
        says(state, HEARD "<retry of=\"w\" as=\"n\" from=\"other\" expect=\"refuses\"/>");
    assert_int_equal(other.says, MODEL_REFUSES);
    assert_int_equal(other.theme, THEME_STRANGER);
    assert_int_equal(
        says(state, HEARD "<retry of=\"w\" as=\"n\" count=\"5\" expect=\"refuses\"/>").theme,
        THEME_TOO_LATE);
}

static void what_may_come_by_itself_is_not_asked_for(void **state)
{
    assert_int_equal(says(state, WITHHELD "<retry of=\"w\" as=\"n\"/>").says, MODEL_DOES);
    assert_int_equal(says(state, WITHHELD LOST "<retry of=\"w\" as=\"n\"/>").says,
                     MODEL_OPEN_QUESTION);
}

static void what_was_delivered_may_be_forgotten(void **state)
{
    assert_int_equal(says(state, HEARD "<push stanza=\"delivered\" of=\"w\" then=\"tells\"/>"
                                       "<retry of=\"w\" as=\"n\"/>")
                         .says,
                     MODEL_OPEN_QUESTION);
}

static void a_receipt_is_told_when_it_is_news(void **state)
{
    static const char read[] = HEARD "<push stanza=\"read\" of=\"w\" then=\"tells\"/>";
    char text[512];
    assert_int_equal(says(state, read).theme, THEME_TOLD);
    snprintf(text, sizeof(text), "%s<push stanza=\"delivered\" of=\"w\" then=\"tells\"/>", read);
    assert_int_equal(says(state, text).says, MODEL_OPEN_QUESTION);
    assert_int_equal(
        says(state, HEARD "<push stanza=\"read\" of=\"w\" from=\"other\" then=\"acks\"/>").theme,
        THEME_STRANGER);
}

/* What is on its way is neither in what is stored nor out of it. */
static void nothing_is_stored_before_all_is_looked_at(void **state)
{
    assert_int_equal(says(state, SEALED "<queue messages=\"a\"/><snapshot as=\"s\"/>").says,
                     MODEL_OPEN_QUESTION);
    assert_int_equal(says(state, WRITTEN "<snapshot as=\"s\"/>").says, MODEL_OPEN_QUESTION);
    assert_int_equal(
        says(state, "<establish/><disconnect/><write as=\"w\"/><snapshot as=\"s\"/>").says,
        MODEL_DOES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_comes_is_shown_in_its_order),
        cmocka_unit_test(what_comes_again_is_not_shown),
        cmocka_unit_test(nor_is_it_after_a_loss),
        cmocka_unit_test(nor_after_a_restart),
        cmocka_unit_test(a_replay_under_another_id_is_not_shown),
        cmocka_unit_test(what_waits_is_shown_once_there_is_a_connection),
        cmocka_unit_test(a_queue_keeps_only_what_there_is),
        cmocka_unit_test(of_a_gap_past_every_bound_nothing_is_shown_and_the_books_stay),
        cmocka_unit_test(each_time_is_acknowledged_and_one_confirmed),
        cmocka_unit_test(after_a_loss_more_acks_are_as_good_and_of_receipts_nothing_is_known),
        cmocka_unit_test(requests_are_counted_on_over_a_loss),
        cmocka_unit_test(it_is_asked_for_four_times_and_no_more),
        cmocka_unit_test(a_loss_before_the_answer_leaves_the_count_open),
        cmocka_unit_test(what_was_asked_for_is_shown_under_its_id),
        cmocka_unit_test(two_peoples_ids_are_two),
        cmocka_unit_test(what_one_id_is_answered_with_is_known_until_something_comes),
        cmocka_unit_test(what_is_read_is_said_once),
        cmocka_unit_test(of_what_comes_again_while_it_is_read_nothing_is_known),
        cmocka_unit_test(requests_after_a_restart_only_should_be_counted_on),
        cmocka_unit_test(what_is_written_is_heard_in_its_order),
        cmocka_unit_test(before_a_loss_or_while_away_it_may_fail),
        cmocka_unit_test(a_late_ack_is_told_once_and_on_its_connection),
        cmocka_unit_test(of_what_may_have_failed_nothing_is_asked),
        cmocka_unit_test(only_the_addressee_gets_it_again),
        cmocka_unit_test(what_may_come_by_itself_is_not_asked_for),
        cmocka_unit_test(what_was_delivered_may_be_forgotten),
        cmocka_unit_test(a_receipt_is_told_when_it_is_news),
        cmocka_unit_test(nothing_is_stored_before_all_is_looked_at),
    };
    return cmocka_run_group_tests(tests, scratch_setup, scratch_teardown);
}

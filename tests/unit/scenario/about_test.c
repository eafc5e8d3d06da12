/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shows which requirement each step of a case speaks for, and which steps are setup. */
#include "scratch.h"

#include "scenario/op.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define FORGED                                                                                     \
    "<establish/><seal as=\"m\"/><tamper message=\"m\" as=\"f\" field=\"signal.counter\" "         \
    "set-number=\"7\"/><deliver message=\"f\" expect=\"refuses\"/><deliver message=\"m\"/>"

/* The ops of a case of |requirement|. */
static const struct op *load(struct scratch *s, const char *requirement, const char *steps)
{
    const struct suite *suite;
    struct buffer cases;
    buffer_init(&cases, 1u << 16);
    buffer_printf(&cases, "<case id=\"a\" requirement=\"%s\"><purpose>It.</purpose>%s</case>",
                  requirement, steps);
    char *text = scratch_suite(buffer_text(&cases));
    enum status st = scratch_load(s, text, &suite);
    char *complaint = scratch_complaint(s, 0);
    assert_string_equal(complaint, "");
    assert_int_equal(st, OK);
    free(complaint);
    free(text);
    buffer_fini(&cases);
    return suite->cases[0].ops->ops;
}

static void refusal_is_the_cases_and_what_follows_is_not(void **state)
{
    const struct op *ops = load(*state, "D-16", FORGED "<converse/>");
    assert_true(ops[0].is_setup);
    assert_string_equal(ops[0].requirement, "X-14");
    assert_true(ops[1].is_setup);
    assert_false(ops[3].is_setup);
    assert_string_equal(ops[3].requirement, "D-16");
    assert_string_equal(ops[4].requirement, "D-11");
    assert_string_equal(ops[4].different, "after-refusal");
    assert_string_equal(ops[5].requirement, "D-11");
}

static void who_breaks_on_a_message_opened_nothing(void **state)
{
    const struct op *ops = load(*state, "D-16", FORGED);
    assert_string_equal(ops[3].broken, "D-10");
    assert_null(ops[2].broken);
    assert_null(ops[4].broken);
    ops = load(*state, "X-10",
               "<publish by=\"peer\" as=\"b\"/><tamper bundle=\"b\" as=\"f\" "
               "field=\"bundle.signature\" flip=\"0\"/><start by=\"target\" "
               "bundle=\"f\" expect=\"refuses\"/><start by=\"target\" bundle=\"b\"/>");
    assert_null(ops[2].broken);
}

static void case_about_the_cost_has_the_refusal_of_another(void **state)
{
    const struct op *ops = load(*state, "D-11", FORGED);
    assert_string_equal(ops[3].requirement, "D-16");
    assert_string_equal(ops[4].requirement, "D-11");
}

/* A case about something else says as well that a refusal came before what fails. */
static void refusal_in_a_situation_is_what_is_different(void **state)
{
    const struct op *ops = load(*state, "D-03", FORGED "<seal as=\"n\"/><deliver message=\"n\"/>");
    assert_null(ops[0].different);
    assert_string_equal(ops[4].different, "after-refusal");
    assert_string_equal(ops[6].different, "after-refusal");
    assert_string_equal(ops[6].requirement, "D-03");
}

static void first_message_that_is_refused_is_of_x_21(void **state)
{
    const struct op *ops =
        load(*state, "D-16",
             "<publish as=\"b\"/><start bundle=\"b\"/><seal as=\"m\"/><tamper message=\"m\" "
             "as=\"f\" field=\"signal.counter\" set-number=\"7\"/><deliver message=\"f\" "
             "expect=\"refuses\"/><deliver message=\"m\"/>");
    assert_string_equal(ops[0].requirement, "X-05");
    assert_string_equal(ops[4].requirement, "D-16");
    assert_string_equal(ops[5].requirement, "X-21");
    ops = load(*state, "X-14",
               "<publish as=\"b\"/><start bundle=\"b\" bend=\"other-handshake-info\"/>"
               "<seal as=\"m\"/><deliver message=\"m\" expect=\"refuses\"/>"
               "<start bundle=\"b\"/><seal as=\"n\"/><deliver message=\"n\"/>");
    assert_string_equal(ops[3].requirement, "X-14");
    assert_string_equal(ops[4].requirement, "X-14");
    assert_string_equal(ops[6].requirement, "X-21");
}

static void replay_is_of_the_requirement_about_replays(void **state)
{
    static const char steps[] = "<establish/><seal as=\"m\"/><deliver message=\"m\"/>"
                                "<deliver message=\"m\" expect=\"refuses\"/><converse/>";
    const struct op *ops = load(*state, "D-05", steps);
    assert_false(ops[2].is_setup);
    assert_string_equal(ops[2].requirement, "D-05");
    assert_string_equal(ops[3].requirement, "D-14");
    assert_string_equal(ops[4].requirement, "V-05");
    ops = load(*state, "X-23", steps);
    assert_true(ops[2].is_setup);
    assert_string_equal(ops[3].requirement, "X-23");
}

static void setup_of_its_own_requirement_is_no_setup(void **state)
{
    const struct op *ops = load(*state, "X-13",
                                "<publish by=\"peer\" as=\"b\" one-time-prekey=\"no\"/>"
                                "<start by=\"target\" bundle=\"b\"/><seal by=\"target\" as=\"m\"/>"
                                "<deliver message=\"m\"/>");
    assert_true(ops[0].is_setup);
    assert_false(ops[1].is_setup);
    assert_string_equal(ops[1].requirement, "X-13");
    assert_string_equal(ops[3].requirement, "X-13");
}

static void case_of_setup_alone_is_about_it(void **state)
{
    const struct op *ops = load(*state, "E-06", "<establish/>");
    assert_false(ops[0].is_setup);
    assert_string_equal(ops[0].requirement, "E-06");
}

static void step_can_name_its_requirement(void **state)
{
    const struct op *ops = load(*state, "D-05",
                                "<establish/><seal requirement=\"none\" as=\"m\"/>"
                                "<deliver message=\"m\" requirement=\"D-06\"/><converse/>");
    assert_true(ops[1].is_setup);
    assert_false(ops[2].is_setup);
    assert_string_equal(ops[2].requirement, "D-06");
    assert_string_equal(ops[3].requirement, "D-05");
}

static void answer_is_of_the_requirement_that_asks_for_it_always(void **state)
{
    const struct op *ops =
        load(*state, "XM-14",
             "<establish/><seal as=\"m\"/><deliver message=\"m\"/>"
             "<answered message=\"m\" by=\"ack\"/><answered message=\"m\" by=\"delivery-receipt\"/>"
             "<answered message=\"m\" by=\"read-receipt\"/><answered message=\"m\" by=\"retry\"/>");
    assert_string_equal(ops[3].requirement, "ST-03");
    assert_null(ops[3].different);
    assert_string_equal(ops[4].requirement, "ST-04");
    assert_string_equal(ops[4].different, "delivery-receipt");
    assert_string_equal(ops[5].requirement, "ST-05");
    assert_string_equal(ops[6].requirement, "XM-14");
    assert_string_equal(ops[6].different, "retry");
}

/* What an honest step is about where the refusal before it is not to blame. */
static void step_after_a_refusal_is_about_something_alone(void **state)
{
    const struct op *ops = load(*state, "D-16", FORGED "<converse/>");
    assert_null(ops[0].alone);
    assert_null(ops[3].alone);
    assert_string_equal(ops[4].alone, "D-04");
    assert_string_equal(ops[5].alone, "D-04");
    ops = load(*state, "D-03", FORGED);
    assert_null(ops[4].alone);
    ops = load(*state, "D-16",
               "<establish/><seal as=\"m\"/><seal as=\"n\"/><deliver message=\"n\"/>"
               "<tamper message=\"m\" as=\"f\" field=\"signal.counter\" set-number=\"7\"/>"
               "<deliver message=\"f\" expect=\"refuses\"/><deliver message=\"m\"/>");
    assert_string_equal(ops[6].alone, "D-05");
    ops = load(*state, "D-16",
               "<establish/><seal as=\"m\"/><seal as=\"n\"/><deliver message=\"n\"/><converse/>"
               "<tamper message=\"m\" as=\"f\" field=\"signal.counter\" set-number=\"7\"/>"
               "<deliver message=\"f\" expect=\"refuses\"/><deliver message=\"m\"/>");
    assert_string_equal(ops[7].alone, "D-06");
    ops = load(*state, "D-16",
               "<publish as=\"b\"/><start bundle=\"b\"/><seal as=\"m\"/><tamper message=\"m\" "
               "as=\"f\" field=\"signal.counter\" set-number=\"7\"/><deliver message=\"f\" "
               "expect=\"refuses\"/><deliver message=\"m\"/>");
    assert_string_equal(ops[5].alone, "X-03");
}

#define ABOUT_TEST(f) cmocka_unit_test_setup_teardown(f, scratch_setup, scratch_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ABOUT_TEST(refusal_is_the_cases_and_what_follows_is_not),
        ABOUT_TEST(who_breaks_on_a_message_opened_nothing),
        ABOUT_TEST(case_about_the_cost_has_the_refusal_of_another),
        ABOUT_TEST(refusal_in_a_situation_is_what_is_different),
        ABOUT_TEST(first_message_that_is_refused_is_of_x_21),
        ABOUT_TEST(replay_is_of_the_requirement_about_replays),
        ABOUT_TEST(setup_of_its_own_requirement_is_no_setup),
        ABOUT_TEST(case_of_setup_alone_is_about_it),
        ABOUT_TEST(step_can_name_its_requirement),
        ABOUT_TEST(step_after_a_refusal_is_about_something_alone),
        ABOUT_TEST(answer_is_of_the_requirement_that_asks_for_it_always),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shows what is left of a case when its refusals, others' conversations or its restarts are left
 * out, and where that cannot be. */
#include "scratch.h"

#include "scenario/without.h"
#include "support/rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define FORGED                                                                                     \
    "<tamper message=\"m\" as=\"f\" field=\"signal.mac\" flip=\"7\"/>"                             \
    "<deliver message=\"f\" to=\"target\" expect=\"refuses\"/>"
#define OPENED "<seal as=\"o\"/><deliver message=\"o\" to=\"target\"/>"
#define AGAIN "<deliver message=\"o\" to=\"target\" expect=\"refuses\"/>"
#define COSTLY "<deliver message=\"o\" to=\"target\" expect=\"refuses\" costs=\"session\"/>"
#define DEVICE "<peer name=\"tablet\" address=\"peer\" device=\"2\" identity-of=\"peer\"/>"
#define RESTART "<snapshot as=\"s\"/><restore snapshot=\"s\" as=\"again\"/>"

struct row {
    const char *shows;
    const char *steps; /* the last is what is asked about */
    enum without without;
    const char *left; /* the verbs; NULL: it cannot be */
};

static const struct row rows[] = {
    {"refusals go, and what is honest stays",
     "<establish/><seal as=\"m\"/>" OPENED FORGED AGAIN "<deliver message=\"m\" to=\"target\"/>",
     WITHOUT_REFUSALS, "establish seal seal deliver tamper deliver"},
    {"forgeries go, and what comes again stays",
     "<establish/><seal as=\"m\"/>" OPENED FORGED AGAIN "<deliver message=\"m\" to=\"target\"/>",
     WITHOUT_FORGERIES, "establish seal seal deliver tamper deliver deliver"},
    {"what is asked about stays, a refusal or not", "<establish/>" OPENED COSTLY, WITHOUT_REFUSALS,
     NULL},
    {"nothing refused, nothing to leave out", "<establish/>" OPENED, WITHOUT_REFUSALS, NULL},
    {"another device's conversation goes",
     "<establish/>" DEVICE "<establish by=\"tablet\"/><seal by=\"tablet\" as=\"t\"/>"
     "<deliver message=\"t\" to=\"target\"/><converse with=\"tablet\"/>" OPENED,
     WITHOUT_OTHERS, "establish peer seal deliver"},
    {"the phone's goes where the device is asked about",
     "<establish/>" DEVICE "<establish by=\"tablet\"/><converse with=\"tablet\"/>", WITHOUT_OTHERS,
     "peer establish converse"},
    {"who has the same address is nobody else",
     "<establish/><peer name=\"heir\" address=\"peer\"/><accept identity-of=\"heir\"/>"
     "<publish as=\"b\"/><start by=\"heir\" bundle=\"b\"/><seal by=\"heir\" to=\"target\" "
     "as=\"m\"/><deliver message=\"m\" to=\"target\"/>",
     WITHOUT_OTHERS, NULL},
    {"a restart goes",
     "<establish/>" RESTART "<seal to=\"again\" as=\"m\"/><deliver message=\"m\" to=\"again\"/>",
     WITHOUT_RESTART, "establish seal deliver"},
    {"two restarts go",
     "<establish/>" RESTART "<snapshot of=\"again\" as=\"s2\"/><restore snapshot=\"s2\" "
     "as=\"later\"/><seal to=\"later\" as=\"m\"/><deliver message=\"m\" to=\"later\"/>",
     WITHOUT_RESTART, "establish seal deliver"},
    {"not where the one before goes on, too",
     "<establish/>" RESTART "<seal to=\"again\" as=\"m\"/><deliver message=\"m\" to=\"again\"/>"
     "<seal by=\"target\" as=\"n\"/>",
     WITHOUT_RESTART, NULL},
};

static void assert_verbs(const struct op_list *list, const char *expected)
{
    struct buffer verbs;
    buffer_init(&verbs, 4096);
    for (size_t i = 0; i < list->n_ops; i++)
        buffer_printf(&verbs, "%s%s", i ? " " : "", verb_rule(list->ops[i].verb)->name);
    assert_string_equal(buffer_text(&verbs), expected);
    buffer_fini(&verbs);
}

static const struct op_list *load(struct scratch *s, const char *steps)
{
    const struct suite *suite;
    struct buffer cases;
    buffer_init(&cases, 1u << 16);
    buffer_printf(
        &cases,
        "<case id=\"a\" requirement=\"D-11\" sibling=\"b\"><purpose>It.</purpose>%s</case>"
        "<case id=\"b\" requirement=\"D-11\"><purpose>It.</purpose><establish/>"
        "<seal as=\"m\"/><deliver message=\"m\"/></case>",
        steps);
    char *text = scratch_suite(buffer_text(&cases));
    enum status st = scratch_load(s, text, &suite);
    scratch_assert_no_complaint(s);
    assert_int_equal(st, OK);
    free(text);
    buffer_fini(&cases);
    return suite->cases[0].ops;
}

static void what_is_left(void **state)
{
    const struct row *r = *state;
    void *shared = scratch_shared;
    struct scratch *s = shared;
    struct op_list left;
    const struct op_list *all = load(s, r->steps);
    enum status st = op_list_without(all, all->n_ops, r->without, &s->base.arena, &left);
    assert_int_equal(st, r->left ? OK : E_MISSING);
    if (r->left)
        assert_verbs(&left, r->left);
}

static void who_went_on_is_who_was_there_before(void **state)
{
    struct scratch *s = *state;
    struct op_list left;
    const struct op_list *all =
        load(s, "<establish/>" RESTART
                "<seal to=\"again\" as=\"m\"/><deliver message=\"m\" to=\"again\"/>");
    assert_int_equal(op_list_without(all, all->n_ops, WITHOUT_RESTART, &s->base.arena, &left), OK);
    assert_int_equal(op_index(&left.ops[2], ATTR_TO), OP_TARGET);
    assert_int_not_equal(op_index(&all->ops[4], ATTR_TO), OP_TARGET);
}

int main(void)
{
    struct CMUnitTest tests[COUNT(rows) + 1] = {
        SCRATCH_TEST(who_went_on_is_who_was_there_before),
    };
    size_t n = 1;
    ADD_ROWS(tests, n, rows, shows, what_is_left);
    return cmocka_run_group_tests(tests, scratch_share, scratch_unshare);
}

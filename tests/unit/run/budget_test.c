/* SPDX-License-Identifier: GPL-3.0-or-later */
/* In which order cases run when time is short. */
#include "run/budget.h"
#include "support/rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define ITEMS 8u

static const struct case_spec polite = {.full_id = "a/polite", .level = LEVEL_SHOULD};
static const struct case_spec swept = {.full_id = "a/swept", .level = LEVEL_MUST};
static const struct case_spec plain = {.full_id = "b/plain", .level = LEVEL_MUST};
static const struct case_spec foreign = {.full_id = "b/foreign", .level = LEVEL_MUST};
static const struct case_spec measured = {.full_id = "c/measured", .level = LEVEL_MEASURE};
static const struct case_spec last = {.full_id = "c/last", .level = LEVEL_MUST};

static const struct plan_item whole[ITEMS] = {
    {{&polite, 0, SURFACE_LIBRARY}, NULL, 0},   {{&swept, 0, SURFACE_LIBRARY}, NULL, 1},
    {{&swept, 1, SURFACE_LIBRARY}, NULL, 2},    {{&swept, 2, SURFACE_LIBRARY}, NULL, 3},
    {{&plain, 0, SURFACE_LIBRARY}, NULL, 4},    {{&foreign, 0, SURFACE_LIBRARY}, "of others", 5},
    {{&measured, 0, SURFACE_LIBRARY}, NULL, 6}, {{&last, 0, SURFACE_LIBRARY}, NULL, 7},
};

/* The ids of the plan in the order for |best|, one a line. */
static void order_is(const char *const *best, size_t n_best, const char *expected)
{
    struct plan_item items[ITEMS];
    struct plan plan = {.items = items, .count = ITEMS};
    char seen[256];
    size_t len = 0;
    memcpy(items, whole, sizeof(items));
    assert_int_equal(budget_order(&plan, best, n_best), OK);
    for (size_t i = 0; i < plan.count; i++) {
        assert_int_equal(items[i].at, i);
        len += (size_t)snprintf(seen + len, sizeof(seen) - len, "%s%s#%u", i ? " " : "",
                                items[i].planned.spec->full_id, items[i].planned.instance);
    }
    assert_string_equal(seen, expected);
}

static void one_of_each_comes_first_and_must_before_others(void **state)
{
    (void)state;
    order_is(
        NULL, 0,
        "b/foreign#0 a/swept#0 b/plain#0 c/last#0 a/polite#0 c/measured#0 a/swept#1 a/swept#2");
}

static void the_best_come_in_their_own_order(void **state)
{
    static const char *const best[] = {"c/measured", "z/of-another-cipher", "a/swept", "b/foreign"};
    (void)state;
    order_is(
        best, COUNT_OF(best),
        "b/foreign#0 c/measured#0 a/swept#0 b/plain#0 c/last#0 a/polite#0 a/swept#1 a/swept#2");
}

static void a_sweep_that_begins_where_it_does_not_apply(void **state)
{
    struct plan_item items[] = {{{&swept, 0, SURFACE_LIBRARY}, "of others", 0},
                                {{&swept, 1, SURFACE_LIBRARY}, NULL, 1},
                                {{&swept, 2, SURFACE_LIBRARY}, NULL, 2},
                                {{&plain, 0, SURFACE_LIBRARY}, NULL, 3}};
    static const char *const best[] = {"a/swept"};
    struct plan plan = {.items = items, .count = COUNT_OF(items)};
    (void)state;
    assert_int_equal(budget_order(&plan, best, COUNT_OF(best)), OK);
    assert_int_equal(items[1].planned.instance, 1);
    assert_ptr_equal(items[2].planned.spec, &plain);
    assert_int_equal(items[3].planned.instance, 2);
}

static void nothing_stays_nothing(void **state)
{
    struct plan plan = {.count = 0};
    (void)state;
    assert_int_equal(budget_order(&plan, NULL, 0), OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_of_each_comes_first_and_must_before_others),
        cmocka_unit_test(the_best_come_in_their_own_order),
        cmocka_unit_test(a_sweep_that_begins_where_it_does_not_apply),
        cmocka_unit_test(nothing_stays_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

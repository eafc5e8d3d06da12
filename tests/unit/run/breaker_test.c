/* SPDX-License-Identifier: GPL-3.0-or-later */
/* When a target is taken to be down: hangs in a row, and a share of them. */
#include "run/breaker.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* Count |n| cases; how many were counted when the target was down, or |n| + 1. */
static size_t down_after(struct breaker *b, size_t n, bool (*hangs)(size_t i),
                         bool (*has_hung)(size_t i))
{
    for (size_t i = 1; i <= n; i++)
        if (breaker_count(b, hangs(i), has_hung(i)))
            return i;
    return n + 1;
}

static bool never(size_t i)
{
    (void)i;
    return false;
}

static bool from_the_fifth(size_t i) { return i >= 5; }
static bool four_of_five(size_t i) { return i % 5 != 0; }
static bool every_eighth(size_t i) { return i % 8 == 0; }
static bool every_eleventh(size_t i) { return i % 11 == 0; }

static void hangs_in_a_row_are_the_end(void **state)
{
    struct breaker b = {0};
    char text[80];
    (void)state;
    assert_int_equal(down_after(&b, 100, from_the_fifth, never), 9);
    breaker_say(&b, text, sizeof(text));
    assert_string_equal(text, "5 cases in a row without an answer");
}

static void an_answer_between_them_starts_over(void **state)
{
    struct breaker b = {0};
    (void)state;
    assert_int_equal(down_after(&b, 23, four_of_five, never), 24);
}

static void many_of_all_are_the_end_however_they_lie(void **state)
{
    struct breaker b = {0};
    char text[80];
    (void)state;
    assert_int_equal(down_after(&b, 1000, never, every_eighth), 160);
    breaker_say(&b, text, sizeof(text));
    assert_string_equal(text, "20 of 160 cases without an answer");
}

static void few_of_all_are_not(void **state)
{
    struct breaker b = {0};
    (void)state;
    assert_int_equal(down_after(&b, 5000, never, every_eleventh), 5001);
}

static void a_target_that_answers_is_never_down(void **state)
{
    struct breaker b = {0};
    (void)state;
    assert_int_equal(down_after(&b, 5000, never, never), 5001);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hangs_in_a_row_are_the_end),
        cmocka_unit_test(an_answer_between_them_starts_over),
        cmocka_unit_test(many_of_all_are_the_end_however_they_lie),
        cmocka_unit_test(few_of_all_are_not),
        cmocka_unit_test(a_target_that_answers_is_never_down),
    };
    return cmocka_run_group_tests_name("breaker", tests, NULL, NULL);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Time that this process did not get: told from time it waited and time it worked. */
#include "base/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <time.h>

#define LONG_MS 200

static void sleep_ms(long ms)
{
    const struct timespec nap = {ms / 1000, ms % 1000 * 1000000};
    nanosleep(&nap, NULL);
}

static void what_was_asked_for_is_not_lost(void **state)
{
    uint64_t waited_us = 0;
    struct clock clock = clock_monotonic();
    (void)state;
    clock.waited_us = &waited_us;
    struct clock_moment began = clock_moment(clock);
    for (int i = 0; i < 4; i++)
        assert_int_equal(clock_poll(clock, NULL, 0, LONG_MS / 4), 0);
    uint64_t passed_ms = (clock_now_us(clock) - began.now_us) / 1000;
    assert_in_range(waited_us, LONG_MS * 900, LONG_MS * 1000);
    assert_true(clock_lost_ms(clock, &began) + LONG_MS <= passed_ms + LONG_MS / 10);
}

static void time_in_which_nothing_was_asked_for_is_lost(void **state)
{
    uint64_t waited_us = 0;
    struct clock clock = clock_monotonic();
    (void)state;
    clock.waited_us = &waited_us;
    struct clock_moment began = clock_moment(clock);
    sleep_ms(LONG_MS);
    assert_true(clock_lost_ms(clock, &began) >= LONG_MS * 9 / 10);
}

static void work_is_not_lost(void **state)
{
    uint64_t waited_us = 0;
    struct clock clock = clock_monotonic();
    struct clock_moment now;
    (void)state;
    clock.waited_us = &waited_us;
    struct clock_moment began = clock_moment(clock);
    do
        now = clock_moment(clock);
    while (now.worked_us - began.worked_us < LONG_MS * 1000);
    uint64_t passed_ms = (now.now_us - began.now_us) / 1000;
    assert_true(clock_lost_ms(clock, &began) + LONG_MS <= passed_ms + LONG_MS / 10);
}

static void a_clock_that_does_not_count_loses_nothing(void **state)
{
    struct clock clock = clock_monotonic();
    (void)state;
    struct clock_moment began = clock_moment(clock);
    sleep_ms(20);
    assert_int_equal(clock_lost_ms(clock, &began), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_asked_for_is_not_lost),
        cmocka_unit_test(time_in_which_nothing_was_asked_for_is_lost),
        cmocka_unit_test(work_is_not_lost),
        cmocka_unit_test(a_clock_that_does_not_count_loses_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

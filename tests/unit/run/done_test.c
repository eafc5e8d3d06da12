/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How much of a journal stands when its run goes on. */
#include "run/run.h"
#include "scenario/sharing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define N_ITEMS 12u

static const struct case_spec plain = {.id = "plain", .full_id = "s/plain", .n_instances = 1};
static const struct case_spec swept = {.id = "swept",
                                       .full_id = "s/swept",
                                       .n_instances = 10,
                                       .sweep_kind = "each-bit",
                                       .can_share = true};

struct fixture {
    struct plan_item items[N_ITEMS];
    struct plan plan;
    struct record_line lines[N_ITEMS + 1];
    char ids[N_ITEMS][24];
};

/* A plan of one case, a sweep of ten and the case again, and the journal of its run. */
static int start(void **state)
{
    static struct fixture fixture;
    struct fixture *f = &fixture;
    memset(f, 0, sizeof(*f));
    for (uint32_t i = 0; i < N_ITEMS; i++) {
        bool is_swept = i > 0 && i < N_ITEMS - 1;
        f->items[i] = (struct plan_item){
            .planned = {is_swept ? &swept : &plain, is_swept ? i - 1 : 0, SURFACE_LIBRARY},
            .at = i};
        if (is_swept)
            snprintf(f->ids[i], sizeof(f->ids[i]), "s/swept#%u", i);
        f->lines[i] = (struct record_line){
            .result = {.id = is_swept ? f->ids[i] : "s/plain", .state = STATE_PASSED}, .at = i};
    }
    f->plan = (struct plan){.items = f->items, .count = N_ITEMS};
    *state = f;
    return 0;
}

static void assert_done(struct fixture *f, bool shares, size_t n, enum status status, size_t done)
{
    size_t n_done;
    assert_int_equal(run_count_done(&f->plan, shares, f->lines, n, &n_done), status);
    assert_int_equal(n_done, done);
}

static void all_that_was_done_stands(void **state)
{
    for (size_t n = 0; n <= N_ITEMS; n++)
        assert_done(*state, false, n, OK, n);
}

static void what_was_not_run_is_run(void **state)
{
    struct fixture *f = *state;
    for (size_t i = 5; i < N_ITEMS; i++)
        f->lines[i].result.state = STATE_NOT_RUN;
    assert_done(f, false, N_ITEMS, OK, 5);
}

static void errors_of_assay_at_the_end_are_done_again(void **state)
{
    struct fixture *f = *state;
    f->lines[2].result.state = STATE_ERROR;
    f->lines[6].result.state = STATE_ERROR;
    f->lines[7].result.state = STATE_NOT_APPLICABLE;
    assert_done(f, false, 8, OK, 6);
}

static void a_unit_is_done_as_a_whole(void **state)
{
    assert_done(*state, true, 1, OK, 1);
    assert_done(*state, true, 4, OK, 1);
    assert_done(*state, true, N_ITEMS - 1, OK, N_ITEMS - 1);
}

static void a_line_of_another_plan_is_named(void **state)
{
    struct fixture *f = *state;
    f->lines[3].result.id = "s/swept#9";
    assert_done(f, false, 8, E_MISSING, 3);
}

static void a_line_of_another_place_is_named(void **state)
{
    struct fixture *f = *state;
    f->lines[4].at = 5;
    assert_done(f, false, 8, E_MISSING, 4);
}

static void a_line_beyond_the_plan_is_named(void **state)
{
    struct fixture *f = *state;
    f->lines[N_ITEMS] = f->lines[N_ITEMS - 1];
    assert_done(f, false, N_ITEMS + 1, E_MISSING, N_ITEMS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(all_that_was_done_stands, start),
        cmocka_unit_test_setup(what_was_not_run_is_run, start),
        cmocka_unit_test_setup(errors_of_assay_at_the_end_are_done_again, start),
        cmocka_unit_test_setup(a_unit_is_done_as_a_whole, start),
        cmocka_unit_test_setup(a_line_of_another_plan_is_named, start),
        cmocka_unit_test_setup(a_line_of_another_place_is_named, start),
        cmocka_unit_test_setup(a_line_beyond_the_plan_is_named, start),
    };
    return cmocka_run_group_tests_name("done", tests, NULL, NULL);
}

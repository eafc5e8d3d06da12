/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shows what of a scored run is left out of its results, and that what a person looks at first is
 * not. */
#include "record/kept.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define N_CASES 60u

/* A run in which every execution but the first failed and left a repro file. */
struct fixture {
    struct arena arena;
    struct record_case cases[N_CASES];
    struct record_cause causes[2], known_causes[1];
    struct record_summary summary;
    struct record_run run;
};

static const struct step_result step = {.n = 1};

static int make(void **state)
{
    static struct fixture f;
    memset(&f, 0, sizeof(f));
    arena_init(&f.arena, (size_t)1 << 20);
    for (size_t i = 0; i < N_CASES; i++)
        f.cases[i] = (struct record_case){.id = arena_printf(&f.arena, "s/c#%zu", i),
                                          .state = i ? STATE_FAILED : STATE_PASSED,
                                          .repro = i ? "repro/x.xml" : "",
                                          .result = {.steps = &step, .n_steps = 1}};
    f.causes[0] = (struct record_cause){.smallest = "s/c#55"};
    f.causes[1] = (struct record_cause){.smallest = "s/c#0"};
    f.known_causes[0] = (struct record_cause){.smallest = "s/c#58"};
    f.summary = (struct record_summary){
        .causes = f.causes, .n_causes = 2, .known_causes = f.known_causes, .n_known_causes = 1};
    f.run = (struct record_run){
        .cases = f.cases, .n_cases = N_CASES, .interrupted = "", .summary = &f.summary};
    *state = &f;
    return 0;
}

static int release(void **state)
{
    struct fixture *f = *state;
    arena_fini(&f->arena);
    return 0;
}

static size_t count_repros(const struct fixture *f)
{
    size_t n = 0;
    for (size_t i = 0; i < f->run.n_cases; i++)
        n += f->cases[i].repro[0] != 0;
    return n;
}

static void steps_of_what_passed_are_left_out(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(kept_trim(&f->run, &f->arena), OK);
    assert_int_equal(f->cases[0].result.n_steps, 0);
    assert_int_equal(f->cases[1].result.n_steps, 1);
}

static void no_more_files_are_kept_than_are_looked_at(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(kept_trim(&f->run, &f->arena), OK);
    assert_int_equal(count_repros(f), KEPT_REPROS);
}

static void example_of_each_cause_is_kept_then_the_first(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(kept_trim(&f->run, &f->arena), OK);
    assert_string_equal(f->cases[55].repro, "repro/x.xml");
    assert_string_equal(f->cases[58].repro, "repro/x.xml");
    assert_string_equal(f->cases[KEPT_REPROS - 2].repro, "repro/x.xml");
    assert_string_equal(f->cases[KEPT_REPROS - 1].repro, "");
}

static void as_many_as_are_kept_are_all_kept(void **state)
{
    struct fixture *f = *state;
    f->run.n_cases = KEPT_REPROS + 1;
    assert_int_equal(kept_trim(&f->run, &f->arena), OK);
    assert_int_equal(count_repros(f), KEPT_REPROS);
    assert_string_equal(f->cases[KEPT_REPROS].repro, "repro/x.xml");
}

static void all_are_kept_where_they_are_asked_for(void **state)
{
    static const char *const words[] = {"assay", "run", "--repro", "all", "--seed", "1"};
    struct fixture *f = *state;
    f->run.command = (struct record_texts){words, 6};
    assert_int_equal(kept_trim(&f->run, &f->arena), OK);
    assert_int_equal(count_repros(f), N_CASES - 1);
}

static void shard_keeps_all_for_the_whole(void **state)
{
    struct fixture *f = *state;
    f->run.selection.shards = 2;
    assert_int_equal(kept_trim(&f->run, &f->arena), OK);
    assert_int_equal(count_repros(f), N_CASES - 1);
}

static void run_that_may_go_on_keeps_all(void **state)
{
    struct fixture *f = *state;
    f->run.interrupted = "stopped";
    assert_int_equal(kept_trim(&f->run, &f->arena), OK);
    assert_int_equal(count_repros(f), N_CASES - 1);
}

static void some_that_are_asked_for_are_chosen_at_the_end(void **state)
{
    static const char *const words[] = {"assay", "run", "--repro", "some"};
    struct fixture *f = *state;
    f->run.command = (struct record_texts){words, 4};
    f->run.selection.shards = 2;
    assert_true(kept_all_repros(&f->run));
    f->run.selection.shards = 0;
    f->run.interrupted = "stopped";
    assert_true(kept_all_repros(&f->run));
    f->run.interrupted = "";
    assert_false(kept_all_repros(&f->run));
}

static void memory_that_is_short_is_said(void **state)
{
    struct fixture *f = *state;
    struct arena none;
    arena_init(&none, 0);
    assert_int_equal(kept_trim(&f->run, &none), E_NOMEM);
    arena_fini(&none);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(steps_of_what_passed_are_left_out, make, release),
        cmocka_unit_test_setup_teardown(no_more_files_are_kept_than_are_looked_at, make, release),
        cmocka_unit_test_setup_teardown(example_of_each_cause_is_kept_then_the_first, make,
                                        release),
        cmocka_unit_test_setup_teardown(as_many_as_are_kept_are_all_kept, make, release),
        cmocka_unit_test_setup_teardown(all_are_kept_where_they_are_asked_for, make, release),
        cmocka_unit_test_setup_teardown(shard_keeps_all_for_the_whole, make, release),
        cmocka_unit_test_setup_teardown(run_that_may_go_on_keeps_all, make, release),
        cmocka_unit_test_setup_teardown(some_that_are_asked_for_are_chosen_at_the_end, make,
                                        release),
        cmocka_unit_test_setup_teardown(memory_that_is_short_is_said, make, release),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

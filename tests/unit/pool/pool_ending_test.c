/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How a batch ends, and a pool: by an interruption, a commit, for want of workers; and
 * that no process and no descriptor is left. */
#include "fixture.h"

#include <unistd.h>

static void interrupt(struct fixture *f)
{
    if (f->n_log == 3)
        f->interrupted = 1;
}

static void an_interruption_commits_what_was_dealt(void **state)
{
    struct fixture *f = *state;
    f->at_commit = interrupt;
    f->options.ahead_max = 2;
    for (size_t i = 2; i < N_JOBS_MAX; i++)
        f->acts[i] = ANSWER_SLOWLY;
    open_pool(f, 2);
    run_batch(f, N_JOBS_MAX);
    assert_int_equal(f->ending, POOL_INTERRUPTED);
    assert_in_range(f->n_committed, 3, 5);
    for (size_t i = 0; i < f->n_committed; i++)
        assert_int_equal(f->log[i].fate, POOL_DONE);
    close_pool(f);
}

static void nothing_is_dealt_after_an_interruption(void **state)
{
    struct fixture *f = *state;
    f->interrupted = 1;
    open_pool(f, 2);
    run_batch(f, 5);
    assert_int_equal(f->ending, POOL_INTERRUPTED);
    assert_int_equal(f->n_committed, 0);
    close_pool(f);
}

static void what_was_dealt_in_time_is_committed(void **state)
{
    struct fixture *f = *state;
    f->options.until_ms = now_ms() + 300;
    for (size_t i = 0; i < N_JOBS_MAX; i++)
        f->acts[i] = ANSWER_SLOWLY;
    open_pool(f, 1);
    run_batch(f, N_JOBS_MAX);
    assert_int_equal(f->ending, POOL_OUT_OF_TIME);
    assert_in_range(f->n_committed, 1, 3);
    for (size_t i = 0; i < f->n_committed; i++)
        assert_int_equal(f->log[i].fate, POOL_DONE);
    close_pool(f);
}

static void a_commit_ends_a_batch(void **state)
{
    struct fixture *f = *state;
    f->note_at = 5;
    f->note = POOL_ENOUGH;
    f->acts[5] = ANSWER_SLOWLY; /* others have answered by then: dropped */
    open_pool(f, 4);
    run_batch(f, 20);
    assert_int_equal(f->ending, POOL_STOPPED);
    assert_int_equal(f->n_committed, 6);
    f->note_at = N_JOBS_MAX;
    for (size_t i = 0; i < 6; i++)
        f->acts[i] = SKIP;
    f->acts[6] = LEAVE;
    run_batch(f, 20); /* and the next batch has nothing of it */
    assert_int_equal(f->log[6].fate, POOL_DIED);
    assert_int_equal(f->ending, POOL_COMPLETE);
    assert_int_equal(f->n_committed, 20);
    close_pool(f);
}

/* From now on no descriptor can be opened. */
static void take_all_descriptors(struct fixture *f)
{
    int lowest = dup(STDERR_FILENO);
    if (lowest < 0)
        return;
    close(lowest);
    const struct rlimit none = {(rlim_t)lowest, f->limit.rlim_max};
    setrlimit(RLIMIT_NOFILE, &none);
}

static void a_batch_ends_when_no_worker_can_be_started(void **state)
{
    struct fixture *f = *state;
    f->acts[2] = DIE;
    f->at_commit = take_all_descriptors;
    open_pool(f, 1);
    run_batch(f, 6);
    assert_int_equal(f->ending, POOL_STRANDED);
    assert_int_equal(f->n_committed, 3);
    assert_int_equal(f->log[2].fate, POOL_DIED);
    setrlimit(RLIMIT_NOFILE, &f->limit);
    close_pool(f);
}

static void a_pool_without_any_worker_is_none(void **state)
{
    struct fixture *f = *state;
    take_all_descriptors(f);
    assert_int_equal(pool_open(&f->options, &f->pool), E_IO);
    assert_null(f->pool);
    setrlimit(RLIMIT_NOFILE, &f->limit);
    close_pool(f);
}

static void a_worker_that_does_not_end_is_killed(void **state)
{
    struct fixture *f = *state;
    f->acts[0] = LINGER;
    f->options.ending_ms = ENDING_MS;
    open_pool(f, 2);
    run_batch(f, 2);
    uint64_t began_ms = now_ms();
    close_pool(f);
    assert_true(now_ms() - began_ms < BOUNDED_MS);
}

static void the_time_of_workers_is_added_up(void **state)
{
    struct fixture *f = *state;
    uint64_t cpu_us = 0;
    f->acts[0] = DIE;
    open_pool(f, 2);
    run_batch(f, 3);
    pool_close(f->pool, &cpu_us);
    f->pool = NULL;
    assert_true(cpu_us > 0);
    pool_close(NULL, &cpu_us);
    assert_int_equal(cpu_us, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(an_interruption_commits_what_was_dealt),
        TEST(nothing_is_dealt_after_an_interruption),
        TEST(what_was_dealt_in_time_is_committed),
        TEST(a_commit_ends_a_batch),
        TEST(a_batch_ends_when_no_worker_can_be_started),
        TEST(a_pool_without_any_worker_is_none),
        TEST(a_worker_that_does_not_end_is_killed),
        TEST(the_time_of_workers_is_added_up),
    };
    return cmocka_run_group_tests_name("pool ending", tests, NULL, NULL);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Workers that misbehave cost their job and nothing else; what is committed is in order and the
 * same whatever the workers do; no process and no descriptor is left. */
#include "fixture.h"

#include <signal.h>
#include <sys/wait.h>

/* ---- a worker that misbehaves costs its job and is replaced */

static const struct misbehaviour misbehaviours[] = {
    {"a worker that is killed", DIE, POOL_DIED, SIGKILL, 0},
    {"a worker that exits", LEAVE, POOL_DIED, 0, 7},
    {"a worker that hangs", HANG, POOL_LATE, 0, 0},
    {"a worker that writes half a result and exits", WRITE_HALF_AND_LEAVE, POOL_DIED, 0, 7},
    {"a worker that writes half a result and hangs", WRITE_HALF_AND_HANG, POOL_LATE, 0, 0},
    {"a worker that announces too long a result", ANNOUNCE_TOO_MUCH, POOL_BROKEN, 0, 0},
    {"a worker that answers twice", ANSWER_TWICE, POOL_BROKEN, 0, 0},
};

static void misbehaving_worker(void **state)
{
    struct fixture *f = *state;
    const struct misbehaviour *m = f->row;
    uint64_t began_ms = now_ms();
    f->acts[1] = m->act;
    open_pool(f, 1);
    run_batch(f, 4);
    assert_int_equal(f->ending, POOL_COMPLETE);
    assert_int_equal(f->n_committed, 4);
    const struct committed *lost = &f->log[1];
    assert_int_equal(lost->fate, m->fate);
    assert_int_equal(lost->len, 0);
    assert_int_equal(WIFSIGNALED(lost->wait_status) ? WTERMSIG(lost->wait_status) : 0, m->signal);
    assert_int_equal(WIFEXITED(lost->wait_status) ? WEXITSTATUS(lost->wait_status) : 0,
                     m->exit_code);
    assert_int_equal(f->log[0].fate, POOL_DONE);
    assert_int_equal(f->log[2].fate, POOL_DONE);
    assert_int_not_equal(f->log[2].who, f->log[0].who); /* replaced */
    assert_int_equal(f->log[3].who, f->log[2].who);
    assert_true(now_ms() - began_ms < BOUNDED_MS);
    close_pool(f);
}

static void replacements_follow_one_another(void **state)
{
    struct fixture *f = *state;
    for (size_t i = 0; i < N_JOBS_MAX; i++)
        f->acts[i] = i % 3 ? DIE : ANSWER;
    open_pool(f, 3);
    run_batch(f, N_JOBS_MAX);
    assert_int_equal(f->ending, POOL_COMPLETE);
    for (size_t i = 0; i < N_JOBS_MAX; i++)
        assert_int_equal(f->log[i].fate, i % 3 ? POOL_DIED : POOL_DONE);
    close_pool(f);
}

static void half_a_result_keeps_nobody_waiting(void **state)
{
    struct fixture *f = *state;
    f->acts[0] = WRITE_HALF_AND_HANG;
    f->allowed_ms = 3000;
    for (size_t i = 1; i < 6; i++)
        f->acts[i] = ANSWER_SLOWLY;
    open_pool(f, 2);
    run_batch(f, 6);
    assert_int_equal(f->log[0].fate, POOL_LATE);
    for (size_t i = 1; i < 6; i++) /* one after another, while the first was waited for */
        assert_int_equal(f->log[i].who, f->log[1].who);
    close_pool(f);
}

static void the_pool_does_not_wait_for_what_may_follow_a_full_read(void **state)
{
    struct fixture *f = *state;
    f->acts[0] = WRITE_CHUNK_AND_HANG;
    f->deal_ms = 200; /* the first worker has written when the pool reads */
    open_pool(f, 2);
    run_batch(f, 2);
    assert_int_equal(f->log[0].fate, POOL_LATE);
    assert_int_equal(f->log[1].fate, POOL_DONE);
    close_pool(f);
}

/* ---- processor time */

static uint64_t cpu_ms_of(struct fixture *f, enum act act)
{
    uint64_t cpu_us;
    f->acts[0] = act;
    open_pool(f, 1);
    run_batch(f, 1);
    pool_close(f->pool, &cpu_us);
    f->pool = NULL;
    return cpu_us / 1000;
}

static void a_workers_processor_time_is_counted(void **state)
{
    assert_in_range(cpu_ms_of(*state, TOIL), TOIL_MS, 3 * TOIL_MS);
}

static void its_childrens_is_not(void **state)
{
    assert_in_range(cpu_ms_of(*state, HAVE_TOILED), 0, TOIL_MS / 2);
}

/* ---- results */

static void results_are_in_order_whatever_the_arrival(void **state)
{
    struct fixture *f = *state;
    f->acts[0] = f->acts[4] = f->acts[7] = ANSWER_SLOWLY;
    open_pool(f, 4);
    run_batch(f, 12); /* asserts the order */
    assert_int_equal(f->n_committed, 12);
    assert_true(f->furthest > 4); /* others had answered while the first was at work */
    close_pool(f);
}

static void a_result_may_have_the_maximum(void **state)
{
    struct fixture *f = *state;
    f->acts[0] = f->acts[1] = ANSWER_AT_LENGTH;
    open_pool(f, 1);
    run_batch(f, 2);
    assert_int_equal(f->log[0].fate, POOL_DONE);
    assert_int_equal(f->log[0].len, RESULT_MAX);
    assert_int_equal(f->log[1].len, RESULT_MAX);
    close_pool(f);
}

static void progress_restarts_the_deadline(void **state)
{
    struct fixture *f = *state;
    f->acts[0] = SHOW_PROGRESS;
    f->allowed_ms = PROGRESS_MS;
    open_pool(f, 1);
    run_batch(f, 1);
    assert_int_equal(f->log[0].fate, POOL_DONE);
    close_pool(f);
}

static void skipped_jobs_are_committed_in_their_place(void **state)
{
    struct fixture *f = *state;
    f->acts[0] = f->acts[2] = f->acts[3] = f->acts[5] = SKIP;
    f->acts[1] = ANSWER_SLOWLY;
    open_pool(f, 2);
    run_batch(f, 6);
    assert_int_equal(f->n_committed, 6);
    for (size_t i = 0; i < 6; i++)
        assert_int_equal(f->log[i].fate, f->acts[i] == SKIP ? POOL_SKIPPED : POOL_DONE);
    close_pool(f);
}

static void only_so_many_jobs_are_dealt_ahead(void **state)
{
    struct fixture *f = *state;
    f->options.ahead_max = 3;
    f->acts[0] = f->acts[9] = ANSWER_SLOWLY;
    f->acts[4] = f->acts[5] = SKIP;
    open_pool(f, 4);
    run_batch(f, 20);
    assert_int_equal(f->n_committed, 20);
    assert_int_equal(f->furthest, 2);
    close_pool(f);
}

static void one_batch_follows_another(void **state)
{
    struct fixture *f = *state;
    open_pool(f, 1);
    run_batch(f, 3);
    pid_t who = f->log[0].who;
    run_batch(f, 0);
    assert_int_equal(f->ending, POOL_COMPLETE);
    run_batch(f, 5);
    assert_int_equal(f->n_committed, 5);
    assert_int_equal(f->log[4].who, who);
    close_pool(f);
}

int main(void)
{
    struct CMUnitTest tests[COUNT(misbehaviours)];
    const struct CMUnitTest others[] = {
        TEST(replacements_follow_one_another),
        TEST(half_a_result_keeps_nobody_waiting),
        TEST(the_pool_does_not_wait_for_what_may_follow_a_full_read),
        TEST(results_are_in_order_whatever_the_arrival),
        TEST(a_result_may_have_the_maximum),
        TEST(a_workers_processor_time_is_counted),
        TEST(its_childrens_is_not),
        TEST(progress_restarts_the_deadline),
        TEST(skipped_jobs_are_committed_in_their_place),
        TEST(only_so_many_jobs_are_dealt_ahead),
        TEST(one_batch_follows_another),
    };
    size_t n = 0;
    ADD_ROWS_BETWEEN(tests, n, misbehaviours, sentence, misbehaving_worker, fixture_set_up,
                     fixture_tear_down);
    int failed = cmocka_run_group_tests_name("misbehaviour", tests, NULL, NULL);
    return failed + cmocka_run_group_tests_name("results", others, NULL, NULL);
}

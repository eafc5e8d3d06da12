/* Workers that misbehave cost their job and nothing else; what is committed is in order and the
 * same whatever the workers do; no process and no descriptor is left. */
#include "pool/pool.h"
#include "support/rows.h"

#include <dirent.h>
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#define N_JOBS_MAX 40u
#define RESULT_MAX 200000u /* bytes; several reads */
#define PATIENCE_MS 20000u /* for jobs that are done in time */
#define DEADLINE_MS 150u   /* for jobs that are not */
#define PROGRESS_MS 1000u  /* for jobs that are late and show progress */
#define BOUNDED_MS 5000u   /* far below PATIENCE_MS */
#define ENDING_MS 300u
#define LIFE_S 60u /* of a worker, whatever becomes of the test */

/* What a worker does with a job. Each answers with its process id, so that a test sees who it was.
 * */
enum act {
    ANSWER = 0,
    ANSWER_SLOWLY,    /* after 200 ms */
    ANSWER_AT_LENGTH, /* as many bytes as a result may have */
    SHOW_PROGRESS,    /* for longer than the deadline, then answer */
    DIE,              /* by a signal */
    LEAVE,            /* with exit code 7 */
    HANG,
    WRITE_HALF_AND_LEAVE,
    WRITE_HALF_AND_HANG,
    WRITE_CHUNK_AND_HANG, /* half a result, just as much as the pool reads at once */
    ANNOUNCE_TOO_MUCH,
    ANSWER_TWICE,
    LINGER, /* answer, and do not end when there is no job any more */
    SKIP    /* no worker's work */
};

struct misbehaviour {
    const char *sentence;
    enum act act;
    enum pool_fate fate;
    int signal;    /* that the worker died of, or 0 */
    int exit_code; /* that it left with, or 0 */
};

struct committed {
    size_t index;
    enum pool_fate fate;
    int wait_status;
    size_t len;
    pid_t who;
};

struct fixture {
    const struct misbehaviour *row; /* NULL in tests that are no row */
    struct pool_options options;
    struct pool *pool;
    enum act acts[N_JOBS_MAX];
    uint64_t allowed_ms; /* for jobs that take too long on purpose */
    struct committed log[N_JOBS_MAX];
    size_t n_log;
    unsigned deal_ms; /* that it takes to write a job */
    size_t furthest;  /* job dealt beyond the first that was not committed */
    size_t n_committed;
    enum pool_ending ending;
    volatile int interrupted;
    size_t note_at; /* the commit that is answered by |note|, and those after it */
    enum pool_note note;
    void (*at_commit)(struct fixture *f);
    size_t n_descriptors;
    struct rlimit limit;
};

/* ---- the worker */

static void nap(unsigned ms)
{
    struct timespec t = {ms / 1000, (long)(ms % 1000) * 1000000};
    while (nanosleep(&t, &t) && errno == EINTR)
        continue;
}

static void write_raw(const struct channel *c, uint32_t len, const char *text)
{
    uint8_t head[CHANNEL_LENGTH_SIZE];
    channel_write_length(head, len);
    (void)!write(c->fd, head, sizeof(head));
    (void)!write(c->fd, text, strlen(text));
}

static void hang(void)
{
    for (;;)
        pause();
}

static void answer(const struct channel *c, size_t len)
{
    static uint8_t result[RESULT_MAX];
    pid_t who = getpid();
    memcpy(result, &who, sizeof(who));
    if (!channel_send(c, bytes_of(result, len)))
        _exit(1);
}

static void answer_twice(const struct channel *c)
{
    uint8_t both[2 * CHANNEL_LENGTH_SIZE] = {0}; /* two empty results */
    (void)!write(c->fd, both, sizeof(both));
}

static void write_chunk(const struct channel *c)
{
    uint8_t chunk[65536] = {0};
    channel_write_length(chunk, RESULT_MAX);
    (void)!write(c->fd, chunk, sizeof(chunk));
}

static void show_progress(const struct channel *c)
{
    for (int i = 0; i < 12; i++) {
        nap(PROGRESS_MS / 8);
        channel_progress(c);
    }
    answer(c, sizeof(pid_t));
}

static void act_out(const struct channel *c, enum act act)
{
    switch (act) {
    case ANSWER_SLOWLY:
        nap(200);
        break;
    case ANSWER_AT_LENGTH:
        answer(c, RESULT_MAX);
        return;
    case SHOW_PROGRESS:
        show_progress(c);
        return;
    case DIE:
        kill(getpid(), SIGKILL);
        break;
    case LEAVE:
        _exit(7);
    case HANG:
        hang();
        break;
    case WRITE_HALF_AND_LEAVE:
        write_raw(c, 10, "half");
        _exit(7);
    case WRITE_HALF_AND_HANG:
        write_raw(c, 10, "half");
        hang();
        break;
    case WRITE_CHUNK_AND_HANG:
        write_chunk(c);
        hang();
        break;
    case ANNOUNCE_TOO_MUCH:
        write_raw(c, RESULT_MAX + 1, "");
        hang();
        break;
    case ANSWER_TWICE:
        answer_twice(c);
        hang();
        break;
    default:
        break;
    }
    answer(c, sizeof(pid_t));
}

static int work(struct channel *channel, const void *context)
{
    struct bytes job;
    bool lingers = false;
    (void)context;
    alarm(LIFE_S);
    while (channel_receive(channel, &job)) {
        enum act act = (enum act)job.data[0];
        lingers |= act == LINGER;
        act_out(channel, act);
    }
    if (lingers)
        hang();
    return 0;
}

/* ---- the pool's user */

static bool is_late(enum act act)
{
    return act == HANG || act == WRITE_HALF_AND_HANG || act == WRITE_CHUNK_AND_HANG ||
           act == SHOW_PROGRESS;
}

static bool write_job(void *context, size_t index, struct pool_job *out)
{
    struct fixture *f = context;
    if (index - f->n_log > f->furthest)
        f->furthest = index - f->n_log;
    nap(f->deal_ms);
    if (f->acts[index] == SKIP)
        return false;
    out->bytes[0] = (uint8_t)f->acts[index];
    out->len = 1;
    out->allowed_ms = is_late(f->acts[index]) ? f->allowed_ms : PATIENCE_MS;
    return true;
}

static enum pool_note commit(void *context, size_t index, const struct pool_result *result)
{
    struct fixture *f = context;
    struct committed *c = &f->log[f->n_log++];
    *c = (struct committed){.index = index,
                            .fate = result->fate,
                            .wait_status = result->wait_status,
                            .len = result->bytes.len};
    if (result->bytes.len >= sizeof(c->who))
        memcpy(&c->who, result->bytes.data, sizeof(c->who));
    if (f->at_commit)
        f->at_commit(f);
    return f->n_log > f->note_at ? f->note : POOL_ANSWERED;
}

/* ---- before and after each test */

static size_t n_descriptors(void)
{
    size_t n = 0;
    DIR *all = opendir("/proc/self/fd");
    while (all && readdir(all))
        n++;
    if (all)
        closedir(all);
    return n;
}

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof(*f));
    if (!f)
        return -1;
    f->row = *state;
    f->options = (struct pool_options){.n_workers = 1,
                                       .result_max = RESULT_MAX,
                                       .ahead_max = N_JOBS_MAX,
                                       .ending_ms = PATIENCE_MS,
                                       .clock = clock_monotonic(),
                                       .interrupted = &f->interrupted,
                                       .work = work};
    f->allowed_ms = DEADLINE_MS;
    f->note_at = N_JOBS_MAX;
    f->n_descriptors = n_descriptors();
    getrlimit(RLIMIT_NOFILE, &f->limit);
    *state = f;
    return 0;
}

/* Nothing is left behind, whatever the test was about. */
static void close_pool(struct fixture *f)
{
    uint64_t cpu_us;
    pool_close(f->pool, &cpu_us);
    f->pool = NULL;
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
    assert_int_equal(errno, ECHILD);
    assert_int_equal(n_descriptors(), f->n_descriptors);
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    uint64_t cpu_us;
    setrlimit(RLIMIT_NOFILE, &f->limit);
    pool_close(f->pool, &cpu_us);
    free(f);
    return 0;
}

static void open_pool(struct fixture *f, size_t n_workers)
{
    f->options.n_workers = n_workers;
    assert_int_equal(pool_open(&f->options, &f->pool), OK);
    assert_int_equal(pool_n_workers(f->pool), n_workers);
}

/* The first |n_jobs| of f->acts. */
static void run_batch(struct fixture *f, size_t n_jobs)
{
    const struct pool_batch batch = {
        .n_jobs = n_jobs, .job = write_job, .commit = commit, .context = f};
    f->n_log = 0;
    f->ending = pool_run(f->pool, &batch, &f->n_committed);
    assert_int_equal(f->n_log, f->n_committed);
    for (size_t i = 0; i < f->n_log; i++)
        assert_int_equal(f->log[i].index, i);
}

static uint64_t now_ms(void) { return clock_now_ms(clock_monotonic()); }

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

/* ---- how a batch ends */

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

static void the_breaker_ends_a_batch(void **state)
{
    struct fixture *f = *state;
    f->options.breaker = 3;
    f->note_at = 4; /* commits 0 to 3 are answered, the others are not */
    f->note = POOL_UNANSWERED;
    open_pool(f, 4);
    run_batch(f, 20);
    assert_int_equal(f->ending, POOL_TRIPPED);
    assert_int_equal(f->n_committed, 7);
    close_pool(f);
}

/* Unanswered, uncounted, unanswered, uncounted ... */
static void alternate(struct fixture *f)
{
    f->note = f->n_log % 2 ? POOL_UNANSWERED : POOL_UNCOUNTED;
}

static void what_is_uncounted_leaves_the_breaker_as_it_is(void **state)
{
    struct fixture *f = *state;
    f->options.breaker = 3;
    f->note_at = 0;
    f->at_commit = alternate;
    open_pool(f, 2);
    run_batch(f, 20);
    assert_int_equal(f->ending, POOL_TRIPPED);
    assert_int_equal(f->n_committed, 5);
    close_pool(f);
}

/* Two unanswered, one answered ... */
static void answer_every_third(struct fixture *f)
{
    f->note = f->n_log % 3 ? POOL_UNANSWERED : POOL_ANSWERED;
}

static void only_unanswered_jobs_in_a_row_trip_the_breaker(void **state)
{
    struct fixture *f = *state;
    f->options.breaker = 3;
    f->note_at = 0;
    f->at_commit = answer_every_third;
    open_pool(f, 2);
    run_batch(f, 20);
    assert_int_equal(f->ending, POOL_COMPLETE);
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

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    struct CMUnitTest tests[COUNT(misbehaviours)];
    const struct CMUnitTest others[] = {
        TEST(replacements_follow_one_another),
        TEST(half_a_result_keeps_nobody_waiting),
        TEST(the_pool_does_not_wait_for_what_may_follow_a_full_read),
        TEST(results_are_in_order_whatever_the_arrival),
        TEST(a_result_may_have_the_maximum),
        TEST(progress_restarts_the_deadline),
        TEST(skipped_jobs_are_committed_in_their_place),
        TEST(only_so_many_jobs_are_dealt_ahead),
        TEST(one_batch_follows_another),
        TEST(an_interruption_commits_what_was_dealt),
        TEST(nothing_is_dealt_after_an_interruption),
        TEST(the_breaker_ends_a_batch),
        TEST(what_is_uncounted_leaves_the_breaker_as_it_is),
        TEST(only_unanswered_jobs_in_a_row_trip_the_breaker),
        TEST(a_commit_ends_a_batch),
        TEST(a_batch_ends_when_no_worker_can_be_started),
        TEST(a_pool_without_any_worker_is_none),
        TEST(a_worker_that_does_not_end_is_killed),
        TEST(the_time_of_workers_is_added_up),
    };
    size_t n = 0;
    ADD_ROWS_BETWEEN(tests, n, misbehaviours, sentence, misbehaving_worker, set_up, tear_down);
    int failed = cmocka_run_group_tests_name("misbehaviour", tests, NULL, NULL);
    return failed + cmocka_run_group_tests_name("pool", others, NULL, NULL);
}

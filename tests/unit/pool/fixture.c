/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fixture.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

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

static void toil(void)
{
    struct timespec used = {0, 0};
    while (used.tv_sec == 0 && used.tv_nsec < TOIL_MS * 1000000L)
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
}

/* By a child, as a target is one. */
static void have_toiled(void)
{
    pid_t child = fork();
    if (child == 0) {
        toil();
        _exit(0);
    }
    waitpid(child, NULL, 0);
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
    case TOIL:
        toil();
        break;
    case HAVE_TOILED:
        have_toiled();
        break;
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
    return f->n_log > f->note_at ? f->note : POOL_GO_ON;
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

int fixture_set_up(void **state)
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

void close_pool(struct fixture *f)
{
    uint64_t cpu_us;
    pool_close(f->pool, &cpu_us);
    f->pool = NULL;
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
    assert_int_equal(errno, ECHILD);
    assert_int_equal(n_descriptors(), f->n_descriptors);
}

int fixture_tear_down(void **state)
{
    struct fixture *f = *state;
    uint64_t cpu_us;
    setrlimit(RLIMIT_NOFILE, &f->limit);
    pool_close(f->pool, &cpu_us);
    free(f);
    return 0;
}

void open_pool(struct fixture *f, size_t n_workers)
{
    f->options.n_workers = n_workers;
    assert_int_equal(pool_open(&f->options, &f->pool), OK);
    assert_int_equal(pool_n_workers(f->pool), n_workers);
}

void run_batch(struct fixture *f, size_t n_jobs)
{
    const struct pool_batch batch = {
        .n_jobs = n_jobs, .job = write_job, .commit = commit, .context = f};
    f->n_log = 0;
    f->ending = pool_run(f->pool, &batch, &f->n_committed);
    assert_int_equal(f->n_log, f->n_committed);
    for (size_t i = 0; i < f->n_log; i++)
        assert_int_equal(f->log[i].index, i);
}

uint64_t now_ms(void) { return clock_now_ms(clock_monotonic()); }

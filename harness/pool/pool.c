/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "pool/pool.h"

#include "base/buffer.h"
#include "base/orphans.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define POLL_MS 100
#define CHUNK 65536u /* bytes read from one worker at once */

struct worker {
    pid_t pid; /* 0: none is running */
    int fd;    /* -1: none */
    bool is_busy;
    size_t index; /* of its job */
    uint64_t allowed_ms;
    uint64_t deadline_ms;
    struct buffer in;
};

/* The result of one job that is dealt and not committed. */
struct slot {
    bool is_ready;
    struct pool_result result;
    struct buffer record; /* what result.bytes is a view into */
};

struct pool {
    struct pool_options options;
    struct worker workers[POOL_WORKERS_MAX];
    size_t n_workers;
    struct slot *slots; /* options.ahead_max of them; a job's is at its index modulo that */
    uint64_t cpu_us;    /* of workers that have ended */
    /* the batch that is running */
    const struct pool_batch *batch;
    size_t next_to_deal;
    size_t next_to_commit;
    enum pool_ending ending;
};

/* ---- starting and ending workers */

static void run_child(const struct pool *p, int fd)
{
    struct channel channel = {.fd = fd};
    for (size_t i = 0; i < p->n_workers; i++)
        if (p->workers[i].fd >= 0)
            close(p->workers[i].fd);
    /* an interruption, which may go to the whole process group, is the pool's to handle */
    signal(SIGINT, SIG_IGN);
    signal(SIGTERM, SIG_IGN);
    _exit(p->options.work(&channel, p->options.context));
}

static enum status start_worker(const struct pool *p, struct worker *w)
{
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair))
        return E_IO;
    fflush(NULL); /* so that nothing buffered is written twice */
    pid_t pid = fcntl(pair[0], F_SETFL, O_NONBLOCK) ? -1 : fork();
    if (pid == 0) {
        close(pair[0]);
        run_child(p, pair[1]);
    }
    close(pair[1]);
    if (pid < 0) {
        close(pair[0]);
        return E_IO;
    }
    w->pid = pid;
    w->fd = pair[0];
    w->is_busy = false;
    return OK;
}

/* The processor time that |pid| took, which has ended and was not waited for. What wait4 says has
 * its children's, too: its target's. */
static uint64_t cpu_us(pid_t pid)
{
    siginfo_t ended;
    clockid_t clock;
    struct timespec took;
    int failed;
    do
        failed = waitid(P_PID, (id_t)pid, &ended, (int)((unsigned)WEXITED | (unsigned)WNOWAIT));
    while (failed && errno == EINTR);
    if (failed || clock_getcpuclockid(pid, &clock) || clock_gettime(clock, &took))
        return 0;
    return (uint64_t)took.tv_sec * 1000000u + (uint64_t)took.tv_nsec / 1000u;
}

/* Kill the worker unless it has ended, and wait for it. The wait status. */
static int reap_worker(struct pool *p, struct worker *w)
{
    int wait_status = 0;
    pid_t got;
    char mark[ORPHANS_MARK_MAX];
    orphans_mark_of(w->pid, mark);
    kill(w->pid, SIGKILL); /* changes nothing about a process that has begun to exit */
    p->cpu_us += cpu_us(w->pid);
    do
        got = waitpid(w->pid, &wait_status, 0);
    while (got < 0 && errno == EINTR);
    orphans_end(mark, ORPHANS_OWN_JOIN); /* a worker that was killed ended nothing */
    close(w->fd);
    w->fd = -1;
    w->pid = 0;
    buffer_clear(&w->in);
    return wait_status;
}

/* An idle worker that was told to end: wait until it closes its end, or until |until_ms|. */
static void await_end(const struct pool *p, const struct worker *w, uint64_t until_ms)
{
    uint8_t chunk[256];
    for (;;) {
        struct pollfd one = {.fd = w->fd, .events = POLLIN};
        uint64_t now_ms = clock_now_ms(p->options.clock);
        if (now_ms >= until_ms)
            return;
        uint64_t left_ms = until_ms - now_ms;
        if (poll(&one, 1, left_ms < POLL_MS ? (int)left_ms : POLL_MS) <= 0)
            continue;
        ssize_t n = read(w->fd, chunk, sizeof(chunk));
        if (n == 0 || (n < 0 && errno != EINTR && errno != EAGAIN))
            return;
    }
}

/* ---- results, committed in order */

static struct slot *slot_of(const struct pool *p, size_t index)
{
    return &p->slots[index % p->options.ahead_max];
}

static void clear_slot(struct slot *slot)
{
    buffer_fini(&slot->record);
    memset(slot, 0, sizeof(*slot));
}

static void keep_fate(struct pool *p, size_t index, enum pool_fate fate, int wait_status)
{
    struct slot *slot = slot_of(p, index);
    slot->is_ready = true;
    slot->result = (struct pool_result){.fate = fate, .wait_status = wait_status};
}

/* The worker's whole input is the record of its result; the slot takes its memory. */
static void keep_record(struct pool *p, struct worker *w)
{
    struct slot *slot = slot_of(p, w->index);
    slot->is_ready = true;
    slot->record = w->in;
    slot->result = (struct pool_result){
        .fate = POOL_DONE,
        .bytes = bytes_slice(buffer_bytes(&slot->record), CHANNEL_LENGTH_SIZE, SIZE_MAX)};
    buffer_init(&w->in, w->in.max);
    w->is_busy = false;
}

static void commit_ready(struct pool *p)
{
    while (p->next_to_commit < p->next_to_deal && p->ending != POOL_STOPPED) {
        struct slot *slot = slot_of(p, p->next_to_commit);
        if (!slot->is_ready)
            return;
        size_t index = p->next_to_commit++;
        enum pool_note note = p->batch->commit(p->batch->context, index, &slot->result);
        clear_slot(slot);
        if (note == POOL_ENOUGH)
            p->ending = POOL_STOPPED;
    }
}

/* ---- dealing and collecting */

static void lose_worker(struct pool *p, struct worker *w, enum pool_fate fate)
{
    int wait_status = reap_worker(p, w);
    if (w->is_busy)
        keep_fate(p, w->index, fate, fate == POOL_DIED ? wait_status : 0);
    w->is_busy = false;
}

static bool give(struct pool *p, struct worker *w, size_t index, const struct pool_job *job)
{
    uint8_t record[CHANNEL_LENGTH_SIZE + CHANNEL_JOB_MAX];
    size_t len = CHANNEL_LENGTH_SIZE + job->len;
    channel_write_length(record, (uint32_t)job->len);
    memcpy(record + CHANNEL_LENGTH_SIZE, job->bytes, job->len);
    w->is_busy = true;
    w->index = index;
    w->allowed_ms = job->allowed_ms;
    w->deadline_ms = clock_now_ms(p->options.clock) + job->allowed_ms;
    return send(w->fd, record, len, MSG_NOSIGNAL) == (ssize_t)len;
}

static bool may_deal(const struct pool *p)
{
    return p->ending == POOL_COMPLETE && p->next_to_deal < p->batch->n_jobs &&
           p->next_to_deal - p->next_to_commit < p->options.ahead_max;
}

/* Give an idle worker the next job that needs one. */
static void deal(struct pool *p, struct worker *w)
{
    while (!w->is_busy && may_deal(p)) {
        struct pool_job job = {.len = 0};
        if (!w->pid && start_worker(p, w)) {
            p->ending = POOL_STRANDED;
            return;
        }
        size_t index = p->next_to_deal++;
        if (!p->batch->job(p->batch->context, index, &job))
            keep_fate(p, index, POOL_SKIPPED, 0);
        else if (!give(p, w, index, &job))
            lose_worker(p, w, POOL_DIED);
    }
}

/* Take what is whole in the worker's input. False when it broke the protocol. */
static bool take_records(struct pool *p, struct worker *w)
{
    for (;;) {
        struct bytes in = buffer_bytes(&w->in);
        if (in.len < CHANNEL_LENGTH_SIZE)
            return true;
        uint32_t len = channel_read_length(in.data);
        size_t got = in.len - CHANNEL_LENGTH_SIZE;
        if (len != CHANNEL_PROGRESS) {
            if (!w->is_busy || len > p->options.result_max || got > len)
                return false;
            if (got == len)
                keep_record(p, w);
            return true;
        }
        buffer_consume(&w->in, CHANNEL_LENGTH_SIZE);
        w->deadline_ms = clock_now_ms(p->options.clock) + w->allowed_ms;
    }
}

/* Read what there is. */
static void read_worker(struct pool *p, struct worker *w)
{
    uint8_t chunk[CHUNK];
    ssize_t n;
    do {
        n = read(w->fd, chunk, sizeof(chunk));
        if (n < 0 && (errno == EINTR || errno == EAGAIN))
            return;
        if (n <= 0) {
            lose_worker(p, w, POOL_DIED);
        } else if (buffer_append(&w->in, bytes_of(chunk, (size_t)n)) || !take_records(p, w)) {
            lose_worker(p, w, POOL_BROKEN);
            return;
        }
    } while (n == sizeof(chunk));
}

static void wait_for_workers(struct pool *p)
{
    struct pollfd polls[POOL_WORKERS_MAX];
    for (size_t i = 0; i < p->n_workers; i++)
        polls[i] = (struct pollfd){.fd = p->workers[i].fd, .events = POLLIN};
    uint64_t since_ms = clock_now_ms(p->options.clock);
    int n_ready = poll(polls, (nfds_t)p->n_workers, POLL_MS);
    uint64_t now_ms = clock_now_ms(p->options.clock);
    uint64_t late_ms = now_ms - since_ms > POLL_MS ? now_ms - since_ms - POLL_MS : 0;
    for (size_t i = 0; i < p->n_workers; i++) {
        struct worker *w = &p->workers[i];
        w->deadline_ms += late_ms; /* who was stopped with us has not had that time either */
        if (n_ready > 0 && polls[i].revents)
            read_worker(p, w);
        if (w->is_busy && now_ms > w->deadline_ms)
            lose_worker(p, w, POOL_LATE);
    }
}

static bool is_anyone_busy(const struct pool *p)
{
    for (size_t i = 0; i < p->n_workers; i++)
        if (p->workers[i].is_busy)
            return true;
    return false;
}

/* Is it the user's wish that no more is dealt? */
static void heed_wishes(struct pool *p)
{
    const struct pool_options *o = &p->options;
    if (p->ending != POOL_COMPLETE || p->batch->is_last_word)
        return;
    if (o->interrupted && *o->interrupted)
        p->ending = POOL_INTERRUPTED;
    else if (o->until_ms && clock_now_ms(o->clock) >= o->until_ms)
        p->ending = POOL_OUT_OF_TIME;
}

enum pool_ending pool_run(struct pool *p, const struct pool_batch *batch, size_t *out_committed)
{
    p->batch = batch;
    p->next_to_deal = p->next_to_commit = 0;
    p->ending = POOL_COMPLETE;
    while (p->next_to_commit < batch->n_jobs) {
        heed_wishes(p);
        for (size_t i = 0; i < p->n_workers; i++)
            deal(p, &p->workers[i]);
        commit_ready(p);
        if (batch->tick)
            batch->tick(batch->context);
        if (is_anyone_busy(p))
            wait_for_workers(p);
        else if (p->ending != POOL_COMPLETE)
            break;
    }
    for (size_t i = 0; i < p->options.ahead_max; i++)
        clear_slot(&p->slots[i]);
    p->batch = NULL;
    *out_committed = p->next_to_commit;
    return p->ending;
}

/* ---- the pool */

enum status pool_open(const struct pool_options *options, struct pool **out)
{
    size_t wanted =
        options->n_workers < POOL_WORKERS_MAX ? options->n_workers : (size_t)POOL_WORKERS_MAX;
    enum status st = E_NOMEM;
    uint64_t ignored;

    *out = NULL;
    orphans_adopt();
    struct pool *p = calloc(1, sizeof(*p));
    if (!p)
        return E_NOMEM;
    p->options = *options;
    p->slots = calloc(options->ahead_max, sizeof(*p->slots));
    while (p->slots && p->n_workers < wanted) {
        struct worker *w = &p->workers[p->n_workers];
        buffer_init(&w->in, CHANNEL_LENGTH_SIZE + options->result_max);
        if ((st = start_worker(p, w)))
            break;
        p->n_workers++;
    }
    if (p->n_workers) {
        *out = p;
        return OK;
    }
    pool_close(p, &ignored);
    return st;
}

size_t pool_n_workers(const struct pool *p) { return p->n_workers; }

void pool_close(struct pool *p, uint64_t *out_cpu_us)
{
    *out_cpu_us = 0;
    if (!p)
        return;
    uint64_t until_ms = clock_now_ms(p->options.clock) + p->options.ending_ms;
    for (size_t i = 0; i < p->n_workers; i++)
        if (p->workers[i].pid)
            shutdown(p->workers[i].fd, SHUT_WR); /* there is no job any more */
    for (size_t i = 0; i < p->n_workers; i++) {
        struct worker *w = &p->workers[i];
        if (w->pid) {
            await_end(p, w, until_ms);
            reap_worker(p, w);
        }
        buffer_fini(&w->in);
    }
    *out_cpu_us = p->cpu_us;
    free(p->slots);
    free(p);
}

uint64_t pool_peak_memory_kb(void)
{
    static const int whose[] = {RUSAGE_SELF, RUSAGE_CHILDREN};
    uint64_t most = 0;
    for (size_t i = 0; i < COUNT_OF(whose); i++) {
        struct rusage usage;
        if (getrusage(whose[i], &usage) == 0 && (uint64_t)usage.ru_maxrss > most)
            most = (uint64_t)usage.ru_maxrss;
    }
    return most;
}

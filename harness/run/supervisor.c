#include "run/run.h"

#include "run/result.h"
#include "run/worker.h"

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
#include <unistd.h>

#define JOBS_MAX 256u
#define AHEAD_MAX 4096u /* cases dealt beyond the first that is not committed yet */
#define BREAKER_HANGS                                                                              \
    5u /* so many hangs in a row, in plan order, and the target is taken to be down */
#define GRACE_MS 10000u /* a worker gets this much longer than its case before it is killed */
#define POLL_MS 100

struct worker {
    pid_t pid;
    int fd;
    bool is_busy;
    size_t index; /* of its case in the plan */
    uint64_t deadline_ms;
    uint64_t target_cpu_us;
    struct buffer in;
};

struct supervisor {
    const struct run_options *options;
    struct run_outcome *out;
    struct worker *workers;
    size_t n_workers;
    struct record_case *results; /* by plan index */
    bool *is_here;               /* is there a result? */
    bool *hangs;
    size_t next_to_deal;
    size_t next_to_commit;
    unsigned hangs_in_a_row;
    bool is_stopping;
    struct clock clock;
};

/* ---- workers */

static void close_other_workers(const struct supervisor *s)
{
    for (size_t i = 0; i < s->n_workers; i++)
        if (s->workers[i].fd >= 0)
            close(s->workers[i].fd);
}

static enum status start_worker(struct supervisor *s, struct worker *w)
{
    int pair[2];
    w->fd = -1;
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair))
        return E_IO;
    fflush(NULL); /* so that nothing buffered is written twice */
    w->pid = fork();
    if (w->pid < 0) {
        close(pair[0]);
        close(pair[1]);
        return E_IO;
    }
    if (w->pid == 0) {
        close(pair[0]);
        close_other_workers(s);
        /* Ctrl-C is the supervisor's to handle: workers finish their case and see the pair close */
        signal(SIGINT, SIG_IGN);
        signal(SIGTERM, SIG_DFL);
        _exit(worker_main(pair[1], s->options));
    }
    close(pair[1]);
    w->fd = pair[0];
    w->is_busy = false;
    fcntl(w->fd, F_SETFL, fcntl(w->fd, F_GETFL) | O_NONBLOCK);
    buffer_clear(&w->in);
    return OK;
}

static void reap_worker(struct supervisor *s, struct worker *w, int *out_wait_status)
{
    struct rusage usage;
    *out_wait_status = 0;
    if (w->fd >= 0)
        close(w->fd);
    w->fd = -1;
    if (w->pid > 0 && wait4(w->pid, out_wait_status, 0, &usage) == w->pid)
        s->out->harness_cpu_us +=
            (uint64_t)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000u +
            (uint64_t)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
    s->out->target_cpu_us += w->target_cpu_us;
    w->target_cpu_us = 0;
    w->pid = 0;
}

static const char *how_it_ended(int wait_status, char *text, size_t len)
{
    if (WIFSIGNALED(wait_status))
        snprintf(text, len, "assay's worker died of signal %d", WTERMSIG(wait_status));
    else
        snprintf(text, len, "assay's worker ended with code %d", WEXITSTATUS(wait_status));
    return text;
}

/* ---- results */

/* Write beside a failure what the user has listed about it. */
static void excuse(const struct supervisor *s, struct record_case *result)
{
    if (!s->options->known || result->state != STATE_FAILED)
        return;
    const struct known_failure *line = known_failures_find(s->options->known, result->id);
    if (line)
        result->excuse = arena_alloc(s->options->arena, sizeof(*result->excuse));
    if (result->excuse)
        *result->excuse =
            (struct excuse){.reason = line->reason, .until = line->until ? line->until : ""};
}

static void keep_result(struct supervisor *s, size_t index, const struct record_case *result,
                        bool is_hang)
{
    s->results[index] = *result;
    excuse(s, &s->results[index]);
    s->is_here[index] = true;
    s->hangs[index] = is_hang;
}

static void keep_unrun(struct supervisor *s, size_t index, enum state state, const char *why)
{
    struct record_case result;
    result_unrun(&s->options->plan->items[index].planned, state, why, s->options->arena, &result);
    keep_result(s, index, &result, false);
}

static void trip_breaker(struct supervisor *s, const struct record_case *result)
{
    snprintf(s->out->interrupted, sizeof(s->out->interrupted),
             "target down at case %s: %u cases in a row without an answer", result->id,
             BREAKER_HANGS);
    s->is_stopping = true;
}

static void commit_one(struct supervisor *s, const struct record_case *result, bool is_hang)
{
    const struct run_options *o = s->options;
    s->out->n_cases++;
    /* a journal that cannot be written costs nothing but itself */
    (void)!form_print(&record_case_form, result, FORM_LINE, o->journal);
    if (o->observer.committed)
        o->observer.committed(o->observer.context, result, s->next_to_commit, o->plan->count);
    s->hangs_in_a_row = is_hang ? s->hangs_in_a_row + 1 : 0;
    if (s->hangs_in_a_row == BREAKER_HANGS)
        trip_breaker(s, result);
}

/* In plan order, so that what is written does not depend on who was faster. */
static void commit_ready(struct supervisor *s)
{
    while (s->next_to_commit < s->options->plan->count) {
        size_t index = s->next_to_commit;
        const struct record_case *result = &s->results[index];
        if (!s->is_here[index])
            return;
        /* once stopped, what was dealt ahead is dropped:
         * with other workers it would not have run */
        if (s->hangs_in_a_row >= BREAKER_HANGS)
            return;
        s->next_to_commit++;
        unsigned hangs = s->hangs_in_a_row;
        commit_one(s, result, s->hangs[index]);
        if (result->state == STATE_NOT_APPLICABLE)
            s->hangs_in_a_row = hangs;
    }
}

static void commit_rest(struct supervisor *s)
{
    char why[300];
    snprintf(why, sizeof(why), "not run: %s", s->out->interrupted);
    s->hangs_in_a_row = 0;
    for (size_t i = s->next_to_commit; i < s->options->plan->count; i++) {
        if (!s->is_here[i] || strncmp(s->out->interrupted, "target down", 11) == 0)
            keep_unrun(s, i, STATE_NOT_RUN, why);
        s->next_to_commit = i + 1;
        commit_one(s, &s->results[i], false);
    }
}

/* ---- dealing and collecting */

static bool deal_one(struct supervisor *s, struct worker *w)
{
    const struct plan *plan = s->options->plan;
    while (!s->is_stopping && s->next_to_deal < plan->count &&
           s->next_to_deal < s->next_to_commit + AHEAD_MAX) {
        size_t index = s->next_to_deal++;
        if (plan->items[index].not_applicable) {
            keep_unrun(s, index, STATE_NOT_APPLICABLE, plan->items[index].not_applicable);
            continue;
        }
        uint8_t order[4] = {(uint8_t)(index >> 24), (uint8_t)(index >> 16), (uint8_t)(index >> 8),
                            (uint8_t)index};
        w->is_busy = true;
        w->index = index;
        w->deadline_ms =
            clock_now_ms(s->clock) + 2 * (s->options->case_ms + s->options->timeout_ms) + GRACE_MS;
        return send(w->fd, order, 4, MSG_NOSIGNAL) == 4;
    }
    return true;
}

static void lose_worker(struct supervisor *s, struct worker *w, const char *why)
{
    char text[64];
    int wait_status;
    bool was_busy = w->is_busy;
    size_t index = w->index;
    kill(w->pid, SIGKILL);
    reap_worker(s, w, &wait_status);
    w->is_busy = false;
    if (was_busy)
        keep_unrun(s, index, STATE_ERROR,
                   why ? why : how_it_ended(wait_status, text, sizeof(text)));
    if (!s->is_stopping && start_worker(s, w)) {
        snprintf(s->out->interrupted, sizeof(s->out->interrupted),
                 "a worker died and no other could be started");
        s->is_stopping = true;
    }
}

static bool take_report(struct supervisor *s, struct worker *w)
{
    struct bytes in = buffer_bytes(&w->in);
    if (in.len < 4)
        return true;
    size_t len =
        (size_t)in.data[0] << 24 | (size_t)in.data[1] << 16 | (size_t)in.data[2] << 8 | in.data[3];
    if (len > WORKER_REPORT_MAX - 4)
        return false;
    if (in.len - 4 < len)
        return true;
    struct worker_report report;
    if (!w->is_busy ||
        form_read(&worker_report_form, bytes_slice(in, 4, len), s->options->arena, NULL, &report))
        return false;
    w->target_cpu_us = report.target_cpu_us;
    keep_result(s, w->index, &report.result, report.is_hang);
    buffer_consume(&w->in, len + 4);
    w->is_busy = false;
    return true;
}

/* False when the worker is gone or talks nonsense. */
static bool read_worker(struct supervisor *s, struct worker *w)
{
    uint8_t chunk[65536];
    for (;;) {
        ssize_t n = read(w->fd, chunk, sizeof(chunk));
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
            return true;
        if (n <= 0 || buffer_append(&w->in, bytes_of(chunk, (size_t)n)) || !take_report(s, w))
            return false;
    }
}

static void wait_for_workers(struct supervisor *s)
{
    struct pollfd polls[JOBS_MAX];
    for (size_t i = 0; i < s->n_workers; i++)
        polls[i] = (struct pollfd){.fd = s->workers[i].fd, .events = POLLIN};
    if (poll(polls, (nfds_t)s->n_workers, POLL_MS) < 0)
        return;
    uint64_t now = clock_now_ms(s->clock);
    for (size_t i = 0; i < s->n_workers; i++) {
        struct worker *w = &s->workers[i];
        if (polls[i].revents && !read_worker(s, w))
            lose_worker(s, w, NULL);
        else if (w->is_busy && now > w->deadline_ms)
            lose_worker(s, w, "assay's worker did not finish the case and was ended");
    }
}

static bool is_anyone_busy(const struct supervisor *s)
{
    for (size_t i = 0; i < s->n_workers; i++)
        if (s->workers[i].is_busy)
            return true;
    return false;
}

static void heed_interruption(struct supervisor *s)
{
    if (s->is_stopping || !s->options->interrupted || !*s->options->interrupted)
        return;
    s->is_stopping = true;
    snprintf(s->out->interrupted, sizeof(s->out->interrupted), "interrupted by a signal");
}

static void supervise(struct supervisor *s)
{
    for (;;) {
        heed_interruption(s);
        for (size_t i = 0; i < s->n_workers; i++)
            if (!s->workers[i].is_busy && s->workers[i].fd >= 0 && !deal_one(s, &s->workers[i]))
                lose_worker(s, &s->workers[i], NULL);
        commit_ready(s);
        if (!is_anyone_busy(s) && (s->is_stopping || s->next_to_commit == s->options->plan->count))
            return;
        if (is_anyone_busy(s))
            wait_for_workers(s);
    }
}

static void end_workers(struct supervisor *s)
{
    for (size_t i = 0; i < s->n_workers; i++) {
        struct worker *w = &s->workers[i];
        int wait_status;
        if (w->fd >= 0)
            shutdown(w->fd, SHUT_RDWR);
        if (w->is_busy)
            kill(w->pid, SIGKILL);
        reap_worker(s, w, &wait_status);
        buffer_fini(&w->in);
    }
}

static uint64_t own_cpu_us(void)
{
    struct rusage usage;
    if (getrusage(RUSAGE_SELF, &usage))
        return 0;
    return (uint64_t)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000u +
           (uint64_t)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

static size_t n_applicable(const struct plan *plan)
{
    size_t n = 0;
    for (size_t i = 0; i < plan->count; i++)
        n += plan->items[i].not_applicable == NULL;
    return n;
}

static enum status start_workers(struct supervisor *s)
{
    size_t wanted = s->options->jobs ? s->options->jobs : 1;
    size_t useful = n_applicable(s->options->plan);
    if (wanted > useful)
        wanted = useful ? useful : 1;
    if (wanted > JOBS_MAX)
        wanted = JOBS_MAX;
    s->workers = calloc(wanted, sizeof(*s->workers));
    if (!s->workers)
        return E_NOMEM;
    for (size_t i = 0; i < wanted; i++) {
        buffer_init(&s->workers[i].in, WORKER_REPORT_MAX);
        enum status st = start_worker(s, &s->workers[i]);
        if (st && i == 0)
            return st;
        if (st)
            break;
        s->n_workers++;
    }
    s->out->workers = (unsigned)s->n_workers;
    return OK;
}

enum status run_plan(const struct run_options *options, struct run_outcome *out)
{
    struct supervisor s = {.options = options, .out = out, .clock = clock_monotonic()};
    enum status st = E_NOMEM;
    uint64_t cpu_before_us = own_cpu_us();

    memset(out, 0, sizeof(*out));
    s.results = arena_array(options->arena, options->plan->count + 1, sizeof(*s.results));
    s.is_here = calloc(options->plan->count + 1, sizeof(bool));
    s.hangs = calloc(options->plan->count + 1, sizeof(bool));
    out->cases = s.results;
    if (!s.results || !s.is_here || !s.hangs || (st = start_workers(&s)))
        goto out;
    supervise(&s);
    if (s.next_to_commit < options->plan->count)
        commit_rest(&s);
out:
    end_workers(&s);
    out->harness_cpu_us += own_cpu_us() - cpu_before_us;
    free(s.is_here);
    free(s.hangs);
    free(s.workers);
    return st;
}

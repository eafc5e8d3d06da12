#include "run/generate.h"

#include "run/generate_worker.h"
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

#define BLOCK 32u        /* schedules dealt at once */
#define BLOCKS_AHEAD 64u /* blocks dealt beyond the first that is not taken yet */
#define JOBS_MAX 256u
#define FAILED_MAX 200u    /* so many failing schedules, and the run is over */
#define SIGNATURES_MAX 16u /* different failures that are shrunk and reported */
#define CAUSE_MAX 160u
#define POLL_MS 100

struct worker {
    pid_t pid;
    int fd;
    bool is_busy;
    uint32_t index; /* of its block, or of its signature */
    uint64_t target_cpu_us;
};

/* One way of failing. */
struct signature {
    char cause[CAUSE_MAX]; /* verdict and cause */
    uint32_t first;        /* the first schedule that failed so */
    uint32_t n_failed;
    struct record_case *result;
};

/* What a worker sent, not read yet. */
struct report {
    bool is_here;
    struct buffer line;
};

struct generation {
    const struct generate_options *options;
    struct generate_outcome *out;
    struct worker *workers;
    size_t n_workers;
    enum generate_task task;
    uint32_t n_items; /* blocks, or signatures */
    uint32_t next_deal;
    uint32_t next_take;
    struct report ring[BLOCKS_AHEAD]; /* by item, not taken yet */
    struct signature signatures[SIGNATURES_MAX];
    uint32_t n_signatures;
    bool is_over;
};

/* ---- workers */

static enum status start_worker(struct generation *g, struct worker *w)
{
    int pair[2];
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
        for (size_t i = 0; i < g->n_workers; i++)
            if (g->workers[i].fd >= 0)
                close(g->workers[i].fd);
        /* Ctrl-C is the supervisor's to handle */
        signal(SIGINT, SIG_IGN);
        signal(SIGTERM, SIG_DFL);
        _exit(generate_worker_main(pair[1], g->options));
    }
    close(pair[1]);
    w->fd = pair[0];
    w->is_busy = false;
    return OK;
}

static void reap_worker(struct generation *g, struct worker *w)
{
    struct rusage usage;
    int how;
    if (w->fd >= 0)
        close(w->fd);
    w->fd = -1;
    if (w->pid > 0 && wait4(w->pid, &how, 0, &usage) == w->pid)
        g->out->harness_cpu_us +=
            (uint64_t)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000u +
            (uint64_t)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
    g->out->target_cpu_us += w->target_cpu_us;
    w->target_cpu_us = 0;
    w->pid = 0;
}

static enum status start_workers(struct generation *g)
{
    uint32_t blocks = (g->options->count + BLOCK - 1) / BLOCK;
    size_t wanted = g->options->run->jobs ? g->options->run->jobs : 1;
    if (wanted > blocks)
        wanted = blocks;
    if (wanted > JOBS_MAX)
        wanted = JOBS_MAX;
    g->workers = calloc(wanted ? wanted : 1, sizeof(*g->workers));
    if (!g->workers)
        return E_NOMEM;
    while (g->n_workers < wanted) {
        enum status st = start_worker(g, &g->workers[g->n_workers]);
        if (st && g->n_workers == 0)
            return st;
        if (st)
            break;
        g->n_workers++;
    }
    g->out->workers = (unsigned)g->n_workers;
    return OK;
}

static void end_workers(struct generation *g)
{
    for (size_t i = 0; i < g->n_workers; i++) {
        if (g->workers[i].is_busy)
            kill(g->workers[i].pid, SIGKILL);
        if (g->workers[i].fd >= 0)
            shutdown(g->workers[i].fd, SHUT_RDWR);
        reap_worker(g, &g->workers[i]);
    }
}

/* ---- taking reports, in order */

static void stop(struct generation *g, const char *why)
{
    if (why && !g->out->interrupted[0])
        snprintf(g->out->interrupted, sizeof(g->out->interrupted), "%s", why);
    g->is_over = true;
}

static void note_failure(struct generation *g, const struct generate_failed *failed)
{
    char cause[CAUSE_MAX];
    snprintf(cause, sizeof(cause), "%s", failed->signature);
    g->out->n_failed++;
    for (uint32_t i = 0; i < g->n_signatures; i++)
        if (strcmp(g->signatures[i].cause, cause) == 0) {
            g->signatures[i].n_failed++;
            return;
        }
    if (g->n_signatures == SIGNATURES_MAX)
        return;
    struct signature *s = &g->signatures[g->n_signatures++];
    snprintf(s->cause, sizeof(s->cause), "%s", cause);
    s->first = failed->number;
    s->n_failed = 1;
}

static void take_block(struct generation *g, const struct generate_report *report)
{
    struct shape shape;
    if (report->shape.len != sizeof(shape)) {
        stop(g, "a worker ended in an error of assay");
        return;
    }
    memcpy(&shape, report->shape.data, sizeof(shape));
    shape_join(&g->out->shape, &shape);
    g->out->n_run += (uint32_t)shape.schedules;
    for (size_t i = 0; i < report->n_failed; i++)
        note_failure(g, &report->failed[i]);
    if (report->is_down)
        stop(g, "target down: schedules in a row without an answer");
    if (g->out->n_failed >= FAILED_MAX)
        stop(g, NULL);
    if (g->options->taken)
        g->options->taken(g->options->context, g->out->n_run, g->options->count, g->out->n_failed);
}

/* Blocks are forgotten once they are counted; a case is kept. */
static void take_report(struct generation *g, struct buffer *line)
{
    struct arena passing;
    struct generate_report report;
    bool is_kept = g->task == GENERATE_SHRINK;
    arena_init(&passing, WORKER_REPORT_MAX);
    if (form_read(&generate_report_form, buffer_bytes(line),
                  is_kept ? g->options->run->arena : &passing, NULL, &report))
        memset(&report, 0, sizeof(report)); /* taken as an error of ours */
    /* what was dealt ahead of the end is dropped: with other workers it would not have run */
    if (is_kept)
        g->signatures[g->next_take].result = report.result;
    else if (!g->is_over)
        take_block(g, &report);
    arena_fini(&passing);
}

static void take_ready(struct generation *g)
{
    while (g->next_take < g->n_items && g->ring[g->next_take % BLOCKS_AHEAD].is_here) {
        struct report *report = &g->ring[g->next_take % BLOCKS_AHEAD];
        take_report(g, &report->line);
        report->is_here = false;
        buffer_fini(&report->line);
        g->next_take++;
    }
}

/* ---- dealing and collecting */

static struct generate_order order_of(const struct generation *g, uint32_t index)
{
    struct generate_order order = {.task = (uint32_t)g->task};
    if (g->task == GENERATE_SHRINK) {
        order.first = g->signatures[index].first;
        return order;
    }
    order.first = index * BLOCK;
    order.count = g->options->count - order.first < BLOCK ? g->options->count - order.first : BLOCK;
    return order;
}

static void lose_worker(struct generation *g, struct worker *w)
{
    kill(w->pid, SIGKILL);
    reap_worker(g, w);
    if (w->is_busy)
        g->ring[w->index % BLOCKS_AHEAD] = (struct report){.is_here = true};
    w->is_busy = false;
    if (start_worker(g, w))
        stop(g, "a worker died and no other could be started");
}

static void deal(struct generation *g, struct worker *w)
{
    if (w->fd < 0 || w->is_busy || g->is_over || g->next_deal == g->n_items ||
        g->next_deal >= g->next_take + BLOCKS_AHEAD)
        return;
    w->index = g->next_deal++;
    w->is_busy = true;
    struct generate_order order = order_of(g, w->index);
    if (send(w->fd, &order, sizeof(order), MSG_NOSIGNAL) != (ssize_t)sizeof(order))
        lose_worker(g, w);
}

static bool read_line(int fd, struct buffer *line)
{
    uint8_t chunk[4096];
    while (!line->len || line->data[line->len - 1] != '\n') {
        ssize_t n = read(fd, chunk, sizeof(chunk));
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0 || buffer_append(line, bytes_of(chunk, (size_t)n)))
            return false;
    }
    return true;
}

static void collect(struct generation *g, struct worker *w)
{
    struct report *report = &g->ring[w->index % BLOCKS_AHEAD];
    buffer_init(&report->line, WORKER_REPORT_MAX);
    report->is_here = w->is_busy && read_line(w->fd, &report->line);
    if (report->is_here) {
        w->is_busy = false;
        return;
    }
    buffer_fini(&report->line);
    lose_worker(g, w);
}

static void wait_for_workers(struct generation *g)
{
    struct pollfd polls[JOBS_MAX];
    for (size_t i = 0; i < g->n_workers; i++)
        polls[i] = (struct pollfd){.fd = g->workers[i].fd, .events = POLLIN};
    if (poll(polls, (nfds_t)g->n_workers, POLL_MS) <= 0)
        return;
    for (size_t i = 0; i < g->n_workers; i++)
        if (polls[i].revents)
            collect(g, &g->workers[i]);
}

static bool is_anyone_busy(const struct generation *g)
{
    for (size_t i = 0; i < g->n_workers; i++)
        if (g->workers[i].is_busy)
            return true;
    return false;
}

/* Have |n_items| of |task| done. */
static void have_done(struct generation *g, enum generate_task task, uint32_t n_items)
{
    g->task = task;
    g->n_items = n_items;
    g->next_deal = g->next_take = 0;
    for (;;) {
        const volatile int *interrupted = g->options->run->interrupted;
        if (interrupted && *interrupted)
            stop(g, "interrupted by a signal");
        for (size_t i = 0; i < g->n_workers; i++)
            deal(g, &g->workers[i]);
        take_ready(g);
        if (!is_anyone_busy(g) && (g->is_over || g->next_take == g->n_items))
            break;
        if (is_anyone_busy(g))
            wait_for_workers(g);
    }
    for (size_t i = 0; i < BLOCKS_AHEAD; i++) {
        buffer_fini(&g->ring[i].line);
        g->ring[i].is_here = false;
    }
}

/* ---- the outcome */

static void commit(struct generation *g, const struct record_case *result)
{
    g->out->cases[g->out->n_cases++] = *result;
    /* a journal that cannot be written costs nothing but itself */
    (void)!form_print(&record_case_form, result, FORM_LINE, g->options->run->journal);
}

/* A theme held when no failure is about its requirement. */
static bool has_failed(const struct generation *g, enum theme theme)
{
    for (uint32_t i = 0; i < g->n_signatures; i++) {
        const struct record_case *result = g->signatures[i].result;
        if (!result || strcmp(result->requirement, theme_requirement(theme)) == 0)
            return true;
    }
    return false;
}

static bool is_refusing(enum theme theme)
{
    return theme == THEME_REPLAYED || theme == THEME_FORGED || theme == THEME_REFLECTED;
}

static void commit_theme(struct generation *g, enum theme theme)
{
    struct arena *arena = g->options->run->arena;
    uint64_t n = g->out->shape.counts[SHAPE_THEMES][theme - 1];
    struct case_result result = {.verdict = VERDICT_PASS, .why = ""};
    struct record_case recorded;
    const struct planned *planned =
        generate_planned(g->options->catalogue, theme_name(theme), theme, arena);
    unsigned seen = n < 1000000000u ? (unsigned)n : 1000000000u;
    result.accepted = is_refusing(theme) ? 0 : seen;
    result.refused = is_refusing(theme) ? seen : 0;
    if (!planned || !n || has_failed(g, theme))
        return;
    result_record(planned, &result, false, NULL, arena, &recorded);
    commit(g, &recorded);
}

/* A failure that could not be looked at again, because the run was broken off. */
static struct record_case *unrun(const struct generation *g, const struct signature *s)
{
    struct arena *arena = g->options->run->arena;
    const char *id = arena_printf(arena, "schedule-%u", s->first);
    const struct planned *planned =
        id ? generate_planned(g->options->catalogue, id, THEME_PLAIN, arena) : NULL;
    struct record_case *result = planned ? arena_alloc(arena, sizeof(*result)) : NULL;
    if (result)
        result_unrun(planned, STATE_ERROR, "it failed and was not run a second time", arena,
                     result);
    return result;
}

static void commit_all(struct generation *g)
{
    for (uint32_t i = 0; i < g->n_signatures; i++) {
        struct signature *s = &g->signatures[i];
        if (!s->result)
            s->result = unrun(g, s);
        if (s->result)
            commit(g, s->result);
    }
    for (int t = THEME_NONE + 1; t < N_THEME; t++)
        commit_theme(g, (enum theme)t);
}

static enum status record_distribution(const struct shape *s, struct arena *arena,
                                       struct record_generated *out)
{
    struct record_table *tables = arena_array(arena, N_SHAPE, sizeof(*tables));
    for (int t = 0; tables && t < N_SHAPE; t++) {
        struct record_row *rows = arena_array(arena, SHAPE_ROWS_MAX, sizeof(*rows));
        tables[t] =
            (struct record_table){.name = shape_table_name((enum shape_table)t), .rows = rows};
        for (size_t i = 0; rows && shape_row_name((enum shape_table)t, i); i++)
            rows[tables[t].n_rows++] =
                (struct record_row){shape_row_name((enum shape_table)t, i), s->counts[t][i]};
        if (!rows)
            return E_NOMEM;
    }
    out->tables = tables;
    out->n_tables = N_SHAPE;
    return tables ? OK : E_NOMEM;
}

static enum status record_generated(const struct generation *g, struct arena *arena)
{
    const struct shape *s = &g->out->shape;
    struct record_generated *out = arena_alloc(arena, sizeof(*out));
    struct record_failure *failures = arena_array(arena, SIGNATURES_MAX, sizeof(*failures));
    if (!out || !failures)
        return E_NOMEM;
    *out = (struct record_generated){.asked = g->options->count,
                                     .run = g->out->n_run,
                                     .failed = g->out->n_failed,
                                     .steps = s->steps,
                                     .opened = s->opened,
                                     .refused = s->refused,
                                     .failures = failures,
                                     .n_failures = g->n_signatures};
    for (uint32_t i = 0; i < g->n_signatures; i++) {
        const struct signature *one = &g->signatures[i];
        failures[i] = (struct record_failure){.cause = arena_text(arena, one->cause),
                                              .schedules = one->n_failed,
                                              .id = one->result ? one->result->id : ""};
    }
    g->out->generated = out;
    return record_distribution(s, arena, out);
}

static void take_failures(struct generation *g)
{
    bool was_broken_off = g->out->interrupted[0] != '\0';
    g->is_over = was_broken_off;
    if (!was_broken_off)
        have_done(g, GENERATE_SHRINK, g->n_signatures);
}

static uint64_t peak_memory_kb(void)
{
    static const int whose[] = {RUSAGE_SELF, RUSAGE_CHILDREN};
    uint64_t most = 0;
    for (size_t i = 0; i < sizeof(whose) / sizeof(whose[0]); i++) {
        struct rusage usage;
        if (getrusage(whose[i], &usage) == 0 && (uint64_t)usage.ru_maxrss > most)
            most = (uint64_t)usage.ru_maxrss;
    }
    return most;
}

enum status generate_run(const struct generate_options *options, struct generate_outcome *out)
{
    enum status st = E_NOMEM;
    struct generation *g = calloc(1, sizeof(*g));
    memset(out, 0, sizeof(*out));
    out->cases = arena_array(options->run->arena, SIGNATURES_MAX + N_THEME, sizeof(*out->cases));
    if (!g || !out->cases)
        goto out;
    g->options = options;
    g->out = out;
    if ((st = start_workers(g)))
        goto out;
    have_done(g, GENERATE_BLOCK, (options->count + BLOCK - 1) / BLOCK);
    take_failures(g);
    commit_all(g);
    st = record_generated(g, options->run->arena);
out:
    if (g) {
        end_workers(g);
        out->peak_memory_kb = peak_memory_kb();
        free(g->workers);
    }
    free(g);
    return st;
}

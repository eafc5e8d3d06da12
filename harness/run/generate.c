#include "run/generate.h"

#include "run/generate_worker.h"
#include "run/result.h"

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
    json_t *result; /* its case result */
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
    json_t *ring[BLOCKS_AHEAD]; /* reports by item, not taken yet */
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

static void note_failure(struct generation *g, const json_t *failed)
{
    char cause[CAUSE_MAX];
    const char *verdict = json_string_value(json_array_get(failed, 1));
    const char *words = json_string_value(json_array_get(failed, 2));
    snprintf(cause, sizeof(cause), "%s|%s", verdict ? verdict : "?", words ? words : "?");
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
    s->first = (uint32_t)json_integer_value(json_array_get(failed, 0));
    s->n_failed = 1;
}

static void take_block(struct generation *g, const json_t *report)
{
    struct shape shape;
    size_t i;
    const json_t *failed;
    if (!generate_shape_from(json_object_get(report, "shape"), &shape)) {
        stop(g, "a worker ended in an error of assay");
        return;
    }
    shape_join(&g->out->shape, &shape);
    g->out->n_run += (uint32_t)shape.schedules;
    json_array_foreach(json_object_get(report, "failed"), i, failed) note_failure(g, failed);
    if (json_is_true(json_object_get(report, "is_down")))
        stop(g, "target down: schedules in a row without an answer");
    if (g->out->n_failed >= FAILED_MAX)
        stop(g, NULL);
    if (g->options->taken)
        g->options->taken(g->options->context, g->out->n_run, g->options->count, g->out->n_failed);
}

static void take_ready(struct generation *g)
{
    while (g->next_take < g->n_items && g->ring[g->next_take % BLOCKS_AHEAD]) {
        json_t *report = g->ring[g->next_take % BLOCKS_AHEAD];
        g->ring[g->next_take % BLOCKS_AHEAD] = NULL;
        /* what was dealt ahead of the end is dropped: with other workers it would not have run */
        if (g->task == GENERATE_SHRINK)
            g->signatures[g->next_take].result = json_incref(json_object_get(report, "case"));
        else if (!g->is_over)
            take_block(g, report);
        g->next_take++;
        json_decref(report);
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
        g->ring[w->index % BLOCKS_AHEAD] = json_object(); /* taken as an error of ours */
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

static void collect(struct generation *g, struct worker *w)
{
    json_error_t error;
    json_t *report = json_loadfd(w->fd, JSON_DISABLE_EOF_CHECK, &error);
    if (!report || !w->is_busy) {
        json_decref(report);
        lose_worker(g, w);
        return;
    }
    w->target_cpu_us = (uint64_t)json_integer_value(json_object_get(report, "target_cpu_us"));
    g->ring[w->index % BLOCKS_AHEAD] = report;
    w->is_busy = false;
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
        json_decref(g->ring[i]);
        g->ring[i] = NULL;
    }
}

/* ---- the outcome */

static void commit(struct generation *g, json_t *result)
{
    FILE *journal = g->options->run->journal;
    if (!result || json_array_append_new(g->out->cases, result) || !journal)
        return;
    json_dumpf(result, journal, JSON_COMPACT);
    fputc('\n', journal);
    fflush(journal);
}

/* A theme held when no failure is about its requirement. */
static bool has_failed(const struct generation *g, enum theme theme)
{
    for (uint32_t i = 0; i < g->n_signatures; i++) {
        const char *id = json_string_value(json_object_get(g->signatures[i].result, "requirement"));
        if (!id || strcmp(id, theme_requirement(theme)) == 0)
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
    struct arena arena;
    uint64_t n = g->out->shape.counts[SHAPE_THEMES][theme - 1];
    struct case_result result = {.verdict = VERDICT_PASS, .why = ""};
    arena_init(&arena, 64 * 1024);
    const struct planned *planned =
        generate_planned(g->options->catalogue, theme_name(theme), theme, &arena);
    unsigned seen = n < 1000000000u ? (unsigned)n : 1000000000u;
    result.accepted = is_refusing(theme) ? 0 : seen;
    result.refused = is_refusing(theme) ? seen : 0;
    if (planned && n && !has_failed(g, theme))
        commit(g, case_result_json(planned, &result, false, NULL));
    arena_fini(&arena);
}

/* A failure that could not be looked at again, because the run was broken off. */
static json_t *unrun(const struct generation *g, const struct signature *s)
{
    struct arena arena;
    char id[48];
    snprintf(id, sizeof(id), "schedule-%u", s->first);
    arena_init(&arena, 64 * 1024);
    const struct planned *planned =
        generate_planned(g->options->catalogue, id, THEME_PLAIN, &arena);
    json_t *result =
        planned ? case_unrun_json(planned, "error", "it failed and was not run a second time")
                : NULL;
    arena_fini(&arena);
    return result;
}

static void commit_all(struct generation *g)
{
    for (uint32_t i = 0; i < g->n_signatures; i++) {
        struct signature *s = &g->signatures[i];
        if (!s->result)
            s->result = unrun(g, s);
        commit(g, json_incref(s->result));
    }
    for (int t = THEME_NONE + 1; t < N_THEME; t++)
        commit_theme(g, (enum theme)t);
}

static json_t *distribution_json(const struct shape *s)
{
    json_t *all = json_object();
    for (int t = 0; t < N_SHAPE; t++) {
        json_t *rows = json_array();
        for (size_t i = 0; shape_row_name((enum shape_table)t, i); i++)
            json_array_append_new(rows, json_pack("{s:s, s:I}", "name",
                                                  shape_row_name((enum shape_table)t, i), "count",
                                                  (json_int_t)s->counts[t][i]));
        json_object_set_new(all, shape_table_name((enum shape_table)t), rows);
    }
    return all;
}

static json_t *failures_json(const struct generation *g)
{
    json_t *all = json_array();
    for (uint32_t i = 0; i < g->n_signatures; i++) {
        const struct signature *s = &g->signatures[i];
        const json_t *id = json_object_get(s->result, "id");
        json_array_append_new(all, json_pack("{s:s, s:I, s:s}", "cause", s->cause, "schedules",
                                             (json_int_t)s->n_failed, "case",
                                             json_is_string(id) ? json_string_value(id) : ""));
    }
    return all;
}

static json_t *generated_json(const struct generation *g)
{
    const struct shape *s = &g->out->shape;
    return json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:o, s:o}", "asked",
                     (json_int_t)g->options->count, "run", (json_int_t)g->out->n_run, "failed",
                     (json_int_t)g->out->n_failed, "steps", (json_int_t)s->steps, "opened",
                     (json_int_t)s->opened, "refused", (json_int_t)s->refused, "failures",
                     failures_json(g), "distribution", distribution_json(s));
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
    out->cases = json_array();
    if (!g || !out->cases)
        goto out;
    g->options = options;
    g->out = out;
    if ((st = start_workers(g)))
        goto out;
    have_done(g, GENERATE_BLOCK, (options->count + BLOCK - 1) / BLOCK);
    take_failures(g);
    commit_all(g);
    out->generated = generated_json(g);
    st = out->generated ? OK : E_NOMEM;
out:
    if (g) {
        end_workers(g);
        out->peak_memory_kb = peak_memory_kb();
        for (uint32_t i = 0; i < g->n_signatures; i++)
            json_decref(g->signatures[i].result);
        free(g->workers);
    }
    free(g);
    return st;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/generate.h"

#include "pool/pool.h"
#include "run/generate_worker.h"
#include "run/result.h"
#include "run/worker.h"
#include "scenario/requirements_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK 32u          /* schedules in one job */
#define BLOCKS_AHEAD 64u   /* blocks dealt from the first that is not committed on */
#define ENDING_MS 10000u   /* for an idle worker to close its target */
#define FAILED_MAX 200u    /* so many failing schedules, and the run is over */
#define SIGNATURES_MAX 16u /* different failures that are shrunk and reported */
#define CAUSE_MAX 160u

/* One way of failing. */
struct signature {
    char cause[CAUSE_MAX]; /* verdict and cause */
    uint32_t first;        /* the first schedule that failed so */
    uint32_t n_failed;
    struct record_case *result;
};

struct generation {
    const struct generate_options *options;
    struct generate_outcome *out;
    struct pool *pool;
    struct signature signatures[SIGNATURES_MAX];
    uint32_t n_signatures;
    bool is_interrupted; /* by the user, or because time is over */
};

static uint32_t n_blocks(const struct generate_options *o)
{
    return (o->count + BLOCK - 1) / BLOCK;
}

static enum status open_pool(struct generation *g)
{
    const struct run_options *run = g->options->run;
    size_t useful = n_blocks(g->options);
    size_t wanted = run->jobs < useful ? run->jobs : useful;
    const struct pool_options options = {.n_workers = wanted ? wanted : 1,
                                         .result_max = WORKER_REPORT_MAX,
                                         .ahead_max = BLOCKS_AHEAD,
                                         .ending_ms = ENDING_MS,
                                         .clock = clock_monotonic(),
                                         .interrupted = run->interrupted,
                                         .until_ms = run_until_ms(run, clock_monotonic()),
                                         .work = generate_worker_serve,
                                         .context = g->options};
    enum status st = pool_open(&options, &g->pool);
    if (!st)
        g->out->workers = (unsigned)pool_n_workers(g->pool);
    return st;
}

/* Keep the first reason why the run does not come to its end. */
static void interrupt(struct generation *g, const char *why)
{
    if (!g->out->interrupted[0])
        snprintf(g->out->interrupted, sizeof(g->out->interrupted), "%s", why);
}

/* ---- jobs and their results */

static void write_order(const struct generation *g, const struct generate_order *order,
                        struct pool_job *out)
{
    memcpy(out->bytes, order, sizeof(*order));
    out->len = sizeof(*order);
    out->allowed_ms = worker_allowed_ms(g->options->run);
}

/* The report in a result; all zeros when there is none. What the target took is added up. */
static void read_report(const struct generation *g, const struct pool_result *result,
                        struct arena *arena, struct generate_report *out)
{
    if (result->fate != POOL_DONE ||
        form_read(&generate_report_form, result->bytes, arena, NULL, out))
        memset(out, 0, sizeof(*out));
    g->out->target_cpu_us += out->target_cpu_us;
    g->out->n_late += out->n_late;
}

static void have_done(struct generation *g, const struct pool_batch *batch)
{
    size_t n_committed;
    enum pool_ending ending = pool_run(g->pool, batch, &n_committed);
    char why[80];
    run_say_out_of_time(g->options->run, why, sizeof(why));
    g->is_interrupted |= ending == POOL_INTERRUPTED || ending == POOL_OUT_OF_TIME;
    if (ending == POOL_INTERRUPTED)
        interrupt(g, "interrupted by a signal");
    else if (ending == POOL_OUT_OF_TIME)
        interrupt(g, why);
    else if (ending == POOL_STRANDED)
        interrupt(g, "a worker died and no other could be started");
}

/* ---- blocks of schedules */

static bool write_block(void *context, size_t index, struct pool_job *out)
{
    const struct generation *g = context;
    uint32_t first = (uint32_t)index * BLOCK;
    uint32_t left = g->options->count - first;
    const struct generate_order order = {
        .task = GENERATE_BLOCK, .first = first, .count = left < BLOCK ? left : BLOCK};
    write_order(g, &order, out);
    return true;
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

static enum pool_note take_block(struct generation *g, const struct generate_report *report)
{
    struct shape shape;
    if (report->shape.len != sizeof(shape)) {
        interrupt(g, "a worker ended in an error of assay");
        return POOL_ENOUGH;
    }
    memcpy(&shape, report->shape.data, sizeof(shape));
    shape_join(&g->out->shape, &shape);
    g->out->n_run += (uint32_t)shape.schedules;
    for (size_t i = 0; i < report->n_failed; i++)
        note_failure(g, &report->failed[i]);
    if (report->is_down)
        interrupt(g, RECORD_TARGET_DOWN ": schedules in a row without an answer");
    if (g->options->taken)
        g->options->taken(g->options->context, g->out->n_run, g->options->count, g->out->n_failed);
    return report->is_down || g->out->n_failed >= FAILED_MAX ? POOL_ENOUGH : POOL_GO_ON;
}

static enum pool_note commit_block(void *context, size_t index, const struct pool_result *result)
{
    struct generation *g = context;
    (void)index;
    if (result->fate == POOL_LATE) {
        interrupt(g, "assay's worker did not finish a schedule and was ended");
        return POOL_ENOUGH;
    }
    struct generate_report report;
    struct arena passing; /* a block is forgotten once it is counted */
    arena_init(&passing, WORKER_REPORT_MAX);
    read_report(g, result, &passing, &report);
    enum pool_note note = take_block(g, &report);
    arena_fini(&passing);
    return note;
}

static void run_blocks(struct generation *g)
{
    const struct pool_batch batch = {
        .n_jobs = n_blocks(g->options), .job = write_block, .commit = commit_block, .context = g};
    have_done(g, &batch);
}

/* ---- the first schedule of each signature: shrunk, or when interrupted as it was generated */

static bool write_again(void *context, size_t index, struct pool_job *out)
{
    const struct generation *g = context;
    const struct generate_order order = {.task =
                                             g->is_interrupted ? GENERATE_SHOW : GENERATE_SHRINK,
                                         .first = g->signatures[index].first};
    write_order(g, &order, out);
    return !g->signatures[index].result;
}

static enum pool_note commit_again(void *context, size_t index, const struct pool_result *result)
{
    struct generation *g = context;
    struct generate_report report;
    if (result->fate == POOL_SKIPPED)
        return POOL_GO_ON;
    read_report(g, result, g->options->run->arena, &report);
    g->signatures[index].result = report.result;
    return POOL_GO_ON;
}

static void run_failures_again(struct generation *g)
{
    const struct pool_batch batch = {.n_jobs = g->n_signatures,
                                     .job = write_again,
                                     .commit = commit_again,
                                     .context = g,
                                     .is_last_word = g->is_interrupted};
    have_done(g, &batch);
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

static void commit_theme(struct generation *g, enum theme theme)
{
    struct arena *arena = g->options->run->arena;
    uint64_t n = g->out->shape.counts[SHAPE_THEMES][theme - 1];
    struct case_result result = {.verdict = VERDICT_PASS, .why = ""};
    struct record_case recorded;
    const struct planned *planned =
        generate_planned(g->options, theme_name(theme),
                         catalogue_requirement(g->options->catalogue, theme_requirement(theme)),
                         theme_level(theme), arena);
    unsigned seen = n < 1000000000u ? (unsigned)n : 1000000000u;
    result.accepted = theme_is_of_refusal(theme) ? 0 : seen;
    result.refused = seen - result.accepted;
    if (!planned || !n || has_failed(g, theme))
        return;
    result_record(planned, &result, false, NULL, arena, &recorded);
    commit(g, &recorded);
}

/* A failure that was not run again, because the run was interrupted or its worker was lost. */
static struct record_case *unrun(const struct generation *g, const struct signature *s)
{
    struct arena *arena = g->options->run->arena;
    const char *id = arena_printf(arena, "schedule-%u", s->first);
    const struct planned *planned =
        id ? generate_planned(
                 g->options, id,
                 catalogue_requirement(g->options->catalogue, theme_requirement(THEME_PLAIN)),
                 LEVEL_NONE, arena)
           : NULL;
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
    if ((st = open_pool(g)))
        goto out;
    run_blocks(g);
    if (!out->interrupted[0])
        run_failures_again(g);
    if (g->is_interrupted) /* found is found */
        run_failures_again(g);
    commit_all(g);
    st = record_generated(g, options->run->arena);
out:
    if (g)
        pool_close(g->pool, &out->harness_cpu_us);
    free(g);
    return st;
}

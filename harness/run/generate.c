#include "run/generate.h"

#include "pool/pool.h"
#include "run/generate_worker.h"
#include "run/result.h"
#include "run/worker.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

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
    json_t *result; /* its case result */
};

struct generation {
    const struct generate_options *options;
    struct generate_outcome *out;
    struct pool *pool;
    struct signature signatures[SIGNATURES_MAX];
    uint32_t n_signatures;
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

/* The report in a result; NULL when there is none. What the target took is added up. */
static json_t *read_report(const struct generation *g, const struct pool_result *result)
{
    json_error_t error;
    if (result->fate != POOL_DONE)
        return NULL;
    json_t *report = json_loadb((const char *)result->bytes.data, result->bytes.len, 0, &error);
    g->out->target_cpu_us += (uint64_t)json_integer_value(json_object_get(report, "target_cpu_us"));
    return report;
}

static void have_done(struct generation *g, const struct pool_batch *batch)
{
    size_t n_committed;
    enum pool_ending ending = pool_run(g->pool, batch, &n_committed);
    if (ending == POOL_INTERRUPTED)
        interrupt(g, "interrupted by a signal");
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

static enum pool_note take_block(struct generation *g, const json_t *report)
{
    struct shape shape;
    size_t i;
    const json_t *failed;
    bool is_down = json_is_true(json_object_get(report, "is_down"));
    if (!generate_shape_from(json_object_get(report, "shape"), &shape)) {
        interrupt(g, "a worker ended in an error of assay");
        return POOL_ENOUGH;
    }
    shape_join(&g->out->shape, &shape);
    g->out->n_run += (uint32_t)shape.schedules;
    json_array_foreach(json_object_get(report, "failed"), i, failed) note_failure(g, failed);
    if (is_down)
        interrupt(g, "target down: schedules in a row without an answer");
    if (g->options->taken)
        g->options->taken(g->options->context, g->out->n_run, g->options->count, g->out->n_failed);
    return is_down || g->out->n_failed >= FAILED_MAX ? POOL_ENOUGH : POOL_ANSWERED;
}

static enum pool_note commit_block(void *context, size_t index, const struct pool_result *result)
{
    struct generation *g = context;
    (void)index;
    if (result->fate == POOL_LATE) {
        interrupt(g, "assay's worker did not finish a schedule and was ended");
        return POOL_ENOUGH;
    }
    json_t *report = read_report(g, result);
    enum pool_note note = take_block(g, report);
    json_decref(report);
    return note;
}

static void run_blocks(struct generation *g)
{
    const struct pool_batch batch = {
        .n_jobs = n_blocks(g->options), .job = write_block, .commit = commit_block, .context = g};
    have_done(g, &batch);
}

/* ---- shrinking the first schedule of each signature */

static bool write_shrink(void *context, size_t index, struct pool_job *out)
{
    const struct generation *g = context;
    const struct generate_order order = {.task = GENERATE_SHRINK,
                                         .first = g->signatures[index].first};
    write_order(g, &order, out);
    return true;
}

static enum pool_note commit_shrunk(void *context, size_t index, const struct pool_result *result)
{
    struct generation *g = context;
    json_t *report = read_report(g, result);
    g->signatures[index].result = json_incref(json_object_get(report, "case"));
    json_decref(report);
    return POOL_ANSWERED;
}

static void shrink_failures(struct generation *g)
{
    const struct pool_batch batch = {
        .n_jobs = g->n_signatures, .job = write_shrink, .commit = commit_shrunk, .context = g};
    have_done(g, &batch);
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

/* A failure that was not run again, because the run was interrupted or its worker was lost. */
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
    if ((st = open_pool(g)))
        goto out;
    run_blocks(g);
    if (!out->interrupted[0])
        shrink_failures(g);
    commit_all(g);
    out->generated = generated_json(g);
    st = out->generated ? OK : E_NOMEM;
out:
    if (g) {
        pool_close(g->pool, &out->harness_cpu_us);
        out->peak_memory_kb = peak_memory_kb();
        for (uint32_t i = 0; i < g->n_signatures; i++)
            json_decref(g->signatures[i].result);
    }
    free(g);
    return st;
}

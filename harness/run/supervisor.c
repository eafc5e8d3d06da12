/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/run.h"

#include "pool/pool.h"
#include "run/breaker.h"
#include "run/result.h"
#include "run/unit_worker.h"
#include "run/worker.h"

#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>

#define AHEAD_MAX 4096u  /* units dealt from the first that is not committed on */
#define ENDING_MS 10000u /* for an idle worker to close its target */

struct supervisor {
    const struct run_options *options;
    struct run_outcome *out;
    struct units units;
    size_t first_unit; /* that is dealt: those before it are done */
    struct breaker breaker;
    bool is_down; /* as the breaker says */
};

/* ---- results */

static const char *how_it_ended(int wait_status, char *text, size_t len)
{
    if (WIFSIGNALED(wait_status))
        snprintf(text, len, "assay's worker died of signal %d", WTERMSIG(wait_status));
    else
        snprintf(text, len, "assay's worker ended with code %d", WEXITSTATUS(wait_status));
    return text;
}

/* Write beside a failure what the user has listed about it. */
static void excuse(const struct supervisor *s, struct record_case *result)
{
    if (!s->options->known || result->state != STATE_FAILED)
        return;
    const struct known_failure *line =
        known_failures_excuse(s->options->known, result->id, result->result.cause);
    if (!line)
        return;
    result->excuse = arena_alloc(s->options->arena, sizeof(*result->excuse));
    if (result->excuse)
        *result->excuse =
            (struct excuse){.reason = line->reason, .until = line->until ? line->until : ""};
}

/* The next case in the order of the plan. */
static void keep(const struct supervisor *s, const struct record_line *line)
{
    const struct run_options *o = s->options;
    s->out->took_us[s->out->n_cases] = line->took_us;
    struct record_case *kept = &s->out->cases[s->out->n_cases++];
    *kept = line->result;
    if (o->observer.committed)
        o->observer.committed(o->observer.context, kept, s->out->n_cases, o->plan->count);
}

/* The same of one that the journal does not have yet. */
static void commit_case(const struct supervisor *s, struct record_line *line)
{
    line->at = s->options->plan->items[s->out->n_cases].at;
    excuse(s, &line->result);
    /* a journal that cannot be written costs nothing but itself */
    (void)!form_print(&record_line_form, line, FORM_LINE, s->options->journal);
    keep(s, line);
}

static void keep_unrun(const struct supervisor *s, enum state state, const char *why)
{
    struct record_line line = {.took_us = 0};
    const struct plan_item *item = &s->options->plan->items[s->out->n_cases];
    result_unrun(&item->planned, state, why, s->options->arena, &line.result);
    commit_case(s, &line);
}

static void keep_lost(const struct supervisor *s, const struct pool_result *result)
{
    char text[64];
    const char *why = "assay's worker sent no result that can be read";
    if (result->fate == POOL_DIED)
        why = how_it_ended(result->wait_status, text, sizeof(text));
    else if (result->fate == POOL_LATE)
        why = "assay's worker did not finish the case and was ended";
    keep_unrun(s, STATE_ERROR, why);
}

/* ---- units as jobs of the pool */

static bool write_job(void *context, size_t index, struct pool_job *out)
{
    const struct supervisor *s = context;
    index += s->first_unit;
    if (s->options->plan->items[s->units.items[index].first].not_applicable)
        return false;
    uint32_t number = (uint32_t)index;
    memcpy(out->bytes, &number, sizeof(number));
    out->len = sizeof(number);
    out->allowed_ms = worker_allowed_ms(s->options) * s->units.items[index].count;
    return true;
}

/* Take the next line off |text|. */
static struct bytes next_line(struct bytes *text)
{
    const uint8_t *end = text->len ? memchr(text->data, '\n', text->len) : NULL;
    struct bytes line = bytes_slice(*text, 0, end ? (size_t)(end - text->data) : text->len);
    *text = bytes_slice(*text, line.len + (end != NULL), SIZE_MAX);
    return line;
}

/* One case of a unit; no line when it was lost. */
static void take_report(struct supervisor *s, struct bytes text, const struct pool_result *result)
{
    struct case_report report;
    if (text.len == 0 || form_read(&case_report_form, text, s->options->arena, NULL, &report)) {
        keep_lost(s, result);
        s->is_down = breaker_count(&s->breaker, false, false);
        return;
    }
    struct record_line line = {.result = report.result,
                               .took_us = report.took_us,
                               .is_hang = report.is_hang,
                               .has_hung = report.has_hung};
    s->out->target_cpu_us += report.target_cpu_us;
    s->out->n_late += report.n_late;
    commit_case(s, &line);
    s->is_down = breaker_count(&s->breaker, report.is_hang, report.has_hung);
}

static enum pool_note commit(void *context, size_t index, const struct pool_result *result)
{
    struct supervisor *s = context;
    const struct unit *unit = &s->units.items[s->first_unit + index];
    struct bytes text = result->bytes;
    if (result->fate == POOL_SKIPPED) {
        keep_unrun(s, STATE_NOT_APPLICABLE, s->options->plan->items[unit->first].not_applicable);
        return POOL_GO_ON;
    }
    for (size_t i = 0; i < unit->count && !s->is_down; i++)
        take_report(s, next_line(&text), result);
    return s->is_down ? POOL_ENOUGH : POOL_GO_ON;
}

static void tick(void *context)
{
    const struct supervisor *s = context;
    if (s->options->observer.tick)
        s->options->observer.tick(s->options->observer.context);
}

/* ---- a run that goes on */

static bool is_of(const struct record_line *line, const struct plan_item *item)
{
    struct arena scratch;
    arena_init(&scratch, 4096);
    const char *id = planned_id(&item->planned, &scratch);
    bool is_same = id && line->at == item->at && strcmp(line->result.id, id) == 0;
    arena_fini(&scratch);
    return is_same;
}

enum status run_count_done(const struct plan *plan, bool shares, const struct record_line *lines,
                           size_t n, size_t *out_done)
{
    struct arena arena;
    struct units units;
    size_t stand = 0, whole = 0;
    *out_done = 0;
    while (stand < n && lines[stand].result.state != STATE_NOT_RUN) {
        if (stand == plan->count || !is_of(&lines[stand], &plan->items[stand])) {
            *out_done = stand;
            return E_MISSING;
        }
        stand++;
    }
    while (stand && (lines[stand - 1].result.state == STATE_ERROR ||
                     lines[stand - 1].result.state == STATE_NOT_APPLICABLE))
        stand--;
    arena_init(&arena, (plan->count + 1) * sizeof(struct unit) + 65536);
    enum status st = units_make(plan, shares, &arena, &units);
    for (size_t i = 0; !st && i < units.count && whole + units.items[i].count <= stand; i++)
        whole += units.items[i].count;
    arena_fini(&arena);
    *out_done = whole;
    return st;
}

/* What is done already, as if it had been done now. */
static void take_done(struct supervisor *s)
{
    const struct run_options *o = s->options;
    for (size_t i = 0; i < o->n_done; i++) {
        keep(s, &o->done[i]);
        if (o->done[i].result.state != STATE_NOT_APPLICABLE)
            s->is_down = breaker_count(&s->breaker, o->done[i].is_hang, o->done[i].has_hung);
    }
    while (s->first_unit < s->units.count && s->units.items[s->first_unit].first < o->n_done)
        s->first_unit++;
}

/* ---- the run */

static uint64_t own_cpu_us(void)
{
    struct rusage usage;
    if (getrusage(RUSAGE_SELF, &usage))
        return 0;
    return (uint64_t)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000u +
           (uint64_t)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

static enum status open_pool(const struct supervisor *s, const struct unit_work *work,
                             struct pool **out)
{
    const struct run_options *o = s->options;
    size_t left = s->units.count - s->first_unit;
    size_t useful = s->units.n_applicable < left ? s->units.n_applicable : left;
    size_t wanted = o->jobs < useful ? o->jobs : useful;
    struct clock clock = clock_monotonic();
    const struct pool_options options = {.n_workers = wanted ? wanted : 1,
                                         .result_max = WORKER_REPORT_MAX,
                                         .ahead_max = AHEAD_MAX,
                                         .ending_ms = ENDING_MS,
                                         .clock = clock,
                                         .interrupted = o->interrupted,
                                         .until_ms = run_until_ms(o, clock),
                                         .work = unit_worker_serve,
                                         .context = work};
    return pool_open(&options, out);
}

uint64_t run_until_ms(const struct run_options *o, struct clock clock)
{
    return o->max_ms ? clock_now_ms(clock) + o->max_ms : 0;
}

void run_say_out_of_time(const struct run_options *o, char *text, size_t len)
{
    snprintf(text, len, "stopped after %llu s, as asked (--max-time)",
             (unsigned long long)o->max_ms / 1000);
}

/* One sentence on why not all cases ran; nothing when they did. The breaker's is about the last
 * case that was committed. */
static void say_ending(const struct supervisor *s, enum pool_ending ending)
{
    struct run_outcome *out = s->out;
    char *text = out->interrupted;
    size_t len = sizeof(out->interrupted);
    char why[80];
    breaker_say(&s->breaker, why, sizeof(why));
    if (ending == POOL_STOPPED)
        snprintf(text, len, RECORD_TARGET_DOWN " at case %s: %s", out->cases[out->n_cases - 1].id,
                 why);
    else if (ending == POOL_OUT_OF_TIME)
        run_say_out_of_time(s->options, text, len);
    else if (ending == POOL_STRANDED)
        snprintf(text, len, "a worker died and no other could be started");
    else if (ending == POOL_INTERRUPTED)
        snprintf(text, len, "interrupted by a signal");
}

static void keep_rest(const struct supervisor *s)
{
    char why[300];
    snprintf(why, sizeof(why), "not run: %s", s->out->interrupted);
    while (s->out->n_cases < s->options->plan->count)
        keep_unrun(s, STATE_NOT_RUN, why);
}

enum status run_plan(const struct run_options *options, struct run_outcome *out)
{
    struct supervisor s = {.options = options, .out = out};
    const struct unit_work work = {.options = options, .units = &s.units};
    struct pool *pool = NULL;
    uint64_t cpu_before_us = own_cpu_us();
    size_t n_committed;

    memset(out, 0, sizeof(*out));
    out->cases = arena_array(options->arena, options->plan->count + 1, sizeof(*out->cases));
    out->took_us = arena_array(options->arena, options->plan->count + 1, sizeof(*out->took_us));
    enum status st = out->cases && out->took_us ? OK : E_NOMEM;
    if (!st)
        st = units_make(options->plan, options->shares, options->arena, &s.units);
    if (!st) {
        take_done(&s);
        st = open_pool(&s, &work, &pool);
    }
    if (!st) {
        const struct pool_batch batch = {.n_jobs = s.units.count - s.first_unit,
                                         .job = write_job,
                                         .commit = commit,
                                         .tick = tick,
                                         .context = &s};
        out->workers = (unsigned)pool_n_workers(pool);
        say_ending(&s, s.is_down ? POOL_STOPPED : pool_run(pool, &batch, &n_committed));
        keep_rest(&s);
    }
    pool_close(pool, &out->harness_cpu_us);
    out->harness_cpu_us += own_cpu_us() - cpu_before_us;
    return st;
}

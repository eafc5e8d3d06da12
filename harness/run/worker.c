#include "run/worker.h"

#include "base/version.h"
#include "run/repro.h"
#include "run/context.h"
#include "scenario/resolve.h"

#include <stdlib.h>
#include <string.h>

#define DETAIL_MAX 4096u
#define GRACE_MS 10000u /* a worker gets this much longer than its case before it is killed */

/* ---- the target connection */

/* Hello again after a reopen; a target that no longer says Hello is down. */
static bool says_hello(struct driver *c)
{
    struct arena arena;
    struct answer answer;
    arena_init(&arena, 1024u * 1024u);
    struct target_profile *profile = arena_alloc(&arena, sizeof(*profile));
    bool is_fine = profile && driver_hello(c, ASSAY_VERSION, &arena, profile, &answer) == OK &&
                   answer.seen == SEEN_DONE;
    arena_fini(&arena);
    return is_fine;
}

struct driver *worker_connect(const struct run_options *o)
{
    struct driver *driver = NULL;
    struct buffer detail;
    struct driver_options options = {
        .address = *o->address, .clock = clock_monotonic(), .timeout_ms = o->timeout_ms};
    buffer_init(&detail, DETAIL_MAX);
    enum status st = driver_open(&options, &driver, &detail);
    buffer_fini(&detail);
    if (st || !says_hello(driver)) {
        driver_close(driver);
        return NULL;
    }
    return driver;
}

static bool refresh(struct driver *c)
{
    struct buffer detail;
    buffer_init(&detail, DETAIL_MAX);
    enum status st = driver_reopen(c, &detail);
    buffer_fini(&detail);
    return !st && says_hello(c);
}

/* ---- one case */

static bool is_hang(const struct case_result *r)
{
    return r->n_steps && r->steps[r->n_steps - 1].seen == SEEN_SILENCE;
}

static bool has_same_cause(const struct case_result *a, const struct case_result *b)
{
    return a->cause && b->cause && strcmp(a->cause, b->cause) == 0;
}

static void explain(struct case_result *out, const char *text, const char *otherwise)
{
    out->why = text ? text : otherwise;
}

static void run_once(const struct worker_case *w, struct arena *arena, struct tape *tape,
                     struct case_result *out)
{
    struct case_run run = {.id = w->id,
                           .ops = &w->ops,
                           .run_seed = bytes_of(w->options->seed, sizeof(w->options->seed)),
                           .vector_dir = w->options->vector_dir,
                           .driver = w->driver,
                           .cipher = w->cipher,
                           .surface = w->surface,
                           .wire = w->options->wire,
                           .capture = w->options->capture,
                           .timeout_ms = w->options->timeout_ms,
                           .clock = clock_monotonic(),
                           .case_ms = w->options->case_ms};
    case_run(&run, arena, tape, out);
}

/*
 * The second run decides whether the first can be relied on. Failing in two ways is failing: else a
 * target could hide by failing in another way each time.
 */
static void confirm(const struct worker_case *w, struct arena *arena, struct tape *tape,
                    struct case_result *out)
{
    const struct case_result first = *out;
    run_once(w, arena, tape, out);
    if (out->verdict == first.verdict) {
        if (!has_same_cause(&first, out))
            explain(out, arena_printf(arena, "%s; the first time: %s", out->why, first.why),
                    out->why);
        return;
    }
    explain(out,
            arena_printf(arena, "not the same twice: first %s (%s), then from a fresh start %s",
                         verdict_name(first.verdict), first.why, verdict_name(out->verdict)),
            "not the same twice");
    if (out->verdict != VERDICT_ERROR)
        out->verdict = VERDICT_INCONCLUSIVE;
    if (!out->cause)
        out->cause = "not-the-same-twice";
}

static void unreachable(struct case_result *out)
{
    memset(out, 0, sizeof(*out));
    out->verdict = VERDICT_ERROR;
    out->why = "the target cannot be reached any more";
    out->cause = "target-unreachable";
}

void worker_run_case(const struct worker_case *w, struct arena *arena, struct tape *tape,
                     struct case_result *out, bool *out_is_hang)
{
    *out_is_hang = true;
    channel_progress(w->channel);
    if (!w->driver || (driver_is_broken(w->driver) && !refresh(w->driver))) {
        unreachable(out);
        return;
    }
    run_once(w, arena, tape, out);
    if (out->verdict != VERDICT_PASS && !w->options->trusts_once) {
        if (refresh(w->driver))
            confirm(w, arena, tape, out);
        else if (!is_hang(out))
            unreachable(out);
    }
    *out_is_hang = out->cause && (is_hang(out) || strcmp(out->cause, "target-unreachable") == 0);
}

enum status worker_case_resolve(struct worker_case *what, const struct step *steps, size_t n_steps,
                                struct arena *arena)
{
    what->steps = steps;
    what->n_steps = n_steps;
    return resolve_steps(steps, n_steps, what->cipher, arena, &what->ops);
}

void worker_try_case(const struct worker_case *w, struct arena *arena, struct tape *tape,
                     struct case_result *out)
{
    channel_progress(w->channel);
    if (!w->driver || (driver_is_broken(w->driver) && !refresh(w->driver)))
        unreachable(out);
    else
        run_once(w, arena, tape, out);
}

/* ---- the loop */

static const struct member report_members[] = {
    {.key = "case",
     .kind = MEMBER_STRUCT,
     .traits = MEMBER_NEEDED,
     MEMBER_AT(worker_report, result),
     .of = &record_case_form},
    FLAG("is_hang", worker_report, is_hang),
    NUMBER("target_cpu_us", worker_report, target_cpu_us),
};
const struct form worker_report_form = {FORM(worker_report, report_members)};

/* The signature begins with the requirement that is violated. */
static void name_requirement(const struct planned *p, struct case_result *r, struct arena *arena)
{
    if (!r->cause)
        return;
    if (!r->violates)
        r->violates = p->spec->requirement->id;
    r->cause = arena_printf(arena, "%s|%s", r->violates, r->cause);
}

/* The case run and answered for. False when memory is short or the answer cannot be sent. */
static bool answer(const struct run_options *o, struct driver *driver, uint32_t index,
                   struct tape *tape, const struct channel *channel, uint64_t *told_us)
{
    const struct planned *planned = &o->plan->items[index].planned;
    struct arena arena;
    struct case_result result;
    struct worker_case what = {
        .options = o, .cipher = planned->spec->suite->cipher, .driver = driver};
    struct worker_report report = {.is_hang = false};
    bool is_sent = false;

    arena_init(&arena, CONTEXT_ARENA_MAX);
    what.id = planned_id(planned, &arena);
    what.n_steps = planned->spec->n_steps;
    what.surface = planned->surface;
    if (!what.id || planned_steps(planned, &arena, &what.steps) ||
        resolve_planned(planned, what.steps, &arena, &what.ops))
        goto out;
    tape_clear(tape);
    worker_run_case(&what, &arena, tape, &result, &report.is_hang);
    name_requirement(planned, &result, &arena);
    const char *repro = NULL;
    if (result.verdict != VERDICT_PASS && o->out_dir)
        repro = repro_write(o, planned, &what, &result, tape, &arena);
    bool with_steps =
        result.verdict != VERDICT_PASS || !planned->spec->sweep_kind || planned->instance == 0;
    result_record(planned, &result, with_steps, repro, &arena, &report.result);
    report.target_cpu_us = worker_target_cpu_us(driver, told_us);
    is_sent = worker_send(channel, &worker_report_form, &report);
out:
    arena_fini(&arena);
    return is_sent;
}

uint64_t worker_allowed_ms(const struct run_options *options)
{
    return 2 * (options->case_ms + options->timeout_ms) + GRACE_MS;
}

uint64_t worker_target_cpu_us(const struct driver *driver, uint64_t *told_us)
{
    uint64_t before_us = *told_us;
    uint64_t now_us = driver ? driver_target_cpu_us(driver) : 0;
    if (now_us > before_us) /* a process that has just ended has no time to read */
        *told_us = now_us;
    return *told_us - before_us;
}

bool worker_send(const struct channel *channel, const struct form *form, const void *report)
{
    struct buffer text;
    buffer_init(&text, WORKER_REPORT_MAX);
    bool is_sent = form_write(form, report, FORM_LINE, &text) == OK &&
                   channel_send(channel, buffer_bytes(&text));
    buffer_fini(&text);
    return is_sent;
}

int worker_serve_cases(struct channel *channel, const void *context)
{
    const struct run_options *options = context;
    struct tape tape;
    struct bytes job;
    uint64_t told_us = 0;
    int code = 0;
    struct driver *driver = worker_connect(options);

    tape_init(&tape);
    while (!code && channel_receive(channel, &job)) {
        uint32_t index;
        memcpy(&index, job.data, sizeof(index));
        if (!driver)
            driver = worker_connect(options);
        if (!answer(options, driver, index, &tape, channel, &told_us))
            code = 1;
    }
    driver_close(driver);
    tape_fini(&tape);
    return code;
}

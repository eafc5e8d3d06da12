/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/trials.h"

#include "pool/pool.h"
#include "run/context.h"
#include "run/worker.h"
#include "scenario/refusal.h"
#include "scenario/resolve.h"
#include "scenario/without.h"
#include "score/blame.h"

#include <string.h>

#define TRIALS_OF_A_CASE 2u
#define ENDING_MS 10000u /* for an idle worker to close its target */

/* What a worker knows. */
struct playing {
    const struct run_options *options;
    const struct record_run *run;
    const size_t *candidates;
};

/* What it sends back. */
struct report {
    struct record_trial *trials;
    size_t n_trials;
    uint64_t target_cpu_us;
};

static const struct member report_members[] = {
    LIST("trials", report, trials, n_trials, &record_trial_form),
    NUMBER("target_cpu_us", report, target_cpu_us),
};
static const struct form report_form = {FORM(report, report_members)};

/* ---- one case, in a worker */

struct playing_case {
    const struct record_case *failed;
    struct worker_case what;
    struct arena *arena;
    struct tape tape;
    struct record_trial trials[TRIALS_OF_A_CASE];
    size_t n;
};

/* Passed, failed at the last step as before, or nothing that says anything. */
static enum state play(struct playing_case *p, const struct op_list *ops)
{
    struct case_result result;
    p->what.ops = *ops;
    worker_try_case(&p->what, p->arena, &p->tape, &result);
    if (result.verdict == VERDICT_PASS)
        return STATE_PASSED;
    bool is_last = result.n_steps == ops->n_ops + 1; /* the first is the preparation */
    return result.verdict == VERDICT_FAIL && is_last ? STATE_FAILED : STATE_INCONCLUSIVE;
}

/* Play |of|'s first |n_ops| without |what|; STATE_NONE where that cannot be. */
static enum state try_without(struct playing_case *p, const struct op_list *of, size_t n_ops,
                              enum without what, struct op_list *out)
{
    if (op_list_without(of, n_ops, what, p->arena, out))
        return STATE_NONE;
    enum state state = play(p, out);
    p->trials[p->n++] = (struct record_trial){
        .id = p->failed->id, .cause = p->failed->result.cause, .without = what, .state = state};
    return state;
}

static bool has_replay(const struct op_list *of, size_t n_ops)
{
    for (size_t i = 0; i < n_ops; i++)
        if (op_replays(of->ops, &of->ops[i]))
            return true;
    return false;
}

static void try_all(struct playing_case *p, const struct op_list *of)
{
    size_t n_ops = p->failed->result.n_steps - 1;
    struct op_list without, again;
    enum state state = try_without(p, of, n_ops, WITHOUT_REFUSALS, &without);
    if (state == STATE_PASSED && has_replay(of, n_ops))
        (void)try_without(p, of, n_ops, WITHOUT_FORGERIES, &again);
    if (state == STATE_FAILED && !try_without(p, &without, without.n_ops, WITHOUT_OTHERS, &again))
        (void)try_without(p, &without, without.n_ops, WITHOUT_RESTART, &again);
}

static bool serve(const struct playing *playing, size_t number, struct driver *driver,
                  struct channel *channel, uint64_t *told_us)
{
    size_t at = playing->candidates[number];
    const struct planned *planned = &playing->options->plan->items[at].planned;
    const struct step *steps;
    struct op_list ops;
    struct arena arena;
    struct playing_case p = {.failed = &playing->run->cases[at],
                             .what = {.options = playing->options,
                                      .cipher = planned->spec->suite->cipher,
                                      .surface = planned->surface,
                                      .driver = driver,
                                      .why_no_driver = "",
                                      .channel = channel},
                             .arena = &arena};
    arena_init(&arena, CONTEXT_ARENA_MAX);
    tape_init(&p.tape);
    p.what.id = p.failed->id;
    if (driver && planned_steps(planned, &arena, &steps) == OK &&
        resolve_planned(planned, steps, &arena, &ops) == OK && p.failed->result.n_steps > 1 &&
        p.failed->result.n_steps <= ops.n_ops + 1)
        try_all(&p, &ops);
    const struct report report = {p.trials, p.n, worker_target_cpu_us(driver, told_us)};
    bool is_sent = worker_send(channel, &report_form, &report);
    tape_fini(&p.tape);
    arena_fini(&arena);
    return is_sent;
}

static int work(struct channel *channel, const void *context)
{
    const struct playing *playing = context;
    struct buffer why;
    struct bytes job;
    uint64_t told_us = 0;
    bool is_own_trouble; /* either way nothing is tried */
    int code = 0;
    buffer_init(&why, WORKER_WHY_MAX);
    struct driver *driver = worker_connect(playing->options, &why, &is_own_trouble);
    while (!code && channel_receive(channel, &job)) {
        uint32_t number;
        memcpy(&number, job.data, sizeof(number));
        code = serve(playing, number, driver, channel, &told_us) ? 0 : 1;
    }
    driver_close(driver);
    buffer_fini(&why);
    return code;
}

/* ---- all of them */

struct collecting {
    const struct run_options *options;
    struct record_run *run;
    struct run_outcome *out;
};

static bool write_job(void *context, size_t index, struct pool_job *out)
{
    const struct collecting *c = context;
    uint32_t number = (uint32_t)index;
    memcpy(out->bytes, &number, sizeof(number));
    out->len = sizeof(number);
    out->allowed_ms = TRIALS_OF_A_CASE * worker_allowed_ms(c->options);
    return true;
}

static enum pool_note commit(void *context, size_t index, const struct pool_result *result)
{
    struct collecting *c = context;
    struct report report;
    (void)index;
    if (result->fate != POOL_DONE ||
        form_read(&report_form, result->bytes, c->options->arena, NULL, &report))
        return POOL_GO_ON; /* a trial that was lost says nothing */
    for (size_t i = 0; i < report.n_trials && i < TRIALS_OF_A_CASE; i++)
        c->run->trials[c->run->n_trials++] = report.trials[i];
    c->out->target_cpu_us += report.target_cpu_us;
    return POOL_GO_ON;
}

static enum status play_all(struct collecting *c, const struct playing *playing, size_t n)
{
    const struct run_options *o = c->options;
    struct clock clock = clock_monotonic();
    const struct pool_options options = {.n_workers = o->jobs < n ? o->jobs : n,
                                         .result_max = WORKER_REPORT_MAX,
                                         .ahead_max = BLAME_MAX,
                                         .ending_ms = ENDING_MS,
                                         .clock = clock,
                                         .interrupted = o->interrupted,
                                         .until_ms = run_until_ms(o, clock),
                                         .work = work,
                                         .context = playing};
    const struct pool_batch batch = {.n_jobs = n, .job = write_job, .commit = commit, .context = c};
    struct pool *pool = NULL;
    size_t n_committed;
    uint64_t cpu_us = 0;
    c->run->trials = arena_array(o->arena, n * TRIALS_OF_A_CASE, sizeof(struct record_trial));
    enum status st = c->run->trials ? pool_open(&options, &pool) : E_NOMEM;
    if (!st)
        (void)pool_run(pool, &batch, &n_committed);
    pool_close(pool, &cpu_us);
    c->out->harness_cpu_us += cpu_us;
    return st;
}

enum status trials_play(const struct run_options *options, struct record_run *run,
                        struct run_outcome *out)
{
    struct collecting c = {options, run, out};
    struct run_options quiet = *options;
    size_t *candidates, n;
    run->n_trials = 0;
    if (out->interrupted[0])
        return OK;
    enum status st = blame_candidates(run, options->arena, &candidates, &n);
    if (st || !n)
        return st;
    quiet.capture = NULL;
    const struct playing playing = {&quiet, run, candidates};
    return play_all(&c, &playing, n);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/worker.h"

#include "base/version.h"
#include "run/context.h"
#include "scenario/resolve.h"

#include <stdlib.h>
#include <string.h>

#define STRETCH_MS 35000u /* that a case may take longer for what its steps allow, at most */
#define GRACE_MS 10000u   /* a worker gets this much longer than its case before it is killed */

/* ---- the target connection */

/* Is it the target that the run began with? If not, |why| says what it is now. */
static bool is_the_same(const struct target_profile *first, const struct target_profile *now,
                        struct buffer *why)
{
    if (!first ||
        (strcmp(first->name, now->name) == 0 && strcmp(first->version, now->version) == 0 &&
         strcmp(first->protocol, now->protocol) == 0 &&
         first->protocol_version == now->protocol_version))
        return true;
    buffer_printf(
        why,
        "it is another target since it was started again: \"%s %s\" of protocol %s (contract "
        "%u), and the run began with \"%s %s\" of protocol %s (contract %u)",
        now->name, now->version, now->protocol, now->protocol_version, first->name, first->version,
        first->protocol, first->protocol_version);
    return false;
}

/* Hello, after a start. A target that does not answer it is down; |why| gets the reason, unless
 * assay could not ask, which is *out_is_own_trouble. */
static bool says_hello(const struct run_options *o, struct driver *c, struct buffer *why,
                       bool *out_is_own_trouble)
{
    uint64_t start_ms = o->start_ms;
    struct arena arena;
    struct answer answer = {.seen = SEEN_HARNESS_TROUBLE, .detail = ""};
    arena_init(&arena, 1024u * 1024u);
    struct target_profile *profile = arena_alloc(&arena, sizeof(*profile));
    bool is_fine = profile && driver_hello(c, ASSAY_VERSION, &arena, profile, &answer) == OK &&
                   answer.seen == SEEN_DONE;
    *out_is_own_trouble = !is_fine && answer.seen == SEEN_HARNESS_TROUBLE;
    if (!is_fine && answer.seen == SEEN_SILENCE && start_ms)
        buffer_printf(why, "it did not start and answer Hello within %llu s (--start-timeout)",
                      (unsigned long long)start_ms / 1000);
    else if (!is_fine)
        buffer_printf(why, "it did not answer Hello with a Profile; seen: %s%s%s",
                      seen_name(answer.seen), answer.detail[0] ? ", " : "", answer.detail);
    is_fine = is_fine && is_the_same(o->profile, profile, why);
    arena_fini(&arena);
    return is_fine;
}

struct driver *worker_connect(const struct run_options *o, struct buffer *why,
                              bool *out_is_own_trouble)
{
    struct driver *driver = NULL;
    struct driver_options options = {.address = *o->address,
                                     .clock = clock_monotonic(),
                                     .timeout_ms = o->timeout_ms,
                                     .start_ms = o->start_ms};
    buffer_clear(why);
    enum status st = driver_open(&options, &driver, why);
    *out_is_own_trouble = st == E_NOMEM;
    if (*out_is_own_trouble)
        buffer_append_text(why, status_text(st));
    if (st || !says_hello(o, driver, why, out_is_own_trouble)) {
        driver_close(driver);
        driver = NULL;
    }
    return driver;
}

static bool answers_ping(struct driver *driver, struct arena *arena)
{
    struct answer answer;
    return !driver_is_broken(driver) && driver_ping(driver, arena, &answer) == OK &&
           answer.seen == SEEN_DONE;
}

/*
 * A target that answers Ping goes on as it is, for every case begins with Reset; another is started
 * anew. NULL when the next case can begin; else why it cannot, and whether that is assay's trouble.
 */
static const char *make_ready(const struct worker_case *w, struct arena *arena,
                              bool *out_is_own_trouble)
{
    struct buffer why;
    const char *text = NULL;
    *out_is_own_trouble = w->is_own_trouble;
    if (!w->driver)
        return w->why_no_driver;
    driver_set_limits(w->driver, w->options->timeout_ms, 0);
    if (answers_ping(w->driver, arena))
        return NULL;
    channel_progress(w->channel);
    buffer_init(&why, WORKER_WHY_MAX);
    enum status st = driver_reopen(w->driver, &why);
    *out_is_own_trouble = st == E_NOMEM;
    if (st || !says_hello(w->options, w->driver, &why, out_is_own_trouble))
        text = arena_text(arena, buffer_text(&why));
    bool is_ready = !driver_is_broken(w->driver);
    buffer_fini(&why);
    channel_progress(w->channel);
    *out_is_own_trouble |= !is_ready && !text;
    return is_ready || text ? text : status_text(E_NOMEM);
}

/* ---- one case */

static bool is_silent(const struct case_result *r)
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

/* With all deadlines |stretch_ms| longer. How many milliseconds assay or the target lost in that
 * time. */
static uint64_t run_once(const struct worker_case *w, uint64_t stretch_ms, struct arena *arena,
                         struct tape *tape, struct case_result *out)
{
    struct clock clock = driver_clock(w->driver);
    struct case_run run = {.id = w->id,
                           .ops = &w->ops,
                           .run_seed = bytes_of(w->options->seed, sizeof(w->options->seed)),
                           .vector_dir = w->options->vector_dir,
                           .driver = w->driver,
                           .cipher = w->cipher,
                           .surface = w->surface,
                           .wire = w->options->wire,
                           .capture = w->options->capture,
                           .timeout_ms = w->options->timeout_ms + stretch_ms,
                           .clock = clock,
                           .case_ms = w->options->case_ms + stretch_ms};
    channel_progress(w->channel);
    driver_set_limits(w->driver, run.timeout_ms, clock_now_ms(clock) + run.case_ms);
    struct driver_moment began = driver_moment(w->driver);
    case_run(&run, arena, tape, out);
    uint64_t lost_ms = driver_lost_ms(w->driver, &began);
    driver_set_limits(w->driver, w->options->timeout_ms, 0);
    return lost_ms;
}

/* A request that was not answered in time ends the connection. */
static void note_hang(const struct worker_case *w, const struct case_result *r)
{
    if (w->has_hung && is_silent(r) && driver_is_broken(w->driver))
        *w->has_hung = true;
}

bool worker_is_beyond_doubt(const struct case_result *r)
{
    enum seen seen = r->n_steps ? r->steps[r->n_steps - 1].seen : SEEN_NOTHING_YET;
    return seen == SEEN_PLAINTEXT || seen == SEEN_OTHER_PLAINTEXT || seen == SEEN_LEAK ||
           seen == SEEN_DEATH;
}

/* What did not pass while assay or the target did not get its share of the machine says nothing: it
 * is done again, unless it is beyond doubt. Where the target is gone for good, what was seen is
 * kept. True when every run was late and none passed. */
static bool run_fairly(const struct worker_case *w, struct arena *arena, struct tape *tape,
                       struct case_result *out)
{
    bool is_own_trouble;
    uint64_t stretch_ms = 0;
    uint64_t lost_ms = run_once(w, 0, arena, tape, out);
    for (unsigned i = 0; i < DRIVER_LATE_MAX; i++) {
        if (out->verdict == VERDICT_PASS || lost_ms < DRIVER_LATE_MS ||
            worker_is_beyond_doubt(out) || make_ready(w, arena, &is_own_trouble))
            return false;
        if (w->n_late)
            ++*w->n_late;
        stretch_ms += lost_ms;
        lost_ms = run_once(w, stretch_ms, arena, tape, out);
    }
    return out->verdict != VERDICT_PASS && lost_ms >= DRIVER_LATE_MS &&
           !worker_is_beyond_doubt(out);
}

/* Why a case that came to |verdict| once, for |reason|, is assay's error: it could not be done
 * again, for |why|. */
static void say_unconfirmed(struct case_result *out, const char *why, enum verdict verdict,
                            const char *reason, struct arena *arena)
{
    explain(out,
            arena_printf(arena,
                         "assay could not do it again: %s; the first time: %s (%s), not confirmed",
                         why, verdict_name(verdict), reason),
            "assay had no memory to do it again; what was seen once is not confirmed");
}

/*
 * The second run decides whether the first can be relied on. Failing in two ways is failing: else a
 * target could hide by failing in another way each time. A first run that was late is no evidence:
 * what passes after it passes.
 */
static void confirm(const struct worker_case *w, bool is_late, struct arena *arena,
                    struct tape *tape, struct case_result *out)
{
    const struct case_result first = *out;
    if (is_late) /* as it was often enough */
        run_once(w, 0, arena, tape, out);
    else
        run_fairly(w, arena, tape, out);
    if (is_late && out->verdict == VERDICT_PASS)
        return;
    if (out->verdict == first.verdict) {
        if (!has_same_cause(&first, out))
            explain(out, arena_printf(arena, "%s; the first time: %s", out->why, first.why),
                    out->why);
        return;
    }
    if (out->verdict == VERDICT_ERROR) {
        say_unconfirmed(out, out->why, first.verdict, first.why, arena);
        return;
    }
    explain(out,
            arena_printf(arena, "not the same twice: first %s (%s), then done again %s",
                         verdict_name(first.verdict), first.why, verdict_name(out->verdict)),
            "not the same twice");
    out->verdict = VERDICT_INCONCLUSIVE;
    if (!out->cause)
        out->cause = "not-the-same-twice";
}

/* Of a case that cannot be done because assay itself is in trouble. */
static void own_trouble(struct case_result *out, const char *why, struct arena *arena)
{
    memset(out, 0, sizeof(*out));
    out->verdict = VERDICT_ERROR;
    explain(out, arena_printf(arena, "assay could not ask the target: %s", why), why);
}

/* Of one that cannot be done again because of that. Its steps stay as they were seen, for a person;
 * they count for nothing: a system without memory may have ended the target, too. */
static void unconfirmed(struct case_result *out, const char *why, struct arena *arena)
{
    say_unconfirmed(out, why, out->verdict, out->why, arena);
    out->verdict = VERDICT_ERROR;
    out->cause = out->violates = out->alone = NULL;
    out->is_setup = false;
    out->n_measures = 0;
}

static void unreachable(struct case_result *out, const char *why, struct arena *arena)
{
    memset(out, 0, sizeof(*out));
    out->verdict = VERDICT_INCONCLUSIVE;
    explain(out, arena_printf(arena, "the target cannot be reached any more: %s", why),
            "the target cannot be reached any more");
    out->cause = "target-unreachable";
}

/* What was seen is the finding, and that the target cannot be started again is part of it. */
static void broken_for_good(struct case_result *out, const char *why, struct arena *arena)
{
    explain(
        out,
        arena_printf(arena, "%s; the target cannot be started again afterwards: %s", out->why, why),
        out->why);
}

static bool is_usable(const struct worker_case *w)
{
    return w->driver && !driver_is_broken(w->driver);
}

void worker_run_case(const struct worker_case *w, struct arena *arena, struct tape *tape,
                     struct case_result *out, bool *out_is_hang)
{
    bool is_own = false;
    const char *why = is_usable(w) ? NULL : make_ready(w, arena, &is_own);
    *out_is_hang = !is_own;
    if (why) {
        (is_own ? own_trouble : unreachable)(out, why, arena);
        return;
    }
    bool is_late = run_fairly(w, arena, tape, out);
    if (out->verdict == VERDICT_ERROR && !make_ready(w, arena, &is_own)) /* no evidence */
        is_late = run_fairly(w, arena, tape, out);
    note_hang(w, out);
    if (out->verdict != VERDICT_PASS && !w->options->trusts_once) {
        if ((why = make_ready(w, arena, &is_own))) {
            /* what was late is no evidence, and neither is assay's own error */
            *out_is_hang = !is_own;
            bool is_evidence = !is_late && out->verdict != VERDICT_ERROR;
            (is_own ? is_evidence ? unconfirmed : own_trouble : broken_for_good)(out, why, arena);
            return;
        }
        confirm(w, is_late, arena, tape, out);
        note_hang(w, out);
    }
    *out_is_hang = is_silent(out) && !answers_ping(w->driver, arena);
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
    bool is_own = false;
    const char *why = is_usable(w) ? NULL : make_ready(w, arena, &is_own);
    if (why)
        (is_own ? own_trouble : unreachable)(out, why, arena);
    else
        run_fairly(w, arena, tape, out);
}

/* ---- what every worker needs */

uint64_t worker_allowed_ms(const struct run_options *options)
{
    return 2 * (options->case_ms + options->timeout_ms + STRETCH_MS) + options->start_ms + GRACE_MS;
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

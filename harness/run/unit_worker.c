/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/unit_worker.h"

#include "run/breaker.h"
#include "run/context.h"
#include "run/conversation.h"
#include "run/repro.h"
#include "run/worker.h"
#include "scenario/resolve.h"
#include "scenario/sharing.h"

#include <stdio.h>
#include <string.h>

/* What comes out when copies that are refused one by one come one after another. */
#define CROWD_MEASURE "forged copies in one session"
#define CROWD_MAX 96u

/* What a shared session came to that did not pass. */
struct crowd {
    char text[CROWD_MAX]; /* "" for nothing to say */
    bool is_beyond_doubt; /* no measure: a forgery was taken, or worker_is_beyond_doubt */
};

struct serving {
    const struct run_options *options;
    const struct units *units;
    struct channel *channel;
    struct driver *driver;
    struct buffer why; /* there is no driver */
    bool is_own_trouble;
    struct tape tape;
    uint64_t told_us;   /* of the target's processor time */
    struct buffer text; /* of the result */
};

static const struct member report_members[] = {
    {.key = "case",
     .kind = MEMBER_STRUCT,
     .traits = MEMBER_NEEDED,
     MEMBER_AT(case_report, result),
     .of = &record_case_form},
    FLAG("is_hang", case_report, is_hang),
    FLAG("has_hung", case_report, has_hung),
    NUMBER("n_late", case_report, n_late),
    NUMBER("target_cpu_us", case_report, target_cpu_us),
    NUMBER("took_us", case_report, took_us),
};
const struct form case_report_form = {FORM(case_report, report_members)};

static uint64_t now_us(void) { return clock_now_us(clock_monotonic()); }

static const struct planned *planned_at(const struct serving *s, const struct unit *unit, size_t i)
{
    return &s->options->plan->items[unit->first + i].planned;
}

/* A target that could not be reached is tried again. */
static struct worker_case case_of(struct serving *s, const struct planned *planned,
                                  struct case_report *report)
{
    if (!s->driver)
        s->driver = worker_connect(s->options, &s->why, &s->is_own_trouble);
    return (struct worker_case){.options = s->options,
                                .cipher = planned->spec->suite->cipher,
                                .surface = planned->surface,
                                .driver = s->driver,
                                .why_no_driver = buffer_text(&s->why),
                                .is_own_trouble = s->is_own_trouble,
                                .channel = s->channel,
                                .n_late = &report->n_late,
                                .has_hung = &report->has_hung};
}

static enum status add_report(struct serving *s, struct case_report *report)
{
    report->target_cpu_us = worker_target_cpu_us(s->driver, &s->told_us);
    if (s->text.len)
        buffer_append_text(&s->text, "\n");
    return form_write(&case_report_form, report, FORM_LINE, &s->text);
}

/* ---- a case by itself */

/* The signature begins with the requirement that is violated. */
static void name_requirement(const struct planned *p, struct case_result *r, struct arena *arena)
{
    if (!r->cause)
        return;
    if (!r->violates)
        r->violates = p->spec->requirement->id;
    r->cause = arena_printf(arena, "%s|%s", r->violates, r->cause);
}

/* One more measure of |r|; without memory, none. */
static void add_measure(struct case_result *r, const char *value, struct arena *arena)
{
    struct measured *all = arena_array(arena, r->n_measures + 1, sizeof(*all));
    if (!all)
        return;
    if (r->n_measures)
        memcpy(all, r->measures, r->n_measures * sizeof(*all));
    all[r->n_measures] = (struct measured){.name = CROWD_MEASURE, .value = value, .varied = ""};
    r->measures = all;
    r->n_measures++;
}

/* What |r|, which passes alone, says of |crowd|: a measure; or that it cannot be relied on. */
static void add_crowd(struct case_result *r, const struct crowd *crowd, struct arena *arena)
{
    if (!crowd->is_beyond_doubt) {
        add_measure(r, crowd->text, arena);
        return;
    }
    r->verdict = VERDICT_INCONCLUSIVE;
    r->why = arena_printf(arena, "it passes alone; " CROWD_MEASURE ": %s", crowd->text);
    if (!r->why)
        r->why = "it passes alone, and not among others";
    r->cause = "not-among-others";
}

/* Runs for making one conversation small: others wait, and the target may fail many. */
#define TRIALS_MAX 80u

static enum status take_steps(const struct planned *planned, struct arena *arena,
                              struct worker_case *what)
{
    if (planned->spec->conversations)
        return conversation_take(planned, arena, what);
    what->n_steps = planned->spec->n_steps;
    enum status st = planned_steps(planned, arena, &what->steps);
    return st ? st : resolve_planned(planned, what->steps, arena, &what->ops);
}

/* A conversation that failed is made small, and reported as what its last step is about. */
static enum status settle(struct serving *s, const struct planned **planned,
                          struct worker_case *what, struct case_result *result, struct arena *arena)
{
    if (!(*planned)->spec->conversations || result->verdict == VERDICT_PASS)
        return OK;
    conversation_narrow(what, TRIALS_MAX, arena, &s->tape, result);
    conversation_doubt(result);
    *planned = conversation_failed(*planned, what, result, arena);
    return *planned ? OK : E_NOMEM;
}

/* |crowd|: what is said beside it when it passes; NULL for nothing. */
static enum status run_alone(struct serving *s, const struct planned *planned,
                             const struct crowd *crowd, struct case_report *report)
{
    const struct run_options *o = s->options;
    struct arena arena;
    struct case_result result;
    struct worker_case what = case_of(s, planned, report);
    const char *repro = NULL;
    uint64_t began_us = now_us();

    arena_init(&arena, CONTEXT_ARENA_MAX);
    what.id = planned_id(planned, &arena);
    enum status st = what.id ? take_steps(planned, &arena, &what) : E_NOMEM;
    if (st)
        goto out;
    tape_clear(&s->tape);
    worker_run_case(&what, &arena, &s->tape, &result, &report->is_hang);
    if ((st = settle(s, &planned, &what, &result, &arena)))
        goto out;
    bool is_pass = result.verdict == VERDICT_PASS;
    if (is_pass && crowd && crowd->text[0])
        add_crowd(&result, crowd, &arena);
    name_requirement(planned, &result, &arena);
    if (!is_pass && o->out_dir)
        repro = repro_write(o, planned, &what, &result, &s->tape, &arena);
    bool with_steps = result.verdict != VERDICT_PASS || !planned->spec->sweep_kind ||
                      (planned->instance == 0 && !planned->spec->conversations);
    result_record(planned, &result, with_steps, repro, &arena, &report->result);
    report->took_us = now_us() - began_us;
    st = add_report(s, report);
out:
    arena_fini(&arena);
    return st;
}

/* ---- instances that share a session */

/* What each of |n| came to, of which the session came to |all|: as if it had been there alone. */
static struct case_result part_of(const struct case_result *all, size_t n)
{
    unsigned others = (unsigned)n - 1;
    return (struct case_result){.verdict = VERDICT_PASS,
                                .why = "",
                                .accepted = all->accepted,
                                .refused = all->refused > others ? all->refused - others : 0};
}

static enum status report_parts(struct serving *s, const struct unit *shared,
                                const struct case_result *all, uint64_t took_us, uint64_t n_late)
{
    enum status st = OK;
    struct case_result part = part_of(all, shared->count);
    for (size_t i = 0; i < shared->count && !st; i++) {
        struct case_report report = {.took_us = took_us / shared->count + 1,
                                     .n_late = i ? 0 : n_late};
        struct arena arena;
        arena_init(&arena, CONTEXT_ARENA_MAX);
        result_record(planned_at(s, shared, i), &part, false, NULL, &arena, &report.result);
        report.result.shared = shared->count;
        report.result.tape = ""; /* the session's is none of its own */
        st = add_report(s, &report);
        arena_fini(&arena);
    }
    return st;
}

/* Was what had to be refused taken? */
static bool is_taken(const struct step_result *r)
{
    return r->expect == EXPECT_REFUSES &&
           (r->seen == SEEN_PLAINTEXT || r->seen == SEEN_OTHER_PLAINTEXT ||
            r->seen == SEEN_ABSORBED || r->seen == SEEN_DONE);
}

/* Of a session that did not come to its end; nothing when assay could not go on. */
static void say_crowd(const struct case_result *all, struct crowd *out)
{
    const struct step_result *last = all->n_steps ? &all->steps[all->n_steps - 1] : NULL;
    const char *what = NULL;
    *out = (struct crowd){.text = ""};
    if (!last || all->verdict == VERDICT_ERROR)
        return;
    if (last->seen == SEEN_DEATH)
        what = "dies";
    else if (last->seen == SEEN_SILENCE)
        what = "hangs";
    else if (is_taken(last))
        what = "takes a forged one";
    else if (last->seen == SEEN_REFUSAL)
        what = "refuses what is genuine";
    snprintf(out->text, sizeof(out->text), "%s after %u refused messages",
             what ? what : seen_name(last->seen), all->refused);
    out->is_beyond_doubt = is_taken(last) || worker_is_beyond_doubt(all);
}

/*
 * All of |shared| in one session. *out_passed: everything was as expected, and is reported; if not,
 * nothing is, and |crowd| says how far it came.
 */
static enum status run_together(struct serving *s, const struct unit *shared, struct crowd *crowd,
                                bool *out_passed)
{
    const struct planned *members[SHARING_MAX];
    struct run_options options = *s->options;
    struct case_report report = {.n_late = 0};
    struct case_result all = {.verdict = VERDICT_NONE};
    struct worker_case what = case_of(s, planned_at(s, shared, 0), &report);
    struct arena arena;
    uint64_t began_us = now_us();

    *out_passed = false;
    options.case_ms *= shared->count; /* as many as they are */
    what.options = &options;
    for (size_t i = 0; i < shared->count; i++)
        members[i] = planned_at(s, shared, i);
    arena_init(&arena, CONTEXT_ARENA_MAX);
    what.id = arena_printf(&arena, "%s#%lu-%lu", members[0]->spec->full_id,
                           (unsigned long)members[0]->instance + 1,
                           (unsigned long)members[shared->count - 1]->instance + 1);
    enum status st = what.id ? sharing_ops(members, shared->count, &arena, &what.ops) : E_NOMEM;
    if (!st) {
        tape_clear(&s->tape);
        worker_try_case(&what, &arena, &s->tape, &all);
        *out_passed = all.verdict == VERDICT_PASS;
        say_crowd(&all, crowd);
    }
    if (*out_passed)
        st = report_parts(s, shared, &all, now_us() - began_us, report.n_late);
    arena_fini(&arena);
    return st;
}

/* Each of |unit| by itself. When all pass alone, the last says what |crowd| came to, or NULL. */
static enum status run_apart(struct serving *s, const struct unit *unit, const struct crowd *crowd,
                             bool *out_passed)
{
    unsigned n_silent = 0;
    enum status st = OK;
    *out_passed = true;
    for (size_t i = 0; i < unit->count && !st && n_silent < BREAKER_IN_A_ROW; i++) {
        struct case_report report = {.is_hang = false};
        bool is_last = i + 1 == unit->count;
        st = run_alone(s, planned_at(s, unit, i), is_last && *out_passed ? crowd : NULL, &report);
        *out_passed &= !st && report.result.state == STATE_PASSED;
        n_silent = report.is_hang ? n_silent + 1 : 0;
    }
    return st;
}

static enum status run_unit(struct serving *s, const struct unit *unit)
{
    const struct unit first = {unit->first, 1}, others = {unit->first + 1, unit->count - 1};
    struct crowd crowd = {.text = ""};
    bool has_passed = false;
    enum status st = run_apart(s, &first, NULL, &has_passed);
    if (st || others.count == 0)
        return st;
    if (has_passed && others.count > 1)
        st = run_together(s, &others, &crowd, &has_passed);
    else
        has_passed = false;
    return st || has_passed ? st : run_apart(s, &others, &crowd, &has_passed);
}

/* ---- the loop */

static bool serve_job(struct serving *s, struct bytes job)
{
    uint32_t number;
    memcpy(&number, job.data, sizeof(number));
    buffer_init(&s->text, WORKER_REPORT_MAX);
    bool is_sent = run_unit(s, &s->units->items[number]) == OK &&
                   channel_send(s->channel, buffer_bytes(&s->text));
    buffer_fini(&s->text);
    return is_sent;
}

int unit_worker_serve(struct channel *channel, const void *context)
{
    const struct unit_work *work = context;
    struct serving s = {.options = work->options, .units = work->units, .channel = channel};
    struct bytes job;
    int code = 0;

    buffer_init(&s.why, WORKER_WHY_MAX);
    tape_init(&s.tape);
    s.driver = worker_connect(s.options, &s.why, &s.is_own_trouble);
    while (!code && channel_receive(channel, &job))
        code = serve_job(&s, job) ? 0 : 1;
    driver_close(s.driver);
    buffer_fini(&s.why);
    tape_fini(&s.tape);
    return code;
}

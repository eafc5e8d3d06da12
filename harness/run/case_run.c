/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/case_run.h"

#include "run/context.h"
#include "run/surface.h"
#include "run/verbs.h"
#include "cipher/refusal.h"

#include <string.h>

#define STEP_TEXT_SHOWN 160u

const char *step_line(const struct step *step, struct arena *arena)
{
    struct buffer line;
    const struct verb_rule *rule = verb_rule(step->verb);
    buffer_init(&line, 4096);
    buffer_append_text(&line, rule ? rule->name : "?");
    for (size_t i = 0; i < step->n_attributes; i++)
        buffer_printf(&line, " %s=\"%.*s\"", step->attributes[i].name, (int)STEP_TEXT_SHOWN,
                      step->attributes[i].value);
    const char *text = arena_text(arena, buffer_text(&line));
    buffer_fini(&line);
    return text ? text : "";
}

/* No case keeps half of what it may of itself: where the rest is gone, the target sent it. */
static bool is_flooded(const struct context *context, enum status st)
{
    return st == E_NOMEM && context->arena->used > context->arena->max / 2;
}

static void report_trouble(const struct context *context, struct step_result *r, enum status st)
{
    if (!st)
        return;
    bool is_targets = is_flooded(context, st);
    r->seen = is_targets ? SEEN_OVERSIZE : SEEN_HARNESS_TROUBLE;
    r->detail = is_targets ? "the target sent more than a case keeps, 256 MiB" : status_text(st);
}

/* Requirement-independent part of a failure's signature: verb, what was expected, what was
 * different, what was seen and, of a refusal, why. The worker puts the requirement before it.
 * Without a session nothing works, whatever is tried and whatever is different. */
static const char *signature(const struct step_result *r, const struct op *op, struct arena *arena)
{
    const char *different = op && op->different ? op->different : r->field;
    bool is_refusal = r->seen == SEEN_REFUSAL;
    if (is_refusal && r->expect != EXPECT_REFUSES && r->reason == REFUSAL_NO_SESSION)
        return arena_printf(arena, "-|-|-|%s|%s", seen_name(r->seen),
                            refusal_name(REFUSAL_NO_SESSION));
    /* it gave what nobody sealed: it did not authenticate, whatever was different */
    if (r->expect == EXPECT_REFUSES && r->seen == SEEN_OTHER_PLAINTEXT)
        different = NULL;
    return arena_printf(arena, "%s|%s|%s|%s%s%s", r->verb, expect_name(r->expect),
                        different ? different : "-", seen_name(r->seen), is_refusal ? "|" : "",
                        is_refusal ? refusal_name((enum refusal)r->reason) : "");
}

/* On the client surface silence is a missing answer, and to end the connection is an answer. */
static bool has_broken(const struct step_result *r, enum surface surface)
{
    bool is_over = r->seen == SEEN_SILENCE || r->seen == SEEN_CLOSE;
    return r->seen == SEEN_FAULT || r->seen == SEEN_DEATH ||
           (is_over && surface == SURFACE_LIBRARY);
}

/* |op| is NULL for the preparation; else what was seen in it may violate another requirement than
 * it speaks for. */
static const char *violated(const struct op *op, const struct step_result *r, enum surface surface)
{
    if (r->violates || !op)
        return r->violates;
    return op->broken && has_broken(r, surface) ? op->broken : op->requirement;
}

static enum verdict conclude(struct case_result *out, const struct op *op,
                             const struct step_result *r, const struct case_run *run,
                             struct arena *arena)
{
    out->verdict = verdict_worst(out->verdict, r->verdict);
    if (r->verdict != VERDICT_PASS) {
        out->cause = signature(r, op, arena);
        out->violates = violated(op, r, run->surface);
        out->alone = op && out->violates == op->requirement ? op->alone : NULL;
        out->is_setup = (!op || op->is_setup) && r->verdict == VERDICT_FAIL;
        out->why = r->detail[0] ? r->detail : seen_text(r->seen);
    }
    return r->verdict;
}

static void prepare(struct context *context, const struct case_run *run, struct step_result *r)
{
    const struct context_options options = {.run_seed = run->run_seed,
                                            .case_id = run->id,
                                            .ops = run->ops,
                                            .surface = surface_acts(run->surface),
                                            .profile = run->wire,
                                            .clock = run->clock,
                                            .timeout_ms = run->timeout_ms,
                                            .capture = run->capture};
    r->verb = "prepare";
    r->text = options.surface->preparation;
    r->detail = "";
    r->expect = EXPECT_DOES;
    report_trouble(context, r, context_begin(context, &options, r));
    r->verdict = oracle_judge(r->expect, r->seen);
}

/* A party of the harness could not open what the target made. Where the case says that it must not
 * be opened, that is the refusal it waits for; elsewhere it stays what it is: unreadable. */
static void read_own_refusal(struct context *context, struct step_result *r)
{
    if (r->seen != SEEN_UNREADABLE || !r->is_own_refusal || r->expect != EXPECT_REFUSES)
        return;
    r->seen = SEEN_REFUSAL;
    context->refused++;
}

/* Part by part, until one is not as it should be. */
static enum status do_parts(struct context *context, const struct op *op, struct step_result *r)
{
    enum status st = OK;
    size_t n = verb_n_parts(op);
    for (size_t part = 0; !st && part < n; part++) {
        r->n_bytes = 0;
        r->is_own_refusal = false;
        st = verb_do(context, op, part, r);
        read_own_refusal(context, r);
        if (oracle_judge(r->expect, r->seen) != VERDICT_PASS)
            break;
    }
    return st;
}

/* A measure tells acceptance from refusal; what is neither is named as it is. */
static const char *outcome_word(enum seen seen)
{
    if (seen == SEEN_PLAINTEXT || seen == SEEN_DONE)
        return "accepted";
    return seen == SEEN_REFUSAL ? "refused" : seen_name(seen);
}

/* What must hold of all that the target sends did not, though the step did as it should. */
static void take_watched(struct context *context, struct step_result *r)
{
    if (!context->watch.found || oracle_judge(r->expect, r->seen) != VERDICT_PASS)
        return;
    r->expect = EXPECT_HOLDS;
    r->seen = SEEN_RELATION_BROKEN;
    r->violates = context->watch.violates;
    r->detail = context->watch.found;
}

static void do_step(struct context *context, const struct op *op, size_t n, struct step_result *r)
{
    const char *measure = op->expect == EXPECT_EITHER ? op_text(op, ATTR_MEASURE) : NULL;
    r->n = n;
    r->line = op->step->line;
    r->verb = verb_rule(op->verb)->name;
    r->text = step_line(op->step, context->arena);
    r->detail = "";
    r->expect = op->expect;
    context->watch.step = n;
    enum status st = do_parts(context, op, r);
    if (!st && measure)
        st = context_measure(context, measure, outcome_word(r->seen));
    if (!st && context->surface->watch)
        st = context->surface->watch(context);
    take_watched(context, r);
    report_trouble(context, r, st);
    r->verdict = oracle_judge(r->expect, r->seen);
}

/* A wrong reason is a note, not a failure (docs/architecture.md). */
static void note_reason(struct context *context, const struct op *op, struct step_result *r)
{
    if (r->seen != SEEN_REFUSAL || !op->reason || !r->reason || r->reason == op->reason)
        return;
    step_says(context, r, "note: refused as %s, expected %s%s%s",
              refusal_name((enum refusal)r->reason), op_text(op, ATTR_REASON),
              r->detail[0] ? ". " : "", r->detail);
}

/* Past its deadline a case is taken to hang, although each of its steps was answered in time. */
static void check_time(struct context *context, const struct case_run *run, uint64_t begun_ms,
                       struct step_result *r)
{
    uint64_t allowed_ms = run->case_ms + context->stretch_ms;
    if (r->verdict != VERDICT_PASS || clock_now_ms(run->clock) - begun_ms <= allowed_ms)
        return;
    r->seen = SEEN_SILENCE;
    r->verdict = oracle_judge(r->expect, r->seen);
    step_says(context, r, "the case took longer than %llu seconds",
              (unsigned long long)allowed_ms / 1000);
}

/* Until the first step that does not pass. |steps| has room for the preparation and all of them. */
static void do_steps(struct context *context, const struct case_run *run, struct step_result *steps,
                     struct case_result *out)
{
    uint64_t begun_ms = clock_now_ms(run->clock);
    prepare(context, run, &steps[out->n_steps++]);
    enum verdict last = conclude(out, NULL, &steps[0], run, context->arena);
    result_keep_step(&steps[0], context->arena);
    for (size_t i = 0; last == VERDICT_PASS && i < run->ops->n_ops; i++) {
        struct step_result *r = &steps[out->n_steps++];
        do_step(context, &run->ops->ops[i], i + 1, r);
        check_time(context, run, begun_ms, r);
        note_reason(context, &run->ops->ops[i], r);
        last = conclude(out, &run->ops->ops[i], r, run, context->arena);
        result_keep_step(r, context->arena); /* a later step may take the place of what is shown */
    }
    out->steps = steps;
}

static void keep_counts_and_measures(const struct context *context, struct case_result *out)
{
    out->accepted = context->accepted;
    out->refused = context->refused;
    struct measured *measures =
        arena_array(context->arena, context->n_measures + 1, sizeof(*measures));
    if (!measures)
        return;
    memcpy(measures, context->measures, context->n_measures * sizeof(*measures));
    out->measures = measures;
    out->n_measures = context->n_measures;
}

static void fail_without_running(struct case_result *out, const char *why)
{
    out->verdict = VERDICT_ERROR;
    out->why = why;
}

void case_run(const struct case_run *run, struct arena *arena, struct tape *tape,
              struct case_result *out)
{
    memset(out, 0, sizeof(*out));
    out->why = "";
    tape_clear(tape);
    if (run->ops->n_ops == 0 || !surface_acts(run->surface)) {
        fail_without_running(out, run->ops->n_ops ? "there is no such surface"
                                                  : "a case without steps shows nothing");
        return;
    }
    struct context *context = arena_alloc(arena, sizeof(*context));
    struct step_result *steps = arena_array(arena, run->ops->n_ops + 1, sizeof(*steps));
    if (!context || !steps) {
        fail_without_running(out, status_text(E_NOMEM));
        return;
    }
    context->arena = arena;
    context->driver = run->driver;
    context->cipher = run->cipher;
    context->vector_dir = run->vector_dir;
    struct driver_recorder recorder = tape_recorder(tape), nobody = {0};
    driver_set_recorder(run->driver, &recorder);
    do_steps(context, run, steps, out);
    driver_set_recorder(run->driver, &nobody);
    keep_counts_and_measures(context, out);
    if (!surface_acts(run->surface)->keeps_tape || tape_digest(tape, out->tape_digest))
        memset(out->tape_digest, 0, sizeof(out->tape_digest)); /* too long to be kept */
    context_end(context);
}

#include "run/case_run.h"

#include "run/client_context.h"
#include "run/context.h"
#include "run/verbs.h"

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

static void report_trouble(struct step_result *r, enum status st)
{
    if (!st)
        return;
    r->seen = SEEN_HARNESS_TROUBLE;
    r->detail = status_text(st);
}

/* requirement-independent part of a failure's signature; the requirement is put before it by the
 * worker */
static const char *signature(const struct step_result *r, struct arena *arena)
{
    return arena_printf(arena, "%s|%s|%s|%s", r->verb, expect_name(r->expect),
                        r->field ? r->field : "-", seen_name(r->seen));
}

static enum verdict conclude(struct case_result *out, const struct step_result *r,
                             struct arena *arena)
{
    out->verdict = verdict_worst(out->verdict, r->verdict);
    if (r->verdict != VERDICT_PASS) {
        out->cause = signature(r, arena);
        out->why = r->detail[0] ? r->detail : seen_text(r->seen);
    }
    return r->verdict;
}

static void prepare(struct context *context, const struct case_run *run, struct step_result *r)
{
    r->verb = "prepare";
    const struct client_context_options client = {.profile = run->wire,
                                                  .clock = run->clock,
                                                  .timeout_ms = run->timeout_ms,
                                                  .capture = run->capture};
    r->text = run->wire ? "Reset, CreateClient target" : "Reset, CreateParty target";
    r->detail = "";
    r->expect = EXPECT_DOES;
    report_trouble(r,
                   context_begin(context, run->run_seed, run->id, run->wire ? &client : NULL, r));
    r->verdict = oracle_judge(r->expect, r->seen);
}

static void do_step(struct context *context, const struct step *step, size_t n,
                    struct step_result *r)
{
    const struct verb_rule *rule = verb_rule(step->verb);
    r->n = n;
    r->line = step->line;
    r->verb = rule ? rule->name : "?";
    r->text = step_line(step, context->arena);
    r->detail = "";
    r->expect = step_expect(step);
    if (r->expect == EXPECT_NONE)
        r->expect = EXPECT_DOES; /* verbs without an expectation of their own simply have to work */
    report_trouble(r, verb_do(context, step, r));
    r->verdict = oracle_judge(r->expect, r->seen);
}

/* A wrong reason is a note, not a failure (docs/architecture.md). */
static void note_reason(struct context *context, const struct step *step, struct step_result *r)
{
    const char *wanted = step_text(step, "reason");
    if (r->seen != SEEN_REFUSAL || !wanted || r->reason == REFUSAL_NONE ||
        strcmp(wanted, refusal_name((enum refusal)r->reason)) == 0)
        return;
    step_says(context, r, "note: refused as %s, expected %s%s%s",
              refusal_name((enum refusal)r->reason), wanted, r->detail[0] ? ". " : "", r->detail);
}

/* Past its deadline a case is taken to hang, although each of its steps was answered in time. */
static void check_time(struct context *context, const struct case_run *run, uint64_t begun_ms,
                       struct step_result *r)
{
    if (r->verdict != VERDICT_PASS || clock_now_ms(run->clock) - begun_ms <= run->case_ms)
        return;
    r->seen = SEEN_SILENCE;
    r->verdict = oracle_judge(r->expect, r->seen);
    step_says(context, r, "the case took longer than %llu seconds",
              (unsigned long long)run->case_ms / 1000);
}

/* Until the first step that does not pass. |steps| has room for the preparation and all of them. */
static void do_steps(struct context *context, const struct case_run *run, struct step_result *steps,
                     struct case_result *out)
{
    uint64_t begun_ms = clock_now_ms(run->clock);
    prepare(context, run, &steps[out->n_steps++]);
    enum verdict last = conclude(out, &steps[0], context->arena);
    for (size_t i = 0; last == VERDICT_PASS && i < run->n_steps; i++) {
        struct step_result *r = &steps[out->n_steps++];
        do_step(context, &run->steps[i], i + 1, r);
        check_time(context, run, begun_ms, r);
        note_reason(context, &run->steps[i], r);
        last = conclude(out, r, context->arena);
    }
    out->steps = steps;
}

/* Shown bytes may live in the harness's sealed messages, which end with the stage. */
static void keep_shown_bytes(struct step_result *steps, size_t n_steps, struct arena *arena)
{
    for (size_t i = 0; i < n_steps; i++)
        for (size_t b = 0; b < steps[i].n_bytes; b++) {
            struct shown_bytes *shown = &steps[i].bytes[b];
            shown->bytes = arena_copy(arena, bytes_slice(shown->bytes, 0, RESULT_BYTES_SHOWN + 1));
        }
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
    if (run->n_steps == 0) {
        fail_without_running(out, "a case without steps shows nothing");
        return;
    }
    struct context *context = arena_alloc(arena, sizeof(*context));
    struct step_result *steps = arena_array(arena, run->n_steps + 1, sizeof(*steps));
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
    keep_shown_bytes(steps, out->n_steps, arena);
    /* on the client surface ports, times and the number of questions are never the same twice */
    if (run->wire || tape_digest(tape, out->tape_digest))
        memset(out->tape_digest, 0, sizeof(out->tape_digest)); /* too long to be kept */
    context_end(context);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/generate_worker.h"

#include "run/conversation.h"
#include "run/repro.h"
#include "run/context.h"
#include "scenario/generator.h"
#include "scenario/requirements_file.h"

#include <string.h>

#define SCHEDULE_ARENA_MAX (8u * 1024u * 1024u)
#define HANGS_IN_A_ROW 5u /* then the target is taken to be down */

struct generating {
    const struct generate_options *options;
    struct generator_claims claims;
    const struct channel *channel;
    struct driver *driver;
    struct buffer why; /* there is no driver */
    bool is_own_trouble;
    struct tape tape;
    uint64_t told_us; /* of the target's processor time */
    uint64_t n_late;  /* in this job */
};

/* ---- what is sent back */

static const struct member failed_members[] = {
    NUMBER("number", generate_failed, number),
    TEXT("signature", generate_failed, signature),
};
static const struct form failed_form = {FORM(generate_failed, failed_members)};

static const struct member report_members[] = {
    BYTES("shape", generate_report, shape),
    LIST("failed", generate_report, failed, n_failed, &failed_form),
    FLAG("is_down", generate_report, is_down),
    POINTER("case", generate_report, result, &record_case_form, 0),
    NUMBER("target_cpu_us", generate_report, target_cpu_us),
    NUMBER("n_late", generate_report, n_late),
};
const struct form generate_report_form = {FORM(generate_report, report_members)};

/* ---- the case that a result is put under */

const struct planned *generate_planned(const struct generate_options *options, const char *id,
                                       const struct requirement *r, enum level level,
                                       struct arena *arena)
{
    struct generator_claims claims = conversation_claims(options->run->profile, options->surface);
    struct suite *suite = arena_alloc(arena, sizeof(*suite));
    struct case_spec *spec = arena_alloc(arena, sizeof(*spec));
    struct planned *planned = arena_alloc(arena, sizeof(*planned));
    if (!suite || !spec || !planned || !r)
        return NULL;
    *suite = (struct suite){.id = "generated",
                            .title = "Generated conversations",
                            .layer = "cipher",
                            .cipher = claims.cipher};
    *spec = (struct case_spec){.suite = suite,
                               .id = id,
                               .full_id = arena_printf(arena, "generated/%s", id),
                               .level = level ? level : r->level,
                               .requirement = r,
                               .purpose = r->text,
                               .n_instances = 1};
    *planned = (struct planned){.spec = spec, .surface = options->surface};
    return spec->full_id ? planned : NULL;
}

/* ---- one schedule */

static bool prepare(struct generating *g, uint32_t number, struct arena *arena,
                    struct worker_case *out)
{
    const struct run_options *run = g->options->run;
    struct generated_schedule schedule;
    if (generator_make(bytes_of(run->seed, sizeof(run->seed)), number, &g->claims, arena,
                       &schedule))
        return false;
    *out = (struct worker_case){.options = run,
                                .id = generator_label(number, arena),
                                .cipher = g->claims.cipher,
                                .surface = g->options->surface,
                                .driver = g->driver,
                                .why_no_driver = buffer_text(&g->why),
                                .is_own_trouble = g->is_own_trouble,
                                .channel = g->channel,
                                .n_late = &g->n_late};
    return out->id && !worker_case_resolve(out, schedule.steps, schedule.n_steps, arena);
}

/* The signature of the failure, in |kept|, or NULL when it passed; count it in any case. */
static const char *run_schedule(struct generating *g, uint32_t number, struct shape *shape,
                                struct arena *kept, bool *out_is_hang)
{
    struct arena arena, context_arena;
    struct worker_case what;
    struct case_result result = {.verdict = VERDICT_ERROR, .cause = "not-generated"};
    const char *signature = NULL;
    arena_init(&arena, SCHEDULE_ARENA_MAX);
    arena_init(&context_arena, CONTEXT_ARENA_MAX);
    *out_is_hang = false;
    if (prepare(g, number, &arena, &what)) {
        shape_add(shape, what.cipher, what.steps, what.n_steps);
        worker_run_case(&what, &context_arena, &g->tape, &result, out_is_hang);
    }
    if (result.verdict != VERDICT_PASS)
        signature = arena_printf(kept, "%s|%s", verdict_name(result.verdict),
                                 result.cause ? result.cause : "unknown");
    arena_fini(&context_arena);
    arena_fini(&arena);
    return signature;
}

/* Run the block and answer for it. False when memory is short or the answer cannot be sent. */
static bool run_block(struct generating *g, const struct generate_order *order)
{
    struct shape shape = {0};
    struct arena arena;
    struct generate_report report = {.shape = bytes_of(&shape, sizeof(shape))};
    unsigned hangs = 0;
    arena_init(&arena, SCHEDULE_ARENA_MAX);
    struct generate_failed *failed = arena_array(&arena, order->count + 1u, sizeof(*failed));
    for (uint32_t i = 0; failed && i < order->count && hangs < HANGS_IN_A_ROW; i++) {
        bool is_hang;
        const char *signature = run_schedule(g, order->first + i, &shape, &arena, &is_hang);
        if (signature)
            failed[report.n_failed++] = (struct generate_failed){order->first + i, signature};
        hangs = is_hang ? hangs + 1 : 0;
    }
    report.failed = failed;
    report.is_down = hangs == HANGS_IN_A_ROW;
    report.target_cpu_us = worker_target_cpu_us(g->driver, &g->told_us);
    report.n_late = g->n_late;
    bool is_sent = failed && worker_send(g->channel, &generate_report_form, &report);
    arena_fini(&arena);
    return is_sent;
}

/* ---- a schedule that failed */

static bool record_failure(struct generating *g, const struct worker_case *what,
                           struct case_result *result, struct arena *arena, struct record_case *out)
{
    const char *id = strchr(what->id, '/') + 1;
    const struct conversation_fault fault = conversation_fault(what, result, g->options->catalogue);
    const struct planned *planned =
        generate_planned(g->options, id, fault.requirement, fault.level, arena);
    if (!planned)
        return false;
    const char *repro = NULL;
    conversation_doubt(result);
    if (result->cause) {
        result->cause = arena_printf(arena, "%s|%s", planned->spec->requirement->id, result->cause);
        result->violates = planned->spec->requirement->id;
    }
    if (g->options->run->out_dir)
        repro = repro_write(g->options->run, planned, what, result, &g->tape, arena);
    result_record(planned, result, true, repro, arena, out);
    return true;
}

static bool shrink_schedule(struct generating *g, const struct generate_order *order)
{
    struct arena arena;
    struct worker_case what;
    struct case_result result;
    struct record_case recorded;
    struct generate_report report = {.result = NULL};
    bool is_hanging, is_sent = false;
    arena_init(&arena, CONTEXT_ARENA_MAX);
    if (prepare(g, order->first, &arena, &what)) {
        worker_run_case(&what, &arena, &g->tape, &result, &is_hanging);
        if (order->task == GENERATE_SHRINK)
            conversation_narrow(&what, CONVERSATION_TRIALS_MAX, &arena, &g->tape, &result);
        if (record_failure(g, &what, &result, &arena, &recorded))
            report.result = &recorded;
        report.target_cpu_us = worker_target_cpu_us(g->driver, &g->told_us);
        report.n_late = g->n_late;
        is_sent = worker_send(g->channel, &generate_report_form, &report);
    }
    arena_fini(&arena);
    return is_sent;
}

/* ---- the loop */

int generate_worker_serve(struct channel *channel, const void *context)
{
    struct generating g = {.options = context, .channel = channel};
    struct bytes job;
    int code = 0;
    buffer_init(&g.why, WORKER_WHY_MAX);
    g.claims = conversation_claims(g.options->run->profile, g.options->surface);
    tape_init(&g.tape);
    while (!code && channel_receive(channel, &job)) {
        struct generate_order order;
        memcpy(&order, job.data, sizeof(order));
        g.n_late = 0;
        if (!g.driver)
            g.driver = worker_connect(g.options->run, &g.why, &g.is_own_trouble);
        if (!(order.task == GENERATE_BLOCK ? run_block(&g, &order) : shrink_schedule(&g, &order)))
            code = 1;
    }
    driver_close(g.driver);
    buffer_fini(&g.why);
    tape_fini(&g.tape);
    return code;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One trial: a target with flaws and some cases, and what catches it or accuses it. */
#include "run/mutants_internal.h"

#include "base/files.h"
#include "base/version.h"
#include "run/budget.h"
#include "run/plan.h"
#include "run/trials.h"
#include "score/blame.h"
#include "score/causes.h"

#include <stdio.h>
#include <string.h>

#define RESULTS_MAX ((size_t)512 * 1024 * 1024)

bool mutants_is_caught(const struct mutant *m, const char *case_id)
{
    for (size_t i = 0; i < m->n_caught_by; i++)
        if (strcmp(m->caught_by[i], case_id) == 0)
            return true;
    return false;
}

/* It fails without a flaw, too. */
static bool catches_nothing(const struct trial *t, const char *full_id)
{
    const struct mutants_options *o = t->options;
    return mutants_is_caught(&t->out->flawless, full_id) ||
           (mutants_are_partial(o) && o->known && known_failures_find(o->known, full_id));
}

static void remember(struct trial *t, const struct record_case *failed)
{
    struct mutant *m = t->mutant;
    const char *full = arena_printf(&t->out->arena, "%s/%s", failed->suite, failed->name);
    if (!full || (m->n_caught_by && strcmp(m->caught_by[m->n_caught_by - 1], full) == 0))
        return; /* instances of a sweep come one after another */
    if (m->name[0] && catches_nothing(t, full))
        return;
    if (!m->n_caught_by)
        m->execution = arena_text(&t->out->arena, failed->id);
    m->caught_by[m->n_caught_by++] = full;
    if (t->options->is_short && m->name[0])
        t->stop = 1;
}

/* What caught a flaw has to come to a verdict without one, too: silence is none. */
static bool is_silent(const struct trial *t, const struct record_case *result)
{
    return mutants_are_partial(t->options) && !t->mutant->name[0] &&
           result->state != STATE_PASSED && result->state != STATE_FAILED;
}

static void see_result(void *context, const struct record_case *result, size_t done, size_t total)
{
    struct trial *t = context;
    (void)done;
    (void)total;
    if (is_silent(t, result))
        t->mutant->trouble = arena_printf(&t->out->arena, "%s: %s: %s", result->id,
                                          state_name(result->state), result->result.why);
    else if (result->state == STATE_ERROR || strstr(result->result.cause, "target-unreachable"))
        t->mutant->trouble = arena_text(&t->out->arena, result->result.why);
    if (result->state == STATE_FAILED)
        remember(t, result);
}

static enum status profile_of(const struct target_address *address, uint64_t timeout_ms,
                              struct arena *arena, struct target_profile **out)
{
    struct driver *driver = NULL;
    struct buffer detail;
    struct answer answer = {0};
    struct driver_options options = {.address = *address,
                                     .clock = clock_monotonic(),
                                     .timeout_ms = timeout_ms,
                                     .start_ms = RUN_START_MS};
    buffer_init(&detail, 4096);
    *out = arena_alloc(arena, sizeof(**out));
    enum status st = *out ? driver_open(&options, &driver, &detail) : E_NOMEM;
    if (!st)
        st = driver_hello(driver, ASSAY_VERSION, arena, *out, &answer);
    if (!st && answer.seen != SEEN_DONE)
        st = E_IO;
    driver_close(driver);
    buffer_fini(&detail);
    return st;
}

/* |run|'s failures have the levels of what they violate. */
static void find_accusations(struct trial *t, const struct record_run *run)
{
    struct accusations *found = t->accusations;
    const char *last = NULL;
    for (size_t i = 0; i < run->n_cases; i++) {
        const struct record_case *c = &run->cases[i];
        found->n_run += c->state == STATE_PASSED || c->state == STATE_FAILED;
        found->n_ended += c->state == STATE_FAILED && c->level > LEVEL_MUST;
        if (c->state != STATE_FAILED || c->level != LEVEL_MUST || found->n == ACCUSATIONS_MAX ||
            (last && strcmp(last, c->name) == 0))
            continue;
        const char *id = arena_text(&t->out->arena, c->id);
        last = c->name;
        if (id)
            found->ids[found->n++] = id;
    }
}

/* What the flawless target fails, too, is no part of what the flaw causes. */
static enum status find_causes(struct trial *t, const struct run_options *options,
                               struct run_outcome *found)
{
    const struct catalogue *all = t->options->catalogue;
    struct arena *arena = options->arena;
    struct record_run run = {.cases = found->cases, .n_cases = found->n_cases};
    struct record_summary summary = {.state = RUN_NONE};
    for (size_t i = 0; i < run.n_cases; i++) {
        struct record_case *c = &run.cases[i];
        const char *full = arena_printf(arena, "%s/%s", c->suite, c->name);
        if (!full)
            return E_NOMEM;
        if (c->state == STATE_FAILED && catches_nothing(t, full))
            c->state = STATE_PASSED;
    }
    enum status st = trials_play(options, &run, found);
    if (!st)
        st = blame_apply(&run, arena);
    if (!st) {
        causes_set_levels(&run, all->requirements, all->n_requirements);
        if (t->accusations)
            find_accusations(t, &run);
        st = causes_find_blocked(&run, arena);
    }
    if (!st)
        st = causes_find(&run, all->requirements, all->n_requirements, arena, &summary);
    t->mutant->n_causes = summary.n_causes;
    if (st || !summary.n_causes)
        return st;
    t->mutant->first_requirement = arena_text(&t->out->arena, summary.causes[0].requirement);
    t->mutant->first_text = arena_text(&t->out->arena, summary.causes[0].text);
    return t->mutant->first_requirement && t->mutant->first_text ? OK : E_NOMEM;
}

/* The suites written for |protocol|, in |arena|: what several ciphers share is asked of the flaws
 * of the first of them. */
static const char **suites_of(const struct catalogue *c, const char *protocol, struct arena *arena,
                              size_t *out_n)
{
    const char **ids = arena_array(arena, c->n_suites + 1, sizeof(*ids));
    *out_n = 0;
    for (size_t i = 0; ids && i < c->n_suites; i++)
        if (strcmp(c->suites[i]->cipher->name, protocol) == 0)
            ids[(*out_n)++] = c->suites[i]->id;
    return ids;
}

enum status mutants_run_cases(struct trial *t, struct trial_part part)
{
    const struct mutants_options *o = t->options;
    size_t n_suites;
    const char **suites = suites_of(o->catalogue, o->protocol, &t->out->arena, &n_suites);
    struct plan_options selection = {
        .suites = suites,
        .n_suites = n_suites,
        .patterns = part.patterns,
        .n_patterns = part.n_patterns,
        .requirement = part.requirement,
        .is_quick = part.is_quick,
        .without_conversations = true, /* the suites have to bite by themselves */
        .level = part.is_must ? LEVEL_MUST : LEVEL_HARDENING,
        .sample = o->sample,
        .wire = o->wire,
        .only = t->mutant->surface == SURFACE_LIBRARY ? SURFACE_NONE : t->mutant->surface,
        .surface = t->mutant->surface};
    struct target_address address;
    struct target_profile *profile;
    struct plan plan;
    struct run_outcome outcome = {0};
    struct arena results;
    const char *problem = NULL;
    const char *program = files_quoted(&t->out->arena, o->program);
    const char *command =
        program ? arena_printf(&t->out->arena, "exec:%s%s%s", program, o->how, t->had) : NULL;
    if (!command || !suites || !t->had)
        return E_NOMEM;
    enum status st = target_address_parse(command, "", &t->out->arena, &address, &problem);
    if (!st)
        st = profile_of(&address, o->timeout_ms, &t->out->arena, &profile);
    if (st)
        return st;
    arena_init(&results, RESULTS_MAX);
    st = plan_make(o->catalogue, &selection, profile, &plan, &problem);
    struct run_options options = {.plan = &plan,
                                  .address = &address,
                                  .profile = profile,
                                  .wire = o->wire,
                                  .jobs = o->jobs,
                                  .timeout_ms = o->timeout_ms,
                                  .start_ms = RUN_START_MS,
                                  .case_ms = 60000,
                                  .vector_dir = o->vector_dir,
                                  .arena = &results,
                                  .trusts_once = true,
                                  .observer = {.committed = see_result, .context = t},
                                  .interrupted = &t->stop};
    memcpy(options.seed, o->seed, sizeof(options.seed));
    if (!st && o->is_short)
        st = budget_order(&plan, o->best, o->n_best);
    if (!st && plan.count)
        st = run_plan(&options, &outcome);
    if (!st && !o->is_short && t->mutant->name[0])
        st = find_causes(t, &options, &outcome);
    arena_fini(&results);
    plan_free(&plan);
    return st;
}

size_t mutants_n_cases(const struct catalogue *c)
{
    size_t n = 0;
    for (size_t i = 0; i < c->n_suites; i++)
        n += c->suites[i]->n_cases;
    return n;
}

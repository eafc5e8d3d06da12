/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/mutants_internal.h"

#include "base/files.h"
#include "base/version.h"
#include "run/plan.h"
#include "run/trials.h"
#include "driver/flaw_list.h"
#include "scenario/requirements_file.h"
#include "score/blame.h"
#include "score/causes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MUTANTS_ARENA_MAX (64u * 1024u * 1024u)
#define RESULTS_MAX ((size_t)512 * 1024 * 1024)

/* ---- what flaws there are: the target says it itself */

static void take_flaws(const struct mutants_options *o, const struct flaw_line *lines, size_t n,
                       bool is_other, struct mutants_outcome *out)
{
    for (size_t i = 0; i < n; i++) {
        const char *const *c = lines[i].columns;
        enum surface surface = surface_from_name(c[4]);
        if (flaw_is_wanted(o->only, o->n_only, c[0]) && (!is_other || surface == SURFACE_LIBRARY))
            out->mutants[out->count++] =
                (struct mutant){.name = c[0],
                                .requirement = c[1],
                                .harm = mutants_harm_of(o->catalogue, c[1]),
                                .text = c[2],
                                .unobservable = c[3],
                                .surface = surface,
                                .decides = c[5],
                                .trouble = "",
                                .accused_by = "",
                                .first_requirement = "",
                                .first_text = ""};
    }
}

static enum status read_flaws(const struct mutants_options *o, struct mutants_outcome *out)
{
    struct flaw_line *lines, *other = NULL;
    size_t n, n_other = 0;
    enum status st = flaw_list_read(o->program, o->list, &out->arena, &lines, &n);
    if (!st && o->is_honest && o->also)
        st = flaw_list_read(o->program, o->also, &out->arena, &other, &n_other);
    if (st)
        return st;
    out->mutants = arena_array(&out->arena, n + n_other, sizeof(*out->mutants));
    if (!out->mutants)
        return E_NOMEM;
    take_flaws(o, lines, n, false, out);
    take_flaws(o, other, n_other, true, out);
    return out->count < o->n_only ? E_MISSING : OK;
}

/* The surface that all of them are seen on; SURFACE_NONE when there are several. */
static enum surface common_surface(const struct mutants_outcome *out)
{
    for (size_t i = 1; i < out->count; i++)
        if (out->mutants[i].surface != out->mutants[0].surface)
            return SURFACE_NONE;
    return out->count ? out->mutants[0].surface : SURFACE_NONE;
}

/* ---- one trial */

static bool is_caught(const struct mutant *m, const char *case_id)
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
    return is_caught(&t->out->flawless, full_id) ||
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

static enum status try_one(const struct mutants_options *o, struct mutants_outcome *out,
                           struct mutant *mutant)
{
    struct accusations found = {.n = 0};
    struct trial t = {.options = o, .out = out, .mutant = mutant, .had = ""};
    if (mutant->name[0])
        t.had = arena_printf(&out->arena, " --flaw %s", mutant->name);
    if (mutant->name[0] && mutants_can_be_accused(o, mutant, &out->arena))
        t.accusations = &found;
    mutant->caught_by = arena_array(&out->arena, mutants_n_cases(o->catalogue) + 1, sizeof(char *));
    if (!mutant->caught_by)
        return E_NOMEM;
    enum status st = OK;
    if (!o->is_short) {
        st = mutants_run_cases(&t, (struct trial_part){0});
        if (found.n)
            mutant->accused_by = found.ids[0];
        return st;
    }
    /* what is likeliest first, then the whole breadth, then the depth */
    const struct trial_part parts[] = {
        {.requirement = mutant->requirement}, {.is_quick = true}, {.is_quick = false}};
    for (size_t i = 0; !st && i < COUNT_OF(parts) && !mutant->n_caught_by; i++)
        if (i == 0 || !mutant->unobservable[0])
            st = mutants_run_cases(&t, parts[i]);
    return st;
}

/* Where only some cases are run, the flawless target is asked the executions by which a flaw was
 * caught, or who had it accused. */
static enum status try_flawless(const struct mutants_options *o, struct mutants_outcome *out)
{
    if (!mutants_are_partial(o))
        return try_one(o, out, &out->flawless);
    struct trial t = {.options = o, .out = out, .mutant = &out->flawless, .had = ""};
    size_t n = 0, most = out->n_tried + out->n_parties + 1;
    const char **ids = arena_array(&out->arena, most, sizeof(*ids));
    out->flawless.caught_by = arena_array(&out->arena, most, sizeof(char *));
    if (!ids || !out->flawless.caught_by)
        return E_NOMEM;
    for (size_t i = 0; o->is_short && i < out->n_tried; i++)
        if (out->mutants[i].n_caught_by)
            ids[n++] = out->mutants[i].execution;
    for (size_t i = 0; o->is_honest && i < out->count; i++)
        if (out->mutants[i].accused_by[0])
            ids[n++] = out->mutants[i].accused_by;
    for (size_t i = 0; i < out->n_parties; i++)
        if (out->parties[i].of.accused_by[0])
            ids[n++] = out->parties[i].of.accused_by;
    return n ? mutants_run_cases(&t, (struct trial_part){.patterns = ids, .n_patterns = n}) : OK;
}

/* ---- all of them */

static bool is_proven(const struct mutants_outcome *out, const char *case_id)
{
    for (size_t i = 0; i < out->count; i++)
        if (is_caught(&out->mutants[i], case_id))
            return true;
    return false;
}

static size_t n_unexcused(const struct mutants_options *o, const struct mutant *flawless)
{
    size_t n = 0;
    for (size_t i = 0; i < flawless->n_caught_by; i++)
        n += !o->known || !known_failures_find(o->known, flawless->caught_by[i]);
    return n;
}

/* The surfaces that flaws are seen on. */
static unsigned surfaces_of(const struct mutants_outcome *out)
{
    unsigned set = 0;
    for (size_t i = 0; i < out->count; i++)
        set |= SURFACE_BIT(out->mutants[i].surface);
    return set;
}

static enum status find_unproven(const struct mutants_options *o, struct mutants_outcome *out)
{
    out->unproven = arena_array(&out->arena, mutants_n_cases(o->catalogue) + 1, sizeof(char *));
    if (!out->unproven)
        return E_NOMEM;
    for (size_t i = 0; i < o->catalogue->n_suites; i++)
        for (size_t j = 0; j < o->catalogue->suites[i]->n_cases; j++) {
            const struct case_spec *spec = &o->catalogue->suites[i]->cases[j];
            if (spec->level != LEVEL_MUST || strcmp(spec->suite->cipher->name, o->protocol) != 0 ||
                !(spec->surfaces & surfaces_of(out)))
                continue;
            out->n_must_cases++;
            if (is_proven(out, spec->full_id))
                continue;
            if (o->unproven && known_failures_find(o->unproven, spec->full_id))
                out->n_listed++;
            else
                out->unproven[out->n_unproven++] = spec->full_id;
        }
    return OK;
}

static enum status try_each(const struct mutants_options *o, struct mutants_outcome *out)
{
    enum status st = OK;
    for (size_t i = 0; !st && i < out->count; i++) {
        if (o->interrupted && *o->interrupted)
            break;
        st = try_one(o, out, &out->mutants[i]);
        out->n_tried++;
        if (o->progress)
            o->progress(o->context, &out->mutants[i], i + 1, out->count);
    }
    return st;
}

enum status mutants_try(const struct mutants_options *options, struct mutants_outcome *out)
{
    memset(out, 0, sizeof(*out));
    arena_init(&out->arena, MUTANTS_ARENA_MAX);
    out->flawless = (struct mutant){.name = "",
                                    .requirement = "",
                                    .text = "no flaw",
                                    .unobservable = "",
                                    .trouble = "",
                                    .accused_by = ""};
    enum status st = read_flaws(options, out);
    out->flawless.surface = common_surface(out);
    if (!st && !mutants_are_partial(options))
        st = try_flawless(options, out);
    if (!st)
        st = options->is_honest ? mutants_try_honest(options, out) : try_each(options, out);
    if (!st && mutants_are_partial(options))
        st = try_flawless(options, out);
    out->n_unexcused = n_unexcused(options, &out->flawless);
    if (!st)
        st = mutants_judge(options, out);
    if (!st && !mutants_are_partial(options) && options->n_only == 0)
        st = find_unproven(options, out);
    return st;
}

void mutants_free(struct mutants_outcome *o)
{
    if (o)
        arena_fini(&o->arena);
}

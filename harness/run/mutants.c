/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/mutants.h"

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
#include <sys/wait.h>
#include <unistd.h>

#define MUTANTS_ARENA_MAX (64u * 1024u * 1024u)
#define RESULTS_MAX ((size_t)512 * 1024 * 1024)

struct trial {
    const struct mutants_options *options;
    struct mutants_outcome *out;
    struct mutant *mutant;
    int stop; /* set when the short form has seen enough */
};

/* Which cases one part of a trial runs. */
struct part {
    const char *requirement;     /* NULL: of all */
    const char *const *patterns; /* NULL and 0: all */
    size_t n_patterns;
    bool is_quick; /* one execution of each sweep */
};

/* ---- what flaws there are: the target says it itself */

static enum level level_of(const struct catalogue *all, const char *id)
{
    const struct requirement *found = catalogue_requirement(all, id);
    return found ? found->level : LEVEL_NONE;
}

static const char *harm_of(const struct catalogue *all, const char *id)
{
    const struct requirement *found = catalogue_requirement(all, id);
    return found && found->impact ? found->impact : "";
}

static enum status read_flaws(const struct mutants_options *o, struct mutants_outcome *out)
{
    struct flaw_line *lines;
    size_t n;
    enum status st = flaw_list_read(o->program, o->list, &out->arena, &lines, &n);
    if (st)
        return st;
    out->mutants = arena_array(&out->arena, n, sizeof(*out->mutants));
    if (!out->mutants)
        return E_NOMEM;
    for (size_t i = 0; i < n; i++) {
        const char *const *c = lines[i].columns;
        if (flaw_is_wanted(o->only, o->n_only, c[0]))
            out->mutants[out->count++] = (struct mutant){.name = c[0],
                                                         .requirement = c[1],
                                                         .harm = harm_of(o->catalogue, c[1]),
                                                         .text = c[2],
                                                         .unobservable = c[3],
                                                         .surface = surface_from_name(c[4]),
                                                         .trouble = "",
                                                         .accused_by = "",
                                                         .first_requirement = "",
                                                         .first_text = ""};
    }
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

/* It fails without a flaw, too. The short form asks the flawless target at the end. */
static bool catches_nothing(const struct trial *t, const char *full_id)
{
    const struct mutants_options *o = t->options;
    return is_caught(&t->out->flawless, full_id) ||
           (o->is_short && o->known && known_failures_find(o->known, full_id));
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
    return t->options->is_short && !t->mutant->name[0] && result->state != STATE_PASSED &&
           result->state != STATE_FAILED;
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

/* A flaw of what only should be, or is a choice, violates nothing that must be: a case that says
 * otherwise accuses who made that choice. What else a flaw breaks is listed. */
static bool can_be_accused(const struct trial *t)
{
    const struct known_failures *listed = t->options->misnamed;
    const char *line = arena_printf(&t->out->arena, "flaw/%s", t->mutant->name);
    return level_of(t->options->catalogue, t->mutant->requirement) > LEVEL_MUST &&
           !(line && listed && known_failures_find(listed, line));
}

/* |run|'s failures have the levels of what they violate. */
static void find_accusation(struct trial *t, const struct record_run *run)
{
    for (size_t i = 0; i < run->n_cases; i++) {
        if (run->cases[i].state != STATE_FAILED || run->cases[i].level != LEVEL_MUST)
            continue;
        const char *id = arena_text(&t->out->arena, run->cases[i].id);
        t->mutant->accused_by = id ? id : "";
        return;
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
        if (is_caught(&t->out->flawless, full))
            c->state = STATE_PASSED;
    }
    enum status st = trials_play(options, &run, found);
    if (!st)
        st = blame_apply(&run, arena);
    if (!st) {
        causes_set_levels(&run, all->requirements, all->n_requirements);
        if (can_be_accused(t))
            find_accusation(t, &run);
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

bool mutant_is_named(const struct mutant *m)
{
    return m->n_causes <= 2 && strcmp(m->first_requirement, m->requirement) == 0 &&
           strcmp(m->first_text, m->harm) == 0;
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

/* Run the cases of |part| against the trial's target. */
static enum status run_cases(struct trial *t, struct part part)
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
        .level = LEVEL_HARDENING,
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
    const char *command = program
                              ? arena_printf(&t->out->arena, "exec:%s%s%s%s", program, o->how,
                                             t->mutant->name[0] ? " --flaw " : "", t->mutant->name)
                              : NULL;
    if (!command || !suites)
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

static size_t n_cases(const struct catalogue *c)
{
    size_t n = 0;
    for (size_t i = 0; i < c->n_suites; i++)
        n += c->suites[i]->n_cases;
    return n;
}

static enum status try_one(const struct mutants_options *o, struct mutants_outcome *out,
                           struct mutant *mutant)
{
    struct trial t = {.options = o, .out = out, .mutant = mutant};
    mutant->caught_by = arena_array(&out->arena, n_cases(o->catalogue) + 1, sizeof(char *));
    if (!mutant->caught_by)
        return E_NOMEM;
    enum status st = OK;
    if (!o->is_short)
        return run_cases(&t, (struct part){0});
    /* what is likeliest first, then the whole breadth, then the depth */
    const struct part parts[] = {
        {.requirement = mutant->requirement}, {.is_quick = true}, {.is_quick = false}};
    for (size_t i = 0; !st && i < COUNT_OF(parts) && !mutant->n_caught_by; i++)
        if (i == 0 || !mutant->unobservable[0])
            st = run_cases(&t, parts[i]);
    return st;
}

/* In the short form the flawless target is asked only the executions by which a flaw was caught. */
static enum status try_flawless(const struct mutants_options *o, struct mutants_outcome *out)
{
    if (!o->is_short)
        return try_one(o, out, &out->flawless);
    struct trial t = {.options = o, .out = out, .mutant = &out->flawless};
    const char **ids = arena_array(&out->arena, out->n_tried + 1, sizeof(*ids));
    size_t n = 0;
    out->flawless.caught_by = arena_array(&out->arena, out->n_tried + 1, sizeof(char *));
    if (!ids || !out->flawless.caught_by)
        return E_NOMEM;
    for (size_t i = 0; i < out->n_tried; i++)
        if (out->mutants[i].n_caught_by)
            ids[n++] = out->mutants[i].execution;
    return n ? run_cases(&t, (struct part){.patterns = ids, .n_patterns = n}) : OK;
}

/* ---- what follows */

/* With the requirement that the first cause names, in that one's words. */
static bool is_listed(const struct mutants_options *o, const struct mutant *m, struct arena *arena)
{
    const char *id = arena_printf(arena, "flaw/%s", m->name);
    return id && o->misnamed && known_failures_excuse(o->misnamed, id, m->first_requirement) &&
           strcmp(m->first_text, harm_of(o->catalogue, m->first_requirement)) == 0;
}

/* Is the line about a flaw that is named rightly, or that there is not? What was not run says
 * nothing. */
static bool is_stale(const struct mutants_options *o, const struct mutants_outcome *out,
                     const struct known_failure *line)
{
    const char *name = strchr(line->case_id, '/');
    for (size_t i = 0; name && i < out->count; i++)
        if (strcmp(out->mutants[i].name, name + 1) == 0)
            return out->mutants[i].n_caught_by && mutant_is_named(&out->mutants[i]);
    return o->n_only == 0;
}

static enum status find_stale(const struct mutants_options *o, struct mutants_outcome *out)
{
    size_t n = o->misnamed ? o->misnamed->count : 0;
    out->stale = arena_array(&out->arena, n + 1, sizeof(*out->stale));
    if (!out->stale)
        return E_NOMEM;
    for (size_t i = 0; i < n; i++)
        if (is_stale(o, out, &o->misnamed->items[i]))
            out->stale[out->n_stale++] = &o->misnamed->items[i];
    return OK;
}

static void count_mutant(const struct mutants_options *o, struct mutants_outcome *out,
                         const struct mutant *m)
{
    if (m->n_caught_by && !o->is_short && !mutant_is_named(m) && !is_listed(o, m, &out->arena))
        out->n_misnamed++;
    out->n_wrong_rows += m->n_caught_by && m->unobservable[0];
    out->n_accused += m->accused_by[0] != '\0';
    if (m->n_caught_by)
        out->n_caught++;
    else if (m->unobservable[0])
        out->n_unobservable++;
    else if (m->trouble[0])
        out->n_untried++;
    else
        out->n_survived++;
}

enum status mutants_judge(const struct mutants_options *o, struct mutants_outcome *out)
{
    for (size_t i = 0; i < out->n_tried; i++)
        count_mutant(o, out, &out->mutants[i]);
    return o->is_short || out->n_tried < out->count ? OK : find_stale(o, out);
}

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
    out->unproven = arena_array(&out->arena, n_cases(o->catalogue) + 1, sizeof(char *));
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
    if (!st && !options->is_short)
        st = try_flawless(options, out);
    for (size_t i = 0; !st && i < out->count; i++) {
        if (options->interrupted && *options->interrupted)
            break;
        st = try_one(options, out, &out->mutants[i]);
        out->n_tried++;
        if (options->progress)
            options->progress(options->context, &out->mutants[i], i + 1, out->count);
    }
    if (!st && options->is_short)
        st = try_flawless(options, out);
    out->n_unexcused = n_unexcused(options, &out->flawless);
    if (!st)
        st = mutants_judge(options, out);
    if (!st && !options->is_short && options->n_only == 0)
        st = find_unproven(options, out);
    return st;
}

void mutants_free(struct mutants_outcome *o)
{
    if (o)
        arena_fini(&o->arena);
}

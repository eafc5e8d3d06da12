/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/conversation.h"

#include "run/shrink.h"
#include "run/surface.h"
#include "scenario/requirements_file.h"

#include <string.h>

#define TRIALS_OF_A_HANG 6u

/* ---- what is in one */

struct generator_claims conversation_claims(const struct target_profile *profile,
                                            enum surface surface)
{
    const struct cipher *cipher = cipher_from_name(profile->protocol);
    const struct surface_acts *acts = surface_acts(surface);
    return (struct generator_claims){.cipher = cipher ? cipher : cipher_default(),
                                     .capabilities = profile->capabilities,
                                     .n_capabilities = profile->n_capabilities,
                                     .surface = surface,
                                     .claimed_under = acts->claimed_under,
                                     .granted = acts->granted};
}

enum status conversation_take(const struct planned *planned, struct arena *arena,
                              struct worker_case *what)
{
    struct generated_schedule schedule;
    struct generator_claims claims = conversation_claims(what->options->profile, planned->surface);
    struct bytes seed = bytes_of_text(planned->spec->conversations->seed);
    enum status st = generator_make(seed, planned->instance, &claims, arena, &schedule);
    what->cipher = claims.cipher;
    return st ? st : worker_case_resolve(what, schedule.steps, schedule.n_steps, arena);
}

/* ---- one that failed */

static bool is_hang(const struct case_result *r)
{
    return r->n_steps && r->steps[r->n_steps - 1].seen == SEEN_SILENCE;
}

void conversation_narrow(struct worker_case *what, unsigned trials, struct arena *arena,
                         struct tape *tape, struct case_result *result)
{
    bool is_hanging;
    struct case_result again;
    struct worker_case small = *what;
    struct reduced shrunk;
    if (!result->cause || result->verdict == VERDICT_INCONCLUSIVE)
        return;
    shrink_case(what, result,
                is_hang(result) && trials > TRIALS_OF_A_HANG ? TRIALS_OF_A_HANG : trials, arena,
                &shrunk);
    if (!reduce_complete(&shrunk, arena, &shrunk) ||
        worker_case_resolve(&small, shrunk.steps, shrunk.n_steps, arena))
        return;
    worker_run_case(&small, arena, tape, &again, &is_hanging);
    if (shrink_is_same(&again, result)) {
        *result = again;
        *what = small;
    } else { /* the tape belongs to what is reported */
        worker_run_case(what, arena, tape, result, &is_hanging);
    }
}

static enum theme theme_of_end(const struct worker_case *what, const struct case_result *result)
{
    struct model m;
    enum theme theme = THEME_PLAIN;
    model_init(&m, what->cipher);
    for (size_t i = 0; i < what->n_steps && i + 1 < result->n_steps; i++)
        theme = model_step(&m, &what->steps[i]).theme;
    return theme == THEME_NONE ? THEME_PLAIN : theme;
}

void conversation_doubt(struct case_result *result)
{
    if (result->verdict != VERDICT_PASS)
        return;
    result->verdict = VERDICT_INCONCLUSIVE;
    result->why = "not the same twice: it failed among others and passed alone";
    result->cause = "not-the-same-twice";
}

/* What was seen to be violated says more than what the last step is about: of a client always, for
 * its rules are watched; of a party where it is what steps are about, else a step of a theme that
 * only should be would be told that it broke what must be. */
static const char *violated(const struct worker_case *what, const struct case_result *result)
{
    bool is_told = what->surface != SURFACE_LIBRARY;
    for (enum theme theme = THEME_NONE; result->violates && !is_told && theme < N_THEME; theme++)
        is_told = strcmp(theme_requirement(theme), result->violates) == 0;
    return is_told ? result->violates : NULL;
}

struct conversation_fault conversation_fault(const struct worker_case *what,
                                             const struct case_result *result,
                                             const struct catalogue *catalogue)
{
    enum theme theme = theme_of_end(what, result);
    struct conversation_fault fault = {.level = theme_level(theme)};
    const char *seen = violated(what, result);
    fault.requirement = seen ? catalogue_requirement(catalogue, seen) : NULL;
    if (!fault.requirement)
        fault.requirement = catalogue_requirement(catalogue, theme_requirement(theme));
    else
        fault.level = LEVEL_NONE;
    if (fault.requirement && fault.level < fault.requirement->level)
        fault.level = fault.requirement->level;
    return fault;
}

const struct planned *conversation_failed(const struct planned *planned,
                                          const struct worker_case *what,
                                          const struct case_result *result, struct arena *arena)
{
    struct planned *failed = arena_alloc(arena, sizeof(*failed));
    struct case_spec *spec = arena_alloc(arena, sizeof(*spec));
    if (!failed || !spec)
        return NULL;
    *spec = *planned->spec;
    const struct conversation_fault fault =
        conversation_fault(what, result, spec->conversations->catalogue);
    if (!fault.requirement)
        return NULL;
    spec->requirement = fault.requirement;
    spec->level = fault.level;
    spec->purpose = spec->requirement->text;
    *failed = *planned;
    failed->spec = spec;
    return failed;
}

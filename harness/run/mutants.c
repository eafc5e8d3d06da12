/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/mutants_internal.h"

#include "driver/flaw_list.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MUTANTS_ARENA_MAX (64u * 1024u * 1024u)

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

/* ---- one flaw, and all of them */

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
    /* what is likeliest first, then everything, what catches most of it first */
    const struct trial_part parts[] = {{.requirement = mutant->requirement}, {0}};
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
        if (mutants_is_caught(&out->mutants[i], case_id))
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

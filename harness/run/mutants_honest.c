/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/mutants_internal.h"

#include <string.h>

/* ---- which flaws one party has */

/* Have two lists of numbers, comma between, one in common? */
static bool share_a_decision(const char *a, const char *b)
{
    for (; *a; a += strcspn(a, ","), a += *a == ',') {
        size_t len = strcspn(a, ",");
        for (const char *c = b; *c; c += strcspn(c, ","), c += *c == ',')
            if (strcspn(c, ",") == len && strncmp(a, c, len) == 0)
                return true;
    }
    return false;
}

/* What only should be ends cases that a choice does not end, so the two are had apart. */
static bool is_choice(const struct mutants_options *o, const struct mutant *m)
{
    return m->unobservable[0] || mutants_level_of(o->catalogue, m->requirement) > LEVEL_SHOULD;
}

static bool can_have(const struct mutants_options *o, const struct honest_party *p,
                     const struct mutant *m)
{
    if (p->of.surface != m->surface || is_choice(o, p->flaws[0]) != is_choice(o, m))
        return false;
    for (size_t i = 0; i < p->n_flaws; i++)
        if (!m->decides[0] || !p->flaws[i]->decides[0] ||
            share_a_decision(m->decides, p->flaws[i]->decides))
            return false;
    return true;
}

static enum status give(const struct mutants_options *o, struct mutants_outcome *out,
                        struct mutant *m)
{
    size_t at = 0;
    while (at < out->n_parties && !can_have(o, &out->parties[at], m))
        at++;
    struct honest_party *p = &out->parties[at];
    if (at == out->n_parties) {
        p->flaws = arena_array(&out->arena, out->count, sizeof(struct mutant *));
        p->of = (struct mutant){.name = "",
                                .requirement = "",
                                .unobservable = "",
                                .trouble = "",
                                .accused_by = "",
                                .surface = m->surface};
        out->n_parties++;
    }
    if (!p->flaws)
        return E_NOMEM;
    p->of.name = p->n_flaws ? arena_printf(&out->arena, "%s, %s", p->of.name, m->name) : m->name;
    p->flaws[p->n_flaws++] = m;
    return p->of.name ? OK : E_NOMEM;
}

static enum status make_parties(const struct mutants_options *o, struct mutants_outcome *out)
{
    size_t n = 0;
    for (size_t i = 0; i < out->count; i++)
        if (mutants_can_be_accused(o, &out->mutants[i], &out->arena))
            out->mutants[n++] = out->mutants[i];
    out->count = n;
    out->parties = arena_array(&out->arena, n + 1, sizeof(*out->parties));
    enum status st = out->parties ? OK : E_NOMEM;
    for (size_t i = 0; !st && i < n; i++)
        st = give(o, out, &out->mutants[i]);
    return st;
}

/* ---- one party */

static const char *options_of(struct mutant *const *flaws, size_t n, struct arena *arena)
{
    const char *had = "";
    for (size_t i = 0; had && i < n; i++)
        had = arena_printf(arena, "%s --flaw %s", had, flaws[i]->name);
    return had;
}

static enum status try_with(const struct mutants_options *o, struct mutants_outcome *out,
                            struct mutant *m, const char *had, struct trial_part part,
                            struct accusations *found)
{
    struct trial t = {.options = o, .out = out, .mutant = m, .had = had, .accusations = found};
    m->caught_by = arena_array(&out->arena, mutants_n_cases(o->catalogue) + 1, sizeof(char *));
    return m->caught_by ? mutants_run_cases(&t, part) : E_NOMEM;
}

static bool is_among(const char *id, const struct accusations *found)
{
    for (size_t i = 0; i < found->n; i++)
        if (strcmp(id, found->ids[i]) == 0)
            return true;
    return false;
}

/* Which of |p|'s flaws is accused alone of what all are accused of together? What is left of |all|
 * accuses the party. */
static enum status try_each_alone(const struct mutants_options *o, struct mutants_outcome *out,
                                  struct honest_party *p, struct accusations *all)
{
    const struct trial_part part = {.patterns = all->ids, .n_patterns = all->n, .is_must = true};
    bool is_of_one[ACCUSATIONS_MAX] = {false};
    enum status st = OK;
    for (size_t i = 0; !st && i < p->n_flaws; i++) {
        struct accusations found = {.n = 0};
        st = try_with(o, out, p->flaws[i], options_of(&p->flaws[i], 1, &out->arena), part, &found);
        if (found.n)
            p->flaws[i]->accused_by = found.ids[0];
        for (size_t k = 0; k < all->n; k++)
            is_of_one[k] |= is_among(all->ids[k], &found);
    }
    for (size_t k = 0; k < all->n && !p->of.accused_by[0]; k++)
        if (!is_of_one[k])
            p->of.accused_by = all->ids[k];
    return st;
}

static enum status try_party(const struct mutants_options *o, struct mutants_outcome *out,
                             struct honest_party *p)
{
    struct accusations found = {.n = 0};
    enum status st = try_with(o, out, &p->of, options_of(p->flaws, p->n_flaws, &out->arena),
                              (struct trial_part){.is_quick = true, .is_must = true}, &found);
    p->n_run = found.n_run;
    p->n_ended = found.n_ended;
    for (size_t i = 0; i < p->n_flaws; i++)
        p->flaws[i]->trouble = p->of.trouble;
    return !st && found.n ? try_each_alone(o, out, p, &found) : st;
}

enum status mutants_try_honest(const struct mutants_options *o, struct mutants_outcome *out)
{
    enum status st = make_parties(o, out);
    for (size_t i = 0; !st && i < out->n_parties; i++) {
        if (o->interrupted && *o->interrupted)
            break;
        struct honest_party *p = &out->parties[i];
        st = try_party(o, out, p);
        for (size_t k = 0; k < p->n_flaws; k++) {
            out->n_tried++;
            if (o->progress)
                o->progress(o->context, p->flaws[k], out->n_tried, out->count);
        }
    }
    return st;
}

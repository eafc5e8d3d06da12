/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/mutants_internal.h"

#include "scenario/requirements_file.h"

#include <string.h>

enum level mutants_level_of(const struct catalogue *all, const char *id)
{
    const struct requirement *found = catalogue_requirement(all, id);
    return found ? found->level : LEVEL_NONE;
}

const char *mutants_harm_of(const struct catalogue *all, const char *id)
{
    const struct requirement *found = catalogue_requirement(all, id);
    return found && found->impact ? found->impact : "";
}

bool mutants_are_partial(const struct mutants_options *o) { return o->is_short || o->is_honest; }

bool mutants_can_be_accused(const struct mutants_options *o, const struct mutant *m,
                            struct arena *arena)
{
    const struct known_failures *const lists[] = {o->misnamed, o->also_misnamed};
    const char *line = arena_printf(arena, "flaw/%s", m->name);
    for (size_t i = 0; line && i < COUNT_OF(lists); i++)
        if (lists[i] && known_failures_find(lists[i], line))
            return false;
    return mutants_level_of(o->catalogue, m->requirement) > LEVEL_MUST || m->unobservable[0];
}

bool mutant_is_named(const struct mutant *m)
{
    return m->n_causes <= 2 && strcmp(m->first_requirement, m->requirement) == 0 &&
           strcmp(m->first_text, m->harm) == 0;
}

/* With the requirement that the first cause names, in that one's words. */
static bool is_listed(const struct mutants_options *o, const struct mutant *m, struct arena *arena)
{
    const char *id = arena_printf(arena, "flaw/%s", m->name);
    return id && o->misnamed && known_failures_excuse(o->misnamed, id, m->first_requirement) &&
           strcmp(m->first_text, mutants_harm_of(o->catalogue, m->first_requirement)) == 0;
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
    if (o->is_honest) { /* what catches it is not looked for */
        out->n_accused += m->accused_by[0] != '\0';
        out->n_untried += m->trouble[0] != '\0';
        return;
    }
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
    for (size_t i = 0; i < out->n_parties; i++)
        out->n_accused += out->parties[i].of.accused_by[0] != '\0';
    return mutants_are_partial(o) || out->n_tried < out->count ? OK : find_stale(o, out);
}

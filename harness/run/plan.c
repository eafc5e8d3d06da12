/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/plan.h"

#include "cipher/cipher.h"
#include "run/surface.h"
#include "scenario/capability.h"
#include "scenario/resolve.h"
#include "wire/stanza_mutation.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#define PLAN_ARENA_MAX (64u * 1024u * 1024u)
#define PLAN_ITEMS_MAX 2000000u

/* ---- does it apply? */

/* A case must never run for want of memory to say why it should not. */
static const char *because(const char *text)
{
    return text ? text : "it does not apply to this target";
}

enum surface plan_surface(const struct case_spec *spec, const struct target_profile *profile,
                          enum surface wanted)
{
    enum surface first = SURFACE_NONE;
    if (spec->surfaces & SURFACE_BIT(wanted))
        return wanted;
    for (unsigned i = SURFACE_LIBRARY; i < N_SURFACE; i++) {
        if (!(spec->surfaces & SURFACE_BIT(i)))
            continue;
        if (surface_is_offered(profile, (enum surface)i))
            return (enum surface)i;
        if (!first)
            first = (enum surface)i;
    }
    return first;
}

/* needs="profile/frame.header": the profile must have something there. */
static bool profile_has(const struct wire_profile *wire, const char *name)
{
    char value[2 * PROFILE_TEXT_MAX];
    const struct profile_constant *c = profile_constant_find(name);
    if (!c)
        return false;
    if (strcmp(name, "frame.max") == 0) /* what every length keeps is no maximum */
        return wire->frame_max < (UINT64_C(1) << 8 * wire->frame_length_size) - 1;
    profile_get(wire, c, value, sizeof(value));
    return value[0] && strcmp(value, "no") != 0 && strcmp(value, "none") != 0;
}

static bool claims(const struct planned *p, const struct target_profile *profile,
                   const struct wire_profile *wire, const char *capability, struct arena *arena)
{
    const struct surface_acts *acts = surface_acts(p->surface);
    if (strncmp(capability, "profile/", 8) == 0)
        return profile_has(wire, capability + 8);
    if (surface_from_name(capability))
        return surface_is_offered(profile, surface_from_name(capability));
    if (acts->granted && strcmp(capability, acts->granted) == 0)
        return true;
    const char *name = arena_printf(arena, "%s%s", acts->claimed_under, capability);
    return name && target_profile_has(profile, name);
}

/* stanza="text=N": so many bytes stand beside the message. */
static uint32_t text_around(const struct op *op)
{
    const struct operand *o = op_operand(op, ATTR_STANZA);
    bool is_text = op->verb == VERB_DELIVER && o && !o->is_swept &&
                   strcmp(word_name(&stanza_words, o->word->what), "text") == 0;
    return is_text ? o->word->n : 0;
}

/* The plaintext of one message. */
static uint32_t says_bytes(const struct op *op)
{
    bool is_said = op->verb == VERB_SEAL || op->verb == VERB_SAY;
    return is_said ? op_number(op, ATTR_SIZE, 0) : 0;
}

/* Base64 and the stanza around it make a plaintext a third longer. */
static bool is_too_long(const struct planned *p, const struct wire_profile *wire,
                        struct arena *arena)
{
    const struct step *steps;
    struct op_list list;
    uint32_t most = wire->noise_max_message / 4 * 3 - 1024;
    if (planned_steps(p, arena, &steps) || resolve_planned(p, steps, arena, &list))
        return false;
    for (const struct op *op = list.ops; op < list.ops + list.n_ops; op++)
        if (says_bytes(op) > most || text_around(op) > most)
            return true;
    return false;
}

static const char *not_claimed(const struct planned *p, const char *capability, struct arena *arena)
{
    if (strncmp(capability, "profile/", 8) == 0)
        return arena_printf(arena, "the profile has no %s", capability + 8);
    if (surface_from_name(capability))
        return surface_acts(surface_from_name(capability))->not_offered;
    return capability_not_claimed(arena, surface_acts(p->surface)->claimed_under, capability);
}

const char *plan_not_applicable(const struct planned *planned, const struct target_profile *profile,
                                const struct plan_options *options, struct arena *arena)
{
    const struct case_spec *spec = planned->spec;
    const struct surface_acts *acts = surface_acts(planned->surface);
    struct wire_profile standard;
    const struct wire_profile *wire = options->wire;
    if (!wire) {
        profile_defaults(&standard);
        wire = &standard;
    }
    if (strcmp(spec->suite->layer, "cipher") == 0 &&
        strcmp(profile->protocol, spec->suite->cipher->name) != 0)
        return because(arena_printf(arena, "the target speaks %s, not %s", profile->protocol,
                                    spec->suite->cipher->name));
    if (!acts)
        return "no surface has all its steps";
    if (!surface_is_offered(profile, planned->surface))
        return acts->not_offered;
    if (options->surface == SURFACE_LIBRARY && planned->surface != SURFACE_LIBRARY)
        return acts->not_asked_for;
    for (size_t i = 0; i < CASE_NEEDS_MAX && spec->needs[i]; i++)
        if (!claims(planned, profile, wire, spec->needs[i], arena))
            return because(not_claimed(planned, spec->needs[i], arena));
    for (size_t i = 0; i < CASE_NEEDS_MAX && spec->unless[i]; i++)
        if (surface_from_name(spec->unless[i])) {
            if (surface_from_name(spec->unless[i]) == planned->surface)
                return "what it bends cannot be said in stanzas";
        } else if (claims(planned, profile, wire, spec->unless[i], arena))
            return because(arena_printf(arena, "the target claims %s", spec->unless[i]));
    if (acts->has_longest_message && is_too_long(planned, wire, arena))
        return "the profile's transport messages are too short for what it sends";
    return NULL;
}

/* ---- is it selected? */

static bool is_named_suite(const struct plan_options *o, const char *id)
{
    for (size_t i = 0; i < o->n_suites; i++)
        if (strcmp(o->suites[i], id) == 0)
            return true;
    return o->n_suites == 0;
}

static bool matches(const char *pattern, const char *full_id, const char *instance_id)
{
    return fnmatch(pattern, full_id, 0) == 0 || fnmatch(pattern, instance_id, 0) == 0;
}

static bool is_named_case(const struct plan_options *o, const char *full_id,
                          const char *instance_id, bool *hits)
{
    bool is_named = o->n_patterns == 0;
    for (size_t i = 0; i < o->n_patterns; i++)
        if (matches(o->patterns[i], full_id, instance_id))
            hits[i] = is_named = true;
    return is_named;
}

static bool is_excluded(const struct plan_options *o, const char *full_id, const char *instance_id)
{
    for (size_t i = 0; i < o->n_excluded; i++)
        if (matches(o->excluded[i], full_id, instance_id))
            return true;
    return false;
}

static bool is_binding_enough(const struct plan_options *o, enum level level)
{
    return o->level == LEVEL_NONE || level <= o->level;
}

/* With a sample of n, instance i runs when it is the first in its n-th of the sweep, or the last of
 * all. */
static bool is_sampled(const struct plan_options *o, uint32_t i, uint32_t n_instances)
{
    if (o->sample == 0 || n_instances <= o->sample || i == n_instances - 1)
        return true;
    uint64_t part = (uint64_t)i * o->sample / n_instances;
    return i == 0 || (uint64_t)(i - 1) * o->sample / n_instances != part;
}

/* ---- the names nearest to what was not found */

static const char *unknown_suite(const struct catalogue *c, const char *id, struct arena *arena)
{
    const char **names = arena_array(arena, c->n_suites + 1, sizeof(*names));
    if (!names)
        return NULL;
    for (size_t i = 0; i < c->n_suites; i++)
        names[i] = c->suites[i]->id;
    const char *near = diag_nearest(id, names, c->n_suites);
    return near ? arena_printf(arena, "there is no suite \"%s\" (did you mean \"%s\"?)", id, near)
                : arena_printf(arena, "there is no suite \"%s\"; assay list shows all", id);
}

static const char *unknown_pattern(const struct catalogue *c, const char *pattern,
                                   struct arena *arena)
{
    size_t n = 0, count = 0;
    for (size_t i = 0; i < c->n_suites; i++)
        count += c->suites[i]->n_cases;
    const char **names = arena_array(arena, count + 1, sizeof(*names));
    if (!names)
        return NULL;
    for (size_t i = 0; i < c->n_suites; i++)
        for (size_t j = 0; j < c->suites[i]->n_cases; j++)
            names[n++] = c->suites[i]->cases[j].full_id;
    const char *near = diag_nearest(pattern, names, n);
    return near
               ? arena_printf(arena, "no case matches \"%s\" (did you mean \"%s\"?)", pattern, near)
               : arena_printf(arena,
                              "no case that is selected matches \"%s\"; assay list shows all",
                              pattern);
}

static const char *check_suite_names(const struct catalogue *c, const struct plan_options *o,
                                     struct arena *arena)
{
    for (size_t i = 0; i < o->n_suites; i++) {
        bool is_found = false;
        for (size_t j = 0; j < c->n_suites; j++)
            is_found |= strcmp(c->suites[j]->id, o->suites[i]) == 0;
        if (!is_found)
            return unknown_suite(c, o->suites[i], arena);
    }
    return NULL;
}

/* Does |pattern| match |spec| or an instance of it? */
static bool matches_any_instance(const char *pattern, const struct case_spec *spec)
{
    bool is_match = fnmatch(pattern, spec->full_id, 0) == 0;
    for (uint32_t i = 0; spec->sweep_kind && i < spec->n_instances && !is_match; i++) {
        const struct planned planned = {.spec = spec, .instance = i};
        struct arena scratch;
        arena_init(&scratch, 4096);
        const char *id = planned_id(&planned, &scratch);
        is_match = !id || fnmatch(pattern, id, 0) == 0; /* no memory: not called misspelt */
        arena_fini(&scratch);
    }
    return is_match;
}

static bool is_in_catalogue(const struct catalogue *c, const char *pattern)
{
    for (size_t i = 0; i < c->n_suites; i++)
        for (size_t j = 0; j < c->suites[i]->n_cases; j++)
            if (matches_any_instance(pattern, &c->suites[i]->cases[j]))
                return true;
    return false;
}

/* A misspelt exclusion would have run what it was to keep from running. */
static const char *check_excluded(const struct catalogue *c, const struct plan_options *o,
                                  struct arena *arena)
{
    for (size_t i = 0; i < o->n_excluded; i++)
        if (!is_in_catalogue(c, o->excluded[i]))
            return unknown_pattern(c, o->excluded[i], arena);
    return NULL;
}

/* ---- the plan */

static enum status add_item(struct plan *p, size_t *cap, const struct planned *planned,
                            const char *not_applicable)
{
    if (p->count == PLAN_ITEMS_MAX)
        return E_LIMIT;
    if (p->count == *cap) {
        size_t more = *cap ? *cap * 2 : 1024;
        struct plan_item *items = realloc(p->items, more * sizeof(*items));
        if (!items)
            return E_NOMEM;
        p->items = items;
        *cap = more;
    }
    p->items[p->count] = (struct plan_item){*planned, not_applicable, p->count};
    p->count++;
    return OK;
}

/* The sentence is the plan's; what was needed to find it is not. */
static const char *why_not(struct plan *p, const struct planned *planned,
                           const struct target_profile *profile, const struct plan_options *o)
{
    struct arena scratch;
    arena_init(&scratch, 1024u * 1024u);
    const char *why = plan_not_applicable(planned, profile, o, &scratch);
    const char *kept = why ? arena_text(&p->arena, why) : NULL;
    arena_fini(&scratch);
    return why && !kept ? because(NULL) : kept;
}

static enum status add_case(struct plan *p, size_t *cap, const struct case_spec *spec,
                            const struct plan_options *o, const struct target_profile *profile,
                            bool *hits)
{
    enum surface surface = plan_surface(spec, profile, o->surface);
    uint32_t n = 0, quick = spec->conversations ? spec->conversations->quick : 1;
    for (uint32_t i = 0; i < spec->n_instances; i++) {
        struct planned planned = {spec, i, surface};
        if (!is_sampled(o, i, spec->n_instances))
            continue;
        const char *id = spec->full_id;
        struct arena scratch;
        arena_init(&scratch, 4096);
        if (spec->sweep_kind)
            id = planned_id(&planned, &scratch);
        bool is_selected =
            id && is_named_case(o, spec->full_id, id, hits) && !is_excluded(o, spec->full_id, id);
        arena_fini(&scratch);
        enum status st = id ? OK : E_NOMEM;
        if (is_selected && n >= quick && o->is_quick)
            p->n_left_out++;
        else if (is_selected)
            st = add_item(p, cap, &planned, why_not(p, &planned, profile, o));
        n += is_selected;
        if (st)
            return st;
    }
    return OK;
}

enum status plan_make(const struct catalogue *catalogue, const struct plan_options *options,
                      const struct target_profile *profile, struct plan *out,
                      const char **out_problem)
{
    size_t cap = 0;
    memset(out, 0, sizeof(*out));
    *out_problem = NULL;
    arena_init(&out->arena, PLAN_ARENA_MAX);
    bool *hits = arena_array(&out->arena, options->n_patterns + 1, sizeof(*hits));
    if (!hits)
        return E_NOMEM;
    if ((*out_problem = check_suite_names(catalogue, options, &out->arena)) ||
        (*out_problem = check_excluded(catalogue, options, &out->arena)))
        return E_MISSING;
    for (size_t i = 0; i < catalogue->n_suites; i++) {
        const struct suite *suite = suite_for(catalogue->suites[i], profile->protocol);
        for (size_t j = 0; is_named_suite(options, suite->id) && j < suite->n_cases; j++) {
            const struct case_spec *spec = &suite->cases[j];
            if (!is_binding_enough(options, spec->level) ||
                (options->only && spec->surfaces != SURFACE_BIT(options->only)) ||
                (options->without_conversations && spec->conversations) ||
                (options->requirement && strcmp(options->requirement, spec->requirement->id) != 0))
                continue;
            enum status st = add_case(out, &cap, spec, options, profile, hits);
            if (st)
                return st;
        }
    }
    for (size_t i = 0; i < options->n_patterns; i++)
        if (!hits[i]) {
            *out_problem = unknown_pattern(catalogue, options->patterns[i], &out->arena);
            return *out_problem ? E_MISSING : E_NOMEM;
        }
    if (options->n_excluded && out->count == 0) {
        *out_problem = "everything that is selected is excluded";
        return E_MISSING;
    }
    return OK;
}

void plan_free(struct plan *p)
{
    if (!p)
        return;
    free(p->items);
    arena_fini(&p->arena);
    memset(p, 0, sizeof(*p));
}

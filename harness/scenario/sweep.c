/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/sweep.h"

#include <string.h>

#define EACH_OF "each-of"

/* Is |value| the word |kind|, alone or followed by white space? */
static bool begins_with_word(const char *value, const char *kind)
{
    size_t len = strlen(kind);
    return strncmp(value, kind, len) == 0 && (value[len] == '\0' || strchr(" \t\r\n", value[len]));
}

const char *sweep_of(const struct attribute_rule *rule, const char *value)
{
    for (size_t i = 0; i < VERB_SWEEPS_MAX && rule->sweeps[i]; i++)
        if (begins_with_word(value, rule->sweeps[i]))
            return rule->sweeps[i];
    return NULL;
}

size_t sweep_n_entries(const char *value)
{
    size_t n = 1;
    for (const char *at = value; (at = strchr(at, '|')); at++)
        n++;
    return n;
}

const char *sweep_entry(const char *value, size_t index, struct arena *arena)
{
    const char *at = value + strlen(EACH_OF);
    for (; index; index--) {
        if (!(at = strchr(at, '|')))
            return NULL;
        at++;
    }
    at += strspn(at, " \t\r\n");
    size_t len = strcspn(at, "|");
    while (len && strchr(" \t\r\n", at[len - 1]))
        len--;
    return arena_printf(arena, "%.*s", (int)len, at);
}

uint32_t sweep_permutations(size_t n)
{
    uint32_t product = 1;
    for (uint32_t i = 2; i <= n && i <= SWEEP_PERMUTED_MAX; i++)
        product *= i;
    return product;
}

/* ---- planned cases */

const char *planned_id(const struct planned *p, struct arena *arena)
{
    if (!p->spec->sweep_kind)
        return p->spec->full_id;
    return arena_printf(arena, "%s#%lu", p->spec->full_id, (unsigned long)p->instance + 1);
}

/* The value of |attribute| in |instance| of a sweep written as |value|. NULL when full. */
static const char *value_of(const char *kind, const char *attribute, const char *value,
                            uint32_t instance, struct arena *arena)
{
    if (strcmp(kind, EACH_OF) == 0)
        return sweep_entry(value, instance, arena);
    /* Cutting nothing, and keeping all, would change nothing. */
    uint32_t first = strcmp(kind, "each-length") == 0 && strcmp(attribute, "cut") == 0 ? 1 : 0;
    return arena_printf(arena, "%lu", (unsigned long)first + instance);
}

/* |step| with the swept attribute's value in place of the sweep. */
static enum status instantiate(const struct planned *p, struct arena *arena, struct step *step)
{
    const struct case_spec *spec = p->spec;
    struct attribute *attributes = arena_array(arena, step->n_attributes, sizeof(*attributes));
    if (!attributes)
        return E_NOMEM;
    memcpy(attributes, step->attributes, step->n_attributes * sizeof(*attributes));
    for (size_t i = 0; i < step->n_attributes; i++) {
        if (strcmp(attributes[i].name, spec->sweep_attribute) != 0)
            continue;
        attributes[i].value =
            value_of(spec->sweep_kind, attributes[i].name, attributes[i].value, p->instance, arena);
        if (!attributes[i].value)
            return E_NOMEM;
    }
    step->attributes = attributes;
    return OK;
}

enum status planned_steps(const struct planned *p, struct arena *arena,
                          const struct step **out_steps)
{
    const struct case_spec *spec = p->spec;
    *out_steps = spec->steps;
    if (spec->conversations)
        return E_MISSING;
    if (!spec->sweep_kind)
        return OK;
    struct step *steps = arena_array(arena, spec->n_steps, sizeof(*steps));
    if (!steps)
        return E_NOMEM;
    memcpy(steps, spec->steps, spec->n_steps * sizeof(*steps));
    *out_steps = steps;
    return instantiate(p, arena, &steps[spec->sweep_step]);
}

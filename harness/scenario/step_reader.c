/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/step_reader.h"

#include "scenario/sweep.h"
#include "scenario/attribute_constraints.h"
#include "scenario/resolve.h"

#include <string.h>

#define SHOWN 100 /* characters of a wrong value that are shown */

/* ---- one step */

static bool find_verb(struct reading *r, const struct element *e, enum verb *out)
{
    const char *names[N_VERB];
    size_t n = 0;
    *out = verb_from_name(e->name);
    if (*out)
        return true;
    for (unsigned v = VERB_NONE + 1; v < N_VERB; v++)
        names[n++] = verb_rule((enum verb)v)->name;
    return reading_complain_near(r, e->line, e->name, names, n, "<%.60s>: there is no such step",
                                 e->name);
}

static bool check_is_known(struct reading *r, const struct element *e, enum verb verb,
                           const struct attribute *a)
{
    const struct verb_rule *rule = verb_rule(verb);
    const char *names[VERB_ATTRIBUTES_MAX];
    size_t n = 0;
    if (verb_attribute(verb, a->name))
        return true;
    for (; n < VERB_ATTRIBUTES_MAX && rule->attributes[n].name; n++)
        names[n] = rule->attributes[n].name;
    return reading_complain_near(r, e->line, a->name, names, n,
                                 "<%s %.60s=\"%.60s\">: there is no such attribute", rule->name,
                                 a->name, a->value);
}

static bool check_required(struct reading *r, const struct element *e, enum verb verb)
{
    const struct verb_rule *rule = verb_rule(verb);
    for (size_t i = 0; i < VERB_ATTRIBUTES_MAX && rule->attributes[i].name; i++) {
        const struct attribute_rule *a = &rule->attributes[i];
        if (!a->is_required || element_attribute(e, a->name))
            continue;
        return reading_complain(r, e->line, "<%s>: attribute \"%s\" is missing: %s", rule->name,
                                a->name, a->explanation);
    }
    return true;
}

static bool copy_attributes(struct reading *r, const struct element *e, struct step *out)
{
    struct attribute *copies = arena_array(r->arena, e->n_attributes + 1, sizeof(*copies));
    r->is_starved |= !copies;
    for (size_t i = 0; copies && i < e->n_attributes; i++) {
        copies[i].name = verb_attribute(out->verb, e->attributes[i].name)->name;
        copies[i].value = reading_text(r, e->attributes[i].value);
    }
    out->attributes = copies;
    out->n_attributes = e->n_attributes;
    return !r->is_starved;
}

void step_complain_limit(struct reading *r, const struct step *step)
{
    reading_complain(r, step->line, "<%s>: a case has at most %u parties and %u things",
                     verb_rule(step->verb)->name, SCOPE_PARTIES_MAX, SCOPE_ARTIFACTS_MAX);
}

/* `<seal size="x">: expected a number ...` */
static bool resolve(struct reading *r, const struct step *step, struct op *out)
{
    struct mistake m = {0};
    enum status st = resolve_step(r->scope, step, r->arena, out, &m);
    if (st == E_LIMIT)
        step_complain_limit(r, step);
    if (st == E_MISSING && m.text)
        reading_complain_near(r, step->line, m.word, m.names, m.n_names, "<%s %s=\"%.*s\">: %s",
                              verb_rule(step->verb)->name, m.rule->name, SHOWN, m.value, m.text);
    r->is_starved |= st == E_NOMEM || (st == E_MISSING && !m.text);
    return !st;
}

bool step_read(struct reading *r, const struct element *e, struct step *out, struct op *out_op)
{
    memset(out, 0, sizeof(*out));
    out->line = e->line;
    if (!find_verb(r, e, &out->verb))
        return false;
    if (e->n_children || *e->text)
        return reading_complain(r, e->line, "<%s>: a step has nothing inside it", e->name);
    for (size_t i = 0; i < e->n_attributes; i++)
        if (!check_is_known(r, e, out->verb, &e->attributes[i]))
            return false;
    return check_required(r, e, out->verb) && copy_attributes(r, e, out) &&
           resolve(r, out, out_op) && attribute_constraints_check(r, out_op);
}

/* ---- sweeps */

static size_t swept_len(const struct reading *r, const struct op *op, const char *attribute)
{
    const struct scope_artifact *artifact = scope_artifact_at(r->scope, op, op_tampered(op));
    const struct operand *o = op_operand(op, ATTR_FIELD);
    if (!artifact || !o)
        return 0;
    /* every cut up to the fewest bytes there may be can be made */
    return strcmp(attribute, "cut") == 0
               ? field_ref_least_len(r->cipher, o->field, artifact->plaintext_len)
               : field_ref_planned_len(r->cipher, o->field, artifact->plaintext_len);
}

static uint32_t permutations_of(struct reading *r, const struct op *op)
{
    size_t n;
    op_delivered(op, &n);
    if (n >= 2 && n <= SWEEP_PERMUTED_MAX)
        return sweep_permutations(n);
    reading_complain(r, op->step->line,
                     "<deliver order=\"each-permutation\">: 2 to %u messages are expected",
                     SWEEP_PERMUTED_MAX);
    return 0;
}

uint32_t step_sweep_count(struct reading *r, const struct op *op, const struct attribute *attribute,
                          const char *kind)
{
    const struct step *step = op->step;
    if (strcmp(kind, "each-of") == 0)
        return (uint32_t)sweep_n_entries(attribute->value);
    if (strcmp(kind, "each-permutation") == 0)
        return permutations_of(r, op);
    size_t a_byte = strcmp(kind, "each-bit") == 0 ? 8 : 1;
    size_t len = swept_len(r, op, attribute->name);
    if (len == 0) {
        reading_complain(r, step->line,
                         "<%s %s=\"%s\">: the length of %s is not known before there are bytes: "
                         "list values with each-of, or sweep a field of known length",
                         verb_rule(step->verb)->name, attribute->name, kind,
                         step_text(step, "field"));
        return 0;
    }
    if (len <= SWEEP_INSTANCES_MAX / a_byte)
        return (uint32_t)(len * a_byte);
    reading_complain(r, step->line, "<%s %s=\"%s\">: %zu instances are too many, %u is the most",
                     verb_rule(step->verb)->name, attribute->name, kind, len * a_byte,
                     SWEEP_INSTANCES_MAX);
    return 0;
}

/* ---- surfaces and capabilities */

static bool is_wanted(const struct step *step, const struct attribute_rule *attribute)
{
    const char *value = step_value(step, attribute);
    return value && (!attribute->needed_when || strcmp(attribute->needed_when, value) == 0);
}

unsigned step_surfaces(const struct step *step)
{
    const struct verb_rule *rule = verb_rule(step->verb);
    unsigned surfaces = rule->surfaces;
    for (size_t i = 0; i < VERB_ATTRIBUTES_MAX && rule->attributes[i].name; i++)
        if (rule->attributes[i].surfaces && is_wanted(step, &rule->attributes[i]))
            surfaces &= rule->attributes[i].surfaces;
    return field_ref_is_of_client(step_text(step, "field")) ? surfaces & SURFACE_BIT(SURFACE_CLIENT)
                                                            : surfaces;
}

const char *step_capability(const struct reading *r, const struct op *op,
                            const struct attribute_rule *attribute)
{
    const struct verb_rule *rule = verb_rule(op->verb);
    if (rule->party) {
        const struct scope_party *party = scope_party_at(r->scope, op, attr_from_name(rule->party));
        if (!party || !party->is_target)
            return NULL;
    }
    if (!attribute)
        return rule->capability;
    return is_wanted(op->step, attribute) ? attribute->capability : NULL;
}

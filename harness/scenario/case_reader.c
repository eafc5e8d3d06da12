/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/case_reader.h"

#include "scenario/about.h"
#include "scenario/capability.h"
#include "scenario/model.h"
#include "scenario/requirements_file.h"
#include "scenario/resolve.h"
#include "scenario/right_reason.h"
#include "scenario/sharing.h"
#include "scenario/step_reader.h"
#include "scenario/sweep.h"
#include "wire/profile.h"

#include <stdlib.h>
#include <string.h>

/* ---- attributes of the case */

static bool check_attributes(struct reading *r, const struct element *e)
{
    /* the last three: what scenario/compose.c says of a combination */
    static const char *const names[] = {"id",     "requirement", "level",     "needs",
                                        "unless", "sibling",     "stands-on", "origin",
                                        "cipher", "about",       "begins",    "situation"};
    const size_t n = COUNT_OF(names) - (r->is_composed ? 0 : 3);
    for (size_t i = 0; i < e->n_attributes; i++) {
        bool is_known = false;
        for (size_t j = 0; j < n; j++)
            is_known |= strcmp(names[j], e->attributes[i].name) == 0;
        if (is_known)
            continue;
        return reading_complain_near(r, e->line, e->attributes[i].name, names, n,
                                     "<case %.60s=\"%.60s\">: there is no such attribute",
                                     e->attributes[i].name, e->attributes[i].value);
    }
    return true;
}

static bool take_id(struct reading *r, const struct suite *suite, const struct element *e,
                    struct case_spec *spec)
{
    const char *id = element_attribute(e, "id");
    bool may_be_combination = r->is_composed || r->is_repro;
    if (!id || !(reading_is_id(id) || (may_be_combination && reading_is_combination(id))))
        return reading_complain(
            r, e->line,
            "<case id=\"%.100s\">: an id is expected: lower-case words with \"-\" "
            "between, which never change",
            id ? id : "");
    spec->id = reading_text(r, id);
    spec->full_id = arena_printf(r->arena, "%s/%s", suite->id, id);
    r->is_starved |= !spec->full_id;
    return !r->is_starved;
}

static bool complain_requirement(struct reading *r, const struct element *e, const char *attribute,
                                 const char *id)
{
    const struct catalogue *c = r->catalogue;
    const char **names = arena_array(r->arena, c->n_requirements + 1, sizeof(*names));
    for (size_t i = 0; names && i < c->n_requirements; i++)
        names[i] = c->requirements[i].id;
    return reading_complain_near(r, e->line, id, names, c->n_requirements,
                                 "<case %s=\"%.60s\">: suites/requirements.xml has no such "
                                 "requirement",
                                 attribute, id);
}

static bool take_requirement(struct reading *r, const struct element *e, struct case_spec *spec)
{
    const char *id = element_attribute(e, "requirement");
    if (!id)
        return reading_complain(r, e->line,
                                "<case id=\"%s\">: attribute \"requirement\" is missing: the "
                                "id of the one sentence this case is about",
                                spec->id);
    const char *stands_on = element_attribute(e, "stands-on");
    spec->requirement = catalogue_requirement(r->catalogue, id);
    spec->stands_on = stands_on ? catalogue_requirement(r->catalogue, stands_on) : NULL;
    if (!spec->requirement)
        return complain_requirement(r, e, "requirement", id);
    return !stands_on || spec->stands_on || complain_requirement(r, e, "stands-on", stands_on);
}

static bool take_situation(struct reading *r, const struct element *e, struct case_spec *spec)
{
    const char *about = element_attribute(e, "about"), *begins = element_attribute(e, "begins");
    const char *n = element_attribute(e, "situation");
    if (n) {
        char *rest;
        spec->begun_at = strtoul(n, &rest, 10);
        spec->probe_at = strtoul(rest, &rest, 10);
        spec->aftermath_at = strtoul(rest, NULL, 10);
    }
    spec->about = about ? catalogue_requirement(r->catalogue, about) : NULL;
    spec->begins = begins ? catalogue_requirement(r->catalogue, begins) : NULL;
    if (about && !spec->about)
        return complain_requirement(r, e, "about", about);
    return !begins || spec->begins || complain_requirement(r, e, "begins", begins);
}

static bool take_level(struct reading *r, const struct element *e, struct case_spec *spec)
{
    const char *text = element_attribute(e, "level");
    spec->level = text ? level_from_name(text) : spec->requirement->level;
    if (spec->level == LEVEL_NONE)
        return reading_complain(
            r, e->line, "<case level=\"%.60s\">: expected must, should, hardening or measure",
            text);
    if (spec->level >= spec->requirement->level)
        return true;
    return reading_complain(r, e->line,
                            "<case level=\"%s\">: %s is only a %s, a case cannot be stricter", text,
                            spec->requirement->id, level_name(spec->requirement->level));
}

/* ---- capabilities */

static bool add_capability(struct reading *r, const struct element *e, const char **list,
                           const char *name)
{
    size_t n = 0;
    for (; n < CASE_NEEDS_MAX && list[n]; n++)
        if (strcmp(list[n], name) == 0)
            return true;
    if (n < CASE_NEEDS_MAX - 1) {
        list[n] = name;
        return true;
    }
    return reading_complain(r, e->line, "<case>: more than %u capabilities", CASE_NEEDS_MAX - 1);
}

/* Names nobody can claim would make a case silently not applicable; "x-" is for private ones. */
static bool is_capability(struct reading *r, const struct element *e, const char *attribute,
                          const char *name)
{
    size_t n = 0;
    if (capability_find(name) || (capability_is_private(name) && reading_is_id(name)))
        return true;
    if (strncmp(name, "profile/", 8) == 0 && profile_constant_find(name + 8))
        return true;
    const char *const *names = capability_names(r->arena, &n);
    return reading_complain_near(
        r, e->line, name, names, n,
        "<case %s=\"%.60s\">: no such capability; private ones begin with x-", attribute, name);
}

/* A capability that is called like a surface is that surface. */
static bool take_capabilities(struct reading *r, const struct element *e, const char *attribute,
                              const char **list, unsigned *out_surfaces)
{
    const char *text = element_attribute(e, attribute);
    for (const char *at = text ? text + strspn(text, " ") : ""; *at; at += strspn(at, " ")) {
        size_t len = strcspn(at, " ");
        const char *name = arena_printf(r->arena, "%.*s", (int)len, at);
        r->is_starved |= !name;
        if (!name || !is_capability(r, e, attribute, name) || !add_capability(r, e, list, name))
            return false;
        if (out_surfaces && surface_from_name(name))
            *out_surfaces &= SURFACE_BIT(surface_from_name(name));
        at += len;
    }
    return true;
}

static bool take_step_capabilities(struct reading *r, const struct element *e, const struct op *op,
                                   struct case_spec *spec)
{
    const struct verb_rule *rule = verb_rule(op->verb);
    spec->surfaces &= step_surfaces(op->step);
    enum surface only = surface_only(spec->surfaces);
    if (only && only != SURFACE_LIBRARY && !add_capability(r, e, spec->needs, surface_name(only)))
        return false;
    const char *name = step_capability(r, op, NULL);
    if (name && !add_capability(r, e, spec->needs, name))
        return false;
    for (size_t i = 0; i < VERB_ATTRIBUTES_MAX && rule->attributes[i].name; i++) {
        name = step_capability(r, op, &rule->attributes[i]);
        if (name && !add_capability(r, e, spec->needs, name))
            return false;
    }
    return true;
}

/* ---- steps */

static bool take_sweep(struct reading *r, const struct op *op, struct case_spec *spec)
{
    const struct step *step = op->step;
    for (size_t i = 0; i < step->n_attributes; i++) {
        const struct attribute *a = &step->attributes[i];
        const char *kind = sweep_of(verb_attribute(step->verb, a->name), a->value);
        if (!kind)
            continue;
        if (spec->sweep_kind)
            return reading_complain(
                r, step->line,
                "<%s %s=\"%s\">: a case has at most one sweep, and this one has %s "
                "already",
                verb_rule(step->verb)->name, a->name, kind, spec->sweep_kind);
        spec->sweep_step = spec->n_steps;
        spec->sweep_attribute = a->name;
        spec->sweep_kind = kind;
        spec->n_instances = step_sweep_count(r, op, a, kind);
        if (!spec->n_instances)
            return false;
    }
    return true;
}

static bool load_vector(struct reading *r, const struct step *step, struct vector_file *out)
{
    const char *problem = NULL;
    const char *name = step_text(step, "vector");
    if (!r->vector_dir)
        return reading_complain(r, step->line,
                                "<recorded vector=\"%.100s\">: there is no vectors/ here", name);
    enum status st = vector_file_load(r->vector_dir, name, r->arena, out, &problem);
    r->is_starved |= st == E_NOMEM;
    if (st == E_INPUT)
        reading_complain(r, step->line, "<recorded vector=\"%.100s\">: %.200s", name, problem);
    return !st;
}

static bool apply(struct reading *r, const struct op *op)
{
    const struct step *step = op->step;
    struct vector_file *vector = NULL;
    if (step->verb == VERB_RECORDED) {
        vector = arena_alloc(r->arena, sizeof(*vector));
        r->is_starved |= !vector;
        if (!vector || !load_vector(r, step, vector))
            return false;
    }
    enum status st = scope_apply(r->scope, op, vector, r->arena);
    r->is_starved |= st == E_NOMEM;
    if (st == E_LIMIT)
        step_complain_limit(r, step);
    return !st;
}

static bool check_named_requirement(struct reading *r, const struct step *step)
{
    const char *id = step_written(step, "requirement");
    if (!id || strcmp(id, "none") == 0 || catalogue_requirement(r->catalogue, id))
        return true;
    return reading_complain(r, step->line,
                            "<%s requirement=\"%.60s\">: there is no such requirement",
                            verb_rule(step->verb)->name, id);
}

static bool take_ops(struct reading *r, struct op *ops, struct case_spec *spec)
{
    struct op_list *list = arena_alloc(r->arena, sizeof(*list));
    r->is_starved |= !list || resolve_names(r->scope, r->arena, list);
    if (r->is_starved)
        return false;
    list->ops = ops;
    list->n_ops = spec->n_steps;
    about_mark(ops, spec->n_steps, r->scope, spec, r->catalogue);
    spec->ops = list;
    return true;
}

static bool take_steps(struct reading *r, const struct element *e, struct case_spec *spec)
{
    size_t n, delivered = 0;
    struct step *steps = arena_array(r->arena, e->n_children, sizeof(*steps));
    struct op *ops = arena_array(r->arena, e->n_children, sizeof(*ops));
    r->is_starved |= !steps || !ops;
    if (r->is_starved)
        return false;
    spec->steps = steps;
    for (size_t i = 1; i < e->n_children; i++) {
        struct step *step = &steps[spec->n_steps];
        struct op *op = &ops[spec->n_steps];
        if (!step_read(r, &e->children[i], step, op) || !check_named_requirement(r, step) ||
            !take_sweep(r, op, spec) || !take_step_capabilities(r, e, op, spec) || !apply(r, op))
            return false;
        spec->n_steps++;
        op_delivered(op, &n);
        delivered += n ? n : 1;
    }
    if (delivered <= CASE_DELIVERED_MAX)
        return take_ops(r, ops, spec);
    return reading_complain(r, e->line, "<case id=\"%s\">: delivers more than %u messages",
                            spec->id, CASE_DELIVERED_MAX);
}

/* ---- generated conversations */

#define CONVERSATIONS "conversations"
#define CONVERSATIONS_MAX 10000u

/* The only thing after <purpose>, and no step. */
static bool is_of_conversations(const struct element *e)
{
    return e->n_children == 2 && strcmp(e->children[1].name, CONVERSATIONS) == 0;
}

/* A number from 1 to |most|; 0 after a complaint. */
static uint32_t count_in(struct reading *r, const struct element *e, const char *name,
                         uint32_t most)
{
    const char *text = element_attribute(e, name);
    char *rest = NULL;
    unsigned long n = text && *text >= '1' && *text <= '9' ? strtoul(text, &rest, 10) : 0;
    if (n && n <= most && !*rest)
        return (uint32_t)n;
    reading_complain(r, e->line,
                     "<" CONVERSATIONS " %s=\"%.20s\">: a number from 1 to %u is expected", name,
                     text ? text : "", most);
    return 0;
}

static bool take_themes(struct reading *r, const struct element *e, struct conversations *out)
{
    const struct requirement **about =
        arena_array(r->arena, N_THEME, sizeof(const struct requirement *));
    r->is_starved |= !about;
    out->about = about;
    for (int t = 0; about && t < N_THEME; t++) {
        const char *id = theme_requirement((enum theme)t);
        about[t] = catalogue_requirement(r->catalogue, id);
        if (!about[t])
            return complain_requirement(r, e, "requirement", id);
    }
    return about != NULL;
}

static bool take_conversations(struct reading *r, const struct element *e, struct case_spec *spec)
{
    struct conversations *c = arena_alloc(r->arena, sizeof(*c));
    struct op_list *none = arena_alloc(r->arena, sizeof(*none));
    r->is_starved |= !c || !none;
    if (r->is_starved)
        return false;
    memset(none, 0, sizeof(*none));
    memset(c, 0, sizeof(*c));
    c->catalogue = r->catalogue;
    c->seed = reading_text(r, element_attribute(e, "seed"));
    if (!c->seed || !*c->seed)
        return reading_complain(r, e->line, "<" CONVERSATIONS ">: a seed is expected, in words");
    spec->n_instances = count_in(r, e, "count", CONVERSATIONS_MAX);
    c->quick = spec->n_instances ? count_in(r, e, "quick", spec->n_instances) : 0;
    spec->sweep_kind = spec->sweep_attribute = CONVERSATIONS;
    /* of a library; those of a whole client say needs="client" */
    spec->surfaces &= spec->surfaces & SURFACE_BIT(SURFACE_LIBRARY) ? SURFACE_BIT(SURFACE_LIBRARY)
                                                                    : SURFACE_BIT(SURFACE_CLIENT);
    spec->conversations = c;
    spec->ops = none;
    return c->quick && take_themes(r, e, c);
}

/* ---- the case */

static bool check_shape(struct reading *r, const struct element *e, const struct case_spec *spec)
{
    const char *problem = NULL;
    if (*e->text)
        problem = "text is not expected here; what the case is for stands in <purpose>";
    else if (e->n_children == 0 || strcmp(e->children[0].name, "purpose") != 0)
        problem = "<purpose> is expected first: one sentence that says what the case shows";
    else if (!*e->children[0].text || e->children[0].n_children || e->children[0].n_attributes)
        problem = "<purpose> is expected to hold one sentence and nothing else";
    else if (e->n_children == 1)
        problem = "steps are expected after <purpose>";
    else if (e->n_children - 1 > CASE_STEPS_MAX)
        problem = "has more than 400 steps";
    if (problem)
        reading_complain(r, e->line, "<case id=\"%s\">: %s", spec->id, problem);
    return !problem;
}

static bool check_measures(struct reading *r, const struct case_spec *spec)
{
    if (spec->level != LEVEL_MEASURE)
        return true;
    for (size_t i = 0; i < spec->ops->n_ops; i++)
        if (spec->ops->ops[i].verb == VERB_MEASURE || op_has(&spec->ops->ops[i], ATTR_MEASURE))
            return true;
    return reading_complain(
        r, spec->line,
        "<case id=\"%s\">: it is of level measure, and measures nothing: <measure>, or "
        "\"measure\" on a step, is expected",
        spec->id);
}

bool case_read(struct reading *r, const struct suite *suite, const struct element *e,
               struct read_case *out)
{
    struct case_spec *spec = &out->spec;
    memset(out, 0, sizeof(*out));
    spec->suite = suite;
    spec->file = r->file;
    spec->line = e->line;
    spec->n_instances = 1;
    /* a suite whose layer is called like a surface is about that one */
    enum surface layer = surface_from_name(suite->layer);
    spec->surfaces = layer ? SURFACE_BIT(layer) : SURFACES_ALL;
    scope_init(r->scope, r->cipher);
    if (!check_attributes(r, e) || !take_id(r, suite, e, spec) || !take_requirement(r, e, spec) ||
        !take_situation(r, e, spec) || !take_level(r, e, spec) ||
        !take_capabilities(r, e, "needs", spec->needs, &spec->surfaces) ||
        !take_capabilities(r, e, "unless", spec->unless, NULL) || !check_shape(r, e, spec))
        return false;
    spec->purpose = reading_sentence(r, e->children[0].text);
    spec->origin = reading_text(r, element_attribute(e, "origin"));
    out->sibling = reading_text(r, element_attribute(e, "sibling"));
    if (is_of_conversations(e))
        return take_conversations(r, &e->children[1], spec) && !r->is_starved;
    if (!take_steps(r, e, spec))
        return false;
    spec->can_share = sharing_is_possible(spec);
    struct judged_case judged = {spec->ops, out->sibling != NULL};
    return (r->is_repro || (right_reason_check(r, &judged) && check_measures(r, spec))) &&
           !r->is_starved;
}

bool case_check_sibling(struct reading *r, const struct read_case *of,
                        const struct read_case *cases, size_t n)
{
    enum verb verb = right_reason_refuses(of->spec.ops);
    if (!of->sibling || r->is_repro)
        return true;
    for (size_t i = 0; i < n; i++) {
        if (strcmp(cases[i].spec.id, of->sibling) != 0)
            continue;
        if (&cases[i] != of && right_reason_accepts(cases[i].spec.ops, verb))
            return true;
        return reading_complain(
            r, of->spec.line,
            "<case sibling=\"%s\">: that case accepts nothing that this one refuses", of->sibling);
    }
    const char **names = arena_array(r->arena, n + 1, sizeof(*names));
    for (size_t i = 0; names && i < n; i++)
        names[i] = cases[i].spec.id;
    return reading_complain_near(r, of->spec.line, of->sibling, names, n,
                                 "<case sibling=\"%.100s\">: this suite has no such case",
                                 of->sibling);
}

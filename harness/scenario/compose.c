/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/compose.h"

#include <string.h>

#define TARGET "target"
#define PEER "peer"

struct composing {
    struct arena *arena;
    const struct composition *what;
    struct element *steps;
    size_t n_steps, cap_steps;
    size_t begun_at, probe_at, aftermath_at; /* in the case's steps */
    const char *target, *peer;               /* who is meant by these words now */
    enum status st;
};

/* ---- who is meant */

static const char *meant(const struct composing *c, const char *name)
{
    if (strcmp(name, TARGET) == 0)
        return c->target;
    return strcmp(name, PEER) == 0 ? c->peer : name;
}

static bool names_party(const struct attribute_rule *rule)
{
    return rule && (rule->type == ATTRIBUTE_PARTY || rule->type == ATTRIBUTE_TARGET ||
                    rule->type == ATTRIBUTE_HARNESS);
}

/* Is |name| a party of the target: the one from the start, or one that a step before made? */
static bool is_targets(const struct composing *c, const char *name)
{
    bool is_one = strcmp(name, TARGET) == 0;
    for (size_t i = 0; i < c->n_steps && !is_one; i++) {
        const struct element *e = &c->steps[i];
        const char *made = strcmp(e->name, "restore") == 0 ? element_attribute(e, "as")
                           : strcmp(e->name, "party") == 0 ? element_attribute(e, "name")
                                                           : NULL;
        is_one = made && strcmp(made, name) == 0;
    }
    return is_one;
}

/* Whom |e| means, which does not write |rule|'s attribute; NULL: nobody, or it follows from
 * other attributes. */
static const char *meant_without(const struct composing *c, enum verb verb, const struct element *e,
                                 const struct attribute_rule *rule)
{
    bool is_to_somebody = (verb == VERB_SEAL || verb == VERB_DROP) &&
                          strcmp(rule->name, "to") == 0 && !element_attribute(e, "group");
    bool is_with_somebody = verb == VERB_ESTABLISH && strcmp(rule->name, "with") == 0;
    const char *by = element_attribute(e, "by");
    if (rule->fallback)
        return meant(c, rule->fallback);
    if (!is_to_somebody && !is_with_somebody)
        return NULL;
    return by && is_targets(c, by) ? c->peer : c->target;
}

/* |e|, whose parties are the ones that are meant now. */
static struct element renamed(struct composing *c, const struct element *e)
{
    struct element out = *e;
    enum verb verb = verb_from_name(e->name);
    const struct verb_rule *rule = verb_rule(verb);
    size_t n = 0;
    bool is_usual = strcmp(c->target, TARGET) == 0 && strcmp(c->peer, PEER) == 0;
    if (!rule || is_usual)
        return out;
    struct attribute *list =
        arena_array(c->arena, e->n_attributes + VERB_ATTRIBUTES_MAX, sizeof(*list));
    if (!list) {
        c->st = E_NOMEM;
        return out;
    }
    for (; n < e->n_attributes; n++) {
        list[n] = e->attributes[n];
        if (names_party(verb_attribute(verb, list[n].name)))
            list[n].value = meant(c, list[n].value);
    }
    for (size_t i = 0; i < VERB_ATTRIBUTES_MAX && rule->attributes[i].name; i++) {
        const struct attribute_rule *a = &rule->attributes[i];
        if (!names_party(a) || element_attribute(e, a->name))
            continue;
        const char *who = meant_without(c, verb, e, a);
        if (who)
            list[n++] = (struct attribute){a->name, who};
    }
    out.attributes = list;
    out.n_attributes = n;
    return out;
}

/* ---- steps */

static bool is_step(const struct element *e)
{
    static const char *const others[] = {"purpose", "never", "reply", "end", "refused", "opened"};
    for (size_t i = 0; i < COUNT_OF(others); i++)
        if (strcmp(e->name, others[i]) == 0)
            return false;
    return true;
}

static void put(struct composing *c, const struct element *e)
{
    if (c->n_steps == c->cap_steps) {
        size_t cap = c->cap_steps * 2 + 64;
        struct element *more = arena_array(c->arena, cap, sizeof(*more));
        if (!more) {
            c->st = E_NOMEM;
            return;
        }
        if (c->n_steps)
            memcpy(more, c->steps, c->n_steps * sizeof(*more));
        c->steps = more;
        c->cap_steps = cap;
    }
    const struct element step = renamed(c, e); /* looks at the steps there are */
    c->steps[c->n_steps++] = step;
}

static void put_block(struct composing *c, const struct element *part, const char *name)
{
    const struct element *block = part ? element_child(part, name) : NULL;
    for (size_t i = 0; block && i < block->n_children; i++)
        put(c, &block->children[i]);
}

/* The steps of |part|, and who is meant after them. */
static void put_part(struct composing *c, const struct element *part)
{
    for (size_t i = 0; part && i < part->n_children; i++)
        if (is_step(&part->children[i]))
            put(c, &part->children[i]);
    const char *target = part ? element_attribute(part, TARGET) : NULL;
    const char *peer = part ? element_attribute(part, PEER) : NULL;
    c->target = target ? target : c->target;
    c->peer = peer ? peer : c->peer;
}

/* Is the moment of the first messages? */
static bool is_of_start(const struct composition *what)
{
    const char *of = element_attribute(what->moment, "of");
    return of && strcmp(of, "start") == 0;
}

static void put_beginning(struct composing *c, const struct element *beginning)
{
    put_part(c, beginning);
    if (!is_of_start(c->what))
        put_block(c, beginning, "reply");
}

static void put_aftermath(struct composing *c, const struct element *aftermath)
{
    for (size_t i = 0; i < aftermath->n_children; i++) {
        const struct element *e = &aftermath->children[i];
        if (is_step(e))
            put(c, e);
        else
            put_block(c, c->what->moment, e->name);
    }
}

static void put_steps(struct composing *c)
{
    const struct composition *what = c->what;
    put_beginning(c, what->beginning);
    c->begun_at = c->n_steps - 1; /* without the purpose */
    put_part(c, what->moment);
    put_part(c, what->condition);
    c->probe_at = c->n_steps - 1;
    if (is_of_start(what))
        c->begun_at = c->probe_at;
    put_part(c, what->probe);
    c->aftermath_at = c->n_steps - 1;
    put_aftermath(c, what->aftermath);
    put_block(c, what->condition, "end");
    c->peer = PEER;
    put_block(c, what->beginning, "end");
}

/* ---- the case */

static const char *purpose_of(const struct element *part)
{
    const struct element *purpose = element_child(part, "purpose");
    return purpose ? purpose->text : "";
}

static void put_purpose(struct composing *c)
{
    const struct composition *what = c->what;
    struct element purpose = {.name = "purpose", .line = what->probe->line};
    purpose.text = arena_printf(c->arena, "%s (On %s; %s%s%s.)", purpose_of(what->probe),
                                purpose_of(what->moment), purpose_of(what->beginning),
                                what->condition ? "; " : "",
                                what->condition ? purpose_of(what->condition) : "");
    if (!purpose.text)
        c->st = E_NOMEM;
    put(c, &purpose);
}

/* What all parts name in |attribute|, space between; NULL when none does. */
static const char *joined(struct composing *c, const char *attribute)
{
    const struct element *const parts[] = {c->what->beginning, c->what->moment, c->what->condition,
                                           c->what->probe};
    const char *all = NULL;
    for (size_t i = 0; i < COUNT_OF(parts); i++) {
        const char *names = parts[i] ? element_attribute(parts[i], attribute) : NULL;
        if (!names)
            continue;
        all = all ? arena_printf(c->arena, "%s %s", all, names) : names;
        if (!all)
            c->st = E_NOMEM;
    }
    return all;
}

/* What an honest message is about: more by what happened just before than by which it is, and by
 * that more than by how the conversation began. */
static const char *what_about(const struct composition *what)
{
    const struct element *const parts[] = {what->condition, what->moment, what->beginning};
    const char *about = NULL;
    for (size_t i = 0; !about && i < COUNT_OF(parts); i++)
        about = parts[i] ? element_attribute(parts[i], "about") : NULL;
    return about || !is_of_start(what) ? about : element_attribute(what->beginning, "begins");
}

static void put_attributes(struct composing *c, struct element *out)
{
    static const char *const of_probe[] = {"requirement", "level", "sibling", "cipher"};
    static const char *const of_all[] = {"needs", "unless"};
    size_t most = 4 + COUNT_OF(of_probe) + COUNT_OF(of_all), n = 0;
    const char *situation =
        arena_printf(c->arena, "%zu %zu %zu", c->begun_at, c->probe_at, c->aftermath_at);
    const char *about = what_about(c->what);
    const char *begins = element_attribute(c->what->beginning, "begins");
    struct attribute *list = arena_array(c->arena, most, sizeof(*list));
    if (!list || !situation) {
        c->st = E_NOMEM;
        return;
    }
    list[n++] = (struct attribute){"id", c->what->id};
    list[n++] = (struct attribute){"situation", situation};
    if (about)
        list[n++] = (struct attribute){"about", about};
    if (begins)
        list[n++] = (struct attribute){"begins", begins};
    for (size_t i = 0; i < COUNT_OF(of_probe); i++) {
        const char *value = element_attribute(c->what->probe, of_probe[i]);
        if (value)
            list[n++] = (struct attribute){of_probe[i], value};
    }
    for (size_t i = 0; i < COUNT_OF(of_all); i++) {
        const char *value = joined(c, of_all[i]);
        if (value)
            list[n++] = (struct attribute){of_all[i], value};
    }
    out->attributes = list;
    out->n_attributes = n;
}

enum status compose(const struct composition *what, struct arena *arena, struct element *out)
{
    struct composing c = {.arena = arena, .what = what, .target = TARGET, .peer = PEER};
    *out = (struct element){.name = "case", .line = what->probe->line, .text = ""};
    put_purpose(&c);
    put_steps(&c);
    put_attributes(&c, out);
    out->children = c.steps;
    out->n_children = c.n_steps;
    return c.st;
}

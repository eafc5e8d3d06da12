/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/reduce.h"

#include <stdlib.h>
#include <string.h>

#define ALIASES_MAX MODEL_SNAPSHOTS_MAX
#define COMPLETED_MAX 8u /* steps that may be added */

/* ---- rewriting steps */

struct alias {
    const char *name;    /* an actor whose restore was left out ... */
    const char *instead; /* ... and who goes on in its place */
};

struct rewriting {
    struct model model;
    struct arena *arena;
    struct alias aliases[ALIASES_MAX];
    size_t n_aliases;
    struct step *steps;
    size_t n_steps;
    struct model_answer last;
};

static struct rewriting *begin(const struct reduced *of, struct arena *arena)
{
    struct rewriting *w = arena_alloc(arena, sizeof(*w));
    struct step *steps = arena_array(arena, of->n_steps + COMPLETED_MAX, sizeof(*steps));
    if (!w || !steps)
        return NULL;
    model_init(&w->model, of->cipher);
    w->arena = arena;
    w->steps = steps;
    return w;
}

static struct reduced result_of(const struct rewriting *w)
{
    return (struct reduced){w->steps, w->n_steps, w->last.theme, w->model.cipher};
}

static const char *party_instead(const struct rewriting *w, const char *name)
{
    for (size_t i = w->n_aliases; i; i--)
        if (strcmp(w->aliases[i - 1].name, name) == 0)
            name = w->aliases[i - 1].instead;
    return name;
}

/* The restored party never came to be: the one before goes on. */
static void leave_out_restore(struct rewriting *w, const struct step *step)
{
    if (w->n_aliases == ALIASES_MAX)
        return;
    w->aliases[w->n_aliases].name = step_text(step, "as");
    w->aliases[w->n_aliases++].instead = model_party(&w->model, SIDE_TARGET);
}

static bool names_party(enum verb verb, const char *attribute)
{
    const struct attribute_rule *rule = verb_attribute(verb, attribute);
    return rule && (rule->type == ATTRIBUTE_PARTY || rule->type == ATTRIBUTE_TARGET ||
                    rule->type == ATTRIBUTE_HARNESS);
}

/* Where a message goes without being told. */
static bool is_understood(const struct step *step, const struct attribute *a)
{
    return step->verb == VERB_DELIVER && strcmp(a->name, "to") == 0 &&
           strcmp(a->value, "target") == 0 && !step_text(step, "from");
}

/* |step| with actors renamed and its expectation left to the model; |expect| NULL for none. */
static bool copy_step(const struct rewriting *w, const struct step *from, const char *expect,
                      struct step *out)
{
    struct attribute *kept = arena_array(w->arena, from->n_attributes + 1, sizeof(*kept));
    *out = *from;
    out->line = (unsigned)w->n_steps + 1;
    out->attributes = kept;
    out->n_attributes = 0;
    for (size_t i = 0; kept && i < from->n_attributes; i++) {
        struct attribute a = from->attributes[i];
        if (names_party(from->verb, a.name))
            a.value = party_instead(w, a.value);
        if (is_understood(from, &a))
            continue;
        if (from->verb != VERB_DELIVER || strcmp(a.name, "expect") != 0)
            kept[out->n_attributes++] = a;
    }
    if (kept && expect)
        kept[out->n_attributes++] = (struct attribute){"expect", expect};
    return kept != NULL;
}

/* Take |from| over when the model knows what must happen at it. */
static bool take(struct rewriting *w, const struct step *from)
{
    struct step step;
    if (!copy_step(w, from, NULL, &step))
        return false;
    struct model_answer answer = model_step(&w->model, &step);
    if (answer.says == MODEL_OPEN_QUESTION) {
        if (from->verb == VERB_RESTORE)
            leave_out_restore(w, from);
        return false;
    }
    if (answer.says == MODEL_REFUSES && !copy_step(w, from, "refuses", &step))
        return false;
    w->last = answer;
    w->steps[w->n_steps++] = step;
    return true;
}

static enum model_says said(const struct step *step)
{
    switch (step_expect(step)) {
    case EXPECT_OPENS:
        return MODEL_OPENS;
    case EXPECT_REFUSES:
        return MODEL_REFUSES;
    default:
        return MODEL_DOES;
    }
}

/* ---- fewer steps */

bool reduce_without(const struct reduced *of, size_t from, size_t count, struct arena *arena,
                    struct reduced *out)
{
    const struct step *steps = of->steps;
    size_t n_steps = of->n_steps;
    struct rewriting *w = begin(of, arena);
    if (!w || n_steps == 0 || count >= n_steps || from > n_steps - 1 - count)
        return false;
    for (size_t i = 0; i + 1 < n_steps; i++) {
        bool is_left_out = i >= from && i < from + count;
        if (!is_left_out)
            take(w, &steps[i]);
        else if (steps[i].verb == VERB_RESTORE)
            leave_out_restore(w, &steps[i]);
    }
    if (!take(w, &steps[n_steps - 1]) || w->last.says != said(&steps[n_steps - 1]))
        return false;
    *out = result_of(w);
    return true;
}

/* ---- simpler attributes */

/* What an attribute may become, the simplest first; NULL leaves it out. */
static const struct {
    enum verb verb;
    const char *name;
    bool is_number; /* |least| to one less than now: least, half, one less */
    uint32_t least;
} simpler[] = {
    {VERB_SEAL, "size", false, 0},         {VERB_PUBLISH, "one-time-prekey", false, 0},
    {VERB_DROP, "count", true, 1},         {VERB_CONVERSE, "turns", true, 1},
    {VERB_CONVERSE, "max-burst", true, 1}, {VERB_TAMPER, "flip", true, 0},
    {VERB_TAMPER, "cut", true, 1},         {VERB_TAMPER, "set-number", true, 100001},
    {VERB_TAMPER, "unknown", true, 15},
};
#define WAYS 3u
/* Of one step: a whole handshake for a start, a turn for a message, then the table's. */
#define WHOLE_WAYS 2u
#define WAYS_OF_STEP (WHOLE_WAYS + COUNT_OF(simpler) * WAYS)

static const char *way_of_number(struct arena *arena, const char *value, uint32_t least, size_t way)
{
    uint32_t now = (uint32_t)strtoul(value, NULL, 10);
    if (now <= least)
        return value;
    uint32_t ways[WAYS] = {least, least + (now - least) / 2, now - 1};
    const char *text = arena_printf(arena, "%u", ways[way]);
    return text ? text : value;
}

/* Attribute |which| of |step| made simpler in |way|; false when that is no change. */
static bool simplify(struct arena *arena, struct step *step, size_t which, size_t way)
{
    struct attribute *changed = arena_array(arena, step->n_attributes + 1, sizeof(*changed));
    size_t kept = 0;
    bool is_changed = false;
    for (size_t i = 0; changed && i < step->n_attributes; i++) {
        struct attribute a = step->attributes[i];
        bool is_it = strcmp(a.name, simpler[which].name) == 0;
        const char *before = a.value;
        if (is_it && simpler[which].is_number)
            a.value = way_of_number(arena, a.value, simpler[which].least, way);
        is_changed |= is_it && (!simpler[which].is_number || strcmp(before, a.value) != 0);
        if (!is_it || simpler[which].is_number)
            changed[kept++] = a;
    }
    step->attributes = changed;
    step->n_attributes = kept;
    return is_changed && (way == 0 || simpler[which].is_number);
}

/* |step| becomes one of |verb| in the same place, with a copy of |attributes|. */
static bool become(struct step *step, enum verb verb, const struct attribute *attributes, size_t n,
                   struct arena *arena)
{
    struct attribute *copy = arena_array(arena, n, sizeof(*copy));
    if (!copy)
        return false;
    memcpy(copy, attributes, n * sizeof(*copy));
    step->verb = verb;
    step->attributes = copy;
    step->n_attributes = n;
    return true;
}

/* A session as everybody knows it instead of one begun by hand: its bundle and first messages may
 * turn out to have no part in the failure. */
static bool establish_instead(struct arena *arena, const struct step *steps, size_t at,
                              struct step *out)
{
    const char *bundle = step_text(&steps[at], "bundle"), *with = NULL;
    for (size_t i = 0; i < at; i++)
        if (steps[i].verb == VERB_PUBLISH && strcmp(step_text(&steps[i], "as"), bundle) == 0)
            with = step_text(&steps[i], "by");
    if (!with)
        return false;
    bool is_default = strcmp(with, "target") == 0 || strcmp(with, "peer") == 0;
    const struct attribute attributes[] = {{"by", step_text(&steps[at], "by")}, {"with", with}};
    return become(out, VERB_ESTABLISH, attributes, is_default ? 1 : 2, arena);
}

/* One turn of honest traffic instead of a message that is sealed and delivered at once. */
static bool converse_instead(struct arena *arena, const struct step *steps, size_t n_steps,
                             size_t at, struct step *out)
{
    const struct step *next = at + 2 < n_steps ? &steps[at + 1] : NULL;
    const char *by = step_text(&steps[at], "by"),
               *message = next ? step_text(next, "message") : NULL;
    if (!message || next->verb != VERB_DELIVER || step_expect(next) != EXPECT_OPENS ||
        strcmp(message, step_text(&steps[at], "as")) != 0)
        return false;
    const char *to = step_text(next, "to");
    if (!to)
        to = strcmp(by, "peer") == 0 ? "target" : "peer";
    const struct attribute attributes[] = {
        {"turns", "1"}, {"max-burst", "1"}, {"with", by}, {"at", to}};
    return become(out, VERB_CONVERSE, attributes, 4, arena);
}

/* The change of |steps[at]| that |way| counts; false when there is none. */
static bool change_step(struct arena *arena, const struct step *steps, size_t n_steps, size_t at,
                        size_t way, struct step *out)
{
    *out = steps[at];
    if (way == 0)
        return out->verb == VERB_START && establish_instead(arena, steps, at, out);
    if (way == 1)
        return out->verb == VERB_SEAL && converse_instead(arena, steps, n_steps, at, out);
    size_t which = (way - WHOLE_WAYS) / WAYS;
    return out->verb == simpler[which].verb &&
           simplify(arena, out, which, (way - WHOLE_WAYS) % WAYS);
}

bool reduce_simpler(const struct reduced *of, size_t number, struct arena *arena,
                    struct reduced *out, bool *out_is_case)
{
    const struct step *steps = of->steps;
    size_t n_steps = of->n_steps;
    size_t at = number / WAYS_OF_STEP, way = number % WAYS_OF_STEP;
    struct step changed;
    *out_is_case = false;
    if (at >= n_steps)
        return false;
    if (!change_step(arena, steps, n_steps, at, way, &changed))
        return true;
    struct rewriting *w = begin(of, arena);
    if (!w)
        return false;
    bool is_whole = true;
    for (size_t i = 0; is_whole && i < n_steps; i++) {
        /* the delivery that became part of a turn */
        bool is_gone = way == 1 && i == at + 1;
        is_whole = is_gone || take(w, i == at ? &changed : &steps[i]);
    }
    *out_is_case = is_whole && w->last.says == said(&steps[n_steps - 1]);
    *out = result_of(w);
    return true;
}

/* ---- names */

#define NAMES_MAX (MODEL_MESSAGES_MAX + MODEL_BUNDLES_MAX + 2 * MODEL_SNAPSHOTS_MAX)

struct naming {
    const char *before[NAMES_MAX];
    const char *after[NAMES_MAX];
    size_t count;
    struct arena *arena;
};

static size_t prefix_len(const char *name) { return strcspn(name, "0123456789"); }

/* What a new thing is called: its prefix, and how many with this prefix there were before it. */
static void name_new(struct naming *n, const char *before)
{
    size_t len = prefix_len(before), same = 1 + (strncmp(before, "target-", 7) == 0);
    if (n->count == NAMES_MAX || !before[len])
        return;
    for (size_t i = 0; i < n->count; i++)
        same += prefix_len(n->before[i]) == len && strncmp(n->before[i], before, len) == 0;
    n->before[n->count] = before;
    n->after[n->count] = arena_printf(n->arena, "%.*s%zu", (int)len, before, same);
    n->count += n->after[n->count] != NULL;
}

static const char *name_now(const struct naming *n, const char *name)
{
    for (size_t i = 0; i < n->count; i++)
        if (strcmp(n->before[i], name) == 0)
            return n->after[i];
    return name;
}

static bool names_something(enum verb verb, const char *attribute, bool *out_is_new)
{
    const struct attribute_rule *rule = verb_attribute(verb, attribute);
    enum attribute_type type = rule ? rule->type : ATTRIBUTE_TEXT;
    *out_is_new = type == ATTRIBUTE_NEW_ARTIFACT || type == ATTRIBUTE_NEW_PARTY;
    return *out_is_new || type == ATTRIBUTE_MESSAGE || type == ATTRIBUTE_BUNDLE ||
           type == ATTRIBUTE_SNAPSHOT || type == ATTRIBUTE_ARTIFACT || names_party(verb, attribute);
}

/* Number things from 1 in the order they appear. Randomness does not depend on names. */
static void renumber(struct rewriting *w)
{
    struct naming *n = arena_alloc(w->arena, sizeof(*n));
    if (!n)
        return;
    n->arena = w->arena;
    for (size_t i = 0; i < w->n_steps; i++) {
        struct attribute *attributes =
            arena_array(w->arena, w->steps[i].n_attributes + 1, sizeof(*attributes));
        bool is_new;
        for (size_t j = 0; attributes && j < w->steps[i].n_attributes; j++) {
            struct attribute a = w->steps[i].attributes[j];
            if (names_something(w->steps[i].verb, a.name, &is_new)) {
                if (is_new)
                    name_new(n, a.value);
                a.value = name_now(n, a.value);
            }
            attributes[j] = a;
        }
        if (attributes)
            w->steps[i].attributes = attributes;
    }
}

/* ---- the right reason */

static bool add(struct rewriting *w, enum verb verb, const struct attribute *attributes, size_t n)
{
    struct step step = {.verb = verb, .attributes = attributes, .n_attributes = n};
    return take(w, &step);
}

static void open_genuine(struct rewriting *w, const char *name)
{
    const char *target = model_party(&w->model, SIDE_TARGET);
    const struct attribute attributes[] = {{"message", name}, {"to", target}};
    size_t n_added = strcmp(target, "target") == 0 ? 1 : 2;
    add(w, VERB_DELIVER, attributes, n_added);
}

static void show_both_ways(struct rewriting *w)
{
    const struct model_side *sides = w->model.sides;
    enum side with = sides[SIDE_PEER].has_session ? SIDE_PEER : SIDE_TARGET;
    const struct attribute attributes[] = {
        {"turns", "2"},
        {"max-burst", "1"},
        {"with", model_party(&w->model, with)},
        {"at", model_party(&w->model, with == SIDE_PEER ? SIDE_TARGET : SIDE_PEER)}};
    add(w, VERB_CONVERSE, attributes, 4);
}

bool reduce_complete(const struct reduced *of, struct arena *arena, struct reduced *out)
{
    const struct step *steps = of->steps;
    size_t n_steps = of->n_steps;
    struct rewriting *w = begin(of, arena);
    bool is_whole = w != NULL;
    for (size_t i = 0; is_whole && i < n_steps; i++)
        is_whole = take(w, &steps[i]);
    if (!is_whole)
        return false;
    enum theme theme = w->last.theme;
    for (size_t i = 0; i < w->model.n_messages && w->n_steps < n_steps + COMPLETED_MAX - 1; i++) {
        int origin = w->model.messages[i].origin;
        if (origin >= 0 && !w->model.messages[origin].is_opened)
            open_genuine(w, model_name(&w->model, &w->model.messages[origin]));
    }
    if (w->model.sides[SIDE_TARGET].has_refused)
        show_both_ways(w);
    renumber(w);
    *out = result_of(w);
    out->theme = theme;
    return true;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/reduce.h"

#include <stdlib.h>
#include <string.h>

#define COMPLETED_MAX 12u /* steps that may be added */

/* ---- rewriting steps */

struct rewriting {
    struct model model;
    struct arena *arena;
    const struct reduced *of;
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
    w->of = of;
    w->steps = steps;
    return w;
}

static struct reduced result_of(const struct rewriting *w)
{
    return (struct reduced){w->steps, w->n_steps, w->last.theme, w->model.cipher};
}

/* Who would have been restored never came to be: the party before it goes on. */
static const char *party_instead(const struct rewriting *w, const char *name)
{
    for (size_t i = 0; !scope_party(&w->model.scope, name) && i < w->of->n_steps; i++)
        if (w->of->steps[i].verb == VERB_RESTORE &&
            strcmp(step_text(&w->of->steps[i], "as"), name) == 0)
            return model_party(&w->model, MODEL_TARGET);
    return name;
}

static bool names_party(enum verb verb, const char *attribute)
{
    const struct attribute_rule *rule = verb_attribute(verb, attribute);
    return rule && (rule->type == ATTRIBUTE_PARTY || rule->type == ATTRIBUTE_TARGET ||
                    rule->type == ATTRIBUTE_HARNESS);
}

/* Where a message that is no group's goes without being told. */
static bool is_understood(const struct rewriting *w, const struct step *step,
                          const struct attribute *a)
{
    const struct scope_artifact *message =
        scope_artifact(&w->model.scope, step_text(step, "message"));
    return step->verb == VERB_DELIVER && strcmp(a->name, "to") == 0 &&
           strcmp(a->value, "target") == 0 && !step_text(step, "from") && message &&
           !message->group;
}

/* |step| with parties renamed and its expectation left to the model; |expect| NULL for none. */
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
        if (strcmp(a.name, "expect") != 0 && !is_understood(w, from, &a))
            kept[out->n_attributes++] = a;
    }
    if (kept && expect)
        kept[out->n_attributes++] = (struct attribute){"expect", expect};
    return kept != NULL;
}

/* Take |from| over when the model knows what must happen at it. */
static bool take(struct rewriting *w, const struct step *from)
{
    static const char *const expected[] = {
        [MODEL_ABSORBS] = "absorbs", [MODEL_REFUSES] = "refuses"};
    struct step step;
    if (!copy_step(w, from, NULL, &step) || !model_complete(&w->model, &step, w->arena))
        return false;
    struct model_answer answer = model_step(&w->model, &step);
    if (answer.says == MODEL_OPEN_QUESTION ||
        (expected[answer.says] && !copy_step(w, from, expected[answer.says], &step)))
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
    case EXPECT_ABSORBS:
        return MODEL_ABSORBS;
    case EXPECT_REFUSES:
        return MODEL_REFUSES;
    default:
        return MODEL_DOES;
    }
}

/* The steps without the |count| from |from| on, |instead| in the place of the first of them, and
 * without what the model does not know then. False when the last no longer means the same. */
static bool rebuild(const struct reduced *of, size_t from, size_t count, const struct step *instead,
                    struct arena *arena, struct reduced *out)
{
    struct rewriting *w = begin(of, arena);
    bool is_taken = false;
    for (size_t i = 0; w && i < of->n_steps; i++) {
        bool is_left_out = i >= from && i < from + count;
        const struct step *step = !is_left_out ? &of->steps[i] : i == from ? instead : NULL;
        if (step)
            is_taken = take(w, step);
    }
    if (!is_taken || w->last.says != said(&of->steps[of->n_steps - 1]))
        return false;
    *out = result_of(w);
    return true;
}

bool reduce_without(const struct reduced *of, size_t from, size_t count, struct arena *arena,
                    struct reduced *out)
{
    return of->n_steps && count < of->n_steps && from + count < of->n_steps &&
           rebuild(of, from, count, NULL, arena, out);
}

/* ---- simpler attributes */

enum simpler { LEFT_OUT, SMALLER, SHORTER };

/* What an attribute may become, the simplest first: a number |least|, then half, then one less; a
 * list without its first, its last, or the one in the middle; what is neither is left out. */
static const struct {
    const char *name;
    enum simpler how;
    uint32_t least;
} simpler[] = {
    {"size", LEFT_OUT, 0},     {"one-time-prekey", LEFT_OUT, 0},
    {"rotate", LEFT_OUT, 0},   {"fresh", LEFT_OUT, 0},
    {"count", SMALLER, 1},     {"turns", SMALLER, 1},
    {"max-burst", SMALLER, 1}, {"flip", SMALLER, 0},
    {"cut", SMALLER, 1},       {"set-number", SMALLER, 100001},
    {"unknown", SMALLER, 15},  {"messages", SHORTER, 0},
    {"same-id", LEFT_OUT, 0},  {"newest", LEFT_OUT, 0},
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

static const char *way_of_list(struct arena *arena, const char *list, size_t way)
{
    const char *first = strchr(list, ' '), *last = strrchr(list, ' ');
    if (!first)
        return list;
    if (way == 0)
        return first + 1;
    if (way == 1)
        return arena_printf(arena, "%.*s", (int)(last - list), list);
    const char *middle = strchr(list + strlen(list) / 2, ' ');
    const char *next = middle ? strchr(middle + 1, ' ') : NULL;
    return next ? arena_printf(arena, "%.*s%s", (int)(middle - list), list, next) : list;
}

static const char *way_of(struct arena *arena, const char *value, size_t which, size_t way)
{
    const char *text = simpler[which].how == SMALLER
                           ? way_of_number(arena, value, simpler[which].least, way)
                           : way_of_list(arena, value, way);
    return text ? text : value;
}

/* Attribute |which| of |step| made simpler in |way|; false when that is no change. */
static bool simplify(struct arena *arena, struct step *step, size_t which, size_t way)
{
    struct attribute *changed = arena_array(arena, step->n_attributes + 1, sizeof(*changed));
    bool is_left_out = simpler[which].how == LEFT_OUT, is_changed = false;
    size_t kept = 0;
    for (size_t i = 0; changed && i < step->n_attributes; i++) {
        struct attribute a = step->attributes[i];
        const char *before = a.value;
        bool is_it = strcmp(a.name, simpler[which].name) == 0;
        if (is_it && !is_left_out)
            a.value = way_of(arena, a.value, which, way);
        is_changed |= is_it && (is_left_out || strcmp(before, a.value) != 0);
        if (!is_it || !is_left_out)
            changed[kept++] = a;
    }
    step->attributes = changed;
    step->n_attributes = kept;
    return is_changed && (way == 0 || !is_left_out);
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
    const char *by = step_text(&steps[at], "by"), *to = step_text(&steps[at], "to");
    const char *message = next ? step_text(next, "message") : NULL;
    if (!message || next->verb != VERB_DELIVER || step_expect(next) != EXPECT_OPENS ||
        step_text(&steps[at], "group") || strcmp(message, step_text(&steps[at], "as")) != 0)
        return false;
    if (step_text(next, "to"))
        to = step_text(next, "to");
    if (!to)
        to = strncmp(by, "target", 6) == 0 ? "peer" : "target";
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
    return simplify(arena, out, (way - WHOLE_WAYS) / WAYS, (way - WHOLE_WAYS) % WAYS);
}

bool reduce_simpler(const struct reduced *of, size_t number, struct arena *arena,
                    struct reduced *out, bool *out_is_case)
{
    size_t at = number / WAYS_OF_STEP, way = number % WAYS_OF_STEP;
    struct step changed;
    *out_is_case = false;
    if (at >= of->n_steps)
        return false;
    /* a turn stands for the delivery, too */
    if (change_step(arena, of->steps, of->n_steps, at, way, &changed))
        *out_is_case = rebuild(of, at, way == 1 ? 2 : 1, &changed, arena, out);
    return true;
}

/* ---- names */

#define NAMES_MAX                                                                                  \
    (MODEL_MESSAGES_MAX + MODEL_BUNDLES_MAX + 2 * MODEL_SNAPSHOTS_MAX + MODEL_PARTIES_MAX)

struct naming {
    const char *before[NAMES_MAX];
    const char *after[NAMES_MAX];
    size_t count;
};

/* What a new thing is called: its prefix, and how many with this prefix there were before it;
 * there is one "target" and one "peer" before "target-2" and "peer-2". */
static void name_new(struct naming *n, const char *before, struct arena *arena)
{
    size_t len = strcspn(before, "0123456789"), same = len && before[len - 1] == '-' ? 2 : 1;
    if (n->count == NAMES_MAX || !before[len])
        return;
    for (size_t i = 0; i < n->count; i++)
        same +=
            strcspn(n->before[i], "0123456789") == len && strncmp(n->before[i], before, len) == 0;
    n->before[n->count] = before;
    n->after[n->count] = arena_printf(arena, "%.*s%zu", (int)len, before, same);
    n->count += n->after[n->count] != NULL;
}

static const char *name_now(const struct naming *n, const char *name)
{
    for (size_t i = 0; i < n->count; i++)
        if (strcmp(n->before[i], name) == 0)
            return n->after[i];
    return name;
}

/* An address is the name of who had it first. */
static bool names_something(enum verb verb, const char *attribute, bool *out_is_new)
{
    const struct attribute_rule *rule = verb_attribute(verb, attribute);
    enum attribute_type type = rule ? rule->type : ATTRIBUTE_TEXT;
    *out_is_new = type == ATTRIBUTE_NEW_ARTIFACT || type == ATTRIBUTE_NEW_PARTY;
    return *out_is_new || type == ATTRIBUTE_MESSAGE || type == ATTRIBUTE_BUNDLE ||
           type == ATTRIBUTE_SNAPSHOT || type == ATTRIBUTE_ARTIFACT ||
           names_party(verb, attribute) || strcmp(attribute, "address") == 0;
}

/* Each name of a list, with spaces between. */
static const char *names_now(const struct naming *n, const char *list, struct arena *arena)
{
    const char *all = NULL;
    char name[64];
    while (*list) {
        size_t len = strcspn(list, " ");
        if (len >= sizeof(name))
            return list;
        memcpy(name, list, len);
        name[len] = '\0';
        all = arena_printf(arena, "%s%s%s", all ? all : "", all ? " " : "", name_now(n, name));
        if (!all)
            return list;
        list += len + strspn(list + len, " ");
    }
    return all ? all : list;
}

static bool names_several(enum verb verb, const char *attribute)
{
    const struct attribute_rule *rule = verb_attribute(verb, attribute);
    return rule && (rule->type == ATTRIBUTE_MESSAGES || rule->type == ATTRIBUTE_ARTIFACTS);
}

/* Number things from 1 in the order they appear. Randomness does not depend on names. */
static void renumber(struct rewriting *w)
{
    struct naming *n = arena_alloc(w->arena, sizeof(*n));
    for (size_t i = 0; n && i < w->n_steps; i++) {
        struct attribute *attributes =
            arena_array(w->arena, w->steps[i].n_attributes + 1, sizeof(*attributes));
        bool is_new;
        for (size_t j = 0; attributes && j < w->steps[i].n_attributes; j++) {
            struct attribute a = w->steps[i].attributes[j];
            if (names_something(w->steps[i].verb, a.name, &is_new)) {
                if (is_new)
                    name_new(n, a.value, w->arena);
                a.value = name_now(n, a.value);
            } else if (names_several(w->steps[i].verb, a.name)) {
                a.value = names_now(n, a.value, w->arena);
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
    bool has_room = w->n_steps < w->of->n_steps + COMPLETED_MAX;
    return has_room && take(w, &step);
}

static const char *name_of(const struct rewriting *w, uint32_t artifact)
{
    return w->model.scope.artifacts[artifact].name;
}

/* What was forged is accepted as it was made. */
static void show_genuine(struct rewriting *w)
{
    const char *target = model_party(&w->model, MODEL_TARGET);
    for (size_t i = 0; i < w->model.n_messages; i++) {
        int origin = w->model.messages[i].origin;
        if (origin < 0 || model_has_opened(&w->model.messages[origin], MODEL_TARGET))
            continue;
        const char *name = name_of(w, w->model.messages[origin].artifact);
        const struct attribute attributes[] = {{"message", name}, {"to", target}};
        add(w, VERB_DELIVER, attributes, 2);
    }
    for (size_t i = 0; i < w->model.n_bundles; i++) {
        int origin = w->model.bundles[i].origin;
        if (origin < 0 || w->model.bundles[origin].started_by)
            continue;
        const char *name = name_of(w, w->model.bundles[origin].artifact);
        const struct attribute attributes[] = {{"by", target}, {"bundle", name}};
        add(w, VERB_START, attributes, 2);
    }
}

/* Who must not read a message of a group gets its sender key, and reads the next one. */
static void show_in_group(struct rewriting *w, const struct step *refused)
{
    const struct scope_artifact *message =
        scope_artifact(&w->model.scope, step_text(refused, "message"));
    const char *by = message->author->name, *to = step_text(refused, "to");
    const struct attribute key[] = {{"as", "key0"}, {"by", by}, {"group", message->group}};
    const struct attribute next[] = {{"as", "m0"}, {"by", by}, {"group", message->group}};
    const struct attribute key_comes[] = {{"message", "key0"}, {"to", to}};
    const struct attribute next_comes[] = {{"message", "m0"}, {"to", to}};
    if (add(w, VERB_DISTRIBUTE, key, 3) && add(w, VERB_SEAL, next, 3)) {
        add(w, VERB_DELIVER, key_comes, 2);
        add(w, VERB_DELIVER, next_comes, 2);
    }
}

/* Who refused accepts something of |peer|, in a new session where there is no other. */
static void show_both_ways(struct rewriting *w, unsigned peer)
{
    const struct model_side *sides = w->model.parties[peer].sides;
    const char *target = model_party(&w->model, MODEL_TARGET), *name = model_party(&w->model, peer);
    bool is_peers = sides[SIDE_PEER].has_session;
    const struct attribute talk[] = {{"turns", "2"},
                                     {"max-burst", "1"},
                                     {"with", is_peers ? name : target},
                                     {"at", is_peers ? target : name}};
    const struct attribute anew[] = {{"by", name}, {"with", target}};
    if (!add(w, VERB_CONVERSE, talk, 4) && add(w, VERB_ESTABLISH, anew, 2))
        add(w, VERB_CONVERSE, talk, 4);
}

bool reduce_complete(const struct reduced *of, struct arena *arena, struct reduced *out)
{
    struct rewriting *w = begin(of, arena);
    bool is_whole = w != NULL;
    for (size_t i = 0; is_whole && i < of->n_steps; i++)
        is_whole = take(w, &of->steps[i]);
    if (!is_whole)
        return false;
    enum theme theme = w->last.theme;
    show_genuine(w);
    if (theme == THEME_GROUP_UNKNOWN || theme == THEME_GROUP_OUTSIDE)
        show_in_group(w, &of->steps[of->n_steps - 1]);
    for (unsigned peer = 1; peer < w->model.n_parties; peer++)
        if (w->model.parties[peer].sides[SIDE_TARGET].has_refused)
            show_both_ways(w, peer);
    renumber(w);
    *out = result_of(w);
    out->theme = theme;
    return true;
}

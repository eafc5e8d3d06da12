/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "score/causes.h"

#include "base/text_index.h"
#include "score/blame.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* A signature, or a requirement: what is connected by cases is one cause. */
struct node {
    size_t parent;           /* itself: of the whole cause */
    const char *requirement; /* NULL: a signature */
    size_t n_names;          /* cases that violate it, and those it blocks; not those of which
                                another cause explains it */
    unsigned badness;        /* of the worst execution that violates it, or has it */
    size_t n_executions;
    struct cause *cause; /* of a parent */
};

/* How good an example is: the less the better, the first member first. */
struct size {
    unsigned badness;    /* by its level */
    unsigned is_foreign; /* 1: a case of another requirement, whose purpose says another thing */
    size_t n_steps;
    size_t n_bytes;
};

struct cause {
    struct record_cause shown;
    const struct node *chosen;
    const char **also;
    struct size smallest; /* of the smallest example */
    size_t order;         /* of the first case */
    unsigned badness;     /* 0 is the worst */
};

struct causes {
    const struct record_run *run;
    const struct requirement *requirements;
    size_t n_requirements;
    struct node *nodes;
    struct text_index index;    /* "fail|D-16" and "fail| deliver|..." to nodes */
    struct text_index names;    /* cases of a node, or of a cause */
    struct text_index unlisted; /* requirements that failures violate that are not known */
    struct cause *items;
    size_t n_items;
    struct arena *arena;
    bool is_known; /* those of the known failures */
};

/* ---- a case */

static unsigned badness_of(const struct record_case *c)
{
    static const unsigned of_state[N_STATE] = {
        [STATE_FAILED] = 0, [STATE_ERROR] = 1, [STATE_INCONCLUSIVE] = 2};
    unsigned of_level = c->level == LEVEL_NONE ? N_LEVEL : (unsigned)c->level;
    return of_level * N_STATE + of_state[c->state];
}

static size_t count_bytes(const struct record_case *c)
{
    size_t total = 0;
    for (size_t i = 0; i < c->result.n_steps; i++)
        for (size_t k = 0; k < c->result.steps[i].n_bytes; k++)
            total += c->result.steps[i].bytes[k].bytes.len;
    return total;
}

static const char *violated(const struct record_case *c)
{
    return c->result.violates && c->result.violates[0] ? c->result.violates : c->requirement;
}

/* Without the requirement before it, which trials may have shown to be another. */
static const char *signature_of(const struct record_case *c)
{
    const char *cause = c->result.cause;
    if (!cause || !cause[0])
        return c->result.why;
    const char *bar = strchr(cause, '|');
    return bar && isupper((unsigned char)cause[0]) ? bar + 1 : cause;
}

/* Is the case one of those whose causes are looked for? */
static bool is_trouble(const struct causes *all, const struct record_case *c)
{
    enum state state = record_case_state(c);
    return all->is_known ? state == STATE_KNOWN && c->state != STATE_BLOCKED
                         : state_is_trouble(state);
}

/* ---- what is connected */

static size_t root_of(const struct causes *all, size_t at)
{
    while (all->nodes[at].parent != at)
        at = all->nodes[at].parent;
    return at;
}

/* TEXT_INDEX_NONE when memory is short. */
static size_t node_of(struct causes *all, const struct record_case *c, const char *requirement)
{
    const char *key =
        arena_printf(all->arena, "%s|%s%s", state_verdict(c->state), requirement ? "" : " ",
                     requirement ? requirement : signature_of(c));
    size_t at = key ? text_index_find(&all->index, key) : TEXT_INDEX_NONE;
    if (!key || at != TEXT_INDEX_NONE)
        return at;
    at = all->index.count;
    all->nodes[at] = (struct node){.parent = at, .requirement = requirement};
    return text_index_add(&all->index, all->arena, key, at) ? TEXT_INDEX_NONE : at;
}

/* Is the case the first of its name, all instances of a sweep, at |where|? */
static enum status is_new_name(struct causes *all, const void *where, const struct record_case *c,
                               bool *out)
{
    const char *key = arena_printf(all->arena, "%p %.*s", where, (int)strcspn(c->id, "#"), c->id);
    *out = key && text_index_find(&all->names, key) == TEXT_INDEX_NONE;
    return !key ? E_NOMEM : *out ? text_index_add(&all->names, all->arena, key, 0) : OK;
}

static void count_execution(struct node *node, const struct record_case *c)
{
    if (!node->n_executions++ || badness_of(c) < node->badness)
        node->badness = badness_of(c);
}

static enum status connect(struct causes *all, const struct record_case *c)
{
    size_t requirement = node_of(all, c, violated(c)), signature = node_of(all, c, NULL);
    if (requirement == TEXT_INDEX_NONE || signature == TEXT_INDEX_NONE)
        return E_NOMEM;
    all->nodes[root_of(all, signature)].parent = root_of(all, requirement);
    count_execution(&all->nodes[requirement], c);
    count_execution(&all->nodes[signature], c);
    return OK;
}

static size_t find_node(const struct causes *all, const struct record_case *c, const char *what)
{
    const char *key = arena_printf(all->arena, "%s|%s", state_verdict(c->state), what);
    return key ? text_index_find(&all->index, key) : TEXT_INDEX_NONE;
}

static const char *part_of(const struct causes *all, const char *id)
{
    for (size_t i = 0; i < all->n_requirements; i++)
        if (strcmp(all->requirements[i].id, id) == 0)
            return all->requirements[i].part_of;
    return NULL;
}

/* Does another instance of the sweep that |c| belongs to fail? */
static bool fails_elsewhere(const struct causes *all, const struct record_case *c)
{
    size_t len = strcspn(c->id, "#") + 1;
    for (size_t i = 0; c->id[len - 1] && i < all->run->n_cases; i++)
        if (all->run->cases[i].state == STATE_FAILED &&
            strncmp(all->run->cases[i].id, c->id, len) == 0)
            return true;
    return false;
}

/* Does no case of requirement |id| pass in all its instances? */
static bool fails_wholly(const struct causes *all, const char *id)
{
    for (size_t i = 0; i < all->run->n_cases; i++) {
        const struct record_case *c = &all->run->cases[i];
        if (c->state == STATE_PASSED && strcmp(c->requirement, id) == 0 && !fails_elsewhere(all, c))
            return false;
    }
    return true;
}

/* False when nothing that |explains| failed. */
static bool join(struct causes *all, const struct record_case *c, const char *explains)
{
    size_t requirement = find_node(all, c, violated(c)), at = find_node(all, c, explains);
    if (at == TEXT_INDEX_NONE)
        return false;
    all->nodes[root_of(all, requirement)].parent = root_of(all, at);
    return true;
}

/* "deliver|opens|-|..." for "deliver|opens|after-refusal|...": what fails when nothing is different
 * does so whatever is different. NULL for another signature, or where a refusal was expected. */
static const char *plain_signature(const struct causes *all, const struct record_case *c)
{
    const char *verb = signature_of(c), *expect = strchr(verb, '|');
    const char *different = expect ? strchr(expect + 1, '|') : NULL;
    const char *seen = different ? strchr(different + 1, '|') : NULL;
    if (!seen || strncmp(expect, "|refuses|", 9) == 0)
        return NULL;
    return arena_printf(all->arena, " %.*s|-%s", (int)(different - verb), verb, seen);
}

static enum status explain(struct causes *all, const struct record_case *c)
{
    const char *plain = plain_signature(all, c), *whole = part_of(all, violated(c));
    struct node *node = &all->nodes[find_node(all, c, violated(c))];
    bool is_new = false;
    if (whole)
        join(all, c, whole);
    bool has_plain = plain && join(all, c, plain) && strcmp(plain + 1, signature_of(c)) != 0;
    bool is_tried = blame_shown(all->run, c)[0] != '\0'; /* it violates what it says */
    if (has_plain && !is_tried && all->nodes[find_node(all, c, plain)].badness <= badness_of(c))
        return OK; /* what is optional explains nothing that is not */
    enum status st = is_new_name(all, node, c, &is_new);
    node->n_names += is_new;
    return st;
}

/* The failures that block |c|; NULL when they are in the other list, where it is counted once. */
static struct node *blocker_of(const struct causes *all, const struct record_case *c)
{
    if (all->is_known && text_index_find(&all->unlisted, c->blocked_by) != TEXT_INDEX_NONE)
        return NULL;
    const char *key = arena_printf(all->arena, "%s|%s", state_verdict(STATE_FAILED), c->blocked_by);
    size_t at = key ? text_index_find(&all->index, key) : TEXT_INDEX_NONE;
    return at == TEXT_INDEX_NONE ? NULL : &all->nodes[at];
}

static enum status note_unlisted(struct causes *all)
{
    enum status st = OK;
    for (size_t i = 0; !st && i < all->run->n_cases; i++) {
        const struct record_case *c = &all->run->cases[i];
        if (record_case_state(c) == STATE_FAILED)
            st = text_index_add(&all->unlisted, all->arena, violated(c), i);
    }
    return st;
}

static enum status connect_all(struct causes *all)
{
    bool is_new;
    enum status st = all->is_known ? note_unlisted(all) : OK;
    for (size_t i = 0; !st && i < all->run->n_cases; i++)
        if (is_trouble(all, &all->run->cases[i]))
            st = connect(all, &all->run->cases[i]);
    for (size_t i = 0; !st && i < all->run->n_cases; i++)
        if (is_trouble(all, &all->run->cases[i]))
            st = explain(all, &all->run->cases[i]);
    for (size_t i = 0; !st && i < all->run->n_cases; i++) {
        const struct record_case *c = &all->run->cases[i];
        struct node *node = c->state == STATE_BLOCKED ? blocker_of(all, c) : NULL;
        if (!node)
            continue;
        st = is_new_name(all, node, c, &is_new);
        node->n_names += is_new;
    }
    return st;
}

/* ---- causes */

static bool stands_before(const struct node *a, const struct node *b)
{
    if (!b || a->n_names != b->n_names)
        return !b || a->n_names > b->n_names;
    return a->badness != b->badness ? a->badness < b->badness : a->n_executions > b->n_executions;
}

/* From a requirement to that which it is part of, where that fails as a whole. */
static void climb(const struct causes *all, struct cause *cause)
{
    for (size_t i = 0; i < all->n_requirements; i++) { /* longer than any chain */
        const char *whole = part_of(all, cause->chosen->requirement);
        size_t at = TEXT_INDEX_NONE;
        for (size_t k = 0; whole && k < all->index.count; k++)
            if (all->nodes[k].requirement && strcmp(all->nodes[k].requirement, whole) == 0 &&
                all->nodes[root_of(all, k)].cause == cause)
                at = k;
        if (at == TEXT_INDEX_NONE || !fails_wholly(all, whole))
            return;
        cause->chosen = &all->nodes[at];
    }
}

/* The requirement that names each cause, and the others beside it. */
static enum status make_causes(struct causes *all)
{
    size_t n = all->index.count;
    for (size_t i = 0; i < n; i++) {
        struct node *node = &all->nodes[i], *whole = &all->nodes[root_of(all, i)];
        if (!whole->cause) {
            whole->cause = &all->items[all->n_items++];
            *whole->cause =
                (struct cause){.shown.shown = "", .order = SIZE_MAX, .badness = UINT32_MAX};
            if (!(whole->cause->also = arena_array(all->arena, n, sizeof(char *))))
                return E_NOMEM;
        }
        if (node->requirement && stands_before(node, whole->cause->chosen))
            whole->cause->chosen = node;
    }
    for (size_t i = 0; i < all->n_items; i++)
        climb(all, &all->items[i]);
    for (size_t i = 0; i < n; i++) {
        struct cause *cause = all->nodes[root_of(all, i)].cause;
        if (all->nodes[i].requirement && &all->nodes[i] != cause->chosen)
            cause->also[cause->shown.also.n++] = all->nodes[i].requirement;
        cause->shown.also.items = cause->also;
        cause->shown.requirement = cause->chosen->requirement;
    }
    return OK;
}

static bool is_smaller(const struct size *a, const struct size *b)
{
    if (a->badness != b->badness)
        return a->badness < b->badness;
    if (a->is_foreign != b->is_foreign)
        return a->is_foreign < b->is_foreign;
    return a->n_steps != b->n_steps ? a->n_steps < b->n_steps : a->n_bytes < b->n_bytes;
}

static void take_example(const struct causes *all, struct cause *cause, const struct record_case *c)
{
    const struct size size = {.badness = badness_of(c),
                              .is_foreign = strcmp(c->requirement, cause->chosen->requirement) != 0,
                              .n_steps = c->result.n_steps,
                              .n_bytes = count_bytes(c)};
    if (cause->shown.smallest && !is_smaller(&size, &cause->smallest))
        return;
    cause->shown.smallest = c->id;
    cause->shown.signature = signature_of(c);
    cause->shown.shown = blame_shown(all->run, c);
    cause->smallest = size;
}

static enum status take(struct causes *all, const struct record_case *c, size_t order)
{
    bool is_blocked = c->state == STATE_BLOCKED, is_new;
    size_t at = is_blocked ? 0 : node_of(all, c, violated(c));
    struct node *node = is_blocked ? blocker_of(all, c) : &all->nodes[at];
    if (!node || at == TEXT_INDEX_NONE)
        return node ? E_NOMEM : OK;
    struct cause *cause = all->nodes[root_of(all, (size_t)(node - all->nodes))].cause;
    if (is_blocked) {
        cause->shown.n_blocked++;
        return OK;
    }
    enum status st = is_new_name(all, cause, c, &is_new);
    cause->shown.n_names += is_new;
    cause->shown.count++;
    cause->shown.state = c->state;
    cause->order = order < cause->order ? order : cause->order;
    if (badness_of(c) < cause->badness) {
        cause->badness = badness_of(c);
        cause->shown.level = c->level;
    }
    if (node == cause->chosen)
        take_example(all, cause, c);
    return st;
}

static int compare_causes(const void *left, const void *right)
{
    const struct cause *a = left, *b = right;
    uint64_t reach_a = a->shown.count + a->shown.n_blocked;
    uint64_t reach_b = b->shown.count + b->shown.n_blocked;
    if (a->badness != b->badness)
        return a->badness < b->badness ? -1 : 1;
    if (reach_a != reach_b)
        return reach_a > reach_b ? -1 : 1;
    return a->order < b->order ? -1 : a->order > b->order;
}

static const struct requirement *named(const struct requirement *requirements, size_t n,
                                       const char *id)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(requirements[i].id, id) == 0)
            return &requirements[i];
    return NULL;
}

static const char *impact_of(const struct requirement *requirements, size_t n, const char *id)
{
    const struct requirement *found = named(requirements, n, id);
    return found && found->impact ? found->impact : "";
}

static enum status find(struct causes *all)
{
    enum status st = connect_all(all);
    if (!st)
        st = make_causes(all);
    for (size_t i = 0; !st && i < all->run->n_cases; i++)
        if (is_trouble(all, &all->run->cases[i]) || all->run->cases[i].state == STATE_BLOCKED)
            st = take(all, &all->run->cases[i], i);
    qsort(all->items, all->n_items, sizeof(*all->items), compare_causes);
    return st;
}

static size_t count_trouble(const struct causes *all)
{
    size_t n = 0;
    for (size_t i = 0; i < all->run->n_cases; i++)
        n += is_trouble(all, &all->run->cases[i]);
    return n;
}

static enum status list(struct causes *all, const struct record_cause **out, size_t *out_count)
{
    size_t n = count_trouble(all) + 1;
    struct record_cause *shown = arena_array(all->arena, n, sizeof(*shown));
    all->items = arena_array(all->arena, n, sizeof(*all->items));
    all->nodes = arena_array(all->arena, 2 * n, sizeof(*all->nodes));
    enum status st = shown && all->items && all->nodes ? find(all) : E_NOMEM;
    for (size_t i = 0; !st && i < all->n_items; i++) {
        shown[i] = all->items[i].shown;
        shown[i].text = impact_of(all->requirements, all->n_requirements, shown[i].requirement);
    }
    *out = shown;
    *out_count = st ? 0 : all->n_items;
    text_index_fini(&all->unlisted);
    text_index_fini(&all->index);
    text_index_fini(&all->names);
    return st;
}

enum status causes_find(const struct record_run *run, const struct requirement *requirements,
                        size_t n_requirements, struct arena *arena, struct record_summary *summary)
{
    struct causes all = {
        .run = run, .requirements = requirements, .n_requirements = n_requirements, .arena = arena};
    struct causes known = all;
    known.is_known = true;
    enum status st = list(&all, &summary->causes, &summary->n_causes);
    return st ? st : list(&known, &summary->known_causes, &summary->n_known_causes);
}

/* ---- how much a failure binds */

void causes_set_levels(struct record_run *run, const struct requirement *requirements,
                       size_t n_requirements)
{
    for (size_t i = 0; i < run->n_cases; i++) {
        struct record_case *c = &run->cases[i];
        if (c->state != STATE_FAILED || !c->result.violates)
            continue;
        const struct requirement *r = named(requirements, n_requirements, c->result.violates);
        if (r && r->level > c->level)
            c->level = r->level;
    }
}

/* ---- what follows from others */

/* The requirements that are violated, by themselves and by signature, to the case's place. */
static enum status note_failure(struct text_index *failures, const struct record_run *run, size_t i,
                                struct arena *arena)
{
    const struct record_case *c = &run->cases[i];
    const char *signature = arena_printf(arena, " %s", signature_of(c));
    enum status st = signature ? OK : E_NOMEM;
    if (!st && text_index_find(failures, violated(c)) == TEXT_INDEX_NONE)
        st = text_index_add(failures, arena, violated(c), i);
    if (!st && text_index_find(failures, signature) == TEXT_INDEX_NONE)
        st = text_index_add(failures, arena, signature, i);
    return st;
}

static enum status block(struct record_case *c, const struct record_case *by, struct arena *arena)
{
    const char *why = arena_printf(arena, "blocked by %s: %s", violated(by), c->result.why);
    if (!why)
        return E_NOMEM;
    c->state = STATE_BLOCKED;
    c->blocked_by = violated(by);
    c->result.why = why;
    return OK;
}

/* What a failed case says nothing without: a step that only prepares it by itself or by what failed
 * of it; or what the case says that it stands on. TEXT_INDEX_NONE where none of it failed. */
static enum status look_for_blocker(const struct text_index *failures, const struct record_case *c,
                                    struct arena *arena, size_t *out)
{
    const char *signature = arena_printf(arena, " %s", signature_of(c));
    *out = TEXT_INDEX_NONE;
    if (!signature)
        return E_NOMEM;
    if (c->result.is_setup)
        *out = text_index_find(failures, violated(c));
    if (c->result.is_setup && *out == TEXT_INDEX_NONE)
        *out = text_index_find(failures, signature);
    if (*out == TEXT_INDEX_NONE && c->stands_on && c->stands_on[0])
        *out = text_index_find(failures, c->stands_on);
    return OK;
}

enum status causes_find_blocked(struct record_run *run, struct arena *arena)
{
    struct text_index failures = {0};
    enum status st = OK;
    for (size_t i = 0; !st && i < run->n_cases; i++)
        if (run->cases[i].state == STATE_FAILED && !run->cases[i].result.is_setup)
            st = note_failure(&failures, run, i, arena);
    for (size_t i = 0; !st && i < run->n_cases; i++) {
        struct record_case *c = &run->cases[i];
        size_t at = TEXT_INDEX_NONE;
        if (c->state == STATE_FAILED)
            st = look_for_blocker(&failures, c, arena, &at);
        if (!st && at != TEXT_INDEX_NONE)
            st = block(c, &run->cases[at], arena);
    }
    text_index_fini(&failures);
    return st;
}

#include "score/causes.h"

#include "base/text_index.h"

#include <stdlib.h>
#include <string.h>

struct cause {
    struct record_cause shown;
    size_t n_steps;   /* of the smallest */
    size_t n_bytes;   /* of the smallest */
    size_t order;     /* of the first case */
    unsigned badness; /* 0 is the worst */
};

struct causes {
    struct cause *items;
    struct text_index index; /* "verdict|level|signature" to the position in items */
    struct arena *arena;
};

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

static bool is_smaller(size_t n_steps, size_t n_bytes, const struct cause *than)
{
    if (n_steps != than->n_steps)
        return n_steps < than->n_steps;
    return n_bytes < than->n_bytes;
}

/* The case's cause in |all|, made when the case is its first. NULL when memory is short. */
static struct cause *find_or_make(struct causes *all, const struct record_case *c, size_t order)
{
    const char *cause = c->result.cause;
    const char *signature = cause && cause[0] ? cause : c->result.why;
    const char *key = arena_printf(all->arena, "%s|%s|%s", state_verdict(c->state),
                                   level_name(c->level), signature);
    size_t at = key ? text_index_find(&all->index, key) : TEXT_INDEX_NONE;
    if (at != TEXT_INDEX_NONE)
        return &all->items[at];
    at = all->index.count;
    if (!key || text_index_add(&all->index, all->arena, key, at))
        return NULL;
    all->items[at] = (struct cause){.shown = {.signature = signature,
                                              .state = c->state,
                                              .requirement = c->requirement,
                                              .level = c->level},
                                    .order = order,
                                    .badness = badness_of(c)};
    return &all->items[at];
}

static enum status take(struct causes *all, const struct record_case *c, size_t order)
{
    size_t n_steps = c->result.n_steps, n_bytes = count_bytes(c);
    struct cause *cause = find_or_make(all, c, order);

    if (!cause)
        return E_NOMEM;
    cause->shown.count++;
    if (!cause->shown.smallest || is_smaller(n_steps, n_bytes, cause)) {
        cause->shown.smallest = c->id;
        cause->n_steps = n_steps;
        cause->n_bytes = n_bytes;
    }
    return OK;
}

static int compare_causes(const void *left, const void *right)
{
    const struct cause *a = left, *b = right;
    if (a->badness != b->badness)
        return a->badness < b->badness ? -1 : 1;
    if (a->shown.count != b->shown.count)
        return a->shown.count > b->shown.count ? -1 : 1;
    return a->order < b->order ? -1 : a->order > b->order;
}

static const char *impact_of(const struct requirement *requirements, size_t n, const char *id)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(requirements[i].id, id) == 0)
            return requirements[i].impact ? requirements[i].impact : "";
    return "";
}

enum status causes_find(const struct record_run *run, const struct requirement *requirements,
                        size_t n_requirements, struct arena *arena, struct record_summary *summary)
{
    struct causes all = {.arena = arena};
    enum status st = E_NOMEM;
    struct record_cause *shown = NULL;

    all.items = arena_array(arena, run->n_cases + 1, sizeof(*all.items));
    if (!all.items)
        return E_NOMEM;
    for (size_t i = 0; i < run->n_cases; i++)
        if (state_is_trouble(record_case_state(&run->cases[i])) &&
            (st = take(&all, &run->cases[i], i)))
            goto out;
    qsort(all.items, all.index.count, sizeof(*all.items), compare_causes);
    shown = arena_array(arena, all.index.count + 1, sizeof(*shown));
    st = shown ? OK : E_NOMEM;
    for (size_t i = 0; shown && i < all.index.count; i++) {
        shown[i] = all.items[i].shown;
        shown[i].text = impact_of(requirements, n_requirements, shown[i].requirement);
    }
    summary->causes = shown;
    summary->n_causes = shown ? all.index.count : 0;
out:
    text_index_fini(&all.index);
    return st;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/budget.h"

#include <stdlib.h>
#include <string.h>

enum turn { TURN_NOTHING_TO_DO, TURN_BEST, TURN_ONE_OF_EACH, TURN_REST };

struct place {
    enum turn turn;
    size_t within; /* the place in |best|, or the level */
    size_t at;     /* in the plan so far */
    struct plan_item item;
};

struct best {
    const char *id;
    size_t at;
};

static int compare_best(const void *one, const void *other)
{
    const struct best *a = one, *b = other;
    int by_id = strcmp(a->id, b->id);
    return by_id ? by_id : (a->at > b->at) - (a->at < b->at);
}

static int compare_id(const void *id, const void *best)
{
    return strcmp(id, ((const struct best *)best)->id);
}

static int compare_places(const void *one, const void *other)
{
    const struct place *a = one, *b = other;
    if (a->turn != b->turn)
        return a->turn < b->turn ? -1 : 1;
    if (a->within != b->within)
        return a->within < b->within ? -1 : 1;
    return (a->at > b->at) - (a->at < b->at);
}

/* |before|: the item before it in the plan, in which the instances of a sweep stand together. */
static struct place place_of(const struct plan_item *item, const struct plan_item *before,
                             const struct best *best, size_t n_best)
{
    const struct case_spec *spec = item->planned.spec;
    const struct best *found = NULL;
    struct place place = {.turn = TURN_REST, .at = item->at, .item = *item};
    if (item->not_applicable)
        place.turn = TURN_NOTHING_TO_DO;
    else if (before && before->planned.spec == spec && !before->not_applicable)
        return place;
    else if (n_best && (found = bsearch(spec->full_id, best, n_best, sizeof(*best), compare_id)))
        place.turn = TURN_BEST;
    else
        place.turn = TURN_ONE_OF_EACH;
    place.within = found ? found->at : place.turn == TURN_ONE_OF_EACH ? (size_t)spec->level : 0;
    return place;
}

enum status budget_order(struct plan *plan, const char *const *best, size_t n_best)
{
    struct best *sorted = calloc(n_best + 1, sizeof(*sorted));
    struct place *places = calloc(plan->count + 1, sizeof(*places));
    if (!sorted || !places) {
        free(sorted);
        free(places);
        return E_NOMEM;
    }
    for (size_t i = 0; i < n_best; i++)
        sorted[i] = (struct best){best[i], i};
    qsort(sorted, n_best, sizeof(*sorted), compare_best);
    for (size_t i = 0; i < plan->count; i++)
        places[i] = place_of(&plan->items[i], i ? &plan->items[i - 1] : NULL, sorted, n_best);
    qsort(places, plan->count, sizeof(*places), compare_places);
    for (size_t i = 0; i < plan->count; i++) {
        plan->items[i] = places[i].item;
        plan->items[i].at = i;
    }
    free(sorted);
    free(places);
    return OK;
}

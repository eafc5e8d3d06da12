/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "reports/view.h"

#include <string.h>

#define ARENA_MAX ((size_t)1024 * 1024 * 1024)
#define SECONDS_MAX 1000000000.0

unsigned long long view_milliseconds(double seconds)
{
    if (!(seconds > 0))
        return 0;
    if (seconds > SECONDS_MAX)
        seconds = SECONDS_MAX;
    return (unsigned long long)(seconds * 1000.0 + 0.5);
}

size_t view_slowest(const struct view *v, double least, const struct record_took **out, size_t max)
{
    size_t n = 0;
    for (size_t i = 0; i < v->run->times.n_cases; i++) {
        const struct record_took *took = &v->run->times.cases[i];
        size_t at = n;
        while (at > 0 && out[at - 1]->seconds < took->seconds)
            at--;
        if (took->seconds < least || at == max)
            continue;
        n += n < max;
        memmove(out + at + 1, out + at, (n - at - 1) * sizeof(*out));
        out[at] = took;
    }
    return n;
}

static enum state scored(const struct view *v, enum state state, enum level level)
{
    bool decides = state == STATE_FAILED || state == STATE_INCONCLUSIVE;
    return decides && !record_is_scored(level, v->is_strict) ? STATE_UNSCORED : state;
}

enum state view_state(const struct view *v, const struct record_case *c)
{
    return scored(v, record_case_state(c), c->level);
}

enum state view_cause_state(const struct view *v, const struct record_cause *cause)
{
    return scored(v, cause->state, cause->level);
}

size_t view_requirement_at(const struct view *v, const char *id)
{
    return text_index_find(&v->requirement_index, id);
}

size_t view_group_at(const struct view *v, const char *group_id)
{
    return text_index_find(&v->group_index, group_id);
}

const struct record_requirement *view_requirement(const struct view *v, const char *id)
{
    static const struct record_requirement none = {
        .id = "", .source = "", .section = "", .text = "", .impact = ""};
    size_t at = view_requirement_at(v, id);
    return at == VIEW_NOWHERE ? &none : &v->summary->requirements[at];
}

const struct record_case *view_case(const struct view *v, const char *id)
{
    static const struct record_case none = {
        .id = "", .surface = "", .state = STATE_ERROR, .repro = "", .result = {.why = ""}};
    size_t at = text_index_find(&v->case_index, id);
    return at == VIEW_NOWHERE ? &none : &v->run->cases[at];
}

/* The group of |c|, made when the case is its first; counted there. NULL without memory. */
static struct view_group *count_into_group(struct view *v, const struct record_case *c)
{
    size_t len = strcspn(c->id, "#");
    const char *id = len ? arena_printf(&v->arena, "%.*s", (int)len, c->id) : "?";
    enum state state = view_state(v, c);

    if (!id || text_index_add(&v->group_index, &v->arena, id, v->n_groups))
        return NULL;
    struct view_group *group = &v->groups[view_group_at(v, id)];
    if (group->n_cases == 0) {
        *group = (struct view_group){.id = id, .suite = c->suite, .name = c->name};
        v->n_groups++;
    }
    group->n_cases++;
    group->count[state]++;
    if (state > group->worst)
        group->worst = state;
    return group;
}

/* Lay the instances of each group side by side; |group_of| says where each case belongs. */
static enum status lay_out(struct view *v, struct view_group *const *group_of)
{
    size_t n = v->run->n_cases;
    const struct record_case **next = arena_array(&v->arena, n + 1, sizeof(*next));
    const struct record_case ***filled = arena_array(&v->arena, v->n_groups + 1, sizeof(*filled));
    if (!next || !filled)
        return E_NOMEM;
    for (size_t i = 0; i < v->n_groups; i++) {
        filled[i] = next;
        v->groups[i].cases = next;
        next += v->groups[i].n_cases;
    }
    for (size_t i = 0; i < n; i++)
        *filled[group_of[i] - v->groups]++ = &v->run->cases[i];
    return OK;
}

static enum status group_cases(struct view *v)
{
    size_t n = v->run->n_cases;
    struct view_group **group_of = arena_array(&v->arena, n + 1, sizeof(*group_of));
    v->groups = arena_array(&v->arena, n + 1, sizeof(*v->groups));
    if (!group_of || !v->groups)
        return E_NOMEM;
    for (size_t i = 0; i < n; i++)
        if (!(group_of[i] = count_into_group(v, &v->run->cases[i])))
            return E_NOMEM;
    return lay_out(v, group_of);
}

enum status view_init(struct view *v, const struct record_run *run)
{
    enum status st = OK;
    memset(v, 0, sizeof *v);
    arena_init(&v->arena, ARENA_MAX);
    v->run = run;
    v->summary = run->summary;
    v->is_strict = run->selection.is_strict;
    for (size_t i = 0; i < v->summary->n_requirements && !st; i++)
        st = text_index_add(&v->requirement_index, &v->arena, v->summary->requirements[i].id, i);
    for (size_t i = 0; i < run->n_cases && !st; i++)
        st = text_index_add(&v->case_index, &v->arena, run->cases[i].id, i);
    return st ? st : group_cases(v);
}

void view_fini(struct view *v)
{
    text_index_fini(&v->group_index);
    text_index_fini(&v->requirement_index);
    text_index_fini(&v->case_index);
    arena_fini(&v->arena);
    memset(v, 0, sizeof *v);
}

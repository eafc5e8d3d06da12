/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/shrink.h"

#include "run/context.h"

#include <string.h>

struct shrinking {
    const struct worker_case *what;
    const char *cause;
    unsigned trials_left;
    struct tape tape;
    struct arena *arena; /* of the candidates */
    struct reduced best;
};

/* Does |candidate| fail in the same way? The step it fails at becomes its last. */
static bool fails_the_same(struct shrinking *s, struct reduced *candidate)
{
    struct worker_case trial = *s->what;
    struct case_result result;
    struct arena arena;
    if (!s->trials_left)
        return false;
    s->trials_left--;
    arena_init(&arena, CONTEXT_ARENA_MAX);
    enum status st = worker_case_resolve(&trial, candidate->steps, candidate->n_steps, &arena);
    if (!st)
        worker_try_case(&trial, &arena, &s->tape, &result);
    bool is_same = !st && result.verdict != VERDICT_PASS && result.cause &&
                   strcmp(result.cause, s->cause) == 0;
    /* the first result is the preparation's */
    if (is_same && result.n_steps > 1 && result.n_steps - 1 < candidate->n_steps)
        candidate->n_steps = result.n_steps - 1;
    arena_fini(&arena);
    return is_same;
}

/* Leave out runs of steps, long ones first, wherever the failure stays. True when some were. */
static bool leave_out_steps(struct shrinking *s)
{
    bool is_smaller = false;
    struct reduced *best = &s->best, candidate;
    for (size_t size = best->n_steps / 2; size > 0; size /= 2)
        for (size_t from = 0; from + size < best->n_steps;)
            if (reduce_without(best, from, size, s->arena, &candidate) &&
                fails_the_same(s, &candidate)) {
                *best = candidate;
                is_smaller = true;
            } else {
                from++;
            }
    return is_smaller;
}

static bool simplify(struct shrinking *s)
{
    bool is_simpler = false, is_case;
    struct reduced *best = &s->best, candidate;
    for (size_t i = 0; reduce_simpler(best, i, s->arena, &candidate, &is_case); i++)
        if (is_case && fails_the_same(s, &candidate)) {
            *best = candidate;
            is_simpler = true;
        }
    return is_simpler;
}

void shrink_case(const struct worker_case *what, const char *cause, unsigned trials,
                 struct arena *arena, struct reduced *out)
{
    struct shrinking s = {.what = what,
                          .cause = cause,
                          .trials_left = trials,
                          .arena = arena,
                          .best = {what->steps, what->n_steps, THEME_NONE, what->cipher}};
    tape_init(&s.tape);
    /* nothing after the failing step has a part in it */
    if (fails_the_same(&s, &s.best)) {
        while (leave_out_steps(&s) || simplify(&s))
            continue;
    }
    tape_fini(&s.tape);
    *out = s.best;
}

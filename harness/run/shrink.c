/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/shrink.h"

#include "run/context.h"

#include <string.h>

static bool is_same_text(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

bool shrink_is_same(const struct case_result *a, const struct case_result *b)
{
    return a->verdict != VERDICT_PASS && a->cause && is_same_text(a->cause, b->cause) &&
           is_same_text(a->violates, b->violates);
}

/* What must come from a whole client, and does not, is waited for in each trial: not for long. */
#define CLIENT_TIMEOUT_MS 500u
#define CLIENT_TRIALS_MAX 80u

struct shrinking {
    struct worker_case what;
    struct run_options options; /* of the trials */
    const struct case_result *of;
    unsigned trials_left;
    struct tape tape;
    struct arena *arena; /* of the candidates */
    struct reduced best;
};

/* Does |candidate| fail in the same way? The step it fails at becomes its last. */
static bool fails_the_same(struct shrinking *s, struct reduced *candidate)
{
    struct worker_case trial = s->what;
    struct case_result result;
    struct arena arena;
    if (!s->trials_left)
        return false;
    s->trials_left--;
    arena_init(&arena, CONTEXT_ARENA_MAX);
    enum status st = worker_case_resolve(&trial, candidate->steps, candidate->n_steps, &arena);
    if (!st)
        worker_try_case(&trial, &arena, &s->tape, &result);
    bool is_same = !st && shrink_is_same(&result, s->of);
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

void shrink_case(const struct worker_case *what, const struct case_result *failed, unsigned trials,
                 struct arena *arena, struct reduced *out)
{
    struct shrinking s = {.what = *what,
                          .options = *what->options,
                          .of = failed,
                          .trials_left = trials,
                          .arena = arena,
                          .best = {what->steps, what->n_steps, THEME_NONE, what->cipher}};
    s.what.options = &s.options;
    if (what->surface == SURFACE_CLIENT) {
        if (s.options.timeout_ms > CLIENT_TIMEOUT_MS)
            s.options.timeout_ms = CLIENT_TIMEOUT_MS;
        if (s.trials_left > CLIENT_TRIALS_MAX)
            s.trials_left = CLIENT_TRIALS_MAX;
    }
    tape_init(&s.tape);
    /* nothing after the failing step has a part in it */
    if (fails_the_same(&s, &s.best)) {
        while (leave_out_steps(&s) || simplify(&s))
            continue;
    }
    tape_fini(&s.tape);
    *out = s.best;
}

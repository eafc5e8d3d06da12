/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "reports/diff.h"

#include "base/text_index.h"

#include <string.h>

#define CONDITIONS_MAX 10u

static bool has_verdict(enum state s)
{
    return s != STATE_NONE && s != STATE_NOT_APPLICABLE && s != STATE_NOT_RUN;
}

/* ---- executions */

struct comparison {
    const struct record_run *before, *after;
    struct arena *arena;
    struct text_index old_cases, new_cases; /* by id */
    struct diff_row *rows;
    size_t n_rows;
    struct diff *out;
};

static enum status index_cases(const struct record_run *run, struct arena *arena,
                               struct text_index *index)
{
    enum status st = OK;
    for (size_t i = 0; i < run->n_cases && !st; i++)
        st = text_index_add(index, arena, run->cases[i].id, i);
    return st;
}

static const struct record_case *find_case(const struct record_run *run,
                                           const struct text_index *index, const char *id)
{
    size_t at = text_index_find(index, id);
    return at == TEXT_INDEX_NONE ? NULL : &run->cases[at];
}

static const char *signature(const struct record_case *c)
{
    return c->result.cause ? c->result.cause : "";
}

/* Of one execution; either may be NULL. */
static enum diff_kind kind_of(const struct record_case *before, const struct record_case *after)
{
    enum state was = before ? before->state : STATE_NONE;
    enum state is = after ? after->state : STATE_NONE;
    if (!has_verdict(is))
        return has_verdict(was) ? DIFF_GONE : DIFF_SAME;
    if (is == STATE_PASSED)
        return was == STATE_PASSED ? DIFF_SAME : has_verdict(was) ? DIFF_FIXED : DIFF_NEW;
    if (was == STATE_PASSED || !has_verdict(was))
        return DIFF_BROKEN;
    return is == was && strcmp(signature(before), signature(after)) == 0 ? DIFF_SAME : DIFF_CHANGED;
}

static enum state listed_state(const struct record_case *c)
{
    return c ? record_case_state(c) : STATE_NONE;
}

/* A failure that is not listed decides, unless there was one before. */
static bool is_deciding(const struct diff_row *row, bool is_strict)
{
    bool is_worse = row->kind == DIFF_BROKEN && state_is_trouble(row->after);
    if (row->kind == DIFF_CHANGED)
        is_worse = row->after == STATE_FAILED && row->before != STATE_FAILED;
    return is_worse && record_is_scored(row->level, is_strict);
}

static bool is_same_row(const struct diff_row *a, const struct diff_row *b)
{
    return a->kind == b->kind && a->before == b->before && a->after == b->after &&
           strcmp(a->name, b->name) == 0;
}

/* Executions of a sweep stand side by side: the row is found among the last ones, or added. */
static void add_row(struct comparison *c, const struct diff_row *row)
{
    size_t at = c->n_rows;
    while (at > 0 && strcmp(c->rows[at - 1].name, row->name) == 0 &&
           !is_same_row(&c->rows[at - 1], row))
        at--;
    if (at > 0 && is_same_row(&c->rows[at - 1], row))
        c->rows[at - 1].count++;
    else
        c->rows[c->n_rows++] = *row;
    c->out->executions[row->kind]++;
    c->out->n_deciding += row->is_deciding;
}

static enum status compare_case(struct comparison *c, const struct record_case *before,
                                const struct record_case *after)
{
    const struct record_case *shown = after ? after : before;
    struct diff_row row = {.kind = kind_of(before, after),
                           .example = shown->id,
                           .requirement = shown->requirement,
                           .level = shown->level,
                           .before = listed_state(before),
                           .after = listed_state(after),
                           .count = 1,
                           .why = after && after->result.why ? after->result.why : ""};
    row.is_deciding = is_deciding(&row, c->after->selection.is_strict);
    row.name = arena_printf(c->arena, "%.*s", (int)strcspn(shown->id, "#"), shown->id);
    if (!row.name)
        return E_NOMEM;
    if (row.kind == DIFF_SAME)
        c->out->executions[DIFF_SAME] += has_verdict(row.after);
    else
        add_row(c, &row);
    return OK;
}

/* The rows by kind; what the new run has comes before what only the old one has. */
static enum status sort_rows(struct comparison *c)
{
    struct diff_row *sorted = arena_array(c->arena, c->n_rows + 1, sizeof(*sorted));
    size_t n = 0;
    for (int kind = DIFF_SAME + 1; sorted && kind < N_DIFF; kind++)
        for (size_t i = 0; i < c->n_rows; i++)
            if (c->rows[i].kind == (enum diff_kind)kind)
                sorted[n++] = c->rows[i];
    c->out->rows = sorted;
    c->out->n_rows = n;
    return sorted ? OK : E_NOMEM;
}

static enum status compare_cases(struct comparison *c)
{
    const struct record_run *before = c->before, *after = c->after;
    enum status st = index_cases(before, c->arena, &c->old_cases);
    if (!st)
        st = index_cases(after, c->arena, &c->new_cases);
    c->rows = arena_array(c->arena, before->n_cases + after->n_cases + 1, sizeof(*c->rows));
    if (!c->rows)
        st = E_NOMEM;
    for (size_t i = 0; i < after->n_cases && !st; i++)
        st =
            compare_case(c, find_case(before, &c->old_cases, after->cases[i].id), &after->cases[i]);
    for (size_t i = 0; i < before->n_cases && !st; i++)
        if (!find_case(after, &c->new_cases, before->cases[i].id))
            st = compare_case(c, &before->cases[i], NULL);
    return st ? st : sort_rows(c);
}

/* ---- what has one text in each run */

/* |n| names and texts of each run, in |old_pairs| and |new_pairs|, to those that differ. */
static enum status differing(struct arena *arena, const struct record_pair *old_pairs, size_t n_old,
                             const struct record_pair *new_pairs, size_t n_new,
                             struct diff_pairs *out)
{
    struct diff_pair *items = arena_array(arena, n_old + n_new + 1, sizeof(*items));
    struct text_index old_index = {NULL, 0}, new_index = {NULL, 0};
    enum status st = items ? OK : E_NOMEM;
    for (size_t i = 0; i < n_old && !st; i++)
        st = text_index_add(&old_index, arena, old_pairs[i].name, i);
    for (size_t i = 0; i < n_new && !st; i++)
        st = text_index_add(&new_index, arena, new_pairs[i].name, i);
    *out = (struct diff_pairs){.items = items};
    for (size_t i = 0; i < n_new && !st; i++) {
        size_t at = text_index_find(&old_index, new_pairs[i].name);
        const char *was = at == TEXT_INDEX_NONE ? "" : old_pairs[at].value;
        if (strcmp(was, new_pairs[i].value) != 0)
            items[out->n++] = (struct diff_pair){new_pairs[i].name, was, new_pairs[i].value};
    }
    for (size_t i = 0; i < n_old && !st; i++)
        if (text_index_find(&new_index, old_pairs[i].name) == TEXT_INDEX_NONE)
            items[out->n++] = (struct diff_pair){old_pairs[i].name, old_pairs[i].value, ""};
    text_index_fini(&old_index);
    text_index_fini(&new_index);
    return st;
}

static size_t conditions_of(const struct record_run *run, struct record_pair out[CONDITIONS_MAX])
{
    const char *set = record_dated_set(run);
    const struct record_pair all[] = {{"target", run->target.name},
                                      {"version", run->target.version},
                                      {"adapter", run->target.adapter_version},
                                      {"protocol", run->target.protocol},
                                      {"profile", run->profile},
                                      {"surface", run->selection.surface},
                                      {"requirements", set ? set : RECORD_NEWEST},
                                      {"assay", run->assay},
                                      {"seed", run->seed},
                                      {"interrupted", run->interrupted ? run->interrupted : ""}};
    memcpy(out, all, sizeof(all));
    return sizeof(all) / sizeof(all[0]);
}

static struct record_pair *preconditions_of(const struct record_run *run, struct arena *arena)
{
    struct record_pair *pairs = arena_array(arena, run->n_preconditions + 1, sizeof(*pairs));
    for (size_t i = 0; pairs && i < run->n_preconditions; i++)
        pairs[i] = (struct record_pair){run->preconditions[i].check, run->preconditions[i].seen};
    return pairs;
}

static struct record_pair *requirements_of(const struct record_run *run, struct arena *arena)
{
    const struct record_summary *s = run->summary;
    struct record_pair *pairs = arena_array(arena, s->n_requirements + 1, sizeof(*pairs));
    for (size_t i = 0; pairs && i < s->n_requirements; i++)
        pairs[i] = (struct record_pair){s->requirements[i].id, s->requirements[i].status};
    return pairs;
}

/* NULL: the arena is full. */
static struct record_pair *measures_of(const struct record_run *run, struct arena *arena)
{
    const struct record_summary *s = run->summary;
    struct record_pair *pairs = arena_array(arena, s->n_measures + 1, sizeof(*pairs));
    for (size_t i = 0; pairs && i < s->n_measures; i++) {
        const struct record_measure *m = &s->measures[i];
        const char *name =
            m->varied[0] ? arena_printf(arena, "%s (%s)", m->name, m->varied) : m->name;
        if (!name)
            return NULL;
        pairs[i] = (struct record_pair){name, m->value};
    }
    return pairs;
}

/* One that failed before, too, decides nothing. */
static enum status compare_preconditions(const struct record_run *before,
                                         const struct record_run *after, struct arena *arena,
                                         struct diff *out)
{
    struct record_pair *was = preconditions_of(before, arena);
    struct record_pair *is = preconditions_of(after, arena);
    if (!was || !is)
        return E_NOMEM;
    enum status st = differing(arena, was, before->n_preconditions, is, after->n_preconditions,
                               &out->preconditions);
    for (size_t i = 0; i < out->preconditions.n; i++)
        out->n_deciding += !out->preconditions.items[i].before[0];
    return st;
}

static enum status compare_texts(const struct record_run *before, const struct record_run *after,
                                 struct arena *arena, struct diff *out)
{
    struct record_pair was[CONDITIONS_MAX], is[CONDITIONS_MAX];
    const struct record_summary *old_summary = before->summary, *new_summary = after->summary;
    size_t n = conditions_of(before, was);
    (void)conditions_of(after, is);
    enum status st = differing(arena, was, n, is, n, &out->conditions);
    struct record_pair *old_pairs = requirements_of(before, arena);
    struct record_pair *new_pairs = requirements_of(after, arena);
    if (!old_pairs || !new_pairs)
        return E_NOMEM;
    if (!st)
        st = differing(arena, old_pairs, old_summary->n_requirements, new_pairs,
                       new_summary->n_requirements, &out->requirements);
    old_pairs = measures_of(before, arena);
    new_pairs = measures_of(after, arena);
    if (!old_pairs || !new_pairs)
        return E_NOMEM;
    return st ? st
              : differing(arena, old_pairs, old_summary->n_measures, new_pairs,
                          new_summary->n_measures, &out->measures);
}

enum status diff_runs(const struct record_run *before, const struct record_run *after,
                      struct arena *arena, struct diff *out)
{
    struct comparison c = {.before = before, .after = after, .arena = arena, .out = out};
    memset(out, 0, sizeof(*out));
    enum status st = compare_cases(&c);
    text_index_fini(&c.old_cases);
    text_index_fini(&c.new_cases);
    out->n_deciding += after->is_unreachable && !before->is_unreachable;
    if (!st)
        st = compare_preconditions(before, after, arena, out);
    return st ? st : compare_texts(before, after, arena, out);
}

int diff_exit(const struct diff *d)
{
    if (d->n_deciding)
        return 1;
    return d->executions[DIFF_GONE] ? 2 : 0;
}

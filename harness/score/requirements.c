/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "score/requirements.h"

#include "base/text_index.h"

#include <string.h>

struct row {
    struct counts own; /* cases at the requirement's level */
    struct counts all;
    uint64_t instances;
    uint64_t accepted;
    uint64_t refused;
    bool expects_refusal;
    bool held_relation;
    bool is_named;      /* some case of the catalogue names it */
    const char **cases; /* names without #, each once, in the order of the run */
    size_t n_cases;
};

struct rows {
    struct row *items;
    struct text_index index; /* requirement ids to rows */
    struct text_index cases; /* those in the rows' lists, with the row's number before each */
    struct arena *arena;
};

static struct row *row_of(const struct rows *rows, const char *id)
{
    size_t at = text_index_find(&rows->index, id);
    return at == TEXT_INDEX_NONE ? NULL : &rows->items[at];
}

/* There is room for a name for each instance. */
static enum status add_case_name(struct rows *rows, struct row *row, const struct record_case *c)
{
    const char *key = arena_printf(rows->arena, "%zu %.*s", (size_t)(row - rows->items),
                                   (int)strcspn(c->id, "#"), c->id);
    if (!key)
        return E_NOMEM;
    if (text_index_find(&rows->cases, key) != TEXT_INDEX_NONE)
        return OK;
    row->cases[row->n_cases++] = strchr(key, ' ') + 1;
    return text_index_add(&rows->cases, rows->arena, key, 0);
}

/* What the case shows of |r|: when another requirement failed first, nothing is known of its
 * own. */
static enum state state_for(const struct requirement *r, const struct record_case *c)
{
    const char *violates = c->result.violates;
    bool is_of_another = violates && violates[0] && strcmp(violates, r->id) != 0;
    bool is_failure = c->state == STATE_FAILED || c->state == STATE_BLOCKED;
    return is_failure && is_of_another ? STATE_BLOCKED : record_case_state(c);
}

static enum status count_case(struct rows *rows, struct row *row, const struct requirement *r,
                              const struct record_case *c)
{
    enum state state = state_for(r, c);

    row->all.of[state]++;
    if (c->level == r->level)
        row->own.of[state]++;
    row->accepted += c->result.accepted;
    row->refused += c->result.refused;
    for (size_t i = 0; i < c->result.n_steps; i++) {
        row->expects_refusal |= c->result.steps[i].expect == EXPECT_REFUSES;
        row->held_relation |= c->result.steps[i].seen == SEEN_RELATION_HOLDS;
    }
    return add_case_name(rows, row, c);
}

/* The requirement that a case of another one violates; NULL for none. */
static struct row *violated_elsewhere(const struct rows *rows, const struct record_case *c)
{
    const char *id = c->result.violates;
    bool is_elsewhere = c->state == STATE_FAILED && id && id[0] && strcmp(id, c->requirement) != 0;
    return is_elsewhere ? row_of(rows, id) : NULL;
}

static enum status count_violation(struct rows *rows, struct row *row, const struct requirement *r,
                                   const struct record_case *c)
{
    row->all.of[record_case_state(c)]++;
    if (c->level == r->level)
        row->own.of[record_case_state(c)]++;
    return add_case_name(rows, row, c);
}

static bool is_vacuous(const struct row *row)
{
    if (row->expects_refusal || row->refused > 0)
        return row->accepted == 0 || row->refused == 0;
    return row->accepted == 0 && !row->held_relation;
}

/* Is it violated before any case is run? */
static bool is_violated_before(const struct record_run *run, const char *id)
{
    for (size_t i = 0; i < run->n_preconditions; i++)
        if (strcmp(run->preconditions[i].requirement, id) == 0)
            return true;
    return false;
}

static const char *status_of(const struct requirement *r, const struct row *row)
{
    const struct counts *t = counts_applicable(&row->own) ? &row->own : &row->all;

    if (row->instances == 0)
        return row->is_named                                      ? "not-run"
               : r->testable && strcmp(r->testable, "no") == 0    ? "not-observable"
               : r->testable && strcmp(r->testable, "later") == 0 ? "not-built"
                                                                  : "not-covered";
    if (t->of[STATE_FAILED])
        return "failed";
    if (t->of[STATE_INCONCLUSIVE] || t->of[STATE_ERROR])
        return "inconclusive";
    if (t->of[STATE_KNOWN])
        return "known";
    if (t->of[STATE_BLOCKED])
        return "blocked";
    if (counts_executed(t) == 0)
        return t->of[STATE_NOT_RUN] ? "not-run" : "not-applicable";
    return is_vacuous(row) ? "vacuous" : "passed";
}

static const char *text_or_empty(const char *text) { return text ? text : ""; }

static struct record_requirement record_row(const struct requirement *r, const struct row *row)
{
    return (struct record_requirement){.id = r->id,
                                       .source = text_or_empty(r->source),
                                       .section = text_or_empty(r->section),
                                       .kind = text_or_empty(r->kind),
                                       .url = text_or_empty(r->url),
                                       .quote = text_or_empty(r->quote),
                                       .level = r->level,
                                       .text = text_or_empty(r->text),
                                       .impact = text_or_empty(r->impact),
                                       .testable = r->testable ? r->testable : "yes",
                                       .reason = text_or_empty(r->reason),
                                       .cases = {row->cases, row->n_cases},
                                       .instances = row->instances,
                                       .accepted = row->accepted,
                                       .refused = row->refused,
                                       .status = status_of(r, row)};
}

static void count_coverage(struct requirements_found *out, const struct record_requirement *r,
                           const struct row *row)
{
    struct record_coverage *c = &out->coverage;

    c->requirements++;
    if (counts_executed(&row->all) > 0)
        c->covered++;
    else if (strcmp(r->testable, "later") == 0 && !row->is_named)
        c->not_built++;
    else if (strcmp(r->testable, "no") == 0 && !row->is_named)
        c->not_observable++;
    else
        c->not_run++;
    out->vacuous_must += r->level == LEVEL_MUST && strcmp(r->status, "vacuous") == 0;
}

static void mark_named(const struct rows *rows, const struct score_inputs *in)
{
    for (size_t s = 0; s < in->n_suites; s++)
        for (size_t c = 0; c < in->suites[s]->n_cases; c++) {
            const struct requirement *r = in->suites[s]->cases[c].requirement;
            struct row *row = r ? row_of(rows, r->id) : NULL;
            if (row)
                row->is_named = true;
        }
}

static enum status make_rows(const struct record_run *run, const struct score_inputs *in,
                             struct rows *rows)
{
    enum status st = OK;
    rows->items = arena_array(rows->arena, in->n_requirements + 1, sizeof(*rows->items));
    for (size_t i = 0; rows->items && i < in->n_requirements && !st; i++)
        st = text_index_add(&rows->index, rows->arena, in->requirements[i].id, i);
    if (st || !rows->items)
        return E_NOMEM;
    for (size_t i = 0; i < run->n_cases; i++) {
        struct row *row = row_of(rows, run->cases[i].requirement);
        struct row *violated = violated_elsewhere(rows, &run->cases[i]);
        if (row)
            row->instances++;
        if (violated)
            violated->instances++;
    }
    for (size_t i = 0; i < in->n_requirements; i++) {
        struct row *row = &rows->items[i];
        row->cases = arena_array(rows->arena, row->instances + 1, sizeof(*row->cases));
        if (!row->cases)
            return E_NOMEM;
    }
    return OK;
}

static enum status count_all(const struct record_run *run, const struct score_inputs *in,
                             struct rows *rows)
{
    enum status st = OK;
    for (size_t i = 0; i < run->n_cases && !st; i++) {
        const struct record_case *c = &run->cases[i];
        struct row *row = row_of(rows, c->requirement);
        struct row *violated = violated_elsewhere(rows, c);
        if (row)
            st = count_case(rows, row, &in->requirements[row - rows->items], c);
        if (violated && !st)
            st = count_violation(rows, violated, &in->requirements[violated - rows->items], c);
    }
    return st;
}

enum status requirements_score(const struct record_run *run, const struct score_inputs *in,
                               struct arena *arena, struct requirements_found *out,
                               struct record_summary *summary)
{
    struct rows rows = {.arena = arena};
    struct record_requirement *all = arena_array(arena, in->n_requirements + 1, sizeof(*all));
    enum status st = all ? make_rows(run, in, &rows) : E_NOMEM;

    memset(out, 0, sizeof(*out));
    if (!st)
        st = count_all(run, in, &rows);
    if (!st)
        mark_named(&rows, in);
    for (size_t i = 0; i < in->n_requirements && !st; i++) {
        all[i] = record_row(&in->requirements[i], &rows.items[i]);
        if (is_violated_before(run, all[i].id))
            all[i].status = "failed";
        count_coverage(out, &all[i], &rows.items[i]);
    }
    summary->requirements = all;
    summary->n_requirements = st ? 0 : in->n_requirements;
    text_index_fini(&rows.index);
    text_index_fini(&rows.cases);
    return st;
}

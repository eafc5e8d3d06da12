/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "score/scope.h"

#include "base/text_index.h"

#include <stdlib.h>
#include <string.h>

/* What shares a session is seen with one set of keys, and not each with its own. */
static bool has_shared(const struct record_run *run)
{
    for (size_t i = 0; i < run->n_cases; i++)
        if (run->cases[i].shared)
            return true;
    return false;
}

static bool is_partial(const struct record_run *run)
{
    const struct record_selection *s = &run->selection;
    enum level level = level_from_name(s->level);
    return s->suites.n > 0 || s->cases.n > 0 || s->excluded.n > 0 || s->left_out > 0 ||
           s->shards > 0 || s->not_found.n > 0 || record_is_budget_spent(run) ||
           level == LEVEL_MUST || level == LEVEL_SHOULD || has_shared(run);
}

/* ---- layers */

/* The executions of one layer's suites. */
struct layer {
    const char *name;
    uint64_t n_executed, n_not_applicable;
};

static void count_executions(const struct record_run *run, const char *suite, struct layer *out)
{
    for (size_t i = 0; i < run->n_cases; i++) {
        enum state state = run->cases[i].state;
        if (strcmp(run->cases[i].suite, suite) != 0)
            continue;
        out->n_not_applicable += state == STATE_NOT_APPLICABLE;
        out->n_executed += state != STATE_NOT_APPLICABLE && state != STATE_NOT_RUN;
    }
}

/* Each layer of the suites goes to |with| when at least half of it was executed: a library that
 * meets one case of the stanza layer says nothing of that layer. */
static enum status find_layers(const struct record_run *run, const struct score_inputs *in,
                               struct arena *arena, struct record_scope *out)
{
    struct text_index index = {0};
    const char **with = arena_array(arena, in->n_suites + 1, sizeof(*with));
    const char **without = arena_array(arena, in->n_suites + 1, sizeof(*without));
    struct layer *layers = arena_array(arena, in->n_suites + 1, sizeof(*layers));
    enum status st = with && without && layers ? OK : E_NOMEM;
    for (size_t i = 0; i < in->n_suites && !st; i++) {
        const char *name = in->suites[i]->layer ? in->suites[i]->layer : "";
        size_t at = text_index_find(&index, name);
        if (at == TEXT_INDEX_NONE) {
            at = index.count;
            layers[at] = (struct layer){.name = name};
            st = text_index_add(&index, arena, name, at);
        }
        count_executions(run, in->suites[i]->id, &layers[at]);
    }
    out->layers.items = with;
    out->not_layers.items = without;
    for (size_t i = 0; i < index.count && !st; i++)
        if (layers[i].n_executed && layers[i].n_executed >= layers[i].n_not_applicable)
            with[out->layers.n++] = layers[i].name;
        else
            without[out->not_layers.n++] = layers[i].name;
    text_index_fini(&index);
    return st;
}

/* ---- what did not apply */

static int compare_reasons(const void *left, const void *right)
{
    const struct record_reason *a = left, *b = right;
    if (a->count != b->count)
        return a->count > b->count ? -1 : 1;
    return strcmp(a->text, b->text);
}

/* The reason of the first case of |requirement|. */
static const char *reason_of(const struct record_run *run, const char *requirement)
{
    for (size_t i = 0; i < run->n_cases; i++)
        if (run->cases[i].state == STATE_NOT_APPLICABLE &&
            strcmp(run->cases[i].requirement, requirement) == 0)
            return run->cases[i].result.why;
    return "";
}

static enum status find_not_applicable(const struct record_run *run, struct arena *arena,
                                       struct record_summary *summary)
{
    struct record_scope *out = &summary->scope;
    struct text_index index = {0};
    struct record_reason *found = arena_array(arena, summary->n_requirements + 1, sizeof(*found));
    enum status st = found ? OK : E_NOMEM;
    for (size_t i = 0; i < summary->n_requirements && !st; i++) {
        const char *status = summary->requirements[i].status;
        out->requirements +=
            strcmp(status, "not-observable") != 0 && strcmp(status, "not-built") != 0;
        if (strcmp(status, "not-applicable") != 0)
            continue;
        const char *why = reason_of(run, summary->requirements[i].id);
        size_t at = text_index_find(&index, why);
        if (at == TEXT_INDEX_NONE) {
            at = index.count;
            found[at].text = why;
            st = text_index_add(&index, arena, why, at);
        }
        found[at].count++;
        out->not_applicable++;
    }
    if (found)
        qsort(found, index.count, sizeof(*found), compare_reasons);
    out->because = found;
    out->n_because = index.count;
    text_index_fini(&index);
    return st;
}

enum status scope_find(const struct record_run *run, const struct score_inputs *in,
                       struct arena *arena, struct record_summary *summary)
{
    summary->scope = (struct record_scope){.is_partial = is_partial(run)};
    enum status st = find_layers(run, in, arena, &summary->scope);
    return st ? st : find_not_applicable(run, arena, summary);
}

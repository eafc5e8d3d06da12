#include "reports/view.h"

#include <stdlib.h>
#include <string.h>

#define NOWHERE ((size_t)-1)
#define SECONDS_MAX 1000000000.0

static const char *const state_names[N_STATE] = {
    [STATE_NONE] = "?",
    [STATE_PASSED] = "passed",
    [STATE_NOT_APPLICABLE] = "not applicable",
    [STATE_NOT_RUN] = "not run",
    [STATE_UNSCORED] = "failed, not scored",
    [STATE_KNOWN] = "known failure",
    [STATE_INCONCLUSIVE] = "inconclusive",
    [STATE_FAILED] = "failed",
    [STATE_ERROR] = "error",
};

static const struct {
    const char *verdict;
    enum state state;
} verdict_states[] = {
    {"pass", STATE_PASSED},     {"inconclusive", STATE_INCONCLUSIVE},
    {"fail", STATE_FAILED},     {"not-applicable", STATE_NOT_APPLICABLE},
    {"not-run", STATE_NOT_RUN},
};

const char *view_text(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "";
}

unsigned long long view_number(const json_t *object, const char *key)
{
    json_int_t n = json_integer_value(json_object_get(object, key));
    return n > 0 ? (unsigned long long)n : 0;
}

unsigned long long view_milliseconds(const json_t *object, const char *key)
{
    double seconds = json_number_value(json_object_get(object, key));
    if (!(seconds > 0))
        return 0;
    if (seconds > SECONDS_MAX)
        seconds = SECONDS_MAX;
    return (unsigned long long)(seconds * 1000.0 + 0.5);
}

const char *state_name(enum state state)
{
    return (unsigned)state < N_STATE ? state_names[state] : "?";
}

bool state_is_trouble(enum state state)
{
    return state == STATE_INCONCLUSIVE || state == STATE_FAILED || state == STATE_ERROR;
}

/* The name before the # of an instance, as text the caller owns. */
static json_t *group_id_of(const char *id)
{
    size_t len = strcspn(id, "#");
    return len ? json_stringn(id, len) : json_string("?");
}

static bool is_expired(const struct view *v, const char *id)
{
    json_t *group_id;
    bool found = json_object_get(v->expired, id) != NULL;

    if (found || json_object_size(v->expired) == 0)
        return found;
    group_id = group_id_of(id);
    found = group_id && json_object_get(v->expired, json_string_value(group_id));
    json_decref(group_id);
    return found;
}

enum state view_state(const struct view *v, const json_t *result)
{
    const char *verdict = view_text(result, "verdict"), *level = view_text(result, "level");
    enum state state = STATE_ERROR;
    bool is_scored = strcmp(level, "must") == 0 || (v->is_strict && strcmp(level, "measure") != 0);

    for (size_t i = 0; i < sizeof verdict_states / sizeof verdict_states[0]; i++)
        if (strcmp(verdict, verdict_states[i].verdict) == 0)
            state = verdict_states[i].state;
    if (state == STATE_FAILED && json_is_object(json_object_get(result, "known")) &&
        !is_expired(v, view_text(result, "id")))
        return STATE_KNOWN;
    if ((state == STATE_FAILED || state == STATE_INCONCLUSIVE) && !is_scored)
        return STATE_UNSCORED;
    return state;
}

static size_t position(const json_t *index, const char *key)
{
    const json_t *at = json_object_get(index, key);
    return at ? (size_t)json_integer_value(at) : NOWHERE;
}

size_t view_requirement_at(const struct view *v, const char *id)
{
    return position(v->requirement_index, id);
}

size_t view_group_at(const struct view *v, const char *group_id)
{
    return position(v->group_index, group_id);
}

const json_t *view_requirement(const struct view *v, const char *id)
{
    return json_array_get(json_object_get(v->summary, "requirements"), view_requirement_at(v, id));
}

const json_t *view_case(const struct view *v, const char *id)
{
    return json_array_get(json_object_get(v->results, "cases"), position(v->case_index, id));
}

const json_t *view_culprit(const json_t *result)
{
    const char *verdict = view_text(result, "verdict");
    size_t i;
    const json_t *step;

    if (strcmp(verdict, "pass") == 0)
        return NULL;
    json_array_foreach(json_object_get(result, "steps"), i, step)
    {
        if (strcmp(view_text(step, "verdict"), verdict) == 0)
            return step;
    }
    return NULL;
}

/* Positions in |array| by the text member |key|; the first of equals counts. NULL when there is no
 * memory. */
static json_t *index_by(const json_t *array, const char *key)
{
    json_t *index = json_object();
    size_t i;
    const json_t *item;

    json_array_foreach(array, i, item)
    {
        const char *text = view_text(item, key);
        if (!index || json_object_get(index, text))
            continue;
        if (json_object_set_new(index, text, json_integer((json_int_t)i))) {
            json_decref(index);
            index = NULL;
        }
    }
    return index;
}

static json_t *index_expired(const json_t *summary)
{
    json_t *expired = json_object();
    size_t i;
    const json_t *problem;

    json_array_foreach(json_object_get(summary, "known_problems"), i, problem)
    {
        if (strcmp(view_text(problem, "problem"), "expired") == 0)
            json_object_set_new(expired, view_text(problem, "case"), json_true());
    }
    return expired;
}

/* Find or make the group of |result|, and count it there. Its position,
 * or NOWHERE without memory. */
static size_t count_into_group(struct view *v, const json_t *result)
{
    json_t *id = group_id_of(view_text(result, "id"));
    size_t at = id ? position(v->group_index, json_string_value(id)) : NOWHERE;
    enum state state = view_state(v, result);

    if (id && at == NOWHERE &&
        json_object_set_new(v->group_index, json_string_value(id),
                            json_integer((json_int_t)v->n_groups)) == 0) {
        at = v->n_groups++;
        v->groups[at].suite = view_text(result, "suite");
        v->groups[at].name = view_text(result, "case");
    }
    json_decref(id);
    if (at == NOWHERE)
        return at;
    v->groups[at].n_cases++;
    v->groups[at].count[state]++;
    if (state > v->groups[at].worst)
        v->groups[at].worst = state;
    return at;
}

/* Lay the instances of each group side by side in v->cases; |group_of| says where each case
 * belongs. */
static void lay_out(struct view *v, const json_t *cases, const size_t *group_of, size_t *filled)
{
    size_t i, start = 0;
    const json_t *result;
    const char *id;
    json_t *at;

    for (i = 0; i < v->n_groups; i++) {
        v->groups[i].cases = v->cases + start;
        filled[i] = start;
        start += v->groups[i].n_cases;
    }
    json_array_foreach(cases, i, result) v->cases[filled[group_of[i]]++] = result;
    json_object_foreach(v->group_index, id, at) v->groups[json_integer_value(at)].id = id;
}

static enum status group_cases(struct view *v, const json_t *cases)
{
    size_t n = json_array_size(cases), i;
    size_t *group_of = calloc(n + 1, sizeof *group_of), *filled = calloc(n + 1, sizeof *filled);
    enum status st = E_NOMEM;
    const json_t *result;

    v->groups = calloc(n + 1, sizeof *v->groups);
    v->cases = calloc(n + 1, sizeof(const json_t *));
    if (!group_of || !filled || !v->groups || !v->cases || !v->group_index)
        goto out;
    json_array_foreach(cases, i, result)
    {
        group_of[i] = count_into_group(v, result);
        if (group_of[i] == NOWHERE)
            goto out;
    }
    lay_out(v, cases, group_of, filled);
    st = OK;
out:
    free(group_of);
    free(filled);
    return st;
}

enum status view_init(struct view *v, const json_t *results)
{
    const json_t *cases = json_object_get(results, "cases");
    const json_t *summary = json_object_get(results, "summary");

    memset(v, 0, sizeof *v);
    if (!json_is_array(cases) || !json_is_object(summary))
        return E_PARSE;
    v->results = results;
    v->summary = summary;
    v->is_strict = json_is_true(json_object_get(json_object_get(results, "selection"), "strict"));
    v->group_index = json_object();
    v->expired = index_expired(summary);
    v->requirement_index = index_by(json_object_get(summary, "requirements"), "id");
    v->case_index = index_by(cases, "id");
    if (!v->expired || !v->requirement_index || !v->case_index)
        return E_NOMEM;
    return group_cases(v, cases);
}

void view_fini(struct view *v)
{
    json_decref(v->group_index);
    json_decref(v->requirement_index);
    json_decref(v->case_index);
    json_decref(v->expired);
    free(v->groups);
    free(v->cases);
    memset(v, 0, sizeof *v);
}

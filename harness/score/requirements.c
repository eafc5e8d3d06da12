#include "score/requirements.h"

#include "score/tally.h"

#include <stdlib.h>
#include <string.h>

struct row {
    struct tally own; /* cases at the requirement's level */
    struct tally all;
    uint64_t instances;
    uint64_t accepted;
    uint64_t refused;
    bool expects_refusal;
    bool held_relation;
    bool is_named; /* some case of the catalogue names it */
    json_t *cases; /* ids without #, as keys of an object: in order and each once */
};

static bool any_step_says(const json_t *steps, const char *key, const char *value)
{
    size_t i;
    const json_t *step;
    json_array_foreach(steps, i, step)
    {
        if (strcmp(tally_text(step, key), value) == 0)
            return true;
    }
    return false;
}

static enum status add_case_name(struct row *row, const json_t *result)
{
    const char *id = tally_text(result, "id");
    size_t len = strcspn(id, "#");
    char name[256];

    if (len >= sizeof name)
        len = sizeof name - 1;
    memcpy(name, id, len);
    name[len] = '\0';
    return json_object_set_new(row->cases, name, json_true()) ? E_NOMEM : OK;
}

static enum status count_case(struct row *row, const struct requirement *r, const json_t *result,
                              const char *today)
{
    enum tally_class class = tally_class_of(result, today);
    const json_t *steps = json_object_get(result, "steps");

    row->all.of[class]++;
    if (level_from_name(tally_text(result, "level")) == r->level)
        row->own.of[class]++;
    row->instances++;
    row->accepted += tally_number(result, "accepted");
    row->refused += tally_number(result, "refused");
    row->expects_refusal = row->expects_refusal || any_step_says(steps, "expect", "refuses");
    row->held_relation = row->held_relation || any_step_says(steps, "seen", "relation-holds");
    return add_case_name(row, result);
}

static bool is_vacuous(const struct row *row)
{
    if (row->expects_refusal || row->refused > 0)
        return row->accepted == 0 || row->refused == 0;
    return row->accepted == 0 && !row->held_relation;
}

static const char *status_of(const struct requirement *r, const struct row *row)
{
    bool is_testable = !r->testable || strcmp(r->testable, "yes") == 0;
    const struct tally *t = tally_applicable(&row->own) ? &row->own : &row->all;

    if (row->instances == 0 && !is_testable)
        return "not-testable";
    if (row->instances == 0)
        return row->is_named ? "not-run" : "not-covered";
    if (t->of[TALLY_FAILED])
        return "failed";
    if (t->of[TALLY_INCONCLUSIVE] || t->of[TALLY_ERROR])
        return "inconclusive";
    if (t->of[TALLY_KNOWN])
        return "known";
    if (tally_executed(t) == 0)
        return t->of[TALLY_NOT_RUN] ? "not-run" : "not-applicable";
    return is_vacuous(row) ? "vacuous" : "passed";
}

static json_t *names_of(const struct row *row)
{
    json_t *names = json_array();
    const char *name;
    json_t *ignored;
    json_object_foreach(row->cases, name, ignored)
    {
        if (names && json_array_append_new(names, json_string(name))) {
            json_decref(names);
            names = NULL;
        }
    }
    return names;
}

static const char *text_or_empty(const char *text) { return text ? text : ""; }

static json_t *write_row(const struct requirement *r, const struct row *row, const char *status)
{
    json_t *names = names_of(row);
    if (!names)
        return NULL;
    return json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:o,s:I,s:I,s:I,s:s}", "id", r->id, "source",
                     text_or_empty(r->source), "section", text_or_empty(r->section), "level",
                     level_name(r->level), "text", text_or_empty(r->text), "impact",
                     text_or_empty(r->impact), "testable", r->testable ? r->testable : "yes",
                     "reason", text_or_empty(r->reason), "cases", names, "instances",
                     (json_int_t)row->instances, "accepted", (json_int_t)row->accepted, "refused",
                     (json_int_t)row->refused, "status", status);
}

static void count_coverage(struct coverage *c, const struct requirement *r, const struct row *row,
                           const char *status)
{
    bool is_covered = tally_executed(&row->all) > 0;

    if (is_covered || !r->testable || strcmp(r->testable, "yes") == 0)
        c->testable++;
    if (is_covered)
        c->covered++;
    if (r->level == LEVEL_MUST && strcmp(status, "vacuous") == 0)
        c->vacuous_must++;
}

/* Requirement ids to positions. NULL when there is no memory. */
static json_t *index_of(const struct score_inputs *in)
{
    json_t *index = json_object();
    for (size_t i = 0; index && i < in->n_requirements; i++)
        if (json_object_set_new(index, in->requirements[i].id, json_integer((json_int_t)i))) {
            json_decref(index);
            index = NULL;
        }
    return index;
}

static struct row *row_of(struct row *rows, const json_t *index, const char *id)
{
    const json_t *at = json_object_get(index, id);
    return at ? &rows[json_integer_value(at)] : NULL;
}

static void mark_named(struct row *rows, const json_t *index, const struct score_inputs *in)
{
    for (size_t s = 0; s < in->n_suites; s++)
        for (size_t c = 0; c < in->suites[s]->n_cases; c++) {
            const struct requirement *r = in->suites[s]->cases[c].requirement;
            struct row *row = r ? row_of(rows, index, r->id) : NULL;
            if (row)
                row->is_named = true;
        }
}

static enum status count_all(struct row *rows, const json_t *index, const json_t *cases,
                             const struct score_inputs *in)
{
    size_t i;
    const json_t *result;
    enum status st = OK;

    json_array_foreach(cases, i, result)
    {
        struct row *row = row_of(rows, index, tally_text(result, "requirement"));
        if (row)
            st = count_case(row, &in->requirements[row - rows], result, in->today);
        if (st)
            return st;
    }
    return OK;
}

enum status requirements_score(const json_t *cases, const struct score_inputs *in,
                               struct coverage *out_coverage, json_t **out)
{
    enum status st = E_NOMEM;
    struct row *rows = calloc(in->n_requirements + 1, sizeof *rows);
    json_t *index = index_of(in);

    memset(out_coverage, 0, sizeof *out_coverage);
    *out = json_array();
    if (!rows || !index || !*out)
        goto out;
    for (size_t i = 0; i < in->n_requirements; i++)
        if (!(rows[i].cases = json_object()))
            goto out;
    mark_named(rows, index, in);
    if ((st = count_all(rows, index, cases, in)))
        goto out;
    for (size_t i = 0; i < in->n_requirements && st == OK; i++) {
        const char *status = status_of(&in->requirements[i], &rows[i]);
        count_coverage(out_coverage, &in->requirements[i], &rows[i], status);
        if (json_array_append_new(*out, write_row(&in->requirements[i], &rows[i], status)))
            st = E_NOMEM;
    }
out:
    for (size_t i = 0; rows && i < in->n_requirements; i++)
        json_decref(rows[i].cases);
    free(rows);
    json_decref(index);
    return st;
}

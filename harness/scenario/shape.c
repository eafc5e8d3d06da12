/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/shape.h"

#include <string.h>

/* A row counts what is at most |limit|; the last one counts the rest. */
struct bucket {
    const char *name;
    unsigned limit;
};

static const struct {
    const char *name;
    struct bucket buckets[7]; /* none of the tables whose rows have names elsewhere */
} tables[N_SHAPE] = {
    [SHAPE_LENGTHS] = {"lengths",
                       {{"1-5", 5},
                        {"6-10", 10},
                        {"11-20", 20},
                        {"21-40", 40},
                        {"41-80", 80},
                        {"81 and more", ~0u}}},
    [SHAPE_PEERS] = {"peers", {{"1", 1}, {"2", 2}, {"3", 3}, {"4 and more", ~0u}}},
    [SHAPE_SESSIONS] = {"sessions", {{"1", 1}, {"2", 2}, {"3", 3}, {"4", 4}, {"5 and more", ~0u}}},
    [SHAPE_RESTARTS] = {"restarts", {{"0", 0}, {"1", 1}, {"2", 2}, {"3 and more", ~0u}}},
    [SHAPE_GAPS] = {"gaps",
                    {{"0", 0}, {"1-9", 9}, {"10-99", 99}, {"100-499", 499}, {"500 and more", ~0u}}},
    [SHAPE_STEPS] = {.name = "steps"},
    [SHAPE_THEMES] = {.name = "deliveries"},
    [SHAPE_MUTATIONS] = {.name = "bends"},
};

const char *shape_table_name(enum shape_table t)
{
    return (unsigned)t < N_SHAPE ? tables[t].name : "?";
}

/* The |row|th field that forgeries change; those of one field stand together. */
static const char *field_of_row(size_t row)
{
    const struct forgery *f;
    for (size_t i = 0; (f = model_forgery(i)); i++)
        if ((i == 0 || strcmp(model_forgery(i - 1)->field, f->field) != 0) && row-- == 0)
            return f->field;
    return NULL;
}

const char *shape_row_name(enum shape_table t, size_t row)
{
    if ((unsigned)t >= N_SHAPE || row >= SHAPE_ROWS_MAX)
        return NULL;
    if (t == SHAPE_STEPS)
        return model_verb(row) ? verb_rule(model_verb(row))->name : NULL;
    if (t == SHAPE_THEMES)
        return row + 1 < N_THEME ? theme_name((enum theme)(row + 1)) : NULL;
    if (t == SHAPE_MUTATIONS)
        return field_of_row(row);
    return row < COUNT_OF(tables[t].buckets) ? tables[t].buckets[row].name : NULL;
}

static void count_in(struct shape *s, enum shape_table t, size_t value)
{
    size_t row = 0;
    while (value > tables[t].buckets[row].limit)
        row++;
    s->counts[t][row]++;
}

static void count_named(struct shape *s, enum shape_table t, const char *name)
{
    const char *row_name;
    for (size_t row = 0; (row_name = shape_row_name(t, row)); row++)
        s->counts[t][row] += strcmp(row_name, name) == 0;
}

static void count_step(struct shape *s, const struct step *step, const struct model_answer *a)
{
    count_named(s, SHAPE_STEPS, verb_rule(step->verb)->name);
    if (step->verb == VERB_TAMPER)
        count_named(s, SHAPE_MUTATIONS, step_text(step, "field"));
    bool is_of_client = verb_rule(step->verb)->surfaces == SURFACE_BIT(SURFACE_CLIENT);
    if (a->says != MODEL_DOES || step->verb == VERB_FINGERPRINT || is_of_client)
        count_named(s, SHAPE_THEMES, theme_name(a->theme));
    s->opened += a->says == MODEL_OPENS;
    s->refused += a->says == MODEL_REFUSES;
    if (a->says == MODEL_OPENS)
        count_in(s, SHAPE_GAPS, a->gap);
}

void shape_add(struct shape *s, const struct cipher *cipher, const struct step *steps,
               size_t n_steps)
{
    struct model m;
    model_init(&m, cipher);
    for (size_t i = 0; i < n_steps; i++) {
        struct model_answer a = model_step(&m, &steps[i]);
        count_step(s, &steps[i], &a);
    }
    s->schedules++;
    s->steps += n_steps;
    count_in(s, SHAPE_LENGTHS, n_steps);
    count_in(s, SHAPE_PEERS, m.n_parties - 1);
    count_in(s, SHAPE_SESSIONS, m.sessions);
    count_in(s, SHAPE_RESTARTS, m.restarts);
}

void shape_join(struct shape *s, const struct shape *more)
{
    s->schedules += more->schedules;
    s->steps += more->steps;
    s->opened += more->opened;
    s->refused += more->refused;
    for (size_t t = 0; t < N_SHAPE; t++)
        for (size_t row = 0; row < SHAPE_ROWS_MAX; row++)
            s->counts[t][row] += more->counts[t][row];
}

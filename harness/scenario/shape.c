/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/shape.h"

#include <string.h>

/* A row counts what is at most |limit|; the last one counts the rest. */
struct bucket {
    const char *name;
    unsigned limit;
};

static const struct bucket lengths[] = {{"1-5", 5},    {"6-10", 10},  {"11-20", 20},
                                        {"21-40", 40}, {"41-80", 80}, {"81 and more", ~0u}};
static const struct bucket sessions[] = {
    {"1", 1}, {"2", 2}, {"3", 3}, {"4", 4}, {"5 and more", ~0u}};
static const struct bucket restarts[] = {{"0", 0}, {"1", 1}, {"2", 2}, {"3 and more", ~0u}};
static const struct bucket gaps[] = {
    {"0", 0}, {"1-9", 9}, {"10-99", 99}, {"100-499", 499}, {"500 and more", ~0u}};

static const char *const fields[] = {
    "signal.version",    "signal.ratchet-key", "signal.counter",  "signal.previous-counter",
    "signal.ciphertext", "signal.mac",         "signal.protobuf", "signal",
    "prekey.base-key"};

#define COUNT(rows) COUNT_OF(rows)

static const struct {
    const char *name;
    const struct bucket *buckets; /* NULL for tables by theme and by field */
    size_t n_rows;
} tables[N_SHAPE] = {
    [SHAPE_LENGTHS] = {"lengths", lengths, COUNT(lengths)},
    [SHAPE_SESSIONS] = {"sessions", sessions, COUNT(sessions)},
    [SHAPE_RESTARTS] = {"restarts", restarts, COUNT(restarts)},
    [SHAPE_GAPS] = {"gaps", gaps, COUNT(gaps)},
    [SHAPE_THEMES] = {"deliveries", NULL, N_THEME - 1},
    [SHAPE_MUTATIONS] = {"bends", NULL, COUNT(fields)},
};

const char *shape_table_name(enum shape_table t)
{
    return (unsigned)t < N_SHAPE ? tables[t].name : "?";
}

const char *shape_row_name(enum shape_table t, size_t row)
{
    if ((unsigned)t >= N_SHAPE || row >= tables[t].n_rows)
        return NULL;
    if (t == SHAPE_THEMES)
        return theme_name((enum theme)(row + 1));
    return t == SHAPE_MUTATIONS ? fields[row] : tables[t].buckets[row].name;
}

static void count_in(struct shape *s, enum shape_table t, unsigned value)
{
    size_t row = 0;
    while (row + 1 < tables[t].n_rows && value > tables[t].buckets[row].limit)
        row++;
    s->counts[t][row]++;
}

static void count_mutation(struct shape *s, const struct step *step)
{
    const char *field = step_text(step, "field");
    for (size_t row = 0; row < COUNT(fields); row++)
        if (strcmp(fields[row], field) == 0)
            s->counts[SHAPE_MUTATIONS][row]++;
}

void shape_add(struct shape *s, const struct cipher *cipher, const struct step *steps,
               size_t n_steps)
{
    struct model m;
    model_init(&m, cipher);
    for (size_t i = 0; i < n_steps; i++) {
        struct model_answer a = model_step(&m, &steps[i]);
        if (steps[i].verb == VERB_TAMPER)
            count_mutation(s, &steps[i]);
        if (steps[i].verb != VERB_DELIVER || a.theme == THEME_NONE)
            continue;
        s->counts[SHAPE_THEMES][a.theme - 1]++;
        s->opened += a.says == MODEL_OPENS;
        s->refused += a.says == MODEL_REFUSES;
        if (a.says == MODEL_OPENS)
            count_in(s, SHAPE_GAPS, a.gap);
    }
    s->schedules++;
    s->steps += n_steps;
    count_in(s, SHAPE_LENGTHS, (unsigned)n_steps);
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

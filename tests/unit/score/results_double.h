/*
 * tests/unit/score/results_double.h - small results documents for the tests of score.
 * Depends on: jansson.
 */
#ifndef ASSAY_TESTS_RESULTS_DOUBLE_H
#define ASSAY_TESTS_RESULTS_DOUBLE_H

#include <jansson.h>
#include <stddef.h>

/* One case as a test states it. */
struct case_double {
    const char *id; /* "s/a" or "s/a#2" */
    const char *requirement;
    const char *level;
    const char *verdict;
    int accepted;
    int refused;
    const char *expect; /* of its only step; NULL: no steps */
    const char *seen;
    const char *cause;       /* NULL: null */
    const char *known_until; /* NULL: not listed; "": listed without a last day */
};

static inline json_t *case_from_double(const struct case_double *c)
{
    json_t *steps = c->expect ? json_pack("[{s:i,s:s,s:s}]", "n", 1, "expect", c->expect, "seen",
                                          c->seen ? c->seen : "")
                              : json_array();
    json_t *known = c->known_until && c->known_until[0]
                        ? json_pack("{s:s,s:s}", "reason", "r", "until", c->known_until)
                        : json_pack("{s:s,s:n}", "reason", "r", "until");
    json_t *out =
        json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:i,s:i,s:o,s:s?,s:O?}", "id", c->id, "suite", "s",
                  "requirement", c->requirement, "level", c->level, "verdict", c->verdict, "why",
                  "", "accepted", c->accepted, "refused", c->refused, "steps", steps, "cause",
                  c->cause, "known", c->known_until ? known : NULL);
    json_decref(known);
    return out;
}

/* |selected| is a case pattern, or NULL for a run of everything; the cases end with a NULL id. */
static inline json_t *results_from_doubles(const struct case_double *cases, const char *selected)
{
    json_t *array = json_array();
    for (size_t i = 0; cases[i].id; i++)
        json_array_append_new(array, case_from_double(&cases[i]));
    json_t *patterns = selected ? json_pack("[s]", selected) : json_array();
    return json_pack("{s:s,s:{s:[],s:o,s:s},s:n,s:o}", "format", "assay-results-1", "selection",
                     "suites", "cases", patterns, "level", "hardening", "interrupted", "cases",
                     array);
}

#endif

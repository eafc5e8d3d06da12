/*
 * reports/view.h - a results document as renderers walk it: members with defaults, cases grouped,
 * states derived.
 * Depends on: base; jansson.
 *
 * A group is one written case with the instances of its sweep; a case without a sweep is a group of
 * one. Groups stand in the order of their first instance.
 */
#ifndef ASSAY_REPORTS_VIEW_H
#define ASSAY_REPORTS_VIEW_H

#include "base/status.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

/* What a case came to, as far as the run is concerned; better before worse. */
enum state {
    STATE_NONE = 0,
    STATE_PASSED,
    STATE_NOT_APPLICABLE,
    STATE_NOT_RUN,
    STATE_UNSCORED, /* failed or inconclusive, at a level that does not fail this run */
    STATE_KNOWN,    /* failed, excused by a line in force */
    STATE_INCONCLUSIVE,
    STATE_FAILED,
    STATE_ERROR,
    N_STATE
};

struct view_group {
    const char *id; /* "suite/case", without #n; "" never, "?" for a case without an id */
    const char *suite;
    const char *name;           /* without the suite's */
    const json_t *const *cases; /* the instances, borrowed from the document */
    size_t n_cases;
    size_t count[N_STATE];
    enum state worst;
};

struct view {
    const json_t *results;
    const json_t *summary;
    bool is_strict;
    struct view_group *groups;
    size_t n_groups;
    /* Kept for the above. */
    const json_t **cases;
    json_t *group_index;       /* group id to position */
    json_t *requirement_index; /* id to position in the summary's requirements */
    json_t *case_index;        /* id to position in the results' cases */
    json_t *expired;           /* ids in known-failures lines that have run out */
};

/* |results| is borrowed until view_fini. E_PARSE: no "cases" array or no "summary" object.
 * E_NOMEM. */
MUST_USE enum status view_init(struct view *v, const json_t *results);
/* Accepts a view whose view_init failed. */
void view_fini(struct view *v);

/* The text member |key| of |object|, "" when there is none; never NULL. */
const char *view_text(const json_t *object, const char *key);
/* The integer member |key|, 0 when there is none or it is negative. */
unsigned long long view_number(const json_t *object, const char *key);
/* The number member |key| in milliseconds when it counts seconds; 0 when there is none. */
unsigned long long view_milliseconds(const json_t *object, const char *key);

enum state view_state(const struct view *v, const json_t *result);
/* "passed", "known failure", ...; static. */
const char *state_name(enum state state);
/* Something a reader has to look at: worse than known. */
bool state_is_trouble(enum state state);

/* Positions, or (size_t)-1 when there is no such thing. */
size_t view_requirement_at(const struct view *v, const char *id);
size_t view_group_at(const struct view *v, const char *group_id);
/* NULL when there is none. */
const json_t *view_requirement(const struct view *v, const char *id);
const json_t *view_case(const struct view *v, const char *id);

/* The first step that has the case's own verdict, or NULL (a passing case has none). */
const json_t *view_culprit(const json_t *result);

#endif

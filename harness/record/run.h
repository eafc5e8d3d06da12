/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * record/run.h - one run of a target: who ran what, every case, the summary. What results.json
 * holds (reports/schema/results.schema.json).
 * Depends on: base, record/case.
 *
 * Texts in a record are never NULL.
 */
#ifndef ASSAY_RECORD_RUN_H
#define ASSAY_RECORD_RUN_H

#include "record/case.h"

#define RECORD_RUN_FORMAT "assay-results-3"
#define RECORD_NEWEST "newest"             /* no set of a day decides, but all of the release */
#define RECORD_TARGET_DOWN "target down"   /* how |interrupted| begins that blames the target */
#define RECORD_BUDGET_SPENT "budget spent" /* ... when the time of --budget was over, as asked */

struct record_texts {
    const char *const *items;
    size_t n;
};

struct record_pair {
    const char *name;
    const char *value;
};

/* Who the target says it is. */
struct record_target {
    const char *address, *name, *version, *adapter_version, *protocol;
    unsigned protocol_version;
    struct record_texts surfaces, layers, capabilities;
};

struct record_selection {
    struct record_texts suites, cases;
    struct record_texts excluded; /* patterns, as |cases| */
    uint64_t left_out;            /* executions of sweeps that --quick left out */
    uint32_t shard, shards;       /* the |shard|th of |shards| parts of the run, from 1; 0: all */
    const char *level;
    const char *requirements; /* the set that decides: RECORD_NEWEST, or as "2026-11"; "" before
                                 there were sets */
    bool is_strict;
    const char *surface;           /* the only one that was asked for; "" for any */
    const char *known_failures;    /* the file, as the user named it; "" for none */
    struct record_texts not_found; /* suites of this release that were not there */
};

/* What has to hold before any case is run, and does not. */
struct record_precondition {
    const char *check;       /* "Open, forged" */
    const char *seen;        /* in a sentence */
    const char *requirement; /* that is violated by it; "" for none */
};

/* What a trial leaves out of a case that failed (scenario/without.h). */
enum without {
    WITHOUT_NOTHING = 0,
    WITHOUT_REFUSALS,
    WITHOUT_FORGERIES,
    WITHOUT_OTHERS, /* and without the refusals, as the next */
    WITHOUT_RESTART,
    N_WITHOUT
};

/* "refusals"; "?" out of range. */
const char *without_name(enum without what);

/* A case that failed, played again with something left out, up to the step at which it failed. */
struct record_trial {
    const char *id;    /* of the case */
    const char *cause; /* its signature: what comes of the trial holds for all that have it */
    enum without without;
    enum state state; /* STATE_PASSED; STATE_FAILED: at the same step; else it says nothing */
};

/* How long one execution took. */
struct record_took {
    const char *id;
    double seconds;
};

struct record_times {
    const char *started;
    double seconds;
    unsigned workers;
    double target_cpu_s, harness_cpu_s;
    uint64_t peak_memory_kb; /* 0: not measured */
    uint64_t late; /* executions done again because assay or the target got too little of the
                      machine */
    struct record_took *cases; /* those that ran */
    size_t n_cases;
};

/* ---- generated conversations */

struct record_row {
    const char *name;
    uint64_t count;
};

struct record_table {
    const char *name;
    const struct record_row *rows;
    size_t n_rows;
};

struct record_failure {
    const char *cause;
    uint64_t schedules;
    const char *id; /* of the case */
};

struct record_generated {
    uint64_t asked, run, failed, steps, opened, refused;
    const struct record_failure *failures;
    size_t n_failures;
    const struct record_table *tables;
    size_t n_tables;
};

/* ---- the summary */

struct record_suite {
    const char *id, *title, *layer;
    struct counts counts;
};

struct record_requirement {
    const char *id, *source, *section;
    const char *kind, *url, *quote; /* scenario/case.h; "" for no quote */
    enum level level;
    const char *text, *impact, *testable, *reason;
    struct record_texts cases;
    uint64_t instances, accepted, refused;
    const char *status; /* score/requirements.h */
};

struct record_coverage {
    uint64_t requirements;   /* all of them; each is in one of the four below */
    uint64_t covered;        /* has a case that came to a verdict in this run */
    uint64_t not_run;        /* has cases, or could have, and none came to a verdict */
    uint64_t not_built;      /* can be seen from outside, and assay does not look yet */
    uint64_t not_observable; /* cannot be seen from outside */
};

/* What probably is one bug (score/causes.h). */
struct record_cause {
    const char *signature; /* of the smallest */
    enum state state;
    const char *requirement;  /* that most of its cases violate */
    struct record_texts also; /* the others */
    enum level level;         /* the most binding */
    uint64_t count;           /* executions */
    uint64_t n_names;         /* cases: a sweep is one */
    uint64_t n_blocked;       /* executions that were blocked by it */
    const char *smallest;     /* the id of the smallest example */
    const char *shown;        /* what trials show about it, in one sentence; "" for nothing */
    const char *text;
};

/* What is wrong with a line of the known-failures file. */
struct record_problem {
    uint64_t line;
    const char *id; /* of the case it names */
    const char *problem;
};

/* A capability that every client has and the target did not claim. */
struct record_missing {
    const char *capability, *reason; /* as it is claimed; why every client has it */
    uint64_t must, cases;            /* executions that were left out for it */
};

struct record_measure {
    const char *name, *value;
    const char *varied; /* for which values of a sweep, comma between; "" without one */
    const char *id;     /* of the first case that yielded it */
};

struct record_reason {
    const char *text;
    uint64_t count;
};

/* What the run speaks of. */
struct record_scope {
    bool is_partial;                        /* of chosen cases, or not of all suites */
    struct record_texts layers, not_layers; /* of which at least half was executed; the others */
    uint64_t requirements, not_applicable;  /* that can be seen from outside; of them */
    const struct record_reason *because; /* requirements that are not applicable, by the reason */
    size_t n_because;
};

struct record_summary {
    enum run_state state; /* the regression */
    int exit_code;
    struct record_texts reasons; /* of it */
    enum conformance conformance;
    struct record_scope scope;
    struct counts levels[N_LEVEL];
    const struct record_suite *suites;
    size_t n_suites;
    const struct record_requirement *requirements;
    size_t n_requirements;
    struct record_coverage coverage;
    struct record_missing *not_offered;
    size_t n_not_offered;
    const struct record_cause *causes;
    size_t n_causes;
    const struct record_cause *known_causes; /* of the known failures */
    size_t n_known_causes;
    const struct record_problem *problems;
    size_t n_problems;
    const struct record_measure *measures;
    size_t n_measures;
};

struct record_run {
    const char *format; /* RECORD_RUN_FORMAT */
    const char *assay;  /* its version */
    const char *commit; /* that it was built from, "" where nobody knows; only a journal has it */
    const struct record_pair *libraries;
    size_t n_libraries;
    const char *profile, *seed;
    struct record_texts command;
    struct record_target target;
    struct record_pair *digests; /* SHA-256 by path */
    size_t n_digests;
    struct record_selection selection;
    uint64_t planned;                                /* cases; 0: not known before the run */
    const char *interrupted;                         /* "" or one sentence */
    bool is_unreachable;                             /* |interrupted| says why */
    const struct record_precondition *preconditions; /* that do not hold */
    size_t n_preconditions;
    struct record_generated *generated; /* NULL: nothing was generated */
    struct record_case *cases;
    size_t n_cases;
    struct record_trial *trials;
    size_t n_trials;
    struct record_times times;
    struct record_summary *summary; /* NULL until the run is scored */
};

/* A line of the journal between its first and its last: one case. */
struct record_line {
    struct record_case result; /* the first member: a line begins as a case does */
    uint64_t at;               /* its place in the plan of all shards, from 0 */
    uint64_t took_us;          /* 0: it did not run */
    bool is_hang, has_hung;    /* the target gave no answer any more: to the end; at least once */
};

extern const struct form record_target_form;
/* Everything that is known before the run, but how many cases are planned. */
extern const struct form record_header_form;
/* The journal's first line: everything that is known before the run. */
extern const struct form record_journal_form;
extern const struct form record_trial_form;
extern const struct form record_line_form;
/* The journal's last line: what is known after the run, but its cases and its summary. */
extern const struct form record_ending_form;
/* The whole. Reading does not insist on more than "cases" and "summary" (record/record.h). */
extern const struct form record_run_form;

/* The name of the set of a day that decides |run|; NULL for none. */
const char *record_dated_set(const struct record_run *run);

/* Was |run| ended because its target was down? It came to its end by that. */
bool record_is_target_down(const struct record_run *run);
/* Did |run| do as much as its budget allowed, and no more? It came to its end by that, too. */
bool record_is_budget_spent(const struct record_run *run);

/* Is it a format of runs that can be read: today's, or "assay-results-2", in which what passed can
 * have steps, too? */
bool record_is_run_format(const char *format);

/* Does a failure at |level| fail a run? */
bool record_is_scored(enum level level, bool is_strict);

#endif

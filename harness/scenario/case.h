/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * scenario/case.h - suites, cases and steps as loaded, and the steps of one planned case.
 * Depends on: base, verdict, scenario/verb.
 *
 * Everything lives in the arena of the catalogue it was loaded into and is never changed after
 * loading.
 */
#ifndef ASSAY_SCENARIO_CASE_H
#define ASSAY_SCENARIO_CASE_H

#include "base/arena.h"
#include "base/diag.h"
#include "scenario/verb.h"
#include "verdict/oracle.h"

struct attribute {
    const char *name;
    const char *value;
};

struct step {
    enum verb verb;
    unsigned line; /* in the suite's file */
    const struct attribute *attributes;
    size_t n_attributes;
};

/* NULL when the attribute is not written there. */
const char *step_written(const struct step *s, const char *attribute);
/* What is written there, else |a|'s fallback; NULL without either. */
const char *step_value(const struct step *s, const struct attribute_rule *a);
/* The value of an attribute: as written, else the verb's fallback, else NULL. */
const char *step_text(const struct step *s, const char *attribute);
/* What the step says must happen (its expect attribute or the verb's fallback); EXPECT_NONE for
 * verbs without one. */
enum expect step_expect(const struct step *s);

/* A text that asks for something; suites/sources.xml. */
struct source {
    const char *name;
    /* "specification"  published by whoever defines the matter: a standard, a law, a gatekeeper
     * "profile"        a rule or constant of a profile that assay holds clients to
     * "field"          what implementations that work together were seen to do */
    const char *kind;
    const char *url; /* public, or a page in assay's source tree: "docs/wire.md" */
};

struct requirement {
    const char *id;
    const char *source;     /* its name */
    const char *section;    /* in the text at |url| */
    const char *kind, *url; /* of its source */
    const char *quote;      /* the sentence that says so, where it is short; else NULL */
    enum level level;
    const char *testable; /* "yes", "no", "later" */
    const char *reason;   /* why not, when not; else NULL */
    const char *text;
    const char *impact;
    /* Ids; NULL: its own (scenario/about.h). */
    const char *after_refusal; /* what is accepted after a refusal in its cases speaks for this */
    const char *refusal;       /* a refusal in its cases speaks for this */
    const char *part_of;       /* whose failure explains its own (score/causes.h); NULL: no other */
};

struct catalogue;
struct op_list;
struct suite;

/* Of a case whose instances are generated conversations (scenario/generator.h): which, and what
 * each kind of step violates when it does not do as it must. */
struct conversations {
    const char *seed;                       /* a release's own, in words */
    uint32_t quick;                         /* so many of them where a run is quick */
    const struct requirement *const *about; /* for each enum theme (scenario/model.h) */
    const struct catalogue *catalogue;      /* its requirements */
};

#define CASE_NEEDS_MAX 12u

struct case_spec {
    const struct suite *suite;
    const char *id;      /* without the suite's; words, for ever */
    const char *full_id; /* "ratchet/overtaken-message-opens" */
    const char *file;
    unsigned line;
    enum level level;
    const struct requirement *requirement;
    const struct requirement *stands_on; /* NULL, or what the rest of it says nothing without */
    /* Of a combination of parts (scenario/compose.h): what an honest message is about in its
     * situation, or NULL; what it takes that the conversation begins as it does, or NULL; and how
     * many steps come before it has begun, before the probe, and before its aftermath. */
    const struct requirement *about, *begins;
    size_t begun_at, probe_at, aftermath_at;
    const char *purpose;
    const struct step *steps;
    size_t n_steps;
    const struct op_list *ops; /* the same steps, resolved (scenario/op.h); without the sweep */
    unsigned surfaces;         /* on which all its steps can be done */
    const char *needs[CASE_NEEDS_MAX];  /* capabilities, derived from the steps and named in
                                           needs=""; NULL after the last */
    const char *unless[CASE_NEEDS_MAX]; /* capabilities whose claim makes the case not applicable */
    const char *origin;                 /* of a promoted or shrunk case; NULL otherwise */
    /* The sweep: which step and attribute is varied, and over how many values; n_instances is 1
     * without a sweep. */
    size_t sweep_step;
    const char *sweep_attribute;
    const char *sweep_kind; /* "each-bit", ...; NULL without a sweep */
    uint32_t n_instances;
    const struct conversations *conversations; /* what the instances are, without steps of the
                                                  case's own; NULL: those of its steps */
    bool can_share;                            /* its instances one session (scenario/sharing.h) */
};

struct cipher;

/* Of a suite that is made of parts: what is not tried together, and why. */
struct left_out {
    const char *part, *with; /* ids; several have one space between */
    const char *because;
};

struct suite {
    const char *id;
    const char *title;
    const char *layer;           /* "cipher", ... */
    const struct cipher *cipher; /* that its cases speak, whatever their layer */
    const char *ciphers;         /* that the file names, one space between; NULL for none */
    const struct suite *also;    /* the cases of the file that hold for another that it names */
    const char *file;
    uint8_t digest[32]; /* SHA-256 of the file */
    const struct case_spec *cases;
    size_t n_cases;
    const struct left_out *left_out;
    size_t n_left_out;
};

/* |suite| as read for the cipher called |protocol|, or for its first when it was not. */
const struct suite *suite_for(const struct suite *suite, const char *protocol);

struct catalogue {
    struct arena arena;
    const struct source *sources;
    size_t n_sources;
    const struct requirement *requirements;
    const size_t *by_id; /* where in |requirements| they are, in order of id */
    size_t n_requirements;
    const char **requirement_files; /* in order of name */
    size_t n_requirement_files;
    struct suite **suites; /* in order of id */
    size_t n_suites;
};

/* One case of the plan: a spec, and which instance of its sweep. */
struct planned {
    const struct case_spec *spec;
    uint32_t instance;    /* 0 to n_instances-1 */
    enum surface surface; /* where it touches the target */
};

/*
 * "suite/case", or "suite/case#17" for an instance of a sweep (counted from 1). In |arena|; NULL
 * when it is full.
 */
const char *planned_id(const struct planned *p, struct arena *arena);

/*
 * The concrete steps of |p|: those of its spec, the swept attribute replaced by its value. Shared
 * where nothing changed. E_MISSING: it is a generated conversation, which depends on what the
 * target claims (run/conversation.h). E_NOMEM.
 */
MUST_USE enum status planned_steps(const struct planned *p, struct arena *arena,
                                   const struct step **out_steps);

#endif

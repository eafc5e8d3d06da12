/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * record/claims.h - one run of assay claims: experiments against a target and against Signal v3 and
 * v4, and what follows for each property beside each of them. What claims.json holds
 * (reports/schema/claims.schema.json).
 * Depends on: base, record/run.
 *
 * Unlike a results document, which is shown as far as it goes, a claims document is taken whole or
 * not at all: half a table of findings would mislead. Texts may come from a hostile target.
 */
#ifndef ASSAY_RECORD_CLAIMS_H
#define ASSAY_RECORD_CLAIMS_H

#include "record/run.h"

#define RECORD_CLAIMS_FORMAT "assay-claims-3"

/* A measure that has no end: "never heals". */
#define CLAIMS_NEVER 1000000L

/* The target, and the two Signals: v3 (X3DH) and v4 (PQXDH, the Triple Ratchet). */
enum claims_side { CLAIMS_TARGET = 0, CLAIMS_V3, CLAIMS_V4, N_CLAIMS_SIDE };

/* In lists of what was judged beside each Signal: judged without one. */
#define CLAIMS_ALONE CLAIMS_TARGET

enum conclusion {
    CONCLUSION_NONE = 0,
    CONCLUSION_EQUIVALENT,
    CONCLUSION_NOT_EQUIVALENT,
    CONCLUSION_NOT_DEMONSTRATED,
    N_CONCLUSION
};

enum claimed { CLAIMED_NONE = 0, CLAIMED_YES, CLAIMED_NO, CLAIMED_UNMENTIONED, N_CLAIMED };

/* From good to bad: a property has the worst its games have. */
enum finding {
    FINDING_NONE = 0,
    FINDING_NOT_CLAIMED,
    FINDING_DOCUMENT_ONLY,
    FINDING_NOT_VIOLATED,
    FINDING_AS_WEAK_AS_SIGNAL,
    FINDING_NOT_DEMONSTRATED, /* worse than a weakness that is known: nothing is */
    FINDING_INVALID,
    FINDING_WEAKER_THAN_SIGNAL,
    FINDING_WEAKER_THAN_CLAIMED,
    FINDING_REFUTED,
    N_FINDING
};

enum game_kind {
    GAME_NONE = 0,
    GAME_REFUTES,    /* the adversary's success refutes the property */
    GAME_MEASURES,   /* yields a number; more than claimed, or than Signal's, refutes */
    GAME_CLASSIFIES, /* yields yes or no without better and worse: won is "has it" */
    GAME_REPORTS,    /* figures for a reader, never a finding */
    N_GAME_KIND
};

/* What came of one game on one side. */
enum result_state {
    RESULT_NONE = 0, /* nobody played: no baseline */
    RESULT_HELD,
    RESULT_WON,
    RESULT_MEASURED,
    RESULT_UNABLE,  /* a capability is missing */
    RESULT_INVALID, /* a precondition does not hold */
    RESULT_TROUBLE, /* honest traffic failed */
    N_RESULT_STATE
};

/* The words of claims.json: "not-violated", "equivalent", "held"; "none" for what is unset. */
const char *finding_name(enum finding f);
/* "target", "v3", "v4". */
const char *claims_side_name(enum claims_side side);
const char *result_state_name(enum result_state s);

/* One schedule after a theft: a character a flight. */
struct claims_flights {
    const char *schedule;
    const char *family;
    const char *exposed; /* '1' readable, '0' not */
    const char *from;    /* 'A' or 'B', as many */
};

struct claims_point {
    double x, y;
};

struct claims_proof {
    const char *name;
    const char *hex; /* checked: lower-case digits, two a byte */
    size_t length;   /* bytes there were; |hex| may hold fewer */
};

/* The smallest schedule that shows a win, or the worst number. */
struct claims_counterexample {
    const char *schedule;
    unsigned number;
    const char *detail;
    const char *repro; /* "" when none was saved */
    const char *const *story;
    size_t n_story;
    const struct claims_proof *proofs;
    size_t n_proofs;
};

struct game_result {
    enum result_state state;
    unsigned n_schedules, n_wins;
    long measured; /* with RESULT_MEASURED, and of a report that yields a number; else -1 */
    const char *detail;
    const struct claims_flights *flights;
    size_t n_flights;
    const struct claims_point *series;
    size_t n_series;
    struct claims_counterexample *counterexample; /* NULL: none */
};

struct claims_game {
    const char *id, *title, *property, *sentence;
    enum game_kind kind;
    const char *measure;                        /* "" for none */
    struct game_result *results[N_CLAIMS_SIDE]; /* NULL: nobody played */
};

struct claims_measure {
    const char *name, *title, *unit;
    long claimed;              /* at most this; -1: nothing is claimed */
    long sides[N_CLAIMS_SIDE]; /* -1: not measured */
};

/* What follows for a property beside one Signal. */
struct claims_finding {
    bool is_required;    /* without it nothing is as secure as that Signal */
    bool signal_is_weak; /* it loses a game of the property that the target loses, too */
    enum finding finding;
    const char *detail;
    const char *decided_by; /* the id of the game that decided; "" when none did */
};

struct claims_property {
    const char *id, *name, *sentence, *source, *note;
    const char *asked; /* "black-box", "state", "document"; "" when it was not claimed */
    enum claimed claimed;
    /* Of the Signals that the record has a conclusion for; NULL for the others. */
    struct claims_finding *findings[N_CLAIMS_SIDE];
    const char *const *documents;
    size_t n_documents;
    const char *const *games;
    size_t n_games;
    const struct claims_measure *measures;
    size_t n_measures;
};

/* Does a precondition of games hold on one side? */
struct claims_holding {
    bool holds;
    const char *detail;
};

struct claims_precondition {
    const char *id, *title;
    struct claims_holding *sides[N_CLAIMS_SIDE]; /* NULL: not looked at */
};

/* What the claims point to. */
struct claims_document {
    const char *id, *kind, *title, *url, *sha256;
};

/* Is it as secure as one Signal? */
struct claims_conclusion {
    enum conclusion verdict;
    const char *line; /* in a sentence */
    const char *const *because;
    size_t n_because;
};

struct record_claims {
    const char *assay, *started, *seed;
    unsigned schedules;
    struct record_texts command; /* as it was typed; none when the document does not say */
    struct record_target *sides[N_CLAIMS_SIDE]; /* the target, and the Signals; NULL: nobody */
    const char *format;                         /* RECORD_CLAIMS_FORMAT */
    const char *interrupted;                    /* "" or one sentence */
    const char *file, *protocol, *version;      /* of the claims */
    const struct claims_document *documents;
    size_t n_documents;
    /* Beside each Signal that was played; CLAIMS_ALONE when none was. At least one is there. */
    struct claims_conclusion *conclusions[N_CLAIMS_SIDE];
    const struct claims_precondition *preconditions;
    size_t n_preconditions;
    const struct claims_property *properties;
    size_t n_properties;
    const struct claims_game *games;
    size_t n_games;
};

extern const struct form record_claims_form;

/* A line of claims.jsonl: what came of one game, or of one precondition. */
struct claims_line {
    const char *id;
    const char *side; /* as claims_side_name says */
    struct game_result *result;
    struct claims_holding *holding;
};

extern const struct form claims_line_form;
/* The same between processes: without id and side. */
extern const struct form claims_result_form;
extern const struct form game_result_form;

#endif

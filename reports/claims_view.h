/*
 * reports/claims_view.h - a claims document (claims.json) read and checked, as the renderers of
 * claims walk it.
 * Depends on: base, reports/reader; jansson.
 *
 * Unlike a results document, which is shown as far as it goes, a claims document is taken whole or
 * not at all: half a table of findings would mislead. Texts are borrowed from the document and may
 * come from a hostile target.
 */
#ifndef ASSAY_REPORTS_CLAIMS_VIEW_H
#define ASSAY_REPORTS_CLAIMS_VIEW_H

#include "reports/reader.h"

/* A measure that has no end: "never heals". */
#define CLAIMS_NEVER 1000000L

enum claims_verdict {
    CLAIMS_VERDICT_NONE = 0,
    CLAIMS_EQUIVALENT,
    CLAIMS_NOT_EQUIVALENT,
    CLAIMS_NOT_DEMONSTRATED,
    N_CLAIMS_VERDICT
};

enum claims_claimed { CLAIMED_NONE = 0, CLAIMED_YES, CLAIMED_NO, CLAIMED_UNMENTIONED, N_CLAIMED };

enum claims_finding {
    FINDING_NONE = 0,
    FINDING_NOT_VIOLATED,
    FINDING_REFUTED,
    FINDING_WEAK_AS_SIGNAL,
    FINDING_WEAKER_THAN_CLAIMED,
    FINDING_WEAKER_THAN_SIGNAL,
    FINDING_NOT_DEMONSTRATED,
    FINDING_INVALID,
    FINDING_DOCUMENT_ONLY,
    FINDING_NOT_CLAIMED,
    N_FINDING
};

enum claims_kind {
    KIND_NONE = 0,
    KIND_REFUTES,    /* a win refutes the property */
    KIND_MEASURES,   /* yields a number */
    KIND_CLASSIFIES, /* won is "has it", neither better nor worse */
    KIND_REPORTS,    /* figures, never a finding */
    N_KIND
};

enum claims_state {
    CLAIMS_STATE_NONE = 0,
    CLAIMS_HELD,
    CLAIMS_WON,
    CLAIMS_MEASURED,
    CLAIMS_UNABLE,
    CLAIMS_INVALID,
    CLAIMS_TROUBLE,
    N_CLAIMS_STATE
};

enum claims_side { CLAIMS_TARGET = 0, CLAIMS_BASELINE, N_CLAIMS_SIDE };

/* One schedule after a theft: a character a flight. */
struct claims_flights {
    const char *schedule;
    const char *family;
    const char *exposed; /* '1' readable, '0' not */
    const char *from;    /* 'A' or 'B', as many */
    size_t n;
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
    long number;
    const char *repro; /* "" when none was saved */
    const char *const *story;
    size_t n_story;
    const struct claims_proof *proofs;
    size_t n_proofs;
};

/* What came of one game on one side. */
struct claims_outcome {
    bool is_there; /* false without a baseline, and when nobody played; the rest is then unset */
    enum claims_state state;
    long schedules, wins;
    bool has_measure;
    long measure;
    const char *detail;
    const struct claims_flights *flights;
    size_t n_flights;
    const struct claims_point *series;
    size_t n_series;
    const struct claims_counterexample *counterexample; /* NULL: none */
};

struct claims_game {
    const char *id, *title, *property, *sentence;
    const char *measure; /* "" for none */
    enum claims_kind kind;
    struct claims_outcome sides[N_CLAIMS_SIDE];
};

struct claims_value {
    bool is_there;
    long n;
};

struct claims_measure {
    const char *name, *title, *unit;
    struct claims_value claimed;
    struct claims_value sides[N_CLAIMS_SIDE];
};

struct claims_property {
    const char *id, *name, *sentence, *source, *note, *detail;
    const char *asked;      /* "black-box", "state", "document"; "" when it was not claimed */
    const char *decided_by; /* the id of the game that decided; "" when none did */
    bool is_required, signal_is_weak;
    enum claims_claimed claimed;
    enum claims_finding finding;
    const char *const *documents;
    size_t n_documents;
    const char *const *games;
    size_t n_games;
    const struct claims_measure *measures;
    size_t n_measures;
};

struct claims_gate_side {
    bool is_there, holds;
    const char *detail;
};

struct claims_gate {
    const char *id, *title;
    struct claims_gate_side sides[N_CLAIMS_SIDE];
};

struct claims_document {
    const char *id, *kind, *title, *url, *sha256;
};

/* Who played one side. */
struct claims_party {
    bool is_there;
    const char *name, *version, *adapter_version, *protocol, *address;
    const char *const *capabilities;
    size_t n_capabilities;
};

struct claims_view {
    const char *assay, *started, *seed, *interrupted;
    const char *file, *protocol, *version; /* of the claims */
    long schedules;
    const char *const *command; /* as it was typed; none when the document does not say */
    size_t n_command;
    struct claims_party sides[N_CLAIMS_SIDE];
    enum claims_verdict verdict;
    const char *line;
    const char *const *because;
    size_t n_because;
    const struct claims_document *documents;
    size_t n_documents;
    const struct claims_gate *gates;
    size_t n_gates;
    const struct claims_property *properties;
    size_t n_properties;
    const struct claims_game *games;
    size_t n_games;
    struct arena arena;
};

/* Is |document| one of claims ("kind": "claims")? */
bool claims_view_is(const json_t *document);
/*
 * |document| is borrowed until claims_view_fini.
 *
 * problem  receives the place and what is wrong there, in one line; NULL when nobody asks.
 *
 * E_PARSE  a member is missing, of another type, or past its limit; E_NOMEM
 */
MUST_USE enum status claims_view_init(struct claims_view *v, const json_t *document,
                                      struct buffer *problem);
/* Accepts a view whose claims_view_init failed. */
void claims_view_fini(struct claims_view *v);

/* NULL when there is none. */
const struct claims_game *claims_view_game(const struct claims_view *v, const char *id);
/* Schedules played against one side in the games that can violate |p|. */
long claims_view_schedules(const struct claims_view *v, const struct claims_property *p,
                           enum claims_side side);
/* A win that refutes: not a classification, not a figure. */
bool claims_view_is_refuted(const struct claims_game *g, enum claims_side side);

/* Does Signal lose a game of |p|, whether the target does or not? */
bool claims_view_signal_is_weak(const struct claims_view *v, const struct claims_property *p);

/* How a game went against the target, as far as a story is owed. */
enum claims_defeat {
    DEFEAT_NONE = 0,
    DEFEAT_REFUTED, /* won where it was claimed, or decided that the property is refuted */
    DEFEAT_SHARED,  /* won, or decided the property, and Signal is as weak */
    DEFEAT_WEAKER,  /* its number is over the claim's, or over Signal's */
    N_DEFEAT
};

/* The measure |g| yields, where its property has it; NULL otherwise. */
const struct claims_measure *claims_view_measure(const struct claims_view *v,
                                                 const struct claims_game *g);
enum claims_defeat claims_view_defeat(const struct claims_view *v, const struct claims_game *g);

#endif

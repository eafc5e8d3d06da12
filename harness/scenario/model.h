/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * scenario/model.h - what must happen at each step of a conversation, known by keeping books.
 * Depends on: scenario/op, scenario/scope.
 *
 * The model follows the steps of a case between "target" and "peer" and says of each what every
 * sound implementation does with it, or that it does not know. It holds no keys: it counts. Where
 * implementations may differ (how many old chains stay open, how far a chain is skipped, what an
 * unauthenticated field does) the answer is MODEL_OPEN_QUESTION, and so it is for steps that cannot
 * be done. So whatever is generated or shrunk under this model accuses nobody wrongly.
 *
 * Of a cipher with epochs (cipher.epoch_field) it knows that a message of an epoch before the last
 * two does not open, and how many messages an epoch takes at the least.
 *
 * It knows the verbs that generated conversations use: establish, publish, start, seal, deliver,
 * drop, converse, tamper, snapshot, restore, forget.
 */
#ifndef ASSAY_SCENARIO_MODEL_H
#define ASSAY_SCENARIO_MODEL_H

#include "scenario/op.h"
#include "scenario/scope.h"

#define MODEL_MESSAGES_MAX 160u
#define MODEL_BUNDLES_MAX 32u
#define MODEL_SNAPSHOTS_MAX 16u

/* Bounds every implementation in the field keeps, with room to spare. */
#define MODEL_CHAINS_HELD 4u  /* newer receiving chains under which an old one still opens */
#define MODEL_SEALED_MAX 800u /* messages a side seals in a case: no gap is longer */
#define MODEL_SESSIONS_MAX 8u /* sessions begun in a case: none is pushed out */
/* Messages opened, of both sides, without which no epoch can begin and end: Signal v4 takes 44. */
#define MODEL_EPOCH_LEAST 40u

enum model_says {
    MODEL_OPEN_QUESTION = 0, /* nothing was changed */
    MODEL_DOES,
    MODEL_OPENS,
    MODEL_REFUSES
};

/* What a step is about: which requirement is violated when it does not do as it must. */
enum theme {
    THEME_NONE = 0,
    THEME_PLAIN,         /* honest traffic */
    THEME_AFTER_REFUSAL, /* honest traffic after something was refused */
    THEME_LATE,          /* from an earlier chain */
    THEME_OVERTAKEN,     /* out of order within a chain */
    THEME_CROSSING,      /* both sides started */
    THEME_RESTARTED,     /* the target came back from a snapshot */
    THEME_SESSIONS,      /* more than one session lives */
    THEME_REPLAYED,
    THEME_FORGED,
    THEME_REFLECTED,
    N_THEME
};

/* "replayed", "forged", ... as words of an id. Static. */
const char *theme_name(enum theme t);
/* The requirement's id, suites/requirements.xml. Static. */
const char *theme_requirement(enum theme t);
/* What must hold, one sentence without a full stop. Static. */
const char *theme_claim(enum theme t);

enum side { SIDE_TARGET = 0, SIDE_PEER = 1, N_SIDE };

struct model_side {
    uint32_t party; /* who acts for it now, an index: a restored party takes over */
    bool has_session;
    bool is_waiting;      /* it started a session and has opened nothing since */
    unsigned turn;        /* at least as often as it made a new ratchet key */
    unsigned newest_turn; /* the other side's newest that it has opened */
    unsigned newest_order;
    unsigned sealed;
    bool has_refused; /* the last thing that arrived was refused */
};

struct model_message {
    uint32_t artifact; /* its index */
    enum side author;
    int origin;     /* the index of what it is a changed copy of; -1 for an honest one */
    unsigned turn;  /* of its author when it was sealed */
    unsigned order; /* among all its author sealed */
    unsigned epoch;
    unsigned n_opened; /* by both sides, when it was sealed */
    bool is_opened;
    bool is_first;     /* the addressee had no session when it was sealed */
    bool is_crossing;  /* both sides had started when it was sealed, and opened nothing */
    bool is_of_header; /* a copy whose change is outside the authenticated part */
};

struct model {
    const struct cipher *cipher;
    struct scope scope; /* the names, and what they stand for */
    struct model_side sides[N_SIDE];
    struct model_message messages[MODEL_MESSAGES_MAX];
    size_t n_messages;
    struct {
        uint32_t artifact;
        enum side author;
        bool is_used;
    } bundles[MODEL_BUNDLES_MAX];
    size_t n_bundles;
    struct {
        uint32_t artifact;
        uint32_t of;
        unsigned stamp;
    } snapshots[MODEL_SNAPSHOTS_MAX];
    size_t n_snapshots;
    unsigned stamp;    /* how often the target was asked for anything */
    unsigned epoch;    /* how often it lost its sessions */
    unsigned sessions; /* begun so far */
    unsigned restarts;
    unsigned n_opened; /* messages, by both sides; never too low */
};

struct model_answer {
    enum model_says says;
    enum theme theme;
    unsigned gap; /* OPENS: messages of its author that were sealed before and are not here yet */
};

void model_init(struct model *m, const struct cipher *cipher);

/* What must happen at |step|. Names in |step| are kept. */
struct model_answer model_step(struct model *m, const struct step *step);

/* The name of who acts for |side| now. */
const char *model_party(const struct model *m, enum side side);
const char *model_name(const struct model *m, const struct model_message *message);

#endif

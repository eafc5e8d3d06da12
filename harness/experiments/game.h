/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * experiments/game.h - a security game, which can refute a claim: its adversary, what counts as
 * winning, and what is measured.
 * Depends on: base, record/claims, experiments/property, experiments/schedule.
 *
 * A game is one function that plays one schedule in one experiment (experiments/experiment.h) and
 * fills in one outcome. It knows no expectation: what a win or a number means is decided by
 * experiments/judgement.h. docs/spec/games.md describes each game under its id ("FS-1").
 */
#ifndef ASSAY_EXPERIMENTS_GAME_H
#define ASSAY_EXPERIMENTS_GAME_H

#include "experiments/property.h"
#include "experiments/schedule.h"
#include "record/claims.h"

struct experiment;

/* The preconditions of games (experiments/preconditions.h). */
#define PRECONDITION_SNAPSHOT (1u << 0) /* V1: a copy of the state carries the conversation on */
#define PRECONDITION_INDEPENDENCE (1u << 1) /* V2: copies are independent */
#define PRECONDITION_CONTROLS (1u << 2)     /* V3: stolen state reads what it must, and no more */
#define PRECONDITION_RANDOMNESS (1u << 3)   /* V4: two copies draw different secrets */
#define PRECONDITION_DISK (1u << 4)         /* V5: no file holds what the copy leaves out */
#define N_PRECONDITION 5u
#define PRECONDITIONS_OF_A_THEFT                                                                   \
    (PRECONDITION_SNAPSHOT | PRECONDITION_INDEPENDENCE | PRECONDITION_CONTROLS | PRECONDITION_DISK)

/* Of several schedules the one that is last here counts. */
enum played {
    PLAYED_NOTHING = 0, /* unset: an error of ours */
    PLAYED_HELD,        /* the adversary got nothing, or a number was measured */
    PLAYED_TROUBLE,     /* honest traffic failed: nothing can be said; |detail| says what */
    PLAYED_UNABLE,      /* a capability is missing or came back unsupported: |detail| names it */
    PLAYED_WON          /* the adversary succeeded: proof */
};

#define OUTCOME_FLIGHTS_MAX 48u
#define OUTCOME_PROOFS_MAX 8u
#define OUTCOME_SERIES_MAX 64u

/* One flight after state was stolen, and whether any message of it was read. */
struct exposed_flight {
    enum endpoint from;
    bool is_exposed;
};

/* Bytes that prove a win, named for a reader. */
struct proof {
    const char *name;
    struct bytes bytes;
};

struct outcome {
    enum played played;
    long measured;      /* with a measuring game and PLAYED_HELD; MEASURE_NEVER for no end */
    const char *detail; /* one sentence, in the experiment's arena; never NULL */
    struct proof proofs[OUTCOME_PROOFS_MAX];
    size_t n_proofs;
    struct exposed_flight flights[OUTCOME_FLIGHTS_MAX];
    size_t n_flights;
    struct claims_point series[OUTCOME_SERIES_MAX];
    size_t n_series;
};

struct game {
    const char *id;       /* "FS-1" */
    const char *title;    /* "Messages delivered before the theft" */
    const char *property; /* "SP-05" */
    const char *sentence; /* what a win, or a larger number, means for a person */
    enum game_kind kind;
    enum measure measure;   /* of a measuring game */
    unsigned preconditions; /* PRECONDITION_... that must hold, or the game is invalid */
    bool is_core;           /* its property is not demonstrated when it cannot be played */
    bool wants_none;        /* of a measuring game: any number above 0 is a weakness */
    const char *presumes; /* when that game is lost, this one's number says nothing new; or NULL */
    const char *needs[4]; /* capabilities without which it cannot be played; NULL after the last */
    unsigned n_schedules; /* 1 where nothing is random, else 0: as many as the run plays */
    size_t n_flights;     /* of its schedules */
    void (*play)(struct experiment *e);
};

/* Of a game that steals state, and of one that needs independent copies only. */
#define AFTER_A_THEFT .preconditions = PRECONDITIONS_OF_A_THEFT, .needs = {"snapshot"}
#define WITH_COPIES                                                                                \
    .preconditions = PRECONDITION_SNAPSHOT | PRECONDITION_INDEPENDENCE, .needs = {"snapshot"}

/* All games, in the order of reports; NULL past the last. */
const struct game *game_at(size_t index);
size_t game_count(void);
/* NULL for an unknown id. */
const struct game *game_find(const char *id);

/* The games of one family, ended by one without an id; games.c joins them. */
extern const struct game games_of_secrecy[];     /* FS-1 to FS-5 */
extern const struct game games_of_healing[];     /* PCS-1 to PCS-6 */
extern const struct game games_of_identity[];    /* KCI-1 to 4, UKS-1 and 2 */
extern const struct game games_of_trust[];       /* ID-1 to 3 */
extern const struct game games_of_delivery[];    /* RPL-1 to 3, ROLL, ORD-1 */
extern const struct game games_of_negotiation[]; /* DWN-1 to 5 */
extern const struct game games_of_content[];     /* KEY-1, KEY-2 */
extern const struct game games_of_tampering[];   /* MAC-1 */
extern const struct game games_of_cost[];        /* LEN-1, ERR-1, DOS-1 */
extern const struct game games_of_deniability[]; /* DEN-1, DEN-2 */
extern const struct game games_of_groups[];      /* FS-6, PCS-7 */
extern const struct game games_of_quantum[];     /* PQ-1, PQ-2 */

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * experiments/property.h - the catalogue of security properties a claim can name, and the numbers
 * games yield for them.
 * Depends on: nothing.
 *
 * The ids SP-01 to SP-35 and their wording are those of docs/claims.md, which says where each comes
 * from. A property is *required* when equivalence with Signal, or with Signal v4 only, cannot be
 * said without it.
 */
#ifndef ASSAY_EXPERIMENTS_PROPERTY_H
#define ASSAY_EXPERIMENTS_PROPERTY_H

#include <stdbool.h>
#include <stddef.h>

/* What can decide about a property at all. */
enum evidence {
    EVIDENCE_NONE = 0,
    EVIDENCE_BLACK_BOX, /* messages over the socket can refute it */
    EVIDENCE_STATE,     /* a copy of the target's state can refute it */
    EVIDENCE_DOCUMENT   /* only a specification, a proof or an audit speaks to it */
};

/* Is equivalence impossible without it? */
enum required {
    REQUIRED_NEVER = 0,
    REQUIRED_FOR_V4, /* with Signal v4, which has what v3 has not */
    REQUIRED_ALWAYS
};

/* A number that games yield. Smaller is stronger for each of them. */
enum measure {
    MEASURE_NONE = 0,
    MEASURE_HEALING_FLIGHTS,   /* flights readable after a theft, both sides alternating */
    MEASURE_HEALING_ROUNDS,    /* the same in round trips, rounded up: what claims speak of */
    MEASURE_HEALING_REFRESHES, /* steps of the protocol's own until nothing is readable */
    MEASURE_INJECTION_ROUNDS,  /* round trips for which an adversary's message is accepted */
    MEASURE_FORGERY_ROUNDS,    /* round trips for which a forged message is accepted */
    MEASURE_SKIPPED_KEPT,      /* skipped messages still readable at once, of those skipped */
    MEASURE_SKIPPED_ROUNDS,    /* round trips after which skipped messages are unreadable */
    MEASURE_REPLAYS_TAKEN,     /* replays that are shown */
    MEASURE_VERSIONS_TAKEN,    /* first bytes other than the honest one that open */
    MEASURE_STRIPPED_TAKEN,    /* bundles with a part removed that a session is started from */
    MEASURE_LENGTH_BITS,       /* bits of a length up to 255 that show */
    MEASURE_SKIP_BOUND,        /* messages ahead that a message may be and still open */
    MEASURE_COST_RATIO,        /* target's CPU microseconds for one forged message */
    MEASURE_PQ_MESSAGES, /* messages readable after a theft when all elliptic secrets are had */
    N_MEASURE
};

/* The value of "never": never heals, for ever accepted. */
#define MEASURE_NEVER 1000000L

struct measure_entry {
    const char *name; /* "healing-round-trips": in claims files and results */
    const char *unit; /* "round trips" */
    const char *title;
};

/* Never NULL for a measure in range. */
const struct measure_entry *measure_entry(enum measure m);
/* MEASURE_NONE for an unknown name. */
enum measure measure_from_name(const char *name);

struct property {
    const char *id;       /* "SP-05" */
    const char *name;     /* "Forward secrecy" */
    const char *sentence; /* what goes wrong for a person when it does not hold */
    const char *source;
    enum evidence evidence; /* the strongest that exists here */
    enum required required;
    enum measure measures[4]; /* what a claim may put a number to; MEASURE_NONE after the last */
};

const struct property *properties(size_t *out_count);
/* NULL for an unknown id. */
const struct property *property_find(const char *id);

#endif

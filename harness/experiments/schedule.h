/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * experiments/schedule.h - who sends when: a sequence of flights, drawn by family, and shrunk.
 * Depends on: base.
 *
 * A flight is the messages one party sends before the other answers. As text a schedule reads
 * "A1 B2 A1": A sends one, B two, A one. Counter-example files have the text form.
 */
#ifndef ASSAY_EXPERIMENTS_SCHEDULE_H
#define ASSAY_EXPERIMENTS_SCHEDULE_H

#include "base/arena.h"
#include "base/random.h"

#define SCHEDULE_FLIGHTS_MAX 32u
#define SCHEDULE_BURST_MAX 9u

enum endpoint { ENDPOINT_A = 0, ENDPOINT_B = 1, N_ENDPOINT };

enum family {
    FAMILY_NONE = 0,
    FAMILY_A_FIRST, /* one message a flight, A first */
    FAMILY_B_FIRST,
    FAMILY_BURSTS, /* alternating flights of several */
    FAMILY_ONE_WAY_A,
    FAMILY_ONE_WAY_B,
    FAMILY_RANDOM, /* any sender, any length */
    N_FAMILY
};

struct flight {
    enum endpoint from;
    unsigned n_messages; /* 1 to SCHEDULE_BURST_MAX */
};

struct schedule {
    enum family family;
    unsigned number; /* of the game's schedules, from 0 */
    struct flight flights[SCHEDULE_FLIGHTS_MAX];
    size_t n_flights;
    struct random random; /* all else a game chooses; equal for equal seed, game and number */
};

/*
 * Schedule |number| of game |game|, of |n_flights| flights: 0 is A-first, 1 B-first, 2 and 3 are
 * bursts, all others random. E_CRYPTO.
 */
MUST_USE enum status schedule_make(struct bytes seed, const char *game, unsigned number,
                                   size_t n_flights, struct schedule *out);
/* A schedule of |family|, whatever its number. */
MUST_USE enum status schedule_of(enum family family, struct bytes seed, const char *game,
                                 unsigned number, size_t n_flights, struct schedule *out);

/* "a-first" ...; "?" out of range. */
const char *family_name(enum family f);
/* "A1 B2", in the arena; NULL when it is full. */
const char *schedule_text(const struct schedule *s, struct arena *arena);
/* Read flights back into |s|, the rest of which stays. E_PARSE. */
MUST_USE enum status schedule_parse(const char *text, struct schedule *s);
size_t schedule_messages(const struct schedule *s);

/*
 * The |at|th simpler version of |s|: without one flight, or with one flight of fewer messages.
 * False when there is none left.
 */
bool schedule_simpler(const struct schedule *s, size_t at, struct schedule *out);

#endif

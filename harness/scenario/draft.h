/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * scenario/draft.h - a conversation while it is being drawn: random choices, and steps written in
 * the words of suites.
 * Depends on: base/random, scenario/case, scenario/model.
 *
 * A step is taken when the target claims what it needs and the model knows what must happen at
 * it; what is not taken changes nothing, and is NULL, false or a MODEL_OPEN_QUESTION. Texts are
 * in the draft's arena. Draw one thing in a statement: C leaves the order of arguments open.
 */
#ifndef ASSAY_SCENARIO_DRAFT_H
#define ASSAY_SCENARIO_DRAFT_H

#include "base/random.h"
#include "scenario/generator.h"
#include "scenario/model.h"

struct draft {
    struct random random;
    struct model model;
    const struct generator_claims *claims;
    struct arena *arena;
    struct step *steps; /* SCHEDULE_STEPS_MAX of them */
    size_t n_steps;
    bool is_shown[SCHEDULE_STEPS_MAX]; /* after a refusal something of its kind was accepted */
    unsigned n_names;
    enum status st; /* the first trouble; nothing is taken afterwards */
};

/* ---- choices */

uint32_t draft_below(struct draft *d, uint32_t limit);
bool draft_is_one_in(struct draft *d, uint32_t n);
enum side draft_any_side(struct draft *d);
/* A party of the harness; more often the first, whose conversation so becomes long. */
unsigned draft_any_peer(struct draft *d);
/* One that |is_fitting|; |otherwise| when there is none. */
unsigned draft_any_peer_who(struct draft *d, bool (*is_fitting)(const struct model *, unsigned),
                            unsigned otherwise);
/* One at another device than |who|, somebody new if need be; |who| when there is no room. */
unsigned draft_another_peer(struct draft *d, unsigned who);

/* What a choice among honest messages may ask for; held is what has not arrived at the target,
 * or of the target's at anybody. */
enum {
    DRAFT_HELD = 1,
    DRAFT_OPENED = 2,
    DRAFT_BY_PEER = 4,
    DRAFT_BY_TARGET = 8,
    DRAFT_OF_PAIR = 16,
    DRAFT_OF_GROUP = 32
};
/* Is |m| all that |wanted| says, and can it arrive? */
bool draft_is_wanted(const struct model *model, const struct model_message *m, unsigned wanted);
/* NULL for none. */
const struct model_message *draft_any_message(struct draft *d, unsigned wanted);
/* DRAFT_OF_PAIR or, where there are groups, DRAFT_OF_GROUP. */
unsigned draft_any_kind(struct draft *d);
/* To whom |m| is sent, in a group to one of them. */
unsigned draft_any_addressee(struct draft *d, const struct model_message *m);

/* ---- steps */

/* |attributes| end with a NULL name; those with a NULL value are left out. */
struct model_answer draft_emit(struct draft *d, enum verb verb, const struct attribute *attributes);
#define DRAFT_ANSWER(d, verb, ...)                                                                 \
    draft_emit((d), (verb), (const struct attribute[]){__VA_ARGS__, {NULL, NULL}})
bool draft_is_taken(struct model_answer answer);
#define DRAFT_STEP(d, verb, ...) draft_is_taken(DRAFT_ANSWER(d, verb, __VA_ARGS__))

/* Does the target claim it? */
bool draft_claims(const struct draft *d, const char *capability);

/* A new one, of |prefix| and a number. */
const char *draft_name(struct draft *d, const char *prefix);
const char *draft_number(struct draft *d, uint32_t n);
/* The name of who acts for |who| now. */
const char *draft_party(const struct draft *d, unsigned who);
/* The same; NULL for whom a step means that names nobody. */
const char *draft_unless_peer(const struct draft *d, unsigned who);
/* The newest message, when it |is_made|. */
const struct model_message *draft_made(const struct draft *d, bool is_made);

/* Somebody new. MODEL_NOBODY when that is not possible. */
unsigned draft_meet(struct draft *d);
/* Are there as many as may come before the ending, which needs somebody new? */
bool draft_is_crowded(const struct draft *d);

/* The bundle's name. */
const char *draft_publish(struct draft *d, unsigned by, bool is_rotated);
bool draft_start(struct draft *d, unsigned by, const char *bundle);
bool draft_establish(struct draft *d, unsigned peer, enum side by);
bool draft_converse(struct draft *d, unsigned peer, uint32_t turns, uint32_t burst);
/* One side of the target's conversation with |peer| seals. */
const struct model_message *draft_seal(struct draft *d, unsigned peer, enum side by);

const struct model_message *draft_distribute(struct draft *d, unsigned by, const char *group,
                                             bool is_fresh);
const struct model_message *draft_seal_in_group(struct draft *d, unsigned by, const char *group);

/* |m| comes to |to|; |from| and |group| as written. */
struct model_answer draft_deliver_as(struct draft *d, const struct model_message *m, unsigned to,
                                     const char *from, const char *group);
/* |m| comes to |to|. Whose prekey is spent begins anew, and who is not in the group joins it:
 * so something of the kind is accepted, too. */
void draft_deliver(struct draft *d, const struct model_message *m, unsigned to);
/* To somebody whom it is for; nothing for NULL. */
void draft_arrive(struct draft *d, const struct model_message *m);

#endif

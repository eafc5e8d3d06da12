/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * experiments/experiment_internal.h - what the files that make up an experiment share.
 * Depends on: experiments/experiment.
 *
 * The files in layers; each calls only what stands under it (ctest calls):
 *
 *     experiment.c                               begin and end, honest parties made
 *     experiment_group.c                         sender keys, messages to a group
 *     experiment_traffic.c                       sessions, sealing, delivering
 *     experiment_adversary.c                     stolen state, copies, clones, what they read
 *     experiment_messages.c                      answers, messages, offering one to a party
 *     experiment_state.c                         void or not, the story, who takes part
 */
#ifndef ASSAY_EXPERIMENTS_EXPERIMENT_INTERNAL_H
#define ASSAY_EXPERIMENTS_EXPERIMENT_INTERNAL_H

#include "experiments/experiment.h"

#define EXPERIMENT_PARTIES_MAX 1000u /* in both processes together; an adapter holds 1,024 */
#define EXPERIMENT_CASCADE_MAX 8u    /* messages that cause messages that cause messages ... */

/* ---- experiment_state.c */

/* A party with a handle of its own behind |driver|, not yet made at the target. NULL makes void. */
struct experiment_party *experiment_party_new(struct experiment *e, const char *name,
                                              struct address address, struct driver *driver);
/* The honest party with this address; NULL when there is none. */
struct experiment_party *experiment_reachable(struct experiment *e, struct address address);

/* ---- experiment_messages.c */

/* What the target answered, when it is none of what makes an experiment void. */
enum answer_kind {
    ANSWER_NONE = 0, /* the experiment is void */
    ANSWER_DONE,
    ANSWER_REFUSED,
    ANSWER_BROKEN
};

/*
 * Take in |a|, the answer to what |by| was asked (|what|, a few words), with what came beside it:
 * warnings are noted, outgoing messages delivered. A status that is not OK, an unsupported
 * operation and a broken target make the experiment void.
 */
enum answer_kind experiment_take_answer(struct experiment *e, struct experiment_party *by,
                                        enum status st, const struct answer *a, const char *what);
/* The same; a refusal makes the experiment void, too. True when it was done. */
bool experiment_require(struct experiment *e, struct experiment_party *by, enum status st,
                        const struct answer *a, const char *what);
/* How |holder| names its conversation with |other|; a group's, when |m| was sealed to one. */
struct target_conversation experiment_conversation(const struct experiment_party *holder,
                                                   const struct experiment_party *other,
                                                   const struct message *m);
/* What a void experiment gives in place of a message: never NULL, without bytes. */
struct message *experiment_no_message(struct experiment *e);
/* |m| has been delivered to |reader|: its clones are given it, too. */
void experiment_clones_read(struct experiment *e, struct message *m,
                            const struct experiment_party *reader);

/* ---- experiment_adversary.c */

/* |m| has just been sealed by its author: its clones try to read it, and seal the same. */
void experiment_clones_seal(struct experiment *e, struct message *m);

#endif

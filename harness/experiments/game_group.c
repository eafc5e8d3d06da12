/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Groups with sender keys: which messages, before and after, a member's stolen state reads. */
#include "experiments/insider.h"
#include "experiments/experiment.h"

#define BEFORE 6u
#define AFTER 8u

/* ---- FS-6: messages delivered before the theft */

/* A win when |secret|, which reads every message from the first on, is in |stolen|. */
static void try_to_find(struct experiment *e, const struct stolen_state *stolen,
                        struct bytes secret, const char *name)
{
    if (!experiment_finds(e, stolen, secret))
        return;
    outcome_prove(e, name, secret);
    outcome_win(e, "%s still stands in %s's state: it reads every message of the group", name,
                stolen->owner->name);
}

static void play_before(struct experiment *e)
{
    struct message *sent[BEFORE];
    experiment_talk(e);
    struct bytes given = experiment_give_sender_key(e, e->a, false);
    for (size_t i = 0; i < BEFORE; i++)
        sent[i] = experiment_seal_to_group(e, e->a);
    /* the last one first, so that the keys of the others are kept for a while */
    experiment_deliver(e, sent[BEFORE - 1]);
    for (size_t i = 0; i < BEFORE - 1; i++)
        experiment_deliver(e, sent[i]);
    struct stolen_state *stolen[] = {experiment_steal(e, e->b), experiment_steal(e, e->a)};
    for (size_t i = 0; i < 2; i++) {
        experiment_try_reading(e, stolen[i], sent, BEFORE);
        try_to_find(e, stolen[i], given, "the distribution message");
    }
    /* B's only: A may keep the key, to give it to the next member */
    try_to_find(e, stolen[0], insider_distributed_secret(e, given),
                "the sender key as it was given");
    outcome_hold(e, "none of %u messages to the group can be read with a member's state", BEFORE);
}

/* ---- PCS-7: messages after the theft */

/* How many of AFTER messages, all delivered, |stolen| reads. */
static long count_read(struct experiment *e, const struct stolen_state *stolen)
{
    long n = 0;
    for (size_t i = 0; i < AFTER && !e->is_void; i++) {
        struct message *m = experiment_send_to_group(e, e->a);
        bool is_read = experiment_reads(e, stolen, m);
        if (is_read && n++ == 0) {
            outcome_prove(e, "a message to the group, sent after the theft", m->body);
            outcome_prove(e, "its text, read by the adversary", m->plaintext);
        }
    }
    return n;
}

static void play_after(struct experiment *e)
{
    experiment_establish(e);
    (void)experiment_give_sender_key(e, e->a, false);
    (void)experiment_send_to_group(e, e->a);
    struct stolen_state *b = experiment_steal(e, e->b);
    /* pairwise sessions heal meanwhile, which must make no difference to the group */
    experiment_round_trips(e, 2);
    long n = count_read(e, b);
    if (n == (long)AFTER)
        outcome_win(e,
                    "with a member's stolen state all %u messages after the theft are read: until "
                    "somebody gives a fresh key a group does not heal",
                    AFTER);
    outcome_hold(e, "of %u messages after the theft %ld are read with a member's stolen state",
                 AFTER, n);
}

static void play_fresh(struct experiment *e)
{
    experiment_establish(e);
    (void)experiment_give_sender_key(e, e->a, false);
    (void)experiment_send_to_group(e, e->a);
    struct stolen_state *b = experiment_steal(e, e->b);
    (void)experiment_give_sender_key(e, e->a, true);
    long n = count_read(e, b);
    if (n)
        outcome_win(e,
                    "%ld of %u messages under a fresh sender key are read with a state stolen "
                    "before it was given",
                    n, AFTER);
    outcome_hold(e, "under a fresh sender key nothing is read with a state stolen before");
}

/* clang-format off */
const struct game games_of_groups[] = {
    {.id = "FS-6", .title = "A group's messages delivered before the theft", .property = "SP-22",
     .sentence = "Whoever gets hold of one member's phone reads everything the group ever wrote.",
     .kind = GAME_REFUTES, .preconditions = PRECONDITIONS_OF_A_THEFT,
     .needs = {"snapshot", "sender-keys"}, .n_flights = 2, .play = play_before},
    {.id = "PCS-7", .title = "A group after a theft", .property = "SP-22",
     .sentence = "Once one member's phone was copied, the whole group is listened to until keys "
                 "are given anew.",
     .kind = GAME_REFUTES, .preconditions = PRECONDITIONS_OF_A_THEFT,
     .needs = {"snapshot", "sender-keys"}, .n_schedules = 1, .play = play_after},
    {.id = "PCS-7-fresh", .property = "SP-22",
     .title = "A group after a theft and a fresh sender key",
     .sentence = "Who was removed from a group, or stole from a member, reads on.",
     .kind = GAME_REFUTES, .preconditions = PRECONDITIONS_OF_A_THEFT,
     .needs = {"snapshot", "sender-keys"}, .n_schedules = 2, .play = play_fresh},
    {.id = NULL},
};
/* clang-format on */

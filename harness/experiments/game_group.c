/* Groups with sender keys: what a thief of a member's state reads of before, and of after. */
#include "experiments/insider.h"
#include "experiments/experiment.h"

#define BEFORE 6u
#define AFTER 8u

/* ---- FS-6: messages delivered before the theft */

static void try_to_read(struct experiment *w, const struct stolen_state *stolen,
                        struct message *const *sent, size_t count, struct outcome *out)
{
    for (size_t i = 0; i < count && out->played != PLAYED_WON; i++) {
        if (!experiment_reads(w, stolen, sent[i]))
            continue;
        outcome_prove(out, "the message to the group", sent[i]->body);
        outcome_prove(out, "its text, read after the theft", sent[i]->plaintext);
        outcome_win(w, out,
                    "message %u to the group had been delivered before %s's state was stolen, and "
                    "the thief reads it",
                    sent[i]->number, stolen->of->name);
    }
}

/* Does |secret|, which reads every message from the first one on, stand in |stolen|? */
static void try_to_find(struct experiment *w, const struct stolen_state *stolen,
                        struct bytes secret, const char *name, struct outcome *out)
{
    if (!experiment_finds(w, stolen, secret))
        return;
    outcome_prove(out, name, secret);
    outcome_win(w, out, "%s still stands in %s's state: it reads every message of the group", name,
                stolen->of->name);
}

static void play_before(struct experiment *w, struct schedule *s, struct outcome *out)
{
    struct message *sent[BEFORE];
    experiment_establish(w);
    experiment_converse(w, s);
    struct bytes given = experiment_give_sender_key(w, experiment_a(w), false);
    for (size_t i = 0; i < BEFORE; i++)
        sent[i] = experiment_seal_to_group(w, experiment_a(w));
    /* the last one first: the others' keys are kept for a while */
    experiment_deliver(w, sent[BEFORE - 1]);
    for (size_t i = 0; i < BEFORE - 1; i++)
        experiment_deliver(w, sent[i]);
    struct stolen_state *stolen[] = {experiment_steal(w, experiment_b(w)),
                                     experiment_steal(w, experiment_a(w))};
    for (size_t i = 0; i < 2; i++) {
        try_to_read(w, stolen[i], sent, BEFORE, out);
        try_to_find(w, stolen[i], given, "the distribution message", out);
    }
    /* A's own state may keep what it gives to the next member */
    try_to_find(w, stolen[0], insider_distributed_secret(w, given),
                "the sender key as it was given", out);
    outcome_hold(w, out, "none of %u messages to the group can be read with a member's state",
                 BEFORE);
}

static const struct game fs_6 = {
    .id = "FS-6",
    .title = "A group's messages delivered before the theft",
    .property = "SP-22",
    .sentence = "Whoever gets hold of one member's phone reads everything the group ever wrote.",
    .kind = GAME_REFUTES,
    .preconditions = PRECONDITIONS_OF_A_THEFT,
    .needs = {"snapshot", "sender-keys"},
    .n_flights = 2,
    .play = play_before,
};

/* ---- PCS-7: messages after the theft */

/* How many of AFTER messages, all delivered, the thief of |stolen| reads. */
static long count_read(struct experiment *w, const struct stolen_state *stolen, struct outcome *out)
{
    long n = 0;
    for (size_t i = 0; i < AFTER && !experiment_is_void(w); i++) {
        struct message *m = experiment_send_to_group(w, experiment_a(w));
        bool is_read = experiment_reads(w, stolen, m);
        if (is_read && n++ == 0) {
            outcome_prove(out, "a message to the group, sent after the theft", m->body);
            outcome_prove(out, "its text, read by the thief", m->plaintext);
        }
    }
    return n;
}

static void play_after(struct experiment *w, struct schedule *s, struct outcome *out)
{
    (void)s;
    experiment_establish(w);
    (void)experiment_give_sender_key(w, experiment_a(w), false);
    (void)experiment_send_to_group(w, experiment_a(w));
    struct stolen_state *b = experiment_steal(w, experiment_b(w));
    /* pairwise sessions heal meanwhile: that is not to help the thief, nor to hinder it */
    experiment_round_trips(w, 2);
    long n = count_read(w, b, out);
    if (n == (long)AFTER)
        outcome_win(w, out,
                    "with a member's stolen state all %u messages after the theft are read: until "
                    "somebody gives a fresh key a group does not heal",
                    AFTER);
    outcome_hold(w, out, "of %u messages after the theft %ld are read with a member's stolen state",
                 AFTER, n);
}

static const struct game pcs_7 = {
    .id = "PCS-7",
    .title = "A group after a theft",
    .property = "SP-22",
    .sentence = "Once one member's phone was copied, the whole group is listened to until keys are "
                "given anew.",
    .kind = GAME_REFUTES,
    .preconditions = PRECONDITIONS_OF_A_THEFT,
    .needs = {"snapshot", "sender-keys"},
    .n_schedules = 1,
    .play = play_after,
};

static void play_fresh(struct experiment *w, struct schedule *s, struct outcome *out)
{
    (void)s;
    experiment_establish(w);
    (void)experiment_give_sender_key(w, experiment_a(w), false);
    (void)experiment_send_to_group(w, experiment_a(w));
    struct stolen_state *b = experiment_steal(w, experiment_b(w));
    (void)experiment_give_sender_key(w, experiment_a(w), true);
    long n = count_read(w, b, out);
    if (n)
        outcome_win(w, out,
                    "%ld of %u messages under a fresh sender key are read with a state stolen "
                    "before it was given",
                    n, AFTER);
    outcome_hold(w, out, "under a fresh sender key nothing is read with a state stolen before");
}

static const struct game pcs_7_fresh = {
    .id = "PCS-7-fresh",
    .title = "A group after a theft and a fresh sender key",
    .property = "SP-22",
    .sentence = "Who was removed from a group, or stole from a member, reads on.",
    .kind = GAME_REFUTES,
    .preconditions = PRECONDITIONS_OF_A_THEFT,
    .needs = {"snapshot", "sender-keys"},
    .n_schedules = 2,
    .play = play_fresh,
};

const struct game *const games_of_groups[] = {&fs_6, &pcs_7, &pcs_7_fresh, NULL};

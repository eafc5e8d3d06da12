/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A quantum computer: whoever has one has every secret that elliptic curves protect, also of what
 * was recorded long before. What protects a message then are post-quantum secrets alone.
 */
#include "experiments/experiment.h"
#include "experiments/insider.h"

static bool can_split(struct experiment *e)
{
    const struct cipher *c = cipher_from_name(e->options.profile->protocol);
    if (experiment_has(e, "split-state") || (c && !c->has_post_quantum))
        return true;
    experiment_unable(
        e, "the target does not say which of its secrets are post-quantum (\"split-state\")");
    return false;
}

/* ---- PQ-1: recorded now, decrypted later */

#define EPOCH_TURNS 90u /* more than the 87 in which Signal v4 agrees on its first epoch */
#define PROBES 6u

/* |m| is on its way to |reader|. Does a thief read it who has of |reader|'s state, as it is now,
 * all but post-quantum secrets, for which it has those of |none|? Then it is delivered. */
static void try_recorded(struct experiment *e, struct experiment_party *from,
                         struct experiment_party *reader, const struct stolen_state *none)
{
    struct message *m = experiment_seal(e, from, reader);
    struct stolen_state *now = experiment_steal(e, reader);
    if (experiment_offer_again(e, experiment_split(e, now, none), m) == OPENED_EXACTLY) {
        outcome_prove(e, "the message, recorded on the network", m->body);
        outcome_prove(e, "its text", m->plaintext);
        outcome_win(e,
                    "message %u, recorded on its way, opens to a quantum computer: to all of %s's "
                    "secrets but post-quantum ones",
                    m->number, reader->name);
    } else if (experiment_offer_again(e, experiment_split(e, now, now), m) != OPENED_EXACTLY) {
        experiment_void(e, "a state with its own post-quantum secrets does not open a message");
    }
    experiment_deliver(e, m);
}

static void play_recorded(struct experiment *e)
{
    if (!can_split(e))
        return;
    struct experiment_party *stranger =
        experiment_add_party(e, "D", (struct address){"dave", 1}, NULL);
    (void)experiment_publish(e, stranger, false); /* it has KEM prekeys under the same ids as B */
    struct stolen_state *none = experiment_steal(e, stranger);
    experiment_introduce(e);
    try_recorded(e, e->a, e->b, none);
    for (unsigned i = 0; i < EPOCH_TURNS && e->outcome.played != PLAYED_WON && !e->is_void; i++)
        (void)experiment_send(e, i % 2 ? e->a : e->b, i % 2 ? e->b : e->a);
    for (unsigned i = 0; i < PROBES && e->outcome.played != PLAYED_WON && !e->is_void; i++)
        try_recorded(e, i % 2 ? e->a : e->b, i % 2 ? e->b : e->a, none);
    outcome_hold(e,
                 "neither the first message nor those after %u turns can be read with all elliptic "
                 "secrets",
                 EPOCH_TURNS);
}

/* ---- PQ-2: healing, while all elliptic secrets are had at any time */

#define LOSSES 3u         /* none, one and two of three messages are lost */
#define UNREAD_ENOUGH 12u /* deliveries in a row that were not read: it has healed */

/* Messages after which nothing heals any more. Two epochs of Signal v4 are enough, the one that was
 * begun before the theft and the next one: of 87 messages, up to 152 and up to 306. */
static const unsigned messages_max[LOSSES] = {240, 420, 840};

/* The thief's copy of B, which has B's post-quantum secrets as of the theft and goes on alone. */
struct shadow {
    struct experiment_party *copy;
    unsigned n_unread; /* deliveries in a row */
};

/* B's message: the copy seals one, too, so that it keeps up with the agreement. */
static void shadow_seals(struct experiment *e, struct shadow *s)
{
    static const char text[] = "what B wrote: 32 bytes..........";
    (void)experiment_try_seal(e, s->copy, e->a, bytes_of(text, 32));
}

/* |m| is about to be delivered to B: the thief has B's elliptic secrets as they are now. */
static bool shadow_reads(struct experiment *e, struct shadow *s, const struct message *m)
{
    struct stolen_state *now = experiment_steal(e, e->b);
    struct experiment_party *copy = experiment_split(e, now, experiment_steal(e, s->copy));
    bool reads = experiment_offer_again(e, copy, m) == OPENED_EXACTLY;
    if (reads)
        s->copy = copy;
    s->n_unread = reads ? 0 : s->n_unread + 1;
    return reads;
}

/* Is this message lost, when |lost| of three are? */
static bool is_lost(struct experiment *e, unsigned lost)
{
    uint8_t drawn = 0;
    if (lost && random_fill(&e->random, &drawn, 1))
        experiment_void(e, "out of randomness");
    return lost && drawn % 3 < lost;
}

/* Steal B's state, then go on in strict turns, |lost| of three messages lost. The number of the
 * last message that is read, of all that are sent; MEASURE_NEVER when the last ones are. */
static long last_read(struct experiment *e, unsigned lost)
{
    long last = 0;
    struct shadow s = {.copy = experiment_copy(e, experiment_steal(e, e->b))};
    for (unsigned i = 1; i <= messages_max[lost] && !e->is_void; i++) {
        bool is_a = i % 2 != 0, is_gone = is_lost(e, lost);
        struct message *m = experiment_seal(e, is_a ? e->a : e->b, is_a ? e->b : e->a);
        if (!is_a)
            shadow_seals(e, &s);
        else if (!is_gone && shadow_reads(e, &s, m))
            last = (long)i;
        if (!is_gone)
            experiment_deliver(e, m);
        if (s.n_unread == UNREAD_ENOUGH)
            return last;
    }
    return MEASURE_NEVER;
}

static void play_quantum_healing(struct experiment *e)
{
    const struct cipher *c = cipher_from_name(e->options.profile->protocol);
    long last[LOSSES] = {0};
    if (!can_split(e))
        return;
    if (c && !c->has_post_quantum) {
        outcome_measure(e, MEASURE_NEVER,
                        "the protocol has elliptic secrets alone: with them every message is read");
        return;
    }
    experiment_establish(e);
    for (unsigned lost = 0; lost < LOSSES && !e->is_void; lost++) {
        last[lost] = last_read(e, lost);
        bool is_never = last[lost] == MEASURE_NEVER;
        outcome_plot(e, (double)lost, (double)(is_never ? (long)messages_max[lost] : last[lost]));
        if (is_never) {
            outcome_measure(e, MEASURE_NEVER,
                            "with B's stolen state and all elliptic secrets since, messages can "
                            "still be read after %u, %u of three of them lost",
                            messages_max[lost], lost);
            return;
        }
    }
    outcome_measure(e, last[0],
                    "with B's stolen state and all elliptic secrets since, %ld messages can be "
                    "read; %ld with a third lost, %ld with two thirds lost",
                    last[0], last[1], last[2]);
}

/* clang-format off */
const struct game games_of_quantum[] = {
    {.id = "PQ-1", .title = "Recorded now, decrypted later", .property = "SP-35",
     .sentence = "Whoever records messages today and has a quantum computer one day reads them "
                 "all.",
     .kind = GAME_REFUTES, .is_core = true, AFTER_A_THEFT, .n_schedules = 1, .play = play_recorded},
    {.id = "PQ-2", .title = "Healing against a quantum computer", .property = "SP-35",
     .sentence = "A phone that was copied once is read for long, or for ever, by whoever has a "
                 "quantum computer.",
     .kind = GAME_MEASURES, .measure = MEASURE_PQ_MESSAGES, AFTER_A_THEFT,
     .n_schedules = 1, .play = play_quantum_healing},
    {.id = NULL},
};
/* clang-format on */

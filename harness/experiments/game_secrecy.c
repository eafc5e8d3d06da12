/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Forward secrecy: which earlier messages stolen state reads. */
#include "experiments/insider.h"
#include "experiments/experiment.h"

/* ---- FS-1: delivered messages */

#define DELIVERED 10u

static void play_delivered(struct experiment *e)
{
    struct message *sent[DELIVERED], *answers[2];
    experiment_talk(e);
    for (unsigned i = 0; i < DELIVERED; i++)
        sent[i] = experiment_send(e, e->a, e->b);
    answers[0] = experiment_send(e, e->b, e->a);
    answers[1] = experiment_send(e, e->b, e->a);
    struct stolen_state *b = experiment_steal(e, e->b), *a = experiment_steal(e, e->a);
    experiment_try_reading(e, b, sent, DELIVERED);
    experiment_try_reading(e, a, sent, DELIVERED);
    experiment_try_reading(e, b, answers, 2);
    experiment_try_reading(e, a, answers, 2);
    outcome_hold(e, "none of %u delivered messages can be read with either side's state",
                 DELIVERED + 2);
}

/* ---- FS-1-keys: the same, by an insider that knows the keys */

/* A secret of |sealed| that stands in |state|; empty when none does. */
static struct bytes key_in_state(const struct insider *in, const struct stolen_state *state,
                                 const struct cipher_sealed *sealed)
{
    struct bytes secrets[CIPHER_SECRETS_MAX];
    size_t n = sealed ? in->cipher->insider->secrets(sealed, secrets) : 0;
    for (size_t i = 0; i < n; i++)
        if (experiment_finds(in->experiment, state, secrets[i]))
            return secrets[i];
    return bytes_of(NULL, 0);
}

static void play_known(struct experiment *e)
{
    struct insider in;
    struct cipher_sealed *keys[DELIVERED];
    struct message *sent[DELIVERED];
    if (!insider_needed(e, "does it know the keys"))
        return;
    insider_begin(e, false, &in);
    insider_establish(&in);
    for (unsigned i = 0; i < DELIVERED; i++) {
        sent[i] = insider_seal(&in, NULL, &keys[i]);
        insider_deliver(&in, sent[i]);
    }
    struct stolen_state *b = experiment_steal(e, in.victim);
    for (unsigned i = 0; i < DELIVERED; i++) {
        struct bytes key = key_in_state(&in, b, keys[i]);
        if (key.len) {
            outcome_prove(e, "key that stands in the stolen state", arena_copy(&e->arena, key));
            outcome_win(e,
                        "a key of message %u, delivered before the theft, stands in B's "
                        "state",
                        sent[i]->number);
        } else if (experiment_finds(e, b, sent[i]->plaintext)) {
            outcome_win(e, "the text of message %u stands in B's state", sent[i]->number);
        }
        in.cipher->sealed_free(keys[i]);
    }
    insider_end(&in);
    outcome_hold(e, "no key of %u delivered messages stands in the state", DELIVERED);
}

/* ---- FS-2: skipped messages */

#define SKIPPED 4u
#define ROUNDS_MAX 8u

/* Seal SKIPPED and two more messages, and deliver the first and the last of them only. */
static void skip_some(struct experiment *e, struct message *out_all[SKIPPED + 2])
{
    for (unsigned i = 0; i < SKIPPED + 2; i++)
        out_all[i] = experiment_seal(e, e->a, e->b);
    experiment_deliver(e, out_all[0]);
    experiment_deliver(e, out_all[SKIPPED + 1]);
}

static long count_read(struct experiment *e, const struct stolen_state *stolen,
                       struct message *const *all, unsigned n)
{
    long count = 0;
    for (unsigned i = 0; i < n; i++)
        count += experiment_reads(e, stolen, all[i]);
    return count;
}

static void play_skipped(struct experiment *e)
{
    struct message *all[SKIPPED + 2];
    experiment_talk(e);
    skip_some(e, all);
    struct stolen_state *b = experiment_steal(e, e->b);
    struct message *ends[] = {all[0], all[SKIPPED + 1]};
    experiment_try_reading(e, b, ends, 2);
    long kept = count_read(e, b, all + 1, SKIPPED);
    outcome_measure(
        e, kept, "of %u skipped messages the adversary reads %ld; the two delivered ones are safe",
        SKIPPED, kept);
}

/* For how many further round trips a skipped message stays readable. */
static void play_retention(struct experiment *e)
{
    struct message *all[SKIPPED + 2];
    long rounds = 0;
    experiment_establish(e);
    skip_some(e, all);
    for (; rounds <= (long)ROUNDS_MAX && !e->is_void; rounds++) {
        long kept = count_read(e, experiment_steal(e, e->b), all + 1, SKIPPED);
        outcome_plot(e, (double)rounds, (double)kept);
        if (kept == 0)
            break;
        (void)experiment_send(e, e->b, e->a);
        (void)experiment_send(e, e->a, e->b);
    }
    outcome_measure(e, rounds > (long)ROUNDS_MAX ? MEASURE_NEVER : rounds,
                    rounds > (long)ROUNDS_MAX
                        ? "skipped messages can still be read after %ld round trips"
                        : "skipped messages can be read until %ld round trips have passed",
                    rounds);
}

/* ---- FS-3: texts in the state */

static void play_texts(struct experiment *e)
{
    struct message *sent[DELIVERED];
    experiment_talk(e);
    for (unsigned i = 0; i < DELIVERED; i++) {
        struct experiment_party *from = experiment_party_at(e, i % 2 ? ENDPOINT_B : ENDPOINT_A);
        sent[i] = experiment_send(e, from, experiment_other(e, from));
    }
    struct stolen_state *stolen[] = {experiment_steal(e, e->a), experiment_steal(e, e->b)};
    for (unsigned i = 0; i < 2 * DELIVERED; i++) {
        const struct message *m = sent[i / 2];
        if (!experiment_finds(e, stolen[i % 2], m->plaintext))
            continue;
        outcome_prove(e, "the text that stands in the state", m->plaintext);
        outcome_win(e, "the text of message %u stands in %s's state", m->number,
                    stolen[i % 2]->owner->name);
    }
    outcome_hold(e, "no delivered text stands in either side's state");
}

/* ---- FS-4: the first message */

/* Does B's state, right after the first message was opened, read it once more? */
static bool reads_first(struct experiment *e, bool without_one_time_prekey,
                        struct message **out_first)
{
    struct bundle bundle = experiment_publish(e, e->b, without_one_time_prekey);
    if (!experiment_start(e, e->a, e->b, bundle))
        experiment_void(e, "A does not start a session from B's own bundle");
    *out_first = experiment_send(e, e->a, e->b);
    struct stolen_state *b = experiment_steal(e, e->b);
    if (experiment_reads(e, b, *out_first))
        return true;
    /* and when the copy has lost its session: then only the prekeys are left */
    if (!experiment_has(e, "forget-session"))
        return false;
    struct experiment_party *copy = experiment_copy(e, b);
    experiment_forget(e, copy, e->a);
    return experiment_offer_again(e, copy, *out_first) == OPENED_EXACTLY;
}

static void play_first(struct experiment *e)
{
    struct message *first;
    if (reads_first(e, false, &first)) {
        outcome_prove(e, "the first message", first->body);
        outcome_prove(e, "its text", first->plaintext);
        outcome_win(e, "the first message had been delivered, and B's state still reads it");
    }
    outcome_hold(e, "the first message cannot be read once it is delivered");
}

static void play_first_without(struct experiment *e)
{
    struct message *first;
    if (reads_first(e, true, &first)) {
        outcome_prove(e, "the first message", first->body);
        outcome_win(e, "without a one-time prekey the first message can be read again from B's "
                       "prekeys");
    } else if (e->last_reason == REFUSAL_DUPLICATE) {
        experiment_unable(e, "B remembers what it has opened, and refuses the first message for "
                             "that; whether its prekeys could read it is not shown");
    }
    outcome_hold(e, "even without a one-time prekey the first message cannot be read again");
}

/* ---- FS-5: the sender of the first message */

static void play_sender(struct experiment *e)
{
    experiment_introduce(e);
    struct message *first = experiment_seal(e, e->a, e->b);
    struct stolen_state *a = experiment_steal(e, e->a);
    if (experiment_reads(e, a, first) || experiment_finds(e, a, first->plaintext)) {
        outcome_prove(e, "the first message", first->body);
        outcome_win(e, "A's state, right after sealing it, still reads the first message");
    }
    outcome_hold(e, "what A has sealed, A's state cannot read");
}

/* clang-format off */
const struct game games_of_secrecy[] = {
    {.id = "FS-1", .title = "Messages delivered before the theft", .property = "SP-05",
     .sentence = "Whoever gets hold of a phone reads everything that was ever recorded on the "
                 "network.",
     .kind = GAME_REFUTES, .is_core = true, AFTER_A_THEFT, .n_flights = 4, .play = play_delivered},
    {.id = "FS-1-keys", .property = "SP-05",
     .title = "Keys of delivered messages in the stolen state",
     .sentence = "Keys that should be gone are still on the phone.",
     .kind = GAME_REFUTES, AFTER_A_THEFT, .n_schedules = 3, .play = play_known},
    {.id = "FS-2", .title = "Messages beside the skipped ones", .property = "SP-05",
     .sentence = "A message that was delivered out of turn can still be read by an adversary.",
     .kind = GAME_REFUTES, .measure = MEASURE_SKIPPED_KEPT, AFTER_A_THEFT, .n_flights = 3,
     .play = play_skipped},
    {.id = "FS-2-kept", .title = "How long skipped messages stay readable", .property = "SP-05",
     .sentence = "A message held back on the network stays readable by an adversary for long.",
     .kind = GAME_MEASURES, .measure = MEASURE_SKIPPED_ROUNDS, .presumes = "PCS-1", AFTER_A_THEFT,
     .n_schedules = 1, .play = play_retention},
    {.id = "FS-3", .title = "Texts left in the state", .property = "SP-05",
     .sentence = "What was written stays on the phone after it was read, where the protocol keeps "
                 "its keys.",
     .kind = GAME_REFUTES, AFTER_A_THEFT, .n_flights = 2, .play = play_texts},
    {.id = "FS-4", .title = "The first message", .property = "SP-06",
     .sentence = "Whoever gets hold of a phone reads the beginning of every conversation.",
     .kind = GAME_REFUTES, .is_core = true, AFTER_A_THEFT, .n_schedules = 3, .play = play_first},
    {.id = "FS-4-without", .property = "SP-06",
     .title = "The first message, when one-time prekeys have run out",
     .sentence = "When one-time prekeys have run out, an adversary reads how conversations began, "
                 "until the signed prekey is deleted.",
     .kind = GAME_REFUTES, .preconditions = PRECONDITIONS_OF_A_THEFT,
     .needs = {"snapshot", "without-one-time-prekey", "forget-session"}, .n_schedules = 3,
     .play = play_first_without},
    {.id = "FS-5", .title = "The sender's own first message", .property = "SP-06",
     .sentence = "A stolen phone tells what its owner wrote in messages still on their way.",
     .kind = GAME_REFUTES, AFTER_A_THEFT, .n_schedules = 3, .play = play_sender},
    {.id = NULL},
};
/* clang-format on */

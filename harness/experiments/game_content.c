/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Content: what a message shows of its text, and keys that anybody can compute. */
#include "experiments/insider.h"
#include "experiments/experiment.h"

#include <string.h>

/* ---- KEY-1: contributory behaviour */

static bool takes_low_order(struct experiment *e, const struct cipher_weak_key *key)
{
    struct insider in;
    insider_begin(e, false, &in);
    if (key->start)
        insider_start(&in, key->start);
    else
        insider_establish(&in);
    struct message *m = insider_seal(&in, key->seal, NULL);
    bool taken = experiment_offer_again(e, in.victim, m) == OPENED_EXACTLY;
    insider_end(&in);
    if (taken) {
        outcome_prove(e, "message under a key anybody can compute", m->body);
        outcome_win(e, "a %s of low order is taken: the secret is the same for everybody",
                    key->what);
    }
    return taken;
}

static void play_contributory(struct experiment *e)
{
    const struct cipher *c = insider_needed(e, "can it send such keys");
    bool taken = false;
    if (!c)
        return;
    for (size_t i = 0; !taken && i < c->insider->n_weak_keys; i++)
        taken = takes_low_order(e, &c->insider->weak_keys[i]);
    outcome_hold(e, "keys of low order are refused");
}

/* ---- KEY-2: do equal texts show? */

#define TEXT_BYTES 256u
#define WINDOW 16u /* bytes: one cipher block */

/* TEXT_BYTES of one repeated block, which a cipher that works block by block would show. */
static struct bytes repeated_text(struct experiment *e)
{
    uint8_t text[TEXT_BYTES];
    if (random_fill(&e->random, text, WINDOW))
        experiment_void(e, "out of randomness");
    for (size_t i = WINDOW; i < TEXT_BYTES; i++)
        text[i] = text[i - WINDOW];
    return bytes_of(experiment_writable(e, bytes_of(text, TEXT_BYTES)), TEXT_BYTES);
}

/* The offset of a window of |a| that is also in |b| but not in |other|; |a.len| for none. */
static size_t common_window(struct bytes a, struct bytes b, struct bytes other)
{
    for (size_t i = 0; i + WINDOW <= a.len; i++) {
        struct bytes window = bytes_slice(a, i, WINDOW);
        if (bytes_contains(b, window) && !bytes_contains(other, window))
            return i;
    }
    return a.len;
}

/* Does a window of |a| occur in it twice, a whole number of blocks apart? */
static bool repeats_itself(struct bytes a)
{
    for (size_t i = 0; i + 2 * WINDOW <= a.len; i++)
        for (size_t j = i + WINDOW; j + WINDOW <= a.len; j += WINDOW)
            if (memcmp(a.data + i, a.data + j, WINDOW) == 0)
                return true;
    return false;
}

static void play_traces(struct experiment *e)
{
    experiment_talk(e);
    struct bytes text = repeated_text(e), other_text = repeated_text(e);
    struct message *one = experiment_seal_text(e, e->a, e->b, text);
    /* between them, so that what two messages in a row share whatever they say is no trace */
    struct message *other = experiment_seal_text(e, e->a, e->b, other_text);
    struct message *two = experiment_seal_text(e, e->a, e->b, text);
    if (e->is_void)
        return;
    if (experiment_shows(e, one->body, text))
        outcome_win(e, "message %u carries its text readably", one->number);
    else if (repeats_itself(one->body))
        outcome_win(e, "where the text of message %u repeats itself, its ciphertext does",
                    one->number);
    else if (common_window(one->body, two->body, other->body) < one->body.len)
        outcome_win(e, "messages %u and %u carry the same text, and the same ciphertext",
                    one->number, two->number);
    if (e->outcome.played == PLAYED_WON) {
        outcome_prove(e, "one message", one->body);
        outcome_prove(e, "another of the same text", two->body);
    }
    outcome_hold(e, "equal texts leave no equal traces");
}

/* clang-format off */
const struct game games_of_content[] = {
    {.id = "KEY-1", .title = "Keys of low order", .property = "SP-15",
     .sentence = "A partner, or the server, can make both sides use a key that anybody knows.",
     .kind = GAME_REFUTES, .n_schedules = 1, .play = play_contributory},
    {.id = "KEY-2", .title = "Equal texts", .property = "SP-01",
     .sentence = "Somebody on the network sees what is written, or that the same was written "
                 "twice.",
     .kind = GAME_REFUTES, .n_flights = 4, .play = play_traces},
    {.id = NULL},
};
/* clang-format on */

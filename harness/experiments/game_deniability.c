/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Deniability: does a transcript prove anything to a third party? A classification, yes or no. */
#include "experiments/insider.h"
#include "experiments/experiment.h"

static struct bytes text(void) { return bytes_of("what A may or may not have written", 34); }

/* ---- DEN-1: can the recipient make a transcript alone? */

static void by_insider(struct experiment *e)
{
    struct insider in;
    insider_begin(e, true, &in);
    struct message *m = insider_impersonate(&in, e->a, text());
    if (m && experiment_offer_again(e, in.victim, m) == OPENED_EXACTLY) {
        outcome_prove(e, "made from B's secrets and A's public key alone", m->body);
        outcome_win(e, "from B's secrets alone a message is made that B takes as A's: a "
                       "transcript proves nothing");
    }
    insider_end(&in);
}

static void by_forging(struct experiment *e)
{
    experiment_talk(e);
    struct experiment_party *forger = experiment_copy(e, experiment_steal(e, e->b));
    struct message *m = experiment_forge(e, forger, e->a, text());
    if (m && experiment_offer(e, e->b, e->a, m, m->body) == OPENED_EXACTLY) {
        outcome_prove(e, "made from B's state alone", m->body);
        outcome_win(e, "from B's state alone a message is made that B takes as A's: a "
                       "transcript proves nothing");
    }
}

static void play_simulated(struct experiment *e)
{
    if (insider_cipher(e) && experiment_has(e, "import-keys"))
        by_insider(e);
    else if (experiment_has(e, "forge"))
        by_forging(e);
    else
        experiment_unable(
            e, "nobody but the protocol's own forging procedure (\"forge\") can show that "
               "a recipient could have made a message");
    outcome_hold(e, "what B's secrets allow to make, B does not take as A's");
}

/* ---- DEN-2: a signature that a third party can verify */

#define SIGNED_MESSAGES 4u

/* Do any bytes of |m| verify as its author's signature over the text, or over the rest of it? */
static bool is_signed(const struct insider *in, const struct message *m)
{
    struct experiment *e = in->experiment;
    struct bytes by = in->keys.identity.public_key;
    size_t len = in->cipher->insider->signature_len;
    for (size_t at = 0; at + len <= m->body.len; at++) {
        struct bytes signature = bytes_slice(m->body, at, len);
        const struct bytes told[] = {m->plaintext, bytes_slice(m->body, 0, at),
                                     bytes_slice(m->body, at + len, SIZE_MAX)};
        for (size_t i = 0; i < COUNT_OF(told); i++) {
            if (!told[i].len || !in->cipher->insider->verifies(by, told[i], signature))
                continue;
            outcome_prove(e, "the message", m->body);
            outcome_prove(e, "the signature in it", signature);
            outcome_prove(e, "what is signed", told[i]);
            outcome_win(e, "message %u has its author's signature: it can be shown to anybody",
                        m->number);
            return true;
        }
    }
    return false;
}

static void play_evidence(struct experiment *e)
{
    struct insider in;
    if (!insider_needed(e, "does it know whose signature to look for"))
        return;
    insider_begin(e, true, &in);
    insider_establish(&in);
    for (unsigned i = 0; i < SIGNED_MESSAGES && !e->is_void; i++)
        if (is_signed(&in, insider_receive(&in)))
            break;
    insider_end(&in);
    outcome_hold(e, "no message carries a signature by its author's long-term key");
}

/* clang-format off */
const struct game games_of_deniability[] = {
    {.id = "DEN-1", .title = "A transcript the recipient could have made", .property = "SP-19",
     .sentence = "What you write in private can be proved to others later.",
     .kind = GAME_CLASSIFIES, .is_core = true, .n_schedules = 1, .n_flights = 2,
     .play = play_simulated},
    {.id = "DEN-2", .title = "A signature that others can check", .property = "SP-19",
     .sentence = "What you write in private can be shown to anybody, with your signature.",
     .kind = GAME_REFUTES, .needs = {"import-keys"}, .n_schedules = 1, .play = play_evidence},
    {.id = NULL},
};
/* clang-format on */

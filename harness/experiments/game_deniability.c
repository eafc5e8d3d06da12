/* Deniability: whether a transcript proves anything to a third person. Yes or no, not better or
 * worse. */
#include "experiments/insider.h"
#include "experiments/experiment.h"

static struct bytes text(void) { return bytes_of("what A may or may not have written", 34); }

/* ---- DEN-1: the recipient could have made it */

static void by_insider(struct experiment *w, struct outcome *out)
{
    struct insider in;
    insider_begin(w, true, &in);
    struct message *m = insider_impersonate(&in, experiment_a(w), text());
    if (m && experiment_offer_again(w, in.victim, m) == OPENED_EXACTLY) {
        outcome_prove(out, "made from B's secrets and A's public key alone", m->body);
        outcome_win(w, out,
                    "from B's secrets alone a message is made that B takes as A's: a "
                    "transcript proves nothing");
    }
    insider_end(&in);
}

static void by_forging(struct experiment *w, struct schedule *s, struct outcome *out)
{
    experiment_establish(w);
    experiment_converse(w, s);
    struct experiment_party *forger = experiment_copy(w, experiment_steal(w, experiment_b(w)));
    struct message *m = experiment_forge(w, forger, experiment_a(w), text());
    if (m && experiment_offer(w, experiment_b(w), experiment_a(w), m, m->body) == OPENED_EXACTLY) {
        outcome_prove(out, "made from B's state alone", m->body);
        outcome_win(w, out,
                    "from B's state alone a message is made that B takes as A's: a "
                    "transcript proves nothing");
    }
}

static void play_simulated(struct experiment *w, struct schedule *s, struct outcome *out)
{
    if (insider_cipher(w) && experiment_has(w, "import-keys"))
        by_insider(w, out);
    else if (experiment_has(w, "forge"))
        by_forging(w, s, out);
    else
        experiment_unable(
            w, "nobody but the protocol's own forging procedure (\"forge\") can show that "
               "a recipient could have made a message");
    outcome_hold(w, out, "what B's secrets allow to make, B does not take as A's");
}

static const struct game adversary_1 = {
    .id = "DEN-1",
    .is_core = true,
    .title = "A transcript the recipient could have made",
    .property = "SP-19",
    .sentence = "What you write in private can be proved to others later.",
    .kind = GAME_CLASSIFIES,
    .n_schedules = 1,
    .n_flights = 2,
    .play = play_simulated,
};

/* ---- DEN-2: a signature in what A has sent */

#define SIGNED_MESSAGES 4u

/* Do any bytes of |m| verify as its author's signature over the text, or over the rest of it? */
static bool is_signed(const struct insider *in, const struct message *m, struct outcome *out)
{
    struct experiment *w = in->experiment;
    struct bytes by = in->keys.identity.public_key;
    size_t len = in->cipher->insider->signature_len;
    for (size_t at = 0; at + len <= m->body.len; at++) {
        struct bytes signature = bytes_slice(m->body, at, len);
        const struct bytes told[] = {m->plaintext, bytes_slice(m->body, 0, at),
                                     bytes_slice(m->body, at + len, SIZE_MAX)};
        for (size_t i = 0; i < sizeof(told) / sizeof(told[0]); i++) {
            if (!told[i].len || !in->cipher->insider->verifies(by, told[i], signature))
                continue;
            outcome_prove(out, "the message", m->body);
            outcome_prove(out, "the signature in it", signature);
            outcome_prove(out, "what is signed", told[i]);
            outcome_win(w, out, "message %u has its author's signature: it can be shown to anybody",
                        m->number);
            return true;
        }
    }
    return false;
}

static void play_evidence(struct experiment *w, struct schedule *s, struct outcome *out)
{
    struct insider in;
    (void)s;
    if (!insider_cipher(w)) {
        experiment_unable(
            w, "only where assay speaks the protocol itself does it know whose signature "
               "to look for");
        return;
    }
    insider_begin(w, true, &in);
    insider_establish(&in);
    for (unsigned i = 0; i < SIGNED_MESSAGES && !experiment_is_void(w); i++)
        if (is_signed(&in, insider_hear(&in), out))
            break;
    insider_end(&in);
    outcome_hold(w, out, "no message carries a signature by its author's long-term key");
}

static const struct game adversary_2 = {
    .id = "DEN-2",
    .title = "A signature that others can check",
    .property = "SP-19",
    .sentence = "What you write in private can be shown to anybody, with your signature.",
    .kind = GAME_REFUTES,
    .needs = {"import-keys"},
    .n_schedules = 1,
    .play = play_evidence,
};

const struct game *const games_of_deniability[] = {&adversary_1, &adversary_2, NULL};

/* Identity: key-compromise impersonation, unknown key share. */
#include "experiments/insider.h"
#include "experiments/splice.h"
#include "experiments/experiment.h"

#include <string.h>

static const struct target_peer bob = {"bob", 1}, carol = {"carol", 1};
static const char forged_text[] = "what was never written: 32 bytes";

static struct bytes forged(void) { return bytes_of(forged_text, 32); }

/* Deliver the adversary's |m| to |victim| as from |as|; a win when it is accepted. */
static bool is_accepted(struct experiment *e, struct experiment_party *victim,
                        const struct experiment_party *as, const struct message *m,
                        struct outcome *out, const char *how)
{
    if (!m || experiment_is_void(e))
        return false;
    enum opened opened = experiment_offer(e, victim, as, m, m->body);
    if (opened != OPENED_EXACTLY && opened != OPENED_OTHERWISE)
        return false;
    outcome_prove(out, "the adversary's message", m->body);
    outcome_prove(out, "what the victim reads", experiment_last_plaintext(e));
    outcome_win(e, out, "%s takes a message as from %s that %s did not write to %s: %s",
                victim->name, as->name, as->name, victim->name, how);
    return true;
}

/* ---- KCI-1: B's long-term secret alone */

/* By the protocol's own forging procedure, where its design has one. */
static struct message *forge(struct experiment *e, struct experiment_party *by,
                             const struct experiment_party *from)
{
    return experiment_has(e, "forge") ? experiment_forge(e, by, from, forged()) : NULL;
}

/* Is the first message of a party that stole nothing accepted as from A? */
static bool stranger_is_accepted(struct experiment *e)
{
    struct experiment_party *stranger =
        experiment_add_party(e, "a stranger", (struct target_peer){"dave", 1}, NULL);
    if (!experiment_start(e, stranger, experiment_b(e),
                          experiment_publish(e, experiment_b(e), false)))
        return false;
    struct message *m = experiment_try_seal(e, stranger, experiment_b(e), forged());
    struct experiment_party *b = experiment_has(e, "snapshot")
                                     ? experiment_restore(e, experiment_steal(e, experiment_b(e)),
                                                          experiment_honest_driver(e), "B, asked")
                                     : experiment_b(e);
    return m && experiment_offer(e, b, experiment_a(e), m, m->body) == OPENED_EXACTLY;
}

static void play_kci_identity(struct experiment *e, struct schedule *s, struct outcome *out)
{
    experiment_establish(e);
    experiment_converse(e, s);
    struct target_party_options options = {.identity =
                                               experiment_steal_identity(e, experiment_b(e))};
    struct experiment_party *impostor = experiment_add_party(e, "B's double", bob, &options);
    /* It starts a session with B in A's name. Where a party without any stolen secret can do that,
     * too, the finding is ID-1's. */
    if (!stranger_is_accepted(e) && experiment_start(e, impostor, experiment_b(e),
                                                     experiment_publish(e, experiment_b(e), false)))
        (void)is_accepted(e, experiment_b(e), experiment_a(e),
                          experiment_try_seal(e, impostor, experiment_b(e), forged()), out,
                          "a double with B's long-term secret, in a session of its own");
    /* it writes to A in B's name, and the network reflects the message to B */
    if (experiment_start(e, impostor, experiment_a(e),
                         experiment_publish(e, experiment_a(e), false)))
        (void)is_accepted(e, experiment_b(e), experiment_a(e),
                          experiment_try_seal(e, impostor, experiment_a(e), forged()), out,
                          "a message to A, turned round");
    (void)is_accepted(e, experiment_b(e), experiment_a(e), forge(e, impostor, experiment_a(e)), out,
                      "forged with B's long-term secret");
    outcome_hold(e, out, "with B's long-term secret alone nothing is taken as from A");
}

static const struct game kci_1 = {
    .id = "KCI-1",
    .is_core = true,
    .title = "Impersonating others to B with B's long-term secret",
    .property = "SP-04",
    .sentence = "Whoever copies your long-term key can write to you in anybody's name.",
    .kind = GAME_REFUTES,
    .needs = {"export-identity"},
    .n_flights = 3,
    .play = play_kci_identity,
};

/* ---- KCI-2: B's prekeys as well */

/* X3DH's agreements are symmetric: B's private keys give the same secret as A's. */
static void impersonate_by_computing(struct experiment *e, struct outcome *out)
{
    struct insider in;
    insider_begin(e, true, &in);
    struct message *m = insider_impersonate(&in, experiment_a(e), forged());
    if (m)
        (void)is_accepted(e, in.victim, experiment_a(e), m, out,
                          "with B's identity and signed prekey private, and A's public key");
    insider_end(&in);
}

static void impersonate_by_forging(struct experiment *e, struct schedule *s, struct outcome *out)
{
    experiment_establish(e);
    experiment_converse(e, s);
    struct experiment_party *adversary = experiment_copy(e, experiment_steal(e, experiment_b(e)));
    (void)is_accepted(e, experiment_b(e), experiment_a(e), forge(e, adversary, experiment_a(e)),
                      out, "forged with B's long-term secret and prekeys");
}

static void play_kci_prekey(struct experiment *e, struct schedule *s, struct outcome *out)
{
    if (insider_cipher(e) && experiment_has(e, "import-keys"))
        impersonate_by_computing(e, out);
    else if (experiment_has(e, "forge") && experiment_has(e, "snapshot"))
        impersonate_by_forging(e, s, out);
    else
        experiment_unable(e, "neither does assay speak the protocol, nor does the target forge "
                             "(\"forge\", \"snapshot\")");
    outcome_hold(e, out, "with B's long-term secret and prekeys nothing is taken as from A");
}

static const struct game kci_2 = {
    .id = "KCI-2",
    .title = "The same with B's prekeys",
    .property = "SP-04",
    .sentence = "Whoever copies a phone's prekeys can write to it in anybody's name.",
    .kind = GAME_REFUTES,
    .n_schedules = 1,
    .n_flights = 2,
    .play = play_kci_prekey,
};

/* ---- KCI-3: A's long-term secret, and B's name */

/* Served |bundle| as B's, does A seal what |reader| opens? */
static bool passes_for_b(struct experiment *e, struct experiment_party *reader,
                         struct bundle bundle, struct outcome *out)
{
    if (!experiment_start(e, experiment_a(e), experiment_b(e), bundle))
        return false;
    struct message *m = experiment_try_seal(e, experiment_a(e), experiment_b(e), forged());
    if (!m || experiment_has_warned(e) ||
        experiment_offer(e, reader, experiment_a(e), m, m->body) != OPENED_EXACTLY)
        return false;
    outcome_prove(out, "A's message to B, read by another", m->body);
    outcome_win(e, out, "A seals to B what %s reads", reader->name);
    return true;
}

/*
 * The impostor has A's long-term secret and B's address, and puts its own keys into B's genuine
 * bundle, one part at a time. Its whole bundle would be a changed key, which is ID-1's.
 */
static void play_kci_initiator(struct experiment *e, struct schedule *s, struct outcome *out)
{
    (void)s;
    struct target_party_options options = {.identity =
                                               experiment_steal_identity(e, experiment_a(e))};
    struct experiment_party *impostor = experiment_add_party(e, "A's double", bob, &options);
    struct bundle genuine = experiment_publish(e, experiment_b(e), false);
    struct bundle impostors = experiment_publish(e, impostor, false);
    bool passes = false;
    struct bundle mixed = {.kind = genuine.kind};
    for (size_t i = 0; !passes && splice_part(e, genuine.body, impostors.body, i, &mixed.body); i++)
        passes = passes_for_b(e, impostor, mixed, out);
    if (!passes && !experiment_is_void(e)) {
        /* nor may it read what is sealed to B's genuine bundle */
        (void)passes_for_b(e, impostor, genuine, out);
    }
    outcome_hold(e, out, "with A's long-term secret nobody passes for B before A");
}

static const struct game kci_3 = {
    .id = "KCI-3",
    .is_core = true,
    .title = "Impersonating B to A with A's long-term secret",
    .property = "SP-04",
    .sentence = "Whoever copies your long-term key can read what you write to others.",
    .kind = GAME_REFUTES,
    .needs = {"export-identity"},
    .n_schedules = 3,
    .play = play_kci_initiator,
};

/* ---- KCI-4: B's session state, and A's name */

#define ROUNDS_MAX 8u

/*
 * For a protocol assay does not speak: what a copy of B's stolen state seals, reflected to a copy
 * of B as it is now. Forging with the prekeys that are in the state as well is KCI-2's.
 */
static bool forges_now(struct experiment *e, const struct stolen_state *stolen,
                       const struct message *genuine, struct outcome *out)
{
    struct bytes body;
    struct experiment_party *adversary = experiment_copy(e, stolen);
    struct experiment_party *b = experiment_restore(e, experiment_steal(e, experiment_b(e)),
                                                    experiment_honest_driver(e), "B, asked");
    struct message *m = experiment_try_seal(e, adversary, experiment_a(e), forged());
    enum opened opened =
        m ? splice_reflect(e, b, experiment_a(e), m, genuine, &body) : OPENED_NOTHING;
    if (opened != OPENED_EXACTLY && opened != OPENED_OTHERWISE)
        return false;
    if (out->n_proofs == 0)
        outcome_prove(out, "sealed by a copy of B, and taken by B as from A", body);
    return true;
}

/*
 * For Signal: B's state holds the key of A's sending chain, so whoever stole it can seal as A. What
 * the insider seals as A at the time of the theft stands for that message; it is held back. The
 * most round trips after which B accepts it; -1 when never.
 */
static long held_back(struct experiment *e, struct outcome *out)
{
    struct insider in;
    struct message *m[ROUNDS_MAX + 1];
    long last = -1;
    insider_begin(e, false, &in);
    insider_establish(&in);
    for (size_t i = 0; i <= ROUNDS_MAX; i++)
        m[i] = insider_seal(&in, NULL, NULL);
    for (size_t r = 0; r <= ROUNDS_MAX && !experiment_is_void(e); r++) {
        if (experiment_offer_again(e, in.victim, m[r]) != OPENED_EXACTLY)
            break;
        last = (long)r;
        if (out->n_proofs == 0)
            outcome_prove(out, "sealed with what B's state holds", m[r]->body);
        (void)insider_receive(&in);
        struct message *next = insider_seal(&in, NULL, NULL);
        if (experiment_offer_again(e, in.victim, next) != OPENED_EXACTLY)
            experiment_void(e, "B does not open an honest message of assay's own party");
        (void)insider_receive(&in);
    }
    insider_end(&in);
    return last;
}

static void play_kci_session(struct experiment *e, struct schedule *s, struct outcome *out)
{
    long last = -1;
    (void)s;
    if (insider_cipher(e)) {
        last = held_back(e, out);
    } else {
        experiment_establish(e);
        struct message *genuine = experiment_send(e, experiment_a(e), experiment_b(e));
        struct stolen_state *stolen = experiment_steal(e, experiment_b(e));
        while (last < (long)ROUNDS_MAX && forges_now(e, stolen, genuine, out)) {
            last++;
            experiment_round_trips(e, 1);
        }
    }
    if (last < 0)
        outcome_measure(e, out, 0, "what B's stolen state seals, turned round, is not taken");
    else if (last == (long)ROUNDS_MAX)
        outcome_measure(e, out, MEASURE_NEVER,
                        "what B's stolen state allows to write as A is still taken after %u round "
                        "trips",
                        ROUNDS_MAX);
    else
        outcome_measure(e, out, last + 1,
                        "what B's stolen state allows to write as A is taken until %ld round trips "
                        "have passed",
                        last);
}

static const struct game kci_4 = {
    .id = "KCI-4",
    .presumes = "PCS-1",
    .wants_none = true,
    .title = "Writing to B as A with B's session state",
    .property = "SP-03",
    .sentence = "Whoever copied a phone can put words into its owner's friends' mouths.",
    .kind = GAME_MEASURES,
    .measure = MEASURE_FORGERY_ROUNDS,
    .preconditions = PRECONDITION_SNAPSHOT | PRECONDITION_INDEPENDENCE,
    .needs = {"snapshot"},
    .n_schedules = 1,
    .play = play_kci_session,
};

/* ---- UKS-1: A believes it talks with E, and B that it talks with A */

static void play_uks(struct experiment *e, struct schedule *s, struct outcome *out)
{
    (void)s;
    struct experiment_party eve = {.name = "E", .address = {"eve", 1}};
    /* E has registered B's bundle as its own; what A sends to E, E forwards to B */
    if (!experiment_start(e, experiment_a(e), &eve,
                          experiment_publish(e, experiment_b(e), false))) {
        outcome_hold(e, out, "A does not start with E under B's keys");
        return;
    }
    struct message *m = experiment_try_seal(e, experiment_a(e), &eve, forged());
    if (m && experiment_offer(e, experiment_b(e), experiment_a(e), m, m->body) == OPENED_EXACTLY) {
        outcome_prove(out, "sealed by A to E, read by B", m->body);
        outcome_win(e, out, "A wrote to E, and B reads it as written to B");
    }
    outcome_hold(e, out, "what A wrote to E, B does not take");
}

static const struct game uks_1 = {
    .id = "UKS-1",
    .title = "Unknown key share",
    .property = "SP-04",
    .sentence = "You think you write to one person, and another believes it was meant for them.",
    .kind = GAME_REFUTES,
    .n_schedules = 1,
    .play = play_uks,
};

/* ---- UKS-2: another sender's name */

static void play_relabel(struct experiment *e, struct schedule *s, struct outcome *out)
{
    struct experiment_party *c = experiment_add_party(e, "C", carol, NULL);
    if (!experiment_start(e, c, experiment_b(e), experiment_publish(e, experiment_b(e), false)))
        experiment_void(e, "C does not start a session with B");
    (void)experiment_send(e, c, experiment_b(e));
    (void)experiment_send(e, experiment_b(e), c);
    experiment_establish(e);
    experiment_converse(e, s);
    struct message *m = experiment_seal(e, experiment_a(e), experiment_b(e));
    (void)is_accepted(e, experiment_b(e), c, m, out, "it was A's, with C's name on the envelope");
    outcome_hold(e, out, "a message of A's is not taken as from C");
}

static const struct game uks_2 = {
    .id = "UKS-2",
    .title = "A message with another sender's name on it",
    .property = "SP-03",
    .sentence = "The server can make a friend's message appear as another friend's.",
    .kind = GAME_REFUTES,
    .n_flights = 3,
    .play = play_relabel,
};

/* The first message of a party B does not know, under the name of another B does not know. */
static void play_relabel_first(struct experiment *e, struct schedule *s, struct outcome *out)
{
    (void)s;
    struct experiment_party *c = experiment_add_party(e, "C", carol, NULL);
    experiment_introduce(e);
    struct message *m = experiment_seal(e, experiment_a(e), experiment_b(e));
    (void)is_accepted(e, experiment_b(e), c, m, out,
                      "A's first message, with the name of somebody B does not know yet");
    outcome_hold(e, out, "a first message of A's is not taken as from C");
}

static const struct game uks_2_first = {
    .id = "UKS-2-first",
    .title = "A first message with another sender's name on it",
    .property = "SP-04",
    .sentence = "The server can introduce somebody to you under another's name.",
    .kind = GAME_REFUTES,
    .n_schedules = 1,
    .play = play_relabel_first,
};

const struct game *const games_of_identity[] = {&kci_1, &kci_2, &kci_3,       &kci_4,
                                                &uks_1, &uks_2, &uks_2_first, NULL};

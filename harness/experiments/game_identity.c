/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Identity: key-compromise impersonation, unknown key share. */
#include "experiments/insider.h"
#include "experiments/splice.h"
#include "experiments/experiment.h"

static const struct address bob = {"bob", 1}, carol = {"carol", 1};
static const char forged_text[] = "what was never written: 32 bytes";

static struct bytes forged(void) { return bytes_of(forged_text, 32); }

/* Deliver the adversary's |m| to |victim| as from |as|; a win when it is accepted. */
static bool is_accepted(struct experiment *e, struct experiment_party *victim,
                        const struct experiment_party *as, const struct message *m, const char *how)
{
    if (!m || e->is_void)
        return false;
    enum opened opened = experiment_offer(e, victim, as, m, m->body);
    if (!opened_is_taken(opened))
        return false;
    outcome_prove(e, "the adversary's message", m->body);
    outcome_prove(e, "what the victim reads", e->last_plaintext);
    outcome_win(e, "%s takes a message as from %s that %s did not write to %s: %s", victim->name,
                as->name, as->name, victim->name, how);
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
        experiment_add_party(e, "a stranger", (struct address){"dave", 1}, NULL);
    if (!experiment_start_with(e, stranger, e->b))
        return false;
    struct message *m = experiment_try_seal(e, stranger, e->b, forged());
    struct experiment_party *b =
        experiment_has(e, "snapshot") ? experiment_stand_in(e, e->b, "B, asked") : e->b;
    return m && experiment_offer(e, b, e->a, m, m->body) == OPENED_EXACTLY;
}

static void play_kci_identity(struct experiment *e)
{
    experiment_talk(e);
    struct target_party_options options = {.identity = experiment_steal_identity(e, e->b)};
    struct experiment_party *impostor = experiment_add_party(e, "B's double", bob, &options);
    /* It starts a session with B in A's name. Where a party without any stolen secret can do that,
     * too, the finding is ID-1's. */
    if (!stranger_is_accepted(e) && experiment_start_with(e, impostor, e->b))
        (void)is_accepted(e, e->b, e->a, experiment_try_seal(e, impostor, e->b, forged()),
                          "a double with B's long-term secret, in a session of its own");
    /* it writes to A in B's name, and the network reflects the message to B */
    if (experiment_start_with(e, impostor, e->a))
        (void)is_accepted(e, e->b, e->a, experiment_try_seal(e, impostor, e->a, forged()),
                          "a message to A, turned round");
    (void)is_accepted(e, e->b, e->a, forge(e, impostor, e->a), "forged with B's long-term secret");
    outcome_hold(e, "with B's long-term secret alone nothing is taken as from A");
}

/* ---- KCI-2: B's prekeys as well */

/* X3DH's agreements are symmetric: B's private keys give the same secret as A's. */
static void impersonate_by_computing(struct experiment *e)
{
    struct insider in;
    insider_begin(e, true, &in);
    struct message *m = insider_impersonate(&in, e->a, forged());
    if (m)
        (void)is_accepted(e, in.victim, e->a, m,
                          "with B's identity and signed prekey private, and A's public key");
    insider_end(&in);
}

static void impersonate_by_forging(struct experiment *e)
{
    experiment_talk(e);
    struct experiment_party *adversary = experiment_copy(e, experiment_steal(e, e->b));
    (void)is_accepted(e, e->b, e->a, forge(e, adversary, e->a),
                      "forged with B's long-term secret and prekeys");
}

static void play_kci_prekey(struct experiment *e)
{
    if (insider_cipher(e) && experiment_has(e, "import-keys"))
        impersonate_by_computing(e);
    else if (experiment_has(e, "forge") && experiment_has(e, "snapshot"))
        impersonate_by_forging(e);
    else
        experiment_unable(e, "neither does assay speak the protocol, nor does the target forge "
                             "(\"forge\", \"snapshot\")");
    outcome_hold(e, "with B's long-term secret and prekeys nothing is taken as from A");
}

/* ---- KCI-3: A's long-term secret, and B's name */

/* Served |bundle| as B's, does A seal what |reader| opens? */
static bool passes_for_b(struct experiment *e, struct experiment_party *reader,
                         struct bundle bundle)
{
    if (!experiment_start(e, e->a, e->b, bundle))
        return false;
    struct message *m = experiment_try_seal(e, e->a, e->b, forged());
    if (!m || e->has_warned || experiment_offer(e, reader, e->a, m, m->body) != OPENED_EXACTLY)
        return false;
    outcome_prove(e, "A's message to B, read by another", m->body);
    outcome_win(e, "A seals to B what %s reads", reader->name);
    return true;
}

/*
 * The impostor has A's long-term secret and B's address, and puts its own keys into B's genuine
 * bundle, one part at a time. Its whole bundle would be a changed key, which is ID-1's.
 */
static void play_kci_initiator(struct experiment *e)
{
    struct target_party_options options = {.identity = experiment_steal_identity(e, e->a)};
    struct experiment_party *impostor = experiment_add_party(e, "A's double", bob, &options);
    struct bundle genuine = experiment_publish(e, e->b, false);
    struct bundle impostors = experiment_publish(e, impostor, false);
    bool passes = false;
    struct bundle mixed = {.kind = genuine.kind};
    for (size_t i = 0; !passes && splice_part(e, genuine.body, impostors.body, i, &mixed.body); i++)
        passes = passes_for_b(e, impostor, mixed);
    if (!passes && !e->is_void) {
        /* nor may it read what is sealed to B's genuine bundle */
        (void)passes_for_b(e, impostor, genuine);
    }
    outcome_hold(e, "with A's long-term secret nobody passes for B before A");
}

/* ---- KCI-4: B's session state, and A's name */

#define ROUNDS_MAX 8u

/*
 * For a protocol assay does not speak: what a copy of B's stolen state seals, reflected to a copy
 * of B as it is now. Forging with the prekeys that are in the state as well is KCI-2's.
 */
static bool forges_now(struct experiment *e, const struct stolen_state *stolen,
                       const struct message *genuine)
{
    struct bytes body = {NULL, 0};
    struct experiment_party *adversary = experiment_copy(e, stolen);
    struct experiment_party *b = experiment_stand_in(e, e->b, "B, asked");
    struct message *m = experiment_try_seal(e, adversary, e->a, forged());
    enum opened opened = m ? splice_reflect(e, b, e->a, m, genuine, &body) : OPENED_NOTHING;
    if (!opened_is_taken(opened))
        return false;
    if (e->outcome.n_proofs == 0)
        outcome_prove(e, "sealed by a copy of B, and taken by B as from A", body);
    return true;
}

/*
 * For Signal: B's state holds the key of A's sending chain, so whoever stole it can seal as A. What
 * the insider seals as A at the time of the theft stands for that message; it is held back. The
 * most round trips after which B accepts it; -1 when never.
 */
static long held_back(struct experiment *e)
{
    struct insider in;
    struct message *m[ROUNDS_MAX + 1];
    long last = -1;
    insider_begin(e, false, &in);
    insider_establish(&in);
    for (size_t i = 0; i <= ROUNDS_MAX; i++)
        m[i] = insider_seal(&in, NULL, NULL);
    for (size_t r = 0; r <= ROUNDS_MAX && !e->is_void; r++) {
        if (experiment_offer_again(e, in.victim, m[r]) != OPENED_EXACTLY)
            break;
        last = (long)r;
        if (e->outcome.n_proofs == 0)
            outcome_prove(e, "sealed with what B's state holds", m[r]->body);
        (void)insider_receive(&in);
        insider_deliver(&in, insider_seal(&in, NULL, NULL));
        (void)insider_receive(&in);
    }
    insider_end(&in);
    return last;
}

static void play_kci_session(struct experiment *e)
{
    long last = -1;
    if (insider_cipher(e)) {
        last = held_back(e);
    } else {
        experiment_establish(e);
        struct message *genuine = experiment_send(e, e->a, e->b);
        struct stolen_state *stolen = experiment_steal(e, e->b);
        while (last < (long)ROUNDS_MAX && forges_now(e, stolen, genuine)) {
            last++;
            experiment_round_trips(e, 1);
        }
    }
    if (last < 0)
        outcome_measure(e, 0, "what B's stolen state seals, turned round, is not taken");
    else if (last == (long)ROUNDS_MAX)
        outcome_measure(e, MEASURE_NEVER,
                        "what B's stolen state allows to write as A is still taken after %u round "
                        "trips",
                        ROUNDS_MAX);
    else
        outcome_measure(e, last + 1,
                        "what B's stolen state allows to write as A is taken until %ld round trips "
                        "have passed",
                        last);
}

/* ---- UKS-1: A believes it talks with E, and B that it talks with A */

static void play_uks(struct experiment *e)
{
    struct experiment_party eve = {.name = "E", .address = {"eve", 1}};
    /* E has registered B's bundle as its own; what A sends to E, E forwards to B */
    if (!experiment_start(e, e->a, &eve, experiment_publish(e, e->b, false))) {
        outcome_hold(e, "A does not start with E under B's keys");
        return;
    }
    struct message *m = experiment_try_seal(e, e->a, &eve, forged());
    if (m && experiment_offer(e, e->b, e->a, m, m->body) == OPENED_EXACTLY) {
        outcome_prove(e, "sealed by A to E, read by B", m->body);
        outcome_win(e, "A wrote to E, and B reads it as written to B");
    }
    outcome_hold(e, "what A wrote to E, B does not take");
}

/* ---- UKS-2: another sender's name */

static void play_relabel(struct experiment *e)
{
    struct experiment_party *c = experiment_add_party(e, "C", carol, NULL);
    experiment_must_start(e, c, e->b);
    (void)experiment_send(e, c, e->b);
    (void)experiment_send(e, e->b, c);
    experiment_talk(e);
    struct message *m = experiment_seal(e, e->a, e->b);
    (void)is_accepted(e, e->b, c, m, "it was A's, with C's name on the envelope");
    outcome_hold(e, "a message of A's is not taken as from C");
}

/* The first message of a party B does not know, under the name of another B does not know. */
static void play_relabel_first(struct experiment *e)
{
    struct experiment_party *c = experiment_add_party(e, "C", carol, NULL);
    experiment_introduce(e);
    struct message *m = experiment_seal(e, e->a, e->b);
    (void)is_accepted(e, e->b, c, m,
                      "A's first message, with the name of somebody B does not know yet");
    outcome_hold(e, "a first message of A's is not taken as from C");
}

/* clang-format off */
const struct game games_of_identity[] = {
    {.id = "KCI-1", .property = "SP-04",
     .title = "Impersonating others to B with B's long-term secret",
     .sentence = "Whoever copies your long-term key can write to you in anybody's name.",
     .kind = GAME_REFUTES, .is_core = true, .needs = {"export-identity"}, .n_flights = 3,
     .play = play_kci_identity},
    {.id = "KCI-2", .title = "The same with B's prekeys", .property = "SP-04",
     .sentence = "Whoever copies a phone's prekeys can write to it in anybody's name.",
     .kind = GAME_REFUTES, .n_schedules = 1, .n_flights = 2, .play = play_kci_prekey},
    {.id = "KCI-3", .title = "Impersonating B to A with A's long-term secret", .property = "SP-04",
     .sentence = "Whoever copies your long-term key can read what you write to others.",
     .kind = GAME_REFUTES, .is_core = true, .needs = {"export-identity"}, .n_schedules = 3,
     .play = play_kci_initiator},
    {.id = "KCI-4", .title = "Writing to B as A with B's session state", .property = "SP-03",
     .sentence = "Whoever copied a phone can put words into its owner's friends' mouths.",
     .kind = GAME_MEASURES, .measure = MEASURE_FORGERY_ROUNDS, .wants_none = true,
     .presumes = "PCS-1", WITH_COPIES, .n_schedules = 1, .play = play_kci_session},
    {.id = "UKS-1", .title = "Unknown key share", .property = "SP-04",
     .sentence = "You think you write to one person, and another believes it was meant for them.",
     .kind = GAME_REFUTES, .n_schedules = 1, .play = play_uks},
    {.id = "UKS-2", .title = "A message with another sender's name on it", .property = "SP-03",
     .sentence = "The server can make a friend's message appear as another friend's.",
     .kind = GAME_REFUTES, .is_core = true, .n_flights = 3, .play = play_relabel},
    {.id = "UKS-2-first", .property = "SP-04",
     .title = "A first message with another sender's name on it",
     .sentence = "The server can introduce somebody to you under another's name.",
     .kind = GAME_REFUTES, .n_schedules = 1, .play = play_relabel_first},
    {.id = NULL},
};
/* clang-format on */

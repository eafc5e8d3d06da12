/* Who somebody is: impersonation with stolen keys, unknown key share. */
#include "experiments/insider.h"
#include "experiments/splice.h"
#include "experiments/experiment.h"

#include <string.h>

static const struct target_peer bob = {"bob", 1}, carol = {"carol", 1};
static const char forged_text[] = "what was never written: 32 bytes";

static struct bytes forged(void) { return bytes_of(forged_text, 32); }

/* The adversary's |m| goes to |victim| as from |as|; a win when it is taken. */
static bool is_believed(struct experiment *w, struct experiment_party *victim,
                        const struct experiment_party *as, const struct message *m,
                        struct outcome *out, const char *how)
{
    if (!m || experiment_is_void(w))
        return false;
    enum opened opened = experiment_offer(w, victim, as, m, m->body);
    if (opened != OPENED_EXACTLY && opened != OPENED_OTHERWISE)
        return false;
    outcome_prove(out, "the adversary's message", m->body);
    outcome_prove(out, "what the victim reads", experiment_last_plaintext(w));
    outcome_win(w, out, "%s takes a message as from %s that %s did not write to %s: %s",
                victim->name, as->name, as->name, victim->name, how);
    return true;
}

/* ---- KCI-1: B's long-term secret alone */

/* The twin's forging procedure, where the design has one. */
static struct message *forge(struct experiment *w, struct experiment_party *by,
                             const struct experiment_party *from)
{
    return experiment_has(w, "forge") ? experiment_forge(w, by, from, forged()) : NULL;
}

/* Is the first message of somebody without any stolen secret taken as from A? */
static bool stranger_is_believed(struct experiment *w)
{
    struct experiment_party *stranger =
        experiment_newcomer(w, "a stranger", (struct target_peer){"dave", 1}, NULL);
    if (!experiment_start(w, stranger, experiment_b(w),
                          experiment_publish(w, experiment_b(w), false)))
        return false;
    struct message *m = experiment_try_seal(w, stranger, experiment_b(w), forged());
    struct experiment_party *b = experiment_has(w, "snapshot")
                                     ? experiment_restore(w, experiment_steal(w, experiment_b(w)),
                                                          experiment_honest_driver(w), "B, asked")
                                     : experiment_b(w);
    return m && experiment_offer(w, b, experiment_a(w), m, m->body) == OPENED_EXACTLY;
}

static void play_kci_identity(struct experiment *w, struct schedule *s, struct outcome *out)
{
    experiment_establish(w);
    experiment_converse(w, s);
    struct target_party_options options = {.identity = experiment_identity(w, experiment_b(w))};
    struct experiment_party *twin = experiment_newcomer(w, "B's double", bob, &options);
    /* it starts a session with B and calls it A's; where a stranger can do that, too, the stolen
     * secret has no part in it: ID-1 says so */
    if (!stranger_is_believed(w) &&
        experiment_start(w, twin, experiment_b(w), experiment_publish(w, experiment_b(w), false)))
        (void)is_believed(w, experiment_b(w), experiment_a(w),
                          experiment_try_seal(w, twin, experiment_b(w), forged()), out,
                          "a double with B's long-term secret, in a session of its own");
    /* it writes to A in B's name, and the network turns the message round */
    if (experiment_start(w, twin, experiment_a(w), experiment_publish(w, experiment_a(w), false)))
        (void)is_believed(w, experiment_b(w), experiment_a(w),
                          experiment_try_seal(w, twin, experiment_a(w), forged()), out,
                          "a message to A, turned round");
    (void)is_believed(w, experiment_b(w), experiment_a(w), forge(w, twin, experiment_a(w)), out,
                      "forged with B's long-term secret");
    outcome_hold(w, out, "with B's long-term secret alone nothing is taken as from A");
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

/* ---- KCI-2: B's prekeys, too */

/* X3DH's agreements are symmetric: what A's private keys would give, B's give, too. */
static void impersonate_by_computing(struct experiment *w, struct outcome *out)
{
    struct insider in;
    insider_begin(w, true, &in);
    struct message *m = insider_impersonate(&in, experiment_a(w), forged());
    if (m)
        (void)is_believed(w, in.victim, experiment_a(w), m, out,
                          "with B's identity and signed prekey private, and A's public key");
    insider_end(&in);
}

static void impersonate_by_forging(struct experiment *w, struct schedule *s, struct outcome *out)
{
    experiment_establish(w);
    experiment_converse(w, s);
    struct experiment_party *adversary = experiment_copy(w, experiment_steal(w, experiment_b(w)));
    (void)is_believed(w, experiment_b(w), experiment_a(w), forge(w, adversary, experiment_a(w)),
                      out, "forged with B's long-term secret and prekeys");
}

static void play_kci_prekey(struct experiment *w, struct schedule *s, struct outcome *out)
{
    if (insider_cipher(w) && experiment_has(w, "import-keys"))
        impersonate_by_computing(w, out);
    else if (experiment_has(w, "forge") && experiment_has(w, "snapshot"))
        impersonate_by_forging(w, s, out);
    else
        experiment_unable(w, "neither does assay speak the protocol, nor does the target forge "
                             "(\"forge\", \"snapshot\")");
    outcome_hold(w, out, "with B's long-term secret and prekeys nothing is taken as from A");
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

/* Does A seal to |bundle|, under B's name, what |reader| opens? */
static bool passes_for_b(struct experiment *w, struct experiment_party *reader,
                         struct bundle bundle, struct outcome *out)
{
    if (!experiment_start(w, experiment_a(w), experiment_b(w), bundle))
        return false;
    struct message *m = experiment_try_seal(w, experiment_a(w), experiment_b(w), forged());
    if (!m || experiment_has_warned(w) ||
        experiment_offer(w, reader, experiment_a(w), m, m->body) != OPENED_EXACTLY)
        return false;
    outcome_prove(out, "A's message to B, read by another", m->body);
    outcome_win(w, out, "A seals to B what %s reads", reader->name);
    return true;
}

/*
 * The double has A's secret, answers to B's name, and mixes its own keys into B's genuine bundle,
 * part by part. Its own bundle as a whole is ID-1's: a changed key.
 */
static void play_kci_initiator(struct experiment *w, struct schedule *s, struct outcome *out)
{
    (void)s;
    struct target_party_options options = {.identity = experiment_identity(w, experiment_a(w))};
    struct experiment_party *twin = experiment_newcomer(w, "A's double", bob, &options);
    struct bundle genuine = experiment_publish(w, experiment_b(w), false);
    struct bundle doubles = experiment_publish(w, twin, false);
    bool passes = false;
    struct bundle mixed = {.kind = genuine.kind};
    for (size_t i = 0; !passes && splice_part(w, genuine.body, doubles.body, i, &mixed.body); i++)
        passes = passes_for_b(w, twin, mixed, out);
    if (!passes && !experiment_is_void(w)) {
        /* and B's bundle as it is: the double must not read what is meant for B */
        (void)passes_for_b(w, twin, genuine, out);
    }
    outcome_hold(w, out, "with A's long-term secret nobody passes for B before A");
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
 * For the opaque: what a copy of B seals, turned round, before a copy of today's B. Forging with
 * the prekeys that are in the state, too, is KCI-2's.
 */
static bool forges_now(struct experiment *w, const struct stolen_state *stolen,
                       const struct message *genuine, struct outcome *out)
{
    struct bytes body;
    struct experiment_party *adversary = experiment_copy(w, stolen);
    struct experiment_party *b = experiment_restore(w, experiment_steal(w, experiment_b(w)),
                                                    experiment_honest_driver(w), "B, asked");
    struct message *m = experiment_try_seal(w, adversary, experiment_a(w), forged());
    enum opened opened =
        m ? splice_turned_round(w, b, experiment_a(w), m, genuine, &body) : OPENED_NOTHING;
    if (opened != OPENED_EXACTLY && opened != OPENED_OTHERWISE)
        return false;
    if (out->n_proofs == 0)
        outcome_prove(out, "sealed by a copy of B, and taken by B as from A", body);
    return true;
}

/*
 * For Signal: B's state holds the key of the chain A seals under, so its thief can seal as A. What
 * the insider seals as A at the time of the theft is that message; it is held back |rounds|.
 */
static long held_back(struct experiment *w, struct outcome *out)
{
    struct insider in;
    struct message *m[ROUNDS_MAX + 1];
    long last = -1;
    insider_begin(w, false, &in);
    insider_establish(&in);
    for (size_t i = 0; i <= ROUNDS_MAX; i++)
        m[i] = insider_seal(&in, NULL, NULL);
    for (size_t r = 0; r <= ROUNDS_MAX && !experiment_is_void(w); r++) {
        if (experiment_offer_again(w, in.victim, m[r]) != OPENED_EXACTLY)
            break;
        last = (long)r;
        if (out->n_proofs == 0)
            outcome_prove(out, "sealed with what B's state holds", m[r]->body);
        (void)insider_hear(&in);
        struct message *next = insider_seal(&in, NULL, NULL);
        if (experiment_offer_again(w, in.victim, next) != OPENED_EXACTLY)
            experiment_void(w, "B does not open an honest message of assay's own party");
        (void)insider_hear(&in);
    }
    insider_end(&in);
    return last;
}

static void play_kci_session(struct experiment *w, struct schedule *s, struct outcome *out)
{
    long last = -1;
    (void)s;
    if (insider_cipher(w)) {
        last = held_back(w, out);
    } else {
        experiment_establish(w);
        struct message *genuine = experiment_send(w, experiment_a(w), experiment_b(w));
        struct stolen_state *stolen = experiment_steal(w, experiment_b(w));
        while (last < (long)ROUNDS_MAX && forges_now(w, stolen, genuine, out)) {
            last++;
            experiment_round_trips(w, 1);
        }
    }
    if (last < 0)
        outcome_measure(w, out, 0, "what B's stolen state seals, turned round, is not taken");
    else if (last == (long)ROUNDS_MAX)
        outcome_measure(w, out, MEASURE_NEVER,
                        "what B's stolen state allows to write as A is still taken after %u round "
                        "trips",
                        ROUNDS_MAX);
    else
        outcome_measure(w, out, last + 1,
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

/* ---- UKS-1: A believes to speak with E, B with A */

static void play_uks(struct experiment *w, struct schedule *s, struct outcome *out)
{
    (void)s;
    struct experiment_party eve = {.name = "E", .address = {"eve", 1}};
    /* E has registered B's bundle as its own: A starts with E, and E hands everything on to B */
    if (!experiment_start(w, experiment_a(w), &eve,
                          experiment_publish(w, experiment_b(w), false))) {
        outcome_hold(w, out, "A does not start with E under B's keys");
        return;
    }
    struct message *m = experiment_try_seal(w, experiment_a(w), &eve, forged());
    if (m && experiment_offer(w, experiment_b(w), experiment_a(w), m, m->body) == OPENED_EXACTLY) {
        outcome_prove(out, "sealed by A to E, read by B", m->body);
        outcome_win(w, out, "A wrote to E, and B reads it as written to B");
    }
    outcome_hold(w, out, "what A wrote to E, B does not take");
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

/* ---- UKS-2: relabelled */

static void play_relabel(struct experiment *w, struct schedule *s, struct outcome *out)
{
    struct experiment_party *c = experiment_newcomer(w, "C", carol, NULL);
    if (!experiment_start(w, c, experiment_b(w), experiment_publish(w, experiment_b(w), false)))
        experiment_void(w, "C does not start a session with B");
    (void)experiment_send(w, c, experiment_b(w));
    (void)experiment_send(w, experiment_b(w), c);
    experiment_establish(w);
    experiment_converse(w, s);
    struct message *m = experiment_seal(w, experiment_a(w), experiment_b(w));
    (void)is_believed(w, experiment_b(w), c, m, out, "it was A's, with C's name on the envelope");
    outcome_hold(w, out, "a message of A's is not taken as from C");
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

/* The first message of somebody B does not know, with somebody else's name whom B does not know. */
static void play_relabel_first(struct experiment *w, struct schedule *s, struct outcome *out)
{
    (void)s;
    struct experiment_party *c = experiment_newcomer(w, "C", carol, NULL);
    experiment_introduce(w);
    struct message *m = experiment_seal(w, experiment_a(w), experiment_b(w));
    (void)is_believed(w, experiment_b(w), c, m, out,
                      "A's first message, with the name of somebody B does not know yet");
    outcome_hold(w, out, "a first message of A's is not taken as from C");
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

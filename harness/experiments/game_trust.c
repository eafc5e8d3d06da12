/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Trust in keys: changed identity keys, failed messages in another's name, fingerprints. */
#include "experiments/experiment.h"

#include <string.h>

static const struct address alice = {"alice", 1}, bob = {"bob", 1}, carol = {"carol", 1};

static struct bytes text(void) { return bytes_of("what is meant for B, or comes of it", 32); }

/* ---- ID-1: a changed key */

/* A is served |other|'s bundle as B's. */
static void write_to_new_key(struct experiment *e, struct experiment_party *other)
{
    struct bundle bundle = experiment_publish(e, other, false);
    if (!experiment_start(e, e->a, e->b, bundle))
        return;
    struct message *m = experiment_try_seal(e, e->a, e->b, text());
    if (!m || e->has_warned || experiment_offer(e, other, e->a, m, m->body) != OPENED_EXACTLY)
        return;
    outcome_prove(e, "A's message, readable by the new key", m->body);
    outcome_win(e, "B's key was exchanged, and A seals to the new one without notice");
}

/* |other| starts a session with A in B's name. */
static void read_under_new_key(struct experiment *e, struct experiment_party *other)
{
    if (!experiment_start_with(e, other, e->a))
        return;
    struct message *m = experiment_try_seal(e, other, e->a, text());
    if (!m || experiment_offer(e, e->a, e->b, m, m->body) != OPENED_EXACTLY || e->has_warned)
        return;
    outcome_prove(e, "message under a new key, taken as from B", m->body);
    outcome_win(e, "a message under another key is taken as from B without notice");
}

/* A warning covers everything after it, so every other schedule tries the second way first. */
static void play_changed_key(struct experiment *e)
{
    experiment_talk(e);
    struct experiment_party *other = experiment_add_party(e, "the new B", bob, NULL);
    if (e->schedule.number % 2)
        read_under_new_key(e, other);
    write_to_new_key(e, other);
    if (e->schedule.number % 2 == 0)
        read_under_new_key(e, other);
    outcome_hold(e, "a changed key is refused or told of");
}

/* ---- ID-2: a failed message changes nothing */

/* |m| with a bit flipped, so that it must fail, to B as from A. */
static void fail_with(struct experiment *e, const struct message *m)
{
    struct bytes flipped = experiment_flipped(e, m->body);
    if (flipped.len && opened_is_taken(experiment_offer(e, e->b, e->a, m, flipped)))
        experiment_unable(e, "a changed message opens: none has failed");
}

/* An honest message from |from| to the other; a win when it is not sealed or does not open. */
static void goes_on(struct experiment *e, struct experiment_party *from,
                    const struct message *failed, const char *when)
{
    struct experiment_party *to = experiment_other(e, from);
    struct message *m = experiment_try_seal(e, from, to, text());
    if (e->is_void || (m && experiment_opens(e, to, m)))
        return;
    outcome_prove(e, "a message that failed", failed->body);
    if (m)
        outcome_prove(e, "the honest message that does not open any more", m->body);
    outcome_win(e, "%s, an honest message of %s's %s", when, from->name,
                m ? "does not open" : "cannot be sealed");
}

static void play_poison(struct experiment *e)
{
    struct experiment_party *c = experiment_add_party(e, "C", carol, NULL);
    experiment_must_start(e, c, e->b);
    /* before B knows A */
    struct message *of_c = experiment_seal(e, c, e->b);
    fail_with(e, of_c);
    experiment_introduce(e);
    goes_on(e, e->a, of_c, "after a failed first message in A's name");
    goes_on(e, e->b, of_c, "after a failed first message in A's name");
    if (e->outcome.played == PLAYED_WON)
        return;
    /* and when it does */
    experiment_converse(e);
    fail_with(e, of_c);
    (void)experiment_offer(e, e->b, e->a, of_c, of_c->body);
    /* |spare| itself is never delivered: whether it would still open is MAC-1's */
    struct message *spare = experiment_seal(e, e->a, e->b);
    fail_with(e, spare);
    goes_on(e, e->b, spare, "after failed messages in A's name");
    goes_on(e, e->a, spare, "after failed messages in A's name");
    outcome_hold(e, "failed messages in A's name change nothing");
}

/* ---- ID-3: fingerprints */

/* Another party with A's address, so that only the keys differ. */
static void play_fingerprints(struct experiment *e)
{
    struct experiment_party *other = experiment_add_party(e, "another A", alice, NULL);
    experiment_establish(e);
    experiment_must_start(e, other, e->b);
    const char *of_a = experiment_fingerprint(e, e->a, e->b);
    const char *of_b = experiment_fingerprint(e, e->b, e->a);
    const char *of_other = experiment_fingerprint(e, other, e->b);
    if (e->is_void)
        return;
    outcome_prove(e, "A's", bytes_of_text(of_a));
    outcome_prove(e, "B's", bytes_of_text(of_b));
    outcome_prove(e, "another A's", bytes_of_text(of_other));
    if (!*of_a)
        outcome_win(e, "the fingerprint is empty");
    else if (strcmp(of_a, of_b) != 0)
        outcome_win(e, "A and B see different fingerprints of the same two keys");
    else if (strcmp(of_a, of_other) == 0)
        outcome_win(e, "two different pairs of keys have the same fingerprint");
    outcome_hold(e, "both sides see the same fingerprint, and other keys have another");
}

/* clang-format off */
const struct game games_of_trust[] = {
    {.id = "ID-1", .title = "A key changed by the server", .property = "SP-11",
     .sentence = "The server puts its own key in a friend's place, and nobody is told.",
     .kind = GAME_REFUTES, .is_core = true, .n_flights = 3, .play = play_changed_key},
    {.id = "ID-2", .title = "Failed messages in another's name", .property = "SP-11",
     .sentence = "Anybody can make your phone forget who your friend is.",
     .kind = GAME_REFUTES, .n_flights = 3, .play = play_poison},
    {.id = "ID-3", .title = "Fingerprints to compare", .property = "SP-12",
     .sentence = "Two people compare numbers, and learn nothing from it.",
     .kind = GAME_REFUTES, .needs = {"fingerprint"}, .n_schedules = 3, .play = play_fingerprints},
    {.id = NULL},
};
/* clang-format on */

/* Whose key it is: keys changed by the server, failed messages in another's name, fingerprints. */
#include "experiments/experiment.h"

#include <string.h>

static const struct target_peer alice = {"alice", 1}, bob = {"bob", 1}, carol = {"carol", 1};

static struct bytes text(void) { return bytes_of("what is meant for B, or comes of it", 32); }

/* ---- ID-1: a changed key */

/* A is served the new B's bundle. */
static void write_to_new_key(struct experiment *w, struct experiment_party *other,
                             struct outcome *out)
{
    struct bundle bundle = experiment_publish(w, other, false);
    if (!experiment_start(w, experiment_a(w), experiment_b(w), bundle))
        return;
    struct message *m = experiment_try_seal(w, experiment_a(w), experiment_b(w), text());
    if (!m || experiment_has_warned(w) ||
        experiment_offer(w, other, experiment_a(w), m, m->body) != OPENED_EXACTLY)
        return;
    outcome_prove(out, "A's message, readable by the new key", m->body);
    outcome_win(w, out, "B's key was exchanged, and A seals to the new one without notice");
}

/* The new B writes first. */
static void read_under_new_key(struct experiment *w, struct experiment_party *other,
                               struct outcome *out)
{
    if (!experiment_start(w, other, experiment_a(w), experiment_publish(w, experiment_a(w), false)))
        return;
    struct message *m = experiment_try_seal(w, other, experiment_a(w), text());
    if (!m || experiment_offer(w, experiment_a(w), experiment_b(w), m, m->body) != OPENED_EXACTLY ||
        experiment_has_warned(w))
        return;
    outcome_prove(out, "message under a new key, taken as from B", m->body);
    outcome_win(w, out, "a message under another key is taken as from B without notice");
}

/* A warning counts for all that comes after it, so every other schedule tries the second first. */
static void play_changed_key(struct experiment *w, struct schedule *s, struct outcome *out)
{
    experiment_establish(w);
    experiment_converse(w, s);
    struct experiment_party *other = experiment_newcomer(w, "the new B", bob, NULL);
    if (s->number % 2)
        read_under_new_key(w, other, out);
    write_to_new_key(w, other, out);
    if (s->number % 2 == 0)
        read_under_new_key(w, other, out);
    outcome_hold(w, out, "a changed key is refused or told of");
}

static const struct game id_1 = {
    .id = "ID-1",
    .is_core = true,
    .title = "A key changed by the server",
    .property = "SP-11",
    .sentence = "The server puts its own key in a friend's place, and nobody is told.",
    .kind = GAME_REFUTES,
    .n_flights = 3,
    .play = play_changed_key,
};

/* ---- ID-2: a failed message changes nothing */

/* |m| with its last bit turned, and so unreadable, to B as from A. */
static void fail_with(struct experiment *w, const struct message *m)
{
    uint8_t *mutated = arena_alloc(experiment_arena(w), m->body.len + 1);
    if (!mutated) {
        experiment_void(w, "out of memory");
        return;
    }
    if (!m->body.len)
        return;
    memcpy(mutated, m->body.data, m->body.len);
    mutated[m->body.len - 1] ^= 1;
    (void)experiment_offer(w, experiment_b(w), experiment_a(w), m, bytes_of(mutated, m->body.len));
}

/* An honest message from |from| to the other; a win when it is not sealed or does not open. */
static void goes_on(struct experiment *w, struct experiment_party *from,
                    const struct message *failed, const char *when, struct outcome *out)
{
    struct experiment_party *to = experiment_other(w, from);
    struct message *m = experiment_try_seal(w, from, to, text());
    if (experiment_is_void(w) || (m && experiment_opens(w, to, m)))
        return;
    outcome_prove(out, "a message that failed", failed->body);
    if (m)
        outcome_prove(out, "the honest message that does not open any more", m->body);
    outcome_win(w, out, "%s, an honest message of %s's %s", when, from->name,
                m ? "does not open" : "cannot be sealed");
}

static void play_poison(struct experiment *w, struct schedule *s, struct outcome *out)
{
    struct experiment_party *c = experiment_newcomer(w, "C", carol, NULL);
    if (!experiment_start(w, c, experiment_b(w), experiment_publish(w, experiment_b(w), false)))
        experiment_void(w, "C does not start a session with B");
    /* before B knows A */
    struct message *of_c = experiment_seal(w, c, experiment_b(w));
    fail_with(w, of_c);
    experiment_introduce(w);
    goes_on(w, experiment_a(w), of_c, "after a failed first message in A's name", out);
    goes_on(w, experiment_b(w), of_c, "after a failed first message in A's name", out);
    if (out->played == PLAYED_WON)
        return;
    /* and later */
    experiment_converse(w, s);
    fail_with(w, of_c);
    (void)experiment_offer(w, experiment_b(w), experiment_a(w), of_c, of_c->body);
    /* of a message that never comes: what a changed copy costs the message itself is MAC-1's */
    struct message *spare = experiment_seal(w, experiment_a(w), experiment_b(w));
    fail_with(w, spare);
    goes_on(w, experiment_b(w), spare, "after failed messages in A's name", out);
    goes_on(w, experiment_a(w), spare, "after failed messages in A's name", out);
    outcome_hold(w, out, "failed messages in A's name change nothing");
}

static const struct game id_2 = {
    .id = "ID-2",
    .title = "Failed messages in another's name",
    .property = "SP-11",
    .sentence = "Anybody can make your phone forget who your friend is.",
    .kind = GAME_REFUTES,
    .n_flights = 3,
    .play = play_poison,
};

/* ---- ID-3: fingerprints */

/* Other keys under A's own name: only the keys tell them from A's. */
static void play_fingerprints(struct experiment *w, struct schedule *s, struct outcome *out)
{
    (void)s;
    struct experiment_party *other = experiment_newcomer(w, "another A", alice, NULL);
    experiment_establish(w);
    if (!experiment_start(w, other, experiment_b(w), experiment_publish(w, experiment_b(w), false)))
        experiment_void(w, "another A does not start a session with B");
    const char *of_a = experiment_fingerprint(w, experiment_a(w), experiment_b(w));
    const char *of_b = experiment_fingerprint(w, experiment_b(w), experiment_a(w));
    const char *of_other = experiment_fingerprint(w, other, experiment_b(w));
    if (experiment_is_void(w))
        return;
    outcome_prove(out, "A's", bytes_of_text(of_a));
    outcome_prove(out, "B's", bytes_of_text(of_b));
    outcome_prove(out, "another A's", bytes_of_text(of_other));
    if (!*of_a)
        outcome_win(w, out, "the fingerprint is empty");
    else if (strcmp(of_a, of_b) != 0)
        outcome_win(w, out, "A and B see different fingerprints of the same two keys");
    else if (strcmp(of_a, of_other) == 0)
        outcome_win(w, out, "two different pairs of keys have the same fingerprint");
    outcome_hold(w, out, "both sides see the same fingerprint, and other keys have another");
}

static const struct game id_3 = {
    .id = "ID-3",
    .title = "Fingerprints to compare",
    .property = "SP-12",
    .sentence = "Two people compare numbers, and learn nothing from it.",
    .kind = GAME_REFUTES,
    .needs = {"fingerprint"},
    .n_schedules = 3,
    .play = play_fingerprints,
};

const struct game *const games_of_trust[] = {&id_1, &id_2, &id_3, NULL};

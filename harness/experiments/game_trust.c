/* Trust in keys: changed identity keys, failed messages in another's name, fingerprints. */
#include "experiments/experiment.h"

#include <string.h>

static const struct target_peer alice = {"alice", 1}, bob = {"bob", 1}, carol = {"carol", 1};

static struct bytes text(void) { return bytes_of("what is meant for B, or comes of it", 32); }

/* ---- ID-1: a changed key */

/* A is served |other|'s bundle as B's. */
static void write_to_new_key(struct experiment *e, struct experiment_party *other,
                             struct outcome *out)
{
    struct bundle bundle = experiment_publish(e, other, false);
    if (!experiment_start(e, experiment_a(e), experiment_b(e), bundle))
        return;
    struct message *m = experiment_try_seal(e, experiment_a(e), experiment_b(e), text());
    if (!m || experiment_has_warned(e) ||
        experiment_offer(e, other, experiment_a(e), m, m->body) != OPENED_EXACTLY)
        return;
    outcome_prove(out, "A's message, readable by the new key", m->body);
    outcome_win(e, out, "B's key was exchanged, and A seals to the new one without notice");
}

/* |other| starts a session with A in B's name. */
static void read_under_new_key(struct experiment *e, struct experiment_party *other,
                               struct outcome *out)
{
    if (!experiment_start(e, other, experiment_a(e), experiment_publish(e, experiment_a(e), false)))
        return;
    struct message *m = experiment_try_seal(e, other, experiment_a(e), text());
    if (!m || experiment_offer(e, experiment_a(e), experiment_b(e), m, m->body) != OPENED_EXACTLY ||
        experiment_has_warned(e))
        return;
    outcome_prove(out, "message under a new key, taken as from B", m->body);
    outcome_win(e, out, "a message under another key is taken as from B without notice");
}

/* A warning covers everything after it, so every other schedule tries the second way first. */
static void play_changed_key(struct experiment *e, struct schedule *s, struct outcome *out)
{
    experiment_establish(e);
    experiment_converse(e, s);
    struct experiment_party *other = experiment_add_party(e, "the new B", bob, NULL);
    if (s->number % 2)
        read_under_new_key(e, other, out);
    write_to_new_key(e, other, out);
    if (s->number % 2 == 0)
        read_under_new_key(e, other, out);
    outcome_hold(e, out, "a changed key is refused or told of");
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

/* |m| with its last bit flipped, so that it must fail, to B as from A. */
static void fail_with(struct experiment *e, const struct message *m)
{
    uint8_t *mutated = arena_alloc(experiment_arena(e), m->body.len + 1);
    if (!mutated) {
        experiment_void(e, "out of memory");
        return;
    }
    if (!m->body.len)
        return;
    memcpy(mutated, m->body.data, m->body.len);
    mutated[m->body.len - 1] ^= 1;
    (void)experiment_offer(e, experiment_b(e), experiment_a(e), m, bytes_of(mutated, m->body.len));
}

/* An honest message from |from| to the other; a win when it is not sealed or does not open. */
static void goes_on(struct experiment *e, struct experiment_party *from,
                    const struct message *failed, const char *when, struct outcome *out)
{
    struct experiment_party *to = experiment_other(e, from);
    struct message *m = experiment_try_seal(e, from, to, text());
    if (experiment_is_void(e) || (m && experiment_opens(e, to, m)))
        return;
    outcome_prove(out, "a message that failed", failed->body);
    if (m)
        outcome_prove(out, "the honest message that does not open any more", m->body);
    outcome_win(e, out, "%s, an honest message of %s's %s", when, from->name,
                m ? "does not open" : "cannot be sealed");
}

static void play_poison(struct experiment *e, struct schedule *s, struct outcome *out)
{
    struct experiment_party *c = experiment_add_party(e, "C", carol, NULL);
    if (!experiment_start(e, c, experiment_b(e), experiment_publish(e, experiment_b(e), false)))
        experiment_void(e, "C does not start a session with B");
    /* before B knows A */
    struct message *of_c = experiment_seal(e, c, experiment_b(e));
    fail_with(e, of_c);
    experiment_introduce(e);
    goes_on(e, experiment_a(e), of_c, "after a failed first message in A's name", out);
    goes_on(e, experiment_b(e), of_c, "after a failed first message in A's name", out);
    if (out->played == PLAYED_WON)
        return;
    /* and when it does */
    experiment_converse(e, s);
    fail_with(e, of_c);
    (void)experiment_offer(e, experiment_b(e), experiment_a(e), of_c, of_c->body);
    /* |spare| itself is never delivered: whether it would still open is MAC-1's */
    struct message *spare = experiment_seal(e, experiment_a(e), experiment_b(e));
    fail_with(e, spare);
    goes_on(e, experiment_b(e), spare, "after failed messages in A's name", out);
    goes_on(e, experiment_a(e), spare, "after failed messages in A's name", out);
    outcome_hold(e, out, "failed messages in A's name change nothing");
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

/* Another party with A's address, so that only the keys differ. */
static void play_fingerprints(struct experiment *e, struct schedule *s, struct outcome *out)
{
    (void)s;
    struct experiment_party *other = experiment_add_party(e, "another A", alice, NULL);
    experiment_establish(e);
    if (!experiment_start(e, other, experiment_b(e), experiment_publish(e, experiment_b(e), false)))
        experiment_void(e, "another A does not start a session with B");
    const char *of_a = experiment_fingerprint(e, experiment_a(e), experiment_b(e));
    const char *of_b = experiment_fingerprint(e, experiment_b(e), experiment_a(e));
    const char *of_other = experiment_fingerprint(e, other, experiment_b(e));
    if (experiment_is_void(e))
        return;
    outcome_prove(out, "A's", bytes_of_text(of_a));
    outcome_prove(out, "B's", bytes_of_text(of_b));
    outcome_prove(out, "another A's", bytes_of_text(of_other));
    if (!*of_a)
        outcome_win(e, out, "the fingerprint is empty");
    else if (strcmp(of_a, of_b) != 0)
        outcome_win(e, out, "A and B see different fingerprints of the same two keys");
    else if (strcmp(of_a, of_other) == 0)
        outcome_win(e, out, "two different pairs of keys have the same fingerprint");
    outcome_hold(e, out, "both sides see the same fingerprint, and other keys have another");
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

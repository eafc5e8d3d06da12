/* Delivery: replay, order, and messages given to somebody else. */
#include "experiments/splice.h"
#include "experiments/experiment.h"

#include <string.h>

/* ---- RPL-1: replay */

#define DISTANCE 10u

/* Replays so far. An accepted replay can break the session: then the game has ended. */
struct replays {
    struct experiment *experiment;
    struct outcome *out;
    unsigned offered, shown;
    bool has_ended;
};

/* Deliver |m|, which |reader| has had, once more. */
static void offer_replay(struct replays *r, struct experiment_party *reader,
                         const struct message *m, const char *when)
{
    if (r->has_ended)
        return;
    enum opened opened = experiment_offer_again(r->experiment, reader, m);
    r->offered++;
    if (opened != OPENED_EXACTLY && opened != OPENED_OTHERWISE)
        return;
    r->shown++;
    if (r->out->n_proofs == 0)
        outcome_prove(r->out, "message shown twice", m->body);
    experiment_tell(r->experiment, "a person sees message %u twice, %s", m->number, when);
}

/* An honest message from |from| to the other. After an accepted replay it may fail to open. */
static struct message *send_honest(struct replays *r, enum endpoint from)
{
    struct experiment_party *by = experiment_party_at(r->experiment, from),
                            *to = experiment_other(r->experiment, by);
    if (r->shown == 0)
        return experiment_send(r->experiment, by, to);
    struct message *m = experiment_seal(r->experiment, by, to);
    r->has_ended = r->has_ended || experiment_offer_again(r->experiment, to, m) != OPENED_EXACTLY;
    return m;
}

static void send_all(struct replays *r, const struct schedule *s)
{
    for (size_t i = 0; i < s->n_flights && !r->has_ended; i++)
        for (unsigned k = 0; k < s->flights[i].n_messages && !r->has_ended; k++)
            (void)send_honest(r, s->flights[i].from);
}

static void measure(struct replays *r, const char *when)
{
    outcome_measure(r->experiment, r->out, (long)r->shown,
                    "of %u deliveries for the second time%s, %u were shown to a person%s",
                    r->offered, when, r->shown,
                    r->has_ended ? ", and honest messages did not open after it" : "");
}

/* Every other schedule without a one-time prekey, whose deletion alone would stop the replay of a
 * first message. */
static void introduce(struct experiment *e, const struct schedule *s)
{
    bool without = s->number % 2 && experiment_has(e, "without-one-time-prekey");
    if (!experiment_start(e, experiment_a(e), experiment_b(e),
                          experiment_publish(e, experiment_b(e), without)))
        experiment_void(e, "A does not start a session from B's own bundle");
}

static void play_replay(struct experiment *e, struct schedule *s, struct outcome *out)
{
    struct replays r = {.experiment = e, .out = out};
    introduce(e, s);
    struct message *first = send_honest(&r, ENDPOINT_A);
    offer_replay(&r, experiment_b(e), first, "at once");
    (void)send_honest(&r, ENDPOINT_B);
    offer_replay(&r, experiment_b(e), first, "after an answer");
    send_all(&r, s);
    struct message *m = send_honest(&r, ENDPOINT_A);
    (void)send_honest(&r, ENDPOINT_A);
    offer_replay(&r, experiment_b(e), m, "one message later");
    struct message *back = send_honest(&r, ENDPOINT_B);
    offer_replay(&r, experiment_b(e), m, "after an answer");
    offer_replay(&r, experiment_a(e), back, "at once");
    for (unsigned n = 0; n < DISTANCE && !r.has_ended; n++)
        (void)send_honest(&r, ENDPOINT_A);
    offer_replay(&r, experiment_b(e), m, "ten messages later");
    offer_replay(&r, experiment_b(e), first, "much later");
    measure(&r, "");
}

static const struct game rpl_1 = {
    .id = "RPL-1",
    .is_core = true,
    .wants_none = true,
    .title = "The same message twice",
    .property = "SP-08",
    .sentence = "Somebody on the network makes a person read, or pay, twice.",
    .kind = GAME_MEASURES,
    .measure = MEASURE_REPLAYS_TAKEN,
    .n_flights = 4,
    .play = play_replay,
};

static void play_replay_restart(struct experiment *e, struct schedule *s, struct outcome *out)
{
    struct replays r = {.experiment = e, .out = out};
    introduce(e, s);
    struct message *first = experiment_send(e, experiment_a(e), experiment_b(e));
    (void)experiment_send(e, experiment_b(e), experiment_a(e));
    experiment_converse(e, s);
    struct message *m = experiment_send(e, experiment_a(e), experiment_b(e));
    struct stolen_state *now = experiment_steal(e, experiment_b(e));
    struct experiment_party *restarted = experiment_copy(e, now);
    offer_replay(&r, restarted, m, "after a restart");
    offer_replay(&r, restarted, first, "after a restart");
    measure(&r, ", after B was restarted");
}

static const struct game rpl_1_restart = {
    .id = "RPL-1-restart",
    .wants_none = true,
    .title = "The same message again after a restart",
    .property = "SP-08",
    .sentence = "What was read before a restart comes again after it.",
    .kind = GAME_MEASURES,
    .measure = MEASURE_REPLAYS_TAKEN,
    .preconditions = PRECONDITION_SNAPSHOT,
    .needs = {"snapshot"},
    .n_flights = 3,
    .play = play_replay_restart,
};

/* ---- RPL-2: another conversation */

static bool is_taken(enum opened opened)
{
    return opened == OPENED_EXACTLY || opened == OPENED_OTHERWISE;
}

static void play_elsewhere(struct experiment *e, struct schedule *s, struct outcome *out)
{
    struct experiment_party *c =
        experiment_add_party(e, "C", (struct target_peer){"carol", 1}, NULL);
    struct bytes body;
    experiment_establish(e);
    experiment_converse(e, s);
    if (!experiment_start(e, experiment_a(e), c, experiment_publish(e, c, false)))
        experiment_void(e, "A does not start a session with C");
    (void)experiment_send(e, experiment_a(e), c);
    (void)experiment_send(e, c, experiment_a(e));
    struct message *m = experiment_seal(e, experiment_a(e), experiment_b(e));
    struct message *genuine = experiment_seal(e, experiment_b(e), experiment_a(e));
    if (is_taken(experiment_offer(e, c, experiment_a(e), m, m->body))) {
        outcome_prove(out, "sealed by A to B", m->body);
        outcome_win(e, out, "a message of A's to B is taken by C");
    }
    if (is_taken(splice_reflect(e, experiment_a(e), experiment_b(e), m, genuine, &body))) {
        outcome_prove(out, "sealed by A to B", m->body);
        outcome_prove(out, "turned round", body);
        outcome_win(e, out, "a message of A's to B, turned round, is taken by A as from B");
    }
    experiment_deliver(e, m);
    experiment_deliver(e, genuine);
    outcome_hold(e, out, "a message is taken by its addressee only");
}

static const struct game rpl_2 = {
    .id = "RPL-2",
    .title = "A message in another conversation",
    .property = "SP-17",
    .sentence = "The server moves a message into another conversation.",
    .kind = GAME_REFUTES,
    .n_flights = 3,
    .play = play_elsewhere,
};

/* ---- RPL-3: a phone restored from an older copy */

static void play_rollback(struct experiment *e, struct schedule *s, struct outcome *out)
{
    experiment_establish(e);
    struct stolen_state *old = experiment_steal(e, experiment_b(e));
    experiment_converse(e, s);
    struct message *recent = experiment_send(e, experiment_a(e), experiment_b(e));
    struct experiment_party *b =
        experiment_restore(e, old, experiment_honest_driver(e), "B, restored");
    bool takes_old = experiment_offer_again(e, b, recent) == OPENED_EXACTLY;
    struct message *fresh = experiment_seal(e, experiment_a(e), experiment_b(e));
    bool reads_on = experiment_offer_again(e, b, fresh) == OPENED_EXACTLY;
    outcome_hold(e, out,
                 "restored from a copy %zu messages old, B %s a message of before and %s new ones",
                 schedule_messages(s) + 1, takes_old ? "takes" : "does not take",
                 reads_on ? "reads" : "cannot read");
}

static const struct game rpl_3 = {
    .id = "RPL-3",
    .title = "A phone restored from an older copy",
    .property = "SP-26",
    .sentence = "After a restore, conversations break, or old messages come again.",
    .kind = GAME_REPORTS,
    .preconditions = PRECONDITION_SNAPSHOT,
    .needs = {"snapshot"},
    .n_flights = 3,
    .play = play_rollback,
};

/* ---- ROLL: two messages under one key */

#define LONG_TEXT 64u
#define BLOCK 16u

/* The length of their common prefix. */
static size_t common_prefix(struct bytes a, struct bytes b)
{
    size_t n = 0;
    while (n < a.len && n < b.len && a.data[n] == b.data[n])
        n++;
    return n;
}

static void play_roll(struct experiment *e, struct schedule *s, struct outcome *out)
{
    uint8_t text[LONG_TEXT], other[LONG_TEXT];
    experiment_establish(e);
    experiment_converse(e, s);
    struct stolen_state *a = experiment_steal(e, experiment_a(e));
    if (random_fill(experiment_random(e), text, sizeof(text)))
        experiment_void(e, "out of randomness");
    memcpy(other, text, sizeof(other));
    other[LONG_TEXT - 1] ^= 1;
    /* copies of one state seal the same text twice, and one that differs in its last byte */
    experiment_randomise(e);
    struct message *one = experiment_try_seal(e, experiment_copy(e, a), experiment_b(e),
                                              bytes_of(text, sizeof(text)));
    struct message *same = experiment_try_seal(e, experiment_copy(e, a), experiment_b(e),
                                               bytes_of(text, sizeof(text)));
    struct message *two = experiment_try_seal(e, experiment_copy(e, a), experiment_b(e),
                                              bytes_of(other, sizeof(other)));
    if (!one || !same || !two) {
        experiment_void(e, "a copy of A does not seal");
        return;
    }
    if (bytes_equal(one->body, same->body) && !bytes_equal(one->body, two->body)) {
        outcome_prove(out, "sealed by one copy", one->body);
        outcome_prove(out, "another text, sealed by another copy", two->body);
        outcome_win(e, out,
                    "two copies of A seal under one key and one IV: equal texts give equal bytes, "
                    "and texts that differ at their end share %zu bytes",
                    common_prefix(one->body, two->body));
    }
    outcome_hold(e, out, "two copies of A seal the same text to different bytes");
}

static const struct game roll = {
    .id = "ROLL",
    .title = "Two phones restored from one copy",
    .property = "SP-26",
    .sentence = "After a restore, two messages are encrypted under one key, and their difference "
                "shows.",
    .kind = GAME_REFUTES,
    .preconditions = PRECONDITION_SNAPSHOT | PRECONDITION_INDEPENDENCE,
    .needs = {"snapshot"},
    .n_flights = 3,
    .play = play_roll,
};

/* ---- ORD-1: out of order */

#define WINDOW 16u      /* that must open in any order */
#define WINDOW_MAX 256u /* with WINDOW, once a game, larger ones up to this are tried */

/* Seal |n| messages and deliver them in random order. How many do not open; |out_lost| is one. */
static unsigned deliver_shuffled(struct experiment *e, size_t n, struct schedule *s,
                                 const struct message **out_lost)
{
    struct message **m = arena_alloc(experiment_arena(e), n * sizeof(struct message *));
    unsigned lost = 0;
    if (!m) {
        experiment_void(e, "out of memory");
        return 0;
    }
    for (size_t i = 0; i < n; i++)
        m[i] = experiment_seal(e, experiment_a(e), experiment_b(e));
    for (size_t left = n; left && !experiment_is_void(e); left--) {
        uint32_t at = 0;
        if (random_below(&s->random, (uint32_t)left, &at))
            experiment_void(e, "out of randomness");
        if (!experiment_opens(e, experiment_b(e), m[at])) {
            *out_lost = m[at];
            lost++;
        }
        m[at] = m[left - 1];
    }
    return lost;
}

/* The largest window that opens in any order; |out_lost| is how many the next one loses. */
static size_t widest_window(struct experiment *e, struct schedule *s, unsigned *out_lost)
{
    const struct message *lost;
    size_t n = WINDOW;
    while (n < WINDOW_MAX && (*out_lost = deliver_shuffled(e, n * 4, s, &lost)) == 0 &&
           !experiment_is_void(e))
        n *= 4;
    return n;
}

static void play_order(struct experiment *e, struct schedule *s, struct outcome *out)
{
    const struct message *lost = NULL;
    unsigned n_lost = 0;
    experiment_establish(e);
    experiment_converse(e, s);
    unsigned n = deliver_shuffled(e, WINDOW, s, &lost);
    if (n) {
        outcome_prove(out, "a message that does not open", lost->body);
        outcome_win(e, out, "of %u messages in another order, %u do not open", WINDOW, n);
        return;
    }
    /* one message held back over two round trips */
    struct message *late = experiment_seal(e, experiment_a(e), experiment_b(e));
    experiment_round_trips(e, 2);
    if (!experiment_opens(e, experiment_b(e), late)) {
        outcome_prove(out, "a message that does not open", late->body);
        outcome_win(e, out, "a message overtaken by two round trips does not open");
    }
    size_t width = s->number || out->played == PLAYED_WON ? WINDOW : widest_window(e, s, &n_lost);
    outcome_hold(e, out, "%zu messages open in any order, and one overtaken by two round trips%s",
                 width, n_lost ? "; of four times as many some do not" : "");
}

static const struct game ord_1 = {
    .id = "ORD-1",
    .title = "Messages in another order",
    .property = "SP-09",
    .sentence = "When the network delivers out of order, messages are lost.",
    .kind = GAME_REFUTES,
    .n_flights = 3,
    .play = play_order,
};

const struct game *const games_of_delivery[] = {&rpl_1, &rpl_1_restart, &rpl_2, &rpl_3,
                                                &roll,  &ord_1,         NULL};

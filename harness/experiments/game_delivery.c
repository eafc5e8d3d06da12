/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Delivery: replay, order, and messages given to somebody else. */
#include "experiments/splice.h"
#include "experiments/experiment.h"

#include <string.h>

/* ---- RPL-1: replay */

#define DISTANCE 10u

/* Replays so far. An accepted replay can break the session: then the game has ended. */
struct replays {
    struct experiment *experiment;
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
    if (!opened_is_taken(opened))
        return;
    r->shown++;
    if (r->experiment->outcome.n_proofs == 0)
        outcome_prove(r->experiment, "message shown twice", m->body);
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
    outcome_measure(r->experiment, (long)r->shown,
                    "of %u deliveries for the second time%s, %u were shown to a person%s",
                    r->offered, when, r->shown,
                    r->has_ended ? ", and honest messages did not open after it" : "");
}

/* Every other schedule without a one-time prekey, whose deletion alone would stop the replay of a
 * first message. */
static void introduce(struct experiment *e)
{
    bool without = e->schedule.number % 2 && experiment_has(e, "without-one-time-prekey");
    if (!experiment_start(e, e->a, e->b, experiment_publish(e, e->b, without)))
        experiment_void(e, "A does not start a session from B's own bundle");
}

static void play_replay(struct experiment *e)
{
    struct replays r = {.experiment = e};
    introduce(e);
    struct message *first = send_honest(&r, ENDPOINT_A);
    offer_replay(&r, e->b, first, "at once");
    (void)send_honest(&r, ENDPOINT_B);
    offer_replay(&r, e->b, first, "after an answer");
    send_all(&r, &e->schedule);
    struct message *m = send_honest(&r, ENDPOINT_A);
    (void)send_honest(&r, ENDPOINT_A);
    offer_replay(&r, e->b, m, "one message later");
    struct message *back = send_honest(&r, ENDPOINT_B);
    offer_replay(&r, e->b, m, "after an answer");
    offer_replay(&r, e->a, back, "at once");
    for (unsigned n = 0; n < DISTANCE && !r.has_ended; n++)
        (void)send_honest(&r, ENDPOINT_A);
    offer_replay(&r, e->b, m, "ten messages later");
    offer_replay(&r, e->b, first, "much later");
    measure(&r, "");
}

static void play_replay_restart(struct experiment *e)
{
    struct replays r = {.experiment = e};
    introduce(e);
    struct message *first = experiment_send(e, e->a, e->b);
    (void)experiment_send(e, e->b, e->a);
    experiment_converse(e);
    struct message *m = experiment_send(e, e->a, e->b);
    struct stolen_state *now = experiment_steal(e, e->b);
    struct experiment_party *restarted = experiment_copy(e, now);
    offer_replay(&r, restarted, m, "after a restart");
    offer_replay(&r, restarted, first, "after a restart");
    measure(&r, ", after B was restarted");
}

/* ---- RPL-2: another conversation */

static void play_elsewhere(struct experiment *e)
{
    struct experiment_party *c = experiment_add_party(e, "C", (struct address){"carol", 1}, NULL);
    struct bytes body;
    experiment_talk(e);
    experiment_must_start(e, e->a, c);
    (void)experiment_send(e, e->a, c);
    (void)experiment_send(e, c, e->a);
    struct message *m = experiment_seal(e, e->a, e->b);
    struct message *genuine = experiment_seal(e, e->b, e->a);
    if (opened_is_taken(experiment_offer(e, c, e->a, m, m->body))) {
        outcome_prove(e, "sealed by A to B", m->body);
        outcome_win(e, "a message of A's to B is taken by C");
    }
    if (opened_is_taken(splice_reflect(e, e->a, e->b, m, genuine, &body))) {
        outcome_prove(e, "sealed by A to B", m->body);
        outcome_prove(e, "turned round", body);
        outcome_win(e, "a message of A's to B, turned round, is taken by A as from B");
    }
    experiment_deliver(e, m);
    experiment_deliver(e, genuine);
    outcome_hold(e, "a message is taken by its addressee only");
}

/* ---- RPL-3: a phone restored from an older copy */

static void play_rollback(struct experiment *e)
{
    experiment_establish(e);
    struct stolen_state *old = experiment_steal(e, e->b);
    experiment_converse(e);
    struct message *recent = experiment_send(e, e->a, e->b);
    struct experiment_party *b =
        experiment_restore(e, old, e->options.honest_driver, "B, restored");
    bool takes_old = experiment_offer_again(e, b, recent) == OPENED_EXACTLY;
    struct message *fresh = experiment_seal(e, e->a, e->b);
    bool reads_on = experiment_offer_again(e, b, fresh) == OPENED_EXACTLY;
    outcome_hold(e,
                 "restored from a copy %zu messages old, B %s a message of before and %s new ones",
                 schedule_messages(&e->schedule) + 1, takes_old ? "takes" : "does not take",
                 reads_on ? "reads" : "cannot read");
}

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

static void play_roll(struct experiment *e)
{
    uint8_t text[LONG_TEXT], other[LONG_TEXT];
    experiment_talk(e);
    struct stolen_state *a = experiment_steal(e, e->a);
    if (random_fill(&e->random, text, sizeof(text)))
        experiment_void(e, "out of randomness");
    memcpy(other, text, sizeof(other));
    other[LONG_TEXT - 1] ^= 1;
    /* copies of one state seal the same text twice, and one that differs in its last byte */
    experiment_randomise(e);
    struct message *one =
        experiment_try_seal(e, experiment_copy(e, a), e->b, bytes_of(text, sizeof(text)));
    struct message *same =
        experiment_try_seal(e, experiment_copy(e, a), e->b, bytes_of(text, sizeof(text)));
    struct message *two =
        experiment_try_seal(e, experiment_copy(e, a), e->b, bytes_of(other, sizeof(other)));
    if (!one || !same || !two) {
        experiment_void(e, "a copy of A does not seal");
        return;
    }
    if (bytes_equal(one->body, same->body) && !bytes_equal(one->body, two->body)) {
        outcome_prove(e, "sealed by one copy", one->body);
        outcome_prove(e, "another text, sealed by another copy", two->body);
        outcome_win(e,
                    "two copies of A seal under one key and one IV: equal texts give equal bytes, "
                    "and texts that differ at their end share %zu bytes",
                    common_prefix(one->body, two->body));
    }
    outcome_hold(e, "two copies of A seal the same text to different bytes");
}

/* ---- ORD-1: out of order */

#define WINDOW 16u      /* that must open in any order */
#define WINDOW_MAX 256u /* with WINDOW, once a game, larger ones up to this are tried */

/* Seal |n| messages and deliver them in random order. How many do not open; |out_lost| is one. */
static unsigned deliver_shuffled(struct experiment *e, size_t n, const struct message **out_lost)
{
    struct message **m = experiment_alloc(e, n * sizeof(struct message *));
    unsigned lost = 0;
    if (!m)
        return 0;
    for (size_t i = 0; i < n; i++)
        m[i] = experiment_seal(e, e->a, e->b);
    for (size_t left = n; left && !e->is_void; left--) {
        uint32_t at = 0;
        if (random_below(&e->schedule.random, (uint32_t)left, &at))
            experiment_void(e, "out of randomness");
        if (!experiment_opens(e, e->b, m[at])) {
            *out_lost = m[at];
            lost++;
        }
        m[at] = m[left - 1];
    }
    return lost;
}

/* The largest window that opens in any order; |out_lost| is how many the next one loses. */
static size_t widest_window(struct experiment *e, unsigned *out_lost)
{
    const struct message *lost;
    size_t n = WINDOW;
    while (n < WINDOW_MAX && (*out_lost = deliver_shuffled(e, n * 4, &lost)) == 0 && !e->is_void)
        n *= 4;
    return n;
}

static void play_order(struct experiment *e)
{
    const struct message *lost = NULL;
    unsigned n_lost = 0;
    experiment_talk(e);
    unsigned n = deliver_shuffled(e, WINDOW, &lost);
    if (n) {
        outcome_prove(e, "a message that does not open", lost->body);
        outcome_win(e, "of %u messages in another order, %u do not open", WINDOW, n);
        return;
    }
    /* one message held back over two round trips */
    struct message *late = experiment_seal(e, e->a, e->b);
    experiment_round_trips(e, 2);
    if (!experiment_opens(e, e->b, late)) {
        outcome_prove(e, "a message that does not open", late->body);
        outcome_win(e, "a message overtaken by two round trips does not open");
    }
    size_t width =
        e->schedule.number || e->outcome.played == PLAYED_WON ? WINDOW : widest_window(e, &n_lost);
    outcome_hold(e, "%zu messages open in any order, and one overtaken by two round trips%s", width,
                 n_lost ? "; of four times as many some do not" : "");
}

/* clang-format off */
const struct game games_of_delivery[] = {
    {.id = "RPL-1", .title = "The same message twice", .property = "SP-08",
     .sentence = "Somebody on the network makes a person read, or pay, twice.",
     .kind = GAME_MEASURES, .is_core = true, .measure = MEASURE_REPLAYS_TAKEN, .wants_none = true,
     .n_flights = 4, .play = play_replay},
    {.id = "RPL-1-restart", .title = "The same message again after a restart", .property = "SP-08",
     .sentence = "What was read before a restart comes again after it.",
     .kind = GAME_MEASURES, .measure = MEASURE_REPLAYS_TAKEN, .wants_none = true,
     .preconditions = PRECONDITION_SNAPSHOT, .needs = {"snapshot"}, .n_flights = 3,
     .play = play_replay_restart},
    {.id = "RPL-2", .title = "A message in another conversation", .property = "SP-17",
     .sentence = "The server moves a message into another conversation.",
     .kind = GAME_REFUTES, .n_flights = 3, .play = play_elsewhere},
    {.id = "RPL-3", .title = "A phone restored from an older copy", .property = "SP-26",
     .sentence = "After a restore, conversations break, or old messages come again.",
     .kind = GAME_REPORTS, .preconditions = PRECONDITION_SNAPSHOT, .needs = {"snapshot"},
     .n_flights = 3, .play = play_rollback},
    {.id = "ROLL", .title = "Two phones restored from one copy", .property = "SP-26",
     .sentence = "After a restore, two messages are encrypted under one key, and their difference "
                 "shows.",
     .kind = GAME_REFUTES, WITH_COPIES, .n_flights = 3, .play = play_roll},
    {.id = "ORD-1", .title = "Messages in another order", .property = "SP-09",
     .sentence = "When the network delivers out of order, messages are lost.",
     .kind = GAME_REFUTES, .n_flights = 3, .play = play_order},
    {.id = NULL},
};
/* clang-format on */

/* Once, in order, and only to whom it was sent. */
#include "games/world.h"

#include <string.h>

/* ---- RPL-1: twice */

#define DISTANCE 10u

/* Does |reader| show |m| once more? */
static bool shows_again(struct world *w, struct person *reader, const struct message *m,
                        struct outcome *out, const char *when)
{
    enum opened opened = world_offer_again(w, reader, m);
    if (opened != OPENED_EXACTLY && opened != OPENED_OTHERWISE)
        return false;
    if (out->n_proofs == 0)
        outcome_prove(out, "message shown twice", m->body);
    world_tell(w, "a person sees message %u twice, %s", m->number, when);
    return true;
}

static void play_replay(struct world *w, struct schedule *s, struct outcome *out)
{
    unsigned again = 0, n = 0;
    world_introduce(w);
    struct message *first = world_send(w, world_a(w), world_b(w));
    again += shows_again(w, world_b(w), first, out, "at once");
    (void)world_send(w, world_b(w), world_a(w));
    again += shows_again(w, world_b(w), first, out, "after an answer");
    world_converse(w, s);
    struct message *m = world_send(w, world_a(w), world_b(w));
    struct message *back = world_send(w, world_b(w), world_a(w));
    again += shows_again(w, world_b(w), m, out, "at once");
    again += shows_again(w, world_a(w), back, out, "at once");
    for (; n < DISTANCE; n++)
        (void)world_send(w, world_a(w), world_b(w));
    again += shows_again(w, world_b(w), m, out, "ten messages later");
    again += shows_again(w, world_b(w), first, out, "much later");
    outcome_measure(w, out, (long)again,
                    "of 6 deliveries of a message for the second time, %u "
                    "were shown to a person",
                    again);
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

static void play_replay_restart(struct world *w, struct schedule *s, struct outcome *out)
{
    unsigned again = 0;
    world_introduce(w);
    struct message *first = world_send(w, world_a(w), world_b(w));
    (void)world_send(w, world_b(w), world_a(w));
    world_converse(w, s);
    struct message *m = world_send(w, world_a(w), world_b(w));
    struct loot *now = world_steal(w, world_b(w));
    struct person *restarted = world_copy(w, now);
    again += shows_again(w, restarted, m, out, "after a restart");
    again += shows_again(w, restarted, first, out, "after a restart");
    outcome_measure(w, out, (long)again,
                    "of 2 deliveries for the second time, after B was restarted, %u were shown",
                    again);
}

static const struct game rpl_1_restart = {
    .id = "RPL-1-restart",
    .wants_none = true,
    .title = "The same message again after a restart",
    .property = "SP-08",
    .sentence = "What was read before a restart comes again after it.",
    .kind = GAME_MEASURES,
    .measure = MEASURE_REPLAYS_TAKEN,
    .gates = GATE_SNAPSHOT,
    .needs = {"snapshot"},
    .n_flights = 3,
    .play = play_replay_restart,
};

/* ---- RPL-2: to somebody else */

static void play_elsewhere(struct world *w, struct schedule *s, struct outcome *out)
{
    struct person *c = world_newcomer(w, "C", (struct target_peer){"carol", 1}, NULL);
    world_establish(w);
    world_converse(w, s);
    if (!world_start(w, world_a(w), c, world_publish(w, c, false)))
        world_spoil(w, "A does not start a session with C");
    (void)world_send(w, world_a(w), c);
    (void)world_send(w, c, world_a(w));
    struct message *m = world_seal(w, world_a(w), world_b(w));
    struct person *readers[] = {c, world_a(w)};
    const struct person *senders[] = {world_a(w), world_b(w)};
    for (size_t i = 0; i < 2; i++) {
        enum opened opened = world_offer(w, readers[i], senders[i], m, m->body);
        if (opened != OPENED_EXACTLY && opened != OPENED_OTHERWISE)
            continue;
        outcome_prove(out, "sealed by A to B", m->body);
        outcome_win(w, out,
                    i ? "a message of A's to B, turned round, is taken by A as from B"
                      : "a message of A's to B is taken by C");
    }
    world_deliver(w, m);
    outcome_hold(w, out, "a message is taken by its addressee only");
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

static void play_rollback(struct world *w, struct schedule *s, struct outcome *out)
{
    world_establish(w);
    struct loot *old = world_steal(w, world_b(w));
    world_converse(w, s);
    struct message *recent = world_send(w, world_a(w), world_b(w));
    struct person *b = world_restore(w, old, world_home(w), "B, restored");
    bool takes_old = world_offer_again(w, b, recent) == OPENED_EXACTLY;
    struct message *fresh = world_seal(w, world_a(w), world_b(w));
    bool reads_on = world_offer_again(w, b, fresh) == OPENED_EXACTLY;
    outcome_hold(w, out,
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
    .gates = GATE_SNAPSHOT,
    .needs = {"snapshot"},
    .n_flights = 3,
    .play = play_rollback,
};

/* ---- ROLL: two messages under one key */

#define LONG_TEXT 64u
#define BLOCK 16u

/* How many bytes both have in common at their beginnings. */
static size_t common_prefix(struct bytes a, struct bytes b)
{
    size_t n = 0;
    while (n < a.len && n < b.len && a.data[n] == b.data[n])
        n++;
    return n;
}

static void play_roll(struct world *w, struct schedule *s, struct outcome *out)
{
    uint8_t text[LONG_TEXT], other[LONG_TEXT];
    world_establish(w);
    world_converse(w, s);
    struct loot *a = world_steal(w, world_a(w));
    if (random_fill(world_random(w), text, sizeof(text)))
        world_spoil(w, "out of randomness");
    memcpy(other, text, sizeof(other));
    other[LONG_TEXT - 1] ^= 1;
    /* two phones restored from one copy: the same text twice, and one that differs in its last byte
     */
    world_randomise(w);
    struct message *one =
        world_try_seal(w, world_copy(w, a), world_b(w), bytes_of(text, sizeof(text)));
    struct message *same =
        world_try_seal(w, world_copy(w, a), world_b(w), bytes_of(text, sizeof(text)));
    struct message *two =
        world_try_seal(w, world_copy(w, a), world_b(w), bytes_of(other, sizeof(other)));
    if (!one || !same || !two) {
        world_spoil(w, "a copy of A does not seal");
        return;
    }
    if (bytes_equal(one->body, same->body) && !bytes_equal(one->body, two->body)) {
        outcome_prove(out, "sealed by one copy", one->body);
        outcome_prove(out, "another text, sealed by another copy", two->body);
        outcome_win(w, out,
                    "two copies of A seal under one key and one IV: equal texts give equal bytes, "
                    "and texts that differ at their end share %zu bytes",
                    common_prefix(one->body, two->body));
    }
    outcome_hold(w, out, "two copies of A seal the same text to different bytes");
}

static const struct game roll = {
    .id = "ROLL",
    .title = "Two phones restored from one copy",
    .property = "SP-26",
    .sentence = "After a restore, two messages are encrypted under one key, and their difference "
                "shows.",
    .kind = GAME_REFUTES,
    .gates = GATE_SNAPSHOT | GATE_INDEPENDENCE,
    .needs = {"snapshot"},
    .n_flights = 3,
    .play = play_roll,
};

/* ---- ORD-1: out of order */

#define WINDOW 16u

/* Deliver |m| in an order of chance. */
static void deliver_shuffled(struct world *w, struct message **m, size_t n, struct schedule *s,
                             unsigned *out_lost)
{
    for (size_t left = n; left && !world_is_spoilt(w); left--) {
        uint32_t at = 0;
        if (random_below(&s->random, (uint32_t)left, &at))
            world_spoil(w, "out of randomness");
        *out_lost += world_offer_again(w, world_b(w), m[at]) != OPENED_EXACTLY;
        m[at] = m[left - 1];
    }
}

static void play_order(struct world *w, struct schedule *s, struct outcome *out)
{
    struct message *m[WINDOW];
    unsigned lost = 0;
    world_establish(w);
    world_converse(w, s);
    for (size_t i = 0; i < WINDOW; i++)
        m[i] = world_seal(w, world_a(w), world_b(w));
    deliver_shuffled(w, m, WINDOW, s, &lost);
    if (lost) {
        outcome_win(w, out, "of %u messages in another order, %u do not open", WINDOW, lost);
        return;
    }
    /* one held back over a round trip */
    struct message *late = world_seal(w, world_a(w), world_b(w));
    world_round_trips(w, 2);
    if (world_offer_again(w, world_b(w), late) != OPENED_EXACTLY)
        outcome_win(w, out, "a message overtaken by two round trips does not open");
    outcome_hold(w, out, "%u messages open in any order, and one overtaken by two round trips",
                 WINDOW);
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

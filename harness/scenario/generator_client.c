/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What happens to a whole client: messages come and are written, so do receipts, requests and
 * counts, and at any point the connection is lost, or the client is closed and started again. */
#include "scenario/draft_mail.h"
#include "scenario/generator_internal.h"

#define EVENTS_MAX 16u
#define STEPS_ENOUGH 70u
#define PEERS_MAX 3u
#define ENDING_BATCH 8u /* messages that come at once in the end */

/* ---- events */

static void event_batch(struct draft *d)
{
    draft_mail_batch(d);
    if (draft_is_one_in(d, 3))
        draft_mail_batch(d);
    draft_mail_perhaps_lose(d, 4);
    draft_mail_settle(d);
}

static void event_write(struct draft *d)
{
    draft_mail_write_some(d, 3);
    draft_mail_perhaps_lose(d, 4);
    draft_mail_hear(d);
}

/* Both at once. */
static void event_both(struct draft *d)
{
    draft_mail_write_some(d, 2);
    draft_mail_batch(d);
    if (draft_is_one_in(d, 2))
        draft_mail_write_some(d, 2);
    draft_mail_perhaps_lose(d, 4);
    draft_mail_hear(d);
    draft_mail_settle(d);
}

/* What the gatekeeper reads and does not acknowledge, or late, or in another order. */
static void event_withhold(struct draft *d)
{
    draft_mail_acknowledge(d, "nothing");
    draft_mail_write_some(d, 3);
    draft_mail_hear(d);
    for (uint32_t left = draft_below(d, 4); left; left--) {
        const struct model_message *m = draft_mail_any_heard(d, DRAFT_HEARD_UNACKNOWLEDGED);
        if (m)
            draft_mail_push(d, "taken", model_name(&d->model, m), NULL, "tells");
    }
    draft_mail_perhaps_lose(d, 2);
    if (draft_is_one_in(d, 2)) {
        draft_mail_write_some(d, 2);
        draft_mail_perhaps_lose(d, 3);
        draft_mail_hear(d);
    }
    if (!draft_is_one_in(d, 4))
        draft_mail_acknowledge(d, "everything");
    draft_mail_perhaps_lose(d, 2);
    draft_mail_write_some(d, 1);
    draft_mail_hear(d);
}

static void event_lose(struct draft *d)
{
    draft_mail_lose(d);
    if (draft_is_one_in(d, 3))
        draft_mail_lose(d);
}

static void while_away(struct draft *d)
{
    if (!draft_is_one_in(d, 3))
        draft_mail_write_some(d, 3);
    if (draft_is_one_in(d, 2))
        draft_mail_batch(d);
    if (draft_is_one_in(d, 4))
        DRAFT_STEP(d, VERB_READ, {"at", draft_mail_at(d)},
                   {"peer", draft_unless_peer(d, draft_any_peer(d))});
}

/* What came before comes again, and what was said before is remembered. */
static void back_again(struct draft *d)
{
    draft_mail_come_back(d);
    draft_mail_perhaps_lose(d, 5);
    const struct model_message *m = draft_is_one_in(d, 2) ? draft_mail_any_letter(d) : NULL;
    if (m)
        draft_mail_queue(d, &m, 1, true);
    draft_mail_hear(d);
    draft_mail_settle(d);
    for (size_t i = 0; i < d->model.n_messages; i++) {
        const struct model_message *read = &d->model.messages[i];
        if (read->letter >= 0 && d->model.mail.letters[read->letter].was_away &&
            draft_is_one_in(d, 3))
            draft_mail_answered(d, read, "read-receipt");
    }
}

static void event_away(struct draft *d)
{
    if (!DRAFT_STEP(d, VERB_DISCONNECT, {"at", draft_mail_at(d)}))
        return;
    while_away(d);
    back_again(d);
}

/* It is closed and started again from what it stored, perhaps with something unsent. */
static void event_restart(struct draft *d)
{
    const char *snapshot = draft_name(d, "snapshot");
    bool is_away =
        draft_is_one_in(d, 3) && DRAFT_STEP(d, VERB_DISCONNECT, {"at", draft_mail_at(d)});
    if (is_away)
        draft_mail_write_some(d, 2);
    if (DRAFT_STEP(d, VERB_SNAPSHOT, {"as", snapshot}, {"of", draft_party(d, MODEL_TARGET)})) {
        if (!is_away)
            DRAFT_STEP(d, VERB_DISCONNECT, {"at", draft_mail_at(d)});
        DRAFT_STEP(d, VERB_RESTORE, {"snapshot", snapshot}, {"as", draft_name(d, "target-")});
        if (draft_is_one_in(d, 2))
            while_away(d);
    }
    back_again(d);
}

/* A receipt for what was written, perhaps of somebody else, perhaps twice. */
static void event_receipt(struct draft *d)
{
    static const char *const kinds[] = {"delivered", "read"};
    const struct model_message *m = draft_mail_any_heard(d, DRAFT_HEARD_ANY);
    if (!m)
        return;
    unsigned other = draft_mail_any_other(d, m->peer);
    const char *kind = kinds[draft_below(d, COUNT_OF(kinds))], *of = model_name(&d->model, m);
    if (draft_is_one_in(d, 2) && other != MODEL_NOBODY)
        draft_mail_push(d, kind, of, draft_party(d, other), "acks");
    for (uint32_t left = 1 + draft_is_one_in(d, 4); left; left--)
        if (!draft_mail_push(d, kind, of, NULL, "tells"))
            draft_mail_push(d, kind, of, NULL, "acks");
}

static const struct model_message *ask(struct draft *d, const struct model_message *m,
                                       uint32_t count, const char *from, const char *id)
{
    struct model_answer a = DRAFT_ANSWER(d, VERB_RETRY, {"of", model_name(&d->model, m)},
                                         {"as", draft_name(d, "again")}, {"at", draft_mail_at(d)},
                                         {"count", count == 1 ? NULL : draft_number(d, count)},
                                         {"from", from}, {"id", id}, {"linger", "no"});
    return draft_made(d, a.says == MODEL_DOES);
}

/* A request for what was written, of whoever it is for; before it perhaps one that is not
 * answered. */
static void event_request(struct draft *d)
{
    draft_mail_settle(d);
    draft_mail_hear(d);
    const struct model_message *m = draft_mail_any_heard(d, DRAFT_HEARD_WANTED);
    if (!m)
        return;
    unsigned other = draft_mail_any_other(d, m->peer);
    switch (draft_below(d, 5)) {
    case 0:
    case 1:
        if (other != MODEL_NOBODY)
            ask(d, m, 1, draft_party(d, other), NULL);
        break;
    case 2:
        ask(d, m, 1, NULL, "unknown");
        break;
    case 3:
        ask(d, m, 5 + draft_below(d, 3), NULL, NULL);
        break;
    default:
        break;
    }
    uint32_t count = draft_is_one_in(d, 3) ? 2 + draft_below(d, 3) : 1;
    const struct model_message *again = ask(d, m, count, NULL, NULL);
    draft_arrive(d, again ? again : ask(d, m, 1, NULL, NULL));
}

static void event_read(struct draft *d)
{
    unsigned peer = draft_any_peer(d);
    draft_mail_settle(d);
    if (!DRAFT_STEP(d, VERB_READ, {"at", draft_mail_at(d)}, {"peer", draft_unless_peer(d, peer)}))
        return;
    draft_mail_perhaps_lose(d, 6);
    for (size_t i = 0; i < d->model.n_messages; i++) {
        const struct model_message *m = &d->model.messages[i];
        if (m->letter >= 0 && draft_is_one_in(d, 2))
            draft_mail_answered(d, m, "read-receipt");
    }
}

/* Somebody begins a conversation, by a first message that comes among others. */
static void begin(struct draft *d, unsigned peer, bool is_newest)
{
    const char *bundle = draft_name(d, "bundle");
    if (!DRAFT_STEP(d, VERB_PUBLISH, {"as", bundle}, {"by", draft_party(d, MODEL_TARGET)},
                    {"newest", is_newest ? "yes" : NULL}) ||
        !draft_start(d, peer, bundle))
        return;
    draft_mail_perhaps_lose(d, 4);
    const struct model_message *m = draft_seal(d, peer, SIDE_PEER);
    if (m)
        draft_mail_queue(d, &m, 1, false);
    draft_mail_settle(d);
}

static void event_refill(struct draft *d)
{
    uint32_t code = draft_below(d, 8);
    DRAFT_STEP(d, VERB_PUSH, {"at", draft_mail_at(d)}, {"stanza", "few-prekeys"},
               {"code", draft_number(d, code)}, {"then", code < 5 ? "publishes" : "acks"},
               {"linger", "no"});
    if (code < 5)
        DRAFT_STEP(d, VERB_VERIFY, {"at", draft_mail_at(d)}, {"rule", "refilled"});
    draft_mail_settle(d);
    draft_mail_perhaps_lose(d, 3);
    if (draft_is_one_in(d, 2))
        begin(d, draft_any_peer(d), true);
}

static void event_meet(struct draft *d)
{
    if (d->model.n_parties > PEERS_MAX)
        return;
    unsigned who = draft_meet(d);
    if (who == MODEL_NOBODY)
        return;
    if (draft_is_one_in(d, 2))
        draft_establish(d, who, draft_any_side(d));
    else
        begin(d, who, false);
}

/* What cannot be opened is asked for, perhaps again and again, and is shown when it comes. */
static void event_unreadable(struct draft *d)
{
    const struct model_message *m = draft_seal(d, draft_any_peer(d), SIDE_PEER);
    const struct model_message *copy = draft_mail_bent(d, m);
    if (!copy)
        return;
    for (uint32_t left = 1 + draft_below(d, 6); left; left--) {
        draft_mail_queue(d, &copy, 1, true);
        draft_mail_settle(d);
        draft_mail_answered(d, copy, "retry");
        draft_mail_perhaps_lose(d, 4);
    }
    if (!draft_is_one_in(d, 4)) {
        draft_mail_queue(d, &m, 1, true);
        draft_mail_settle(d);
    }
}

/* What came comes again: under its id, or (a replay) under another. */
static void event_again(struct draft *d)
{
    const struct model_message *m = draft_mail_any_letter(d);
    draft_mail_perhaps_lose(d, 3);
    if (m)
        draft_mail_queue(d, &m, 1, !draft_is_one_in(d, 4));
    draft_mail_settle(d);
}

/* Two people's messages under one id. */
static void event_same_id(struct draft *d)
{
    draft_mail_settle(d);
    const struct model_message *m = draft_mail_any_letter(d);
    unsigned who = m ? draft_mail_any_other(d, m->author) : MODEL_NOBODY;
    const struct model_message *other = who == MODEL_NOBODY ? NULL : draft_seal(d, who, SIDE_PEER);
    if (other)
        DRAFT_STEP(d, VERB_QUEUE, {"messages", model_name(&d->model, other)},
                   {"id-of", model_name(&d->model, m)});
    draft_mail_settle(d);
}

static void event_converse(struct draft *d)
{
    unsigned peer = draft_any_peer(d);
    uint32_t turns = 1 + draft_below(d, 2);
    draft_mail_settle(d);
    draft_converse(d, peer, turns, 1);
}

static const struct generator_event events[] = {
    {event_batch, 8},    {event_write, 8},   {event_both, 6},       {event_withhold, 8},
    {event_lose, 3},     {event_away, 4},    {event_restart, 6},    {event_receipt, 8},
    {event_request, 12}, {event_read, 6},    {event_refill, 4},     {event_meet, 4},
    {event_again, 5},    {event_same_id, 4}, {event_unreadable, 5}, {event_converse, 2},
};

static void beginning(struct draft *d)
{
    draft_establish(d, 1, draft_any_side(d));
    for (uint32_t left = draft_below(d, 3); left; left--)
        event_meet(d);
}

/* What was held back comes, and both directions are shown to work with everybody. */
static void ending(struct draft *d)
{
    const struct model_message *held[ENDING_BATCH] = {NULL};
    size_t n = 0;
    draft_mail_acknowledge(d, "everything");
    draft_mail_come_back(d);
    draft_mail_hear(d);
    draft_mail_settle(d);
    for (size_t i = 0; i < d->model.n_messages && n < ENDING_BATCH; i++)
        if (draft_is_wanted(&d->model, &d->model.messages[i],
                            DRAFT_HELD | DRAFT_BY_PEER | DRAFT_OF_PAIR))
            held[n++] = &d->model.messages[i];
    if (!draft_mail_queue(d, held, n, true))
        for (size_t i = 0; i < n; i++)
            if (!draft_mail_queue(d, &held[i], 1, true))
                draft_mail_queue(d, &held[i], 1, false);
    for (unsigned peer = 1; peer < d->model.n_parties; peer++) {
        const struct model_message *m = draft_seal(d, peer, SIDE_PEER);
        if (m)
            draft_mail_queue(d, &m, 1, false);
        DRAFT_STEP(d, VERB_WRITE, {"as", draft_name(d, "w")}, {"at", draft_mail_at(d)},
                   {"peer", draft_unless_peer(d, peer)});
    }
    draft_mail_hear(d);
    draft_mail_settle(d);
}

const struct generator_play generator_of_client = {
    .begin = beginning,
    .end = ending,
    .events = events,
    .n_events = COUNT_OF(events),
    .events_max = EVENTS_MAX,
    .steps_enough = STEPS_ENOUGH,
};

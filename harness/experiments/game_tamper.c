/* SPDX-License-Identifier: GPL-3.0-or-later */
/* MAC-1: bit flips, truncation and insertion. */
#include "experiments/experiment.h"

#include <string.h>

#define BITS_OF_ALL                                                                                \
    128u /* up to so many bytes every bit is flipped, in longer messages one bit a byte */
#define FLIPS_MAX 1024u /* of still longer ones only so many bytes, evenly spread */
#define CUTS_MAX 64u    /* places of truncation and insertion, evenly spread */

/* Changed forms of one message, offered to copies of its addressee. */
struct tampering {
    struct experiment *e;
    const struct message *m;
    const struct stolen_state *reader;
    struct experiment_party *copy;
    uint8_t *body; /* room for one byte more than the message */
    unsigned n_tried, n_same, n_other;
};

/* Offer |t->body|. A copy that accepted something has used its key up: a new one replaces it. */
static void offer(struct tampering *t, size_t len)
{
    struct bytes changed = bytes_of(t->body, len);
    enum opened opened = experiment_offer(t->e, t->copy, t->m->from, t->m, changed);
    t->n_tried++;
    if (opened == OPENED_REFUSED || opened == OPENED_NOTHING)
        return;
    if (opened == OPENED_BROKEN) {
        experiment_void(t->e, "a copy broke on a changed message");
        return;
    }
    t->n_same += opened == OPENED_EXACTLY;
    t->n_other += opened != OPENED_EXACTLY;
    if (t->e->outcome.n_proofs == 0) {
        outcome_prove(t->e, "as it was sealed", t->m->body);
        outcome_prove(t->e, "changed, and taken", arena_copy(&t->e->arena, changed));
    }
    t->copy = experiment_copy(t->e, t->reader);
}

static void flip_bits(struct tampering *t)
{
    size_t len = t->m->body.len, step = len > FLIPS_MAX ? len / FLIPS_MAX + 1 : 1;
    for (size_t i = 0; i < len && !t->e->is_void; i += step) {
        for (unsigned bit = 0; bit < 8; bit++) {
            uint8_t flip = (uint8_t)(1u << (len <= BITS_OF_ALL ? bit : i % 8));
            memcpy(t->body, t->m->body.data, len);
            t->body[i] ^= flip;
            offer(t, len);
            if (len > BITS_OF_ALL)
                break;
        }
    }
}

static void cut_and_insert(struct tampering *t)
{
    size_t len = t->m->body.len, step = len > CUTS_MAX ? len / CUTS_MAX + 1 : 1;
    for (size_t i = 0; i <= len && !t->e->is_void; i += step) {
        memcpy(t->body, t->m->body.data, len);
        if (i < len)
            offer(t, i);
        memcpy(t->body, t->m->body.data, i);
        t->body[i] = 0;
        memcpy(t->body + i + 1, t->m->body.data + i, len - i);
        offer(t, len + 1);
    }
}

/* After all refusals, the copy must still open the honest message. */
static void still_opens(struct tampering *t)
{
    enum opened opened = experiment_offer_again(t->e, t->copy, t->m);
    if (opened == OPENED_EXACTLY || t->e->is_void)
        return;
    outcome_prove(t->e, "the honest message", t->m->body);
    outcome_win(t->e,
                "after changed copies of message %u were refused, the message itself does not open",
                t->m->number);
}

static bool tamper(struct experiment *e, const struct message *m, struct tampering *t)
{
    *t = (struct tampering){.e = e, .m = m};
    struct experiment_party *to = experiment_honest_party(e, m->to);
    t->reader = experiment_steal(e, to);
    t->copy = experiment_copy(e, t->reader);
    t->body = arena_alloc(&e->arena, m->body.len + 2);
    if (!t->body || e->is_void)
        return false;
    flip_bits(t);
    cut_and_insert(t);
    still_opens(t);
    return !e->is_void;
}

static void play_tamper(struct experiment *e)
{
    struct tampering t;
    unsigned n_tried = 0;
    experiment_introduce(e);
    struct message *first = experiment_seal(e, e->a, e->b);
    if (!tamper(e, first, &t))
        return;
    n_tried += t.n_tried;
    if (t.n_other)
        outcome_win(e, "%u changed forms of a first message open to another text", t.n_other);
    e->outcome.n_proofs = e->outcome.played == PLAYED_WON ? e->outcome.n_proofs : 0;
    experiment_deliver(e, first);
    (void)experiment_send(e, e->b, e->a);
    for (unsigned i = 0; i < 2; i++) {
        struct experiment_party *from = experiment_party_at(e, i ? ENDPOINT_B : ENDPOINT_A);
        struct message *m = experiment_seal(e, from, experiment_other(e, from));
        if (!tamper(e, m, &t))
            return;
        n_tried += t.n_tried;
        if (t.n_same + t.n_other)
            outcome_win(e, "%u changed forms of message %u open, %u of them to another text",
                        t.n_same + t.n_other, m->number, t.n_other);
        experiment_deliver(e, m);
    }
    outcome_hold(e, "%u changed messages were refused, and the honest ones opened after", n_tried);
}

/* A first message has more fields around it, and Signal does not authenticate all of them. */
static void play_first(struct experiment *e)
{
    struct tampering t;
    experiment_introduce(e);
    struct message *m = experiment_seal(e, e->a, e->b);
    if (!tamper(e, m, &t))
        return;
    if (t.n_same)
        outcome_win(e, "%u of %u changed forms of a first message open, to the same text", t.n_same,
                    t.n_tried);
    outcome_hold(e, "%u changed first messages were refused", t.n_tried);
}

/* clang-format off */
const struct game games_of_tampering[] = {
    {.id = "MAC-1", .title = "Flipped, cut and lengthened messages", .property = "SP-02",
     .sentence = "Somebody on the network changes what a person reads, or makes it unreadable.",
     .kind = GAME_REFUTES, .is_core = true, WITH_COPIES, .n_schedules = 1, .play = play_tamper},
    {.id = "MAC-1-first", .title = "Unnoticed changes of a first message", .property = "SP-02",
     .sentence = "Parts around a first message can be changed on the way, unnoticed.",
     .kind = GAME_REFUTES, WITH_COPIES, .n_schedules = 1, .play = play_first},
    {.id = NULL},
};
/* clang-format on */

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The verb converse: honest traffic, of which some is lost, until its turns are over or so many
 * epochs are agreed. */
#include "run/verbs.h"

#include "run/exchange.h"

#include <stdio.h>
#include <string.h>

struct conversation {
    struct case_party *sides[2];
    uint32_t least, most; /* messages in a turn */
    uint32_t lost;        /* of a hundred */
    bool is_overtaking;   /* the second of two comes before the first */
    bool has_epochs;
    struct cipher_field epoch; /* where a message says its sender's */
    bool has_begun[2];
    uint32_t first[2], last[2]; /* epochs of the sides' messages */
};

static bool find_epoch_field(const struct cipher *cipher, struct cipher_field *out)
{
    for (size_t i = 0; cipher->epoch_field && cipher->fields->at(i, out); i++)
        if (strcmp(out->name, cipher->epoch_field) == 0)
            return true;
    return false;
}

/* Which epoch the message that side |i| has just made is of. */
static void note_epoch(struct context *s, struct conversation *c, size_t i, size_t slot)
{
    const struct artifact *message = context_artifact(s, slot);
    uint32_t epoch;
    if (!c->has_epochs || !message ||
        s->cipher->fields->number(&c->epoch, artifact_role(message), message->body, &epoch))
        return;
    if (!c->has_begun[i])
        c->first[i] = epoch;
    c->has_begun[i] = true;
    c->last[i] = epoch;
}

/* A message of side |i| that does not arrive, or not yet. */
static enum status hold_back(struct context *s, struct conversation *c, size_t i,
                             struct artifact **message, struct step_result *out)
{
    struct seal_what what = {
        .by = c->sides[i], .to = c->sides[1 - i], .plaintext = context_plaintext(s, 24)};
    if (!what.plaintext.data)
        return E_NOMEM;
    enum status st = exchange_seal(s, SLOT_DROPPED, &what, message, out);
    if (!st && out->seen == SEEN_DONE) {
        note_epoch(s, c, i, SLOT_DROPPED);
        out->seen = SEEN_PLAINTEXT;
    }
    return st;
}

/* One message of side |i|, which arrives or is lost. */
static enum status say(struct context *s, struct conversation *c, size_t i, struct step_result *out)
{
    struct case_party *by = c->sides[i], *to = c->sides[1 - i];
    uint32_t chance = 100;
    enum status st = c->lost ? random_below(&s->random, 100, &chance) : OK;
    if (st)
        return st;
    if (chance >= c->lost) {
        st = exchange_once(s, by, to, out);
        note_epoch(s, c, i, SLOT_PASSING);
        return st;
    }
    struct artifact *lost;
    return hold_back(s, c, i, &lost, out);
}

/* Two messages of side |i|, of which the second arrives first. */
static enum status overtake(struct context *s, struct conversation *c, size_t i,
                            struct step_result *out)
{
    struct artifact *first;
    enum status st = hold_back(s, c, i, &first, out);
    if (!st && out->seen == SEEN_PLAINTEXT)
        st = say(s, c, i, out);
    if (st || out->seen != SEEN_PLAINTEXT)
        return st;
    return exchange_deliver(s, first, c->sides[1 - i], c->sides[i], out);
}

/* So many epochs that both have agreed since the conversation began. */
static uint32_t epochs_agreed(const struct conversation *c)
{
    if (!c->has_begun[0] || !c->has_begun[1] || c->last[0] < c->first[0] ||
        c->last[1] < c->first[1])
        return 0;
    uint32_t ours = c->last[0] - c->first[0], theirs = c->last[1] - c->first[1];
    return ours < theirs ? ours : theirs;
}

static enum status take_turn(struct context *s, struct conversation *c, size_t i,
                             struct step_result *out)
{
    uint32_t n;
    enum status st = random_below(&s->random, c->most - c->least + 1, &n);
    for (n += c->least; !st && n; n--) {
        bool is_pair = c->is_overtaking && n > 1;
        st = is_pair ? overtake(s, c, i, out) : say(s, c, i, out);
        n -= is_pair;
        if (!st && out->seen != SEEN_PLAINTEXT)
            return OK;
    }
    return st;
}

static enum status conclude(struct context *s, const struct op *op, const struct conversation *c,
                            uint32_t turns, struct step_result *out)
{
    const char *name = op_text(op, ATTR_MEASURE);
    uint32_t wanted = op_number(op, ATTR_EPOCHS, 0);
    char took[16];
    verb_forget_shown(s);
    out->seen = SEEN_DONE;
    out->n_bytes = 0;
    if (epochs_agreed(c) < wanted) {
        out->seen = SEEN_UNREADABLE;
        step_says(s, out, "after %u turns %u of %u epochs are agreed: they stay in %u and %u",
                  turns, epochs_agreed(c), wanted, c->last[0], c->last[1]);
        return OK;
    }
    snprintf(took, sizeof(took), "%u", turns);
    return name ? context_measure(s, name, took) : OK;
}

enum status verb_converse(struct context *s, const struct op *op, struct step_result *out)
{
    struct conversation c = {.sides = {verb_party(s, op, ATTR_WITH), verb_party(s, op, ATTR_AT)},
                             .least = op_number(op, ATTR_MIN_BURST, 1),
                             .most = op_number(op, ATTR_MAX_BURST, 1),
                             .lost = op_number(op, ATTR_LOST, 0),
                             .is_overtaking = op_is_yes(op, ATTR_OVERTAKING),
                             .has_epochs = op_has(op, ATTR_EPOCHS)};
    uint32_t turns = op_number(op, ATTR_TURNS, 2), turn = 0;
    if (c.has_epochs && !find_epoch_field(s->cipher, &c.epoch))
        return E_MISSING;
    while (turn < turns && (!c.has_epochs || epochs_agreed(&c) < op_number(op, ATTR_EPOCHS, 0))) {
        enum status st = take_turn(s, &c, turn++ % 2, out);
        if (st || out->seen != SEEN_PLAINTEXT)
            return st;
    }
    return conclude(s, op, &c, turn, out);
}

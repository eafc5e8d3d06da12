/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/draft_mail.h"

#include <string.h>

#define BATCH_MAX 4u   /* messages in one read */
#define CHOSEN_MAX 64u /* messages or letters that are chosen from */
#define FLIPS 64u      /* bits of a MAC */

/* The name of the target, where it is not the first. */
const char *draft_mail_at(const struct draft *d)
{
    const char *name = draft_party(d, MODEL_TARGET);
    return strcmp(name, "target") == 0 ? NULL : name;
}

bool draft_mail_is_connected(const struct draft *d) { return d->model.mail.is_connected; }

/* One at another address or device than |whose|; MODEL_NOBODY. */
unsigned draft_mail_any_other(struct draft *d, unsigned whose)
{
    const struct model *m = &d->model;
    unsigned n = (unsigned)m->n_parties - 1, from = draft_below(d, n);
    for (unsigned i = 0; i < n; i++) {
        unsigned who = 1 + (from + i) % n;
        if (m->parties[who].home != m->parties[whose].home)
            return who;
    }
    return MODEL_NOBODY;
}

/* ---- what comes */

/* Names with a space between. */
static const char *listed(struct draft *d, const struct model_message *const *messages, size_t n)
{
    const char *list = NULL;
    for (size_t i = 0; i < n; i++) {
        const char *name = model_name(&d->model, messages[i]);
        list = list ? arena_printf(d->arena, "%s %s", list, name) : name;
    }
    return list;
}

bool draft_mail_queue(struct draft *d, const struct model_message *const *messages, size_t n,
                      bool has_same_id)
{
    return n && DRAFT_STEP(d, VERB_QUEUE, {"messages", listed(d, messages, n)},
                           {"same-id", has_same_id ? "yes" : NULL});
}

bool draft_mail_answered(struct draft *d, const struct model_message *m, const char *by)
{
    return DRAFT_STEP(d, VERB_ANSWERED, {"message", model_name(&d->model, m)}, {"by", by},
                      {"linger", "no"});
}

/* What was shown, and what some of what came was answered with. */
void draft_mail_settle(struct draft *d)
{
    static const char *const answers[] = {"ack", "delivery-receipt", "retry"};
    const struct model_message *came[CHOSEN_MAX];
    size_t n = 0;
    const struct model *m = &d->model;
    for (size_t i = 0; i < m->n_messages && n < CHOSEN_MAX; i++)
        if (m->messages[i].letter >= 0 && m->mail.letters[m->messages[i].letter].is_pending)
            came[n++] = &m->messages[i];
    if (!draft_mail_is_connected(d) ||
        !DRAFT_STEP(d, VERB_SHOWN, {"at", draft_mail_at(d)}, {"linger", "no"}))
        return;
    for (size_t i = 0; i < n; i++)
        if (!draft_is_one_in(d, 3))
            draft_mail_answered(d, came[i], answers[draft_below(d, COUNT_OF(answers))]);
}

/* One that came already. */
const struct model_message *draft_mail_any_letter(struct draft *d)
{
    const struct model_message *fitting[CHOSEN_MAX];
    uint32_t n = 0;
    for (size_t i = 0; i < d->model.n_messages && n < CHOSEN_MAX; i++)
        if (d->model.messages[i].letter >= 0)
            fitting[n++] = &d->model.messages[i];
    return n ? fitting[draft_below(d, n)] : NULL;
}

/* |m| with another MAC. */
const struct model_message *draft_mail_bent(struct draft *d, const struct model_message *m)
{
    uint32_t flip = draft_below(d, FLIPS);
    return draft_made(d, m && DRAFT_STEP(d, VERB_TAMPER, {"message", model_name(&d->model, m)},
                                         {"as", draft_name(d, "bent")}, {"field", "signal.mac"},
                                         {"flip", draft_number(d, flip)}));
}

/* Mostly something new; or what was held back, cannot be opened, or came already. */
static const struct model_message *any_for_batch(struct draft *d, bool *out_is_again)
{
    uint32_t kind = draft_below(d, 8);
    unsigned peer = draft_any_peer(d);
    const struct model_message *again = kind == 0 ? draft_mail_any_letter(d) : NULL;
    *out_is_again |= again != NULL;
    if (again)
        return again;
    if (kind == 1)
        return draft_mail_bent(d, draft_seal(d, peer, SIDE_PEER));
    if (kind == 2)
        return draft_any_message(d, DRAFT_HELD | DRAFT_BY_PEER | DRAFT_OF_PAIR);
    if (kind == 3) /* is overtaken */
        draft_seal(d, peer, SIDE_PEER);
    return draft_seal(d, peer, SIDE_PEER);
}

/* Several in one read. */
void draft_mail_batch(struct draft *d)
{
    const struct model_message *messages[BATCH_MAX + 1];
    size_t n = 0;
    bool is_again = false;
    for (uint32_t left = 1 + draft_below(d, BATCH_MAX); left; left--) {
        const struct model_message *m = any_for_batch(d, &is_again);
        if (m)
            messages[n++] = m;
    }
    if (n && draft_is_one_in(d, 6)) { /* twice in one read */
        messages[n] = messages[n - 1];
        n++;
        is_again = true;
    }
    if (!draft_mail_queue(d, messages, n, is_again) && n)
        draft_mail_queue(d, messages + n - 1, 1, false);
}

/* ---- connections */

/* Something of a connection's own, which must be new on each. */
static void look_at_connection(struct draft *d)
{
    static const char *const rules[] = {"fresh-token", "fresh-ephemeral"};
    if (draft_is_one_in(d, 4))
        DRAFT_STEP(d, VERB_VERIFY, {"at", draft_mail_at(d)}, {"rule", rules[draft_below(d, 2)]});
}

void draft_mail_lose(struct draft *d)
{
    static const char *const ways[] = {"close", "reset", "half-close", "within-frame",
                                       "within-length"};
    uint32_t kind = draft_below(d, 6), way = draft_below(d, COUNT_OF(ways));
    if (kind < 2)
        DRAFT_STEP(d, VERB_PUSH, {"at", draft_mail_at(d)}, {"stanza", "stream-error"},
                   {"code", "515"}, {"then", "returns"});
    else
        DRAFT_STEP(d, VERB_HANG_UP, {"at", draft_mail_at(d)}, {"how", ways[way]},
                   {"prompted", kind == 2 ? NULL : "yes"}, {"then", "returns"});
    look_at_connection(d);
}

void draft_mail_perhaps_lose(struct draft *d, uint32_t one_in)
{
    if (draft_mail_is_connected(d) && draft_is_one_in(d, one_in))
        draft_mail_lose(d);
}

void draft_mail_come_back(struct draft *d)
{
    if (!draft_mail_is_connected(d))
        DRAFT_STEP(d, VERB_CONNECT, {"at", draft_mail_at(d)});
}

/* ---- what is written */

static bool can_be_written_to(const struct model *m, unsigned who)
{
    const struct model_party *p = &m->parties[who];
    return model_trusts(m, who) && p->sides[SIDE_TARGET].has_session &&
           p->sides[SIDE_PEER].has_session;
}

void draft_mail_write_some(struct draft *d, uint32_t most)
{
    static const char *const sizes[] = {"0", "1", "16", "255", "4000"};
    unsigned peer = draft_any_peer_who(d, can_be_written_to, MODEL_NOBODY);
    for (uint32_t left = 1 + draft_below(d, most); left && peer != MODEL_NOBODY; left--) {
        const char *size = draft_is_one_in(d, 4) ? sizes[draft_below(d, COUNT_OF(sizes))] : NULL;
        DRAFT_STEP(d, VERB_WRITE, {"as", draft_name(d, "w")}, {"at", draft_mail_at(d)},
                   {"peer", draft_unless_peer(d, peer)}, {"size", size});
        if (draft_is_one_in(d, 2))
            peer = draft_any_peer_who(d, can_be_written_to, MODEL_NOBODY);
    }
}

void draft_mail_hear(struct draft *d)
{
    if (draft_mail_is_connected(d))
        DRAFT_STEP(d, VERB_HEARD, {"at", draft_mail_at(d)});
}

static bool is_heard(const struct model *m, const struct model_message *msg, enum draft_heard which)
{
    bool may_come = !msg->is_acked && msg->losses != m->mail.losses;
    return msg->written == WRITTEN_HEARD &&
           (which == DRAFT_HEARD_ANY ||
            (which == DRAFT_HEARD_WANTED ? !msg->told && !may_come : !msg->is_acked));
}

const struct model_message *draft_mail_any_heard(struct draft *d, enum draft_heard which)
{
    const struct model_message *fitting[CHOSEN_MAX];
    uint32_t n = 0;
    for (size_t i = 0; i < d->model.n_messages && n < CHOSEN_MAX; i++) {
        const struct model_message *m = &d->model.messages[i];
        if (is_heard(&d->model, m, which))
            fitting[n++] = m;
    }
    return n ? fitting[draft_below(d, n)] : NULL;
}

bool draft_mail_push(struct draft *d, const char *stanza, const char *of, const char *from,
                     const char *then)
{
    return DRAFT_STEP(d, VERB_PUSH, {"at", draft_mail_at(d)}, {"stanza", stanza}, {"of", of},
                      {"from", from}, {"then", then}, {"linger", "no"});
}

void draft_mail_acknowledge(struct draft *d, const char *what)
{
    DRAFT_STEP(d, VERB_ACKNOWLEDGE, {"what", what});
}

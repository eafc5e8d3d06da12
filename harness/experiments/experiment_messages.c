/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The target's answers, and messages offered to its parties. One file, because an answer can bring
 * messages of its own, and delivering those brings answers again.
 */
#include "experiments/experiment_internal.h"

struct target_conversation experiment_conversation(const struct experiment_party *holder,
                                                   const struct experiment_party *other,
                                                   const struct message *m)
{
    return (struct target_conversation){
        .party = holder->handle, .peer = other->address, .group = m ? m->group : NULL};
}

struct message *experiment_no_message(struct experiment *e)
{
    static struct message nothing;
    struct message *m = arena_alloc(&e->arena, sizeof(*m));
    if (!m)
        return &nothing;
    m->from = e->a;
    m->to = e->b;
    return m;
}

struct message *experiment_add_message(struct experiment *e, const struct experiment_party *from,
                                       const struct experiment_party *to, uint32_t kind,
                                       struct bytes body, struct bytes plaintext)
{
    struct message *m = arena_alloc(&e->arena, sizeof(*m));
    struct bytes kept = arena_copy(&e->arena, body);
    if (!m || !kept.data) {
        experiment_void(e, "out of memory");
        return NULL;
    }
    *m = (struct message){.number = ++e->n_messages,
                          .from = from,
                          .to = to,
                          .kind = kind,
                          .body = kept,
                          .plaintext = plaintext};
    return m;
}

/* ---- answers */

/* Deliver a message that came beside an answer, when an honest party has its address. */
static void deliver_outgoing(struct experiment *e, struct experiment_party *by,
                             const struct target_outgoing *o)
{
    struct experiment_party *to = experiment_reachable(e, o->to);
    if (!to || by->driver != e->options.honest_driver) {
        experiment_tell(e, "%s sends %zu bytes beside, to nobody here", by->name, o->body.len);
        return;
    }
    if (e->cascade == EXPERIMENT_CASCADE_MAX) {
        experiment_void(e, "messages that cause messages without end");
        return;
    }
    struct message *m = experiment_alloc(e, sizeof(*m));
    if (!m)
        return;
    *m = (struct message){
        .number = ++e->n_messages, .from = by, .to = to, .kind = o->kind, .body = o->body};
    experiment_tell(e, "%s sends message %u beside, to %s", by->name, m->number, to->name);
    e->cascade++;
    (void)experiment_offer_again(e, to, m);
    m->is_delivered = true;
    experiment_clones_read(e, m, to);
    e->cascade--;
}

enum answer_kind experiment_take_answer(struct experiment *e, struct experiment_party *by,
                                        enum status st, const struct answer *a, const char *what)
{
    if (e->is_void)
        return ANSWER_NONE;
    if (st) {
        experiment_void(e, "assay could not do its part (%s: %s)", what, status_text(st));
        return ANSWER_NONE;
    }
    bool is_refusal = a->seen == SEEN_REFUSAL;
    switch (a->seen) {
    case SEEN_UNSUPPORTED:
        experiment_unable(e, "the target answered unsupported to: %s", what);
        return ANSWER_NONE;
    case SEEN_DONE:
    case SEEN_NOTHING_YET:
    case SEEN_ABSORBED:
    case SEEN_REFUSAL:
        if (a->warned && by->driver == e->options.honest_driver) {
            e->has_warned = true;
            if (!is_refusal)
                experiment_tell(e, "%s is told of a changed key", by->name);
        }
        for (size_t i = 0; i < a->n_outgoing && !e->is_void; i++)
            deliver_outgoing(e, by, &a->outgoing[i]);
        return e->is_void ? ANSWER_NONE : is_refusal ? ANSWER_REFUSED : ANSWER_DONE;
    default:
        experiment_tell(e, "%s: %s %s", what, seen_name(a->seen), a->detail);
        /* What a broken target would have done is not known: that is neither a refusal nor a win.
         * After a stated fault the target is still there, and has not accepted. */
        if (!e->copies_may_break && a->seen != SEEN_FAULT)
            experiment_void(e, "the target broke (%s): %s", what, seen_name(a->seen));
        return ANSWER_BROKEN;
    }
}

bool experiment_require(struct experiment *e, struct experiment_party *by, enum status st,
                        const struct answer *a, const char *what)
{
    enum answer_kind got = experiment_take_answer(e, by, st, a, what);
    if (got == ANSWER_REFUSED || got == ANSWER_BROKEN)
        experiment_void(e, "%s: %s: %s%s%s", by->name, what, seen_name(a->seen),
                        a->detail[0] ? ": " : "", a->detail);
    return got == ANSWER_DONE;
}

/* ---- offering */

bool opened_is_taken(enum opened opened)
{
    return opened == OPENED_EXACTLY || opened == OPENED_OTHERWISE;
}

enum opened experiment_offer(struct experiment *e, struct experiment_party *reader,
                             const struct experiment_party *from, const struct message *m,
                             struct bytes body)
{
    static const char *const words[] = {
        [OPENED_NOTHING] = "nothing",
        [OPENED_EXACTLY] = "opens it",
        [OPENED_OTHERWISE] = "opens it to something else",
        [OPENED_SILENTLY] = "takes it",
        [OPENED_REFUSED] = "refuses it",
        [OPENED_BROKEN] = "breaks on it",
    };
    struct target_conversation where = experiment_conversation(reader, from, m);
    struct answer a;
    enum opened opened = OPENED_NOTHING;
    if (e->is_void)
        return opened;
    enum status st = driver_open_message(reader->driver, &where, m->kind, body, &e->arena, &a);
    enum answer_kind got = experiment_take_answer(e, reader, st, &a, "a message to be opened");
    e->last_reason = got == ANSWER_REFUSED ? a.reason : 0;
    if (got == ANSWER_REFUSED)
        opened = OPENED_REFUSED;
    else if (got == ANSWER_BROKEN)
        opened = OPENED_BROKEN;
    else if (got == ANSWER_DONE && a.seen == SEEN_ABSORBED)
        opened = OPENED_SILENTLY;
    else if (got == ANSWER_DONE)
        opened = bytes_equal(a.body, m->plaintext) ? OPENED_EXACTLY : OPENED_OTHERWISE;
    if (opened == OPENED_EXACTLY || opened == OPENED_OTHERWISE)
        e->last_plaintext = a.body;
    experiment_tell(e, "message %u goes to %s as from %s, who %s", m->number, reader->name,
                    from->name, words[opened]);
    return opened;
}

enum opened experiment_offer_again(struct experiment *e, struct experiment_party *reader,
                                   const struct message *m)
{
    return experiment_offer(e, reader, m->from, m, m->body);
}

bool experiment_opens(struct experiment *e, struct experiment_party *reader,
                      const struct message *m)
{
    enum opened opened = experiment_offer_again(e, reader, m);
    if (opened == OPENED_BROKEN)
        experiment_void(e, "%s breaks on honest message %u", reader->name, m->number);
    return opened == OPENED_EXACTLY;
}

void experiment_clones_read(struct experiment *e, struct message *m,
                            const struct experiment_party *reader)
{
    e->copies_may_break = true;
    for (size_t i = 0; i < e->n_clones && !e->is_void; i++) {
        struct clone *c = &e->clones[i];
        if (c->owner != reader || c->has_died)
            continue;
        enum opened opened = experiment_offer(e, c->copy, m->from, m, m->body);
        c->has_died = opened == OPENED_BROKEN;
        if (opened == OPENED_EXACTLY && m->plaintext.len)
            m->is_read = true;
    }
    e->copies_may_break = false;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What several verbs need: who and what an op names, and a relation that holds or not. */
#include "run/verbs.h"

#include "run/exchange.h"

struct case_party *verb_party(struct context *s, const struct op *op, enum attr a)
{
    return context_party(s, op_index(op, a));
}

struct artifact *verb_artifact(struct context *s, const struct op *op, enum attr a)
{
    return context_artifact(s, op_index(op, a));
}

struct target_conversation verb_conversation(struct context *s, const struct op *op, enum attr whom)
{
    return (struct target_conversation){.party = verb_party(s, op, ATTR_AT)->name,
                                        .peer = case_party_address(verb_party(s, op, whom))};
}

enum status verb_artifacts(struct context *s, const struct op *op, enum attr a,
                           struct artifact **out, size_t *out_count)
{
    const struct operand *o = op_operand(op, a);
    *out_count = 0;
    for (size_t i = 0; o && i < o->list.n; i++)
        if (!(out[(*out_count)++] = context_artifact(s, o->list.items[i])))
            return E_MISSING;
    return OK;
}

const char *verb_id_before(struct context *s, const struct artifact *message)
{
    const char *id = message->id;
    if (!id && message->origin)
        id = message->origin->id;
    for (size_t i = 0; !id && i < N_SLOT; i++)
        if (s->artifacts[i] && s->artifacts[i]->origin == message)
            id = s->artifacts[i]->id;
    return id;
}

void verb_take_relation(bool holds, struct step_result *out)
{
    out->seen = holds ? SEEN_RELATION_HOLDS : SEEN_RELATION_BROKEN;
}

void verb_forget_shown(struct context *s)
{
    for (size_t i = 0; i < s->n_parties; i++)
        s->parties[i].n_shown = s->parties[i].n_events;
}

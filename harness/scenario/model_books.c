/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/model_internal.h"

/* ---- answers */

const struct model_answer model_open_question = {.says = MODEL_OPEN_QUESTION};

struct model_answer model_does(enum theme theme)
{
    return (struct model_answer){.says = MODEL_DOES, .theme = theme};
}

struct model_answer model_refuse(struct model *m, struct model_party *p, unsigned to,
                                 enum theme theme)
{
    if (to == MODEL_TARGET) {
        p->sides[SIDE_TARGET].has_refused = true;
        m->stamp++;
    }
    return (struct model_answer){.says = MODEL_REFUSES, .theme = theme};
}

/* ---- who and what a step names */

const char *model_name(const struct model *m, const struct model_message *message)
{
    return m->scope.artifacts[message->artifact].name;
}

unsigned model_bit(unsigned who) { return 1u << who; }

bool model_has_opened(const struct model_message *message, unsigned who)
{
    return message->opened_by & model_bit(who);
}

struct model_message *model_message_in(struct model *m, const struct op *op, enum attr a)
{
    uint32_t artifact = op_index(op, a);
    for (size_t i = 0; i < m->n_messages; i++)
        if (m->messages[i].artifact == artifact)
            return &m->messages[i];
    return NULL;
}

struct model_bundle *model_bundle_in(struct model *m, const struct op *op)
{
    uint32_t artifact = op_index(op, ATTR_BUNDLE);
    for (size_t i = 0; i < m->n_bundles; i++)
        if (m->bundles[i].artifact == artifact)
            return &m->bundles[i];
    return NULL;
}

/* ---- messages */

bool model_has_room(unsigned sealed, unsigned count)
{
    return count <= MODEL_SEALED_MAX && sealed <= MODEL_SEALED_MAX - count;
}

struct model_message *model_add_message(struct model *m, const struct op *op, unsigned author)
{
    struct model_message *made = &m->messages[m->n_messages++];
    *made = (struct model_message){.artifact = op_index(op, ATTR_AS),
                                   .author = author,
                                   .chain = NOTHING,
                                   .origin = NOTHING,
                                   .bundle = NOTHING};
    return made;
}

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
                                   .bundle = NOTHING,
                                   .letter = NOTHING};
    return made;
}

/* ---- a whole client */

static bool has_outstanding(const struct model *m)
{
    for (size_t i = 0; i < m->n_messages; i++)
        if (m->messages[i].written == WRITTEN_OUT)
            return true;
    return false;
}

bool model_is_busy(const struct model *m) { return m->mail.is_pending || has_outstanding(m); }

void model_connect_target(struct model *m) { m->mail.is_connected = true; }

/* What is on its way may or may not have arrived, in both directions. */
void model_lose(struct model *m)
{
    m->mail.losses++;
    m->mail.is_lost = true;
    m->mail.may_refill_again |= m->mail.is_refilling;
    for (size_t i = 0; i < m->n_messages; i++)
        m->messages[i].may_fail |= m->messages[i].written == WRITTEN_OUT;
    for (size_t i = 0; m->mail.is_pending && i < m->mail.n_letters; i++)
        m->mail.letters[i].is_unsure |=
            m->mail.letters[i].is_pending && !m->mail.letters[i].is_shown;
}

void model_restart_client(struct model *m)
{
    m->mail.is_connected = false;
    m->mail.is_restarted = true;
    m->mail.losses++;
    for (size_t i = 0; i < m->mail.n_letters; i++)
        m->mail.letters[i].is_of_before = true;
}

struct model_letter *model_letter_new(struct model *m, const struct model_message *msg, unsigned id)
{
    if (m->mail.n_letters == MODEL_LETTERS_MAX)
        return NULL;
    struct model_letter *l = &m->mail.letters[m->mail.n_letters++];
    *l = (struct model_letter){.id = id ? id : ++m->mail.n_ids, .author = msg->author};
    return l;
}

void model_came(struct model *m, struct model_message *msg, bool is_shown)
{
    struct model_letter *l = model_letter_new(m, msg, 0);
    if (!l)
        return;
    msg->letter = (int)(l - m->mail.letters);
    l->is_shown = is_shown;
    l->is_unsure = true; /* what is asked of it there is asked by <deliver> */
    if (is_shown && m->mail.n_shown < OP_LISTED_MAX)
        m->mail.shown[m->mail.n_shown++] = (unsigned)(msg - m->messages);
}

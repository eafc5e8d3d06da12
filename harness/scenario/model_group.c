/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/model_internal.h"

#include <string.h>

/* The newest of |author| in |group|; NOTHING for none. An address that two parties have is left
 * alone: some keep their keys together. */
static int newest_chain(const struct model *m, unsigned author, const char *group)
{
    for (size_t i = m->n_chains; i && model_is_alone(m, author); i--)
        if (m->chains[i - 1].author == author && strcmp(m->chains[i - 1].group, group) == 0)
            return (int)i - 1;
    return NOTHING;
}

bool model_seals_in_group(const struct model *m, unsigned who, const char *group)
{
    return newest_chain(m, who, group) != NOTHING;
}

struct model_answer model_distribute(struct model *m, const struct op *op)
{
    unsigned by = model_who(m, op, ATTR_BY);
    const char *group = op_text(op, ATTR_GROUP);
    if (by == MODEL_NOBODY || !m->cipher->groups || !model_is_alone(m, by) ||
        m->n_messages == MODEL_MESSAGES_MAX)
        return model_open_question;
    int chain = newest_chain(m, by, group);
    if (chain == NOTHING || op_is_yes(op, ATTR_FRESH)) {
        if (m->n_chains == MODEL_CHAINS_MAX)
            return model_open_question;
        chain = (int)m->n_chains++;
        m->chains[chain] = (struct model_chain){.group = group, .author = by};
    }
    struct model_message *made = model_add_message(m, op, by);
    made->chain = chain;
    made->is_distribution = true;
    made->order = m->chains[chain].sealed;
    m->stamp++;
    return model_does(THEME_GROUP);
}

struct model_chain *model_sealing_chain(struct model *m, const struct op *op, unsigned by,
                                        unsigned count)
{
    int chain = by == MODEL_NOBODY ? NOTHING : newest_chain(m, by, op_text(op, ATTR_GROUP));
    return chain != NOTHING && model_has_room(m->chains[chain].sealed, count) ? &m->chains[chain]
                                                                              : NULL;
}

struct model_answer model_seal_in_group(struct model *m, const struct op *op, unsigned by)
{
    struct model_chain *c = model_sealing_chain(m, op, by, 1);
    if (!c)
        return model_open_question;
    struct model_message *made = model_add_message(m, op, by);
    made->chain = (int)(c - m->chains);
    made->order = c->sealed++;
    m->stamp++;
    return model_does(THEME_GROUP);
}

static enum theme theme_in_group(const struct model *m, const struct model_message *msg,
                                 const struct model_party *p, unsigned to)
{
    if (to == MODEL_TARGET && p->sides[SIDE_TARGET].has_refused)
        return THEME_AFTER_REFUSAL;
    return msg->order + 1 < m->chains[msg->chain].next[to] ? THEME_GROUP_OVERTAKEN : THEME_GROUP;
}

/* Does |to| have another sender key of the same author and group? */
static bool has_another(const struct model *m, int chain, unsigned to)
{
    const struct model_chain *c = &m->chains[chain];
    for (int i = 0; i < (int)m->n_chains; i++)
        if (i != chain && m->chains[i].author == c->author && m->chains[i].from[to] &&
            strcmp(m->chains[i].group, c->group) == 0)
            return true;
    return false;
}

static struct model_answer open_in_group(struct model *m, struct model_message *msg,
                                         struct model_party *p, unsigned to)
{
    struct model_chain *c = &m->chains[msg->chain];
    bool is_newest = newest_chain(m, c->author, c->group) == msg->chain;
    bool has_another_key = has_another(m, msg->chain, to);
    if (msg->is_distribution && (c->from[to] || !is_newest))
        return model_open_question;
    if (model_has_opened(msg, to))
        return model_refuse(m, p, to, THEME_GROUP_REPLAYED);
    if (!msg->is_distribution && (!c->from[to] || msg->order + 1 < c->from[to]))
        return model_refuse(
            m, p, to, c->from[to] || has_another_key ? THEME_GROUP_OUTSIDE : THEME_GROUP_UNKNOWN);
    /* whether the keys before the newest are kept is not decided */
    if (!is_newest && has_another_key)
        return model_open_question;
    struct model_answer a = {.says = MODEL_OPENS, .theme = theme_in_group(m, msg, p, to)};
    if (msg->is_distribution) {
        a.says = MODEL_ABSORBS;
        c->from[to] = c->next[to] = msg->order + 1;
    } else if (msg->order + 1 >= c->next[to]) {
        a.gap = msg->order + 1 - c->next[to];
        c->next[to] = msg->order + 2;
    }
    msg->opened_by |= model_bit(to);
    if (to == MODEL_TARGET)
        p->sides[SIDE_TARGET].has_refused = false;
    m->stamp++;
    return a;
}

/* |p| is the party of the harness that sent it or that it came to. */
struct model_answer model_deliver_in_group(struct model *m, const struct op *op,
                                           struct model_message *msg, unsigned to, unsigned from)
{
    const char *claimed = op_text(op, ATTR_GROUP), *own = m->chains[msg->chain].group;
    bool is_misnamed = from != msg->author || (claimed && strcmp(claimed, own) != 0);
    unsigned peer = to == MODEL_TARGET ? from : to;
    if (to == MODEL_NOBODY || from == MODEL_NOBODY || to == from || peer == MODEL_TARGET ||
        (to != MODEL_TARGET && msg->author != MODEL_TARGET) || !model_is_alone(m, msg->author) ||
        !model_is_alone(m, peer))
        return model_open_question;
    if ((msg->origin != NOTHING || is_misnamed) && (to != MODEL_TARGET || msg->is_distribution))
        return model_open_question;
    if (is_misnamed)
        return model_refuse(m, &m->parties[peer], to, THEME_GROUP_MISNAMED);
    if (msg->origin != NOTHING)
        return model_refuse(m, &m->parties[peer], to, THEME_GROUP_FORGED);
    return to == msg->author ? model_open_question : open_in_group(m, msg, &m->parties[peer], to);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/model_internal.h"

#include <string.h>

/* ---- who is who */

struct model_party *model_add_party(struct model *m, uint32_t party, const char *address)
{
    unsigned who = (unsigned)m->n_parties++;
    struct model_party *p = &m->parties[who];
    *p = (struct model_party){
        .party = party, .address = address, .device = 1, .home = who, .identity = who};
    p->sides[SIDE_TARGET].bundle = p->sides[SIDE_PEER].bundle = NOTHING;
    return p;
}

const char *model_party(const struct model *m, unsigned who)
{
    return m->scope.parties[m->parties[who].party].name;
}

unsigned model_index(const struct model *m, const struct model_party *p)
{
    return (unsigned)(p - m->parties);
}

unsigned model_who(const struct model *m, const struct op *op, enum attr a)
{
    uint32_t party = op_index(op, a);
    for (unsigned i = 0; i < m->n_parties; i++)
        if (m->parties[i].party == party)
            return i;
    return MODEL_NOBODY;
}

bool model_is_current(const struct model *m, const struct op *op, enum attr a)
{
    return model_who(m, op, a) == MODEL_TARGET;
}

struct model_party *model_between(struct model *m, unsigned one, unsigned two)
{
    if (one == MODEL_NOBODY || two == MODEL_NOBODY ||
        (one == MODEL_TARGET) == (two == MODEL_TARGET))
        return NULL;
    struct model_party *p = &m->parties[one == MODEL_TARGET ? two : one];
    return p->is_replaced ? NULL : p;
}

struct model_party *model_home(struct model *m, const struct model_party *p)
{
    return &m->parties[p->home];
}

bool model_is_alone(const struct model *m, unsigned who)
{
    unsigned n = 0;
    for (unsigned i = 1; i < m->n_parties; i++)
        n += m->parties[i].home == m->parties[who].home;
    return n < 2 || who == MODEL_TARGET;
}

bool model_trusts(const struct model *m, unsigned who)
{
    unsigned trusted = m->parties[m->parties[who].home].trusted;
    return !m->parties[who].is_replaced && (!trusted || trusted == m->parties[who].identity);
}

void model_trust(struct model *m, const struct model_party *p)
{
    model_home(m, p)->trusted = p->identity;
}

/* ---- who there is */

/* Another device of a person has their identity key; who else is at one device has another. */
struct model_answer model_peer(struct model *m, const struct op *op)
{
    const char *address = op_text(op, op_has(op, ATTR_ADDRESS) ? ATTR_ADDRESS : ATTR_NAME);
    unsigned device = op_number(op, ATTR_DEVICE, 1), home = (unsigned)m->n_parties;
    unsigned twin = op_has(op, ATTR_IDENTITY_OF) ? model_who(m, op, ATTR_IDENTITY_OF) : home;
    if (m->n_parties == MODEL_PARTIES_MAX || twin == MODEL_NOBODY || strcmp(address, "target") == 0)
        return model_open_question;
    unsigned identity = twin == home ? home : m->parties[twin].identity;
    for (unsigned i = 1; i < m->n_parties; i++) {
        const struct model_party *p = &m->parties[i];
        bool is_same_device = p->device == device, is_same_identity = p->identity == identity;
        bool is_same_address = strcmp(p->address, address) == 0;
        if (is_same_address ? is_same_device == is_same_identity : is_same_identity)
            return model_open_question;
        if (!is_same_address || !is_same_device)
            continue;
        /* whether an identity is known without a session is not decided */
        if (p->epoch)
            return model_open_question;
        home = p->home;
    }
    struct model_party *p = model_add_party(m, op_index(op, ATTR_NAME), address);
    p->device = device;
    p->home = home;
    p->identity = identity;
    return model_does(THEME_PLAIN);
}

/* ---- the target's storage and its person */

struct model_answer model_snapshot(struct model *m, const struct op *op)
{
    if (model_who(m, op, ATTR_OF) != MODEL_TARGET || m->n_snapshots == MODEL_SNAPSHOTS_MAX ||
        (m->mail.is_connected && model_is_busy(m)))
        return model_open_question;
    m->snapshots[m->n_snapshots].artifact = op_index(op, ATTR_AS);
    m->snapshots[m->n_snapshots].of = m->parties[MODEL_TARGET].party;
    m->snapshots[m->n_snapshots++].stamp = m->stamp;
    return model_does(THEME_RESTARTED);
}

/* Only from the newest state: going back in time is another subject (S-18). */
struct model_answer model_restore(struct model *m, const struct op *op)
{
    struct model_party *target = &m->parties[MODEL_TARGET];
    for (size_t i = 0; i < m->n_snapshots; i++) {
        if (m->snapshots[i].artifact != op_index(op, ATTR_SNAPSHOT))
            continue;
        if (m->snapshots[i].stamp != m->stamp || m->snapshots[i].of != target->party)
            return model_open_question;
        target->party = op_index(op, ATTR_AS);
        m->restarts++;
        model_restart_client(m);
        m->stamp++;
        return model_does(THEME_RESTARTED);
    }
    return model_open_question;
}

/* What is on its way at that moment is lost, in both directions: the peer must not go on with a
 * session that the target no longer has. */
struct model_answer model_forget(struct model *m, const struct op *op)
{
    struct model_party *p =
        model_between(m, model_who(m, op, ATTR_AT), model_who(m, op, ATTR_PEER));
    if (!p || !model_is_alone(m, model_index(m, p)))
        return model_open_question;
    p->epoch++;
    m->stamp++;
    for (int i = 0; i < N_SIDE; i++) {
        p->sides[i].has_session = false;
        p->sides[i].is_waiting = false;
    }
    return model_does(THEME_SESSIONS);
}

/* Who was trusted there is not heard any more: whether the sessions with them live on is not
 * decided. */
struct model_answer model_accept(struct model *m, const struct op *op)
{
    unsigned whose = model_who(m, op, ATTR_IDENTITY_OF), peer = model_who(m, op, ATTR_PEER);
    struct model_party *p = model_between(m, model_who(m, op, ATTR_AT), whose);
    if (!p || peer == MODEL_NOBODY || m->parties[peer].home != p->home || model_trusts(m, whose) ||
        op_has(op, ATTR_CHANGED))
        return model_open_question;
    unsigned before = model_home(m, p)->trusted;
    for (unsigned i = 1; i < m->n_parties; i++)
        m->parties[i].is_replaced |=
            m->parties[i].home == p->home && m->parties[i].identity == before;
    model_trust(m, p);
    p->is_accepted = true;
    m->stamp++;
    return model_does(THEME_ACCEPTED);
}

/* Both have to know who the other is. */
struct model_answer model_fingerprint(struct model *m, const struct op *op)
{
    unsigned with = model_who(m, op, ATTR_WITH);
    bool is_equal = op_number(op, ATTR_RELATION, FINGERPRINTS_EQUAL) == FINGERPRINTS_EQUAL;
    if (model_who(m, op, ATTR_AT) != MODEL_TARGET || with == MODEL_NOBODY || with == MODEL_TARGET ||
        !m->parties[m->parties[with].home].trusted || model_trusts(m, with) != is_equal ||
        !m->parties[with].sides[SIDE_PEER].has_session ||
        (is_equal && !m->parties[with].sides[SIDE_TARGET].has_session))
        return model_open_question;
    m->stamp++;
    return model_does(THEME_FINGERPRINT);
}

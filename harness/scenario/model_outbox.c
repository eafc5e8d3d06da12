/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a whole client must remember of what its person wrote, over losses and restarts: what is on
 * its way, was heard, acknowledged, delivered and asked for again. And what else the gatekeeper
 * sends. */
#include "scenario/model_internal.h"

#include "scenario/wire_words.h"

/* What the usual profile has: below so many one-time prekeys new ones are due; a request of this
 * count has keys. */
#define REFILL_BELOW 5u
#define KEYS_FROM 2u

/* ---- what the person writes */

struct model_answer model_write(struct model *m, const struct op *op)
{
    unsigned to = model_who(m, op, ATTR_PEER);
    struct model_party *p =
        model_is_current(m, op, ATTR_AT) ? model_between(m, MODEL_TARGET, to) : NULL;
    struct model_side *s = p ? &p->sides[SIDE_TARGET] : NULL;
    if (!s || !s->has_session || !p->sides[SIDE_PEER].has_session || !model_trusts(m, to) ||
        !model_has_room(s->sealed, 1) || m->n_messages == MODEL_MESSAGES_MAX)
        return model_open_question;
    struct model_message *made = model_add_message(m, op, MODEL_TARGET);
    made->peer = to;
    made->written = WRITTEN_OUT;
    made->may_fail = !m->mail.is_connected;
    made->turn = s->turn;
    made->order = ++s->sealed;
    made->epoch = p->epoch;
    m->stamp++;
    return model_does(THEME_WRITTEN);
}

struct model_answer model_heard(struct model *m, const struct op *op)
{
    const struct operand *messages = op_operand(op, ATTR_MESSAGES);
    size_t n = 0;
    bool may_fail = false;
    if (!model_is_current(m, op, ATTR_AT) || !m->mail.is_connected || !messages)
        return model_open_question;
    for (size_t i = 0; i < m->n_messages; i++) {
        const struct model_message *msg = &m->messages[i];
        if (msg->written != WRITTEN_OUT)
            continue;
        if (n == messages->list.n || messages->list.items[n] != msg->artifact)
            return model_open_question;
        may_fail |= msg->may_fail;
        n++;
    }
    if (n == 0 || n != messages->list.n || may_fail != op_is_yes(op, ATTR_MAY_FAIL))
        return model_open_question;
    for (size_t i = 0; i < m->n_messages; i++) {
        struct model_message *msg = &m->messages[i];
        if (msg->written != WRITTEN_OUT)
            continue;
        msg->written = msg->may_fail ? WRITTEN_UNSURE : WRITTEN_HEARD;
        msg->losses = m->mail.losses;
        msg->is_acked = !m->mail.is_withholding;
        msg->opened_by = model_bit(msg->peer);
        model_note_heard(m, msg);
    }
    m->stamp++;
    return model_does(may_fail ? THEME_WRITTEN_AWAY : THEME_WRITTEN);
}

/* A message of the target's that is known to have come. */
static struct model_message *heard_in(struct model *m, const struct op *op)
{
    struct model_message *msg = model_message_in(m, op, ATTR_OF);
    return msg && msg->written == WRITTEN_HEARD ? msg : NULL;
}

/* ---- what the gatekeeper sends of its own */

/* Who was told more need not be told less, nor the same again. */
static struct model_answer push_receipt(struct model *m, const struct op *op)
{
    struct model_message *msg = heard_in(m, op);
    bool is_read = op_number(op, ATTR_STANZA, SERVICE_NONE) == SERVICE_READ;
    enum model_told told = is_read ? TOLD_READ : TOLD_DELIVERED;
    uint32_t then = op_number(op, ATTR_THEN, N_AFTER_PUSH);
    unsigned from = op_has(op, ATTR_FROM) ? model_who(m, op, ATTR_FROM) : msg ? msg->peer : 0;
    if (!msg || from == MODEL_NOBODY || from == MODEL_TARGET)
        return model_open_question;
    bool is_theirs = m->parties[from].home == m->parties[msg->peer].home;
    bool is_news = is_theirs && msg->told < told;
    if (then != AFTER_PUSH_ACKS && !(then == AFTER_PUSH_TELLS && is_news))
        return model_open_question;
    if (is_news) {
        msg->told = told;
        msg->is_acked = true; /* what was delivered was sent */
    }
    return model_does(is_theirs ? THEME_TOLD : THEME_STRANGER);
}

/* On the connection on which it came. */
static struct model_answer push_taken(struct model *m, const struct op *op)
{
    struct model_message *msg = heard_in(m, op);
    if (!msg || msg->is_acked || msg->losses != m->mail.losses || op_has(op, ATTR_FROM) ||
        op_number(op, ATTR_THEN, N_AFTER_PUSH) != AFTER_PUSH_TELLS)
        return model_open_question;
    msg->is_acked = true;
    return model_does(THEME_SENT);
}

static struct model_answer push_count(struct model *m, const struct op *op)
{
    bool is_few = op_number(op, ATTR_CODE, 0) < REFILL_BELOW;
    uint32_t then = op_number(op, ATTR_THEN, N_AFTER_PUSH);
    if (then != (is_few ? AFTER_PUSH_PUBLISHES : AFTER_PUSH_ACKS))
        return model_open_question;
    m->mail.is_refilled |= is_few;
    m->mail.is_refilling |= is_few;
    return model_does(THEME_REFILLED);
}

static struct model_answer push_515(struct model *m, const struct op *op)
{
    if (op_number(op, ATTR_CODE, 0) != 515 ||
        op_number(op, ATTR_THEN, N_AFTER_PUSH) != AFTER_PUSH_RETURNS)
        return model_open_question;
    model_lose(m);
    return model_does(THEME_RETURNS);
}

struct model_answer model_push(struct model *m, const struct op *op)
{
    struct model_answer answer = model_open_question;
    if (!model_is_current(m, op, ATTR_AT) || !m->mail.is_connected || op_has(op, ATTR_BEND) ||
        op_has(op, ATTR_CHANNEL) || op_number(op, ATTR_TIMES, 1) != 1)
        return model_open_question;
    switch (op_number(op, ATTR_STANZA, SERVICE_NONE)) {
    case SERVICE_DELIVERED:
    case SERVICE_READ:
        answer = push_receipt(m, op);
        break;
    case SERVICE_TAKEN:
        answer = push_taken(m, op);
        break;
    case SERVICE_FEW_PREKEYS:
        answer = push_count(m, op);
        break;
    case SERVICE_STREAM_ERROR:
        answer = push_515(m, op);
        break;
    default:
        break;
    }
    m->stamp += answer.says != MODEL_OPEN_QUESTION;
    return answer;
}

/* What was published may come again where a loss hides that it was taken. */
struct model_answer model_verify(struct model *m, const struct op *op)
{
    if (!model_is_current(m, op, ATTR_AT) || op_has(op, ATTR_OF) || !m->mail.is_connected)
        return model_open_question;
    switch (op_number(op, ATTR_RULE, RULE_NONE)) {
    case RULE_FRESH_EPHEMERAL:
        return model_does(THEME_FRESH_KEY);
    case RULE_FRESH_TOKEN:
        return model_does(THEME_FRESH_TOKEN);
    case RULE_REFILLED:
        return m->mail.is_refilled && !m->mail.may_refill_again ? model_does(THEME_REFILLED)
                                                                : model_open_question;
    default:
        return model_open_question;
    }
}

/* Without a word who sent the message, before any restart. */
static bool is_asked(const struct model *m, const struct op *op)
{
    return op_has(op, ATTR_AT) ? model_is_current(m, op, ATTR_AT)
                               : m->parties[MODEL_TARGET].party == OP_TARGET;
}

/* Its addressee gets it again, from the profile's count on perhaps in a session begun from the keys
 * in the request; nobody else does. */
struct model_answer model_retry(struct model *m, const struct op *op)
{
    struct model_message *msg = heard_in(m, op);
    unsigned from = op_has(op, ATTR_FROM) ? model_who(m, op, ATTR_FROM) : msg ? msg->peer : 0;
    uint32_t count = op_number(op, ATTR_COUNT, 1);
    struct model_party *p = msg ? model_between(m, MODEL_TARGET, msg->peer) : NULL;
    if (!p || from == MODEL_NOBODY || from == MODEL_TARGET || op_has(op, ATTR_KEYS_OF) ||
        !is_asked(m, op) || !m->mail.is_connected || model_is_busy(m) ||
        m->n_messages == MODEL_MESSAGES_MAX || !model_trusts(m, msg->peer))
        return model_open_question;
    bool is_theirs = from == msg->peer;
    bool is_unknown = op_number(op, ATTR_ID, RETRIED_ID_SAME) == RETRIED_ID_UNKNOWN;
    if (!is_theirs && m->parties[from].home == p->home)
        return model_open_question;
    bool is_refused = !is_theirs || is_unknown || count >= MODEL_GIVE_UP;
    m->stamp += is_refused;
    if (is_refused)
        return (struct model_answer){.says = MODEL_REFUSES,
                                     .theme = !is_theirs   ? THEME_STRANGER
                                              : is_unknown ? THEME_UNKNOWN
                                                           : THEME_TOO_LATE};
    /* who says that they have it has no need of it; and what may come by itself is no answer */
    bool may_come = !msg->is_acked && msg->losses != m->mail.losses;
    if (msg->told || may_come || (count >= KEYS_FROM && !model_may_begin_session(m, p)))
        return model_open_question;
    m->stamp++;
    msg->is_acked |= !m->mail.is_withholding;
    struct model_message *made = model_add_message(m, op, MODEL_TARGET);
    made->peer = model_index(m, p);
    made->turn = p->sides[SIDE_TARGET].turn;
    made->order = ++p->sides[SIDE_TARGET].sealed;
    made->epoch = p->epoch;
    made->n_opened = p->n_opened;
    return model_does(THEME_SENT_AGAIN);
}

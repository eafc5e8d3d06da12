/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a whole client must remember of what came to it, over losses and restarts (docs/wire.md,
 * What a client answers): under which id of whose, whether it was shown, confirmed, read, asked
 * for. */
#include "scenario/model_internal.h"

/* ---- connections */

struct model_answer model_connect(struct model *m, const struct op *op)
{
    if (!model_is_current(m, op, ATTR_AT) || op_has(op, ATTR_HANDSHAKE) ||
        op_has(op, ATTR_CERTIFICATE) || op_has(op, ATTR_LIKE))
        return model_open_question;
    if (m->mail.is_connected)
        model_lose(m);
    m->mail.is_connected = true;
    m->stamp++;
    return model_does(THEME_RETURNS);
}

struct model_answer model_disconnect(struct model *m, const struct op *op)
{
    if (!model_is_current(m, op, ATTR_AT) || !m->mail.is_connected)
        return model_open_question;
    model_lose(m);
    m->mail.is_connected = false;
    return model_does(THEME_RETURNS);
}

struct model_answer model_hang_up(struct model *m, const struct op *op)
{
    if (!model_is_current(m, op, ATTR_AT) || !m->mail.is_connected ||
        op_number(op, ATTR_THEN, AFTER_HANG_UP_RETURNS) != AFTER_HANG_UP_RETURNS)
        return model_open_question;
    model_lose(m);
    m->stamp++;
    return model_does(THEME_RETURNS);
}

struct model_answer model_acknowledge(struct model *m, const struct op *op)
{
    bool is_nothing = op_number(op, ATTR_WHAT, ACKNOWLEDGED_EVERYTHING) == ACKNOWLEDGED_NOTHING;
    if (is_nothing == m->mail.is_withholding)
        return model_open_question;
    m->mail.is_withholding = is_nothing;
    return model_does(THEME_WRITTEN);
}

/* ---- what comes to the target */

struct model_letter *model_letter_of(struct model *m, const struct model_message *msg)
{
    return msg && msg->letter != NOTHING ? &m->mail.letters[msg->letter] : NULL;
}

/* The letter under whose id |msg| came last: it, what it was made from, or a copy. */
static struct model_letter *letter_before(struct model *m, const struct model_message *msg)
{
    int index = (int)(msg - m->messages);
    if (msg->letter != NOTHING)
        return model_letter_of(m, msg);
    if (msg->origin != NOTHING)
        return model_letter_of(m, &m->messages[msg->origin]);
    for (size_t i = 0; i < m->n_messages; i++)
        if (m->messages[i].origin == index && m->messages[i].letter != NOTHING)
            return model_letter_of(m, &m->messages[i]);
    return NULL;
}

/* Under the id of |other|, which is another sender's: what is asked of that one cannot be told
 * from what is asked of this one from now on. */
static struct model_letter *letter_under(struct model *m, struct model_message *msg,
                                         struct model_message *other)
{
    struct model_letter *l = model_letter_of(m, other);
    if (!l || l->author == msg->author || m->mail.is_pending || msg->letter != NOTHING)
        return NULL;
    l->is_unsure = true;
    for (size_t i = 0; i < m->mail.n_letters; i++)
        if (m->mail.letters[i].id == l->id && m->mail.letters[i].author == msg->author)
            return NULL;
    l = model_letter_new(m, msg, l->id);
    if (l)
        l->shared_at = m->mail.n_queues;
    return l;
}

static struct model_letter *letter_for(struct model *m, const struct op *op,
                                       struct model_message *msg)
{
    struct model_letter *l = NULL;
    if (op_has(op, ATTR_ID_OF))
        l = letter_under(m, msg, model_message_in(m, op, ATTR_ID_OF));
    else if (!op_is_yes(op, ATTR_SAME_ID) || !(l = letter_before(m, msg)))
        l = model_letter_new(m, msg, 0);
    if (!l || l->author != msg->author)
        return NULL;
    msg->letter = (int)(l - m->mail.letters);
    return l;
}

/* The first in this step: what is answered is counted anew. */
static void begin_letter(const struct model *m, struct model_letter *l)
{
    if (l->came == m->mail.n_queues)
        return;
    l->came = m->mail.n_queues;
    l->is_read_late |= l->is_reading;
    l->is_blurred = l->is_pending; /* the answers to both times come together */
    l->is_pending = true;
    l->losses = m->mail.losses;
    l->acks = l->receipts = l->retries = l->reads = l->errors = 0;
}

/* A message that the target does not open is asked for, unless it, or what it is a copy of, was
 * opened before: then it should be told to be old. */
static bool refuse_letter(const struct model *m, const struct model_message *msg,
                          struct model_letter *l, const struct model_answer *a)
{
    bool is_old =
        msg->origin != NOTHING && model_has_opened(&m->messages[msg->origin], MODEL_TARGET);
    if (a->theme == THEME_REPLAYED || is_old) {
        l->errors++;
        l->is_unsure |= is_old;
        return true;
    }
    if (a->theme != THEME_FORGED || l->is_unsure)
        return false;
    l->has_given_up = l->requests + 1 >= MODEL_GIVE_UP;
    if (l->has_given_up)
        return true;
    l->requests++;
    l->retries++;
    l->acks++;
    return true;
}

static void show_letter(struct model *m, struct model_letter *l, const struct model_message *msg)
{
    l->is_shown = true;
    l->receipts++;
    l->acks++;
    m->mail.shown[m->mail.n_shown++] = (unsigned)(msg - m->messages);
}

static bool queue_one(struct model *m, const struct op *op, uint32_t artifact)
{
    struct model_message *msg = NULL;
    for (size_t i = 0; i < m->n_messages; i++)
        if (m->messages[i].artifact == artifact)
            msg = &m->messages[i];
    if (!msg || msg->author == MODEL_TARGET || msg->chain != NOTHING ||
        m->mail.n_shown == OP_LISTED_MAX)
        return false;
    struct model_letter *l = letter_for(m, op, msg);
    if (!l)
        return false;
    begin_letter(m, l);
    msg->came = l->came;
    if (l->is_shown) {
        l->acks++;
        l->is_again = m->mail.has_again = true;
        return true;
    }
    if (l->has_given_up && msg->origin == NOTHING) /* whether it is looked at is not decided */
        return false;
    struct model_answer a = model_deliver_to_target(m, msg);
    if (a.says == MODEL_REFUSES)
        return refuse_letter(m, msg, l, &a);
    if (a.says == MODEL_OPENS)
        show_letter(m, l, msg);
    return a.says == MODEL_OPENS;
}

/* All of them, or the books stay as they were. */
struct model_answer model_queue(struct model *m, const struct op *op)
{
    const struct operand *messages = op_operand(op, ATTR_MESSAGES);
    const struct model before = *m;
    m->mail.n_queues++;
    bool is_known = messages && !op_is_yes(op, ATTR_TWICE) &&
                    (!op_has(op, ATTR_ID_OF) || messages->list.n == 1);
    for (size_t i = 0; is_known && i < messages->list.n; i++)
        is_known = queue_one(m, op, messages->list.items[i]);
    if (!is_known) {
        *m = before;
        return model_open_question;
    }
    m->mail.is_pending = true;
    m->mail.is_waiting |= !m->mail.is_connected;
    m->stamp++;
    return model_does(THEME_SHOWN);
}

/* What it would mean that something else was shown. */
static enum theme theme_of_shown(const struct model_mail *mail)
{
    if (mail->is_restarted)
        return THEME_KEPT;
    if (mail->has_again)
        return mail->is_lost ? THEME_SHOWN_BEFORE : THEME_SHOWN_ONCE;
    return mail->is_waiting || mail->is_lost ? THEME_WAITED : THEME_SHOWN;
}

struct model_answer model_shown(struct model *m, const struct op *op)
{
    if (!model_is_current(m, op, ATTR_AT) || !m->mail.is_connected)
        return model_open_question;
    enum theme theme = theme_of_shown(&m->mail);
    m->mail.is_refilling = false;
    m->mail.n_shown = 0;
    m->mail.is_pending = m->mail.is_waiting = m->mail.is_lost = false;
    m->mail.is_restarted = m->mail.has_again = false;
    for (size_t i = 0; i < m->mail.n_letters; i++)
        m->mail.letters[i].is_pending = m->mail.letters[i].is_reading = false;
    return model_does(theme);
}

/* ---- what is answered */

/* After a loss a client may say again what it said; that it acknowledged is known all the same. */
bool model_expect_answer(const struct model *m, const struct model_letter *l, uint32_t by,
                         struct model_answering *out)
{
    bool is_lost = l->losses != m->mail.losses;
    *out = (struct model_answering){.times = 0};
    /* what is answered names the id alone */
    if (l->shared_at && (l->shared_at != m->mail.n_queues || by == ANSWERED_BY_READ_RECEIPT))
        return false;
    switch (by) {
    case ANSWERED_BY_ACK:
        *out = (struct model_answering){.times = l->acks,
                                        .or_more = is_lost,
                                        .theme = l->is_of_before ? THEME_ACKED_AFTER : THEME_ACKED};
        return l->acks && !(is_lost && l->acks > 1) && !l->errors && !l->has_given_up;
    case ANSWERED_BY_DELIVERY_RECEIPT:
        *out = (struct model_answering){.times = l->receipts, .theme = THEME_CONFIRMED};
        return !is_lost;
    case ANSWERED_BY_RETRY:
        *out = (struct model_answering){.times = l->retries,
                                        .count = l->retries == 1 ? l->requests : 0,
                                        .theme = l->is_of_before   ? THEME_ASKED_AFTER
                                                 : l->has_given_up ? THEME_GIVEN_UP
                                                                   : THEME_ASKED};
        return !is_lost && !l->errors;
    case ANSWERED_BY_READ_RECEIPT:
        *out = (struct model_answering){.times = l->reads,
                                        .theme = l->was_away ? THEME_READ_LATER : THEME_READ};
        return m->mail.is_connected && !l->is_read_late &&
               (l->reads ? l->read_losses == m->mail.losses : !is_lost);
    default:
        return false;
    }
}

struct model_answer model_answered(struct model *m, const struct op *op)
{
    const struct model_message *msg = model_message_in(m, op, ATTR_MESSAGE);
    const struct model_letter *l = model_letter_of(m, msg);
    struct model_answering expected;
    if (!l || l->is_unsure || l->is_blurred || l->came != msg->came || m->mail.is_pending ||
        op_has(op, ATTR_AS) || op_has(op, ATTR_BEFORE) || op_has(op, ATTR_CODE) ||
        !model_expect_answer(m, l, op_number(op, ATTR_BY, ANSWERED_BY_ACK), &expected) ||
        op_number(op, ATTR_TIMES, 1) != expected.times ||
        op_is_yes(op, ATTR_OR_MORE) != expected.or_more ||
        op_number(op, ATTR_COUNT, 0) != expected.count)
        return model_open_question;
    return model_does(expected.theme);
}

struct model_answer model_read(struct model *m, const struct op *op)
{
    unsigned peer = model_who(m, op, ATTR_PEER);
    bool is_read = false;
    if (!model_is_current(m, op, ATTR_AT) || peer == MODEL_NOBODY || m->mail.is_pending)
        return model_open_question;
    for (size_t i = 0; i < m->mail.n_letters; i++) {
        struct model_letter *l = &m->mail.letters[i];
        if (!l->is_shown || l->is_read || m->parties[l->author].home != m->parties[peer].home)
            continue;
        is_read = l->is_read = true;
        l->was_away = !m->mail.is_connected;
        l->reads++;
        l->is_reading = true;
        l->read_losses = m->mail.losses;
    }
    m->stamp++;
    return is_read ? model_does(THEME_READ) : model_open_question;
}

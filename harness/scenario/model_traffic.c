/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The target's conversations with parties of the harness: sessions, and messages in them. */
#include "scenario/model_internal.h"

/* ---- who and what a step names */

static enum side side_of(unsigned who) { return who == MODEL_TARGET ? SIDE_TARGET : SIDE_PEER; }
static enum side other(enum side s) { return s == SIDE_TARGET ? SIDE_PEER : SIDE_TARGET; }

/* Named by the step, not filled in. */
static bool is_written(const struct op *op, enum attr a) { return op_text(op, a) != NULL; }

/* ---- what honest traffic does to the books */

static bool has_others(const struct model *m, const struct model_party *p)
{
    for (unsigned i = 1; i < m->n_parties; i++)
        if (&m->parties[i] != p && m->parties[i].sides[SIDE_TARGET].has_session)
            return true;
    return false;
}

/* THEME_NONE when nothing is special, or it is not the first. */
static enum theme theme_of_first(struct model *m, const struct model_party *p)
{
    if (p->sides[SIDE_TARGET].has_session)
        return THEME_NONE;
    if (p->is_accepted)
        return THEME_ACCEPTED;
    return model_home(m, p)->has_forged ? THEME_AFTER_FIRST : THEME_NONE;
}

/* What is violated when traffic in which nothing is special does not do as it must. */
static enum theme theme_of_traffic(struct model *m, const struct model_party *p)
{
    enum theme of_first = theme_of_first(m, p);
    if (of_first)
        return of_first;
    if (p->sides[SIDE_TARGET].has_refused)
        return THEME_AFTER_REFUSAL;
    if (m->restarts)
        return THEME_RESTARTED;
    if (model_home(m, p)->sessions > 1)
        return THEME_SESSIONS;
    return has_others(m, p) ? THEME_PEERS : THEME_PLAIN;
}

static bool begin_session(struct model *m, struct model_party *p, enum side by, int bundle)
{
    if (model_home(m, p)->sessions == MODEL_SESSIONS_MAX)
        return false;
    model_home(m, p)->sessions++;
    m->sessions++;
    p->sides[by].has_session = true;
    p->sides[by].is_waiting = true;
    p->sides[by].bundle = bundle;
    return true;
}

/*
 * What a first message of |p| meets that names the prekeys of |bundle|: THEME_NONE when they are
 * there or not needed any more; N_THEME when they may be gone. That one signed prekey before the
 * newest is kept is asked for, of more nothing is known.
 */
static enum theme prekeys_met(const struct model *m, const struct model_party *p, int bundle)
{
    if (bundle == NOTHING || m->bundles[bundle].opened_by & model_bit(model_index(m, p)))
        return THEME_NONE;
    const struct model_bundle *b = &m->bundles[bundle];
    if (b->opened_by && !b->is_bare)
        return THEME_SPENT;
    if (b->opened_by && m->cipher->epoch_field) /* there may be a KEM prekey for one use in it */
        return N_THEME;
    unsigned age = m->rotations - b->rotations;
    return age == 0 ? THEME_NONE : age == 1 ? THEME_ROTATED : N_THEME;
}

/* The bundle that the next message of |p| names. */
static int bundle_now(const struct model_party *p)
{
    return p->sides[SIDE_PEER].is_waiting ? p->sides[SIDE_PEER].bundle : NOTHING;
}

/*
 * |to| opens what |to|'s other side sealed at |turn|. In one session a side turns exactly when
 * it opens the other's newer turn; with several sessions each opening may bring a turn in one of
 * them, so each is counted: the count is never too low.
 */
static void note_opened(struct model *m, struct model_party *p, enum side to, unsigned turn,
                        unsigned order)
{
    struct model_side *s = &p->sides[to];
    if (model_home(m, p)->sessions > 1 || !s->has_session || s->is_waiting || turn > s->newest_turn)
        s->turn++;
    if (turn > s->newest_turn)
        s->newest_turn = turn;
    if (order > s->newest_order)
        s->newest_order = order;
    s->has_session = true;
    s->is_waiting = false;
    s->has_refused = false;
    if (to == SIDE_TARGET)
        model_trust(m, p);
}

static void note_bundle(struct model *m, const struct model_party *p, int bundle)
{
    if (bundle != NOTHING)
        m->bundles[bundle].opened_by |= model_bit(model_index(m, p));
}

static void seal_and_open(struct model *m, struct model_party *p, enum side by, unsigned count)
{
    struct model_side *s = &p->sides[by];
    if (by == SIDE_PEER)
        note_bundle(m, p, bundle_now(p));
    s->sealed += count;
    p->n_opened += count;
    note_opened(m, p, other(by), s->turn, s->sealed);
}

/* Traffic that no other step asks about: what is shown of it is no business of <shown>. */
static void pass(struct model *m)
{
    m->stamp++;
    m->mail.n_shown = 0;
    model_connect_target(m);
}

/* A party has done something that is no more than traffic. */
static struct model_answer done(struct model *m, const struct model_party *p)
{
    m->stamp++;
    return model_does(theme_of_traffic(m, p));
}

/* ---- one verb each; the books change only when the answer is not an open question */

struct model_answer model_publish(struct model *m, const struct op *op)
{
    unsigned by = model_who(m, op, ATTR_BY);
    bool is_rotated = op_is_yes(op, ATTR_ROTATE);
    if (by == MODEL_NOBODY || m->n_bundles == MODEL_BUNDLES_MAX ||
        (by == MODEL_TARGET && model_is_busy(m)) || op_number(op, ATTR_SIGNED_BY, 0) != 0 ||
        (is_rotated && by != MODEL_TARGET))
        return model_open_question;
    m->rotations += is_rotated;
    m->mail.is_connected |= by == MODEL_TARGET;
    m->bundles[m->n_bundles++] =
        (struct model_bundle){.artifact = op_index(op, ATTR_AS),
                              .author = by,
                              .origin = NOTHING,
                              .is_bare = op_number(op, ATTR_ONE_TIME_PREKEY, 1) == 0,
                              .rotations = m->rotations};
    m->stamp++;
    return model_does(THEME_PLAIN);
}

struct model_answer model_start(struct model *m, const struct op *op)
{
    unsigned by = model_who(m, op, ATTR_BY);
    struct model_bundle *b = model_bundle_in(m, op);
    struct model_party *p = b ? model_between(m, by, b->author) : NULL;
    bool is_targets = by == MODEL_TARGET;
    if (!p || op_has(op, ATTR_BEND) || is_written(op, ATTR_WITH) ||
        (is_targets && model_is_busy(m)))
        return model_open_question;
    if (is_targets && (b->origin != NOTHING || !model_trusts(m, model_index(m, p))))
        return model_refuse(m, p, by, b->origin != NOTHING ? THEME_BAD_BUNDLE : THEME_UNTRUSTED);
    enum theme theme = theme_of_traffic(m, p);
    /* two sessions of one party under one one-time prekey */
    if (b->origin != NOTHING || b->started_by & model_bit(by) ||
        !begin_session(m, p, side_of(by), is_targets ? NOTHING : (int)(b - m->bundles)))
        return model_open_question;
    b->started_by |= model_bit(by);
    m->mail.is_connected |= is_targets;
    m->stamp++;
    if (is_targets)
        model_trust(m, p);
    return model_does(theme);
}

struct model_answer model_establish(struct model *m, const struct op *op)
{
    unsigned by = model_who(m, op, ATTR_BY);
    struct model_party *p = model_between(m, by, model_who(m, op, ATTR_WITH));
    if (!p || !model_trusts(m, model_index(m, p)) || model_is_busy(m) ||
        !model_has_room(p->sides[SIDE_TARGET].sealed, 1) ||
        !model_has_room(p->sides[SIDE_PEER].sealed, 1))
        return model_open_question;
    enum theme theme = theme_of_traffic(m, p);
    if (!begin_session(m, p, side_of(by), NOTHING))
        return model_open_question;
    seal_and_open(m, p, side_of(by), 1);
    seal_and_open(m, p, other(side_of(by)), 1);
    pass(m);
    return model_does(theme);
}

/* To whom |by| seals; the target by name, the harness's to the target without. */
static struct model_party *conversation_of(struct model *m, const struct op *op, unsigned by)
{
    if (by != MODEL_TARGET)
        return is_written(op, ATTR_TO) ? NULL : model_between(m, by, MODEL_TARGET);
    struct model_party *p = model_between(m, by, model_who(m, op, ATTR_TO));
    return p && model_trusts(m, model_index(m, p)) ? p : NULL;
}

/* ---- traffic */

struct model_answer model_seal(struct model *m, const struct op *op)
{
    unsigned by = model_who(m, op, ATTR_BY);
    if (by == MODEL_NOBODY || m->n_messages == MODEL_MESSAGES_MAX || op_has(op, ATTR_BEND) ||
        op->expect != EXPECT_DOES)
        return model_open_question;
    if (op_has(op, ATTR_GROUP))
        return model_seal_in_group(m, op, by);
    struct model_party *p = conversation_of(m, op, by);
    struct model_side *s = p ? &p->sides[side_of(by)] : NULL;
    if (!s || !s->has_session || !model_has_room(s->sealed, 1) ||
        (by == MODEL_TARGET && model_is_busy(m)))
        return model_open_question;
    const struct model_side *to = &p->sides[other(side_of(by))];
    struct model_message *made = model_add_message(m, op, by);
    made->peer = model_index(m, p);
    made->turn = s->turn;
    made->order = ++s->sealed;
    made->epoch = p->epoch;
    made->n_opened = p->n_opened;
    made->bundle = by == MODEL_TARGET ? NOTHING : bundle_now(p);
    made->is_initial = s->is_waiting;
    made->is_first = !to->has_session;
    made->is_crossing = s->is_waiting && to->is_waiting;
    return done(m, p);
}

struct model_answer model_drop(struct model *m, const struct op *op)
{
    unsigned by = model_who(m, op, ATTR_BY);
    uint32_t count = op_number(op, ATTR_COUNT, 1);
    struct model_chain *c = op_has(op, ATTR_GROUP) ? model_sealing_chain(m, op, by, count) : NULL;
    struct model_party *p = by == MODEL_NOBODY ? NULL : conversation_of(m, op, by);
    if (c) {
        c->sealed += count;
        m->stamp++;
        return model_does(THEME_GROUP);
    }
    if (op_has(op, ATTR_GROUP) || !p || !p->sides[side_of(by)].has_session ||
        (by == MODEL_TARGET && model_is_busy(m)) ||
        !model_has_room(p->sides[side_of(by)].sealed, count))
        return model_open_question;
    p->sides[side_of(by)].sealed += count;
    return done(m, p);
}

struct model_answer model_converse(struct model *m, const struct op *op)
{
    unsigned with = model_who(m, op, ATTR_WITH);
    struct model_party *p = model_between(m, with, model_who(m, op, ATTR_AT));
    uint32_t turns = op_number(op, ATTR_TURNS, 2), burst = op_number(op, ATTR_MAX_BURST, 3);
    if (!p || !p->sides[side_of(with)].has_session || !model_trusts(m, model_index(m, p)) ||
        turns > MODEL_SEALED_MAX || burst > MODEL_SEALED_MAX || model_is_busy(m) ||
        op_number(op, ATTR_MIN_BURST, 1) > 1 || op_number(op, ATTR_LOST, 0) ||
        op_is_yes(op, ATTR_OVERTAKING) || op_has(op, ATTR_EPOCHS))
        return model_open_question;
    enum theme met = prekeys_met(m, p, bundle_now(p)), theme = theme_of_traffic(m, p);
    uint32_t each = (turns + 1) / 2 * burst;
    if (met == THEME_SPENT || met == N_THEME ||
        !model_has_room(p->sides[SIDE_TARGET].sealed, each) ||
        !model_has_room(p->sides[SIDE_PEER].sealed, each))
        return model_open_question;
    for (uint32_t i = 0; i < turns; i++)
        seal_and_open(m, p, i % 2 ? other(side_of(with)) : side_of(with), burst);
    pass(m);
    return model_does(met == THEME_ROTATED ? met : theme);
}

/* ---- deliver */

static enum theme theme_of_opening(struct model *m, const struct model_message *msg,
                                   const struct model_party *p, const struct model_side *to)
{
    enum theme of_first = theme_of_first(m, p);
    if (of_first && to == &p->sides[SIDE_TARGET])
        return of_first;
    if (to->has_refused)
        return THEME_AFTER_REFUSAL;
    if (msg->is_crossing)
        return THEME_CROSSING;
    if (msg->turn < to->newest_turn)
        return THEME_LATE;
    if (msg->order < to->newest_order)
        return THEME_OVERTAKEN;
    return theme_of_traffic(m, p);
}

/* Can an epoch have begun and ended since |msg| was sealed? Then its own may be erased. As
 * long as nothing newer has come from its author, nothing was agreed on. */
static bool may_be_of_old_epoch(const struct model *m, const struct model_message *msg,
                                const struct model_party *p, const struct model_side *to)
{
    return m->cipher->epoch_field && msg->turn < to->newest_turn &&
           p->n_opened - msg->n_opened >= MODEL_EPOCH_LEAST;
}

static struct model_answer deliver_genuine(struct model *m, struct model_message *msg,
                                           struct model_party *p, unsigned to)
{
    struct model_side *s = &p->sides[side_of(to)];
    enum theme met = prekeys_met(m, p, msg->bundle);
    if (msg->opened_by)
        return model_refuse(m, p, to, THEME_REPLAYED);
    if (to == MODEL_TARGET && !model_trusts(m, model_index(m, p)))
        return model_refuse(m, p, to, THEME_UNTRUSTED);
    if (met == THEME_SPENT)
        return model_refuse(m, p, to, met);
    if (met == N_THEME || s->newest_turn > msg->turn + MODEL_CHAINS_HELD ||
        may_be_of_old_epoch(m, msg, p, s))
        return model_open_question;
    struct model_answer a = {.says = MODEL_OPENS, .theme = theme_of_opening(m, msg, p, s)};
    if (met == THEME_ROTATED)
        a.theme = met;
    a.gap = msg->order > s->newest_order + 1 ? msg->order - s->newest_order - 1 : 0;
    msg->opened_by = model_bit(to);
    p->n_opened++;
    note_bundle(m, p, msg->bundle);
    note_opened(m, p, side_of(to), msg->turn, msg->order);
    m->stamp++;
    return a;
}

/* With a session, or another's at this address, whether an unknown base key is looked at is the
 * implementation's affair. */
static bool is_looked_at(struct model *m, const struct model_message *msg,
                         const struct model_party *p)
{
    bool is_known = p->sides[SIDE_TARGET].has_session || !model_is_alone(m, model_index(m, p));
    return !msg->is_first || !is_known;
}

/* |msg| of a pair comes to |to| under another name than its author's. */
static struct model_answer deliver_misnamed(struct model *m, const struct model_message *msg,
                                            struct model_party *p, unsigned to, unsigned from)
{
    if (msg->origin != NOTHING || to != MODEL_TARGET || from == MODEL_NOBODY ||
        from == MODEL_TARGET)
        return model_open_question;
    if (msg->author == MODEL_TARGET)
        return from == msg->peer ? model_refuse(m, p, to, THEME_REFLECTED) : model_open_question;
    /* A first message makes a session whatever name it comes under. */
    bool is_of_the_session = !msg->is_initial && model_home(m, p)->sessions == 1;
    return is_of_the_session && m->parties[from].home != p->home
               ? model_refuse(m, p, to, THEME_MISNAMED)
               : model_open_question;
}

struct model_answer model_deliver_to_target(struct model *m, struct model_message *msg)
{
    struct model_party *p = model_between(m, msg->peer, MODEL_TARGET);
    if (!p || msg->author == MODEL_TARGET || msg->epoch != p->epoch ||
        (msg->origin != NOTHING && !is_looked_at(m, msg, p)))
        return model_open_question;
    if (msg->origin == NOTHING)
        return deliver_genuine(m, msg, p, MODEL_TARGET);
    model_home(m, p)->has_forged |= !p->sides[SIDE_TARGET].has_session;
    return model_refuse(m, p, MODEL_TARGET, THEME_FORGED);
}

void model_note_heard(struct model *m, struct model_message *msg)
{
    struct model_party *p = &m->parties[msg->peer];
    p->n_opened++;
    note_opened(m, p, SIDE_PEER, msg->turn, msg->order);
}

bool model_may_begin_session(struct model *m, struct model_party *p)
{
    if (model_home(m, p)->sessions == MODEL_SESSIONS_MAX)
        return false;
    model_home(m, p)->sessions++;
    m->sessions++;
    return true;
}

struct model_answer model_deliver(struct model *m, const struct op *op)
{
    struct model_message *msg = model_message_in(m, op, ATTR_MESSAGE);
    if (!msg || op_has(op, ATTR_MESSAGES))
        return model_open_question;
    unsigned from = op_has(op, ATTR_FROM) ? model_who(m, op, ATTR_FROM) : msg->author;
    if (msg->chain != NOTHING)
        return model_deliver_in_group(m, op, msg, model_who(m, op, ATTR_TO), from);
    struct model_party *p = model_between(m, msg->peer, MODEL_TARGET);
    bool was_restarted = m->parties[MODEL_TARGET].party != OP_TARGET;
    unsigned to = msg->author == MODEL_TARGET ? msg->peer : MODEL_TARGET;
    if (op_has(op, ATTR_TO))
        to = model_who(m, op, ATTR_TO);
    else if (to == MODEL_TARGET && was_restarted)
        to = MODEL_NOBODY;
    if (!p || to == MODEL_NOBODY || (to != MODEL_TARGET && to != msg->peer) ||
        op_has(op, ATTR_GROUP) || msg->epoch != p->epoch ||
        (to == MODEL_TARGET && model_is_busy(m)))
        return model_open_question;
    if (op_has(op, ATTR_FROM))
        return deliver_misnamed(m, msg, p, to, from);
    if (to == msg->author)
        return model_open_question;
    if (to != MODEL_TARGET)
        return msg->origin == NOTHING ? deliver_genuine(m, msg, p, to) : model_open_question;
    struct model_answer a = model_deliver_to_target(m, msg);
    if (a.says != MODEL_OPEN_QUESTION) {
        model_came(m, msg, a.says == MODEL_OPENS);
        model_connect_target(m);
    }
    return a;
}

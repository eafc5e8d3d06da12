/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/model.h"

#include "scenario/resolve.h"

#include <string.h>

#define STEP_ARENA_MAX (256u * 1024u)

static const struct {
    const char *name, *requirement, *claim;
} themes[N_THEME] = {
    [THEME_NONE] = {"none", "D-04", "Conversations go on"},
    [THEME_PLAIN] = {"in-order", "D-04", "Messages open in a conversation of many turns"},
    [THEME_AFTER_REFUSAL] = {"after-a-refusal", "V-05",
                             "After a refusal the genuine message opens and both directions work"},
    [THEME_LATE] = {"late", "D-06", "Messages of an earlier chain open after the ratchet turned"},
    [THEME_OVERTAKEN] = {"overtaken", "D-05", "Messages that were overtaken open when they arrive"},
    [THEME_CROSSING] = {"crossing", "V-07", "First messages that cross on the way both open"},
    [THEME_RESTARTED] = {"restarted", "D-04", "Conversations go on after the target restarted"},
    [THEME_SESSIONS] = {"several-sessions", "S-01", "Messages open while several sessions live"},
    [THEME_REPLAYED] = {"replayed", "D-14",
                        "A message that was opened is refused when it comes again"},
    [THEME_FORGED] = {"forged", "D-16", "A message with anything changed on the way is refused"},
    [THEME_REFLECTED] = {"reflected", "D-18", "A party's own message sent back to it is refused"},
};

static size_t theme_index(enum theme t) { return (unsigned)t < N_THEME ? (size_t)t : 0; }
const char *theme_name(enum theme t) { return themes[theme_index(t)].name; }
const char *theme_requirement(enum theme t) { return themes[theme_index(t)].requirement; }
const char *theme_claim(enum theme t) { return themes[theme_index(t)].claim; }

static const struct model_answer open_question;

static struct model_answer does(enum theme theme)
{
    return (struct model_answer){.says = MODEL_DOES, .theme = theme};
}

void model_init(struct model *m, const struct cipher *cipher)
{
    memset(m, 0, sizeof(*m));
    m->cipher = cipher;
    scope_init(&m->scope, cipher);
    m->sides[SIDE_TARGET].party = OP_TARGET;
    m->sides[SIDE_PEER].party = OP_PEER;
}

const char *model_party(const struct model *m, enum side side)
{
    return m->scope.parties[m->sides[side].party].name;
}

const char *model_name(const struct model *m, const struct model_message *message)
{
    return m->scope.artifacts[message->artifact].name;
}

static enum side side_of(const struct model *m, uint32_t party)
{
    for (int i = 0; i < N_SIDE; i++)
        if (m->sides[i].party == party)
            return (enum side)i;
    return N_SIDE;
}

static enum side side_in(const struct model *m, const struct op *op, enum attr a)
{
    return side_of(m, op_index(op, a));
}

static enum side other(enum side s) { return s == SIDE_TARGET ? SIDE_PEER : SIDE_TARGET; }

static struct model_message *message_in(struct model *m, const struct op *op, enum attr a)
{
    uint32_t artifact = op_index(op, a);
    for (size_t i = 0; i < m->n_messages; i++)
        if (m->messages[i].artifact == artifact)
            return &m->messages[i];
    return NULL;
}

/* Named by the step, not filled in. */
static bool is_written(const struct op *op, enum attr a) { return op_text(op, a) != NULL; }

/* ---- what honest traffic does to the books */

/* What is violated when traffic in which nothing is special does not do as it must. */
static enum theme theme_of_traffic(const struct model *m)
{
    if (m->sides[SIDE_TARGET].has_refused)
        return THEME_AFTER_REFUSAL;
    if (m->restarts)
        return THEME_RESTARTED;
    return m->sessions > 1 ? THEME_SESSIONS : THEME_PLAIN;
}

static bool may_seal(const struct model *m, enum side by, unsigned count)
{
    const struct model_side *s = &m->sides[by];
    return s->has_session && count <= MODEL_SEALED_MAX && s->sealed <= MODEL_SEALED_MAX - count;
}

static bool begin_session(struct model *m, enum side by)
{
    if (m->sessions == MODEL_SESSIONS_MAX)
        return false;
    m->sessions++;
    m->sides[by].has_session = true;
    m->sides[by].is_waiting = true;
    return true;
}

/*
 * |to| opens what |to|'s other side sealed at |turn|. In one session a side turns exactly when it
 * opens the other's newer turn; with several sessions each opening may bring a turn in one of them,
 * so each is counted: the count is never too low.
 */
static void note_opened(struct model *m, enum side to, unsigned turn, unsigned order)
{
    struct model_side *s = &m->sides[to];
    if (m->sessions > 1 || !s->has_session || s->is_waiting || turn > s->newest_turn)
        s->turn++;
    if (turn > s->newest_turn)
        s->newest_turn = turn;
    if (order > s->newest_order)
        s->newest_order = order;
    s->has_session = true;
    s->is_waiting = false;
    s->has_refused = false;
}

static void seal_and_open(struct model *m, enum side by, unsigned count)
{
    struct model_side *s = &m->sides[by];
    s->sealed += count;
    m->n_opened += count;
    note_opened(m, other(by), s->turn, s->sealed);
}

/* |by| has done something that is no more than traffic. */
static struct model_answer done_by(struct model *m, enum side by)
{
    m->stamp += by == SIDE_TARGET;
    return does(theme_of_traffic(m));
}

/* ---- one verb each; the books change only when the answer is not an open question */

static struct model_answer do_publish(struct model *m, const struct op *op)
{
    enum side by = side_in(m, op, ATTR_BY);
    if (by == N_SIDE || m->n_bundles == MODEL_BUNDLES_MAX || op_is_yes(op, ATTR_ROTATE))
        return open_question;
    m->bundles[m->n_bundles].artifact = op_index(op, ATTR_AS);
    m->bundles[m->n_bundles].author = by;
    m->bundles[m->n_bundles++].is_used = false;
    return done_by(m, by);
}

static struct model_answer do_start(struct model *m, const struct op *op)
{
    enum side by = side_in(m, op, ATTR_BY);
    for (size_t i = 0; by != N_SIDE && !op_has(op, ATTR_BEND) && i < m->n_bundles; i++) {
        if (m->bundles[i].artifact != op_index(op, ATTR_BUNDLE))
            continue;
        /* two sessions under one one-time prekey: the second must not open */
        if (m->bundles[i].is_used || m->bundles[i].author == by || !begin_session(m, by))
            return open_question;
        m->bundles[i].is_used = true;
        return done_by(m, by);
    }
    return open_question;
}

static struct model_answer do_establish(struct model *m, const struct op *op)
{
    enum side by = side_in(m, op, ATTR_BY);
    enum side to = side_in(m, op, ATTR_WITH);
    if (by == N_SIDE || to == N_SIDE || by == to || m->sides[by].sealed >= MODEL_SEALED_MAX ||
        m->sides[to].sealed >= MODEL_SEALED_MAX)
        return open_question;
    enum theme theme = theme_of_traffic(m);
    if (!begin_session(m, by))
        return open_question;
    seal_and_open(m, by, 1);
    seal_and_open(m, to, 1);
    m->stamp++;
    return does(theme);
}

static struct model_message *add_message(struct model *m, const struct op *op, enum side author)
{
    struct model_message *made = &m->messages[m->n_messages++];
    *made =
        (struct model_message){.artifact = op_index(op, ATTR_AS), .author = author, .origin = -1};
    return made;
}

static struct model_answer do_seal(struct model *m, const struct op *op)
{
    enum side by = side_in(m, op, ATTR_BY);
    if (by == N_SIDE || m->n_messages == MODEL_MESSAGES_MAX || !may_seal(m, by, 1) ||
        op_has(op, ATTR_BEND) || is_written(op, ATTR_TO) || op_has(op, ATTR_GROUP) ||
        op->expect != EXPECT_DOES)
        return open_question;
    struct model_side *s = &m->sides[by];
    struct model_message *made = add_message(m, op, by);
    made->turn = s->turn;
    made->order = ++s->sealed;
    made->epoch = m->epoch;
    made->n_opened = m->n_opened;
    made->is_first = !m->sides[other(by)].has_session;
    made->is_crossing = s->is_waiting && m->sides[other(by)].is_waiting;
    return done_by(m, by);
}

static struct model_answer do_drop(struct model *m, const struct op *op)
{
    enum side by = side_in(m, op, ATTR_BY);
    uint32_t count = op_number(op, ATTR_COUNT, 1);
    if (by == N_SIDE || !may_seal(m, by, count) || is_written(op, ATTR_TO) ||
        op_has(op, ATTR_GROUP))
        return open_question;
    m->sides[by].sealed += count;
    return done_by(m, by);
}

static struct model_answer do_converse(struct model *m, const struct op *op)
{
    enum side with = side_in(m, op, ATTR_WITH), at = side_in(m, op, ATTR_AT);
    uint32_t turns = op_number(op, ATTR_TURNS, 2), burst = op_number(op, ATTR_MAX_BURST, 3);
    if (with == N_SIDE || at == N_SIDE || with == at || !m->sides[with].has_session ||
        turns > MODEL_SEALED_MAX || burst > MODEL_SEALED_MAX ||
        op_number(op, ATTR_MIN_BURST, 1) > 1 || op_number(op, ATTR_LOST, 0) ||
        op_has(op, ATTR_EPOCHS))
        return open_question;
    uint32_t each = (turns + 1) / 2 * burst;
    if (m->sides[with].sealed + each > MODEL_SEALED_MAX ||
        m->sides[at].sealed + each > MODEL_SEALED_MAX)
        return open_question;
    enum theme theme = theme_of_traffic(m);
    for (uint32_t i = 0; i < turns; i++)
        seal_and_open(m, i % 2 ? at : with, burst);
    m->stamp++;
    return does(theme);
}

/* ---- tamper */

/* Fields under the MAC, and changes after which the bytes cannot be what they were. */
static bool is_sure_change(const struct op *op)
{
    static const enum attr changes[] = {ATTR_FLIP, ATTR_CUT, ATTR_APPEND, ATTR_UNKNOWN};
    static const char *const fields[] = {
        "signal.ciphertext",       "signal.mac",     "signal.counter",  "signal.ratchet-key",
        "signal.previous-counter", "signal.version", "signal.protobuf", "signal",
        "signal.pq-ratchet"};
    const char *field = op_text(op, ATTR_FIELD);
    bool is_covered = false, is_change = false;
    for (size_t i = 0; i < COUNT_OF(fields); i++)
        is_covered |= strcmp(field, fields[i]) == 0;
    for (size_t i = 0; i < COUNT_OF(changes); i++) {
        const char *value = op_text(op, changes[i]);
        is_change |= value && *value && (changes[i] != ATTR_CUT || strcmp(value, "0") != 0);
    }
    if (op_has(op, ATTR_TAKE_FROM))
        return strcmp(field, "signal.ciphertext") == 0 || strcmp(field, "signal.mac") == 0;
    /* no honest counter in these conversations comes near */
    if (op_has(op, ATTR_SET_NUMBER))
        return strcmp(field, "signal.counter") == 0 &&
               op_number(op, ATTR_SET_NUMBER, 0) > 100 * MODEL_SEALED_MAX;
    return is_covered && is_change;
}

/* The base key is not under the MAC, but all of a new session hangs on it. */
static bool is_header_change(const struct op *op)
{
    uint32_t bit = op_number(op, ATTR_FLIP, 0);
    return strcmp(op_text(op, ATTR_FIELD), "prekey.base-key") == 0 && bit >= 8 &&
           bit < 8 * 32; /* neither the type byte nor the bit X25519 masks */
}

static struct model_answer do_tamper(struct model *m, const struct op *op)
{
    struct model_message *from = message_in(m, op, ATTR_MESSAGE);
    struct model_message *donor = message_in(m, op, ATTR_TAKE_FROM);
    bool is_of_header = from && from->is_first && is_header_change(op);
    if (!from || from->origin >= 0 || from->author != SIDE_PEER || op_is_yes(op, ATTR_RESEAL) ||
        m->n_messages == MODEL_MESSAGES_MAX ||
        (op_has(op, ATTR_TAKE_FROM) && (!donor || donor == from || donor->origin >= 0)) ||
        !(is_of_header || is_sure_change(op)))
        return open_question;
    struct model_message *made = add_message(m, op, from->author);
    made->origin = (int)(from - m->messages);
    made->epoch = from->epoch;
    made->is_of_header = is_of_header;
    return does(THEME_FORGED);
}

/* ---- deliver */

static struct model_answer refuse(struct model *m, enum side to, enum theme theme)
{
    m->sides[to].has_refused = true;
    m->stamp += to == SIDE_TARGET;
    return (struct model_answer){.says = MODEL_REFUSES, .theme = theme};
}

static enum theme theme_of_opening(const struct model *m, const struct model_message *msg,
                                   const struct model_side *to)
{
    if (to->has_refused)
        return THEME_AFTER_REFUSAL;
    if (msg->is_crossing)
        return THEME_CROSSING;
    if (msg->turn < to->newest_turn)
        return THEME_LATE;
    if (msg->order < to->newest_order)
        return THEME_OVERTAKEN;
    return theme_of_traffic(m);
}

/* Can an epoch have begun and ended since |msg| was sealed? Then its own may be erased. As long as
 * nothing newer has come from its author, nothing was agreed on. */
static bool may_be_of_old_epoch(const struct model *m, const struct model_message *msg,
                                const struct model_side *to)
{
    return m->cipher->epoch_field && msg->turn < to->newest_turn &&
           m->n_opened - msg->n_opened >= MODEL_EPOCH_LEAST;
}

static struct model_answer deliver_genuine(struct model *m, struct model_message *msg, enum side to)
{
    struct model_side *s = &m->sides[to];
    if (msg->is_opened)
        return refuse(m, to, THEME_REPLAYED);
    if (s->newest_turn > msg->turn + MODEL_CHAINS_HELD || may_be_of_old_epoch(m, msg, s))
        return open_question;
    struct model_answer a = {.says = MODEL_OPENS, .theme = theme_of_opening(m, msg, s)};
    a.gap = msg->order > s->newest_order + 1 ? msg->order - s->newest_order - 1 : 0;
    msg->is_opened = true;
    m->n_opened++;
    note_opened(m, to, msg->turn, msg->order);
    m->stamp += to == SIDE_TARGET;
    return a;
}

static struct model_answer do_deliver(struct model *m, const struct op *op)
{
    struct model_message *msg = message_in(m, op, ATTR_MESSAGE);
    if (!msg || op_has(op, ATTR_MESSAGES) || op_has(op, ATTR_GROUP) || msg->epoch != m->epoch)
        return open_question;
    bool was_restarted = m->sides[SIDE_TARGET].party != OP_TARGET, is_from = op_has(op, ATTR_FROM);
    enum side to = op_has(op, ATTR_TO) ? side_in(m, op, ATTR_TO) : other(msg->author);
    if (to == N_SIDE || (!op_has(op, ATTR_TO) && to == SIDE_TARGET && was_restarted))
        return open_question;
    if (to == msg->author) {
        bool is_reflected =
            msg->origin < 0 && to == SIDE_TARGET && side_in(m, op, ATTR_FROM) == SIDE_PEER;
        return is_reflected ? refuse(m, to, THEME_REFLECTED) : open_question;
    }
    if (is_from)
        return open_question;
    /* with a session, whether an unknown base key is looked at is the implementation's affair */
    if (msg->is_of_header && m->sides[to].has_session)
        return open_question;
    return msg->origin >= 0 ? refuse(m, to, THEME_FORGED) : deliver_genuine(m, msg, to);
}

/* ---- the target's storage */

static struct model_answer do_snapshot(struct model *m, const struct op *op)
{
    if (side_in(m, op, ATTR_OF) != SIDE_TARGET || m->n_snapshots == MODEL_SNAPSHOTS_MAX)
        return open_question;
    m->snapshots[m->n_snapshots].artifact = op_index(op, ATTR_AS);
    m->snapshots[m->n_snapshots].of = m->sides[SIDE_TARGET].party;
    m->snapshots[m->n_snapshots++].stamp = m->stamp;
    return does(THEME_RESTARTED);
}

/* Only from the newest state: going back in time is another subject (S-18). */
static struct model_answer do_restore(struct model *m, const struct op *op)
{
    for (size_t i = 0; i < m->n_snapshots; i++) {
        if (m->snapshots[i].artifact != op_index(op, ATTR_SNAPSHOT))
            continue;
        if (m->snapshots[i].stamp != m->stamp || m->snapshots[i].of != m->sides[SIDE_TARGET].party)
            return open_question;
        m->sides[SIDE_TARGET].party = op_index(op, ATTR_AS);
        m->restarts++;
        m->stamp++;
        return does(THEME_RESTARTED);
    }
    return open_question;
}

/* What is on its way at that moment is lost, in both directions: the peer must not go on with a
 * session that the target no longer has. */
static struct model_answer do_forget(struct model *m, const struct op *op)
{
    if (side_in(m, op, ATTR_AT) != SIDE_TARGET || side_in(m, op, ATTR_PEER) != SIDE_PEER)
        return open_question;
    m->epoch++;
    m->stamp++;
    for (int i = 0; i < N_SIDE; i++) {
        m->sides[i].has_session = false;
        m->sides[i].is_waiting = false;
    }
    return does(THEME_SESSIONS);
}

struct model_answer model_step(struct model *m, const struct step *step)
{
    static struct model_answer (*const by_verb[N_VERB])(struct model *, const struct op *) = {
        [VERB_PUBLISH] = do_publish, [VERB_START] = do_start,     [VERB_ESTABLISH] = do_establish,
        [VERB_SEAL] = do_seal,       [VERB_DROP] = do_drop,       [VERB_CONVERSE] = do_converse,
        [VERB_TAMPER] = do_tamper,   [VERB_DELIVER] = do_deliver, [VERB_SNAPSHOT] = do_snapshot,
        [VERB_RESTORE] = do_restore, [VERB_FORGET] = do_forget,
    };
    struct model_answer answer = open_question;
    struct arena scratch;
    struct op op;
    if ((unsigned)step->verb >= N_VERB || !by_verb[step->verb])
        return open_question;
    arena_init(&scratch, STEP_ARENA_MAX);
    if (!resolve_step(&m->scope, step, &scratch, &op, NULL))
        answer = by_verb[step->verb](m, &op);
    if (answer.says != MODEL_OPEN_QUESTION && scope_apply(&m->scope, &op, NULL, &scratch))
        answer = open_question;
    arena_fini(&scratch);
    return answer;
}

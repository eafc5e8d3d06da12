/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/about.h"

#include "scenario/late.h"
#include "scenario/refusal.h"
#include "scenario/requirements_file.h"

#include <string.h>

#define NO_OP SIZE_MAX

struct marking {
    struct op *ops;
    size_t n_ops;
    const struct scope *scope;
    const struct case_spec *spec;
    const struct catalogue *all;
    size_t first_refusal; /* NO_OP without one */
    bool asks_refusal;    /* its requirement asks for a refusal only, or for what it costs */
};

/* ---- requirements that steps of every case rest on */

/* Does |bundle| carry a one-time prekey, as it was asked for? */
static bool has_one_time_prekey(const struct marking *m, uint32_t bundle)
{
    for (size_t i = 0; i < m->n_ops; i++)
        if (m->ops[i].verb == VERB_PUBLISH && op_index(&m->ops[i], ATTR_AS) == bundle)
            return op_is_yes(&m->ops[i], ATTR_ONE_TIME_PREKEY);
    return true;
}

static const char *home_of_start(const struct marking *m, const struct op *op)
{
    bool has = op->verb == VERB_ESTABLISH ? op_is_yes(op, ATTR_ONE_TIME_PREKEY)
                                          : has_one_time_prekey(m, op_index(op, ATTR_BUNDLE));
    return has ? "X-14" : "X-13";
}

static bool is_of_group(const struct marking *m, const struct op *op)
{
    size_t n;
    const uint32_t *delivered = op_delivered(op, &n);
    return op_has(op, ATTR_GROUP) || op->verb == VERB_DISTRIBUTE ||
           (n && m->scope->artifacts[delivered[0]].group);
}

static const char *home_on_wire(const struct marking *m, const struct op *op)
{
    if (op->verb == VERB_PUBLISH || op->verb == VERB_CONNECT)
        return op->verb == VERB_PUBLISH ? "PK-01" : "HS-01";
    if (op->verb != VERB_START || has_one_time_prekey(m, op_index(op, ATTR_BUNDLE)))
        return "SG-01";
    return op_index(op, ATTR_BY) == OP_TARGET ? "PK-05" : "SG-02";
}

/* The requirement that every stanza has this answer; NULL where only some have it. */
static const char *home_of_answer(const struct op *op)
{
    static const char *const homes[] = {[ANSWERED_BY_ACK] = "ST-03",
                                        [ANSWERED_BY_DELIVERY_RECEIPT] = "ST-04",
                                        [ANSWERED_BY_READ_RECEIPT] = "ST-05"};
    uint32_t by = op_number(op, ATTR_BY, ANSWERED_BY_ACK);
    bool is_answer = op->verb == VERB_ANSWERED && by < sizeof(homes) / sizeof(homes[0]);
    return is_answer ? homes[by] : NULL;
}

/* The requirement that says that |op| works when nothing is wrong. */
static const char *home_of(const struct marking *m, const struct op *op)
{
    if (home_of_answer(op))
        return home_of_answer(op);
    if (strcmp(m->spec->suite->layer, "server") == 0)
        return op->verb == VERB_SIGN_IN ? "GK-01" : "GK-09";
    if (strcmp(m->spec->suite->layer, "proxy") == 0)
        return op->verb == VERB_SIGN_IN ? "PX-01" : "PX-02";
    if (strcmp(m->spec->suite->layer, "cipher") != 0)
        return home_on_wire(m, op);
    if (is_of_group(m, op))
        return op->verb == VERB_DELIVER ? "G-02" : "G-01";
    switch (op->verb) {
    case VERB_PUBLISH:
        return "X-05";
    case VERB_START:
    case VERB_ESTABLISH:
        return home_of_start(m, op);
    case VERB_CONNECT:
        return "HS-01";
    default:
        return "D-04";
    }
}

/* ---- refusals */

/* Said to be from or for somebody else. A group's message is for every member. */
static bool is_misdirected(const struct marking *m, const struct op *op)
{
    size_t n;
    const uint32_t *delivered = op_delivered(op, &n);
    const struct scope_artifact *first = n ? &m->scope->artifacts[delivered[0]] : NULL;
    const struct scope_party *to = scope_party_at(m->scope, op, ATTR_TO);
    return op_has(op, ATTR_FROM) || (first && to && !first->group && to != first->addressee);
}

/* A session was started last and nothing was opened since, so the refused message begins it. */
static bool is_of_first_message(const struct marking *m)
{
    for (size_t i = m->first_refusal; i-- > 0;) {
        enum verb verb = m->ops[i].verb;
        if (verb == VERB_START)
            return m->ops[m->first_refusal].verb == VERB_DELIVER;
        if (verb == VERB_ESTABLISH || verb == VERB_DELIVER || verb == VERB_CONVERSE)
            return false;
    }
    return false;
}

/* What |op| speaks for, which is honest and comes after a refusal. After a refused bundle an honest
 * one has to do, and then what is sealed with it. */
static const char *after_refusal(const struct marking *m, const struct op *op)
{
    const char *id = m->spec->requirement->after_refusal;
    if (!id)
        return m->spec->requirement->id;
    if (strcmp(id, "X-05") == 0)
        return op->verb == VERB_START ? id : "X-14";
    return strcmp(id, "D-11") == 0 && is_of_first_message(m) ? "X-21" : id;
}

static const char *refused_for(const struct marking *m, const struct op *op)
{
    const struct requirement *own = m->spec->requirement;
    bool is_own_kind = m->asks_refusal && op_replays(m->ops, &m->ops[m->first_refusal]);
    if (op_replays(m->ops, op) && !is_own_kind && strcmp(m->spec->suite->layer, "cipher") == 0)
        return is_of_group(m, op) ? "G-04" : "D-14";
    return own->refusal ? own->refusal : own->id;
}

static const char *broken_by(const struct marking *m, const struct op *op)
{
    bool is_message = op->verb == VERB_DELIVER && strcmp(m->spec->suite->layer, "cipher") == 0;
    if (!is_message || !op_refuses(op) || is_of_group(m, op))
        return NULL;
    const struct requirement *found = catalogue_requirement(m->all, "D-10");
    return found ? found->id : NULL;
}

/* ---- what is honest, where nothing refused before it is to blame */

/* Does |op| open what the first refusal was a copy of? */
static bool opens_what_was_forged(const struct marking *m, const struct op *op)
{
    size_t n, n_refused = 0;
    const uint32_t *delivered = op_delivered(op, &n), *refused = NULL;
    if (m->first_refusal != NO_OP)
        refused = op_delivered(&m->ops[m->first_refusal], &n_refused);
    return n && n_refused &&
           scope_root(&m->scope->artifacts[refused[0]]) == &m->scope->artifacts[delivered[0]];
}

static const char *alone(const struct marking *m, const struct op *op)
{
    bool is_in_group = m->spec->requirement->id[0] == 'G';
    if (m->spec->begins && op < &m->ops[m->spec->begun_at])
        return m->spec->begins->id;
    enum late late = op_late(m->ops, op, m->scope);
    if (late)
        return is_of_group(m, op) ? "G-07" : late == LATE_IN_CHAIN ? "D-05" : "D-06";
    if (m->spec->about)
        return m->spec->about->id;
    if (op->verb == VERB_CHECK)
        return is_in_group ? "G-13" : "D-03";
    if (opens_what_was_forged(m, op) && is_of_first_message(m))
        return "X-03";
    return home_of(m, op);
}

/* ---- what is different in a step, for the signature of its failure */

static const char *last_bend(const struct marking *m, const struct op *op)
{
    for (const struct op *o = op; o >= m->ops; o--)
        if (op_has(o, ATTR_BEND))
            return op_text(o, ATTR_BEND);
    return NULL;
}

static bool is_after_refusal(const struct marking *m, const struct op *op)
{
    return m->first_refusal != NO_OP && op > &m->ops[m->first_refusal] && !op_refuses(op);
}

/* What shows that a refusal cost nothing, whatever the case is about: traffic after a replay, and
 * anything after a first message. NULL for another step. */
static const char *cost_of(const struct marking *m, const struct op *op)
{
    if (!is_after_refusal(m, op) || strcmp(m->spec->suite->layer, "cipher") != 0)
        return NULL;
    if (is_of_first_message(m) && op->verb != VERB_START)
        return "X-21";
    return op->verb == VERB_CONVERSE && op_replays(m->ops, &m->ops[m->first_refusal]) ? "V-05"
                                                                                      : NULL;
}

static const char *difference(const struct marking *m, const struct op *op)
{
    if (op->verb == VERB_ANSWERED) /* what is answered with no ack is answered with nothing */
        return op_number(op, ATTR_BY, ANSWERED_BY_ACK) == ANSWERED_BY_ACK ? NULL
                                                                          : op_text(op, ATTR_BY);
    if (op->verb != VERB_START && is_after_refusal(m, op) &&
        (m->asks_refusal || strcmp(m->spec->suite->layer, "cipher") == 0))
        return "after-refusal"; /* in a cipher each refusal can cost, whatever the case is about */
    if (!op_refuses(op))
        return NULL;
    if (op_replays(m->ops, op))
        return "replay";
    if (is_misdirected(m, op))
        return "misdirected";
    return last_bend(m, op);
}

/* ---- the rule */

static bool makes_setup(const struct op *op)
{
    switch (op->verb) {
    case VERB_PARTY:
    case VERB_PEER:
    case VERB_PUBLISH:
    case VERB_ESTABLISH:
    case VERB_RECORDED:
    case VERB_DISTRIBUTE:
        return true;
    case VERB_START:
        return op->expect == EXPECT_DOES && !op_has(op, ATTR_BEND) && !op_has(op, ATTR_FETCH);
    case VERB_CONNECT:
        return op->expect == EXPECT_DOES && !op_has(op, ATTR_HANDSHAKE) &&
               !op_has(op, ATTR_CERTIFICATE) && !op_has(op, ATTR_LIKE);
    case VERB_SIGN_IN:
        return !op_has(op, ATTR_HOW);
    default:
        return false;
    }
}

static void take_setup(const struct marking *m, struct op *op)
{
    const char *id = m->spec->aftermath_at ? alone(m, op) : home_of(m, op);
    const struct requirement *home = catalogue_requirement(m->all, id);
    op->requirement = home ? home->id : NULL;
    op->is_setup = home != m->spec->requirement;
}

/* A ping of the gatekeeper's, which shows that the client is alive. */
static bool is_plain_ping(const struct op *op)
{
    const char *stanza = op_text(op, ATTR_STANZA);
    return op->verb == VERB_PUSH && stanza && strcmp(stanza, "ping") == 0 &&
           !op_has(op, ATTR_BEND) && !op_has(op, ATTR_CHANNEL);
}

/* NULL for what it speaks for anyway. */
static const char *alone_if_other(const struct marking *m, const struct op *op)
{
    const struct requirement *found = catalogue_requirement(m->all, alone(m, op));
    return found && strcmp(found->id, op->requirement) != 0 ? found->id : NULL;
}

static void mark(const struct marking *m, size_t i, bool is_beginning)
{
    struct op *op = &m->ops[i];
    bool is_in_situation = i < m->spec->probe_at && i < m->first_refusal;
    bool is_before =
        is_in_situation || (m->asks_refusal && m->first_refusal != NO_OP && i < m->first_refusal);
    const char *named = step_written(op->step, "requirement");
    op->different = difference(m, op);
    op->broken = broken_by(m, op);
    if (named && strcmp(named, "none") != 0) {
        op->requirement = named;
        return;
    }
    if (named || (!op_refuses(op) && (is_before || is_beginning))) {
        take_setup(m, op);
        return;
    }
    const char *id = m->spec->requirement->id;
    if (is_plain_ping(op))
        id = "ST-10";
    else if (home_of_answer(op))
        id = home_of_answer(op);
    else if (op_refuses(op))
        id = refused_for(m, op);
    else if (m->asks_refusal && is_after_refusal(m, op))
        id = after_refusal(m, op);
    else if (cost_of(m, op))
        id = cost_of(m, op);
    const struct requirement *found = catalogue_requirement(m->all, id);
    op->requirement = found ? found->id : m->spec->requirement->id;
    bool is_aftermath = m->spec->aftermath_at && i >= m->spec->aftermath_at;
    if (is_after_refusal(m, op) && strcmp(m->spec->suite->layer, "cipher") == 0 &&
        (m->asks_refusal || is_aftermath || cost_of(m, op)))
        op->alone = alone_if_other(m, op);
}

static bool has_subject(const struct marking *m)
{
    for (size_t i = 0; i < m->n_ops; i++)
        if (!m->ops[i].is_setup)
            return true;
    return false;
}

void about_mark(struct op *ops, size_t n_ops, const struct scope *scope,
                const struct case_spec *spec, const struct catalogue *all)
{
    struct marking m = {ops, n_ops, scope, spec, all, NO_OP, false};
    bool is_beginning = true;
    m.asks_refusal = spec->requirement->after_refusal || spec->requirement->refusal;
    for (size_t i = n_ops; i-- > 0;)
        if (op_refuses(&ops[i]))
            m.first_refusal = i;
    for (size_t i = 0; i < n_ops; i++) {
        is_beginning = is_beginning && makes_setup(&ops[i]);
        mark(&m, i, is_beginning);
    }
    for (size_t i = 0; !has_subject(&m) && i < n_ops; i++) { /* then it is about its setup */
        ops[i].is_setup = false;
        ops[i].requirement = spec->requirement->id;
    }
}

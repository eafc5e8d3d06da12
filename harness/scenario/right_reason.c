/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/right_reason.h"

#include <string.h>

/* What one op does with one artifact, or (converse, establish) with honest traffic: NULL. */
struct act {
    const struct op *op;
    const struct scope_artifact *artifact;
    const struct scope_party *to;   /* who accepts or refuses */
    const struct scope_party *from; /* whom it is said to be from */
    bool is_as_meant;               /* addressee, sender and group are the artifact's own */
};

/* ---- what a step does */

static void take_deliver(const struct reading *r, struct act *act)
{
    const struct scope_artifact *artifact = act->artifact;
    const char *group = op_text(act->op, ATTR_GROUP);
    act->to =
        op_has(act->op, ATTR_TO) ? scope_party_at(r->scope, act->op, ATTR_TO) : artifact->addressee;
    act->from = op_has(act->op, ATTR_FROM) ? scope_party_at(r->scope, act->op, ATTR_FROM)
                                           : artifact->author;
    group = group ? group : artifact->group;
    bool is_same_group = !group || (artifact->group && strcmp(group, artifact->group) == 0);
    /* A group's message is for every member, a pair's for its addressee only. */
    bool is_for_them =
        artifact->group ? act->to != artifact->author : act->to == artifact->addressee;
    act->is_as_meant = is_for_them && act->from == artifact->author && is_same_group;
}

/* What |op| does, of a <deliver> with the message |i|. */
static struct act act_of(const struct reading *r, const struct op *op, size_t i)
{
    const struct scope *s = r->scope;
    struct act act = {.op = op, .is_as_meant = true};
    size_t n;
    const uint32_t *delivered = op_delivered(op, &n);
    switch (op->verb) {
    case VERB_DELIVER:
        act.artifact = &s->artifacts[delivered[i]];
        take_deliver(r, &act);
        break;
    case VERB_START:
        act.artifact = scope_artifact_at(s, op, ATTR_BUNDLE);
        act.to = scope_party_at(s, op, ATTR_BY);
        act.from = scope_party_at(s, op, ATTR_WITH);
        act.is_as_meant = act.artifact && act.from == act.artifact->author &&
                          !op_has(op, ATTR_BEND) && !op_has(op, ATTR_FETCH);
        break;
    case VERB_SEAL:
        act.to = scope_party_at(s, op, ATTR_BY);
        act.from = scope_party_at(s, op, ATTR_TO);
        break;
    case VERB_CONNECT:
        act.to = scope_party_at(s, op, ATTR_AT);
        act.is_as_meant =
            !op_has(op, ATTR_HANDSHAKE) && !op_has(op, ATTR_CERTIFICATE) && !op_has(op, ATTR_LIKE);
        break;
    case VERB_TAKE:
        act.to = &s->parties[OP_TARGET];
        act.is_as_meant = !op_has(op, ATTR_MEDIUM);
        break;
    case VERB_MINT:
        act.to = &s->parties[OP_TARGET];
        break;
    default: /* a retry */
        act.artifact = scope_artifact_at(s, op, ATTR_OF);
        act.to = act.artifact ? act.artifact->author : NULL;
        act.from = act.artifact ? act.artifact->addressee : NULL;
    }
    return act;
}

static size_t n_acts(const struct op *op)
{
    size_t n;
    op_delivered(op, &n);
    return op->verb == VERB_DELIVER ? n : 1;
}

static bool is_acceptance(const struct op *op)
{
    enum expect expect = op->expect;
    switch (op->verb) {
    case VERB_DELIVER:
        return expect == EXPECT_OPENS || expect == EXPECT_ABSORBS;
    case VERB_START:
    case VERB_SEAL:
    case VERB_CONNECT:
    case VERB_RETRY:
        return expect == EXPECT_DOES;
    case VERB_TAKE:
        return expect == EXPECT_OPENS;
    case VERB_MINT:
        return expect == EXPECT_DOES;
    case VERB_CONVERSE:
    case VERB_ESTABLISH:
        return true;
    default:
        return false;
    }
}

/* ---- does one acceptance stand beside a refusal? */

/* Something honest of the same kind, between the same two. */
static bool is_honest_twin(const struct act *accepted, const struct act *refused)
{
    const struct scope_artifact *a = accepted->artifact, *b = refused->artifact;
    return !a->origin && !a->is_mutated && accepted->is_as_meant && a->sort == b->sort &&
           accepted->to == refused->to && accepted->from == refused->from && a != b;
}

static bool artifact_stands_beside(const struct act *refused, const struct act *accepted)
{
    if (!accepted->artifact || !refused->artifact)
        return false;
    if (refused->artifact->origin)
        return accepted->artifact == scope_root(refused->artifact);
    /* the very same bytes: what differs is the moment, the receiver or the name they came under */
    if (accepted->artifact == refused->artifact)
        return true;
    return is_honest_twin(accepted, refused);
}

/* Honest traffic shows that honest messages of either open at the other;
 * it is no twin of a copy. */
static bool traffic_stands_beside(const struct act *refused, const struct scope_party *a,
                                  const struct scope_party *b)
{
    bool is_between =
        (refused->to == a && refused->from == b) || (refused->to == b && refused->from == a);
    bool is_pairs = !refused->artifact || refused->artifact->sort == SORT_MESSAGE;
    bool is_copy = refused->artifact && refused->artifact->origin;
    return is_between && is_pairs && !is_copy && refused->op->verb != VERB_START;
}

/* An act of the verb that was refused. */
static bool act_stands_beside(const struct act *refused, const struct act *accepted)
{
    switch (accepted->op->verb) {
    case VERB_SEAL: /* of the same party to the same party */
        return accepted->to == refused->to && accepted->from == refused->from;
    case VERB_CONNECT: /* one that is as it should be */
        return accepted->is_as_meant && accepted->to == refused->to;
    case VERB_TAKE: /* one that is as it should be */
        return accepted->is_as_meant;
    case VERB_MINT:
        return true;
    case VERB_RETRY: /* by the same peer */
        return accepted->to == refused->to;
    default:
        return artifact_stands_beside(refused, accepted);
    }
}

static bool stands_beside(const struct reading *r, const struct act *refused, const struct op *op)
{
    if (!is_acceptance(op))
        return false;
    if (op->verb == VERB_CONVERSE)
        return traffic_stands_beside(refused, scope_party_at(r->scope, op, ATTR_WITH),
                                     scope_party_at(r->scope, op, ATTR_AT));
    for (size_t i = 0; op->verb == refused->op->verb && i < n_acts(op); i++) {
        struct act act = act_of(r, op, i);
        if (act_stands_beside(refused, &act))
            return true;
    }
    return false;
}

static bool has_acceptance_beside(const struct reading *r, const struct judged_case *c,
                                  const struct act *refused)
{
    for (size_t i = 0; i < c->ops->n_ops; i++)
        if (&c->ops->ops[i] != refused->op && stands_beside(r, refused, &c->ops->ops[i]))
            return true;
    return false;
}

/* ---- after the refusal */

/* Is |a| |who|, or |who| after restarts? */
static bool goes_on_as(const struct scope_party *who, const struct scope_party *a)
{
    while (a && a != who)
        a = a->restored_from;
    return a != NULL;
}

static bool is_accepted_by(const struct reading *r, const struct op *op,
                           const struct scope_party *who)
{
    if (!is_acceptance(op))
        return false;
    if (op->verb == VERB_CONVERSE)
        return goes_on_as(who, scope_party_at(r->scope, op, ATTR_WITH)) ||
               goes_on_as(who, scope_party_at(r->scope, op, ATTR_AT));
    if (op->verb == VERB_ESTABLISH)
        return goes_on_as(who, scope_party_at(r->scope, op, ATTR_BY)) ||
               goes_on_as(who, scope_party_at(r->scope, op, ATTR_WITH));
    return n_acts(op) && goes_on_as(who, act_of(r, op, 0).to);
}

static bool is_end(const struct reading *r, const struct judged_case *c, const struct act *refusal)
{
    const struct op *end = c->ops->ops + c->ops->n_ops;
    for (const struct op *op = refusal->op + 1; op < end; op++)
        if (is_accepted_by(r, op, refusal->to))
            return false;
    return true;
}

/* ---- the rule */

static void complain_no_sibling(struct reading *r, const struct act *refusal)
{
    const struct op *op = refusal->op;
    const struct scope_artifact *t = refusal->artifact;
    if (t && t->origin && op->verb == VERB_START)
        reading_complain(
            r, op->step->line,
            "<start bundle=\"%s\" expect=\"refuses\">: nothing shows that \"%s\", which "
            "it was made from, is accepted: add <start bundle=\"%s\"/>, or name a case "
            "that does in sibling=\"\"",
            t->name, scope_root(t)->name, scope_root(t)->name);
    else if (t && t->origin)
        reading_complain(r, op->step->line,
                         "<deliver message=\"%s\" expect=\"refuses\">: nothing shows that \"%s\", "
                         "which it was made from, is accepted: add <deliver message=\"%s\" "
                         "expect=\"opens\"/>, or name a case that does in sibling=\"\"",
                         t->name, scope_root(t)->name, scope_root(t)->name);
    else
        reading_complain(r, op->step->line,
                         "<%s%s%s%s expect=\"refuses\">: nothing shows that %s is accepted when "
                         "nothing is wrong: let an honest one, from the same party to the same "
                         "party, be accepted in this case, or name a case that does in "
                         "sibling=\"\"",
                         verb_rule(op->verb)->name, t ? " of \"" : "", t ? t->name : "",
                         t ? "\"" : "", t ? "its like" : "the same");
}

static bool check_refusal(struct reading *r, const struct judged_case *c, const struct act *refusal)
{
    if (!c->has_sibling && !has_acceptance_beside(r, c, refusal)) {
        complain_no_sibling(r, refusal);
        return false;
    }
    if (!op_has(refusal->op, ATTR_COSTS) && is_end(r, c, refusal))
        return reading_complain(
            r, refusal->op->step->line,
            "<%s expect=\"refuses\">: after a refusal \"%s\" must be seen to accept "
            "something: add a step, or costs=\"session\" where the specification lets "
            "the session die",
            verb_rule(refusal->op->verb)->name, refusal->to ? refusal->to->name : "?");
    return true;
}

static bool check_step(struct reading *r, const struct judged_case *c, const struct op *op)
{
    bool is_refusal = op->expect == EXPECT_REFUSES || op->expect == EXPECT_NOT_SHOWN;
    for (size_t i = 0; is_refusal && i < n_acts(op); i++) {
        struct act refusal = act_of(r, op, i);
        if (!check_refusal(r, c, &refusal))
            return false;
    }
    return true;
}

bool right_reason_check(struct reading *r, const struct judged_case *c)
{
    for (size_t i = 0; i < c->ops->n_ops; i++)
        if (!check_step(r, c, &c->ops->ops[i]))
            return false;
    return true;
}

bool right_reason_accepts(const struct op_list *ops, enum verb verb)
{
    for (size_t i = 0; i < ops->n_ops; i++) {
        const struct op *op = &ops->ops[i];
        bool is_traffic = op->verb == VERB_CONVERSE || op->verb == VERB_ESTABLISH;
        if (is_acceptance(op) && (op->verb == verb || is_traffic))
            return true;
    }
    return false;
}

enum verb right_reason_refuses(const struct op_list *ops)
{
    for (size_t i = 0; i < ops->n_ops; i++)
        if (ops->ops[i].expect == EXPECT_REFUSES)
            return ops->ops[i].verb;
    return VERB_NONE;
}

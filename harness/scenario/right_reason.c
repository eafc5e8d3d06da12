#include "scenario/right_reason.h"

#include <string.h>

/* What one op does with one artifact, or (converse, establish) with honest traffic: NULL. */
struct act {
    const struct op *op;
    const struct scope_artifact *artifact;
    const struct scope_party *to;   /* who accepts or refuses */
    const struct scope_party *from; /* whom it is said to be from */
    const char *group;
    bool is_as_meant; /* addressee, sender and group are the artifact's own */
};

/* ---- what a step does */

static struct act act_of_deliver(const struct reading *r, const struct op *op,
                                 const struct scope_artifact *artifact)
{
    struct act act = {.op = op, .artifact = artifact};
    const char *group = op_text(op, ATTR_GROUP);
    act.to = op_has(op, ATTR_TO) ? scope_party_at(r->scope, op, ATTR_TO) : artifact->addressee;
    act.from = op_has(op, ATTR_FROM) ? scope_party_at(r->scope, op, ATTR_FROM) : artifact->author;
    act.group = group ? group : artifact->group;
    bool is_same_group = !act.group || (artifact->group && strcmp(act.group, artifact->group) == 0);
    /* A group's message is for every member, a pair's for its addressee only. */
    bool is_for_them = artifact->group ? act.to != artifact->author : act.to == artifact->addressee;
    act.is_as_meant = is_for_them && act.from == artifact->author && is_same_group;
    return act;
}

static struct act act_of_start(const struct reading *r, const struct op *op)
{
    struct act act = {.op = op};
    act.artifact = scope_artifact_at(r->scope, op, ATTR_BUNDLE);
    act.to = scope_party_at(r->scope, op, ATTR_BY);
    act.from = scope_party_at(r->scope, op, ATTR_WITH);
    act.is_as_meant = act.artifact && act.from == act.artifact->author && !op_has(op, ATTR_BEND) &&
                      !op_has(op, ATTR_FETCH);
    return act;
}

/* A connection that is refused is judged by one that is not. */
static struct act act_of_connect(const struct reading *r, const struct op *op)
{
    struct act act = {.op = op};
    act.to = scope_party_at(r->scope, op, ATTR_AT);
    act.is_as_meant = !op_has(op, ATTR_HANDSHAKE) && !op_has(op, ATTR_CERTIFICATE);
    return act;
}

/* A retry that is not answered is judged by one to the same peer that is. */
static struct act act_of_retry(const struct reading *r, const struct op *op)
{
    struct act act = {.op = op};
    act.artifact = scope_artifact_at(r->scope, op, ATTR_OF);
    act.to = act.artifact ? act.artifact->author : NULL;
    act.from = act.artifact ? act.artifact->addressee : NULL;
    act.is_as_meant = true;
    return act;
}

/* A seal that is refused is judged by seals of the same party to the same party. */
static struct act act_of_seal(const struct reading *r, const struct op *op)
{
    struct act act = {.op = op};
    act.to = scope_party_at(r->scope, op, ATTR_BY);
    act.from = scope_party_at(r->scope, op, ATTR_TO);
    act.group = op_text(op, ATTR_GROUP);
    act.is_as_meant = true;
    return act;
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
    case VERB_CONVERSE:
    case VERB_ESTABLISH:
        return true;
    default:
        return false;
    }
}

/* ---- does one acceptance stand beside a refusal? */

struct beside {
    const struct reading *r;
    struct act refusal;
};

/* Something honest of the same kind, between the same two. */
static bool is_honest_twin(const struct act *accepted, const struct act *refused)
{
    const struct scope_artifact *a = accepted->artifact, *b = refused->artifact;
    return !a->origin && !a->is_mutated && accepted->is_as_meant && a->sort == b->sort &&
           accepted->to == refused->to && accepted->from == refused->from && a != b;
}

static bool artifact_stands_beside(const struct beside *beside, const struct act *accepted)
{
    const struct act *refused = &beside->refusal;
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
static bool traffic_stands_beside(const struct beside *beside, const struct scope_party *a,
                                  const struct scope_party *b)
{
    const struct act *refused = &beside->refusal;
    bool is_between =
        (refused->to == a && refused->from == b) || (refused->to == b && refused->from == a);
    bool is_pairs = !refused->artifact || refused->artifact->sort == SORT_MESSAGE;
    bool is_copy = refused->artifact && refused->artifact->origin;
    return is_between && is_pairs && !is_copy && refused->op->verb != VERB_START;
}

static bool stands_beside(const struct beside *beside, const struct op *op)
{
    const struct reading *r = beside->r;
    enum verb refused = beside->refusal.op->verb;
    if (!is_acceptance(op))
        return false;
    if (op->verb == VERB_CONVERSE)
        return traffic_stands_beside(beside, scope_party_at(r->scope, op, ATTR_WITH),
                                     scope_party_at(r->scope, op, ATTR_AT));
    if (op->verb == VERB_SEAL && refused == VERB_SEAL) {
        struct act act = act_of_seal(r, op);
        return act.to == beside->refusal.to && act.from == beside->refusal.from;
    }
    if (op->verb == VERB_CONNECT && refused == VERB_CONNECT) {
        struct act act = act_of_connect(r, op);
        return act.is_as_meant && act.to == beside->refusal.to;
    }
    if (op->verb == VERB_RETRY && refused == VERB_RETRY)
        return act_of_retry(r, op).to == beside->refusal.to;
    if (op->verb == VERB_START && refused == VERB_START) {
        struct act act = act_of_start(r, op);
        return artifact_stands_beside(beside, &act);
    }
    if (op->verb != VERB_DELIVER || refused != VERB_DELIVER)
        return false;
    size_t n;
    const uint32_t *delivered = op_delivered(op, &n);
    for (size_t i = 0; i < n; i++) {
        struct act act = act_of_deliver(r, op, &r->scope->artifacts[delivered[i]]);
        if (artifact_stands_beside(beside, &act))
            return true;
    }
    return false;
}

static bool has_acceptance_beside(const struct reading *r, const struct judged_case *c,
                                  const struct act *refusal)
{
    struct beside beside = {.r = r, .refusal = *refusal};
    for (size_t i = 0; i < c->ops->n_ops; i++)
        if (&c->ops->ops[i] != refusal->op && stands_beside(&beside, &c->ops->ops[i]))
            return true;
    return false;
}

/* ---- after the refusal */

static bool is_accepted_by(const struct reading *r, const struct op *op,
                           const struct scope_party *who)
{
    if (!is_acceptance(op))
        return false;
    if (op->verb == VERB_CONVERSE)
        return scope_party_at(r->scope, op, ATTR_WITH) == who ||
               scope_party_at(r->scope, op, ATTR_AT) == who;
    if (op->verb == VERB_ESTABLISH)
        return scope_party_at(r->scope, op, ATTR_BY) == who ||
               scope_party_at(r->scope, op, ATTR_WITH) == who;
    if (op->verb == VERB_START || op->verb == VERB_SEAL)
        return scope_party_at(r->scope, op, ATTR_BY) == who;
    if (op->verb == VERB_CONNECT)
        return scope_party_at(r->scope, op, ATTR_AT) == who;
    if (op->verb == VERB_RETRY)
        return act_of_retry(r, op).to == who;
    size_t n;
    const uint32_t *delivered = op_delivered(op, &n);
    return n && act_of_deliver(r, op, &r->scope->artifacts[delivered[0]]).to == who;
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
    if (!op_has(refusal->op, ATTR_COSTS) && is_end(r, c, refusal)) {
        reading_complain(r, refusal->op->step->line,
                         "<%s expect=\"refuses\">: after a refusal \"%s\" must be seen to accept "
                         "something: add a step, or costs=\"session\" where the specification lets "
                         "the session die",
                         verb_rule(refusal->op->verb)->name, refusal->to ? refusal->to->name : "?");
        return false;
    }
    return true;
}

static bool check_step(struct reading *r, const struct judged_case *c, const struct op *op)
{
    struct act refusal;
    if (op->expect != EXPECT_REFUSES && op->expect != EXPECT_NOT_SHOWN)
        return true;
    if (op->verb != VERB_DELIVER) {
        refusal = op->verb == VERB_START     ? act_of_start(r, op)
                  : op->verb == VERB_SEAL    ? act_of_seal(r, op)
                  : op->verb == VERB_CONNECT ? act_of_connect(r, op)
                                             : act_of_retry(r, op);
        return check_refusal(r, c, &refusal);
    }
    size_t n;
    const uint32_t *delivered = op_delivered(op, &n);
    for (size_t i = 0; i < n; i++) {
        refusal = act_of_deliver(r, op, &r->scope->artifacts[delivered[i]]);
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

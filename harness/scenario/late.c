/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/late.h"

/* The op before |upto| that seals |artifact|; NULL when none does. */
static const struct op *seal_of(const struct op *ops, const struct op *upto, uint32_t artifact)
{
    for (const struct op *op = ops; op < upto; op++)
        if (op->verb == VERB_SEAL && op_index(op, ATTR_AS) == artifact)
            return op;
    return NULL;
}

/* The one of the two that |message| is between who is not the target; NULL for a group's. */
static const struct scope_party *other_of(const struct scope_artifact *message)
{
    return message->author && message->author->is_target ? message->addressee : message->author;
}

/* Does the target begin a session with |who|, or |who| with the target? */
static bool begins_session(const struct op *from, const struct op *upto,
                           const struct scope_party *who, const struct scope *scope)
{
    for (const struct op *op = from; op < upto; op++) {
        const struct scope_artifact *bundle = scope_artifact_at(scope, op, ATTR_BUNDLE);
        bool is_start = op->verb == VERB_START || op->verb == VERB_ESTABLISH;
        if (is_start &&
            (scope_party_at(scope, op, ATTR_BY) == who ||
             scope_party_at(scope, op, ATTR_WITH) == who || (bundle && bundle->author == who)))
            return true;
    }
    return false;
}

/* Was a later message of its session opened by |before|? */
static bool is_overtaken(const struct op *ops, uint32_t message, const struct op *before,
                         const struct scope *scope)
{
    size_t n;
    const uint32_t *delivered = op_delivered(before, &n);
    const struct op *seal = seal_of(ops, before, message);
    const struct scope_artifact *late = &scope->artifacts[message];
    for (size_t i = 0; seal && before->expect == EXPECT_OPENS && i < n; i++) {
        const struct scope_artifact *opened = &scope->artifacts[delivered[i]];
        const struct op *later = seal_of(ops, before, delivered[i]);
        if (later && seal < later && opened->author == late->author &&
            opened->addressee == late->addressee &&
            !begins_session(seal, later, other_of(late), scope))
            return true;
    }
    return false;
}

static bool converses(const struct op *op, const struct scope_party *who, const struct scope *scope)
{
    return op->verb == VERB_CONVERSE && (scope_party_at(scope, op, ATTR_WITH) == who ||
                                         scope_party_at(scope, op, ATTR_AT) == who);
}

enum late op_late(const struct op *ops, const struct op *op, const struct scope *scope)
{
    size_t n;
    const uint32_t *delivered = op_delivered(op, &n);
    const struct op *seal = n ? seal_of(ops, op, delivered[0]) : NULL;
    const struct scope_party *who = n ? other_of(&scope->artifacts[delivered[0]]) : NULL;
    enum late late = LATE_NOT;
    for (const struct op *since = seal; since && since < op; since++) {
        if (converses(since, who, scope) && !begins_session(seal, since, who, scope))
            return LATE_BY_TURNS;
        if (is_overtaken(ops, delivered[0], since, scope))
            late = LATE_IN_CHAIN;
    }
    return late;
}

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

static bool begins_session(const struct op *from, const struct op *upto)
{
    for (const struct op *op = from; op < upto; op++)
        if (op->verb == VERB_START || op->verb == VERB_ESTABLISH)
            return true;
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
            opened->addressee == late->addressee && !begins_session(seal, later))
            return true;
    }
    return false;
}

/* Does |op| talk on with who is not the target of the two? */
static bool converses(const struct op *op, const struct scope_artifact *message,
                      const struct scope *scope)
{
    const struct scope_party *who =
        message->author && message->author->is_target ? message->addressee : message->author;
    return op->verb == VERB_CONVERSE && who &&
           (scope_party_at(scope, op, ATTR_WITH) == who ||
            scope_party_at(scope, op, ATTR_AT) == who);
}

enum late op_late(const struct op *ops, const struct op *op, const struct scope *scope)
{
    size_t n;
    const uint32_t *delivered = op_delivered(op, &n);
    const struct op *seal = n ? seal_of(ops, op, delivered[0]) : NULL;
    enum late late = LATE_NOT;
    for (const struct op *since = seal; since && since < op; since++) {
        if (converses(since, &scope->artifacts[delivered[0]], scope) &&
            !begins_session(seal, since))
            return LATE_BY_TURNS;
        if (is_overtaken(ops, delivered[0], since, scope))
            late = LATE_IN_CHAIN;
    }
    return late;
}

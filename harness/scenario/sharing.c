/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/sharing.h"

#include "scenario/field_ref.h"
#include "scenario/resolve.h"

#include <string.h>

#define PAIR 2u /* ops of an instance: the copy, and what is done with it */

/* Is artifact |x| among what |op| names? */
static bool names_artifact(const struct op *op, uint32_t x)
{
    for (size_t i = 0; i < op->n_operands; i++) {
        const struct operand *o = &op->operands[i];
        const struct attribute_rule *rule = verb_attribute(op->verb, attr_name(o->name));
        switch (rule ? rule->type : ATTRIBUTE_NUMBER) {
        case ATTRIBUTE_MESSAGE:
        case ATTRIBUTE_BUNDLE:
        case ATTRIBUTE_SNAPSHOT:
        case ATTRIBUTE_ARTIFACT:
        case ATTRIBUTE_NEW_ARTIFACT:
            if (o->number == x)
                return true;
            break;
        case ATTRIBUTE_MESSAGES:
        case ATTRIBUTE_ARTIFACTS:
            for (size_t k = 0; k < o->list.n; k++)
                if (o->list.items[k] == x)
                    return true;
            break;
        default:
            break;
        }
    }
    return false;
}

/* Is one bit of what nobody keeps changed, and nothing else? A copy has one change. */
static bool is_sweep_of_bits(const struct op *op)
{
    const struct operand *field = op_operand(op, ATTR_FIELD), *flip = op_operand(op, ATTR_FLIP);
    return op->verb == VERB_TAMPER && field && flip && flip->is_swept &&
           field->field->cipher.is_transient && !op_is_yes(op, ATTR_RESEAL);
}

/* Is it a <deliver> of |x| alone, or a <start> from it, that the target has to refuse? */
static bool refuses(const struct op *op, uint32_t x)
{
    size_t n = 0;
    const uint32_t *delivered = op_delivered(op, &n);
    bool is_deliver = op->verb == VERB_DELIVER && n == 1 && delivered[0] == x;
    bool is_start = op->verb == VERB_START && op_index(op, ATTR_BUNDLE) == x &&
                    op_index(op, ATTR_BY) == OP_TARGET;
    return op->expect == EXPECT_REFUSES && (is_deliver || is_start);
}

/* Does |op| leave a session, or a group's key, in which a message is not the first? */
static bool begins_session(const struct op *op, bool is_of_group)
{
    if (is_of_group)
        return op->verb == VERB_DELIVER && op->expect == EXPECT_ABSORBS;
    return op->verb == VERB_ESTABLISH;
}

/* Is everything before the copy of |x| fit for a message: honest traffic between target and peer,
 * and |x| is the peer's? */
static bool prepares_message(const struct op *ops, size_t n, uint32_t x)
{
    const struct op *seal = NULL;
    bool is_in_session = false;
    for (size_t i = 0; i < n; i++)
        if (ops[i].verb == VERB_SEAL && op_index(&ops[i], ATTR_AS) == x)
            seal = &ops[i];
    if (!seal || op_index(seal, ATTR_BY) == OP_TARGET)
        return false;
    for (size_t i = 0; i < n; i++) {
        enum verb verb = ops[i].verb;
        if (verb != VERB_PUBLISH && verb != VERB_ESTABLISH && verb != VERB_CONVERSE &&
            verb != VERB_DISTRIBUTE && verb != VERB_SEAL && verb != VERB_DELIVER)
            return false;
        is_in_session |= &ops[i] < seal && begins_session(&ops[i], op_has(seal, ATTR_GROUP));
    }
    return is_in_session;
}

static bool prepares_bundle(const struct op *ops, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (ops[i].verb != VERB_PUBLISH)
            return false;
    return true;
}

/* A measure is taken of each instance. */
static bool measures(const struct op_list *list)
{
    for (size_t i = 0; i < list->n_ops; i++)
        if (list->ops[i].verb == VERB_MEASURE || op_has(&list->ops[i], ATTR_MEASURE))
            return true;
    return false;
}

bool sharing_is_possible(const struct case_spec *spec)
{
    const struct op_list *list = spec->ops;
    size_t at = spec->sweep_step;
    bool has_opened = false;
    if (!spec->sweep_kind || at + PAIR >= list->n_ops || !is_sweep_of_bits(&list->ops[at]))
        return false;
    const struct op *tamper = &list->ops[at];
    uint32_t x = op_index(tamper, ATTR_AS);
    bool is_prepared = op_has(tamper, ATTR_BUNDLE)
                           ? prepares_bundle(list->ops, at)
                           : prepares_message(list->ops, at, op_index(tamper, ATTR_MESSAGE));
    if (x == OP_NOBODY || !is_prepared || !refuses(tamper + 1, x) || measures(list))
        return false;
    for (const struct op *op = tamper + PAIR; op < list->ops + list->n_ops; op++) {
        if (names_artifact(op, x))
            return false;
        has_opened |= op->verb == VERB_DELIVER && op->expect == EXPECT_OPENS;
    }
    return has_opened;
}

enum status sharing_ops(const struct planned *const *members, size_t n, struct arena *arena,
                        struct op_list *out)
{
    const struct case_spec *spec = members[0]->spec;
    size_t at = spec->sweep_step, after = at + PAIR;
    *out = *spec->ops;
    struct op *ops = arena_array(arena, spec->ops->n_ops + PAIR * (n - 1), sizeof(*ops));
    if (!ops)
        return E_NOMEM;
    memcpy(ops, spec->ops->ops, at * sizeof(*ops));
    for (size_t i = 0; i < n; i++) {
        const struct step *steps;
        struct op_list one;
        enum status st = planned_steps(members[i], arena, &steps);
        if (!st)
            st = resolve_planned(members[i], steps, arena, &one);
        if (st)
            return st;
        memcpy(ops + at + PAIR * i, one.ops + at, PAIR * sizeof(*ops));
    }
    memcpy(ops + at + PAIR * n, spec->ops->ops + after, (spec->ops->n_ops - after) * sizeof(*ops));
    out->ops = ops;
    out->n_ops += PAIR * (n - 1);
    return OK;
}

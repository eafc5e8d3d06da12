#include "scenario/sharing.h"

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

/* A <deliver> of |x| alone, or a <start> from it, that has to be refused. */
static bool refuses(const struct op *op, uint32_t x)
{
    bool is_deliver = op->verb == VERB_DELIVER && op_index(op, ATTR_MESSAGE) == x;
    bool is_start = op->verb == VERB_START && op_index(op, ATTR_BUNDLE) == x;
    return op->expect == EXPECT_REFUSES && (is_deliver || is_start);
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
    if (!spec->sweep_kind || at + PAIR >= list->n_ops || list->ops[at].verb != VERB_TAMPER)
        return false;
    uint32_t x = op_index(&list->ops[at], ATTR_AS);
    if (x == OP_NOBODY || !refuses(&list->ops[at + 1], x) || measures(list))
        return false;
    for (const struct op *op = &list->ops[at + PAIR]; op < list->ops + list->n_ops; op++) {
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

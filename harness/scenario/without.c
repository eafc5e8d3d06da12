/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/without.h"

#include "scenario/refusal.h"
#include "scenario/scope.h"

#include <string.h>

struct leaving {
    const struct op *ops;
    size_t n_ops;
    bool drops[SCOPE_ARTIFACTS_MAX * 2]; /* by op */
    bool is_needed[SCOPE_ARTIFACTS_MAX]; /* artifacts: of the last op, or of what makes those */
    bool is_involved[SCOPE_PARTIES_MAX]; /* parties of these */
    uint32_t goes_on[SCOPE_PARTIES_MAX]; /* who a restored party was before */
};

/* ---- what an op names */

static enum attribute_type type_of(const struct op *op, const struct operand *o)
{
    return verb_attribute(op->verb, attr_name(o->name))->type;
}

static bool is_party(const struct op *op, const struct operand *o)
{
    enum attribute_type type = type_of(op, o);
    return type == ATTRIBUTE_PARTY || type == ATTRIBUTE_TARGET || type == ATTRIBUTE_HARNESS;
}

/* The artifacts that |o| names; *out_count 0 for none. */
static const uint32_t *artifacts_of(const struct op *op, const struct operand *o, size_t *out_count)
{
    enum attribute_type type = type_of(op, o);
    bool is_one = type == ATTRIBUTE_MESSAGE || type == ATTRIBUTE_BUNDLE ||
                  type == ATTRIBUTE_SNAPSHOT || type == ATTRIBUTE_ARTIFACT;
    bool is_list = type == ATTRIBUTE_MESSAGES || type == ATTRIBUTE_ARTIFACTS;
    *out_count = is_one ? 1 : is_list ? o->list.n : 0;
    return is_one ? &o->number : o->list.items;
}

static uint32_t made_by(const struct op *op)
{
    const struct operand *o = op_operand(op, ATTR_AS);
    return o && type_of(op, o) == ATTRIBUTE_NEW_ARTIFACT ? o->number : OP_NOBODY;
}

/* ---- refusals */

static void drop_refusals(struct leaving *l, bool with_replays)
{
    for (size_t i = 0; i + 1 < l->n_ops; i++)
        l->drops[i] = op_refuses(&l->ops[i]) && (with_replays || !op_replays(l->ops, &l->ops[i]));
}

/* ---- others */

static void involve(struct leaving *l, const struct op *op)
{
    for (size_t i = 0; i < op->n_operands; i++) {
        size_t n;
        const uint32_t *artifacts = artifacts_of(op, &op->operands[i], &n);
        for (size_t k = 0; k < n; k++)
            l->is_needed[artifacts[k]] = true;
        if (is_party(op, &op->operands[i]) && op->operands[i].number != OP_NOBODY)
            l->is_involved[op->operands[i].number] = true;
    }
}

/* The <peer> that made |party|; NULL for one that is there from the start. */
static const struct op *maker_of(const struct leaving *l, uint32_t party)
{
    for (size_t i = 0; i < l->n_ops; i++)
        if (l->ops[i].verb == VERB_PEER && op_index(&l->ops[i], ATTR_NAME) == party)
            return &l->ops[i];
    return NULL;
}

static bool is_same_address(const struct op *a, const struct op *b)
{
    const char *one = a ? op_text(a, ATTR_ADDRESS) : "peer";
    const char *other = b ? op_text(b, ATTR_ADDRESS) : "peer";
    one = one ? one : op_text(a, ATTR_NAME);
    other = other ? other : op_text(b, ATTR_NAME);
    return strcmp(one, other) == 0 &&
           (a ? op_number(a, ATTR_DEVICE, 1) : 1) == (b ? op_number(b, ATTR_DEVICE, 1) : 1);
}

/* Does the last op have nothing to do with |party|, which is the harness's, nor with anybody else
 * at its address? */
static bool is_other(const struct leaving *l, uint32_t party)
{
    const struct op *maker = maker_of(l, party);
    if (l->is_involved[party] || (!maker && party != OP_PEER))
        return false;
    for (uint32_t i = 0; i < SCOPE_PARTIES_MAX; i++)
        if (l->is_involved[i] && (i == OP_PEER || maker_of(l, i)) &&
            is_same_address(maker, maker_of(l, i)))
            return false;
    return true;
}

static bool is_of_others(const struct leaving *l, const struct op *op, const bool *is_gone)
{
    for (size_t i = 0; i < op->n_operands; i++) {
        size_t n;
        const struct operand *o = &op->operands[i];
        const uint32_t *artifacts = artifacts_of(op, o, &n);
        if (is_party(op, o) && o->number != OP_NOBODY && is_other(l, o->number))
            return true;
        for (size_t k = 0; k < n; k++)
            if (is_gone[artifacts[k]])
                return true;
    }
    return false;
}

/* The <peer>s themselves stay: others can have their identity. */
static void drop_others(struct leaving *l)
{
    bool is_gone[SCOPE_ARTIFACTS_MAX] = {false};
    involve(l, &l->ops[l->n_ops - 1]);
    for (size_t i = l->n_ops; i-- > 0;)
        if (made_by(&l->ops[i]) != OP_NOBODY && l->is_needed[made_by(&l->ops[i])])
            involve(l, &l->ops[i]);
    for (size_t i = 0; i + 1 < l->n_ops; i++) {
        const struct op *op = &l->ops[i];
        l->drops[i] = op->verb != VERB_PEER && is_of_others(l, op, is_gone);
        if (l->drops[i] && made_by(op) != OP_NOBODY)
            is_gone[made_by(op)] = true;
    }
}

/* ---- a restart */

static uint32_t snapshot_of(const struct leaving *l, uint32_t snapshot)
{
    for (size_t i = 0; i < l->n_ops; i++)
        if (l->ops[i].verb == VERB_SNAPSHOT && made_by(&l->ops[i]) == snapshot)
            return op_index(&l->ops[i], ATTR_OF);
    return OP_NOBODY;
}

static bool names_party(const struct op *op, uint32_t party)
{
    for (size_t i = 0; i < op->n_operands; i++)
        if (is_party(op, &op->operands[i]) && op->operands[i].number == party)
            return true;
    return false;
}

/* False where the one before and the one after both go on, or somebody goes back. */
static bool drop_restart(struct leaving *l)
{
    for (size_t i = 0; i + 1 < l->n_ops; i++) {
        const struct op *op = &l->ops[i];
        l->drops[i] = op->verb == VERB_SNAPSHOT || op->verb == VERB_RESTORE;
        if (op->verb != VERB_RESTORE)
            continue;
        uint32_t before = snapshot_of(l, op_index(op, ATTR_SNAPSHOT));
        if (before == OP_NOBODY)
            return false;
        for (size_t k = i + 1; k < l->n_ops; k++)
            if (names_party(&l->ops[k], before))
                return false;
        l->goes_on[op_index(op, ATTR_AS)] = l->goes_on[before];
    }
    return true;
}

/* |op|, done by who was there before a restart. */
static enum status rename_parties(const struct leaving *l, struct op *op, struct arena *arena)
{
    struct operand *operands = arena_array(arena, op->n_operands + 1, sizeof(*operands));
    if (!operands)
        return E_NOMEM;
    for (size_t i = 0; i < op->n_operands; i++) {
        operands[i] = op->operands[i];
        if (is_party(op, &operands[i]) && operands[i].number != OP_NOBODY)
            operands[i].number = l->goes_on[operands[i].number];
    }
    op->operands = operands;
    return OK;
}

/* ---- the whole */

static bool drop(struct leaving *l, enum without what)
{
    bool is_possible = true;
    if (what == WITHOUT_REFUSALS || what == WITHOUT_FORGERIES)
        drop_refusals(l, what == WITHOUT_REFUSALS);
    else if (what == WITHOUT_OTHERS)
        drop_others(l);
    else
        is_possible = drop_restart(l);
    for (size_t i = 0; i < l->n_ops; i++)
        if (l->drops[i])
            return is_possible;
    return false;
}

enum status op_list_without(const struct op_list *of, size_t n_ops, enum without what,
                            struct arena *arena, struct op_list *out)
{
    struct leaving *l = arena_alloc(arena, sizeof(*l));
    struct op *kept = arena_array(arena, n_ops + 1, sizeof(*kept));
    enum status st = OK;
    if (!l || !kept)
        return E_NOMEM;
    *l = (struct leaving){.ops = of->ops, .n_ops = n_ops};
    for (uint32_t i = 0; i < SCOPE_PARTIES_MAX; i++)
        l->goes_on[i] = i;
    if (n_ops > COUNT_OF(l->drops) || !drop(l, what))
        return E_MISSING;
    *out = *of;
    out->ops = kept;
    out->n_ops = 0;
    for (size_t i = 0; i < n_ops && !st; i++)
        if (!l->drops[i]) {
            kept[out->n_ops] = of->ops[i];
            st = rename_parties(l, &kept[out->n_ops++], arena);
        }
    return st;
}

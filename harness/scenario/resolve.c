/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/resolve.h"

#include <string.h>

#define FILLED_IN_MAX 1u /* operands that no attribute gives */

/* ---- one step */

/* Whom |op| means that names nobody, where it follows from the step: whose bundle is started from,
 * the other side of a handshake or of a message. E_MISSING. */
static enum status fill_in(const struct scope *scope, struct op *op, struct operand *out)
{
    bool is_with = op->verb == VERB_START || op->verb == VERB_ESTABLISH;
    bool is_to = (op->verb == VERB_SEAL || op->verb == VERB_DROP) && !op_has(op, ATTR_GROUP);
    enum attr name = is_with ? ATTR_WITH : ATTR_TO;
    if ((!is_with && !is_to) || op_has(op, name))
        return OK;
    const struct scope_artifact *bundle = scope_artifact_at(scope, op, ATTR_BUNDLE);
    const struct scope_party *p = op->verb != VERB_START ? scope_party_at(scope, op, ATTR_BY)
                                  : bundle               ? bundle->author
                                                         : NULL;
    if (!p)
        return E_MISSING;
    *out = (struct operand){.name = name, .number = (uint32_t)(p - scope->parties)};
    if (op->verb != VERB_START)
        out->number = p->is_target ? OP_PEER : OP_TARGET;
    op->n_operands++;
    return OK;
}

/* What |step| has of each attribute of |rule|; how many have a value. */
static size_t take_texts(const struct step *step, const struct verb_rule *rule,
                         const char *texts[VERB_ATTRIBUTES_MAX])
{
    size_t n = 0;
    for (size_t i = 0; i < VERB_ATTRIBUTES_MAX && rule->attributes[i].name; i++) {
        texts[i] = step_value(step, &rule->attributes[i]);
        n += texts[i] != NULL;
    }
    return n;
}

enum status resolve_step(const struct scope *scope, const struct step *step, struct arena *arena,
                         struct op *out, struct mistake *out_mistake)
{
    const struct verb_rule *rule = verb_rule(step->verb);
    const char *texts[VERB_ATTRIBUTES_MAX]; /* NULL where there is no value */
    struct mistake unwanted;
    size_t n = rule ? take_texts(step, rule, texts) : 0;
    struct operand *operands = arena_array(arena, n + FILLED_IN_MAX, sizeof(*operands));
    *out = (struct op){.verb = step->verb, .step = step, .operands = operands};
    if (!rule || !operands)
        return rule ? E_NOMEM : E_MISSING;
    for (size_t i = 0; out->n_operands < n; i++) {
        if (!texts[i])
            continue;
        enum status st =
            value_take(&(struct lookup){.scope = scope,
                                        .cipher = scope->cipher,
                                        .rule = &rule->attributes[i],
                                        .text = texts[i],
                                        .arena = arena,
                                        .out = &operands[out->n_operands],
                                        .mistake = out_mistake ? out_mistake : &unwanted});
        if (st)
            return st;
        out->n_operands++;
    }
    out->expect = (enum expect)op_number(out, ATTR_EXPECT, EXPECT_DOES);
    out->reason = op_number(out, ATTR_REASON, 0);
    return fill_in(scope, out, &operands[out->n_operands]);
}

/* ---- a case */

enum status resolve_names(const struct scope *scope, struct arena *arena, struct op_list *out)
{
    out->parties = scope_party_names(scope, arena, &out->n_parties);
    out->artifacts = scope_artifact_names(scope, arena, &out->n_artifacts);
    return out->parties && out->artifacts ? OK : E_NOMEM;
}

enum status resolve_steps(const struct step *steps, size_t n_steps, const struct cipher *cipher,
                          struct arena *arena, struct op_list *out)
{
    struct scope *scope = arena_alloc(arena, sizeof(*scope));
    struct op *ops = arena_array(arena, n_steps + 1, sizeof(*ops));
    enum status st = scope && ops ? OK : E_NOMEM;
    memset(out, 0, sizeof(*out));
    if (st)
        return st;
    scope_init(scope, cipher);
    for (size_t i = 0; !st && i < n_steps; i++) {
        st = resolve_step(scope, &steps[i], arena, &ops[i], NULL);
        if (!st)
            st = scope_apply(scope, &ops[i], NULL, arena);
    }
    out->ops = ops;
    out->n_ops = n_steps;
    return st ? st : resolve_names(scope, arena, out);
}

/* |op| with the value that |step| has in the place of a series. */
static enum status take_instance(const struct cipher *cipher, const struct step *step,
                                 struct arena *arena, struct op *op)
{
    struct operand *operands = arena_array(arena, op->n_operands, sizeof(*operands));
    struct mistake unwanted;
    enum status st = operands ? OK : E_NOMEM;
    if (st)
        return st;
    memcpy(operands, op->operands, op->n_operands * sizeof(*operands));
    op->operands = operands;
    op->step = step;
    for (size_t i = 0; !st && i < op->n_operands; i++) {
        const char *attribute = attr_name(operands[i].name);
        if (operands[i].is_swept)
            st = value_take(&(struct lookup){.cipher = cipher,
                                             .rule = verb_attribute(step->verb, attribute),
                                             .text = step_text(step, attribute),
                                             .arena = arena,
                                             .out = &operands[i],
                                             .mistake = &unwanted});
    }
    return st;
}

enum status resolve_planned(const struct planned *p, const struct step *steps, struct arena *arena,
                            struct op_list *out)
{
    const struct case_spec *spec = p->spec;
    *out = *spec->ops;
    if (!spec->sweep_kind)
        return OK;
    struct op *ops = arena_array(arena, out->n_ops, sizeof(*ops));
    if (!ops)
        return E_NOMEM;
    memcpy(ops, out->ops, out->n_ops * sizeof(*ops));
    out->ops = ops;
    return take_instance(spec->suite->cipher, &steps[spec->sweep_step], arena,
                         &ops[spec->sweep_step]);
}

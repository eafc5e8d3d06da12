#include "scenario/resolve.h"

#include <string.h>

#define FILLED_IN_MAX 1u /* operands that no attribute gives */

/* ---- one step */

/* Whom a step means that names nobody, where it follows from the step: whose bundle is started
 * from, the other side of a handshake or of a message. */
static enum status fill_in(const struct scope *scope, const struct step *step, struct operand *out,
                           bool *out_is_filled)
{
    bool is_with = step->verb == VERB_START || step->verb == VERB_ESTABLISH;
    bool is_to = (step->verb == VERB_SEAL || step->verb == VERB_DROP) && !step_text(step, "group");
    const char *name = is_with ? "with" : "to";
    *out_is_filled = (is_with || is_to) && !step_text(step, name);
    if (!*out_is_filled)
        return OK;
    const struct scope_party *p = scope_party_of(scope, step, name);
    if (!p)
        return E_MISSING;
    *out = (struct operand){.name = attr_from_name(name), .number = (uint32_t)(p - scope->parties)};
    return OK;
}

enum status resolve_step(const struct scope *scope, const struct step *step, struct arena *arena,
                         struct op *out, struct mistake *out_mistake)
{
    const struct verb_rule *rule = verb_rule(step->verb);
    struct operand found[VERB_ATTRIBUTES_MAX + FILLED_IN_MAX];
    struct mistake unwanted;
    bool is_filled = false;
    size_t n = 0;
    *out = (struct op){.verb = step->verb, .step = step, .expect = EXPECT_DOES};
    if (!rule)
        return E_MISSING;
    for (size_t i = 0; i < VERB_ATTRIBUTES_MAX && rule->attributes[i].name; i++) {
        const char *text = step_text(step, rule->attributes[i].name);
        enum status st = text ? value_take(scope, &rule->attributes[i], text, arena, &found[n],
                                           out_mistake ? out_mistake : &unwanted)
                              : OK;
        if (st)
            return st;
        n += text != NULL;
    }
    if (fill_in(scope, step, &found[n], &is_filled))
        return E_LIMIT;
    n += is_filled;
    struct operand *operands = arena_array(arena, n + 1, sizeof(*operands));
    if (!operands)
        return E_NOMEM;
    memcpy(operands, found, n * sizeof(*operands));
    out->operands = operands;
    out->n_operands = n;
    out->expect = (enum expect)op_number(out, ATTR_EXPECT, EXPECT_DOES);
    out->reason = op_number(out, ATTR_REASON, 0);
    return OK;
}

/* ---- a case */

enum status resolve_names(const struct scope *scope, struct arena *arena, struct op_list *out)
{
    out->parties = scope_party_names(scope, arena, &out->n_parties);
    out->artifacts = scope_artifact_names(scope, arena, &out->n_artifacts);
    return out->parties && out->artifacts ? OK : E_NOMEM;
}

enum status resolve_steps(const struct step *steps, size_t n_steps, struct arena *arena,
                          struct op_list *out)
{
    struct scope *scope = arena_alloc(arena, sizeof(*scope));
    struct op *ops = arena_array(arena, n_steps + 1, sizeof(*ops));
    enum status st = scope && ops ? OK : E_NOMEM;
    memset(out, 0, sizeof(*out));
    if (st)
        return st;
    scope_init(scope);
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
static enum status take_instance(const struct step *step, struct arena *arena, struct op *op)
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
            st = value_take(NULL, verb_attribute(step->verb, attribute), step_text(step, attribute),
                            arena, &operands[i], &unwanted);
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
    return take_instance(&steps[spec->sweep_step], arena, &ops[spec->sweep_step]);
}

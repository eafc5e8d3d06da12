#include "scenario/resolve.h"

#include "base/hex.h"
#include "cipher/cipher.h"
#include "scenario/sweep.h"
#include "scenario/wire_words.h"
#include "server/server_mutation.h"
#include "wire/certificate.h"
#include "wire/content.h"
#include "wire/stanza_mutation.h"

#include <stdlib.h>
#include <string.h>

#define HEX_MAX (4u * 1024u * 1024u)
#define FILLED_IN_MAX 1u /* operands that no attribute gives */

/* One word while it is looked up. */
struct lookup {
    const struct scope *scope; /* NULL for values of a sweep, which are no names */
    const struct cipher *cipher;
    const struct attribute_rule *rule;
    const char *text;
    struct arena *arena;
    struct operand *out;
};

/* ---- names */

static enum status find_party(const struct lookup *l)
{
    const struct scope_party *p = l->scope ? scope_party(l->scope, l->text) : NULL;
    if (!p)
        return E_MISSING;
    l->out->number = (uint32_t)(p - l->scope->parties);
    return OK;
}

static enum status find_new_party(const struct lookup *l)
{
    if (!l->scope || scope_party(l->scope, l->text))
        return E_MISSING;
    l->out->number = (uint32_t)l->scope->n_parties;
    return l->out->number < SCOPE_PARTIES_MAX ? OK : E_LIMIT;
}

static enum status find_artifact(const struct lookup *l)
{
    const struct scope_artifact *a = l->scope ? scope_artifact(l->scope, l->text) : NULL;
    if (!a)
        return E_MISSING;
    l->out->number = (uint32_t)(a - l->scope->artifacts);
    return OK;
}

static enum status find_new_artifact(const struct lookup *l)
{
    if (!l->scope || scope_artifact(l->scope, l->text))
        return E_MISSING;
    l->out->number = (uint32_t)l->scope->n_artifacts;
    return l->out->number < SCOPE_ARTIFACTS_MAX ? OK : E_LIMIT;
}

static enum status find_artifacts(const struct lookup *l)
{
    uint32_t *items = arena_array(l->arena, OP_LISTED_MAX, sizeof(*items));
    struct lookup one = *l;
    struct operand found;
    if (!items)
        return E_NOMEM;
    one.out = &found;
    l->out->list.items = items;
    l->out->list.n = 0;
    for (const char *at = l->text + strspn(l->text, " "); *at; at += strspn(at, " ")) {
        size_t len = strcspn(at, " ");
        one.text = arena_printf(l->arena, "%.*s", (int)len, at);
        enum status st = one.text ? find_artifact(&one) : E_NOMEM;
        if (st || l->out->list.n == OP_LISTED_MAX)
            return st ? st : E_LIMIT;
        items[l->out->list.n++] = found.number;
        at += len;
    }
    return OK;
}

/* ---- values */

static enum status take_text(const struct lookup *l)
{
    (void)l;
    return OK;
}

static enum status take_number(const struct lookup *l)
{
    char *end;
    unsigned long long value = strtoull(l->text, &end, 10);
    if (l->text[0] < '0' || l->text[0] > '9' || *end || value > UINT32_MAX)
        return E_MISSING;
    l->out->number = (uint32_t)value;
    return OK;
}

static enum status take_yes_no(const struct lookup *l)
{
    l->out->number = strcmp(l->text, "yes") == 0;
    return l->out->number || strcmp(l->text, "no") == 0 ? OK : E_MISSING;
}

static enum status take_hex(const struct lookup *l)
{
    struct buffer decoded;
    buffer_init(&decoded, HEX_MAX);
    enum status st = hex_decode(l->text, strlen(l->text), &decoded);
    if (!st) {
        l->out->bytes = arena_copy(l->arena, buffer_bytes(&decoded));
        st = l->out->bytes.data ? OK : E_NOMEM;
    }
    buffer_fini(&decoded);
    return st == E_PARSE ? E_MISSING : st;
}

/* Where permutations are swept, the number of one follows the choices. */
static enum status take_choice(const struct lookup *l)
{
    uint32_t n = 0;
    for (; n < VERB_CHOICES_MAX && l->rule->choices[n]; n++)
        if (strcmp(l->rule->choices[n], l->text) == 0) {
            l->out->number = n;
            return OK;
        }
    bool is_order = l->rule->sweeps[0] && strcmp(l->rule->sweeps[0], "each-permutation") == 0;
    enum status st = is_order ? take_number(l) : E_MISSING;
    l->out->number += n;
    return st;
}

static enum status take_expect(const struct lookup *l)
{
    l->out->number = (uint32_t)expect_from_name(l->text);
    return l->out->number ? OK : E_MISSING;
}

static enum status take_reason(const struct lookup *l)
{
    l->out->number = (uint32_t)refusal_from_name(l->text);
    return l->out->number ? OK : E_MISSING;
}

static enum status take_field(const struct lookup *l)
{
    struct field_ref *field = arena_alloc(l->arena, sizeof(*field));
    l->out->field = field;
    if (!field)
        return E_NOMEM;
    return field_ref_find(l->cipher, l->text, field) ? OK : E_MISSING;
}

/* ---- words of the layers */

static enum server_mutation_table server_table(enum attribute_type type)
{
    return type == ATTRIBUTE_HANDSHAKE_MUTATION ? SERVER_MUTATIONS_HANDSHAKE
           : type == ATTRIBUTE_CHANNEL_MUTATION ? SERVER_MUTATIONS_CHANNEL
                                                : SERVER_MUTATIONS_FETCH;
}

static enum status take_cipher_mutation(const struct lookup *l)
{
    return l->cipher->mutations->parse(l->text, l->arena, &l->out->mutation);
}

/* A mutation of a stanza, of content, or of what the server does. */
static enum status take_mutation(const struct lookup *l)
{
    union {
        struct stanza_mutation stanza;
        struct content_mutation content;
        struct server_mutation server;
    } *parsed = arena_alloc(l->arena, sizeof(*parsed));
    struct operand *out = l->out;
    if (!parsed)
        return E_NOMEM;
    switch (l->rule->type) {
    case ATTRIBUTE_STANZA_MUTATION:
        out->stanza = &parsed->stanza;
        return stanza_mutation_parse(l->text, &parsed->stanza) ? OK : E_MISSING;
    case ATTRIBUTE_CONTENT_MUTATION:
        out->content = &parsed->content;
        return content_mutation_parse(l->text, &parsed->content) ? OK : E_MISSING;
    default:
        out->server = &parsed->server;
        return server_mutation_parse(server_table(l->rule->type), l->text, &parsed->server)
                   ? OK
                   : E_MISSING;
    }
}

static enum status take_certificate_mutation(const struct lookup *l)
{
    enum certificate_mutation mutation;
    if (!certificate_mutation_parse(l->text, &mutation))
        return E_MISSING;
    l->out->number = (uint32_t)mutation;
    return OK;
}

static enum status take_service(const struct lookup *l)
{
    l->out->number = (uint32_t)service_from_name(l->text);
    return l->out->number ? OK : E_MISSING;
}

static enum status take_rule(const struct lookup *l)
{
    l->out->number = wire_rule_from_name(l->text);
    return l->out->number ? OK : E_MISSING;
}

static enum status (*const takes[])(const struct lookup *) = {
    [ATTRIBUTE_TEXT] = take_text,
    [ATTRIBUTE_PARTY] = find_party,
    [ATTRIBUTE_TARGET] = find_party,
    [ATTRIBUTE_HARNESS] = find_party,
    [ATTRIBUTE_NEW_PARTY] = find_new_party,
    [ATTRIBUTE_MESSAGE] = find_artifact,
    [ATTRIBUTE_MESSAGES] = find_artifacts,
    [ATTRIBUTE_BUNDLE] = find_artifact,
    [ATTRIBUTE_SNAPSHOT] = find_artifact,
    [ATTRIBUTE_ARTIFACT] = find_artifact,
    [ATTRIBUTE_ARTIFACTS] = find_artifacts,
    [ATTRIBUTE_NEW_ARTIFACT] = find_new_artifact,
    [ATTRIBUTE_NUMBER] = take_number,
    [ATTRIBUTE_YES_NO] = take_yes_no,
    [ATTRIBUTE_HEX] = take_hex,
    [ATTRIBUTE_EXPECT] = take_expect,
    [ATTRIBUTE_REASON] = take_reason,
    [ATTRIBUTE_FIELD] = take_field,
    [ATTRIBUTE_MUTATION] = take_cipher_mutation,
    [ATTRIBUTE_CHOICE] = take_choice,
    [ATTRIBUTE_VECTOR] = take_text,
    [ATTRIBUTE_STANZA_MUTATION] = take_mutation,
    [ATTRIBUTE_CONTENT_MUTATION] = take_mutation,
    [ATTRIBUTE_CERTIFICATE_MUTATION] = take_certificate_mutation,
    [ATTRIBUTE_HANDSHAKE_MUTATION] = take_mutation,
    [ATTRIBUTE_CHANNEL_MUTATION] = take_mutation,
    [ATTRIBUTE_FETCH_MUTATION] = take_mutation,
    [ATTRIBUTE_SERVICE] = take_service,
    [ATTRIBUTE_RULE] = take_rule,
};

static enum status take_value(const struct lookup *l)
{
    memset(l->out, 0, sizeof(*l->out));
    l->out->name = attr_from_name(l->rule->name);
    l->out->text = l->text;
    l->out->is_swept = sweep_of(l->rule, l->text) != NULL;
    return l->out->is_swept ? OK : takes[l->rule->type](l);
}

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

static enum status take_values(const struct scope *scope, const struct step *step,
                               struct arena *arena, struct operand *out, size_t *out_n)
{
    const struct attribute_rule *rules = verb_rule(step->verb)->attributes;
    for (size_t i = 0; i < VERB_ATTRIBUTES_MAX && rules[i].name; i++) {
        struct lookup l = {.scope = scope,
                           .cipher = scope->cipher,
                           .rule = &rules[i],
                           .text = step_text(step, rules[i].name),
                           .arena = arena,
                           .out = &out[*out_n]};
        if (!l.text)
            continue;
        enum status st = take_value(&l);
        if (st)
            return st;
        ++*out_n;
    }
    bool is_filled = false;
    enum status st = fill_in(scope, step, &out[*out_n], &is_filled);
    *out_n += is_filled;
    return st;
}

enum status resolve_step(const struct scope *scope, const struct step *step, struct arena *arena,
                         struct op *out)
{
    struct operand found[VERB_ATTRIBUTES_MAX + FILLED_IN_MAX];
    size_t n = 0;
    *out = (struct op){.verb = step->verb, .step = step, .expect = EXPECT_DOES};
    if (!verb_rule(step->verb))
        return E_MISSING;
    enum status st = take_values(scope, step, arena, found, &n);
    if (st)
        return st;
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
        st = resolve_step(scope, &steps[i], arena, &ops[i]);
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
    enum status st = operands ? OK : E_NOMEM;
    if (st)
        return st;
    memcpy(operands, op->operands, op->n_operands * sizeof(*operands));
    op->operands = operands;
    op->step = step;
    for (size_t i = 0; !st && i < op->n_operands; i++) {
        const char *attribute = attr_name(operands[i].name);
        struct lookup l = {.cipher = cipher,
                           .rule = verb_attribute(step->verb, attribute),
                           .text = step_text(step, attribute),
                           .arena = arena,
                           .out = &operands[i]};
        if (operands[i].is_swept)
            st = take_value(&l);
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

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/attribute_constraints.h"

#include "cipher/cipher.h"
#include "scenario/sweep.h"

#include <stdio.h>
#include <string.h>

#define NAMES_MAX 14u

/* ---- so many of these */

static const struct {
    enum verb verb;
    bool is_at_most; /* one of them, or none; otherwise exactly one */
    const char *names[NAMES_MAX];
} alternatives[] = {
    {VERB_SEAL, true, {"size", "text", "same-plaintext-as"}},
    {VERB_SEAL, true, {"to", "group"}},
    {VERB_DROP, true, {"to", "group"}},
    {VERB_DROP, true, {"but-each", "group"}},
    {VERB_DELIVER, false, {"message", "messages"}},
    {VERB_TAMPER, false, {"message", "bundle", "connection"}},
    {VERB_TAMPER,
     false,
     {"flip", "set", "set-number", "add-number", "remove", "cut", "keep", "append", "duplicate",
      "unknown", "reverse", "long-varint", "take-from"}},
    {VERB_CHECK,
     false,
     {"is", "same-as", "differs-from", "differs-from-all", "present", "kind", "measure"}},
    {VERB_CHECK, false, {"field", "kind"}},
};

static bool is_written(const struct step *step, const char *name)
{
    return step_written(step, name) != NULL;
}

/* Complain; false. */
static bool complain_of_number(struct reading *r, const struct step *step, size_t i)
{
    char names[240] = "";
    for (size_t j = 0; j < NAMES_MAX && alternatives[i].names[j]; j++)
        snprintf(names + strlen(names), sizeof(names) - strlen(names), "%s%s", j ? ", " : "",
                 alternatives[i].names[j]);
    return reading_complain(r, step->line, "<%s>: %s one of these is expected: %s",
                            verb_rule(step->verb)->name,
                            alternatives[i].is_at_most ? "at most" : "exactly", names);
}

static bool check_alternatives(struct reading *r, const struct step *step)
{
    for (size_t i = 0; i < COUNT_OF(alternatives); i++) {
        size_t n = 0;
        if (alternatives[i].verb != step->verb)
            continue;
        for (size_t j = 0; j < NAMES_MAX && alternatives[i].names[j]; j++)
            n += is_written(step, alternatives[i].names[j]);
        if (n != 1 && (n != 0 || !alternatives[i].is_at_most))
            return complain_of_number(r, step, i);
    }
    return true;
}

/* ---- this only with that */

static const struct {
    const char *name;
    enum expect allowed[3];
    const char *remedy;
} with_expect[] = {
    {"reason", {EXPECT_REFUSES, EXPECT_EITHER}, "expect=\"refuses\" or \"either\""},
    {"costs", {EXPECT_REFUSES, EXPECT_EITHER}, "expect=\"refuses\" or \"either\""},
    {"measure", {EXPECT_EITHER, EXPECT_HOLDS, EXPECT_DOES}, "expect=\"either\""},
};

static bool check_with_expect(struct reading *r, const struct op *op)
{
    const struct step *step = op->step;
    for (size_t i = 0; i < COUNT_OF(with_expect); i++) {
        const enum expect *allowed = with_expect[i].allowed;
        if (!is_written(step, with_expect[i].name) || op->expect == allowed[0] ||
            op->expect == allowed[1] || op->expect == allowed[2])
            continue;
        return reading_complain(r, step->line, "<%s>: \"%s\" goes with %s only",
                                verb_rule(step->verb)->name, with_expect[i].name,
                                with_expect[i].remedy);
    }
    if (is_written(step, "order") && !is_written(step, "messages"))
        return reading_complain(r, step->line, "<deliver>: \"order\" goes with \"messages\" only");
    return true;
}

/* ---- mutations */

/* A mutation that its step does not look at would make the case say nothing. */
static bool check_one_mutation(struct reading *r, const struct step *step, const char *text)
{
    const struct cipher_mutation *mutation;
    const char *problem = NULL;
    if (r->cipher->mutations->parse(text, r->arena, &mutation))
        return true;
    unsigned acts = r->cipher->mutations->acts(mutation);
    if (step->verb == VERB_START && (acts & (CIPHER_ACT_SEAL | CIPHER_ACT_GROUP)))
        problem = "is a mutation of <seal>, not of <start>";
    else if (step->verb == VERB_SEAL && (acts & CIPHER_ACT_START))
        problem = "is a mutation of <start>, not of <seal>";
    else if (step->verb == VERB_SEAL && !is_written(step, "group") && (acts & CIPHER_ACT_GROUP))
        problem = "is a mutation of a group's message: \"group\" is missing";
    if (problem)
        reading_complain(r, step->line, "<%s bend=\"%.100s\">: %s", verb_rule(step->verb)->name,
                         text, problem);
    return !problem;
}

static bool check_mutation(struct reading *r, const struct op *op)
{
    const struct step *step = op->step;
    const char *text = op_text(op, ATTR_BEND);
    if (!text)
        return true;
    const struct scope_party *by = scope_party_at(r->scope, op, ATTR_BY);
    if (by && by->is_target)
        return reading_complain(
            r, step->line, "<%s bend=\"%.100s\">: only a party of the harness takes a mutation",
            verb_rule(step->verb)->name, text);
    if (!op_operand(op, ATTR_BEND)->is_swept)
        return check_one_mutation(r, step, text);
    for (size_t i = 0; i < sweep_n_entries(text); i++) {
        const char *entry = sweep_entry(text, i, r->arena);
        if (!entry || !check_one_mutation(r, step, entry))
            return false;
    }
    return true;
}

/* ---- fields */

static const struct scope_artifact *mutated_thing(const struct reading *r, const struct op *op)
{
    return scope_artifact_at(r->scope, op, op->verb == VERB_TAMPER ? op_tampered(op) : ATTR_OF);
}

static bool check_has_field(struct reading *r, const struct op *op, const struct field_ref *field,
                            const struct scope_artifact *artifact)
{
    if (!artifact || scope_has_field(artifact, field) ||
        (op->verb == VERB_TAMPER && artifact == mutated_thing(r, op) &&
         scope_can_tamper(artifact, field)))
        return true;
    return reading_complain(r, op->step->line,
                            "<%s field=\"%s\">: \"%.60s\" is of a kind that has no such field",
                            verb_rule(op->verb)->name, field->name, artifact->name);
}

/* All the things a step names beside the one it acts on have the field, too. */
static bool check_donors(struct reading *r, const struct op *op, const struct field_ref *field)
{
    static const enum attr names[] = {ATTR_TAKE_FROM, ATTR_SAME_AS, ATTR_DIFFERS_FROM};
    const struct operand *all = op_operand(op, ATTR_DIFFERS_FROM_ALL);
    for (size_t i = 0; i < COUNT_OF(names); i++)
        if (!check_has_field(r, op, field, scope_artifact_at(r->scope, op, names[i])))
            return false;
    for (size_t i = 0; all && i < all->list.n; i++)
        if (!check_has_field(r, op, field, &r->scope->artifacts[all->list.items[i]]))
            return false;
    return true;
}

enum fits { FITS_ALL, FITS_NUMBERS, FITS_BYTES, FITS_VARINTS, FITS_PROTOBUF, FITS_PROTOBUF_BYTES };

/* Which fields a change can be made to. */
static const struct {
    const char *name;
    enum fits fits;
} changes[] = {
    {"set", FITS_BYTES},           {"set-number", FITS_NUMBERS},
    {"add-number", FITS_VARINTS},  {"cut", FITS_BYTES},
    {"keep", FITS_BYTES},          {"append", FITS_BYTES},
    {"unknown", FITS_PROTOBUF},    {"reverse", FITS_PROTOBUF},
    {"long-varint", FITS_VARINTS}, {"duplicate", FITS_PROTOBUF_BYTES},
};

static bool check_change(struct reading *r, const struct step *step, const struct field_ref *field)
{
    static const char *const expected[] = {
        [FITS_NUMBERS] = "is for numbers, and this field is bytes",
        [FITS_BYTES] = "is for bytes, and this field is a number: set-number is expected",
        [FITS_VARINTS] = "is for numbers of protobuf",
        [FITS_PROTOBUF] = "is for what stands in protobuf, and this field does not",
        [FITS_PROTOBUF_BYTES] = "is for protobuf fields of bytes",
    };
    bool is_protobuf = !field->wire;
    for (size_t i = 0; i < COUNT_OF(changes); i++) {
        enum fits fits = changes[i].fits;
        if (!is_written(step, changes[i].name))
            continue;
        if ((fits == FITS_NUMBERS && field->is_number) ||
            (fits == FITS_BYTES && !field->is_number) || (fits == FITS_PROTOBUF && is_protobuf) ||
            (fits == FITS_VARINTS && field->is_number && is_protobuf) ||
            (fits == FITS_PROTOBUF_BYTES && !field->is_number && field->cipher.number))
            continue;
        return reading_complain(r, step->line, "<tamper field=\"%s\">: \"%s\" %s", field->name,
                                changes[i].name, expected[fits]);
    }
    return true;
}

/* A flip, cut or keep beyond a field whose length is known is a mistake of the case. */
static bool check_reach(struct reading *r, const struct op *op, const struct field_ref *field,
                        const struct scope_artifact *artifact)
{
    static const enum attr reaches[] = {ATTR_FLIP, ATTR_CUT, ATTR_KEEP};
    size_t len = field_ref_planned_len(r->cipher, field, artifact->plaintext_len);
    for (size_t i = 0; len && i < COUNT_OF(reaches); i++) {
        size_t end = reaches[i] == ATTR_FLIP ? len * 8 - 1 : len;
        if (op_number(op, reaches[i], 0) <= end)
            continue;
        return reading_complain(
            r, op->step->line, "<tamper %s=\"%.20s\">: %s has %zu bytes, %zu is the most",
            attr_name(reaches[i]), op_text(op, reaches[i]), field->name, len, end);
    }
    return true;
}

static bool check_reseal(struct reading *r, const struct op *op,
                         const struct scope_artifact *artifact)
{
    if (!op_is_yes(op, ATTR_RESEAL) || artifact->has_keys)
        return true;
    return reading_complain(r, op->step->line,
                            "<tamper reseal=\"yes\">: only what a party of the harness made can "
                            "be sealed or signed again, and \"%.60s\" is none",
                            artifact->name);
}

static bool check_is_text(struct reading *r, const struct op *op, const struct field_ref *field)
{
    const char *text = op_text(op, ATTR_IS);
    if (!text)
        return true;
    size_t len = strlen(text);
    bool is_number = len && strspn(text, "0123456789") == len;
    bool is_hex = len && len % 2 == 0 && len <= 66 && strspn(text, "0123456789abcdef") == len;
    if (field->is_number ? is_number : is_hex)
        return true;
    return reading_complain(r, op->step->line, "<check is=\"%.70s\">: %s is %s", text, field->name,
                            field->is_number ? "a number"
                                             : "bytes: at most 33 of them in lower-case hex "
                                               "are expected");
}

static bool check_field(struct reading *r, const struct op *op)
{
    const struct operand *field = op_operand(op, ATTR_FIELD);
    const struct scope_artifact *artifact = mutated_thing(r, op);
    if (!field || !artifact)
        return true;
    if (!check_has_field(r, op, field->field, artifact) || !check_donors(r, op, field->field))
        return false;
    if (op->verb != VERB_TAMPER)
        return check_is_text(r, op, field->field);
    return check_change(r, op->step, field->field) && check_reach(r, op, field->field, artifact) &&
           check_reseal(r, op, artifact);
}

static bool check_like(struct reading *r, const struct op *op)
{
    const struct scope_artifact *like = scope_artifact_at(r->scope, op, ATTR_LIKE);
    if (!like || (like->sort == SORT_CONNECTION && like->origin))
        return true;
    return reading_complain(r, op->step->line,
                            "<connect like=\"%.60s\">: a tampered connection is expected",
                            like->name);
}

/* How far a conversation goes, and what is measured of it. */
static bool check_conversation(struct reading *r, const struct op *op)
{
    const char *problem = NULL;
    if (op->verb != VERB_CONVERSE)
        return true;
    if (op_has(op, ATTR_EPOCHS) && !r->cipher->epoch_field)
        problem = "this cipher has no epochs";
    else if (op_has(op, ATTR_MEASURE) && !op_has(op, ATTR_EPOCHS))
        problem = "\"measure\" goes with \"epochs\" only";
    else if (op_number(op, ATTR_MIN_BURST, 1) > op_number(op, ATTR_MAX_BURST, 1))
        problem = "\"min-burst\" is above \"max-burst\"";
    if (problem)
        reading_complain(r, op->step->line, "<converse>: %s", problem);
    return !problem;
}

bool attribute_constraints_check(struct reading *r, const struct op *op)
{
    return check_like(r, op) && check_conversation(r, op) && check_alternatives(r, op->step) &&
           check_with_expect(r, op) && check_mutation(r, op) && check_field(r, op);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The verb check: relations between fields of what was produced, decided on bytes the harness
 * already has. */
#include "run/verbs.h"

#include "base/hex.h"

#include <stdio.h>
#include <string.h>

#define VALUE_TEXT_MAX 160u

/* The bytes of |field| in |t|; an absent field or one this object does not have is E_MISSING. */
static enum status value_of(const struct context *s, const struct cipher_field *field,
                            const struct artifact *t, struct bytes *out)
{
    size_t at, len;
    enum status st = s->cipher->fields->locate(field, artifact_role(t), t->body, &at, &len);
    *out = st ? bytes_of(NULL, 0) : bytes_slice(t->body, at, len);
    return st;
}

static void value_text(const struct context *s, const struct cipher_field *field,
                       const struct artifact *t, char *out)
{
    struct bytes value;
    uint32_t number;
    enum status st = value_of(s, field, t, &value);
    if (st) {
        snprintf(out, VALUE_TEXT_MAX, "%s", st == E_MISSING ? "absent" : "unreadable");
    } else if (field->is_number &&
               !s->cipher->fields->number(field, artifact_role(t), t->body, &number)) {
        snprintf(out, VALUE_TEXT_MAX, "%u", number);
    } else {
        size_t shown = value.len < 33 ? value.len : 33;
        for (size_t i = 0; i < shown; i++)
            snprintf(out + 2 * i, 3, "%02x", value.data[i]);
        snprintf(out + 2 * shown, VALUE_TEXT_MAX - 2 * shown, "%s", shown < value.len ? "..." : "");
    }
}

static void conclude(struct step_result *out, bool holds)
{
    out->seen = holds ? SEEN_RELATION_HOLDS : SEEN_RELATION_BROKEN;
}

/* A field that cannot be read at all is the maker's fault, whatever the relation. */
static bool is_readable(struct context *s, const struct cipher_field *field,
                        const struct artifact *t, struct bytes *value, struct step_result *out)
{
    if (!value_of(s, field, t, value))
        return true;
    out->seen = SEEN_UNREADABLE;
    step_says(s, out, "%s has no readable %s", t->name, field->name);
    return false;
}

static enum status check_is(struct context *s, const struct cipher_field *field,
                            const struct artifact *t, const char *wanted, struct step_result *out)
{
    char seen[VALUE_TEXT_MAX];
    value_text(s, field, t, seen);
    conclude(out, strcmp(seen, wanted) == 0);
    step_says(s, out, "%s of %s is %s, expected %s", field->name, t->name, seen, wanted);
    return OK;
}

static enum status check_pair(struct context *s, const struct cipher_field *field,
                              const struct artifact *t, const struct artifact *other,
                              bool wants_equal, struct step_result *out)
{
    struct bytes mine, theirs;
    if (!other)
        return E_MISSING;
    if (!is_readable(s, field, t, &mine, out) || !is_readable(s, field, other, &theirs, out))
        return OK;
    bool is_equal = bytes_equal(mine, theirs);
    conclude(out, is_equal == wants_equal);
    step_says(s, out, "%s of %s and %s %s", field->name, t->name, other->name,
              is_equal ? "are the same" : "differ");
    return OK;
}

static enum status check_differs_from_all(struct context *s, const struct cipher_field *field,
                                          const struct artifact *t, const struct op *op,
                                          struct step_result *out)
{
    struct artifact *others[OP_LISTED_MAX];
    size_t n;
    enum status st = verb_artifacts(s, op, ATTR_DIFFERS_FROM_ALL, others, &n);
    for (size_t i = 0; !st && i < n && (i == 0 || out->seen == SEEN_RELATION_HOLDS); i++)
        st = check_pair(s, field, t, others[i], false, out);
    return st;
}

static enum status check_present(struct context *s, const struct cipher_field *field,
                                 const struct artifact *t, bool wants_present,
                                 struct step_result *out)
{
    struct bytes value;
    enum status st = value_of(s, field, t, &value);
    if (st && st != E_MISSING) {
        out->seen = SEEN_UNREADABLE;
        return OK;
    }
    conclude(out, (st == OK) == wants_present);
    step_says(s, out, "%s is %s in %s", field->name, st ? "absent" : "present", t->name);
    return OK;
}

static enum status check_kind(struct context *s, const struct artifact *t, const char *wanted,
                              struct step_result *out)
{
    conclude(out, strcmp(t->kind->name, wanted) == 0);
    step_says(s, out, "%s is a %s, expected a %s", t->name, t->kind->name, wanted);
    return OK;
}

static enum status check_measure(struct context *s, const struct cipher_field *field,
                                 const struct artifact *t, const char *name,
                                 struct step_result *out)
{
    char seen[VALUE_TEXT_MAX];
    value_text(s, field, t, seen);
    conclude(out, true);
    return context_measure(s, name, seen);
}

enum status verb_check(struct context *s, const struct op *op, struct step_result *out)
{
    const struct artifact *t = verb_artifact(s, op, ATTR_OF);
    const struct operand *named = op_operand(op, ATTR_FIELD);
    step_shows(out, t);
    if (op_has(op, ATTR_KIND))
        return check_kind(s, t, op_text(op, ATTR_KIND), out);
    if (!named || named->field->wire)
        return E_MISSING;
    const struct cipher_field *field = &named->field->cipher;
    if (op_has(op, ATTR_IS))
        return check_is(s, field, t, op_text(op, ATTR_IS), out);
    if (op_has(op, ATTR_SAME_AS))
        return check_pair(s, field, t, verb_artifact(s, op, ATTR_SAME_AS), true, out);
    if (op_has(op, ATTR_DIFFERS_FROM))
        return check_pair(s, field, t, verb_artifact(s, op, ATTR_DIFFERS_FROM), false, out);
    if (op_has(op, ATTR_DIFFERS_FROM_ALL))
        return check_differs_from_all(s, field, t, op, out);
    if (op_has(op, ATTR_PRESENT))
        return check_present(s, field, t, op_is_yes(op, ATTR_PRESENT), out);
    if (op_has(op, ATTR_MEASURE))
        return check_measure(s, field, t, op_text(op, ATTR_MEASURE), out);
    return E_MISSING;
}

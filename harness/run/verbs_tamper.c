/* The verb tamper: a bent copy of a message or a bundle, exactly one thing changed. */
#include "run/verbs.h"

#include "base/hex.h"
#include "wire/field.h"

#include <string.h>

#define EDITED_MAX (4u * 1024u * 1024u)
#define UNKNOWN_FIELD_CONTENT "unknown to everybody"

/* Attributes that name the change, and the edit each one is. */
static const struct {
    const char *attribute;
    enum edit_what what;
    enum { VALUE_NUMBER, VALUE_HEX, VALUE_YES } value;
} changes[] = {
    {"flip", EDIT_FLIP_BIT, VALUE_NUMBER},
    {"set", EDIT_SET, VALUE_HEX},
    {"set-number", EDIT_SET_NUMBER, VALUE_NUMBER},
    {"remove", EDIT_REMOVE, VALUE_YES},
    {"cut", EDIT_CUT, VALUE_NUMBER},
    {"keep", EDIT_KEEP, VALUE_NUMBER},
    {"append", EDIT_APPEND, VALUE_HEX},
    {"duplicate", EDIT_DUPLICATE, VALUE_HEX},
    {"unknown", EDIT_UNKNOWN, VALUE_NUMBER},
    {"reverse", EDIT_REVERSE, VALUE_YES},
    {"long-varint", EDIT_LONG_VARINT, VALUE_NUMBER},
};

static enum status hex_value(struct context *s, const char *text, struct bytes *out)
{
    struct buffer decoded;
    buffer_init(&decoded, EDITED_MAX);
    enum status st = hex_decode(text, strlen(text), &decoded);
    if (!st) {
        *out = arena_copy(s->arena, buffer_bytes(&decoded));
        st = out->data ? OK : E_NOMEM;
    }
    buffer_fini(&decoded);
    return st;
}

/* The edit the step asks for. E_MISSING when it names none. */
static enum status edit_of_step(struct context *s, const struct step *step, struct edit *out)
{
    memset(out, 0, sizeof(*out));
    for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
        const char *text = step_text(step, changes[i].attribute);
        if (!text || (changes[i].value == VALUE_YES && strcmp(text, "yes") != 0))
            continue;
        out->what = changes[i].what;
        if (out->what == EDIT_UNKNOWN)
            out->bytes = bytes_of_text(UNKNOWN_FIELD_CONTENT);
        if (changes[i].value == VALUE_HEX)
            return hex_value(s, text, &out->bytes);
        if (changes[i].value == VALUE_NUMBER)
            out->n = step_number(step, changes[i].attribute, 0);
        return OK;
    }
    return E_MISSING;
}

static enum status edit_taking_from(struct context *s, const struct cipher_field *field,
                                    const char *name, struct edit *out)
{
    struct artifact *from = context_artifact(s, name);
    size_t at, len;
    if (!from)
        return E_MISSING;
    enum status st = s->cipher->fields->locate(field, artifact_role(from), from->body, &at, &len);
    memset(out, 0, sizeof(*out));
    if (st)
        return st;
    if (field->is_number) {
        uint32_t value;
        st = s->cipher->fields->number(field, artifact_role(from), from->body, &value);
        out->what = EDIT_SET_NUMBER;
        out->n = st ? 0 : value;
        return st;
    }
    out->what = EDIT_SET;
    out->bytes = bytes_slice(from->body, at, len);
    return OK;
}

/* ---- the verb */

static void mark_what_differs(struct artifact *t, struct bytes before)
{
    size_t prefix = 0, suffix = 0;
    size_t shorter = before.len < t->body.len ? before.len : t->body.len;
    while (prefix < shorter && before.data[prefix] == t->body.data[prefix])
        prefix++;
    while (suffix < shorter - prefix &&
           before.data[before.len - 1 - suffix] == t->body.data[t->body.len - 1 - suffix])
        suffix++;
    t->mutated_at = prefix;
    t->mutated_len = t->body.len - prefix - suffix;
    if (t->mutated_len == 0 && before.len != t->body.len)
        t->mutated_len = 1; /* something was taken out here */
}

static enum status apply_edit(struct context *s, const struct step *step,
                              const struct cipher_field *field, const struct artifact *from,
                              struct artifact *made)
{
    struct edit edit;
    struct buffer edited;
    const char *donor = step_text(step, "take-from");
    enum status st =
        donor ? edit_taking_from(s, field, donor, &edit) : edit_of_step(s, step, &edit);
    if (st)
        return st;
    buffer_init(&edited, EDITED_MAX);
    st = s->cipher->fields->edit(field, artifact_role(from), from->body, &edit, &edited);
    if (!st) {
        made->body = arena_copy(s->arena, buffer_bytes(&edited));
        st = made->body.data ? OK : E_NOMEM;
    }
    buffer_fini(&edited);
    return st;
}

/* The sender's keys go with the copy, so that it can be changed and sealed again. */
static enum status keep_keys(struct context *s, const struct step *step,
                             const struct artifact *from, struct artifact *made)
{
    bool is_resealed = step_is_yes(step, "reseal");
    if (!from->sealed)
        return is_resealed ? E_MISSING : OK;
    enum status st = s->cipher->sealed_with(from->sealed, made->body, is_resealed, &made->sealed);
    if (!st)
        made->body = s->cipher->sealed_body(made->sealed);
    return st;
}

enum status verb_tamper(struct context *s, const struct step *step, struct step_result *out)
{
    const char *source = step_text(step, "message");
    const struct artifact *from = context_artifact(s, source ? source : step_text(step, "bundle"));
    struct cipher_field field;
    if (!from || !s->cipher->fields->find(step_text(step, "field"), &field))
        return E_MISSING;
    struct artifact *made =
        context_add_artifact(s, step_text(step, "as"), from->what, from->author);
    if (!made)
        return E_LIMIT;
    made->addressee = from->addressee;
    made->group = from->group;
    made->kind = from->kind;
    made->plaintext = from->plaintext;
    made->content = from->content;
    made->origin = from;
    made->field = field.name;
    made->body = from->body;
    enum status st = apply_edit(s, step, &field, from, made);
    if (!st)
        st = keep_keys(s, step, from, made);
    if (st)
        return st;
    mark_what_differs(made, from->body);
    step_shows(out, made);
    out->seen = SEEN_DONE;
    if (bytes_equal(made->body, from->body)) {
        /* a target that takes what was not bent would be blamed for our mistake */
        out->seen = SEEN_HARNESS_TROUBLE;
        step_says(s, out, "the change of %s changes nothing here", field.name);
    }
    return OK;
}

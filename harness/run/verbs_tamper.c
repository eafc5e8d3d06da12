/* SPDX-License-Identifier: GPL-3.0-or-later */
/* <tamper>: a copy of a message, a bundle or a connection with exactly one change. */
#include "run/verbs.h"

#include "run/client_context.h"
#include "wire/field.h"

#include <string.h>

#define EDITED_MAX (4u * 1024u * 1024u)
#define UNKNOWN_FIELD_CONTENT "unknown to everybody"

/* Attributes that name the change, and the edit each one is. */
static const struct {
    enum attr attribute;
    enum edit_what what;
    enum { VALUE_NUMBER, VALUE_HEX, VALUE_YES } value;
} changes[] = {
    {ATTR_FLIP, EDIT_FLIP_BIT, VALUE_NUMBER},
    {ATTR_SET, EDIT_SET, VALUE_HEX},
    {ATTR_SET_NUMBER, EDIT_SET_NUMBER, VALUE_NUMBER},
    {ATTR_REMOVE, EDIT_REMOVE, VALUE_YES},
    {ATTR_CUT, EDIT_CUT, VALUE_NUMBER},
    {ATTR_KEEP, EDIT_KEEP, VALUE_NUMBER},
    {ATTR_APPEND, EDIT_APPEND, VALUE_HEX},
    {ATTR_DUPLICATE, EDIT_DUPLICATE, VALUE_HEX},
    {ATTR_UNKNOWN, EDIT_UNKNOWN, VALUE_NUMBER},
    {ATTR_REVERSE, EDIT_REVERSE, VALUE_YES},
    {ATTR_LONG_VARINT, EDIT_LONG_VARINT, VALUE_NUMBER},
};

/* The edit the op asks for. E_MISSING when it names none. */
static enum status edit_of(const struct op *op, struct edit *out)
{
    memset(out, 0, sizeof(*out));
    for (size_t i = 0; i < COUNT_OF(changes); i++) {
        const struct operand *o = op_operand(op, changes[i].attribute);
        if (!o)
            continue;
        out->what = changes[i].what;
        if (out->what == EDIT_UNKNOWN)
            out->bytes = bytes_of_text(UNKNOWN_FIELD_CONTENT);
        if (changes[i].value == VALUE_HEX)
            out->bytes = o->bytes;
        if (changes[i].value == VALUE_NUMBER)
            out->n = o->number;
        return OK;
    }
    return E_MISSING;
}

/* The number that |from| has in |field|, and |more|; modulo 2^32. */
static enum status edit_setting_sum(const struct context *s, const struct field_ref *field,
                                    const struct artifact *from, uint32_t more, struct edit *out)
{
    uint32_t value = 0;
    enum status st =
        s->cipher->fields->number(&field->cipher, artifact_role(from), from->body, &value);
    *out = (struct edit){.what = EDIT_SET_NUMBER, .n = (uint32_t)(value + more)};
    return st;
}

static enum status edit_taking_from(const struct context *s, const struct field_ref *field,
                                    const struct artifact *from, struct edit *out)
{
    size_t at, len;
    if (!from || field->wire)
        return E_MISSING;
    enum status st =
        s->cipher->fields->locate(&field->cipher, artifact_role(from), from->body, &at, &len);
    memset(out, 0, sizeof(*out));
    if (st)
        return st;
    if (field->is_number)
        return edit_setting_sum(s, field, from, 0, out);
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

static enum status edited(struct context *s, const struct field_ref *field,
                          const struct artifact *from, struct bytes in, const struct edit *edit,
                          struct bytes *out)
{
    struct buffer changed;
    buffer_init(&changed, EDITED_MAX);
    enum status st = field->wire ? field_edit(field->wire, field->wire->object, in, edit, &changed)
                                 : s->cipher->fields->edit(&field->cipher, artifact_role(from), in,
                                                           edit, &changed);
    if (!st) {
        *out = arena_copy(s->arena, buffer_bytes(&changed));
        st = out->data ? OK : E_NOMEM;
    }
    buffer_fini(&changed);
    return st;
}

/* What is encrypted in the message is changed, and encrypted again under the same keys. */
static enum status edit_content(struct context *s, const struct field_ref *field,
                                const struct artifact *from, const struct edit *edit,
                                struct artifact *made)
{
    if (!from->sealed || !s->cipher->sealed_around)
        return E_MISSING;
    enum status st = edited(s, field, from, from->packed, edit, &made->packed);
    if (!st)
        st = s->cipher->sealed_around(from->sealed, made->packed, &made->sealed);
    if (!st)
        made->body = s->cipher->sealed_body(made->sealed);
    return st;
}

/* The token of a copy of the connection, as if the client had sent this one. */
static enum status edit_token(struct context *s, const struct field_ref *field,
                              const struct artifact *from, const struct edit *edit,
                              struct artifact *made)
{
    struct observed_connection *copy = arena_alloc(s->arena, sizeof(*copy));
    if (!from->connection || !copy)
        return copy ? E_MISSING : E_NOMEM;
    *copy = *from->connection;
    made->connection = copy;
    struct bytes *token = &copy->introduction.payload.token, before = *token;
    enum status st = edited(s, field, from, before, edit, token);
    return !st && bytes_equal(before, *token) ? E_MISSING : st;
}

/* The bytes around a message, and a handshake, do not exist yet: they change when they cross. */
static enum status keep_edit(const struct field *field, const struct edit *edit,
                             struct artifact *made)
{
    if (made->edits.count == FIELD_EDITS_MAX)
        return E_LIMIT;
    made->edits.items[made->edits.count].field = field;
    made->edits.items[made->edits.count++].edit = *edit;
    return OK;
}

static enum status apply_edit(struct context *s, const struct op *op, const struct field_ref *field,
                              const struct artifact *from, struct artifact *made)
{
    struct edit edit;
    enum status st;
    if (op_has(op, ATTR_TAKE_FROM))
        st = edit_taking_from(s, field, verb_artifact(s, op, ATTR_TAKE_FROM), &edit);
    else if (op_has(op, ATTR_ADD_NUMBER))
        st = edit_setting_sum(s, field, from, op_number(op, ATTR_ADD_NUMBER, 0), &edit);
    else
        st = edit_of(op, &edit);
    if (st)
        return st;
    if (!field->wire)
        return edited(s, field, from, from->body, &edit, &made->body);
    if (field->wire->object == OBJECT_CONTENT)
        return edit_content(s, field, from, &edit, made);
    if (field->wire->object == OBJECT_TOKEN)
        return edit_token(s, field, from, &edit, made);
    return keep_edit(field->wire, &edit, made);
}

/* A bundle is signed again, whatever now stands in it. */
static enum status sign_again(struct context *s, struct artifact *made)
{
    struct buffer signed_again;
    if (!s->cipher->bundle_signed)
        return E_MISSING;
    buffer_init(&signed_again, EDITED_MAX);
    enum status st = s->cipher->bundle_signed(made->author->party, made->body, &signed_again);
    if (!st) {
        made->body = arena_copy(s->arena, buffer_bytes(&signed_again));
        st = made->body.data ? OK : E_NOMEM;
    }
    buffer_fini(&signed_again);
    return st;
}

/* The sender's keys go with the copy, so that it can be changed and sealed again. */
static enum status keep_keys(struct context *s, const struct op *op, const struct artifact *from,
                             struct artifact *made)
{
    bool is_resealed = op_is_yes(op, ATTR_RESEAL);
    if (made->sealed) /* what is encrypted was changed */
        return OK;
    if (is_resealed && from->what == ARTIFACT_BUNDLE)
        return sign_again(s, made);
    if (!from->sealed)
        return is_resealed ? E_MISSING : OK;
    enum status st = s->cipher->sealed_with(from->sealed, made->body, is_resealed, &made->sealed);
    if (!st)
        made->body = s->cipher->sealed_body(made->sealed);
    return st;
}

enum status verb_tamper(struct context *s, const struct op *op, struct step_result *out)
{
    const struct artifact *from = verb_artifact(s, op, op_tampered(op));
    const struct operand *named = op_operand(op, ATTR_FIELD);
    if (!from || !named)
        return E_MISSING;
    const struct field_ref *field = named->field;
    struct artifact *made =
        context_add_artifact(s, op_index(op, ATTR_AS), from->what, from->author);
    if (!made)
        return E_LIMIT;
    made->addressee = from->addressee;
    made->group = from->group;
    made->kind = from->kind;
    made->plaintext = from->plaintext;
    made->content = from->content;
    made->origin = from;
    made->field = field->name;
    made->body = from->body;
    made->packed = from->packed;
    made->connection = from->connection;
    made->edits = from->edits;
    enum status st = apply_edit(s, op, field, from, made);
    bool is_ours = from->what == ARTIFACT_BUNDLE && !from->author->is_target;
    if (st == E_MISSING && !field->wire && !is_ours) {
        /* what a party sends depends on what it was sent; a bundle of ours on nothing */
        out->seen = SEEN_UNREADABLE;
        step_says(s, out, "there is no %s in it, as there would be had all gone well", field->name);
        return OK;
    }
    bool is_in_body = !field->wire || field->wire->object == OBJECT_CONTENT;
    bool is_unchanged = is_in_body && bytes_equal(made->body, from->body);
    if (!st)
        st = keep_keys(s, op, from, made);
    if (st)
        return st;
    mark_what_differs(made, from->body);
    step_shows(out, made);
    out->seen = SEEN_DONE;
    if (is_unchanged) {
        /* a target that accepts an unchanged copy would be blamed for our mistake */
        out->seen = SEEN_HARNESS_TROUBLE;
        step_says(s, out, "the change of %s changes nothing here", field->name);
    }
    return OK;
}

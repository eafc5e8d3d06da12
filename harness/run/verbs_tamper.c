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

static enum object object_of(const struct artifact *t)
{
    return t->what == ARTIFACT_BUNDLE ? OBJECT_BUNDLE : object_of_kind(t->kind);
}

/* The edit the op asks for. E_MISSING when it names none. */
static enum status edit_of(const struct op *op, struct edit *out)
{
    memset(out, 0, sizeof(*out));
    for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
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

static enum status edit_taking_from(const struct field *field, const struct artifact *from,
                                    struct edit *out)
{
    size_t at, len;
    if (!from)
        return E_MISSING;
    enum status st = field_locate(field, object_of(from), from->body, &at, &len);
    memset(out, 0, sizeof(*out));
    if (st)
        return st;
    if (field->is_number) {
        uint32_t value;
        st = field_number(field, object_of(from), from->body, &value);
        out->what = EDIT_SET_NUMBER;
        out->n = st ? 0 : value;
        return st;
    }
    out->what = EDIT_SET;
    out->bytes = bytes_slice(from->body, at, len);
    return OK;
}

/* ---- the verb */

/* The sender's keys go with the copy, so that it can be changed again and sealed again. */
static enum status copy_keys(struct context *s, const struct artifact *from, struct artifact *to)
{
    if (!from->sealed)
        return OK;
    struct sealed *copy = arena_alloc(s->arena, sizeof(*copy));
    if (!copy)
        return E_NOMEM;
    *copy = *from->sealed;
    buffer_init(&copy->body, EDITED_MAX);
    to->sealed = copy;
    return buffer_append(&copy->body, from->body);
}

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

static enum status edited(struct context *s, const struct field *field, enum object object,
                          struct bytes in, const struct edit *edit, struct bytes *out)
{
    struct buffer changed;
    buffer_init(&changed, EDITED_MAX);
    enum status st = field_edit(field, object, in, edit, &changed);
    if (!st) {
        *out = arena_copy(s->arena, buffer_bytes(&changed));
        st = out->data ? OK : E_NOMEM;
    }
    buffer_fini(&changed);
    return st;
}

/* What is encrypted in the message is changed, and encrypted again under the same keys. */
static enum status edit_content(struct context *s, const struct field *field,
                                const struct edit *edit, struct artifact *made)
{
    struct buffer padded;
    if (!made->sealed)
        return E_MISSING;
    enum status st = edited(s, field, OBJECT_CONTENT, made->packed, edit, &made->packed);
    if (st)
        return st;
    uint8_t n = (uint8_t)(16 - made->packed.len % 16); /* PKCS #7, RFC 5652 section 6.3 */
    buffer_init(&padded, EDITED_MAX);
    buffer_append(&padded, made->packed);
    for (uint8_t i = 0; i < n; i++)
        buffer_append_byte(&padded, n);
    st = buffer_status(&padded);
    if (!st)
        st = sealed_replace_padded(made->sealed, buffer_bytes(&padded));
    buffer_fini(&padded);
    made->body = buffer_bytes(&made->sealed->body);
    return st;
}

/* The token of a copy of the connection, as if the client had sent this one. */
static enum status edit_token(struct context *s, const struct field *field, const struct edit *edit,
                              struct artifact *made)
{
    struct observed_connection *copy = arena_alloc(s->arena, sizeof(*copy));
    if (!made->connection || !copy)
        return copy ? E_MISSING : E_NOMEM;
    *copy = *made->connection;
    made->connection = copy;
    struct bytes *token = &copy->introduction.payload.token, before = *token;
    enum status st = edited(s, field, OBJECT_TOKEN, before, edit, token);
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

static enum status apply_edit(struct context *s, const struct op *op, const struct field *field,
                              const struct artifact *from, struct artifact *made)
{
    struct edit edit;
    enum status st = op_has(op, ATTR_TAKE_FROM)
                         ? edit_taking_from(field, verb_artifact(s, op, ATTR_TAKE_FROM), &edit)
                         : edit_of(op, &edit);
    if (st)
        return st;
    if (field->object == OBJECT_CONTENT)
        return edit_content(s, field, &edit, made);
    if (field->object == OBJECT_TOKEN)
        return edit_token(s, field, &edit, made);
    if (object_is_of_client(field->object))
        return keep_edit(field, &edit, made);
    return edited(s, field, object_of(from), from->body, &edit, &made->body);
}

static enum status reseal(struct artifact *made)
{
    if (!made->sealed)
        return E_MISSING;
    buffer_clear(&made->sealed->body);
    enum status st = buffer_append(&made->sealed->body, made->body);
    if (!st)
        st = sealed_reseal(made->sealed);
    made->body = buffer_bytes(&made->sealed->body);
    return st;
}

enum status verb_tamper(struct context *s, const struct op *op, struct step_result *out)
{
    const struct artifact *from = verb_artifact(s, op, op_tampered(op));
    const struct operand *named = op_operand(op, ATTR_FIELD);
    if (!from || !named)
        return E_MISSING;
    const struct field *field = named->field;
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
    enum status st = copy_keys(s, from, made);
    if (!st)
        st = apply_edit(s, op, field, from, made);
    if (!st && op_is_yes(op, ATTR_RESEAL))
        st = reseal(made);
    if (st)
        return st;
    mark_what_differs(made, from->body);
    step_shows(out, made);
    out->seen = SEEN_DONE;
    bool is_in_body = !object_is_of_client(field->object) || field->object == OBJECT_CONTENT;
    if (is_in_body && bytes_equal(made->body, from->body)) {
        /* a target that accepts an unchanged copy would be blamed for our mistake */
        out->seen = SEEN_HARNESS_TROUBLE;
        step_says(s, out, "the change of %s changes nothing here", field->name);
    }
    return OK;
}

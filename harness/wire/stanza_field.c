/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fields of a <message>: attributes of the root and of enc as they are written, and the base64. */
#include "wire/field.h"
#include "wire/stanza_mutation_internal.h"

#include <string.h>

#define ROW(name, place, attribute, text)                                                          \
    TABLE_ROW(FIELD(name, OBJECT_STANZA, text), MUTATION_##place, attribute)

static const struct stanza_field {
    struct field field;
    enum mutation_place place; /* where the attributes are */
    const char *attribute;     /* NULL: the whole document (place START) or the base64 */
} rows[] = {
    ROW("stanza", START, NULL, "the whole document"),
    ROW("stanza.id", ROOT_ATTRIBUTES, "id", "the message's id"),
    ROW("stanza.from", ROOT_ATTRIBUTES, "from", "the sender's address"),
    ROW("stanza.to", ROOT_ATTRIBUTES, "to", "the addressee's address"),
    ROW("stanza.t", ROOT_ATTRIBUTES, "t", "when the server took the message"),
    ROW("stanza.type", ROOT_ATTRIBUTES, "type", "what kind of message it is said to be"),
    ROW("stanza.enc", ENC_FRONT, NULL, "the base64 of the encrypted message"),
    ROW("stanza.enc.v", ENC_ATTRIBUTES, "v", "the version of the encryption"),
    ROW("stanza.enc.type", ENC_ATTRIBUTES, "type", "whether it is a prekey message"),
};

static enum status locate(const struct field *f, struct bytes in, struct mutation_span *out_value,
                          struct mutation_span *out_whole)
{
    const struct stanza_field *row = (const struct stanza_field *)f;
    size_t places[N_MUTATION_PLACE];
    *out_value = *out_whole = (struct mutation_span){0, in.len};
    if (row->place == MUTATION_START)
        return OK;
    if (mutation_locate(in, places))
        return E_PARSE;
    if (row->attribute)
        return mutation_find_attribute(in, places[row->place], row->attribute, out_value,
                                       out_whole);
    *out_value = *out_whole =
        (struct mutation_span){places[MUTATION_ENC_FRONT], places[MUTATION_ENC_BACK]};
    return OK;
}

static enum status read_field(const struct field *f, struct bytes in, struct buffer *out)
{
    struct mutation_span value, whole;
    enum status st = locate(f, in, &value, &whole);
    return st ? st : buffer_append(out, bytes_slice(in, value.from, value.to - value.from));
}

/* An attribute that is not there comes first. */
static enum status add_attribute(const struct stanza_field *row, struct bytes in,
                                 struct bytes content, struct buffer *out)
{
    size_t places[N_MUTATION_PLACE];
    enum status st = mutation_locate(in, places);
    if (st)
        return E_PARSE;
    size_t at = places[row->place];
    buffer_append(out, bytes_slice(in, 0, at));
    buffer_printf(out, " %s=\"", row->attribute);
    buffer_append(out, content);
    buffer_append_byte(out, '"');
    return buffer_append(out, bytes_slice(in, at, in.len - at));
}

static enum status replace_field(const struct field *f, struct bytes in,
                                 const struct bytes *content, struct buffer *out)
{
    const struct stanza_field *row = (const struct stanza_field *)f;
    struct mutation_span value, whole;
    enum status st = locate(f, in, &value, &whole);
    if (st == E_MISSING && content)
        return add_attribute(row, in, *content, out);
    if (st)
        return st;
    struct mutation_span gone = content ? value : whole;
    buffer_append(out, bytes_slice(in, 0, gone.from));
    if (content)
        buffer_append(out, *content);
    return buffer_append(out, bytes_slice(in, gone.to, in.len - gone.to));
}

const struct field_table stanza_fields = FIELD_TABLE(rows, read_field, replace_field);

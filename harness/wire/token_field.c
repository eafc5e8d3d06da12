/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Fields of a token: its three parts as they are written, and members of header and claims as they
 * stand in the JSON, a string without its quotes. The signature stays what it was.
 */
#include "wire/field.h"
#include "wire/token.h"

#include "base/base64.h"

#include <string.h>

enum part { PART_HEADER = 0, PART_CLAIMS, PART_SIGNATURE, PART_WHOLE };

#define ROW(name, part, member, text)                                                              \
    TABLE_ROW(FIELD(name, OBJECT_TOKEN, text), PART_##part, member)

static const struct token_field {
    struct field field;
    enum part part;
    const char *member; /* NULL: the part as it is written */
} rows[] = {
    ROW("token", WHOLE, NULL, "the whole token, as it is written"),
    ROW("token.header", HEADER, NULL, "the header's base64url"),
    ROW("token.claims", CLAIMS, NULL, "the claims' base64url"),
    ROW("token.signature", SIGNATURE, NULL, "the signature's base64url"),
    ROW("token.alg", HEADER, "alg", "the algorithm of the signature"),
    ROW("token.kid", HEADER, "kid", "which key of the provider's verifies it"),
    ROW("token.crit", HEADER, "crit", "extensions that must be understood"),
    ROW("token.iss", CLAIMS, "iss", "who made the token"),
    ROW("token.sub", CLAIMS, "sub", "whom it is about"),
    ROW("token.aud", CLAIMS, "aud", "for whom it is made"),
    ROW("token.iat", CLAIMS, "iat", "when it was made"),
    ROW("token.exp", CLAIMS, "exp", "when it ends"),
    ROW("token.nbf", CLAIMS, "nbf", "when it begins"),
    ROW("token.jti", CLAIMS, "jti", "its own name, used once"),
    ROW("token.cnf", CLAIMS, "cnf", "the static key it is bound to"),
};

struct span {
    size_t from, to;
};

/* The part's text. E_PARSE: there are not three. */
static enum status find_part(struct bytes in, enum part part, struct span *out)
{
    size_t dots[2], n = 0;
    *out = (struct span){0, in.len};
    for (size_t i = 0; i < in.len; i++)
        if (in.data[i] == '.' && n++ < 2)
            dots[n - 1] = i;
    if (n != 2)
        return E_PARSE;
    if (part == PART_HEADER)
        out->to = dots[0];
    else if (part == PART_CLAIMS)
        *out = (struct span){dots[0] + 1, dots[1]};
    else if (part == PART_SIGNATURE)
        out->from = dots[1] + 1;
    return OK;
}

/* ---- members of an object */

static size_t behind_string(struct bytes json, size_t at)
{
    for (at++; at < json.len && json.data[at] != '"'; at++)
        at += json.data[at] == '\\';
    return at + 1;
}

/* Behind the value that begins at |at|: at the comma or brace after it. */
static size_t behind_value(struct bytes json, size_t at)
{
    for (size_t depth = 0; at < json.len;) {
        char c = (char)json.data[at];
        if (!depth && (c == ',' || c == '}'))
            break;
        if (c == '"') {
            at = behind_string(json, at);
            continue;
        }
        if (c == '{' || c == '[')
            depth++;
        else if (c == '}' || c == ']')
            depth--;
        at++;
    }
    return at;
}

static size_t skip_space(struct bytes json, size_t at)
{
    while (at < json.len && strchr(" \t\r\n", json.data[at]) && json.data[at])
        at++;
    return at;
}

/* A member of the object: its value (a string's without quotes), and all of it with one comma.
 * E_MISSING: none; |out_whole| is where one can be added. */
static enum status find_member(struct bytes json, const char *name, struct span *out_value,
                               struct span *out_whole)
{
    size_t at = skip_space(json, 0), comma = 0;
    if (at >= json.len || json.data[at] != '{')
        return E_PARSE;
    for (at = skip_space(json, at + 1); at < json.len && json.data[at] == '"';) {
        size_t key = at, value, end;
        at = behind_string(json, at);
        struct bytes its = bytes_slice(json, key + 1, at < json.len ? at - key - 2 : 0);
        at = skip_space(json, at);
        value = skip_space(json, at + 1);
        if (value >= json.len || json.data[at] != ':')
            return E_PARSE;
        end = behind_value(json, value);
        if (end >= json.len)
            return E_PARSE;
        bool is_last = json.data[end] != ',';
        if (bytes_equal(its, bytes_of_text(name))) {
            *out_whole =
                is_last ? (struct span){comma ? comma : key, end} : (struct span){key, end + 1};
            bool is_string = json.data[value] == '"';
            if (is_string)
                end = behind_string(json, value++) - 1;
            while (!is_string && end > value && strchr(" \t\r\n", json.data[end - 1]))
                end--;
            *out_value = (struct span){value, end};
            return OK;
        }
        comma = end;
        at = is_last ? end : skip_space(json, end + 1);
    }
    *out_whole = (struct span){at, at};
    return at < json.len && json.data[at] == '}' ? E_MISSING : E_PARSE;
}

/* The JSON of |row|'s part, decoded. */
static enum status decode_part(const struct token_field *row, struct bytes in, struct buffer *out)
{
    struct span part;
    enum status st = find_part(in, row->part, &part);
    if (!st && base64_decode(bytes_slice(in, part.from, part.to - part.from), BASE64_URL, out))
        st = E_PARSE;
    return st;
}

static enum status read_field(const struct field *f, struct bytes in, struct buffer *out)
{
    const struct token_field *row = (const struct token_field *)f;
    struct span value, whole;
    struct buffer json;
    enum status st = row->member ? OK : find_part(in, row->part, &value);
    if (!row->member)
        return st ? st : buffer_append(out, bytes_slice(in, value.from, value.to - value.from));
    buffer_init(&json, TOKEN_MAX);
    st = decode_part(row, in, &json);
    if (!st)
        st = find_member(buffer_bytes(&json), row->member, &value, &whole);
    if (!st)
        st =
            buffer_append(out, bytes_slice(buffer_bytes(&json), value.from, value.to - value.from));
    buffer_fini(&json);
    return st;
}

static enum status replace_member(const char *name, struct bytes json, const struct bytes *content,
                                  struct buffer *out)
{
    struct span value, whole;
    enum status st = find_member(json, name, &value, &whole);
    bool is_added = st == E_MISSING && content;
    if (st && !is_added)
        return st;
    struct span gone = content && !is_added ? value : whole;
    buffer_append(out, bytes_slice(json, 0, gone.from));
    if (is_added)
        buffer_printf(out, "%s\"%s\":\"", skip_space(json, 1) == gone.from ? "" : ",", name);
    if (content)
        buffer_append(out, *content);
    if (is_added)
        buffer_append_byte(out, '"');
    return buffer_append(out, bytes_slice(json, gone.to, json.len - gone.to));
}

static enum status replace_field(const struct field *f, struct bytes in,
                                 const struct bytes *content, struct buffer *out)
{
    const struct token_field *row = (const struct token_field *)f;
    struct buffer json, changed;
    struct span part;
    enum status st = find_part(in, row->part, &part);
    if (st)
        return st;
    buffer_init(&json, TOKEN_MAX);
    buffer_init(&changed, 2 * TOKEN_MAX);
    if (row->member)
        st = decode_part(row, in, &json);
    if (!st && row->member)
        st = replace_member(row->member, buffer_bytes(&json), content, &changed);
    if (!st)
        buffer_append(out, bytes_slice(in, 0, part.from));
    if (!st && row->member)
        st = base64_encode(buffer_bytes(&changed), BASE64_URL, out);
    else if (!st && content)
        st = buffer_append(out, *content);
    if (!st)
        st = buffer_append(out, bytes_slice(in, part.to, in.len - part.to));
    buffer_fini(&changed);
    buffer_fini(&json);
    return st;
}

const struct field_table token_fields = FIELD_TABLE(rows, read_field, replace_field);

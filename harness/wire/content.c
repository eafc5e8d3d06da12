#include "wire/content.h"

#include "wire/pb.h"

#include <stdio.h>
#include <string.h>

#define REPLY_FIELD 15u
#define EXAMPLE_MAX 8192u

/* What a field of a known message is. */
enum type { T_STRING = 1, T_BYTES, T_NUMBER, T_STRINGS };

struct member {
    uint32_t number;
    enum type type;
};

/* proto/content.proto, message by message; number 0 after the last. */
static const struct member text_members[] = {{1, T_STRING}, {0, T_STRING}};
static const struct member media_members[] = {
    {1, T_STRING},  {2, T_STRING}, {3, T_STRING}, {4, T_STRING}, {5, T_BYTES},
    {6, T_BYTES},   {7, T_BYTES},  {8, T_NUMBER}, {9, T_NUMBER}, {10, T_NUMBER},
    {11, T_NUMBER}, {12, T_BYTES}, {13, T_BYTES}, {0, T_STRING}};
static const struct member receipt_members[] = {{1, T_NUMBER}, {2, T_STRINGS}, {0, T_STRING}};
static const struct member pair_members[] = {{1, T_STRING}, {2, T_STRING}, {0, T_STRING}};

static const struct {
    const char *name;
    const struct member *members;
} kinds[N_CONTENT_KIND] = {
    [CONTENT_TEXT] = {"text", text_members},
    [CONTENT_IMAGE] = {"image", media_members},
    [CONTENT_VOICE] = {"voice", media_members},
    [CONTENT_VIDEO] = {"video", media_members},
    [CONTENT_FILE] = {"file", media_members},
    [CONTENT_RECEIPT] = {"receipt", receipt_members},
    [CONTENT_REACTION] = {"reaction", pair_members},
};

const char *content_kind_name(enum content_kind k)
{
    return (unsigned)k < N_CONTENT_KIND ? kinds[k].name : NULL;
}

enum content_kind content_kind_from_name(const char *name)
{
    for (unsigned k = CONTENT_TEXT; name && k < N_CONTENT_KIND; k++)
        if (strcmp(kinds[k].name, name) == 0)
            return (enum content_kind)k;
    return CONTENT_NONE;
}

/* ---- UTF-8 (RFC 3629): no overlong forms, no surrogates, nothing past U+10FFFF */

bool content_is_utf8(struct bytes in)
{
    for (size_t i = 0; i < in.len;) {
        uint8_t c = in.data[i];
        size_t more = c < 0x80                ? 0
                      : c >= 0xc2 && c < 0xe0 ? 1
                      : (c & 0xf0) == 0xe0    ? 2
                      : c >= 0xf0 && c < 0xf5 ? 3
                                              : 9;
        if (more == 9 || in.len - i <= more)
            return false;
        uint8_t next = more ? in.data[i + 1] : 0;
        if ((c == 0xe0 && next < 0xa0) || (c == 0xed && next > 0x9f) ||
            (c == 0xf0 && next < 0x90) || (c == 0xf4 && next > 0x8f))
            return false;
        for (size_t k = 1; k <= more; k++)
            if ((in.data[i + k] & 0xc0) != 0x80)
                return false;
        i += 1 + more;
    }
    return true;
}

/* ---- decoding */

static const struct member *member_of(const struct member *members, uint32_t number)
{
    for (; members->number; members++)
        if (members->number == number)
            return members;
    return NULL;
}

/* Known fields have their own wire type; strings are UTF-8. */
static enum status check_message(struct bytes in, const struct member *members)
{
    struct pb_message m;
    if (pb_parse(in, &m))
        return E_PARSE;
    for (size_t i = 0; i < m.count; i++) {
        const struct pb_field *f = &m.fields[i];
        const struct member *known = member_of(members, f->number);
        if (!known)
            continue;
        if (f->type != (known->type == T_NUMBER ? PB_VARINT : PB_BYTES))
            return E_PARSE;
        bool is_text = known->type == T_STRING || known->type == T_STRINGS;
        if (is_text && !content_is_utf8(f->body))
            return E_PARSE;
    }
    return OK;
}

/* One field of Content's oneof; a repeated one of the same kind merges, so every piece must be
 * sound. */
static enum status take_kind(const struct pb_field *f, struct content *out)
{
    if (f->type != PB_BYTES || (out->kind && out->kind != (enum content_kind)f->number))
        return E_PARSE;
    out->kind = (enum content_kind)f->number;
    out->body = f->body;
    return check_message(f->body, kinds[f->number].members);
}

static enum status take_reply(const struct pb_field *f, struct content *out)
{
    struct pb_message m;
    if (f->type != PB_BYTES || check_message(f->body, pair_members) || pb_parse(f->body, &m))
        return E_PARSE;
    const struct pb_field *id = pb_find(&m, 1);
    out->reply_to = id ? id->body : (struct bytes){0};
    return OK;
}

enum status content_decode(struct bytes in, struct content *out)
{
    struct pb_message m;
    memset(out, 0, sizeof(*out));
    if (pb_parse(in, &m))
        return E_PARSE;
    for (size_t i = 0; i < m.count; i++) {
        const struct pb_field *f = &m.fields[i];
        enum status st = OK;
        if (f->number > CONTENT_NONE && f->number < N_CONTENT_KIND)
            st = take_kind(f, out);
        else if (f->number == REPLY_FIELD)
            st = take_reply(f, out);
        if (st)
            return st;
    }
    if (out->kind == CONTENT_NONE)
        return E_PARSE;
    if (out->kind == CONTENT_TEXT && !pb_parse(out->body, &m)) {
        const struct pb_field *body = pb_find(&m, 1);
        out->text = body ? body->body : (struct bytes){0};
    }
    return OK;
}

/* ---- comparing */

/* All fields |number| of both messages' last meaning are equal; a default is the same as an
 * absence. */
static bool is_same_member(const struct pb_message *a, const struct pb_message *b,
                           const struct member *m)
{
    const struct pb_field *x = pb_find(a, m->number), *y = pb_find(b, m->number);
    if (m->type == T_NUMBER)
        return (x ? x->value : 0) == (y ? y->value : 0);
    if (m->type != T_STRINGS)
        return bytes_equal(x ? x->body : (struct bytes){0}, y ? y->body : (struct bytes){0});
    size_t i = 0, j = 0;
    for (;;) {
        while (i < a->count && a->fields[i].number != m->number)
            i++;
        while (j < b->count && b->fields[j].number != m->number)
            j++;
        if (i == a->count || j == b->count)
            return i == a->count && j == b->count;
        if (!bytes_equal(a->fields[i++].body, b->fields[j++].body))
            return false;
    }
}

static bool is_same_message(struct bytes a, struct bytes b, const struct member *members)
{
    struct pb_message x, y;
    if (pb_parse(a, &x) || pb_parse(b, &y))
        return false;
    for (; members->number; members++)
        if (!is_same_member(&x, &y, members))
            return false;
    return true;
}

/* The pieces of a repeated submessage, one after the other: protobuf's way to merge. */
static enum status merged(const struct pb_message *m, uint32_t number, struct buffer *out)
{
    for (size_t i = 0; i < m->count; i++)
        if (m->fields[i].number == number && m->fields[i].type == PB_BYTES)
            buffer_append(out, m->fields[i].body);
    return buffer_status(out);
}

static bool is_same_part(const struct pb_message *a, const struct pb_message *b, uint32_t number,
                         const struct member *members)
{
    struct buffer x, y;
    buffer_init(&x, 16u * 1024u * 1024u);
    buffer_init(&y, 16u * 1024u * 1024u);
    bool is_same = !merged(a, number, &x) && !merged(b, number, &y) &&
                   is_same_message(buffer_bytes(&x), buffer_bytes(&y), members);
    buffer_fini(&x);
    buffer_fini(&y);
    return is_same;
}

bool content_equal(struct bytes a, struct bytes b)
{
    struct content x, y;
    struct pb_message m, n;
    if (bytes_equal(a, b))
        return content_decode(a, &x) == OK;
    if (content_decode(a, &x) || content_decode(b, &y) || x.kind != y.kind || pb_parse(a, &m) ||
        pb_parse(b, &n))
        return false;
    bool has_reply = pb_find(&m, REPLY_FIELD) != NULL;
    if (has_reply != (pb_find(&n, REPLY_FIELD) != NULL))
        return false;
    return is_same_part(&m, &n, (uint32_t)x.kind, kinds[x.kind].members) &&
           (!has_reply || is_same_part(&m, &n, REPLY_FIELD, pair_members));
}

/* ---- encoding */

enum status content_encode_text(struct bytes text, struct buffer *out)
{
    struct buffer inner;
    buffer_init(&inner, text.len + 16);
    if (text.len)
        pb_put_bytes(&inner, 1, text);
    pb_put_bytes(out, CONTENT_TEXT, buffer_bytes(&inner));
    enum status st = buffer_status(&inner);
    buffer_fini(&inner);
    return st ? st : buffer_status(out);
}

/* Letters and digits that depend on |salt|, so that no two examples are the same. */
static void word_of(struct bytes salt, size_t from, char out[17])
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz012345";
    for (size_t i = 0; i < 16; i++)
        out[i] = letters[salt.len ? salt.data[(from + i) % salt.len] & 31 : 0];
    out[16] = '\0';
}

static void put_text(struct buffer *out, uint32_t number, const char *before, const char *word)
{
    char text[128];
    snprintf(text, sizeof(text), "%s%s", before, word);
    pb_put_bytes(out, number, bytes_of_text(text));
}

static void put_digest(struct buffer *out, uint32_t number, struct bytes salt, uint8_t mark)
{
    uint8_t bytes[32];
    for (size_t i = 0; i < sizeof(bytes); i++)
        bytes[i] = (uint8_t)((salt.len ? salt.data[i % salt.len] : 0) ^ mark);
    pb_put_bytes(out, number, bytes_of(bytes, sizeof(bytes)));
}

static void put_media(enum content_kind kind, struct bytes salt, struct buffer *out)
{
    static const char *const types[N_CONTENT_KIND] = {
        [CONTENT_IMAGE] = "image/jpeg",
        [CONTENT_VOICE] = "audio/ogg; codecs=opus",
        [CONTENT_VIDEO] = "video/mp4",
        [CONTENT_FILE] = "application/pdf",
    };
    char word[17];
    word_of(salt, 0, word);
    put_text(out, 1, "https://media.provider.example/", word);
    pb_put_bytes(out, 2, bytes_of_text(types[kind]));
    if (kind != CONTENT_VOICE)
        put_text(out, 3, "caption ", word);
    if (kind == CONTENT_FILE)
        put_text(out, 4, "file ", word);
    put_digest(out, 5, salt, 1);
    put_digest(out, 6, salt, 2);
    put_digest(out, 7, salt, 3);
    pb_put_varint(out, 8, 123456);
    if (kind == CONTENT_VOICE || kind == CONTENT_VIDEO)
        pb_put_varint(out, 9, 17);
    if (kind == CONTENT_IMAGE || kind == CONTENT_VIDEO) {
        pb_put_varint(out, 10, 640);
        pb_put_varint(out, 11, 480);
    }
    if (kind == CONTENT_VOICE)
        put_digest(out, 13, salt, 4);
}

static void put_example(enum content_kind kind, struct bytes salt, struct buffer *out)
{
    char word[17];
    word_of(salt, 0, word);
    switch (kind) {
    case CONTENT_TEXT:
        put_text(out, 1, "text ", word);
        break;
    case CONTENT_RECEIPT:
        pb_put_varint(out, 1, 2);
        put_text(out, 2, "id-", word);
        break;
    case CONTENT_REACTION:
        put_text(out, 1, "id-", word);
        pb_put_bytes(out, 2, bytes_of_text("\xf0\x9f\x91\x8d"));
        break;
    default:
        put_media(kind, salt, out);
    }
}

enum status content_encode_example(enum content_kind kind, struct bytes salt, struct buffer *out)
{
    struct buffer inner;
    if (kind <= CONTENT_NONE || kind >= N_CONTENT_KIND)
        return E_MISSING;
    buffer_init(&inner, EXAMPLE_MAX);
    put_example(kind, salt, &inner);
    pb_put_bytes(out, (uint32_t)kind, buffer_bytes(&inner));
    enum status st = buffer_status(&inner);
    buffer_fini(&inner);
    return st ? st : buffer_status(out);
}

/* ---- padding */

static enum status append_padding(struct buffer *out, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        buffer_append_byte(out, (uint8_t)n);
    return buffer_status(out);
}

enum status content_pad(struct bytes in, uint32_t n, const struct wire_profile *p,
                        struct buffer *out)
{
    if (n < p->padding_min || n > p->padding_max)
        return E_LIMIT;
    buffer_append(out, in);
    return append_padding(out, n);
}

enum status content_unpad(struct bytes in, const struct wire_profile *p, struct bytes *out)
{
    *out = (struct bytes){0};
    if (in.len == 0)
        return E_PARSE;
    uint8_t n = in.data[in.len - 1];
    if (n < p->padding_min || n > p->padding_max || n > in.len)
        return E_PARSE;
    for (size_t i = in.len - n; i < in.len; i++)
        if (in.data[i] != n)
            return E_PARSE;
    *out = bytes_slice(in, 0, in.len - n);
    return OK;
}

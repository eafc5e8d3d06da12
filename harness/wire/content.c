/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wire/content.h"

#include "base/utf8.h"
#include "wire/pb.h"

#define REPLY_FIELD 15u

/* What a field of a known message is. */
enum type {
    T_STRING = 1,
    T_STRINGS, /* repeated */
    T_BYTES,
    T_NUMBER, /* uint64 */
    T_WORD    /* uint32 or an enum: of more than 32 bits the upper ones are dropped */
};

struct member {
    uint32_t number;
    enum type type;
};

/* proto/content.proto, message by message; number 0 after the last. */
static const struct member text_members[] = {{1, T_STRING}, {0, T_STRING}};
static const struct member media_members[] = {
    {1, T_STRING}, {2, T_STRING}, {3, T_STRING}, {4, T_STRING}, {5, T_BYTES},
    {6, T_BYTES},  {7, T_BYTES},  {8, T_NUMBER}, {9, T_WORD},   {10, T_WORD},
    {11, T_WORD},  {12, T_BYTES}, {13, T_BYTES}, {0, T_STRING}};
static const struct member receipt_members[] = {{1, T_WORD}, {2, T_STRINGS}, {0, T_STRING}};
static const struct member pair_members[] = {{1, T_STRING}, {2, T_STRING}, {0, T_STRING}};

static const struct member *const kinds[N_CONTENT_KIND] = {
    [CONTENT_TEXT] = text_members,     [CONTENT_IMAGE] = media_members,
    [CONTENT_VOICE] = media_members,   [CONTENT_VIDEO] = media_members,
    [CONTENT_FILE] = media_members,    [CONTENT_RECEIPT] = receipt_members,
    [CONTENT_REACTION] = pair_members,
};

bool content_is_utf8(struct bytes in)
{
    uint32_t c;
    for (size_t len; in.len; in = bytes_slice(in, len, in.len))
        if (!(len = utf8_take(in, &c)))
            return false;
    return true;
}

/* ---- fields, any number of them */

/*
 * The next field of |in|; an unknown group is one field, PB_GROUP_START. Groups do not stand within
 * groups: no sender of proto3 writes one, and so nothing here needs a stack.
 */
static enum status next_field(struct bytes in, size_t *at, struct pb_field *out)
{
    enum status st = pb_take(in, at, out);
    if (st || out->type != PB_GROUP_START)
        return st ? st : out->type == PB_GROUP_END ? E_PARSE : OK;
    for (;;) {
        struct pb_field inside;
        if (*at >= in.len || pb_take(in, at, &inside) || inside.type == PB_GROUP_START)
            return E_PARSE;
        if (inside.type == PB_GROUP_END)
            return inside.number == out->number ? OK : E_PARSE;
    }
}

/*
 * The fields of a message that may come in several pieces, one after the other: so protobuf merges
 * what is there twice.
 */
struct walk {
    struct bytes outer, piece;
    size_t outer_at, piece_at;
    uint32_t number;
};

static struct walk walk_of(struct bytes outer, uint32_t number)
{
    return (struct walk){.outer = outer, .number = number};
}

/* The next field with |wanted| in any piece. What is walked was checked before. */
static bool walk_next(struct walk *w, uint32_t wanted, struct pb_field *out)
{
    for (;;) {
        while (w->piece_at < w->piece.len) {
            if (next_field(w->piece, &w->piece_at, out))
                return false;
            if (out->number == wanted)
                return true;
        }
        if (w->outer_at >= w->outer.len || next_field(w->outer, &w->outer_at, out))
            return false;
        w->piece = out->number == w->number ? out->body : (struct bytes){0};
        w->piece_at = 0;
    }
}

/* The last field |wanted| of the pieces with |number|: the one that counts. All zero: none. */
static struct pb_field last_of(struct bytes outer, uint32_t number, uint32_t wanted)
{
    struct walk w = walk_of(outer, number);
    struct pb_field f, last = {0};
    while (walk_next(&w, wanted, &f))
        last = f;
    return last;
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
    for (size_t at = 0; at < in.len;) {
        struct pb_field f;
        if (next_field(in, &at, &f))
            return E_PARSE;
        const struct member *known = member_of(members, f.number);
        if (!known)
            continue;
        bool is_number = known->type == T_NUMBER || known->type == T_WORD;
        if (f.type != (is_number ? PB_VARINT : PB_BYTES))
            return E_PARSE;
        bool is_text = known->type == T_STRING || known->type == T_STRINGS;
        if (is_text && !content_is_utf8(f.body))
            return E_PARSE;
    }
    return OK;
}

/* One field of Content; of a kind that comes in pieces every piece must be sound. */
static enum status take_part(const struct pb_field *f, struct content *out)
{
    bool is_kind = f->number < N_CONTENT_KIND;
    if (!is_kind && f->number != REPLY_FIELD)
        return OK;
    if (f->type != PB_BYTES)
        return E_PARSE;
    if (!is_kind)
        return check_message(f->body, pair_members);
    if (out->kind && out->kind != (enum content_kind)f->number)
        return E_PARSE;
    out->kind = (enum content_kind)f->number;
    out->body = f->body;
    return check_message(f->body, kinds[f->number]);
}

static enum status decode(struct bytes in, struct content *out)
{
    for (size_t at = 0; at < in.len;) {
        struct pb_field f;
        if (next_field(in, &at, &f) || take_part(&f, out))
            return E_PARSE;
    }
    if (out->kind == CONTENT_NONE)
        return E_PARSE;
    out->reply_to = last_of(in, REPLY_FIELD, 1).body;
    if (out->kind == CONTENT_TEXT)
        out->text = last_of(in, CONTENT_TEXT, 1).body;
    return OK;
}

enum status content_decode(struct bytes in, struct content *out)
{
    *out = (struct content){0};
    enum status st = decode(in, out);
    if (st)
        *out = (struct content){0};
    return st;
}

/* ---- comparing */

static bool is_same_list(struct bytes a, struct bytes b, uint32_t number, uint32_t member)
{
    struct walk x = walk_of(a, number), y = walk_of(b, number);
    struct pb_field f, g;
    for (;;) {
        bool is_more = walk_next(&x, member, &f);
        if (is_more != walk_next(&y, member, &g))
            return false;
        if (!is_more)
            return true;
        if (!bytes_equal(f.body, g.body))
            return false;
    }
}

/* An absent field is the same as one with its default. */
static bool is_same_member(struct bytes a, struct bytes b, uint32_t number, const struct member *m)
{
    if (m->type == T_STRINGS)
        return is_same_list(a, b, number, m->number);
    struct pb_field x = last_of(a, number, m->number), y = last_of(b, number, m->number);
    if (m->type == T_WORD)
        return (uint32_t)x.value == (uint32_t)y.value;
    return m->type == T_NUMBER ? x.value == y.value : bytes_equal(x.body, y.body);
}

static bool is_same_part(struct bytes a, struct bytes b, uint32_t number,
                         const struct member *members)
{
    for (; members->number; members++)
        if (!is_same_member(a, b, number, members))
            return false;
    return true;
}

static bool has_reply(struct bytes in)
{
    struct pb_field f;
    for (size_t at = 0; at < in.len && !next_field(in, &at, &f);)
        if (f.number == REPLY_FIELD)
            return true;
    return false;
}

bool content_equal(struct bytes a, struct bytes b)
{
    struct content x, y;
    if (content_decode(a, &x) || content_decode(b, &y) || x.kind != y.kind)
        return false;
    return has_reply(a) == has_reply(b) && is_same_part(a, b, (uint32_t)x.kind, kinds[x.kind]) &&
           is_same_part(a, b, REPLY_FIELD, pair_members);
}

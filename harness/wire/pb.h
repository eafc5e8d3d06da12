/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * wire/pb.h - protobuf's wire form, loosely: a message is a list of fields in order, known or not.
 * Depends on: base.
 *
 * The harness must be able to write what no generated encoder writes (unknown fields, duplicates,
 * another order, an over-long varint, a missing field), so the codecs of wire/ stand on this and
 * not on protobuf-c.
 */
#ifndef ASSAY_WIRE_PB_H
#define ASSAY_WIRE_PB_H

#include "base/arena.h"
#include "base/buffer.h"

#define PB_FIELDS_MAX 64u

enum pb_type {
    PB_VARINT = 0,
    PB_FIXED64 = 1,
    PB_BYTES = 2,
    PB_GROUP_START = 3,
    PB_GROUP_END = 4,
    PB_FIXED32 = 5
};

struct pb_field {
    uint32_t number;
    enum pb_type type;
    uint64_t value;    /* PB_VARINT, PB_FIXED32, PB_FIXED64 */
    struct bytes body; /* PB_BYTES: a view into the parsed bytes, or what the caller put there */
    size_t at;         /* offset of the field's tag in the parsed bytes */
    size_t body_at;    /* offset of the varint's or content's first byte */
    size_t end;        /* offset of the first byte after the field */
};

struct pb_message {
    struct pb_field fields[PB_FIELDS_MAX];
    size_t count;
};

/*
 * Read the field at |*at| of |in| and step over it, for messages of any number of fields. The start
 * and the end of a group are fields of their own, without a body.
 *
 * E_PARSE  as pb_parse, but for groups; |*at| is then of no use
 */
MUST_USE enum status pb_take(struct bytes in, size_t *at, struct pb_field *out);

/*
 * Parse. Unknown numbers are kept; a number may occur several times.
 * Looser than protobuf-c in over-long tags and lengths, which it refuses past 5 bytes; stricter in
 * field numbers that are none (0, and past 2^29 - 1), which libsignal-protocol-c keeps as unknown.
 *
 * E_PARSE  truncated, a varint longer than 10 bytes, a group, a field number that is none
 * E_LIMIT  more than PB_FIELDS_MAX fields
 */
MUST_USE enum status pb_parse(struct bytes in, struct pb_message *out);

/* The last field with |number| (protobuf: last wins), or NULL. */
const struct pb_field *pb_find(const struct pb_message *m, uint32_t number);

/* Its number, or bytes; 0, or empty, when it is absent. False: it has another wire type. */
bool pb_number(const struct pb_message *m, uint32_t number, uint64_t *out);
bool pb_body(const struct pb_message *m, uint32_t number, struct bytes *out);

/* Append one field, or its tag alone. Errors stick in |out| (base/buffer.h). */
void pb_put_tag(struct buffer *out, uint32_t number, enum pb_type type);
void pb_put_varint(struct buffer *out, uint32_t number, uint64_t value);
void pb_put_bytes(struct buffer *out, uint32_t number, struct bytes body);
/* Append the bare varint |value| with at least |min_len| bytes: 1 is the normal form,
 * at most 10. */
void pb_put_raw_varint(struct buffer *out, uint64_t value, size_t min_len);

/* Append all fields of |m|, in its order. */
void pb_put_message(struct buffer *out, const struct pb_message *m);

#endif

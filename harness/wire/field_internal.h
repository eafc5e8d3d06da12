/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * wire/field_internal.h - what field.c, which finds fields, and field_edit.c, which changes them,
 * share.
 * Depends on: wire/field, wire/pb. For those two files only.
 */
#ifndef ASSAY_WIRE_FIELD_INTERNAL_H
#define ASSAY_WIRE_FIELD_INTERNAL_H

#include "wire/field.h"
#include "wire/pb.h"

/* A region is not a protobuf field but a stretch of the encoded object. MAC stands for any
 * authenticator. */
enum field_region {
    REGION_NONE = 0,
    REGION_WHOLE,
    REGION_VERSION,
    REGION_MAC,
    REGION_HEADER,
    REGION_PROTOBUF,
    REGION_SPQR_EPOCH, /* these are within field 5, in their order there */
    REGION_SPQR_INDEX,
    REGION_SPQR_TYPE,
    REGION_SPQR_CHUNK_INDEX,
    REGION_SPQR_CHUNK
};

/* Does it stand within field 5, whose length is written anew when it changes? */
bool field_region_is_of_spqr(enum field_region region);

struct field_entry {
    struct field field;
    enum field_region region;
    bool is_of_v4;
};

/* How an object is framed around its protobuf, in bytes. */
struct field_framing {
    size_t version_len;
    size_t authenticator_len;
};

/* A stretch of an object: the object itself, or the SignalMessage inside a prekey message. */
struct field_place {
    struct bytes bytes;
    size_t at; /* offset of |bytes| in the object */
};

/* The entry whose field |f| is, or NULL. */
const struct field_entry *field_entry_of(const struct field *f);
struct field_framing field_framing_of(enum object object);

/* The protobuf inside |in|, an object of kind |object|. E_PARSE: too short for its framing, or not
 * protobuf. */
MUST_USE enum status field_parse_protobuf(enum object object, struct bytes in,
                                          struct pb_message *out);

/* The object |f| belongs to: |in| itself, or what stands inside it.
 * Statuses as for field_locate. */
MUST_USE enum status field_find_place(const struct field *f, enum object object, struct bytes in,
                                      struct field_place *out);

/* Its number in the protobuf |m|. */
uint32_t field_number_here(const struct field *f, const struct pb_message *m);

/* Within |in|, an object of the field's own kind: a region; the last protobuf field; either.
 * Offsets are in |in|. */
MUST_USE enum status field_locate_region(const struct field_entry *e, struct bytes in,
                                         size_t *out_at, size_t *out_len);
MUST_USE enum status field_locate_protobuf(const struct field *f, struct bytes in,
                                           struct pb_field *out);
MUST_USE enum status field_locate_in_place(const struct field_entry *e, struct bytes in,
                                           size_t *out_at, size_t *out_len);

#endif

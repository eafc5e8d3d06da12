/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * wire/field.h - fields by name: where they are in the bytes, and how to change them.
 * Depends on: base, wire/pb, wire/signal, and the codecs that have a table of fields.
 *
 * A field is named layer.name and belongs to objects of some kinds; the layer's name alone (signal,
 * prekey, frame ...) is the whole object. Each codec has its table: Signal's messages and bundles
 * here, the others in wire/content_field.c, wire/stanza_field.c, wire/noise_field.c, wire/frame.c
 * and wire/token_field.c. `assay explain NAME` says what a field is.
 */
#ifndef ASSAY_WIRE_FIELD_H
#define ASSAY_WIRE_FIELD_H

#include "base/buffer.h"
#include "base/row.h"
#include "wire/signal.h"

enum object {
    OBJECT_NONE = 0,
    OBJECT_SIGNAL,
    OBJECT_PREKEY,
    OBJECT_SENDER_KEY,
    OBJECT_DISTRIBUTION,
    OBJECT_BUNDLE,
    /* what is around Signal's messages, between a whole client and the server */
    OBJECT_CONTENT,   /* a plaintext: proto/content.proto and its padding */
    OBJECT_STANZA,    /* a <message> as the server sends it */
    OBJECT_HANDSHAKE, /* the server's Noise message */
    OBJECT_TRANSPORT, /* a Noise transport message */
    OBJECT_FRAME,     /* one whole frame */
    OBJECT_TOKEN,     /* a JWS in compact form */
    N_OBJECT
};

/* Only a whole client has such an object. */
bool object_is_of_client(enum object object);

enum object object_of_kind(enum signal_kind kind);

/* How long a field is in an honest message, for planning sweeps before there are bytes. */
enum field_size {
    FIELD_SIZE_NONE = 0,
    FIELD_SIZE_FIXED,      /* |fixed_len| bytes */
    FIELD_SIZE_CIPHERTEXT, /* the plaintext padded to 16-byte blocks by PKCS#7 */
    FIELD_SIZE_HEADER,
    FIELD_SIZE_PROTOBUF,
    FIELD_SIZE_SIGNAL, /* a whole SignalMessage */
    FIELD_SIZE_VARIES  /* depends on what the target chose; cannot be swept by bit */
};

struct field {
    const char *name;
    enum object object; /* where it lives */
    uint32_t number;    /* protobuf number, or 0 for version, mac, signature and the regions */
    bool is_number;     /* a varint; otherwise bytes */
    enum field_size size;
    size_t fixed_len;
    const char *explanation;
};

/* One that is no protobuf field of Signal's: of any length; of |len| bytes. */
#define FIELD(name, object, text) TABLE_ROW(name, object, 0, false, FIELD_SIZE_VARIES, 0, text)
#define FIELD_FIXED(name, object, len, text)                                                       \
    TABLE_ROW(name, object, 0, false, FIELD_SIZE_FIXED, len, text)

/* The fields of one codec. Those of protobuf (Signal's) have neither function. */
struct field_table {
    const void *rows; /* each begins with a struct field */
    size_t size, count;
    /* Append the content of |f| in |in|. E_MISSING: absent here. E_PARSE. */
    enum status (*read)(const struct field *f, struct bytes in, struct buffer *out);
    /*
     * Append |in| with another content of |f|, lengths and encodings around it written anew, every
     * other byte as it was. |content| NULL: without the field. E_MISSING: it is absent and cannot
     * be added, or cannot be left out. E_PARSE, E_LIMIT, E_NOMEM.
     */
    enum status (*replace)(const struct field *f, struct bytes in, const struct bytes *content,
                           struct buffer *out);
};
#define FIELD_TABLE(rows, read, replace)                                                           \
    TABLE_ROW(rows, sizeof((rows)[0]), COUNT_OF(rows), read, replace)
extern const struct field_table content_fields, stanza_fields, noise_fields, frame_fields,
    token_fields;

/* The |i|-th field of all tables, from 0; NULL past the end. */
const struct field *field_at(size_t i);
/* The table whose row |f| is; NULL: it is none. */
const struct field_table *field_table_of(const struct field *f);
/* NULL for an unknown name. */
const struct field *field_find(const char *name);
/* Of Signal's: is it of v4 only? These come after all that v3 has. */
bool field_is_of_v4(const struct field *f);
/* Of Signal's: a MAC, a signature, a ciphertext? A receiver keeps nothing of it. */
bool field_is_transient(const struct field *f);
/* Of Signal's: has it no fields inside? */
bool field_is_leaf(const struct field *f);

/*
 * Bytes of |f| in an honest SignalMessage (counters below 128) of a plaintext of |plaintext_len|
 * bytes; 0 when that cannot be known before there are bytes.
 */
size_t field_planned_len(const struct field *f, size_t plaintext_len);

/*
 * Where |f|, a field of Signal's, stands in |in|, an encoded object of kind |object| (a signal.*
 * field of a prekey message is found inside its message). For a varint: its bytes without the tag.
 *
 * E_MISSING  this object has no such field, or it is absent here
 * E_PARSE    |in| does not parse that far, or the field has another wire type here
 */
MUST_USE enum status field_locate(const struct field *f, enum object object, struct bytes in,
                                  size_t *out_at, size_t *out_len);

/* The value of a number field of Signal's.  E_MISSING, E_PARSE as above. */
MUST_USE enum status field_number(const struct field *f, enum object object, struct bytes in,
                                  uint32_t *out);

/* One change of one object. Exactly one change is named by |what|. */
enum edit_what {
    EDIT_NONE = 0,
    /* Bit |n| of the field's bytes (bit 0 is the lowest of the first byte); lengths unchanged. */
    EDIT_FLIP_BIT,
    /* The content becomes |bytes|, tag and length written anew; an absent field joins the end. */
    EDIT_SET,
    /* The varint becomes |n|; an absent one joins the end. */
    EDIT_SET_NUMBER,
    /* The field is left out, tag and all; of a region no byte stays. */
    EDIT_REMOVE,
    /* The last |n| bytes are taken from the content (from a region or a whole object: raw). */
    EDIT_CUT,
    /* Only the first |n| bytes of the content stay. */
    EDIT_KEEP,
    /* |bytes| are appended to the content. */
    EDIT_APPEND,
    /* A second copy with content |bytes| (a number: |n|) follows the field; the last one wins. */
    EDIT_DUPLICATE,
    /* An unknown field, number |n|, content |bytes|, joins the end of the field's protobuf. */
    EDIT_UNKNOWN,
    /* The protobuf's fields are written in reverse order. */
    EDIT_REVERSE,
    /* The varint is written over-long, with |n| bytes (at most 10; never fewer than it needs). */
    EDIT_LONG_VARINT
};

struct edit {
    enum edit_what what;
    uint64_t n;
    struct bytes bytes;
};

/*
 * Write |in| with the change to |out| (cleared first). Inner lengths of a prekey message around a
 * signal.* change are written anew, so that the change reaches the SignalMessage's own parser.
 * Every other byte stays as it was, authenticators included. Where a field occurs several times,
 * its last occurrence is meant.
 *
 * E_MISSING  no such field here, |n| is beyond it, or the change is not one for this kind of field:
 *            a number is set, not cut; a region has no duplicate; what is not protobuf has neither
 *            duplicates nor unknown fields, an order, or long varints
 * E_PARSE    |in| does not parse far enough to be changed there
 * E_LIMIT    |out| is full
 * E_NOMEM
 */
MUST_USE enum status field_edit(const struct field *f, enum object object, struct bytes in,
                                const struct edit *edit, struct buffer *out);

/* Changes of what is around a message, kept until it crosses. */
#define FIELD_EDITS_MAX 4u
struct field_edits {
    struct {
        const struct field *field;
        struct edit edit;
    } items[FIELD_EDITS_MAX];
    size_t count;
};
bool field_edits_has(const struct field_edits *edits, enum object object);
/*
 * Make those of |object| in |bytes|, which becomes another buffer, in their order. |edits| NULL:
 * none. As field_edit; E_MISSING also for a change that changes nothing.
 */
MUST_USE enum status field_edits_apply(const struct field_edits *edits, enum object object,
                                       struct buffer *bytes);

#endif

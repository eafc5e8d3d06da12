/*
 * wire/field.h - fields by name: where they are in the bytes, and how to bend them.
 * Depends on: base, wire/pb, wire/signal.
 *
 * A field is named layer.name and belongs to objects of some kinds:
 *
 *   signal.version ratchet-key counter previous-counter ciphertext mac    SignalMessage, also inside a prekey message
 *   signal.header     everything of the SignalMessage before the ciphertext's first byte (version, tags, lengths too)
 *   signal.protobuf   everything between version and mac
 *   signal            the whole SignalMessage
 *   prekey.version one-time-prekey-id base-key identity-key message registration-id signed-prekey-id
 *   prekey            the whole PreKeySignalMessage
 *   sender-key.version id iteration ciphertext signature;  sender-key
 *   distribution.version id iteration chain-key signing-key;  distribution
 *   bundle.registration-id device identity-key signed-prekey-id signed-prekey signature one-time-prekey-id
 *   bundle.one-time-prekey;  bundle
 */
#ifndef ASSAY_WIRE_FIELD_H
#define ASSAY_WIRE_FIELD_H

#include "base/buffer.h"
#include "wire/signal.h"

enum object {
    OBJECT_NONE = 0,
    OBJECT_SIGNAL,
    OBJECT_PREKEY,
    OBJECT_SENDER_KEY,
    OBJECT_DISTRIBUTION,
    OBJECT_BUNDLE,
    N_OBJECT
};

enum object object_of_kind(enum signal_kind kind);

/* How long a field is in an honest message, for planning sweeps before there are bytes. */
enum field_size {
    FIELD_SIZE_NONE = 0,
    FIELD_SIZE_FIXED,      /* |fixed_len| bytes */
    FIELD_SIZE_CIPHERTEXT, /* the plaintext padded to 16-byte blocks by PKCS#7 */
    FIELD_SIZE_HEADER,
    FIELD_SIZE_PROTOBUF,
    FIELD_SIZE_SIGNAL,     /* a whole SignalMessage */
    FIELD_SIZE_VARIES      /* depends on what the target chose; cannot be swept by bit */
};

struct field {
    const char *name;      /* as in the list above */
    enum object object;    /* where it lives */
    uint32_t number;       /* protobuf number, or 0 for version, mac, signature and the regions */
    bool is_number;        /* a varint; otherwise bytes */
    enum field_size size;
    size_t fixed_len;
};

/* NULL for an unknown name. */
const struct field *field_find(const char *name);
/* The names of all fields, for "did you mean"; |*out_count| of them. */
const char *const *field_names(size_t *out_count);

/*
 * Bytes of |f| in an honest SignalMessage (counters below 128) of a plaintext of |plaintext_len| bytes; 0 when that
 * cannot be known before there are bytes.
 */
size_t field_planned_len(const struct field *f, size_t plaintext_len);

/*
 * Where |f| stands in |in|, an encoded object of kind |object| (a signal.* field of a prekey message is found inside
 * its message). For a varint: its bytes without the tag.
 * E_MISSING: this object has no such field, or it is absent here.  E_PARSE: |in| does not parse that far.
 */
MUST_USE enum status field_locate(const struct field *f, enum object object, struct bytes in,
                                  size_t *out_at, size_t *out_len);

/* The value of a number field.  E_MISSING, E_PARSE as above. */
MUST_USE enum status field_number(const struct field *f, enum object object, struct bytes in,
                                  uint32_t *out);

/* One change of one object. Exactly one change is named by |what|. */
enum edit_what {
    EDIT_NONE = 0,
    EDIT_FLIP_BIT,  /* bit |n| of the field's bytes (bit 0 is the lowest of the first byte); lengths unchanged */
    EDIT_SET,       /* the field's content becomes |bytes|; tags and lengths are written anew */
    EDIT_SET_NUMBER,/* the varint becomes |n| */
    EDIT_REMOVE,    /* the field is left out */
    EDIT_CUT,       /* the last |n| bytes are removed from the field (from a region or a whole object: raw) */
    EDIT_KEEP,      /* only the first |n| bytes stay */
    EDIT_APPEND,    /* |bytes| are appended to the field's content */
    EDIT_DUPLICATE, /* a second copy of the field with content |bytes| follows the first (the last wins) */
    EDIT_UNKNOWN,   /* an unknown field, number |n|, content |bytes|, is added to the protobuf |f| lives in */
    EDIT_REVERSE,   /* the protobuf's fields are written in reverse order */
    EDIT_LONG_VARINT /* the varint is written with |n| bytes, over-long */
};

struct edit {
    enum edit_what what;
    uint64_t n;
    struct bytes bytes;
};

/*
 * Write |in| with the change to |out| (cleared first). Inner lengths of a prekey message around a signal.* change are
 * written anew, so that the change reaches the SignalMessage's own parser; authenticators are left as they were.
 *
 * E_MISSING  no such field here, or |n| is beyond it
 * E_PARSE    |in| does not parse far enough to be changed there
 * E_LIMIT, E_NOMEM
 */
MUST_USE enum status field_edit(const struct field *f, enum object object, struct bytes in,
                                const struct edit *edit, struct buffer *out);

#endif

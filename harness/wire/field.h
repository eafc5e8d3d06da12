/*
 * wire/field.h - fields by name: where they are in the bytes, and how to bend them.
 * Depends on: base, wire/pb, wire/signal.
 *
 * A field is named layer.name and belongs to objects of some kinds:
 *
 *   signal.          SignalMessage, also inside a prekey message
 *     version ratchet-key counter previous-counter ciphertext mac
 *     header         everything before the ciphertext's first byte: version, tags, lengths too
 *     protobuf       everything between version and mac
 *   prekey.          PreKeySignalMessage
 *     version protobuf one-time-prekey-id base-key identity-key message registration-id
 *     signed-prekey-id
 *   sender-key.      SenderKeyMessage
 *     version protobuf id iteration ciphertext signature
 *   distribution.    SenderKeyDistributionMessage
 *     version protobuf id iteration chain-key signing-key
 *   bundle.          PreKeyBundle of proto/signal.proto
 *     registration-id device identity-key signed-prekey-id signed-prekey signature
 *     one-time-prekey-id one-time-prekey
 *
 * The layer's name alone (signal, prekey ...) is the whole object.
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
    FIELD_SIZE_SIGNAL, /* a whole SignalMessage */
    FIELD_SIZE_VARIES  /* depends on what the target chose; cannot be swept by bit */
};

struct field {
    const char *name;   /* as in the list above */
    enum object object; /* where it lives */
    uint32_t number;    /* protobuf number, or 0 for version, mac, signature and the regions */
    bool is_number;     /* a varint; otherwise bytes */
    enum field_size size;
    size_t fixed_len;
};

/* NULL for an unknown name. */
const struct field *field_find(const char *name);
/* The names of all fields, for "did you mean"; |*out_count| of them. */
const char *const *field_names(size_t *out_count);

/*
 * Bytes of |f| in an honest SignalMessage (counters below 128) of a plaintext of |plaintext_len|
 * bytes; 0 when that cannot be known before there are bytes.
 */
size_t field_planned_len(const struct field *f, size_t plaintext_len);

/*
 * Where |f| stands in |in|, an encoded object of kind |object| (a signal.* field of a prekey
 * message is found inside its message). For a varint: its bytes without the tag.
 *
 * E_MISSING  this object has no such field, or it is absent here
 * E_PARSE    |in| does not parse that far, or the field has another wire type here
 */
MUST_USE enum status field_locate(const struct field *f, enum object object, struct bytes in,
                                  size_t *out_at, size_t *out_len);

/* The value of a number field.  E_MISSING, E_PARSE as above. */
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
 *            a number is set, not cut; a region has no duplicate
 * E_PARSE    |in| does not parse far enough to be changed there
 * E_LIMIT    |out| is full
 * E_NOMEM
 */
MUST_USE enum status field_edit(const struct field *f, enum object object, struct bytes in,
                                const struct edit *edit, struct buffer *out);

#endif

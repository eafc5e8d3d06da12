/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wire/field_internal.h"

#include <string.h>

#define MESSAGE_FIELD 4u /* PreKeySignalMessage.message */
#define SPQR_CHUNK_LEN 32u
#define CIPHERTEXT_FIELD 4u /* SignalMessage.ciphertext */

#define REGION(name, object, size, len, region, text)                                              \
    TABLE_ROW({name, object, 0, false, size, len, text}, region, false)
#define NUMBER(name, object, number, text)                                                         \
    TABLE_ROW({name, object, number, true, FIELD_SIZE_VARIES, 0, text}, REGION_NONE, false)
#define BYTES(name, object, number, size, len, text)                                               \
    TABLE_ROW({name, object, number, false, size, len, text}, REGION_NONE, false)
#define NUMBER_V4(name, object, number, text)                                                      \
    TABLE_ROW({name, object, number, true, FIELD_SIZE_VARIES, 0, text}, REGION_NONE, true)
#define BYTES_V4(name, object, number, size, len, text)                                            \
    TABLE_ROW({name, object, number, false, size, len, text}, REGION_NONE, true)
#define SPQR_NUMBER(name, region, text)                                                            \
    TABLE_ROW({name, OBJECT_SIGNAL, 0, true, FIELD_SIZE_VARIES, 0, text}, region, true)

/* Signal's fields, in the order in which they are listed to a person. */
static const struct field_entry entries[] = {
    REGION("signal", OBJECT_SIGNAL, FIELD_SIZE_SIGNAL, 0, REGION_WHOLE, "the whole SignalMessage"),
    REGION("signal.version", OBJECT_SIGNAL, FIELD_SIZE_FIXED, 1, REGION_VERSION,
           "the version byte: current version in the high half, least in the low"),
    REGION("signal.header", OBJECT_SIGNAL, FIELD_SIZE_HEADER, 0, REGION_HEADER,
           "everything before the ciphertext's first byte: version, tags and lengths too"),
    REGION("signal.protobuf", OBJECT_SIGNAL, FIELD_SIZE_PROTOBUF, 0, REGION_PROTOBUF,
           "everything between version and MAC"),
    BYTES("signal.ratchet-key", OBJECT_SIGNAL, 1, FIELD_SIZE_FIXED, SIGNAL_KEY_LEN,
          "the sender's current ratchet key"),
    NUMBER("signal.counter", OBJECT_SIGNAL, 2, "the message's number in its chain"),
    NUMBER("signal.previous-counter", OBJECT_SIGNAL, 3, "how many messages the chain before had"),
    BYTES("signal.ciphertext", OBJECT_SIGNAL, CIPHERTEXT_FIELD, FIELD_SIZE_CIPHERTEXT, 0,
          "the encrypted plaintext, whole blocks"),
    REGION("signal.mac", OBJECT_SIGNAL, FIELD_SIZE_FIXED, SIGNAL_MAC_LEN, REGION_MAC,
           "the first 8 bytes of the HMAC over both identity keys and the message"),
    REGION("prekey", OBJECT_PREKEY, FIELD_SIZE_VARIES, 0, REGION_WHOLE,
           "the whole PreKeySignalMessage"),
    REGION("prekey.version", OBJECT_PREKEY, FIELD_SIZE_FIXED, 1, REGION_VERSION,
           "its version byte"),
    REGION("prekey.protobuf", OBJECT_PREKEY, FIELD_SIZE_VARIES, 0, REGION_PROTOBUF,
           "everything behind its version byte"),
    NUMBER("prekey.one-time-prekey-id", OBJECT_PREKEY, 1, "which one-time prekey was used"),
    BYTES("prekey.base-key", OBJECT_PREKEY, 2, FIELD_SIZE_FIXED, SIGNAL_KEY_LEN,
          "the initiator's ephemeral key of X3DH"),
    BYTES("prekey.identity-key", OBJECT_PREKEY, 3, FIELD_SIZE_FIXED, SIGNAL_KEY_LEN,
          "the initiator's identity key"),
    BYTES("prekey.message", OBJECT_PREKEY, MESSAGE_FIELD, FIELD_SIZE_SIGNAL, 0,
          "the SignalMessage inside"),
    NUMBER("prekey.registration-id", OBJECT_PREKEY, 5, "the initiator's registration id"),
    NUMBER("prekey.signed-prekey-id", OBJECT_PREKEY, 6, "which signed prekey was used"),
    REGION("sender-key", OBJECT_SENDER_KEY, FIELD_SIZE_VARIES, 0, REGION_WHOLE,
           "a group's whole message"),
    REGION("sender-key.version", OBJECT_SENDER_KEY, FIELD_SIZE_FIXED, 1, REGION_VERSION,
           "a group message's version byte"),
    REGION("sender-key.protobuf", OBJECT_SENDER_KEY, FIELD_SIZE_VARIES, 0, REGION_PROTOBUF,
           "everything between version and signature"),
    NUMBER("sender-key.id", OBJECT_SENDER_KEY, 1, "which sender key was used"),
    NUMBER("sender-key.iteration", OBJECT_SENDER_KEY, 2,
           "the message's number in the sender's chain"),
    BYTES("sender-key.ciphertext", OBJECT_SENDER_KEY, 3, FIELD_SIZE_CIPHERTEXT, 0,
          "the encrypted plaintext of a group's message"),
    REGION("sender-key.signature", OBJECT_SENDER_KEY, FIELD_SIZE_FIXED, SIGNAL_SIGNATURE_LEN,
           REGION_MAC, "the signature over all before it"),
    REGION("distribution", OBJECT_DISTRIBUTION, FIELD_SIZE_VARIES, 0, REGION_WHOLE,
           "a whole distribution message"),
    REGION("distribution.version", OBJECT_DISTRIBUTION, FIELD_SIZE_FIXED, 1, REGION_VERSION,
           "a distribution message's version byte"),
    REGION("distribution.protobuf", OBJECT_DISTRIBUTION, FIELD_SIZE_VARIES, 0, REGION_PROTOBUF,
           "everything behind that version byte"),
    NUMBER("distribution.id", OBJECT_DISTRIBUTION, 1, "which sender key is distributed"),
    NUMBER("distribution.iteration", OBJECT_DISTRIBUTION, 2, "at which number the chain stands"),
    BYTES("distribution.chain-key", OBJECT_DISTRIBUTION, 3, FIELD_SIZE_FIXED, 32,
          "the chain key there"),
    BYTES("distribution.signing-key", OBJECT_DISTRIBUTION, 4, FIELD_SIZE_FIXED, SIGNAL_KEY_LEN,
          "the public key that verifies what is sent with it"),
    REGION("bundle", OBJECT_BUNDLE, FIELD_SIZE_VARIES, 0, REGION_WHOLE, "a whole prekey bundle"),
    NUMBER("bundle.registration-id", OBJECT_BUNDLE, 1, "its owner's registration id"),
    NUMBER("bundle.device", OBJECT_BUNDLE, 2, "its owner's device number"),
    BYTES("bundle.identity-key", OBJECT_BUNDLE, 3, FIELD_SIZE_FIXED, SIGNAL_KEY_LEN,
          "its owner's identity key"),
    NUMBER("bundle.signed-prekey-id", OBJECT_BUNDLE, 4, "the number of the signed prekey"),
    BYTES("bundle.signed-prekey", OBJECT_BUNDLE, 5, FIELD_SIZE_FIXED, SIGNAL_KEY_LEN,
          "the signed prekey"),
    BYTES("bundle.signature", OBJECT_BUNDLE, 6, FIELD_SIZE_FIXED, SIGNAL_SIGNATURE_LEN,
          "the identity key's signature over the signed prekey"),
    NUMBER("bundle.one-time-prekey-id", OBJECT_BUNDLE, 7, "the number of the one-time prekey"),
    BYTES("bundle.one-time-prekey", OBJECT_BUNDLE, 8, FIELD_SIZE_FIXED, SIGNAL_KEY_LEN,
          "the one-time prekey"),
    BYTES_V4("signal.pq-ratchet", OBJECT_SIGNAL, 5, FIELD_SIZE_VARIES, 0,
             "what the message says to SPQR: version, epoch, index, type, a chunk"),
    BYTES_V4("signal.addresses", OBJECT_SIGNAL, 6, FIELD_SIZE_FIXED, SIGNAL_ADDRESSES_LEN,
             "the sender's and the recipient's service id and device"),
    NUMBER_V4("prekey.kem-prekey-id", OBJECT_PREKEY, 7, "which KEM prekey was used"),
    BYTES_V4("prekey.kem-ciphertext", OBJECT_PREKEY, 8, FIELD_SIZE_FIXED, SIGNAL_KEM_WIRE_LEN,
             "the KEM's ciphertext, a type byte first"),
    NUMBER_V4("bundle.kem-prekey-id", OBJECT_BUNDLE, 9, "the number of the KEM prekey"),
    BYTES_V4("bundle.kem-prekey", OBJECT_BUNDLE, 10, FIELD_SIZE_FIXED, SIGNAL_KEM_WIRE_LEN,
             "the KEM prekey, a type byte first"),
    BYTES_V4("bundle.kem-signature", OBJECT_BUNDLE, 11, FIELD_SIZE_FIXED, SIGNAL_SIGNATURE_LEN,
             "the identity key's signature over the KEM prekey"),
    SPQR_NUMBER("signal.pq-epoch", REGION_SPQR_EPOCH,
                "which epoch the two sides agree on, in what the message says to SPQR"),
    SPQR_NUMBER("signal.pq-index", REGION_SPQR_INDEX,
                "which of SPQR's keys of the epoch before protects the message; from 1"),
    SPQR_NUMBER("signal.pq-type", REGION_SPQR_TYPE,
                "of what the message carries a chunk: 1 header, 2 and 3 key, 5 and 6 ciphertext; 0 "
                "and 4 carry none"),
    SPQR_NUMBER("signal.pq-chunk-index", REGION_SPQR_CHUNK_INDEX, "the chunk's number, from 0"),
    TABLE_ROW({"signal.pq-chunk", OBJECT_SIGNAL, 0, false, FIELD_SIZE_FIXED, SPQR_CHUNK_LEN,
               "the chunk's content"},
              REGION_SPQR_CHUNK, true),
};

/* Protobuf is read and edited here and in field_edit.c, which can do more to it than replace. */
static const struct field_table signal_fields = {entries, sizeof(entries[0]), COUNT_OF(entries),
                                                 NULL, NULL};

/* All tables; a new codec joins here. */
static const struct field_table *const tables[] = {&signal_fields, &content_fields, &stanza_fields,
                                                   &noise_fields,  &frame_fields,   &token_fields};

static const struct field_framing framings[N_OBJECT] = {
    [OBJECT_SIGNAL] = {1, SIGNAL_MAC_LEN},
    [OBJECT_PREKEY] = {1, 0},
    [OBJECT_SENDER_KEY] = {1, SIGNAL_SIGNATURE_LEN},
    [OBJECT_DISTRIBUTION] = {1, 0},
};

struct field_framing field_framing_of(enum object object) { return framings[object]; }

/* ---- names and sizes */

enum object object_of_kind(enum signal_kind kind)
{
    static const enum object objects[] = {
        [SIGNAL_KIND_NONE] = OBJECT_NONE,
        [SIGNAL_KIND_PREKEY] = OBJECT_PREKEY,
        [SIGNAL_KIND_MESSAGE] = OBJECT_SIGNAL,
        [SIGNAL_KIND_SENDER_KEY] = OBJECT_SENDER_KEY,
        [SIGNAL_KIND_DISTRIBUTION] = OBJECT_DISTRIBUTION,
    };
    return (unsigned)kind < COUNT_OF(objects) ? objects[kind] : OBJECT_NONE;
}

const struct field_entry *field_entry_of(const struct field *f)
{
    for (size_t i = 0; i < COUNT_OF(entries); i++)
        if (&entries[i].field == f)
            return &entries[i];
    return NULL;
}

static const struct field *row_of(const struct field_table *t, size_t i)
{
    return (const void *)((const char *)t->rows + i * t->size);
}

const struct field *field_at(size_t i)
{
    for (size_t k = 0; k < COUNT_OF(tables); i -= tables[k++]->count)
        if (i < tables[k]->count)
            return row_of(tables[k], i);
    return NULL;
}

const struct field_table *field_table_of(const struct field *f)
{
    for (size_t k = 0; k < COUNT_OF(tables); k++)
        for (size_t i = 0; i < tables[k]->count; i++)
            if (row_of(tables[k], i) == f)
                return tables[k];
    return NULL;
}

const struct field *field_find(const char *name)
{
    const struct field *f;
    for (size_t i = 0; name && (f = field_at(i)); i++)
        if (strcmp(f->name, name) == 0)
            return f;
    return NULL;
}

bool field_is_of_v4(const struct field *f)
{
    const struct field_entry *e = field_entry_of(f);
    return e && e->is_of_v4;
}

bool field_is_transient(const struct field *f)
{
    const struct field_entry *e = field_entry_of(f);
    bool is_signature = f->object == OBJECT_BUNDLE && f->fixed_len == SIGNAL_SIGNATURE_LEN;
    return e && (e->region == REGION_MAC || f->size == FIELD_SIZE_CIPHERTEXT || is_signature);
}

bool field_is_leaf(const struct field *f)
{
    const struct field_entry *e = field_entry_of(f);
    return e && (e->region == REGION_VERSION || e->region == REGION_MAC ||
                 (!e->region && f->size != FIELD_SIZE_SIGNAL));
}

bool object_is_of_client(enum object object) { return object >= OBJECT_CONTENT; }

static size_t varint_len(size_t value)
{
    size_t len = 1;
    while (value >>= 7)
        len++;
    return len;
}

size_t field_planned_len(const struct field *f, size_t plaintext_len)
{
    size_t ciphertext = (plaintext_len / 16 + 1) * 16;
    /* tag, length, key; two counters of one byte; tag and length of the ciphertext */
    size_t before = 2 + SIGNAL_KEY_LEN + 2 + 2 + 1 + varint_len(ciphertext);
    switch (f->size) {
    case FIELD_SIZE_FIXED:
        return f->fixed_len;
    case FIELD_SIZE_CIPHERTEXT:
        return ciphertext;
    case FIELD_SIZE_HEADER:
        return 1 + before;
    case FIELD_SIZE_PROTOBUF:
        return before + ciphertext;
    case FIELD_SIZE_SIGNAL:
        return 1 + before + ciphertext + SIGNAL_MAC_LEN;
    default:
        return 0;
    }
}

/* ---- where a field is */

static struct bytes protobuf_of(enum object object, struct bytes in)
{
    size_t around = framings[object].version_len + framings[object].authenticator_len;
    if (in.len < around)
        return bytes_of(NULL, 0);
    return bytes_slice(in, framings[object].version_len, in.len - around);
}

enum status field_parse_protobuf(enum object object, struct bytes in, struct pb_message *out)
{
    if (in.len < framings[object].version_len + framings[object].authenticator_len)
        return E_PARSE;
    return pb_parse(protobuf_of(object, in), out) ? E_PARSE : OK;
}

/* The object |f| belongs to: |in| itself, or what stands inside it. */
enum status field_find_place(const struct field *f, enum object object, struct bytes in,
                             struct field_place *out)
{
    struct pb_message m;
    *out = (struct field_place){in, 0};
    if (f->object == object)
        return OK;
    if (f->object != OBJECT_SIGNAL || object != OBJECT_PREKEY)
        return E_MISSING;
    enum status st = field_parse_protobuf(object, in, &m);
    const struct pb_field *inner = st ? NULL : pb_find(&m, MESSAGE_FIELD);
    if (st || !inner)
        return st ? st : E_MISSING;
    if (inner->type != PB_BYTES)
        return E_PARSE;
    out->bytes = inner->body;
    out->at = framings[object].version_len + inner->body_at;
    return OK;
}

/* Step over the varint at |*at|, ten bytes at most. */
static enum status skip_varint(struct bytes in, size_t *at)
{
    for (size_t n = 0; n < 10 && *at < in.len; n++)
        if (!(in.data[(*at)++] & 0x80))
            return OK;
    return E_MISSING;
}

/*
 * Within field 5: version, epoch, index, type, then, where there is one, a chunk's index and the
 * chunk. The type is a byte. Where it is too short for the part, the part is missing.
 */
static enum status locate_in_spqr(enum field_region region, struct bytes in, size_t *out_at,
                                  size_t *out_len)
{
    size_t at = in.len ? 1 : 0;
    for (enum field_region part = REGION_SPQR_EPOCH; part <= REGION_SPQR_CHUNK; part++) {
        *out_at = at;
        if (part == REGION_SPQR_TYPE || part == REGION_SPQR_CHUNK)
            at += part == REGION_SPQR_TYPE ? 1 : SPQR_CHUNK_LEN;
        else if (skip_varint(in, &at))
            return E_MISSING;
        *out_len = at - *out_at;
        if (at > in.len)
            return E_MISSING;
        if (part == region)
            return OK;
    }
    return E_MISSING;
}

bool field_region_is_of_spqr(enum field_region region) { return region >= REGION_SPQR_EPOCH; }

enum status field_locate_region(const struct field_entry *e, struct bytes in, size_t *out_at,
                                size_t *out_len)
{
    enum object object = e->field.object;
    size_t version = framings[object].version_len, tail = framings[object].authenticator_len;
    struct pb_message m;
    struct pb_field spqr;
    const struct pb_field *ciphertext;
    enum status st;
    *out_at = 0;
    *out_len = in.len;
    if (e->region != REGION_WHOLE && in.len < version + tail)
        return E_PARSE;
    switch (e->region) {
    case REGION_WHOLE:
        return OK;
    case REGION_VERSION:
        *out_len = version;
        return OK;
    case REGION_MAC:
        *out_at = in.len - tail;
        *out_len = tail;
        return OK;
    case REGION_PROTOBUF:
        *out_at = version;
        *out_len = in.len - version - tail;
        return OK;
    case REGION_HEADER:
        if (field_parse_protobuf(object, in, &m))
            return E_PARSE;
        ciphertext = pb_find(&m, CIPHERTEXT_FIELD);
        if (!ciphertext || ciphertext->type != PB_BYTES)
            return ciphertext ? E_PARSE : E_MISSING;
        *out_len = version + ciphertext->body_at;
        return OK;
    default: /* of SPQR */
        if ((st = field_locate_protobuf(field_find("signal.pq-ratchet"), in, &spqr)) ||
            (st = locate_in_spqr(e->region, spqr.body, out_at, out_len)))
            return st;
        *out_at += spqr.body_at;
        return OK;
    }
}

/* Sender keys' fields are one further where a distribution id, which is bytes, is the first. */
uint32_t field_number_here(const struct field *f, const struct pb_message *m)
{
    const struct pb_field *first = pb_find(m, 1);
    bool may_be_further = f->object == OBJECT_SENDER_KEY || f->object == OBJECT_DISTRIBUTION;
    return f->number + (may_be_further && first && first->type == PB_BYTES);
}

/* The protobuf field itself, with offsets in |in|. */
enum status field_locate_protobuf(const struct field *f, struct bytes in, struct pb_field *out)
{
    struct pb_message m;
    enum status st = field_parse_protobuf(f->object, in, &m);
    const struct pb_field *found = st ? NULL : pb_find(&m, field_number_here(f, &m));
    if (st || !found)
        return st ? st : E_MISSING;
    if (found->type != (f->is_number ? PB_VARINT : PB_BYTES))
        return E_PARSE;
    *out = *found;
    size_t version = framings[f->object].version_len;
    out->at += version;
    out->body_at += version;
    out->end += version;
    return OK;
}

enum status field_locate_in_place(const struct field_entry *e, struct bytes in, size_t *out_at,
                                  size_t *out_len)
{
    struct pb_field found;
    if (e->region)
        return field_locate_region(e, in, out_at, out_len);
    enum status st = field_locate_protobuf(&e->field, in, &found);
    *out_at = st ? 0 : found.body_at;
    *out_len = st ? 0 : found.end - found.body_at;
    return st;
}

enum status field_locate(const struct field *f, enum object object, struct bytes in, size_t *out_at,
                         size_t *out_len)
{
    struct field_place place;
    const struct field_entry *e = field_entry_of(f);
    *out_at = *out_len = 0;
    if (!e)
        return E_MISSING;
    enum status st = field_find_place(f, object, in, &place);
    if (!st)
        st = field_locate_in_place(e, place.bytes, out_at, out_len);
    if (st)
        *out_at = *out_len = 0;
    else
        *out_at += place.at;
    return st;
}

/* What a number within field 5 is; the type is one byte, and so a varint as long as it is known. */
static enum status spqr_number(const struct field_entry *e, struct bytes in, uint32_t *out)
{
    size_t at, len;
    enum status st = field_locate_region(e, in, &at, &len);
    uint64_t value = 0;
    for (size_t i = 0; !st && i < len; i++)
        value |= (uint64_t)(in.data[at + i] & (len == 1 ? 0xff : 0x7f)) << 7 * i;
    *out = (uint32_t)value;
    return st;
}

enum status field_number(const struct field *f, enum object object, struct bytes in, uint32_t *out)
{
    struct field_place place;
    struct pb_field found;
    const struct field_entry *e = f ? field_entry_of(f) : NULL;
    *out = 0;
    if (!e || !f->is_number)
        return E_MISSING;
    enum status st = field_find_place(f, object, in, &place);
    if (!st && e->region)
        return spqr_number(e, place.bytes, out);
    if (!st)
        st = field_locate_protobuf(f, place.bytes, &found);
    if (!st)
        *out = (uint32_t)found.value;
    return st;
}

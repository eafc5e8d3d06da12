#include "wire/field_internal.h"

#include <string.h>

#define MESSAGE_FIELD 4u    /* PreKeySignalMessage.message */
#define CIPHERTEXT_FIELD 4u /* SignalMessage.ciphertext */

/*
 * Every field there is, in the order in which they are listed to a person.
 * R: a region. N: a varint. B: bytes of a protobuf field.
 */
#define EACH_FIELD(R, N, B)                                                                        \
    R("signal", OBJECT_SIGNAL, FIELD_SIZE_SIGNAL, 0, REGION_WHOLE)                                 \
    R("signal.version", OBJECT_SIGNAL, FIELD_SIZE_FIXED, 1, REGION_VERSION)                        \
    R("signal.header", OBJECT_SIGNAL, FIELD_SIZE_HEADER, 0, REGION_HEADER)                         \
    R("signal.protobuf", OBJECT_SIGNAL, FIELD_SIZE_PROTOBUF, 0, REGION_PROTOBUF)                   \
    B("signal.ratchet-key", OBJECT_SIGNAL, 1, FIELD_SIZE_FIXED, SIGNAL_KEY_LEN)                    \
    N("signal.counter", OBJECT_SIGNAL, 2)                                                          \
    N("signal.previous-counter", OBJECT_SIGNAL, 3)                                                 \
    B("signal.ciphertext", OBJECT_SIGNAL, CIPHERTEXT_FIELD, FIELD_SIZE_CIPHERTEXT, 0)              \
    R("signal.mac", OBJECT_SIGNAL, FIELD_SIZE_FIXED, SIGNAL_MAC_LEN, REGION_MAC)                   \
    R("prekey", OBJECT_PREKEY, FIELD_SIZE_VARIES, 0, REGION_WHOLE)                                 \
    R("prekey.version", OBJECT_PREKEY, FIELD_SIZE_FIXED, 1, REGION_VERSION)                        \
    R("prekey.protobuf", OBJECT_PREKEY, FIELD_SIZE_VARIES, 0, REGION_PROTOBUF)                     \
    N("prekey.one-time-prekey-id", OBJECT_PREKEY, 1)                                               \
    B("prekey.base-key", OBJECT_PREKEY, 2, FIELD_SIZE_FIXED, SIGNAL_KEY_LEN)                       \
    B("prekey.identity-key", OBJECT_PREKEY, 3, FIELD_SIZE_FIXED, SIGNAL_KEY_LEN)                   \
    B("prekey.message", OBJECT_PREKEY, MESSAGE_FIELD, FIELD_SIZE_SIGNAL, 0)                        \
    N("prekey.registration-id", OBJECT_PREKEY, 5)                                                  \
    N("prekey.signed-prekey-id", OBJECT_PREKEY, 6)                                                 \
    R("sender-key", OBJECT_SENDER_KEY, FIELD_SIZE_VARIES, 0, REGION_WHOLE)                         \
    R("sender-key.version", OBJECT_SENDER_KEY, FIELD_SIZE_FIXED, 1, REGION_VERSION)                \
    R("sender-key.protobuf", OBJECT_SENDER_KEY, FIELD_SIZE_VARIES, 0, REGION_PROTOBUF)             \
    N("sender-key.id", OBJECT_SENDER_KEY, 1)                                                       \
    N("sender-key.iteration", OBJECT_SENDER_KEY, 2)                                                \
    B("sender-key.ciphertext", OBJECT_SENDER_KEY, 3, FIELD_SIZE_CIPHERTEXT, 0)                     \
    R("sender-key.signature", OBJECT_SENDER_KEY, FIELD_SIZE_FIXED, SIGNAL_SIGNATURE_LEN,           \
      REGION_MAC)                                                                                  \
    R("distribution", OBJECT_DISTRIBUTION, FIELD_SIZE_VARIES, 0, REGION_WHOLE)                     \
    R("distribution.version", OBJECT_DISTRIBUTION, FIELD_SIZE_FIXED, 1, REGION_VERSION)            \
    R("distribution.protobuf", OBJECT_DISTRIBUTION, FIELD_SIZE_VARIES, 0, REGION_PROTOBUF)         \
    N("distribution.id", OBJECT_DISTRIBUTION, 1)                                                   \
    N("distribution.iteration", OBJECT_DISTRIBUTION, 2)                                            \
    B("distribution.chain-key", OBJECT_DISTRIBUTION, 3, FIELD_SIZE_FIXED, 32)                      \
    B("distribution.signing-key", OBJECT_DISTRIBUTION, 4, FIELD_SIZE_FIXED, SIGNAL_KEY_LEN)        \
    R("bundle", OBJECT_BUNDLE, FIELD_SIZE_VARIES, 0, REGION_WHOLE)                                 \
    N("bundle.registration-id", OBJECT_BUNDLE, 1)                                                  \
    N("bundle.device", OBJECT_BUNDLE, 2)                                                           \
    B("bundle.identity-key", OBJECT_BUNDLE, 3, FIELD_SIZE_FIXED, SIGNAL_KEY_LEN)                   \
    N("bundle.signed-prekey-id", OBJECT_BUNDLE, 4)                                                 \
    B("bundle.signed-prekey", OBJECT_BUNDLE, 5, FIELD_SIZE_FIXED, SIGNAL_KEY_LEN)                  \
    B("bundle.signature", OBJECT_BUNDLE, 6, FIELD_SIZE_FIXED, SIGNAL_SIGNATURE_LEN)                \
    N("bundle.one-time-prekey-id", OBJECT_BUNDLE, 7)                                               \
    B("bundle.one-time-prekey", OBJECT_BUNDLE, 8, FIELD_SIZE_FIXED, SIGNAL_KEY_LEN)

#define REGION_ENTRY(name, object, size, len, region) {{name, object, 0, false, size, len}, region},
#define NUMBER_ENTRY(name, object, number)                                                         \
    {{name, object, number, true, FIELD_SIZE_VARIES, 0}, REGION_NONE},
#define BYTES_ENTRY(name, object, number, size, len)                                               \
    {{name, object, number, false, size, len}, REGION_NONE},
#define NAME(name, ...) name,

static const struct field_entry entries[] = {EACH_FIELD(REGION_ENTRY, NUMBER_ENTRY, BYTES_ENTRY)};
static const char *const names[] = {EACH_FIELD(NAME, NAME, NAME)};

#undef NAME
#undef BYTES_ENTRY
#undef NUMBER_ENTRY
#undef REGION_ENTRY
#define N_ENTRIES (sizeof(entries) / sizeof(entries[0]))

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
    return (unsigned)kind < sizeof(objects) / sizeof(objects[0]) ? objects[kind] : OBJECT_NONE;
}

const struct field_entry *field_entry_of(const struct field *f)
{
    for (size_t i = 0; i < N_ENTRIES; i++)
        if (&entries[i].field == f)
            return &entries[i];
    return NULL;
}

const struct field *field_find(const char *name)
{
    for (size_t i = 0; name && i < N_ENTRIES; i++)
        if (strcmp(entries[i].field.name, name) == 0)
            return &entries[i].field;
    return NULL;
}

const char *const *field_names(size_t *out_count)
{
    *out_count = N_ENTRIES;
    return names;
}

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

enum status field_locate_region(const struct field_entry *e, struct bytes in, size_t *out_at,
                                size_t *out_len)
{
    enum object object = e->field.object;
    size_t version = framings[object].version_len, tail = framings[object].authenticator_len;
    struct pb_message m;
    const struct pb_field *ciphertext;
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
    default: /* REGION_HEADER */
        if (field_parse_protobuf(object, in, &m))
            return E_PARSE;
        ciphertext = pb_find(&m, CIPHERTEXT_FIELD);
        if (!ciphertext || ciphertext->type != PB_BYTES)
            return ciphertext ? E_PARSE : E_MISSING;
        *out_len = version + ciphertext->body_at;
        return OK;
    }
}

/* The protobuf field itself, with offsets in |in|. */
enum status field_locate_protobuf(const struct field *f, struct bytes in, struct pb_field *out)
{
    struct pb_message m;
    enum status st = field_parse_protobuf(f->object, in, &m);
    const struct pb_field *found = st ? NULL : pb_find(&m, f->number);
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

enum status field_number(const struct field *f, enum object object, struct bytes in, uint32_t *out)
{
    struct field_place place;
    struct pb_field found;
    *out = 0;
    if (!f || !f->is_number)
        return E_MISSING;
    enum status st = field_find_place(f, object, in, &place);
    if (!st)
        st = field_locate_protobuf(f, place.bytes, &found);
    if (!st)
        *out = (uint32_t)found.value;
    return st;
}

#include "wire/field.h"

#include "wire/pb.h"

#include <string.h>

#define MESSAGE_FIELD 4u /* PreKeySignalMessage.message */
#define WORK_MAX (4u * 1024u * 1024u)

/* A region is not a protobuf field but a stretch of the encoded object. */
enum region { REGION_NONE = 0, REGION_WHOLE, REGION_VERSION, REGION_MAC, REGION_HEADER, REGION_PROTOBUF };

struct entry {
    struct field field;
    enum region region;
};

#define NUMBER(name, object, number)                                                               \
    {{name, object, number, true, FIELD_SIZE_VARIES, 0}, REGION_NONE}
#define BYTES(name, object, number, len)                                                           \
    {{name, object, number, false, len ? FIELD_SIZE_FIXED : FIELD_SIZE_VARIES, len}, REGION_NONE}
#define REGION(name, object, size, len, region)                                                    \
    {{name, object, 0, false, size, len}, region}

static const struct entry entries[] = {
    REGION("signal", OBJECT_SIGNAL, FIELD_SIZE_SIGNAL, 0, REGION_WHOLE),
    REGION("signal.version", OBJECT_SIGNAL, FIELD_SIZE_FIXED, 1, REGION_VERSION),
    REGION("signal.header", OBJECT_SIGNAL, FIELD_SIZE_HEADER, 0, REGION_HEADER),
    REGION("signal.protobuf", OBJECT_SIGNAL, FIELD_SIZE_PROTOBUF, 0, REGION_PROTOBUF),
    BYTES("signal.ratchet-key", OBJECT_SIGNAL, 1, SIGNAL_KEY_LEN),
    NUMBER("signal.counter", OBJECT_SIGNAL, 2),
    NUMBER("signal.previous-counter", OBJECT_SIGNAL, 3),
    {{"signal.ciphertext", OBJECT_SIGNAL, 4, false, FIELD_SIZE_CIPHERTEXT, 0}, REGION_NONE},
    REGION("signal.mac", OBJECT_SIGNAL, FIELD_SIZE_FIXED, SIGNAL_MAC_LEN, REGION_MAC),

    REGION("prekey", OBJECT_PREKEY, FIELD_SIZE_VARIES, 0, REGION_WHOLE),
    REGION("prekey.version", OBJECT_PREKEY, FIELD_SIZE_FIXED, 1, REGION_VERSION),
    REGION("prekey.protobuf", OBJECT_PREKEY, FIELD_SIZE_VARIES, 0, REGION_PROTOBUF),
    NUMBER("prekey.one-time-prekey-id", OBJECT_PREKEY, 1),
    BYTES("prekey.base-key", OBJECT_PREKEY, 2, SIGNAL_KEY_LEN),
    BYTES("prekey.identity-key", OBJECT_PREKEY, 3, SIGNAL_KEY_LEN),
    {{"prekey.message", OBJECT_PREKEY, MESSAGE_FIELD, false, FIELD_SIZE_SIGNAL, 0}, REGION_NONE},
    NUMBER("prekey.registration-id", OBJECT_PREKEY, 5),
    NUMBER("prekey.signed-prekey-id", OBJECT_PREKEY, 6),

    REGION("sender-key", OBJECT_SENDER_KEY, FIELD_SIZE_VARIES, 0, REGION_WHOLE),
    REGION("sender-key.version", OBJECT_SENDER_KEY, FIELD_SIZE_FIXED, 1, REGION_VERSION),
    REGION("sender-key.protobuf", OBJECT_SENDER_KEY, FIELD_SIZE_VARIES, 0, REGION_PROTOBUF),
    NUMBER("sender-key.id", OBJECT_SENDER_KEY, 1),
    NUMBER("sender-key.iteration", OBJECT_SENDER_KEY, 2),
    {{"sender-key.ciphertext", OBJECT_SENDER_KEY, 3, false, FIELD_SIZE_CIPHERTEXT, 0}, REGION_NONE},
    REGION("sender-key.signature", OBJECT_SENDER_KEY, FIELD_SIZE_FIXED, SIGNAL_SIGNATURE_LEN,
           REGION_MAC),

    REGION("distribution", OBJECT_DISTRIBUTION, FIELD_SIZE_VARIES, 0, REGION_WHOLE),
    REGION("distribution.version", OBJECT_DISTRIBUTION, FIELD_SIZE_FIXED, 1, REGION_VERSION),
    REGION("distribution.protobuf", OBJECT_DISTRIBUTION, FIELD_SIZE_VARIES, 0, REGION_PROTOBUF),
    NUMBER("distribution.id", OBJECT_DISTRIBUTION, 1),
    NUMBER("distribution.iteration", OBJECT_DISTRIBUTION, 2),
    BYTES("distribution.chain-key", OBJECT_DISTRIBUTION, 3, 32),
    BYTES("distribution.signing-key", OBJECT_DISTRIBUTION, 4, SIGNAL_KEY_LEN),

    REGION("bundle", OBJECT_BUNDLE, FIELD_SIZE_VARIES, 0, REGION_WHOLE),
    NUMBER("bundle.registration-id", OBJECT_BUNDLE, 1),
    NUMBER("bundle.device", OBJECT_BUNDLE, 2),
    BYTES("bundle.identity-key", OBJECT_BUNDLE, 3, SIGNAL_KEY_LEN),
    NUMBER("bundle.signed-prekey-id", OBJECT_BUNDLE, 4),
    BYTES("bundle.signed-prekey", OBJECT_BUNDLE, 5, SIGNAL_KEY_LEN),
    BYTES("bundle.signature", OBJECT_BUNDLE, 6, SIGNAL_SIGNATURE_LEN),
    NUMBER("bundle.one-time-prekey-id", OBJECT_BUNDLE, 7),
    BYTES("bundle.one-time-prekey", OBJECT_BUNDLE, 8, SIGNAL_KEY_LEN),
};
#undef NUMBER
#undef BYTES
#undef REGION
#define N_ENTRIES (sizeof(entries) / sizeof(entries[0]))

/* How an object of each kind is framed around its protobuf. */
static const struct {
    size_t version_len;
    size_t authenticator_len;
} frames[N_OBJECT] = {
    [OBJECT_SIGNAL] = {1, SIGNAL_MAC_LEN},
    [OBJECT_PREKEY] = {1, 0},
    [OBJECT_SENDER_KEY] = {1, SIGNAL_SIGNATURE_LEN},
    [OBJECT_DISTRIBUTION] = {1, 0},
};

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

static const struct entry *entry_of(const struct field *f)
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
    static const char *names[N_ENTRIES];
    for (size_t i = 0; i < N_ENTRIES; i++)
        names[i] = entries[i].field.name;
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

/* A stretch of the object |in|: the object itself, or the SignalMessage inside a prekey message. */
struct place {
    struct bytes bytes;
    size_t at; /* of bytes in |in| */
};

static struct bytes protobuf_of(enum object object, struct bytes in)
{
    size_t around = frames[object].version_len + frames[object].authenticator_len;
    if (in.len < around)
        return bytes_of(NULL, 0);
    return bytes_slice(in, frames[object].version_len, in.len - around);
}

static enum status parse_protobuf(enum object object, struct bytes in, struct pb_message *out)
{
    if (in.len < frames[object].version_len + frames[object].authenticator_len)
        return E_PARSE;
    return pb_parse(protobuf_of(object, in), out) ? E_PARSE : OK;
}

/* The object |f| belongs to: |in| itself, or what stands inside it. */
static enum status find_place(const struct field *f, enum object object, struct bytes in,
                              struct place *out)
{
    struct pb_message m;
    *out = (struct place){in, 0};
    if (f->object == object)
        return OK;
    if (f->object != OBJECT_SIGNAL || object != OBJECT_PREKEY)
        return E_MISSING;
    enum status st = parse_protobuf(object, in, &m);
    const struct pb_field *inner = st ? NULL : pb_find(&m, MESSAGE_FIELD);
    if (st || !inner || inner->type != PB_BYTES)
        return st ? st : E_MISSING;
    out->bytes = inner->body;
    out->at = frames[object].version_len + inner->body_at;
    return OK;
}

static enum status locate_region(const struct entry *e, struct bytes in, size_t *out_at,
                                 size_t *out_len)
{
    enum object object = e->field.object;
    size_t version = frames[object].version_len, tail = frames[object].authenticator_len;
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
        if (parse_protobuf(object, in, &m))
            return E_PARSE;
        ciphertext = pb_find(&m, 4);
        if (!ciphertext || ciphertext->type != PB_BYTES)
            return E_MISSING;
        *out_len = version + ciphertext->body_at;
        return OK;
    }
}

/* The protobuf field itself, with offsets in |in|. */
static enum status locate_field(const struct field *f, struct bytes in, struct pb_field *out)
{
    struct pb_message m;
    enum status st = parse_protobuf(f->object, in, &m);
    const struct pb_field *found = st ? NULL : pb_find(&m, f->number);
    if (st || !found)
        return st ? st : E_MISSING;
    if (found->type != (f->is_number ? PB_VARINT : PB_BYTES))
        return E_PARSE;
    *out = *found;
    size_t version = frames[f->object].version_len;
    out->at += version;
    out->body_at += version;
    out->end += version;
    return OK;
}

static enum status locate_in_place(const struct entry *e, struct bytes in, size_t *out_at,
                                   size_t *out_len)
{
    struct pb_field found;
    if (e->region)
        return locate_region(e, in, out_at, out_len);
    enum status st = locate_field(&e->field, in, &found);
    *out_at = st ? 0 : found.body_at;
    *out_len = st ? 0 : found.end - found.body_at;
    return st;
}

enum status field_locate(const struct field *f, enum object object, struct bytes in,
                         size_t *out_at, size_t *out_len)
{
    struct place place;
    const struct entry *e = entry_of(f);
    *out_at = *out_len = 0;
    if (!e)
        return E_MISSING;
    enum status st = find_place(f, object, in, &place);
    if (!st)
        st = locate_in_place(e, place.bytes, out_at, out_len);
    *out_at += st ? 0 : place.at;
    return st;
}

enum status field_number(const struct field *f, enum object object, struct bytes in, uint32_t *out)
{
    struct place place;
    struct pb_field found;
    *out = 0;
    if (!f->is_number)
        return E_MISSING;
    enum status st = find_place(f, object, in, &place);
    if (!st)
        st = locate_field(f, place.bytes, &found);
    if (!st)
        *out = (uint32_t)found.value;
    return st;
}

/* ---- edits. Each writes the whole bent object of |f|'s own kind. */

struct bending {
    const struct entry *e;
    struct bytes in;
    const struct edit *edit;
    struct buffer *out;
};

static void put(struct bending *b, size_t from, size_t to)
{
    buffer_append(b->out, bytes_slice(b->in, from, to - from));
}

static enum status splice_region(struct bending *b, size_t at, size_t len, struct bytes content)
{
    put(b, 0, at);
    buffer_append(b->out, content);
    put(b, at + len, b->in.len);
    return buffer_status(b->out);
}

/* Replace a field, tag and all, by one with |content|. */
static enum status splice_field(struct bending *b, struct bytes content)
{
    struct pb_field f;
    enum status st = locate_field(&b->e->field, b->in, &f);
    if (st)
        return st;
    put(b, 0, f.at);
    pb_put_bytes(b->out, b->e->field.number, content);
    put(b, f.end, b->in.len);
    return buffer_status(b->out);
}

/* Put |content| where the field's content was: a region raw, a field with its length. */
static enum status replace(struct bending *b, struct bytes content)
{
    size_t at, len;
    if (!b->e->region)
        return b->e->field.is_number ? E_MISSING : splice_field(b, content);
    enum status st = locate_region(b->e, b->in, &at, &len);
    return st ? st : splice_region(b, at, len, content);
}

static enum status content_of(struct bending *b, struct bytes *out)
{
    size_t at, len;
    enum status st = locate_in_place(b->e, b->in, &at, &len);
    *out = st ? bytes_of(NULL, 0) : bytes_slice(b->in, at, len);
    return st;
}

static enum status edit_flip(struct bending *b)
{
    size_t at, len;
    enum status st = locate_in_place(b->e, b->in, &at, &len);
    if (st)
        return st;
    if (b->edit->n / 8 >= len)
        return E_MISSING;
    put(b, 0, b->in.len);
    if (!buffer_status(b->out))
        b->out->data[at + b->edit->n / 8] ^= (uint8_t)(1u << (b->edit->n % 8));
    return buffer_status(b->out);
}

/* An absent field is put at the end, where encoders in number order need not have it: that is a bend, too. */
static enum status edit_set(struct bending *b)
{
    enum status st = replace(b, b->edit->bytes);
    if (st != E_MISSING || b->e->region || b->e->field.is_number)
        return st;
    size_t end = b->in.len - frames[b->e->field.object].authenticator_len;
    buffer_clear(b->out);
    put(b, 0, end);
    pb_put_bytes(b->out, b->e->field.number, b->edit->bytes);
    put(b, end, b->in.len);
    return buffer_status(b->out);
}

static enum status put_number(struct bending *b, uint64_t value, size_t min_len)
{
    struct pb_field f;
    if (!b->e->field.is_number)
        return E_MISSING;
    enum status st = locate_field(&b->e->field, b->in, &f);
    size_t end = b->in.len - frames[b->e->field.object].authenticator_len;
    if (st && st != E_MISSING)
        return st;
    put(b, 0, st ? end : f.at);
    pb_put_raw_varint(b->out, (uint64_t)b->e->field.number << 3, 1);
    pb_put_raw_varint(b->out, value, min_len);
    put(b, st ? end : f.end, b->in.len);
    return buffer_status(b->out);
}

static enum status edit_set_number(struct bending *b)
{
    return put_number(b, b->edit->n, 1);
}

static enum status edit_long_varint(struct bending *b)
{
    struct pb_field f;
    enum status st = locate_field(&b->e->field, b->in, &f);
    return st ? st : put_number(b, f.value, (size_t)b->edit->n);
}

static enum status edit_remove(struct bending *b)
{
    struct pb_field f;
    if (b->e->region)
        return replace(b, bytes_of(NULL, 0));
    enum status st = locate_field(&b->e->field, b->in, &f);
    return st ? st : splice_region(b, f.at, f.end - f.at, bytes_of(NULL, 0));
}

static enum status keep_bytes(struct bending *b, bool is_cut)
{
    struct bytes content;
    enum status st = content_of(b, &content);
    if (st)
        return st;
    if (b->edit->n > content.len)
        return E_MISSING;
    size_t kept = is_cut ? content.len - (size_t)b->edit->n : (size_t)b->edit->n;
    return replace(b, bytes_slice(content, 0, kept));
}

static enum status edit_cut(struct bending *b)
{
    return keep_bytes(b, true);
}

static enum status edit_keep(struct bending *b)
{
    return keep_bytes(b, false);
}

static enum status edit_append(struct bending *b)
{
    struct bytes content;
    struct buffer longer;
    enum status st = content_of(b, &content);
    if (st)
        return st;
    buffer_init(&longer, WORK_MAX);
    buffer_append(&longer, content);
    buffer_append(&longer, b->edit->bytes);
    st = buffer_status(&longer);
    if (!st)
        st = replace(b, buffer_bytes(&longer));
    buffer_fini(&longer);
    return st;
}

static enum status edit_duplicate(struct bending *b)
{
    struct pb_field f;
    if (b->e->region)
        return E_MISSING;
    enum status st = locate_field(&b->e->field, b->in, &f);
    if (st)
        return st;
    put(b, 0, f.end);
    if (b->e->field.is_number)
        pb_put_varint(b->out, b->e->field.number, b->edit->n);
    else
        pb_put_bytes(b->out, b->e->field.number, b->edit->bytes);
    put(b, f.end, b->in.len);
    return buffer_status(b->out);
}

static enum status edit_unknown(struct bending *b)
{
    enum object object = b->e->field.object;
    if (b->edit->n == 0 || b->edit->n > UINT32_MAX >> 3 ||
        b->in.len < frames[object].version_len + frames[object].authenticator_len)
        return E_MISSING;
    size_t end = b->in.len - frames[object].authenticator_len;
    put(b, 0, end);
    pb_put_bytes(b->out, (uint32_t)b->edit->n, b->edit->bytes);
    put(b, end, b->in.len);
    return buffer_status(b->out);
}

static enum status edit_reverse(struct bending *b)
{
    enum object object = b->e->field.object;
    struct pb_message m;
    enum status st = parse_protobuf(object, b->in, &m);
    if (st)
        return st;
    size_t version = frames[object].version_len;
    put(b, 0, version);
    for (size_t i = m.count; i-- > 0;)
        put(b, version + m.fields[i].at, version + m.fields[i].end);
    put(b, b->in.len - frames[object].authenticator_len, b->in.len);
    return buffer_status(b->out);
}

static enum status (*const edits[])(struct bending *) = {
    [EDIT_FLIP_BIT] = edit_flip,      [EDIT_SET] = edit_set,
    [EDIT_SET_NUMBER] = edit_set_number, [EDIT_REMOVE] = edit_remove,
    [EDIT_CUT] = edit_cut,            [EDIT_KEEP] = edit_keep,
    [EDIT_APPEND] = edit_append,      [EDIT_DUPLICATE] = edit_duplicate,
    [EDIT_UNKNOWN] = edit_unknown,    [EDIT_REVERSE] = edit_reverse,
    [EDIT_LONG_VARINT] = edit_long_varint,
};

static bool is_known_edit(enum edit_what what)
{
    return (size_t)what < sizeof(edits) / sizeof(edits[0]) && edits[what];
}

/* Put a bent SignalMessage back into its prekey message, with the length written anew. */
static enum status wrap(struct bytes in, struct bytes inner, struct buffer *out)
{
    struct bending outer = {.e = entry_of(field_find("prekey.message")), .in = in, .out = out};
    return splice_field(&outer, inner);
}

enum status field_edit(const struct field *f, enum object object, struct bytes in,
                       const struct edit *edit, struct buffer *out)
{
    struct place place;
    struct buffer bent;
    const struct entry *e = entry_of(f);
    buffer_clear(out);
    if (!e || !is_known_edit(edit->what))
        return E_MISSING;
    enum status st = find_place(f, object, in, &place);
    if (st)
        return st;
    buffer_init(&bent, WORK_MAX);
    struct bending b = {.e = e, .in = place.bytes, .edit = edit, .out = &bent};
    st = edits[edit->what](&b);
    if (!st && f->object == object)
        st = buffer_append(out, buffer_bytes(&bent));
    else if (!st)
        st = wrap(in, buffer_bytes(&bent), out);
    buffer_fini(&bent);
    return st;
}

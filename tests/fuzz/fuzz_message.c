/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Any bytes as any kind of message or bundle: decoded, every field located, and edited in every
 * way. The first byte chooses the kind, the second the edit.
 */
#include "wire/field.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void decode(enum object object, struct bytes in)
{
    struct signal_message message;
    struct prekey_message prekey;
    struct sender_key_message sender_key;
    struct distribution_message distribution;
    struct signal_bundle bundle;
    enum status st = OK;
    if (object == OBJECT_SIGNAL)
        st = signal_message_decode(in, &message);
    else if (object == OBJECT_PREKEY)
        st = prekey_message_decode(in, &prekey);
    else if (object == OBJECT_SENDER_KEY)
        st = sender_key_message_decode(in, &sender_key);
    else if (object == OBJECT_DISTRIBUTION)
        st = distribution_message_decode(in, &distribution);
    else
        st = signal_bundle_decode(in, &bundle);
    (void)st;
}

static void edit_field(const struct field *f, enum object object, struct bytes in, uint8_t choice,
                       struct buffer *out)
{
    static const uint8_t content[] = {5, 1, 2, 3};
    size_t at, len;
    uint32_t number;
    struct edit edit = {.what = (enum edit_what)(choice % (EDIT_LONG_VARINT + 1)),
                        .n = choice / (EDIT_LONG_VARINT + 1),
                        .bytes = bytes_of(content, sizeof(content))};
    if (field_locate(f, object, in, &at, &len) == OK && (at > in.len || len > in.len - at))
        __builtin_trap();
    if (field_number(f, object, in, &number) == OK && !f->is_number)
        __builtin_trap();
    enum status st = field_edit(f, object, in, &edit, out);
    (void)st;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct field *f;
    struct buffer out;
    if (size < 2)
        return 0;
    enum object object = (enum object)(1 + data[0] % (N_OBJECT - 1));
    struct bytes in = bytes_of(data + 2, size - 2);
    decode(object, in);
    buffer_init(&out, (size_t)1024 * 1024);
    for (size_t i = 0; (f = field_at(i)); i++)
        edit_field(f, object, in, data[1], &out);
    buffer_fini(&out);
    return 0;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Bytes from a hostile target: every truncation of valid messages and 100,000 broken copies go
 * through every decoder, and a field of each is looked for and bent. What is found lies within what
 * was received, and nothing reads past it: copies have exactly their length, for AddressSanitizer.
 */
#include "mutate.h"
#include "sample.h"
#include "wire/frame.h"

#include <string.h>

#define MUTATIONS 20000u /* of each of five objects */
#define EDITED_MAX 8192u

static void is_within(struct bytes view, struct bytes in)
{
    if (view.len == 0)
        return;
    assert_true(view.data >= in.data && view.data <= in.data + in.len);
    assert_true(view.len <= (size_t)(in.data + in.len - view.data));
}

static void decode_message(struct bytes in)
{
    struct signal_message m;
    if (signal_message_decode(in, &m))
        return;
    is_within(m.ratchet_key, in);
    is_within(m.ciphertext, in);
    assert_int_equal(m.mac.len, SIGNAL_MAC_LEN);
    assert_int_equal(m.authenticated.len + m.mac.len, in.len);
    is_within(m.mac, in);
    is_within(m.authenticated, in);
}

static void decode_prekey(struct bytes in)
{
    struct prekey_message m;
    if (prekey_message_decode(in, &m))
        return;
    is_within(m.base_key, in);
    is_within(m.identity_key, in);
    is_within(m.message, in);
    decode_message(m.message);
}

static void decode_group(struct bytes in)
{
    struct sender_key_message m;
    struct distribution_message d;
    if (!sender_key_message_decode(in, &m)) {
        is_within(m.ciphertext, in);
        assert_int_equal(m.signature.len, SIGNAL_SIGNATURE_LEN);
        assert_int_equal(m.authenticated.len + m.signature.len, in.len);
    }
    if (!distribution_message_decode(in, &d)) {
        is_within(d.chain_key, in);
        is_within(d.signing_key, in);
    }
}

static void decode_bundle(struct bytes in)
{
    struct signal_bundle b;
    if (signal_bundle_decode(in, &b))
        return;
    is_within(b.identity_key, in);
    is_within(b.signed_prekey, in);
    is_within(b.signature, in);
    is_within(b.one_time_prekey, in);
}

static void decode_frame(struct bytes in)
{
    for (size_t length_size = 2; length_size <= 4; length_size++) {
        struct bytes payload;
        size_t used;
        if (frame_decode(in, length_size, 1024, &payload, &used))
            continue;
        assert_true(used <= in.len && payload.len <= 1024);
        is_within(payload, in);
    }
}

static void decode_all(struct bytes in)
{
    decode_message(in);
    decode_prekey(in);
    decode_group(in);
    decode_bundle(in);
    decode_frame(in);
}

static void locate_and_mutation(struct random *r, const char *name, enum object object,
                                struct bytes in, struct buffer *out)
{
    static const uint8_t content[] = {5, 1, 2, 3};
    const struct field *f = field_find(name);
    size_t at, len;
    uint32_t number;
    struct edit edit = {.what = (enum edit_what)below(r, EDIT_LONG_VARINT + 1),
                        .n = below(r, 40),
                        .bytes = bytes_of(content, sizeof(content))};
    if (field_locate(f, object, in, &at, &len) == OK)
        assert_true(at <= in.len && len <= in.len - at);
    else
        assert_true(at == 0 && len == 0);
    if (field_number(f, object, in, &number) == OK)
        assert_true(f->is_number);
    if (field_edit(f, object, in, &edit, out) == OK)
        assert_true(out->len <= in.len + 32);
}

static void every_truncation(void **state)
{
    const enum object *object = *state;
    const struct field *f;
    struct bytes whole = sample(sample_hex(*object));
    struct random r;
    struct buffer out;
    buffer_init(&out, EDITED_MAX);
    assert_int_equal(random_init(&r, bytes_of_text("wire"), "truncation"), OK);
    for (size_t len = 0; len < whole.len; len++) {
        uint8_t *copy = test_malloc(len ? len : 1);
        memcpy(copy, whole.data, len);
        decode_all(bytes_of(copy, len));
        for (size_t i = 0; (f = field_at(i)); i++)
            locate_and_mutation(&r, f->name, *object, bytes_of(copy, len), &out);
        test_free(copy);
    }
    buffer_fini(&out);
    sample_free(whole);
}

static void broken_copies(void **state)
{
    const enum object *object = *state;
    const struct field *f;
    size_t n = 0;
    while (field_at(n))
        n++;
    struct bytes whole = sample(sample_hex(*object));
    struct random r;
    struct buffer out;
    buffer_init(&out, EDITED_MAX);
    assert_int_equal(random_init(&r, bytes_of_text("wire"), sample_hex(*object)), OK);
    for (unsigned i = 0; i < MUTATIONS; i++) {
        struct bytes broken = mutated(&r, whole);
        decode_all(broken);
        f = field_at(below(&r, (uint32_t)n));
        locate_and_mutation(&r, f->name, *object, broken, &out);
        sample_free(broken);
    }
    buffer_fini(&out);
    sample_free(whole);
}

/* A truncated message never decodes as its own kind, except a bundle that ends after a field. */
static void no_truncated_message_decodes(void **state)
{
    (void)state;
    struct bytes prekey = sample(PREKEY), message = sample(SIGNAL);
    struct signal_message m;
    struct prekey_message p;
    for (size_t len = 0; len < message.len; len++)
        assert_int_equal(signal_message_decode(bytes_slice(message, 0, len), &m), E_PARSE);
    for (size_t len = 0; len < prekey.len; len++)
        assert_int_equal(prekey_message_decode(bytes_slice(prekey, 0, len), &p), E_PARSE);
    sample_free(message);
    sample_free(prekey);
}

int main(void)
{
    static enum object objects[] = {OBJECT_SIGNAL, OBJECT_PREKEY, OBJECT_SENDER_KEY,
                                    OBJECT_DISTRIBUTION, OBJECT_BUNDLE};
    static const char *const names[][2] = {
        {"every truncation of a message", "broken copies of a message"},
        {"every truncation of a prekey message", "broken copies of a prekey message"},
        {"every truncation of a group message", "broken copies of a group message"},
        {"every truncation of a distribution message", "broken copies of a distribution message"},
        {"every truncation of a bundle", "broken copies of a bundle"},
    };
    struct CMUnitTest tests[11];
    size_t n = 0;
    for (size_t i = 0; i < 5; i++) {
        tests[n++] = (struct CMUnitTest){names[i][0], every_truncation, NULL, NULL, &objects[i]};
        tests[n++] = (struct CMUnitTest){names[i][1], broken_copies, NULL, NULL, &objects[i]};
    }
    tests[n++] = (struct CMUnitTest)cmocka_unit_test(no_truncated_message_decodes);
    return _cmocka_run_group_tests("hostile bytes", tests, n, NULL, NULL);
}

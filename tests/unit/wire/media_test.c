/* SPDX-License-Identifier: GPL-3.0-or-later */
/* wire/media: the page's worked values, blobs in parts of any size, and whatever can be wrong. */
#include "wire/media.h"
#include "base/crypto.h"
#include "support/hex.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define BLOB_MAX (1u << 16)

static struct media_keys image_keys(void)
{
    struct media_keys keys;
    uint8_t media_key[MEDIA_KEY_LEN];
    for (unsigned i = 0; i < sizeof(media_key); i++)
        media_key[i] = (uint8_t)i;
    assert_int_equal(media_expand(media_key, bytes_of_text("WhatsApp Image Keys"), &keys), OK);
    return keys;
}

/* |plaintext| sealed, |part| bytes at a time. */
static void seal(struct bytes plaintext, size_t part, struct buffer *blob,
                 struct media_digests *digests)
{
    struct media_keys keys = image_keys();
    struct media_sealer *s;
    assert_int_equal(media_sealer_new(&keys, &s), OK);
    for (size_t at = 0; at < plaintext.len; at += part)
        assert_int_equal(media_seal(s, bytes_slice(plaintext, at, part), blob), OK);
    assert_int_equal(media_seal_end(s, blob, digests), OK);
    media_sealer_free(s);
}

/* What is wrong with |blob|, read |part| bytes at a time; its plaintext. */
static enum media_fault read_blob(struct bytes blob, size_t part,
                                  const struct media_digests *digests, struct buffer *plaintext)
{
    struct media_keys keys = image_keys();
    struct media_reader *r;
    enum media_fault fault;
    assert_int_equal(media_reader_new(&keys, digests, &r), OK);
    assert_int_equal(media_open(r, blob, plaintext), E_INPUT); /* not before it is checked */
    for (size_t at = 0; at < blob.len; at += part)
        assert_int_equal(media_check(r, bytes_slice(blob, at, part)), OK);
    assert_int_equal(media_check_end(r, &fault), OK);
    if (fault == MEDIA_GOOD) {
        for (size_t at = 0; at < blob.len; at += part)
            assert_int_equal(media_open(r, bytes_slice(blob, at, part), plaintext), OK);
        assert_int_equal(media_open_end(r, plaintext, &fault), OK);
    } else {
        assert_int_equal(media_open(r, blob, plaintext), E_INPUT);
        assert_int_equal(media_open_end(r, plaintext, &fault), E_INPUT);
    }
    media_reader_free(r);
    return fault;
}

static void the_worked_values_hold(void **state)
{
    struct media_keys keys = image_keys();
    struct media_digests digests;
    struct buffer blob;
    (void)state;
    assert_hex(bytes_of(keys.iv, 16), "aa6a127218397cbd2383e4ccf7176a79");
    assert_hex(bytes_of(keys.cipher_key, 32),
               "008c9aea9b7c5d81eb56b3f530f87d42dcc92d27b11ad6b5bd66f0560d0d8c46");
    assert_hex(bytes_of(keys.mac_key, 32),
               "91d09ffec108833c1699574c52657923fb6e3e161d9698bc6b3a05fbc508a515");
    assert_hex(bytes_of(keys.reference_key, 32),
               "4d4981725e9eb39838fcff2130508f1360cbb319f99cef163d57ab7c050a667e");
    buffer_init(&blob, BLOB_MAX);
    seal(bytes_of_text("interop-conformance\n"), 7, &blob, &digests);
    assert_hex(buffer_bytes(&blob),
               "a303dce36b4dbffdabc9b185da16d39f18b71784535d0d6d388a243392f00620"
               "46a3b80d08f0a852f31c");
    assert_hex(bytes_of(digests.plaintext, 32),
               "ca77760ba0ec2e1f3f48e1c4f1ea32a350b134b5c9fd018c361be60d0b68277b");
    assert_hex(bytes_of(digests.blob, 32),
               "caeea7f800c122c571a54da27bd6b73de6944578bc0a207092b3c465c46bdafc");
    assert_int_equal(digests.plaintext_len, 20);
    buffer_fini(&blob);
}

static void parts_of_any_size_are_the_whole(void **state)
{
    static const size_t lengths[] = {0, 1, 15, 16, 17, 255, 4096},
                        parts[] = {1, 9, 10, 11, 64, 5000};
    static uint8_t text[4096];
    (void)state;
    memset(text, 'm', sizeof(text));
    for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
        struct bytes plaintext = bytes_of(text, lengths[i]);
        struct media_digests digests, again;
        struct buffer blob, other, read;
        buffer_init(&blob, BLOB_MAX);
        buffer_init(&other, BLOB_MAX);
        buffer_init(&read, BLOB_MAX);
        seal(plaintext, 4096, &blob, &digests);
        assert_int_equal(blob.len, lengths[i] / 16 * 16 + 16 + MEDIA_MAC_LEN);
        for (size_t j = 0; j < sizeof(parts) / sizeof(parts[0]); j++) {
            buffer_clear(&other);
            buffer_clear(&read);
            seal(plaintext, parts[j], &other, &again);
            assert_true(bytes_equal(buffer_bytes(&blob), buffer_bytes(&other)));
            assert_int_equal(read_blob(buffer_bytes(&blob), parts[j], &digests, &read), MEDIA_GOOD);
            assert_true(bytes_equal(buffer_bytes(&read), plaintext));
        }
        buffer_fini(&blob);
        buffer_fini(&other);
        buffer_fini(&read);
    }
}

/* |blob| with the digest that it has, so that what comes after the digest is looked at. */
static enum media_fault fault_behind_the_digest(struct bytes blob, struct media_digests digests)
{
    struct buffer read;
    buffer_init(&read, BLOB_MAX);
    assert_int_equal(crypto_sha256(blob, digests.blob), OK);
    enum media_fault fault = read_blob(blob, 13, &digests, &read);
    buffer_fini(&read);
    return fault;
}

/* A blob around any ciphertext, with a right MAC. */
static void with_mac(struct bytes ciphertext, struct buffer *blob)
{
    struct media_keys keys = image_keys();
    struct buffer covered;
    uint8_t mac[32];
    buffer_init(&covered, BLOB_MAX);
    buffer_append(&covered, bytes_of(keys.iv, 16));
    buffer_append(&covered, ciphertext);
    assert_int_equal(crypto_hmac_sha256(bytes_of(keys.mac_key, 32), buffer_bytes(&covered), mac),
                     OK);
    buffer_append(blob, ciphertext);
    buffer_append(blob, bytes_of(mac, MEDIA_MAC_LEN));
    buffer_fini(&covered);
}

static void each_fault_is_found(void **state)
{
    struct media_digests digests, other;
    struct buffer blob, made, read;
    (void)state;
    buffer_init(&blob, BLOB_MAX);
    buffer_init(&made, BLOB_MAX);
    buffer_init(&read, BLOB_MAX);
    seal(bytes_of_text("a picture of a cat, not of a dog"), 100, &blob, &digests);
    struct bytes good = buffer_bytes(&blob);
    for (size_t len = 0; len <= MEDIA_MAC_LEN; len++)
        assert_int_equal(fault_behind_the_digest(bytes_slice(good, 0, len), digests),
                         MEDIA_TOO_SHORT);
    assert_int_equal(fault_behind_the_digest(good, digests), MEDIA_GOOD);
    for (size_t at = 0; at < good.len; at++) {
        blob.data[at] ^= 1;
        assert_int_equal(read_blob(good, 8, &digests, &read), MEDIA_BLOB_DIGEST);
        assert_int_equal(fault_behind_the_digest(good, digests), MEDIA_MAC);
        blob.data[at] ^= 1;
    }
    with_mac(bytes_slice(good, 0, 17), &made);
    assert_int_equal(fault_behind_the_digest(buffer_bytes(&made), digests), MEDIA_BLOCKS);
    buffer_clear(&made);
    with_mac(bytes_slice(good, 0, 16), &made); /* a block whose last byte is no padding */
    assert_int_equal(fault_behind_the_digest(buffer_bytes(&made), digests), MEDIA_PADDING);
    other = digests;
    other.plaintext_len--;
    assert_int_equal(read_blob(good, 8, &other, &read), MEDIA_PLAINTEXT_LENGTH);
    other = digests;
    other.plaintext[31] ^= 1;
    assert_int_equal(read_blob(good, 8, &other, &read), MEDIA_PLAINTEXT_DIGEST);
    buffer_fini(&blob);
    buffer_fini(&made);
    buffer_fini(&read);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_worked_values_hold),
        cmocka_unit_test(parts_of_any_size_are_the_whole),
        cmocka_unit_test(each_fault_is_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

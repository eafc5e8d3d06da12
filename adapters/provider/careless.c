/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A reader of media that does not look for one fault: a blob in memory, each check by itself. */
#include "internal.h"

#include "base/crypto.h"

#include <string.h>

#define BLOCK_LEN 16u

struct careless {
    uint32_t passed_over; /* 1 << enum media_fault */
    enum media_fault found;
};

/* Note |fault| unless nothing is wrong, it is passed over, or another was found before. */
static void note(struct careless *c, bool is_right, enum media_fault fault)
{
    if (!is_right && c->found == MEDIA_GOOD && !(c->passed_over & 1u << fault))
        c->found = fault;
}

static enum status check_blob(struct careless *c, const struct media_keys *keys,
                              const struct media_digests *wanted, struct bytes blob)
{
    uint8_t digest[32], mac[32];
    struct buffer signed_part;
    size_t len = blob.len > MEDIA_MAC_LEN ? blob.len - MEDIA_MAC_LEN : 0;
    note(c, len > 0 && blob.len >= MEDIA_MAC_LEN, MEDIA_TOO_SHORT);
    buffer_init(&signed_part, blob.len + sizeof(keys->iv));
    buffer_append(&signed_part, bytes_of(keys->iv, sizeof(keys->iv)));
    enum status st = buffer_append(&signed_part, bytes_slice(blob, 0, len));
    if (!st)
        st = crypto_hmac_sha256(bytes_of(keys->mac_key, 32), buffer_bytes(&signed_part), mac);
    if (!st)
        st = crypto_sha256(blob, digest);
    if (!st)
        note(c, memcmp(digest, wanted->blob, sizeof(digest)) == 0, MEDIA_BLOB_DIGEST);
    if (!st)
        note(c, bytes_equal(bytes_slice(blob, len, blob.len), bytes_of(mac, MEDIA_MAC_LEN)),
             MEDIA_MAC);
    buffer_fini(&signed_part);
    return st;
}

/* Cut the padding that the last byte says; note when the others say something else. */
static void unpad(struct careless *c, struct buffer *plain)
{
    uint8_t n = plain->len ? plain->data[plain->len - 1] : 0;
    bool is_right = n >= 1 && n <= BLOCK_LEN && n <= plain->len;
    for (size_t i = 1; is_right && i <= n; i++)
        is_right = plain->data[plain->len - i] == n;
    note(c, is_right || plain->len == 0, MEDIA_PADDING);
    plain->len -= n <= plain->len ? n : 0;
}

enum status provider_read_carelessly(const struct provider_rules *rules,
                                     const struct media_keys *keys,
                                     const struct media_digests *wanted, struct bytes blob,
                                     struct buffer *plain, enum media_fault *fault)
{
    struct careless c = {.passed_over = rules->passes_over, .found = MEDIA_GOOD};
    uint8_t digest[32];
    size_t len = blob.len > MEDIA_MAC_LEN ? blob.len - MEDIA_MAC_LEN : 0;
    enum status st = check_blob(&c, keys, wanted, blob);
    note(&c, len % BLOCK_LEN == 0, MEDIA_BLOCKS);
    struct bytes whole = bytes_slice(blob, 0, len - len % BLOCK_LEN);
    if (!st && whole.len)
        st = crypto_aes_cbc_decrypt_raw(keys->cipher_key, keys->iv, whole, plain);
    unpad(&c, plain);
    if (!st)
        st = crypto_sha256(buffer_bytes(plain), digest);
    note(&c, plain->len == wanted->plaintext_len, MEDIA_PLAINTEXT_LENGTH);
    note(&c, !st && memcmp(digest, wanted->plaintext, sizeof(digest)) == 0, MEDIA_PLAINTEXT_DIGEST);
    *fault = c.found;
    return st;
}

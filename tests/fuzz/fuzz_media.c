/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes as what a message says of a medium, as a blob, and as a ciphertext under a MAC and a
 * digest that are right: nothing of it is ever good, since its plaintext has another digest. */
#include "wire/media_message.h"

#include "base/crypto.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define BLOB_MAX (1u << 20)

static void read_message(struct bytes in)
{
    struct media_message m, again;
    struct buffer out;
    if (media_message_decode(in, &m))
        return;
    if (m.media_key.len != MEDIA_KEY_LEN || m.url.len > in.len)
        __builtin_trap();
    buffer_init(&out, BLOB_MAX);
    if (media_message_encode(&m, &out) == OK &&
        (media_message_decode(buffer_bytes(&out), &again) || again.kind != m.kind ||
         !bytes_equal(again.url, m.url) || again.file_length != m.file_length))
        __builtin_trap();
    buffer_fini(&out);
}

/* Both passes over |blob|, in parts of |part| bytes. */
static enum media_fault read_blob(const struct media_keys *keys, const struct media_digests *wanted,
                                  struct bytes blob, size_t part)
{
    struct media_reader *r;
    struct buffer out;
    enum media_fault fault = MEDIA_TOO_SHORT;
    if (media_reader_new(keys, wanted, &r))
        return fault;
    buffer_init(&out, BLOB_MAX);
    enum status st = OK;
    for (size_t at = 0; !st && at < blob.len; at += part)
        st = media_check(r, bytes_slice(blob, at, part));
    if (!st)
        st = media_check_end(r, &fault);
    for (size_t at = 0; !st && fault == MEDIA_GOOD && at < blob.len; at += part)
        st = media_open(r, bytes_slice(blob, at, part), &out);
    if (!st && fault == MEDIA_GOOD)
        st = media_open_end(r, &out, &fault);
    if (out.len > blob.len)
        __builtin_trap();
    buffer_fini(&out);
    media_reader_free(r);
    return st ? MEDIA_TOO_SHORT : fault;
}

static void read_ciphertext(const struct media_keys *keys, struct bytes ciphertext, size_t part)
{
    struct media_digests wanted = {.plaintext_len = ciphertext.len / 2};
    struct buffer blob;
    uint8_t mac[32];
    buffer_init(&blob, BLOB_MAX);
    if (buffer_append(&blob, bytes_of(keys->iv, sizeof(keys->iv))) == OK &&
        buffer_append(&blob, ciphertext) == OK &&
        crypto_hmac_sha256(bytes_of(keys->mac_key, 32), buffer_bytes(&blob), mac) == OK) {
        buffer_consume(&blob, sizeof(keys->iv));
        if (buffer_append(&blob, bytes_of(mac, MEDIA_MAC_LEN)) == OK &&
            crypto_sha256(buffer_bytes(&blob), wanted.blob) == OK) {
            enum media_fault fault = read_blob(keys, &wanted, buffer_bytes(&blob), part);
            if (fault == MEDIA_GOOD || fault == MEDIA_BLOB_DIGEST || fault == MEDIA_MAC)
                __builtin_trap();
        }
    }
    buffer_fini(&blob);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const uint8_t key[MEDIA_KEY_LEN] = {1};
    struct bytes in = bytes_of(data, size);
    struct media_keys keys;
    struct media_digests wanted = {.plaintext_len = size};
    read_message(in);
    if (!size || media_expand(key, bytes_of_text("WhatsApp Image Keys"), &keys) ||
        crypto_sha256(in, wanted.blob))
        return 0;
    size_t part = 1u + data[0];
    if (read_blob(&keys, &wanted, in, part) == MEDIA_GOOD)
        __builtin_trap();
    read_ciphertext(&keys, in, part);
    return 0;
}

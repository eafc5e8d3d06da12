/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cipher/signal/padding.h"

#include "base/crypto.h"

#define BLOCK 16u

static void put_repeated(struct buffer *to, uint8_t byte, size_t n)
{
    for (size_t i = 0; i < n; i++)
        buffer_append_byte(to, byte);
}

/* Plaintext and a padding that breaks one rule of PKCS#7, whole blocks. */
static void pad_mutated(struct buffer *to, enum mutation_padding mutation, struct bytes plaintext)
{
    size_t n = BLOCK - plaintext.len % BLOCK;
    if (mutation == MUTATION_PADDING_NONE) {
        size_t kept = plaintext.len < BLOCK ? plaintext.len : plaintext.len / BLOCK * BLOCK;
        buffer_append(to, bytes_slice(plaintext, 0, kept < BLOCK ? kept : kept - 1));
        put_repeated(to, 0xff, kept < BLOCK ? BLOCK - kept : 1);
        return;
    }
    buffer_append(to, plaintext);
    if (mutation == MUTATION_PADDING_OVER_BLOCK) {
        put_repeated(to, (uint8_t)(n + BLOCK), n + BLOCK);
    } else if (mutation == MUTATION_PADDING_ZERO) {
        put_repeated(to, (uint8_t)n, n - 1);
        buffer_append_byte(to, 0);
    } else {
        put_repeated(to, 0, n - 1);
        buffer_append_byte(to, BLOCK);
    }
}

enum status padding_encrypt(const struct message_keys *keys, enum mutation_padding mutation,
                            struct bytes plaintext, struct buffer *out)
{
    struct buffer padded;
    enum status st;
    if (mutation == MUTATION_PADDING_HONEST)
        return crypto_aes_cbc_encrypt(keys->cipher_key, keys->iv, plaintext, out);
    if (mutation == MUTATION_PADDING_EMPTY)
        return buffer_status(out);
    buffer_init(&padded, plaintext.len + 3 * BLOCK);
    pad_mutated(&padded, mutation, plaintext);
    if (!(st = buffer_status(&padded)))
        st = crypto_aes_cbc_encrypt_raw(keys->cipher_key, keys->iv, buffer_bytes(&padded), out);
    buffer_fini(&padded);
    return st;
}

/* How many bytes of |raw| are padding; SIZE_MAX when it is wrong. */
static size_t padding_len(enum rules_padding rules, struct bytes raw)
{
    size_t max = rules == PADDING_ANY_LENGTH ? 255 : BLOCK;
    size_t n = raw.len ? raw.data[raw.len - 1] : 0;
    if (n == 0 || n > max || n > raw.len)
        return SIZE_MAX;
    for (size_t i = raw.len - n; i < raw.len; i++)
        if (rules != PADDING_LAST_BYTE && raw.data[i] != n)
            return SIZE_MAX;
    return n;
}

enum status padding_decrypt(const struct message_keys *keys, enum rules_padding rules,
                            struct bytes ciphertext, struct buffer *out)
{
    struct buffer raw;
    enum status st;
    if (rules == PADDING_CHECKED)
        return crypto_aes_cbc_decrypt(keys->cipher_key, keys->iv, ciphertext, out);
    buffer_init(&raw, ciphertext.len + 2 * BLOCK);
    if ((st = crypto_aes_cbc_decrypt_raw(keys->cipher_key, keys->iv, ciphertext, &raw)))
        goto out;
    size_t n = padding_len(rules, buffer_bytes(&raw));
    if (n == SIZE_MAX && rules != PADDING_KEPT_WHEN_BAD)
        st = E_CRYPTO;
    else
        st = buffer_append(
            out, bytes_slice(buffer_bytes(&raw), 0, n == SIZE_MAX ? raw.len : raw.len - n));
out:
    buffer_fini(&raw);
    return st == E_LIMIT ? E_CRYPTO : st;
}

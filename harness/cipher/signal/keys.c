/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cipher/signal/keys.h"

#include "base/crypto.h"
#include "base/crypto_curve.h"

#include <stdlib.h>
#include <string.h>

enum status keys_grow(void **items, size_t count, size_t more, size_t size, size_t *cap)
{
    if (more <= *cap - count)
        return OK;
    size_t wanted = count + more < 8 ? 8 : count + more > 2 * *cap ? count + more : 2 * *cap;
    void *grown = calloc(wanted, size);
    if (!grown)
        return E_NOMEM;
    if (count) {
        memcpy(grown, *items, count * size);
        crypto_wipe(*items, count * size);
    }
    free(*items);
    *items = grown;
    *cap = wanted;
    return OK;
}

enum status keys_from_private(const uint8_t private_key[32], struct key_pair *out)
{
    enum status st;
    memset(out, 0, sizeof(*out));
    memcpy(out->private_key, private_key, 32);
    out->private_key[0] &= 248;
    out->private_key[31] &= 127;
    out->private_key[31] |= 64;
    out->public_key[0] = KEY_TYPE_CURVE25519;
    if ((st = crypto_x25519_public(out->private_key, out->public_key + 1)))
        crypto_wipe(out, sizeof(*out));
    return st;
}

enum status keys_generate(struct random *random, struct key_pair *out)
{
    uint8_t scalar[32];
    enum status st;
    memset(out, 0, sizeof(*out));
    if ((st = random_fill(random, scalar, sizeof(scalar))))
        return st;
    st = keys_from_private(scalar, out);
    crypto_wipe(scalar, sizeof(scalar));
    return st;
}

enum status keys_agree(const struct key_pair *own, const uint8_t *their_public, uint8_t out[32])
{
    memset(out, 0, 32);
    if (own->is_degenerate)
        return OK;
    return crypto_x25519(own->private_key, their_public + 1, out);
}

bool keys_are_zero(const uint8_t secret[32])
{
    uint8_t any = 0;
    for (size_t i = 0; i < 32; i++)
        any |= secret[i];
    return any == 0;
}

bool keys_read_public(const struct rules_parsing *rules, struct bytes in, uint8_t *out)
{
    memset(out, 0, SIGNAL_KEY_LEN);
    out[0] = KEY_TYPE_CURVE25519;
    if (in.len == SIGNAL_KEY_LEN - 1 && rules->takes_raw_keys) {
        memcpy(out + 1, in.data, 32);
    } else if (in.len == SIGNAL_KEY_LEN || (in.len > SIGNAL_KEY_LEN && rules->takes_long_keys)) {
        if (in.data[0] != KEY_TYPE_CURVE25519 && rules->checks_key_type)
            return false;
        memcpy(out + 1, in.data + 1, 32);
    } else {
        return false;
    }
    return !(rules->refuses_high_bit && (out[SIGNAL_KEY_LEN - 1] & 0x80));
}

enum status keys_mutation(struct key_pair *pair, enum mutation_key mutation,
                          const struct key_pair *identity, const uint8_t *of_peer)
{
    if (mutation == MUTATION_KEY_TORSION)
        return crypto_curve_add_torsion(pair->public_key + 1);
    if (mutation >= MUTATION_KEY_LOW_ORDER_1 && mutation <= MUTATION_KEY_LOW_ORDER_7) {
        memcpy(pair->public_key + 1,
               low_order_point((size_t)mutation - MUTATION_KEY_LOW_ORDER_1)->u, 32);
        pair->is_degenerate = true;
    } else if (mutation == MUTATION_KEY_HIGH_BIT) {
        pair->public_key[SIGNAL_KEY_LEN - 1] |= 0x80;
    } else if (mutation == MUTATION_KEY_OWN_IDENTITY) {
        *pair = *identity;
    } else if (mutation == MUTATION_KEY_OF_PEER) {
        /* only the receiver could agree with its own key, so the MAC cannot be right */
        memcpy(pair->public_key, of_peer, SIGNAL_KEY_LEN);
        pair->is_degenerate = true;
    }
    return OK;
}

enum status keys_root_step(const struct rules_ratchet *rules, const uint8_t root[32],
                           const uint8_t secret[32], uint8_t out_root[32], uint8_t out_chain[32])
{
    uint8_t derived[64];
    struct bytes salt = rules->salts_with_root ? bytes_of(root, 32) : bytes_of(NULL, 0);
    enum status st = crypto_hkdf_sha256(bytes_of(secret, 32), salt, bytes_of_text(rules->root_info),
                                        derived, sizeof(derived));
    if (!st) {
        memcpy(out_root, derived, 32);
        memcpy(out_chain, derived + 32, 32);
    }
    crypto_wipe(derived, sizeof(derived));
    return st;
}

static const uint8_t seed_constant = 0x01, chain_constant = 0x02;

enum status keys_message_seed(const uint8_t chain[32], uint8_t out[32])
{
    return crypto_hmac_sha256(bytes_of(chain, 32), bytes_of(&seed_constant, 1), out);
}

enum status keys_next_chain(const uint8_t chain[32], bool separates, uint8_t out[32])
{
    const uint8_t *constant = separates ? &chain_constant : &seed_constant;
    uint8_t next[32];
    enum status st = crypto_hmac_sha256(bytes_of(chain, 32), bytes_of(constant, 1), next);
    memcpy(out, next, 32);
    crypto_wipe(next, sizeof(next));
    return st;
}

enum status keys_of_message(const char *info, bool has_derived_iv, const uint8_t seed[32],
                            struct bytes salt, struct message_keys *out)
{
    uint8_t derived[80];
    enum status st =
        crypto_hkdf_sha256(bytes_of(seed, 32), salt, bytes_of_text(info), derived, sizeof(derived));
    memset(out, 0, sizeof(*out));
    if (!st) {
        memcpy(out->cipher_key, derived, 32);
        memcpy(out->mac_key, derived + 32, 32);
        if (has_derived_iv)
            memcpy(out->iv, derived + 64, 16);
    }
    crypto_wipe(derived, sizeof(derived));
    return st;
}

enum status keys_of_group_message(const uint8_t seed[32], struct message_keys *out)
{
    uint8_t derived[48];
    enum status st = crypto_hkdf_sha256(bytes_of(seed, 32), bytes_of(NULL, 0),
                                        bytes_of_text("WhisperGroup"), derived, sizeof(derived));
    memset(out, 0, sizeof(*out));
    if (!st) {
        memcpy(out->iv, derived, 16);
        memcpy(out->cipher_key, derived + 16, 32);
    }
    crypto_wipe(derived, sizeof(derived));
    return st;
}

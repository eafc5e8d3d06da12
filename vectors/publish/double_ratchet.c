/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The key derivations of the Double Ratchet as Signal has them: one step of the root, and one of a
 * chain with the keys of its message.
 */
#include "cipher/signal/ratchet.h"
#include "publish/people.h"

#include <stdio.h>
#include <string.h>

static const struct flag flags[] = {
    {"Ordinary", "BASIC", "Keys as a key generator makes them."},
    {"EdgeScalar", "EDGE_CASE", "A private key is an extreme of what clamping allows."},
    {"EdgeKey", "EDGE_CASE", "The root or chain key is zeros or all ones."},
    {"HighBit", "NON_CANONICAL",
     "Bit 255 of the public key is set. X25519 ignores it; who asks for canonical keys refuses "
     "it."},
    {"LowOrderKey", "WEAK_KEY",
     "The public key has small order, so the shared secret is zeros. Current versions of Signal "
     "refuse it, older ones take it."},
};

static const struct judge judges[] = {
    {"libsignal-protocol-c 2.3.3",
     "ratchet_root_key_create_chain, ratchet_chain_key_get_message_keys and "
     "ratchet_chain_key_create_next give the same keys"},
    {"OpenSSL 3", "X25519, HKDF and HMAC give the same keys"},
};

static void draw(struct writer *w, uint8_t out[32])
{
    must(random_fill(writer_random(w), out, 32) == OK, "randomness");
}

static void add_root(struct writer *w, enum result result, const char *names, const char *comment,
                     const uint8_t root[32], const struct key_pair *own, const uint8_t *peer_public)
{
    uint8_t secret[32], new_root[32], chain[32];
    must(keys_agree(own, peer_public, secret) == OK &&
             keys_root_step(&rules_honest()->ratchet, root, secret, new_root, chain) == OK,
         "a step of the root");
    json_t *test = writer_test(w, result, names, comment);
    writer_hex(test, "rootKey", bytes_of(root, 32));
    writer_hex(test, "ratchetPrivate", bytes_of(own->private_key, 32));
    writer_hex(test, "peerRatchetPublic", bytes_of(peer_public, SIGNAL_KEY_LEN));
    writer_hex(test, "sharedSecret", bytes_of(secret, 32));
    writer_hex(test, "newRootKey", bytes_of(new_root, 32));
    writer_hex(test, "chainKey", bytes_of(chain, 32));
}

static void root_steps(struct writer *w)
{
    struct key_pair own, peer;
    uint8_t root[32], strange[SIGNAL_KEY_LEN] = {5};
    writer_group(w, "RootStep");
    for (unsigned i = 0; i < 24; i++) {
        draw(w, root);
        make_pair(writer_random(w), &own);
        make_pair(writer_random(w), &peer);
        add_root(w, RESULT_VALID, "Ordinary", "a step", root, &own, peer.public_key);
    }
    for (size_t i = 0; i < N_EDGE_SCALARS; i++) {
        draw(w, root);
        make_edge_pair(i, &own);
        make_pair(writer_random(w), &peer);
        add_root(w, RESULT_VALID, "EdgeScalar", "an extreme scalar", root, &own, peer.public_key);
    }
    memset(root, 0, 32);
    add_root(w, RESULT_VALID, "EdgeKey", "the root key is zeros", root, &own, peer.public_key);
    memset(root, 0xff, 32);
    add_root(w, RESULT_VALID, "EdgeKey", "the root key is all ones", root, &own, peer.public_key);
    draw(w, root);
    memcpy(strange, peer.public_key, SIGNAL_KEY_LEN);
    strange[SIGNAL_KEY_LEN - 1] |= 128;
    add_root(w, RESULT_ACCEPTABLE, "HighBit", "bit 255 of the public key is set", root, &own,
             strange);
    for (size_t i = 0; i < N_LOW_ORDER; i++) {
        memcpy(strange + 1, low_order_point(i)->u, 32);
        add_root(w, RESULT_ACCEPTABLE, "LowOrderKey", low_order_point(i)->explanation, root, &own,
                 strange);
    }
}

/* Writes the step of |chain|, and makes it the next chain key. */
static void add_chain(struct writer *w, const char *names, unsigned counter, uint8_t chain[32])
{
    uint8_t seed[32], next[32];
    struct message_keys keys;
    char comment[32];
    must(keys_message_seed(chain, seed) == OK && keys_next_chain(chain, true, next) == OK &&
             keys_of_message("WhisperMessageKeys", true, seed, bytes_of(NULL, 0), &keys) == OK,
         "a step of a chain");
    snprintf(comment, sizeof(comment), "message %u", counter);
    json_t *test = writer_test(w, RESULT_VALID, names, comment);
    writer_number(test, "counter", counter);
    writer_hex(test, "chainKey", bytes_of(chain, 32));
    writer_hex(test, "messageSeed", bytes_of(seed, 32));
    writer_hex(test, "cipherKey", bytes_of(keys.cipher_key, 32));
    writer_hex(test, "macKey", bytes_of(keys.mac_key, 32));
    writer_hex(test, "iv", bytes_of(keys.iv, 16));
    writer_hex(test, "nextChainKey", bytes_of(next, 32));
    memcpy(chain, next, 32);
}

static void chain_steps(struct writer *w)
{
    uint8_t chain[32];
    for (unsigned i = 0; i < 4; i++) {
        writer_group(w, "ChainStep");
        if (i < 2)
            memset(chain, i ? 0xff : 0, 32);
        else
            draw(w, chain);
        for (unsigned counter = 0; counter < 12; counter++)
            add_chain(w, i < 2 && counter == 0 ? "EdgeKey" : "Ordinary", counter, chain);
    }
}

static void write(struct writer *w)
{
    root_steps(w);
    chain_steps(w);
}

const struct family family_double_ratchet = {
    .name = "double-ratchet",
    .algorithm = "Double Ratchet, key derivations",
    .header =
        "RootStep: HKDF-SHA256(salt rootKey, input X25519(ratchetPrivate, peerRatchetPublic), "
        "info WhisperRatchet, 64 bytes) = newRootKey || chainKey. ChainStep: messageSeed = "
        "HMAC-SHA256(chainKey, 01), nextChainKey = HMAC-SHA256(chainKey, 02), "
        "HKDF-SHA256(salt 32 zeros, input messageSeed, info WhisperMessageKeys, 80 bytes) = "
        "cipherKey || macKey || iv. A valid test is computed so; an acceptable one is computed "
        "so or refused.",
    .flags = flags,
    .n_flags = COUNT_OF(flags),
    .judges = judges,
    .n_judges = COUNT_OF(judges),
    .write = write,
};

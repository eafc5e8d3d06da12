/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * X3DH computed from the recipient's side: a first message in another party's name, made with the
 * recipient's private keys.
 *
 *     DH1      DH(SPK_B, IK_A)     what A would compute as DH(IK_A, SPK_B)
 *     DH2      DH(IK_B, EK)        EK and the ratchet key are the forger's own
 *     DH3      DH(SPK_B, EK)
 *
 * X3DH, sections 4.4 and 4.6: inherent to the protocol, and the reason why its transcripts prove
 * nothing (docs/spec/games.md, KCI-2 and DEN-1).
 */
#include "cipher/signal3/forgery.h"

#include "base/crypto.h"
#include "cipher/signal/keys.h"
#include "cipher/signal/mac.h"
#include "cipher/signal/rules.h"

#include <string.h>

#define FORGED_MAX 8192u

struct forgery {
    uint8_t identity[SIGNAL_KEY_LEN];   /* of the party it claims to be from */
    struct key_pair own, signed_prekey; /* the recipient's */
    struct key_pair base, ratchet;      /* the forger's */
    struct message_keys keys;
};

static enum status derive_chain(struct forgery *f, uint8_t out_chain[32])
{
    const struct rules *rules = rules_honest();
    uint8_t input[128], derived[64], secret[32], root[32];
    memset(input, 0xff, 32);
    struct bytes info = bytes_of_text(rules->ratchet.handshake_info);
    enum status st;
    if ((st = keys_agree(&f->signed_prekey, f->identity, input + 32)) ||
        (st = keys_agree(&f->own, f->base.public_key, input + 64)) ||
        (st = keys_agree(&f->signed_prekey, f->base.public_key, input + 96)) ||
        (st = crypto_hkdf_sha256(bytes_of(input, sizeof(input)), bytes_of(NULL, 0), info, derived,
                                 sizeof(derived))) ||
        (st = keys_agree(&f->ratchet, f->signed_prekey.public_key, secret)))
        goto out;
    st = keys_root_step(&rules->ratchet, derived, secret, root, out_chain);
out:
    crypto_wipe(input, sizeof(input));
    crypto_wipe(derived, sizeof(derived));
    crypto_wipe(secret, sizeof(secret));
    crypto_wipe(root, sizeof(root));
    return st;
}

static enum status make_keys(const struct cipher_keys *victim, struct bytes identity,
                             struct random *random, struct forgery *out)
{
    const struct rules_ratchet *rules = &rules_honest()->ratchet;
    uint8_t chain[32], seed[32];
    enum status st;
    if (identity.len != SIGNAL_KEY_LEN)
        return E_CRYPTO;
    memcpy(out->identity, identity.data, SIGNAL_KEY_LEN);
    if ((st = keys_from_private(victim->identity.private_key.data, &out->own)) ||
        (st = keys_from_private(victim->signed_prekey.private_key.data, &out->signed_prekey)) ||
        (st = keys_generate(random, &out->base)) || (st = keys_generate(random, &out->ratchet)) ||
        (st = derive_chain(out, chain)) || (st = keys_message_seed(chain, seed)))
        goto out;
    st = keys_of_message(rules->message_info, rules->has_derived_iv, seed, bytes_of(NULL, 0),
                         &out->keys);
out:
    crypto_wipe(chain, sizeof(chain));
    crypto_wipe(seed, sizeof(seed));
    return st;
}

/* The SignalMessage with its MAC, appended to |out|. */
static enum status write_message(const struct forgery *f, struct bytes plaintext,
                                 struct buffer *out)
{
    const struct rules *rules = rules_honest();
    struct buffer ciphertext;
    uint8_t mac[32];
    buffer_init(&ciphertext, FORGED_MAX);
    enum status st = crypto_aes_cbc_encrypt(f->keys.cipher_key, f->keys.iv, plaintext, &ciphertext);
    const struct signal_message m = {.version = SIGNAL_VERSION_BYTE,
                                     .ratchet_key = bytes_of(f->ratchet.public_key, SIGNAL_KEY_LEN),
                                     .has_previous_counter = true,
                                     .ciphertext = buffer_bytes(&ciphertext)};
    if (!st)
        st = signal_message_encode(&m, out);
    const struct mac_input in = {.key = f->keys.mac_key,
                                 .sender = f->identity,
                                 .receiver = f->own.public_key,
                                 .authenticated = buffer_bytes(out)};
    if (!st)
        st = mac_compute(&rules->mac, &in, mac);
    if (!st)
        st = buffer_append(out, bytes_of(mac, SIGNAL_MAC_LEN));
    buffer_fini(&ciphertext);
    return st;
}

static enum status write_first(const struct forgery *f, uint32_t signed_prekey_id,
                               struct bytes plaintext, struct buffer *out)
{
    struct buffer inner;
    buffer_init(&inner, FORGED_MAX);
    enum status st = write_message(f, plaintext, &inner);
    const struct prekey_message m = {.version = SIGNAL_VERSION_BYTE,
                                     .base_key = bytes_of(f->base.public_key, SIGNAL_KEY_LEN),
                                     .identity_key = bytes_of(f->identity, SIGNAL_KEY_LEN),
                                     .message = buffer_bytes(&inner),
                                     .registration_id = 1,
                                     .signed_prekey_id = signed_prekey_id};
    if (!st)
        st = prekey_message_encode(&m, out);
    buffer_fini(&inner);
    return st;
}

enum status forgery_impersonate(const struct cipher_keys *victim, struct bytes identity_key,
                                struct bytes plaintext, struct random *random, struct buffer *out)
{
    struct forgery f;
    memset(&f, 0, sizeof(f));
    enum status st = make_keys(victim, identity_key, random, &f);
    if (!st)
        st = write_first(&f, victim->signed_prekey.id, plaintext, out);
    crypto_wipe(&f, sizeof(f));
    return st;
}

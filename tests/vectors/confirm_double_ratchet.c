/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "confirm.h"

#include <signal/hkdf.h>
#include <signal/ratchet.h>

static hkdf_context *new_kdf(struct confirm *c)
{
    hkdf_context *kdf = NULL;
    confirm_must(hkdf_create(&kdf, 3, c->context) == 0, "a key derivation");
    return kdf;
}

static bool is_buffer(struct confirm *c, const json_t *test, const char *name, signal_buffer *value)
{
    bool is_so =
        confirm_is(c, test, name, bytes_of(signal_buffer_data(value), signal_buffer_len(value)));
    signal_buffer_free(value);
    return is_so;
}

static bool is_chain(struct confirm *c, const json_t *test, const char *name,
                     const ratchet_chain_key *chain)
{
    signal_buffer *key = NULL;
    confirm_must(ratchet_chain_key_get_key(chain, &key) == 0, name);
    return is_buffer(c, test, name, key);
}

static bool root_steps(struct confirm *c, const json_t *test)
{
    hkdf_context *kdf = new_kdf(c);
    ratchet_root_key *root = NULL, *next = NULL;
    ratchet_chain_key *chain = NULL;
    signal_buffer *key = NULL;
    ec_key_pair *own = confirm_pair(c, test, "ratchetPrivate");
    ec_public_key *peer = confirm_public(c, test, "peerRatchetPublic");
    confirm_must(ratchet_root_key_create(&root, kdf, confirm_fixed(c, test, "rootKey", 32), 32,
                                         c->context) == 0 &&
                     ratchet_root_key_create_chain(root, &next, &chain, peer,
                                                   ec_key_pair_get_private(own)) == 0 &&
                     ratchet_root_key_get_key(next, &key) == 0,
                 "a step");
    bool is_so = is_buffer(c, test, "newRootKey", key) && is_chain(c, test, "chainKey", chain);
    SIGNAL_UNREF(kdf);
    SIGNAL_UNREF(root);
    SIGNAL_UNREF(next);
    SIGNAL_UNREF(chain);
    SIGNAL_UNREF(own);
    SIGNAL_UNREF(peer);
    return is_so;
}

static bool chain_steps(struct confirm *c, const json_t *test)
{
    hkdf_context *kdf = new_kdf(c);
    ratchet_chain_key *chain = NULL, *next = NULL;
    ratchet_message_keys keys;
    confirm_must(ratchet_chain_key_create(&chain, kdf, confirm_fixed(c, test, "chainKey", 32), 32,
                                          confirm_number(test, "counter"), c->context) == 0 &&
                     ratchet_chain_key_get_message_keys(chain, &keys) == 0 &&
                     ratchet_chain_key_create_next(chain, &next) == 0,
                 "a step");
    bool is_so = keys.counter == confirm_number(test, "counter") &&
                 confirm_is(c, test, "cipherKey", bytes_of(keys.cipher_key, 32)) &&
                 confirm_is(c, test, "macKey", bytes_of(keys.mac_key, 32)) &&
                 confirm_is(c, test, "iv", bytes_of(keys.iv, 16)) &&
                 is_chain(c, test, "nextChainKey", next);
    SIGNAL_UNREF(kdf);
    SIGNAL_UNREF(chain);
    SIGNAL_UNREF(next);
    return is_so;
}

bool confirm_root_step(struct confirm *c, const json_t *group, bool *taken)
{
    const json_t *tests = confirm_object(group, "tests");
    for (size_t i = 0; i < json_array_size(tests); i++)
        taken[i] = root_steps(c, json_array_get(tests, i));
    return true;
}

bool confirm_chain_step(struct confirm *c, const json_t *group, bool *taken)
{
    const json_t *tests = confirm_object(group, "tests");
    for (size_t i = 0; i < json_array_size(tests); i++)
        taken[i] = chain_steps(c, json_array_get(tests, i));
    return true;
}

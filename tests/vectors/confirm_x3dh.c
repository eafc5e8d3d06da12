/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "confirm.h"

#include "cipher/signal/keys.h"

#include <signal/hkdf.h>
#include <signal/ratchet.h>
#include <signal/session_state.h>
#include <string.h>

#define KEY SIGNAL_KEY_LEN

static ratchet_identity_key_pair *read_identity(struct confirm *c, const json_t *test)
{
    ratchet_identity_key_pair *identity = NULL;
    ec_key_pair *pair = confirm_pair(c, test, "identityPrivate");
    confirm_must(pair && ratchet_identity_key_pair_create(&identity, ec_key_pair_get_public(pair),
                                                          ec_key_pair_get_private(pair)) == 0,
                 "identityPrivate");
    SIGNAL_UNREF(pair);
    return identity;
}

static bool is_root(struct confirm *c, const json_t *test, ratchet_root_key *root)
{
    signal_buffer *key = NULL;
    confirm_must(root && ratchet_root_key_get_key(root, &key) == 0, "a root key");
    bool is_so =
        confirm_is(c, test, "rootKey", bytes_of(signal_buffer_data(key), signal_buffer_len(key)));
    signal_buffer_free(key);
    return is_so;
}

static bool is_chain(struct confirm *c, const json_t *test, ratchet_chain_key *chain)
{
    signal_buffer *key = NULL;
    confirm_must(chain && ratchet_chain_key_get_key(chain, &key) == 0, "a chain key");
    bool is_so =
        confirm_is(c, test, "chainKey", bytes_of(signal_buffer_data(key), signal_buffer_len(key)));
    signal_buffer_free(key);
    return is_so;
}

static session_state *new_state(struct confirm *c)
{
    session_state *state = NULL;
    confirm_must(session_state_create(&state, c->context) == 0, "a session");
    return state;
}

/* The library's initiator has made a step with a ratchet key of its own already: the root key that
 * the test gives leads to the library's by the same step. */
static bool steps_to(struct confirm *c, const json_t *test, session_state *state,
                     ec_public_key *signed_prekey)
{
    hkdf_context *kdf = NULL;
    ratchet_root_key *root = NULL, *next = NULL;
    ratchet_chain_key *chain = NULL;
    ec_key_pair *own = session_state_get_sender_ratchet_key_pair(state);
    confirm_must(hkdf_create(&kdf, 3, c->context) == 0 &&
                     ratchet_root_key_create(&root, kdf, confirm_fixed(c, test, "rootKey", 32), 32,
                                             c->context) == 0 &&
                     ratchet_root_key_create_chain(root, &next, &chain, signed_prekey,
                                                   ec_key_pair_get_private(own)) == 0,
                 "a step");
    bool is_so = ratchet_root_key_compare(next, session_state_get_root_key(state)) == 0;
    SIGNAL_UNREF(kdf);
    SIGNAL_UNREF(root);
    SIGNAL_UNREF(next);
    SIGNAL_UNREF(chain);
    return is_so;
}

static bool initiates(struct confirm *c, const json_t *test)
{
    alice_signal_protocol_parameters *parameters = NULL;
    session_state *state = new_state(c);
    ratchet_identity_key_pair *identity = read_identity(c, test);
    ec_key_pair *base = confirm_pair(c, test, "basePrivate");
    ec_public_key *their_identity = confirm_public(c, test, "peerIdentityPublic");
    ec_public_key *signed_prekey = confirm_public(c, test, "peerSignedPrekeyPublic");
    ec_public_key *one_time = confirm_public(c, test, "peerOneTimePrekeyPublic");
    confirm_must(alice_signal_protocol_parameters_create(&parameters, identity, base,
                                                         their_identity, signed_prekey, one_time,
                                                         signed_prekey) == 0 &&
                     ratcheting_session_alice_initialize(state, parameters, c->context) == 0,
                 "the library's initiator");
    bool is_so = is_chain(c, test, session_state_get_receiver_chain_key(state, signed_prekey)) &&
                 steps_to(c, test, state, signed_prekey);
    SIGNAL_UNREF(parameters);
    SIGNAL_UNREF(state);
    SIGNAL_UNREF(identity);
    SIGNAL_UNREF(base);
    SIGNAL_UNREF(their_identity);
    SIGNAL_UNREF(signed_prekey);
    SIGNAL_UNREF(one_time);
    return is_so;
}

static bool responds(struct confirm *c, const json_t *test)
{
    bob_signal_protocol_parameters *parameters = NULL;
    session_state *state = new_state(c);
    ratchet_identity_key_pair *identity = read_identity(c, test);
    ec_key_pair *signed_prekey = confirm_pair(c, test, "signedPrekeyPrivate");
    ec_key_pair *one_time = confirm_pair(c, test, "oneTimePrekeyPrivate");
    ec_public_key *their_identity = confirm_public(c, test, "peerIdentityPublic");
    ec_public_key *base = confirm_public(c, test, "peerBasePublic");
    confirm_must(bob_signal_protocol_parameters_create(&parameters, identity, signed_prekey,
                                                       one_time, signed_prekey, their_identity,
                                                       base) == 0 &&
                     ratcheting_session_bob_initialize(state, parameters, c->context) == 0,
                 "the library's responder");
    bool is_so = is_chain(c, test, session_state_get_sender_chain_key(state)) &&
                 is_root(c, test, session_state_get_root_key(state));
    SIGNAL_UNREF(parameters);
    SIGNAL_UNREF(state);
    SIGNAL_UNREF(identity);
    SIGNAL_UNREF(signed_prekey);
    SIGNAL_UNREF(one_time);
    SIGNAL_UNREF(their_identity);
    SIGNAL_UNREF(base);
    return is_so;
}

bool confirm_x3dh(struct confirm *c, const json_t *group, bool *taken)
{
    bool is_initiator = strcmp(confirm_text(group, "role"), "initiator") == 0;
    const json_t *tests = confirm_object(group, "tests");
    for (size_t i = 0; i < json_array_size(tests); i++) {
        const json_t *test = json_array_get(tests, i);
        taken[i] = is_initiator ? initiates(c, test) : responds(c, test);
    }
    return true;
}

/* A bundle without signature cannot be handed to the library. */
static bool has_signature(struct confirm *c, const json_t *test)
{
    return confirm_hex(c, test, "signature").len > 0;
}

static bool processes(struct confirm *c, const json_t *test, const struct party_keys *own)
{
    struct signal_bundle b = {
        .registration_id = confirm_number(test, "registrationId"),
        .device = 1,
        .identity_key = confirm_hex(c, test, "identityPublic"),
        .signed_prekey_id = confirm_number(test, "signedPrekeyId"),
        .signed_prekey = confirm_hex(c, test, "signedPrekeyPublic"),
        .signature = confirm_hex(c, test, "signature"),
        .has_one_time_prekey = json_object_get(test, "oneTimePrekeyPublic") != NULL,
    };
    struct buffer encoded;
    if (b.has_one_time_prekey) {
        b.one_time_prekey_id = confirm_number(test, "oneTimePrekeyId");
        b.one_time_prekey = confirm_hex(c, test, "oneTimePrekeyPublic");
    }
    buffer_init(&encoded, 4096);
    struct lsc *l = lsc_new((struct address){"alice", 1}, &c->random, own);
    confirm_must(l && signal_bundle_encode(&b, &encoded) == OK, "a bundle");
    bool is_taken = lsc_start(l, (struct address){"bob", 1}, buffer_bytes(&encoded)) == 0;
    lsc_free(l);
    buffer_fini(&encoded);
    return is_taken;
}

bool confirm_x3dh_bundle(struct confirm *c, const json_t *group, bool *taken)
{
    const json_t *tests = confirm_object(group, "tests");
    struct party_keys own = {.registration_id = 1};
    uint8_t scalar[32];
    struct key_pair identity;
    memset(scalar, 1, sizeof(scalar));
    confirm_must(keys_from_private(scalar, &identity) == OK, "an identity");
    memcpy(own.identity_private, identity.private_key, 32);
    memcpy(own.identity_public, identity.public_key, KEY);
    for (size_t i = 0; i < json_array_size(tests); i++) {
        const json_t *test = json_array_get(tests, i);
        c->is_silent[i] = !has_signature(c, test);
        taken[i] = !c->is_silent[i] && processes(c, test, &own);
    }
    return true;
}

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
#include "base/crypto.h"
#include "experiments/insider.h"
#include "cipher/signal3/keys.h"
#include "cipher/signal3/mac.h"
#include "cipher/signal3/rules.h"

#include <openssl/crypto.h>
#include <string.h>

#define VERSION 0x33u
#define MAC_LEN 8u
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
    enum status st = keys_agree(&f->signed_prekey, f->identity, input + 32);
    if (!st)
        st = keys_agree(&f->own, f->base.public_key, input + 64);
    if (!st)
        st = keys_agree(&f->signed_prekey, f->base.public_key, input + 96);
    if (!st)
        st = crypto_hkdf_sha256(bytes_of(input, sizeof(input)), bytes_of(NULL, 0),
                                bytes_of_text(rules->ratchet.handshake_info), derived,
                                sizeof(derived));
    if (!st)
        st = keys_agree(&f->ratchet, f->signed_prekey.public_key, secret);
    if (!st)
        st = keys_root_step(&rules->ratchet, derived, secret, root, out_chain);
    OPENSSL_cleanse(input, sizeof(input));
    OPENSSL_cleanse(derived, sizeof(derived));
    OPENSSL_cleanse(secret, sizeof(secret));
    OPENSSL_cleanse(root, sizeof(root));
    return st;
}

static enum status make_keys(struct insider *in, struct bytes identity, struct forgery *out)
{
    const struct rules *rules = rules_honest();
    struct random *random = experiment_random(in->experiment);
    uint8_t chain[32], seed[32];
    if (identity.len != SIGNAL_KEY_LEN)
        return E_CRYPTO;
    memcpy(out->identity, identity.data, SIGNAL_KEY_LEN);
    enum status st = keys_from_private(in->keys.identity_private, &out->own);
    if (!st)
        st = keys_from_private(in->signed_prekey.private_key, &out->signed_prekey);
    if (!st)
        st = keys_generate(random, &out->base);
    if (!st)
        st = keys_generate(random, &out->ratchet);
    if (!st)
        st = derive_chain(out, chain);
    if (!st)
        st = keys_message_seed(chain, seed);
    if (!st)
        st = keys_of_message(rules->ratchet.message_info, rules->ratchet.has_derived_iv, seed,
                             &out->keys);
    OPENSSL_cleanse(chain, sizeof(chain));
    OPENSSL_cleanse(seed, sizeof(seed));
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
    const struct signal_message m = {.version = VERSION,
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
        st = buffer_append(out, bytes_of(mac, MAC_LEN));
    buffer_fini(&ciphertext);
    return st;
}

static enum status write_first(struct insider *in, const struct forgery *f, struct bytes plaintext,
                               struct buffer *out)
{
    struct buffer inner;
    buffer_init(&inner, FORGED_MAX);
    enum status st = write_message(f, plaintext, &inner);
    const struct prekey_message m = {.version = VERSION,
                                     .base_key = bytes_of(f->base.public_key, SIGNAL_KEY_LEN),
                                     .identity_key = bytes_of(f->identity, SIGNAL_KEY_LEN),
                                     .message = buffer_bytes(&inner),
                                     .registration_id = 1,
                                     .signed_prekey_id = in->signed_prekey.id};
    if (!st)
        st = prekey_message_encode(&m, out);
    buffer_fini(&inner);
    return st;
}

struct message *insider_impersonate(struct insider *in, struct experiment_party *as,
                                    struct bytes plaintext)
{
    struct experiment *e = in->experiment;
    struct forgery f;
    struct signal_bundle bundle;
    struct buffer body;
    struct message *m = NULL;
    struct bundle published = experiment_publish(e, as, false);
    memset(&f, 0, sizeof(f));
    buffer_init(&body, FORGED_MAX);
    if (experiment_is_void(e))
        return NULL;
    enum status st = signal_bundle_decode(published.body, &bundle);
    if (!st)
        st = make_keys(in, bundle.identity_key, &f);
    if (!st)
        st = write_first(in, &f, plaintext, &body);
    if (st)
        experiment_void(e, "the forgery could not be made: %s", status_text(st));
    else
        m = experiment_add_message(e, as, in->victim, SIGNAL_KIND_PREKEY, buffer_bytes(&body),
                                   plaintext);
    experiment_tell(e, "the adversary makes a first message in %s's name from B's private keys",
                    as->name);
    OPENSSL_cleanse(&f, sizeof(f));
    buffer_fini(&body);
    return m;
}

#include "cipher/signal/party.h"

#include "base/crypto.h"
#include "cipher/signal/store.h"
#include "cipher/signal/xeddsa.h"

#include <string.h>

/* X3DH 3.2: a new signed prekey, signed by the identity. */
static enum status make_signed_prekey(struct party *p, const struct rules *rules)
{
    const struct rules_signature *how = &rules->signature;
    struct prekey key;
    enum status st;
    memset(&key, 0, sizeof(key));
    key.id = p->next_signed_prekey_id;
    if ((st = keys_generate(p->random, &key.pair)))
        return st;
    size_t from = how->covers == SIGNED_RAW_KEY ? 1 : 0;
    struct bytes covered = bytes_of(key.pair.public_key + from, SIGNAL_KEY_LEN - from);
    st = xeddsa_sign(p->identity.private_key, covered, how->has_fresh_nonce ? p->random : NULL,
                     key.signature);
    if (!st)
        st = prekeys_add(&p->signed_prekeys, &key);
    if (!st)
        p->next_signed_prekey_id++;
    crypto_wipe(&key, sizeof(key));
    return st;
}

static enum status rotate(struct party *p, const struct rules *rules)
{
    enum status st;
    if (p->signed_prekeys.count && !rules->handshake.rotates_signed_prekey)
        return OK;
    if ((st = make_signed_prekey(p, rules)))
        return st;
    while (p->signed_prekeys.count - 1 > rules->handshake.rotated_prekeys_kept)
        prekeys_remove(&p->signed_prekeys, &p->signed_prekeys.items[0]);
    return OK;
}

static enum status make_one_time_prekey(struct party *p, const struct rules *rules)
{
    struct prekeys *all = &p->one_time_prekeys;
    struct prekey key;
    enum status st;
    memset(&key, 0, sizeof(key));
    key.id = p->next_one_time_prekey_id;
    if (!rules->handshake.renews_prekey_key && all->count)
        key.pair = all->items[0].pair;
    else if ((st = keys_generate(p->random, &key.pair)))
        return st;
    if (!(st = prekeys_add(all, &key)))
        p->next_one_time_prekey_id++;
    crypto_wipe(&key, sizeof(key));
    return st;
}

static struct prekey *find_not_given(struct prekeys *k, bool once)
{
    for (size_t i = 0; i < k->count; i++)
        if (!k->items[i].is_used && !(once && k->items[i].is_given))
            return &k->items[i];
    return NULL;
}

/* The next one-time prekey to give, or NULL when there is none and none may be made. */
static enum status choose_one_time_prekey(struct party *p, const struct rules *rules,
                                          struct prekey **out)
{
    bool once = rules->handshake.gives_prekey_once;
    enum status st;
    *out = find_not_given(&p->one_time_prekeys, once);
    if (*out || !p->makes_prekeys)
        return OK;
    if ((st = make_one_time_prekey(p, rules)))
        return st;
    *out = &p->one_time_prekeys.items[p->one_time_prekeys.count - 1];
    return OK;
}

/* The signature a dishonest publisher puts there; |one_time| may be NULL. */
static enum status sign_dishonestly(struct party *p, enum publish_signer signer,
                                    const struct prekey *one_time, uint8_t *out_signature)
{
    const struct prekey *signed_prekey = &p->signed_prekeys.items[p->signed_prekeys.count - 1];
    const struct prekey *by = signer == SIGNER_SIGNED_PREKEY ? signed_prekey : one_time;
    if (!by)
        return E_MISSING;
    return xeddsa_sign(by->pair.private_key,
                       bytes_of(signed_prekey->pair.public_key, SIGNAL_KEY_LEN), p->random,
                       out_signature);
}

static enum status encode(const struct party *p, const struct prekey *one_time,
                          const uint8_t *signature, struct buffer *out)
{
    const struct prekey *signed_prekey = &p->signed_prekeys.items[p->signed_prekeys.count - 1];
    struct signal_bundle b = {
        .registration_id = p->registration_id,
        .device = p->device,
        .identity_key = party_identity_public(p),
        .signed_prekey_id = signed_prekey->id,
        .signed_prekey = bytes_of(signed_prekey->pair.public_key, SIGNAL_KEY_LEN),
        .signature =
            bytes_of(signature ? signature : signed_prekey->signature, SIGNAL_SIGNATURE_LEN),
        .has_one_time_prekey = one_time != NULL,
    };
    if (one_time) {
        b.one_time_prekey_id = one_time->id;
        b.one_time_prekey = bytes_of(one_time->pair.public_key, SIGNAL_KEY_LEN);
    }
    return signal_bundle_encode(&b, out);
}

/* Forget the keys made after there were |n_signed| and |n_one_time|. */
static void undo(struct party *p, size_t n_signed, size_t n_one_time)
{
    while (p->signed_prekeys.count > n_signed) {
        prekeys_remove(&p->signed_prekeys, &p->signed_prekeys.items[p->signed_prekeys.count - 1]);
        p->next_signed_prekey_id--;
    }
    while (p->one_time_prekeys.count > n_one_time) {
        prekeys_remove(&p->one_time_prekeys,
                       &p->one_time_prekeys.items[p->one_time_prekeys.count - 1]);
        p->next_one_time_prekey_id--;
    }
}

enum status party_publish(struct party *p, const struct publish_options *options,
                          struct buffer *out)
{
    const struct rules *rules = party_rules_in(p, NULL, 0);
    size_t n_signed = p->signed_prekeys.count, n_one_time = p->one_time_prekeys.count;
    struct prekey *one_time = NULL;
    uint8_t other_signature[SIGNAL_SIGNATURE_LEN];
    bool is_honest = options->signer == SIGNER_IDENTITY;
    enum status st = OK;
    if (options->rotate_signed_prekey || n_signed == 0)
        st = rotate(p, rules);
    if (!st && !options->without_one_time_prekey)
        st = choose_one_time_prekey(p, rules, &one_time);
    if (!st && !is_honest)
        st = sign_dishonestly(p, options->signer, one_time, other_signature);
    if (!st)
        st = encode(p, one_time, is_honest ? NULL : other_signature, out);
    if (st)
        undo(p, n_signed, n_one_time);
    else if (one_time)
        one_time->is_given = true;
    return st;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cipher/signal/party.h"

#include "base/crypto.h"
#include "cipher/signal/lapse.h"
#include "cipher/signal/xeddsa.h"

#include <string.h>

static enum status sign(const struct party *p, const struct rules_signature *how,
                        struct bytes covered, uint8_t *out)
{
    const struct key_pair *by = &p->identity;
    if (how->has_zero_nonce)
        return xeddsa_sign_with_zero(by->private_key, by->public_key, covered, out);
    return xeddsa_sign(by->private_key, covered, how->has_fresh_nonce ? p->random : NULL, out);
}

/* X3DH 3.2: a new signed prekey, signed by the identity. */
static enum status make_signed_prekey(struct party *p, const struct rules *rules)
{
    const struct rules_signature *how = &rules->signature;
    struct prekey key;
    enum status st;
    memset(&key, 0, sizeof(key));
    key.id = p->next_signed_prekey_id;
    if (lapses(p, LAPSE_ID_AGAIN_AT_ROTATION) && p->signed_prekeys.count > 1)
        key.id--;
    if ((st = keys_generate(p->random, &key.pair)))
        return st;
    size_t from = how->covers == SIGNED_RAW_KEY ? 1 : 0;
    struct bytes covered = bytes_of(key.pair.public_key + from, SIGNAL_KEY_LEN - from);
    st = sign(p, how, covered, key.signature);
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
    lapse_rotated(p);
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
    if (all->count > 100 && lapses(p, LAPSE_HUNDRED_PREKEYS))
        prekeys_remove(all, &all->items[0]);
    crypto_wipe(&key, sizeof(key));
    return st;
}

static enum status make_kem_prekey(struct party *p, const struct rules *rules, bool is_last_resort)
{
    uint8_t wire[SIGNAL_KEM_WIRE_LEN] = {SIGNAL_KEM_TYPE}, seeds[2 * KEM_SEED_LEN];
    size_t from = rules->kem.covers == SIGNED_RAW_KEY ? 1 : 0;
    struct kem_prekey key;
    enum status st;
    memset(&key, 0, sizeof(key));
    key.id = p->kem_prekeys.next_id;
    key.is_last_resort = is_last_resort;
    if (is_last_resort && lapses(p, LAPSE_LAST_RESORT_TAKES_ID))
        lapse_take_one_time_id(&p->kem_prekeys, &key.id);
    if ((st = random_fill(p->random, seeds, sizeof(seeds))) ||
        (st = kem_keygen(&kem_kyber_1024, seeds, seeds + KEM_SEED_LEN, key.ek, key.dk)))
        goto out;
    memcpy(wire + 1, key.ek, sizeof(key.ek));
    if (!(st = sign(p, &rules->signature, bytes_of(wire + from, sizeof(wire) - from),
                    key.signature)) &&
        !(st = kem_prekeys_add(&p->kem_prekeys, &key)) && rules->kem.renews_id)
        p->kem_prekeys.next_id++;
out:
    crypto_wipe(seeds, sizeof(seeds));
    crypto_wipe(&key, sizeof(key));
    return st;
}

/* The KEM prekey to give (PQXDH 3.2): one-time where the bundle has a one-time prekey, else the
 * last resort, the newest. NULL: none, and none may be made. */
static struct kem_prekey *find_kem_prekey(struct kem_prekeys *k, bool is_last_resort, bool once)
{
    for (size_t i = 0; i < k->count; i++) {
        struct kem_prekey *key = &k->items[is_last_resort ? k->count - 1 - i : i];
        if (key->is_last_resort == is_last_resort && !key->is_used &&
            (is_last_resort || !(once && key->is_given)))
            return key;
    }
    return NULL;
}

static enum status choose_kem_prekey(struct party *p, const struct rules *rules,
                                     bool is_last_resort, bool is_rotated, struct kem_prekey **out)
{
    enum status st;
    *out = NULL;
    if (!rules->kem.is_used)
        return OK;
    *out = is_last_resort && is_rotated
               ? NULL
               : find_kem_prekey(&p->kem_prekeys, is_last_resort, rules->kem.gives_prekey_once);
    if (*out)
        return OK;
    if (!p->makes_prekeys) {
        *out = find_kem_prekey(&p->kem_prekeys, true, false);
        return OK;
    }
    if ((st = make_kem_prekey(p, rules, is_last_resort)))
        return st;
    *out = &p->kem_prekeys.items[p->kem_prekeys.count - 1];
    return OK;
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

/* What a bundle's signatures are, where they are not those that were made with the keys. */
struct signatures {
    bool are_others;
    uint8_t of_signed_prekey[SIGNAL_SIGNATURE_LEN];
    bool has_kem;
    uint8_t of_kem_prekey[SIGNAL_SIGNATURE_LEN];
};

/* By the identity, over the keys without their type bytes. */
static enum status sign_bare(struct party *p, const struct prekey *signed_prekey,
                             const struct kem_prekey *kem, struct signatures *out)
{
    struct bytes bare = bytes_of(signed_prekey->pair.public_key + 1, SIGNAL_KEY_LEN - 1);
    const uint8_t *by = p->identity.private_key;
    enum status st = xeddsa_sign(by, bare, p->random, out->of_signed_prekey);
    if (!st && kem)
        st = xeddsa_sign(by, bytes_of(kem->ek, sizeof(kem->ek)), p->random, out->of_kem_prekey);
    out->has_kem = kem != NULL;
    return st;
}

/* The signatures a dishonest publisher puts there; |one_time| and |kem| may be NULL. */
static enum status sign_dishonestly(struct party *p, enum publish_signer signer,
                                    const struct prekey *one_time, const struct kem_prekey *kem,
                                    struct signatures *out)
{
    const struct prekey *signed_prekey = &p->signed_prekeys.items[p->signed_prekeys.count - 1];
    const struct prekey *by = signer == SIGNER_SIGNED_PREKEY ? signed_prekey : one_time;
    memset(out, 0, sizeof(*out));
    out->are_others = signer != SIGNER_IDENTITY;
    if (!out->are_others)
        return OK;
    if (signer == SIGNER_IDENTITY_BARE)
        return sign_bare(p, signed_prekey, kem, out);
    if (!by)
        return E_MISSING;
    return xeddsa_sign(by->pair.private_key,
                       bytes_of(signed_prekey->pair.public_key, SIGNAL_KEY_LEN), p->random,
                       out->of_signed_prekey);
}

static enum status encode(const struct party *p, const struct prekey *one_time,
                          const struct kem_prekey *kem, const struct signatures *signatures,
                          struct buffer *out)
{
    uint8_t kem_wire[SIGNAL_KEM_WIRE_LEN] = {SIGNAL_KEM_TYPE};
    const struct prekey *signed_prekey = &p->signed_prekeys.items[p->signed_prekeys.count - 1];
    struct signal_bundle b = {
        .registration_id = p->registration_id,
        .device = p->device,
        .identity_key = party_identity_public(p),
        .signed_prekey_id = signed_prekey->id,
        .signed_prekey = bytes_of(signed_prekey->pair.public_key, SIGNAL_KEY_LEN),
        .signature = bytes_of(signatures->are_others ? signatures->of_signed_prekey
                                                     : signed_prekey->signature,
                              SIGNAL_SIGNATURE_LEN),
        .has_one_time_prekey = one_time != NULL,
    };
    if (one_time) {
        b.one_time_prekey_id = one_time->id;
        b.one_time_prekey = bytes_of(one_time->pair.public_key, SIGNAL_KEY_LEN);
    }
    if (kem) {
        memcpy(kem_wire + 1, kem->ek, sizeof(kem->ek));
        b.has_kem_prekey = true;
        b.kem_prekey_id = kem->id;
        b.kem_prekey = bytes_of(kem_wire, sizeof(kem_wire));
        b.kem_signature = bytes_of(signatures->has_kem ? signatures->of_kem_prekey : kem->signature,
                                   SIGNAL_SIGNATURE_LEN);
    }
    return signal_bundle_encode(&b, out);
}

/* Forget the keys made after there were so many. */
static void undo(struct party *p, size_t n_signed, size_t n_one_time, size_t n_kem)
{
    while (p->kem_prekeys.count > n_kem) {
        kem_prekeys_remove(&p->kem_prekeys, &p->kem_prekeys.items[p->kem_prekeys.count - 1]);
        p->kem_prekeys.next_id--;
    }
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
    size_t n_kem = p->kem_prekeys.count;
    struct prekey *one_time = NULL;
    struct kem_prekey *kem = NULL;
    struct signatures signatures;
    bool is_last_resort = options->without_one_time_prekey || options->with_last_resort;
    enum status st = OK;
    if (options->rotate_signed_prekey || n_signed == 0)
        st = rotate(p, rules);
    if (!st && !options->without_one_time_prekey)
        st = choose_one_time_prekey(p, rules, &one_time);
    if (!st)
        st = choose_kem_prekey(p, rules, is_last_resort, options->rotate_signed_prekey, &kem);
    if (!st)
        st = sign_dishonestly(p, options->signer, one_time, kem, &signatures);
    if (!st)
        st = encode(p, one_time, kem, &signatures, out);
    if (st)
        undo(p, n_signed, n_one_time, n_kem);
    if (!st && one_time)
        one_time->is_given = true;
    if (!st && kem)
        kem->is_given = true;
    return st;
}

enum status party_sign_bundle(struct party *p, struct bytes bundle, struct buffer *out)
{
    uint8_t signature[SIGNAL_SIGNATURE_LEN], of_kem[SIGNAL_SIGNATURE_LEN];
    const uint8_t *by = p->identity.private_key;
    struct signal_bundle b;
    enum status st;
    if ((st = signal_bundle_decode(bundle, &b)) ||
        (st = xeddsa_sign(by, b.signed_prekey, p->random, signature)) ||
        (b.has_kem_prekey && (st = xeddsa_sign(by, b.kem_prekey, p->random, of_kem))))
        return st;
    b.signature = bytes_of(signature, sizeof(signature));
    if (b.has_kem_prekey)
        b.kem_signature = bytes_of(of_kem, sizeof(of_kem));
    return signal_bundle_encode(&b, out);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cipher/signal/handshake.h"

#include "base/crypto.h"
#include "cipher/signal/lapse.h"

#include <string.h>

#define N_DH_MAX 4u

struct agreements {
    uint8_t dh[N_DH_MAX][32];
    size_t count;
    bool has_kem;
    uint8_t kem[KEM_SECRET_LEN];
};

struct derivation {
    bool has_block;
    bool swaps_order;
    bool has_other_salt;
    bool omits_kem;
    bool puts_kem_first;
    const char *info;
};

struct secret {
    uint8_t root[32];
    uint8_t chain[32];
    uint8_t spqr[SPQR_KEY_LEN];
};

static enum status derive(const struct agreements *a, const struct derivation *how,
                          struct secret *out)
{
    static const uint8_t other_salt[32] = {1};
    uint8_t input[32 * (1 + N_DH_MAX) + KEM_SECRET_LEN], derived[96];
    bool has_kem = a->has_kem && !how->omits_kem;
    size_t len = 0;
    enum status st;
    if (how->has_block) {
        memset(input, 0xff, 32);
        len = 32;
    }
    if (has_kem && how->puts_kem_first) {
        memcpy(input + len, a->kem, sizeof(a->kem));
        len += sizeof(a->kem);
    }
    for (size_t i = 0; i < a->count; i++, len += 32) {
        size_t from = how->swaps_order && i < 2 ? 1 - i : i;
        memcpy(input + len, a->dh[from], 32);
    }
    if (has_kem && !how->puts_kem_first) {
        memcpy(input + len, a->kem, sizeof(a->kem));
        len += sizeof(a->kem);
    }
    st = crypto_hkdf_sha256(bytes_of(input, len),
                            how->has_other_salt ? bytes_of(other_salt, 32) : bytes_of(NULL, 0),
                            bytes_of_text(how->info), derived, sizeof(derived));
    memcpy(out->root, derived, 32);
    memcpy(out->chain, derived + 32, 32);
    memcpy(out->spqr, derived + 64, 32);
    crypto_wipe(input, sizeof(input));
    crypto_wipe(derived, sizeof(derived));
    return st;
}

static enum status agree(struct agreements *a, const struct rules_handshake *rules,
                         const struct key_pair *own, const uint8_t *their, enum refusal *why)
{
    uint8_t *secret = a->dh[a->count];
    enum status st = keys_agree(own, their, secret);
    if (st)
        return st;
    if (rules->refuses_low_order && !own->is_degenerate && keys_are_zero(secret))
        return refusal_state(why, REFUSAL_INVALID_KEY);
    a->count++;
    return OK;
}

bool handshake_read_kem(const struct rules_kem *rules, struct bytes in, uint8_t out[KEM_RAW_LEN])
{
    struct bytes raw = bytes_slice(in, 1, KEM_RAW_LEN);
    bool is_elliptic = in.len == SIGNAL_KEY_LEN && in.data[0] == KEY_TYPE_CURVE25519;
    memset(out, 0, KEM_RAW_LEN);
    if (raw.len)
        memcpy(out, raw.data, raw.len);
    if (is_elliptic && rules->takes_elliptic_key)
        return true;
    return in.len && (in.len == SIGNAL_KEM_WIRE_LEN || !rules->checks_length) &&
           (in.data[0] == SIGNAL_KEM_TYPE || !rules->checks_type);
}

/* PQXDH 3.3: the KEM's secret, and what the first messages carry of it, with fresh randomness. */
static enum status encapsulate(const struct party *p, const struct rules_kem *rules,
                               const struct mutation *mutation, const struct their_keys *theirs,
                               struct agreements *a, struct post_quantum *pq, enum refusal *why)
{
    uint8_t m[KEM_SEED_LEN] = {0}, other[KEM_EK_MAX], dk[KEM_DK_MAX];
    struct bytes ek = bytes_of(theirs->kem_prekey, KEM_RAW_LEN);
    enum status st = rules->has_fresh_randomness ? random_fill(p->random, m, sizeof(m)) : OK;
    if (!st && mutation->encapsulates_to_other) {
        st = kem_keygen(&kem_kyber_1024, m, m, other, dk);
        ek = bytes_of(other, sizeof(other));
    }
    if (!st)
        st = kem_encaps(&kem_kyber_1024, ek, m, pq->kem_ciphertext + 1, a->kem);
    pq->kem_ciphertext[0] = SIGNAL_KEM_TYPE;
    a->has_kem = true;
    crypto_wipe(m, sizeof(m));
    crypto_wipe(dk, sizeof(dk));
    return st == E_PARSE ? refusal_state(why, REFUSAL_INVALID_KEY) : st;
}

/* PQXDH 3.4. A ciphertext of another form is no key; a changed one gives another secret. */
static enum status decapsulate(const struct rules_kem *rules, const struct first_message *first,
                               struct agreements *a, enum refusal *why)
{
    uint8_t ciphertext[KEM_RAW_LEN];
    if (!handshake_read_kem(rules, first->kem_ciphertext, ciphertext))
        return refusal_state(why, REFUSAL_INVALID_KEY);
    a->has_kem = true;
    return kem_decaps(&kem_kyber_1024, bytes_of(first->kem_prekey->dk, KEM_DK_MAX),
                      bytes_of(ciphertext, KEM_RAW_LEN), a->kem);
}

/* Is the other side, of that name and identity, oneself? Devices do not count. */
static bool is_with_self(const struct party *p, const char *name, const uint8_t *identity)
{
    return name && strcmp(p->name, name) == 0 &&
           memcmp(p->identity.public_key, identity, SIGNAL_KEY_LEN) == 0;
}

/* The Triple Ratchet's second half, where PQXDH began the session. |pq| is given on OK. */
static enum status start_spqr(struct session *s, const struct rules_spqr *rules,
                              const struct secret *secret, bool is_bounded,
                              struct post_quantum **pq)
{
    enum status st = OK;
    if (!*pq)
        return OK;
    if (rules->is_used && !(st = spqr_start(&(*pq)->spqr, secret->spqr, s->is_initiator,
                                            is_bounded || !rules->has_no_bound_with_self)))
        (*pq)->has_spqr = true;
    if (st)
        return st;
    s->pq = *pq;
    *pq = NULL;
    return OK;
}

/* The initiator's session before its first step: B's signed prekey is B's first ratchet key. */
static enum status set_up_initiator(struct session *s, const struct secret *secret,
                                    const struct their_keys *theirs)
{
    struct receiver_chain chain = {{0}, {{0}, 0, {NULL, 0, 0}, {NULL, 0, 0}}, false, false, 0};
    enum status st;
    if ((st = session_reserve_chain(s)))
        return st;
    memcpy(chain.ratchet_key, theirs->signed_prekey, SIGNAL_KEY_LEN);
    memcpy(chain.chain.key, secret->chain, 32);
    session_add_chain(s, &chain, UINT32_MAX);
    memcpy(s->remote_ratchet_key, theirs->signed_prekey, SIGNAL_KEY_LEN);
    memcpy(s->remote_identity, theirs->identity, SIGNAL_KEY_LEN);
    memcpy(s->sender.root, secret->root, 32);
    s->is_initiator = true;
    return OK;
}

/* What the secrets are derived with: without a KEM, a session of v4 is one of X3DH. */
static const char *info_of(const struct rules *rules, bool has_kem)
{
    return rules->kem.is_used && !has_kem ? rules_honest()->ratchet.handshake_info
                                          : rules->ratchet.handshake_info;
}

static enum status initiator_secret(const struct party *p, const struct rules *rules,
                                    const struct mutation *mutation, const struct key_pair *base,
                                    const struct their_keys *theirs, struct post_quantum *pq,
                                    struct secret *out, enum refusal *why)
{
    const struct rules_handshake *handshake = &rules->handshake;
    struct rules_handshake of_one_time = *handshake;
    const struct derivation how = {
        .has_block = handshake->has_discontinuity_block && !mutation->omits_discontinuity_block,
        .swaps_order = mutation->swaps_dh_order,
        .has_other_salt = mutation->has_other_handshake_salt,
        .omits_kem = !rules->kem.mixes_secret || mutation->omits_kem_secret,
        .puts_kem_first = rules->kem.secret_comes_first || mutation->kem_secret_comes_first,
        .info = mutation->has_other_handshake_info ? "OtherText" : info_of(rules, pq != NULL),
    };
    bool has_dh4 = theirs->has_one_time_prekey && handshake->uses_dh4 && !mutation->omits_dh4 &&
                   !mutation->claimed_one_time_prekey.is_set;
    struct agreements a = {.count = 0};
    enum status st;
    if (lapses(p, LAPSE_LOW_ORDER_ONE_TIME))
        of_one_time.refuses_low_order = false;
    if ((st = agree(&a, handshake, &p->identity, theirs->signed_prekey, why)) ||
        (st = agree(&a, handshake, base, theirs->identity, why)) ||
        (st = agree(&a, handshake, base, theirs->signed_prekey, why)) ||
        (has_dh4 && (st = agree(&a, &of_one_time, base, theirs->one_time_prekey, why))) ||
        (pq && (st = encapsulate(p, &rules->kem, mutation, theirs, &a, pq, why))))
        goto out;
    st = derive(&a, &how, out);
out:
    crypto_wipe(&a, sizeof(a));
    return st;
}

/* DR 3.3: a new pair; only by its lapse the handshake's. */
static enum status make_ratchet_key(const struct party *p, const struct key_pair *base,
                                    const struct their_keys *theirs, struct key_pair *out)
{
    if (!lapses(p, LAPSE_BASE_KEY_TURNS) || theirs->has_one_time_prekey)
        return keys_generate(p->random, out);
    *out = *base;
    return OK;
}

enum status handshake_initiate(const struct party *p, const struct rules *rules,
                               const struct mutation *mutation, const struct key_pair *base,
                               const struct their_keys *theirs, struct session **out,
                               enum refusal *why)
{
    struct session *s = NULL;
    struct secret secret;
    struct key_pair ratchet_key;
    struct post_quantum *pq = NULL;
    enum status st;
    *out = NULL;
    memset(&secret, 0, sizeof(secret));
    memset(&ratchet_key, 0, sizeof(ratchet_key));
    if (rules->kem.is_used && theirs->has_kem_prekey && !mutation->omits_kem &&
        !(pq = post_quantum_new()))
        return E_NOMEM;
    if ((st = initiator_secret(p, rules, mutation, base, theirs, pq, &secret, why)))
        goto out;
    if (!(s = session_new())) {
        st = E_NOMEM;
        goto out;
    }
    if ((st = set_up_initiator(s, &secret, theirs)) ||
        (st = start_spqr(s, &rules->spqr, &secret, !is_with_self(p, theirs->name, theirs->identity),
                         &pq)) ||
        (st = make_ratchet_key(p, base, theirs, &ratchet_key)) ||
        (st = sender_turn(&s->sender, &rules->ratchet, &ratchet_key, theirs->signed_prekey, why)))
        goto out;
    s->sender.counter = rules->ratchet.first_counter;
    memcpy(s->base_key, base->public_key, SIGNAL_KEY_LEN);
    *out = s;
    s = NULL;
out:
    session_free(s);
    post_quantum_free(pq);
    crypto_wipe(&secret, sizeof(secret));
    crypto_wipe(&ratchet_key, sizeof(ratchet_key));
    return st;
}

/* The responder's session: it sends nothing before its first step, which the first message brings
 * about. */
static void set_up_responder(struct session *s, const struct secret *secret,
                             const struct first_message *first)
{
    s->sender.key = first->signed_prekey->pair;
    memcpy(s->sender.root, secret->root, 32);
    memcpy(s->sender.chain, secret->chain, 32);
    memcpy(s->sender.chain_start, secret->chain, 32);
    memcpy(s->base_key, first->base_key, SIGNAL_KEY_LEN);
    memcpy(s->remote_identity, first->identity, SIGNAL_KEY_LEN);
    s->remote_registration_id = first->registration_id;
}

enum status handshake_respond(const struct party *p, const struct rules *rules, uint32_t left_out,
                              const struct first_message *first, struct session **out,
                              enum refusal *why)
{
    const struct rules_handshake *handshake = &rules->handshake;
    const struct key_pair *signed_pair = &first->signed_prekey->pair;
    const struct derivation how = {
        .has_block = handshake->has_discontinuity_block && !(left_out & DERIVATION_WITHOUT_BLOCK),
        .omits_kem = !rules->kem.mixes_secret,
        .puts_kem_first = rules->kem.secret_comes_first,
        .info = info_of(rules, first->kem_prekey != NULL),
    };
    bool has_dh4 =
        first->one_time_prekey && handshake->uses_dh4 && !(left_out & DERIVATION_WITHOUT_DH4);
    struct agreements a = {.count = 0};
    struct secret secret;
    struct session *s = NULL;
    struct post_quantum *pq = NULL;
    enum status st;
    *out = NULL;
    if (first->kem_prekey && !(pq = post_quantum_new()))
        return E_NOMEM;
    if ((st = agree(&a, handshake, signed_pair, first->identity, why)) ||
        (st = agree(&a, handshake, &p->identity, first->base_key, why)) ||
        (st = agree(&a, handshake, signed_pair, first->base_key, why)) ||
        (has_dh4 &&
         (st = agree(&a, handshake, &first->one_time_prekey->pair, first->base_key, why))) ||
        (pq && (st = decapsulate(&rules->kem, first, &a, why))) || (st = derive(&a, &how, &secret)))
        goto out;
    if (!(s = session_new())) {
        st = E_NOMEM;
        goto out;
    }
    set_up_responder(s, &secret, first);
    if ((st = start_spqr(s, &rules->spqr, &secret, !is_with_self(p, first->name, first->identity),
                         &pq)))
        goto out;
    *out = s;
    s = NULL;
out:
    session_free(s);
    post_quantum_free(pq);
    crypto_wipe(&a, sizeof(a));
    crypto_wipe(&secret, sizeof(secret));
    return st;
}

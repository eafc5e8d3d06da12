#include "cipher/signal/handshake.h"

#include "base/crypto.h"

#include <string.h>

#define N_DH_MAX 4u

struct agreements {
    uint8_t dh[N_DH_MAX][32];
    size_t count;
};

struct derivation {
    bool has_block;
    bool swaps_order;
    bool has_other_salt;
    const char *info;
};

struct secret {
    uint8_t root[32];
    uint8_t chain[32];
};

static enum status derive(const struct agreements *a, const struct derivation *how,
                          struct secret *out)
{
    static const uint8_t other_salt[32] = {1};
    uint8_t input[32 * (1 + N_DH_MAX)], derived[64];
    size_t len = 0;
    enum status st;
    if (how->has_block) {
        memset(input, 0xff, 32);
        len = 32;
    }
    for (size_t i = 0; i < a->count; i++, len += 32) {
        size_t from = how->swaps_order && i < 2 ? 1 - i : i;
        memcpy(input + len, a->dh[from], 32);
    }
    st = crypto_hkdf_sha256(bytes_of(input, len),
                            how->has_other_salt ? bytes_of(other_salt, 32) : bytes_of(NULL, 0),
                            bytes_of_text(how->info), derived, sizeof(derived));
    memcpy(out->root, derived, 32);
    memcpy(out->chain, derived + 32, 32);
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

static enum status initiator_secret(const struct party *p, const struct rules *rules,
                                    const struct mutation *mutation, const struct key_pair *base,
                                    const struct their_keys *theirs, struct secret *out,
                                    enum refusal *why)
{
    const struct rules_handshake *handshake = &rules->handshake;
    const struct derivation how = {
        .has_block = handshake->has_discontinuity_block && !mutation->omits_discontinuity_block,
        .swaps_order = mutation->swaps_dh_order,
        .has_other_salt = mutation->has_other_handshake_salt,
        .info = mutation->has_other_handshake_info ? "OtherText" : rules->ratchet.handshake_info,
    };
    bool has_dh4 = theirs->has_one_time_prekey && handshake->uses_dh4 && !mutation->omits_dh4 &&
                   !mutation->claimed_one_time_prekey.is_set;
    struct agreements a = {.count = 0};
    enum status st;
    if ((st = agree(&a, handshake, &p->identity, theirs->signed_prekey, why)) ||
        (st = agree(&a, handshake, base, theirs->identity, why)) ||
        (st = agree(&a, handshake, base, theirs->signed_prekey, why)) ||
        (has_dh4 && (st = agree(&a, handshake, base, theirs->one_time_prekey, why))))
        goto out;
    st = derive(&a, &how, out);
out:
    crypto_wipe(&a, sizeof(a));
    return st;
}

enum status handshake_initiate(const struct party *p, const struct rules *rules,
                               const struct mutation *mutation, const struct key_pair *base,
                               const struct their_keys *theirs, struct session **out,
                               enum refusal *why)
{
    struct session *s = NULL;
    struct secret secret;
    struct key_pair ratchet_key;
    enum status st;
    *out = NULL;
    memset(&ratchet_key, 0, sizeof(ratchet_key));
    if ((st = initiator_secret(p, rules, mutation, base, theirs, &secret, why)))
        goto out;
    if (!(s = session_new())) {
        st = E_NOMEM;
        goto out;
    }
    if ((st = set_up_initiator(s, &secret, theirs)) ||
        (st = keys_generate(p->random, &ratchet_key)) ||
        (st = sender_turn(&s->sender, &rules->ratchet, &ratchet_key, theirs->signed_prekey, why)))
        goto out;
    s->sender.counter = rules->ratchet.first_counter;
    memcpy(s->base_key, base->public_key, SIGNAL_KEY_LEN);
    *out = s;
    s = NULL;
out:
    session_free(s);
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
        .info = rules->ratchet.handshake_info,
    };
    bool has_dh4 =
        first->one_time_prekey && handshake->uses_dh4 && !(left_out & DERIVATION_WITHOUT_DH4);
    struct agreements a = {.count = 0};
    struct secret secret;
    struct session *s = NULL;
    enum status st;
    *out = NULL;
    if ((st = agree(&a, handshake, signed_pair, first->identity, why)) ||
        (st = agree(&a, handshake, &p->identity, first->base_key, why)) ||
        (st = agree(&a, handshake, signed_pair, first->base_key, why)) ||
        (has_dh4 &&
         (st = agree(&a, handshake, &first->one_time_prekey->pair, first->base_key, why))) ||
        (st = derive(&a, &how, &secret)))
        goto out;
    if (!(s = session_new())) {
        st = E_NOMEM;
        goto out;
    }
    set_up_responder(s, &secret, first);
    *out = s;
out:
    crypto_wipe(&a, sizeof(a));
    crypto_wipe(&secret, sizeof(secret));
    return st;
}

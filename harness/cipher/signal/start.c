/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cipher/signal/party.h"

#include "base/crypto.h"
#include "cipher/signal/handshake.h"
#include "cipher/signal/lapse.h"
#include "cipher/signal/xeddsa.h"

#include <string.h>

/* Does |signature| verify under any key the rules allow? */
static bool verifies(const struct rules_signature *rules, const struct their_keys *theirs,
                     struct bytes covered, struct bytes signature)
{
    if (xeddsa_verifies(theirs->identity, covered, signature))
        return true;
    if (rules->may_be_by_the_prekey && xeddsa_verifies(theirs->signed_prekey, covered, signature))
        return true;
    return rules->may_be_by_the_one_time_prekey && theirs->has_one_time_prekey &&
           xeddsa_verifies(theirs->one_time_prekey, covered, signature);
}

/* X3DH 3.3: the signed prekey is the identity's own word. */
static bool is_signed(const struct rules_signature *rules, const struct their_keys *theirs,
                      bool is_pinned, struct bytes covered, struct bytes signature)
{
    if (!rules->is_checked || (rules->checks_only_first && is_pinned))
        return true;
    if (signature.len == 0)
        return !rules->is_required;
    if (!rules->has_exact_length)
        signature = bytes_slice(signature, 0, SIGNAL_SIGNATURE_LEN);
    if (signature.len != SIGNAL_SIGNATURE_LEN)
        return false;
    if (rules->refuses_malleable && !xeddsa_is_canonical(signature.data))
        return false;
    return verifies(rules, theirs, covered, signature);
}

/* PQXDH 3.3: so is the KEM prekey. */
static bool is_kem_signed(const struct rules *rules, const struct signal_bundle *bundle,
                          const struct their_keys *theirs, bool is_pinned)
{
    if (!theirs->has_kem_prekey || !rules->kem.checks_signature)
        return true;
    size_t from = rules->kem.covers == SIGNED_RAW_KEY ? 1 : 0;
    return is_signed(&rules->signature, theirs, is_pinned,
                     bytes_slice(bundle->kem_prekey, from, SIZE_MAX), bundle->kem_signature);
}

static enum status read_kem(const struct rules_kem *rules, const struct signal_bundle *bundle,
                            bool may_lack, struct their_keys *out, enum refusal *why)
{
    if (!rules->is_used)
        return OK;
    if (!bundle->has_kem_prekey)
        return rules->is_required && !may_lack ? refusal_state(why, REFUSAL_MALFORMED) : OK;
    if (!handshake_read_kem(rules, bundle->kem_prekey, out->kem_prekey))
        return refusal_state(why, REFUSAL_INVALID_KEY);
    out->has_kem_prekey = true;
    return OK;
}

static enum status read_keys(const struct rules_parsing *rules, const struct signal_bundle *bundle,
                             struct their_keys *out, enum refusal *why)
{
    out->has_one_time_prekey = bundle->has_one_time_prekey;
    if (!keys_read_public(rules, bundle->identity_key, out->identity) ||
        !keys_read_public(rules, bundle->signed_prekey, out->signed_prekey))
        return refusal_state(why, REFUSAL_INVALID_KEY);
    if (bundle->has_one_time_prekey &&
        !keys_read_public(rules, bundle->one_time_prekey, out->one_time_prekey))
        return refusal_state(why, REFUSAL_INVALID_KEY);
    return OK;
}

/* Only by lapses: a signature that is not looked at, or not to its end. */
static bool is_signed_by_lapse(const struct party *p, struct address peer,
                               const struct record *known, const struct rules *rules,
                               const struct signal_bundle *bundle, const struct their_keys *theirs)
{
    uint8_t other[SIGNAL_SIGNATURE_LEN];
    if (lapses(p, LAPSE_UNSIGNED_OTHER_DEVICE))
        return lapse_other_device(p, peer) != NULL;
    if (lapses(p, LAPSE_UNSIGNED_KNOWN_ID))
        return known && known->verified_id && known->verified_id == bundle->signed_prekey_id;
    if (lapses(p, LAPSE_UNSIGNED_AFTER_ACCEPTANCE))
        return known && known->was_accepted;
    if (lapses(p, LAPSE_UNSIGNED_WITHOUT_PREKEY))
        return !bundle->has_one_time_prekey;
    if (!lapses(p, LAPSE_SIGNATURE_SIGN) || bundle->signature.len != sizeof(other))
        return false;
    memcpy(other, bundle->signature.data, sizeof(other));
    other[sizeof(other) - 1] ^= 0x80;
    return is_signed(&rules->signature, theirs, false, bundle->signed_prekey,
                     bytes_of(other, sizeof(other)));
}

/* Only by lapses: a KEM prekey's signature that is not looked at. */
static bool is_kem_excused(const struct party *p, bool is_pinned,
                           const struct signal_bundle *bundle)
{
    return (is_pinned && lapses(p, LAPSE_KEM_UNSIGNED_OF_KNOWN)) ||
           (!bundle->has_one_time_prekey && lapses(p, LAPSE_KEM_UNSIGNED_WITHOUT_ONE_TIME));
}

static enum status check_bundle(const struct party *p, struct address peer,
                                const struct rules *rules, const struct mutation *mutation,
                                const struct signal_bundle *bundle, struct their_keys *theirs,
                                enum refusal *why)
{
    struct record *known = store_find(p, peer);
    bool is_pinned = known && known->is_pinned;
    bool may_lack_kem = known && known->current && lapses(p, LAPSE_KNOWN_WITHOUT_KEM);
    enum status st;
    if ((st = read_keys(&rules->parsing, bundle, theirs, why)) ||
        (st = read_kem(&rules->kem, bundle, may_lack_kem, theirs, why)))
        return st;
    struct bytes covered = rules->signature.covers == SIGNED_RAW_KEY
                               ? bytes_of(theirs->signed_prekey + 1, SIGNAL_KEY_LEN - 1)
                               : bundle->signed_prekey;
    if (!mutation->skips_signature_check &&
        !is_signed_by_lapse(p, peer, known, rules, bundle, theirs) &&
        (!is_signed(&rules->signature, theirs, is_pinned, covered, bundle->signature) ||
         (!is_kem_excused(p, is_pinned, bundle) &&
          !is_kem_signed(rules, bundle, theirs, is_pinned))))
        return refusal_state(why, REFUSAL_PREKEY_SIGNATURE);
    bool is_compared =
        (!lapses(p, LAPSE_START_UNTRUSTED_WITHOUT_SESSION) || (known && known->current)) &&
        !(lapses(p, LAPSE_START_UNTRUSTED_WHILE_UNANSWERED) && lapse_is_unanswered(known));
    if (rules->identity.checks_on_start && is_compared &&
        !store_trusts(p, peer, known, theirs->identity, &rules->identity) &&
        !lapse_takes_refused(p, known, theirs->identity))
        return refusal_state(why, REFUSAL_UNTRUSTED_IDENTITY);
    if (rules->handshake.requires_one_time_prekey && !bundle->has_one_time_prekey)
        return refusal_state(why, REFUSAL_POLICY);
    return OK;
}

static enum status choose_base_key(const struct party *p, const struct rules *rules,
                                   const struct mutation *mutation, struct address peer,
                                   const struct their_keys *theirs, struct key_pair *out)
{
    bool repeats = mutation->reuses_base_key ||
                   (lapses(p, LAPSE_REPEATS_BASE_KEY) && lapse_is_unanswered(store_find(p, peer)));
    enum rules_base_key from = rules->handshake.base_key;
    enum status st = OK;
    if (from == BASE_KEY_OF_IDENTITY)
        *out = p->identity;
    else if ((from == BASE_KEY_OF_PARTY || repeats) && p->has_base_key)
        *out = p->base_key;
    else
        st = keys_generate(p->random, out);
    return st ? st : keys_mutation(out, mutation->base_key, &p->identity, theirs->signed_prekey);
}

/* The header of the messages to come: what was used, or what the mutation says instead. */
static void set_pending(const struct party *p, const struct rules *rules,
                        const struct mutation *mutation, const struct signal_bundle *bundle,
                        struct pending *out)
{
    const struct mutation_number *id = mutation->claimed_one_time_prekey.is_set
                                           ? &mutation->claimed_one_time_prekey
                                           : &mutation->one_time_prekey_id;
    out->is_set = out->is_due = true;
    out->names_one_time_prekey = (bundle->has_one_time_prekey || id->is_set) &&
                                 rules->handshake.names_one_time_prekey &&
                                 !mutation->omits_one_time_prekey_id;
    out->one_time_prekey_id = mutation_number_or(id, bundle->one_time_prekey_id);
    out->signed_prekey_id =
        mutation_number_or(&mutation->signed_prekey_id, bundle->signed_prekey_id);
    out->kem_prekey_id = mutation_number_or(&mutation->kem_prekey_id, bundle->kem_prekey_id);
    out->omits_kem_id = mutation->omits_kem_prekey_id;
    out->omits_kem_ciphertext = mutation->omits_kem_ciphertext;
    out->has_registration_id = !mutation->omits_registration_id;
    out->registration_id = mutation_number_or(&mutation->registration_id, p->registration_id);
}

/* All that can fail is done; what is left cannot. */
static void commit(struct party *p, struct record *record, struct session *s,
                   const struct key_pair *base, const struct rules *rules)
{
    s->number = ++p->n_sessions;
    p->base_key = *base;
    p->has_base_key = true;
    p->last_start = s->pending;
    if (rules->identity.is_pinned)
        record_pin(record, s->remote_identity);
    if (rules->storage.forgets_current_on_start ||
        (lapses(p, LAPSE_START_DROPS_UNANSWERED) && lapse_is_unanswered(record)))
        record_drop_current(record);
    record_put_current(record, s, &rules->storage);
    lapse_archived(p, record);
}

enum status party_start(struct party *p, struct address peer, struct bytes bundle_bytes,
                        const struct mutation *mutation, enum refusal *why)
{
    const struct rules *rules = party_rules_starting(p);
    struct signal_bundle bundle;
    struct their_keys theirs;
    struct key_pair base;
    struct session *s = NULL;
    struct record *record = NULL;
    enum status st;
    *why = REFUSAL_NONE;
    memset(&theirs, 0, sizeof(theirs));
    theirs.name = peer.name;
    memset(&base, 0, sizeof(base));
    if (!mutation)
        mutation = &mutation_none;
    if ((st = signal_bundle_decode(bundle_bytes, &bundle))) {
        *why = st == E_PARSE || st == E_LIMIT ? REFUSAL_MALFORMED : REFUSAL_NONE;
        return st == E_LIMIT ? E_PARSE : st;
    }
    if ((st = check_bundle(p, peer, rules, mutation, &bundle, &theirs, why)) ||
        (st = choose_base_key(p, rules, mutation, peer, &theirs, &base)) ||
        (st = handshake_initiate(p, rules, mutation, &base, &theirs, &s, why)))
        goto out;
    set_pending(p, rules, mutation, &bundle, &s->pending);
    s->remote_registration_id = bundle.registration_id;
    if ((st = store_get(p, peer, &record)) || (st = record_reserve(record)))
        goto out;
    record->verified_id = bundle.signed_prekey_id;
    commit(p, record, s, &base, rules);
    s = NULL;
out:
    if (st == E_CRYPTO)
        lapse_refused_start(p, peer, theirs.identity, *why);
    if (st)
        store_drop_empty(p, record);
    session_free(s);
    crypto_wipe(&base, sizeof(base));
    return st;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cipher/signal/fingerprint.h"

#include "base/crypto.h"
#include "cipher/signal/lapse.h"

#include <string.h>

#define SIDE_MAX 4096u /* bytes of key or id */
#define HALF_DIGITS 30u
#define CHUNK_LEN 5u /* bytes that make five digits */

/* h = 0000 || key || id; then |iterations| times h = SHA512(h || key). */
static enum status digest(const struct rules_identity *rules, const struct fingerprint_side *side,
                          uint8_t out[64])
{
    static const uint8_t version[2] = {0, 0};
    struct bytes key = rules->fingerprint_has_keys ? side->key : bytes_of(NULL, 0);
    struct buffer text;
    enum status st = OK;
    if (side->key.len > SIDE_MAX || side->id.len > SIDE_MAX)
        return E_LIMIT;
    buffer_init(&text, sizeof(version) + 2 * SIDE_MAX + SIDE_MAX + 64);
    buffer_append(&text, bytes_of(version, sizeof(version)));
    buffer_append(&text, key);
    if (rules->fingerprint_has_ids)
        buffer_append(&text, side->id);
    for (uint32_t i = 0; i < rules->fingerprint_iterations && !st; i++) {
        buffer_append(&text, key);
        if ((st = buffer_status(&text)))
            break;
        st = crypto_sha512(buffer_bytes(&text), out);
        buffer_clear(&text);
        buffer_append(&text, bytes_of(out, 64));
    }
    buffer_fini(&text);
    return st;
}

/* The first 30 bytes as six numbers of five digits. */
static void write_half(const uint8_t hash[64], char *out)
{
    for (size_t chunk = 0; chunk < HALF_DIGITS / 5; chunk++) {
        uint64_t value = 0;
        for (size_t i = 0; i < CHUNK_LEN; i++)
            value = value << 8 | hash[chunk * CHUNK_LEN + i];
        value %= 100000;
        for (size_t digit = 5; digit-- > 0; value /= 10)
            out[chunk * 5 + digit] = (char)('0' + value % 10);
    }
}

enum status fingerprint_by_rules(const struct rules_identity *rules,
                                 const struct fingerprint_side *own,
                                 const struct fingerprint_side *peer, char out[61])
{
    uint8_t hash[64] = {0};
    char halves[2][HALF_DIGITS];
    enum status st;
    memset(out, 0, 61);
    if ((st = digest(rules, own, hash)))
        return st;
    write_half(hash, halves[0]);
    if ((st = digest(rules, peer, hash)))
        return st;
    write_half(hash, halves[1]);
    bool is_swapped =
        rules->fingerprint_is_symmetric && memcmp(halves[0], halves[1], HALF_DIGITS) > 0;
    memcpy(out, halves[is_swapped ? 1 : 0], HALF_DIGITS);
    memcpy(out + HALF_DIGITS, halves[is_swapped ? 0 : 1], HALF_DIGITS);
    return OK;
}

enum status party_fingerprint(const struct party *p, struct address peer, struct bytes own_id,
                              struct bytes peer_id, char out[61], enum refusal *why)
{
    const struct record *r = lapses(p, LAPSE_FINGERPRINT_OF_FIRST_DEVICE)
                                 ? lapse_first_device(p, peer)
                                 : store_find(p, peer);
    const struct rules *rules = party_rules_in(p, record_current(r), 0);
    *why = REFUSAL_NONE;
    memset(out, 0, 61);
    if (!r || !r->is_pinned)
        return refusal_state(why, REFUSAL_NO_SESSION);
    if (lapses(p, LAPSE_FINGERPRINT_CUTS_IDS)) {
        own_id = bytes_slice(own_id, 0, 16);
        peer_id = bytes_slice(peer_id, 0, 16);
    }
    const uint8_t *identity = lapses(p, LAPSE_FINGERPRINT_OF_SESSION) && r->current
                                  ? r->current->remote_identity
                                  : r->identity;
    if (lapses(p, LAPSE_FINGERPRINT_OF_REFUSED) && r->has_refused)
        identity = r->refused;
    if (lapses(p, LAPSE_FINGERPRINT_KEPT))
        identity = lapse_shown(store_find(p, peer));
    struct fingerprint_side own = {party_identity_public(p), own_id};
    struct fingerprint_side other = {bytes_of(identity, SIGNAL_KEY_LEN), peer_id};
    return fingerprint_by_rules(&rules->identity, &own, &other, out);
}

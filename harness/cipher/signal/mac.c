/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cipher/signal/mac.h"

#include "base/crypto.h"

#include <string.h>

/* What one computation covers: the rules' choice, or a mutation's. */
struct coverage {
    enum rules_mac_identities identities;
    enum rules_mac_scope scope;
    bool has_received_version;
    uint8_t constant_version;
};

static void put_identities(struct buffer *to, const struct mac_input *in,
                           enum rules_mac_identities order)
{
    struct bytes sender = bytes_of(in->sender, SIGNAL_KEY_LEN);
    struct bytes receiver = bytes_of(in->receiver, SIGNAL_KEY_LEN);
    bool is_swapped = order == MAC_RECEIVER_FIRST ||
                      (order == MAC_SORTED && memcmp(sender.data, receiver.data, sender.len) > 0);
    if (order == MAC_NO_IDENTITIES)
        return;
    buffer_append(to, is_swapped ? receiver : sender);
    buffer_append(to, is_swapped ? sender : receiver);
}

/* The message parsed and written again in the usual form. */
static enum status put_parsed(struct buffer *to, struct bytes authenticated, bool only_ciphertext)
{
    static const uint8_t no_mac[SIGNAL_MAC_LEN] = {0};
    struct signal_message m;
    struct buffer whole;
    enum status st;
    buffer_init(&whole, authenticated.len + SIGNAL_MAC_LEN);
    buffer_append(&whole, authenticated);
    if ((st = buffer_append(&whole, bytes_of(no_mac, sizeof(no_mac)))) ||
        (st = signal_message_decode(buffer_bytes(&whole), &m)))
        goto out;
    st = only_ciphertext ? buffer_append(to, m.ciphertext) : signal_message_encode(&m, to);
out:
    buffer_fini(&whole);
    return st;
}

static enum status compute(const struct coverage *c, const struct mac_input *in, uint8_t out[32])
{
    struct buffer text;
    enum status st = OK;
    memset(out, 0, 32);
    buffer_init(&text, in->authenticated.len + 2 * SIGNAL_KEY_LEN + 64);
    put_identities(&text, in, c->identities);
    size_t version_at = text.len;
    if (c->scope == MAC_RECEIVED_BYTES)
        st = buffer_append(&text, in->authenticated);
    else
        st = put_parsed(&text, in->authenticated, c->scope == MAC_CIPHERTEXT_ONLY);
    if (st || (st = buffer_status(&text)))
        goto out;
    if (!c->has_received_version && c->scope != MAC_CIPHERTEXT_ONLY && text.len > version_at)
        text.data[version_at] = c->constant_version;
    st = crypto_hmac_sha256(bytes_of(in->key, 32), buffer_bytes(&text), out);
out:
    buffer_fini(&text);
    return st;
}

enum status mac_compute(const struct rules_mac *rules, const struct mac_input *in, uint8_t out[32])
{
    struct coverage c = {rules->identities, rules->scope, rules->has_received_version,
                         (uint8_t)rules->constant_version};
    return compute(&c, in, out);
}

enum status mac_compute_mutated(const struct rules_mac *rules, const struct mutation *mutation,
                                const struct mac_input *in, uint8_t out[32])
{
    /* a well-formed key that belongs to nobody */
    static const uint8_t nobody[SIGNAL_KEY_LEN] = {0x05, 9};
    struct coverage c = {rules->identities, rules->scope, rules->has_received_version,
                         (uint8_t)rules->constant_version};
    struct mac_input mutated = *in;
    enum status st;
    if (mutation->mac == MUTATION_MAC_SWAPPED_IDENTITIES)
        c.identities = MAC_RECEIVER_FIRST;
    else if (mutation->mac == MUTATION_MAC_NO_IDENTITIES)
        c.identities = MAC_NO_IDENTITIES;
    else if (mutation->mac == MUTATION_MAC_OTHER_IDENTITY)
        mutated.sender = nobody;
    else if (mutation->mac == MUTATION_MAC_CONSTANT_VERSION)
        c.has_received_version = false;
    else if (mutation->mac == MUTATION_MAC_CIPHERTEXT_ONLY)
        c.scope = MAC_CIPHERTEXT_ONLY;
    st = compute(&c, &mutated, out);
    if (mutation->mac == MUTATION_MAC_ZERO)
        memset(out, 0, 32);
    return st;
}

static bool is_equal(const struct rules_mac *rules, struct bytes mac, const uint8_t expected[32])
{
    struct bytes right = bytes_of(expected, SIGNAL_MAC_LEN);
    return bytes_equal_secret(bytes_slice(mac, rules->compared_from, rules->compared_len),
                              bytes_slice(right, rules->compared_from, rules->compared_len));
}

enum status mac_check(const struct rules_mac *rules, const struct mac_input *in, struct bytes mac,
                      bool *out_is_right)
{
    static const uint8_t zero[SIGNAL_MAC_LEN] = {0};
    const struct {
        bool is_tried;
        enum rules_mac_identities identities;
    } ways[] = {
        {true, rules->identities},
        {rules->also_takes_swapped, MAC_RECEIVER_FIRST},
        {rules->also_takes_bare, MAC_NO_IDENTITIES},
    };
    uint8_t expected[32];
    enum status st;
    *out_is_right = !rules->is_checked ||
                    (rules->may_be_zero && bytes_equal(mac, bytes_of(zero, sizeof(zero))));
    for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]) && !*out_is_right; i++) {
        struct coverage c = {ways[i].identities, rules->scope, rules->has_received_version,
                             (uint8_t)rules->constant_version};
        if (!ways[i].is_tried)
            continue;
        if ((st = compute(&c, in, expected)))
            return st;
        *out_is_right = is_equal(rules, mac, expected);
    }
    crypto_wipe(expected, sizeof(expected));
    return OK;
}

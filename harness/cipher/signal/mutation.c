/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cipher/signal/mutation_row.h"

#include <string.h>

#define NAME_MAX_LEN 64u

/* clang-format off */
static const struct mutation_row rows[] = {
    CHANGE(START, "no-discontinuity-block", omits_discontinuity_block, true, "X3DH, 2.2",
         "the 32 bytes 0xFF before the agreements are left out of the key derivation"),
    CHANGE(START, "other-handshake-info", has_other_handshake_info, true, "X3DH, 2.2",
         "the handshake's secrets are derived by HKDF with another info"),
    CHANGE(START, "other-handshake-salt", has_other_handshake_salt, true, "X3DH, 2.2",
         "the handshake's secrets are derived by HKDF with another salt than zeros"),
    CHANGE(START, "dh-order", swaps_dh_order, true, "X3DH, 3.3",
         "the second agreement stands before the first in the key derivation"),
    CHANGE(START, "omit-dh4", omits_dh4, true, "X3DH, 3.3",
         "the message names the one-time prekey, and its agreement is not mixed in"),
    LOW_ORDER(START, "base", base_key, 1, "u = 0"),
    LOW_ORDER(START, "base", base_key, 2, "u = 1"),
    LOW_ORDER(START, "base", base_key, 3, "the first point of order 8"),
    LOW_ORDER(START, "base", base_key, 4, "the second point of order 8"),
    LOW_ORDER(START, "base", base_key, 5, "u = p - 1"),
    LOW_ORDER(START, "base", base_key, 6, "u = p, another spelling of 0"),
    LOW_ORDER(START, "base", base_key, 7, "u = p + 1, another spelling of 1"),
    CHANGE(START, "base-key:high-bit", base_key, MUTATION_KEY_HIGH_BIT, "RFC 7748, 5",
         "the base key has bit 255 set, another spelling of the same point"),
    CHANGE(START, "base-key:torsion", base_key, MUTATION_KEY_TORSION, "RFC 7748, 7",
         "the base key has a point of order 2 added, so that it is another key of the same "
         "agreements"),
    CHANGE(START, "base-key:own-identity", base_key, MUTATION_KEY_OWN_IDENTITY, "X3DH, 3.3",
         "the base key is the sender's identity key, so that nothing about it is fresh"),
    CHANGE(START, "base-key:of-peer", base_key, MUTATION_KEY_OF_PEER, "X3DH, 3.3",
         "the base key is the bundle's signed prekey, whose private half the sender does not have"),
    CHANGE(START, "reuse-base-key", reuses_base_key, true, "X3DH, 3.3",
         "the base key of the party's start before this one is used again, although it must be "
         "fresh"),
    CHANGE(START, "no-signature-check", skips_signature_check, true, "X3DH, 3.3",
         "a bundle is taken whatever its signature says: the mutation is of the harness's own "
         "check"),
    NUMBER(START, "claim-one-time-prekey", claimed_one_time_prekey, "X3DH, 3.3",
         "the messages name this one-time prekey, which the sender did not use"),
    NUMBER(BOTH, "one-time-prekey-id", one_time_prekey_id, "X3DH, 3.3",
         "the messages name this one-time prekey instead of the one that was used"),
    CHANGE(BOTH, "omit-one-time-prekey-id", omits_one_time_prekey_id, true, "X3DH, 3.3",
         "the messages do not name the one-time prekey that was used"),
    NUMBER(BOTH, "signed-prekey-id", signed_prekey_id, "X3DH, 3.3",
         "the messages name this signed prekey instead of the one that was used"),
    NUMBER(BOTH, "registration-id", registration_id, NULL,
         "the messages say this registration id instead of the sender's"),
    CHANGE(BOTH, "omit-registration-id", omits_registration_id, true, NULL,
         "the messages say no registration id"),
    CHANGE(SEAL, "mac-swapped-identities", mac, MUTATION_MAC_SWAPPED_IDENTITIES,
         "Double Ratchet, 3.4",
         "the MAC is over the receiver's identity key first, then the sender's"),
    CHANGE(SEAL, "mac-other-identity", mac, MUTATION_MAC_OTHER_IDENTITY, "Double Ratchet, 3.4",
         "the MAC is over an identity key that nobody has, in the place of the sender's"),
    CHANGE(SEAL, "mac-no-identities", mac, MUTATION_MAC_NO_IDENTITIES, "Double Ratchet, 3.4",
         "the MAC is over the message only, without both identity keys"),
    CHANGE(SEAL, "mac-constant-version", mac, MUTATION_MAC_CONSTANT_VERSION, NULL,
         "the MAC is over the version byte 0x33, whatever the message says"),
    CHANGE(SEAL, "mac-zero", mac, MUTATION_MAC_ZERO, NULL, "the MAC is eight zero bytes"),
    NUMBER(SEAL, "mac-length", mac_len, NULL, "the MAC has so many bytes instead of eight"),
    CHANGE(SEAL, "mac-ciphertext-only", mac, MUTATION_MAC_CIPHERTEXT_ONLY, "Double Ratchet, 3.4",
         "the MAC is over the identity keys and the ciphertext, and leaves the header out"),
    CHANGE(SEAL, "other-message-info", has_other_message_info, true, "Double Ratchet, 5.2",
         "the message keys are derived by HKDF with another info"),
    NUMBER(SEAL, "counter", counter, "Double Ratchet, 3.4",
         "the message is this one of its chain: under its true key when that is not too far ahead, "
         "else under the next one's; the own chain does not move"),
    NUMBER(SEAL, "previous-counter", previous_counter, "Double Ratchet, 2.6",
         "the message says that the chain before had so many messages"),
    CHANGE(SEAL, "omit-previous-counter", omits_previous_counter, true, "Double Ratchet, 2.6",
         "the message does not say how many messages the chain before had"),
    LOW_ORDER(SEAL, "ratchet", ratchet_key, 1, "u = 0"),
    LOW_ORDER(SEAL, "ratchet", ratchet_key, 2, "u = 1"),
    LOW_ORDER(SEAL, "ratchet", ratchet_key, 3, "the first point of order 8"),
    LOW_ORDER(SEAL, "ratchet", ratchet_key, 4, "the second point of order 8"),
    LOW_ORDER(SEAL, "ratchet", ratchet_key, 5, "u = p - 1"),
    LOW_ORDER(SEAL, "ratchet", ratchet_key, 6, "u = p, another spelling of 0"),
    LOW_ORDER(SEAL, "ratchet", ratchet_key, 7, "u = p + 1, another spelling of 1"),
    CHANGE(SEAL, "ratchet-key:high-bit", ratchet_key, MUTATION_KEY_HIGH_BIT, "RFC 7748, 5",
         "the ratchet key has bit 255 set, another spelling of the same point"),
    CHANGE(SEAL, "ratchet-key:own-identity", ratchet_key, MUTATION_KEY_OWN_IDENTITY,
         "Double Ratchet, 3.4",
         "the ratchet key is the sender's identity key, so that the step adds nothing fresh"),
    CHANGE(SEAL, "ratchet-key:of-peer", ratchet_key, MUTATION_KEY_OF_PEER, "Double Ratchet, 3.4",
         "the ratchet key is the receiver's own last one, sent back"),
    CHANGE(SEAL, "ratchet-key:earlier", ratchet_key, MUTATION_KEY_EARLIER, "Double Ratchet, 3.4",
         "the ratchet key is the sender's of the chain before, and a new chain is made with it"),
    CHANGE(SEAL, "ratchet-key:stale", ratchet_key, MUTATION_KEY_STALE, "Double Ratchet, 3.4",
         "one more message of the chain before, while this chain does not move"),
    CHANGE(SEAL, "padding:zero", padding, MUTATION_PADDING_ZERO, "RFC 5652, 6.3",
         "the last byte of the padding is 0"),
    CHANGE(SEAL, "padding:over-block", padding, MUTATION_PADDING_OVER_BLOCK, "RFC 5652, 6.3",
         "the padding has 17 to 32 bytes and says so, more than a block"),
    CHANGE(SEAL, "padding:inconsistent", padding, MUTATION_PADDING_INCONSISTENT, "RFC 5652, 6.3",
         "the last byte of the padding is 16, those before it are 0"),
    CHANGE(SEAL, "padding:none", padding, MUTATION_PADDING_NONE, "RFC 5652, 6.3",
         "the plaintext is whole blocks without padding, the last byte 255"),
    CHANGE(SEAL, "padding:empty", padding, MUTATION_PADDING_EMPTY, "RFC 5652, 6.3",
         "there is no ciphertext at all, not even a block of padding"),
    NUMBER(SEAL, "version", version, NULL,
         "this is the version byte of the message, and of the prekey message around it"),
    NUMBER(SEAL, "inner-version", inner_version, NULL,
         "this is the version byte of the message, and not of the prekey message around it"),
    NUMBER(SEAL, "outer-version", outer_version, NULL,
         "this is the version byte of the prekey message, and not of the message in it"),
    CHANGE(SEAL, "always-prekey-message", kind, MUTATION_KIND_PREKEY, "X3DH, 3.3",
         "a prekey message is sent although the session was confirmed by a reply"),
    CHANGE(SEAL, "never-prekey-message", kind, MUTATION_KIND_MESSAGE, "X3DH, 3.3",
         "a message without prekey part is sent although no reply confirmed the session"),
    NUMBER(GROUP, "iteration", iteration, "Signal, sender keys",
         "the group's message is this one of its chain, as with counter"),
    NUMBER(GROUP, "key-id", key_id, "Signal, sender keys",
         "the group's message names another sender key"),
    CHANGE(GROUP, "sign-other-key", signature, MUTATION_SIGNATURE_OTHER_KEY, "Signal, sender keys",
         "the group's message is signed with a key that nobody has"),
    CHANGE(GROUP, "no-signature", signature, MUTATION_SIGNATURE_ZERO, "Signal, sender keys",
         "the group's message has a signature of 64 zero bytes"),
};
/* clang-format on */

const struct mutation mutation_none;

const struct word_part signal_rows = WORD_PART(rows);
const struct word_table signal_words = {
    "signal", ':', "docs/wire.md, What every profile has alike", {&signal_rows}};

uint32_t mutation_number_or(const struct mutation_number *n, uint32_t otherwise)
{
    return n->is_set ? n->value : otherwise;
}

/* One item of the list, "name" or "name:number", as a mutation of its own. */
static bool read_item(const struct word_table *words, const char *text, size_t len,
                      struct mutation *out)
{
    struct mutation_number number = {true, 0};
    struct word_use use;
    char item[NAME_MAX_LEN + 1] = {0};
    memset(out, 0, sizeof(*out));
    memcpy(item, text, len);
    if (!word_parse(words, item, &use))
        return false;
    number.value = use.n;
    const struct mutation_row *row = (const void *)word_at(words, use.what);
    memcpy(out, &row->mutation, sizeof(*out));
    if (row->number_at == MUTATION_NO_NUMBER)
        return true;
    memcpy((char *)out + row->number_at + offsetof(struct mutation_number, is_set), &number.is_set,
           sizeof(number.is_set));
    memcpy((char *)out + row->number_at + offsetof(struct mutation_number, value), &number.value,
           sizeof(number.value));
    return true;
}

/*
 * Honest members are all zero bytes, so two mutations of different members merge byte by byte;
 * a byte set by both is the same decision changed twice.
 */
static bool merge(struct mutation *into, const struct mutation *from)
{
    uint8_t *to = (uint8_t *)into;
    const uint8_t *add = (const uint8_t *)from;
    into->acts |= from->acts;
    for (size_t i = sizeof(into->acts); i < sizeof(*into); i++) {
        if (to[i] && add[i])
            return false;
        to[i] |= add[i];
    }
    return true;
}

bool mutation_parse(const struct word_table *words, const char *text, struct mutation *out)
{
    struct mutation item;
    memset(out, 0, sizeof(*out));
    for (;;) {
        size_t len = strcspn(text, ",");
        if (len > NAME_MAX_LEN || !read_item(words, text, len, &item) || !merge(out, &item)) {
            memset(out, 0, sizeof(*out));
            return false;
        }
        if (text[len] == '\0')
            return true;
        text += len + 1;
    }
}

/* Every u below 2^255 whose multiples by the cofactor vanish, on the curve or on its twist. */
/* clang-format off */
static const struct low_order_point points[N_LOW_ORDER] = {
    {"low-order-1", "u = 0, of order 2", {0}},
    {"low-order-2", "u = 1, of order 4", {1}},
    {"low-order-3", "of order 8",
     {0xe0, 0xeb, 0x7a, 0x7c, 0x3b, 0x41, 0xb8, 0xae, 0x16, 0x56, 0xe3,
      0xfa, 0xf1, 0x9f, 0xc4, 0x6a, 0xda, 0x09, 0x8d, 0xeb, 0x9c, 0x32,
      0xb1, 0xfd, 0x86, 0x62, 0x05, 0x16, 0x5f, 0x49, 0xb8, 0x00}},
    {"low-order-4", "the other one of order 8",
     {0x5f, 0x9c, 0x95, 0xbc, 0xa3, 0x50, 0x8c, 0x24, 0xb1, 0xd0, 0xb1,
      0x55, 0x9c, 0x83, 0xef, 0x5b, 0x04, 0x44, 0x5c, 0xc4, 0x58, 0x1c,
      0x8e, 0x86, 0xd8, 0x22, 0x4e, 0xdd, 0xd0, 0x9f, 0x11, 0x57}},
    {"low-order-5", "u = p - 1, of order 4 on the twist",
     {0xec, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
      0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
      0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f}},
    {"low-order-6", "u = p, another spelling of 0",
     {0xed, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
      0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
      0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f}},
    {"low-order-7", "u = p + 1, another spelling of 1",
     {0xee, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
      0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
      0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f}},
};
/* clang-format on */

const struct low_order_point *low_order_point(size_t index)
{
    return index < N_LOW_ORDER ? &points[index] : NULL;
}

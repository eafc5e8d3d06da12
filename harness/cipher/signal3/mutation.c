#include "cipher/signal3/mutation.h"

#include <string.h>

#define NO_NUMBER SIZE_MAX
#define NAME_MAX_LEN 64u
#define AT(member) offsetof(struct mutation, member)

struct row {
    struct word word;
    struct mutation mutation;
    size_t number_at; /* offset of the struct mutation_number the name sets, or NO_NUMBER */
};

static const struct row rows[] = {
    /* of a start */
    {WORD_BY("no-discontinuity-block", "X3DH, 2.2",
             "the 32 bytes 0xFF before the agreements are left out of the key derivation"),
     {.omits_discontinuity_block = true},
     NO_NUMBER},
    {WORD_BY("other-handshake-info", "X3DH, 2.2",
             "the handshake's secrets are derived by HKDF with another info"),
     {.has_other_handshake_info = true},
     NO_NUMBER},
    {WORD_BY("other-handshake-salt", "X3DH, 2.2",
             "the handshake's secrets are derived by HKDF with another salt than zeros"),
     {.has_other_handshake_salt = true},
     NO_NUMBER},
    {WORD_BY("dh-order", "X3DH, 3.3",
             "the second agreement stands before the first in the key derivation"),
     {.swaps_dh_order = true},
     NO_NUMBER},
    {WORD_BY("omit-dh4", "X3DH, 3.3",
             "the message names the one-time prekey, and its agreement is not mixed in"),
     {.omits_dh4 = true},
     NO_NUMBER},
    {WORD_BY("base-key:low-order-1", "RFC 7748, 6.1",
             "the base key is a point of low order (u = 0): the agreement gives zeros"),
     {.base_key = MUTATION_KEY_LOW_ORDER_1},
     NO_NUMBER},
    {WORD_BY("base-key:low-order-2", "RFC 7748, 6.1",
             "the base key is a point of low order (u = 1): the agreement gives zeros"),
     {.base_key = MUTATION_KEY_LOW_ORDER_1 + 1},
     NO_NUMBER},
    {WORD_BY("base-key:low-order-3", "RFC 7748, 6.1",
             "the base key is a point of low order (the first point of order 8): the agreement "
             "gives zeros"),
     {.base_key = MUTATION_KEY_LOW_ORDER_1 + 2},
     NO_NUMBER},
    {WORD_BY("base-key:low-order-4", "RFC 7748, 6.1",
             "the base key is a point of low order (the second point of order 8): the agreement "
             "gives zeros"),
     {.base_key = MUTATION_KEY_LOW_ORDER_1 + 3},
     NO_NUMBER},
    {WORD_BY("base-key:low-order-5", "RFC 7748, 6.1",
             "the base key is a point of low order (u = p - 1): the agreement gives zeros"),
     {.base_key = MUTATION_KEY_LOW_ORDER_1 + 4},
     NO_NUMBER},
    {WORD_BY("base-key:low-order-6", "RFC 7748, 6.1",
             "the base key is a point of low order (u = p, another spelling of 0): the agreement "
             "gives zeros"),
     {.base_key = MUTATION_KEY_LOW_ORDER_1 + 5},
     NO_NUMBER},
    {WORD_BY("base-key:low-order-7", "RFC 7748, 6.1",
             "the base key is a point of low order (u = p + 1, another spelling of 1): the "
             "agreement gives zeros"),
     {.base_key = MUTATION_KEY_LOW_ORDER_7},
     NO_NUMBER},
    {WORD_BY("base-key:high-bit", "RFC 7748, 5",
             "the base key has bit 255 set, another spelling of the same point"),
     {.base_key = MUTATION_KEY_HIGH_BIT},
     NO_NUMBER},
    {WORD_BY("base-key:own-identity", "X3DH, 3.3",
             "the base key is the sender's identity key, so that nothing about it is fresh"),
     {.base_key = MUTATION_KEY_OWN_IDENTITY},
     NO_NUMBER},
    {WORD_BY(
         "base-key:of-peer", "X3DH, 3.3",
         "the base key is the bundle's signed prekey, whose private half the sender does not have"),
     {.base_key = MUTATION_KEY_OF_PEER},
     NO_NUMBER},
    {WORD_BY("reuse-base-key", "X3DH, 3.3",
             "the base key of the party's start before this one is used again, although it must be "
             "fresh"),
     {.reuses_base_key = true},
     NO_NUMBER},
    {WORD_BY("no-signature-check", "X3DH, 3.3",
             "a bundle is taken whatever its signature says: the mutation is of the harness's own "
             "check"),
     {.skips_signature_check = true},
     NO_NUMBER},
    {WORD_NUMBER("claim-one-time-prekey", 0, UINT32_MAX,
                 "the messages name this one-time prekey, which the sender did not use",
                 "X3DH, 3.3"),
     {0},
     AT(claimed_one_time_prekey)},
    /* of a start, for all its messages; of a seal, for this one */
    {WORD_NUMBER("one-time-prekey-id", 0, UINT32_MAX,
                 "the messages name this one-time prekey instead of the one that was used",
                 "X3DH, 3.3"),
     {0},
     AT(one_time_prekey_id)},
    {WORD_BY("omit-one-time-prekey-id", "X3DH, 3.3",
             "the messages do not name the one-time prekey that was used"),
     {.omits_one_time_prekey_id = true},
     NO_NUMBER},
    {WORD_NUMBER("signed-prekey-id", 0, UINT32_MAX,
                 "the messages name this signed prekey instead of the one that was used",
                 "X3DH, 3.3"),
     {0},
     AT(signed_prekey_id)},
    {WORD_NUMBER("registration-id", 0, UINT32_MAX,
                 "the messages say this registration id instead of the sender's"),
     {0},
     AT(registration_id)},
    {WORD("omit-registration-id", "the messages say no registration id"),
     {.omits_registration_id = true},
     NO_NUMBER},
    /* of a seal */
    {WORD_BY("mac-swapped-identities", "Double Ratchet, 3.4",
             "the MAC is over the receiver's identity key first, then the sender's"),
     {.mac = MUTATION_MAC_SWAPPED_IDENTITIES},
     NO_NUMBER},
    {WORD_BY("mac-other-identity", "Double Ratchet, 3.4",
             "the MAC is over an identity key that nobody has, in the place of the sender's"),
     {.mac = MUTATION_MAC_OTHER_IDENTITY},
     NO_NUMBER},
    {WORD_BY("mac-no-identities", "Double Ratchet, 3.4",
             "the MAC is over the message only, without both identity keys"),
     {.mac = MUTATION_MAC_NO_IDENTITIES},
     NO_NUMBER},
    {WORD("mac-constant-version",
          "the MAC is over the version byte 0x33, whatever the message says"),
     {.mac = MUTATION_MAC_CONSTANT_VERSION},
     NO_NUMBER},
    {WORD("mac-zero", "the MAC is eight zero bytes"), {.mac = MUTATION_MAC_ZERO}, NO_NUMBER},
    {WORD_NUMBER("mac-length", 0, UINT32_MAX, "the MAC has so many bytes instead of eight"),
     {0},
     AT(mac_len)},
    {WORD_BY("mac-ciphertext-only", "Double Ratchet, 3.4",
             "the MAC is over the identity keys and the ciphertext, and leaves the header out"),
     {.mac = MUTATION_MAC_CIPHERTEXT_ONLY},
     NO_NUMBER},
    {WORD_BY("other-message-info", "Double Ratchet, 5.2",
             "the message keys are derived by HKDF with another info"),
     {.has_other_message_info = true},
     NO_NUMBER},
    {WORD_NUMBER("counter", 0, UINT32_MAX,
                 "the message is this one of its chain: under its true key when that is not too "
                 "far ahead, else under the next one's; the own chain does not move",
                 "Double Ratchet, 3.4"),
     {0},
     AT(counter)},
    {WORD_NUMBER("previous-counter", 0, UINT32_MAX,
                 "the message says that the chain before had so many messages",
                 "Double Ratchet, 2.6"),
     {0},
     AT(previous_counter)},
    {WORD_BY("omit-previous-counter", "Double Ratchet, 2.6",
             "the message does not say how many messages the chain before had"),
     {.omits_previous_counter = true},
     NO_NUMBER},
    {WORD_BY("ratchet-key:low-order-1", "RFC 7748, 6.1",
             "the ratchet key is a point of low order (u = 0): the agreement gives zeros"),
     {.ratchet_key = MUTATION_KEY_LOW_ORDER_1},
     NO_NUMBER},
    {WORD_BY("ratchet-key:low-order-2", "RFC 7748, 6.1",
             "the ratchet key is a point of low order (u = 1): the agreement gives zeros"),
     {.ratchet_key = MUTATION_KEY_LOW_ORDER_1 + 1},
     NO_NUMBER},
    {WORD_BY("ratchet-key:low-order-3", "RFC 7748, 6.1",
             "the ratchet key is a point of low order (the first point of order 8): the agreement "
             "gives zeros"),
     {.ratchet_key = MUTATION_KEY_LOW_ORDER_1 + 2},
     NO_NUMBER},
    {WORD_BY("ratchet-key:low-order-4", "RFC 7748, 6.1",
             "the ratchet key is a point of low order (the second point of order 8): the agreement "
             "gives zeros"),
     {.ratchet_key = MUTATION_KEY_LOW_ORDER_1 + 3},
     NO_NUMBER},
    {WORD_BY("ratchet-key:low-order-5", "RFC 7748, 6.1",
             "the ratchet key is a point of low order (u = p - 1): the agreement gives zeros"),
     {.ratchet_key = MUTATION_KEY_LOW_ORDER_1 + 4},
     NO_NUMBER},
    {WORD_BY("ratchet-key:low-order-6", "RFC 7748, 6.1",
             "the ratchet key is a point of low order (u = p, another spelling of 0): the "
             "agreement gives zeros"),
     {.ratchet_key = MUTATION_KEY_LOW_ORDER_1 + 5},
     NO_NUMBER},
    {WORD_BY("ratchet-key:low-order-7", "RFC 7748, 6.1",
             "the ratchet key is a point of low order (u = p + 1, another spelling of 1): the "
             "agreement gives zeros"),
     {.ratchet_key = MUTATION_KEY_LOW_ORDER_7},
     NO_NUMBER},
    {WORD_BY("ratchet-key:high-bit", "RFC 7748, 5",
             "the ratchet key has bit 255 set, another spelling of the same point"),
     {.ratchet_key = MUTATION_KEY_HIGH_BIT},
     NO_NUMBER},
    {WORD_BY("ratchet-key:own-identity", "Double Ratchet, 3.4",
             "the ratchet key is the sender's identity key, so that the step adds nothing fresh"),
     {.ratchet_key = MUTATION_KEY_OWN_IDENTITY},
     NO_NUMBER},
    {WORD_BY("ratchet-key:of-peer", "Double Ratchet, 3.4",
             "the ratchet key is the receiver's own last one, sent back"),
     {.ratchet_key = MUTATION_KEY_OF_PEER},
     NO_NUMBER},
    {WORD_BY(
         "ratchet-key:earlier", "Double Ratchet, 3.4",
         "the ratchet key is the sender's of the chain before, and a new chain is made with it"),
     {.ratchet_key = MUTATION_KEY_EARLIER},
     NO_NUMBER},
    {WORD_BY("ratchet-key:stale", "Double Ratchet, 3.4",
             "one more message of the chain before, while this chain does not move"),
     {.ratchet_key = MUTATION_KEY_STALE},
     NO_NUMBER},
    {WORD_BY("padding:zero", "RFC 5652, 6.3", "the last byte of the padding is 0"),
     {.padding = MUTATION_PADDING_ZERO},
     NO_NUMBER},
    {WORD_BY("padding:over-block", "RFC 5652, 6.3",
             "the padding has 17 to 32 bytes and says so, more than a block"),
     {.padding = MUTATION_PADDING_OVER_BLOCK},
     NO_NUMBER},
    {WORD_BY("padding:inconsistent", "RFC 5652, 6.3",
             "the last byte of the padding is 16, those before it are 0"),
     {.padding = MUTATION_PADDING_INCONSISTENT},
     NO_NUMBER},
    {WORD_BY("padding:none", "RFC 5652, 6.3",
             "the plaintext is whole blocks without padding, the last byte 255"),
     {.padding = MUTATION_PADDING_NONE},
     NO_NUMBER},
    {WORD_BY("padding:empty", "RFC 5652, 6.3",
             "there is no ciphertext at all, not even a block of padding"),
     {.padding = MUTATION_PADDING_EMPTY},
     NO_NUMBER},
    {WORD_NUMBER("version", 0, UINT32_MAX,
                 "this is the version byte of the message, and of the prekey message around it"),
     {0},
     AT(version)},
    {WORD_NUMBER(
         "inner-version", 0, UINT32_MAX,
         "this is the version byte of the message, and not of the prekey message around it"),
     {0},
     AT(inner_version)},
    {WORD_NUMBER("outer-version", 0, UINT32_MAX,
                 "this is the version byte of the prekey message, and not of the message in it"),
     {0},
     AT(outer_version)},
    {WORD_BY("always-prekey-message", "X3DH, 3.3",
             "a prekey message is sent although the session was confirmed by a reply"),
     {.kind = MUTATION_KIND_PREKEY},
     NO_NUMBER},
    {WORD_BY("never-prekey-message", "X3DH, 3.3",
             "a message without prekey part is sent although no reply confirmed the session"),
     {.kind = MUTATION_KIND_MESSAGE},
     NO_NUMBER},
    /* of a group's seal or distribution */
    {WORD_NUMBER("iteration", 0, UINT32_MAX,
                 "the group's message is this one of its chain, as with counter",
                 "Signal, sender keys"),
     {0},
     AT(iteration)},
    {WORD_NUMBER("key-id", 0, UINT32_MAX, "the group's message names another sender key",
                 "Signal, sender keys"),
     {0},
     AT(key_id)},
    {WORD_BY("sign-other-key", "Signal, sender keys",
             "the group's message is signed with a key that nobody has"),
     {.signature = MUTATION_SIGNATURE_OTHER_KEY},
     NO_NUMBER},
    {WORD_BY("no-signature", "Signal, sender keys",
             "the group's message has a signature of 64 zero bytes"),
     {.signature = MUTATION_SIGNATURE_ZERO},
     NO_NUMBER},
};

static const struct word_part all_rows = WORD_PART(rows);
const struct word_table signal_words = {
    "signal", ':', "docs/wire.md, What every profile has alike", {&all_rows}};

const struct mutation *mutation_find(const char *name)
{
    unsigned i = word_find(&signal_words, name, strlen(name));
    return i && rows[i - 1].number_at == NO_NUMBER ? &rows[i - 1].mutation : NULL;
}

/* One item of the list, "name" or "name:number", as a mutation of its own. */
static bool read_item(const char *text, size_t len, struct mutation *out)
{
    struct mutation_number number = {true, 0};
    struct word_use use;
    char item[NAME_MAX_LEN + 1] = {0};

    memset(out, 0, sizeof(*out));
    memcpy(item, text, len);
    if (!word_parse(&signal_words, item, &use))
        return false;
    number.value = use.n;
    const struct row *row = &rows[use.what - 1];
    if (row->number_at == NO_NUMBER) {
        memcpy(out, &row->mutation, sizeof(*out));
        return true;
    }
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

    for (size_t i = 0; i < sizeof(*into); i++) {
        if (to[i] && add[i])
            return false;
        to[i] |= add[i];
    }
    return true;
}

bool mutation_parse(const char *text, struct mutation *out)
{
    struct mutation item;

    memset(out, 0, sizeof(*out));
    for (;;) {
        size_t len = strcspn(text, ",");
        if (len > NAME_MAX_LEN || !read_item(text, len, &item) || !merge(out, &item)) {
            memset(out, 0, sizeof(*out));
            return false;
        }
        if (text[len] == '\0')
            return true;
        text += len + 1;
    }
}

/* Every u below 2^255 whose multiples by the cofactor vanish, on the curve or on its twist. */
static const struct low_order_point points[N_LOW_ORDER] = {
    {"low-order-1", "u = 0, of order 2", {0}},
    {"low-order-2", "u = 1, of order 4", {1}},
    {"low-order-3", "of order 8", {0xe0, 0xeb, 0x7a, 0x7c, 0x3b, 0x41, 0xb8, 0xae, 0x16, 0x56, 0xe3,
                                   0xfa, 0xf1, 0x9f, 0xc4, 0x6a, 0xda, 0x09, 0x8d, 0xeb, 0x9c, 0x32,
                                   0xb1, 0xfd, 0x86, 0x62, 0x05, 0x16, 0x5f, 0x49, 0xb8, 0x00}},
    {"low-order-4", "the other one of order 8", {0x5f, 0x9c, 0x95, 0xbc, 0xa3, 0x50, 0x8c, 0x24,
                                                 0xb1, 0xd0, 0xb1, 0x55, 0x9c, 0x83, 0xef, 0x5b,
                                                 0x04, 0x44, 0x5c, 0xc4, 0x58, 0x1c, 0x8e, 0x86,
                                                 0xd8, 0x22, 0x4e, 0xdd, 0xd0, 0x9f, 0x11, 0x57}},
    {"low-order-5",
     "u = p - 1, of order 4 on the twist",
     {0xec, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
      0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
      0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f}},
    {"low-order-6",
     "u = p, another spelling of 0",
     {0xed, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
      0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
      0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f}},
    {"low-order-7",
     "u = p + 1, another spelling of 1",
     {0xee, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
      0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
      0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f}},
};

const struct low_order_point *low_order_point(size_t index)
{
    return index < N_LOW_ORDER ? &points[index] : NULL;
}

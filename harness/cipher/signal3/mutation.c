#include "cipher/signal3/mutation.h"

#include <string.h>

#define NO_NUMBER SIZE_MAX
#define NAME_MAX_LEN 64u

struct row {
    const char *name;
    struct mutation mutation;
    size_t number_at; /* offset of the struct mutation_number the name sets, or NO_NUMBER */
};

#define PLAIN(name, ...)                                                                           \
    {                                                                                              \
        name, {__VA_ARGS__}, NO_NUMBER                                                             \
    }
#define NUMBERED(name, member)                                                                     \
    {                                                                                              \
        name, {0}, offsetof(struct mutation, member)                                               \
    }

/* In the order of the chapter in mutation.h. */
static const struct row rows[] = {
    PLAIN("no-discontinuity-block", .omits_discontinuity_block = true),
    PLAIN("other-handshake-info", .has_other_handshake_info = true),
    PLAIN("other-handshake-salt", .has_other_handshake_salt = true),
    PLAIN("dh-order", .swaps_dh_order = true),
    PLAIN("omit-dh4", .omits_dh4 = true),
    PLAIN("base-key:low-order-1", .base_key = MUTATION_KEY_LOW_ORDER_1),
    PLAIN("base-key:low-order-2", .base_key = MUTATION_KEY_LOW_ORDER_1 + 1),
    PLAIN("base-key:low-order-3", .base_key = MUTATION_KEY_LOW_ORDER_1 + 2),
    PLAIN("base-key:low-order-4", .base_key = MUTATION_KEY_LOW_ORDER_1 + 3),
    PLAIN("base-key:low-order-5", .base_key = MUTATION_KEY_LOW_ORDER_1 + 4),
    PLAIN("base-key:low-order-6", .base_key = MUTATION_KEY_LOW_ORDER_1 + 5),
    PLAIN("base-key:low-order-7", .base_key = MUTATION_KEY_LOW_ORDER_7),
    PLAIN("base-key:high-bit", .base_key = MUTATION_KEY_HIGH_BIT),
    PLAIN("base-key:own-identity", .base_key = MUTATION_KEY_OWN_IDENTITY),
    PLAIN("base-key:of-peer", .base_key = MUTATION_KEY_OF_PEER),
    PLAIN("reuse-base-key", .reuses_base_key = true),
    PLAIN("no-signature-check", .skips_signature_check = true),
    NUMBERED("claim-one-time-prekey", claimed_one_time_prekey),
    NUMBERED("one-time-prekey-id", one_time_prekey_id),
    PLAIN("omit-one-time-prekey-id", .omits_one_time_prekey_id = true),
    NUMBERED("signed-prekey-id", signed_prekey_id),
    NUMBERED("registration-id", registration_id),
    PLAIN("omit-registration-id", .omits_registration_id = true),
    PLAIN("mac-swapped-identities", .mac = MUTATION_MAC_SWAPPED_IDENTITIES),
    PLAIN("mac-other-identity", .mac = MUTATION_MAC_OTHER_IDENTITY),
    PLAIN("mac-no-identities", .mac = MUTATION_MAC_NO_IDENTITIES),
    PLAIN("mac-constant-version", .mac = MUTATION_MAC_CONSTANT_VERSION),
    PLAIN("mac-zero", .mac = MUTATION_MAC_ZERO),
    NUMBERED("mac-length", mac_len),
    PLAIN("mac-ciphertext-only", .mac = MUTATION_MAC_CIPHERTEXT_ONLY),
    PLAIN("other-message-info", .has_other_message_info = true),
    NUMBERED("counter", counter),
    NUMBERED("previous-counter", previous_counter),
    PLAIN("omit-previous-counter", .omits_previous_counter = true),
    PLAIN("ratchet-key:low-order-1", .ratchet_key = MUTATION_KEY_LOW_ORDER_1),
    PLAIN("ratchet-key:low-order-2", .ratchet_key = MUTATION_KEY_LOW_ORDER_1 + 1),
    PLAIN("ratchet-key:low-order-3", .ratchet_key = MUTATION_KEY_LOW_ORDER_1 + 2),
    PLAIN("ratchet-key:low-order-4", .ratchet_key = MUTATION_KEY_LOW_ORDER_1 + 3),
    PLAIN("ratchet-key:low-order-5", .ratchet_key = MUTATION_KEY_LOW_ORDER_1 + 4),
    PLAIN("ratchet-key:low-order-6", .ratchet_key = MUTATION_KEY_LOW_ORDER_1 + 5),
    PLAIN("ratchet-key:low-order-7", .ratchet_key = MUTATION_KEY_LOW_ORDER_7),
    PLAIN("ratchet-key:high-bit", .ratchet_key = MUTATION_KEY_HIGH_BIT),
    PLAIN("ratchet-key:own-identity", .ratchet_key = MUTATION_KEY_OWN_IDENTITY),
    PLAIN("ratchet-key:of-peer", .ratchet_key = MUTATION_KEY_OF_PEER),
    PLAIN("ratchet-key:earlier", .ratchet_key = MUTATION_KEY_EARLIER),
    PLAIN("ratchet-key:stale", .ratchet_key = MUTATION_KEY_STALE),
    PLAIN("padding:zero", .padding = MUTATION_PADDING_ZERO),
    PLAIN("padding:over-block", .padding = MUTATION_PADDING_OVER_BLOCK),
    PLAIN("padding:inconsistent", .padding = MUTATION_PADDING_INCONSISTENT),
    PLAIN("padding:none", .padding = MUTATION_PADDING_NONE),
    PLAIN("padding:empty", .padding = MUTATION_PADDING_EMPTY),
    NUMBERED("version", version),
    NUMBERED("inner-version", inner_version),
    NUMBERED("outer-version", outer_version),
    PLAIN("always-prekey-message", .kind = MUTATION_KIND_PREKEY),
    PLAIN("never-prekey-message", .kind = MUTATION_KIND_MESSAGE),
    NUMBERED("iteration", iteration),
    NUMBERED("key-id", key_id),
    PLAIN("sign-other-key", .signature = MUTATION_SIGNATURE_OTHER_KEY),
    PLAIN("no-signature", .signature = MUTATION_SIGNATURE_ZERO),
};

#define N_ROWS (sizeof(rows) / sizeof(rows[0]))

/* The same names in the same order, for mutation_names; a test holds the two together. */
static const char *const names[] = {
    "no-discontinuity-block",
    "other-handshake-info",
    "other-handshake-salt",
    "dh-order",
    "omit-dh4",
    "base-key:low-order-1",
    "base-key:low-order-2",
    "base-key:low-order-3",
    "base-key:low-order-4",
    "base-key:low-order-5",
    "base-key:low-order-6",
    "base-key:low-order-7",
    "base-key:high-bit",
    "base-key:own-identity",
    "base-key:of-peer",
    "reuse-base-key",
    "no-signature-check",
    "claim-one-time-prekey",
    "one-time-prekey-id",
    "omit-one-time-prekey-id",
    "signed-prekey-id",
    "registration-id",
    "omit-registration-id",
    "mac-swapped-identities",
    "mac-other-identity",
    "mac-no-identities",
    "mac-constant-version",
    "mac-zero",
    "mac-length",
    "mac-ciphertext-only",
    "other-message-info",
    "counter",
    "previous-counter",
    "omit-previous-counter",
    "ratchet-key:low-order-1",
    "ratchet-key:low-order-2",
    "ratchet-key:low-order-3",
    "ratchet-key:low-order-4",
    "ratchet-key:low-order-5",
    "ratchet-key:low-order-6",
    "ratchet-key:low-order-7",
    "ratchet-key:high-bit",
    "ratchet-key:own-identity",
    "ratchet-key:of-peer",
    "ratchet-key:earlier",
    "ratchet-key:stale",
    "padding:zero",
    "padding:over-block",
    "padding:inconsistent",
    "padding:none",
    "padding:empty",
    "version",
    "inner-version",
    "outer-version",
    "always-prekey-message",
    "never-prekey-message",
    "iteration",
    "key-id",
    "sign-other-key",
    "no-signature",
};

_Static_assert(sizeof(names) / sizeof(names[0]) == N_ROWS, "every bend has its name listed");

static const struct row *row_of(const char *name, size_t len)
{
    for (size_t i = 0; i < N_ROWS; i++)
        if (strlen(rows[i].name) == len && memcmp(rows[i].name, name, len) == 0)
            return &rows[i];
    return NULL;
}

const struct mutation *mutation_find(const char *name)
{
    const struct row *row = row_of(name, strlen(name));
    return row && row->number_at == NO_NUMBER ? &row->mutation : NULL;
}

const char *const *mutation_names(size_t *out_count)
{
    *out_count = N_ROWS;
    return names;
}

static bool read_number(const char *text, size_t len, uint32_t *out)
{
    uint64_t value = 0;

    if (len == 0 || len > 10)
        return false;
    for (size_t i = 0; i < len; i++) {
        if (text[i] < '0' || text[i] > '9')
            return false;
        value = value * 10 + (uint64_t)(text[i] - '0');
    }
    *out = (uint32_t)value;
    return value <= UINT32_MAX;
}

/* One item of the list, "name" or "name:number", as a bend of its own. */
static bool read_item(const char *text, size_t len, struct mutation *out)
{
    struct mutation_number number = {true, 0};
    const struct row *row = row_of(text, len);
    size_t name_len = len;

    memset(out, 0, sizeof(*out));
    if (row && row->number_at == NO_NUMBER) {
        memcpy(out, &row->mutation, sizeof(*out));
        return true;
    }
    while (name_len && text[name_len - 1] != ':')
        name_len--;
    if (name_len < 2 || !(row = row_of(text, name_len - 1)) || row->number_at == NO_NUMBER)
        return false;
    if (!read_number(text + name_len, len - name_len, &number.value))
        return false;
    memcpy((char *)out + row->number_at + offsetof(struct mutation_number, is_set), &number.is_set,
           sizeof(number.is_set));
    memcpy((char *)out + row->number_at + offsetof(struct mutation_number, value), &number.value,
           sizeof(number.value));
    return true;
}

/*
 * Honest members are all zero bytes, so two bends that touch different members merge byte by byte;
 * a byte set by both is the same decision bent twice.
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

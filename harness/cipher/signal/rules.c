/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cipher/signal/rules.h"

/* Members that are not named are false, 0 or the first of their enum. */
/* clang-format off */
/* |version| 3 or 4; |byte| the version byte it writes; |jump| the ratchet's max_skip. */
#define HONEST(version, byte, self, info, jump, ...) {                                             \
    .honest = self,                                                                                \
    .handshake = {                                                                                 \
        .has_discontinuity_block = true, .uses_dh4 = true, .names_one_time_prekey = true,          \
        .refuses_low_order = true, .remembers_base_key = true, .masks_base_key = true,             \
        .gives_prekey_once = true, .renews_prekey_key = true, .rotates_signed_prekey = true,       \
        .rotated_prekeys_kept = UINT32_MAX, .unknown_one_time_prekey = UNKNOWN_PREKEY_REFUSED,     \
        .unknown_signed_prekey = UNKNOWN_PREKEY_REFUSED,                                           \
        .deletes_one_time_prekey = DELETE_AFTER_SUCCESS, .base_key = BASE_KEY_FRESH,               \
        .header = HEADER_UNTIL_REPLY,                                                              \
    },                                                                                             \
    .signature = {                                                                                 \
        .is_checked = true, .is_required = true, .has_exact_length = true,                         \
        .has_fresh_nonce = true,                                                                   \
        .covers = SIGNED_ENCODED_KEY,                                                              \
    },                                                                                             \
    .identity = {                                                                                  \
        .is_pinned = true, .checks_on_start = true, .checks_on_seal = true,                        \
        .checks_on_open = true,                                                                    \
        .fingerprint_has_keys = true, .fingerprint_has_ids = true,                                 \
        .fingerprint_is_symmetric = true,                                                          \
        .binds_addresses = version >= 4, .fingerprint_iterations = 5200, .compared_bytes = 33,     \
    },                                                                                             \
    .ratchet = {                                                                                   \
        .salts_with_root = true, .advances_chain = true, .has_derived_iv = true,                   \
        .separates_chain_constants = true, .previous_counter_is_length = true,                     \
        .refuses_low_order = true, .takes_jump_after_turn = true, .first_counter = 0,              \
        .max_skip = jump, .receiver_chains_max = 5, .sent_counter_bits = 32,                       \
        .received_counter_bits = 32, .new_key = RATCHET_KEY_ON_RECEIVING,                          \
        .old_chain = OLD_CHAIN_STAYS_OPEN, .handshake_info = info,                                 \
        .root_info = "WhisperRatchet", .message_info = "WhisperMessageKeys",                       \
    },                                                                                             \
    .mac = {                                                                                       \
        .is_checked = true, .has_received_version = true, .compared_from = 0, .compared_len = 8,   \
        .constant_version = byte, .identities = MAC_SENDER_FIRST,                                  \
        .scope = MAC_RECEIVED_BYTES,                                                               \
    },                                                                                             \
    .storage = {                                                                                   \
        .tries_archived = true, .promotes = true, .archives_on_new = true, .skipped_max = 2000,    \
        .archived_max = 40,                                                                        \
    },                                                                                             \
    .replay = {                                                                                    \
        .deletes_keys = true, .deletes_skipped_keys = true,                                        \
        .opens_with_used_keys = true, .kept_used_keys = 2000,                                      \
        .answer = ANSWER_REFUSAL,                                                                  \
    },                                                                                             \
    .parsing = {                                                                                   \
        .checks_version = true, .checks_inner_version = true, .checks_key_type = true,             \
        .min_version = version, .max_version = version,                                            \
        .written_version = byte,                                                                   \
        .max_plaintext = UINT32_MAX, .padding = PADDING_CHECKED,                                   \
    },                                                                                             \
    .groups = {                                                                                    \
        .checks_signature = true, .keeps_known_state = true, .takes_fresh_keys = true,             \
        .checks_sender = true,                                                                     \
        .checks_id = true, .deletes_keys = true, .deletes_skipped_keys = true,                     \
        .advances_chain = true, .renews_chain = true, .renews_signing_key = true,                  \
        .renews_id = true,                                                                         \
        .distributes_current = true, .checks_version = true,                                       \
        .has_distribution_ids = version >= 4, .checks_distribution_id = true,                      \
        .written_version = 0x33, .max_skip = jump,                                                 \
        .skipped_max = 2000,                                                                       \
        .states_max = 5, .received_iteration_bits = 32,                                            \
    },                                                                                             \
    .trigger = {RULES_ALWAYS, 0},                                                                  \
    __VA_ARGS__                                                                                    \
}

static const struct rules honest =
    HONEST(3, 0x33, &honest, "WhisperText", 2000, .kem = {.is_used = false});
static const struct rules honest_carried =
    HONEST(3, 0x34, &honest_carried, "WhisperText", 25000, .kem = {.is_used = false});
static const struct rules honest_v4 = HONEST(
    4, 0x44, &honest_v4, "WhisperText_X25519_SHA-256_CRYSTALS-KYBER-1024", 25000,
    .kem = {
        .is_used = true, .is_required = true, .mixes_secret = true, .checks_signature = true,
        .checks_type = true, .checks_length = true, .has_fresh_randomness = true,
        .gives_prekey_once = true, .refuses_reuse = true, .renews_id = true,
        .checks_base_key = true, .covers = SIGNED_ENCODED_KEY,
        .unknown_prekey = UNKNOWN_PREKEY_REFUSED, .deletes_one_time_prekey = DELETE_AFTER_SUCCESS,
    },
    .spqr = {
        .is_used = true, .is_required = true, .salts = true, .takes_no_key = true,
        .has_no_bound_with_self = true,
    });
/* clang-format on */

const struct rules *rules_honest(void) { return &honest; }
const struct rules *rules_honest_v4(void) { return &honest_v4; }
const struct rules *rules_honest_carried(void) { return &honest_carried; }

static bool holds(const struct rules_trigger *t, const struct situation *s)
{
    switch (t->when) {
    case RULES_ALWAYS:
        return true;
    case RULES_AFTER_RESTORE:
        return s->is_restored;
    case RULES_FROM_SESSION:
        return s->session >= t->n;
    case RULES_AT_COUNTER:
        return s->counter == t->n;
    case RULES_FROM_COUNTER:
        return s->counter >= t->n;
    case RULES_FROM_TURN:
        return s->turns >= t->n;
    case RULES_FROM_EPOCH:
        return s->epoch >= t->n;
    case RULES_AFTER_REFUSAL:
        return s->refusals >= t->n;
    case RULES_AS_INITIATOR:
        return s->is_initiator;
    case RULES_AS_RESPONDER:
        return !s->is_initiator;
    case RULES_ON_ARCHIVED:
        return s->is_archived;
    }
    return false;
}

const struct rules *rules_in(const struct rules *r, const struct situation *s)
{
    return holds(&r->trigger, s) ? r : r->honest;
}

uint32_t rules_low_bits(uint32_t value, uint32_t bits)
{
    return bits >= 32 ? value : value & ((1u << bits) - 1);
}

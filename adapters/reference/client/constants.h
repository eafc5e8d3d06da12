/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * client/constants.h - the constants of a profile (docs/wire.md), as Connect names them.
 * Depends on: codes; proto/target.proto.
 */
#ifndef REFERENCE_CLIENT_CONSTANTS_H
#define REFERENCE_CLIENT_CONSTANTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "target.pb-c.h"

#define CONSTANT_BYTES_MAX 64u
#define CONSTANT_TEXT_MAX 128u

struct constant_bytes {
    uint8_t data[CONSTANT_BYTES_MAX];
    size_t len;
};

/* Those a client needs; each is what docs/wire.md writes in `code`. */
struct constants {
    struct constant_bytes frame_header, noise_prologue, certificate_root;
    uint32_t frame_length_size, frame_max;
    bool frame_intro, noise_allows_ik, token_binds_static;
    uint32_t noise_max_message, handshake_timeout_ms;
    char noise_empty_payload[CONSTANT_TEXT_MAX], handshake_form[CONSTANT_TEXT_MAX],
        certificate_policy[CONSTANT_TEXT_MAX];
    char user_domain[CONSTANT_TEXT_MAX], server[CONSTANT_TEXT_MAX],
        namespace_ping[CONSTANT_TEXT_MAX], namespace_prekeys[CONSTANT_TEXT_MAX],
        namespace_stream[CONSTANT_TEXT_MAX];
    uint32_t max_depth, max_attributes, max_bytes;
    uint32_t padding_min, padding_max;
    uint32_t prekey_id_size, prekey_registration_size, prekey_upload_count, prekey_refill_below;
    uint32_t retry_keys_from, retry_give_up;
    uint32_t reconnect_first_ms, reconnect_most_ms;
    char token_algorithms[CONSTANT_TEXT_MAX];
    uint32_t token_max_lifetime;
};

/* What the profile `public` says. */
void constants_default(struct constants *out);
/* Set one; a name this client has no use for is ignored. 0, or CLIENT_E_CONSTANT. */
int constants_set(struct constants *c, const char *name, const char *value);
/* The defaults, with all of |list| over them. */
int constants_take(struct constants *out, Assay__Target__V1__Constant *const *list, size_t n);

#endif

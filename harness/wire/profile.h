/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * wire/profile.h - the constants of one interop scheme, as data: what docs/wire.md writes in
 * `code`.
 * Depends on: base.
 *
 * One table (profile_constants) names every constant, its type, where it stands in struct
 * wire_profile and what it means; the loader of suites/profiles/, `assay profile show` and what a
 * target is told at Connect all read it.
 */
#ifndef ASSAY_WIRE_PROFILE_H
#define ASSAY_WIRE_PROFILE_H

#include "base/buffer.h"
#include "base/status.h"

#include <stddef.h>

enum handshake_form {
    HANDSHAKE_NONE = 0,
    HANDSHAKE_NOISE, /* "noise": the bare Noise message is the frame */
    HANDSHAKE_FIELDS /* "fields": proto/gatekeeper.proto HandshakeMessage */
};

#define PROFILE_BYTES_MAX 64u
#define PROFILE_TEXT_MAX 128u

struct profile_bytes {
    uint8_t data[PROFILE_BYTES_MAX];
    size_t len;
};

struct wire_profile {
    char id[PROFILE_TEXT_MAX];
    char title[PROFILE_TEXT_MAX];

    /* frame.* */
    struct profile_bytes frame_header; /* sent once by the client before its first frame */
    uint32_t frame_length_size;        /* 2, 3 or 4 bytes */
    uint32_t frame_max;                /* bytes of payload */
    bool frame_intro;                  /* the optional "ED" pre-intro is taken */

    /* noise.* handshake.* */
    bool noise_allows_ik;
    struct profile_bytes noise_prologue;
    bool noise_hashes_empty_payload; /* noise.empty-payload: "hashed" or "skipped" */
    uint32_t noise_max_message;      /* bytes of a transport message with its tag */
    enum handshake_form handshake_form;
    uint32_t handshake_timeout_ms;

    /* certificate.* */
    bool certificate_chain; /* certificate.policy: "chain" or "none" */
    struct profile_bytes
        root_key; /* certificate.root: 32 bytes; empty: assay makes one for each run */

    /* stanza.* */
    char stanza_user_domain[PROFILE_TEXT_MAX];
    char stanza_server[PROFILE_TEXT_MAX];
    char stanza_namespace_ping[PROFILE_TEXT_MAX];
    char stanza_namespace_prekeys[PROFILE_TEXT_MAX];
    char stanza_namespace_stream[PROFILE_TEXT_MAX];
    uint32_t stanza_max_depth, stanza_max_attributes, stanza_max_bytes;

    /* signal.*: what the peer of this version can hold a target to; other values are refused */
    uint32_t signal_version_byte, signal_mac_length, signal_skip_accepted, signal_skip_refused;
    char signal_handshake_info[PROFILE_TEXT_MAX], signal_root_info[PROFILE_TEXT_MAX],
        signal_message_info[PROFILE_TEXT_MAX];

    /* content.* padding.* */
    uint32_t content_max_plaintext;
    uint32_t padding_min, padding_max;

    /* prekey.* */
    uint32_t prekey_id_size, prekey_registration_size; /* bytes: 3 and 4 */
    uint32_t prekey_upload_count, prekey_refill_below;

    /* retry.* reconnect.* */
    uint32_t retry_keys_from, retry_give_up;
    uint32_t reconnect_first_ms, reconnect_most_ms;

    /* token.* */
    char token_algorithms[PROFILE_TEXT_MAX]; /* names, space between: "EdDSA ES256" */
    char token_claims[PROFILE_TEXT_MAX];     /* those that must be there */
    uint32_t token_max_lifetime;             /* seconds */
    bool token_binds_static;

    /* media.* (labels, MAC length: for the service surface) */
    char media_info_image[PROFILE_TEXT_MAX], media_info_video[PROFILE_TEXT_MAX],
        media_info_audio[PROFILE_TEXT_MAX], media_info_document[PROFILE_TEXT_MAX];
    uint32_t media_mac_length;
};

enum constant_type {
    CONSTANT_NUMBER = 1, /* uint32_t */
    CONSTANT_YES_NO,     /* bool */
    CONSTANT_HEX,        /* struct profile_bytes */
    CONSTANT_TEXT,       /* char[PROFILE_TEXT_MAX] */
    CONSTANT_NAMES,      /* char[PROFILE_TEXT_MAX]: some of |choices|, each once, a space between */
    CONSTANT_CHOICE /* one of |choices|; the member (bool, or enum handshake_form) is the choice's
                       index plus |least_index| */
};

struct profile_constant {
    const char *name; /* "frame.header" */
    enum constant_type type;
    size_t at; /* offset in struct wire_profile */
    uint32_t least, most;
    const char *choices[4];
    uint32_t least_index;
    bool is_fixed;         /* assay can hold a target to the default only */
    const char *otherwise; /* the value of a profile that does not state it: public's */
    const char *explanation;
};

/* The table; |*out_count| of them, in the order they are shown. */
const struct profile_constant *profile_constants(size_t *out_count);
const struct profile_constant *profile_constant_find(const char *name);

/* Every constant at its default: the profile "public". */
void profile_defaults(struct wire_profile *out);

/*
 * Set one constant from its text.
 * E_MISSING  no constant of this name
 * E_INPUT    not a value for it, or is_fixed and another than the default
 */
MUST_USE enum status profile_set(struct wire_profile *p, const char *name, const char *value);
/* Append what a value of |c| may be, "a number from 2 to 4". */
void profile_expects(const struct profile_constant *c, struct buffer *out);
/* Has every constant the same value? Id and title are not looked at. */
bool profile_equal(const struct wire_profile *a, const struct wire_profile *b);
/* The value as text, as a file would say it, in |out| (NUL terminated, cut to |size|). */
void profile_get(const struct wire_profile *p, const struct profile_constant *c, char *out,
                 size_t size);

#endif

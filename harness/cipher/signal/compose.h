/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cipher/signal/compose.h - writing the messages of a session once their keys are chosen.
 * Depends on: base, wire/signal, cipher/signal/store.
 */
#ifndef ASSAY_CIPHER_SIGNAL_COMPOSE_H
#define ASSAY_CIPHER_SIGNAL_COMPOSE_H

#include "cipher/signal/store.h"

/* One message in the making, beside the session. */
struct sealing {
    const struct rules *rules;
    const struct mutation *mutation;
    struct address peer;
    struct sender sender;       /* as it will be */
    const uint8_t *ratchet_key; /* in the header */
    uint32_t counter;
    uint32_t previous_counter;
    uint8_t seed[32];
    bool has_spqr;
    struct spqr spqr; /* as it will be, where the session has one */
    bool has_field;   /* field 5 */
    uint8_t field[SPQR_FIELD_MAX];
    size_t field_len;
    bool has_salt; /* the key it stands for goes into the message's */
    uint8_t salt[SPQR_KEY_LEN];
    struct message_keys keys;
};

/* Write |plaintext|'s message into |out|, with or without the first message's header. E_CRYPTO,
 * E_LIMIT, E_NOMEM. */
MUST_USE enum status compose_message(const struct party *p, const struct session *s,
                                     const struct sealing *sealing, struct bytes plaintext,
                                     struct sealed *out);

#endif

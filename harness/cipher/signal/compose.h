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
    struct sender sender;       /* as it will be */
    const uint8_t *ratchet_key; /* in the header */
    uint32_t counter;
    uint32_t previous_counter;
    uint8_t seed[32];
    struct message_keys keys;
};

/* Write |plaintext|'s message into |out|, with or without the first message's header. E_CRYPTO,
 * E_LIMIT, E_NOMEM. */
MUST_USE enum status compose_message(const struct party *p, const struct session *s,
                                     const struct sealing *sealing, struct bytes plaintext,
                                     struct sealed *out);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cipher/signal/ratchet.h - reading one SignalMessage on one session (Double Ratchet 3.5,
 * RatchetDecrypt).
 * Depends on: base, wire/signal, cipher/signal/session.
 *
 * In steps, because nothing may change before the MAC has verified: opening_plan works out the
 * message's keys beside the session; the caller checks and decrypts; opening_prepare makes the next
 * sending key when the ratchet turns; opening_commit changes the session and cannot fail. Only what
 * the message touches is copied.
 */
#ifndef ASSAY_CIPHER_SIGNAL_RATCHET_H
#define ASSAY_CIPHER_SIGNAL_RATCHET_H

#include "cipher/signal/session.h"

struct opening {
    const struct rules *rules;    /* that hold for this session and message */
    struct receiver_chain *chain; /* the session's, or NULL: |fresh| is to be added */
    struct receiver_chain fresh;
    bool turns;            /* a new ratchet key: the session steps */
    uint32_t turns_before; /* of the session */
    bool is_own;           /* our own message sent back to us */
    uint32_t previous_counter;
    struct sender sender;     /* as it will be, when it turns */
    bool has_spqr, read_spqr; /* ... and the message has spoken to it */
    struct spqr spqr;         /* as it will be, where the session has one */
    struct chain_step step;
    struct message_keys keys;
};

/*
 * Work out the keys of |m|. The session's contents stay. opening_fini is needed whatever is
 * returned. E_CRYPTO with *why REFUSAL_INVALID_KEY, REFUSAL_DUPLICATE, REFUSAL_TOO_FAR; or without,
 * OpenSSL. E_NOMEM.
 */
MUST_USE enum status opening_plan(struct session *s, const struct rules *rules,
                                  const struct signal_message *m, struct opening *out,
                                  enum refusal *why);
/* The second half of the step: a new sending key, drawn from |random|. */
MUST_USE enum status opening_prepare(struct opening *o, struct random *random, enum refusal *why);
/* |reads|: the chain moves past the message; else only the ratchet turns. */
void opening_commit(struct session *s, struct opening *o, bool reads);
void opening_fini(struct opening *o);

#endif

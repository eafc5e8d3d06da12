/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cipher/signal/reading.h - one received message: what its bytes must be, and reading it on one
 * session.
 * Depends on: base, wire/signal, cipher/signal/store.
 */
#ifndef ASSAY_CIPHER_SIGNAL_READING_H
#define ASSAY_CIPHER_SIGNAL_READING_H

#include "cipher/signal/store.h"

/* Where a plaintext goes: worked out in |plain|, appended to |out| as the last thing that can
 * fail. */
struct sink {
    struct buffer plain;
    struct buffer *out;
    struct address from; /* who is said to have sent it */
    bool was_kept;       /* the key of the message read last was a kept one */
    bool is_first;       /* it came as a first message */
};

/* A SignalMessage as |rules| take it. E_CRYPTO with *why REFUSAL_MALFORMED or REFUSAL_VERSION. */
MUST_USE enum status reading_message(const struct rules *rules, struct bytes body,
                                     struct signal_message *out, enum refusal *why);
/* A PreKeySignalMessage and the message in it. The same refusals. */
MUST_USE enum status reading_prekey_message(const struct rules *rules, struct bytes body,
                                            struct prekey_message *out,
                                            struct signal_message *inner, enum refusal *why);

/*
 * RatchetDecrypt on |s|. On OK the plaintext is in |plain| and the session has moved on; else
 * nothing has changed, unless the rules say so.
 */
MUST_USE enum status reading_on_session(struct party *p, struct session *s,
                                        const struct signal_message *m, struct sink *sink,
                                        enum refusal *why);

/* Only by lapses: where |m| has a new ratchet key |s| turns to it, and nothing is read. */
void reading_turn_only(struct party *p, struct session *s, const struct signal_message *m);

/* Is |m| one of our own messages on |s|, by its ratchet key? */
bool reading_is_reflected(const struct session *s, const struct signal_message *m);

#endif

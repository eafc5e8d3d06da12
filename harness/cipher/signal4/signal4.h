/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cipher/signal4/signal4.h - Signal v4 as a struct cipher: PQXDH and the Triple Ratchet.
 * Depends on: cipher/signal/operations.
 *
 * The party is cipher/signal/'s by rules_honest_v4(); the KEM is cipher/kem/'s, SPQR
 * cipher/spqr/'s.
 */
#ifndef ASSAY_CIPHER_SIGNAL4_SIGNAL4_H
#define ASSAY_CIPHER_SIGNAL4_SIGNAL4_H

#include "cipher/signal/operations.h"

extern const struct cipher cipher_signal4;

/* Its words: those that every version has, and its own. */
extern const struct word_table signal4_words;

#endif

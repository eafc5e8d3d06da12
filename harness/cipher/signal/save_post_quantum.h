/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cipher/signal/save_post_quantum.h - the parts of a saved party that only v4 has.
 * Depends on: cipher/signal/codec, cipher/signal/store.
 */
#ifndef ASSAY_CIPHER_SIGNAL_SAVE_POST_QUANTUM_H
#define ASSAY_CIPHER_SIGNAL_SAVE_POST_QUANTUM_H

#include "cipher/signal/codec.h"
#include "cipher/signal/store.h"

/* What |s| has beside a session of v3, written, or read into it. */
void save_post_quantum(struct codec *c, struct session *s);
void save_kem_prekeys(struct codec *c, struct kem_prekeys *k);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cipher/signal3/signal3.h - Signal v3 as a struct cipher: X3DH, Double Ratchet, sender keys.
 * Depends on: cipher/signal/operations.
 */
#ifndef ASSAY_CIPHER_SIGNAL3_SIGNAL3_H
#define ASSAY_CIPHER_SIGNAL3_SIGNAL3_H

#include "cipher/signal/operations.h"

extern const struct cipher cipher_signal3;

/* Its parts, each in a file of its own. */
extern const struct cipher_insider signal3_insider;

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The ciphers of the test program: those of assay, and the toy. */
#include "cipher/signal3/signal3.h"
#include "cipher/signal4/signal4.h"
#include "toy.h"

const struct cipher *const ciphers[] = {&cipher_signal3, &cipher_signal4, &cipher_toy, NULL};

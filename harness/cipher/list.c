/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cipher/signal3/signal3.h"
#include "cipher/signal4/signal4.h"

#include <stddef.h>

const struct cipher *const ciphers[] = {&cipher_signal3, &cipher_signal4, NULL};

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * implementation.h - the harness's own party, served by serving/serve.h.
 * Depends on: serving, harness/cipher.
 */
#ifndef FLAWED_IMPLEMENTATION_H
#define FLAWED_IMPLEMENTATION_H

#include "cipher/signal/rules.h"
#include "serve.h"

/* Of the Signal that |rules| are of, and with what they claim. What it points to is static. Its
 * configuration is a struct flawed_configuration (flawed_state.h; kept). */
struct implementation flawed_implementation(const struct rules *rules);

#endif

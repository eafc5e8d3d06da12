/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * implementation.h - the harness's own party, served by serving/serve.h.
 * Depends on: serving, harness/cipher.
 */
#ifndef FLAWED_IMPLEMENTATION_H
#define FLAWED_IMPLEMENTATION_H

#include "serve.h"

/* Of Signal v3 or v4. Static storage. Its configuration is a struct flawed_configuration
 * (flawed_state.h; kept). */
const struct implementation *flawed_implementation(bool is_v4);

#endif

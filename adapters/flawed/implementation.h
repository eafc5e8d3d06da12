/*
 * implementation.h - the harness's own party, served by serving/serve.h.
 * Depends on: serving, harness/cipher.
 */
#ifndef FLAWED_IMPLEMENTATION_H
#define FLAWED_IMPLEMENTATION_H

#include "serve.h"

/* Static storage. Its configuration is a struct flawed_configuration (flawed_state.h; kept). */
const struct implementation *flawed_implementation(void);

#endif

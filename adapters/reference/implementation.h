/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * implementation.h - libsignal-protocol-c, served by serving/serve.h.
 * Depends on: serving, party, reasons.
 */
#ifndef REFERENCE_IMPLEMENTATION_H
#define REFERENCE_IMPLEMENTATION_H

#include "serve.h"

#define ADAPTER_VERSION "1"
#define LIBRARY_VERSION "2.3.3"

/* Static storage. Its configuration is not used: NULL. */
const struct implementation *reference_implementation(void);

#endif

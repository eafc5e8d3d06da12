/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * implementation.h - Olm as what serving/serve.h serves.
 * Depends on: serving, party, reasons.
 */
#ifndef ADAPTER_OLM_IMPLEMENTATION_H
#define ADAPTER_OLM_IMPLEMENTATION_H

#include "serve.h"

/* Static storage. Its configuration is not used: NULL. */
const struct implementation *olm_implementation(void);

#endif

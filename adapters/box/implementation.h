/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * implementation.h - crypto_box as what serving/serve.h serves.
 * Depends on: serving, party.
 */
#ifndef BOX_IMPLEMENTATION_H
#define BOX_IMPLEMENTATION_H

#include "serve.h"

/* Static storage. Its configuration is not used: NULL. */
const struct implementation *box_implementation(void);

#endif

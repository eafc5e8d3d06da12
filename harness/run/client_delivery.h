/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * run/client_delivery.h - one message through the gatekeeper to the target's client, and what the
 * client did about it.
 * Depends on: run/client_context.
 */
#ifndef ASSAY_RUN_CLIENT_DELIVERY_H
#define ASSAY_RUN_CLIENT_DELIVERY_H

#include "run/context.h"

/* As open of struct surface_acts. |message| gets an id, where its delivery has none. */
MUST_USE enum status client_delivery_do(struct context *s, struct artifact *message,
                                        struct case_party *to, struct case_party *from,
                                        struct answer *out);

#endif

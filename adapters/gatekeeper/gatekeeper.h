/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * gatekeeper.h - the harness's own server as a target of assay: each OpenServer starts it in a
 * process of its own, which ends with the next Reset.
 * Depends on: serving, gatekeeper_flaws.
 */
#ifndef GATEKEEPER_H
#define GATEKEEPER_H

#include "serve.h"

/* Its configuration is a struct gatekeeper_rules. */
const struct implementation *gatekeeper_implementation(void);

#endif

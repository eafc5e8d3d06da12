/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * gatekeeper_flaws.h - named flaws of the gatekeeper: each is the honest rules with one decision
 * wrong.
 * Depends on: flawed/flaws, enlistment, harness/server.
 */
#ifndef GATEKEEPER_FLAWS_H
#define GATEKEEPER_FLAWS_H

#include "enlistment.h"
#include "flaws.h"

struct gatekeeper_rules {
    struct admission_rules admission;
    struct server_rules server;
    struct enlistment_rules enlistment;
};

size_t gatekeeper_flaws_count(void);
const struct flaw *gatekeeper_flaws_at(size_t index);
/* The rules with flaw |name|. False when there is no such flaw; *out is honest then. */
bool gatekeeper_flaws_rules(const char *name, struct gatekeeper_rules *out);

#endif

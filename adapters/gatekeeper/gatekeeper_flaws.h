/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * gatekeeper_flaws.h - named flaws of the gatekeeper: each is the honest rules with one decision
 * wrong.
 * Depends on: flawed/flaw_table, enlistment, harness/server.
 */
#ifndef GATEKEEPER_FLAWS_H
#define GATEKEEPER_FLAWS_H

#include "enlistment.h"
#include "flaw_table.h"

struct gatekeeper_rules {
    struct admission_rules admission;
    struct server_rules server;
    struct enlistment_rules enlistment;
};

/* Of struct gatekeeper_rules. */
extern const struct flaw_table gatekeeper_flaws;

#endif

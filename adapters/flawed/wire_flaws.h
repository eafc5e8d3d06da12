/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * wire_flaws.h - flaws of the client surface: the honest app_rules with one member changed.
 * Depends on: flaw_table; harness/app/app_rules.h.
 */
#ifndef FLAWED_WIRE_FLAWS_H
#define FLAWED_WIRE_FLAWS_H

#include "flaw_table.h"
#include "app/app_rules.h"

/* Of struct app_rules; those that only a client of Signal v4 can have. */
extern const struct flaw_table wire_flaws, wire_flaws_v4;

#endif

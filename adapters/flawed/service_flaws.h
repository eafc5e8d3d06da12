/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * service_flaws.h - flaws of the service surface: the honest provider with one decision wrong.
 * Depends on: flaw_table; adapters/provider/rules.h.
 */
#ifndef FLAWED_SERVICE_FLAWS_H
#define FLAWED_SERVICE_FLAWS_H

#include "flaw_table.h"
#include "rules.h"

/* Of struct provider_rules. */
extern const struct flaw_table service_flaws;

#endif

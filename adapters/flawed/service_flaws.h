/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * service_flaws.h - flaws of the service surface: the honest provider with one decision wrong.
 * Depends on: flaws; adapters/provider/rules.h.
 */
#ifndef FLAWED_SERVICE_FLAWS_H
#define FLAWED_SERVICE_FLAWS_H

#include "flaws.h"
#include "rules.h"

size_t service_flaws_count(void);
/* NULL past the end. Static storage. */
const struct flaw *service_flaws_at(size_t index);
/* False when there is no such flaw; |out| then holds the honest rules. */
bool service_flaws_rules(const char *name, struct provider_rules *out);

#endif

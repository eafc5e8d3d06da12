/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * wire_flaws.h - flaws of the client surface: the honest app_rules with one member changed.
 * Depends on: flaws; harness/app/app_rules.h.
 */
#ifndef FLAWED_WIRE_FLAWS_H
#define FLAWED_WIRE_FLAWS_H

#include "flaws.h"
#include "app/app_rules.h"

size_t wire_flaws_count(void);
/* NULL past the end. Static storage. */
const struct flaw *wire_flaws_at(size_t index);
/* Those that only a client of Signal v4 can have. */
size_t wire_flaws_of_v4_count(void);
const struct flaw *wire_flaws_of_v4_at(size_t index);
/* False when a client (of v4) has no such flaw; |out| then holds the honest rules. */
bool wire_flaws_rules(const char *name, bool is_v4, struct app_rules *out);

#endif

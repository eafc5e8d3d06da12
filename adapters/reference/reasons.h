/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * reasons.h - libsignal-protocol-c's error codes as the contract's reasons.
 * Depends on: library_log, party, provider; proto/target.proto.
 */
#ifndef REFERENCE_REASONS_H
#define REFERENCE_REASONS_H

#include <stdbool.h>

#include "target.pb-c.h"

/*
 * Is |code| a decision of the protocol code? Then *out_reason and *out_text say which. Anything
 * else (memory, an unknown code) is a fault; *out_text then says that.
 */
bool reason_of(int code, Assay__Target__V1__Reason *out_reason, const char **out_text);

#endif

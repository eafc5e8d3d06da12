/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * scenario/refusal.h - which steps wait for a refusal, and of what.
 * Depends on: scenario/op.
 */
#ifndef ASSAY_SCENARIO_REFUSAL_H
#define ASSAY_SCENARIO_REFUSAL_H

#include "scenario/op.h"

bool op_refuses(const struct op *op);
/* Does |op|, one of |ops|, wait for the refusal of bytes that were opened before it? */
bool op_replays(const struct op *ops, const struct op *op);
bool op_delivers(const struct op *op, uint32_t artifact);

#endif

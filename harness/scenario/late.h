/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * scenario/late.h - does a step open a message that others overtook?
 * Depends on: scenario/op and scope.
 */
#ifndef ASSAY_SCENARIO_LATE_H
#define ASSAY_SCENARIO_LATE_H

#include "scenario/op.h"
#include "scenario/scope.h"

enum late {
    LATE_NOT = 0,
    LATE_IN_CHAIN, /* a later one of its session was opened */
    LATE_BY_TURNS  /* there was traffic both ways in it since */
};

/* Of what |op|, one of |ops|, delivers first. |scope| is the case's, whole. */
enum late op_late(const struct op *ops, const struct op *op, const struct scope *scope);

#endif

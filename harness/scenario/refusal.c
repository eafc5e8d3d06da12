/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/refusal.h"

bool op_refuses(const struct op *op)
{
    return op->expect == EXPECT_REFUSES || op->expect == EXPECT_NOT_SHOWN;
}

/* Do both happen at one receiver, with one sender named? */
static bool has_same_ends(const struct op *a, const struct op *b)
{
    return op_index(a, ATTR_TO) == op_index(b, ATTR_TO) &&
           op_index(a, ATTR_FROM) == op_index(b, ATTR_FROM) &&
           op_has(a, ATTR_GROUP) == op_has(b, ATTR_GROUP);
}

bool op_delivers(const struct op *op, uint32_t artifact)
{
    size_t n;
    const uint32_t *delivered = op_delivered(op, &n);
    for (size_t i = 0; i < n; i++)
        if (delivered[i] == artifact)
            return true;
    return false;
}

bool op_replays(const struct op *ops, const struct op *op)
{
    size_t n;
    const uint32_t *delivered = op_delivered(op, &n);
    if (!n || !op_refuses(op))
        return false;
    for (const struct op *before = ops; before < op; before++)
        if (before->expect == EXPECT_OPENS && op_delivers(before, delivered[0]) &&
            has_same_ends(before, op))
            return true;
    return false;
}

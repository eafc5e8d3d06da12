/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cli/shard.h - one of several parts of a run, as a person names it: "2/4".
 * Depends on: cli/cli.
 */
#ifndef ASSAY_CLI_SHARD_H
#define ASSAY_CLI_SHARD_H

#include "cli/cli.h"

#define SHARDS_MAX 256u

/* The |k|th of |n|, from 1; zeros: the whole run. */
struct shard {
    uint32_t k, n;
};

/* |text| NULL: the whole run. EXIT_USAGE, after a complaint: it is not "K/N", with K from 1 to N
 * and N at most SHARDS_MAX. */
MUST_USE enum exit_code shard_given(const struct cli *cli, const char *text, struct shard *out);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cli/counterexample_replay.h - assay repro of a claims run's counter-example: one schedule of one
 * game, played once more with its story told.
 * Depends on: experiments/counterexample, experiments/play, cli/cli.
 */
#ifndef ASSAY_CLI_COUNTEREXAMPLE_REPLAY_H
#define ASSAY_CLI_COUNTEREXAMPLE_REPLAY_H

#include "cli/cli.h"
#include "driver/address.h"

#include <stdbool.h>

struct replay_options {
    const char *path;
    const struct target_address *address;
    uint64_t timeout_ms, start_ms;
    bool is_quiet, is_json;
};

/*
 * EXIT_FAILED: the adversary still wins, or the number is still as large. EXIT_CONFORMANT: not any
 * more. EXIT_UNCERTAIN: the game cannot be played. Anything else has been complained about.
 */
enum exit_code replay(const struct cli *cli, const struct replay_options *o);

#endif

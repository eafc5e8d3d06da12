/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cli/inputs.h - what commands read before they do anything: suites, known failures, a target's
 * address.
 * Depends on: base, scenario, target, cli/cli.
 */
#ifndef ASSAY_CLI_INPUTS_H
#define ASSAY_CLI_INPUTS_H

#include "cli/cli.h"
#include "cli/options.h"
#include "record/run.h"
#include "scenario/known.h"
#include "scenario/loader.h"
#include "driver/driver.h"

struct inputs {
    struct loader_options loader; /* texts live in the cli's arena */
    struct catalogue catalogue;
    struct diags diags; /* for what is loaded later with the same options */
};

/*
 * Load the shipped suites and those in |more_dirs|, for the first cipher that each names. Anything
 * but EXIT_CONFORMANT has been complained about. The caller ends with inputs_fini in every case.
 */
MUST_USE enum exit_code inputs_load(const struct cli *cli, const char *const *more_dirs,
                                    size_t n_more_dirs, struct inputs *out);
void inputs_fini(struct inputs *in);

/* Read what |in| has for the cipher |protocol| as well, where suites name it. Anything but
 * EXIT_CONFORMANT has been complained about. */
MUST_USE enum exit_code inputs_add_cipher(const struct cli *cli, const char *protocol,
                                          struct inputs *in);

/* The suites of this release, which suites/MANIFEST lists, that are not in |in|'s catalogue.
 * Anything but EXIT_CONFORMANT has been complained about. */
MUST_USE enum exit_code inputs_not_found(const struct cli *cli, const struct inputs *in,
                                         struct record_texts *out);

/* Parse |text|, given with --|option|, as a target's address. EXIT_USAGE has been complained
 * about. */
MUST_USE enum exit_code inputs_address(const struct cli *cli, const char *option, const char *text,
                                       struct target_address *out);

/* assay's own party of Signal v4: assay-flawed, which lies beside assay, without a flaw. There is
 * no reference for v4 that could be built in. */
MUST_USE enum exit_code inputs_own_v4(const struct cli *cli, struct target_address *out);

/* What was given of START_TIMEOUT_OPTION, |row|. */
uint64_t inputs_start_ms(const struct options *o, size_t row);

/*
 * Reach the target, or who is at address->option, and greet it, within |start_ms| (of
 * --start-timeout).
 * EXIT_UNREACHABLE (one sentence said, which is put to |*out_why|, unless that is NULL): nobody
 * there, or no Profile
 * in answer to Hello. *out_client is given: the caller ends with driver_close. The profile's texts
 * live in the cli's arena.
 */
MUST_USE enum exit_code inputs_greet(const struct cli *cli, const struct target_address *address,
                                     uint64_t timeout_ms, uint64_t start_ms,
                                     struct driver **out_client, struct target_profile *out_profile,
                                     const char **out_why);

#endif

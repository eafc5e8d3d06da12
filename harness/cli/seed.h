/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cli/seed.h - the seed of a run as a person writes it.
 * Depends on: base, cli/cli.
 */
#ifndef ASSAY_CLI_SEED_H
#define ASSAY_CLI_SEED_H

#include "base/random.h"
#include "cli/cli.h"

#define SEED_DIGITS (2u * RANDOM_SEED_LEN)
#define SEED_DIGITS_CHOSEN                                                                         \
    16u /* of a seed assay chooses: short enough to type, too many to guess during a run */

/* 1 to SEED_DIGITS hexadecimal digits; a shorter seed is filled up with zeros at its end. E_PARSE:
 * anything else. */
MUST_USE enum status seed_parse(const char *text, uint8_t out[RANDOM_SEED_LEN]);

/* One of the operating system's choosing, SEED_DIGITS_CHOSEN digits long. E_CRYPTO. */
MUST_USE enum status seed_choose(uint8_t out[RANDOM_SEED_LEN]);

/* As |text| says, or chosen where it is NULL. Anything but EXIT_CONFORMANT has been complained
 * about. */
MUST_USE enum exit_code seed_given(const struct cli *cli, const char *text,
                                   uint8_t out[RANDOM_SEED_LEN]);

/* All SEED_DIGITS digits and a terminator. */
void seed_text(const uint8_t seed[RANDOM_SEED_LEN], char out[SEED_DIGITS + 1]);

#endif

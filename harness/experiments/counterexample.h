/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * experiments/counterexample.h - the file that plays one schedule of one game again.
 * Depends on: experiments/game, scenario/xml.
 *
 *     <counterexample xmlns="urn:assay:counterexample:1" game="FS-1" seed="HEX" number="7"
 *                     schedule="A1 B2" state="won"><finding>one sentence</finding></counterexample>
 *
 * Seed, game and number determine every choice of the harness. A target with capability "seed"
 * makes the same bytes again, any other the same events.
 */
#ifndef ASSAY_EXPERIMENTS_COUNTEREXAMPLE_H
#define ASSAY_EXPERIMENTS_COUNTEREXAMPLE_H

#include "base/buffer.h"
#include "base/diag.h"
#include "experiments/game.h"

struct counterexample {
    const struct game *game;
    uint8_t seed[RANDOM_SEED_LEN];
    struct schedule schedule;
    const char *state;   /* what was recorded: "won" or "measured" */
    long measured;       /* with "measured" */
    const char *finding; /* one sentence */
};

/* Is |path| such a file, to judge by its beginning? False when it cannot be read. */
bool counterexample_is(const char *path);
/* Texts live in |arena|. E_INPUT with a complaint, E_NOMEM. */
MUST_USE enum status counterexample_load(const char *path, struct arena *arena,
                                         struct counterexample *out, struct diags *diags);
/* Append the file. E_NOMEM, E_LIMIT from |out|. */
MUST_USE enum status counterexample_save(const struct counterexample *what, struct buffer *out);

#endif

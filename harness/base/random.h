/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * base/random.h - every random byte of a run, derived from its seed.
 * Depends on: bytes, crypto.
 *
 * A stream is HMAC-SHA256(key, counter) for counter 0, 1, 2 ... (64-bit big-endian), where
 * key = HMAC-SHA256(run seed, label). A case's label is its id, so a case draws the same bytes
 * alone, in a full run and on any number of workers. Not for production keys: the point is that it
 * can be repeated.
 */
#ifndef ASSAY_BASE_RANDOM_H
#define ASSAY_BASE_RANDOM_H

#include "base/bytes.h"
#include "base/status.h"

#define RANDOM_SEED_LEN 32u

struct random {
    uint8_t key[32];
    uint64_t counter;
    uint8_t block[32];
    size_t block_used; /* bytes of |block| already given out */
};

/* Start a stream for |label| under |seed| (any length; a run seed is RANDOM_SEED_LEN bytes).
 * E_CRYPTO when OpenSSL fails. */
MUST_USE enum status random_init(struct random *r, struct bytes seed, const char *label);

/* A stream of its own, derived from what |r| would be for |label|; |r| is not advanced. */
MUST_USE enum status random_fork(const struct random *r, const char *label, struct random *out);

/* The next |len| bytes. E_CRYPTO when OpenSSL fails. */
MUST_USE enum status random_fill(struct random *r, uint8_t *out, size_t len);

/* A number below |limit| (at least 1), each as likely as another. */
MUST_USE enum status random_below(struct random *r, uint32_t limit, uint32_t *out);

#endif

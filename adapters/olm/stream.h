/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * stream.h - all randomness of a connection, drawn from one seed. libolm has none of its own: it
 * takes randomness as an argument.
 * Depends on: OpenSSL.
 *
 * Keys are as unpredictable as the seed: serving gives a fresh one of the system's where the
 * harness asks for real randomness, and the harness's own where it wants equal bytes.
 */
#ifndef ADAPTER_OLM_STREAM_H
#define ADAPTER_OLM_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Block n is HMAC-SHA-256(seed, n), n a 64-bit big-endian number from 0. */
struct stream {
    uint8_t seed[32];
    uint64_t counter;
};

/* From the system's randomness; false when it gives none. */
bool stream_init(struct stream *s);
void stream_seed(struct stream *s, const uint8_t seed[32]);
/* The next |len| bytes; false when OpenSSL fails. */
bool stream_fill(struct stream *s, uint8_t *out, size_t len);

#endif

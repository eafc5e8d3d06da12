/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * stream.h - all randomness of a connection, drawn from one seed.
 * Depends on: libsodium.
 *
 * Keys and nonces are as unpredictable as the seed: serving gives a fresh one of the system's where
 * the harness asks for real randomness, and the harness's own where it wants equal bytes.
 */
#ifndef BOX_STREAM_H
#define BOX_STREAM_H

#include <stddef.h>
#include <stdint.h>

/* Block n is BLAKE2b(key seed, message n), n a 64-bit big-endian number from 0. */
struct stream {
    uint8_t seed[32];
    uint64_t counter;
};

/* From the system's randomness. */
void stream_init(struct stream *s);
void stream_seed(struct stream *s, const uint8_t seed[32]);
/* The next |len| bytes. */
void stream_fill(struct stream *s, uint8_t *out, size_t len);

#endif

/* SPDX-License-Identifier: 0BSD */
/*
 * provider.h - libsignal-protocol-c's crypto callbacks over OpenSSL 3, its randomness, its log.
 * Depends on: library_log; libsignal-protocol-c, OpenSSL.
 */
#ifndef REFERENCE_PROVIDER_H
#define REFERENCE_PROVIDER_H

#include "library_log.h"

#include <signal/signal_protocol.h>

/* What the decrypt callback returns for wrong padding; passed through by the library. Application
 * codes go down to -9999. */
#define PROVIDER_BAD_PADDING (-2000)

/* HMAC-SHA-256(seed, counter), counter a 64-bit big-endian number from 0: so that a run can be
 * repeated. */
struct random_stream {
    uint8_t seed[32];
    uint64_t counter;
};

/* What all parties of a connection share. It must not move once it is made. */
struct provider {
    signal_context *context;
    struct random_stream random; /* all zeros until a Reset */
    struct library_log log;
};

/* 0, or the library's code; then provider_fini must not be called. */
int provider_init(struct provider *p);
/* Wipes the randomness. */
void provider_fini(struct provider *p);

/* The next |len| bytes; 0, or -1 when OpenSSL fails. */
int random_stream_fill(struct random_stream *stream, uint8_t *out, size_t len);

#endif

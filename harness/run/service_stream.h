/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * run/service_stream.h - a medium of ours that is made while it is sent: a pattern over and over,
 * encrypted, in constant memory whatever its length (docs/wire.md, Media).
 * Depends on: base, wire/media.
 */
#ifndef ASSAY_RUN_SERVICE_STREAM_H
#define ASSAY_RUN_SERVICE_STREAM_H

#include "wire/media.h"

struct service_stream {
    struct media_keys keys;
    struct bytes pattern; /* kept; not empty, at most 64 KiB */
    uint64_t length;      /* bytes of the plaintext */
    uint8_t mac[MEDIA_MAC_LEN];
};

/* Make |s|->mac, and what a message says of the medium: encrypts all of it once, and keeps nothing.
 * E_NOMEM, E_CRYPTO. */
MUST_USE enum status service_stream_measure(struct service_stream *s,
                                            struct media_digests *digests);

/* One reading of the blob from its beginning. Several at once do not disturb each other. */
struct service_reading;

/* |s|, which was measured, is kept. E_NOMEM, E_CRYPTO. */
MUST_USE enum status service_reading_new(const struct service_stream *s,
                                         struct service_reading **out);
/* The next bytes, at most |max|, to |out|: how many, 0 at the end, -1 when something broke.
 * |reading| is a struct service_reading, |at| how many were read: as http/host.h asks for them. */
long service_reading_next(void *reading, uint64_t at, uint8_t *out, size_t max);
/* Accepts NULL. */
void service_reading_free(void *reading);

#endif

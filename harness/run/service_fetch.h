/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * run/service_fetch.h - a medium that the target hosts, fetched as the gatekeeper's proxy would, in
 * constant memory, and verified.
 * Depends on: run/service_context.
 */
#ifndef ASSAY_RUN_SERVICE_FETCH_H
#define ASSAY_RUN_SERVICE_FETCH_H

#include "run/service_context.h"

#include <stdio.h>

/* A blob as it came. */
struct service_blob {
    FILE *file; /* without a name */
    uint64_t len;
    uint8_t digest[32];
    const char *problem; /* why it is none, one sentence in the arena; NULL: it is one */
    enum fetch_outcome outcome;
};

/* Fetch |m|'s blob. The caller frees *out, also after an error. E_NOMEM, E_IO, E_CRYPTO. */
MUST_USE enum status service_fetch_blob(struct service_context *c, const struct service_medium *m,
                                        struct service_blob *out);
void service_blob_free(struct service_blob *b);
/*
 * Verify in the order of the specification: length, digest of the blob, MAC, then decrypt; length
 * and digest of the plaintext, and that it is what was asked for. |b|->problem says what does not
 * hold. E_NOMEM, E_IO, E_CRYPTO.
 */
MUST_USE enum status service_verify(struct service_context *c, const struct service_medium *m,
                                    struct service_blob *b);
/* Fetch it |n| times at once; *out_problem (in the arena) when not all are the same, sound blob. */
MUST_USE enum status service_fetch_at_once(struct service_context *c,
                                           const struct service_medium *m, unsigned n,
                                           const char **out_problem);

#endif

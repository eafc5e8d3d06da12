/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * wire/media_file.h - a blob that lies in a file, read as wire/media.h says, in constant memory.
 * Depends on: wire/media.
 */
#ifndef ASSAY_WIRE_MEDIA_FILE_H
#define ASSAY_WIRE_MEDIA_FILE_H

#include "wire/media.h"

#include <stdio.h>

/* What is told on the way. */
struct media_file_watch {
    void (*blob)(void *context, struct bytes part); /* each part, in the first pass; may be NULL */
    enum status (*plaintext)(void *context, struct bytes part);
    void *context;
};

/*
 * Read all of |file| from its beginning, twice unless the first pass finds a fault. What
 * |watch|->plaintext was told is good only if *fault is MEDIA_GOOD. E_NOMEM, E_CRYPTO, and what
 * |watch|->plaintext returns.
 */
MUST_USE enum status media_file_read(FILE *file, struct media_reader *r,
                                     const struct media_file_watch *watch, enum media_fault *fault);

#endif

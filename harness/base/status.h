/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * base/status.h - why the harness could not go on.
 * Depends on: nothing.
 *
 * A status is about us, never about the target: what the target did is `enum seen`, what we
 * conclude is `enum verdict` (verdict/oracle.h). No function converts one into another by a cast.
 */
#ifndef ASSAY_BASE_STATUS_H
#define ASSAY_BASE_STATUS_H

#define MUST_USE __attribute__((warn_unused_result))

enum status {
    OK = 0,
    E_NOMEM,   /* the allocator said no */
    E_IO,      /* the operating system said no; errno may say why */
    E_CLOSED,  /* the other end of a stream closed it */
    E_TIMEOUT, /* a deadline passed */
    E_LIMIT,   /* a stated maximum would be exceeded; nothing was consumed */
    E_PARSE,   /* the bytes are not what they should be */
    E_CRYPTO,  /* a cryptographic operation did not verify, or its input is not usable */
    E_MISSING, /* what was named does not exist */
    E_INPUT    /* a file the user gave is wrong; diagnostics say where */
};

/* One sentence in English for |st|, without a full stop. Static storage. */
const char *status_text(enum status st);

#endif

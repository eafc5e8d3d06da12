/* SPDX-License-Identifier: 0BSD */
/*
 * library_log.h - why libsignal-protocol-c refused a message, from its log.
 * Depends on: libsignal-protocol-c.
 *
 * The library returns SG_ERR_INVALID_MESSAGE for a wrong MAC, a counter too far ahead and a missing
 * field alike, and writes to its log which it was. The log only chooses the reason that is
 * reported; an unknown text leaves the code as it is.
 */
#ifndef REFERENCE_LIBRARY_LOG_H
#define REFERENCE_LIBRARY_LOG_H

#include <signal/signal_protocol.h>

#define LOG_E_INCOMPLETE (-3101) /* a required field is missing */
#define LOG_E_VERSION (-3102)    /* not the session's version, or none this library speaks */
#define LOG_E_MAC (-3103)        /* a MAC or a sender's signature is wrong */
#define LOG_E_NO_KEY (-3105)     /* no sender key of this id */
#define LOG_E_TOO_FAR (-3104)    /* the counter is more than 2,000 ahead */

/* The first known line since library_log_clear: of several sessions tried, the current one's. */
struct library_log {
    int code; /* 0: no known line */
};

void library_log_clear(struct library_log *h);
/* |result|, or for SG_ERR_INVALID_MESSAGE the code from the log, if any. */
int library_log_explain(const struct library_log *h, int result);

/* From now on |context|, which has a struct library_log (kept) as its user data, logs there. */
int library_log_attach(signal_context *context);

#endif

/*
 * heard.h - why libsignal-protocol-c refused a message, where its error code does not tell.
 * Depends on: libsignal-protocol-c.
 *
 * The library answers SG_ERR_INVALID_MESSAGE to a wrong MAC, to a jump too far and to a missing
 * field alike, and writes to its log which one it was. What the log says only chooses the reason
 * that is reported; a text nobody knows leaves the code as it is.
 */
#ifndef REFERENCE_HEARD_H
#define REFERENCE_HEARD_H

#include <signal/signal_protocol.h>

#define HEARD_E_INCOMPLETE (-3101) /* a required field is missing */
#define HEARD_E_VERSION (-3102)    /* not the session's version, or none this library speaks */
#define HEARD_E_MAC (-3103)        /* a MAC or a sender's signature is wrong */
#define HEARD_E_NO_KEY (-3105)     /* no sender key of this id */
#define HEARD_E_TOO_FAR (-3104)    /* the counter is more than 2,000 ahead */

/* The first thing heard since heard_clear: of several sessions tried, the current one's. */
struct heard {
    int code; /* 0: nothing that says why */
};

void heard_clear(struct heard *h);
/* A line of the library's log; any number of them, any text. */
void heard_line(struct heard *h, const char *line, size_t len);
/* |result|, or for SG_ERR_INVALID_MESSAGE what was heard. */
int heard_explain(const struct heard *h, int result);

/* |context|, made with a struct heard (kept) as its user data, logs there from now on. */
int heard_listen(signal_context *context);

#endif

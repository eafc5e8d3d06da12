/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * client/codes.h - why the client refused what came over a connection: codes of this adapter, which
 * reasons.h turns into the contract's reasons.
 * Depends on: nothing.
 */
#ifndef REFERENCE_CLIENT_CODES_H
#define REFERENCE_CLIENT_CODES_H

#define CLIENT_E_CONSTANT (-3201) /* a constant of Connect has an invalid value */
#define CLIENT_E_ORDER (-3202)    /* an order that cannot be carried out */
#define CLIENT_E_FRAME                                                                             \
    (-3203) /* a length of zero or too long, or the stream ended within a frame */
#define CLIENT_E_HANDSHAKE (-3204)   /* does not verify, or a part is missing */
#define CLIENT_E_CERTIFICATE (-3205) /* the server's certificate chain */
#define CLIENT_E_CHANNEL (-3206)     /* a transport message does not verify, or is too long */
#define CLIENT_E_STANZA (-3207)      /* not a stanza, over a limit, or without what it must have */
#define CLIENT_E_ADDRESSEE (-3208)   /* for somebody else */
#define CLIENT_E_PADDING (-3209)     /* the padding of a content */
#define CLIENT_E_CONTENT (-3210)     /* not one content of exactly one kind */
#define CLIENT_E_SERVER (-3211)      /* the server refused it */
#define CLIENT_E_LOST (-3212)        /* the server ended the connection, or did not answer */
#define CLIENT_E_TOO_LONG (-3213)    /* does not fit a transport message */
#define CLIENT_E_BUNDLE (-3214)      /* published keys of wrong sizes */
#define CLIENT_E_NOMEM (-3215)

#endif

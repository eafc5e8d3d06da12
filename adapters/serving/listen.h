/* SPDX-License-Identifier: 0BSD */
/*
 * listen.h - serve connections on a unix or TCP socket, each in a process of its own, so that a
 * crash ends one connection only.
 * Depends on: serve.
 */
#ifndef SERVING_LISTEN_H
#define SERVING_LISTEN_H

#include "serve.h"

/*
 * |address| is unix:PATH or tcp:HOST:PORT (0: the kernel chooses). Prints "listening ADDRESS" on
 * standard output. Returns when told to end by SIGTERM or SIGINT: 0, with the unix socket removed;
 * 64 for a malformed address, 1 when it cannot listen.
 */
int listen_and_serve(const struct implementation *what, const void *configuration,
                     const char *address);

#endif

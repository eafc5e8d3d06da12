/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * driver/listener.h - the server's sockets: listens on a loopback port chosen by the kernel, and
 * moves bytes.
 * Depends on: base, server/server, driver/capture.
 *
 * One thread, epoll. Nothing blocks past the deadline given.
 */
#ifndef ASSAY_DRIVER_LISTENER_H
#define ASSAY_DRIVER_LISTENER_H

#include "base/clock.h"
#include "server/server.h"

struct listener;
struct capture;

struct listener_options {
    struct server *server; /* kept */
    struct clock clock;
    struct capture *capture; /* kept; NULL for none */
    /* Told of each connection that was accepted, right after the server was; NULL: nobody. |fd| is
     * its socket. */
    void (*came)(void *context, const struct server_connection *connection, int fd);
    void *context;
};

/* E_IO: the operating system said no. E_NOMEM. */
MUST_USE enum status listener_open(const struct listener_options *options, struct listener **out);
/* Closes all connections. Accepts NULL. */
void listener_close(struct listener *l);
uint16_t listener_port(const struct listener *l);
/* To be polled for input beside other descriptors, and then listener_run called. */
int listener_fd(const struct listener *l);

/*
 * Move bytes until |is_enough| (NULL: never) is true, which is asked first and after each round, or
 * |deadline_ms| of the clock passes. What is ready when it has passed is still taken: whoever comes
 * late finds what came in time. OK, E_TIMEOUT, E_IO, E_NOMEM.
 */
MUST_USE enum status listener_run(struct listener *l, bool (*is_enough)(void *context),
                                  void *context, uint64_t deadline_ms);
/* For the capture: |clear| is the document in the next bytes of |connection|, decrypted. To be
 * called from the server's observer. */
void listener_note(struct listener *l, const struct server_connection *connection, bool from_client,
                   struct bytes clear);
/* Connections accepted so far, and now open. */
size_t listener_accepted(const struct listener *l);
size_t listener_open_connections(const struct listener *l);

#endif

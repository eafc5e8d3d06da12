/*
 * driver/listener.h - the gatekeeper's sockets: listen on loopback, a port chosen by the kernel, and
 * move bytes.
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
};

/* E_IO: the operating system said no. E_NOMEM. */
MUST_USE enum status listener_open(const struct listener_options *options, struct listener **out);
/* Closes all lines. Accepts NULL. */
void listener_close(struct listener *d);
uint16_t listener_port(const struct listener *d);

/*
 * Move bytes until |is_enough| says so (asked after each round, and first of all), or |deadline_ms|
 * (of the clock) passes. OK, E_TIMEOUT, E_IO, E_NOMEM. |is_enough| NULL: until nothing is ready any
 * more or the deadline.
 */
MUST_USE enum status listener_run(struct listener *d, bool (*is_enough)(void *context),
                                  void *context, uint64_t deadline_ms);
/* For the capture: |clear| is what the bytes of |connection| that come or go next say, decrypted. From
 * the gatekeeper's listener. */
void listener_note(struct listener *d, const struct server_connection *connection, bool from_client,
                   struct bytes clear);
/* Connections accepted so far, and now open. */
size_t listener_accepted(const struct listener *d);
size_t listener_open_lines(const struct listener *d);
/* The listening socket closes (dials are refused by the kernel),
 * or opens again at the same port. */
MUST_USE enum status listener_set_listening(struct listener *d, bool is_listening);

#endif

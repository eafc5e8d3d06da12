/*
 * target/door.h - the gatekeeper's sockets: listen on loopback, a port chosen by the kernel, and
 * move bytes.
 * Depends on: base, peer/gatekeeper, target/capture.
 *
 * One thread, epoll. Nothing blocks past the deadline given.
 */
#ifndef ASSAY_TARGET_DOOR_H
#define ASSAY_TARGET_DOOR_H

#include "base/clock.h"
#include "peer/gatekeeper.h"

struct door;
struct capture;

struct door_options {
    struct gatekeeper *gatekeeper; /* kept */
    struct clock clock;
    struct capture *capture; /* kept; NULL for none */
};

/* E_IO: the operating system said no. E_NOMEM. */
MUST_USE enum status door_open(const struct door_options *options, struct door **out);
/* Closes all lines. Accepts NULL. */
void door_close(struct door *d);
uint16_t door_port(const struct door *d);

/*
 * Move bytes until |is_enough| says so (asked after each round, and first of all), or |deadline_ms|
 * (of the clock) passes. OK, E_TIMEOUT, E_IO, E_NOMEM. |is_enough| NULL: until nothing is ready any
 * more or the deadline.
 */
MUST_USE enum status door_run(struct door *d, bool (*is_enough)(void *context), void *context,
                              uint64_t deadline_ms);
/* For the capture: |clear| is what the bytes of |line| that come or go next say, decrypted. From
 * the gatekeeper's listener. */
void door_note(struct door *d, const struct gate_line *line, bool from_client, struct bytes clear);
/* Connections accepted so far, and now open. */
size_t door_accepted(const struct door *d);
size_t door_open_lines(const struct door *d);
/* The listening socket closes (dials are refused by the kernel),
 * or opens again at the same port. */
MUST_USE enum status door_set_listening(struct door *d, bool is_listening);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * base/clock.h - time comes in by argument, so that a test can set it; and how much of its time
 * this process did not get.
 * Depends on: nothing.
 */
#ifndef ASSAY_BASE_CLOCK_H
#define ASSAY_BASE_CLOCK_H

#include <poll.h>
#include <stdint.h>

struct epoll_event;

struct clock {
    /* Milliseconds since some fixed moment; never goes back. */
    uint64_t (*now_ms)(void *context);
    void *context;
    /* The same in microseconds; NULL where nothing needs it. */
    uint64_t (*now_us)(void *context);
    /* The sum of what clock_poll and clock_epoll waited, up to what they were asked to wait, in
     * microseconds; NULL: nobody counts. */
    uint64_t *waited_us;
};

/* The machine's monotonic clock. */
struct clock clock_monotonic(void);

/* 0 without |now_us|. */
static inline uint64_t clock_now_us(struct clock c) { return c.now_us ? c.now_us(c.context) : 0; }

static inline uint64_t clock_now_ms(struct clock c) { return c.now_ms(c.context); }

/* As poll(2) and epoll_wait(2), |timeout_ms| not negative. They may wait less than that, and say 0,
 * so that a process that is stopped meanwhile loses little of what it lost unseen. */
int clock_poll(struct clock c, struct pollfd *fds, nfds_t n, int timeout_ms);
int clock_epoll(struct clock c, int epoll, struct epoll_event *events, int max, int timeout_ms);

/* A moment of a clock that counts waits. */
struct clock_moment {
    uint64_t now_us, waited_us, worked_us;
};
struct clock_moment clock_moment(struct clock c);

/*
 * Milliseconds since |since| in which this process neither worked nor waited as it had asked to: it
 * was stopped, or others had the processor. 0 for a clock that does not count.
 */
uint64_t clock_lost_ms(struct clock c, const struct clock_moment *since);

#endif

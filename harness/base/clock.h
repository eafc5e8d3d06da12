/*
 * base/clock.h - time comes in by argument, so that a test can set it.
 * Depends on: nothing.
 */
#ifndef ASSAY_BASE_CLOCK_H
#define ASSAY_BASE_CLOCK_H

#include <stdint.h>

struct clock {
    /* Milliseconds since some fixed moment; never goes back. */
    uint64_t (*now_ms)(void *context);
    void *context;
    /* The same in microseconds; NULL where nothing needs it. */
    uint64_t (*now_us)(void *context);
};

/* The machine's monotonic clock. */
struct clock clock_monotonic(void);

/* 0 without |now_us|. */
static inline uint64_t clock_now_us(struct clock c) { return c.now_us ? c.now_us(c.context) : 0; }

static inline uint64_t clock_now_ms(struct clock c) { return c.now_ms(c.context); }

#endif

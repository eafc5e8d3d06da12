/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/clock.h"

#include <stddef.h>
#include <sys/epoll.h>
#include <time.h>

#define WAIT_MAX_MS 100 /* at once */

static uint64_t monotonic_ms(void *context)
{
    (void)context;
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000u + (uint64_t)now.tv_nsec / 1000000u;
}

static uint64_t us_of(clockid_t id)
{
    struct timespec now;
    clock_gettime(id, &now);
    return (uint64_t)now.tv_sec * 1000000u + (uint64_t)now.tv_nsec / 1000u;
}

static uint64_t monotonic_us(void *context)
{
    (void)context;
    return us_of(CLOCK_MONOTONIC);
}

struct clock clock_monotonic(void)
{
    struct clock c = {.now_ms = monotonic_ms, .now_us = monotonic_us};
    return c;
}

/* ---- waiting */

static int wait_ms(int timeout_ms) { return timeout_ms < WAIT_MAX_MS ? timeout_ms : WAIT_MAX_MS; }

static void count_wait(struct clock c, uint64_t since_us, int asked_ms)
{
    uint64_t asked_us = (uint64_t)asked_ms * 1000u;
    if (!c.waited_us)
        return;
    uint64_t took_us = clock_now_us(c) - since_us;
    *c.waited_us += took_us < asked_us ? took_us : asked_us;
}

int clock_poll(struct clock c, struct pollfd *fds, nfds_t n, int timeout_ms)
{
    uint64_t since_us = clock_now_us(c);
    int n_ready = poll(fds, n, wait_ms(timeout_ms));
    count_wait(c, since_us, wait_ms(timeout_ms));
    return n_ready;
}

int clock_epoll(struct clock c, int epoll, struct epoll_event *events, int max, int timeout_ms)
{
    uint64_t since_us = clock_now_us(c);
    int n_ready = epoll_wait(epoll, events, max, wait_ms(timeout_ms));
    count_wait(c, since_us, wait_ms(timeout_ms));
    return n_ready;
}

/* ---- what was lost */

struct clock_moment clock_moment(struct clock c)
{
    return (struct clock_moment){.now_us = clock_now_us(c),
                                 .waited_us = c.waited_us ? *c.waited_us : 0,
                                 .worked_us = us_of(CLOCK_PROCESS_CPUTIME_ID)};
}

uint64_t clock_lost_ms(struct clock c, const struct clock_moment *since)
{
    struct clock_moment now = clock_moment(c);
    uint64_t passed_us = now.now_us - since->now_us;
    uint64_t used_us = now.waited_us - since->waited_us + now.worked_us - since->worked_us;
    return c.waited_us && passed_us > used_us ? (passed_us - used_us) / 1000u : 0;
}

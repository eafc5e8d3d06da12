#include "base/clock.h"

#include <stddef.h>
#include <time.h>

static uint64_t monotonic_ms(void *context)
{
    (void)context;
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000u + (uint64_t)now.tv_nsec / 1000000u;
}

struct clock clock_monotonic(void)
{
    struct clock c = {monotonic_ms, NULL};
    return c;
}

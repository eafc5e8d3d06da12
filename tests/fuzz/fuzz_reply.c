/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Any bytes as what a target answers: to Hello, Seal, Open, Fingerprint and an operation nobody
 * knows.
 */
#include "driver/driver.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static enum status take(void *context, struct bytes payload, uint64_t timeout_ms)
{
    (void)context, (void)payload, (void)timeout_ms;
    return OK;
}

static enum status give(void *context, struct buffer *out, uint64_t timeout_ms)
{
    (void)timeout_ms;
    buffer_clear(out);
    return buffer_append(out, *(const struct bytes *)context);
}

static enum seen end(void *context, struct buffer *detail)
{
    (void)context, (void)detail;
    return SEEN_CLOSE;
}

static void close_nothing(void *context) { (void)context; }

static const struct transport_ops ops = {take, give, end, close_nothing};

/* One operation on a fresh client, so that seq is 1 as in a corpus of first replies. */
static void answer(struct bytes reply, unsigned which, struct arena *arena)
{
    struct driver_options options = {
        .transport = {&ops, &reply}, .clock = clock_monotonic(), .timeout_ms = 1};
    struct target_conversation where = {.party = "a", .peer = {"b", 1}};
    struct target_profile profile;
    struct driver *driver = NULL;
    struct answer out;
    struct buffer detail;
    enum status st;
    buffer_init(&detail, 1024);
    if (driver_open(&options, &driver, &detail) == OK) {
        if (which == 0)
            st = driver_hello(driver, "fuzz", arena, &profile, &out);
        else if (which == 1)
            st = driver_seal(driver, &where, bytes_of("x", 1), arena, &out);
        else if (which == 2)
            st = driver_open_message(driver, &where, 2, bytes_of("x", 1), arena, &out);
        else if (which == 3)
            st = driver_fingerprint(driver, &where, "a", "b", arena, &out);
        else
            st = driver_unknown_operation(driver, arena, &out);
        (void)st;
    }
    driver_close(driver);
    buffer_fini(&detail);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena;
    arena_init(&arena, (size_t)64 * 1024 * 1024);
    for (unsigned which = 0; which < 5; which++)
        answer(bytes_of(data, size), which, &arena);
    arena_fini(&arena);
    return 0;
}

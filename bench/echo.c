/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * bench-echo - a control round trip (Ping through the driver) beside a bare echo, both over a
 * socket pair, and a message that the target refuses before it looks at any session.
 *
 *   bench-echo ROUNDS TARGET-COMMAND
 *
 * Prints microseconds a round trip of each, how many times the one takes as long as the other, and
 * refusals a second.
 */
#include "driver/driver.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MESSAGE_LEN 8u /* bytes of a framed Ping */
#define WARM_UP 1000u
#define PARTS 5u /* of the rounds, of which the quickest counts: others may want the machine */
#define PARTY "alice"
#define SIGNAL_MESSAGE 2u /* of MessageKind in proto/target.proto */

static double now_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static _Noreturn void give_up(const char *what)
{
    fprintf(stderr, "bench-echo: %s\n", what);
    exit(1);
}

static _Noreturn void echo(int fd)
{
    char message[MESSAGE_LEN];
    ssize_t n;
    while ((n = read(fd, message, sizeof(message))) > 0) {
        if (write(fd, message, (size_t)n) != n)
            break;
    }
    _exit(0);
}

static void send_and_receive(int fd)
{
    char message[MESSAGE_LEN] = {0};
    if (write(fd, message, sizeof(message)) != (ssize_t)sizeof(message) ||
        read(fd, message, sizeof(message)) != (ssize_t)sizeof(message))
        give_up("the echo ended");
}

static double bare_us(unsigned rounds)
{
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) != 0)
        give_up("no socket pair");
    pid_t child = fork();
    if (child == 0) {
        close(pair[0]);
        echo(pair[1]);
    }
    close(pair[1]);
    for (unsigned i = 0; i < WARM_UP; i++)
        send_and_receive(pair[0]);
    double began = now_us();
    for (unsigned i = 0; i < rounds; i++)
        send_and_receive(pair[0]);
    double took = now_us() - began;
    close(pair[0]);
    waitpid(child, NULL, 0);
    return took / rounds;
}

static void ping(struct driver *driver, struct arena *arena)
{
    struct answer answer;
    arena_reset(arena);
    if (driver_ping(driver, arena, &answer) || answer.seen != SEEN_DONE)
        give_up("the target did not answer Ping with Done");
}

/* The version byte is of no version that there ever was, so no session is asked. */
static void refuse(struct driver *driver, struct arena *arena)
{
    static const uint8_t body[64] = {0xff};
    const struct target_conversation where = {.party = PARTY, .peer = {"peer", 1}};
    struct answer answer;
    arena_reset(arena);
    if (driver_open_message(driver, &where, SIGNAL_MESSAGE, bytes_of(body, sizeof(body)), arena,
                            &answer) ||
        answer.seen != SEEN_REFUSAL)
        give_up("the target did not refuse a message of an unspoken version");
}

static void make_party(struct driver *driver, struct arena *arena)
{
    static const uint8_t seed[32] = {1};
    struct answer answer;
    if (driver_reset(driver, bytes_of(seed, sizeof(seed)), arena, &answer) ||
        answer.seen != SEEN_DONE ||
        driver_create_party(driver, PARTY, (struct address){PARTY, 1}, NULL, arena, &answer) ||
        answer.seen != SEEN_DONE)
        give_up("the target made no party");
}

/* Microseconds of each of |rounds|. */
static double took_us(unsigned rounds, void (*act)(struct driver *driver, struct arena *arena),
                      struct driver *driver, struct arena *arena)
{
    for (unsigned i = 0; i < WARM_UP; i++)
        act(driver, arena);
    double began = now_us();
    for (unsigned i = 0; i < rounds; i++)
        act(driver, arena);
    return (now_us() - began) / rounds;
}

static void through_driver(unsigned rounds, const char *command, double *out_ping_us,
                           double *out_refusal_us)
{
    struct driver_options options = {
        .address = {.kind = TARGET_EXEC, .text = command, .command = command},
        .clock = clock_monotonic(),
        .timeout_ms = 10000};
    struct driver *driver = NULL;
    struct target_profile profile;
    struct answer answer;
    struct buffer detail;
    struct arena arena;
    buffer_init(&detail, 16384);
    arena_init(&arena, (size_t)1024 * 1024);
    if (driver_open(&options, &driver, &detail) ||
        driver_hello(driver, "bench", &arena, &profile, &answer))
        give_up("the target is not reachable");
    *out_ping_us = took_us(rounds, ping, driver, &arena);
    make_party(driver, &arena);
    *out_refusal_us = took_us(rounds, refuse, driver, &arena);
    driver_close(driver);
    arena_fini(&arena);
    buffer_fini(&detail);
}

int main(int argc, char **argv)
{
    unsigned rounds = argc == 3 ? (unsigned)strtoul(argv[1], NULL, 10) : 0;
    if (rounds < PARTS) {
        fputs("usage: bench-echo ROUNDS TARGET-COMMAND\n", stderr);
        return 64;
    }
    double bare = HUGE_VAL, control = HUGE_VAL, refusal = HUGE_VAL;
    for (unsigned i = 0; i < PARTS; i++) {
        double ping_us, refusal_us;
        bare = fmin(bare, bare_us(rounds / PARTS));
        through_driver(rounds / PARTS, argv[2], &ping_us, &refusal_us);
        control = fmin(control, ping_us);
        refusal = fmin(refusal, refusal_us);
    }
    printf("bare echo            %8.1f us\n", bare);
    printf("control round trip   %8.1f us   %.2f bare echoes\n", control, control / bare);
    printf("refused message      %8.1f us   %.0f a second\n", refusal, 1e6 / refusal);
    return 0;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * bench-echo - a control round trip (Ping through the target client) beside a bare echo, both over
 * a socket pair.
 *
 *   bench-echo ROUNDS TARGET-COMMAND
 *
 * Prints microseconds a round trip of each, and how many times the one takes as long as the other.
 */
#include "driver/driver.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MESSAGE_LEN 8u /* bytes of a framed Ping */
#define WARM_UP 1000u

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

static double control_us(unsigned rounds, const char *command)
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
    for (unsigned i = 0; i < WARM_UP; i++)
        ping(driver, &arena);
    double began = now_us();
    for (unsigned i = 0; i < rounds; i++)
        ping(driver, &arena);
    double took = now_us() - began;
    driver_close(driver);
    arena_fini(&arena);
    buffer_fini(&detail);
    return took / rounds;
}

int main(int argc, char **argv)
{
    unsigned rounds = argc == 3 ? (unsigned)strtoul(argv[1], NULL, 10) : 0;
    if (rounds == 0) {
        fputs("usage: bench-echo ROUNDS TARGET-COMMAND\n", stderr);
        return 64;
    }
    double bare = bare_us(rounds), control = control_us(rounds, argv[2]);
    printf("bare echo            %8.1f us\n", bare);
    printf("control round trip   %8.1f us   %.1f bare echoes\n", control, control / bare);
    return 0;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * bench-first - how long a run takes until its first verdict is on the terminal.
 *
 *   bench-first COMMAND [ARGUMENT...]
 *
 * Runs the command on a terminal of its own, interrupts it when "1 of 13312" or the like is there,
 * and prints seconds.
 */
#include <ctype.h>
#include <errno.h>
#include <pty.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define SHOWN_MAX 65536u

static _Noreturn void give_up(const char *what)
{
    fprintf(stderr, "bench-first: %s\n", what);
    exit(1);
}

static double now_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* A number above 0, then " of ". */
static bool has_verdict(const char *shown)
{
    for (const char *at = shown; (at = strstr(at, " of ")); at++) {
        const char *digit = at;
        while (digit > shown && isdigit((unsigned char)digit[-1]))
            digit--;
        if (digit < at && *digit != '0')
            return true;
    }
    return false;
}

int main(int argc, char **argv)
{
    static char shown[SHOWN_MAX];
    struct winsize size = {.ws_row = 24, .ws_col = 200};
    size_t len = 0;
    int fd;
    if (argc < 2) {
        fputs("usage: bench-first COMMAND [ARGUMENT...]\n", stderr);
        return 64;
    }
    double began = now_s();
    pid_t child = forkpty(&fd, NULL, NULL, &size);
    if (child == 0) {
        setenv("TERM", "xterm", 1);
        execvp(argv[1], argv + 1);
        _exit(127);
    }
    if (child < 0)
        give_up("no terminal");
    while (!has_verdict(shown)) {
        ssize_t n = read(fd, shown + len, SHOWN_MAX - 1 - len);
        if (n <= 0 && errno == EINTR)
            continue;
        if (n <= 0)
            give_up("the command ended without a verdict");
        len += (size_t)n;
        shown[len] = '\0';
    }
    double took = now_s() - began;
    kill(child, SIGINT);
    while (read(fd, shown, sizeof(shown)) > 0) /* until it has ended */
        continue;
    waitpid(child, NULL, 0);
    printf("%.3f\n", took);
    return 0;
}

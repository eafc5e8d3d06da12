/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * bench-delay - a link with a delay, between whoever dials and a port of this machine.
 *
 *   bench-delay MS PORT
 *
 * Prints "listening tcp:127.0.0.1:N". Every byte of a connection arrives MS milliseconds after it
 * was sent, in each direction, however many are under way. A connection is a process of its own;
 * all end with the first.
 */
#define _GNU_SOURCE /* ppoll: milliseconds are too coarse here */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define CHUNK 65536u
#define BACKLOG 128
#define NEVER UINT64_MAX

static _Noreturn void give_up(const char *what)
{
    fprintf(stderr, "bench-delay: %s: %s\n", what, strerror(errno));
    exit(1);
}

static uint64_t now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

/* ---- one direction of a connection */

/* What was read at once; its end when there is nothing in it. */
struct chunk {
    struct chunk *next;
    uint64_t due_ns;
    size_t len;
    uint8_t bytes[];
};

struct way {
    int from, to;
    struct chunk *first, *last;
    bool is_read, is_over; /* nothing more comes; and nothing more is to be written */
};

static void take(struct way *w, uint64_t delay_ns)
{
    uint8_t bytes[CHUNK];
    ssize_t n = read(w->from, bytes, sizeof(bytes));
    if (n < 0 && errno == EINTR)
        return;
    struct chunk *chunk = malloc(sizeof(*chunk) + (n > 0 ? (size_t)n : 0));
    if (!chunk)
        give_up("no memory");
    *chunk = (struct chunk){.due_ns = now_ns() + delay_ns, .len = n > 0 ? (size_t)n : 0};
    memcpy(chunk->bytes, bytes, chunk->len);
    w->is_read = chunk->len == 0;
    if (w->first)
        w->last->next = chunk;
    else
        w->first = chunk;
    w->last = chunk;
}

static bool put(int fd, const uint8_t *bytes, size_t len)
{
    while (len) {
        ssize_t n = send(fd, bytes, len, MSG_NOSIGNAL);
        if (n < 0 && errno != EINTR)
            return false;
        bytes += n > 0 ? n : 0;
        len -= n > 0 ? (size_t)n : 0;
    }
    return true;
}

/* Write what is due. */
static void give(struct way *w)
{
    while (w->first && w->first->due_ns <= now_ns()) {
        struct chunk *chunk = w->first;
        bool is_end = chunk->len == 0 || !put(w->to, chunk->bytes, chunk->len);
        w->first = chunk->next;
        free(chunk);
        if (is_end) {
            shutdown(w->to, SHUT_WR);
            w->is_read = w->is_over = true;
        }
    }
}

static uint64_t due_ns(const struct way *w) { return w->first ? w->first->due_ns : NEVER; }

/* ---- a connection */

static void carry(int a, int b, uint64_t delay_ns)
{
    struct way ways[2] = {{.from = a, .to = b}, {.from = b, .to = a}};
    while (!ways[0].is_over || !ways[1].is_over) {
        struct pollfd fds[2];
        struct timespec wait;
        uint64_t now = now_ns(), due = NEVER;
        for (int i = 0; i < 2; i++) {
            fds[i] = (struct pollfd){.fd = ways[i].is_read ? -1 : ways[i].from, .events = POLLIN};
            due = due_ns(&ways[i]) < due ? due_ns(&ways[i]) : due;
        }
        uint64_t left = due > now ? due - now : 0;
        wait = (struct timespec){(time_t)(left / 1000000000u), (long)(left % 1000000000u)};
        if (ppoll(fds, 2, due == NEVER ? NULL : &wait, NULL) < 0 && errno != EINTR)
            give_up("ppoll");
        for (int i = 0; i < 2; i++) {
            if (fds[i].revents)
                take(&ways[i], delay_ns);
            give(&ways[i]);
        }
    }
}

static struct sockaddr_in loopback(uint16_t port)
{
    return (struct sockaddr_in){
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
}

static void send_at_once(int fd)
{
    int yes = 1;
    if (setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes)))
        give_up("TCP_NODELAY");
}

static _Noreturn void serve(int near, uint64_t delay_ns, uint16_t port)
{
    struct sockaddr_in where = loopback(port);
    int far = socket(AF_INET, SOCK_STREAM, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (far < 0 || connect(far, (struct sockaddr *)&where, sizeof(where)))
        give_up("nobody listens there");
    send_at_once(near);
    send_at_once(far);
    carry(near, far, delay_ns);
    exit(0);
}

int main(int argc, char **argv)
{
    unsigned long ms = argc == 3 ? strtoul(argv[1], NULL, 10) : 0;
    unsigned long port = argc == 3 ? strtoul(argv[2], NULL, 10) : 0;
    struct sockaddr_in where = loopback(0);
    socklen_t len = sizeof(where);
    if (port == 0 || port > UINT16_MAX || ms > 10000) {
        fputs("usage: bench-delay MS PORT\n", stderr);
        return 64;
    }
    signal(SIGCHLD, SIG_IGN); /* nobody waits for them */
    int door = socket(AF_INET, SOCK_STREAM, 0);
    if (door < 0 || bind(door, (struct sockaddr *)&where, sizeof(where)) || listen(door, BACKLOG) ||
        getsockname(door, (struct sockaddr *)&where, &len))
        give_up("no port");
    printf("listening tcp:127.0.0.1:%u\n", ntohs(where.sin_port));
    fflush(stdout);
    for (;;) {
        int near = accept(door, NULL, NULL);
        if (near < 0 && errno != EINTR && errno != ECONNABORTED)
            give_up("accept");
        if (near >= 0 && fork() == 0) {
            close(door);
            serve(near, (uint64_t)ms * 1000000u, (uint16_t)port);
        }
        if (near >= 0)
            close(near);
    }
}

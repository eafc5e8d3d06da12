/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "driver/dial.h"

#include <errno.h>
#include <limits.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define RETRY_MS 5

/* One line saying why, in place of the one for an earlier address. */
static enum status say(struct buffer *detail, enum status st, const char *why)
{
    buffer_clear(detail);
    buffer_append_text(detail, why);
    return st;
}

static int remaining_ms(struct clock clock, uint64_t deadline_ms)
{
    uint64_t now = clock_now_ms(clock);
    if (now >= deadline_ms)
        return 0;
    return deadline_ms - now > INT_MAX ? INT_MAX : (int)(deadline_ms - now);
}

/* Wait for a pending connect. Returns 0 or the errno of its failure. */
static int connect_result(int fd, struct clock clock, uint64_t deadline_ms)
{
    for (;;) {
        struct pollfd p = {.fd = fd, .events = POLLOUT};
        int left_ms = remaining_ms(clock, deadline_ms);
        int n = clock_poll(clock, &p, 1, left_ms);
        if ((n < 0 && errno == EINTR) || (n == 0 && left_ms))
            continue;
        if (n <= 0)
            return n < 0 ? errno : ETIMEDOUT;
        int why = 0;
        socklen_t len = sizeof(why);
        return getsockopt(fd, SOL_SOCKET, SO_ERROR, &why, &len) ? errno : why;
    }
}

/* Returns 0 or an errno. */
static int connect_within(int fd, const struct sockaddr *to, socklen_t len, struct clock clock,
                          uint64_t deadline_ms)
{
    for (;;) {
        if (connect(fd, to, len) == 0)
            return 0;
        if (errno == EINPROGRESS || errno == EINTR)
            return connect_result(fd, clock, deadline_ms);
        /* a Unix socket with a full backlog fails at once, and there is nothing to poll for */
        if (errno != EAGAIN)
            return errno;
        if (remaining_ms(clock, deadline_ms) == 0)
            return ETIMEDOUT;
        clock_poll(clock, NULL, 0, RETRY_MS);
    }
}

static enum status dial(const struct sockaddr *to, socklen_t len, struct clock clock,
                        uint64_t deadline_ms, int *out_fd, struct buffer *detail)
{
    int fd = socket(to->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    int why = fd < 0 ? errno : connect_within(fd, to, len, clock, deadline_ms);
    if (!why) {
        *out_fd = fd;
        return OK;
    }
    if (fd >= 0)
        close(fd);
    return why == ETIMEDOUT ? say(detail, E_TIMEOUT, "no connection before the deadline")
                            : say(detail, E_IO, strerror(why));
}

enum status dial_unix(const char *path, struct clock clock, uint64_t deadline_ms, int *out_fd,
                      struct buffer *detail)
{
    struct sockaddr_un to = {.sun_family = AF_UNIX};
    size_t len = strlen(path);
    *out_fd = -1;
    if (len >= sizeof(to.sun_path))
        return say(detail, E_IO, "the path is too long for a Unix socket");
    memcpy(to.sun_path, path, len);
    return dial((const struct sockaddr *)&to, sizeof(to), clock, deadline_ms, out_fd, detail);
}

enum status dial_tcp(const char *host, const char *port, struct clock clock, uint64_t deadline_ms,
                     int *out_fd, struct buffer *detail)
{
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV};
    struct addrinfo *found = NULL;
    *out_fd = -1;
    int failed = getaddrinfo(host, port, &hints, &found);
    if (failed)
        return say(detail, E_IO, gai_strerror(failed));

    enum status st = E_IO;
    for (struct addrinfo *a = found; a && st; a = a->ai_next)
        st = dial(a->ai_addr, a->ai_addrlen, clock, deadline_ms, out_fd, detail);
    freeaddrinfo(found);
    /* requests are small and wait for their reply: Nagle would only add delay */
    int on = 1;
    if (!st)
        setsockopt(*out_fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    return st;
}

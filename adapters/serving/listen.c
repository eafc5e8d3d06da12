/* SPDX-License-Identifier: 0BSD */
#define _GNU_SOURCE /* accept4 */
#include "listen.h"

#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static int complain(const char *address, const char *what)
{
    fprintf(stderr, "%s: %s\n", address, what);
    return -1;
}

static int listen_unix(const char *address, const char *path)
{
    struct sockaddr_un where = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof(where.sun_path))
        return complain(address, "the path is too long for a socket");
    memcpy(where.sun_path, path, strlen(path) + 1);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || bind(fd, (const struct sockaddr *)&where, sizeof(where)) || listen(fd, 64)) {
        complain(address, strerror(errno));
        if (fd >= 0)
            close(fd);
        return -1;
    }
    printf("listening %s\n", address);
    return fd;
}

static int bind_first(const struct addrinfo *all)
{
    for (const struct addrinfo *a = all; a; a = a->ai_next) {
        int one = 1;
        int fd = socket(a->ai_family, a->ai_socktype | SOCK_CLOEXEC, a->ai_protocol);
        if (fd < 0)
            continue;
        setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
        if (bind(fd, a->ai_addr, a->ai_addrlen) == 0 && listen(fd, 64) == 0)
            return fd;
        close(fd);
    }
    return -1;
}

static int listen_tcp(const char *address, const char *host_and_port)
{
    char host[256];
    struct addrinfo *all = NULL, hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE};
    const char *colon = strrchr(host_and_port, ':');
    size_t host_len = colon ? (size_t)(colon - host_and_port) : 0;
    if (!colon || host_len == 0 || host_len >= sizeof(host))
        return complain(address, "expected tcp:HOST:PORT");
    memcpy(host, host_and_port, host_len);
    host[host_len] = 0;
    if (getaddrinfo(host, colon + 1, &hints, &all))
        return complain(address, "no such host or port");
    int fd = bind_first(all);
    freeaddrinfo(all);
    if (fd < 0)
        return complain(address, strerror(errno));
    struct sockaddr_storage bound;
    socklen_t bound_len = sizeof(bound);
    char port[32] = "?";
    if (getsockname(fd, (struct sockaddr *)&bound, &bound_len) == 0)
        getnameinfo((const struct sockaddr *)&bound, bound_len, NULL, 0, port, sizeof(port),
                    NI_NUMERICSERV);
    printf("listening tcp:%s:%s\n", host, port);
    return fd;
}

struct service {
    const struct implementation *what;
    const void *configuration;
    int listener;
    int signals;
    int n_children;
};

static void accept_one(struct service *s)
{
    int fd = accept4(s->listener, NULL, NULL, SOCK_CLOEXEC);
    if (fd < 0)
        return;
    pid_t pid = fork();
    if (pid == 0) {
        sigset_t none;
        sigemptyset(&none);
        sigprocmask(SIG_SETMASK, &none, NULL);
        close(s->listener);
        close(s->signals);
        _exit(serve(s->what, s->configuration, fd, fd));
    }
    s->n_children += pid > 0;
    close(fd);
}

static void serve_connections(struct service *s)
{
    for (;;) {
        /* at the limit new connections wait in the kernel's queue */
        bool has_room = s->n_children < SERVE_CONNECTIONS_MAX;
        struct pollfd polls[2] = {{.fd = s->signals, .events = POLLIN},
                                  {.fd = has_room ? s->listener : -1, .events = POLLIN}};
        struct signalfd_siginfo info;
        if (poll(polls, 2, -1) < 0)
            return;
        if (polls[0].revents && read(s->signals, &info, sizeof(info)) == sizeof(info)) {
            if (info.ssi_signo != SIGCHLD)
                return;
            while (waitpid(-1, NULL, WNOHANG) > 0)
                s->n_children--;
        }
        if (polls[1].revents)
            accept_one(s);
    }
}

int listen_and_serve(const struct implementation *what, const void *configuration,
                     const char *address)
{
    bool is_unix = strncmp(address, "unix:", 5) == 0;
    bool is_tcp = strncmp(address, "tcp:", 4) == 0;
    sigset_t watched;
    if (!is_unix && !is_tcp) {
        complain(address, "expected unix:PATH or tcp:HOST:PORT");
        return 64;
    }
    sigemptyset(&watched);
    sigaddset(&watched, SIGTERM);
    sigaddset(&watched, SIGINT);
    sigaddset(&watched, SIGCHLD);
    sigprocmask(SIG_BLOCK, &watched, NULL);
    struct service s = {.what = what, .configuration = configuration};
    s.signals = signalfd(-1, &watched, SFD_CLOEXEC);
    s.listener = is_unix ? listen_unix(address, address + 5) : listen_tcp(address, address + 4);
    if (s.signals < 0 || s.listener < 0)
        return 1;
    fflush(stdout);
    serve_connections(&s);
    close(s.listener);
    close(s.signals);
    if (is_unix)
        unlink(address + 5);
    return 0;
}

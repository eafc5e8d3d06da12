/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * hostile-target - a target that misbehaves in one named way, after any number of sound answers.
 *
 *   hostile-target BEHAVIOUR [AFTER_N] [--listen unix:PATH|tcp:HOST:PORT] [-- COMMAND ARGUMENT...]
 *   hostile-target --list
 *
 * The first AFTER_N requests of each connection are answered soundly: by COMMAND, a real adapter on
 * its standard input and output, where one is given. Listening, it prints the address it listens on
 * (port 0 becomes a real one) and serves each connection in a process of its own.
 */
#include "behaviour.h"

#include <netdb.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

struct options {
    const struct behaviour *behaviour;
    unsigned long after;
    const char *listen; /* NULL: standard input and output */
    char **command;     /* NULL: none */
};

static int usage(void)
{
    fputs("usage: hostile-target BEHAVIOUR [AFTER_N] [--listen unix:PATH|tcp:HOST:PORT]"
          " [-- COMMAND ARGUMENT...]\n       hostile-target --list\n",
          stderr);
    return 64;
}

static int list(void)
{
    for (size_t i = 0; behaviour_at(i); i++)
        printf("%-24s %s\n", behaviour_at(i)->name, behaviour_at(i)->text);
    return 0;
}

static int start_adapter(char **command)
{
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends))
        _exit(71);
    if (fork() == 0) {
        dup2(ends[1], 0);
        dup2(ends[1], 1);
        close(ends[0]);
        close(ends[1]);
        execvp(command[0], command);
        _exit(127);
    }
    close(ends[1]);
    return ends[0];
}

static void serve(const struct options *o, int in_fd, int out_fd)
{
    struct talk t = {.in_fd = in_fd, .out_fd = out_fd, .adapter_fd = -1};
    t.frame = (uint8_t *)malloc(TALK_FRAME_MAX);
    if (!t.frame)
        _exit(71);
    if (o->command)
        t.adapter_fd = start_adapter(o->command);
    for (unsigned long i = 0; i < o->after; i++) {
        talk_read_request(&t);
        talk_answer_honestly(&t);
    }
    if (!o->behaviour->speaks_first)
        talk_read_request(&t);
    o->behaviour->act(&t);
    _exit(0);
}

static int listen_unix(const char *path)
{
    struct sockaddr_un at = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    if (fd < 0 || strlen(path) >= sizeof(at.sun_path))
        return -1;
    memcpy(at.sun_path, path, strlen(path));
    unlink(path);
    if (bind(fd, (struct sockaddr *)&at, sizeof(at)) || listen(fd, 16))
        return -1;
    printf("unix:%s\n", path);
    return fd;
}

static int listen_tcp(const char *host_and_port)
{
    char host[256], name[256], port[32];
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE}, *found;
    struct sockaddr_storage at;
    socklen_t len = sizeof(at);
    const char *colon = strrchr(host_and_port, ':');
    if (!colon || (size_t)(colon - host_and_port) >= sizeof(host))
        return -1;
    snprintf(host, sizeof(host), "%.*s", (int)(colon - host_and_port), host_and_port);
    if (getaddrinfo(host, colon + 1, &hints, &found))
        return -1;
    int fd = socket(found->ai_family, SOCK_STREAM, 0), on = 1;
    bool is_bound = fd >= 0 && !setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) &&
                    !bind(fd, found->ai_addr, found->ai_addrlen);
    freeaddrinfo(found);
    if (!is_bound || listen(fd, 16) || getsockname(fd, (struct sockaddr *)&at, &len) ||
        getnameinfo((struct sockaddr *)&at, len, name, sizeof(name), port, sizeof(port),
                    NI_NUMERICHOST | NI_NUMERICSERV))
        return -1;
    printf("tcp:%s:%s\n", name, port);
    return fd;
}

static int listen_and_serve(const struct options *o)
{
    int fd = -1;
    if (strncmp(o->listen, "unix:", 5) == 0)
        fd = listen_unix(o->listen + 5);
    else if (strncmp(o->listen, "tcp:", 4) == 0)
        fd = listen_tcp(o->listen + 4);
    if (fd < 0) {
        fprintf(stderr, "hostile-target: cannot listen on %s\n", o->listen);
        return 69;
    }
    fflush(stdout);
    signal(SIGCHLD, SIG_IGN);
    for (;;) {
        int connection = accept(fd, NULL, NULL);
        if (connection < 0)
            continue;
        if (fork() == 0) {
            signal(SIGCHLD, SIG_DFL);
            close(fd);
            serve(o, connection, dup(connection));
        }
        close(connection);
    }
}

int main(int argc, char **argv)
{
    struct options o = {0};
    int i = 2;
    if (argc == 2 && strcmp(argv[1], "--list") == 0)
        return list();
    if (argc < 2 || !(o.behaviour = behaviour_find(argv[1])))
        return usage();
    if (i < argc && argv[i][0] != '-')
        o.after = strtoul(argv[i++], NULL, 10);
    if (i + 1 < argc && strcmp(argv[i], "--listen") == 0) {
        o.listen = argv[i + 1];
        i += 2;
    }
    if (i + 1 < argc && strcmp(argv[i], "--") == 0) {
        o.command = argv + i + 1;
        i = argc;
    }
    if (i != argc)
        return usage();
    signal(SIGPIPE, SIG_IGN);
    if (o.listen)
        return listen_and_serve(&o);
    serve(&o, STDIN_FILENO, STDOUT_FILENO);
}

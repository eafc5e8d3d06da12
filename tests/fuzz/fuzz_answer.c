/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes as what an HTTP server answers, to a request as it goes out in a run: limits hold, and
 * nothing outside of the scope is asked, wherever the answer redirects to. The first byte chooses
 * how the answer begins: libcurl is not instrumented, so that nothing leads to a status line. */
#include "http/fetch.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define BODY_MAX 4096u

static const char *const beginnings[] = {
    "",
    "HTTP/1.1 ",
    "HTTP/1.1 200 OK\r\n",
    "HTTP/1.1 200 OK\r\n\r\n",
    "HTTP/1.1 200 OK\r\nContent-Length: ",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
    "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n",
    "HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: ",
    "HTTP/1.1 307 Temporary Redirect\r\nContent-Length: 0\r\nLocation: /",
    "HTTP/1.1 308 Permanent Redirect\r\nContent-Length: 0\r\nLocation: http://127.0.0.1:",
    "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 ",
};

static struct {
    int listener;
    uint16_t port;
    pthread_mutex_t mutex;
    struct bytes beginning, answer; /* under the mutex */
} server = {.listener = -1, .mutex = PTHREAD_MUTEX_INITIALIZER};

static void send_all(int fd, struct bytes out)
{
    while (out.len) {
        ssize_t n = send(fd, out.data, out.len, MSG_NOSIGNAL);
        if (n <= 0)
            return;
        out = bytes_slice(out, (size_t)n, out.len);
    }
}

/* To every connection the same answer, after the beginning of its request. */
static void *serve(void *context)
{
    char request[4096];
    (void)context;
    for (;;) {
        int fd = accept(server.listener, NULL, NULL);
        if (fd < 0)
            return NULL;
        if (recv(fd, request, sizeof(request), 0) > 0) {
            pthread_mutex_lock(&server.mutex);
            send_all(fd, server.beginning);
            send_all(fd, server.answer);
            pthread_mutex_unlock(&server.mutex);
        }
        shutdown(fd, SHUT_WR);
        close(fd);
    }
}

static bool start(void)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof(at);
    pthread_t thread;
    server.listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (server.listener < 0 || bind(server.listener, (const struct sockaddr *)&at, sizeof(at)) ||
        listen(server.listener, 16) || getsockname(server.listener, (struct sockaddr *)&at, &len) ||
        pthread_create(&thread, NULL, serve, NULL))
        return false;
    server.port = ntohs(at.sin_port);
    return pthread_detach(thread) == 0;
}

static void check(const struct fetch_scope *scope, const struct fetch_answer *a)
{
    bool is_within = a->n_headers <= FETCH_HEADERS_MAX &&
                     a->raw_headers.len <= FETCH_HEADER_BYTES_MAX && a->body.len <= BODY_MAX &&
                     a->body_len <= BODY_MAX && a->redirects <= 2;
    bool is_elsewhere = a->outcome == FETCH_ANSWERED && !fetch_scope_has(scope, a->url);
    if (!is_within || is_elsewhere || !a->detail)
        __builtin_trap();
    for (size_t i = 0; i < a->n_headers; i++)
        if (!a->headers[i].name || !a->headers[i].value)
            __builtin_trap();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fetch_scope scope;
    struct arena arena;
    struct fetch_answer a;
    const char *problem;
    char url[64];
    if (server.listener < 0 && !start())
        abort();
    if (!size)
        return 0;
    pthread_mutex_lock(&server.mutex);
    server.beginning = bytes_of_text(beginnings[data[0] % COUNT_OF(beginnings)]);
    server.answer = bytes_of(data + 1, size - 1);
    pthread_mutex_unlock(&server.mutex);
    snprintf(url, sizeof(url), "http://127.0.0.1:%u/x", (unsigned)server.port);
    arena_init(&arena, 1u << 20);
    const struct fetch_request r = {
        .url = url, .body_max = BODY_MAX, .timeout_ms = 2000, .redirects_max = 2};
    if (fetch_scope_of(url, NULL, NULL, &scope, &problem))
        abort();
    if (fetch(&scope, &r, &arena, &a) == OK)
        check(&scope, &a);
    arena_fini(&arena);
    pthread_mutex_lock(&server.mutex); /* nobody reads |data| after this */
    server.answer = bytes_of(NULL, 0);
    pthread_mutex_unlock(&server.mutex);
    return 0;
}

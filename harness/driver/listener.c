/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "driver/listener.h"

#include "driver/capture.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define EVENTS_A_ROUND 64
#define ACCEPTS_A_ROUND 64u
#define READ_MAX 65536u /* bytes of one connection in one round, so that none starves another */
#define WRITE_MAX 262144u
#define BACKLOG 1024
#define NOTE_MAX 8192u
#define CAPTURED_PORT 62222u /* made up: programs that read captures know no protocol by it */

/* An accepted connection: its socket and the server's side of it. */
struct accepted {
    struct accepted *next, *previous;
    int fd;
    struct server_connection *connection;
    uint64_t write_at_ms; /* no writing before that: the pace between pieces */
    uint64_t end_at_ms;   /* 0: not about to end */
    bool has_written_first, is_half_closed, wants_write;
    struct capture_connection captured;
    struct buffer comments[2]; /* for the capture: of the client's bytes, of the server's */
};

struct listener {
    struct listener_options options;
    int epoll, socket; /* |socket|: listening; -1 while it is not */
    int spare;         /* a descriptor kept for refuse_one */
    uint16_t port;
    struct accepted *open;
    size_t n_open, accepted;
};

static uint64_t now_ms(const struct listener *l) { return clock_now_ms(l->options.clock); }

/* ---- listening */

static enum status start_listening(struct listener *l)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t len = sizeof(address);
    struct epoll_event event = {.events = EPOLLIN};
    int yes = 1;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return E_IO;
    if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes)) ||
        bind(fd, (struct sockaddr *)&address, sizeof(address)) || listen(fd, BACKLOG) ||
        getsockname(fd, (struct sockaddr *)&address, &len) ||
        epoll_ctl(l->epoll, EPOLL_CTL_ADD, fd, &event)) {
        close(fd);
        return E_IO;
    }
    l->socket = fd;
    l->port = ntohs(address.sin_port);
    return OK;
}

enum status listener_open(const struct listener_options *options, struct listener **out)
{
    *out = NULL;
    struct listener *l = calloc(1, sizeof(*l));
    if (!l)
        return E_NOMEM;
    l->options = *options;
    l->socket = l->spare = -1;
    l->epoll = epoll_create1(EPOLL_CLOEXEC);
    enum status st = l->epoll < 0 ? E_IO : start_listening(l);
    if (!st && (l->spare = fcntl(l->epoll, F_DUPFD_CLOEXEC, 0)) < 0)
        st = E_IO;
    if (st)
        listener_close(l);
    else
        *out = l;
    return st;
}

static uint64_t unix_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return (uint64_t)t.tv_sec * 1000000u + (uint64_t)t.tv_nsec / 1000u;
}

static void drop(struct listener *l, struct accepted *c, bool by_client)
{
    if (l->options.capture)
        capture_closed(l->options.capture, &c->captured, by_client, unix_us());
    close(c->fd);
    buffer_fini(&c->comments[0]);
    buffer_fini(&c->comments[1]);
    server_connection_free(c->connection);
    if (l->open == c)
        l->open = c->next;
    else
        c->previous->next = c->next;
    if (c->next)
        c->next->previous = c->previous;
    l->n_open--;
    free(c);
}

void listener_close(struct listener *l)
{
    if (!l)
        return;
    while (l->open)
        drop(l, l->open, false);
    if (l->socket >= 0)
        close(l->socket);
    if (l->spare >= 0)
        close(l->spare);
    if (l->epoll >= 0)
        close(l->epoll);
    free(l);
}

uint16_t listener_port(const struct listener *l) { return l->port; }
int listener_fd(const struct listener *l) { return l->epoll; }
size_t listener_accepted(const struct listener *l) { return l->accepted; }
size_t listener_open_connections(const struct listener *l) { return l->n_open; }

/* ---- accepting */

static enum status accept_connection(struct listener *l, int fd)
{
    struct accepted *c = calloc(1, sizeof(*c));
    struct epoll_event event = {.events = EPOLLIN | EPOLLRDHUP, .data = {.ptr = c}};
    int yes = 1;
    enum status st = c ? server_connection_open(l->options.server, &c->connection) : E_NOMEM;
    if (st || epoll_ctl(l->epoll, EPOLL_CTL_ADD, fd, &event)) {
        if (c && c->connection)
            server_connection_free(c->connection);
        free(c);
        close(fd);
        return st == E_LIMIT || !st ? OK : st;
    }
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
    c->fd = fd;
    buffer_init(&c->comments[0], NOTE_MAX);
    buffer_init(&c->comments[1], NOTE_MAX);
    c->next = l->open;
    if (c->next)
        c->next->previous = c;
    l->open = c;
    l->n_open++;
    c->captured = (struct capture_connection){.number = server_connection_number(c->connection),
                                              .server_port = CAPTURED_PORT};
    if (l->options.came)
        l->options.came(l->options.context, c->connection, fd);
    if (l->options.capture)
        capture_opened(l->options.capture, &c->captured, unix_us());
    return OK;
}

/* No descriptor is left: the spare one serves to accept and close a connection, so that a client
 * that dials too often neither waits for ever nor ends the run. */
static bool refuse_one(struct listener *l)
{
    if (l->spare < 0)
        return false;
    close(l->spare);
    int fd = accept4(l->socket, NULL, NULL, SOCK_CLOEXEC);
    if (fd >= 0)
        close(fd);
    l->spare = fcntl(l->epoll, F_DUPFD_CLOEXEC, 0);
    return true;
}

static enum status accept_some(struct listener *l)
{
    for (unsigned i = 0; i < ACCEPTS_A_ROUND; i++) {
        int fd = accept4(l->socket, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd < 0 && (errno == EMFILE || errno == ENFILE))
            return refuse_one(l) ? OK : E_IO;
        if (fd < 0)
            return errno == EAGAIN || errno == EINTR || errno == ECONNABORTED ? OK : E_IO;
        l->accepted++;
        enum status st = accept_connection(l, fd);
        if (st)
            return st;
    }
    return OK;
}

/* ---- moving bytes */

void listener_note(struct listener *l, const struct server_connection *connection, bool from_client,
                   struct bytes clear)
{
    for (struct accepted *c = l->open; l->options.capture && c; c = c->next)
        if (c->connection == connection) {
            struct buffer *note = &c->comments[!from_client];
            if (note->len)
                buffer_append_text(note, "\n");
            buffer_append(note, bytes_slice(clear, 0, NOTE_MAX - note->len));
        }
}

/* False: |c| was freed. */
static bool read_from(struct listener *l, struct accepted *c, enum status *out)
{
    uint8_t bytes[READ_MAX];
    ssize_t n = recv(c->fd, bytes, sizeof(bytes), 0);
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return true;
    if (n <= 0) {
        drop(l, c, true);
        return false;
    }
    *out = server_connection_receive(c->connection, bytes_of(bytes, (size_t)n));
    if (l->options.capture)
        capture_bytes(l->options.capture, &c->captured, true, bytes_of(bytes, (size_t)n),
                      buffer_bytes(&c->comments[0]), unix_us());
    buffer_clear(&c->comments[0]);
    return true;
}

static size_t piece_len(const struct accepted *c, size_t waiting)
{
    struct server_pace pace = server_connection_pace(c->connection);
    size_t len = waiting < WRITE_MAX ? waiting : WRITE_MAX;
    if (pace.first && !c->has_written_first)
        return pace.first < len ? pace.first : len;
    return pace.chunk && pace.chunk < len ? pace.chunk : len;
}

/* False: |c| was freed. */
static bool write_to(struct listener *l, struct accepted *c, enum status *out_st)
{
    struct buffer *out = server_connection_output(c->connection);
    bool has_written = false;
    while (out->len && now_ms(l) >= c->write_at_ms) {
        struct server_pace pace = server_connection_pace(c->connection);
        ssize_t n = send(c->fd, out->data, piece_len(c, out->len), MSG_NOSIGNAL);
        if (n < 0 && (errno == EAGAIN || errno == EINTR))
            break;
        if (n <= 0) {
            drop(l, c, true);
            return false;
        }
        if (l->options.capture)
            capture_bytes(l->options.capture, &c->captured, false,
                          bytes_slice(buffer_bytes(out), 0, (size_t)n),
                          buffer_bytes(&c->comments[1]), unix_us());
        buffer_clear(&c->comments[1]);
        buffer_consume(out, (size_t)n);
        c->has_written_first = out->len > 0;
        c->write_at_ms = pace.pause_ms && out->len ? now_ms(l) + pace.pause_ms : 0;
        has_written = true;
    }
    if (has_written)
        *out_st = server_connection_written(c->connection);
    return true;
}

static void watch_writing(struct listener *l, struct accepted *c)
{
    bool wants = server_connection_output(c->connection)->len > 0 && c->write_at_ms == 0;
    struct epoll_event event = {.events = EPOLLIN | EPOLLRDHUP | (wants ? EPOLLOUT : 0u),
                                .data = {.ptr = c}};
    if (wants != c->wants_write && epoll_ctl(l->epoll, EPOLL_CTL_MOD, c->fd, &event) == 0)
        c->wants_write = wants;
}

static void reset(struct accepted *c)
{
    struct linger at_once = {.l_onoff = 1, .l_linger = 0};
    setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
}

/* End a connection that must end, once its output is written and its pause is over. False: |c| was
 * freed. */
static bool end_when_due(struct listener *l, struct accepted *c)
{
    enum server_end end = server_connection_wants_end(c->connection);
    if (end == SERVER_STAYS || server_connection_output(c->connection)->len)
        return true;
    if (!c->end_at_ms)
        c->end_at_ms = now_ms(l) + server_connection_pace(c->connection).end_pause_ms;
    if (now_ms(l) < c->end_at_ms)
        return true;
    if (end == SERVER_HALF_CLOSES) {
        if (!c->is_half_closed)
            shutdown(c->fd, SHUT_WR);
        c->is_half_closed = true;
        return true;
    }
    if (end == SERVER_RESETS)
        reset(c);
    drop(l, c, false);
    return false;
}

static enum status serve_all(struct listener *l)
{
    enum status st = OK;
    for (struct accepted *c = l->open, *next; !st && c; c = next) {
        next = c->next;
        if (write_to(l, c, &st) && end_when_due(l, c))
            watch_writing(l, c);
    }
    return st;
}

/* The next moment at which something is due without a socket being ready. */
static uint64_t due_ms(const struct listener *l, uint64_t deadline_ms)
{
    for (const struct accepted *c = l->open; c; c = c->next) {
        if (c->write_at_ms && c->write_at_ms < deadline_ms)
            deadline_ms = c->write_at_ms;
        if (c->end_at_ms && !c->is_half_closed && c->end_at_ms < deadline_ms)
            deadline_ms = c->end_at_ms;
    }
    return deadline_ms;
}

static enum status one_round(struct listener *l, int wait_ms)
{
    struct epoll_event events[EVENTS_A_ROUND];
    enum status st = OK;
    int n = clock_epoll(l->options.clock, l->epoll, events, EVENTS_A_ROUND, wait_ms);
    if (n < 0)
        return errno == EINTR ? OK : E_IO;
    for (int i = 0; !st && i < n; i++) {
        struct accepted *c = events[i].data.ptr;
        if (!c)
            st = accept_some(l);
        else if (events[i].events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR))
            read_from(l, c, &st);
    }
    return st ? st : serve_all(l);
}

enum status listener_run(struct listener *l, bool (*is_enough)(void *context), void *context,
                         uint64_t deadline_ms)
{
    enum status st = serve_all(l);
    while (!st) {
        if (is_enough && is_enough(context))
            return OK;
        uint64_t now = now_ms(l), due = due_ms(l, deadline_ms);
        st = one_round(l, due > now ? (int)(due - now > 1000 ? 1000 : due - now) : 0);
        if (!st && now >= deadline_ms)
            return is_enough && is_enough(context) ? OK : E_TIMEOUT;
    }
    return st;
}

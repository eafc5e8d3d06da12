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
#define READ_MAX 65536u /* bytes of one line in one round, so that none starves another */
#define WRITE_MAX 262144u
#define BACKLOG 1024
#define NOTE_MAX 8192u
#define CAPTURED_PORT                                                                              \
    62222u /* made up: none that a program reading captures takes for a protocol of its own */

/* One connection and its line. */
struct visitor {
    struct visitor *next, *previous;
    int fd;
    struct server_connection *connection;
    uint64_t write_at_ms; /* not before: the pace between pieces */
    uint64_t end_at_ms;   /* 0: not about to end */
    bool has_written_first, is_half_closed, wants_write;
    struct capture_line captured;
    struct buffer notes[2]; /* of the client's bytes, of the server's */
};

struct listener {
    struct listener_options options;
    int epoll, listener;
    int spare; /* a descriptor to be given up when there are no more */
    uint16_t port;
    struct visitor *visitors;
    size_t n_visitors, accepted;
};

static uint64_t now_ms(const struct listener *d) { return clock_now_ms(d->options.clock); }

/* ---- listening */

static enum status listen_at(struct listener *d, uint16_t port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
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
        epoll_ctl(d->epoll, EPOLL_CTL_ADD, fd, &event)) {
        close(fd);
        return E_IO;
    }
    d->listener = fd;
    d->port = ntohs(address.sin_port);
    return OK;
}

enum status listener_open(const struct listener_options *options, struct listener **out)
{
    *out = NULL;
    struct listener *d = calloc(1, sizeof(*d));
    if (!d)
        return E_NOMEM;
    d->options = *options;
    d->listener = d->spare = -1;
    d->epoll = epoll_create1(EPOLL_CLOEXEC);
    enum status st = d->epoll < 0 ? E_IO : listen_at(d, 0);
    if (!st && (d->spare = fcntl(d->epoll, F_DUPFD_CLOEXEC, 0)) < 0)
        st = E_IO;
    if (st)
        listener_close(d);
    else
        *out = d;
    return st;
}

static uint64_t unix_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return (uint64_t)t.tv_sec * 1000000u + (uint64_t)t.tv_nsec / 1000u;
}

static void drop(struct listener *d, struct visitor *v, bool by_client)
{
    if (d->options.capture)
        capture_closed(d->options.capture, &v->captured, by_client, unix_us());
    close(v->fd);
    buffer_fini(&v->notes[0]);
    buffer_fini(&v->notes[1]);
    server_connection_gone(v->connection);
    if (d->visitors == v)
        d->visitors = v->next;
    else
        v->previous->next = v->next;
    if (v->next)
        v->next->previous = v->previous;
    d->n_visitors--;
    free(v);
}

void listener_close(struct listener *d)
{
    if (!d)
        return;
    while (d->visitors)
        drop(d, d->visitors, false);
    if (d->listener >= 0)
        close(d->listener);
    if (d->spare >= 0)
        close(d->spare);
    if (d->epoll >= 0)
        close(d->epoll);
    free(d);
}

uint16_t listener_port(const struct listener *d) { return d->port; }
size_t listener_accepted(const struct listener *d) { return d->accepted; }
size_t listener_open_lines(const struct listener *d) { return d->n_visitors; }

enum status listener_set_listening(struct listener *d, bool is_listening)
{
    if (is_listening == (d->listener >= 0))
        return OK;
    if (is_listening)
        return listen_at(d, d->port);
    close(d->listener);
    d->listener = -1;
    return OK;
}

/* ---- coming in */

static enum status welcome(struct listener *d, int fd)
{
    struct visitor *v = calloc(1, sizeof(*v));
    struct epoll_event event = {.events = EPOLLIN | EPOLLRDHUP, .data = {.ptr = v}};
    int yes = 1;
    enum status st = v ? server_connection_open(d->options.server, &v->connection) : E_NOMEM;
    if (st || epoll_ctl(d->epoll, EPOLL_CTL_ADD, fd, &event)) {
        if (v && v->connection)
            server_connection_gone(v->connection);
        free(v);
        close(fd);
        return st == E_LIMIT || !st ? OK : st;
    }
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
    v->fd = fd;
    buffer_init(&v->notes[0], NOTE_MAX);
    buffer_init(&v->notes[1], NOTE_MAX);
    v->next = d->visitors;
    if (v->next)
        v->next->previous = v;
    d->visitors = v;
    d->n_visitors++;
    v->captured = (struct capture_line){.number = server_connection_number(v->connection),
                                        .server_port = CAPTURED_PORT};
    if (d->options.capture)
        capture_opened(d->options.capture, &v->captured, unix_us());
    return OK;
}

/* No descriptor is left for it: one is set aside, so that whoever dials too often is hung up on,
 * and neither waits for ever nor ends the run. */
static bool turn_one_away(struct listener *d)
{
    if (d->spare < 0)
        return false;
    close(d->spare);
    int fd = accept4(d->listener, NULL, NULL, SOCK_CLOEXEC);
    if (fd >= 0)
        close(fd);
    d->spare = fcntl(d->epoll, F_DUPFD_CLOEXEC, 0);
    return true;
}

static enum status accept_some(struct listener *d)
{
    for (unsigned i = 0; i < ACCEPTS_A_ROUND; i++) {
        int fd = accept4(d->listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd < 0 && (errno == EMFILE || errno == ENFILE))
            return turn_one_away(d) ? OK : E_IO;
        if (fd < 0)
            return errno == EAGAIN || errno == EINTR || errno == ECONNABORTED ? OK : E_IO;
        d->accepted++;
        enum status st = welcome(d, fd);
        if (st)
            return st;
    }
    return OK;
}

/* ---- moving bytes */

void listener_note(struct listener *d, const struct server_connection *connection, bool from_client,
                   struct bytes clear)
{
    for (struct visitor *v = d->visitors; d->options.capture && v; v = v->next)
        if (v->connection == connection) {
            struct buffer *note = &v->notes[!from_client];
            if (note->len)
                buffer_append_text(note, "\n");
            buffer_append(note, bytes_slice(clear, 0, NOTE_MAX - note->len));
        }
}

/* False: the visitor is gone. */
static bool read_from(struct listener *d, struct visitor *v, enum status *out)
{
    uint8_t bytes[READ_MAX];
    ssize_t n = recv(v->fd, bytes, sizeof(bytes), 0);
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return true;
    if (n <= 0) {
        drop(d, v, true);
        return false;
    }
    *out = server_connection_receive(v->connection, bytes_of(bytes, (size_t)n));
    if (d->options.capture)
        capture_bytes(d->options.capture, &v->captured, true, bytes_of(bytes, (size_t)n),
                      buffer_bytes(&v->notes[0]), unix_us());
    buffer_clear(&v->notes[0]);
    return true;
}

static size_t piece_len(const struct visitor *v, size_t waiting)
{
    struct server_pace pace = server_connection_pace(v->connection);
    size_t len = waiting < WRITE_MAX ? waiting : WRITE_MAX;
    if (pace.first && !v->has_written_first)
        return pace.first < len ? pace.first : len;
    return pace.chunk && pace.chunk < len ? pace.chunk : len;
}

/* False: the visitor is gone. */
static bool write_to(struct listener *d, struct visitor *v, enum status *out_st)
{
    struct buffer *out = server_connection_output(v->connection);
    bool has_written = false;
    while (out->len && now_ms(d) >= v->write_at_ms) {
        struct server_pace pace = server_connection_pace(v->connection);
        ssize_t n = send(v->fd, out->data, piece_len(v, out->len), MSG_NOSIGNAL);
        if (n < 0 && (errno == EAGAIN || errno == EINTR))
            break;
        if (n <= 0) {
            drop(d, v, true);
            return false;
        }
        if (d->options.capture)
            capture_bytes(d->options.capture, &v->captured, false,
                          bytes_slice(buffer_bytes(out), 0, (size_t)n), buffer_bytes(&v->notes[1]),
                          unix_us());
        buffer_clear(&v->notes[1]);
        buffer_consume(out, (size_t)n);
        v->has_written_first = out->len > 0;
        v->write_at_ms = pace.pause_ms && out->len ? now_ms(d) + pace.pause_ms : 0;
        has_written = true;
    }
    if (has_written)
        *out_st = server_connection_written(v->connection);
    return true;
}

static void watch_writing(struct listener *d, struct visitor *v)
{
    bool wants = server_connection_output(v->connection)->len > 0 && v->write_at_ms == 0;
    struct epoll_event event = {.events = EPOLLIN | EPOLLRDHUP | (wants ? EPOLLOUT : 0u),
                                .data = {.ptr = v}};
    if (wants != v->wants_write && epoll_ctl(d->epoll, EPOLL_CTL_MOD, v->fd, &event) == 0)
        v->wants_write = wants;
}

static void reset(struct visitor *v)
{
    struct linger at_once = {.l_onoff = 1, .l_linger = 0};
    setsockopt(v->fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
}

/* A line that wants to end does, once what it has to say is written and its pause is over. False:
 * it is gone. */
static bool end_when_due(struct listener *d, struct visitor *v)
{
    enum server_end end = server_connection_wants_end(v->connection);
    if (end == SERVER_STAYS || server_connection_output(v->connection)->len)
        return true;
    if (!v->end_at_ms)
        v->end_at_ms = now_ms(d) + server_connection_pace(v->connection).end_pause_ms;
    if (now_ms(d) < v->end_at_ms)
        return true;
    if (end == SERVER_HALF_CLOSES) {
        if (!v->is_half_closed)
            shutdown(v->fd, SHUT_WR);
        v->is_half_closed = true;
        return true;
    }
    if (end == SERVER_RESETS)
        reset(v);
    drop(d, v, false);
    return false;
}

static enum status serve_all(struct listener *d)
{
    enum status st = OK;
    for (struct visitor *v = d->visitors, *next; !st && v; v = next) {
        next = v->next;
        if (write_to(d, v, &st) && end_when_due(d, v))
            watch_writing(d, v);
    }
    return st;
}

/* The next moment at which something is due without a socket being ready. */
static uint64_t due_ms(const struct listener *d, uint64_t deadline_ms)
{
    for (const struct visitor *v = d->visitors; v; v = v->next) {
        if (v->write_at_ms && v->write_at_ms < deadline_ms)
            deadline_ms = v->write_at_ms;
        if (v->end_at_ms && !v->is_half_closed && v->end_at_ms < deadline_ms)
            deadline_ms = v->end_at_ms;
    }
    return deadline_ms;
}

static enum status one_round(struct listener *d, int wait_ms)
{
    struct epoll_event events[EVENTS_A_ROUND];
    enum status st = OK;
    int n = epoll_wait(d->epoll, events, EVENTS_A_ROUND, wait_ms);
    if (n < 0)
        return errno == EINTR ? OK : E_IO;
    for (int i = 0; !st && i < n; i++) {
        struct visitor *v = events[i].data.ptr;
        if (!v)
            st = accept_some(d);
        else if (events[i].events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR))
            read_from(d, v, &st);
    }
    return st ? st : serve_all(d);
}

enum status listener_run(struct listener *d, bool (*is_enough)(void *context), void *context,
                         uint64_t deadline_ms)
{
    enum status st = serve_all(d);
    while (!st) {
        if (is_enough && is_enough(context))
            return OK;
        uint64_t now = now_ms(d);
        if (now >= deadline_ms)
            return E_TIMEOUT;
        uint64_t due = due_ms(d, deadline_ms);
        st = one_round(d, due > now ? (int)(due - now > 1000 ? 1000 : due - now) : 0);
    }
    return st;
}

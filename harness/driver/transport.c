/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "driver/transport.h"

#include "driver/dial.h"
#include "driver/process.h"
#include "wire/frame.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define LENGTH_SIZE 4u
#define BUFFERED_MAX (LENGTH_SIZE + TRANSPORT_FRAME_MAX)
#define CHUNK 65536u
#define ENDING_WAIT_MS 500u

_Static_assert(PROCESS_STDERR_MAX == TRANSPORT_STDERR_MAX, "the same limit in both headers");

/* A socket, and the process behind it when that is ours. */
struct stream {
    int fd; /* non-blocking */
    bool is_at_end;
    struct buffer in; /* received, not yet returned */
    struct buffer out;
    struct clock clock;
    struct process process;
};

static struct stream *stream_new(struct clock clock)
{
    struct stream *s = (struct stream *)calloc(1, sizeof(*s));
    if (!s)
        return NULL;
    s->fd = -1;
    s->clock = clock;
    buffer_init(&s->in, BUFFERED_MAX);
    buffer_init(&s->out, BUFFERED_MAX);
    process_init(&s->process);
    return s;
}

static void stream_close(void *context)
{
    struct stream *s = (struct stream *)context;
    if (s->fd >= 0)
        close(s->fd); /* an honest target exits at the end of its input */
    process_finish(&s->process, s->clock);
    buffer_fini(&s->in);
    buffer_fini(&s->out);
    free(s);
}

static uint64_t deadline_after(const struct stream *s, uint64_t timeout_ms)
{
    uint64_t now = clock_now_ms(s->clock);
    return timeout_ms > UINT64_MAX - now ? UINT64_MAX : now + timeout_ms;
}

/* Wait until the socket is ready for one of |events|, reading standard error meanwhile. E_TIMEOUT,
 * E_IO. */
static enum status wait_for(struct stream *s, short events, uint64_t deadline_ms, short *out_ready)
{
    for (*out_ready = 0; !*out_ready;) {
        uint64_t now = clock_now_ms(s->clock);
        if (now > deadline_ms)
            return E_TIMEOUT;
        uint64_t left = deadline_ms - now;
        struct pollfd fds[] = {{.fd = s->fd, .events = events},
                               {.fd = s->process.stderr_fd, .events = POLLIN}};
        int n = clock_poll(s->clock, fds, 2, left > INT_MAX ? INT_MAX : (int)left);
        if (n < 0 && errno != EINTR)
            return E_IO;
        if (n == 0 && left == 0)
            return E_TIMEOUT;
        if (n <= 0)
            continue;
        if (fds[1].revents)
            process_drain(&s->process);
        *out_ready = fds[0].revents;
    }
    return OK;
}

/* Read what the socket has, up to the limit. The end of the stream is noted, not an error. */
static enum status fill(struct stream *s)
{
    uint8_t chunk[CHUNK];
    size_t room = s->in.max - s->in.len;
    if (room == 0)
        return OK;
    ssize_t n = recv(s->fd, chunk, room < CHUNK ? room : CHUNK, MSG_DONTWAIT);
    if (n > 0)
        return buffer_append(&s->in, bytes_of(chunk, (size_t)n));
    if (n == 0 || errno == ECONNRESET || errno == EPIPE || errno == ETIMEDOUT) {
        s->is_at_end = true;
        return OK;
    }
    return errno == EAGAIN || errno == EINTR ? OK : E_IO;
}

static enum status send_some(struct stream *s, size_t *sent)
{
    ssize_t n = send(s->fd, s->out.data + *sent, s->out.len - *sent, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (n >= 0) {
        *sent += (size_t)n;
        return OK;
    }
    if (errno == EPIPE || errno == ECONNRESET)
        return E_CLOSED;
    return errno == EAGAIN || errno == EINTR ? OK : E_IO;
}

static enum status stream_send(void *context, struct bytes payload, uint64_t timeout_ms)
{
    struct stream *s = (struct stream *)context;
    uint64_t deadline_ms = deadline_after(s, timeout_ms);
    size_t sent = 0;

    buffer_clear(&s->out);
    enum status st = frame_encode(payload, LENGTH_SIZE, &s->out);
    while (!st && !(st = send_some(s, &sent)) && sent < s->out.len) {
        /* a target that writes before it has read all must not block us both: take what it says
         * while we write */
        short wanted = POLLOUT, ready;
        if (s->in.len < s->in.max)
            wanted |= POLLIN;
        st = wait_for(s, wanted, deadline_ms, &ready);
        if (!st && ready & POLLIN)
            st = fill(s);
        if (!st && s->is_at_end)
            st = E_CLOSED;
    }
    return st;
}

static enum status take_frame(struct stream *s, struct buffer *out, size_t *used)
{
    struct bytes payload;
    enum status st =
        frame_decode(buffer_bytes(&s->in), LENGTH_SIZE, TRANSPORT_FRAME_MAX, &payload, used);
    if (!st && *used)
        st = buffer_append(out, payload);
    if (!st && *used)
        buffer_consume(&s->in, *used);
    return st;
}

static enum status stream_receive(void *context, struct buffer *out, uint64_t timeout_ms)
{
    struct stream *s = (struct stream *)context;
    /* one deadline for the whole frame: a target that sends byte by byte does not extend it */
    uint64_t deadline_ms = deadline_after(s, timeout_ms);
    size_t used = 0;

    buffer_clear(out);
    enum status st = take_frame(s, out, &used);
    while (!st && !used && !s->is_at_end) {
        short ready;
        if (!(st = wait_for(s, POLLIN, deadline_ms, &ready)) && !(st = fill(s)))
            st = take_frame(s, out, &used);
    }
    if (!st && !used)
        st = E_CLOSED;
    /* a living child can hold the socket open; the target has ended all the same */
    if (st == E_TIMEOUT && process_has_ended(&s->process))
        st = E_CLOSED;
    return st;
}

static enum seen stream_ending(void *context, struct buffer *detail)
{
    struct stream *s = (struct stream *)context;
    if (s->process.pid <= 0) {
        buffer_append_text(detail, "the target closed the connection");
        return SEEN_CLOSE;
    }
    if (!process_wait(&s->process, s->clock, ENDING_WAIT_MS)) {
        buffer_append_text(detail, "the target closed the connection and its process lives on");
        return SEEN_CLOSE;
    }
    process_describe(&s->process, detail);
    return SEEN_DEATH;
}

static const struct transport_ops stream_ops = {
    .send = stream_send,
    .receive = stream_receive,
    .ending = stream_ending,
    .close = stream_close,
};

static const struct stream *as_stream(const struct transport *t)
{
    return t->ops == &stream_ops ? (const struct stream *)t->context : NULL;
}

uint64_t transport_cpu_us(const struct transport *t)
{
    const struct stream *s = as_stream(t);
    return s ? process_cpu_us(&s->process) : 0;
}

uint64_t transport_delay_ms(const struct transport *t)
{
    const struct stream *s = as_stream(t);
    return s ? process_delay_ms(&s->process) : 0;
}

pid_t transport_process(const struct transport *t)
{
    const struct stream *s = as_stream(t);
    return s ? s->process.pid : 0;
}

bool transport_has_unasked(const struct transport *t)
{
    const struct stream *s = as_stream(t);
    uint8_t byte;
    if (!s)
        return false;
    return s->in.len > 0 || recv(s->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) > 0;
}

/* ---- opening */

static enum status say_errno(struct buffer *detail)
{
    buffer_append_text(detail, strerror(errno));
    return E_IO;
}

static enum status start_process(struct stream *s, const char *command, struct buffer *detail)
{
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends))
        return say_errno(detail);
    s->fd = ends[0];
    enum status st = process_start(&s->process, command, ends[1]);
    if (st == E_IO)
        st = say_errno(detail);
    close(ends[1]);
    return st;
}

static enum status connect_stream(struct stream *s, const struct target_address *address,
                                  uint64_t deadline_ms, struct buffer *why)
{
    switch (address->kind) {
    case TARGET_EXEC:
        return start_process(s, address->command, why);
    case TARGET_UNIX:
        return dial_unix(address->path, s->clock, deadline_ms, &s->fd, why);
    case TARGET_TCP:
        return dial_tcp(address->host, address->port, s->clock, deadline_ms, &s->fd, why);
    case TARGET_NONE:
        break;
    }
    buffer_append_text(why, "no address was given");
    return E_IO;
}

enum status transport_open(const struct target_address *address, struct clock clock,
                           uint64_t timeout_ms, struct transport *out, struct buffer *detail)
{
    struct buffer why;
    memset(out, 0, sizeof(*out));
    buffer_init(&why, 256);
    struct stream *s = stream_new(clock);
    if (!s)
        return E_NOMEM;
    enum status st = connect_stream(s, address, deadline_after(s, timeout_ms), &why);
    if (st) {
        buffer_printf(detail, "%s cannot be reached: %s", address->text ? address->text : "target",
                      buffer_text(&why));
        stream_close(s);
    } else {
        *out = (struct transport){&stream_ops, s};
    }
    buffer_fini(&why);
    return st;
}

void transport_close(struct transport *t)
{
    if (t->ops)
        t->ops->close(t->context);
    memset(t, 0, sizeof(*t));
}

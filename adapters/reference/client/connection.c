/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The socket: connecting without blocking, bytes in and out, frames. */
#include "client/client.h"
#include "client/frame.h"
#include "client/memory.h"
#include "reasons.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/crypto.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define PIECE 65536u              /* bytes of one read */
#define PIECES_MAX 16u            /* reads in one turn of the loop */
#define CONGESTED (1024u * 1024u) /* with so much unwritten output nothing more is read */
#define HANDSHAKE_FRAME_MAX 65535u
#define SILENCE_MS 30000u /* after so long without bytes from the server it is pinged */

/* ---- ending */

static void wipe_connection(struct client *c)
{
    if (c->fd >= 0)
        close(c->fd);
    c->fd = -1;
    octets_fini(&c->in);
    octets_fini(&c->out);
    noise_wipe(&c->noise);
    OPENSSL_cleanse(&c->channel, sizeof(c->channel));
    memset(c->pending_iqs, 0, sizeof(c->pending_iqs));
    c->phase = OFFLINE;
}

void connection_close(struct client *c, bool by_self, int code, const char *detail,
                      enum after after)
{
    struct logged_event e = {.kind = EVENT(CLOSED), .by_self = by_self};
    if (code)
        (void)reason_of(code, &e.reason, &e.detail);
    if (detail)
        e.detail = detail;
    if (c->phase != OFFLINE && c->phase != PAUSING)
        client_tell(c, &e);
    wipe_connection(c);
    if (after == GIVE_UP) {
        e.kind = EVENT(GAVE_UP);
        e.by_self = false;
        client_tell(c, &e);
    }
    reconnect_plan(c, after);
}

/* ---- dialling */

static int dial(const struct client *c)
{
    struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = htons(c->port)};
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_port = htons(c->port)};
    bool is_v4 = inet_pton(AF_INET, c->host, &v4.sin_addr) == 1;
    bool is_v6 = !is_v4 && inet_pton(AF_INET6, c->host, &v6.sin6_addr) == 1;
    if (!is_v4 && !is_v6)
        return -1;
    int one = 1;
    int fd = socket(is_v4 ? AF_INET : AF_INET6, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return -1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
    const struct sockaddr *where =
        is_v4 ? (const struct sockaddr *)&v4 : (const struct sockaddr *)&v6;
    if (connect(fd, where, is_v4 ? sizeof(v4) : sizeof(v6)) == 0 || errno == EINPROGRESS)
        return fd;
    close(fd);
    return -1;
}

void connection_dial(struct client *c)
{
    c->phase = DIALLING;
    c->due_ms = c->now_ms + c->k.handshake_timeout_ms;
    octets_init(&c->in, (size_t)c->k.frame_max + c->k.frame_length_size + PIECE);
    c->fd = dial(c);
    if (c->fd < 0)
        connection_close(c, false, CLIENT_E_LOST, "cannot dial", RECONNECT);
}

static void see_connected(struct client *c)
{
    int error = 0;
    socklen_t len = sizeof(error);
    if (getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &error, &len) || error) {
        connection_close(c, false, CLIENT_E_LOST, "the server does not take the call", RECONNECT);
        return;
    }
    c->received_ms = c->now_ms;
    login_start(c);
}

/* ---- writing */

static void write_out(struct client *c)
{
    size_t done = 0;
    while (done < c->out.len) {
        ssize_t n = send(c->fd, c->out.data + done, c->out.len - done, MSG_NOSIGNAL);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && errno != EAGAIN && errno != EWOULDBLOCK) {
            /* the server's last bytes may still be readable */
            octets_clear(&c->out);
            return;
        }
        if (n <= 0)
            break;
        done += (size_t)n;
    }
    octets_take(&c->out, done);
    if (done && c->out.len == 0)
        memory_forget_owed(c);
}

size_t connection_room(const struct client *c)
{
    size_t room = c->k.noise_max_message < c->k.frame_max ? c->k.noise_max_message : c->k.frame_max;
    size_t limit = c->k.frame_length_size == 2 ? 65535 : 16777215;
    room = (room < limit ? room : limit) - TAG_LEN;
    return room < c->k.max_bytes ? room : c->k.max_bytes;
}

int connection_send(struct client *c, struct octets *document)
{
    struct octets sealed;
    if (c->fd < 0 || document->is_broken || document->len > connection_room(c))
        return document->is_broken ? CLIENT_E_ORDER : CLIENT_E_TOO_LONG;
    octets_init(&sealed, document->len + TAG_LEN);
    int result =
        channel_seal(&c->channel, document->data, document->len, &sealed)
            ? CLIENT_E_NOMEM
            : frame_write(sealed.data, sealed.len, c->k.frame_length_size, c->k.frame_max, &c->out);
    octets_fini(&sealed);
    if (result)
        connection_close(c, true, CLIENT_E_LOST, "the server does not read", RECONNECT);
    return result;
}

/* ---- reading */

static void take_message(struct client *c, const uint8_t *in, size_t len)
{
    struct octets opened;
    octets_init(&opened, len);
    if (len > c->k.noise_max_message || channel_open(&c->channel, in, len, &opened))
        connection_close(c, true, CLIENT_E_CHANNEL, NULL, RECONNECT);
    else
        stanzas_take(c, opened.data, opened.len);
    octets_fini(&opened);
}

/* Handle all whole frames. Each may end the connection, and with it the buffer. */
static void take_frames(struct client *c)
{
    size_t at = 0;
    while (c->fd >= 0 && c->out.len < CONGESTED) {
        const uint8_t *payload;
        size_t len, used;
        bool is_handshake = c->phase == HANDSHAKE;
        size_t max = is_handshake && c->k.frame_max > HANDSHAKE_FRAME_MAX ? HANDSHAKE_FRAME_MAX
                                                                          : c->k.frame_max;
        if (frame_read(c->in.data + at, c->in.len - at, c->k.frame_length_size, max, &payload, &len,
                       &used)) {
            connection_close(c, true, CLIENT_E_FRAME, NULL, RECONNECT);
            return;
        }
        if (used == 0)
            break;
        at += used;
        if (is_handshake)
            login_take(c, payload, len);
        else
            take_message(c, payload, len);
    }
    if (c->fd >= 0)
        octets_take(&c->in, at);
}

static void see_end(struct client *c, int code, const char *detail)
{
    bool is_within = c->in.len > 0;
    connection_close(c, false, is_within ? CLIENT_E_FRAME : code,
                     is_within ? "the stream ended within a frame" : detail, RECONNECT);
}

static void read_in(struct client *c)
{
    for (unsigned i = 0; i < PIECES_MAX && c->fd >= 0 && c->out.len < CONGESTED; i++) {
        uint8_t piece[PIECE];
        size_t room = c->in.max - c->in.len;
        ssize_t n = recv(c->fd, piece, room < PIECE ? room : PIECE, 0);
        if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR))
            return;
        if (n <= 0) {
            see_end(c, CLIENT_E_LOST, n ? "the connection broke" : "the server closed");
            return;
        }
        c->received_ms = c->now_ms;
        octets_put(&c->in, piece, (size_t)n);
        if (c->in.is_broken)
            connection_close(c, true, CLIENT_E_FRAME, "out of memory", RECONNECT);
        else
            take_frames(c);
    }
}

/* ---- time */

static uint64_t next_due(const struct client *c)
{
    uint64_t due = c->phase == READY ? c->received_ms + SILENCE_MS : c->due_ms;
    for (size_t i = 0; i < PENDING_IQS_MAX; i++)
        if (c->pending_iqs[i].what && c->pending_iqs[i].due_ms < due)
            due = c->pending_iqs[i].due_ms;
    return due;
}

static void ask_whether_there(struct client *c)
{
    struct pending_iq *q = pending_iq_new(c, IQ_PING);
    struct octets o;
    c->received_ms = c->now_ms;
    if (!q)
        return;
    octets_init(&o, connection_room(c));
    xml_open(&o, "iq");
    xml_attribute(&o, "id", q->id);
    xml_attribute(&o, "type", "get");
    xml_attribute(&o, "xmlns", c->k.namespace_ping);
    xml_attribute(&o, "to", c->k.server);
    xml_empty(&o);
    (void)connection_send(c, &o);
    octets_fini(&o);
}

static void see_time(struct client *c)
{
    if (c->now_ms < next_due(c))
        return;
    if (c->phase == PAUSING) {
        connection_dial(c);
        return;
    }
    pending_iqs_expire(c);
    if (c->fd < 0 || c->now_ms < next_due(c))
        return;
    if (c->phase == READY)
        ask_whether_there(c);
    else
        connection_close(c, true, CLIENT_E_LOST, "the server took too long", RECONNECT);
}

/* ---- called by the loop */

int connection_poll(struct client *c, short *events, int64_t *out_timeout_ms)
{
    *events = 0;
    *out_timeout_ms = -1;
    if (c->phase == OFFLINE)
        return -1;
    uint64_t due = next_due(c);
    *out_timeout_ms = due > c->now_ms ? (int64_t)(due - c->now_ms) : 0;
    if (c->fd < 0)
        return -1;
    bool is_dialling = c->phase == DIALLING;
    if (!is_dialling && c->out.len < CONGESTED)
        *events = (short)(*events | POLLIN);
    if (is_dialling || c->out.len)
        *events = (short)(*events | POLLOUT);
    return c->fd;
}

void connection_ready(struct client *c, short revents)
{
    if (c->phase == OFFLINE)
        return;
    if (c->phase == DIALLING && revents)
        see_connected(c);
    else if (c->fd >= 0 && (revents & (POLLIN | POLLERR | POLLHUP)))
        read_in(c);
    if (c->fd >= 0 && c->phase != DIALLING && c->out.len) {
        write_out(c);
        /* frames held back while the output was full */
        if (c->in.len && c->out.len < CONGESTED)
            take_frames(c);
    }
    if (c->phase != OFFLINE)
        see_time(c);
}

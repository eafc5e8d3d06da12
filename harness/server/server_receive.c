/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is received over a connection: header and intro, frames, transport messages, stanzas. */
#include "server/server_internal.h"

#include "wire/frame.h"

#include <string.h>

/* Output beyond this ends the connection: answers to a client that asks and does not read. Waiting
 * messages are held back before that. */
#define BACKLOG_END (2 * SERVER_BACKLOG_MAX + STANZA_BYTES_MAX)
#define STANZA_ARENA_MAX (16u * 1024u * 1024u)

/* ---- header and intro (docs/wire.md, Frame) */

static const uint8_t intro_magic[4] = {0x45, 0x44, 0x00, 0x01};

/* Bytes of the intro, 0 when there is none, SIZE_MAX when more bytes are needed. */
static size_t intro_len(const struct server_connection *c)
{
    struct bytes in = buffer_bytes(&c->in);
    if (!c->server->options.profile->frame_intro || in.len == 0 || in.data[0] != intro_magic[0])
        return 0;
    if (in.len < 7)
        return memcmp(in.data, intro_magic, in.len < 4 ? in.len : 4) == 0 ? SIZE_MAX : 0;
    if (memcmp(in.data, intro_magic, 4) != 0)
        return 0;
    size_t len = 7 + ((size_t)in.data[4] << 16 | (size_t)in.data[5] << 8 | in.data[6]);
    return in.len < len ? SIZE_MAX : len;
}

static void take_header(struct server_connection *c)
{
    const struct profile_bytes *header = &c->server->options.profile->frame_header;
    size_t intro = intro_len(c);
    if (intro == SIZE_MAX) {
        if (c->in.len > SERVER_INTRO_MAX)
            server_connection_fail(c, SERVER_REFUSED, "the intro is too long");
        return;
    }
    struct bytes rest = bytes_slice(buffer_bytes(&c->in), intro, c->in.len);
    size_t compared = rest.len < header->len ? rest.len : header->len;
    if (compared && memcmp(rest.data, header->data, compared) != 0) {
        server_connection_fail(c, SERVER_REFUSED, "the header is not the profile's");
        return;
    }
    if (rest.len < header->len)
        return;
    c->introduction.intro = arena_copy(&c->arena, bytes_slice(buffer_bytes(&c->in), 0, intro));
    c->introduction.header = arena_copy(&c->arena, bytes_slice(rest, 0, header->len));
    buffer_consume(&c->in, intro + header->len);
    c->state = CONNECTION_HELLO;
}

/* ---- transport messages */

static void tell_stanza(struct server_connection *c, const struct stanza *s, struct bytes document)
{
    const struct server_event e = {
        .what = SERVER_STANZA, .connection = c, .stanza = s, .document = document, .detail = ""};
    if (c->server->options.observer.happened)
        c->server->options.observer.happened(c->server->options.observer.context, &e);
}

static enum status take_document(struct server_connection *c, struct bytes document)
{
    const struct stanza_limits limits = stanza_limits_of(c->server->options.profile);
    const struct server_observer *observer = &c->server->options.observer;
    struct arena arena;
    const struct stanza *stanza;
    const char *problem;
    if (observer->document)
        observer->document(observer->context, c, true, document);
    arena_init(&arena, STANZA_ARENA_MAX);
    enum status st = stanza_parse(document, &limits, &arena, &stanza, &problem);
    if (!st) {
        tell_stanza(c, stanza, document);
        st = c->state == CONNECTION_READY ? server_stanza(c, stanza, document) : OK;
        if (st == E_LIMIT || st == E_PARSE || st == E_CLOSED) {
            server_connection_fail(c, SERVER_UNREADABLE,
                                   "a stanza that cannot be answered within the limits");
            st = OK;
        }
    } else if (st != E_NOMEM && c->server->options.rules.goes_on_after_broken) {
        st = OK;
    } else if (st != E_NOMEM) {
        const char *detail = arena_printf(&arena, "a transport message is no stanza: %s", problem);
        server_connection_fail(c, SERVER_UNREADABLE,
                               detail ? detail : "a transport message is no stanza");
        st = OK;
    }
    arena_fini(&arena);
    return st;
}

static enum status take_transport(struct server_connection *c, struct bytes frame)
{
    struct buffer clear;
    if (frame.len > c->server->options.profile->noise_max_message) {
        server_connection_fail(c, SERVER_UNREADABLE,
                               "a transport message over the profile's maximum");
        return OK;
    }
    buffer_init(&clear, frame.len + 1);
    enum status st = noise_open(&c->receive, frame, &clear);
    if (!st)
        st = take_document(c, buffer_bytes(&clear));
    else if (st != E_NOMEM) {
        if (!c->server->options.rules.goes_on_after_bad)
            server_connection_fail(c, SERVER_UNREADABLE, "a transport message does not verify");
        st = OK;
    }
    buffer_fini(&clear);
    return st;
}

/* ---- frames */

static enum status take_frame(struct server_connection *c, bool *out_more)
{
    const struct wire_profile *p = c->server->options.profile;
    size_t most = c->server->options.rules.takes_long_frames ? SIZE_MAX : p->frame_max;
    struct bytes frame;
    size_t used;
    *out_more = false;
    enum status st = frame_decode(buffer_bytes(&c->in), p->frame_length_size, most, &frame, &used);
    if (st) {
        server_connection_fail(c, SERVER_UNREADABLE,
                               "a frame over the profile's maximum was announced");
        return OK;
    }
    if (!used)
        return OK;
    bool is_empty = frame.len == 0;
    if (is_empty && !c->server->options.rules.takes_zero_frames) {
        server_connection_fail(c, SERVER_UNREADABLE, "a frame of length zero");
        return OK;
    }
    if (!is_empty)
        st = c->state == CONNECTION_READY ? take_transport(c, frame)
                                          : server_handshake_frame(c, frame);
    buffer_consume(&c->in, used);
    *out_more = !st && c->state != CONNECTION_OVER;
    return st;
}

/* At most SERVER_SLICE_MAX bytes, for which the buffer has room behind an unfinished frame. */
static enum status receive_some(struct server_connection *c, struct bytes in)
{
    enum status st = buffer_append(&c->in, in);
    if (st == E_LIMIT) {
        server_connection_fail(c, SERVER_UNREADABLE, "more bytes than a frame may have");
        return OK;
    }
    if (!st && c->state == CONNECTION_BEGINNING)
        take_header(c);
    bool has_more = c->state != CONNECTION_BEGINNING && c->state != CONNECTION_OVER;
    while (!st && has_more)
        st = take_frame(c, &has_more);
    return st;
}

enum status server_connection_receive(struct server_connection *c, struct bytes in)
{
    enum status st = OK;
    const struct server_observer *observer = &c->server->options.observer;
    if (observer->bytes && in.len)
        observer->bytes(observer->context, c, true, in);
    for (size_t at = 0; !st && at < in.len && c->state != CONNECTION_OVER; at += SERVER_SLICE_MAX) {
        if (c->out.len > BACKLOG_END && c->end == SERVER_STAYS)
            server_connection_fail(c, SERVER_UNREADABLE,
                                   "the client does not read what it is sent");
        else
            st = receive_some(c, bytes_slice(in, at, SERVER_SLICE_MAX));
    }
    if (!st)
        st = server_connection_written(c);
    if (c->in.len == 0)
        buffer_fini(&c->in); /* an idle connection holds no memory */
    return st;
}

enum status server_connection_written(struct server_connection *c)
{
    struct account *a = c->account;
    bool has_room = c->state == CONNECTION_READY && c->out.len < SERVER_BACKLOG_MAX;
    if (c->out.len == 0)
        buffer_fini(&c->out);
    return has_room && a && a->connection == c && c->server->options.policy.queues
               ? server_send_waiting(a)
               : OK;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "relay.h"

#include "driver/dial.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define DIAL_MS 5000u
#define READ_MAX 65536u
#define EVENT_CONNECTED 1u /* proto/target.proto, EventKind */
#define EVENT_CLOSED 2u

static uint64_t now_ms(const struct relay *r) { return clock_now_ms(r->place->clock); }

static uint64_t unix_now(void *context)
{
    (void)context;
    return (uint64_t)time(NULL);
}

/* ---- ending */

static void end_at_gatekeeper(struct relay *r)
{
    if (r->fd >= 0)
        close(r->fd);
    r->fd = -1;
    r->is_ready = false;
    buffer_clear(&r->waiting);
    app_disconnect(r->app);
    app_ended(r->app, now_ms(r));
}

/* The gatekeeper's side has gone, or never came. */
static void end_at_client(struct relay *r)
{
    struct server_connection *client = r->client;
    if (!client || r->place->rules->relay.ignores_end)
        return;
    r->client = NULL;
    if (server_account_connection(r->place->server, r->account) == client)
        server_connection_hang_up(client, SERVER_CLOSES);
}

/* ---- passing on */

static enum status say(struct relay *r, struct bytes document)
{
    const uint8_t length[4] = {(uint8_t)(document.len >> 24), (uint8_t)(document.len >> 16),
                               (uint8_t)(document.len >> 8), (uint8_t)document.len};
    if (r->is_ready)
        return app_say(r->app, document);
    enum status st = buffer_append(&r->waiting, bytes_of(length, sizeof(length)));
    return st ? st : buffer_append(&r->waiting, document);
}

static enum status push(struct relay *r, struct bytes document)
{
    bool is_there =
        r->client && server_account_connection(r->place->server, r->account) == r->client;
    return is_there && document.len ? server_connection_push(r->client, document, NULL) : OK;
}

static void say_waiting(struct relay *r)
{
    enum status st = OK;
    while (!st && r->waiting.len >= 4) {
        const uint8_t *l = r->waiting.data;
        size_t len = (size_t)l[0] << 24 | (size_t)l[1] << 16 | (size_t)l[2] << 8 | l[3];
        st = app_say(r->app, bytes_slice(buffer_bytes(&r->waiting), 4, len));
        buffer_consume(&r->waiting, 4 + len);
    }
    if (st)
        end_at_client(r);
}

void relay_up(struct relay *r, struct bytes document)
{
    struct relay_changed changed;
    if (r->fd < 0)
        return;
    enum status st =
        relay_change_up(&r->place->rules->relay, &r->memory, r->user, document, &changed);
    if (!st)
        st = push(r, buffer_bytes(&changed.answer));
    for (size_t i = 0; !st && i < changed.n; i++)
        st = say(r, buffer_bytes(&changed.documents[i]));
    relay_changed_fini(&changed);
    if (st)
        end_at_client(r);
}

static void hands_on(void *context, struct bytes document)
{
    struct relay *r = context;
    struct relay_changed changed;
    enum status st = relay_change_down(&r->place->rules->relay, r->user, document, &changed);
    for (size_t i = 0; !st && i < changed.n; i++)
        st = push(r, buffer_bytes(&changed.documents[i]));
    relay_changed_fini(&changed);
    if (st)
        end_at_client(r);
}

static void happened(void *context, const struct app_event *e)
{
    struct relay *r = context;
    if (e->kind == EVENT_CONNECTED) {
        r->is_ready = true;
        say_waiting(r);
    } else if (e->kind == EVENT_CLOSED && r->fd >= 0) {
        end_at_client(r);
    }
}

/* ---- beginning */

enum status relay_init(struct relay *r)
{
    const struct app_options options = {.self = {r->name, 1},
                                        .random = &r->random,
                                        .wire = &r->place->rules->gatekeeper,
                                        .token_key = r->place->key,
                                        .unix_now = unix_now,
                                        .saw_context = r,
                                        .hands_on = hands_on};
    r->fd = -1;
    r->client = NULL;
    r->is_ready = false;
    buffer_init(&r->waiting, RELAY_DOCUMENT_MAX);
    relay_memory_init(&r->memory);
    return app_new(&options, (struct app_observer){happened, r}, &r->app);
}

/* A flaw: the user, in the bytes that a client may send before the header (docs/wire.md, Frame). */
static void say_in_clear(struct relay *r)
{
    struct buffer rest, *out = app_output(r->app);
    size_t len = strlen(r->user);
    const uint8_t intro[7] = {0x45, 0x44, 0, 1, 0, (uint8_t)(len >> 8), (uint8_t)len};
    buffer_init(&rest, RELAY_DOCUMENT_MAX);
    buffer_append(&rest, buffer_bytes(out));
    buffer_clear(out);
    buffer_append(out, bytes_of(intro, sizeof(intro)));
    buffer_append_text(out, r->user);
    buffer_append(out, buffer_bytes(&rest));
    buffer_fini(&rest);
}

static enum status dial(struct relay *r)
{
    const struct relay_gatekeeper *g = &r->place->gatekeeper;
    struct app_connect order = {.profile = r->place->profile,
                                .account_id = r->account_there,
                                .user = r->user,
                                .issuer = r->place->issuer,
                                .audience = r->place->audience};
    struct buffer detail;
    memcpy(order.root_key, g->root, sizeof(order.root_key));
    buffer_init(&detail, 1024);
    enum status st = app_connect(r->app, &order, now_ms(r));
    if (!st)
        st = dial_tcp(g->host, g->port, r->place->clock, now_ms(r) + DIAL_MS, &r->fd, &detail);
    if (st)
        r->fd = -1;
    else
        app_dialled(r->app, true, now_ms(r));
    buffer_fini(&detail);
    return st;
}

void relay_begin(struct relay *r, struct server_connection *client)
{
    if (r->fd >= 0)
        end_at_gatekeeper(r);
    r->client = client;
    if (dial(r))
        end_at_client(r);
    else if (r->place->rules->relay.says_user_in_clear && r->place->profile->frame_intro)
        say_in_clear(r);
}

/* ---- moving bytes */

static void lose(struct relay *r)
{
    end_at_gatekeeper(r);
    end_at_client(r);
}

static void write_some(struct relay *r)
{
    struct buffer *out = app_output(r->app);
    while (r->fd >= 0 && out->len) {
        ssize_t n = send(r->fd, out->data, out->len, MSG_NOSIGNAL);
        if (n < 0 && (errno == EAGAIN || errno == EINTR))
            return;
        if (n <= 0)
            lose(r);
        else
            buffer_consume(out, (size_t)n);
    }
    if (r->fd >= 0 && app_wants_end(r->app))
        lose(r);
}

void relay_look(struct relay *r, short *out_events)
{
    if (r->fd >= 0) {
        app_tick(r->app, now_ms(r));
        write_some(r);
    }
    if (r->client && server_account_connection(r->place->server, r->account) != r->client)
        r->client = NULL;
    if (!r->client && r->fd >= 0 && !r->place->rules->relay.stays)
        end_at_gatekeeper(r);
    *out_events = POLLIN;
    if (r->fd >= 0 && app_output(r->app)->len)
        *out_events |= POLLOUT;
}

void relay_ready(struct relay *r, short revents)
{
    uint8_t bytes[READ_MAX];
    if (r->fd < 0 || !(revents & (POLLIN | POLLHUP | POLLERR)))
        return;
    ssize_t n = recv(r->fd, bytes, sizeof(bytes), 0);
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (n <= 0 || app_receive(r->app, bytes_of(bytes, (size_t)n), now_ms(r)))
        lose(r);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One connection: opened, ended, frames sent. */
#include "server/server_internal.h"

#include "base/crypto.h"
#include "wire/frame.h"

#include <stdlib.h>

#define IN_MAX(frame_max) ((size_t)(frame_max) + SERVER_INTRO_MAX + SERVER_SLICE_MAX + 16u)
#define INTRODUCTION_MAX (256u * 1024u)

void server_tell(struct server_connection *c, enum server_event_kind what, const char *detail)
{
    const struct server_event e = {.what = what, .connection = c, .detail = detail};
    if (c->server->options.observer.happened)
        c->server->options.observer.happened(c->server->options.observer.context, &e);
}

/* A connection that is to end belongs to no account any more: what is not acknowledged waits for
 * the account's next connection. */
static void leave_account(struct server_connection *c)
{
    if (!c->account || c->account->connection != c)
        return;
    c->account->connection = NULL;
    for (struct server_outgoing *message = c->account->outgoing; message; message = message->next)
        message->is_sent = message->is_sent && c->server->options.rules.forgets_sent;
}

/* Flaw: those who did nothing go, too. */
static void blame_all(struct server *s)
{
    for (struct server_connection *c = s->connections; c; c = c->next)
        if (c->end == SERVER_STAYS)
            server_connection_hang_up(c, SERVER_CLOSES);
}

void server_connection_fail(struct server_connection *c, enum server_event_kind what,
                            const char *detail)
{
    if (c->state == CONNECTION_OVER)
        return;
    c->state = CONNECTION_OVER;
    if (c->end == SERVER_STAYS)
        c->end = SERVER_CLOSES;
    leave_account(c);
    if (c->server->options.rules.blames_all)
        blame_all(c->server);
    server_tell(c, what, detail);
}

/* ---- beginning and end */

static void link_connection(struct server *s, struct server_connection *c)
{
    c->next = s->connections;
    c->link = &s->connections;
    if (s->connections)
        s->connections->link = &c->next;
    s->connections = c;
    s->n_connections++;
}

/* Service is refused without a reason: the connection is closed before any byte. */
static bool is_refused_at_once(struct server *s)
{
    if (!s->refusals_left || s->refusal_reason)
        return false;
    s->refusals_left--;
    return true;
}

enum status server_connection_open(struct server *s, struct server_connection **out)
{
    *out = NULL;
    if (s->n_connections >=
        (s->options.rules.has_few_places ? SERVER_FEW_PLACES : SERVER_CONNECTIONS_MAX))
        return E_LIMIT;
    struct server_connection *c = calloc(1, sizeof(*c));
    if (!c)
        return E_NOMEM;
    c->server = s;
    c->number = ++s->n_opened;
    buffer_init(&c->in, IN_MAX(s->options.profile->frame_max));
    buffer_init(&c->out, SERVER_OUTPUT_MAX);
    buffer_init(&c->held, SERVER_OUTPUT_MAX);
    arena_init(&c->arena, INTRODUCTION_MAX);
    link_connection(s, c);
    server_tell(c, SERVER_OPENED, "");
    if (is_refused_at_once(s))
        server_connection_fail(c, SERVER_NOTHING, "");
    *out = c;
    return OK;
}

void server_connection_free(struct server_connection *c)
{
    if (c->state != CONNECTION_OVER && c->end == SERVER_STAYS)
        server_tell(c, SERVER_ENDED, c->in.len ? "within a frame" : "");
    leave_account(c);
    *c->link = c->next;
    if (c->next)
        c->next->link = c->link;
    c->server->n_connections--;
    noise_free(c->noise);
    buffer_fini(&c->in);
    buffer_fini(&c->out);
    buffer_fini(&c->held);
    arena_fini(&c->arena);
    crypto_wipe(c, sizeof(*c));
    free(c);
}

void server_connection_hang_up(struct server_connection *c, enum server_end how)
{
    c->end = how;
    if (how != SERVER_HALF_CLOSES)
        c->state = CONNECTION_OVER;
    leave_account(c);
}

enum status server_connection_frame(struct server_connection *c, struct bytes payload)
{
    return server_connection_frame_edited(c, payload, NULL);
}

static enum status edited_frame(struct server_connection *c, struct bytes payload,
                                const struct field_edits *edits)
{
    struct buffer frame;
    buffer_init(&frame, SERVER_OUTPUT_MAX);
    enum status st = frame_encode(payload, c->server->options.profile->frame_length_size, &frame);
    if (!st)
        st = field_edits_apply(edits, OBJECT_FRAME, &frame);
    if (!st)
        st = buffer_append(&c->out, buffer_bytes(&frame));
    buffer_fini(&frame);
    return st;
}

enum status server_connection_frame_edited(struct server_connection *c, struct bytes payload,
                                           const struct field_edits *edits)
{
    size_t start = c->out.len;
    enum status st =
        field_edits_has(edits, OBJECT_FRAME)
            ? edited_frame(c, payload, edits)
            : frame_encode(payload, c->server->options.profile->frame_length_size, &c->out);
    const struct server_observer *observer = &c->server->options.observer;
    if (!st && observer->bytes)
        observer->bytes(observer->context, c, false,
                        bytes_slice(buffer_bytes(&c->out), start, c->out.len - start));
    return st;
}

/* ---- facts */

struct buffer *server_connection_output(struct server_connection *c) { return &c->out; }
enum server_end server_connection_wants_end(const struct server_connection *c) { return c->end; }
struct server_pace server_connection_pace(const struct server_connection *c) { return c->pace; }
uint64_t server_connection_account(const struct server_connection *c)
{
    return c->account ? c->account->id : 0;
}
unsigned server_connection_number(const struct server_connection *c) { return c->number; }
const struct server_introduction *server_connection_introduction(const struct server_connection *c)
{
    return &c->introduction;
}

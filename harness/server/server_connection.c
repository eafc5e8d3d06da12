/* One connection: header and intro, frames, how it ends. */
#include "server/server_internal.h"

#include "base/crypto.h"
#include "wire/frame.h"

#include <stdlib.h>
#include <string.h>

#define INTRO_MAX 65536u
#define SLICE_MAX 65536u /* bytes taken at once */
#define IN_MAX(frame_max) ((size_t)(frame_max) + INTRO_MAX + SLICE_MAX + 16u)
/* Waiting letters stop before that; what grows on is answers to a client that asks and does not
 * read. */
#define BACKLOG_END (2 * SERVER_BACKLOG_MAX + STANZA_BYTES_MAX)
#define INTRODUCTION_MAX (256u * 1024u)

/* ---- telling */

void server_tell(struct server_connection *l, enum server_event_kind what, const char *detail)
{
    const struct server_event e = {.what = what, .connection = l, .detail = detail};
    if (l->g->options.listener.happened)
        l->g->options.listener.happened(l->g->options.listener.context, &e);
}

/* As soon as it is to end, it is nobody's line any more: what is for the account waits for the
 * next. */
static void leave_account(struct server_connection *l)
{
    if (!l->account || l->account->connection != l)
        return;
    l->account->connection = NULL;
    for (struct server_outgoing *message = l->account->outgoing; message; message = message->next)
        message->is_sent = false;
}

void server_connection_fail(struct server_connection *l, enum server_event_kind what,
                            const char *detail)
{
    if (l->state == LINE_OVER)
        return;
    l->state = LINE_OVER;
    if (l->end == SERVER_STAYS)
        l->end = SERVER_CLOSES;
    leave_account(l);
    server_tell(l, what, detail);
}

/* ---- beginning and end */

static void link_line(struct server *g, struct server_connection *l)
{
    l->next = g->connections;
    l->link = &g->connections;
    if (g->connections)
        g->connections->link = &l->next;
    g->connections = l;
    g->n_connections++;
}

/* Out of service: closed before any byte, or later with <failure>. */
static bool is_refused_at_once(struct server *g)
{
    if (!g->refusals_left || g->refusal_reason)
        return false;
    g->refusals_left--;
    return true;
}

enum status server_connection_open(struct server *g, struct server_connection **out)
{
    *out = NULL;
    if (g->n_connections >= SERVER_CONNECTIONS_MAX)
        return E_LIMIT;
    struct server_connection *l = calloc(1, sizeof(*l));
    if (!l)
        return E_NOMEM;
    l->g = g;
    l->number = ++g->next_line;
    buffer_init(&l->in, IN_MAX(g->options.profile->frame_max));
    buffer_init(&l->out, SERVER_OUTPUT_MAX);
    arena_init(&l->arena, INTRODUCTION_MAX);
    link_line(g, l);
    server_tell(l, SERVER_OPENED, "");
    if (is_refused_at_once(g))
        server_connection_fail(l, SERVER_NOTHING, "");
    *out = l;
    return OK;
}

void server_connection_gone(struct server_connection *l)
{
    if (l->state != LINE_OVER && l->end == SERVER_STAYS)
        server_tell(l, SERVER_ENDED, l->in.len ? "within a frame" : "");
    leave_account(l);
    *l->link = l->next;
    if (l->next)
        l->next->link = l->link;
    l->g->n_connections--;
    noise_free(l->noise);
    buffer_fini(&l->in);
    buffer_fini(&l->out);
    arena_fini(&l->arena);
    crypto_wipe(l, sizeof(*l));
    free(l);
}

void server_connection_hang_up(struct server_connection *l, enum server_end how)
{
    l->end = how;
    if (how != SERVER_HALF_CLOSES)
        l->state = LINE_OVER;
    leave_account(l);
}

/* ---- header and intro (docs/wire.md, Frame) */

static const uint8_t intro_magic[4] = {0x45, 0x44, 0x00, 0x01};

/* Bytes of the intro, 0 when there is none, SIZE_MAX when more bytes are needed. */
static size_t intro_len(const struct server_connection *l)
{
    struct bytes in = buffer_bytes(&l->in);
    if (!l->g->options.profile->frame_intro || in.len == 0 || in.data[0] != intro_magic[0])
        return 0;
    if (in.len < 7)
        return memcmp(in.data, intro_magic, in.len < 4 ? in.len : 4) == 0 ? SIZE_MAX : 0;
    if (memcmp(in.data, intro_magic, 4) != 0)
        return 0;
    size_t len = 7 + ((size_t)in.data[4] << 16 | (size_t)in.data[5] << 8 | in.data[6]);
    return in.len < len ? SIZE_MAX : len;
}

static void take_header(struct server_connection *l)
{
    const struct profile_bytes *header = &l->g->options.profile->frame_header;
    size_t intro = intro_len(l);
    if (intro == SIZE_MAX) {
        if (l->in.len > INTRO_MAX)
            server_connection_fail(l, SERVER_TURNED_AWAY, "the intro is too long");
        return;
    }
    struct bytes rest = bytes_slice(buffer_bytes(&l->in), intro, l->in.len);
    size_t compared = rest.len < header->len ? rest.len : header->len;
    if (compared && memcmp(rest.data, header->data, compared) != 0) {
        server_connection_fail(l, SERVER_TURNED_AWAY, "the header is not the profile's");
        return;
    }
    if (rest.len < header->len)
        return;
    l->introduction.intro = arena_copy(&l->arena, bytes_slice(buffer_bytes(&l->in), 0, intro));
    l->introduction.header = arena_copy(&l->arena, bytes_slice(rest, 0, header->len));
    buffer_consume(&l->in, intro + header->len);
    l->state = LINE_HELLO;
}

/* ---- frames */

static enum status take_frame(struct server_connection *l, bool *out_more)
{
    const struct wire_profile *p = l->g->options.profile;
    struct bytes frame;
    size_t used;
    *out_more = false;
    enum status st =
        frame_decode(buffer_bytes(&l->in), p->frame_length_size, p->frame_max, &frame, &used);
    if (st) {
        server_connection_fail(l, SERVER_UNREADABLE,
                               "a frame over the profile's maximum was announced");
        return OK;
    }
    if (!used)
        return OK;
    if (frame.len == 0) {
        server_connection_fail(l, SERVER_UNREADABLE, "a frame of length zero");
        return OK;
    }
    st = l->state == LINE_READY ? server_channel_frame(l, frame) : server_handshake_frame(l, frame);
    buffer_consume(&l->in, used);
    *out_more = !st && l->state != LINE_OVER;
    return st;
}

/* So many bytes that they surely have room behind a frame that is not whole yet. */
static enum status receive_some(struct server_connection *l, struct bytes in)
{
    enum status st = buffer_append(&l->in, in);
    if (st == E_LIMIT) {
        server_connection_fail(l, SERVER_UNREADABLE, "more bytes than a frame may have");
        return OK;
    }
    if (!st && l->state == LINE_BEGINNING)
        take_header(l);
    bool has_more = l->state != LINE_BEGINNING && l->state != LINE_OVER;
    while (!st && has_more)
        st = take_frame(l, &has_more);
    return st;
}

enum status server_connection_receive(struct server_connection *l, struct bytes in)
{
    enum status st = OK;
    const struct server_observer *listener = &l->g->options.listener;
    if (listener->bytes && in.len)
        listener->bytes(listener->context, l, true, in);
    for (size_t at = 0; !st && at < in.len && l->state != LINE_OVER; at += SLICE_MAX) {
        if (l->out.len > BACKLOG_END && l->end == SERVER_STAYS)
            server_connection_fail(l, SERVER_UNREADABLE,
                                   "the client does not read what it is sent");
        else
            st = receive_some(l, bytes_slice(in, at, SLICE_MAX));
    }
    if (!st)
        st = server_connection_written(l);
    if (l->in.len == 0)
        buffer_fini(&l->in); /* an idle line holds no memory */
    return st;
}

enum status server_connection_written(struct server_connection *l)
{
    struct account *a = l->account;
    bool has_room = l->state == LINE_READY && l->out.len < SERVER_BACKLOG_MAX;
    if (l->out.len == 0)
        buffer_fini(&l->out);
    return has_room && a && a->connection == l && l->g->options.policy.queues
               ? server_outgoing_send_all(a)
               : OK;
}

enum status server_connection_frame(struct server_connection *l, struct bytes payload)
{
    return server_connection_frame_edited(l, payload, NULL);
}

static enum status edited_frame(struct server_connection *l, struct bytes payload,
                                const struct field_edits *edits)
{
    struct buffer frame;
    buffer_init(&frame, SERVER_OUTPUT_MAX);
    enum status st = frame_encode(payload, l->g->options.profile->frame_length_size, &frame);
    if (!st)
        st = field_edits_apply(edits, OBJECT_FRAME, &frame);
    if (!st)
        st = buffer_append(&l->out, buffer_bytes(&frame));
    buffer_fini(&frame);
    return st;
}

enum status server_connection_frame_edited(struct server_connection *l, struct bytes payload,
                                           const struct field_edits *edits)
{
    size_t start = l->out.len;
    enum status st = field_edits_has(edits, OBJECT_FRAME)
                         ? edited_frame(l, payload, edits)
                         : frame_encode(payload, l->g->options.profile->frame_length_size, &l->out);
    const struct server_observer *listener = &l->g->options.listener;
    if (!st && listener->bytes)
        listener->bytes(listener->context, l, false,
                        bytes_slice(buffer_bytes(&l->out), start, l->out.len - start));
    return st;
}

/* ---- facts */

struct buffer *server_connection_output(struct server_connection *l) { return &l->out; }
enum server_end server_connection_wants_end(const struct server_connection *l) { return l->end; }
struct server_pace server_connection_pace(const struct server_connection *l) { return l->pace; }
uint64_t server_connection_account(const struct server_connection *l)
{
    return l->account ? l->account->id : 0;
}
unsigned server_connection_number(const struct server_connection *l) { return l->number; }
const struct server_introduction *server_connection_introduction(const struct server_connection *l)
{
    return &l->introduction;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One connection as its owner drives it: dialled, bytes received, time passed, ended. */
#include "app/app_internal.h"

#include "wire/frame.h"

#define SEARCHED 32u /* counters tried by the flaw that ignores the order */
#define STANZA_ARENA_MAX (32u * 1024u * 1024u)

/* Must the connection come to something by its deadline? */
static bool is_due(const struct app *a)
{
    return a->state != APP_OFFLINE && a->state < APP_READY &&
           !(a->state == APP_PUBLISHING && app_lapses(a, APP_LAPSE_UPLOAD_NEVER_FAILS));
}

uint64_t app_due_ms(const struct app *a)
{
    uint64_t due = app_fetches_due_ms(a), upload = app_uploads_due_ms(a), own = UINT64_MAX;
    due = upload < due ? upload : due;
    if (a->state == APP_OFFLINE)
        own = a->wants_connection && !a->wants_end ? a->dial_at_ms : UINT64_MAX;
    else if (is_due(a))
        own = a->deadline_ms;
    return own < due ? own : due;
}

void app_tick(struct app *a, uint64_t now_ms)
{
    a->now_ms = now_ms;
    if (is_due(a) && now_ms >= a->deadline_ms)
        app_close(a, REASON_LOST, "the gatekeeper does not answer");
    app_fetches_tick(a);
    app_uploads_tick(a);
}

void app_dialled(struct app *a, bool is_connected, uint64_t now_ms)
{
    const struct profile_bytes *header = &a->profile.frame_header;
    a->now_ms = now_ms;
    if (!is_connected) {
        app_dial_later(a);
        return;
    }
    a->state = APP_HANDSHAKE;
    a->past.has_refilled = false;
    if (app_lapses(a, APP_LAPSE_PAUSE_AT_DIAL))
        a->pause_ms = 0;
    a->deadline_ms = now_ms + a->profile.handshake_timeout_ms;
    if (!app_lapses(a, APP_LAPSE_KEEPS_HALF_FRAME))
        buffer_clear(&a->in);
    buffer_clear(&a->out);
    if (!a->rules->frame.omits_header)
        buffer_append(&a->out, bytes_of(header->data, header->len));
    if (a->rules->frame.sends_header_twice)
        buffer_append(&a->out, bytes_of(header->data, header->len));
    if (app_begin_handshake(a))
        app_close(a, REASON_HANDSHAKE, "no handshake could be begun");
}

/* ---- transport */

/* Flaw: accepts a message under any counter near the expected one. */
static enum status open_out_of_order(struct app *a, struct bytes frame, struct buffer *out)
{
    uint64_t begin = a->receive.counter > SEARCHED ? a->receive.counter - SEARCHED : 0;
    for (uint64_t n = begin; n < begin + 2 * SEARCHED; n++) {
        struct noise_cipher tried = a->receive;
        tried.counter = n;
        if (noise_open(&tried, frame, out) == OK) {
            if (n >= a->receive.counter)
                a->receive.counter = n + 1;
            return OK;
        }
    }
    return E_CRYPTO;
}

/* For one side of a proxy. How a connection ends is a whole client's business, too. */
static enum status hand_on(struct app *a, const struct stanza *s, struct bytes document,
                           struct arena *arena)
{
    if (stanza_is(s, "failure") || stanza_is(s, "stream:error"))
        return app_stanza(a, s, arena);
    if (a->state == APP_AUTHENTICATING && stanza_is(s, "success")) {
        a->state = APP_READY;
        app_tell(a, &(struct app_event){.kind = EVENT_CONNECTED});
    } else if (a->state == APP_READY) {
        a->options.hands_on(a->options.saw_context, document);
    }
    return OK;
}

static enum status take_document(struct app *a, struct bytes document)
{
    struct arena arena;
    const struct stanza *stanza;
    arena_init(&arena, STANZA_ARENA_MAX);
    enum status st = app_parse(a, document, &arena, &stanza);
    if (!st && a->options.saw)
        a->options.saw(a->options.saw_context, stanza);
    if (!st)
        st = a->options.hands_on ? hand_on(a, stanza, document, &arena)
                                 : app_stanza(a, stanza, &arena);
    else if (st != E_NOMEM) {
        app_close(a, REASON_STANZA, "not one well-formed stanza");
        st = OK;
    }
    arena_fini(&arena);
    return st;
}

static enum status take_transport(struct app *a, struct bytes frame)
{
    struct buffer clear;
    bool waits = a->state == APP_AUTHENTICATING;
    buffer_init(&clear, frame.len + 16);
    bool is_over =
        (frame.len > a->profile.noise_max_message && !a->rules->frame.takes_over_maximum) ||
        (frame.len == a->profile.noise_max_message && app_lapses(a, APP_LAPSE_LARGEST_MESSAGE));
    enum status st = is_over ? E_LIMIT : noise_open(&a->receive, frame, &clear);
    if (st && a->rules->channel.ignores_order)
        st = open_out_of_order(a, frame, &clear);
    if (st && a->rules->channel.takes_plaintext) {
        buffer_clear(&clear);
        st = buffer_append(&clear, frame);
    }
    if (!st && !(a->past.was_let_in && app_lapses(a, APP_LAPSE_BEHIND_SUCCESS)))
        st = take_document(a, buffer_bytes(&clear));
    else if (st && st != E_NOMEM) {
        if (!a->rules->channel.keeps_connection_after_bad)
            app_close(a, REASON_CHANNEL, "a transport message does not verify");
        st = OK;
    }
    a->past.was_let_in |= waits && a->state > APP_AUTHENTICATING;
    buffer_fini(&clear);
    return st;
}

static enum status take_frame(struct app *a, struct bytes frame)
{
    if (frame.len == 0) {
        if (!a->rules->frame.takes_zero)
            app_close(a, REASON_FRAME, "a frame of length zero");
        return OK;
    }
    return a->state == APP_HANDSHAKE ? app_take_server_hello(a, frame) : take_transport(a, frame);
}

/* A read begins, behind what is left of those before. */
static void begin_read(struct app *a)
{
    a->past.was_let_in = false;
    a->past.pieces = a->in.len ? a->past.pieces + 1 : 0;
    if (a->past.pieces == 2 && app_lapses(a, APP_LAPSE_THIRD_PIECE))
        a->in.len = a->past.piece_at;
    a->past.piece_at = a->in.len;
}

enum status app_receive(struct app *a, struct bytes in, uint64_t now_ms)
{
    size_t most = a->rules->frame.takes_over_maximum ? SIZE_MAX : a->profile.frame_max;
    a->now_ms = now_ms;
    if (a->state < APP_HANDSHAKE)
        return OK;
    if (a->rules->frame.misassembles_split && a->in.len > 3)
        buffer_consume(&a->in, 1); /* flaw: the rest of a split frame is put one byte too early */
    begin_read(a);
    enum status st = buffer_append(&a->in, in);
    while (!st && a->state >= APP_HANDSHAKE) {
        struct bytes frame;
        size_t used;
        if (frame_decode(buffer_bytes(&a->in), a->profile.frame_length_size, most, &frame, &used)) {
            app_close(a, REASON_FRAME, "a frame over the maximum");
            break;
        }
        if (!used)
            break;
        st = take_frame(a, frame);
        buffer_consume(&a->in, used);
        a->past.pieces = 0;
    }
    if (a->in.len < a->profile.frame_length_size && app_lapses(a, APP_LAPSE_CUT_LENGTH))
        buffer_clear(&a->in);
    if (st == E_LIMIT) {
        app_close(a, REASON_FRAME, "more than can be held");
        st = OK;
    }
    return st;
}

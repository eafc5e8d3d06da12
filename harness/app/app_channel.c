/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What every file above asks of the connection: send a stanza, end it, dial again later. */
#include "app/app_internal.h"

#include "wire/frame.h"

#include <stdio.h>

#define SLOW_MAX 65536u
#define IQ_MAX 1048576u

/* ---- when to dial (docs/wire.md, What a client answers) */

void app_dial_later(struct app *a)
{
    uint32_t most = a->profile.reconnect_most_ms;
    if (a->pause_ms == most && app_lapses(a, APP_LAPSE_PAUSE_WRAPS))
        a->pause_ms = 0;
    a->pause_ms = a->pause_ms ? a->pause_ms * 2 : a->profile.reconnect_first_ms;
    if (a->pause_ms > most)
        a->pause_ms = most;
    if (a->rules->reconnect.loops)
        a->pause_ms = 1;
    a->dial_at_ms = a->now_ms + a->pause_ms;
    if (a->rules->reconnect.stays_away)
        a->wants_connection = false;
}

bool app_wants_dial(const struct app *a, uint64_t now_ms)
{
    return a->wants_connection && a->state == APP_OFFLINE && !a->wants_end &&
           now_ms >= a->dial_at_ms;
}

/* ---- the end of a connection */

void app_forget_connection(struct app *a)
{
    noise_free(a->noise);
    a->noise = NULL;
    noise_cipher_fini(&a->send);
    noise_cipher_fini(&a->receive);
    app_iqs_forget(a);
    if (a->wants_end || !app_lapses(a, APP_LAPSE_KEEPS_HALF_FRAME))
        buffer_clear(&a->in);
}

void app_close(struct app *a, unsigned reason, const char *detail)
{
    if (a->state == APP_OFFLINE)
        return;
    a->state = APP_OFFLINE;
    a->wants_end = true;
    app_forget_connection(a);
    app_tell(a, &(struct app_event){
                    .kind = EVENT_CLOSED, .by_self = true, .reason = reason, .detail = detail});
    app_dial_later(a);
}

void app_closed_by_server(struct app *a, uint64_t after_ms, const char *detail)
{
    a->state = APP_OFFLINE;
    a->wants_end = true;
    app_forget_connection(a);
    app_tell(a,
             &(struct app_event){.kind = EVENT_CLOSED, .reason = REASON_SERVER, .detail = detail});
    if (after_ms == UINT64_MAX) {
        a->wants_connection = false;
        a->past.has_given_up = true;
        app_tell(a, &(struct app_event){
                        .kind = EVENT_GAVE_UP, .reason = REASON_SERVER, .detail = detail});
    } else if (after_ms == 0) {
        a->dial_at_ms = a->now_ms;
    } else {
        app_dial_later(a);
    }
}

void app_ended(struct app *a, uint64_t now_ms)
{
    a->now_ms = now_ms;
    a->wants_end = false;
    buffer_clear(&a->out);
    if (a->state == APP_OFFLINE)
        return;
    bool is_within = a->in.len > 0;
    a->state = APP_OFFLINE;
    app_forget_connection(a);
    app_tell(a, &(struct app_event){.kind = EVENT_CLOSED,
                                    .reason = is_within ? REASON_FRAME : REASON_LOST,
                                    .detail = "the connection ended"});
    app_dial_later(a);
}

/* ---- sending */

enum status app_say(struct app *a, struct bytes document)
{
    struct buffer message;
    if (!app_is_in(a) || (a->rules->delivery.drops_when_slow && a->out.len > SLOW_MAX))
        return E_CLOSED;
    if (app_lapses(a, APP_LAPSE_SHORT_NONCE))
        a->send.counter &= UINT8_MAX;
    buffer_init(&message, document.len + NOISE_TAG_LEN);
    enum status st = noise_seal(&a->send, document, &message);
    if (!st)
        st = frame_encode(buffer_bytes(&message), a->profile.frame_length_size, &a->out);
    buffer_fini(&message);
    if (!st && a->options.said)
        a->options.said(a->options.saw_context, document);
    return st;
}

enum status app_push(struct app *a, struct stanza_writer *w)
{
    enum status st = stanza_end(w);
    if (!st)
        st = app_say(a, buffer_bytes(&w->own));
    buffer_fini(&w->own);
    return st == E_CLOSED ? OK : st; /* messages are sent again after the next connection */
}

void app_new_iq(struct app *a, char out[32])
{
    snprintf(out, 32, "iq-%u", a->rules->stanza.repeats_iq_ids ? 1 : ++a->next_iq);
}

void app_begin_iq(const struct app *a, struct stanza_writer *w, const char *id, const char *type)
{
    stanza_begin_own(w, IQ_MAX);
    STANZA_OPEN(w, "iq", {"id", id}, {"type", type}, {"xmlns", a->profile.stanza_namespace_prekeys},
                {"to", a->profile.stanza_server});
}

struct buffer *app_output(struct app *a) { return &a->out; }

void app_written(struct app *a, size_t n)
{
    if (n == a->out.len || !app_lapses(a, APP_LAPSE_SHORT_WRITE_REPEATS))
        buffer_consume(&a->out, n);
}

bool app_wants_end(const struct app *a) { return a->wants_end; }

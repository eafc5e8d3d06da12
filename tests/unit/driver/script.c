/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "script.h"

#include "base/hex.h"

#include <string.h>

void script_init(struct script *s)
{
    memset(s, 0, sizeof(*s));
    s->last_words = "";
    s->ending = SEEN_CLOSE;
    buffer_init(&s->sent, TRANSPORT_FRAME_MAX);
}

void script_fini(struct script *s) { buffer_fini(&s->sent); }

static enum status script_send(void *context, struct bytes payload, uint64_t timeout_ms)
{
    struct script *s = (struct script *)context;
    (void)timeout_ms;
    if (s->send_st)
        return s->send_st;
    s->n_sent++;
    buffer_clear(&s->sent);
    return buffer_append(&s->sent, payload);
}

static enum status script_receive(void *context, struct buffer *out, uint64_t timeout_ms)
{
    struct script *s = (struct script *)context;
    (void)timeout_ms;
    buffer_clear(out);
    if (s->n_received == SCRIPT_MAX || !s->replies[s->n_received].hex)
        return s->n_received == SCRIPT_MAX ? E_CLOSED : s->replies[s->n_received++].st;
    const char *hex = s->replies[s->n_received++].hex;
    return hex_decode(hex, strlen(hex), out);
}

static enum seen script_ending(void *context, struct buffer *detail)
{
    struct script *s = (struct script *)context;
    buffer_append_text(detail, s->last_words);
    return s->ending;
}

static void script_close(void *context) { ((struct script *)context)->is_closed = true; }

static const struct transport_ops script_ops = {
    .send = script_send,
    .receive = script_receive,
    .ending = script_ending,
    .close = script_close,
};

struct transport script_transport(struct script *s) { return (struct transport){&script_ops, s}; }

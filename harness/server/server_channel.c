/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Transport messages sent, and their mutations (docs/wire.md, Channel and Frame). */
#include "server/server_internal.h"

#include <string.h>

#define PAUSE_BEFORE_END_MS 200u

static bool is(const struct word_use *b, const char *name)
{
    return b && word_is(&server_words[SERVER_MUTATIONS_CHANNEL], *b, name);
}

static enum status seal_one(struct server_connection *c, struct noise_cipher *cipher,
                            struct bytes document, struct buffer *out)
{
    if (document.len + NOISE_TAG_LEN > c->server->options.profile->noise_max_message)
        return E_LIMIT;
    return noise_seal(cipher, document, out);
}

static struct bytes ping(void) { return bytes_of_text("<ib/>"); }

static enum status push_clear(struct server_connection *c, struct bytes document)
{
    struct buffer message;
    buffer_init(&message, document.len + NOISE_TAG_LEN);
    enum status st = seal_one(c, &c->send, document, &message);
    if (!st)
        st = field_edits_apply(c->server->channel_edits, OBJECT_TRANSPORT, &message);
    if (!st)
        st = server_connection_frame_edited(c, buffer_bytes(&message), c->server->channel_edits);
    buffer_fini(&message);
    return st;
}

/* The successor first, then this one. */
static enum status push_swapped(struct server_connection *c, struct bytes document)
{
    struct noise_cipher second = c->send;
    second.counter++;
    struct buffer message;
    buffer_init(&message, 4096);
    enum status st = seal_one(c, &second, ping(), &message);
    if (!st)
        st = server_connection_frame(c, buffer_bytes(&message));
    buffer_fini(&message);
    if (!st)
        st = push_clear(c, document);
    c->send.counter++;
    noise_cipher_fini(&second);
    return st;
}

/* The transport message under this mutation. */
static enum status mutated_message(struct server_connection *c, const struct word_use *b,
                                   struct bytes document, struct buffer *message)
{
    struct noise_cipher other = c->receive;
    if (is(b, "plaintext"))
        return buffer_append(message, document);
    if (is(b, "empty-message"))
        return buffer_append_byte(message, 0);
    if (is(b, "handshake-again"))
        return buffer_append(message, bytes_of(c->server->key.public_key, 32));
    if (is(b, "skip"))
        c->send.counter++;
    enum status st = seal_one(c, is(b, "other-key") ? &other : &c->send, document, message);
    noise_cipher_fini(&other);
    if (st)
        return st;
    if (is(b, "flip-bit"))
        message->data[b->n / 8 % message->len] ^= (uint8_t)(1u << b->n % 8);
    if (is(b, "flip-tag"))
        message->data[message->len - 1] ^= 1;
    if (is(b, "cut-tag"))
        message->len--;
    return OK;
}

static enum status append_length(struct server_connection *c, uint32_t length)
{
    uint8_t bytes[4];
    size_t size = c->server->options.profile->frame_length_size;
    for (size_t i = 0; i < size; i++)
        bytes[i] = (uint8_t)(length >> (8 * (size - 1 - i)));
    return buffer_append(&c->out, bytes_of(bytes, size));
}

static void end_after(struct server_connection *c, enum server_end how, uint32_t pause_ms)
{
    server_connection_hang_up(c, how);
    c->pace.end_pause_ms = pause_ms;
}

/* The document followed by white space until it has |len| bytes, correctly encrypted. */
static enum status push_long_message(struct server_connection *c, struct bytes document, size_t len)
{
    struct buffer clear, message;
    buffer_init(&clear, len);
    buffer_init(&message, len + NOISE_TAG_LEN);
    enum status st = buffer_append(&clear, document);
    size_t n = document.len < len ? len - document.len : 0;
    uint8_t *space = !st && n ? buffer_extend(&clear, n) : NULL;
    if (space)
        memset(space, ' ', n);
    if (!st)
        st = buffer_status(&clear);
    if (!st)
        st = noise_seal(&c->send, buffer_bytes(&clear), &message);
    if (!st)
        st = server_connection_frame(c, buffer_bytes(&message));
    buffer_fini(&clear);
    buffer_fini(&message);
    return st;
}

/* The longest that channel and stanzas allow, less so many bytes. */
static enum status push_largest(struct server_connection *c, struct bytes document, uint32_t less)
{
    const struct wire_profile *p = c->server->options.profile;
    size_t most = p->noise_max_message - NOISE_TAG_LEN;
    if (most > p->stanza_max_bytes)
        most = p->stanza_max_bytes;
    if (less > most || document.len > most - less)
        return E_LIMIT;
    return push_long_message(c, document, most - less);
}

/* A message over the channel's maximum; where no length can announce one, the largest length and
 * then fewer bytes. */
static enum status push_over_maximum(struct server_connection *c, struct bytes document,
                                     uint32_t largest)
{
    const struct wire_profile *p = c->server->options.profile;
    if (p->noise_max_message < largest)
        return push_long_message(c, document, p->noise_max_message + 1 - NOISE_TAG_LEN);
    enum status st = append_length(c, largest);
    if (!st && !buffer_extend(&c->out, 1u << 20))
        st = buffer_status(&c->out);
    end_after(c, SERVER_CLOSES, PAUSE_BEFORE_END_MS);
    return st;
}

/* Mutations that announce a frame which does not follow whole or is over the limits. False: |b| is
 * another mutation. */
static bool push_broken_frame(struct server_connection *c, const struct word_use *b,
                              struct bytes document, enum status *out)
{
    const struct wire_profile *p = c->server->options.profile;
    uint32_t largest =
        p->frame_length_size == 4 ? UINT32_MAX : (1u << 8 * p->frame_length_size) - 1;
    *out = OK;
    if (is(b, "zero-frame")) {
        *out = append_length(c, 0);
    } else if (is(b, "frame-over-maximum")) {
        *out = push_over_maximum(c, document, largest);
    } else if (is(b, "announced-not-sent") || is(b, "largest-announced")) {
        *out = append_length(c, is(b, "largest-announced") ? largest : 1000);
        end_after(c, SERVER_CLOSES, PAUSE_BEFORE_END_MS);
    } else {
        return false;
    }
    return true;
}

static enum status mutate_frame(struct server_connection *c, const struct word_use *b, size_t start)
{
    size_t len = c->out.len - start;
    enum status st = OK;
    if (is(b, "repeat")) {
        struct buffer copy;
        buffer_init(&copy, len);
        st = buffer_append(&copy, bytes_slice(buffer_bytes(&c->out), start, len));
        if (!st)
            st = buffer_append(&c->out, buffer_bytes(&copy));
        buffer_fini(&copy);
    } else if (is(b, "trailing-bytes")) {
        st = buffer_append_text(&c->out, "\x01trail");
        end_after(c, SERVER_CLOSES, 50);
    } else if (is(b, "half-close")) {
        server_connection_hang_up(c, SERVER_HALF_CLOSES);
    } else if (is(b, "reset-within") || is(b, "close-within")) {
        c->out.len = start + (b->n && b->n < len ? b->n : len / 2);
        end_after(c, is(b, "reset-within") ? SERVER_RESETS : SERVER_CLOSES, 20);
    }
    return st;
}

static void set_pace(struct server_connection *c, const struct word_use *b)
{
    c->pace = (struct server_pace){0};
    if (is(b, "byte-by-byte"))
        c->pace.chunk = 1;
    else if (is(b, "split"))
        c->pace = (struct server_pace){.first = b->n, .pause_ms = 5};
    else if (is(b, "slow"))
        c->pace = (struct server_pace){.chunk = 16, .pause_ms = 2};
}

static enum status push_mutated(struct server_connection *c, const struct word_use *b,
                                struct bytes document)
{
    struct buffer message;
    enum status st = OK;
    set_pace(c, b);
    if (is(b, "swap"))
        return push_swapped(c, document);
    if (is(b, "largest"))
        return push_largest(c, document, b->n);
    if (push_broken_frame(c, b, document, &st))
        return st;
    for (uint32_t i = 0; !st && is(b, "joined") && i < b->n; i++)
        st = push_clear(c, ping());
    size_t start = c->out.len;
    buffer_init(&message, document.len + 64);
    if (!st)
        st = mutated_message(c, b, document, &message);
    if (!st)
        st = server_connection_frame(c, buffer_bytes(&message));
    if (!st)
        st = mutate_frame(c, b, start);
    buffer_fini(&message);
    return st;
}

/* ---- held back */

static enum status keep_back(struct server_connection *c, struct bytes document)
{
    uint8_t len[4];
    for (size_t i = 0; i < sizeof(len); i++)
        len[i] = (uint8_t)(document.len >> (24 - 8 * i));
    enum status st = buffer_append(&c->held, bytes_of(len, sizeof(len)));
    return st ? st : buffer_append(&c->held, document);
}

static enum status push_held(struct server_connection *c)
{
    enum status st = OK;
    c->is_held = false;
    for (size_t at = 0; !st && c->state == CONNECTION_READY && at + 4 <= c->held.len;) {
        size_t len = 0;
        for (size_t i = 0; i < 4; i++)
            len = len << 8 | c->held.data[at + i];
        st = server_connection_push(c, bytes_slice(buffer_bytes(&c->held), at + 4, len), NULL);
        at += 4 + len;
    }
    buffer_clear(&c->held);
    return st;
}

enum status server_release(struct server *s)
{
    enum status st = OK;
    s->holds = 0;
    for (struct server_connection *c = s->connections; !st && c; c = c->next)
        st = push_held(c);
    return st;
}

enum status server_connection_answer(struct server_connection *c, struct stanza_writer *w,
                                     enum server_held what)
{
    if (!(c->server->holds & (unsigned)what))
        return server_connection_send(c, w);
    enum status st = stanza_end(w);
    if (!st)
        st = keep_back(c, buffer_bytes(&w->own));
    buffer_fini(&w->own);
    return st;
}

/* ---- stanzas to a client */

enum status server_connection_push(struct server_connection *c, struct bytes document,
                                   const struct word_use *channel)
{
    const struct server_observer *observer = &c->server->options.observer;
    if (c->state != CONNECTION_READY)
        return E_CLOSED;
    if (c->is_held)
        return keep_back(c, document);
    if (observer->document)
        observer->document(observer->context, c, false, document);
    if (channel && channel->what)
        return push_mutated(c, channel, document);
    c->pace = (struct server_pace){0};
    return push_clear(c, document);
}

enum status server_connection_send(struct server_connection *c, struct stanza_writer *w)
{
    enum status st = stanza_end(w);
    if (!st)
        st = server_connection_push(c, buffer_bytes(&w->own), NULL);
    buffer_fini(&w->own);
    return st;
}

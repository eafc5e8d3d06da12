/* Transport messages, and every way to bend one (docs/wire.md, Channel and Frame). */
#include "server/server_internal.h"

#include "base/crypto.h"
#include "wire/frame.h"

#include <stdlib.h>
#include <string.h>

#define STANZA_ARENA_MAX (16u * 1024u * 1024u)
#define PAUSE_BEFORE_END_MS 200u

/* ---- from the client */

static void tell_stanza(struct server_connection *l, const struct stanza *s, struct bytes document)
{
    const struct server_event e = {
        .what = SERVER_STANZA, .connection = l, .stanza = s, .document = document, .detail = ""};
    if (l->g->options.listener.happened)
        l->g->options.listener.happened(l->g->options.listener.context, &e);
}

static enum status take_document(struct server_connection *l, struct bytes document)
{
    const struct stanza_limits limits = stanza_limits_of(l->g->options.profile);
    const struct server_observer *listener = &l->g->options.listener;
    struct arena arena;
    const struct stanza *stanza;
    const char *problem;
    if (listener->document)
        listener->document(listener->context, l, true, document);
    arena_init(&arena, STANZA_ARENA_MAX);
    enum status st = stanza_parse(document, &limits, &arena, &stanza, &problem);
    if (!st) {
        tell_stanza(l, stanza, document);
        st = l->state == LINE_READY ? server_stanza(l, stanza, document) : OK;
        if (st == E_LIMIT || st == E_PARSE || st == E_CLOSED) {
            server_connection_fail(l, SERVER_UNREADABLE,
                                   "a stanza that cannot be answered within the limits");
            st = OK;
        }
    } else if (st != E_NOMEM) {
        const char *detail = arena_printf(&arena, "a transport message is no stanza: %s", problem);
        server_connection_fail(l, SERVER_UNREADABLE,
                               detail ? detail : "a transport message is no stanza");
        st = OK;
    }
    arena_fini(&arena);
    return st;
}

enum status server_channel_frame(struct server_connection *l, struct bytes frame)
{
    struct buffer clear;
    if (frame.len > l->g->options.profile->noise_max_message) {
        server_connection_fail(l, SERVER_UNREADABLE,
                               "a transport message over the profile's maximum");
        return OK;
    }
    buffer_init(&clear, frame.len + 1);
    enum status st = noise_open(&l->receive, frame, &clear);
    if (!st)
        st = take_document(l, buffer_bytes(&clear));
    else if (st != E_NOMEM) {
        server_connection_fail(l, SERVER_UNREADABLE, "a transport message does not verify");
        st = OK;
    }
    buffer_fini(&clear);
    return st;
}

/* ---- to the client */

static bool is(const struct server_mutation *b, const char *name)
{
    return b && server_mutation_is(SERVER_MUTATIONS_CHANNEL, *b, name);
}

static enum status seal_one(struct server_connection *l, struct noise_cipher *cipher,
                            struct bytes document, struct buffer *out)
{
    if (document.len + NOISE_TAG_LEN > l->g->options.profile->noise_max_message)
        return E_LIMIT;
    return noise_seal(cipher, document, out);
}

static struct bytes ping(void) { return bytes_of_text("<ib/>"); }

static enum status push_clear(struct server_connection *l, struct bytes document)
{
    struct buffer message;
    buffer_init(&message, document.len + NOISE_TAG_LEN);
    enum status st = seal_one(l, &l->send, document, &message);
    if (!st)
        st = field_edits_apply(l->g->channel_edits, OBJECT_TRANSPORT, &message);
    if (!st)
        st = server_connection_frame_edited(l, buffer_bytes(&message), l->g->channel_edits);
    buffer_fini(&message);
    return st;
}

/* The successor first, then this one. */
static enum status push_swapped(struct server_connection *l, struct bytes document)
{
    struct noise_cipher second = l->send;
    second.counter++;
    struct buffer message;
    buffer_init(&message, 4096);
    enum status st = seal_one(l, &second, ping(), &message);
    if (!st)
        st = server_connection_frame(l, buffer_bytes(&message));
    buffer_fini(&message);
    if (!st)
        st = push_clear(l, document);
    l->send.counter++;
    noise_cipher_fini(&second);
    return st;
}

/* The message as it crosses, bent. */
static enum status mutated_message(struct server_connection *l, const struct server_mutation *b,
                                   struct bytes document, struct buffer *message)
{
    struct noise_cipher other = l->receive;
    if (is(b, "plaintext"))
        return buffer_append(message, document);
    if (is(b, "empty-message"))
        return buffer_append_byte(message, 0);
    if (is(b, "handshake-again"))
        return buffer_append(message, bytes_of(l->g->server.public_key, 32));
    if (is(b, "skip"))
        l->send.counter++;
    enum status st = seal_one(l, is(b, "other-key") ? &other : &l->send, document, message);
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

static enum status append_length(struct server_connection *l, uint32_t length)
{
    uint8_t bytes[4];
    size_t size = l->g->options.profile->frame_length_size;
    for (size_t i = 0; i < size; i++)
        bytes[i] = (uint8_t)(length >> (8 * (size - 1 - i)));
    return buffer_append(&l->out, bytes_of(bytes, size));
}

static void end_after(struct server_connection *l, enum server_end how, uint32_t pause_ms)
{
    server_connection_hang_up(l, how);
    l->pace.end_pause_ms = pause_ms;
}

/* The document with white space behind it, one byte too long for the channel, and authentic. */
static enum status push_long_message(struct server_connection *l, struct bytes document, size_t len)
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
        st = noise_seal(&l->send, buffer_bytes(&clear), &message);
    if (!st)
        st = server_connection_frame(l, buffer_bytes(&message));
    buffer_fini(&clear);
    buffer_fini(&message);
    return st;
}

/* Over the channel's maximum where a length can say so; else as long as can be said, and cut. */
static enum status push_over_maximum(struct server_connection *l, struct bytes document,
                                     uint32_t largest)
{
    const struct wire_profile *p = l->g->options.profile;
    if (p->noise_max_message < largest)
        return push_long_message(l, document, p->noise_max_message + 1 - NOISE_TAG_LEN);
    enum status st = append_length(l, largest);
    if (!st && !buffer_extend(&l->out, 1u << 20))
        st = buffer_status(&l->out);
    end_after(l, SERVER_CLOSES, PAUSE_BEFORE_END_MS);
    return st;
}

/* A frame that is announced and does not come whole, or not within the limits. False: the bend is
 * another. */
static bool push_broken_frame(struct server_connection *l, const struct server_mutation *b,
                              struct bytes document, enum status *out)
{
    const struct wire_profile *p = l->g->options.profile;
    uint32_t largest =
        p->frame_length_size == 4 ? UINT32_MAX : (1u << 8 * p->frame_length_size) - 1;
    *out = OK;
    if (is(b, "zero-frame")) {
        *out = append_length(l, 0);
    } else if (is(b, "frame-over-maximum")) {
        *out = push_over_maximum(l, document, largest);
    } else if (is(b, "announced-not-sent") || is(b, "largest-announced")) {
        *out = append_length(l, is(b, "largest-announced") ? largest : 1000);
        end_after(l, SERVER_CLOSES, PAUSE_BEFORE_END_MS);
    } else {
        return false;
    }
    return true;
}

static enum status mutation_frame(struct server_connection *l, const struct server_mutation *b,
                                  size_t start)
{
    size_t len = l->out.len - start;
    enum status st = OK;
    if (is(b, "repeat")) {
        struct buffer copy;
        buffer_init(&copy, len);
        st = buffer_append(&copy, bytes_slice(buffer_bytes(&l->out), start, len));
        if (!st)
            st = buffer_append(&l->out, buffer_bytes(&copy));
        buffer_fini(&copy);
    } else if (is(b, "trailing-bytes")) {
        st = buffer_append_text(&l->out, "\x01trail");
        end_after(l, SERVER_CLOSES, 50);
    } else if (is(b, "half-close")) {
        server_connection_hang_up(l, SERVER_HALF_CLOSES);
    } else if (is(b, "reset-within") || is(b, "close-within")) {
        l->out.len = start + len / 2;
        end_after(l, is(b, "reset-within") ? SERVER_RESETS : SERVER_CLOSES, 20);
    }
    return st;
}

static void set_pace(struct server_connection *l, const struct server_mutation *b)
{
    l->pace = (struct server_pace){0};
    if (is(b, "byte-by-byte"))
        l->pace.chunk = 1;
    else if (is(b, "split"))
        l->pace = (struct server_pace){.first = b->n, .pause_ms = 5};
    else if (is(b, "slow"))
        l->pace = (struct server_pace){.chunk = 16, .pause_ms = 2};
}

static enum status push_mutated(struct server_connection *l, const struct server_mutation *b,
                                struct bytes document)
{
    struct buffer message;
    enum status st = OK;
    set_pace(l, b);
    if (is(b, "swap"))
        return push_swapped(l, document);
    if (push_broken_frame(l, b, document, &st))
        return st;
    for (uint32_t i = 0; !st && is(b, "joined") && i < b->n; i++)
        st = push_clear(l, ping());
    size_t start = l->out.len;
    buffer_init(&message, document.len + 64);
    if (!st)
        st = mutated_message(l, b, document, &message);
    if (!st)
        st = server_connection_frame(l, buffer_bytes(&message));
    if (!st)
        st = mutation_frame(l, b, start);
    buffer_fini(&message);
    return st;
}

enum status server_connection_push(struct server_connection *l, struct bytes document,
                                   const struct server_mutation *channel)
{
    const struct server_observer *listener = &l->g->options.listener;
    if (l->state != LINE_READY)
        return E_CLOSED;
    if (listener->document)
        listener->document(listener->context, l, false, document);
    if (channel && channel->what)
        return push_mutated(l, channel, document);
    l->pace = (struct server_pace){0};
    return push_clear(l, document);
}

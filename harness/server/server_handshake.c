/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The Noise responder (docs/wire.md, Channel and Authentication), and the mutations of its one
 * message. */
#include "server/server_internal.h"

#include "base/crypto.h"
#include "cipher/signal/xeddsa.h"
#include "wire/pb.h"

#include <string.h>

#define HELLO_MAX 65536u
#define GARBAGE_LEN 96u
#define CERTIFICATE_PAYLOAD_MAX 8192u

/* ---- the state */

static bool is(const struct server_connection *c, const char *name)
{
    return word_is(&server_words[SERVER_MUTATIONS_HANDSHAKE], c->server->handshake_mutation, name);
}

static enum status make_ephemeral(struct server *s, uint8_t out[32])
{
    if (s->has_ephemeral) {
        memcpy(out, s->ephemeral, 32);
        return OK;
    }
    enum status st = random_fill(s->options.random, out, 32);
    if (!st && s->options.rules.reuses_ephemeral) {
        memcpy(s->ephemeral, out, 32);
        s->has_ephemeral = true;
    }
    return st;
}

static enum status make_state(struct server_connection *c, struct noise **out)
{
    static const uint8_t wrong_prologue[] = "another prologue";
    const struct wire_profile *p = c->server->options.profile;
    uint8_t ephemeral[32];
    struct noise_options o = {
        .pattern = is(c, "other-pattern") ? NOISE_NN : NOISE_XX,
        .hashes_empty_payload = p->noise_hashes_empty_payload != is(c, "other-transcript"),
        .takes_low_order = true, /* a client's key of low order is recorded, not refused */
        .prologue = bytes_of(p->noise_prologue.data, p->noise_prologue.len),
        .static_private = c->server->key.private_key,
        .ephemeral_private = ephemeral};
    if (is(c, "wrong-prologue"))
        o.prologue = bytes_of(wrong_prologue, sizeof(wrong_prologue));
    if (is(c, "low-order-static"))
        o.static_public = server_low_order_points[1];
    if (is(c, "low-order-ephemeral") || is(c, "zero-ephemeral"))
        o.ephemeral_public =
            server_low_order_points[c->server->handshake_mutation.n % SERVER_LOW_ORDER_POINTS];
    enum status st = make_ephemeral(c->server, ephemeral);
    if (!st)
        st = noise_new(&o, out);
    crypto_wipe(ephemeral, sizeof(ephemeral));
    return st;
}

/* ---- mutations of the message's parts */

struct parts {
    struct buffer e, s, payload;
};

static void cut_to(struct buffer *b, size_t len)
{
    if (b->len > len)
        b->len = len;
}

static void mutate_parts(const struct server_connection *c, struct parts *p)
{
    if (is(c, "flip-ephemeral") && p->e.len)
        p->e.data[3] ^= 4;
    if (is(c, "short-ephemeral"))
        cut_to(&p->e, 31);
    if (is(c, "long-ephemeral"))
        buffer_append_byte(&p->e, 0);
    if (is(c, "no-ephemeral"))
        cut_to(&p->e, 0);
    if (is(c, "flip-static") && p->s.len)
        p->s.data[3] ^= 4;
    if (is(c, "no-static"))
        cut_to(&p->s, 0);
    if (is(c, "flip-payload") && p->payload.len)
        p->payload.data[p->payload.len / 2] ^= 4;
    if (is(c, "no-payload"))
        cut_to(&p->payload, 0);
    if (is(c, "swapped-static-and-payload")) {
        struct buffer s = p->s;
        p->s = p->payload;
        p->payload = s;
    }
}

static enum status write_fields(const struct server_connection *c, const struct parts *p,
                                struct buffer *out)
{
    struct buffer inner;
    buffer_init(&inner, HELLO_MAX);
    if (p->e.len)
        pb_put_bytes(&inner, 1, buffer_bytes(&p->e));
    if (p->s.len)
        pb_put_bytes(&inner, 2, buffer_bytes(&p->s));
    if (p->payload.len)
        pb_put_bytes(&inner, 3, buffer_bytes(&p->payload));
    if (is(c, "padded-fields"))
        pb_put_bytes(&inner, 5, bytes_of_text("padding padding padding"));
    if (is(c, "unknown-fields"))
        pb_put_varint(&inner, 9, 3);
    if (is(c, "unknown-fields"))
        pb_put_bytes(out, 77, bytes_of_text("unknown"));
    pb_put_bytes(out, SERVER_HELLO, buffer_bytes(&inner));
    enum status st = buffer_status(&inner);
    buffer_fini(&inner);
    return st ? st : buffer_status(out);
}

static enum status write_parts(const struct server_connection *c, const struct parts *p,
                               struct buffer *out)
{
    if (c->server->options.profile->handshake_form == HANDSHAKE_FIELDS)
        return write_fields(c, p, out);
    buffer_append(out, buffer_bytes(&p->e));
    buffer_append(out, buffer_bytes(&p->s));
    return buffer_append(out, buffer_bytes(&p->payload));
}

static enum status split_parts(struct server_connection *c, struct bytes message, size_t e_len,
                               size_t s_len, struct buffer *out)
{
    struct parts p;
    buffer_init(&p.e, 64);
    buffer_init(&p.s, CERTIFICATE_PAYLOAD_MAX);
    buffer_init(&p.payload, CERTIFICATE_PAYLOAD_MAX);
    buffer_append(&p.e, bytes_slice(message, 0, e_len));
    buffer_append(&p.s, bytes_slice(message, e_len, s_len));
    enum status st = buffer_append(&p.payload, bytes_slice(message, e_len + s_len, message.len));
    if (!st) {
        mutate_parts(c, &p);
        st = write_parts(c, &p, out);
    }
    buffer_fini(&p.e);
    buffer_fini(&p.s);
    buffer_fini(&p.payload);
    return st;
}

/* ---- mutations of the frame */

static enum status random_bytes(struct server_connection *c, size_t len, struct buffer *out)
{
    uint8_t *to = buffer_extend(out, len);
    return to ? random_fill(c->server->options.random, to, len) : buffer_status(out);
}

static enum status replaced_frame(struct server_connection *c, struct bytes client_hello,
                                  struct buffer *frame)
{
    if (is(c, "echoes-client-hello")) {
        buffer_clear(frame);
        return buffer_append(frame, client_hello);
    }
    if (is(c, "garbage")) {
        buffer_clear(frame);
        return random_bytes(c, GARBAGE_LEN, frame);
    }
    if (is(c, "plaintext-stanza")) {
        buffer_clear(frame);
        return buffer_append_text(frame, "<success t=\"1\"/>");
    }
    if (is(c, "repeats-earlier") && c->server->earlier_hello.len) {
        buffer_clear(frame);
        return buffer_append(frame, buffer_bytes(&c->server->earlier_hello));
    }
    if (is(c, "truncated"))
        cut_to(frame, c->server->handshake_mutation.n);
    /* bytes that are no protobuf field: an unknown field would have to be tolerated */
    return is(c, "trailing-bytes") ? buffer_append_text(frame, "\xff\xff\xff\xff\xff") : OK;
}

static enum status frame_before(struct server_connection *c)
{
    uint8_t length[4] = {0xff, 0xff, 0xff, 0xff};
    size_t size = c->server->options.profile->frame_length_size;
    if (is(c, "frame-of-zero")) {
        memset(length, 0, sizeof(length));
        return buffer_append(&c->out, bytes_of(length, size));
    }
    if (!is(c, "frame-too-long"))
        return OK;
    c->end = SERVER_CLOSES;
    c->pace.end_pause_ms = 200;
    return buffer_append(&c->out, bytes_of(length, size));
}

static void set_pace(struct server_connection *c)
{
    c->pace = (struct server_pace){0};
    if (is(c, "byte-by-byte"))
        c->pace.chunk = 1;
    if (is(c, "split"))
        c->pace = (struct server_pace){.first = c->server->handshake_mutation.n, .pause_ms = 5};
}

static enum status send_hello(struct server_connection *c, struct bytes client_hello,
                              struct buffer *frame)
{
    enum status st = replaced_frame(c, client_hello, frame);
    set_pace(c);
    if (!st)
        st = frame_before(c);
    if (!st && frame->len)
        st = server_connection_frame_edited(c, buffer_bytes(frame), c->server->handshake_edits);
    if (!st && is(c, "success-early"))
        st = server_connection_frame(c, bytes_of_text("<success t=\"1\"/>"));
    if (!st && c->server->handshake_mutation.what == 0) {
        buffer_clear(&c->server->earlier_hello);
        st = buffer_append(&c->server->earlier_hello, buffer_bytes(frame));
    }
    return st;
}

/* A part whose length changes keeps its bounds. */
static enum status edit_message(const struct field_edits *edits, struct buffer *message,
                                size_t *e_len, size_t *s_len)
{
    size_t before = message->len;
    enum status st = field_edits_apply(edits, OBJECT_HANDSHAKE, message);
    if (st || !field_edits_has(edits, OBJECT_HANDSHAKE))
        return st;
    if (strcmp(edits->items[0].field->name, "noise.e") == 0)
        *e_len += message->len - before;
    else if (strcmp(edits->items[0].field->name, "noise.s") == 0)
        *s_len += message->len - before;
    return OK;
}

static enum status answer_hello(struct server_connection *c, struct bytes client_hello)
{
    struct buffer certificate, message, frame;
    size_t e_len, s_len;
    struct server *s = c->server;
    buffer_init(&certificate, CERTIFICATE_PAYLOAD_MAX);
    buffer_init(&message, HELLO_MAX);
    buffer_init(&frame, HELLO_MAX);
    enum status st = OK;
    /* the certificate is for the key that is sent, so that only the key itself can be refused */
    struct server_key server = s->key;
    if (is(c, "low-order-static"))
        memcpy(server.public_key, server_low_order_points[1], 32);
    if (s->options.profile->certificate_chain && !is(c, "empty-payload"))
        st = certificate_issue(&s->authority, &server, server_now(s), s->certificate_mutation,
                               xeddsa_signer(), &certificate);
    noise_shape(c->noise, &e_len, &s_len);
    if (!st)
        st = noise_write(c->noise, buffer_bytes(&certificate), &message);
    if (!st)
        st = edit_message(c->server->handshake_edits, &message, &e_len, &s_len);
    if (!st)
        st = split_parts(c, buffer_bytes(&message), e_len, s_len, &frame);
    if (!st && is(c, "closes"))
        server_connection_hang_up(c, SERVER_CLOSES);
    else if (!st && !is(c, "silence"))
        st = send_hello(c, client_hello, &frame);
    buffer_fini(&certificate);
    buffer_fini(&message);
    buffer_fini(&frame);
    return st;
}

/* ---- the client's messages */

static enum status read_part(struct server_connection *c, struct noise *noise,
                             enum handshake_part part, struct bytes frame, struct buffer *payload)
{
    struct buffer message;
    size_t e_len, s_len;
    buffer_init(&message, HELLO_MAX);
    noise_shape(noise, &e_len, &s_len);
    enum status st = handshake_unwrap(c->server->options.profile->handshake_form, part, e_len,
                                      s_len, frame, &message);
    if (!st && part == CLIENT_FINISH)
        c->introduction.static_on_wire =
            arena_copy(&c->arena, bytes_slice(buffer_bytes(&message), 0, s_len));
    if (!st)
        st = noise_read(noise, buffer_bytes(&message), payload);
    buffer_fini(&message);
    return st;
}

static enum status take_hello(struct server_connection *c, struct bytes frame)
{
    struct buffer payload;
    enum status st = make_state(c, &c->noise);
    if (st)
        return st;
    buffer_init(&payload, HELLO_MAX);
    st = read_part(c, c->noise, CLIENT_HELLO, frame, &payload);
    bool has_payload = payload.len > 0;
    buffer_fini(&payload);
    if (st == E_NOMEM)
        return st;
    if (st || has_payload) {
        server_connection_fail(c, SERVER_REFUSED,
                               st ? "the client's first message is none"
                                  : "a payload in the first message");
        return OK;
    }
    c->introduction.ephemeral = arena_copy(&c->arena, noise_remote_ephemeral(c->noise));
    server_tell(c, SERVER_CLIENT_HELLO, "");
    c->state = CONNECTION_FINISH;
    return answer_hello(c, frame);
}

static enum status take_finish(struct server_connection *c, struct bytes frame)
{
    struct buffer payload;
    buffer_init(&payload, HELLO_MAX);
    enum status st = read_part(c, c->noise, CLIENT_FINISH, frame, &payload);
    if (!st) {
        c->introduction.static_key = arena_copy(&c->arena, noise_remote_static(c->noise));
        c->introduction.raw_payload = arena_copy(&c->arena, buffer_bytes(&payload));
        st = c->introduction.raw_payload.data && c->introduction.static_key.data ? OK : E_NOMEM;
    }
    buffer_fini(&payload);
    if (st == E_NOMEM)
        return st;
    if (st && c->server->options.rules.waits_after_bad_handshake)
        return OK;
    if (st) {
        server_connection_fail(c, SERVER_REFUSED,
                               "the client's last handshake message does not verify");
        return OK;
    }
    if (client_payload_decode(c->introduction.raw_payload, &c->introduction.payload)) {
        server_connection_fail(c, SERVER_REFUSED,
                               "the payload of the client's last message is no ClientPayload");
        return OK;
    }
    st = noise_split(c->noise, &c->send, &c->receive);
    noise_free(c->noise);
    c->noise = NULL;
    return st ? st : server_authenticated(c);
}

enum status server_handshake_frame(struct server_connection *c, struct bytes frame)
{
    c->introduction.hellos++;
    return c->state == CONNECTION_HELLO ? take_hello(c, frame) : take_finish(c, frame);
}

/* The Noise responder (docs/wire.md, Channel and Authentication), and every way to bend its one
 * message. */
#include "server/server_internal.h"

#include "base/crypto.h"
#include "cipher/signal3/xeddsa.h"
#include "wire/pb.h"

#include <string.h>

#define HELLO_MAX 65536u
#define GARBAGE_LEN 96u
#define CERTIFICATE_PAYLOAD_MAX 8192u

static const uint8_t low_order[][32] = {
    {0},
    {1},
    {0xe0, 0xeb, 0x7a, 0x7c, 0x3b, 0x41, 0xb8, 0xae, 0x16, 0x56, 0xe3,
     0xfa, 0xf1, 0x9f, 0xc4, 0x6a, 0xda, 0x09, 0x8d, 0xeb, 0x9c, 0x32,
     0xb1, 0xfd, 0x86, 0x62, 0x05, 0x16, 0x5f, 0x49, 0xb8, 0x00},
    {0x5f, 0x9c, 0x95, 0xbc, 0xa3, 0x50, 0x8c, 0x24, 0xb1, 0xd0, 0xb1,
     0x55, 0x9c, 0x83, 0xef, 0x5b, 0x04, 0x44, 0x5c, 0xc4, 0x58, 0x1c,
     0x8e, 0x86, 0xd8, 0x22, 0x4e, 0xdd, 0xd0, 0x9f, 0x11, 0x57},
    {0xec, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
     0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
     0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f},
    {0xed, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
     0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
     0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f},
    {0xee, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
     0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
     0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f},
};

/* ---- the state */

static bool is(const struct server_connection *l, const char *name)
{
    return server_mutation_is(SERVER_MUTATIONS_HANDSHAKE, l->g->handshake_mutation, name);
}

static enum status make_state(struct server_connection *l, struct noise **out)
{
    static const uint8_t wrong_prologue[] = "another prologue";
    const struct wire_profile *p = l->g->options.profile;
    uint8_t ephemeral[32];
    struct noise_options o = {
        .pattern = is(l, "other-pattern") ? NOISE_NN : NOISE_XX,
        .hashes_empty_payload = p->noise_hashes_empty_payload != is(l, "other-transcript"),
        .takes_low_order = true, /* what a client sends is looked at, not suffered from */
        .prologue = bytes_of(p->noise_prologue.data, p->noise_prologue.len),
        .static_private = l->g->server.private_key,
        .ephemeral_private = ephemeral};
    if (is(l, "wrong-prologue"))
        o.prologue = bytes_of(wrong_prologue, sizeof(wrong_prologue));
    if (is(l, "low-order-static"))
        o.static_public = low_order[1];
    if (is(l, "low-order-ephemeral") || is(l, "zero-ephemeral"))
        o.ephemeral_public =
            low_order[l->g->handshake_mutation.n % (sizeof(low_order) / sizeof(low_order[0]))];
    enum status st = random_fill(l->g->options.random, ephemeral, sizeof(ephemeral));
    if (!st)
        st = noise_new(&o, out);
    crypto_wipe(ephemeral, sizeof(ephemeral));
    return st;
}

/* ---- the message's parts, to be bent */

struct parts {
    struct buffer e, s, payload;
};

static void cut_to(struct buffer *b, size_t len)
{
    if (b->len > len)
        b->len = len;
}

static void mutation_parts(const struct server_connection *l, struct parts *p)
{
    if (is(l, "flip-ephemeral") && p->e.len)
        p->e.data[3] ^= 4;
    if (is(l, "short-ephemeral"))
        cut_to(&p->e, 31);
    if (is(l, "long-ephemeral"))
        buffer_append_byte(&p->e, 0);
    if (is(l, "no-ephemeral"))
        cut_to(&p->e, 0);
    if (is(l, "flip-static") && p->s.len)
        p->s.data[3] ^= 4;
    if (is(l, "no-static"))
        cut_to(&p->s, 0);
    if (is(l, "flip-payload") && p->payload.len)
        p->payload.data[p->payload.len / 2] ^= 4;
    if (is(l, "no-payload"))
        cut_to(&p->payload, 0);
    if (is(l, "swapped-static-and-payload")) {
        struct buffer s = p->s;
        p->s = p->payload;
        p->payload = s;
    }
}

static enum status write_fields(const struct server_connection *l, const struct parts *p,
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
    if (is(l, "padded-fields"))
        pb_put_bytes(&inner, 5, bytes_of_text("padding padding padding"));
    if (is(l, "unknown-fields"))
        pb_put_varint(&inner, 9, 3);
    if (is(l, "unknown-fields"))
        pb_put_bytes(out, 77, bytes_of_text("unknown"));
    pb_put_bytes(out, SERVER_HELLO, buffer_bytes(&inner));
    enum status st = buffer_status(&inner);
    buffer_fini(&inner);
    return st ? st : buffer_status(out);
}

static enum status write_parts(const struct server_connection *l, const struct parts *p,
                               struct buffer *out)
{
    if (l->g->options.profile->handshake_form == HANDSHAKE_FIELDS)
        return write_fields(l, p, out);
    buffer_append(out, buffer_bytes(&p->e));
    buffer_append(out, buffer_bytes(&p->s));
    return buffer_append(out, buffer_bytes(&p->payload));
}

static enum status split_parts(struct server_connection *l, struct bytes message, size_t e_len,
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
        mutation_parts(l, &p);
        st = write_parts(l, &p, out);
    }
    buffer_fini(&p.e);
    buffer_fini(&p.s);
    buffer_fini(&p.payload);
    return st;
}

/* ---- the frame, to be bent */

static enum status random_bytes(struct server_connection *l, size_t len, struct buffer *out)
{
    uint8_t *to = buffer_extend(out, len);
    return to ? random_fill(l->g->options.random, to, len) : buffer_status(out);
}

static enum status replaced_frame(struct server_connection *l, struct bytes client_hello,
                                  struct buffer *frame)
{
    if (is(l, "echoes-client-hello")) {
        buffer_clear(frame);
        return buffer_append(frame, client_hello);
    }
    if (is(l, "garbage")) {
        buffer_clear(frame);
        return random_bytes(l, GARBAGE_LEN, frame);
    }
    if (is(l, "plaintext-stanza")) {
        buffer_clear(frame);
        return buffer_append_text(frame, "<success t=\"1\"/>");
    }
    if (is(l, "repeats-earlier") && l->g->earlier_hello.len) {
        buffer_clear(frame);
        return buffer_append(frame, buffer_bytes(&l->g->earlier_hello));
    }
    if (is(l, "truncated"))
        cut_to(frame, l->g->handshake_mutation.n);
    /* no protobuf either: "extra" would be a field nobody knows, which must be tolerated */
    return is(l, "trailing-bytes") ? buffer_append_text(frame, "\xff\xff\xff\xff\xff") : OK;
}

static enum status frame_before(struct server_connection *l)
{
    uint8_t length[4] = {0xff, 0xff, 0xff, 0xff};
    size_t size = l->g->options.profile->frame_length_size;
    if (is(l, "frame-of-zero")) {
        memset(length, 0, sizeof(length));
        return buffer_append(&l->out, bytes_of(length, size));
    }
    if (!is(l, "frame-too-long"))
        return OK;
    l->end = SERVER_CLOSES;
    l->pace.end_pause_ms = 200;
    return buffer_append(&l->out, bytes_of(length, size));
}

static void set_pace(struct server_connection *l)
{
    l->pace = (struct server_pace){0};
    if (is(l, "byte-by-byte"))
        l->pace.chunk = 1;
    if (is(l, "split"))
        l->pace = (struct server_pace){.first = l->g->handshake_mutation.n, .pause_ms = 5};
}

static enum status send_hello(struct server_connection *l, struct bytes client_hello,
                              struct buffer *frame)
{
    enum status st = replaced_frame(l, client_hello, frame);
    set_pace(l);
    if (!st)
        st = frame_before(l);
    if (!st && frame->len)
        st = server_connection_frame_edited(l, buffer_bytes(frame), l->g->handshake_edits);
    if (!st && is(l, "success-early"))
        st = server_connection_frame(l, bytes_of_text("<success t=\"1\"/>"));
    if (!st && l->g->handshake_mutation.what == 0) {
        buffer_clear(&l->g->earlier_hello);
        st = buffer_append(&l->g->earlier_hello, buffer_bytes(frame));
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

static enum status answer_hello(struct server_connection *l, struct bytes client_hello)
{
    struct buffer certificate, message, frame;
    size_t e_len, s_len;
    bool is_sealed;
    struct server *g = l->g;
    buffer_init(&certificate, CERTIFICATE_PAYLOAD_MAX);
    buffer_init(&message, HELLO_MAX);
    buffer_init(&frame, HELLO_MAX);
    enum status st = OK;
    /* the certificate is about the key that is said, so that nothing but the key can be refused */
    struct server_key server = g->server;
    if (is(l, "low-order-static"))
        memcpy(server.public_key, low_order[1], sizeof(low_order[1]));
    if (g->options.profile->certificate_chain && !is(l, "empty-payload"))
        st = certificate_issue(&g->authority, &server, server_now(g), g->certificate_mutation,
                               xeddsa_signer(), &certificate);
    noise_shape(l->noise, &e_len, &s_len, &is_sealed);
    if (!st)
        st = noise_write(l->noise, buffer_bytes(&certificate), &message);
    if (!st)
        st = edit_message(l->g->handshake_edits, &message, &e_len, &s_len);
    if (!st)
        st = split_parts(l, buffer_bytes(&message), e_len, s_len, &frame);
    if (!st && is(l, "closes"))
        server_connection_hang_up(l, SERVER_CLOSES);
    else if (!st && !is(l, "silence"))
        st = send_hello(l, client_hello, &frame);
    buffer_fini(&certificate);
    buffer_fini(&message);
    buffer_fini(&frame);
    return st;
}

/* ---- the client's messages */

static enum status read_part(struct server_connection *l, struct noise *noise,
                             enum handshake_part part, struct bytes frame, struct buffer *payload)
{
    struct buffer message;
    size_t e_len, s_len;
    bool is_sealed;
    buffer_init(&message, HELLO_MAX);
    noise_shape(noise, &e_len, &s_len, &is_sealed);
    enum status st = handshake_unwrap(l->g->options.profile->handshake_form, part, e_len, s_len,
                                      frame, &message);
    if (!st && part == CLIENT_FINISH)
        l->introduction.static_on_wire =
            arena_copy(&l->arena, bytes_slice(buffer_bytes(&message), 0, s_len));
    if (!st)
        st = noise_read(noise, buffer_bytes(&message), payload);
    buffer_fini(&message);
    return st;
}

static enum status take_hello(struct server_connection *l, struct bytes frame)
{
    struct buffer payload;
    enum status st = make_state(l, &l->noise);
    if (st)
        return st;
    buffer_init(&payload, HELLO_MAX);
    st = read_part(l, l->noise, CLIENT_HELLO, frame, &payload);
    bool has_payload = payload.len > 0;
    buffer_fini(&payload);
    if (st == E_NOMEM)
        return st;
    if (st || has_payload) {
        server_connection_fail(l, SERVER_TURNED_AWAY,
                               st ? "the client's first message is none"
                                  : "a payload in the first message");
        return OK;
    }
    l->introduction.ephemeral = arena_copy(&l->arena, noise_remote_ephemeral(l->noise));
    server_tell(l, SERVER_CLIENT_HELLO, "");
    l->state = LINE_FINISH;
    return answer_hello(l, frame);
}

static enum status take_finish(struct server_connection *l, struct bytes frame)
{
    struct buffer payload;
    buffer_init(&payload, HELLO_MAX);
    enum status st = read_part(l, l->noise, CLIENT_FINISH, frame, &payload);
    if (!st) {
        l->introduction.static_key = arena_copy(&l->arena, noise_remote_static(l->noise));
        l->introduction.raw_payload = arena_copy(&l->arena, buffer_bytes(&payload));
        st = l->introduction.raw_payload.data && l->introduction.static_key.data ? OK : E_NOMEM;
    }
    buffer_fini(&payload);
    if (st == E_NOMEM)
        return st;
    if (st) {
        server_connection_fail(l, SERVER_TURNED_AWAY,
                               "the client's last handshake message does not verify");
        return OK;
    }
    if (client_payload_decode(l->introduction.raw_payload, &l->introduction.payload)) {
        server_connection_fail(l, SERVER_TURNED_AWAY,
                               "the payload of the client's last message is no ClientPayload");
        return OK;
    }
    st = noise_split(l->noise, &l->send, &l->receive);
    noise_free(l->noise);
    l->noise = NULL;
    return st ? st : server_connection_welcome(l);
}

enum status server_handshake_frame(struct server_connection *l, struct bytes frame)
{
    l->introduction.hellos++;
    return l->state == LINE_HELLO ? take_hello(l, frame) : take_finish(l, frame);
}

/* One connection of assay's own client: header, handshake, frames, and when to dial again. */
#include "app/app_internal.h"

#include "base/crypto.h"
#include "cipher/signal3/xeddsa.h"
#include "wire/frame.h"

#include <stdlib.h>
#include <string.h>

#define SEARCHED 32u /* counters tried by the flaw that ignores the order */
#define STANZA_ARENA_MAX (32u * 1024u * 1024u)

/* ---- when to dial (docs/wire.md, What a client answers) */

static void schedule(struct app *c)
{
    uint32_t most = c->profile.reconnect_most_ms;
    c->pause_ms = c->pause_ms ? c->pause_ms * 2 : c->profile.reconnect_first_ms;
    if (c->pause_ms > most)
        c->pause_ms = most;
    if (c->rules->reconnect.loops)
        c->pause_ms = 1;
    c->dial_at_ms = c->now_ms + c->pause_ms;
    if (c->rules->reconnect.stays_away)
        c->wants_connection = false;
}

bool app_wants_dial(const struct app *c, uint64_t now_ms)
{
    return c->wants_connection && c->state == APP_AWAY && !c->wants_end && now_ms >= c->dial_at_ms;
}

uint64_t app_due_ms(const struct app *c)
{
    uint64_t due = app_fetches_due_ms(c), own = UINT64_MAX;
    if (c->state == APP_AWAY)
        own = c->wants_connection && !c->wants_end ? c->dial_at_ms : UINT64_MAX;
    else if (c->state < APP_READY)
        own = c->deadline_ms;
    return own < due ? own : due;
}

void app_forget_connection(struct app *c)
{
    noise_free(c->noise);
    c->noise = NULL;
    noise_cipher_fini(&c->send);
    noise_cipher_fini(&c->receive);
    buffer_clear(&c->in);
}

void app_close(struct app *c, unsigned reason, const char *detail)
{
    if (c->state == APP_AWAY)
        return;
    c->state = APP_AWAY;
    c->wants_end = true;
    app_forget_connection(c);
    app_tell(c, &(struct app_event){
                    .kind = TELL_CLOSED, .by_self = true, .reason = reason, .detail = detail});
    schedule(c);
}

void app_dismissed(struct app *c, uint64_t after_ms, const char *detail)
{
    c->state = APP_AWAY;
    c->wants_end = true;
    app_forget_connection(c);
    app_tell(c, &(struct app_event){.kind = TELL_CLOSED, .reason = WHY_SERVER, .detail = detail});
    if (after_ms == UINT64_MAX) {
        c->wants_connection = false;
        app_tell(c,
                 &(struct app_event){.kind = TELL_GAVE_UP, .reason = WHY_SERVER, .detail = detail});
    } else if (after_ms == 0) {
        c->dial_at_ms = c->now_ms;
    } else {
        schedule(c);
    }
}

void app_ended(struct app *c, uint64_t now_ms)
{
    c->now_ms = now_ms;
    c->wants_end = false;
    buffer_clear(&c->out);
    if (c->state == APP_AWAY)
        return;
    bool is_within = c->in.len > 0;
    c->state = APP_AWAY;
    app_forget_connection(c);
    app_tell(c, &(struct app_event){.kind = TELL_CLOSED,
                                    .reason = is_within ? WHY_FRAME : WHY_LOST,
                                    .detail = "the connection ended"});
    schedule(c);
}

void app_tick(struct app *c, uint64_t now_ms)
{
    c->now_ms = now_ms;
    if (c->state != APP_AWAY && c->state < APP_READY && now_ms >= c->deadline_ms)
        app_close(c, WHY_LOST, "the gatekeeper does not answer");
    app_fetches_tick(c);
}

struct buffer *app_output(struct app *c) { return &c->out; }
bool app_wants_end(const struct app *c) { return c->wants_end; }

/* ---- handshake */

static enum status make_noise(struct app *c)
{
    const struct wire_profile *p = &c->profile;
    enum status st = OK;
    if (!c->has_ephemeral || !c->rules->channel.reuses_ephemeral)
        st = random_fill(c->options.random, c->ephemeral_private, 32);
    c->has_ephemeral = true;
    const struct noise_options o = {.pattern = NOISE_XX,
                                    .is_initiator = true,
                                    .hashes_empty_payload = p->noise_hashes_empty_payload !=
                                                            c->rules->channel.uses_other_transcript,
                                    .takes_low_order = c->rules->channel.takes_low_order,
                                    .prologue =
                                        bytes_of(p->noise_prologue.data, p->noise_prologue.len),
                                    .static_private = c->static_private,
                                    .ephemeral_private = c->ephemeral_private};
    return st ? st : noise_new(&o, &c->noise);
}

static enum status write_part(struct app *c, enum handshake_part part, struct bytes payload)
{
    struct buffer message, frame;
    size_t e_len, s_len;
    bool is_sealed;
    buffer_init(&message, 65536);
    buffer_init(&frame, 65536);
    noise_shape(c->noise, &e_len, &s_len, &is_sealed);
    enum status st = noise_write(c->noise, payload, &message);
    if (!st)
        st = handshake_wrap(c->profile.handshake_form, part, e_len, s_len, buffer_bytes(&message),
                            &frame);
    if (!st)
        st = frame_encode(buffer_bytes(&frame), c->profile.frame_length_size, &c->out);
    buffer_fini(&message);
    buffer_fini(&frame);
    return st;
}

void app_dialled(struct app *c, bool is_connected, uint64_t now_ms)
{
    const struct profile_bytes *header = &c->profile.frame_header;
    c->now_ms = now_ms;
    if (!is_connected) {
        schedule(c);
        return;
    }
    c->state = APP_SHAKING;
    c->deadline_ms = now_ms + c->profile.handshake_timeout_ms;
    buffer_clear(&c->in);
    buffer_clear(&c->out);
    if (!c->rules->frame.omits_header)
        buffer_append(&c->out, bytes_of(header->data, header->len));
    if (c->rules->frame.sends_header_twice)
        buffer_append(&c->out, bytes_of(header->data, header->len));
    if (make_noise(c) || write_part(c, CLIENT_HELLO, (struct bytes){0}))
        app_close(c, WHY_HANDSHAKE, "no handshake could be begun");
}

static bool trusts(const struct app *c, struct bytes chain)
{
    uint64_t now = c->options.unix_now(c->options.unix_context);
    if (!c->profile.certificate_chain || c->rules->certificate.ignores_all)
        return true;
    return certificate_check(chain, c->root_key, noise_remote_static(c->noise).data, now,
                             c->rules->certificate.skipped, xeddsa_signer()) == CERTIFICATE_SOUND;
}

static enum status send_finish(struct app *c)
{
    struct buffer token, payload;
    const struct app_rules *r = c->rules;
    buffer_init(&token, TOKEN_MAX);
    buffer_init(&payload, 2 * TOKEN_MAX);
    enum status st = app_make_token(c, &token);
    const struct client_payload p = {.product = r->payload.has_other_product ? 0 : 2,
                                     .has_interop_data = true,
                                     .account_id = c->account_id,
                                     .token = r->payload.has_no_token ? (struct bytes){0}
                                                                      : buffer_bytes(&token)};
    if (!st) {
        client_payload_encode(&p, &payload);
        st = buffer_status(&payload);
    }
    if (!st && r->channel.sends_early)
        st = frame_encode(bytes_of_text("<presence/>"), c->profile.frame_length_size, &c->out);
    if (!st)
        st = write_part(c, CLIENT_FINISH, buffer_bytes(&payload));
    if (!st)
        st = noise_split(c->noise, &c->send, &c->receive);
    buffer_fini(&token);
    buffer_fini(&payload);
    return st;
}

static bool has_unknown_fields(const struct app *c, struct bytes frame)
{
    /* an honest ServerHello has one field, and in it numbers 1 to 3 */
    return c->profile.handshake_form == HANDSHAKE_FIELDS && frame.len &&
           frame.data[0] != (SERVER_HELLO << 3 | 2);
}

static enum status take_server_hello(struct app *c, struct bytes frame)
{
    struct buffer message, chain;
    size_t e_len, s_len;
    bool is_sealed;
    buffer_init(&message, 65536);
    buffer_init(&chain, 65536);
    noise_shape(c->noise, &e_len, &s_len, &is_sealed);
    enum status st =
        handshake_unwrap(c->profile.handshake_form, SERVER_HELLO, e_len, s_len, frame, &message);
    if (!st && c->rules->channel.refuses_unknown && has_unknown_fields(c, frame))
        st = E_PARSE;
    if (!st)
        st = noise_read(c->noise, buffer_bytes(&message), &chain);
    if (st) {
        app_close(c, WHY_HANDSHAKE, "the server's handshake message does not verify");
        st = OK;
    } else if (!trusts(c, buffer_bytes(&chain))) {
        app_close(c, WHY_CERTIFICATE, "the server's certificate chain is not sound");
    } else {
        st = send_finish(c);
        c->state = APP_ENTERING;
    }
    buffer_fini(&message);
    buffer_fini(&chain);
    return st;
}

/* ---- transport */

/* Flaw: any counter under which it verifies will do. */
static enum status open_anyhow(struct app *c, struct bytes frame, struct buffer *out)
{
    uint64_t begin = c->receive.counter > SEARCHED ? c->receive.counter - SEARCHED : 0;
    for (uint64_t n = begin; n < begin + 2 * SEARCHED; n++) {
        struct noise_cipher tried = c->receive;
        tried.counter = n;
        if (noise_open(&tried, frame, out) == OK) {
            if (n >= c->receive.counter)
                c->receive.counter = n + 1;
            return OK;
        }
    }
    return E_CRYPTO;
}

static enum status take_document(struct app *c, struct bytes document)
{
    struct arena arena;
    const struct stanza *stanza;
    arena_init(&arena, STANZA_ARENA_MAX);
    enum status st = app_parse(c, document, &arena, &stanza);
    if (!st)
        st = app_stanza(c, stanza, &arena);
    else if (st != E_NOMEM) {
        app_close(c, WHY_STANZA, "not one well-formed stanza");
        st = OK;
    }
    arena_fini(&arena);
    return st;
}

static enum status take_transport(struct app *c, struct bytes frame)
{
    struct buffer clear;
    buffer_init(&clear, frame.len + 16);
    bool is_over = frame.len > c->profile.noise_max_message && !c->rules->frame.takes_over_maximum;
    enum status st = is_over ? E_LIMIT : noise_open(&c->receive, frame, &clear);
    if (st && c->rules->channel.ignores_order)
        st = open_anyhow(c, frame, &clear);
    if (st && c->rules->channel.takes_plaintext) {
        buffer_clear(&clear);
        st = buffer_append(&clear, frame);
    }
    if (!st)
        st = take_document(c, buffer_bytes(&clear));
    else if (st != E_NOMEM) {
        if (!c->rules->channel.keeps_line_after_bad)
            app_close(c, WHY_CHANNEL, "a transport message does not verify");
        st = OK;
    }
    buffer_fini(&clear);
    return st;
}

static enum status take_frame(struct app *c, struct bytes frame)
{
    if (frame.len == 0) {
        if (!c->rules->frame.takes_zero)
            app_close(c, WHY_FRAME, "a frame of length zero");
        return OK;
    }
    return c->state == APP_SHAKING ? take_server_hello(c, frame) : take_transport(c, frame);
}

enum status app_receive(struct app *c, struct bytes in, uint64_t now_ms)
{
    size_t most = c->rules->frame.takes_over_maximum ? SIZE_MAX : c->profile.frame_max;
    c->now_ms = now_ms;
    if (c->state < APP_SHAKING)
        return OK;
    if (c->rules->frame.misassembles_split && c->in.len > 3)
        buffer_consume(&c->in,
                       1); /* the known mistake: what continues a frame lands in the wrong place */
    enum status st = buffer_append(&c->in, in);
    while (!st && c->state >= APP_SHAKING) {
        struct bytes frame;
        size_t used;
        if (frame_decode(buffer_bytes(&c->in), c->profile.frame_length_size, most, &frame, &used)) {
            app_close(c, WHY_FRAME, "a frame over the maximum");
            break;
        }
        if (!used)
            break;
        st = take_frame(c, frame);
        buffer_consume(&c->in, used);
    }
    if (st == E_LIMIT) {
        app_close(c, WHY_FRAME, "more than can be held");
        st = OK;
    }
    return st;
}

enum status app_push(struct app *c, struct stanza_writer *w, struct buffer *document)
{
    struct buffer message;
    enum status st = stanza_end(w);
    buffer_init(&message, document->len + NOISE_TAG_LEN);
    if (!st && c->state < APP_ENTERING)
        st = E_CLOSED;
    if (!st)
        st = noise_seal(&c->send, buffer_bytes(document), &message);
    if (!st)
        st = frame_encode(buffer_bytes(&message), c->profile.frame_length_size, &c->out);
    buffer_fini(&message);
    buffer_fini(document);
    return st == E_CLOSED ? OK : st; /* nobody is there to be told; what matters is sent again */
}

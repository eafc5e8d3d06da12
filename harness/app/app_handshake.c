/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The Noise initiator: our two handshake messages, and the server's between them. */
#include "app/app_internal.h"

#include "cipher/signal/xeddsa.h"
#include "wire/frame.h"

#include <string.h>

static enum status make_noise(struct app *a)
{
    const struct wire_profile *p = &a->profile;
    enum status st = OK;
    bool is_again = a->rules->channel.reuses_ephemeral ||
                    (!a->past.came_in && app_lapses(a, APP_LAPSE_EPHEMERAL_AGAIN));
    if (!a->has_ephemeral || !is_again)
        st = random_fill(a->options.random, a->ephemeral_private, 32);
    a->has_ephemeral = true;
    a->past.came_in = false;
    const struct noise_options o = {.pattern = NOISE_XX,
                                    .is_initiator = true,
                                    .hashes_empty_payload = p->noise_hashes_empty_payload !=
                                                            a->rules->channel.uses_other_transcript,
                                    .takes_low_order = a->rules->channel.takes_low_order,
                                    .prologue =
                                        bytes_of(p->noise_prologue.data, p->noise_prologue.len),
                                    .static_private = a->static_private,
                                    .ephemeral_private = a->ephemeral_private};
    return st ? st : noise_new(&o, &a->noise);
}

/* The parts of the last message are the static key and the payload, each with its tag. */
static void spoil(const struct app *a, struct buffer *message)
{
    if (a->rules->channel.spoils_static)
        message->data[0] ^= 4;
    if (a->rules->channel.spoils_payload)
        message->data[message->len - 1] ^= 4;
}

static enum status write_part(struct app *a, enum handshake_part part, struct bytes payload)
{
    struct buffer message, frame;
    size_t e_len, s_len;
    buffer_init(&message, 65536);
    buffer_init(&frame, 65536);
    noise_shape(a->noise, &e_len, &s_len);
    enum status st = noise_write(a->noise, payload, &message);
    if (!st && part == CLIENT_FINISH)
        spoil(a, &message);
    if (!st)
        st = handshake_wrap(a->profile.handshake_form, part, e_len, s_len, buffer_bytes(&message),
                            &frame);
    if (!st)
        st = frame_encode(buffer_bytes(&frame), a->profile.frame_length_size, &a->out);
    buffer_fini(&message);
    buffer_fini(&frame);
    return st;
}

enum status app_begin_handshake(struct app *a)
{
    enum status st = make_noise(a);
    return st ? st : write_part(a, CLIENT_HELLO, (struct bytes){0});
}

static bool trusts(const struct app *a, struct bytes chain)
{
    uint64_t now = a->options.unix_now(a->options.unix_context);
    if (a->past.has_server && app_lapses(a, APP_LAPSE_KNOWN_SERVER) &&
        memcmp(a->past.server, noise_remote_static(a->noise).data, 32) == 0)
        return true;
    if (!a->profile.certificate_chain || a->rules->certificate.ignores_all)
        return true;
    return certificate_check(chain, a->root_key, noise_remote_static(a->noise).data, now,
                             a->rules->certificate.skipped, xeddsa_signer()) == CERTIFICATE_SOUND;
}

static enum status send_finish(struct app *a)
{
    struct buffer token, payload;
    const struct app_rules *r = a->rules;
    buffer_init(&token, TOKEN_MAX);
    buffer_init(&payload, 2 * TOKEN_MAX);
    enum status st = app_make_token(a, &token);
    const struct client_payload p = {.product = r->payload.has_other_product ? 0 : 2,
                                     .has_interop_data = true,
                                     .account_id = a->account_id,
                                     .token = r->payload.has_no_token ? (struct bytes){0}
                                                                      : buffer_bytes(&token)};
    if (!st) {
        client_payload_encode(&p, &payload);
        st = buffer_status(&payload);
    }
    if (!st && r->channel.sends_early)
        st = frame_encode(bytes_of_text("<presence/>"), a->profile.frame_length_size, &a->out);
    if (!st)
        st = write_part(a, CLIENT_FINISH, buffer_bytes(&payload));
    if (!st)
        st = noise_split(a->noise, &a->send, &a->receive);
    buffer_fini(&token);
    buffer_fini(&payload);
    return st;
}

static bool has_unknown_fields(const struct app *a, struct bytes frame)
{
    /* an honest ServerHello has one field, and in it numbers 1 to 3 */
    return a->profile.handshake_form == HANDSHAKE_FIELDS && frame.len &&
           frame.data[0] != (SERVER_HELLO << 3 | 2);
}

enum status app_take_server_hello(struct app *a, struct bytes frame)
{
    struct buffer message, chain;
    size_t e_len, s_len;
    buffer_init(&message, 65536);
    buffer_init(&chain, 65536);
    noise_shape(a->noise, &e_len, &s_len);
    enum status st =
        handshake_unwrap(a->profile.handshake_form, SERVER_HELLO, e_len, s_len, frame, &message);
    if (!st && a->rules->channel.refuses_unknown && has_unknown_fields(a, frame))
        st = E_PARSE;
    if (!st)
        st = noise_read(a->noise, buffer_bytes(&message), &chain);
    if (st) {
        app_close(a, REASON_HANDSHAKE, "the server's handshake message does not verify");
        st = OK;
    } else if (!trusts(a, buffer_bytes(&chain))) {
        app_close(a, REASON_CERTIFICATE, "the server's certificate chain is not sound");
    } else {
        a->past.has_server = true;
        memcpy(a->past.server, noise_remote_static(a->noise).data, 32);
        st = send_finish(a);
        a->state = APP_AUTHENTICATING;
    }
    buffer_fini(&message);
    buffer_fini(&chain);
    return st;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From the dial to <success>: header, Noise, certificates, identity token. */
#include "client/certificate.h"
#include "client/client.h"
#include "client/frame.h"
#include "client/handshake.h"
#include "client/memory.h"

#include <openssl/crypto.h>
#include <string.h>

#include "gatekeeper.pb-c.h"

#define TOKEN_LIFETIME 300u
#define KEPT_SERVER "server" /* record: the server's static key, from an earlier connection */

static bool has_fields(const struct client *c)
{
    return strcmp(c->k.handshake_form, "fields") == 0;
}

static int write_handshake_frame(struct client *c, const struct octets *message)
{
    return frame_write(message->data, message->len, c->k.frame_length_size, c->k.frame_max,
                       &c->out);
}

/* ---- our token */

static int make_token(struct client *c, struct octets *out)
{
    uint8_t jti[16], fixed_public[KEY_LEN];
    uint32_t most = c->k.token_max_lifetime;
    struct token_claims claims = {.issuer = c->issuer,
                                  .audience = c->audience,
                                  .subject = c->user,
                                  .unix_now = client_unix_now(),
                                  .lifetime = most < TOKEN_LIFETIME ? most : TOKEN_LIFETIME,
                                  .jti = jti};
    if (client_random(c, jti, sizeof(jti)) || x25519_public(c->fixed, fixed_public))
        return CLIENT_E_NOMEM;
    if (c->k.token_binds_static)
        claims.static_key = fixed_public;
    return token_make(c->issuer_seed, &claims, out) ? CLIENT_E_NOMEM : 0;
}

static int make_payload(struct client *c, struct octets *out)
{
    Assay__Gatekeeper__V1__ClientPayload payload = ASSAY__GATEKEEPER__V1__CLIENT_PAYLOAD__INIT;
    Assay__Gatekeeper__V1__InteropData interop = ASSAY__GATEKEEPER__V1__INTEROP_DATA__INIT;
    struct octets token;
    octets_init(&token, TOKEN_MAX);
    int result = make_token(c, &token);
    interop.has_account_id = interop.has_token = interop.has_enable_read_receipts = 1;
    interop.account_id = c->account_id;
    interop.token.data = token.data;
    interop.token.len = token.len;
    interop.enable_read_receipts = 1;
    payload.has_product = 1;
    payload.product = ASSAY__GATEKEEPER__V1__CLIENT_PAYLOAD__PRODUCT__INTEROP;
    payload.interop_data = &interop;
    uint8_t *at =
        result
            ? NULL
            : octets_extend(out, assay__gatekeeper__v1__client_payload__get_packed_size(&payload));
    if (at)
        assay__gatekeeper__v1__client_payload__pack(&payload, at);
    octets_fini(&token);
    return at ? 0 : CLIENT_E_NOMEM;
}

/* ---- first message */

static int write_hello(struct client *c)
{
    struct octets message, payload;
    octets_init(&message, 2 * TOKEN_MAX);
    octets_init(&payload, 2 * TOKEN_MAX);
    int result = c->is_ik ? make_payload(c, &payload) : 0;
    if (!result)
        result = c->is_ik ? handshake_write_hello_ik(&c->noise, has_fields(c), payload.data,
                                                     payload.len, &message)
                          : handshake_write_hello(&c->noise, has_fields(c), &message);
    octets_put(&c->out, c->k.frame_header.data, c->k.frame_header.len);
    if (!result)
        result = write_handshake_frame(c, &message);
    octets_fini(&message);
    octets_fini(&payload);
    return result;
}

void login_start(struct client *c)
{
    uint8_t ephemeral[KEY_LEN] = {0};
    const struct record *kept = store_get(&c->party->store, STORE_CLIENT, KEPT_SERVER, 6);
    struct noise_keys keys = {.fixed = c->fixed, .ephemeral = ephemeral};
    c->is_ik = c->k.noise_allows_ik && kept && kept->value_len == KEY_LEN;
    keys.remote_fixed = c->is_ik ? kept->value : NULL;
    int result = client_random(c, ephemeral, sizeof(ephemeral));
    if (!result && noise_start(&c->noise, &keys, c->k.noise_prologue.data, c->k.noise_prologue.len,
                               strcmp(c->k.noise_empty_payload, "hashed") == 0))
        result = CLIENT_E_HANDSHAKE;
    OPENSSL_cleanse(ephemeral, sizeof(ephemeral));
    if (!result)
        result = write_hello(c);
    c->phase = HANDSHAKE;
    c->due_ms = c->now_ms + c->k.handshake_timeout_ms;
    if (result)
        connection_close(c, true, CLIENT_E_HANDSHAKE, NULL, RECONNECT);
}

/* ---- the server's message */

static int check_server(struct client *c, const struct octets *payload, const char **out_detail)
{
    struct certificate_options q = {.chain = payload->data,
                                    .chain_len = payload->len,
                                    .root = c->root,
                                    .static_key = c->noise.remote_fixed,
                                    .unix_now = client_unix_now()};
    *out_detail = NULL;
    if (strcmp(c->k.certificate_policy, "none") == 0)
        return 0;
    return certificate_check(&q, c->party->context, out_detail);
}

static int write_finish(struct client *c)
{
    struct octets message, payload;
    octets_init(&message, 2 * TOKEN_MAX);
    octets_init(&payload, 2 * TOKEN_MAX);
    int result = make_payload(c, &payload);
    if (!result)
        result =
            handshake_write_finish(&c->noise, has_fields(c), payload.data, payload.len, &message);
    if (!result)
        result = write_handshake_frame(c, &message);
    octets_fini(&message);
    octets_fini(&payload);
    return result;
}

/* After a failure with the kept static key, the next handshake is XX. */
static void forget_server(struct client *c)
{
    if (c->is_ik)
        (void)store_delete(&c->party->store, STORE_CLIENT, KEPT_SERVER, 6);
}

static int keep_server(struct client *c)
{
    return store_put(&c->party->store, STORE_CLIENT, KEPT_SERVER, 6, c->noise.remote_fixed, KEY_LEN)
               ? CLIENT_E_NOMEM
               : 0;
}

void login_take(struct client *c, const uint8_t *in, size_t len)
{
    const char *detail = NULL;
    struct octets payload;
    octets_init(&payload, len);
    int result = handshake_read_reply(&c->noise, has_fields(c), in, len, &payload);
    if (!result)
        result = check_server(c, &payload, &detail);
    if (!result && !c->is_ik)
        result = write_finish(c);
    if (!result && noise_split(&c->noise, &c->channel))
        result = CLIENT_E_HANDSHAKE;
    if (!result)
        result = keep_server(c);
    octets_fini(&payload);
    noise_wipe(&c->noise);
    if (result) {
        forget_server(c);
        connection_close(c, true, result, detail, RECONNECT);
        return;
    }
    c->phase = AUTHENTICATING;
    c->due_ms = c->now_ms + c->k.handshake_timeout_ms;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/handshake.h"

#include "client/codes.h"

#include <string.h>

#include "gatekeeper.pb-c.h"

static ProtobufCBinaryData view(const uint8_t *data, size_t len)
{
    ProtobufCBinaryData out = {.len = len, .data = (uint8_t *)(uintptr_t)data};
    return out;
}

static int pack(const Assay__Gatekeeper__V1__HandshakeMessage *m, struct octets *out)
{
    uint8_t *at = octets_extend(out, assay__gatekeeper__v1__handshake_message__get_packed_size(m));
    if (at)
        assay__gatekeeper__v1__handshake_message__pack(m, at);
    return at ? 0 : CLIENT_E_HANDSHAKE;
}

int handshake_write_hello(struct noise *s, bool is_fields, struct octets *out)
{
    Assay__Gatekeeper__V1__HandshakeMessage m = ASSAY__GATEKEEPER__V1__HANDSHAKE_MESSAGE__INIT;
    Assay__Gatekeeper__V1__ClientHello hello = ASSAY__GATEKEEPER__V1__CLIENT_HELLO__INIT;
    if (noise_write_hello(s))
        return CLIENT_E_HANDSHAKE;
    hello.has_ephemeral = 1;
    hello.ephemeral = view(s->ephemeral_public, KEY_LEN);
    m.client_hello = &hello;
    if (is_fields)
        return pack(&m, out);
    octets_put(out, s->ephemeral_public, KEY_LEN);
    return out->is_broken ? CLIENT_E_HANDSHAKE : 0;
}

int handshake_write_hello_ik(struct noise *s, bool is_fields, const uint8_t *payload, size_t len,
                             struct octets *out)
{
    Assay__Gatekeeper__V1__HandshakeMessage m = ASSAY__GATEKEEPER__V1__HANDSHAKE_MESSAGE__INIT;
    Assay__Gatekeeper__V1__ClientHello hello = ASSAY__GATEKEEPER__V1__CLIENT_HELLO__INIT;
    uint8_t sealed_key[SEALED_KEY_LEN];
    struct octets sealed;
    octets_init(&sealed, len + TAG_LEN);
    int result = noise_write_hello_ik(s, payload, len, sealed_key, &sealed);
    hello.has_ephemeral = hello.has_static_key = hello.has_payload = 1;
    hello.ephemeral = view(s->ephemeral_public, KEY_LEN);
    hello.static_key = view(sealed_key, sizeof(sealed_key));
    hello.payload = view(sealed.data, sealed.len);
    m.client_hello = &hello;
    if (!result && is_fields) {
        result = pack(&m, out);
    } else if (!result) {
        octets_put(out, s->ephemeral_public, KEY_LEN);
        octets_put(out, sealed_key, sizeof(sealed_key));
        octets_put(out, sealed.data, sealed.len);
    }
    octets_fini(&sealed);
    return result || out->is_broken ? CLIENT_E_HANDSHAKE : 0;
}

/* The ephemeral key, in XX the encrypted static key, then the payload. */
static int read_bare(struct noise *s, const uint8_t *in, size_t len, struct octets *out_payload)
{
    size_t keys = KEY_LEN + (s->is_ik ? 0 : SEALED_KEY_LEN);
    if (len < keys + TAG_LEN)
        return -1;
    return noise_read_reply(s, in, in + KEY_LEN, in + keys, len - keys, out_payload);
}

static int read_fields(struct noise *s, const uint8_t *in, size_t len, struct octets *out_payload)
{
    Assay__Gatekeeper__V1__HandshakeMessage *m =
        assay__gatekeeper__v1__handshake_message__unpack(NULL, len, in);
    const Assay__Gatekeeper__V1__ServerHello *h = m ? m->server_hello : NULL;
    bool has_key = h && (s->is_ik || (h->has_static_key && h->static_key.len == SEALED_KEY_LEN));
    int result = -1;
    if (has_key && h->has_ephemeral && h->ephemeral.len == KEY_LEN && h->has_payload &&
        !m->client_hello && !m->client_finish)
        result = noise_read_reply(s, h->ephemeral.data, h->static_key.data, h->payload.data,
                                  h->payload.len, out_payload);
    if (m)
        assay__gatekeeper__v1__handshake_message__free_unpacked(m, NULL);
    return result;
}

int handshake_read_reply(struct noise *s, bool is_fields, const uint8_t *in, size_t len,
                         struct octets *out_payload)
{
    int result =
        is_fields ? read_fields(s, in, len, out_payload) : read_bare(s, in, len, out_payload);
    return result ? CLIENT_E_HANDSHAKE : 0;
}

int handshake_write_finish(struct noise *s, bool is_fields, const uint8_t *payload, size_t len,
                           struct octets *out)
{
    Assay__Gatekeeper__V1__HandshakeMessage m = ASSAY__GATEKEEPER__V1__HANDSHAKE_MESSAGE__INIT;
    Assay__Gatekeeper__V1__ClientFinish finish = ASSAY__GATEKEEPER__V1__CLIENT_FINISH__INIT;
    uint8_t sealed_key[SEALED_KEY_LEN];
    struct octets sealed;
    octets_init(&sealed, len + TAG_LEN);
    int result = noise_write_finish(s, payload, len, sealed_key, &sealed);
    finish.has_static_key = finish.has_payload = 1;
    finish.static_key = view(sealed_key, sizeof(sealed_key));
    finish.payload = view(sealed.data, sealed.len);
    m.client_finish = &finish;
    if (!result && is_fields) {
        result = pack(&m, out);
    } else if (!result) {
        octets_put(out, sealed_key, sizeof(sealed_key));
        octets_put(out, sealed.data, sealed.len);
    }
    octets_fini(&sealed);
    return result || out->is_broken ? CLIENT_E_HANDSHAKE : 0;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/sending.h"

#include "client/content.h"

#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

/* Upper bounds of what Signal (keys, MAC) and XML (attributes) add to a content. */
#define AROUND_BODY 512u
#define AROUND_STANZA 1536u

bool sending_fits(const struct client *c, size_t content_len)
{
    size_t room = connection_room(c);
    return room > AROUND_STANZA && (content_len + AROUND_BODY) / 3 * 4 + 4 <= room - AROUND_STANZA;
}

/* ---- the stanza */

static void send_sealed(struct client *c, const struct outgoing *o)
{
    struct content_label label;
    char to[ADDRESS_MAX];
    struct octets x;
    struct served_address peer = {o->name, o->device};
    bool is_first = o->kind == ASSAY__TARGET__V1__MESSAGE_KIND__MESSAGE_SIGNAL_PREKEY;
    if (!client_address(c, peer, to) || content_check(o->content.data, o->content.len, &label))
        return;
    octets_init(&x, connection_room(c));
    xml_open(&x, "message");
    xml_attribute(&x, "id", o->id);
    xml_attribute(&x, "to", to);
    xml_attribute(&x, "type", label.type);
    xml_inside(&x);
    xml_open(&x, "enc");
    xml_attribute(&x, "v", "2");
    xml_attribute(&x, "type", is_first ? "pkmsg" : "msg");
    xml_attribute(&x, "mediatype", label.mediatype);
    if (o->count)
        xml_number(&x, "count", o->count);
    xml_inside(&x);
    octets_put_base64(&x, o->body.data, o->body.len);
    xml_close(&x, "enc");
    xml_close(&x, "message");
    (void)connection_send(c, &x);
    octets_fini(&x);
}

/* ---- encrypting */

/* Padding of a random length within the profile's bounds. */
static int pad(struct client *c, struct octets *plaintext)
{
    uint32_t n, span = c->k.padding_max - c->k.padding_min + 1;
    if (client_random(c, &n, sizeof(n)))
        return CLIENT_E_NOMEM;
    padding_add(plaintext, (uint8_t)(c->k.padding_min + n % span));
    return plaintext->is_broken ? CLIENT_E_NOMEM : 0;
}

static int encrypt(struct client *c, struct outgoing *o)
{
    Assay__Target__V1__MessageKind kind = ASSAY__TARGET__V1__MESSAGE_KIND__MESSAGE_SIGNAL;
    struct served_address peer = {o->name, o->device};
    struct served_bytes body = {0};
    struct octets plaintext;
    octets_init(&plaintext, o->content.len + 256);
    octets_put(&plaintext, o->content.data, o->content.len);
    int result = pad(c, &plaintext);
    if (!result)
        result = party_seal(c->party, peer, plaintext.data, plaintext.len, &kind, &body);
    octets_clear(&o->body);
    if (!result)
        octets_put(&o->body, body.data, body.len);
    o->kind = (uint8_t)kind;
    free(body.data);
    octets_fini(&plaintext);
    return result || !o->body.is_broken ? result : CLIENT_E_NOMEM;
}

static void fail(struct client *c, const struct outgoing *o, int code)
{
    struct served_address peer = {o->name, o->device};
    client_tell_code(c, EVENT(FAILED), peer, o->id, code);
    outgoing_forget(c, o->id);
}

void sending_seal(struct client *c, struct outgoing *o)
{
    int result = encrypt(c, o);
    o->state = OUTGOING_SENT;
    if (!result)
        result = outgoing_save(c, o);
    if (result)
        fail(c, o, result);
    else
        send_sealed(c, o);
}

void sending_resend(struct client *c)
{
    struct outgoing o;
    uint64_t after = 0;
    bool is_there = true;
    while (is_there && c->fd >= 0) {
        is_there = outgoing_next(c, OUTGOING_SENT, after, &o);
        after = o.number;
        if (is_there)
            send_sealed(c, &o);
        outgoing_fini(&o);
    }
}

void sending_fail(struct client *c, struct served_address peer, int code)
{
    struct outgoing o;
    uint64_t after = 0;
    bool is_there = true;
    while (is_there) {
        is_there = outgoing_next(c, OUTGOING_WAITING, after, &o);
        after = o.number;
        if (is_there && o.device == peer.device && strcmp(o.name, peer.name) == 0)
            fail(c, &o, code);
        outgoing_fini(&o);
    }
}

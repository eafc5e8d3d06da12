/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A received message: decrypted, kept, answered (docs/wire.md, "What a client answers"). */
#include "client/client.h"
#include "client/content.h"
#include "client/memory.h"
#include "reasons.h"

#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

#define NACK_PARSING 487u
#define NACK_STANZA 488u
#define NACK_CONTENT 491u
#define NACK_OLD_COUNTER 496u

#define REASON(name) ASSAY__TARGET__V1__REASON__REASON_##name

struct incoming {
    const char *id, *from, *t;
    char copy[ADDRESS_MAX]; /* of |from|; |peer| borrows */
    struct served_address peer;
};

static void acknowledge(struct client *c, const struct incoming *m, unsigned error)
{
    struct ack a = {.class = "message", .id = m->id, .to = m->from, .error = error};
    send_ack(c, &a);
}

static void refuse(struct client *c, const struct incoming *m, int code, unsigned error)
{
    client_tell_code(c, EVENT(REFUSED), m->peer, m->id, code);
    if (m->id && *m->id)
        acknowledge(c, m, error);
}

/* ---- receipts */

void send_receipt(struct client *c, const char *to, const char *id, const char *type)
{
    struct octets o;
    octets_init(&o, connection_room(c));
    xml_open(&o, "receipt");
    xml_attribute(&o, "id", id);
    xml_attribute(&o, "to", to);
    xml_attribute(&o, "type", type);
    xml_empty(&o);
    (void)connection_send(c, &o);
    octets_fini(&o);
}

/* The error of a retry receipt (docs/wire.md), 0 to 13. */
static unsigned retry_reason(int code)
{
    Assay__Target__V1__Reason why = REASON(UNSPECIFIED);
    const char *text;
    if (!reason_of(code, &why, &text))
        return 0;
    switch (why) {
    case REASON(NO_SESSION):
        return 1;
    case REASON(INVALID_KEY):
        return 2;
    case REASON(UNKNOWN_PREKEY):
        return 3;
    case REASON(MALFORMED):
    case REASON(VERSION):
    case REASON(PADDING):
        return 4;
    case REASON(PREKEY_SIGNATURE):
        return 5;
    case REASON(TOO_FAR):
        return 6;
    case REASON(AUTHENTICATION):
        return 7;
    default:
        return 0;
    }
}

/* <keys>, with which the sender can make a new session without a fetch. */
static int write_keys(struct client *c, struct octets *o)
{
    bool is_there = false;
    uint32_t id = 0;
    party_begin(c->party);
    int result = party_finish(c->party, party_next_prekey(c->party, &is_there, &id));
    octets_put_text(o, "<keys>");
    if (!result)
        result = write_identity(c, o);
    if (!result && is_there)
        result = write_one_time_key(c, id, o);
    if (!result)
        result = write_signed_key(c, o);
    octets_put_text(o, "</keys>");
    return result;
}

static void ask_again(struct client *c, const struct incoming *m, int code, unsigned count)
{
    struct octets o;
    octets_init(&o, connection_room(c));
    xml_open(&o, "receipt");
    xml_attribute(&o, "id", m->id);
    xml_attribute(&o, "to", m->from);
    xml_attribute(&o, "type", "retry");
    xml_inside(&o);
    xml_open(&o, "retry");
    xml_number(&o, "count", count);
    xml_attribute(&o, "id", m->id);
    xml_attribute(&o, "t", m->t);
    xml_attribute(&o, "v", "1");
    xml_number(&o, "error", retry_reason(code));
    xml_empty(&o);
    int result = write_registration(c, &o);
    if (!result && count >= c->k.retry_keys_from)
        result = write_keys(c, &o);
    xml_close(&o, "receipt");
    if (!result)
        (void)connection_send(c, &o);
    octets_fini(&o);
}

/* ---- not decrypted */

static void take_failure(struct client *c, const struct incoming *m, int code)
{
    Assay__Target__V1__Reason why = REASON(UNSPECIFIED);
    const char *text;
    unsigned count = 0;
    (void)reason_of(code, &why, &text);
    if (why == REASON(DUPLICATE)) {
        refuse(c, m, code, NACK_OLD_COUNTER);
        return;
    }
    if (why == REASON(UNTRUSTED_IDENTITY))
        client_tell_code(c, EVENT(WARNED), m->peer, m->id, code);
    client_tell_code(c, EVENT(REFUSED), m->peer, m->id, code);
    if (memory_fail(c, m->from, m->id, &count)) {
        connection_close(c, true, CLIENT_E_NOMEM, NULL, RECONNECT);
        return;
    }
    if (count < c->k.retry_give_up)
        ask_again(c, m, code, count);
    if (c->fd >= 0)
        acknowledge(c, m, 0);
}

/* ---- decrypted */

static void take_plaintext(struct client *c, const struct incoming *m,
                           const struct served_bytes *plaintext)
{
    size_t len;
    int result = padding_check(plaintext->data, plaintext->len, c->k.padding_max, &len);
    if (!result)
        result = content_check(plaintext->data, len, NULL);
    if (result) {
        refuse(c, m, result, NACK_CONTENT);
        return;
    }
    if (memory_show(c, m->from, m->id)) {
        connection_close(c, true, CLIENT_E_NOMEM, NULL, RECONNECT);
        return;
    }
    struct logged_event e = {.kind = EVENT(SHOWN),
                             .peer = m->peer.name,
                             .device = m->peer.device,
                             .id = m->id,
                             .content = plaintext->data,
                             .content_len = len};
    client_tell(c, &e);
    send_receipt(c, m->from, m->id, NULL);
    if (c->fd >= 0)
        acknowledge(c, m, 0);
}

static void open_body(struct client *c, const struct incoming *m, const struct stanza *enc,
                      Assay__Target__V1__MessageKind kind)
{
    struct octets body;
    struct served_bytes plaintext = {0};
    octets_init(&body, c->k.max_bytes);
    int result = stanza_bytes(enc, &body)
                     ? party_open(c->party, m->peer, kind, body.data, body.len, &plaintext)
                     : PARTY_E_KIND;
    if (result)
        take_failure(c, m, result);
    else
        take_plaintext(c, m, &plaintext);
    if (plaintext.data)
        OPENSSL_cleanse(plaintext.data, plaintext.len);
    free(plaintext.data);
    octets_fini(&body);
}

/* ---- sender and addressee */

/* The sender's address; false when it is not a user's. */
static bool read_sender(struct client *c, struct incoming *m)
{
    const char *domain;
    size_t len = strlen(m->from);
    if (len >= sizeof(m->copy))
        return false;
    memcpy(m->copy, m->from, len + 1);
    if (address_read(m->copy, &m->peer.name, &m->peer.device, &domain) &&
        strcmp(domain, c->k.user_domain) == 0)
        return true;
    m->peer = (struct served_address){0};
    return false;
}

static bool is_for_us(struct client *c, const char *to)
{
    char own[ADDRESS_MAX];
    struct served_address self = {c->party->name, c->party->device};
    return to && client_address(c, self, own) && strcmp(to, own) == 0;
}

static bool has_all(struct client *c, struct incoming *m)
{
    uint64_t t;
    return stanza_is_id(m->id) && m->from && stanza_number(m->t, INT64_MAX, &t) &&
           read_sender(c, m);
}

static bool read_kind(const struct stanza *enc, Assay__Target__V1__MessageKind *out)
{
    const char *version = stanza_get(enc, "v"), *type = stanza_get(enc, "type");
    bool is_first = type && strcmp(type, "pkmsg") == 0;
    *out = is_first ? ASSAY__TARGET__V1__MESSAGE_KIND__MESSAGE_SIGNAL_PREKEY
                    : ASSAY__TARGET__V1__MESSAGE_KIND__MESSAGE_SIGNAL;
    return version && strcmp(version, "2") == 0 && type && (is_first || strcmp(type, "msg") == 0);
}

/* More than one <enc>: it is not clear which to show. */
static bool has_several_bodies(const struct stanza *s)
{
    unsigned n = 0;
    for (const struct stanza *child = s->first; child; child = child->next)
        n += strcmp(child->name, "enc") == 0 && strcmp(child->ns, s->ns) == 0;
    return n > 1;
}

void receive_message(struct client *c, const struct stanza *s)
{
    struct incoming m = {
        .id = stanza_get(s, "id"), .from = stanza_get(s, "from"), .t = stanza_get(s, "t")};
    const struct stanza *enc = stanza_child(s, "enc");
    Assay__Target__V1__MessageKind kind;
    if (!has_all(c, &m) || has_several_bodies(s))
        refuse(c, &m, CLIENT_E_STANZA, NACK_PARSING);
    else if (!is_for_us(c, stanza_get(s, "to")))
        refuse(c, &m, CLIENT_E_ADDRESSEE, NACK_PARSING);
    else if (memory_was_shown(c, m.from, m.id))
        acknowledge(c, &m, 0);
    else if (!read_kind(enc, &kind))
        refuse(c, &m, CLIENT_E_STANZA, NACK_STANZA);
    else
        open_body(c, &m, enc, kind);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keys of others: fetched, decoded, and used to make a session. */
#include "client/client.h"
#include "client/memory.h"
#include "client/sending.h"
#include "reasons.h"

#include <string.h>

#include "signal.pb-c.h"

#define SIGNATURE_LEN 64u

/* ---- decoding; every size as docs/wire.md says */

static bool read_exact(const struct stanza *parent, const char *name, uint8_t *out, size_t len)
{
    struct octets bytes;
    octets_init(&bytes, len);
    bool is_right = stanza_bytes(stanza_child(parent, name), &bytes) && bytes.len == len;
    if (is_right)
        memcpy(out, bytes.data, len);
    octets_fini(&bytes);
    return is_right;
}

static bool read_number(const struct stanza *parent, const char *name, size_t size, uint32_t *out)
{
    uint8_t bytes[4];
    *out = 0;
    if (size > sizeof(bytes) || !read_exact(parent, name, bytes, size))
        return false;
    for (size_t i = 0; i < size; i++)
        *out = *out << 8 | bytes[i];
    return true;
}

struct published {
    uint8_t type;
    uint8_t identity[KEY_LEN + 1], signed_key[KEY_LEN + 1], one_time_key[KEY_LEN + 1];
    uint8_t signature[SIGNATURE_LEN];
    uint32_t registration, signed_id, one_time_id;
    bool has_one_time;
};

static bool read_published(const struct client *c, const struct stanza *registration,
                           const struct stanza *keys, struct published *out)
{
    const struct stanza *one = stanza_child(keys, "key"), *sig = stanza_child(keys, "skey");
    memset(out, 0, sizeof(*out));
    out->identity[0] = out->signed_key[0] = out->one_time_key[0] = 0x05;
    out->has_one_time = one != NULL;
    if (!read_number(registration, "registration", c->k.prekey_registration_size,
                     &out->registration) ||
        !read_exact(keys, "type", &out->type, 1) || out->type != 0x05 ||
        !read_exact(keys, "identity", out->identity + 1, KEY_LEN) ||
        !read_number(sig, "id", c->k.prekey_id_size, &out->signed_id) ||
        !read_exact(sig, "value", out->signed_key + 1, KEY_LEN) ||
        !read_exact(sig, "signature", out->signature, SIGNATURE_LEN))
        return false;
    return !one || (read_number(one, "id", c->k.prekey_id_size, &out->one_time_id) &&
                    read_exact(one, "value", out->one_time_key + 1, KEY_LEN));
}

/* A key of low order, with which every shared secret is zeros (RFC 7748, section 6.1); the library
 * does not check for it. */
static bool is_low_order(const uint8_t typed[KEY_LEN + 1])
{
    static const uint8_t any[KEY_LEN] = {8};
    uint8_t shared[KEY_LEN];
    return x25519_shared(any, typed + 1, shared) != 0;
}

static bool has_low_order(const struct published *k)
{
    return is_low_order(k->identity) || is_low_order(k->signed_key) ||
           (k->has_one_time && is_low_order(k->one_time_key));
}

static ProtobufCBinaryData view(uint8_t *data, size_t len)
{
    ProtobufCBinaryData out = {.len = len, .data = data};
    return out;
}

int keys_start_session(struct client *c, struct served_address peer,
                       const struct stanza *registration, const struct stanza *keys)
{
    Assay__Signal__V1__PreKeyBundle b = ASSAY__SIGNAL__V1__PRE_KEY_BUNDLE__INIT;
    struct published k;
    struct octets packed;
    if (!read_published(c, registration, keys, &k))
        return CLIENT_E_BUNDLE;
    if (has_low_order(&k))
        return SG_ERR_INVALID_KEY;
    b.has_registration_id = b.has_device = b.has_identity_key = 1;
    b.has_signed_prekey_id = b.has_signed_prekey = b.has_signed_prekey_signature = 1;
    b.has_one_time_prekey = b.has_one_time_prekey_id = k.has_one_time;
    b.registration_id = k.registration;
    b.device = peer.device;
    b.identity_key = view(k.identity, sizeof(k.identity));
    b.signed_prekey_id = k.signed_id;
    b.signed_prekey = view(k.signed_key, sizeof(k.signed_key));
    b.signed_prekey_signature = view(k.signature, sizeof(k.signature));
    b.one_time_prekey_id = k.one_time_id;
    b.one_time_prekey = view(k.one_time_key, sizeof(k.one_time_key));
    octets_init(&packed, 1024);
    uint8_t *at = octets_extend(&packed, assay__signal__v1__pre_key_bundle__get_packed_size(&b));
    if (at)
        assay__signal__v1__pre_key_bundle__pack(&b, at);
    int result = at ? party_start(c->party, peer, packed.data, packed.len) : CLIENT_E_NOMEM;
    octets_fini(&packed);
    return result;
}

/* ---- fetching */

void keys_fetch(struct client *c, struct served_address peer)
{
    char jid[ADDRESS_MAX];
    struct octets o;
    size_t len = strlen(peer.name);
    if (c->phase != READY || pending_iq_waits(c, IQ_KEYS, &peer) || len > NAME_MAX_LEN ||
        !client_address(c, peer, jid))
        return;
    struct pending_iq *q = pending_iq_new(c, IQ_KEYS);
    if (!q) /* tried again when another iq is answered */
        return;
    memcpy(q->name, peer.name, len + 1);
    q->device = peer.device;
    octets_init(&o, connection_room(c));
    xml_open(&o, "iq");
    xml_attribute(&o, "id", q->id);
    xml_attribute(&o, "type", "get");
    xml_attribute(&o, "xmlns", c->k.namespace_prekeys);
    xml_attribute(&o, "to", c->k.server);
    octets_put_text(&o, "><key>");
    xml_open(&o, "user");
    xml_attribute(&o, "jid", jid);
    octets_put_text(&o, "/></key></iq>");
    (void)connection_send(c, &o);
    octets_fini(&o);
}

/* ---- the answer */

/* 0 when a session with |peer| was made. */
static int take_answer(struct client *c, struct served_address peer, const struct stanza *answer)
{
    const struct stanza *user = stanza_child(stanza_child(answer, "list"), "user");
    const char *type = stanza_get(answer, "type"), *jid = stanza_get(user, "jid");
    char asked[ADDRESS_MAX];
    if (!answer)
        return CLIENT_E_LOST;
    if (!type || strcmp(type, "result") != 0 || !user || stanza_child(user, "error"))
        return CLIENT_E_SERVER;
    if (!jid || !client_address(c, peer, asked) || strcmp(jid, asked) != 0)
        return CLIENT_E_ADDRESSEE;
    return keys_start_session(c, peer, user, user);
}

/* Remove a waiting order to prepare for |peer|. */
static bool take_prepare(struct client *c, struct served_address peer)
{
    bool was_there = false;
    for (size_t i = 0; i < PREPARES_MAX; i++) {
        struct prepare *p = &c->prepares[i];
        if (!p->is_there || p->device != peer.device || strcmp(p->name, peer.name) != 0)
            continue;
        p->is_there = false;
        was_there = true;
    }
    return was_there;
}

void keys_answered(struct client *c, const struct pending_iq *q, const struct stanza *answer)
{
    struct served_address peer = {q->name, q->device};
    int result = take_answer(c, peer, answer);
    bool was_prepare = take_prepare(c, peer);
    Assay__Target__V1__Reason why = ASSAY__TARGET__V1__REASON__REASON_UNSPECIFIED;
    const char *text;
    if (result && reason_of(result, &why, &text) &&
        why == ASSAY__TARGET__V1__REASON__REASON_UNTRUSTED_IDENTITY)
        client_tell_code(c, EVENT(WARNED), peer, NULL, result);
    if (was_prepare)
        client_tell_code(c, result ? EVENT(FAILED) : EVENT(PREPARED), peer, NULL, result);
    if (result)
        sending_fail(c, peer, result);
    orders_continue(c);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Publishing keys: the first time, when few are left, and after a rotation. */
#include "client/client.h"
#include "client/memory.h"
#include "client/sending.h"

#include <signal/curve.h>
#include <signal/session_pre_key.h>
#include <string.h>

/* Names of records: what is being published. One-time keys have consecutive ids. */
#define FIRST "upload-first"
#define COUNT "upload-count"
#define PUBLISHED "published" /* the first upload was accepted */
#define ROTATED "rotated"     /* id of a signed prekey that was not published yet */

#define ONE_KEY_LEN 112u  /* bytes of one <key> at most */
#define REFILL_MAX 50u    /* one-time keys published at a time after the first */
#define KEYS_MAX 8192u    /* one-time keys kept, whatever count the server sends */
#define AROUND_KEYS 1024u /* of everything else in an upload */

/* ---- the parts, also of a retry receipt's <keys> */

static void put_number(struct octets *o, const char *name, uint64_t value, size_t size)
{
    uint8_t bytes[8];
    for (size_t i = 0; i < size; i++)
        bytes[i] = (uint8_t)(value >> (8 * (size - 1 - i)));
    xml_bytes(o, name, bytes, size);
}

/* A public key in a stanza: 32 bytes, without the type byte. */
static int put_key(struct octets *o, const char *name, ec_key_pair *pair)
{
    signal_buffer *key = NULL;
    int result = ec_public_key_serialize(&key, ec_key_pair_get_public(pair));
    if (!result && signal_buffer_len(key) != KEY_LEN + 1)
        result = SG_ERR_UNKNOWN;
    if (!result)
        xml_bytes(o, name, signal_buffer_data(key) + 1, KEY_LEN);
    signal_buffer_free(key);
    return result;
}

int write_registration(struct client *c, struct octets *o)
{
    put_number(o, "registration", party_number(c->party, "registration"),
               c->k.prekey_registration_size);
    return 0;
}

int write_identity(struct client *c, struct octets *o)
{
    const struct record *identity = store_get(&c->party->store, STORE_META, "public", 6);
    if (!identity || identity->value_len != KEY_LEN + 1)
        return SG_ERR_UNKNOWN;
    xml_bytes(o, "type", identity->value, 1);
    xml_bytes(o, "identity", identity->value + 1, KEY_LEN);
    return 0;
}

int write_one_time_key(struct client *c, uint32_t id, struct octets *o)
{
    session_pre_key *key = NULL;
    int result = signal_protocol_pre_key_load_key(c->party->stores, &key, id);
    octets_put_text(o, "<key>");
    put_number(o, "id", id, c->k.prekey_id_size);
    if (!result)
        result = put_key(o, "value", session_pre_key_get_key_pair(key));
    octets_put_text(o, "</key>");
    SIGNAL_UNREF(key);
    return result;
}

int write_signed_key(struct client *c, struct octets *o)
{
    session_signed_pre_key *key = NULL;
    uint32_t id = party_number(c->party, "signed-prekey");
    int result = signal_protocol_signed_pre_key_load_key(c->party->stores, &key, id);
    octets_put_text(o, "<skey>");
    put_number(o, "id", id, c->k.prekey_id_size);
    if (!result)
        result = put_key(o, "value", session_signed_pre_key_get_key_pair(key));
    if (!result)
        xml_bytes(o, "signature", session_signed_pre_key_get_signature(key),
                  session_signed_pre_key_get_signature_len(key));
    octets_put_text(o, "</skey>");
    SIGNAL_UNREF(key);
    return result;
}

/* ---- uploading */

/* Keys that are still in the store: one may have been used since. */
static int write_keys(struct client *c, uint32_t first, uint32_t n, struct octets *o)
{
    int result = 0;
    octets_put_text(o, "<list>");
    for (uint32_t id = first; !result && id < first + n; id++)
        if (signal_protocol_pre_key_contains_key(c->party->stores, id))
            result = write_one_time_key(c, id, o);
    octets_put_text(o, "</list>");
    return result;
}

static int write_upload(struct client *c, const struct pending_iq *q, uint32_t first,
                        struct octets *o)
{
    xml_open(o, "iq");
    xml_attribute(o, "id", q->id);
    xml_attribute(o, "type", "set");
    xml_attribute(o, "xmlns", c->k.namespace_prekeys);
    xml_attribute(o, "to", c->k.server);
    xml_inside(o);
    int result = write_registration(c, o);
    if (!result)
        result = write_identity(c, o);
    if (!result)
        result = write_keys(c, first, q->n_keys, o);
    if (!result)
        result = write_signed_key(c, o);
    xml_close(o, "iq");
    return result;
}

static void upload(struct client *c)
{
    uint32_t first = (uint32_t)memory_number(c, FIRST), n = (uint32_t)memory_number(c, COUNT);
    size_t room = connection_room(c);
    uint32_t fits = room > AROUND_KEYS ? (uint32_t)((room - AROUND_KEYS) / ONE_KEY_LEN) : 0;
    struct pending_iq *q = pending_iq_new(c, IQ_UPLOAD);
    struct octets o;
    octets_init(&o, room);
    int result = q ? 0 : CLIENT_E_NOMEM;
    if (q) {
        q->n_keys = n < fits ? n : fits;
        q->is_repeat = c->is_repeating;
        q->signed_id = party_number(c->party, "signed-prekey");
        result = write_upload(c, q, first, &o);
    }
    if (!result)
        result = connection_send(c, &o);
    octets_fini(&o);
    if (result && c->fd >= 0)
        connection_close(c, true, result, "the keys cannot be published", RECONNECT);
}

/* Bounded, even when the server says again and again that none is left. */
static bool has_too_many(const struct client *c)
{
    size_t at = 0, n = 0;
    while (store_next(&c->party->store, STORE_PREKEY, &at))
        n++;
    return n + REFILL_MAX > KEYS_MAX;
}

/* New one-time keys, to be published. */
static int make_keys(struct client *c, uint32_t n)
{
    uint32_t first = 0, id;
    bool is_there = true;
    int result = 0;
    party_begin(c->party);
    for (uint32_t i = 0; !result && i < n; i++) {
        result = party_next_prekey(c->party, &is_there, &id);
        first = i == 0 ? id : first;
    }
    if (!result)
        result = memory_set_number(c, FIRST, first);
    if (!result)
        result = memory_set_number(c, COUNT, n);
    return party_finish(c->party, result);
}

void prekeys_continue(struct client *c)
{
    bool is_in = c->phase == PUBLISHING || c->phase == READY;
    if (is_in && !pending_iq_waits(c, IQ_UPLOAD, NULL) &&
        (memory_number(c, COUNT) || memory_number(c, ROTATED)))
        upload(c);
}

void prekeys_refill(struct client *c, uint64_t left)
{
    if (left >= c->k.prekey_refill_below || memory_number(c, COUNT) || has_too_many(c))
        return;
    uint32_t n = c->k.prekey_upload_count < REFILL_MAX ? c->k.prekey_upload_count : REFILL_MAX;
    if (make_keys(c, n))
        client_tell_code(c, EVENT(FAILED), (struct served_address){0}, NULL, CLIENT_E_NOMEM);
    else
        prekeys_continue(c);
}

int prekeys_mark_rotated(struct client *c)
{
    return memory_set_number(c, ROTATED, party_number(c->party, "signed-prekey"));
}

/* ---- from <success> to READY */

static void owe(struct client *c, const char *to, const char *id)
{
    if (c->fd >= 0)
        send_receipt(c, to, id, NULL);
}

static void become_ready(struct client *c)
{
    struct logged_event e = {.kind = EVENT(CONNECTED)};
    c->phase = READY;
    client_tell(c, &e);
    memory_owed(c, owe);
    if (c->fd >= 0)
        sending_resend(c);
    orders_continue(c);
}

static void ask_count(struct client *c)
{
    struct pending_iq *q = pending_iq_new(c, IQ_COUNT);
    struct octets o;
    if (!q)
        return;
    octets_init(&o, connection_room(c));
    xml_open(&o, "iq");
    xml_attribute(&o, "id", q->id);
    xml_attribute(&o, "type", "get");
    xml_attribute(&o, "xmlns", c->k.namespace_prekeys);
    xml_attribute(&o, "to", c->k.server);
    octets_put_text(&o, "><count/></iq>");
    (void)connection_send(c, &o);
    octets_fini(&o);
}

void prekeys_start(struct client *c)
{
    c->phase = PUBLISHING;
    c->due_ms = UINT64_MAX; /* the iq has its own timeout */
    c->is_repeating = memory_number(c, COUNT) != 0;
    if (memory_number(c, PUBLISHED)) {
        become_ready(c);
        if (c->fd >= 0)
            ask_count(c);
        if (c->fd >= 0)
            prekeys_continue(c);
        return;
    }
    if (!memory_number(c, COUNT) && make_keys(c, c->k.prekey_upload_count)) {
        connection_close(c, true, CLIENT_E_NOMEM, NULL, RECONNECT);
        return;
    }
    prekeys_continue(c);
}

/* ---- answers */

/* Delete the records of an accepted upload. */
static int settle(struct client *c, const struct pending_iq *q)
{
    uint64_t first = memory_number(c, FIRST), count = memory_number(c, COUNT);
    uint64_t done = q->n_keys < count ? q->n_keys : count;
    int result = memory_set_number(c, FIRST, count > done ? first + done : 0);
    if (!result)
        result = memory_set_number(c, COUNT, count - done);
    if (!result && memory_number(c, ROTATED) == q->signed_id)
        result = memory_set_number(c, ROTATED, 0);
    if (!result && count == done)
        result = memory_set_number(c, PUBLISHED, 1);
    return result;
}

void prekeys_answered(struct client *c, const struct pending_iq *q, const struct stanza *answer)
{
    const char *type = stanza_get(answer, "type");
    bool is_taken = type && strcmp(type, "result") == 0;
    /* a server that has these keys already refuses them; the count tells */
    if (!is_taken && !q->is_repeat) {
        connection_close(c, false, CLIENT_E_SERVER, "the server did not take the prekeys",
                         RECONNECT);
        return;
    }
    if (settle(c, q)) {
        connection_close(c, true, CLIENT_E_NOMEM, NULL, RECONNECT);
        return;
    }
    c->is_repeating = c->is_repeating && memory_number(c, COUNT) != 0;
    prekeys_continue(c);
    if (c->phase == PUBLISHING && memory_number(c, PUBLISHED))
        become_ready(c);
    if (!is_taken && c->fd >= 0)
        ask_count(c);
}

void prekeys_count_answered(struct client *c, const struct stanza *answer)
{
    uint64_t left;
    if (stanza_number(stanza_get(stanza_child(answer, "count"), "value"), UINT32_MAX, &left))
        prekeys_refill(c, left);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Answers to our own messages: acks, receipts, retry receipts. */
#include "client/client.h"
#include "client/memory.h"
#include "client/sending.h"
#include "reasons.h"

#include <string.h>

/* ---- acks of the server */

void receive_ack(struct client *c, const struct stanza *s)
{
    const char *class = stanza_get(s, "class"), *id = stanza_get(s, "id");
    const char *error = stanza_get(s, "error");
    struct outgoing o;
    if (!class || strcmp(class, "message") != 0 || !id || !outgoing_load(c, id, &o))
        return;
    struct served_address peer = {o.name, o.device};
    if (o.state == OUTGOING_SENT && error) {
        struct logged_event e = {.kind = EVENT(FAILED),
                                 .peer = o.name,
                                 .device = o.device,
                                 .id = o.id,
                                 .reason = ASSAY__TARGET__V1__REASON__REASON_SERVER,
                                 .detail = error};
        client_tell(c, &e);
        outgoing_forget(c, o.id);
    } else if (o.state == OUTGOING_SENT) {
        if (!o.was_sent)
            client_tell_code(c, EVENT(SENT), peer, o.id, 0);
        o.was_sent = 1;
        o.state = OUTGOING_TAKEN;
        octets_fini(&o.body);
        (void)outgoing_save(c, &o);
    }
    outgoing_fini(&o);
}

/* ---- receipts */

/* Is |from| the address that |o| was sent to? Receipts of others are ignored. */
static bool is_from_peer(const struct client *c, const struct outgoing *o, const char *from)
{
    char address[ADDRESS_MAX];
    struct served_address peer = {o->name, o->device};
    return from && client_address(c, peer, address) && strcmp(from, address) == 0;
}

static void see_delivered(struct client *c, struct outgoing *o, bool is_read)
{
    struct served_address peer = {o->name, o->device};
    if (o->state != OUTGOING_DELIVERED && o->state >= OUTGOING_SENT) {
        client_tell_code(c, EVENT(DELIVERED), peer, o->id, 0);
        o->state = OUTGOING_DELIVERED;
        octets_fini(&o->body);
        octets_fini(&o->content);
        (void)outgoing_save(c, o);
    }
    if (is_read && o->state == OUTGOING_DELIVERED) {
        client_tell_code(c, EVENT(READ), peer, o->id, 0);
        outgoing_forget(c, o->id);
    }
}

/* A retry receipt. A code when the message is not sent again. */
static int see_retry(struct client *c, const struct stanza *s, struct outgoing *o)
{
    const struct stanza *retry = stanza_child(s, "retry"), *keys = stanza_child(s, "keys");
    const char *id = stanza_get(retry, "id");
    struct served_address peer = {o->name, o->device};
    uint64_t count;
    if (!stanza_number(stanza_get(retry, "count"), UINT32_MAX, &count) || count == 0 || !id ||
        strcmp(id, o->id) != 0)
        return CLIENT_E_STANZA;
    if (o->state != OUTGOING_SENT && o->state != OUTGOING_TAKEN)
        return 0;
    /* a limit of our own, whatever count the peer sends */
    if (count >= c->k.retry_give_up || o->n_resends + 1u >= c->k.retry_give_up)
        return 0;
    int result = keys ? keys_start_session(c, peer, s, keys) : 0;
    if (result)
        return result;
    o->n_resends++;
    o->count = (uint8_t)count;
    o->state = OUTGOING_WAITING;
    return outgoing_save(c, o);
}

static void take_receipt(struct client *c, const struct stanza *s, struct outgoing *o)
{
    const char *type = stanza_get(s, "type");
    struct served_address peer = {o->name, o->device};
    if (type && strcmp(type, "retry") == 0) {
        int result = see_retry(c, s, o);
        Assay__Target__V1__Reason why = ASSAY__TARGET__V1__REASON__REASON_UNSPECIFIED;
        const char *text;
        if (result && reason_of(result, &why, &text) &&
            why == ASSAY__TARGET__V1__REASON__REASON_UNTRUSTED_IDENTITY)
            client_tell_code(c, EVENT(WARNED), peer, o->id, result);
        if (result)
            client_tell_code(c, EVENT(REFUSED), peer, o->id, result);
    } else if (!type) {
        see_delivered(c, o, false);
    } else if (strcmp(type, "read") == 0) {
        see_delivered(c, o, true);
    }
}

void receive_receipt(struct client *c, const struct stanza *s)
{
    struct ack a = {.class = "receipt",
                    .id = stanza_get(s, "id"),
                    .to = stanza_get(s, "from"),
                    .type = stanza_get(s, "type")};
    struct outgoing o;
    if (!a.id || !*a.id)
        return;
    if (outgoing_load(c, a.id, &o) && is_from_peer(c, &o, a.to))
        take_receipt(c, s, &o);
    outgoing_fini(&o);
    send_ack(c, &a);
    if (c->fd >= 0)
        orders_continue(c);
}

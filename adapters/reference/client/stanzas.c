/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One document from the server: dispatched by its kind. */
#include "client/client.h"
#include "client/memory.h"

#include <string.h>

/* ---- pending iqs */

struct pending_iq *pending_iq_new(struct client *c, enum iq_kind what)
{
    for (size_t i = 0; i < PENDING_IQS_MAX; i++) {
        struct pending_iq *q = &c->pending_iqs[i];
        if (q->what)
            continue;
        memset(q, 0, sizeof(*q));
        if (client_new_id(c, q->id))
            return NULL;
        q->what = what;
        q->due_ms = c->now_ms + c->k.handshake_timeout_ms;
        return q;
    }
    return NULL;
}

bool pending_iq_waits(const struct client *c, enum iq_kind what, const struct served_address *peer)
{
    for (size_t i = 0; i < PENDING_IQS_MAX; i++) {
        const struct pending_iq *q = &c->pending_iqs[i];
        if (q->what == what &&
            (!peer || (q->device == peer->device && strcmp(q->name, peer->name) == 0)))
            return true;
    }
    return false;
}

/* Remove and return the pending iq of this id; false when there is none. */
static bool take_question(struct client *c, const char *id, struct pending_iq *out)
{
    for (size_t i = 0; id && i < PENDING_IQS_MAX; i++) {
        struct pending_iq *q = &c->pending_iqs[i];
        if (!q->what || strcmp(q->id, id) != 0)
            continue;
        *out = *q;
        memset(q, 0, sizeof(*q));
        return true;
    }
    return false;
}

void pending_iqs_expire(struct client *c)
{
    for (size_t i = 0; i < PENDING_IQS_MAX && c->fd >= 0; i++) {
        struct pending_iq q = c->pending_iqs[i];
        if (!q.what || c->now_ms < q.due_ms)
            continue;
        memset(&c->pending_iqs[i], 0, sizeof(q));
        if (q.what == IQ_KEYS)
            keys_answered(c, &q, NULL);
        else if (q.what != IQ_COUNT)
            connection_close(c, true, CLIENT_E_LOST, "the server does not answer", RECONNECT);
    }
}

/* ---- iq */

static void take_answer(struct client *c, const struct stanza *s)
{
    struct pending_iq q;
    if (!take_question(c, stanza_get(s, "id"), &q))
        return;
    if (q.what == IQ_UPLOAD)
        prekeys_answered(c, &q, s);
    else if (q.what == IQ_COUNT)
        prekeys_count_answered(c, s);
    else if (q.what == IQ_KEYS)
        keys_answered(c, &q, s);
}

/* A ping is answered with a result, anything unknown with an error. */
static void answer_iq(struct client *c, const struct stanza *s, bool is_ping)
{
    struct octets o;
    const char *from = stanza_get(s, "from");
    octets_init(&o, connection_room(c));
    xml_open(&o, "iq");
    xml_attribute(&o, "id", stanza_get(s, "id"));
    xml_attribute(&o, "type", is_ping ? "result" : "error");
    xml_attribute(&o, "to", from ? from : c->k.server);
    if (is_ping) {
        xml_empty(&o);
    } else {
        xml_inside(&o);
        xml_open(&o, "error");
        xml_attribute(&o, "code", "501");
        xml_empty(&o);
        xml_close(&o, "iq");
    }
    (void)connection_send(c, &o);
    octets_fini(&o);
}

static void take_iq(struct client *c, const struct stanza *s)
{
    const char *type = stanza_get(s, "type");
    if (type && (strcmp(type, "result") == 0 || strcmp(type, "error") == 0))
        take_answer(c, s);
    else if (stanza_get(s, "id"))
        answer_iq(c, s,
                  type && strcmp(type, "get") == 0 && strcmp(s->ns, c->k.namespace_ping) == 0);
}

/* ---- notifications and unknown stanzas */

void send_ack(struct client *c, const struct ack *a)
{
    struct octets o;
    octets_init(&o, connection_room(c));
    xml_open(&o, "ack");
    xml_attribute(&o, "class", a->class);
    xml_attribute(&o, "id", a->id);
    xml_attribute(&o, "to", a->to ? a->to : c->k.server);
    xml_attribute(&o, "type", a->type);
    if (a->error)
        xml_number(&o, "error", a->error);
    xml_empty(&o);
    (void)connection_send(c, &o);
    octets_fini(&o);
}

static void take_notification(struct client *c, const struct stanza *s)
{
    const char *type = stanza_get(s, "type");
    uint64_t left;
    struct ack a = {.class = "notification",
                    .id = stanza_get(s, "id"),
                    .to = stanza_get(s, "from"),
                    .type = type};
    if (a.id)
        send_ack(c, &a);
    if (c->fd >= 0 && type && strcmp(type, "encrypt") == 0 &&
        stanza_number(stanza_get(stanza_child(s, "count"), "value"), UINT32_MAX, &left))
        prekeys_refill(c, left);
}

static void take_unknown(struct client *c, const struct stanza *s)
{
    struct ack a = {
        .class = s->name, .id = stanza_get(s, "id"), .to = stanza_get(s, "from"), .error = 489};
    if (a.id && *a.id)
        send_ack(c, &a);
}

/* ---- success, failure, stream errors */

static void take_success(struct client *c)
{
    if (c->phase != AUTHENTICATING)
        return;
    c->ready_ms = c->now_ms ? c->now_ms : 1;
    prekeys_start(c);
}

static void take_failure(struct client *c, const struct stanza *s)
{
    const char *reason = stanza_get(s, "reason");
    bool is_temporary = reason && strcmp(reason, "503") == 0;
    connection_close(c, false, CLIENT_E_SERVER, reason ? reason : "failure",
                     is_temporary ? RECONNECT : GIVE_UP);
}

/* The child may be in any namespace: the error's own prefix does not reach it. */
static bool is_conflict(const struct stanza *s)
{
    const struct stanza *child = s->first;
    while (child && strcmp(child->name, "conflict") != 0)
        child = child->next;
    return child != NULL;
}

static void take_stream_error(struct client *c, const struct stanza *s)
{
    const char *code = stanza_get(s, "code");
    enum after after = RECONNECT;
    if (is_conflict(s) || (code && strcmp(code, "401") == 0))
        after = GIVE_UP;
    else if (code && strcmp(code, "515") == 0)
        after = RECONNECT_AT_ONCE;
    connection_close(c, false, CLIENT_E_SERVER, code ? code : "stream error", after);
}

static void take(struct client *c, const struct stanza *s)
{
    bool has_no_ns = s->ns[0] == '\0';
    bool is_known = c->phase == PUBLISHING || c->phase == READY;
    if (strcmp(s->name, "error") == 0 && strcmp(s->ns, c->k.namespace_stream) == 0)
        take_stream_error(c, s);
    else if (has_no_ns && strcmp(s->name, "success") == 0)
        take_success(c);
    else if (has_no_ns && strcmp(s->name, "failure") == 0)
        take_failure(c, s);
    else if (!is_known)
        return; /* not authenticated yet: nothing else is answered */
    else if (has_no_ns && strcmp(s->name, "message") == 0)
        receive_message(c, s);
    else if (has_no_ns && strcmp(s->name, "receipt") == 0)
        receive_receipt(c, s);
    else if (has_no_ns && strcmp(s->name, "ack") == 0)
        receive_ack(c, s);
    else if (has_no_ns && strcmp(s->name, "notification") == 0)
        take_notification(c, s);
    else if (strcmp(s->name, "iq") == 0)
        take_iq(c, s);
    else
        take_unknown(c, s);
}

void stanzas_take(struct client *c, const uint8_t *in, size_t len)
{
    struct stanza_limits limits = {c->k.max_bytes, c->k.max_depth, c->k.max_attributes};
    struct stanza *s = stanza_read(in, len, &limits);
    if (s)
        take(c, s);
    else
        connection_close(c, true, CLIENT_E_STANZA, NULL, RECONNECT);
    stanza_free(s);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The user's orders: connect, send, prepare, rotate, mark read. */
#include "client/client.h"
#include "client/content.h"
#include "client/memory.h"
#include "client/sending.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>

/* ---- connecting */

static int copy_text(char **to, const char *from)
{
    char *copy = strdup(from ? from : "");
    if (!copy)
        return CLIENT_E_NOMEM;
    free(*to);
    *to = copy;
    return 0;
}

static int copy_order(struct client *c, const Assay__Target__V1__Connect *how)
{
    struct constants k;
    size_t host_len = strlen(how->host);
    int result = constants_take(&k, how->constants, how->n_constants);
    if (!result && (host_len >= sizeof(c->host) || how->port == 0 || how->port > 65535 ||
                    how->root_key.len != KEY_LEN))
        result = CLIENT_E_ORDER;
    if (!result)
        result = copy_text(&c->user, how->user);
    if (!result)
        result = copy_text(&c->issuer, how->issuer);
    if (!result)
        result = copy_text(&c->audience, how->audience);
    if (result)
        return result;
    c->k = k;
    memcpy(c->host, how->host, host_len + 1);
    c->port = (uint16_t)how->port;
    c->account_id = how->account_id;
    memcpy(c->root, how->root_key.data, KEY_LEN);
    return 0;
}

int client_connect(struct client *c, const Assay__Target__V1__Connect *how)
{
    connection_close(c, true, 0, "connecting anew", STAY_OFFLINE);
    int result = copy_order(c, how);
    if (!result)
        connection_dial(c);
    return result;
}

void client_disconnect(struct client *c)
{
    /* output that is waiting may still be written */
    if (c->fd >= 0 && c->phase > DIALLING)
        connection_ready(c, 0);
    connection_close(c, true, 0, "the person wants so", STAY_OFFLINE);
}

/* ---- sending */

static bool is_address(struct served_address peer)
{
    size_t len = strlen(peer.name);
    return len > 0 && len <= NAME_MAX_LEN && peer.device >= 1 && peer.device <= 127;
}

int client_send(struct client *c, struct served_address peer, const uint8_t *content, size_t len)
{
    struct outgoing o;
    if (!is_address(peer))
        return CLIENT_E_ORDER;
    int result = content_check(content, len, NULL);
    if (!result && !sending_fits(c, len)) {
        client_tell_code(c, EVENT(FAILED), peer, NULL, CLIENT_E_TOO_LONG);
        return 0;
    }
    outgoing_init(&o);
    o.state = OUTGOING_WAITING;
    o.device = peer.device;
    memcpy(o.name, peer.name, strlen(peer.name) + 1);
    octets_put(&o.content, content, len);
    if (!result)
        result = client_new_id(c, o.id);
    if (!result)
        result = outgoing_save(c, &o);
    outgoing_fini(&o);
    if (!result)
        orders_continue(c);
    return result;
}

static void tell_read(struct client *c)
{
    char from[ADDRESS_MAX], id[STANZA_ID_MAX + 1];
    while (c->phase == READY && memory_take(c, STORE_READ, NULL, from, id))
        send_receipt(c, from, id, "read");
}

void orders_continue(struct client *c)
{
    struct outgoing o;
    uint64_t after = 0;
    bool is_there = true;
    tell_read(c);
    while (is_there && c->phase == READY) {
        is_there = outgoing_next(c, OUTGOING_WAITING, after, &o);
        struct served_address peer = {o.name, o.device};
        after = o.number;
        if (is_there && client_has_session(c, peer))
            sending_seal(c, &o);
        else if (is_there)
            keys_fetch(c, peer);
        outgoing_fini(&o);
    }
    for (size_t i = 0; i < PREPARES_MAX && c->phase == READY; i++)
        if (c->prepares[i].is_there)
            keys_fetch(c, (struct served_address){c->prepares[i].name, c->prepares[i].device});
}

/* ---- the rest */

int client_prepare(struct client *c, struct served_address peer)
{
    size_t i = 0;
    if (!is_address(peer))
        return CLIENT_E_ORDER;
    while (i < PREPARES_MAX && c->prepares[i].is_there)
        i++;
    if (i == PREPARES_MAX)
        return CLIENT_E_NOMEM;
    c->prepares[i].is_there = true;
    c->prepares[i].device = peer.device;
    memcpy(c->prepares[i].name, peer.name, strlen(peer.name) + 1);
    orders_continue(c);
    return 0;
}

int client_rotate(struct client *c)
{
    party_begin(c->party);
    int result = party_rotate(c->party);
    if (!result)
        result = prekeys_mark_rotated(c);
    result = party_finish(c->party, result);
    if (!result)
        prekeys_continue(c);
    return result;
}

int client_mark_read(struct client *c, struct served_address peer)
{
    char address[ADDRESS_MAX], from[ADDRESS_MAX], id[STANZA_ID_MAX + 1];
    if (!is_address(peer) || !client_address(c, peer, address))
        return CLIENT_E_ORDER;
    while (memory_take(c, STORE_UNREAD, address, from, id))
        if (memory_read(c, from, id))
            return CLIENT_E_NOMEM;
    tell_read(c);
    return 0;
}

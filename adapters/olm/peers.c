/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "peers.h"

#include "reasons.h"

#include <stdlib.h>
#include <string.h>

#define FIRST_CAP 4u
#define KEYS_MAX 16384u /* device keys as text */

static void forget_pickle(struct served_bytes *pickle)
{
    if (pickle->data)
        explicit_bzero(pickle->data, pickle->len);
    free(pickle->data);
    *pickle = (struct served_bytes){0};
}

void peer_drop_sessions(struct peer *peer)
{
    while (peer->n_sessions)
        forget_pickle(&peer->sessions[--peer->n_sessions]);
}

void peers_fini(struct peers *p)
{
    for (size_t i = 0; i < p->count; i++) {
        peer_drop_sessions(&p->items[i]);
        json_decref(p->items[i].keys);
        free(p->items[i].name);
    }
    free(p->items);
    *p = (struct peers){0};
}

struct peer *peers_find(const struct peers *p, struct served_address who)
{
    for (size_t i = 0; i < p->count; i++)
        if (p->items[i].device == who.device && strcmp(p->items[i].name, who.name) == 0)
            return &p->items[i];
    return NULL;
}

static bool make_room(struct peers *p)
{
    size_t cap = p->cap ? p->cap * 2 : FIRST_CAP;
    if (p->count < p->cap)
        return true;
    struct peer *items = realloc(p->items, cap * sizeof(*items));
    if (!items)
        return false;
    p->items = items;
    p->cap = cap;
    return true;
}

int peers_add(struct peers *p, struct served_address who, struct peer **out)
{
    *out = peers_find(p, who);
    if (*out)
        return 0;
    if (p->count == PEERS_MAX)
        return OLM_E_FULL;
    if (strlen(who.name) > DEVICE_NAME_MAX)
        return OLM_E_NAME;
    char *name = strdup(who.name);
    if (!name || !make_room(p)) {
        free(name);
        return OLM_E_NOMEM;
    }
    *out = &p->items[p->count++];
    **out = (struct peer){.name = name, .device = who.device};
    return 0;
}

/* ---- identities */

bool peer_may_be(const struct peer *peer, const struct identity *seen)
{
    const struct identity *pinned = &peer->identity;
    return !pinned->ed25519[0] ||
           (strcmp(pinned->ed25519, seen->ed25519) == 0 &&
            (!pinned->curve25519[0] || strcmp(pinned->curve25519, seen->curve25519) == 0));
}

void peer_pin(struct peer *peer, const struct identity *seen, json_t *keys)
{
    json_t *old = peer->keys;
    peer->identity = *seen;
    peer->keys = json_incref(keys);
    json_decref(old);
}

/* ---- sessions */

void peer_update_session(struct peer *peer, size_t at, struct served_bytes pickle)
{
    forget_pickle(&peer->sessions[at]);
    peer->sessions[at] = pickle;
}

void peer_keep_session(struct peer *peer, size_t at, struct served_bytes pickle)
{
    if (at == PEER_NEW_SESSION && peer->n_sessions < PEERS_SESSIONS_MAX)
        at = peer->n_sessions++;
    else if (at == PEER_NEW_SESSION)
        at = PEERS_SESSIONS_MAX - 1;
    forget_pickle(&peer->sessions[at]);
    memmove(&peer->sessions[1], &peer->sessions[0], at * sizeof(peer->sessions[0]));
    peer->sessions[0] = pickle;
}

/* ---- kept */

static void save_one(const struct peer *peer, struct stash *out)
{
    char *keys = peer->keys ? json_dumps(peer->keys, JSON_COMPACT | JSON_SORT_KEYS) : NULL;
    if (peer->keys && !keys)
        out->is_broken = true;
    stash_put_text(out, peer->name);
    stash_put_number(out, peer->device);
    stash_put_text(out, peer->identity.curve25519);
    stash_put_text(out, peer->identity.ed25519);
    stash_put_text(out, keys ? keys : "");
    stash_put_number(out, peer->n_sessions);
    for (size_t i = 0; i < peer->n_sessions; i++)
        stash_put(out, peer->sessions[i].data, peer->sessions[i].len);
    free(keys);
}

void peers_save(const struct peers *p, struct stash *out)
{
    stash_put_number(out, p->count);
    for (size_t i = 0; i < p->count; i++)
        save_one(&p->items[i], out);
}

/* A key or an empty text. */
static void load_key(struct stash_reader *in, char out[TEXT_KEY_SIZE])
{
    char *text = stash_take_text(in, TEXT_KEY_LEN);
    if (text && text_is_key(text))
        memcpy(out, text, TEXT_KEY_SIZE);
    else if (!text || text[0])
        in->is_broken = true;
    free(text);
}

static json_t *load_keys(struct stash_reader *in)
{
    char *text = stash_take_text(in, KEYS_MAX);
    json_t *keys = text && text[0] ? json_loads(text, JSON_REJECT_DUPLICATES, NULL) : NULL;
    if (text && text[0] && !json_is_object(keys))
        in->is_broken = true;
    free(text);
    return keys;
}

/* A pickle that libolm takes. */
static void load_session(struct peer *peer, struct stash_reader *in)
{
    size_t len;
    OlmSession *session = NULL;
    struct served_bytes copy = {0};
    const uint8_t *pickle = stash_take(in, SESSION_SAVED_MAX, &len);
    if (!pickle || session_load(pickle, len, &session) || session_save(session, &copy))
        in->is_broken = true;
    else
        peer->sessions[peer->n_sessions++] = copy;
    session_free(session);
}

static void load_one(struct peers *p, struct stash_reader *in)
{
    struct peer *peer = NULL;
    char *name = stash_take_text(in, DEVICE_NAME_MAX);
    uint32_t device = (uint32_t)stash_take_up_to(in, UINT32_MAX);
    if (!name || peers_add(p, (struct served_address){name, device}, &peer))
        in->is_broken = true;
    free(name);
    if (!peer)
        return;
    load_key(in, peer->identity.curve25519);
    load_key(in, peer->identity.ed25519);
    json_decref(peer->keys);
    peer->keys = load_keys(in);
    uint64_t count = stash_take_up_to(in, PEERS_SESSIONS_MAX - peer->n_sessions);
    for (uint64_t i = 0; i < count && !in->is_broken; i++)
        load_session(peer, in);
}

void peers_load(struct peers *p, struct stash_reader *in)
{
    uint64_t count = stash_take_up_to(in, PEERS_MAX);
    for (uint64_t i = 0; i < count && !in->is_broken; i++)
        load_one(p, in);
}
